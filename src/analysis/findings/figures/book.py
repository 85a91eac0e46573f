"""A book: all facts of a run with their look-ups, and what findings about them have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any, Literal

from analysis.findings.figures.cells import counted_of, decimals_of, is_percentage, measure_of
from analysis.findings.figures.facts import sets_of_peers
from analysis.findings.finding import Finding, Kind, Reference, Verdict
from analysis.findings.rule import Statements, statements_of
from analysis.findings.wording import Message, Number, Slot, Word, within
from analysis.indicators import cell_id, rows_of
from analysis.messages import LANGUAGES, Texts, pick

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Indicator, Workspace

Fact = Mapping[str, Any]
Tone = Literal["good", "bad", "neutral"]
#: The section of what is said about how far units differ.
BALANCE = "balance"
_STATEMENTS = "statements"


@dataclass(frozen=True, eq=False)
class Book:
    """The facts of a run.

    Parameters
    ----------
    workspace
        For names, definitions and rules; a figure is only ever taken from ``tables``.
    tables
        As :func:`analysis.findings.figures.facts.facts` gives them.
    year
        The last year of the figures used.
    boundaries
        The year on whose boundaries all series are put.
    """

    workspace: Workspace
    tables: Mapping[str, pd.DataFrame]
    year: int
    boundaries: int

    @cached_property
    def peers(self) -> dict[str, list[str]]:
        """Units of the workspace's kind by the unit above them (``""`` where there is none)."""
        return sets_of_peers(self.workspace, self.boundaries)

    def units(self) -> Iterator[tuple[str, str]]:
        """Give each unit with the whole that it is held to, and each whole with ``""``."""
        for whole, units in self.peers.items():
            yield from ((unit, whole) for unit in units)
            if whole:
                yield whole, ""

    @cached_property
    def rule(self) -> Statements | None:
        """From which size on a difference matters; None in a workspace that does not say."""
        rules = self.workspace.rules
        return statements_of(rules[_STATEMENTS]) if _STATEMENTS in rules else None

    @cached_property
    def _by_cell(self) -> dict[str, Fact]:
        return {row["cell"]: row for row in rows_of(self.tables["facts"]) if not isnan(row["value"])}

    @cached_property
    def _courses(self) -> dict[tuple[str, str], list[Fact]]:
        found: dict[tuple[str, str], list[Fact]] = {}
        levels = (row for row in self._by_cell.values() if row["statistic"] == "level" and row["year"] <= self.year)
        for row in sorted(levels, key=lambda row: (row["indicator"], row["unit"], row["year"])):
            found.setdefault((row["indicator"], row["unit"]), []).append(row)
        return found

    @cached_property
    def _complete(self) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        for row in rows_of(self.tables["complete"].sort_values("year")):
            found.setdefault((row["indicator"], row["unit"]), []).append(int(row["year"]))
        return found

    def course(self, indicator: str, unit: str) -> list[Fact]:
        """Give the levels of an indicator for a unit by year, those without a value left out."""
        return self._courses.get((indicator, unit), [])

    def complete(self, indicator: str, whole: str) -> list[int]:
        """Give the years in which all units below a whole have figures."""
        return [year for year in self._complete.get((indicator, whole), []) if year <= self.year]

    def fact(self, indicator: str, unit: str, years: int | tuple[int, int], statistic: str = "level") -> Fact | None:
        """Give a fact with a value; None if there is none. A pair of years asks for a change."""
        base, year = years if isinstance(years, tuple) else (None, years)
        variants = self.workspace.settings.variants if self.workspace.catalogue[indicator].variants else {}
        return self._by_cell.get(cell_id(indicator, unit, year, statistic, base, variants.get(indicator, "")))

    def cell(self, cell: str) -> Fact | None:
        """Give the fact of a cell; None if it has no value."""
        return self._by_cell.get(cell)

    def indicator(self, fact: Fact) -> Indicator:
        """Give the catalogue's entry of a fact."""
        return self.workspace.catalogue[fact["indicator"]]

    def number(self, fact: Fact, *, absolute: bool = False) -> Number:
        """Give the number of a fact in its measure, with as many decimals as its kind is shown with."""
        statistic, indicator = fact["statistic"], self.indicator(fact)
        return Number(fact["cell"], fact["value"], decimals_of(statistic, indicator), measure_of(statistic, indicator),
                      absolute=absolute)  # fmt: skip

    def grown(self, fact: Fact | None) -> Message | None:
        """Say a growth: rose or fell by so much."""
        return (
            None
            if fact is None
            else Message("grown", {"way": way(fact["value"]), "by": self.number(fact, absolute=True)})
        )

    def figure(self, fact: Fact) -> Message:
        """Say whose figure it is: by what is counted where the catalogue says it, else by the indicator's name."""
        indicator = self.indicator(fact)
        slots: dict[str, Slot] = {"unit": self.unit(fact["unit"]), "value": self.number(fact)}
        # Names of what is counted are plural.
        if counted_of(fact["statistic"], indicator) and fact["value"] != 1:
            return Message("figure_counted", {**slots, "counted": self.counted(indicator)})
        kind = Word("many" if indicator.kind == "count" else "much")
        return Message(
            "figure_named", {**slots, "indicator": indicator.name, "inside": inside(indicator.name), "kind": kind}
        )

    def unit(self, unit: str) -> Texts:
        """Name a unit as a sentence does: in full, but what others are a part of in short."""
        return self._name(unit, short=unit in self.peers)

    def short(self, unit: str) -> Texts:
        """Name a unit in short, as in a list."""
        return self._name(unit, short=True)

    def _name(self, unit: str, *, short: bool) -> Texts:
        return {language: self.workspace.units.name(unit, language, short=short) for language in LANGUAGES}

    def kinds(self) -> dict[str, Slot]:
        """Give the slots for what the units are called: ``kind`` and ``kinds``."""
        settings = self.workspace.settings
        return {"kind": settings.unit_name, "kinds": settings.unit_names}

    def counted(self, indicator: Indicator) -> Texts:
        """Give what is counted, or else the name, as it stands within a sentence."""
        return both(indicator.counted) if indicator.counted else inside(indicator.name)

    def practical(self, indicator: Indicator, against: float, *, cv: bool = False) -> float | None:
        """Give the smallest difference of an indicator, or of its coefficient of variation, that matters."""
        if self.rule is None:
            return None
        if cv:
            return self.rule.practical("cv")
        return self.rule.practical("percent") if is_percentage(indicator) else self.rule.practical("relative", against)

    def doubt(self, *facts: Fact | None) -> str:
        """Say why facts are doubted: which figures exceed what they cannot exceed; empty if none is."""
        doubted = [fact for fact in facts if fact is not None and fact["doubt"]]
        if not doubted:
            return ""
        frame = self.tables["warnings"]
        frame = frame[(frame["kind"] == "above") & ~frame["rounding"].astype(bool)]
        years = {year for fact in doubted for year in (fact["year"], *_base(fact))}
        parts = {part for fact in doubted for part in self.workspace.catalogue.parts(fact["indicator"])}
        rows = [row for row in rows_of(frame) if row["year"] in years and parts & {row["indicator"], row["against"]}]
        told = dict.fromkeys(f"{row['indicator']} > {row['against']}, {row['year']}" for row in rows)
        return "; ".join(told) or "doubtful figures"

    def finding(
        self, kind: Kind, fact: Fact, message: str, slots: Mapping[str, Slot], *, reference: Reference = "",
        topic: str = "", base_year: int | None = None, facts: tuple[Fact | None, ...] = (), **more: Any,
    ) -> Finding:  # fmt: skip
        """Make a finding about a fact's unit, subject and year; ``facts`` are what else it rests on."""
        all_of = [each for each in (fact, *facts) if each is not None]
        topic, subject, unit, year = topic or self.indicator(fact).topic, fact["indicator"], fact["unit"], fact["year"]
        given = {"doubt": self.doubt(*all_of), "cells": tuple(dict.fromkeys(each["cell"] for each in all_of))}
        return Finding(
            id=finding_id(topic, subject, unit, year, base_year, reference or kind), unit=unit, year=year,
            base_year=base_year, topic=topic, kind=kind, reference=reference, subject=subject, message=message,
            slots=slots, **{**given, **more},
        )  # fmt: skip


