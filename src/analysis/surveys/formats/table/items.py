"""One row of a table of questions made into an item."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from analysis.surveys import phrases
from analysis.surveys.expressions import ExpressionError, parse
from analysis.surveys.formats.imported import TO_WRITE
from analysis.surveys.formats.table.options import (
    SATISFACTION,
    Offered,
    alone,
    missing,
    narrow,
    numbered,
    opened,
    scale,
    split,
)
from analysis.surveys.formats.table.types import ASKED, CHOSEN, LEAST, LEVELS, MOST, count_of, type_of

YES = re.compile(r"是|必答|必填|必须|必选|y|yes|true|1|√|✓|✔|☑|\*|required|mandatory", re.IGNORECASE)
NO = re.compile(r"否|选答|选填|非必答|非必填|可选|不必答|n|no|false|0|×|✗|-|—|optional", re.IGNORECASE)
#: The number before a question, whose place says it already; ``3.5`` and ``9:30`` are none.
NUMBER = re.compile(
    r"\s*(?:[Qq]\s*\d{1,3}\s*[.、:)]?(?![\dA-Za-z])|第\s*\d{1,3}\s*题\s*[.、:)]?|\d{1,3}\s*[.、:)](?!\d)"
    r"|\(\s*\d{1,3}\s*\)\s*[.、:]?)\s*"
)
LIMITS = re.compile(r"(-?\d+(?:\.\d+)?)\s*(?:-{1,2}|~|—+|–|到|至|to)\s*(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one question."""

    texts: dict[str, str]  #: by what their column is
    columns: list[tuple[str, str]]  #: columns of one option each: their headers and cells


@dataclass(slots=True)
class Made:
    """An item, and what of its row found no place."""

    code: str
    item: dict[str, Any] | None = None
    mandatory: bool = False
    show_if: str = ""
    renamed: dict[Any, Any] = field(default_factory=dict)  #: answers whose codes are others here
    listed: list[str] = field(default_factory=list)


def stripped(text: str) -> str:
    """Take the number from the front of a question.

    Examples
    --------
    >>> stripped("Q3、您的年龄？"), stripped("12. 你满意吗？"), stripped("3.5 小时够吗？")
    ('您的年龄？', '你满意吗？', '3.5 小时够吗？')
    """
    match = NUMBER.match(narrow(text))
    return text[match.end() :] if match and text[match.end() :].strip() else text


def make(code: str, cells: Cells, *, english: bool) -> Made:
    """Make an item of a row.

    Parameters
    ----------
    code
        Of the item.
    cells
        The row.
    english
        Whether the table is in English only: then Chinese is still to be written.
    """
    return _Row(code, cells, english=english).made()


