"""The language of conditions: text such as ``stage == "junior" and answered(q3)`` read into a tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

#: What a condition may compare with, and the words that are no names.
COMPARISONS = ("==", "!=", "<=", ">=", "<", ">", "in", "not in")
FUNCTIONS = ("answered", "count")
WORDS = frozenset({"and", "or", "not", "in", "true", "false", *FUNCTIONS})
#: Conditions deeper than this are no conditions that anybody can read.
DEEPEST = 40
TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"[^"\n]*"|'[^'\n]*')|(?P<name>[A-Za-z_][\w]*(?:\.[A-Za-z_][\w]*)?)"""
    r"""|(?P<sign>==|!=|<=|>=|[<>()\[\],-]))"""
)


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text or a truth that the condition states."""

    value: float | str | bool
    at: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, by its code; ``code.row`` for a row of a matrix."""

    code: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """Values to be found in: ``["junior", "senior"]``."""

    members: tuple[Constant, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sides and how they are compared."""

    left: Node
    sign: str
    right: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions that must all hold, or one of which must."""

    word: Literal["and", "or"]
    parts: tuple[Node, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Denied:
    """A condition that must not hold."""

    part: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """Whether a question was answered: always true or false."""

    answer: Answer
    at: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """How many options of a question were chosen, or how many of several conditions hold."""

    parts: tuple[Node, ...]
    at: int = 0


Node = Constant | Answer | Listed | Compared | Joined | Denied | Answered | Counted


class ExpressionError(ValueError):
    """A condition that can't be read: what was found, what was expected, and at which character (from 1)."""

    def __init__(self, found: str, expected: str, at: int, hint: str = "") -> None:
        self.found, self.expected, self.at, self.hint = found, expected, at + 1, hint
        super().__init__(f"character {self.at}: found {found}; expected {expected}")


def parse(text: str) -> Node:
    """Read a condition.

    Parameters
    ----------
    text
        The condition. ``or`` binds least, then ``and``, ``not``, comparisons.

    Returns
    -------
    Node
        The tree. Nothing of the text is ever executed.

    Raises
    ------
    ExpressionError
        With the place and what was expected there.

    Examples
    --------
    >>> to_text(parse('stage=="junior"  and not (q3 < 4 or "art" in clubs)'))
    'stage == "junior" and not (q3 < 4 or "art" in clubs)'
    >>> parse("1 < q2 < 5")
    Traceback (most recent call last):
    analysis.surveys.expressions.ExpressionError: character 8: found a second comparison; expected one comparison
    """
    return _Parser(text).whole()


def to_text(node: Node) -> str:
    """Write a tree as a condition, with the fewest brackets; :func:`parse` reads the same tree from it."""
    return _written(node, 0)


def answers(node: Node) -> Iterator[Answer]:
    """Give every answer that a condition asks for, in the order of the text."""
    match node:
        case Answer():
            yield node
        case Compared():
            yield from answers(node.left)
            yield from answers(node.right)
        case Joined() | Counted():
            for part in node.parts:
                yield from answers(part)
        case Denied():
            yield from answers(node.part)
        case Answered():
            yield node.answer


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


class _Parser:
    """A reader of tokens, one rule a method."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.place = 0
        self.deep = 0

    @property
    def now(self) -> _Token:
        return self.tokens[self.place]

    def whole(self) -> Node:
        if self.now.kind == "end":
            raise self.fault("nothing", "a condition")
        node = self.either()
        if self.now.kind != "end":
            raise self.fault(repr(self.now.text), "and, or, or the end", hint=_meant(self.now.text))
        return node

    def either(self) -> Node:
        return self.joined("or", self.every)

    def every(self) -> Node:
        return self.joined("and", self.denied)

    def joined(self, word: Literal["and", "or"], rule: object) -> Node:
        at, parts = self.now.at, [self.rule(rule)]
        while self.takes("name", word):
            parts.append(self.rule(rule))
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts), at)

    def rule(self, rule: object) -> Node:
        self.deep += 1
        if self.deep > 3 * DEEPEST:
            raise self.fault(f"more than {DEEPEST} levels of brackets", "a condition that can be read")
        node: Node = rule()  # type: ignore[operator]
        self.deep -= 1
        return node

    def denied(self) -> Node:
        at = self.now.at
        if self.takes("name", "not"):
            return Denied(self.rule(self.denied), at)
        return self.compared()

    def compared(self) -> Node:
        at, left = self.now.at, self.value()
        sign = self.sign()
        if not sign:
            return left
        node = Compared(left, sign, self.value(), at)
        if self.sign():
            self.place -= 1
            raise self.fault("a second comparison", "one comparison", hint="join two with and")
        return node

    def sign(self) -> str:
        if self.now.kind == "sign" and self.now.text in COMPARISONS:
            return self.advance().text
        if self.takes("name", "in"):
            return "in"
        if self.now.text == "not" and self.tokens[self.place + 1].text == "in":
            self.place += 2
            return "not in"
        return ""

    def value(self) -> Node:
        token = self.now
        if token.kind == "number" or token.text == "-":
            return self.constant()
        if token.kind == "text" or token.text in {"true", "false"}:
            return self.constant()
        if self.takes("sign", "("):
            node = self.rule(self.either)
            self.must(")")
            return node
        if self.takes("sign", "["):
            values = []
            while not self.takes("sign", "]"):
                values.append(self.constant())
                if not self.takes("sign", ","):
                    self.must("]")
                    break
            return Listed(tuple(values), token.at)
        if token.text in FUNCTIONS:
            return self.called()
        if token.kind == "name" and token.text not in WORDS:
            return Answer(self.advance().text, token.at)
        raise self.fault(repr(token.text) if token.text else "the end", "a question, a number, a text or (")

    def called(self) -> Node:
        token = self.advance()
        self.must("(")
        parts = [self.rule(self.either)]
        while self.takes("sign", ","):
            parts.append(self.rule(self.either))
        self.must(")")
        if token.text == "count":
            return Counted(tuple(parts), token.at)
        if len(parts) != 1 or not isinstance(parts[0], Answer):
            raise ExpressionError("answered of something else", "one question", token.at, "write answered(q3)")
        return Answered(parts[0], token.at)

    def constant(self) -> Constant:
        token = self.advance()
        if token.text == "-" and self.now.kind == "number":
            return Constant(-float(self.advance().text), token.at)
        if token.kind == "number":
            return Constant(float(token.text), token.at)
        if token.kind == "text":
            return Constant(token.text[1:-1], token.at)
        if token.text in {"true", "false"}:
            return Constant(token.text == "true", token.at)
        self.place -= 1
        raise self.fault(repr(token.text) if token.text else "the end", "a number or a text in quotes")

    def advance(self) -> _Token:
        token = self.now
        self.place += 1
        return token

    def takes(self, kind: str, text: str) -> bool:
        found = self.now.kind == kind and self.now.text == text
        self.place += found
        return found

    def must(self, text: str) -> None:
        if not self.takes("sign", text):
            raise self.fault(repr(self.now.text) if self.now.text else "the end", repr(text))

    def fault(self, found: str, expected: str, hint: str = "") -> ExpressionError:
        return ExpressionError(found, expected, self.now.at, hint)


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while place < len(text.rstrip()):
        match = TOKEN.match(text, place)
        if match is None:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            raise ExpressionError(repr(text[at]), "a name, a number, a text in quotes or a sign", at, _meant(text[at]))
        kind = str(match.lastgroup)
        yield _Token(kind, match[kind], match.start(kind))
        place = match.end()
    yield _Token("end", "", len(text))


def _meant(text: str) -> str:
    """Say what somebody who writes another language probably means."""
    others = {"=": "==", "&": "and", "|": "or", "!": "not, or !=", "“": 'straight quotes "', "”": 'straight quotes "',
              "（": "(", "）": ")", "，": ",", "且": "and", "或": "or"}  # fmt: skip
    return f"write {others[text[0]]}" if text[:1] in others else ""


def _written(node: Node, place: int) -> str:
    match node:
        case Constant(value=bool() as value):
            return "true" if value else "false"
        case Constant(value=str() as value):
            return f"'{value}'" if '"' in value else f'"{value}"'
        case Constant(value=value):
            return f"{value:.15g}"
        case Answer():
            return node.code
        case Listed():
            return f"[{', '.join(_written(value, 0) for value in node.members)}]"
        case Answered():
            return f"answered({node.answer.code})"
        case Counted():
            return f"count({', '.join(_written(part, 0) for part in node.parts)})"
        case Compared():
            binds, text = 4, f"{_written(node.left, 5)} {node.sign} {_written(node.right, 5)}"
        case Denied():
            binds, text = 3, f"not {_written(node.part, 3)}"
        case Joined():
            binds = 1 if node.word == "or" else 2
            text = f" {node.word} ".join(_written(part, binds + 1) for part in node.parts)
    return f"({text})" if binds < place else text
