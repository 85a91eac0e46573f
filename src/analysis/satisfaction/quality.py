"""How answers were given: pace, careless answers, and places that were told what to tick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.satisfaction.fieldwork import hold_columns
from analysis.stats.multiplicity import adjust
from analysis.surveys.columns import columns
from analysis.surveys.items import Matrix, Rating
from analysis.surveys.logic import holds_in
from analysis.surveys.pace import Reader, seconds

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.surveys.survey import Survey

#: Answered ratings below which nobody is said to tick one point down the page.
FEWEST_RATINGS = 6
_BATTERY = 3  #: ratings that make a battery


def pace(survey: Survey, responses: pd.DataFrame, *, fraction: float = 0.5, alpha: float = 0.001) -> pd.DataFrame:
    """Give every answer's signs of haste and of carelessness: what to look at, and no verdict on anybody.

    Parameters
    ----------
    survey
        The questionnaire.
    responses
        Its answers, with ``id``, ``completed``, ``seconds[section]``.
    fraction
        A section is fast below this fraction of its median time, if also below what reading and deciding take.
    alpha
        Of Mahalanobis' distance.

    Returns
    -------
    pandas.DataFrame
        ``id``; ``minutes``; ``haste`` (time over the medians of the same sections), ``fast`` (share of sections that
        are), ``speeder`` (half of them or more); ``rated`` ratings in batteries, ``longest`` run of one point in a
        battery, ``flat`` (share of batteries without any variation), ``irv`` (standard deviation of a person's ratings,
        each scale from 0 to 1), ``straight`` (all flat, with 6 ratings or more); ``distance`` (Mahalanobis' D² of the
        ratings), ``erratic`` (its p is below alpha). What can't be judged is missing, flags are False.

    Notes
    -----
    Batteries are three ratings or more on one scale in one section. A section in which somebody stopped has no time to
    judge. Reading speeds are the assumptions of :mod:`analysis.surveys.pace`. D² is taken over the ratings that were
    answered, with covariances of pairs. Meade and Craig (2012, Psychological Methods 17); Curran (2016, J. Exp. Soc.
    Psychology 66); irv: Dunn et al. (2018, J. Business and Psychology 33). In R, ``careless``: ``longstring``, ``irv``,
    ``mahad``.
    """
    import numpy as np
    import pandas as pd

    hold_columns(responses, {"id", "completed", "seconds"}, "the answers")
    found = pd.DataFrame({"id": responses["id"], "minutes": responses["seconds"] / 60}, index=responses.index)
    spent, usual = _times(survey, responses)
    with np.errstate(invalid="ignore", divide="ignore"):
        judged = ~np.isnan(spent)
        timed, median = judged.any(axis=0), np.full(spent.shape[1], np.nan)
        median[timed] = np.nanmedian(spent[:, timed], axis=0)
        fast = judged & (spent < fraction * median) & (spent < usual)
        found["haste"] = np.nansum(spent, axis=1) / np.where(judged, median, 0).sum(axis=1)
        found["fast"] = fast.sum(axis=1) / judged.sum(axis=1)
    found["speeder"] = found["fast"] >= 0.5  # noqa: PLR2004  half
    ratings, batteries = _ratings(survey, responses)
    points = ratings.to_numpy()
    inside = [np.array([ratings.columns.get_loc(name) for name in each]) for each in batteries]
    longest, flat, answered = (np.zeros(len(found)) for _ in range(3))
    for each in inside:
        run, same = _runs(points[:, each])
        longest = np.maximum(longest, run)
        enough = (~np.isnan(points[:, each])).sum(axis=1) >= _BATTERY
        answered, flat = answered + enough, flat + (enough & same)
    in_batteries = points[:, np.concatenate(inside)] if inside else points[:, :0]
    found["rated"] = (~np.isnan(in_batteries)).sum(axis=1)
    found["longest"] = longest.astype(int)
    with np.errstate(invalid="ignore", divide="ignore"):
        found["flat"] = flat / answered
    found["irv"] = ratings.std(axis=1)
    found["straight"] = (found["flat"] == 1) & (found["rated"] >= FEWEST_RATINGS)
    found["distance"], p = _distances(points)
    found["erratic"] = p < alpha
    return found


def mobilised(
    survey: Survey, responses: pd.DataFrame, *, place: str, minutes: float = 15, least: int = 10, level: float = 0.05
) -> pd.DataFrame:
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
    level
        Of both tests, after Bonferroni's correction for the number of places.

    Returns
    -------
    pandas.DataFrame
        One row a place: its name, ``answers``, ``top`` (share with the best point of every rating), ``elsewhere`` (that
        share in all other places), ``p_top``, ``most`` (answers that began within one window), ``when`` it began,
        ``p_scan``, ``mobilised`` (both are at or below the level), most suspicious first.

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
    ratings, _ = _ratings(survey, responses)
    best, rated = _best(ratings.to_numpy())
    known = responses[place].notna().to_numpy() & (rated >= _BATTERY)
    started, names = responses["started"].to_numpy("datetime64[s]").astype(float)[known], responses.loc[known, place]
    best = best[known]
    everywhere = np.sort(started)
    rows = []
    for name, here in names.reset_index(drop=True).groupby(names.to_numpy()).groups.items():
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
    found["mobilised"] = (found["p_top"] <= level) & (found["p_scan"] <= level)
    return found.sort_values(["mobilised", "top", "most"], ascending=False, ignore_index=True)


def _times(survey: Survey, responses: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Give the seconds spent on each section, missing where it can't be judged, and those that reading it takes."""
    import numpy as np

    sheet = survey.questionnaire
    reader: Reader = "student" if sheet.respondent == "student" else "adult"
    sections = [each.id for each in sheet.sections if f"seconds[{each.id}]" in responses.columns]
    spent = responses[[f"seconds[{name}]" for name in sections]].to_numpy(float, na_value=np.nan, copy=True)
    spent[spent <= 0] = np.nan
    last = spent.shape[1] - 1 - np.argmax(~np.isnan(spent)[:, ::-1], axis=1) if sections else np.zeros(len(spent), int)
    stopped = np.flatnonzero(~responses["completed"].to_numpy(bool))
    if sections:
        spent[stopped, last[stopped]] = np.nan
    usual = np.zeros_like(spent)
    for number, name in enumerate(sections):
        seen: set[str] = set()
        for each in (each for each in survey.asked if each.section.id == name):
            scale = getattr(each.item, "scale", "")
            takes = seconds(each.item, survey.bank, reader, sheet.languages, scale_known=scale in seen)
            seen |= {scale} - {""}
            shown = np.ones(len(responses), bool)
            if each.condition is not None:
                shown = holds_in(each.condition, responses).fillna(value=False).to_numpy(bool)
            usual[:, number] += np.where(shown, takes, 0.0)
    return spent, usual


