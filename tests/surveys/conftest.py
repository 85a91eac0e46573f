"""A questionnaire with every kind of item, and a workspace with the repository's questionnaires and no answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.surveys.test_lint import surveys_of

EVERY = (Path(__file__).parent / "formats/every_kind.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def every(tmp_path_factory):
    """A survey with every kind of item, without margins."""
    (survey,) = surveys_of(EVERY, tmp_path_factory.mktemp("every"))
    return replace(survey, questionnaire=survey.questionnaire.model_copy(update={"margins": ()}))


@pytest.fixture
def workspace(tmp_path):
    for name in ("workspace.yaml", "surveys"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path
