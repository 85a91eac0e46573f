"""Response against plan, quotas, the daily curve, and how good its forecast is."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.messages import DuzhengError
from analysis.satisfaction import Plan, daily, forecast, quota, response

OPENED = dt.date(2025, 3, 3)
PLAN = Plan(OPENED, days=14, drawn=2000, rate=0.7)
LOG = pd.DataFrame({
    "school": ["a1", "a2", "b1", "b2"], "stage": ["a", "a", "b", "b"], "persons_drawn": [100, 100, 50, 50],
})  # fmt: skip


def answers(counts, **columns):
    """Give answers, so many a day, all of them at noon."""
    days = np.repeat(np.arange(len(counts)), counts)
    started = pd.Timestamp(OPENED) + pd.to_timedelta(days, unit="D") + pd.Timedelta(hours=12)
    frame = pd.DataFrame({"started": started, "completed": True, "seconds": 300.0})
    return frame.assign(**columns)


def of_schools(**counts):
    schools = [name for name, many in counts.items() for _ in range(many)]
    return pd.DataFrame({"school": schools, "completed": True})


def test_rates_are_aapor_rr1_and_rr2():
    came = of_schools(a1=60, a2=40, b1=30, b2=30)
    came.loc[:9, "completed"] = False
    found = response(LOG, came, place="school").iloc[0]
    assert (found["drawn"], found["answers"], found["completed"], found["partial"]) == (300, 160, 150, 10)
    assert found["rr1"] == pytest.approx(150 / 300)
    assert found["rr2"] == pytest.approx(160 / 300)
    assert found["breakoff"] == pytest.approx(10 / 160)


def test_the_interval_of_one_place_is_wilsons():
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263 gives 0.2553 to 0.3662 by the score method.
    log = pd.DataFrame({"school": ["x"], "persons_drawn": [263]})
    found = response(log, of_schools(x=81), place="school").iloc[0]
    assert (round(found["lower"], 4), round(found["upper"], 4)) == (0.2553, 0.3662)
    assert found["how"] == "Wilson 95%, persons taken as independent"


def test_places_that_differ_widen_the_interval():
    alike = response(LOG, of_schools(a1=50, a2=50, b1=25, b2=25), place="school").iloc[0]
    apart = response(LOG, of_schools(a1=95, a2=5, b1=45, b2=5), place="school").iloc[0]
    assert alike["rr2"] == apart["rr2"]
    assert apart["upper"] - apart["lower"] > 3 * (alike["upper"] - alike["lower"])
    assert apart["how"] == "Wilson 95%, places as clusters"


def test_strata_are_held_to_the_planned_curve_of_the_moment():
    plan = Plan(OPENED, days=10, drawn=300, rate=0.8, front=0)
    now = dt.datetime.combine(OPENED, dt.time(12)) + dt.timedelta(days=4)
    came = of_schools(a1=50, a2=40, b1=25, b2=25)
    found = response(LOG, came, by="stage", place="school", plan=plan, now=now).set_index("stage")
    assert found.loc["a", "wanted"] == pytest.approx(160)
    assert found.loc["a", "expected"] == pytest.approx(160 * 0.45)
    assert found.loc["a", "behind"] == pytest.approx(72 - 90)
    assert found.loc["b", "fill"] == pytest.approx(50 / 80)


def test_answers_that_exceed_the_draw_are_counted_and_do_not_break_the_interval():
    found = response(LOG, of_schools(a1=120, b1=10), by="school", place="school").set_index("school")
    assert found.loc["a1", "over"] == 20
    assert found.loc["a1", "rr2"] == 1.2
    assert found.loc["a1", "upper"] == pytest.approx(1.0)
    assert found.loc["a2", "answers"] == 0


def test_answers_from_places_that_were_not_drawn_are_refused():
    with pytest.raises(DuzhengError, match=r"DZ-S002.*3 answers from 1 places such as 'zz'"):
        response(LOG, of_schools(a1=2, zz=3), place="school")


def test_every_missing_column_is_named_at_once():
    with pytest.raises(DuzhengError) as caught:
        response(LOG.drop(columns=["persons_drawn", "stage"]), of_schools(a1=2), by="stage", place="school")
    assert {fault.column for fault in caught.value.faults} == {"persons_drawn", "stage"}


def test_a_plan_may_follow_the_curve_of_the_wave_before():
    plan = Plan(OPENED, days=3, drawn=10, rate=1, curve=(0.5, 0.9, 1.0))
    assert [plan.share(t) for t in (0, 0.5, 1, 2, 3)] == pytest.approx([0, 0.25, 0.5, 0.9, 1])
    with pytest.raises(DuzhengError, match="never fall"):
        Plan(OPENED, days=3, drawn=10, rate=1, curve=(0.5, 0.4, 1.0))


def test_quotas_of_a_margin_are_in_proportion_to_the_population():
    came = pd.DataFrame({"sex": ["f"] * 30 + ["m"] * 10})
    found = quota(came, pd.DataFrame({"sex": ["f", "m", "x"], "total": [500, 400, 100]}))
    assert found["wanted"].tolist() == [20, 16, 4]
    assert found["open"].tolist() == [0, 6, 4]


def test_answers_of_no_group_are_no_part_of_a_margin_and_empty_totals_no_quota():
    came = pd.DataFrame({"sex": ["f"] * 3 + ["m"] * 1 + [None] * 5 + ["q"] * 7})
    found = quota(came, pd.DataFrame({"sex": ["f", "m", "x"], "total": [100.0, 300.0, 0.0]}))
    assert found["wanted"].tolist() == [1, 3, 0]
    assert found["wanted"].sum() == found["answers"].sum() == 4
    assert found["fill"].isna().tolist() == [False, False, True]


def test_days_without_answers_are_there():
    found = daily(answers([3, 0, 2]), PLAN)
    assert found["answers"].tolist() == [3, 0, 2]
    assert found["cumulative"].tolist() == [3, 3, 5]
    assert found["minutes"].iloc[[0, 2]].tolist() == [5, 5]
    assert found["expected"].iloc[-1] == pytest.approx(PLAN.wanted * PLAN.share(3))


def test_three_days_are_no_ground_for_a_forecast():
    with pytest.raises(DuzhengError, match=r"DZ-S003: found 3 whole days.*expected 4 days or more"):
        forecast(answers([40, 30, 20]), PLAN)


def test_a_day_that_has_not_ended_does_not_count():
    now = dt.datetime.combine(OPENED, dt.time(13)) + dt.timedelta(days=4)
    found = forecast(answers([400, 300, 220, 160, 5]), PLAN, now=now, runs=50)
    assert found["answers"].notna().sum() == 4
    assert found["answers"].max() == 1080


@pytest.mark.parametrize("curve", ["exponential", "logistic", "gompertz"])
def test_a_curve_without_noise_is_carried_on(curve):
    t = np.arange(15.0)
    shape = {
        "exponential": 1200 * (1 - np.exp(-t / 4)),
        "logistic": 1200 / (1 + np.exp(-(t - 4) / 1.2)) - 1200 / (1 + np.exp(4 / 1.2)),
        "gompertz": 1200 * (np.exp(-6 * np.exp(-t / 2.5)) - np.exp(-6)),
    }[curve]
    counts = np.rint(np.diff(shape)).astype(int)
    found = forecast(answers(counts[:9]), PLAN, runs=60)
    assert found["expected"].iloc[-1] == pytest.approx(shape[-1], rel=0.06)
    assert found["lower"].iloc[-1] <= shape[-1] <= found["upper"].iloc[-1]


def coverage(times, runs, known=6, over=1.0):
    """Tell how often the interval holds the end of fieldwork whose true curve is exponential."""
    chance, inside = np.random.default_rng(7), 0
    means = 1500 * np.diff(1 - np.exp(-np.arange(15.0) / 4))
    for _ in range(times):
        counts = chance.poisson(chance.gamma(1 / 0.01, 0.01, 14) * means if over > 1 else means)
        end = forecast(answers(counts[:known]), PLAN, runs=runs, seed=int(chance.integers(9999))).iloc[-1]
        inside += end["lower"] <= counts.sum() <= end["upper"]
    return inside / times


def test_the_interval_holds_the_end_most_of_the_time():
    assert coverage(12, 40) >= 0.75


@pytest.mark.slow
@pytest.mark.parametrize("over", [1.0, 1.1])
def test_ninety_percent_intervals_hold_the_end_about_nine_times_in_ten(over):
    assert 0.82 <= coverage(150, 150, over=over) <= 0.99


def test_the_forecast_never_exceeds_those_drawn_and_the_chance_to_reach_the_plan_rises():
    found = forecast(answers([100] * 8), Plan(OPENED, days=14, drawn=1000, rate=0.9), runs=50)
    assert found["upper"].max() <= 1000
    assert found["reached"].is_monotonic_increasing


def test_a_plan_is_made_of_what_a_wave_knows():
    expected = SimpleNamespace(total=900, rate=0.6)
    wave = SimpleNamespace(survey=SimpleNamespace(questionnaire=SimpleNamespace(expected=expected)),
                           responses=answers([3, 4]), log=pd.DataFrame({"persons_drawn": [40, 60]}))  # fmt: skip
    plan = Plan.of(wave)
    assert (plan.opened, plan.days, plan.drawn, plan.rate) == (OPENED, 14, 100.0, 0.6)
    wave.log = pd.DataFrame({"place": ["a"]})
    assert (Plan.of(wave, days=7, rate=0.5).drawn, Plan.of(wave, days=7, rate=0.5).wanted) == (900.0, 450.0)
    wave.responses = answers([3]).iloc[:0]
    with pytest.raises(DuzhengError, match="the day that fieldwork opened"):
        Plan.of(wave)
    assert Plan.of(wave, opened=OPENED).opened == OPENED
