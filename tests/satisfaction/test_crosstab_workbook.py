"""Workbooks of crosstabs, opened again as a reader opens them."""

from __future__ import annotations

import io
import itertools
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from tests.satisfaction.kinds import kinds_design

from analysis.documents.tables import display_width
from analysis.messages import DuzhengError
from analysis.satisfaction.tabulation.crosstab import crosstab
from analysis.satisfaction.tabulation.workbook import lines_of, sheet_names, workbook
from analysis.surveys.example import example_design

LANGUAGES = ("zh-Hans", "en")


@pytest.fixture(scope="module")
def found():
    return crosstab(example_design(districts=4, schools=30, persons=8), banner=["district", "stay"])


@pytest.fixture(scope="module")
def books(found):
    return {language: load_workbook(io.BytesIO(workbook(found, language))) for language in LANGUAGES}


@pytest.fixture(scope="module")
def kinds():
    return load_workbook(io.BytesIO(workbook(crosstab(kinds_design(), banner=["district", "role"]), "zh-Hans")))


def _row(sheet, first, second):
    """Find the row of a table by its words and what it holds."""
    rows = [row for row in sheet.iter_rows(min_row=5) if (row[0].value, row[1].value) == (first, second)]
    assert len(rows) == 1, (first, second)
    return rows[0]


def test_every_table_has_a_sheet_and_the_contents_lead_to_it(found, books):
    for language, contents in (("zh-Hans", "目录"), ("en", "Contents")):
        book = books[language]
        assert book.sheetnames == [contents, *found.items]
        links = [cell.hyperlink.location or cell.hyperlink.target for (cell,) in book[contents]["B5:B11"]]
        assert [link.lstrip("#") for link in links] == [f"'{item}'!A1" for item in found.items]
        back = book["whole"]["A4"].hyperlink
        assert (back.location or back.target).lstrip("#") == f"'{contents}'!A1"


def test_no_cell_is_merged_and_none_is_a_formula(books, kinds):
    for book in (*books.values(), kinds):
        for sheet in book:
            assert not sheet.merged_cells.ranges
            assert all(cell.data_type != "f" for row in sheet for cell in row)
    # A question that begins like a formula is text.
    assert "=SUM(满意吗)" in kinds["ok"]["A1"].value


def test_figures_are_numbers_at_full_precision(found, books):
    table = found.table[(found.table["item"] == "whole") & (found.table["measure"] == "linear_0_100")]
    for language, words in (("zh-Hans", ("均分（0—100 线性换算，仅计评分者）", "估计值", "95% 下限", "95% 上限")),
                            ("en", ("Mean, 0–100 (linear), of those who rated", "Estimate", "95 % lower",
                                    "95 % upper"))):  # fmt: skip
        sheet = books[language]["whole"]
        for column, kind in (("estimate", words[1]), ("lower", words[2]), ("upper", words[3])):
            row = _row(sheet, words[0], kind)
            assert [cell.value for cell in row[2:]] == pytest.approx(table[column].tolist(), rel=1e-12)
            assert all(cell.number_format.startswith("0.0") for cell in row[2:])


def test_heads_name_banner_groups_and_letters_each_in_a_row(books):
    sheet = books["zh-Hans"]["whole"]
    heads, groups, letters = ([cell.value for cell in sheet[row]][2:] for row in (5, 6, 7))
    assert heads == [None, "区", None, None, None, "是否寄宿", None]
    assert groups == ["总体", "A区", "B区", "C区", "D区", "寄宿", "走读"]
    assert letters == [None, "A", "B", "C", "D", "A", "B"]
    assert sheet.freeze_panes == "C8"


def test_letters_stand_below_their_estimates(found, books):
    table = found.table[(found.table["item"] == "whole") & (found.table["measure"] == "linear_0_100")]
    assert table["higher_than"].str.len().sum() > 0
    row = _row(books["zh-Hans"]["whole"], "均分（0—100 线性换算，仅计评分者）", "高于")
    assert [cell.value or "" for cell in row[2:]] == table["higher_than"].tolist()
    assert row[0].row == _row(books["zh-Hans"]["whole"], "均分（0—100 线性换算，仅计评分者）", "估计值")[0].row + 1


def test_what_is_held_back_is_neither_shown_nor_left_in_a_cell():
    design = example_design(districts=3)
    keep = design.data["district"].astype("str") != "b"
    keep.iloc[list((~keep)[~keep].index[:8])] = True
    sheet = load_workbook(io.BytesIO(workbook(crosstab(design.only(keep), "whole", "district"), "en")))["whole"]
    place = [cell.value for cell in sheet[6]].index("District B") + 1
    column = [sheet.cell(row, place).value for row in range(8, sheet.max_row + 1)]
    assert column[0] == "<10"
    assert {value for value in column[1:] if value is not None} == {"×", "<10"}


