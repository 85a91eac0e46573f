"""What simulated schools have: teachers and staff that add up, people among the teachers, and property."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.indicators.simulation.apportionment import apportioned
from analysis.indicators.simulation.draws import of_units
from analysis.indicators.simulation.truth import PEOPLE, Block, Truth
from analysis.stats.arrays import Floats, Ints

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.simulation.schools import Roll

_MOST_CLASSES = 200
#: How much the size of classes differs, as a log scale and in students.
_CLASSES, _LARGEST = 0.08, 2
#: What rounding leaves of a floor.
_ROUNDING = 1e-9


def people_rows(
    truth: Truth, figures: pd.DataFrame, roll: Roll, students: Mapping[str, Ints], seed: int
) -> pd.DataFrame:
    """Give the people of each school and stage: one row a stage that a school teaches.

    Parameters
    ----------
    figures
        The totals, one row a unit.
    students
        By stage, of each school of the roll; 0 where it does not teach it.

    Returns
    -------
    pandas.DataFrame
        at (place in the roll), stage, students, teachers, staff, the columns of ``truth.people``, classes,
        largest_class.
    """
    import pandas as pd

    return pd.concat(
        [_of_block(truth, block, figures, roll, students, seed) for block in truth.blocks.values()], ignore_index=True
    )


def _of_block(
    truth: Truth, block: Block, figures: pd.DataFrame, roll: Roll, students: Mapping[str, Ints], seed: int
) -> pd.DataFrame:
    import pandas as pd

    parts = {stage: np.flatnonzero(students[stage] > 0) for stage in block.students}
    at = np.concatenate(list(parts.values()))
    stage = np.repeat(list(parts), [len(rows) for rows in parts.values()])
    heads = np.concatenate([students[each][rows] for each, rows in parts.items()]).astype(float)
    own = {
        what: np.concatenate([roll.draws[f"{what}.{each}"][rows] for each, rows in parts.items()])
        for what in ("teachers", "classes", *PEOPLE)
    }
    place, apart, raised = roll.place[at], spreads(truth, roll)[at], brought_up(truth, roll)[at]
    amounts = figures[block.teachers].to_numpy()
    pull = heads**truth.teachers.elasticity * np.exp(truth.teachers.spread * apart * own["teachers"])
    pull *= _of(block.weights, stage, 1.0)
    least = np.maximum(np.ceil(_of(truth.teachers.floor, stage, 0.0) * heads / 100 * raised), 1)
    # Where the unit has fewer teachers than the floors ask for, they are divided without.
    asked = np.bincount(place, weights=least, minlength=len(amounts))
    least = np.where((asked > amounts)[place], 0, least).astype(np.int64)
    teachers = apportioned(amounts, place, pull, least)
    frame = pd.DataFrame({"at": at, "stage": stage, "students": heads, "teachers": teachers.astype(float)})
    frame["staff"] = _staff(truth, figures, block.staff, place, teachers, roll.draws["staff"][at])
    for name, what in truth.people.items():
        share = _of(what.share, stage, 0.5)
        local = of_units(roll.holder, name, seed)[at]
        odds = np.log(share / (1 - share)) + what.spread * apart * own[name] + what.between * local
        floor = np.ceil(_of(what.floor, stage, 0.0) * heads / 100 - _ROUNDING) * raised
        drawn = np.rint(teachers / (1 + np.exp(-odds)))
        frame[name] = np.minimum(np.maximum(drawn, floor), teachers) + 0.0
    size = _of(truth.class_size, stage, 1.0) * np.exp(_CLASSES * own["classes"])
    limit = np.where(raised > 0, _of(truth.class_limit, stage, np.inf), np.inf)
    classes = np.maximum(np.clip(np.rint(heads / size), 1, _MOST_CLASSES), np.ceil(heads / limit))
    frame["classes"] = classes
    more = np.rint(_LARGEST * np.abs(own["classes"]))
    frame["largest_class"] = np.minimum(np.minimum(np.ceil(heads / classes) + more, heads), limit)
    return frame


def _staff(truth: Truth, figures: pd.DataFrame, code: str, place: Ints, teachers: Ints, drawn: Floats) -> Floats:
    """Divide a unit's staff, so that no school has more teachers than staff; no staff where the unit has fewer."""
    if not code:
        return np.full(len(teachers), np.nan)
    amounts = figures[code].to_numpy().astype(float)
    needed = np.bincount(place, weights=teachers, minlength=len(amounts))
    short = amounts < needed
    held = np.where(short, needed, amounts)
    found = apportioned(held, place, teachers * np.exp(truth.staff_spread * drawn), teachers).astype(float)
    return np.where(short[place], np.nan, found)


