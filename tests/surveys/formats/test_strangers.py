"""Strangers' XLSForms and LimeSurvey structures: everything is placed or listed, and what is placed means the same."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from tests.conftest import ROOT
from tests.surveys.formats.expressions import LimeSurvey, holds_in_xpath, instance
from tests.surveys.formats.listing import listed
from tests.workspace.test_files import refuse_move

from analysis.documents.spreadsheets import saved
from analysis.messages import DuzhengError
from analysis.surveys import read_bank, read_survey
from analysis.surveys.expressions import parse
from analysis.surveys.formats.imported import TO_WRITE
from analysis.surveys.formats.lss import equations
from analysis.surveys.formats.lss.equations import Name, UnplacedError
from analysis.surveys.formats.lss.reader import read_lss
from analysis.surveys.formats.lss.structure import to_lss
from analysis.surveys.formats.placing import fitted, place
from analysis.surveys.formats.reading import read_form
from analysis.surveys.formats.xlsform import xpath
from analysis.surveys.formats.xlsform.limits import parts_of
from analysis.surveys.formats.xlsform.reader import read_xlsform
from analysis.surveys.formats.xlsform.workbook import to_xlsform
from analysis.surveys.logic import Question, holds

KNOWN = {
    "age": Question("number"),
    "job": Question("choice", ("a", "b", "c")),
    "clubs": Question("choices", ("x", "y")),
}
ANSWERS = st.fixed_dictionaries({
    "age": st.sampled_from([None, 0.0, 3.0, 12.0]), "job": st.sampled_from([None, "a", "b", "c"]),
    "clubs": st.sampled_from([None, [], ["x"], ["x", "y"]]),
})  # fmt: skip


@st.composite
def expressions(draw, parts, joints, deny, deep=0):
    """Give an expression as people write it: nothing is asked to be answered first."""
    form = draw(st.sampled_from(["part", "part", "joint", "deny"] if deep < 3 else ["part"]))
    if form == "joint":
        inner = [draw(expressions(parts, joints, deny, deep + 1)) for _ in "12"]
        return f"({inner[0]}) {draw(st.sampled_from(joints))} ({inner[1]})"
    if form == "deny":
        return deny.format(draw(expressions(parts, joints, deny, deep + 1)))
    return draw(st.sampled_from(parts))


XPATHS = ["${age} = 3", "${age} != 3", "${age} > 2", "${age} <= 3", "${age} = ''", "${age} != ''", "${job} = 'a'",
          "${job} != 'a'", "selected(${job}, 'b')", "not(selected(${job}, 'b'))", "selected(${clubs}, 'x')",
          "count-selected(${clubs}) < 2", "count-selected(${clubs}) >= 1", "count-selected(${clubs}) != 1"]  # fmt: skip
EQUATIONS = ["age.NAOK == 3", "age.NAOK != 3", "age.NAOK > 2", "age.NAOK <= 3", "is_empty(age.NAOK)",
             "!is_empty(job.NAOK)",
             'job.NAOK == "a"', 'job.NAOK != "a"', 'clubs_x.NAOK == "Y"', 'clubs_x.NAOK != "Y"', 'clubs_y.NAOK == ""',
             "count(clubs_x.NAOK, clubs_y.NAOK) < 2", "count(clubs_x.NAOK, clubs_y.NAOK) >= 1"]  # fmt: skip


def agrees(condition: str, answers: dict, *, expected: bool) -> None:
    text = {"": True}.get(condition)
    found = text if text is not None else holds(fitted(parse(condition), KNOWN), answers) is True
    assert found is expected, condition


@settings(deadline=None, max_examples=300)
@given(expression=expressions(XPATHS, ["and", "or"], "not({})"), answers=ANSWERS)
def test_conditions_of_strangers_xlsforms_route_as_theirs_do(expression, answers):
    # Evaluated by libxml2: there an answer that is missing is an empty text, unequal to all others.
    data = {"age": "" if answers["age"] is None else f"{answers['age']:g}", "job": answers["job"] or "",
            "clubs": " ".join(answers["clubs"] or ())}  # fmt: skip
    condition = xpath.condition_of(expression, {name: Name(name) for name in KNOWN})
    agrees(condition, answers, expected=holds_in_xpath(expression, instance(data)))


@settings(deadline=None, max_examples=300)
@given(equation=expressions(EQUATIONS, ["and", "or"], "!({})"), answers=ANSWERS)
def test_conditions_of_strangers_structures_route_as_theirs_do(equation, answers):
    data = {"age": "" if answers["age"] is None else f"{answers['age']:g}", "job": answers["job"] or ""}
    data |= {f"clubs_{code}": "Y" if code in (answers["clubs"] or ()) else "" for code in "xy"}
    names = {"age": Name("age"), "job": Name("job"), "clubs_x": Name("clubs", "x"), "clubs_y": Name("clubs", "y")}
    agrees(equations.condition_of(equation, names), answers, expected=LimeSurvey(data).holds(equation))


@pytest.mark.parametrize("text", ["(" * 5000 + "a == 1" + ")" * 5000, "!" * 5001 + "a"])
def test_bottomless_equations_are_refused(text):
    with pytest.raises(UnplacedError):
        equations.condition_of(text, {"a": Name("a")})
    with pytest.raises(UnplacedError):
        xpath.condition_of(text.replace("==", "=").replace("!", "not("), {"a": Name("a")})
    assert list(parts_of(text))


def test_constants_are_fitted_to_what_they_are_compared_with():
    known = {"q": Question("choice", (1.0, 2.0)), "t": Question("choice", ("1", "2")), "n": Question("number")}
    text = 'q == "1" and t == 2 and "2" in q and n > "3" and q in ["1", "2"] and t == "old"'
    from analysis.surveys.expressions import to_text

    assert to_text(fitted(parse(text), known, {"t": {"old": "1"}})) == (
        'q == 1 and t == "2" and q == 2 and n > 3 and q in [1, 2] and t == "1"'
    )


def workbook(**sheets) -> bytes:
    book = Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xlsform(rows, choices=(), columns=("relevant",), settings=()) -> bytes:
    """Make an English form; a row is a type, a name, a label, and the columns."""
    head = ["type", "name", "label::English (en)", *columns]
    return workbook(
        survey=[head, *[[*row, *[None] * (len(head) - len(row))] for row in rows]],
        choices=[["list_name", "name", "label::English (en)"], *choices],
        settings=settings or [["form_title", "form_id"], ["Walks", "walks"]],
    )


YN = [["yn", "y", "Sure"], ["yn", "n", "Never"]]


def conditions(imported) -> dict[str, str]:
    found = {section.id: section.show_if for section in imported.questionnaire.sections}
    return found | {use.item: use.show_if for section in imported.questionnaire.sections for use in section.items}


def test_groups_in_groups_have_the_conditions_of_both_and_the_outer_one_goes_on():
    rows = [["select_one yn", "walks", "Do you walk?"], ["begin group", "out", "Outside", "${walks} = 'y'"],
            ["integer", "far", "How far?"], ["begin group", "rain", "In rain", "${far} > 5 or ${far} = 1"],
            ["text", "coat", "Which coat?"], ["end group"], ["text", "shoes", "Which shoes?"], ["end group"],
            ["text", "end1", "Anything else?"]]  # fmt: skip
    imported = read_xlsform(xlsform(rows, YN), "x.xlsx")
    sections = [(section.id, section.title.get("en", ""), [use.item for use in section.items])
                for section in imported.questionnaire.sections]  # fmt: skip
    assert sections == [("first", "", ["walks"]), ("out", "Outside", ["far"]), ("rain", "In rain", ["coat"]),
                        ("out_2", "Outside", ["shoes"]), ("first_2", "", ["end1"])]  # fmt: skip
    found = conditions(imported)
    assert (found["out"], found["out_2"], found["first_2"]) == ('walks == "y"', 'walks == "y"', "")
    assert found["rain"] == 'walks == "y" and (far > 5 or far == 1)'
    assert listed(imported) == ()
    imported.survey()


def test_a_group_of_groups_only_loses_its_title_and_says_so():
    rows = [["begin_group", "all", "Everything"], ["begin_group", "in", "Inner"], ["text", "a", "A?"], ["end_group"],
            ["end_group"]]  # fmt: skip
    imported = read_xlsform(xlsform(rows), "x.xlsx")
    assert listed(imported) == ("the group all: its title “Everything”, no question stands directly in it",)


def test_what_is_inside_a_repeat_is_listed_with_its_text_however_deep():
    rows = [["text", "a", "A?"], ["begin repeat", "kids", "Each child", "${a} = 'x'"], ["text", "b", "B?"],
            ["begin_repeat", "toys", "Each toy"], ["text", "c", "C?"], ["end_repeat"], ["text", "d", "D?"],
            ["end repeat"],
            ["text", "e", "E?"]]  # fmt: skip
    imported = read_xlsform(xlsform(rows), "x.xlsx")
    assert list(imported.bank.items) == ["a", "e"]
    assert listed(imported) == (
        "the repeat kids (Each child), if ${a} = 'x'", "the question b (B?): inside the repeat kids",
        "the repeat toys (Each toy)", "the question c (C?): inside the repeat toys",
        "the question d (D?): inside the repeat kids",
    )  # fmt: skip


def test_what_xlsforms_have_and_we_have_not_is_listed():
    columns = ("relevant", "calculation", "choice_filter", "default", "read only", "appearance", "parameters", "image")
    rows = [
        ["start", "start"], ["deviceid", "deviceid"],
        ["select_one yn", "a", "A?", None, None, "n=${b}", "y", None, "minimal"],
        ["geopoint", "where", "Where?"], ["select_one_from_file towns.csv", "town", "Town?"],
        ["calculate", "sum", None, None, "1 + 1"],
        ["text", "b", "Hello ${a}", "${sum} > 1", None, None, None, "yes", "year masked", "x=1", "b.png"],
        [None, "lost", "A remark"],
    ]  # fmt: skip
    data = xlsform(rows, [*YN, ["more", "m", "M"]], columns, [["form_title", "style"], ["T", "pages"]])
    imported = read_xlsform(data, "x.xlsx")
    assert set(listed(imported)) == {
        "what the program notes by itself: start, deviceid", "the question where (Where?): XLSForm's type geopoint",
        "the question town (Town?): XLSForm's type select_one_from_file", "the calculation sum: '1 + 1'",
        "the question a: its choice_filter 'n=${b}'", "the question a: its default 'y'",
        "the label of b in en: it repeats an answer: a",
        "the question b: its condition '${sum} > 1' ('sum' is no question)",
        "the question b: its readonly 'yes'", "the question b: its appearance 'year masked'",
        "the question b: its parameters 'x=1'", "the column image of the sheet survey: row 8",
        "row 9, without a type: name: 'lost', label::English (en): 'A remark'",
        "the list more with m M: asked by no question here", "the setting style: 'pages'",
    }  # fmt: skip


def test_constraints_are_read_part_by_part_and_alternatives_never_as_limits():
    rows = [
        ["integer", "a", "A?", ".>=0 and .<120"], ["integer", "b", "B?", "(. >= 1 and . <= 5) or . = 99"],
        ["decimal", "c", "C?", ". > 0 and . <= 2.5"], ["text", "d", "D?", "regex(., '^[0-9]{3}$') and . != '000'"],
        ["select_multiple yn", "e", "E?",
         "count-selected(.) <= 1 and not((selected(., 'n')) and count-selected(.) > 1)"],
        ["date", "f", "F?", ". <= today() and . >= date('2000-01-01')"], ["integer", "g", "G?", ". >= 5 and . <= 5"],
    ]  # fmt: skip
    imported = read_xlsform(xlsform(rows, YN, ("constraint",)), "x.xlsx")
    items = {code: item for code, (item,) in imported.bank.items.items()}
    assert (items["a"].least, items["a"].most) == (0, 119)
    assert (items["b"].least, items["b"].most, items["c"].least, items["c"].most) == (None, None, None, 2.5)
    assert items["d"].pattern == "[0-9]{3}"
    assert (items["e"].most, [option.exclusive for option in items["e"].options]) == (1, [False, True])
    assert (str(items["f"].earliest), items["g"].least) == ("2000-01-01", None)
    assert [each.split("(least")[0] for each in listed(imported)[:4]] == [
        "the question b: its constraint '(. >= 1 and . <= 5) or . = 99'", "the question c: its constraint '. > 0'",
        'the question d: its constraint ". != \'000\'"', "the question f: its constraint '. <= today()'",
    ]  # fmt: skip
    assert [re.sub(r" \(.*", "", each) for each in listed(imported)[4:]] == [
        "the question g: least is 5.0", "the question g: most is 5.0",
    ]  # fmt: skip


def test_codes_that_ours_may_not_have_are_changed_in_conditions_too():
    choices = [["job", "home-maker", "At home"], ["job", "student ", "Student"], ["n", "01", "One"], ["n", "2", "Two"]]
    rows = [["select_one job", "my_job", "Job?"], ["text", "a", "A?", "selected(${my_job}, 'home-maker')"],
            ["text", "b", "B?", "${my_job} = 'student'"], ["select_one n", "n1", "N?"],
            ["text", "c", "C?", "${n1} = '2'"],
            ["begin_group", "g"], ["text", "a", "Again?"], ["end_group"]]  # fmt: skip
    imported = read_xlsform(xlsform(rows, choices), "x.xlsx")
    found = conditions(imported)
    assert (found["a"], found["b"], found["c"]) == ('my_job == "home_maker"', 'my_job == "student"', 'n1 == "2"')
    assert set(listed(imported)) == {
        "the question my_job: the answer home-maker: its code, which is home_maker here",
        "the question a: its code, which is a_2 here",
    }


def test_ranges_other_options_yes_and_no_and_old_names_of_types():
    choices = [["b", "yes", "Yes"], ["b", "no", "No"], ["b2", "yes", "Of course"], ["b2", "no", "No"], *YN]
    rows = [["range", "r", "R?", "start=0;end=1 step=0.25"], ["select one from yn or_other", "o", "O?"],
            ["select_one b", "p", "P?"], ["select_one b2", "q", "Q?"],
            ["select all that apply from yn", "s", "S?"]]  # fmt: skip
    imported = read_xlsform(xlsform(rows, choices, ("parameters",)), "x.xlsx")
    items = {code: item for code, (item,) in imported.bank.items.items()}
    assert (items["r"].least, items["r"].most, items["r"].decimals) == (0, 1, 2)
    assert [option.open for option in items["o"].options] == [False, False, True]
    assert (items["p"].type, items["s"].type) == ("yes_no", "multiple")
    assert listed(imported) == ("the question q: the words 'Of course' for 'Yes'",)


def test_tables_of_several_lists_are_groups_like_others():
    choices = [*YN, ["other", "1", "One"], ["other", "2", "Two"]]
    rows = [["begin_group", "t", "Table", "table-list"], ["select_one yn", "t_a", "A?"], ["select_one yn", "t_b", "B?"],
            ["end_group"], ["begin_group", "u", "Mixed", "table-list"], ["select_one yn", "x", "X?"],
            ["select_one other", "z", "Z?"], ["end_group"]]  # fmt: skip
    imported = read_xlsform(xlsform(rows, choices, ("appearance",)), "x.xlsx")
    assert {code: item.type for code, (item,) in imported.bank.items.items()} == {
        "t": "matrix",
        "x": "single",
        "z": "single",
    }
    assert [row.code for row in imported.bank.items["t"][0].rows] == ["a", "b"]


def test_texts_without_a_language_are_taken_as_what_they_are_written_in():
    english = workbook(survey=[["type", "name", "label", "label::Français"], ["text", "a", "How?", "Comment ?"]])
    imported = read_xlsform(english, "x.xlsx")
    assert imported.bank.items["a"][0].text == TO_WRITE | {"en": "How?"}
    assert sorted(listed(imported)) == [
        "the language Français: 1 texts in it", "the texts without a language: taken as English",
    ]  # fmt: skip
    chinese = workbook(survey=[["type", "name", "label"], ["text", "a", "怎么样？"]])
    assert read_xlsform(chinese, "x.xlsx").bank.items["a"][0].text == {"zh-Hans": "怎么样？"}


def with_formulas(data: bytes, value: bytes) -> bytes:
    """Put a formula into C2 of the first sheet, with the value that a program saved beside it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = re.sub(
                    rb'<c r="C2"[^>]*>.*?</c>', b'<c r="C2" t="str"><f>"How" &amp; "?"</f>' + value + b"</c>", part
                )
            new.writestr(name, part)
    return stream.getvalue()


