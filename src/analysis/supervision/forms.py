"""Forms: the workbook that a unit fills in for its self-evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.measures import NO_MEASURE
from analysis.messages import Texts, Words, pick
from analysis.supervision.points import Form, coefficients_asked, figures_asked, form_of

if TYPE_CHECKING:
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import CoefficientOf

WORDS: Final = Words("analysis.supervision")
#: The sheets with their columns; what is in the second is asked of the unit, the rest is there already.
SHEETS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "points": (("point", "head", "asked"), ("answer_zh", "answer_en", "evidence")),
    "figures": (
        ("point", "indicator", "name", "measure"),
        ("id", "year", "value", "rounded_to", "base_year", "change", "growth", "direction", "text_zh", "text_en",
         "evidence"),
    ),
    "papers": ((), ("id", "title_zh", "title_en", "file", "sha256")),
}  # fmt: skip
_WIDTHS: Final = {
    "asked": 46, "answer_zh": 60, "answer_en": 40, "name": 34, "text_zh": 46, "text_en": 40, "title_zh": 40,
    "title_en": 40, "file": 30, "sha256": 20, "evidence": 18, "head": 14, "indicator": 26,
}  # fmt: skip
#: Empty rows below the figures that must be there, for more, and for papers.
_SPARE: Final = 40
FIRST_ROW: Final = 3


def write_form(workspace: Workspace, path: Path, *, unit: str, year: int, synthetic: bool = False) -> None:
    """Write the empty form of a unit: the points, the figures that must be claimed, and a list of papers.

    Parameters
    ----------
    workspace
        The workspace.
    path
        The workbook, `.xlsx`.
    unit, year
        Whose, and of which year.
    synthetic
        Whether it is for the demonstration; the guide then says so.

    Raises
    ------
    DuzhengError
        DZ-U001, DZ-O001 for a unit without a form.
    """
    book = book_of(workspace, form_of(workspace, unit), unit=unit, year=year, synthetic=synthetic)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def book_of(workspace: Workspace, form: Form, *, unit: str, year: int, synthetic: bool) -> Any:
    """Give the empty form of a unit as a workbook of openpyxl."""
    from openpyxl import Workbook

    book = Workbook()
    guide = book.active
    guide.title = title_of("guide")
    for line in _guide(workspace, form, unit, year, synthetic=synthetic):
        guide.append(line)
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 18, 100
    rows = {
        "points": [_row_of_point(form, each.id) for each in form.points],
        "figures": list(_rows_of_figures(workspace, form, unit, year, synthetic=synthetic)),
        "papers": [],
    }
    for name, (given, asked) in SHEETS.items():
        _fill(book.create_sheet(title_of(name)), name, (*given, *asked), rows[name])
    return book


def title_of(sheet: str) -> str:
    """Give what a sheet is called in the workbook."""
    return WORDS.said("form", f"sheet_{sheet}", "zh-Hans")


def _guide(workspace: Workspace, form: Form, unit: str, year: int, *, synthetic: bool) -> Iterator[list[str]]:
    name = {language: workspace.units.name(unit, language) for language in ("zh-Hans", "en")}
    yield [WORDS.said("form", "unit", "zh-Hans"), f"{name['zh-Hans']} · {name['en']}"]
    yield ["unit", unit]
    yield ["year", str(year)]
    yield ["form", form.id]
    if synthetic:
        yield ["synthetic", WORDS.said("form", "synthetic", "zh-Hans")]
    yield []
    for language in ("zh-Hans", "en"):
        for line in WORDS.said("form", "guide", language).strip().splitlines():
            yield ["", line]
        yield []


def _row_of_point(form: Form, point: str) -> dict[str, str]:
    found = next(each for each in form.points if each.id == point)
    head = next(each for each in form.heads if each.id == found.head)
    return {"point": point, "head": head.name["zh-Hans"], "asked": _both(found.text)}


def _both(texts: Texts) -> str:
    return texts["zh-Hans"] if pick(texts, "en") == texts["zh-Hans"] else f"{texts['zh-Hans']}\n{texts['en']}"


def _rows_of_figures(
    workspace: Workspace, form: Form, unit: str, year: int, *, synthetic: bool
) -> Iterator[dict[str, str]]:
    """Give the figures that must be claimed, with the targets set for them, and the coefficients of balance."""
    asked = figures_asked(workspace, form, unit=unit, year=year, synthetic=synthetic)
    for (point, code), targets in asked.items():
        indicator = workspace.catalogue[code]
        told = [WORDS.said("form", f"target_{each.direction}", "zh-Hans", value=f"{each.value:,}", by=each.by)
                for each in targets]  # fmt: skip
        name = " · ".join([*dict.fromkeys(_both(indicator.name).split("\n")), *told])
        yield {"point": point, "indicator": code, "name": name, "measure": indicator.measure["zh-Hans"]}
    from analysis.findings.coefficients import name_of

    for point, some in coefficients_asked(workspace, form).items():
        for each in some:
            name = " · ".join(dict.fromkeys(_both(name_of(workspace, each)).split("\n")))
            yield {"point": point, "indicator": each.code, "name": name, "measure": ""}


def _fill(sheet: Any, name: str, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.append([WORDS.said("form", f"column_{each}", "zh-Hans") for each in columns])
    sheet.append(list(columns))
    for row in rows:
        sheet.append([row.get(each, "") for each in columns])
    last = FIRST_ROW + len(rows) + (0 if name == "points" else _SPARE)
    given = SHEETS[name][0]
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = _WIDTHS.get(column, 12)
        sheet.cell(1, number).font = Font(bold=True)
        sheet.cell(2, number).font = Font(color="808080", size=8)
        for place in range(FIRST_ROW, last):
            cell = sheet.cell(place, number)
            cell.number_format = "@"  # what is written stays as it is written, zeros at the end too
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if column in given and place < FIRST_ROW + len(rows):
                cell.fill = PatternFill("solid", fgColor="EEEEEE")
    if "direction" in columns:
        choice = DataValidation(type="list", formula1='"up,down,steady"', allow_blank=True)
        sheet.add_data_validation(choice)
        letter = get_column_letter(columns.index("direction") + 1)
        choice.add(f"{letter}{FIRST_ROW}:{letter}{last}")
    sheet.freeze_panes = f"A{FIRST_ROW}"


@dataclass(frozen=True)
class Subject:
    """What a row of figures is about: its name and measure, its topic, and how a claim names it."""

    name: Texts
    measure: Texts
    topic: str
    given: Mapping[str, Any]


def subject_of(workspace: Workspace, code: str, coefficient: CoefficientOf | None = None) -> Subject | None:
    """Give what a code means: a coefficient if one is given, else an indicator; None for a code that there is not."""
    if coefficient is not None:
        from analysis.findings.coefficients import name_of

        return Subject(name_of(workspace, coefficient), NO_MEASURE, "balance", {"coefficient": coefficient})
    if code not in workspace.catalogue:
        return None
    indicator = workspace.catalogue[code]
    return Subject(indicator.name, indicator.measure, indicator.topic, {"indicator": code})


def in_words(name: Texts, measure: Texts, given: Mapping[str, Any]) -> Texts:
    """Say a claim whose row has no words; a number in groups of three, with the decimals that it has."""
    key = next((each for each in ("value", "change", "growth", "direction") if given[each] is not None), "value")
    number = given[key] if isinstance(given[key], Decimal) else None
    down = "_down" if key in {"change", "growth"} and number is not None and number < 0 else ""
    way = WORDS.of("form").get(f"way_{given['direction']}", "")
    written = "" if number is None else f"{abs(number) if down else number:,}"
    return WORDS.both("form", f"said_{key}{down}", name=name, measure=measure, year=given["year"], way=way,
                      base=given["base_year"] or "", number=written)  # fmt: skip
