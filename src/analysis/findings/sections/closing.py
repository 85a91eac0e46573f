"""The end of a memo: data and methods, sources, and inside the office what was not written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.documents import Block, Run, Runs, Sentence
from analysis.findings import notes
from analysis.findings.finding import Finding
from analysis.findings.permission import DISCLOSING, SAID_ELSEWHERE
from analysis.findings.reasons import reasons
from analysis.findings.sections.whole import subject_of
from analysis.findings.wording import Slot

if TYPE_CHECKING:
    from analysis.findings.brief import Brief


def methods(brief: Brief) -> list[Block]:
    """List what a reader must know of the data, and how intervals, comparisons and what is held back are made."""
    said: list[Block] = [*notes.notes(brief)]
    return [brief.heading("methods"), *said] if said else []


def sources(brief: Brief) -> list[Block]:
    """List the works and waves that the sections before rest on, each once, with the parts used and how it was read."""
    works: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for source in brief.evidence.sources_of(brief.shown):
        row = brief.reference.sources.loc[source]
        part = (brief.source_name(source, "part"), row["url"] if isinstance(row["url"], str) else "")
        works.setdefault((brief.source_name(source), str(row["read_as"])), []).append(part)
    said = [_work(brief, work, read_as, parts) for (work, read_as), parts in works.items()]
    surveys = brief.evidence.surveys_of(brief.shown)
    if surveys:
        names = [brief.runs("source_survey", survey=brief.subject_name("survey", each)) for each in surveys]
        said.append(brief.runs("source_surveys", surveys=brief.wording.list_of(names)))
    listed = [Sentence(text=text, item=True, small=True) for text in said]
    return [brief.heading("sources", numbered=False), *listed] if listed else []


def _work(brief: Brief, work: str, read_as: str, parts: list[tuple[str, str]]) -> Runs:
    """Name a work, how it was read, and its parts, each with its address."""
    named = [
        Run(text=part or brief.plain("source_page"), role="citation", href=url or None)
        for part, url in dict.fromkeys(parts)
        if part or url
    ]
    slots: dict[str, Slot] = {
        "work": Run(text=work, role="citation"),
        "read_as": brief.runs(f"read_as_{read_as.lower()}"),
    }
    return (
        brief.runs("source_parts", parts=_joined(brief, named), **slots)
        if named
        else brief.runs("source_work", **slots)
    )


def _joined(brief: Brief, parts: list[Run]) -> Runs:
    """Put parts one after the other, which may hold commas themselves."""
    between = Run(text="；" if brief.language == "zh-Hans" else "; ")
    return tuple(run for place, part in enumerate(parts) for run in ((between, part) if place else (part,)))


#: What is said by another finding is not left out.
_SAID: Final = frozenset({SAID_ELSEWHERE})


def withheld(brief: Brief) -> list[Block]:
    """List what was not written, and why; inside the office only."""
    rule = brief.reference.rules.get("statements")
    if brief.audience == "public" or rule is None:
        return []
    mine = [each for each in brief.evidence.findings if set(each.withheld) - _SAID and each.unit == brief.evidence.unit]
    if brief.about:
        mine = [each for each in mine if brief.about in {each.survey, each.topic, each.theme}]
    listed = [Sentence(text=_line(brief, each), item=True, small=True) for each in sorted(mine, key=_order)]
    if not listed:
        return [brief.heading("withheld"), Sentence(text=brief.runs("withheld_none"))]
    return [brief.heading("withheld"), Sentence(text=brief.runs("withheld_intro")), *listed]


def _order(finding: Finding) -> tuple[object, ...]:
    return finding.topic, finding.survey, finding.subject, finding.id


def _line(brief: Brief, finding: Finding) -> tuple[Run, ...]:
    """Say a finding with the reasons why it was not written; what is held back for disclosure is named, not said."""
    rule = brief.reference.rules["statements"]
    why = reasons(finding, brief.language, rule)
    if DISCLOSING & set(finding.withheld):
        called = subject_of(brief, finding.subject, finding.survey) or finding.subject
        said = brief.runs("withheld_subject", subject=Run(text=called, role="citation"), year=finding.year)
    else:
        said = finding.texts[brief.language]
    return brief.wording.together([said, *why])
