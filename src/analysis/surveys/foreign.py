"""Cells of other services' tables read as a LimeSurvey server would tell them: labels, ticks, orders, times."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from analysis.surveys.formats.parts import choices
from analysis.surveys.items import Date, Numeric
from analysis.surveys.limesurvey.held import YES

if TYPE_CHECKING:
    from analysis.surveys.bank import Bank
    from analysis.surveys.survey import Asked

#: How answers were written: by their labels (or our codes), by our codes alone, or by the options' numbers from 1.
Written = Literal["label", "code", "number"]
#: Cells of what was shown and left blank, and of what was not shown; the numbers only where options are chosen.
BLANK, SKIPPED = frozenset({"", "(空)", "-2"}), frozenset({"(跳过)", "-3"})
LOWEST = -2  #: of them
TICKED = frozenset({"1", "√", "✓", "☑", "是", "选中", "已选", "y", "yes", "true"})
UNTICKED = frozenset({"0", "否", "未选中", "未选", "n", "no", "false"})
#: Between several options in one cell.
BETWEEN = re.compile(r"[┋|;；\n]")
ORDERED = re.compile(r"→|->|>|[┋|;；\n]")
#: Before a label, its letter or number; after it, what was written in or asked to be.
LETTER = re.compile(r"^(?:[A-Za-z]|\d{1,2})\s*[.．、:：)）]\s*")
WRITTEN = re.compile(r"[〖【\[](?P<words>[^〗】\]]*)[〗】\]]\s*$")
ASKED_FOR = re.compile(r"[(（](?:请注明|请写明|请填写|please say|please specify)[^)）]*[)）]?[_＿]*\s*$", re.IGNORECASE)
MOMENT = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?)?(?:\.\d+)?"
)
SPENT = re.compile(
    r"(?:(?P<hours>\d+)\s*(?:小时|时|h)\s*)?(?:(?P<minutes>\d+)\s*(?:分钟|分|min)\s*)?(?:(?P<seconds>\d+(?:\.\d+)?)\s*(?:秒|s)?)?"
)


def plain(text: str) -> str:
    """Write a label so that it can be compared: half-width, small, without spaces at the end and doubled.

    Examples
    --------
    >>> plain(" Ａ．小学  （1—6年级） ")
    'a.小学 (1—6年级)'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def filled(cell: str, item: Any, written: Written) -> str | None:
    """Read a cell that is filled in: numbers without their unit, days; blank, or None where it was not shown.

    The numbers that stand for blank and not shown are taken for that only where answers are written by number, and
    where they can't be meant.
    """
    said = plain(cell)
    least = getattr(item, "least", None)
    coded = written == "number" and (not isinstance(item, Numeric) or (least is not None and least > LOWEST))
    if said in BLANK and (coded or said != "-2"):
        return ""
    if said in SKIPPED and (coded or said != "-3"):
        return None
    if isinstance(item, Date):
        return moment_of(cell) or cell
    if isinstance(item, Numeric):
        for unit in (item.unit or {}).values():
            said = said.removesuffix(plain(unit)).strip()
        return said if re.fullmatch(r"[+-]?\d*\.?\d+", said) else cell
    return cell


def is_skipped(cell: str) -> bool:
    """Tell whether a cell says that its question was not shown."""
    return plain(cell) in SKIPPED


def moment_of(text: str) -> str | None:
    """Read a day and time; None if it is none.

    Examples
    --------
    >>> moment_of("2025/9/5 8:03:07"), moment_of("2025年9月5日"), moment_of("gestern")
    ('2025-09-05 08:03:07', '2025-09-05 00:00:00', None)
    """
    found = MOMENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    day = f"{found['year']}-{int(found['month']):02d}-{int(found['day']):02d}"
    return f"{day} {int(found['hour'] or 0):02d}:{found['minute'] or '00'}:{found['second'] or '00'}"


def seconds_of(text: str) -> float | None:
    """Read how long something took; None if it can't be read.

    Examples
    --------
    >>> seconds_of("132秒"), seconds_of("2分12秒"), seconds_of("132"), seconds_of("1小时2分"), seconds_of("lang")
    (132.0, 132.0, 132.0, 3720.0, None)
    """
    found = SPENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or not any(found.groups()):
        return None
    parts = (float(found[name] or 0) for name in ("hours", "minutes", "seconds"))
    return sum(number * unit for number, unit in zip(parts, (3600, 60, 1), strict=True))


