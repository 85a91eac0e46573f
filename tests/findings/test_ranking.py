"""Ranking: what goes first, and that the few hold more than one thing."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.findings.candidates import change, figure, gap, level, threshold
from tests.findings.test_permission import RULE

from analysis.findings.permission import judged
from analysis.findings.ranking import few, importance, ranked, size


def told(*findings):
    return list(judged(findings, RULE))


def test_at_the_size_that_matters_size_is_one_half():
    # r / (1 + r) with r = 1
    assert size(gap(estimate=-3.0, practical=3.0), RULE) == pytest.approx(0.5)
    assert size(gap(estimate=-9.0, practical=3.0), RULE) == pytest.approx(0.75)
    assert size(level(), RULE) == RULE.importance.unsized


def test_the_weight_of_a_gap_by_hand():
    # 8 / (8 + 3) × strong 1 × declared 1 × whole unit 1 × bad 1, on the step of findings
    assert told(gap())[0].importance == pytest.approx(1 + 8 / 11)
    # × moderate 0.8 × group 0.8 × neutral 0.6
    assert told(gap(p_adjusted=0.03, group="stage=primary", tone="neutral"))[0].importance == pytest.approx(
        1 + 8 / 11 * 0.8 * 0.8 * 0.6
    )


def test_a_standard_of_law_goes_before_a_target_and_a_target_before_the_widest_gap():
    law, target = threshold(id="law"), threshold(id="target", reference="target", subject="other", cells=("other/U7",))
    wide = gap(id="gap", estimate=-60.0, lower=-70.0, upper=-50.0)
    unsure = threshold(id="unsure", verdict="unclear", subject="third", cells=("third/U7",))
    assert [each.id for each in ranked(told(wide, unsure, target, law))] == ["law", "target", "gap", "unsure"]


@example(1e300, "whole")
@given(st.floats(0, 1e300, allow_subnormal=False), st.sampled_from(["standard", "target", "whole"]))
def test_no_size_reaches_the_next_step(estimate, reference):
    finding = threshold(estimate=estimate, reference=reference, lower=None, upper=None).model_copy(
        update={"strength": "strong"}
    )
    steps = {"standard": 3, "target": 2, "whole": 1}
    assert steps[reference] <= importance(finding, RULE) < steps[reference] + 1


def test_a_standard_that_is_missed_goes_before_one_that_is_met():
    missed = threshold(id="missed", estimate=84.0, lower=83.5, upper=84.5)
    met = threshold(
        id="met", subject="met", cells=("met",), estimate=99.0, lower=98.0, upper=99.9, verdict="met", tone="good"
    )
    near = threshold(id="as far", subject="far", cells=("far",), estimate=71.0, lower=70.0, upper=72.0)
    assert [each.id for each in ranked(told(missed, met, near))] == ["as far", "met", "missed"]
    assert importance(near, RULE) - 3 == pytest.approx((importance(met, RULE) - 3) / RULE.importance.met)


def test_certain_and_declared_goes_before_likely_and_explored():
    found = told(gap(id="b", subject="b", cells=("b",), confirmatory=False, family="exploratory"), gap(id="a"))
    assert [each.id for each in ranked(found)] == ["a", "b"]


def test_problems_and_achievements_of_one_size_weigh_the_same_and_ties_go_by_id():
    bad, good = (
        gap(id="b"),
        gap(id="a", subject="a", cells=("a",), estimate=8.0, lower=4.0, upper=12.0, verdict="above", tone="good"),
    )
    found = told(bad, good)
    assert found[0].importance == found[1].importance
    assert [each.id for each in ranked(found)] == ["a", "b"]


def test_the_few_do_not_speak_of_one_index_three_times():
    same = [gap(id=f"same-{place}", cells=(f"same/{place}",), group=f"stage={place}") for place in range(3)]
    other = gap(id="other", subject="other", cells=("other",), estimate=-4.0, lower=-5.0, upper=-3.5)
    assert [each.id for each in few(told(*same, other), 3)] == ["same-0", "other"]
    assert len(few(told(*same, other), 3, each=2)) == 3


def test_the_few_turn_to_another_theme():
    fair = [gap(id=f"fair-{place}", subject=f"fair-{place}", cells=(f"fair/{place}",)) for place in range(3)]
    burden = gap(
        id="burden", subject="burden", theme="burden", cells=("burden",), estimate=-5.0, lower=-6.0, upper=-4.0
    )
    assert {each.id for each in few(told(*fair, burden), 2)} == {"fair-0", "burden"}


def test_the_few_are_a_third_of_one_theme_at_most_as_long_as_there_are_others():
    laws = [
        threshold(id=f"law-{place}", subject=f"law-{place}", theme="balance", cells=(f"law/{place}",))
        for place in range(5)
    ]
    others = [
        gap(id=f"gap-{place}", subject=f"gap-{place}", theme=f"theme-{place}", cells=(f"gap/{place}",))
        for place in range(3)
    ]
    picked = [each.id for each in few(told(*laws, *others), 6)]
    assert picked == ["law-0", "law-1", "gap-0", "gap-1", "gap-2"]
    assert [each.id for each in few(told(*laws), 5)] == ["law-0", "law-1"]  # two verdicts on a standard, and no more
    many = [gap(id=f"same-{place}", subject=f"same-{place}", cells=(f"same/{place}",)) for place in range(4)]
    assert len(few(told(*many), 4)) == 4  # of what is no standard more than a third, as no other is left


def test_the_few_hold_a_problem_and_an_achievement_where_there_are_both():
    bad = [gap(id=f"bad-{place}", subject=f"bad-{place}", cells=(f"bad/{place}",)) for place in range(3)]
    good = change(
        id="good", subject="good", cells=("good",), estimate=3.2, lower=3.0, upper=3.4, verdict="up", tone="good"
    )
    assert [each.id for each in few(told(*bad, good), 3)] == ["bad-0", "bad-1", "good"]
    assert [each.id for each in few(told(*bad), 3)] == ["bad-0", "bad-1", "bad-2"]
    assert len(few(told(*bad, good), 1)) == 1


def test_what_is_withheld_is_not_picked():
    assert few(told(figure(segments="several")), 3) == []


@given(st.permutations(range(6)), st.integers(0, 7))
def test_the_few_are_the_same_whatever_the_order(order, most):
    found = told(*(gap(id=f"{place}", subject=f"{place % 4}", cells=(f"{place}",), theme=f"{place % 3}",
                       tone=("bad", "good")[place % 2]) for place in range(6)))  # fmt: skip
    picked = few([found[place] for place in order], most)
    assert picked == few(found, most)
    assert len(picked) <= most
