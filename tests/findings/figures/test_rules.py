"""What may not be said of figures, and what must be open: an invented prefecture in which one thing is planted."""

from __future__ import annotations

import pytest
from tests.conftest import ROOT
from tests.findings.figures.conftest import CATALOGUE
from tests.indicators.invented_schools import schools_of

from analysis.findings.measures import PERCENTAGE_POINTS
from analysis.indicators.balance.standard import PARTS
from analysis.messages import LANGUAGES

FOUR = ("C1", "C2", "C3", "C4")


def test_a_change_of_five_per_cent_is_a_change_and_a_smaller_one_is_not(place):
    told = place({("pupils", 2017): (1050, 2099, 1400, 1200)})  # +5 %, +4.95 %, −6.7 %, none
    assert [told.one(unit, "pupils", "change").verdict for unit in ("C1", "C3")] == ["up", "down"]
    assert told.of("C2", "pupils", "change", withheld=True) == []  # the level alone
    assert told.one("C3", "pupils", "change").said("en") == (
        "County 3 had 1,400 pupils in 2017, 24.4% of Invented's and 100 fewer than in 2012, "
        "a fall of 6.7%, while Invented's rose by 0.9%."
    )
    assert told.of("C4", "pupils", "change", withheld=True) == []
    assert told.one("C4", "pupils", "level").said("zh-Hans") == "2017年，县4学生1,200人，占虚构州20.9%。"


def test_a_break_in_a_series_gives_no_change_and_is_said_itself(place):
    told = place()
    change = told.one("C1", "spending", "change", withheld=True)
    assert (change.segments, change.withheld) == ("several", ("broken",))
    assert told.one("C1", "spending", "level").said("zh-Hans") == "2017年，县1教育经费为900万元，占虚构州22.5%。"
    broken = told.one("P", "spending", "consistency")
    assert broken.said("zh-Hans") == "虚构州教育经费自2016年起口径有变（口径扩大），前后分段，不作比较。"
    for language in LANGUAGES:
        assert not [each for each in told.of("C1", "spending") if "80" in each.said(language)]  # +80 % across the break


def test_a_doubtful_figure_withholds_the_change_and_asks_to_verify(place):
    told = place({("staff", 2012): (90, 130, 120, 100)})  # C2 has 140 teachers
    assert told.one("C2", "teachers", "change", withheld=True).withheld == ("doubtful",)
    assert told.one("C2", "teachers", "change", withheld=True).doubt == "teachers > staff, 2012"
    assert told.of("C2", "teachers", "level", withheld=True) == []  # the table has it, with a mark
    assert told.one("C2", "teachers", "consistency").said("zh-Hans") == (
        "2012年，县2教师140人，大于教职工数的130人，不合常理，建议核实口径和数字，核实前不据以判断。"
    )
    assert told.one("C1", "staff", "change").verdict == "up"  # another county's figures are not in doubt
    assert told.one("P", "teachers", "consistency").verdict == "differs"
    spread = [each for each in told.of("P", "teachers_per_100", withheld=True) if each.topic == "balance"]
    assert {each.kind: each.withheld for each in spread} == {"level": (), "change": ("doubtful",)}


def test_fewer_teachers_for_each_pupil_is_a_problem_and_more_is_none(place):
    told = place()  # C1: 8 to 6, the prefecture 7.19 to 7.12, C3: 6.67 to 8.67
    worse, better = (told.one(unit, "teachers_per_100", "gap") for unit in ("C1", "C3"))
    assert (worse.verdict, worse.tone) == ("below", "bad")
    assert (better.verdict, better.tone) == ("above", "good")
    assert worse.said("zh-Hans") == (
        "2017年，县1每百名学生教师6.00人，低于虚构州（7.12人），比2012年减少2.00人。其间，教师增长12.5%，慢于学生的50.0%，"
        "建议县教育局研究补充教师。"
    )
    assert "建议" not in better.said("zh-Hans")


def test_of_a_ratio_and_its_inverse_one_is_said(place):
    assert place().of("C1", "pupils_per_teacher", withheld=True) == []


def test_where_less_is_better_the_tones_turn(place):
    ratios = CATALOGUE.index("    - code: teachers_per_100"), CATALOGUE.index("    - code: pupils_per_teacher")
    catalogue = CATALOGUE[: ratios[0]] + CATALOGUE[ratios[1] :]
    gap = place(catalogue=catalogue).one("C1", "pupils_per_teacher", "gap")  # 16.7 pupils a teacher, above 14.0
    assert (gap.verdict, gap.tone) == ("above", "bad")
    # What must keep pace with the pupils are the teachers, whichever of them is divided by the other.
    assert "教师增长12.5%，慢于学生的50.0%，建议县教育局研究补充教师" in gap.said("zh-Hans")


