"""Statements: what a report says of an indicator, where, and in which relation to the figure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from analysis.workspace.ledger import Claim

Relation = Literal["equals", "at_least", "at_most", "between", "above_whole", "below_whole"]
#: Why a number was not tied to an indicator, or must not be: there is no name; it may mean several; the unit does not
#: fit; words stand between that nobody knows; it is of a part, of a sum, of another place; no year (to compare with) is
#: named; it is a mean of yearly growth; it is planned, or demanded; a list does not go with its names.
Unread = Literal[
    "no_indicator",
    "ambiguous",
    "measure",
    "unclear",
    "part",
    "sum",
    "elsewhere",
    "no_year",
    "yearly",
    "planned",
    "norm",
    "list",
]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a report.

    Parameters
    ----------
    start, end
        Where it stands among the characters of its passage.
    text
        These characters.
    claim
        What it says, as it would stand in a self-evaluation; None if it was not read. That of a comparison with the
        whole has nothing but ``change``, or not even that.
    relation
        What the figure must be to the number: equal (as printed), at least, at most, from it to ``upper``; or above or
        below the figure of the unit ``whole``.
    upper
        Of a range.
    unit
        The unit that it is about; empty for the one that reports.
    whole
        The unit that it is compared with.
    reason
        Why it was not read.
    candidates
        The indicators that it may be about, if it was not read.
    """

    start: int
    end: int
    text: str
    claim: Claim | None = None
    relation: Relation = "equals"
    upper: Decimal | None = None
    unit: str = ""
    whole: str = ""
    reason: Unread | None = None
    candidates: tuple[str, ...] = ()
