"""What is asked of figures: one name or several, codes and units that there are, every fault of a request at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

from analysis.messages import LANGUAGES, DuzhengError, Fault
from analysis.messages.requests import hold_level, is_number, is_whole, one_of, wrong
from analysis.workspace.schools import unit_hint

if TYPE_CHECKING:
    from analysis.workspace import Units, Workspace

Found = TypeVar("Found")
#: Names that a fault lists.
_SHOWN = 20


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

    def number(self, what: str, given: Any, *, least: float, above: bool = False) -> None:
        """Hold a number to being one, and to its least value."""
        if not is_number(given) or given < least or (above and given <= least):
            self.faults.append(wrong(f"{what}={given!r}", f"a number {'above' if above else 'of'} {least:g}"
                                     + ("" if above else " or more"), "write it as a number", what))  # fmt: skip

    def yes_or_no(self, what: str, given: Any) -> None:
        """Hold a choice to True, False, or nothing."""
        if given is not None and not isinstance(given, bool):
            self.faults.append(wrong(f"{what}={given!r}", "True, False or None", "choose one of them", what))

    def done(self) -> None:
        """Raise all faults, if there are any."""
        if self.faults:
            raise DuzhengError.of(self.faults)


def faults_in(check: Callable[[], object]) -> list[Fault]:
    """Give the faults that a check raises, so that others can be looked for.

    >>> [each.found for each in faults_in(lambda: hold_level(95))]
    ['level=95']
    """
    asked = Asked()
    asked.take(check)
    return asked.faults


def several(given: Any) -> list[Any] | None:
    """Give what is asked for as a list, whether one was given or several; whole numbers as Python has them.

    >>> several("U1"), several(["U1", 2]), several(None)
    (['U1'], ['U1', 2], None)
    """
    if given is None:
        return None
    found = [given] if isinstance(given, str) or not isinstance(given, Iterable) else list(given)
    return [int(each) if is_whole(each) else each for each in found]


@overload
def several_names(given: None) -> None: ...
@overload
def several_names(given: str | Sequence[str]) -> list[str]: ...
@overload
def several_names(given: Any) -> list[str] | None: ...
def several_names(given: Any) -> list[str] | None:
    """Give names that are asked for as texts: codes of digits are often written as numbers.

    >>> several_names(100), several_names("100"), several_names(None)
    (['100'], ['100'], None)
    """
    found = several(given)
    return None if found is None else [str(each) for each in found]


def some_of(what: str, given: Any, there: Sequence[str], *, one: str, hint: str) -> list[str]:
    """Give those that are asked for, in that order and each once; all that there are if nothing is asked.

    Parameters
    ----------
    what, given
        The parameter, and what it was given: one or several.
    there
        All that there are.
    one, hint
        What one of them is called, and what to do of one that there is not.

    Raises
    ------
    DuzhengError
        DZ-S002 with every one that there is not, and for an empty list.

    Examples
    --------
    >>> some_of("parts", "cv", ("threshold", "cv"), one="part", hint="")
    ['cv']
    """
    wanted = several(given)
    if wanted is None:
        return list(there)
    if not wanted:
        raise DuzhengError(wrong(f"{what}={given!r}", f"some of {', '.join(there)}", "leave it out for all", what))
    if strange := [each for each in wanted if each not in there]:
        raise DuzhengError.of(wrong(f"{one} {each!r}", f"one of {', '.join(there)}", hint, what) for each in strange)
    return list(dict.fromkeys(wanted))


def called(units: Units | None, there: Iterable[str]) -> dict[str, list[str]]:
    """Give the ids of units by all that they are called: ids, codes and names. An id is that of one unit alone.

    Parameters
    ----------
    units
        Of the workspace, if there is one.
    there
        Ids, of units or of what the workspace has no unit of.
    """
    ids = list(dict.fromkeys(there))
    found: dict[str, list[str]] = {}
    for each in ids:
        if units is not None and each in units.frame.index:
            names = {units.name(each, language, short=short) for language in LANGUAGES for short in (False, True)}
            for name in names | {str(units.frame.at[each, "code"])}:
                found.setdefault(name, []).append(each)
    return found | {each: [each] for each in ids}


def units_called(units: Units | None, there: Iterable[str], asked: Sequence[Any], what: str) -> list[str]:
    """Give the ids of the units that are asked for by ids, codes or names.

    Parameters
    ----------
    units, there
        As of :func:`called`.
    asked
        What was asked for.
    what
        What the units must be, for faults.

    Raises
    ------
    DuzhengError
        DZ-S002 with every one that is not there, and every name that several territories have.
    """
    ids = list(dict.fromkeys(there))
    names = called(units, ids)
    shown = ", ".join(ids[:_SHOWN]) + (" …" if len(ids) > _SHOWN else "")
    faults: list[Fault] = []
    found: list[str] = []
    for each in asked:
        which = names.get(each, []) if isinstance(each, str) else []
        if len(which) == 1:
            found += which
        elif which:
            faults.append(wrong(f"unit={each!r}", f"one of {', '.join(which)}",
                                "several territories have that name: give the id"))  # fmt: skip
        else:
            hint = "give its id, code or name" if isinstance(each, str) else f"write it as a text: '{each}'"
            faults.append(wrong(f"unit={each!r}", f"{what}: {shown}", hint))
    if faults:
        raise DuzhengError.of(faults)
    return found


def strange_units(workspace: Workspace, asked: Iterable[str], boundaries: int, kind: str | None = None) -> list[Fault]:
    """Give a fault for each unit that is not there.

    Parameters
    ----------
    workspace
        The workspace.
    asked
        Ids.
    boundaries
        The year on whose boundaries they must be.
    kind
        Of what kind they must be; any if not given.

    Returns
    -------
    list
        DZ-U002, with the code to write where a unit was asked for by its name.
    """
    there = workspace.units.at(boundaries, kind).index
    return [
        Fault("DZ-U002", found=repr(unit), expected=f"a {kind or 'unit'} on the boundaries of {boundaries}",
              hint=unit_hint(workspace.units, str(unit))
              or workspace.units.explain(str(unit).split(":", maxsplit=1)[0], boundaries))
        for unit in dict.fromkeys(asked) if unit not in there
    ]  # fmt: skip


def unknown_codes(workspace: Workspace, codes: Iterable[str]) -> list[Fault]:
    """Give a fault for each code that the catalogue does not have: DZ-I001."""
    return [Fault("DZ-I001", found=repr(code), expected="a code of the catalogue",
                  hint="`duzheng data list` shows them")
            for code in dict.fromkeys(codes) if code not in workspace.catalogue]  # fmt: skip


def year_of(given: Any) -> int | None:
    """Read a year, written as a number or as text; None for what is none.

    >>> year_of(2021), year_of("2021"), year_of(2021.5), year_of(True)
    (2021, 2021, None, None)
    """
    if isinstance(given, str) and given.strip().isdecimal():
        return int(given)
    return int(given) if is_whole(given) or (isinstance(given, float) and given.is_integer()) else None


def faults_of(model: Any, level: Any, until: Any) -> list[Fault]:
    """Find what is wrong of a declared model, a level and a last year."""
    asked = Asked()
    if model is not None:
        asked.choice("model", model, ("year_to_year",))
    asked.take(hold_level, level)
    if until is not None and year_of(until) is None:
        asked.faults.append(wrong(f"until={until!r}", "a year", "leave it out for the workspace's year"))
    return asked.faults
