"""What charts of results share: titles with what must be said, panels, rows as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from analysis.documents.charts import house_theme
from analysis.messages import Language, together

if TYPE_CHECKING:
    import pandas as pd

    from analysis.documents.result import Result


#: Width of a chart of the memo's column, in pixels.
WIDTH = 560
#: Of what is said in small type.
SMALL = "#57606A"
#: Height of a row of names.
ROW = 19
#: Characters, of which a Han character is two, that a line of a title or subtitle takes.
LINE = 84


def titled(
    chart: Any, result: Result, language: Language, *, title: str = "", under: Sequence[str] = ()
) -> dict[str, Any]:
    """Finish a chart: the house theme, its title, and below it what must be said of the figures.

    Parameters
    ----------
    chart
        An Altair chart.
    result
        Whose chart it is; simulated figures are marked.
    language
        Of the title.
    title
        The result's own if not given.
    under
        More lines below the title, such as what is not shown.
    """
    lines = wrapped(result.subtitle(language)) + wrapped(together(under, language))
    spec: dict[str, Any] = chart.to_dict()
    spec["title"] = {"text": wrapped(title or result.said("title", language)), "subtitle": lines,
                     "subtitleFontSize": 12, "subtitleColor": SMALL}  # fmt: skip
    spec["config"] = house_theme()
    # Symbols of legends take the dashes that the house gives to lines of reference.
    spec["config"]["rule"] |= {"strokeDash": [1, 0]}
    return spec


def panels(titles: Sequence[str], *, of: str = "panel") -> Any:
    """Give the panels of a chart: one a value of a field, whose titles go over several lines where they are long."""
    import altair as alt

    header = alt.Header(labelFontSize=12, labelExpr="split(datum.label, ' / ')", labelLimit=0)
    return alt.Facet(f"{of}:N", title=None, sort=list(titles), header=header)


def wrapped(text: str, line: int = LINE) -> list[str]:
    """Divide a text into lines of about so many half-width characters.

    >>> wrapped("one two three", 8)
    ['one two', 'three']
    """
    from analysis.documents.tables import display_width

    lines, now = [], ""
    for piece in _pieces(text):
        if now and display_width((now + piece).rstrip()) > line:
            lines.append(now.rstrip())
            now = piece.lstrip()
        else:
            now += piece
    return [*lines, now.rstrip()] if now.strip() else lines


def _pieces(text: str) -> Iterable[str]:
    """Divide where a line may break: after blanks, and between Han characters but not before a mark."""
    now = ""
    for character in text:
        if now and (now[-1] == " " or (_han(character) and not _mark(character))):
            yield now
            now = ""
        now += character
    if now:
        yield now


def _han(character: str) -> bool:
    return "⺀" <= character <= "鿿" or character in "（“《"


def _mark(character: str) -> bool:
    return character in "，。；：、！？）”》%"


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give a table as rows of plain values, missing ones as None, for a chart's data."""
    import pandas as pd

    frame = table.copy()
    for name in frame:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            frame[name] = frame[name].astype("object")
    frame = frame.astype(object).where(frame.notna(), None)
    found: list[dict[str, Any]] = [
        {str(name): (value.item() if hasattr(value, "item") else value) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]
    return found
