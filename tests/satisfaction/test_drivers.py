"""Drivers: what goes with the outcome, in odds and in shares of what topics explain, and never as a cause."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.satisfaction.topic_waves import TOPICS, topic_wave

from analysis.messages import DuzhengError
from analysis.satisfaction.association.drivers import ALONE, FEW, drivers
from analysis.satisfaction.association.outcome import choose, weights_of
from analysis.satisfaction.words import words
from analysis.stats import SurveyDesign
from analysis.stats.design.moments import moments
from analysis.stats.relative_weights import johnson, shapley

WAVE = topic_wave(gaps=0.05)
TOLD = ["ixStrong", "ixPoor", "ixFaint", "ixEasy"]


@pytest.fixture(scope="module")
def found():
    return drivers(WAVE, replicates=60)


def _of(result, statistic):
    table = result.table if hasattr(result, "table") else result
    return table[table["statistic"] == statistic].set_index("variable")


def test_shares_are_those_of_the_weighted_correlations(found):
    scores = choose(WAVE, None, None).scores
    whole = scores.notna().all(axis=1)
    r = np.cov(scores[whole], rowvar=False, aweights=WAVE.sample.plan.weight[whole])
    r = r / np.sqrt(np.outer(np.diag(r), np.diag(r)))
    names = list(scores)[1:]
    for statistic, weigh in (("shapley", shapley), ("johnson", johnson)):
        assert _of(found, statistic)["estimate"][names].tolist() == pytest.approx(list(weigh(r[1:, 1:], r[0, 1:])))
        assert _of(found, statistic)["estimate"].sum() == pytest.approx(_of(found, "r2")["estimate"].iloc[0])
    assert _of(found, "share")["estimate"].sum() == pytest.approx(100)
    x = (
        np.column_stack([np.ones(whole.sum()), scores.loc[whole, names]])
        * np.sqrt(WAVE.sample.plan.weight[whole])[:, None]
    )
    y = scores.loc[whole, "ixWhole"] * np.sqrt(WAVE.sample.plan.weight[whole])
    rest = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    spread = scores.loc[whole, "ixWhole"] - np.average(
        scores.loc[whole, "ixWhole"], weights=WAVE.sample.plan.weight[whole]
    )
    r2 = 1 - (rest**2).sum() / (WAVE.sample.plan.weight[whole] * spread**2).sum()
    assert _of(found, "r2")["estimate"].iloc[0] == pytest.approx(r2, abs=1e-10)
    assert (found.table["n"] == whole.sum()).all()


def test_strong_topics_come_first_and_have_larger_odds(found):
    shares, odds = _of(found, "share"), _of(found, "odds_ratio")
    assert set(shares.index[:2]) == {"ixStrong", "ixPoor"}
    assert (shares["lower"][["ixStrong", "ixPoor"]].min()) > shares["upper"][["ixFaint", "ixEasy"]].max()
    assert odds["lower"][["ixStrong", "ixPoor"]].min() > odds["upper"][["ixFaint", "ixEasy"]].max()


def test_effects_are_of_one_standard_deviation(found):
    sample = found.sample
    plain = sample.regress(
        "ordered_ixWhole ~ ixStrong + ixPoor + ixFaint + ixEasy", family="ordinal", df="domain"
    ).table
    whole = choose(WAVE, None, None).whole.to_numpy()
    weight = sample.plan.weight[whole]
    for name, slope in plain.set_index("variable")["estimate"][TOLD].items():
        values = sample.data.loc[whole, name]
        sd = np.sqrt(np.average((values - np.average(values, weights=weight)) ** 2, weights=weight))
        assert _of(found, "log_odds")["estimate"][name] == pytest.approx(slope * sd, rel=1e-8)
        assert _of(found, "odds_ratio")["estimate"][name] == pytest.approx(np.exp(slope * sd), rel=1e-8)
    p = _of(found, "log_odds")["p"]
    # Holm by hand: the largest stays, the next is doubled, and so on, never falling.
    order = p.sort_values()
    expected = np.minimum(np.maximum.accumulate(order.to_numpy() * [4, 3, 2, 1]), 1)
    assert _of(found, "log_odds")["p_adjusted"][order.index].tolist() == pytest.approx(expected.tolist())


def test_an_open_sample_has_no_p_and_says_what_its_intervals_are():
    found = drivers(topic_wave(kind="open"), replicates=20)
    assert found.table["p"].isna().all()
    assert found.table["p_adjusted"].isna().all()
    assert set(found.table["basis"]) == {"model"}
    assert "p_adjusted" not in found.shown
    assert "基于模型" in str(found.chart("zh-Hans").spec["title"])


@pytest.mark.parametrize("name", ["drivers", "importance", "scales"])
def test_texts_claim_neither_significance_nor_cause(name):
    for text in words(name).values():
        assert "显著" not in text["zh-Hans"]
        assert "significan" not in text["en"].lower()
        assert "影响" not in text["zh-Hans"]
        assert "impact" not in text["en"].lower()
    if name != "scales":
        assert "因果" in words(name)["method"]["zh-Hans"]
        assert "not what causes" in words(name)["method"]["en"]


def test_groups_have_models_of_their_own_and_small_ones_no_figures():
    wave = topic_wave(districts=3, schools=12, persons=30)
    rows = wave.wave.responses
    kept = (rows["district"] != "c") | (rows["id"].str[-2:] == "05")
    found = drivers(wave.only(kept), by="district", replicates=20).table
    share = found[(found["statistic"] == "share") & (found["variable"] == "ixStrong")].set_index("district")
    assert share["estimate"].isna().tolist() == [False, False, False, True]
    assert share.loc["c", "note"] == FEW
    odds = found[(found["statistic"] == "odds_ratio") & (found["variable"] == "ixStrong")].set_index("district")
    assert odds["lower"].isna().tolist() == [False, False, False, True]
    assert odds.loc["c", "note"] == FEW
    alone = drivers(wave.only(rows["district"] == "a"), replicates=20)
    # Weights within a district are all alike here, so that the district by itself says the same.
    assert share.loc["a", "estimate"] == pytest.approx(_of(alone, "share")["estimate"]["ixStrong"], rel=1e-9)


def test_a_topic_that_few_were_asked_about_is_left_out_and_named():
    wave = topic_wave()
    rows = wave.wave.responses.copy()
    rows.loc[rows.index[60:], "easy"] = pd.NA
    few = replace(wave, wave=replace(wave.wave, responses=rows)).only(pd.Series(data=True, index=rows.index))
    found = drivers(few, replicates=10)
    assert found.settings["topics"] == ["ixStrong", "ixPoor", "ixFaint"]
    assert "9 %" in found.notes[0]["en"]
    with pytest.raises(DuzhengError, match="60 answers with all of ixWhole"):
        drivers(few, topics=TOLD, fewest=100, replicates=10)
    asked = drivers(few, topics=TOLD, replicates=10)
    assert "Only 60 answers (9 %)" in asked.notes[0]["en"]


def test_the_outcome_is_the_last_index_of_one_item_unless_named():
    assert drivers(WAVE, replicates=5).settings["outcome"] == "ixWhole"
    other = drivers(WAVE, "ixEasy", ["strong", "poor"], replicates=5)
    assert other.settings["outcome"] == "ixEasy"
    assert _of(other, "share").index.tolist() in (["strong", "poor"], ["poor", "strong"])


def test_topics_that_make_up_one_another_have_no_weights():
    found = drivers(WAVE, topics=["ixStrong", "strong", "ixPoor"], replicates=5)
    assert set(found.table["note"]) == {ALONE}
    assert found.table["estimate"].isna().all()


def test_an_outcome_of_many_values_is_put_into_ten_groups():
    from analysis.satisfaction.association.drivers import _codes

    rng = np.random.default_rng(5)
    values, weight = rng.normal(size=1000).round(3), rng.uniform(1, 3, 1000)
    code = _codes(values, np.ones(1000, bool), weight)
    assert set(code) == set(range(10))
    assert np.bincount(code, weights=weight) == pytest.approx([weight.sum() / 10] * 10, rel=0.05)
    assert (np.diff(code[np.argsort(values)]) >= 0).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"topics": ["strong"]}, "1 topics for ixWhole"),
        ({"topics": ["strong", "strong"]}, "2 to 12"),
        ({"topics": ["ixWhole", "strong"]}, "without the outcome"),
        ({"topics": ["stron", "poor"]}, "Did you mean strong"),
        ({"outcome": "ixHole"}, "Did you mean ixWhole"),
        ({"by": "distric"}, "district"),
        ({"topics": "strong"}, "1 topics for ixWhole"),
        ({"level": 2}, "level=2"),
        ({"replicates": 1}, "1 replicates"),
        ({"design": [WAVE, WAVE]}, "2 designs; expected 1"),
        ({"design": None}, "a NoneType; expected a design"),
    ],
)
def test_wrong_requests_are_said(arguments, said):
    with pytest.raises(DuzhengError, match=said):
        drivers(**{"design": WAVE, **arguments})


def test_readers_see_one_row_a_topic_and_one_of_r2(found):
    written = found.written("en")
    assert len(written) == 5
    assert {"share", "odds_ratio", "odds_ratio_lower", "p_adjusted"} <= set(written)
    row = written.iloc[0]
    share = _of(found, "share")["estimate"].iloc[0]
    odds = _of(found, "odds_ratio")["estimate"].iloc[0]
    assert (row["share"], row["odds_ratio"]) == (f"{share:.1f}", f"{odds:.2f}")
    assert written.iloc[-1][["variable", "share"]].tolist() == [
        "All topics together: R², %",
        f"{100 * _of(found, 'r2')['estimate'].iloc[0]:.1f}",
    ]
    assert "R²" in found.readers("zh-Hans").as_raw_html()


def test_groups_come_in_the_order_of_their_codes_and_have_a_text_of_their_own():
    wave = topic_wave(districts=2, schools=12, persons=30)
    found = drivers(wave, by="district", replicates=5)
    assert found.written("en")["district"].drop_duplicates().tolist() == ["All", "District A", "District B"]
    assert "by group" in found.chart("en").alt


def test_more_than_twelve_topics_are_refused():
    wide = topic_wave({f"t{k}": (4.0, 0.2) for k in range(13)}, persons=10)
    with pytest.raises(DuzhengError, match="DZ-S002: found 13 topics"):
        drivers(wide)


def test_the_script_for_r_asks_for_the_same(found, tmp_path):
    text = found.as_r(tmp_path).read_text(encoding="utf-8")
    assert "svyolr(ordered_ixWhole ~ standard_ixStrong + standard_ixPoor" in text
    assert 'weigh(c("ixWhole", "ixStrong", "ixPoor", "ixFaint", "ixEasy")' in text
    assert f"{_of(found, 'johnson')['estimate']['ixStrong']:.10g}" in text
    data = pd.read_csv(tmp_path / "data.csv")
    assert {"ixWhole", *TOLD, "ordered_ixWhole"} <= set(data)
    for pair in ("{}", "()", "[]"):
        own = text[text.index("# Relative weights") :]
        assert own.count(pair[0]) == own.count(pair[1])


@pytest.fixture(scope="module")
def charted():
    """Give drivers with figures that are the same on every machine; one of sixteen districts has too few answers."""
    sixteen = topic_wave(districts=16, schools=4, persons=20)
    rows = sixteen.wave.responses
    sixteen = sixteen.only((rows["district"] != "d") | (rows["id"].str[-1] == "3"))
    made = {
        "one": drivers(WAVE, replicates=20),
        "many": drivers(sixteen, by="district", replicates=20),
        "long": drivers(topic_wave({f"t{k}": (4.0, 0.1 + 0.05 * k) for k in range(12)}, long=True), replicates=20),
    }
    return {name: replace(result, table=result.table.round(3)) for name, result in made.items()}


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("name", ["one", "many", "long"])
def test_charts(charted, stored_svg, name, language):
    chart = charted[name].chart(language)
    said = str(chart.spec["title"])
    assert "因果" in said or "not causes" in said
    assert ("D区" in said or "District D" in said) is (name == "many")
    stored_svg(f"drivers_{language[:2]}_{name}", chart.spec, language)


@pytest.mark.slow
def test_intervals_of_shares_hold_the_truth_as_often_as_they_say():
    """Of 200 samples of clusters in strata: 95 % less or more three standard errors of a share, 4.6 points."""
    loadings, slopes = np.array([0.8, 0.7, 0.6, 0.5]), np.array([0.5, 0.3, 0.2, 0.05])
    s = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    whole = np.zeros((5, 5))
    whole[1:, 1:], whole[0, 1:] = s, s @ slopes
    whole[1:, 0], whole[0, 0] = whole[0, 1:], slopes @ s @ slopes + 1
    truth = weights_of(whole, "shapley") / weights_of(whole, "shapley").sum()
    names, held = list("yabde"), np.zeros(4)
    stratum, cluster = np.arange(288) // 36, np.arange(288) // 12
    for seed in range(200):
        rng = np.random.default_rng(seed)
        factor = np.sqrt(0.9) * rng.normal(size=288) + np.sqrt(0.1) * rng.normal(size=24)[cluster]
        x = factor[:, None] * loadings + rng.normal(size=(288, 4)) * np.sqrt(1 - loadings**2)
        rows = pd.DataFrame(np.column_stack([x @ slopes + rng.normal(size=288), x]), columns=names)
        design = SurveyDesign(rows.assign(w=1.0, stratum=stratum, cluster=cluster), weights="w", strata="stratum",
                              psu="cluster")  # fmt: skip
        found = moments(design, rows, seed=seed)
        value, each = weights_of(found.covariance, "shapley"), weights_of(found.covariances, "shapley")
        low, high = found.bounds(
            value / value.sum(-1, keepdims=True), each / each.sum(-1, keepdims=True), 0.95, of="share"
        )
        held += (low[0] <= truth) & (truth <= high[0])
    assert held / 200 == pytest.approx(0.95, abs=0.046)


def test_the_wave_of_these_tests_is_what_it_says():
    assert list(TOPICS) == ["strong", "poor", "faint", "easy"]
