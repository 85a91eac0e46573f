"""Did the number move: what only came back by itself is not sold as more, and what cannot be told is not said."""

from __future__ import annotations

import datetime as dt
import json
import re

import numpy as np
import pandas as pd
import pytest
import typer
from tests.conftest import INVENTED, write
from tests.findings.ledger.conftest import estimates
from tests.findings.ledger.test_rectification import CAUSES
from tests.supervision.afterwards import INSPECTIONS_RULE
from typer.testing import CliRunner

from analysis.cli.rectification import moved
from analysis.findings.ledger.monitored import Monitored
from analysis.indicators.facts import facts_of
from analysis.messages import DuzhengError, Words
from analysis.supervision.movement import COLUMNS, movement
from analysis.supervision.pairs import figures_of
from analysis.surveys.example import example_design, example_survey
from analysis.workspace import Workspace
from analysis.workspace.ledger import Evidence, Item, Ledger
from analysis.workspace.ledger.rectification import Step

UNITS = "abcdefghijklmnop"
PLACE = INSPECTIONS_RULE | {
    "workspace.yaml": INVENTED["workspace.yaml"],
    "data/sources.csv": INVENTED["data/sources.csv"],
    "data/units.csv": "id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor\n"
    "P,P,虚构州,Invented Prefecture,prefecture,,,,\n"
    "Q,Q,邻州,Other Prefecture,prefecture,,,,\n"
    "z,z,邻县,County of Others,county,Q,,,\n"
    "old,old,旧县,Former County,county,P,,2014,b\n"
    "hill,hill,丘县,Hill County,county,P,,2014,b\n"
    + "".join(f"{unit},{unit},{unit}县,County {unit},county,P,{2015 if unit == 'b' else ''},,\n" for unit in UNITS),
    "data/indicators/all.yaml": """
        - code: rate
          name: {zh-Hans: 达标率, en: Share in order}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: quality
          kind: rate
          measure: {zh-Hans: "%", en: "%"}
          decimals: 1
        - code: other
          name: {zh-Hans: 别率, en: Another share}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: quality
          kind: rate
          measure: {zh-Hans: "%", en: "%"}
          decimals: 1
          breaks: [{year: 2018, reason: {zh-Hans: 口径改变, en: another scope}}]
        - code: pupils
          name: {zh-Hans: 学生数, en: Pupils}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: schooling
          kind: count
          measure: {zh-Hans: 人, en: persons}
        """,
}
#: The unit a is the lowest of 2016. What others were then, and three years later: they came back half way to 60, more
#: or less (here by so much).
BEFORE = dict(zip(UNITS, [44, *range(45, 75, 2)], strict=True))
LESS = [2, -1, 3, -2, 0, 1, -3, 2, -1, 2, -2, 0, 1, -1, 1]
AFTER = {unit: 60 + (BEFORE[unit] - 60) / 2 + off for unit, off in zip(UNITS[1:], LESS, strict=True)} | {"a": 52.5}
DAY = dt.date(2020, 6, 30)
WORK = dt.date(2017, 9, 1)


def item(name="low", *, opened=dt.date(2017, 3, 1), begun=WORK, closed=None, rests_on=(), **about):
    """Make an item that its unit works on since a day, and that was closed on another, if it was."""
    about = {"indicator": "rate", "year": 2016, "threshold": 60, "direction": "at_least"} | about
    states = ["fed_back", "plan_accepted", "in_work", *(["reported", "re_inspected", "closed"] if closed else [])]
    days = [begun] * 3 + [closed] * 3 if begun else []
    steps = [Step(state=state, date=date, by="张某") for state, date in zip(states, days, strict=False)]
    return Item(id=name, opened=opened, problem={"zh-Hans": "偏低", "en": "it is low"}, rests_on=rests_on,
                evidence=() if rests_on else (Evidence(**about),), owner={"zh-Hans": "县"}, due=dt.date(2030, 1, 1),
                steps=tuple(steps))  # fmt: skip


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """Give the place, read once."""
    workspace = Workspace(write(tmp_path_factory.mktemp("place"), PLACE))
    return {name: getattr(workspace, name) for name in ("root", "settings", "units", "catalogue", "rules")}


