"""Published growth held to rules, long courses, neighbours and totals, in an invented prefecture."""

from __future__ import annotations

import pytest
from tests.findings.figures.conftest import CATALOGUE

GRANTS = """
    - code: grant
      name: {zh-Hans: 拨款, en: Grants}
      definition: {zh-Hans: 虚构。, en: Invented.}
      topic: funding
      kind: amount
      measure: {zh-Hans: 万元, en: ten thousand yuan}
      decimals: 1
    - code: grant_growth
      name: {zh-Hans: 拨款增长率, en: Growth of grants}
      definition: {zh-Hans: 虚构。, en: Invented.}
      topic: funding
      kind: rate
      growth_of: grant
      same_scope: [2017]
      measure: {zh-Hans: "%", en: "%"}
      decimals: 1
    """
RULES = """
    id: funding
    title: {zh-Hans: 虚构的增长要求, en: Invented rules on growth}
    effective_from: 2010-01-01
    certainty: own
    parameters:
      groups: {all: {zh-Hans: 全部, en: All}}
      rules:
        - {id: grows, group: all, name: {zh-Hans: 拨款逐年增长, en: Grants grow}, short: {zh-Hans: 拨款增长, en: Grants grow},
           demand: grows, of: grants, since: {year: 2010, certainty: C}, certainty: C}
        - {id: pay, group: all, name: {zh-Hans: 工资增长, en: Pay grows}, short: {zh-Hans: 工资增长, en: Pay grows},
           demand: grows, of: pay, since: {year: 2010, certainty: own}, certainty: own}
      roles:
        grants: {name: {zh-Hans: 拨款, en: Grants}, measures: [{indicator: grant, published: grant_growth, same_scope: [2017]}]}
        pay: {name: {zh-Hans: 工资, en: Pay}, measures: []}
    """  # noqa: E501
PEERS = """
    id: peers
    title: {zh-Hans: 相似县, en: Counties like each other}
    effective_from: 2010-01-01
    certainty: own
    parameters: {neighbours: 3, context: [{indicator: pupils, scale: log}]}
    """
#: C1 published a growth on the same scope that its levels do not show; C3 fell; C4 published nothing.
FIGURES = {
    ("grant", 2016): (100, 100, 100, None, 90), ("grant", 2017): (99, 106, 97, None, 91),
    ("grant_growth", 2017): (2.5, 6.0, -3.0, None, 1.1),
    **{("pupils", year): (1000 + 100 * step, 2600, 1500, 1200, 1100) for step, year in enumerate(range(2013, 2018))},
    ("pupils", 2012): (950, 2600, 1500, 1200, 1100),
    ("teachers", 2012): (80, 140, 100, 90, 88), ("teachers", 2017): (90, 150, 130, 120, 90),
    ("staff", 2012): (90, 150, 120, 100, 95), ("staff", 2017): (100, 160, 140, 130, 95),
    ("spending", 2015): (1, 1, 1, 1, 1), ("spending", 2017): (1, 1, 1, 1, 1),
}  # fmt: skip


@pytest.fixture(scope="session")
def told(place):
    files = {"data/rules/funding.yaml": RULES, "data/rules/peers.yaml": PEERS}
    return place(FIGURES, catalogue=CATALOGUE + GRANTS, files=files, whole={("pupils", 2017): 8000})


def test_growth_published_on_the_same_scope_decides_and_the_levels_stand_beside_it(told):
    held = told.one("C1", "grows", "threshold")
    assert held.verdict == "met"
    assert held.said("zh-Hans") == (
        "2017年，县1拨款比上年的增长为拨款2.5%（达99.0万元）（按公布的水平计算为−1.00%，口径不同），"
        "符合“拨款逐年增长”的要求（所查资料均未载明这一要求）。"
    )


def test_a_fall_misses_the_rule_and_what_is_not_published_is_open(told):
    missed = told.one("C3", "grows", "threshold")
    assert (missed.verdict, missed.tone, missed.estimate, missed.against) == ("missed", "bad", -3.0, 0.0)
    assert "建议查明原因" in missed.said("zh-Hans")
    of_c4 = told.one("C4", "funding", "threshold")
    assert (of_c4.verdict, of_c4.message) == ("open", "funding_all_open")
    of_c1 = told.one("C1", "funding", "threshold")
    assert (of_c1.verdict, of_c1.message) == ("open", "funding_open")
    assert "共2项，2017年县1公布数据不足，有1项不能判断" in of_c1.said("zh-Hans")


def test_growth_that_is_held_to_a_rule_is_not_said_once_more(told):
    assert told.of("C1", "grant_growth", withheld=True) == []


def test_a_series_that_rose_throughout_is_said_as_a_course_and_not_as_a_change(told):
    course = told.one("C1", "pupils", "change")
    assert course.said("zh-Hans") == "2012年至2017年，县1学生由950人增至1,400人，增长47.4%，有数据的6个年份逐次增加。"
    assert course.said("en") == (
        "Between 2012 and 2017 County 1 went from 950 to 1,400 pupils, up 47.4%, rising at every one of the 6 counts."
    )


def test_the_range_of_its_neighbours_is_said_where_it_adds_to_the_whole_s(told):
    # By pupils in 2017 C4 (1,200) is most like C5 (1,100), C1 (1,400) and C3 (1,500): 8.18, 6.43 and 8.67 teachers.
    # Their whole has 7.25: that C4 is above both is said of the whole alone. C5 has 8.18, and near it C4, C1 and C3.
    (above,) = told.of("C4", "teachers_per_100")
    assert (above.reference, above.verdict, above.tone) == ("whole", "above", "good")
    assert "相对接近" not in above.said("zh-Hans")
    below = told.one("C1", "teachers_per_100", "gap")  # near C4, C3 and C5: 10.00, 8.67 and 8.18
    assert "，也低于人口条件相对接近的3个县（8.18至10.00人）" in below.said("zh-Hans")
    # C2 is 2.05 standard deviations from its nearest (ln 2600 and ln 1500), and more than one is none.
    assert "相对接近" not in told.one("C2", "teachers_per_100", "gap").said("zh-Hans")


def test_a_total_that_is_not_the_sum_of_its_units_is_to_be_verified(told):
    total = told.one("P", "pupils", "consistency")
    assert total.said("zh-Hans") == (
        "2017年，虚构州学生8,000人，各县合计为7,800人，相差200人，四舍五入不能解释，建议核实。"
    )
    assert total.verdict == "differs"
