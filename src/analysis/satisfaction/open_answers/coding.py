"""Coding: which topics of a code frame each comment speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from analysis.satisfaction.open_answers.segmentation import BREAK, Cutter, cutter, stop_words

if TYPE_CHECKING:
    import pandas as pd

    from analysis.satisfaction.open_answers.code_frame import CodeFrame, Term

#: Whether a comment says something; missing where there is no comment.
SAID, NOTHING = "something", "nothing"


@dataclass(frozen=True, slots=True)
class _Surface:
    """What it means that a phrase stands in a text: topics, and parts of terms with ``+``."""

    topics: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one comment."""

    words: tuple[str, ...] = ()  #: with breaks where clauses end
    topics: frozenset[str] = frozenset()
    terms: tuple[str, ...] = ()  #: that were found, as they are looked for
    nothing: bool = False  #: nobody is told anything


@dataclass(frozen=True, eq=False)
class Coder:
    """A code frame made ready to code; :func:`coder` makes it."""

    frame: CodeFrame
    cutter: Cutter = field(repr=False)
    stop: frozenset[str] = field(repr=False)
    surfaces: dict[str, _Surface] = field(repr=False)
    starts: frozenset[str] = field(repr=False)  #: everything that a surface or one that says nothing begins with
    together: dict[str, list[tuple[frozenset[str], str]]] = field(repr=False)  #: by each part
    nothing: frozenset[str] = field(repr=False)

    @property
    def exempt(self) -> frozenset[str]:
        """The words of its terms, which the disclosure scan takes for no names."""
        return _exempt(self)

    def code(self, text: str) -> Found:
        """Code one comment."""
        words = self.cutter.cut(text)
        topics: set[str] = set()
        terms: list[str] = []
        parts: set[str] = set()
        for phrase in _longest(words, self.starts, self.surfaces):
            if phrase == BREAK:
                topics |= self._together(parts)
                parts.clear()
                continue
            meant = self.surfaces[phrase]
            topics |= meant.topics
            parts |= meant.parts
            terms += [phrase.strip()] if meant.topics or meant.parts else []
        topics |= self._together(parts)
        return Found(tuple(words), frozenset(topics), tuple(terms), not topics and self._says_nothing(words))

    def _together(self, parts: set[str]) -> set[str]:
        if len(parts) < 2:  # noqa: PLR2004  one part is nothing
            return set()
        return {topic for part in parts for needed, topic in self.together[part] if needed <= parts}

    def _says_nothing(self, words: list[str]) -> bool:
        """Tell whether words are all of those that say nothing; a stop word alone, such as "no", says nothing too."""
        kept = [word for word in words if word != BREAK and not word.lstrip()[:1].isdigit()]
        place, some = 0, not kept
        while place < len(kept):
            reach, end, joined = 0, place, ""
            while end < len(kept) and (joined := joined + kept[end]) in self.starts:
                end += 1
                reach = end if joined in self.nothing else reach
            if not reach and kept[place] not in self.stop:
                return False
            some, place = some or bool(reach), reach or place + 1
        return some


def _longest(words: list[str], starts: frozenset[str], surfaces: dict[str, _Surface]) -> Iterator[str]:
    """Give the surfaces in words, the longest from the left, and where clauses end; each ends where a word ends."""
    place, size = 0, len(words)
    while place < size:
        joined = words[place]
        if joined == BREAK:
            yield BREAK
        elif joined in starts:
            reach, longest, end = 0, "", place + 1
            while True:
                if joined in surfaces:
                    reach, longest = end, joined
                if end == size or (joined := joined + words[end]) not in starts:
                    break
                end += 1
            if reach:
                yield longest
                place = reach
                continue
        place += 1


@lru_cache(maxsize=8)
def _exempt(ready: Coder) -> frozenset[str]:
    terms = {part for topic in ready.frame.topics.values() for term in topic.terms for part in term.parts}
    return frozenset(word for term in terms for word in [term, *cutter().cut(term)])


@lru_cache(maxsize=8)
def _coder(text: str) -> Coder:
    from analysis.satisfaction.open_answers.code_frame import CodeFrame

    return _made(CodeFrame.model_validate_json(text))


