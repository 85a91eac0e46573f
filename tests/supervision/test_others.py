"""Evidence from others: taken whole or not at all, shown beside own data, and never to those who may not read it."""

from __future__ import annotations

import pytest
from tests.supervision.invented import FINANCE, FINANCE_FILE, UPPER, UPPER_FILE, place, poll

from analysis.messages import DuzhengError
from analysis.supervision.others import add, conflicts, evidence

FILE = "data/ledger/evidence/poll/poll.csv"
AUDIT = {
    "id": "a1", "unit": "P", "date": "2020-03-01", "year": 2018, "duty": "means", "indicator": "funds",
    "value": "8999.6", "statement_zh": "生均经费8999.6元", "source_zh": "州审计部门", "reliability": "A",
    "access": "public", "document": "一号",
}  # fmt: skip


def written(tmp_path, text, name="delivered.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def judged(ws, **more):
    found = conflicts(ws, year=2020, **{"public": False, **more})
    return {
        (row["id"], row["claim"] or "monitored"): (row["verdict"], row["reason"]) for row in found.to_dict("records")
    }


def test_a_file_is_taken_in_whole_behind_what_is_there_digit_by_digit(tmp_path):
    ws = place(tmp_path, {FILE: poll("p1,V,2018,content,80.0,public,2.5,probability")})
    assert add(ws, "poll", written(tmp_path, poll("p2,U,2018,content,７8.50,internal,,census"))) == 1
    found = evidence(ws, year=2020, public=False)
    assert list(found["id"]) == ["p1", "p2"]
    assert list(found["name_en"]) == ["Valley County", "Upper County"]
    assert ",78.50," in (tmp_path / FILE).read_text(encoding="utf-8")


def test_every_fault_of_a_file_is_named_with_its_row_and_nothing_is_written(tmp_path):
    ws = place(tmp_path, {FILE: poll("p1,V,2018,content,80.0,public,,probability")})
    before = (tmp_path / FILE).read_bytes()
    bad = poll(
        "p1,V,2018,content,80.0,public,,probability",  # the id is there
        "p2,Q,2018,content,80.0,public,,probability",  # no such unit
        "p3,V,2021,content,80.0,public,,probability",  # found before its year
        "p4,V,2018,happy,80.0,secret,,open",  # no such indicator, no such class
        "p5,V,2018,content,many,public,3.0,open",  # no number; a margin of whoever came
    )
    with pytest.raises(DuzhengError) as caught:
        add(ws, "poll", written(tmp_path, bad))
    assert {(each.code, each.file, each.row, each.column) for each in caught.value.faults} >= {
        ("DZ-T005", "delivered.csv", 2, "id"),
        ("DZ-T004", "delivered.csv", 4, "year"),
        ("DZ-T004", "delivered.csv", 5, "access"),
        ("DZ-T003", "delivered.csv", 6, "value"),
        ("DZ-T004", "delivered.csv", 6, "margin"),
    }
    for row in ("p2,Q,2018,content,80.0,public,,probability", "p4,V,2018,happy,80.0,public,,open"):
        with pytest.raises(DuzhengError, match=r"DZ-(U|I)001 delivered\.csv, row 2"):
            add(ws, "poll", written(tmp_path, poll(row)))
    assert (tmp_path / FILE).read_bytes() == before


def test_rows_about_others_than_the_evaluator_and_those_below_are_refused_with_all_other_faults(tmp_path):
    ws = place(tmp_path)
    given = poll("p1,V,2018,content,80.0,public,,census", "p2,U,2018,content,80.0,public,,census",
                 "p3,P,2018,content,many,public,,census", "p4,Q,2018,content,80.0,public,,census")  # fmt: skip
    with pytest.raises(DuzhengError) as caught:
        add(ws, "poll", written(tmp_path, given), evaluator="V")
    assert {(each.code, each.file, each.row, each.column) for each in caught.value.faults} >= {
        ("DZ-U001", "delivered.csv", 3, "unit"), ("DZ-U001", "delivered.csv", 4, "unit"),
        ("DZ-T003", "delivered.csv", 4, "value"),
    }  # fmt: skip
    assert "V, or a unit below it" in {each.expected for each in caught.value.faults}
    assert not (tmp_path / FILE).exists()
    given = poll("p1,U:2014,2014,content,80.0,public,,census")  # what was below it once is below it
    assert add(ws, "poll", written(tmp_path, given)) == 1


def test_rows_are_held_to_the_contract_of_their_kind(tmp_path):
    ws = place(tmp_path)
    assert add(ws, "audit", [AUDIT]) == 1
    with pytest.raises(DuzhengError, match="DZ-T003 row 3, column document: found an empty cell"):
        add(ws, "audit", [AUDIT | {"id": "a2"}, AUDIT | {"id": "a3", "document": ""}])
    media = {key: value for key, value in AUDIT.items() if key != "document"}
    with pytest.raises(DuzhengError, match="DZ-T004 row 2, column access"):
        add(ws, "media", [media | {"access": "restricted", "reliability": "B", "outlet": "州报", "url": "-"}])
    with pytest.raises(DuzhengError, match="DZ-O001: found 'rumour'"):
        add(ws, "rumour", [AUDIT])


def test_what_is_restricted_reaches_no_public_memo_by_any_way(tmp_path):
    rows = [f"p-{access},V,2018,content,60.0,{access},,probability" for access in ("public", "internal", "restricted")]
    ws = place(tmp_path, {FILE: poll(*rows)})
    for given in (evidence, conflicts):
        assert set(given(ws, year=2020)["access"]) == {"public"}
        assert set(given(ws, year=2020, restricted=True)["access"]) == {"public"}
        assert set(given(ws, year=2020, public=False)["access"]) == {"public", "internal"}
        assert set(given(ws, year=2020, public=False, restricted=True)["access"]) == {
            "public",
            "internal",
            "restricted",
        }


def test_only_those_below_the_evaluator_are_given(tmp_path):
    ws = place(tmp_path, {FILE: poll("p1,V,2018,content,60.0,public,,census", "p2,U,2018,content,60.0,public,,census")})
    assert list(evidence(ws, year=2020, evaluator="V")["id"]) == ["p1"]
    assert list(evidence(ws, year=2019)["id"]) == []
    assert len(evidence(ws, year=None)) == 2


def test_a_value_is_held_to_the_monitored_figure_by_its_digits_or_its_margin(tmp_path):
    # Valley's own figure is 80.0.
    ws = place(tmp_path, {FILE: poll(
        "exact,V,2018,content,80.0,public,,census",
        "coarse,V,2018,content,80,public,,census",
        "off,V,2018,content,79.8,public,,census",
        "half,V,2018,content,80.1,public,,census",  # printed to a tenth, it may be off by 0.05
        "within,V,2018,content,78.0,public,2.5,probability",
        "beyond,V,2018,content,77.0,public,2.5,probability",
        "crowd,V,2018,content,20.0,public,,open",
        "nowhere,U,2018,content,80.0,public,,census",
    )})  # fmt: skip
    assert judged(ws) == {
        ("exact", "monitored"): ("agrees", ""),
        ("coarse", "monitored"): ("agrees", ""),
        ("off", "monitored"): ("differs", ""),
        ("half", "monitored"): ("differs", ""),
        ("within", "monitored"): ("agrees", ""),
        ("beyond", "monitored"): ("differs", ""),
        ("crowd", "monitored"): ("open", "open_sample"),
        ("nowhere", "monitored"): ("open", "no_figure"),
    }
    row = conflicts(ws, year=2020).set_index("id").loc["beyond"]
    assert (row["monitored"], row["difference"], row["allowed"], row["cell"]) == (80.0, -3.0, 2.5, "content/V/2018")


def test_a_claim_that_others_contradict_is_flagged_beside_it(tmp_path):
    files = {UPPER_FILE: UPPER, FILE: poll("fewer,U,2017,pupils,3000,public,,census"), FINANCE_FILE: FINANCE}
    ws = place(tmp_path, files)
    add(ws, "audit", [AUDIT])
    assert judged(ws) == {
        ("fewer", "monitored"): ("differs", ""),
        ("fewer", "U/2020/pupils"): ("differs", ""),
        ("a1", "monitored"): ("differs", ""),  # 8,999.6 is not 9,000 to a tenth
        ("a1", "fin/2020/funds"): ("agrees", ""),  # but the claim of 9,000 is to the whole yuan
    }
    # The department's self-evaluation is not approved: no public memo names its claim.
    assert ("a1", "fin/2020/funds") not in judged(ws, public=True)
    access = conflicts(ws, year=2020, public=False).set_index("claim")["access"]
    assert (access["fin/2020/funds"], access["U/2020/pupils"]) == ("internal", "public")


def test_invented_evidence_stays_in_the_demonstration(tmp_path):
    ws = place(tmp_path)
    assert add(ws, "audit", [AUDIT], synthetic=True) == 1
    assert evidence(ws, year=2020).empty
    assert evidence(ws, year=2020, synthetic=True)["synthetic"].all()
    with pytest.raises(DuzhengError, match=r"DZ-O001 delivered\.csv, row 2, column synthetic"):
        add(ws, "poll", written(tmp_path, poll("p1,V,2018,content,80.0,public,,census")), synthetic=True)
