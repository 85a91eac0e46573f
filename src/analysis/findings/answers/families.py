"""Families: which tests are adjusted together, and what comes of it; in how many reckonings a difference holds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.findings.answers.comparisons import Compared
from analysis.findings.answers.estimates import Row
from analysis.findings.answers.waves import Wave
from analysis.satisfaction.indices.changes import changes
from analysis.satisfaction.robustness.claims import Higher
from analysis.satisfaction.robustness.combinations import Choices
from analysis.satisfaction.robustness.everywhere import everywhere
from analysis.satisfaction.robustness.multiverse import CHOICES, multiverse
from analysis.stats.multiplicity import adjust

if TYPE_CHECKING:
    import pandas as pd

#: What the seals of a run declare, and everything else.
FAMILIES = ("confirmatory", "exploratory")


def adjusted(found: Sequence[Compared], others: Sequence[float] = ()) -> list[Compared]:
    """Adjust the p of all comparisons of a run, over all its waves, units and indices: what was declared, and the rest.

    Parameters
    ----------
    found
        Comparisons, with ``kind`` and ``p``; without a p they are no test.
    others
        P of what was declared beside them, which count in that family.

    Returns
    -------
    list of Compared
        With ``family`` and ``p_adjusted``.

    Notes
    -----
    Benjamini and Hochberg (1995), family by family (:func:`analysis.stats.multiplicity.adjust`).
    """
    p = [each.row["p"] for each in found] + list(others)
    families = [each.row["kind"] for each in found] + [FAMILIES[0]] * len(others)
    values = adjust(p, method="bh", family=families).tolist() if p else []
    return [each.told(family="" if math.isnan(each.row["p"]) else each.row["kind"], p_adjusted=value)
            for each, value in zip(found, values, strict=False)]  # fmt: skip


def clear(each: Compared, rate: float) -> bool:
    """Tell whether a comparison shows a difference, at a rate of false discoveries."""
    return bool(each.row["p_adjusted"] <= rate)


def held(
    waves: Mapping[str, Wave], found: Sequence[Compared], choices: Choices = CHOICES, *, rate: float,
    level: float = 0.95,
) -> list[Compared]:  # fmt: skip
    """Say of each difference that is clear in how many reckonings of a multiverse it is.

    Returns
    -------
    list of Compared
        With ``held`` and ``universes`` where a difference is clear. It holds in a reckoning if its whole interval is on
        the same side of nothing. Groups within units are not reckoned anew.
    """
    counts = {name: _of_wave(wave, [each for each in found if each.row["survey"] == name and clear(each, rate)],
                              choices, level)
              for name, wave in waves.items()}  # fmt: skip
    told = []
    for each in found:
        of = counts[each.row["survey"]].get(each.row["cell"])
        told.append(each if of is None else each.told(held=of[0], universes=of[1]))
    return told


def _of_wave(wave: Wave, found: Sequence[Compared], choices: Choices, level: float) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = {}
    gaps = [each.row for each in found if each.row["statistic"] == "gap" and not each.parts]
    over_time = [each.row for each in found if each.row["statistic"] == "change"]
    if gaps:
        table = everywhere(
            wave.design, sorted({row["index"] for row in gaps}), by=wave.column, choices=choices, level=level
        )
        counts |= _counted(wave, table, gaps)
    if over_time and wave.before is not None and wave.column:
        names = sorted({row["index"] for row in over_time})
        same = bool(changes(wave.before, wave.design, names).settings["same_places"])
        table = everywhere(
            [wave.before, wave.design], names, by=wave.column, same_places=same, choices=choices, level=level
        )
        counts |= _counted(wave, table, over_time)
    for each in found:
        if each.parts and each.code is None:
            claim = Higher(
                each.row["index"], column=each.row["column"], code=each.parts[0]["code"], than=each.parts[1]["code"]
            )
            made = multiverse(wave.design, claim, choices)
            counts[each.row["cell"]] = (made.held, len(made.table))
    return counts


def _counted(wave: Wave, table: pd.DataFrame, rows: Sequence[Row]) -> dict[str, tuple[int, int]]:
    """Count in how many combinations each difference is on its own side."""
    of = table[wave.column].astype("str").map(wave.units).where(table[wave.column].notna(), wave.whole)
    groups = dict(list(table.assign(unit=of).groupby(["index", "unit"])["holds"]))
    return {
        row["cell"]: (int((holds == (1 if row["estimate"] > 0 else -1)).sum()), len(holds))
        for row in rows if (holds := groups.get((row["index"], row["unit"]))) is not None
    }  # fmt: skip
