"""New workspaces: what every office can begin with is taken over, what is private or another place's is not."""

from __future__ import annotations

import pytest
from tests.conftest import ROOT, invent, write

from analysis.messages import DuzhengError
from analysis.workspace import Workspace
from analysis.workspace.starter import hold_folder, start
from analysis.workspace.starter.taken import ignored

#: What lies in a workspace and is nobody else's.
PRIVATE = {
    "data/responses/form/2020/codebook.csv": "x",
    "data/frames/form-2020.csv": "x",
    "data/frames/form-2020.persons.csv": "x",
    "data/releases/2020/first/reference.json": "{}",
    "data/demo/ledger/remarks/U-2020.yaml": "x",
    "data/demo/README.md": "x",
    "data/contacts/heads.csv": "name,telephone",
    "data/ledger/self_evaluations/U-2020.yaml": """
        unit: U
        year: 2020
        source: {zh-Hans: 自评}
        submitted: 2020-03-18
        """,
    "data/targets/plan.yaml": """
        id: plan
        government: P
        title: {zh-Hans: 规划}
        from: 2020-01-01
        to: 2025-12-31
        certainty: own
        targets: [{indicator: pupils, value: 1, by: 2021, direction: at_least, certainty: own}]
        """,
    "surveys/seals/form-2020.yaml": "x",
    "reports/2020/index.html": "x",
    ".duzheng/keys/form.key": "x",
    "data/rules/.ipynb_checkpoints/statements.yaml": "x",
    "notebooks/memos/__pycache__/helper.pyc": "x",
}
#: What a new one begins with; the pages of folders that a later version has, too.
COMMON = {
    "data/ledger/README.md": "How.",
    "data/ledger/rounds_of_later/README.md": "How.",
    "data/glossary.csv": "zh,en\n学校,school\n",
    "data/rules/peers.yaml": (ROOT / "data/rules/peers.yaml").read_text(encoding="utf-8").partition("notes:")[0],
    "surveys/README.md": "Ours.",
    "surveys/bank/own.yaml": "items: {}",
    "notebooks/explore/first.ipynb": "{}",
    "reports/README.md": "Ours.",
}
#: Of every new workspace, whatever was taken.
MADE = {"workspace.yaml", "README.md", ".gitignore", "data/units.csv"}
TOWNS = """
    id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor
    U-1,U-1,甲镇,A Town,town,U,,,
    U-2:2018,U-2,乙镇,B Town,town,U,,2018,U-2
    U-3,U-3,丙镇,C Town,town,U,,2018,U-2
    U-2,U-2,乙镇,B Town,town,U,2019,,
    U-edu,U-edu,教育局,Education Bureau,department,U,,,
    """


@pytest.fixture
def source(tmp_path):
    """An invented workspace in which there is everything that must stay there."""
    root = write(invent(tmp_path / "source"), {**PRIVATE, **COMMON})
    return Workspace(root)


def lying(root):
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def given(tmp_path, text=TOWNS):
    return write(tmp_path, {"towns.csv": text}) / "towns.csv"


def test_a_copy_holds_what_is_public_and_nothing_else(source, tmp_path):
    files = start(source).write(tmp_path / "new")
    memos = {path.relative_to(source.root).as_posix() for path in (source.root / "notebooks/memos").glob("*.*")}
    public = {"data/sources.csv", "data/indicators/all.yaml", "data/observations/all.csv", "data/rules/statements.yaml"}
    assert lying(tmp_path / "new") == {*MADE, *COMMON, *memos, *public}
    assert {*files} == {tmp_path / "new" / name for name in lying(tmp_path / "new")}
    made = Workspace(tmp_path / "new")
    made.check()
    assert (made.settings, made.inputs().keys()) == (source.settings, source.inputs().keys() - {*PRIVATE})
    assert made.observations.equals(source.observations)
    assert made.ledger.self_evaluations == {}


def test_a_district_is_the_whole_of_its_towns(source, tmp_path):
    begun = start(source, template="district", unit="U", table=given(tmp_path), year=2021)
    assert begun.place.memos_of == ("U-1", "U-2")
    begun.write(tmp_path / "new")
    made = Workspace(tmp_path / "new")
    made.check()
    said = made.settings
    assert (said.name, said.unit_kind, said.unit_name) == (
        {"zh-Hans": "上县", "en": "Upper County"}, "town", {"zh-Hans": "街镇", "en": "town"},
    )  # fmt: skip
    assert (said.year, said.released.isoformat(), said.boundaries) == (2021, "2022-01-31", 2020)
    # The prefecture above, the county, what it was made of, and those below; the other county is not there.
    assert [*made.units.frame.index] == ["P", "U", "U:2014", "L", "U-1", "U-2:2018", "U-3", "U-2", "U-edu"]
    assert made.units.holders("U-3", 2020) == ["U-2"]
    here = source.observations[source.observations["unit"].isin(["P", "U", "U:2014", "L"])]
    assert made.observations["value"].tolist() == here["value"].tolist()
    assert not (tmp_path / "new/data/tiles.csv").exists()
    assert 'unit: str = \\"U-1\\"' in (tmp_path / "new/notebooks/memos/district_memo.ipynb").read_text(encoding="utf-8")


def test_a_district_without_a_table_has_the_towns_that_the_city_knows_and_may_have_none(source, tmp_path):
    none = start(source, template="district", unit="U")
    none.check()
    assert none.place.memos_of == ()
    page = none.files["README.md"].decode()
    assert "U001,U001,某某街道,A Subdistrict,某某,A,town,U,,," in page
    table = source.root / "data/units.csv"
    table.write_text(table.read_text(encoding="utf-8") + "U-1,U-1,甲镇,A Town,town,U,,,\nV-1,V-1,丁镇,D,town,V,,,\n",
                     encoding="utf-8")  # fmt: skip
    assert start(Workspace(source.root), template="district", unit="U").place.memos_of == ("U-1",)


