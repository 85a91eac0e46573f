"""Trends: stretches between breaks, no p without a model, and verdicts as of the statistics."""

from __future__ import annotations

import time
from functools import cache

import pytest
from tests.conftest import INVENTED, ROOT, write

from analysis.indicators.trends import trend
from analysis.messages import LANGUAGES, DuzhengError
from analysis.stats.trends import verdict
from analysis.workspace import Workspace

PRIMARY = "primary_budget_per_student"


@cache
def real():
    return Workspace(ROOT)


@cache
def districts():
    return [str(unit) for unit in real().units.at(2020, "district").index]


def test_a_break_divides_a_series():
    table = trend(real(), PRIMARY, units=["100000"]).table
    assert table[["first", "last", "n", "current"]].values.tolist() == [[2010, 2016, 7, False], [2017, 2022, 6, True]]
    # 12,791.64 after 10,911.17 (national reports on 2018 and 2022).
    assert table.loc[1, "change"] == pytest.approx(1880.47)
    assert table.loc[1, "pattern"] == "rose_throughout"


def test_counts_have_levels_and_changes_and_no_p():
    found = trend(real(), "primary_pupils", units=districts())
    assert (found.table["n"] <= 3).all()
    assert found.table["p"].isna().all()
    assert set(found.table["direction"]) == {""}
    assert found.model is None
    assert any("levels and changes only" in note["en"] for note in found.notes)
    assert "p" not in found.shown
    # A merged district's pupils are added: 34,808 after 9,067 + 21,520 (yearbooks of 2012 and 2017).
    merged = found.table.set_index("unit").loc["310106"]
    assert (merged["first_value"], merged["last_value"]) == (30587, 34808)


def test_a_declared_model_gives_the_verdict_of_the_statistics():
    codes = [code for code in real().catalogue if code.endswith("_budget_per_student")]
    found = trend(real(), codes, units=["100000"], model="year_to_year")
    assert found.model is not None
    for row in found.table.itertuples():
        mine = found.points[(found.points["indicator"] == row.indicator) & (found.points["segment"] == row.segment)]
        mine = mine.sort_values("year")
        said = verdict(mine["value"], mine["year"])
        assert (row.direction, row.reason) == (said.direction, ";".join(said.reasons))
        if row.n >= 5:
            assert (row.p, row.slope, row.lower) == pytest.approx((said.p, said.slope, said.lower))
    assert set(found.table["direction"]) == {"rising", "refused"}


def test_doubt_and_missing_figures_are_carried(tmp_path):
    rows = INVENTED["data/observations/all.csv"] + "        V,2019,pupils,,人,made-up\n"
    rows = rows.replace("measure,source", "measure,source,status").replace("made-up\n", "made-up,reported\n")
    rows = rows.replace("2019,pupils,,人,made-up,reported", "2019,pupils,,人,made-up,suppressed")
    found = trend(Workspace(write(tmp_path, INVENTED | {"data/observations/all.csv": rows})), "pupils")
    assert any("withheld" in note["en"] for note in found.notes)
    doubtful = trend(real(), "primary_teachers", units=districts())
    assert doubtful.table["doubt"].sum() == 5  # full-time teachers above staff in five districts of 2012
    assert any("in doubt" in note["en"] for note in doubtful.notes)


def test_equal_values_are_not_judged(tmp_path):
    rows = "unit,year,indicator,value,measure,source\n" + "".join(
        f"V,{y},pupils,900,人,made-up\n" for y in range(2012, 2019)
    )
    ws = Workspace(write(tmp_path, INVENTED | {"data/observations/all.csv": rows}))
    row = trend(ws, "pupils", model="year_to_year").table.iloc[0]
    assert (row["direction"], row["reason"], row["pattern"]) == ("refused", "all_tied", "unchanged")


def test_wrong_requests_are_refused():
    with pytest.raises(DuzhengError, match="year_to_year"):
        trend(real(), PRIMARY, model="normal")
    with pytest.raises(DuzhengError, match="nothing_known"):
        trend(real(), "nothing_known")
    with pytest.raises(DuzhengError, match="level"):
        trend(real(), PRIMARY, level=95)


def test_all_faults_of_a_request_are_said_at_once():
    with pytest.raises(DuzhengError) as caught:
        trend(real(), ["xx", "yy"], units=["q", "全国"], model="m", level=95, until="soon")
    assert len(caught.value.faults) == 7
    assert "Write the code 100000" in str(caught.value)


