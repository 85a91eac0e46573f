"""The tables of a run, kept beside the memos: batches of one state share them, and stage one is computed once."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from analysis.findings import RunTables, run_tables
from analysis.findings.run_tables import REFERENCE
from analysis.workspace import Workspace, hash_files

#: What the tables were made from, beside them.
KEY = "key.json"
#: Everything that stage one may read; simulated data only in a run of demonstration.
_READ = ("workspace.yaml", "data/**/*", "surveys/**/*")
_DEMO = "data/demo/"
#: Where the tables of what was released are kept, so that a correction cannot give away what is held back.
RELEASES = "data/releases"


def folder_of(workspace: Workspace, year: int, *, synthetic: bool) -> Path:
    """Give where the tables of a run lie: apart from the folders of memos, which may be passed on."""
    return reports(workspace, synthetic=synthetic) / f"run_tables-{year}"


def reports(workspace: Workspace, *, synthetic: bool) -> Path:
    """Give where what runs produce lies; what is simulated lies apart."""
    return workspace.root / "reports" / ("demo" if synthetic else "")


def run_of(workspace: Workspace, *, year: int, synthetic: bool, state: dict[str, Any]) -> RunTables:
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
        Our own code and the versions of packages, by :func:`analysis.memos.manifest.code_state`.
    """
    folder = folder_of(workspace, year, synthetic=synthetic)
    key = key_of_run(workspace, year=year, synthetic=synthetic, state=state)
    if (folder / REFERENCE).is_file() and _key_in(folder) == key:
        return RunTables.read(folder)
    (folder / KEY).unlink(missing_ok=True)
    run_tables(workspace, year=year, synthetic=synthetic, earlier=released(workspace, year, synthetic=synthetic)).write(
        folder
    )
    (folder / KEY).write_text(json.dumps({"key": key}) + "\n", encoding="utf-8")
    # Read back, so that a memo's slice has one digest, whoever made the tables.
    return RunTables.read(folder)


def released(workspace: Workspace, year: int, *, synthetic: bool) -> list[RunTables]:
    """Give the tables of what was released before of a year: each folder in `data/releases/<year>`, by name."""
    place = workspace.root / (f"{_DEMO}releases" if synthetic else RELEASES) / str(year)
    return [RunTables.read(path.parent) for path in sorted(place.glob(f"*/{REFERENCE}"))]


def key_of_run(workspace: Workspace, *, year: int, synthetic: bool, state: dict[str, Any]) -> str:
    """Give the key of a run's tables: the hash of all that stage one may read, of our code and of the packages."""
    content = {"year": year, "inputs": inputs_of(workspace, synthetic=synthetic), **state}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def inputs_of(workspace: Workspace, *, synthetic: bool) -> dict[str, str]:
    """Give the content hash of every file of the workspace that a run may read."""
    found = hash_files(workspace.root, _READ)
    return {path: digest for path, digest in found.items() if synthetic or not path.startswith(_DEMO)}


def _key_in(folder: Path) -> str:
    try:
        return str(json.loads((folder / KEY).read_text(encoding="utf-8"))["key"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
