"""What a reader found in a form, placed in our models; what does not fit them is left out and listed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from analysis.messages import DuzhengError, Fault
from analysis.surveys.bank import BankFile
from analysis.surveys.decided import joined
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
    parse,
    to_text,
)
from analysis.surveys.formats.imported import TO_WRITE, Imported, imported
from analysis.surveys.items import CODE, OPTION, Multiple, questions
from analysis.surveys.logic import Question, check

#: What an item may be without: left out where it can't be as the form has it.
OPTIONAL = frozenset({"least", "most", "decimals", "earliest", "latest", "longest", "lines", "pattern", "help", "unit"})


class Codes:
    """Codes that suit our text, each given once."""

    def __init__(self, unplaced: list[str], first: str = "q") -> None:
        self.unplaced, self.first = unplaced, first
        self.given: set[str] = set()

    def code(self, wanted: str, what: str, rule: str = CODE) -> str:
        """Give a code: the one that is wanted, or the nearest that suits; that is listed.

        Examples
        --------
        >>> codes = Codes([])
        >>> codes.code("age", "the question age"), codes.code("age", "the question age"), codes.unplaced
        ('age', 'age_2', ['the question age: its code, which is age_2 here'])
        """
        found = re.sub(r"\W", "_", wanted.strip(), flags=re.ASCII)
        if not re.match(rule, found):
            found = f"{self.first}{found}"[:60]
        stem, number = found, 2
        while found.lower() in self.given:
            found, number = f"{stem}_{number}", number + 1
        self.given.add(found.lower())
        if found != wanted:
            self.unplaced.append(f"{what}: its code, which is {found} here")
        return found


def place(
    file: str,
    sheet: dict[str, Any],
    items: dict[str, dict[str, Any]],
    unplaced: list[str],
    where: Mapping[str, str] | None = None,
    renamed: Mapping[str, Mapping[Any, Any]] | None = None,
) -> Imported:
    """Make what was read into models, without what they can't hold.

    Parameters
    ----------
    file
        The form's name, for messages.
    sheet, items
        The questionnaire and its items by code, as their files would have them.
    unplaced
        What is listed already; what is left out here comes to it.
    where
        What to call a question in the list: ``row 7``.
    renamed
        By question, answers that have another code here than in the form's conditions.

    Returns
    -------
    Imported
        A questionnaire that its items hold: an item that none may be is left out, and so is a condition that asks for
        what does not come before it.

    Raises
    ------
    DuzhengError
        DZ-Q008 if nothing is left.
    """
    names = {code: f"the question {code}" for code in items} | dict(where or {})
    codes: dict[str, dict[Any, Any]] = {}
    models: dict[str, Any] = {}
    for code in list(items):
        codes[code] = _options(items[code], names[code], unplaced) | dict((renamed or {}).get(code, {}))
        models[code] = _model(items, code, names[code], unplaced)
    known: dict[str, Question] = {}
    always: set[str] = set()
    sections = []
    for section in sheet["sections"]:
        title = f"the section {section['id']} ({_words(section['title'])})"
        section["show_if"] = _condition(section.get("show_if", ""), title, known, always, codes, unplaced)
        uses = []
        for use in section["items"]:
            model = models.get(use["item"])
            if model is None:
                unplaced += [f"{names[use['item']]}: its condition {use['show_if']!r}"] if use.get("show_if") else []
                continue
            use["show_if"] = _condition(use.get("show_if", ""), names[use["item"]], known, always, codes, unplaced)
            known |= questions(use["item"], model, getattr(model, "options", ()))
            if isinstance(model, Multiple) and not (model.missing or use["show_if"] or section["show_if"]):
                always.add(use["item"])
            uses.append(use)
        if uses:
            sections.append(section | {"items": uses})
        elif section["title"] != TO_WRITE:
            unplaced.append(f"{title}: no question stands in it")
    if sheet.get("simple_if"):
        sheet["simple_if"] = _condition(sheet["simple_if"], "the simple words", known, always, codes, unplaced)
    if not sections:
        first = "; ".join(unplaced[:5])
        fault = Fault("DZ-Q008", file=file, found="no question that our text has", expected="one or more", hint=first)
        raise DuzhengError(fault)
    kept = {code: item for code, item in items.items() if models[code] is not None}
    return imported(file, sheet | {"sections": sections}, kept, unplaced)


def _options(item: dict[str, Any], name: str, unplaced: list[str]) -> dict[Any, Any]:
    """Give options codes that our text may have, each once; tell which they had."""
    codes = Codes(unplaced, "o")
    found: dict[Any, Any] = {}
    for option in item.get("options", []):
        was = option["code"]
        if isinstance(was, int) and str(was) not in codes.given:
            codes.given.add(str(was))
            continue
        option["code"] = codes.code(str(was), f"{name}: the answer {was}", OPTION)
        found.setdefault(was, option["code"])
    return {was: now for was, now in found.items() if was != now}


def _model(items: dict[str, dict[str, Any]], code: str, name: str, unplaced: list[str]) -> Any:
    """Make a model of one item, without what it can't have; None if it is none."""
    while True:
        try:
            return BankFile.model_validate({"items": {code: [items[code]]}}).items[code][0]
        except ValidationError as error:
            item, faults = items[code], error.errors()
            wrong = {str(part) for fault in faults for part in fault["loc"]} & set(item) & OPTIONAL
            if not wrong and all(re.search(r"\b(least|earliest)\b", fault["msg"]) for fault in faults):
                # Limits that contradict each other: the fault is the whole item's.
                wrong = {"least", "most", "earliest", "latest"} & set(item)
            unplaced += [f"{name}: {key} is {item[key]!r} ({faults[0]['msg']})" for key in sorted(wrong)]
            if not wrong:
                unplaced.append(f"{name}: {_said(item)} ({faults[0]['msg']})")
                return None
            items[code] = {key: value for key, value in item.items() if key not in wrong}


