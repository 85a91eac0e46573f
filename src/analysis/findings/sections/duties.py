"""Duties: how the unit fulfils each of them, by figures and answers; and the conditions before that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.documents import Block, Heading
from analysis.findings.duties import Duties, Duty, duties_of
from analysis.findings.sections.placing import OWN
from analysis.findings.sections.topics import part, told
from analysis.findings.wording import name
from analysis.messages import pick

if TYPE_CHECKING:
    from analysis.findings.brief import Brief

#: How many sentences on the answers stand with a duty; the section on them has the table.
_ANSWERS: Final = 3


def rule_of(brief: Brief) -> Duties | None:
    """Give the rule set ``duties`` of the run, if it has one."""
    rule = brief.reference.rules.get("duties")
    return duties_of(rule) if rule else None


def profile(brief: Brief) -> list[Block]:
    """Give the conditions under which the unit works: what the rule set calls context."""
    rule = rule_of(brief)
    findings = brief.placed.get("profile", ())
    topics = rule.topics.context if rule else _topics(brief)
    parts = [block for topic in topics for block in part(brief, topic, findings, growth=False)]
    return [brief.heading("profile"), *parts] if parts else []


def _topics(brief: Brief) -> list[str]:
    """Give the topics of the catalogue in its order, for a workspace that names no duties."""
    return [
        topic for topic in dict.fromkeys(each.topic for each in brief.reference.catalogue.values()) if topic not in OWN
    ]


def duties(brief: Brief) -> list[Block]:
    """Give each duty that there is evidence of: its topics one after the other, then what the answers say of it."""
    rule = rule_of(brief)
    parts = [block for duty in (rule.duties if rule else ()) for block in _duty(brief, rule, duty)] if rule else []
    return [brief.heading("duties"), *parts] if parts else []


def _duty(brief: Brief, rule: Duties, duty: Duty) -> list[Block]:
    findings = [each for each in brief.placed.get("duties", ()) if each.duty == duty.id]
    topics = [topic for topic, of in rule.topics.of.items() if of == duty.id and topic not in OWN]
    of_topics = {topic: found for topic in topics if (found := part(brief, topic, findings))}
    answers = told(brief, [each for each in findings if each.topic not in topics], _ANSWERS)
    if not of_topics and not answers:
        return []
    # A title in a memo stands for its duty; with certainty C the notes say so (findings/notes.py).
    head = Heading(level=2, text=(name(pick(duty.name, brief.language)),))
    if len(of_topics) == 1 and not answers:
        return [head, *next(iter(of_topics.values()))]
    parts: list[Block] = [head]
    for topic, found in of_topics.items():
        parts += [brief.heading(topic, level=3), *found]
    if answers and of_topics:
        parts.append(brief.heading("as_answered", level=3))
    return [*parts, *answers]
