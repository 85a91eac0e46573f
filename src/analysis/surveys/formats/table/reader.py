"""Plain tables of questions, as Excel, Word or CSV have them, read into our text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.formats.imported import TO_WRITE, Imported, made_up_code, said
from analysis.surveys.formats.placing import place
from analysis.surveys.formats.table.files import Table, Tables, read_tables
from analysis.surveys.formats.table.items import Cells, Made, make

#: What columns are called, compared without case, spaces and brackets; the first name that a table has counts.
HEADERS: dict[str, tuple[str, ...]] = {
    "question": ("题目", "问题", "题干", "题目内容", "问题内容", "题目中文", "问题中文", "中文题目", "question",
                 "questions", "questiontext", "questionchinese", "item", "items"),
    "question_en": ("英文题目", "题目英文", "问题英文", "英文问题", "英文", "questionenglish", "questionen",
                    "englishquestion", "english"),
    "type": ("题型", "类型", "题目类型", "问题类型", "type", "questiontype"),
    "options": ("选项", "备选答案", "答案", "答案选项", "选项内容", "选项中文", "options", "option", "answers",
                "choices", "optionschinese", "scale"),
    "options_en": ("英文选项", "选项英文", "答案英文", "optionsenglish", "optionsen", "englishoptions",
                   "answersenglish"),
    "rows": ("矩阵行", "子题", "子问题", "行标题", "行", "评价项目", "rows", "subquestions", "statements"),
    "rows_en": ("英文子题", "子题英文", "矩阵行英文", "rowsenglish", "subquestionsenglish"),
    "code": ("变量名", "编码", "代码", "code", "variable", "variablename", "编号", "题号", "序号", "no", "number",
             "id"),
    "required": ("必答", "是否必答", "必填", "是否必填", "required", "mandatory"),
    "section": ("部分", "板块", "模块", "section", "part", "block", "module"),
    "help": ("说明", "备注", "填答说明", "提示", "help", "hint", "note", "notes"),
    "help_en": ("英文说明", "说明英文", "备注英文", "helpenglish", "helpen", "hintenglish"),
    "show_if": ("显示条件", "跳转", "跳题", "跳转逻辑", "逻辑", "showif", "condition", "skip", "logic"),
}  # fmt: skip
BY_NAME = {name: (key, place) for key, names in HEADERS.items() for place, name in enumerate(names)}
#: A column of its own for each option: ``选项A``, ``Option 2``.
ONE_OPTION = re.compile(r"(?:选项|答案|option|answer|choice)([a-z]|\d{1,2})")
#: How far down a header is looked for.
DEEPEST_HEADER = 30
CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,19}")
HEADED = re.compile(
    r"([一二三四五六七八九十]+\s*[、.．]|第.{1,4}(部分|章|节|模块)|[IVX]+\s*[.、]|(part|section)\b)", re.IGNORECASE
)
ASKED = re.compile(r"[?？:：]\s*$|^\s*[(（]?[QqＱ]?\s*[0-9０-９]+\s*[)）]?[.．、)）:：]|_{2,}")
HAN = re.compile(r"[㐀-鿿]")
#: A question of a condition that goes by its number, or a text, in which none is.
QUESTION = re.compile(r"""\bq\d{1,4}\b|"[^"]*"|'[^']*'""", re.IGNORECASE)


def read_table_form(
    data: bytes,
    file: str,
    *,
    wave: int | None = None,
    id: str = "",  # noqa: A002
    respondent: str = "",
) -> Imported:
    """Read a table of questions.

    Parameters
    ----------
    data
        The bytes of a workbook, a Word document or CSV. Of a workbook the first sheet is read whose header is
        understood, of a document every table, in order; headings above a table begin sections.
    file
        Its name, for messages.
    wave, id, respondent
        Of the questionnaire; a table knows none of them.

    Returns
    -------
    Imported
        Every cell is in the questionnaire or listed, with its row; so is what was guessed, such as a type that is not
        said, and codes of questions that have none: ``visitQ3`` for the third of ``visit``.

    Raises
    ------
    DuzhengError
        DZ-Q008 with every fault: no header that is understood, merged cells, formulas without a value, codes given
        twice, and what :func:`~analysis.surveys.formats.table.files.read_tables` refuses.
    """
    found = read_tables(data, file)
    return _Reader(found, file, id).imported(wave, respondent)


