"""The office's year: days as the rule set says them, and who is reminded when."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.supervision.handing_in import CHECKED, HANDED_IN, NOTICE, asked, claim, handed, place

from analysis.messages import DuzhengError
from analysis.supervision.evaluations import Decided, move, submit
from analysis.supervision.standing import standing
from analysis.supervision.year import Day, Reminders, office_year, reminders

RULE = "data/rules/office_year.yaml"


def test_the_last_of_february_is_the_29th_where_a_year_has_one():
    last = Day(day="02-29", certainty="own")
    assert [last.of(year) for year in (2023, 2024, 2100)] == [
        dt.date(2023, 2, 28), dt.date(2024, 2, 29), dt.date(2100, 2, 28)
    ]  # fmt: skip
    assert Day(day="03-31", certainty="own").of(2023) == dt.date(2023, 3, 31)


@pytest.mark.parametrize("wrong", ["02-30", "13-01", "3-31", "2020-03-31", "00-10"])
def test_a_day_that_there_is_not_is_refused_with_its_line(tmp_path, wrong):
    workspace = place(tmp_path)
    text = (tmp_path / RULE).read_text(encoding="utf-8")
    (tmp_path / RULE).write_text(text.replace("noticed: {day: 01-15", f"noticed: {{day: {wrong}"), encoding="utf-8")
    with pytest.raises(DuzhengError) as caught:
        office_year(workspace)
    (fault,) = caught.value.faults
    assert (fault.code, fault.file, fault.line) == ("DZ-W003", RULE, 6)


def test_reminders_come_before_and_then_every_so_many_days():
    rule = Reminders(days_before=(14, 3, 0), days_after=7, certainty="own")
    found = [*reminders(dt.date(2024, 3, 7), rule, dt.date(2024, 3, 21))]
    assert found == [dt.date(2024, *day) for day in ((2, 22), (3, 4), (3, 7), (3, 14), (3, 21))]
    assert not [*reminders(dt.date(2024, 3, 7), rule, dt.date(2024, 2, 21))]


def test_a_unit_is_reminded_until_it_hands_in_and_again_when_its_form_comes_back(tmp_path):
    workspace = asked(tmp_path, "U", "V")

    def row(day, unit="U"):
        return standing(workspace, year=2020, day=day).set_index("unit").loc[unit]

    # Due on 31 March, three days before which, and every seven days after which, the rule set reminds.
    days = [dt.date(2020, 3, 24) + dt.timedelta(days=number) for number in range(29)]
    reminded = [day for day in days if row(day)["reminded"]]
    assert reminded == [dt.date(2020, *day) for day in ((3, 28), (4, 7), (4, 14), (4, 21))]
    late = row(dt.date(2020, 4, 7))
    assert (late["state"], late["due"], late["days"], late["overdue"]) == ("requested", "2020-03-31", -7, True)
    assert not row(dt.date(2020, 3, 31))["overdue"]
    asked_only = row(NOTICE - dt.timedelta(days=1))
    assert (asked_only["state"], asked_only["reminded"]) == ("", False)

    submit(workspace, handed(claim("pupils", value=3300)), unit="U", year=2020, on=HANDED_IN, by="李某")
    assert not any(row(day)["reminded"] for day in reminded)
    assert row(HANDED_IN)[["due", "claims", "overdue"]].to_list() == ["", 1, False]
    assert row(NOTICE)["state"] == "requested"  # a day looks back
    assert row(NOTICE)["claims"] == 0
    step = Decided("U", "returned", note={"zh-Hans": "补正"})
    move(workspace, [step], year=2020, on=CHECKED, by="张某")
    # Ten days for the correction, so to 11 March.
    again = [dt.date(2020, 3, day) for day in range(1, 20) if row(dt.date(2020, 3, day))["reminded"]]
    assert again == [dt.date(2020, 3, 8), dt.date(2020, 3, 18)]
    assert row(dt.date(2020, 3, 12))[["returned", "overdue", "days"]].to_list() == [1, True, -1]
    assert standing(workspace, year=2020, day=CHECKED)["unit"].to_list() == ["U", "V", "fin", "edu"]
    assert not standing(workspace, year=2019, day=CHECKED)["state"].any()
