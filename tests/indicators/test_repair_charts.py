"""Charts of what is done with a balance: one and sixteen units, with missing figures, in both languages, as stored."""

from __future__ import annotations

import functools
import json
import re

import pytest
from tests.indicators.invented_schools import schools_of, some_unknown, units_of

from analysis.indicators.balance import balance
from analysis.indicators.balance.drivers import balance_drivers
from analysis.indicators.balance.flips import flips
from analysis.indicators.balance.frontier import frontier
from analysis.indicators.balance.margins import balance_margins
from analysis.indicators.balance.reallocation import reallocation
from analysis.indicators.balance.repair import repair

LANGUAGES = (("zh-Hans", "zh"), ("en", "en"))
ERRORS = {"teaching_area": 0.02, "sports_area": 0.02, "equipment": 0.05, "backbone": 1, "pe_arts": 1, "students": 0.01}
VERBS = {
    "balance_drivers": balance_drivers, "balance_margins": balance_margins, "repair": repair, "flips": flips,
    "flips_errors": lambda of: flips(of, errors=ERRORS),
    "reallocation": lambda of: reallocation(of, "backbone", limit=0.2),
    "frontier": lambda of: frontier(of, str(of.table["unit"].iloc[-1]), "junior", "sports_area"),
}  # fmt: skip


@pytest.fixture(scope="module")
def evaluated(shanghai):
    """Give evaluations by name, each made once."""

    @functools.cache
    def of(many):
        units = units_of(shanghai)
        if many == "missing":
            return balance(shanghai, some_unknown(schools_of(units[:5])))
        return balance(shanghai, schools_of(units if many == "sixteen" else units[-1:], years=(2019, 2020)))

    return of


#: What is drawn each time; the others are drawn in the slow set.
FAST = ("flips_errors",)


def slow_but(names, fast):
    """Mark all but a few as slow."""
    return [each if each in fast else pytest.param(each, marks=pytest.mark.slow) for each in names]


@pytest.mark.parametrize("many", slow_but(["one", "sixteen", "missing"], ["one"]))
@pytest.mark.parametrize("verb", slow_but(VERBS, FAST))
def test_charts_are_as_stored(evaluated, stored_svg, verb, many):
    if verb == "frontier" and many == "missing":
        pytest.skip("a frontier is of one coefficient that is known")
    result = VERBS[verb](evaluated(many))
    for language, short in LANGUAGES:
        plot = result.chart(language)
        assert plot.alt
        stored_svg(f"{verb}_{many}_{short}", plot.spec, language)


@pytest.mark.slow
def test_charts_of_schools_are_as_stored(evaluated, stored_svg):
    one = evaluated("one")
    unit = str(one.table["unit"].iloc[0])
    repaired, moved, drivers = repair(one), reallocation(one, "backbone", limit=0.15), balance_drivers(one)
    row = repaired.schools[repaired.schools["reason"] != "spared"].iloc[-1]
    stage = str(moved.schools["stage"].iloc[0])
    for language, short in LANGUAGES:
        plot = repaired.schools_chart(unit, row["stage"], row["indicator"], language)
        stored_svg(f"repair_schools_{short}", plot.spec, language)
        stored_svg(f"reallocation_moves_{short}", moved.moves_chart(unit, stage, language).spec, language)
        plot = drivers.schools_chart(unit, "primary", "sports_area", language)
        stored_svg(f"balance_drivers_schools_{short}", plot.spec, language)


@pytest.mark.parametrize("verb", slow_but(VERBS, ["repair"]))
def test_texts_are_there_in_both_languages(evaluated, verb):
    result = VERBS[verb](evaluated("one"))
    for language, _ in LANGUAGES:
        told = str(result.explain(language)) + result.readers(language).as_raw_html()
        # No text of a format that was not filled in.
        assert not re.search(r"\{\w+\}", told)
    chinese = re.findall(r"[\u4e00-\u9fff]+", json.dumps(result.chart("en").spec, ensure_ascii=False))
    assert not chinese


def test_simulated_schools_are_marked_on_charts(shanghai):
    table = schools_of(units_of(shanghai)[:1]).assign(source="simulated")
    evaluated = balance(shanghai, table)
    for verb in (repair,):
        spec = json.dumps(verb(evaluated).chart("en").spec)
        assert "figures are simulated" in spec.replace('", "', " ")
