"""Differences: only what is there is said, adjusted over all units and indices, and in families of its own."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose
from statsmodels.stats.multitest import multipletests
from tests.findings.answers import invented

from analysis.findings.answers.comparisons import between_groups
from analysis.findings.answers.estimates import means
from analysis.findings.answers.gather import gathered
from analysis.findings.permission import judged
from analysis.satisfaction import Above
from analysis.satisfaction.indices.index import scored

DIFFERENT = {"above", "below", "up", "down"}


def gaps(findings, index="ixWhole"):
    return {each.unit: each for each in findings if each.kind == "gap" and each.subject == index and not each.group}


def test_only_the_districts_that_differ_are_said_to(said):
    found = gaps(said)
    assert {unit: each.verdict for unit, each in found.items()} == {
        "U-a": "above", "U-b": "below", **{f"U-{code}": "unclear" for code in "cdef"}}  # fmt: skip
    assert [unit for unit, each in found.items() if not each.withheld] == ["U-a", "U-b"]
    assert (found["U-a"].tone, found["U-b"].tone) == ("good", "bad")
    assert found["U-c"].withheld == ("unclear",)


def test_a_gap_has_the_numbers_of_the_claim(planted, said):
    claim, gap = Above("ixWhole", column="district", code="a")((planted.design,)), gaps(said)["U-a"]
    ours = [gap.estimate, gap.lower, gap.upper, gap.df, gap.n]
    assert_allclose(ours, [claim.estimate, claim.lower, claim.upper, claim.df, claim.n])
    assert (gap.held, gap.universes) == (4, 4)


def test_p_is_adjusted_over_all_units_indices_and_kinds_of_a_family(found):
    """Benjamini and Hochberg, by statsmodels, over what the table holds of a family."""
    table = found.tables["estimates"]
    tests = table[table["p"].notna()]
    assert set(tests["family"]) == {"confirmatory", "exploratory"}
    for _, family in tests.groupby("family"):
        assert_allclose(family["p_adjusted"], multipletests(family["p"], method="fdr_bh")[1])
    declared = tests[tests["family"] == "confirmatory"]
    assert declared.groupby(["statistic", "index"]).size().to_dict() == {
        ("change", "ixWhole"): 7, ("gap", "ixTeach"): 1, ("gap", "ixWhole"): 6}  # fmt: skip
    counts = found.tables["families"].set_index("family")["tests"]
    assert counts.to_dict() == tests["family"].value_counts().to_dict()


def test_without_a_seal_nothing_is_confirmatory(planted):
    unsealed = dataclasses.replace(planted, design=dataclasses.replace(planted.design, root=None), before=None)
    assert {
        each.confirmatory for each in gathered([unsealed], None, choices=None, replicates=20).findings if each.family
    } == {False}


def test_what_is_sealed_otherwise_counts_in_its_family(tmp_path):
    """A test of an item that is no index has no sentence, but was meant: it makes the family larger by one."""
    declared = [{"of": "ixWhole", "between": "district"}, {"of": "stay", "between": "district", "test": "chisq"},
                {"of": "clear", "between": "stay", "test": "ranktest"}]  # fmt: skip
    wave = invented.wave(invented.design(3, survey=invented.survey_of(comparisons=declared)), root=tmp_path)
    found = gathered([wave], None, choices=None, replicates=20)
    assert found.tables["families"].set_index("family")["tests"].to_dict() == {"confirmatory": 8, "exploratory": 12}


def test_a_change_is_said_of_everybody_and_of_the_districts_where_it_is(said):
    found = {each.unit: each for each in said if each.kind == "change" and each.subject == "ixWhole"}
    assert {unit for unit, each in found.items() if each.verdict in DIFFERENT} == {"W", "U-a", "U-b"}
    assert (found["U-b"].verdict, found["U-b"].base_year, found["U-b"].reference) == ("down", 2024, "before")


def test_an_index_that_was_changed_has_no_change(rule):
    now = invented.design(1, {"a": 0.9}, districts=3)
    then = invented.design(2, year=2024, districts=3)
    analyses = then.survey.questionnaire.analyses
    other = tuple(each.model_copy(update={"conversion": "points_20_100"}) if each.id == "ixWhole" else each
                  for each in analyses.indices)  # fmt: skip
    sheet = then.survey.questionnaire.model_copy(update={"analyses": analyses.model_copy(update={"indices": other})})
    before = dataclasses.replace(then, wave=dataclasses.replace(
        then.wave, survey=dataclasses.replace(then.survey, questionnaire=sheet)))  # fmt: skip
    found = gathered([invented.wave(now, before)], None, choices=None, replicates=20)
    rows = found.tables["estimates"].query("statistic == 'change' and index == 'ixWhole'")
    assert set(rows["comparable"]) == {"no"}
    assert rows[["estimate", "lower", "upper", "p", "p_adjusted"]].isna().all(axis=None)
    changed = [each for each in judged(found.findings, rule) if each.kind == "change" and each.subject == "ixWhole"]
    assert {each.verdict for each in changed} == {"unclear"}
    assert all("incomparable" in each.withheld for each in changed)
    assert {each.message for each in changed} == {"answers_not_compared"}
    others = found.tables["estimates"].query("statistic == 'change' and index == 'ixTeach'")
    assert others["p"].notna().all()


def test_groups_are_compared_where_it_is_declared(said):
    groups = {each.unit: each for each in said if each.group and each.subject == "ixTeach"}
    assert set(groups) == {"W", *(f"U-{code}" for code in "abcdef")}
    assert (groups["W"].confirmatory, groups["U-c"].confirmatory) == (True, False)
    assert groups["W"].group == "stay=yes|no"
    assert groups["W"].estimate == pytest.approx(9.3, abs=0.1)
    assert groups["W"].lower > 0


def test_of_several_groups_the_clearest_pair_is_told_with_the_error_of_having_chosen_it():
    """Bonferroni: of three pairs p is three times as large, and the interval that of 1 − 0.05 / 3."""
    wave = invented.wave(invented.design(5, schools=4, districts=3))
    rows = {row["cell"]: row for row in means(wave)}
    survey = invented.survey_of(comparisons=[{"of": "ixWhole", "between": "third"}])
    third = np.array(list("xyz"))[np.arange(len(wave.design.data)) % 3]
    sample = wave.design.sample.with_columns({"third": third})
    made = dataclasses.replace(wave.design, sample=sample, wave=dataclasses.replace(wave.design.wave, survey=survey))
    each = between_groups(dataclasses.replace(wave, design=made), rows)[0]
    scores = scored(wave.design, [one for one in wave.indices if one.id == "ixWhole"]).with_columns({"third": third})
    pairs = scores.pairwise("ixWhole", "third", level=1 - 0.05 / 3, df="effective")
    clearest = pairs.loc[pairs["p"].idxmin()]
    assert each.pairs == 3
    assert each.row["p"] == pytest.approx(min(1, 3 * clearest["p"]))
    assert sorted(abs(each.row[end]) for end in ("lower", "upper")) == pytest.approx(
        sorted(abs(clearest[end]) for end in ("lower", "upper")))  # fmt: skip
    assert {part["code"] for part in each.parts} == {clearest["first"], clearest["second"]}
    assert each.parts[0]["estimate"] >= each.parts[1]["estimate"]
