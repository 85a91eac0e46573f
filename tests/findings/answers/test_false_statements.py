"""False statements: where no district, wave or group differs from another, hardly a run says that one does."""

from __future__ import annotations

import gc
import multiprocessing
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.findings.answers import invented
from tests.findings.answers.conftest import COMPARISONS

from analysis.findings.answers.comparisons import between_groups, gaps, over_time
from analysis.findings.answers.differences import differences
from analysis.findings.answers.estimates import means
from analysis.findings.answers.families import adjusted, held
from analysis.findings.answers.waves import placed
from analysis.findings.permission import judged
from analysis.satisfaction import CHOICES
from analysis.surveys import questionnaires
from analysis.surveys.design import design_of
from analysis.surveys.seal import write_demo_seal
from analysis.surveys.simulate import read_truth, simulate
from analysis.surveys.simulate.files import as_collected
from analysis.workspace import Workspace

#: What the rule set says of declared differences.
RATE = 0.05
DIFFERENT = {"above", "below", "up", "down"}


def compared_of(one):
    """Give the means of a wave by cell, and all its comparisons before they are adjusted."""
    rows = {row["cell"]: row for row in means(one)}
    return rows, [*gaps(one, rows), *over_time(one, rows)[0], *between_groups(one, rows)]


def statements(one, rule, of=None, adjust=adjusted, choices=None):
    """Give the differences that would be said of a wave; without choices they are not reckoned anew by others."""
    rows, compared = of or compared_of(one)
    named = {one.name: one}
    compared = adjust(compared)
    compared = held(named, compared, choices, rate=RATE) if choices else compared
    found = judged(list(differences(one, rows, compared, rate=RATE, level=0.95)), rule)
    return [each for each in found if not each.withheld and each.verdict in DIFFERENT]


def unadjusted(compared):
    """Take every p for itself: what a careless implementation does."""
    return [each.told(family=each.row["kind"], p_adjusted=each.row["p"]) for each in compared]


@pytest.fixture(scope="module")
def alike(tmp_path_factory):
    """Give sealed waves of eight districts in which nothing differs, each with the wave before."""
    root = tmp_path_factory.mktemp("alike")
    survey = invented.survey_of(comparisons=COMPARISONS)
    return [
        invented.wave(
            invented.design(seed, districts=8, persons=12, survey=survey),
            invented.design(1000 + seed, districts=8, persons=12, year=2024),
            root=root,
        )
        for seed in range(4)
    ]


def test_nothing_is_said_where_nothing_differs_and_much_if_every_p_is_taken_for_itself(alike, rule):
    of = [compared_of(each) for each in alike]
    said = [statements(each, rule, found) for each, found in zip(alike, of, strict=True)]
    careless = [statements(each, rule, found, unadjusted) for each, found in zip(alike, of, strict=True)]
    assert sum(map(bool, said)) <= 1
    assert sum(map(bool, careless)) >= 2


def test_a_difference_that_is_there_is_still_found(rule, tmp_path):
    survey = invented.survey_of(comparisons=COMPARISONS)
    one = invented.wave(invented.design(3, {"c": -1.0}, districts=8, survey=survey), root=tmp_path)
    found = statements(one, rule)
    assert ("U-c", "ixWhole", "below") in {(each.unit, each.subject, each.verdict) for each in found}
    # The others lie above all together, of which C is part.
    assert {each.unit for each in found if each.verdict == "below"} == {"U-c"}


def truth_of_no_differences(truth):
    """Take every effect of units, kinds of places, waves and answers out of a truth, and make places many.

    Of few places the population's own means differ from district to district by the luck of its places. Who ticks
    anything is in small groups more often than others, so that these would answer otherwise in truth.
    """
    groups = {name: each.model_copy(update={"places": 6 * each.places, "asked": 20})
              for name, each in truth.frame.groups.items()}  # fmt: skip
    factors = {name: each.model_copy(update={"units": {}, "groups": {}, "waves": {}})
               for name, each in truth.factors.items()}  # fmt: skip
    return truth.model_copy(update={
        "frame": truth.frame.model_copy(update={"groups": groups}), "factors": factors,
        "items": {code: each.model_copy(update={"effects": {}}) for code, each in truth.items.items()},
        "waves": {year: each.model_copy(update={"units": {}}) for year, each in truth.waves.items()},
        "manner": truth.manner.model_copy(update={"mobilised": 0.0, "careless": 0.0}),
    })  # fmt: skip


def runs(seeds):
    """Simulate two waves of the students of all districts for each seed, and count what would be said of the later."""
    workspace = Workspace(ROOT)
    surveys = questionnaires(workspace)
    truth = truth_of_no_differences(read_truth(ROOT / "data/demo/students.truth.yaml", list(surveys.values())))
    rule, found = workspace.rules["statements"], []
    gc.collect()
    gc.freeze()  # statsmodels collects all garbage at each adjustment, of libraries as well
    with tempfile.TemporaryDirectory() as folder:
        write_demo_seal(Path(folder), surveys["students-2025"], "2025-10-13")
        for seed in seeds:
            then, now = (design_of(as_collected(simulate(surveys[f"students-{year}"], truth, seed=seed)))
                         for year in (2024, 2025))  # fmt: skip
            object.__setattr__(now, "root", Path(folder))
            one = placed(workspace, now, then, boundaries=2020)
            found.append([(each.kind, each.confirmatory) for each in statements(one, rule, choices=CHOICES)])
    return found


@pytest.mark.slow
def test_a_city_without_differences_yields_false_statements_in_no_more_runs_than_declared(monkeypatch):
    """Of 200 runs with 16 districts, six indices and two waves (2,300 answers each) at most the declared 5 %.

    Under a global null Benjamini and Hochberg hold the chance of any false statement of a family at its level. There
    are two families, of which the exploratory one is held to 1 %. Found when this was written: 8 of 200, so that with
    95 % confidence it is less than 7.1 % (Clopper and Pearson: qbeta(0.95, 9, 192)).
    """
    monkeypatch.syspath_prepend(ROOT)  # for the processes, which read this file anew
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = [each for part in pool.map(runs, [range(place, 200, 4) for place in range(4)]) for each in part]
    assert len(found) == 200
    false = sum(bool(each) for each in found)
    assert false <= RATE * len(found), false
