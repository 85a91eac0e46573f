"""Registers: each rule of each kind refuses the row that breaks it, by its number; what is invented stands apart."""

from __future__ import annotations

import csv
import io

import pytest
from tests.conftest import INVENTED, write

from analysis.messages import DuzhengError
from analysis.workspace import Workspace
from analysis.workspace.ledger import read_ledger
from analysis.workspace.ledger.registers import REGISTERS

EVIDENCE = {
    "id": "good", "unit": "U", "date": "2020-02-10", "year": "2017", "duty": "growth", "indicator": "pupils",
    "value": "3300", "statement_zh": "据查如此", "source_zh": "州某局", "reliability": "B", "access": "public",
}  # fmt: skip
#: A row of each register that is right.
GOOD = {
    "evidence/supervision": {**EVIDENCE, "document": "州督〔2020〕1号"},
    "evidence/audit": {**EVIDENCE, "document": "州审〔2020〕1号", "amount": "12.5"},
    "evidence/poll": {**EVIDENCE, "respondents": "400", "margin": "4.9", "selection": "probability"},
    "evidence/media": {**EVIDENCE, "outlet": "州报", "url": "https://example.org/1"},
    "deliveries": {"id": "good", "contract": "households", "supplier": "某公司", "date": "2020-02-10",
                   "delivered": "a.csv", "sha256": "a" * 64, "rows": "100", "faults": "0", "outcome": "accepted",
                   "by": "张某"},
    "decisions": {"id": "good", "evaluator": "P", "date": "2020-02-10", "meeting_zh": "会议", "decision_zh": "决定",
                  "unit": "U", "duty": "growth", "due": "2020-02-10", "done": "2020-03-01", "access": "internal"},
    "measures": {"id": "good", "evaluator": "P", "unit": "U", "date": "2020-02-10", "measure": "accountability",
                 "grounds_zh": "依据", "document": "州督〔2020〕2号", "paper": "a.pdf", "sha256": "a" * 64,
                 "by": "张某", "access": "internal"},
    "incidents": {"id": "good", "unit": "U", "date": "2020-02-10", "kind": "food", "grade": "ordinary",
                  "statement_zh": "情况", "deaths": "0", "injured": "3", "source_zh": "州某局", "reliability": "A",
                  "closed": "2020-02-10", "access": "internal"},
    "exports": {"id": "good", "evaluator": "P", "date": "2020-02-10", "by": "张某", "purpose": "干部考核",
                "units": "U;V", "year": "2020", "exported": "a.xlsx", "sha256": "a" * 64},
}  # fmt: skip
#: What breaks a row: the cells, and the code and column of the fault.
OF_ALL = [
    ({"date": "2020-2-10"}, "DZ-T004", "date"),
    ({"date": "2020-02-30"}, "DZ-T004", "date"),
    ({"date": ""}, "DZ-T003", "date"),
    ({"id": ""}, "DZ-T003", "id"),
]
OF_EVIDENCE = [
    *OF_ALL,
    ({"access": "secret"}, "DZ-T004", "access"),
    ({"reliability": "D"}, "DZ-T004", "reliability"),
    ({"value": ""}, "DZ-T004", "value"),
    ({"indicator": ""}, "DZ-T004", "value"),
    ({"year": "2021"}, "DZ-T004", "year"),
    ({"value": "3,300"}, "DZ-T003", "value"),
    ({"unit": "X"}, "DZ-U001", "unit"),
    ({"indicator": "pupil"}, "DZ-I001", "indicator"),
    ({"duty": "nothing"}, "DZ-O001", "duty"),
    ({"statement_zh": ""}, "DZ-T003", "statement_zh"),
    ({"source_zh": ""}, "DZ-T003", "source_zh"),
]
WRONG = {
    "evidence/supervision": [*OF_EVIDENCE, ({"document": ""}, "DZ-T003", "document")],
    "evidence/audit": [*OF_EVIDENCE, ({"document": ""}, "DZ-T003", "document"),
                       ({"amount": "12万"}, "DZ-T003", "amount")],
    "evidence/poll": [*OF_EVIDENCE, ({"respondents": "0"}, "DZ-T004", "respondents"),
                      ({"respondents": "-3"}, "DZ-T004", "respondents"),
                      ({"respondents": ""}, "DZ-T003", "respondents"),
                      ({"selection": "open"}, "DZ-T004", "margin"),
                      ({"selection": "quota"}, "DZ-T004", "selection")],
    "evidence/media": [*OF_EVIDENCE, ({"access": "internal"}, "DZ-T004", "access"),
                       ({"reliability": "A"}, "DZ-T004", "reliability"), ({"url": ""}, "DZ-T003", "url")],
    "deliveries": [*OF_ALL, ({"outcome": "lost"}, "DZ-T004", "outcome"), ({"faults": "1"}, "DZ-T004", "faults"),
                   ({"outcome": "refused"}, "DZ-T004", "faults"), ({"sha256": "a" * 63}, "DZ-T004", "sha256"),
                   ({"sha256": "A" * 64}, "DZ-T004", "sha256"), ({"rows": "many"}, "DZ-T003", "rows")],
    "decisions": [*OF_ALL, ({"due": "2020-02-09"}, "DZ-O002", "due"), ({"done": "2020-02-09"}, "DZ-O002", "done"),
                  ({"due": "soon"}, "DZ-T004", "due"), ({"done": "2020/03/01"}, "DZ-T004", "done"),
                  ({"access": "all"}, "DZ-T004", "access"), ({"evaluator": "X"}, "DZ-U001", "evaluator"),
                  ({"unit": "X"}, "DZ-U001", "unit"), ({"duty": "nothing"}, "DZ-O001", "duty")],
    "measures": [*OF_ALL, ({"measure": "praise"}, "DZ-T004", "measure"), ({"access": "all"}, "DZ-T004", "access"),
                 ({"sha256": "a" * 63}, "DZ-T004", "sha256"), ({"sha256": ""}, "DZ-T004", "paper"),
                 ({"document": ""}, "DZ-T004", "document"), ({"grounds_zh": ""}, "DZ-T003", "grounds_zh"),
                 ({"by": ""}, "DZ-T003", "by"), ({"unit": "X"}, "DZ-U001", "unit"),
                 ({"evaluator": "X"}, "DZ-U001", "evaluator")],
    "incidents": [*OF_ALL, ({"kind": "sport"}, "DZ-T004", "kind"), ({"grade": "small"}, "DZ-T004", "grade"),
                  ({"reliability": "D"}, "DZ-T004", "reliability"), ({"access": "all"}, "DZ-T004", "access"),
                  ({"closed": "2020-02-09"}, "DZ-O002", "closed"), ({"closed": "soon"}, "DZ-T004", "closed"),
                  ({"deaths": "-1"}, "DZ-T004", "deaths"), ({"injured": "2.5"}, "DZ-T004", "injured"),
                  ({"injured": "some"}, "DZ-T003", "injured"), ({"unit": "X"}, "DZ-U001", "unit")],
    "exports": [*OF_ALL, ({"sha256": "A" * 64}, "DZ-T004", "sha256"), ({"purpose": ""}, "DZ-T003", "purpose"),
                ({"by": ""}, "DZ-T003", "by"), ({"year": "2021"}, "DZ-T004", "year"),
                ({"units": ""}, "DZ-T003", "units"), ({"units": "U;X"}, "DZ-U001", "units"),
                ({"evaluator": "X"}, "DZ-U001", "evaluator")],
}  # fmt: skip
DUTIES = """
    id: duties
    title: {zh-Hans: 职责}
    certainty: own
    parameters: {duties: [{id: growth, name: {zh-Hans: 教育发展}}]}
    """


