"""What is asked for by its code: units and indicators that there are, and what to write instead of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.messages import Fault
from analysis.workspace.schools import unit_hint

if TYPE_CHECKING:
    from analysis.workspace import Workspace


def listed_units(given: str | Sequence[str]) -> list[str]:
    """Give the units asked for, where one may be asked for by itself.

    >>> listed_units("U1"), listed_units(("U1", "U2"))
    (['U1'], ['U1', 'U2'])
    """
    return [given] if isinstance(given, str) else list(given)


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
