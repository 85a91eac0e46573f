"""Charts of a brief, with caption, text alternative and source line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.documents import Chart
from analysis.indicators import rows_of
from analysis.messages import pick

if TYPE_CHECKING:
    from analysis.findings.brief import Brief
    from analysis.workspace import Indicator


def dots(brief: Brief) -> list[Chart]:
    """Draw a dot plot of each ratio whose balance has a meaning, in the newest year that all peers have."""
    from analysis.indicators import charts

    evidence = brief.evidence
    drawn = []
    for indicator in brief.reference.catalogue.of(balance=True):
        years = evidence.complete(indicator.code)
        if not years or len(evidence.peers) < 2:  # noqa: PLR2004  one unit has no peers
            continue
        rows = evidence.levels[
            (evidence.levels["indicator"] == indicator.code)
            & (evidence.levels["year"] == years[-1])
            & evidence.levels["unit"].isin(evidence.peers)
        ]
        whole = evidence.level(indicator.code, evidence.whole, years[-1])
        reference = (brief.name(evidence.whole, short=True), whole["value"]) if evidence.whole and whole else None
        spec = charts.dot_plot(
            rows, indicator, _names(brief), picked=evidence.unit, reference=reference, language=brief.language
        )
        facts = rows_of(rows)
        label = brief.indicator_name(indicator)
        drawn.append(
            Chart(
                caption=brief.runs("chart_dots", year=years[-1], indicator=label),
                alt=brief.plain("alt_dots", indicator=brief.indicator_name(indicator, inside=True)),
                spec=spec,
                notes=(brief.source_line(facts),),
            )
        )
    return drawn


def multiples(brief: Brief) -> list[Chart]:
    """Draw small multiples of the headline size that has the most years complete for all peers."""
    from analysis.indicators import charts

    evidence = brief.evidence
    candidates = [
        (indicator, years)
        for indicator in brief.reference.catalogue.of(kinds=("count", "amount"))
        if indicator.headline and len(years := _comparable(brief, indicator)) > 1
    ]
    if not candidates or len(evidence.peers) < 2:  # noqa: PLR2004  one unit has no peers
        return []
    indicator, years = max(candidates, key=lambda pair: len(pair[1]))
    rows = evidence.levels[
        (evidence.levels["indicator"] == indicator.code)
        & evidence.levels["year"].isin(years)
        & evidence.levels["unit"].isin(evidence.peers)
    ]
    label = brief.indicator_name(indicator)
    spec = charts.small_multiples(
        rows,
        indicator,
        _names(brief),
        picked=evidence.unit,
        base_year=years[0],
        language=brief.language,
        index_title=f"{years[0]} = 100",
    )
    return [
        Chart(
            caption=brief.runs("chart_multiples", indicator=label, base=years[0]),
            alt=brief.plain("alt_multiples", indicator=brief.indicator_name(indicator, inside=True), base=years[0]),
            spec=spec,
            notes=(brief.source_line(rows_of(rows)),),
        )
    ]


def broken_series(brief: Brief) -> list[Chart]:
    """Draw the funding series of the unit above the whole that have a break, one line a stage and stretch."""
    from analysis.indicators import charts

    evidence = brief.evidence
    broken = [
        indicator
        for indicator in brief.reference.catalogue.of(topic="funding")
        if indicator.breaks and len(evidence.course(indicator.code, evidence.above)) > 1
    ]
    drawn = []
    families: dict[str, list[Indicator]] = {}
    for indicator in broken:
        families.setdefault(indicator.family or indicator.code, []).append(indicator)
    for family in families.values():
        facts = [row for indicator in family for row in evidence.course(indicator.code, evidence.above)]
        rows = evidence.levels[evidence.levels["cell"].isin([row["cell"] for row in facts])]
        title = pick(family[0].family_name or family[0].name, brief.language)
        spec = charts.lines(
            rows,
            family,
            {each.code: pick(each.short or each.name, brief.language) for each in family},
            language=brief.language,
            break_label=brief.plain("break_label"),
        )
        drawn.append(
            Chart(
                caption=brief.runs("chart_lines", indicator=title),
                alt=brief.plain("alt_lines", indicator=title),
                spec=spec,
                notes=(brief.source_line(facts),),
            )
        )
    return drawn


def _comparable(brief: Brief, indicator: Indicator) -> list[int]:
    years = brief.evidence.complete(indicator.code)
    return [year for year in years if indicator.segment(year) == indicator.segment(years[-1])]


def _names(brief: Brief) -> dict[str, str]:
    return {unit: brief.name(unit, short=True) for unit in brief.evidence.peers}