def table(register: str, *rows: dict[str, str]) -> str:
    text = io.StringIO()
    columns = [
        name for name in REGISTERS[register].fields if name != "synthetic" or any("synthetic" in row for row in rows)
    ]
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Workspace:
    return Workspace(write(tmp_path_factory.mktemp("place"), INVENTED | {"data/rules/duties.yaml": DUTIES}))


@pytest.fixture
def read(place):
    """Read a ledger that has one register, in a folder."""

    def done(root, register, *rows, base="data/ledger"):
        name = register.rsplit("/", maxsplit=1)[-1]
        path = f"{base}/{register}/{name}.csv"
        write(root, {path: table(register, *rows)})
        parts = (root, place.units, place.catalogue, place.rules)
        return read_ledger(*parts, demonstration=base != "data/ledger"), path

    return done


@pytest.mark.parametrize("register", REGISTERS)
def test_a_row_that_is_right_is_read_with_its_place(read, tmp_path, register):
    ledger, path = read(tmp_path, register, GOOD[register])
    frame = ledger.registers[register]
    assert frame[["id", "file", "row"]].to_numpy().tolist() == [["good", path, 2]]
    assert len(ledger.evidence) == register.startswith("evidence")


@pytest.mark.parametrize("register", REGISTERS)
def test_every_row_that_breaks_a_rule_is_named_and_no_other(read, tmp_path, register):
    wrong = WRONG[register]
    # What refers to nothing is looked up only in a table that is right in itself.
    for own in (True, False):
        chosen = [each for each in wrong if (each[1][:4] == "DZ-T" or each[1] == "DZ-O002") == own]
        if not chosen:
            continue
        rows = [GOOD[register] | {"id": f"r{number}"} | change for number, (change, _, _) in enumerate(chosen)]
        with pytest.raises(DuzhengError) as caught:
            read(tmp_path, register, GOOD[register], *rows)
        found = {(each.row, each.code, each.column) for each in caught.value.faults}
        expected = {(number, code, column) for number, (_, code, column) in enumerate(chosen, start=3)}
        assert found == expected


