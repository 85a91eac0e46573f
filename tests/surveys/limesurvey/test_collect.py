"""Waves are collected whole, once, and without who answered; a lost connection leaves neither doubles nor gaps."""

from __future__ import annotations

import base64
import json
import os
import shlex
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pyarrow.parquet as pq
import pytest
from tests.conftest import ROOT, questionnaires
from tests.surveys.limesurvey.servers import Answering
from tests.surveys.limesurvey.test_answers import told

from analysis.messages import DuzhengError
from analysis.surveys.collected import about_of, collected, files_of, meaning_of
from analysis.surveys.columns import columns
from analysis.surveys.formats.lss.structure import to_lss
from analysis.surveys.limesurvey.answers import fields_of, to_answers, to_server
from analysis.surveys.limesurvey.collect import collect
from analysis.surveys.limesurvey.pages import FOLDER, STATE
from analysis.surveys.places import place_code
from analysis.surveys.pseudonyms import KEYS, destroy_ip_key, pseudonym
from analysis.surveys.questionnaire import Open, Probability
from analysis.surveys.simulate import plain_truth, simulate
from analysis.workspace import Workspace

SURVEYS = {survey.name: survey for survey in questionnaires()}
DRAW = ("person", "school", "district", "stage")
KEY, PLACES = b"a key for these tests", b"a key of places for these tests"


@pytest.fixture(scope="module")
def simulated():
    made = {}

    def give(name, n=120):
        if (name, n) not in made:
            survey = SURVEYS[name]
            made[name, n] = simulate(survey, plain_truth(survey), n=n, seed=11)
        return made[name, n]

    return give


def of_students(workspace, simulated, n=120, **options):
    """A server with answers of drawn students, their draw in the workspace, and what was answered."""
    wave = simulated("students-2025", n)
    server = Answering(wave.survey, attributes=DRAW, **options)
    add(server, wave.responses)
    log = files_of(workspace, wave.survey, synthetic=False)["log"]
    log.parent.mkdir(parents=True, exist_ok=True)
    wave.log.drop(columns=["answers", "synthetic"]).to_csv(log, index=False)
    return server, wave


def add(server, responses, first=1):
    rows = to_server(server.survey, responses)
    for number, (row, given) in enumerate(zip(rows, responses.to_dict("records"), strict=True), first):
        draw = {f"attribute_{n}": given.get(name, f"P{number:05d}") for n, name in enumerate(DRAW, 1)}
        # Finished interviews have the times; the begun were seen, too.
        stamp = row["submitdate"] or "2025-10-01 08:00:00"
        server.add([row], id=number, interviewtime=given["seconds"], datestamp=stamp, **draw)


def same(found, expected):
    """Tell whether the answers are the same, in the same order."""
    for column in columns(found.survey):
        if column.holds != "text":
            pd.testing.assert_series_equal(found.responses[column.name], expected[column.name], check_index=False)
    return True


def test_a_wave_is_collected_as_simulated_waves_are(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    found = collect(server, wave.survey, server.sid, workspace, KEY)
    assert same(found, wave.responses)
    expected = [name for name in wave.responses.columns if name not in {"id", "synthetic"}]
    assert [name for name in found.responses if name not in {"id", "synthetic", "person"}] == expected
    for name in ("school", "district", "stage", "started", "completed", "language", "seconds"):
        assert found.responses[name].tolist() == wave.responses[name].tolist()
    assert found.log["answers"].tolist() == wave.log["answers"].tolist()
    again = collected(Workspace(workspace), "students-2025")
    assert same(again, wave.responses)
    assert not again.synthetic


def test_the_file_says_what_it_is(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    collect(server, wave.survey, server.sid, workspace, KEY)
    files = files_of(workspace, wave.survey, synthetic=False)
    about = about_of(files["responses"])
    assert about["meaning"] == meaning_of(wave.survey)
    assert (about["sid"], about["limesurvey"], about["interviews"]) == (server.sid, "6.2.1", 120)
    assert about["finished"] == int(wave.responses["completed"].sum())
    assert files["codebook"].is_file()


def test_the_commit_of_the_questionnaire_is_kept(tmp_path, simulated):
    for name in ("workspace.yaml", "surveys"):
        subprocess.run(["cp", "-r", str(ROOT / name), str(tmp_path)], check=True)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *command], check=True)
    server, wave = of_students(tmp_path, simulated)
    about = collect(server, wave.survey, server.sid, tmp_path).about
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    assert (about["commit"], about["commit_changed"]) == (head, False)
    with (tmp_path / "surveys/bank/students.yaml").open("a") as file:
        file.write("# a word\n")
    assert collect(server, wave.survey, server.sid, tmp_path).about["commit_changed"] is True


