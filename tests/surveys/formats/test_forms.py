"""Forms of a questionnaire: the same codes in all of them, nothing lost on the way back, and hostile input."""

from __future__ import annotations

import csv
import io
import re
import shutil
import time
import zipfile
from functools import cache
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from tests.conftest import questionnaires
from tests.surveys import random_surveys
from tests.surveys.formats.listing import listed
from tests.surveys.test_lint import surveys_of

from analysis.messages import DuzhengError
from analysis.surveys import is_shown, read_bank, read_surveys
from analysis.surveys.formats.codebooks import to_csv, to_markdown
from analysis.surveys.formats.compile import FORMS, compile_survey
from analysis.surveys.formats.lss.equations import Name, UnplacedError
from analysis.surveys.formats.lss.reader import plain, read_lss
from analysis.surveys.formats.lss.structure import text_of, to_lss
from analysis.surveys.formats.parts import codes
from analysis.surveys.formats.xlsform.reader import read_xlsform
from analysis.surveys.formats.xlsform.workbook import to_xlsform
from analysis.surveys.formats.xlsform.xpath import condition_of

SURVEYS = {survey.name: survey for survey in questionnaires()}
WAYS = {"lss": (to_lss, read_lss), "xlsform": (to_xlsform, read_xlsform)}


@cache
def written(way: str, name: str) -> bytes:
    """Write a questionnaire of this workspace once in a form: seven tests read it."""
    return WAYS[way][0](SURVEYS[name])


def codes_in_lss(data: bytes) -> dict[str, list[str]]:
    """Read questions and answers' codes from a structure, by its tables alone."""
    rows = {table.tag: [{cell.tag: cell.text or "" for cell in row} for row in table.iterfind("rows/row")]
            for table in fromstring(data)}  # fmt: skip
    found = {}
    for question in rows["questions"]:
        lines = [row["title"] for row in rows.get("subquestions", []) if row["parent_qid"] == question["qid"]]
        answers = [row["code"] for row in rows.get("answers", []) if row["qid"] == question["qid"]]
        if question["type"] == "F":
            found |= {f"{question['title']}_{line}": answers for line in lines}
        elif question["type"] != "X" and question["title"] != "place":  # the hidden code of a poster
            found[question["title"]] = lines if question["type"] == "M" else answers
    return found


def codes_in_xlsform(data: bytes) -> dict[str, list[str]]:
    """Read questions and choices' codes from a workbook."""
    book = load_workbook(io.BytesIO(data))

    def rows(name):
        head, *body = book[name].iter_rows(values_only=True)
        return [dict(zip(head, row, strict=True)) for row in body]

    lists: dict[str, list[str]] = {}
    for row in rows("choices"):
        lists.setdefault(row["list_name"], []).append(str(row["name"]))
    found = {}
    for row in rows("survey"):
        kind, _, name = row["type"].partition(" ")
        if kind in {"select_one", "select_multiple", "rank", "text", "integer", "decimal", "date"}:
            found[row["name"]] = lists.get(name, [])
    return found


def codes_in_csv(text: str) -> dict[str, list[str]]:
    """Read questions and codes from a codebook."""
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        of = found.setdefault(row["column"].partition("[")[0].replace(".", "_"), [])
        of.extend([row["code"]] if row["code"] and row["code"] not in of else [])
    return found


@pytest.mark.parametrize("name", SURVEYS)
def test_codes_are_the_same_in_every_form(name):
    survey = SURVEYS[name]
    expected = codes(survey)
    assert codes_in_lss(written("lss", name)) == expected
    assert codes_in_xlsform(written("xlsform", name)) == expected
    assert codes_in_csv(to_csv(survey)) == expected
    page = to_markdown(survey)
    assert all(f"| {code} | " in page for answers in expected.values() for code in answers)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SURVEYS)
def test_our_forms_are_read_back_exactly(name, way):
    _, read = WAYS[way]
    imported = read(written(way, name), "x")
    assert imported.exact
    assert imported.questionnaire == SURVEYS[name].questionnaire
    bank = SURVEYS[name].bank
    assert all(bank.items[code, item.version] == item for code, of in imported.bank.items.items() for item in of)


ASKED = ("text", "missing", "least", "most", "decimals", "earliest", "latest", "longest", "lines", "pattern", "random")