def test_of_formulas_the_saved_value_is_taken_and_listed_and_without_one_they_are_refused():
    data = xlsform([["text", "a", "x"]])
    imported = read_xlsform(with_formulas(data, b"<v>How?</v>"), "x.xlsx")
    assert imported.bank.items["a"][0].text["en"] == "How?"
    assert listed(imported) == ("the sheet survey: formulas, whose saved values are taken, in C2",)
    with pytest.raises(DuzhengError, match=r"DZ-Q008.*formulas without a value in survey C2"):
        read_xlsform(with_formulas(data, b""), "x.xlsx")


def test_sheets_columns_and_types_may_be_written_in_other_ways():
    data = workbook(Survey=[["Type", "NAME ", "Label : English", "Relevance"], ["select_one  yn", "a", "A?"],
                            ["begin  group", "g", "G"], ["text", "b", "B?", "${a} = ‘y’"], ["end  group"]],
                    Choices=[["list name", "Value", "label:English"], *YN], media=[["file"], ["b.png"]])  # fmt: skip
    imported = read_form(data, "x.xlsx")
    assert conditions(imported)["b"] == 'a == "y"'
    assert listed(imported) == ("the sheet media: 1 rows",)


def structure(questions="", *, subquestions="", answers="", attributes="", more="", languages="") -> bytes:
    """Make a structure as LimeSurvey 2 writes it: texts in the tables themselves."""

    def table(name: str, rows: str) -> str:
        return f"<{name}><rows>{rows}</rows></{name}>" if rows else ""

    return (
        "<document><LimeSurveyDocType>Survey</LimeSurveyDocType>"
        + table("surveys", row(sid=1, language="en", additional_languages=languages))
        + table("surveys_languagesettings", row(surveyls_language="en", surveyls_title="Walks"))
        + table("groups", row(gid=1, group_name="One", group_order=1, language="en", description="", grelevance=""))
        + table("questions", questions) + table("subquestions", subquestions) + table("answers", answers)
        + table("question_attributes", attributes) + more + "</document>"
    ).encode()  # fmt: skip


