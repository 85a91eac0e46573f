"""Intervals: what linear programs find is what all possible tables hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stats.disclosure.tables import by_trying, named, row, table, three_tables

from analysis.messages import DuzhengError
from analysis.stats.disclosure import Rule, exposed, intervals, primary


def ends(found):
    return {
        cell: (lower, upper) for cell, lower, upper in zip(found["cell"], found["lower"], found["upper"], strict=True)
    }


@pytest.mark.parametrize(("shape", "most"), [((2, 2), 6), ((2, 3), 2), ((2, 2, 2), 1)])
@pytest.mark.parametrize("seed", range(5))
def test_intervals_are_those_of_all_possible_tables(shape, most, seed):
    rng = np.random.default_rng([seed, len(shape), shape[-1]])
    inner = np.minimum(rng.integers(0, most + 1, shape), rng.integers(0, 2, shape) * most)
    cells, relations = table(inner)
    total = named("c", shape)
    suppressed = [cell for cell in cells["cell"] if cell != total and rng.random() < 0.6]
    found = intervals(cells, relations, suppressed)
    assert ends(found) == by_trying(inner, suppressed)
    assert (found["exact"] == (found["lower"] == found["upper"])).all()


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=4, max_size=4),
    st.sets(st.sampled_from(["caa", "cab", "cac", "cba", "cbb", "cca"])),
)
def test_whatever_is_hidden_of_two_by_two_the_interval_is_that_of_all_tables(values, suppressed):
    inner = np.reshape(values, (2, 2))
    cells, relations = table(inner)
    assert ends(intervals(cells, relations, suppressed)) == by_trying(inner, suppressed)


def test_a_single_hidden_cell_comes_back_by_subtraction():
    cells, relations = row(a=3, b=40, c=57)
    found = intervals(cells, relations, ["a"])
    assert found[["lower", "upper", "exact"]].to_numpy().tolist() == [[3.0, 3.0, True]]


def test_whole_numbers_narrow_what_fractions_leave_open():
    # At most one of any two of x, a, b: together at most one, where fractions of a half would make one and a half.
    values = {"x": 1, "a": 0, "b": 0, "p": 0, "q": 1, "r": 0, "xa": 1, "ab": 1, "xb": 1, "all": 1}
    cells = pd.DataFrame({"cell": list(values), "value": list(values.values())}).assign(n=lambda each: each["value"])
    relations = pd.DataFrame(
        [
            (name, cell, 1)
            for name, parts in {"xa": "xap", "ab": "abq", "xb": "xbr", "all": "xab"}.items()
            for cell in parts
        ]
        + [(name, name, -1) for name in ("xa", "ab", "xb", "all")],
        columns=["relation", "cell", "coefficient"],
    )
    hidden = [*"xabpqr", "all"]
    counts = intervals(cells, relations, hidden).set_index("cell").loc["all"]
    assert (counts["lower"], counts["upper"], counts["whole"]) == (0, 1, True)
    sums = intervals(cells, relations, hidden, whole=False).set_index("cell").loc["all"]
    assert (sums["lower"], sums["upper"], sums["whole"]) == (0, pytest.approx(1.5), False)


def test_what_nothing_bounds_has_no_upper_end():
    cells, relations = row(a=3, b=40)
    found = ends(intervals(cells, relations, ["a", "t"]))
    assert found == {"a": (0, np.inf), "t": (40, np.inf)}
    lonely = pd.DataFrame({"cell": ["z"], "value": [3], "n": [3], "upper": [8]})
    assert ends(intervals(lonely, relations.iloc[:0], ["z"])) == {"z": (0, 8)}


def test_what_anybody_knows_beforehand_narrows():
    cells, relations = row(a=3, b=40, c=57)
    bounds = cells.assign(upper=[np.nan, 41, np.nan, np.nan], lower=[1, 0, 0, 0])
    # They are 43 together: with b at most 41, a is 2 at least.
    assert ends(intervals(bounds, relations, ["a", "b"])) == {"a": (2, 43), "b": (0, 41)}


def test_rounding_leaves_room_that_exact_values_do_not():
    # Printed in tens, 40, 60 and 100 stand for 35-45, 55-65 and 95-105: the fourth is 0 at least and 15 at most.
    cells = pd.DataFrame({"cell": list("abct"), "value": [40.0, 60, 3, 100], "n": [40, 60, 3, 100]})
    relations = pd.DataFrame({"relation": "t", "cell": list("abct"), "coefficient": [1, 1, 1, -1]})
    assert ends(intervals(cells, relations, ["c"], rounding=5, whole=False))["c"] == pytest.approx((0, 15))
    with pytest.raises(DuzhengError, match=r"do not add up.*off by 3"):
        intervals(cells, relations, ["c"])


def test_rounding_of_a_part_counts_for_that_part_alone():
    cells = pd.DataFrame({"cell": list("abt"), "value": [40.0, 60, 100], "n": [40, 60, 100], "rounding": [0.5, 0, 0]})
    relations = pd.DataFrame({"relation": "t", "cell": list("abt"), "coefficient": [1, 1, -1]})
    assert ends(intervals(cells, relations, ["a"], whole=False))["a"] == (40, 40)
    assert ends(intervals(cells.assign(rounding=[0, 0, 0.5]), relations, ["a"], whole=False))["a"] == pytest.approx(
        (39.5, 40.5)
    )


def test_a_cell_that_was_published_before_is_known_though_it_is_hidden():
    cells, relations = row(a=3, b=40, c=57)
    found = intervals(cells.assign(published_before=[False, True, False, False]), relations, ["a", "b"])
    assert ends(found) == {"a": (3, 3), "b": (40, 40)}


def test_one_who_knows_a_part_knows_the_other():
    cells, relations = row(a=3, b=40, c=57)
    assert ends(intervals(cells, relations, ["a", "b"], known=["b"])) == {"a": (3, 3), "b": (40, 40)}


def test_large_amounts_are_solved_to_their_digits():
    cells = pd.DataFrame({"cell": list("abct"), "value": [1.5e9, 2.5e9, 7e9, 11e9], "n": 50})
    relations = pd.DataFrame({"relation": "t", "cell": list("abct"), "coefficient": [1, 1, 1, -1]})
    assert ends(intervals(cells, relations, ["a", "b"], whole=False))["a"] == pytest.approx((0, 4e9), rel=1e-9)


# --- Exposed cells


def test_a_sensitive_cell_that_is_shown_is_exposed():
    cells, relations = row(a=3, b=40, c=57)
    found = exposed(cells, relations, [], primary(cells))
    assert found[["cell", "why"]].to_numpy().tolist() == [["a", "shown"]]


def test_districts_are_subtracted_from_the_city():
    cells, relations = table([[4, 30], [50, 60], [70, 80]])
    found = exposed(cells, relations, ["caa"], primary(cells))
    assert found[["cell", "lower", "upper", "why"]].to_numpy().tolist() == [["caa", 4, 4, "pinned"]]
    # A second one in the row is not enough, because of the columns; the rectangle is.
    assert exposed(cells, relations, ["caa", "cab"], primary(cells))["why"].tolist() == ["pinned"]
    assert exposed(cells, relations, ["caa", "cab", "cba", "cbb"], primary(cells)).empty


def test_two_small_cells_do_not_hide_each_other():
    cells, relations = row(a=3, b=4, c=57)
    found = exposed(cells, relations, ["a", "b"], primary(cells, Rule(threshold=10)))
    # Together they are 7: everybody can say that each is below 10.
    assert found[["cell", "upper", "why"]].to_numpy().tolist() == [["a", 7, "narrow"], ["b", 7, "narrow"]]
    assert exposed(cells, relations, ["a", "b"], primary(cells, Rule(threshold=5))).empty


def test_a_roughly_printed_sensitive_cell_is_still_shown():
    cells, relations = row(a=3, b=40)
    assert exposed(cells, relations, [], primary(cells), rounding=50)["why"].tolist() == ["shown"]


def test_what_was_published_roughly_is_known_roughly():
    cells = pd.DataFrame({"cell": list("abt"), "value": [40.0, 60, 101], "n": [40, 60, 101], "rounding": [0, 1, 0]})
    relations = pd.DataFrame({"relation": "t", "cell": list("abt"), "coefficient": [1, 1, -1]})
    found = intervals(cells.assign(published_before=[False, True, False]), relations, ["a", "b"], whole=False)
    assert ends(found) == {"a": pytest.approx((40, 42)), "b": pytest.approx((59, 61))}


def test_an_interval_must_be_as_wide_as_is_asked():
    cells, relations = row(a=8, b=40, c=57)
    known = cells.assign(lower=[7, 0, 0, 0], upper=[12, np.inf, np.inf, np.inf])
    assert exposed(known, relations, ["a", "b"], primary(cells))["why"].tolist() == ["narrow"]
    assert exposed(known, relations, ["a", "b"], primary(cells, Rule(width=5))).empty


def test_a_school_that_stands_alone_in_a_cell_infers_the_other():
    cells, relations = row(a=3, b=40, c=57)
    cells["clusters"] = [2, 1, 5, 8]
    assert exposed(cells, relations, ["a", "b"], primary(cells)).empty
    found = exposed(cells, relations, ["a", "b"], primary(cells), insiders=True)
    assert found[["cell", "insider", "why"]].to_numpy().tolist() == [["a", "b", "pinned"]]


# --- Three tables


@pytest.mark.parametrize(
    "looked_at", [["first"], ["second"], ["third"], ["first", "second"], ["first", "third"], ["second", "third"]]
)
def test_one_table_or_two_give_nothing_away(looked_at):
    cells, relations = three_tables()
    relations = relations[relations["relation"].isin(looked_at)]
    cells = cells[cells["cell"].isin([*relations["cell"], "x"])]
    hidden = [cell for cell in "xab" if cell in set(cells["cell"])]
    assert exposed(cells, relations, hidden, primary(cells)).empty


def test_three_tables_together_give_the_cell_away():
    cells, relations = three_tables()
    found = exposed(cells, relations, ["x", "a", "b"], primary(cells))
    # x + a = 23, x + b = 33, a + b = 50: x = (23 + 33 - 50) / 2 by hand.
    assert found[["cell", "lower", "upper", "why"]].to_numpy().tolist() == [["x", 3, 3, "pinned"]]


# --- What is wrong with frames


def test_every_fault_of_frames_is_told_at_once():
    cells = pd.DataFrame(
        {"cell": ["a", "a", "b", "c"], "value": [3, 3, np.nan, 2.5], "n": [3, 3, 1, -1], "weight": [0, 1, 1, 1]}
    )
    relations = pd.DataFrame({"relation": ["r", "r", "r"], "cell": ["a", "z", "b"], "coefficient": [1, 1, 0]})
    with pytest.raises(DuzhengError) as error:
        intervals(cells, relations, [])
    for part in (
        "stand twice: a",
        "that there are not: z",
        "of 0 or none: r",
        "without a value: b",
        "without contributors: c",
        "not whole: c",
        "weights of 0",
    ):
        assert part in str(error.value)


def test_a_relation_that_does_not_add_up_is_named_with_its_error():
    cells, relations = row(a=3, b=40, c=57)
    with pytest.raises(DuzhengError, match=r"do not add up: t \(off by 7\)"):
        intervals(cells.assign(value=[10, 40, 57, 100]), relations, [])


def test_unknown_names_are_told():
    cells, relations = row(a=3, b=40, c=57)
    with pytest.raises(DuzhengError, match="suppressed: z"):
        intervals(cells, relations, ["z"])
    with pytest.raises(DuzhengError, match="cells without 'n'"):
        intervals(cells.drop(columns="n"), relations, [])
