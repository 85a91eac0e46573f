"""The chart of screening: correlations of indicators below the diagonal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import WIDTH, titled
from analysis.documents.charts import ANSWERS
from analysis.indicators.charts.composite_parts import coloured, named_rows, numbers, row_name
from analysis.messages import Language, write_number

if TYPE_CHECKING:
    from analysis.indicators.composites.screening import Screening

#: Narrower squares hold no number.
_NARROW = 24
_SIDE = 240


def draw_correlations(result: Screening, language: Language) -> dict[str, Any]:
    """Draw the correlation of every pair of indicators; rows are named, columns go by the numbers of rows."""
    import altair as alt

    codes = list(result.correlations.index)
    labels = [f"{at + 1}  {result.code('indicator', code, language)}" for at, code in enumerate(codes)]
    lines = [row_name(label) for label in labels]
    rows = []
    for i, one in enumerate(codes):
        for j, two in enumerate(codes[:i]):
            r = float(result.correlations.loc[one, two])
            if r == r:  # noqa: PLR0124  NaN
                rows.append({"row": lines[i], "column": str(j + 1), "r": r, "told": write_number(r, 2)})
    cell = max(9.0, min(46.0, (WIDTH - _SIDE) / max(len(codes) - 1, 1)))
    high = max(min(cell, 30.0), 34.0 if any(" / " in line for line in lines) else 0.0, 16.0)
    y = named_rows("row", lines)
    columns = [str(at + 1) for at in range(max(len(codes) - 1, 1))]
    x = alt.X("column:O", sort=columns, scale=alt.Scale(domain=columns), title=None,
              axis=alt.Axis(orient="bottom", domain=False, ticks=False, labelAngle=0))  # fmt: skip
    color = coloured("r", result.said("legend", language), (-1, 1), ANSWERS)
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
    layers = [base.mark_rect(stroke="white", strokeWidth=1).encode(color=color)]
    if cell >= _NARROW:
        layers.append(numbers(base, dark="abs(datum.r) > 0.78", size=10.5))
    chart = alt.layer(*layers).properties(width={"step": cell}, height={"step": high})
    gaps = len(rows) < len(codes) * (len(codes) - 1) / 2
    under = [result.said("empty", language)] if gaps else []
    return titled(chart, result, language, title=result.said("title.chart", language), under=under)
