"""Tables and charts of estimates: indices of a unit, units beside each other, groups, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.documents import Chart, Column, Run, Sentence, Table
from analysis.documents.blocks import KeyFigure
from analysis.findings import charts
from analysis.findings.pictures import chart
from analysis.findings.sections.estimates import CAREFUL, SUPPRESSED, Row, name_of, shown
from analysis.findings.tables import Sheet
from analysis.findings.wording import Slot, Word
from analysis.messages import write_number

if TYPE_CHECKING:
    from analysis.documents import Runs
    from analysis.findings.brief import Brief

#: Headline numbers that are answers.
_HEADLINES = 2


def headline(brief: Brief) -> list[KeyFigure]:
    """Give how satisfied all in all those are who were drawn by chance or all asked, of at most two surveys."""
    found, figures = brief.estimates, []
    for survey in found.surveys:
        row = found.overall(survey)
        if row is None or row["selection"] == "open":
            continue
        whole = found.beside(row, brief.evidence.whole) if brief.evidence.whole else None
        note = brief.runs("key_interval", **_ends(brief, row)) if row["lower"] is not None else ()
        if whole is not None:
            note = brief.runs("key_beside", value=brief.slot(whole["cell"]))
        label = brief.runs("key_survey", who=found.who(survey), index=found.called(row, "index"), year=row["wave"])
        figures.append(KeyFigure(value=brief.runs("key_value", value=brief.slot(row["cell"])), label=label, note=note))
    return figures[:_HEADLINES]


def survey_figures(brief: Brief) -> list[KeyFigure]:
    """Give the indices of a survey, satisfaction overall first, with their intervals."""
    found = brief.estimates
    overall = found.overall(brief.about)
    rows = [row for row in found.of(brief.about) if shown(row)]
    rows.sort(key=lambda row: overall is None or row["index"] != overall["index"])
    return [
        KeyFigure(
            value=brief.runs("key_value", value=brief.slot(row["cell"])),
            label=found.label(row),
            note=brief.runs("key_interval", **_ends(brief, row)) if row["lower"] is not None else (),
        )
        for row in rows
    ]


def _ends(brief: Brief, row: Row) -> dict[str, Slot]:
    return {end: brief.slot(f"{row['cell']}/{end}") for end in ("lower", "upper")}


def asked(brief: Brief, surveys: Sequence[str]) -> list[Sentence]:
    """Say how those were asked whose answers stand here: drawn by chance, everybody, or whoever came; and how many."""
    at = brief.evidence.unit
    by_selection: dict[str, list[Runs]] = {}
    for survey in surveys:
        row = brief.estimates.waves.get((survey, at))
        if row is None or row["n"] is None:
            continue
        slots: dict[str, Slot] = {"answers": brief.slot(f"{survey}/{at}/n"), "who": brief.estimates.who(survey),
                                  "placed": Word("no" if row["places"] is None else "yes")}  # fmt: skip
        if row["places"] is not None:
            count, kind = brief.slot(f"{survey}/{at}/places"), Word(row["place"] or "place")
            slots["places"] = brief.runs("answers_places", count=count, kind=kind)
        by_selection.setdefault(row["selection"], []).append(brief.runs("asked_item", **slots))
    said = [brief.runs("asked_so", selection=Word(selection), items=brief.wording.list_of(items), area=brief.name(at))
            for selection, items in by_selection.items()]  # fmt: skip
    return [Sentence(text=text, opens=not place) for place, text in enumerate(said)]


def index_table(brief: Brief, survey: str, unit: str = "") -> Table | None:
    """Show the indices of a unit with their intervals, the whole's beside them, and how many answered."""
    found, sheet = brief.estimates, Sheet(brief)
    rows = [row for row in found.of(survey, unit=unit) if shown(row)]
    above = brief.evidence.whole if (not unit or unit == brief.evidence.unit) and not _open(rows) else None
    wholes = [found.beside(row, above) if above else None for row in rows]
    beside, intervals = any(wholes), any(row["lower"] is not None for row in rows)
    gaps = [found.beside(row, None, statistic="gap") for row in rows]
    for row, whole, gap in zip(rows, wholes, gaps, strict=True):
        cells = [sheet.estimate(row)]
        cells += [found.interval(row)] if intervals else []
        cells += [sheet.number(whole["cell"] if whole else None)] if beside else []
        cells += [sheet.number(gap["cell"] if gap else None, signed=True)] if any(gaps) else []
        sheet.add(found.label(row), *cells, sheet.number(f"{row['cell']}/n"))
    heads = [brief.runs("points_column", of=brief.name(unit or brief.evidence.unit, short=True))]
    heads += [brief.runs("interval_column")] if intervals else []
    heads += [brief.runs("points_column", of=brief.name(above, short=True))] if beside and above else []
    heads += [brief.runs("gap_column")] if any(gaps) else []
    caption = brief.runs("table_indices", area=brief.name(unit or brief.evidence.unit), survey=found.title(survey))
    return sheet.table(
        caption, brief.runs("index_column"), [*heads, brief.runs("answers_column")], notes=_notes(brief, rows)
    )


