"""The bank of items: a code and version means one thing for ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import Field

from analysis.messages import LANGUAGES, DuzhengError, Fault
from analysis.surveys.items import CODE, TYPES, Entry, Item, Matrix, Option, Rating, Relation
from analysis.workspace.yaml_files import BRANCHES, check_entry, place_of, read_yaml

FOLDER = "surveys/bank"
#: What each relation lets a version change.
ALLOWED: dict[Relation, frozenset[str]] = {
    "same": frozenset(),
    "reworded": frozenset({"wording"}),
    "rescaled": frozenset({"wording", "scale"}),
    "recoded": frozenset({"wording", "scale", "codes"}),
}
BRANCHES.update(TYPES)


class BankFile(Entry):
    """One file of the bank."""

    scales: dict[str, tuple[Option, ...]] = Field(default_factory=dict)
    items: dict[str, tuple[Item, ...]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bank:
    """All items by code and version, and the scales that they share."""

    items: dict[tuple[str, int], Any]
    scales: dict[str, tuple[Option, ...]]
    places: dict[tuple[str, int], tuple[str, int | None]] = field(repr=False)
    nodes: dict[str, Any] = field(default_factory=dict, repr=False)  #: by file, entries that know their lines

    def place(self, code: str, version: int, *path: int | str) -> tuple[str, int | None]:
        """Give file and line of an item's version, or of an entry within it."""
        file, line = self.places[code, version]
        place = place_of(self.nodes.get(file), ("items", code, version - 1, *path)) if path else None
        return file, place[0] if place else line

    def relation(self, code: str, old: int, new: int) -> Relation:
        """Give what two versions of an item are to each other: the weightiest of the relations between them."""
        first, last = sorted((old, new))
        order: list[Relation] = ["same", "reworded", "rescaled", "recoded"]
        between = [self.items[code, version].relation for version in range(first + 1, last + 1)]
        return max(between, key=order.index, default="same")

    @property
    def codes(self) -> list[str]:
        """The codes of all items."""
        return list(dict.fromkeys(code for code, _ in self.items))

    def latest(self, code: str) -> int:
        """Give the newest version of an item."""
        return max(version for known, version in self.items if known == code)

    def options(self, item: Any) -> tuple[Option, ...]:
        """Give the options of an item, its own or those of its scale."""
        scale = getattr(item, "scale", "")
        found: tuple[Option, ...] = self.scales[scale] if scale else getattr(item, "options", ())
        return found

    def meaning(self, code: str, version: int) -> dict[str, Any]:
        """Give what an item means: its wording, its scale and its codes, as plain data.

        The scale is the options' labels, with their codes where these are points (of ratings and matrices), or the
        limits and the unit of what is filled in; kinds of missing count among the codes. Help, topic and marks are no
        part of it: they may be mended.
        """
        item = self.items[code, version]
        options = self.options(item)
        rows = getattr(item, "rows", ())
        points = [(str(option.code), option.exclusive, option.open) for option in options]
        scaled = isinstance(item, Rating | Matrix)
        limits = {name: getattr(item, name, None) for name in ("least", "most", "earliest", "latest")}
        limits["decimals"] = getattr(item, "decimals", 0) or None
        return {
            "wording": {
                "text": dict(item.text),
                "simple": dict(item.simple or {}),
                "rows": [dict(row.text) for row in rows],
            },
            "scale": {
                "labels": [dict(option.text) for option in options],
                "points": points if scaled else [],
                "unit": dict(getattr(item, "unit", None) or {}),
                "limits": {
                    name: f"{limit:g}" if isinstance(limit, float) else str(limit)
                    for name, limit in limits.items()
                    if limit is not None
                },
            },
            "codes": {
                "type": item.type,
                "options": [] if scaled else points,
                "rows": [row.code for row in rows],
                "missing": sorted(item.missing),
            },
        }


