"""Remarks: people's own paragraphs on a unit, signed, each number in them taken from a cell; `data/ledger/remarks`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from analysis.documents import Run, Runs
from analysis.findings.finding import write_runs
from analysis.findings.numerals import NUMERAL, WAY
from analysis.findings.wording import Number, Wording
from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts, column_of, write_number
from analysis.workspace.yaml_files import check_entry, line_of, read_yaml

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "data/ledger/remarks"
#: Invented ones, for demonstration; read only where they are asked for.
DEMO = "data/demo/ledger/remarks"
#: The sections that a remark may stand in, unless the caller names others.
SECTIONS: Final = (
    "summary", "population", "preschool", "schooling", "staffing", "funding", "balance", "targets", "satisfaction",
    "self_evaluation", "rectification",
)  # fmt: skip

#: ``{cell}``, ``{name|1}``; ``[2017]``; and what is left.
_PIECE = re.compile(r"\{(?P<number>[^{}]*)\}|\[(?P<typed>[^\[\]]*)\]|(?P<plain>[^{}\[\]]+)|(?P<odd>[{}\[\]])")
_YEAR = re.compile(r"(\d{4}(?:[–—-]\d{4})?)(年?)")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"(?:\d{{4}}年)?\d{{1,2}}月(?:\d{{1,2}}日)?|\d{{4}}-\d\d-\d\d|(?:\d{{1,2}} )?(?:{_MONTHS})(?: \d{{4}})?"
)
#: A document's number, a title, an article: what has to look like one, so that no figure passes as a citation.
_CITATION = re.compile(r"〔\d{4}〕\d+号|《[^》]+》|第\d+[条款项章号届次]|\b[Nn]o\. ?\d+|\b[Aa]rt(?:icle|\.) ?\d+")
#: Changes, whose sign the word before must not contradict even where the number keeps it.
_CHANGES = frozenset({"growth", "change"})
_CJK = r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f{}\[\]]"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Remark(_Entry):
    section: str
    text: dict[Language, str]
    author: dict[Language, str]
    role: dict[Language, str]
    date: dt.date
    cites: dict[str, str] = Field(default_factory=dict)

    @field_validator("text", "author", "role")
    @classmethod
    def _in_both_languages(cls, texts: dict[Language, str]) -> dict[Language, str]:
        lacking = [language for language in LANGUAGES if not texts.get(language, "").strip()]
        if lacking:
            raise ValueError(f"a text in {' and '.join(lacking)} as well")
        return texts


class _File(_Entry):
    unit: str
    year: int
    synthetic: bool = False
    remarks: tuple[_Remark, ...]

    # Not by min_length, which counts those alone that have no fault.
    @field_validator("remarks")
    @classmethod
    def _some(cls, remarks: tuple[_Remark, ...]) -> tuple[_Remark, ...]:
        if not remarks:
            raise ValueError("a remark or more; a file without any is deleted")
        return remarks


@dataclass(frozen=True)
class Remark:
    """A paragraph that somebody wrote and signed.

    Parameters
    ----------
    unit, year, section
        Whom, which year and which section it is about.
    text
        By language, as written.
    author, role, date
        Who signs it, as what, and when.
    cites
        Short names for cells, by name.
    synthetic
        Whether it is invented.
    file, lines
        Where it stands: the lines of its texts by language.
    """

    unit: str
    year: int
    section: str
    text: Texts
    author: Texts
    role: Texts
    date: dt.date
    cites: Mapping[str, str] = field(default_factory=dict)
    synthetic: bool = False
    file: str = ""
    lines: Mapping[Language, tuple[str, int]] = field(default_factory=dict, repr=False)

    def cells(self, language: Language = "zh-Hans") -> list[str]:
        """Give the ids of the cells that it names, in reading order."""
        return [self.cell_of(piece["number"]) for piece in self.pieces(language) if piece["number"] is not None]

    def pieces(self, language: Language) -> Iterator[re.Match[str]]:
        """Give its text piece by piece: numbers, years and the like, and words."""
        return _PIECE.finditer(_joined(self.text[language], language))

    def cell_of(self, number: str) -> str:
        """Give the id of the cell that stands between braces, by its own id or its short name."""
        name = number.split("|", maxsplit=1)[0].strip()
        return self.cites.get(name, name)


def read_remarks(
    root: Path,
    *,
    synthetic: bool,
    sections: Collection[str] = SECTIONS,
    units: Collection[str] | None = None,
) -> list[Remark]:
    """Read the remarks of a workspace.

    Parameters
    ----------
    root
        Folder of the workspace.
    synthetic
        Whether the invented ones of `data/demo/ledger/remarks` are read, or those of `data/ledger/remarks`: never both.
    sections
        The sections that there are.
    units
        Ids of the units that there are; not checked if not given.

    Returns
    -------
    list of Remark
        In the order of files and of the paragraphs in them; none if there is no folder.

    Raises
    ------
    DuzhengError
        DZ-W002 for what is no YAML; DZ-F001 for what is wrong with a remark, such as a signature that is missing;
        DZ-F002 for numbers that no cell stands behind. Every fault of every file.
    """
    folder = DEMO if synthetic else FOLDER
    found: list[Remark] = []
    faults: list[Fault] = []
    for path in sorted((root / folder).glob("*.yaml")):
        file = f"{folder}/{path.name}"
        try:
            node = read_yaml(path, file)
        except DuzhengError as error:
            faults += error.faults
            continue
        written = path.read_text(encoding="utf-8-sig")
        drafts = list(_drafts(node, file, written))
        faults += _misplaced(node, file, path.stem, synthetic=synthetic, units=units)
        faults += _elsewhere(node, file, sections)
        faults += [fault for draft in drafts for fault in _unaccounted(draft)]
        try:
            read = check_entry(_File, node, file, code="DZ-F001")
        except DuzhengError as error:
            faults += error.faults
            continue
        found += [
            Remark(read.unit, read.year, file=file, synthetic=synthetic, lines=draft.lines, **dict(each))
            for draft, each in zip(drafts, read.remarks, strict=True)
        ]
    if faults:
        raise DuzhengError.of(dict.fromkeys(faults))
    return found


def check_remarks(
    remarks: Iterable[Remark], cells: Mapping[str, Mapping[str, Any]], *, suppressed: AbstractSet[str] = frozenset()
) -> None:
    """Hold the numbers of remarks to the cells of a run.

    Parameters
    ----------
    remarks
        The remarks.
    cells
        Rows of a frame of cells (:func:`analysis.findings.gathered.cells_of`) by id.
    suppressed
        Ids of the cells that are not published.

    Raises
    ------
    DuzhengError
        DZ-F002 with every cell that is not there (and the nearest ones), has no value, or is not published; and with
        every number whose words say the other way: ``abs`` takes the sign of a negative one, so that "fell by", 下降 or
        the like has to stand before it, and a positive one did not fall.
    """
    faults = []
    for remark in remarks:
        for language in LANGUAGES:
            for cell in remark.cells(language):
                refused = _refused(cell, cells, suppressed)
                if refused:
                    faults.append(_fault(remark, language, *refused, near=cell))
            faults += _contrary(remark, language, cells)
    if faults:
        raise DuzhengError.of(dict.fromkeys(faults))


def runs_of(remark: Remark, language: Language, cells: Mapping[str, Mapping[str, Any]]) -> Runs:
    """Give the text of a remark as runs: its numbers filled in from the cells, with their units.

    Raises
    ------
    DuzhengError
        DZ-F002 for a cell that is not there.
    """
    check_remarks([remark], cells)
    words = Wording(language)
    runs: list[Run] = []
    for piece in remark.pieces(language):
        if piece["number"] is not None:
            options = _options(piece["number"])
            row = cells[remark.cell_of(piece["number"])]
            decimals = next((int(each) for each in options if each.isdecimal()), int(row["decimals"]))
            number = Number(str(row["id"]), float(row["value"]), decimals, absolute="abs" in options)
            measure = str(row[column_of("measure", language)])
            runs.append(number.run())
            if measure and "bare" not in options:
                runs.append(Run(text=words.measure({"zh-Hans": measure})))
        elif piece["typed"] is not None:
            runs += _typed(piece["typed"]) or ()
        else:
            runs.append(Run(text=piece["plain"]))
    return tuple(runs)


def signature(remark: Remark, language: Language) -> Runs:
    """Say who signs a remark, as what, and when; an invented one says that it is."""
    key = "remark_signed_invented" if remark.synthetic else "remark_signed"
    return Wording(language).runs(key, author=remark.author, role=remark.role, date=remark.date)


def table_of(remarks: Iterable[Remark], cells: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Put remarks into a table of a run.

    Returns
    -------
    pandas.DataFrame
        One row a remark, in the order given: unit, year, section, ``synthetic``, and as JSON lists of runs
        ``text_zh-Hans`` and ``text_en``, the paragraph, with ``signed_zh-Hans`` and ``signed_en``.
    """
    import pandas as pd

    rows = [
        {"unit": each.unit, "year": each.year, "section": each.section, "synthetic": each.synthetic}
        | {f"text_{language}": write_runs(runs_of(each, language, cells)) for language in LANGUAGES}
        | {f"signed_{language}": write_runs(signature(each, language)) for language in LANGUAGES}
        for each in remarks
    ]
    types = {"unit": "str", "year": "int64", "section": "str", "synthetic": "bool"}
    types |= {f"{what}_{language}": "str" for what in ("text", "signed") for language in LANGUAGES}
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _drafts(node: Any, file: str, written: str) -> Iterator[Remark]:
    """Give each paragraph as far as it can be read, so that what one lacks hides none of its numbers."""
    for place, each in enumerate(_entries(node)):
        texts, cites = (each.get(name) if isinstance(each, dict) else None for name in ("text", "cites"))
        there: Texts = {one: text for one in LANGUAGES
                        if isinstance(texts, dict) and isinstance(text := texts.get(one), str)}  # fmt: skip
        named = {str(name): str(cell) for name, cell in cites.items()} if isinstance(cites, dict) else {}
        lines = {one: (written, line_of(node, ("remarks", place, "text", one)) or 1) for one in LANGUAGES}
        yield Remark("", 0, "", there, {}, {}, dt.date.min, named, file=file, lines=lines)


