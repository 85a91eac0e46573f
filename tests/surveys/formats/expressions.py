"""Evaluators of the forms' languages, by their documented semantics: what a server or a telephone would decide."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lxml import etree

from analysis.surveys import is_shown
from analysis.surveys.decided import MISSING
from analysis.surveys.formats.parts import choices


class LimeSurvey:
    """LimeSurvey's expressions: operators of PHP on texts that may be numbers; an answer that is not there is empty."""

    TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|\"[^\"]*\"|'[^']*'|[A-Za-z_][\w.]*|==|!=|<=|>=|[<>()!,-])")

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def holds(self, text: str) -> bool:
        self.tokens = [*self.TOKEN.findall(text), ""]
        assert re.sub(r"\s", "", "".join(self.tokens)) == re.sub(r"\s", "", text)
        self.place = 0
        found = self.either()
        assert self.tokens[self.place] == "", self.tokens[self.place :]
        return self.truth(found)

    def truth(self, value: Any) -> bool:
        return value not in {"", "0", 0}

    def takes(self, *words: str) -> str:
        word = self.tokens[self.place]
        if word in words:
            self.place += 1
            return word
        return ""

    def either(self) -> Any:
        found = self.every()
        while self.takes("or"):
            other = self.every()
            found = self.truth(found) or self.truth(other)
        return found

    def every(self) -> Any:
        found = self.compared()
        while self.takes("and"):
            other = self.compared()
            found = self.truth(found) and self.truth(other)
        return found

    def compared(self) -> Any:
        left = self.value()
        sign = self.takes("==", "!=", "<=", ">=", "<", ">")
        if not sign:
            return left
        right = self.value()
        if all(re.fullmatch(r"-?\d+(\.\d+)?", str(side)) for side in (left, right)):
            left, right = float(left), float(right)
        else:
            left, right = str(left), str(right)
            if sign not in {"==", "!="} and "" in {left, right}:
                return False
        return {"==": left == right, "!=": left != right, "<": left < right, "<=": left <= right, ">": left > right,
                ">=": left >= right}[sign]  # fmt: skip

    def value(self) -> Any:  # noqa: PLR0911  one return a kind of word
        word_ = self.tokens[self.place]
        self.place += 1
        if word_ == "!":
            return not self.truth(self.value())
        if word_ == "-":
            return f"-{self.value()}"
        if word_ == "(":
            found = self.either()
            assert self.takes(")")
            return found
        if self.tokens[self.place] == "(":
            self.place += 1
            arguments = [self.either()]
            while self.takes(","):
                arguments.append(self.either())
            assert self.takes(")")
            return self.called(word_, arguments)
        if word_[0] in "\"'":
            return word_[1:-1]
        if word_[0].isdigit():
            return word_
        assert word_.endswith(".NAOK"), word_
        return self.values[word_.removesuffix(".NAOK")]

    def called(self, name: str, arguments: list[Any]) -> Any:
        match name:
            case "is_empty":
                return arguments[0] == ""
            case "count":
                return sum(each != "" for each in arguments)
            case "sum":
                return sum(float(each) for each in arguments)
            case "if":
                return arguments[1] if self.truth(arguments[0]) else arguments[2]
            case "substr":
                return arguments[0][int(arguments[1]) : int(arguments[1]) + int(arguments[2])]
        raise AssertionError(name)


def chosen_in(survey, each, given: dict[str, Any]) -> list[str]:
    """List the options that are ticked: where there is no answer though it was shown, why there is none."""
    answer = given.get(each.code)
    if answer is None and each.item.missing and is_shown(survey, each, given):
        return [MISSING[each.item.missing[0]]]
    return [text(option) for option in answer or ()]


def in_limesurvey(survey, given: dict[str, Any]) -> dict[str, str]:
    """Write answers as LimeSurvey keeps them."""
    found = {}
    for each in survey.asked:
        item, answer = each.item, given.get(each.code)
        if item.type == "matrix":
            found |= {f"{each.code}_{row.code}": text(given.get(f"{each.code}.{row.code}")) for row in item.rows}
        elif item.type == "multiple":
            ticked = chosen_in(survey, each, given)
            found |= {f"{each.code}_{c.code}": "Y" if c.code in ticked else "" for c in choices(each, survey.bank)}
        elif item.type == "ranking":
            ranks = item.most or len(item.options)
            chosen = [*(answer or ()), *[""] * ranks][:ranks]
            found |= {f"{each.code}_{n}": text(value) for n, value in enumerate(chosen, 1)}
        else:
            found[each.code] = f"{answer} 00:00" if item.type == "date" and answer else text(answer)
    return found


def text(value: Any) -> str:
    """Write an answer as a form keeps it."""
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def in_xpath(survey, given: dict[str, Any]) -> dict[str, str]:
    """Write answers as an XForm keeps them: lists with spaces between."""
    found = {}
    for each in survey.asked:
        item, answer = each.item, given.get(each.code)
        if item.type == "matrix":
            found |= {f"{each.code}_{row.code}": text(given.get(f"{each.code}.{row.code}")) for row in item.rows}
        elif item.type == "multiple":
            found[each.code] = " ".join(chosen_in(survey, each, given))
        else:
            found[each.code] = " ".join(map(text, answer)) if isinstance(answer, (list, tuple, set)) else text(answer)
    return found


def _selected(_, chosen, option):
    return option in _string(chosen).split()


def _count_selected(_, chosen):
    return float(len(_string(chosen).split()))


def _string(nodes) -> str:
    return nodes if isinstance(nodes, str) else (nodes[0].text or "") if nodes else ""


#: The two functions that XForms add to XPath 1.0.
ADDED = {(None, "selected"): _selected, (None, "count-selected"): _count_selected}


@lru_cache(maxsize=512)
def _parsed(expression: str):
    path = re.sub(r"[$][{](\w+)[}]", r"/data/\1", expression)
    return etree.XPath(f"boolean({path})", extensions=ADDED)


def instance(values: dict[str, str]):
    """Make the XML that a telephone keeps answers in."""
    root = etree.Element("data")
    for name, value in values.items():
        etree.SubElement(root, name).text = value
    return etree.ElementTree(root)


def holds_in_xpath(expression: str, tree) -> bool:
    """Evaluate an XLSForm's expression with an engine of XPath 1.0 (libxml2)."""
    return bool(_parsed(expression)(tree))
