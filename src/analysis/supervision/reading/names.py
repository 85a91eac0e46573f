"""Names: how a report may call each indicator, and which of them stands at a place of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from analysis.supervision.reading.numbers import levelled

if TYPE_CHECKING:
    from analysis.workspace.catalogue import Catalogue, Indicator

_BRACKETED: Final = re.compile(r"（([^（）]*)）$")
#: A remark in brackets behind a name is a word that a report has to use, as long as it is one: （普查）.
_QUALIFIER: Final = re.compile(r"[^\W\d_]{2,5}")
#: What names end with in a catalogue and not in a sentence.
_ENDINGS: Final = ("数", "人数")
#: An elliptical name keeps so much of the name before it: 小学 of 小学在校学生, so that 专任教师 means 小学专任教师.
_KEPT: Final = 2
#: All that an elliptical name may be, beside words of two characters or more: 占 of …占比.
_SHORT: Final = "占"


@dataclass(frozen=True, slots=True)
class Name:
    """A name that was found.

    Parameters
    ----------
    phrase
        The whole name; longer than what stands in the text where that is elliptical.
    codes
        The indicators that are called so: several where the name is ambiguous.
    """

    phrase: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """The names of the indicators of a catalogue.

    Parameters
    ----------
    codes
        The indicators by name.
    qualifiers
        A word that the sentence has to hold, by name and code, where the catalogue says so in brackets.
    """

    codes: Mapping[str, tuple[str, ...]]
    qualifiers: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, catalogue: Catalogue) -> Names:
        """Take names, short names and aliases from a catalogue; flags, which are no numbers, are left out."""
        codes: dict[str, list[str]] = {}
        qualifiers: dict[tuple[str, str], str] = {}
        for code, indicator in catalogue.items():
            if indicator.kind == "flag":
                continue
            for phrase, qualifier in _phrases(indicator):
                known = codes.setdefault(phrase, [])
                if code not in known:
                    known.append(code)
                if qualifier:
                    qualifiers[phrase, code] = qualifier
        return cls({phrase: tuple(each) for phrase, each in codes.items()}, qualifiers)

    def at(self, text: str, place: int) -> Name | None:
        """Give the longest name that stands at a place."""
        for size in range(min(self._longest, len(text) - place), 0, -1):
            if (phrase := text[place : place + size]) in self.codes:
                return self._named(phrase, text)
        return None

    def continued(self, text: str, place: int, before: str) -> tuple[Name, int] | None:
        """Give the name at a place that begins as the name before it, and how much of it stands in the text.

        >>> names = Names({"小学在校学生": ("pupils",), "小学专任教师": ("teachers",)})
        >>> names.continued("小学在校学生90人，专任教师9人", 10, "小学在校学生")
        (Name(phrase='小学专任教师', codes=('teachers',)), 4)
        """
        best: tuple[int, int, str] | None = None
        for phrase in self.codes:
            kept = _alike(phrase, before)
            whole = kept == len(before)
            for head in range(kept, _KEPT - 1, -1):
                tail = phrase[head:]
                if (len(tail) > 1 or (whole and head == kept and tail in _SHORT)) and text.startswith(tail, place):
                    best = max(best or (0, 0, ""), (len(tail), head, phrase))
        return (self._named(best[2], text), best[0]) if best else None

    def headed(self, parts: Iterable[str], last: str) -> list[Name | None]:
        """Give the names of a list whose last one alone is whole: 小学、初中 before 高中在校学生.

        Parameters
        ----------
        parts
            The texts before the last name, which end with what is enumerated.
        last
            The last name.
        """
        found: list[Name | None] = []
        for part in parts:
            whole = (part[begin:] + last[end:] for end in range(1, len(last)) for begin in range(len(part)))
            names = [phrase for phrase in whole if phrase in self.codes and phrase != last[1:]]
            found.append(self._named(max(names, key=len), "") if names else None)
        return found

    def closed(self, head: str, noun: str) -> Name | None:
        """Give the name of a head with what was counted before: 小学 behind 在校学生7,800人，其中.

        >>> Names({"小学在校学生": ("pupils",)}).closed("小学", "目前全区在校学生")
        Name(phrase='小学在校学生', codes=('pupils',))
        """
        phrases = (head + noun[begin:] for begin in range(len(noun) - 1))
        return next((self._named(each, "") for each in phrases if each in self.codes), None)

    def ends(self, noun: str) -> bool:
        """Tell whether a name ends like what was counted, so that heads may follow without it."""
        return len(noun) >= _KEPT and any(each.endswith(noun[-_KEPT:]) for each in self.codes)

    def called(self, phrase: str) -> Name | None:
        """Give a name by its phrase."""
        return self._named(phrase, phrase) if phrase in self.codes else None

    def _named(self, phrase: str, text: str) -> Name:
        codes = self.codes[phrase]
        said = [code for code in codes if self.qualifiers.get((phrase, code), "\0") in text]
        usual = [code for code in codes if (phrase, code) not in self.qualifiers]
        return Name(phrase, tuple(said or usual or codes))

    @property
    def _longest(self) -> int:
        return max(map(len, self.codes), default=0)


def _phrases(indicator: Indicator) -> Iterable[tuple[str, str]]:
    """Give the names of an indicator, each with the word that has to stand beside it."""
    given = [indicator.name, indicator.counted, indicator.short]
    for name in [*(each["zh-Hans"] for each in given if each), *indicator.aliases]:
        phrase, qualifier = levelled(name), ""
        if remark := _BRACKETED.search(phrase):
            yield phrase, ""
            if not _QUALIFIER.fullmatch(remark[1]):
                continue
            phrase, qualifier = phrase[: remark.start()], remark[1]
        yield phrase, qualifier
        for ending in _ENDINGS:
            if phrase.endswith(ending) and len(phrase) > len(ending) + 1:
                yield phrase.removesuffix(ending), qualifier


def _alike(one: str, other: str) -> int:
    """Give how many characters two names begin with alike."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
