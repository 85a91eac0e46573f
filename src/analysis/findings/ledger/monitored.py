"""Monitored figures: what a claim or a problem of the ledger can be held to, with how exactly it is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any, Literal

from analysis.findings.finding import Selection
from analysis.findings.measures import NO_MEASURE, of_index
from analysis.indicators import rows_of, series
from analysis.messages import Texts
from analysis.workspace.ledger import CoefficientOf

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Claim, Evidence

#: Why a figure cannot be used: there is none; there is one, but of another year; its definition or territory is another
#: one; a warning stands against it; too few answered; whoever came answered; the difference is within what chance does.
Reason = Literal["no_figure", "other_year", "broken", "territory", "doubtful", "withheld", "open_sample", "unclear"]
#: Of what has no value, by the status of its fact; anything else is ``no_figure``.
_REASONS: Mapping[str, Reason] = {
    "break": "broken", "split": "territory", "not_additive": "territory", "incomplete": "territory",
}  # fmt: skip
_NUMBER = re.compile(r"\d+(?:\.(?P<places>\d+))?")
#: What an estimate says of itself, named as in the table of estimates.
_OF_ANSWERS = ("lower", "upper", "level", "se", "df", "n", "psus", "deff", "precision", "selection")


@dataclass(frozen=True, slots=True)
class Figure:
    """A monitored figure.

    Parameters
    ----------
    cell
        Of the fact or estimate.
    value
        At full precision.
    year, segment, doubt, sources
        As of facts.
    decimals, measure
        As it is shown.
    half
        By how much it may be off, because it or its parts were published in coarser units.
    lower, upper, level, se, df, n, psus, deff, precision, selection
        Of an estimate from answers: ``level`` is that of its interval.
    """

    cell: str
    value: float
    year: int
    decimals: int
    measure: Texts
    segment: int = 0
    doubt: bool = False
    sources: str = ""
    half: float = 0.0
    lower: float | None = None
    upper: float | None = None
    level: float | None = None
    se: float | None = None
    df: float | None = None
    n: int | None = None
    psus: int | None = None
    deff: float | None = None
    precision: str = ""
    selection: Selection = "register"

    @property
    def confidence(self) -> float | None:
        """The level of its interval in per cent; None where it has none."""
        return None if self.level is None or self.lower is None else 100 * self.level


@dataclass(frozen=True, slots=True)
class Missing:
    """That there is no figure, and why; ``year`` is that of the newest one there is."""

    reason: Reason
    year: int | None = None


@dataclass(frozen=True, eq=False)
class Monitored:
    """The figures of a run.

    Parameters
    ----------
    workspace
        The workspace.
    facts
        Facts of all units (:data:`analysis.indicators.COLUMNS`).
    estimates
        Estimates of surveys (:data:`analysis.findings.answers.COLUMNS`); None where there are none.
    boundaries
        The year on whose boundaries the facts are.
    coefficients
        Coefficients between schools (:data:`analysis.findings.coefficients.COLUMNS`); None where there are none.
    """

    workspace: Workspace
    facts: pd.DataFrame
    estimates: pd.DataFrame | None
    boundaries: int
    coefficients: pd.DataFrame | None = None
    _steps: dict[str, dict[tuple[str, int], float]] = field(default_factory=dict, repr=False)

    def of(self, entry: Claim | Evidence, unit: str, year: int | None = None) -> Figure | Missing:
        """Give the figure that an entry is about, of its year or of another."""
        wanted = entry.year if year is None else year
        if entry.index is not None:
            return self.estimate(entry.index.survey, entry.index.id, unit, wanted)
        if entry.coefficient is not None:
            return self.coefficient(entry.coefficient.code, unit, wanted)
        return self.level(entry.indicator, unit, wanted)

    def level(self, indicator: str, unit: str, year: int) -> Figure | Missing:
        """Give the level of an indicator for a unit and year."""
        course = self._levels.get((indicator, unit), {})
        if year not in course:
            there = [each for each, row in course.items() if not isnan(row["value"])]
            return Missing("other_year", max(there)) if there else Missing("no_figure")
        return self._figure(course[year])

    def course(self, indicator: str, unit: str) -> list[Figure]:
        """Give the levels of an indicator for a unit that can be used, by year."""
        rows = sorted(self._levels.get((indicator, unit), {}).items())
        return [figure for _, row in rows if isinstance(figure := self._figure(row), Figure)]

    def newest(self, entry: Evidence, unit: str, since: int) -> Figure | Missing:
        """Give the newest figure of what an entry is about, from a year on."""
        if entry.index is not None:
            asked = self.estimate(entry.index.survey, entry.index.id, unit, 0)
            years = [asked.year] if isinstance(asked, Missing) and asked.year and asked.year >= since else []
        elif entry.coefficient is not None:
            years = [year for year in self._coefficients.get((entry.coefficient.code, unit), {}) if year >= since]
        else:
            course = self._levels.get((entry.indicator, unit), {})
            years = [of for of, row in course.items() if of >= since and not isnan(row["value"])]
        return self.of(entry, unit, max(years)) if years else Missing("no_figure")

    def published_growth(self, indicator: str, unit: str, year: int) -> Figure | Missing:
        """Give the growth over the year before that was published on one scope, if there is an indicator of it."""
        codes = [code for code, each in self.workspace.catalogue.items() if each.growth_of == indicator]
        return self.level(codes[0], unit, year) if codes else Missing("no_figure")

    def former(self, indicator: str, unit: str, year: int) -> Figure | None:
        """Give the figure that the unit's code had in a year when it had another territory; None if it never did."""
        if indicator not in self.workspace.catalogue:  # a coefficient is computed on the territories of today
            return None
        units = self.workspace.units
        code = str(units.frame.at[unit, "code"])
        before = units.resolve(code, year)
        if before is None or before == unit or units.holders(unit, year) == [before]:
            return None
        rows = rows_of(series(self.workspace, indicator, boundaries=year, units=[before], until=year))
        found = [row for row in rows if row["year"] == year and not isnan(row["value"])]
        figure = self._figure(found[0]) if found else None
        return figure if isinstance(figure, Figure) else None

    def estimate(self, survey: str, index: str, unit: str, year: int) -> Figure | Missing:
        """Give the estimate of an index for a unit and year: of everybody who was asked there."""
        row = self._estimates.get((f"{survey}-{year}", index, unit))
        if row is None:
            years = [each["wave"] for (name, *named), each in self._estimates.items()
                     if named == [index, unit] and name == f"{survey}-{each['wave']}"]  # fmt: skip
            return Missing("other_year", max(years)) if years else Missing("no_figure")
        if row["precision"] == "suppress" or row["estimate"] is None:
            return Missing("withheld")
        if row["selection"] == "open":
            return Missing("open_sample")
        return Figure(row["cell"], row["estimate"], year, 1, of_index(row["measure"]),
                      **{name: row[name] for name in _OF_ANSWERS})  # fmt: skip

    def coefficient(self, code: str, unit: str, year: int) -> Figure | Missing:
        """Give a coefficient between the schools of a unit in a year, by its code."""
        course = self._coefficients.get((code, unit), {})
        if year in course:
            return course[year]
        return Missing("other_year", max(course)) if course else Missing("no_figure")

    def newest_coefficient(self, code: str, unit: str) -> int | None:
        """Give the newest year of which a coefficient of a unit is known; None for none."""
        return max(self._coefficients.get((code, unit), {}), default=None)

    @cached_property
    def _coefficients(self) -> dict[tuple[str, str], dict[int, Figure]]:
        found: dict[tuple[str, str], dict[int, Figure]] = {}
        for row in rows_of(self.coefficients) if self.coefficients is not None else ():
            code = CoefficientOf(rule=row["rule"], resource=row["resource"], stage=row["stage"]).code
            found.setdefault((code, row["unit"]), {})[row["year"]] = Figure(
                row["cell"], row["value"], row["year"], int(row["decimals"]), NO_MEASURE, sources=row["sources"]
            )
        return found

    @cached_property
    def _levels(self) -> dict[tuple[str, str], dict[int, dict[str, Any]]]:
        found: dict[tuple[str, str], dict[int, dict[str, Any]]] = {}
        for row in rows_of(self.facts[self.facts["statistic"] == "level"]):
            found.setdefault((row["indicator"], row["unit"]), {})[row["year"]] = row
        return found

    @cached_property
    def _estimates(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        if self.estimates is None or self.estimates.empty:
            return {}
        import pandas as pd

        kept = self.estimates[(self.estimates["statistic"] == "mean") & (self.estimates["code"] == "")]
        rows = ({name: None if pd.isna(value) else value for name, value in row.items()} for row in rows_of(kept))
        return {(str(row["survey"]), str(row["index"]), str(row["unit"])): row for row in rows}

    def _figure(self, row: Mapping[str, Any]) -> Figure | Missing:
        if isnan(row["value"]):
            return Missing(_REASONS.get(row["status"], "no_figure"))
        if row["doubt"]:
            return Missing("doubtful")
        indicator = self.workspace.catalogue[row["indicator"]]
        return Figure(row["cell"], row["value"], row["year"], indicator.decimals, indicator.measure,
                      segment=row["segment"], sources=row["sources"], half=self._half(row))  # fmt: skip

    def _half(self, row: Mapping[str, Any]) -> float:
        """Give by how much a figure may be off because it was published in coarser units, or its parts were.

        Of a ratio to the first order: each part moved by what it may be off, the others as they are.
        """
        indicator = self.workspace.catalogue[row["indicator"]]
        if indicator.kind != "ratio":
            own = [row["cell"]] if not row["made_of"] else row["made_of"].split(";")
            return sum(self._step(row["indicator"], *each.split("/")[1:3]) for each in own)
        import numpy as np

        expression = self.workspace.catalogue.expression(row["indicator"], row["variant"])
        parts = {part: self._levels.get((part.code, row["unit"]), {}).get(row["year"] - part.back)
                 for part in expression.parts}  # fmt: skip
        if any(each is None for each in parts.values()):
            return 0.0
        values = {part: np.array(float(each["value"])) for part, each in parts.items() if each}
        moved = [expression.evaluate({**values, part: values[part] + self._half(each)}) - row["value"]
                 for part, each in parts.items() if each and self._half(each)]  # fmt: skip
        return float(sum(abs(each) for each in moved if not np.isnan(each)))

    def _step(self, indicator: str, unit: str, year: str) -> float:
        """Give half the place value of the last digit printed of a figure that was published in coarser units."""
        if indicator not in self._steps:
            rows = self.workspace.figures(indicator)
            rows = rows[(rows["status"] == "rounded") & rows["as_published"].notna()]
            self._steps[indicator] = {
                (row["unit"], row["year"]): _coarseness(row["value"], str(row["as_published"])) / 2
                for row in rows_of(rows)
            }
        return self._steps[indicator].get((unit, int(year)), 0.0)


def _coarseness(value: float, printed: str) -> float:
    """Give what one of the last digit that was printed is worth, in the measure of the value.

    >>> _coarseness(1089100, "108.91万人"), _coarseness(330000, "33.0"), _coarseness(0, "0")
    (100.0, 1000.0, 0.0)
    """
    found = _NUMBER.search(printed.replace(",", ""))
    if found is None or not float(found.group()):
        return 0.0
    worth: float = value / float(found.group()) / 10 ** len(found["places"] or "")
    return round(worth, 9)
