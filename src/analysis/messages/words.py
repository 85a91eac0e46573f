"""Words: what a room's results, charts and pages say, in two languages; one YAML file a verb in its `texts/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from analysis.messages.languages import LANGUAGES, Language, Texts, pick


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a room.

    Parameters
    ----------
    room
        The package whose folder `texts` holds one YAML file a verb: a text in both languages by key.
    below
        The texts of a room below, which are known here too where a file of the same name has no such key.
    """

    room: str
    below: Words | None = None

    def of(self, name: str) -> Mapping[str, Texts]:
        """Give what a verb says, by key; nothing if no file is of its name."""
        return _read(self, name)

    def said(self, name: str, key: str, language: Language, /, **values: object) -> str:
        """Say something in a language, with values put in."""
        return pick(self.of(name)[key], language).format(**values)

    def both(self, name: str, key: str, /, **values: object) -> Texts:
        """Say something in both languages; a value that is a text in two languages is put in in each."""
        return {
            language: self.said(name, key, language, **{of: _in(each, language) for of, each in values.items()})
            for language in LANGUAGES
        }


@cache
def _read(words: Words, name: str) -> Mapping[str, Texts]:
    from ruamel.yaml import YAML

    known = dict(words.below.of(name)) if words.below else {}
    file = resources.files(words.room).joinpath("texts", f"{name}.yaml")
    own: dict[str, Texts] = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return known | own


def _in(value: object, language: Language) -> object:
    return pick(value, language) if isinstance(value, Mapping) and "zh-Hans" in value else value
