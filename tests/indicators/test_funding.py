"""The rules on the growth of funding: real figures of the nation and the city, and an invented place of sixteen."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT, SETTINGS, SOURCES, write

from analysis.indicators.funding import funding_growth
from analysis.indicators.funding.scope import Decided, YearlyGrowth, decide, slack_of, verdict_of
from analysis.messages import LANGUAGES, DuzhengError
from analysis.workspace import Workspace

NATION, CITY = "100000", "310000"
JUNIOR, VOCATIONAL = "junior_budget_per_student", "vocational_budget_per_student"

#: An invented place: sixteen counties, three years; every kind of verdict occurs.
COUNTIES = [f"U{number:02d}" for number in range(1, 17)]
HAN = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"
FIELDS = """
    - code: {code}
      name: {{zh-Hans: {zh}, en: {en}}}
      definition: {{zh-Hans: 虚构。, en: Invented.}}
      topic: funding
      kind: {kind}
      measure: {{zh-Hans: {measure}, en: {measure_en}}}
      decimals: 2
"""
CODES = {
    "grants": ("拨款", "Grants", "amount", "万元", "ten thousand yuan"),
    "revenue": ("收入", "Revenue", "amount", "万元", "ten thousand yuan"),
    "running": ("公用经费", "Running costs", "amount", "万元", "ten thousand yuan"),
    "students": ("学生", "Students", "count", "人", "persons"),
    "pay": ("工资", "Pay", "rate", "元", "yuan"),
    "pay_growth": ("工资增长", "Growth of pay", "rate", "'%'", "'%'"),
}
RULES = """
    id: funding
    title: {zh-Hans: 虚构规则, en: Invented rules}
    certainty: own
    parameters:
      groups: {all: {zh-Hans: 全部, en: All}}
      rules:
        - {id: faster, group: all, name: {zh-Hans: 拨款快于收入, en: Grants outgrow revenue}, short: {zh-Hans: 拨款快于收入, en: Grants outgrow revenue},
           demand: faster, of: grants, than: revenue, since: {year: 2015, certainty: C}, certainty: C}
        - {id: pay, group: all, name: {zh-Hans: 工资增长, en: Pay grows}, short: {zh-Hans: 工资增长, en: Pay grows},
           demand: grows, of: pay, since: {year: 2015, certainty: own}, certainty: own}
        - {id: running, group: all, name: {zh-Hans: 生均公用经费不减, en: Running costs do not fall}, short: {zh-Hans: 生均公用经费不减, en: Running costs do not fall},
           demand: not_less, of: running, since: {year: 2020, certainty: own}, certainty: own}
      roles:
        grants: {name: {zh-Hans: 拨款, en: Grants}, measures: [{indicator: grants}]}
        revenue: {name: {zh-Hans: 收入, en: Revenue}, measures: [{indicator: revenue}]}
        pay: {name: {zh-Hans: 工资, en: Pay}, measures: [{indicator: pay, published: pay_growth, same_scope: [2020]}]}
        running: {name: {zh-Hans: 生均公用经费, en: Running costs per student}, measures: [{indicator: running, per: students}]}
    """  # noqa: E501


def place(root, counties=tuple(COUNTIES), *, rules=RULES, missing=(), **more):
    """Write the invented place."""
    catalogue = "".join(FIELDS.format(code=code, zh=of[0], en=of[1], kind=of[2], measure=of[3], measure_en=of[4])
                        for code, of in CODES.items())  # fmt: skip
    catalogue += """      breaks: [{year: 2019, reason: {zh-Hans: 口径不同, en: another scope}}]\n"""
    rows = ["unit,year,indicator,value,measure,source"]
    for at, county in enumerate(COUNTIES):
        if county not in counties:
            continue
        for year in (2018, 2019, 2020):
            step = year - 2018
            figures = {
                "grants": 100 + 5 * step, "revenue": 200 + (at % 4) * 4 * step, "students": 1000 + 10 * at * step,
                "running": 50 + 2 * step, "pay": 8000 + 100 * step * (1 if at % 3 else -1),
                "pay_growth": (0.5 if year == 2020 else 1.2),
            }  # fmt: skip
            for code, value in figures.items():
                if (county, year, code) not in missing and (code != "pay_growth" or (year == 2020 and at % 5 == 0)):
                    rows.append(f"{county},{year},{code},{value:g},{CODES[code][3].strip(chr(39))},made-up")
    units = "id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor\nP,P,州,Province,province,,,,\n"
    units += "".join(f"{c},{c},{HAN[i]}县,County {c[1:]},county,P,,,\n" for i, c in enumerate(COUNTIES))
    return Workspace(write(root, {
        "workspace.yaml": SETTINGS, "data/units.csv": units, "data/sources.csv": SOURCES,
        "data/indicators/all.yaml": catalogue, "data/rules/funding.yaml": rules,
        "data/observations/all.csv": "\n".join(rows) + "\n",
    } | more))  # fmt: skip


@cache
def real():
    return Workspace(ROOT)


@cache
def national():
    return funding_growth(real(), units=[NATION])


def row_of(table, indicator, year, rule="spending_grows"):
    found = table[(table["indicator"] == indicator) & (table["year"] == year) & (table["rule"] == rule)]
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize(
    ("indicator", "levels", "published"),
    # The national report on 2021 (national_funding.csv): growth on the same scope beside that of levels.
    [("primary_budget_per_student", 0.41, 2.22), (JUNIOR, -0.18, 1.74), (VOCATIONAL, -2.02, 0.58)],
)
def test_growth_on_the_same_scope_decides_and_levels_stand_beside_it(indicator, levels, published):
    row = row_of(national().table, indicator, 2021)
    assert (round(row["levels_growth"], 2), row["published_growth"]) == (levels, published)
    assert (row["growth"], row["basis"], row["verdict"]) == (published, "stated", "met")
    assert row["stated"]
    assert row["differs"]
    assert row_of(national().table, indicator, 2021, "budget_per_student_only_increases")["verdict"] == "met"


def test_a_sign_that_differs_is_said():
    said = [note["en"] for note in national().notes]
    assert any("opposite signs" in note and "For 2 " in note for note in said)  # junior and vocational, each once


def test_express_growth_whose_scope_is_not_stated_keeps_both_figures():
    row = row_of(national().table, "vocational_total_per_student", 2023)
    assert (round(row["levels_growth"], 2), row["published_growth"], row["basis"]) == (5.83, 0.7, "published")
    assert (row["verdict"], row["stated"], row["differs"]) == ("met", False, True)


def test_a_change_of_scope_refuses_the_comparison():
    row = row_of(national().table, JUNIOR, 2017)
    assert (row["verdict"], row["reason"]) == ("refused", "break")
    assert row[["levels_growth", "growth"]].isna().all()
    assert any("2017" in note["zh-Hans"] and "口径" in note["zh-Hans"] for note in national().notes)


def test_rules_are_dated():
    table = national().table
    only = table[table["group"] == "only_increase"]
    assert (only["year"].min(), only["dated"].unique().tolist()) == (2018, ["C"])
    assert table["year"].min() == 2010


def test_what_the_workspace_does_not_have_is_open_and_named():
    table = national().table
    assert set(table.loc[table["rule"].isin(["outgrows_revenue", "pay_grows"]), "verdict"]) == {"open"}
    per_year = table.groupby("year")["rule"].nunique()
    assert (per_year[per_year.index < 2018] == 4).all()
    assert (per_year[per_year.index >= 2018] == 6).all()
    assert any("财政经常性收入、教师工资" in note["zh-Hans"] for note in national().notes)


def test_the_city_has_appropriation_without_revenue():
    city = funding_growth(real(), units=[CITY]).table
    rows = city[city["indicator"] == "appropriation"]
    assert rows[["year", "published_growth", "verdict", "reason"]].values.tolist() == [
        [2017, 6.43, "open", "no_other"], [2023, 5.2, "open", "no_other"]]  # fmt: skip
    assert set(city.loc[city["indicator"].str.contains("spending_per"), "verdict"]) == {"met"}


def test_every_rule_and_source_keeps_its_certainty():
    table = national().table
    # A press report of 2006 names the items published; what may only increase is in no source read.
    marks = table.groupby("certainty")["rule"].unique().map(set).to_dict()
    assert marks == {
        "B": {"outgrows_revenue", "spending_grows", "public_funds_grow"},
        "C": {"pay_grows", "budget_only_increases", "budget_per_student_only_increases"},
    }
    assert set(table["rule_source"]) - {""} <= set(real().sources.index)
    text = str(national().explain("en"))
    assert "read in a secondary copy" in text
    assert "in no source read" in text


def test_growth_is_computed_from_amounts_and_students(tmp_path):
    table = funding_growth(place(tmp_path), units=["U02"], years=2020).table.set_index("rule")
    assert table.loc["faster", "growth"] == pytest.approx(100 * (110 / 105 - 1))
    assert table.loc["faster", "other_growth"] == pytest.approx(100 * (208 / 204 - 1))
    assert table.loc["faster", "verdict"] == "met"
    # Running costs per student: 54 / 1020 after 52 / 1010.
    assert table.loc["running", "growth"] == pytest.approx(100 * (54 / 1020 / (52 / 1010) - 1))
    assert table.loc["running", "made_of"] == "running/U02/2019;running/U02/2020;students/U02/2019;students/U02/2020"


def test_verdicts_of_all_kinds_occur(tmp_path):
    table = funding_growth(place(tmp_path, missing={("U03", 2019, "grants")})).table
    assert set(table["verdict"]) == {"met", "missed", "open"}
    assert table.set_index(["unit", "year", "rule"]).loc[("U03", 2020, "faster"), "reason"] == "year_before"


def test_published_growth_without_scope_decides_only_where_levels_agree():
    apart = YearlyGrowth(levels=-0.5, published=0.4, slack=0.05)
    assert decide(apart).reason == "disagree"
    assert decide(apart, lambda *_: True).basis == "published"
    assert decide(YearlyGrowth(levels=2.14, published=2.1, slack=0.05)) == Decided(2.14, "levels")
    assert decide(YearlyGrowth(published=2.0, stated=True, broken=True)).basis == "stated"
    assert decide(YearlyGrowth()).reason == "no_figure"


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_a_verdict_is_about_the_sign_of_the_margin(one, two):
    verdict, margin, _ = verdict_of("faster", Decided(one, "levels"), Decided(two, "levels"))
    assert margin == one - two
    assert verdict == ("met" if one - two > 1e-9 else "missed")
    assert verdict_of("not_less", Decided(0.0, "levels"))[0] == "met"
    assert verdict_of("grows", Decided(0.0, "levels"))[0] == "missed"


def test_rounding_of_published_growth_leaves_a_verdict_open():
    assert slack_of(0.0) == 0.5
    assert verdict_of("grows", Decided(0.04, "stated", 0.05)) == ("open", 0.04, "rounding")
    assert verdict_of("grows", Decided(0.06, "stated", 0.005))[0] == "met"


def test_wrong_requests_and_rule_sets_are_refused(tmp_path):
    with pytest.raises(DuzhengError, match="a rule set on growth") as caught:
        funding_growth(real(), rule="peers", years="soon", units="全国")
    assert [fault.code for fault in caught.value.faults] == ["DZ-S002", "DZ-S002", "DZ-U002"]
    assert "Write the code 100000" in str(caught.value)
    with pytest.raises(DuzhengError, match="Write the code 310000"):
        funding_growth(real(), units=["上海市"])
    with pytest.raises(DuzhengError, match="one unit or several"):
        funding_growth(real(), units=[])
    with pytest.raises(DuzhengError, match=r"years=2021\.5"):
        funding_growth(real(), years=2021.5)
    with pytest.raises(DuzhengError, match="rule='growth'"):
        funding_growth(place(tmp_path / "a"), rule="growth")
    with pytest.raises(DuzhengError, match="years=1999"):
        funding_growth(place(tmp_path / "b"), years=1999)
    with pytest.raises(DuzhengError, match="'granst'"):
        funding_growth(place(tmp_path / "c", rules=RULES.replace("[{indicator: grants}]", "[{indicator: granst}]")))
    with pytest.raises(DuzhengError, match="does not add up"):
        funding_growth(place(tmp_path / "d", rules=RULES.replace("running, per: students", "running, per: pay")))
    unsourced = RULES.replace(
        "since: {year: 2015, certainty: own}", "since: {year: 2015, source: hearsay, certainty: B}"
    )
    with pytest.raises(DuzhengError, match="'hearsay'"):
        funding_growth(place(tmp_path / "f", rules=unsourced))
    with pytest.raises(DuzhengError, match="`than`"):
        funding_growth(place(tmp_path / "e", rules=RULES.replace("than: revenue, ", "")))


def test_one_unit_or_year_may_be_given_as_it_is():
    found = funding_growth(real(), units=NATION, years="2021")
    assert found.table.equals(funding_growth(real(), units=[NATION], years=[2021]).table)


def test_cautions_are_sentences_that_name_their_figures():
    said = [note["en"] for note in national().notes if "need not equal" in note["en"]]
    assert len(said) == 2
    same, other = sorted(said, key=lambda each: "same scope" not in each)
    assert same.startswith("Spending per student (Kindergarten, budget; Primary, budget;")
    assert "Public funds per student (Primary; Junior; Senior; Vocational): The published" in other
    assert all(each.endswith(".") for each in said)
    assert all(note["zh-Hans"].endswith("。") for note in national().notes)


def test_the_explanation_says_which_years_and_no_day_that_the_law_does_not_have():
    text = str(national().explain("en"))
    assert "Years: 2010, 2011" in text
    assert "2006-08-12" not in text
    assert "in force" not in text


def test_the_page_names_the_figures_that_a_break_refuses():
    table = national().table
    refused = table[(table["year"] == 2017) & (table["verdict"] == "refused")]["indicator"].str.partition("_")[0]
    page = (ROOT / "docs/funding_and_targets.md").read_text(encoding="utf-8")
    assert "kindergarten, primary, junior and senior secondary, 2017 | — | — | break | refused" in page
    assert set(refused) == {"kindergarten", "primary", "junior", "senior"}


@pytest.mark.parametrize("language", ["zh-Hans", pytest.param("en", marks=pytest.mark.slow)])
def test_charts_look_as_stored(tmp_path, stored_svg, language):
    tag = language[:2]
    stored_svg(f"funding_growth_one_{tag}", national().chart(language).spec, language)
    sixteen = funding_growth(place(tmp_path / "all"))
    stored_svg(f"funding_growth_sixteen_{tag}", sixteen.chart(language).spec, language)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_with_holes_and_of_two_scopes_look_as_stored(tmp_path, stored_svg, language):
    tag = language[:2]
    stored_svg(f"funding_growth_scope_{tag}", national().scope_chart(language).spec, language)
    gone = {(county, year, code) for county in COUNTIES[::3] for year in (2019, 2020) for code in ("grants", "pay")}
    holes = funding_growth(place(tmp_path / "gone", missing=gone))
    stored_svg(f"funding_growth_missing_{tag}", holes.chart(language).spec, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_readers_and_explanations_speak_both_languages(language):
    html = national().readers(language).as_raw_html()
    assert "stated" not in html or language == "en"
    assert "reason." not in html
    assert str(national().explain(language))
