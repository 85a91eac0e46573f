"""How evenly a sample answered, the R-indicator and its parts, and where the next reminder makes it most even."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import DuzhengError, Fault
from analysis.satisfaction.fieldwork import hold_columns
from analysis.stats.requests import one_of, wrong

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
        ``value``, ``unadjusted`` (R only: without correction of its bias), ``se``, ``low``, ``high``, ``n``, ``rate``
        (weighted), ``worst`` (R only: greatest bias of a mean, in its standard deviations, (1 − R) / (2 rate)).

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
    of = _cells(sample, responded, by, weights)
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
    names = ["indicator", "variable", "category", "value", "unadjusted", "se", "low", "high", "n", "rate", "worst"]
    return pd.DataFrame(rows, columns=names).astype({"category": object})


@dataclass(frozen=True, slots=True)
class _Cells:
    """A sample by the combinations of its categories."""

    keys: pd.DataFrame  # one row a cell
    cell: np.ndarray  # (n,) of each person
    answered: np.ndarray  # (n,) 0 or 1
    each: np.ndarray  # (n,) weights
    weight: np.ndarray  # of each cell
    rate: np.ndarray  # weighted, of each cell


def _cells(sample: pd.DataFrame, responded: Any, by: list[str], weights: Any) -> _Cells:
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
    return _Cells(keys, cell, answered, each, weight, np.bincount(cell, weights=each * answered) / weight)


class _Response:
    """A model of response: chances in cells, their derivatives, and the covariance of its coefficients."""

    def __init__(self, of: _Cells, by: list[str], model: Model, cluster: pd.Series | None) -> None:
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


def _squares(x: np.ndarray, rho: np.ndarray, of: _Cells, cluster: Any) -> np.ndarray:
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


def _parts(of: _Cells, by: list[str], rho: np.ndarray, scores: _Response) -> Iterator[tuple[Any, ...]]:
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


def reminder_chances(sample: pd.DataFrame, reminded: Any, answered: Any, *, by: str | Sequence[str]) -> pd.DataFrame:
    """Give the chance that a reminder brings an answer, by cell, from reminders so far.

    Parameters
    ----------
    sample
        One row a person drawn.
    reminded, answered
        Whether each was reminded, and whether each answered after it, (n,).
    by
        Columns of the cells.

    Returns
    -------
    pandas.DataFrame
        Columns of ``by``, ``reminded``, ``answered``, ``rate`` = answered / reminded, ``chance``: the rate drawn
        towards that of all, the more the fewer were reminded.

    Notes
    -----
    ``chance`` is the mean of a beta posterior; the prior's mean is the rate of all and its weight, in reminders, comes
    from the variance of the rates between cells (moments). Where they vary no more than chance would, all are alike.
    """
    import numpy as np

    by = [by] if isinstance(by, str) else list(by)
    frame = sample[by].assign(reminded=np.asarray(reminded, bool), answered=np.asarray(answered, bool))
    frame["answered"] &= frame["reminded"]
    found = frame.groupby(by, observed=True, sort=False)[["reminded", "answered"]].sum().reset_index()
    m, k = found["reminded"].to_numpy(float), found["answered"].to_numpy(float)
    if not 0 < k.sum() < m.sum():
        raise DuzhengError(
            wrong(f"{k.sum():.0f} answers after {m.sum():.0f} reminders", "some reminders with, some without",
                  "give chances that are assumed, in place of these")
        )  # fmt: skip
    overall = k.sum() / m.sum()
    has = m > 0
    chi = float((((k - m * overall) ** 2)[has] / m[has]).sum() / (overall * (1 - overall)))
    cells = int(has.sum())
    # Moments of the beta-binomial: E[chi] = cells − 1 + θ (Σm − Σm²/Σm), where θ = 1 / (prior + 1).
    between = (chi - (cells - 1)) / max(m.sum() - (m**2).sum() / m.sum() - (cells - 1), 1e-9)
    prior = np.inf if between <= 0 else max(1 / between - 1, 0.0)
    found["rate"] = k / np.where(has, m, np.nan)
    found["chance"] = overall if np.isinf(prior) else (k + prior * overall) / np.maximum(m + prior, 1e-9)
    return found


def next_reminder(
    sample: pd.DataFrame, responded: Any, *, by: str | Sequence[str], budget: int, chance: float | pd.DataFrame,
    weights: Any = None,
) -> pd.DataFrame:  # fmt: skip
    """Choose how many of those who have not answered to remind in each cell, so that R rises most.

    Parameters
    ----------
    sample, responded, by, weights
        As for :func:`r_indicator`, over cells.
    budget
        Reminders that can be sent.
    chance
        That a reminder brings an answer: of everybody, or a frame with the columns of ``by`` and ``chance``, as
        :func:`reminder_chances` gives it.

    Returns
    -------
    pandas.DataFrame
        One row a cell, most reminders first: columns of ``by``, ``share`` (of the population), ``drawn``, ``answered``,
        ``rate``, ``waiting``, ``chance``, ``worth`` (change of R by the first reminder sent here, times 1,000),
        ``remind``, ``expected`` (rate after it). Fewer than the budget are sent where no more would raise R.

    Notes
    -----
    Reminders are given out one by one, each where S² of the expected rates falls most. With the share w of a cell, its
    expected rate μ and δ = chance / drawn, one more changes S² by 2wδ (μ − μ̄) + w (1 − w) δ², reckoned anew each time.
    S² is convex in the reminders, and the answer lies as near to the best as whole reminders allow. Within a cell,
    whom to remind is left to chance. A reminder brings answers everywhere: this says where they are missing most.
    """
    import numpy as np
    import pandas as pd

    by = [by] if isinstance(by, str) else list(by)
    of = _cells(sample, responded, by, weights)
    drawn = np.bincount(of.cell).astype(float)
    answered = np.bincount(of.cell, weights=of.answered)
    likely = (
        np.full(len(drawn), float(chance)) if not isinstance(chance, pd.DataFrame) else _chances(of.keys, chance, by)
    )
    if budget < 0 or not ((likely >= 0) & (likely <= 1)).all():
        given = f"a budget of {budget}, chances from {likely.min():g} to {likely.max():g}"
        raise DuzhengError(wrong(given, "0 or more reminders, and a chance from 0 to 1 of every cell", "mend them"))
    share = of.weight / of.weight.sum()
    waiting = drawn - answered
    step, remind, mu = likely / drawn, np.zeros(len(drawn)), of.rate.copy()
    convex = share * (1 - share) * step**2
    for _ in range(budget):
        change = np.where((remind < waiting) & (likely > 0), 2 * share * step * (mu - share @ mu) + convex, np.inf)
        best = int(change.argmin())
        if change[best] >= 0:
            break
        remind[best] += 1
        mu[best] += step[best]
    now = unevenness(share, of.rate)
    first = 2 * share * step * (of.rate - share @ of.rate) + convex
    worth = np.where(waiting > 0, -2000 * (np.sqrt(np.maximum(now**2 + first, 0)) - now), np.nan)
    found = of.keys.assign(share=share, drawn=drawn.astype(int), answered=answered.astype(int), rate=of.rate,
                           waiting=waiting.astype(int), chance=likely, worth=worth, remind=remind.astype(int),
                           expected=mu)  # fmt: skip
    result: pd.DataFrame = found.sort_values(["remind", "worth"], ascending=False, ignore_index=True)
    return result


def whom_to_remind(
    cells: pd.DataFrame, participants: pd.DataFrame, *, by: str | Sequence[str], seed: int
) -> list[str]:  # fmt: skip
    """Draw whom to remind: in each cell so many as were chosen, of those who were invited and have not answered.

    Parameters
    ----------
    cells
        As :func:`next_reminder` gives it: columns of ``by``, and ``remind``.
    participants
        One row a participant, as :func:`analysis.surveys.limesurvey.participants.responded` gives it: ``person``, the
        columns of ``by``, ``sent`` (missing: never invited), ``completed``, ``opted_out``.
    by
        Columns of the cells.
    seed
        The same seed draws the same persons, whatever the order of rows.

    Returns
    -------
    list of str
        Persons, in the order of their ids; fewer than were chosen where fewer can be reminded.

    Raises
    ------
    DuzhengError
        DZ-S002 for columns that are not there, a cell or person twice, numbers of reminders below 0, or participants
        of whom nobody is in a cell that is to be reminded.

    Notes
    -----
    A simple random sample without replacement in each cell. Participants without an id cannot be written to by it.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"stage": ["a", "b"], "remind": [1, 5]})
    >>> participants = pd.DataFrame({
    ...     "person": ["p1", "p2", "p3", "p4", "p5"], "stage": ["a", "b", "b", "b", "a"],
    ...     "sent": pd.to_datetime(["2025-03-03", "2025-03-03", "2025-03-03", None, "2025-03-03"]),
    ...     "completed": [True, False, False, False, False], "opted_out": [False, False, True, False, False],
    ... })
    >>> whom_to_remind(cells, participants, by="stage", seed=7)
    ['p2', 'p5']
    """
    import numpy as np

    by = [by] if isinstance(by, str) else list(by)
    hold_columns(cells, {*by, "remind"}, "the table of cells")
    hold_columns(participants, {*by, "person", "sent", "completed", "opted_out"}, "the table of participants")
    wanted = cells[by].astype("string").assign(remind=cells["remind"].to_numpy())
    asked = participants[by].astype("string").assign(person=participants["person"].astype("string"))
    known = asked["person"].notna() & (asked["person"] != "")
    some = wanted[wanted["remind"] > 0]
    faults = []
    if wanted.duplicated(by).any():
        faults.append(wrong("a cell twice", "each once", "give the table of next_reminder()"))
    if not (wanted["remind"] >= 0).all():
        faults.append(wrong(f"remind = {wanted['remind'].min()}", "0 or more of every cell", "mend the table"))
    if asked.loc[known, "person"].duplicated().any():
        twice = asked.loc[known, "person"]
        found = f"person {twice[twice.duplicated()].min()} twice among the participants"
        faults.append(wrong(found, "each once", "delete one of the two on the server, the one without an answer"))
    if len(some) and some.merge(asked, on=by).empty:
        faults.append(wrong(f"no participant in a cell such as {', '.join(map(str, some[by].iloc[0]))}",
                            f"cells of {', '.join(by)} that participants have, too",
                            "give the participants and the answers of the same wave"))  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    free = participants["sent"].notna() & ~participants["completed"].astype(bool)
    free &= ~participants["opted_out"].astype(bool)
    queue = asked[known & free].merge(some, on=by).sort_values("person", ignore_index=True)
    queue = queue.iloc[np.random.default_rng(seed).permutation(len(queue))]
    drawn = queue[queue.groupby(by, dropna=False).cumcount() < queue["remind"]]
    return [str(person) for person in sorted(drawn["person"])]


def compare_reminders(chosen: pd.DataFrame) -> pd.DataFrame:
    """Compare the reminders that :func:`next_reminder` chose with others, by what is expected of each.

    Returns
    -------
    pandas.DataFrame
        ``strategy``: ``none``, ``chosen``, ``random`` (as many, by chance among all who have not answered), ``all``;
        ``reminders``, ``answers`` that are expected of them, ``rate`` and ``r`` after them, ``gain`` of R for 1,000
        reminders. R is that of expected rates in cells, 1 − 2S, without correction of its bias.
    """
    import numpy as np
    import pandas as pd

    share, waiting = chosen["share"].to_numpy(), chosen["waiting"].to_numpy(float)
    part = min(chosen["remind"].sum() / max(waiting.sum(), 1.0), 1.0)
    rows = []
    before = 1 - 2 * unevenness(share, chosen["rate"].to_numpy())
    for name, sent in (
        ("none", 0 * waiting),
        ("chosen", chosen["remind"]),
        ("random", part * waiting),
        ("all", waiting),
    ):
        brought = np.asarray(sent) * chosen["chance"].to_numpy()
        rate = chosen["rate"].to_numpy() + brought / chosen["drawn"].to_numpy()
        r, count = 1 - 2 * unevenness(share, rate), float(np.sum(sent))
        gain = 1000 * (r - before) / count if count else np.nan
        rows.append((name, round(count), brought.sum(), float(share @ rate), r, gain))
    return pd.DataFrame(rows, columns=["strategy", "reminders", "answers", "rate", "r", "gain"])


def unevenness(share: np.ndarray, rate: np.ndarray) -> float:
    """Give S, the standard deviation of rates over cells with shares that add up to 1."""
    import numpy as np

    return float(np.sqrt(share @ (rate - share @ rate) ** 2))


def _chances(keys: pd.DataFrame, chance: pd.DataFrame, by: list[str]) -> np.ndarray:
    import numpy as np

    found = keys.merge(chance[[*by, "chance"]].drop_duplicates(by), on=by, how="left")["chance"].to_numpy(float)
    overall = float(np.nanmean(chance["chance"].to_numpy(float)))
    return np.where(np.isnan(found), overall, found)