def column_of(text: str) -> tuple[str, int] | None:
    """Say what a header's cell is, and how good a name for it.

    Examples
    --------
    >>> column_of("题目（英文）"), column_of(" Show-if "), column_of("页码")
    (('question_en', 1), ('show_if', 5), None)
    """
    name = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())
    option = ONE_OPTION.fullmatch(name)
    return BY_NAME.get(name) or (("option", ord(option[1][0])) if option else None)


def header_of(cells: tuple[str, ...]) -> dict[int, str] | None:
    """Say what the columns of a header are; None if the row is none. Of two of a kind the better named counts."""
    found: dict[int, str] = {}
    best: dict[str, tuple[int, int]] = {}
    for column, cell in enumerate(cells):
        known = column_of(cell) if cell else None
        if known is None:
            continue
        key, rank = known
        if key != "option":
            if key in best and best[key][0] <= rank:
                continue
            if key in best:
                del found[best[key][1]]
            best[key] = (rank, column)
        found[column] = key
    return found if "question" in found.values() else None


class _Reader:
    """Reads the tables of one file."""

    def __init__(self, tables: Tables, file: str, id: str) -> None:  # noqa: A002
        self.tables, self.file = tables, file
        name = id or re.sub(r"\W", "", file.rpartition(".")[0], flags=re.ASCII)
        self.id = name if re.match(r"[A-Za-z]", name) else f"form{name}"
        self.unplaced: list[str] = []
        self.faults: list[Fault] = []
        self.title = tables.title
        self.sections: list[dict[str, Any]] = []
        self.items: dict[str, dict[str, Any]] = {}
        self.where: dict[str, str] = {}
        self.read: list[tuple[int, str, Cells]] = []  #: what becomes a question: its section, place and cells
        self.renamed: dict[str, dict[Any, Any]] = {}
        self.made_up: list[str] = []
        self.numbered: dict[str, str] = {}  #: codes that are made up, by ``q`` and the question's number

    def imported(self, wave: int | None, respondent: str) -> Imported:
        """Put it all together."""
        word = any(table.name.startswith("table ") for table in self.tables.tables)
        tops: dict[str, int] = {}
        for table in self.tables.tables:
            header = self.header(table) if word or not tops else None
            if header is None:
                self.unplaced += self.unread(table, beside=bool(tops) and not word)
            else:
                tops[table.name] = table.rows[header[0]][0]
                self.table(table, *header, several=word)
        self.faults += [
            fault
            for name, fault in self.tables.faults
            if name in tops and (fault.row is None or word or fault.row >= tops[name])
        ]
        self.unplaced += self.tables.loose
        if not tops:
            names = "; ".join(f"{key}: {', '.join(names[:4])}" for key, names in HEADERS.items())
            heads = [cells for table in self.tables.tables for _, cells in table.rows[:1]]
            first = ", ".join(repr(cell) for cell in next(iter(heads), ()) if cell)
            hint = f"headers that are understood are {names}"
            found = f"the header {first[:80]}" if first else "no table with a header"
            expected = "a column 题目 (question)"
            self.faults.append(Fault("DZ-Q008", file=self.file, found=found, expected=expected, hint=hint))
        elif not self.read:
            found = "a header without questions below it"
            self.faults.append(Fault("DZ-Q008", file=self.file, found=found, expected="a row for each question"))
        made = self.questions()
        if self.faults:
            raise DuzhengError.of(self.faults)
        for section, each in made:
            self.add(section, each)
        fresh = [code for code in self.made_up if code in self.items]
        if fresh:
            self.unplaced.append(f"codes made up: {', '.join(fresh)}")
        sheet = said(None, wave, respondent) | self.sheet()
        placed = place(self.file, sheet, self.items, self.unplaced, self.where, self.renamed)
        return replace(placed, made_up=frozenset(fresh))

    def header(self, table: Table) -> tuple[int, dict[int, str]] | None:
        """Find the header of a table: its place among the rows, and what its columns are."""
        for place_, (_, cells) in enumerate(table.rows[:DEEPEST_HEADER]):
            found = header_of(cells)
            if found:
                return place_, found
        return None

    def unread(self, table: Table, *, beside: bool) -> Iterator[str]:
        """List a table whose header is not understood, or that stands beside the one that is read."""
        if beside:
            filled = sum(any(cells) for _, cells in table.rows)
            if filled:
                yield f"{table.name}: {filled} rows, beside the table that is read"
            return
        yield from (f"above {table.name or 'the table'}: {text!r}" for text in table.above)
        for row, cells in table.rows:
            if any(cells):
                where = f"{table.name}, row {row}" if table.name else f"row {row}"
                yield f"{where}: {', '.join(repr(cell) for cell in cells if cell)} (no header that is understood)"

    def table(self, table: Table, top: int, header: dict[int, str], *, several: bool) -> None:
        """Read one table: sections, and the cells of every question."""
        section = self.begun(table.above, "")
        prefix = f"{table.name}, " if several and len(self.tables.tables) > 1 else ""
        for row, cells in table.rows[:top]:
            if any(cells):
                self.above(f"{prefix}row {row}", [cell for cell in cells if cell])
        columns = {key: column for column, key in header.items()}
        for row, cells in table.rows[top + 1 :]:
            where = f"{prefix}row {row}"
            filled = {column: cell for column, cell in enumerate(cells) if cell}
            if not filled:
                continue
            again = header_of(cells)
            if again and all(column_of(cell) for cell in filled.values()):
                self.again(where, row, table.name, same=again == header)
                continue
            if self.is_section(filled, columns):
                section = self.begun((next(iter(filled.values())),), where)
                continue
            found = self.cells(filled, header, table.rows[top][1], where)
            named = found.texts.pop("section", "")
            if named and (not self.sections or self.sections[section]["title"] != self.worded(named)):
                section = self.begun((named,), "")
            self.read.append((section, where, found))

    def cells(self, filled: dict[int, str], header: dict[int, str], names: tuple[str, ...], where: str) -> Cells:
        """Sort a row's cells by what their columns are; list those of columns that are not known."""
        found = Cells({}, [])
        for column, cell in filled.items():
            key = header.get(column)
            if key == "option":
                found.columns.append((names[column], cell))
            elif key is None:
                name = names[column] if column < len(names) and names[column] else f"column {column + 1}"
                self.unplaced.append(f"{where}: {name}: {cell!r}")
            else:
                found.texts[key] = cell
        return found

    def above(self, where: str, cells: list[str]) -> None:
        """Take the first line above a table as the title; list all others."""
        if not self.title and len(cells) == 1:
            self.title = cells[0]
        else:
            self.unplaced += [f"{where}: {cell!r} above the header" for cell in cells]

    def again(self, where: str, row: int, name: str, *, same: bool) -> None:
        if same:
            self.unplaced.append(f"{where}: the header once more")
        else:
            hint = "put the second table into a file of its own, or join the headers"
            fault = Fault(
                "DZ-Q008", file=self.file, row=row, column=name, found="a second header", expected="one", hint=hint
            )
            self.faults.append(fault)

    @staticmethod
    def is_section(filled: dict[int, str], columns: dict[str, int]) -> bool:
        """Tell whether a row is the name of a section: one cell only, the first of the table."""
        if len(filled) != 1 or set(columns) == {"question"}:
            return False
        (column, text) = next(iter(filled.items()))
        if column != min(columns.values()):
            return False
        if column == columns["question"]:
            return HEADED.match(text) is not None or ASKED.search(text) is None
        coded = column == columns.get("code") and re.fullmatch(r"[A-Za-z0-9_.]{1,20}", text) is not None
        return not coded or HEADED.match(text) is not None

    @staticmethod
    def worded(text: str) -> dict[str, str]:
        return {"zh-Hans": text} if HAN.search(text) else TO_WRITE | {"en": text}

    def begun(self, titles: tuple[str, ...], where: str) -> int:
        """Begin a section for every title; without one stay in the last. Give its place."""
        for title in titles:
            if where:
                self.unplaced.append(f"{where}: {title!r} alone in its row, taken as a section")
            fresh = {"id": f"part{len(self.sections) + 1}", "title": self.worded(title), "items": []}
            self.sections.append(fresh)
        if not self.sections:
            self.sections.append({"id": "part1", "title": TO_WRITE, "items": []})
        return len(self.sections) - 1

    def questions(self) -> list[tuple[int, Made]]:
        """Make an item of every row, each with a code of its own."""
        english = not any(HAN.search(cells.texts.get("question", "")) for _, _, cells in self.read)
        given: dict[str, str] = {}
        twice: set[str] = set()
        for _, where, cells in self.read:
            code = cells.texts.get("code", "")
            if not CODE.fullmatch(code):
                continue
            for place_ in (given[code.lower()], where) if code.lower() in given else ():
                if place_ not in twice:
                    table, _, row = place_.rpartition("row ")
                    fault = Fault(
                        "DZ-Q008",
                        file=self.file,
                        row=int(row),
                        column=table.strip(", "),
                        found=f"the code {code!r} twice",
                        expected="each code once",
                        hint="rename one",
                    )
                    self.faults.append(fault)
                    twice.add(place_)
            given.setdefault(code.lower(), where)
        items = []
        for number, (section, where, cells) in enumerate(self.read, 1):
            said = cells.texts.pop("code", "")
            code = self.code(said, number, where, given)
            made = make(code, cells, english=english)
            self.unplaced += [f"{where}: {each}" for each in made.listed]
            if made.item is not None:
                self.where[code] = where
                items.append((section, made))
            elif said:
                self.unplaced.append(f"{where}: code: {said!r} (not placed)")
        return items

    def code(self, text: str, number: int, where: str, given: dict[str, str]) -> str:
        """Give a question's code: its own where it is one, ``visitQ7`` for a number 7, else the next that is free."""
        if CODE.fullmatch(text):
            return text
        digits = re.fullmatch(r"[^\w]*([0-9]{1,4})[^\w]*", unicodedata.normalize("NFKC", text))
        wanted = int(digits[1]) if digits else number
        found = made_up_code(self.id, wanted)
        while found.lower() in given:
            wanted += 1
            found = made_up_code(self.id, wanted)
        given[found.lower()] = where
        self.made_up.append(found)
        if wanted == (int(digits[1]) if digits else number) and f"q{wanted}" not in given:
            self.numbered[f"q{wanted}"] = found
        if text and (digits is None or int(digits[1]) != wanted):
            self.unplaced.append(f"{where}: the code {text!r}, which is {found} here")
        return found

    def add(self, section: int, made: Made) -> None:
        self.items[made.code] = made.item or {}
        self.renamed[made.code] = made.renamed
        # Whoever numbers questions calls them q1 in conditions.
        show_if = QUESTION.sub(lambda match: self.numbered.get(match[0].lower(), match[0]), made.show_if)
        self.sections[section]["items"].append({"item": made.code, "mandatory": made.mandatory, "show_if": show_if})

    def sheet(self) -> dict[str, Any]:
        """Give the questionnaire around the sections."""
        english = any("en" in item["text"] for item in self.items.values())
        return {
            "id": self.id, "languages": ["zh-Hans", *(["en"] if english else [])],
            "title": self.worded(self.title) if self.title else TO_WRITE,
            "welcome": TO_WRITE, "closing": TO_WRITE, "consent": {"text": TO_WRITE, "privacy": TO_WRITE},
            "sections": self.sections,
        }  # fmt: skip
