"""Plans carried out on a server: what was planned and nothing else, read back, and undone when it fails half way."""

from __future__ import annotations

import pytest
from tests.surveys.limesurvey.conftest import RECORDED, delete
from tests.surveys.limesurvey.test_plan import imported, live_of

from analysis.messages import DuzhengError, Fault
from analysis.surveys.formats.lss.reader import read_lss
from analysis.surveys.limesurvey import apply as applying
from analysis.surveys.limesurvey import lock as locks
from analysis.surveys.limesurvey.apply import apply, prepare_version
from analysis.surveys.limesurvey.connection import Connection, connect
from analysis.surveys.limesurvey.live import LOCK, read_live, surveys_of
from analysis.surveys.limesurvey.lock import Lock, locked, read_lock, unlock
from analysis.surveys.limesurvey.plan import make_plan, plan_of

pytestmark = pytest.mark.limesurvey
WRITES = {"set_survey_properties", "set_language_properties", "set_group_properties", "set_question_properties",
          "delete_survey", "import_survey"}  # fmt: skip
COLUMNS = {"id": "1", "sid": "1", "parameter": "p", "targetqid": "1", "targetsqid": ""}
LINK = "<survey_url_parameters><fields>{}</fields><rows><row>{}</row></rows></survey_url_parameters></document>".format(
    "".join(f"<fieldname>{name}</fieldname>" for name in COLUMNS),
    "".join(f"<{name}>{value}</{name}>" for name, value in COLUMNS.items()),
).encode()
LOST = DuzhengError(Fault("DZ-L001", found="no connection", expected="a server that answers"))


@pytest.fixture
def do(connection, bench):
    """Plan and apply what the workbench's questionnaire says."""

    def act(sid, plan=None):
        return apply(connection, plan or make_plan(connection, bench.survey, sid), bench.survey, folder=bench.plans)

    return act


def mine(connection):
    """List the surveys of these tests: others may use the server at the same time."""
    return {int(each["sid"]) for each in surveys_of(connection) if 200_000 <= int(each["sid"]) < 300_000}


def titled(connection):
    """List the surveys that have the workbench's title, wherever they landed."""
    return {int(each["sid"]) for each in surveys_of(connection) if each["surveyls_title"] == "问卷"}


def settable(bench):
    """Edit everything that can be set on an active survey."""
    bench.edit("欢迎。", "欢迎！")
    bench.edit("课后", "放学以后")
    bench.edit("item: rooms\n", "item: rooms\n    mandatory: true\n")
    bench.edit('"none" not in clubs', '"art" in clubs')
    bench.edit("id: after\n", 'id: after\n  show_if: stage == "pri"\n')


def test_a_survey_is_imported_once_under_its_number_and_stays_as_planned(connection, number, bench, do):
    sid = number(200_200)
    plan = make_plan(connection, bench.survey, sid)
    before = mine(connection)
    assert do(sid, plan).done == ("import it",)
    assert mine(connection) - before == {sid}
    assert make_plan(connection, bench.survey, sid).empty
    assert read_lock(connection, sid) == ""
    state = read_live(connection, sid)
    assert do(sid, plan).done == ()  # a second time nothing is done
    assert do(sid).done == ()
    after = read_live(connection, sid)
    assert (after.fingerprint, after.numbers) == (state.fingerprint, state.numbers)


def test_a_survey_that_nobody_answered_is_imported_anew_and_keeps_its_settings(connection, number, bench, do):
    sid = number(200_201)
    do(sid)
    connection.call("set_survey_properties", sid, {"admin": "Li Hua", "expires": "2026-12-01 00:00:00"})
    connection.call("set_language_properties", sid, {"surveyls_email_invite_subj": "Please answer"}, "en")
    bench.edit("Which stage are you in?", "In which stage are you?", bank=True)
    assert do(sid).done == ("delete it and import it anew under its number: no answers are there",)
    live = read_live(connection, sid)
    head, words = live.tables["surveys"][0], live.tables["surveys_languagesettings"][1]
    assert (head["admin"], head["expires"][:10], words["surveyls_email_invite_subj"]) == (
        "Li Hua", "2026-12-01", "Please answer"
    )  # fmt: skip
    assert make_plan(connection, bench.survey, sid).empty
    kept = read_lss((bench.plans / f"form-2025.{sid}.before.lss").read_bytes(), "x", wave=2025, id="form")
    assert kept.bank.items["stage"][0].text["en"] == "Which stage are you in?"


