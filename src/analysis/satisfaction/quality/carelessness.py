"""How answers were given: pace, careless answers, and places that were told what to tick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.messages.requests import hold_columns
from analysis.satisfaction.quality.ratings import BATTERY, Correlations, Ratings, blocks, correlations, ratings_of, runs
from analysis.satisfaction.quality.rule import USUAL
from analysis.surveys.logic import holds_in
from analysis.surveys.pace import Reader, seconds

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.surveys.survey import Survey

#: Answered ratings below which nobody is said to tick one point down the page.
FEWEST_RATINGS = 6


def pace(
    survey: Survey, responses: pd.DataFrame, *, fraction: float = USUAL.fraction,
    alpha: float = USUAL.alpha, ratings: Ratings | None = None,
) -> pd.DataFrame:  # fmt: skip
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
    ratings
        Those of the answers, where they are at hand.

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
    ratings = ratings_of(survey, responses) if ratings is None else ratings
    for name, values in _carelessness(ratings).items():
        found[name] = values
    found["straight"] = (found["flat"] == 1) & (found["rated"] >= FEWEST_RATINGS)
    found["distance"], p = _distances(ratings.points, ratings.correlations)
    found["erratic"] = p < alpha
    return found


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
            if each.condition is not None:
                shown = holds_in(each.condition, responses).fillna(value=False).to_numpy(bool)
                usual[:, number] += takes * shown
            else:
                usual[:, number] += takes
    return spent, usual


def _carelessness(ratings: Ratings) -> dict[str, np.ndarray]:
    """Give what can be seen in everybody's own ratings: how long their runs, how many of their batteries are flat."""
    import numpy as np

    points, n = ratings.points, len(ratings.points)
    longest, rated, flat, answered = (np.zeros(n, int) for _ in range(4))
    irv = np.full(n, np.nan)
    for rows in blocks(n):
        here = points[rows]
        there = ~np.isnan(here)
        for battery in ratings.batteries:
            run, same = runs(here[:, battery])
            many = there[:, battery].sum(axis=1)
            longest[rows] = np.maximum(longest[rows], run)
            rated[rows] += many
            answered[rows] += many >= BATTERY
            flat[rows] += (many >= BATTERY) & same
        many = there.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(there, here, 0).sum(axis=1, dtype=float) / many
            away = np.where(there, here - mean[:, None], 0.0)
            irv[rows] = np.sqrt((away**2).sum(axis=1) / np.where(many > 1, many - 1, np.nan))
    with np.errstate(invalid="ignore", divide="ignore"):
        return {"rated": rated, "longest": longest, "flat": flat / answered, "irv": irv}


def _distances(points: np.ndarray, of: Correlations | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Give Mahalanobis' D² of each row over what it has, and its p by the chi-square distribution.

    With z = 0 in the gaps m and P the inverse of all correlations, the inverse of those of what is there is
    P_oo - P_om P_mm⁻¹ P_mo, so that D² = z'Pz - (Pz)_m' P_mm⁻¹ (Pz)_m. Where gaps are more than answers, the
    correlations of what is there are inverted themselves.
    """
    import numpy as np
    from scipy.special import chdtrc

    found, p = np.full(len(points), np.nan), np.full(len(points), np.nan)
    of = correlations(points) if of is None else of
    if not len(points) or not of.used.any():
        return found, p
    inverse, k = np.linalg.inv(of.matrix), int(of.used.sum())
    for rows in blocks(len(points)):
        z = np.ascontiguousarray((points[rows][:, of.used] - of.mean[of.used]) / of.spread[of.used])
        gone = np.isnan(z)
        z[gone] = 0.0
        missing = gone.sum(axis=1)
        y = z @ inverse
        here = np.einsum("ij,ij->i", z, y)
        for many in np.unique(missing[(missing > 0) & (missing <= k - BATTERY)]):
            some = np.flatnonzero(missing == many)
            gaps = gone[some]
            if many <= k - many:
                here[some] -= _quadratic(inverse, np.nonzero(gaps)[1].reshape(len(some), -1), y[some])
            else:
                here[some] = _quadratic(of.matrix, np.nonzero(~gaps)[1].reshape(len(some), -1), z[some])
        here[k - missing < BATTERY] = np.nan
        found[rows] = here
        p[rows] = chdtrc(k - missing, here)
    return found, p


def _quadratic(matrix: np.ndarray, places: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Give v' M⁻¹ v of each row, where v are its values at its own places and M the matrix of these.

    A Cholesky decomposition of all rows at once, one element after the other: rows have thousands of patterns.
    """
    import numpy as np

    size = places.shape[1]
    at, v = places.T.copy(), np.take_along_axis(values, places, axis=1).T.copy()
    below: list[list[np.ndarray]] = [[] for _ in range(size)]
    solved: list[np.ndarray] = []
    total = np.zeros(len(places))
    for j in range(size):
        for i in range(j, size):
            element = matrix[at[i], at[j]]
            for k in range(j):
                element -= below[i][k] * below[j][k]
            below[i].append(np.sqrt(element) if i == j else element / below[j][j])
        part = v[j]
        for k in range(j):
            part -= below[j][k] * solved[k]
        part /= below[j][j]
        solved.append(part)
        total += part**2
    return total
