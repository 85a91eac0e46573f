"""Conditions for forms that know only true and false: the same routes as with three truth values.

Every comparison is guarded by its questions being answered, and what is denied is turned inside out, so that a
condition is true here exactly where it is true with :func:`analysis.surveys.logic.holds`; unknown becomes false.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

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
)
from analysis.surveys.items import Missing, Multiple
from analysis.surveys.logic import Question
from analysis.surveys.survey import Asked, Survey

#: The codes that kinds of missing are kept under, where a question has options.
MISSING: dict[Missing, str] = {"dont_know": "DK", "refused": "RF", "not_applicable": "NA"}
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in"}
TRUE, FALSE = Constant(value=True), Constant(value=False)


@dataclass(frozen=True)
class Decided:
    """A questionnaire's conditions, decided."""

    survey: Survey

    @cached_property
    def questions(self) -> dict[str, Question]:
        """What may be asked for."""
        return self.survey.questions()

    @cached_property
    def asked(self) -> dict[str, Asked]:
        """The items, by code."""
        return {each.code: each for each in self.survey.asked}

    def section(self, name: str) -> Node:
        """Give the condition of a section; true if it has none."""
        node = self.survey.sections[name]
        return TRUE if node is None else self.true(node)

    def item(self, code: str) -> Node:
        """Give the condition of an item, without its section's; true if it has none."""
        node = self.asked[code].condition
        return TRUE if node is None else self.true(node)

    def shown(self, code: str) -> Node:
        """Give the whole condition of an item."""
        return joined("and", [self.section(self.asked[code].section.id), self.item(code)])

    def true(self, node: Node) -> Node:
        """Say in two truth values where a condition is true."""
        match node:
            case Constant():
                return node
            case Answered():
                return self.answered(node.answer.code)
            case Denied():
                return self.false(node.part)
            case Joined():
                return joined(node.word, [self.true(part) for part in node.parts])
            case Compared():
                return self._compared(node, node.sign)
        raise TypeError(node)

    def false(self, node: Node) -> Node:
        """Say in two truth values where a condition is false, and not unknown."""
        match node:
            case Constant():
                return Constant(value=not node.value)
            case Answered():
                return denied(self.answered(node.answer.code))
            case Denied():
                return self.true(node.part)
            case Joined():
                return joined("or" if node.word == "and" else "and", [self.false(part) for part in node.parts])
            case Compared():
                return self._compared(node, OPPOSITE[node.sign])
        raise TypeError(node)

    def answered(self, code: str) -> Node:
        """Say where a question is answered: not by a kind of missing; one with several options where it is shown."""
        item = self.asked[code.split(".", maxsplit=1)[0]].item
        codes = tuple(Constant(MISSING[kind]) for kind in item.missing)
        if isinstance(item, Multiple):
            chosen = [denied(Compared(missing, "in", Answer(code))) for missing in codes]
            return joined("and", [self.shown(code), *chosen])
        if codes and self.questions[code].kind in {"choice", "choices"}:
            if self.questions[code].kind == "choices":
                kept: list[Node] = [Compared(missing, "not in", Answer(code)) for missing in codes]
            else:
                kept = [Compared(Answer(code), "not in", Listed(codes))]
            return joined("and", [Answered(Answer(code)), *kept])
        return Answered(Answer(code))

    def kind(self, node: Node) -> str:
        """Give the kind of the question whose answer a node is; empty for anything else."""
        return self.questions[node.code].kind if isinstance(node, Answer) else ""

    def _compared(self, node: Compared, sign: str) -> Node:
        if is_truth(node.left) or is_truth(node.right):
            # Two conditions compared: equal where both are true or both false.
            same = sign == "=="
            left, right = (self.true(node.left), self.false(node.left)), (self.true(node.right), self.false(node.right))
            both = joined("and", [left[0], right[0 if same else 1]])
            return joined("or", [both, joined("and", [left[1], right[1 if same else 0]])])
        sides = [self._side(side) for side in (node.left, node.right)]
        guards = [self.answered(answer.code) for side in (node.left, node.right) for answer in _named(side)]
        return joined("and", [*guards, Compared(sides[0], sign, sides[1])])

    def _side(self, side: Node) -> Node:
        if isinstance(side, Counted) and not isinstance(side.parts[0], Answer):
            return Counted(tuple(self.true(part) for part in side.parts))
        return side


def is_truth(node: Node) -> bool:
    """Tell whether a node is true or false, and not a value."""
    return isinstance(node, Answered | Denied | Joined | Compared) or (
        isinstance(node, Constant) and isinstance(node.value, bool)
    )


def _named(side: Node) -> list[Answer]:
    """Give the questions that must be answered for a side to be known."""
    if isinstance(side, Answer):
        return [side]
    if isinstance(side, Counted) and isinstance(side.parts[0], Answer):
        return [side.parts[0]]
    return []


def joined(word: str, parts: list[Node]) -> Node:
    """Join parts, without those that decide nothing and without doubles."""
    neutral, decisive = (TRUE, FALSE) if word == "and" else (FALSE, TRUE)
    found: list[Node] = []
    for part in parts:
        inner = part.parts if isinstance(part, Joined) and part.word == word else (part,)
        for each in inner:
            if _truth(each) is decisive.value:
                return decisive
            if _truth(each) is not neutral.value and each not in found:
                found.append(each)
    if not found:
        return neutral
    return found[0] if len(found) == 1 else Joined("and" if word == "and" else "or", tuple(found))


def _truth(node: Node) -> bool | None:
    return node.value if isinstance(node, Constant) and isinstance(node.value, bool) else None


def denied(node: Node) -> Node:
    """Say the contrary of a condition of two truth values."""
    truth = _truth(node)
    if truth is not None:
        return Constant(value=not truth)
    match node:
        case Denied():
            return node.part
        case Joined():
            return joined("or" if node.word == "and" else "and", [denied(part) for part in node.parts])
        case Compared():
            return Compared(node.left, OPPOSITE[node.sign], node.right)
    return Denied(node)
