"""The tables of a run: what stage one computed over all units, frozen; and the slice of them that one memo reads."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from analysis.findings.reference import Reference
from analysis.messages import DuzhengError, Fault, Texts, from_columns
from analysis.workspace.files import write_together

if TYPE_CHECKING:
    import pandas as pd

REFERENCE = "reference.json"
#: The column of tables that have rows of units.
UNIT = "unit"
#: The column of tables that says who may read a row, and the one that says what the ids of the row's cells begin with.
ACCESS, UNDER = "access", "cells_under"
#: Tables that no public memo reads: the ids of the cells that reasons for withholding name, and what is held back.
INTERNAL = ("reasons", "suppression")
#: Of findings what lies in no cell: how many answered, and what came of tests.
TESTED = ("n", "psus", "df", "deff", "p", "p_adjusted", "held", "universes")
#: Tables that lie beside a release: what is said, the published figures that it rests on, and nothing of answers else.
RELEASED = ("cells", "complete", "facts", "findings", "subjects", "warnings")


@dataclass(frozen=True, eq=False)
class RunTables:
    """The tables of a run, or a memo's slice of them.

    Parameters
    ----------
    reference
        Words and definitions.
    tables
        Frames by name: ``facts``, ``warnings``, ``cells``, ``findings``, and those of the gatherers (``estimates``,
        ``quotes``, …), each with a column ``unit``.
    """

    reference: Reference
    tables: Mapping[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Give a table."""
        return self.tables[name]

    def has(self, name: str) -> bool:
        """Tell whether a table is there and has rows."""
        return name in self.tables and len(self.tables[name]) > 0

    def names(self, kind: str) -> dict[str, Texts]:
        """Give the surveys or topics that memos can be made of, with their names (table ``subjects``)."""
        if not self.has("subjects"):
            return {}
        rows = self["subjects"]
        chosen = rows[rows["kind"] == kind].to_dict("records")
        return {row["subject"]: from_columns("name", row) for row in chosen}

    def write(self, folder: Path) -> list[Path]:
        """Write `reference.json` and a Parquet file a table: all of them, or none; the same bytes every time."""
        contents = {folder / f"{name}.parquet": _parquet(frame) for name, frame in self.tables.items()}
        contents[folder / REFERENCE] = self.reference.written().encode()
        written = write_together(contents)
        for path in folder.glob("*.parquet"):
            if path not in contents:
                path.unlink()
        return written

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read what :meth:`write` wrote.

        Raises
        ------
        DuzhengError
            DZ-M005 if there are no tables of a run.
        """
        import pandas as pd

        if not (folder / REFERENCE).is_file():
            raise DuzhengError(
                Fault("DZ-M005", file=folder.name, found=f"no {REFERENCE}", expected="the tables of a run",
                      hint="`duzheng memo build` makes them; a template run by hand needs none: leave run empty")
            )  # fmt: skip
        tables = {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
        return cls(Reference.read(folder / REFERENCE), tables)

    @cached_property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of the reference and of each table (``table NAME``); of a slice, what the memo is made of."""
        found = {"reference": self.reference.digest}
        for name in sorted(self.tables):
            text = self.tables[name].to_csv(index=False, lineterminator="\n")
            found[f"table {name}"] = hashlib.sha256(text.encode()).hexdigest()
        return found

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of everything in it."""
        return hashlib.sha256("\n".join(f"{name} {each}" for name, each in self.digests.items()).encode()).hexdigest()

    def public(self) -> RunTables:
        """Give what a public memo may read: without what is withheld, its reasons, and what is held back."""
        kept = {name: frame for name, frame in self.tables.items() if name not in INTERNAL}
        under: set[str] = set()
        for name, frame in kept.items():
            if ACCESS in frame:
                public = frame[ACCESS] == "public"
                kept[name] = frame[public].reset_index(drop=True)
                under |= set(frame.loc[~public, UNDER]) if UNDER in frame else set()
        if "findings" in kept:
            kept["findings"] = kept["findings"][kept["findings"]["withheld"] == "[]"].reset_index(drop=True)
        if "cells" in kept:
            closed = kept["cells"]["id"].isin(self._of_reasons)
            if under:
                closed |= kept["cells"]["id"].str.startswith(tuple(under))
            kept["cells"] = kept["cells"][~closed].reset_index(drop=True)
        return RunTables(self.reference, kept)

    def released(self, printed: Collection[str]) -> RunTables:
        """Give what may lie beside a release for everybody: what is said, and no number that no memo prints.

        Published figures stay; of answers only the cells that memos print or that a finding names which is said.

        Parameters
        ----------
        printed
            The ids of the cells that memos print.
        """
        public = self.public()
        kept = {name: frame for name, frame in public.tables.items() if name in RELEASED}
        named: set[str] = set()
        if "findings" in kept:
            named = _named(kept["findings"])
            columns = [name for name in TESTED if name in kept["findings"]]
            kept["findings"] = kept["findings"].assign(**dict.fromkeys(columns, float("nan")))
        if "cells" in kept:
            shown = {*printed, *named, *kept["facts"]["cell"]}
            kept["cells"] = kept["cells"][kept["cells"]["id"].isin(shown)].reset_index(drop=True)
        settings = self.reference.settings.model_copy(update={"limesurvey": {}})
        return RunTables(replace(self.reference, settings=settings), kept)

    @cached_property
    def _of_reasons(self) -> set[str]:
        return set(self.tables["reasons"]["id"]) if "reasons" in self.tables else set()

    @cached_property
    def families(self) -> list[str]:
        """Give the units above those that memos are about, if there are several: each is read apart from the others."""
        units, reference = self.reference.units, self.reference
        there = units.at(reference.boundaries, reference.settings.unit_kind).index
        found = dict.fromkeys(units.parent(str(unit)) or "" for unit in there)
        return [each for each in found if each] if len(found) > 1 else []

    def family(self, above: str) -> RunTables:
        """Give what the memos of a unit and of those below it may read, so that none of them reads a whole nation."""
        units, there = self.reference.units, self.reference.units.at(self.reference.boundaries)
        kept = {above}
        up = units.parent(above)
        while up:
            kept.add(up)
            up = units.parent(up)
        parents = {str(each): units.parent(str(each)) for each in there.index}
        kept |= {each for each, parent in parents.items() if parent == units.parent(above)}
        below = {each for each, parent in parents.items() if parent == above}
        kept |= below | {each for each, parent in parents.items() if parent in below}
        tables = {}
        for name, frame in self.tables.items():
            if name in {"cells", "warnings"} or UNIT not in frame:
                tables[name] = frame
                continue
            mine = frame[UNIT].isin(kept)
            if name == "facts":
                mine |= frame["cell"].isin(self._doubted)
            tables[name] = frame[mine].reset_index(drop=True)
        if "cells" in tables:
            tables["cells"] = _cells_kept(tables["cells"], tables, kept)
        return RunTables(self.reference, tables)

    def slice(self, unit: str) -> RunTables:
        """Give what the memo of a unit may read.

        Its own rows, those of the units above it, and of the units below it; of its peers what charts and comparisons
        show: levels of ratios and headlines, and estimates of everybody together.

        Raises
        ------
        DuzhengError
            DZ-U002 if the unit is not on the boundaries.
        """
        units, reference = self.reference.units, self.reference
        there = units.at(reference.boundaries)
        if unit not in there.index:
            raise DuzhengError(
                Fault("DZ-U002", found=repr(unit), expected=f"a unit on the boundaries of {reference.boundaries}",
                      hint=units.explain(unit.split(":", maxsplit=1)[0], reference.boundaries))
            )  # fmt: skip
        own = {unit}
        above = units.parent(unit)
        while above:
            own.add(above)
            above = units.parent(above)
        own |= {str(each) for each in there.index if units.parent(str(each)) == unit}
        peers = {str(each) for each in there.index if units.parent(str(each)) == units.parent(unit)
                 and units.kind(str(each)) == units.kind(unit)}  # fmt: skip
        kept = {name: self._kept(name, frame, own, peers) for name, frame in self.tables.items() if name != "cells"}
        if "cells" in self.tables:
            kept["cells"] = _cells_kept(self.tables["cells"], kept, own)
        facts = kept["facts"]
        named = set(facts["indicator"]) | set(kept["warnings"]["indicator"]) | set(kept["warnings"]["against"])
        cited = {source for text in facts["sources"].unique() for source in text.split(";")}
        if "cells" in kept:
            cited |= {source for text in kept["cells"]["sources"].unique() for source in text.split(";")}
        cited |= {each.source for each in reference.rules.values()}
        return RunTables(reference.only(indicators=named, sources=cited), kept)

    def _kept(self, name: str, frame: pd.DataFrame, own: set[str], peers: set[str]) -> pd.DataFrame:
        """Keep the rows of a table that a memo may read."""
        if UNIT not in frame:
            return frame
        mine, beside = frame[UNIT].isin(own), frame[UNIT].isin(peers)
        if name == "facts":
            shared = {each.code for each in self.reference.catalogue.values() if each.kind == "ratio" or each.headline}
            mine |= beside & (frame["statistic"] == "level") & frame["indicator"].isin(shared)
            mine |= frame["cell"].isin(self._doubted)
        elif name == "estimates":
            mine |= beside & (frame["statistic"] == "mean") & (frame["code"] == "")
        elif name == "warnings":
            mine |= True
        return frame[mine].reset_index(drop=True)

    @cached_property
    def _doubted(self) -> set[str]:
        """The cells that warnings name: a doubt about one unit is a doubt about what all are compared by."""
        if not self.has("warnings"):
            return set()
        from analysis.indicators import cell_id

        rows = self.tables["warnings"]
        pairs = {*zip(rows["indicator"], rows["unit"], rows["year"], strict=True),
                 *zip(rows["against"], rows["unit"], rows["year"], strict=True)}  # fmt: skip
        return {cell_id(indicator, unit, year) for indicator, unit, year in pairs}


def _named(findings: pd.DataFrame) -> set[str]:
    """Give the cells that findings name."""
    return {cell for text in findings["cells"] for cell in json.loads(text)}


def _cells_kept(cells: pd.DataFrame, kept: Mapping[str, pd.DataFrame], own: set[str]) -> pd.DataFrame:
    """Keep the cells of the units themselves, and those that rows of others name."""
    named: set[str] = set()
    for frame in kept.values():
        if "cell" in frame:
            named |= set(frame["cell"])
    return cells[cells["unit"].isin(own) | cells["id"].isin(named)].reset_index(drop=True)


def _parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()
