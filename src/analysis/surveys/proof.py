"""Proofs: every question can be reached, no condition contradicts, no route takes longer than it may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import z3

from analysis.surveys.encoding import TEXTS, Encoding, Routes, Variable, routes
from analysis.surveys.expressions import Node, answers, to_text
from analysis.surveys.pace import Reader, seconds
from analysis.surveys.survey import Asked, Survey, is_shown


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that was decided of a questionnaire, and the route that shows it."""

    kind: Literal["reachable", "needed", "duration"]
    of: str  #: a section or item; nothing where the whole questionnaire is meant
    holds: bool
    route: dict[str, Any] = field(default_factory=dict)  #: answers by code, those that matter
    reason: str = ""
    minutes: float | None = None  #: of the longest route


def prove(survey: Survey) -> list[Claim]:
    """Decide what can be decided of a questionnaire's routes, with a solver (z3).

    Parameters
    ----------
    survey
        The questionnaire.

    Returns
    -------
    list of Claim
        ``reachable`` for every section and item, with a route to it or with the conditions that contradict;
        ``needed`` for every condition, which is false of one that holds on every route; ``duration`` for the longest
        route, which must not take longer than the questionnaire's target.

    Notes
    -----
    Conditions have the three truth values of :func:`analysis.surveys.logic.holds`. Every route is replayed with that
    evaluator before it is given. Times are those of :mod:`analysis.surveys.pace`.
    """
    ways = routes(survey)
    return [*prove_conditions(survey, ways), _duration(survey, ways)]


def as_text(survey: Survey, claims: list[Claim], *, routes: bool = False) -> str:
    """Write what was proved: a line a questionnaire, then what does not hold, or every claim with its route.

    Parameters
    ----------
    survey, claims
        A questionnaire, and what :func:`prove` gave of it.
    routes
        Whether to write every claim.
    """
    reached = [claim for claim in claims if claim.kind == "reachable"]
    needed = [claim for claim in claims if claim.kind == "needed"]
    longest = claims[-1]
    head = (
        f"{survey.name}: {sum(claim.holds for claim in reached)} of {len(reached)} items and conditional sections can "
        f"be reached, {sum(claim.holds for claim in needed)} of {len(needed)} conditions are needed, the longest route "
        f"takes {longest.minutes} of {survey.questionnaire.minutes:g} minutes"
    )
    lines = [head]
    for claim in claims:
        if routes or not claim.holds:
            what = f"{claim.kind} {claim.of}".strip()
            if claim.holds:
                route = ", ".join(f"{code} {_shown(value)}" for code, value in claim.route.items())
                lines.append(f"  holds  {what}: {route or 'on every route'}")
            else:
                lines.append(f"  FAILS  {what}: {claim.reason}")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"= {', '.join(map(str, value)) or 'none'}"
    return "unanswered" if value is None else f"= {value:g}" if isinstance(value, float) else f"= {value}"


def prove_conditions(survey: Survey, ways: Routes | None = None) -> list[Claim]:
    """Decide what :func:`prove` does of conditions, without the longest route."""
    ways = ways or routes(survey)
    solver = z3.Solver()
    solver.add(ways.all_rules())
    return list(_conditions(survey, ways, solver))


def _conditions(survey: Survey, ways: Routes, solver: z3.Solver) -> Iterator[Claim]:
    for name, node in survey.sections.items():
        if node is not None:
            yield from _condition(survey, ways, solver, name, node, ways.sections[name])
    for each in survey.asked:
        if each.condition is None:
            section = each.section.id
            goal, asked_for = ways.sections[section], _asked_for(survey, each)
            route = _route(survey, ways, solver, goal, asked_for) if survey.sections[section] is not None else {}
            reason = "" if route is not None else f"the section {section} is never shown"
            yield Claim("reachable", each.code, route is not None, route or {}, reason)
        else:
            yield from _condition(survey, ways, solver, each.code, each.condition, ways.shown[each.code], each)


def _condition(
    survey: Survey, ways: Routes, solver: z3.Solver, name: str, node: Node, shown: Any, each: Asked | None = None
) -> Iterator[Claim]:
    """Decide whether a condition can be true, and whether it can be anything else."""
    asked_for = _asked_for(survey, each) if each else [answer.code for answer in answers(node)]
    route = _route(survey, ways, solver, shown, asked_for)
    if route is None:
        yield Claim("reachable", name, holds=False, reason=_contradiction(survey, ways, node, each))
        return
    yield Claim("reachable", name, holds=True, route=route)
    around = ways.sections[each.section.id] if each else z3.BoolVal(val=True)
    other = _route(survey, ways, solver, z3.And(around, z3.Not(shown)), asked_for)
    reason = "" if other is not None else f"{to_text(node)} holds on every route"
    yield Claim("needed", name, other is not None, other or {}, reason)


def _route(survey: Survey, ways: Routes, solver: z3.Solver, goal: Any, asked_for: list[str]) -> dict[str, Any] | None:
    """Find answers that lead to a goal."""
    solver.push()
    try:
        solver.add(goal)
        if solver.check() != z3.sat:
            return None
        return _replayed(survey, ways, solver.model(), asked_for)
    finally:
        solver.pop()


