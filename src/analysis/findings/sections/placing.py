"""Placing: which section says which finding. Each is said once, and the summary chooses first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.findings.ranking import few, ranked

if TYPE_CHECKING:
    from analysis.findings.brief import Brief
    from analysis.findings.finding import Finding
    from analysis.findings.layout import Subjects

#: How many findings a summary has room for: what goes well and what does not, and what else of the headline figures.
SUMMARY: Final = 7
BESIDE: Final = 2
#: Topics with a section of their own, and its name.
OWN: Final = {"balance": "balance", "self_evaluation": "self_evaluation", "rectification": "rectification"}
#: Kinds that stand with the answers of those who were asked, whatever duty their theme belongs to.
_OF_ANSWERS: Final = frozenset({"quote", "driver"})


def placed(brief: Brief) -> dict[str, tuple[Finding, ...]]:
    """Give what each section of a brief says, by its name, in order of importance."""
    names = brief.layout.names
    mine = [each for each in brief.said if concerns(brief, each)]
    found: dict[str, list[Finding]] = {name: [] for name in names}
    if "summary" in found:
        told = [each for each in mine if each.kind not in _OF_ANSWERS]
        judged = few([each for each in told if each.tone != "neutral"], SUMMARY)
        found["summary"] = [*_beside(brief, told), *judged]
    taken = {each.id for each in found.get("summary", [])}
    for each in ranked(mine):
        section = section_of(each, brief.kind)
        if each.id not in taken and section in found:
            found[section].append(each)
    return {name: tuple(some) for name, some in found.items()}


def _beside(brief: Brief, findings: list[Finding]) -> list[Finding]:
    """Pick the neutral findings of headline figures, one a topic: how large the unit is, and what became of it."""
    catalogue = brief.reference.catalogue
    headline = [each for each in findings if each.tone == "neutral" and each.subject in catalogue
                and catalogue[each.subject].headline]  # fmt: skip
    return few(headline, BESIDE)


def concerns(brief: Brief, finding: Finding) -> bool:
    """Tell whether a memo is about a finding: its own unit's, or of its survey, topic or duty."""
    if finding.unit != brief.evidence.unit:
        return False
    if brief.kind == "survey":
        return finding.survey == brief.about
    if brief.kind == "topic":
        return brief.about in {finding.topic, finding.theme}
    if brief.kind == "duty":
        return finding.duty == brief.about
    return True


def section_of(finding: Finding, kind: Subjects = "unit") -> str:
    """Name the section that a finding belongs to, in a memo of a kind."""
    if kind == "survey":
        if finding.kind in _OF_ANSWERS or finding.kind == "change":
            return {"quote": "quotes", "driver": "drivers"}.get(finding.kind, "changes")
        return "groups" if finding.group else "indices"
    if kind == "topic":
        return "topic_answers" if finding.topic == "satisfaction" else "topic"
    if finding.topic in OWN:
        return OWN[finding.topic]
    if finding.topic == "satisfaction" and (not finding.duty or finding.group or finding.kind in _OF_ANSWERS):
        return "satisfaction"
    return "duties" if finding.duty else "profile"
