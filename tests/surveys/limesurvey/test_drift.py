"""Drift: what somebody changed on the server by hand comes back into our text, comments kept; the rest is listed."""

from __future__ import annotations

import base64
import copy
import re
import subprocess
from dataclasses import replace
from difflib import SequenceMatcher

import pytest
from tests.surveys.limesurvey.test_plan import imported, live_of, planned

from analysis.messages import DuzhengError
from analysis.surveys.formats.lss.structure import tables
from analysis.surveys.limesurvey.apply import apply
from analysis.surveys.limesurvey.drift import as_patch, as_text, drift, drift_of, write_drift
from analysis.surveys.limesurvey.live import lss_of, read_live
from analysis.surveys.limesurvey.plan import make_plan

COMMENTED = """\
# A questionnaire of a test.
id: form
wave: 2025
respondent: parent
languages: [zh-Hans, en]
title: {zh-Hans: 问卷, en: Questionnaire}  # shown on top
welcome: {zh-Hans: 欢迎。, en: Welcome.}
consent:
  text: {zh-Hans: 参加是自愿的。, en: Taking part is voluntary.}
  privacy: {zh-Hans: 这份问卷不记名。, en: Answers are anonymous.}
closing: {zh-Hans: 谢谢。, en: Thank you.}
anonymous: true
minutes: 10
selection: {kind: open}
expected: {total: 1000}
sections:
  - id: who
    title: {zh-Hans: 关于您, en: About you}
    items:
      - {item: stage, mandatory: true}  # first of all
      - {item: rooms}
  # what comes after lessons
  - id: after
    title: {zh-Hans: 课后, en: After lessons}
    items:
      - {item: clubs}
      - {item: hours, show_if: '"none" not in clubs'}  # only who goes
      - {item: wish}  # the last
analyses: {items: [stage, clubs, hours]}
"""
BANK = """\
# Items of a test.
scales:
  often:
    - {code: 1, text: {zh-Hans: 从不, en: Never}}
    - {code: 2, text: {zh-Hans: 有时, en: Sometimes}}
    - {code: 3, text: {zh-Hans: 经常, en: Often}}
items:
  stage:  # asked of all
    - version: 1
      type: single
      text: {zh-Hans: 您在哪个学段？, en: Which stage are you in?}
      options:
        - {code: pri, text: {zh-Hans: 小学, en: Primary}}
        - {code: sec, text: {zh-Hans: 中学, en: Secondary}}
        - {code: oth, text: {zh-Hans: 其他, en: Other}, open: true}
      topic: about
  # a matrix
  rooms:
    - version: 1
      type: matrix
      scale: often
      text: {zh-Hans: 您多久去一次？, en: How often do you go there?}
      rows:
        - {code: lib, text: {zh-Hans: 图书馆, en: Library}}
        - {code: gym, text: {zh-Hans: 体育馆, en: Gym}}
  clubs:
    - version: 1
      type: multiple
      text: {zh-Hans: 您参加哪些社团？, en: Which clubs do you attend?}
      missing: [refused]
      options:
        - {code: art, text: {zh-Hans: 美术, en: Art}}
        - {code: ball, text: {zh-Hans: 球类, en: Ball games}}
        - {code: none, text: {zh-Hans: 都不参加, en: None}, exclusive: true}
  hours:
    - {version: 1, type: numeric, text: {zh-Hans: 每周几小时？, en: How many hours a week?}, least: 0, most: 40}
  wish:
    - {version: 1, type: text, text: {zh-Hans: 您有什么愿望？, en: What do you wish?}, longest: 300}
"""


@pytest.fixture
def workspace(bench):
    """The workbench's questionnaire, with comments."""
    (bench.root / "surveys/form-2025.yaml").write_text(COMMENTED, encoding="utf-8")
    (bench.root / "surveys/bank/items.yaml").write_text(BANK, encoding="utf-8")
    return bench


def commit(root):
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=li", "-c", "user.email=li@example.org", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", "-C", root, *command], check=True, capture_output=True)


def by_hand(live, table, change, **where):
    """Change rows of what is on the server."""
    rows = copy.deepcopy(live.tables)
    found = [row for row in rows[table] if all(row.get(name) == value for name, value in where.items())]
    assert found, where
    for row in found:
        row.update({name: value(row[name]) if callable(value) else value for name, value in change.items()})
    return replace(live, tables=rows)