def _entries(node: Any) -> list[Any]:
    entries = node.get("remarks") if isinstance(node, dict) else None
    return entries if isinstance(entries, list) else []


def _elsewhere(node: Any, file: str, sections: Collection[str]) -> Iterator[Fault]:
    """Find paragraphs that stand in a section that there is not."""
    for place, each in enumerate(_entries(node)):
        section = each.get("section") if isinstance(each, dict) else None
        if isinstance(section, str) and section not in sections:
            near = get_close_matches(section, list(sections), n=1)
            yield Fault("DZ-F001", file=file, line=line_of(node, ("remarks", place, "section")),
                        found=f"section: {section}", expected=f"one of {', '.join(sections)}",
                        hint=f"did you mean {near[0]}?" if near else "")  # fmt: skip


def _misplaced(node: Any, file: str, stem: str, *, synthetic: bool, units: Collection[str] | None) -> Iterator[Fault]:
    """Find what is wrong with a file as a whole; what it lacks its schema says."""
    if not isinstance(node, dict):
        return
    unit, year, invented = (node.get(name) for name in ("unit", "year", "synthetic"))
    if unit and year and stem != f"{unit}-{year}":
        yield Fault("DZ-F001", file=file, line=line_of(node, ("unit",)), found=f"unit {unit}, year {year}",
                    expected=f"those of the file's name, {stem}")  # fmt: skip
    if units is not None and isinstance(unit, str) and unit not in units:
        near = get_close_matches(unit, list(units), n=1)
        yield Fault("DZ-F001", file=file, line=line_of(node, ("unit",)), found=f"unit: {unit}",
                    expected="a unit of data/units.csv", hint=f"did you mean {near[0]}?" if near else "")  # fmt: skip
    if bool(invented) != synthetic:
        expected = "synthetic: true, as all in data/demo" if synthetic else "remarks that somebody wrote"
        hint = "" if synthetic else f"invented ones belong into {DEMO}"
        yield Fault("DZ-F001", file=file, line=line_of(node, ("synthetic",)),
                    found=f"synthetic: {str(bool(invented)).lower()}", expected=expected, hint=hint)  # fmt: skip


