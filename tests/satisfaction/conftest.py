"""What tests of satisfaction share."""

from __future__ import annotations

import warnings

import pytest


@pytest.fixture
def strict():
    """Make every warning of a test's own body an error, not those of what other tests left to be tidied."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="session")
def shanghai_design(shanghai, tmp_path_factory):
    """Give the design of a simulated wave of the workspace's students, written and read as a collected one is."""
    import shutil

    from analysis.surveys import questionnaires
    from analysis.surveys.collected import Collected, write_collected
    from analysis.surveys.design import design
    from analysis.surveys.simulate import read_truth, simulate
    from analysis.workspace import Workspace

    root = tmp_path_factory.mktemp("workspace")
    for name in ("workspace.yaml", "surveys", "data"):
        source = shanghai.root / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("responses", "frames"))
        else:
            shutil.copy(source, root / name)
    workspace = Workspace(root)
    surveys = questionnaires(workspace)
    survey = surveys["students-2025"]
    truth = read_truth(root / "data/demo/students.truth.yaml", list(surveys.values()))
    made = simulate(survey, truth, n=1500, seed=5)
    write_collected(
        root, Collected(survey, synthetic=True, responses=made.responses, log=made.log, margins=made.margins)
    )
    return design(workspace, "students", 2025, synthetic=True)
