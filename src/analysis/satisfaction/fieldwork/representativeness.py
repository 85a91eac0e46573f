"""How evenly a sample answered: the R-indicator and its parts."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import one_of, wrong

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Model = Literal["logistic", "cells"]


def sample_of(log: pd.DataFrame, responses: pd.DataFrame, *, place: str, by: Sequence[str] = ()) -> pd.DataFrame:
    """Give a sample person by person, from the log of its draw and the answers that came.

    Parameters
    ----------
    log
        One row a place that was drawn: its name, columns of ``by``, ``places``, ``places_drawn``, ``persons``,
        ``persons_drawn``.
    responses
        One row an answer, with the place.
    place, by
        What the column of places is called, and columns of the log to keep.

    Returns
    -------
    pandas.DataFrame
        One row a person drawn: the place, columns of ``by``, ``weight`` (of the design: the inverse of the chance to
        be drawn), ``responded``. Which person of a place answered is not known, and does not matter to what is known
        of places only. Answers beyond those drawn do not count.
    """
    import numpy as np

    came = responses[place].value_counts()
    drawn = log["persons_drawn"].to_numpy(int)
    rows = np.repeat(np.arange(len(log)), drawn)
    turn = np.arange(len(rows)) - np.repeat(drawn.cumsum() - drawn, drawn)
    weight = log["places"] / log["places_drawn"] * log["persons"] / log["persons_drawn"]
    frame = log[list(dict.fromkeys([place, *by]))].iloc[rows].reset_index(drop=True)
    answered = log[place].map(came).fillna(0).to_numpy(int)
    return frame.assign(weight=weight.to_numpy(float)[rows], responded=turn < answered[rows])


def r_indicator(
    sample: pd.DataFrame, responded: pd.Series[bool], *, by: str | Sequence[str],
    weights: pd.Series[float] | None = None, cluster: str = "", model: Model = "logistic", level: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Give the R-indicator of a response, and what each variable and category adds to its unevenness.

    Parameters
    ----------
    sample
        One row a person drawn, with the columns of ``by``, which are categories known of everybody.
    responded
        Whether each answered, (n,).
    by
        Columns; R says nothing of what is not among them, and R of two waves compare only over the same.
    weights
        Design weights, (n,); equal if not given.
    cluster
        The column of what was drawn first, such as places; persons are taken as independent without it.
    model
        ``logistic``: main effects. ``cells``: a rate for each combination of categories.
    level
        Of the interval of R.

    Returns
    -------
    pandas.DataFrame
        ``indicator`` (R, unconditional, conditional), ``variable``, ``category`` (missing for a variable as a whole),
        ``value``, ``unadjusted`` (R only: without correction of its bias), ``se``, ``lower``, ``upper``, ``n``,
        ``rate`` (weighted), ``worst`` (R only: greatest bias of a mean, in its standard deviations,
        (1 − R) / (2 rate)).

    Raises
    ------
    DuzhengError
        DZ-S002 for columns, lengths or weights that do not fit; DZ-S003 where nobody or everybody answered.

    Notes
    -----
    R = 1 − 2 S(ρ̂) (Schouten, Cobben and Bethlehem 2009, Survey Methodology 35). From S² is taken its bias
    tr(B Σ), where Σ is the covariance of the model's coefficients (a sandwich between clusters) and B that of the
    derivatives z = ρ̂ (1 − ρ̂) x; se(S²)² = 4 a'Σa + 2 tr(BΣBΣ) + var((ρ̂ − ρ̄)²) / n*, a the covariance of z and ρ̂
    (Shlomo, Skinner and Schouten 2012, J. Statistical Planning and Inference 142; de Heij, Schouten and Shlomo 2015,
    RISQ manual 2.1), and se(R) = se(S²) / S. RISQ's programs do not centre z in the bias, which takes off about
    ρ̄ (1 − ρ̄) / n more, and divide by the S that is not adjusted. A sandwich needs some tens of clusters.

    Unconditional parts: √w (ρ̄ₖ − ρ̄) of a category, negative where it answers less, and the root of the sum of squares
    of a variable; conditional parts: the root of the variance of ρ̂ within the cells of all other variables (Schouten,
    Shlomo and Skinner 2011, J. Official Statistics 27).

    Examples
    --------
    >>> import pandas as pd
    >>> sample = pd.DataFrame({"stage": ["a"] * 100 + ["b"] * 100})
    >>> responded = pd.Series([True] * 80 + [False] * 20 + [True] * 60 + [False] * 40)
    >>> found = r_indicator(sample, responded, by="stage")
    >>> found.loc[0, ["value", "unadjusted", "rate"]].astype(float).round(2).tolist()
    [0.81, 0.8, 0.7]
    """
    import numpy as np
    import pandas as pd
    from scipy.stats import norm

    by = [by] if isinstance(by, str) else list(by)
    one_of("model", model, ["logistic", "cells"])
    of = in_cells(sample, responded, by, weights)
    scores = _Response(of, by, model, sample[cluster] if cluster else None)
    share, rho = of.weight / of.weight.sum(), scores.rho
    mean = float(share @ rho)
    n, size = len(of.cell), of.weight.sum() ** 2 / (of.each**2).sum()
    variance = float(share @ (rho - mean) ** 2) * size / (size - 1)
    z = scores.z - share @ scores.z
    b, a = (z * share[:, None]).T @ z, (z * share[:, None]).T @ (rho - mean)
    moved = b @ scores.covariance
    bias = float(np.trace(moved))
    adjusted = max(variance - bias, 0.0)
    of_squares = float(share @ ((rho - mean) ** 2 - share @ (rho - mean) ** 2) ** 2) / size
    se2 = np.sqrt(4 * a @ scores.covariance @ a + 2 * np.trace(moved @ moved) + of_squares)
    se = float(se2 / np.sqrt(adjusted if adjusted > 0 else max(variance, 1e-12)))
    r, t = 1 - 2 * np.sqrt(adjusted), norm.ppf((1 + level) / 2)
    rows: list[tuple[Any, ...]] = [
        ("R", "", None, r, 1 - 2 * np.sqrt(variance), se, max(r - t * se, 0.0), min(r + t * se, 1.0), n, mean,
         (1 - r) / (2 * mean))
    ]  # fmt: skip
    rows += _parts(of, by, rho, scores)
    names = ["indicator", "variable", "category", "value", "unadjusted", "se", "lower", "upper", "n", "rate", "worst"]
    return pd.DataFrame(rows, columns=names).astype({"category": object})


