"""A nation's figures load, hold their contracts, are checked and screened in a minute and in 2 GB."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.benchmarks.national import OBSERVED, YEARS, write_national
from tests.conftest import ROOT

from analysis.indicators import series, warnings
from analysis.workspace import Workspace


def measured(counties: int) -> dict[str, float]:
    """Give seconds, rows and GB of a process of its own, so that no other test's memory is counted."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.national", str(counties)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [line.rsplit(maxsplit=1) for line in done.stdout.splitlines()]
    return {name.strip(): float(number.replace(",", "")) for name, number in lines}


@pytest.mark.slow
@pytest.mark.parametrize(("counties", "seconds", "gigabytes"), [(280, 15, 1.0), (2_800, 60, 2.0)])
def test_a_nation_is_loaded_checked_and_screened_in_time(counties, seconds, gigabytes):
    found = measured(counties)
    assert found["rows"] > counties * OBSERVED * len(YEARS)
    assert found["all"] < seconds
    assert found["peak GB"] < gigabytes


def test_a_small_nation_is_read_whole_and_adds_up(tmp_path):
    place = Workspace(write_national(tmp_path, 42, observed=4))
    place.check()
    assert len(place.observations) > 42 * 4 * len(YEARS)
    assert warnings(place).empty
    levels = series(place, ["i00", "i40"])
    assert levels["status"].value_counts().index.tolist()[0] in {"reported", "computed"}
    merged = levels[(levels["unit"] == "C0000") & (levels["indicator"] == "i00") & (levels["year"] < 2019)]
    assert set(merged["status"]) <= {"summed", "incomplete"}
    assert "C0030" not in set(levels["unit"])
