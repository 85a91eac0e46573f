"""A survey is opened with the settings that it must have, closed once, and looked at without counting anybody twice."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.surveys.limesurvey.test_participants import numbered, people, survey  # noqa: F401  fixtures

from analysis.messages import DuzhengError, Fault
from analysis.surveys.limesurvey.fielding import activate, close, status
from analysis.surveys.limesurvey.participants import register
from analysis.surveys.limesurvey.plan import make_plan

NOON = dt.datetime(2026, 9, 1, 12)  # noqa: DTZ001  the server's clock has no zone


def settings_of(connection, sid, *names):
    return connection.call("get_survey_properties", sid, list(names))


@pytest.mark.limesurvey
def test_a_survey_opens_once_with_its_settings(connection, survey, bench):  # noqa: F811
    sid = survey(300_030)
    connection.call("set_survey_properties", sid, {"datestamp": "N", "savetimings": "N", "ipaddr": "Y", "refurl": "Y"})
    first, second = activate(connection, sid), activate(connection, sid)
    assert (first.was_active, second.was_active, first.closed_access) == (False, True, False)
    found = settings_of(connection, sid, "active", "anonymized", "datestamp", "savetimings", "ipaddr", "refurl")
    assert found == {
        "active": "Y",
        "anonymized": "Y",
        "datestamp": "Y",
        "savetimings": "Y",
        "ipaddr": "N",
        "refurl": "N",
    }
    assert make_plan(connection, bench.survey, sid).empty


@pytest.mark.limesurvey
def test_only_participants_answer_where_they_are_said_before(connection, survey, tmp_path):  # noqa: F811
    sid = survey(300_031)
    opened = activate(connection, sid, anonymous=False, participants=["district", "school"])
    assert opened.closed_access
    assert settings_of(connection, sid, "anonymized") == {"anonymized": "N"}
    assert register(connection, sid, people(3), journal=tmp_path / "journal.jsonl").added == 3
    assert activate(connection, sid, anonymous=False, participants=["district", "school"]).was_active
    with pytest.raises(DuzhengError, match="expected with person, grade"):
        activate(connection, sid, anonymous=False, participants=["grade"])


@pytest.mark.limesurvey
def test_what_is_fixed_in_an_active_survey_is_refused(connection, survey):  # noqa: F811
    sid = survey(300_032)
    activate(connection, sid)
    with pytest.raises(DuzhengError, match="anonymized = Y") as error:
        activate(connection, sid, anonymous=False)
    assert [fault.code for fault in error.value.faults] == ["DZ-L007"]


@pytest.mark.limesurvey
def test_a_survey_that_is_not_as_our_text_says_is_not_opened(connection, survey):  # noqa: F811
    sid = survey(300_033)

    def check(_, number):
        raise DuzhengError(Fault("DZ-L006", found=f"changes of {number}", expected="none"))

    with pytest.raises(DuzhengError, match="changes of 300033"):
        activate(connection, sid, check=check)
    assert settings_of(connection, sid, "active") == {"active": "N"}


@pytest.mark.limesurvey
def test_a_survey_closes_once(connection, survey):  # noqa: F811
    sid = survey(300_034)
    with pytest.raises(DuzhengError, match="not active") as error:
        close(connection, sid, NOON)
    assert error.value.faults[0].code == "DZ-L007"
    activate(connection, sid)
    late = NOON.replace(year=2999)
    for moment in (late, late + dt.timedelta(days=7), late - dt.timedelta(days=7), NOON):  # the end may still be moved
        assert close(connection, sid, moment) == moment
    assert close(connection, sid, NOON - dt.timedelta(hours=1)) == NOON  # it is over
    with pytest.raises(DuzhengError, match=r"DZ-L007.*closed since 2026-09-01 12:00"):
        close(connection, sid, late)
    assert settings_of(connection, sid, "active", "expires") == {"active": "Y", "expires": "2026-09-01 12:00:00"}


@pytest.mark.limesurvey
def test_the_status_counts_what_is_there(connection, survey, tmp_path):  # noqa: F811
    open_, asked = survey(300_035), survey(300_036)
    activate(connection, open_)
    activate(connection, asked, participants=["district", "school"])
    register(connection, asked, people(5), journal=tmp_path / "journal.jsonl")
    for number, moment in enumerate(["2026-09-01 09:05:00", "2026-09-01 21:30:07", "2026-09-01 10:00:00"]):
        row = {"startdate": moment, "datestamp": moment, "startlanguage": "zh-Hans"}
        row["submitdate"] = moment if number < 2 else None
        connection.call("add_response", open_, row)
    close(connection, open_, NOON)
    found = status(connection, [open_, asked])
    assert found["survey"].tolist() == [open_, asked]
    assert found["active"].all()
    assert found["anonymous"].all()
    assert found["participants"].fillna(-1).tolist() == [-1, 5]
    assert found["completed"].tolist() == [2, 0]
    assert found["incomplete"].tolist() == [1, 0]
    assert found["last_answer"].astype("str").fillna("").tolist() == ["2026-09-01 21:30:07", ""]
    assert found["expires"].astype("str").fillna("").tolist() == ["2026-09-01 12:00:00", ""]


@pytest.mark.limesurvey
def test_there_is_no_status_of_what_is_not_there(connection):
    with pytest.raises(DuzhengError) as error:
        status(connection, [399_999])
    assert error.value.faults[0].code == "DZ-L005"
    assert status(connection, []).empty
