"""Measures: the items and situations that they name are there, were there on their day, and are of the unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analysis.messages import Fault
from analysis.workspace.ledger.holding.moves import is_below

if TYPE_CHECKING:
    from analysis.workspace.ledger.book import Ledger
    from analysis.workspace.rules import RuleSet
    from analysis.workspace.units import Units


def wrong_measures(ledger: Ledger, units: Units, rules: Mapping[str, RuleSet]) -> Iterator[Fault]:
    """Find measures on units that are not the evaluator's, and grounds that there are not or that came later."""
    rows = ledger.registers["measures"].fillna("").to_dict("records") if "measures" in ledger.registers else []
    known = _situations(rules)
    for row in rows:

        def fault(column: str, found: str, expected: str, code: str = "DZ-O001", row: Mapping[Any, Any] = row) -> Fault:
            return Fault(code, file=row["file"], row=row["row"], column=column, found=found, expected=expected)

        unit = str(row["unit"])
        if not is_below(units, unit, str(row["evaluator"])):
            yield fault("unit", repr(unit), f"a unit below {row['evaluator']}", "DZ-U001")
        if row["situation"] and known is not None and row["situation"] not in known:
            yield fault("situation", repr(row["situation"]), f"one of {', '.join(known)}")
        items = {f"{unit}/{each.id}": each for each in ledger.rectification.get(unit, ())}
        for name in str(row["items"]).split(";"):
            if name and name not in items:
                yield fault("items", repr(name), f"items of {unit}, by ;: {', '.join(items) or 'it has none'}")
            elif name and row["date"] < str(items[name].opened):
                when = f"{items[name].opened}, when {name} was opened, or later"
                yield fault("date", str(row["date"]), when, "DZ-O002")


def _situations(rules: Mapping[str, RuleSet]) -> tuple[str, ...] | None:
    """Give the ids of the situations; None where no rule set names them."""
    if "accountability" not in rules:
        return None
    named = rules["accountability"].parameters.get("situations", ())
    return tuple(str(each["id"]) for each in named if isinstance(each, Mapping) and "id" in each)
