"""What is spoken of while a sentence is read, and the statements that have come of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from analysis.supervision.reading.kinds import Clause
from analysis.supervision.reading.lexicon import lexicon
from analysis.supervision.reading.names import Name
from analysis.supervision.reading.numbers import Amount
from analysis.supervision.reading.statement import Relation, Statement, Unread
from analysis.supervision.reading.tokens import Token, Years
from analysis.workspace.ledger import Claim

if TYPE_CHECKING:
    from analysis.supervision.reading.grammar import Grammar

_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_GOOD: Final[Mapping[str, int]] = {"higher": 1, "lower": -1, "none": 0}
#: A smaller number in words, without digits, is a way of speaking: 一所, 两名.
_SPOKEN: Final = 10


@dataclass(frozen=True, slots=True)
class Subject:
    """What is spoken of, and why a number cannot be of it."""

    name: Name
    reason: Unread | None = None


#: What numbers of a list are about, each with a year of its own if it has one.
Listing = list[tuple[Subject | None, int | None]]


@dataclass
class Spoken:
    """What is spoken of.

    Parameters
    ----------
    grammar
        What reads.
    text, printed
        The sentence with narrow digits, and as it is printed.
    tokens
        What it is cut into.
    year
        The year that its figures are of until it names another.
    subject
        What is spoken of.
    opened
        The year that it begins with.
    base
        The year compared with.
    unit
        The unit spoken of: nothing for the one that reports, ``?`` for a place that is not known.
    blocked
        Why nothing of it can be held to figures.
    clause
        What waits for its number.
    queue, listed
        What the numbers of a list are about that still come, and what all of those of the last list were.
    noun, headed
        What was counted last (在校学生), which heads may follow without (其中小学…), and whether this one did.
    at, opening, bracketed
        The token that is read, where its clause begins, and whether that stands in brackets.
    found
        The statements so far.
    """

    grammar: Grammar
    text: str
    printed: str
    tokens: Sequence[Token]
    year: int
    subject: Subject | None
    opened: int | None = None
    base: Years | None = None
    unit: str = ""
    blocked: Unread | None = None
    clause: Clause = field(default_factory=Clause)
    queue: Listing = field(default_factory=list)
    listed: Listing = field(default_factory=list)
    at: int = 0
    opening: int = 0
    bracketed: bool = False
    noun: str = ""
    headed: bool = False
    found: list[Statement] = field(default_factory=list)

    def _word(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def _before(self, *skipped: str) -> Token | None:
        """Give the token before, kinds left out."""
        return next((each for each in reversed(self.tokens[: self.at]) if each.kind not in skipped), None)

    def _behind(self, *skipped: str) -> list[Token]:
        """Give the tokens behind, kinds left out."""
        return [each for each in self.tokens[self.at + 1 :] if each.kind not in skipped]

    def _base_year(self, year: int) -> int | None:
        if self.base is None:
            return None
        return year + self.base.last if self.base.relative else self.base.last

    def _hindrance(self, subject: Subject | None, *, listed: bool = False) -> Unread | None:
        """Say why a number is not tied to what is spoken of; the first of the reasons."""
        if subject is None:
            return self.blocked or "no_indicator"
        reasons: dict[Unread | None, bool] = {
            self.blocked: True,
            "yearly": self.clause.relation == "yearly",
            "unclear": self.clause.averaged or (self.clause.unknown and not listed),
            "elsewhere": "?" in {self.unit, self.clause.whole, self.clause.of},
            subject.reason: not (listed and subject.reason == "sum"),
        }
        return next((reason for reason, holds in reasons.items() if reason and holds), None)

    def _beside_whole(self, end: int, code: str, year: int, given: Mapping[str, Any]) -> None:
        clause = self.clause
        way = clause.whole_way
        way *= _GOOD[self.grammar.catalogue[code].direction] if abs(way) > 1 else 1
        clause.whole_way = 0
        if way:
            relation: Relation = "above_whole" if way > 0 else "below_whole"
            self._put(end, code, year, given, relation, whole=clause.whole)

    def _put(
        self,
        end: int,
        code: str,
        year: int,
        given: Mapping[str, Any],
        relation: Relation = "equals",
        upper: Decimal | None = None,
        *,
        whole: str = "",
    ) -> None:
        start = self._start(end)
        text = self.printed[start:end]
        claim = Claim(id=f"s{start}", indicator=code, year=year, text={"zh-Hans": text}, **given)
        unit = self.clause.of or self.unit
        self.found.append(Statement(start, end, text, claim, relation, upper, unit, whole))

    def _leave(self, token: Token, reason: Unread, subject: Subject | None) -> None:
        """List a number that is not read; what is no count of anything is passed over."""
        amount: Amount = token.value
        rest = self.text[token.end :]
        bare = amount.unit.kind == "none"
        counted = amount.scaled or (bool(_HAN.match(rest)) and not rest.startswith(tuple(lexicon()["not_counted"])))
        spoken = amount.in_words and amount.word in {"人", *lexicon()["counting"]} and amount.number < _SPOKEN
        if spoken or (bare and not counted):
            return
        start = self._start(token.end)
        codes = subject.name.codes if subject is not None else ()
        unit = self.unit.removeprefix("?")
        text = self.printed[start : token.end]
        self.found.append(Statement(start, token.end, text, reason=reason, unit=unit, candidates=codes))

    def _start(self, end: int) -> int:
        start, self.clause.start = self.clause.start, -1
        return start if 0 <= start < end else max(0, end - 1)