@dataclass(frozen=True)
class AnswerLabels:
    """The answers of one item, as other services write them."""

    codes: Mapping[str, str]  #: by what a cell may say, plainly
    open: frozenset[str]  #: the codes that words may stand beside
    written: Written

    @classmethod
    def of(cls, each: Asked, bank: Bank, written: Written, given: Mapping[str, str]) -> AnswerLabels:
        """Gather the labels of an item in all languages, its codes, and what a mapping says beside them."""
        found: dict[str, str] = {}
        twice: set[str] = set()
        listed = choices(each, bank)
        for number, choice in enumerate(listed, 1):
            names = {choice.code} if written != "number" or choice.missing else {str(number)}
            names |= set() if written == "code" else set(choice.text.values())
            for name in map(plain, names):
                if found.setdefault(name, choice.code) != choice.code:
                    twice.add(name)
        for name in twice:  # two answers that say the same: only the mapping can tell which
            del found[name]
        found |= {plain(name): code for name, code in given.items()}
        return cls(found, frozenset(choice.code for choice in listed if choice.open), written)

    def code(self, text: str) -> tuple[str, str | None]:
        """Give the code that a cell means, and the words beside it; what it says where that is no answer."""
        words = WRITTEN.search(text)
        bare = text[: words.start()] if words else text
        for form in (text, bare):
            for stripped in (form, ASKED_FOR.sub("", form)):
                for label in (stripped, LETTER.sub("", unicodedata.normalize("NFKC", stripped))):
                    code = self.codes.get(plain(label))
                    if code is not None:
                        said = words["words"].strip() if words and form is bare and code in self.open else ""
                        return code, said or None
        return text, None

    def one(self, cell: str) -> tuple[str | None, str | None]:
        """Read a cell that holds one answer."""
        if plain(cell) in BLANK | SKIPPED and plain(cell) not in self.codes:
            return (None if is_skipped(cell) else ""), None
        return self.code(cell)

    def several(self, cell: str) -> tuple[list[str], str | None]:
        """Read a cell that holds several answers."""
        return self._parts(cell, BETWEEN)

    def order(self, cell: str) -> list[str]:
        """Read a cell that holds answers in their order."""
        return self._parts(cell, ORDERED)[0]

    def _parts(self, cell: str, between: re.Pattern[str]) -> tuple[list[str], str | None]:
        if plain(cell) in BLANK | SKIPPED and plain(cell) not in self.codes:
            return [], None
        whole = self.code(cell)
        if whole[0] != cell:
            return [whole[0]], whole[1]
        read = [self.code(part.strip()) for part in between.split(cell) if part.strip()]
        return [code for code, _ in read], next((words for _, words in read if words), None)

    def ticked(self, cell: str, code: str) -> str:
        """Read a cell of one option: ticked or not; what it says where that is neither."""
        said = plain(cell)
        if said in BLANK | UNTICKED | SKIPPED:
            return ""
        if said in TICKED or self.code(cell)[0] == code:
            return YES
        return cell


def ranks_of(numbers: Mapping[str, str]) -> list[str]:
    """Put options in the order of the ranks that their cells say; what is no rank stands at the end.

    Examples
    --------
    >>> ranks_of({"a": "2", "b": "1", "c": ""})
    ['b', 'a']
    """
    given = {code: cell for code, cell in numbers.items() if plain(cell) not in BLANK | SKIPPED | {"0"}}
    places = {code: int(cell) for code, cell in given.items() if re.fullmatch(r"[1-9]\d?", cell)}
    odd = [cell for code, cell in given.items() if code not in places]
    return [*gaps(places), *odd]


def gaps(places: Mapping[str, int]) -> list[str]:
    """Give options in order: a rank that nobody has is blank, one that several have is no answer; both are refused."""
    return [
        " = ".join(code for code, place in places.items() if place == rank)
        for rank in range(1, max(places.values(), default=0) + 1)
    ]