@dataclass(frozen=True, slots=True)
class Cells:
    """A sample by the combinations of its categories."""

    keys: pd.DataFrame  # one row a cell
    cell: np.ndarray  # (n,) of each person
    answered: np.ndarray  # (n,) 0 or 1
    each: np.ndarray  # (n,) weights
    weight: np.ndarray  # of each cell
    rate: np.ndarray  # weighted, of each cell


def in_cells(sample: pd.DataFrame, responded: Any, by: list[str], weights: Any) -> Cells:
    """Gather a sample by the combinations of its categories; DZ-S002 or DZ-S003 with every fault of it."""
    import numpy as np

    faults = [
        wrong(f"a sample without {name!r}", "that column", "name columns of the sample", name)
        for name in by
        if name not in sample
    ]
    if not by:
        faults.append(wrong("by=[]", "a column that is known of everybody", "name one or more"))
    answered = np.asarray(responded, dtype=float)
    each = np.ones(len(sample)) if weights is None else np.asarray(weights, dtype=float)
    if len(answered) != len(sample) or len(each) != len(sample):
        faults.append(wrong(f"{len(answered)} answers and {len(each)} weights", f"{len(sample)}, one a person", ""))
    elif np.isnan(answered).any() or not np.isfinite(each).all() or (each <= 0).any():
        faults.append(wrong("answers or weights that are missing, or weights of 0", "truths, and weights above 0", ""))
    faults += [
        wrong(f"{int(sample[name].isna().sum())} persons without a category", "one of everybody", "make it one", name)
        for name in by
        if name in sample and sample[name].isna().any()
    ]
    if not faults and (not len(answered) or answered.all() or not answered.any()):
        faults.append(Fault("DZ-S003", found=f"{answered.sum():.0f} of {len(answered)} answered",
                            expected="some who did, and some who did not", hint="wait for answers"))  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    groups = sample.groupby(by, observed=True, sort=False)
    cell = groups.ngroup().to_numpy()
    weight = np.bincount(cell, weights=each)
    keys = sample[by].iloc[np.unique(cell, return_index=True)[1]].reset_index(drop=True)
    return Cells(keys, cell, answered, each, weight, np.bincount(cell, weights=each * answered) / weight)


