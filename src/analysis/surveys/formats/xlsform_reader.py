"""XLSForms read into our text."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from analysis.messages import DuzhengError, Fault, Language
from analysis.surveys.bank import BankFile
from analysis.surveys.decided import MISSING
from analysis.surveys.formats import phrases
from analysis.surveys.formats.em import Name, UnplacedError
from analysis.surveys.formats.imported import TO_WRITE, UNKNOWN, Imported, check_size, imported
from analysis.surveys.formats.source import survey_of
from analysis.surveys.formats.xlsform import sheets_of
from analysis.surveys.formats.xpath import condition_of
from analysis.surveys.items import WRITTEN_IN
from analysis.workspace.yaml_files import parse_yaml

KINDS = {code: kind for kind, code in MISSING.items()}
TYPES = {
    "select_one": "single",
    "select_multiple": "multiple",
    "rank": "ranking",
    "integer": "numeric",
    "decimal": "numeric",
    "range": "numeric",
    "date": "date",
    "text": "text",
    "string": "text",
    "note": "information",
}
#: What every form has and no questionnaire asks.
PASSED = frozenset({"start", "end", "today", "deviceid", "username", "audit", "end_group", "end group", ""})
LIMITS = re.compile(r"\.\s*(?P<sign>>=|<=)\s*(?:date\('(?P<day>\d{4}-\d\d-\d\d)'\)|(?P<number>-?\d+(?:\.\d+)?))")
LENGTH, PATTERN = re.compile(r"string-length\(\.\) <= (\d+)"), re.compile(r"regex\(\., '\^\(\?:(.*)\)\$'\)")
COUNTS = re.compile(r"count-selected\(\.\) (?P<sign>>=|<=) (?P<number>\d+)")
Row = dict[str, str]


def read_xlsform(data: bytes, file: str, *, wave: int = 2000, id: str = "") -> Imported:  # noqa: A002
    """Read an XLSForm.

    Parameters
    ----------
    data
        The workbook's bytes.
    file
        Its name, for messages.
    wave, id
        Of the questionnaire, if the workbook does not carry our text.

    Returns
    -------
    Imported
        ``exact`` where the workbook carries the text that it was written from, and its sheets are still what that text
        compiles to. Else everything is read from the sheets, and what has no place is listed.

    Raises
    ------
    DuzhengError
        DZ-Q008 if it is no XLSForm, swells when it is unpacked, or holds formulas.
    """
    try:
        check_size(data)
        sheets = _sheets(data)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        found = f"{type(error).__name__}: {error}".splitlines()[0][:120]
        raise DuzhengError(
            Fault("DZ-Q008", file=file, found=found, expected="an XLSForm with a sheet survey")
        ) from error
    source = "".join(row.get("text", "") for row in sheets.pop("duzheng", []))
    known = survey_of(source) if source else None
    if known is not None and _same(sheets_of(known), sheets):
        return Imported(known.questionnaire, BankFile.model_validate(parse_yaml(source, file)["bank"]), exact=True)
    return _Reader(sheets, file, wave, id).imported(changed=bool(source))


def _sheets(data: bytes) -> dict[str, list[Row]]:
    from openpyxl import load_workbook

    found = {}
    for sheet in load_workbook(io.BytesIO(data)).worksheets:
        rows = [list(row) for row in sheet.iter_rows()]
        formulas = [cell.coordinate for row in rows for cell in row if cell.data_type == "f"]
        if formulas:
            raise ValueError(f"formulas in {sheet.title} {', '.join(formulas[:5])}")
        head = [str(cell.value or "") for cell in rows[0]] if rows else []
        values = [["" if cell.value is None else str(cell.value) for cell in row] for row in rows[1:]]
        found[sheet.title] = [dict(zip(head, row, strict=False)) for row in values if any(row)]
    if not found.get("survey"):
        raise ValueError(f"the sheets {', '.join(found)}")
    return found


def _same(ours: dict[str, list[dict[str, Any]]], theirs: dict[str, list[Row]]) -> bool:
    def plain(rows: list[dict[str, Any]]) -> list[Row]:
        return [{key: str(value) for key, value in row.items() if value != ""} for row in rows]

    return all(plain(ours[name]) == plain(theirs.get(name, [])) for name in ("survey", "choices", "settings"))


class _Reader:
    """Reads the sheets of one form."""

    def __init__(self, sheets: dict[str, list[Row]], file: str, wave: int, id: str) -> None:  # noqa: A002
        self.sheets, self.file, self.wave, self.id = sheets, file, wave, id
        self.unplaced: list[str] = []
        self.columns = {
            column: self.language(column)
            for row in sheets["survey"][:1]
            for column in row
            if column.startswith("label")
        }
        self.items: dict[str, dict[str, Any]] = {}
        self.names: dict[str, Name] = {}
        self.notes: dict[str, dict[str, str]] = {}
        self.sections: list[dict[str, Any]] = []
        self.table: dict[str, Any] | None = None

    def language(self, column: str) -> Language | None:
        said = column.partition("::")[2].lower()
        if not said or re.search(r"\(zh|中文|chinese|^zh", said):
            return "zh-Hans"
        if re.search(r"\(en|english|^en$", said):
            return "en"
        self.unplaced.append(f"the language {column.partition('::')[2]}: texts in it")
        return None

    def text(self, row: Row, name: str = "label") -> dict[str, str]:
        found: dict[str, str] = {}
        for column, language in self.columns.items():
            value = row.get(column.replace("label", name, 1), "").replace("$ {", "${")
            if language and value and language not in found:
                found[language] = value
        return found if "zh-Hans" in found or not found else TO_WRITE | found

    def imported(self, *, changed: bool) -> Imported:
        """Put it all together."""
        if changed:
            self.unplaced.append("the text that the workbook carries: its sheets, changed since, are read instead")
        skipped = ""
        for row in self.sheets["survey"]:
            kind = re.sub(r"\s+", " ", row.get("type", "").strip())
            if skipped or kind in {"begin_repeat", "begin repeat"}:
                self.unplaced.append(f"{row.get('name') or kind}: inside a repeat")
                skipped = "" if kind in {"end_repeat", "end repeat"} else "repeat"
            else:
                self.row(kind, row)
        settings = (self.sheets.get("settings") or [{}])[0]
        title = settings.get("form_title") or "待定"
        name = self.id or re.sub(r"\W", "", settings.get("form_id", ""), flags=re.ASCII)
        sheet = UNKNOWN | {
            "id": name if re.match(r"[A-Za-z]", name) else f"form{name}", "wave": self.wave,
            "languages": ["zh-Hans", *({"en"} & set(self.columns.values()))], "title": {"zh-Hans": title},
            "welcome": self.notes.get("_welcome", TO_WRITE), "closing": self.notes.get("_closing", TO_WRITE),
            "consent": {"text": self.notes.get("_consent", TO_WRITE), "privacy": self.notes.get("_privacy", TO_WRITE)}
            | ({"guardian": self.notes["_guardian"]} if "_guardian" in self.notes else {}),
            "sections": [section for section in self.sections if section["items"]],
        }  # fmt: skip
        return imported(self.file, sheet, self.items, self.unplaced)

    def row(self, kind: str, row: Row) -> None:
        name = row.get("name", "").strip()
        if name.startswith("_") and kind in {"note", "acknowledge"}:
            self.notes[name] = self.text(row)
        elif kind in {"begin_group", "begin group"}:
            self.group(name, row)
        elif kind in {"end_group", "end group"}:
            self.table = None
        elif kind not in PASSED:
            self.question(kind, name, row)

    def group(self, name: str, row: Row) -> None:
        if "table-list" in row.get("appearance", ""):
            relevant = row.get("relevant", "")
            self.table = {"code": name, "text": self.text(row) or TO_WRITE, "relevant": relevant, "rows": []}
            return
        section = {"id": name, "title": self.text(row) or TO_WRITE, "items": [],
                   "show_if": self.condition(row.get("relevant", ""), f"the group {name}")}  # fmt: skip
        self.sections.append(section)

    def question(self, kind: str, name: str, row: Row) -> None:
        head, _, rest = kind.partition(" ")
        if head not in TYPES:
            self.unplaced.append(f"the question {name}: XLSForm's type {head}")
            return
        code = name.removesuffix(WRITTEN_IN)
        if name.endswith(WRITTEN_IN) and code in self.items and head == "text":
            for option in self.items[code].get("options", []):
                option["open"] = re.search(rf"'{re.escape(str(option['code']))}'", row.get("relevant", "")) is not None
            return
        if self.table is not None and head == "select_one":
            self.line(name, rest, row)
            return
        item: dict[str, Any] = {"version": 1, "type": TYPES[head], "text": self.text(row) or TO_WRITE}
        hint = self.text(row, "hint")
        item |= {"help": hint} if hint else {}
        if rest:
            self.choices(item, rest)
        self.limits(item, name, row)
        if head == "decimal":
            item["decimals"] = 1
        if "multiline" in row.get("appearance", ""):
            item["lines"] = 3
        if "randomize=true" in row.get("parameters", "") and "options" in item:
            item["random"] = True
        self.add(name, item, row)
        self.names[name] = Name(name)

    def line(self, name: str, rest: str, row: Row) -> None:
        """Read a row of a table as one of a matrix."""
        table = self.table or {}
        code = table["code"]
        if not table["rows"]:
            item: dict[str, Any] = {"version": 1, "type": "matrix", "text": table["text"], "rows": table["rows"]}
            self.choices(item, rest)
            for option in item["options"]:
                option["code"] = int(option["code"]) if str(option["code"]).isdigit() else option["code"]
            self.add(code, item, row | {"relevant": table["relevant"]})
        line = name.removeprefix(f"{code}_")
        table["rows"].append({"code": line, "text": self.text(row) or TO_WRITE})
        self.names[name] = Name(f"{code}.{line}")

    def add(self, code: str, item: dict[str, Any], row: Row) -> None:
        if not self.sections:
            self.sections.append({"id": "first", "title": TO_WRITE, "items": []})
        self.items[code] = item
        mandatory = row.get("required", "").strip().lower() in {"yes", "true", "true()"}
        show_if = self.condition(row.get("relevant", ""), f"the question {code}")
        self.sections[-1]["items"].append({"item": code, "mandatory": mandatory, "show_if": show_if})

    def choices(self, item: dict[str, Any], rest: str) -> None:
        listed, _, more = rest.partition(" ")
        rows = [
            row for row in self.sheets.get("choices", []) if (row.get("list_name") or row.get("list name")) == listed
        ]
        kinds = [KINDS[row["name"]] for row in rows if row["name"] in KINDS]
        if kinds:
            item["missing"] = kinds
        kept = [row for row in rows if row["name"] not in KINDS]
        if [row["name"] for row in kept] == list(phrases.YES_NO):
            item["type"] = "yes_no"
            return
        number = item["type"] == "single" and all(row["name"].isdigit() for row in kept)
        item["options"] = [
            {"code": int(row["name"]) if number else row["name"], "text": self.text(row) or TO_WRITE} for row in kept
        ]
        if more == "or_other":
            item["options"].append({"code": "other", "text": phrases.WRITE_IN, "open": True})

    def limits(self, item: dict[str, Any], name: str, row: Row) -> None:
        """Read a constraint as limits."""
        text = row.get("constraint", "")
        for match in LIMITS.finditer(text):
            day = match["day"] is not None
            ends = ("earliest", "latest") if day else ("least", "most")
            item[ends[match["sign"] == "<="]] = match["day"] if day else float(match["number"])
        for match in COUNTS.finditer(text):
            item["least" if match["sign"] == ">=" else "most"] = int(match["number"])
        alone = re.findall(r"not\(selected\(\., '(\w+)'\) and count-selected\(\.\) > 1\)", text)
        for option in item.get("options", []):
            option["exclusive"] = str(option["code"]) in alone
        for pattern, key in ((LENGTH, "longest"), (PATTERN, "pattern")):
            found = pattern.search(text)
            if found:
                item[key] = int(found[1]) if key == "longest" else found[1]
        rest = text
        for pattern in (
            LIMITS,
            COUNTS,
            LENGTH,
            PATTERN,
            re.compile(r"not\(selected[^>]*> 1\)|selected\(\., '\w+'\)|\bor\b|\band\b|[()\s]"),
        ):
            rest = pattern.sub("", rest)
        if rest:
            self.unplaced.append(f"the question {name}: its constraint {text!r}")

    def condition(self, expression: str, where: str) -> str:
        try:
            return condition_of(expression, self.names)
        except UnplacedError as error:
            self.unplaced.append(f"{where}: its condition {expression!r} ({error})")
            return ""
