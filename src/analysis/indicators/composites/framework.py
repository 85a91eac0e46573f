"""The framework of a composite: which indicators it has, in which groups, and which way each is better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import wrong

#: The node on top of all others.
WHOLE = "composite"
DIRECTIONS = ("higher", "lower")


@dataclass(frozen=True)
class Framework:
    """Indicators as the leaves of a tree of groups.

    Parameters
    ----------
    indicators
        Codes, in the order of the columns.
    higher
        Whether a higher figure is better, by code.
    parts
        What each group is made of: groups and indicators, by group, the whole last.
    """

    indicators: tuple[str, ...]
    higher: Mapping[str, bool]
    parts: Mapping[str, tuple[str, ...]] = field(repr=False)

    @property
    def top(self) -> tuple[str, ...]:
        """What the whole is made of."""
        return self.parts[WHOLE]

    @cached_property
    def parent(self) -> Mapping[str, str]:
        """The group that each group or indicator is in."""
        return {part: group for group, parts in self.parts.items() for part in parts}

    @cached_property
    def height(self) -> Mapping[str, int]:
        """How many aggregations lie between a node and its lowest indicator."""
        found = dict.fromkeys(self.indicators, 0)
        for group, parts in self.parts.items():
            found[group] = 1 + max(found[part] for part in parts)
        return found

    def leaves(self, node: str) -> list[str]:
        """List the indicators of a group."""
        return [node] if node not in self.parts else [leaf for part in self.parts[node] for leaf in self.leaves(part)]

    def branch(self, indicator: str) -> str:
        """Give the part of the whole that an indicator belongs to."""
        node = indicator
        while self.parent[node] != WHOLE:
            node = self.parent[node]
        return node

    def without(self, dropped: Sequence[str]) -> Framework:
        """Leave indicators out, and groups that have none left."""
        kept = tuple(code for code in self.indicators if code not in dropped)
        parts: dict[str, tuple[str, ...]] = {}
        for group, of in self.parts.items():
            left = tuple(part for part in of if part in kept or part in parts)
            if left:
                parts[group] = left
        return replace(self, indicators=kept, parts=parts)


def framework_of(
    indicators: Sequence[str], directions: Mapping[str, str], groups: Mapping[str, Any] | None = None
) -> Framework:
    """Make the framework of a composite.

    Parameters
    ----------
    indicators
        Codes.
    directions
        ``higher`` or ``lower`` is better, by code.
    groups
        Codes by group, or groups within groups: ``{"staff": ["teachers"], "rooms": {"inside": ["area"], …}}``. Every
        indicator stands in one; without groups, all are parts of the whole.

    Raises
    ------
    DuzhengError
        DZ-S002 for an indicator without direction, in no group or in two, a direction of none of them, a group without
        any, a name that stands twice.

    Examples
    --------
    >>> found = framework_of(["a", "b", "c"], dict.fromkeys("abc", "higher"), {"one": ["a", "b"], "two": ["c"]})
    >>> found.top, found.branch("b"), found.without(["c"]).top
    (('one', 'two'), 'one', ('one',))
    """
    codes = tuple(dict.fromkeys(indicators))
    faults = [] if codes else [wrong("no indicators", "one or more", "name them")]
    faults += [
        wrong(f"{code!r} with direction {directions.get(code)!r}", " or ".join(DIRECTIONS),
              f"say which is better: directions={{{code!r}: 'higher'}}")
        for code in codes if directions.get(code) not in DIRECTIONS
    ]  # fmt: skip
    faults += [wrong(f"a direction of {code!r}", "directions of the indicators", f"they are {', '.join(codes)}")
               for code in directions if code not in codes]  # fmt: skip
    parts: dict[str, tuple[str, ...]] = {}
    top = tuple(_grouped(groups, parts, faults)) if groups else codes
    parts[WHOLE] = top
    placed = [part for of in parts.values() for part in of if part not in parts]
    faults += [wrong(f"{code!r} in no group", "a group for every indicator", "put it into one, or leave it out")
               for code in codes if code not in placed]  # fmt: skip
    faults += [wrong(f"{part!r} in a group", "an indicator of the composite", "name it among the indicators")
               for part in dict.fromkeys(placed) if part not in codes]  # fmt: skip
    faults += [wrong(f"{part!r} in two groups", "one", "an indicator counts once")
               for part in dict.fromkeys(placed) if placed.count(part) > 1]  # fmt: skip
    if faults:
        raise DuzhengError.of(faults)
    return Framework(codes, {code: directions[code] == "higher" for code in codes}, parts)


def _grouped(groups: Mapping[str, Any], parts: dict[str, tuple[str, ...]], faults: list[Fault]) -> Iterator[str]:
    """Put groups below one another into ``parts``, those below first, and give their names."""
    for name, of in groups.items():
        if isinstance(of, Mapping):
            inside = tuple(_grouped(of, parts, faults))
        else:
            inside = (of,) if isinstance(of, str) else tuple(of)
        if name in parts or name == WHOLE or name in inside:
            faults.append(wrong(f"the group {name!r} twice", "names that stand once", f"{WHOLE!r} is the whole"))
        if not inside:
            faults.append(wrong(f"the group {name!r} without indicators", "one or more", "leave it out"))
        parts[name] = inside
        yield name
