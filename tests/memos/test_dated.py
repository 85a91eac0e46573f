"""A document is dated by the day that it is built for, and kept apart from those of other days."""

from __future__ import annotations

import datetime as dt

from typer.testing import CliRunner

from analysis.cli.memo import app
from analysis.memos.provenance import state_of
from analysis.memos.tables import folder_of, key_of_run, release_folder
from analysis.workspace import Workspace


def test_each_day_has_a_folder_and_tables_of_its_own(invented):
    usual, dated = Workspace(invented), Workspace(invented, dt.date(2020, 1, 15))
    assert dated.settings.released == dt.date(2020, 1, 15)
    assert dated.settings.model_copy(update={"released": usual.settings.released}) == usual.settings
    assert release_folder(usual, 2020).name == "2020"
    assert release_folder(dated, 2020, "internal").name == "2020-on-2020-01-15-internal"
    assert folder_of(dated, 2020, synthetic=True).name == "run_tables-2020-on-2020-01-15"
    keys = {key_of_run(state_of(each), year=2020, synthetic=False) for each in (usual, dated)}
    assert len(keys) == 2  # what the ledger had by one day is not what it had by another
    again = Workspace(invented, usual.settings.released)
    assert key_of_run(state_of(again), year=2020, synthetic=False) in keys


def test_the_command_refuses_what_is_no_day():
    done = CliRunner().invoke(app, ["build", "--on", "2020-13-45"])
    assert done.exit_code == 2
    assert "2020-13-45" in done.output