def carried(way, survey, each):
    """Say what a form's own tables have a place for: all that is asked, but for what is named here."""
    item = each.item
    found = {name: getattr(item, name, None) for name in ASKED}
    found["kind"], found["simple"], found["help"] = item.type, item.simple, item.help
    found["unit"] = getattr(item, "unit", None)
    found["options"] = [(str(o.code), o.text, o.exclusive, o.open) for o in survey.bank.options(item)]
    found["rows"] = [(row.code, row.text) for row in getattr(item, "rows", ())]
    found["mandatory"] = each.use.mandatory
    if item.type in {"numeric", "date", "text"}:
        found["missing"] = ()  # no form tells it from an empty answer
    if way == "lss" and item.type == "multiple" and item.least == 1 and not each.use.mandatory:
        found["least"] = 0  # one tick that may be left out is none
    if way == "xlsform":
        found["kind"] = "single" if item.type == "rating" else item.type  # both are select_one
        found["unit"], found["help"], found["simple"] = None, item.help or item.simple, None  # a hint is all it has
        if item.type == "ranking":
            found["most"] = None  # its rank puts all options in order; the first ones count
        found["lines"] = 3 if (found["lines"] or 1) > 1 else found["lines"]  # it says "multiline", not how many
    return found


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SURVEYS)
def test_tables_alone_give_back_all_that_is_asked(name, way):
    survey, (_, read) = SURVEYS[name], WAYS[way]
    data = written(way, name)
    if way == "lss":
        data = data.replace(b"<duzheng>", b"<other>").replace(b"</duzheng>", b"</other>")
    else:
        data = _without_text(data)
    imported = read(data, "x", id=survey.questionnaire.id, wave=survey.questionnaire.wave)
    assert not imported.exact
    again = imported.survey()
    plain = {each.code: carried("", again, each) for each in again.asked}
    assert plain == {each.code: carried(way, survey, each) for each in survey.asked}
    assert [each.code for each in again.asked] == [each.code for each in survey.asked]


@pytest.mark.slow
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_random_questionnaires_survive_both_forms(data, tmp_path_factory):
    bank, sheet, _, survey = data.draw(random_surveys.workspaces(tmp_path_factory.mktemp("forms")))
    for write, read in WAYS.values():
        imported = read(write(survey), "x")
        assert imported.exact
        assert (imported.questionnaire, imported.bank.items) == (sheet, bank.items)


@pytest.mark.slow
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_workbooks_without_our_text_are_read_with_the_same_routes(data, tmp_path_factory):
    *_, survey = data.draw(random_surveys.workspaces(tmp_path_factory.mktemp("forms")))
    imported = read_xlsform(_without_text(to_xlsform(survey)), "x.xlsx", id="random", wave=2020)
    given_answers = data.draw(random_surveys.answers(survey))
    for each in survey.asked:
        if each.item.type == "ranking" and given_answers[each.code] == []:
            given_answers[each.code] = None  # nothing ranked is no answer in any form
    if not listed(imported):
        for each, other in zip(survey.asked, imported.survey().asked, strict=True):
            shown = is_shown(imported.survey(), other, given_answers)
            assert shown is is_shown(survey, each, given_answers), other.use.show_if


def _without_text(data: bytes) -> bytes:
    book = load_workbook(io.BytesIO(data))
    del book["duzheng"]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", SURVEYS)
def test_pyxform_takes_our_xlsforms_without_a_warning(name, tmp_path):
    from pyxform.xls2xform import convert

    path = tmp_path / "form.xlsx"
    path.write_bytes(written("xlsform", name))
    result = convert(path, validate=False)
    assert result.warnings == []
    survey = SURVEYS[name]
    assert result.xform.count(" relevant=") == sum(bool(a.use.show_if) for a in survey.asked) + sum(
        node is not None for node in survey.sections.values()
    )


PATTERNS = r"""
items:
  q:
    - {version: 1, type: text, text: {zh-Hans: 几分之几？, en: Which part?}, pattern: 'PATTERN'}
survey:
  sections: [{id: s, title: {zh-Hans: 一, en: One}, items: [{item: q}]}]
"""


@pytest.mark.parametrize("pattern", [r"\d+/\d+", "it''s", r"a\/b", '"x"', "''\"/"])
def test_patterns_are_written_as_each_form_has_them_and_read_back(pattern, tmp_path):
    (survey,) = surveys_of(PATTERNS.replace("PATTERN", pattern), tmp_path)
    plain = pattern.replace("''", "'")
    assert survey.asked[0].item.pattern == plain
    lss = to_lss(survey).decode().replace("<duzheng>", "<other>").replace("</duzheng>", "</other>")
    (question,) = re.findall(r"<preg>(.+?)</preg>", lss)
    assert not re.search(r"(?<!\\)/", question[1 : question.rindex("/")])  # no slash ends it early
    (item,) = read_lss(lss.encode(), "x.lss", id="q", wave=2026).bank.items["q"]
    assert item.pattern.replace("\\/", "/") == plain.replace("\\/", "/")
    sheets = load_workbook(io.BytesIO(to_xlsform(survey)))["survey"]
    written = " ".join(str(cell.value) for row in sheets.iter_rows() for cell in row)
    assert "regex(., " in written
    if shutil.which("java"):
        from pyxform.xls2xform import convert

        path = tmp_path / "form.xlsx"
        path.write_bytes(to_xlsform(survey))
        convert(path, validate=True)


