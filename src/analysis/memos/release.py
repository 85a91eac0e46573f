"""What a release holds beside its memos: the tables that they read, and the site."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.findings import RunTables
from analysis.memos.manifest import Manifest, write_json
from analysis.memos.tables import STATE, earlier_releases, state_in
from analysis.workspace import content_hash

if TYPE_CHECKING:
    from analysis.memos.plan import Plan

TABLES = "tables"


def finish(planned: Plan, manifest: Manifest) -> None:
    """Write the tables and the site of a release; files of an earlier site that this one has not are removed."""
    from analysis.memos.site import write_site

    folder = planned.folder
    tables = _told(planned, planned.tables, manifest)
    written = tables.write(folder / TABLES)
    reference = tables.reference
    core = {name: each for name, each in planned.state.items() if name not in {"rules", "questionnaires"}}
    write_json(folder / TABLES / STATE, {**core, "year": reference.year, "synthetic": reference.synthetic})
    site = {path.relative_to(folder).as_posix(): content_hash(path) for path in (*written, folder / TABLES / STATE)}
    site |= write_site(folder, manifest.content, tables, planned.workspace.tiles, _changes(planned, manifest))
    for name in {*manifest.content["site"]} - {*site}:
        (folder / name).unlink(missing_ok=True)
    manifest.content |= {"site": site, "finished": True}


def _told(planned: Plan, tables: RunTables, manifest: Manifest) -> RunTables:
    """Give what may lie beside a release of tables: to the office all, to everybody what its memos print."""
    return tables if planned.audience == "internal" else tables.released(_printed(manifest))


def _printed(manifest: Manifest) -> set[str]:
    """Give the cells that the memos of a release print, those of its newest state."""
    found = set()
    for template, subject, _, entry in manifest.entries():
        for name in entry["files"]:
            path = manifest.folder / template / subject / name
            if name.endswith(".cells.csv") and entry["state"] == manifest.content["state"] and path.is_file():
                with path.open(encoding="utf-8", newline="") as file:
                    found |= {row["id"] for row in csv.DictReader(file)}
    return found


def _changes(planned: Plan, manifest: Manifest) -> Mapping[str, Any] | None:
    """Give what differs from the newest release of the year that is kept; None if there was none."""
    from analysis.memos.compare import compare_tables

    reference = planned.tables.reference
    places = earlier_releases(planned.workspace, reference.year, synthetic=reference.synthetic)
    if not places:
        return None
    before = _told(planned, RunTables.read(places[-1]), manifest)
    found = compare_tables(
        before, _told(planned, planned.tables, manifest), state_in(places[-1]) or None, {**planned.state},
        manifest=manifest.content, internal=planned.audience == "internal",
    )  # fmt: skip
    return {
        "against": places[-1].name, "released": before.reference.settings.released.isoformat(),
        "summary": {language: found.summary(language) for language in reference.settings.languages},
        "numbers": found.numbers, "findings": found.findings, "notes": found.notes,
    }  # fmt: skip
