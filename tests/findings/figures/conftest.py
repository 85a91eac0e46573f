"""What tests of the gatherer of figures share: the real workspace gathered once, and small invented ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.conftest import INVENTED, ROOT, write

from analysis.findings.figures.cells import cells_of_facts
from analysis.findings.figures.facts import facts
from analysis.findings.figures.gather import gather
from analysis.findings.finding import Finding, worded
from analysis.findings.gathered import Gathered, cell_of
from analysis.findings.permission import judged
from analysis.indicators.simulation import simulated_schools
from analysis.messages import Language
from analysis.workspace import Workspace

YEAR, BOUNDARIES = 2026, 2020


@dataclass(frozen=True)
class Told:
    """What was gathered, judged and worded."""

    workspace: Workspace
    gathered: Gathered
    findings: tuple[Finding, ...]
    cells: pd.DataFrame = field(repr=False)

    def of(self, unit: str, subject: str = "", kind: str = "", *, withheld: bool = False) -> list[Finding]:
        """Choose findings, by default those that may be said."""
        return [
            each for each in self.findings
            if each.unit == unit and subject in {"", each.subject} and kind in {"", each.kind}
            and (withheld or not each.withheld)
        ]  # fmt: skip

    def one(self, unit: str, subject: str, kind: str, *, withheld: bool = False) -> Finding:
        """Give the one finding of a unit, subject and kind."""
        (found,) = self.of(unit, subject, kind, withheld=withheld)
        return found

    def cells_in(self, language: Language) -> dict[str, Any]:
        """Give the cells as those of a document."""
        return {row["id"]: cell_of(row, language) for row in self.cells.to_dict("records")}


def tell(workspace: Workspace, *, year: int, boundaries: int, synthetic: bool = False) -> Told:
    """Gather, judge and word the figures of a workspace."""
    tables = facts(workspace, year=year, boundaries=boundaries)
    gathered = gather(workspace, tables, year=year, boundaries=boundaries, synthetic=synthetic)
    found = judged(gathered.findings, workspace.rules["statements"])
    of_facts = cells_of_facts(tables["facts"], workspace.catalogue)
    assert not set(of_facts["id"]) & set(gathered.cells["id"])
    cells = pd.concat([of_facts, gathered.cells], ignore_index=True)
    return Told(workspace, gathered, tuple(worded(each) for each in found), cells)


@pytest.fixture(scope="session")
def real() -> Told:
    """The real figures with simulated schools and invented targets."""
    workspace = Workspace(ROOT)
    workspace.__dict__["schools"] = simulated_schools(Workspace(ROOT), years=[2017])
    return tell(workspace, year=YEAR, boundaries=BOUNDARIES, synthetic=True)


#: Pupils and teachers, their ratio and its inverse, and spending with a break in 2016.
CATALOGUE = """
    - code: pupils
      name: {zh-Hans: 学生数, en: Pupils}
      definition: {zh-Hans: 虚构。, en: Invented.}
      topic: schooling
      kind: count
      measure: {zh-Hans: 人, en: persons}
      counted: {zh-Hans: 学生, en: pupils}
      headline: true
    - code: teachers
      name: {zh-Hans: 教师数, en: Teachers}
      definition: {zh-Hans: 虚构。, en: Invented.}
      topic: staffing
      kind: count
      measure: {zh-Hans: 人, en: persons}
      counted: {zh-Hans: 教师, en: teachers}
      not_above: staff
    - code: staff
      name: {zh-Hans: 教职工数, en: Staff}
      definition: {zh-Hans: 虚构。, en: Invented.}
      topic: staffing
      kind: count
      measure: {zh-Hans: 人, en: persons}
    - code: teachers_per_100
      name: {zh-Hans: 每百名学生教师数, en: Teachers per 100 pupils}
      definition: {zh-Hans: 虚构。, en: Invented.}
      topic: staffing
      kind: ratio
      measure: {zh-Hans: 人, en: ""}
      counted: {zh-Hans: 每百名学生教师, en: teachers per 100 pupils}
      decimals: 2
      direction: higher
      formula: {numerator: teachers, denominator: pupils, scale: 100}
      balance: true
      headline: true
    - code: pupils_per_teacher
      name: {zh-Hans: 生师比, en: Pupils per teacher}
      definition: {zh-Hans: 虚构。, en: Invented.}
      topic: staffing
      kind: ratio
      measure: {zh-Hans: "", en: ""}
      decimals: 1
      direction: lower
      formula: {numerator: pupils, denominator: teachers, scale: 1}
    - code: spending
      name: {zh-Hans: 教育经费, en: Spending on education}
      definition: {zh-Hans: 虚构。, en: Invented.}
      topic: funding
      kind: amount
      measure: {zh-Hans: 万元, en: ten thousand yuan}
      breaks: [{year: 2016, reason: {zh-Hans: 口径扩大, en: a wider scope}}]
    """
MEASURES = {"spending": "万元", "grant": "万元", "grant_growth": "%"}
#: By indicator and year the figures of C1, C2, …; the prefecture's are their sums.
FIGURES: dict[tuple[str, int], Sequence[float]] = {
    ("pupils", 2012): (1000, 2000, 1500, 1200), ("pupils", 2017): (1500, 2020, 1500, 1300),
    ("teachers", 2012): (80, 140, 100, 90), ("teachers", 2017): (90, 150, 130, 80),
    ("staff", 2012): (90, 150, 120, 100), ("staff", 2017): (100, 160, 140, 90),
    ("spending", 2015): (500, 700, 600, 500), ("spending", 2017): (900, 1200, 1000, 900),
}  # fmt: skip


def invented(
    folder: Path, figures: Mapping[tuple[str, int], Sequence[float | None]] | None = None, *, year: int = 2020,
    settings: str = "", files: Mapping[str, str] | None = None, catalogue: str = CATALOGUE, synthetic: bool = False,
    whole: Mapping[tuple[str, int], float] | None = None,
) -> Told:  # fmt: skip
    """Make an invented prefecture of counties in a folder, and tell what its figures say.

    The prefecture's figures are the sums of the counties', but for those of ``whole``.
    """
    given = {**FIGURES, **(figures or {})}
    n = max(len(values) for values in given.values())
    units = [f"C{at},C{at},县{at},County {at},county,P,,," for at in range(1, n + 1)]
    rows = []
    for (code, when), values in given.items():
        there = [value for value in values if value is not None]
        named = [(f"C{at}", value) for at, value in enumerate(values, start=1) if value is not None]
        above = (whole or {}).get((code, when), sum(there))
        for unit, value in [*named, *([("P", above)] if len(there) == n else [])]:
            rows.append(f"{unit},{when},{code},{value},{MEASURES.get(code, '人')},made-up")
    head = "id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor\nP,P,虚构州,Invented,prefecture,,,,\n"
    root = write(folder / "place", INVENTED | {
        "workspace.yaml": INVENTED["workspace.yaml"] + settings, "data/units.csv": head + "\n".join(units) + "\n",
        "data/indicators/all.yaml": catalogue, **(files or {}),
        "data/observations/all.csv": "unit,year,indicator,value,measure,source\n" + "\n".join(sorted(rows)) + "\n",
    })  # fmt: skip
    (root / "data/rules").mkdir(exist_ok=True)
    shutil.copy(ROOT / "data/rules/statements.yaml", root / "data/rules")
    return tell(Workspace(root), year=year, boundaries=2020, synthetic=synthetic)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Told]:
    """Give what the figures of an invented prefecture say; the same prefecture is made once."""
    known: dict[str, Told] = {}

    def made(figures: Mapping[tuple[str, int], Sequence[float | None]] | None = None, **asked: Any) -> Told:
        key = repr((figures, asked))
        if key not in known:
            known[key] = invented(tmp_path_factory.mktemp("place"), figures, **asked)
        return known[key]

    return made
