"""What tests of answers share: an invented wave with effects that are known, gathered and judged once."""

from __future__ import annotations

import pytest
from tests.findings.answers import invented

from analysis.findings.answers.gather import gathered
from analysis.findings.permission import judged

CHOICES = {"conversion": ("linear_0_100", "top2"), "weighting": ("calibrated", "design")}
#: What the invented questionnaire declares: one index between districts, its change, and one between groups.
COMPARISONS = (
    {"of": "ixWhole", "between": "district"},
    {"of": "ixTeach", "between": "stay"},
    {"of": "ixWhole", "between": "wave"},
    {"of": "ixWhole", "between": "wave", "by": ["district"]},
)


@pytest.fixture(scope="session")
def rule(shanghai):
    """Give the rule set of what may be said."""
    return shanghai.rules["statements"]


@pytest.fixture(scope="session")
def planted(tmp_path_factory):
    """Give the wave in which A is far above all and B far below, sealed, with the wave before."""
    survey = invented.survey_of(comparisons=COMPARISONS)
    now = invented.design(1, {"a": 0.8, "b": -0.7}, survey=survey, stays=0.5)
    return invented.wave(now, invented.design(2, year=2024), root=tmp_path_factory.mktemp("sealed"))


@pytest.fixture(scope="session")
def found(planted):
    """Give what is gathered of it; reckoned anew by some choices, as all of them take ten times as long."""
    return gathered([planted], None, choices=CHOICES, replicates=20)


@pytest.fixture(scope="session")
def said(found, rule):
    """Give its findings, judged."""
    return judged(found.findings, rule)
