"""Sentences: every number has its cell, every strength its words, and both languages read like one."""

from __future__ import annotations

import re
from itertools import product

import pytest
from tests.findings.answers import invented

from analysis.documents import runs_in
from analysis.documents.blocks import Sentence
from analysis.findings.answers.comparisons import Compared
from analysis.findings.answers.levels import slots_of_level
from analysis.findings.answers.recognition import thresholds
from analysis.findings.finding import worded
from analysis.findings.permission import judged
from analysis.findings.wording import Word, Wording

STRENGTHS = ("", "weak", "moderate", "strong")
VERDICTS = {"gap": ("above", "below", "unclear"), "change": ("up", "down", "unclear"),
            "threshold": ("met", "missed", "unclear", "open")}  # fmt: skip


def told(finding):
    unclear = finding.kind in {"gap", "change"} and finding.verdict == "unclear"
    verdicts = ("unclear",) if unclear else VERDICTS.get(finding.kind, ("stated",))
    for strength, verdict in product(STRENGTHS, verdicts):
        yield worded(finding.model_copy(update={"strength": strength, "verdict": verdict}))


def test_every_number_of_a_sentence_has_a_cell_that_is_there(found, said):
    cells = found.cells.set_index("id")
    assert cells.index.is_unique
    for each in said:
        if each.withheld:
            continue
        for runs in worded(each).texts.values():
            named = [run for run in runs_in(Sentence(text=runs)) if run.cell]
            assert named, each.id
            for run in named:
                cell = cells.loc[run.cell]
                shown = float(run.text.replace(",", "").replace("−", "-"))
                assert shown == pytest.approx(abs(cell["value"]), abs=0.5 * 10.0 ** -cell["decimals"] + 1e-9)


def test_cells_that_a_finding_rests_on_are_there(found):
    there = set(found.cells["id"])
    assert all(set(each.cells) <= there for each in found.findings)


def test_sentences_are_whole_whatever_their_strength_and_verdict(found, rows):
    for finding in (*found.findings, *thresholds(rows, [invented.wave(invented.design(1))])):
        if not finding.cells:
            continue
        for each in told(finding):
            chinese, english = each.said("zh-Hans"), each.said("en")
            assert re.search(r"。$", chinese), chinese
            assert not re.search(r"[，。；、]{2}|\s|（）|\{", chinese), chinese
            assert re.search(r"\.$", english), english
            assert not re.search(r"  |[.,;]{2}| [.,;)]|\( |\(\)|\{", english), english


def test_hedges_follow_the_strength(said):
    gap = next(each for each in said if each.kind == "gap" and each.unit == "U-b" and each.subject == "ixWhole")
    by = {strength: worded(gap.model_copy(update={"strength": strength})) for strength in STRENGTHS}
    assert "差异超出抽样误差" in by["strong"].said("zh-Hans")
    assert "估计比全州的" in by["moderate"].said("zh-Hans")
    assert "可能低于" in by["weak"].said("zh-Hans")
    unclear = worded(gap.model_copy(update={"verdict": "unclear", "strength": "strong"}))
    assert "未见明显差异" in unclear.said("zh-Hans")
    assert not re.search("低于|比全州", unclear.said("zh-Hans"))
    assert "beyond sampling error" in by["strong"].said("en")
    assert "an estimated" in by["moderate"].said("en")
    assert "may be below" in by["weak"].said("en")


def test_a_gap_says_level_interval_and_scope(said):
    gap = worded(next(each for each in said if each.kind == "gap" and each.unit == "U-a" and each.subject == "ixWhole"))
    assert gap.said("zh-Hans") == (
        "A区学生（200人、8所学校）的总体指数为79.8分，估计比全州的62.3分高17.6分（95%置信区间12.7至22.4分）。"
    )
    assert gap.said("en") == (
        "“All in all” among students in District A (200 answers from 8 schools) stands at 79.8 points, an estimated "
        "17.6 points above Prefecture’s 62.3 points (95% confidence interval 12.7 to 22.4)."
    )


def test_a_shortfall_gives_its_size_without_a_sign_and_the_ends_in_their_order(said):
    gap = worded(next(each for each in said if each.kind == "gap" and each.unit == "U-b" and each.subject == "ixWhole"))
    least, most = map(float, re.search(r"区间([\d.]+)至([\d.]+)分", gap.said("zh-Hans")).groups())
    assert 0 < least < abs(gap.estimate) < most
    assert [f"{each:.1f}" for each in (-gap.upper, -gap.lower)] == [f"{least}", f"{most}"]


def test_what_to_look_at_is_asked_once_a_unit(said):
    asked = [
        each for each in said if not each.withheld and each.unit == "U-b" and each.kind == "gap" and not each.group
    ]
    told = [worded(each.model_copy(update={"strength": "moderate"})).said("zh-Hans") for each in asked]
    assert len(told) > 1
    assert sum("建议核实" in each for each in told) == 1


