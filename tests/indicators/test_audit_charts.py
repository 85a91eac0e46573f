"""Charts of audits and reconciliations: one and sixteen counties, missing data, both languages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.indicators.audit_batches import carried, clean, copied, counties, heaped, jumped, repeated, steady

from analysis.indicators.audit import audit, reconcile
from analysis.messages import LANGUAGES, DuzhengError

both = pytest.mark.parametrize("language", LANGUAGES)


def tag(language):
    return "zh" if language == "zh-Hans" else "en"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return counties(tmp_path_factory.mktemp("counties"))


def defective():
    """Sixteen counties: what is planted in several of them, and twice in one."""
    frame = heaped(jumped(carried(copied(clean(11), 8), 8), 10), 0.6)
    return jumped(steady(repeated(frame, 5, unit="C7"), 0, unit="C4"), 6, unit="C4", indicator=9, year=2018)


_FOUND = {}


def findings(place, kind):
    """Audit once, and draw in both languages."""
    if kind not in _FOUND:
        _FOUND[kind] = _findings(place, kind)
    return _FOUND[kind]


def _findings(place, kind):
    frame = defective()
    if kind == "one":
        return findings(place, "sixteen").of("C4")
    if kind == "missing":
        # Two years and a few units: most checks cannot be made.
        few = frame[frame["year"].isin([2014, 2015]) & frame["unit"].isin([f"C{i}" for i in range(10)])]
        return audit(place, few.assign(value=few["value"].mask(few["unit"] == "C2")))
    return audit(place, frame)


@both
@pytest.mark.parametrize("kind", ["one", "sixteen", "missing"])
def test_findings_are_drawn_by_unit_and_check(place, stored_svg, kind, language):
    stored_svg(f"audit_{kind}_{tag(language)}", findings(place, kind).chart(language).spec, language)


@both
def test_nothing_found_is_said(place, stored_svg, language):
    stored_svg(f"audit_nothing_{tag(language)}", audit(place, clean(1)).chart(language).spec, language)


@both
def test_last_digits_are_drawn(place, stored_svg, language):
    stored_svg(
        f"audit_digits_{tag(language)}", findings(place, "sixteen").digits_chart(language, unit="C4").spec, language
    )


@both
def test_values_around_a_threshold_are_drawn(tmp_path, stored_svg, language):
    place = counties(tmp_path, n=300, k=1)
    value = np.rint(np.random.default_rng(1).uniform(600, 1500, 300))
    figures = pd.DataFrame({"unit": [f"C{i}" for i in range(300)], "year": 2017, "indicator": "count_0",
                            "value": np.where((value > 930) & (value < 1000), 1002, value)})  # fmt: skip
    result = audit(place, figures, checks="bunching", thresholds={"count_0": 1000})
    stored_svg(f"audit_bunching_{tag(language)}", result.bunching_chart("count_0", language).spec, language)


def test_a_group_without_figures_has_no_picture(place):
    result = audit(place, clean(1))
    with pytest.raises(DuzhengError, match="DZ-S002"):
        result.digits_chart(unit="nobody")
    with pytest.raises(DuzhengError, match="DZ-S002"):
        result.bunching_chart("count_0")


def two_sources(kind):
    """Two reports on pupils of sixteen counties: one rounded to hundreds, one with two figures that differ."""
    year = clean(4)
    a = year[(year["year"] == 2015) & (year["indicator"] == "count_1")].reset_index(drop=True)
    b = a.assign(value=np.rint(a["value"] / 100) * 100, status="rounded")
    b.loc[b["unit"] == "C3", ["value", "status"]] = [float(a.loc[a["unit"] == "C3", "value"].iloc[0]) + 60, "reported"]
    b.loc[b["unit"] == "C9", "value"] += 300
    b.loc[b["unit"] == "C5", ["value", "status"]] = [float(a.loc[a["unit"] == "C5", "value"].iloc[0]), "reported"]
    if kind == "one":
        return a[a["unit"] == "C9"], b[b["unit"] == "C9"]
    return (a[a["unit"] != "C1"], b[~b["unit"].isin(["C2", "C4"])]) if kind == "missing" else (a, b)


@both
@pytest.mark.parametrize("kind", ["one", "sixteen", "missing"])
def test_differences_are_drawn_beside_what_rounding_explains(place, stored_svg, kind, language):
    result = reconcile(place, *two_sources(kind))
    stored_svg(f"reconcile_{kind}_{tag(language)}", result.chart(language).spec, language)


@both
def test_two_scopes_are_drawn_beside_each_other(shanghai, stored_svg, language):
    result = reconcile(shanghai, "primary_total_per_student", "primary_budget_per_student")
    stored_svg(f"reconcile_scope_{tag(language)}", result.chart(language).spec, language)


@both
def test_nothing_in_both_is_said(place, stored_svg, language):
    a, b = two_sources("sixteen")
    result = reconcile(place, a.head(3), b.tail(3))
    stored_svg(f"reconcile_nothing_{tag(language)}", result.chart(language).spec, language)
