"""Plans: nothing to do for a survey that is as its text says, and for every other what is done and what can't be."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from tests.conftest import questionnaires
from tests.surveys import test_lint
from tests.surveys.conftest import EVERY

from analysis.messages import DuzhengError
from analysis.surveys.changes import diff
from analysis.surveys.formats.lss.structure import tables
from analysis.surveys.limesurvey.content import differences
from analysis.surveys.limesurvey.live import SETTINGS, Live, lss_of, read_live, read_tables, set_attributes, surveys_of
from analysis.surveys.limesurvey.plan import Plan, as_text, make_plan, plan_of, read_plan

NAMES = [survey.name for survey in questionnaires()]
NOBODY = {"completed": 0, "incomplete": 0, "participants": 0, "quotas": 0}


def imported(connection, survey, sid):
    """Import a questionnaire as anybody would."""
    data = base64.b64encode(lss_of(vars(tables(survey, sid)))).decode()
    assert connection.call("import_survey", data, "lss", None, sid) == sid


def live_of(survey, *, active=False, **counts):
    """Give a survey that is on the server as its text says."""
    numbers = {("question", each.code): place for place, each in enumerate(survey.asked, 1)}
    return Live(200_100, vars(tables(survey, 200_100)), active, "", NOBODY | counts, numbers)


def planned(survey, live):
    return plan_of(survey, 200_100, live, "https://limesurvey.invalid/")


def told(plan):
    return {(change.of, change.part): change.effect for change in plan.changes}


@pytest.mark.limesurvey
@pytest.mark.parametrize("name", NAMES)
def test_a_plan_of_an_unchanged_survey_is_empty(connection, number, recorded_questionnaires, name):
    survey = recorded_questionnaires[name]
    sid = number(200_110 + NAMES.index(name))
    imported(connection, survey, sid)
    live = read_live(connection, sid)
    plan = plan_of(survey, sid, live, connection.server.url)
    assert plan.empty, as_text(plan)
    head = survey.questionnaire
    read = live.imported(head.wave, head.id)
    ours = read_tables(vars(tables(survey, sid)), "x", head.wave, head.id)
    assert (read.questionnaire, read.bank) == (ours.questionnaire, ours.bank)
    assert diff(read.survey(), ours.survey()) == []
    assert {each.use.version for each in read.survey().asked} == {each.use.version for each in survey.asked}


@pytest.mark.limesurvey
def test_a_plan_of_every_kind_of_item_is_empty(connection, number, tmp_path):
    (survey,) = test_lint.surveys_of(EVERY, tmp_path)
    sid = number(200_120)
    imported(connection, survey, sid)
    assert make_plan(connection, survey, sid).empty
    assert sid in {int(each["sid"]) for each in surveys_of(connection)}


@pytest.mark.limesurvey
def test_a_survey_that_is_not_there_is_imported(connection, number, bench, tmp_path):
    sid = number(200_121)
    plan = make_plan(connection, bench.survey, sid)
    assert [step.action for step in plan.steps] == ["import"]
    assert plan.live == ""
    assert read_plan(plan.save(tmp_path / "plans/form.json")) == plan
    assert "not there" in as_text(plan)


@pytest.mark.limesurvey
def test_what_was_read_can_be_imported_again_and_is_the_same(connection, number, bench):
    sid = number(200_122)
    imported(connection, bench.survey, sid)
    before = read_live(connection, sid)
    connection.call("delete_survey", sid)
    data = base64.b64encode(lss_of(before.tables)).decode()
    assert connection.call("import_survey", data, "lss", None, sid) == sid
    after = read_live(connection, sid)
    assert after.tables == before.tables
    assert after.fingerprint == before.fingerprint
    assert after.numbers != before.numbers  # LimeSurvey counts its questions on


STAGE_FIRST = "  - item: stage\n    mandatory: true\n  - item: rooms\n"
ROOMS_FIRST = "  - item: rooms\n  - item: stage\n    mandatory: true\n"
EDITS = {
    # what is edited: (old, new, in the bank), and what is planned on a survey that is active
    "text": ("Which stage are you in?", "In which stage are you?", True, {("stage", "text"): "cannot"}),
    "option": ("中学", "初中或高中", True, {("stage", "option sec"): "cannot"}),
    "limit": ("most: 40", "most: 60", True, {("hours", "limits"): "cannot"}),
    "longest": ("longest: 300", "longest: 200", True, {("wish", "attribute maximum_chars"): "cannot"}),
    "exclusive": ("exclusive: true", "exclusive: false", True, {("clubs", "attribute exclude_all_others"): "cannot"}),
    "row": ("code: gym", "code: hall", True, {("rooms", "row hall"): "cannot", ("rooms", "row gym"): "cannot"}),
    "scale": ("Sometimes", "At times", True, {("rooms", "option 2"): "cannot"}),
    "order": (STAGE_FIRST, ROOMS_FIRST, False, {("rooms", "place"): "cannot"}),
    "gone": ("  - item: wish\n", "", False, {("wish", "item"): "cannot"}),
    "language": ("- zh-Hans\n- en\n", "- zh-Hans\n", False, {("", "languages"): "cannot"}),
    "mandatory": ("item: rooms\n", "item: rooms\n    mandatory: true\n", False, {("rooms", "mandatory"): "safe"}),
    "condition": ('"none" not in clubs', '"art" in clubs', False, {("hours", "show_if"): "breaks"}),
    "section": ("课后", "放学以后", False, {("after", "title"): "safe"}),
    "title": ("Questionnaire", "Form", False, {("", "title"): "safe"}),
    "welcome": ("欢迎。", "欢迎！", False, {("", "welcome"): "safe"}),
    "closing": ("Thank you.", "Thanks.", False, {("", "closing"): "safe"}),
    "consent": ("这份问卷不记名。", "本问卷不记名。", False, {("", "consent privacy"): "safe"}),
}  # fmt: skip


def test_the_table_of_edits_is_of_files_as_they_are_written(bench):
    bank = (bench.root / "surveys/bank/items.yaml").read_text(encoding="utf-8")
    sheet = (bench.root / "surveys/form-2025.yaml").read_text(encoding="utf-8")
    assert {name: (bank if of else sheet).count(old) for name, (old, _, of, _) in EDITS.items()} == dict.fromkeys(
        EDITS, 1
    )


@pytest.mark.parametrize("name", EDITS)
def test_each_change_of_an_active_survey_has_its_effect(bench, name):
    old, new, bank, effects = EDITS[name]
    live = live_of(bench.survey, active=True)
    plan = planned(bench.edit(old, new, bank=bank), live)
    assert told(plan) == effects, as_text(plan)
    assert bool(plan.refused) is ("cannot" in effects.values())
    assert not [step for step in plan.steps if step.action in {"import", "replace"}]
    assert not [step for step in plan.steps if "title" in step.values]  # a question's code


@pytest.mark.parametrize("name", EDITS)
def test_what_can_be_set_is_set_and_all_else_imported_anew_where_nobody_answered(bench, name):
    old, new, bank, effects = EDITS[name]
    live = live_of(bench.survey)
    plan = planned(bench.edit(old, new, bank=bank), live)
    assert set(told(plan)) == set(effects)
    assert set(told(plan).values()) == {"safe"}
    anew = "cannot" in effects.values()
    assert ([step.action for step in plan.steps] == ["replace"]) is anew


def test_a_change_that_takes_answers_away_is_called_so(bench):
    old, new, bank, _ = EDITS["gone"]
    live = live_of(bench.survey, active=True, completed=3)
    plan = planned(bench.edit(old, new, bank=bank), live)
    assert told(plan) == {("wish", "item"): "loses"}
    assert plan.refused
    text = as_text(plan)
    assert "active, 3 completed" in text
    assert "nothing forces these" in text


@pytest.mark.parametrize("counts", [{"incomplete": 1}, {"completed": 1}, {"participants": 500}, {"quotas": 2}])
def test_what_hangs_on_a_survey_keeps_it_from_being_imported_anew(bench, counts):
    live = live_of(bench.survey, **counts)
    old, new, bank, _ = EDITS["text"]
    plan = planned(bench.edit(old, new, bank=bank), live)
    assert told(plan) == {("stage", "text"): "cannot"}
    assert "it has" in plan.changes[0].why


def test_settings_that_somebody_changed_are_set_again(bench):
    live = live_of(bench.survey)
    head = live.tables["surveys"][0] | {"ipaddr": "Y", "format": "S"}
    plan = planned(bench.survey, replace(live, tables=live.tables | {"surveys": [head]}))
    assert told(plan) == {("", "setting format"): "safe", ("", "setting ipaddr"): "safe"}
    (step,) = plan.steps
    assert (step.action, step.values, step.before) == (
        "set_survey", {"format": "G", "ipaddr": "N"}, {"format": "S", "ipaddr": "Y"}
    )  # fmt: skip
    active = planned(bench.survey, replace(live, active=True, tables=live.tables | {"surveys": [head]}))
    assert told(active)["", "setting ipaddr"] == "cannot"


def test_whether_a_survey_is_anonymous_is_fixed_when_it_is_activated(bench):
    live = live_of(bench.survey)
    head = live.tables["surveys"][0] | {"anonymized": "N"}
    live = replace(live, tables=live.tables | {"surveys": [head]})
    assert told(planned(bench.survey, live)) == {("", "anonymous"): "safe"}
    assert told(planned(bench.survey, replace(live, active=True))) == {("", "anonymous"): "cannot"}


def test_every_setting_that_our_structure_says_is_read(bench):
    assert set(tables(bench.survey).surveys[0]) <= set(SETTINGS)


def test_what_a_structure_does_not_carry_is_no_change(bench):
    live = live_of(bench.survey)
    bench.edit("minutes: 10", "minutes: 12")
    survey = bench.edit("total: 1000", "total: 900")
    assert planned(survey, live).empty


def test_markup_and_empty_attributes_say_nothing_and_pictures_and_scripts_do(bench):
    survey = bench.survey
    ours = vars(tables(survey, 200_100))

    def with_text(change):
        rows = [row | {"question": change(row["question"])} for row in ours["question_l10ns"]]
        return differences(ours, ours | {"question_l10ns": rows})

    assert with_text(lambda text: f"<p><strong>{text}</strong></p>\n") == []
    assert len(with_text(lambda text: text + '<img src="x">')) == len(ours["question_l10ns"])
    assert len(with_text(lambda text: text + "{TOKEN:FIRSTNAME}")) == len(ours["question_l10ns"])
    nothing = {"hidden": "0", "array_filter": "", "statistics_showgraph": "1", "display_columns": None}
    assert list(set_attributes(nothing | {"num_value_int_only": "0"})) == [("num_value_int_only", "0")]
    assert list(set_attributes("No available attributes")) == []


def test_versions_of_items_come_back_from_their_classes():
    (survey,) = [each for each in questionnaires() if each.name == "students-2025"]
    read = live_of(survey).imported(2025, "students")
    assert not read.exact
    assert {use.item: use.version for section in read.questionnaire.sections for use in section.items} == {
        each.code: each.use.version for each in survey.asked
    }


@pytest.mark.parametrize("text", ["", "{}", "[]", "no plan", json.dumps({"survey": "x", "more": 1})])
def test_a_file_that_is_no_plan_is_refused(tmp_path, text):
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DuzhengError, match="DZ-L006"):
        read_plan(path)
    with pytest.raises(DuzhengError, match="DZ-L006"):
        read_plan(tmp_path / "none.json")


def test_a_plan_holds_no_password_and_no_user():
    assert not {"password", "username", "user"} & set(Plan.model_fields)
