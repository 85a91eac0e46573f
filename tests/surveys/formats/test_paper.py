"""Paper forms: the codes of every other form, directions in words, and texts that stay texts."""

from __future__ import annotations

import io
import re
import zipfile
from functools import lru_cache
from pathlib import Path

import pypdf
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import questionnaires
from tests.surveys import random_surveys
from tests.surveys.test_lint import surveys_of

from analysis.surveys.expressions import Answer, Compared, Constant, Joined, Listed, parse
from analysis.surveys.formats.directions import Chosen, Directions, numbers
from analysis.surveys.formats.paper.form import digest, paper
from analysis.surveys.formats.parts import codes
from analysis.surveys.logic import check, holds

SURVEYS = {survey.name: survey for survey in questionnaires()}
LANGUAGES = ("zh-Hans", "en")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CODE = re.compile(r"\[([A-Za-z]\w*)\]|□\s*([A-Za-z0-9]+)|\(([A-Za-z]+)\)", re.ASCII)


@lru_cache(maxsize=64)
def printed(name: str, form: str, language: str) -> bytes:
    return paper(SURVEYS[name], form, language).content


def document(data: bytes):
    """Read the body of a DOCX."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return fromstring(package.read("word/document.xml"))


def gathered(marks) -> dict[str, list[str]]:
    """Put the codes of answers to the question whose code stands before them; what is written in opens none."""
    found: dict[str, list[str]] = {}
    now = ""
    for question, answer in marks:
        if question:
            found[question] = []
            now = now if question == f"{now}Oth" else question
        else:
            found[now].append(answer)
    return found


def codes_in_docx(data: bytes) -> dict[str, list[str]]:
    """Read questions and codes by the styles that they are printed in."""
    marks = []
    for run in document(data).iter(f"{W}r"):
        style = run.find(f"{W}rPr/{W}rStyle")
        text = "".join(part.text or "" for part in run.iter(f"{W}t")).strip("\u00a0 []()")
        if style is not None and style.get(f"{W}val") in {"ItemCode", "OptionCode"}:
            marks.append((text, "") if style.get(f"{W}val") == "ItemCode" else ("", text))
    return gathered(marks)


def text_of_pdf(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def codes_in_pdf(data: bytes) -> dict[str, list[str]]:
    """Read questions and codes from what is printed: ``[grade]``, ``□ g3``, and ``(place)`` where codes are ranked."""
    return gathered((question, box or ranked) for question, box, ranked in CODE.findall(text_of_pdf(data)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name.endswith("2024") else []) for name in SURVEYS]
)
def test_codes_on_paper_are_those_of_every_form(name, language):
    survey = SURVEYS[name]
    assert codes_in_docx(printed(name, "docx", language)) == codes(survey)
    if survey.questionnaire.wave == 2025:
        assert codes_in_pdf(printed(name, "pdf", language)) == codes(survey)


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_the_same_questionnaire_gives_the_same_bytes(form):
    again = paper(SURVEYS["students-2025"], form, "zh-Hans").content
    assert again == printed("students-2025", form, "zh-Hans")
    assert again != printed("students-2024", form, "zh-Hans")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in SURVEYS if name.endswith("2025")])
def test_pdfs_are_archivable_and_accessible_and_name_what_they_are(name, language):
    reader = pypdf.PdfReader(io.BytesIO(printed(name, "pdf", language)))
    meta = reader.xmp_metadata.rdf_root.toxml()
    assert "pdfuaid:part" in meta
    assert "pdfaid:part>2<" in meta
    assert reader.metadata.title == SURVEYS[name].questionnaire.title[language]
    last = reader.pages[-1].extract_text()
    assert name in last
    assert digest(SURVEYS[name]) in last


KINDS = """
survey:
  analyses: {}
  marks: {number: 教督1表, approval: 国统制〔2025〕1号, valid_until: 2026-12-31}
  simple_if: 'grade == "g3"'
  sections:
    - id: s
      title: {zh-Hans: 一般, en: General}
      items: [{item: note}, {item: grade, mandatory: true}, {item: bully}, {item: clubs}, {item: age}, {item: born},
              {item: why}, {item: care}, {item: order}, {item: sat}, {item: rank2}, {item: left}, {item: district}]