def qid(live, code):
    return next(row["qid"] for row in live.tables["questions"] if row["title"] == code)


def question(live, code, language, **change):
    return by_hand(live, "question_l10ns", change, qid=qid(live, code), language=language)


def option(live, code, option, language, text):
    aid = next(row["aid"] for row in live.tables["answers"] if (row["qid"], row["code"]) == (qid(live, code), option))
    return by_hand(live, "answer_l10ns", {"answer": text}, aid=aid, language=language)


def attribute(live, code, name, value):
    rows = [
        row for row in live.tables["question_attributes"] if (row["qid"], row["attribute"]) != (qid(live, code), name)
    ]
    rows.append({"qid": qid(live, code), "attribute": name, "value": value, "language": ""})
    return replace(live, tables=live.tables | {"question_attributes": rows})


def words(live, language, **change):
    return by_hand(live, "surveys_languagesettings", change, surveyls_language=language)


def exchanged(live, one, two):
    orders = {row["title"]: row["question_order"] for row in live.tables["questions"]}
    swapped = by_hand(live, "questions", {"question_order": orders[two]}, title=one)
    return by_hand(swapped, "questions", {"question_order": orders[one]}, title=two)


HOURS, WISH = (line for line in COMMENTED.splitlines(keepends=True) if "item: hours" in line or "item: wish" in line)
EXCHANGED = COMMENTED.replace(HOURS + WISH, WISH + HOURS)


def beside(text):
    """Give a text with comments right beside what they stand behind: they keep their column as long as they can."""
    return re.sub(r" +#", "  #", text)


#: What somebody does on the server, and what becomes of it in our files: (old, new) of the questionnaire or the bank.
SHEET = {
    "title": (lambda live: words(live, "en", surveyls_title="<b>Form</b>"), "en: Questionnaire}", "en: Form}"),
    "welcome": (lambda live: words(live, "zh-Hans", surveyls_welcometext="欢迎！"), "欢迎。", "欢迎！"),
    "closing": (lambda live: words(live, "en", surveyls_endtext="Thanks."), "Thank you.", "Thanks."),
    "privacy": (lambda live: words(live, "en", surveyls_policy_notice="Taking part is voluntary.<br />Nobody knows."),
                "Answers are anonymous.", "Nobody knows."),
    "consent": (lambda live: words(live, "en", surveyls_policy_notice="You may say no.<br />Answers are anonymous."),
                "Taking part is voluntary.", "You may say no."),
    "anonymous": (lambda live: by_hand(live, "surveys", {"anonymized": "N"}),
                  "anonymous: true", "anonymous: false"),
    "section": (lambda live: by_hand(live, "group_l10ns", {"group_name": "放学以后"}, gid="2", language="zh-Hans"),
                "zh-Hans: 课后", "zh-Hans: 放学以后"),
    "mandatory": (lambda live: by_hand(live, "questions", {"mandatory": "Y"}, title="rooms"),
                  "{item: rooms}", "{item: rooms, mandatory: true}"),
    "not mandatory": (lambda live: by_hand(live, "questions", {"mandatory": "N"}, title="stage"),
                      "{item: stage, mandatory: true}", "{item: stage}"),
    "condition": (lambda live: by_hand(live, "questions", {"relevance": 'clubs_art.NAOK == "Y"'}, title="hours"),
                  "'\"none\" not in clubs'", "'\"art\" in clubs'"),
    "no condition": (lambda live: by_hand(live, "questions", {"relevance": "1"}, title="hours"),
                     "{item: hours, show_if: '\"none\" not in clubs'}", "{item: hours}"),
    "order": (lambda live: exchanged(live, "hours", "wish"), "", ""),
}  # fmt: skip
MENDED = {
    "help": (lambda live: question(live, "stage", "en", help="Choose one."), "stage"),
    "longest": (lambda live: attribute(live, "wish", "maximum_chars", "200"), "wish"),
}
VERSIONS = {
    "text": (lambda live: question(live, "hours", "zh-Hans", question="<p>每周多少小时？</p>"), "hours", "reworded"),
    "option": (lambda live: option(live, "stage", "sec", "en", "Middle or high"), "stage", "rescaled"),
    "point of a shared scale": (lambda live: option(live, "rooms", "2", "en", "At times"), "rooms", "rescaled"),
    "limit": (lambda live: attribute(live, "hours", "max_num_value_n", "60"), "hours", "rescaled"),
    "row": (lambda live: by_hand(live, "subquestions", {"title": "hall"}, title="gym"), "rooms", "recoded"),
}


