"""Reminders: whether they are answered, where the next ones make a sample most even, and whom to send them to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError
from analysis.messages.requests import hold_columns, wrong
from analysis.satisfaction.fieldwork.representativeness import in_cells

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


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
        As for :func:`analysis.satisfaction.r_indicator`, over cells.
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
    of = in_cells(sample, responded, by, weights)
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
