"""Charts of memos: each number names its cell, nothing overlaps that must be read, and what is stored was looked at."""

from __future__ import annotations

from itertools import pairwise

import pytest

from analysis.findings import charts

NAMES = {"zh-Hans": ("青禾", "云水", "白石", "长桥", "南渡"), "en": ("Green Valley", "Cloud", "White", "Long", "South")}


def units(language, *, panels=("P",)):
    totals = {panel: 7.0 + place for place, panel in enumerate(panels)}
    return [
        {"cell": f"{panel}/{name}", "name": name, "value": 5.5 + place * 0.8 + step,
         "shown": f"{5.5 + place * 0.8 + step:.2f}",
         "picked": place == 1, "panel": panel, "total": totals[panel], "total_shown": f"{totals[panel]:.2f}"}
        for step, panel in enumerate(panels) for place, name in enumerate(NAMES[language])
    ]  # fmt: skip


def estimates(language, *, panels=("",), wholes=True):
    return [
        {"cell": f"ix{place}/{panel}", "name": name, "estimate": 70.0 - place, "lower": 66.0 - place,
         "upper": 74.0 - place,
         "careful": place == 2, "picked": True, "shown": f"{70 - place}.0 [{66 - place}.0, {74 - place}.0]",
         "total": (69.0 - place / 2 if wholes else 69.0), "panel": panel}
        for panel in panels for place, name in enumerate(NAMES[language])
    ]  # fmt: skip


def cells_in(spec):
    if isinstance(spec, dict):
        if "cell" in spec:
            yield spec["cell"]
        for each in spec.values():
            yield from cells_in(each)
    elif isinstance(spec, list):
        for each in spec:
            yield from cells_in(each)


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_units_beside_each_other_in_one_figure_and_in_two(stored_svg, language):
    given = {"title": "人", "whole": "全市", "unit": "区"} if language == "zh-Hans" else {
        "title": "persons", "whole": "City", "unit": "District"}  # fmt: skip
    one = charts.dots(units(language), **given)
    stored_svg(f"dots_one_{language}", one, language)
    panels = ("每百名小学生专任教师数", "每百名中学生专任教师数") if language == "zh-Hans" else (
        "Full-time teachers per 100 primary pupils", "Full-time teachers per 100 secondary students")  # fmt: skip
    two = charts.dots(units(language, panels=panels), panels=panels, **given)
    stored_svg(f"dots_two_{language}", two, language)
    assert set(cells_in(two)) == {row["cell"] for row in units(language, panels=panels)}


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_indices_with_intervals_of_a_unit_of_all_units_and_of_several_surveys(stored_svg, language):
    given = {"title": "分", "row_title": "指数"} if language == "zh-Hans" else {"title": "points", "row_title": "Index"}
    stored_svg(f"indices_{language}", charts.intervals(estimates(language), whole="", **given), language)
    line = charts.intervals(estimates(language, wholes=False), whole="69.0", names=14, **given)
    stored_svg(f"units_{language}", line, language)
    panels = ("学生", "家长") if language == "zh-Hans" else ("students", "parents")
    several = charts.intervals(
        estimates(language, panels=panels, wholes=False), whole="", names=14, panels=panels, **given
    )
    stored_svg(f"surveys_{language}", several, language)
    assert len(set(cells_in(several))) == 2 * len(NAMES[language])


def test_a_series_is_interrupted_where_it_breaks_and_its_labels_keep_apart(stored_svg):
    rows = [
        {"cell": f"{label}/{year}", "label": label, "year": year, "value": 1000.0 * (year - 2009) + place, "shown": "x",
         "segment": int(year >= 2013)}
        for place, label in enumerate(("小学", "初中", "高中")) for year in range(2010, 2017)
    ]  # fmt: skip
    spec = charts.courses(rows, title="元", breaks=[2013], break_label="口径改变")
    stored_svg("courses", spec)
    ends = sorted(row["label_at"] for row in spec["data"]["values"] if row["last"])
    gap = 7002 * 15 / 230
    assert [round(high - low, 6) for low, high in pairwise(ends)] == [pytest.approx(gap)] * 2


def test_what_has_no_interval_is_a_dot_alone_and_one_row_needs_no_line():
    rows = [row | {"lower": None, "upper": None, "total": None} for row in estimates("en")[:1]]
    spec = charts.intervals(rows, title="points", whole="", row_title="Index")
    assert not [layer for layer in spec["layer"] if "aggregate" in str(layer)]
