"""Deliveries: what holds to its contract is taken, what does not is refused, and either is logged."""

from __future__ import annotations

import hashlib

import pytest
from tests.supervision.invented import SPRING, place, poll

from analysis.messages import DuzhengError
from analysis.supervision.deliveries import accept, deliveries
from analysis.supervision.others import evidence

FIGURES = "unit,year,indicator,value,measure,source\nU,2018,pupils,3400,人,made-up\nV,2018,pupils,950,人,made-up\n"
SCHOOLS = "school,unit,stage,year,students\ns1,U,primary,2018,600\n"


def deliver(ws, tmp_path, text, contract, **more):
    path = tmp_path / "from-them.csv"
    path.write_text(text, encoding="utf-8")
    return accept(ws, path, contract=contract, supplier="监测公司", on=SPRING, by="张某", **more)


def test_figures_are_copied_as_delivered_and_logged_with_their_hash(tmp_path):
    ws = place(tmp_path)
    before = len(ws.observations)
    taken = deliver(ws, tmp_path, FIGURES, "figures")
    assert (tmp_path / taken.went_to).read_text(encoding="utf-8") == FIGURES
    assert len(ws.observations) == before + 2
    (row,) = deliveries(ws).to_dict("records")
    assert row["sha256"] == hashlib.sha256(FIGURES.encode()).hexdigest()
    assert (row["id"], row["rows"], row["faults"], row["outcome"]) == ("2020-001", 2, 0, "accepted")
    assert (row["delivered"], row["supplier"], row["note"]) == ("from-them.csv", "监测公司", "")


def test_a_refused_file_leaves_nothing_but_its_line_in_the_log(tmp_path):
    ws = place(tmp_path)
    there = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    bad = FIGURES.replace("U,2018", "Q,2018").replace("950,人", "九百,人")
    with pytest.raises(DuzhengError) as caught:
        deliver(ws, tmp_path, bad, "figures")
    assert {(each.code, each.file, each.row) for each in caught.value.faults} == {
        ("DZ-U001", "from-them.csv", 2), ("DZ-T003", "from-them.csv", 3),
    }  # fmt: skip
    new = {path.name for path in tmp_path.rglob("*") if path.is_file() and path not in there}
    assert new == {"deliveries.csv", ".lock", "from-them.csv"}
    (row,) = deliveries(ws).to_dict("records")
    assert (row["outcome"], row["rows"], row["faults"]) == ("refused", 2, 2)


def test_a_file_is_checked_together_with_what_is_there(tmp_path):
    ws = place(tmp_path)
    with pytest.raises(DuzhengError, match=r"DZ-T005 from-them\.csv, row 2.*all\.csv"):
        deliver(ws, tmp_path, FIGURES.replace("U,2018", "U,2017"), "figures")


def test_the_same_file_is_not_taken_twice_but_a_refused_one_may_come_again(tmp_path):
    ws = place(tmp_path)
    refused = poll("p1,V,2018,happy,80.0,public,,census")
    for _ in range(2):
        with pytest.raises(DuzhengError, match="DZ-I001"):
            deliver(ws, tmp_path, refused, "poll")
    deliver(ws, tmp_path, FIGURES, "figures")
    with pytest.raises(
        DuzhengError, match=r"DZ-O003 from-them\.csv: found the file that was accepted on 2020-03-05 as"
    ):
        deliver(ws, tmp_path, FIGURES, "figures")
    assert list(deliveries(ws)["outcome"]) == ["refused", "refused", "accepted"]


def test_schools_and_evidence_go_where_they_belong(tmp_path):
    ws = place(tmp_path)
    assert deliver(ws, tmp_path, SCHOOLS, "schools").went_to == "data/schools/delivery-2020-001.csv"
    assert len(ws.schools) == 1
    taken = deliver(ws, tmp_path, poll("p1,V,2018,content,80.0,public,,census"), "poll")
    assert taken.went_to == "data/ledger/evidence/poll"
    assert list(evidence(ws, year=2020)["id"]) == ["p1"]


def test_an_excel_file_is_a_delivery_like_another(tmp_path):
    from openpyxl import Workbook

    ws, book = place(tmp_path), Workbook()
    for line in poll("p1,V,2018,content,80.5,public,,census").splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "poll.xlsx")
    accept(ws, tmp_path / "poll.xlsx", contract="poll", supplier="统计局", on=SPRING, by="张某")
    assert list(evidence(ws, year=2020)["value"]) == [80.5]


def test_invented_figures_are_checked_and_logged_and_stand_nowhere(tmp_path):
    ws = place(tmp_path)
    assert deliver(ws, tmp_path, FIGURES, "figures", synthetic=True).went_to == ""
    assert len(ws.figures("pupils")) == 7
    assert (len(deliveries(ws)), len(deliveries(ws, synthetic=True))) == (0, 1)


@pytest.mark.parametrize("contract", ["rumours", ""])
def test_a_contract_that_there_is_not_is_refused_unlogged(tmp_path, contract):
    ws = place(tmp_path)
    with pytest.raises(DuzhengError, match="DZ-O001 column contract"):
        deliver(ws, tmp_path, FIGURES, contract)
    with pytest.raises(DuzhengError, match=r"DZ-T001 gone\.csv"):
        accept(ws, tmp_path / "gone.csv", contract="figures", supplier="某", on=SPRING, by="某")
    with pytest.raises(DuzhengError, match=r"DZ-O003 all\.csv"):
        accept(ws, tmp_path / "data/observations/all.csv", contract="figures", supplier="某", on=SPRING, by="某")
    assert deliveries(ws).empty


def test_each_evaluator_has_its_own_log_and_takes_rows_about_those_below_it_only(tmp_path):
    ws = place(tmp_path)
    said = r"DZ-U001 from-them\.csv, row 2, column unit: found 'U'; expected V, or"
    for contract, text in (("figures", FIGURES), ("schools", SCHOOLS)):
        with pytest.raises(DuzhengError, match=said):
            deliver(ws, tmp_path, text, contract, evaluator="V")
    deliver(ws, tmp_path, SCHOOLS.replace("U", "V"), "schools", evaluator="V")
    deliver(ws, tmp_path, FIGURES, "figures")
    rows = deliveries(ws, evaluator="V")[["id", "evaluator", "outcome"]].to_numpy().tolist()
    assert rows == [["2020-001", "V", "refused"], ["2020-002", "V", "refused"], ["2020-003", "V", "accepted"]]
    assert list(deliveries(ws)["id"]) == ["2020-004"]


def test_a_log_from_before_there_were_evaluators_is_that_of_the_unit_above_all(tmp_path):
    ws = place(tmp_path)
    deliver(ws, tmp_path, FIGURES, "figures")
    path = tmp_path / "data/ledger/deliveries/deliveries.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("id,evaluator,", "id,").replace("-001,,", "-001,"),
                    encoding="utf-8")  # fmt: skip
    deliver(ws, tmp_path, SCHOOLS, "schools")
    assert list(deliveries(ws)["evaluator"]) == ["P", "P"]
    with pytest.raises(DuzhengError, match=r"DZ-O003 .*column evaluator: found no such column"):
        deliver(ws, tmp_path, SCHOOLS.replace("U", "V"), "schools", evaluator="V")
