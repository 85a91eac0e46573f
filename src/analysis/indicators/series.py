"""Series on the boundaries of one year: counts are added over merged units, ratios are recomputed from their parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import isnan
from typing import TYPE_CHECKING, Any

from analysis.indicators.asked import faults_in, strange_units, unknown_codes, year_of
from analysis.indicators.facts import cell_id, facts_of, joined, rows_of
from analysis.indicators.warnings import doubtful
from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import wrong
from analysis.workspace.observations import each

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Indicator, Units, Workspace

Doubts = Mapping[str, set[tuple[str, int]]]


def series(
    workspace: Workspace,
    indicators: str | Iterable[str],
    *,
    boundaries: int | None = None,
    units: Sequence[str] | None = None,
    until: int | None = None,
    variants: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Give the levels of indicators for units that keep one territory over all years.

    Parameters
    ----------
    workspace
        The workspace.
    indicators
        One code or several.
    boundaries
        The year on whose boundaries the series are put; by default the workspace's.
    units
        Ids of units of that year; by default all that have figures.
    until
        The last year of the figures; by default the workspace's year of evaluation.
    variants
        Which definition holds of indicators that have several, by code; by default the workspace's.

    Returns
    -------
    pandas.DataFrame
        Facts (:data:`analysis.indicators.facts.COLUMNS`) of statistic ``level``, by indicator, unit and year. Where
        units were merged, ``made_of`` names the figures added; a rate of merged units has no value and status
        ``not_additive``, unless the figures have numerator and denominator; a territory that was divided has
        ``split``. A ratio is computed of its parts once those are added over merged units; it has a row where each of
        its parts has one, and status ``break`` where its formula looks back over a break. ``variant`` says by which
        definition it is.

    Raises
    ------
    DuzhengError
        DZ-I001 for an unknown indicator, DZ-I004 for one with several definitions of which none is chosen, DZ-U002 for
        a unit that is not on the boundaries.

    Examples
    --------
    ``series(workspace, "pupils", boundaries=2020)`` adds a merged district's pupils to its successor's, while
    a join by name would show a jump.
    """
    import pandas as pd

    codes = list(dict.fromkeys([indicators] if isinstance(indicators, str) else indicators))
    year = workspace.settings.boundaries if boundaries is None else boundaries
    last = workspace.settings.year if until is None else until
    chosen = workspace.variants(variants)
    _refuse_unknown(workspace, codes, units, year, chosen, list(variants or ()))
    placing = _Placing(workspace, year, doubtful(workspace))
    frames = []
    for code in codes:
        frame = placing.levels(workspace.catalogue[code], chosen)
        there = frame["year"] <= last
        frames.append(frame[there if units is None else there & frame["unit"].isin(list(units))])
    filled = [frame for frame in frames if len(frame)]
    return facts_of(pd.concat(filled, ignore_index=True) if filled else ())


def undecided(workspace: Workspace) -> list[str]:
    """Give the codes of the indicators that have several definitions, of which the settings choose none."""
    return [code for code, each in workspace.catalogue.items() if each.variants and code not in workspace.variants()]


def _refuse_unknown(
    workspace: Workspace, codes: Sequence[str], units: Sequence[str] | None, year: int, chosen: Mapping[str, str],
    asked: Sequence[str],
) -> None:  # fmt: skip
    every = list(dict.fromkeys([*codes, *asked]))
    faults = unknown_codes(workspace, every)
    for code in every:
        if code in workspace.catalogue:
            faults += faults_in(partial(workspace.catalogue.variant, code, chosen))
    faults += strange_units(workspace, units or (), year)
    if faults:
        raise DuzhengError(*faults)


def held_series(
    workspace: Workspace, codes: Sequence[str], faults: Sequence[Fault], *, units: Sequence[str] | None = None,
    boundaries: int | None = None, until: Any = None,
) -> pd.DataFrame:  # fmt: skip
    """Give series, or raise what is wrong of them with what was found wrong before.

    Parameters
    ----------
    workspace
        The workspace.
    codes
        Of indicators.
    faults
        What was found wrong of the request before.
    units, boundaries, until
        As of :func:`series`; a last year that is none is left out.

    Raises
    ------
    DuzhengError
        The faults; DZ-I001, DZ-I004, DZ-U002 with a hint where a unit was written by its name; DZ-S002 where there is
        no figure at all.
    """
    found = list(faults)
    try:
        facts = series(workspace, codes, boundaries=boundaries, units=units, until=year_of(until))
    except DuzhengError as error:
        raise DuzhengError(*found, *error.faults) from None
    if facts.empty:
        found.append(_no_figures(workspace, codes, units, until))
    if found:
        raise DuzhengError(*found)
    return facts


