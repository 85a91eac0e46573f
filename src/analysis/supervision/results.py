"""Results: what the ledger holds of units, exported for the assessment of cadres: restricted, marked, and logged."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import LANGUAGES, DuzhengError, Fault, Texts, Words, in_columns, listed
from analysis.supervision.checks import check, monitored_of
from analysis.supervision.decisions import next_id
from analysis.supervision.evaluations import evaluated, evaluations_of, evaluator_of
from analysis.supervision.incidents import incidents
from analysis.supervision.measures import measures
from analysis.workspace.ledger import MOVES, Item, SelfEvaluation, editing
from analysis.workspace.ledger.registers import GRADES, MEASURE_KINDS

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

WORDS: Final = Words("analysis.supervision")
REGISTER: Final = "exports"
#: The states of items, each of which is counted.
STATES: Final = tuple(MOVES)
#: A unit a row. ``self_evaluation`` is the state of that of the year, empty if nobody asked for it; ``claims`` are its
#: claims, ``differ`` those that differ from the monitored figure, ``open`` those that cannot be verified. ``opinions``
#: are those of the year, as inspection/state by ``;``, ``problems`` those of opinions that were issued. Then items
#: by state (and those ``overdue``), measures by kind, and incidents by grade.
RESULTS: Final = (
    "unit", "name_zh", "name_en", "self_evaluation", "late", "claims", "differ", "open", "opinions", "problems",
    *STATES, "overdue", *MEASURE_KINDS, *GRADES,
)  # fmt: skip
_ITEMS: Final = ("unit", "name_zh", "item", "problem_zh", "problem_en", "state", "due", "is_overdue")
_MEASURES: Final = ("id", "unit", "name_zh", "date", "measure", "grounds_zh", "grounds_en", "items", "by", "document",
                    "access")  # fmt: skip
_INCIDENTS: Final = ("id", "unit", "name_zh", "date", "kind", "grade", "statement_zh", "statement_en", "deaths",
                     "injured", "incident", "reliability", "access")  # fmt: skip
_WIDE: Final = frozenset({"problem_zh", "problem_en", "grounds_zh", "grounds_en", "statement_zh", "statement_en"})
#: The files of words that say what the codes of a column mean, with the beginning of their keys.
_CODES: Final = {
    "self_evaluation": ("results", "self_evaluation"), "state": ("results", "state"),
    "incident": ("results", "incident"), "measure": ("results", "measure"),
    "access": ("results", "access"), "kind": ("accountability", "kind"), "grade": ("accountability", "grade"),
}  # fmt: skip


@dataclass(frozen=True)
class Exported:
    """An export that was made: its id in the register, the file, and its SHA-256."""

    id: str
    file: Path
    sha256: str


def results(
    workspace: Workspace, *, units: Sequence[str], year: int, day: dt.date, evaluator: str = "", synthetic: bool = False
) -> pd.DataFrame:
    """Give what the ledger holds of units on a day, entries of all classes: for those in the office who are named.

    Parameters
    ----------
    workspace
        The workspace.
    units
        Of whom: units that the evaluator evaluates.
    year, day
        Of which year, and the day that is spoken of.
    evaluator
        Whose results; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`RESULTS`, in the order of ``units``.

    Raises
    ------
    DuzhengError
        DZ-U001 for a unit that the evaluator does not evaluate, and for none at all.

    Notes
    -----
    There is no grade and no sum: nothing here says how a unit did. Items are those that were not closed before the year
    began; measures and incidents are those of the year.
    """
    import pandas as pd

    above, chosen = evaluator_of(workspace, evaluator), _held(workspace, units, evaluator)
    rows = [*_Results(workspace, above, chosen, year, day, synthetic).rows()]
    types: dict[str, Any] = dict.fromkeys(RESULTS, "int64")
    types |= dict.fromkeys(("unit", "name_zh", "name_en", "self_evaluation", "opinions"), "str") | {"late": "Int64"}
    return pd.DataFrame(rows, columns=list(RESULTS)).astype(types)


def _held(workspace: Workspace, units: Sequence[str], evaluator: str) -> tuple[str, ...]:
    known = evaluated(workspace, evaluator)
    faults = [Fault("DZ-U001", column="units", found=repr(each),
                    expected=f"one of those that are evaluated: {', '.join(known)}")
              for each in units if each not in known]  # fmt: skip
    if not units:
        faults = [Fault("DZ-U001", column="units", found="no unit", expected="the units that the results are asked of")]
    if faults:
        raise DuzhengError(*faults)
    return tuple(dict.fromkeys(units))


@dataclass(frozen=True, eq=False)
class _Results:
    """The results of some units."""

    workspace: Workspace
    above: str
    units: tuple[str, ...]
    year: int
    day: dt.date
    synthetic: bool

    def rows(self) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] = {"evaluator": self.above, "synthetic": self.synthetic}
        evaluations = {each.unit: each.as_of(self.day)
                       for each in evaluations_of(self.workspace, self.year, **asked)}  # fmt: skip
        chosen = [evaluations[unit] for unit in self.units if unit in evaluations]
        monitored = monitored_of(self.workspace, chosen, synthetic=self.synthetic) if chosen else None
        taken, happened = self.measures(), self.incidents()
        for unit in self.units:
            items = [*self.items(unit)]
            states = Counter[str](item.state_on(self.day) for item in items)
            kinds = Counter(taken.loc[taken["unit"] == unit, "measure"])
            grades = Counter(happened.loc[happened["unit"] == unit, "grade"])
            yield {
                "unit": unit, **in_columns("name", self.workspace.units.names(unit)),
                **self._evaluation(evaluations.get(unit), monitored), **self._opinions(unit),
                **{state: states[state] for state in STATES},
                "overdue": sum(item.overdue_on(self.day) for item in items),
                **{kind: kinds[kind] for kind in MEASURE_KINDS}, **{grade: grades[grade] for grade in GRADES},
            }  # fmt: skip

    def _evaluation(self, found: SelfEvaluation | None, monitored: Any) -> dict[str, Any]:
        row: dict[str, Any] = {"self_evaluation": "", "late": None, "claims": 0, "differ": 0, "open": 0}
        if found is None or not found.state_on(self.day):
            return row
        row |= {"self_evaluation": found.state_on(self.day), "late": found.late_by(self.day),
                "claims": len(found.claims)}  # fmt: skip
        if found.claims:
            told = check(self.workspace, unit=found.unit, year=self.year, synthetic=self.synthetic,
                         monitored=monitored, evaluation=found)  # fmt: skip
            judged = told[told["aspect"] == "evidence"]["problem"]
            row |= {"differ": int((judged == "differs").sum()), "open": int(judged.str.startswith("open_").sum())}
        return row

    def _opinions(self, unit: str) -> dict[str, Any]:
        there = self.workspace.ledger_of(synthetic=self.synthetic).opinions
        mine = [each for (_, of), each in sorted(there.items())
                if of == unit and each.evaluator == self.above and each.year == self.year
                and each.state_on(self.day)]  # fmt: skip
        issued = [each for each in mine if each.state_on(self.day) in {"issued", "published"}]
        return {"opinions": ";".join(f"{each.inspection}/{each.state_on(self.day)}" for each in mine),
                "problems": sum(len(each.problems) for each in issued)}  # fmt: skip

    def items(self, unit: str) -> Iterator[Item]:
        """Give the items of a unit that were not closed before the year began."""
        for item in self.workspace.ledger_of(synthetic=self.synthetic).rectification.get(unit, ()):
            if item.opened <= self.day and item.state_on(dt.date(self.year - 1, 12, 31)) != "closed":
                yield item

    def measures(self) -> pd.DataFrame:
        """Give the measures of the year."""
        return measures(self.workspace, day=self.day, year=self.year, units=self.units, evaluator=self.above,
                        synthetic=self.synthetic, restricted=True)  # fmt: skip

    def incidents(self) -> pd.DataFrame:
        """Give the incidents of the year."""
        return incidents(self.workspace, day=self.day, year=self.year, units=self.units, evaluator=self.above,
                         synthetic=self.synthetic, restricted=True)  # fmt: skip


def export(
    workspace: Workspace, path: Path, *, units: Sequence[str], year: int, on: dt.date, by: str, purpose: str,
    evaluator: str = "", synthetic: bool = False,
) -> Exported:  # fmt: skip
    """Write the results of units into a workbook for the assessment of cadres, and log that it was made.

    Parameters
    ----------
    workspace
        The workspace.
    path
        The workbook, `.xlsx`, a new file: it stays with whom it was made for.
    units, year
        Of whom, and of which year.
    on, by, purpose
        When, by whom and for what it is exported; every sheet says so.
    evaluator
        Whose results; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration; every sheet then says so.

    Returns
    -------
    Exported
        Its row in the register ``exports`` has the SHA-256 of the file.

    Raises
    ------
    DuzhengError
        DZ-O001 without a name or a purpose; DZ-U001 for a unit that the evaluator does not evaluate, and for none;
        DZ-O003 for a file that is there already or cannot be written. There is no file then and no row.

    Notes
    -----
    The bytes of a workbook are the same for the same ledger, day, name, purpose and id. No sheet has a grade, a rank or
    a sum over what is not alike, and the checklist of accountability is in none.
    """
    above = evaluator_of(workspace, evaluator)
    faults = [Fault("DZ-O001", column=name, found="nothing", expected=expected)
              for name, given, expected in (("by", by, "who exports it"), ("purpose", purpose, "what it is for"))
              if not given.strip()]  # fmt: skip
    if path.exists():
        faults.append(Fault("DZ-O003", file=path.name, found="a file that is there already", expected="one that is new",
                            hint="what was exported once stays as the register has it"))  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    chosen = _held(workspace, units, above)
    part = path.with_name(f".{path.name}.part")
    try:
        with editing(workspace, synthetic=synthetic) as ledger:
            there = workspace.ledger_of(synthetic=synthetic).registers.get(REGISTER)
            name = next_id(on, () if there is None else there["id"])
            found = _Results(workspace, above, chosen, year, on, synthetic)
            content = _workbook(found, {"id": name, "by": by, "date": str(on), "purpose": purpose})
            sha = hashlib.sha256(content).hexdigest()
            ledger.row(REGISTER, {
                "id": name, "evaluator": above, "date": str(on), "by": by, "purpose": purpose,
                "units": ";".join(chosen), "year": year, "exported": path.name, "sha256": sha,
                "synthetic": "true" if synthetic else "",
            })  # fmt: skip
            part.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        said = error.strerror or str(error)
        raise DuzhengError(
            Fault("DZ-O003", file=path.name, found=said, expected="a file that can be written")
        ) from error
    finally:
        if part.exists():
            part.unlink()
    return Exported(name, path, sha)


def _workbook(found: _Results, of: Mapping[str, str]) -> bytes:
    from openpyxl import Workbook

    from analysis.documents.spreadsheets import saved

    book = Workbook()
    _about(book.active, found, of)
    items = [
        {"unit": unit, "name_zh": found.workspace.units.name(unit, "zh-Hans"), "item": item.id,
         **in_columns("problem", item.problem), "state": item.state_on(found.day), "due": str(item.due_on(found.day)),
         "is_overdue": _both("yes") if item.overdue_on(found.day) else ""}
        for unit in found.units for item in found.items(unit)
    ]  # fmt: skip
    sheets: tuple[tuple[str, Sequence[str], list[dict[Any, Any]]], ...] = (
        ("units", RESULTS, [*found.rows()]), ("items", _ITEMS, items),
        ("measures", _MEASURES, found.measures().to_dict("records")),
        ("incidents", _INCIDENTS, found.incidents().rename(columns={"state": "incident"}).to_dict("records")),
    )  # fmt: skip
    for name, columns, rows in sheets:
        _fill(book.create_sheet(_both(f"sheet_{name}")), columns, rows, of, synthetic=found.synthetic)
    return saved(book)


def _both(key: str) -> str:
    said = WORDS.of("results")[key]
    return f"{said['zh-Hans']} {said['en']}"


def _marked(sheet: Any, of: Mapping[str, str], *, synthetic: bool) -> None:
    """Mark a sheet: its first two rows, the head of its printed pages, and its tab."""
    from openpyxl.styles import Font

    for row, language in enumerate(LANGUAGES, start=1):
        parts = [WORDS.said("results", "banner", language, **of)]
        parts += [WORDS.said("results", "simulated", language)] if synthetic else []
        sheet.cell(row, 1, _text(" · ".join(parts))).font = Font(bold=True, color="C00000")
    said: Texts = WORDS.of("results")["mark"]
    head = f"{said['zh-Hans']} {said['en']} · {of['id']}"
    sheet.oddHeader.center.text = sheet.evenHeader.center.text = head
    sheet.sheet_properties.tabColor = "C00000"


def _about(sheet: Any, found: _Results, of: Mapping[str, str]) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.title = _both("sheet_about")
    _marked(sheet, of, synthetic=found.synthetic)
    names = found.workspace.units
    for language in LANGUAGES:
        words = WORDS.of("results")
        sheet.append([])
        sheet.append([_text(WORDS.said("results", "about_title", language, year=found.year))])
        sheet.cell(sheet.max_row, 1).font = Font(bold=True)
        told = {**of, "evaluator": names.name(found.above, language),
                "units": listed((names.name(unit, language) for unit in found.units), language)}  # fmt: skip
        for key in ("id", "by", "date", "purpose", "evaluator", "units"):
            sheet.append([words[f"about_{key}"][language], _text(told[key])])
        for number, line in enumerate(words["notes"][language].strip().splitlines()):
            sheet.append([words["about_notes"][language] if not number else "", line])
            sheet.cell(sheet.max_row, 2).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 100


def _fill(
    sheet: Any, columns: Sequence[str], rows: Sequence[Mapping[Any, Any]], of: Mapping[str, str], *, synthetic: bool
) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    _marked(sheet, of, synthetic=synthetic)
    words = WORDS.of("results")
    for language in LANGUAGES:
        sheet.append([words[f"column_{each}"][language] for each in columns])
    sheet.append(list(columns))
    for row in rows:
        sheet.append([_cell(_said(each, row[each])) for each in columns])
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = 44 if column in _WIDE else 16
        for place in range(3, 5):
            sheet.cell(place, number).font = Font(bold=True)
            sheet.cell(place, number).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(5, number).font = Font(color="808080", size=8)
    sheet.freeze_panes = "A6"


def _said(column: str, value: Any) -> Any:
    """Say what a code means, in both languages; anything else is given as it is."""
    if column == "opinions":
        parts = [each.rsplit("/", maxsplit=1) for each in value.split(";") if each]
        return "; ".join(f"{name} {_both(f'opinion_{state}')}" for name, state in parts)
    if column not in _CODES or not value:
        return value
    file, prefix = _CODES[column]
    said = WORDS.of(file)[f"{prefix}_{value}"]
    return f"{said['zh-Hans']} {said['en']}"


def _cell(value: Any) -> Any:
    """Give a cell: numbers as numbers, texts so that no spreadsheet runs them, nothing for what is missing."""
    import pandas as pd

    return None if pd.isna(value) else _text(value) if isinstance(value, str) else int(value)


def _text(text: str) -> str:
    from analysis.documents.spreadsheets import for_spreadsheet

    return for_spreadsheet(text)