@pytest.mark.parametrize("name", SHEET)
def test_what_was_changed_in_the_survey_is_changed_in_its_file_and_nowhere_else(workspace, name):
    change, old, new = SHEET[name]
    live = change(live_of(workspace.survey))
    found = drift_of(live, workspace.survey, root=workspace.root)
    assert found.unplaced == ()
    assert write_drift(workspace.root, found) == ["surveys/form-2025.yaml"]
    text = (workspace.root / "surveys/form-2025.yaml").read_text(encoding="utf-8")
    expected = EXCHANGED if name == "order" else COMMENTED.replace(old, new)
    assert beside(text) == beside(expected)
    assert drift_of(live, workspace.survey, root=workspace.root).empty


@pytest.mark.parametrize("name", MENDED)
def test_what_may_be_mended_is_mended_in_the_bank(workspace, name):
    change, code = MENDED[name]
    commit(workspace.root)
    live = change(live_of(workspace.survey))
    found = drift_of(live, workspace.survey, root=workspace.root)
    assert write_drift(workspace.root, found) == ["surveys/bank/items.yaml"]
    survey = workspace.survey
    assert {each.use.version for each in survey.asked} == {1}
    assert drift_of(live, survey, root=workspace.root).patches == ()
    text = (workspace.root / "surveys/bank/items.yaml").read_text(encoding="utf-8")
    assert [line for line in BANK.splitlines() if code not in line and "#" in line] == [
        line for line in text.splitlines() if code not in line and "#" in line
    ]


@pytest.mark.parametrize("name", VERSIONS)
def test_wording_that_was_committed_gets_a_version_of_its_own(workspace, name):
    change, code, relation = VERSIONS[name]
    commit(workspace.root)
    before = workspace.survey.bank.items[code, 1]
    live = change(live_of(workspace.survey))
    found = drift_of(live, workspace.survey, root=workspace.root)
    assert found.unplaced == ()
    write_drift(workspace.root, found)
    survey = workspace.survey
    (each,) = [each for each in survey.asked if each.code == code]
    assert (each.use.version, each.item.version, each.item.relation) == (2, 2, relation)
    assert each.item.why["en"]
    assert survey.bank.items[code, 1] == before
    text = (workspace.root / "surveys/bank/items.yaml").read_text(encoding="utf-8")
    steps = SequenceMatcher(None, BANK.splitlines(), text.splitlines(), autojunk=False).get_opcodes()
    assert {step for step, *_ in steps} == {"equal", "insert"}
    assert planned(survey, live).empty
    assert drift_of(live, survey, root=workspace.root).empty


def test_wording_that_nobody_committed_is_changed_where_it_stands(workspace):
    change, code, _ = VERSIONS["text"]
    bank = workspace.root / "surveys/bank/items.yaml"
    bank.write_text(BANK.replace("  hours:", "  hour:"), encoding="utf-8")
    commit(workspace.root)
    bank.write_text(BANK, encoding="utf-8")
    live = change(live_of(workspace.survey))
    write_drift(workspace.root, drift_of(live, workspace.survey, root=workspace.root))
    assert bank.read_text(encoding="utf-8") == BANK.replace("每周几小时？", "每周多少小时？")
    assert {each.use.version for each in workspace.survey.asked if each.code == code} == {1}


def test_everything_at_once_ends_in_a_text_whose_plan_is_empty(workspace):
    commit(workspace.root)
    live = live_of(workspace.survey)
    for change, *_ in [*SHEET.values(), *VERSIONS.values()]:
        live = change(live)
    found = drift_of(live, workspace.survey, root=workspace.root)
    patch = as_patch(workspace.root, found)
    write_drift(workspace.root, found)
    text = (workspace.root / "surveys/form-2025.yaml").read_text(encoding="utf-8")
    for comment in ("# A questionnaire of a test.", "# shown on top", "# what comes after lessons", "# only who goes"):
        assert comment in text
    survey = workspace.survey
    assert drift_of(live, survey, root=workspace.root).empty
    assert {change.part for change in planned(survey, live).changes} <= {"relevance"}  # written in our way
    assert patch.startswith("--- a/surveys/")