def test_an_active_survey_gets_what_can_be_set_and_keeps_its_answers(connection, number, bench, do):
    sid = number(200_202)
    do(sid)
    connection.call("activate_survey", sid)
    connection.call("add_response", sid, {"stage": "pri"})
    settable(bench)
    plan = make_plan(connection, bench.survey, sid)
    assert {step.action for step in plan.steps} == {"set_language", "set_group", "set_question"}
    assert len(do(sid, plan).done) == len(plan.steps)
    assert make_plan(connection, bench.survey, sid).empty
    live = read_live(connection, sid)
    assert (live.active, live.answers) == (True, 1)


def test_nothing_that_needs_a_new_survey_is_done_to_an_active_one(connection, number, bench, do):
    sid = number(200_203)
    do(sid)
    connection.call("activate_survey", sid)
    connection.call("add_response", sid, {"stage": "pri"})
    before = read_live(connection, sid)
    bench.edit("欢迎。", "欢迎！")
    bench.edit("  - item: wish\n", "")
    plan = make_plan(connection, bench.survey, sid)
    with pytest.raises(DuzhengError, match="DZ-L007"):
        do(sid, plan)
    # Whoever takes the refusals out of the file gains nothing.
    with pytest.raises(DuzhengError, match="DZ-L007"):
        do(sid, plan.model_copy(update={"changes": ()}))
    after = read_live(connection, sid)
    assert (after.fingerprint, after.counts, after.lock) == (before.fingerprint, before.counts, "")
    fresh, path = prepare_version(connection, bench.survey, bench.plans)
    number(fresh.sid)
    assert fresh.sid != sid
    assert [step.action for step in fresh.steps] == ["import"]
    assert read_lss(path.read_bytes(), "x").exact
    assert do(fresh.sid, fresh).sid == fresh.sid
    assert read_live(connection, sid).counts == before.counts


def test_the_next_free_number_is_taken_for_a_new_version(connection, number, bench, do):
    first, _ = prepare_version(connection, bench.survey, bench.plans)
    number(first.sid)
    do(first.sid, first)
    second, path = prepare_version(connection, bench.survey, bench.plans)
    assert second.sid == first.sid + 1
    assert path.name == f"form-2025.{second.sid}.lss"


def test_answers_that_came_after_the_plan_keep_a_survey_from_being_deleted(connection, number, bench, do, monkeypatch):
    sid = number(200_204)
    do(sid)
    bench.edit("Which stage are you in?", "In which stage are you?", bank=True)
    plan = make_plan(connection, bench.survey, sid)
    told = applying.read_counts

    def late(connection, sid):
        connection.call("activate_survey", sid)
        connection.call("add_response", sid, {"stage": "pri"})
        return told(connection, sid)

    monkeypatch.setattr(applying, "read_counts", late)
    with pytest.raises(DuzhengError, match="DZ-L007"):
        do(sid, plan)
    live = read_live(connection, sid)
    assert (live.active, live.answers, live.lock) == (True, 1, "")


@pytest.mark.parametrize("side", ["server", "text", "address"])
def test_a_stale_plan_is_refused(connection, number, bench, do, side):
    sid = number(200_205)
    do(sid)
    bench.edit("欢迎。", "欢迎！")
    plan = make_plan(connection, bench.survey, sid)
    if side == "server":
        connection.call("set_language_properties", sid, {"surveyls_title": "Another"}, "en")
    elif side == "text":
        bench.edit("Thank you.", "Thanks.")
    else:
        plan = plan.model_copy(update={"server": "https://other.invalid/"})
    before = read_live(connection, sid)
    with pytest.raises(DuzhengError, match="DZ-L006"):
        do(sid, plan)
    assert read_live(connection, sid).fingerprint == before.fingerprint


