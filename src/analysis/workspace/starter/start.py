"""What a new workspace begins with, and how it is written: all of it or nothing."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, Literal

from analysis.messages import DuzhengError, Fault, Texts
from analysis.workspace import observations, units
from analysis.workspace.settings import FILE as SETTINGS
from analysis.workspace.starter.pages import front_page, note
from analysis.workspace.starter.place import Place, district, other_place, same_place
from analysis.workspace.starter.taken import PUBLISHED, TAKEN, ignored, taken
from analysis.workspace.tables import read_table
from analysis.workspace.workspace import Workspace
from analysis.workspace.yaml_files import dump_editable, load_editable

Template = Literal["city", "district"]
#: The unit that a template of memos is tried by hand with.
_BY_HAND: Final = re.compile(r'(?<=\bunit: str = \\")[^"\\]*(?=\\")')


@dataclass(frozen=True)
class Start:
    """What a new workspace begins with.

    Parameters
    ----------
    name
        What it is called.
    place
        Its units.
    files
        By path in the workspace, what each file holds.
    """

    name: Texts
    place: Place
    files: Mapping[str, bytes]

    def check(self) -> None:
        """Read it as a workspace, apart from everything.

        Raises
        ------
        DuzhengError
            With every fault; those of units name the table that was given.
        """
        with tempfile.TemporaryDirectory() as folder:
            self._lay(Path(folder))

    def write(self, folder: Path) -> list[Path]:
        """Write it into a folder that is empty or not there.

        Returns
        -------
        list of pathlib.Path
            The files.

        Raises
        ------
        DuzhengError
            DZ-W004 if there is something in the folder or it cannot be written; else as :meth:`check`. Then nothing is
            written.
        """
        hold_folder(folder)
        folder = folder.resolve()
        fresh = [each for each in (folder, *folder.parents) if not each.exists()]
        aside = folder / f".{os.getpid()}.part"
        moved: list[Path] = []
        try:
            self._lay(aside)
            # The settings come last: without them it is no workspace.
            for path in sorted(aside.iterdir(), key=lambda each: each.name == SETTINGS):
                moved.append(folder / path.name)
                path.rename(moved[-1])
            aside.rmdir()
        except BaseException as error:
            for path in (*moved, aside):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
            for each in fresh:
                if each.is_dir():
                    each.rmdir()
            if isinstance(error, OSError):
                why = error.strerror or type(error).__name__
                raise DuzhengError(_unfit(folder, why, "a folder that can be written")) from error
            raise
        return [folder / name for name in self.files]

    def _lay(self, folder: Path) -> None:
        """Write the files, and read them as a workspace."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            Workspace(folder).check()
        except DuzhengError as error:
            raise DuzhengError(*map(self._as_given, error.faults)) from error

    def _as_given(self, fault: Fault) -> Fault:
        """Name the row of the table that was given, where one is at fault."""
        row = self.place.rows.get(fault.row or 0)
        return replace(fault, file=self.place.table, row=row) if row and fault.file == units.FILE else fault


def start(
    source: Workspace,
    *,
    template: Template = "city",
    unit: str = "",
    table: Path | None = None,
    year: int | None = None,
) -> Start:
    """Say what a new workspace begins with; nothing is written yet.

    From the source come rules, catalogue, sources, glossary, notebooks, questionnaires with their bank, and the pages
    that explain them; answers, frames, ledgers, targets, releases and reports never. Nor do the addresses of
    LimeSurvey: what is tried in a new workspace must not meet the respondents of another.

    Parameters
    ----------
    source
        The workspace that it begins from.
    template
        ``city``: a place of the same kind, a whole with units of the source's kind. ``district``: a unit of the source
        becomes the whole, and its towns and departments are evaluated.
    unit
        Of a district its code.
    table
        A table of units by the contract of `data/units.csv`, CSV or Excel. Of a city all of its units; without one it
        is a copy, with the units and public figures of the source. Of a district those below it; without one those
        that the source has, which may be none.
    year
        The year of evaluation; by default the source's.

    Raises
    ------
    DuzhengError
        With the faults of the source; DZ-U001 for a unit that there is not; DZ-T… and DZ-U003 for the table.

    Examples
    --------
    >>> begun = start(Workspace.find("."))
    >>> "data/units.csv" in begun.files, any(name.startswith("data/demo/") for name in begun.files)
    (True, False)
    """
    source.check()
    last = source.settings.year if year is None else year
    if template == "district":
        place = district(source, unit, table, last)
    else:
        place = other_place(source, table, last) if table is not None else same_place(source)
    files = {**taken(source.root, TAKEN), SETTINGS: _settings(source, place, last), ".gitignore": ignored(source.root)}
    if place.same:
        files |= taken(source.root, PUBLISHED)
    else:
        files = {name: _addressed(name, content, source, place) for name, content in files.items()}
        files |= {units.FILE: place.units.to_csv(index=False, lineterminator="\n").encode(), **_figures(source, place)}
    files["README.md"] = front_page(source.settings.name, place).encode()
    name = place.settings.get("name", source.settings.name)
    return Start(name, place, dict(sorted(files.items())))


