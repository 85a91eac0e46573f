"""The tables of a run: frozen, the same every time, and sliced so that a memo depends on what it shows alone."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from analysis.findings import Brief, Evidence, RunTables
from analysis.findings.brief import brief
from analysis.findings.stage_one import run_tables
from analysis.messages import DuzhengError
from analysis.workspace import Workspace


@pytest.fixture(scope="module")
def run(fresh_run):
    return fresh_run


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
    fresh = Brief(Evidence(run.slice("310106").public(), "310106"), "en")
    assert told.section("summary") == fresh.section("summary")


def test_a_folder_without_tables_is_refused(invented):
    with pytest.raises(DuzhengError, match="DZ-M005"):
        brief(Workspace(invented), "V", run="reports/nowhere")


def test_a_unit_that_is_not_on_the_boundaries_is_refused_with_what_became_of_it(run):
    with pytest.raises(DuzhengError, match="DZ-U002"):
        run.slice("310108")


@pytest.fixture
def two(invented):
    """A place of two prefectures in a province: three counties here, two there, one of which has a town."""
    units = invented / "data/units.csv"
    text = units.read_text(encoding="utf-8").replace(",prefecture,,", ",prefecture,N,")
    units.write_text(
        "id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor\nN,N,虚构省,Invented Province,province,,,,\n"
        + text.partition("\n")[2]
        + "Q,Q,邻州,Other Prefecture,prefecture,N,,,\nX,X,东县,East County,county,Q,,,\n"
        "Y,Y,西县,West County,county,Q,,,\nT,T,西镇,West Town,town,Y,,,\nW,W,孤县,Lone County,county,P,,,\n",
        encoding="utf-8",
    )
    (invented / "data/observations/more.csv").write_text(
        "unit,year,indicator,value,measure,source\n"
        + "".join(
            f"{unit},{year},pupils,{value + year - 2012},人,made-up\n"
            for year in (2012, 2017)
            for unit, value in {"X": 500, "Y": 700, "Q": 1200, "T": 80, "W": 60, "N": 5000}.items()
        ),
        encoding="utf-8",
    )
    return run_tables(Workspace(invented))


def test_a_memo_reads_of_its_family_what_it_would_read_of_all(two, tmp_path):
    assert two.families == ["P", "Q"]
    assert len(two["warnings"])  # a doubt about one unit is read by all
    for family, units in {"P": ("P", "U", "V", "W"), "Q": ("Q", "X", "Y")}.items():
        kept = two.family(family)
        kept.write(tmp_path / family)
        read = RunTables.read(tmp_path / family)
        for unit in units:
            assert read.slice(unit).digests == two.slice(unit).digests
            assert read.slice(unit).public().digests == two.slice(unit).public().digests
        assert {"X", "Y"}.isdisjoint(kept["findings"]["unit"]) == (family == "P")


def test_a_place_with_one_whole_has_no_families(run):
    assert run.families == []
