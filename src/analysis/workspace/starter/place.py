"""The place of a new workspace: the whole, and the units below it that are evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import DuzhengError, Fault, Texts
from analysis.workspace.contracts import check_tables
from analysis.workspace.tables import read_table
from analysis.workspace.units import CONTRACT, FILE
from analysis.workspace.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

#: Whom a district evaluates, as kinds of `data/units.csv`; memos are of the first.
TOWN, DEPARTMENT = "town", "department"
TOWNS: Final[dict[str, Any]] = {
    "unit_kind": TOWN,
    "unit_name": {"zh-Hans": "街镇", "en": "town"},
    "unit_names": {"zh-Hans": "街镇", "en": "towns"},
}


@dataclass(frozen=True)
class Place:
    """The place of a new workspace.

    Parameters
    ----------
    units
        The table of its units as text, by the columns of `data/units.csv`.
    whole
        Id of the unit above those that get memos.
    kind
        The kind that gets memos.
    boundaries
        The year whose units these are.
    settings
        What its settings say otherwise than the source's.
    same
        Whether it is the source's own place.
    table
        Name of the table of units that was given; empty if none was.
    rows
        By row of ``units``, as a spreadsheet counts, the row of that table.
    """

    units: pd.DataFrame
    whole: str
    kind: str
    boundaries: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    same: bool = False
    table: str = ""
    rows: Mapping[int, int] = field(default_factory=dict)

    @property
    def memos_of(self) -> tuple[str, ...]:
        """Ids of the units that get memos."""
        mine = self.units[self.units["kind"] == self.kind]
        years = zip(mine["id"], mine["valid_from"], mine["valid_to"], strict=True)
        last = str(self.boundaries)  # years are of four digits
        return tuple(str(unit) for unit, begun, ended in years if begun <= last <= (ended or last))

    def both(self, source: Workspace) -> set[str]:
        """Give the territories that the source has, too: of the same id, name and years."""
        there = _own(source)
        alike = ["name_zh", "valid_from", "valid_to"]
        mine = self.units[self.units["id"].isin(there["id"])].set_index("id")
        return set(mine.index[(mine[alike] == there.loc[mine.index, alike]).all(axis=1)])


def same_place(source: Workspace) -> Place:
    """Give the place of the source itself."""
    said = source.settings
    mine = source.units.at(said.boundaries, said.unit_kind)
    return Place(_own(source), next(iter(mine["parent"].dropna()), ""), said.unit_kind, said.boundaries, same=True)


def other_place(source: Workspace, table: Path, year: int) -> Place:
    """Give a place of the source's kind whose units a table has.

    Raises
    ------
    DuzhengError
        DZ-T… for the table; DZ-T004 if no unit of the source's kind is in it, DZ-U003 if none stands above them all.
    """
    given, kind = _given(table), source.settings.unit_kind
    mine = given[given["kind"] == kind]
    if mine.empty:
        raise DuzhengError(
            Fault("DZ-T004", file=table.name, column="kind", found="no unit that would get a memo",
                  expected=f"units of the kind {kind}, as in the workspace that this is begun from, and one above them")
        )  # fmt: skip
    whole = _whole(given.set_index("id"), mine["parent"])
    if not whole:
        raise DuzhengError(
            Fault("DZ-U003", file=table.name, column="parent", found=f"no unit above all of the kind {kind}",
                  expected="one that is the whole, such as their city")
        )  # fmt: skip
    drawn = _boundaries(source, mine, year)
    settings = {"name": _name(given, whole), "boundaries": drawn}
    return Place(given, whole, kind, drawn, settings, table=table.name, rows=dict(enumerate(given.index, start=2)))


def district(source: Workspace, unit: str, table: Path | None, year: int) -> Place:
    """Give a unit of the source as the whole, with those above it, its former territories, and those below it.

    Raises
    ------
    DuzhengError
        DZ-U001 for a unit that there is not; of the table DZ-T…, DZ-T004 for a unit right below that is neither town
        nor department, DZ-U003 for one that is not below.
    """
    known, said, own = source.units, source.settings, _own(source)
    whole = unit if unit in own["id"] else known.resolve(unit, said.boundaries)
    if whole is None:
        there = ", ".join(known.at(said.boundaries, said.unit_kind)["code"])
        raise DuzhengError(
            Fault("DZ-U001", found=repr(unit), expected=f"the code of the unit that becomes the whole: one of {there}")
        )  # fmt: skip
    chain = [whole]
    while above := known.parent(chain[0]):
        chain.insert(0, above)
    former = [
        each for each in own["id"]
        if each not in chain and (held := known.holders(each, said.boundaries)) and {*held} <= {*chain}
    ]  # fmt: skip
    below = own[own["id"].isin(_below(own, whole)) & ~own["id"].isin([*chain, *former])]
    if table is not None:
        below = _given(table)
        _hold_below(below, whole, own.loc[[*chain, *former], "parent"].to_dict(), table.name)
    first = own.loc[[each for each in (*chain, *former) if each not in set(below["id"])]]
    import pandas as pd

    units = pd.concat([first, below], ignore_index=True).fillna("")
    mine = units[units["kind"] == TOWN]
    drawn = _boundaries(source, mine, year)
    settings = {"name": _name(own, whole), "boundaries": drawn, **TOWNS}
    rows = dict(enumerate(below.index, start=len(first) + 2)) if table is not None else {}
    return Place(units, whole, TOWN, drawn, settings, table=table.name if table is not None else "", rows=rows)


def _own(source: Workspace) -> pd.DataFrame:
    """Give the source's table of units as text, by id."""
    frame = read_table(source.root / FILE, FILE).frame
    return frame.set_axis(frame["id"].to_numpy(), axis=0)


