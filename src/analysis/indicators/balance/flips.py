"""Flips: for every verdict the smallest change of one figure that would turn it, and whether an error could do so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.indicators.balance.amounts import Amounts, amounts_of, gaps, kept, uncertain
from analysis.indicators.balance.standard import COMPOSITE
from analysis.indicators.balance.turns import Error, Turn, coefficient_turns, joint_range, school_turns, threshold_turns
from analysis.indicators.charts.flips import draw_flips
from analysis.indicators.result import FigureResult
from analysis.indicators.words import both
from analysis.messages import DuzhengError, Language, Texts
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    from analysis.indicators.balance.evaluation import Balance
    from analysis.indicators.balance.standard import Standard

PARTS = ("threshold", "school", "schools", "cv", "composite")
TABLE = ("unit", "year", "stage", "part", "school", "indicator", "verdict", "value", "limit", "input", "input_school",
         "now", "change", "relative", "error", "ratio", "possible", "inputs", "joint", "jointly")  # fmt: skip
STUDENTS = "students"


@dataclass(frozen=True, eq=False, repr=False)
class Flips(FigureResult):
    """The smallest change that would turn each verdict, the most fragile first."""

    _: KW_ONLY
    standard: Standard = field(repr=False)


def flips(
    balance: Balance, *, errors: Mapping[str, float] | None = None, unit: str | Sequence[str] | None = None,
    parts: Sequence[str] | None = None, year: int | None = None, language: Language | None = None,
) -> Flips:  # fmt: skip
    """Find, for every verdict on schools and coefficients, the smallest change of the figures that would turn it.

    Parameters
    ----------
    balance
        The evaluation.
    errors
        The plausible error of each input, by indicator or ``students``: below 1 a share of the figure (0.02 is 2 per
        cent), from 1 on a whole number of units (1 is one teacher more or less). Whatever is not named has none
        declared.
    unit
        Ids, codes or names of its units; all if not given.
    parts
        Some of ``threshold`` (each indicator of each school), ``school`` (each school), ``schools`` (all of a unit and
        stage), ``cv`` (each coefficient), ``composite``; all that the rule has if not given.
    year
        The latest of each unit if not given.
    language
        That is shown; the evaluation's if not given.

    Returns
    -------
    Flips
        ``table``, the most fragile first: unit, year, stage, part, school, indicator, verdict (``met``, ``missed``),
        value and limit (of what is judged), input (indicator or ``students``) and input_school: the figure that turns
        it soonest, with now, change, relative (change in per cent of the figure); error, ratio (change / error) and
        possible (whether the ratio is 1 at most; missing where no error is declared); inputs (figures that must change
        together; then the one of them that must change most is named); of coefficients joint (the smallest change of
        all schools together, in per cent, in the sense of least squares) and jointly (whether errors of all schools
        together could do it; missing where that stays open).

    Raises
    ------
    DuzhengError
        DZ-S002 for parts, units, years and errors that do not fit.

    Notes
    -----
    A threshold turns where x = t P; a school as its number of thresholds, or its lowest share, comes to the rule's; a
    coefficient at a root of a quadratic in one total or one school's students
    (:func:`analysis.stats.dispersion.flipping_totals`), jointly at the nearest point of a cone
    (:func:`~analysis.stats.dispersion.joint_change`). Figures that count are changed by whole ones. Errors are bounds
    that the caller declares: that an error could turn a verdict says nothing of whether there is one. Verdicts that
    are open have no row.
    """
    import numpy as np
    import pandas as pd

    standard = balance.standard
    declared = _errors(standard, errors)
    wanted = _parts(standard, parts)
    amounts = amounts_of(balance, unit=unit, year=year)
    rows = [row for each in amounts for row in _one(each, standard, declared, wanted)]
    table = pd.DataFrame(rows, columns=list(TABLE))
    for name in ("value", "limit", "now", "change", "relative", "error", "ratio", "joint"):
        table[name] = table[name].astype(float)
    first = table["ratio"].to_numpy(float) if declared else table["relative"].to_numpy(float)
    second = table["relative"].to_numpy(float)
    order = np.lexsort((np.where(np.isnan(second), np.inf, second), np.where(np.isnan(first), np.inf, first)))
    table = table.iloc[order].reset_index(drop=True)
    shown = ["unit", "year", "stage", "part", "school", "indicator", "verdict", "input", "input_school", "now",
             "change", "relative", *(["error", "ratio", "possible"] if declared else []), "inputs"]  # fmt: skip
    settings: dict[str, Any] = {
        "unit": list(dict.fromkeys(each.unit for each in amounts)), "year": sorted({each.year for each in amounts}),
        "errors": dict(errors or {}), "parts": list(wanted),
    }  # fmt: skip
    return Flips(
        table, "flips", settings=settings, drawing=draw_flips, standard=standard, shown=tuple(shown),
        notes=(both("flips", "note.errors" if declared else "note.no_errors"), *_open(amounts), *uncertain(balance)),
        decimals={"value": 3, "limit": 2, "now": 1, "change": 1, "relative": 2, "error": 1, "ratio": 2, "joint": 2,
                  "inputs": 0},
        **kept(balance, language),
    )  # fmt: skip


def _errors(standard: Standard, errors: Mapping[str, float] | None) -> dict[str, Error]:
    """Read declared errors: shares below 1, whole numbers of units from there on."""
    there = [*(each.id for each in standard.resources.indicators), STUDENTS]
    faults, found = [], {}
    for name, value in (errors or {}).items():
        if name not in there:
            faults.append(
                wrong(f"an error of {name!r}", f"one of {', '.join(there)}", "name it as the rule does", "errors")
            )
        elif isinstance(value, bool) or not value > 0 or (value >= 1 and value % 1):
            faults.append(wrong(f"an error of {value}", "a share between 0 and 1, or a whole number of units",
                                "0.02 is 2 per cent, 1 is one unit", "errors"))  # fmt: skip
        else:
            found[name] = Error(float(value), share=value < 1)
    if faults:
        raise DuzhengError(*faults)
    return found


def _parts(standard: Standard, parts: Sequence[str] | None) -> tuple[str, ...]:
    held = any(each.thresholds for each in standard.resources.indicators)
    there = [part for part, has in zip(PARTS, (held, standard.schools is not None, standard.schools is not None,
                                              standard.variation.of == "each", standard.variation.of == "mean"),
                                       strict=True) if has]  # fmt: skip
    asked = there if parts is None else [parts] if isinstance(parts, str) else list(parts)
    if strange := [each for each in asked if each not in there]:
        raise DuzhengError.of(wrong(f"part {each!r}", f"one of {', '.join(there)}", "the rule has no other", "parts")
                              for each in strange)  # fmt: skip
    return tuple(part for part in there if part in asked)


def _one(each: Amounts, standard: Standard, errors: Mapping[str, Error], wanted: Sequence[str]) -> list[dict[str, Any]]:
    """Give the rows of a unit and stage."""
    rows: list[dict[str, Any]] = []
    if "threshold" in wanted:
        rows += [_row(each, "threshold", turn) for turn in threshold_turns(each, errors)]
    if {"school", "schools"} & set(wanted) and standard.schools is not None:
        turns = school_turns(each, standard.schools.at_least, standard.schools.rest, errors)
        if "school" in wanted:
            rows += [_row(each, "school", turn) for turn in turns]
        if "schools" in wanted and turns:
            rows += _schools(each, turns)
    if {"cv", "composite"} & set(wanted):
        rows += _coefficients(each, standard, errors)
    return rows


def _row(each: Amounts, part: str, turn: Turn, **more: Any) -> dict[str, Any]:
    nothing = {"joint": float("nan"), "jointly": None}
    return {**each.key, "part": part, **turn.columns(), **nothing, **more}


def _schools(each: Amounts, turns: list[Turn]) -> list[dict[str, Any]]:
    """All schools must meet the rule: one that turns is enough to miss it, all that fail must turn to meet it."""
    missed = [turn for turn in turns if turn.verdict == "missed"]
    known = len(turns) == len(each.schools)
    if not missed and not known:
        return []
    if missed:
        # Of those that must all turn, the one that is hardest to turn is named.
        hardest = max(missed, key=lambda turn: turn.rank)
        turn = hardest.named("", "", inputs=sum(one.inputs for one in missed))
        possible = None if any(one.possible is None for one in missed) else all(one.possible for one in missed)
        return [_row(each, "schools", turn, value=float(len(missed)), limit=0.0, possible=possible)]
    softest = min(turns, key=lambda turn: turn.rank)
    return [_row(each, "schools", softest.named("", ""), value=0.0, limit=0.0)]


def _coefficients(each: Amounts, standard: Standard, errors: Mapping[str, Error]) -> list[dict[str, Any]]:
    import numpy as np

    from analysis.stats.dispersion import coefficient, joint_change

    usable = [k for k in range(len(each.indicators)) if each.usable(k)]
    cvs = {k: coefficient(each.totals[:, k], each.sizes) for k in usable}
    rows: list[dict[str, Any]] = []
    if standard.variation.of == "mean":
        if len(usable) < len(each.indicators):
            return []
        limit, now = float(standard.variation.limits[each.stage]), float(np.mean(list(cvs.values())))
        verdict = "met" if now <= limit * (1 + 1e-9) else "missed"
        found = []
        for k in usable:
            # One coefficient alone must make up for the whole distance of the mean.
            asked = cvs[k] + len(usable) * (limit - now)
            if asked > 0:
                found += coefficient_turns(each, k, asked, verdict, errors)
        if found:
            best = min(found, key=lambda turn: turn.rank)
            rows.append(_row(each, "composite", best.named("", COMPOSITE), value=now, limit=limit))
        return rows
    for k in usable:
        limit, x = float(each.limits[k]), each.totals[:, k]
        verdict = "met" if cvs[k] <= limit * (1 + 1e-9) else "missed"
        turns = coefficient_turns(each, k, limit, verdict, errors)
        best = min(turns, key=lambda turn: turn.rank) if turns else Turn.none(each.indicators[k], verdict)
        joint, _ = joint_change(x, each.sizes, limit)
        jointly = joint_range(each, k, limit, verdict, errors.get(each.indicators[k]))
        rows.append(_row(each, "cv", best.named("", each.indicators[k]), value=cvs[k], limit=limit, joint=100 * joint,
                         jointly=jointly))  # fmt: skip
    return rows


def _open(amounts: Sequence[Amounts]) -> tuple[Texts, ...]:
    """Say that open verdicts have no row."""
    return (both("flips", "note.open"),) if gaps(amounts) else ()