class _Response:
    """A model of response: chances in cells, their derivatives, and the covariance of its coefficients."""

    def __init__(self, of: Cells, by: list[str], model: Model, cluster: pd.Series | None) -> None:
        import numpy as np
        import pandas as pd
        import statsmodels.api as sm

        if model == "cells":
            x, self.rho = np.eye(len(of.keys)), of.rate
        else:
            dummies = [pd.get_dummies(of.keys[name].astype(str), drop_first=True, dtype=float) for name in by]
            x = np.column_stack([np.ones(len(of.keys)), *(each.to_numpy() for each in dummies)])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of categories that all answered: their chance is 1, as it should be
                fit = sm.GLM(of.rate, x, family=sm.families.Binomial(), var_weights=of.weight).fit()
            self.rho = np.clip(np.asarray(fit.fittedvalues), 1e-9, 1 - 1e-9)
        self.z = (self.rho * (1 - self.rho))[:, None] * x
        bread = np.linalg.pinv((self.z * of.weight[:, None]).T @ x, hermitian=True)
        self.covariance = bread @ _squares(x, self.rho, of, cluster) @ bread


def _squares(x: np.ndarray, rho: np.ndarray, of: Cells, cluster: Any) -> np.ndarray:
    """Give the sum of squares of the model's scores, between clusters where there are any."""
    import numpy as np
    import pandas as pd

    score = (of.each * (of.answered - rho[of.cell]))[:, None] * x[of.cell]
    scale = 1.0
    if cluster is not None:
        code, names = pd.factorize(np.asarray(cluster))
        score = np.column_stack([np.bincount(code, weights=column) for column in score.T])
        scale = len(names) / max(len(names) - 1, 1)
    found: np.ndarray = scale * score.T @ score
    return found


def _parts(of: Cells, by: list[str], rho: np.ndarray, scores: _Response) -> Iterator[tuple[Any, ...]]:
    """Give the rows of partial indicators, unconditional and conditional."""
    import numpy as np
    import pandas as pd

    share = of.weight / of.weight.sum()
    mean = float(share @ rho)
    counts = np.bincount(of.cell)
    none = (np.nan,) * 3
    for name in by:
        code, names = pd.factorize(of.keys[name])
        part = np.bincount(code, weights=share)
        rates = np.bincount(code, weights=share * rho) / part
        n = np.bincount(code, weights=counts)
        signed = np.sqrt(part) * (rates - mean)
        yield (
            "unconditional",
            name,
            None,
            float(np.sqrt((signed**2).sum())),
            np.nan,
            *none,
            len(of.cell),
            mean,
            np.nan,
        )
        for k, category in enumerate(names):
            # The derivative of √w (ρ̄ₖ − ρ̄) by the model's coefficients.
            slope = np.sqrt(part[k]) * (((code == k) * share / part[k] - share) @ scores.z)
            se = float(np.sqrt(slope @ scores.covariance @ slope))
            yield ("unconditional", name, category, float(signed[k]), np.nan, se, np.nan, np.nan, int(n[k]),
                   float(rates[k]), np.nan)  # fmt: skip
        others = [each for each in by if each != name]
        within = of.keys.groupby(others, sort=False).ngroup().to_numpy() if others else np.zeros(len(code), int)
        level = np.bincount(within, weights=share * rho) / np.bincount(within, weights=share)
        left = share * (rho - level[within]) ** 2
        yield ("conditional", name, None, float(np.sqrt(left.sum())), np.nan, *none, len(of.cell), mean, np.nan)
        for k, category in enumerate(names):
            value = float(np.sqrt(left[code == k].sum()))
            yield ("conditional", name, category, value, np.nan, *none, int(n[k]), float(rates[k]), np.nan)
