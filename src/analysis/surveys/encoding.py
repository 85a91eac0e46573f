"""Questionnaires for a solver: what can be answered, and conditions with three truth values, in z3's terms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import z3

from analysis.surveys.expressions import (
    Answer,
    Answered,
    Compared,
    Constant,
    Counted,
    Denied,
    Joined,
    Listed,
    Node,
    answers,
)
from analysis.surveys.items import Date, Matrix, Multiple, Numeric, Ranking, questions
from analysis.surveys.logic import SIGNS, Question
from analysis.surveys.survey import Asked, Survey

#: Texts are numbered from here, where no code and no answer that is a number can be.
TEXTS = 10**12


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition in three truth values: when it is true, and when it is false; unknown is neither."""

    true: Any
    false: Any


@dataclass(frozen=True, slots=True)
class Term:
    """A value, and when it is known."""

    value: Any
    known: Any
    kind: str = "number"  #: number, text, date


@dataclass(frozen=True, slots=True)
class Variable:
    """The answer to one question: whether there is one, and which."""

    question: Question
    answered: Any
    value: Any = None
    chosen: dict[str | float, Any] | None = None  #: by option, where several may be chosen
    real: bool = False


class Encoding:
    """Names for answers, and terms for conditions over them."""

    def __init__(self, known: dict[str, Question], real: frozenset[str] = frozenset()) -> None:
        self.texts: dict[str, int] = {}
        self.variables = {code: self._variable(code, question, code in real) for code, question in known.items()}

    def _variable(self, code: str, question: Question, real: bool) -> Variable:  # noqa: FBT001
        answered = z3.Bool(f"{code}?")
        if question.kind == "choices":
            return Variable(question, answered, chosen={o: z3.Bool(f"{code}[{o}]") for o in question.codes})
        return Variable(question, answered, z3.Real(code) if real else z3.Int(code), real=real)

    def number(self, value: str | float) -> int | float:
        """Give the number that stands for a code or constant."""
        if isinstance(value, str):
            return TEXTS + self.texts.setdefault(value, len(self.texts))
        return int(value) if float(value).is_integer() else value

    def domain(self, code: str) -> Any:
        """Say that the answer is one that the question takes."""
        variable = self.variables[code]
        if variable.question.kind == "date":
            return z3.And(variable.value >= 1, variable.value <= dt.date.max.toordinal())
        if variable.chosen is not None or not variable.question.codes:
            return z3.BoolVal(val=True)
        return z3.Or([variable.value == self.number(option) for option in variable.question.codes])

    def truth(self, node: Node) -> Truth:
        """Encode a condition that :func:`analysis.surveys.logic.check` finds no fault with."""
        match node:
            case Constant():
                return Truth(z3.BoolVal(bool(node.value)), z3.BoolVal(not node.value))
            case Answered():
                answered = self.variables[node.answer.code].answered
                return Truth(answered, z3.Not(answered))
            case Denied():
                part = self.truth(node.part)
                return Truth(part.false, part.true)
            case Joined():
                parts = [self.truth(part) for part in node.parts]
                true, false = [part.true for part in parts], [part.false for part in parts]
                if node.word == "and":
                    return Truth(z3.And(true), z3.Or(false))
                return Truth(z3.Or(true), z3.And(false))
            case Compared():
                return self._compared(node)
        raise TypeError(node)

    def _compared(self, node: Compared) -> Truth:
        if node.sign in {"in", "not in"}:
            found, known = self._within(node)
            true, false = z3.And(known, found), z3.And(known, z3.Not(found))
            return Truth(true, false) if node.sign == "in" else Truth(false, true)
        left, right = self._term(node.left), self._term(node.right)
        if "date" in {left.kind, right.kind}:
            left, right = self._dated(node.left, left), self._dated(node.right, right)
        held, known = SIGNS[node.sign](left.value, right.value), z3.And(left.known, right.known)
        return Truth(z3.And(known, held), z3.And(known, z3.Not(held)))

    def _within(self, node: Compared) -> tuple[Any, Any]:
        left = self._term(node.left)
        if isinstance(node.right, Answer):
            variable = self.variables[node.right.code]
            chosen = variable.chosen or {}
            found = z3.Or([z3.And(left.value == self.number(option), held) for option, held in chosen.items()])
            return found, z3.And(left.known, variable.answered)
        members = node.right.members if isinstance(node.right, Listed) else ()
        return z3.Or([left.value == self._constant(member) for member in members]), left.known

    def _term(self, node: Node) -> Term:
        match node:
            case Constant():
                return Term(self._constant(node), z3.BoolVal(val=True), "text")
            case Answer():
                variable = self.variables[node.code]
                return Term(variable.value, variable.answered, variable.question.kind)
            case Counted():
                return self._counted(node)
        truth = self.truth(node)
        return Term(truth.true, z3.Or(truth.true, truth.false), "truth")

    def _counted(self, node: Counted) -> Term:
        first = node.parts[0]
        if isinstance(first, Answer):
            variable = self.variables[first.code]
            return Term(z3.Sum([z3.If(held, 1, 0) for held in (variable.chosen or {}).values()]), variable.answered)
        return Term(z3.Sum([z3.If(self.truth(part).true, 1, 0) for part in node.parts]), z3.BoolVal(val=True))

    def _constant(self, node: Constant) -> Any:
        if isinstance(node.value, bool):
            return z3.BoolVal(node.value)
        number = self.number(node.value)
        return z3.IntVal(number) if isinstance(number, int) else z3.RealVal(repr(number))

    def _dated(self, node: Node, term: Term) -> Term:
        if isinstance(node, Constant):
            return Term(z3.IntVal(dt.date.fromisoformat(str(node.value)).toordinal()), term.known, "date")
        return term


