"""Demonstration: simulated forms of a year, filled in from the monitored figures, with falsehoods that are known."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.ledger.monitored import Figure, Monitored
from analysis.messages import Texts, Words, rounded
from analysis.supervision.checks import monitored_of
from analysis.supervision.evaluations import evaluated
from analysis.supervision.forms import SHEETS, WORDS, book_of, in_words, subject_of
from analysis.supervision.points import Form, Point, coefficients_asked, form_of, targets_of
from analysis.supervision.responsibilities import responsibilities
from analysis.workspace.yaml_files import dump_editable

if TYPE_CHECKING:
    from analysis.workspace import Workspace
    from analysis.workspace.targets import Target

SAID: Final = Words("analysis.supervision")
#: What is planted, in turn: a number too high, a paper that is missing, an answer that is missing, a growth that does
#: not fit the values beside it. Where there is no such figure an answer is missing.
PLANTED: Final = ("false", "no_evidence", "missing_answer", "contradicts")
#: One of so many units has something planted.
_EACH: Final = 3
#: By which share a false number is too high at least, and by how many of its last digit.
_TOO_HIGH: Final = (Decimal("0.06"), 3)
#: How many per cent are put on a growth that contradicts.
_TOO_MUCH: Final = Decimal("12.5")


@dataclass(frozen=True)
class Filled:
    """A form that was filled in: the file, the unit, and what is planted in it (empty for nothing)."""

    path: Path
    unit: str
    planted: str = ""
    claim: str = ""


def simulated_forms(
    workspace: Workspace, folder: Path, *, year: int, evaluator: str = "", seed: int = 0, corrected: bool = False,
    monitored: Monitored | None = None,
) -> list[Filled]:  # fmt: skip
    """Fill in the forms of all units of an evaluator, as they might be handed in.

    Parameters
    ----------
    workspace
        The workspace; claims are its monitored figures as they are shown.
    folder
        Where the workbooks go, a report in prose beside each (`.docx`) that says the same, and `truth.yaml`, which says
        what is planted.
    year
        The year of evaluation.
    evaluator
        Whose units; the unit above if empty.
    seed
        Of what is planted where.
    corrected
        Whether they are the second versions: nothing is planted.
    monitored
        The figures that are claimed; computed here if not given.

    Returns
    -------
    list of Filled
        In the order of units.

    Raises
    ------
    DuzhengError
        With the faults of the rule sets.
    """
    units = evaluated(workspace, evaluator)
    folder.mkdir(parents=True, exist_ok=True)
    figures = monitored or monitored_of(workspace, [], synthetic=True)
    chance = random.Random(seed)  # noqa: S311  what is planted is no secret
    chosen = [] if corrected else chance.sample(units, -(-len(units) // _EACH))
    planted = {unit: PLANTED[number % len(PLANTED)] for number, unit in enumerate(chosen)}
    found = []
    for unit in units:
        form, path = form_of(workspace, unit), folder / f"{unit}.xlsx"
        book = book_of(workspace, form, unit=unit, year=year, synthetic=True)
        filling = _Filling(workspace, unit, year, form, figures, planted.get(unit, ""), chance)
        found.append(Filled(path, unit, *filling.fill(book)))
        book.save(path)
        _report(path.with_suffix(".docx"), workspace, form, book, unit, year)
    truth = [{"unit": each.unit, "planted": each.planted, "claim": each.claim} for each in found if each.planted]
    head = "# What is planted in these simulated forms.\n"
    (folder / "truth.yaml").write_text(head + dump_editable({"synthetic": True, "planted": truth}), encoding="utf-8")
    return found


def _report(path: Path, workspace: Workspace, form: Form, book: Any, unit: str, year: int) -> None:
    """Write what a form says as a report in prose."""
    from docx import Document

    document = Document()
    words = SAID.of("demonstration")
    name = workspace.units.name(unit, "zh-Hans")
    document.add_heading(words["report"]["zh-Hans"].format(unit=name, year=year), 0)
    rows = {sheet: _rows(book[WORDS.said("form", f"sheet_{sheet}", "zh-Hans")]) for sheet in ("points", "figures")}
    for row in rows["points"]:
        document.add_heading(str(row["asked"]).splitlines()[0], 2)
        document.add_paragraph(str(row["answer_zh"] or ""))
        said = [_in_words(workspace, form, each) for each in rows["figures"]
                if each["point"] == row["point"] and (each["value"] or each["growth"])]  # fmt: skip
        if said:
            document.add_paragraph("".join(said))
    document.save(str(path))


def _in_words(workspace: Workspace, form: Form, row: Mapping[str, str]) -> str:
    asked = (each for some in coefficients_asked(workspace, form).values() for each in some)
    subject = subject_of(workspace, row["indicator"],
                         next((each for each in asked if each.code == row["indicator"]), None))  # fmt: skip
    assert subject is not None  # it was filled in here  # noqa: S101
    numbers = {name: Decimal(row[name]) if row[name] else None for name in ("value", "change", "growth")}
    given = {**numbers, "direction": None, "year": row["year"], "base_year": row["base_year"]}
    return in_words(subject.name, subject.measure, given)["zh-Hans"]


def _rows(sheet: Any) -> list[dict[str, str]]:
    keys = [str(cell.value) for cell in sheet[2]]
    return [{key: str(value or "") for key, value in zip(keys, row, strict=True)}
            for row in sheet.iter_rows(min_row=3, values_only=True) if any(row)]  # fmt: skip


def simulated_answers(folder: Path, *, seed: int = 0) -> int:
    """Fill in the tables that departments were sent, as they might answer: each with one objection and one doubt.

    Parameters
    ----------
    folder
        With the tables of :func:`analysis.supervision.audits.tables_of`; they are written over.
    seed
        Of which claims.

    Returns
    -------
    int
        How many answers.
    """
    import pandas as pd

    words, chance, answered = SAID.of("demonstration"), random.Random(seed), 0  # noqa: S311  nothing secret
    for path in sorted(folder.glob("audits-*.csv")):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        frame["flag"], frame["by"] = "confirmed", words["clerk"]["zh-Hans"]
        odd = chance.sample(range(len(frame)), min(2, len(frame)))
        for row, flag in zip(odd, ("objected", "cannot_tell"), strict=False):
            frame.loc[row, "flag"] = flag
            if flag == "objected":
                frame.loc[row, ["note_zh", "note_en"]] = [words["objected"]["zh-Hans"], words["objected"]["en"]]
        frame.to_csv(path, index=False, encoding="utf-8-sig")
        answered += len(frame)
    return answered


@dataclass(frozen=True, eq=False)
class _Filling:
    """The filling in of one form."""

    workspace: Workspace
    unit: str
    year: int
    form: Form
    monitored: Monitored
    planted: str
    chance: random.Random

    def fill(self, book: Any) -> tuple[str, str]:
        """Fill in a workbook; give what is planted, and in which claim or point."""
        figures = list(self._figures())
        answers = [self._answer(point, figures) for point in self.form.points]
        planted, where = self.planted, self._plant(figures)
        if planted and not where:
            planted, where = "missing_answer", answers.pop(self.chance.randrange(len(answers)))["point"]
        for name, rows in (("points", answers), ("figures", figures), ("papers", list(self._papers()))):
            _write(book[WORDS.said("form", f"sheet_{name}", "zh-Hans")], name, rows)
        return planted, where

    @cached_property
    def whose(self) -> str:
        """The unit whose figures are claimed."""
        above = self.form.figures_of == "evaluator"
        return (self.workspace.units.parent(self.unit) or self.unit) if above else self.unit

    def _figures(self) -> Iterator[dict[str, Any]]:
        """Claim the newest figure of everything that is asked for, and the growth over the one before."""
        for point in self.form.points:
            yield from self._coefficients(point)
            for code in self._codes(point):
                course = self.monitored.course(code, self.whose)
                if not course:
                    continue
                now, before = course[-1], course[-2] if len(course) > 1 else None
                row = {"point": point.id, "indicator": code, "id": code, "year": now.year,
                       "value": rounded(now.value, now.decimals), "evidence": "report"}  # fmt: skip
                yield row
                if before is not None and before.segment == now.segment and before.value > 0:
                    yield {**row, "id": f"{code}-growth", "value": "", "base_year": before.year,
                           "growth": self._growth(code, now, before)}  # fmt: skip

    def _coefficients(self, point: Point) -> Iterator[dict[str, Any]]:
        """Claim the coefficients of balance that are known, as the monitoring found them."""
        for each in coefficients_asked(self.workspace, self.form).get(point.id, ()):
            newest = self.monitored.newest_coefficient(each.code, self.whose)
            found = self.monitored.coefficient(each.code, self.whose, newest) if newest else None
            if isinstance(found, Figure):
                yield {"point": point.id, "indicator": each.code, "id": each.code.replace(".", "-"), "year": found.year,
                       "value": rounded(found.value, found.decimals), "evidence": "report"}  # fmt: skip

    def _growth(self, code: str, now: Figure, before: Figure) -> Decimal:
        """Give the growth as it was published on one scope, or else as it follows from the two figures."""
        if (published := self._published(code, now.year, before.year)) is not None:
            return rounded(published.value, published.decimals)
        return rounded(100 * (now.value - before.value) / before.value, 1)

    def _published(self, code: str, year: int, base: int) -> Figure | None:
        found = self.monitored.published_growth(code, self.whose, year) if base == year - 1 else None
        return found if isinstance(found, Figure) else None

    def _codes(self, point: Point) -> list[str]:
        if point.indicators:
            return list(point.indicators)
        if point.asks == "targets":
            named = {code for each in self.form.points for code in each.indicators}
            return [code for code in dict.fromkeys(each.indicator for each in self._targets) if code not in named]
        known = self.workspace.catalogue
        own = [each.topics for each in responsibilities(self.workspace).departments if each.unit == self.unit]
        topics = {*point.topics} & {*own[0]} if own else {*point.topics}
        return [code for code, each in known.items() if each.topic in topics and each.headline]

    @cached_property
    def _targets(self) -> list[Target]:
        return [target for _, target in targets_of(self.workspace, unit=self.unit, year=self.year, synthetic=True)]

    def _plant(self, figures: list[dict[str, Any]]) -> str:
        """Make one of the figures false, unproven, or contradict another; give its id, or nothing if none is fit."""
        growths = [row for row in figures if row.get("growth") is not None
                   and self._published(row["indicator"], row["year"], row["base_year"]) is None]  # fmt: skip
        known = self.workspace.catalogue
        values = [row for row in figures if row.get("growth") is None
                  and row["indicator"] in known and known[row["indicator"]].kind != "flag"]  # fmt: skip
        fit = {"false": values, "no_evidence": figures, "contradicts": growths}.get(self.planted)
        if not fit:
            return ""
        row = self.chance.choice(fit)
        if self.planted == "contradicts":
            row["growth"] += _TOO_MUCH
            figures.append(self._before(row))
        elif self.planted == "no_evidence":
            row["evidence"] = ""
        else:
            row["value"] = self._too_high(row)
        return str(row["id"])

    def _too_high(self, row: Mapping[str, Any]) -> Decimal:
        """Give a number that no rounding explains, neither of the claim nor of the figure."""
        share, digits = _TOO_HIGH
        value, last = row["value"], Decimal(1).scaleb(int(row["value"].as_tuple().exponent))
        figure = self.monitored.level(row["indicator"], self.whose, row["year"])
        half = Decimal(str(figure.half)) if isinstance(figure, Figure) else Decimal(0)
        false: Decimal = value + max(share * abs(value), digits * last, 2 * half)
        return false.quantize(last, rounding=ROUND_UP)

    def _before(self, growth: Mapping[str, Any]) -> dict[str, Any]:
        """Claim the figure of the base year of a growth, which is then held to it."""
        course = {each.year: each for each in self.monitored.course(str(growth["indicator"]), self.whose)}
        before = course[growth["base_year"]]
        return {"point": growth["point"], "indicator": growth["indicator"], "id": f"{growth['indicator']}-before",
                "year": before.year, "value": rounded(before.value, before.decimals), "evidence": "report"}  # fmt: skip

    def _answer(self, point: Point, figures: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        words = SAID.of("demonstration")
        none = {"targets": not self._targets, "balance": all(row["point"] != point.id for row in figures)}
        key = f"answer_{point.asks}_none" if none.get(point.asks) else f"answer_{point.asks}"
        texts: Texts = words[key]
        name = {language: self.workspace.units.name(self.unit, language) for language in ("zh-Hans", "en")}
        return {
            "point": point.id,
            "answer_zh": texts["zh-Hans"].format(unit=name["zh-Hans"], asked=point.text["zh-Hans"]),
            "answer_en": texts["en"].format(unit=name["en"], asked=point.text.get("en", "")),
            "evidence": "report",
        }

    def _papers(self) -> Iterator[dict[str, str]]:
        title = SAID.of("demonstration")["paper"]
        content = f"{self.unit}: invented".encode()
        yield {"id": "report", "title_zh": title["zh-Hans"], "title_en": title["en"],
               "file": f"{self.unit}-report.pdf", "sha256": hashlib.sha256(content).hexdigest()}  # fmt: skip


def _write(sheet: Any, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows into a sheet: into the free row of the same point or indicator if there is one, else below."""
    keys = [cell.value for cell in sheet[2]]
    given, asked = SHEETS[name]
    known = [each for each in given if each in {"point", "indicator"}]
    taken: set[int] = set()
    for row in rows:
        place = next(
            (at for at in range(3, sheet.max_row + 1)
             if at not in taken and known
             and all(str(sheet.cell(at, keys.index(each) + 1).value or "") == str(row[each]) for each in known)),
            None,
        )  # fmt: skip
        if place is None:
            filled = [at for at in range(3, sheet.max_row + 1)
                      if any(sheet.cell(at, number + 1).value for number in range(len(keys)))]  # fmt: skip
            place = max([2, *filled, *taken]) + 1
        taken.add(place)
        for key in (*known, *asked):
            value = row.get(key, "")
            if value != "":
                sheet.cell(place, keys.index(key) + 1, str(value))