def _notes(brief: Brief, rows: Sequence[Row]) -> list[Runs]:
    return [brief.runs("open_note")] if _open(rows) else []


def _open(rows: Sequence[Row]) -> bool:
    """Tell whether whoever came answered, so that nothing may be compared."""
    return any(row["selection"] == "open" for row in rows)


def index_chart(brief: Brief, survey: str, unit: str = "") -> list[Chart]:
    """Draw the indices of a unit with their intervals, and the whole's as marks."""
    found = brief.estimates
    area = unit or brief.evidence.unit
    rows = [row for row in found.of(survey, unit=unit) if shown(row)]
    above = None if _open(rows) else brief.evidence.whole
    # One number is no chart, and points without intervals say no more than their table.
    if len(rows) < 2 or not any(row["lower"] is not None for row in rows):  # noqa: PLR2004
        return []
    wholes = [found.beside(row, above) if above and area != above else None for row in rows]
    data = [
        _row(row, found.called(row, "index"), picked=True, total=whole) for row, whole in zip(rows, wholes, strict=True)
    ]
    spec = charts.intervals(
        data,
        title=brief.plain("points_axis"),
        whole="",
        row_title=brief.plain("index_column"),
        names=24 if brief.language == "zh-Hans" else 32,
        numbers=False,  # they stand in the table
    )
    notes = _legend(brief, rows, brief.name(area, short=True), above if any(wholes) else None, each=True)
    caption = brief.runs("chart_indices", area=brief.name(area), survey=found.title(survey))
    alt = brief.plain("alt_indices", area=brief.name(area), survey=found.title(survey))
    return [chart(brief, spec, caption, alt, [row["cell"] for row in rows], [notes])]


def _row(row: Row, label: str, *, picked: bool, total: Row | None) -> dict[str, Any]:
    return {
        "cell": row["cell"], "name": label, "estimate": row["estimate"], "lower": row["lower"], "upper": row["upper"],
        "careful": row["precision"] == CAREFUL, "picked": picked, "shown": _written(row),
        "total": total["estimate"] if total else None,
    }  # fmt: skip


def _written(row: Row) -> str:
    value = write_number(row["estimate"], 1)
    if row["lower"] is None or row["upper"] is None:
        return value
    return f"{value} [{write_number(row['lower'], 1)}, {write_number(row['upper'], 1)}]"


def _legend(brief: Brief, rows: Sequence[Row], dot: str, whole: str | None, *, each: bool) -> Runs:
    """Say what the marks of a chart mean, as far as it has them."""
    said = [brief.runs("legend_dot", of=dot)]
    if any(row["lower"] is not None for row in rows):
        said.append(brief.runs("legend_interval"))
    if whole:
        said.append(brief.runs("legend_mark" if each else "legend_line", whole=brief.name(whole, short=True)))
    if any(row["precision"] == CAREFUL for row in rows):
        said.append(brief.runs("legend_careful"))
    comma = Run(text="，" if brief.language == "zh-Hans" else "; ")
    marks = tuple(run for place, runs in enumerate(said) for run in ((comma, *runs) if place else runs))
    return brief.runs("legend", marks=marks)


def unit_table(brief: Brief, survey: str) -> Table | None:
    """Show the indices of all units below, a row a unit in the order of their codes; the whole is the last."""
    found, sheet, evidence = brief.estimates, Sheet(brief), brief.evidence
    indices = [row for row in found.of(survey) if shown(row)]
    for unit in evidence.below:
        cells = [found.beside(row, unit) for row in indices]
        if any(cells):
            sheet.add(name_of(brief.name(unit, short=True)), *(sheet.estimate(row) for row in cells))
    if not sheet.rows:
        return None
    sheet.add(name_of(brief.name(evidence.unit, short=True)), *(sheet.estimate(row) for row in indices), picked=True)
    heads = [brief.runs("points_column", of=found.label(row)) for row in indices]
    caption = brief.runs("table_units", survey=found.title(survey))
    return sheet.table(caption, brief.runs("unit_column"), heads, notes=_notes(brief, indices))


