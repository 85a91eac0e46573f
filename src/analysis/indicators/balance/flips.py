"""Flips: for every verdict the smallest change of one figure that would turn it, and whether an error could do so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from analysis.documents.labels import Labels
from analysis.indicators.asked import some_of
from analysis.indicators.balance.amounts import Amounts, covered, gaps, kept, uncertain
from analysis.indicators.balance.asked import AskedOfBalance
from analysis.indicators.balance.item_turns import item_turns, whole_turns
from analysis.indicators.balance.standard import COMPOSITE
from analysis.indicators.balance.turns import (
    STUDENTS,
    Error,
    Turn,
    Turns,
    coefficient_turns,
    hardest,
    joint_range,
    school_turns,
    softest,
    threshold_turns,
)
from analysis.indicators.charts.flips import OF_UNIT, draw_flips
from analysis.indicators.result import FigureResult
from analysis.indicators.words import both
from analysis.messages import DuzhengError, Fault, Language, Texts, listed, write_number
from analysis.messages.requests import is_number, wrong

if TYPE_CHECKING:
    from analysis.indicators.balance.evaluation import Balance
    from analysis.indicators.balance.standard import Standard

PARTS = ("threshold", "school", "schools", "cv", "composite", "items", "whole")
TABLE = ("unit", "year", "stage", "part", "school", "indicator", "item", "verdict", "becomes", "value", "limit",
         "input", "input_school", "now", "change", "relative", "inputs", "error_input", "error_school", "error_change",
         "error", "ratio", "possible", "error_inputs", "joint", "jointly", "needs")  # fmt: skip
_NUMBERS = ("value", "limit", "now", "change", "relative", "error_change", "error", "ratio", "joint")


@dataclass(frozen=True, eq=False, repr=False)
class Flips(FigureResult):
    """The smallest change that would turn each verdict, the most fragile first."""

    once: ClassVar[tuple[str, ...]] = ("unit", "year")

    _: KW_ONLY
    standard: Standard = field(repr=False)

    def code(self, name: str, value: Any, language: Language) -> str:
        """Give what a value stands for; of the parts that must turn, each."""
        if name == "needs" and isinstance(value, str):
            return listed((self.said(f"needs.{part}", language) for part in value.split("; ")), language)
        return super().code(name, value, language)

    def _texts(self, name: str, language: Language) -> list[str]:
        """Write figures that are counted as whole ones."""
        counted = {STUDENTS, *(each.id for each in self.standard.resources.indicators if each.group == "people")}
        of = {"now": "input", "change": "input", "error": "error_input", "error_change": "error_input"}.get(name)
        if of is None:
            return super()._texts(name, language)
        return [write_number(value, 0 if which in counted and value == round(value) else self.decimals[name],
                             signed=name.endswith("change"))
                for value, which in zip(self.table[name], self.table[of], strict=True)]  # fmt: skip


def flips(
    balance: Balance, *, errors: Mapping[str, float] | None = None, unit: str | Sequence[str] | None = None,
    parts: Sequence[str] | None = None, year: int | None = None, language: Language | None = None,
) -> Flips:  # fmt: skip
    """Find, for every verdict of the rule, the smallest change of the figures that would turn it.

    Parameters
    ----------
    balance
        The evaluation.
    errors
        The plausible error of each input, by indicator, item or ``students``: below 1 a share of the figure (0.02 is 2
        per cent), from 1 on a whole number of units (1 is one teacher more or less). Whatever is not named has none
        declared.
    unit
        Ids, codes or names of its units; all if not given.
    parts
        Some of ``threshold`` (each indicator of each school), ``school`` (each school), ``schools`` (all of a unit and
        stage), ``cv`` (each coefficient), ``composite``, ``items`` (each item), ``whole`` (each unit); all that the
        rule has if not given.
    year
        The latest of each unit if not given.
    language
        That is shown; the evaluation's if not given.

    Returns
    -------
    Flips
        ``table``, the most fragile first: unit, year, stage, part, school, indicator or item, verdict (``met``,
        ``missed``), becomes (the verdict after the change: ``open`` where figures are missing besides), value and limit
        (of what is judged), input (indicator, item or ``students``) and input_school: the figure that turns it by the
        smallest relative change, with now, change and relative (change in per cent of the figure), missing where a yes
        or no turns it; inputs (figures that must change together; then the one of them that must change most is
        named). Apart from that, where errors are declared, error_input, error_school and error_change: the figure
        nearest to its declared error, with error, ratio (change / error), possible (whether the ratio is 1 at most;
        missing where nothing that turns it has a declared error) and error_inputs (figures that must change together,
        of which the farthest from its error is named). Of coefficients joint (the smallest change of all
        schools together, in per cent, in the sense of least squares) and jointly (whether errors of all schools
        together could do it; missing where that stays open). Of the whole needs (the parts that must turn).

    Raises
    ------
    DuzhengError
        DZ-S002 for parts, units, years and errors that do not fit, all at once.

    Notes
    -----
    A threshold turns where x = t P; a school as its number of thresholds, or its lowest share, comes to the rule's; a
    coefficient at a root of a quadratic in one total or one school's students
    (:func:`analysis.stats.dispersion.flipping_totals`), jointly at the nearest point of a cone
    (:func:`~analysis.stats.dispersion.joint_change`). An item with a bound turns at it, one that is judged by evidence
    by a yes or no. The whole is met as soon as all parts are: what is missed must turn together, and what is open stays
    so. Figures that count are changed by whole ones. Errors are bounds
    that the caller declares: that an error could turn a verdict says nothing of whether there is one. Verdicts that
    are open have no row.
    """
    import numpy as np
    import pandas as pd

    asked = AskedOfBalance(balance)
    standard = balance.standard
    declared = asked.take(_errors, standard, errors) or {}
    wanted = asked.take(_parts, standard, parts) or ()
    amounts = asked.amounts(unit, year)
    units, years = covered(amounts)
    rows = _rows(balance, amounts, declared, wanted)
    table = pd.DataFrame(rows, columns=list(TABLE))
    for name in _NUMBERS:
        table[name] = table[name].astype(float)
    first = table["ratio"].to_numpy(float) if declared else table["relative"].to_numpy(float)
    second = table["relative"].to_numpy(float)
    order = np.lexsort((np.where(np.isnan(second), np.inf, second), np.where(np.isnan(first), np.inf, first)))
    table = table.iloc[order].reset_index(drop=True)
    return Flips(
        table, "flips", drawing=draw_flips, standard=standard,
        settings={"unit": units, "year": years, "errors": dict(errors or {}), "parts": list(wanted)},
        shown=_shown(wanted, declared=bool(declared)),
        notes=(both("flips", "note.errors" if declared else "note.no_errors"), *_notes(balance, amounts, wanted),
               *uncertain(balance)),
        decimals={"value": 3, "limit": 2, "now": 1, "change": 1, "relative": 2, "error": 1, "error_change": 1,
                  "ratio": 2, "joint": 2, "inputs": 0, "error_inputs": 0},
        **kept(balance, language) | {"named": _labels(balance)},
    )  # fmt: skip


def _shown(wanted: Sequence[str], *, declared: bool) -> tuple[str, ...]:
    names = ["unit", "year", "stage", "part", "school", "indicator", "item", "verdict", "becomes", "input",
             "input_school", "now", "change", "relative", "inputs"]  # fmt: skip
    names += (
        ["error_input", "error_school", "error_change", "error", "ratio", "possible", "error_inputs"]
        if declared
        else []
    )
    names += ["joint", *(["jointly"] if declared else [])] if "cv" in wanted else []
    return (*names, *(["needs"] if "whole" in wanted else []))


def _labels(balance: Balance) -> Labels:
    """Name indicators and items in the columns that hold either."""
    standard = balance.standard
    named = {each.id: each.name for each in standard.resources.indicators}
    named |= {item.id: item.name for _, item in standard.every_item()}
    return (balance.named or Labels()).under(Labels({"input": named, "error_input": named}))


def _errors(standard: Standard, errors: Mapping[str, float] | None) -> dict[str, Error]:
    """Read declared errors: shares below 1, whole numbers of units from there on."""
    if errors is not None and not isinstance(errors, Mapping):
        raise DuzhengError(wrong(f"errors of type {type(errors).__name__}", "an error by indicator or students",
                                 "such as {'students': 0.01}", "errors"))  # fmt: skip
    there = [*(each.id for each in standard.resources.indicators), STUDENTS,
             *(item.id for _, item in standard.every_item() if item.kind == "number")]  # fmt: skip
    faults: list[Fault] = []
    found: dict[str, Error] = {}
    for name, value in (errors or {}).items():
        if name not in there:
            faults.append(
                wrong(f"an error of {name!r}", f"one of {', '.join(there)}", "name it as the rule does", "errors")
            )
        elif not is_number(value) or value <= 0 or (value >= 1 and float(value) % 1):
            faults.append(wrong(f"an error of {value!r} of {name}", "a share between 0 and 1, or a whole number",
                                "0.02 is 2 per cent, 1 is one unit", "errors"))  # fmt: skip
        else:
            found[name] = Error(float(value), share=float(value) < 1)
    if faults:
        raise DuzhengError(*faults)
    return found


def _parts(standard: Standard, parts: Sequence[str] | None) -> tuple[str, ...]:
    held = any(each.thresholds for each in standard.resources.indicators)
    there = [part for part, has in zip(PARTS, (held, standard.schools is not None, standard.schools is not None,
                                              standard.variation.of == "each", standard.variation.of == "mean",
                                              bool(standard.items), True), strict=True) if has]  # fmt: skip
    asked = some_of("parts", parts, there, one="part", hint="the rule has no other")
    return tuple(part for part in there if part in asked)


def _rows(
    balance: Balance, amounts: Sequence[Amounts], errors: Mapping[str, Error], wanted: Sequence[str]
) -> list[dict[str, Any]]:  # fmt: skip
    """Give the rows of all units: of each stage, and what a unit has once."""
    standard, rows = balance.standard, []
    places = list(dict.fromkeys((each.unit, each.year) for each in amounts))
    by_place = {name: dict(iter(getattr(balance, name).groupby(["unit", "year"])))
                for name in ("items", "verdicts", "reasons")} if set(OF_UNIT) & set(wanted) else {}  # fmt: skip
    for place in places:
        of_stages = [row for each in amounts if (each.unit, each.year) == place
                     for row in _stage(each, standard, errors, wanted)]  # fmt: skip
        rows += [row for part, _, row in of_stages if part in wanted]
        if by_place:
            rows += _of_unit(place, of_stages, {name: each.get(place) for name, each in by_place.items()}, standard,
                             errors, wanted)  # fmt: skip
    return rows


Rows = list[tuple[str, Turns, dict[str, Any]]]


def _of_unit(
    place: tuple[str, int], of_stages: Rows, of: Mapping[str, Any], standard: Standard, errors: Mapping[str, Error],
    wanted: Sequence[str],
) -> list[dict[str, Any]]:  # fmt: skip
    """Give the rows of the items of a unit, and of the whole."""
    rows: list[dict[str, Any]] = []
    found: dict[str, list[Turns]] = {}
    for part, turns, _ in of_stages:
        if part in {"schools", "cv", "composite"}:
            found.setdefault(part, []).append(turns)
    key = {"unit": place[0], "year": place[1], "stage": None}
    if of["items"] is not None:
        for part, item, turns in item_turns(of["items"], standard, errors):
            if "items" in wanted:
                rows.append(_row(key, "items", turns, item=item))
            if not standard.item(item).same_as:  # one that another decides turns with it
                found.setdefault(part, []).append(turns)
    verdicts = dict(of["verdicts"][["part", "verdict"]].itertuples(index=False))
    still = bool((of["reasons"]["verdict"] == "open").any())
    whole = whole_turns(verdicts, found, still_open=still)
    if "whole" in wanted and whole is not None:
        turns, needs = whole
        rows.append(_row(key, "whole", turns, value=float(len(needs)), limit=0.0, needs="; ".join(needs) or None))
    return rows


def _stage(each: Amounts, standard: Standard, errors: Mapping[str, Error], wanted: Sequence[str]) -> Rows:
    """Give the verdicts of a unit and stage with what turns them and their rows; those too that the whole needs."""
    rows: Rows = []
    whole = "whole" in wanted
    if "threshold" in wanted:
        rows += [("threshold", turns, _row(each.key, "threshold", turns)) for turns in threshold_turns(each, errors)]
    if ({"school", "schools"} & set(wanted) or whole) and standard.schools is not None:
        of_schools = school_turns(each, standard.schools.at_least, standard.schools.rest, errors)
        rows += [("school", turns, _row(each.key, "school", turns)) for turns in of_schools]
        rows += _schools(each, of_schools)
    if {"cv", "composite"} & set(wanted) or whole:
        rows += _coefficients(each, standard, errors)
    return rows


def _row(key: Mapping[str, Any], part: str, turns: Turns, **more: Any) -> dict[str, Any]:
    nothing = {"item": None, "joint": float("nan"), "jointly": None, "needs": None}
    return {**key, "part": part, **turns.columns(), **nothing, **more}


def _schools(each: Amounts, turns: Sequence[Turns]) -> Rows:
    """All schools must meet the rule: one that turns is enough to miss it, all that fail must turn to meet it.

    Where figures of others are missing, it is open when all that fail have turned.
    """
    missed = [one for one in turns if one.verdict == "missed"]
    known = len(turns) == len(each.schools) and all(one.smallest.after != "open" for one in missed)
    if missed:
        # Of those that must all turn, the one that is hardest to turn is named.
        found = hardest(missed, becomes="" if known else "open")
        return [("schools", found, _row(each.key, "schools", found, value=float(len(missed)), limit=0.0))]
    if not known or not turns:
        return []
    found = softest(turns).named("", "")
    return [("schools", found, _row(each.key, "schools", found, value=0.0, limit=0.0))]


def _coefficients(each: Amounts, standard: Standard, errors: Mapping[str, Error]) -> Rows:
    import numpy as np

    from analysis.stats.dispersion import coefficient, joint_change

    usable = [k for k in range(len(each.indicators)) if each.usable(k)]
    cvs = {k: coefficient(each.totals[:, k], each.sizes) for k in usable}
    rows: Rows = []
    if standard.variation.of == "mean":
        if len(usable) < len(each.indicators):
            return []
        limit, now = float(standard.variation.limits[each.stage]), float(np.mean(list(cvs.values())))
        verdict = "met" if now <= limit * (1 + 1e-9) else "missed"
        single: list[Turn] = []
        for k in usable:
            # One coefficient alone must make up for the whole distance of the mean.
            asked = cvs[k] + len(usable) * (limit - now)
            if asked > 0:
                single += coefficient_turns(each, k, asked, verdict, errors)
        found = Turns.of(single, none=Turn.none("", verdict)).named("", COMPOSITE)
        return [("composite", found, _row(each.key, "composite", found, value=now, limit=limit))]
    for k in usable:
        limit, x, name = float(each.limits[k]), each.totals[:, k], each.indicators[k]
        verdict = "met" if cvs[k] <= limit * (1 + 1e-9) else "missed"
        turns = coefficient_turns(each, k, limit, verdict, errors)
        found = Turns.of(turns, none=Turn.none(name, verdict)).named("", name)
        joint, _ = joint_change(x, each.sizes, limit)
        jointly = joint_range(each, k, limit, verdict, errors.get(name))
        rows.append(("cv", found, _row(each.key, "cv", found, value=cvs[k], limit=limit, joint=100 * joint,
                                       jointly=jointly)))  # fmt: skip
    return rows


def _notes(balance: Balance, amounts: Sequence[Amounts], wanted: Sequence[str]) -> tuple[Texts, ...]:
    """Say that open verdicts have no row, and what is said of those of units."""
    places = {(each.unit, each.year) for each in amounts}
    verdicts = balance.verdicts[[place in places for place in zip(balance.verdicts["unit"], balance.verdicts["year"],
                                                                  strict=True)]]  # fmt: skip
    notes = []
    if gaps(amounts) or (set(OF_UNIT) & set(wanted) and (verdicts["verdict"] == "open").any()):
        notes.append(both("flips", "note.open"))
    if "whole" in wanted:
        notes.append(both("flips", "note.whole"))
    return tuple(notes)
