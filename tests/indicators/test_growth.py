"""Published growth and the growth of levels stand side by side, and are never taken for each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import SETTINGS, SOURCES, write

from analysis.indicators import growth
from analysis.indicators.growth import _explained
from analysis.messages import DuzhengError
from analysis.workspace import Workspace

NATION = ("primary_budget_per_student", "junior_budget_per_student")


@pytest.fixture(scope="module")
def nation(shanghai):
    return growth(shanghai, NATION)


def row(result, indicator, year, unit="100000"):
    (found,) = result.table.query("indicator == @indicator and year == @year and unit == @unit").to_dict("records")
    return found


@pytest.mark.parametrize(
    ("indicator", "levels", "published"),
    [
        # National report on 2021: 12,380.73 after 12,330.58 yuan is +0.41 % where +2.22 % is reported on the same
        # scope; in junior secondary schools 17,772.06 after 17,803.60 is −0.18 % where +1.74 % is reported.
        ("primary_budget_per_student", 0.41, 2.22),
        ("junior_budget_per_student", -0.18, 1.74),
    ],
)
def test_growth_of_2021_in_levels_is_not_what_was_reported_on_the_same_scope(nation, indicator, levels, published):
    found = row(nation, indicator, 2021)
    assert round(found["growth"], 2) == levels
    assert found["published"] == published
    assert found["difference"] == pytest.approx(published - found["growth"])
    assert (found["scope"], found["rounding"], found["status"], found["reading"]) == (
        "same", False, "comparable", "same_scope",
    )  # fmt: skip


def test_in_all_other_years_both_agree_within_rounding(nation):
    others = nation.table[(nation.table["year"] != 2021) & (nation.table["status"] == "comparable")]
    assert len(others) > 10
    assert set(others["reading"]) == {"agrees"}
    assert others["difference"].abs().max() < 0.01
    assert set(others["scope"]) == {"unstated"}


def test_no_growth_is_computed_across_the_change_of_scope_of_2017(nation):
    found = row(nation, "primary_budget_per_student", 2017)
    assert (found["status"], found["reading"]) == ("break", "not_compared")
    assert found["growth"] != found["growth"]
    assert any("2017" in note["en"] and "recurrent expenditure" in note["en"] for note in nation.notes)


def test_the_growth_of_vocational_schools_in_2023_differs_and_its_scope_is_unstated(shanghai):
    # Express figures of 2023: 24,839 after 23,470 yuan is +5.83 %, and 0.7 % is reported.
    found = row(growth(shanghai, "vocational_total_per_student_growth"), "vocational_total_per_student", 2023)
    assert (round(found["growth"], 2), found["published"]) == (5.83, 0.7)
    assert (found["scope"], found["reading"]) == ("unstated", "differs")


def test_a_level_and_its_published_growth_ask_for_the_same(shanghai, nation):
    assert growth(shanghai, [code + "_growth" for code in NATION]).table.equals(nation.table)


def test_published_growth_without_levels_stands_alone(shanghai):
    table = growth(shanghai, "senior_spending_per_student", units=["310000", "310105"]).table
    assert table[["unit", "year", "status", "reading"]].to_numpy().tolist() == [
        ["310000", 2017, "no_base", "published_only"],
        ["310000", 2023, "no_base", "published_only"],
        ["310105", 2017, "no_level", "published_only"],
    ]


def test_what_cannot_grow_and_what_is_not_known_is_refused(shanghai):
    with pytest.raises(DuzhengError) as caught:
        growth(shanghai, ["certified_balanced", "nothing"])
    assert [fault.code for fault in caught.value.faults] == ["DZ-I001", "DZ-I001"]


def test_it_says_what_it_is_in_both_languages(nation):
    for language in ("zh-Hans", "en"):
        text = str(nation.explain(language))
        assert ("同口径" if language == "zh-Hans" else "same scope") in text
        html = nation.readers(language).as_raw_html()
        assert ("注明同口径" if language == "zh-Hans" else "stated as the same scope") in html
        assert "+2.22" not in html
        assert "2.22" in html


@given(st.integers(100, 10**6), st.integers(100, 10**6), st.integers(0, 2))
def test_growth_rounded_to_any_digit_is_always_explained_by_rounding(level, base, digits):
    published = round(100 * (level / base - 1), digits)
    assert _explained(round(level, 2), 0.005, round(base, 2), 0.005, published, 0.5 * 10**-digits)


@given(st.integers(1000, 10**6), st.integers(1000, 10**6), st.floats(0.02, 50))
def test_a_difference_beyond_what_digits_leave_room_for_is_not(level, base, apart):
    published = 100 * (level / base - 1) + apart
    assert not _explained(level, 0.0, base, 0.0, published, 0.005)


def made(tmp_path, counties: int, rows: str = "") -> Workspace:
    """Make a place of so many counties: spending per pupil, and its published growth, on the same scope in 2019."""
    names = "".join(f"C{k:02d},C{k:02d},第{k + 1}县,County {k + 1},county,P,,,\n" for k in range(counties))
    figures = rows or "".join(
        f"C{k:02d},{year},spending,{10_000 + 97 * k + 350 * (year - 2016)},元,made-up\n"
        + (f"C{k:02d},{year},spending_growth,{_published(k, year)},%,made-up\n" if year > 2016 else "")
        for k in range(counties)
        for year in range(2016, 2021)
    )
    return Workspace(write(tmp_path / "place", {
        "workspace.yaml": SETTINGS,
        "data/units.csv": "id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor\n"
                          "P,P,虚构州,Invented Prefecture,prefecture,,,,\n" + names,
        "data/sources.csv": SOURCES,
        "data/indicators/all.yaml": """
            - code: spending
              name: {zh-Hans: 生均支出, en: Spending per pupil}
              definition: {zh-Hans: 虚构。}
              topic: funding
              kind: rate
              measure: {zh-Hans: 元, en: yuan}
              breaks: [{year: 2018, reason: {zh-Hans: 范围扩大, en: a wider scope}}]
            - code: spending_growth
              name: {zh-Hans: 生均支出增长, en: Growth of spending per pupil}
              definition: {zh-Hans: 虚构。}
              topic: funding
              kind: rate
              growth_of: spending
              same_scope: [2019]
              measure: {zh-Hans: "%", en: "%"}
              decimals: 2
            """,
        "data/observations/all.csv": "unit,year,indicator,value,measure,source\n" + figures,
    }))  # fmt: skip


def _published(k: int, year: int) -> float:
    base = 10_000 + 97 * k + 350 * (year - 1 - 2016)
    return round(100 * 350 / base + (1.5 + k / 8 if year == 2019 else 0), 2)


def test_levels_without_published_growth_are_compared_by_themselves(tmp_path):
    place = made(tmp_path, 1, "C00,2019,spending,100,元,made-up\nC00,2020,spending,110,元,made-up\n")
    (found,) = growth(place, "spending").table.to_dict("records")
    assert found["growth"] == pytest.approx(10)
    assert (found["status"], found["reading"], found["scope"]) == ("unpublished", "levels_only", "")


def test_a_base_of_zero_has_no_growth(tmp_path):
    rows = "C00,2019,spending,0,元,made-up\nC00,2020,spending,110,元,made-up\nC00,2020,spending_growth,5,%,made-up\n"
    (found,) = growth(made(tmp_path, 1, rows), "spending").table.to_dict("records")
    assert (found["status"], found["reading"]) == ("no_base", "published_only")


def test_of_several_published_growths_one_is_named(tmp_path):
    place = made(tmp_path, 1)
    path = place.root / "data/indicators/all.yaml"
    more = path.read_text(encoding="utf-8")
    path.write_text(more + more[more.index("- code: spending_growth") :].replace("spending_growth", "real_growth"),
                    encoding="utf-8")  # fmt: skip
    place = Workspace(place.root)
    with pytest.raises(DuzhengError, match="DZ-S002"):
        growth(place, "spending")
    assert set(growth(place, "spending_growth").table["reading"]) >= {"same_scope", "agrees"}


def drawn(name, result, stored_svg):
    for language, short in (("zh-Hans", "zh"), ("en", "en")):
        stored_svg(f"growth_{name}_{short}", result.chart(language).spec, language)


def test_the_chart_of_one_unit_is_as_it_was_looked_at(tmp_path, stored_svg):
    drawn("one", growth(made(tmp_path, 1), "spending"), stored_svg)


def test_the_chart_of_sixteen_units_is_as_it_was_looked_at(tmp_path, stored_svg):
    drawn("sixteen", growth(made(tmp_path, 16), "spending"), stored_svg)


def test_the_chart_with_missing_figures_is_as_it_was_looked_at(tmp_path, stored_svg):
    rows = "".join(f"C00,{year},{what},{value},{measure},made-up\n" for year, what, value, measure in [
        (2015, "spending", 100, "元"), (2016, "spending", 104, "元"), (2016, "spending_growth", 4, "%"),
        (2017, "spending_growth", -3.5, "%"), (2019, "spending", 120, "元"), (2020, "spending", 118, "元"),
    ])  # fmt: skip
    result = growth(made(tmp_path, 3, rows + rows.replace("C00", "C02")), "spending", units=["C00", "C01", "C02"])
    assert result.notes[0]["en"] == "No growth to show: County 2."
    drawn("missing", result, stored_svg)


def test_a_chart_of_nothing_says_so(tmp_path):
    result = growth(made(tmp_path, 1), "spending", until=2016)
    assert result.table.empty
    assert "没有可列出的增长率" in str(result.chart("zh-Hans").spec["title"])
    assert result.chart("zh-Hans").picture().svg