@pytest.mark.parametrize("register", REGISTERS)
def test_every_rule_of_every_register_is_broken_by_a_row_of_these_tests(register):
    assert {(rule.code, rule.column) for rule in REGISTERS[register].rules} <= {each[1:] for each in WRONG[register]}
    needed = {name for name, each in REGISTERS[register].fields.items() if each.required and not each.blank}
    assert needed <= set(GOOD[register])


def test_an_id_stands_once_in_all_tables_of_a_register(read, tmp_path):
    rows = table("evidence/poll", GOOD["evidence/poll"])
    write(tmp_path, {"data/ledger/evidence/poll/a.csv": rows})
    with pytest.raises(DuzhengError, match=r"DZ-T005 data/ledger/evidence/poll/poll.csv, row 2"):
        read(tmp_path, "evidence/poll", GOOD["evidence/poll"])


@pytest.mark.parametrize("register", REGISTERS)
def test_what_is_invented_and_what_is_real_never_stand_in_one_table(place, read, tmp_path, register):
    real, invented = GOOD[register], GOOD[register] | {"id": "demo", "synthetic": "true"}
    with pytest.raises(DuzhengError) as caught:
        read(tmp_path / "a", register, real, invented)
    assert [(each.code, each.row, each.found) for each in caught.value.faults] == [("DZ-O001", 3, "synthetic: true")]
    with pytest.raises(DuzhengError) as caught:
        read(tmp_path / "b", register, invented, real, base="data/demo/ledger")
    assert [(each.code, each.row, each.found) for each in caught.value.faults] == [("DZ-O001", 3, "synthetic: nothing")]
    ledger, _ = read(tmp_path / "c", register, invented, base="data/demo/ledger")
    assert ledger.synthetic
    assert list(ledger.registers) == [register]
    assert not read_ledger(tmp_path / "c", place.units, place.catalogue)
