"""What the grammar makes of single sentences: forms, years, carried subjects, bounds."""

from __future__ import annotations

import pytest
from tests.supervision.reading.marking import MARKED, read

from analysis.supervision.reading.numbers import levelled
from analysis.supervision.reading.reader import grammar_of


@pytest.fixture(scope="module")
def said(shanghai):
    grammar = grammar_of(shanghai, MARKED["unit"], MARKED["year"])
    return lambda text: [each for each in grammar.statements(text) if each.claim]


def numbers(statements):
    return [(each.claim.indicator, each.claim.given[0], float(each.claim.number)) for each in statements]


@pytest.mark.parametrize(
    "text",
    ["小学在校学生４２，４７０人", "小学在校学生42,470人", "在校小学生四万二千四百七十名", "小学在校学生数为42470"],
)
def test_a_number_means_the_same_however_it_is_written(said, text):
    assert numbers(said(text)) == [("primary_pupils", "value", 42470)]


def test_a_number_in_ten_thousands_is_rounded_and_an_exact_one_is_not(said):
    coarse, about, exact = said("小学在校学生4.2万人；小学专任教师约2,700人；小学教职工3,100人。")
    assert [float(each.claim.margin) for each in (coarse, about, exact)] == [500, 50, 0.5]


def test_subject_and_year_are_carried_to_the_next_clause_and_sentence(said):
    found = said("2016年，小学在校学生42,470人。比上年增长3%；专任教师2,700人。")
    assert [(each.claim.indicator, each.claim.year, each.claim.base_year) for each in found] == [
        ("primary_pupils", 2016, None), ("primary_pupils", 2016, 2015), ("primary_teachers", 2016, None),
    ]  # fmt: skip


def test_a_part_is_not_the_whole_and_what_goes_on_from_it_is_neither(said):
    assert not said("民办小学21所，在校学生1.8万人，专任教师900人。")


def test_more_than_a_decrease_is_less(said):
    (found,) = said("小学在校学生比上年减少超过500人")
    assert read(found)[2:6] == (2016, "change", -500.0, "at_most")


def test_a_sum_of_two_is_neither_of_them(said):
    assert not said("小学、初中在校学生共130,956人。")


def test_per_cent_of_a_share_is_not_guessed_to_be_points(said):
    assert not said("初中三年巩固率提高1.2%。")
    (points,) = said("初中三年巩固率比上年提高1.2个百分点。")
    assert (points.claim.given, float(points.claim.change)) == (("change",), 1.2)


def test_better_is_what_the_catalogue_says(said):
    ratio, teachers = said("小学生师比优于全市平均水平；每百名小学生专任教师数优于全市平均水平。")
    assert (ratio.relation, teachers.relation) == ("below_whole", "above_whole")


def test_another_unit_is_named_by_its_whole_name(said):
    found = said("浦东新区小学161所，我区小学65所。")
    assert [each.unit for each in found] == ["310115", ""]


def test_what_is_said_stands_where_it_is_said_to_stand(said):
    text = "坚持优先发展。２０１７年全区小学在校学生４２，４７０人，比2012年增长34.9%。"
    found = said(text)
    assert [text[each.start : each.end] for each in found] == [each.text for each in found]
    assert len(levelled(text)) == len(text)


def test_heads_of_a_list_take_what_was_counted_before_them(said):
    found = said(
        "在校学生74,512人，其中小学33,625人、初中18,614人；教职工5,361人（含专任教师4,720人），其中小学2,360人。"
    )
    assert numbers(found) == [
        ("primary_pupils", "value", 33625), ("junior_students", "value", 18614), ("primary_staff", "value", 2360),
    ]  # fmt: skip


def test_figures_of_another_unit_stay_its_own_until_the_reporting_one_is_named(said):
    found = said("全市共有学校3,192所，其中：小学741所；中学818所。在校学生193.4万人，其中小学78.5万人。")
    assert [each.unit for each in found] == ["310000"] * 3
    found = said("全市小学741所。我区小学65所，居全市前列，中学75所。")
    assert [each.unit for each in found] == ["310000", "", ""]


@pytest.mark.parametrize(
    "text",
    [
        "初级中学22所。",  # no 中学, but a kind of them
        "小学65所，教研活动120场，增长5%。",  # the activities grew
        "1-3月，一般公共预算教育支出4.39亿元。",
        "全区平均万人拥有小学学生数为1,052人。",
        "小学和初中八项指标综合差异系数分别为0.42和0.40。",
    ],
)
def test_what_only_looks_like_a_claim_is_left_unread(said, text):
    assert [each.claim.indicator for each in said(text) if each.text != "小学65所"] == []


def test_blanks_between_number_and_unit_are_no_hindrance(said):
    assert numbers(said("年末实有普通中学 36 所,在校学生 22020 人,比上年增长 0.9%。")) == [
        ("secondary_schools", "value", 36),
        ("secondary_students", "value", 22020),
        ("secondary_students", "growth", 0.9),
    ]
