"""XLSForm's expressions read into our conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from analysis.surveys.expressions import Answer, Answered, Compared, Constant, Counted, Denied, Node
from analysis.surveys.formats.lss.equations import Name, Reader, UnplacedError, written

#: Quotes as programs for letters write them.
STRAIGHT = str.maketrans("‘’“”", "''\"\"")
TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"[^"]*"|'[^']*')|(?P<question>\$\{\s*\w+\s*\})"""
    r"""|(?P<name>[A-Za-z_][\w-]*)|(?P<sign>!=|<=|>=|[=<>()+,-]))"""
)


def condition_of(expression: str, names: Mapping[str, Name]) -> str:
    """Read an expression as a condition.

    Parameters
    ----------
    expression
        XLSForm's text.
    names
        What its questions are.

    Raises
    ------
    UnplacedError
        If it uses what our conditions have not.

    Examples
    --------
    >>> condition_of("${age} >= 12 and selected(${clubs}, 'art')", {"age": Name("age"), "clubs": Name("clubs")})
    'age >= 12 and "art" in clubs'
    """
    text = expression.strip().translate(STRAIGHT)
    return written(_XPath(text, names).whole()) if text else ""


class _XPath(Reader):
    """The rules that XPath has otherwise: = for equal, functions for everything else."""

    token: ClassVar[re.Pattern[str]] = TOKEN
    words: ClassVar[dict[str, str]] = {"=": "=="}

    def part(self, word: str) -> Any:
        return self.joined("and") if word == "or" else self.compared()

    def value(self) -> Any:
        left = self.single()
        while self.now in {"+", "-"} and self.tokens[self.place][0] == "sign":
            sign, self.place = self.now, self.place + 1
            right = self.single()
            if not isinstance(left, Counted) or not isinstance(right, Counted):
                raise UnplacedError("arithmetic")
            if sign == "+":
                left = Counted((*left.parts, *right.parts))
            elif not all(_no_answer(part) for part in right.parts):
                raise UnplacedError("arithmetic")
        return left

    def single(self) -> Any:
        kind, text = self.tokens[self.place]
        if kind == "question":
            self.place += 1
            return self.named(text[2:-1].strip())
        return super().value()

    def called(self, function: str) -> Any:
        self.must("(")
        parts = [] if self.now == ")" else [self.joined("or")]
        while self.takes(","):
            parts.append(self.joined("or"))
        self.must(")")
        match function, parts:
            case "true" | "false", []:
                return Constant(value=function == "true")
            case "not", [part]:
                return Denied(_condition(part))
            case "selected", [Name() as name, Constant(value=str() as option)]:
                if option in name.kinds:
                    return Denied(Answered(Answer(name.code)))
                return Compared(Constant(option), "in", Answer(name.code))
            case "count-selected", [Name() as name]:
                return Counted((Answer(name.code),))
            case "translate", [Name() as name, Constant(value="-"), Constant(value="")]:
                return replace(name, day=True)
            case "number" | "int", [Name() | Constant() as value]:
                return value
            case "number" | "int", [part]:
                return Counted((_condition(part),))
            case "date", [Constant(value=str()) as day]:
                return day
        raise UnplacedError(f"the function {function}")


def _condition(part: Any) -> Node:
    if isinstance(part, Name | Counted) or (isinstance(part, Constant) and not isinstance(part.value, bool)):
        raise UnplacedError("a value where a condition must stand")
    found: Node = part
    return found


def _no_answer(part: Node) -> bool:
    return isinstance(part, Denied) and isinstance(part.part, Answered)
