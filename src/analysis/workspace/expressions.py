"""Expressions: arithmetic of codes and numbers, read as text and never run as a program."""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.stats.arrays import Floats

#: Characters and steps that a formula may have, and years that it may look back: beyond what any definition needs.
LONGEST, MOST_STEPS, FARTHEST = 500, 60, 30
_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


@dataclass(frozen=True, slots=True)
class Part:
    """An indicator in a formula: its code, and how many years before the year it is asked for."""

    code: str
    back: int = 0

    def __str__(self) -> str:
        return f"{self.code}[-{self.back}]" if self.back else self.code


@dataclass(frozen=True, slots=True)
class Step:
    """One operation: ``+``, ``-``, ``*`` or ``/`` of two terms."""

    sign: str
    left: Term
    right: Term


Term = float | Part | Step


@dataclass(frozen=True)
class Expression:
    """A formula that was read.

    Parameters
    ----------
    root
        Its last operation, or its only part.
    """

    root: Term

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The indicators it is made of, each once, as they first stand in it."""
        return tuple(dict.fromkeys(_parts(self.root)))

    def evaluate(self, values: Mapping[Part, Floats]) -> Floats:
        """Compute it for many cases at once.

        Parameters
        ----------
        values
            Of each part, one number a case; NaN where there is none.

        Returns
        -------
        numpy.ndarray
            One number a case; NaN where a part is missing, where something is divided by zero, and where a number
            grows beyond what can be held.

        Examples
        --------
        >>> import numpy as np
        >>> ratio = read_expression("100 * passed / (pupils[-3] - left)")
        >>> ratio.evaluate({Part("passed"): np.array([90.0, 5]), Part("pupils", 3): np.array([102.0, 2]),
        ...                 Part("left"): np.array([2.0, 2])}).tolist()
        [90.0, nan]
        """
        import numpy as np

        with np.errstate(all="ignore"):
            found: Floats = np.asarray(_value(self.root, values), dtype=np.float64)
        return found

    def earlier(self, years: int) -> Expression:
        """Give the same formula of so many years before."""
        return Expression(_replaced(self.root, lambda part: Part(part.code, part.back + years)))

    def with_terms(self, terms: Mapping[str, Expression]) -> Expression:
        """Write out indicators that are formulas themselves, so that only what is observed is left.

        Raises
        ------
        ValueError
            If the years it looks back, or its steps, become too many.

        Examples
        --------
        >>> str(read_expression("rate / rate[-1]").with_terms({"rate": read_expression("a / b")}))
        'a / b / (a[-1] / b[-1])'
        """

        def written(part: Part) -> Term:
            return terms[part.code].earlier(part.back).root if part.code in terms else part

        found = Expression(_replaced(self.root, written))
        if _count(found.root) > MOST_STEPS or any(part.back > FARTHEST for part in found.parts):
            raise ValueError(f"at most {MOST_STEPS} steps and {FARTHEST} years back, once its formulas are written out")
        return found

    def __str__(self) -> str:
        return _written(self.root)


def read_expression(text: str) -> Expression:
    """Read a formula: codes, numbers, ``+ - * /``, parentheses, and ``code[-k]`` for the value ``k`` years earlier.

    Parameters
    ----------
    text
        The formula, such as ``100 * passed / (entrants[-3] - deaths)``.

    Raises
    ------
    ValueError
        With what was expected, for anything else: calls, powers, attributes, names that are no codes.

    Examples
    --------
    >>> read_expression("100 * passed / (entrants[-3] - deaths)").parts
    (Part(code='passed', back=0), Part(code='entrants', back=3), Part(code='deaths', back=0))
    >>> read_expression("pupils ** 9")
    Traceback (most recent call last):
    ...
    ValueError: codes, numbers, + - * /, parentheses and code[-k], not 'pupils ** 9'
    """
    if len(text) > LONGEST:
        raise ValueError(f"a formula of at most {LONGEST} characters")
    try:
        with warnings.catch_warnings(action="ignore"):
            body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError("arithmetic of codes and numbers, with its parentheses closed") from None
    if sum(1 for _ in ast.walk(body)) > 6 * MOST_STEPS:
        raise ValueError(f"at most {MOST_STEPS} steps")
    found = Expression(_term(body, text.strip()))
    if not found.parts:
        raise ValueError("the code of at least one indicator")
    if _count(found.root) > MOST_STEPS:
        raise ValueError(f"at most {MOST_STEPS} steps")
    return found


def _term(node: ast.expr, text: str) -> Term:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
            return Step(_SIGNS[type(op)], _term(left, text), _term(right, text))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _term(operand, text)
            return -inner if isinstance(inner, float) else Step("*", -1.0, inner)
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _number(value)
        case ast.Name(id=code) if _is_code(code, node, text):
            return Part(code)
        case ast.Subscript(
            value=ast.Name(id=code) as name, slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as back))
        ) if _is_code(code, name, text) and not isinstance(back, bool):
            if not 1 <= back <= FARTHEST:
                raise ValueError(f"code[-k] with k from 1 to {FARTHEST}")
            return Part(code, back)
    raise ValueError(f"codes, numbers, + - * /, parentheses and code[-k], not {ast.get_source_segment(text, node)!r}")


def _is_code(code: str, node: ast.expr, text: str) -> bool:
    # The parser folds look-alike letters into plain ones; the code must stand in the text as it is.
    return bool(_CODE.fullmatch(code)) and ast.get_source_segment(text, node) == code


def _number(value: float) -> float:
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise ValueError("numbers that can be held")
    return found


def _parts(term: Term) -> Iterator[Part]:
    if isinstance(term, Part):
        yield term
    elif isinstance(term, Step):
        yield from _parts(term.left)
        yield from _parts(term.right)


def _count(term: Term) -> int:
    return 1 + _count(term.left) + _count(term.right) if isinstance(term, Step) else 0


def _replaced(term: Term, by: Callable[[Part], Term]) -> Term:
    if isinstance(term, Part):
        return by(term)
    if isinstance(term, Step):
        return Step(term.sign, _replaced(term.left, by), _replaced(term.right, by))
    return term


def _value(term: Term, values: Mapping[Part, Floats]) -> Any:
    import numpy as np

    if isinstance(term, Part):
        return values[term]
    if not isinstance(term, Step):
        return np.float64(term)
    left, right = _value(term.left, values), _value(term.right, values)
    found = _OPERATIONS[term.sign](left, right)
    # What was divided by zero stays unknown, whatever is done with it afterwards.
    return np.where(np.isfinite(found), found, np.nan)


_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2}


def _written(term: Term) -> str:
    """Write a term with the parentheses that it needs to be read as it is."""
    if not isinstance(term, Step):
        return str(term) if isinstance(term, Part) else f"{term:g}"
    left, right = _written(term.left), _written(term.right)
    if isinstance(term.left, Step) and _BINDS[term.left.sign] < _BINDS[term.sign]:
        left = f"({left})"
    if isinstance(term.right, Step) and _BINDS[term.right.sign] <= _BINDS[term.sign]:
        right = f"({right})"
    return f"{left} {term.sign} {right}"
