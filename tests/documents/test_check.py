"""The finished documents are read back: id, rounding and unit of every number, and no numeral from nowhere."""

import dataclasses
import hashlib
import json
import re
import shutil
import zipfile

import pytest

from analysis.documents import (
    Blocks,
    Cell,
    Chart,
    Column,
    Heading,
    Run,
    Sentence,
    Table,
    Title,
    check_numbers,
    numbers_in,
    render,
)
from analysis.documents.check import numbers_of, tag_of, written_as
from analysis.documents.pdf import read_map, typeset, write_map
from analysis.documents.pdf_reading import read_pdf, structure_of
from analysis.documents.reading import read_docx, read_html
from analysis.messages import DuzhengError

FORMATS = ("html", "docx", "pdf")
HEAD = Blocks.of(Title(text="Memo", language="en", date="2024-05-01"), Heading(level=1, text="Findings"))


def cell(name, value, measure="", decimals=0):
    about = {"unit": "U7", "indicator": name, "year": 2020, "statistic": "level", "how": "invented"}
    return Cell(id=name, value=value, measure=measure, decimals=decimals, **about)


def said(*texts):
    """A paragraph of its own; a pair is a number and its cell."""
    runs = (Run(text=each) if isinstance(each, str) else Run(text=each[0], cell=each[1]) for each in texts)
    return Sentence(opens=True, text=tuple(runs))


def checked(folder, *blocks, cells=(), formats=FORMATS):
    parts = [HEAD, Blocks.of(*blocks, cells=cells)]
    rendered = render(parts, formats=formats, directory=folder, stem="m")
    check_numbers(parts, rendered)


def faults(folder, *blocks, cells=(), formats=FORMATS):
    with pytest.raises(DuzhengError) as caught:
        checked(folder, *blocks, cells=cells, formats=formats)
    assert {fault.code for fault in caught.value.faults} == {"DZ-D002"}
    return caught.value.faults


def changed_docx(path, old, new):
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    assert old in members["word/document.xml"]
    members["word/document.xml"] = members["word/document.xml"].replace(old, new, 1)
    with zipfile.ZipFile(path, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)


def changed_pdf(rendered, old, new):
    """Set the PDF anew from a changed source, with a map that fits the file."""
    assert old in rendered.source
    made, _ = typeset(rendered.source.replace(old, new, 1), "2024-05-01")
    rendered.files["pdf"].write_bytes(made)
    _, numerals = read_map(rendered.map)
    rendered.map.write_bytes(write_map("m.pdf", hashlib.sha256(made).hexdigest(), numerals))


@pytest.mark.parametrize("kind", FORMATS)
def test_each_number_can_be_read_back_with_its_cell(kind, parts, rendered):
    expected = [(tag_of(cell) if kind == "docx" else cell, text) for cell, text in numbers_of(parts)]
    assert numbers_in(rendered.files[kind]) == expected
    assert len(expected) > 250


def test_a_rendered_document_passes_its_check(parts, rendered):
    check_numbers(parts, rendered)


def test_every_way_of_writing_a_number_that_is_allowed_passes(tmp_path):
    cells = [
        cell("pupils", 1113078.4, "persons"),
        cell("change", -3.25, "%", 1),
        cell("rise", 2.5, "percentage points", 1),
        cell("place", 3),
        cell("p", 0.00004, "", 3),
        cell("none", None, "persons"),
        cell("closed", 1, "schools"),
        cell("low", 3.14, "%", 1),
        cell("high", 4.5, "%", 1),
    ]
    blocks = [
        said("There were ", ("1,113,078", "pupils"), " persons, ", ("3.2", "change"), "% fewer."),
        said(
            "It fell ",
            ("−3.2%", "change"),
            " and rose ",
            ("+2.5", "rise"),
            " percentage points: place ",
            ("3", "place"),
        ),
        said("p ", ("<0.001", "p"), "; ", ("—", "none"), " of them; ", ("1", "closed"), " school closed."),
        said("Between ", ("3.1", "low"), " and ", ("4.5", "high"), "%."),
    ]
    checked(tmp_path, *blocks, cells=cells)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (1113078.4, 0, ["1,113,078", "+1,113,078"]),
        (-3.25, 1, ["−3.2", "3.2"]),
        (2.675, 2, ["2.68", "+2.68"]),
        (0.0004, 3, ["0.000", "<0.001"]),
        (0.0, 3, ["0.000"]),
        (None, 1, ["—"]),
    ],
)
def test_a_value_is_written_in_few_ways(value, decimals, expected):
    # 2.675 → 2.68 and −3.25 → −3.2: half to even on the decimal figure, GB/T 8170-2008, 3.2
    assert set(written_as(cell("a", value, "", decimals))) == set(expected)


