"""What is asked of a balance: units, years and indicators of an evaluation, with every fault at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from analysis.indicators.asked import Asked, several, some_of, units_called
from analysis.indicators.balance.amounts import Amounts, amounts_of
from analysis.messages import DuzhengError
from analysis.messages.requests import is_whole, wrong

if TYPE_CHECKING:
    from analysis.indicators.balance.evaluation import Balance
    from analysis.indicators.balance.standard import Standard


class AskedOfBalance(Asked):
    """What is asked of an evaluation, and the faults of it.

    Parameters
    ----------
    balance
        The evaluation.

    Raises
    ------
    DuzhengError
        DZ-S002 for anything else.
    """

    def __init__(self, balance: Balance) -> None:
        from analysis.indicators.balance.evaluation import Balance

        super().__init__()
        if not isinstance(balance, Balance):
            raise DuzhengError(wrong(f"{type(balance).__name__} as the evaluation", "what balance(…) gives",
                                     "evaluate the schools first"))  # fmt: skip
        self.balance = balance

    def units(self, unit: str | Sequence[str] | None) -> list[str]:
        """Hold units to those of the evaluation, all if none is named; their ids, in its order."""
        return self.take(units_of, self.balance, unit) or []

    def indicators(self, given: Sequence[str] | str | None, what: str = "indicators") -> list[str]:
        """Hold indicators to those of the rule, all if none is named; in its order."""
        return self.take(ids_of, self.balance.standard, given, what) or []

    def indicator(self, given: str) -> str:
        """Hold one indicator to those of the rule."""
        if not isinstance(given, str):
            self.faults.append(wrong(f"indicator={given!r}", "one indicator", "take them one by one", "indicator"))
            return ""
        return next(iter(self.indicators(given)), "")

    def amounts(self, unit: str | Sequence[str] | None, year: int | None) -> list[Amounts]:
        """Give the amounts of units in a year, the latest of each if none is named; after all else, as it raises."""
        units, when = self.units(unit), self.take(year_among, self.balance.measures["year"], year)
        self.done()
        return amounts_of(self.balance, units=units, year=when)


def units_of(balance: Balance, unit: str | Sequence[str] | None) -> list[str]:
    """Hold units to those of an evaluation, and give them in their order.

    Raises
    ------
    DuzhengError
        DZ-S002 with every unit that it does not have, and for an empty list.
    """
    there = [str(each) for each in dict.fromkeys(balance.measures["unit"])]
    asked = several(unit)
    if asked is None:
        return there
    if not asked:
        raise DuzhengError(wrong(f"unit={unit!r}", "one unit or several", "leave it out for all", "unit"))
    units = balance.workspace.units if balance.workspace else None
    found = units_called(units, there, asked, "a unit of the evaluation")
    return [each for each in there if each in found]


def year_among(there: Iterable[Any], year: int | None) -> int | None:
    """Hold a year to those there are; none if none is asked for.

    Raises
    ------
    DuzhengError
        DZ-S002 for another year.
    """
    years = sorted({int(each) for each in there})
    if year is not None and not (is_whole(year) and year in years):
        raise DuzhengError(wrong(f"year={year!r}", f"one of {', '.join(map(str, years))}", "it was not evaluated"))
    return None if year is None else int(year)


def ids_of(standard: Standard, indicators: Sequence[str] | str | None, what: str = "indicators") -> list[str]:
    """Hold indicators to those of a rule, all if none is named; in its order.

    Raises
    ------
    DuzhengError
        DZ-S002 with every indicator that it does not have, and for an empty list.
    """
    there = [each.id for each in standard.resources.indicators]
    asked = some_of(what, indicators, there, one="indicator", hint="name it as the rule does")
    return [each for each in there if each in asked]
