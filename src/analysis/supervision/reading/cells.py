"""Cells of tables: a bare number is read by what stands at the head of its row and its column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from analysis.supervision.reading.grammar import Grammar
from analysis.supervision.reading.lexicon import lexicon
from analysis.supervision.reading.numbers import levelled
from analysis.supervision.reading.reports import Passage, is_bare
from analysis.supervision.reading.statement import Statement

_BRACKETED: Final = re.compile(r"[（(]([^（）()]*)[）)]")
_YEAR: Final = re.compile(r"((?:19|20)\d{2})年?(?:底|末|度)?")
_UNIT_BEHIND: Final = re.compile(r"\d\s*[^\d\s,，.]")
_SIGNS: Final = "-−－"


def statements_of(grammar: Grammar, passage: Passage) -> Iterator[Statement]:
    """Read a passage; a bare number in a table by the heads of its row and column."""
    if not (passage.heads and is_bare(passage.text)):
        yield from grammar.statements(passage.text)
        return
    number = passage.text.strip()
    start = passage.text.index(number)
    sentence = _Heads.of(grammar, passage.heads).with_number(grammar, levelled(number))
    for each in grammar.statements(sentence):
        text = {"zh-Hans": "　".join([*passage.heads, number])}
        claim = each.claim and each.claim.model_copy(update={"text": text})
        yield replace(each, claim=claim, start=start, end=start + len(number), text=number)
        return
    yield Statement(start, start + len(number), number, reason="no_indicator")


@dataclass
class _Heads:
    """What the heads of a cell say: of which indicator, when, beside what, in which unit."""

    names: list[str] = field(default_factory=list)
    year: str = ""
    way: str = ""
    unit: str = ""

    @classmethod
    def of(cls, grammar: Grammar, heads: tuple[str, ...]) -> _Heads:
        found = cls()
        moves = ("比", "较", "同比", *lexicon()["growths"]["up"])
        for head in heads:
            rest = "".join(levelled(head).split())
            if grammar.names.called(rest) is None:
                for bracket in _BRACKETED.findall(rest):
                    found.unit = bracket.removeprefix("单位").lstrip("：:")
                rest = _BRACKETED.sub("", rest)
            if rest.startswith(moves):
                found.way = rest
                continue
            if year := _YEAR.match(rest):
                found.year, rest = year[1] + "年", rest[year.end() :]
            if rest and rest not in grammar.scopes:
                found.names.append(rest)
        return found

    def with_number(self, grammar: Grammar, number: str) -> str:
        """Write a sentence: name, year, way, number, unit; empty if the heads are not a name and nothing else."""
        phrases = ("".join(self.names), "".join(reversed(self.names)))
        name = next((each for each in phrases if _is_name(grammar, each)), "")
        falls, way = number[0] in _SIGNS, self.way
        if not name or (falls and not way):
            return ""
        way = re.sub("增长|增加|增幅|增速", "减少", way) if falls else way
        unit = "" if _UNIT_BEHIND.search(number) else self.unit
        return f"{name}{self.year}{way}{number.lstrip(_SIGNS + ' ')}{unit}"


def _is_name(grammar: Grammar, text: str) -> bool:
    return any(grammar.names.called(text.removesuffix(end)) is not None for end in ("", "数", "人数", "总数"))
