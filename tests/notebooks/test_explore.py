"""Notebooks for researchers run from top to bottom, say the same in both languages, and say what is simulated."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import pytest
from nbclient import NotebookClient
from tests.conftest import ROOT, duzheng

from analysis import ANALYSES, REPAIRS, VERBS
from analysis.documents.blocks import CHART_MIME
from analysis.memos.kernels import manager, warm_kernels

FOLDER = ROOT / "notebooks/explore"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
TWINS = [path for path in NOTEBOOKS if not path.stem.endswith(".en")]
CHINESE = re.compile(r"[\u3400-\u9fff]")


def read(path):
    return nbformat.read(path, as_version=4)


def sources(notebook, kind):
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def uses_simulated_waves(notebook):
    return any("synthetic=True" in source for source in sources(notebook, "code"))


def uses_simulated_schools(notebook):
    return any("simulated_schools(" in source for source in sources(notebook, "code"))


def verb(call):
    """Give the verb of a call such as ``ws.growth(…)``; None of any other."""
    at = call.func
    named = isinstance(at, ast.Attribute) and isinstance(at.value, ast.Name) and at.value.id == "ws"
    return at.attr if named and at.attr in {*VERBS, *ANALYSES, *REPAIRS} else None


def speaks(name):
    """Whether a verb must be told its language: it takes no design, which knows its own."""
    if name != "design" and not VERBS.get(name, "").startswith("analysis.indicators"):
        return False
    return "language" in inspect.signature(getattr(importlib.import_module(VERBS[name]), name)).parameters


def said_in(call, language):
    return any(
        each.arg == "language" and isinstance(each.value, ast.Constant) and each.value.value == language
        for each in call.keywords
    )


def without_language(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            node.keywords = [each for each in node.keywords if each.arg != "language"]
    return ast.dump(tree)


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """Give a copy of the workspace with its notebooks and the demonstration waves, which are not in git."""
    root = tmp_path_factory.mktemp("workspace")
    shutil.copy(ROOT / "workspace.yaml", root)
    made = shutil.ignore_patterns("responses", "frames", ".ipynb_checkpoints")
    for name in ("surveys", "data", "notebooks"):
        shutil.copytree(ROOT / name, root / name, ignore=made)
    subprocess.run([duzheng(), "-w", root, "survey", "demo"], capture_output=True, check=True)
    return root


def files(root):
    return {path for path in root.rglob("*") if path.is_file() and path.relative_to(root).parts[0] != "reports"}


@pytest.fixture(scope="session")
def warm():
    """Give the socket of a process that has imported the libraries, of which kernels are forks."""
    with warm_kernels() as path:
        yield path


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_clean_and_writes_into_reports_only(demo, path, warm):
    before = files(demo)
    here = demo / path.relative_to(ROOT)
    notebook = read(here)
    with TemporaryDirectory() as channels:
        NotebookClient(
            notebook, timeout=120, kernel_name="python3", kernel_manager_class=manager(Path(channels), warm),
            resources={"metadata": {"path": str(here.parent)}},
        ).execute()  # fmt: skip
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert files(demo) == before
    charts = [output["data"][CHART_MIME] for output in outputs if CHART_MIME in output.get("data", {})]
    assert charts
    if uses_simulated_waves(notebook) or uses_simulated_schools(notebook):
        # A notice may be broken into lines, which are strings of their own.
        texts = [re.sub(r'[",\s]', "", json.dumps(chart, ensure_ascii=False)) for chart in charts]
        assert all("本文数据均为模拟" in text or "figuresaresimulated" in text for text in texts)


def test_there_are_notebooks_to_run():
    assert len(TWINS) >= 5


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_with_ids_that_stay(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells] == [str(number) for number in range(len(notebook.cells))]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    assert notebook.metadata == read(FOLDER / "figures_and_boundaries.ipynb").metadata


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.stem)
def test_a_notebook_has_an_english_twin_with_the_same_code(path):
    here, twin = read(path), read(path.with_suffix(".en.ipynb"))
    assert [cell.cell_type for cell in twin.cells] == [cell.cell_type for cell in here.cells]
    pairs = zip(sources(here, "code"), sources(twin, "code"), strict=True)
    for code, english in [(ast.parse(one), ast.parse(other)) for one, other in pairs]:
        calls = [[each for each in ast.walk(tree) if isinstance(each, ast.Call)] for tree in (code, english)]
        for chinese, spoken in zip(*calls, strict=True):
            # What asks for a language is told the notebook's: a verb in English only, as it speaks Chinese by itself.
            assert not said_in(chinese, "en")
            assert not said_in(spoken, "zh-Hans")
            assert said_in(spoken, "en") or not said_in(chinese, "zh-Hans")
            assert not said_in(spoken, "en") or said_in(chinese, "zh-Hans") or verb(chinese)
            if speaks(verb(spoken)):
                assert any(each.arg == "language" for each in spoken.keywords), ast.unparse(spoken)
        assert without_language(code) == without_language(english)
    prose = sources(twin, "markdown")
    assert not [text for text in prose if CHINESE.search(text)]
    assert [text.count("|") for text in prose] == [text.count("|") for text in sources(here, "markdown")]


def test_every_english_notebook_has_a_chinese_one():
    english = {path.name.removesuffix(".en.ipynb") for path in FOLDER.glob("*.en.ipynb")}
    assert english == {path.stem for path in TWINS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_on_simulated_figures_says_so_at_its_top(path):
    notebook = read(path)
    top = notebook.cells[0].source
    if uses_simulated_waves(notebook) or uses_simulated_schools(notebook):
        assert "are simulated" in top if ".en" in path.suffixes else "均为模拟" in top
    if uses_simulated_waves(notebook):
        assert "`make demo`" in top


def test_every_analysis_of_waves_is_shown_in_a_notebook():
    code = "\n".join(source for path in TWINS for source in sources(read(path), "code"))
    assert {name for name in (*ANALYSES, "recognition", "recognition_sample") if f"ws.{name}(" not in code} == set()


def test_every_verb_of_figures_is_shown_in_a_notebook():
    code = "\n".join(source for path in TWINS for source in sources(read(path), "code"))
    figures = [name for name, room in VERBS.items() if room.startswith("analysis.indicators")]
    assert {name for name in (*figures, *REPAIRS) if f"ws.{name}(" not in code} == set()
