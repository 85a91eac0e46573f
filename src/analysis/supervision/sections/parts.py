"""Parts that sections of the office's year are put together from: days, people's texts, plain tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.documents import Column, Run, Runs, Sentence, Table
from analysis.findings.wording import day
from analysis.messages import NO_VALUE, column_of

if TYPE_CHECKING:
    from analysis.findings.brief import Brief

Row = Mapping[str, Any]


def rows(brief: Brief, table: str, unit: str | None = None, **wanted: str) -> list[dict[str, Any]]:
    """Give the rows of a table: of the unit, or of another, with the values that are wanted."""
    found = brief.evidence.rows(table, unit)
    return [row for row in found if all(row[name] == value for name, value in wanted.items())]


def departments(brief: Brief) -> list[str]:
    """Give the departments of the unit, in their order."""
    units = brief.reference.units
    there = units.at(brief.evidence.boundaries, "department")
    return [str(unit) for unit in there.index if units.parent(str(unit)) == brief.evidence.unit]


def on_day(brief: Brief, text: Any) -> Runs:
    """Write a day; a dash for none."""
    return (day(dt.date.fromisoformat(str(text)), brief.language),) if text else (Run(text=NO_VALUE),)


def day_in_table(text: Any) -> Runs:
    """Write a day as tables have it."""
    return (Run(text=str(text), role="date"),) if text else (Run(text=NO_VALUE),)


def said(brief: Brief, row: Row, name: str) -> Runs:
    """Give what people wrote, as it stands; a dash for nothing."""
    text = str(row[column_of(name, brief.language)])
    return (Run(text=text, role="citation"),) if text else (Run(text=NO_VALUE),)


def number(brief: Brief, row: Row, name: str) -> Runs:
    """Give a count of a row, which names its cell."""
    return (brief.slot(str(row[name])).run(),)


def measured(brief: Brief, cell: str) -> Runs:
    """Give a number with its measure; a dash for none."""
    if not cell:
        return (Run(text=NO_VALUE),)
    slot = brief.slot(cell)
    measure = brief.wording.measure(slot.measure) if slot.measure else ""
    return (slot.run(), *((Run(text=measure),) if measure else ()))


def sentence(brief: Brief, key: str, **slots: Any) -> Sentence:
    """Give a sentence of a message."""
    return Sentence(text=brief.runs(key, **slots))


def plain_table(
    brief: Brief, caption: str, heads: Sequence[str], lines: Sequence[Sequence[Runs]], *, widths: Sequence[float] = (),
    right: Sequence[str] = (), notes: Sequence[Runs] = (), **slots: Any,
) -> list[Table]:  # fmt: skip
    """Give a table of messages and texts; none without lines.

    Parameters
    ----------
    brief
        The brief.
    caption, heads
        Keys of messages.
    lines
        Its rows.
    widths
        Relative widths of columns.
    right
        The heads whose columns stand to the right.
    notes
        Under it; that it is simulated is said beside.
    slots
        Of the caption.
    """
    if not lines:
        return []
    columns = [
        Column(text=brief.runs(head), align="right" if head in right else "left", width=width)
        for head, width in zip(heads, widths or [0.0] * len(heads), strict=True)
    ]
    under = [*notes, *([brief.runs("synthetic_note")] if brief.reference.synthetic else [])]
    return [Table(caption=brief.runs(caption, **slots), columns=tuple(columns), rows=tuple(map(tuple, lines)),
                  notes=tuple(under))]  # fmt: skip


def named(brief: Brief, unit: str) -> Runs:
    """Give the short name of a unit as a head of a row."""
    return (Run(text=brief.name(unit, short=True), role="label"),)
