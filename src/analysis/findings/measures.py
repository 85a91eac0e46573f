"""Measures that no catalogue declares: per cent and points of indices, and what two percentages differ by."""

from __future__ import annotations

from typing import Final

from analysis.messages import Texts

PERCENT: Final[Texts] = {"zh-Hans": "%", "en": "%"}
PERCENTAGE_POINTS: Final[Texts] = {"zh-Hans": "个百分点", "en": "percentage points"}
#: Of an index; points of a scale and points of a hundred are called alike.
POINTS: Final[Texts] = {"zh-Hans": "分", "en": "points"}
#: Of a coefficient, and of counts whose counted thing is said around them.
NO_MEASURE: Final[Texts] = {"zh-Hans": "", "en": ""}
_SHARES: Final = ("top2", "share")


def of_index(measure: str) -> Texts:
    """Give the measure in which an index is printed: points, but for shares.

    Parameters
    ----------
    measure
        As a table of estimates has it: the name of :func:`analysis.surveys.scores.measure_of`, or ``share``.

    Examples
    --------
    >>> of_index("top2_of_7")["en"], of_index("points_20_100_of_5")["en"], of_index("linear_0_100")["en"]
    ('%', 'points', 'points')
    """
    return PERCENT if measure.startswith(_SHARES) else POINTS


def of_change(measure: Texts) -> Texts:
    """Give the measure of a change: of a percentage it is percentage points.

    >>> of_change(PERCENT)["en"], of_change({"zh-Hans": "人", "en": "persons"})["en"]
    ('percentage points', 'persons')
    """
    return PERCENTAGE_POINTS if measure["zh-Hans"] == PERCENT["zh-Hans"] else measure
