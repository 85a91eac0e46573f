"""The plan of a year: drafted from the rules, followed in the ledger, with what is not announced kept out of sight."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.supervision.invented import SPRING, UPPER, UPPER_FILE, place

from analysis.messages import DuzhengError
from analysis.supervision.evaluations import request
from analysis.supervision.plans import add, draft, plan_of, progress, step
from analysis.workspace import Workspace

FILE = "data/ledger/plans/P-2020.yaml"
NEW_YEAR = dt.date(2020, 1, 2)
VISIT = """
  - id: visit
    kind: special
    title: {zh-Hans: 四不两直检查}
    units: [V]
    begins: 2020-05-01
    ends: 2020-05-02
    owner: {zh-Hans: 督导部门}
    access: restricted
"""


def drafted(root, **files):
    ws = place(root, files)
    draft(ws, year=2020, on=NEW_YEAR, by="张某")
    return ws


def standing(ws, day, **more):
    return progress(ws, year=2020, day=day, **more).set_index("entry")


def test_what_every_year_asks_for_is_planned_with_its_days(tmp_path):
    found = standing(drafted(tmp_path), NEW_YEAR)
    assert list(found.index) == [
        "self-evaluation-county", "self-evaluation-department", "monitoring", "report", "publication",
    ]  # fmt: skip
    assert list(found["units"]) == [2, 2, 0, 0, 0]
    assert found.loc["self-evaluation-county", ["begins", "ends"]].tolist() == ["2020-01-15", "2020-03-31"]
    # After the last day, the days for corrections and for audits: 31 March, 10 and 7.
    assert found.at["publication", "begins"] == "2020-04-17"
    assert found.at["self-evaluation-county", "basis_en"] == "Invented yearbook"
    assert set(found["state"]) == {"planned"}


def test_self_evaluations_are_counted_where_they_are(tmp_path):
    ws = drafted(tmp_path, **{UPPER_FILE: UPPER})
    request(ws, year=2020, on=dt.date(2020, 1, 15), by="张某", units=["V", "fin"])
    row = standing(ws, SPRING).loc["self-evaluation-county"]
    # Upper's was handed in and is kept without steps; Valley was only asked.
    assert row[["handed_in", "done", "state"]].tolist() == [1, 1, "begun"]
    assert standing(ws, dt.date(2020, 4, 1)).at["self-evaluation-county", "state"] == "overdue"
    assert standing(ws, dt.date(2020, 1, 10)).at["self-evaluation-county", "state"] == "planned"


def test_an_entry_is_begun_and_done_and_goes_no_further(tmp_path):
    ws = drafted(tmp_path)
    step(ws, "begun", entry="monitoring", year=2020, on=SPRING, by="张某")
    step(ws, "done", entry="monitoring", year=2020, on=dt.date(2020, 11, 1), by="张某", note={"zh-Hans": "完成"})
    assert standing(ws, SPRING).at["monitoring", "state"] == "begun"
    assert standing(ws, dt.date(2021, 2, 1)).at["monitoring", "state"] == "done"
    before = (tmp_path / FILE).read_bytes()
    for state, entry, on, said in (
        (
            "begun",
            "monitoring",
            dt.date(2020, 12, 1),
            r"DZ-O002 data/ledger/plans/P-2020\.yaml, line \d+.*begun after done",
        ),
        ("begun", "report", dt.date(2019, 12, 1), r"DZ-O002 .*line \d+.*2019-12-01"),
        ("begun", "party", SPRING, r"DZ-O001 .*found 'party'; expected one of self-evaluation-county"),
    ):
        with pytest.raises(DuzhengError, match=said):
            step(ws, state, entry=entry, year=2020, on=on, by="张某")
    assert (tmp_path / FILE).read_bytes() == before


def test_people_add_visits_and_one_that_is_not_announced_is_not_public(tmp_path):
    drafted(tmp_path)
    path = tmp_path / FILE
    path.write_text(f"# 委员会通过\n{path.read_text(encoding='utf-8')}{VISIT[1:]}", encoding="utf-8")
    ws = Workspace(tmp_path)
    assert "visit" in standing(ws, SPRING, restricted=True).index
    assert "visit" not in standing(ws, SPRING).index  # not everybody in the office may read it
    assert "visit" not in standing(ws, SPRING, public=True, restricted=True).index
    assert standing(ws, dt.date(2020, 6, 1), restricted=True).at["visit", "state"] == "overdue"
    step(ws, "dropped", entry="visit", year=2020, on=SPRING, by="张某")
    assert path.read_text(encoding="utf-8").startswith("# 委员会通过\n")


def planned(ws, name="visit", **more):
    given = {"kind": "special", "title": {"zh-Hans": "专项督导"}, "units": ["V", "U"], "begins": dt.date(2020, 5, 1),
             "ends": dt.date(2020, 5, 2), "owner": {"zh-Hans": "督导部门"}} | more  # fmt: skip
    add(ws, name, year=2020, **given)


def test_a_visit_is_added_by_a_verb_and_names_whom_it_is_about(tmp_path):
    ws = drafted(tmp_path)
    before = (tmp_path / FILE).read_text(encoding="utf-8")
    planned(ws)
    planned(ws, "all", kind="comprehensive", units=(), unit_kind="county", access="internal")
    planned(ws, "drawn-later", units=())
    assert (tmp_path / FILE).read_text(encoding="utf-8").startswith(before)
    found = standing(ws, NEW_YEAR)
    assert found.loc["visit", ["units", "units_zh", "units_en"]].tolist() == [
        2,
        "谷县、上县",
        "Valley County, Upper County",
    ]
    assert found.loc["all", ["units", "units_zh", "access"]].tolist() == [2, "上县、谷县", "internal"]
    assert found.loc["drawn-later", ["units", "units_zh"]].tolist() == [0, ""]
    step(ws, "done", entry="visit", year=2020, on=dt.date(2020, 5, 2), by="张某")
    assert standing(ws, dt.date(2020, 6, 1)).at["visit", "done"] == 2


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"units": ["V", "Q"]}, "DZ-U001", "entries.5.units.1"),
        ({"units": ["P"]}, "DZ-U001", "entries.5.units.0"),  # not below itself
        ({"name": "monitoring"}, "DZ-O001", "entries.5.id"),
        ({"name": "two words"}, "DZ-O001", "id"),
        ({"ends": dt.date(2020, 4, 1)}, "DZ-O002", "entries.5.ends"),
        ({"unit_kind": "county"}, "DZ-O001", "entries.5.unit_kind"),  # beside units
        ({"units": (), "unit_kind": "prefecture"}, "DZ-O001", "entries.5.unit_kind"),  # none below
        ({"title": {"zh-Hans": " "}}, "DZ-O001", "entries.5.title"),
    ],
)
def test_an_entry_that_cannot_be_planned_is_refused_with_its_place(tmp_path, change, code, column):
    ws = drafted(tmp_path)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(DuzhengError) as caught:
        planned(ws, **change)
    assert {(each.code, each.file, each.column) for each in caught.value.faults} == {(code, FILE, column)}
    assert (tmp_path / FILE).read_bytes() == before


def test_a_plan_is_drafted_once_and_followed_only_if_it_is_there(tmp_path):
    ws = drafted(tmp_path)
    with pytest.raises(DuzhengError, match=r"DZ-O003 data/ledger/plans/P-2020\.yaml"):
        draft(ws, year=2020, on=NEW_YEAR, by="张某")
    with pytest.raises(DuzhengError, match="DZ-O003"):
        plan_of(ws, year=2021)
    with pytest.raises(DuzhengError, match="DZ-U001"):
        draft(ws, year=2020, on=NEW_YEAR, by="张某", evaluator="Q")


def test_the_plan_of_shanghai_has_every_district_department_and_survey(shanghai):
    from analysis.supervision.plans import _entries
    from analysis.supervision.year import office_year

    entries = {each.id: each for each in _entries(shanghai, office_year(shanghai), 2026, "310000")}
    assert {"self-evaluation-district", "self-evaluation-department", "survey-students", "survey-public"} <= set(
        entries
    )
    # Article 五: the first quarter.
    assert entries["self-evaluation-district"].ends == dt.date(2026, 3, 31)
