"""LimeSurvey's relevance equations read into our conditions."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from analysis.surveys.decided import MISSING, OPPOSITE, joined
from analysis.surveys.expressions import (
    DEEPEST,
    Answer,
    Answered,
    Compared,
    Constant,
    Counted,
    Denied,
    Joined,
    Listed,
    Node,
    to_text,
)

TOKEN = re.compile(
    r"""\s*(?:(?P<name>(?:[A-Za-z_]\w*|\d+X\d+X\d+\w*)(?:\.\w+)?)|(?P<number>\d+(?:\.\d+)?)|(?P<text>"[^"]*"|'[^']*')"""
    r"""|(?P<sign>==|!=|<=|>=|&&|\|\||[<>()!,-]))"""
)
WORDS = {"&&": "and", "||": "or", "!": "not", "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
KINDS = frozenset(MISSING.values())
SIGNS = ("==", "!=", "<=", ">=", "<", ">")
SIGN_OF: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
#: What a name may end in without meaning anything else than the answer.
ENDINGS = re.compile(r"\.(NAOK|code|value|valueNAOK)$")


class UnplacedError(ValueError):
    """An equation that our conditions can't say."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a name of LimeSurvey's stands for: an answer, an option that was chosen, or a rank."""

    code: str
    option: str = ""  #: of a question with several options
    rank: int = 0
    day: bool = False
    kinds: frozenset[str] = KINDS  #: codes that say why there is no answer


def condition_of(equation: str, names: Mapping[str, Name]) -> str:
    """Read a relevance equation as a condition.

    Parameters
    ----------
    equation
        LimeSurvey's text.
    names
        What its names stand for.

    Returns
    -------
    str
        A condition; empty if the equation is always true.

    Raises
    ------
    UnplacedError
        If it uses what our conditions have not: arithmetic, other functions, names that are not questions.

    Examples
    --------
    >>> names = {"age": Name("age"), "clubs_art": Name("clubs", "art")}
    >>> condition_of("((age.NAOK >= 12)) and clubs_art.NAOK == 'Y'", names)
    'age >= 12 and "art" in clubs'
    """
    text = equation.strip()
    if text in {"", "1"}:
        return ""
    return written(Reader(text, names).whole())


def written(node: Node) -> str:
    """Write what was read as a condition of ours; empty if it is always true."""
    found = _simple(_exact(node))
    return "" if found == Constant(value=True) else to_text(found)


class Reader:
    """Reads tokens, one rule a method."""

    token: ClassVar[re.Pattern[str]] = TOKEN
    words: ClassVar[dict[str, str]] = WORDS

    def __init__(self, text: str, names: Mapping[str, Name]) -> None:
        self.tokens = [*_tokens(text, self.token), ("end", "")]
        self.names, self.place, self.deep = names, 0, 0

    @property
    def now(self) -> str:
        return self.words.get(self.tokens[self.place][1], self.tokens[self.place][1])

    def takes(self, text: str) -> bool:
        found = self.now == text and self.tokens[self.place][0] != "text"
        self.place += found
        return found

    def must(self, text: str) -> None:
        if not self.takes(text):
            raise UnplacedError(f"{self.now or 'the end'!r} where {text!r} is expected")

    def whole(self) -> Node:
        node = self.joined("or")
        if self.tokens[self.place][0] != "end":
            raise UnplacedError(f"{self.now!r}")
        return _truth(node)

    def joined(self, word: str) -> Any:
        self.deep += 1
        if self.deep > 2 * DEEPEST:
            raise UnplacedError(f"more than {DEEPEST} levels of brackets")
        parts = [self.part(word)]
        while self.takes(word):
            parts.append(self.part(word))
        self.deep -= 1
        return parts[0] if len(parts) == 1 else Joined("and" if word == "and" else "or", tuple(map(_truth, parts)))

    def part(self, word: str) -> Any:
        return self.joined("and") if word == "or" else self.denied()

    def denied(self) -> Any:
        times = 0
        while self.takes("not"):
            times += 1
        found = self.compared()
        if not times:
            return found
        return Denied(_truth(found)) if times % 2 else Denied(Denied(_truth(found)))

    def compared(self) -> Any:
        left = self.value()
        sign = self.now
        if sign not in SIGNS or self.tokens[self.place][0] == "text":
            return left
        self.place += 1
        return _comparison(left, sign, self.value())

    def value(self) -> Any:
        kind, text = self.tokens[self.place]
        if self.takes("("):
            node = self.joined("or")
            self.must(")")
            return node
        self.place += 1
        if kind == "number":
            return Constant(float(text))
        if kind == "text":
            return Constant(text[1:-1])
        if text == "-" and self.tokens[self.place][0] == "number":
            self.place += 1
            return Constant(-float(self.tokens[self.place - 1][1]))
        if kind == "name" and self.now == "(":
            return self.called(text)
        if kind == "name":
            return self.named(text)
        raise UnplacedError(f"{text or 'the end'!r}")

    def named(self, text: str) -> Name:
        name = ENDINGS.sub("", text)
        if name not in self.names:
            raise UnplacedError(f"{text!r} is no question")
        return self.names[name]

    def called(self, function: str) -> Any:
        self.must("(")
        parts = [self.joined("or")]
        while self.takes(","):
            parts.append(self.joined("or"))
        self.must(")")
        match function, parts:
            case "is_empty", [Name() as name] if not name.option:
                return Denied(Answered(Answer(name.code)))
            case "count", [Name(), *_] if len({part.code for part in parts if isinstance(part, Name)}) == 1:
                return Counted((Answer(parts[0].code),))
            case "substr", [Name() as name, Constant(value=0.0), Constant(value=10.0)]:
                return name
            case "sum", _ if all(isinstance(part, Counted) for part in parts):
                return Counted(tuple(node for part in parts for node in part.parts))
            case "if", [condition, Constant(value=1.0), Constant(value=0.0)]:
                return Counted((_truth(condition),))
        raise UnplacedError(f"the function {function}")


def _tokens(text: str, token: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text.rstrip()):
        match = token.match(text, place)
        if match is None:
            raise UnplacedError(f"{text[place : place + 10]!r}")
        yield str(match.lastgroup), match[str(match.lastgroup)]
        place = match.end()


def _comparison(left: Any, sign: str, right: Any) -> Node:
    name = left if isinstance(left, Name) else right if isinstance(right, Name) else None
    other = right if name is left else left
    if name is not None and isinstance(other, Constant):
        if name.day and isinstance(other.value, float):
            other = Constant(re.sub(r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3", f"{other.value:.0f}"))
            left, right = (name, other) if left is name else (other, name)
        if name.option in name.kinds:  # ticked where there is no answer
            answered = Answered(Answer(name.code))
            return answered if (sign == "==") != (other.value == "Y") else Denied(answered)
        if other.value in name.kinds:  # no answer: comparing it is never true
            return Constant(sign not in {"==", ">=", "<=", "<", ">"})
        if name.option and other.value in {"Y", ""} and sign in {"==", "!="}:
            chosen = (other.value == "Y") == (sign == "==")
            return Compared(Constant(name.option), "in" if chosen else "not in", Answer(name.code))
        if name.rank and sign == "==":
            return Compared(other, "in", Answer(name.code))
        if other.value == "" and sign in {"==", "!="} and not name.option:
            answered = Answered(Answer(name.code))
            return answered if sign == "!=" else Denied(answered)
    if isinstance(name, Name) and (name.option or name.rank):
        raise UnplacedError(f"{name.code} compared with something else than Y")
    sides = [Answer(side.code) if isinstance(side, Name) else side for side in (left, right)]
    if not all(isinstance(side, Answer | Constant | Counted) for side in sides):
        raise UnplacedError("a comparison of conditions")
    return Compared(sides[0], sign, sides[1])


def _truth(node: Any) -> Node:
    """Take what stands where a condition must."""
    if isinstance(node, Constant) and node.value in {0.0, 1.0}:
        return Constant(bool(node.value))
    if isinstance(node, Name):
        if node.option:
            return Compared(Constant(node.option), "in", Answer(node.code))
        raise UnplacedError(f"{node.code} alone")
    if isinstance(node, Constant | Counted):
        raise UnplacedError("a value where a condition must stand")
    found: Node = node
    return found


def _exact(node: Node, *, denied: bool = False) -> Node:
    """Say with three truth values what is true with two, where no answer is a value like any other.

    There "is not 3" is true of who gave no answer, and so is the contrary of "is 3"; with three it is unknown.
    """
    match node:
        case Denied():
            return _exact(node.part, denied=not denied)
        case Joined():
            word = node.word if not denied else ("or" if node.word == "and" else "and")
            return joined(word, [_exact(part, denied=denied) for part in node.parts])
        case Constant():
            return Constant(bool(node.value) is not denied)
        case Compared():
            left, right = (_counted(side) for side in (node.left, node.right))
            found = Compared(left, OPPOSITE[node.sign] if denied else node.sign, right)
            codes = {side.code for side in map(_asked, (left, right)) if side is not None}
            if len(codes) == 1 and _of_none(node) is not denied:
                return Joined("or", (Denied(Answered(Answer(codes.pop()))), found))
            return found
    return Denied(node) if denied else node


def _counted(side: Node) -> Node:
    """Make the conditions exact that are counted."""
    if isinstance(side, Counted) and not isinstance(side.parts[0], Answer):
        return Counted(tuple(_exact(part) for part in side.parts))
    return side


def _asked(side: Node) -> Answer | None:
    """Give the question whose answer, or number of answers, is compared."""
    inner = side.parts[0] if isinstance(side, Counted) else side
    return inner if isinstance(inner, Answer) else None


def _of_none(node: Compared) -> bool:
    """Tell what a comparison says of who gave no answer: unequal to everything, or 0 where answers are counted."""
    for one, other, turned in ((node.left, node.right, False), (node.right, node.left, True)):
        if isinstance(one, Counted) and isinstance(other, Constant) and isinstance(other.value, float):
            sides = (other.value, 0.0) if turned else (0.0, other.value)
            return bool(SIGN_OF[node.sign](*sides)) if node.sign in SIGN_OF else False
    return node.sign in {"!=", "not in"}


def _simple(node: Node) -> Node:
    """Leave out what our three truth values say by themselves: that what is compared was answered."""
    match node:
        case Joined(word="or"):
            return _listed(joined("or", [_simple(part) for part in node.parts]))
        case Joined():
            return _every(joined("and", [_simple(part) for part in node.parts]))
    return node


def _every(whole: Node) -> Node:
    """Leave out of parts that must all hold what the other parts say already."""
    parts = whole.parts if isinstance(whole, Joined) and whole.word == "and" else (whole,)
    answered = {part.answer.code for part in parts if isinstance(part, Answered)} | _compared(parts)
    parts = tuple(_without(part, answered) for part in parts)
    compared = _compared(parts)
    parts = tuple(part for part in parts if not (isinstance(part, Answered) and part.answer.code in compared))
    unequal: dict[str, list[Constant]] = {}
    for part in parts:
        match part:
            case Compared(left=Answer() as answer, sign="!=", right=Constant() as value):
                unequal.setdefault(answer.code, []).append(value)
    found: list[Node] = []
    for part in parts:
        match part:
            case Compared(left=Answer() as answer, sign="!=", right=Constant()) if len(unequal[answer.code]) > 1:
                found.append(Compared(Answer(answer.code), "not in", Listed(tuple(unequal[answer.code]))))
            case _:
                found.append(part)
    return joined("and", found)


def _compared(parts: tuple[Node, ...]) -> set[str]:
    """Give the questions that must be answered for parts to be true, since they are compared."""
    sides = [side for part in parts if isinstance(part, Compared) for side in (part.left, part.right)]
    return {side.code for side in sides if isinstance(side, Answer)}


def _without(part: Node, answered: set[str]) -> Node:
    """Leave out of alternatives that there is no answer, where there must be one."""
    if not (isinstance(part, Joined) and part.word == "or"):
        return part
    kept = [
        each
        for each in part.parts
        if not (isinstance(each, Denied) and isinstance(each.part, Answered) and each.part.answer.code in answered)
    ]
    return _listed(joined("or", kept))


def _listed(node: Node) -> Node:
    """Write that an answer is one of several as a list."""
    if not isinstance(node, Joined):
        return node
    values = []
    for part in node.parts:
        match part:
            case Compared(left=Answer() as answer, sign="==", right=Constant() as value):
                values.append((answer.code, value))
    if len(values) < len(node.parts) or len({code for code, _ in values}) > 1:
        return node
    return Compared(Answer(values[0][0]), "in", Listed(tuple(value for _, value in values)))
