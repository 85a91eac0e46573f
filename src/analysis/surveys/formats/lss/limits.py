"""LimeSurvey's attributes read as limits of our items."""

from __future__ import annotations

import re
from typing import Any

from analysis.surveys.formats.lss.rules import DECIMAL, OURS, RULE
from analysis.surveys.formats.lss.tables import Attributes

#: By type of ours, attributes and what they are here.
LIMITS = {
    "numeric": {"min_num_value_n": "least", "max_num_value_n": "most"},
    "date": {"date_min": "earliest", "date_max": "latest"},
    "multiple": {"min_answers": "least", "max_answers": "most"},
    "ranking": {"max_answers": "most"},
    "text": {"maximum_chars": "longest", "display_rows": "lines"},
}
NUMBER, DAY = re.compile(r"-?\d+(\.\d+)?"), re.compile(r"\d{4}-\d\d-\d\d")
#: A least number of ours, from which nothing, or an answer that excludes all others, is exempt.
EXEMPT = re.compile(r"(?:if\([^,]+(?:, [^,()]+)*\)? == 0, 0, )?(?:if\([^,]+, 1, )?(?P<least>\d+)\)*")
#: Patterns for a whole answer: ours stand in brackets of their own, others may not have alternatives.
WHOLE = re.compile(r"/\^(?:\(\?:(?P<ours>.*)\)|(?P<plain>[^|]*))\$/u?", re.DOTALL)


def limit(item: dict[str, Any], attributes: Attributes, row: dict[str, str], unplaced: list[str]) -> None:
    """Read what an answer may be into an item; list what can't be read, such as equations."""
    kind, what = item["type"], f"the question {row['title']}"
    for theirs, ours in LIMITS.get(kind, {}).items():
        value = attributes.take(theirs)
        if theirs == "min_answers" and (exempt := EXEMPT.fullmatch(value)):
            value = exempt["least"]
        if kind == "date" and DAY.fullmatch(value):
            item[ours] = value
        elif kind != "date" and NUMBER.fullmatch(value):
            item[ours] = float(value) if kind == "numeric" else int(float(value))
        elif value:
            unplaced.append(f"{what}: its {theirs} is {value!r}")
    _decimals(item, attributes, what, unplaced)
    orders = {attributes.take("random_order"), attributes.take("answer_order")}
    if orders & {"1", "random"}:
        if "options" in item and kind != "matrix":
            item["random"] = True
        else:
            unplaced.append(f"{what}: its rows in random order")
    _ranks(item, attributes)
    pattern(item, row.get("preg", ""), what, unplaced)


def _decimals(item: dict[str, Any], attributes: Attributes, what: str, unplaced: list[str]) -> None:
    whole, rule, _ = (attributes.take(name) for name in ("num_value_int_only", RULE, f"{RULE}_tip"))
    if item["type"] == "numeric" and whole == "0":
        item["decimals"] = max(1, rule.count(DECIMAL))
    if rule and not OURS.fullmatch(rule):
        unplaced.append(f"{what}: its {RULE} is {rule!r}")


def _ranks(item: dict[str, Any], attributes: Attributes) -> None:
    """Read how many ranks there are; as many as there are options are no limit."""
    most = attributes.take("max_subquestions") if item["type"] == "ranking" else ""
    if most.isdigit():
        item.setdefault("most", int(most))
    if item["type"] == "ranking" and item.get("most") == len(item["options"]):
        del item["most"]


def pattern(item: dict[str, Any], preg: str, what: str, unplaced: list[str]) -> None:
    """Read a pattern that a whole answer must match; list any other."""
    found = WHOLE.fullmatch(preg)
    if found and item["type"] == "text":
        item["pattern"] = (found["ours"] if found["ours"] is not None else found["plain"]).replace("\\/", "/")
    elif preg:
        unplaced.append(f"{what}: the pattern {preg}")