def row(**cells) -> str:
    return "<row>" + "".join(f"<{key}>{escape(str(value))}</{key}>" for key, value in cells.items()) + "</row>"


def question(qid, kind, title="", text="Well?", **cells) -> str:
    fixed = {"qid": qid, "sid": 1, "gid": 1, "type": kind, "title": title or f"q{qid}", "question": text, "help": "",
             "other": "N", "mandatory": "N", "question_order": qid, "language": "en", "relevance": "1"}  # fmt: skip
    return row(**(fixed | cells))


def sub(qid, parent, title, text="Row", **cells) -> str:
    fixed = {"qid": qid, "parent_qid": parent, "title": title, "question": text, "question_order": qid,
             "language": "en", "relevance": "1", "scale_id": 0}  # fmt: skip
    return row(**(fixed | cells))


def answer(qid, code, text="Answer", **cells) -> str:
    return row(**({"qid": qid, "code": code, "answer": text, "sortorder": 1, "language": "en", "scale_id": 0} | cells))


def items_of(imported) -> dict:
    return {code: item for code, (item,) in imported.bank.items.items()}


def test_structures_of_old_versions_are_read_with_their_texts():
    data = structure(
        question(1, "L", "job", "Job?") + question(2, "S", "where", "Where?", help="Town", relevance="job == 'A2'"),
        answers=answer(1, "A1", "Baker") + answer(1, "A2", "Cook"),
    )
    imported = read_lss(data, "x.lss")
    items = items_of(imported)
    assert (items["job"].text["en"], items["where"].help["en"]) == ("Job?", "Town")
    assert [option.text["en"] for option in items["job"].options] == ["Baker", "Cook"]
    assert imported.questionnaire.sections[0].title["en"] == "One"
    assert conditions(imported)["where"] == 'job == "A2"'
    assert listed(imported) == ()


