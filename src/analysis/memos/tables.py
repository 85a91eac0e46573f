"""The tables of a run, kept beside the memos: batches of one state share them, and stage one is computed once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.findings import Audience, RunTables
from analysis.findings.run_tables import REFERENCE
from analysis.findings.stage_one import run_tables
from analysis.memos.manifest import write_json
from analysis.memos.provenance import DEMO, digest, of_tables
from analysis.workspace import Workspace, hash_files

#: What the tables were made from, beside them.
STATE = "state.json"
#: Where the tables of each family of units lie, if there are several, in the folder of the run.
FAMILIES = "families"
#: Where the tables of what was released are kept, so that a correction cannot give away what is held back.
RELEASES = "data/releases"


def folder_of(workspace: Workspace, year: int, *, synthetic: bool) -> Path:
    """Give where the tables of a run lie: apart from the folders of memos, which may be passed on."""
    return reports(workspace, synthetic=synthetic) / f"run_tables-{_dated(workspace, year)}"


def _dated(workspace: Workspace, year: int) -> str:
    """Name a year; where another day is spoken of than that of its release, with that day."""
    return str(year) if workspace.day is None else f"{year}-on-{workspace.day}"


def reports(workspace: Workspace, *, synthetic: bool) -> Path:
    """Give where what runs produce lies; what is simulated lies apart."""
    return workspace.root / "reports" / ("demo" if synthetic else "")


def release_folder(workspace: Workspace, year: int, audience: Audience = "public", *, synthetic: bool = False) -> Path:
    """Give where the memos of a year, or of a day in it, lie; those for the office apart from those for everybody."""
    marked = "" if audience == "public" else f"-{audience}"
    return reports(workspace, synthetic=synthetic) / f"{_dated(workspace, year)}{marked}"


def family_of(run: RunTables, unit: str) -> str:
    """Give the family whose tables the memo of a unit reads (:meth:`RunTables.family`); empty for those of the run."""
    families = run.families
    above = run.reference.units.parent(unit) or ""
    return unit if unit in families else above if above in families else ""


class Reader:
    """Gives what the memos of units may read of a run's tables, a family of units at a time.

    Parameters
    ----------
    run
        The tables of the run.
    """

    def __init__(self, run: RunTables) -> None:
        self._run = run
        self._family = lru_cache(maxsize=2)(run.family)
        self._slice = lru_cache(maxsize=2)(self._sliced)

    def _sliced(self, unit: str) -> RunTables:
        family = family_of(self._run, unit)
        return (self._family(family) if family else self._run).slice(unit)

    def read(self, unit: str, audience: Audience) -> RunTables:
        """Give what the memo of a unit may read."""
        mine = self._slice(unit)
        return mine.public() if audience == "public" else mine


def run_of(workspace: Workspace, *, year: int, synthetic: bool, state: Mapping[str, Any]) -> RunTables:
    """Give the tables of a run: those that are kept if they were made from the same state, else new ones.

    Parameters
    ----------
    workspace
        The workspace.
    year
        The last year of the figures used.
    synthetic
        Whether simulated waves, schools and ledgers are used.
    state
        What they are made from, by :func:`analysis.memos.provenance.state_of`.
    """
    folder = folder_of(workspace, year, synthetic=synthetic)
    key = key_of_run(state, year=year, synthetic=synthetic)
    kept = state_in(folder)
    if kept.get("key") == key and kept.get("files") == _files(folder):
        return RunTables.read(folder)
    (folder / STATE).unlink(missing_ok=True)
    earlier = released(workspace, year, synthetic=synthetic)
    tables = run_tables(workspace, year=year, synthetic=synthetic, earlier=earlier)
    tables.write(folder)
    shutil.rmtree(folder / FAMILIES, ignore_errors=True)
    for family in tables.families:
        tables.family(family).write(folder / FAMILIES / family)
    write_json(folder / STATE, {**state, "year": year, "synthetic": synthetic, "key": key, "files": _files(folder)})
    # Read back, so that a memo's slice has one digest, whoever made the tables.
    return RunTables.read(folder)


def _files(folder: Path) -> dict[str, str]:
    """Give the content hash of each file of the tables."""
    return hash_files(folder, (REFERENCE, "**/*.parquet"))


def released(workspace: Workspace, year: int, *, synthetic: bool) -> list[RunTables]:
    """Give the tables of what was released before of a year: each folder in `data/releases/<year>`, by name."""
    return [RunTables.read(path) for path in earlier_releases(workspace, year, synthetic=synthetic)]


def earlier_releases(workspace: Workspace, year: int, *, synthetic: bool) -> list[Path]:
    """Give the folders of the tables of what was released before of a year, the oldest first by name."""
    place = workspace.root / (f"{DEMO}releases" if synthetic else RELEASES) / str(year)
    return [path.parent for path in sorted(place.glob(f"*/{REFERENCE}"))]


def key_of_run(state: Mapping[str, Any], *, year: int, synthetic: bool) -> str:
    """Give the key of a run's tables: the hash of all that stage one may read, of our code and of the packages."""
    parts = {"inputs": state["inputs"], "code": of_tables(state["code"]), "versions": state["versions"]}
    return digest({"year": year, "synthetic": synthetic, "released": state["released"], **parts})


def state_in(folder: Path) -> dict[str, Any]:
    """Give what the tables of a folder were made from; empty where it does not say."""
    try:
        found = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
