"""The lexicon: the words that statements are made with, read from `lexicon.yaml`, and what finds them in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, Final

from analysis.supervision.reading.numbers import HAN_NUMBER, Amounts

Found = tuple[str, Any, int]
_WAYS: Final[Mapping[str, int]] = {"up": 1, "down": -1}


@dataclass(frozen=True)
class Lexicon:
    """The words by what they do.

    Parameters
    ----------
    entries
        As `lexicon.yaml` has them.
    """

    entries: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.entries[name]

    @cached_property
    def amounts(self) -> Amounts:
        """What finds numbers."""
        return Amounts(self["units"], tuple(self["more"]), tuple(self["not_persons"]))

    @cached_property
    def span(self) -> re.Pattern[str]:
        """What finds spans of years: 五年来, 近五年."""
        recent, spans = ("|".join(self[name]) for name in ("recent", "span"))
        number = rf"\d{{1,2}}|{HAN_NUMBER}"
        return re.compile(rf"(?:{recent})?(?P<years>{number})个?(?:{spans})|(?:{recent})(?P<more>{number})年(?!级)")

    @cached_property
    def words(self) -> Mapping[str, tuple[str, Any]]:
        """Kind and value of each word that is a token by itself."""
        found: dict[str, tuple[str, Any]] = {}

        def put(kind: str, words: Iterable[str], value: Any = None) -> None:
            found.update(dict.fromkeys(words, (kind, value)))

        put("fill", self["fill"])
        put("fill", self["inside"])
        put("other", self["not_names"])
        put("conj", ("、", "和", "及", "以及", "与"))
        put("comma", ("，", ",", "（", "）", "(", ")", "［", "］"))
        put("stop", ("；", ";", "。", "！", "？", "!", "?"))
        for name, relation in (("relations", "before"), ("after", "after")):
            for meant, words in self[name].items():
                put(relation, words, meant)
        for way, words in self["moves"].items():
            put("move", words, _WAYS[way])
            put("level_move", (word + to for word in words for to in self["to"]), _WAYS[way])
            short = {word[0] for word in words if word[0] in "增升降减"}
            put("level_move", (word + to for word in short for to in self["to"][:2]), _WAYS[way])
        for way, words in self["moves_short"].items():
            put("move_short", words, _WAYS[way])
        for way, words in self["growths"].items():
            put("move", words, _WAYS[way])
        put("steady", self["steady"])
        put("compare", self["compare"])
        put("from", self["from"])
        put("since", self["since"])
        put("base", self["last_year"], -1)
        found.update({word: ("year", back) for word, back in self["relative"].items()})
        put("before", self["mean"], "yearly")
        for words, reason in (("planned", "planned"), ("norm", "norm"), ("period", "no_year"), ("partial", "part")):
            put("blocked", self[words], reason)
        for kind in ("listed", "average"):
            put(kind, self[kind])
        return found

    def at(self, text: str, place: int) -> Found | None:
        """Give kind, value and length of the longest word at a place."""
        for size in range(min(self._longest, len(text) - place), 0, -1):
            if (word := text[place : place + size]) in self.words:
                return *self.words[word], size
        return None

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.words))


@cache
def lexicon() -> Lexicon:
    """Read the lexicon."""
    from ruamel.yaml import YAML

    file = resources.files("analysis.supervision.reading").joinpath("lexicon.yaml")
    return Lexicon(YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")))
