"""Charts of facts in a memo, with caption, text alternative and source line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any, Final

from analysis.documents import Chart
from analysis.findings import charts
from analysis.findings.wording import Slot
from analysis.messages import pick, write_number

if TYPE_CHECKING:
    from analysis.documents import Runs
    from analysis.findings.brief import Brief
    from analysis.findings.evidence import Fact
    from analysis.workspace import Indicator

#: Figures beside each other in a chart of dots.
_BESIDE: Final = 2


def chart(
    brief: Brief, spec: dict[str, Any], caption: Runs, alt: str, cells: Iterable[str], notes: Sequence[Runs] = ()
) -> Chart:
    """Finish a chart: caption, text alternative, and below it what its marks mean and its source."""
    return Chart(caption=caption, alt=alt, spec=spec, notes=(*notes, *brief.source_line(cells)))


def dots(brief: Brief, topic: str) -> list[Chart]:
    """Draw the ratios of a topic whose balance has a meaning, in the newest year that all units have."""
    evidence = brief.evidence
    units, whole = (evidence.below, evidence.unit) if evidence.below else (evidence.peers, evidence.whole)
    if len(units) < 2 or not whole:  # noqa: PLR2004  one unit has no peers
        return []
    chosen = []
    for indicator in brief.reference.catalogue.of(topic=topic, balance=True):
        years = complete(brief, indicator.code, units)
        if years:
            chosen.append((indicator, years[-1]))
    groups: dict[tuple[int, str], list[Indicator]] = {}
    for indicator, year in chosen:
        groups.setdefault((year, pick(indicator.measure, brief.language)), []).append(indicator)
    return [
        _dots(brief, group[place : place + _BESIDE], year, units, whole)
        for (year, _), group in groups.items()
        for place in range(0, len(group), _BESIDE)
    ]


def complete(brief: Brief, indicator: str, units: Sequence[str]) -> list[int]:
    """Give the years in which all of some units have a figure of an indicator."""
    held = [{row["year"] for row in brief.evidence.course(indicator, unit)} for unit in units]
    return sorted(set.intersection(*held)) if held else []


def _dots(brief: Brief, indicators: Sequence[Indicator], year: int, units: Sequence[str], whole: str) -> Chart:
    evidence, rows = brief.evidence, []
    for indicator in indicators:
        total = evidence.level(indicator.code, whole, year)
        for unit in units:
            fact = evidence.level(indicator.code, unit, year)
            if fact is None or isnan(fact["value"]):
                continue
            rows.append({
                "cell": fact["cell"], "name": brief.name(unit, short=True), "value": fact["value"],
                "shown": write_number(fact["value"], indicator.decimals), "picked": unit == evidence.unit,
                "panel": brief.indicator_name(indicator), "total": total["value"] if total is not None else None,
                "total_shown": write_number(total["value"], indicator.decimals) if total is not None else "",
            })  # fmt: skip
    rows.sort(key=lambda row: (-row["value"], row["name"]))
    names = brief.wording.list_of(brief.indicator_name(each, inside=place > 0) for place, each in enumerate(indicators))
    measure = pick(indicators[0].measure, brief.language)
    title = measure if len(indicators) > 1 else indicators[0].label(brief.language)
    spec = charts.dots(
        rows,
        title=title,
        whole=brief.name(whole, short=True),
        unit=brief.plain("unit_column"),
        panels=[brief.indicator_name(each) for each in indicators],
    )
    inside = brief.wording.list_of(brief.indicator_name(each, inside=True) for each in indicators)
    alt = brief.plain("alt_dots", indicator=inside, area=brief.name(whole))
    if evidence.unit in units:
        alt += brief.plain("alt_picked")
    caption = brief.runs("chart_dots", year=year, indicator=names)
    if measure:
        caption = brief.runs("chart_in", caption=caption, measure=measure)
    return chart(brief, spec, caption, alt, [row["cell"] for row in rows])


def grown(brief: Brief, topic: str) -> list[Chart]:
    """Draw how much the headline size of a topic grew in each unit, between the newest two years that all have."""
    evidence, units = brief.evidence, brief.evidence.below
    if len(units) < 2:  # noqa: PLR2004  one unit has no peers
        return []
    groups: dict[tuple[int, int], list[tuple[Indicator, Mapping[str, Fact | None]]]] = {}
    for indicator in brief.reference.catalogue.of(topic=topic, kinds=("count", "amount")):
        years = _comparable(indicator, complete(brief, indicator.code, units)) if indicator.headline else []
        span = (years[-2], years[-1]) if len(years) > 1 else None
        facts = {unit: evidence.fact(indicator.code, unit, span, "growth") for unit in (*units, evidence.unit) if span}
        if span and all(facts[unit] is not None for unit in units):
            groups.setdefault(span, []).append((indicator, facts))
    return [_grown(brief, group[place : place + _BESIDE], span)
            for span, group in groups.items() for place in range(0, len(group), _BESIDE)]  # fmt: skip


def _grown(brief: Brief, group: Sequence[tuple[Indicator, Mapping[str, Fact | None]]], years: tuple[int, int]) -> Chart:
    rows = [row for indicator, facts in group for row in _growths(brief, indicator, facts)]
    area, labels = brief.name(brief.evidence.unit, short=True), [brief.indicator_name(each) for each, _ in group]
    growth, unit = brief.plain("growth_column"), brief.plain("unit_column")
    spec = charts.dots(rows, title=growth, whole=area, unit=unit, panels=labels)
    slots: dict[str, Slot] = {"base": years[0], "year": years[1]}
    inside = [brief.indicator_name(each, inside=True) for each, _ in group]
    caption = brief.runs("chart_grown", indicator=brief.wording.list_of(inside), **slots)
    alt = brief.plain("alt_grown", indicator=brief.wording.list_of(inside), **slots)
    return chart(brief, spec, caption, alt, [row["cell"] for row in rows])


def _growths(brief: Brief, indicator: Indicator, facts: Mapping[str, Fact | None]) -> list[dict[str, Any]]:
    whole, label = facts[brief.evidence.unit], brief.indicator_name(indicator)
    rows = [
        {
            "cell": fact["cell"], "name": brief.name(unit, short=True), "value": fact["value"], "panel": label,
            "shown": write_number(fact["value"], 1, signed=True), "picked": False,
            "total": whole["value"] if whole is not None else None,
            "total_shown": write_number(whole["value"], 1, signed=True) if whole is not None else "",
        }
        for unit in brief.evidence.below if (fact := facts[unit]) is not None
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row["value"], row["name"]))


def _comparable(indicator: Indicator, years: Sequence[int]) -> list[int]:
    return [year for year in years if indicator.segment(year) == indicator.segment(years[-1])]


def broken_series(brief: Brief, topic: str) -> list[Chart]:
    """Draw the series of a topic of the unit above that have a break, one line a stage and stretch."""
    evidence = brief.evidence
    above = evidence.whole if evidence.below else evidence.above
    families: dict[str, list[Indicator]] = {}
    for indicator in brief.reference.catalogue.of(topic=topic):
        if indicator.breaks and len(evidence.course(indicator.code, above)) > 1:
            families.setdefault(indicator.family or indicator.code, []).append(indicator)
    return [_courses(brief, family, above) for family in families.values()]


def _courses(brief: Brief, family: Sequence[Indicator], above: str | None) -> Chart:
    facts: list[tuple[Indicator, Fact]] = [
        (indicator, row) for indicator in family for row in brief.evidence.course(indicator.code, above)
    ]
    rows = [
        {
            "cell": row["cell"], "label": pick(indicator.short or indicator.name, brief.language), "year": row["year"],
            "value": row["value"], "segment": row["segment"],
            "shown": write_number(row["value"], indicator.decimals),
        }
        for indicator, row in facts
    ]  # fmt: skip
    years = sorted({row["year"] for row in rows})
    breaks = sorted({each.year for indicator in family for each in indicator.breaks
                     if years and years[0] < each.year <= years[-1]})  # fmt: skip
    title = pick(family[0].family_name or family[0].name, brief.language)
    area = brief.name(above) if above else ""
    spec = charts.courses(
        rows,
        title=pick(family[0].measure, brief.language),
        breaks=breaks,
        break_label=brief.plain("break_label"),
    )
    measure = pick(family[0].measure, brief.language)
    caption = brief.runs("chart_in", caption=brief.runs("chart_courses", indicator=title, area=area), measure=measure)
    alt = brief.plain("alt_courses", indicator=title, area=area)
    return chart(brief, spec, caption, alt, [row["cell"] for row in rows])
