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
    assert any("missing" in note["en"] for note in found.notes)


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
    assert found.phases.loc[0, "false_alarms"] == false_alarms("western_electric", 29, repeats=4000)
    share = round(100 * found.phases.loc[0, "false_alarms"])
    assert 10 < share < 30
    assert any(f"about {share} %" in note["en"] for note in found.notes)


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
    with pytest.raises(DuzhengError, match="out of order"):
        control_chart(real(), letters().iloc[::-1])
    with pytest.raises(DuzhengError, match="denominator"):
        control_chart(real(), letters(), kind="u")
    with pytest.raises(DuzhengError, match="single values"):
        control_chart(real(), "primary_pupils", kind="p")
    with pytest.raises(DuzhengError, match="without points"):
        control_chart(real(), letters().head(0))
    with pytest.raises(DuzhengError, match="moving ranges"):
        control_chart(real(), counts(), kind="p").ranges_chart()


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