def fail_at(monkeypatch, place, *, after):
    """Lose the connection at one writing call: before the server does it, or after."""
    counted = []
    call = Connection.call

    def failing(self, method, *args, repeat=False):
        if method not in WRITES:
            return call(self, method, *args, repeat=repeat)
        counted.append(method)
        if len(counted) != place:
            return call(self, method, *args, repeat=repeat)
        if after:
            call(self, method, *args, repeat=repeat)
        raise LOST

    monkeypatch.setattr(Connection, "call", failing)
    return counted


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", [1, pytest.param(2, marks=pytest.mark.slow), 3])
def test_a_survey_that_was_to_be_imported_anew_is_as_before_wherever_it_fails(
    connection, number, bench, do, monkeypatch, place, after
):
    sid = number(200_210)
    do(sid)
    connection.call("set_survey_properties", sid, {"admin": "Li Hua"})
    before = read_live(connection, sid)
    bench.edit("Which stage are you in?", "In which stage are you?", bank=True)
    plan = make_plan(connection, bench.survey, sid)
    with monkeypatch.context() as patched:
        writes = fail_at(patched, place, after=after)
        with pytest.raises(DuzhengError, match="DZ-L001") as caught:
            do(sid, plan)
    assert writes[place - 1] == ["set_survey_properties", "delete_survey", "import_survey"][place - 1]
    live = read_live(connection, sid)
    assert live.fingerprint == before.fingerprint
    assert live.lock == ""
    assert place == 1 or "what was done was undone" in str(caught.value).lower()
    assert do(sid, plan).done  # the plan still holds


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", [1, *(pytest.param(place, marks=pytest.mark.slow) for place in (2, 3, 4)), 5])
def test_an_active_survey_is_as_before_wherever_it_fails(connection, number, bench, do, monkeypatch, place, after):
    sid = number(200_211)
    do(sid)
    connection.call("activate_survey", sid)
    before = read_live(connection, sid)
    settable(bench)
    plan = make_plan(connection, bench.survey, sid)
    assert len(plan.steps) == 4  # and one call for the lock
    with monkeypatch.context() as patched:
        writes = fail_at(patched, place, after=after)
        with pytest.raises(DuzhengError, match="DZ-L001"):
            do(sid, plan)
    assert len(writes) >= place
    live = read_live(connection, sid)
    assert (live.fingerprint, live.lock) == (before.fingerprint, "")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_first_import_whose_answer_is_lost_leaves_nothing_behind(connection, number, bench, do, monkeypatch, after):
    sid = number(200_212)
    plan = make_plan(connection, bench.survey, sid)
    with monkeypatch.context() as patched:
        fail_at(patched, 1, after=after)
        with pytest.raises(DuzhengError, match="DZ-L001"):
            do(sid, plan)
    assert read_live(connection, sid) is None


@pytest.mark.parametrize("first", [True, False], ids=["first", "anew"])
def test_what_is_read_back_otherwise_is_undone(connection, number, bench, do, monkeypatch, first):
    sid = number(200_213)
    if not first:
        do(sid)
    before = read_live(connection, sid)
    bench.edit("Which stage are you in?", "In which stage are you?", bank=True)
    plan = make_plan(connection, bench.survey, sid)
    wrong = applying.lss_of

    def lossy(rows, source=""):
        return wrong(rows, source).replace(b"In which stage are you?", b"Otherwise")

    monkeypatch.setattr(applying, "lss_of", lossy)
    with pytest.raises(DuzhengError, match="DZ-L009"):
        do(sid, plan)
    after = read_live(connection, sid)
    assert (after and after.fingerprint) == (before and before.fingerprint)


def test_a_server_that_is_gone_half_way_leaves_a_file_and_says_so(connection, number, bench, do, monkeypatch):
    sid = number(200_214)
    do(sid)
    bench.edit("Which stage are you in?", "In which stage are you?", bank=True)
    plan = make_plan(connection, bench.survey, sid)
    call = Connection.call
    gone = []

    def dying(self, method, *args, repeat=False):
        if gone:
            raise LOST
        if method == "delete_survey":
            gone.append(method)
        return call(self, method, *args, repeat=repeat)

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "call", dying)
        with pytest.raises(DuzhengError) as caught:
            do(sid, plan)
    assert [fault.code for fault in caught.value.faults] == ["DZ-L001", "DZ-L009"]
    assert f"form-2025.{sid}.before.lss" in str(caught.value)
    assert (bench.plans / f"form-2025.{sid}.before.lss").is_file()
    assert do(sid).done == ("import it",)  # nobody had answered: planned again, it is there


def test_an_import_that_lands_elsewhere_is_deleted(connection, number, bench, do, monkeypatch):
    sid = number(200_215)
    plan = make_plan(connection, bench.survey, sid)
    imported(connection, bench.survey, sid)  # somebody else, after the look
    other = read_live(connection, sid)
    surveys = titled(connection)
    with monkeypatch.context() as patched:
        patched.setattr(applying, "read_live", lambda *_: None)
        patched.setattr(applying, "read_settings_of", lambda *_: None)
        with pytest.raises(DuzhengError, match="DZ-L009"):
            do(sid, plan)
    assert titled(connection) == surveys
    assert read_live(connection, sid).fingerprint == other.fingerprint


def test_a_number_that_was_taken_meanwhile_is_left_alone(connection, number, bench, do, monkeypatch):
    sid = number(200_216)
    plan = make_plan(connection, bench.survey, sid)
    imported(connection, bench.survey, sid)
    other = read_live(connection, sid)
    monkeypatch.setattr(applying, "read_live", lambda *_: None)
    with pytest.raises(DuzhengError, match="DZ-L008"):
        do(sid, plan)
    live = read_live(connection, sid)
    assert (live.fingerprint, live.numbers) == (other.fingerprint, other.numbers)