items:
  note: [{type: information, text: {zh-Hans: 请看, en: Read}}]
  grade:
    - {type: single, text: {zh-Hans: 年级？, en: Grade?}, simple: {zh-Hans: 几年级？, en: Which year?}, options: [
        {code: g3, text: {zh-Hans: 三年级, en: Grade 3}}, {code: g4, text: {zh-Hans: 四年级, en: Grade 4}},
        {code: g5, text: {zh-Hans: 五年级, en: Grade 5}}]}
  bully:
    - {type: rating, text: {zh-Hans: 有吗？, en: Ever?}, missing: [refused], options: [
        {code: 1, text: {zh-Hans: 从不, en: Never}}, {code: 2, text: {zh-Hans: 有时, en: Sometimes}},
        {code: 3, text: {zh-Hans: 经常, en: Often}}]}
  clubs:
    - {type: multiple, text: {zh-Hans: 社团？, en: Clubs?}, least: 1, most: 2, missing: [dont_know], options: [
        {code: art, text: {zh-Hans: 美术, en: Art}}, {code: oth, text: {zh-Hans: 其他, en: Other}, open: true},
        {code: none, text: {zh-Hans: 没有, en: None}, exclusive: true}]}
  age: [{type: numeric, text: {zh-Hans: 年龄？, en: Age?}, least: 5, most: 120, unit: {zh-Hans: 岁, en: years}}]
  born: [{type: date, text: {zh-Hans: 生日？, en: Birthday?}, earliest: 2000-01-01}]
  why: [{type: text, text: {zh-Hans: 为什么？, en: Why?}, lines: 3, missing: [dont_know, refused]}]
  care:
    - {type: matrix, text: {zh-Hans: 满意吗？, en: Satisfied?}, rows: [{code: food, text: {zh-Hans: 伙食, en: Food}},
        {code: bed, text: {zh-Hans: 宿舍, en: Beds}}], options: [{code: 1, text: {zh-Hans: 不满意, en: "No"}},
        {code: 2, text: {zh-Hans: 满意, en: "Yes"}}]}
  order:
    - {type: ranking, text: {zh-Hans: 排序？, en: Order?}, most: 2, options: [{code: a, text: {zh-Hans: 甲, en: First}},
        {code: b, text: {zh-Hans: 乙, en: Second}}, {code: c, text: {zh-Hans: 丙, en: Third}}]}
  sat: [{type: yes_no, text: {zh-Hans: 好吗？, en: Good?}}]
  rank2: [{type: numeric, text: {zh-Hans: 几个？, en: How many?}}]
  left: [{type: date, text: {zh-Hans: 何时离开？, en: When did you leave?}}]
  district:
    - {type: single, text: {zh-Hans: 哪里？, en: Where?}, missing: [dont_know], options: [
        {code: d1, text: {zh-Hans: 一区, en: One}}, {code: d2, text: {zh-Hans: 二区, en: Two}},
        {code: d3, text: {zh-Hans: 三区, en: Three}}, {code: d4, text: {zh-Hans: 四区, en: Four}},
        {code: d5, text: {zh-Hans: 五区, en: Five}}, {code: d6, text: {zh-Hans: 六区, en: Six}},
        {code: d7, text: {zh-Hans: 七区, en: Seven}}, {code: d8, text: {zh-Hans: 八区, en: Eight}}]}
