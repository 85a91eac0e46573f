"""A finding keeps what it is through a frame, and says nothing that its slots do not carry."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.findings.candidates import ALL, gap, level
from tests.findings.test_permission import RULE

from analysis.documents import Run
from analysis.findings.finding import COLUMNS, findings_of, frame_of, worded
from analysis.findings.permission import judged
from analysis.findings.wording import Number

#: A message that is ours: "Left out: it rests on 24 answers, fewer than the 30 that are needed."
TOLD = {"message": "withheld_few_answers", "slots": {"value": Number("ixFair/U7/2025/n", 24.0),
                                                     "bound": Run(text="30", role="citation")}}  # fmt: skip
CHINESE, ENGLISH = (
    "本条因答卷只有24份，不足30份，未写入。",
    "Left out: it rests on 24 answers, fewer than the 30 that are needed.",
)


@pytest.mark.parametrize("candidate", ALL)
def test_a_judged_finding_comes_back_from_a_frame(candidate):
    found = judged([candidate()], RULE)[0]
    assert findings_of(frame_of([found])) == [found]


@settings(max_examples=30)
@given(st.lists(st.sampled_from(ALL), max_size=6), st.integers(0, 3000), st.none() | st.floats(-100, 100))
def test_any_findings_come_back_from_a_frame(candidates, n, against):
    found = [each(n=n, against=against, withheld=("noise", "small"), base_year=None) for each in candidates]
    assert findings_of(frame_of(found)) == found


def test_a_frame_of_none_has_its_columns():
    assert list(frame_of([]).columns) == list(COLUMNS)
    assert findings_of(frame_of([])) == []


def test_a_worded_finding_names_the_cell_of_its_number_in_both_languages():
    found = worded(level(**TOLD))
    assert (found.said("zh-Hans"), found.said("en")) == (CHINESE, ENGLISH)
    for runs in found.texts.values():
        assert Run(text="24", cell="ixFair/U7/2025/n") in runs


def test_slots_are_not_kept_in_a_frame_and_texts_are():
    back = findings_of(frame_of([worded(level(**TOLD))]))[0]
    assert back.slots == {}
    assert back.said("zh-Hans") == CHINESE


def test_a_kind_that_there_is_not_is_refused():
    with pytest.raises(ValidationError, match="kind"):
        gap(kind="guess")