def read_bank(root: Path) -> Bank:
    """Read the bank of a workspace.

    Parameters
    ----------
    root
        The workspace, whose ``surveys/bank/*.yaml`` are read.

    Raises
    ------
    DuzhengError
        DZ-Q001 and DZ-Q002 with every fault of every file: unknown scales, items in two files, versions that do not
        count from 1, and relations that are not what was changed.
    """
    items: dict[tuple[str, int], Any] = {}
    scales: dict[str, tuple[Option, ...]] = {}
    places: dict[tuple[str, int], tuple[str, int | None]] = {}
    nodes: dict[str, Any] = {}
    faults: list[Fault] = []
    for path in sorted((root / FOLDER).glob("*.yaml")):
        file = path.relative_to(root).as_posix()
        try:
            node = read_yaml(path, file, code="DZ-Q001")
            part = check_entry(BankFile, node or {}, file, code="DZ-Q002")
        except DuzhengError as error:
            faults += error.faults
            continue
        nodes[file] = node
        for name, options in part.scales.items():
            if name in scales:
                faults.append(_fault(node, file, ("scales", name), f"the scale {name} twice", "one", "rename one"))
            scales[name] = options
        for code, versions in part.items.items():
            faults += _versions(node, file, code, [item.version for item in versions], items)
            items |= {(code, item.version): item for item in versions}
            for number, item in enumerate(versions):
                places[code, item.version] = (file, (place_of(node, ("items", code, number)) or (None, 0))[0])
    bank = Bank(items, scales, places, nodes)
    faults += _relations(bank)
    if faults:
        raise DuzhengError.of(faults)
    return bank


def _versions(node: Any, file: str, code: str, versions: list[int], known: dict[tuple[str, int], Any]) -> list[Fault]:
    import re

    faults = []
    where = ("items", code)
    if not re.match(CODE, code):
        expected = "letters and digits, a letter first"
        faults.append(_fault(node, file, where, f"the code {code!r}", expected, "rename it"))
    if any(code == other for other, _ in known):
        faults.append(_fault(node, file, where, f"the item {code} in two files", "one place", "keep one"))
    if versions != list(range(1, len(versions) + 1)):
        expected = ", ".join(map(str, range(1, len(versions) + 1)))
        found = f"versions {', '.join(map(str, versions))}"
        faults.append(_fault(node, file, where, found, expected, "count them from 1"))
    return faults


def _relations(bank: Bank) -> list[Fault]:
    """Hold every version's relation to what it changed."""
    faults: list[Fault] = []

    def add(key: tuple[str, int], found: str, expected: str, hint: str = "") -> None:
        file, line = bank.places[key]
        faults.append(Fault("DZ-Q002", file=file, line=line, column=f"{key[0]} version {key[1]}", found=found,
                            expected=expected, hint=hint))  # fmt: skip

    known = {"", *bank.scales}
    for key, item in bank.items.items():
        scale, before = getattr(item, "scale", ""), (key[0], key[1] - 1)
        if scale not in known:
            near = get_close_matches(scale, bank.scales, n=1)
            add(key, f"the scale {scale!r}", "one of the bank", f"did you mean {near[0]}?" if near else "")
        elif key[1] == 1 and item.relation != "new":
            add(key, f"relation {item.relation}", "new, in a first version")
        elif key[1] > 1 and item.relation == "new":
            what = "same, reworded, rescaled or recoded"
            add(key, "relation new", what, "what is new gets a code of its own")
        elif before in bank.items and getattr(bank.items[before], "scale", "") in known:
            changed = changes(bank.meaning(*before), bank.meaning(*key))
            if not changed <= ALLOWED[item.relation]:
                fits = next((name for name, kinds in ALLOWED.items() if changed <= kinds), "recoded")
                hint = "the relation says what may be compared between waves"
                add(key, f"{item.relation}, with other {' and '.join(sorted(changed))}", fits, hint)
    return faults


def changes(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    """Name what two meanings differ in: ``wording``, ``scale``, ``codes``. A translation that is added is no change."""
    return {part for part in ("wording", "scale", "codes") if not _held(old[part], new[part])}


def _held(old: Any, new: Any) -> bool:
    """Tell whether everything that was said is still said."""
    if isinstance(old, dict) and isinstance(new, dict):
        translated = set(old) <= set(LANGUAGES) and bool(old)
        return (set(old) <= set(new) if translated else set(old) == set(new)) and all(
            _held(old[k], new[k]) for k in old
        )
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_held, old, new))
    return bool(old == new)


def _fault(node: Any, file: str, where: tuple[int | str, ...], found: str, expected: str, hint: str) -> Fault:
    place = place_of(node, where)
    line, character = place or (None, None)
    return Fault("DZ-Q002", file=file, line=line, character=character, found=found, expected=expected, hint=hint)
