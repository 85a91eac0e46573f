"""Tables of questions in Excel, Word and CSV: read as they were meant, nothing dropped, hostile ones refused."""

from __future__ import annotations

import io
import re
import time
import zipfile

import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment
from tests.conftest import questionnaires
from tests.surveys.formats.listing import listed
from tests.surveys.formats.test_strangers import with_formulas

from analysis.messages import DuzhengError
from analysis.surveys import read_bank
from analysis.surveys.formats.imported import TO_WRITE
from analysis.surveys.formats.reading import read_form
from analysis.surveys.formats.table.reader import read_table_form
from analysis.surveys.lint import lint

HEAD = ["题号", "题目", "题型", "选项", "必答", "说明"]
FORM = [
    HEAD,
    ["一、基本情况"],
    [1, "1. 您的孩子读几年级？", "单选题", "A. 小学  B. 初中  C. 高中", "是", None],
    [
        2,
        "Q2、您选择学校时看重什么？",
        "多选（最多2项）",
        "离家近；师资；设施；其他（请注明）；以上都没有",
        "必答",
        "可多选",
    ],
    ["二、满意度"],
    ["", "您对食堂满意吗？", "量表", "非常不满意—非常满意（1-5）", "否", None],
    ["pTeach", "您对教师满意吗？", None, "1=不满意\n2=一般\n3=满意\n不清楚", None, None],
    ["pBoard", "孩子住校吗？", "是否", None, None, None],
    ["pWish", "您还有什么建议？", None, None, None, "请简单写"],
    ["pKids", "您有几个孩子？", "数字", "1-9", None, None],
    ["pBorn", "孩子的出生日期", "日期", None, None, None],
    ["pRank", "请排序", "排序题", "①课程②作业③运动", None, None],
    ["pEnd", "谢谢！", "说明", None, None, None],
]


def workbook(rows, *, more=(), name="题目") -> bytes:
    """Make a workbook of rows; a sheet more for each of the others."""
    book = Workbook()
    for number, body in enumerate([rows, *more]):
        sheet = book.active if number == 0 else book.create_sheet()
        if number == 0:
            sheet.title = name
        for row in body:
            sheet.append(row)
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
            cell.data_type = "s"
    return saved(book)


def saved(book) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def document(*tables, headings=(), title=""):
    """Make a document with tables, a heading above each."""
    made = Document()
    if title:
        made.add_heading(title, 0)
    for number, rows in enumerate(tables):
        if number < len(headings):
            made.add_heading(headings[number], 1)
        width = max(map(len, rows))
        table = made.add_table(0, width)
        for row in rows:
            cells = table.add_row().cells
            for place, value in enumerate(row):
                cells[place].text = "" if value is None else str(value)
    return made