def monitored(ws, years, asked=None, indicator="rate", doubt=()):
    """Give figures as a run has them: by year, those of the units."""
    rows = [{"unit": unit, "indicator": indicator, "year": year, "value": value, "status": "reported",
             "segment": ws.catalogue[indicator].segment(year), "doubt": unit in doubt}
            for year, values in years.items() for unit, value in values.items()]  # fmt: skip
    ws.__dict__["_observations"] = (pd.DataFrame({"indicator": []}), ())
    found = Monitored(ws, facts_of(rows), asked, 2020)
    found._steps.update({code: {} for code in ws.catalogue})  # nothing was published in coarser units
    return found


@pytest.fixture
def tell(known):
    """Give the movement of items by unit, of a when none is given, with figures by year."""

    def told(items=None, years=None, *, day=DAY, asked=None, indicator="rate", doubt=(), **more):
        ws = Workspace(known["root"])
        ws.__dict__.update(known)
        ws.__dict__["ledger"] = Ledger(rectification=items or {"a": (item(),)})
        figures = monitored(ws, years or {2016: BEFORE, 2019: AFTER}, asked, indicator, doubt)
        return movement(ws, day=day, evaluator="P", monitored=figures, **more)

    return told


def test_a_number_that_only_came_back_is_as_those_of_others(tell):
    (row,) = tell().to_dict("records")
    # From 44 to 52.5: without the others it would have been said to have moved by 8.5 points.
    assert (row["then"], row["now"], row["change"], row["verdict"]) == (44, 52.5, 8.5, "as_others")
    assert row["expected_lower"] < row["now"] < row["expected_upper"]
    assert row["placed_en"] == f"rank {row['rank']} of 13"
    assert row["others"].split(";") == list("bcdefghijklm")  # the twelve nearest
    assert row["text_zh"].startswith("达标率：2016年44.0%，2019年52.5%。数字朝要求的方向变动；12个基线相近")
    assert "comes back by itself" in row["text_en"]


def test_a_number_that_moved_further_than_those_of_others_is_told_so_and_not_why(tell):
    (row,) = tell(years={2016: BEFORE, 2019: AFTER | {"a": 66.0}}).to_dict("records")
    assert (row["verdict"], row["reason"], row["placed_zh"]) == ("moved_beyond_others", "", "13个单位中第1位")
    assert row["p"] < 0.05
    assert row["now"] > row["expected_upper"]
    assert row["text_en"].endswith("rank 1 of 13). Why it did, the comparison does not say.")


def test_what_has_to_fall_is_held_to_how_far_others_fell(tell):
    mirrored = [{unit: 120 - value for unit, value in each.items()} for each in (BEFORE, AFTER | {"a": 66.0})]
    fallen = {"a": (item(direction="at_most"),)}
    (row,) = tell(fallen, dict(zip((2016, 2019), mirrored, strict=True))).to_dict("records")
    assert (row["verdict"], row["change"]) == ("moved_beyond_others", -22)
    (row,) = tell(years={2016: BEFORE, 2019: AFTER | {"a": 43.9}}).to_dict("records")
    assert (row["verdict"], row["reason"], row["rank"]) == ("worse", "", 13)
    (row,) = tell(years={2016: BEFORE, 2019: AFTER | {"a": 44.04}}).to_dict("records")
    assert row["verdict"] == "not_moved"  # as it is shown


def test_others_that_had_to_put_the_same_right_are_left_out(tell):
    again = dt.date(2015, 12, 1)
    items = {
        "a": (item(),),
        "b": (item(),),  # the same figure
        "c": (item(closed=dt.date(2018, 5, 1)),),  # and closed in between
        "d": (item(opened=dt.date(2015, 3, 1), begun=dt.date(2015, 4, 1), year=2014, closed=again),),  # closed before
        "e": (item(opened=dt.date(2020, 3, 1), begun=None, year=2019),),  # opened after the newest figure
        "f": (item(indicator="other", year=2016),),  # another figure
        "g": (item(opened=dt.date(2020, 7, 1), begun=None),),  # not yet
    }
    row = tell(items).query("unit == 'a'").iloc[0]
    assert (row["treated"], row["unusable"]) == ("b;c", "")
    assert row["others"].split(";") == list("defghijklmno")


def test_only_units_of_the_kind_below_the_same_unit_are_compared(tell):
    figures = {2016: BEFORE | {"z": 44.5, "Q": 44.5}, 2019: AFTER | {"z": 99, "Q": 99}}
    assert tell(years=figures).iloc[0]["others"] == tell().iloc[0]["others"]