def test_the_patch_is_one_that_git_takes(workspace, tmp_path):
    commit(workspace.root)
    live = live_of(workspace.survey)
    for change, *_ in [*SHEET.values(), *VERSIONS.values()]:
        live = change(live)
    found = drift_of(live, workspace.survey, root=workspace.root)
    path = tmp_path / "drift.patch"
    path.write_text(as_patch(workspace.root, found), encoding="utf-8")
    subprocess.run(["git", "-C", workspace.root, "apply", path], check=True, capture_output=True)
    patched = {name: (workspace.root / name).read_text(encoding="utf-8")
               for name in ("surveys/form-2025.yaml", "surveys/bank/items.yaml")}  # fmt: skip
    subprocess.run(["git", "-C", workspace.root, "checkout", "-q", "."], check=True, capture_output=True)
    write_drift(workspace.root, found)
    assert {name: (workspace.root / name).read_text(encoding="utf-8") for name in patched} == patched


LISTED = {
    "hidden": (lambda live: attribute(live, "rooms", "hidden", "1"), "the question rooms: its hidden is '1'"),
    "address": (lambda live: by_hand(live, "surveys", {"ipaddr": "Y"}), "the setting ipaddr: N → Y"),
    "picture": (lambda live: question(live, "wish", "en", question='What do you wish?<img src="x">'), "img"),
    "random sections": (lambda live: by_hand(live, "groups", {"randomization_group": "a"}, gid="2"), "in random order"),
    "arithmetic": (
        lambda live: by_hand(live, "questions", {"relevance": "rand(1, 2) == 1"}, title="wish"),
        "rand(1, 2)",
    ),
    "words beside": (lambda live: question(live, "stageOth", "en", question="Which?"), "stageOth"),
    "one half of consent": (lambda live: words(live, "en", surveyls_policy_notice="Hello."), "notice of consent"),
    "what is ticked": (lambda live: words(live, "en", surveyls_policy_notice_label="Yes."), "'Yes.'"),
    "soft": (lambda live: by_hand(live, "questions", {"mandatory": "S"}, title="wish"), "softly"),
}


@pytest.mark.parametrize("name", LISTED)
def test_what_our_text_has_no_place_for_is_listed(workspace, name):
    change, told = LISTED[name]
    found = drift_of(change(live_of(workspace.survey)), workspace.survey, root=workspace.root)
    assert [each for each in found.unplaced if told in each], as_text(found)
    assert not [patch for patch in found.patches if patch.kind != "set"]


def test_a_question_that_was_added_or_deleted_on_the_server_comes_over(workspace):
    more = workspace.root / "surveys/bank/more.yaml"
    item = "items:\n  extra:\n    - {version: 1, type: yes_no, text: {zh-Hans: 还有吗？, en: Anything more?}}\n"
    more.write_text(item, encoding="utf-8")
    workspace.edit("      - {item: wish}  # the last\n", "      - {item: extra, mandatory: true}\n")
    live = live_of(workspace.survey)
    more.unlink()
    (workspace.root / "surveys/form-2025.yaml").write_text(COMMENTED, encoding="utf-8")
    found = drift_of(live, workspace.survey, root=workspace.root)
    assert {patch.kind for patch in found.patches} == {"order", "item"}
    assert "extra" in as_text(found)
    write_drift(workspace.root, found)
    survey = workspace.survey
    assert [each.code for each in survey.asked][-1] == "extra"
    assert (survey.asked[-1].item.type, survey.asked[-1].use.mandatory) == ("yes_no", True)
    assert planned(survey, live).empty


