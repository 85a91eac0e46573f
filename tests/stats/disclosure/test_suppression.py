"""Suppression: what is hidden protects, costs no more than any other choice, and is the same every time."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.stats.disclosure.tables import row, table, three_tables

from analysis.messages import DuzhengError
from analysis.stats.disclosure import Rule, exposed, intervals, primary, relations_of, suppress

FEW = Rule(threshold=4)


def secondary(found):
    return found.pattern.loc[found.pattern["status"] == "secondary", "cell"].tolist()


def cheapest_of_all(cells, relations, sensitive):
    """Try every set of cells, the cheapest first, until one protects all."""
    weight = cells.set_index("cell")["n"]
    open_ = [cell for cell in cells["cell"] if cell not in set(sensitive["cell"]) and weight[cell] > 0]
    subsets = [subset for size in range(len(open_) + 1) for subset in itertools.combinations(open_, size)]
    for subset in sorted(subsets, key=lambda each: weight[list(each)].sum()):
        if exposed(cells, relations, [*sensitive["cell"], *subset], sensitive).empty:
            return weight[list(subset)].sum()
    return None


# --- Planted cells


def test_a_cell_alone_in_its_row_takes_another_with_it():
    cells, relations = row(a=3, b=20, c=50)
    found = suppress(cells, relations, primary(cells))
    assert (found.suppressed, found.cost, found.proved) == (("a", "b"), 20, True)


def test_a_small_cell_of_a_table_takes_the_cheapest_rectangle():
    cells, relations = table([[4, 30, 90], [50, 60, 25], [70, 21, 80]])
    found = suppress(cells, relations, primary(cells))
    # Of the four rectangles with the first cell, by hand: 30+50+60, 30+70+21, 90+50+25, 90+70+80; but rows and
    # columns can also be hidden with their totals, which cost more.
    assert sorted(found.suppressed) == ["caa", "cab", "cca", "ccb"]
    assert (found.cost, found.bound) == (121, 121)


def test_small_cells_hide_each_other_where_they_can():
    cells, relations = table([[9, 8, 90], [7, 9, 25], [70, 21, 80]])
    found = suppress(cells, relations, primary(cells))
    assert secondary(found) == []
    assert found.cost == 0


def test_a_cell_that_only_three_tables_give_away_is_protected():
    cells, relations = three_tables()
    found = suppress(cells, relations, primary(cells))
    assert exposed(cells, relations, found.suppressed, primary(cells)).empty
    assert found.cost == cheapest_of_all(cells, relations, primary(cells))
    # One table alone would let x and a do.
    first = relations[relations["relation"] == "first"]
    alone = suppress(cells[cells["cell"].isin(first["cell"])], first, primary(cells))
    assert alone.suppressed == ("a", "x")
    assert not exposed(cells, relations, [*alone.suppressed, "b"], primary(cells)).empty


def test_nothing_is_hidden_where_nothing_is_sensitive():
    cells, relations = table([[40, 30], [50, 60]])
    found = suppress(cells, relations, primary(cells))
    assert (found.suppressed, found.cost, found.bound, found.proved) == ((), 0, 0, True)
    assert set(found.pattern["status"]) == {"published"}


def test_the_interval_of_each_hidden_cell_stands_beside_it():
    cells, relations = table([[4, 30, 90], [50, 60, 25], [70, 21, 80]])
    found = suppress(cells, relations, primary(cells))
    audit = intervals(cells, relations, found.suppressed).set_index("cell")
    pattern = found.pattern.set_index("cell").loc[audit.index]
    assert pattern[["lower", "upper"]].to_numpy().tolist() == audit[["lower", "upper"]].to_numpy().tolist()
    shown = found.pattern[found.pattern["status"] == "published"]
    assert (shown["lower"] == shown["upper"]).all()


# --- The least, against every other choice


@pytest.mark.parametrize(("shape", "seed"), [((2, 2), 0), ((2, 2), 1), ((2, 3), 2), ((2, 3), 3)])
def test_no_other_choice_is_cheaper(shape, seed):
    least_of(shape, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("shape", [(2, 2), (2, 3)])
def test_no_other_choice_is_cheaper_in_many_tables(shape, seed):
    least_of(shape, [seed, *shape])


def least_of(shape, seed):
    rng = np.random.default_rng(seed)
    inner = np.where(rng.random(shape) < 0.25, rng.integers(1, 4, shape), rng.integers(4, 12, shape))
    cells, relations = table(inner)
    found = suppress(cells, relations, primary(cells, FEW))
    assert found.proved
    # Every cheaper choice is tried, and exposes a cell.
    weight = cells.set_index("cell")["n"]
    open_ = [
        cell for cell in cells["cell"] if cell not in set(primary(cells, FEW)["cell"]) and weight[cell] < found.cost
    ]
    for size in range(len(open_) + 1):
        for subset in itertools.combinations(open_, size):
            if weight[list(subset)].sum() < found.cost:
                hidden = [*primary(cells, FEW)["cell"], *subset]
                assert not exposed(cells, relations, hidden, primary(cells, FEW)).empty, subset


# --- Always


@st.composite
def linked(draw):
    """Draw two tables that share their first dimension, with some cells dear, free to hide or published before."""
    units, groups, items = draw(st.integers(2, 3)), draw(st.integers(2, 3)), draw(st.integers(2, 3))
    inner = np.array(
        draw(st.lists(st.integers(0, 30), min_size=units * groups * items, max_size=units * groups * items))
    )
    inner = inner.reshape(units, groups, items)
    frame = pd.DataFrame([
        {"unit": f"u{u}", "group": f"g{g}", "item": f"i{i}", "n": inner[u, g, i]}
        for u in range(units) for g in range(groups) for i in range(items)
    ])  # fmt: skip
    everywhere = pd.concat(
        frame.assign(unit=unit, group=group, item=item)
        for unit in (frame["unit"], "all")
        for group, item in ((frame["group"], "all"), ("all", frame["item"]), ("all", "all"))
    )  # fmt: skip
    cells = everywhere.groupby(["unit", "group", "item"], as_index=False)["n"].sum()
    cells["cell"] = cells["unit"] + cells["group"] + cells["item"]
    cells["value"] = cells["n"]
    relations = relations_of(cells, {
        "unit": {f"u{u}": "all" for u in range(units)}, "group": {f"g{g}": "all" for g in range(groups)},
        "item": {f"i{i}": "all" for i in range(items)},
    })  # fmt: skip
    known = draw(st.sets(st.sampled_from(cells["cell"].tolist()), max_size=2))
    clusters = draw(st.lists(st.integers(1, 3), min_size=len(cells), max_size=len(cells)))
    return cells.assign(published_before=cells["cell"].isin(known), clusters=clusters), relations


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(linked(), st.booleans(), st.sampled_from([0.0, 1.0]))
def test_no_cell_is_exposed_after_suppression_or_it_is_named(given_, insiders, effort):
    cells, relations = given_
    sensitive = primary(cells, Rule(threshold=5))
    try:
        found = suppress(cells, relations, sensitive, insiders=insiders, effort=effort)
    except DuzhengError as error:
        named = [cell for cell in cells["cell"] if any(f" {cell}," in str(fault) for fault in error.faults)]
        # Even if everything is hidden that may be, these are exposed, and no others.
        rest = suppress(cells, relations, sensitive, accepted=named, insiders=insiders)
        bad = exposed(cells, relations, rest.suppressed, sensitive, insiders=insiders)
        assert set(bad["cell"]) <= set(named)
        everything = cells.loc[(cells["n"] > 0) & ~cells["published_before"], "cell"]
        bad = exposed(cells, relations, [*everything, *sensitive["cell"]], sensitive, insiders=insiders)
        assert set(named) == set(bad["cell"])
        return
    assert exposed(cells, relations, found.suppressed, sensitive, insiders=insiders).empty
    assert found.bound <= found.cost * (1 + 1e-9)
    weights = cells.set_index("cell")["n"]
    assert found.cost == pytest.approx(weights[secondary(found)].sum())


def test_without_effort_the_pattern_protects_and_has_a_bound():
    rng = np.random.default_rng(5)
    cells, relations = table(np.where(rng.random((8, 8)) < 0.1, 3, rng.integers(10, 200, (8, 8))))
    best, quick = (suppress(cells, relations, primary(cells), effort=effort) for effort in (1.0, 0.0))
    assert best.proved
    assert quick.bound <= best.cost <= quick.cost
    assert exposed(cells, relations, quick.suppressed, primary(cells)).empty


def test_the_order_of_rows_changes_nothing():
    rng = np.random.default_rng(6)
    cells, relations = table(np.where(rng.random((6, 6)) < 0.15, 3, 20))
    first = suppress(cells, relations, primary(cells))
    mixed, links = cells.sample(frac=1, random_state=1), relations.sample(frac=1, random_state=2)
    again = suppress(mixed, links, primary(mixed))
    pd.testing.assert_frame_equal(first.pattern, again.pattern)


# --- What may be hidden


def test_what_must_be_shown_is_not_hidden():
    cells, relations = row(a=3, b=20, c=50)
    cells["weight"] = [1, np.inf, 1, 1]
    assert suppress(cells, relations, primary(cells)).suppressed in {("a", "c"), ("a", "t")}


def test_weights_say_which_is_hidden():
    cells, relations = row(a=3, b=20, c=50)
    assert suppress(cells.assign(weight=[1, 5, 1, 9]), relations, primary(cells)).suppressed == ("a", "c")


def test_a_cell_of_nobody_hides_nothing_unless_it_is_asked_to():
    cells, relations = row(a=3, b=0, c=50)
    assert suppress(cells, relations, primary(cells)).suppressed == ("a", "c")
    assert suppress(cells.assign(weight=[1, 1, 9, 9]), relations, primary(cells), zeros=True).suppressed != ("a", "c")


def test_what_was_published_before_hides_nothing():
    cells, relations = row(a=3, b=20, c=50)
    found = suppress(cells.assign(published_before=[False, True, False, False]), relations, primary(cells))
    assert found.suppressed == ("a", "c")
    assert found.pattern.set_index("cell")["status"]["b"] == "known"


def test_cells_of_one_pattern_are_hidden_together():
    cells, relations = row(a=3, b=20, c=50)
    other, links = table([[60, 70], [80, 90]])
    joined = pd.concat([cells, other], ignore_index=True).assign(pattern=lambda each: each["cell"].replace("caa", "b"))
    found = suppress(joined, pd.concat([relations, links]), primary(joined))
    # b would be cheapest alone, but takes caa with it; the total costs 73, c 50.
    assert found.suppressed == ("a", "c")
    found = suppress(
        joined.assign(weight=[1, 1, 99, 99] + [1] * len(other)), pd.concat([relations, links]), primary(joined)
    )
    assert found.suppressed == ("a", "b", "caa")


def test_a_school_that_stands_alone_is_no_protection():
    cells, relations = row(a=3, b=20, c=50, d=60)
    cells["clusters"] = [2, 1, 4, 4, 11]
    assert suppress(cells, relations, primary(cells)).suppressed == ("a", "b")
    found = suppress(cells, relations, primary(cells), insiders=True)
    assert exposed(cells, relations, found.suppressed, primary(cells), insiders=True).empty
    assert found.suppressed == ("a", "c")


# --- What cannot be protected


def test_a_cell_that_was_published_before_cannot_be_taken_back():
    cells, relations = row(a=3, b=20, c=50)
    before = cells.assign(published_before=[True, False, False, False])
    with pytest.raises(DuzhengError, match=r"DZ-S005.*the cell a, which was published before.*cannot be taken back"):
        suppress(before, relations, primary(cells))
    found = suppress(before, relations, primary(cells), accepted=["a"])
    assert (found.suppressed, found.cost, found.accepted) == (("a",), 0, ("a",))
    assert exposed(before, relations, found.suppressed, primary(cells))["why"].tolist() == ["published_before"]


def test_what_earlier_releases_give_away_is_named():
    cells, relations = row(a=3, b=20, c=50)
    before = cells.assign(published_before=[False, True, True, True])
    with pytest.raises(DuzhengError, match=r"inferred to be 3 to 3.*published before gives it away \(b, c, t\)"):
        suppress(before, relations, primary(cells))


def test_totals_that_must_be_shown_are_named():
    cells, relations = row(a=3, b=20)
    with pytest.raises(DuzhengError, match=r"Let more be hidden than is now \(b, t must not be\)"):
        suppress(cells.assign(weight=[1, np.inf, np.inf]), relations, primary(cells))


def test_every_cell_that_cannot_be_protected_is_named():
    first, relations = row(a=3, b=20)
    second = first.assign(cell="z" + first["cell"])
    links = relations.assign(relation="z", cell="z" + relations["cell"])
    cells = pd.concat([first, second], ignore_index=True).assign(weight=np.inf)
    with pytest.raises(DuzhengError) as error:
        suppress(cells, pd.concat([relations, links]), primary(cells))
    assert [fault.found.split(",")[0] for fault in error.value.faults] == ["the cell a", "the cell za"]


# --- Size


@pytest.mark.slow
def test_five_thousand_cells_with_fifty_small_ones_take_seconds():
    rng = np.random.default_rng(0)
    parts = []
    for item in range(32):
        inner = rng.lognormal(4.5, 0.7, (16, 9)).astype(int) + 10
        few = 2 if item < 18 else 1
        inner.ravel()[rng.choice(inner.size, few, replace=False)] = rng.integers(1, 10, few)
        parts.append(table(inner, name=f"{item:02d}/"))
    cells, relations = (pd.concat(each, ignore_index=True) for each in zip(*parts, strict=True))
    assert (len(cells), len(primary(cells))) == (5440, 50)
    start = time.process_time()
    found = suppress(cells, relations, primary(cells))
    assert time.process_time() - start < 3
    assert found.proved
    assert exposed(cells, relations, found.suppressed, primary(cells)).empty