"""


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    return surveys_of(KINDS, tmp_path_factory.mktemp("kinds"))[0]


#: A condition, what it is in Chinese and what in English; a dash where nothing is said.
IN_WORDS = [
    ["" if line == "-" else line for line in block.splitlines()]
    for block in Path(__file__).with_name("directions.txt").read_text(encoding="utf-8").strip().split("\n\n")
]


@pytest.mark.parametrize(("condition", "chinese", "english"), IN_WORDS, ids=[each[0] for each in IN_WORDS])
def test_conditions_are_said_in_words(kinds, condition, chinese, english):
    node = parse(condition)
    assert check(node, kinds.questions()) == []
    assert [Directions(kinds, language).sentence(node) for language in LANGUAGES] == [chinese, english]


def test_what_is_read_and_what_is_a_part_have_words_of_their_own(kinds):
    node, words = parse("age > 12"), "(Answer this part only if the number in question 4 is more than 12)"
    assert Directions(kinds, "zh-Hans").sentence(node, "read") == "（仅由第4题填的数大于12者阅读）"
    assert Directions(kinds, "en").sentence(node, "part") == words


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_form_says_everything_that_is_needed_to_fill_it_in(kinds, form):
    data = paper(kinds, form, "zh-Hans").content
    text = text_of_pdf(data) if form == "pdf" else "".join(each.text or "" for each in document(data).iter(f"{W}t"))
    text = re.sub(r"\s+", "", text)
    for words in ("表号：教督1表", "批准文号：国统制〔2025〕1号", "有效期至：2026年12月31日", "地点编码", "填写说明",
                  "写给第1题答“三年级”的人看", "换句话说：几年级？", "（可多选，至少1项，至多2项）",
                  "（选此项就不选其他）",
                  "请写明：", "[clubsOth]", "岁（5至120的整数）", "（2000年1月1日或以后）", "第1位", "第2位",
                  "不知道或不想回答的，请留空。", "带“*”的题请尽量不要空着。", "[care_food]"):  # fmt: skip
        assert words in text, words
    assert "第3位" not in text
    assert "[care]" not in text


@pytest.mark.parametrize("name", [name for name in SURVEYS if name.endswith("2025")])
def test_every_number_in_a_direction_is_that_of_an_earlier_question(name):
    survey = SURVEYS[name]
    printed = numbers(survey)
    directions = Directions(survey, "zh-Hans")
    for each in survey.asked:
        named = {int(number) for number in re.findall(r"第(\d+)题", directions.item(each))}
        assert all(1 <= number < printed[each.code] for number in named)
        assert bool(named) == bool(each.use.show_if)


HOSTILE = """
items:
  q1: [{type: yes_no, text: {zh-Hans: '<script>alert(1)</script> #set page(paper: "a9") *星* _线_ $x$ \\\\ @q `c`',
        en: '= 1. + - /* x */ // [b](c) <w:p/> & "q" ''s'' ~ ^ #{panic()}'}}]
  q2: [{type: rating, text: {zh-Hans: '#panic("x") 😀 \U0001f0a1', en: '\\\\#q ]) } [ 😀'}, options: [
        {code: 1, text: {zh-Hans: '- *甲*', en: '+ #a'}}, {code: 2, text: {zh-Hans: '= 乙$', en: '/ b: c'}}]}]
  q3: [{type: single, text: {zh-Hans: 丙, en: C}, options: [{code: a, text: {zh-Hans: '1. #丁[', en: '-- <d>'}},
        {code: b, text: {zh-Hans: '];#戊', en: '"]; #e'}, open: true}]}]
"""


@pytest.mark.parametrize("form", ["docx", "pdf"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_stay_texts(tmp_path, form, language):
    (survey,) = surveys_of(HOSTILE, tmp_path)
    written = paper(survey, form, language)
    assert set(written.replaced) == ({"😀", "\U0001f0a1"} if language == "zh-Hans" else {"😀"})
    if form == "pdf":
        shown = text_of_pdf(written.content)
    else:
        shown = "".join(each.text or "" for each in document(written.content).iter(f"{W}t"))
    shown = re.sub(r"\s", "", shown)
    assert "〓" in shown
    for each in survey.asked:
        labels = [option.text for option in survey.bank.options(each.item)]
        for texts in (each.item.text, *labels):
            expected = re.sub(r"\s", "", re.sub("[😀\U0001f0a1]", "〓", texts[language]))
            assert straight(expected) in straight(shown)


def straight(text: str) -> str:
    """Write straight quotation marks: typst sets curly ones."""
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


@pytest.mark.slow
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_random_questionnaires_can_be_printed(data, tmp_path_factory):
    *_, survey = data.draw(random_surveys.workspaces(tmp_path_factory.mktemp("paper")))
    language, form = data.draw(st.sampled_from(LANGUAGES)), data.draw(st.sampled_from(["docx", "pdf"]))
    written = paper(survey, form, language).content
    if form == "docx":
        sorted_codes = {code: sorted(answers) for code, answers in codes(survey).items()}
        assert {code: sorted(answers) for code, answers in codes_in_docx(written).items()} == sorted_codes
    else:
        assert len(pypdf.PdfReader(io.BytesIO(written)).pages) >= 1


def plainly(node):
    """Write what is said of options as the comparison that the evaluator knows."""
    match node:
        case Chosen():
            return Compared(Answer(node.code), "in", Listed(tuple(Constant(code) for code in node.accepted)))
        case Joined():
            return Joined(node.word, tuple(plainly(part) for part in node.parts))
    return node


@pytest.mark.slow
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_directions_mean_what_conditions_mean(data, tmp_path_factory):
    *_, survey = data.draw(random_surveys.workspaces(tmp_path_factory.mktemp("paper")))
    answers = data.draw(random_surveys.answers(survey))
    for language in LANGUAGES:
        directions = Directions(survey, language)
        for each in survey.asked:
            if each.condition is not None:
                meant = directions.meant(each.condition)
                assert (holds(plainly(meant), answers) is True) is (holds(each.condition, answers) is True)
                assert bool(directions.item(each)) is (meant != Constant(value=True))
