"""Places that were told what to tick: many at once, and with the best of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.messages.requests import hold_columns
from analysis.satisfaction.quality.ratings import BATTERY, Ratings, ratings_of
from analysis.satisfaction.quality.rule import USUAL
from analysis.stats.multiplicity import adjust

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.survey import Survey


def mobilised(
    survey: Survey, responses: pd.DataFrame, *, place: str, minutes: float = USUAL.minutes, least: int = USUAL.least,
    alpha: float = USUAL.mobilised_alpha, ratings: Ratings | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Look for places where many answered at once and with the best of everything.

    Parameters
    ----------
    survey, responses
        The questionnaire and its answers, with ``started`` and the place.
    place
        What the column of places is called.
    minutes
        Width of the window that is moved over the time of fieldwork.
    least
        Places with fewer answers are left out.
    alpha
        The level of both tests, after Bonferroni's correction for the number of places.
    ratings
        Those of the answers, where they are at hand.

    Returns
    -------
    pandas.DataFrame
        One row a place: its name, ``answers``, ``top`` (share with the best point of every rating), ``elsewhere`` (that
        share in all other places), ``p_top``, ``most`` (answers that began within one window), ``when`` it began,
        ``p_scan``, ``mobilised`` (both are at or below alpha), most suspicious first.

    Notes
    -----
    The best point is the lowest where a rating runs against the others (sign on the first principal component). p_top
    is binomial against the other places. A class that answers together in one lesson is no sign by itself, and
    satisfied places are none either: only both together are. The scan statistic's chance is bounded by Bonferroni's
    inequality over the windows that begin with an answer: Σᵢ P(Bin(n − 1, qᵢ) ≥ most − 1), where qᵢ is the share of
    the other places' answers in window i (Glaz, Naus and Wallenstein 2001, Scan Statistics), so the usual rush of a
    day or an hour is allowed for.
    """
    import numpy as np
    import pandas as pd
    from scipy.stats import binom

    hold_columns(responses, {place, "started"}, "the answers")
    best, rated = (ratings_of(survey, responses) if ratings is None else ratings).best()
    code, names = pd.factorize(responses[place], sort=True)
    known = (code >= 0) & (rated >= BATTERY)
    started = responses["started"].to_numpy("datetime64[s]").astype(float)[known]
    best, code = best[known], code[known]
    everywhere, turn = np.sort(started), np.argsort(code, kind="stable")
    ends, rows = np.cumsum(np.bincount(code, minlength=len(names))), []
    for name, start, end in zip(names, [0, *ends], ends, strict=False):
        here = turn[start:end]
        n, top = len(here), int(best[here].sum())
        if n < least:
            continue
        others, elsewhere = len(best) - n, (best.sum() - top + 0.5) / (len(best) - n + 1)
        times = np.sort(started[here])
        counts = np.searchsorted(times, times + minutes * 60, side="right") - np.arange(n)
        most = int(counts.max())
        within = np.searchsorted(everywhere, times + minutes * 60, "right") - np.searchsorted(everywhere, times, "left")
        inside = np.searchsorted(times, times + minutes * 60, "right") - np.searchsorted(times, times, "left")
        share = (within - inside + 0.5) / (others + 1)
        when, p_scan = np.datetime64(int(times[counts.argmax()]), "s"), min(binom.sf(most - 2, n - 1, share).sum(), 1)
        rows.append((name, n, top / n, elsewhere, binom.sf(top - 1, n, elsewhere), most, when, p_scan))
    found = pd.DataFrame(rows, columns=[place, "answers", "top", "elsewhere", "p_top", "most", "when", "p_scan"])
    for p in ("p_top", "p_scan"):
        found[p] = adjust(found[p], method="bonferroni")
    found["mobilised"] = (found["p_top"] <= alpha) & (found["p_scan"] <= alpha)
    return found.sort_values(["mobilised", "top", "most"], ascending=False, ignore_index=True)
