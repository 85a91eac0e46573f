"""A sentence while it is read: its subject, its years and its place, and each number tied to them or left unread."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from analysis.supervision.reading.kinds import Clause, fits, form_of, relation_of
from analysis.supervision.reading.lexicon import lexicon
from analysis.supervision.reading.names import Name
from analysis.supervision.reading.numbers import Amount
from analysis.supervision.reading.spoken import Listing, Spoken, Subject
from analysis.supervision.reading.statement import Statement, Unread
from analysis.supervision.reading.tokens import Token, Years

_CONJUNCTION: Final = re.compile("[、和及与]")
#: What may stand between a noun and its number.
_FILLING: Final = "有共为是约达到现总数人: ："
_PARTS: Final = frozenset({"comma", "stop", "conj"})
#: Which way words before a unit mean; twice that for what the direction of the indicator decides.
_WAYS: Final[Mapping[str, int]] = {"at_least": 1, "at_most": -1, "better": 2, "worse": -2}
#: Growth within which a figure is said to be about as before, in per cent.
_ABOUT_AS_BEFORE: Final = Decimal(2)


class Sentence(Spoken):
    """A sentence while it is read: what each kind of token does to what is spoken of."""

    def read(self) -> list[Statement]:
        """Read it, token by token."""
        for place, token in enumerate(self.tokens):
            self.at = place
            if self.clause.start < 0 and token.kind not in _PARTS:
                self.clause.start = token.start
            getattr(self, f"on_{token.kind}", self.on_other)(token)
        self._close(len(self.text))
        return self.found

    # Words

    def on_other(self, token: Token) -> None:
        """Note words that are not known; fillers say nothing."""
        self.clause.unknown |= token.kind in {"text", "other"}

    def on_comma(self, token: Token) -> None:
        """End a clause; a bracket behind a comparison is about the unit compared with."""
        self._close(token.start)
        self.opening = token.end
        self.bracketed = self._word(token) in "（(" or (self.bracketed and self._word(token) not in "）)")
        self.clause = Clause(of=self.clause.whole if self._word(token) in "（(" else "")

    def on_stop(self, token: Token) -> None:
        """End what is said of one thing."""
        self.on_comma(token)
        self.base, self.blocked, self.queue = None, None, []

    def on_conj(self, token: Token) -> None:
        """End a clause unless names or years are enumerated, or the numbers of a list."""
        if not self.queue and not self._enumerates(self.at):
            self.on_comma(token)

    def _enumerates(self, place: int) -> bool:
        return bool(place) and self.tokens[place - 1].kind in {"name", "year", "text"} and not self.clause.said

    def on_blocked(self, token: Token) -> None:
        """Note that what comes is planned or demanded, or of years that are not named."""
        if token.value != "no_year" or not any(each.kind == "year" for each in self.tokens):
            self.blocked = self.blocked or token.value

    def on_before(self, token: Token) -> None:
        """Note what a number is to the figure: more than, about, yearly."""
        self.clause.relation = token.value

    def on_move(self, token: Token) -> None:
        """Note a rise or a fall."""
        self.clause.way = token.value

    def on_move_short(self, token: Token) -> None:
        """Note a rise or a fall that is only one beside something: 比上年多, 比全市低."""
        if self.clause.whole and not self.clause.whole_way:
            self.clause.whole_way = token.value
        elif self.base is not None:
            self.clause.way = token.value
        else:
            self.clause.unknown = True

    def on_level_move(self, token: Token) -> None:
        """Note a rise or a fall to a level."""
        self.clause.way, self.clause.level, self.clause.from_ = token.value, True, False

    def on_from(self, _token: Token) -> None:
        """Note that the level before comes first."""
        self.clause.from_ = True

    # Years, places, names

    def on_year(self, token: Token) -> None:
        """Turn to a year; one behind 由 is that of the level before, one before a multiple that of its base."""
        years: Years = token.value
        year = self.grammar.year + years.last if years.relative else years.last
        following = self._behind("fill", "before")
        if self.clause.from_:
            self.clause.from_year = year
        elif following and following[0].kind == "amount" and following[0].value.unit.kind == "times":
            self.base = Years(year)
        else:
            self._turn_to(year, years.first)

    def _turn_to(self, year: int, first: int | None) -> None:
        self.year = year
        if self.opened is None and not self.found and self.subject is None:
            self.opened = year
        if first is not None:
            self.base = Years(first)
        before = self._before()
        if year > self.grammar.year and before is not None and self._word(before) in lexicon()["until"]:
            self.blocked = self.blocked or "planned"

    def on_base(self, token: Token) -> None:
        """Note the year compared with."""
        self.base = token.value

    def on_direction(self, token: Token) -> None:
        """Note that a figure lies above or below that of a year."""
        self.clause.way, self.base = token.value
        self.clause.relation = ""

    def on_scope(self, token: Token) -> None:
        """Turn to a unit whose figures follow in the clause, until another is named; 居全市第三 is about none."""
        if token.value == self.grammar.here:
            self.unit = ""
            return
        behind = [each.kind for each in self._behind()]
        clause = behind[: next((n for n, kind in enumerate(behind) if kind in {"comma", "stop"}), len(behind))]
        before = self._before()
        beside = before is not None and (before.kind == "text" or self._word(before) in lexicon()["among"])
        if {"name", "amount"} & set(clause) and not beside:
            self.unit = token.value or "?"

    def on_whole(self, token: Token) -> None:
        """Note the unit compared with."""
        before = self._before()
        if self.clause.relation not in _WAYS and (before is None or before.kind not in {"compare", "conj"}):
            self.clause.averaged = True  # 全市平均每校…: no comparison, and no level either
            return
        self.clause.whole = token.value or "?"
        if self.clause.relation in _WAYS:
            self.clause.whole_way = _WAYS[self.clause.relation]
            self.clause.relation = ""

    def on_name(self, token: Token) -> None:
        """Turn to an indicator, or to what only looks like it: a part, or a sum of several."""
        if self.clause.way and self.base is not None and not self.clause.said and self.subject is not None:
            self._close(token.start)
        reason: Unread | None = "part" if self._is_part(token) else None
        if reason is None and self.at > 1 and self.tokens[self.at - 1].kind == "conj" and self._enumerates(self.at - 1):
            reason = "sum"
        self.subject = Subject(token.value, reason)
        self.clause.unknown = False

    def _is_part(self, token: Token) -> bool:
        """Tell whether a name is narrowed by the word before it, or goes on from one that was."""
        before = self.text[: token.start].removesuffix("的")
        if before.endswith(tuple(lexicon()["part"])) and not before.endswith("其中"):
            return True
        last = self._before()
        if last is not None and last.kind in {"other", "text"} and last.end == token.start:
            return True
        goes_on = token.end - token.start < len(token.value.phrase)
        return goes_on and self.subject is not None and self.subject.reason == "part"

    def on_listed(self, _token: Token) -> None:
        """Queue what the numbers of a list are about."""
        self.queue = self._listing()
        if self.clause.unknown:  # words stand between the last name and 分别
            self.queue = [(each and replace(each, reason="unclear"), year) for each, year in self.queue]
        self.listed = [each for each in self.queue if each[1] is None]

    def _listing(self) -> Listing:
        """Give names, each perhaps without its head, or years of one name; else the names spoken of before."""
        opening = (n for n in range(self.at - 1, -1, -1) if self.tokens[n].kind in {"comma", "stop", "amount"})
        clause = self.tokens[next(opening, -1) + 1 : self.at]
        years = [each.value.last for each in clause if each.kind == "year"]
        names = [each for each in clause if each.kind == "name"]
        if not names:
            rest = self._behind()
            end = next((n for n, each in enumerate(rest) if each.kind in {"stop", "name"}), len(rest))
            count = sum(each.kind == "amount" for each in rest[:end])
            said: Listing = [(Subject(each.value), None) for each in self.tokens[: self.at] if each.kind == "name"]
            return list(self.listed) if len(self.listed) == count else said[-count:]
        last: Name = names[-1].value
        if len(years) > 1 and len(names) == 1:
            return [(Subject(last), year) for year in years]
        first = next((each.start for each in clause if each.kind not in {"year", "fill", "scope"}), 0)
        parts = _CONJUNCTION.split(self.text[first : names[-1].start])[:-1]
        headed = self.grammar.names.headed(parts, last.phrase)
        own: list[Name | None] = [each.value for each in names[:-1]]
        named = [each or one for each, one in zip(headed, own, strict=True)] if len(own) == len(headed) else headed
        return [(Subject(each) if each else None, None) for each in [*named, last]]

    # Numbers

    def on_amount(self, token: Token) -> None:
        """Tie a number to what is spoken of, or say why not."""
        amount: Amount = token.value
        year, subject, reason = self.year, self.subject, None
        if self.queue:
            subject, own = self.queue.pop(0)
            year = own or year
            amount = self._with_unit(amount)
            reason = "list" if subject is None else self._hindrance(subject, listed=True)
        else:
            if ahead := self._counted_name(amount):
                narrowed = self.text[: token.start].endswith(tuple(lexicon()["part"]))
                subject = Subject(ahead, "part" if narrowed else None)
                self.clause.unknown = False
            elif self._counts_else(token, amount):
                subject = None
            before = self._before("fill")
            if before is not None and before.kind == "base" and not self.clause.way:  # 比2016年26.3亿元增加…
                year = self._base_year(year) or year
            reason = self._hindrance(subject)
        if reason in {"unclear", "no_indicator"}:
            self.subject = None  # something else is spoken of, which what follows goes on about
        self.headed = False
        if reason or subject is None:
            self._leave(token, reason or "no_indicator", subject)
        else:
            self._tie(token, amount, subject, year)
        noun = self.text[self.opening : token.start].rstrip(_FILLING)
        if not self.bracketed and not self.headed and self.grammar.names.ends(noun):
            self.noun = noun
        self.clause.said, self.clause.from_, self.clause.whole = True, False, ""
        if not self.queue or self.clause.relation != "yearly":
            self.clause.relation = ""

    def _with_unit(self, amount: Amount) -> Amount:
        """Give a number of a list the unit of the next that has one: 36,051、21,747人."""
        if amount.unit.kind != "none":
            return amount
        later = (each.value for each in self._behind() if each.kind == "amount" and each.value.unit.kind != "none")
        following = next(later, amount)
        return replace(amount, unit=following.unit, scaled=following.scaled)

    def _counted_name(self, amount: Amount) -> Name | None:
        """Give the name that a number counts: 161所小学."""
        behind = self.tokens[self.at + 1 : self.at + 3]
        if behind and self._word(behind[0]) in lexicon()["between"]:
            behind = behind[1:]
        if not behind or behind[0].kind != "name" or amount.unit.kind not in {"persons", "places"}:
            return None
        before = self._before("fill", "before")
        bound = before is not None and before.kind == "name"
        name: Name = behind[0].value
        return name if not bound and self._codes(name, amount) else None

    def _counts_else(self, token: Token, amount: Amount) -> bool:
        """Tell whether what follows a number directly is what it counts: 12所学校, 28,402份."""
        behind = self._behind()[:1]
        if not behind or behind[0].kind not in {"text", "other", "name"} or behind[0].start != token.end:
            return False
        return amount.unit.kind == "none" or amount.word in lexicon()["counting"]

    def _codes(self, name: Name, amount: Amount) -> list[str]:
        return [code for code in name.codes if self._fits(code, amount)]

    def _fits(self, code: str, amount: Amount) -> bool:
        measure = self.grammar.measure(code)
        if not fits(amount, measure, self.clause, compared=self.base is not None):
            return False
        counted = self.grammar.catalogue[code].kind == "count" and amount.unit.kind == measure.kind
        return not counted or amount.within(measure) == amount.within(measure).to_integral_value()

    def _tie(self, token: Token, amount: Amount, subject: Subject, year: int) -> None:
        codes = self._codes(subject.name, amount)
        self.headed = not codes
        closed = None if codes else self.grammar.names.closed(subject.name.phrase, self.noun)
        if closed is not None and (codes := self._codes(closed, amount)):
            self.subject = subject = replace(subject, name=closed)
        if len(codes) != 1:
            self._leave(token, "ambiguous" if codes else "measure", subject)
            return
        if subject == self.subject and not self.queue:  # what follows is of this one: 幼儿园98所，增长2%
            self.subject = replace(subject, name=replace(subject.name, codes=(codes[0],)))
        clause, measure = self.clause, self.grammar.measure(codes[0])
        base = self._base_year(year)
        if clause.from_:
            first = clause.from_year or base
            if first is None:
                self._leave(token, "no_year", subject)
                return
            self.base, year = Years(first), first
        behind = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None
        after = behind.value if behind is not None and behind.kind == "after" else ""
        form = form_of(amount, measure, clause, year, base, about="about" in {clause.relation, after})
        if form is None or (form.name in {"change", "growth"} and not form.base_year and not clause.whole_way):
            self._leave(token, "no_year" if form else "measure", subject)
            return
        said = clause.relation if clause.relation in {"at_least", "at_most"} else after
        if clause.whole_way:
            self._beside_whole(token.end, codes[0], year, form.given)
        else:
            self._put(token.end, codes[0], year, form.given, *relation_of(form, amount, measure, said))

    # What is said without a number

    def on_steady(self, token: Token) -> None:
        """Say that a figure is as before, or about so."""
        roughly = self._word(token).startswith(tuple(lexicon()["roughly"]))
        about = {"growth": Decimal(0), "rounded_to": _ABOUT_AS_BEFORE}
        self._compare(token.end, about if roughly else {"direction": "steady"})

    def _compare(self, end: int, given: Mapping[str, Any]) -> None:
        subject, base = self.subject, self._base_year(self.year)
        if subject is None or base is None or self.clause.said or self.clause.whole or len(subject.name.codes) != 1:
            return
        if not self._hindrance(subject):
            self._put(end, subject.name.codes[0], self.year, {**given, "base_year": base})
            self.clause.said = True

    def _close(self, end: int) -> None:
        """End a clause: say what it says without a number."""
        clause, subject = self.clause, self.subject
        if clause.said or subject is None:
            return
        end = len(self.text[:end].rstrip("。！？!?\n ，；"))
        if clause.whole and clause.whole_way:
            codes = [code for code in subject.name.codes if not self.grammar.catalogue[code].additive]
            if len(codes) == 1 and not self._hindrance(subject):
                self._beside_whole(end, codes[0], self.year, {})
        elif clause.way and not clause.level:
            self._compare(end, {"direction": "up" if clause.way > 0 else "down"})
