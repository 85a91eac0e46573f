"""The few words that the documents themselves say, in both languages: Table, Figure, Skip to content."""

from __future__ import annotations

from typing import Final

from analysis.messages import Language, Texts, pick

#: The author that every file names.
AUTHOR: Final = "Duzheng"

#: Words of the page, by key; ``{n}`` is the running number.
WORDS: Final[dict[str, Texts]] = {
    "table": {"zh-Hans": "表{n}\N{IDEOGRAPHIC SPACE}", "en": "Table {n}. "},
    "figure": {"zh-Hans": "图{n}\N{IDEOGRAPHIC SPACE}", "en": "Figure {n}. "},
    "figure_data": {"zh-Hans": "图{n}的数据", "en": "Data of Figure {n}"},
    "figure_elsewhere": {
        "zh-Hans": "数据见网页版图{n}下的表。",
        "en": "The data are in a table below Figure {n} of the web page.",
    },
    "data_name": {"zh-Hans": "名称", "en": "Name"},
    "data_value": {"zh-Hans": "数值", "en": "Value"},
    "data_year": {"zh-Hans": "年份", "en": "Year"},
    "table_region": {"zh-Hans": "表{n}（可横向滚动）", "en": "Table {n} (scrolls sideways)"},
    "dash": {"zh-Hans": "——", "en": "— "},
    "skip": {"zh-Hans": "跳到正文", "en": "Skip to the text"},
    "notice": {"zh-Hans": "数据性质提示", "en": "Notice about the data"},
}

#: How a file says its language: for HTML, for typst (language, region), for Word.
HTML_LANGUAGE: Final[dict[Language, str]] = {"zh-Hans": "zh-Hans", "en": "en"}
TYPST_LANGUAGE: Final[dict[Language, tuple[str, str]]] = {"zh-Hans": ("zh", "CN"), "en": ("en", "US")}
WORD_LANGUAGE: Final[dict[Language, str]] = {"zh-Hans": "zh-CN", "en": "en-US"}

_HAN_DIGITS = "零一二三四五六七八九"

#: Characters that a page may need beside its blocks: numbering, signs, these words, and the mark for a missing glyph.
PAGE_CHARACTERS: Final = "".join(
    sorted({*"十、（）〓−–—…“”‘’", *_HAN_DIGITS, *"".join("".join(w.values()) for w in WORDS.values())})
)

_TEN = 10
_HUNDRED = 100


def word(key: str, language: Language, n: int = 0) -> str:
    """Give a word of the page.

    Parameters
    ----------
    key
        A key of :data:`WORDS`.
    language
        The language of the document.
    n
        The running number of the table or figure.

    Examples
    --------
    >>> word("table", "en", 2), word("figure_data", "zh-Hans", 1)
    ('Table 2. ', '图1的数据')
    """
    return pick(WORDS[key], language).format(n=n)


def han_number(n: int) -> str:
    """Write a whole number below a hundred in Han numerals, as headings count.

    Parameters
    ----------
    n
        From 1 to 99.

    Raises
    ------
    ValueError
        If ``n`` is outside that range.

    Examples
    --------
    >>> [han_number(n) for n in (1, 10, 11, 20, 35)]
    ['一', '十', '十一', '二十', '三十五']
    """
    if not 0 < n < _HUNDRED:
        raise ValueError(f"{n} is not between 1 and 99")
    tens, ones = divmod(n, _TEN)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_HAN_DIGITS[tens]}十"
    return head + (_HAN_DIGITS[ones] if ones else "")


def heading_number(counts: tuple[int, ...], language: Language) -> str:
    """Write the number before a heading.

    Parameters
    ----------
    counts
        How many headings stand so far at each level, down to this heading's level.
    language
        The language of the document: 一、（一）1. in Chinese (GB/T 9704-2012, 7.3.3), 1. 1.1 1.1.1 in English.

    Examples
    --------
    >>> [heading_number(c, "zh-Hans") for c in ((2,), (2, 3), (2, 3, 1))]
    ['二、', '（三）', '1.']
    >>> [heading_number(c, "en") for c in ((2,), (2, 3), (2, 3, 1))]
    ['2. ', '2.3 ', '2.3.1 ']
    """
    level, last = len(counts), counts[-1]
    if language == "en":
        return f"{last}. " if level == 1 else ".".join(str(count) for count in counts if count) + " "
    return f"{han_number(last)}、" if level == 1 else f"（{han_number(last)}）" if level == 2 else f"{last}."  # noqa: PLR2004
