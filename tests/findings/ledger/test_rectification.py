"""Rectification: where items stand, what is overdue, and figures then and now without a cause."""

from __future__ import annotations

import re

import pytest
from tests.findings.ledger.conftest import estimates

from analysis.findings.permission import judged
from analysis.findings.wording import catalogues

#: What nobody can know from a figure then and one now.
CAUSES = re.compile(
    r"成效|效果|改善|改进|好转|提升|见效|\beffect|improv|success|progress|thanks to|led to", re.IGNORECASE
)
STEPS = ("fed_back", "plan_accepted", "in_work", "reported", "re_inspected", "closed")


PUPILS = "indicator: pupils, year: 2012, value: 1000"


def item(name, *, steps=0, due="2021-06-30", opened="2016-03-01", evidence=PUPILS):
    """Write an item that took so many steps, one a month from April of 2016."""
    taken = [f"    - {{state: {state}, date: 2016-{month:02}-01, by: 张某}}"
             for month, state in zip(range(4, 4 + steps), STEPS, strict=False)]  # fmt: skip
    lines = [
        f"- id: {name}",
        f"  opened: {opened}",
        f"  problem: {{zh-Hans: 问题{name}, en: problem {name}}}",
        f"  evidence: [{{{evidence}}}]",
        "  owner: {zh-Hans: 县教育局, en: county education bureau}",
        f"  due: {due}",
        *(["  steps:", *taken] if taken else []),
    ]
    return "\n".join(lines)


def test_the_items_are_counted_by_where_they_stand(told):
    found = told(items={"V": [item("a", steps=6), item("b", steps=4), item("c", steps=2), item("d")]})
    assert "谷县整改台账共有4项：1项已销号；1项已报告、待复查；2项整改中。" in found.said("V", "all", "zh-Hans")
    assert "截至2021年1月31日" in found.said("V", "all", "zh-Hans")
    counts = found.tables["rectification_counts"].set_index("unit")
    names = ("items", "closed", "waiting", "working", "overdue")
    for unit in ("V", "P"):
        assert [found.cells[counts.at[unit, each]]["value"] for each in names] == [4, 1, 1, 2, 0]


def test_what_is_over_its_limit_is_overdue_unless_it_was_reported(told):
    late = "2020-12-31"
    found = told(items={"V": [item("a", steps=3, due=late), item("b", steps=4, due=late), item("c", due="2021-01-31")]})
    assert list(found.tables["rectification"]["overdue"]) == [True, False, False]
    assert "“problem a” (due 31 December 2020; responsible: county education bureau)" in found.said("V", "overdue")
    assert "共有3项：1项已报告、待复查；1项整改中；1项逾期未报告。" in found.said("V", "all", "zh-Hans")
    counts = found.tables["rectification_counts"].set_index("unit").loc["V"]
    assert [found.cells[counts[name]]["value"] for name in ("items", "waiting", "working", "overdue")] == [3, 1, 1, 1]
    assert "problem b" not in found.said("V", "overdue")
    (finding,) = found.about("V", "overdue")
    assert (finding.kind, finding.verdict, finding.reference, finding.tone) == ("threshold", "missed", "target", "bad")


def test_what_was_opened_or_done_after_the_release_is_not_told(told):
    later = item("b", opened="2021-02-01")
    done = item("a", steps=5) + "\n    - {state: closed, date: 2021-02-01, by: 张某}"
    found = told(items={"V": [done, later]})
    assert list(found.tables["rectification"]["state"]) == ["re_inspected"]
    assert not found.about("V", "closed")


def test_a_figure_then_and_one_now_are_told_without_a_cause(told):
    found = told(items={"V": [item("a", steps=6)]})
    said = found.said("V", "figures", "zh-Hans")
    assert "学生数当时（2012年）为1,000人，现（2017年）为900人" in said
    assert "不能归因于整改措施" in said
    assert "pupils, 1,000 persons then (2012) and 900 persons now (2017)" in found.said("V", "figures")
    (finding,) = found.about("V", "figures")
    assert (finding.kind, finding.verdict, finding.tone) == ("level", "stated", "neutral")
    assert {"pupils/V/2012", "pupils/V/2017"} <= set(finding.cells)


def test_no_sentence_of_rectification_knows_a_cause(told):
    late = "2020-12-31"
    asked = estimates({"unit": "V"})
    index = "index: {survey: students, id: ixAll}, year: 2016, value: 60.0"
    found = told(items={"V": [item("a", steps=6), item("b", steps=1, due=late), item("c", evidence=index)],
                        "U": [item("d", steps=6)]}, asked=asked)  # fmt: skip
    assert len(found.findings) >= 8
    for finding in found.findings.values():
        for language in ("zh-Hans", "en"):
            assert not CAUSES.search(finding.said(language)), finding.said(language)
    for catalogue in catalogues().values():
        assert not CAUSES.search(catalogue["ledger.ftl"])


