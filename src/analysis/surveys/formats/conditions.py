"""Decided conditions written in the languages of the forms: LimeSurvey's expressions, XPath for XLSForm, JavaScript."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from analysis.surveys.decided import MISSING, Decided
from analysis.surveys.expressions import Answer, Answered, Compared, Constant, Counted, Denied, Joined, Listed, Node
from analysis.surveys.items import Ranking


class Writer(ABC):
    """Writes a decided condition; one subclass a language."""

    words: ClassVar[dict[str, str]] = {"and": " and ", "or": " or "}
    true, false = "1", "0"

    def __init__(self, decided: Decided) -> None:
        self.decided = decided

    def write(self, node: Node) -> str:
        """Write a condition that :class:`analysis.surveys.decided.Decided` gave."""
        match node:
            case Constant():
                return self.true if node.value else self.false
            case Answered():
                return self.answered(node.answer.code)
            case Denied():
                return self.denied(self.write(node.part))
            case Joined():
                return self.words[node.word].join(f"({self.write(part)})" for part in node.parts)
            case Compared():
                return self._compared(node)
        raise TypeError(node)

    def _compared(self, node: Compared) -> str:
        if node.sign in {"in", "not in"}:
            written = self._chosen(node) if isinstance(node.right, Answer) else self._listed(node)
            return written if node.sign == "in" else self.denied(written)
        date = any(self.decided.kind(side) == "date" for side in (node.left, node.right))
        left, right = (self.side(side, date=date) for side in (node.left, node.right))
        return self.compared(left, node.sign, right)

    def _listed(self, node: Compared) -> str:
        members = node.right.members if isinstance(node.right, Listed) else ()
        left = self.side(node.left)
        written = [self.compared(left, "==", self.constant(member)) for member in members]
        return f"({self.words['or'].join(written)})" if written else self.false

    def _chosen(self, node: Compared) -> str:
        code = node.right.code if isinstance(node.right, Answer) else ""
        if isinstance(node.left, Constant):
            return self.chosen(code, str(node.left.value))
        left, each = self.side(node.left), []
        for option in map(str, self.decided.questions[code].codes):
            same = self.compared(left, "==", self.constant(Constant(option)))
            each.append(f"(({same}){self.words['and']}{self.chosen(code, option)})")
        return f"({self.words['or'].join(each)})"

    def side(self, node: Node, *, date: bool = False) -> str:
        """Write one side of a comparison."""
        match node:
            case Constant():
                return self.day(str(node.value)) if date else self.constant(node)
            case Answer():
                return self.date(node.code) if date else self.answer(node.code)
            case Counted(parts=(Answer(code=code),)):
                return self.count(code)
            case Counted():
                return self.sum([self.write(part) for part in node.parts])
        raise TypeError(node)

    def ranks(self, code: str) -> int:
        """Count the ranks of a ranking; 0 for a question that is none."""
        item = self.decided.asked[code.partition(".")[0]].item
        return (item.most or len(item.options)) if isinstance(item, Ranking) else 0

    def missing(self, code: str) -> list[str]:
        """List the codes of missing of a question with several options."""
        return [MISSING[kind] for kind in self.decided.asked[code].item.missing]

    @abstractmethod
    def answered(self, code: str) -> str:
        """Write that something was answered."""

    @abstractmethod
    def denied(self, written: str) -> str:
        """Write the contrary."""

    @abstractmethod
    def compared(self, left: str, sign: str, right: str) -> str:
        """Write a comparison."""

    @abstractmethod
    def answer(self, code: str) -> str:
        """Write an answer's value."""

    @abstractmethod
    def date(self, code: str) -> str:
        """Write an answer that is a day."""

    @abstractmethod
    def day(self, text: str) -> str:
        """Write a day."""

    @abstractmethod
    def constant(self, node: Constant) -> str:
        """Write a number or text."""

    @abstractmethod
    def chosen(self, code: str, option: str) -> str:
        """Write that an option of several was chosen."""

    @abstractmethod
    def count(self, code: str) -> str:
        """Write how many options were chosen."""

    @abstractmethod
    def sum(self, parts: list[str]) -> str:
        """Write how many conditions are true."""


