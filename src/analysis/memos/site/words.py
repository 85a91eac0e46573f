"""Words: what the site says, in two languages."""

from __future__ import annotations

from typing import Any

from analysis.messages import Language, Words

WORDS = Words("analysis.memos.site")


def say(language: Language, key: str, /, **values: Any) -> str:
    """Say something in a language.

    >>> say("en", "unit_of", kind="county")
    'County'
    """
    text = WORDS.said("site", key, language, **values)
    return text[:1].upper() + text[1:]


def known(key: str) -> bool:
    """Tell whether there are words of a key."""
    return key in WORDS.of("site")
