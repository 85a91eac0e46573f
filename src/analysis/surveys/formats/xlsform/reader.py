"""XLSForms read into our text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from analysis.surveys import phrases
from analysis.surveys.bank import BankFile
from analysis.surveys.decided import MISSING, joined
from analysis.surveys.expressions import parse, to_text
from analysis.surveys.formats.imported import TO_WRITE, Imported, made_up_code, said
from analysis.surveys.formats.lss.equations import Name, UnplacedError
from analysis.surveys.formats.placing import Codes, place
from analysis.surveys.formats.source import survey_of
from analysis.surveys.formats.xlsform.languages import HAN, Worded
from analysis.surveys.formats.xlsform.limits import limit_of, parts_of, range_of
from analysis.surveys.formats.xlsform.sheets import Row, Sheets, leftovers, plain, read_sheets
from analysis.surveys.formats.xlsform.types import LOOKS, NOTED, SELECTS, TYPES
from analysis.surveys.formats.xlsform.workbook import sheets_of
from analysis.surveys.formats.xlsform.xpath import condition_of
from analysis.surveys.items import WRITTEN_IN
from analysis.surveys.places import PARAMETER
from analysis.surveys.questionnaire import Questionnaire
from analysis.workspace.yaml_files import parse_yaml

KINDS = {code: kind for kind, code in MISSING.items()}
OWN_NOTES = frozenset({"_welcome", "_closing", "_consent", "_privacy", "_guardian"})
YES, NO = frozenset({"yes", "true", "true()"}), frozenset({"", "no", "false", "false()"})


def read_xlsform(
    data: bytes,
    file: str,
    *,
    wave: int | None = None,
    id: str = "",  # noqa: A002
    respondent: str = "",
) -> Imported:
    """Read an XLSForm.

    Parameters
    ----------
    data
        The workbook's bytes.
    file
        Its name, for messages.
    wave, id, respondent
        Of the questionnaire, if the workbook does not carry our text.

    Returns
    -------
    Imported
        ``exact`` where the workbook carries the text that it was written from, and its sheets are still what that text
        compiles to. Else everything is read from the sheets, and every cell that has no place is listed. Groups within
        groups are sections one after the other, each with the conditions of all that it stands in.

    Raises
    ------
    DuzhengError
        DZ-Q008 if it is no XLSForm, swells when it is unpacked, or holds macros, entities, or formulas without a value.
    """
    sheets, formulas = read_sheets(data, file)
    source = "".join(row.take("text") for row in sheets.pop("duzheng", []))
    known = survey_of(source) if source else None
    if known is not None and not formulas and _same(sheets_of(known), sheets):
        return Imported(known.questionnaire, BankFile.model_validate(parse_yaml(source, file)["bank"]), exact=True)
    if source:
        formulas.append("the text that the workbook carries: its sheets, changed since, are read instead")
    carried = known.questionnaire if known else None
    return _Reader(sheets, file, formulas, id or (carried.id if carried else "")).imported(carried, wave, respondent)


def _same(ours: dict[str, list[dict[str, Any]]], theirs: Sheets) -> bool:
    found = {name: plain([row.cells for row in theirs.get(name, [])]) for name in ("survey", "choices", "settings")}
    return all(plain(ours[name]) == rows for name, rows in found.items())


@dataclass(slots=True)
class _Group:
    """A group that is open."""

    name: str
    title: dict[str, str]
    show_if: str
    used: bool = False  #: whether a question stands directly in it
    text: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Table:
    """A group that is a matrix: its rows are selects from one list."""

    code: str
    text: dict[str, str]
    show_if: str
    rows: list[dict[str, Any]] = field(default_factory=list)


class _Reader:
    """Reads the sheets of one form."""

    def __init__(self, sheets: Sheets, file: str, unplaced: list[str], id: str) -> None:  # noqa: A002
        self.sheets, self.file, self.unplaced = sheets, file, unplaced
        self.settings = (sheets.get("settings") or [Row(0, {})])[0]
        name = id or re.sub(r"\W", "", self.settings.take("form_id"), flags=re.ASCII)
        self.id = name if re.match(r"[A-Za-z]", name) else f"form{name}"
        self.nameless: list[str] = []  #: codes of questions without a name
        self.texts = Worded(sheets, unplaced)
        self.text = self.texts.text
        self.codes, self.groups = Codes(unplaced), Codes([], "g")
        self.items: dict[str, dict[str, Any]] = {}
        self.where: dict[str, str] = {}
        self.names: dict[str, Name] = {}
        self.notes: dict[str, dict[str, str]] = {}
        self.sections: list[dict[str, Any]] = []
        self.open: list[_Group] = []
        self.here: _Group | None = None  #: the group that the last section is of
        self.table: _Table | None = None
        self.noted: list[str] = []
        self.rows: list[tuple[str, Row]] = []
        self.lists: dict[str, list[Row]] = {}
        for row in sheets.get("choices", []):
            self.lists.setdefault(row.cells.get("list_name", "").strip(), []).append(row)
        self.asked: set[str] = set()  #: lists of choices

    def imported(self, carried: Questionnaire | None, wave: int | None, respondent: str) -> Imported:
        """Put it all together."""
        rows = self.rows = [(re.sub(r"\s+", " ", row.take("type")), row) for row in self.sheets["survey"]]
        repeats: list[str] = []
        for number, (kind, row) in enumerate(rows):
            begins, ends = re.fullmatch(r"begin[ _](repeat|loop).*", kind), re.fullmatch(r"end[ _](repeat|loop)", kind)
            if begins:
                repeats.append(row.cells.get("name", "").strip() or kind)
            if repeats:
                if kind and not begins and not kind.startswith("end"):
                    inside = f"inside the repeat {repeats[-1]}"
                    self.unplaced.append(self.texts.whole(row, "question", kind, inside))
                elif begins:
                    self.unplaced.append(self.texts.whole(row, "repeat", kind))
                row.pass_over()
            else:
                self.row(kind, row, number)
            if ends and repeats:
                repeats.pop()
        if self.noted:
            self.unplaced.append(f"what the program notes by itself: {', '.join(self.noted)}")
        if self.nameless:
            self.unplaced.append(f"codes made up: {', '.join(self.nameless)}")
        sheet = said(carried, wave, respondent) | self.sheet()
        placed = place(self.file, sheet, self.items, self.unplaced, self.where)
        return replace(placed, made_up=frozenset(self.nameless))

    def sheet(self) -> dict[str, Any]:
        for column in ("form_id", "version", "default_language"):
            self.settings.take(column)
        title = self.settings.take("form_title")
        english = "en" in self.texts.columns.values()
        chinese = "zh-Hans" in self.texts.columns.values() or HAN.search(title)
        worded = TO_WRITE | {"en": title} if self.texts.columns and not chinese else {}
        lists: dict[str, list[str]] = {}
        for row in self.sheets.get("choices", []):
            name = row.cells.get("list_name", "").strip()
            if name not in self.asked and row.left:
                words = " / ".join(self.texts.words(row))
                lists.setdefault(name, []).append(f"{row.cells.get('name', '').strip()} {words}".strip())
                row.pass_over()
        for name, codes in lists.items():
            self.unplaced.append(f"the list {name} with {', '.join(codes)}: asked by no question here")
        self.unplaced += leftovers(self.sheets)
        return {
            "id": self.id, "languages": ["zh-Hans", *(["en"] if english else [])],
            "title": worded or {"zh-Hans": title or "待定"},
            "welcome": self.notes.get("_welcome", TO_WRITE), "closing": self.notes.get("_closing", TO_WRITE),
            "consent": {"text": self.notes.get("_consent", TO_WRITE), "privacy": self.notes.get("_privacy", TO_WRITE)}
            | ({"guardian": self.notes["_guardian"]} if "_guardian" in self.notes else {}),
            "sections": self.sections,
        }  # fmt: skip

    def row(self, kind: str, row: Row, number: int) -> None:
        name = row.cells.get("name", "").strip()
        own = {f"_{self.open[-1].name}"} if self.open else set()
        if name in OWN_NOTES | own and kind in {"note", "acknowledge"}:
            row.take("name"), row.take("required")
            if name in own and self.here is self.open[-1]:
                self.sections[-1]["text"] = self.text(row)
            elif name in own:
                self.open[-1].text = self.text(row)
            else:
                self.notes[name] = self.text(row)
        elif kind in {"begin_group", "begin group"}:
            self.begin(row, number)
        elif kind in {"end_group", "end group"}:
            row.take("name")
            self.end()
        elif kind == "hidden" and name == PARAMETER:
            row.pass_over()  # a poster's place, which every form of ours keeps by itself
        elif kind in NOTED:
            self.noted.append(kind)
            row.pass_over()
        elif kind == "calculate":
            formula = row.cells.get("calculation", "").strip()
            self.unplaced.append(self.texts.whole(row, "calculation", kind, repr(formula)))
            row.pass_over()
        elif kind:
            self.question(kind, name, row)
        elif row.left:
            cells = ", ".join(f"{column}: {text.strip()!r}" for column, text in row.left.items())
            self.unplaced.append(f"row {row.number}, without a type: {cells}")
            row.pass_over()

    def begin(self, row: Row, number: int) -> None:
        """Open a group; a table of selects from one list is a matrix."""
        name, title, looks = row.take("name"), self.text(row), self.looks(row, "the group")
        show_if = self.condition(row.take("relevant"), f"the group {name}")
        if "table-list" in looks:
            inside = []
            for kind, _ in islice(self.rows, number + 1, None):
                if kind in {"end_group", "end group"}:
                    break
                inside.append(kind)
            if inside and len(set(inside)) == 1 and inside[0].startswith(("select_one ", "select one ")):
                code = self.codes.code(name, f"the group {name}")
                self.table = _Table(code, title or TO_WRITE, show_if)
                return
        self.open.append(_Group(name, title, show_if))

    def end(self) -> None:
        if self.table is not None:
            self.table = None
        elif self.open:
            group = self.open.pop()
            if group.title and not group.used:
                words = " / ".join(text for text in group.title.values() if text not in TO_WRITE.values())
                self.unplaced.append(f"the group {group.name}: its title “{words}”, no question stands directly in it")

    def looks(self, row: Row, what: str) -> list[str]:
        """Read how something looks; what is more than a look is listed."""
        words = row.take("appearance").split()
        other = [word for word in words if not LOOKS.fullmatch(word)]
        if other:
            name = row.cells.get("name", "").strip()
            self.unplaced.append(f"{what} {name}: its appearance {' '.join(other)!r}")
        return words

    def section(self) -> dict[str, Any]:
        """Give the section that a question stands in now: the group's, gone on with after a group within it."""
        group = self.open[-1] if self.open else None
        if self.sections and self.here is group:
            return self.sections[-1]
        conditions = [parse(each.show_if) for each in self.open if each.show_if]
        title = next((each.title for each in reversed(self.open) if each.title), TO_WRITE)
        name = group.name if group else "first"
        code = self.groups.code(name, "")
        if group and not group.used and code != name:
            self.unplaced.append(f"the group {name}: its name, which is {code} here")
        found: dict[str, Any] = {"id": code, "title": title, "items": [],
                                 "show_if": to_text(joined("and", conditions)) if conditions else ""}  # fmt: skip
        if group:
            found |= {"text": group.text} if group.text else {}
            group.used, group.text = True, {}
        self.sections.append(found)
        self.here = group
        return found

    def question(self, kind: str, name: str, row: Row) -> None:
        select = SELECTS.fullmatch(kind)
        head, rest = kind.partition(" ")[0], ""
        if select:
            several = select["several"].replace(" ", "_")
            head = {"select_all_that_apply": "select_multiple", "select1": "select_one"}.get(several, several)
            rest = select["list"]
        if head not in TYPES or (head in {"select_one", "select_multiple", "rank"} and not rest):
            self.unplaced.append(self.texts.whole(row, "question", kind, f"XLSForm's type {head}"))
            row.pass_over()
            return
        code = name.removesuffix(WRITTEN_IN)
        if name.endswith(WRITTEN_IN) and code in self.items and head == "text":
            relevant = row.cells.get("relevant", "")
            opens = [option for option in self.items[code].get("options", [])
                     if re.search(rf"'{re.escape(str(option['code']))}'", relevant)]  # fmt: skip
            if opens:
                row.pass_over()
                for option in opens:
                    option["open"] = True
                return
        row.take("name")
        if self.table is not None:
            self.line(name, rest, row, self.table)
            return
        item: dict[str, Any] = {"version": 1, "type": TYPES[head], "text": self.text(row) or TO_WRITE}
        hint = self.text(row, "hint")
        item |= {"help": hint} if hint else {}
        found = self.code(name, row)
        name = name or found
        if rest:
            self.choices(item, rest, name)
        if head == "decimal":
            item["decimals"] = 1
        self.parameters(item, head, row)
        self.limits(item, name, row)
        if "multiline" in self.looks(row, "the question"):
            item["lines"] = 3
        self.where[found] = f"the question {name}"
        self.add(found, item, row, self.condition(row.take("relevant"), f"the question {name}"))
        self.names[name] = Name(found, kinds=self.kinds(item))

    def code(self, name: str, row: Row) -> str:
        """Give a question's code: its name, or one that is made up by its row."""
        if name:
            return self.codes.code(name, f"the question {name}")
        found = self.codes.code(made_up_code(self.id, row.number), f"row {row.number}")
        self.nameless.append(found)
        return found

    @staticmethod
    def kinds(item: dict[str, Any]) -> frozenset[str]:
        return frozenset(MISSING[kind] for kind in item.get("missing", ()))

    def parameters(self, item: dict[str, Any], head: str, row: Row) -> None:
        """Read parameters: the ends of a range, and a random order."""
        text = row.take("parameters")
        if head == "range":
            found, text = range_of(text)
            item |= found
        elif re.search(r"randomize\s*=\s*true", text, re.IGNORECASE) and "options" in item:
            item["random"] = True
            text = re.sub(r"randomize\s*=\s*true[;,\s]*", "", text, flags=re.IGNORECASE)
        if text:
            self.unplaced.append(f"the question {row.cells.get('name', '').strip()}: its parameters {text!r}")

    def line(self, name: str, rest: str, row: Row, table: _Table) -> None:
        """Read a row of a table as one of a matrix."""
        if not table.rows:
            item: dict[str, Any] = {"version": 1, "type": "matrix", "text": table.text, "rows": table.rows}
            self.choices(item, rest, table.code)
            for option in item["options"]:
                option["code"] = int(option["code"]) if str(option["code"]).isdigit() else option["code"]
            self.add(table.code, item, row, table.show_if)
        elif self.must(row) is not self.sections[-1]["items"][-1]["mandatory"]:
            self.unplaced.append(f"the question {name}: required {row.cells.get('required', '').strip()!r}")
        taken = [line["code"] for line in table.rows]
        code = Codes(self.unplaced, "r")
        code.given |= {each.lower() for each in taken}
        wanted = name.removeprefix(f"{table.code}_")
        line = code.code(wanted, f"the question {name}")
        table.rows.append({"code": line, "text": self.text(row) or TO_WRITE})
        self.looks(row, "the question")
        self.names[name] = Name(f"{table.code}.{line}", kinds=self.kinds(self.items[table.code]))

    def must(self, row: Row) -> bool:
        said = row.cells.get("required", "").strip().lower()
        if said in YES | NO:
            row.take("required")
        return said in YES

    def add(self, code: str, item: dict[str, Any], row: Row, show_if: str) -> None:
        self.items[code] = item
        self.section()["items"].append({"item": code, "mandatory": self.must(row), "show_if": show_if})

    def choices(self, item: dict[str, Any], rest: str, name: str) -> None:
        listed, _, more = rest.partition(" ")
        self.asked.add(listed)
        rows = self.lists.get(listed, [])
        if not rows:
            self.unplaced.append(f"the question {name}: its list {listed}, which there is not")
        found = []
        for row in rows:
            row.take("list_name")
            found.append((row.take("name"), self.text(row) or TO_WRITE))
        kept = [(code, text) for code, text in found if not _is_missing(code, text)]
        if len(kept) < len(found):
            item["missing"] = [KINDS[code] for code, text in found if _is_missing(code, text)]
        codes = [code for code, _ in kept]
        ours = [{language: text[language] for language in words if language in text} for (_, text), words in
                zip(kept, phrases.YES_NO.values(), strict=False)]  # fmt: skip
        if item["type"] == "single" and codes == list(phrases.YES_NO):
            item["type"] = "yes_no"
            for each, words in zip(ours, phrases.YES_NO.values(), strict=True):
                for language, text in each.items():
                    if text not in {words[language], *TO_WRITE.values()}:
                        self.unplaced.append(f"the question {name}: the words {text!r} for {words[language]!r}")
            return
        number = item["type"] == "single" and all(re.fullmatch(r"0|[1-9]\d*", code) for code in codes)
        item["options"] = [{"code": int(code) if number else code, "text": text} for code, text in kept]
        if more.replace(" ", "_") in {"or_other", "or_specify_other"}:
            code = next(code for code in ("other", "other_", "other__") if code not in codes)
            item["options"].append({"code": code, "text": phrases.WRITE_IN, "open": True})
        elif more:
            self.unplaced.append(f"the question {name}: {more!r} behind its list")

    def limits(self, item: dict[str, Any], name: str, row: Row) -> None:
        """Read a constraint as limits; each part that is none is listed."""
        for part in parts_of(row.take("constraint")):
            found = limit_of(part, item)
            alone = [
                option for option in item.get("options", []) if found and str(option["code"]) == found.get("alone")
            ]
            if alone:
                alone[0]["exclusive"] = True
            elif (
                found is None
                or (set(found) & set(item))
                or ("alone" in found and KINDS.get(found["alone"]) not in item.get("missing", ()))
            ):
                self.unplaced.append(f"the question {name}: its constraint {part!r}")
            elif "alone" not in found:
                item |= found

    def condition(self, expression: str, where: str) -> str:
        try:
            return condition_of(expression, self.names)
        except UnplacedError as error:
            self.unplaced.append(f"{where}: its condition {expression!r} ({error})")
            return ""


def _is_missing(code: str, text: dict[str, str]) -> bool:
    """Tell whether a choice says why there is no answer, in our own words."""
    kind = KINDS.get(code)
    return kind is not None and any(phrases.MISSING[kind].get(language) == words for language, words in text.items())  # type: ignore[call-overload]
