"""Answers go to a server and come back the same; what the questionnaire does not know is refused, all at once."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import questionnaires
from tests.surveys import random_surveys
from tests.surveys.simulate.test_simulate import scalars

from analysis.messages import DuzhengError
from analysis.surveys import is_shown
from analysis.surveys.columns import columns
from analysis.surveys.formats.lss.structure import number_of, tables
from analysis.surveys.limesurvey.answers import fields_of, read_answers, server_columns, to_answers, to_server
from analysis.surveys.reasons import reasons
from analysis.surveys.simulate import plain_truth, simulate

SURVEYS = {survey.name: survey for survey in questionnaires()}


def back(survey, responses):
    """Send answers to a server and read them again."""
    return to_answers(survey, [row | {"id": str(n)} for n, row in enumerate(to_server(survey, responses), 1)])


def assert_same(survey, found, responses):
    for column in columns(survey):
        pd.testing.assert_series_equal(found[column.name], responses[column.name])
    for name in ("completed", "language"):
        assert found[name].tolist() == responses[name].tolist()


@pytest.mark.parametrize("name", SURVEYS)
def test_answers_come_back_the_same(name):
    survey = SURVEYS[name]
    responses = simulate(survey, plain_truth(survey), n=300, seed=5).responses
    found = back(survey, responses)
    assert_same(survey, found, responses)
    assert (found["started"] == responses["started"]).all()


@pytest.mark.slow
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_answers_to_random_questionnaires_come_back_the_same(data, tmp_path_factory):
    *_, survey = data.draw(random_surveys.workspaces(tmp_path_factory.mktemp("answers")))
    responses = simulate(survey, plain_truth(survey), n=40, seed=data.draw(st.integers(0, 99))).responses
    assert_same(survey, back(survey, responses), responses)


def test_every_kind_comes_back_the_same(every):
    responses = simulate(every, plain_truth(every), n=300, seed=2).responses
    assert_same(every, back(every, responses), responses)


@pytest.mark.parametrize("name", SURVEYS)
def test_the_columns_are_those_of_the_structure(name):
    """What a server makes of the structure: a field a question, or one a subquestion, or one an answer to be ranked."""
    survey = SURVEYS[name]
    made = tables(survey, number_of(survey))
    parts: dict[str, list[str]] = {}
    for row in made.subquestions:
        parts.setdefault(row["parent_qid"], []).append(row["title"])
    ranks: dict[str, int] = {}
    for row in made.answers:
        ranks[row["qid"]] = ranks.get(row["qid"], 0) + 1
    expected = []
    for row in made.questions:
        of = [str(n + 1) for n in range(ranks[row["qid"]])] if row["type"] == "R" else parts.get(row["qid"], [])
        expected += [f"{row['title']}[{part}]" for part in of] or [row["title"]]
    assert sorted(server_columns(survey)) == sorted(expected)


def test_fields_are_found_by_the_names_of_exports():
    fieldmap = {"9X1X2": {"title": "grade"}, "9X1X3hw": {"title": "afterClub", "aid": "hw"}, "9X1X41": {
        "title": "rank", "aid": 1}, "submitdate": {"title": "submitdate", "aid": ""}}  # fmt: skip
    assert fields_of(fieldmap) == {"grade": "9X1X2", "afterClub[hw]": "9X1X3hw", "rank[1]": "9X1X41",
                                   "submitdate": "submitdate"}  # fmt: skip


def test_what_has_no_field_on_the_server_is_not_sent(every):
    responses = simulate(every, plain_truth(every), n=3, seed=2).responses
    fields = {name: f"9X{number}" for number, name in enumerate(server_columns(every))}
    assert set(to_server(every, responses, fields)[0]) >= {"startlanguage", "submitdate", *list(fields.values())[1:5]}
    with pytest.raises(DuzhengError, match=r"grid\[one\].*no field on the server"):
        to_server(every, responses, {name: of for name, of in fields.items() if name != "grid[one]"})


#: One interview that was finished, as a server tells it.
TOLD = {
    "id": "1", "submitdate": "2025-03-02 10:00:00", "startlanguage": "en", "startdate": "2025-03-02 09:50:00",
    "constructor": "young", "toString": "3", "valueOf": "yes", "several[a]": "Y", "several[b]": "Y", "several[c]": "",
    "several[d]": "", "several[oth]": "", "several[none]": "", "several[RF]": "", "numbered[1]": "", "numbered[2]": "Y",
    "numbered[10]": "Y", "grid[one]": "1", "grid[two]": "3", "loose[x]": "up", "loose[y]": "", "ranks[1]": "b",
    "ranks[2]": "a", "after": "no", "whole": "3", "share": "1.5", "day": "2025-02-01 00:00:00", "since": "2025-01-31",
    "code": "AB99", "words": "一\r\n二", "token": "Tk9xQ2", "ipaddr": "203.0.113.7", "note": "",
}  # fmt: skip


def told(survey, **changes):
    """Give the interview with other answers; what it does not say was not shown."""
    return dict.fromkeys(server_columns(survey)) | TOLD | changes


def test_an_interview_is_read_as_it_was_given(every):
    (row,) = to_answers(every, [told(every)]).to_dict("records")
    assert (row["language"], row["completed"]) == ("en", True)
    assert row["started"] == pd.Timestamp("2025-03-02 09:50")
    assert (row["toString"], row["several[a]"], row["several[c]"], row["numbered[1]"]) == (3, True, False, False)
    assert (row["grid.two"], row["loose.x"], row["ranks[1]"], row["ranks[2]"]) == (3, "up", "b", "a")
    assert (row["whole"], row["share"], row["day"], row["words"]) == (3, 1.5, "2025-02-01", "一\n二")
    assert pd.isna(row["loose.y"])
    assert pd.isna(row["ranks[3]"])
    assert not {"token", "ipaddr"} & set(row)


def test_kinds_of_missing_stand_apart(every):
    (row,) = to_answers(every, [told(every, **{"toString": "DK", "valueOf": None, "ranks[1]": "DK", "ranks[2]": "",
                                               "after": None, "grid[one]": "NA"})]).to_dict("records")  # fmt: skip
    assert (row["toString[missing]"], row["ranks[missing]"], row["grid.one[missing]"]) == ("DK", "DK", "NA")
    assert all(pd.isna(row[name]) for name in ("toString", "ranks[1]", "grid.one", "valueOf[missing]"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"constructor": "middle"}, "column constructor: found 1 answers 'middle' .*expected one of young, other, old"),
        ({"toString": "9"}, "found 1 answers '9'.*expected one of 1, 2, 3, DK, RF"),
        ({"several[a]": "N"}, r"column several\[a\]: found 1 answers 'N'.*expected one of Y, nothing"),
        ({"several[none]": "Y"}, "with others beside one that stands alone"),
        ({"several[b]": ""}, "with fewer than 2 options"),
        ({"several[c]": "Y", "several[d]": "Y"}, "with more than 3 options"),
        ({"several[RF]": "Y"}, "with others beside one that stands alone"),
        ({"ranks[1]": ""}, "with a rank left out"),
        ({"ranks[2]": "b"}, "with an option at two ranks"),
        ({"ranks[3]": "c", "ranks[4]": "d"}, "with more than 3 ranks"),
        ({"ranks[2]": "DK"}, "with others beside one that stands alone"),
        ({"whole": "2.5"}, "with more than 0 decimals"),
        ({"share": "1.55"}, "with more than 1 decimals"),
        ({"whole": "15"}, "above 14.*expected 14 or less"),
        ({"whole": "three"}, "'three'.*expected one of numbers"),
        ({"day": "2025-02-30"}, "'2025-02-30'.*expected one of days"),
        ({"code": "ab"}, "of another form"),
        ({"words": "长" * 21}, "of more than 20 characters"),
        ({"constructorOth": "五十"}, "to what is not shown"),
        ({"away": "yes"}, "column away: found 1 answers to what is not shown"),
        ({"startlanguage": "fr"}, "'fr'.*expected one of zh-Hans, en"),
        ({"startdate": "yesterday"}, "'yesterday'.*days and times"),
    ],
)
def test_answers_that_the_questionnaire_does_not_know_are_refused(every, changes, message):
    with pytest.raises(DuzhengError, match=message):
        to_answers(every, [told(every, **changes)])


def test_every_fault_is_named_at_once(every):
    with pytest.raises(DuzhengError) as caught:
        to_answers(every, [told(every, constructor="x"), told(every, id="2", constructor="x", whole="99"), told(every)])
    found = [str(fault) for fault in caught.value.faults]
    assert any("2 answers 'x' (of 1, 2)" in each for each in found)
    assert any("above" in each for each in found)
    assert any("that stand twice" in each for each in found)


def test_columns_of_another_survey_are_refused_with_the_nearest(every):
    rows = [told(every, **{"severel[a]": "Y"})]
    del rows[0]["grid[two]"]
    with pytest.raises(DuzhengError) as caught:
        to_answers(every, rows)
    assert [(fault.code, fault.column) for fault in caught.value.faults] == [("DZ-L010", "grid[two]"),
                                                                           ("DZ-L010", "severel[a]")]  # fmt: skip
    assert "did you mean several[a]" in caught.value.faults[1].hint


def test_what_breaks_a_rule_in_an_unfinished_interview_is_dropped_and_counted(every):
    found = read_answers(every, [told(every, submitdate=None, whole="99", away="yes")])
    assert found.faults == []
    assert found.frame[["whole", "away"]].isna().all(axis=None)
    assert len(found.notices) == 2
    assert any(notice.startswith("whole: 1 answers above 14") for notice in found.notices)
    assert read_answers(every, [told(every, submitdate=None, constructor="x")]).faults


def test_answers_to_what_was_not_shown_can_be_dropped(every):
    found = read_answers(every, [told(every, away="yes")], wrong="drop")
    assert found.faults == []
    assert found.notices == ["away: 1 answers to what is not shown to those who answered so were dropped"]


def test_what_breaks_a_rule_can_be_dropped_in_finished_interviews_too(every):
    row = told(every, whole="99", **{"ranks[2]": "DK"})
    refused = read_answers(every, [row]).faults
    assert {"ranks", "whole"} <= {fault.column for fault in refused}
    found = read_answers(every, [row], wrong="drop")
    assert (found.faults, len(found.notices)) == ([], len(refused))
    assert found.frame[["whole", "ranks[1]", "ranks[2]", "ranks[missing]"]].isna().all(axis=None)
    assert read_answers(every, [told(every, constructor="x")], wrong="drop").faults, "what no code is stays a fault"


def test_dropping_an_answer_hides_what_hangs_on_it(every):
    """Day is dropped, so that what is asked of those who gave an early day falls with it."""
    found = read_answers(every, [told(every, submitdate=None, day="1999-01-01", since="2025-01-31")])
    assert found.frame[["day", "since"]].isna().all(axis=None)


# ---


def why_of(survey, of, row):
    """Say why each question has no answer, one respondent at a time."""
    answers_, found, last = scalars(of, row), {}, -1
    kinds = {"DK": "dont_know", "RF": "refused", "NA": "not_applicable"}
    named = dict.fromkeys(column.name.partition("[")[0] for column in of)
    stems = [stem for stem in named if stem in survey.questions()]
    order = {each.code: place for place, each in enumerate(survey.asked)}
    asked = {each.code: each for each in survey.asked}
    for stem in stems:
        why = row.get(f"{stem}[missing]")
        if answers_.get(stem) is not None or not pd.isna(why):
            found[stem] = "answered" if answers_.get(stem) is not None else kinds[why]
            last = order[stem.partition(".")[0]]
    for stem in stems:
        if stem not in found:
            each = asked[stem.partition(".")[0]]
            beyond = not row["completed"] and order[each.code] > last
            found[stem] = "skipped" if is_shown(survey, each, answers_) else "not_shown"
            if beyond and not ruled_out(survey, each, answers_):
                found[stem] = "not_reached"
    return found


def ruled_out(survey, each, answers_):
    from analysis.surveys.logic import holds

    return any(node is not None and holds(node, answers_) is False
               for node in (survey.sections[each.section.id], each.condition))  # fmt: skip


@pytest.mark.parametrize("name", ["students-2025", "parents-2025", "public-2025", "staff-2025"])
def test_reasons_are_those_of_each_respondent_alone(name):
    survey = SURVEYS[name]
    responses = simulate(survey, plain_truth(survey), n=100, seed=7).responses
    found, of = reasons(survey, responses), columns(survey)
    assert set(found.to_numpy().ravel()) >= {"answered", "not_shown", "skipped", "not_reached"}
    for place, row in enumerate(responses.to_dict("records")):
        assert found.iloc[place].to_dict() == why_of(survey, of, row)


@pytest.mark.slow
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_reasons_of_random_questionnaires_are_those_of_each_respondent(data, tmp_path_factory):
    *_, survey = data.draw(random_surveys.workspaces(tmp_path_factory.mktemp("reasons")))
    responses = simulate(survey, plain_truth(survey), n=20, seed=data.draw(st.integers(0, 99))).responses
    found, of = reasons(survey, responses), columns(survey)
    for place, row in enumerate(responses.to_dict("records")):
        assert found.iloc[place].to_dict() == why_of(survey, of, row)


def test_reasons_tell_all_kinds_apart(every):
    rows = [
        told(every, toString="DK", valueOf=None),
        told(every, id="2", toString="", valueOf=None),
        told(every, id="3", submitdate=None, **dict.fromkeys(["whole", "share", "day", "since", "code", "words"])),
        told(every, id="4", **{"grid[one]": "NA", "toString": "RF", "valueOf": None}),
    ]
    found = reasons(every, to_answers(every, rows))
    assert found["toString"].tolist() == ["dont_know", "skipped", "answered", "refused"]
    assert found["valueOf"].tolist() == ["not_shown", "not_shown", "answered", "not_shown"]
    assert found["grid.one"].tolist() == ["answered", "answered", "answered", "not_applicable"]
    assert found["share"].tolist() == ["answered", "answered", "not_reached", "answered"]
    # Whether it would have been shown hangs on answers that never came.
    assert found["away"].tolist() == ["not_shown", "not_shown", "not_reached", "not_shown"]
