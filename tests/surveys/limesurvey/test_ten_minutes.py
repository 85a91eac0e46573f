"""The script of the page on LimeSurvey: from text to data, on a real server, in less than ten minutes."""

from __future__ import annotations

import importlib.util
import time

import pytest
from tests.conftest import ROOT
from tests.surveys.limesurvey.conftest import TALKS

from analysis.surveys.simulate.recovered import allowed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.limesurvey,
    pytest.mark.browser,
    pytest.mark.skipif(not TALKS, reason="no server: set LIMESURVEY_URL to one whose surveys may be deleted"),
]


def test_four_questionnaires_go_from_text_to_data(tmp_path, capsys):
    found = importlib.util.spec_from_file_location("ten_minutes", ROOT / "docs/ten_minutes.py")
    script = importlib.util.module_from_spec(found)
    found.loader.exec_module(script)
    begun = time.monotonic()
    estimates = script.play(tmp_path / "workspace")
    assert time.monotonic() - begun < 600
    assert set(estimates["survey"]) == set(script.NAMES)
    inside = estimates["inside"].dropna()
    assert len(inside) >= 20
    assert (~inside.astype(bool)).sum() <= allowed(len(inside))
    shown = capsys.readouterr().out
    assert shown.count(": nothing to do") == 4
    assert shown.count("300 simulated answers") == shown.count("one more in a browser") == 4
    assert shown.count("    500 participants") == 3
