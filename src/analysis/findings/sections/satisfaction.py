"""Satisfaction: each group that was asked by itself, with how it was asked, its indices, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.documents import Block, Heading, Run
from analysis.documents.blocks import Quote
from analysis.findings.sections import answers
from analysis.findings.sections.estimates import name_of
from analysis.findings.sections.remarks import remarks
from analysis.findings.sections.topics import told

if TYPE_CHECKING:
    from analysis.findings.brief import Brief

#: Sentences of a survey in a memo that is not about it, and quotations.
_FEW: Final = 4
_QUOTES: Final = 2


def satisfaction(brief: Brief) -> list[Block]:
    """Give each survey in turn; of the whole with its units beside each other."""
    found = brief.estimates
    findings = brief.placed.get("satisfaction", ())
    parts: list[Block] = []
    shown: list[str] = []
    for survey in found.surveys:
        mine = [each for each in findings if each.survey == survey]
        table = answers.index_table(brief, survey)
        said = told(brief, [each for each in mine if each.kind != "quote"], _FEW)
        if table is None and not said:
            continue
        # Units stand beside each other with the main figures.
        drawn = [] if brief.evidence.below else answers.index_chart(brief, survey)
        shown.append(survey)
        parts += [Heading(level=2, text=name_of(found.title(survey))), *said]
        parts += [*([table] if table else []), *drawn, *quotes(brief, survey)]
    parts = [*answers.asked(brief, shown), *parts, *remarks(brief, "satisfaction")]
    return [brief.heading("satisfaction"), *parts] if parts else []


def quotes(brief: Brief, survey: str, most: int = _QUOTES) -> list[Quote]:
    """Give what some wrote themselves, one a topic, those first of which most wrote; never a name or a place."""
    found: dict[str, Quote] = {}
    for row in brief.evidence.rows("quotes"):
        if row["survey"] == survey and row["topic"] not in found:
            by = brief.runs("quote_by", topic=brief.text(row, "topic"), persons=brief.slot(str(row["cell"])))
            found[row["topic"]] = Quote(text=Run(text=str(row["text"]), role="citation"), by=by)
    return list(found.values())[:most]