def test_wrong_roundings_and_units_are_found_in_all_three_documents_with_what_was_expected(tmp_path):
    cells = [
        cell("pupils", 1113078, "persons"),
        cell("ratio", 14.249, "", 1),
        cell("share", 24.8, "%", 1),
        cell("gap", 3.2, "percentage points", 1),
        cell("place", 3),
    ]
    wrong = {
        "1.1": ("pupils", " persons", "1,113,078"),
        "14.25": ("ratio", " to one", "14.2"),
        "24.8": ("share", " persons", "'%'"),
        "+3.2": ("gap", "% more", "'percentage points'"),
        "3": ("place", "% of them", "no unit"),
        "1,113,078": ("pupils", " in all", "'persons'"),
        "77": ("nobody", " of them", "a cell of the document's blocks"),
    }
    blocks = [said("It is ", (text, name), after, ".") for text, (name, after, _) in wrong.items()]
    found = faults(tmp_path, *blocks, cells=cells)
    assert {fault.file for fault in found} == {"m.html, m.docx, m.pdf"}
    for text, (name, _, expected) in wrong.items():
        (fault,) = [each for each in found if each.found.startswith(f"'{text}'")]
        assert name in fault.found
        assert expected in fault.expected
    assert len(found) == len(wrong)


@pytest.mark.parametrize(
    ("value", "measure", "text", "after", "seems"),
    [
        (42470, "人", "4.2", "万人，增长5%。", "万人"),
        (4.247, "万人", "42,470", "人，增长5%。", "人"),
        (1113078, "persons", "1.11", " million persons, by 5%.", "million persons"),
        (0.248, "", "24.8", " of the pupils, by 5%.", "%"),
    ],
)
def test_a_number_in_another_unit_than_its_cells_is_told_in_which_it_seems_to_be(
    value, measure, text, after, seems, tmp_path
):
    other, tail = after.split("5%")
    block = said("It is ", (text, "pupils"), other, ("5", "growth"), f"%{tail}")
    cells = [cell("pupils", value, measure, 3 if value < 5 else 0), cell("growth", 5, "%")]
    found = faults(tmp_path, block, cells=cells, formats=["html"])
    assert any(f"it seems to be in {seems!r}" in each.hint for each in found)
    # Not that of the number after it, in which it would be read if its own were known.
    assert not any("in '%'" in each.found for each in found)


def test_in_a_table_the_head_must_name_the_unit(tmp_path):
    cells = [cell("pupils", 12, "persons"), cell("growth", 3.2, "%", 1), cell("place", 4)]
    number = lambda text, name: (Run(text=text, cell=name),)  # noqa: E731
    columns = tuple(Column(text=text) for text in ("Indicator", "Now", "Growth", "Place"))
    row = ((Run(text="Pupils (persons)"),), number("12", "pupils"), number("3.2", "growth"), number("4", "place"))
    (fault,) = faults(tmp_path, Table(caption="T", columns=columns, rows=(row,)), cells=cells)
    assert "'3.2' for cell growth in 'persons'" in fault.found
    better = (*columns[:2], Column(text="Growth %"), columns[3])
    checked(tmp_path, Table(caption="T", columns=better, rows=(row,)), cells=cells)


