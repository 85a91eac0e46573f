"""Formulas: how a ratio is computed, which of several definitions holds, and formulas written out over their parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import Field, field_validator, model_validator

from analysis.messages import Texts
from analysis.workspace.expressions import Expression, Part, Step, read_expression
from analysis.workspace.rules import Entry, Sourced

if TYPE_CHECKING:
    from analysis.workspace.catalogue import Indicator

#: An indicator and one of its variants; none where it has one definition.
Key = tuple[str, str]
_ADDS_UP = "the code of a count or an amount"


class Formula(Entry):
    """How a ratio is computed: ``scale × numerator / denominator``, or an expression over several indicators.

    Where units are compared, a ratio of one numerator to one denominator is weighted by the denominator; an expression
    has no weight.
    """

    numerator: str = ""
    denominator: str = ""
    scale: float = Field(1.0, allow_inf_nan=False)
    expression: str = ""

    @model_validator(mode="after")
    def _one_form(self) -> Formula:
        simple = bool(self.numerator) + bool(self.denominator)
        if bool(self.expression) == bool(simple) or simple == 1 or (self.expression and self.scale != 1):
            raise ValueError("numerator, denominator and, if needed, scale; or an expression")
        return self

    def read(self) -> Expression:
        """Read it (a ValueError says what is wrong with an expression)."""
        if self.expression:
            return read_expression(self.expression)
        return Expression(Step("/", Step("*", self.scale, Part(self.numerator)), Part(self.denominator)))


class Variant(Sourced):
    """One of several definitions of a ratio, of which a workspace chooses one.

    Parameters
    ----------
    id
        Lower snake case.
    name
        What the memo calls it.
    expression
        As of a formula.
    source, certainty
        Id of a source of `data/sources.csv`, and how certain it is: A, B, C or own.
    note
        What a reader must know of it.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Texts
    expression: str
    note: Texts | None = None

    @field_validator("name")
    @classmethod
    def _chinese_is_there(cls, texts: Texts) -> Texts:
        return with_chinese(texts)


def with_chinese(texts: Texts) -> Texts:
    """Hold texts to having one in Chinese."""
    if "zh-Hans" not in texts:
        raise ValueError("a text in zh-Hans")
    return texts


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a formula."""

    found: str
    expected: str
    hint: str = ""


def written_out(entries: Mapping[str, Indicator]) -> tuple[dict[Key, Expression], dict[Key, Mistake]]:
    """Write the formulas of a catalogue out over what is observed, so that units can be added before they are computed.

    Parameters
    ----------
    entries
        The indicators by code.

    Returns
    -------
    tuple
        The formulas that hold, and what is wrong with the others.
    """
    writing = _Writing(entries)
    for code, indicator in entries.items():
        for each in indicator.variants:
            writing.read((code, each.id), Formula(expression=each.expression))
        if indicator.formula:
            writing.read((code, ""), indicator.formula)
    for key in list(writing.raw):
        writing.write(key, ())
    return writing.done, writing.wrong


@dataclass
class _Writing:
    entries: Mapping[str, Indicator]
    raw: dict[Key, Expression] = field(default_factory=dict)
    done: dict[Key, Expression] = field(default_factory=dict)
    wrong: dict[Key, Mistake] = field(default_factory=dict)

    def read(self, key: Key, formula: Formula) -> None:
        try:
            self.raw[key] = formula.read()
        except ValueError as error:
            self.wrong[key] = Mistake(repr(formula.expression), str(error))

    def write(self, key: Key, above: tuple[str, ...]) -> None:
        """Write one formula out, after those that it names; ``above`` are those that led to it."""
        if key in self.done or key in self.wrong:
            return
        above, terms = (*above, key[0]), {}
        for part in self.raw[key].parts:
            if part.code in self.entries and self.entries[part.code].additive:
                continue
            mistake = self._term(key, part.code, above)
            if mistake:
                self.wrong[key] = mistake
                return
            terms[part.code] = self.done[part.code, ""]
        try:
            self.done[key] = self.raw[key].with_terms(terms)
        except ValueError as error:
            self.wrong[key] = Mistake(str(self.raw[key]), str(error))

    def _term(self, key: Key, code: str, above: tuple[str, ...]) -> Mistake | None:
        """Write out a formula that another one names; say what is wrong with naming it."""
        indicator, formula = self.entries.get(code), self.entries[key[0]].formula
        weighted = formula is not None and not formula.expression
        expected = _ADDS_UP if weighted else f"{_ADDS_UP}, or of a ratio with one formula"
        if indicator is None:
            return Mistake(repr(code), expected)
        if code in above:
            return Mistake(f"{code!r}, which leads back to {above[-1]!r}", "formulas that end in what is observed")
        if indicator.variants:
            return Mistake(f"{code!r}, which has several definitions", expected, "write out the one that is meant")
        if indicator.formula is None or weighted:
            return Mistake(f"{code!r}, which does not add up", expected)
        self.write((code, ""), above)
        if (code, "") not in self.done:
            return Mistake(f"{code!r}, whose own formula is wrong", expected, "mend that one first")
        return None