def test_others_without_figures_or_with_a_warning_are_not_compared(tell):
    gone = {unit: value for unit, value in AFTER.items() if unit != "b"}
    row = tell(years={2016: BEFORE, 2019: gone}, doubt=("c",)).iloc[0]
    assert row["unusable"] == "b;c"
    assert row["others"].split(";") == list("defghijklmno")


FEW = {unit: value for unit, value in BEFORE.items() if unit in "abcdefghi"}
LATER = {2016: BEFORE, 2017: AFTER}
REFUSED = {
    "no_direction": {"items": {"a": (item(direction=None, threshold=None, value=44),)}},
    "no_evidence": {"items": {"a": (item(rests_on=("audit/1",)),)}},
    "no_new_figure": {"years": {2016: BEFORE, 2017: {unit: AFTER[unit] for unit in "bcdefghijklmno"}}},
    "no_baseline": {"years": {2015: BEFORE, 2019: AFTER}, "items": {"a": (item(value=44),)}},
    "before_the_work": {"years": LATER},
    "territory": {"items": {"old": (item(opened=dt.date(2013, 3, 1), year=2012),)}, "years": {2012: BEFORE}},
    "broken": {"items": {"a": (item(indicator="other"),)}, "indicator": "other"},
    "doubtful": {"doubt": ("a",)},
    "too_few": {"years": {2016: FEW, 2019: AFTER}},
    "no_overlap": {"years": {2016: BEFORE | {"a": 35.0}, 2019: AFTER}},
    "no_spread": {"years": {2016: BEFORE, 2019: dict.fromkeys(UNITS, 100.0)}},
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_cannot_be_told_is_refused_with_its_reason(tell, reason):
    (row,) = tell(**REFUSED[reason]).to_dict("records")
    assert (row["verdict"], row["reason"]) == ("cannot_tell", reason)
    assert np.isnan(row["p"])
    assert np.isnan(row["expected"])
    assert row["placed_zh"] == ""
    assert row["text_zh"]


def test_a_figure_counts_from_the_year_after_that_in_which_the_work_began(tell):
    for begun, reason in ((WORK, ""), (dt.date(2018, 12, 31), ""), (dt.date(2019, 1, 1), "before_the_work"),
                          (None, "before_the_work")):  # fmt: skip
        (row,) = tell({"a": (item(begun=begun),)}).to_dict("records")
        assert row["reason"] == reason
    assert tell({"a": (item(begun=dt.date(2019, 1, 1)),)}).iloc[0]["since"] == 2020


def test_what_was_measured_after_the_day_is_not_known_on_it(tell):
    years = {2016: BEFORE, 2018: AFTER, 2019: AFTER | {"a": 66.0}}
    found = {day: tell(years=years, day=dt.date(day, 12, 31)).iloc[0] for day in (2017, 2018, 2019)}
    assert [(row["now_year"], row["verdict"]) for row in (found[2018], found[2019])] == [
        (2018, "as_others"), (2019, "moved_beyond_others"),
    ]  # fmt: skip
    assert found[2017]["reason"] == "no_new_figure"


def test_a_figure_is_judged_among_all_of_the_run_whoever_asks(tell):
    years = {2016: BEFORE | {"p": 60.0}, 2019: AFTER | {"a": 58.0, "p": 63.0}}
    alone = tell(years=years).iloc[0]
    assert (alone["verdict"], alone["p_adjusted"]) == ("moved_beyond_others", alone["p"])
    items = {"a": (item(), item("again")), "p": (item("high", direction="at_most"),)}
    many = tell(items, years=years)
    # Two tests, of which the other shows nothing; that two items name one figure makes it no third.
    assert many["p"].nunique() == 2
    assert many.iloc[0]["p_adjusted"] == pytest.approx(2 * many.iloc[0]["p"])
    assert many.iloc[0]["verdict"] == many.iloc[1]["verdict"] == "as_others"
    one = tell(items, years=years, unit="a", item="low")
    assert len(one) == 1
    assert one.iloc[0]["p_adjusted"] == many.iloc[0]["p_adjusted"]


def test_what_is_counted_is_compared_in_logarithms(tell):
    rng = np.random.default_rng(3)
    sizes = {unit: float(value) for unit, value in zip(UNITS, np.geomspace(500, 60_000, 16).round(), strict=True)}
    later = {unit: value * 1.3 * float(np.exp(0.05 * rng.normal())) for unit, value in sizes.items()}
    (row,) = tell({"e": (item(indicator="pupils"),)}, {2016: sizes, 2019: later}, indicator="pupils").to_dict("records")
    # The line through the logarithms of the twelve nearest, found by numpy; a figure moves by a share of itself.
    others = sorted((each for each in UNITS if each != "e"), key=lambda each: abs(np.log(sizes[each] / sizes["e"])))[
        :12
    ]
    slope, level = np.polyfit(*(np.log([of[each] for each in others]) for of in (sizes, later)), 1)
    assert sorted(row["others"].split(";")) == sorted(others)
    assert row["expected"] == pytest.approx(np.exp(level + slope * np.log(sizes["e"])))
    assert row["expected_upper"] / row["expected"] == pytest.approx(row["expected"] / row["expected_lower"])
    assert row["verdict"] == "as_others"


def asked(values, *, se=1.5, odd=None, **more):
    """Make estimates of an index: by wave those of the units, with what is given in place of the usual."""
    rows = []
    for wave, of in values.items():
        for unit, value in of.items():
            error = se[unit] if isinstance(se, dict) else se
            row = {"survey": f"example-{wave}", "wave": wave, "index": "ixTeach", "unit": unit, "estimate": value,
                   "se": error, "lower": value - 2 * error, "upper": value + 2 * error,
                   "cell": f"{wave}/{unit}"}  # fmt: skip
            rows.append(row | more | ((odd or {}) if unit == "a" else {}))
    return estimates(*rows)


@pytest.fixture
def surveys(monkeypatch):
    """Give the questionnaires of two waves, which are the same."""
    found = {f"example-{wave}": example_survey(wave=wave) for wave in (2016, 2019)}
    monkeypatch.setattr("analysis.surveys.questionnaires", lambda _: found)
    return found


INDEX = {"a": (item(indicator="", index={"survey": "example", "id": "ixTeach"}),)}


def test_an_estimate_is_held_to_others_with_the_error_of_both_waves(tell, surveys):
    (row,) = tell(INDEX, asked=asked({2016: BEFORE, 2019: AFTER | {"a": 70.0}})).to_dict("records")
    assert (row["verdict"], row["then_lower"], row["then_upper"]) == ("moved_beyond_others", 41, 47)
    # Two independent errors of 1.5, each with 30 degrees of freedom: t of 60 is 2.0003.
    half = 2.0003 * 1.5 * 2**0.5
    assert (row["change_lower"], row["change_upper"]) == pytest.approx((26 - half, 26 + half), abs=1e-3)
    (row,) = tell(INDEX, asked=asked({2016: BEFORE, 2019: AFTER})).to_dict("records")
    assert row["verdict"] == "as_others"
    assert row["subject_en"] == "Teaching (students)"


ESTIMATES = {
    "unclear_sampling": {"values": {2016: BEFORE, 2019: AFTER | {"a": 48.0}}},
    "withheld": {"odd": {"precision": "suppress"}},
    "open_sample": {"selection": "open"},
    "no_error": {"odd": {"se": None}},
}


@pytest.mark.parametrize("reason", ESTIMATES)
def test_an_estimate_that_shows_nothing_is_refused_with_its_reason(tell, surveys, reason):
    given = {"values": {2016: BEFORE, 2019: AFTER}} | ESTIMATES[reason]
    (row,) = tell(INDEX, asked=asked(**given)).to_dict("records")
    assert (row["verdict"], row["reason"]) == ("cannot_tell", reason)


def test_an_index_of_other_questions_is_another_index(tell, surveys):
    new = surveys["example-2019"]
    sheet = new.questionnaire.model_copy(deep=True)
    other = [each.model_copy(update={"items": ("clear", "rooms")}) if each.id == "ixTeach" else each
             for each in sheet.analyses.indices]  # fmt: skip
    analyses = sheet.analyses.model_copy(update={"indices": tuple(other)})
    from dataclasses import replace

    surveys["example-2019"] = replace(new, questionnaire=sheet.model_copy(update={"analyses": analyses}))
    (row,) = tell(INDEX, asked=asked({2016: BEFORE, 2019: AFTER})).to_dict("records")
    assert row["reason"] == "broken"


def test_both_waves_of_a_survey_are_computed(known, surveys, monkeypatch, tmp_path):
    ws = Workspace(known["root"])
    ws.__dict__.update(known)
    there = tmp_path / "responses.parquet"
    there.touch()
    monkeypatch.setattr("analysis.surveys.collected.files_of", lambda *_, **__: {"responses": there})
    monkeypatch.setattr(
        "analysis.surveys.design.design", lambda _, __, wave, **___: example_design(wave=wave, districts=16)
    )
    found = figures_of(ws, INDEX["a"][0].evidence, synthetic=True)
    waves = {year: found.of(INDEX["a"][0].evidence[0], "b", year) for year in (2016, 2019)}
    assert all(each.se > 0 and each.df == 4 for each in waves.values())  # five schools of one stratum
    ws.__dict__["ledger"] = Ledger(rectification=INDEX)
    assert movement(ws, day=DAY, evaluator="P", monitored=found).iloc[0]["now_year"] == 2019


def test_no_word_of_it_names_a_cause():
    texts = Words("analysis.supervision").of("movement")
    assert {f"reason_{name}" for name in (*REFUSED, *ESTIMATES)} <= set(texts)
    for name, text in texts.items():
        assert set(text) == {"zh-Hans", "en"}
        assert not any(CAUSES.search(each) for each in text.values()), name
    assert not any(re.search("effect", each) for each in COLUMNS)


def test_who_there_is_not_is_refused(tell):
    with pytest.raises(DuzhengError, match=r"DZ-U001.* found 'z'"):
        tell(unit="z")
    with pytest.raises(DuzhengError, match=r"DZ-O003.*no item 'none'; expected one of low"):
        tell(item="none")


def test_the_command_tells_it(tmp_path, monkeypatch):
    figures = "unit,year,indicator,value,measure,source\n" + "".join(
        f"{unit},{year},rate,{value},%,made-up\n"
        for year, values in ((2016, BEFORE), (2019, AFTER)) for unit, value in values.items()
    )  # fmt: skip
    ledger = """
        unit: a
        items:
          - id: low
            opened: 2017-03-01
            problem: {zh-Hans: 偏低, en: it is low}
            evidence: [{indicator: rate, year: 2016, value: 44, threshold: 60, direction: at_least}]
            owner: {zh-Hans: 县}
            due: 2020-12-31
            steps:
              - {state: fed_back, date: 2017-03-02, by: 张某}
              - {state: plan_accepted, date: 2017-04-01, by: 张某}
              - {state: in_work, date: 2017-09-01, by: 张某}
        """
    files = {"data/observations/all.csv": figures, "data/ledger/rectification/a.yaml": ledger}
    monkeypatch.setenv("DUZHENG_WORKSPACE", str(write(tmp_path, PLACE | files)))
    app = typer.Typer()
    app.command()(moved)
    shown = CliRunner().invoke(app, ["--evaluator", "P", "--on", "2020-06-30"])
    assert shown.exit_code == 0, shown.output
    head, line = shown.output.splitlines()
    assert head.split()[:3] == ["unit", "item", "figure"]
    assert re.search(r"a +low +达标率 +2016 +44\.0 +2019 +52\.5 .* rank \d+ of 13 .* as_others", line)
    (row,) = json.loads(
        CliRunner().invoke(app, ["--evaluator", "P", "--on", "2020-06-30", "--unit", "a", "--json"]).output
    )
    assert (row["then"], row["now"], row["verdict"], row["begun"]) == (44, 52.5, "as_others", "2017-09-01")


#: So many prefectures of sixteen counties each, all below one unit: a rectification in each.
MANY = 200


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    """Give the place of the simulations, read once."""
    rows = [f"{number:03},{number:03},州{number},Prefecture {number},prefecture,N,,," for number in range(MANY)]
    rows += [f"{number:03}{unit},{number:03}{unit},县,County,county,{number:03},,," for number in range(MANY)
             for unit in UNITS]  # fmt: skip
    head = PLACE["data/units.csv"].splitlines()[0]
    files = PLACE | {"data/units.csv": "\n".join([head, "N,N,虚构国,Invented Nation,nation,,,,", *rows, ""])}
    workspace = Workspace(write(tmp_path_factory.mktemp("nation"), files))
    return {name: getattr(workspace, name) for name in ("root", "settings", "units", "catalogue", "rules")}


def simulated(design, change, seed):
    """Draw what the counties were and are three years later, with the items about the lowest ones.

    What is true stays as it is. Half of the variance of a figure is noise; of a register half of that is still there
    three years later, of estimates none, and its error is known and another one in each county. All rise by 0.4
    standard deviations, the lowest ones by ``change`` more. Items are about the lowest county of each prefecture, or
    about all that are one standard deviation or more below the mean.
    """
    rng = np.random.default_rng(seed)
    truth, first, fresh = rng.normal(size=(3, MANY, 16)) * 5 * 0.5**0.5
    noise = np.exp(rng.normal(0, 0.4, (MANY, 16))) if design == "estimates" else np.ones((MANY, 16))
    kept = 0.0 if design == "estimates" else 0.5
    before = 60 + truth + noise * first
    after = 62 + truth + noise * (kept * first + (1 - kept**2) ** 0.5 * fresh)
    bad = before == before.min(axis=1, keepdims=True)
    bad = bad | (before < 55) if design == "bound" else bad
    after = after + bad * change * 5
    names = np.array([[f"{number:03}{unit}" for unit in UNITS] for number in range(MANY)])
    about = INDEX["a"] if design == "estimates" else (item(),)
    values = {year: dict(zip(names.ravel(), of.ravel(), strict=True)) for year, of in ((2016, before), (2019, after))}
    errors = dict(zip(names.ravel(), (noise * 5 * 0.5**0.5).ravel(), strict=True))
    return {str(unit): about for unit in names[bad]}, values, errors, names[np.arange(MANY), before.argmin(axis=1)]


def held(nation, items, values, errors, design):
    """Hold items to the figures of their prefectures, in one run."""
    ws = Workspace(nation["root"])
    ws.__dict__.update(nation | {"ledger": Ledger(rectification=items)})
    figures = monitored(ws, {} if design == "estimates" else values,
                        asked(values, se=errors) if design == "estimates" else None)  # fmt: skip
    return movement(ws, day=DAY, evaluator="N", monitored=figures).set_index("unit")


def alone(found):
    """Tell which would be said to have moved further if each were the only item of its run."""
    compared = found["verdict"].isin(["moved_beyond_others", "as_others"])
    return compared & (found["p"] <= found["level"]) & (found["rank"] <= 0.1 * found["of"]).fillna(value=False)


@pytest.mark.slow
@pytest.mark.parametrize("design", ["lowest", "bound", "estimates"])
def test_a_number_that_only_drifted_back_is_not_sold_as_more_than_that(nation, surveys, design):
    from scipy.stats import binomtest

    items, values, errors, lowest = simulated(design, 0, seed=2026)
    found = held(nation, items, values, errors, design).loc[lowest]
    # A figure then and one now would have called more than eight in ten of them better.
    assert sum(values[2019][unit] > values[2016][unit] for unit in lowest) > 0.8 * MANY
    # The level is 5 per cent, 10 of 200: fewer are, and so many more would not be chance.
    false = int(alone(found).sum())
    assert false <= 0.05 * MANY
    assert binomtest(false, MANY, 0.05, alternative="greater").pvalue > 0.5
    # As items of one run they are judged together, and none is left.
    assert set(found["verdict"]) <= {"as_others", "worse", "not_moved", "cannot_tell"}
    # An item that is the only one of its run is judged as it was counted here.
    for unit in [*lowest[alone(found).to_numpy()][:2], *lowest[found["verdict"] == "as_others"][:2]]:
        near = {each: about for each, about in items.items() if each[:3] == unit[:3]}
        single = held(nation, near, values, errors, design).loc[unit]
        assert single["p"] == found.loc[unit, "p"]
        if len(near) == 1:
            assert (single["verdict"] == "moved_beyond_others") == alone(found).loc[unit]


@pytest.mark.slow
@pytest.mark.parametrize(("design", "share"), [("lowest", 0.8), ("bound", 0.7), ("estimates", 0.5)])
def test_a_number_that_moved_by_three_standard_deviations_is_mostly_found(nation, surveys, design, share):
    items, values, errors, lowest = simulated(design, 3, seed=2027)
    found = held(nation, items, values, errors, design).loc[lowest]
    told = found["verdict"] != "cannot_tell"
    assert alone(found)[told].mean() > share
