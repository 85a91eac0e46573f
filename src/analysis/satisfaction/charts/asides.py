"""What stands beside the marks of a chart: values in a column at the right, and remarks in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.documents.chart_parts import SMALL
from analysis.messages import Language

#: Letters of a word; one letter is a symbol, whose case tells.
_WORD = 2


def values_beside(chart: Any, width: float, *, offset: str = "", label: str = "shown") -> Any:
    """Write every row's value at the right of the axis, where no mark and no line of reference crosses it.

    Parameters
    ----------
    chart
        As :func:`analysis.satisfaction.charts.parts.dots_with_intervals` gives it, with its data.
    width
        Of the panel.
    offset
        The field whose values stand beside each other in a row.
    label
        The field of the text.
    """
    import altair as alt

    text = alt.Chart().mark_text(align="left", fontSize=11, dx=8).encode(
        x=alt.value(width), y=alt.Y("name:N", sort=None), text=f"{label}:N", color=alt.value(SMALL))  # fmt: skip
    return chart + (text.encode(yOffset=f"{offset}:N") if offset else text)


def one_line(remarks: Sequence[str], language: Language) -> str:
    """Put remarks into one line: in English only the first begins with a capital, and names keep theirs.

    >>> one_line(["dashed: all", "Hollow: with caution", "", "R-indicator 0.8"], "en")
    'Dashed: all; hollow: with caution; R-indicator 0.8'
    """
    said = [each for each in remarks if each]
    if language == "zh-Hans" or not said:
        return "；".join(said)
    first = said[0][:1].upper() + said[0][1:] if _begins_plainly(said[0]) else said[0]
    return "; ".join([first, *(each[:1].lower() + each[1:] if _begins_plainly(each) else each for each in said[1:])])


def _begins_plainly(remark: str) -> bool:
    """Tell whether the first word is one whose capital only says where it stands."""
    word = remark.split(" ", 1)[0].rstrip(":,")
    return len(word) >= _WORD and word.isalpha() and word[1:].islower()
