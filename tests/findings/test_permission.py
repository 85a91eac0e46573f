""" "May I say this?": a planted false statement for each rule, and what judging must never do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT
from tests.findings.candidates import ALL, change, consistency, driver, figure, gap, level, quote, threshold

from analysis.findings.checks import CHECKS, is_claim
from analysis.findings.permission import DISCLOSING, judged
from analysis.findings.reasons import cells_of_reasons, reason_text, reasons
from analysis.findings.repetition import repeats
from analysis.findings.rule import OUTCOMES, statements_of
from analysis.findings.wording import Cited, Number
from analysis.messages import LANGUAGES, write_number
from analysis.workspace import Workspace

WORKSPACE = Workspace(ROOT)
RULE = statements_of(WORKSPACE.rules["statements"])
DUTIES = WORKSPACE.rules["duties"]


def one(finding, **context):
    return judged([finding], RULE, **context)[0]


def text(code, finding, language):
    return "".join(run.text for run in reason_text(code, finding, language, RULE))


@pytest.mark.parametrize("candidate", ALL)
def test_what_nothing_speaks_against_may_be_said(candidate):
    assert one(candidate()).withheld == ()
    assert one(candidate()).strength in {"weak", "moderate", "strong"}


PLANTED = [
    # a difference inside the noise
    (gap(p=0.2, p_adjusted=0.34), "noise", "校正后的p值为0.340，大于0.05", "adjusted p of 0.340 is above 0.05"),
    (gap(lower=-17.0, upper=1.0), "noise", "估计区间（−17.0至1.0）含0", "−17.0 to 1.0, includes 0"),
    (threshold(lower=70.0, upper=86.0), "noise", "（70.0至86.0）含85.0", "70.0 to 86.0, includes 85.0"),
    # an exploratory one that a declared one would pass with
    (gap(confirmatory=False, p=0.01, p_adjusted=0.04), "noise", "0.040，大于0.01", "0.040 is above 0.01"),
    # an exploratory one sold as confirmatory, and one that nobody adjusted
    (change(family="exploratory"), "undeclared", "封存的分析计划中没有这一项", "sealed analyses have no such test"),
    (gap(p=0.003, p_adjusted=None), "unadjusted", "没有作多重检验校正", "not adjusted"),
    (gap(p=0.003, p_adjusted=0.001), "unadjusted", "没有作多重检验校正", "not adjusted"),
    # across a break
    (figure(segments="several"), "broken", "2012年与2017年统计口径不同", "2012 and 2017 are of different scope"),
    # an open sample
    (gap(selection="open"), "open_sample", "只代表答卷人", "speaks for its respondents only"),
    # too few
    (level(n=9, psus=3, deff=None), "small", "不足10份", "fewer than 10 answered"),
    (gap(n=24, psus=6, deff=1.0), "few_answers", "只有24份，不足30份", "24 answers, fewer than the 30"),
    (level(psus=1), "few_places", "只抽到1个抽样单位（学校或街镇），不足2个", "only 1 sampled place (schools"),
    (gap(df=3.0), "few_df", "自由度只有3.0，小于4", "3.0 degrees of freedom, fewer than 4"),
    (gap(deff=28.0), "few_effective", "只有14.3，小于15", "worth 14.3 independent"),
    (level(n=4000, psus=80, deff=44.0), "odd_design", "设计效应为44.00，不在0.1至30之间", "44.00, outside 0.1 to 30"),
    (level(deff=0.02), "odd_design", "设计效应为0.02", "0.02, outside"),
    (level(lower=46.0, upper=82.0), "wide", "±18.0分，超过±15分", "±18.0 points is wider than ±15"),
    # in 20 of 48 reckonings
    (gap(held=20), "fragile", "48种合理的计算口径中只有20种成立，不到75%", "20 of 48 reasonable ways"),
    # below practical size
    (gap(estimate=-2.4, lower=-3.0, upper=-1.8), "trifling", "只有2.4，小于值得写入的最小差异3", "2.4 is below"),
    (figure(estimate=100.0), "trifling", "只有100，小于值得写入的最小差异150", "difference of 100 is below"),
    # doubtful, not comparable, contradictory, incomplete, not to be told
    (figure(doubt="teachers exceed staff"), "doubtful", "存疑", "doubtful"),
    (change(comparable="no"), "incomparable", "题目不可比", "cannot be compared"),
    (change(comparable="perhaps"), "incomparable", "题目不可比", "cannot be compared"),
    (gap(verdict="above"), "contradictory", "自相矛盾", "contradict"),
    (gap(verdict="below", estimate=8.0, lower=4.0, upper=12.0), "contradictory", "自相矛盾", "contradict"),
    (gap(held=50), "contradictory", "自相矛盾", "contradict"),
    (gap(n=110, psus=130), "contradictory", "自相矛盾", "contradict"),
    (figure(base_year=2018), "contradictory", "自相矛盾", "contradict"),
    (figure(base_year=None), "incomplete", "缺少比较的年份", "a year to compare with"),
    (gap(reference=""), "incomplete", "缺少对照", "something to hold it to"),
    (gap(lower=None), "incomplete", "缺少估计区间", "an interval"),
    (threshold(lower=None, p=None, p_adjusted=None), "incomplete", "缺少估计区间", "an interval"),
    (gap(n=None, deff=None, df=None), "incomplete", "缺少答卷数和自由度", "the number of answers and the degrees of"),
    (level(cells=()), "incomplete", "缺少所依据的数据", "the data it rests on"),
    (gap(verdict="unclear"), "unclear", "还不能判断", "cannot tell yet"),
    # two that are not shown to differ are not therefore alike
    (gap(verdict="like", estimate=-1.0, lower=-5.0, upper=3.0), "not_alike", "3以内，不能写作相当", "within 3 of"),
]  # fmt: skip


@pytest.mark.parametrize(("planted", "code", "chinese", "english"), PLANTED, ids=[code for _, code, *_ in PLANTED])
def test_a_planted_false_statement_is_withheld_for_its_reason(planted, code, chinese, english):
    found = one(planted)
    assert found.withheld == (code,)
    assert found.strength == ""
    assert chinese in text(code, found, "zh-Hans")
    assert english in text(code, found, "en")


def test_every_rule_has_a_planted_statement():
    assert {code for _, code, *_ in PLANTED} | {"suppressed"} == set(CHECKS)


def test_all_reasons_are_listed_and_not_only_the_first():
    found = one(gap(n=24, psus=6, deff=1.0, df=3.0, p_adjusted=0.5, held=20, estimate=-1.0, lower=-3.0, upper=1.0))
    assert found.withheld == ("few_answers", "few_df", "noise", "trifling", "fragile")


def test_a_finding_that_rests_on_a_suppressed_cell_is_withheld():
    found = one(gap(), suppressed={"ixFair/P/2025"})
    assert found.withheld == ("suppressed",)
    assert "披露控制" in text("suppressed", found, "zh-Hans")
    assert "disclosure control" in text("suppressed", found, "en")


def test_a_group_of_nine_cannot_be_had_from_a_gap_of_the_same_figure():
    small = level(n=9, psus=3, deff=None, group="stage=senior", survey="students 2024", year=2024)
    shown = gap(id="a", group="stage=senior", year=2024, survey="students 2024")
    moved = change(group="stage=senior")
    elsewhere = change(id="b", group="stage=primary", cells=("b",))
    parents = change(id="c", group="stage=senior", survey="parents 2025", cells=("c",))
    found = judged([shown, moved, elsewhere, small, parents], RULE)
    assert [each.withheld for each in found] == [("suppressed",), ("suppressed",), (), ("small",), ()]


def test_what_one_finding_holds_back_as_too_imprecise_no_other_shows():
    found = judged([level(precision="suppress"), change(), gap(unit="U8", id="b")], RULE)
    assert [each.withheld for each in found] == [("suppressed",), ("suppressed",), ()]


def test_of_what_is_withheld_for_disclosure_no_reason_names_a_number():
    found = one(level(n=9, psus=1, df=0.0, deff=None), suppressed={"ixFair/U7/2025"})
    assert {"suppressed", "small", "few_places", "few_df"} <= set(found.withheld)
    for language in LANGUAGES:
        said = reasons(found, language, RULE)
        assert len(said) == len(DISCLOSING)
        assert not any(run.cell for runs in said for run in runs)
    assert len(cells_of_reasons([found], RULE)) == 0


@pytest.mark.parametrize(("planted", "code", "chinese", "english"), PLANTED, ids=[code for _, code, *_ in PLANTED])
def test_every_number_of_a_reason_is_in_its_cell_as_it_is_written(planted, code, chinese, english):
    found = one(planted)
    cells = cells_of_reasons([found], RULE).set_index("id")
    for language in LANGUAGES:
        for run in reason_text(code, found, language, RULE):
            if run.cell:
                cell = cells.loc[run.cell]
                assert run.text == write_number(cell["value"], int(cell["decimals"]))
                assert cell["unit"] == "U7"
    assert chinese
    assert english


# How strongly

STRENGTHS = [
    (gap(), "strong"),
    (gap(p_adjusted=0.03), "moderate"),
    (gap(confirmatory=False, family="exploratory"), "weak"),
    (gap(held=44), "moderate"),
    (gap(held=38), "weak"),
    (gap(held=None, universes=None), "moderate"),
    (gap(df=5.0), "moderate"),
    (gap(n=80), "moderate"),
    (gap(precision="caution"), "moderate"),
    (gap(selection="census", p=None, p_adjusted=None, psus=None, df=None), "moderate"),
    (change(comparable="with_care"), "weak"),
    (level(), "strong"),
    (level(n=25, psus=8, deff=1.0), "weak"),
    (level(selection="open", psus=None, df=None), "weak"),
    (level(doubt="teachers exceed staff"), "weak"),
    (figure(), "strong"),
    (threshold(verdict="unclear"), "weak"),
    (driver(held=48, universes=48), "moderate"),
    (quote(), "weak"),
    (gap(verdict="like", estimate=-0.4, lower=-1.9, upper=1.1), "strong"),
]


@pytest.mark.parametrize(("finding", "strength"), STRENGTHS)
def test_hedges_follow_the_evidence(finding, strength):
    found = one(finding)
    assert (found.withheld, found.strength) == ((), strength)


def test_an_open_sample_speaks_of_its_respondents_and_is_never_compared():
    of_respondents = {"selection": "open", "psus": None, "df": None}
    assert one(level(**of_respondents)).withheld == ()
    for claim in (gap, change, threshold, driver, consistency):
        assert "open_sample" in one(claim(**of_respondents)).withheld


def test_a_change_of_answers_is_tested_even_if_its_verdict_is_only_stated():
    assert one(change(verdict="stated", p=0.4, p_adjusted=0.6)).withheld == ("noise",)


def test_a_standard_is_met_or_missed_by_however_little():
    assert one(threshold(selection="register", estimate=84.9, lower=None, upper=None, p=None, p_adjusted=None,
                         n=None, psus=None, df=None, deff=None)).withheld == ()  # fmt: skip


def test_a_family_that_is_not_among_the_sealed_ones_is_no_declared_one():
    assert one(gap(), declared={"between districts"}).withheld == ()
    assert one(gap(), declared={"between waves"}).withheld == ("undeclared",)


def test_what_is_missing_may_be_told_of_a_standard_and_not_of_a_gap():
    assert one(threshold(verdict="open", estimate=None, lower=None, upper=None)).withheld == ()
    assert one(gap(verdict="open")).withheld == ("unclear",)


def test_a_reason_of_another_room_stays():
    found = one(quote(withheld=("names_a_person",)))
    assert found.withheld == ("names_a_person",)
    assert one(found).withheld == ("names_a_person",)


def test_the_duty_is_filled_in():
    assert one(gap(), duties=DUTIES).duty == "laws"
    assert one(gap()).duty == ""


# Never twice


def test_of_two_that_say_the_same_the_stronger_kind_is_kept():
    cells = ("ixFair/U7/2025", "ixFair/P/2025")
    found = judged([level(id="a", cells=cells), gap(id="b", cells=cells)], RULE)
    assert [each.withheld for each in found] == [("said_elsewhere",), ()]
    assert text("said_elsewhere", found[0], "zh-Hans") == "本条内容已在别处写明，不再重复。"


def test_a_level_is_not_told_beside_a_gap_that_names_it():
    found = judged([level(), gap()], RULE)
    assert [each.withheld for each in found] == [("said_elsewhere",), ()]


def test_a_level_is_told_where_the_gap_is_withheld():
    found = judged([level(), gap(p_adjusted=0.6)], RULE)
    assert [each.withheld for each in found] == [(), ("noise",)]


def test_numbers_that_the_sentences_name_count_and_not_all_that_they_rest_on():
    own, difference = Number("ixFair/U7/2025", 64.0), Number("ixFair/U7/2025/gap", -8.0)
    found = judged([level(slots={"value": own}), gap(slots={"value": difference})], RULE)
    assert [each.withheld for each in found] == [(), ()]


def test_of_two_of_one_kind_and_strength_the_more_important_is_kept():
    found = judged([gap(id="a", tone="neutral"), gap(id="b")], RULE)
    assert [each.withheld for each in found] == [("said_elsewhere",), ()]


def test_the_same_numbers_of_another_unit_or_group_are_another_finding():
    assert not repeats(gap(), gap(unit="U8"))
    assert not any(each.withheld for each in judged([gap(id="a"), gap(id="b", unit="U8"),
                                                     level(id="c", group="stage=primary")], RULE))  # fmt: skip


def test_two_claims_that_one_figure_speaks_to_are_both_told():
    both = [consistency(id=name, subject=name, slots={"claim": Cited(name), "value": Number("a/U7/2025", 64.0)})
            for name in ("claim-1", "claim-2")]  # fmt: skip
    assert not any(each.withheld for each in judged(both, RULE))


def test_two_quotations_are_told_and_one_of_them_not_twice():
    said = [quote(id=name, slots={"words": Cited(words)})
            for name, words in (("a", "更早放学"), ("b", "多读书"), ("c", "更早放学"))]  # fmt: skip
    assert [each.withheld for each in judged(said, RULE)] == [(), (), ("said_elsewhere",)]


def test_one_message_with_the_same_numbers_is_said_once_whatever_it_is_called():
    found = judged([gap(id="a"), gap(id="b", subject="ixFairToo")], RULE)
    assert [each.withheld for each in found] == [(), ("said_elsewhere",)]


# What judging must never do

WORSE = {
    "fewer answers": lambda each: {"n": None if each.n is None else each.n // 3},
    "fewer places": lambda each: {"psus": None if each.psus is None else each.psus // 3},
    "less freedom": lambda each: {"df": None if each.df is None else each.df / 3},
    "a larger design effect": lambda each: {"deff": None if each.deff is None else each.deff * 4},
    "a larger p": lambda each: {"p_adjusted": each.p_adjusted and min(1.0, each.p_adjusted * 8 + 0.01)},
    "a wider interval": lambda each: {} if each.lower is None or each.upper is None else
        {"lower": each.lower - 6, "upper": each.upper + 6},
    "care": lambda each: {"comparable": "with_care" if each.comparable == "yes" else "no"},
    "a break": lambda _: {"segments": "several"},
    "doubt": lambda _: {"doubt": "must be verified"},
    "less precision": lambda each: {"precision": "caution" if each.precision == "publish" else "suppress"},
    "fewer reckonings": lambda each: {"held": None if each.held is None else each.held // 2},
    "not declared": lambda each: {"confirmatory": False} if each.family not in {"", "exploratory"} else {},
    "whoever came": lambda each: {"selection": "open"} if each.selection != "register" and is_claim(each) else {},
    "a larger size that matters": lambda each: {"practical": None if each.practical is None or each.verdict == "like"
                                                else each.practical * 2},
    "a cell lost": lambda _: {"cells": ()},
}  # fmt: skip
EVIDENCE = st.fixed_dictionaries(
    {},
    optional={
        "n": st.sampled_from([3, 12, 45, 400]),
        "psus": st.sampled_from([1, 5, 30]),
        "df": st.sampled_from([0.5, 4.0, 7.0, 20.0]),
        "deff": st.sampled_from([0.3, 2.0, 12.0]),
        "p_adjusted": st.sampled_from([0.001, 0.03, 0.2]),
        "held": st.sampled_from([10, 40, 48]),
        "comparable": st.sampled_from(["yes", "with_care", "no"]),
        "precision": st.sampled_from(["publish", "caution", "suppress"]),
        "confirmatory": st.booleans(),
        "family": st.sampled_from(["between districts", "exploratory"]),
        "verdict": st.sampled_from(["below", "like", "unclear", "stated"]),
        "selection": st.sampled_from(["probability", "census", "register"]),
    },
)
CANDIDATES = st.builds(lambda candidate, evidence: candidate(**evidence), st.sampled_from(ALL), EVIDENCE).filter(
    lambda each: (each.psus or 0) <= (each.n or 400)
)


def force(finding) -> int:
    return OUTCOMES.index(finding.strength or "withheld")


@given(CANDIDATES, st.lists(st.sampled_from(sorted(WORSE)), min_size=1, max_size=4))
def test_evidence_against_a_finding_never_makes_it_said_nor_says_it_louder(finding, against):
    after = finding
    for name in against:
        after = after.model_copy(update=WORSE[name](after))
    assert force(one(after)) <= force(one(finding))


MANY = st.lists(st.tuples(CANDIDATES, st.sampled_from(["U7", "U8"])), max_size=8).map(
    lambda found: [each.model_copy(update={"id": f"{each.id}/{place}", "unit": unit})
                   for place, (each, unit) in enumerate(found)]
)  # fmt: skip


@given(MANY)
def test_judging_twice_changes_nothing(findings):
    once = judged(findings, RULE, DUTIES)
    assert judged(once, RULE, DUTIES) == once


@pytest.mark.slow
@given(MANY, st.randoms())
def test_the_order_of_findings_changes_nothing(findings, random):
    other = list(findings)
    random.shuffle(other)
    assert {each.id: each for each in judged(findings, RULE)} == {each.id: each for each in judged(other, RULE)}


@given(MANY, st.sampled_from(["ixFair/U7/2025", "ixFair/P/2025"]))
def test_nothing_that_is_said_rests_on_a_suppressed_cell(findings, cell):
    assert not any(cell in each.cells for each in judged(findings, RULE, suppressed={cell}) if not each.withheld)


@given(MANY)
def test_what_is_withheld_beside_others_is_withheld_alone_or_said_elsewhere(findings):
    for found, candidate in zip(judged(findings, RULE), findings, strict=True):
        alone = one(candidate)
        assert set(alone.withheld) <= set(found.withheld)
        assert set(found.withheld) - set(alone.withheld) <= {"suppressed", "said_elsewhere"}