def test_a_figure_to_be_used_with_caution_is_marked_not_only_coloured(kinds):
    from analysis.satisfaction.precision import classified

    table = crosstab(kinds_design(), "hours", ["district", "role"]).table
    assert classified(table)["precision"].tolist() != ["publish"] * len(table)
    cells = _row(kinds["hours"], "平均值（小时）", "估计值")[2:]
    marked = ['"†"' in cell.number_format for cell in cells]
    assert marked == [name == "caution" for name in table["precision"]]
    assert any(marked)


def test_a_group_that_was_not_asked_has_a_base_of_nought_and_no_figure(kinds):
    sheet = kinds["ok"]
    place = [cell.value for cell in sheet[6]].index("项 c") + 1
    assert sheet.cell(8, place).value == 0
    assert "项 a" in sheet["A2"].value  # to whom the question was put
    assert "—" in {sheet.cell(row, place).value for row in range(9, sheet.max_row)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_say_what_letters_bases_and_marks_mean(books, language):
    text = "\n".join(str(row[0].value) for row in books[language]["whole"].iter_rows(min_row=20))
    said = {"zh-Hans": ("Holm", "Kish 1965", "不公布", "概率抽样", "权数", "模拟"),
            "en": ("Holm", "Kish 1965", "not shown", "probability sample", "Weights", "simulated")}  # fmt: skip
    assert [word for word in said[language] if word not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_printed_landscape_with_their_heads_and_the_notice(books, language):
    for sheet in books[language]:
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert {"zh-Hans": "模拟", "en": "simulated"}[language] in sheet.oddHeader.center.text
    assert books[language]["whole"].print_title_rows == "$5:$7"


def test_columns_are_wide_enough_for_what_stands_in_them(books, kinds):
    for book in (*books.values(), kinds):
        for sheet in book.worksheets[1:]:
            for column in range(3, sheet.max_column + 1):
                width = sheet.column_dimensions[get_column_letter(column)].width
                name, head = sheet.cell(6, column).value, sheet.cell(5, column).value
                assert display_width(name) <= 2 * width - 2
                if head:
                    later = range(column + 1, sheet.max_column + 1)
                    last = next((c for c in later if sheet.cell(5, c).value), sheet.max_column + 1)
                    room = sum(sheet.column_dimensions[get_column_letter(c)].width for c in range(column, last))
                    assert display_width(head) <= room


def test_the_same_tables_give_the_same_bytes_and_no_clock(found, tmp_path):
    one, two = (found.to_excel(tmp_path / f"{name}.xlsx", "en").read_bytes() for name in "ab")
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as parts:
        core = parts.read("docProps/core.xml").decode()
    assert "2000-01-01T00:00:00Z" in core
    assert "example-2025: Crosstabs" in core


def test_an_open_sample_has_no_letters_and_no_word_of_significance():
    book = load_workbook(
        io.BytesIO(workbook(crosstab(example_design("open", districts=3), banner="district"), "zh-Hans"))
    )
    text = "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None)
    assert "显著" not in text
    assert "不作统计检验" in text
    assert "仅代表作答者" in text
    assert book["whole"].freeze_panes == "C7"


def test_names_of_sheets_are_legal_and_apart():
    names = sheet_names(["a" * 40, "a" * 41, "b/c:d", "B c D", "目录", "'"], taken=["目录"])
    assert len({name.casefold() for name in names}) == 6
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)
    assert names[4] == "目录 2"


def test_another_ending_and_another_language_are_refused(found, tmp_path):
    with pytest.raises(DuzhengError, match="xlsx"):
        found.to_excel(tmp_path / "tables.xls")
    with pytest.raises(DuzhengError, match="zh-Hans or en"):
        found.to_excel(tmp_path / "tables.xlsx", "fr")


def test_folders_are_made_and_what_cannot_be_written_is_said(found, tmp_path):
    assert found.to_excel(tmp_path / "new" / "folder" / "tables.xlsx").is_file()
    (tmp_path / "file").write_text("")
    with pytest.raises(DuzhengError, match="a file that can be written"):
        found.to_excel(tmp_path / "file" / "tables.xlsx")


def test_notes_are_cut_only_after_a_mark_or_between_words(books):
    for book in books.values():
        for sheet in book:
            notes = [row[0].value for row in sheet.iter_rows(min_row=9) if row[0].value and not row[1].value]
            for before, after in itertools.pairwise(notes):
                assert before[-1] < "\u4e00" or before[-1] > "\u9fff" or len(before) < 20, (before, after)
                assert display_width(before) <= 170


@given(st.text(alphabet="校正法，。；：（）“” abcHolm0.5%", min_size=1, max_size=120).map(str.strip).filter(bool))
@settings(deadline=None, max_examples=60)
def test_no_character_of_a_note_is_lost_and_no_word_cut(text):
    lines = lines_of(text, 20)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    at = 0
    for line in lines[:-1]:
        at = text.index(line, at) + len(line)
        assert not (text[at - 1].isalnum() and text[at].isalnum())
