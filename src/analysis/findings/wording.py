"""From message and slots to runs: `texts.yaml` in both languages, numbers with their cells, names as labels."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from string import Formatter
from typing import Any

from analysis.documents import Run, Runs
from analysis.messages import Language, Texts, pick, write_number

Slot = str | int | Run | Runs
_DIGIT = re.compile(r"\d")


@functools.cache
def texts() -> dict[str, Texts]:
    """Give the messages by key, each in both languages."""
    from ruamel.yaml import YAML

    source = resources.files("analysis.findings").joinpath("texts.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Texts] = YAML(typ="safe", pure=True).load(source)
    return loaded


def year(number: int | str) -> Run:
    """Give a year, or a span of years such as ``2012–2017``, as a run."""
    return Run(text=str(number), role="year")


def name(text: str) -> Run:
    """Give a name as a run: a label if it holds digits."""
    return Run(text=text, role="label" if _DIGIT.search(text) else None)


def number(fact: Any, decimals: int, *, signed: bool = False, absolute: bool = False) -> Run:
    """Give the value of a fact (a row of facts) as a run that names its cell.

    ``absolute`` leaves the sign to the words around it ("fell by 3.2").
    """
    value = abs(fact["value"]) if absolute else fact["value"]
    text = write_number(value, decimals, signed=signed)
    return Run(text=text, cell=fact["cell"]) if _DIGIT.search(text) else Run(text=text)


@dataclass(frozen=True)
class Wording:
    """The messages in one language.

    Examples
    --------
    >>> Wording("en").runs("chart_dots", year=2017, indicator="Pupils", kind="district")[-1].text
    '2017'
    """

    language: Language

    def runs(self, key: str, **slots: Slot) -> Runs:
        """Fill a message: an ``int`` is a year, a ``str`` a name, a run or runs stand as they are.

        Raises
        ------
        KeyError
            If there is no such message, or one of its slots is not given.
        """
        filled: list[Run] = []
        for literal, slot, _, _ in Formatter().parse(pick(texts()[key], self.language)):
            if literal:
                filled.append(Run(text=literal, role="citation" if _DIGIT.search(literal) else None))
            if slot:
                filled += _runs_of(slots[slot])
        return tuple(run for run in filled if run.text)

    def plain(self, key: str, **slots: Slot) -> str:
        """Fill a message as plain text, for text alternatives and axis titles."""
        return "".join(run.text for run in self.runs(key, **slots))

    def measure(self, texts_of_measure: Texts) -> str:
        """Give a unit of measure as it follows a number: after a space in English, but for the per cent sign."""
        measure = pick(texts_of_measure, self.language)
        return measure if self.language == "zh-Hans" or not measure or measure == "%" else f" {measure}"

    def together(self, sentences: Iterable[Runs]) -> Runs:
        """Put sentences one after the other: with a space between them in English, without in Chinese."""
        space = () if self.language == "zh-Hans" else (Run(text=" "),)
        put: list[Run] = []
        for sentence in sentences:
            put += [*(space if put else ()), *sentence]
        return tuple(put)

    def list_of(self, items: Iterable[Run]) -> Runs:
        """Enumerate runs: 、 and 和, or commas and "and"."""
        items = list(items)
        comma, last = ("、", "和") if self.language == "zh-Hans" else (", ", " and ")
        listed: list[Run] = []
        for position, item in enumerate(items):
            if position:
                listed.append(Run(text=last if position == len(items) - 1 else comma))
            listed.append(item)
        return tuple(listed)


def _runs_of(value: Slot) -> Runs:
    if isinstance(value, int):
        return (year(value),)
    if isinstance(value, str):
        return (name(value),) if value else ()
    return (value,) if isinstance(value, Run) else value