def test_figures_after_the_year_are_not_used(place):
    told = place(year=2015)
    years = {each.year for each in told.findings}
    assert max(years) == 2015
    assert max(told.cells["year"]) == 2015
    assert told.one("C1", "pupils", "level").year == 2012


def test_ends_are_named_only_with_leave_and_no_other_place_ever(place):
    silent, leave = place(), place(settings="ranks_in_public: true\n")
    assert "最" not in silent.one("C1", "teachers_per_100", "gap").said("zh-Hans")
    assert "在4个县中最低" in leave.one("C1", "teachers_per_100", "gap").said("zh-Hans")
    assert "在4个县中最高" in leave.one("C3", "teachers_per_100", "gap").said("zh-Hans")
    assert "县中" not in leave.one("C4", "teachers_per_100", "gap").said("zh-Hans")


def test_a_change_of_a_percentage_is_in_percentage_points(place):
    share = """
    - code: share
      name: {zh-Hans: 外来学生比重, en: Share of migrants}
      definition: {zh-Hans: 虚构。, en: Invented.}
      topic: schooling
      kind: ratio
      measure: {zh-Hans: "%", en: "%"}
      decimals: 1
      formula: {numerator: staff, denominator: pupils, scale: 100}
    """
    told = place(
        {("staff", 2012): (90, 150, 120, 100), ("staff", 2017): (900, 160, 140, 90)}, catalogue=CATALOGUE + share
    )
    gap = told.one("C1", "share", "gap")  # 9.0 % to 60.0 %
    assert "比2012年上升51.0个百分点" in gap.said("zh-Hans")
    assert "51.0 percentage points higher than in 2012" in gap.said("en")
    cell = told.cells[told.cells["id"] == "share/C1/2012-2017/change"].iloc[0]
    assert (cell["measure_zh"], cell["measure_en"]) == (PERCENTAGE_POINTS["zh-Hans"], PERCENTAGE_POINTS["en"])


def test_without_leave_of_a_rule_on_balance_or_funding_nothing_is_said_of_them(place):
    told = place()
    assert told.gathered.tables == {}
    assert {each.kind for each in told.findings} <= {"level", "change", "gap", "consistency"}


@pytest.fixture
def with_schools(place):
    """Give a prefecture with simulated schools; in one school of C1 a figure is missing."""

    def made(**asked):
        table = schools_of(FOUR).assign(source="simulated")
        blank = (table["school"] == "C1-P00") | (table["school"] == "C2-P00")
        table["equipment_value"] = table["equipment_value"].mask(blank)
        rules, sources = (ROOT / "data/rules", (ROOT / "data/sources.csv").read_text("utf-8"))
        files = {
            "data/demo/schools/2020.csv": table.to_csv(index=False),
            "data/rules/high_quality_balance.yaml": (rules / "high_quality_balance.yaml").read_text("utf-8"),
            "data/sources.csv": sources + "made-up,虚构年鉴,Invented yearbook,,,nobody,,C,ok,invented for a test\n",
        }
        return place(files=files, **asked)

    return made


def test_simulated_schools_are_used_in_a_demonstration_only(with_schools):
    assert "balance" not in with_schools().gathered.tables
    told = with_schools(synthetic=True)
    assert set(told.gathered.tables["balance"]["unit"]) == set(FOUR)
    assert all(each.synthetic for each in told.findings if each.reference == "standard")


def test_a_missing_figure_of_one_school_is_open_and_not_met(with_schools):
    told = with_schools(synthetic=True)
    table = told.gathered.tables["balance"].set_index(["unit", "stage", "indicator"])["verdict"]
    assert table["C1", "primary", "equipment"] == "open"
    (cv,) = [each for each in told.of("C1", kind="threshold") if each.subject.endswith(".cv")]
    assert cv.verdict in {"open", "missed"}
    assert "另有1项因学校缺数待定" in cv.said("zh-Hans")
    (whole,) = [each for each in told.of("C1", kind="threshold", withheld=True) if each.subject.endswith(".whole")]
    assert whole.verdict != "met"
    assert set(told.gathered.tables["balance_parts"]["part"]) <= {*PARTS, "whole"}


def test_every_verdict_of_the_table_is_that_of_its_numbers(with_schools):
    told = with_schools(synthetic=True)
    value = told.cells.set_index("id")["value"]
    for row in told.gathered.tables["balance"].to_dict("records"):
        if row["cv"]:
            assert row["verdict"] == ("met" if value[row["cv"]] <= value[row["limit"]] else "missed")