def test_a_request_that_no_figure_answers_is_refused():
    for asked, more in (([], {}), (PRIMARY, {"until": 1900}), (PRIMARY, {"units": []})):
        with pytest.raises(DuzhengError, match="DZ-S002"):
            trend(real(), asked, **more)
    some = trend(real(), [PRIMARY, "primary_pupils"], units="100000")
    assert any("Without figures: Primary" in note["en"] for note in some.notes)


def test_one_unit_or_year_may_be_given_as_it_is():
    table = trend(real(), PRIMARY, units="100000", until="2018").table
    assert table.equals(trend(real(), [PRIMARY], units=["100000"], until=2018).table)


def test_what_is_measured_is_said_of_every_chart():
    one = trend(real(), "primary_teachers", units=districts())
    assert "in persons" in one.subtitle("en")
    assert "in persons" in " ".join(one.chart("en").spec["title"]["subtitle"])
    two = trend(real(), ["primary_teachers", PRIMARY, "budget_spending"], units=["310000", "100000"])
    text = str(two.chart("en").spec)
    assert "/ in persons /" in text
    assert "/ in yuan /" in text
    assert "(yuan)" in two.readers("en").as_raw_html()


def many(root):
    """Write sixteen counties with forty indicators over ten years."""
    codes = [f"count_{number:02d}" for number in range(40)]
    entries = "".join(f"""
        - code: {code}
          name: {{zh-Hans: 指标{code[-2:]}, en: Indicator {code[-2:]}}}
          definition: {{zh-Hans: 虚构。, en: Invented.}}
          topic: schooling
          kind: count
          measure: {{zh-Hans: 人, en: persons}}
        """ for code in codes)  # fmt: skip
    counties = [f"C{number:02d}" for number in range(16)]
    units = "id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor\nP,P,州,Province,province,,,,\n"
    units += "".join(f"{county},{county},县{county[1:]},County {county[1:]},county,P,,,\n" for county in counties)
    rows = ["unit,year,indicator,value,measure,source"]
    for i, code in enumerate(codes):
        for j, county in enumerate(counties):
            rows += [f"{county},{2010 + t},{code},{1000 + (i * 37 + j * 101 + t * t * 53) % 997 + 20 * t},人,made-up"
                     for t in range(10)]  # fmt: skip
    files = {
        "data/indicators/all.yaml": entries,
        "data/units.csv": units,
        "data/observations/all.csv": "\n".join(rows) + "\n",
    }
    return Workspace(write(root, INVENTED | files)), codes


def test_sixteen_districts_with_forty_indicators_take_under_two_seconds(tmp_path):
    ws, codes = many(tmp_path)
    assert len(ws.observations) == 6400  # reading and checking them is not counted
    took = []
    for _ in range(3):  # the least of three: what else the machine does only adds
        started = time.process_time()
        found = trend(ws, codes, model="year_to_year")
        took.append(time.process_time() - started)
    assert min(took) < 2
    assert (len(found.table), set(found.table["n"])) == (640, {10})


@pytest.mark.parametrize("language", ["zh-Hans", pytest.param("en", marks=pytest.mark.slow)])
def test_charts_look_as_stored(stored_svg, language):
    tag = language[:2]
    one = trend(real(), PRIMARY, units=["100000"], model="year_to_year")
    stored_svg(f"trend_one_{tag}", one.chart(language).spec, language)
    sixteen = trend(real(), "primary_teachers", units=districts())
    stored_svg(f"trend_sixteen_{tag}", sixteen.chart(language).spec, language)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_family_with_holes_looks_as_stored(stored_svg, language):
    family = [code for code in real().catalogue if code.endswith("_budget_per_student")]
    found = trend(real(), family, units=["100000"])
    stored_svg(f"trend_missing_{language[:2]}", found.chart(language).spec, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_readers_and_explanations_speak_both_languages(language):
    found = trend(real(), PRIMARY, units=["100000"], model="year_to_year")
    html = found.readers(language).as_raw_html()
    assert {"zh-Hans": "逐次上升", "en": "rose at every step"}[language] in html
    assert {"zh-Hans": "声明的误差模型", "en": "declared error model"}[language] in str(found.explain(language))