def test_types_with_given_answers_are_read():
    data = structure(
        "".join(question(qid, kind) for qid, kind in enumerate("GCEAB", 1)) + question(9, "Y", "yn")
        + question(10, "T", relevance="yn == 'Y' and q1.NAOK == 'F'") + question(11, "R")
        + question(12, "L", "lo", other="Y") + question(13, "T", relevance="lo == '-oth-'"),
        subquestions=sub(21, 2, "1") + sub(22, 3, "SQ1") + sub(23, 4, "a") + sub(24, 5, "b")
        + sub(25, 11, "9", "Rank 1"),
        answers=answer(11, "a") + answer(11, "b") + answer(12, "A1") + answer(12, "A2"),
        attributes=row(qid=12, attribute="other_replace_text", value="Something else"),
    )  # fmt: skip
    imported = read_lss(data, "x.lss")
    items = items_of(imported)
    assert {code: [option.code for option in items[code].options] for code in ("q1", "q2", "q3")} == {
        "q1": ["F", "M"], "q2": ["Y", "U", "N"], "q3": ["I", "S", "D"],
    }  # fmt: skip
    assert [len(items[code].options) for code in ("q4", "q5")] == [5, 10]
    assert conditions(imported)["q10"] == 'yn == "yes" and q1 == "F"'
    assert conditions(imported)["q13"] == 'lo == "oth"'
    assert (items["lo"].options[2].text["en"], items["lo"].options[2].open) == ("Something else", True)
    assert set(listed(imported)) == {
        "the question q2: the code of its row 1, which is r1 here", "the question q11: its rows 9 Rank 1",
    }  # fmt: skip


