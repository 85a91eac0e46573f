"""Remarks: a person's own paragraph has a signature, and no number that the run has not."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from tests.conftest import ROOT, write

from analysis.documents import Run
from analysis.findings.gathered import cells_of
from analysis.findings.remarks import DEMO, FOLDER, check_remarks, read_remarks, runs_of, signature, table_of
from analysis.messages import LANGUAGES, DuzhengError

PERSONS = {"zh-Hans": "人", "en": "persons"}
PER_CENT = {"zh-Hans": "%", "en": "%"}
ROWS = (
    {"id": "pupils/U7/2017", "value": 42470.0, "measure": PERSONS, "decimals": 0},
    {"id": "pupils/U7/2012-2017/growth", "value": -8.84, "measure": PER_CENT, "decimals": 1},
    {"id": "teachers/U7/2017", "value": float("nan"), "measure": PERSONS, "decimals": 0},
)
COMMON = {"unit": "U7", "indicator": "pupils", "year": 2017, "statistic": "level"}
CELLS = {row["id"]: row for row in cells_of(COMMON | row for row in ROWS).to_dict("records")}

FILE = """
    unit: U7
    year: 2026
    remarks:
      - section: schooling
        author: {{zh-Hans: 王某, en: Wang Mou}}
        role: {{zh-Hans: 督学, en: inspector}}
        date: 2026-11-20
        cites: {{fewer: pupils/U7/2012-2017/growth}}
        text:
          zh-Hans: {chinese}
          en: {english}
    """
CHINESE = "据[〔2017〕49号]，[2012—2017年]学生减少{fewer|abs}，现有{pupils/U7/2017}。"
ENGLISH = "By [No. 49], pupils fell by {fewer|abs} to {pupils/U7/2017|bare} from [2012] to [2017]."


def written(root, *, chinese=CHINESE, english=ENGLISH, name="U7-2026", text=FILE, **instead):
    text = text.format(chinese=json.dumps(chinese, ensure_ascii=False), english=json.dumps(english))
    for old, new in instead.values():
        assert old in text
        text = text.replace(old, new)
    return write(root, {f"{FOLDER}/{name}.yaml": text})


def said(runs):
    return "".join(run.text for run in runs)


def refused(root, match, **given):
    with pytest.raises(DuzhengError, match=match) as raised:
        read_remarks(written(root, **given), synthetic=False, units=["U7", "U8"])
    return raised.value.faults


def test_a_remark_is_filled_from_the_cells_of_the_run(tmp_path):
    (remark,) = read_remarks(written(tmp_path), synthetic=False, units=["U7"])
    assert said(runs_of(remark, "zh-Hans", CELLS)) == "据〔2017〕49号，2012–2017年学生减少8.8%，现有42,470人。"
    assert said(runs_of(remark, "en", CELLS)) == "By No. 49, pupils fell by 8.8% to 42,470 from 2012 to 2017."
    runs = runs_of(remark, "zh-Hans", CELLS)
    assert Run(text="42,470", cell="pupils/U7/2017") in runs
    assert Run(text="2012–2017", role="year") in runs
    assert Run(text="〔2017〕49号", role="citation") in runs


def test_who_signs_it_is_said_with_role_and_date(tmp_path):
    (remark,) = read_remarks(written(tmp_path), synthetic=False)
    assert said(signature(remark, "zh-Hans")) == "（王某，督学，2026年11月20日）"
    assert said(signature(remark, "en")) == "(Wang Mou, inspector, 20 November 2026)"
    assert remark.date == dt.date(2026, 11, 20)


def test_decimals_can_be_asked_for(tmp_path):
    text = {"chinese": "{fewer|2}{fewer|0|bare}", "english": "{fewer|2}, {fewer|0|bare}"}
    (remark,) = read_remarks(written(tmp_path, **text), synthetic=False)
    assert said(runs_of(remark, "en", CELLS)) == "−8.84%, −9"


def test_lines_of_a_long_text_are_joined_as_the_language_does(tmp_path):
    text = FILE.replace("zh-Hans: {chinese}", "zh-Hans: >-\n            学生\n            减少{{fewer}}").replace(
        "en: {english}", "en: >-\n            Pupils\n            fell: {{fewer}}"
    )
    (remark,) = read_remarks(written(tmp_path, text=text), synthetic=False)
    assert said(runs_of(remark, "zh-Hans", CELLS)) == "学生减少−8.8%"
    assert said(runs_of(remark, "en", CELLS)) == "Pupils fell: −8.8%"


@pytest.mark.parametrize(
    ("chinese", "english", "found"),
    [
        ("学生减少8.8%。", "Pupils fell.", "8.8%"),
        ("学生减少８成。", "Pupils fell.", "８成"),
        ("学生减少百分之八十。", "Pupils fell.", "百分之八十"),
        ("学生三千多人。", "Pupils fell.", "三千"),
        ("学生减少。", "Pupils fell by eighty per cent.", "eighty"),
        ("学生减少[85%]。", "Pupils fell.", r"\[85%\]"),
        ("学生减少[《条例》85%]。", "Pupils fell.", "《条例》85%"),
        ("学生减少{fewer|half}。", "Pupils fell by {fewer}.", "half"),
        ("学生减少{fewer。", "Pupils fell by {fewer}.", "bracket alone"),
    ],
)
def test_a_number_that_no_cell_stands_behind_is_refused_with_file_and_line(tmp_path, chinese, english, found):
    faults = refused(tmp_path, f"DZ-F002.*{found}", chinese=chinese, english=english)
    assert {fault.file for fault in faults} == {f"{FOLDER}/U7-2026.yaml"}
    assert faults[0].line == (10 if chinese != "学生减少。" else 11)


def test_the_line_is_that_of_the_number_and_not_of_the_paragraph(tmp_path):
    text = FILE.replace("zh-Hans: {chinese}", "zh-Hans: |\n            学生\n            减少8.8%")
    faults = refused(tmp_path, "DZ-F002", text=text, english="Pupils fell.")
    assert [fault.line for fault in faults] == [12]


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("三分之一", "a third of them"),
        ("二分之一", "one third"),
        ("百分之八十", "two thirds"),
        ("百分之百", "two-thirds of them"),
        ("千分之三", "a half"),
        ("半数以上", "half of the pupils"),
        ("过半", "half the pupils"),
        ("过半数", "more than half"),
        ("一半的学生", "by half"),
        ("一成", "a quarter"),
        ("增加一成。", "three quarters"),
        ("三成左右", "a tenth of them"),
        ("九成以上", "nine-tenths"),
        ("三成为新生", "one fifth"),
        ("翻番", "doubled"),
        ("翻一番", "has tripled"),
        ("翻了两番", "halved"),
        ("两倍", "twice as many"),
        ("增长一倍", "three times as many"),
        ("三千多人", "twofold"),
        ("百分之", "five per cent"),
        ("两成", "eleven percent"),
        ("一百", "ten percentage points"),
        ("九万", "one hundred"),
    ],
)
def test_numbers_in_words_are_refused_in_both_languages(tmp_path, chinese, english):
    faults = refused(tmp_path, "DZ-F002", chinese=f"学生{chinese}", english=f"Pupils: {english}")
    assert [fault.column for fault in faults] == ["text.zh-Hans", "text.en"]
    assert {fault.expected for fault in faults} == {"no number but those of cells"}


@pytest.mark.parametrize(
    "words",
    [
        "一定", "一致", "第一", "一方面", "一些", "统一", "十分", "万一", "一成不变", "统一成标准", "第一成员",
        "唯一成果", "初三成绩", "高一成绩", "高三成绩", "每一成员", "一番努力", "事半功倍", "加倍", "一般", "一直",
        "一起", "半年", "大半年", "成分", "学前三年", "千方百计", "四川", "三个方面", "五育并举", "双减", "百分点",
        "一校一策", "统一百分制",
    ],
)  # fmt: skip
def test_chinese_words_that_are_no_numbers_pass(tmp_path, words):
    assert read_remarks(written(tmp_path, chinese=f"该区{words}。", english="Well."), synthetic=False)


@pytest.mark.parametrize(
    "words",
    [
        "one of them", "on the one hand", "first", "in the first half of the year", "the second half of the term",
        "a third party", "a third time", "a third school", "in the third quarter", "quarterly", "each quarter",
        "a percentage", "a percentile", "one another", "one by one", "a half-day visit", "half a day",
        "on behalf of it", "twice a week", "visited three times", "double-check", "one or two", "ten schools",
        "every hundred pupils", "a third-grade class", "the manifold tasks",
    ],
)  # fmt: skip
def test_english_words_that_are_no_numbers_pass(tmp_path, words):
    assert read_remarks(written(tmp_path, chinese="该区好。", english=f"There is {words}."), synthetic=False)


def test_every_number_of_a_sentence_is_told(tmp_path):
    faults = refused(tmp_path, "DZ-F002", chinese="学生减少8.8%、9.1%，近三成。", english="Well.")
    assert {fault.found for fault in faults} == {"'学生减少8.8%、'", "'%、9.1%，近'", "'%，近三成。'"}


def test_the_line_of_words_that_go_on_in_the_next_one_is_that_of_the_first(tmp_path):
    text = FILE.replace("en: {english}", "en: >-\n            Of all\n            pupils a\n            third left.")
    faults = refused(tmp_path, "DZ-F002.*a third", text=text, chinese="学生减少。")
    assert [fault.line for fault in faults] == [13]


def test_what_one_remark_lacks_hides_no_fault_of_it_or_of_others(tmp_path):
    second = """
      - section: funding
        author: {{zh-Hans: 王某, en: Wang Mou}}
        role: {{zh-Hans: 督学, en: inspector}}
        date: 2026-11-20
        text:
          zh-Hans: 经费增长一倍。
    """
    text = FILE.replace("date: 2026-11-20", "when: 2026-11-20").replace("schooling", "schoolling").rstrip() + second
    written(tmp_path, text=FILE, chinese="学生减少7%。", english="Pupils fell.", name="U8-2026")
    faults = refused(tmp_path, "DZ-F001", text=text, chinese="学生减少8.8%。", english="Pupils fell by a third.")
    said = [(fault.file[-12:], fault.line, fault.code, fault.column) for fault in faults]
    assert said == [
        ("U7-2026.yaml", 4, "DZ-F001", ""),
        ("U7-2026.yaml", 4, "DZ-F001", "remarks.0.date"),
        ("U7-2026.yaml", 7, "DZ-F001", "remarks.0.when"),
        ("U7-2026.yaml", 10, "DZ-F002", "text.zh-Hans"),
        ("U7-2026.yaml", 11, "DZ-F002", "text.en"),
        ("U7-2026.yaml", 16, "DZ-F001", "remarks.1.text"),
        ("U7-2026.yaml", 17, "DZ-F002", "text.zh-Hans"),
        ("U8-2026.yaml", 1, "DZ-F001", ""),
        ("U8-2026.yaml", 10, "DZ-F002", "text.zh-Hans"),
    ]


@pytest.mark.parametrize(
    "text",
    ["[]\n", "unit: 3\n", "unit: U7\nyear: 2026\nremarks: []\n", "unit: U7\nremarks: [1, {{text: 2, cites: 3}}]\n"],
)
def test_what_is_no_remark_at_all_is_told_by_its_schema(tmp_path, text):
    faults = refused(tmp_path, "DZ-F001", text=text)
    assert {fault.code for fault in faults} == {"DZ-F001"}


def test_both_languages_name_the_same_numbers(tmp_path):
    refused(tmp_path, "DZ-F002.*other numbers than in Chinese: pupils/U7/2017", english="Pupils fell by {fewer}.")


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("author: {zh-Hans: 王某, en: Wang Mou}", "", "DZ-F001.*author: found nothing"),
        ("author: {zh-Hans: 王某, en: Wang Mou}", "author: {zh-Hans: 王某, en: ' '}", "DZ-F001.*a text in en"),
        ("role: {zh-Hans: 督学, en: inspector}", "", "DZ-F001.*role: found nothing"),
        ("date: 2026-11-20", "", "DZ-F001.*date: found nothing"),
        ("section: schooling", "section: schoolling", "DZ-F001.*line 4.*did you mean schooling|Did you mean schooling"),
        ("unit: U7", "unit: U9", "DZ-F001.*unit U9, year 2026.*"),
        ("unit: U7", "unit: U7\n    synthetic: true", f"DZ-F001.*{DEMO}"),
    ],
)
def test_what_is_unsigned_misplaced_or_invented_is_refused(tmp_path, old, new, match):
    refused(tmp_path, match, instead=(old, new))


def test_a_file_is_called_as_its_unit_and_year(tmp_path):
    refused(tmp_path, "DZ-F001.*those of the file's name, U8-2026", name="U8-2026")


def test_a_cell_that_is_not_there_is_refused_with_the_nearest(tmp_path):
    text = {"chinese": "现有{pupil/U7/2017}。", "english": "There are {pupil/U7/2017}."}
    (remark,) = read_remarks(written(tmp_path, **text), synthetic=False)
    with pytest.raises(DuzhengError, match=r"DZ-F002.*line 10.*The nearest: pupils/U7/2017"):
        check_remarks([remark], CELLS)
    with pytest.raises(DuzhengError, match="DZ-F002"):
        runs_of(remark, "en", CELLS)


def test_a_cell_that_is_not_published_or_has_no_value_is_refused(tmp_path):
    text = {"chinese": "{fewer}{teachers/U7/2017}", "english": "{fewer} {teachers/U7/2017}"}
    (remark,) = read_remarks(written(tmp_path, **text), synthetic=False)
    with pytest.raises(DuzhengError) as raised:
        check_remarks([remark], CELLS, suppressed={"pupils/U7/2012-2017/growth"})
    assert len(raised.value.faults) == 2 * len(LANGUAGES)
    assert "held back in all memos" in str(raised.value)
    assert "which has no value" in str(raised.value)


@pytest.mark.parametrize(
    ("chinese", "english", "number", "growth"),
    [
        # −8.84 without its sign, after words that say a rise, or nothing.
        ("学生增长{fewer|abs}。", "Pupils grew by {fewer|abs}.", "−8.8", -8.84),
        ("学生变动{fewer|abs}。", "Pupils changed by {fewer|abs}.", "−8.8", -8.84),
        ("幼儿减少，学生增长{fewer|abs}。", "Children fell; pupils moved by {fewer|abs}.", "−8.8", -8.84),
        # +1.8 after words that say a fall, with the sign taken away or not.
        ("学生同期下降{fewer|abs}。", "Pupils fell in [2017] by {fewer|abs}.", r"\+1.8", 1.8),
        ("学生下降{fewer}。", "There were fewer pupils, down {fewer}.", r"\+1.8", 1.8),
    ],
)
def test_words_that_say_the_other_way_than_the_number_are_refused(tmp_path, chinese, english, number, growth):
    (remark,) = read_remarks(written(tmp_path, chinese=chinese, english=english), synthetic=False)
    cell = "pupils/U7/2012-2017/growth"
    cells = CELLS | {cell: CELLS[cell] | {"value": growth, "statistic": "growth"}}
    with pytest.raises(DuzhengError, match=f"DZ-F002.*{number}") as raised:
        check_remarks([remark], cells)
    assert {fault.file for fault in raised.value.faults} == {f"{FOLDER}/U7-2026.yaml"}
    assert [fault.line for fault in raised.value.faults] == [10, 11]


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("学生减少{fewer|abs}。", "Pupils fell by {fewer|abs}."),
        ("比上年低{fewer|abs}。", "It was below the year before by {fewer|abs}."),
        ("小学增长，中学在[2017年]下降{fewer|abs}。", "Primary pupils grew and others fell in [2017] by {fewer|abs}."),
        ("学生降至{pupils/U7/2017}，变动{fewer}。", "Pupils fell to {pupils/U7/2017}, by {fewer}."),
    ],
)
def test_words_that_say_the_way_of_the_number_pass(tmp_path, chinese, english):
    (remark,) = read_remarks(written(tmp_path, chinese=chinese, english=english), synthetic=False)
    check_remarks([remark], CELLS)


def test_remarks_go_into_a_table_of_the_run(tmp_path):
    (remark,) = read_remarks(written(tmp_path), synthetic=False)
    (row,) = table_of([remark], CELLS).to_dict("records")
    assert (row["unit"], row["section"], row["synthetic"]) == ("U7", "schooling", False)
    assert said(Run(**run) for run in json.loads(row["text_en"])) == said(runs_of(remark, "en", CELLS))
    assert "王某" in row["signed_zh-Hans"]
    assert list(table_of([], CELLS).columns) == list(row)


def test_the_invented_ones_say_so_and_are_read_only_where_they_are_asked_for(shanghai):
    assert read_remarks(ROOT, synthetic=False) == []
    found = read_remarks(ROOT, synthetic=True, units=list(shanghai.units.frame.index))
    assert len(found) > 1
    for remark in found:
        assert remark.synthetic
        assert "虚构" in said(signature(remark, "zh-Hans"))
        assert "invented" in said(signature(remark, "en"))


def test_a_folder_that_is_not_there_holds_no_remarks(tmp_path):
    assert read_remarks(tmp_path, synthetic=False) == []