def wholes(brief: Brief, surveys: Sequence[str] = ()) -> list[Row]:
    """Give satisfaction overall of everybody, of each survey whose units may be seen beside each other."""
    found = brief.estimates
    rows = [found.overall(survey) for survey in surveys or found.surveys]
    return [row for row in rows if row is not None and row["selection"] != "open"]


def unit_charts(brief: Brief, survey: str = "") -> list[Chart]:
    """Draw satisfaction overall of all units below with intervals, in the order of their codes, the whole as a line.

    One survey has a chart of its own; several are panels of one.
    """
    found, evidence = brief.estimates, brief.evidence
    data: list[dict[str, Any]] = []
    kept: list[Row] = []
    of = wholes(brief, [survey] if survey else ())
    for whole in of:
        rows = [(unit, row) for unit in evidence.below if (row := found.beside(whole, unit))]
        who = brief.plain("panel", who=found.who(whole["survey"]))
        data += [_row(row, brief.name(unit, short=True), picked=False, total=whole) | {"panel": who}
                 for unit, row in rows]  # fmt: skip
        kept += [row for _, row in rows]
    if len(data) <= len(of):  # one unit has no peers
        return []
    area = brief.name(evidence.unit, short=True)
    line = f"{area} {write_number(of[0]['estimate'], 1)}" if len(of) == 1 else ""
    spec = charts.intervals(
        data, title=brief.plain("points_axis"), whole=line, row_title=brief.plain("unit_column"), names=14,
        panels=[brief.plain("panel", who=found.who(whole["survey"])) for whole in of],
    )  # fmt: skip
    notes = _legend(brief, kept, brief.plain("each_unit"), evidence.unit, each=False)
    index = found.called(of[0], "index")
    named = brief.wording.list_of(found.label(whole, "survey") for whole in of)
    caption = brief.runs("chart_units", survey=named, index=index)
    alt = brief.plain("alt_units", survey=named, index=index)
    return [chart(brief, spec, caption, alt, [row["cell"] for row in kept], [notes])]


def group_table(brief: Brief, survey: str) -> Table | None:
    """Show the indices of the groups of everybody, a row a group."""
    found, sheet = brief.estimates, Sheet(brief)
    groups = found.groups(survey)
    indices = {row["index"]: found.label(row) for rows in groups for row in rows}
    for rows in groups:
        by_index = {row["index"]: row for row in rows if shown(row)}
        if by_index:
            cells = (by_index.get(index) for index in indices)
            sheet.add(found.label(rows[0], "group"), *(sheet.estimate(row) for row in cells))
    heads = [brief.runs("points_column", of=label) for label in indices.values()]
    caption = brief.runs("table_groups", survey=found.title(survey), area=brief.name(brief.evidence.unit))
    return sheet.table(caption, brief.runs("group_column"), heads)


def driver_table(brief: Brief, survey: str) -> Table | None:
    """Show the share that each index has of what all of them explain of satisfaction overall."""
    found, sheet = brief.estimates, Sheet(brief)
    for row in found.of(survey, "share"):
        sheet.add(found.label(row), sheet.number(row["cell"]), found.interval(row))
    heads = [brief.runs(key) for key in ("share_column", "share_interval_column")]
    caption = brief.runs("table_drivers", survey=found.title(survey), area=brief.name(brief.evidence.unit))
    return sheet.table(
        caption, brief.runs("index_column"), heads, notes=[brief.runs("drivers_note")] if sheet.rows else []
    )


def change_table(brief: Brief, survey: str) -> Table | None:
    """Show each index now and before, the change with its interval, and whether it may be compared."""
    found, sheet = brief.estimates, Sheet(brief)
    rows = [row for row in found.of(survey, "change") if row["precision"] != SUPPRESSED]
    for row in rows:
        now = found.beside(row, None)
        comparable = row["estimate"] is not None
        sheet.add(
            found.label(row),
            sheet.number(f"{row['cell']}/against" if row["against"] is not None else None),
            sheet.number(now["cell"] if now else None),
            sheet.number(row["cell"] if comparable else None, signed=True),
            found.interval(row),
            brief.runs(f"comparable_{row['comparable']}"),
        )
    keys = ("before_column", "now_column", "change_points_column", "interval_column")
    heads = [
        *(Column(text=brief.runs(key)) for key in keys),
        Column(text=brief.runs("comparable_column"), align="left"),
    ]
    caption = brief.runs("table_changes", survey=found.title(survey), area=brief.name(brief.evidence.unit))
    return sheet.table(caption, brief.runs("index_column"), heads)
