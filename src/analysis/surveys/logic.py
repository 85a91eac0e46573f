"""Conditions held to the questions, and evaluated with three truth values: unanswered makes unknown."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import isnan
from typing import TYPE_CHECKING, Any, Literal

from analysis.surveys.expressions import (
    Answer,
    Answered,
    Compared,
    Constant,
    Counted,
    Denied,
    ExpressionError,
    Joined,
    Listed,
    Node,
)

if TYPE_CHECKING:
    import pandas as pd

#: What an answer is: a number, one code, several codes, a text, or a date (written 2025-03-01, which sorts as text).
Kind = Literal["number", "choice", "choices", "text", "date"]
ORDERED = ("<", "<=", ">", ">=")
SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What a condition must know of a question."""

    kind: Kind
    codes: tuple[str | float, ...] = ()  #: of its options


def check(node: Node, questions: Mapping[str, Question]) -> list[ExpressionError]:
    """Hold a condition to the questions that it asks for.

    Parameters
    ----------
    node
        The condition.
    questions
        By code, those that come before the condition; ``code.row`` for rows of a matrix.

    Returns
    -------
    list of ExpressionError
        Every fault: unknown questions (with the nearest code), options that there are not, sides that can't be
        compared, values where a condition is needed.

    Examples
    --------
    >>> from analysis.surveys.expressions import parse
    >>> questions = {"stage": Question("choice", ("primary", "junior")), "age": Question("number")}
    >>> [str(fault) for fault in check(parse('stage == "junor" and agee > 9'), questions)]
    ['character 10: found the option "junor"; expected one of primary, junior',
     'character 22: found the question agee; expected one that comes before']
    """
    faults: list[ExpressionError] = []
    kind = _kind(node, questions, faults)
    if kind not in {"truth", ""}:
        faults.append(ExpressionError(f"a {kind}", "a condition", node.at, "compare it with something"))
    return sorted(faults, key=lambda fault: fault.at)


def holds(node: Node, given: Mapping[str, Any]) -> bool | None:
    """Tell whether a condition holds for one respondent: True, False, or None where that is unknown.

    Parameters
    ----------
    node
        A condition that :func:`check` finds no fault with.
    given
        Answers by code: numbers, texts, and collections of codes where several may be chosen. None, or no such code, is
        unanswered.

    Notes
    -----
    Kleene's strong logic: ``and`` is false where one part is false, else unknown where one is unknown; ``or`` is true
    where one part is true, else unknown where one is; ``not`` of unknown is unknown. A comparison with an unanswered
    question is unknown. ``answered`` and ``count`` of conditions are always known. Only what is true is shown.

    Examples
    --------
    >>> from analysis.surveys.expressions import parse
    >>> condition = parse('stage == "junior" and age > 12')
    >>> [holds(condition, a) for a in ({"stage": "junior", "age": 13}, {"stage": "primary"}, {"stage": "junior"})]
    [True, False, None]
    """
    found = _value(node, given)
    return None if found is None else bool(found)


def holds_in(node: Node, frame: pd.DataFrame) -> pd.Series[bool]:
    """Tell for every row of a frame whether a condition holds, as nullable truths.

    Parameters
    ----------
    node
        A condition that :func:`check` finds no fault with.
    frame
        One column a question, one row a respondent; missing is unanswered. Where several options may be chosen, one
        column an option, ``code[option]``, of truths, missing in all where the question was not answered; of a ranking
        one a rank, ``code[1]``, of codes.

    Notes
    -----
    pandas' nullable booleans have the same logic as :func:`holds`.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.surveys.expressions import parse
    >>> holds_in(parse("age > 12 or age < 7"), pd.DataFrame({"age": [13, 8, None]})).tolist()
    [True, False, <NA>]
    """
    import pandas as pd

    found = _column(node, frame)
    if isinstance(found, bool):
        found = pd.Series(found, index=frame.index)
    result: pd.Series[bool] = found.astype("boolean")
    return result


def _kind(node: Node, questions: Mapping[str, Question], faults: list[ExpressionError]) -> str:
    """Give what a node is: truth, number, text, choice, choices, date, list; nothing where it is unknown."""
    match node:
        case Constant(value=bool()):
            return "truth"
        case Constant(value=str()):
            return "text"
        case Constant():
            return "number"
        case Listed():
            return "list"
        case Answer():
            return questions[node.code].kind if node.code in questions else _unknown(node, questions, faults)
        case Answered():
            _kind(node.answer, questions, faults)
            return "truth"
        case Counted():
            _counted(node, questions, faults)
            return "number"
        case Denied():
            _truths((node.part,), questions, faults)
            return "truth"
        case Joined():
            _truths(node.parts, questions, faults)
            return "truth"
        case Compared():
            _compared(node, questions, faults)
            return "truth"


