"""Scores: what everybody's answers are worth on an index, by a conversion that has a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError
from analysis.messages.requests import one_of, wrong
from analysis.surveys.decided import MISSING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.surveys.items import Missing
    from analysis.surveys.questionnaire import Conversion, Index, Treatment
    from analysis.surveys.survey import Survey

CONVERSIONS = ("linear_0_100", "points_20_100", "mean", "top2")
TREATMENTS = ("excluded", "middle", "lowest")
_TOP = 2  #: points that are the top


def score(
    survey: Survey, index: Index, responses: pd.DataFrame, *, conversion: Conversion | None = None,
    dont_know: Treatment | None = None, refused: Treatment | None = None, least: float | None = None,
) -> pd.Series[float]:  # fmt: skip
    """Give everybody's value of an index.

    Parameters
    ----------
    survey
        The questionnaire that the index is of.
    index
        Its items, their weights, and how it was declared; what is given here goes before that.
    responses
        Answers, with the columns of :func:`analysis.surveys.columns.columns`.
    conversion
        ``linear_0_100``: 100 (x − min) / (max − min). ``points_20_100``: 100 x / max, so 20, 40, …, 100 on five points.
        ``mean``: the points themselves. ``top2``: 100 for the two best points, else 0.
    dont_know, refused
        What such an answer is worth: nothing (``excluded``), the middle of the scale, or its lowest point. What does
        not apply is always excluded.
    least
        The share of the items' weights that must be answered; the others' weights are shared out among them.

    Returns
    -------
    pandas.Series
        Shape (n,); missing where too few items have a value.

    Raises
    ------
    DuzhengError
        DZ-S002 for a conversion or treatment that is not known, and for ``top2`` over scales of different length.

    Notes
    -----
    Σ wⱼ xⱼ / Σ wⱼ over the items that have a value. The first conversion is that of the American Customer Satisfaction
    Index (Fornell et al. 1996, Journal of Marketing 60); the second is used in Chinese reports, without a common
    source. On n points the second lies between 100/n and 100 and is no scale from 0.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> survey = analysis.open().questionnaires()["students-2025"]
    >>> index = next(each for each in survey.questionnaire.analyses.indices if len(each.items) == 2)
    >>> answers = pd.DataFrame({code: pd.array([7, 4, None], "Int16") for code in index.items})
    >>> score(survey, index, answers).tolist(), score(survey, index, answers, conversion="top2").tolist()
    ([100.0, 50.0, nan], [100.0, 0.0, nan])
    """
    import numpy as np
    import pandas as pd

    conversion, least = conversion or index.conversion, index.least if least is None else least
    of: dict[Missing, Treatment] = {"dont_know": dont_know or index.dont_know, "refused": refused or index.refused}
    one_of("conversion", conversion, CONVERSIONS)
    for treatment in of.values():
        one_of("treatment", treatment, TREATMENTS)
    measure_of(survey, index, conversion)
    weights = index.weights or (1.0,) * len(index.items)
    total, weight = np.zeros(len(responses)), np.zeros(len(responses))
    for code, each in zip(index.items, weights, strict=True):
        points = points_of(survey, code)
        given = converted(_given(responses, code, points, of), points, conversion)
        there = ~np.isnan(given)
        total[there] += each * given[there]
        weight += each * there
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where((weight > 0) & (weight >= least * sum(weights) - 1e-9), total / weight, np.nan)
    return pd.Series(found, index=responses.index, name=index.id)


def item_score(
    survey: Survey, code: str, responses: pd.DataFrame, conversion: Conversion = "linear_0_100"
) -> pd.Series[float]:
    """Give everybody's value of one item by a conversion; without an answer it is missing."""
    import pandas as pd

    one_of("conversion", conversion, CONVERSIONS)
    points = points_of(survey, code)
    found = converted(responses[code].to_numpy(float, na_value=float("nan")), points, conversion)
    return pd.Series(found, index=responses.index, name=code)


def measure_of(survey: Survey, index: Index, conversion: Conversion | None = None) -> str:
    """Name what an index measures: its conversion, and for shares and points the length of the scale.

    The two best of five points and the two best of seven are different measures: only values of one name compare.

    Raises
    ------
    DuzhengError
        DZ-S002 for ``top2``, ``points_20_100`` and ``mean`` over scales of different length.

    Examples
    --------
    >>> import analysis
    >>> survey = analysis.open().questionnaires()["students-2025"]
    >>> index = survey.questionnaire.analyses.indices[0]
    >>> measure_of(survey, index), measure_of(survey, index, "top2")
    ('linear_0_100', 'top2_of_7')
    """
    conversion = conversion or index.conversion
    if conversion == "linear_0_100":
        return conversion
    lengths = sorted({len(points_of(survey, code)) for code in index.items})
    if len(lengths) > 1:
        raise DuzhengError(
            wrong(f"{conversion} over scales of {' and '.join(map(str, lengths))} points", "scales of one length",
                  "convert to linear_0_100, or leave items out", index.id)
        )  # fmt: skip
    return f"{conversion}_of_{lengths[0]}"


def points_of(survey: Survey, code: str) -> list[int]:
    """Give the points of an item's scale, lowest first."""
    asked = {each.code: each.item for each in survey.asked}
    return sorted(int(option.code) for option in survey.bank.options(asked[code.partition(".")[0]]))


def converted(given: np.ndarray, points: list[int], conversion: Conversion) -> np.ndarray:
    """Convert points to what they are worth; missing stays missing."""
    import numpy as np

    low, high = points[0], points[-1]
    if conversion == "linear_0_100":
        return 100 * (given - low) / (high - low)
    if conversion == "points_20_100":
        return 100 * given / high
    if conversion == "top2":
        return np.where(np.isnan(given), np.nan, 100.0 * (given >= points[-_TOP]))
    return given


def _given(responses: pd.DataFrame, code: str, points: list[int], of: dict[Missing, Any]) -> np.ndarray:
    """Give the points that were ticked, and those that kinds of missing are taken for."""
    import numpy as np

    given = responses[code].to_numpy(float, na_value=np.nan)
    why = f"{code}[missing]"
    taken = {kind: treatment for kind, treatment in of.items() if treatment != "excluded"}
    if taken and why in responses:
        said, given = responses[why].astype("str"), given.copy()
        for kind, treatment in taken.items():
            worth = (points[0] + points[-1]) / 2 if treatment == "middle" else points[0]
            given[np.asarray(said == MISSING[kind]) & np.isnan(given)] = worth
    return given
