"""Places: the column that holds the unit is found by what its codes mean, in drawn and in open waves."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from tests.findings.answers import invented

from analysis.documents.labels import Labels
from analysis.findings.answers import unit_column
from analysis.findings.answers.gather import gathered
from analysis.findings.answers.waves import above, placed
from analysis.surveys import questionnaires
from analysis.surveys.design import design_of
from analysis.surveys.simulate import read_truth, simulate
from analysis.surveys.simulate.files import as_collected


@pytest.fixture(scope="module")
def public(shanghai):
    surveys = questionnaires(shanghai)
    truth = read_truth(shanghai.root / "data/demo/public.truth.yaml", list(surveys.values()))
    return design_of(as_collected(simulate(surveys["public-2025"], truth, n=400, seed=1)))


def test_an_open_wave_is_of_the_districts_that_people_say_they_live_in(public, shanghai):
    """The options are called as the districts are; their codes are the questionnaire's own."""
    column, units = unit_column(public, shanghai.units, kind="district", boundaries=2020)
    assert column == "rDistrict"
    assert units["d104"] == "310104"
    assert sorted(units.values()) == sorted(shanghai.units.at(2020, "district").index)
    wave = placed(shanghai, public, None, boundaries=2020)
    assert (wave.whole, wave.names["310000"]["zh-Hans"]) == ("310000", "全市")


def test_units_of_other_boundaries_are_not_taken_for_those_of_the_run(public, shanghai):
    """In 2012 one of the districts was two: its name meant another territory, and its code as well."""
    _, units = unit_column(public, shanghai.units, kind="district", boundaries=2012)
    assert units["d106"] == "310106:2014"


def test_a_drawn_wave_is_of_the_codes_in_its_log(shanghai):
    codes = dict(zip("abcdef", shanghai.units.at(2020, "district").index, strict=False))
    design = invented.design(1)
    data = design.data.assign(district=pd.Categorical(design.data["district"].astype("str").map(codes)))
    moved = dataclasses.replace(design, sample=design.sample.with_columns({"district": data["district"]}))
    assert unit_column(moved, shanghai.units, kind="district", boundaries=2020) == (
        "district", {code: code for code in codes.values()})  # fmt: skip


def test_a_wave_of_no_unit_is_reported_for_all_together_only(shanghai):
    wave = placed(shanghai, invented.design(1), None, boundaries=2020)
    assert (wave.column, dict(wave.units), wave.whole) == ("", {}, "310000")
    found = gathered([wave], None, choices=None, replicates=20)
    assert set(found.tables["estimates"]["unit"]) == {"310000"}
    assert {each.unit for each in found.findings} == {"310000"}
    assert "no_units" in set(found.tables["answer_notes"]["key"])


def test_an_answer_that_is_no_unit_counts_among_all_only(shanghai):
    """Nobody is put into a unit because of a code that means elsewhere."""
    names = shanghai.units.at(2020, "district")["name_zh"].tolist()
    labels = Labels(
        {"district": {code: {"zh-Hans": name, "en": name} for code, name in zip("abcde", names, strict=False)}}
    )
    design = dataclasses.replace(invented.design(1), labels=labels)
    column, units = unit_column(design, shanghai.units, kind="district", boundaries=2020)
    assert (column, sorted(units)) == ("district", list("abcde"))
    found = gathered([placed(shanghai, design, None, boundaries=2020)], None, choices=None, replicates=20)
    table = found.tables["estimates"].set_index("cell")
    assert table.loc["example-2025/ixWhole/310000/mean", "n"] == len(design.data)
    assert len(set(table["unit"])) == 6


def test_two_codes_of_one_unit_make_no_column_of_units(shanghai):
    name = shanghai.units.at(2020, "district")["name_zh"].iloc[0]
    labels = Labels({"district": {code: {"zh-Hans": name, "en": name} for code in "abcdef"}})
    design = dataclasses.replace(invented.design(1), labels=labels)
    assert unit_column(design, shanghai.units, kind="district", boundaries=2020) == ("", {})


def test_the_whole_is_the_lowest_unit_that_all_are_in(shanghai):
    assert above(shanghai.units, ["310101", "310104"]) == "310000"
    assert above(shanghai.units, ["310101", "310000"]) == "100000"
    assert above(shanghai.units, ["310101", "100000"]) == ""