def _unknown(node: Answer, questions: Mapping[str, Question], faults: list[ExpressionError]) -> str:
    near = get_close_matches(node.code, questions, n=1)
    hint = f"did you mean {near[0]}?" if near else "questions are asked for by their code"
    faults.append(ExpressionError(f"the question {node.code}", "one that comes before", node.at, hint))
    return ""


def _truths(parts: tuple[Node, ...], questions: Mapping[str, Question], faults: list[ExpressionError]) -> None:
    for part in parts:
        kind = _kind(part, questions, faults)
        if kind not in {"truth", ""}:
            faults.append(ExpressionError(f"a {kind}", "a condition", part.at, "compare it with something"))


def _counted(node: Counted, questions: Mapping[str, Question], faults: list[ExpressionError]) -> None:
    first = node.parts[0]
    if isinstance(first, Answer):
        kind = _kind(first, questions, faults)
        if len(node.parts) > 1 or kind not in {"choices", ""}:
            what = f"count of a {kind}" if len(node.parts) == 1 else "count of several questions"
            hint = "count(clubs), or count(q1 == 1, q2 == 1)"
            faults.append(ExpressionError(what, "one question with several options, or conditions", node.at, hint))
        return
    _truths(node.parts, questions, faults)


def _compared(node: Compared, questions: Mapping[str, Question], faults: list[ExpressionError]) -> None:
    left, right = _kind(node.left, questions, faults), _kind(node.right, questions, faults)
    if not left or not right:
        return
    if "date" in {left, right} and node.sign not in {"in", "not in"}:
        _dates(node, left, right, faults)
        return
    sides = {"text" if kind in {"choice", "date", "text"} else kind for kind in (left, right)}
    if node.sign in {"in", "not in"}:
        good = (left in {"choice", "number", "text"} and right == "list") or (left == "text" and right == "choices")
        expected = 'an answer in [a list], or "an option" in a question with several'
    elif node.sign in ORDERED:
        good = left == right == "number" or _numbers(node, questions)
        expected = "two numbers, or two dates"
    else:
        good = sides in ({"number"}, {"text"}, {"truth"}) or _numbers(node, questions)
        expected = "two of a kind"
    if not good:
        faults.append(ExpressionError(f"a {left} {node.sign} a {right}", expected, node.at))
        return
    for answer, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(answer, Answer) and questions[answer.code].codes and node.sign not in ORDERED:
            _options(questions[answer.code], other, faults)


def _dates(node: Compared, left: str, right: str, faults: list[ExpressionError]) -> None:
    """Hold a date to another, or to a text that is one."""
    for side, kind in ((node.left, left), (node.right, right)):
        if kind == "date":
            continue
        try:
            dt.date.fromisoformat(str(side.value) if isinstance(side, Constant) else "")
        except ValueError:
            shown = repr(side.value) if isinstance(side, Constant) else f"a {kind}"
            faults.append(ExpressionError(shown, 'a date such as "2025-09-01"', side.at))


def _numbers(node: Compared, questions: Mapping[str, Question]) -> bool:
    """Tell whether a question whose options are numbers is compared with a number."""
    for answer, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(answer, Answer) and isinstance(other, Constant) and not isinstance(other.value, bool | str):
            question = questions[answer.code]
            return question.kind == "choice" and all(isinstance(code, int | float) for code in question.codes)
    return False


def _options(question: Question, other: Node, faults: list[ExpressionError]) -> None:
    """Find options that a question has not."""
    stated = other.members if isinstance(other, Listed) else (other,) if isinstance(other, Constant) else ()
    for constant in stated:
        if constant.value not in question.codes:
            texts = [f"{code:g}" if isinstance(code, float) else str(code) for code in question.codes]
            near = get_close_matches(str(constant.value), texts, n=1)
            hint = f"did you mean {near[0]}?" if near else ""
            shown = f'"{constant.value}"' if isinstance(constant.value, str) else f"{constant.value:g}"
            faults.append(ExpressionError(f"the option {shown}", f"one of {', '.join(texts[:12])}", constant.at, hint))


