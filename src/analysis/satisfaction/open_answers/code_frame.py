"""Code frames: topics of open answers, with the terms that tell them and the phrases that do not count."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from analysis.messages import DuzhengError, Fault, Language, Texts, pick
from analysis.messages.requests import wrong
from analysis.satisfaction.open_answers.segmentation import HAN, normalise
from analysis.surveys.items import Entry
from analysis.workspace.yaml_files import check_entry, line_of, read_yaml

#: Where code frames lie in a workspace.
FOLDER = "surveys/codeframes"
#: Parts two terms that stand in one clause, in any order.
TOGETHER = "+"


def _some_word(term: str) -> str:
    if not all(re.search(r"\w", part) for part in term.split(TOGETHER)):
        raise ValueError("words; signs alone are not looked for")
    return term


Words = Annotated[str, AfterValidator(_some_word)]


class Term(Entry):
    """A word, a phrase, or several of them with ``+`` between that stand in one clause."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    term: Words
    not_: tuple[Words, ...] = Field(default=(), alias="not")  #: phrases with the term in which it does not count

    @property
    def parts(self) -> tuple[str, ...]:
        """The phrases that must all be there."""
        return tuple(part.strip() for part in self.term.split(TOGETHER))


def _as_term(value: Any) -> Any:
    return {"term": value} if isinstance(value, str) else value


OneTerm = Annotated[Term, BeforeValidator(_as_term)]


class Topic(Entry):
    """A topic: its name, what belongs to it, and the terms by which it is known."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: Texts
    covers: Texts  #: what coders are told
    zh: tuple[OneTerm, ...] = ()
    en: tuple[OneTerm, ...] = ()
    not_: tuple[Words, ...] = Field(default=(), alias="not")  #: phrases in which no term of this topic counts

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of both languages."""
        return self.zh + self.en


class CodeFrame(Entry):
    """Topics of open answers, in the order in which they are shown."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    version: Annotated[int, Field(ge=1)]
    date: dt.date
    title: Texts
    items: tuple[str, ...] = ()  #: the questions that it is made for
    nothing: tuple[Words, ...] = ()  #: an answer of these, and of words without content, says nothing
    stop: tuple[Words, ...] = ()  #: words without content, beside those that are known
    topics: Annotated[dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Topic], Field(min_length=1)]

    def name(self, topic: str, language: Language) -> str:
        """Give what a topic is called."""
        return pick(self.topics[topic].name, language)


def code_frames(root: Path) -> list[str]:
    """List the code frames of a workspace by name."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.yaml"))


def read_code_frame(root: Path, name: str) -> CodeFrame:
    """Read a code frame of a workspace.

    Parameters
    ----------
    root
        The workspace.
    name
        Of the file ``surveys/codeframes/NAME.yaml``.

    Raises
    ------
    DuzhengError
        DZ-S002 if there is no such file, DZ-W002 if it is not YAML, and DZ-W003 with file and line for every fault:
        unknown or missing keys, an id that is not the file's name, a term twice in a topic, one in the wrong language,
        and phrases of ``not`` without a term that they could keep from counting.
    """
    file = f"{FOLDER}/{name}.yaml"
    if not (root / file).is_file():
        known = ", ".join(code_frames(root)) or f"a file in {FOLDER}"
        raise DuzhengError(wrong(f"frame={name!r}", known, "choose one of them, or write it"))
    node = read_yaml(root / file, file)
    frame = check_entry(CodeFrame, node, file)
    faults = [
        Fault("DZ-W003", file=file, line=line_of(node, where), column=".".join(map(str, where)), found=found,
              expected=expected, hint=hint)
        for where, found, expected, hint in _faults(frame, name)
    ]  # fmt: skip
    if faults:
        raise DuzhengError.of(faults)
    return frame


_Found = tuple[tuple[int | str, ...], str, str, str]


def _faults(frame: CodeFrame, name: str) -> Iterator[_Found]:
    if frame.id != name:
        yield ("id",), repr(frame.id), f"{name!r}, the file's name", ""
    for code, topic in frame.topics.items():
        where = ("topics", code)
        if not topic.terms:
            yield where, "no terms", "terms under zh or en", "a topic without terms is never found"
        times = Counter(_plain(term.term) for term in topic.terms)
        for language, terms in (("zh", topic.zh), ("en", topic.en)):
            for place, term in enumerate(terms):
                at, has_han = (*where, language, place), bool(re.search(f"[{HAN}]", term.term))
                if times[_plain(term.term)] > 1:
                    found = f"{term.term!r} {times[_plain(term.term)]} times"
                    yield at, found, "each term once", "leave out the others"
                if has_han is (language == "en"):
                    other = "zh" if has_han else "en"
                    yield at, f"{term.term!r} under {language}", f"it under {other}", ""
                yield from _idle((*at, "not"), term.not_, [term])
        yield from _idle((*where, "not"), topic.not_, topic.terms)


def _idle(where: tuple[int | str, ...], phrases: tuple[str, ...], terms: Any) -> Iterator[_Found]:
    """Find phrases of ``not`` that keep nothing from counting."""
    for place, phrase in enumerate(phrases):
        inside = [term for term in terms if any(_plain(part) in _plain(phrase) for part in term.parts)]
        if not inside:
            yield (*where, place), repr(phrase), "a phrase with one of the terms in it", "leave it out, or mend it"
        elif any(_plain(term.term) == _plain(phrase) for term in inside):
            yield (*where, place), repr(phrase), "a phrase longer than the term", "leave out one of the two"


def _plain(term: str) -> str:
    return " ".join(normalise(term).split())
