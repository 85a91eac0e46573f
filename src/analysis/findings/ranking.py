"""Ranking: how important a finding is within its section, and the few that a summary has room for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from analysis.findings.checks import UNTOLD, distance, practical
from analysis.findings.finding import Finding
from analysis.findings.rule import Statements

#: How much each finding of a theme that was picked already lessens the others of it.
_AGAIN: Final = 0.5
#: One part of so many is of one theme at most, as long as there are others.
_PART: Final = 3


#: So many verdicts of one topic on what a standard asks are picked, whatever else there is.
_STANDARDS: Final = 2
#: How the subject of a verdict on all parts of a standard together ends.
_WHOLE: Final = ".whole"


def size(finding: Finding, rule: Statements) -> float:
    """Give how large it is beside the smallest difference that matters, from 0 to 1.

    Notes
    -----
    r / (1 + r), with r the distance over the smallest difference that matters: one half where they are equal, and ever
    less more for what is larger anyway. What has no such difference, as a level by itself, counts as the rule says.
    The verdict on a standard as a whole counts in full: it goes before the verdicts on its parts.
    """
    if finding.kind == "threshold" and finding.subject.endswith(_WHOLE):
        return 1.0
    apart, least = distance(finding), practical(finding, rule)
    if apart is None or not least:
        return rule.importance.unsized
    return apart / (apart + least)


def importance(finding: Finding, rule: Statements) -> float:
    """Give by how much a finding goes before others of its section.

    Parameters
    ----------
    finding
        With its ``strength``; without one, as what is withheld, it counts as weak.
    rule
        The weights.

    Notes
    -----
    A step and a weight below 1, so that the weight orders what stands on one step: standards of law first, then
    targets, then what else is said, then what the data cannot tell. The weight is a product, so that a finding is
    no more important than its weakest side: size × certainty (strength) × declared or not × the whole unit or a group
    of it × good or bad, or neither × a standard missed or met. Other problems and achievements weigh the same.
    """
    weights = rule.importance
    held_to = {"standard": weights.standard, "target": weights.target}
    step = weights.unclear if finding.verdict in UNTOLD else weights.finding
    if finding.kind == "threshold" and finding.verdict not in UNTOLD:
        step = held_to.get(finding.reference, step)
    weight = (
        size(finding, rule)
        * weights.strength[finding.strength or "weak"]
        * (1 if finding.confirmatory else weights.exploratory)
        * (weights.group if finding.group else 1)
        * (weights.neutral if finding.tone == "neutral" else 1)
        * (weights.met if finding.kind == "threshold" and finding.verdict == "met" else 1)
    )
    # A weight of 1 would reach the next step.
    return step + min(weight, 0.999)


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Put findings that may be said in order, the most important first; of equal ones the newest, then by id."""
    return sorted(
        (each for each in findings if not each.withheld), key=lambda each: (-each.importance, -each.year, each.id)
    )


def few(findings: Iterable[Finding], most: int, *, each: int = 1) -> list[Finding]:
    """Pick the few that a summary has room for: the most important, and not all of one thing.

    Parameters
    ----------
    findings
        Judged; what is withheld is not picked.
    most
        How many at most.
    each
        How many at most about one subject of one survey.

    Returns
    -------
    list of Finding
        In order of importance.

    Notes
    -----
    One after the other the most important is picked; within a step of importance each that was picked of a topic and
    theme halves the weight of the rest of it, and no more than a third is of one as long as there are others; of one
    topic's verdicts on what a standard asks no more than two. Where both good and bad findings may be said, the picks
    hold both: the best of the tone that is missing goes in for the least of the others.
    """
    left, picked = ranked(findings), list[Finding]()
    cap = max(1, most // _PART)
    subjects, themes = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    while left and len(picked) < most:
        left = [one for one in left if subjects[_subject(one)] < each]
        if not left:
            break
        able = [one for one in left if not _standard(one) or themes[one.topic, "", "standard"] < _STANDARDS]
        if not able:
            break
        fresh = [one for one in able if themes[one.topic, one.theme] < cap]
        best = min(fresh or able, key=lambda one: (-_lessened(one, themes[one.topic, one.theme]), one.id))
        picked.append(best)
        left.remove(best)
        subjects[_subject(best)] += 1
        themes[best.topic, best.theme] += 1
        if _standard(best):
            themes[best.topic, "", "standard"] += 1
    for tone, other in (("bad", "good"), ("good", "bad")):
        spare = [one for one in left if one.tone == tone and subjects[_subject(one)] < each]
        if most > 1 and spare and not any(one.tone == tone for one in picked):
            room = [one for one in spare if themes[one.topic, one.theme] < cap]
            best = (room or spare)[0]
            given = [one for one in picked if one.tone != other or _count(picked, other) > 1]
            # What is of a theme that has its part already goes in for another of that theme.
            alike = [one for one in given if (one.topic, one.theme) == (best.topic, best.theme)]
            out = max(given if room else alike or given, default=None, key=lambda one: (-one.importance, one.id))
            if out is not None:
                picked[picked.index(out)] = best
    return ranked(picked)


def _standard(finding: Finding) -> bool:
    return finding.kind == "threshold" and finding.reference == "standard"


def _subject(finding: Finding) -> tuple[str, ...]:
    return finding.subject, finding.survey


def _lessened(finding: Finding, before: int) -> float:
    step = int(finding.importance)
    return step + (finding.importance - step) * _AGAIN**before


def _count(findings: Iterable[Finding], tone: str) -> int:
    return sum(each.tone == tone for each in findings)