def _no_figures(workspace: Workspace, codes: Sequence[str], units: Sequence[str] | None, until: Any) -> Fault:
    """Make the fault of a request that no figure answers."""
    if not codes:
        return wrong("no indicator", "one code or several", "`duzheng data list` shows them")
    if units is not None and not units:
        return wrong("units=[]", "one unit or several", "leave it out for all that have figures")
    asked = ", ".join(codes[:3]) + (", …" if len(codes) > 3 else "")  # noqa: PLR2004
    of = f" of {', '.join(units)}" if units else ""
    last = year_of(until) or workspace.settings.year
    return wrong(f"no figure of {asked}{of} to {last}", "one at least", "`duzheng data list` shows what there is")


@dataclass
class _Placing:
    """Figures being put on the boundaries of a year; what several ratios are made of is placed once."""

    workspace: Workspace
    boundaries: int
    doubts: Doubts
    placed: dict[str, pd.DataFrame] = field(default_factory=dict)
    holders: dict[str, list[str]] = field(default_factory=dict)

    def levels(self, indicator: Indicator, chosen: Mapping[str, str]) -> pd.DataFrame:
        """Give the levels of an indicator, by unit and year."""
        if indicator.kind == "ratio":
            variant = self.workspace.catalogue.variant(indicator.code, chosen)
            return self.computed(indicator, variant.id if variant else "")
        return self.observed(indicator)

    def computed(self, indicator: Indicator, variant: str) -> pd.DataFrame:
        """Compute a ratio of its parts, which are on one set of boundaries already."""
        import numpy as np
        import pandas as pd

        catalogue = self.workspace.catalogue
        expression = catalogue.expression(indicator.code, variant)
        joint: pd.DataFrame | None = None
        for number, part in enumerate(expression.parts):
            mine = self.observed(catalogue[part.code])
            table = pd.DataFrame({
                "unit": mine["unit"], "year": mine["year"] + part.back, f"value{number}": mine["value"],
                f"status{number}": mine["status"], f"doubt{number}": mine["doubt"], f"sources{number}": mine["sources"],
                f"cell{number}": part.code + "/" + mine["unit"] + "/" + mine["year"].astype("str"),
                f"broken{number}": _crossed(catalogue[part.code], mine["year"], part.back)
                | _crossed(indicator, mine["year"], part.back),
            })  # fmt: skip
            joint = table if joint is None else joint.merge(table, on=["unit", "year"])
        assert joint is not None  # a formula has a part  # noqa: S101
        numbers = range(len(expression.parts))
        values = {part: joint[f"value{k}"].to_numpy(float) for k, part in enumerate(expression.parts)}
        broken = np.logical_or.reduce([joint[f"broken{k}"].to_numpy(bool) for k in numbers])
        value = np.where(broken, np.nan, expression.evaluate(values))
        status = pd.Series("computed", index=joint.index, dtype="str").mask(np.isnan(value), "missing")
        for k in reversed(numbers):
            status = status.mask(joint[f"value{k}"].isna(), joint[f"status{k}"])
        made_of, sources = joint["cell0"], joint["sources0"]
        for k in numbers[1:]:
            made_of, sources = made_of + ";" + joint[f"cell{k}"], sources + ";" + joint[f"sources{k}"]
        return pd.DataFrame({
            "unit": joint["unit"], "indicator": indicator.code, "year": joint["year"], "value": value,
            "status": status.mask(broken, "break"), "segment": _segments(indicator, joint["year"]),
            "doubt": np.logical_or.reduce([joint[f"doubt{k}"].to_numpy(bool) for k in numbers]),
            "made_of": made_of, "sources": each(sources, lambda text: joined([text])), "variant": variant,
        })  # fmt: skip

    def observed(self, indicator: Indicator) -> pd.DataFrame:
        """Put the figures of an indicator on the boundaries."""
        if indicator.code not in self.placed:
            self.placed[indicator.code] = self._observed(indicator)
        return self.placed[indicator.code]

    def _observed(self, indicator: Indicator) -> pd.DataFrame:
        import numpy as np
        import pandas as pd

        figures = self.workspace.figures(indicator.code)
        codes, ids = pd.factorize(figures["unit"])
        spans = np.array([self.workspace.units.span(str(unit)) for unit in ids], int).reshape(-1, 2)
        first, last = spans[codes, 0], spans[codes, 1]
        # Where a unit has its territory in the year of the boundaries and had it in that of the figure, the figure is
        # the unit's; all others, and the units that they went into, are put together one by one.
        drawn = figures["boundaries"].to_numpy(int)
        same = (first <= self.boundaries) & (self.boundaries <= last) & (first <= drawn) & (drawn <= last)
        moved = {holder for unit in set(figures["unit"][~same]) for holder in self._holders(str(unit))}
        plain = same & ~figures["unit"].isin(moved).to_numpy(bool)
        mine = self.doubts.get(indicator.code, set())
        kept = figures[plain]
        facts = pd.DataFrame({
            "unit": kept["unit"], "indicator": indicator.code, "year": kept["year"], "value": kept["value"],
            "status": kept["status"], "segment": _segments(indicator, kept["year"]),
            "doubt": [key in mine for key in zip(kept["unit"], kept["year"], strict=True)] if mine else False,
            "made_of": "", "sources": each(kept["source"], lambda text: joined([text])), "variant": "",
        })  # fmt: skip
        if not plain.all():
            rows = _put_together(self, indicator, rows_of(figures[~plain]), mine)
            facts = pd.concat([facts, pd.DataFrame(rows, columns=list(facts)).astype(facts.dtypes)])
        return facts.sort_values(["unit", "year"], ignore_index=True)

    def _holders(self, unit: str) -> list[str]:
        if unit not in self.holders:
            self.holders[unit] = self.workspace.units.holders(unit, self.boundaries)
        return self.holders[unit]


