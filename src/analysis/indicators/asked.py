"""What is asked of figures: one name or several, codes and units that there are, every fault of a request at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from numbers import Integral
from typing import TYPE_CHECKING, Any, overload

from analysis.indicators.series import series
from analysis.indicators.words import both, words
from analysis.messages import DuzhengError, Fault, Texts
from analysis.messages.requests import hold_level, one_of, wrong
from analysis.workspace.schools import unit_hint

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Units, Workspace


def several(given: Any) -> list[Any] | None:
    """Give what is asked for as a list, whether one was given or several.

    >>> several("U1"), several(["U1", 2]), several(None)
    (['U1'], ['U1', 2], None)
    """
    if given is None:
        return None
    return [given] if isinstance(given, str) or not isinstance(given, Iterable) else list(given)


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


def strange_units(workspace: Workspace, asked: Sequence[str], boundaries: int, kind: str | None = None) -> list[Fault]:
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
    there = workspace.units.at(boundaries, kind).index if kind else workspace.units.at(boundaries).index
    return [
        Fault("DZ-U002", found=repr(unit), expected=f"a {kind or 'unit'} on the boundaries of {boundaries}",
              hint=unit_hint(workspace.units, str(unit))
              or workspace.units.explain(str(unit).split(":", maxsplit=1)[0], boundaries))
        for unit in dict.fromkeys(asked) if unit not in there
    ]  # fmt: skip


def unknown_codes(workspace: Workspace, codes: Sequence[str]) -> list[Fault]:
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
    whole = isinstance(given, Integral) or (isinstance(given, float) and given.is_integer())
    return int(given) if whole and not isinstance(given, bool) else None


def faults_of(model: Any, level: Any, until: Any) -> list[Fault]:
    """Find what is wrong of a declared model, a level and a last year."""
    found: list[Fault] = []
    if model is not None:
        found += faults_in(lambda: one_of("model", model, ("year_to_year",)))
    found += faults_in(lambda: hold_level(level))
    if until is not None and year_of(until) is None:
        found.append(wrong(f"until={until!r}", "a year", "leave it out for the workspace's year"))
    return found


def faults_in(check: Any) -> list[Fault]:
    """Give the faults that a check raises, so that others can be looked for.

    >>> [each.found for each in faults_in(lambda: hold_level(95))]
    ['level=95']
    """
    try:
        check()
    except DuzhengError as error:
        return list(error.faults)
    return []


def held_series(
    workspace: Workspace, codes: Sequence[str], faults: Sequence[Fault], *, units: Sequence[str] | None = None,
    boundaries: int | None = None, until: Any = None,
) -> pd.DataFrame:  # fmt: skip
    """Give series, or raise what is wrong of them with what was found wrong before.

    Parameters
    ----------
    workspace
        The workspace.
    codes
        Of indicators.
    faults
        What was found wrong of the request before.
    units, boundaries, until
        As of :func:`analysis.indicators.series`; a last year that is none is left out.

    Raises
    ------
    DuzhengError
        The faults; DZ-I001, DZ-I004, DZ-U002 with a hint where a unit was written by its name; DZ-S002 where there is
        no figure at all.
    """
    found = list(faults)
    try:
        facts = series(workspace, codes, boundaries=boundaries, units=units, until=year_of(until))
    except DuzhengError as error:
        raise DuzhengError(*found, *hinted(error.faults, workspace.units)) from None
    if facts.empty:
        found.append(no_figures(workspace, codes, units, until))
    if found:
        raise DuzhengError(*found)
    return facts


def no_figures(workspace: Workspace, codes: Sequence[str], units: Sequence[str] | None, until: Any) -> Fault:
    """Make the fault of a request that no figure answers."""
    if not codes:
        return wrong("no indicator", "one code or several", "`duzheng data list` shows them")
    if units is not None and not units:
        return wrong("units=[]", "one unit or several", "leave it out for all that have figures")
    asked = ", ".join(codes[:3]) + (", …" if len(codes) > 3 else "")  # noqa: PLR2004
    of = f" of {', '.join(units)}" if units else ""
    last = year_of(until) or workspace.settings.year
    return wrong(f"no figure of {asked}{of} to {last}", "one at least", "`duzheng data list` shows what there is")


def hinted(faults: Iterable[Fault], units: Units) -> list[Fault]:
    """Say which code to write where somebody wrote a unit's name."""
    return [
        replace(each, hint=unit_hint(units, each.found.strip("'\"")) or each.hint) if each.code == "DZ-U002" else each
        for each in faults
    ]


def noted(name: str, key: str, /, *, n: int, **values: object) -> Texts:
    """Say something of so many in both languages; of one in the words for one, where there are any."""
    one = f"{key}.one"
    return both(name, one if n == 1 and one in words(name) else key, n=n, **values)
