"""Terms and targets: what is read, and every fault at once."""

from __future__ import annotations

import pytest
from tests.conftest import INVENTED, write

from analysis.messages import DuzhengError
from analysis.workspace import Workspace
from analysis.workspace.targets import read_targets

PLAN = """
    id: plan
    government: P
    title: {zh-Hans: 某规划, en: A plan}
    from: 2015-01-01
    to: 2020-12-31
    source: made-up
    certainty: C
    targets:
      - {indicator: pupils, units: [U, V], value: 4000, by: 2020, source: made-up, certainty: C}
      - {indicator: pupils, value: 5000, by: 2020, direction: at_most, certainty: own}
    """


def read(root, **options):
    ws = Workspace(root)
    return read_targets(root, ws.units, ws.catalogue, ws.sources, **options)


def test_a_workspace_without_targets_has_none(tmp_path, shanghai):
    assert read(write(tmp_path, INVENTED)) == {}
    assert read_targets(shanghai.root, shanghai.units, shanghai.catalogue, shanghai.sources) == {}


def test_a_term_names_units_or_means_its_own(tmp_path):
    term = read(write(tmp_path, INVENTED | {"data/targets/plan.yaml": PLAN}))["plan"]
    assert [term.units_of(target) for target in term.targets] == [("U", "V"), ("P",)]
    assert (term.start.year, term.end.year, term.targets[1].direction) == (2015, 2020, "at_most")


def test_all_faults_of_references_are_said_at_once(tmp_path):
    wrong = PLAN.replace("government: P", "government: Q").replace("units: [U, V]", "units: [U, W]")
    wrong = wrong.replace("indicator: pupils, value", "indicator: pupil, value").replace("5000", "5000, source: farm")
    wrong = wrong.replace("certainty: own", "certainty: B")
    with pytest.raises(DuzhengError) as caught:
        read(write(tmp_path, INVENTED | {"data/targets/plan.yaml": wrong}))
    found = {(fault.code, fault.found, fault.line) for fault in caught.value.faults}
    assert found == {
        ("DZ-U001", "'Q'", 2),
        ("DZ-U001", "'W'", 9),
        ("DZ-I001", "'pupil'", 10),
        ("DZ-I003", "'farm'", 10),
    }


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (PLAN.replace("by: 2020, source", "by: 2010, source"), "2015 or later"),
        (PLAN.replace("to: 2020", "to: 2010"), "from before to"),
        (PLAN.replace("certainty: own", "certainty: A"), "a source"),
        (PLAN.replace("value: 4000", "valeu: 4000"), "value"),
        (PLAN.replace("at_most", "below"), "at_least"),
        (PLAN.replace("5000,", "5000, base_year: 2021,"), "base_year before by"),
    ],
)
def test_a_target_that_cannot_be_is_refused(tmp_path, text, what):
    with pytest.raises(DuzhengError, match=what):
        read(write(tmp_path, INVENTED | {"data/targets/plan.yaml": text}))


def test_invented_terms_are_apart_and_marked(tmp_path, shanghai):
    demo = read_targets(shanghai.root, shanghai.units, shanghai.catalogue, shanghai.sources, synthetic=True)
    assert demo
    assert all(term.synthetic for term in demo.values())
    marked = PLAN.rstrip() + "\n    synthetic: true\n"
    with pytest.raises(DuzhengError, match="synthetic"):
        read(write(tmp_path / "here", INVENTED | {"data/targets/plan.yaml": marked}))
    with pytest.raises(DuzhengError, match="synthetic"):
        read(write(tmp_path / "there", INVENTED | {"data/demo/targets.yaml": PLAN}), synthetic=True)


def test_an_id_stands_once(tmp_path):
    with pytest.raises(DuzhengError, match="second time"):
        read(write(tmp_path, INVENTED | {"data/targets/a.yaml": PLAN, "data/targets/b.yaml": PLAN}))