def test_of_two_designers_one_applies_and_the_other_is_told_who(server, connection, number, bench, do):
    sid = number(200_217)
    do(sid)
    bench.edit("欢迎。", "欢迎！")
    plan = make_plan(connection, bench.survey, sid)
    with connect(server) as other, locked(other, sid, "wang@office") as lock:
        with pytest.raises(DuzhengError, match="DZ-L008") as caught:
            do(sid, plan)
        assert "wang@office since 2026-09-01T08:00:00Z" in str(caught.value)
        assert read_lock(connection, sid) == str(lock)
    assert do(sid, plan).done


def test_of_two_locks_at_once_one_is_held(connection, number, bench, do, monkeypatch):
    sid = number(200_218)
    do(sid)
    other = Lock("wang@office", "2026-09-01T08:00:00Z", "f" * 16)

    def meanwhile(_):
        connection.call("set_survey_properties", sid, {LOCK: str(other)})

    monkeypatch.setattr(locks.time, "sleep", meanwhile)
    with pytest.raises(DuzhengError, match="DZ-L008"), locked(connection, sid):
        pytest.fail("two hold it")
    assert read_lock(connection, sid) == str(other)


def test_a_lock_that_was_taken_away_stops_what_is_done(connection, number, bench, do, monkeypatch):
    sid = number(200_219)
    do(sid)
    before = read_live(connection, sid)
    settable(bench)
    plan = make_plan(connection, bench.survey, sid)
    work = applying._Work._do

    def robbed(self, step):
        work(self, step)
        unlock(connection, sid)

    monkeypatch.setattr(applying._Work, "_do", robbed)
    with pytest.raises(DuzhengError, match="DZ-L008"):
        do(sid, plan)
    assert read_live(connection, sid).fingerprint == before.fingerprint


def test_a_lock_that_was_left_over_is_removed_on_demand(connection, number, bench, do):
    sid = number(200_220)
    do(sid)
    left = Lock("wang@office", "2026-09-01T08:00:00Z", "f" * 16)
    connection.call("set_survey_properties", sid, {LOCK: str(left)})
    assert read_live(connection, sid).lock == str(left)
    assert make_plan(connection, bench.survey, sid).empty  # a lock is no difference
    assert unlock(connection, sid) == left
    assert unlock(connection, sid) is None
    delete(connection, sid)
    with pytest.raises(DuzhengError, match="DZ-L005"):
        unlock(connection, sid)


def test_an_account_for_returned_mail_is_never_written_over(connection, number, bench, do):
    sid = number(200_221)
    do(sid)
    connection.call("set_survey_properties", sid, {LOCK: "mail@example.org", "bounceprocessing": "L"})
    bench.edit("Which stage are you in?", "In which stage are you?", bank=True)
    with pytest.raises(DuzhengError, match="DZ-L007"):
        do(sid)
    assert unlock(connection, sid) is None
    assert read_lock(connection, sid) == "mail@example.org"


def test_the_lock_shows_on_no_page_that_respondents_see(connection, number, bench, do):
    import requests

    sid = number(200_222)
    do(sid)
    connection.call("set_survey_properties", sid, {LOCK: str(Lock("wang@office", "now", "f" * 16))})
    connection.call("activate_survey", sid)
    if connection.server.url == RECORDED.url:
        pytest.skip("pages are not recorded")
    page = requests.get(connection.server.url.replace("admin/remotecontrol", f"{sid}?lang=en"), timeout=30).text
    assert "Questionnaire" in page
    assert "wang" not in page


def test_an_error_inside_the_server_leaves_no_half_of_a_survey(connection, number, bench, do, monkeypatch):
    sid = number(200_223)
    plan = make_plan(connection, bench.survey, sid)
    wrong = applying.lss_of

    def strict(rows, source=""):
        # A strict database takes no empty text for a number; by then LimeSurvey has the survey.
        return wrong(rows, source).replace(b"</document>", LINK)

    monkeypatch.setattr(applying, "lss_of", strict)
    with pytest.raises(DuzhengError, match="DZ-L007"):
        do(sid, plan)
    assert read_live(connection, sid) is None


def test_a_step_that_the_server_does_not_take_is_told(bench, monkeypatch):
    survey = bench.survey
    live = live_of(survey, active=True)
    changed = bench.edit("欢迎。", "欢迎！")
    plan = plan_of(changed, live.sid, live, RECORDED.url)
    work = applying._Work(None, changed, plan, live, Lock("a@b", "now", "f" * 16), bench.plans)
    calls = []

    class Deaf:
        def call(self, method, *args, **_):
            calls.append((method, args))
            return {"surveyls_welcometext": False, "status": "OK"}

    work.connection = Deaf()
    with pytest.raises(DuzhengError, match="DZ-L009"):
        work._do(plan.steps[0])
    assert calls == [("set_language_properties", (live.sid, {"surveyls_welcometext": "欢迎！"}, "zh-Hans"))]
