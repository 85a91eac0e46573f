"""The grammar: passages read sentence by sentence, with what is carried from one to the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from analysis.supervision.reading.lexicon import lexicon
from analysis.supervision.reading.names import Names
from analysis.supervision.reading.numbers import Unit, levelled
from analysis.supervision.reading.sentence import Sentence
from analysis.supervision.reading.statement import Statement
from analysis.supervision.reading.tokens import tokens_of
from analysis.workspace.catalogue import Catalogue

_SENTENCE: Final = re.compile(r"[^。！？!?\n]+[。！？!?\n]?")
#: What a sentence begins with that goes on about the subject of the one before.
_GOES_ON: Final = frozenset({"base", "compare", "move"})


@dataclass(frozen=True)
class Grammar:
    """What reads the passages of a report.

    Parameters
    ----------
    catalogue
        The indicators.
    names
        What they are called.
    year
        The year that the report is about: figures without a year are of it.
    scopes
        Ids of units by the words for them; empty for a place that no figure is known of.
    here
        The reporting unit.
    """

    catalogue: Catalogue
    names: Names
    year: int
    scopes: Mapping[str, str]
    here: str

    def statements(self, passage: str) -> Iterator[Statement]:
        """Read a passage.

        The subject is carried into a sentence that begins with a comparison (比2012年增长…), the year that opens the
        passage into all of its sentences, and another unit until the reporting one is named again.
        """
        year, subject, unit = self.year, None, ""
        for number, found in enumerate(_SENTENCE.finditer(levelled(passage))):
            tokens = tokens_of(found.group(), self.names, self.scopes)
            if not tokens:
                continue
            carried = subject if tokens[0].kind in _GOES_ON else None
            if carried is not None:
                tokens = tokens_of(found.group(), self.names, self.scopes, carried.name.phrase)
            printed = passage[found.start() : found.end()]
            sentence = Sentence(self, found.group(), printed, tokens, year, carried, unit=unit)
            by = found.start()
            yield from (replace(each, start=each.start + by, end=each.end + by) for each in sentence.read())
            subject, unit = sentence.subject, sentence.unit
            if number == 0 and tokens[0].kind in {"year", "fill"}:
                year = sentence.opened or year

    def measure(self, code: str) -> Unit:
        """Give the unit of an indicator."""
        return lexicon().amounts.unit(self.catalogue[code].measure["zh-Hans"])
