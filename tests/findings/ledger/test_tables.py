"""The tables of the ledger in a memo: what stands in a row, and what they rest on."""

from __future__ import annotations

import pytest
from tests.conftest import invent
from tests.findings.sections.by_hand import mean, number, run_of

from analysis.documents import Table, text_of
from analysis.findings import Brief, Evidence
from analysis.findings.ledger import claims, rectification
from analysis.findings.ledger.counts import table_of

ESTIMATE = "form-2019/ixAll/U/mean"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return invent(tmp_path_factory.mktemp("ledger") / "place")


def claim(name, **row):
    usual = dict.fromkeys(claims.COLUMNS, "") | dict.fromkeys(("base_year", "newest"))
    return usual | {"unit": "U", "year": 2020, "claim": name, "form": "value", "name_zh": "指标", "name_en": name,
                    "claim_year": 2019, "verdict": "agrees", "synthetic": True} | row  # fmt: skip


def item(name, **row):
    usual = dict.fromkeys(rectification.COLUMNS, "") | dict.fromkeys(("then_year", "now_year"))
    return usual | {"unit": "U", "year": 2020, "item": name, "evidence": 1, "problem_zh": "学校偏大",
                    "problem_en": "schools are large", "opened": "2019-03-01", "due": "2020-06-30", "state": "in_work",
                    "overdue": False, "name_zh": "学校数", "name_en": "Schools", "synthetic": True} | row  # fmt: skip


def shown(root, section, language="en", **tables):
    cells = [number(f"made/{name}", value, "U") for name, value in (("a", 75.0), ("b", 71.0), ("c", 0.4))]
    run = run_of(root, [], [mean("U", "ixAll", 71.0)], cells=cells, **tables)
    (table,) = [each for each in Brief(Evidence(run.slice("U"), "U"), language).section(section).blocks
                if isinstance(each, Table)]  # fmt: skip
    return [[text_of(cell) for cell in row] for row in table.rows], [text_of(note) for note in table.notes]


def test_a_claim_within_the_error_of_a_survey_is_not_said_to_agree(root):
    rows = [claim("Pleased", form="index", claimed="made/a", monitored="made/b", rests_on=ESTIMATE, verdict="within")]
    table = table_of(rows, claims.COLUMNS, years=("claim_year", "base_year", "newest"))
    body, notes = shown(root, "self_evaluation", claims=table)
    assert body == [["Pleased", "2019", "75.0 points", "71.0 points", "within error"]]
    assert any("which is no proof" in note for note in notes)
    assert any("Invented form" in note for note in notes)  # the survey behind the figure is its source
    body, notes = shown(root, "self_evaluation", "zh-Hans", claims=table)
    assert body[0][-1] == "在误差范围内"


def test_a_direction_is_held_to_a_change_with_its_sign(root):
    rows = [claim("Way", form="direction", claimed_word="up", monitored="made/c", base_year=2018)]
    table = table_of(rows, claims.COLUMNS, years=("claim_year", "base_year", "newest"))
    body, notes = shown(root, "self_evaluation", claims=table)
    assert body == [["Way", "2018–2019", "up", "+0.4 points", "agrees"]]
    assert not any("no proof" in note for note in notes)


def test_an_item_stands_with_its_dates_and_says_in_words_that_no_figure_has_come(root):
    old = {"then": "made/a", "then_year": 2018}
    rows = [item("a", **old, now="made/b", now_year=2019), item("b", **old, overdue=True), item("c", state="reported")]
    table = table_of(rows, rectification.COLUMNS, years=("evidence", "then_year", "now_year"), flags=("overdue",))
    body, _ = shown(root, "rectification", rectification=table)
    assert body[0] == ["Schools are large", "2019-03-01", "2020-06-30", "in work",
                       "Schools: 75.0 points (2018) → 71.0 points (2019)"]  # fmt: skip
    assert body[1][3:] == ["overdue and not reported", "Schools: 75.0 points (2018), no newer figure"]
    assert body[2][3:] == ["reported and awaiting re-inspection", "Schools: no figure to go by"]
    body, _ = shown(root, "rectification", "zh-Hans", rectification=table)
    assert [row[3] for row in body] == ["整改中", "逾期未报告", "已报告、待复查"]
    assert body[1][4].endswith("，尚无新数据")
