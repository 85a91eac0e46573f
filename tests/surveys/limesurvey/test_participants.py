"""Participants are registered once each whatever breaks off, mailed once each, and read back without who they are.

To record the mails, the server's mail goes by SMTP to 127.0.0.1:2525 (settings ``emailmethod`` and ``emailsmtphost``).
"""

from __future__ import annotations

import json
import logging
import socketserver
import threading
from contextlib import contextmanager
from itertools import count

import pandas as pd
import pytest
from tests.surveys.limesurvey.conftest import TALKS
from tests.surveys.limesurvey.test_connection import stub  # noqa: F401  a fixture
from tests.surveys.limesurvey.test_plan import imported

from analysis.messages import DuzhengError, Fault
from analysis.surveys.limesurvey import participants
from analysis.surveys.limesurvey.connection import connect
from analysis.surveys.limesurvey.contacts import with_contacts
from analysis.surveys.limesurvey.fielding import activate
from analysis.surveys.limesurvey.journal import Journal
from analysis.surveys.limesurvey.mailing import invite, remind
from analysis.surveys.limesurvey.participants import ALPHABET, access_codes, new_token, register, responded
from analysis.surveys.pseudonyms import pseudonym

KEY = b"a key that only tests know"


def people(n=7, **columns):
    return pd.DataFrame({
        "person": [f"p{i}" for i in range(n)], "district": ["东区", "西区"] * (n // 2) + ["东区"] * (n % 2),
        "school": [f"s{i % 3}" for i in range(n)],
    } | columns)  # fmt: skip


def addressed(n=7):
    """Give persons of whom the first has no address."""
    return people(
        n,
        email=[""] + [f"someone{i}@example.org" for i in range(1, n)],
        language=["zh-Hans", "en"] * (n // 2) + [""] * (n % 2),
    )


@pytest.fixture
def numbered(monkeypatch):
    """Make tokens in order, as recordings number them."""
    numbers = count(1)
    monkeypatch.setattr(participants, "new_token", lambda: f"token{next(numbers):011d}")


@pytest.fixture
def survey(connection, number, bench, numbered):
    """A survey on the server, not active."""

    def of(sid):
        imported(connection, bench.survey, number(sid))
        return sid

    return of


def broken(connection, monkeypatch, *, at, done):
    """Let the answer to the call that adds persons get lost, after the server did what it was told or before."""
    real, left = connection.call, [at]

    def call(method, *args, repeat=False):
        if method == "add_participants":
            left[0] -= 1
            if left[0] == 0:
                if done:
                    real(method, *args, repeat=repeat)
                raise DuzhengError(Fault("DZ-L001", found="no answer in time", expected="one"))
        return real(method, *args, repeat=repeat)

    monkeypatch.setattr(connection, "call", call)


def persons_of(connection, sid):
    return list(responded(connection, sid)["person"])


@pytest.mark.limesurvey
def test_persons_are_registered_and_read_back_without_who_they_are(connection, survey, tmp_path, caplog):
    sid = survey(300_010)
    caplog.set_level(logging.DEBUG)
    journal = tmp_path / "journal.jsonl"
    done = register(connection, sid, addressed(), journal=journal, batch=3)
    assert (done.asked, done.there, done.added, done.removed) == (7, 0, 7, 0)
    found = responded(connection, sid)
    assert list(found)[:4] == ["person", "district", "school", "language"]
    assert found[["person", "district", "school"]].equals(people().astype("str"))
    assert found["sent"].isna().all()
    assert not found[["completed", "opted_out"]].to_numpy().any()
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("vcr")]
    assert any("add_participants" in line for line in logged)
    unknown = responded(connection, sid, KEY, "students")
    assert unknown["person"].tolist() == [pseudonym(f"p{i}", KEY, "students") for i in range(7)]
    assert unknown.drop(columns="person").equals(found.drop(columns="person"))
    told = found.to_csv() + journal.read_text() + "".join(logged)
    for secret in ("example.org", "someone", "token0"):
        assert secret not in told
    assert journal.stat().st_mode & 0o777 == 0o600


@pytest.mark.limesurvey
def test_registering_again_adds_nobody_and_later_persons_only_once(connection, survey, tmp_path):
    sid, journal = survey(300_011), tmp_path / "journal.jsonl"
    register(connection, sid, people(4), journal=journal)
    again = register(connection, sid, people(4), journal=journal)
    assert (again.there, again.added) == (4, 0)
    more = register(connection, sid, people(6), journal=journal)
    assert (more.there, more.added) == (4, 2)
    lost = register(connection, sid, people(6), journal=tmp_path / "another.jsonl")
    assert (lost.there, lost.added) == (6, 0)
    assert persons_of(connection, sid) == [f"p{i}" for i in range(6)]


@pytest.mark.limesurvey
@pytest.mark.parametrize("done", [True, False])
def test_who_was_in_a_batch_that_broke_off_is_not_sent_twice(connection, survey, tmp_path, monkeypatch, done):
    sid, journal = survey(300_012 + done), tmp_path / "journal.jsonl"
    with monkeypatch.context() as patch:
        broken(connection, patch, at=2, done=done)
        with pytest.raises(DuzhengError, match="no answer in time"):
            register(connection, sid, people(), journal=journal, batch=3)
    assert len(persons_of(connection, sid)) == (6 if done else 3)
    # The machine went down while the journal was written.
    journal.write_text(journal.read_text() + '{"there": ["p9')
    rest = register(connection, sid, people(), journal=journal, batch=3)
    assert (rest.there, rest.added) == ((6, 1) if done else (3, 4))
    assert persons_of(connection, sid) == [f"p{i}" for i in range(7)]
    for line in journal.read_text().splitlines():
        assert line == '{"there": ["p9' or json.loads(line)


@pytest.mark.limesurvey
def test_whom_somebody_took_off_the_server_is_not_added_again(connection, survey, tmp_path):
    sid, journal = survey(300_014), tmp_path / "journal.jsonl"
    register(connection, sid, people(3), journal=journal)
    first = connection.call("list_participants", sid, 0, 1)[0]["tid"]
    connection.call("delete_participants", sid, [first])
    done = register(connection, sid, people(4), journal=journal)
    assert (done.there, done.added, done.removed) == (2, 1, 1)
    assert persons_of(connection, sid) == ["p1", "p2", "p3"]


@pytest.mark.limesurvey
def test_somebody_who_is_there_twice_is_a_fault(connection, survey, tmp_path):
    sid = survey(300_015)
    register(connection, sid, people(3), journal=tmp_path / "journal.jsonl")
    connection.call("add_participants", sid, [{"attribute_1": "p1", "token": "token00000000009"}], False)  # noqa: FBT003
    with pytest.raises(DuzhengError, match="person p1 2 times") as error:
        register(connection, sid, people(3), journal=tmp_path / "journal.jsonl")
    assert [fault.code for fault in error.value.faults] == ["DZ-L009"]


@pytest.mark.limesurvey
def test_a_table_with_other_attributes_is_not_touched(connection, survey, tmp_path):
    sid = survey(300_016)
    register(connection, sid, people(2), journal=tmp_path / "journal.jsonl")
    with pytest.raises(
        DuzhengError, match=r"with person, district, school; expected with person, grade, district"
    ) as error:
        register(connection, sid, people(2)[["person"]].assign(grade="g3", district="东区"), journal=tmp_path / "j")
    assert [fault.code for fault in error.value.faults] == ["DZ-L011"]


@pytest.mark.limesurvey
def test_whom_the_server_refuses_is_said_without_the_token_and_the_others_are_registered(
    connection, survey, tmp_path, monkeypatch
):
    sid = survey(300_017)
    tokens = iter(["token00000000001", "token00000000001", "token00000000002", "token00000000003"])
    monkeypatch.setattr(participants, "new_token", lambda: next(tokens))
    with pytest.raises(DuzhengError, match="already been taken") as error:
        register(connection, sid, addressed(3), journal=tmp_path / "journal.jsonl")
    assert "person p1" in str(error.value)
    assert "token0" not in str(error.value)
    assert "example.org" not in str(error.value)
    assert persons_of(connection, sid) == ["p0", "p2"]
    done = register(connection, sid, addressed(3), journal=tmp_path / "journal.jsonl")
    assert (done.there, done.added) == (2, 1)


@pytest.mark.limesurvey
def test_the_server_can_make_the_tokens_and_links_answer(connection, survey, tmp_path):
    sid = survey(300_018)
    register(connection, sid, people(3), journal=tmp_path / "journal.jsonl", tokens="server")
    codes = access_codes(connection, sid)
    assert list(codes) == ["person", "district", "school", "token", "link"]
    assert codes["token"].is_unique
    assert (codes["token"].str.len() >= 15).all()
    base = connection.server.url.removesuffix("admin/remotecontrol")
    assert codes["link"].tolist() == [f"{base}{sid}?token={token}" for token in codes["token"]]


class Sink(socketserver.StreamRequestHandler):
    """Takes mails as a server of mails does, and keeps them."""

    mails: list[str] = []  # noqa: RUF012  a new one each time

    def handle(self):
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (part := self.rfile.readline()) not in {b".\r\n", b""}:
                    lines.append(part)
                self.mails.append(b"".join(lines).decode())
            if verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 ok\r\n")


@contextmanager
def mail_server():
    """Take mails while the recording is made; of a replay the server's word for it must do."""
    Sink.mails = []
    if not TALKS:
        yield Sink.mails
        return

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    with Server(("127.0.0.1", 2525), Sink) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield Sink.mails
        server.shutdown()


def outcomes(table):
    return dict(zip(table["person"], table["outcome"], strict=True))


@pytest.mark.limesurvey
def test_everybody_with_an_address_is_invited_once_and_reminded(connection, survey, tmp_path):
    sid = survey(300_020)
    register(connection, sid, addressed(), journal=tmp_path / "journal.jsonl")
    activate(connection, sid)
    with mail_server() as mails:
        some = invite(connection, sid, ["p1", "p0"])
        assert outcomes(some) == {"p1": "sent", "p0": "not due"}
        assert some["why"].tolist() == ["", "no address"]
        rest = invite(connection, sid, batch=2)
        assert outcomes(rest) == {"p0": "not due", "p1": "not due"} | {f"p{i}": "sent" for i in range(2, 7)}
        assert rest["why"].tolist()[:2] == ["no address", "was invited before"]
        assert "sent" not in set(invite(connection, sid)["outcome"])
        found = responded(connection, sid).set_index("person")
        assert found["sent"].notna().tolist() == [False] + [True] * 6
        if TALKS:
            assert len(mails) == 6
            assert {i for i in range(7) for mail in mails if f"someone{i}@example.org" in mail} == set(range(1, 7))
        assert outcomes(remind(connection, sid, ["p2", "p0", "p3"])) == {"p0": "not due", "p2": "sent", "p3": "sent"}
        early = remind(connection, sid, days=2)
        assert set(outcomes(early).values()) == {"not due", "refused"}
        often = remind(connection, sid, most=1)
        assert often.set_index("person").loc["p2", "why"] == "was reminded 1 times"
        assert [person for person, what in outcomes(often).items() if what == "sent"] == ["p1", "p4", "p5", "p6"]
        assert responded(connection, sid)["reminders"].tolist() == [0] + [1] * 6
        if TALKS:
            assert len(mails) == 12


@pytest.mark.limesurvey
def test_who_answered_or_wants_no_mail_gets_none(connection, survey, tmp_path):
    sid = survey(300_021)
    register(connection, sid, addressed(5), journal=tmp_path / "journal.jsonl")
    activate(connection, sid)
    tids = {row["attribute_1"]: row["tid"] for row in participants.listed(connection, sid, ["attribute_1"])}
    set_ = lambda person, **what: connection.call("set_participant_properties", sid, tids[person], what)  # noqa: E731
    set_("p1", completed="2026-09-02 10:30", usesleft=0)
    set_("p2", emailstatus="OptOut")
    set_("p3", emailstatus="bounced")
    with mail_server() as mails:
        done = invite(connection, sid)
        assert done["why"].tolist() == ["no address", "has answered", "wants no mail", "mail came back", ""]
        assert outcomes(done)["p4"] == "sent"
        assert set(outcomes(remind(connection, sid)).values()) == {"not due", "sent"}
    assert len(mails) == (2 if TALKS else 0)
    found = responded(connection, sid).set_index("person")
    assert found["completed"].tolist() == [False, True, False, False, False]
    assert str(found.loc["p1", "completed_on"]) == "2026-09-02 10:30:00"
    assert found["opted_out"].tolist() == [False, False, True, False, False]
    assert "p1" not in set(access_codes(connection, sid)["person"])


@pytest.mark.limesurvey
def test_without_a_mail_server_the_first_batch_fails_and_the_rest_is_left(connection, survey, tmp_path):
    sid = survey(300_022)
    register(connection, sid, addressed(), journal=tmp_path / "journal.jsonl")
    activate(connection, sid)
    done = invite(connection, sid, batch=2)
    assert list(outcomes(done).values()) == ["not due", "failed", "failed", "left", "left", "left", "left"]
    assert done["why"].str.contains("SMTP|mail function")[1:3].all()
    assert "@" not in done.to_csv()
    assert responded(connection, sid)["sent"].isna().all()


@pytest.mark.limesurvey
def test_nobody_is_mailed_about_a_survey_that_is_not_active_or_whom_nobody_registered(connection, survey, tmp_path):
    sid = survey(300_023)
    register(connection, sid, addressed(3), journal=tmp_path / "journal.jsonl")
    with pytest.raises(DuzhengError, match="not active"):
        invite(connection, sid)
    activate(connection, sid)
    with pytest.raises(DuzhengError, match="Nobody was mailed") as error:
        remind(connection, sid, ["p1", "p77", "p78"])
    assert [fault.found for fault in error.value.faults] == ["person p77", "person p78"]


LISTED = [
    {"tid": n, "token": "t", "participant_info": {"email": "a@example.org"}, "attribute_1": f"p{n}", "sent": "N",
     "completed": "N", "emailstatus": "OK", "usesleft": 1, "remindercount": 0} for n in (1, 2)
]  # fmt: skip


def test_mails_whose_answer_got_lost_are_not_sent_again(stub, monkeypatch):  # noqa: F811
    pages = iter([LISTED, {"status": "No survey participants found."}])
    stub.answers["get_survey_properties"] = {"active": "Y"}
    stub.answers["list_participants"] = lambda _: next(pages)
    stub.answers["invite_participants"] = lambda handler: handler.reply("", 504)
    with connect(stub.server()) as connection, pytest.raises(DuzhengError, match="may have gone out") as error:
        invite(connection, 1)
    assert error.value.faults[0].code == "DZ-L001"
    assert stub.calls.count("invite_participants") == 1


def test_a_refusal_to_mail_is_said(stub):  # noqa: F811
    pages = iter([LISTED, {"status": "No survey participants found."}])
    stub.answers["get_survey_properties"] = {"active": "Y"}
    stub.answers["list_participants"] = lambda _: next(pages)
    stub.answers["invite_participants"] = {"status": "No permission"}
    with connect(stub.server()) as connection, pytest.raises(DuzhengError, match="No permission") as error:
        invite(connection, 1)
    assert error.value.faults[0].code == "DZ-L003"


def test_every_fault_of_persons_is_said_without_their_addresses(stub, tmp_path):  # noqa: F811
    stub.answers["get_survey_properties"] = {"language": "zh-Hans", "additional_languages": "en",
                                             "attributedescriptions": ""}  # fmt: skip
    wrong = people(4, email=["a@example.org", "secret at example", "", None], language=["", "fr", "en", None])
    wrong.loc[2, "person"] = "p0"
    wrong.loc[3, "person"] = None
    with connect(stub.server()) as connection:
        with pytest.raises(DuzhengError) as error:
            register(connection, 1, wrong, journal=tmp_path / "journal.jsonl")
        assert [(fault.code, fault.row, fault.column) for fault in error.value.faults] == [
            ("DZ-L011", 3, "email"), ("DZ-L011", 3, "language"), ("DZ-L011", 4, "person"), ("DZ-L011", 5, "person"),
        ]  # fmt: skip
        assert "secret" not in str(error.value)
        with pytest.raises(DuzhengError, match="no column 'person'"):
            register(connection, 1, wrong.drop(columns="person"), journal=tmp_path / "journal.jsonl")
    assert "add_participants" not in stub.calls
    assert not list(tmp_path.iterdir())


def test_a_journal_of_another_survey_is_refused(tmp_path):
    journal = tmp_path / "journal.jsonl"
    Journal(journal, "https://survey.example.org/admin/remotecontrol", 1).settle(["p1"])
    with pytest.raises(DuzhengError, match="the journal of survey 1"):
        Journal(journal, "https://survey.example.org/admin/remotecontrol", 2)
    assert "p1" in Journal(journal, "https://survey.example.org/admin/remotecontrol", 1)


def test_tokens_are_long_and_have_no_letters_that_are_mistaken():
    tokens = {new_token() for _ in range(2000)}
    assert len(tokens) == 2000
    assert {len(token) for token in tokens} == {16}
    assert set("".join(tokens)) == set(ALPHABET)
    assert not set(ALPHABET) & set("01ilo")


def test_contacts_are_put_beside_those_who_were_drawn():
    drawn = pd.DataFrame({"person": ["b", "a"], "school": ["s1", "s2"]})
    lists = pd.DataFrame({"person": ["a", "c"], "email": ["a@example.org", "c@example.org"], "language": ["en", None]})
    found = with_contacts(drawn, lists)
    assert found.to_dict("list") == {
        "person": ["b", "a"], "school": ["s1", "s2"], "email": ["", "a@example.org"], "language": ["", "en"],
    }  # fmt: skip


def test_every_fault_of_contacts_is_said_without_an_address():
    drawn = pd.DataFrame({"person": ["a"], "school": ["s1"]})
    lists = pd.DataFrame({"person": ["a", "a", None], "e-mail": ["x@example.org"] * 3})
    with pytest.raises(DuzhengError) as error:
        with_contacts(drawn, lists, "contacts.csv")
    said = str(error.value)
    assert [fault.row for fault in error.value.faults] == [1, 3, 4]
    assert "Did you mean email?" in said
    assert "x@example.org" not in said
    with pytest.raises(DuzhengError, match="nobody who was drawn"):
        with_contacts(drawn, pd.DataFrame({"person": ["z"]}))
    with pytest.raises(DuzhengError, match="no column person"):
        with_contacts(drawn, pd.DataFrame({"name": ["z"]}))