class LimeSurvey(Writer):
    """LimeSurvey's expressions. ``.NAOK``: a question that is not relevant gives an empty text, and no error.

    Source: LimeSurvey 6.2.1, expression manager.
    """

    def answer(self, code: str) -> str:
        return f"{code.replace('.', '_')}.NAOK"

    def answered(self, code: str) -> str:
        return (
            f"!is_empty({code}_1.NAOK)"
            if self.ranks(code.split(".", maxsplit=1)[0])
            else f"!is_empty({self.answer(code)})"
        )

    def denied(self, written: str) -> str:
        return f"!({written})"

    def compared(self, left: str, sign: str, right: str) -> str:
        return f"{left} {sign} {right}"

    def date(self, code: str) -> str:
        return f"substr({self.answer(code)}, 0, 10)"

    def day(self, text: str) -> str:
        return f'"{text}"'

    def constant(self, node: Constant) -> str:
        if isinstance(node.value, str):
            return f"'{node.value}'" if '"' in node.value else f'"{node.value}"'
        return f"{node.value:.15g}"

    def chosen(self, code: str, option: str) -> str:
        ranks = self.ranks(code)
        if ranks:
            return f"({' or '.join(f'{code}_{rank}.NAOK == {json.dumps(option)}' for rank in range(1, ranks + 1))})"
        return f'{code}_{option}.NAOK == "Y"'

    def count(self, code: str) -> str:
        ranks = self.ranks(code)
        names = range(1, ranks + 1) if ranks else self.decided.questions[code].codes
        return f"count({', '.join(f'{code}_{_plain(name)}.NAOK' for name in names)})"

    def sum(self, parts: list[str]) -> str:
        return f"sum({', '.join(f'if({part}, 1, 0)' for part in parts)})"


class XPath(Writer):
    """XPath 1.0 as XLSForm has it. Days are compared as numbers (20250301): XPath 1.0 orders nothing but numbers.

    Source: XLSForm and ODK XForms specifications; questions that are not relevant are empty.
    """

    true, false = "true()", "false()"

    def answer(self, code: str) -> str:
        return f"${{{code.replace('.', '_')}}}"

    def answered(self, code: str) -> str:
        return f"{self.answer(code)} != ''"

    def denied(self, written: str) -> str:
        return f"not({written})"

    def compared(self, left: str, sign: str, right: str) -> str:
        return f"{left} {'=' if sign == '==' else sign} {right}"

    def date(self, code: str) -> str:
        return f"number(translate({self.answer(code)}, '-', ''))"

    def day(self, text: str) -> str:
        return text.replace("-", "")

    def constant(self, node: Constant) -> str:
        if isinstance(node.value, str):
            return f"'{node.value}'" if "'" not in node.value else f'"{node.value}"'
        return f"{node.value:.15g}"

    def chosen(self, code: str, option: str) -> str:
        return f"selected({self.answer(code)}, '{option}')"

    def count(self, code: str) -> str:
        missing = [f"number({self.chosen(code, each)})" for each in self.missing(code)]
        return " - ".join([f"count-selected({self.answer(code)})", *missing])

    def sum(self, parts: list[str]) -> str:
        return f"({' + '.join(f'number({part})' for part in parts)})"


class JavaScript(Writer):
    """JavaScript over an object ``a`` of answers: texts, numbers, and lists where several may be chosen."""

    words: ClassVar[dict[str, str]] = {"and": " && ", "or": " || "}
    true, false = "true", "false"

    def answer(self, code: str) -> str:
        return f"a[{json.dumps(code)}]"

    def answered(self, code: str) -> str:
        return f"has({self.answer(code)})"

    def denied(self, written: str) -> str:
        return f"!({written})"

    def compared(self, left: str, sign: str, right: str) -> str:
        return f"{left} {({'==': '===', '!=': '!=='}).get(sign, sign)} {right}"

    def date(self, code: str) -> str:
        return self.answer(code)

    def day(self, text: str) -> str:
        return json.dumps(text)

    def constant(self, node: Constant) -> str:
        # A text that would end the script that it stands in, or begin a comment there, must not.
        return json.dumps(node.value).replace("<", r"\u003c")

    def chosen(self, code: str, option: str) -> str:
        return f"({self.answer(code)} || []).includes({self.constant(Constant(option))})"

    def count(self, code: str) -> str:
        missing = json.dumps(self.missing(code))
        return f"({self.answer(code)} || []).filter(c => !{missing}.includes(c)).length"

    def sum(self, parts: list[str]) -> str:
        return f"[{', '.join(parts)}].filter(Boolean).length"


def _plain(name: Any) -> str:
    return f"{name:g}" if isinstance(name, float) else str(name)
