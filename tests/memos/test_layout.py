"""Layouts: the order of a memo is that of its YAML file, and what does not fit is an error with file and line."""

from __future__ import annotations

import nbformat
import pytest
from tests.conftest import ROOT

from analysis.documents import Blocks, Heading
from analysis.findings.layout import read_layout
from analysis.findings.sections import SECTIONS
from analysis.memos.memo import arranged
from analysis.memos.parameters import check_template
from analysis.messages import DuzhengError

TEMPLATES = ("district_memo", "city_summary", "survey_report", "topic_memo")


def layout(tmp_path, text):
    path = tmp_path / "memo.yaml"
    path.write_text(text, encoding="utf-8")
    return read_layout(path)


def faults(caught):
    return [(fault.code, fault.line, fault.found) for fault in caught.value.faults]


@pytest.mark.parametrize("name", TEMPLATES)
def test_our_templates_show_just_the_sections_of_their_layouts(name):
    there = read_layout(ROOT / f"notebooks/memos/{name}.yaml")
    notebook = nbformat.read(ROOT / f"notebooks/memos/{name}.ipynb", as_version=4)
    check_template(ROOT / f"notebooks/memos/{name}.ipynb", there.of)
    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert [line for line in source.splitlines() if line.startswith("brief.section(")] == [
        f'brief.section("{section}")' for section in there.names
    ]
    assert f'layout="{name}"' in source


def test_a_section_that_there_is_not_is_named_with_its_line_and_the_nearest(tmp_path):
    with pytest.raises(DuzhengError) as caught:
        layout(tmp_path, "of: unit\nsections:\n  - title\n  - dutys\n  - quotes\n")
    assert faults(caught) == [
        ("DZ-M006", 4, "the section 'dutys'"), ("DZ-M006", 5, "the section 'quotes'"),
    ]  # fmt: skip
    assert caught.value.faults[0].hint == "did you mean duties?"
    assert "of: unit" in caught.value.faults[1].expected


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        ("of: unit\nsections: [title, title]\n", 2, "each section once (title)"),
        ("of: town\nsections: [title]\n", 1, "'town'"),
        ("of: unit\nsections: []\n", 2, "at least 1 item"),
        ("of: unit\nsection: [title]\n", 1, "id you mean sections?"),
        ("of: unit\nsections:\n\t- title\n", 3, "YAML"),
    ],
)
def test_a_layout_that_is_wrong_is_refused_with_file_and_line(tmp_path, text, line, named):
    with pytest.raises(DuzhengError) as caught:
        layout(tmp_path, text)
    assert named in str(caught.value)
    assert line in {fault.line for fault in caught.value.faults} or named.startswith("each")
    assert {fault.file for fault in caught.value.faults} == {"notebooks/memos/memo.yaml"}


def test_a_template_without_a_layout_is_refused(tmp_path):
    with pytest.raises(DuzhengError, match=r"DZ-M006 notebooks/memos/memo\.yaml"):
        read_layout(tmp_path / "memo.yaml")


def shown(section, text=""):
    return Blocks.of(Heading(level=1, text=text or section), section=section)


def test_the_document_has_the_order_of_the_layout_whatever_the_order_of_the_cells(tmp_path):
    there = layout(tmp_path, "of: unit\nsections: [title, balance, summary, methods]\n")
    parts = [shown("title"), shown("summary"), Blocks(section="methods"), shown("balance"), shown("", "by hand")]
    assert [part.plain() for part in arranged(parts, there, "memo.ipynb")] == ["title", "balance", "by hand", "summary"]


def test_sections_that_no_cell_shows_and_cells_that_no_layout_lists_are_errors(tmp_path):
    there = layout(tmp_path, "of: unit\nsections:\n  - title\n  - balance\n")
    with pytest.raises(DuzhengError) as caught:
        arranged([shown("title"), shown("summary")], there, "memo.ipynb")
    assert faults(caught) == [
        ("DZ-M006", 4, "the section 'balance', which no cell shows"),
        ("DZ-M006", None, "no section 'summary', which a cell of memo.ipynb shows"),
    ]


def test_a_section_with_nothing_to_say_is_shown_and_leaves_nothing():
    empty = Blocks(section="balance")
    (piece,) = empty.pieces()
    assert piece.section == "balance"
    assert Blocks.read(piece.payload()) == empty


def test_every_kind_of_memo_has_a_head_and_an_end():
    for of in ("unit", "whole", "survey", "topic"):
        names = [name for name, each in SECTIONS.items() if of in each.of]
        assert names[0] == "title"
        assert names[-3:] == ["methods", "sources", "withheld"]