@dataclass(frozen=True, slots=True)
class Routes:
    """All ways through a questionnaire: an encoding, when each item and section is shown, and what always holds."""

    encoding: Encoding
    shown: dict[str, Any]
    sections: dict[str, Any]
    rules: dict[str, tuple[Any, ...]]  #: by item

    def all_rules(self) -> list[Any]:
        """Give every rule."""
        return [rule for rules in self.rules.values() for rule in rules]


def routes(survey: Survey) -> Routes:
    """Encode a questionnaire.

    Notes
    -----
    An item is shown where its section's condition and its own are true. What is not shown is not answered; answers are
    within options and limits; a mandatory item that is shown, and that knows no kind of missing, is answered; so is one
    with several options that is shown and passed. Questions that no condition asks for are left out: their answers
    decide nothing.
    """
    nodes = (*survey.sections.values(), survey.simple, *(each.condition for each in survey.asked))
    named = tuple(dict.fromkeys(answer.code for node in nodes if node is not None for answer in answers(node)))
    real = frozenset(each.code for each in survey.asked if isinstance(each.item, Numeric) and each.item.decimals)
    known = survey.questions()
    encoding = Encoding({code: known[code] for code in named}, real)
    yes = z3.BoolVal(val=True)
    sections = {name: encoding.truth(node).true if node else yes for name, node in survey.sections.items()}
    shown: dict[str, Any] = {}
    rules: dict[str, tuple[Any, ...]] = {}
    for each in survey.asked:
        own = (encoding.truth(each.condition).true,) if each.condition else ()
        around = sections[each.section.id]
        shown[each.code] = z3.And(around, *own) if own else around
        rules[each.code] = tuple(_rules(survey, each, encoding, shown[each.code]))
    return Routes(encoding, shown, sections, rules)


def _rules(survey: Survey, each: Asked, encoding: Encoding, shown: Any) -> list[Any]:
    found = []
    for code in questions(each.code, each.item, survey.bank.options(each.item)):
        if code not in encoding.variables:
            continue
        variable = encoding.variables[code]
        found += [z3.Implies(variable.answered, shown), z3.Implies(variable.answered, encoding.domain(code))]
        must = each.use.mandatory or isinstance(each.item, Multiple)
        if must and not each.item.missing and not isinstance(each.item, Matrix):
            found.append(z3.Implies(shown, variable.answered))
        found += _limits(survey, each, variable)
    return found


def _limits(survey: Survey, each: Asked, variable: Variable) -> list[Any]:
    item = each.item
    match item:
        case Numeric():
            limits: Any = (variable.value >= _exact(item.least), variable.value <= _exact(item.most))
            return [limit for limit, stated in zip(limits, (item.least, item.most), strict=True) if stated is not None]
        case Date():
            first = [] if item.earliest is None else [variable.value >= item.earliest.toordinal()]
            return [*first, *([] if item.latest is None else [variable.value <= item.latest.toordinal()])]
        case Multiple() | Ranking():
            chosen = variable.chosen or {}
            count = z3.Sum([z3.If(held, 1, 0) for held in chosen.values()])
            alone = [_key(option.code) for option in survey.bank.options(item) if getattr(option, "exclusive", False)]
            found = [z3.Implies(chosen[code], count == 1) for code in alone]
            if item.most is not None:
                found.append(count <= item.most)
            if isinstance(item, Multiple) and item.least:
                found.append(z3.Implies(variable.answered, count >= item.least))
            return [*found, *(z3.Implies(held, variable.answered) for held in chosen.values())]
    return []


def _exact(limit: float | None) -> Any:
    return z3.RealVal(repr(limit or 0.0))


def _key(code: str | int) -> str | float:
    return float(code) if isinstance(code, int) else code
