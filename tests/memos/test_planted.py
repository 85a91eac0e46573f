"""A whole memo of planted tables: hostile texts stay texts, and of what is withheld no public file holds a trace."""

from __future__ import annotations

import json
import re
import zipfile

import pandas as pd
import pypdf
import pytest
from tests.conftest import invent
from tests.findings.sections.by_hand import HOSTILE, SECRET, SECRET_NUMBER, SECRET_REASON, planted

from analysis.documents import Chart, Sentence, Table
from analysis.findings.layout import read_layout
from analysis.memos import read_blocks, read_parameters
from analysis.memos.memo import Task, Work, make_memo
from analysis.memos.site import write_site

RUN = "reports/demo/run_tables-2020"
FORMATS = ("html", "docx", "pdf")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make the public and the internal memo of one unit from planted tables, through a kernel each."""
    root = invent(tmp_path_factory.mktemp("planted") / "place")
    tables = planted(root)
    tables.write(root / RUN)
    template = root / "notebooks/memos/district_memo.ipynb"
    layout = read_layout(template.with_suffix(".yaml"))
    found = {}
    for audience, formats in (("public", FORMATS), ("internal", FORMATS[:1])):
        parameters = read_parameters({"run": RUN, "unit": "U", "language": "zh-Hans", "audience": audience})
        task = Task(template, layout, parameters)
        outcome = make_memo(task, Work(formats, root / audience, root / "logs"))
        assert outcome.fault == ""
        found[audience] = (outcome, root / audience / task.name)
    return found


def test_neither_the_site_nor_the_tables_of_a_public_release_hold_what_is_withheld(tmp_path):
    tables = planted(invent(tmp_path / "place"))
    folder = tmp_path / "release"
    manifest = {
        "year": 2020, "audience": "public", "synthetic": True, "state": "s", "of": {"district_memo": "unit"},
        "states": {"s": {"released": "2021-01-31", "inputs": {}, "code": {}, "versions": {}, "lock": "", "fonts": {}}},
        "subjects": {"district_memo": {"U": {"zh-Hans": "上县", "en": "Upper County"}}}, "memos": {}, "templates": {},
    }  # fmt: skip
    told = tables.released({"pupils/U/2017"})
    told.write(folder / "tables")
    write_site(folder, manifest, told, None, None)
    read = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()}
    read |= {path.name: pd.read_parquet(path).to_csv() for path in folder.glob("tables/*.parquet")}
    assert {"index.html", "numbers.csv", "statements.csv", "findings.parquet"} <= set(read)
    for name, text in read.items():
        for trace in (SECRET, SECRET_NUMBER, SECRET_REASON, "ixSmall"):
            assert trace not in text, (name, trace)


def texts(folder) -> dict[str, str]:
    """Read every file of a memo as text; of DOCX every part, of PDF the pages and the metadata."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as parts:
                names = [name for name in parts.namelist() if name.endswith((".xml", ".rels"))]
                found[path.name] = "".join(parts.read(name).decode() for name in names)
        elif path.suffix == ".pdf":
            pdf = pypdf.PdfReader(path)
            found[path.name] = "".join(page.extract_text() for page in pdf.pages) + str(pdf.metadata)
        else:
            found[path.name] = path.read_text(encoding="utf-8")
    return found


def test_no_public_file_holds_what_is_withheld_and_the_internal_one_says_why(made):
    outcome, folder = made["public"]
    read = texts(folder)
    assert {"U.zh-Hans.ipynb", "U.zh-Hans.cells.csv", *(f"U.zh-Hans.{each}" for each in FORMATS)} <= set(read)
    assert set(outcome.files) == set(read)
    for name, text in read.items():
        for trace in (
            SECRET,
            SECRET_NUMBER,
            SECRET_REASON,
            "secret",
            "p_adjusted",
            "ixSmall",
            "Seldom",
            "未写入的内容",
        ):
            # The notebook's own cells name the section; nothing stands under it.
            bare = re.sub(r"## 未写入的内容及原因[^\"]*", "", text) if name.endswith(".ipynb") else text
            assert trace not in bare, (name, trace)
    page = texts(made["internal"][1])["U.zh-Hans.html"]
    assert re.search(rf"{SECRET}.{{0,80}}{SECRET_NUMBER}", page, re.DOTALL)
    assert "本条因校正后的p值为" in page
    assert "不得外传" in page
    assert "Seldom" not in page  # inside the office neither: disclosure is of everybody


def test_a_public_notebook_shows_the_section_of_the_withheld_empty(made):
    blocks = read_blocks(made["public"][1] / "U.zh-Hans.ipynb")
    (empty,) = [part for part in blocks if part.section == "withheld"]
    assert not empty.blocks
    assert not empty.cells
    assert any(
        part.blocks for part in read_blocks(made["internal"][1] / "U.zh-Hans.ipynb") if part.section == "withheld"
    )


def test_a_hostile_name_and_comment_stay_texts_in_every_file(made):
    outcome, folder = made["public"]
    read = texts(folder)
    page, docx, pdf = (read[f"U.zh-Hans.{each}"] for each in FORMATS)
    assert "<script>alert(1)</script>" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3  # a finding, a row of a table, a quotation
    assert "=1+1&lt;script&gt;" in docx
    assert "=1+1<script>alert(1)</script>" in re.sub(r"\s", "", pdf)
    for text in (page, docx, pdf):
        assert not re.search("[\x07\u202a-\u202e\u2066-\u2069]", text)
    assert {"🌅", "\ue000", "\x07"} <= set(outcome.replaced)
    shown = json.loads(read["U.zh-Hans.ipynb"])
    html = "".join("".join(output["data"].get("text/html", "")) for cell in shown["cells"]
                   for output in cell.get("outputs", []))  # fmt: skip
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    lines = read["U.zh-Hans.cells.csv"].splitlines()
    assert not [line for line in lines if line.startswith("=")]


def test_every_page_table_and_chart_of_a_demonstration_is_marked(made):
    _, folder = made["public"]
    notice = "均为模拟"
    pages = pypdf.PdfReader(folder / "U.zh-Hans.pdf").pages
    assert all(notice in re.sub(r"\s", "", page.extract_text()) for page in pages)
    assert 'class="notice"' in texts(folder)["U.zh-Hans.html"]
    blocks = [block for part in read_blocks(folder / "U.zh-Hans.ipynb") for block in part.blocks]
    shown = [block for block in blocks if isinstance(block, Table | Chart) and "form-2019" in str(block)]
    assert shown
    assert all("模拟" in "".join(run.text for note in block.notes for run in note) for block in shown)


def test_no_sentence_stands_twice(made):
    blocks = [block for part in read_blocks(made["public"][1] / "U.zh-Hans.ipynb") for block in part.blocks]
    said = ["".join(run.text for run in block.text) for block in blocks if isinstance(block, Sentence)]
    assert len(said) == len(set(said)) > 5
    assert sum(HOSTILE in each for each in said) == 1