def coder(frame: CodeFrame) -> Coder:
    """Make a code frame ready to code, once for each of its contents.

    Notes
    -----
    A term is found where it begins and ends with words, so 中考 is not in 高中考试; of terms that overlap the longest
    counts, from the left. A phrase of ``not`` is looked for like a term, and what it holds counts for the other topics
    only.
    """
    return _coder(frame.model_dump_json(by_alias=True))


def _made(frame: CodeFrame) -> Coder:
    terms = [(code, term) for code, topic in frame.topics.items() for term in topic.terms]
    refusing = {phrase for topic in frame.topics.values() for phrase in topic.not_}
    refusing |= {phrase for _, term in terms for phrase in term.not_}
    whole = [part for _, term in terms for part in term.parts]
    cut = cutter(frozenset([*whole, *refusing, *frame.nothing]))
    topics: dict[str, set[str]] = {}
    parts: dict[str, set[str]] = {}
    together: dict[str, list[tuple[frozenset[str], str]]] = {}
    for code, term in terms:
        pieces = [cut.joined(part) for part in term.parts]
        if len(pieces) == 1:
            topics.setdefault(pieces[0], set()).add(code)
            continue
        for piece in pieces:
            together.setdefault(piece, []).append((frozenset(pieces), code))
            parts.setdefault(piece, set()).add(piece)
    pieces_known = frozenset(parts)
    for longer in {*topics, *parts}:
        parts.setdefault(longer, set()).update(piece for piece in pieces_known if piece in longer)
    surfaces = {
        phrase: _Surface(frozenset(topics.get(phrase, ())), frozenset(parts.get(phrase, ())))
        for phrase in {*topics, *parts}
    }
    nothing = frozenset(cut.joined(phrase) for phrase in frame.nothing)
    refused = {cut.joined(phrase): _kept(frame, phrase, terms, cut, surfaces) for phrase in sorted(refusing)}
    surfaces |= refused
    stop = stop_words() | {cut.joined(word) for word in frame.stop}
    return Coder(frame, cut, stop, surfaces, _starts([*surfaces, *nothing]), together, nothing)


def _kept(
    frame: CodeFrame, phrase: str, terms: list[tuple[str, Term]], cut: Cutter, surfaces: dict[str, _Surface]
) -> _Surface:
    """Give what a phrase of ``not`` leaves: its own topics, and those of terms in it that it does not refuse."""
    own = cut.joined(phrase)
    refused = {(code, cut.joined(part)) for code, term in terms for part in term.parts
               if phrase in term.not_ or phrase in frame.topics[code].not_}  # fmt: skip
    inside = {other for other in surfaces if other in own and other != own}
    longest = {other for other in inside if not any(other in more and other != more for more in inside)}
    topics = {(code, other) for other in longest for code in surfaces[other].topics} - refused
    parts = {piece for other in inside for piece in surfaces[other].parts if all(piece != gone for _, gone in refused)}
    mine = surfaces.get(own, _Surface())
    return _Surface(frozenset(code for code, _ in topics) | mine.topics, frozenset(parts) | mine.parts)


def _starts(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(phrase[:end] for phrase in phrases for end in range(1, len(phrase) + 1))


def coded(texts: pd.Series, frame: CodeFrame) -> pd.DataFrame:
    """Code a column of comments.

    Parameters
    ----------
    texts
        Comments, shape (n,); missing where nothing was written.
    frame
        The code frame.

    Returns
    -------
    pandas.DataFrame
        With the index of ``texts``: ``said`` ("something", "nothing" for such as 没有意见, missing without a comment),
        then a truth for each topic, False where nothing was written.

    Notes
    -----
    Deterministic, and each comment by itself: the same comment has the same codes whatever stands beside it.
    """
    import numpy as np
    import pandas as pd

    ready = coder(frame)
    plain = texts.astype("string").str.strip()
    numbers, unique = pd.factorize(plain.where(plain != ""))
    topics = {code: place for place, code in enumerate(frame.topics)}
    hits, silent = np.zeros((len(unique) + 1, len(topics)), dtype=bool), np.zeros(len(unique) + 1, dtype=bool)
    for row, text in enumerate(unique):
        found = ready.code(str(text))
        silent[row] = found.nothing
        hits[row, [topics[code] for code in found.topics]] = True
    said = pd.Series(np.where(silent[numbers], NOTHING, SAID), index=texts.index, dtype="string")
    table = pd.DataFrame(hits[numbers], index=texts.index, columns=list(topics))
    table.insert(0, "said", said.where(numbers >= 0))
    return table
