"""Reallocations and frontiers: totals stay, floors hold, the curve is convex and passes through the repair."""

from __future__ import annotations

import numpy as np
import pytest
from tests.indicators.invented_schools import schools_of, some_unknown, units_of

from analysis.indicators.balance import balance
from analysis.indicators.balance.frontier import frontier
from analysis.indicators.balance.reallocation import reallocation
from analysis.indicators.balance.repair import repair
from analysis.messages import DuzhengError


@pytest.fixture(scope="module")
def evaluated(shanghai):
    return balance(shanghai, schools_of(units_of(shanghai)))


@pytest.fixture(scope="module")
def moved(evaluated):
    return reallocation(evaluated, "backbone", limit=0.25)


def test_nothing_leaves_a_unit_and_everybody_is_whole(moved):
    sums = moved.schools.groupby(["unit", "stage"])["change"].sum()
    assert (sums == 0).all()
    assert (moved.schools["change"] % 1 == 0).all()
    assert (moved.moves["amount"] % 1 == 0).all()


def test_moves_add_up_to_the_changes_of_schools(moved):
    given = moved.moves.groupby(["unit", "stage", "giver"])["amount"].sum()
    changes = moved.schools.set_index(["unit", "stage", "school"])["change"]
    assert (given == -changes[changes < 0].sort_index()).all()
    taken = moved.moves.groupby(["unit", "stage", "receiver"])["amount"].sum()
    assert (taken == changes[changes > 0].sort_index()).all()
    counts = moved.moves.groupby(["unit", "stage"]).size()
    table = moved.table.set_index(["unit", "stage"])
    assert (counts == table.loc[counts.index, "transfers"]).all()
    assert (counts <= (table["givers"] + table["receivers"]).loc[counts.index] - 1).all()


def test_the_limit_is_met_where_it_can_be_and_its_impossibility_is_proved(moved):
    done = moved.table[moved.table["state"].isin(["met", "moved"])]
    assert (done["cv_after"] <= 0.25).all()
    assert moved.table["certified"].all()


def test_a_limit_out_of_reach_is_said_with_the_lowest_in_reach(evaluated):
    found = reallocation(evaluated, "backbone", limit=0.01)
    out = found.table[found.table["state"] == "impossible"]
    assert len(out)
    assert (out["least_cv"] > 0.01).all()
    assert out["moved"].isna().all()
    assert out["certified"].all()
    assert any("no move reaches" in note["en"] for note in found.notes)
    assert not set(zip(out["unit"], out["stage"], strict=True)) & set(
        zip(found.moves["unit"], found.moves["stage"], strict=True)
    )


def test_schools_keep_their_threshold_and_those_below_give_nothing(evaluated, moved):
    given = moved.schools[moved.schools["change"] < 0]
    assert (given["value_after"] >= given["threshold"] * (1 - 1e-12)).all()
    freely = reallocation(evaluated, "backbone", limit=0.25, keep="nothing")
    assert (freely.table["moved"].fillna(0) <= moved.table["moved"].fillna(np.inf)).all()


def test_areas_move_in_fractions_and_are_said_not_to_move(evaluated):
    found = reallocation(evaluated, "sports_area")
    assert (found.schools["change"] % 1 != 0).any()
    assert any("no people" in note["en"] for note in found.notes)
    assert found.table["certified"].all()


def test_figures_that_are_missing_leave_a_unit_out(shanghai):
    found = reallocation(balance(shanghai, some_unknown(schools_of(units_of(shanghai)[:1]))), "teaching_area")
    assert found.table.set_index("stage").loc["primary", "state"] == "unknown"
    assert any("lack of figures" in note["en"] for note in found.notes)


def test_wrong_requests_for_moves_are_refused(evaluated, shanghai):
    for wrong in (
        {"indicator": "pupils"},
        {"indicator": "backbone", "limit": -1},
        {"indicator": "backbone", "keep": "all"},
        {"indicator": "backbone", "limit": "x"},
        {"indicator": "backbone", "limit": True},
        {"indicator": "backbone", "limit": float("nan")},
        {"indicator": "backbone", "whole": "yes"},
        {"indicator": None},
        {"indicator": ["backbone", "pe_arts"]},
    ):
        with pytest.raises(DuzhengError, match="DZ-S002"):
            reallocation(evaluated, **wrong)
    with pytest.raises(DuzhengError) as error:
        reallocation(evaluated, "zz", keep="x", limit=-1, year=1, unit="q", whole="yes")
    assert len(error.value.faults) == 6


def test_a_rule_without_thresholds_lets_schools_keep_nothing_and_says_so(shanghai):
    rows = schools_of(units_of(shanghai)[:1]).assign(
        computers=10.0, books=lambda frame: 20.0 * frame["students"], teachers=lambda frame: 40 + frame["students"] % 9,
        staff=200.0, teachers_intermediate_title=10.0, teachers_above_qualification=20.0,
    )  # fmt: skip
    of = balance(shanghai, rows, rule="basic_balance")
    assert reallocation(of, "teachers", limit=0.3).settings["keep"] == "nothing"
    with pytest.raises(DuzhengError, match="no threshold of teachers"):
        reallocation(of, "teachers", limit=0.3, keep="threshold")