def hold_folder(folder: Path, source: Workspace | None = None) -> None:
    """Refuse a folder in which there is something, or that lies in the workspace that is begun from (DZ-W004)."""
    if folder.exists() and not folder.is_dir():
        raise DuzhengError(_unfit(folder, "a file", "an empty folder, or none"))
    if folder.is_dir() and any(folder.iterdir()):
        raise DuzhengError(_unfit(folder, "a folder in which there is something", "an empty one, or none"))
    if source and folder.resolve().is_relative_to(source.root.resolve()):
        raise DuzhengError(_unfit(folder, "a folder of the workspace that is begun from", "one outside of it"))


def _unfit(folder: Path, found: str, expected: str) -> Fault:
    return Fault("DZ-W004", found=f"{folder}, {found}", expected=expected, hint="nothing was written")


def _settings(source: Workspace, place: Place, year: int) -> bytes:
    """Write the settings of the source, comments and all, with what is otherwise in the new place."""
    said = source.settings
    node = load_editable((source.root / SETTINGS).read_text(encoding="utf-8-sig"))
    for key, value in place.settings.items():
        if isinstance(value, dict):
            node[key].clear()
            node[key].update(value)
        else:
            node[key] = value
    day = 28 if (said.released.month, said.released.day) == (2, 29) else said.released.day
    node["year"] = year
    node["released"] = said.released.replace(year=said.released.year + year - said.year, day=day)
    node.pop("limesurvey", None)
    name, before = (each.get("en") or each["zh-Hans"] for each in (place.settings.get("name", said.name), said.name))
    begun = f"The workspace of {name}, begun from that of {before}."
    node.yaml_set_start_comment(f"A copy of the workspace of {name}." if place.same else begun)
    return dump_editable(node).encode()


def _addressed(name: str, content: bytes, source: Workspace, place: Place) -> bytes:
    """Give a file that is taken into another place: templates are tried with its units, pages say whose they are."""
    if fnmatchcase(name, "notebooks/memos/*.ipynb"):
        said = source.settings
        wholes = {*source.units.at(said.boundaries, said.unit_kind)["parent"]}
        first = next(iter(place.memos_of), place.whole)
        return _BY_HAND.sub(lambda old: place.whole if old[0] in wholes else first, content.decode()).encode()
    if fnmatchcase(name, "data/rules/*.yaml"):
        return _without_strangers(content, {*place.units["id"]})
    if name in {"data/README.md", "surveys/README.md"}:
        return f"{note(source.settings.name)}\n\n".encode() + content
    return content


def _without_strangers(content: bytes, units: Collection[str]) -> bytes:
    """Take out of a rule set the entries of units that the new place does not have: their duties are not its own."""
    node = load_editable(content.decode("utf-8-sig"))
    gone = [
        (entries, entry)
        for entries in node.get("parameters", {}).values() if isinstance(entries, list)
        for entry in entries if isinstance(entry, dict) and "unit" in entry and str(entry["unit"]) not in units
    ]  # fmt: skip
    for entries, entry in gone:
        entries.remove(entry)
    return dump_editable(node).encode() if gone else content


def _figures(source: Workspace, place: Place) -> dict[str, bytes]:
    """Give the figures of the territories that the new place and the source both have, by file."""
    mine = source.observations[source.observations["unit"].isin(place.both(source))]
    found = {}
    for file, rows in mine.groupby("file"):
        kept = read_table(source.root / str(file)).frame.loc[sorted(rows["row"])]
        name = f"{observations.FOLDER}/{Path(str(file)).stem}.csv"
        found[name] = kept.to_csv(index=False, lineterminator="\n").encode()
    return found
