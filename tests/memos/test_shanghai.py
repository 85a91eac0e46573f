"""All sixteen memos of the real workspace: every number against the CSV files, every text in every rendering.

The fast set checks the numbers of all memos, and the renderings of some; the slow set builds all 32 by the command and
checks what lies in the folder.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import subprocess
from functools import cache

import pypdf
import pytest
from tests.conftest import ROOT, duzheng

from analysis.documents import (
    Chart,
    Sentence,
    Table,
    characters_of,
    check_numbers,
    numbers_in,
    render,
    runs_in,
    text_in,
)
from analysis.documents.check import numbers_of
from analysis.findings import Brief, Evidence
from analysis.memos import read_blocks
from analysis.memos.batch import font_characters
from analysis.memos.plan import Plan
from analysis.messages import LANGUAGES, read_number, rounded

UNITS = [
    "310101", "310104", "310105", "310106", "310107", "310109", "310110", "310112",
    "310113", "310114", "310115", "310116", "310117", "310118", "310120", "310151",
]  # fmt: skip
MERGED = {("310106", year): ("310106", "310108") for year in ("2012",)}


@cache
def published() -> dict[tuple[str, str, str], float]:
    """Read the figures straight from the CSV files, without the package: (indicator, code, year) → value."""
    figures = {}
    for path in (ROOT / "data/observations").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["value"]:
                    figures[row["indicator"], row["unit"], row["year"]] = float(row["value"])
    return figures


def expected(indicator: str, unit: str, year: str) -> float | None:
    """Work out a level from the CSV files alone; None for what is not a published figure or a sum of such."""
    code = unit.partition(":")[0]
    figures = published()
    if unit == "310151" and int(year) < 2016 and indicator != "population_census":
        code = "310230"
    if (unit, year) in MERGED and (indicator, "310108", year) in figures:
        return sum(figures[indicator, each, year] for each in MERGED[unit, year])
    return figures.get((indicator, code, year))


@pytest.fixture(scope="module")
def run(shanghai_run):
    """The tables of a run."""
    return shanghai_run


def sections_of(run, unit, language):
    """Give the sections of a public memo, in order."""
    told = Brief(Evidence(run.slice(unit).public(), unit), language)
    return [part for name in told.layout.names if (part := told.section(name)).blocks]


@pytest.fixture(scope="module", params=UNITS)
def memo(request, run):
    """One memo a district; the languages take turns (the slow set builds all 32)."""
    language = LANGUAGES[UNITS.index(request.param) % 2]
    return request.param, language, sections_of(run, request.param, language)


def test_every_number_in_sentences_and_tables_is_its_cell_and_its_cell_is_the_csv(memo):
    _, _, parts = memo
    cells = {cell.id: cell for part in parts for cell in part.cells}
    seen = levels = 0
    for part in parts:
        for block in part.blocks:
            for run in runs_in(block):
                if run.cell is None:
                    continue
                seen += 1
                cell = cells[run.cell]
                decimals = len(run.text.partition(".")[2])
                shown, wanted = read_number(run.text), float(rounded(cell.value, decimals))
                assert shown == (abs(wanted) if wanted < 0 <= shown else wanted), run
                if wanted < 0 <= shown:
                    assert cell.statistic in {"change", "growth", "gap"}, run
                figure = expected(cell.indicator, cell.unit, str(cell.year)) if cell.statistic == "level" else None
                if figure is not None:
                    levels += 1
                    assert cell.value == pytest.approx(figure, rel=1e-12), cell
    assert seen > 215
    assert levels > 75


def rendered_texts(files) -> dict[str, str]:
    """Read the text of the three renderings; of the PDF without its page numbers."""
    pages = pypdf.PdfReader(files["pdf"]).pages
    return {
        "html": text_in(files["html"]),
        "docx": text_in(files["docx"]),
        "pdf": re.sub(r"—\s*\d+\s*—", "", "".join(page.extract_text() for page in pages)),
    }


def assert_texts_hold(parts, texts):
    """Assert that each rendering holds the text of every block."""
    for kind, text in texts.items():
        whole = squeezed(text)
        for part in parts:
            for block in part.blocks:
                for words in said(block):
                    assert squeezed(words) in whole, (kind, words)


@pytest.mark.parametrize(
    ("unit", "language"),
    [
        ("310104", "zh-Hans"),
        pytest.param("310106", "en", marks=pytest.mark.slow),
        pytest.param("310109", "zh-Hans", marks=pytest.mark.slow),
    ],
)
def test_each_rendering_holds_the_text_of_the_blocks_and_its_numbers(run, unit, language, tmp_path):
    parts = sections_of(run, unit, language)
    rendered = render(parts, formats=["html", "docx", "pdf"], directory=tmp_path, stem=unit)
    check_numbers(parts, rendered)
    assert rendered.replaced == ()
    texts = rendered_texts(rendered.files)
    assert_texts_hold(parts, texts)
    if unit == "310104":
        census = published()["population_census", "310104", "2020"]
        assert f"{census:,.0f}" == "1,113,078"
        assert "1,113,078" in texts["pdf"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of a whole run of the command, in a copy of the workspace."""
    root = tmp_path_factory.mktemp("shanghai")
    shutil.copy(ROOT / "workspace.yaml", root)
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    done = subprocess.run([str(duzheng()), "memo", "build"], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("32 of 32 memos, 96 documents in reports/2026 (")
    assert "peak memory" in done.stdout
    return root / "reports/2026"


@pytest.mark.slow
def test_a_whole_run_gives_sixteen_districts_two_languages_three_formats_and_an_index(folder):
    built = {path.name for path in folder.glob("district_memo/*/*") if path.suffix in {".html", ".pdf", ".docx"}}
    wanted = {
        f"{unit}.{language}.{kind}" for unit in UNITS for language in LANGUAGES for kind in ("html", "pdf", "docx")
    }
    assert built == wanted
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert all(f"district_memo/{name[:6]}/{name}" in index for name in wanted)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for unit in UNITS:
        for language in LANGUAGES:
            entry = manifest["memos"]["district_memo"][unit][language]
            assert entry["outcome"] == "built"
            for name, found in entry["files"].items():
                assert hashlib.sha256((folder / "district_memo" / unit / name).read_bytes()).hexdigest() == found


@pytest.mark.slow
def test_all_documents_of_a_whole_run_hold_the_text_and_the_numbers_of_their_blocks(folder):
    for unit in UNITS:
        for language in LANGUAGES:
            stem = folder / "district_memo" / unit / f"{unit}.{language}"
            parts = read_blocks(stem.with_name(f"{stem.name}.ipynb"))
            files = {kind: stem.with_name(f"{stem.name}.{kind}") for kind in ("html", "docx", "pdf")}
            assert_texts_hold(parts, rendered_texts(files))
            for kind in ("html", "docx"):
                assert numbers_in(files[kind]) == numbers_of(parts)


def squeezed(text: str) -> str:
    """Take out all white space and what a line break adds; hyphens too, as a PDF does not tell whose they are."""
    return re.sub(r"[\s\u00ad\u200b\u2010-]", "", text).replace("’", "'")


def said(block) -> list[str]:
    """Give the stretches of a block that must stand in a document as they are."""
    if isinstance(block, Table):
        return ["".join(run.text for run in cell) for row in block.rows for cell in row[1:]] + [
            "".join(run.text for run in block.caption)
        ]
    if isinstance(block, Chart):
        return ["".join(run.text for run in block.caption)]
    if isinstance(block, Sentence) and not block.item:
        return ["".join(run.text for run in block.text)]
    return [run.text for run in runs_in(block)]


def test_no_sentence_stands_twice_and_each_is_of_the_unit(memo):
    _, _, parts = memo
    sentences = ["".join(run.text for run in block.text) for part in parts for block in part.blocks
                 if isinstance(block, Sentence)]  # fmt: skip
    assert len(sentences) == len(set(sentences)) > 15


def test_the_fonts_of_a_run_hold_every_character_of_every_memo(memo, run, shanghai):
    _, _, parts = memo
    planned = Plan(shanghai, run, {}, "", (), (), (), "public", ROOT, {}, {}, {})
    missing = set(characters_of(parts)) - set(font_characters(planned))
    assert not {character for character in missing if character.strip()}
