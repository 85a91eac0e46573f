"""Workspaces for tests of peers and inequality: the repository's with figures taken away, and invented ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.conftest import SETTINGS, SOURCES, write

from analysis.workspace import Workspace


def without(workspace: Workspace, *gone: tuple[str, str, int]) -> Workspace:
    """Give a workspace that lacks figures: unit (id), indicator, year."""
    figures = workspace.observations
    keys = list(zip(figures["unit"], figures["indicator"], figures["year"], strict=True))
    lacking = Workspace(workspace.root)
    kept = figures[[key not in set(gone) for key in keys]]
    assert len(kept) < len(figures)
    lacking.__dict__["_observations"] = (kept.reset_index(drop=True), ())
    return lacking


def counties(root: Path, figures: Mapping[str, Sequence[float | None]], *, year: int = 2017) -> Workspace:
    """Make a workspace of as many counties (C1, C2, …) as each count has values; ``a_per_b`` is a ratio of two."""
    n = max(len(values) for values in figures.values())
    units = [f"C{number + 1},C{number + 1},县{number + 1},County {number + 1},county,P,,," for number in range(n)]
    entries = [entry(code) for code in figures if "_per_" not in code]
    entries += [ratio(code) for code in figures if "_per_" in code]
    rows = [f"C{number + 1},{year},{code},{value},人,made-up" for code, values in figures.items()
            if "_per_" not in code for number, value in enumerate(values) if value is not None]  # fmt: skip
    head = "id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor\nP,P,虚构州,Invented,prefecture,,,,\n"
    return Workspace(write(root, {
        "workspace.yaml": SETTINGS, "data/sources.csv": SOURCES, "data/units.csv": head + "\n".join(units) + "\n",
        "data/indicators/all.yaml": "".join(entries),
        "data/observations/all.csv": "unit,year,indicator,value,measure,source\n" + "\n".join(rows) + "\n",
    }))  # fmt: skip


def entry(code: str, more: str = "kind: amount") -> str:
    return f"""
- code: {code}
  name: {{zh-Hans: {code}, en: {code}}}
  definition: {{zh-Hans: 虚构。, en: Invented.}}
  topic: schooling
  stage: primary
  measure: {{zh-Hans: 人, en: persons}}
  {more}
"""


def ratio(code: str) -> str:
    above, below = code.split("_per_")
    return entry(
        code, f"kind: ratio\n  decimals: 2\n  formula: {{numerator: {above}, denominator: {below}, scale: 100}}"
    )
