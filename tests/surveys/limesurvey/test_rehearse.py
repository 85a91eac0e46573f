"""Rehearsals bring back what was simulated, cell by cell and as estimates, and leave no trace, whatever breaks off."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT, questionnaires
from tests.surveys.conftest import EVERY
from tests.surveys.limesurvey.conftest import RECORDS, TALKS, delete
from tests.surveys.limesurvey.servers import Answering
from tests.surveys.test_lint import surveys_of

from analysis.messages import DuzhengError, Fault
from analysis.surveys.collected import files_of
from analysis.surveys.columns import columns
from analysis.surveys.formats.lss.structure import number_of
from analysis.surveys.limesurvey import participants, sending
from analysis.surveys.limesurvey import stage as stages
from analysis.surveys.limesurvey.connection import connect, server_of
from analysis.surveys.limesurvey.live import read_settings_of
from analysis.surveys.limesurvey.participants import has_table
from analysis.surveys.limesurvey.rehearse import (
    Rehearsal,
    as_text,
    hold_cells,
    persons_of,
    places_of_answers,
    rehearse,
    who_answered,
)
from analysis.surveys.limesurvey.sending import send
from analysis.surveys.limesurvey.stage import free_number, stage
from analysis.surveys.places import PARAMETER
from analysis.surveys.questionnaire import Analyses, Census, Index, Open, Probability
from analysis.surveys.scores import score
from analysis.surveys.simulate import plain_truth, read_truth, simulate
from analysis.surveys.simulate.recovered import LEVEL, allowed, fair, recovered
from analysis.surveys.simulate.truth import Frame, Group, Manner, Truth

SURVEYS = {survey.name: survey for survey in questionnaires()}
LOST = Fault("DZ-L001", found="no answer in time", expected="one")


def truth_of(survey):
    path = ROOT / f"data/demo/{survey.questionnaire.id}.truth.yaml"
    return read_truth(path, list(SURVEYS.values()), root=ROOT)


@pytest.fixture(scope="module")
def fair_wave():
    """Two thousand answers to a questionnaire, without careless ones."""
    made = {}

    def give(name):
        if name not in made:
            made[name] = simulate(SURVEYS[name], fair(truth_of(SURVEYS[name]), SURVEYS[name]), n=2000, seed=5)
        return made[name]

    return give


# --- estimates


def missed(estimates):
    inside = estimates["inside"].dropna().astype(bool)
    return int((~inside).sum()), len(inside)


@pytest.mark.parametrize("name", ["students-2025", "parents-2025", "staff-2025", "public-2025"])
def test_the_truth_comes_back_from_two_thousand_answers(fair_wave, name):
    wave = fair_wave(name)
    found = recovered(wave.survey, wave.truth, wave.responses, wave.log)
    wrong, held = missed(found)
    assert wrong <= allowed(held)
    whole = found[found["unit"].isna()]
    assert whole["what"].tolist() == [index.id for index in wave.survey.questionnaire.analyses.indices]
    assert whole["inside"].notna().all()
    assert found["synthetic"].all()


def test_another_truth_does_not(fair_wave):
    wave = fair_wave("students-2025")
    units = list(wave.truth.frame.units)
    turned = {
        name: factor.model_copy(update={"units": dict(zip(units, [*factor.units.values()][::-1], strict=True))})
        for name, factor in wave.truth.factors.items()
    }
    other = wave.truth.model_copy(update={"factors": turned})
    wrong, held = missed(recovered(wave.survey, other, wave.responses, wave.log))
    assert wrong > 2 * allowed(held)


def test_answers_of_another_place_and_answers_turned_round_are_noticed(fair_wave):
    wave = fair_wave("students-2025")
    places = wave.log["school"].tolist()
    moved = dict(zip(places, places[len(places) // 2 :] + places[: len(places) // 2], strict=True))
    there = wave.log.set_index("school")
    answers = wave.responses.assign(school=wave.responses["school"].map(moved))
    answers = answers.assign(district=answers["school"].map(there["district"]).astype("str"))
    log = wave.log.assign(answers=wave.log["school"].map(answers["school"].value_counts()))
    wrong, held = missed(recovered(wave.survey, wave.truth, answers, log))
    assert wrong > allowed(held)
    turned = wave.responses.assign(satSchool=8 - wave.responses["satSchool"])
    found = recovered(wave.survey, wave.truth, turned, wave.log)
    assert not found.query("what == 'ixOverall' and unit.isna()")["inside"].any()


def test_the_estimate_is_the_weighted_mean_of_the_log():
    """Sixty places in one stratum, of which twenty were drawn: persons / answers of each is all that differs."""
    survey = SURVEYS["students-2025"]
    wave = simulate(survey, plain_truth(survey), n=60, seed=3)
    rows, log = wave.responses, wave.log
    found = recovered(survey, wave.truth, rows, log)
    index = survey.questionnaire.analyses.indices[0]
    values = score(survey, index, rows)
    answered = log[log["answers"] > 0].set_index("school")
    weights = rows["school"].map(answered["persons"] / answered["answers"])[values.notna()]
    expected = (weights * values.dropna()).sum() / weights.sum()
    assert found.query("what == @index.id and unit.isna()")["estimate"].item() == pytest.approx(expected)
    assert found["unit"].isna().all()  # there is one unit only


@pytest.mark.parametrize(("conversion", "expected"), [
    ("linear_0_100", [100 * 5 / 6, None]), ("points_20_100", [100 * 6 / 7, None]), ("mean", [6, None]),
])  # fmt: skip
def test_indices_are_converted_and_need_every_item(conversion, expected):
    survey = SURVEYS["students-2025"]
    index = Index(id="ix", name={"zh-Hans": "指数", "en": "Index"}, items=("lessonClear", "arts"), weights=(3, 1),
                  conversion=conversion)  # fmt: skip
    answers = pd.DataFrame({"lessonClear": [7, 7], "arts": [3, None]}, dtype="Int16")  # 3·7 + 1·3 is 4·6
    found = score(survey, index, answers)
    assert found[0] == pytest.approx(expected[0])
    assert pd.isna(found[1])


def test_a_fair_truth_has_nobody_careless_told_or_self_chosen():
    survey, open_ = SURVEYS["students-2025"], SURVEYS["public-2025"]
    for each in (survey, open_):
        truth = truth_of(each)
        made = fair(truth, each).manner_of(2025)
        assert (made.careless, made.mobilised, made.happier, made.readiness) == (0, 0, 0, {})
        assert (made.skip, made.breakoff, made.rate) == (truth.manner.skip, truth.manner.breakoff, truth.manner.rate)
    assert fair(truth_of(survey), survey).manner.rate_places == truth_of(survey).manner.rate_places > 0
    assert fair(truth_of(open_), open_).manner.rate_places == 0


def test_a_fair_truth_has_it_in_waves_with_a_manner_of_their_own():
    survey = SURVEYS["students-2025"]
    truth = truth_of(survey)
    own = truth.waves[2025].model_copy(update={"manner": Manner(careless=0.5, skip=0.2)})
    made = fair(truth.model_copy(update={"waves": {2025: own}}), survey).manner_of(2025)
    assert (made.careless, made.skip) == (0, 0.2)


def test_no_number_of_intervals_may_miss_altogether():
    assert [allowed(number) for number in (0, 1, 2, 3)] == [0, 0, 1, 1]
    assert all(allowed(number) < number for number in range(1, 300))
    assert allowed(1000) < 1000 * (1 - LEVEL) * 2.1  # three standard deviations of a binomial and a little


def test_where_nothing_is_declared_nothing_is_estimated():
    survey = SURVEYS["students-2025"]
    bare = replace(survey, questionnaire=survey.questionnaire.model_copy(update={"analyses": Analyses()}))
    wave = simulate(bare, plain_truth(bare), n=30, seed=1)
    assert recovered(bare, wave.truth, wave.responses, wave.log).empty


# --- cells


def as_collected(wave):
    found = wave.responses.assign(id=[str(number) for number in range(1, len(wave.responses) + 1)])
    return found if "school" in found else found.assign(**{PARAMETER: places_of_answers(wave)})


@pytest.mark.parametrize("name", ["students-2025", "public-2025"])
def test_each_cell_that_came_back_otherwise_is_named(name):
    survey = SURVEYS[name]
    wave = simulate(survey, plain_truth(survey), n=50, seed=2)
    found = as_collected(wave)
    assert hold_cells(wave, found.sample(frac=1, random_state=1)) >= 50 * 30
    index = survey.questionnaire.analyses.indices[0].items[0]
    at = found[index].notna().idxmax()
    before = found.loc[at, index]
    found.loc[at, index] = before % 7 + 1
    found.loc[3:9, "language"] = "en"
    place = "school" if "school" in found else PARAMETER
    found.loc[5, place] = None
    with pytest.raises(DuzhengError) as caught:
        hold_cells(wave, found)
    said = [str(fault) for fault in caught.value.faults]
    assert {fault.code for fault in caught.value.faults} == {"DZ-L009"}
    assert [fault.column for fault in caught.value.faults] == [place, "language", index]
    assert f"1 cells of 50 otherwise (answer {at + 1}: {before % 7 + 1} for {before})" in said[2]
    assert "7 cells of 50" in said[1]
    assert "answer 6: None for 'SYN" in said[0]


def test_an_answer_too_few_or_too_many_is_a_fault():
    survey = SURVEYS["students-2025"]
    wave = simulate(survey, plain_truth(survey), n=20, seed=2)
    found = as_collected(wave)
    for wrong in (found.iloc[1:], pd.concat([found, found.head(1).assign(id="21")])):
        with pytest.raises(DuzhengError, match=r"DZ-L009: found (19|21) answers; expected the 20 answers"):
            hold_cells(wave, wrong)


def test_personal_data_in_comments_are_expected_to_be_gone():
    survey = SURVEYS["students-2025"]
    wave = simulate(survey, plain_truth(survey), n=20, seed=2)
    wave.responses["improve"] = pd.Series("打13800000000", index=wave.responses.index, dtype="string")
    with pytest.raises(DuzhengError, match="column improve"):
        hold_cells(wave, as_collected(wave))
    assert hold_cells(wave, as_collected(wave).assign(improve="打〔电话〕"))


# --- who and where


def test_everybody_who_was_drawn_is_registered_and_those_who_answer_are_among_them():
    wave = simulate(SURVEYS["parents-2025"], truth_of(SURVEYS["parents-2025"]), n=500, seed=1)
    persons = persons_of(wave, ["school", "district", "stage"])
    assert len(persons) == wave.log["persons_drawn"].sum()
    assert persons["person"].is_unique
    who = who_answered(wave)
    assert len(set(who)) == 500
    assert set(who) <= set(persons["person"])
    school = persons.set_index("person")["school"]
    assert school[who].tolist() == wave.responses["school"].tolist()


def test_a_truth_that_calls_the_draw_otherwise_is_refused():
    survey = SURVEYS["students-2025"]
    truth = plain_truth(survey)
    other = truth.model_copy(update={"frame": truth.frame.model_copy(update={"place": "campus", "group": "kind"})})
    wave = simulate(replace(survey, questionnaire=without_margins(survey)), other, n=20)
    with pytest.raises(DuzhengError, match=r"DZ-Q011.*without school, stage"):
        persons_of(wave, ["school", "district", "stage"])


def without_margins(survey):
    return survey.questionnaire.model_copy(update={"margins": ()})


def test_answers_to_a_census_name_their_place():
    survey = SURVEYS["students-2025"]
    everybody = without_margins(survey).model_copy(update={"selection": Census(kind="census", schools="s.csv")})
    truth = Truth(synthetic=True, survey="students", seed=1, frame=Frame(place="school"))
    wave = simulate(replace(survey, questionnaire=everybody), truth, n=30, seed=1)
    assert places_of_answers(wave).tolist() == wave.responses["school"].tolist()


# --- answers sent


class Taking(Answering):
    """A server that takes answers, and fails when it is told to: before or after it has done what it was told."""

    def __init__(self, survey, plan=()):
        super().__init__(survey)
        self.plan, self.sent, self.lock, self.server = iter(plan), [], threading.Lock(), None

    def call(self, method, *args, repeat=False):
        if method != "add_response":
            return super().call(method, *args, repeat=repeat)
        assert not repeat
        with self.lock:
            fails = next(self.plan, "")
            number = int(args[1]["id"])
            self.sent.append(number)
            if fails == "before":
                raise DuzhengError(LOST)
            if number in self.rows:
                raise DuzhengError(Fault("DZ-L007", found="Duplicate entry", expected="none"))
            self.add([args[1]])
            if fails == "after":
                raise DuzhengError(LOST)
            return "99" if fails == "elsewhere" else str(number)


def rows_of(number):
    return [{"id": str(n), "submitdate": "2025-10-01 08:00:00"} for n in range(1, number + 1)]


@settings(deadline=None)
@given(plan=st.lists(st.sampled_from(["", "", "", "before", "after"]), max_size=60), number=st.integers(1, 25))
def test_every_answer_arrives_once_wherever_the_connection_is_lost(plan, number):
    server = Taking(SURVEYS["students-2025"], plan)
    try:
        told = send(server, server.survey, server.sid, rows_of(number), sessions=1)
    except DuzhengError as error:
        # A round that begins with a loss brings nothing, where there is no other session to go on with.
        assert error.faults == (LOST,)  # noqa: PT017
        assert "before" * 3 in "".join(plan)
        return
    assert sorted(server.rows) == list(range(1, number + 1))
    assert told["rounds"] >= 1
    assert told["again"] == len(server.sent) - number


def test_several_sessions_send_at_once_and_go_on_where_one_is_lost(monkeypatch):
    server = Taking(SURVEYS["students-2025"], ["", "", "after", "before"])
    opened = []

    @contextmanager
    def connecting(_):
        opened.append(threading.current_thread().name)
        yield server

    monkeypatch.setattr(sending, "connect", connecting)
    told = send(server, server.survey, server.sid, rows_of(80), sessions=3)
    assert sorted(server.rows) == list(range(1, 81))
    assert told == {"rounds": 2, "again": 1}
    assert len(opened) == 6


def test_a_server_that_is_gone_is_said_to_be(monkeypatch):
    server = Taking(SURVEYS["students-2025"], ["before"] * 100)
    with pytest.raises(DuzhengError, match="DZ-L001"):
        send(server, server.survey, server.sid, rows_of(9), sessions=1)
    assert server.sent == [1, 1, 1]

    @contextmanager
    def refused(_):
        raise DuzhengError(LOST)
        yield

    monkeypatch.setattr(sending, "connect", refused)
    with pytest.raises(DuzhengError, match="DZ-L001") as caught:
        send(server, server.survey, server.sid, rows_of(9), sessions=3)
    assert len(caught.value.faults) == 1


def test_an_answer_that_was_under_way_all_the_time_is_found_by_its_number():
    """It was not there when the answers were read, and its number was taken when it was sent again."""
    server = Taking(SURVEYS["students-2025"], ["", "before"])
    real = server.call

    def late(method, *args, repeat=False):
        if method == "add_response" and server.sent.count(2) == 1 and args[1]["id"] == "2":
            server.add([args[1]])
        return real(method, *args, repeat=repeat)

    server.call = late
    send(server, server.survey, server.sid, rows_of(5), sessions=1)
    assert sorted(server.rows) == [1, 2, 3, 4, 5]


def test_an_answer_under_another_number_and_one_that_is_refused_are_faults():
    server = Taking(SURVEYS["students-2025"], ["", "elsewhere"])
    server.add, real = lambda rows: real(rows) if rows[0]["id"] != "2" else None, server.add
    with pytest.raises(DuzhengError, match="DZ-L009: found answer 2 under the number 99"):
        send(server, server.survey, server.sid, rows_of(5), sessions=1)
    server = Taking(SURVEYS["students-2025"])
    server.call = refusing(server.call)
    with pytest.raises(DuzhengError, match="DZ-L003"):
        send(server, server.survey, server.sid, rows_of(5), sessions=1)


def refusing(real):
    def call(method, *args, repeat=False):
        if method == "add_response" and args[1]["id"] == "3":
            raise DuzhengError(Fault("DZ-L003", found="No permission", expected="a user who may"))
        return real(method, *args, repeat=repeat)

    return call


# --- the stage


class Standing:
    """Surveys by number; deleting fails as often as it is told to."""

    def __init__(self, *taken, fails=0):
        self.there, self.fails, self.deleted = set(taken), fails, []

    def call(self, method, sid, *_, repeat=False):
        if method == "delete_survey":
            assert not repeat
            self.deleted.append(sid)
            if len(self.deleted) <= self.fails:
                raise DuzhengError(LOST)
            self.there.remove(sid)
            return {"status": "OK"}
        if sid not in self.there:
            raise DuzhengError(Fault("DZ-L005", found="no survey", expected="one"))
        return {"sid": str(sid)}


@pytest.fixture
def deploying(monkeypatch):
    """Deploy without a server."""
    monkeypatch.setattr(stages, "make_plan", lambda _connection, _survey, sid: sid)
    monkeypatch.setattr(stages, "apply", lambda connection, sid, *_, **__: connection.there.add(sid))


def test_a_number_that_is_in_use_is_never_taken():
    survey, connection = SURVEYS["students-2025"], Standing(500_001)
    for taken in (500_001, number_of(survey)):
        with pytest.raises(DuzhengError, match=f"DZ-L007: found survey {taken}"):
            free_number(connection, survey, taken)
    assert free_number(connection, survey, 500_002) == 500_002
    drawn = {free_number(connection, survey) for _ in range(50)}
    assert len(drawn) > 40
    assert all(100_000 <= number <= 999_999 for number in drawn)
    everywhere = Standing()
    everywhere.call = lambda *_, **__: {"sid": "1"}
    with pytest.raises(DuzhengError, match="DZ-L007: found 3 numbers drawn"):
        free_number(everywhere, survey)


@pytest.mark.parametrize("error", [None, KeyboardInterrupt(), DuzhengError(LOST), ZeroDivisionError()])
def test_the_survey_is_gone_whatever_happens(deploying, tmp_path, error):
    connection = Standing(fails=1)
    try:
        with stage(connection, SURVEYS["students-2025"], tmp_path, sid=500_001):
            assert connection.there == {500_001}
            if error is not None:
                raise error  # noqa: TRY301
    except BaseException as raised:  # noqa: BLE001  an interrupt among them
        assert raised is error  # noqa: PT017
    assert connection.there == set()


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_the_survey_is_gone_when_the_process_is_asked_to_end(deploying, tmp_path, name):
    connection, before = Standing(), signal.getsignal(getattr(signal, name))
    with (
        pytest.raises(SystemExit, match=r"1(29|43)"),
        stage(connection, SURVEYS["students-2025"], tmp_path, sid=500_001),
    ):
        os.kill(os.getpid(), getattr(signal, name))
    assert connection.there == set()
    assert signal.getsignal(getattr(signal, name)) is before


def test_a_survey_that_could_not_be_deleted_is_named(deploying, tmp_path):
    with (
        pytest.raises(DuzhengError, match="DZ-L009: found survey 500001 of a rehearsal, still on the server"),
        stage(Standing(fails=9), SURVEYS["students-2025"], tmp_path, sid=500_001),
    ):
        pass
    with (
        pytest.raises(DuzhengError) as caught,
        stage(Standing(fails=9), SURVEYS["students-2025"], tmp_path, sid=500_001),
    ):
        raise DuzhengError(Fault("DZ-L010", found="g99", expected="a code"))
    assert [fault.code for fault in caught.value.faults] == ["DZ-L010", "DZ-L009"]


def test_a_survey_that_is_kept_stays(deploying, tmp_path):
    connection = Standing()
    with stage(connection, SURVEYS["students-2025"], tmp_path, sid=500_001, keep=True):
        pass
    assert connection.there == {500_001}


# --- what is said


def estimates(inside):
    number = len(inside)
    return pd.DataFrame({
        "what": [f"ix{n}" for n in range(number)], "unit": [None, *["u1"] * (number - 1)], "truth": 50.0,
        "estimate": 51.0, "se": 1.0, "lower": 48.0, "upper": 54.0, "inside": pd.array(inside, dtype="boolean"), "n": 99,
        "synthetic": True,
    })  # fmt: skip


def told(table, **more):
    counts = {"registered": 2500, "answers": 2000, "finished": 1900, "cells": 90_000, "rounds": 1, "again": 0}
    seconds = {"answer": 20.0, "collect": 1.5}
    return Rehearsal("form-2025", 500_001, more.pop("kept", False), "0123456789abcdef", seconds, counts, table)


def test_a_rehearsal_says_that_it_is_synthetic_and_what_came_back():
    text = as_text(told(estimates([True] * 101 + [None])))
    assert text.startswith("SYNTHETIC: nobody was asked.")
    assert "2,500 persons drawn and registered, 2,000 answers sent (100 a second), 1,900 finished" in text
    assert "101 of 101 intervals of 99% hold the truth; 5 may miss it by chance: the truth came back" in text
    assert "deleted again" in text
    assert "estimated 51.00 (48.00 to 54.00), true 50.00" in text
    wrong = told(estimates([True] + [False] * 6 + [True] * 94), kept=True)
    assert not wrong.holds
    assert "THE TRUTH DID NOT COME BACK" in as_text(wrong)
    assert as_text(wrong).count("missed ") == 7  # the heading and six of them
    assert "delete it by hand" in as_text(wrong)
    assert "nothing but the cells" in as_text(told(estimates([True]).head(0)))


# --- a real server


@pytest.fixture
def numbered(monkeypatch):
    """Make tokens in order, as recordings number them."""
    numbers = count(1)
    monkeypatch.setattr(participants, "new_token", lambda: f"token{next(numbers):011d}")


@pytest.fixture
def form(bench):
    """A questionnaire that a sample of schools is asked, and what is true of them."""
    survey = bench.survey
    index = Index(id="ixRooms", name={"zh-Hans": "场馆", "en": "Rooms"}, items=("rooms.lib", "rooms.gym"))
    selection = Probability(kind="probability", frame="f", strata=("district", "level"), psu="school")
    head = {"selection": selection, "anonymous": False, "analyses": Analyses(indices=(index,)), "margins": ()}
    groups = {"low": Group(places=6, persons=200, drawn=2), "high": Group(places=4, persons=300, drawn=2)}
    frame = Frame(place="school", unit="district", units={"东区": 1.0, "西区": 1.0}, group="level", groups=groups)
    truth = Truth(synthetic=True, survey="form", seed=4, frame=frame, manner=Manner(breakoff=0.1, skip=0.05))
    return replace(survey, questionnaire=survey.questionnaire.model_copy(update=head)), truth


def losing(connection, monkeypatch, plan, method="add_response"):
    """Let calls get lost, by their turn: before or after the server did what it was told, or by an interrupt."""
    real, turn = connection.call, count(1)

    def call(name, *args, repeat=False):
        how = plan.get(next(turn), "") if name == method else ""
        if how == "before":
            raise DuzhengError(LOST)
        found = real(name, *args, repeat=repeat)
        if how == "after":
            raise DuzhengError(LOST)
        if how == "interrupt":
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(connection, "call", call)


def hold_nothing_left(connection, sid):
    assert read_settings_of(connection, sid) is None
    with pytest.raises(DuzhengError, match="DZ-L005"):
        has_table(connection, sid)


@pytest.mark.limesurvey
def test_a_drawn_sample_comes_back_though_the_connection_is_lost_twice(
    connection, number, form, numbered, monkeypatch, bench
):
    survey, truth = form
    sid = number(500_001)
    losing(connection, monkeypatch, {7: "before", 15: "after"})
    found = rehearse(connection, survey, truth, bench.root, n=40, seed=3, sid=sid, sessions=1)
    assert found.counts["answers"] == 40
    assert found.counts["registered"] == 50  # the rate is 0.8
    assert found.counts["finished"] < 40
    assert (found.counts["rounds"], found.counts["again"]) == (3, 1)
    assert list(found.seconds) == ["simulate", "deploy", "open", "register", "answer", "collect", "estimate", "clean"]
    assert found.estimates["what"].tolist() == ["ixRooms"] * 3
    assert found.holds
    assert "SYNTHETIC" in as_text(found)
    hold_nothing_left(connection, sid)
    for synthetic in (True, False):
        assert not any(path.exists() for path in files_of(bench.root, survey, synthetic=synthetic).values())


@pytest.mark.limesurvey
@pytest.mark.parametrize("kind", ["open", "census"])
def test_every_kind_of_item_comes_back_by_links_with_places(connection, number, tmp_path, kind):
    (survey,) = surveys_of(EVERY, tmp_path)
    selection = Open(kind="open") if kind == "open" else Census(kind="census", schools="s.csv")
    head = {"selection": selection, "margins": ()}
    survey = replace(survey, questionnaire=survey.questionnaire.model_copy(update=head))
    truth = plain_truth(survey)
    truth = truth.model_copy(update={"manner": Manner(no_code=0.3, english=0.3, breakoff=0.2, skip=0.1)})
    sid = number(500_002 if kind == "open" else 500_005)
    found = rehearse(connection, survey, truth, tmp_path, n=25, seed=2, sid=sid, sessions=1)
    assert found.counts["answers"] == 25
    assert found.counts["cells"] == 25 * (len(columns(survey)) + 4)  # place, language, start, whether finished
    assert found.estimates.empty
    hold_nothing_left(connection, sid)


@pytest.mark.limesurvey
def test_the_server_is_cleaned_where_somebody_interrupts(connection, number, form, numbered, monkeypatch, bench):
    survey, truth = form
    sid = number(500_003)
    losing(connection, monkeypatch, {5: "interrupt"})
    with pytest.raises(KeyboardInterrupt):
        rehearse(connection, survey, truth, bench.root, n=12, seed=3, sid=sid, sessions=1)
    hold_nothing_left(connection, sid)


@pytest.mark.limesurvey
def test_answers_that_the_server_has_otherwise_are_named_and_the_server_is_cleaned(
    connection, number, form, numbered, monkeypatch, bench
):
    survey, truth = form
    sid = number(500_004)
    real = connection.call

    def call(method, *args, repeat=False):
        if method == "add_response" and args[1]["id"] == "2":
            args = (args[0], args[1] | {"startlanguage": "en"})
        return real(method, *args, repeat=repeat)

    monkeypatch.setattr(connection, "call", call)
    with pytest.raises(
        DuzhengError, match=r"DZ-L009 column language: found 1 cells of 12 .*answer 2: 'en' for 'zh-Hans'"
    ):
        rehearse(connection, survey, truth, bench.root, n=12, seed=3, sid=sid, sessions=1)
    hold_nothing_left(connection, sid)


@pytest.mark.limesurvey
@pytest.mark.slow
@pytest.mark.skipif(not TALKS or RECORDS, reason="two thousand answers go to a real server only: set LIMESURVEY_URL")
@pytest.mark.parametrize(("name", "sid"), [("students-2025", 500_011), ("public-2025", 500_012)])
def test_two_thousand_answers_take_less_than_ninety_seconds_and_the_truth_comes_back(name, sid):
    survey, load = SURVEYS[name], os.getloadavg()[0]
    with connect(server_of()) as connection:
        delete(connection, sid)
        took = []
        # The better of two: others may use the server, too.
        while len(took) < 2 and (not took or (took[0] >= 90 and load < os.cpu_count())):
            found = rehearse(connection, survey, truth_of(survey), ROOT, n=2000, seed=5, sid=sid)
            print(as_text(found))  # noqa: T201  with pytest -s
            assert found.holds
            assert found.held > 30
            assert found.counts["answers"] == 2000
            hold_nothing_left(connection, sid)
            took.append(sum(found.seconds.values()))
        if load >= os.cpu_count() and took[0] >= 90:
            pytest.skip(f"the truth came back, but the time says nothing: a load of {load:.0f} before the start")
        assert min(took) < 90