def _given(table: Path) -> pd.DataFrame:
    """Read the table of units that was given as text, once it has been held to the contract."""
    read = read_table(table)
    check_tables([read], CONTRACT)
    return read.frame


def _name(frame: pd.DataFrame, unit: str) -> Texts:
    row = frame[frame["id"] == unit].iloc[0]
    return {"zh-Hans": str(row["name_zh"]), "en": str(row["name_en"])}


def _whole(frame: pd.DataFrame, parents: Iterable[str]) -> str:
    """Give the lowest unit above all; empty if there is none."""
    above = {each for each in parents if each in frame.index}
    for _ in frame.index:
        if len(above) < 2:  # noqa: PLR2004  one is the whole
            break
        above = {str(each) for each in frame.loc[sorted(above), "parent"] if each in frame.index}
    return above.pop() if len(above) == 1 else ""


def _below(frame: pd.DataFrame, whole: str) -> set[str]:
    """Give the units below one, however far."""
    found: set[str] = set()
    more = {whole}
    while more := set(frame.loc[frame["parent"].isin(more), "id"]) - found:
        found |= more
    return found


def _hold_below(frame: pd.DataFrame, whole: str, above: Mapping[str, str], table: str) -> None:
    """Refuse what is not below the whole, and what right below it is nobody that a district evaluates."""
    faults = list(_misplaced(frame, whole, above, table))
    if faults:
        raise DuzhengError.of(faults)


def _misplaced(frame: pd.DataFrame, whole: str, above: Mapping[str, str], table: str) -> Iterator[Fault]:
    below = _below(frame, whole)
    for row, each in frame.iterrows():
        unit, parent = str(each["id"]), each["parent"]
        if unit in above:  # it may stand there once more, as it is
            expected = f"{above[unit] or 'nothing'}, as above {unit} in the workspace that this is begun from"
            wrong = parent != above[unit]
        else:
            expected, wrong = f"{whole}, or a unit below it", unit not in below
        if wrong:
            yield Fault("DZ-U003", file=table, row=int(str(row)), column="parent", found=repr(parent),
                        expected=expected)  # fmt: skip
        elif parent == whole and unit not in above and each["kind"] not in {TOWN, DEPARTMENT}:
            yield Fault("DZ-T004", file=table, row=int(str(row)), column="kind", found=repr(each["kind"]),
                        expected=f"{TOWN} or {DEPARTMENT}")  # fmt: skip


def _boundaries(source: Workspace, mine: pd.DataFrame, year: int) -> int:
    """Give the year of the newest units, not after the year of evaluation."""
    begun = [int(each) for each in mine["valid_from"] if each]
    ended = [int(each) + 1 for each in mine["valid_to"] if each]
    return max(min(each, year) for each in (source.settings.boundaries, *begun, *ended))
