"""Funnels: only where the caller declares that chance is at work, and the words say so."""

from __future__ import annotations

import numpy as np
import pytest
from tests.indicators.places import counties, without

from analysis.indicators.peer_comparison import funnel
from analysis.messages import LANGUAGES, DuzhengError
from analysis.stats.funnel import funnel_limits
from analysis.workspace import Workspace

GONE = tuple((unit, "primary_teachers", 2017) for unit in ("310151", "310101"))
RATE = "primary_teachers_per_100"


def test_complete_counts_have_no_funnel_unless_a_model_is_declared(shanghai):
    with pytest.raises(DuzhengError) as refused:
        funnel(shanghai, RATE)
    assert 'model="process"' in str(refused.value)
    with pytest.raises(DuzhengError):
        funnel(shanghai, RATE, model="sampling")


def test_what_was_declared_is_said_wherever_it_shows(shanghai):
    found = funnel(shanghai, RATE, model="process")
    assert "declares the error model" in str(found.explain("en"))
    assert "误差模型由使用者声明" in found.subtitle("zh-Hans")
    assert "complete counts, without sampling error" not in found.subtitle("en")


def test_limits_are_those_of_the_statistics_in_the_measure_of_the_indicator(shanghai):
    found = funnel(shanghai, RATE, model="process", overdispersion="none")
    table = found.table
    plain = funnel_limits(table["numerator"], table["denominator"], kind="rate")
    for name in ("value", "lower_inner", "upper_outer", "target"):
        assert np.allclose(table[name], 100 * plain[name])
    assert found.phi == pytest.approx(plain.attrs["phi"])
    assert table["target"].iloc[0] == pytest.approx(100 * 54_697 / 784_896)  # yearbook 2017, table 20.15


def test_a_part_of_its_denominator_is_a_proportion_by_the_catalogue(shanghai):
    assert funnel(shanghai, "migrant_share", model="process").settings["kind"] == "proportion"
    assert funnel(shanghai, RATE, model="process").settings["kind"] == "rate"
    assert funnel(shanghai, "migrant_share", model="process").table["lower_outer"].min() >= 0


def test_districts_differ_by_much_more_than_chance_and_the_note_says_how_much(shanghai):
    found = funnel(shanghai, RATE, model="process")
    assert found.phi > 10
    assert any(f"{found.phi:.1f}" in note["zh-Hans"] for note in found.notes)
    narrow = funnel(shanghai, RATE, model="process", overdispersion="none")
    assert (narrow.table["position"] != "inside").sum() > (found.table["position"] != "inside").sum()


def test_lines_of_the_chart_pass_through_the_limits_of_the_units(shanghai):
    for how in ("none", "additive", "multiplicative"):
        found = funnel(shanghai, RATE, model="process", overdispersion=how)
        at = np.interp(found.table["denominator"], found.lines["size"], found.lines["upper_outer"])
        assert np.allclose(at, found.table["upper_outer"], rtol=2e-3)


def test_a_target_is_in_the_measure_of_the_indicator(shanghai):
    found = funnel(shanghai, RATE, model="process", target=6.5)
    assert (found.table["target"] == 6.5).all()


@pytest.mark.parametrize("wrong", ["area", "population_density", "nobody"])
def test_only_ratios_with_a_count_above_have_a_funnel(shanghai, wrong):
    if wrong == "population_density":  # persons on an area: a count above, so that it can be asked for
        assert funnel(shanghai, wrong, model="process").settings["kind"] == "rate"
        return
    with pytest.raises(DuzhengError):
        funnel(shanghai, wrong, model="process")


def test_choices_that_can_t_be_are_refused_at_once(shanghai):
    with pytest.raises(DuzhengError) as refused:
        funnel(shanghai, "area", kind="mean", overdispersion="some")
    assert len(refused.value.faults) == 4


def test_each_choice_is_told_what_it_should_be(shanghai):
    with pytest.raises(DuzhengError) as refused:
        funnel(shanghai, RATE, model="process", limits=(95, 99.8), winsorised="x", target=-1)
    limits, winsorised, target = (
        sorted(refused.value.faults, key=lambda fault: fault.found)[:1],
        *(next(fault for fault in refused.value.faults if name in fault.found) for name in ("winsorised", "target")),
    )
    assert "0.95, not 95" in limits[0].hint
    assert "0.1" in winsorised.hint
    # The target is in the indicator's measure, and is told so in it.
    assert target.found == "target=-1"
    assert "measure of primary_teachers_per_100" in target.hint
    with pytest.raises(DuzhengError, match="above 0 and below 100"):
        funnel(shanghai, "migrant_share", model="process", target=120)


def test_the_axis_of_sizes_says_its_measure(shanghai):
    spec = funnel(shanghai, RATE, model="process").chart("zh-Hans").spec
    assert {layer["encoding"]["x"]["title"] for layer in spec["layer"] if "x" in layer.get("encoding", {})} == {
        "小学在校学生数（人），对数刻度"
    }


def test_where_nobody_has_a_case_there_is_no_funnel(tmp_path):
    place = counties(tmp_path, {"cases": [0.0, 0], "people": [100.0, 50], "cases_per_people": [1]})
    text = (tmp_path / "data/indicators/all.yaml").read_text(encoding="utf-8").replace("kind: amount", "kind: count")
    (tmp_path / "data/indicators/all.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DuzhengError, match="no cases of cases at all in 2017"):
        funnel(Workspace(place.root), "cases_per_people", model="process")


def test_one_unit_has_no_funnel(tmp_path):
    place = counties(tmp_path, {"cases": [3.0], "people": [100.0], "cases_per_people": [1]})
    with pytest.raises(DuzhengError):
        funnel(place, "cases_per_people", model="process")


def test_units_without_figures_are_named(shanghai):
    found = funnel(without(shanghai, *GONE), RATE, model="process")
    assert len(found.table) == 14
    assert any("黄浦" in note["zh-Hans"] for note in found.notes)


@pytest.mark.parametrize(
    "districts",
    [pytest.param("few", marks=pytest.mark.slow), "sixteen", pytest.param("missing", marks=pytest.mark.slow)],
)
def test_charts_are_those_that_were_looked_at(shanghai, stored_svg, districts):
    most = tuple((str(unit), "primary_teachers", 2017) for unit in shanghai.units.at(2017, "district").index)
    gone = most[:-2] if districts == "few" else GONE
    place = shanghai if districts == "sixteen" else without(shanghai, *gone)
    found = funnel(place, RATE, model="process", year=2017)
    for language in LANGUAGES:
        stored_svg(f"funnel_{districts}_{language.partition('-')[0]}", found.chart(language).spec, language)
