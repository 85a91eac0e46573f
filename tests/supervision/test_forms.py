"""Forms: what is handed out comes back as it was typed; every fault with its sheet and row, and nothing is entered."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from tests.supervision.handing_in import SOUND, TITLES, asked, fill, place, refused

from analysis.messages import DuzhengError
from analysis.supervision.evaluations import submit
from analysis.supervision.forms import write_form
from analysis.supervision.handed import Handed, read_form
from analysis.workspace import Workspace


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Workspace:
    """The invented office, where Upper County was asked, with an empty form of it and a sound one."""
    workspace = asked(tmp_path_factory.mktemp("office"), "U")
    write_form(workspace, workspace.root / "U.xlsx", unit="U", year=2020)
    sound = workspace.root / "sound.xlsx"
    sound.write_bytes((workspace.root / "U.xlsx").read_bytes())
    fill(sound, SOUND)
    return workspace


@pytest.fixture
def form(office, tmp_path) -> Path:
    """A form of Upper County that is filled in and sound."""
    path = tmp_path / "U.xlsx"
    path.write_bytes((office.root / "sound.xlsx").read_bytes())
    return path


def read(office, path, unit="U", year=2020):
    return read_form(office, path, unit=unit, year=year)


def faults(office, path, **options):
    """Give the faults of a form as sheet, row and column; nothing of it is entered."""

    def enter():
        submit(office, read(office, path, **options), unit="U", year=2020, on=dt.date(2020, 2, 20), by="李某")

    found = refused(office.root, enter)
    assert {each.code for each in found} == {"DZ-O004"}
    return {(each.file.removeprefix(f"{path.name}").removeprefix(": "), each.row, each.column) for each in found}


def figure(path, row=3, **values):
    return fill(path, {"figures": {row: values}})


def test_an_empty_form_says_nothing(office, tmp_path):
    assert read(office, office.root / "U.xlsx") == Handed((), (), ())
    write_form(office, tmp_path / "fin.xlsx", unit="fin", year=2020, synthetic=True)
    assert read(office, tmp_path / "fin.xlsx", unit="fin") == Handed((), (), ())


def test_what_is_sound_is_read_as_it_stands(office, form):
    found = read(office, form)
    assert [(each.id, each.title) for each in found.papers] == [("report", {"zh-Hans": "年度报告"})]
    assert [(each.point, each.evidence) for each in found.answers] == [
        ("growth-1", ("report",)), ("reform-1", ("report",))
    ]  # fmt: skip
    (claim,) = found.claims
    assert (claim.id, claim.indicator, claim.year, str(claim.value)) == ("pupils", "pupils", 2017, "3300")
    assert (claim.point, claim.duty, claim.of) == ("growth-1", "growth", "")
    assert claim.text == {"zh-Hans": "2017年学生数为3,300人。", "en": "Pupils: 3,300 persons in 2017."}


#: What is typed, and what is read.
NUMBERS = [
    ("8.10", "8.10"), ("8.00", "8.00"), ("-8.10", "-8.10"),  # zeros at the end say how exact it is
    ("3,300", "3300"), ("3，300", "3300"), ("1,234,567.80", "1234567.80"),
    ("３３００", "3300"), ("３．１０", "3.10"), ("－３", "-3"), ("\N{MINUS SIGN}3", "-3"),
    (3300, "3300"), (3300.0, "3300"), (8.1, "8.1"), (0.1 + 0.2, "0.3"), (1e-5, "0.00001"),
    (12345678901234.0, "12345678901234"),
]  # fmt: skip
NO_NUMBERS = [
    "3300人", "3.3万", "33,00", "3,3", "3.5.1", "约3300", "3 300", "1e5", "NaN", "5%", "--", "三千", True,
    dt.date(2017, 1, 1), dt.time(8, 10),
]  # fmt: skip


def test_a_number_keeps_what_was_typed(office, form):
    row = {"indicator": "pupils", "year": "2017", "evidence": "report"}
    fill(form, {"figures": {at: {**row, "value": typed} for at, (typed, _) in enumerate(NUMBERS, start=3)}})
    found = read(office, form).claims
    assert [str(each.value) for each in found] == [read_as for _, read_as in NUMBERS]


def test_what_is_no_number_of_the_measure_is_named_with_its_place(office, form):
    row = {"indicator": "pupils", "year": "2017", "evidence": "report"}
    fill(form, {"figures": {at: {**row, "value": typed} for at, typed in enumerate(NO_NUMBERS, start=3)}})
    assert faults(office, form) == {(TITLES["figures"], at, "value") for at in range(3, 3 + len(NO_NUMBERS))}


def test_per_cent_is_understood_where_it_is_the_measure_and_nowhere_else(office, form):
    from openpyxl import load_workbook

    growth = {"value": None, "base_year": "2012", "growth": "10.0%"}
    assert str(read(office, figure(form, **growth)).claims[0].growth) == "10.0"
    more = {"id": "content", "indicator": "content", "year": 2018, "value": "80.0%", "evidence": "report"}
    assert str(read(office, figure(form, 4, **more)).claims[1].value) == "80.0"
    # Excel shows 0.1 as 10% where the cell is formatted so.
    figure(form, growth=0.1)
    book = load_workbook(form)
    book[TITLES["figures"]]["K3"].number_format = "0.0%"
    book.save(form)
    assert read(office, form).claims[0].growth == Decimal(10)


def cells(path: Path, sheet: str, old: str, new: str) -> Path:
    """Write into the XML of a sheet, as other programs would."""
    number = [*TITLES].index(sheet) + 1
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = f"xl/worksheets/sheet{number}.xml"
    parts[name], times = re.subn(old.encode(), new.encode(), parts[name])
    assert times
    with zipfile.ZipFile(path, "w") as book:
        for each, content in parts.items():
            book.writestr(each, content)
    return path


def test_a_formula_counts_by_the_value_that_excel_kept_and_without_one_is_refused(office, form):
    figure(form, value=7)
    kept = cells(form, "figures", r"<v>7</v>", "<f>3*1100</f><v>3300</v>")
    assert str(read(office, kept).claims[0].value) == "3300"
    assert faults(office, figure(form, value="=3*1100")) == {(TITLES["figures"], 3, "value")}
    figure(form, value="3300")
    fill(form, {"points": {4: {"answer_zh": "=A1"}}, "papers": {3: {"title_zh": "#REF!"}}})
    assert faults(office, form) == {
        (TITLES["points"], 4, "answer_zh"), (TITLES["papers"], 3, "title_zh"),
    } | {(TITLES[sheet], row, "evidence") for sheet, row in (("points", 3), ("figures", 3))}  # fmt: skip


def test_a_form_of_another_unit_year_or_kind_is_refused(office, form, tmp_path):
    assert faults(office, form, year=2021) == {(TITLES["guide"], None, "year")}
    write_form(office, tmp_path / "V.xlsx", unit="V", year=2020)
    assert faults(office, tmp_path / "V.xlsx") == {(TITLES["guide"], None, "unit")}
    write_form(office, tmp_path / "fin.xlsx", unit="fin", year=2020)
    assert (TITLES["guide"], None, "form") in faults(office, tmp_path / "fin.xlsx")
    # Excel may make a number of the year.
    from openpyxl import load_workbook

    book = load_workbook(form)
    book[TITLES["guide"]]["B3"].value = 2020
    book.save(form)
    assert read(office, form).claims


@pytest.mark.parametrize("what", ["text", "empty", "password", "truncated", "none", "folder"])
def test_what_is_no_workbook_is_said_to_be_none(office, form, what):
    whole = form.read_bytes()
    form.unlink()
    content = {"text": "要点\n".encode(), "empty": b"", "password": b"\xd0\xcf\x11\xe0" + bytes(600),
               "truncated": whole[: len(whole) // 2]}  # fmt: skip
    if what == "folder":
        form.mkdir()
    elif what in content:
        form.write_bytes(content[what])
    (fault,) = refused(office.root, lambda: read(office, form))
    assert (fault.code, fault.file) == ("DZ-O004", "U.xlsx")
    assert ("password" in fault.found) == (what == "password")


def test_a_sheet_or_a_column_that_is_missing_or_twice_is_named(office, form):
    from openpyxl import load_workbook

    book = load_workbook(form)
    book[TITLES["figures"]]["G2"].value = "数值"
    book[TITLES["points"]]["E2"].value = "answer_zh"
    book.save(form)
    assert faults(office, form) == {
        (TITLES["figures"], 2, "value"), (TITLES["points"], 2, "answer_zh"), (TITLES["points"], 2, "answer_en"),
    }  # fmt: skip
    book.remove(book[TITLES["papers"]])
    book[TITLES["points"]].title = "要点"
    book.save(form)
    found = refused(office.root, lambda: read(office, form))
    assert [each.found for each in found] == ["no sheet 评估要点", "no sheet 佐证材料"]


def test_columns_may_stand_in_another_order_and_beside_others_and_rows_may_be_added(office, form):
    from openpyxl import load_workbook

    book = load_workbook(form)
    sheet = book[TITLES["figures"]]
    sheet.insert_cols(1)
    sheet["A2"].value = "remarks"
    sheet["A3"].value = "核对过"
    keys = [each.value for each in sheet[2]]
    for key, value in {"indicator": "content", "year": "2018", "value": "80.0", "evidence": "report"}.items():
        sheet.cell(30, keys.index(key) + 1).value = value
    sheet.cell(31, keys.index("measure") + 1).value = "说明"  # nothing that is asked
    sheet.merge_cells("B40:D41")
    book.save(form)
    found = read(office, form).claims
    assert [(each.id, each.indicator, each.point) for each in found] == [("pupils", "pupils", "growth-1"),
                                                                         ("row-30", "content", "")]  # fmt: skip


def test_all_faults_are_listed_at_once_with_sheet_and_row_and_nothing_is_entered(office, form):
    row = {"indicator": "pupils", "evidence": "report"}
    fill(form, {
        "points": {3: {"answer_zh": None}, 4: {"evidence": "nothing"}, 9: {"point": "x-1", "answer_zh": "某"}},
        "figures": {
            3: {"indicator": "pupil"},
            4: {**row, "id": "a", "year": "2017年", "value": "many"},
            5: {**row, "id": "b", "value": "1"},
            6: {**row, "id": "c", "year": "2017", "value": "1", "growth": "1"},
            7: {**row, "id": "d", "year": "2017", "growth": "1"},
            8: {**row, "id": "e", "year": "2017", "base_year": "2017", "direction": "up"},
            9: {**row, "id": "f", "year": "2017", "base_year": "2012", "direction": "higher"},
            10: {**row, "id": "g", "year": "2021", "value": "1"},
            11: {**row, "id": "h", "year": "2017", "value": "3301", "rounded_to": "1000"},
            12: {**row, "id": "i", "year": "2017", "value": "1"},
            13: {**row, "id": "i", "year": "2017", "value": "2"},
            14: {**row, "id": "j k", "year": "2017", "value": "2"},
            15: {**row, "id": "l", "year": "2017", "value": "2", "point": "means-1"},
            16: {**row, "id": "m", "year": "2017", "evidence": "report"},
        },
        "papers": {4: {"id": "report", "title_zh": "又一份"}, 5: {"title_zh": "没有编号"},
                   6: {"id": "paper", "title_zh": "某", "sha256": "abc"}},
    })  # fmt: skip
    figures = {(3, "indicator"), (4, "year"), (4, "value"), (5, "year"), (6, ""), (7, "growth"), (8, "base_year"),
               (9, "direction"), (10, "year"), (11, "rounded_to"), (13, "id"), (14, "id"), (15, "point"),
               (16, "")}  # fmt: skip
    assert faults(office, form) == {
        (TITLES["points"], 3, "answer_zh"), (TITLES["points"], 4, "evidence"), (TITLES["points"], 9, "point"),
        *((TITLES["figures"], *each) for each in figures),
        (TITLES["papers"], 4, "id"), (TITLES["papers"], 5, "id"), (TITLES["papers"], 6, "sha256"),
    }  # fmt: skip


def test_a_paper_that_is_named_is_listed(office, form):
    fill(form, {"papers": {3: {"id": None, "title_zh": None}}})
    assert faults(office, form) == {
        (TITLES["points"], 3, "evidence"), (TITLES["points"], 4, "evidence"), (TITLES["figures"], 3, "evidence")
    }  # fmt: skip
    papers = {7: {"id": "report", "title_zh": "报告", "sha256": "A" * 64}, 8: {"id": "b", "title_zh": "附"}}
    fill(form, {"papers": papers, "points": {3: {"evidence": "report；b"}}})
    assert read(office, form).answers[0].evidence == ("report", "b")


def test_a_department_speaks_of_its_evaluator(office, tmp_path):
    write_form(office, tmp_path / "fin.xlsx", unit="fin", year=2020)
    row = {"indicator": "funds", "year": "2018", "value": "9000", "evidence": "report"}
    fill(tmp_path / "fin.xlsx", {"figures": {3: row}, "papers": SOUND["papers"]})
    (claim,) = read(office, tmp_path / "fin.xlsx", unit="fin").claims
    assert (claim.of, claim.point, claim.duty) == ("P", "means-1", "means")


def test_what_the_targets_of_a_term_are_about_is_asked_of_their_government(tmp_path):
    from openpyxl import load_workbook

    file = "data/rules/evaluation_points.yaml"
    text = (place(tmp_path).root / file).read_text(encoding="utf-8")
    points = {file: text.replace("zh-Hans: 改革情况}", "zh-Hans: 改革情况}, asks: targets")}
    term = """
        id: term
        government: U
        title: {zh-Hans: 任期}
        from: 2016-01-01
        to: 2021-12-31
        certainty: own
        targets: [{indicator: content, value: 90, by: 2021, certainty: own}]
        """
    workspace = place(tmp_path, points | {"data/targets/term.yaml": term})
    for unit, asked_for in (("U", {("growth-1", "pupils"), ("reform-1", "content")}), ("V", {("growth-1", "pupils")})):
        write_form(workspace, tmp_path / f"{unit}.xlsx", unit=unit, year=2020)
        rows = [*load_workbook(tmp_path / f"{unit}.xlsx")[TITLES["figures"]].iter_rows(min_row=3, values_only=True)]
        assert {row[:2] for row in rows if row[0]} == asked_for


def test_a_simulated_form_stays_out_of_the_real_ledger_and_the_other_way_round(tmp_path):
    ws = asked(tmp_path, "U")
    for synthetic in (True, False):
        path = tmp_path / f"{synthetic}.xlsx"
        write_form(ws, path, unit="U", year=2020, synthetic=synthetic)
        assert not read_form(ws, path, unit="U", year=2020, synthetic=synthetic).claims
        with pytest.raises(DuzhengError) as caught:
            read_form(ws, path, unit="U", year=2020, synthetic=not synthetic)
        assert [(each.code, each.column) for each in caught.value.faults] == [("DZ-O004", "synthetic")]
