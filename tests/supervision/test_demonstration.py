"""Simulated forms on the real figures: what is planted is found, and nothing that is true is called false."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.supervision.handing_in import place

from analysis.findings.figures.facts import levels_of
from analysis.findings.ledger.monitored import Monitored
from analysis.supervision import demonstration
from analysis.supervision.checks import blocking, check, monitored_of
from analysis.supervision.demonstration import PLANTED, simulated_forms
from analysis.supervision.evaluations import evaluated
from analysis.supervision.handed import read_form
from analysis.workspace import Workspace
from analysis.workspace.ledger import Ledger, SelfEvaluation
from analysis.workspace.yaml_files import read_yaml

#: What the checks say of what is planted; a growth that contradicts the unit's own figures may differ from the
#: monitored ones too.
SAID = {each: each for each in PLANTED} | {"false": "differs"}
SEEDS = range(6)


@pytest.fixture(scope="module")
def monitored(shanghai) -> Monitored:
    """The levels of the repository's figures, which are all that claims on figures are held to."""
    settings = shanghai.settings
    return Monitored(shanghai, levels_of(shanghai, settings.year, settings.boundaries), None, settings.boundaries)


def held(workspace, monitored, filled, monkeypatch):
    """Read forms, and give what keeps each from being accepted: problems with their claims or points."""
    year, found = workspace.settings.year, {}
    for each in filled:
        form = read_form(workspace, each.path, unit=each.unit, year=year)
        said = {"papers": form.papers, "answers": form.answers, "claims": form.claims}
        entry = SelfEvaluation(unit=each.unit, year=year, source={"zh-Hans": "模拟"}, submitted=dt.date(year, 3, 1),
                               synthetic=True, **said)  # fmt: skip
        with monkeypatch.context() as patched:
            # As it would stand in the ledger, which in the repository is not written to.
            patched.setitem(workspace.__dict__, "demonstration", Ledger({(each.unit, year): entry}, synthetic=True))
            patched.setattr("analysis.supervision.checks.read_yaml", lambda *_: {})
            rows = blocking(check(workspace, unit=each.unit, year=year, synthetic=True, monitored=monitored))
        found[each.unit] = {(row.problem, row.claim or row.point) for row in rows.itertuples()}
    return found


def assert_all_found_and_nothing_else(catalogue, filled, found):
    for each in filled:
        there = found[each.unit]
        if not each.planted:
            assert not there, f"{each.unit}: a false alarm"
            continue
        assert (SAID[each.planted], each.claim) in there, f"{each.unit}: {each.planted}"
        more = there - {(SAID[each.planted], each.claim)}
        assert more <= follows(catalogue, each), each.unit


def follows(catalogue, planted):
    """Give what is wrong because of what is planted: a false figure does not fit the ratios that it is a part of."""
    if planted.planted == "contradicts":
        return {("differs", planted.claim)}
    if planted.planted != "false":
        return set()
    of_it = {code for code in catalogue if planted.claim in catalogue.parts(code)}
    return {("contradicts", code) for code in {planted.claim, *of_it}} | {("target_false", planted.claim)}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_planted_is_found_and_nothing_else(shanghai, monitored, tmp_path, monkeypatch, seed):
    some = evaluated(shanghai)[seed::6]  # districts and a department; a sixth of all each time
    monkeypatch.setattr(demonstration, "evaluated", lambda *_: some)
    filled = simulated_forms(shanghai, tmp_path / "forms", year=2026, seed=seed, monitored=monitored)
    assert [each.unit for each in filled] == some
    assert sum(bool(each.planted) for each in filled) == -(-len(some) // 3)
    assert_all_found_and_nothing_else(shanghai.catalogue, filled, held(shanghai, monitored, filled, monkeypatch))
    truth = read_yaml(tmp_path / "forms/truth.yaml", "truth.yaml")
    assert truth["planted"] == [{"unit": each.unit, "planted": each.planted, "claim": each.claim}
                                for each in filled if each.planted]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_of_all_forms_what_is_planted_is_found_and_nothing_else(shanghai, monitored, tmp_path, monkeypatch, seed):
    filled = simulated_forms(shanghai, tmp_path, year=2026, seed=seed, monitored=monitored)
    assert {each.planted for each in filled} == {"", *PLANTED}
    assert_all_found_and_nothing_else(shanghai.catalogue, filled, held(shanghai, monitored, filled, monkeypatch))


def test_a_corrected_form_has_nothing_planted_and_a_seed_gives_the_same_forms_again(tmp_path):
    workspace = place(tmp_path)
    monitored = monitored_of(workspace, [], synthetic=True)

    def forms(folder, **options):
        return simulated_forms(workspace, tmp_path / folder, year=2020, monitored=monitored, **options)

    def said(filled):
        return [
            (each.planted, each.claim, read_form(workspace, each.path, unit=each.unit, year=2020)) for each in filled
        ]

    first = said(forms("a", seed=3))
    assert said(forms("b", seed=3)) == first
    assert any(planted for planted, _, _ in first)
    assert not any(each.planted for each in forms("c", seed=3, corrected=True))
    assert len({tuple(each.planted for each in forms(f"e{seed}", seed=seed)) for seed in range(3)}) > 1


def test_levels_are_what_claims_are_held_to(tmp_path):
    workspace = place(tmp_path)
    settings = workspace.settings
    whole = monitored_of(workspace, [], synthetic=False).facts
    levels = levels_of(Workspace(tmp_path), settings.year, settings.boundaries)
    assert set(levels["cell"]) == set(whole.loc[whole["statistic"] == "level", "cell"])
