"""The packaged fonts: where they are, which characters they have, and a subset of them for a web page."""

from __future__ import annotations

import base64
import io
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

#: What stands for a character that no packaged font has (U+3013, the printer's mark for a missing type).
MISSING: Final = "〓"

#: Families of the packaged fonts, as pages, charts and PDF name them.
SERIF: Final = "Noto Serif SC"
SANS: Final = "Noto Sans SC"

_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me"})  # nothing is seen of these by themselves, so no mark stands for them
_NEVER = frozenset({"Cc", "Cf", "Cs", "Co"})  # never printed, whatever a font has: controls, directions, private use
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))  # which form of a character: it stays, in its usual one


def font_files() -> dict[str, Path]:
    """Give the font file of each family.

    Examples
    --------
    >>> sorted(font_files())
    ['Noto Sans SC', 'Noto Serif SC']
    """
    from pylopdf_fonts_zh_cn import sans_path, serif_path

    return {SANS: sans_path(), SERIF: serif_path()}


def font_directory() -> Path:
    """Give the folder of the packaged fonts, for typst and vl-convert."""
    return font_files()[SANS].parent


@lru_cache(maxsize=1)
def covered() -> frozenset[int]:
    """Give the code points that may be printed: they are no controls, and every packaged family has a glyph."""
    from fontTools.ttLib import TTFont

    sets = []
    for file in font_files().values():
        with TTFont(file, lazy=True) as font:
            sets.append(frozenset(font.getBestCmap()))
    shared = frozenset.intersection(*sets) - {ord("\N{REPLACEMENT CHARACTER}")}
    return frozenset(point for point in shared if unicodedata.category(chr(point)) not in _NEVER)


def _stand_in(character: str) -> str:
    category = unicodedata.category(character)
    if character in "\t\n\r\v\f" or category in {"Zl", "Zp"}:
        return " "
    if category == "Zs":
        return "\N{NO-BREAK SPACE}" if character == "\N{NARROW NO-BREAK SPACE}" else " "
    return "" if category in _UNSEEN else MISSING


def replace_uncovered(text: str) -> tuple[str, list[str]]:
    r"""Make a text printable: control characters go, a character without a glyph becomes 〓.

    Among the controls are those that turn the direction of a text (U+202A to U+202E, U+2066 to U+2069): what is read
    must stand in the order in which it was written. Tabs, line breaks and uncommon spaces become spaces, and the
    selectors of a character's form go silently: a reader loses nothing by that, so they are not listed.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    tuple of str and list of str
        The printable text, and each replaced or removed character, in order of first appearance.

    Examples
    --------
    >>> replace_uncovered("a\u0007b 😀😀 区")
    ('ab 〓〓 区', ['\x07', '😀'])
    >>> replace_uncovered("line\nbreak")
    ('line break', [])
    """
    known = covered()
    if all(ord(character) in known for character in text):
        return text, []
    listed: dict[str, None] = {}
    parts = []
    for character in text:
        if ord(character) in known:
            parts.append(character)
            continue
        instead = _stand_in(character)
        parts.append(instead)
        if instead == MISSING or not (instead or any(ord(character) in form for form in _SELECTORS)):
            listed[character] = None
    return "".join(parts), list(listed)


def shown_characters(characters: Iterable[str]) -> list[str]:
    r"""Name characters so that a terminal can show them: what is not seen, or does something, by its code point alone.

    Examples
    --------
    >>> shown_characters(["🌅", "\x1b", "\u202e"])
    ['🌅 (U+1F305)', 'U+001B', 'U+202E']
    """
    return [
        f"U+{ord(each):04X}" if unicodedata.category(each)[0] in "CMZ" else f"{each} (U+{ord(each):04X})"
        for each in characters
    ]


def subset_css(characters: Iterable[str]) -> str:
    """Make the ``@font-face`` rules of both families, cut down to the characters of a run of documents.

    Takes about half a second a family: call it once a run, not once a document.

    Parameters
    ----------
    characters
        Characters, or texts that hold them. Printable ASCII is always added.

    Returns
    -------
    str
        CSS with the fonts inside as base64 WOFF2; the same bytes for the same set of characters.

    Examples
    --------
    >>> css = subset_css(["区"])
    >>> css.count("@font-face"), css == subset_css("区")
    (2, True)
    """
    points = {ord(character) for text in characters for character in text} | set(range(0x20, 0x7F))
    return "\n".join(
        f'@font-face{{font-family:"{family}";font-style:normal;font-weight:400;font-display:swap;'
        f'src:url(data:font/woff2;base64,{_subset(file, frozenset(points))}) format("woff2")}}'
        for family, file in font_files().items()
    )


def font_of(css: str, family: str = SANS) -> Any:
    """Give the font of a family from the rules of :func:`subset_css`, as fontTools has it, or None if there is none.

    Parameters
    ----------
    css
        The rules, or an empty text.
    family
        The family.
    """
    from fontTools.ttLib import TTFont

    found = re.search(rf'font-family:"{family}".*?base64,([^)]+)\)', css)
    if found is None:
        return None
    font = TTFont(io.BytesIO(base64.b64decode(found[1])))
    font.flavor = None
    return font


@lru_cache(maxsize=4)
def _subset(file: Path, points: frozenset[int]) -> str:
    from fontTools import subset

    options = subset.Options(
        flavor="woff2",
        recalc_timestamp=False,
        hinting=False,
        desubroutinize=False,
        notdef_outline=True,
        layout_features=["kern", "palt", "pwid", "locl", "ccmp", "liga"],
    )
    font = subset.load_font(str(file), options)
    worker = subset.Subsetter(options=options)
    worker.populate(unicodes=sorted(points))
    worker.subset(font)
    buffer = io.BytesIO()
    subset.save_font(font, buffer, options)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
