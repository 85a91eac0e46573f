"""Options as people write them in one cell: split, with their codes, and what kind of answer each is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from analysis.surveys.items import Missing

#: Full-width signs are as long as their narrow ones, so that places in one text are places in the other.
NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x3010: 0x5B, 0x3011: 0x5D}
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
BOXES = "□☐○◯〇◻▢❏"
MARKED = re.compile(rf"(?:^|(?<=[\s;、,/|)一-鿿]))(?:\(?([A-Za-z]|\d{{1,3}})\s*[.、:)=](?!\d)|([{CIRCLED}])[.、]?)\s*")
CODED = re.compile(r"([A-Za-z0-9_]{1,64})\s*=\s*(.+)", re.DOTALL)
#: Where a line to write in and the ends of a scale are looked for: no farther, however long a hostile cell is.
LONGEST = 120
SEPARATORS = ("\n", ";", "|", "、", "/", ",")
#: ``1-5``, ``1~7分``, with what the ends are called before or behind.
SCALE = re.compile(
    r"(?P<least>\d{1,2})\s*(?:分|级|points?)?\s*(?:-{1,2}|~|—+|–|到|至|to|\.\.+)\s*"
    r"(?P<most>\d{1,2})\s*(?:分|级|points?)?(?!\d)"
)
ENDS = re.compile(r"(?P<low>.+?)\s*(?:-{1,2}|~|—+|–|到|至|\bto\b|→)\s*(?P<high>.+)")
SATISFACTION = re.compile(r"满意|同意|赞同|符合|satisf|agree|likely", re.IGNORECASE)
OPEN = re.compile(
    r"[(\[]?\s*(请注明|请说明|请写明|请填写|请具体说明|请列出|please\s+(specify|say|state|describe)|specify)\s*:?\s*_*\s*"
    r"[)\]]?\s*_*\s*$"
    r"|:?\s*[(\[]?\s*_{2,}\s*[)\]]?\s*$",
    re.IGNORECASE,
)
ALONE = re.compile(
    r"(以上)?(都|均|皆|全)(没有|不是|无|不符合)|以上(选项)?(都|均)?(没有|无|不是)|(都|均)不(是|选)|没有以上.*"
    r"|none( of (these|the above|them))?",
    re.IGNORECASE,
)
KINDS: dict[Missing, re.Pattern[str]] = {
    "dont_know": re.compile(r"不知道|不清楚|说不清楚?|不确定|(i )?(don'?t|do not) know|not sure|unsure", re.IGNORECASE),
    "refused": re.compile(
        r"拒绝回答|拒答|不想回答|不愿(意)?回答|prefer not to (say|answer)|(i'?d )?rather not say|refused?( to answer)?",
        re.IGNORECASE,
    ),
    "not_applicable": re.compile(r"不适用|不涉及|n/a|not applicable|does not apply", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """One option as it was written."""

    text: str
    code: str = ""  #: a letter, a number, or what stands before ``=``; empty if there is none


def narrow(text: str) -> str:
    """Write full-width digits, letters and signs as narrow ones; the text stays as long as it was.

    Examples
    --------
    >>> narrow("１～５（分）")
    '1~5(分)'
    """
    return text.translate(NARROW)


def split(text: str) -> list[Offered]:
    """Split a cell into options.

    Parameters
    ----------
    text
        The cell. Options are lettered or numbered (``A. 是 B. 否``, ``1=是``, ``①是``), have boxes to tick
        (``□是 □否``), or stand apart by the strongest sign that is there: a new line, then ``；``, ``|``, ``、``,
        ``/``, ``，``.

    Examples
    --------
    >>> [(each.code, each.text) for each in split("A. 满意  B. 不满意")]
    [('A', '满意'), ('B', '不满意')]
    >>> [each.text for each in split("小学、初中；高中")]
    ['小学、初中', '高中']
    """
    plain = narrow(text)
    found = _coded(text, plain) or _marked(text, plain)
    if found:
        return found
    if len(re.findall(f"[{BOXES}]", plain)) > 1:
        return [Offered(each.strip(" \n;、,/|")) for each in re.split(f"[{BOXES}]", text) if each.strip(" \n;、,/|")]
    mark = next((each for each in SEPARATORS if each in plain.strip()), None)
    return [Offered(each) for each in _cut(text, plain, mark)]


def _cut(text: str, plain: str, mark: str | None) -> list[str]:
    """Cut a text where the narrow one has a sign."""
    if mark is None:
        return [text.strip()] if text.strip() else []
    places = [-1, *(place for place, sign in enumerate(plain) if sign == mark), len(plain)]
    cuts = [text[start + 1 : end].strip() for start, end in pairwise(places)]
    return [cut for cut in cuts if cut]


def _coded(text: str, plain: str) -> list[Offered]:
    """Read ``code=label``, every one of them."""
    for mark in (*SEPARATORS, None):
        if mark is not None and mark not in plain:
            continue
        cuts = _cut(text, plain, mark)
        matches = [CODED.fullmatch(narrow(cut)) for cut in cuts]
        coded = sum(match is not None for match in matches)
        # What stands behind without a code says why there is no answer, as a rule.
        if all(matches[:coded]) and (coded > 1 or (coded == len(cuts) == plain.count("=") == 1)):
            return [
                Offered(cut[match.start(2) :].strip(), match[1]) if match else Offered(cut)
                for cut, match in zip(cuts, matches, strict=True)
            ]
        if mark == "\n":
            return []
    return []


def _marked(text: str, plain: str) -> list[Offered]:
    """Read letters or numbers that go on one after the other."""
    marks = list(MARKED.finditer(plain))
    if len(marks) < 2 or plain[: marks[0].start()].strip():  # noqa: PLR2004  a choice
        return []
    codes = [mark[1] or str(CIRCLED.index(mark[2]) + 1) for mark in marks]
    chosen = [0]
    for place in range(1, len(codes)):
        if _follows(codes[chosen[-1]], codes[place]):
            chosen.append(place)
    if len(chosen) < 2:  # noqa: PLR2004  a choice
        return []
    ends = [*(marks[place].start() for place in chosen[1:]), len(text)]
    found = [
        Offered(text[marks[place].end() : end].strip().rstrip(";；、,，/|").strip(), codes[place])
        for place, end in zip(chosen, ends, strict=True)
    ]
    last, *behind = [line.strip() for line in found[-1].text.split("\n") if line.strip()] or [""]
    return [*found[:-1], Offered(last, found[-1].code), *map(Offered, behind)]


def _follows(one: str, two: str) -> bool:
    if one.isdigit() and two.isdigit():
        return abs(int(two) - int(one)) == 1 or int(two) in {88, 98, 99, 888, 998, 999}
    return not one.isdigit() and not two.isdigit() and ord(two) == ord(one) + 1


def scale(text: str) -> list[Offered]:
    """Read a scale that is only named by its ends; nothing if it is none.

    Examples
    --------
    >>> [(each.code, each.text) for each in scale("非常不满意—非常满意（1-3）")]
    [('1', '非常不满意'), ('2', '2'), ('3', '非常满意')]
    """
    plain = narrow(text).strip()
    match = SCALE.search(plain) if len(plain) <= LONGEST else None
    if not match:
        return []
    least, most = int(match["least"]), int(match["most"])
    rest = (plain[: match.start()] + plain[match.end() :]).strip(" ()[]:,;分级")
    ends = ENDS.fullmatch(rest)
    if not 1 <= most - least <= 20 or (rest and not ends):  # noqa: PLR2004  no scale is longer
        return []
    words = {least: ends["low"].strip(" ()"), most: ends["high"].strip(" ()")} if ends else {}
    return [Offered(words.get(point, str(point)), str(point)) for point in range(least, most + 1)]


def opened(text: str) -> str | None:
    """Give what an option is called that has a line to write in; None if it has none.

    Examples
    --------
    >>> opened("其他（请注明）"), opened("____"), opened("其他")
    ('其他', '其他', None)
    """
    before = max(len(text) - LONGEST, 0)
    match = OPEN.search(narrow(text[before:]))
    return None if match is None else text[: before + match.start()].strip(" :：,，(（") or "其他"


def alone(text: str) -> bool:
    """Tell whether an option says that none of the others holds."""
    return ALONE.fullmatch(narrow(text).strip(" 。.")) is not None


def missing(options: list[Offered]) -> list[tuple[Missing, Offered]]:
    """Give the options at the end that say why there is no answer, as long as two others stay.

    Notes
    -----
    "不清楚" is an answer where another option is "清楚": then it stays one.
    """
    found: list[tuple[Missing, Offered]] = []
    for option in reversed(options):
        text = narrow(option.text).strip(" 。.")
        kind = next((kind for kind, pattern in KINDS.items() if pattern.fullmatch(text)), None)
        others = [each for each in options if each is not option]
        contrary = text.startswith("不") and any(text[1:] in each.text for each in others if text not in each.text)
        if kind is None or contrary or kind in dict(found) or len(options) - len(found) <= 2:  # noqa: PLR2004
            break
        found.append((kind, option))
    return found[::-1]


def numbered(options: list[Offered]) -> list[int] | None:
    """Give codes that are whole numbers, each once; None if they are not."""
    codes: list[Any] = [int(each.code) if re.fullmatch(r"\d{1,4}", each.code) else None for each in options]
    return codes if None not in codes and len(set(codes)) == len(codes) else None
