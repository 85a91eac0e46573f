"""Amounts: what the schools of a unit have at a stage, as arrays for the arithmetic of balance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.documents.labels import Labels
from analysis.indicators.words import both, said
from analysis.messages import LANGUAGES, Language, Texts, listed

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.indicators.balance.evaluation import Balance
    from analysis.indicators.balance.standard import Standard
    from analysis.stats.arrays import Floats

#: What may separate a product of floats from the number that it stands for.
_CLOSE = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Amounts:
    """The schools of a unit, year and stage: n schools, k indicators in the order of the rule.

    Parameters
    ----------
    unit, year, stage
        Whose they are.
    schools
        Their ids, n of them.
    indicators
        Their ids, k of them.
    totals
        x, shape (n, k); NaN where not known.
    sizes
        Students P, shape (n,).
    need
        What a threshold asks for per student, shape (k,); NaN where there is none.
    per
        Students that a value is of, shape (k,).
    people
        Whether it counts people, shape (k,).
    limits
        Of the coefficients, shape (k,); infinite where each has none of its own.
    """

    unit: str
    year: int
    stage: str
    schools: tuple[str, ...]
    indicators: tuple[str, ...]
    totals: Floats
    sizes: Floats
    need: Floats
    per: Floats
    people: np.ndarray
    limits: Floats

    @property
    def key(self) -> dict[str, Any]:
        """Give unit, year and stage as columns."""
        return {"unit": self.unit, "year": self.year, "stage": self.stage}

    def usable(self, k: int) -> bool:
        """Tell whether an indicator has a coefficient: every figure is known, and not all are 0."""
        import numpy as np

        x = self.totals[:, k]
        return bool(np.isfinite(x).all() and x.sum() > 0)

    def floors(self, share: float = 1.0) -> Floats:
        """Give the totals that reach a share of every threshold, shape (n, k); 0 where there is none."""
        import numpy as np

        found = np.nan_to_num(self.need)[None, :] * share * self.sizes[:, None]
        whole = np.round(found)
        # 0.042 times 1,000 is 42, and no 43rd person is needed for what floats add.
        return np.where(np.abs(found - whole) <= _CLOSE * np.maximum(whole, 1.0), whole, found)


def amounts_of(balance: Balance, *, units: Sequence[str] | None = None, year: int | None = None) -> list[Amounts]:
    """Take the amounts of units out of an evaluation: of the latest year of each, or of another.

    Parameters
    ----------
    balance
        The evaluation.
    units
        Ids of its units; all if not given.
    year
        The latest of each unit if not given.
    """
    there = dict.fromkeys(map(str, balance.measures["unit"])) if units is None else units
    return list(_groups(balance.measures, balance.standard, list(there), year))


def _groups(measures: pd.DataFrame, standard: Standard, units: list[str], year: int | None) -> Iterator[Amounts]:
    import numpy as np

    indicators = standard.resources.indicators
    ids, k = tuple(each.id for each in indicators), len(indicators)
    people = np.array([each.group == "people" for each in indicators])
    each_has = standard.variation.of == "each"
    wanted = measures[measures["unit"].isin(units)]
    latest = wanted.groupby("unit")["year"].transform("max") if year is None else year
    frames = dict(iter(wanted[wanted["year"] == latest].groupby(["unit", "stage"], sort=False)))
    for unit in units:
        for stage in ("primary", "junior"):
            frame = frames.get((unit, stage))
            if frame is None:
                continue
            n = len(frame) // k
            per = frame["per"].to_numpy(float)[:k]
            limit = float(standard.variation.limits[stage]) if each_has else np.inf
            yield Amounts(
                unit, int(frame["year"].iloc[0]), stage, tuple(map(str, frame["school"].iloc[::k])), ids,
                frame["total"].to_numpy(float).reshape(n, k), frame["students"].to_numpy(float)[::k],
                frame["threshold"].to_numpy(float)[:k] / per, per, people, np.full(k, limit),
            )  # fmt: skip


def covered(amounts: Sequence[Amounts]) -> tuple[list[str], list[int]]:
    """Give the units and the years that amounts are of."""
    return list(dict.fromkeys(each.unit for each in amounts)), sorted({each.year for each in amounts})


def kept(balance: Balance, language: Language | None) -> dict[str, Any]:
    """Give what a result keeps of the evaluation that it is of."""
    return {"workspace": balance.workspace, "simulated": balance.simulated, "read": balance.read,
            "rule": balance.rule, "named": _named(balance), "spoken": language or balance.spoken}  # fmt: skip


def _named(balance: Balance) -> Labels:
    """Name indicators in the columns that hold them."""
    indicators = {each.id: each.name for each in balance.standard.resources.indicators}
    return (balance.named or Labels()).under(Labels({"input": indicators}))


def name_of(balance: Balance, indicator: str) -> Texts:
    """Give the short name of an indicator of the rule."""
    there = {each.id: each.short for each in balance.standard.resources.indicators}
    return there.get(indicator) or {language: said("repair", "composite", language) for language in LANGUAGES}


def measure_of(balance: Balance, indicator: str) -> Texts:
    """Give the unit of measure of an indicator's totals."""
    return balance.standard.indicator(indicator).measure


def uncertain(balance: Balance) -> tuple[Texts, ...]:
    """Say which parts of the rule that a result rests on were read in no source."""
    standard = balance.standard
    parts = {"limits": standard.variation, "schools": standard.schools, "split": standard.split}
    named = [name for name, each in parts.items() if each is not None and each.certainty == "C"]
    if not named:
        return ()
    said_in = {language: listed([said("repair", f"part.{name}", language) for name in named], language)
               for language in LANGUAGES}  # fmt: skip
    return (both("repair", "note.uncertain", parts=said_in),)


def gaps(amounts: Sequence[Amounts]) -> tuple[Texts, ...]:
    """Say where figures of schools are missing, so that nothing was computed."""
    import numpy as np

    rows = sum(not each.usable(k) for each in amounts for k in range(len(each.indicators)))
    schools = sum(int(np.isnan(each.totals).any(axis=1).sum()) for each in amounts)
    return (both("repair", "note.gaps", n=f"{rows:,}", schools=f"{schools:,}"),) if rows else ()
