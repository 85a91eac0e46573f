"""What is drawn for each school: standard normal numbers that stay with it over the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from analysis.indicators.simulation.truth import PEOPLE, STAGES
from analysis.workspace.schools import PROPERTY

if TYPE_CHECKING:
    from analysis.stats.arrays import Floats, Ints

#: What is drawn for a school, in this order; a new name goes to the end.
NAMES = (
    "general",
    "floored",
    "staff",
    *(f"{what}.{stage}" for stage in STAGES for what in ("students", "teachers", "classes", *PEOPLE)),
    *PROPERTY,
    *(f"raised.{what}" for what in PROPERTY),
)
PLACE = {name: number for number, name in enumerate(NAMES)}


@dataclass(frozen=True)
class Draws:
    """Numbers drawn for schools, one row a school; named as in :data:`NAMES`."""

    of: Floats

    def __getitem__(self, name: str) -> Floats:
        found: Floats = self.of[:, PLACE[name]]
        return found

    def taken(self, rows: Ints) -> Draws:
        """Give those of some schools."""
        return Draws(self.of[rows])


def draw(
    counts: Mapping[tuple[str, str], int], seed: int, year: int, persistence: float
) -> dict[tuple[str, str], Floats]:
    """Draw for the schools of each unit and kind.

    Parameters
    ----------
    counts
        How many schools, by unit and kind.
    seed, year
        The same seed gives the same numbers; a unit, a kind and a school have theirs whatever else is asked for.
    persistence
        Correlation of a school's numbers between two years.

    Returns
    -------
    dict
        By unit and kind an array of one row a school and one column a name: √ρ·(the school's) + √(1 − ρ)·(the year's).
    """
    found = {}
    for (unit, kind), n in counts.items():
        key = [seed, crc32(unit.encode()), crc32(kind.encode())]
        lasting = np.random.default_rng(key).standard_normal((n, len(NAMES)))
        passing = np.random.default_rng([*key, year]).standard_normal((n, len(NAMES)))
        mixed = np.sqrt(persistence) * lasting + np.sqrt(1 - persistence) * passing
        # Who was brought up to the floors stays so.
        mixed[:, PLACE["floored"]] = lasting[:, PLACE["floored"]]
        found[unit, kind] = mixed
    return found


def of_units(units: Sequence[str], what: str, seed: int) -> Floats:
    """Give the number of each school's unit for a resource, the same in all years; shape (schools,).

    Parameters
    ----------
    units
        Code of the unit of each school.
    """
    drawn = {unit: np.random.default_rng([seed, crc32(unit.encode()), crc32(what.encode()), 7]).standard_normal()
             for unit in dict.fromkeys(units)}  # fmt: skip
    return np.array([drawn[unit] for unit in units])