def test_what_structures_have_and_we_have_not_is_listed():
    data = structure(
        question(1, "1", "dual", "Two?") + question(2, "M", "many", "Which <img src='x'/> {job}?")
        + question(3, "O", "with", mandatory="S") + question(4, "N", "num") + question(5, "T", "cond")
        + question(6, "F", "grid") + question(7, "*", "eq", "{1+1}"),
        subquestions=sub(11, 1, "a") + sub(12, 2, "x", relevance="num > 3") + sub(13, 2, "y") + sub(14, 6, "l", "Line"),
        answers=answer(1, "A") + answer(3, "A") + answer(3, "B") + answer(6, "1") + answer(6, "2"),
        attributes=row(qid=2, attribute="hidden", value=1) + row(qid=4, attribute="max_num_value_n", value="{many}")
        + row(qid=2, attribute="array_filter", value="grid") + row(qid=2, attribute="page_break", value=1)
        + row(qid=6, attribute="random_order", value=1) + row(qid=4, attribute="suffix", value="km")
        + row(qid=2, attribute="exclude_all_others", value="z"),
        languages="fr",
        more="<conditions><rows>" + row(qid=5, cqid=4, cfieldname="1X1X4", method=">", value=2) + "</rows></conditions>"
        "<defaultvalues><rows>" + row(qid=4, defaultvalue=3) + "</rows></defaultvalues>"
        "<quota><rows>" + row(id=8, name="Few", qlimit=10) + "</rows></quota>"
        "<quota_members><rows>" + row(quota_id=8, qid=3, code="A") + "</rows></quota_members>"
        "<assessments><rows>" + row(name="Score", minimum=0, maximum=5) + "</rows></assessments>",
    )  # fmt: skip
    imported = read_lss(data, "x.lss")
    assert set(listed(imported)) == {
        "the language fr: 0 texts in it",
        "the question dual: LimeSurvey's type 1", "the question dual: “Two?”; rows a Row; answers A Answer",
        "the question eq: LimeSurvey's type *", "the question eq: “{1+1}”",
        "the question many: img in its question in en", "the question many: its question in en computes {job}",
        "the question many: its hidden is '1'", "the question many: its array_filter is 'grid'",
        "the question many: its row x only if 'num > 3'", "the question many: its exclude_all_others is 'z'",
        "the question with: the comments beside its answers",
        "the question with: asked for softly, so not mandatory here",
        "the question num: its max_num_value_n is '{many}'", "the question num: its default '3'",
        "the question grid: its rows in random order",
        "the question cond: the condition '1X1X4 > 2' of a table",
        "the quota Few: at most 10 of with A", "the assessment Score: 0 to 5 points",
    }  # fmt: skip
    assert items_of(imported)["num"].unit["en"] == "km"


