"""What may be asked of a design: columns that are there and hold what the estimate needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.messages import Fault
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    from analysis.stats.design.sample import Sample

#: The columns of a result that a domain can't be named after.
RESULT = frozenset(
    ["variable", "category", "prob", "estimate", "se", "lower", "upper", "df", "n", "psus", "deff", "note"]
)


def look(design: Sample, names: list[str], groups: list[str]) -> list[Fault]:
    """Find every fault of the columns that were asked for."""
    data, faults = design.data, []
    if not names:
        faults.append(wrong("no variables", "at least one", "name a column"))
    if design.rows_here and len(data) != len(design.plan.weight):
        hint = "make a new design; a subset is by=, never a smaller design"
        faults.append(wrong(f"{len(data)} rows", f"the {len(design.plan.weight)} rows that the design had", hint))
        return faults
    clash = sorted(RESULT & set(groups))
    faults += [wrong(f"by={name!r}", "another name", "the result has such a column", name) for name in clash]
    for name in dict.fromkeys([*names, *groups]):
        if name not in data.columns:
            some = ", ".join(map(str, data.columns[:20]))
            faults.append(
                wrong(f"unknown column {name!r}", f"a column of the data ({some})", "check the spelling", name)
            )
        elif name in groups or not design.rows_here:
            continue
        elif bool(data[name].iloc[:1].isna().all()) and bool(data[name].isna().all()):
            faults.append(
                Fault("DZ-S003", found="no value in any row", expected="at least one", column=name,
                      hint="look whether the item was asked in this wave")
            )  # fmt: skip
    return faults
