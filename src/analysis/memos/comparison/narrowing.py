"""Narrowing: which of the causes is behind one change, by what a number is computed from and a finding rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from analysis.memos.comparison.causes import Causes, ordered

if TYPE_CHECKING:
    from analysis.findings.reference import Reference

#: How figures are there that were observed.
_PUBLISHED = frozenset({"reported", "rounded", "summed"})
_PARTS = re.compile(r"\bfrom (.+)$")
_RULE = re.compile(r"\brule(?: set)? (\w+)")
#: What of a finding rests on figures, beside its cells.
_EVIDENCE = ("estimate", "against", "n", "p", "p_adjusted", "held", "universes", "doubt")
#: What becomes of a finding that is said in one run alone.
_COME: Final = frozenset({"withdrawn", "appeared"})


@dataclass(frozen=True, eq=False)
class Narrowing:
    """The cause of each change, as narrowly as the states and what is computed from what allow.

    Parameters
    ----------
    causes
        What differs between the states.
    cells
        The rows of the tables ``cells`` of both runs, by id.
    references
        Words and definitions of both.
    changes
        Which cells are ``changed``, ``added`` or ``removed``.
    """

    causes: Causes
    cells: tuple[Mapping[str, Mapping[str, Any]], Mapping[str, Mapping[str, Any]]]
    references: tuple[Reference, Reference]
    changes: Mapping[str, str]
    _found: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def number(self, cell: str) -> tuple[str, ...]:
        """Give the possible causes of what became of a cell; none if the runs do not say.

        An observed figure changed with the data. A computed one did if a figure did that it is computed from, however
        far back; if none of them changed, something else is the cause.
        """
        if cell not in self._found:
            self._found[cell] = ()  # a cell is not computed from itself
            self._found[cell] = self._number(cell) if self.causes.known else ()
        return self._found[cell]

    def _number(self, cell: str) -> tuple[str, ...]:
        rows = [of[cell] for of in self.cells if cell in of]
        kinds = self.causes.possible("value" if self.changes[cell] == "changed" else "said", "value")
        how = str(rows[-1]["how"])
        kinds = self._without(kinds, [str(rows[-1]["indicator"])], _RULE.findall(how))
        if len(kinds) < 2:  # noqa: PLR2004  there is nothing to choose from
            return kinds
        if how.split(" ", maxsplit=1)[0] in _PUBLISHED:
            observed = ("data",) if self.changes[cell] == "changed" else ("data", "definition", "settings", "releases")
            return ordered({*kinds} & {*observed}) or kinds
        found = _PARTS.search(how)
        parts = found[1].split(", ") if found else []
        of_parts = [self.number(part) for part in parts if part in self.changes]
        if any(of_parts):
            return _together(of_parts)
        if parts and all(part in of for part in parts for of in self.cells):
            return tuple(kind for kind in kinds if kind != "data") or kinds
        return kinds

    def _without(self, kinds: tuple[str, ...], indicators: Iterable[str], rules: Iterable[str] = ()) -> tuple[str, ...]:
        """Leave out definitions and rules that are named and the same in both runs."""
        before, after = self.references
        out = set()
        known = [code for code in indicators if code in before.catalogue and code in after.catalogue]
        needed = {part for code in known for part in (code, *after.catalogue.parts(code))}
        if known and all(before.catalogue.get(part) == after.catalogue.get(part) for part in needed):
            out.add("definition")
        rules = list(rules)
        if rules and all(before.rules.get(rule) == after.rules.get(rule) for rule in rules):
            out.add("rule")
        return tuple(kind for kind in kinds if kind not in out) or kinds

    @cached_property
    def _moved(self) -> set[str]:
        """The units of which a number changed with the data."""
        return {str(of[cell]["unit"]) for cell in self.changes for of in self.cells
                if cell in of and "data" in self.number(cell)}  # fmt: skip

    def finding(
        self, change: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, cells: Iterable[str]
    ) -> tuple[str, ...]:
        """Give the possible causes of what became of a finding; none if the runs do not say.

        Parameters
        ----------
        change
            What became of it.
        before, after
            Its rows, where it is there.
        cells
            The cells that it rests on, of both.
        """
        if not self.causes.known:
            return ()
        cells = list(cells)
        kinds = self.causes.possible("words", "said") if change == "reworded" else self.causes.possible("said")
        indicators = {str(of[cell]["indicator"]) for cell in cells for of in self.cells if cell in of}
        kinds = self._without(kinds, indicators)
        moved = [cell for cell in cells if cell in self.changes]
        of_cells = [self.number(cell) for cell in moved]
        if any(of_cells):
            found = _together(of_cells)
            # With its figures changed it may be said no more for them, or by the rule; where all are new it is plain.
            other = change in _COME and any(self.changes.get(cell, "changed") == "changed" for cell in cells)
            return ordered({*found, *({*kinds} & {"rule", "releases"})}) if other else found
        if len(kinds) < 2 or self._elsewhere(change, before, after):  # noqa: PLR2004
            return kinds
        named = "data" in self.causes.possible("words") and change == "reworded"
        return kinds if named else tuple(kind for kind in kinds if kind != "data") or kinds

    def _elsewhere(self, change: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
        """Tell whether other figures than its own may be behind it: tests adjusted together, doubts, other findings."""
        if before is not None and after is not None:
            return any(str(before.get(name)) != str(after.get(name)) for name in _EVIDENCE)
        row = after if before is None else before
        assert row is not None  # noqa: S101  a finding is there in one of the two
        return bool(row.get("family")) or (change in _COME and str(row["unit"]) in self._moved)


def _together(found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Put causes together: what changed with the data for certain is the data's, else all that are possible."""
    found = list(found)
    return ("data",) if ("data",) in found else ordered(kind for each in found for kind in each)
