"""Conditions in words, for people who decide by themselves which question comes next: who reads a paper form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from analysis.messages import Language, pick
from analysis.surveys import phrases
from analysis.surveys.decided import OPPOSITE, Decided, denied, is_truth, joined
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
from analysis.surveys.formats.direction_words import COMPARED, DATES, MANY, WORDS, day
from analysis.surveys.formats.parts import choices
from analysis.surveys.items import Information, Multiple, Ranking
from analysis.surveys.logic import SIGNS, holds
from analysis.surveys.survey import Asked, Survey

#: So many options are named; of more, those that are not meant.
NAMED = 6
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
Code = str | float


def numbers(survey: Survey) -> dict[str, int]:
    """Give the number of each question by its code, from 1; what is only read has none."""
    asked = [each.code for each in survey.asked if not isinstance(each.item, Information)]
    return {code: number for number, code in enumerate(asked, 1)}


@dataclass(frozen=True, slots=True)
class Chosen:
    """That a question with one answer is answered by one of some options."""

    code: str
    accepted: frozenset[Code]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Directions:
    """Says in words to whom a question or section is put.

    What is said is true where the condition is true (:func:`analysis.surveys.logic.holds`), and nowhere else: what is
    denied is turned inside out first, and options that a number is compared with are named.
    """

    survey: Survey
    language: Language

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The numbers that questions are printed under."""
        return numbers(self.survey)

    @cached_property
    def decided(self) -> Decided:
        """The questionnaire's questions, for their kinds and options."""
        return Decided(self.survey)

    def item(self, each: Asked) -> str:
        """Say to whom an item is put, without its section's condition; nothing where to everybody."""
        verb = "read" if isinstance(each.item, Information) else "answer"
        return self.sentence(each.condition, verb)

    def section(self, name: str) -> str:
        """Say to whom a section is put; nothing where to everybody."""
        return self.sentence(self.survey.sections[name], "part")

    def simple(self) -> str:
        """Say who reads the simple words, as a clause."""
        return self.clause(self.meant(self.survey.simple)) if self.survey.simple is not None else ""

    def sentence(self, node: Node | None, verb: str = "answer") -> str:
        """Write a condition as a direction in brackets.

        Parameters
        ----------
        node
            The condition; None is none.
        verb
            What they do to whom it applies: ``answer``, ``read``, or ``part`` for a section.
        """
        meant = Constant(value=True) if node is None else self.meant(node)
        if meant == Constant(value=True):
            return ""
        words, say = self._words, self._words[verb]
        if meant == Constant(value=False):
            return words["nobody"].format(say if self.language == "zh-Hans" else say.lower())
        if isinstance(meant, Joined | Compared) and not self._short(meant):
            return words["if"].format(say, self.clause(meant))
        return words["only"].format(self.clause(meant), say)

    def clause(self, node: Any, *, inside: bool = False) -> str:
        """Write a condition as a clause, in brackets of its own where it stands inside another."""
        words = self._words
        match node:
            case Constant():
                return words["never"]
            case Chosen():
                return self._chosen(node)
            case Answered():
                return self._answered(node.answer.code, "answered")
            case Denied(part=Answered(answer=answer)):
                return self._answered(answer.code, "unanswered")
            case Joined():
                gap = words["every" if node.word == "and" else "either"]
                text = gap.join(self.clause(part, inside=True) for part in node.parts)
                return words["bracket"].format(text) if inside else text
            case Compared():
                text = self._compared(node)
                conditions = any(isinstance(side, Counted) and not _names(side) for side in (node.left, node.right))
                return words["bracket"].format(text) if inside and conditions else text
        raise TypeError(node)

    @property
    def _words(self) -> dict[str, str]:
        return WORDS[self.language]

    def _short(self, node: Any) -> bool:
        return isinstance(node, Compared) and not any(
            isinstance(side, Counted) and not _names(side) for side in (node.left, node.right)
        )

    def meant(self, node: Any, *, wanted: bool = True) -> Any:
        """Turn a condition into one without denials: true just where the condition is true (or, if unwanted, false).

        What is said of the options of a question with one answer is a :class:`Chosen`.
        """
        if not isinstance(node, Answer | Listed) and not any(True for _ in answers(node)):
            return Constant(value=holds(node, {}) is wanted)
        match node:
            case Denied():
                return self.meant(node.part, wanted=not wanted)
            case Answered():
                return node if wanted else denied(node)
            case Joined():
                word = node.word if wanted else "or" if node.word == "and" else "and"
                return self._joined(word, [self.meant(part, wanted=wanted) for part in node.parts])
            case Compared():
                return self._meant_comparison(node, node.sign if wanted else OPPOSITE[node.sign])
        raise TypeError(node)

    def _meant_comparison(self, node: Compared, sign: str) -> Any:
        left, right = node.left, node.right
        if is_truth(left) or is_truth(right):
            same = sign == "=="
            both = self._joined("and", [self.meant(left), self.meant(right, wanted=same)])
            neither = self._joined("and", [self.meant(left, wanted=False), self.meant(right, wanted=not same)])
            return self._joined("or", [both, neither])
        if isinstance(right, Answer) and isinstance(left, Constant) and sign in MIRRORED:
            left, right, sign = right, left, MIRRORED[sign]
        if isinstance(left, Answer) and isinstance(right, Constant | Listed):
            question = self.decided.questions[left.code]
            if question.kind == "choice":
                values = [each.value for each in right.members] if isinstance(right, Listed) else [right.value]
                return self._accepted(left.code, _test(sign, values), left.at)
        return Compared(left, sign, right, node.at)

    def _accepted(self, code: str, test: Callable[[Code], bool], at: int) -> Any:
        found = frozenset(each for each in self.decided.questions[code].codes if test(each))
        return Chosen(code, found, at) if found else Constant(value=False)

    def _joined(self, word: str, parts: list[Any]) -> Any:
        """Join parts; what they say of one question becomes one list of its options."""
        merged: dict[str, Chosen] = {}
        flat: list[Any] = []
        for part in parts:
            flat += part.parts if isinstance(part, Joined) and part.word == word else [part]
        for part in flat:
            if isinstance(part, Chosen):
                known = merged.get(part.code)
                accepted = part.accepted if known is None else (
                    known.accepted & part.accepted if word == "and" else known.accepted | part.accepted
                )  # fmt: skip
                merged[part.code] = Chosen(part.code, accepted)
        kept: list[Any] = []
        for part in flat:
            if not isinstance(part, Chosen):
                kept.append(part)
            elif part.code in merged:
                found = merged.pop(part.code)
                kept.append(found if found.accepted else Constant(value=False))
        return joined(word, kept)

    def _named(self, code: str) -> str:
        """Name a question by its number, or a row of a matrix by its words."""
        item, _, row = code.partition(".")
        if not row:
            return self._words["question"].format(n=self.numbers[item])
        rows = {each.code: each.text for each in self.decided.asked[item].item.rows}
        return self._words["row"].format(n=self.numbers[item], row=pick(rows[row], self.language))

    def _labels(self, code: str) -> dict[str, str]:
        """Give the labels of a question's answers by code, kinds of missing not among them."""
        each = self.decided.asked[code.partition(".")[0]]
        return {
            choice.code: pick(choice.text, self.language)
            for choice in choices(each, self.survey.bank)
            if not choice.missing
        }

    def _quoted(self, labels: Iterable[str]) -> str:
        """Put labels in quotation marks and join them with or."""
        quoted = [self._words["quoted"].format(label) for label in labels]
        if self.language == "zh-Hans":
            return "".join(quoted)
        return self._words["or"].join([self._words["list"].join(quoted[:-1]), quoted[-1]] if quoted[1:] else quoted)

    def _missing(self, code: str) -> list[str]:
        each = self.decided.asked[code.partition(".")[0]]
        if not choices(each, self.survey.bank):
            return []
        return [pick(phrases.MISSING[kind], self.language) for kind in each.item.missing]

    def _chosen(self, node: Chosen) -> str:
        question, labels = self.decided.questions[node.code], self._labels(node.code)
        yes = [labels[_text(code)] for code in question.codes if code in node.accepted]
        no = [labels[_text(code)] for code in question.codes if code not in node.accepted]
        if not no:
            return self._answered(node.code, "answered")
        key = "chosen" if len(yes) <= max(NAMED, len(no)) else "other"
        text = self._words[key].format(q=self._named(node.code), labels=self._quoted(yes if key == "chosen" else no))
        missing = self._missing(node.code)
        if key == "other" and missing:
            text += self._words["except"].format(labels=self._quoted(missing))
        return text

    def _answered(self, code: str, key: str) -> str:
        item = self.decided.asked[code.partition(".")[0]].item
        text = self._words[key].format(q=self._named(code))
        if isinstance(item, Multiple):
            text += self._words["none counts"]
        missing = self._missing(code)
        return text + (self._words["not counted"].format(labels=self._quoted(missing)) if missing else "")

    def _compared(self, node: Compared) -> str:
        if node.sign in {"in", "not in"}:
            return self._among(node) if isinstance(node.right, Answer) else self._one_of(node)
        left, right, sign = node.left, node.right, node.sign
        if isinstance(left, Constant):
            left, right, sign = right, left, MIRRORED[sign]
        if isinstance(left, Counted) and isinstance(right, Constant) and sign in MANY[self.language]:
            return self._many(left, sign, _text(right.value))
        dates = "date" in {self.decided.kind(left), self.decided.kind(right)}
        other = self._constant(right, date=dates) if isinstance(right, Constant) else self._noun(right)
        said = (DATES if dates else COMPARED)[self.language][sign].format(other)
        if isinstance(left, Counted) and not _names(left):
            return self._counted(left, said)
        return f"{self._noun(left)}{said}"

    def _among(self, node: Compared) -> str:
        """Say that an option was chosen, or not."""
        code = node.right.code if isinstance(node.right, Answer) else ""
        question, yes = self._named(code), node.sign == "in"
        if not isinstance(node.left, Constant):
            return self._words["is one of" if yes else "is none of"].format(left=self._noun(node.left), q=question)
        ranking = isinstance(self.decided.asked[code].item, Ranking)
        key = ("ranked" if yes else "unranked") if ranking else ("ticked" if yes else "unticked")
        label = self._words["quoted"].format(self._labels(code)[_text(node.left.value)])
        return self._words[key].format(q=question, label=label)

    def _one_of(self, node: Compared) -> str:
        """Say that what is filled in is one of several values."""
        members = node.right.members if isinstance(node.right, Listed) else ()
        values = self._words["or"].join(self._constant(each) for each in members)
        return f"{self._noun(node.left)}{COMPARED[self.language]['==' if node.sign == 'in' else '!='].format(values)}"

    def _many(self, node: Counted, sign: str, n: str) -> str:
        """Say how many options are chosen, or how many conditions are true."""
        words, many = self._words, MANY[self.language][sign]
        if not _names(node):
            are = "is" if n == "1" else "are"
            return words["true"].format(many=many, n=n, are=are, parts=self._parts(node))
        code = next(answers(node)).code
        key = "rank" if isinstance(self.decided.asked[code].item, Ranking) else "tick"
        if (sign, n) in {("==", "0"), ("<=", "0"), ("<", "1")}:
            return words[f"no {key}"].format(q=self._named(code))
        return words[key].format(
            q=self._named(code), many=many, n=n, options="option is" if n == "1" else "options are"
        )

    def _parts(self, node: Counted) -> str:
        words = self._words
        return words["part gap"].join(
            words["part mark"].format(n=number, part=self.clause(self.meant(part), inside=True))
            for number, part in enumerate(node.parts, 1)
        )

    def _counted(self, node: Counted, said: str) -> str:
        return self._words["hold"].format(sign=said, parts=self._parts(node))

    def _noun(self, node: Node) -> str:
        """Name what stands on one side of a comparison."""
        match node:
            case Answer():
                kind = self.decided.questions[node.code].kind
                return self._words["code" if kind == "choice" else kind].format(q=self._named(node.code))
            case Counted(parts=(Answer(code=code),)):
                ranking = isinstance(self.decided.asked[code].item, Ranking)
                return self._words["ranks" if ranking else "count"].format(q=self._named(code))
            case Counted():
                return self._words["bracket"].format(self._counted(node, ""))
        return self._constant(node)

    def _constant(self, node: Any, *, date: bool = False) -> str:
        if date:
            return day(dt.date.fromisoformat(str(node.value)), self.language)
        if isinstance(node.value, str):
            return self._words["quoted"].format(node.value)
        return _text(node.value).replace("-", "\N{MINUS SIGN}")


def _names(node: Counted) -> bool:
    """Tell whether options are counted, not conditions."""
    return isinstance(node.parts[0], Answer)


def _test(sign: str, values: list[Any]) -> Callable[[Code], bool]:
    """Make the test of a comparison with what is stated."""
    if sign in {"in", "not in"}:
        return lambda code: (code in values) == (sign == "in")
    return lambda code: bool(SIGNS[sign](code, values[0]))


def _text(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
