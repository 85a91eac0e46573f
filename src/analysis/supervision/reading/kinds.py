"""Forms: what a number says of an indicator (a level, a change, a growth), in which relation, rounded to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from analysis.supervision.reading.numbers import Amount, Unit, plain
from analysis.supervision.reading.statement import Relation

_PERCENT: Final = Unit("percent")
_POINTS: Final = Unit("points")
_TIMES: Final = Unit("times")
#: What a number without a unit may be of: of a count or a ratio, not of money or a share.
_COUNTS: Final = frozenset({"persons", "places", "density", "none"})


@dataclass
class Clause:
    """What has been said in a clause and waits for its number.

    Parameters
    ----------
    unknown
        Whether words stand in it that nobody knows.
    way, level
        Whether something rose (1) or fell (-1), and whether to the number that comes: 增加到.
    relation
        What stands before the number: at_least, at_most, about, yearly.
    from_, from_year
        Whether the number is where it rose from, and of which year.
    whole, whole_way
        The unit compared with, and on which side of it; 2 and -2 where better and worse have to say that.
    averaged
        Whether a mean is spoken of that nothing is compared with.
    of
        The unit that the clause is about, as a bracket behind a comparison is.
    start
        Where it begins; -1 until anything stands in it.
    said
        Whether a number has come.
    """

    unknown: bool = False
    way: int = 0
    level: bool = False
    relation: str = ""
    from_: bool = False
    from_year: int | None = None
    whole: str = ""
    whole_way: int = 0
    averaged: bool = False
    of: str = ""
    start: int = -1
    said: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """What a number says: a claim's field, its number, what that is rounded to, the year compared with."""

    name: str
    number: Decimal
    rounded_to: Decimal | None = None
    base_year: int | None = None

    @property
    def given(self) -> Mapping[str, Any]:
        """What a claim is made of."""
        named = {self.name: self.number, "rounded_to": self.rounded_to, "base_year": self.base_year}
        return {name: value for name, value in named.items() if value is not None}


def fits(amount: Amount, measure: Unit, clause: Clause, *, compared: bool) -> bool:
    """Tell whether a number can be of an indicator with a measure, as a level or as a change.

    >>> fits(Amount(Decimal(5), Unit("percent")), Unit("persons"), Clause(), compared=False)
    False
    >>> fits(Amount(Decimal(5), Unit("percent")), Unit("persons"), Clause(way=1), compared=True)
    True
    """
    kind = amount.unit.kind
    if kind in {"doubled", "times"}:
        return kind == "doubled" or bool(clause.way) or compared
    if kind == "percent" and (clause.way or clause.whole_way):
        return True
    if kind == "points":
        return measure.kind == "percent"
    if kind == "none" and measure.kind == "places":
        return amount.number == amount.number.to_integral_value()
    return measure.kind in (_COUNTS if kind == "none" else {kind})


def form_of(amount: Amount, measure: Unit, clause: Clause, year: int, base: int | None, *, about: bool) -> Form | None:
    """Give what a number says.

    Parameters
    ----------
    amount, measure
        The number, and the measure of the indicator, which it fits.
    clause
        What stands before it.
    year, base
        The year of the figure, and the one compared with if any was named. A growth, or a doubling, without one is over
        the year before, as such reports have it; a change without one is none that can be held to figures.
    about
        Whether it is rounded by its words.

    Returns
    -------
    Form or None
        None where it cannot be told: per cent of a share may be percentage points or not, of a level it is no level.
    """

    def rounded(held: Unit) -> Decimal | None:
        coarser = about or amount.scaled or amount.coarse or held.worth != amount.unit.worth
        return amount.digit(held, last_filled=about) if coarser else None

    kind, way, rises = amount.unit.kind, clause.way or 1, bool(clause.way) and not clause.level
    held = _POINTS if kind == "points" else _PERCENT if kind == "percent" else measure
    number = amount.within(held) if kind not in {"doubled", "times"} else amount.number
    if kind == "doubled":
        found = Form("growth", 100 * (number - 1), amount.coarse, base or year - 1)
    elif kind == "times":
        more = number if clause.way else number - 1
        found = Form("growth", plain(way * 100 * more), 100 * amount.digit(_TIMES), base)
    elif kind == "percent" and (clause.whole_way or (rises and measure.kind == "percent")):
        return None
    elif clause.whole_way:
        found = Form("change", number, rounded(held))
    elif rises and kind == "percent":
        found = Form("growth", way * number, rounded(held), base or year - 1)
    elif rises:
        found = Form("change", way * number, rounded(held), base)
    else:
        return Form("value", number, rounded(held)) if kind != "points" else None
    return found


def relation_of(form: Form, amount: Amount, measure: Unit, said: str) -> tuple[Relation, Decimal | None]:
    """Give what a figure must be to a number, and the upper end of a range.

    Parameters
    ----------
    form, amount, measure
        What the number says.
    said
        The words beside it: at_least or at_most, else nothing. Of a decrease "more than" means less.
    """
    number = form.number
    if amount.more:
        step = amount.digit(_PERCENT if form.name == "growth" else measure, last_filled=True)
        return "between", number + (step if number >= 0 else -step)
    if said not in {"at_least", "at_most"}:
        return "equals", None
    return ("at_most" if (said == "at_least") == (number < 0) else "at_least"), None
