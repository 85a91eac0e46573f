"""Tables of a crosstab in a notebook."""

from __future__ import annotations

import html as markup
from typing import TYPE_CHECKING, Any

from analysis.messages import Language, write_number
from analysis.satisfaction.tabulation.layout import Layout, layout
from analysis.satisfaction.tabulation.tabulations import Tabulation

if TYPE_CHECKING:
    from great_tables import GT

    from analysis.satisfaction.tabulation.crosstab import Crosstab

_LETTERS = '<br><span style="color:#57606a;font-size:11px">{}</span>'


def page(result: Crosstab, tables: list[Tabulation], language: Language) -> GT:
    """Set tables below each other on one banner: estimates with letters of whom they are higher than, and bases."""
    import pandas as pd
    from great_tables import GT, html, loc, style

    found = [layout(result, table, language) for table in tables]
    widest = max(found, key=lambda each: len(each.headings))
    keys = [(heading.column, heading.group) for heading in widest.headings]
    rows: list[dict[str, str]] = []
    bases: list[int] = []
    sums: list[int] = []
    for each in found:
        head = _title(result, each, language)
        places = {(heading.column, heading.group): at for at, heading in enumerate(each.headings)}
        for line in each.lines:
            decimals = 1
            values = {f"c{k}": _cell(line.cells[places[key]].written(decimals), line.cells[places[key]].higher_than)
                      if key in places else "" for k, key in enumerate(keys)}  # fmt: skip
            if not line.plain:
                sums.append(len(rows))
            rows.append({"of": head, "text": line.text, **values})
        for base in each.bases:
            bases.append(len(rows))
            values = {f"c{k}": _base(base.figures[places[key]]) if key in places else "" for k, key in enumerate(keys)}
            rows.append({"of": head, "text": base.text, **values})
    frame = pd.DataFrame(rows)
    labels: dict[str, Any] = {}
    for k, heading in enumerate(widest.headings):
        letter = _LETTERS.format(heading.letter) if heading.letter else ""
        labels[f"c{k}"] = html(markup.escape(heading.name) + letter)
    one = len(found) == 1
    title = _title(result, found[0], language) if one else result.said("title", language)
    under = [result.subtitle(language), *([found[0].base] if one else [])]
    table = (
        GT(frame.drop(columns="of") if one else frame, rowname_col="text", groupname_col=None if one else "of",
           id="crosstab")
        .cols_label(cases=labels)
        .cols_align("right", columns=list(labels))
        .fmt_passthrough(columns=list(labels), escape=False)
        .tab_header(title=title, subtitle=html("<br>".join(markup.escape(part) for part in under)))
        .tab_style(style.text(color="#57606a", size="12px"), loc.body(rows=bases))
        .tab_style(style.text(color="#57606a", size="12px"), loc.stub(rows=bases))
        .tab_style(style.text(weight="bold"), loc.body(rows=sums))
        .tab_style(style.text(weight="bold"), loc.stub(rows=sums))
        .tab_style(style.css("white-space: nowrap"), loc.stub())
        .tab_options(table_font_size="14px", heading_align="left", data_row_padding="3px",
                     source_notes_font_size="12px")
        .opt_horizontal_padding(scale=1.2)
    )  # fmt: skip
    for column in dict.fromkeys(heading.column for heading in widest.headings if heading.head):
        of = [k for k, heading in enumerate(widest.headings) if heading.column == column]
        table = table.tab_spanner(label=widest.headings[of[0]].head, columns=[f"c{k}" for k in of], id=f"of {column}")
    more = len(result.tabulations) - len(found)
    notes = [*result.remarks(language), *([result.said("more", language, count=more)] if more else [])]
    for note in notes:
        table = table.tab_source_note(note)
    return table


def _title(result: Crosstab, each: Layout, language: Language) -> str:
    if each.number is None:
        return each.title
    number = result.said("number", language, number=each.number)
    return f"{number}　{each.title}" if language == "zh-Hans" else f"{number}. {each.title}"


def _cell(text: str, letters: str) -> str:
    return markup.escape(text) + (_LETTERS.format(letters) if letters else "")


def _base(value: float | str) -> str:
    return markup.escape(value) if isinstance(value, str) else write_number(value, 0)
