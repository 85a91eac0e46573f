"""A topic over all units: the whole's figures of it, the units beside each other, and what the answers say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.documents import Block
from analysis.findings.sections.topics import exhibits, told
from analysis.findings.sections.whole import patterns, unit_table

if TYPE_CHECKING:
    from analysis.findings.brief import Brief


def topic(brief: Brief) -> list[Block]:
    """Give the whole's figures of the topic."""
    parts: list[Block] = [*told(brief, brief.placed.get("topic", ())), *exhibits(brief, brief.about)]
    return [brief.heading("topic"), *parts] if parts else []


def topic_units(brief: Brief) -> list[Block]:
    """Show the figures of the units, and in which of them the same thing shows."""
    about, below = brief.about, set(brief.evidence.below)
    mine = [each for each in brief.said if each.unit in below and about in {each.topic, each.theme}]
    table = unit_table(brief, about)
    parts: list[Block] = [*patterns(brief, mine), *([table] if table is not None else [])]
    return [brief.heading("topic_units"), *parts] if parts else []


def topic_answers(brief: Brief) -> list[Block]:
    """Say what the answers say of the topic's theme."""
    said = told(brief, brief.placed.get("topic_answers", ()))
    return [brief.heading("topic_answers"), *said] if said else []
