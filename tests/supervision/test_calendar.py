"""The calendar as RFC 5545 has it: read back by a library, and line by line where libraries are lenient."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from icalendar import Calendar
from tests.supervision.afterwards import ITEMS, ITEMS_FILE, OPINION, OPINION_FILE, VISIT, VISIT_FILE, place, run

from analysis.messages import DuzhengError
from analysis.supervision.calendar import calendar, uid
from analysis.supervision.due import due

JANUARY = dt.date(2020, 1, 10)
MARCH = dt.date(2020, 3, 5)
MAY = dt.date(2020, 5, 20)
SECRET = VISIT.replace("units: [U]", "units: [U]\n    access: restricted")
NOT_ANNOUNCED = SECRET.replace("\n      - {state: announced, date: 2020-01-07, by: 张某}", "")


@pytest.fixture
def office(tmp_path):
    return place(tmp_path, {VISIT_FILE: VISIT, OPINION_FILE: OPINION})


def events(content: bytes) -> dict[str, object]:
    """Read a calendar back; its events by what their descriptions say of the ledger."""
    found = {}
    for event in Calendar.from_ical(content).walk("VEVENT"):
        found[str(event["description"]).rsplit(" ", maxsplit=1)[-1] + " " + str(event["summary"])] = event
    return found


def lines(content: bytes) -> list[str]:
    """Unfold a calendar by hand, as RFC 5545, 3.1 says."""
    return re.sub(rb"\r\n[ \t]", b"", content).decode().split("\r\n")


def test_every_line_ends_with_cr_lf_and_is_no_longer_than_75_octets(office):
    content = calendar(office, day=MAY)
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    folded = [line for line in content.split(b"\r\n") if line.startswith(b" ")]
    assert folded  # Chinese texts are long in octets
    for line in content.split(b"\r\n"):
        line.decode()  # no character is cut in two


def test_a_calendar_has_what_it_must_have_and_says_whose_it_is(office):
    said = lines(calendar(office, day=MAY))
    assert said[0] == "BEGIN:VCALENDAR"
    assert {"VERSION:2.0", "PRODID:-//Duzheng//Education inspection//EN", "CALSCALE:GREGORIAN",
            "NAME:虚构州教育督导工作日历 · 内部", "X-WR-CALDESC:截至2020年5月20日的情况"} <= set(said)  # fmt: skip
    assert not [line for line in said if line.startswith("METHOD")]  # it is no invitation to anybody
    for event in Calendar.from_ical(calendar(office, day=MAY)).walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "CATEGORIES", "CLASS"} <= set(event)


def test_the_end_of_an_event_is_the_day_after_its_last(office):
    said = "\n".join(lines(calendar(office, day=JANUARY)))
    # On site from 13 to 15 January; of all-day events the end is no part (RFC 5545, 3.6.1).
    assert "DTSTART;VALUE=DATE:20200113\nDTEND;VALUE=DATE:20200116" in said
    (visit,) = (each for name, each in events(calendar(office, day=JANUARY)).items() if "现场" in name)
    assert (visit.decoded("dtstart"), visit.decoded("dtend")) == (dt.date(2020, 1, 13), dt.date(2020, 1, 16))
    (deadline,) = (each for name, each in events(calendar(office, day=MARCH)).items() if "完成整改：教师不足" in name)
    assert deadline.decoded("dtend") - deadline.decoded("dtstart") == dt.timedelta(days=1)


def test_events_are_those_that_are_due_and_say_it_in_either_language(office):
    rows = due(office, day=MAY)
    for language, column in (("zh-Hans", "text_zh"), ("en", "text_en")):
        found = Calendar.from_ical(calendar(office, day=MAY, language=language)).walk("VEVENT")
        assert len(found) == len(rows)
        assert [str(each["summary"]).removeprefix("【逾期】").removeprefix("Overdue: ") for each in found] == list(
            rows[column]
        )
        assert all(each["summary"].params["LANGUAGE"] == language for each in found)
        assert [each.decoded("dtstart").isoformat() for each in found] == list(rows["begins"])
    late = [str(each["summary"]) for each in Calendar.from_ical(calendar(office, day=MAY)).walk("VEVENT")]
    assert [text.startswith("【逾期】") for text in late] == [True, False, False]
    assert str(found[0]["description"]) == ("Who: Upper County (County personnel)\nLedger: Rectification U/teachers")
    assert found[0]["categories"].to_ical() == b"Rectification"


def test_an_event_keeps_its_uid_when_its_date_moves_and_is_revised(office, tmp_path):
    before = events(calendar(office, day=MARCH))
    (name,) = (each for each in before if "拨付不及时" in each)
    was = before[name]
    # On 5 March money was due on the 20th, as set on 25 February; a week later it came back until 30 June.
    assert (was.decoded("dtstart"), int(was["sequence"])) == (dt.date(2020, 3, 20), 1)
    now = events(calendar(office, day=dt.date(2020, 3, 14)))[name]
    assert now.decoded("dtstart") == dt.date(2020, 6, 30)
    assert str(now["uid"]) == str(was["uid"])
    assert int(now["sequence"]) == 2
    assert now.decoded("dtstamp") > was.decoded("dtstamp")


def test_what_was_moved_in_an_editor_is_told_by_a_later_stamp(office, tmp_path):
    (tmp_path / ITEMS_FILE).write_text(
        (tmp_path / ITEMS_FILE).read_text(encoding="utf-8").replace("due: 2020-05-01", "due: 2020-05-08"),
        encoding="utf-8",
    )
    before = next(each for name, each in events(calendar(office, day=MARCH)).items() if "教师不足" in name)
    office.__dict__.pop("ledger", None)
    now = next(each for name, each in events(calendar(office, day=MAY)).items() if "教师不足" in name)
    assert str(before["uid"]) == str(now["uid"])
    assert int(now["sequence"]) == int(before["sequence"]) == 0  # equal: the later stamp counts (RFC 5546, 2.1.5)
    assert now.decoded("dtstamp") == dt.datetime(2020, 5, 20, tzinfo=dt.UTC) > before.decoded("dtstamp")


def test_uids_are_unique_and_those_of_another_office_or_of_the_demonstration_are_others(office):
    content = calendar(office, day=MARCH)
    ids = [str(each["uid"]) for each in Calendar.from_ical(content).walk("VEVENT")]
    assert len(ids) == len(set(ids)) == len(due(office, day=MARCH))
    parts = ("decisions", "2020-001", "decision")
    assert len({uid("P", *parts), uid("V", *parts), uid("P", *parts, synthetic=True)}) == 3
    assert uid("P", "rectification", "U/teachers", "rectify") in ids
    assert "U/teachers" not in uid("P", "rectification", "U/teachers", "rectify")


def test_the_same_ledger_and_day_give_the_same_bytes(office, tmp_path):
    content = calendar(office, day=MAY)
    assert calendar(place(tmp_path / "again", {VISIT_FILE: VISIT, OPINION_FILE: OPINION}), day=MAY) == content
    assert calendar(office, day=dt.date(2020, 5, 21)) != content


def test_people_are_reminded_as_the_rules_say_and_not_of_days_that_are_over(office):
    # Of rectification 30 and 7 days before: data/rules/inspections.yaml. On 5 March, 1 May is 57 days away.
    (event,) = (each for name, each in events(calendar(office, day=MARCH)).items() if "完成整改：教师不足" in name)
    alarms = event.walk("VALARM")
    assert [each.decoded("trigger") for each in alarms] == [dt.timedelta(days=-30), dt.timedelta(days=-7)]
    assert [str(each["action"]) for each in alarms] == ["DISPLAY"] * 2
    assert all(str(each["description"]) == "完成整改：教师不足" for each in alarms)
    assert "TRIGGER:-P30D" in lines(calendar(office, day=MARCH))
    days = (dt.date(2020, 4, 1), dt.date(2020, 4, 2), dt.date(2020, 4, 25))
    left = [next(len(each.walk("VALARM")) for name, each in events(calendar(office, day=day)).items()
                 if "完成整改：教师不足" in name) for day in days]  # fmt: skip
    assert left == [2, 1, 0]


def test_a_visit_that_is_not_announced_stands_only_in_the_restricted_calendar(tmp_path):
    ws = place(tmp_path, {VISIT_FILE: NOT_ANNOUNCED, ITEMS_FILE: ITEMS})
    public, internal, restricted = (calendar(ws, day=JANUARY, **asked) for asked in (
        {"public": True}, {}, {"restricted": True}
    ))  # fmt: skip
    assert "学位专项督导" not in "\n".join([*lines(public), *lines(internal)])
    assert "学位专项督导" in "\n".join(lines(restricted))
    assert uid("P", "inspections", "visit", "on_site").encode() not in public + internal
    (visit,) = (each for name, each in events(restricted).items() if "现场" in name)
    assert (str(visit["class"]), str(visit["transp"])) == ("CONFIDENTIAL", "OPAQUE")
    names = [next(line for line in lines(each) if line.startswith("NAME:")) for each in (public, internal, restricted)]
    assert [name.rsplit(" · ", maxsplit=1)[-1] for name in names] == ["公开版", "内部", "限制阅知"]


def test_texts_with_commas_semicolons_and_line_breaks_come_back_as_they_were(tmp_path):
    odd = r"一，二, 三; 四\n五"
    ws = place(tmp_path, {ITEMS_FILE: ITEMS.replace("{zh-Hans: 教师不足, en: too few teachers}",
                                                    f'{{zh-Hans: "{odd}"}}')})  # fmt: skip
    summaries = [str(each["summary"]) for each in Calendar.from_ical(calendar(ws, day=MARCH)).walk("VEVENT")]
    assert "完成整改：一，二, 三; 四\n五" in summaries


def test_the_command_writes_a_file_and_replaces_it(office, tmp_path):
    out = tmp_path / "out/due.ics"
    asked = ("due", "calendar", "--out", str(out), "--on", "2020-05-20")
    assert run(tmp_path, *asked).stdout == f"{out}: 3 events\n"
    assert out.read_bytes() == calendar(office, day=MAY)
    assert run(tmp_path, *asked, "--within", "0", "--language", "en").stdout == f"{out}: 2 events\n"
    assert "Overdue: Put right: too few teachers" in "\n".join(lines(out.read_bytes()))
    assert run(tmp_path, *asked, "--language", "fr").exit_code == 2
    with pytest.raises(DuzhengError, match=r"DZ-O003 due\.ics"):
        run(tmp_path, "due", "calendar", "--out", str(tmp_path / "workspace.yaml/due.ics"))
