"""What a unit handed in: its form read back, with every fault by sheet and row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from analysis.messages import DuzhengError, Fault, Texts
from analysis.supervision.forms import FIRST_ROW, SHEETS, Subject, in_words, subject_of, title_of
from analysis.supervision.points import Form, coefficients_asked, form_of
from analysis.workspace.ledger.entries import Paper
from analysis.workspace.ledger.file import File
from analysis.workspace.ledger.holding.evaluations import wrong_evaluation
from analysis.workspace.ledger.self_evaluations import Answer, Claim, SelfEvaluation
from analysis.workspace.tables import halfwidth

if TYPE_CHECKING:
    from analysis.workspace import Workspace

_NUMBERS: Final = ("value", "rounded_to", "change", "growth")
_SEPARATOR: Final = re.compile(r"[;；,，、\s]+")
#: A number with separators between groups of three, if any.
_NUMBER: Final = re.compile(r"(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?P<percent>%?)", re.ASCII)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
#: What a workbook with a password begins with, and an old one.
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"

Part = TypeVar("Part", bound=BaseModel)


@dataclass(frozen=True)
class Handed:
    """What a unit handed in: papers, answers to points, and claims."""

    papers: tuple[Paper, ...]
    answers: tuple[Answer, ...]
    claims: tuple[Claim, ...]


def read_form(workspace: Workspace, path: Path, *, unit: str, year: int, synthetic: bool | None = None) -> Handed:
    """Read a form that a unit filled in.

    Parameters
    ----------
    workspace
        The workspace.
    path
        The workbook.
    unit, year
        Whose form it has to be.
    synthetic
        Whether it has to be a simulated one, or must not be; either will do if not given.

    Returns
    -------
    Handed
        What it says. Rows without anything of the unit's own are left out; the checks of completeness find them.

    Raises
    ------
    DuzhengError
        DZ-O004 with every fault: a file that is no workbook, a sheet or column that is missing, another unit's form, a
        number that is none, an indicator that there is not, a claim that says two things, a paper that is not listed;
        each with its sheet and row.
    """
    return _Reading(workspace, path, form_of(workspace, unit)).read(unit, year, synthetic)


class _Reading:
    """The reading of one form; it keeps every fault."""

    def __init__(self, workspace: Workspace, path: Path, form: Form) -> None:
        self.workspace, self.path, self.form = workspace, path, form
        self.faults: list[Fault] = []
        self.unread: set[tuple[str, int]] = set()

    def refuse(self, sheet: str, row: int | None, column: str, found: str, expected: str, hint: str = "") -> None:
        self.faults.append(Fault("DZ-O004", file=f"{self.path.name}: {title_of(sheet)}", row=row, column=column,
                                 found=found, expected=expected, hint=hint))  # fmt: skip

    def read(self, unit: str, year: int, synthetic: bool | None) -> Handed:  # noqa: FBT001
        """Read guide and sheets, and raise all faults at once."""
        sheets = self._sheets()
        about = {row[0]: row[1] for row in sheets["guide"] if len(row) > 1 and row[0]}
        for name, wanted in (("unit", unit), ("year", str(year)), ("form", self.form.id)):
            if about.get(name) != wanted:
                self.refuse("guide", None, name, repr(about.get(name, "nothing")), repr(wanted),
                            "this is the form of another unit, year or kind")  # fmt: skip
        if synthetic is not None and ("synthetic" in about) != synthetic:
            found, wanted = ("a simulated form", "one of the office") if not synthetic else ("no simulated form", "one")
            self.refuse(
                "guide", None, "synthetic", found, wanted, "what is invented goes into the demonstration alone: --demo"
            )
        rows = {name: list(self._rows(name, sheets[name])) for name in SHEETS}
        self._hold_papers(rows)
        papers = {at: paper for at, row in rows["papers"] if (paper := self._paper(at, row))}
        answers = {at: answer for at, row in rows["points"] if (answer := self._answer(at, row))}
        claims = {at: claim for at, row in rows["figures"] if (claim := self._claim(at, row, unit))}
        self._hold(unit, year, papers, answers, claims)
        if self.faults:
            raise DuzhengError.of(self.faults)
        return Handed(tuple(papers.values()), tuple(answers.values()), tuple(claims.values()))

    def _hold_papers(self, rows: Mapping[str, list[tuple[int, dict[str, str]]]]) -> None:
        """Refuse what names papers that are not listed."""
        listed = {row["id"] for _, row in rows["papers"]}
        for sheet in ("points", "figures"):
            for at, row in rows[sheet]:
                for gone in (each for each in _named(row["evidence"]) if each not in listed):
                    self.refuse(sheet, at, "evidence", repr(gone), f"a paper of the sheet {title_of('papers')}",
                                "list the paper there, or name another")  # fmt: skip

    def _hold(
        self, unit: str, year: int, papers: Mapping[int, Paper], answers: Mapping[int, Answer],
        claims: Mapping[int, Claim],
    ) -> None:  # fmt: skip
        """Hold what was read to what the ledger asks of it, and say the row of the form where it would say a line."""
        found = SelfEvaluation(
            unit=unit, year=year, source=self.form.title, submitted=dt.date(year, 12, 31),
            papers=tuple(papers.values()),
            answers=tuple(each.model_copy(update={"evidence": ()}) for each in answers.values()),
            claims=tuple(each.model_copy(update={"evidence": ()}) for each in claims.values()),
        )  # fmt: skip
        parts = dict(enumerate(found.claims))
        file = File(self.path, self.path.parent, self.workspace.units, self.workspace.catalogue, None, [])
        rows = {"papers": [*papers], "answers": [*answers], "claims": [*claims]}
        for fault in [*file.twice("claims", parts), *wrong_evaluation(file, found, parts)]:
            book, number, *column = fault.column.split(".")
            sheet = {"answers": "points", "claims": "figures"}.get(book, book)
            said = fault.found.partition(", which is in line")[0]
            self.refuse(sheet, rows[book][int(number)], ".".join(column), said, fault.expected, fault.hint)

    def _sheets(self) -> dict[str, list[list[str]]]:
        """Give the cells of all sheets as texts."""
        from openpyxl import load_workbook

        try:
            content = self.path.read_bytes()
            book, written = load_workbook(BytesIO(content), data_only=True), load_workbook(BytesIO(content))
        except OSError as error:
            raise DuzhengError(Fault("DZ-O004", file=self.path.name, found=error.strerror or str(error),
                                     expected="a workbook that can be read")) from error  # fmt: skip
        except Exception as error:  # a broken archive fails in many ways
            locked = content.startswith(_COMPOUND)
            raise DuzhengError(Fault(
                "DZ-O004", file=self.path.name, expected="an .xlsx file",
                found="a workbook with a password, or an old .xls" if locked else "no workbook",
                hint="open it in Excel and save it as .xlsx, without a password")) from error  # fmt: skip
        missing = [name for name in ("guide", *SHEETS) if title_of(name) not in book.sheetnames]
        if missing:
            raise DuzhengError(*(
                Fault("DZ-O004", file=self.path.name, found=f"no sheet {title_of(name)}", hint="do not rename sheets",
                      expected=f"the sheets {'、'.join(title_of(each) for each in ('guide', *SHEETS))}")
                for name in missing
            ))  # fmt: skip
        return {name: self._cells(name, book[title_of(name)], written[title_of(name)]) for name in ("guide", *SHEETS)}

    def _cells(self, name: str, sheet: Any, written: Any) -> list[list[str]]:
        """Give the cells of a sheet as texts; those without a value that can be told are refused."""
        keys = [_text(cell) for cell in sheet[2]] if sheet.max_row > 1 else []
        lines = []
        for cells, formulas in zip(sheet.iter_rows(), written.iter_rows(), strict=True):
            for cell, formula in zip(cells, formulas, strict=True):
                lost = cell.value is None and formula.data_type == "f"
                if lost or cell.data_type == "e":
                    column = keys[cell.column - 1] or cell.column_letter
                    found = "a formula without its value" if lost else repr(cell.value)
                    self.refuse(name, cell.row, column, found, "a value",
                                "write the value itself, or open the form in Excel and save it")  # fmt: skip
                    self.unread.add((name, cell.row))
            lines.append([_text(cell) for cell in cells])
        return lines

    def _rows(self, sheet: str, rows: list[list[str]]) -> Iterator[tuple[int, dict[str, str]]]:
        """Give the rows of a sheet that hold anything, by the keys of its second row."""
        keys = rows[1] if len(rows) > 1 else []
        wanted = [column for part in SHEETS[sheet] for column in part]
        wrong = [(column, keys.count(column)) for column in wanted if keys.count(column) != 1]
        for column, times in wrong:
            self.refuse(sheet, 2, column, f"{times} such columns" if times else "no such column",
                        "the second row as it was handed out")  # fmt: skip
        if wrong:
            return
        for at, row in enumerate(rows[2:], start=FIRST_ROW):
            texts = dict(zip(keys, row, strict=True))
            if (sheet, at) not in self.unread and any(texts[each] for each in SHEETS[sheet][1]):
                yield at, texts

    def _paper(self, at: int, row: dict[str, str]) -> Paper | None:
        texts = _texts(row, "title")
        if not row["id"] or texts is None:
            self.refuse("papers", at, "id" if not row["id"] else "title_zh", "nothing", "an id and a title in Chinese")
            return None
        return self._made(
            "papers", at, Paper, id=row["id"], title=texts, file=row["file"], sha256=row["sha256"].lower()
        )

    def _answer(self, at: int, row: dict[str, str]) -> Answer | None:
        if row["point"] not in {each.id for each in self.form.points}:
            self.refuse("points", at, "point", repr(row["point"]), "a point of the form")
            return None
        texts = _texts(row, "answer")
        if texts is None:
            self.refuse("points", at, "answer_zh", "nothing", "an answer in Chinese")
            return None
        return self._made("points", at, Answer, point=row["point"], text=texts, evidence=_named(row["evidence"]))

    def _claim(self, at: int, row: dict[str, str], unit: str) -> Claim | None:
        before = len(self.faults)
        code, point = row["indicator"], row["point"]
        subject = self._subject(code)
        if subject is None:
            self.refuse(
                "figures", at, "indicator", repr(code), "a code of the catalogue", "`duzheng data list` shows them"
            )
            return None
        point = point or self.form.point_of(subject.topic, code)
        if point and point not in {each.id for each in self.form.points}:
            self.refuse("figures", at, "point", repr(point), "a point of the form, or nothing")
        percent = {name for name in _NUMBERS if name == "growth" or subject.measure["zh-Hans"] == "%"}
        numbers = {name: self._number(at, name, row[name], percent=name in percent) for name in _NUMBERS}
        years = {name: self._year(at, name, row[name]) for name in ("year", "base_year")}
        if not row["year"]:
            self.refuse("figures", at, "year", "nothing", "the year of the figure")
        if len(self.faults) > before:
            return None
        above = self.form.figures_of == "evaluator"
        given: dict[str, Any] = {
            "id": row["id"] or f"row-{at}", **subject.given, "point": point, "duty": self.form.duty(point),
            "of": self.workspace.units.parent(unit) or "" if above else "", **years, **numbers,
            "direction": row["direction"] or None, "evidence": _named(row["evidence"]),
        }  # fmt: skip
        given["text"] = _texts(row, "text") or in_words(subject.name, subject.measure, given)
        return self._made("figures", at, Claim, **given)

    def _subject(self, code: str) -> Subject | None:
        """Give what a code of the form means; None for one that there is not."""
        asked = (each for some in coefficients_asked(self.workspace, self.form).values() for each in some)
        return subject_of(self.workspace, code, next((each for each in asked if each.code == code), None))

    def _number(self, at: int, column: str, text: str, *, percent: bool) -> Decimal | None:
        if not text:
            return None
        plain = halfwidth([text])[0]
        found = _NUMBER.fullmatch(plain)
        if found is None or (found["percent"] and not percent):
            self.refuse("figures", at, column, repr(text), "a number, in the measure that the row names",
                        "leave out units; for 3.5 万 write 35000 and rounded_to 1000")  # fmt: skip
            return None
        return Decimal(found["number"].replace(",", ""))

    def _year(self, at: int, column: str, text: str) -> int | None:
        if not text:
            return None
        plain = halfwidth([text])[0]
        if not _YEAR.fullmatch(plain):
            self.refuse("figures", at, column, repr(text), "a year of four digits")
            return None
        return int(plain)

    def _made(self, sheet: str, at: int, model: type[Part], **values: Any) -> Part | None:
        try:
            return model.model_validate(values)
        except ValidationError as error:
            for each in error.errors():
                column = ".".join(str(part) for part in each["loc"])
                self.refuse(sheet, at, column, repr(each["input"])[:80], each["msg"].removeprefix("Value error, "))
            return None


def _text(cell: Any) -> str:
    """Give what a cell shows: a number with the 15 digits that Excel keeps, one of a format with % as per cent."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = Decimal(f"{value:.15g}")
        percent = "%" in cell.number_format
        return f"{number.scaleb(2) if percent else number:f}{'%' if percent else ''}"
    return str(value).strip()


def _texts(row: Mapping[str, str], name: str) -> Texts | None:
    """Give a text in both languages; None where there is no Chinese."""
    zh, en = row[f"{name}_zh"], row[f"{name}_en"]
    return ({"zh-Hans": zh, "en": en} if en else {"zh-Hans": zh}) if zh else None


def _named(text: str) -> tuple[str, ...]:
    return tuple(each for each in _SEPARATOR.split(text) if each)
