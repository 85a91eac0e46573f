"""Targets: what is needed beside what was, no line through a break, and projections only where a model is declared."""

from __future__ import annotations

import itertools
from functools import cache
from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.browser import chromium
from tests.conftest import INVENTED, ROOT, write

from analysis.indicators.targets import course, targets
from analysis.indicators.targets.projection import _region, project_line
from analysis.messages import LANGUAGES, DuzhengError
from analysis.stats.trends import project, sen_slope
from analysis.workspace import Workspace


def go(values, *, value=100.0, by=2025, way="at_least", start=2021, first=2020, **more):
    years = range(first, first + len(values))
    segments = more.pop("segments", [0] * len(values))
    return course(list(years), values, segments, value=value, by=by, way=way, start=start, **more)


@cache
def real():
    return Workspace(ROOT)


@cache
def demo(model=None):
    return targets(real(), demonstration=True, model=model)


def test_the_year_of_the_target_decides_where_it_has_a_figure():
    assert go([80, 85, 90, 95, 99, 100])["verdict"] == "reached"
    assert go([80, 85, 90, 95, 99, 99.9])["verdict"] == "missed"
    assert go([9, 8, 7, 6, 5, 5], value=5, way="at_most")["verdict"] == "reached"


def test_the_straight_way_decides_between():
    found = go([80, 84])
    assert (found["path"], found["needed"], found["observed"]) == (84, 4, 4)
    assert (found["verdict"], found["basis"]) == ("on_course", "path")
    assert go([80, 83.9])["verdict"] == "behind"
    assert go([80, 76], value=60, way="at_most")["verdict"] == "on_course"
    assert go([80, 101])["verdict"] == "reached"


def test_what_was_met_at_the_base_must_be_kept():
    found = go([105, 98])
    assert (found["path"], found["verdict"]) == (100, "behind")


def test_no_line_goes_through_a_break():
    found = go([80, 84, 200], segments=[0, 0, 1])
    assert (found["verdict"], found["reason"], found["n"]) == ("unknown", "break", 1)
    assert go([80, 84], at_end=1)["reason"] == "break"
    # The target was set on the scope before the break, and the first figure of the term is on that after it.
    assert go([80, 84], first=2022, segments=[1, 1], at_start=0)["reason"] == "break"
    assert go([80, 84, 95, 96, 97, 98], segments=[0, 0, 1, 1, 1, 1], first=2015, start=2017)["reason"] == "break"
    assert go([80, 84, 85], segments=[0, 1, 1], first=2018)["reason"] == "before_term"


def test_what_cannot_be_told_says_why():
    assert go([])["reason"] == "no_figures"
    assert go([80], first=2022)["reason"] == "one_point"
    assert go([80], first=2019)["reason"] == "before_term"
    assert go([70, 80], first=2021, base_year=2019)["reason"] == "no_base"
    assert course([2020, 2026], [80.0, 120.0], [0, 0], value=100, by=2025, way="at_least",
                  start=2021)["reason"] == "no_figure_of_year"  # fmt: skip


def test_a_projection_is_on_the_line_of_theil_and_sen_and_needs_a_model_and_figures_for_its_level():
    values = [70.0, 74, 75, 79, 82, 84]
    assert "projection" not in go(values, first=2017)["basis"]
    found = go(values, first=2017, projected=True)
    row = project(values, [2025], range(2017, 2023)).iloc[0]
    moved = [value + sen_slope(values)["slope"].iloc[0] * (2025 - year) for year, value in enumerate(values, 2017)]
    assert found["projection"] == pytest.approx(np.median(moved))
    # The error of the level counts too, so that the interval is wider than that of the slope alone.
    assert found["lower"] < row["lower"] < row["upper"] < found["upper"]
    assert found["coverage"] >= 0.95
    held = go(values, first=2017, projected=True, value=93.0)
    assert (held["verdict"], held["reason"]) == ("unknown", "interval")
    assert go(values, first=2017, projected=True, value=84.5, level=0.5)["verdict"] == "on_course"
    assert go(values, first=2017, projected=True, value=110.0)["verdict"] == "behind"
    assert go(values[-5:], first=2018, projected=True)["basis"] == "path"
    assert go(values[-5:], first=2018, projected=True, level=0.9)["basis"] == "projection"


