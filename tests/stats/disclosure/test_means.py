"""Means: hidden with their counts, and not to be guessed from the ends of their scale."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.stats.disclosure.tables import row, table

from analysis.messages import DuzhengError
from analysis.stats.disclosure import combined, exposed, intervals, mean_intervals, means, primary, suppress


def with_means(cells, relations, seed=0, spread=20.0):
    """Give parts invented means, and totals those that follow."""
    rng = np.random.default_rng(seed)
    totals = set(relations.loc[relations["coefficient"] < 0, "cell"])
    mean = {cell: float(np.clip(rng.normal(70, spread), 0, 100)) for cell in cells["cell"] if cell not in totals}
    sums = {cell: mean[cell] * n for cell, n in zip(cells["cell"], cells["n"], strict=True) if cell in mean}
    while len(sums) < len(cells):
        for _, each in relations.groupby("relation"):
            total = each.loc[each["coefficient"] < 0, "cell"].iloc[0]
            if total not in sums and set(each["cell"]) - {total} <= set(sums):
                sums[total] = sum(sums[cell] for cell in each["cell"] if cell != total)
    n = cells.set_index("cell")["n"]
    return cells.assign(mean=[sums[cell] / n[cell] for cell in cells["cell"]])


def test_a_mean_comes_back_by_subtraction_as_a_count_does():
    cells, relations = row(a=4, b=36)
    laid, links, _ = means(cells.assign(mean=[75.0, 60, 61.5]), relations)
    found = intervals(laid, links, ["a~sum", "a~n"]).set_index("cell")
    assert found.loc["a~sum", "lower"] == pytest.approx(300)  # 40 × 61.5 - 36 × 60
    assert found.loc["a~sum", "upper"] == pytest.approx(300)


def test_counts_and_means_are_hidden_together():
    cells, relations = row(a=4, b=36, c=60)
    laid, links, sensitive = means(with_means(cells, relations), relations)
    found = suppress(laid, links, sensitive)
    assert found.suppressed == ("a~n", "a~sum", "b~n", "b~sum")
    assert found.cost == 36
    assert exposed(laid, links, found.suppressed, sensitive).empty


def test_a_count_that_is_shown_still_hides_the_mean_of_the_others():
    cells, relations = row(a=4, b=36, c=60)
    laid, links, sensitive = means(with_means(cells, relations), relations)
    bad = exposed(laid, links, ["a~sum", "b~sum"], sensitive)
    assert bad[["cell", "why"]].to_numpy().tolist() == [["a~n", "shown"]]


def test_where_all_are_content_the_small_group_is_known_to_be():
    cells, relations = row(a=4, b=36, c=60)
    laid, links, sensitive = means(cells.assign(mean=[100.0, 100, 40, 64]), relations)
    hidden = ["a~n", "a~sum", "b~n", "b~sum"]
    assert mean_intervals(laid, links, hidden, ["a"])[["lower", "upper"]].to_numpy().tolist() == [[100, 100]]
    assert exposed(laid, links, hidden, sensitive)["cell"].tolist() == ["a~down"]
    # Another group that is not content hides it.
    found = suppress(laid, links, sensitive)
    assert set(found.suppressed) == {"a~n", "a~sum", "c~n", "c~sum"}
    assert mean_intervals(laid, links, found.suppressed, ["a"])["width"].iloc[0] >= 10


def test_the_interval_of_a_mean_is_that_of_all_sums_and_counts():
    # Two groups of 10 with scores 0 to 1, in all 7: with n_a from 1 to 9, by trying every count and sum in tenths.
    cells, relations = row(a=3, b=7)
    laid, links, _ = means(cells.assign(mean=[2 / 3, 5 / 7, 0.7]), relations, high=1.0)
    found = mean_intervals(laid, links, ["a~n", "a~sum", "b~n", "b~sum"], ["a"]).iloc[0]
    possible = [s / n for n in range(1, 10) for s in np.arange(0, n + 0.05, 0.1) if 0 <= 7 - s <= 10 - n]
    assert (found["lower"], found["upper"]) == pytest.approx((min(possible), max(possible)))
    # With the counts shown only 3 of them: 7 others can hold all 7.
    found = mean_intervals(laid, links, ["a~sum", "b~sum"], ["a"]).iloc[0]
    assert (found["lower"], found["upper"]) == pytest.approx((0, 1))


def test_printed_means_are_known_up_to_their_rounding():
    cells, relations = row(a=4, b=36)
    printed = cells.assign(mean=[75.0, 60.0, 61.5])
    laid, links, _ = means(printed, relations, rounding=0.05)
    found = mean_intervals(laid, links, ["a~sum"], ["a"]).iloc[0]
    # 40 × 0.05 + 36 × 0.05 over 4: 0.95 points to each side.
    assert (found["lower"], found["upper"]) == pytest.approx((74.05, 75.95))


def test_weighted_means_rest_on_sums_of_weights():
    cells, relations = row(a=4, b=36, c=60)
    mean = [75.0, 60, 50, (50 * 75 + 200 * 60 + 700 * 50) / 950]
    weighted = cells.assign(mean=mean, total=[50.0, 200, 700, 950])
    laid, links, sensitive = means(weighted, relations)
    found = suppress(laid, links, sensitive)
    assert {cell for cell in found.suppressed if "weight" not in cell} == {"a~n", "a~sum", "b~n", "b~sum"}
    # 250 in a and b together, 15,750 in all: a has all of it or nothing, by hand 100 or (15750 - 20000) < 0.
    known = mean_intervals(laid, links, found.suppressed, ["a"]).iloc[0]
    assert (known["lower"], known["upper"]) == pytest.approx((0, 100))
    unknown, links, sensitive = means(weighted, relations, weights_known=False)
    found = suppress(unknown, links, sensitive)
    assert "a~weight" in found.suppressed
    wide = mean_intervals(unknown, links, found.suppressed, ["a"]).iloc[0]
    assert (wide["lower"], wide["upper"]) == pytest.approx((0, 100))


def test_known_weights_narrow_a_mean():
    # b has 90 % of the weight: with both at 90 together a is 0 at least, but if b must be 100 at most, a has 0 or more.
    cells, relations = row(a=4, b=36)
    weighted = cells.assign(mean=[80.0, 90, 88], total=[20.0, 80, 100])
    laid, links, _ = means(weighted, relations)
    found = mean_intervals(laid, links, ["a~n", "a~sum", "b~n", "b~sum"], ["a"]).iloc[0]
    # 8,800 in all, of which b has 8,000 at most: a has 800 at least, of its 20: 40 by hand.
    assert (found["lower"], found["upper"]) == pytest.approx((40, 100))


@pytest.mark.parametrize("seed", range(3))
def test_a_table_of_means_is_protected_in_both(seed):
    rng = np.random.default_rng(seed)
    cells, relations = table(np.where(rng.random((5, 4)) < 0.15, 5, rng.integers(20, 90, (5, 4))))
    groups = with_means(cells, relations, seed)
    laid, links, sensitive = means(groups, relations, points=20)
    found = suppress(laid, links, sensitive)
    assert found.proved
    assert exposed(laid, links, found.suppressed, sensitive).empty
    few = cells.loc[cells["n"] < 10, "cell"]
    assert (mean_intervals(laid, links, found.suppressed, few)["width"] >= 20 - 1e-6).all()


def test_a_corrected_table_of_means_is_protected_beside_the_earlier_one():
    cells, relations = row(a=40, b=36, c=60)
    now = cells.assign(value=[42, 36, 60, 138], n=[42, 36, 60, 138])
    before = means(with_means(cells, relations), relations)
    after = means(with_means(now, relations), relations)
    both, links = combined(before[0], after[0], before[1], after[1])
    sensitive = pd.concat([after[2], primary(both)]).drop_duplicates("cell")
    assert {"a~n~before~change", "a~sum~before~change"} <= set(sensitive["cell"])
    found = suppress(both, links, sensitive)
    assert {"a~n", "a~sum", "t~n", "t~sum"} <= set(found.suppressed)
    assert exposed(both, links, found.suppressed, sensitive).empty


def test_means_outside_their_scale_are_refused():
    cells, relations = row(a=4, b=36)
    with pytest.raises(DuzhengError, match="outside 0 to 100: a, t"):
        means(cells.assign(mean=[101.0, 60, np.nan]), relations)
    with pytest.raises(DuzhengError, match="low below high"):
        means(cells.assign(mean=50.0), relations, low=1, high=1)
    empty = pd.DataFrame({"cell": ["a", "t"], "n": [0, 9], "mean": [np.nan, 50]})
    assert means(empty, relations.iloc[:0])[0]["value"].notna().all()