def copied(rendered, kind, folder):
    """Copy one file of a document, with the map of a PDF."""
    for path in (rendered.files[kind], rendered.map):
        shutil.copy(path, folder)
    return dataclasses.replace(rendered, files={kind: folder / rendered.files[kind].name})


@pytest.mark.parametrize("kind", FORMATS)
def test_a_number_changed_by_hand_is_found(kind, parts, rendered, tmp_path):
    changed = copied(rendered, kind, tmp_path)
    path = changed.files[kind]
    if kind == "docx":
        changed_docx(path, b">78,388<", b">78,389<")
    elif kind == "html":
        path.write_bytes(path.read_bytes().replace(b">78,388<", b">78,389<", 1))
    else:
        path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(DuzhengError, match="DZ-D002"):
        check_numbers(parts, changed)


def one(folder):
    blocks = Blocks.of(said("Pupils: ", ("12", "pupils"), " persons here."), cells=[cell("pupils", 12, "persons")])
    parts = [HEAD, blocks]
    return parts, render(parts, formats=FORMATS, directory=folder, stem="m")


def alone(rendered, kind):
    return dataclasses.replace(rendered, files={kind: rendered.files[kind]})


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(("new", "match"), [("45 pupils", "numeral without a cell"), ("Pupils", "")])
def test_a_numeral_that_got_into_a_finished_document_is_found(kind, new, match, tmp_path):
    parts, rendered = one(tmp_path)
    path = rendered.files[kind]
    if kind == "html":
        path.write_bytes(path.read_bytes().replace(b"Pupils", new.encode()))
    elif kind == "docx":
        changed_docx(path, b"Pupils", new.encode())
    else:
        changed_pdf(rendered, b"Pupils", new.encode())
    if not match:
        check_numbers(parts, alone(rendered, kind))
        return
    with pytest.raises(DuzhengError, match="DZ-D002"):
        check_numbers(parts, alone(rendered, kind))


def test_a_number_that_differs_in_the_pdf_is_found_though_the_map_fits_the_file(tmp_path):
    parts, rendered = one(tmp_path)
    changed_pdf(rendered, b'"12"', b'"13"')
    with pytest.raises(DuzhengError, match=r"numerals of m\.cells\.json that the PDF does not show"):
        check_numbers(parts, alone(rendered, "pdf"))


def test_a_unit_that_differs_in_one_document_only_is_found_there(tmp_path):
    parts, rendered = one(tmp_path)
    changed_docx(rendered.files["docx"], b"persons", b"schools")
    with pytest.raises(
        DuzhengError, match=r"DZ-D002 m\.docx: found '12' for cell pupils in no unit; expected 'persons'"
    ):
        check_numbers(parts, rendered)


def test_a_number_under_another_cell_is_found(parts, rendered):
    other = [part.model_copy(update={"blocks": part.blocks[:-1]}) if i == 1 else part for i, part in enumerate(parts)]
    with pytest.raises(DuzhengError, match="after_class"):
        check_numbers(other, rendered)


def test_a_pdf_without_its_map_cannot_be_checked(rendered, tmp_path):
    alone = tmp_path / "memo.pdf"
    alone.write_bytes(rendered.files["pdf"].read_bytes())
    with pytest.raises(DuzhengError, match=r"memo\.pdf without memo\.cells\.json"):
        numbers_in(alone)


def test_the_map_says_for_every_numeral_of_the_pdf_where_it_stands_and_what_it_is(parts, rendered):
    content = json.loads(rendered.map.read_bytes())
    assert content["sha256"] == rendered.digests["pdf"]
    numbers = [(each["cell"], each["text"]) for each in content["numerals"] if "cell" in each]
    assert numbers == numbers_of(parts)
    # the type area of GB/T 9704-2012: 28 mm from the left, 37 from the top, 156 by 225
    assert all(27 < each["x"] < 185 and 36 < each["y"] < 263 for each in content["numerals"])
    pages = [each["page"] for each in content["numerals"]]
    assert pages == sorted(pages)
    assert {each.get("role") for each in content["numerals"]} >= {
        "year",
        "date",
        "citation",
        "label",
        "numbering",
        None,
    }