def _put_together(
    placing: _Placing, indicator: Indicator, figures: list[dict[str, Any]], doubted: set[tuple[str, int]]
) -> list[dict[str, Any]]:
    """Make facts of figures whose territories are not those of the boundaries."""
    units, boundaries = placing.workspace.units, placing.boundaries
    placed: dict[tuple[str, int, int], list[dict[str, Any]]] = {}
    for row in figures:
        for holder in placing._holders(str(row["unit"])):  # noqa: SLF001  the same module
            placed.setdefault((holder, row["year"], row["boundaries"]), []).append(row)
    facts: dict[tuple[str, int], dict[str, Any]] = {}
    for (unit, year, drawn), rows in sorted(placed.items()):
        value, status = _merged(units, indicator, unit, rows, drawn, boundaries)
        fact = {
            "unit": unit,
            "indicator": indicator.code,
            "year": year,
            "value": value,
            "status": status,
            "segment": indicator.segment(year),
            "doubt": any((row["unit"], year) in doubted for row in rows),
            "made_of": joined(cell_id(indicator.code, str(row["unit"]), year) for row in rows)
            if [row["unit"] for row in rows] != [unit]
            else "",
            "sources": joined(str(row["source"]) for row in rows),
            "variant": "",
        }
        # One year may be published on two sets of boundaries: the one that gives a value counts.
        if (unit, year) not in facts or isnan(facts[unit, year]["value"]):
            facts[unit, year] = fact
    return list(facts.values())


def _crossed(indicator: Indicator, years: pd.Series[int], back: int) -> pd.Series[bool]:
    """Tell where figures and those of so many years later are apart by a break."""
    return each(years, lambda year: indicator.segment(year) != indicator.segment(year + back)).astype(bool)


def _segments(indicator: Indicator, years: pd.Series[int]) -> pd.Series[int]:
    return each(years, indicator.segment).astype("int64")


def series_files(workspace: Workspace) -> dict[str, str]:
    """Give the hashes of the files that series rest on, by path."""
    from analysis.workspace.provenance import hash_files

    return hash_files(workspace.root, ("data/units.csv", "data/indicators/*.yaml", "data/observations/*.*"))


def _merged(
    units: Units, indicator: Indicator, unit: str, rows: list[dict[str, Any]], drawn: int, boundaries: int
) -> tuple[float, str]:
    """Give the value and status of a unit from the figures of the territories that make it up."""
    nothing = float("nan")
    if any(units.holders(str(row["unit"]), boundaries) != [unit] for row in rows):
        return nothing, "split"
    needed = set(units.holders(unit, drawn))
    given = {str(row["unit"]): row for row in rows}
    if needed - set(given):
        return nothing, "incomplete"
    if len(needed) == 1:
        only = given[needed.pop()]
        return float(only["value"]), str(only["status"])
    if indicator.additive:
        values = [float(row["value"]) for row in rows]
        return (sum(values), "summed") if not any(map(isnan, values)) else (nothing, "incomplete")
    above = [float(row["numerator"]) for row in rows]
    below = [float(row["denominator"]) for row in rows]
    if not any(map(isnan, (*above, *below))):
        return indicator.scale * sum(above) / sum(below), "computed"
    return nothing, "not_additive"
