"""XLSForm's constraints and parameters read as limits of our items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analysis.surveys.expressions import DEEPEST

SIGN = r"\.\s*(?P<sign><=|>=|<|>)\s*"
NUMBER = re.compile(SIGN + r"(?P<number>-?\d+(?:\.\d+)?)")
DAY = re.compile(SIGN + r"""date\(\s*['"](?P<day>\d{4}-\d\d-\d\d)['"]\s*\)""")
LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*(?P<sign><=|<)\s*(?P<number>\d+)")
PATTERN = re.compile(r"""regex\(\s*\.\s*,\s*(['"])\^(?P<pattern>.*)\$\1\s*\)""", re.DOTALL)
COUNT = re.compile(r"count-selected\(\s*\.\s*\)\s*(?P<sign><=|>=|<|>|=)\s*(?P<number>\d+)")
#: That why there is no answer is chosen alone; what follows it counts answers.
BUT_MISSING = re.compile(r"""\s+or\s+selected\(\s*\.\s*,\s*['"](DK|RF|NA)['"]\s*\)""")
AND = re.compile(r"(?<![\w.-])and(?![\w.-])")
ALONE = re.compile(
    r"""not\(\s*\(?\s*selected\(\s*\.\s*,\s*['"](?P<option>[^'"]+)['"]\s*\)\s*\)?\s+and\s+count-selected\(\s*\.\s*\)\s*>\s*1\s*\)"""
)


def parts_of(text: str, depth: int = 0) -> Iterator[str]:
    """Cut a constraint where an ``and`` stands outside brackets and quotes.

    Examples
    --------
    >>> list(parts_of("(. >= 1 and . <= 5) and not(selected(., 'a') and . = 'b')"))
    ['. >= 1', '. <= 5', "not(selected(., 'a') and . = 'b')"]
    """
    text = text.strip()
    cuts, deep, quote, start = [], 0, "", 0
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "()":
            deep += 1 if sign == "(" else -1
        elif deep == 0 and AND.match(text, place):
            cuts.append(text[start:place])
            start = place + 3
    cuts.append(text[start:])
    if depth < DEEPEST and len(cuts) > 1:
        for cut in cuts:
            yield from parts_of(cut, depth + 1)
    elif depth < DEEPEST and _bracketed(text):
        yield from parts_of(text[1:-1], depth + 1)
    elif text:
        yield text


def _bracketed(text: str) -> bool:
    """Tell whether one pair of brackets is around the whole."""
    deep, quote = 0, ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "()":
            deep += 1 if sign == "(" else -1
            if deep == 0:
                return place == len(text) - 1 and text[0] == "("
    return False


def limit_of(part: str, item: dict[str, Any]) -> dict[str, Any] | None:
    """Read one part of a constraint as a limit of an item; None if it is none that the item may have.

    Examples
    --------
    >>> limit_of(". < 120", {"type": "numeric"}), limit_of(". < 120", {"type": "text"})
    ({'most': 119.0}, None)
    """
    match item["type"]:
        case "numeric":
            return _number(part, item)
        case "date":
            found = DAY.fullmatch(part)
            ends = {">=": "earliest", "<=": "latest"}
            return {ends[found["sign"]]: found["day"]} if found and found["sign"] in ends else None
        case "text":
            found = LENGTH.fullmatch(part)
            if found and int(found["number"]) > (found["sign"] == "<"):
                return {"longest": int(found["number"]) - (found["sign"] == "<")}
            found = PATTERN.fullmatch(part)
            return {"pattern": re.sub(r"^\(\?:(.*)\)$", r"\1", found["pattern"])} if found else None
        case "multiple":
            return _count(part)
    return None


def _number(part: str, item: dict[str, Any]) -> dict[str, Any] | None:
    found = NUMBER.fullmatch(part)
    if not found:
        return None
    limit, sign = float(found["number"]), found["sign"]
    if sign in {"<", ">"}:
        if item.get("decimals") or not limit.is_integer():
            return None
        limit += 1 if sign == ">" else -1
    return {"least" if sign[0] == ">" else "most": limit}


def _count(part: str) -> dict[str, Any] | None:
    found = COUNT.fullmatch(BUT_MISSING.sub("", part))
    if found:
        limit, sign = int(found["number"]), found["sign"]
        if sign == "=":
            return {"least": limit, "most": limit}
        return {"least" if sign[0] == ">" else "most": limit + {">": 1, "<": -1}.get(sign, 0)}
    alone = ALONE.fullmatch(part)
    return {"alone": alone["option"]} if alone else None


def range_of(text: str) -> tuple[dict[str, Any], str]:
    """Read the parameters of a range, which are 1, 10 and 1 where they are not said; give what is left of them.

    Examples
    --------
    >>> range_of("start=0;end=5 step=0.5")
    ({'least': 0.0, 'most': 5.0, 'decimals': 1}, '')
    """
    said = dict(re.findall(r"(start|end|step)\s*=\s*(-?\d+(?:\.\d+)?)", text))
    rest = re.sub(r"(start|end|step)\s*=\s*-?\d+(?:\.\d+)?|[;,\s]", "", text)
    decimals = len((said.get("step", "1").rstrip("0").partition(".")[2]) if "." in said.get("step", "1") else "")
    found: dict[str, Any] = {"least": float(said.get("start", 1)), "most": float(said.get("end", 10))}
    return found | ({"decimals": decimals} if decimals else {}), rest
