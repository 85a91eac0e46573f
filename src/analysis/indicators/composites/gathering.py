"""The verb that begins a composite: it gathers the figures of a workspace, on one set of boundaries and of one year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.documents.labels import Labels
from analysis.indicators.asked import several_names, strange_units, unknown_codes
from analysis.indicators.composites.composite import Composite
from analysis.indicators.composites.framework import framework_of
from analysis.indicators.composites.tables import peers_of
from analysis.indicators.series import series
from analysis.indicators.words import both
from analysis.messages import LANGUAGES, DuzhengError, Language, Texts
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace


def composite(
    workspace: Workspace, indicators: str | Sequence[str], *, units: str | Sequence[str] | None = None,
    year: int | None = None, groups: Mapping[str, Any] | None = None,
    names: Mapping[str, Texts] | None = None, directions: Mapping[str, str] | None = None,
    boundaries: int | None = None, peers: Mapping[str, str] | None = None, language: Language | None = None,
) -> Composite:  # fmt: skip
    """Begin a composite of indicators of the catalogue.

    Parameters
    ----------
    workspace
        The workspace.
    indicators
        Codes.
    units
        Id of one unit or ids of several, on the boundaries; by default all units of the workspace's kind that have a
        figure in the year.
    year
        Of the figures; by default the last in which every indicator has figures of most units.
    groups
        Codes by group, or groups within groups.
    names
        What groups are called, in both languages.
    directions
        ``higher`` or ``lower`` for indicators to which the catalogue gives no direction, or against it.
    boundaries
        The year on whose boundaries figures are put; by default the workspace's.
    peers
        The group of each unit, by its id, within which figures may stand in for one another; of every unit, or none.
    language
        Of results, unless another is asked for.

    Returns
    -------
    Composite
        With figures and no step done. Figures of earlier years without a break between are kept for ``carried``.

    Raises
    ------
    DuzhengError
        DZ-I001, DZ-U002 for codes and units that there are not; DZ-S002 for an indicator without direction, a unit
        without a group of peers, no year with figures, and what :func:`framework_of` refuses.
    """
    codes = list(dict.fromkeys([indicators] if isinstance(indicators, str) else indicators))
    drawn = workspace.settings.boundaries if boundaries is None else boundaries
    asked = None if units is None else several_names(units)
    faults = [*unknown_codes(workspace, codes), *strange_units(workspace, [*(asked or ()), *(peers or ())], drawn)]
    if faults:
        raise DuzhengError.of(faults)
    facts = series(workspace, codes, boundaries=drawn, units=asked)
    ways = {code: workspace.catalogue[code].direction for code in codes} | dict(directions or {})
    framework = framework_of(codes, ways, groups)
    if asked is None:
        kind = workspace.units.at(drawn)
        chosen = set(kind.index[kind["kind"] == workspace.settings.unit_kind])
        facts = facts[facts["unit"].isin(chosen)]
    at = _year(facts, codes) if year is None else year
    here = facts[facts["year"] == at]
    frame = _wide(here, codes)
    if asked is not None:
        frame = frame.reindex(sorted(set(asked)))
    empty = [code for code in codes if frame[code].isna().all()]
    if empty or frame.empty:
        there = facts[facts["value"].notna()]
        years = {
            code: sorted({int(each) for each in there.loc[there["indicator"] == code, "year"]})
            for code in empty or codes
        }
        raise DuzhengError.of(wrong(f"no figure of {code!r} in {at}", f"a year of {of or 'none'}",
                                    "choose another year, or leave it out") for code, of in years.items())  # fmt: skip
    doubts = here[here["doubt"]]
    return Composite(
        frame, framework, workspace=workspace, year=at, boundaries=drawn,
        peers=peers_of(frame, peers, {str(each) for each in workspace.units.at(drawn).index}),
        earlier=_earlier(facts, frame, codes, at, workspace), spoken=language, read=workspace.inputs(),
        doubtful=frozenset(zip(doubts["unit"].astype(str), doubts["indicator"].astype(str), strict=True)),
        cautions=_cautions(workspace, codes, at),
        named=Labels({}, {group: dict(of) for group, of in (names or {}).items()}),
    )  # fmt: skip


def _year(facts: pd.DataFrame, codes: Sequence[str]) -> int:
    """Give the last year in which every indicator has figures of most units."""
    there = facts[facts["value"].notna()]
    counts = there.pivot_table(index="year", columns="indicator", values="unit", aggfunc="nunique")
    counts = counts.reindex(columns=list(codes))
    most = counts.max().max()
    enough = counts[(counts > most / 2).all(axis=1)]
    if enough.empty:
        years = {code: sorted(int(each) for each in counts.index[counts[code].notna()]) for code in codes}
        raise DuzhengError.of(wrong(f"{code!r} has figures of {of or 'no year'}", "a year with figures of most units",
                                    "say year=…, or leave it out") for code, of in years.items())  # fmt: skip
    return int(enough.index[-1])


def _wide(facts: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    wide = facts.pivot_table(index="unit", columns="indicator", values="value", dropna=False, aggfunc="first")
    return wide.reindex(columns=list(codes)).astype(float).sort_index()


def _earlier(
    facts: pd.DataFrame, frame: pd.DataFrame, codes: Sequence[str], year: int, workspace: Workspace
) -> dict[int, pd.DataFrame]:
    """Give figures of earlier years, without those before a break."""
    now = {code: workspace.catalogue[code].segment(year) for code in codes}
    before = facts[(facts["year"] < year) & (facts["segment"] == facts["indicator"].map(now))]
    years = sorted({int(at) for at in before["year"]})
    return {at: _wide(before[before["year"] == at], codes).reindex(frame.index) for at in years}


def _cautions(workspace: Workspace, codes: Sequence[str], year: int) -> tuple[Texts, ...]:
    """Give what the catalogue says a reader must know of the figures."""
    found = []
    for code in codes:
        for each in workspace.catalogue[code].cautions:
            if not each.years or year in each.years:
                name = workspace.catalogue[code].name
                text = {language: each.text.get(language, each.text["zh-Hans"]) for language in LANGUAGES}
                found.append(both("composite", f"caution.{each.certainty}", name=name, text=text))
    return tuple(found)
