"""Reallocation: the fewest people moved between schools, the total fixed, that bring a coefficient into its limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from analysis.documents.result import Plot
from analysis.indicators.balance.amounts import Amounts, covered, gaps, kept, uncertain
from analysis.indicators.balance.asked import AskedOfBalance
from analysis.indicators.charts.reallocation import draw_moves, draw_reallocation
from analysis.indicators.result import FigureResult
from analysis.indicators.words import both
from analysis.messages import DuzhengError, Language, Texts
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance.evaluation import Balance
    from analysis.indicators.balance.standard import Standard
    from analysis.stats.arrays import Floats

TABLE = ("unit", "year", "stage", "indicator", "total", "moved", "share", "givers", "receivers", "transfers", "cv",
         "cv_after", "limit", "least_cv", "bound", "gap", "certified", "whole", "state")  # fmt: skip
SCHOOLS = ("unit", "year", "stage", "indicator", "school", "students", "total", "change", "after", "value",
           "value_after", "threshold", "keeps")  # fmt: skip
KEEP = ("threshold", "nothing")
MOVES = ("unit", "year", "stage", "indicator", "giver", "receiver", "amount")


@dataclass(frozen=True, eq=False, repr=False)
class Reallocation(FigureResult):
    """The least moves of units (``table``), what becomes of schools, and who gives to whom."""

    _: KW_ONLY
    schools: pd.DataFrame = field(repr=False)  #: one row a school that gives or receives
    moves: pd.DataFrame = field(repr=False)  #: one row a transfer
    standard: Standard = field(repr=False)

    def moves_chart(self, unit: str, stage: str, language: Language | None = None) -> Plot:
        """Draw which schools of a unit and stage give and receive.

        Raises
        ------
        DuzhengError
            DZ-S002 where nothing moves.
        """
        language = language or self.language
        here = self.schools[(self.schools["unit"] == unit) & (self.schools["stage"] == stage)]
        if here.empty:
            raise DuzhengError(wrong(f"{unit} {stage}", "a unit and stage where something moves", "see .schools"))
        return Plot(draw_moves(self, here, language), self.said("alt.moves", language), language)


def reallocation(
    balance: Balance, indicator: str, *, unit: str | Sequence[str] | None = None, limit: float | None = None,
    keep: Literal["threshold", "nothing"] | None = None, whole: bool | None = None, year: int | None = None,
    language: Language | None = None,
) -> Reallocation:  # fmt: skip
    """Compute the fewest moves between the schools of a unit that bring a coefficient of variation within its limit.

    Parameters
    ----------
    balance
        The evaluation.
    indicator
        Of the rule, such as one that counts teachers.
    unit
        Ids, codes or names of its units; all if not given. Nothing moves from one unit or stage to another.
    limit
        Of the coefficient; the rule's if not given.
    keep
        ``threshold``: a school above the threshold of the indicator keeps that much, and one below it gives nothing;
        ``nothing``: every school may give all it has. ``threshold`` if not given, where the rule has one.
    whole
        Whether only whole ones move; for indicators that count people if not given.
    year
        The latest of each unit if not given.
    language
        That is shown; the evaluation's if not given.

    Returns
    -------
    Reallocation
        ``table``: one row a unit and stage: total, moved, share (of the total, in per cent), givers, receivers,
        transfers (in ``moves``), cv, cv_after, limit, least_cv (the lowest that any allowed move reaches), bound (no
        moves are fewer), gap, certified, whole, state (``met`` before, ``moved``, ``impossible``, ``unknown``).
        ``schools``: change of each school that gives or receives. ``moves``: giver, receiver, amount.

    Raises
    ------
    DuzhengError
        DZ-S002 for units, years, indicators and limits that do not fit, all at once.

    Notes
    -----
    min ½ Σ |y − x| with Σ y = Σ x, y ≥ what schools keep, CV(y) ≤ c: with the total fixed the mean is, and the limit
    is a ball (:func:`analysis.stats.dispersion.least_transfer`). Where it is impossible, ``least_cv`` is proved to be
    the lowest that can be reached. ``moves`` matches givers with receivers in few transfers; distance, subjects and
    consent are not known to it. The arithmetic says how far rotation could go, and no person is meant.
    """
    import pandas as pd

    asked = AskedOfBalance(balance)
    standard = balance.standard
    name = asked.indicator(indicator)
    of = standard.indicator(name) if name else None
    if keep is not None:
        asked.choice("keep", keep, KEEP)
        if keep == "threshold" and of is not None and not of.thresholds:
            asked.faults.append(wrong(f"keep={keep!r}", "nothing", f"the rule has no threshold of {name}", "keep"))
    if limit is not None:
        asked.number("limit", limit, least=0)
    elif standard.variation.of == "mean":
        asked.faults.append(wrong("no limit", "a limit for the indicator", "the rule limits only the mean of all",
                                  "limit"))  # fmt: skip
    asked.yes_or_no("whole", whole)
    amounts = asked.amounts(unit, year)
    assert of is not None  # noqa: S101  held above
    units, years = covered(amounts)
    people = of.group == "people"
    in_whole = people if whole is None else whole
    keeps = keep or KEEP[0 if of.thresholds else 1]
    parts = [_one(each, name, limit, keep=keeps == "threshold", whole=in_whole) for each in amounts]
    frames = [pd.DataFrame([row for part in parts for row in part[at]], columns=list(columns))
              for at, columns in enumerate((TABLE, SCHOOLS, MOVES))]  # fmt: skip
    settings: dict[str, Any] = {
        "indicator": name, "unit": units, "year": years, "keep": keeps, "whole": in_whole,
    }  # fmt: skip
    if limit is not None:
        settings["limit"] = limit
    return Reallocation(
        frames[0], "reallocation", settings=settings, drawing=draw_reallocation, schools=frames[1], moves=frames[2],
        standard=standard, notes=(*_notes(frames[0], people=people), *gaps(_only(amounts, name)), *uncertain(balance)),
        shown=("unit", "year", "stage", "cv", "cv_after", "limit", "total", "moved", "share", "givers", "receivers",
               "transfers", "least_cv", "certified", "state"),
        decimals={"cv": 3, "cv_after": 3, "limit": 2, "least_cv": 3, "total": 0, "moved": 0 if in_whole else 1,
                  "share": 1, "gap": 4, "bound": 1, "givers": 0, "receivers": 0, "transfers": 0},
        **kept(balance, language),
    )  # fmt: skip


Rows = list[dict[str, Any]]


def _one(each: Amounts, name: str, limit: float | None, *, keep: bool, whole: bool) -> tuple[Rows, Rows, Rows]:
    """Reallocate within one unit and stage."""
    import numpy as np

    from analysis.stats.dispersion import coefficient, least_transfer, pairs

    k = each.indicators.index(name)
    key = {**each.key, "indicator": name}
    x, p, per = each.totals[:, k], each.sizes, each.per[k]
    bound = float(each.limits[k]) if limit is None else limit
    if not each.usable(k):
        gone = dict.fromkeys(("moved", "share", "cv", "cv_after", "least_cv", "bound", "gap"), float("nan"))
        return [{**key, **gone, "total": float(x.sum()), "givers": 0, "receivers": 0, "transfers": 0, "limit": bound,
                 "certified": None, "whole": whole, "state": "unknown"}], [], []  # fmt: skip
    floors = np.minimum(x, each.floors()[:, k]) if keep else np.zeros(len(x))
    found = least_transfer(x, p, bound, floors=floors, whole=whole)
    change = found.changed if found.possible else np.zeros(len(x))
    small = 1e-9 * x.sum()
    change = np.where(np.abs(change) > small, change, 0.0)
    moved = float(change[change > 0].sum())
    transfers = pairs(change) if moved else []
    proof, possible = found.certificate, found.possible
    row = {
        **key, "total": float(x.sum()), "moved": moved if possible else float("nan"),
        "share": 100 * moved / float(x.sum()) if possible else float("nan"), "givers": int((change < 0).sum()),
        "receivers": int((change > 0).sum()), "transfers": len(transfers), "cv": coefficient(x, p),
        "cv_after": coefficient(x + change, p), "limit": bound, "least_cv": found.least,
        "bound": proof.bound if possible else float("nan"), "gap": proof.gap if possible else float("nan"),
        "certified": proof.proved, "whole": whole,
        "state": "impossible" if not possible else "moved" if moved else "met",
    }  # fmt: skip
    threshold = per * float(each.need[k])
    schools = [{**key, "school": each.schools[i], "students": float(p[i]), "total": float(x[i]),
                "change": float(change[i]), "after": float(x[i] + change[i]), "value": per * float(x[i] / p[i]),
                "value_after": per * float((x[i] + change[i]) / p[i]), "threshold": threshold,
                "keeps": float(floors[i])}
               for i in np.argsort(change, kind="stable") if change[i]]  # fmt: skip
    moves = [{**key, "giver": each.schools[i], "receiver": each.schools[j], "amount": amount}
             for i, j, amount in transfers]  # fmt: skip
    return [row], schools, moves


def _only(amounts: Sequence[Amounts], name: str) -> list[Amounts]:
    """Keep one indicator, of which what is missing is said."""
    from dataclasses import replace

    found = []
    for each in amounts:
        k = each.indicators.index(name)
        totals: Floats = each.totals[:, [k]]
        found.append(replace(each, indicators=(name,), totals=totals))
    return found


def _notes(table: pd.DataFrame, *, people: bool) -> list[Texts]:
    notes = [both("reallocation", "note.arithmetic")]
    if not people:
        notes.append(both("reallocation", "note.property"))
    impossible = int((table["state"] == "impossible").sum())
    if impossible:
        notes.append(both("reallocation", "note.impossible", n=f"{impossible:,}"))
    return notes
