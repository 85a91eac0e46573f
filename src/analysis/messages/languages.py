"""The two languages of what readers see. Chinese is the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

Language = Literal["zh-Hans", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

#: How the columns of tables end.
_ENDINGS: Mapping[Language, str] = {"zh-Hans": "zh", "en": "en"}

#: A text by language. ``zh-Hans`` is always there.
Texts = Mapping[Language, str]


def pick(texts: Texts, language: Language) -> str:
    """Give a text in a language, or in Chinese where the language has none.

    >>> pick({"zh-Hans": "区"}, "en")
    '区'
    """
    return texts[language] if language in texts else texts["zh-Hans"]


def column_of(name: str, language: Language) -> str:
    """Name the column of a table that has a text in a language.

    >>> column_of("name", "zh-Hans"), column_of("name", "en")
    ('name_zh', 'name_en')
    """
    return f"{name}_{_ENDINGS[language]}"


def in_columns(name: str, texts: Texts | None) -> dict[str, str]:
    """Give a text as the columns of a table, one a language; empty for none.

    >>> in_columns("name", {"zh-Hans": "区"})
    {'name_zh': '区', 'name_en': '区'}
    """
    return {column_of(name, language): pick(texts, language) if texts else "" for language in LANGUAGES}


def from_columns(name: str, row: Mapping[Any, Any]) -> Texts:
    """Read a text from the columns of a row.

    >>> from_columns("name", {"name_zh": "区", "name_en": "district"})
    {'zh-Hans': '区', 'en': 'district'}
    """
    return {language: str(row[column_of(name, language)]) for language in LANGUAGES}


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
