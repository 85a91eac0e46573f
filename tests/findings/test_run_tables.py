"""The tables of a run: frozen, the same every time, and sliced so that a memo depends on what it shows alone."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from analysis.findings import RunTables, brief, run_tables
from analysis.messages import DuzhengError
from analysis.workspace import Workspace


@pytest.fixture(scope="module")
def run(shanghai):
    return run_tables(shanghai)


def test_what_is_written_is_read_as_it_was(run, tmp_path):
    run.write(tmp_path)
    again = RunTables.read(tmp_path)
    for name, frame in run.tables.items():
        pd.testing.assert_frame_equal(frame, again[name])
    assert again.digest == run.digest
    assert again.slice("310104").digest == run.slice("310104").digest


def test_the_same_tables_have_the_same_bytes(run, tmp_path):
    run.write(tmp_path / "a")
    run.write(tmp_path / "b")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_a_table_that_is_no_longer_there_is_not_left_from_an_earlier_run(run, tmp_path):
    run.write(tmp_path)
    fewer = RunTables(run.reference, {name: frame for name, frame in run.tables.items() if name != "complete"})
    fewer.write(tmp_path)
    assert "complete" not in RunTables.read(tmp_path).tables


def test_a_slice_holds_nothing_of_peers_but_what_memos_compare(run):
    facts = run.slice("310104")["facts"]
    others = facts[~facts["unit"].isin(["310104", "310000", "100000"])]
    catalogue = run.reference.catalogue
    warned = set(run["warnings"]["indicator"]) | set(run["warnings"]["against"])
    for code in set(others["indicator"]):
        assert catalogue[code].kind == "ratio" or catalogue[code].headline or code in warned


def test_a_figure_of_a_peer_that_no_memo_shows_leaves_the_slice_as_it_was(run):
    facts = run["facts"].copy()
    shown = run.slice("310104")["facts"]["cell"]
    other = facts.index[(facts["unit"] == "310105") & ~facts["cell"].isin(shown)][0]
    facts.loc[other, "value"] += 1
    changed = RunTables(run.reference, {**run.tables, "facts": facts})
    assert changed.slice("310104").digest == run.slice("310104").digest
    assert changed.slice("310105").digest != run.slice("310105").digest


def test_the_source_of_what_a_memo_does_not_cite_is_not_in_its_slice(run):
    assert len(run.slice("310104").reference.sources) < len(run.reference.sources)


def test_a_brief_of_written_tables_says_what_one_of_fresh_tables_says(shanghai, run, tmp_path):
    root = tmp_path / "place"
    root.mkdir()
    shutil.copy(shanghai.root / "workspace.yaml", root)
    run.write(root / "reports/run_tables")
    # There is no data beside the tables: stage two reads nothing else.
    told = brief(Workspace(root), "310106", run="reports/run_tables", language="en")
    assert told.section("summary") == brief(shanghai, "310106", language="en").section("summary")


def test_a_folder_without_tables_is_refused(invented):
    with pytest.raises(DuzhengError, match="DZ-M005"):
        brief(Workspace(invented), "V", run="reports/nowhere")


def test_a_unit_that_is_not_on_the_boundaries_is_refused_with_what_became_of_it(run):
    with pytest.raises(DuzhengError, match="DZ-U002"):
        run.slice("310108")