def test_only_what_is_new_or_changed_is_transferred(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    later = dict(sorted(server.rows.items())[80:])
    server.rows = {number: row for number, row in server.rows.items() if number not in later}
    begun = next(number for number, row in server.rows.items() if row["submitdate"])
    whole = server.rows[begun]
    server.rows[begun] = whole | {"submitdate": None, "datestamp": "2025-09-30 08:00:00"}
    first = collect(server, wave.survey, server.sid, workspace, KEY, page=30)
    assert len(first.responses) == 80
    assert not first.responses.set_index("id").loc[str(begun), "completed"]
    server.rows |= later | {begun: whole}
    server.calls.clear()
    second = collect(server, wave.survey, server.sid, workspace, KEY, page=30)
    assert same(second, wave.responses)
    asked = [call for call in server.calls if call[0] == "export_responses" and len(call[-1]) > 3]
    assert [(call[7], call[8]) for call in asked[:2]] == [(begun, begun), (81, 110)]
    server.calls.clear()
    third = collect(server, wave.survey, server.sid, workspace, KEY, page=30)
    assert same(third, wave.responses)
    assert [call[7] for call in server.calls if call[0] == "export_responses" and len(call[-1]) > 3] == [121]


def test_collecting_twice_writes_the_same_bytes(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    path = files_of(workspace, wave.survey, synthetic=False)["responses"]
    written = []
    for _ in range(2):
        collect(server, wave.survey, server.sid, workspace, KEY)
        written.append(path.read_bytes())
    assert written[0] == written[1]


@pytest.mark.slow
def test_a_connection_that_is_lost_anywhere_leaves_neither_doubles_nor_gaps(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    collect(server, wave.survey, server.sid, workspace, KEY, page=25)
    number = len(server.calls)
    folder = files_of(workspace, wave.survey, synthetic=False)["responses"].parent
    whole = (folder / "responses.parquet").read_bytes()
    for fatal in range(1, number + 1):
        subprocess.run(["rm", "-rf", str(folder)], check=True)
        server.calls.clear()
        server.fails = lambda _, fatal=fatal: len(server.calls) == fatal
        with pytest.raises(DuzhengError, match="DZ-L001"):
            collect(server, wave.survey, server.sid, workspace, KEY, page=25)
        assert not (folder / "responses.parquet").exists()
        before = len(list((folder / FOLDER).glob("*.parquet"))) if (folder / FOLDER).is_dir() else 0
        server.fails = lambda _: False
        server.calls.clear()
        found = collect(server, wave.survey, server.sid, workspace, KEY, page=25)
        assert same(found, wave.responses)
        # What came before the loss is not asked for again.
        pages = [call for call in server.calls if call[0] == "export_responses" and len(call[-1]) > 3]
        assert len(pages) == 5 - before + (before == 5)
        assert (folder / "responses.parquet").read_bytes() == whole


def test_a_connection_that_is_lost_at_every_page_still_brings_all(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    seen: list[tuple] = []

    def first_time(call):
        new = call[0] == "export_responses" and str(call) not in seen
        seen.append(str(call))
        return new

    server.fails = first_time
    failures = 0
    found = None
    while found is None:
        try:
            found = collect(server, wave.survey, server.sid, workspace, KEY, page=25)
        except DuzhengError:
            failures += 1
    assert 5 <= failures < 20
    assert same(found, wave.responses)


def test_a_page_that_was_damaged_is_collected_anew(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    collect(server, wave.survey, server.sid, workspace, KEY, page=25)
    folder = files_of(workspace, wave.survey, synthetic=False)["responses"].parent / FOLDER
    for path in sorted(folder.glob("*.parquet"))[1:3]:
        path.write_bytes(path.read_bytes()[:-1])
    assert same(collect(server, wave.survey, server.sid, workspace, KEY, page=25), wave.responses)
    (folder / STATE).write_text("{")
    assert same(collect(server, wave.survey, server.sid, workspace, KEY, page=25), wave.responses)


def test_numbers_may_be_left_out(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    places = {number: number * 3 + (5000 if number > 60 else 0) for number in server.rows}
    server.rows = {places[number]: row | {"id": places[number]} for number, row in server.rows.items()}
    assert same(collect(server, wave.survey, server.sid, workspace, KEY, page=25), wave.responses)


def test_an_interview_that_came_late_with_a_lower_number_is_found(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    late = server.rows.pop(44)
    collect(server, wave.survey, server.sid, workspace, KEY, page=25)
    server.rows[44] = late
    assert same(collect(server, wave.survey, server.sid, workspace, KEY, page=25), wave.responses)


def test_an_interview_that_stands_twice_is_refused(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    server.rows[121] = server.rows[120] | {"id": 120}
    with pytest.raises(DuzhengError, match=r"DZ-L010 column id: found 1 answers that stand twice \(of 120\)"):
        collect(server, wave.survey, server.sid, workspace, KEY)


def test_answers_that_are_gone_are_a_fault_and_deleted_only_on_purpose(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    collect(server, wave.survey, server.sid, workspace, KEY, page=25)
    words = server.rows.pop(7), server.rows.pop(60)
    path = files_of(workspace, wave.survey, synthetic=False)["responses"]
    before = path.read_bytes()
    with pytest.raises(DuzhengError, match=r"DZ-L007: found 2 interviews .* no longer on the server \(7, 60\)"):
        collect(server, wave.survey, server.sid, workspace, KEY, page=25)
    assert path.read_bytes() == before
    found = collect(server, wave.survey, server.sid, workspace, KEY, page=25, gone=True)
    assert len(found.responses) == 118
    assert not {"7", "60"} & set(found.responses["id"])
    kept = pd.concat([pd.read_parquet(page) for page in (path.parent / FOLDER).glob("*.parquet")])
    assert not {"7", "60"} & set(kept["id"])
    assert words


def test_a_survey_that_was_activated_anew_is_not_taken_for_the_old_one(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    collect(server, wave.survey, server.sid, workspace, KEY)
    for row in server.rows.values():
        row["submitdate"] = row["submitdate"] and "2025-12-24 12:00:00"
        row["datestamp"] = "2025-12-24 12:00:00"
    with pytest.raises(DuzhengError, match="DZ-L007: found another interview under the number"):
        collect(server, wave.survey, server.sid, workspace, KEY)


def test_a_survey_without_answers_is_said_to_be_so(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    server.rows = {}
    with pytest.raises(DuzhengError, match="found no answers"):
        collect(server, wave.survey, server.sid, workspace)
    server.active = False
    with pytest.raises(DuzhengError, match="it is not active"):
        collect(server, wave.survey, server.sid, workspace)


def test_a_wave_of_another_survey_is_not_written_over(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    collect(server, wave.survey, server.sid, workspace)
    before = {path: path.read_bytes() for path in workspace.rglob("data/responses/**/*") if path.is_file()}
    other = Answering(wave.survey, server.sid + 1, attributes=DRAW)
    with pytest.raises(DuzhengError, match=f"DZ-L007.*a wave of sid {server.sid}; expected one of sid {other.sid}"):
        collect(other, wave.survey, other.sid, workspace)
    assert before == {path: path.read_bytes() for path in workspace.rglob("data/responses/**/*") if path.is_file()}


def test_a_server_that_tells_blank_for_not_reached_is_refused(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    number = next(number for number, row in server.rows.items() if not row["submitdate"])
    server.rows[number] = {name: value or "" for name, value in server.rows[number].items()}  # as LimeSurvey 6.4.2 does
    with pytest.raises(DuzhengError, match=r"DZ-L004.*6\.4\.7 or newer"):
        collect(server, wave.survey, server.sid, workspace)
    assert not list(workspace.rglob("responses.parquet"))


def test_a_server_that_names_fields_otherwise_is_refused(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    server.fieldmap = {f"Q{told['qid']}" if told["qid"] else field: told for field, told in server.fieldmap.items()}
    with pytest.raises(DuzhengError, match=r"DZ-L004.*--from"):
        collect(server, wave.survey, server.sid, workspace)


def test_every_fault_of_every_page_is_named_and_nothing_is_written(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    server.rows[3]["grade"] = server.rows[119]["grade"] = "g99"
    server.rows[70]["expSchool"] = "11"
    with pytest.raises(DuzhengError) as caught:
        collect(server, wave.survey, server.sid, workspace, KEY, page=25)
    found = sorted(str(fault) for fault in caught.value.faults)
    assert "column expSchool: found 1 answers '11' (of 70)" in found[0]
    assert "column grade: found 2 answers 'g99' (of 3, 119)" in found[1]
    assert not files_of(workspace, wave.survey, synthetic=False)["responses"].exists()
    server.rows[3]["grade"] = server.rows[119]["grade"] = "g8"
    server.rows[70]["expSchool"] = "5"
    assert len(collect(server, wave.survey, server.sid, workspace, KEY, page=25).responses) == 120


def test_another_survey_than_the_questionnaires_is_refused(workspace, simulated):
    server, _ = of_students(workspace, simulated)
    with pytest.raises(DuzhengError) as caught:
        collect(server, SURVEYS["staff-2025"], server.sid, workspace, KEY)
    assert {fault.code for fault in caught.value.faults} == {"DZ-L010"}
    assert len(caught.value.faults) > 30


# --- who answered


def test_tokens_names_and_addresses_are_nowhere_in_what_is_written(workspace, simulated):
    server, wave = of_students(workspace, simulated, addresses=True)
    server.add([], id=0)
    for row in server.rows.values():
        row |= {"firstname": "Xiaoming", "lastname": "Wangxiaoming", "email": "xm@example.org",
                "improve": "电话13800000000或xm@example.org"}  # fmt: skip
    found = collect(server, wave.survey, server.sid, workspace, KEY)
    secrets = ["tk00000", "Xiaoming", "xm@example", "203.0.113.9", "13800000000", "P00001"]
    files = [path for path in (workspace / "data").rglob("*") if path.is_file()]
    assert len(files) >= 5
    for path in files:
        texts = [path.read_bytes().decode(errors="ignore")]
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            texts += [str(table.schema.metadata), table.to_pandas().to_csv()]
        for text in texts:
            assert not [secret for secret in secrets if secret in text], path
    assert found.about["personal"] == {
        "phone": found.about["personal"]["phone"],
        "email": found.about["personal"]["phone"],
    }


def test_persons_are_kept_under_the_key_and_not_without(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    with_key = collect(server, wave.survey, server.sid, workspace, KEY).responses["person"]
    assert with_key[0] == pseudonym("P00001", KEY, "students")
    assert with_key.nunique() == 120
    with pytest.raises(DuzhengError, match="DZ-Q010"):
        collect(server, wave.survey, server.sid, workspace, b"another key for these tests")
    other = workspace / "elsewhere"
    other.mkdir()
    server, wave = of_students(other, simulated)
    assert "person" not in collect(server, wave.survey, server.sid, other).responses


def test_a_key_is_not_changed_from_wave_to_wave(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    collect(server, wave.survey, server.sid, workspace, KEY)
    before = simulated("students-2024")
    older = Answering(before.survey, attributes=DRAW)
    add(older, before.responses)
    with pytest.raises(DuzhengError, match="DZ-Q010 data/responses/students/2025"):
        collect(older, before.survey, older.sid, workspace, b"another key for these tests", log=before.log)


def test_addresses_are_hashes_until_the_key_is_destroyed(workspace, simulated):
    server, wave = of_students(workspace, simulated, addresses=True)
    for number, row in server.rows.items():
        row["ipaddr"] = f"203.0.113.{number % 7}"
    found = collect(server, wave.survey, server.sid, workspace).responses["address"]
    assert found.nunique() == 7
    assert found.str.fullmatch("[0-9a-f]{32}").all()
    assert found[0] == found[7] != found[1]
    assert destroy_ip_key(workspace, "students-2025")
    assert not list((workspace / KEYS).glob("*.ip"))
    add(server, wave.responses.head(3), first=121)
    assert collect(server, wave.survey, server.sid, workspace).responses["address"].isna().tolist()[-3:] == [True] * 3


# --- where they belong


def test_answers_of_places_that_were_not_drawn_are_refused_all_at_once(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    server.rows[1]["attribute_2"] = "S-9"
    server.rows[2]["attribute_2"] = None
    with pytest.raises(DuzhengError) as caught:
        collect(server, wave.survey, server.sid, workspace, KEY)
    assert [fault.code for fault in caught.value.faults] == ["DZ-L011"] * 2
    assert "S-9" in str(caught.value)
    assert "nothing" in str(caught.value)


def test_answers_without_a_draw_are_refused_where_one_was_declared(workspace, simulated):
    server, wave = of_students(workspace, simulated)
    bare = Answering(wave.survey)
    bare.rows = server.rows
    with pytest.raises(DuzhengError, match="DZ-L011: found answers that say nothing of the draw"):
        collect(bare, wave.survey, server.sid, workspace, KEY)
    files_of(workspace, wave.survey, synthetic=False)["log"].unlink()
    with pytest.raises(DuzhengError, match="DZ-L011: found no log of the draw"):
        collect(server, wave.survey, server.sid, workspace, KEY)


def test_the_strata_come_from_the_log_where_only_the_place_is_known(workspace, simulated):
    wave = simulated("students-2025")
    server, _ = of_students(workspace, simulated)
    bare = Answering(wave.survey, attributes=("school",))
    bare.rows = {n: {**row, "attribute_1": row["attribute_2"]} for n, row in server.rows.items()}
    found = collect(bare, wave.survey, server.sid, workspace)
    for name in ("school", "district", "stage"):
        assert found.responses[name].tolist() == wave.responses[name].tolist()


def test_codes_of_places_are_read_and_their_state_kept(workspace, simulated):
    wave = simulated("public-2025")
    server = Answering(wave.survey)
    add(server, wave.responses.drop(columns="place"))
    codes = [place_code("s-1", "public-2025", PLACES), place_code("s-2", "public-2025", PLACES),
             place_code("s-1", "parents-2025", PLACES), "5DYQ-GTT7", None, ""]  # fmt: skip
    for number, row in server.rows.items():
        row["place"] = codes[(number - 1) % 6]
    found = collect(server, wave.survey, server.sid, workspace, places=PLACES, others=["parents-2025"])
    assert found.responses["place_state"].tolist()[:6] == ["valid", "valid", "other", "tampered", "absent", "absent"]
    assert found.responses["place"].tolist()[:2] == ["s-1", "s-2"]
    assert found.responses["place"].isna().tolist()[2:6] == [True] * 4
    assert found.log.to_dict("list") == {"place": ["s-1", "s-2"], "answers": [20, 20]}
    assert collected(Workspace(workspace), "public-2025").log["answers"].tolist() == [20, 20]


def test_no_key_of_places_is_needed_where_no_link_had_a_code(workspace, simulated, monkeypatch):
    monkeypatch.delenv("DUZHENG_PLACE_KEY", raising=False)
    wave = simulated("public-2025")
    server = Answering(wave.survey)
    add(server, wave.responses.drop(columns="place"))
    found = collect(server, wave.survey, server.sid, workspace)
    assert (found.responses["place_state"] == "absent").all()
    server.rows[3]["place"] = "5DYQ-GTT7"
    server.rows[3] |= {"submitdate": None}
    add(server, wave.responses.drop(columns="place").head(1), first=121)
    server.rows[121]["place"] = "5DYQ-GTT7"
    with pytest.raises(DuzhengError, match="DZ-Q010"):
        collect(server, wave.survey, server.sid, workspace)


def test_a_rehearsal_is_marked_and_lies_apart(workspace, simulated):
    wave = simulated("students-2025")
    server, _ = of_students(workspace, simulated)
    found = collect(server, wave.survey, server.sid, workspace, KEY, synthetic=True, log=wave.log, margins=wave.margins)
    assert found.responses["synthetic"].all()
    assert not files_of(workspace, wave.survey, synthetic=False)["responses"].exists()
    again = collected(Workspace(workspace), "students-2025", synthetic=True)
    assert same(again, wave.responses)
    assert len(again.margins) == len(wave.margins)


# --- a real server

#: What the interviews below say beside the one of ``test_answers``.
SAID = [
    {},
    {"toString": "DK", "valueOf": None, "startlanguage": "zh-Hans"},
    {"constructor": "other", "constructorOth": "中年 😀", "grid[one]": "NA", "ranks[1]": "DK",
     "ranks[2]": None, "after": None},
    {"submitdate": None, **dict.fromkeys(["whole", "share", "day", "since", "code", "words"])},
    {"several[a]": "", "several[b]": "", "several[RF]": "Y", "words": "打13800000000",
     **dict.fromkeys(["numbered[1]", "numbered[2]", "numbered[10]"])},
]  # fmt: skip


def imported(connection, survey, sid, **settings):
    """Put a questionnaire onto the server and open it; give its fields."""
    structure = base64.b64encode(to_lss(survey, survey_id=sid)).decode()
    assert connection.call("import_survey", structure, "lss", None, sid) == sid
    if settings:
        connection.call("set_survey_properties", sid, settings, repeat=True)
    return sid


@pytest.mark.limesurvey
def test_answers_by_links_come_back_from_a_server(connection, number, workspace, every):
    sid = imported(connection, every, number(400_201))
    connection.call("activate_survey", sid)
    fields = fields_of(connection.call("get_fieldmap", sid, repeat=True))
    rows = [
        told(every, id=str(n), **said, place=place_code(f"s-{n}", every.name, PLACES)) for n, said in enumerate(SAID, 1)
    ]
    expected = to_answers(every, rows)
    for row in to_server(every, expected.drop(columns="id"), fields):
        connection.call("add_response", sid, row)
    found = collect(connection, every, sid, workspace, KEY, places=PLACES, page=3)
    assert same(found, expected)
    assert found.responses["constructorOth"].tolist()[2] == "中年 😀"
    assert found.responses["words"].tolist()[4] == "打〔电话〕"
    assert found.responses["place"].tolist() == [f"s-{n}" for n in range(1, 6)]
    assert found.responses["completed"].tolist() == [True, True, True, False, True]
    assert collect(connection, every, sid, workspace, KEY, places=PLACES, page=3).responses.equals(found.responses)


@pytest.mark.limesurvey
def test_answers_of_participants_come_back_from_a_server_with_their_draw(connection, number, workspace, every):
    drawn = Probability(kind="probability", frame="f", strata=("district", "stage"), psu="school")
    survey = replace(every, questionnaire=every.questionnaire.model_copy(update={"selection": drawn}))
    sid = number(400_202)
    names = json.dumps({f"attribute_{n}": {"description": name} for n, name in enumerate(DRAW, 1)})
    imported(connection, survey, sid, anonymized="N", attributedescriptions=names)
    connection.call("activate_tokens", sid, [1, 2, 3, 4])
    connection.call("activate_survey", sid)
    fields = fields_of(connection.call("get_fieldmap", sid, repeat=True))
    persons = [{"attribute_1": f"P-{n}", "attribute_2": f"S-{n % 2}", "attribute_3": "d1",
                "attribute_4": "primary"} for n in range(len(SAID))]  # fmt: skip
    registered = connection.call("add_participants", sid, persons, True)  # noqa: FBT003
    expected = to_answers(survey, [told(survey, id=str(n), **said) for n, said in enumerate(SAID, 1)])
    for row, person in zip(to_server(survey, expected.drop(columns="id"), fields), registered, strict=True):
        connection.call("add_response", sid, row | {"token": person["token"]})
    log = pd.DataFrame({"school": ["S-0", "S-1"], "district": "d1", "stage": "primary", "places": 9, "places_drawn": 2,
                        "persons": 90, "persons_drawn": 5})  # fmt: skip
    found = collect(connection, survey, sid, workspace, KEY, log=log, page=3)
    assert same(found, expected)
    assert found.responses["school"].tolist() == ["S-0", "S-1", "S-0", "S-1", "S-0"]
    assert found.responses["person"].tolist() == [pseudonym(f"P-{n}", KEY, "form") for n in range(5)]
    assert found.log["answers"].tolist() == [3, 2]


#: What a process of its own does, so that its peak of memory is its own.
MEASURED = """
import json, resource, sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
from tests.surveys.limesurvey.test_collect import by_link
from analysis.surveys.limesurvey.collect import collect
from analysis.surveys.limesurvey.connection import connect, server_of
took = []
for _ in range(2):
    start = time.perf_counter()
    with connect(server_of()) as connection:
        found = collect(connection, by_link(), {sid}, Path({folder!r}))
    took.append(time.perf_counter() - start)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([len(found.responses), len(found.responses.columns), *took, peak]))
"""


def by_link():
    """A questionnaire of forty columns that whoever has the link answers."""
    survey = SURVEYS["staff-2025"]
    return replace(
        survey, questionnaire=survey.questionnaire.model_copy(update={"selection": Open(kind="open"), "margins": ()})
    )


@pytest.mark.slow
@pytest.mark.limesurvey
@pytest.mark.skipif(
    "LIMESURVEY_SQL" not in os.environ, reason="LIMESURVEY_SQL: a command that runs SQL on the server's database"
)
def test_a_hundred_thousand_answers_take_less_than_a_minute_and_600_mib(connection, number, workspace):
    """Put there by SQL: over the interface it would take half an hour."""
    survey, sid = by_link(), number(400_300)
    imported(connection, survey, sid)
    connection.call("activate_survey", sid)
    fields = fields_of(connection.call("get_fieldmap", sid, repeat=True))
    responses = simulate(survey, plain_truth(survey), n=1000, seed=5).responses
    rows = [row | {"datestamp": row["startdate"]} for row in to_server(survey, responses.drop(columns="place"), fields)]
    names = list(rows[0])
    values = ",".join(
        "(" + ",".join("null" if row[name] is None else quoted(row[name]) for name in names) + ")" for row in rows
    )
    table, listed = f"lime_survey_{sid}", ",".join(f"`{name}`" for name in names)
    insert = f"insert into {table} ({listed})"
    sql(";".join([
        "set autocommit=0", f"{insert} values {values}",
        f"create temporary table one select {listed} from {table}",  # noqa: S608  all of it is our own
        *[f"{insert} select {listed} from one"] * 99,  # noqa: S608
        f"insert into {table}_timings (id, interviewtime) select id, 300 from {table}", "commit;",  # noqa: S608
    ]))  # fmt: skip
    script = MEASURED.format(tests=str(ROOT), sid=sid, folder=str(workspace))
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, env=os.environ)
    number_, wide, first, again, peak = json.loads(done.stdout)
    print(f"{number_} x {wide}: {first:.1f} s, again {again:.1f} s, {peak:.0f} MiB")  # noqa: T201  with pytest -s
    assert (number_, wide > 40) == (100_000, True)
    assert first < 60
    assert peak < 600


def quoted(text):
    return "'" + str(text).replace("\\", "\\\\").replace("'", "''") + "'"


def sql(text):
    subprocess.run(shlex.split(os.environ["LIMESURVEY_SQL"]), check=True, input=text, text=True)