def test_the_three_documents_say_the_same_in_the_same_order(rendered):
    _, numerals = read_map(rendered.map)
    web, word = read_html(rendered.files["html"]), read_docx(rendered.files["docx"])
    pdf, missing = read_pdf(rendered.files["pdf"], numerals)
    assert not missing
    marked = [
        [("".join(piece.text.split()), tag_of(piece.cell or ""), piece.role) for piece in each.pieces()]
        for each in (web, word, pdf)
    ]
    assert marked[0] == marked[1] == marked[2]


@pytest.mark.parametrize(
    ("alt", "sound"),
    [
        ("From 2012 to 2017 it rose to 14.2.", True),
        ("It has 12 pupils.", True),
        ("It rose by 99.", False),
    ],
)
def test_a_text_alternative_says_no_number_that_neither_chart_nor_document_has(alt, sound, tmp_path):
    places = {"x": {"field": "b"}, "y": {"field": "a"}}
    spec = {"data": {"values": [{"a": "x", "b": 14.2}]}, "mark": "bar", "encoding": places}
    blocks = [said("Pupils: ", ("12", "pupils"), " persons."), Chart(caption="C", alt=alt, spec=spec)]
    cells = [cell("pupils", 12, "persons")]
    if sound:
        checked(tmp_path, *blocks, cells=cells, formats=["html"])
    else:
        (fault,) = faults(tmp_path, *blocks, cells=cells, formats=["html"])
        assert "'99'" in fault.found


@pytest.mark.parametrize(
    ("row", "sound"), [({"v": 14.249}, True), ({"v": 1, "shown": "14.2"}, True), ({"v": 14.2}, False)]
)
def test_a_row_of_a_chart_draws_the_value_of_its_cell(row, sound, tmp_path):
    spec = {"data": {"values": [row | {"cell": "ratio"}]}, "mark": "bar", "encoding": {"x": {"field": "v"}}}
    chart, cells = Chart(caption="C", alt="Bars", spec=spec), [cell("ratio", 14.249, "", 1)]
    if sound:
        checked(tmp_path, chart, cells=cells, formats=["html"])
    else:
        (fault,) = faults(tmp_path, chart, cells=cells, formats=["html"])
        assert "a row of a chart's data for cell ratio" in fault.found


def test_data_behind_a_chart_that_were_changed_are_found(parts, rendered, tmp_path):
    path = tmp_path / "memo.html"
    page = rendered.files["html"].read_text(encoding="utf-8")
    head, _, tail = page.partition('<details class="chart-data">')
    path.write_text(head + '<details class="chart-data">' + tail.replace(">14.2<", ">14.3<", 1), encoding="utf-8")
    with pytest.raises(DuzhengError, match="data behind a chart"):
        check_numbers(parts, dataclasses.replace(rendered, files={"html": path}))


def test_a_citation_with_a_number_whose_word_is_divided_at_the_end_of_a_line_is_read_back(tmp_path):
    item = "nine- and twelve-year schools up to 2,500 students in compulsory education and kindergartens"
    lines = [Sentence(text=(Run(text=f"It missed {'really ' * n}: "), Run(text=item, role="citation")))
             for n in range(16)]  # fmt: skip
    parts = [HEAD, Blocks.of(*lines)]
    rendered = render(parts, formats=("pdf",), directory=tmp_path, stem="divided")
    whole = [each.text() for each in structure_of(rendered.files["pdf"]).walk() if each.role == "/P"]
    squeezed = [re.sub(r"\s", "", each) for each in whole]
    assert sum(re.sub(r"\s", "", item) in each for each in squeezed) < len(lines)  # some are divided
    check_numbers(parts, rendered)