def _words(texts: Mapping[str, str]) -> str:
    return " / ".join(text for text in texts.values() if text not in TO_WRITE.values())


def _said(item: dict[str, Any]) -> str:
    """Repeat what an item says that is left out whole."""
    found = [f"{item['type']} “{_words(item['text'])}”"]
    for name, part in (("answers", "options"), ("rows", "rows")):
        each = [f"{line['code']} {_words(line['text'])}".strip() for line in item.get(part, [])]
        found += [f"{name} {'; '.join(each)}"] if each else []
    return ", ".join(found + ([f"help “{_words(item['help'])}”"] if item.get("help") else []))


def _condition(
    text: str,
    name: str,
    known: dict[str, Question],
    always: set[str],
    renamed: dict[str, dict[Any, Any]],
    unplaced: list[str],
) -> str:
    """Hold a condition to the questions before it; empty, and listed, if it does not suit them."""
    if not text:
        return ""
    try:
        node = fitted(parse(text), known, renamed)
        faults = check(node, known)
    except ExpressionError as error:
        faults = [error]
    if not faults:
        settled = _settled(node, always)
        return "" if settled == Constant(value=True) else to_text(settled)
    unplaced.append(f"{name}: its condition {text!r} (found {faults[0].found}; expected {faults[0].expected})")
    return ""


def _settled(node: Node, always: set[str]) -> Node:
    """Leave out that questions with several options are answered which everybody is shown: they always are."""
    match node:
        case Answered() if node.answer.code in always:
            return Constant(value=True)
        case Joined():
            return joined(node.word, [_settled(part, always) for part in node.parts])
        case Denied():
            part = _settled(node.part, always)
            return Constant(not part.value) if isinstance(part, Constant) else replace(node, part=part)
    return node


def fitted(node: Node, known: Mapping[str, Question], renamed: Mapping[str, Mapping[Any, Any]] | None = None) -> Node:
    """Write constants as the questions' codes: other programs keep numbers as texts, and one answer as a set of one.

    Examples
    --------
    >>> to_text(fitted(parse('q == "3" and "a" in p'), {"q": Question("number"), "p": Question("choice", ("a",))}))
    'q == 3 and p == "a"'
    """
    match node:
        case Joined():
            return replace(node, parts=tuple(fitted(part, known, renamed) for part in node.parts))
        case Counted():
            return replace(node, parts=tuple(fitted(part, known, renamed) for part in node.parts))
        case Denied():
            return replace(node, part=fitted(node.part, known, renamed))
        case Compared():
            return _compared(node, known, renamed or {})
    return node


def _compared(node: Compared, known: Mapping[str, Question], renamed: Mapping[str, Mapping[Any, Any]]) -> Node:
    sides: list[Any] = [fitted(side, known, renamed) for side in (node.left, node.right)]
    for place, other in ((0, 1), (1, 0)):
        answer, side = sides[place], sides[other]
        if not isinstance(answer, Answer) or answer.code not in known:
            continue
        question, names = known[answer.code], renamed.get(answer.code.partition(".")[0], {})
        if isinstance(side, Constant):
            sides[other] = _constant(side, question, names)
        elif isinstance(side, Listed):
            sides[other] = Listed(tuple(_constant(member, question, names) for member in side.members), side.at)
        if question.kind == "choice" and node.sign in {"in", "not in"} and isinstance(side, Constant) and place:
            return Compared(answer, "==" if node.sign == "in" else "!=", sides[other], node.at)
    return Compared(sides[0], node.sign, sides[1], node.at)


def _constant(constant: Constant, question: Question, names: Mapping[Any, Any]) -> Constant:
    value = constant.value
    value = names.get(value, names.get(str(value), value))
    if isinstance(value, bool):
        return constant
    numbers = question.kind == "number" or any(isinstance(code, float) for code in question.codes)
    if numbers and isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return Constant(float(value), constant.at)
    if isinstance(value, float) and not numbers and question.kind != "date":
        return Constant(f"{value:.15g}", constant.at)
    return Constant(value, constant.at)


def listed(what: str, rows: Iterator[int] | list[int]) -> str:
    """Name some of many rows: ``the column notes: rows 2, 3, 9 and 12 more``."""
    numbers = list(rows)
    more = f" and {len(numbers) - 20} more" if len(numbers) > 20 else ""  # noqa: PLR2004  what one reads
    return f"{what}: row{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers[:20]))}{more}"
