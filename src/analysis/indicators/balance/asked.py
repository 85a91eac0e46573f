"""What is asked of a balance: units, years, indicators and numbers held to what there is, with every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, TypeVar

from analysis.messages import LANGUAGES, DuzhengError, Fault
from analysis.messages.requests import one_of, wrong

if TYPE_CHECKING:
    from analysis.indicators.balance.evaluation import Balance
    from analysis.indicators.balance.standard import Standard

Found = TypeVar("Found")
#: Faults that one request raises at most, and names that a fault lists.
_MOST = 20


class Asked:
    """The faults of a request, gathered while it is read.

    Examples
    --------
    >>> asked = Asked()
    >>> asked.choice("keep", "all", ("threshold", "nothing")), asked.number("limit", True, least=0)
    (None, None)
    >>> len(asked.faults)
    2
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def take(self, read: Callable[..., Found], *args: Any) -> Found | None:
        """Read something; where it is refused keep the faults and give nothing."""
        try:
            return read(*args)
        except DuzhengError as error:
            self.faults += error.faults
            return None

    def choice(self, what: str, given: str, choices: Sequence[str]) -> None:
        """Hold a choice to those there are."""
        self.take(one_of, what, given, choices)

    def units(self, balance: Balance, unit: str | Sequence[str] | None) -> list[str]:
        """Hold units to those of an evaluation."""
        return self.take(units_of, balance, unit) or []

    def year(self, balance: Balance, year: int | None) -> int | None:
        """Hold a year to those of an evaluation."""
        return self.take(year_of, balance, year)

    def indicators(
        self, standard: Standard, given: Sequence[str] | str | None, what: str = "indicators"
    ) -> list[str]:  # fmt: skip
        """Hold indicators to those of a rule."""
        return self.take(ids_of, standard, given, what) or []

    def indicator(self, standard: Standard, given: str) -> str:
        """Hold one indicator to those of a rule."""
        if not isinstance(given, str):
            self.faults.append(wrong(f"indicator={given!r}", "one indicator", "take them one by one", "indicator"))
            return ""
        return next(iter(self.indicators(standard, given)), "")

    def number(self, what: str, given: Any, *, least: float, above: bool = False) -> None:
        """Hold a number to being one, and to its least value."""
        fits = isinstance(given, Real) and not isinstance(given, bool) and least <= float(given) < float("inf")
        if not fits or (above and float(given) <= least):
            self.faults.append(wrong(f"{what}={given!r}", f"a number {'above' if above else 'of'} {least:g}"
                                     + ("" if above else " or more"), "write it as a number", what))  # fmt: skip

    def yes_or_no(self, what: str, given: Any) -> None:
        """Hold a choice to True, False, or nothing."""
        if given is not None and not isinstance(given, bool):
            self.faults.append(wrong(f"{what}={given!r}", "True, False or None", "choose one of them", what))

    def done(self) -> None:
        """Raise all faults, if there are any."""
        if self.faults:
            raise DuzhengError(*self.faults[:_MOST])


def hold_balance(balance: object) -> None:
    """Hold what is given to being an evaluation.

    Raises
    ------
    DuzhengError
        DZ-S002 for anything else.
    """
    from analysis.indicators.balance.evaluation import Balance

    if not isinstance(balance, Balance):
        raise DuzhengError(wrong(f"{type(balance).__name__} as the evaluation", "what balance(…) gives",
                                 "evaluate the schools first"))  # fmt: skip


def units_of(balance: Balance, unit: str | Sequence[str] | None) -> list[str]:
    """Hold units to those of an evaluation, and give them in their order.

    Raises
    ------
    DuzhengError
        DZ-S002 with every unit that it does not have.
    """
    there = [str(each) for each in dict.fromkeys(balance.measures["unit"])]
    if unit is None:
        return there
    names = names_of(balance)
    wanted = _several("unit", unit)
    strange = [each for each in wanted if not isinstance(each, str) or each not in names]
    if strange:
        raise DuzhengError.of(
            wrong(f"unit={each!r}", f"one of {', '.join(there[:_MOST])}",
                  "name one that was evaluated" if isinstance(each, str) else f"write it as a text: '{each}'")
            for each in strange[:_MOST]
        )  # fmt: skip
    asked = {names[each] for each in wanted}
    return [each for each in there if each in asked]


def names_of(balance: Balance) -> dict[str, str]:
    """Give the ids of an evaluation's units by all that they are called: ids, codes, names."""
    there = [str(each) for each in dict.fromkeys(balance.measures["unit"])]
    return {text: each for each in there for text in (*_names(balance, each), each)}


def _names(balance: Balance, unit: str) -> list[str]:
    units = balance.workspace.units if balance.workspace else None
    if units is None or unit not in units.frame.index:
        return []
    named = [units.name(unit, language, short=short) for language in LANGUAGES for short in (False, True)]
    return [str(units.frame.at[unit, "code"]), *named]


def year_of(balance: Balance, year: int | None) -> int | None:
    """Hold a year to those of an evaluation."""
    there = sorted({int(each) for each in balance.measures["year"]})
    if year is None:
        return None
    if not isinstance(year, Integral) or isinstance(year, bool) or int(year) not in there:
        raise DuzhengError(wrong(f"year={year!r}", f"one of {', '.join(map(str, there))}", "it was not evaluated"))
    return int(year)


def ids_of(standard: Standard, indicators: Sequence[str] | str | None, what: str = "indicators") -> list[str]:
    """Hold indicators to those of a rule; all if none is named.

    Raises
    ------
    DuzhengError
        DZ-S002 with every indicator that it does not have, and for an empty list.
    """
    there = [each.id for each in standard.resources.indicators]
    wanted = there if indicators is None else _several(what, indicators)
    if strange := [each for each in wanted if each not in there]:
        raise DuzhengError.of(wrong(f"indicator {each!r}", f"one of {', '.join(there)}", "name it as the rule does",
                                    what) for each in strange[:_MOST])  # fmt: skip
    return [each for each in there if each in wanted]


def _several(what: str, given: Any) -> list[Any]:
    """Give what was asked for as a list: one or several, and not none."""
    try:
        found = [given] if isinstance(given, str) else list(given)
    except TypeError:
        found = [given]
    if not found:
        raise DuzhengError(wrong(f"{what}={given!r}", "one or several, or None for all", "name one", what))
    return found
