"""Shared fixtures: the repository's own workspace, and small invented ones."""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import re
import shutil
import sys
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any, ClassVar, cast

import pytest
from ruamel.yaml import YAML

from analysis.workspace import Workspace, yaml_files

if TYPE_CHECKING:
    from types import ModuleType

    from analysis.findings import RunTables
    from analysis.surveys import Survey

ROOT = Path(__file__).parents[1]
collect_ignore = ["benchmarks"]  # `make bench` runs these; each would import the rooms it times
# A grammar of addresses that jsonschema compiles as nbformat is imported takes a second, and no test reads an address.
sys.modules.setdefault("rfc3987_syntax", cast("ModuleType", None))
# As many workers as cores, each with one thread for linear algebra: else they wait for each other.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


class Once(YAML):
    """Parses a text once a process: tests read the same questionnaires, rules and catalogues a thousand times."""

    parsed: ClassVar[dict[tuple[Any, str], bytes]] = {}

    def load(self, stream: Any) -> Any:
        if self.typ != ["safe"] or not isinstance(stream, str):
            return super().load(stream)
        key = (self.Parser, stream)  # the one in C, or the other
        if key not in self.parsed:
            self.parsed[key] = pickle.dumps(super().load(stream))
        return pickle.loads(self.parsed[key])  # noqa: S301  made here


yaml_files.YAML = Once  # type: ignore[attr-defined]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes, so that no worker is left with it alone at the end."""
    items.sort(key=lambda item: not any(mark.kwargs.get("first") for mark in item.iter_markers("slow")))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Take what a worker holds for good out of the garbage collector's sight: thousands of tests and the libraries.

    statsmodels collects all garbage at each adjustment of p-values: an eighth of a second each, and more with tests.
    """
    if hasattr(session.config, "workerinput"):
        for name in ("pandera.pandas", "scipy.stats", "statsmodels.api"):
            importlib.import_module(name)
        gc.collect()
        gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Give back what was taken out of sight: bindings count it as leaked otherwise."""
    if hasattr(session.config, "workerinput"):
        gc.unfreeze()


@pytest.fixture(scope="session")
def shanghai() -> Workspace:
    """The workspace of the repository, with its real figures."""
    return Workspace(ROOT)


@pytest.fixture(scope="session")
def computed(shanghai: Workspace, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder with a run of the repository's real figures: computed once, by whichever worker is first."""
    from filelock import FileLock

    from analysis.findings.stage_one import run_tables

    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "shanghai_run"
    with FileLock(f"{folder}.lock"):
        if not (folder / "whole").exists():
            fresh = run_tables(shanghai)
            fresh.write(folder)
            (folder / "whole").write_bytes(pickle.dumps(fresh))
    return folder


@pytest.fixture(scope="session")
def shanghai_run(computed: Path) -> RunTables:
    """The tables of a run of the repository's real figures, read back."""
    from analysis.findings.run_tables import RunTables

    return RunTables.read(computed)


@pytest.fixture(scope="session")
def fresh_run(computed: Path) -> RunTables:
    """The same tables as they were computed, before they were written."""
    fresh: RunTables = pickle.loads((computed / "whole").read_bytes())  # noqa: S301  made above
    return fresh


@cache
def questionnaires() -> tuple[Survey, ...]:
    """Read the repository's questionnaires, once a process: twenty files of tests are about them."""
    from analysis.surveys import read_bank, read_surveys

    return tuple(read_surveys(ROOT, read_bank(ROOT)))


def duzheng() -> Path:
    """Give the command as installed beside this Python."""
    return Path(sys.executable).with_name("duzheng")


def write(root: Path, files: dict[str, str]) -> Path:
    """Write text files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return root


#: Of an invented place, and the one source of its figures.
SETTINGS = """
    name: {zh-Hans: 虚构州, en: Invented Prefecture}
    languages: [zh-Hans, en]
    year: 2020
    released: 2021-01-31
    boundaries: 2020
    unit_kind: county
    unit_name: {zh-Hans: 县, en: county}
    unit_names: {zh-Hans: 县, en: counties}
    """
SOURCES = """
    source,work_zh,work_en,part_zh,part_en,publisher,url,read_as,status,note
    made-up,虚构年鉴,Invented yearbook,,,nobody,,C,ok,invented for a test
    """
#: An invented place: two counties, of which Upper took in Lower Hill in 2015, and one indicator.
INVENTED = {
    "workspace.yaml": SETTINGS,
    "data/units.csv": """
        id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor
        P,P,虚构州,Invented Prefecture,prefecture,,,,
        U:2014,U,上县,Upper County,county,P,,2014,U
        L,L,下丘县,Lower Hill County,county,P,,2014,U
        U,U,上县,Upper County,county,P,2015,,
        V,V,谷县,Valley County,county,P,,,
        """,
    "data/sources.csv": """
        source,work_zh,work_en,part_zh,part_en,publisher,url,read_as,status,note
        made-up,虚构年鉴,Invented yearbook,,,nobody,,C,ok,invented for a test
        farm,内容农场,A content farm,,,nobody,,C,blocked,its figures are wrong
        """,
    "data/indicators/all.yaml": """
        - code: pupils
          name: {zh-Hans: 学生数, en: Pupils}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: schooling
          kind: count
          measure: {zh-Hans: 人, en: persons}
          headline: true
        """,
    "data/observations/all.csv": """
        unit,year,indicator,value,measure,source
        U,2012,pupils,900,人,made-up
        L,2012,pupils,2100,人,made-up
        V,2012,pupils,1000,人,made-up
        P,2012,pupils,4000,人,made-up
        U,2017,pupils,3300,人,made-up
        V,2017,pupils,900,人,made-up
        P,2017,pupils,4200,人,made-up
        """,
}


@pytest.fixture
def invented(tmp_path: Path) -> Path:
    """The folder of an invented workspace with the templates of memos and the rules on findings of the repository."""
    return invent(tmp_path / "invented")


def invent(root: Path) -> Path:
    """Make the invented workspace in a folder."""
    write(root, INVENTED)
    shutil.copytree(ROOT / "notebooks/memos", root / "notebooks/memos", ignore=shutil.ignore_patterns(".*"))
    (root / "data/rules").mkdir(parents=True)
    shutil.copy(ROOT / "data/rules/statements.yaml", root / "data/rules")
    return root


def _drawn(svg: str) -> str:
    """Round the numbers of an SVG: the last digits are the machine's, and a millionth of a pixel is not seen."""
    return re.sub(r"-?\d+\.\d{7,}", lambda found: f"{float(found[0]):.6f}", svg)


@pytest.fixture
def stored_svg(request):
    """Compare a chart with the SVG in `charts` beside the test; with DUZHENG_SVG=1 it is stored anew.

    What is stored was looked at and found right.
    """
    from analysis.documents import draw

    folder = request.path.parent / "charts"

    def compare(name, spec, language="zh-Hans"):
        svg = draw(spec, language).svg
        path = folder / f"{name}.svg"
        if os.environ.get("DUZHENG_SVG"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(svg, encoding="utf-8")
        assert path.is_file(), f"no {path.name}: look at the chart, then store it with DUZHENG_SVG=1"
        assert _drawn(svg) == _drawn(path.read_text(encoding="utf-8")), f"{path.name} differs: look at both"

    return compare