def test_numbers_of_tables_in_equations_are_questions_too():
    data = structure(
        question(1, "M", "many") + question(2, "F", "grid") + question(3, "N", "num")
        + question(4, "T", relevance='1X1X1a.NAOK == "Y" and 1X1X2l.NAOK == "2" and 1X1X3.NAOK > 1'),
        subquestions=sub(11, 1, "a") + sub(12, 1, "b") + sub(13, 2, "l"),
        answers=answer(2, "1") + answer(2, "2"),
    )  # fmt: skip
    assert conditions(read_lss(data, "x.lss"))["q4"] == '"a" in many and grid.l == 2 and num > 1'


def test_questions_that_ours_can_not_be_are_listed_whole():
    data = structure(question(1, "L", "one", "Only?") + question(2, "T", "two", relevance="one == 'A'"),
                     answers=answer(1, "A", "This"))  # fmt: skip
    imported = read_lss(data, "x.lss")
    assert list(imported.bank.items) == ["two"]
    assert [re.sub(r" \((Value|found).*", "", each) for each in listed(imported)] == [
        "the question one: single “Only?”, answers A This", "the question two: its condition 'one == \"A\"'",
    ]  # fmt: skip


@pytest.mark.parametrize("data", [structure(), structure(question(1, "|")), structure("<row><qid>1</qid></row>"),
                                  structure("<row/>")])  # fmt: skip
def test_structures_without_a_question_that_we_have_are_refused(data):
    with pytest.raises(DuzhengError, match="DZ-Q008"):
        read_lss(data, "x.lss")


def test_everybody_has_answered_a_question_with_several_options_that_everybody_is_shown():
    data = structure(question(1, "M", "many") + question(2, "T", relevance='many_a.NAOK != "Y"'),
                     subquestions=sub(11, 1, "a") + sub(12, 1, "b"))  # fmt: skip
    assert conditions(read_lss(data, "x.lss"))["q2"] == '"a" not in many'


def test_simple_words_come_with_to_whom_they_are_put():
    text = '{if(job.NAOK == "A", "简单？", "平常？")}'
    data = structure(question(1, "L", "job", "何？", language="zh-Hans")
                     + question(2, "T", "how", text, language="zh-Hans"),
                     answers=answer(1, "A", "一", language="zh-Hans") + answer(1, "B", "二", language="zh-Hans"),
                     languages="zh-Hans")  # fmt: skip
    imported = read_lss(data, "x.lss")
    assert imported.questionnaire.simple_if == 'job == "A"'
    assert items_of(imported)["how"].simple == {"zh-Hans": "简单？"}


