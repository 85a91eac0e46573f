"""Respondents made up by chance: what they are asked by our routing, and what they answer.

Answers are kept as conditions know them: a code, a list of codes, a number, a text or a date by the item's code, of a
matrix by ``code.row``; why there is none under ``code[missing]``; words beside an open option under ``codeOth``.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.surveys import Survey, is_shown
from analysis.surveys.columns import columns
from analysis.surveys.decided import MISSING
from analysis.surveys.formats.parts import choices, written_in
from analysis.surveys.items import (
    WRITTEN_IN,
    Date,
    Information,
    Matrix,
    Multiple,
    Numeric,
    OpenText,
    Ranking,
)
from analysis.surveys.survey import Asked

#: What people write: with signs that pages, databases and expressions may take for their own.
WORDS = ("很好", "食堂太挤了，希望改进 😀", 'He said "no" & left', "{1+1} <b>x</b>", "O'Neil \\ 50%", "㐀𠮷")
PARAGRAPHS = ("第一行\n第二行", "One\n\nthree", "很好，谢谢！")


def routed(survey: Survey, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give what conditions know of somebody: answers to what is shown; nothing ticked of several options is one."""
    known: dict[str, Any] = {}
    for each in survey.asked:
        if is_shown(survey, each, known):
            known |= {code: value for code, value in given.items() if code in names_of(each)}
            if isinstance(each.item, Multiple) and f"{each.code}[missing]" not in known:
                known.setdefault(each.code, [])
            if not opens(survey, each, known):
                known.pop(f"{each.code}{WRITTEN_IN}", None)
    return known


def names_of(each: Asked) -> set[str]:
    """Give the names that answers to an item are kept under."""
    stems = [f"{each.code}.{row.code}" for row in each.item.rows] if isinstance(each.item, Matrix) else [each.code]
    return {*stems, *(f"{stem}[missing]" for stem in stems), f"{each.code}{WRITTEN_IN}"}


def opens(survey: Survey, each: Asked, given: Mapping[str, Any]) -> bool:
    """Tell whether somebody chose an option with a line to write in."""
    opened, chosen = written_in(each, survey.bank), given.get(each.code)
    return opened is not None and not {*opened[1]}.isdisjoint(chosen if isinstance(chosen, list) else [chosen])


def shown(survey: Survey, section: str, given: Mapping[str, Any]) -> list[str]:
    """Give the codes of what is shown of a section, in order."""
    found, known = [], routed(survey, given)
    for each in survey.asked:
        if each.section.id == section and is_shown(survey, each, known):
            found += [each.code, *([f"{each.code}{WRITTEN_IN}"] if opens(survey, each, known) else [])]
    return found


def told(survey: Survey, each: Asked, given: Mapping[str, Any]) -> dict[str, str]:
    """Give what a server's fields hold of an item, by their names in exports."""
    code, item = each.code, each.item
    why = given.get(f"{code}[missing]")
    if isinstance(item, Matrix):
        stems = {f"{code}[{row.code}]": f"{code}.{row.code}" for row in item.rows}
        found = {name: given.get(f"{stem}[missing]") or given.get(stem) for name, stem in stems.items()}
    elif isinstance(item, Multiple):
        found = {f"{code}[{option}]": "Y" for option in [*(given.get(code) or []), *([why] if why else [])]}
    elif isinstance(item, Ranking):
        ranks = [why] if why else given.get(code) or []
        found = {f"{code}[{place}]": option for place, option in enumerate(ranks, 1)}
    else:
        found = {code: why or given.get(code)}
    return {name: written(value) for name, value in found.items() if value is not None}


def written(value: Any) -> str:
    """Write an answer as people type it."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def cells(survey: Survey, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the answers of an interview as the columns of a collected wave hold them; None where there is none."""
    found: dict[str, Any] = {}
    known = routed(survey, given)
    for column in columns(survey):
        stem = column.name.partition("[")[0]
        match column.holds:
            case "missing":
                found[column.name] = given.get(column.name)
            case "truth":
                ticked = known.get(stem)
                found[column.name] = None if ticked is None else str(next(iter(column.labels))) in ticked
            case "rank":
                ranks = given.get(stem) or []
                place = int(column.name.partition("[")[2].rstrip("]"))
                found[column.name] = ranks[place - 1] if place <= len(ranks) else None
            case _:
                found[column.name] = given.get(column.name)
    return found


def differences(survey: Survey, given: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    """Compare what was collected of an interview with what was given, cell by cell."""
    import pandas as pd

    found = []
    for name, expected in cells(survey, given).items():
        there = None if pd.isna(row[name]) else row[name]
        if there != expected and not (there is not None and expected is not None and written(there) == str(expected)):
            found.append(f"{name}: {there!r}, given {expected!r}")
    return found


@dataclass
class Respondent:
    """Answers by chance what is asked: everything that the questionnaire lets be answered comes."""

    survey: Survey
    chance: random.Random
    only: Mapping[str, Sequence[Any]] = field(default_factory=dict)  #: what some items are answered with, by code

    def answer(self, each: Asked, *, must: bool = False) -> dict[str, Any]:
        """Answer an item; leave it out now and then, unless one must."""
        item, code = each.item, each.code
        must = must or each.use.mandatory
        if isinstance(item, Information):
            return {}
        stems = [f"{code}.{row.code}" for row in item.rows] if isinstance(item, Matrix) else [code]
        found: dict[str, Any] = {}
        for stem in stems:
            if not must and self.chance.random() < 0.15:
                continue
            kinds = [MISSING[kind] for kind in item.missing] if choices(each, self.survey.bank) else []
            if kinds and self.chance.random() < 0.2:
                found[f"{stem}[missing]"] = self.chance.choice(kinds)
            else:
                found[stem] = self.value(each)
        if opens(self.survey, each, found) and self.chance.random() < 0.8:
            found[f"{code}{WRITTEN_IN}"] = self.chance.choice(WORDS)
        return found

    def value(self, each: Asked) -> Any:  # noqa: PLR0911  one return a kind of item
        item = each.item
        if each.code in self.only:
            return self.chance.choice(self.only[each.code])
        options = [choice for choice in choices(each, self.survey.bank) if not choice.missing]
        match item:
            case Multiple():
                return self._several(item, options)
            case Ranking():
                most = item.most or len(options)
                return self.chance.sample([option.code for option in options], self.chance.randint(1, most))
            case Numeric():
                least = -99.0 if item.least is None else item.least
                most = least + 200.0 if item.most is None else item.most
                number = round(self.chance.uniform(least, most), item.decimals)
                return min(max(number, least), most) if item.decimals else int(number)
            case Date():
                first, last = item.earliest or dt.date(2001, 1, 1), item.latest or dt.date(2025, 12, 31)
                return str(first + dt.timedelta(days=self.chance.randint(0, (last - first).days)))
            case OpenText():
                usual = WORDS if item.lines == 1 else (*WORDS, *PARAGRAPHS)
                return self.chance.choice(usual)[: item.longest].strip()
        code = self.chance.choice(options).code
        return int(code) if code.isdigit() else code

    def _several(self, item: Multiple, options: Sequence[Any]) -> list[str]:
        alone = [option.code for option in options if option.exclusive]
        others = [option.code for option in options if not option.exclusive]
        if alone and (self.chance.random() < 0.25 or not others):
            return [self.chance.choice(alone)]
        most = min(item.most or len(others), len(others))
        return self.chance.sample(others, self.chance.randint(min(max(item.least, 1), most), most))
