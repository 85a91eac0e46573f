"""One file of the ledger in the reading: where its entries stand, and what they are held to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from analysis.messages import DuzhengError, Fault
from analysis.workspace.ledger.entries import DEMO, Measured
from analysis.workspace.yaml_files import check_entry, line_of, parse_yaml, read_yaml

if TYPE_CHECKING:
    from analysis.workspace.catalogue import Catalogue
    from analysis.workspace.units import Units

Place = tuple[int | str, ...]
Head = TypeVar("Head", bound=BaseModel)
Part = TypeVar("Part", bound=BaseModel)


@lru_cache(maxsize=4096)
def _parsed(text: str, name: str) -> Any:
    """Parse a text once: verbs that write read the whole ledger again, most of it as it was. Nobody changes nodes."""
    return parse_yaml(text, name)


def _read(path: Path, name: str) -> Any:
    try:
        return _parsed(path.read_text(encoding="utf-8-sig"), name)
    except (OSError, UnicodeDecodeError):
        return read_yaml(path, name)  # which says what is wrong


@dataclass
class File:
    """One file that is being read: where its entries stand, what they are held to; ``text`` if not written."""

    path: Path
    root: Path
    units: Units
    catalogue: Catalogue
    duties: frozenset[str] | None
    faults: list[Fault]
    text: str | None = None
    node: Any = None

    @property
    def name(self) -> str:
        """Its path in the workspace."""
        return self.path.relative_to(self.root).as_posix()

    def line(self, *where: int | str) -> int | None:
        """Give the line of an entry."""
        return line_of(self.node, where)

    def fault(self, where: Place, found: str, expected: str, hint: str = "", code: str = "DZ-O001") -> Fault:
        """Make the fault of an entry."""
        return Fault(code, file=self.name, line=self.line(*where), column=".".join(map(str, where)), found=found,
                     expected=expected, hint=hint)  # fmt: skip

    def read(self, head: type[Head], name: str, part: type[Part] | None) -> tuple[Head | None, dict[int, Part]]:
        """Read head and parts one by one, so that the faults of one hide none of another; ``name`` empty: no parts."""
        try:
            self.node = _parsed(self.text, self.name) if self.text is not None else _read(self.path, self.name)
        except DuzhengError as error:
            self.faults += error.faults
            return None, {}
        if not isinstance(self.node, dict):
            found = "nothing" if self.node is None else f"a {type(self.node).__name__.lower()}"
            self.faults.append(Fault("DZ-O001", file=self.name, line=1, found=found, expected="keys with their values"))
            return None, {}
        nodes = self.node.get(name, [])
        alone = {key: value for key, value in self.node.items() if key != name}
        whole: Head | None = None
        try:
            whole = check_entry(head, alone, self.name, root=self.node, code="DZ-O001")
        except DuzhengError as error:
            self.faults += error.faults
        if not isinstance(nodes, list):
            self.faults.append(self.fault((name,), type(nodes).__name__, f"a list of {name}"))
            nodes = []
        parts: dict[int, Part] = {}
        for at, each in enumerate(nodes if part is not None else ()):
            assert part is not None  # noqa: S101  without parts there is nothing to go through
            try:
                parts[at] = check_entry(part, each, self.name, where=(name, at), root=self.node, code="DZ-O001")
            except DuzhengError as error:
                self.faults += error.faults
        return whole, parts

    def misplaced(
        self, unit: str, year: int | None, names: set[str], synthetic: bool, demonstration: bool,  # noqa: FBT001
    ) -> Iterator[Fault]:  # fmt: skip
        """Find a unit that there is not, a file that is called otherwise, and what is invented where it must not be."""
        if unit not in self.units.frame.index:
            yield self.fault(("unit",), repr(unit), "an id of data/units.csv", code="DZ-U001")
        elif year is not None and not self.existed(unit, year):
            yield self.fault(("unit",), f"{unit!r} in {year}", f"a unit that existed at the end of {year}",
                             self.units.explain(unit.split(":", maxsplit=1)[0], year), "DZ-U002")  # fmt: skip
        if self.path.stem not in names:
            yield self.fault(("unit",), f"{self.path.name}, which holds {' or '.join(sorted(names))}",
                             f"{min(names)}.yaml, as unit and year say")  # fmt: skip
        if synthetic != demonstration:
            hint = "what is invented is kept apart from what an office wrote"
            yield self.fault(("synthetic",), f"synthetic: {str(synthetic).lower()}",
                             f"synthetic: true in {DEMO}, and nowhere else", hint)  # fmt: skip

    def existed(self, unit: str, year: int) -> bool:
        """Tell whether a unit existed at the end of a year."""
        begin, end = self.units.span(unit)
        return begin <= year <= end

    def twice(self, name: str, parts: Mapping[int, Any]) -> Iterator[Fault]:
        """Find ids that stand twice in the file."""
        first: dict[str, int] = {}
        for at, part in parts.items():
            before = first.setdefault(part.id, at)
            if before != at:
                yield self.fault((name, at, "id"), f"id: {part.id}, which is in line {self.line(name, before)}",
                                 f"an id that stands once among the {name} of a file")  # fmt: skip

    def subject(self, entry: Measured, where: Place) -> Iterator[Fault]:
        """Hold an entry to one indicator that is known, one index, or one coefficient."""
        given = [name for name in ("indicator", "index", "coefficient") if getattr(entry, name)]
        if len(given) != 1:
            found = " and ".join(given) or "neither indicator nor index"
            expected = "an indicator of the catalogue, an index of a survey, or a coefficient between schools"
            yield self.fault(where, found, expected)
        elif entry.indicator and entry.indicator not in self.catalogue:
            yield self.fault((*where, "indicator"), repr(entry.indicator), "a code of the catalogue",
                             "`duzheng data list` shows them", "DZ-I001")  # fmt: skip

    def held_duty(self, duty: str, where: Place) -> Iterator[Fault]:
        """Hold the id of a duty to the rule set."""
        if duty and self.duties is not None and duty not in self.duties:
            yield self.fault((*where, "duty"), repr(duty), f"one of {', '.join(sorted(self.duties))}")

    def held_unit(self, unit: str, where: Place) -> Iterator[Fault]:
        """Hold the id of a unit to the table of units."""
        if unit and unit not in self.units.frame.index:
            yield self.fault(where, repr(unit), "an id of data/units.csv", code="DZ-U001")