def test_the_place_of_a_poster_is_no_question_and_a_strangers_question_of_that_name_is():
    link = "<survey_url_parameters><rows>" + row(parameter="place", targetqid=1) + "</rows></survey_url_parameters>"
    other = question(2, "T")
    hidden = row(qid=1, attribute="hidden", value=1)
    imported = read_lss(structure(question(1, "S", "place") + other, attributes=hidden, more=link), "x.lss")
    assert (list(imported.bank.items), listed(imported)) == (["q2"], ())
    assert list(read_lss(structure(question(1, "S", "place") + other), "x.lss").bank.items) == ["place", "q2"]
    rows = [["hidden", "place", "Place"], ["hidden", "else", "Else"], ["text", "a", "A?"]]
    imported = read_xlsform(xlsform(rows), "x.xlsx")
    assert listed(imported) == ("the question else (Else): XLSForm's type hidden",)


def test_placing_keeps_what_it_can_and_lists_the_rest():
    text = {"zh-Hans": "问？"}
    items = {"a": {"version": 1, "type": "numeric", "text": text, "least": 5, "most": 1},
             "b": {"version": 1, "type": "text", "text": text, "pattern": "("},
             "c": {"version": 1, "type": "ranking", "text": text, "least": 1,
                   "options": [{"code": 1, "text": text}, {"code": 1, "text": text}]}}  # fmt: skip
    sheet = {
        "id": "x", "wave": 2020, "respondent": "public", "title": text, "welcome": text, "closing": text, "minutes": 5,
        "consent": {"text": text, "privacy": text}, "selection": {"kind": "open"}, "expected": {"total": 1},
        "sections": [{"id": "s", "title": text, "items": [{"item": code} for code in items]},
                     {"id": "t", "title": text, "items": []}],
    }  # fmt: skip
    imported = place("x", sheet, items, [])
    imported.survey()
    assert [re.sub(r" \(.*", "", each) for each in listed(imported)] == [
        "the question a: least is 5", "the question a: most is 1", "the question b: pattern is '('",
        "the question c: the answer 1: its code, which is 1_2 here", "the question c: least is 1", "the section t",
    ]  # fmt: skip


def two_languages(survey, choices=()) -> bytes:
    """Make a form in Chinese and English: a row is a type, a name, two labels, two hints, and a calculation."""
    head = ["type", "name", "label::中文 (zh)", "label::English (en)", "hint::中文 (zh)", "hint::English (en)",
            "calculation", "relevant", "constraint_message::中文 (zh)"]  # fmt: skip
    listing = ["list_name", "name", "label::中文 (zh)", "label::English (en)"]
    return workbook(survey=[head, *survey], choices=[listing, *choices])


def test_texts_of_rows_that_have_no_place_are_listed_in_every_language_with_their_hints():
    rows = [
        ["text", "a", "甲？", "A?"],
        ["calculate", "sum", "总和", "Sum", None, None, "1 + 1"],
        ["geopoint", "where", "在\n哪里？", "Where?", "站在门口", "Stand at the gate"],
        ["begin_repeat", "kids", "每个孩子", "Each child"],
        ["select_one yn", "b", "乙？", "B?", "选", None, None, "${a} = 'x'", "错"],
        ["end_repeat"],
    ]
    imported = read_xlsform(two_languages(rows, [["yn", "y", "是的", "Sure"]]), "x.xlsx")
    left = ", if ${a} = 'x', constraint_message::中文 (zh) '错'"
    assert listed(imported) == (
        "the calculation sum (总和 / Sum): '1 + 1'",
        "the question where (在 哪里？ / Where?, help “站在门口 / Stand at the gate”): XLSForm's type geopoint",
        "the repeat kids (每个孩子 / Each child)",
        f"the question b (乙？ / B?, help “选”): inside the repeat kids{left}",
        "the list yn with y 是的 / Sure: asked by no question here",
    )


def test_questions_of_structures_that_have_no_place_are_listed_in_every_language_with_their_answers():
    both = {"en": ("Two?", "Pick", "Row", "Answer"), "zh-Hans": ("二？", "请选", "行", "答")}
    data = structure(
        question(9, "T")
        + "".join(question(1, "1", "dual", words[0], help=words[1], language=name) for name, words in both.items()),
        subquestions="".join(sub(11, 1, "a", words[2], language=name) for name, words in both.items()),
        answers="".join(answer(1, "A", words[3], language=name) for name, words in both.items()),
        languages="zh-Hans",
    )
    assert listed(read_lss(data, "x.lss")) == (
        "the question dual: LimeSurvey's type 1",
        "the question dual: “Two? / 二？”; help “Pick / 请选”; rows a Row / 行; answers A Answer / 答",
    )