def test_what_would_be_no_questionnaire_of_ours_is_not_written(workspace):
    rows = [row for row in live_of(workspace.survey).tables["questions"] if row["title"] != "hours"]
    live = live_of(workspace.survey)
    live = replace(live, tables=live.tables | {"questions": rows})
    found = drift_of(live, workspace.survey, root=workspace.root)
    with pytest.raises(DuzhengError, match="DZ-Q002"):  # it is analysed
        write_drift(workspace.root, found)
    assert (workspace.root / "surveys/form-2025.yaml").read_text(encoding="utf-8") == COMMENTED


def test_a_text_that_changed_meanwhile_is_not_written_over(workspace):
    change, old, _ = SHEET["welcome"]
    found = drift_of(change(live_of(workspace.survey)), workspace.survey, root=workspace.root)
    workspace.edit(old, "您好。")
    with pytest.raises(DuzhengError, match="DZ-L006"):
        write_drift(workspace.root, found)


def test_what_was_edited_here_since_is_no_drift(workspace):
    since = workspace.survey
    live = SHEET["title"][0](live_of(since))
    survey = workspace.edit("欢迎。", "您好。")
    found = drift_of(live, survey, root=workspace.root, since=since)
    assert [patch.path for patch in found.patches] == [("title", "en")]
    assert len(drift_of(live, survey, root=workspace.root).patches) == 2
    write_drift(workspace.root, found)
    assert workspace.survey.questionnaire.welcome["zh-Hans"] == "您好。"


@pytest.mark.limesurvey
def test_a_survey_as_it_was_applied_has_no_drift(connection, number, workspace):
    sid = number(200_300)
    with pytest.raises(DuzhengError, match="DZ-L005"):
        drift(connection, workspace.survey, sid, root=workspace.root)
    plan = make_plan(connection, workspace.survey, sid)
    apply(connection, plan, workspace.survey, folder=workspace.plans)
    found = drift(connection, workspace.survey, sid, root=workspace.root)
    assert found.empty
    assert "is as its text says" in as_text(found)


@pytest.mark.limesurvey
def test_what_was_set_on_a_real_server_comes_over_and_the_plan_is_empty_again(connection, number, workspace):
    sid = number(200_301)
    imported(connection, workspace.survey, sid)
    connection.call("activate_survey", sid)
    live = read_live(connection, sid)
    connection.call("set_language_properties", sid, {"surveyls_welcometext": "<p>Hello.</p>"}, "en")
    connection.call("set_question_properties", live.numbers["question", "rooms"], {"mandatory": "Y"})
    connection.call("set_question_properties", live.numbers["question", "wish"], {"relevance": 'stage.NAOK == "pri"'})
    texts = {"questiongroupl10ns": {"zh-Hans": {"group_name": "放学以后"}}}
    connection.call("set_group_properties", live.numbers["group", "2"], texts)
    found = drift(connection, workspace.survey, sid, root=workspace.root)
    assert found.unplaced == ()
    write_drift(workspace.root, found)
    survey = workspace.survey
    assert survey.questionnaire.welcome["en"] == "Hello."
    assert {each.code: each.use.show_if for each in survey.asked}["wish"] == 'stage == "pri"'
    assert drift(connection, survey, sid, root=workspace.root).empty
    plan = make_plan(connection, survey, sid)
    assert {change.part for change in plan.changes} <= {"relevance"}  # our equation says more of what is not answered
    apply(connection, plan, survey, folder=workspace.plans)
    assert make_plan(connection, survey, sid).empty


@pytest.mark.limesurvey
def test_texts_that_a_real_server_has_otherwise_become_versions(connection, number, workspace):
    sid = number(200_302)
    commit(workspace.root)
    changed = live_of(workspace.survey)
    for name in VERSIONS:
        changed = VERSIONS[name][0](changed)
    rows = {
        name: [row | ({"sid": str(sid)} if "sid" in row else {}) for row in each]
        for name, each in changed.tables.items()
    }
    data = base64.b64encode(lss_of(rows)).decode()
    assert connection.call("import_survey", data, "lss", None, sid) == sid
    found = drift(connection, workspace.survey, sid, root=workspace.root)
    assert sorted(patch.path[1] for patch in found.patches if patch.kind == "version") == ["hours", "rooms", "stage"]
    write_drift(workspace.root, found)
    assert make_plan(connection, workspace.survey, sid).empty
    assert tables(workspace.survey, sid).questions[0]["title"] == "stage"
