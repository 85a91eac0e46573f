"""Control charts of frames and of yearly figures."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests.conftest import ROOT

from analysis.indicators.trends import control_chart
from analysis.messages import LANGUAGES, DuzhengError
from analysis.stats.control import RULE_SETS, false_alarms, individuals
from analysis.workspace import Workspace

MONTHS = pd.period_range("2023-01", periods=30, freq="M").astype(str).tolist()
MEASURE = {"zh-Hans": "每月来信（件）", "en": "Letters a month"}


@cache
def real():
    return Workspace(ROOT)


def letters():
    """Give a simulated series that steps up in its nineteenth month."""
    x = np.random.default_rng(3).normal(50, 4, 30)
    x[18:] += 9
    x[11] = np.nan
    return pd.DataFrame({"time": MONTHS, "value": x.round(1)})


def counts(n=2000):
    rng = np.random.default_rng(4)
    below = rng.integers(n // 2, n, 30)
    return pd.DataFrame({"time": MONTHS, "value": rng.binomial(below, 0.12), "denominator": below})


def test_limits_are_those_of_the_statistics_and_signals_are_seen():
    frame = letters()
    found = control_chart(real(), frame, baseline=17, simulated=True)  # of the 18 before the step one is missing
    centre, sigma = individuals(frame["value"], baseline=np.arange(30) < 18)
    assert found.phases.loc[0, "centre"] == pytest.approx(float(centre))
    assert found.table["upper"].iloc[0] == pytest.approx(float(centre + 3 * sigma))
    assert found.table["baseline"].sum() == 17
    assert found.table.loc[18:, "signal"].any()
    assert not found.table.loc[:17, "signal"].any()
    assert any("One point is missing" in note["en"] for note in found.notes)


def test_readers_see_the_rules_by_their_names():
    frame = pd.DataFrame({"time": MONTHS[:20], "value": [3.0, 4, 5, 3, 4, 5, 4, 3, 5, 4] * 2})
    frame.loc[[18, 19], "value"] = 30
    html = control_chart(real(), frame, baseline=18).readers("en").as_raw_html()
    assert "beyond the limits, 2 of 3 beyond 2 sigma on one side" in html


def test_a_declared_step_begins_anew_and_no_run_goes_across():
    found = control_chart(real(), letters(), steps=["2024-07"], rules="nhs", simulated=True)
    assert found.phases["first"].tolist() == ["2023-01", "2024-07"]
    assert not found.table["signal"].any()
    assert (found.settings["screened"], found.table.loc[18, "phase"]) == (True, 2)


def test_the_false_alarms_of_the_length_are_said():
    found = control_chart(real(), letters(), simulated=True)
    assert found.phases.loc[0, "false_alarms"] == false_alarms(
        RULE_SETS["western_electric"], 30, missing=(11,), repeats=4000, baseline=29
    )
    share = round(100 * found.phases.loc[0, "false_alarms"])
    assert 10 < share < 30
    assert any(f"about {share} %" in note["en"] for note in found.notes)


def test_false_alarms_are_those_of_the_baseline_and_the_kind():
    # Limits of few points are off more often: about 55 % of stable series of 36 points signal, not 24 %.
    frame = pd.DataFrame({"time": range(36), "value": np.random.default_rng(1).normal(0, 1, 36)})
    rates = [control_chart(real(), frame, baseline=n).phases.loc[0, "false_alarms"] for n in (8, 12, 18, None)]
    assert rates == pytest.approx([0.55, 0.47, 0.375, 0.245], abs=0.02)
    # Small counts are no normal values.
    rng = np.random.default_rng(2)
    signals = []
    for _ in range(60):
        counts = pd.DataFrame({"time": range(24), "value": rng.binomial(8, 0.02, 24), "denominator": 8})
        found = control_chart(real(), counts, kind="p")
        signals.append(found.table["signal"].any())
    assert false_alarms("western_electric", 24, kind="p", centre=0.02, totals=(8.0,) * 24) == pytest.approx(
        np.mean(signals), abs=0.12
    )
    assert np.mean(signals) > 0.7


def test_false_alarms_that_are_not_known_are_said_to_be_so():
    few = counts(40).assign(value=1)
    found = control_chart(real(), few, kind="p", overdispersed=True)
    said = " ".join(note["en"] for note in found.notes)
    assert "one stretch would signal by chance is not known" in said
    assert "False alarms" not in said
    weighted = counts().assign(denominator=lambda of: of["denominator"] + 0.5)
    assert np.isnan(control_chart(real(), weighted, kind="p").phases.loc[0, "false_alarms"])


def test_points_off_a_baseline_that_does_not_vary_are_signals():
    stepped = pd.DataFrame({"time": range(12), "value": [5.0] * 6 + [9.0] * 6})
    for rules in RULE_SETS:
        found = control_chart(real(), stepped, baseline=5, rules=rules)
        assert found.table["signal"].tolist() == [False] * 6 + [True] * 6, rules
        assert found.table["z"].isna().all()
    none_at_first = pd.DataFrame({"time": range(12), "value": [0] * 8 + [3] * 4, "denominator": 20})
    for more in ({}, {"overdispersed": True}):
        found = control_chart(real(), none_at_first, kind="p", baseline=8, **more)
        assert found.table["signal"].tolist() == [False] * 8 + [True] * 4
        assert "no signal" not in str(found.chart("en").spec["title"]).lower()
        assert any("does not vary" in note["en"] for note in found.notes)
        assert np.isnan(found.phases.loc[0, "false_alarms"])
    ranges = control_chart(real(), stepped, baseline=5).ranges_chart("en").spec
    assert [row["time"] for row in next(iter(ranges["datasets"].values())) if row["mark"] == "signal"] == ["6"]


@pytest.mark.parametrize("rules", RULE_SETS)
def test_where_nothing_varies_nothing_is_judged(rules):
    # A mean of equal values differs from 0.1 by rounding.
    found = control_chart(real(), pd.DataFrame({"time": range(20), "value": 0.1}), rules=rules)
    assert not found.table["signal"].any()
    subtitle = " ".join(found.chart("en").spec["title"]["subtitle"])
    assert "nothing can be judged" in subtitle
    assert "no signal" not in subtitle.lower()
    apart = pd.DataFrame({"time": range(12), "value": [1.0, np.nan] * 6})
    alone = control_chart(real(), apart, rules=rules)
    assert alone.table["centre"].isna().all()
    assert "nothing can be judged" in " ".join(alone.chart("en").spec["title"]["subtitle"])


def test_axes_have_a_title_whatever_is_charted():
    def axis(found):
        spec = found.chart("en").spec
        return {str(layer["encoding"]["y"].get("title")) for layer in spec["layer"]} if "layer" in spec else " ".join(
            spec["title"]["subtitle"])  # fmt: skip

    assert "Value" in axis(control_chart(real(), letters()))
    assert "Share, %" in axis(control_chart(real(), counts(), kind="p"))
    assert "Number in 1000" in axis(control_chart(real(), counts(), kind="p", per=1000))
    assert "Rate a unit of the denominator" in axis(control_chart(real(), counts(), kind="u"))
    assert "vertical axis: Value" in axis(control_chart(real(), districts()))
    assert "vertical axis: Letters a month" in axis(control_chart(real(), districts(), measure=MEASURE))
    budget = control_chart(real(), "primary_budget_per_student", units="100000")
    assert "yuan" in axis(budget)
    assert "in yuan" in budget.subtitle("en")


def test_few_points_give_provisional_limits_and_fewer_none():
    eleven, four = (control_chart(real(), letters().head(n), simulated=True) for n in (11, 4))
    assert eleven.table["provisional"].all()
    assert any("provisional" in note["en"] for note in eleven.notes)
    assert four.table[["centre", "upper"]].isna().all(axis=None)
    assert not four.table["signal"].any()
    assert not control_chart(real(), letters(), simulated=True).table["provisional"].any()


def test_a_break_of_an_indicator_is_a_step():
    found = control_chart(real(), "primary_budget_per_student", units=["100000"])
    assert found.phases[["first", "last"]].to_numpy().tolist() == [[2010, 2016], [2017, 2022]]
    assert found.table["provisional"].all()
    text = " ".join(note["en"] for note in found.notes)
    assert "2017" in text
    assert "neighbours of the baseline are alike" in text  # it rises year by year


def test_shares_stay_between_none_and_all():
    few = counts(40)
    found = control_chart(real(), few, kind="p", simulated=True)
    assert found.table["lower"].min() == 0
    assert found.table["value"].tolist() == pytest.approx((100 * few["value"] / few["denominator"]).tolist())
    assert found.phases.loc[0, "centre"] == pytest.approx(100 * few["value"].sum() / few["denominator"].sum())
    rate = control_chart(real(), few, kind="u", per=1000, simulated=True)
    assert rate.phases.loc[0, "centre"] == pytest.approx(1000 * few["value"].sum() / few["denominator"].sum())


def test_large_denominators_are_warned_of():
    said = [note["en"] for note in control_chart(real(), counts(9000), kind="p", simulated=True).notes]
    assert any("overdispersed" in note for note in said)
    found = control_chart(real(), counts(9000), kind="p", overdispersed=True, simulated=True)
    assert any("Laney" in note["en"] for note in found.notes)


def test_what_cannot_be_is_refused_all_at_once():
    bad = counts()
    bad.loc[3, "value"] = bad.loc[3, "denominator"] + 1
    bad.loc[5, "denominator"] = 0
    bad.loc[7, "time"] = bad.loc[6, "time"]
    with pytest.raises(DuzhengError) as caught:
        control_chart(real(), bad, kind="p", baseline=2, steps=["2030-01"])
    assert len(caught.value.faults) == 5
    with pytest.raises(DuzhengError, match="out of order as text: '2025-05' after '2025-06'"):
        control_chart(real(), letters().iloc[::-1])
    with pytest.raises(DuzhengError, match="out of order as text: '2024-10' after '2024-2'"):
        control_chart(real(), pd.DataFrame({"time": ["2024-1", "2024-2", "2024-10"], "value": 1.0}))
    with pytest.raises(DuzhengError, match="out of order: 1 after 2"):
        control_chart(real(), pd.DataFrame({"time": [2, 1], "value": 1.0}))
    with pytest.raises(DuzhengError, match="a row without a time"):
        control_chart(real(), letters().assign(time=[None, *MONTHS[1:]]))
    with pytest.raises(DuzhengError, match="30 rows without a unit"):
        control_chart(real(), letters().assign(unit=None))
    with pytest.raises(DuzhengError, match="no numbers"):
        control_chart(real(), letters().assign(value=np.inf))
    with pytest.raises(DuzhengError, match="denominator"):
        control_chart(real(), letters(), kind="u")
    with pytest.raises(DuzhengError, match="single values"):
        control_chart(real(), "primary_pupils", kind="p")
    with pytest.raises(DuzhengError, match="without points"):
        control_chart(real(), letters().head(0))
    with pytest.raises(DuzhengError, match="moving ranges"):
        control_chart(real(), counts(), kind="p").ranges_chart()


@pytest.mark.parametrize("baseline", ["7", 7.5, float("inf"), float("nan"), True, 4])
def test_a_baseline_is_a_whole_number_of_five_or_more(baseline):
    with pytest.raises(DuzhengError, match="whole number of 5"):
        control_chart(real(), letters(), baseline=baseline)


def test_all_faults_of_a_request_are_said_at_once():
    with pytest.raises(DuzhengError) as caught:
        control_chart(real(), letters().iloc[::-1], kind="x", rules="none", baseline="7", per="many", measure="m")
    assert len(caught.value.faults) == 6
    with pytest.raises(DuzhengError) as caught:
        control_chart(real(), ["xx"], units=["q"], kind="p", baseline=2)
    assert len(caught.value.faults) == 4


def test_one_stretch_is_no_several_in_english():
    said = " ".join(note["en"] for note in control_chart(real(), letters().head(11), simulated=True).notes)
    assert "Limits of one stretch rest" in said
    assert "1 stretches" not in said
    assert "One point is missing" in " ".join(note["en"] for note in control_chart(real(), letters()).notes)


def districts():
    rng = np.random.default_rng(6)
    frames = []
    for at, unit in enumerate(real().units.at(2020, "district").index):
        points = 4 if at == 5 else 9 if at == 2 else 24
        frames.append(
            pd.DataFrame({"unit": unit, "time": MONTHS[:points], "value": rng.normal(20, 3, points).round(2)})
        )
    return pd.concat(frames)


@pytest.mark.parametrize("language", ["zh-Hans", pytest.param("en", marks=pytest.mark.slow)])
def test_charts_look_as_stored(stored_svg, language):
    tag = language[:2]
    one = control_chart(real(), letters(), baseline=17, measure=MEASURE, simulated=True)
    stored_svg(f"control_chart_one_{tag}", one.chart(language).spec, language)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_of_ranges_shares_and_steps_look_as_stored(stored_svg, language):
    tag = language[:2]
    one = control_chart(real(), letters(), baseline=17, measure=MEASURE, simulated=True)
    stored_svg(f"control_chart_ranges_{tag}", one.ranges_chart(language).spec, language)
    stepped = control_chart(real(), letters(), steps=["2024-07"], simulated=True)
    stored_svg(f"control_chart_missing_{tag}", stepped.chart(language).spec, language)
    sixteen = control_chart(real(), districts(), rules="nelson", simulated=True)
    stored_svg(f"control_chart_sixteen_{tag}", sixteen.chart(language).spec, language)
    shares = control_chart(real(), counts(), kind="p", simulated=True)
    stored_svg(f"control_chart_shares_{tag}", shares.chart(language).spec, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_simulated_figures_and_the_model_are_said(language):
    found = control_chart(real(), letters(), simulated=True)
    text = str(found.explain(language))
    assert {"zh-Hans": "本文数据均为模拟", "en": "All figures are simulated"}[language] in text
    assert {"zh-Hans": "声明的误差模型", "en": "declared error model"}[language] in text
    assert {"zh-Hans": "西部电气四条", "en": "Western Electric"}[language] in text
    assert found.readers(language).as_raw_html()


@pytest.mark.slow
def test_the_page_states_the_false_alarms_that_are_measured():
    page = (ROOT / "docs/funding_and_targets.md").read_text(encoding="utf-8")
    for rules in RULE_SETS:
        measured = [false_alarms(rules, points, screened=rules == "nhs") for points in (12, 24, 36)]
        assert f"| `{rules}` | " + " | ".join(f"{100 * share:.1f} %" for share in measured) in page
    first = [false_alarms("western_electric", 36, baseline=n) for n in (8, 12, 18, 36)]
    assert "| share with a signal | " + " | ".join(f"{100 * share:.1f} %" for share in first) in page
    small = false_alarms("western_electric", 30, kind="p", centre=0.02, totals=(8.0,) * 30)
    assert f"share of 2 %, {100 * small:.0f} % have a signal" in page
