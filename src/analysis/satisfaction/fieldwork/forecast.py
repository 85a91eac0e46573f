"""A forecast of how many answers there will be, from the days that are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import hold_columns
from analysis.satisfaction.fieldwork.plan import Plan

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: Days of answers below which no end is forecast: a curve of two numbers needs more than two days.
FEWEST_DAYS = 4


def forecast(
    responses: pd.DataFrame, plan: Plan, *, now: dt.datetime | None = None, level: float = 0.9, runs: int = 300,
    most: float | None = None, seed: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """Forecast how many answers there will be, day by day until fieldwork closes.

    Parameters
    ----------
    responses
        One row an answer, with ``started``.
    plan
        When fieldwork opened and closes, and how many answers are wanted.
    now
        Only days that ended before it count; if not given, the day of the last answer is taken as ended.
    level
        Of the interval.
    runs, seed
        Of the bootstrap.
    most
        Answers that there can be; those drawn if not given.

    Returns
    -------
    pandas.DataFrame
        ``day``; ``answers`` at its end where it is known; ``expected``, ``lower``, ``upper`` of that number;
        ``reached`` (chance that as many as wanted are in by then), ``curve`` (the likeliest one).

    Raises
    ------
    DuzhengError
        DZ-S003 with fewer than 4 days, or no answers.

    Notes
    -----
    Three curves, cumulative exponential, logistic and Gompertz, are fitted to the days' counts by least squares of
    2√y − 2√μ, whose variance is that of a Poisson count whatever its mean (Anscombe 1948), and weighed by AICc. Each
    run of the bootstrap draws a curve by its weight, draws days' residuals anew, fits again, and adds days' noise to
    come; residuals are scaled up to a variance of 1 where they are smaller. Weekends, reminders to come and a rush on
    the last day are not in it.
    """
    import numpy as np
    import pandas as pd

    hold_columns(responses, {"started"}, "the answers")
    day = (responses["started"].dt.tz_localize(None).dt.normalize() - pd.Timestamp(plan.opened)).dt.days
    known = int(plan.elapsed(now)) if now else min(int(day.max()) + 1, plan.days) if len(day) else 0
    counts = np.bincount(day[(day >= 0) & (day < known)], minlength=known).astype(float)
    if known < FEWEST_DAYS or not counts.sum():
        raise DuzhengError(
            Fault("DZ-S003", found=f"{known} whole days with {counts.sum():.0f} answers",
                  expected=f"{FEWEST_DAYS} days or more, and answers", hint="wait; see daily() until then")
        )  # fmt: skip
    limit = max(most if most is not None else plan.drawn, counts.sum())
    fits = [_fit(name, counts, limit) for name, k in PARAMETERS.items() if known > k + 1]
    spread = max(1.0, min(fit.misfit / (known - PARAMETERS[fit.name]) for fit in fits))
    aicc = np.array([_aicc(fit.misfit / spread, known, PARAMETERS[fit.name]) for fit in fits])
    weight = np.exp((aicc.min() - aicc) / 2)
    chance, ahead = np.random.default_rng(seed), plan.days - known
    totals = np.empty((runs, ahead))
    for run, chosen in enumerate(chance.choice(len(fits), runs, p=weight / weight.sum())):
        fit = fits[chosen]
        again = np.maximum(np.sqrt(fit.means) + chance.choice(fit.residuals, known) / 2, 0) ** 2
        means = np.diff(
            CURVES[fit.name](_fit(fit.name, again, limit, fit.start).start, np.arange(known, plan.days + 1.0))
        )
        drawn = np.maximum(np.sqrt(means) + chance.choice(fit.residuals, ahead) / 2, 0) ** 2
        totals[run] = np.minimum(counts.sum() + drawn.cumsum(), limit)
    past, tail = counts.cumsum(), (1 - level) / 2
    low, high = np.quantile(totals, [tail, 1 - tail], axis=0)
    return pd.DataFrame({
        "day": pd.date_range(plan.opened, periods=plan.days, unit="ms"),
        "answers": pd.array([*past.astype(int), *[pd.NA] * ahead], dtype="Int64"),
        "expected": np.r_[past, np.median(totals, axis=0)], "lower": np.r_[past, low], "upper": np.r_[past, high],
        "reached": np.r_[(past >= plan.wanted).astype(float), (totals >= plan.wanted).mean(axis=0)],
        "curve": fits[int(weight.argmax())].name,
    })  # fmt: skip


def _exponential(at: np.ndarray, t: np.ndarray) -> np.ndarray:
    import numpy as np

    found: np.ndarray = -np.exp(at[0]) * np.expm1(-t / np.exp(at[1]))
    return found


def _logistic(at: np.ndarray, t: np.ndarray) -> np.ndarray:
    import numpy as np
    from scipy.special import expit

    begin = expit(-at[2])
    found: np.ndarray = np.exp(at[0]) * (expit(t / np.exp(at[1]) - at[2]) - begin) / (1 - begin)
    return found


def _gompertz(at: np.ndarray, t: np.ndarray) -> np.ndarray:
    import numpy as np

    begin = np.exp(-np.exp(at[2]))
    found: np.ndarray = np.exp(at[0]) * (np.exp(-np.exp(at[2] - t / np.exp(at[1]))) - begin) / (1 - begin)
    return found


#: Cumulative answers after t days: parameters are log K, log of the time scale, and a place in time.
CURVES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "exponential": _exponential, "logistic": _logistic, "gompertz": _gompertz,
}  # fmt: skip


PARAMETERS = {"exponential": 2, "logistic": 3, "gompertz": 3}


@dataclass(frozen=True, slots=True)
class _Fit:
    name: str
    start: np.ndarray  # the parameters
    means: np.ndarray
    residuals: np.ndarray  # centred, with a variance of 1 or more
    misfit: float


def _fit(name: str, counts: np.ndarray, limit: float, start: np.ndarray | None = None) -> _Fit:
    import numpy as np
    from scipy.optimize import least_squares

    days, k = np.arange(len(counts) + 1.0), PARAMETERS[name]
    top = np.log(limit * 1.0001)
    low, high = np.array([0.0, -1.5, -3.0])[:k], np.array([top, 4.5, 6.0])[:k]
    first = start if start is not None else np.array([np.log(1.3 * counts.sum()), 1.0, 0.5])[:k]

    def misfit(at: np.ndarray) -> np.ndarray:
        found: np.ndarray = 2 * (np.sqrt(counts) - np.sqrt(np.maximum(np.diff(CURVES[name](at, days)), 1e-9)))
        return found

    solved = least_squares(misfit, np.clip(first, low + 1e-6, high - 1e-6), bounds=(low, high))
    left, centred = float((solved.fun**2).sum()), solved.fun - solved.fun.mean()
    scale = np.sqrt(max(left / (len(counts) - k), 1.0))
    residuals = centred / centred.std() * scale if centred.std() > 0 else np.array([-scale, scale])
    return _Fit(name, solved.x, np.maximum(np.diff(CURVES[name](solved.x, days)), 0), residuals, left)


def _aicc(misfit: float, n: int, k: int) -> float:
    return misfit + 2 * k + 2 * k * (k + 1) / (n - k - 1)
