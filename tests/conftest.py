"""Shared fixtures: the repository's own workspace, and small invented ones."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from analysis.workspace import Workspace

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shanghai() -> Workspace:
    """The workspace of the repository, with its real figures."""
    return Workspace(ROOT)


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
