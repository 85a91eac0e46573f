"""How much room words take on a paper form, and in how many columns they stand."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

from analysis.documents.form_reference import MOST_COLUMNS
from analysis.documents.nodes import Node, text
from analysis.messages import Language

#: A line's width in millimetres, and in ems of the text that options are set in.
LINE, EMS = 180, 45
#: The least width of a table's words, and the least and most of a point, in millimetres.
WORDS, LEAST, MOST = 58, 11.5, 17
#: The longest label of a point, in ems; longer ones are options like any others.
LONGEST_LABEL = 13
#: Few short options stand as if there were so many, side by side.
FEW = 4
#: What an option takes beside its words, in ems: the box, and the gap to the next.
BOX = 3.5
#: The size of a point's label in millimetres; that of English is less, for its letters are narrower than half an em.
_EM: dict[Language, float] = {"zh-Hans": 3.0, "en": 2.22}
_PADDING = 1.6
_CODE, _BOX = 3.0, 6.0
_BROKEN = range(4, 7)


def width(words: str) -> float:
    """Estimate the width of words in ems: a Han character is one, others half.

    >>> width("满意 (7)")
    4.0
    """
    return sum(1.0 if unicodedata.east_asian_width(each) in "WF" else 0.5 for each in words)


def rows(words: str) -> int:
    """Estimate how many lines words take."""
    return math.ceil(width(words) / EMS)


def columns(labels: Sequence[str]) -> int:
    """Choose in how many columns options stand: as many as the longest leaves room for, evenly filled.

    >>> columns(["yes 是", "no 否"]), columns([f"{n} 二十个汉字的选项要占许多地方所以不能并排放" for n in range(3)])
    (4, 1)
    """
    fit = max(1, min(int(EMS // (max(map(width, labels)) + BOX)), MOST_COLUMNS))
    even = math.ceil(len(labels) / math.ceil(len(labels) / fit))
    return max(even, min(fit, FEW)) if len(labels) <= fit else even


def shares(points: Sequence[tuple[str, str]], language: Language) -> list[float]:
    """Share a line among a table's columns: that of the words, then one a point; none if they do not fit.

    Parameters
    ----------
    points
        Code and label of each point.
    language
        Of the labels.

    Examples
    --------
    >>> [round(share, 3) for share in shares([("1", "同意"), ("2", "不同意")], "zh-Hans")]
    [0.872, 0.064, 0.064]
    >>> shares([("1", "a label")] * 40, "en")
    []
    """
    labels = [label for _, label in points]
    if any(width(label) > LONGEST_LABEL for label in labels):
        return []
    wanted = max(map(_unbroken, labels), default=1) * _EM[language] + _PADDING
    wanted = max(wanted, *(width(code) * _CODE + _BOX for code, _ in points))
    each = min(max(wanted, LEAST), MOST, (LINE - WORDS) / len(labels))
    return [1 - each * len(labels) / LINE, *[each / LINE] * len(labels)] if each >= min(wanted, LEAST) else []


def _unbroken(label: str) -> float:
    """Give the width of what stays together over a column: a word, or half of Han characters, so that two lines do."""
    words = (width(word) if word.isascii() else max(3, math.ceil(width(word) / 2)) for word in label.split())
    return max(words, default=1)


def over(label: str) -> list[Node]:
    """Write a label over a narrow column: four Han characters or more in two lines of about one length."""
    if not (len(label) in _BROKEN and width(label) == len(label)):
        return text(label)
    half = len(label) // 2
    return [*text(label[:half]), {"t": "LineBreak"}, *text(label[half:])]