def finding_id(topic: str, subject: str, unit: str, year: int, base_year: int | None, last: str) -> str:
    """Make the id of a finding.

    >>> finding_id("staffing", "teachers", "U7", 2017, 2012, "before")
    'staffing/teachers/U7/2012-2017/before'
    """
    return "/".join([topic, subject, unit, str(year) if base_year is None else f"{base_year}-{year}", last])


def _base(fact: Fact) -> tuple[int, ...]:
    import pandas as pd

    return () if pd.isna(fact["base_year"]) else (int(fact["base_year"]),)


def cells_in(slots: Mapping[str, Slot]) -> tuple[str, ...]:
    """Give the cells of the numbers that slots name, each once, those within lists and messages too."""
    return tuple(dict.fromkeys(each.cell for each in within(slots.values()) if isinstance(each, Number)))


def both(texts: Texts) -> Texts:
    """Give a text in both languages; in Chinese where there is no other.

    >>> both({"zh-Hans": "甲"})
    {'zh-Hans': '甲', 'en': '甲'}
    """
    return {language: pick(texts, language) for language in LANGUAGES}


def titled(title: Texts) -> Texts:
    """Give a title as a sentence names it: in Chinese between 《》, without the number in brackets after it.

    >>> titled({"zh-Hans": "某办法（某〔2017〕6号）", "en": "Measures"})
    {'zh-Hans': '《某办法》（某〔2017〕6号）', 'en': 'Measures'}
    """
    text = title["zh-Hans"]
    name, bracket, rest = text.partition("（")
    return {**both(title), "zh-Hans": text if text.startswith("《") else f"《{name}》{bracket}{rest}"}


def inside(name: Texts) -> Texts:
    """Give a name as it stands within a sentence: English begins it small, unless it is an abbreviation.

    >>> inside({"zh-Hans": "学生数", "en": "Pupils"})["en"], inside({"zh-Hans": "法", "en": "GDP"})["en"]
    ('pupils', 'GDP')
    """
    text = pick(name, "en")
    return {**both(name), "en": text[0].lower() + text[1:] if text[1:2].islower() else text}


def way(difference: float) -> Word:
    """Give the direction of a difference as a choice: ``up``, ``down`` or ``same``."""
    return Word("up" if difference > 0 else "down" if difference < 0 else "same")


def verdict_of(difference: float, practical: float | None, above: Verdict, below: Verdict, alike: Verdict) -> Verdict:
    """Give what comes of a difference: which side, or alike where it is smaller than what matters.

    >>> verdict_of(-0.3, 0.2, "up", "down", "steady"), verdict_of(-0.1, 0.2, "up", "down", "steady")
    ('down', 'steady')
    """
    if difference == 0 or (practical is not None and abs(difference) < practical):
        return alike
    return above if difference > 0 else below


def tone_of(indicator: Indicator, verdict: Verdict) -> Tone:
    """Give whether a difference is good for the unit, by the indicator's direction."""
    side = {"up": 1, "above": 1, "down": -1, "below": -1}.get(verdict, 0)
    better = {"higher": 1, "lower": -1}.get(indicator.direction, 0)
    return "good" if side * better > 0 else "bad" if side * better < 0 else "neutral"