def test_boundaries_are_those_of_the_newest_towns_but_not_of_a_year_to_come(source, tmp_path):
    later = TOWNS.replace("2018", "2022").replace("2019", "2023")
    for year, boundaries, memos_of in ((2024, 2023, ("U-1", "U-2")), (2021, 2021, ("U-1", "U-2:2022", "U-3"))):
        begun = start(source, template="district", unit="U", table=given(tmp_path, later), year=year)
        begun.check()
        assert (begun.place.boundaries, begun.place.memos_of) == (boundaries, memos_of)


def test_another_city_keeps_the_figures_of_what_both_have(source, tmp_path):
    own = """
        id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor
        P,P,虚构州,Invented Prefecture,prefecture,,,,
        Q,Q,他州,Other Prefecture,prefecture,P,,,
        V,V,别谷县,Another Valley,county,Q,,,
        W,W,水县,Water County,county,Q,,,
        """
    begun = start(source, table=given(tmp_path, own))
    begun.write(tmp_path / "new")
    made = Workspace(tmp_path / "new")
    made.check()
    assert made.settings.name["en"] == "Other Prefecture"
    assert set(made.observations["unit"]) == {"P"}  # V is another county of the same code
    assert begun.files["data/units.csv"].decode().splitlines()[0].startswith("id,code,name_zh")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (TOWNS.replace("U-3,U-3,丙镇,C Town,town,U", "U-3,U-3,丙镇,C Town,town,V"), [("DZ-U003", 4, "parent")]),
        (TOWNS.replace("A Town,town", "A Town,镇"), [("DZ-T004", 2, "kind")]),
        (TOWNS.replace(",2018,U-2", ",2018,U-9"), [("DZ-U003", 3, "successor"), ("DZ-U003", 4, "successor")]),
        (TOWNS.replace(",kind,", ",sort,"), [("DZ-T002", 1, "kind"), ("DZ-T002", 1, "sort")]),
        (TOWNS.replace("U-3,U-3", "P,P"), [("DZ-U003", 4, "parent")]),
        ("\nid,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor\n", [("DZ-T001", None, "")]),
    ],
)  # fmt: skip
def test_a_fault_of_the_table_is_named_where_it_stands_and_nothing_is_written(source, tmp_path, table, said):
    path = given(tmp_path, table)
    before = lying(tmp_path)
    with pytest.raises(DuzhengError) as caught:
        start(source, template="district", unit="U", table=path).write(tmp_path / "deep/new")
    assert [(fault.code, fault.row, fault.column) for fault in caught.value.faults] == said
    assert {fault.file for fault in caught.value.faults} == {"towns.csv"}
    assert (lying(tmp_path), (tmp_path / "deep").exists()) == (before, False)


def test_what_is_asked_for_and_is_not_there_is_said(source, tmp_path):
    with pytest.raises(DuzhengError, match=r"DZ-U001: found 'X'.*one of U, V"):
        start(source, template="district", unit="X")
    with pytest.raises(DuzhengError, match=r"DZ-T004.*units of the kind county"):
        start(source, table=given(tmp_path))
    (source.root / "data/rules/peers.yaml").write_text("id: other", encoding="utf-8")
    with pytest.raises(DuzhengError, match=r"DZ-W003 data/rules/peers.yaml"):
        start(Workspace(source.root))


def test_a_folder_that_is_not_free_stays_as_it_is(source, tmp_path):
    begun = start(source)
    busy = write(tmp_path / "busy", {"mine.txt": "mine"})
    for place, said in ((busy, "something"), (busy / "mine.txt", "a file"), (source.root / "new", "begun from")):
        with pytest.raises(DuzhengError, match=rf"DZ-W004.*{said}"):
            hold_folder(place, source)
    with pytest.raises(DuzhengError, match="DZ-W004"):
        begun.write(busy)
    assert lying(busy) == {"mine.txt"}
    empty = tmp_path / "empty"
    empty.mkdir()
    begun.write(empty)  # such as the folder that one stands in
    assert (empty / "workspace.yaml").is_file()


def test_a_disk_that_fails_leaves_nothing(source, tmp_path, monkeypatch):
    def full(self, target):
        raise OSError(28, "No space left on device")

    begun = start(source)
    monkeypatch.setattr("pathlib.Path.rename", full)
    with pytest.raises(DuzhengError, match=r"DZ-W004.*No space left"):
        begun.write(tmp_path / "deep/new")
    assert not (tmp_path / "deep").exists()


def test_addresses_of_servers_are_not_taken_over(source):
    path = source.root / "workspace.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "limesurvey: {live: 'https://survey.example.org/'}\n# mine\n", encoding="utf-8")
    begun = start(Workspace(source.root))
    assert b"example.org" not in begun.files["workspace.yaml"]


def test_a_new_workspace_keeps_out_of_git_what_this_one_keeps_out_of_its_data(source):
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    mine = {each for each in lines if each.lstrip("!").startswith(("/data", "/reports", "/.duzheng"))}
    assert mine <= {*ignored(ROOT).decode().split()}
    assert b"/data/responses/\n" in start(source).files[".gitignore"]  # although the source has no such list


def test_the_own_workspace_can_begin_a_district_of_its_own(shanghai):
    unit = "310106"
    begun = start(shanghai, template="district", unit=unit)
    rows = [line.split(",") for name, text in begun.files.items() if name.startswith("data/observations/")
            for line in text.decode().splitlines()[1:]]  # fmt: skip
    mine = {shanghai.units.parent(unit), unit, "310108"}  # what it took in was merged into it
    assert {row[0] for row in rows} == {"100000", *mine}
