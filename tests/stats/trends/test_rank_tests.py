"""Mann and Kendall: against enumeration, SciPy, R and pymannkendall."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.stats.reference import ENTRIES, FOLDER

from analysis.messages import DuzhengError
from analysis.stats.trends import corrected_mann_kendall, mann_kendall, sen_slope
from analysis.stats.trends.rank_tests import kendall_s, s_distribution

#: A random walk of 24 points, rounded to one decimal (ties), and what pymannkendall 1.4.3 says of it.
WALK = [0.1, 0.4, 0.2, -0.7, -1.1, -2.0, -1.9, -0.5, -1.0, -1.5, -1.0, -0.6, -0.4, -1.3, -1.3, -0.5, -1.8, -2.2, -4.1,
        -5.3, -7.1, -7.3, -8.5, -8.2]  # fmt: skip


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7])
def test_the_distribution_of_s_is_that_of_all_orders(n):
    counts = Counter(kendall_s(np.array(list(itertools.permutations(range(n))), dtype=float)))
    values, shares = s_distribution(n)
    assert {v: pytest.approx(counts[v] / sum(counts.values()), abs=1e-15) for v in values} == dict(
        zip(values, shares, strict=True)
    )


@pytest.mark.parametrize("values", [(1, 1, 2, 3, 3, 3), (1, 2, 2, 4, 5, 5, 6), (2, 2, 2, 1), (1, 1, 1), (1, 1, 2, 2)])
def test_the_distribution_with_ties_is_that_of_all_orders(values):
    orders = np.array(list(itertools.permutations(values)), dtype=float)
    counts = Counter(kendall_s(orders))
    ties = tuple(size for size in Counter(values).values() if size > 1)
    for value, share in zip(*s_distribution(len(values), ties), strict=True):
        assert share == pytest.approx(counts[value] / len(orders), abs=1e-15)
    found = mann_kendall(orders[:50])
    for s, p in zip(found["s"], found["p"], strict=True):
        expected = np.mean(np.abs(kendall_s(orders)) >= abs(s))
        assert p == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize("n", [4, 9, 25, 50])
def test_exact_p_is_scipy_s_without_ties(n):
    x = np.random.default_rng(n).normal(size=(20, n))
    for alternative, theirs in [("two-sided", "two-sided"), ("rising", "greater"), ("falling", "less")]:
        expected = [stats.kendalltau(range(n), row, method="exact", alternative=theirs) for row in x]
        found = mann_kendall(x, alternative=alternative)
        assert list(found["p"]) == pytest.approx([e.pvalue for e in expected], rel=1e-9)
        assert list(found["tau"]) == pytest.approx([e.statistic for e in expected], abs=1e-12)
        assert set(found["method"]) == {"exact"}


def test_r_s_kendall_of_trend20():
    value = ENTRIES["kendall_trend20"]["value"]
    row = mann_kendall(pd.read_csv(FOLDER / "trend20.csv")["y"], method="normal").iloc[0]
    assert [row["tau"], row["z"], row["p"]] == pytest.approx([value["tau_b"], value["z"], value["p"]], rel=1e-9)


def test_pymannkendall_where_the_definitions_agree():
    plain = mann_kendall(WALK, method="normal").iloc[0]
    # Its tau is S over all pairs; ours leaves tied pairs out.
    assert [plain["s"], plain["var_s"], plain["z"], plain["p"]] == pytest.approx(
        [-171, 1622.3333333333333, -4.220645491693213, 2.436037734954155e-05], rel=1e-12
    )
    slope = sen_slope(WALK).iloc[0]
    assert [slope["slope"], slope["intercept"]] == pytest.approx([-0.2858552631578947, 1.9873355263157892], rel=1e-12)
    corrected = corrected_mann_kendall(WALK).iloc[0]
    assert [corrected["var_s"], corrected["z"], corrected["p"]] == pytest.approx(
        [3718.7858466517737, -2.787714773782302, 0.005308125584579937], rel=1e-12
    )


def test_yue_and_wang_by_hand():
    series = np.arange(20.0) + np.tile([0.0, 1.0], 10)
    row = corrected_mann_kendall(series, method="yue_wang").iloc[0]
    # Detrended by the slope 1 (or near), the rest alternates: rho_1 is close to -1 + 1/20.
    rest = series - sen_slope(series)["slope"][0] * np.arange(20)
    away = rest - rest.mean()
    rho = (away[1:] @ away[:-1]) / (away @ away)
    factor = 1 + 2 * sum((1 - k / 20) * rho**k for k in range(1, 20))
    assert row["factor"] == pytest.approx(factor, rel=1e-9)
    assert row["var_s"] == pytest.approx(factor * mann_kendall(series)["var_s"][0], rel=1e-9)


def test_corrections_and_the_normal_refuse_where_they_have_no_ground():
    short = corrected_mann_kendall(WALK[:19]).iloc[0]
    assert np.isnan(short["p"])
    assert "fewer than 20 points" in short["note"]
    gap = corrected_mann_kendall([*WALK[:20], np.nan, *WALK[21:]]).iloc[0]
    assert np.isnan(gap["p"])
    assert "missing points" in gap["note"]
    bare = mann_kendall(WALK[:9], method="normal").iloc[0]
    assert np.isnan(bare["p"])
    assert "use exact" in bare["note"]
    assert "fewer than 5 points" in mann_kendall([1, 2, 3, 4])["note"][0]
    assert mann_kendall([2, 2, 2, 2, 2, 2])["note"][0] == "all values are the same"
    assert mann_kendall([2, 2, 2, 2, 2, 2])["p"][0] == 1
    assert np.isnan(mann_kendall([np.nan, 1.0])["p"][0])


@pytest.mark.parametrize(("n", "largest"), [(5, 0.021), (10, 0.0101), (50, 0.002)])
def test_how_far_the_normal_is_off(n, largest):
    values, shares = s_distribution(n)
    exact = np.minimum(2 * np.cumsum(shares), 1)[values > 0]
    z = (values[values > 0] - 1) / np.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    off = np.abs(exact - 2 * stats.norm.sf(z)).max()
    assert largest * 0.95 < off <= largest


def test_many_series_are_each_as_alone_and_keep_their_names():
    rng = np.random.default_rng(4)
    table = np.round(rng.normal(size=(60, 12)), 1)
    table[rng.random(table.shape) < 0.15] = np.nan
    frame = pd.DataFrame(table, index=[f"u{k}" for k in range(60)])
    together, slopes = mann_kendall(frame), sen_slope(frame)
    assert list(together.index) == list(frame.index)
    for name in frame.index[:20]:
        alone = mann_kendall(frame.loc[name]).iloc[0]
        assert alone.drop("note").equals(together.loc[name].drop("note").rename(0))
        kept = frame.loc[name].dropna()
        at = [int(place) for place in kept.index]
        one = sen_slope(kept, times=at).iloc[0]
        for column in ("slope", "lower", "upper", "intercept"):
            assert one[column] == pytest.approx(slopes.loc[name, column], rel=1e-12, nan_ok=True)


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=14))
def test_reversed_and_shifted_series(values):
    series = np.array(values, dtype=float)
    there, back = mann_kendall(series).iloc[0], mann_kendall(series[::-1]).iloc[0]
    assert there["s"] == -back["s"]
    assert there["p"] == pytest.approx(back["p"], rel=1e-12)
    moved = mann_kendall(series * 3 + 7).iloc[0]
    assert moved["s"] == there["s"]
    assert 0 < there["p"] <= 1
    rising = mann_kendall(series, alternative="rising")["p"][0]
    falling = mann_kendall(series, alternative="falling")["p"][0]
    # At or above, and at or below: together one, and what lies at S itself.
    assert rising + falling >= 1 - 1e-12


def test_what_is_no_series_is_said():
    for values, words in [(np.zeros((2, 2, 2)), "of shape"), ([1, np.inf], "1 infinite values"), (["a"], "numbers")]:
        with pytest.raises(DuzhengError, match=words):
            mann_kendall(values)
    with pytest.raises(DuzhengError, match="method='t'"):
        mann_kendall([1, 2], method="t")
    with pytest.raises(DuzhengError, match="times that do not increase"):
        sen_slope([1, 2, 3], times=[1, 1, 2])
