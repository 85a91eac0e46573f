"""Texts out to translators and back, as XLSX or XLIFF: what is missing, and what was translated from older words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from analysis.documents.spreadsheets import saved
from analysis.messages import DuzhengError, Fault, Language, Texts
from analysis.surveys.formats.imported import check_size
from analysis.surveys.survey import Survey
from analysis.workspace.files import write_together
from analysis.workspace.yaml_files import dump_editable, load_editable

XLIFF = "urn:oasis:names:tc:xliff:document:1.2"
COLUMNS = ("key", "source", "target")
#: Codes of languages in XLIFF.
CODES: dict[Language, str] = {"zh-Hans": "zh-Hans", "en": "en"}
_DAMAGED = (ET.ParseError, DefusedXmlException, zipfile.BadZipFile, KeyError, ValueError, OSError)


@dataclass(frozen=True, slots=True)
class Unit:
    """A text to be translated: where it stands, its Chinese, and its translation; nothing where there is none."""

    key: str  #: file and path: ``surveys/bank/students.yaml#items/sleep/0/text``
    source: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a translation."""

    files: tuple[str, ...]  #: that were changed
    changed: tuple[str, ...]  #: keys that got another text
    missing: tuple[str, ...]  #: keys that still have none
    stale: tuple[str, ...]  #: keys whose Chinese is no longer what was translated: left as they were
    unknown: tuple[str, ...]  #: keys that there are not


def units(survey: Survey, language: Language) -> list[Unit]:
    """List a questionnaire's texts, its items' and their scales', with their translations.

    Parameters
    ----------
    survey
        The questionnaire, read from a workspace.
    language
        The one to translate to.
    """
    found: dict[str, Unit] = {}
    for file, path, texts in _texts(survey):
        key = f"{file}#{'/'.join(map(str, path))}"
        found[key] = Unit(key, texts["zh-Hans"], texts.get(language, ""))
    return list(found.values())


def _texts(survey: Survey) -> Iterator[tuple[str, tuple[str | int, ...], Texts]]:
    yield from ((survey.file, path, texts) for path, texts in _within(survey.node, ()))
    scales: dict[str, None] = {}
    for each in survey.asked:
        file, _ = survey.bank.place(each.code, each.use.version)
        path = ("items", each.code, each.use.version - 1)
        node = survey.bank.nodes[file]["items"][each.code][each.use.version - 1]
        yield from ((file, found, texts) for found, texts in _within(node, path) if found[-1] != "why")
        scales[getattr(each.item, "scale", "")] = None
    for file, node in survey.bank.nodes.items():
        for name in (name for name in node.get("scales", {}) if name in scales):
            yield from ((file, path, texts) for path, texts in _within(node["scales"][name], ("scales", name)))


