"""Tables as they stand in workbooks, Word documents and CSV: their cells' texts, and everything that stands beside."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from defusedxml.ElementTree import fromstring

from analysis.messages import DuzhengError, Fault
from analysis.surveys.formats.imported import check_size

#: The most cells that a table may span: one stray cell at the end of a sheet makes millions of empty ones.
MOST_CELLS = 2_000_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
#: What stands for a sign; signs of other fonts are boxes to tick, as a rule.
SIGNS = {"p": "\n", "br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-", "sym": "□"}
#: Parts of a document that stand outside its text.
ASIDE = re.compile(r"word/(header|footer|footnotes|endnotes|comments)\d*\.xml")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|_x00[01][0-9A-F]_")
#: Fields of Word that fetch or compute; links and references only show their text.
COMPUTED = re.compile(
    r"\s*(=|DDE|DDEAUTO|INCLUDE\w*|IMPORT|LINK|FORMULA|IF|QUOTE|SET|ASK|FILLIN)(?![A-Z])", re.IGNORECASE
)
EXPECTED = "a LimeSurvey structure (.lss), an XLSForm, or a table of questions in .xlsx, .docx or .csv"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its rows by number, and what stands above it."""

    name: str  #: ``the sheet Questions``, ``table 2``; empty where there is only one
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    above: tuple[str, ...] = ()  #: headings since the table before


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one file, in order."""

    tables: tuple[Table, ...]
    title: str = ""  #: of a document
    loose: tuple[str, ...] = ()  #: what stands in no table
    faults: tuple[tuple[str, Fault], ...] = ()  #: by table, what makes one unreadable: it only counts if that is read


def parts(data: bytes) -> dict[str, bytes]:
    """Unpack an office document that holds nothing that can hurt.

    Returns
    -------
    dict of str to bytes
        Its parts of XML by name; of all others nothing but the names.

    Raises
    ------
    ValueError
        If it swells when it is unpacked, or holds macros or entities.
    zipfile.BadZipFile
        If it is no archive.
    """
    check_size(data)
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
            found[entry.filename] = archive.read(entry) if xml else b""
    macros = [name for name in found if name.lower().endswith("vbaproject.bin")]
    if macros or b"macroEnabled" in found.get("[Content_Types].xml", b""):
        raise ValueError("macros")
    for name, text in found.items():
        # Without NULs, declarations in UTF-16 read like those in UTF-8.
        if re.search(rb"<!(DOCTYPE|ENTITY)", text.replace(b"\0", b""), re.IGNORECASE):
            raise ValueError(f"a declaration of entities in {name}")
    return found


def read_tables(data: bytes, file: str) -> Tables:
    """Read every table of a workbook, Word document or CSV.

    Parameters
    ----------
    data
        The file's bytes. Their content decides what they are, not the file's name.
    file
        Its name, for messages.

    Raises
    ------
    DuzhengError
        DZ-Q008 if it is none of these, is damaged, swells when it is unpacked, or holds macros, entities or a password.
    """
    if data.startswith(OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        found = "a file with a password" if locked else "a document of Office 97 to 2003 (.xls, .doc)"
        hint = "take the password away" if locked else "save it as .xlsx or .docx"
        raise DuzhengError(Fault("DZ-Q008", file=file, found=found, expected=EXPECTED, hint=hint))
    if not data.startswith(b"PK"):
        return _csv(data, file)
    try:
        unpacked = parts(data)
        if "word/document.xml" in unpacked:
            return _document(data, unpacked, file)
        if "xl/workbook.xml" in unpacked:
            return _workbook(data, unpacked, file)
    except Exception as error:  # libraries raise many kinds on damaged parts
        said = (str(error).splitlines() or [""])[0]
        found = said[:120] if isinstance(error, ValueError) and said else f"{type(error).__name__}: {said[:120]}"
        hint = "save it without macros" if found == "macros" else "save it as .xlsx or .docx again"
        raise DuzhengError(Fault("DZ-Q008", file=file, found=found, expected=EXPECTED, hint=hint)) from error
    found = "an archive that is neither a workbook nor a Word document"
    raise DuzhengError(Fault("DZ-Q008", file=file, found=found, expected=EXPECTED, hint="save it as .xlsx or .docx"))


def check_span(sheet: Any) -> None:
    """Refuse a sheet that spans more than :data:`MOST_CELLS`."""
    if sheet.max_row * sheet.max_column > MOST_CELLS:
        spans = f"{sheet.max_row} rows and {sheet.max_column} columns"
        raise ValueError(f"the sheet {sheet.title}, which spans {spans}: delete empty ones")


def formulas_of(data: bytes, unpacked: dict[str, bytes]) -> dict[str, list[str]]:
    """Say where a workbook has formulas: their cells by sheet."""
    from openpyxl import load_workbook

    if not any(re.search(rb"<(\w+:)?f[ >/]", part) for part in unpacked.values()):
        return {}
    found: dict[str, list[str]] = {}
    for sheet in load_workbook(io.BytesIO(data), keep_links=False).worksheets:
        check_span(sheet)
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            found.setdefault(sheet.title, []).append(cell.coordinate)
    return found


def taken(sheet: str, cells: list[str]) -> str:
    """List formulas whose saved values are taken."""
    more = f" and {len(cells) - 20} more" if len(cells) > 20 else ""  # noqa: PLR2004  what one reads
    return f"the sheet {sheet}: formulas, whose saved values are taken, in {', '.join(cells[:20])}{more}"


def _csv(data: bytes, file: str) -> Tables:
    text = None
    bom = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    for encoding in ("utf-16",) if bom else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None or "\0" in text or text.lstrip()[:1] in {"", "<", "{"}:
        found = "an empty file" if not data.strip() else "neither an office document nor text in columns"
        raise DuzhengError(Fault("DZ-Q008", file=file, found=found, expected=EXPECTED))
    head = text.lstrip().splitlines()[0]
    mark = max(",;\t；", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error as error:
        raise DuzhengError(Fault("DZ-Q008", file=file, found=f"damaged CSV: {error}", expected=EXPECTED)) from error
    loose: list[str] = []
    cells = tuple(
        (number, tuple(_clean(cell, f"row {number}", loose) for cell in row)) for number, row in enumerate(rows, 1)
    )
    return Tables((Table("", cells),), loose=tuple(loose))


def _clean(text: str, where: str, loose: list[str]) -> str:
    """Leave out what no text has, and say so."""
    found = CONTROLS.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    if CONTROLS.search(text):
        loose.append(f"{where}: control characters in {found.strip()[:40]!r}")
    return found.strip()


def text_of(value: Any) -> str:
    """Write a cell's value as somebody would type it.

    Examples
    --------
    >>> text_of(3.0), text_of(dt.datetime(2025, 9, 1)), text_of(None)
    ('3', '2025-09-01', '')
    """
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value))
        case dt.datetime() if value.time() == dt.time():
            return str(value.date())
    return str(value)


def _workbook(data: bytes, unpacked: dict[str, bytes], file: str) -> Tables:
    from openpyxl import load_workbook

    tables, loose, faults = [], [], []
    computed = formulas_of(data, unpacked)
    for sheet in load_workbook(io.BytesIO(data), data_only=True, keep_links=False, rich_text=False).worksheets:
        name = f"the sheet {sheet.title}"
        check_span(sheet)
        rows, wrong = [], []
        formulas = computed.get(sheet.title, [])
        unsaved = [cell for cell in formulas if sheet[cell].value is None]
        if formulas:
            loose.append(taken(sheet.title, formulas))
        for number, row in enumerate(sheet.iter_rows(), 1):
            wrong += [cell.coordinate for cell in row if cell.data_type == "e"]
            where = f"{name}, row {number}"
            loose += [f"{where}: a comment {cell.comment.text!r}" for cell in row if getattr(cell, "comment", None)]
            rows.append((number, tuple(_clean(text_of(cell.value), where, loose) for cell in row)))
        tables.append(Table(name, tuple(rows)))
        for cells, found in ((unsaved, "formulas without a value"), (wrong, "errors of formulas")):
            if cells:
                place = f"{found} in {', '.join(cells)} of {name}"
                hint = "copy the cells and paste them as values"
                faults.append((name, Fault("DZ-Q008", file=file, found=place, expected="texts", hint=hint)))
        for area in sheet.merged_cells.ranges:
            filled = f"merged cells {area.coord} of {name}"
            hint = "unmerge them and write in each row what it says"
            fault = Fault("DZ-Q008", file=file, row=area.min_row, column=area.coord, found=filled,
                          expected="one cell a row and column", hint=hint)  # fmt: skip
            faults.append((name, fault))
    return Tables(tuple(tables), "", (*loose, *_beside(unpacked)), tuple(faults))


def _beside(unpacked: dict[str, bytes]) -> Iterator[str]:
    """List what a document has beside its text: pictures, notes, and links, none of which is ever followed."""
    pictures = sum("/media/" in name for name in unpacked)
    if pictures:
        yield f"{pictures} picture{'s' * (pictures > 1)}"
    for name, part in unpacked.items():
        if ASIDE.fullmatch(name):
            text = " ".join(" ".join(node.text or "" for node in fromstring(part).iter(f"{WORD}t")).split())
            if text:
                yield f"{name.removeprefix('word/').removesuffix('.xml')}: {text!r}"
        elif name.endswith(".rels"):
            for link in fromstring(part).iter(f"{RELATIONS}Relationship"):
                if link.get("TargetMode") == "External":
                    yield f"a link to {link.get('Target')!r}, which was not followed"


def _document(data: bytes, unpacked: dict[str, bytes], file: str) -> Tables:
    from docx import Document

    document = Document(io.BytesIO(data))
    styles = {style.style_id: (style.name or "").lower() for style in document.styles}
    tables: list[Table] = []
    above: list[str] = []
    loose: list[str] = []
    faults: list[tuple[str, Fault]] = []
    title = ""
    for node in document.element.body.iterchildren():
        if node.tag == f"{WORD}tbl":
            name = f"table {len(tables) + 1}"
            rows = [
                _row(row, number, name, file, loose, faults) for number, row in enumerate(_own(node, "tr", "tbl"), 1)
            ]
            tables.append(Table(name, tuple(rows), tuple(above)))
            above = []
            continue
        text = _clean(_words(node), "a paragraph", loose)
        if not text:
            continue
        style = styles.get(_style(node), "")
        if style == "title" and not title:
            title = text
        elif style.startswith("heading") and node.tag == f"{WORD}p":
            above.append(text)
        else:
            loose.append(f"outside the tables: {text!r}")
    loose += [f"the heading {text!r}: no table follows" for text in above]
    return Tables(tuple(tables), title, (*loose, *_beside(unpacked)), tuple(faults))


def _own(node: Any, tag: str, of: str) -> list[Any]:
    """Give a table's rows or a row's cells, without those of tables within."""
    return [each for each in node.iter(f"{WORD}{tag}") if next(each.iterancestors(f"{WORD}{of}")) is node]


def _style(node: Any) -> str:
    style = node.find(f"{WORD}pPr/{WORD}pStyle")
    return "" if style is None else str(style.get(f"{WORD}val"))


def _words(node: Any) -> str:
    """Give the text of a part of a document, however deep it stands; a paragraph is a line."""
    found = [
        SIGNS.get(child.tag.removeprefix(WORD), child.text or "")
        for child in node.iter(f"{WORD}t", *(f"{WORD}{sign}" for sign in SIGNS))
        # A text box stands there twice: for new programs and for old ones.
        if next(child.iterancestors(FALLBACK), None) is None
    ]
    return "".join(found).strip()


def _row(
    row: Any, number: int, name: str, file: str, loose: list[str], faults: list[tuple[str, Fault]]
) -> tuple[int, tuple[str, ...]]:
    """Read a row of a Word table; what makes it unreadable comes to the faults."""

    def fault(column: int, found: str, expected: str, hint: str) -> None:
        place = f"{name} column {column}"
        wrong = Fault("DZ-Q008", file=file, row=number, column=place, found=found, expected=expected, hint=hint)
        faults.append((name, wrong))

    cells = []
    for column, cell in enumerate(_own(row, "tc", "tr"), 1):
        span, merged = cell.find(f"{WORD}tcPr/{WORD}gridSpan"), cell.find(f"{WORD}tcPr/{WORD}vMerge")
        wide = 1 if span is None else int(span.get(f"{WORD}val") or 1)
        if wide > 1 or merged is not None:
            over = f"over columns {column} to {column + wide - 1}" if wide > 1 else "downwards"
            found = f"cells merged {over}"
            fault(column, found, "one cell a row and column", "split them and write in each row what it says")
        if cell.find(f".//{WORD}tbl") is not None:
            fault(column, "a table within a cell", "text", "write its rows as rows of the table around it")
        if next(cell.iter(f"{WORD}ins", f"{WORD}del", f"{WORD}moveFrom", f"{WORD}moveTo"), None) is not None:
            fault(column, "tracked changes", "text that is settled", "accept or refuse them first")
        fields = [field.get(f"{WORD}instr") or "" for field in cell.iter(f"{WORD}fldSimple")]
        fields.append("".join(part.text or "" for part in cell.iter(f"{WORD}instrText")))
        if any(COMPUTED.match(field) for field in fields):
            fault(column, f"a field {next(filter(COMPUTED.match, fields)).strip()[:40]!r}", "text", "write its value")
        cells.append(_clean(_words(cell), f"{name}, row {number}", loose))
    return number, tuple(cells)
