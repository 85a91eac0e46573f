"""All groups by all choices at once: the numbers of the multiverse of each claim, group by group."""

from __future__ import annotations

import pytest
from numpy.testing import assert_allclose

from analysis.messages import DuzhengError
from analysis.satisfaction import Above, Changed, multiverse
from analysis.satisfaction.robustness.everywhere import everywhere
from analysis.surveys.example import example_design

#: Every choice once, so that a test takes a second and not ten.
SOME = {"dont_know": ("excluded", "lowest"), "conversion": ("linear_0_100", "top2"), "weighting": ("calibrated",),
        "exclusion": ("none",), "freedom": ("domain", "design")}  # fmt: skip


def test_every_group_has_the_numbers_of_its_claim():
    design = example_design(districts=3, schools=4, persons=12)
    choices = {**SOME, "dont_know": ("excluded",), "weighting": ("calibrated", "design"), "exclusion": ("none", "all")}
    found = everywhere(design, ["ixTeach", "ixWhole"], by="district", choices=choices)
    for code in "ab":
        claim = multiverse(design, Above("ixTeach", column="district", code=code), choices)
        mine = found[(found["index"] == "ixTeach") & (found["district"] == code)]
        assert_allclose(mine[["estimate", "lower", "upper"]], claim.table[["estimate", "lower", "upper"]], atol=1e-9)
        assert (mine["holds"] == 1).sum() == claim.held
    assert found.groupby(["index", "district"]).size().tolist() == [16] * 6


@pytest.mark.parametrize("same", [False, True])
def test_every_group_and_all_together_have_the_numbers_of_their_change(same):
    waves = [
        example_design(wave=2024, districts=3, schools=6),
        example_design(wave=2025, districts=3, shift=0.4, schools=6),
    ]
    found = everywhere(waves, "ixTeach", by="district", same_places=same, choices=SOME)
    for code in ("b", ""):
        group = {"column": "district", "code": code} if code else {}
        claim = multiverse(waves, Changed("ixTeach", same_places=same, **group), SOME)
        mine = found[found["district"] == code] if code else found[found["district"].isna()]
        assert_allclose(mine[["estimate", "lower", "upper"]], claim.table[["estimate", "lower", "upper"]], atol=1e-9)
        assert (mine["holds"] == 1).sum() == claim.held


def test_a_wave_that_fell_holds_on_the_other_side():
    waves = [example_design(wave=2024, schools=8, shift=0.8), example_design(wave=2025, schools=8)]
    found = everywhere(waves, "ixWhole", by="district", choices=SOME)
    assert set(found["holds"]) == {-1.0}


def test_choices_and_columns_that_are_not_there_are_refused():
    design = example_design()
    with pytest.raises(DuzhengError) as error:
        everywhere(design, "ixWhole", by="nowhere", choices={"mood": ("good",)})
    assert len(error.value.faults) == 2
    with pytest.raises(DuzhengError, match="ixNone"):
        everywhere(design, "ixNone", by="district")