def property_of(
    truth: Truth, units: Sequence[str], roll: Roll, students: Mapping[str, Ints], seed: int
) -> dict[str, Floats]:
    """Give the property of each school, all its stages together.

    Returns
    -------
    dict
        By name, shape (schools,): whole numbers.
    """
    of = {stage: heads.astype(float) for stage, heads in students.items()}
    heads = np.sum(list(of.values()), axis=0)
    mean = np.bincount(roll.place, weights=heads, minlength=len(units)) / np.bincount(roll.place, minlength=len(units))
    size = np.log(heads / mean[roll.place])
    weighted = np.sum([truth.split.get(stage, 1.0) * each for stage, each in of.items()], axis=0)
    apart, raised = spreads(truth, roll), brought_up(truth, roll)
    alone = np.sum([each > 0 for each in of.values()], axis=0) == 1
    found: dict[str, Floats] = {}
    for name, what in truth.property.items():
        drawn = np.sqrt(truth.general) * roll.draws["general"] + np.sqrt(1 - truth.general) * roll.draws[name]
        local = of_units(roll.holder, name, seed)
        latent = what.spread * apart * drawn + what.between * local + what.elasticity * size
        amount = np.sum([what.median.get(stage, 0.0) * each for stage, each in of.items()], axis=0)
        # What a stage gets of what is shared goes by weight, so the floor is the most that any stage asks for.
        single = np.sum([what.floor.get(stage, 0.0) * each for stage, each in of.items()], axis=0)
        most = np.max(
            [np.where(each > 0, what.floor.get(stage, 0.0) / truth.split.get(stage, 1.0), 0.0)
             for stage, each in of.items()], axis=0
        )  # fmt: skip
        floor = np.where(alone, single, most * weighted) * raised
        lifted = floor * np.exp(truth.raised_above * np.abs(roll.draws[f"raised.{name}"]))
        found[name] = np.ceil(np.maximum(amount * np.exp(latent), lifted) - _ROUNDING)
    return found


def beside_rows(truth: Truth, codes: Sequence[str], holders: Sequence[str], seed: int) -> pd.DataFrame:
    """Give the schools that are in none of the figures: special and vocational ones.

    Parameters
    ----------
    codes, holders
        Of each unit its code of the year, and the code of the unit that holds its territory now.
    """
    import pandas as pd

    from analysis.indicators.simulation.schools import LETTERS

    rows = []
    for kind, what in truth.beside.items():
        counted: dict[str, int] = {}
        for code, holder in zip(codes, holders, strict=True):
            for _ in range(what.schools):
                number = counted[holder] = counted.get(holder, 0) + 1
                rng = np.random.default_rng([seed, 17, number, *f"{kind}{holder}".encode()])
                heads = float(rng.integers(what.students[0], what.students[1] + 1))
                teachers = max(float(np.rint(heads * what.teachers / 100 * np.exp(0.1 * rng.standard_normal()))), 1.0)
                classes = max(float(np.rint(heads / truth.class_size.get(kind, 30.0))), 1.0)
                row: dict[str, Any] = {
                    "school": f"SYN-{holder}-{LETTERS[kind]}{number:03d}", "unit": code, "stage": kind, "kind": kind,
                    "students": heads, "teachers": teachers, "staff": float(np.ceil(teachers * 1.2)),
                    "classes": classes, "largest_class": float(np.ceil(heads / classes) + 1),
                }  # fmt: skip
                row |= {name: float(np.rint(teachers * each.share.get(kind, 0.0)))
                        for name, each in truth.people.items()}  # fmt: skip
                row |= {name: float(np.ceil(heads * each.median.get(kind, 0.0)
                                            * np.exp(each.spread * rng.standard_normal())))
                        for name, each in truth.property.items()}  # fmt: skip
                rows.append(row)
    return pd.DataFrame(rows)


def spreads(truth: Truth, roll: Roll) -> Floats:
    """Give how far the schools of each school's unit differ, beside the spreads of all."""
    return np.array([truth.of(unit).spread for unit in roll.holder])


def brought_up(truth: Truth, roll: Roll) -> Floats:
    """Give 1 for schools that were brought up to the floors, 0 for others."""
    from scipy.special import ndtr

    share = np.array([truth.of(unit).floored for unit in roll.holder])
    found: Floats = (ndtr(roll.draws["floored"]) < share).astype(float)
    return found


def _of(numbers: Mapping[str, float], stage: np.ndarray[Any, Any], otherwise: float) -> Floats:
    return np.array([numbers.get(str(each), otherwise) for each in stage])