def test_workbooks_hold_no_clock():
    first = to_xlsform(SURVEYS["public-2025"])
    time.sleep(2.1)  # a zip's times count in steps of two seconds
    assert to_xlsform(SURVEYS["public-2025"]) == first
    assert b"openpyxl" not in zipfile.ZipFile(io.BytesIO(first)).read("docProps/core.xml")


def test_links_of_questionnaires_that_hang_out_keep_the_place():
    tables = {table.tag: [{cell.tag: cell.text or "" for cell in row} for row in table.iterfind("rows/row")]
              for table in fromstring(to_lss(SURVEYS["public-2025"]))}  # fmt: skip
    (place,) = [row for row in tables["questions"] if row["title"] == "place"]
    (parameter,) = tables["survey_url_parameters"]
    assert (parameter["parameter"], parameter["targetqid"]) == ("place", place["qid"])
    hidden = {(row["qid"], row["value"]) for row in tables["question_attributes"] if row["attribute"] == "hidden"}
    assert hidden == {(place["qid"], "1")}
    drawn = to_lss(SURVEYS["students-2025"])
    assert b"survey_url_parameters" not in drawn  # whoever was drawn by chance has a link of their own


@pytest.mark.skipif(shutil.which("java") is None, reason="ODK Validate, which comes with pyxform, needs Java")
@pytest.mark.parametrize("name", ["students-2025", "parents-2025", "staff-2025", "public-2025"])
def test_odk_validate_takes_our_xlsforms(name, tmp_path):
    from pyxform.xls2xform import convert

    path = tmp_path / "form.xlsx"
    path.write_bytes(written("xlsform", name))
    assert convert(path, validate=True).warnings == []


def test_a_structure_that_was_changed_is_read_from_its_tables():
    text = to_lss(SURVEYS["students-2025"]).decode().replace("你住在学校宿舍吗", "你住校吗", 1)
    imported = read_lss(text.encode(), "x.lss", id="students", wave=2026)
    assert not imported.exact
    assert imported.bank.items["boards"][0].text["zh-Hans"] == "你住校吗？"
    assert ["changed since" in each for each in imported.unplaced] == [True]
    before = {each.code: each for each in SURVEYS["students-2025"].asked}
    for each in imported.survey().asked:
        item = before[each.code].item
        assert (each.item.type, each.item.simple, each.item.missing) == (item.type, item.simple, item.missing)
        assert each.use.mandatory == before[each.code].use.mandatory
    conditions = {each.code: each.use.show_if for each in imported.survey().asked if each.use.show_if}
    assert conditions["dorm"] == 'boards == "yes"'
    assert conditions["labs"] == 'grade not in ["g3", "g4", "g5"]'


def test_the_structure_that_a_real_server_took_has_the_tables_that_ours_has():
    # Tables and columns seen to import into LimeSurvey 6.2.1 without complaint.
    known = {"surveys", "surveys_languagesettings", "groups", "group_l10ns", "questions", "subquestions",
             "question_l10ns", "answers", "answer_l10ns", "question_attributes"}  # fmt: skip
    tags = {table.tag for table in fromstring(to_lss(SURVEYS["staff-2025"]))}
    assert tags - {"LimeSurveyDocType", "DBVersion", "languages", "duzheng"} == known


HOSTILE = """
items:
  q1:
    - {version: 1, type: yes_no, text: {zh-Hans: '<script>alert(1)</script>{x}', en: '=HYPERLINK("http://x")'}}
  q2:
    - {version: 1, type: yes_no, text: {zh-Hans: '好${q1}', en: '@SUM(1)'}}
"""


def test_labels_are_never_markup_expressions_or_formulas(tmp_path):
    (survey,) = surveys_of(HOSTILE, tmp_path)
    questions = [cell.text for cell in fromstring(to_lss(survey)).iterfind("question_l10ns/rows/row/question")]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#123;x&#125;" in questions
    assert not [text for text in questions if "<" in text or "{" in text]
    sheet = load_workbook(io.BytesIO(to_xlsform(survey)))["survey"]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert not [
        cell for row in sheet.iter_rows() for cell in row if "${q1}" in str(cell.value) and "label" in str(cell)
    ]
    assert "'=HYPERLINK" in to_csv(survey)
    assert "<script" not in to_markdown(survey)


@pytest.mark.parametrize("text", ["a & b", "<b>", "{if(1)}", "它“说”", "it's", 'say "x"', "a\nb"])
def test_texts_survive_limesurvey(text):
    assert plain(text_of(text)) == text