def _value(node: Node, given: Mapping[str, Any]) -> Any:
    """Evaluate a node for one respondent; None is unknown."""
    match node:
        case Constant():
            return node.value
        case Listed():
            return tuple(value.value for value in node.members)
        case Answer():
            answer = given.get(node.code)
            return None if isinstance(answer, float) and isnan(answer) else answer
        case Answered():
            return _value(node.answer, given) is not None
        case Denied():
            part = _value(node.part, given)
            return None if part is None else not part
        case Joined():
            parts = [_value(part, given) for part in node.parts]
            decisive = node.word == "or"
            return decisive if any(part is decisive for part in parts) else None if None in parts else not decisive
        case Counted():
            if isinstance(node.parts[0], Answer):
                chosen = _value(node.parts[0], given)
                return None if chosen is None else len(chosen)
            return sum(_value(part, given) is True for part in node.parts)
        case Compared():
            left, right = _value(node.left, given), _value(node.right, given)
            if left is None or right is None:
                return None
            if node.sign in {"in", "not in"}:
                return (left in right) == (node.sign == "in")
            return bool(SIGNS[node.sign](left, right))


def _column(node: Node, frame: pd.DataFrame) -> Any:
    """Evaluate a node for every row."""
    import pandas as pd

    match node:
        case Constant():
            return node.value
        case Answer():
            column = frame[node.code]
            if isinstance(column.dtype, pd.CategoricalDtype):
                column = column.astype(column.cat.categories.dtype)
            return column.convert_dtypes()
        case Answered():
            return _answered(node.answer.code, frame)
        case Denied():
            return ~_truth(node.part, frame)
        case Joined():
            parts = [_truth(part, frame) for part in node.parts]
            found = parts[0]
            for part in parts[1:]:
                found = found & part if node.word == "and" else found | part
            return found
        case Counted():
            if isinstance(node.parts[0], Answer):
                code = node.parts[0].code
                return _chosen(code, frame).sum(axis=1).astype("Int64").where(_answered(code, frame))
            return sum(_truth(part, frame).fillna(False).astype("Int64") for part in node.parts)  # noqa: FBT003
        case Compared():
            return _compare(node, frame)
    raise TypeError(node)


def _compare(node: Compared, frame: pd.DataFrame) -> Any:
    import pandas as pd

    if node.sign in {"in", "not in"} and isinstance(node.right, Answer):
        code, option = node.right.code, str(_value(node.left, {}))
        chosen = frame[f"{code}[{option}]"] if f"{code}[{option}]" in frame.columns else _ranked(code, option, frame)
        found = chosen.astype("boolean").where(_answered(code, frame))
        return found if node.sign == "in" else ~found
    left = _column(node.left, frame)
    if node.sign in {"in", "not in"}:
        values = [value.value for value in node.right.members] if isinstance(node.right, Listed) else []
        found = left.isin(values).astype("boolean").where(left.notna())
        return found if node.sign == "in" else ~found
    right = _column(node.right, frame)
    found = SIGNS[node.sign](left, right)
    return found if isinstance(found, bool) else pd.Series(found, index=frame.index).astype("boolean")


def _truth(node: Node, frame: pd.DataFrame) -> pd.Series[bool]:
    return holds_in(node, frame)


def _parts(code: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of a question's options or ranks."""
    parts = [name for name in frame.columns if str(name).startswith(f"{code}[") and name != f"{code}[missing]"]
    return frame[parts]


def _chosen(code: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Tell of each option whether it was chosen, or of each rank whether it was given."""
    parts = _parts(code, frame)
    ranked = f"{code}[1]" in parts and not _truths_in(parts)
    return parts.notna() if ranked else parts.astype("boolean")


def _ranked(code: str, option: str, frame: pd.DataFrame) -> pd.Series[bool]:
    result: pd.Series[bool] = (_parts(code, frame).astype("string") == option).any(axis=1)
    return result


def _truths_in(parts: pd.DataFrame) -> bool:
    return all(
        kind == "boolean" or kind.kind == "b" or all(isinstance(value, bool) for value in parts[name].dropna())
        for name, kind in parts.dtypes.items()
    )


def _answered(code: str, frame: pd.DataFrame) -> pd.Series[bool]:
    found = frame[code].notna() if code in frame.columns else _parts(code, frame).notna().any(axis=1)
    result: pd.Series[bool] = found.astype("boolean")
    return result