def _replayed(survey: Survey, ways: Routes, model: z3.ModelRef, asked_for: list[str]) -> dict[str, Any]:
    """Read a route from a model, hold it to the evaluator, and keep the answers that matter."""
    given = {code: _answer(ways.encoding, variable, model) for code, variable in ways.encoding.variables.items()}
    for each in survey.asked:
        if each.condition is None and survey.sections[each.section.id] is None:
            continue
        wanted = bool(model.eval(ways.shown[each.code], model_completion=True))
        if wanted is not is_shown(survey, each, given):
            raise AssertionError(f"the solver and the evaluator disagree on {each.code} of {survey.name}: {given}")
    return {code: value for code, value in given.items() if code in asked_for}


def _answer(encoding: Encoding, variable: Variable, model: z3.ModelRef) -> Any:
    if not bool(model.eval(variable.answered, model_completion=True)):
        return None
    if variable.chosen is not None:
        return [code for code, held in variable.chosen.items() if bool(model.eval(held, model_completion=True))]
    value = model.eval(variable.value, model_completion=True)
    number: Any = value.as_long() if isinstance(value, z3.IntNumRef) else float(value.as_fraction())
    match variable.question.kind:
        case "date":
            return dt.date.fromordinal(number).isoformat()
        case "number":
            return number
    texts = {TEXTS + place: text for text, place in encoding.texts.items()}
    return texts.get(number, f"… {number}" if variable.question.kind == "text" else number)


def _asked_for(survey: Survey, each: Asked) -> list[str]:
    """List the questions on which it depends whether an item is shown, directly or not."""
    by_code = {other.code: other for other in survey.asked}
    found: list[str] = []
    open_ones = [each]
    while open_ones:
        now = open_ones.pop()
        for node in (survey.sections[now.section.id], now.condition):
            for answer in answers(node) if node is not None else ():
                if answer.code not in found:
                    found.append(answer.code)
                    open_ones.append(by_code[answer.code.split(".")[0]])
    return found


def _contradiction(survey: Survey, ways: Routes, node: Node, each: Asked | None) -> str:
    """Say which conditions and limits leave no answer."""
    parts: dict[str, Any] = {f"its condition {to_text(node)}": ways.encoding.truth(node).true}
    if each is not None:
        section = survey.sections[each.section.id]
        if section is not None:
            parts[f"that of its section, {to_text(section)}"] = ways.sections[each.section.id]
        for code in dict.fromkeys(code.split(".")[0] for code in _asked_for(survey, each)):
            other = next(other for other in survey.asked if other.code == code)
            what = f"is shown if {to_text(other.condition)}" if other.condition else "takes certain answers only"
            parts[f"{code}, which {what}"] = z3.And(ways.rules[code])
    else:
        parts["what may be answered"] = z3.And(ways.all_rules())
    solver = z3.Solver()
    solver.set("core.minimize", True)  # noqa: FBT003
    marks = {z3.Bool(f"part {place}"): name for place, name in enumerate(parts)}
    for mark, part in zip(marks, parts.values(), strict=True):
        solver.add(z3.Implies(mark, part))
    solver.check(list(marks))
    core = {str(mark) for mark in solver.unsat_core()}
    return " contradicts ".join(name for mark, name in marks.items() if str(mark) in core)


def _duration(survey: Survey, ways: Routes) -> Claim:
    """Find the longest route, and hold it to the target."""
    fixed, varying = _times(survey, ways)
    optimizer = z3.Optimize()
    optimizer.add(ways.all_rules())
    longest = optimizer.maximize(z3.Sum([*varying, z3.IntVal(0)]))
    optimizer.check()
    minutes, target = round((fixed + longest.value().as_long()) / 600, 1), survey.questionnaire.minutes
    route = _replayed(survey, ways, optimizer.model(), list(ways.encoding.variables))
    reason = "" if minutes <= target else f"the longest route takes {minutes} minutes, the target is {target:g}"
    return Claim("duration", "", minutes <= target, route, reason, minutes)


def _times(survey: Survey, ways: Routes) -> tuple[int, list[Any]]:
    """Give tenths of seconds: those of every route, and terms for those of some."""
    sheet = survey.questionnaire
    usual: Reader = "student" if sheet.respondent == "student" else "adult"
    simple = ways.encoding.truth(survey.simple).true if survey.simple is not None else None
    fixed, younger, varying = 0, 0, []
    known: set[tuple[str, str]] = set()
    for each in survey.asked:
        scale = (each.section.id, getattr(each.item, "scale", ""))
        readers: tuple[Reader, ...] = (usual,) if simple is None else ("young", usual)
        tenths = [
            round(10 * seconds(each.item, survey.bank, reader, sheet.languages, scale_known=scale in known))
            for reader in readers
        ]
        known |= {scale} if scale[1] else set()
        shown = z3.simplify(ways.shown[each.code])
        if z3.is_true(shown):
            fixed += tenths[-1]
            younger += tenths[0] - tenths[-1]
        else:
            varying.append(z3.If(shown, tenths[0] if simple is None else z3.If(simple, *tenths), 0))
    return fixed, varying if simple is None else [*varying, z3.If(simple, younger, 0)]
