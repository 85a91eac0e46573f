"""The two languages of what readers see. Chinese is the first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Language = Literal["zh-Hans", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

#: A text by language. ``zh-Hans`` is always there.
Texts = Mapping[Language, str]


def pick(texts: Texts, language: Language) -> str:
    """Give a text in a language, or in Chinese where the language has none.

    >>> pick({"zh-Hans": "区"}, "en")
    '区'
    """
    return texts[language] if language in texts else texts["zh-Hans"]