def _ratings(survey: Survey, responses: pd.DataFrame) -> tuple[pd.DataFrame, list[list[str]]]:
    """Give all ratings, each scale from 0 to 1, and the names of those that make batteries."""
    import numpy as np
    import pandas as pd

    found: dict[str, Any] = {}
    batteries: dict[tuple[str, str], list[str]] = {}
    for column in columns(survey):
        if not isinstance(column.asked.item, Rating | Matrix) or not column.number or column.name not in responses:
            continue
        points = sorted(int(code) for code in column.labels)
        values = responses[column.name].to_numpy(float, na_value=np.nan)
        found[column.name] = (values - points[0]) / (points[-1] - points[0])
        scale = getattr(column.asked.item, "scale", "") or str(dict(column.labels))
        batteries.setdefault((column.asked.section.id, scale), []).append(column.name)
    return pd.DataFrame(found, index=responses.index), [each for each in batteries.values() if len(each) >= _BATTERY]


def _runs(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give each row's longest run of one value, passing what is missing, and whether all of its values are one."""
    import numpy as np

    before = np.full(len(points), np.nan)
    run, longest, changes = (np.zeros(len(points), int) for _ in range(3))
    for column in points.T:
        given = ~np.isnan(column)
        run = np.where(given, np.where(column == before, run + 1, 1), run)
        changes += given & ~np.isnan(before) & (column != before)
        before = np.where(given, column, before)
        longest = np.maximum(longest, run)
    return longest, changes == 0


def _correlations(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give standardised columns and their correlations by pairs, made positive definite."""
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame(points)
    spread = frame.std()
    frame = frame.loc[:, spread > 0]
    found = frame.corr(min_periods=30).fillna(0.0).to_numpy(copy=True)
    np.fill_diagonal(found, 1.0)
    values, vectors = np.linalg.eigh(found)
    whole: np.ndarray = (vectors * np.maximum(values, 0.01)) @ vectors.T
    return ((frame - frame.mean()) / frame.std()).to_numpy(), whole


def _distances(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give Mahalanobis' D² of each row over what it has, and its p by the chi-square distribution."""
    import numpy as np
    from scipy.stats import chi2

    found, p = np.full(len(points), np.nan), np.full(len(points), np.nan)
    if not len(points) or not points.shape[1]:
        return found, p
    z, correlation = _correlations(points)
    patterns, of = np.unique(~np.isnan(z), axis=0, return_inverse=True)
    for number, has in enumerate(patterns):
        rows = np.flatnonzero(of == number)
        if has.sum() >= _BATTERY:
            here = z[np.ix_(rows, has)]
            found[rows] = np.einsum("ij,ji->i", here, np.linalg.solve(correlation[np.ix_(has, has)], here.T))
            p[rows] = chi2.sf(found[rows], int(has.sum()))
    return found, p


def _best(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell who gave every rating its best point, and how many they gave."""
    import numpy as np
    import pandas as pd

    given = ~np.isnan(points)
    if not points.shape[1]:
        return np.zeros(len(points), bool), given.sum(axis=1)
    spread, ends = (pd.DataFrame(points).std() > 0).to_numpy(), np.ones(points.shape[1])
    if spread.any():
        _, correlation = _correlations(points)
        first = np.linalg.eigh(correlation)[1][:, -1]
        ends[spread] = np.where(first * np.sign(first.sum()) < 0, 0.0, 1.0)
    return ((points == ends) | ~given).all(axis=1), given.sum(axis=1)
