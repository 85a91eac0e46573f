"""Composites: steps that are remembered, choices that are declared, and what either says of units."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT

import analysis
from analysis.documents.labels import Labels
from analysis.indicators.composites import Composite
from analysis.indicators.composites.construction import aggregated, construct, ranks_of
from analysis.indicators.composites.gathering import _earlier
from analysis.indicators.composites.results import ranks_shown
from analysis.messages import LANGUAGES, DuzhengError
from analysis.stats.composite.sensitivity import factorial_shares
from analysis.workspace import Workspace
from analysis.workspace.catalogue import Break, Indicator

#: Codes of the catalogue: a test on real figures names them, the package does not.
CODES = ["primary_teachers_per_100", "secondary_teachers_per_100", "primary_pupils_per_school",
         "secondary_students_per_school"]  # fmt: skip
GROUPS = {"staff": CODES[:2], "size": CODES[2:]}
NAMES = {"staff": {"zh-Hans": "师资", "en": "Staff"}, "size": {"zh-Hans": "规模", "en": "School size"}}
SMALLER = dict.fromkeys(CODES[2:], "lower")
WAYS = dict.fromkeys(CODES[:2], "higher") | SMALLER
CHOICES = {
    "normalise": [{"method": "minmax", "lower": 1}, {"method": "zscore", "centre": 100}],
    "weight": ["equal", "equal_indicators", "pca"],
    "aggregate": ["arithmetic", "geometric"],
    "omit": True,
}


@cache
def bench():
    return analysis.open(ROOT)


@cache
def real(lower=0, method="arithmetic"):
    begun = bench().composite(CODES, year=2017, groups=GROUPS, names=NAMES, directions=SMALLER)
    return begun.screen().impute("none").normalise("minmax", lower=lower).weight("equal").aggregate(method)


def invented(units=8, indicators=4, seed=3, gaps=0.0, **options):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(units, 1)) + rng.normal(size=(units, indicators))
    values[rng.random(values.shape) < gaps] = np.nan
    frame = pd.DataFrame(values, index=[f"U{at + 1}" for at in range(units)],
                         columns=list("abcdefghij")[:indicators])  # fmt: skip
    return Composite.of(frame, options.pop("directions", "higher"), **options)


def built(begun, normalise="minmax", weight="equal", aggregate="arithmetic", impute="none", **options):
    done = begun.screen().impute(impute).normalise(normalise, **options)
    done = done.weight("expert", weight) if isinstance(weight, dict) else done.weight(weight)
    return done.aggregate(aggregate)


def test_scores_of_the_districts_are_what_their_figures_give():
    composite = real()
    figures = bench().series(CODES, boundaries=2020)
    figures = figures[figures["year"] == 2017].pivot_table(index="unit", columns="indicator", values="value")
    figures = figures.loc[composite.frame.index]
    share = (figures - figures.min()) / (figures.max() - figures.min())
    share[CODES[2:]] = 1 - share[CODES[2:]]
    assert composite.results().table["score"].to_numpy() == pytest.approx(100 * share.mean(axis=1).to_numpy())
    assert len(composite.frame) == 16
    assert composite.year == 2017


def test_the_year_is_the_last_with_figures_of_most_units():
    assert bench().composite(CODES, directions=SMALLER).year == 2017
    with pytest.raises(DuzhengError, match="no figure of 'primary_teachers_per_100' in 2016"):
        bench().composite(CODES, year=2016, directions=SMALLER)


def test_an_indicator_without_a_direction_is_asked_for_one():
    with pytest.raises(DuzhengError, match=r"primary_pupils_per_school.*direction 'none'"):
        bench().composite(CODES, year=2017)


def test_every_step_gives_a_new_object_and_the_old_one_stays():
    begun = invented()
    screened = begun.screen()
    assert begun.steps == ()
    assert [step.name for step in screened.steps] == ["screen"]
    one, two = screened.impute("none").normalise("minmax"), screened.impute("none").normalise("zscore")
    assert one.built.normalised != pytest.approx(two.built.normalised)


@pytest.mark.parametrize(("do", "missing"), [
    (lambda c: c.impute(), ["screen"]),
    (lambda c: c.screen().normalise(), ["impute"]),
    (lambda c: c.screen().weight(), ["impute", "normalise"]),
    (lambda c: c.screen().impute().normalise().aggregate(), ["weight"]),
    (lambda c: c.screen().impute().normalise().results(), ["weight", "aggregate"]),
    (lambda c: c.what_if("a", "U1", 1), ["screen", "impute", "normalise", "weight", "aggregate"]),
    (lambda c: c.screen().uncertainty({"noise": 0.2}), ["impute", "normalise", "weight", "aggregate"]),
])  # fmt: skip
def test_a_step_out_of_turn_is_an_error_that_names_what_is_missing(do, missing):
    with pytest.raises(DuzhengError) as caught:
        do(invented())
    assert {fault.hint for fault in caught.value.faults} == {f"call .{step}(…)" for step in missing}


def test_a_step_is_taken_once():
    done = built(invented())
    with pytest.raises(DuzhengError, match="normalise after normalise"):
        done.normalise("zscore")
    with pytest.raises(DuzhengError, match="treat after normalise"):
        done.treat()


def test_the_history_says_every_step_in_both_languages():
    begun = invented(gaps=0.2, units=12)
    done = begun.screen(drop_units=["U3"]).impute("median").treat().normalise("zscore").weight("pca").aggregate()
    for language, words in (("zh-Hans", ["删去地区：U3", "中位数", "极端值", "标准分", "主成分", "算术平均"]),
                            ("en", ["left out: U3", "median", "Outliers", "z-scores", "components",
                                    "arithmetic"])):  # fmt: skip
        lines = done.history.said(language)
        assert len(lines) == 7
        assert all(any(word in line for line in lines) for word in words)
    assert str(done.history).startswith("1. 起点：12 个地区、4 个指标")
    assert repr(done) == str(done.history)
    told = str(done.results().explain("en"))
    assert all(line in told for line in done.history.said("en"))


def test_screening_says_what_might_be_left_out_and_leaves_nothing_out():
    frame = pd.DataFrame({"a": [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 90], "b": [2.0, 4, 6, 8, 10, 12, 14, 16, 18, 180],
                          "c": [5.0] * 10, "d": [np.nan] * 6 + [1.0, 3, 2, 5],
                          "e": [-1.0, -2, -3, -4, -5, -6, -7, -8, -9, -91]},
                         index=[f"U{at}" for at in range(10)])  # fmt: skip
    done = Composite.of(frame, "higher").screen()
    found = done.screened.table.set_index("indicator")["found"].str.split(";")
    assert {"twice", "outliers"} <= set(found["a"])
    assert "still" in found["c"]
    assert "coverage" in found["d"]
    assert "against" in found["e"]
    assert done.frame.shape == frame.shape
    assert len(done.screened.proposed) >= 6
    assert done.screened.units["coverage"].min() == 80
    clean = Composite.of(frame[["a", "d"]], "higher").screen(drop_indicators=["d"])
    assert list(clean.frame) == ["a"]
    assert "d" in list(clean.screened.table["indicator"])
    with pytest.raises(DuzhengError, match=r"drop_indicators='z'.*\n.*drop_units='U77'"):
        Composite.of(frame, "higher").screen(drop_units=["U77"], drop_indicators=["z"])


def test_what_is_filled_in_is_marked_for_ever():
    done = built(invented(gaps=0.25, units=10), impute="mean")
    cells = done.cells
    gaps = done.frame.isna().to_numpy().ravel()
    assert (cells["how"] == "mean").to_numpy().tolist() == gaps.tolist()
    means = done.frame.mean()
    filled = cells[gaps]
    assert filled["used"].to_numpy() == pytest.approx(means[filled["indicator"]].to_numpy())
    assert done.results().table["imputed"].sum() == gaps.sum()
    assert any("补入" in note for note in done.results().remarks("zh-Hans"))


def test_peers_stand_in_only_within_their_group():
    frame = pd.DataFrame({"a": [1.0, 3, np.nan, 10, 20, np.nan, np.nan], "b": range(7)}, index=list("UVWXYZQ"))
    peers = dict(zip("UVWXYZQ", [*"111222", "3"], strict=True))
    done = Composite.of(frame, "higher", peers=peers).screen().impute("mean", within=True)
    assert done.built.imputed[:6, 0].tolist() == [1, 3, 2, 10, 20, 15]
    # Nobody of its group has a figure: nothing is made up.
    assert np.isnan(done.built.imputed[6, 0])


def test_a_carried_figure_is_the_last_one_and_says_its_year():
    frame = pd.DataFrame({"a": [1.0, np.nan, np.nan]}, index=list("UVW"))
    earlier = {2012: pd.DataFrame({"a": [9.0, 5, 6]}, index=list("UVW")),
               2015: pd.DataFrame({"a": [9.0, np.nan, 7]}, index=list("UVW"))}  # fmt: skip
    begun = Composite.of(frame, "higher", earlier=earlier, year=2017).screen()
    done = begun.impute("carried")
    assert done.built.imputed[:, 0].tolist() == [1, 5, 7]
    assert done.cells["how"].tolist() == ["observed", "carried:2012", "carried:2015"]
    near = begun.impute("carried", most_years=3).built.imputed[:, 0]
    assert np.isnan(near[1])
    assert near[2] == 7


def test_nothing_is_carried_across_a_break():
    catalogue, code = bench().catalogue, CODES[0]
    composite = bench().composite([code], year=2017)
    assert set(composite.earlier) == {2012}
    broken = catalogue[code].model_copy(update={"breaks": (Break(year=2015, reason={"zh-Hans": "口径"}),)})
    facts = pd.DataFrame({"unit": ["U", "U"], "indicator": [code] * 2, "year": [2012, 2017], "value": [1.0, 2.0],
                          "segment": [0, 0]})  # fmt: skip
    workspace = SimpleNamespace(catalogue={code: Indicator.model_validate(broken.model_dump())})
    assert _earlier(facts, pd.DataFrame({code: [2.0]}, index=["U"]), [code], 2017, workspace) == {}


def test_a_unit_without_enough_figures_has_no_score_and_the_result_says_so():
    done = built(invented(gaps=0.2, units=12, seed=5))
    score = done.results().table["score"]
    assert (score.isna() == done.frame.isna().any(axis=1).to_numpy()).all()
    assert any("没有总分" in note for note in done.results().remarks("zh-Hans"))
    lenient = done.steps[:-1]
    assert lenient[-1].name == "weight"
    some = invented(gaps=0.2, units=12, seed=5).screen().impute().normalise().weight().aggregate(least=0.5)
    assert not some.results().table["score"].isna().all()
    assert some.results().table["score"].notna().sum() > score.notna().sum()


def test_weights_of_experts_are_of_whole_groups():
    groups = {"one": ["a", "b"], "two": ["c", "d"]}
    done = built(invented(groups=groups), weight={"one": 3, "two": 1, "a": 1, "b": 3})
    assert [done.built.overall(code) for code in "abcd"] == pytest.approx([3 / 16, 9 / 16, 1 / 8, 1 / 8])
    with pytest.raises(DuzhengError, match=r"no weight of \['b'\] in 'one'"):
        built(invented(groups=groups), weight={"a": 2})
    with pytest.raises(DuzhengError, match="a weight of 'x'"):
        built(invented(groups=groups), weight={"x": 2})
    alike = built(invented(groups={"one": ["a", "b", "c"], "two": ["d"]}), weight="equal_indicators")
    assert [alike.built.overall(code) for code in "abcd"] == pytest.approx([0.25] * 4)


def test_components_of_too_few_units_are_called_a_trial():
    done = built(invented(units=4, indicators=5), weight="pca")
    assert any("没有依据" in note for note in done.results().remarks("zh-Hans"))
    assert any("no ground" in line for line in done.history.said("en"))


def test_a_combination_that_cannot_be_computed_is_named():
    with pytest.raises(DuzhengError, match="geometric mean of values down to 0"):
        built(invented(), aggregate="geometric")
    with pytest.raises(
        DuzhengError, match=r"geometric mean of values.*from the worst to the best, 0–100; geometric mean"
    ):
        built(invented()).uncertainty({"normalise": ["minmax", "rank"], "aggregate": ["arithmetic", "geometric"]})
    frame = pd.DataFrame({"a": [1.0, 2, 3], "b": [4.0, 4, 4]}, index=list("UVW"))
    with pytest.raises(DuzhengError, match="'b'; expected figures that differ"):
        built(Composite.of(frame, "higher"))


def test_a_table_that_is_none_is_refused_with_all_its_faults():
    frame = pd.DataFrame([[1, "x", np.nan], [2, "y", np.nan]], index=["U", "U"], columns=["a", "b", "c"])
    with pytest.raises(DuzhengError) as caught:
        Composite.of(frame, "higher")
    assert len(caught.value.faults) == 2
    with pytest.raises(DuzhengError, match="column 'c' without a figure"):
        Composite.of(frame.set_axis(["U", "V"])[["a", "c"]], "higher")
    with pytest.raises(DuzhengError) as caught:
        Composite.of(frame.set_axis(["U", "V"])[["a"]], {"a": "up"}, groups={"one": ["a", "z"], "two": []})
    assert len(caught.value.faults) == 3


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 10_000), st.floats(0.01, 50), st.floats(-100, 100))
def test_scores_do_not_depend_on_the_unit_of_measure(seed, scale, shift):
    begun = invented(seed=seed)
    moved = Composite.of(begun.frame.assign(a=scale * begun.frame["a"] + shift), "higher")
    for method in ("minmax", "zscore", "rank"):
        assert built(moved, method).built.score == pytest.approx(built(begun, method).built.score, abs=1e-6)


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 10_000), st.sampled_from(["arithmetic", "geometric", "harmonic"]), st.booleans())
def test_a_better_figure_never_lowers_the_score(seed, method, lower):
    begun = invented(seed=seed, directions=dict(zip("abcd", ["lower" if lower else "higher"] * 4, strict=True)))
    done = built(begun, "goalposts", aggregate=method, goalposts=dict.fromkeys("abcd", (-9, 9)), lower=1)
    found = done.what_if("b", "U2", [-1.0, 0.5, 1.0]).table.sort_values("figure")
    steps = np.diff(found["score"])
    assert (steps <= 1e-9).all() if lower else (steps >= -1e-9).all()


def test_ranks_share_the_best_place_in_ties_of_rounding():
    scores = np.array([[0.1 + 0.2, 0.3, 5.0, np.nan], [1.0, 2.0, 3.0, 4.0]])
    assert ranks_of(scores)[0, :3].tolist() == [2, 2, 1]
    assert np.isnan(ranks_of(scores)[0, 3])
    assert ranks_of(scores)[1].tolist() == [4, 3, 2, 1]


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "harmonic", ("arithmetic", "geometric")])
def test_contributions_add_up(method):
    begun = invented(groups={"one": ["a", "b"], "two": ["c", "d"]}, gaps=0.15, units=14)
    done = begun.screen().impute().normalise(lower=1).weight("equal").aggregate(method, least=0.4)
    found = done.contributions().table
    score = pd.Series(done.built.score, index=done.frame.index).dropna()
    added = found.groupby("unit")["against_mean"].sum()
    mean = np.nanmean(done.built.normalised, axis=0)
    for unit in score.index:
        # A unit with the mean in every indicator that this one has.
        here = np.where(np.isnan(done.built.normalised[done.frame.index.get_loc(unit)]), np.nan, mean)
        other = aggregated(replace(done.built, normalised=here[None, :]), done.steps[-1].options)["composite"][0]
        assert added[unit] == pytest.approx(score[unit] - other, abs=1e-6)
    if method == "arithmetic":
        assert found.groupby("unit")["points"].sum()[score.index].to_numpy() == pytest.approx(score.to_numpy())
        assert found.groupby("unit")["weight"].sum().to_numpy() == pytest.approx(100)
    else:
        assert found["points"].isna().all()


def test_what_if_is_what_a_new_table_would_give():
    done = real()
    unit = done.frame.index[5]
    found = done.what_if(CODES[0], unit, [0.5, 2.0]).table
    frame = done.frame.copy()
    frame.loc[unit, CODES[0]] += 2.0
    anew = built(Composite.of(frame, WAYS, groups=GROUPS))
    assert found["score"].iloc[2] == pytest.approx(anew.built.score[5])
    assert found["rank"].iloc[2] == ranks_of(anew.built.score)[5]
    assert found["change"].tolist() == [0.0, 0.5, 2.0]
    with pytest.raises(DuzhengError, match="one of the two"):
        done.what_if(CODES[0], unit)
    with pytest.raises(DuzhengError, match="unit 'X9'"):
        done.what_if(CODES[0], "X9", 1)


def test_importance_is_not_weight():
    # Two indicators that go together share their influence, and one that stands alone has less than its weight.
    rng = np.random.default_rng(1)
    one = rng.normal(size=400)
    frame = pd.DataFrame({"a": one, "b": one + 0.1 * rng.normal(size=400), "c": rng.normal(size=400)},
                         index=[f"U{at}" for at in range(400)])  # fmt: skip
    found = built(Composite.of(frame, "higher"), "zscore").effective_weights().table.set_index("indicator")
    assert found["weight"].to_numpy() == pytest.approx(100 / 3)
    # Of y = (a + b + c) / 3 with r(a, b) near 1: r² of a and b is 4/5, of c 1/5.
    assert found["explained"].to_numpy() == pytest.approx([80, 80, 20], abs=6)
    assert found.loc["c", "ratio"] < 0.5
    assert found.loc["a", "alone"] < 1 < found.loc["c", "alone"]
    assert found["importance"].sum() == pytest.approx(100)


def test_all_combinations_are_gone_through_where_they_are_few():
    done = real(1)
    found = done.uncertainty(CHOICES)
    assert found.exact
    assert len(found.runs) == 2 * 3 * 2 * 5
    assert found.table["runs"].eq(60).all()
    # By hand: every combination built anew from the beginning.
    ranks = []
    for normal, weight, method, gone in product(CHOICES["normalise"], CHOICES["weight"], CHOICES["aggregate"],
                                                [None, *CODES]):  # fmt: skip
        begun = Composite.of(done.frame, WAYS, groups=GROUPS)
        begun = begun.screen(drop_indicators=[gone] if gone else []).impute("none").normalise(**normal)
        ranks.append(ranks_of(begun.weight(weight).aggregate(method).built.score))
    table = found.table.set_index("unit").loc[list(done.frame.index)]
    assert table["median"].to_numpy() == pytest.approx(np.median(ranks, axis=0))
    assert table["lower"].to_numpy() == pytest.approx(np.percentile(ranks, 5, axis=0))
    assert table["upper"].to_numpy() == pytest.approx(np.percentile(ranks, 95, axis=0))
    first, second = done.frame.index[:2]
    won = np.mean([rank[0] < rank[1] for rank in ranks])
    assert found.leads.loc[first, second] == pytest.approx(100 * won)


def test_leads_of_two_units_and_their_ties_are_everything():
    found = real(1).uncertainty({**CHOICES, "noise": 0.25}, n=200)
    assert not found.exact
    leads = found.leads.to_numpy()
    both = leads + leads.T
    np.fill_diagonal(both, 0)
    assert both.max() <= 100 + 1e-9
    again = real(1).uncertainty({**CHOICES, "noise": 0.25}, n=200)
    assert again.table.equals(found.table)
    assert not real(1).uncertainty({**CHOICES, "noise": 0.25}, n=200, seed=2).table.equals(found.table)


def uneven():
    """U1 leads in everything and lacks one figure: without imputation it has no score."""
    frame = invented().frame.copy()
    frame.loc["U1", ["a", "c", "d"]] = frame.max()[["a", "c", "d"]] + 1
    frame.loc["U1", "b"] = np.nan
    return built(Composite.of(frame, "higher"))


UNEVEN = {"impute": ["none", "mean"], "normalise": ["minmax", "zscore"]}


def test_leads_are_of_the_runs_in_which_both_units_have_a_score():
    found = uneven().uncertainty(UNEVEN)
    assert found.table.set_index("unit").loc["U1", "runs"] == 2
    assert found.together.loc["U1", "U2"] == 2
    assert found.together.loc["U3", "U2"] == 4
    assert found.leads.loc["U1", "U2"] == 100
    assert found.leads.loc["U2", "U1"] == 0
    never = uneven().uncertainty({"normalise": UNEVEN["normalise"]})
    assert never.leads.loc["U1"].isna().all()
    assert never.leads["U1"].isna().all()


def test_ranks_among_seven_and_among_eight_units_are_not_mixed_without_a_word():
    found = uneven().uncertainty(UNEVEN)
    shares = uneven().sensitivity(UNEVEN)
    for result in (found, shares):
        assert any("7 至 8 个" in note for note in result.remarks("zh-Hans"))
        assert any("7 to 8 units" in note for note in result.remarks("en"))
    assert "2 to 4 of 4" in " ".join(found.leads_chart("en").spec["title"]["subtitle"])
    assert "都有总分" in found.leads_chart("zh-Hans").alt
    assert not any("units have a score" in note for note in real(1).uncertainty(CHOICES).remarks("en"))


def test_a_unit_that_is_best_in_everything_leads_whatever_is_chosen():
    begun = invented(units=6)
    frame = begun.frame.copy()
    frame.loc["U4"] = frame.max() + 1
    done = built(Composite.of(frame, "higher"), lower=1)
    found = done.uncertainty({**CHOICES, "noise": 0.5}, n=150)
    assert found.table.set_index("unit").loc["U4", ["best", "worst"]].tolist() == [1, 1]
    assert (found.leads.loc["U4"].drop("U4") == 100).all()


def test_shares_of_all_combinations_are_exact_and_those_drawn_come_near():
    done = real(1)
    exact = done.sensitivity(CHOICES, units=[done.frame.index[2]])
    assert exact.exact
    shift = exact.table[exact.table["output"] == "shift"].set_index("choice")
    runs = done.uncertainty(CHOICES).runs
    by_hand = factorial_shares(runs["shift"].to_numpy().reshape(2, 3, 2, 5), 4)
    assert shift["first"].to_numpy() == pytest.approx(100 * by_hand.first[:, 0])
    assert shift["total"].to_numpy() == pytest.approx(100 * by_hand.total[:, 0])
    assert set(exact.table["output"]) == {"shift", "rank", "score"}
    drawn = done.sensitivity({**CHOICES, "noise": 1e-9}, n=512)
    near = drawn.table.set_index("choice")
    assert not drawn.exact
    assert near.loc[shift.index, "total"].to_numpy() == pytest.approx(shift["total"].to_numpy(), abs=8)


def test_choices_that_are_none_are_all_named():
    done = built(invented())
    with pytest.raises(DuzhengError) as caught:
        done.uncertainty({"normalise": ["minmax"], "colour": ["red"], "noise": 2, "omit": "zz"})
    assert len(caught.value.faults) == 4
    with pytest.raises(DuzhengError, match="no choices"):
        done.uncertainty({})


def stepped():
    return invented().screen().impute().normalise()


@pytest.mark.parametrize(("do", "found"), [
    (lambda: invented(peers={"U1": "one"}), "'U2' in no group of peers"),
    (lambda: invented(peers=dict.fromkeys([f"U{at}" for at in range(10)], "one")), "peers of 'U0'"),
    (lambda: invented(directions=dict.fromkeys([*"abcd", "zz"], "higher")), "a direction of 'zz'"),
    (lambda: invented().screen(least_unit="x"), "least_unit='x'"),
    (lambda: invented().screen().impute(None), "impute: method=None"),
    (lambda: invented().screen().impute("carried", most_years="x"), "impute: most_years='x'"),
    (lambda: invented().screen().impute().treat(most="x"), "treat: most='x'"),
    (lambda: invented().screen().impute().treat(only="zz"), "only='zz'"),
    (lambda: invented().screen().impute().normalise(lower="x"), "normalise: lower='x'"),
    (lambda: invented().screen().impute().normalise("goalposts", goalposts=5), "goalposts=5"),
    (lambda: invented().screen().impute().normalise("goalposts", goalposts=dict.fromkeys("abcd", ("x", 1))),
     "goalposts that are no numbers"),
    (lambda: stepped().weight("expert", {"a": "x"}), "weight 'x' of 'a'"),
    (lambda: stepped().weight("expert", [1, 2]), r"weights=\[1, 2\]"),
    (lambda: stepped().weight().aggregate(None), "aggregate: method=None"),
    (lambda: stepped().weight().aggregate(()), r"aggregate: method=\(\)"),
    (lambda: stepped().weight().aggregate(least="x"), "aggregate: least='x'"),
    (lambda: built(invented()).what_if("a", "U1", to="x"), "to='x'"),
    (lambda: built(invented()).what_if("a", "U1", [1, None]), "change=None"),
    (lambda: built(invented()).uncertainty(CHOICES, n="x"), "n='x'"),
    (lambda: built(invented()).uncertainty(CHOICES, seed="x"), "seed='x'"),
    (lambda: built(invented()).uncertainty("weight"), "choices='weight'"),
    (lambda: built(invented()).uncertainty({"weight": 5, "omit": 5}), "weight=5"),
    (lambda: built(invented()).sensitivity(CHOICES, n=0.5), "n=0.5"),
])  # fmt: skip
def test_what_can_t_be_is_refused_in_words_and_not_by_python(do, found):
    with pytest.raises(DuzhengError, match=found):
        do()


def test_all_faults_of_a_what_if_come_at_once():
    with pytest.raises(DuzhengError) as caught:
        built(invented()).what_if("zz", "X9", to=["x", 1])
    assert len(caught.value.faults) == 3


def test_one_unit_or_indicator_may_be_named_by_itself():
    begun = invented(units=12)
    assert list(begun.screen(drop_units="U11").frame.index) == [f"U{at}" for at in range(1, 13) if at != 11]
    named = Composite.of(begun.frame.rename(columns={"a": "area"}), "higher")
    assert list(named.screen(drop_indicators="area").frame) == ["b", "c", "d"]
    assert named.screen().impute().treat(only="area").steps[-1].options["only"] == ("area",)
    found = built(begun).sensitivity({"weight": ["equal", "pca"], "omit": "a"}, units="U11")
    assert set(found.table["unit"].dropna()) == {"U11"}
    assert list(bench().composite(CODES[:1], units="310104", year=2017).frame.index) == ["310104"]


def test_a_unit_s_name_in_place_of_its_code_is_told_the_code():
    with pytest.raises(DuzhengError, match="Write the code 310104") as caught:
        bench().composite([CODES[0], "zz"], units="徐汇区", year=2017)
    assert {fault.code for fault in caught.value.faults} == {"DZ-U002", "DZ-I001"}
    with pytest.raises(DuzhengError, match="in no group of peers"):
        bench().composite(CODES[:1], year=2017, peers={"310104": "inner"})


@pytest.mark.parametrize("page", ["composites", "peers_and_inequality"])
def test_the_first_example_of_the_page_runs(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    text = (ROOT / f"docs/{page}.md").read_text(encoding="utf-8")
    exec(compile(text.split("```python\n")[1].split("```")[0], page, "exec"), {})  # noqa: S102  the repository's own page


def test_what_an_option_does_not_name_stays_as_it_was_done():
    begun = invented(gaps=0.15, units=12).screen().impute().normalise(lower=1).weight("equal").aggregate(least=0.5)
    found = begun.uncertainty({"normalise": ["minmax", "rank"], "aggregate": ["arithmetic", "geometric"]})
    assert [step.options["least"] for step in found.choices.options["aggregate"]] == [0.5, 0.5]
    assert [step.options["lower"] for step in found.choices.options["normalise"]] == [1, 1]
    assert not any("现行做法不在" in note for note in found.remarks("zh-Hans"))
    expert = {"method": "expert", "weights": dict(zip("abcd", [1, 2, 3, 4], strict=True))}
    weighed = built(invented(), weight=expert["weights"]).uncertainty({"weight": ["equal", expert], "omit": "a"})
    assert weighed.exact
    assert not any("现行做法不在" in note for note in weighed.remarks("zh-Hans"))


def test_what_was_done_but_is_no_option_is_said():
    found = built(invented()).uncertainty({"normalise": ["rank", "zscore"]})
    assert any("现行做法不在" in note for note in found.remarks("zh-Hans"))


def test_ranks_are_shown_only_where_they_are_asked_for():
    done = real()
    plain = done.results()
    assert "rank" not in plain.table
    assert plain.public
    assert plain.table["unit"].tolist() == sorted(plain.table["unit"])
    for language in LANGUAGES:
        told = plain.readers(language).as_raw_html() + str(plain.explain(language)) + str(plain.chart(language).spec)
        assert not any(word in told for word in ("名次</th>", "Rank</th>", "供内部研究", "internal research"))
    ranked = done.results(ranks=True)
    assert ranked.table["rank"].tolist() == sorted(ranked.table["rank"])
    assert not ranked.public
    assert "供内部研究" in ranked.subtitle("zh-Hans")
    assert not done.uncertainty(CHOICES).public
    assert "rank" not in done.what_if(CODES[0], done.frame.index[0], 1).shown


def test_a_workspace_may_have_its_ranks_shown(tmp_path):
    text = (ROOT / "workspace.yaml").read_text(encoding="utf-8")
    (tmp_path / "workspace.yaml").write_text(f"{text}\nranks_in_public: true\n", encoding="utf-8")
    asked = replace(real(), workspace=Workspace(tmp_path))
    assert ranks_shown(asked)
    assert not ranks_shown(real())
    assert ranks_shown(real(), asked=True)


def test_intervals_are_said_to_be_of_choices_and_not_of_sampling():
    found = real(1).uncertainty(CHOICES)
    for language, words in (
        ("zh-Hans", ("只来自所列的做法", "与抽样无关")),
        ("en", ("declared choices alone", "not from sampling")),
    ):
        told = str(found.explain(language))
        assert all(word in told for word in words)
        assert "significan" not in told
        assert "显著" not in told


def test_results_of_a_plain_table_claim_no_complete_counts():
    found = built(invented()).results()
    assert "全面统计" not in found.subtitle("zh-Hans") + str(found.explain("zh-Hans"))
    assert "全面统计" in real().results().subtitle("zh-Hans")


def test_every_text_is_there_in_both_languages():
    done = real(1)
    everything = [done.screened, done.results(), done.results(ranks=True), done.contributions(),
                  done.effective_weights(),
                  done.what_if(CODES[0], done.frame.index[0], 1), done.uncertainty(CHOICES),
                  done.sensitivity({**CHOICES, "noise": 0.1}, n=64, units=[done.frame.index[0]])]  # fmt: skip
    for found in everything:
        for language in LANGUAGES:
            html = found.readers(language).as_raw_html()
            heads = [found.head(str(name), language) for name in found.written(language)]
            assert not [head for head in heads if "_" in head], heads
            assert "setting." not in str(found.explain(language))
            assert html


def test_names_of_a_plain_table_are_shown():
    named = Labels({"unit": {"U1": {"zh-Hans": "甲区", "en": "First"}}}, {"a": {"zh-Hans": "教师", "en": "Teachers"}})
    done = built(invented(named=named))
    assert "甲区" in done.results().readers("zh-Hans").as_raw_html()
    assert "教师" in str(done.history)
    assert "Teachers" in " ".join(done.history.said("en"))


def test_a_frame_and_the_workspace_give_the_same():
    done = real()
    again = Composite.of(done.frame, WAYS, groups=GROUPS)
    assert built(again).built.score == pytest.approx(done.built.score)
    assert construct(done.figures, done.framework, done.steps).score == pytest.approx(done.built.score)


@pytest.mark.slow
def test_a_nation_of_counties_is_no_burden():
    begun = invented(units=2800, indicators=10, gaps=0.01)
    start = time.perf_counter()
    done = built(begun, impute="median", lower=1)
    done.results()
    found = done.uncertainty({**CHOICES, "noise": 0.2}, n=500)
    assert len(found.table) == 2800
    assert found.leads.shape == (2800, 2800)
    assert time.perf_counter() - start < 60
