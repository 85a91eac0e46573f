"""Permission: what of the candidates may be said, how strongly, in which order, and why the rest may not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from analysis.findings.checks import CHECKS, Context, figures_of, from_answers, outcomes, too_small
from analysis.findings.duties import Duties, duties_of, with_duty
from analysis.findings.finding import Finding
from analysis.findings.ranking import importance
from analysis.findings.repetition import repeats
from analysis.findings.rule import Statements, least, statements_of

if TYPE_CHECKING:
    from analysis.workspace.rules import RuleSet

#: Why a finding is not written that says what another says.
SAID_ELSEWHERE = "said_elsewhere"
#: Reasons of disclosure: of what they withhold not even a list inside the office shows a number.
DISCLOSING = frozenset({"suppressed", "small"})


def judged(
    findings: Sequence[Finding],
    rule: RuleSet | Statements,
    duties: RuleSet | Duties | None = None,
    *,
    suppressed: AbstractSet[str] = frozenset(),
    declared: AbstractSet[str] | None = None,
) -> tuple[Finding, ...]:
    """Judge candidates: fill in why each is withheld, its strength, its importance and its duty.

    Parameters
    ----------
    findings
        Candidates of one run, of all units, in any order.
    rule
        The rule set ``statements``.
    duties
        The rule set ``duties``; without it duties stay as they are.
    suppressed
        Ids of the cells that are not published; what rests on one of them is withheld.
    declared
        Families that the sealed analyses declare; what counts as confirmatory in another is withheld. Not checked
        if not given.

    Returns
    -------
    tuple of Finding
        All of them, in the order given. ``withheld`` has the code of every reason, in the order of
        :data:`~analysis.findings.checks.CHECKS`, and keeps codes that are not ours. ``strength`` is the least that any
        rule leaves, and empty for what is withheld.

    Notes
    -----
    A function of the findings alone: the same whatever their order, and again the same if applied to its own result.
    A figure of too few answers in one finding is too small in all: a gap or change of the same unit, subject,
    questionnaire, group and year is withheld with it.

    Of findings that repeat each other (:func:`analysis.findings.repetition.repeats`) one is kept: of the kind that the
    rule names first, then of the greater strength and importance, then the first by id.
    """
    bounds = statements_of(rule)
    context = Context(suppressed, declared, _small_figures(findings, bounds))
    found = [_judged(each, bounds, context) for each in findings]
    if duties is not None:
        named = duties_of(duties)
        found = [with_duty(each, named) for each in found]
    return tuple(_once(found, bounds))


def _judged(finding: Finding, rule: Statements, context: Context) -> Finding:
    come = outcomes(finding, rule, context)
    others = (code for code in finding.withheld if code not in CHECKS and code != SAID_ELSEWHERE)
    withheld = (*(code for code, outcome in come.items() if outcome == "withheld"), *others)
    force = least(rule.kinds[finding.kind].at_most, rule.selection[finding.selection], *come.values())
    told = finding.model_copy(update={"withheld": withheld, "strength": "" if withheld else force})
    return told.model_copy(update={"importance": importance(told, rule)})


def _small_figures(findings: Iterable[Finding], rule: Statements) -> frozenset[tuple[str, str, str, str, int]]:
    small = (
        each for each in findings if from_answers(each) and (too_small(each, rule) or each.precision == "suppress")
    )
    return frozenset(figure for each in small for figure in figures_of(each))


def _once(findings: Sequence[Finding], rule: Statements) -> list[Finding]:
    """Withhold what another finding says that is kept."""
    kinds = list(rule.kinds)

    def before(place: int) -> tuple[object, ...]:
        each = findings[place]
        strong = ("strong", "moderate", "weak", "").index(each.strength)
        return kinds.index(each.kind), strong, -each.importance, each.id, each.model_dump_json()

    kept: dict[str, list[Finding]] = {}
    again: set[int] = set()
    for place in sorted((place for place, each in enumerate(findings) if not each.withheld), key=before):
        each = findings[place]
        of_unit = kept.setdefault(each.unit, [])
        if any(repeats(each, other) for other in of_unit):
            again.add(place)
        else:
            of_unit.append(each)
    return [
        each.model_copy(update={"withheld": (SAID_ELSEWHERE,), "strength": ""}) if place in again else each
        for place, each in enumerate(findings)
    ]
