"""The whole and the units below it: their figures beside each other, and in which of them the same thing shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from analysis.documents import Block, Heading, Runs, Sentence, Table
from analysis.findings.pictures import complete
from analysis.findings.sections import answers
from analysis.findings.sections.duties import rule_of
from analysis.findings.sections.estimates import name_of
from analysis.findings.sections.placing import OWN
from analysis.findings.sections.topics import part, told
from analysis.findings.tables import Sheet
from analysis.findings.wording import Slot, name
from analysis.messages import pick

if TYPE_CHECKING:
    from analysis.findings.brief import Brief
    from analysis.findings.duties import Duties, Duty
    from analysis.findings.finding import Finding
    from analysis.workspace import Indicator

#: What shows in units is said of so many subjects of a duty at most.
_FEW: Final = 5
#: Verdicts that are the same in several units and worth a sentence, with what they are held to.
_SAID: Final = frozenset({"above", "below", "up", "down", "met", "missed"})
_Pattern = tuple[tuple[str, str, int, str, str], list["Finding"]]


def overview(brief: Brief) -> list[Block]:
    """Show the main figures of all units beside each other, in the order of their codes: no ranking."""
    table = unit_table(brief)
    parts: list[Block] = [*([table] if table else []), *answers.unit_charts(brief)]
    return [brief.heading("overview"), *parts] if parts else []


def unit_table(brief: Brief, topic: str = "") -> Table | None:
    """Show the units' headline figures (or the ratios of a topic), in the newest year that all have; a row a unit.

    In the table of headline figures stands as well how satisfied all in all those are who were drawn by chance.
    """
    found, evidence, sheet = brief.estimates, brief.evidence, Sheet(brief)
    chosen = [
        (indicator, years[-1])
        for indicator in brief.reference.catalogue.values()
        if (indicator.topic == topic and indicator.kind == "ratio" if topic else indicator.headline)
        and (years := complete(brief, indicator.code, evidence.below))
    ]
    asked = [] if topic else answers.wholes(brief)
    if not chosen and not asked:
        return None
    for unit in (*evidence.below, evidence.unit):
        facts = [evidence.level(indicator.code, unit, year) for indicator, year in chosen]
        rows = [found.beside(row, unit) for row in asked]
        cells = [*(sheet.fact(fact) for fact in facts), *(sheet.estimate(row) for row in rows)]
        sheet.add(name_of(brief.name(unit, short=True)), *cells, picked=unit == evidence.unit)
    heads = [_head(brief, indicator, year) for indicator, year in chosen]
    heads += [brief.runs("satisfied_column", who=found.who(row["survey"])) for row in asked]
    return sheet.table(brief.runs("table_units_figures"), brief.runs("unit_column"), heads)


def _head(brief: Brief, indicator: Indicator, year: int) -> Runs:
    measure = pick(indicator.measure, brief.language)
    slots: dict[str, Slot] = {"name": brief.indicator_name(indicator), "year": year}
    return brief.runs("indicator_in", measure=measure, **slots) if measure else brief.runs("indicator_in_bare", **slots)


def duties(brief: Brief) -> list[Block]:
    """Give each duty: what shows of the whole, and in which units the same thing shows."""
    rule = rule_of(brief)
    parts: list[Block] = []
    for duty in _told(brief, rule):
        findings = [each for each in brief.placed.get("duties", ()) if each.duty == duty.id]
        topics = [topic for topic, of in rule.topics.of.items() if of == duty.id and topic not in OWN] if rule else []
        of_topics = [block for topic in topics for block in part(brief, topic, findings)]
        said = told(brief, [each for each in findings if each.topic not in topics])
        below = [each for each in brief.said if each.unit in set(brief.evidence.below) and each.duty == duty.id
                 and each.kind != "threshold" and each.topic not in OWN]  # fmt: skip
        shown = patterns(brief, below)
        if of_topics or said or shown:
            head = Heading(level=2, text=(name(pick(duty.name, brief.language)),))
            parts += [*([head] if brief.kind == "whole" else []), *shown, *said, *of_topics]
    return [brief.heading("duties"), *parts] if parts else []


def _told(brief: Brief, rule: Duties | None) -> Sequence[Duty]:
    """Give the duties that a memo tells of: the one that it is about, or all."""
    every = rule.duties if rule else ()
    return [each for each in every if each.id == brief.about] if brief.kind == "duty" else every


def patterns(brief: Brief, findings: Sequence[Finding], most: int = _FEW) -> list[Sentence]:
    """Say in which units the same thing shows, the most important first: by theme, with its scope, without a figure."""
    found: dict[tuple[str, str, int, str, str], list[Finding]] = {}
    for each in findings:
        named = subject_of(brief, each.subject, each.survey)
        if named and each.verdict in _SAID and each.tone != "neutral" and not each.group:
            key = (each.subject, each.survey, each.year, each.reference, each.verdict)
            found.setdefault(key, []).append(each)
    ranked = sorted(found.items(), key=_weight)[:most]
    return [Sentence(text=_pattern(brief, *each), opens=not place) for place, each in enumerate(ranked)]


def _weight(pattern: _Pattern) -> tuple[object, ...]:
    key, some = pattern
    return (some[0].tone != "bad", -sum(each.importance for each in some), key)


def _pattern(brief: Brief, key: tuple[str, str, int, str, str], some: Sequence[Finding]) -> Runs:
    subject, survey, year, reference, verdict = key
    units = [unit for unit in brief.evidence.below if unit in {each.unit for each in some}]
    every = len(units) == len(brief.evidence.below)
    listed = (
        brief.runs("every_unit")
        if every
        else brief.wording.list_of(name(brief.name(unit, short=True)) for unit in units)
    )
    of = brief.name(brief.evidence.unit, short=True)
    said = brief.runs(f"pattern_{reference}_{verdict}", area=of)
    called = subject_of(brief, subject, survey)
    return brief.runs("pattern", year=year, subject=called, said=said, units=listed)


def subject_of(brief: Brief, subject: str, survey: str) -> str:
    """Give what an indicator or index is called, an index with whose it is; empty for what is neither."""
    if subject in brief.reference.catalogue:
        return brief.indicator_name(brief.reference.catalogue[subject], inside=False)
    found = brief.estimates
    row = next((row for row in found.rows if (row["survey"], row["index"]) == (survey, subject)), None)
    return brief.plain("index_of", survey=found.called(row, "survey"), index=found.called(row, "index")) if row else ""
