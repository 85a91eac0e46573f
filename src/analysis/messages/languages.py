"""The two languages of what readers see. Chinese is the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def listed(parts: Iterable[str], language: Language) -> str:
    """List names in a sentence, empty ones left out.

    >>> listed(["甲", "乙"], "zh-Hans"), listed(["one", "two"], "en")
    ('甲、乙', 'one, two')
    """
    return ("、" if language == "zh-Hans" else ", ").join(part for part in parts if part)


def together(parts: Iterable[str], language: Language) -> str:
    """Put remarks together in one line, empty ones left out.

    >>> together(["甲", "", "乙"], "zh-Hans"), together(["one", "two"], "en")
    ('甲；乙', 'one; two')
    """
    return ("；" if language == "zh-Hans" else "; ").join(part for part in parts if part)


def bracketed(text: str, remark: str, language: Language) -> str:
    """Put a remark in brackets behind a text, if there is one.

    >>> bracketed("甲", "乙", "zh-Hans"), bracketed("one", "two", "en"), bracketed("one", "", "en")
    ('甲（乙）', 'one (two)', 'one')
    """
    if not remark:
        return text
    return f"{text}（{remark}）" if language == "zh-Hans" else f"{text} ({remark})"
