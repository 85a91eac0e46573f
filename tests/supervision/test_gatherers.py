"""What memos may read of inspections, opinions, items and rounds: by day, and by who may read it."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from tests.supervision.afterwards import (
    ACCOUNTABILITY_RULE,
    ITEMS,
    ITEMS_FILE,
    OPINION,
    OPINION_FILE,
    VISIT,
    VISIT_FILE,
    place,
)

from analysis.findings.brief import Brief
from analysis.findings.evidence import Evidence
from analysis.findings.gathered import Gathered
from analysis.findings.reference import Reference
from analysis.findings.run_tables import RunTables
from analysis.supervision.due import due
from analysis.supervision.gatherers.board import gather_board
from analysis.supervision.gatherers.inspections import gather_inspections
from analysis.supervision.gatherers.rounds import gather_rounds
from analysis.supervision.measures import take
from analysis.supervision.opinions import step
from analysis.supervision.sections import SECTIONS
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


def board(ws, day):
    return gathered(ws, day, lambda workspace, _, **more: gather_board(workspace, known(workspace), **more))


def known(workspace):
    from analysis.supervision.checks import monitored_of

    return monitored_of(workspace, [], synthetic=False)


def told(ws, day, section, *found, audience="internal", language="en"):
    """Give the texts of a section of the documents: a list a sentence or row of a table."""
    on_day = Workspace(ws.root, dt.date.fromisoformat(day))
    tables = {name: frame for each in found for name, frame in each.tables.items()}
    cells = [each.cells for each in found if each.cells is not None]
    tables |= {"cells": pd.concat(cells, ignore_index=True)} if cells else {}
    run = RunTables(Reference.of(on_day, year=2020, boundaries=2020), tables)
    brief = Brief(Evidence(run if audience == "internal" else run.public(), "P"), language, audience)
    lines = []
    for block in SECTIONS[section].make(brief):
        shown = [[each.text for each in block.columns], *block.rows] if hasattr(block, "rows") else [[block.text]]
        lines += [["".join(run.text for run in cell) for cell in row] for row in shown]
    return lines


@pytest.mark.parametrize(("day", "counts"), [("2020-02-09", [2, 2]), ("2020-03-05", [3, 3]), ("2020-06-01", [3, 3])])
def test_the_board_counts_what_was_open_on_its_day(tmp_path, day, counts):
    found = board(place(tmp_path), day)
    cells = found.cells.set_index("id")["value"]
    (row,) = public(found, "board_counts")
    assert [cells[row[name]] for name in ("items", "open")] == counts
    assert public(found, "board_proposed") == []


def test_items_and_what_is_due_of_them_go_to_whom_may_read_them(tmp_path):
    items = ITEMS
    for item, access in (("money", "internal"), ("places", "restricted")):
        items = items.replace(f"- id: {item}\n", f"- id: {item}\n        access: {access}\n")
    ws = place(tmp_path, {ITEMS_FILE: items})
    found = board(ws, "2020-06-01")
    access = {"teachers": "public", "money": "internal"}
    for table in ("board", "board_moved"):
        rows = found.tables[table]
        assert dict(zip(rows["item"], rows["access"], strict=True)) == access, table
    cells = found.cells.set_index("id")["value"]
    counts = {row["access"]: cells[row["items"]] for row in found.tables["board_counts"].to_dict("records")}
    assert counts == {"public": 1, "internal": 2}
    assert "places" not in str(found.tables)
    rows = due(ws, day=dt.date(2020, 6, 1), restricted=True)
    assert {row["ref"].split("/")[1]: row["access"] for row in rows.to_dict("records")} == access | {
        "places": "restricted"
    }
    assert {row["ref"] for row in due(ws, day=dt.date(2020, 6, 1), public=True).to_dict("records")} == {"U/teachers"}
    assert [told(ws, "2020-06-01", "board", found, audience=each)[1][0].split(".")[0]
            for each in ("public", "internal")] == ["Items in the ledger: 1", "Items in the ledger: 2"]  # fmt: skip


ROUND = """
    id: first
    evaluator: P
    title: {zh-Hans: 第一轮, en: First round}
    unit_kind: county
    first: 2020
    last: 2022
    placements:
      - {unit: U, slot: 2020-1, fixed: true, risk: 3, reasons: [fixed]}
      - {unit: V, slot: 2020-2, risk: 2, reasons: [moved, risk]}
    changes:
      - {date: 2020-01-10, by: 张某}
      - {date: 2020-03-01, by: 张某, what: again, moved: [{unit: V, before: 2021-1, after: 2020-2}]}
    """


def test_the_public_sees_slots_and_neither_reasons_nor_risk_nor_what_is_fixed(tmp_path):
    ws = place(tmp_path, {"data/ledger/rounds/first.yaml": ROUND})
    found = gathered(ws, "2020-03-05", gather_rounds)
    assert not {"fixed", "risk", "reasons", "reasons_zh", "reasons_en"} & {*found.tables["round_placed"]}
    assert public(found, "round_reasons") == []
    outside = told(ws, "2020-03-05", "round", found, audience="public")
    assert outside[2:] == [["Slot", "District", "State", "Observers"], ["2020-1", "Upper County", "not begun", "—"],
                           ["2020-2", "Valley County", "not begun", "—"]]  # fmt: skip
    inside = told(ws, "2020-03-05", "round", found)
    assert [row[4:] for row in inside[2:]] == [["Why"], ["fixed by people"], ["moved and higher risk"]]


def test_the_document_of_a_past_day_has_the_slots_of_that_day(tmp_path):
    ws = place(tmp_path, {"data/ledger/rounds/first.yaml": ROUND})
    found = gathered(ws, "2020-02-20", gather_rounds)
    assert found.tables["round_placed"]["slot"].tolist() == ["2020-1", "2021-1"]
    assert found.tables["round_reasons"]["reasons"].tolist() == ["fixed", ""]
    shown = told(ws, "2020-02-20", "round_slots", found)[2:5]
    assert [row[3:] for row in shown] == [["1", "0"], ["0", "0"], ["1", "0"]]
    assert [row[3] for row in told(ws, "2020-02-20", "round_slots", found, language="zh-Hans")[2:5]] == [
        "1次",
        "0次",
        "1次",
    ]


def test_the_checklist_says_what_nobody_could_look_at_and_what_was_decided_in_words(tmp_path):
    rule = (
        ACCOUNTABILITY_RULE["data/rules/accountability.yaml"].rstrip()
        + """
            - {kind: papers_changed, certainty: own}
    """
    )
    ws = place(tmp_path, {"data/rules/accountability.yaml": rule})
    take(ws, "interview", unit="U", on=dt.date(2020, 5, 20), by="张某", grounds={"zh-Hans": "逾期"}, situation="weak")
    take(ws, "notice", unit="U", on=dt.date(2020, 5, 22), by="张某", grounds={"zh-Hans": "逾期"}, situation="weak")
    lines = told(ws, "2020-06-01", "checklist", board(ws, "2020-06-01"))
    assert lines[4][4] == "Interview (2020-001) and Notice (2020-002)"
    # The hashes of papers are looked at where the files are given: of none of the two counties and two departments.
    assert lines[-2:] == [["Material", "Why", "Units"], ["papers whose hash is not the one that was handed in",
                                                         "the files of papers were not given", "4"]]  # fmt: skip


def test_the_agenda_has_what_there_is_to_deal_with(tmp_path):
    ws = place(tmp_path, {VISIT_FILE: VISIT, OPINION_FILE: OPINION, "data/ledger/rounds/first.yaml": ROUND})
    always = ["The round of comprehensive evaluations", "Special and comprehensive evaluations"]
    opinions, board_, due_ = (
        "Inspection opinions to approve and issue",
        "Rectification and its verification",
        "What is due in the next weeks",
    )
    for day, items in (("2020-01-12", [*always, due_]), ("2020-01-21", [*always, opinions, due_]),
                       ("2020-02-20", [*always, board_, due_])):  # fmt: skip
        parts = (board(ws, day), gathered(ws, day), gathered(ws, day, gather_rounds))
        assert [row[1] for row in told(ws, day, "agenda", *parts)[3:]] == items


@pytest.mark.parametrize(
    ("table", "of", "there", "gone"),
    [
        ("report", "P", ("noticed", "posted"), ("submitted",)),
        ("evaluations", "U", ("requested", "approved", "withdrawn"), ("published",)),
        ("opinions", "P", ("drafted", "preliminary", "replied", "approved"), ("issued", "published")),
        ("round_placed", "P", ("overdue", "absent"), ("planned", "begun", "done")),
    ],
)
def test_what_is_settled_is_no_item_of_the_agenda(tmp_path, table, of, there, gone):
    ws = place(tmp_path)
    for value in (*there, *gone):
        found = Gathered(tables={table: pd.DataFrame([{"unit": of, "state": value}])})
        assert bool(told(ws, "2020-06-01", "agenda", found)) == (value in there), value