def _unaccounted(remark: Remark) -> Iterator[Fault]:
    """Find numbers that no cell stands behind, and numbers that one language has and the other has not."""
    for language in remark.text:
        for piece in remark.pieces(language):
            whole = piece.group()
            if piece["odd"] is not None:
                yield _fault(remark, language, f"a bracket alone: {whole}", "{cell}, or [year]", near=whole)
            elif piece["typed"] is not None and _typed(piece["typed"]) is None:
                yield _fault(remark, language, whole, "a year, a date or a citation in brackets",
                             "a figure is written as {cell}", near=whole)  # fmt: skip
            elif piece["number"] is not None and not _is_option(piece["number"]):
                yield _fault(remark, language, whole, "{cell}, and after bars decimals, bare or abs", near=whole)
            for bare in NUMERAL.finditer(piece["plain"] or ""):
                shown = re.search(
                    rf"[^\s\d]{{0,4}}{re.escape(bare.group())}[^\s\d]{{0,2}}", whole[max(0, bare.start() - 4) :]
                )
                yield _fault(remark, language, repr((shown or bare).group()), "no number but those of cells",
                             "write a figure as {cell}, a year as [2017], a document as [〔2017〕49号]",
                             near=bare.group())  # fmt: skip
    if set(remark.text) != set(LANGUAGES):
        return
    chinese, english = (sorted(remark.cells(language)) for language in LANGUAGES)
    if chinese != english:
        only = sorted(set(chinese) ^ set(english)) or chinese
        yield _fault(
            remark, "en", f"other numbers than in Chinese: {', '.join(only)}", "the same cells in both", near=""
        )