def test_the_interval_of_the_line_holds_its_level_whatever_the_noise():
    rng = np.random.default_rng(5)
    noises = {"normal": rng.standard_normal, "t": lambda size: rng.standard_t(2, size),
              "skewed": lambda size: rng.exponential(1, size) - np.log(2)}  # fmt: skip
    for n in (6, 10, 20):
        for name, noise in noises.items():
            held = 0
            for _ in range(120):
                _, lower, upper, coverage = project_line(range(n), 3 * np.arange(n) + noise(n), n)
                held += lower <= 3 * n <= upper
            # Of 120 fewer than 108 would come once in a hundred at 0.95.
            assert held >= 108, (n, name)
            assert 0.95 <= coverage < 0.97


def test_the_region_of_the_line_has_the_level_that_is_counted():
    # All orders of six values and all sides of the line: S and B of each, as the region says.
    n = 6
    steps, coverage = _region(n, 0.95)
    least_k = {n * (n - 1) // 2 - 2 * rank: k for rank, k in steps}
    i, j = np.triu_indices(n, 1)
    inside = 0.0
    for order in itertools.permutations(range(n)):
        s = abs(int(np.sign(np.array(order)[j] - np.array(order)[i]).sum()))
        if s in least_k:
            inside += sum(comb(n, b) for b in range(least_k[s], n - least_k[s] + 1)) / 2**n
    assert inside / factorial(n) == pytest.approx(coverage)
    assert _region(5, 0.95) == ((), pytest.approx(float("nan"), nan_ok=True))


@given(st.lists(st.floats(-100, 100), min_size=6, max_size=12), st.floats(-5, 5), st.integers(0, 6))
def test_the_interval_holds_its_estimate_and_follows_a_slope(values, slope, ahead):
    n = len(values)
    at = n - 1 + ahead
    estimate, lower, upper, _ = project_line(range(n), values, at)
    assert lower - 1e-6 <= estimate <= upper + 1e-6
    moved = project_line(range(n), [y + slope * t for t, y in enumerate(values)], at)
    assert moved[:3] == pytest.approx([each + slope * at for each in (estimate, lower, upper)], abs=1e-6)


@given(st.lists(st.floats(1, 1000), min_size=2, max_size=8), st.floats(1, 1000))
def test_at_most_mirrors_at_least(values, target):
    more = go(values, value=target, first=2016, projected=True, start=2017, by=2030)
    less = go([-each for each in values], value=-target, way="at_most", first=2016, projected=True, start=2017, by=2030)
    assert (more["verdict"], more["reason"], more["basis"]) == (less["verdict"], less["reason"], less["basis"])


def test_a_workspace_without_targets_says_so():
    found = targets(real())
    assert found.table.empty
    assert "none is filled in" in found.notes[0]["en"]
    assert "data/targets" in found.readers("en").as_raw_html()


def test_invented_targets_are_marked_wherever_they_show():
    for language, mark in (("zh-Hans", "目标均为虚构"), ("en", "targets are invented")):
        assert mark in str(demo().explain(language))
        assert mark in demo().readers(language).as_raw_html()
        assert mark in "".join(demo().chart(language).spec["title"]["subtitle"]).replace("targetsare", "targets are")


def test_the_demonstration_has_verdicts_of_several_kinds():
    plain, projected = demo().table, demo("year_to_year").table
    assert set(plain["verdict"]) == {"reached", "on_course", "behind", "unknown"}
    assert plain["projection"].isna().all()
    # Six comparable figures of primary and junior, five of senior and vocational: too few for 95 %.
    assert projected["projection"].notna().sum() == 2
    assert dict(projected["basis"].value_counts())["projection"] == 2
    assert set(projected.loc[projected["basis"] == "projection", "verdict"]) == {"unknown", "behind"}
    assert set(plain["certainty"]) == {"own"}
    # 14,000 by 2025 from 12,330.58 (2020) and 12,791.64 (2022): a straight way would be at 12,998.35.
    row = plain[(plain["indicator"] == "primary_budget_per_student") & (plain["term"] == "demo-2021")].iloc[0]
    assert row["path"] == pytest.approx(12330.58 + (14000 - 12330.58) * 2 / 5)
    assert row["needed"] == pytest.approx((14000 - 12791.64) / 3)


def sixteen(root, *, gaps=False):
    """Write sixteen counties with a target each."""
    counties = [f"C{number:02d}" for number in range(16)]
    units = "id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor\nP,P,州,Province,province,,,,\n"
    units += "".join(f"{each},{each},县{each[1:]},County {each[1:]},county,P,,,\n" for each in counties)
    rows = ["unit,year,indicator,value,measure,source"]
    for at, county in enumerate(counties):
        years = range(2014, 2020) if not gaps or at % 4 else (2018,) if at % 8 else ()
        rows += [f"{county},{year},pupils,{800 + (year - 2014) * (at * 7 - 20) + (year * at * 13) % 11},人,made-up"
                 for year in years]  # fmt: skip
    plan = f"""
        id: plan
        government: P
        title: {{zh-Hans: 某规划, en: A plan}}
        from: 2016-01-01
        to: 2020-12-31
        certainty: C
        targets:
          - {{indicator: pupils, units: [{", ".join(counties)}], value: 1000, by: 2022, certainty: C}}
        """
    figures = {"data/observations/all.csv": "\n".join(rows) + "\n", "data/targets/plan.yaml": plan}
    return Workspace(write(root, INVENTED | {"data/units.csv": units} | figures))


def test_targets_in_no_source_keep_their_mark(tmp_path):
    found = targets(sixteen(tmp_path))
    assert set(found.table["certainty"]) == {"C"}
    assert any("in no source read" in note["en"] for note in found.notes)
    assert "in no source read" in found.readers("en").as_raw_html()
    assert len(targets(sixteen(tmp_path), units=["C03"]).table) == 1


def test_wrong_requests_are_refused(tmp_path):
    ws = sixteen(tmp_path)
    with pytest.raises(DuzhengError, match="plan2") as caught:
        targets(ws, terms=["plan2"], units=["X"])
    assert len(caught.value.faults) == 2
    with pytest.raises(DuzhengError, match="model") as caught:
        targets(ws, model="any", level=95, until="soon", units=["X"])
    assert len(caught.value.faults) == 4
    with pytest.raises(DuzhengError, match="Leave it out"):
        targets(ws, units=[])
    with pytest.raises(DuzhengError, match="Write the code C03"):
        targets(ws, units="县03")
    assert targets(ws, units="C03", terms="plan").table["unit"].tolist() == ["C03"]
    with pytest.raises(DuzhengError, match="in common"):
        targets(real(), units="310000", terms="demo-2021", demonstration=True)


def test_measures_and_what_was_asked_are_said():
    assert "in yuan" in demo().subtitle("en")
    assert "in yuan" in " ".join(demo().chart("en").spec["title"]["subtitle"])
    assert "—" not in str(demo().explain("en")).partition("Settings:")[2].partition("Notes")[0]
    few = [note["en"] for note in demo("year_to_year").notes if "too few for an interval of 95 %" in note["en"]]
    assert len(few) == 1


@pytest.mark.parametrize("language", ["zh-Hans", pytest.param("en", marks=pytest.mark.slow)])
def test_charts_look_as_stored(tmp_path, stored_svg, language):
    tag = language[:2]
    stored_svg(f"targets_one_{tag}", targets(sixteen(tmp_path), units=["C09"]).chart(language).spec, language)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_with_holes_and_projections_look_as_stored(tmp_path, stored_svg, language):
    tag = language[:2]
    projected = targets(real(), demonstration=True, model="year_to_year", terms=["demo-2021"])
    stored_svg(f"targets_projected_{tag}", projected.chart(language).spec, language)
    stored_svg(f"targets_sixteen_{tag}", targets(sixteen(tmp_path / "all")).chart(language).spec, language)
    stored_svg(f"targets_missing_{tag}", targets(sixteen(tmp_path / "gaps", gaps=True)).chart(language).spec, language)


@pytest.mark.slow
@pytest.mark.browser
def test_no_column_of_names_is_squeezed_to_a_character_a_line():
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 900})
        for language in LANGUAGES:
            page.set_content(targets(real(), demonstration=True, language=language)._repr_html_())
            lines = page.eval_on_selector_all(
                "td.gt_left",
                "cells => cells.map(cell => cell.offsetHeight / parseFloat(getComputedStyle(cell).fontSize))",
            )
            assert lines
            assert max(lines) < 5  # three lines and the padding
        page.close()