def test_a_level_is_not_said_beside_the_gap_that_says_it(said):
    levels = {each.unit: each.withheld for each in said if each.kind == "level"}
    assert levels["U-a"] == levels["U-b"] == ("said_elsewhere",)
    assert levels["U-c"] == levels["W"] == ()


def test_what_only_the_adjustment_makes_uncertain_is_not_called_error(found, planted):
    """An interval of a level that leaves the whole out must not stand beside "within sampling error"."""
    table = found.tables["estimates"].set_index("cell")
    for each in found.findings:
        if each.kind != "level" or each.unit == "W":
            continue
        gap = table.loc[f"{planted.name}/{each.subject}/{each.unit}/gap"]
        word = each.slots["beside"].choice
        assert word == ("unclear" if gap["p"] > 0.05 else "unsure" if gap["p_adjusted"] > 0.05 else "untested")


@pytest.mark.parametrize(
    ("others", "rest", "words"),
    [
        ([(0.5, 0.9), (0.2, 0.6)], "all", "其余各项指数与{W}之差也在抽样误差之内"),
        ([(0.01, 0.2), (0.2, 0.6)], "most", "{one}与{W}之差经多重比较校正后尚不能确认，其余各项在抽样误差之内"),
        ([(0.01, 0.2), (0.001, 0.01)], "some", "{one}与{W}之差经多重比较校正后尚不能确认。"),
        ([(0.001, 0.01), (0.2, 0.6)], "none", ""),
    ],
)
def test_a_level_says_which_other_indices_only_the_adjustment_makes_uncertain(planted, found, others, rest, words):
    table = found.tables["estimates"].set_index("cell", drop=False)
    means = {name: row for name, row in table.to_dict("index").items() if row["statistic"] == "mean"}
    own = next(row for row in means.values() if row["unit"] == "U-c" and row["index"] == planted.overall.id)
    shared = {"survey": planted.name, "unit": "U-c", "statistic": "gap"}
    one, other = [index for index in planted.index_names if index != own["index"]][:2]
    gaps = [(own["index"], (0.6, 0.9)), *zip((one, other), others, strict=True)]
    compared = [Compared({**shared, "index": index, "p": p, "p_adjusted": adjusted}) for index, (p, adjusted) in gaps]
    slots = slots_of_level(planted, own, means, compared, rate=0.05, level=0.95)
    assert slots["rest"].choice == rest
    words = words.format(one=planted.index_names[one]["zh-Hans"], W=planted.names["W"]["zh-Hans"])
    assert words in Wording("zh-Hans").plain("answers_level", **slots, strength=Word("strong"))


@pytest.fixture(scope="module")
def rows():
    shared = {"survey": "social_recognition-2025", "wave": 2025, "index": "social_recognition", "level": 0.95, "n": 800,
              "psus": 26, "df": 20.0, "se": 1.0, "against": 85.0, "precision": "publish", "measure": "share",
              "theme": "", "synthetic": True}  # fmt: skip
    nothing = float("nan")
    return [
        {**shared, "unit": f"U-{code}", "cell": f"social_recognition-2025/social_recognition/U-{code}/share",
         "estimate": estimate, "lower": lower, "upper": upper, "selection": kind, "verdict": verdict}
        for code, estimate, lower, upper, kind, verdict in (
            ("a", 90.0, 87.0, 93.0, "probability", "reached"), ("b", 80.0, 76.0, 84.0, "probability", "missed"),
            ("c", 86.0, 83.0, 89.0, "probability", "reached"), ("d", 62.0, nothing, nothing, "open", "missed"),
        )
    ]  # fmt: skip


def test_a_mark_is_reached_missed_or_cannot_be_told(rows, rule):
    found = {each.unit: each for each in judged(list(thresholds(rows, [invented.wave(invented.design(1))])), rule)
             if each.kind == "threshold"}  # fmt: skip
    assert {unit: each.verdict for unit, each in found.items()} == {
        "U-a": "met", "U-b": "missed", "U-c": "unclear", "U-d": "missed"}  # fmt: skip
    assert not found["U-a"].withheld
    assert "open_sample" in found["U-d"].withheld
    assert worded(found["U-a"]).said("zh-Hans") == (
        "A区的社会认可度按本办公室的口径合成为90.0%（区间87.0至93.0），达到85%的认定标准（各类问卷合计800人）。"
    )


def test_of_an_open_form_the_percentage_is_said_and_no_verdict(rows, rule):
    judged_ = judged(list(thresholds(rows, [invented.wave(invented.design(1))])), rule)
    (level,) = (worded(each) for each in judged_ if each.unit == "U-d" and not each.withheld)
    assert level.kind == "level"
    assert level.said("en") == (
        "Public recognition in District D, put together by this office’s own method, is 62.0%, beside a standard of "
        "85% (800 answers to all forms). One form was answered by volunteers, so no verdict is given; who is less "
        "satisfied, and with what, should be looked into."
    )