def _refused(
    cell: str, cells: Mapping[str, Mapping[str, Any]], suppressed: AbstractSet[str]
) -> tuple[str, str, str] | None:
    """Tell what is wrong with a cell: found, expected, hint."""
    if cell in suppressed:
        return f"{{{cell}}}", "a cell that is published", "leave the number out: it is held back in all memos"
    if cell not in cells:
        near = _nearest(cell, cells)
        return f"{{{cell}}}", "a cell of this run", f"the nearest: {', '.join(near)}" if near else ""
    value = cells[cell]["value"]
    if value is None or value != value:  # noqa: PLR0124  NaN is the only number that differs from itself
        return f"{{{cell}}}, which has no value", "a figure", "leave the number out"
    return None


def _contrary(remark: Remark, language: Language, cells: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    """Find numbers that went the other way than the words before them in the clause say."""
    clause = ""
    for piece in remark.pieces(language):
        if piece["plain"] is not None:
            clause = re.split(r"[，。；：！？;:!?]|[,.](?=\s|$)", clause + piece["plain"])[-1]
        if piece["number"] is None:
            continue
        row = cells.get(remark.cell_of(piece["number"]))
        if row is None or row["value"] is None:
            continue
        said = [found.lastgroup for found in WAY.finditer(clause)]
        down, value, hidden = said[-1:] == ["down"], float(row["value"]), "abs" in _options(piece["number"])
        whole = piece.group()
        shown = f"{whole}, which is {write_number(value, int(row['decimals']), signed=True)}"
        if hidden and value < 0 and not down:
            yield _fault(remark, language, shown, "words before it that say a decrease, such as 下降 or fell by",
                         "abs takes the minus away", near=whole)  # fmt: skip
        elif down and value > 0 and (hidden or row.get("statistic") in _CHANGES):
            yield _fault(remark, language, shown, "words before it that say no decrease",
                         "the figure rose or lies above", near=whole)  # fmt: skip


def _nearest(cell: str, cells: Mapping[str, Any]) -> list[str]:
    """Give the ids that are nearest: first by what the cell is of, so that not each of many thousands is compared."""
    subjects = sorted({each.split("/", maxsplit=1)[0] for each in cells})
    of = get_close_matches(cell.split("/", maxsplit=1)[0], subjects, n=2)
    return get_close_matches(cell, [each for each in cells if each.split("/", maxsplit=1)[0] in of], n=3)


def _typed(text: str) -> Runs | None:
    """Give what stands in brackets as runs, or None if it is neither a year, a date nor a citation."""
    year = _YEAR.fullmatch(text)
    if year:
        return (Run(text=year[1].replace("—", "–"), role="year"), *([Run(text=year[2])] if year[2] else ()))
    if _DATE.fullmatch(text):
        return (Run(text=text, role="date"),)
    rest, cited = _CITATION.subn("", text)
    return (Run(text=text, role="citation"),) if cited and not re.search(r"\d", rest) else None


def _options(number: str) -> list[str]:
    return [each.strip() for each in number.split("|")[1:]]


def _is_option(number: str) -> bool:
    name, *options = (each.strip() for each in number.split("|"))
    return bool(name) and all(re.fullmatch(r"[0-6]|bare|abs", each) for each in options)


def _joined(text: str, language: Language) -> str:
    """Join the lines of a text: with a space in English, without between Chinese characters."""
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(rf"(?<={_CJK}) (?={_CJK})", "", text) if language == "zh-Hans" else text


def _fault(remark: Remark, language: Language, found: str, expected: str, hint: str = "", *, near: str) -> Fault:
    written, line = remark.lines.get(language, ("", 1))
    rest = "\n".join(written.splitlines()[line - 1 :])
    # Lines were joined: what is sought may go on in the next one.
    there = re.search(r"\s*".join(map(re.escape, "".join(near.split()))), rest)
    at = line + rest.count("\n", 0, there.start()) if there else line
    return Fault("DZ-F002", file=remark.file, line=at if remark.file else None, column=f"text.{language}", found=found,
                 expected=expected, hint=hint)  # fmt: skip
