"""What holds of every finding about figures: of the real ones, with simulated schools and invented targets."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from analysis.documents.check import written_as
from analysis.documents.reading import Piece
from analysis.documents.units import Units
from analysis.findings.figures.book import tone_of
from analysis.findings.ranking import ranked
from analysis.messages import LANGUAGES

#: What no sentence holds: holes, slots, missing numbers, marks of punctuation that stand twice.
WRONG = re.compile(r"\{|\}|None|nan|(?<!\d)—|。。|，，|；；|，。|；。|，；|\.\.|,,|;;| ,| ;| \.|  |\(\)|（）")


def test_every_finding_has_a_text_in_both_languages(real):
    for each in real.findings:
        assert each.said("zh-Hans").endswith("。"), each.id
        assert each.said("en").endswith("."), each.id
        assert each.said("en")[0].isupper(), each.id
        for language in LANGUAGES:
            assert not WRONG.search(each.said(language)), each.said(language)


def test_ids_are_given_once(real):
    assert not [key for key, n in Counter(each.id for each in real.findings).items() if n > 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_its_cell_s_value_rounded_and_in_its_unit(real, language):
    cells = real.cells_in(language)
    units = Units([name for cell in cells.values() for name in (cell.measure, cell.counted)])
    read = 0
    for each in real.findings:
        line = tuple(Piece(run.text, run.cell, run.role) for run in each.texts[language])
        for piece, found in units.in_line(line):
            cell = cells[piece.cell]
            read += 1
            assert piece.text in written_as(cell), (each.said(language), cell)
            assert found.agrees(cell.measure) or (cell.counted and found.agrees(cell.counted)), (
                f"{each.said(language)} – {piece.text} in {found.found()}, not {cell.measure!r} or {cell.counted!r}"
            )
    assert read > 1200


def test_both_languages_name_the_same_numbers(real):
    for each in real.findings:
        chinese, english = (Counter((run.cell, run.text) for run in each.texts[language] if run.cell)
                            for language in LANGUAGES)  # fmt: skip
        # A sum of money is in each language's own unit, 亿元 or million yuan, and so two numbers.
        of_one = [{key for key in some if "/least_addition" not in key[0]} for some in (chinese, english)]
        assert of_one[0] == of_one[1], each.said("zh-Hans") + each.said("en")


def test_a_finding_rests_on_every_cell_that_it_names(real):
    known = set(real.cells["id"])
    for each in real.findings:
        named = {run.cell for run in each.texts["zh-Hans"] if run.cell}
        assert named <= set(each.cells), each.id
        assert each.cells, each.id
        assert set(each.cells) <= known, each.id


def test_nothing_about_figures_is_tested(real):
    for each in real.findings:
        assert each.selection == "register"
        assert (each.p, each.p_adjusted, each.n, each.lower, each.upper) == (None,) * 5


def test_the_tone_follows_the_direction_of_the_indicator(real):
    catalogue = real.workspace.catalogue
    seen = Counter()
    for each in real.findings:
        if each.kind in {"gap", "change"} and each.topic != "balance":
            assert each.tone == tone_of(catalogue[each.subject], each.verdict), each.id
            better = {"higher": 1, "lower": -1, "none": 0}[catalogue[each.subject].direction]
            side = {"above": 1, "up": 1, "below": -1, "down": -1}.get(each.verdict, 0)
            seen[each.tone] += 1
            assert each.tone == {1: "good", -1: "bad", 0: "neutral"}[better * side], each.id
    assert min(seen["good"], seen["bad"], seen["neutral"]) >= 10


def test_no_sentence_is_said_twice_of_a_unit(real):
    for language in LANGUAGES:
        said = Counter((each.unit, each.said(language)) for each in real.findings if not each.withheld)
        assert max(said.values()) == 1


def test_only_what_is_simulated_says_so(real):
    synthetic = {each.topic for each in real.findings if each.synthetic}
    assert synthetic == {"balance", "targets"}
    assert all(each.synthetic for each in real.findings if each.topic == "targets")
    certified = [each for each in real.findings if each.message == "listed"]
    assert certified
    assert not any(each.synthetic for each in certified)


def test_the_place_among_all_is_in_no_sentence_without_leave(real):
    assert not real.workspace.settings.ranks_in_public
    named = {run.cell for each in real.findings for run in each.texts["zh-Hans"] if run.cell}
    assert not [cell for cell in named if cell.endswith("/place")]


def test_what_a_district_s_sentences_look_like(real):
    size = real.one("310104", "primary_pupils", "change")
    assert size.said("zh-Hans") == (
        "2017年，徐汇区小学在校学生42,470人，占全市5.4%，比2012年增加10,980人，增长34.9%，同期全市增长3.2%。"
    )
    assert size.said("en") == (
        "Xuhui District had 42,470 primary pupils in 2017, 5.4% of Shanghai's and 10,980 more than in 2012, "
        "a rise of 34.9%, against 3.2% in Shanghai."
    )
    (ratio,) = [each for each in real.of("310104", "primary_teachers_per_100") if each.reference == "whole"]
    assert ratio.said("zh-Hans") == (
        "2017年，徐汇区每百名小学生专任教师6.23人，低于全市（6.97人），也低于人口条件相对接近的5个区（7.16至8.60人），"
        "比2012年减少0.86人。其间，小学专任教师增长18.5%，慢于小学在校学生的34.9%，建议区教育局研究补充小学专任教师。"
    )
    assert ratio.tone == "bad"


def test_a_ratio_like_the_whole_s_and_below_its_neighbours_is_one_sentence(real):
    (found,) = real.of("310104", "secondary_teachers_per_100")
    assert (found.reference, found.verdict, found.tone, found.strength) == ("peers", "below", "bad", "weak")
    assert found.said("zh-Hans") == (
        "2017年，徐汇区每百名中学生专任教师9.66人，与全市（10.03人）接近，"
        "但低于人口条件相对接近的5个区（10.62至12.40人）。"
    )
    assert found.said("en") == (
        "Xuhui District had 9.66 full-time teachers per 100 secondary students in 2017, close to Shanghai's 10.03 but "
        "below the range of the 5 districts of comparable population (10.62 to 12.40)."
    )


def test_an_island_has_no_neighbours(real):
    """Of the five districts most like Chongming one is within √3 standard deviations (1.17; the others from 2.41)."""
    assert not [each for each in real.of("310151") if "相对接近" in each.said("zh-Hans")]


def test_what_grew_or_fell_beside_the_headline_is_one_sentence_a_section(real):
    (found,) = [each for each in real.of("310104") if each.message == "growth_together" and each.topic == "schooling"]
    assert found.said("zh-Hans") == (
        "2012年至2017年，徐汇区小学招生增长29.3%（全市下降5.0%），高中在校学生增长10.0%（全市增长0.8%），"
        "小学毕业生增长9.1%（全市增长10.5%），初中毕业生下降10.5%（全市下降5.0%）。"
    )
    assert found.said("en") == (
        "Between 2012 and 2017, in Xuhui District primary entrants rose by 29.3% (Shanghai: down 5.0%), senior "
        "secondary students by 10.0% (Shanghai: up 0.8%), primary graduates by 9.1% (Shanghai: up 10.5%), while junior "
        "secondary graduates fell by 10.5% (Shanghai: down 5.0%)."
    )


def test_who_failed_comes_first_and_a_shortfall_is_named_only_where_most_have_it(real):
    (one,) = real.of("310106", "high_quality_balance.schools")
    assert one.said("zh-Hans") == (
        "2017年，静安区有1所小学未达到学校资源配置要求，短板主要在运动场馆，建议区教育局优先补足；"
        "其余58所小学和全部43所初中均达到（按模拟的学校名册，校数与年鉴不同，不可相比）。"
    )
    assert one.said("en").startswith("In 2017, 1 primary school in Jing'an District fell short")
    (two,) = real.of("310151", "high_quality_balance.schools")  # 1 of 2 is no pattern
    assert "短板" not in two.said("zh-Hans")


def test_the_verdict_on_the_whole_goes_before_its_parts(real):
    for unit in real.gathered.tables["balance_parts"]["unit"].unique():
        found = [each for each in ranked(real.of(unit)) if each.topic == "balance" and each.verdict == "missed"]
        assert [each.subject for each in found][:1] in ([], ["high_quality_balance.whole"])


def test_what_is_computed_of_schools_rests_on_the_school_tables_and_a_limit_on_the_rule(real):
    cells = real.gathered.cells[real.gathered.cells["id"].str.startswith("high_quality_balance.")]
    assert set(cells.loc[cells["statistic"] == "cv", "sources"]) == {"simulated"}
    assert "simulated" not in set(cells.loc[cells["statistic"] == "limit", "sources"])


def test_the_variation_of_a_doubtful_year_makes_no_change(real):
    """In 2012 five districts report more teachers than staff, so no change of the variation from 2012 is said."""
    spread = [each for each in real.of("310000", "primary_teachers_per_100", withheld=True) if each.topic == "balance"]
    withheld = {each.kind: each.withheld for each in spread}
    assert withheld == {"level": (), "change": ("doubtful",)}


def test_funding_that_is_not_published_is_open(real):
    of_district = real.one("310104", "funding", "threshold")
    assert of_district.verdict == "open"
    assert "不能判断" in of_district.said("zh-Hans")
    # One stage of five is published of this district: nothing says that the rule is met.
    assert not [each for each in real.findings if each.unit == "310104" and each.topic == "funding"
                and each.verdict in {"met", "missed"}]  # fmt: skip
    assert real.one("310000", "spending_grows", "threshold").verdict == "met"


def test_items_of_balance_without_information_are_open_and_never_met(real):
    for unit in real.gathered.tables["balance_parts"]["unit"].unique():
        whole = real.one(unit, "high_quality_balance.whole", "threshold", withheld=True)
        assert whole.verdict in {"missed", "open"}
        assert "尚待核定" in whole.said("zh-Hans")


def test_the_table_of_balance_has_a_cell_for_each_number(real):
    table, known = real.gathered.tables["balance"], set(real.cells["id"])
    assert len(table) == 16 * 2 * 7
    assert set(table["cv"]) | set(table["limit"]) | set(table["mean"]) <= known
    assert set(table["verdict"]) == {"met", "missed"}
    assert table["synthetic"].all()
