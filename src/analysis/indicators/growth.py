"""Growth of levels beside the growth that was published, which may be on another scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isnan
from typing import TYPE_CHECKING, Any, ClassVar

from analysis.indicators.facts import rows_of
from analysis.indicators.result import FigureResult
from analysis.indicators.series import series
from analysis.indicators.words import both
from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts, listed
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from analysis.workspace import Indicator, Workspace

#: What it rests on.
_FILES = ("data/units.csv", "data/sources.csv", "data/indicators/*.yaml", "data/observations/*.*")
#: Differences this small are of the arithmetic, not of the figures.
_NOTHING = 1e-9
_SHOWN = ("unit", "indicator", "year", "base_level", "level", "growth", "published", "difference", "scope", "reading")


@dataclass(frozen=True, eq=False, repr=False)
class Growth(FigureResult):
    """Growth of levels and published growth: ``table`` has a row a unit, indicator and year."""

    once: ClassVar[tuple[str, ...]] = ("unit", "indicator")


def growth(
    workspace: Workspace,
    indicator: str | Sequence[str],
    *,
    units: Sequence[str] | None = None,
    boundaries: int | None = None,
    until: int | None = None,
    language: Language | None = None,
) -> Growth:
    """Hold the growth of published levels beside the published growth over the year before.

    Published growth is often computed on the same scope as the year before, while each level is on the scope of its own
    year. The two are different things; neither is corrected by the other.

    Parameters
    ----------
    workspace
        The workspace.
    indicator
        Code of one level or several, or of their published growth (``growth_of`` of the catalogue says which belongs
        to which).
    units
        Ids of units; by default all that have figures.
    boundaries
        The year on whose boundaries levels are put; by default the workspace's.
    until
        The last year; by default the workspace's year of evaluation.
    language
        Of what is shown; by default the workspace's.

    Returns
    -------
    Growth
        ``table``: unit, indicator (of the level), year, base_year (the year before), level, base_level, growth (of the
        levels, %), published (%), difference (published less growth, percentage points), rounding (whether the digits
        printed leave room for the difference; missing where there is none), scope (``same``: the source says so;
        ``unstated``), doubt, status and reading. ``status``: ``comparable``; ``break`` (the levels are on two sides of
        a break, so their growth is not computed); ``no_base``, ``no_level`` (a level is not there); ``unpublished``.
        ``reading``: ``agrees`` (rounding explains the difference), ``same_scope`` and ``differs`` (it does not; what
        was published is stated, or not, to be on the same scope), ``published_only``, ``levels_only``,
        ``not_compared`` (a break, and nothing published).

    Raises
    ------
    DuzhengError
        DZ-I001 for an unknown indicator or a flag; DZ-I004 and DZ-U002 as of ``series``;
        DZ-S002 if one level has several published growths of which none is named.

    Notes
    -----
    growth = 100 (L / B − 1) for the level L and that of the year before, B. A source prints its figures of one measure
    with one number of decimals d, those of its figure that has most; a figure printed so may be off by h = 0.5 · 10⁻ᵈ,
    and the growth lies between 100 ((L − h) / (B + h) − 1) and 100 ((L + h) / (B − h) − 1). Rounding explains the
    difference if this meets the published growth with its own h. Counts are exact unless marked as rounded.

    Examples
    --------
    ``growth(workspace, "spending_per_pupil")`` may show 0.41 % in levels beside 2.22 % as published on the same scope.
    """
    import pandas as pd

    from analysis.workspace import hash_files

    pairs = _pairs(workspace, [indicator] if isinstance(indicator, str) else list(indicator))
    codes = [code for pair in pairs for code in pair if code is not None]
    facts = series(workspace, codes, boundaries=boundaries, units=units, until=until)
    by_code = {code: {(row["unit"], row["year"]): row for row in rows_of(part)}
               for code, part in facts.groupby("indicator", sort=False)}  # fmt: skip
    printed = _Printed(workspace, codes)
    rows = []
    for level, published in pairs:
        levels = by_code.get(level, {})
        given = by_code.get(published or "", {})
        both_years = [key for key in levels if (key[0], key[1] - 1) in levels]
        for unit, year in sorted({*given, *both_years}):
            rows.append(_row(workspace, level, published, unit, year, levels, given, printed))
    table = pd.DataFrame([row for row in rows if row], columns=_columns()).astype(_TYPES)
    order = {level: place for place, (level, _) in enumerate(pairs)}
    table = table.sort_values(["indicator", "unit", "year"], key=lambda c: c.map(order) if c.name == "indicator" else c,
                              ignore_index=True)  # fmt: skip
    decimals = max((workspace.catalogue[level].decimals for level, _ in pairs), default=0)
    return Growth(
        table, "growth", workspace=workspace, settings=_settings(workspace, pairs, units, boundaries, until),
        notes=_notes(workspace, table, units or ()), drawing=_draw, spoken=language, shown=_SHOWN,
        read=hash_files(workspace.root, _FILES),
        decimals={"level": decimals, "base_level": decimals, "growth": 2, "published": 2, "difference": 2},
    )  # fmt: skip


def _draw(result: Growth, language: Language) -> dict[str, Any]:
    from analysis.indicators.charts.growth import draw_growth

    return draw_growth(result, language)


_TYPES: dict[str, Any] = {
    "unit": "str", "indicator": "str", "year": "int64", "base_year": "int64", "level": "float64",
    "base_level": "float64", "growth": "float64", "published": "float64", "difference": "float64",
    "rounding": "boolean", "scope": "str", "doubt": "bool", "status": "str", "reading": "str",
}  # fmt: skip


def _columns() -> list[str]:
    return list(_TYPES)


def _pairs(workspace: Workspace, asked: Sequence[str]) -> list[tuple[str, str | None]]:
    """Give each level with its published growth, whichever of them was asked for."""
    catalogue, faults = workspace.catalogue, []
    pairs: dict[str, str | None] = {}
    for code in asked:
        if code not in catalogue or catalogue[code].kind == "flag":
            faults.append(Fault("DZ-I001", found=repr(code), expected="the code of a level or of its published growth",
                                hint="`duzheng data list` shows them"))  # fmt: skip
            continue
        level = catalogue[code].growth_of
        if level is not None:
            pairs[level] = code
            continue
        known = [each.code for each in catalogue.values() if each.growth_of == code]
        if len(known) > 1:
            faults.append(wrong(f"{code!r}, whose growth is published as {' and '.join(known)}", "one of these",
                                "name the one that is meant", "indicator"))  # fmt: skip
        pairs.setdefault(code, known[0] if len(known) == 1 else None)
    if faults:
        raise DuzhengError(*faults)
    return list(pairs.items())


def _row(
    workspace: Workspace, code: str, published: str | None, unit: str, year: int,
    levels: dict[tuple[str, int], dict[str, Any]], given: dict[tuple[str, int], dict[str, Any]], printed: _Printed,
) -> dict[str, Any] | None:  # fmt: skip
    indicator, nothing = workspace.catalogue[code], float("nan")
    now, before, said = levels.get((unit, year)), levels.get((unit, year - 1)), given.get((unit, year))
    level, base, stated = (row["value"] if row else nothing for row in (now, before, said))
    broken = indicator.segment(year) != indicator.segment(year - 1)
    grown = nothing if broken or not base > 0 else 100 * (level / base - 1)
    if isnan(stated) and isnan(grown) and (not broken or isnan(level) or isnan(base)):
        return None
    same = published is not None and year in workspace.catalogue[published].same_scope
    room = None
    if now and before and said and not isnan(grown) and not isnan(stated):
        room = _explained(level, printed.half(now), base, printed.half(before), stated, printed.half(said))
    status = (
        "break" if broken else "no_level" if isnan(level) else "no_base" if isnan(grown)
        else "unpublished" if isnan(stated) else "comparable"
    )  # fmt: skip
    reading = (
        ("not_compared" if isnan(stated) else "published_only") if isnan(grown) else "levels_only" if isnan(stated)
        else "agrees" if room else "same_scope" if same else "differs"
    )  # fmt: skip
    return {
        "unit": unit, "indicator": code, "year": year, "base_year": year - 1, "level": level, "base_level": base,
        "growth": grown, "published": stated, "difference": stated - grown, "rounding": room,
        "scope": "" if isnan(stated) else "same" if same else "unstated",
        "doubt": any(row["doubt"] for row in (now, before, said) if row), "status": status, "reading": reading,
    }  # fmt: skip


def _explained(level: float, off: float, base: float, base_off: float, stated: float, stated_off: float) -> bool:
    """Tell whether rounding explains that a published growth is not that of two levels.

    >>> _explained(103.0, 0.5, 100.0, 0.5, 2.5, 0.05), _explained(103.0, 0.005, 100.0, 0.005, 2.5, 0.05)
    (True, False)
    """
    least = 100 * ((level - off) / (base + base_off) - 1)
    most = 100 * ((level + off) / (base - base_off) - 1) if base > base_off else float("inf")
    return least - _NOTHING <= stated + stated_off and stated - stated_off <= most + _NOTHING


class _Printed:
    """How many digits figures were printed with."""

    def __init__(self, workspace: Workspace, codes: Sequence[str]) -> None:
        import pandas as pd

        self.catalogue = workspace.catalogue
        observed = list(dict.fromkeys(part for code in codes for part in workspace.catalogue.parts(code)))
        figures = pd.concat([workspace.figures(code) for code in observed])
        self.figures = {(row["indicator"], row["unit"], row["year"]): row for row in rows_of(figures)}
        sources = set(figures["source"])
        beside = workspace.observations
        beside = beside[beside["source"].isin(sources) & beside["value"].notna() & (beside["status"] == "reported")]
        measures = beside["indicator"].map({code: self._measure(code) for code in beside["indicator"].unique()})
        most = _decimals(beside["value"].to_numpy(float))
        self.decimals = pd.Series(most).groupby([beside["source"].to_numpy(), measures.to_numpy()]).max().to_dict()

    def _measure(self, code: str) -> str:
        return self.catalogue[code].measure["zh-Hans"]

    def half(self, fact: dict[str, Any]) -> float:
        """Give how far a level, or the sum of several, can be off for its last digit."""
        if self.catalogue[fact["indicator"]].kind == "ratio":
            return 0.0  # computed here of its parts
        cells = fact["made_of"].split(";") if fact["made_of"] else ["/".join(fact["cell"].split("/")[:3])]
        return sum(self._half(*cell.split("/")) for cell in cells)

    def _half(self, code: str, unit: str, year: str) -> float:
        figure, indicator = self.figures[code, unit, int(year)], self.catalogue[code]
        if figure["status"] == "rounded":
            return float(Decimal("0.5").scaleb(int(Decimal(repr(figure["value"])).normalize().as_tuple().exponent)))
        if indicator.kind == "count":
            return 0.0
        places = int(self.decimals.get((figure["source"], self._measure(code)), indicator.decimals))
        return float(Decimal("0.5").scaleb(-places))


def _decimals(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give how many decimals numbers are written with, 6 for those that have more.

    >>> import numpy as np
    >>> _decimals(np.array([8137.0, 12380.73, 0.1 + 0.2])).tolist()
    [0, 2, 6]
    """
    import numpy as np

    found = np.full(len(values), 6)
    for places in reversed(range(6)):
        found[np.rint(values * 10**places) / 10**places == values] = places
    return found


