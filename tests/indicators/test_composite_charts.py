"""Charts of composites: one district and sixteen, with missing figures, in both languages."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests.conftest import ROOT

import analysis
from analysis.documents.labels import Labels
from analysis.indicators.composites import Composite
from analysis.messages import LANGUAGES

CODES = ["primary_teachers_per_100", "secondary_teachers_per_100", "primary_pupils_per_school",
         "secondary_students_per_school"]  # fmt: skip
GROUPS = {"staff": CODES[:2], "size": CODES[2:]}
NAMES = {"staff": {"zh-Hans": "师资", "en": "Staff"}, "size": {"zh-Hans": "规模", "en": "School size"}}
CHOICES = {"normalise": [{"method": "minmax", "lower": 1}, {"method": "zscore", "centre": 100}],
           "weight": ["equal", "equal_indicators"], "aggregate": ["arithmetic", "geometric"], "omit": True}  # fmt: skip
SHORT = {"zh-Hans": "zh", "en": "en"}


@cache
def sixteen():
    workspace = analysis.open(ROOT)
    begun = workspace.composite(CODES, year=2017, groups=GROUPS, names=NAMES,
                                directions=dict.fromkeys(CODES[2:], "lower"))  # fmt: skip
    return begun.screen().impute("none").normalise("minmax", lower=1).weight("equal").aggregate("arithmetic")


@cache
def missing():
    """Sixteen invented units of seven indicators, a part of whose figures are missing or filled in."""
    rng = np.random.default_rng(12)
    values = rng.normal(size=(16, 1)) + rng.normal(size=(16, 7))
    values[rng.random(values.shape) < 0.08] = np.nan
    values[4, 1:6] = np.nan
    values[9] = np.nan
    units = [f"U{at + 1:02}" for at in range(16)]
    columns = list("abcdefg")
    named = Labels(
        {"unit": {unit: {"zh-Hans": f"{at + 1} 区", "en": f"District {at + 1}"} for at, unit in enumerate(units)}},
        {code: {"zh-Hans": f"较长的指标名称 {code.upper()}（每百名学生）",
                "en": f"A rather long name of indicator {code.upper()} per 100"} for code in columns},
    )  # fmt: skip
    earlier = {2019: pd.DataFrame(np.ones((16, 7)), index=units, columns=columns)}
    earlier[2019].iloc[4] = np.nan
    earlier[2019].iloc[9] = np.nan
    begun = Composite.of(pd.DataFrame(values, index=units, columns=columns), "higher", earlier=earlier, year=2020,
                         named=named, simulated=True)  # fmt: skip
    return begun.screen().impute("carried").normalise("minmax", lower=1).weight("equal").aggregate(least=0.5)


def one(composite):
    return [str(composite.frame.index[10])]


def leads(found):
    class Leads:
        chart = staticmethod(found.leads_chart)

    return Leads


MADE = {
    "composite_one": lambda: sixteen().results(units=one(sixteen())),
    "composite_sixteen": lambda: sixteen().results(),
    "composite_ranked_sixteen": lambda: sixteen().results(ranks=True),
    "composite_missing": lambda: missing().results(),
    "composite_screen_sixteen": lambda: sixteen().screened,
    "composite_screen_missing": lambda: missing().screened,
    "composite_contributions_one": lambda: sixteen().contributions(units=one(sixteen())),
    "composite_contributions_sixteen": lambda: sixteen().contributions(),
    "composite_contributions_missing": lambda: missing().contributions(),
    "composite_importance_sixteen": lambda: sixteen().effective_weights(),
    "composite_importance_missing": lambda: missing().effective_weights(),
    "composite_what_if_one": lambda: sixteen().what_if(CODES[0], one(sixteen())[0], [-0.5, 0.5, 1, 2]),
    "composite_what_if_missing": lambda: missing().what_if("b", "U01", to=[-1, 0, 1.5], ranks=True),
    "composite_uncertainty_sixteen": lambda: sixteen().uncertainty(CHOICES),
    "composite_uncertainty_missing": lambda: missing().uncertainty(CHOICES),
    "composite_leads_sixteen": lambda: leads(sixteen().uncertainty(CHOICES)),
    "composite_leads_missing": lambda: leads(missing().uncertainty(CHOICES)),
    "composite_sensitivity_sixteen": lambda: sixteen().sensitivity(CHOICES),
    "composite_sensitivity_missing": lambda: missing().sensitivity({**CHOICES, "noise": 0.25}, n=64),
}


@cache
def made(name):
    return MADE[name]()


#: Every chart and both languages stand in the fast tests, if not each with each: a drawing takes a third of a second.
FAST = {("en", "missing"), ("zh-Hans", "one")}
CASES = [pytest.param(name, language, marks=() if (language, name.rsplit("_", 1)[1]) in FAST else pytest.mark.slow)
         for name in MADE for language in LANGUAGES]  # fmt: skip


@pytest.mark.parametrize(("name", "language"), CASES)
def test_charts_are_as_they_were_looked_at(stored_svg, name, language):
    plot = made(name).chart(language)
    assert plot.alt
    stored_svg(f"{name}_{SHORT[language]}", plot.spec, language)


def test_charts_without_ranks_stand_in_the_order_of_units():
    spec = sixteen().results().chart("en").spec
    order = spec["layer"][0]["encoding"]["y"]["sort"]
    units = sixteen().workspace.units
    assert order == [units.name(unit, "en", short=True) for unit in sorted(sixteen().frame.index)]


def test_simulated_figures_say_so_on_every_chart():
    for name in MADE:
        if name.endswith("missing"):
            for language, words in (("zh-Hans", "本文数据均为模拟"), ("en", "all figures are simulated")):
                subtitle = made(name).chart(language).spec["title"]["subtitle"]
                assert words in " ".join(subtitle).replace("  ", " ").lower(), name


def test_scores_that_are_no_sums_are_dots():
    found = missing().framework
    assert len(found.top) == 7
    spec = missing().results().chart("en").spec
    assert spec["layer"][0]["mark"]["type"] == "circle"
    stacked = sixteen().results().chart("en").spec
    assert stacked["layer"][0]["mark"]["type"] == "bar"
