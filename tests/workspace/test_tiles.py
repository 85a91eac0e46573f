"""The map of tiles: every fault of its file at once, and no file is no fault."""

from __future__ import annotations

import pytest
from tests.conftest import invent, write

from analysis.messages import DuzhengError
from analysis.workspace import Workspace


def place(root, tiles):
    return Workspace(write(invent(root), {"data/tiles.csv": tiles} if tiles else {}))


def faults_of(root, tiles):
    with pytest.raises(DuzhengError) as caught:
        place(root, tiles).check()
    return [(each.code, each.file, each.row, each.column) for each in caught.value.faults]


def test_places_are_read_as_whole_numbers_and_no_file_means_no_map(tmp_path):
    tiles = place(tmp_path / "with", "unit,row,column\nU,1,2\nV,2,1\n").tiles
    assert tiles.to_dict("records") == [{"unit": "U", "row": 1, "column": 2}, {"unit": "V", "row": 2, "column": 1}]
    without = place(tmp_path / "without", "")
    assert without.tiles is None
    without.check()


def test_every_fault_is_listed_with_its_row(tmp_path):
    found = faults_of(tmp_path / "faults", """
        unit,row,column
        U,1,1
        V,1,1
        X,2,1
        P,2,2
        L,0,1.5
        U,west,
        """)  # fmt: skip
    file = "data/tiles.csv"
    assert sorted(found) == sorted([
        ("DZ-T005", file, 3, "row, column"),  # two units in one place
        ("DZ-U001", file, 4, "unit"),  # nobody knows X
        ("DZ-U002", file, 5, "unit"),  # the prefecture gets no memo of a county
        ("DZ-U002", file, 6, "unit"),  # Lower Hill went into Upper in 2015
        ("DZ-T004", file, 6, "row"),
        ("DZ-T004", file, 6, "column"),
        ("DZ-T003", file, 7, "row"),
        ("DZ-T003", file, 7, "column"),
        ("DZ-T005", file, 7, "unit"),  # Upper has two tiles
    ])  # fmt: skip


def test_columns_are_held_to_the_contract(tmp_path):
    found = faults_of(tmp_path / "columns", "unit,row,col\nU,1,1\n")
    assert sorted(found) == [("DZ-T002", "data/tiles.csv", 1, "col"), ("DZ-T002", "data/tiles.csv", 1, "column")]


def test_every_unit_of_the_repository_has_a_place_of_its_own(shanghai):
    tiles, settings = shanghai.tiles, shanghai.settings
    assert {*tiles["unit"]} == {*shanghai.units.at(settings.boundaries, settings.unit_kind).index}
    at = tiles.assign(name=tiles["unit"].map(lambda unit: shanghai.units.name(unit, "en", short=True)))
    at = at.set_index("name")
    assert at.loc["Chongming", "row"] == at["row"].min()
    assert at.loc["Chongming", "column"] == at.loc["Pudong", "column"] == at["column"].max()
    assert at["column"].idxmin() == "Qingpu"
    assert {*at.index[at["row"] == at["row"].max()]} == {"Jinshan", "Fengxian"}
