"""What a design refuses, and what holds of its estimates whatever the data."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign

NUMBERS = ["estimate", "se", "lower", "upper", "df", "n", "psus", "deff"]


def sample(seed=0, rows=240, *, missing=0.1):
    """Make a sample of 4 strata, 5 PSUs each, 3 second-stage units in a PSU."""
    rng = np.random.default_rng(seed)
    psu = rng.permutation(np.arange(rows) % 20)
    frame = pd.DataFrame({"psu": psu, "h": psu % 4, "ssu": rng.integers(0, 3, rows), "w": rng.uniform(1, 4, rows)})
    frame["y"] = rng.normal(10, 2, rows) + psu / 5
    frame["x"] = rng.uniform(1, 2, rows)
    frame["answer"] = rng.choice(["no", "yes", "unsure"], rows)
    frame["place"] = rng.choice(["north", "south", "west"], rows)
    frame.loc[rng.random(rows) < missing, "y"] = np.nan
    return frame.assign(n1=9.0, n2=4.0)


def full(frame, **options):
    return SurveyDesign(frame, weights="w", strata="h", psu="psu", **options)


def two_stage(frame):
    return full(frame, ssu="ssu", fpc=("n1", "n2"))


def test_every_fault_of_a_design_is_listed_with_what_to_do():
    frame = sample().assign(w=lambda d: d["w"].where(d.index > 1, -1.0), h=lambda d: d["h"].where(d.index != 5))
    with pytest.raises(DuzhengError) as error:
        full(frame)
    text = str(error.value)
    assert "2 negative weights, the first at position 0" in text
    assert "1 rows without a value" in text
    assert {fault.code for fault in error.value.faults} == {"DZ-S001"}
    assert all(fault.hint for fault in error.value.faults)


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({"w": 0.0}, {}, "weights that sum to zero"),
        ({"w": np.inf}, {}, "infinite weights"),
        ({"w": None}, {}, "missing weights"),
        ({"w": "many"}, {}, "expected numbers"),
        ({"n1": 4.0}, {"fpc": "n1"}, "5 units drawn of 4 in stratum"),
        ({"n1": 0.0}, {"fpc": "n1"}, "zero or negative"),
        ({}, {"fpc": "y"}, "missing, zero or negative"),
        ({}, {"fpc": "x"}, "different fpc within a stratum"),
        ({"n2": 2.0}, {"ssu": "ssu", "fpc": ("n1", "n2")}, "units drawn of 2 in a PSU"),
        ({}, {"fpc": ("n1", "n2")}, "second-stage fpc without ssu"),
        ({}, {"ssu": "ssu", "fpc": "n1"}, "fpc of the first stage only"),
        ({}, {"lonely_psu": "ignore"}, "lonely_psu='ignore'"),
        ({}, {"strata": "region"}, "strata='region'"),
        ({}, {"psu": None, "ssu": "ssu"}, "ssu without psu"),
        ({"h": range(240)}, {}, "only one PSU in the strata"),
    ],
)
def test_a_bad_design_is_refused(change, options, said):
    with pytest.raises(DuzhengError, match="DZ-S001") as error:
        SurveyDesign(sample().assign(**change), **{"weights": "w", "strata": "h", "psu": "psu", **options})
    assert said in str(error.value)


def test_a_psu_in_two_strata_needs_nesting():
    frame = sample().assign(psu=lambda d: d["psu"] // 4)
    with pytest.raises(DuzhengError, match="PSU 0 in the strata"):
        full(frame, nest=False)
    assert full(frame).df == 16


def test_no_rows_are_refused():
    with pytest.raises(DuzhengError, match="no rows"):
        full(sample().iloc[:0])


def test_fractions_and_numbers_of_units_are_the_same_fpc():
    frame = sample().assign(f1=5 / 9, f2=3 / 4)
    a = two_stage(frame).mean("y", by="place")
    b = full(frame, ssu="ssu", fpc=("f1", "f2")).mean("y", by="place")
    pd.testing.assert_frame_equal(a, b, rtol=1e-12)
    with pytest.raises(DuzhengError, match="fractions together"):
        full(frame.assign(f1=np.where(frame["h"] == 0, 0.5, 9.0)), fpc="f1")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda d: d.mean("z"), "unknown column 'z'"),
        (lambda d: d.mean("answer"), "ask for the proportion"),
        (lambda d: d.mean([]), "no variables"),
        (lambda d: d.mean("y", by="df"), "by='df'"),
        (lambda d: d.mean("y", level=95), "level=95"),
        (lambda d: d.mean("y", df="kind"), "df='kind'"),
        (lambda d: d.mean("y", deff="srs"), "deff='srs'"),
        (lambda d: d.proportion("answer", method="wald"), "method='wald'"),
        (lambda d: d.quantile("y", 1.5), "probs=\\[1.5\\]"),
        (lambda d: d.quantile("y", rule="hf3"), "rule='hf3'"),
        (lambda d: d.covariance("y", statistic="ratio"), "a ratio without denominator"),
        (lambda d: d.contrast("y", {}), "no contrasts"),
        (lambda d: d.contrast("y", {"a": {"z": 1}}), "'z' in the contrast 'a'"),
        (lambda d: d.contrast("y", {"a": lambda e: abs(e["y"]) ** 2}), "a smooth function"),
        (lambda d: d.contrast("y", {"a": lambda _: 1.0}), "uses no estimate"),
    ],
)
def test_a_wrong_request_is_refused(ask, said):
    with pytest.raises(DuzhengError, match=said) as error:
        ask(full(sample()))
    assert error.value.faults[0].code == "DZ-S002"


def test_a_variable_without_values_and_domains_without_rows_are_refused():
    frame = sample().assign(z=np.nan, nowhere=None)
    with pytest.raises(DuzhengError, match=r"(?s)DZ-S003 column z.*DZ-S002 column zz") as error:
        full(frame).mean(["z", "zz"])
    assert len(error.value.faults) == 2
    with pytest.raises(DuzhengError, match="DZ-S003"):
        full(frame).mean("y", by="nowhere")
    with pytest.raises(DuzhengError, match="infinite values"):
        full(frame.assign(y=np.inf)).mean("y")


def test_rows_may_not_join_the_data_of_a_design():
    frame = sample()
    design = full(frame)
    frame.loc[len(frame)] = frame.loc[0]
    with pytest.raises(DuzhengError, match="241 rows"):
        design.mean("x")


def test_a_mean_in_one_psu_has_no_error_and_a_total_keeps_its_own():
    frame = sample(missing=0).assign(district=lambda d: np.where(d["psu"] == 3, "one", "rest"))
    for design in (full(frame), two_stage(frame)):
        for ask in (
            design.mean("y", by="district"),
            design.ratio("y", "x", by="district"),
            design.quantile("y", 0.5, by="district"),
            design.proportion("answer", by="district", method="beta"),
        ):
            one = ask[ask["district"] == "one"]
            assert one[["se", "lower", "upper"]].isna().all(axis=None)
            assert (one["note"] == "one PSU: no standard error").all()
            assert (one["psus"] == 1).all()
            assert ask[ask["district"] == "rest"]["se"].notna().all()
        total = design.total("y", by="district").iloc[0]
        assert total["se"] > 0
        assert "one PSU" in total["note"]
        matrix = design.covariance("y", by="district")
        assert matrix.isna().sum().sum() == 3
        contrast = design.contrast("y", {"d": {("y", "one"): 1, ("y", "rest"): -1}}, by="district").iloc[0]
        assert np.isnan(contrast["se"])
        assert "y/one: one PSU" in contrast["note"]


def test_one_certainty_psu_has_the_error_of_its_second_stage():
    frame = sample(missing=0)
    frame["h"] = np.where(frame["psu"] == 0, 9, frame["h"])
    frame["n1"] = np.where(frame["h"] == 9, 1.0, 9.0)
    frame["district"] = frame["h"] == 9
    two = full(frame, ssu="ssu", fpc=("n1", "n2")).mean("y", by="district")
    assert two.loc[1, "se"] > 0
    assert two.loc[1, "psus"] == 1


def test_a_domain_with_one_valid_value_in_one_psu_counts_valid_rows_only():
    frame = sample(missing=0)
    frame.loc[frame["place"].eq("west") & frame["psu"].ne(7), "y"] = np.nan
    west = full(frame).mean(["x", "y"], by="place").set_index(["variable", "place"])
    assert np.isnan(west.loc[("y", "west"), "se"])
    assert west.loc[("x", "west"), "se"] > 0
    frame.loc[frame["place"].eq("west"), "y"] = np.nan
    row = full(frame).mean("y", by="place").iloc[2]
    assert row["n"] == 0
    assert np.isnan(row["estimate"])
    assert row["note"] == "no valid rows"


def test_missing_values_leave_out_a_row_for_that_variable_only():
    frame = sample()
    both, alone = full(frame).mean(["y", "x"], by="place"), full(frame).mean("x", by="place")
    pd.testing.assert_frame_equal(both.iloc[3:].reset_index(drop=True), alone)
    # The valid rows as a domain of their own give the same numbers.
    valid = full(frame.assign(valid=frame["y"].notna())).mean("y", by="valid").iloc[-1]
    plain = full(frame).mean("y").iloc[0]
    assert valid[NUMBERS].tolist() == pytest.approx(plain[NUMBERS].tolist(), rel=1e-12)


def test_a_ratio_over_nothing_is_missing_and_says_so():
    frame = sample(missing=0)
    frame.loc[frame["place"].eq("west"), "x"] = 0.0
    ratios = full(frame).ratio("y", "x", by="place").set_index("place")
    assert ratios.loc["west", ["estimate", "se", "lower", "deff"]].isna().all()
    assert ratios.loc["west", "note"] == "the denominator is zero"
    assert ratios.drop(index="west").notna().all(axis=None)


def test_nullable_and_categorical_columns_are_read():
    frame = sample()
    design = full(frame.assign(y=frame["y"].astype("Float64"), place=frame["place"].astype("category")))
    pd.testing.assert_frame_equal(
        design.mean("y", by="place"), full(frame).mean("y", by="place"), check_categorical=False, check_dtype=False
    )


@pytest.mark.parametrize("method", ["logit", "beta", "wilson", "likelihood", "asin", "mean"])
def test_shares_of_nothing_and_all_have_an_interval_only_where_the_method_gives_one(method):
    frame = sample(missing=0).assign(sure="always")
    frame.loc[frame["place"].eq("west") & frame["x"].gt(1.5), "sure"] = "never"
    ask = full(frame).proportion("sure", by="place", method=method).set_index(["category", "place"])
    always, never = ask.loc[("always", "north")], ask.loc[("never", "north")]
    assert (always["estimate"], never["estimate"], always["se"]) == (1.0, 0.0, 0.0)
    if method in {"beta", "wilson", "likelihood"}:
        assert always["upper"] == 1.0
        assert 0.85 < always["lower"] < 1
        assert never["lower"] == 0.0
        assert never["upper"] == pytest.approx(1 - always["lower"], rel=1e-9)
        assert "effective size" in always["note"]
    else:
        assert np.isnan(always["lower"])
        assert "use beta" in always["note"]
    assert ask.loc[("never", "west"), ["lower", "upper"]].notna().all()


def test_korn_and_graubard_of_a_simple_sample_is_nearly_clopper_and_pearson():
    from scipy import stats

    frame = pd.DataFrame({"w": 1.0, "a": [1] * 7 + [0] * 93})
    row = SurveyDesign(frame, weights="w").proportion("a", method="beta").iloc[1]
    exact = stats.binomtest(7, 100).proportion_ci(method="exact")
    # n* = n − 1 here, as the standard error has n − 1 below.
    assert [row["lower"], row["upper"]] == pytest.approx([exact.low, exact.high], abs=5e-4)


def test_degrees_of_freedom_of_a_domain_are_its_own():
    frame = sample().assign(small=lambda d: d["psu"].isin([0, 1, 4]))
    frame["pair"] = frame["psu"].isin([0, 1])
    domain = full(frame).mean("y", by="small", df="domain")
    assert domain["df"].tolist() == [17 - 4, 3 - 2]
    pair = full(frame).mean("y", by="pair", df="domain").iloc[1]
    assert (pair["df"], pair["note"]) == (0, "no degrees of freedom: no interval")
    assert np.isnan(pair["lower"])
    assert pair["se"] > 0


def test_waves_drawn_apart_are_independent_and_shared_psus_are_not():
    a, b = sample(1).assign(wave=1), sample(2).assign(wave=2)
    apart = pd.concat([a, b.assign(h=b["h"] + 10)], ignore_index=True)
    asked = {"change": {("y", 2): 1, ("y", 1): -1}}
    change = full(apart).contrast("y", asked, by="wave").iloc[0]
    alone = [full(x).mean("y").iloc[0] for x in (a, b)]
    assert change["estimate"] == pytest.approx(alone[1]["estimate"] - alone[0]["estimate"], rel=1e-12)
    assert change["se"] == pytest.approx(np.hypot(alone[0]["se"], alone[1]["se"]), rel=1e-12)
    shared = full(pd.concat([a, b], ignore_index=True))
    assert shared.contrast("y", asked, by="wave").iloc[0]["se"] < change["se"]  # the same PSUs are high in both


def test_the_diagonal_of_a_covariance_is_the_variance():
    for rule in ("adjust", "average", "certainty", "remove"):
        frame = sample()
        frame.loc[frame["psu"] == 5, "h"] = 77
        design = full(frame, lonely_psu=rule)
        for statistic in ("mean", "total"):
            table = getattr(design, statistic)(["y", "x"], by="place")
            matrix = design.covariance(["y", "x"], by="place", statistic=statistic)
            np.testing.assert_allclose(np.sqrt(np.diag(matrix)), table["se"], rtol=1e-12)
            assert list(matrix.index) == list(zip(table["variable"], table["place"], strict=True))
    design = two_stage(sample())
    matrix = design.covariance("y", by="place")
    np.testing.assert_allclose(np.sqrt(np.diag(matrix)), design.mean("y", by="place")["se"], rtol=1e-12)


def test_a_lonely_stratum_is_centred_at_the_mean_of_all_psus_in_totals_too():
    # PSU totals 4, 8 in one stratum and 30 alone: Σ = 2 ((4 − 6)² + (8 − 6)²) + (30 − 14)² = 272.
    frame = pd.DataFrame({"w": [2.0, 2, 3], "y": [2.0, 4, 10], "h": [1, 1, 2]})
    total = SurveyDesign(frame, weights="w", strata="h", lonely_psu="adjust").total("y").iloc[0]
    assert total["se"] ** 2 == pytest.approx(272, rel=1e-14)
    average = SurveyDesign(frame, weights="w", strata="h", lonely_psu="average").total("y").iloc[0]
    assert average["se"] ** 2 == pytest.approx(2 * 16, rel=1e-14)
    alone = SurveyDesign(frame.iloc[[2]], weights="w", strata="h", lonely_psu="average").total("y").iloc[0]
    assert np.isnan(alone["se"])


def test_two_stages_by_hand():
    # 2 of 4 PSUs, 2 of 3 and 2 of 2 units: w = 3, 3, 2, 2. PSU totals 9 and 8:
    # (1/2) 2 (0.5² + 0.5²) + (2/4) (1/3) 2 (1.5² + 1.5²) + 0 = 0.5 + 1.5.
    frame = pd.DataFrame({"w": [3.0, 3, 2, 2], "y": [1.0, 2, 3, 1], "p": [1, 1, 2, 2], "s": [1, 2, 1, 2]})
    frame = frame.assign(n1=4, n2=[3, 3, 2, 2])
    total = SurveyDesign(frame, weights="w", psu="p", ssu="s", fpc=("n1", "n2")).total("y").iloc[0]
    assert total["se"] ** 2 == pytest.approx(2.0, rel=1e-14)


def test_domain_totals_add_up_and_their_covariance_too():
    design = two_stage(sample())
    parts, whole = design.total("y", by="place"), design.total("y").iloc[0]
    assert parts["estimate"].sum() == pytest.approx(whole["estimate"], rel=1e-12)
    matrix = design.covariance("y", by="place", statistic="total")
    assert matrix.to_numpy().sum() == pytest.approx(whole["se"] ** 2, rel=1e-10)
    shares = design.proportion("answer", by="place")
    assert shares.groupby("place")["estimate"].sum().tolist() == pytest.approx([1, 1, 1])


def _everything(design):
    return pd.concat(
        [
            design.mean(["y", "x"], by="place"),
            design.ratio("y", "x", by="place"),
            design.proportion("answer", by="place", method="beta"),
            design.quantile("y", [0.2, 0.5], by="place", rule="hf7"),
        ]
    )[NUMBERS].to_numpy(dtype=float)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.floats(1e-3, 1e3))
def test_scaling_the_weights_changes_only_totals(seed, scale):
    frame = sample(seed)
    np.testing.assert_allclose(
        _everything(two_stage(frame.assign(w=frame["w"] * scale))), _everything(two_stage(frame)), rtol=1e-9
    )
    totals = [
        two_stage(f).total("y")[["estimate", "se"]].to_numpy() for f in (frame.assign(w=frame["w"] * scale), frame)
    ]
    np.testing.assert_allclose(totals[0], totals[1] * scale, rtol=1e-9)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6))
def test_the_order_of_rows_and_the_names_of_units_do_not_matter(seed):
    frame = sample(seed)
    other = frame.sample(frac=1, random_state=seed % 1000).reset_index(drop=True)
    other["psu"] = "p" + other["psu"].astype(str)
    np.testing.assert_allclose(_everything(two_stage(other)), _everything(two_stage(frame)), rtol=1e-9)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6))
def test_copies_of_a_stratum_merged_keep_the_estimate(seed):
    # Strata that are copies of one another have one mean, so merging changes only n / (n − 1).
    one = sample(seed, missing=0).query("h == 0")
    frame = pd.concat([one, one.assign(h=1, psu=one["psu"] + 100)], ignore_index=True)
    apart = full(frame).mean("y").iloc[0]
    merged = full(frame.assign(h=0)).mean("y").iloc[0]
    assert merged["estimate"] == pytest.approx(apart["estimate"], rel=1e-12)
    assert merged["se"] ** 2 * 9 / 10 == pytest.approx(apart["se"] ** 2 * 4 / 5, rel=1e-9)


def test_the_same_data_give_the_same_bits():
    frame = sample(3, rows=2000)
    first = _everything(two_stage(frame))
    for _ in range(3):
        assert _everything(two_stage(frame)).tobytes() == first.tobytes()


def test_the_number_of_threads_changes_no_bit(monkeypatch):
    rng = np.random.default_rng(12)
    frame = pd.DataFrame(rng.normal(size=(3000, 5)), columns=list("abcde"))
    frame = frame.mask(frame > 2).assign(w=rng.uniform(1, 2, 3000), psu=rng.integers(0, 40, 3000))
    plan, found = SurveyDesign(frame, weights="w", psu="psu"), []
    for threads in (1, 2, 5):
        monkeypatch.setattr("analysis.stats.design.cells.THREADS", threads)
        found.append(plan.mean(list("abcde")))
    assert found[0].equals(found[1])
    assert found[0].equals(found[2])


def test_many_chunks_of_rows_give_what_one_gives(monkeypatch):
    frame = sample(4, rows=2000)
    whole = _everything(full(frame))
    monkeypatch.setattr("analysis.stats.design.cells.CHUNK", 128)
    monkeypatch.setattr("analysis.stats.design.variance.CHUNK", 8)
    np.testing.assert_allclose(_everything(full(frame)), whole, rtol=1e-11)
    np.testing.assert_allclose(full(frame).covariance("x", by="place").to_numpy().diagonal(),
                               full(frame).mean("x", by="place")["se"] ** 2, rtol=1e-11)  # fmt: skip


def test_rows_of_weight_zero_count_nowhere():
    frame = sample()
    more = pd.concat([frame, frame.assign(w=0.0, y=1e9)], ignore_index=True)
    np.testing.assert_allclose(_everything(full(more)), _everything(full(frame)), rtol=1e-12)


def test_a_large_constant_added_costs_no_digits_of_the_error():
    frame = sample(missing=0)
    plain = full(frame).mean("y").iloc[0]
    moved = full(frame.assign(y=frame["y"] + 1e6)).mean("y").iloc[0]
    assert moved["se"] == pytest.approx(plain["se"], rel=1e-8)
    assert moved["deff"] == pytest.approx(plain["deff"], rel=1e-8)
    constant = full(frame.assign(y=0.1)).mean("y").iloc[0]
    assert constant["se"] == pytest.approx(0, abs=1e-15)
    assert np.isnan(constant["deff"])


def test_importing_the_room_loads_neither_pandas_nor_scipy_stats():
    code = "import sys, analysis.stats; assert not {'pandas', 'scipy', 'scipy.stats'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
@pytest.mark.parametrize(("share", "method"), [(0.02, "beta"), (0.5, "logit"), (0.98, "beta"), (0.02, "logit")])
def test_intervals_of_proportions_hold_their_rate(share, method):
    rng, held, runs = np.random.default_rng(7), 0, 2000
    for _ in range(runs):
        place = rng.beta(share * 40, (1 - share) * 40, 40)
        psu = np.repeat(np.arange(40), 15)
        frame = pd.DataFrame({"w": 1.0, "psu": psu, "h": psu % 4, "a": rng.random(600) < place[psu]})
        row = full(frame).proportion("a", method=method).iloc[-1]
        held += row["category"] and row["lower"] <= share <= row["upper"]
    assert 0.93 <= held / runs <= 0.985


@pytest.mark.slow
@pytest.mark.parametrize(("psus", "least"), [(3, 0.92), (20, 0.935)])
def test_intervals_of_means_hold_their_rate_in_domains_of_few_psus(psus, least):
    # Linearised variances of a domain in k of 40 PSUs are low by about (k − 1) / k: with 3, the rate is 93 %. With the
    # degrees of freedom of the design it would be 76 %.
    rng, held, runs = np.random.default_rng(8), 0, 2000
    for _ in range(runs):
        psu = np.repeat(np.arange(40), 10)
        frame = pd.DataFrame({"w": 1.0, "psu": psu, "d": psu < psus})
        frame["y"] = rng.normal(0, 1, 40)[psu] + rng.normal(0, 1, 400)
        row = SurveyDesign(frame, weights="w", psu="psu").mean("y", by="d", df="domain").iloc[1]
        held += row["lower"] <= 0 <= row["upper"]
    assert least <= held / runs <= 0.965
