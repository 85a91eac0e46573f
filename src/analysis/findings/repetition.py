"""Repetition: whether a finding says anything that another does not."""

from __future__ import annotations

from analysis.findings.finding import Finding
from analysis.findings.wording import Cited, Number, within


def repeats(finding: Finding, other: Finding) -> bool:
    """Tell whether a finding says nothing that another of its unit does not.

    Notes
    -----
    It does so if both name the same numbers and quote the same, and are about the same subject, group and year or
    would be told by the same message; and a level does if the other, about the same, names all of its numbers among
    others. What names no number, as a quotation, repeats what fills the same message with the same.
    """
    if finding.unit != other.unit or _quoted(finding) != _quoted(other):
        return False
    mine, others = numbers_of(finding), numbers_of(other)
    alike, one_message = _about(finding) == _about(other), finding.message == other.message
    if "quote" in {finding.kind, other.kind}:
        return one_message and finding.kind == other.kind and mine == others
    if not mine:
        return one_message and finding.slots == other.slots and finding.texts == other.texts and alike
    return (mine == others and (alike or one_message)) or (finding.kind == "level" and alike and mine <= others)


def numbers_of(finding: Finding) -> frozenset[str]:
    """Give the cells of the numbers that it names: those of its slots or texts, or else all that it rests on."""
    named = {each.cell for each in within(finding.slots.values()) if isinstance(each, Number)}
    named = named or {run.cell for runs in finding.texts.values() for run in runs if run.cell}
    return frozenset(named or finding.cells)


def _about(finding: Finding) -> tuple[object, ...]:
    return finding.subject, finding.survey, finding.group, finding.year


def _quoted(finding: Finding) -> frozenset[str]:
    """Give what it quotes from the data, in whatever language."""
    if finding.slots:
        cited = [each.text for each in within(finding.slots.values()) if isinstance(each, Cited)]
        return frozenset(text if isinstance(text, str) else text["zh-Hans"] for text in cited)
    return frozenset(run.text for run in finding.texts.get("zh-Hans", ()) if run.role == "citation")
