"""Review: what is sound is accepted, the rest returned with reasons that can be acted on, all of it or none."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.supervision.handing_in import CHECKED, HANDED_IN, asked, claim, handed, lies, refused

from analysis.supervision import review as reviewing
from analysis.supervision.evaluations import Decided, move, submit
from analysis.supervision.review import review


def enter(workspace, unit, *claims):
    submit(workspace, handed(*claims), unit=unit, year=2020, on=HANDED_IN, by="李某")


@pytest.fixture
def office(tmp_path):
    """Upper County handed in what is right, Valley County what is wrong in two ways; a department nothing."""
    workspace = asked(tmp_path, "U", "V", "fin")
    enter(workspace, "U", claim("pupils", value=3300))
    enter(workspace, "V", claim("pupils", value=990), claim("bare", value=990, evidence=()))
    return workspace


def decide(workspace, **more):
    return review(workspace, year=2020, on=CHECKED, by="张某", **more)


def test_a_dry_run_says_what_would_be_decided_and_writes_nothing(office):
    before = lies(office.root)
    dry = decide(office, dry=True)
    assert lies(office.root) == before
    assert dry[["unit", "decision", "faults", "open"]].to_numpy().tolist() == [
        ["U", "checked", 0, 0], ["V", "returned", 3, 0]
    ]  # fmt: skip
    assert decide(office).equals(dry)
    assert not len(decide(office))  # nobody's turn any more


def test_what_is_returned_has_the_reasons_the_claims_and_a_limit(office):
    row = decide(office).set_index("unit").loc["V"]
    step = office.ledger.self_evaluations["V", 2020].steps[-1]
    assert (step.state, step.by, step.claims) == ("returned", "张某", ("bare", "pupils"))
    assert step.note == {"zh-Hans": row["reasons_zh"], "en": row["reasons_en"]}
    # Of the invented yearbook: 900 pupils in 2017; ten days, as the rule set of the invented office says.
    assert step.note["zh-Hans"].count("监测为900人，相差+90") == 2
    assert "Nothing is handed in to prove" in step.note["en"]
    assert step.due == CHECKED + dt.timedelta(days=10)
    assert office.ledger.self_evaluations["U", 2020].steps[-1].note is None


def test_of_many_faults_the_first_are_told_and_how_many_more_there_are(office):
    move(office, [Decided("U", "returned", note={"zh-Hans": "补"})], year=2020, on=HANDED_IN, by="张某")
    enter(office, "U", *(claim(f"c{number}", value=3400) for number in range(12)))
    row = decide(office, units=["U"]).iloc[0]
    assert row["faults"] == 12
    assert (row["reasons_zh"].count("不符"), row["reasons_en"].count("Differs")) == (8, 8)
    assert "4" in row["reasons_zh"].rsplit("不符", maxsplit=1)[-1]


@pytest.mark.parametrize(("unit", "code"), [("fin", "DZ-O002"), ("edu", "DZ-O003"), ("X", "DZ-O003")])
def test_whose_turn_it_is_not_keeps_everything_as_it_is(office, unit, code):
    (fault,) = refused(office.root, lambda: decide(office, units=["U", unit]))
    assert (fault.code, fault.file) == (code, f"data/ledger/self_evaluations/{unit}-2020.yaml")


def test_what_is_changed_while_it_is_checked_is_not_decided(office, monkeypatch):
    real = reviewing.check
    file = office.root / "data/ledger/self_evaluations/V-2020.yaml"

    def slow(workspace, **options):
        found = real(workspace, **options)
        if options["unit"] == "V":
            file.write_text(file.read_text(encoding="utf-8").replace("'990'", "'900'"), encoding="utf-8")
        return found

    monkeypatch.setattr(reviewing, "check", slow)
    before = lies(office.root)
    with pytest.raises(Exception, match=r"DZ-O003 data/ledger/self_evaluations/V-2020.yaml"):
        decide(office)
    assert {name for name, content in lies(office.root).items() if before[name] != content} == {
        "data/ledger/self_evaluations/V-2020.yaml"
    }


def test_a_day_before_anything_was_handed_in_has_nothing_to_review(office):
    assert not len(review(office, year=2020, on=HANDED_IN - dt.timedelta(days=1), by="张某"))