def _within(node: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Texts]]:
    """Find texts by language below an entry."""
    if isinstance(node, dict):
        if "zh-Hans" in node:
            yield path, node
            return
        for key, value in node.items():
            yield from _within(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _within(value, (*path, number))


def to_workbook(given: list[Unit]) -> bytes:
    """Write units as a workbook with the columns key, source and target."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for place, row in enumerate([COLUMNS, *((unit.key, unit.source, unit.target) for unit in given)], 1):
        for column, value in enumerate(row, 1):
            sheet.cell(place, column, value).data_type = "s"
    for letter, width in zip("ABC", (40, 60, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    return saved(book)


def to_xliff(given: list[Unit], language: Language, name: str) -> bytes:
    """Write units as XLIFF 1.2, for programs that translators use."""
    root = ET.Element("xliff", {"version": "1.2", "xmlns": XLIFF})
    file = ET.SubElement(root, "file", {"original": name, "source-language": CODES["zh-Hans"],
                                        "target-language": CODES[language], "datatype": "plaintext"})  # fmt: skip
    body = ET.SubElement(file, "body")
    for unit in given:
        element = ET.SubElement(body, "trans-unit", {"id": unit.key})
        ET.SubElement(element, "source").text = unit.source
        ET.SubElement(element, "target", {"state": "translated" if unit.target else "new"}).text = unit.target
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def read_units(data: bytes, file: str) -> list[Unit]:
    """Read what a translator sent back.

    Raises
    ------
    DuzhengError
        DZ-Q008 if it is neither a workbook with the three columns nor XLIFF, swells when it is unpacked, holds entities
        or formulas.
    """
    try:
        return _from_workbook(data) if data[:2] == b"PK" else _from_xliff(data)
    except _DAMAGED as error:
        found = f"{type(error).__name__}: {error}".splitlines()[0][:120]
        expected = "a workbook with key, source and target, or XLIFF 1.2"
        raise DuzhengError(Fault("DZ-Q008", file=file, found=found, expected=expected)) from error


def _from_workbook(data: bytes) -> list[Unit]:
    from openpyxl import load_workbook

    check_size(data)
    rows = [list(row) for row in load_workbook(io.BytesIO(data)).active.iter_rows()]
    head = [str(cell.value or "").strip().lower() for cell in rows[0]]
    places = [head.index(column) for column in COLUMNS]
    formulas = [cell.coordinate for row in rows for cell in row if cell.data_type == "f"]
    if formulas:
        raise ValueError(f"formulas in {', '.join(formulas[:5])}")
    return [Unit(*(str(row[place].value or "") for place in places)) for row in rows[1:] if row[places[0]].value]


def _from_xliff(data: bytes) -> list[Unit]:
    root = fromstring(data, forbid_dtd=True)
    found = [
        Unit(unit.get("id", ""), "".join(unit.find(f"{{{XLIFF}}}source").itertext()), _target(unit))
        for unit in root.iter(f"{{{XLIFF}}}trans-unit")
    ]
    if not found:
        raise ValueError(f"a document {root.tag} without units")
    return found


def _target(unit: Any) -> str:
    element = unit.find(f"{{{XLIFF}}}target")
    return "" if element is None else "".join(element.itertext())


def apply(root: Path, survey: Survey, given: list[Unit], language: Language) -> Applied:
    """Write translations into the questionnaire's file and the bank's, comments and order kept.

    Parameters
    ----------
    root
        The workspace.
    survey
        The questionnaire that the texts were taken from.
    given
        What came back.
    language
        Of the translations.

    Notes
    -----
    All files are written or none. A translation of words that have changed since is stale: it is listed, and nothing
    of it is written. The bank's history takes a translation that is added; another one for words that were committed
    needs a new version.
    """
    now = {unit.key: unit for unit in units(survey, language)}
    unknown = tuple(unit.key for unit in given if unit.key not in now)
    known = [unit for unit in given if unit.key in now]
    stale = tuple(unit.key for unit in known if unit.source.strip() != now[unit.key].source.strip())
    fresh = {unit.key: unit.target.strip() for unit in known if unit.key not in stale and unit.target.strip()}
    changed = {key: text for key, text in fresh.items() if text != now[key].target}
    files = tuple(sorted({key.partition("#")[0] for key in changed}))
    contents = {}
    for file in files:
        mine = {key.removeprefix(f"{file}#"): text for key, text in changed.items() if key.startswith(f"{file}#")}
        contents[root / file] = _with(root / file, mine, language)
    write_together(contents)
    missing = tuple(key for key, unit in now.items() if not unit.target and key not in fresh)
    return Applied(files, tuple(changed), missing, stale, unknown)


def _with(path: Path, texts: dict[str, str], language: Language) -> bytes:
    """Give a file's content with other texts in it."""
    whole = load_editable(path.read_text(encoding="utf-8"))
    for where, text in texts.items():
        node = whole
        for key in where.split("/"):
            node = node[int(key) if isinstance(node, list) else key]
        node[language] = text
    return dump_editable(whole).encode()