def test_a_workbook_that_was_changed_is_read_from_its_sheets():
    book = load_workbook(io.BytesIO(to_xlsform(SURVEYS["staff-2025"])))
    for row in book["survey"].iter_rows():
        for cell in row:
            if cell.value == "您对自己的工作量满意吗？":
                cell.value = "工作量如何？"
    book["survey"].append(["geopoint", "where"])
    stream = io.BytesIO()
    book.save(stream)
    imported = read_xlsform(stream.getvalue(), "x.xlsx", id="staff", wave=2026)
    assert imported.bank.items["sLoad"][0].text["zh-Hans"] == "工作量如何？"
    assert "the question where: XLSForm's type geopoint" in imported.unplaced
    before = {each.code: each for each in SURVEYS["staff-2025"].asked}
    for each in imported.survey().asked:
        item = before[each.code].item
        assert each.item.type == {"rating": "single"}.get(item.type, item.type), each.code
        assert each.item.missing == item.missing
        assert [row.code for row in getattr(each.item, "rows", ())] == [row.code for row in getattr(item, "rows", ())]
    heads = next(section for section in imported.questionnaire.sections if section.id == "heads")
    assert heads.show_if == 'sRole == "head"'


def _workbook(**sheets) -> bytes:
    book = Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"", b"PK no archive", _bomb(), _workbook(other=[["a"]]), _workbook(survey=[["type", "name"], ["text", "=1+1"]])],
)
def test_what_is_no_xlsform_is_refused(data):
    with pytest.raises(DuzhengError, match="DZ-Q008"):
        read_xlsform(data, "x.xlsx")


@pytest.mark.parametrize(
    ("expression", "condition"),
    [
        ("${age} > 12", "age > 12"),
        ("${age} != '' and ${age} > 12", "age > 12"),
        ("selected(${clubs}, 'art') or count-selected(${clubs}) >= 2", '"art" in clubs or count(clubs) >= 2'),
        ("not(${age} = 3)", "not answered(age) or age != 3"),
        ("number(translate(${born}, '-', '')) < 20250301", 'born < "2025-03-01"'),
    ],
)
def test_expressions_of_xlsform_are_read(expression, condition):
    names = {name: Name(name) for name in ("age", "clubs", "born")}
    assert condition_of(expression, names) == condition


@pytest.mark.parametrize("expression", ["${age} + 1 > 3", "regex(${age}, 'x')", "${none} = 1", "${age}", "${age} >"])
def test_expressions_that_we_have_not_are_refused(expression):
    with pytest.raises(UnplacedError):
        condition_of(expression, {"age": Name("age")})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<document><LimeSurveyDocType>Label set</LimeSurveyDocType></document>",
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><document>&x;</document>',
        b'<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><document>&b;</document>',
    ],
)
def test_what_is_no_structure_is_refused(data):
    with pytest.raises(DuzhengError, match="DZ-Q008"):
        read_lss(data, "x.lss")


def test_types_that_we_have_not_are_listed():
    text = re.sub(r"<type>N</type>", "<type>|</type>", to_lss(SURVEYS["staff-2025"]).decode())
    imported = read_lss(text.encode(), "x.lss", id="staff", wave=2026)
    assert "the question sTrain: LimeSurvey's type |" in imported.unplaced
    assert "sTrain" not in imported.bank.items
    assert any("its condition" in each and "sTrain" in each for each in imported.unplaced)


def test_an_imported_form_is_written_beside_the_bank_or_not_at_all(tmp_path):
    imported = read_lss(to_lss(SURVEYS["parents-2025"]), "x.lss")
    bank = read_bank(tmp_path)
    paths = imported.write(tmp_path, bank)
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "surveys/parents-2025.yaml", "surveys/bank/parents-2025.yaml",
    ]  # fmt: skip
    (again,) = read_surveys(tmp_path, read_bank(tmp_path))
    assert again.questionnaire == SURVEYS["parents-2025"].questionnaire
    with pytest.raises(DuzhengError, match="DZ-Q007"):
        imported.write(tmp_path, read_bank(tmp_path))


def test_compile_writes_every_form_or_nothing(tmp_path):
    paths = compile_survey(SURVEYS["public-2025"], FORMS, tmp_path / "out")
    assert {path.name for path in paths} == {
        f"public-2025.{ending}"
        for ending in (
            "lss", "xlsx", "html", "zh-Hans.docx", "en.docx", "zh-Hans.pdf", "en.pdf", "codebook.csv", "codebook.md",
            "ddi.xml",
        )
    }  # fmt: skip
    (wrong,) = surveys_of(Path(__file__).parents[1].joinpath("lint/L102/invalid.yaml").read_text(), tmp_path)
    with pytest.raises(DuzhengError, match="DZ-Q009"):
        compile_survey(wrong, FORMS, tmp_path / "none")
    assert not (tmp_path / "none").exists()
