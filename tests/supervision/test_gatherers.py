"""What memos may read of inspections, opinions, items and rounds: by day, and by who may read it."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.supervision.afterwards import OPINION, OPINION_FILE, VISIT, VISIT_FILE, place

from analysis.supervision.gatherers.board import gather_board
from analysis.supervision.gatherers.inspections import gather_inspections
from analysis.supervision.opinions import step
from analysis.workspace import Workspace

UNANNOUNCED = (VISIT.replace("units: [U]", "units: [U]\n    access: internal")
               .replace("      - {state: announced, date: 2020-01-07, by: 张某}\n", ""))  # fmt: skip


def gathered(ws, day, gather=gather_inspections):
    on_day = Workspace(ws.root, dt.date.fromisoformat(day))
    return gather(on_day, None, evaluator="P", year=2020, synthetic=False)


def public(found, table):
    rows = found.tables.get(table)
    return [] if rows is None else rows[rows["access"] == "public"].to_dict("records")


def test_a_visit_that_is_not_announced_is_public_from_the_day_on_site(tmp_path):
    ws = place(tmp_path, {VISIT_FILE: UNANNOUNCED})
    before, after = gathered(ws, "2020-01-12"), gathered(ws, "2020-01-13")
    assert public(before, "inspections") == []
    assert [each["access"] for each in before.subjects if each["kind"] == "inspection"] == ["internal"]
    assert [row["state"] for row in public(after, "inspections")] == ["on_site"]


def test_what_is_restricted_is_in_no_table_and_no_list_of_subjects(tmp_path):
    ws = place(tmp_path, {VISIT_FILE: UNANNOUNCED.replace("access: internal", "access: restricted")})
    found = gathered(ws, "2020-01-20")
    assert (found.tables, found.subjects) == ({}, ())


def test_teams_schools_and_findings_stay_inside(tmp_path):
    found = gathered(place(tmp_path, {VISIT_FILE: VISIT}), "2020-01-20")
    assert public(found, "inspection_team") == []
    assert public(found, "inspection_found") == []
    assert len(found.tables["inspection_team"]) == 2
    assert public(found, "visits") == []


def test_a_document_of_an_earlier_day_does_not_know_what_came_later(tmp_path):
    ws = place(tmp_path, {VISIT_FILE: VISIT, OPINION_FILE: OPINION})
    early = gathered(ws, "2020-01-13")
    assert early.tables["inspections"]["state"].tolist() == ["on_site"]
    assert "inspection_found" not in early.tables  # it was found on the 14th
    assert "opinions" not in early.tables
    assert gathered(ws, "2020-01-21").tables["opinions"]["state"].tolist() == ["drafted"]


def test_an_opinion_is_public_once_it_was_published(tmp_path):
    ws = place(tmp_path, {VISIT_FILE: VISIT, OPINION_FILE: OPINION})
    assert public(gathered(ws, "2020-02-20"), "opinion_parts") == []
    step(ws, "published", inspection="visit", unit="U", on=dt.date(2020, 2, 20), by="州政府")
    found = gathered(ws, "2020-02-20")
    assert [row["id"] for row in public(found, "opinion_parts")] == ["places", "order"]
    assert {each["access"] for each in found.subjects if each["kind"] == "visit"} == {"public"}


@pytest.mark.parametrize(("day", "counts"), [("2020-02-09", [2, 2]), ("2020-03-05", [3, 3]), ("2020-06-01", [3, 3])])
def test_the_board_counts_what_was_open_on_its_day(tmp_path, day, counts):
    ws = place(tmp_path)
    found = gathered(ws, day, lambda workspace, _, **more: gather_board(workspace, known(workspace), **more))
    cells = found.cells.set_index("id")["value"]
    row = found.tables["board_counts"].iloc[0]
    assert [cells[row[name]] for name in ("items", "open")] == counts
    assert public(found, "board_proposed") == []


def known(workspace):
    from analysis.supervision.checks import monitored_of

    return monitored_of(workspace, [], synthetic=False)