class _Row:
    """Reads the cells of one question: what it takes is taken from them, what stays is listed."""

    def __init__(self, code: str, cells: Cells, *, english: bool) -> None:
        self.cells, self.english = cells, english
        self.result = Made(code)
        self.list = self.result.listed.append

    def take(self, key: str) -> str:
        return self.cells.texts.pop(key, "")

    def worded(self, key: str) -> dict[str, str]:
        text, other = self.take(key), self.take(f"{key}_en")
        if key == "question":
            text, other = stripped(text), stripped(other)
        return self.texts(text, other)

    def texts(self, text: str, other: str = "") -> dict[str, str]:
        if text and not other and self.english:
            return TO_WRITE | {"en": text}
        return ({"zh-Hans": text} if text else dict(TO_WRITE)) | ({"en": other} if other else {})

    def made(self) -> Made:
        """Make the item."""
        texts = self.cells.texts
        whole = Cells(dict(texts), self.cells.columns)
        if not texts.get("question") and not texts.get("question_en"):
            self.rest(self.cells, "without a question")
            return self.result
        lines = texts.get("question", "")
        wording = self.worded("question")
        item: dict[str, Any] = {"version": 1, "text": wording}
        said = self.take("type")
        kind, more = type_of(said) if said else ("", "")
        offered, others = self.offered()
        if not kind:
            kind = self.guessed(offered, others, lines)
            self.list(f"the type {said!r}, which is not known: taken as {kind}" if said
                      else f"its type is not said: taken as {kind}")  # fmt: skip
            more = ""
        item["type"] = "text" if kind == "long" else kind
        if kind == "long":
            item["lines"] = 3
        if texts.get("help") or texts.get("help_en"):
            item["help"] = self.worded("help")
        self.filled(item, kind, offered, others, more)
        self.used()
        self.rest(Cells(texts, []), "")
        if self.complete(item):
            self.result.item = item
        else:
            self.rest(whole, "not placed")
        return self.result

    def offered(self) -> tuple[list[Offered], list[Offered]]:
        """Read the options, in both languages."""
        text, other = self.take("options"), self.take("options_en")
        found = scale(text) or split(text)
        for name, cell in self.cells.columns:
            code = re.sub(r"\W|选项|答案|option|answer|choice", "", narrow(name), flags=re.IGNORECASE)
            mark = re.match(rf"{code}\s*[.、:)]\s*", narrow(cell), re.IGNORECASE)
            found.append(Offered(cell[mark.end() :] if mark else cell, code))
        others = scale(other) or split(other)
        if other and not text and not self.cells.columns:
            found = [Offered("", each.code) for each in others]
        elif others and len(others) != len(found):
            self.list(f"{len(found)} options, but {len(others)} in English: {other!r}")
            others = []
        return found, others

    def guessed(self, offered: list[Offered], others: list[Offered], text: str) -> str:
        """Guess a type that is not said."""
        points = numbered(offered[: len(offered) - len(missing(offered))])
        steps = {two - one for one, two in pairwise(sorted(points or []))}
        consecutive = steps == {1}
        if not offered:
            kind = "text"
        elif consecutive and (
            any(SATISFACTION.search(each.text) for each in offered) or all(e.text == e.code for e in offered)
        ):
            kind = "rating"
        elif re.search(r"多选|可多选|select all|all that apply", text, re.IGNORECASE):
            kind = "multiple"
        else:
            kind = "yes_no" if self.plain_yes_no(offered, others) else "single"
        return "matrix" if self.cells.texts.get("rows") and offered else kind

    def filled(self, item: dict[str, Any], kind: str, offered: list[Offered], others: list[Offered], more: str) -> None:
        """Fill in what a type has beside its wording."""
        if more:
            more = self.limited(item, kind, more)
        if kind in {"rating", "matrix"}:
            offered, more = self.levelled(offered, more)
        if more:
            self.list(f"what its type says beside: {more!r}")
        self.asked(item, kind)
        if kind == "single" and self.plain_yes_no(offered, others):
            item["type"] = kind = "yes_no"
        if kind == "matrix":
            self.lined(item)
        if kind in {"single", "multiple", "rating", "matrix", "ranking"}:
            self.chosen(item, offered, others)
        elif kind == "yes_no":
            self.yes_no(item, offered, others)
        elif offered:
            self.bounded(item, kind, [each.text for each in offered], numbered(offered))

    def bounded(self, item: dict[str, Any], kind: str, words: list[str], points: list[int] | None) -> None:
        """Read the options of a question that is filled in as limits of a number; list them else."""
        numbers = LIMITS.fullmatch(narrow(words[0])) if kind == "numeric" and len(words) == 1 else None
        if numbers:
            item["least"], item["most"] = float(numbers[1]), float(numbers[2])
        elif kind == "numeric" and points and scale(f"{points[0]}-{points[-1]}"):
            item["least"], item["most"] = float(points[0]), float(points[-1])
        else:
            self.list(f"options of a question that is filled in: {'; '.join(words)}")

    def limited(self, item: dict[str, Any], kind: str, more: str) -> str:
        """Read how many may be chosen; give what is not read."""
        for pattern, key in ((MOST, "most"), (LEAST, "least")):
            match = pattern.search(more)
            if match and (kind == "multiple" or (kind == "ranking" and key == "most")):
                item[key] = count_of(match)
                more = (more[: match.start()] + more[match.end() :]).strip(" ,;、，；选")
        return "" if re.fullmatch(r"必答|必填|required", more) and self.must() else more

    def asked(self, item: dict[str, Any], kind: str) -> None:
        """Read how many may be chosen from the question's words; list what can't be kept."""
        words = [narrow(text) for part in ("text", "help") for text in item.get(part, {}).values()]
        for key, pattern in CHOSEN.items():
            match = next(filter(None, map(pattern.search, words)), None)
            if match is None:
                continue
            words = [text.replace(match[0], "") for text in words]
            if (kind == "multiple" or (kind == "ranking" and key == "most")) and item.get(key, count_of(match)) == (
                count_of(match)
            ):
                item[key] = count_of(match)
            else:
                self.list(f"how many it says are chosen: {match[0]!r}")
        for match in filter(None, map(ASKED.search, words)):
            self.list(f"how many it says are chosen: {match[0]!r}")

    def levelled(self, offered: list[Offered], more: str) -> tuple[list[Offered], str]:
        """Read the points of a scale from what its type says; give what is not read."""
        if more and not offered and scale(more):
            return scale(more), ""
        said = LEVELS.search(more)
        if said is None:
            return offered, more
        levels = count_of(said)
        rest = re.sub(r"量表|评分|^制|制$", "", more.replace(said[0], "")).strip(" ,;、，；")
        if len(offered) < 2:  # noqa: PLR2004  a choice
            # The ends of the scale stand in brackets behind the type, or alone where options would.
            ends = offered[0].text if offered else rest
            points = scale(f"{ends}({1}-{levels})") if ends else []
            if points:
                return points, rest if offered else ""
            if not offered and scale(f"1-{levels}"):
                self.list(f"its points have no words: 1 to {levels}, as its type says {said[0]!r}")
                return scale(f"1-{levels}"), rest
        elif len(offered) - len(missing(offered)) != levels:
            self.list(f"{len(offered) - len(missing(offered))} points, but its type says {said[0]!r}")
        return offered, rest

    def must(self) -> bool:
        self.result.mandatory = True
        return True

    def lined(self, item: dict[str, Any]) -> None:
        """Read the rows of a matrix; without any it is a rating."""
        rows, others = split(self.take("rows")), split(self.take("rows_en"))
        if not rows:
            parts = item["text"]["zh-Hans"].split("\n") if not self.english else item["text"]["en"].split("\n")
            if len(parts) > 2:  # noqa: PLR2004  a question and two rows
                self.list("its rows are taken from the lines of the question")
                rows = [Offered(stripped(each).strip()) for each in parts[1:] if each.strip()]
                item["text"] = self.texts(parts[0].strip(), item["text"].get("en", "") if not self.english else "")
        if others and len(others) != len(rows):
            self.list(f"{len(rows)} rows, but {len(others)} in English: {'; '.join(each.text for each in others)}")
            others = []
        if not rows:
            self.list("a matrix without rows, taken as a rating")
            item["type"] = "rating"
            return
        item["rows"] = [
            {"code": f"r{number}" if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,9}", row.code) else row.code,
             "text": self.texts(row.text, others[number - 1].text if others else "")}
            for number, row in enumerate(rows, 1)
        ]  # fmt: skip

    def chosen(self, item: dict[str, Any], offered: list[Offered], others: list[Offered]) -> None:
        """Fill in options: their codes, which are open or alone, and what is no answer."""
        english = dict(zip(map(id, offered), others, strict=False))
        words = [each if each.text else Offered(english[id(each)].text, each.code) for each in offered]
        at_end = missing(words)
        kept = words[: len(words) - len(at_end)]
        self.without(item, at_end)
        kept = self.coded(kept)
        pairs = list(zip(offered[: len(kept)], kept, strict=True))
        numbers = numbered(kept)
        if item["type"] in {"rating", "matrix"} and numbers is None:
            numbers = list(range(1, len(kept) + 1))
            self.list(f"its points have no numbers: counted 1 to {len(kept)} in their order")
        given = {each.code for each in kept}
        lettered = "" not in given and len(given) == len(kept)
        if item["type"] in {"multiple", "ranking"} and numbers is not None:
            # Conditions name the codes of several answers as texts.
            kept = [Offered(each.text, f"A{number}") for each, number in zip(kept, numbers, strict=True)]
            pairs = list(zip(offered[: len(kept)], kept, strict=True))
            self.list(f"its codes are numbers, which are {', '.join(each.code for each in kept)} here")
            self.result.renamed |= {key: f"A{number}" for number in numbers for key in (number, str(number))}
            numbers = None
        item["options"] = []
        for place, (raw, option) in enumerate(pairs):
            code = numbers[place] if numbers is not None else option.code if lettered else f"A{place + 1}"
            if not lettered and numbers is None and option.code:
                self.list(f"the code {option.code!r} of {option.text!r}, which is {code} here")
            name = opened(option.text)
            other = english[id(raw)].text if id(raw) in english else ""
            text = self.texts(raw.text if name is None else opened(raw.text) or "", opened(other) or other)
            exclusive = item["type"] == "multiple" and alone(option.text)
            item["options"].append({"code": code, "text": text, "open": name is not None, "exclusive": exclusive})

    def coded(self, options: list[Offered]) -> list[Offered]:
        """Give options without a code the next one, where the others have theirs."""
        bare = [each for each in options if not each.code]
        numbers = numbered([each for each in options if each.code])
        if not bare or len(bare) == len(options):
            return options
        found = []
        for place, each in enumerate(options, 1):
            code = each.code or (str(max(numbers) + 1) if numbers is not None else f"A{place}")
            if not each.code:
                self.list(f"{each.text!r} without a code, which is {code} here")
            if not each.code and numbers is not None:
                numbers = [*numbers, int(code)]
            found.append(Offered(each.text, code))
        return found

    def yes_no(self, item: dict[str, Any], offered: list[Offered], others: list[Offered]) -> None:
        """Take yes and no as they are; other words for them make a question with two options."""
        if not offered:
            return
        at_end = missing(offered)
        kept = offered[: len(offered) - len(at_end)]
        if self.plain_yes_no(offered, others):
            self.without(item, at_end)
            ours = zip(kept, phrases.YES_NO, strict=True)
            self.result.renamed |= {each.code: code for each, code in ours if each.code}
            return
        self.list(f"yes or no in words of its own ({'; '.join(each.text for each in kept)}): taken as single")
        item["type"] = "single"
        self.chosen(item, offered, others)

    @staticmethod
    def plain_yes_no(offered: list[Offered], others: list[Offered]) -> bool:
        """Tell whether options are yes and no, in these words, in each language; letters before them only count."""
        kept = offered[: len(offered) - len(missing(offered))]
        codes = [each.code.upper() for each in kept]
        parts = [part for part in (kept, others[: len(kept)]) if any(each.text for each in part)]
        words = [[narrow(each.text).strip(" 。.").lower() for each in part] for part in parts]
        usual = all(each in (["是", "否"], ["yes", "no"]) for each in words)
        return usual and bool(words) and codes in (["", ""], ["A", "B"])

    def without(self, item: dict[str, Any], at_end: list[Any]) -> None:
        """Read why there may be no answer; list words that are others than ours."""
        if at_end:
            item["missing"] = [kind for kind, _ in at_end]
        for kind, option in at_end:
            if option.text not in phrases.MISSING[kind].values():
                self.list(f"{option.text!r} is {phrases.MISSING[kind]['zh-Hans']!r} here")

    def used(self) -> None:
        """Read what belongs to the question's place: whether it must be answered, and to whom it is shown."""
        said = self.take("required")
        if said and YES.fullmatch(narrow(said)):
            self.result.mandatory = True
        elif said and not NO.fullmatch(narrow(said)):
            self.list(f"required: {said!r}")
        condition = self.take("show_if")
        if condition and not re.fullmatch(r"无|-|—|/|none", condition, re.IGNORECASE):
            try:
                parse(condition)
            except ExpressionError:
                self.list(f"{condition!r}, which is no condition of ours")
            else:
                self.result.show_if = condition

    def rest(self, cells: Cells, why: str) -> None:
        """List every cell that was not taken."""
        for name, text in (*cells.texts.items(), *cells.columns):
            self.list(f"{name}: {text!r}" + (f" ({why})" if why else ""))

    def complete(self, item: dict[str, Any]) -> bool:
        """Tell whether an item that needs options has them."""
        count = len(item.get("options", []))
        if item["type"] not in {"single", "multiple", "rating", "matrix", "ranking"} or count > 1:
            return True
        text = next(reversed(item["text"].values()))
        self.list(f"the {item['type']} question {text!r}, {'with one option only' if count else 'without options'}")
        return False
