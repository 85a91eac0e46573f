"""Fieldwork as it happens: response against plan, quotas, the daily curve and its forecast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.messages import DuzhengError, Fault
from analysis.stats.requests import wrong

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.surveys.collected import Collected

#: Days of answers below which no end is forecast: a curve of two numbers needs more than two days.
FEWEST_DAYS = 4
_DAY = 86_400  #: seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """What was planned of a wave's fieldwork.

    ``share`` follows ``curve`` where one is given, such as that of the wave before. Otherwise it is
    (1 − exp(−front·t/days)) / (1 − exp(−front)): an assumption, that 63 % of what comes comes in the first third.
    ``front=0`` is the same every day.
    """

    opened: dt.date
    days: int
    drawn: float  #: who are asked
    rate: float  #: who answer of those, in the end
    front: float = 3.0
    curve: tuple[float, ...] = ()  #: the share of all answers that is in at the end of each day, ending with 1

    def __post_init__(self) -> None:
        faults = []
        if self.days < 1 or not 0 < self.rate <= 1 or self.drawn <= 0:
            faults.append(wrong(f"{self.days} days, {self.drawn:g} persons, a rate of {self.rate:g}",
                                "a day or more, persons, and a rate above 0 up to 1", "mend the plan"))  # fmt: skip
        if self.curve and (
            len(self.curve) != self.days
            or list(self.curve) != sorted(self.curve)
            or self.curve[0] < 0
            or abs(self.curve[-1] - 1) > 1e-9  # noqa: PLR2004  rounding
        ):
            found = f"a curve of {len(self.curve)} shares, the last {self.curve[-1]:g}"
            faults.append(wrong(found, f"{self.days} shares that never fall and end with 1", "give one share a day"))
        if faults:
            raise DuzhengError(*faults)

    @classmethod
    def of(
        cls, wave: Collected, *, opened: dt.date | None = None, days: int = 14, rate: float | None = None
    ) -> Plan:  # fmt: skip
        """Make the plan of a wave: who was drawn, or else is expected; and how many answer as expected.

        Raises
        ------
        DuzhengError
            DZ-S003 where it is not said when fieldwork opened, and nobody has answered yet.
        """
        expected = wave.survey.questionnaire.expected
        first = wave.responses["started"].min()
        if opened is None and first != first:  # noqa: PLR0124  no moment
            raise DuzhengError(Fault("DZ-S003", found="no answers", expected="the day that fieldwork opened",
                                     hint="say it, or wait for answers"))  # fmt: skip
        drawn = float(wave.log["persons_drawn"].sum()) if "persons_drawn" in wave.log else 0.0
        return cls(opened or first.date(), days, drawn or float(expected.total), rate or expected.rate)

    @property
    def closes(self) -> dt.date:
        """The first day on which nobody can answer any more."""
        return self.opened + dt.timedelta(days=self.days)

    @property
    def wanted(self) -> float:
        """Answers in the end."""
        return self.drawn * self.rate

    def elapsed(self, now: dt.datetime) -> float:
        """Give the days since fieldwork opened, 0 before and no more than there are."""
        passed = (now - dt.datetime.combine(self.opened, dt.time(), now.tzinfo)).total_seconds() / _DAY
        return min(max(passed, 0.0), float(self.days))

    def share(self, elapsed: float) -> float:
        """Give the share of all answers that is planned to be in after some days.

        >>> plan = Plan(dt.date(2025, 10, 13), days=10, drawn=1000, rate=0.8, front=0)
        >>> plan.share(2.5), plan.closes.isoformat(), plan.wanted
        (0.25, '2025-10-23', 800.0)
        """
        import numpy as np

        if self.curve:
            return float(np.interp(elapsed, range(self.days + 1), (0.0, *self.curve)))
        if self.front == 0:
            return elapsed / self.days
        return float(np.expm1(-self.front * elapsed / self.days) / np.expm1(-self.front))


def response(
    log: pd.DataFrame, responses: pd.DataFrame, *, by: str | Sequence[str] = (), place: str,
    plan: Plan | None = None, now: dt.datetime | None = None, level: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Give the rates of response so far, in all or by columns of the draw, against plan.

    Parameters
    ----------
    log
        One row a place that was drawn: ``place`` under its own name, ``persons_drawn``, and the columns of ``by``.
    responses
        One row an answer: the place, ``completed``.
    by
        Columns of the log.
    place
        What the column of places is called.
    plan, now
        What was planned, and up to when answers are in; the end of fieldwork if not given.
    level
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        Columns of ``by``; ``places``, ``drawn``; ``answers`` = ``completed`` + ``partial``; ``rr1`` (completed of those
        drawn), ``rr2`` (answers of those drawn), ``low``, ``high`` of rr2 and ``how`` the interval was made;
        ``breakoff`` (partial of answers); ``over`` (answers that exceed those drawn, by place). With a plan ``wanted``
        in the end, ``fill`` = answers / wanted, ``expected`` by now, ``behind`` = expected − answers.

    Raises
    ------
    DuzhengError
        DZ-S002 for columns that are not there, answers from places that were not drawn, or a log without a draw.

    Notes
    -----
    AAPOR, Standard Definitions (10th ed., 2023), RR1 and RR2: everybody drawn counts as eligible, so both are least
    rates. The interval is Wilson's (1927) with n* = p (1 − p) / s² in place of n, no larger than n, where s² is the
    variance of a ratio between places: pupils of one school answer alike. It speaks of readiness to answer, not of
    the rate that was reached, which is known.
    """
    import numpy as np
    import pandas as pd
    from statsmodels.stats.proportion import proportion_confint

    by = [by] if isinstance(by, str) else list(by)
    hold_columns(log, {*by, place, "persons_drawn"}, "the log")
    hold_columns(responses, {place, "completed"}, "the answers")
    strange = responses.loc[~responses[place].isin(log[place]), place]
    if len(strange):
        raise DuzhengError(
            wrong(f"{len(strange)} answers from {strange.nunique(dropna=False)} places such as {strange.iloc[0]!r}",
                  "places of the log", "give the log of this draw; answers without a place stand apart", place)
        )  # fmt: skip
    if not log["persons_drawn"].sum() > 0:
        raise DuzhengError(
            wrong("nobody drawn", "persons_drawn", "nobody was asked by name here: see daily() and quota()")
        )
    each = log[[*dict.fromkeys([*by, place]), "persons_drawn"]].rename(columns={"persons_drawn": "drawn"})
    came = responses.groupby(place, observed=True)["completed"].agg(["size", "sum"])
    each["answers"] = each[place].map(came["size"]).fillna(0).astype(int)
    each["completed"] = each[place].map(came["sum"]).fillna(0).astype(int)
    each["over"] = (each["answers"] - each["drawn"]).clip(lower=0)
    groups = each.groupby(by or np.zeros(len(each)), observed=True, sort=False)
    found = groups[["drawn", "answers", "completed", "over"]].sum()
    found.insert(0, "places", groups.size())
    drawn, rate = found["drawn"].to_numpy(float), (found["answers"] / found["drawn"]).clip(upper=1).to_numpy(float)
    residual = each["answers"] - groups["answers"].transform("sum") / groups["drawn"].transform("sum") * each["drawn"]
    key = groups.ngroup().to_numpy()
    squares = np.bincount(key, weights=residual.to_numpy(float) ** 2)
    places = found["places"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = places / (places - 1) * squares / drawn**2
        effective = np.minimum(rate * (1 - rate) / variance, drawn)
    alone = ~np.isfinite(effective) | (effective <= 0)
    effective = np.where(alone, drawn, effective)
    low, high = proportion_confint(rate * effective, effective, alpha=1 - level, method="wilson")
    found["partial"] = found["answers"] - found["completed"]
    found["rr1"], found["rr2"] = found["completed"] / found["drawn"], found["answers"] / found["drawn"]
    found["low"], found["high"] = low, high
    named = f"Wilson {level:.0%}"
    found["how"] = np.where(alone, f"{named}, persons taken as independent", f"{named}, places as clusters")
    found["breakoff"] = found["partial"] / found["answers"].where(found["answers"] > 0)
    if plan is not None:
        done = plan.share(plan.elapsed(now)) if now else 1.0
        found["wanted"] = found["drawn"] * plan.rate
        found["fill"] = found["answers"] / found["wanted"]
        found["expected"] = found["wanted"] * done
        found["behind"] = found["expected"] - found["answers"]
    order = ["places", "drawn", "answers", "completed", "partial"]
    found = found[order + [name for name in found if name not in order]]
    result: pd.DataFrame = found.reset_index() if by else pd.DataFrame(found.reset_index(drop=True))
    return result


def quota(responses: pd.DataFrame, wanted: pd.DataFrame) -> pd.DataFrame:
    """Give how far quotas are filled.

    Parameters
    ----------
    responses
        One row an answer, with the columns of the quotas.
    wanted
        One row a quota: its columns, and ``wanted`` answers; or, of a margin, ``total`` persons: of the answers that
        fall into any of its rows, as many are wanted of each as are in proportion to its total.

    Returns
    -------
    pandas.DataFrame
        Columns of the quotas, ``answers``, ``wanted``, ``fill`` = answers / wanted (missing where none are wanted),
        ``open`` (answers still missing).

    Examples
    --------
    >>> import pandas as pd
    >>> quota(pd.DataFrame({"sex": ["f", "f", "m"]}), pd.DataFrame({"sex": ["f", "m"], "wanted": [2, 4]}))
      sex  answers  wanted  fill  open
    0   f        2       2  1.00     0
    1   m        1       4  0.25     3
    """
    by = cells_of(wanted)
    hold_columns(responses, set(by), "the answers")
    if not {"wanted", "total"} & set(wanted.columns) or not by:
        raise DuzhengError(
            wrong("a table of quotas without `wanted` or columns", "columns, and `wanted` or `total`", "")
        )
    keys = responses[by].astype("string")
    counts = keys.groupby(by).size().rename("answers")
    found = wanted[by].astype("string").join(counts, on=by)
    result = wanted[by].assign(answers=found["answers"].fillna(0).astype(int).to_numpy())
    result["wanted"] = (
        wanted["wanted"] if "wanted" in wanted else wanted["total"] / wanted["total"].sum() * result["answers"].sum()
    )
    result["fill"] = result["answers"] / result["wanted"].where(result["wanted"] > 0)
    result["open"] = (result["wanted"] - result["answers"]).clip(lower=0)
    return result


def cells_of(frame: pd.DataFrame) -> list[str]:
    """Give the columns of quotas or of a margin that say whom a row is of."""
    return [str(name) for name in frame.columns if name not in {"wanted", "total", "synthetic"}]


def daily(responses: pd.DataFrame, plan: Plan | None = None) -> pd.DataFrame:
    """Give the answers of each day since the first.

    Returns
    -------
    pandas.DataFrame
        ``day`` (days without answers, too; from the plan's opening where one is given), ``answers`` that began on it,
        ``completed``, ``minutes`` (median of those completed), ``cumulative``; with a plan ``expected``, cumulative.
    """
    import pandas as pd

    hold_columns(responses, {"started", "completed", "seconds"}, "the answers")
    day = responses["started"].dt.tz_localize(None).dt.normalize()
    days = pd.date_range(
        min([day.min(), *([pd.Timestamp(plan.opened)] if plan else [])]), day.max(), unit="ms", name="day"
    )
    whole = responses["completed"].astype(bool)
    counts = day.value_counts().reindex(days, fill_value=0)
    found = pd.DataFrame({
        "answers": counts, "completed": day[whole].value_counts().reindex(days, fill_value=0),
        "minutes": responses.loc[whole, "seconds"].groupby(day[whole]).median().reindex(days) / 60,
        "cumulative": counts.cumsum(),
    }, index=days)  # fmt: skip
    if plan is not None:
        passed = (days - pd.Timestamp(plan.opened)).days + 1
        found["expected"] = [plan.wanted * plan.share(float(min(max(each, 0), plan.days))) for each in passed]
    return found.reset_index()


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
        ``day``; ``answers`` at its end where it is known; ``expected``, ``low``, ``high`` of that number; ``reached``
        (chance that as many as wanted are in by then), ``curve`` (the likeliest one).

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
        "expected": np.r_[past, np.median(totals, axis=0)], "low": np.r_[past, low], "high": np.r_[past, high],
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


def hold_columns(frame: pd.DataFrame, names: set[str], what: str) -> None:
    """Hold a frame to the columns that are needed."""
    gone = sorted(names - set(frame.columns))
    if gone:
        raise DuzhengError.of(
            wrong(f"{what} without {name!r}", "that column", "see docs/simulation.md for the columns of a wave", name)
            for name in gone
        )
