"""Turns of items and of the whole: what would turn the verdict on an item, on a part, and on a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from analysis.indicators.balance.turns import Error, Turn, Turns, hardest, softest

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance.standard import Standard

_NAN = float("nan")


def item_turns(
    items: pd.DataFrame, standard: Standard, errors: Mapping[str, Error]
) -> list[tuple[str, str, Turns]]:  # fmt: skip
    """Go through the items of a unit and year that are judged: by their value, by a yes or no, by how many schools.

    Parameters
    ----------
    items
        Rows of the items of an evaluation, of one unit and year.
    standard
        The rule.
    errors
        Declared errors, by item.

    Returns
    -------
    list
        Part, item, and what turns it: the change to its bound; a yes or no, which has no size; of an item that is
        computed from school tables as many schools as break it, or one. An item that another decides turns with it.
    """
    rows: list[dict[str, Any]] = items.to_dict("records")  # type: ignore[assignment]
    return [(str(row["part"]), str(row["item"]), _item(row, standard, errors)) for row in rows
            if row["verdict"] in {"met", "missed"}]  # fmt: skip


def _item(row: Mapping[str, Any], standard: Standard, errors: Mapping[str, Error]) -> Turns:
    verdict = str(row["verdict"])
    name = standard.item(str(row["item"])).same_as or str(row["item"])
    value, bound, schools = (_NAN if row[key] is None else float(row[key]) for key in ("value", "bound", "schools"))
    if not isnan(value + bound):
        error = errors[name].of(abs(value)) if name in errors else _NAN
        return Turns.of([Turn("", "", verdict, value, bound, name, "", value, bound - value, error)])
    many = int(schools) if verdict == "missed" and not isnan(schools) else 1
    return Turns(Turn("", "", verdict, _NAN, _NAN, name, "", _NAN, _NAN, _NAN, max(many, 1)), None)


def whole_turns(
    verdicts: Mapping[str, str], found: Mapping[str, Sequence[Turns]], *, still_open: bool
) -> tuple[Turns, tuple[str, ...]] | None:  # fmt: skip
    """Give what turns the verdict on a unit, and which parts must turn for it.

    Parameters
    ----------
    verdicts
        Of each part, and of the ``whole``.
    found
        By part what turns each verdict that it rests on.
    still_open
        Whether anything of the rule is open, so that the whole is open when all that is missed has turned.

    Returns
    -------
    tuple or None
        What must change most of all that must turn, and the parts; nothing where the whole is open.
    """
    whole = verdicts["whole"]
    if whole == "open":
        return None
    parts = tuple(part for part, verdict in verdicts.items() if part != "whole" and verdict == whole)
    if whole == "met":
        every = [turns for part in parts for turns in found.get(part, ())]
        # Any part that is missed is enough, and it is one that is turned soonest.
        return (softest(every).named("", ""), ()) if every else None
    must = [turns for part in parts for turns in found.get(part, ()) if turns.verdict == "missed"]
    if not must:
        return None
    open_after = still_open or any(turns.smallest.after == "open" for turns in must)
    return hardest(must, becomes="open" if open_after else ""), parts