def test_an_item_that_was_closed_though_its_figure_got_worse_is_a_problem(told):
    # From 1000 pupils in 2012 to 900 in 2017; closed in 2016.
    found = told(items={"V": [item("a", steps=6, evidence=PUPILS + ", threshold: 1100, direction: at_least")]})
    said = "“问题a”已销号，但所据数字未升反降：由1,000人（2012年）降至900人（2017年），建议复查。"
    assert said in found.said("V", "worse", "zh-Hans")
    said = "“Problem a” was closed, yet the figure behind it has worsened, from 1,000 (2012) to 900 persons (2017)"
    assert said in found.said("V", "worse")
    (finding,) = found.about("V", "worse")
    assert (finding.kind, finding.verdict, finding.tone) == ("threshold", "missed", "bad")
    assert not found.about("V", "figures")
    assert not found.about("V", "closed")


@pytest.mark.parametrize(
    ("direction", "steps"),
    [("at_most", 6), ("at_least", 3), ("at_least", 5)],
    ids=["went the right way", "open", "asked"],
)
def test_a_figure_that_went_the_right_way_or_an_item_that_is_open_is_no_such_problem(told, direction, steps):
    found = told(items={"V": [item("a", steps=steps, evidence=f"{PUPILS}, threshold: 1100, direction: {direction}")]})
    assert not found.about("V", "worse")
    assert found.about("V", "figures")


def test_an_item_that_was_closed_before_any_later_figure_wants_evidence(told):
    # Closed in 2019; the newest figure is of 2017.
    late = item("a", steps=6, opened="2019-03-01").replace("date: 2016", "date: 2019")
    found = told(items={"V": [late, item("b", steps=6)]})
    assert "“问题a”已销号，但销号后尚无数据可核，建议县教育局补充佐证。" in found.said("V", "unproven", "zh-Hans")
    assert "the county education bureau should supply evidence" in found.said("V", "unproven")
    assert "问题b" in found.said("V", "closed", "zh-Hans")
    assert "问题a" not in found.said("V", "closed", "zh-Hans")


def test_figures_that_may_not_be_compared_are_not_called_missing(told):
    found = told(items={"V": [item("a", steps=6, evidence="indicator: funds, year: 2015, value: 8000")]})
    assert not found.about("V", "unproven")
    assert found.about("V", "closed")


def test_a_figure_from_before_the_item_is_not_called_the_present_one(told):
    # The newest figure is of 2017; an item of 2019 has none since.
    found = told(items={"V": [item("a", opened="2019-03-01")]})
    assert not found.about("V", "figures")
    assert found.tables["rectification"].iloc[0]["now"] == ""


def test_figures_on_both_sides_of_a_break_are_not_put_side_by_side(told):
    found = told(items={"V": [item("a", evidence="indicator: funds, year: 2015, value: 8000")]})
    row = found.tables["rectification"].iloc[0]
    assert (row["now"], row["reason"]) == ("", "broken")
    assert not found.about("V", "figures")


def test_a_merged_unit_is_shown_on_one_territory(told):
    # Upper had 3000 pupils in 2012 on today's boundaries, whatever was written then.
    found = told(items={"U": [item("a", evidence="indicator: pupils, year: 2012, value: 900")]})
    assert "学生数当时（2012年）为3,000人，现（2017年）为3,300人" in found.said("U", "figures", "zh-Hans")


def test_an_index_is_shown_with_its_interval(told):
    index = "index: {survey: students, id: ixAll}, year: 2018, value: 60.0"
    found = told(items={"V": [item("a", evidence=index, opened="2019-03-01")]}, asked=estimates({"unit": "V"}))
    said = found.said("V", "figures")
    assert "60.0 points then (2018) and 70.0 points now (2020, 95% confidence interval 68.0 to 72.0 points)" in said


@pytest.mark.parametrize(("steps", "said"), [(0, "共有1项，整改中。"), (6, "共有1项，已销号。")])
def test_a_single_item_is_not_counted_by_state(told, steps, said):
    assert said in told(items={"V": [item("a", steps=steps)]}).said("V", "all", "zh-Hans")


def test_the_rules_let_all_of_it_be_said_the_worse_and_overdue_first(told, shanghai):
    worse = PUPILS + ", threshold: 1100, direction: at_least"
    early = item("d", steps=6, opened="2019-03-01").replace("date: 2016", "date: 2019")
    found = told(
        items={"V": [item("a", steps=6), item("b", due="2020-12-31"), item("c", steps=6, evidence=worse), early]}
    )
    said = judged(tuple(found.findings.values()), shanghai.rules["statements"])
    assert not any(each.withheld for each in said)
    mine = sorted((each for each in said if each.unit == "V"), key=lambda each: (-each.importance, each.id))
    assert [each.id.split("/")[1] for each in mine] == ["worse", "overdue", "all", "closed", "figures", "unproven"]


def test_every_number_has_a_cell_that_the_finding_rests_on(told):
    found = told(items={"V": [item("a", steps=6), item("b", due="2020-12-31")], "U": [item("c")]})
    for finding in found.findings.values():
        named = {run.cell for runs in finding.texts.values() for run in runs if run.cell}
        assert named or finding.message in {"rectification_closed", "rectification_unproven"}
        assert named <= set(found.cells)
        assert named <= set(finding.cells)