def _settings(
    workspace: Workspace, pairs: Sequence[tuple[str, str | None]], units: Sequence[str] | None,
    boundaries: int | None, until: int | None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "indicators": [level for level, _ in pairs],
        **({} if units is None else {"units": list(units)}),
        "boundaries": workspace.settings.boundaries if boundaries is None else boundaries,
        "until": workspace.settings.year if until is None else until,
    }


def _notes(workspace: Workspace, table: pd.DataFrame, units: Sequence[str]) -> tuple[Texts, ...]:
    notes: list[Texts] = []
    without = [unit for unit in units if unit not in set(table["unit"])]
    if without:
        names = {language: listed((workspace.units.name(unit, language, short=True) for unit in without), language)
                 for language in LANGUAGES}  # fmt: skip
        notes.append(both("growth", "note.without", units=names))
    for reading in ("same_scope", "differs", "agrees"):
        count = int((table["reading"] == reading).sum())
        if count:
            notes.append(both("growth", f"note.{reading}", n=count))
    for code, rows in table[table["status"] == "break"].groupby("indicator", sort=False):
        indicator: Indicator = workspace.catalogue[str(code)]
        years = set(rows["year"])
        notes += [both("growth", "note.break", year=each.year, reason=each.reason)
                  for each in indicator.breaks if each.year in years]  # fmt: skip
    for status in ("no_base", "no_level"):
        count = int((table["status"] == status).sum())
        if count:
            notes.append(both("growth", f"note.{status}", n=count))
    if table["doubt"].any():
        notes.append(both("growth", "note.doubt", n=int(table["doubt"].sum())))
    return tuple({tuple(note.items()): note for note in notes}.values())
