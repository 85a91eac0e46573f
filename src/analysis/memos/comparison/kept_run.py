"""A run that was kept: a release, or the tables of a run; with what it was made from and the memos that it has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from analysis.findings import RunTables
from analysis.findings.run_tables import REFERENCE
from analysis.memos.comparison.printed import Printed, read_printed
from analysis.messages import LANGUAGES, DuzhengError, Fault, Texts

if TYPE_CHECKING:
    import pandas as pd

#: A template and a subject.
Memo: TypeAlias = tuple[str, str]


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A run that is compared.

    Parameters
    ----------
    folder
        The folder of the release; None for tables alone.
    tables
        Its tables, as they were read.
    state
        What it was made from; empty if it does not say.
    manifest
        What its manifest says; empty for tables alone.
    """

    folder: Path | None
    tables: RunTables
    state: Mapping[str, Any]
    manifest: Mapping[str, Any]

    @property
    def audience(self) -> str:
        """For whom its memos are; empty for tables alone."""
        return str(self.manifest.get("audience", "public")) if self.folder else ""

    @property
    def whole(self) -> bool:
        """Whether it holds what is withheld, too."""
        return self.audience != "public" and "reasons" in self.tables.tables

    @property
    def states(self) -> set[str]:
        """The states that its memos are of."""
        return {entry.get("state", "") for entry in self.entries.values()}

    @cached_property
    def entries(self) -> dict[tuple[str, str, str], Mapping[str, Any]]:
        """What the manifest says of each memo that is there, by template, subject and language."""
        return {
            (template, subject, language): entry
            for template, subjects in self.manifest.get("memos", {}).items()
            for subject, languages in subjects.items()
            for language, entry in languages.items()
            if entry.get("files")
        }

    @cached_property
    def places(self) -> dict[Memo, str]:
        """The memos that there can be, by template and subject, and what each is made of (unit, whole, survey, topic).

        Of tables alone each unit has one, and the unit above them; its template is called as what it is made of.
        """
        of = self.manifest.get("of", {})
        if self.entries:
            return {(template, subject): of.get(template, "unit") for template, subject, _ in self.entries}
        if of:
            named = self.manifest.get("subjects", {}).items()
            return {(each, subject): of[each] for each, subjects in named if each in of for subject in subjects}
        there = {("unit", str(unit)): "unit" for unit in self._units.index}
        return there | {("whole", unit): "whole" for unit in self.wholes}

    @cached_property
    def _units(self) -> pd.DataFrame:
        reference = self.tables.reference
        return reference.units.at(reference.boundaries, reference.settings.unit_kind)

    @property
    def wholes(self) -> list[str]:
        """The units above those that memos are made of."""
        return list(dict.fromkeys(str(parent) for parent in self._units["parent"] if isinstance(parent, str)))

    def name(self, template: str, subject: str) -> Texts:
        """Give what the subject of a memo is called."""
        named: Texts | None = self.manifest.get("subjects", {}).get(template, {}).get(subject)
        units = self.tables.reference.units
        if named is None and subject in units.frame.index:
            return {language: units.name(subject, language) for language in LANGUAGES}
        return named or dict.fromkeys(LANGUAGES, subject)

    def languages(self, memo: Memo) -> list[str]:
        """Give the languages that a memo is there in."""
        return [language for template, subject, language in self.entries if (template, subject) == memo]

    def printed(self, key: tuple[str, str, str], *, page: bool) -> Printed | None:
        """Read a memo as it was printed; ``page`` for the order of its layout. None if its notebook is not there."""
        if self.folder is None:
            return None
        place = self.folder / key[0] / key[1] / f"{key[1]}.{key[2]}"
        notebook = place.with_name(f"{place.name}.ipynb")
        return (
            read_printed(notebook, place.with_name(f"{place.name}.html") if page else None)
            if notebook.is_file()
            else None
        )


def read_run(folder: Path) -> KeptRun:
    """Read a folder of a release, or of run tables.

    Raises
    ------
    DuzhengError
        DZ-M005 if it is neither, or cannot be read.
    """
    release = (folder / "manifest.json").is_file()
    tables = folder / "tables" if release else folder
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8")) if release else {}
        state = manifest["states"][manifest["state"]] if release else {}
        if not (tables / REFERENCE).is_file():
            raise FileNotFoundError(f"{tables.name}/{REFERENCE}" if release else REFERENCE)
        kept = tables / "state.json"
        if kept.is_file():
            state = state | json.loads(kept.read_text(encoding="utf-8"))
        if "templates" in manifest:
            state = state | {"templates": manifest["templates"]}
        return KeptRun(folder if release else None, RunTables.read(tables), state, manifest)
    except (OSError, ValueError, KeyError, TypeError) as error:
        missing = isinstance(error, FileNotFoundError)
        found = f"no {error}" if missing else f"what this version cannot read ({type(error).__name__})"
        raise DuzhengError(
            Fault("DZ-M005", file=folder.as_posix(), found=found,
                  expected="a release (manifest.json and tables/), or the tables of a run (reference.json beside them)",
                  hint="`duzheng memo build` makes both: reports/YEAR and reports/run_tables-YEAR")
        ) from error  # fmt: skip