def test_what_no_form_says_is_listed_with_what_stands_for_it():
    lines = ("wave, taken as 2000", "respondent, taken as public", "minutes, taken as 15", "selection, taken as open",
             "expected.total, taken as 1")  # fmt: skip
    for imported in (read_xlsform(xlsform([["text", "a", "A?"]]), "x.xlsx"),
                     read_lss(structure(question(1, "T")), "x.lss")):  # fmt: skip
        assert imported.unplaced == tuple(f"not said by the form: {line}" for line in lines)
        assert imported.unsaid == ("wave", "respondent", "minutes", "selection", "expected")
    imported = read_form(xlsform([["text", "a", "A?"]]), "x.xlsx", wave=2026, respondent="parent")
    assert (imported.questionnaire.wave, imported.questionnaire.respondent) == (2026, "parent")
    assert imported.unsaid == ("minutes", "selection", "expected")


@pytest.mark.parametrize("write", [to_lss, to_xlsform])
def test_our_forms_that_were_changed_keep_what_their_text_says_of_the_questionnaire(write):
    survey = read_survey(ROOT / "surveys/students-2025.yaml", read_bank(ROOT))
    data = write(survey)
    if write is to_lss:
        data = data.decode().replace("你住在学校宿舍吗", "你住校吗", 1).encode()
    else:
        book = load_workbook(io.BytesIO(data))
        book["survey"].append(["text", "more", "还有？"])
        data = saved(book)
    imported = read_form(data, "x")
    assert not imported.exact
    assert imported.unsaid == ()
    head, then = imported.questionnaire, survey.questionnaire
    for name in ("id", "wave", "respondent", "minutes", "selection", "expected", "margins", "marks"):
        assert getattr(head, name) == getattr(then, name), name
    assert read_form(data, "x", wave=2027).questionnaire.wave == 2027


def test_an_xlsform_that_lacks_a_column_or_its_sheet_is_told_so():
    head = ["type", "label::English (en)", "hint"]
    for sheets, lacks in (
        ({"survey": [head, ["text", "A?", None]], "choices": [["list_name", "name", "label"]]}, "column name"),
        ({"Sheet1": [["type", "name", "label"], ["text", "a", "A?"]]}, "sheet survey"),
    ):
        with pytest.raises(DuzhengError, match=f"DZ-Q008.*an XLSForm without the {lacks}"):
            read_form(workbook(**sheets), "x.xlsx")
    table = read_form(workbook(survey=[["type", "题目", "label"], ["文本", "问？", "x"]]), "x.xlsx")
    assert list(table.bank.items) == ["xQ1"]


def test_questions_of_xlsforms_without_a_name_get_codes_of_their_questionnaire():
    imported = read_xlsform(xlsform([["text", None, "A?"], ["text", "b", "B?"]]), "x.xlsx", id="school_visit")
    assert list(imported.bank.items) == ["schoolvisitQ2", "b"]
    assert "codes made up: schoolvisitQ2" in imported.unplaced
    assert imported.made_up == {"schoolvisitQ2"}


def test_errors_of_formulas_are_refused():
    data = with_formulas(xlsform([["text", "a", "x"]]), b"<v>#REF!</v>")
    data = _changed(data, lambda part: part.replace(b't="str"><f>', b't="e"><f>'))
    with pytest.raises(DuzhengError, match=r"DZ-Q008.*errors of formulas in survey C2"):
        read_xlsform(data, "x.xlsx")


def _changed(data: bytes, change) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name.endswith("sheet1.xml") else old.read(name))
    return stream.getvalue()


def test_questionnaire_and_items_are_written_both_or_none(tmp_path, monkeypatch):
    imported = read_xlsform(xlsform([["text", "a", "A?"]]), "x.xlsx", wave=2026)
    refuse_move(monkeypatch, 2)
    with pytest.raises(OSError, match="No space"):
        imported.write(tmp_path, read_bank(tmp_path))
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    assert len(imported.write(tmp_path, read_bank(tmp_path))) == 2


def test_items_that_the_bank_has_already_are_named(tmp_path):
    rows = [["text", "a", "A?"], ["text", "b", "B?"]]
    read_xlsform(xlsform(rows[:1]), "x.xlsx", wave=2026).write(tmp_path, read_bank(tmp_path))
    assert read_xlsform(xlsform(rows), "x.xlsx", id="y").shared(read_bank(tmp_path)) == ["a"]
