"""Observers: which units send observers to a visit, so that each goes about as often and soon before its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

#: By how much the numbers of times that units observe may differ without being uneven.
_SPREAD: Final = 1


def observers(
    slots: Sequence[str], visits: Mapping[str, str], there: Mapping[str, frozenset[str]], *, count: int,
    kept: Mapping[str, tuple[str, ...]] | None = None, before: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[str, tuple[str, ...]]:  # fmt: skip
    """Choose who observes each visit.

    Parameters
    ----------
    slots
        All slots of the round, in their order.
    visits
        The slot of each unit.
    there
        The units that can send observers in each slot; of them those that are visited in the same slot do not.
    count
        How many units observe a visit; all that can if there are fewer.
    kept
        Observers that stay, by the unit that is visited. Where there are fewer than ``count``, others are added; what
        is given as empty stays so.
    before
        Observers of the plan before, which stay where nothing else speaks against it.

    Returns
    -------
    dict
        The observers of each unit that is visited, those whose own visit comes first before others.

    Notes
    -----
    A program of whole numbers, by HiGHS. It minimises, one after the other: by how much the numbers of times that units
    observe lie outside a band of one; how many observers of the plan before change; and Σ of how many slots an
    observer's own visit comes after the one that it observes, as it goes to learn: one that was visited before counts
    for more than all slots, and the more the longer ago that was. Of what is equally good, units whose ids come first
    observe those whose ids come first: Σ rank × rank is maximised, and where that leaves a choice, it goes by ids.

    Examples
    --------
    >>> slots, visits = ("2026-1", "2026-2", "2027-1"), {"a": "2026-1", "b": "2026-2", "c": "2027-1"}
    >>> observers(slots, visits, dict.fromkeys(slots, frozenset("abc")), count=1)
    {'a': ('b',), 'b': ('c',), 'c': ('a',)}
    """
    from analysis.stats.lexicographic import Program

    number = {slot: at for at, slot in enumerate(slots)}
    held, earlier = dict(kept or {}), dict(before or {})
    units = sorted(visits)
    order = sorted(units, key=lambda unit: (number[visits[unit]], unit))
    program, at = Program(), dict[tuple[str, str], int]()
    for unit in order:
        stay = [each for each in held.get(unit, ()) if each in visits]
        can = [each for each in units if each in there.get(visits[unit], ()) and visits[each] != visits[unit]]
        free = [] if unit in held and not held[unit] else [each for each in can if each not in stay]
        places = {each: program.variable() for each in (*stay, *free)}
        for each in stay:
            program.hold({places[each]: 1}, lower=1)
        wanted = max(len(stay), min(count, len(places)))
        program.hold(dict.fromkeys(places.values(), 1), lower=wanted, upper=wanted)
        at |= {(unit, each): place for each, place in places.items()}
    low, beyond = program.variable(len(units)), dict[int, int]()
    for each in units:
        times = {place: 1 for (_, observer), place in at.items() if observer == each}
        out = program.variable(len(units))
        program.hold({**times, low: -1, out: 1}, lower=0)
        program.hold({**times, low: -1, out: -1}, upper=_SPREAD)
        beyond[out] = 1
    program.minimise(beyond)
    program.minimise({place: -1 for (unit, each), place in at.items() if each in earlier.get(unit, ())})
    wait = {pair: number[visits[pair[1]]] - number[visits[pair[0]]] for pair in at}
    program.minimise({at[pair]: of if of > 0 else len(slots) - of for pair, of in wait.items()})
    rank = {unit: len(units) - at for at, unit in enumerate(units)}
    program.minimise({place: -rank[unit] * rank[each] for (unit, each), place in at.items()})
    if not program.alone(at.values()):
        program.settle(({place: -1} for place in at.values()), 2)
    chosen = {unit: [each for each in order if program.value({at[unit, each]: 1} if (unit, each) in at else {})]
              for unit in order}  # fmt: skip
    return {unit: tuple(each) for unit, each in chosen.items()}