# --- Frontier


@pytest.fixture(scope="module")
def place(evaluated):
    missed = evaluated.table[(evaluated.table["indicator"] == "equipment") & ~evaluated.table["met"].astype(bool)]
    return str(missed["unit"].iloc[0]), str(missed["stage"].iloc[0])


def test_the_frontier_passes_through_the_repair(evaluated, place):
    unit, stage = place
    curve = frontier(evaluated, unit, stage, "equipment").table
    at = curve[(curve["curve"] == "coefficient") & (curve["kind"] == "rule")].iloc[0]
    repaired = repair(evaluated, unit=unit, schools="none").table
    row = repaired[(repaired["stage"] == stage) & (repaired["indicator"] == "equipment")].iloc[0]
    assert at["added"] == pytest.approx(row["added"], rel=1e-9)
    assert at["limit"] == row["limit"]
    floors = repair(evaluated, unit=unit, schools="all").table
    row = floors[(floors["stage"] == stage) & (floors["indicator"] == "equipment")].iloc[0]
    both = curve[(curve["curve"] == "thresholds") & (curve["kind"] == "rule")].iloc[0]
    assert both["added"] == pytest.approx(row["added"], rel=1e-9)


def test_a_curve_begins_at_nothing_falls_nowhere_and_is_convex(evaluated, place):
    curve = frontier(evaluated, *place, "equipment").table
    alone = curve[curve["curve"] == "coefficient"].reset_index(drop=True)
    assert alone["added"].iloc[0] == pytest.approx(0, abs=1e-6)
    assert alone["kind"].iloc[0] == "now"
    assert (np.diff(alone["added"]) >= -1e-6 * alone["added"].max()).all()
    assert (np.diff(alone["slope"]) >= -1e-9 * alone["slope"].max()).all()
    # The slope is the price of a hundredth: between two points the mean of both, but for curvature.
    steps = -np.diff(alone["cost"]) / np.diff(alone["limit"]) / 100
    middle = (alone["slope"].to_numpy()[1:] + alone["slope"].to_numpy()[:-1]) / 2
    far = -np.diff(alone["limit"]) > 1e-4
    assert steps[far] == pytest.approx(middle[far], rel=1e-2)


def test_costs_scale_a_frontier(evaluated, place):
    one, two = (frontier(evaluated, *place, "equipment", cost=cost).table for cost in (1.0, 3.0))
    assert two["cost"].to_numpy() == pytest.approx(3 * one["cost"].to_numpy())
    assert two["added"].to_numpy() == pytest.approx(one["added"].to_numpy())


def test_a_frontier_needs_figures_and_a_place(shanghai, evaluated, place):
    unit, stage = place
    for wrong in ((unit, "senior", "equipment"), ("nowhere", stage, "equipment"), (unit, stage, "pupils")):
        with pytest.raises(DuzhengError, match="DZ-S002"):
            frontier(evaluated, *wrong)
    with pytest.raises(DuzhengError, match="cost=0"):
        frontier(evaluated, unit, stage, "equipment", cost=0)
    for wrong in ({"cost": "1"}, {"cost": True}, {"indicator": None}, {"indicator": ["backbone", "pe_arts"]},
                  {"unit": [unit, "310104"]}, {"unit": 310101}):  # fmt: skip
        with pytest.raises(DuzhengError, match="DZ-S002"):
            frontier(evaluated, **{"unit": unit, "stage": stage, "indicator": "equipment"} | wrong)
    with pytest.raises(DuzhengError) as error:
        frontier(evaluated, "q", "z", "w", cost=-1, year=3)
    assert len(error.value.faults) == 5
    gaps = balance(shanghai, some_unknown(schools_of([unit])))
    with pytest.raises(DuzhengError, match="figures missing"):
        frontier(gaps, unit, "primary", "teaching_area")


@pytest.mark.slow
def test_a_chart_of_schools_that_are_alike_says_so(shanghai):
    table = schools_of(units_of(shanghai)[:1])
    alike = balance(shanghai, table.assign(**dict.fromkeys(table.columns[5:], table["students"] * 20.0)))
    assert "already equal" in str(frontier(alike, "310101", "primary", "sports_area").chart("en").spec)


def test_schools_that_are_alike_have_no_curve_and_that_is_said(shanghai):
    table = schools_of(units_of(shanghai)[:1])
    alike = balance(shanghai, table.assign(**dict.fromkeys(table.columns[5:], table["students"] * 20.0)))
    found = frontier(alike, "310101", "primary", "sports_area")
    assert found.table["added"].tolist() == [0]
    assert found.table["slope"].notna().all()
    assert any("nothing need be added" in note["en"] for note in found.notes)
