"""Words of what people wrote: Chinese cut by a dictionary, English by its letters, both from the same text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from analysis.workspace.yaml_files import parse_yaml

if TYPE_CHECKING:
    from rjieba import Jieba

#: Stands among the words of a text where a clause ends: nothing is matched across it.
BREAK = "\n"
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_PARTS = re.compile(
    rf"(?P<han>[{HAN}]+)|(?P<latin>[^\W\d_{HAN}]+(?:'[^\W\d_{HAN}]+)*)|(?P<number>\d+(?:[.:+/]\d+)*)|(?P<end>[^\w\s'\-/&]+)"
)
#: Said before a quality; with it, the dictionary has words such as 太重.
_ADVERBS = frozenset("太很好最更真挺")
#: What joins or says nothing and is not seen: marks of width zero, and those that choose how a sign is drawn.
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\u00ad]")


def normalise(text: str) -> str:
    """Write a text as it is compared: half width, small letters, without marks that nobody sees.

    Traditional characters stay: to make them simple ones needs a table of words, and some names are written so.

    Examples
    --------
    >>> normalise("Ｗｉ－Ｆｉ　不好，ＯＫ？")
    'wi-fi 不好,ok?'
    """
    found = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return found.replace("’", "'").replace("‘", "'")


def singular(word: str) -> str:
    """Take the ending of the plural and of the possessive from an English word, and nothing else.

    Examples
    --------
    >>> [singular(word) for word in ("lunches", "activities", "sizes", "school's", "class", "bus", "fees")]
    ['lunch', 'activity', 'size', 'school', 'class', 'bus', 'fee']
    """
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):  # noqa: PLR2004
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zzes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Give the words that tell nothing of what a text is about, as :meth:`Cutter.cut` gives them."""
    text = resources.files(__package__ or "").joinpath("stop_words.yaml").read_text(encoding="utf-8")
    said = parse_yaml(text, "stop_words.yaml")
    return frozenset(said["zh"].split()) | {" " + singular(word) for word in said["en"].split()}


class Cutter:
    r"""Cuts texts into words; terms that are handed over stay whole.

    Parameters
    ----------
    terms
        Terms in Chinese or English that are one word each. The order does not matter.

    Notes
    -----
    Chinese is cut by rjieba, which carries its dictionary with it (no file, no network): the most probable path of
    dictionary words. Its model for unknown words (HMM) is off, so that a word is always one of the dictionary or of
    ``terms``: the same text gives the same words for ever, and no unknown name becomes a word. A word of the dictionary
    that begins or ends with a term, such as 踢足球, is cut there. English is cut at what is no letter, and plurals are
    made singular. Words in letters and numbers begin with a blank, so that words put together give a text again.

    Examples
    --------
    >>> Cutter(["随迁子女"]).cut("随迁子女升学太难，Lunches are OK")
    ['随迁子女', '升学', '太', '难', '\n', ' lunch', ' are', ' ok']
    """

    def __init__(self, terms: Iterable[str] = ()) -> None:
        from rjieba import Jieba

        self._jieba: Jieba = Jieba()
        self._latin: dict[str, str] = {}
        self._pieces: dict[str, list[str]] = {}
        # In this order whatever the caller's was: how often a word is said to be hangs on the words that are there.
        self._terms = frozenset(run for term in terms for run in re.findall(rf"[{HAN}]+", normalise(term)))
        for term in sorted(self._terms):
            if len(term) > 1:
                self._jieba.add_word(term, None, None)

    def cut(self, text: str) -> list[str]:
        """Cut a text into words, with :data:`BREAK` where a clause ends."""
        return list(self._words(normalise(text)))

    def joined(self, term: str) -> str:
        """Give a term as its words give it when they are put together, such as ``" school lunch"``."""
        return "".join(word for word in self._words(normalise(term)) if word != BREAK)

    def tagged(self, text: str) -> list[tuple[str, str]]:
        """Cut the Chinese of a text into words with the dictionary's tag of each, such as ``ns`` of a place."""
        found: list[tuple[str, str]] = self._jieba.tag(normalise(text), False)  # noqa: FBT003
        return found

    def _words(self, plain: str) -> Iterator[str]:
        for part in _PARTS.finditer(plain):
            match part.lastgroup:
                case "han":
                    for word in self._jieba.cut(part[0], False):  # noqa: FBT003  without its model of unknown words
                        pieces = self._pieces.get(word)
                        if pieces is None:
                            pieces = self._pieces[word] = self._parted(word)
                        yield from pieces
                case "latin":
                    known = self._latin.get(part[0])
                    if known is None:
                        known = self._latin[part[0]] = " " + singular(part[0])
                    yield known
                case "number":
                    yield " " + part[0]
                case _:
                    yield BREAK

    def _parted(self, word: str) -> list[str]:
        """Cut a word of the dictionary where a term begins or ends with it."""
        if word in self._terms:
            return [word]
        for at in range(1, len(word)):
            before, after = word[:at], word[at:]
            if after in self._terms and (len(after) > 1 or before in _ADVERBS):
                return [*self._parted(before), after]
        for at in range(len(word) - 1, 1, -1):
            if word[:at] in self._terms:
                return [word[:at], *self._parted(word[at:])]
        return [word]


@lru_cache(maxsize=8)
def cutter(terms: frozenset[str] = frozenset()) -> Cutter:
    """Give the cutter of some terms, made once: loading the dictionary takes a fifth of a second."""
    return Cutter(terms)


def content_words(words: Iterable[str], stop: frozenset[str]) -> set[str]:
    """Keep the words that may tell what a text is about: of two signs or more, no numbers, no stop words.

    Examples
    --------
    >>> sorted(content_words(["作业", "太", "多", BREAK, " 3", " the", " homework"], stop_words()))
    [' homework', '作业']
    """
    return {
        word for word in words if word not in stop and len(word.strip()) > 1 and not word.lstrip()[:1].isdigit()
    }  # fmt: skip