def repacked(data: bytes, change) -> bytes:
    """Change the parts of an office document."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        for name, part in change(parts).items():
            new.writestr(name, part)
    return stream.getvalue()


def comma_separated(rows) -> bytes:
    return "\n".join(",".join(f'"{"" if cell is None else cell}"' for cell in row) for row in rows).encode()


WAYS = {"xlsx": workbook, "docx": lambda rows: saved(document(rows)), "csv": comma_separated}


@pytest.mark.parametrize("way", WAYS)
def test_a_table_is_read_as_it_was_meant(way):
    imported = read_form(WAYS[way](FORM), f"家长.{way}", id="parents", wave=2026)
    survey = imported.survey()
    items = {each.code: each.item for each in survey.asked}
    assert {code: item.type for code, item in items.items()} == {
        "parentsQ1": "single", "parentsQ2": "multiple", "parentsQ3": "rating", "pTeach": "rating",
        "pBoard": "yes_no", "pWish": "text",
        "pKids": "numeric", "pBorn": "date", "pRank": "ranking", "pEnd": "information",
    }  # fmt: skip
    sections = [(s.title["zh-Hans"], [use.item for use in s.items]) for s in imported.questionnaire.sections]
    assert [title for title, _ in sections] == ["一、基本情况", "二、满意度"]
    assert sections[0][1] == ["parentsQ1", "parentsQ2"]
    assert items["parentsQ1"].text["zh-Hans"] == "您的孩子读几年级？"
    assert [(o.code, o.text["zh-Hans"]) for o in items["parentsQ1"].options] == [
        ("A", "小学"),
        ("B", "初中"),
        ("C", "高中"),
    ]
    assert [o.text["zh-Hans"] for o in items["parentsQ2"].options] == ["离家近", "师资", "设施", "其他", "以上都没有"]
    assert [(o.open, o.exclusive) for o in items["parentsQ2"].options[3:]] == [(True, False), (False, True)]
    assert (items["parentsQ2"].most, items["parentsQ2"].help["zh-Hans"]) == (2, "可多选")
    assert [(o.code, o.text["zh-Hans"]) for o in items["parentsQ3"].options] == [
        (1, "非常不满意"), (2, "2"), (3, "3"), (4, "4"), (5, "非常满意"),
    ]  # fmt: skip
    assert items["pTeach"].missing == ("dont_know",)
    assert [o.code for o in items["pTeach"].options] == [1, 2, 3]
    assert (items["pKids"].least, items["pKids"].most) == (1, 9)
    assert [o.code for o in items["pRank"].options] == ["A1", "A2", "A3"]
    assert [each.code for each in survey.asked if each.use.mandatory] == ["parentsQ1", "parentsQ2"]
    assert imported.questionnaire.languages == ("zh-Hans",)
    guesses = [each for each in listed(imported) if "not said" in each]
    assert [each.split(":")[0] for each in guesses] == ["row 7", "row 9"]
    assert lint([survey])


@pytest.mark.parametrize(
    ("cell", "kind", "options"),
    [
        ("好/坏/说不清", "single", [("A1", "好"), ("A2", "坏")]),
        ("满意|一般|不满意", "single", [("A1", "满意"), ("A2", "一般"), ("A3", "不满意")]),
        ("Ａ．好　Ｂ．坏", "single", [("A", "好"), ("B", "坏")]),
        ("A.好B.坏", "single", [("A", "好"), ("B", "坏")]),
        ("□ 好 □ 坏", "single", [("A1", "好"), ("A2", "坏")]),
        ("１＝很差；２＝很好", "single", [(1, "很差"), (2, "很好")]),
        ("yes=是的\nno=不；没有", "single", [("yes", "是的"), ("no", "不；没有")]),
        ("1-3", "量表", [(1, "1"), (2, "2"), (3, "3")]),
        ("１～３分", "量表", [(1, "1"), (2, "2"), (3, "3")]),
        ("1至3（差—好）", "量表", [(1, "差"), (2, "2"), (3, "好")]),
        ("差、中、好", "量表", [(1, "差"), (2, "中"), (3, "好")]),
        ("非常清楚；清楚；不清楚", "single", [("A1", "非常清楚"), ("A2", "清楚"), ("A3", "不清楚")]),
        ("喝茶 1.5 升、喝水", "single", [("A1", "喝茶 1.5 升"), ("A2", "喝水")]),
    ],
)
def test_options_are_split(cell, kind, options):
    imported = read_table_form(workbook([["题目", "题型", "选项"], ["问？", kind, cell]]), "x.xlsx")
    (item,) = imported.bank.items["xQ1"]
    assert [(option.code, option.text["zh-Hans"]) for option in item.options] == options


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("单选", "single"), ("Radio", "single"), ("多选题", "multiple"), ("Check-box", "multiple"),
        ("Likert", "rating"),
        ("评分题", "rating"), ("排序", "ranking"), ("判断题", "single"), ("[单选题] *", "single"), ("下拉题", "single"),
    ],
)  # fmt: skip
def test_types_have_many_names(said, kind):
    imported = read_table_form(workbook([["题干", "类型", "答案"], ["问？", said, "甲；乙"]]), "x.xlsx")
    assert imported.bank.items["xQ1"][0].type == kind


@pytest.mark.parametrize("said", ["填空", "Open-ended", "主观题", "数字", "Integer", "日期", "Yes/No", "说明文字"])
def test_types_without_options(said):
    imported = read_table_form(workbook([["item", "type"], ["问？", said]]), "x.xlsx")
    assert imported.bank.items["xQ1"][0].type in {"text", "numeric", "date", "yes_no", "information"}
    assert not [each for each in listed(imported) if "type" in each]


def test_both_languages_and_a_matrix_are_read():
    rows = [
        [
            "code",
            "Question",
            "Question (English)",
            "Type",
            "Options",
            "Options (English)",
            "子题",
            "子题（英文）",
            "Section",
        ],
        ["m", "满意吗？", "Satisfied?", "矩阵", "1=不；2=是", "1=no; 2=yes", "教师；食堂", "Teachers; Canteen", "学校"],
        ["c", "城市？", "City?", "single", "甲；乙", "A; B; C", "", "", "学校"],
    ]
    imported = read_table_form(workbook(rows), "x.xlsx")
    assert imported.questionnaire.languages == ("zh-Hans", "en")
    matrix = imported.bank.items["m"][0]
    assert [(row.code, row.text["zh-Hans"], row.text["en"]) for row in matrix.rows] == [
        ("r1", "教师", "Teachers"), ("r2", "食堂", "Canteen"),
    ]  # fmt: skip
    assert [(o.code, o.text["en"]) for o in matrix.options] == [(1, "no"), (2, "yes")]
    assert [section.title["zh-Hans"] for section in imported.questionnaire.sections] == ["学校"]
    assert "row 3: 2 options, but 3 in English: 'A; B; C'" in listed(imported)


def test_an_english_table_leaves_the_chinese_to_be_written():
    rows = [["Item", "Type", "Options"], ["1. Are you well?", "radio", "Yes / No / Other (please specify)"]]
    imported = read_table_form(workbook(rows), "x.xlsx")
    (item,) = imported.bank.items["xQ1"]
    assert item.text == TO_WRITE | {"en": "Are you well?"}
    assert [(option.text["en"], option.open) for option in item.options] == [
        ("Yes", False), ("No", False), ("Other", True),
    ]  # fmt: skip


def test_columns_of_one_option_each_are_read():
    rows = [["题目", "题型", "选项A", "选项B", "选项C"], ["问？", "单选", "A. 甲", "乙", None]]
    options = read_table_form(workbook(rows), "x.xlsx").bank.items["xQ1"][0].options
    assert [(option.code, option.text["zh-Hans"]) for option in options] == [("A", "甲"), ("B", "乙")]


def test_conditions_are_read_and_words_about_jumps_listed():
    rows = [
        ["编号", "题目", "题型", "选项", "跳转"],
        ["a", "问一？", "单选", "yes=是；no=否", "选A跳到第5题"],
        ["b", "问二？", "文本", None, 'a == "yes"'],
        ["c", "问三？", "文本", None, 'a == "maybe"'],
        ["d", "问四？", "文本", None, "answered(e)"],
    ]
    imported = read_table_form(workbook(rows), "x.xlsx")
    uses = {use.item: use.show_if for use in imported.questionnaire.sections[0].items}
    assert uses == {"a": "", "b": 'a == "yes"', "c": "", "d": ""}
    assert [each.split(",")[0].split("(")[0].strip() for each in listed(imported)] == [
        "row 2: '选A跳到第5题'", "row 4: its condition 'a == \"maybe\"'", "row 5: its condition 'answered",
    ]  # fmt: skip


def test_headings_of_a_document_are_sections_and_what_stands_outside_is_listed():
    made = document([["题目", "题型"], ["问一？", "文本"]], [["页", "作者"], ["1", "某人"]],
                    [["Question", "Type"], ["问二？", "文本"]],
                    headings=["开始", "版本", "结束"], title="学校问卷")  # fmt: skip
    made.add_paragraph("请交回。")
    made.sections[0].header.paragraphs[0].text = "内部"
    imported = read_table_form(saved(made), "x.docx")
    assert imported.questionnaire.title["zh-Hans"] == "学校问卷"
    assert [section.title["zh-Hans"] for section in imported.questionnaire.sections] == ["开始", "结束"]
    assert listed(imported) == (
        "above table 2: '版本'",
        "table 2, row 1: '页', '作者' (no header that is understood)",
        "table 2, row 2: '1', '某人' (no header that is understood)",
        "outside the tables: '请交回。'",
        "header1: '内部'",
    )


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ([["题目", "题型", "颜色"], ["问？", "文本", "红"]], "row 2: 颜色: '红'"),
        ([["题目", "题型"], ["问？", "附件"]], "row 2: the type '附件', which is not known: taken as text"),
        ([["题目", "题型", "选项"], ["问？", "文本", "甲"], ["二？", "单选", None]],
         "row 3: the single question '二？', without options"),
        ([["题目", "题型", "选项"], ["一？", "文本", None], [None, "单选", "甲；乙"]],
         "row 3: type: '单选' (without a question)"),
        ([["题目", "题型", "选项"], ["问？", "文本", "甲"]], "row 2: options of a question that is filled in: 甲"),
        ([["题目", "必答", "题型"], ["问？", "也许", "文本"]], "row 2: required: '也许'"),
        ([["题号", "题目", "题型"], ["问题-1", "问？", "文本"]], "row 2: the code '问题-1', which is xQ1 here"),
        ([["某表"], ["制表：甲"], ["题目", "题型"], ["问？", "文本"]], "row 2: '制表：甲' above the header"),
        ([["题目", "题型"], ["问？", "文本"], ["题目", "题型"]], "row 3: the header once more"),
        ([["题目", "题型"], ["问\x85？", "文本"]], "the sheet 题目, row 2: control characters in '问？'"),
        ([["题目", "题型", "选项"], ["问？", "单选", "好；坏；不想回答；n/a"]], "row 2: 'n/a' is '不适用' here"),
        ([["题目", "题型", "选项"], ["问？", "矩阵", "1-3"]], "row 2: a matrix without rows, taken as a rating"),
    ],
)  # fmt: skip
def test_what_has_no_place_is_listed_with_its_row(rows, line):
    rows = [[*row, *[None] * (3 - len(row))] for row in rows]
    other = [["题目", "题型"], ["别的？", "文本"]]
    if "without" in line:
        rows.append(["问末？", "文本", None])
    imported = read_table_form(workbook(rows, more=[other]), "x.xlsx")
    assert line in listed(imported)
    assert any("beside the table that is read" in each for each in listed(imported))


WORDS = st.text(
    st.sampled_from("甲乙丙丁戊己庚辛abcXYZ，、；;/|=.:1234567890 （）()=+-@'\"<>&_选项题"), min_size=1, max_size=14
)
USUAL = st.sampled_from(["单选", "多选", "量表", "文本", "是", "1-5", "a=甲；b=乙"])
GRID = st.lists(st.lists(st.one_of(st.none(), USUAL, WORDS), min_size=9, max_size=9), min_size=1, max_size=5)
EVERY = ["题目", "题型", "选项", "编号", "必答", "说明", "跳转", "备用", "模块"]


def _kept(text: str) -> str:
    """Give the letters and digits of a text: what must be found again."""
    return re.sub(r"[\W_]+", "", text)


@pytest.mark.slow
@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(grid=GRID)
def test_every_cell_is_placed_or_listed(grid):
    try:
        imported = read_table_form(workbook([EVERY, ["末？", "文本"], *grid]), "x.xlsx")
    except DuzhengError as error:
        refusals = [fault for fault in error.faults if fault.code != "DZ-Q008" or "twice" not in fault.found]
        if refusals:
            raise
        return
    imported.survey()
    found = _kept(f"{imported.questionnaire!r}{imported.bank!r}{imported.unplaced!r}".encode().decode())
    types = {"单选": "single", "多选": "multiple", "量表": "rating", "文本": "text"}
    meant = {"题型": types, "必答": {"是": "mandatoryTrue"}}
    for row in grid:
        for name, cell in zip(EVERY, row, strict=True):
            if not cell or (cell in meant.get(name, {}) and meant[name][cell] in found):
                continue
            for piece in re.split(r"[\W_]+", cell):
                letters = re.sub(r"^[QqA-Za-z]?\d+", "", piece) if name in {"题目", "选项", "编号"} else piece
                assert _kept(letters) in found, (name, cell, piece)


CODES = st.lists(st.from_regex(r"\A[a-e][0-9]\Z"), min_size=2, max_size=5, unique=True)
LABEL = st.text(st.characters(categories=["L"], max_codepoint=0x9FFF), min_size=1, max_size=9).map(lambda t: f"好{t}")


@st.composite
def simple_items(draw):
    kind = draw(
        st.sampled_from(["single", "multiple", "ranking", "rating", "matrix", "text", "date", "yes_no", "numeric"])
    )
    codes = list(range(1, draw(st.integers(2, 7)) + 1)) if kind in {"rating", "matrix"} else draw(CODES)
    item = {
        "type": kind,
        "text": (draw(LABEL), draw(LABEL)),
        "mandatory": draw(st.booleans()),
        "options": [],
        "rows": [],
    }
    if kind in {"single", "multiple", "ranking", "rating", "matrix"}:
        item["options"] = [(code, draw(LABEL), draw(LABEL)) for code in codes]
    if kind == "matrix":
        item["rows"] = [(code, draw(LABEL), draw(LABEL)) for code in ("r1", "r2", "r3")]
    return item


def _pairs(triples, place):
    return "\n".join(f"{each[0]}={each[place]}" for each in triples)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(items=st.lists(simple_items(), min_size=1, max_size=5), way=st.sampled_from(["xlsx", "docx"]))
def test_a_questionnaire_written_as_a_table_comes_back(items, way):
    head = ["code", "type", "question", "question (English)", "options", "options (English)", "rows", "rows (English)",
            "required"]  # fmt: skip
    rows = [
        [f"c{number}", item["type"], *item["text"], _pairs(item["options"], 1), _pairs(item["options"], 2),
         _pairs(item["rows"], 1), _pairs(item["rows"], 2), "yes" if item["mandatory"] else ""]
        for number, item in enumerate(items)
    ]  # fmt: skip
    imported = read_form(WAYS[way]([head, *rows]), f"x.{way}")
    asked = imported.survey().asked
    assert listed(imported) == ()
    for number, (item, each) in enumerate(zip(items, asked, strict=True)):
        assert (each.code, each.item.type, each.use.mandatory) == (f"c{number}", item["type"], item["mandatory"])
        assert (each.item.text["zh-Hans"], each.item.text["en"]) == item["text"]
        for part in ("options", "rows"):
            found = [(o.code, o.text["zh-Hans"], o.text["en"]) for o in getattr(each.item, part, ())]
            assert found == item[part]


def test_our_own_questionnaires_come_back_as_tables():
    for survey in questionnaires():
        head = ["code", "type", "question", "question (English)", "options", "options (English)", "required"]
        simple = [a for a in survey.asked if a.item.type in {"single", "rating", "yes_no"} and not a.item.missing]
        rows = []
        for each in simple:
            options = survey.bank.options(each.item)
            rows.append([each.code, each.item.type, each.item.text["zh-Hans"], each.item.text["en"],
                         *("\n".join(f"{o.code}={o.text[name]}" for o in options) for name in ("zh-Hans", "en")),
                         "yes" if each.use.mandatory else "no"])  # fmt: skip
        imported = read_table_form(workbook([head, *rows]), "x.xlsx")
        for before, now in zip(simple, imported.survey().asked, strict=True):
            assert (now.code, now.item.type, now.item.text) == (before.code, before.item.type, before.item.text)
            assert [(o.code, o.text) for o in getattr(now.item, "options", ())] == [
                (o.code, o.text) for o in survey.bank.options(before.item)
            ]


def refused(data: bytes, name: str = "x.xlsx") -> list[str]:
    with pytest.raises(DuzhengError) as error:
        read_form(data, name)
    assert {fault.code for fault in error.value.faults} == {"DZ-Q008"}
    return [str(fault) for fault in error.value.faults]


def test_formulas_and_merged_cells_are_refused_all_at_once():
    book = Workbook()
    sheet = book.active
    for row in (
        ["题目", "题型", "选项"],
        ["=1+1", "文本", None],
        ["问？", "单选", None],
        ["二？", "文本", None],
        ["三？", "单选", "=A1"],
    ):
        sheet.append(row)
    sheet.merge_cells("B3:C4")
    sheet.merge_cells("A2:A3")
    text = refused(saved(book))
    assert [re.search(r"found (.*?);", each)[1] for each in text] == [
        "formulas without a value in A2, C5 of the sheet Sheet", "merged cells A2:A3 of the sheet Sheet",
        "merged cells B3:C4 of the sheet Sheet",
    ]  # fmt: skip


def test_merged_cells_above_the_header_do_no_harm():
    book = Workbook()
    for row in (["学校问卷", None], ["题目", "题型"], ["问？", "文本"]):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    assert read_form(saved(book), "x.xlsx").questionnaire.title["zh-Hans"] == "学校问卷"


def test_what_a_cell_of_word_may_not_hold_is_refused_all_at_once():
    made = document([["题目", "题型", "选项"], *[[f"问{n}？", "单选", "甲；乙"] for n in range(6)]])
    table = made.tables[0]
    table.cell(1, 1).merge(table.cell(1, 2))
    table.cell(2, 0).merge(table.cell(3, 0))
    table.cell(4, 2).add_table(1, 1)
    run = table.cell(5, 0).paragraphs[0].add_run()._r
    instruction = OxmlElement("w:instrText")
    instruction.text = ' DDEAUTO "cmd" "/c calc" '
    run.append(instruction)
    table.cell(6, 0).paragraphs[0]._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>新</w:t></w:r></w:ins>"))
    text = refused(saved(made), "x.docx")
    places = [re.search(r"row (\d), column table 1 column (\d): found (.*?);", each).groups() for each in text]
    assert [(row, column, found.split("'")[0].strip()) for row, column, found in places] == [
        ("2", "2", "cells merged over columns 2 to 3"), ("3", "1", "cells merged downwards"),
        ("4", "1", "cells merged downwards"), ("5", "3", "a table within a cell"), ("6", "1", "a field"),
        ("7", "1", "tracked changes"),
    ]  # fmt: skip


def test_links_and_templates_are_listed_and_never_followed():
    made = document([["题目", "题型"], ["问？", "文本"]])
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    made.part.relate_to("http://127.0.0.1:1/evil.dotm", kind, is_external=True)
    imported = read_form(saved(made), "x.docx")
    assert "a link to 'http://127.0.0.1:1/evil.dotm', which was not followed" in listed(imported)


def test_texts_that_look_like_formulas_stay_texts():
    rows = [["题目", "题型", "选项"], *[[f"{sign}SUM(1)好？", "单选", f"{sign}甲\n-乙"] for sign in "=+-@"]]
    for way in ("xlsx", "docx"):
        imported = read_form(WAYS[way](rows), f"x.{way}")
        assert [item.text["zh-Hans"] for (item,) in imported.bank.items.values()] == [f"{s}SUM(1)好？" for s in "=+-@"]


def test_codes_that_are_given_twice_are_both_named():
    rows = [["编号", "题目", "题型"], ["a1", "一？", "文本"], ["b1", "二？", "文本"], ["A1", "三？", "文本"]]
    assert [re.search(r"(row \d): found", each)[1] for each in refused(workbook(rows))] == ["row 2", "row 4"]


def test_a_second_header_is_refused():
    rows = [["题目", "题型"], ["问？", "文本"], ["题型", "题目"], ["文本", "二？"]]
    assert "a second header" in refused(workbook(rows))[0]


@pytest.mark.parametrize("rows", [[], [["a", "b"], ["c", "d"]], [["题目", "题型"]], [["题型", "选项"], ["单选", "甲"]]])
def test_a_table_without_header_or_questions_is_refused(rows):
    (text,) = refused(workbook(rows))
    assert "题目" in text or "without questions" in text


def _macro(parts):
    return parts | {"xl/vbaProject.bin": b"x"}


def _entities(name):
    bomb = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
    return lambda parts: parts | {name: re.sub(rb"^<\?xml.*?\?>|^", bomb, parts[name], count=1)}


def _wide(parts):
    name = "xl/worksheets/sheet1.xml"
    cell = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>'
    return parts | {name: parts[name].replace(b"</sheetData>", cell)}


SHEET, WORD = workbook(FORM), saved(document(FORM))
HOSTILE = {
    "nothing": (b"", "empty file"),
    "no archive": (b"PK no archive", "BadZipFile"),
    "half an archive": (SHEET[: len(SHEET) // 2], "BadZipFile"),
    "zip bomb": (repacked(SHEET, lambda parts: parts | {"xl/big.xml": b"0" * 60_000_000}), "bytes in an archive"),
    "macros": (repacked(SHEET, _macro), "macros"),
    "entities in Excel": (repacked(SHEET, _entities("xl/workbook.xml")), "entities in xl/workbook.xml"),
    "entities in Word": (repacked(WORD, _entities("word/document.xml")), "entities in word/document.xml"),
    "a cell at the end": (repacked(SHEET, _wide), "1048576 rows"),
    "no document": (repacked(WORD, lambda _: {"a.txt": b"x"}), "neither a workbook nor"),
    "a damaged part": (repacked(WORD, lambda parts: parts | {"word/document.xml": b"<w:document"}), "Error"),
    "a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "Office 97"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "neither"),
    "a page": (b"<!doctype html><html></html>", "HTML"),
    "XML": (b"<a/>", "a document of a"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_table_is_refused_with_a_message(name):
    data, found = HOSTILE[name]
    assert found in "\n".join(refused(data, "x.xlsx"))


def test_content_decides_and_not_the_ending():
    xlsform = Workbook()
    xlsform.active.title = "Survey"
    for row in (["type", "name", "label::中文 (zh)"], ["text", "a", "问？"]):
        xlsform.active.append(row)
    assert list(read_form(saved(xlsform), "x.docx").bank.items) == ["a"]
    assert list(read_form(WORD, "x.xlsx").bank.items)[:2] == ["xQ1", "xQ2"]
    table = workbook([["type", "question"], ["text", "问？"]], name="survey")
    assert list(read_form(table, "x.xlsx").bank.items) == ["xQ1"]
    assert list(read_form("题目;题型\n问？;文本".encode("gb18030"), "x.csv").bank.items) == ["xQ1"]


def test_comments_and_pictures_are_listed():
    book = Workbook()
    for row in (["题目", "题型"], ["问？", "文本"]):
        book.active.append(row)
    book.active["A2"].comment = Comment("改一下", "某人")
    data = repacked(saved(book), lambda parts: parts | {"xl/media/a.png": b"x"})
    assert set(listed(read_form(data, "x.xlsx"))) == {"the sheet Sheet, row 2: a comment '改一下'", "1 picture"}


@pytest.mark.slow
def test_five_thousand_rows_are_read_quickly():
    rows = [["题目", "题型", "选项"], *[[f"第{n}项满意吗？", "单选", "满意；不满意"] for n in range(5000)]]
    data = workbook(rows)
    before = time.process_time()
    imported = read_table_form(data, "x.xlsx")
    assert len(imported.bank.items) == 5000
    assert time.process_time() - before < 10


def test_hidden_styles_of_word_in_chinese_are_headings_too():
    made = document([["题目", "题型"], ["问？", "文本"]], headings=["甲部分"])
    style = made.paragraphs[0].style.element
    style.set(qn("w:styleId"), "1")
    made.paragraphs[0]._p.pPr.pStyle.set(qn("w:val"), "1")
    assert read_form(saved(made), "x.docx").questionnaire.sections[0].title["zh-Hans"] == "甲部分"


def one(question, kind, options=None, **cells):
    """Read a table of one question: its item, and what is listed."""
    rows = [["题目", "题型", "选项", *cells], [question, kind, options, *cells.values()], ["末？", "文本", None]]
    imported = read_table_form(workbook(rows), "x.xlsx")
    imported.survey()
    return imported.bank.items["xQ1"][0], [each.removeprefix("row 2: ") for each in listed(imported)]


@pytest.mark.parametrize("said", ["五级量表", "满意度量表", "李克特5级量表", "Likert量表题", "量表题（五级）"])
def test_any_scale_is_a_rating_and_what_it_measures_is_listed(said):
    item, found = one("满意吗？", said, "1=很不；2=不；3=一般；4=满意；5=很满意")
    assert (item.type, [option.code for option in item.options]) == ("rating", [1, 2, 3, 4, 5])
    assert found == (["what its type says beside: '满意度'"] if said == "满意度量表" else [])


def test_points_that_a_type_names_are_made_or_held_to_the_options():
    item, found = one("满意吗？", "五级量表")
    assert [option.text["zh-Hans"] for option in item.options] == ["1", "2", "3", "4", "5"]
    assert found == ["its points have no words: 1 to 5, as its type says '五级'"]
    for cells in (("五级量表（很差—很好）", None), ("五级量表", "很差—很好")):
        item, found = one("满意吗？", *cells)
        assert [option.text["zh-Hans"] for option in item.options] == ["很差", "2", "3", "4", "很好"]
        assert found == []
    item, found = one("满意吗？", "五级量表", "1=差；2=好")
    assert (len(item.options), found) == (2, ["2 points, but its type says '五级'"])


@pytest.mark.parametrize(
    ("said", "kind"),
    [("填空（数字）", "numeric"), ("数字填空", "numeric"), ("填空题-数字", "numeric"), ("日期填空题", "date"),
     ("填空（日期）", "date"), ("填空", "text")],
)  # fmt: skip
def test_what_is_filled_in_may_be_a_number_or_day(said, kind):
    item, found = one("几个？", said)
    assert (item.type, found) == (kind, [])


def test_a_type_that_is_not_known_was_said():
    _, found = one("好吗？", "附件", "好；坏")
    assert found == ["the type '附件', which is not known: taken as single"]


@pytest.mark.parametrize(
    ("question", "kind", "most", "least", "rest"),
    [
        ("看重什么？（可多选，最多选3项）", "多选", 3, 0, []),
        ("看重什么？（限选三项）", "多选题", 3, 0, []),
        ("看重什么？至少选2项，最多4项", "多选", 4, 2, []),
        ("看重什么？（至多可选择３个）", "多选", 3, 0, []),
        ("看重什么？", "多选（最多选两项）", 2, 0, []),
        ("看重什么？", "多选，限选3项", 3, 0, []),
        ("看重什么？（最多选3项）", "多选（最多2项）", 2, 0, ["how many it says are chosen: '最多选3项'"]),
        ("看重什么？（限选2项）", "排序", 2, None, []),
        ("看重什么？（至少选2项）", "排序", None, None, ["how many it says are chosen: '至少选2项'"]),
        ("看重什么？（请选3项）", "多选", None, 0, ["how many it says are chosen: '选3项'"]),
        ("看重什么？（最多选3项）", "单选", None, None, ["how many it says are chosen: '最多选3项'"]),
        ("最多走3公里吗？年限3年", "多选", None, 0, []),
    ],
)
def test_how_many_are_chosen_is_read_from_words_and_types(question, kind, most, least, rest):
    item, found = one(question, kind, "甲；乙；丙；丁")
    assert (getattr(item, "most", None), getattr(item, "least", None)) == (most, least)
    assert (found, item.text["zh-Hans"]) == (rest, question)  # respondents still read it


@pytest.mark.parametrize("options", ["是；否", "□是 □否", "A. 是 B. 否", "是/否/不知道", "Yes/No"])
def test_one_of_just_yes_and_no_is_a_question_of_yes_or_no(options):
    for kind in ("单选", "判断", None):
        item, found = one("住校吗？", kind, options)
        assert (item.type, item.missing) == ("yes_no", ("dont_know",) if "不知道" in options else ())
        assert found == ([] if kind else ["its type is not said: taken as yes_no"])


@pytest.mark.parametrize("options", ["1=是；2=否", "是；否；看情况", "否；是", "有；没有"])
def test_other_codes_and_words_stay_what_they_are(options):
    assert one("住校吗？", "单选", options)[0].type == "single"


def test_yes_and_no_in_other_english_words_stay_what_they_are():
    item, _ = one("住校吗？", "单选", "是；否", 英文题目="Well?", 英文选项="Sure; Never")
    assert [option.text["en"] for option in item.options] == ["Sure", "Never"]


def test_numbers_of_several_answers_are_codes_that_conditions_can_name():
    rows = [
        ["题号", "题目", "题型", "选项", "显示条件"],
        [1, "做什么？", "多选", "1=读书；2=运动；9=其他", None],
        [2, "哪种？", "文本", None, '"2" in q1'],
        [3, "排一排", "排序", "①课程②作业", None],
        [4, "住校吗？", "单选", "A. 是 B. 否", "2 in Q1"],
        [5, "为什么？", "文本", None, 'q4 == "A" and "q4" in q3'],
    ]
    imported = read_table_form(workbook(rows), "x.xlsx", id="visit")
    items = {code: item for code, (item,) in imported.bank.items.items()}
    assert [option.code for option in items["visitQ1"].options] == ["A1", "A2", "A9"]
    assert [option.code for option in items["visitQ3"].options] == ["A1", "A2"]
    uses = {use.item: use.show_if for use in imported.questionnaire.sections[0].items}
    assert (uses["visitQ2"], uses["visitQ4"]) == ('"A2" in visitQ1', '"A2" in visitQ1')
    assert listed(imported)[:2] == (
        "row 2: its codes are numbers, which are A1, A2, A9 here",
        "row 4: its codes are numbers, which are A1, A2 here",
    )
    assert 'its condition \'visitQ4 == "A" and "q4" in visitQ3\'' in listed(imported)[2]


def test_tables_without_codes_share_a_bank(tmp_path):
    for name in ("visit", "climate", "a_name_of_more_than_twenty_signs"):
        rows = [["题目", "题型"], [f"{name}好吗？", "文本"], ["还有什么？", "文本"]]
        imported = read_form(workbook(rows), "x.xlsx", id=name, wave=2026)
        imported.write(tmp_path, read_bank(tmp_path))
        fresh = [each for each in imported.unplaced if each.startswith("codes made up: ")]
        assert fresh == [f"codes made up: {', '.join(imported.bank.items)}"]
        assert imported.made_up == set(imported.bank.items)
        assert not [each for each in lint([imported.survey()], select=["L102", "L103"]) if not each.allowed]
    assert read_bank(tmp_path).codes == [
        "anameofmorethaQ1", "anameofmorethaQ2", "climateQ1", "climateQ2", "visitQ1", "visitQ2",
    ]  # fmt: skip


def test_a_code_in_another_meaning_is_refused_with_what_to_do(tmp_path):
    head = ["编码", "题目", "题型"]
    first = [head, ["", "好吗？", "文本"], ["pWish", "建议？", "文本"]]
    read_form(workbook(first), "x.xlsx", id="visit", wave=2026).write(tmp_path, read_bank(tmp_path))
    other = read_form(
        workbook([head, ["", "远吗？", "文本"], ["pWish", "意见？", "文本"]]), "x.xlsx", id="visit", wave=2027
    )
    with pytest.raises(DuzhengError) as error:
        other.write(tmp_path, read_bank(tmp_path))
    assert [(fault.code, fault.column, fault.hint) for fault in error.value.faults] == [
        ("DZ-Q004", "visitQ1 version 1", "give the question a code in the form, or the questionnaire another --name"),
        ("DZ-Q004", "pWish version 1", "rename the question in the form"),
    ]


def test_a_made_up_code_is_none_that_the_table_has():
    rows = [["编码", "题目", "题型"], ["VISITQ1", "一？", "文本"], ["", "二？", "文本"], ["1", "三？", "文本"]]
    imported = read_table_form(workbook(rows), "x.xlsx", id="visit")
    assert list(imported.bank.items) == ["VISITQ1", "visitQ2", "visitQ3"]
    assert "row 4: the code '1', which is visitQ3 here" in listed(imported)


def test_of_formulas_in_tables_the_saved_value_is_taken_and_listed():
    data = with_formulas(workbook([["题型", "编码", "题目"], ["文本", "a", "x"]], name="题目"), b"<v>How?</v>")
    imported = read_form(data, "x.xlsx")
    assert list(imported.bank.items["a"][0].text.values()) == ["待定", "How?"]
    assert listed(imported) == ("the sheet 题目: formulas, whose saved values are taken, in C2",)
    empty = with_formulas(workbook([["题型", "编码", "题目"], ["文本", "a", "x"]]), b"")
    assert "formulas without a value in C2 of the sheet 题目" in refused(empty)[0]
