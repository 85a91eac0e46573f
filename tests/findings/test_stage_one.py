"""Stage one as a whole: what is held back is in no table that a memo reads, by whatever way it went in."""

from __future__ import annotations

from importlib import import_module

import pytest
from tests.findings.test_release import estimates, plain, waves

from analysis.findings import stage_one
from analysis.findings.finding import Finding, findings_of
from analysis.findings.gathered import Gathered, cells_of
from analysis.findings.wording import Number
from analysis.messages import DuzhengError
from analysis.workspace import Workspace

SMALL = "form-2031/ix/U2/stage=b/mean"


@pytest.fixture(scope="module")
def planted(shanghai):
    """A run of the real workspace in which one group of one unit has four answers, and a finding speaks of it."""
    counts = plain()
    counts["U2"]["b"] = 4
    frame = estimates(counts).assign(survey_zh="卷", survey_en="Form", index_zh="指数", index_en="Index")
    row = {"value": 61.25, "unit": "310104", "indicator": "ix", "year": 2031, "statistic": "mean", "decimals": 1}
    cells = cells_of({"id": name, **row} for cell in frame["cell"] for name in (cell, f"{cell}/n"))
    said = Finding(
        id="satisfaction/ix/310104/2031/stage=b", unit="310104", year=2031, topic="satisfaction", kind="level",
        subject="ix", survey="form-2031", group="stage=b", estimate=61.25, lower=41.75, upper=80.5, level=0.95, n=4,
        psus=9, df=8, selection="probability", precision="publish", cells=(SMALL,), synthetic=True,
        message="duty_other", importance=3.125, slots={"value": Number(SMALL, 61.25, 1)},
    )  # fmt: skip
    answered = waves({"W": 480, **dict.fromkeys(plain(), 120)}).assign(survey_zh="卷", survey_en="Form")
    gathered = Gathered((said,), cells, {"estimates": frame, "waves": answered})
    with pytest.MonkeyPatch.context() as patched:
        # The package has a function of the module's name.
        patched.setattr(import_module("analysis.findings.answers.gather"), "gather", lambda *_, **__: gathered)
        return stage_one.run_tables(shanghai)


def test_a_small_cell_is_in_no_table_of_the_run(planted):
    row = planted["estimates"].set_index("cell").loc[SMALL]
    assert row[["estimate", "n", "lower"]].isna().all()
    assert not planted["cells"]["id"].str.startswith("form-2031/ix/U2/stage=b").any()


def test_a_finding_that_is_withheld_for_disclosure_keeps_no_number(planted):
    (kept,) = [each for each in findings_of(planted["findings"]) if each.subject == "ix"]
    assert {"suppressed", "small"} & set(kept.withheld)
    assert kept.texts == {}
    numbers = {name: value for name, value in kept.model_dump().items()
               if isinstance(value, float | int) and not isinstance(value, bool)}  # fmt: skip
    assert {name: value for name, value in numbers.items() if value} == {"year": 2031}


def test_a_public_memo_reads_nothing_of_what_is_withheld(planted):
    public = planted.slice("310104").public()
    assert not any(each.withheld for each in findings_of(public["findings"]))
    assert not {"suppression", "reasons"} & set(public.tables)


def test_a_workspace_without_rules_of_what_may_be_said_is_refused(invented):
    (invented / "data/rules/statements.yaml").unlink()
    with pytest.raises(DuzhengError, match="DZ-F004"):
        stage_one.run_tables(Workspace(invented))
