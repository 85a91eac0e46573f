"""The rules of "May I say this?": one function a rule, from a finding and the bounds to what may come of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import isfinite
from typing import Final

from analysis.findings.finding import Finding
from analysis.findings.rule import ALWAYS, Floors, Outcome, Statements, least

#: Verdicts that something differs, that two things are like each other, and that the data cannot tell.
DIFFERENT: Final = frozenset({"above", "below", "up", "down", "met", "missed", "differs"})
ALIKE: Final = frozenset({"like", "steady", "agrees"})
UNTOLD: Final = frozenset({"unclear", "open"})
#: Kinds of which the estimate is a difference; of the others it is a value that is held to ``against``.
SPANS: Final = frozenset({"change", "gap"})
_RISES, _FALLS = frozenset({"above", "up"}), frozenset({"below", "down"})
#: The name that exploratory comparisons have as a family.
_EXPLORATORY: Final = "exploratory"

#: Whom and what a figure is about: unit, subject, questionnaire, group and year.
Figure = tuple[str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule must know beside the finding.

    Parameters
    ----------
    suppressed
        Ids of the cells that are not published.
    declared
        Families that the sealed analyses declare; None where that is not checked.
    small
        Figures of too few answers, which other findings rest on as well.
    """

    suppressed: AbstractSet[str] = frozenset()
    declared: AbstractSet[str] | None = None
    small: AbstractSet[Figure] = frozenset()


def known(value: float | None) -> float | None:
    """Give a number, or None where it is missing or no finite one."""
    return value if value is not None and isfinite(value) else None


def from_answers(finding: Finding) -> bool:
    """Tell whether it rests on answers, and not on figures of a register."""
    return finding.selection != "register"


def is_claim(finding: Finding) -> bool:
    """Tell whether it holds a figure to something."""
    return finding.kind not in {"level", "quote"}


def interval(finding: Finding) -> tuple[float, float] | None:
    """Give its interval, if it has one."""
    lower, upper = known(finding.lower), known(finding.upper)
    return None if lower is None or upper is None else (lower, upper)


def says_different(finding: Finding) -> bool:
    """Tell whether it says that something differs; a change or gap of answers does so whatever its verdict."""
    return finding.verdict in DIFFERENT or (
        finding.verdict == "stated" and finding.kind in SPANS and from_answers(finding)
    )


def null(finding: Finding) -> float | None:
    """Give the value that an interval must leave out for a difference: none of it, or what it is held to."""
    return 0.0 if finding.kind in SPANS else known(finding.against) if is_claim(finding) else None


def distance(finding: Finding) -> float | None:
    """Give how far apart the two things are that a finding compares."""
    estimate, other = known(finding.estimate), null(finding)
    return None if estimate is None or other is None else abs(estimate - other)


def practical(finding: Finding, rule: Statements) -> float | None:
    """Give the smallest difference that matters: the finding's own, or the rule's for its measure."""
    if (own := known(finding.practical)) is not None:
        return own
    if from_answers(finding):
        return rule.trifling.points
    against = known(finding.against)
    return None if against is None else rule.practical("relative", against)


def floors(finding: Finding, bounds: Floors) -> float | None:
    """Give the bound below which a finding of its kind is withheld."""
    return (bounds.claim if is_claim(finding) else bounds.level).withheld


def effective(finding: Finding) -> float | None:
    """Give how many independent answers its answers are worth: n over the design effect."""
    deff = known(finding.deff)
    return None if finding.n is None or not deff or deff < 0 else finding.n / deff


def figures_of(finding: Finding) -> Iterator[Figure]:
    """Give the figures that a finding is about, one a year; of a survey by its questionnaire, whatever the wave."""
    questionnaire = re.split(r"[^A-Za-z_]", finding.survey, maxsplit=1)[0]
    for year in {finding.year, finding.base_year} - {None}:
        yield finding.unit, finding.subject, questionnaire, finding.group, year  # type: ignore[misc]


def missing(finding: Finding) -> tuple[str, ...]:
    """Name what a finding of its kind needs and does not have."""
    needs: list[tuple[str, bool]] = [("cells", bool(finding.cells) or finding.kind == "quote")]
    if finding.kind in {*SPANS, "level", "driver"}:
        needs.append(("estimate", known(finding.estimate) is not None))
    if finding.kind == "change":
        needs.append(("base_year", finding.base_year is not None))
    if finding.kind in {"gap", "threshold"}:
        needs.append(("reference", bool(finding.reference)))
    if from_answers(finding) and finding.kind != "quote":
        needs.append(("n", finding.n is not None))
        if finding.selection == "probability":
            needs += [("psus", finding.psus is not None), ("df", known(finding.df) is not None)]
        if finding.kind in SPANS and finding.selection != "open" and finding.verdict not in UNTOLD:
            needs.append(("interval", interval(finding) is not None))
        if finding.kind in {"threshold", "consistency"} and finding.verdict in DIFFERENT | ALIKE:
            needs.append(("interval", interval(finding) is not None or known(finding.p_adjusted) is not None))
    return tuple(name for name, there in needs if not there)


def _suppressed(finding: Finding, rule: Statements, context: Context) -> Outcome:
    if finding.precision == "suppress" or not context.suppressed.isdisjoint(finding.cells):
        return "withheld"
    if from_answers(finding) and not too_small(finding, rule) and not context.small.isdisjoint(figures_of(finding)):
        return "withheld"
    return "moderate" if finding.precision == "caution" else "strong"


def too_small(finding: Finding, rule: Statements) -> bool:
    """Tell whether fewer answered than may be published."""
    return from_answers(finding) and finding.n is not None and finding.n < rule.small


def _small(finding: Finding, rule: Statements, _: Context) -> Outcome:
    return "withheld" if too_small(finding, rule) else "strong"


def _incomplete(finding: Finding, _: Statements, __: Context) -> Outcome:
    return "withheld" if missing(finding) else "strong"


def _contradictory(finding: Finding, _: Statements, __: Context) -> Outcome:
    estimate, span = known(finding.estimate), interval(finding)
    wrong = [
        finding.base_year is not None and finding.base_year >= finding.year,
        finding.universes is not None and not 0 <= (finding.held or 0) <= finding.universes,
        any((p := known(each)) is not None and not 0 <= p <= 1 for each in (finding.p, finding.p_adjusted)),
        finding.n is not None and finding.psus is not None and finding.psus > finding.n,
    ]
    if estimate is not None and span is not None and finding.kind != "driver":
        wrong.append(not span[0] <= estimate <= span[1])
    if estimate is not None and finding.kind in SPANS:
        wrong += [finding.verdict in _RISES and estimate <= 0, finding.verdict in _FALLS and estimate >= 0]
    return "withheld" if any(wrong) else "strong"


def _open_sample(finding: Finding, _: Statements, __: Context) -> Outcome:
    return "withheld" if finding.selection == "open" else "strong"


def _enough(finding: Finding, bounds: Floors, value: float | None) -> Outcome:
    """Hold a number to its bounds; where it is missing, `incomplete` has its say."""
    return "strong" if value is None else (bounds.claim if is_claim(finding) else bounds.level).of(value)


def _few_answers(finding: Finding, rule: Statements, _: Context) -> Outcome:
    return _enough(finding, rule.few_answers, finding.n) if from_answers(finding) else "strong"


def _few_places(finding: Finding, rule: Statements, _: Context) -> Outcome:
    return _enough(finding, rule.few_places, finding.psus) if finding.selection == "probability" else "strong"


def _few_df(finding: Finding, rule: Statements, _: Context) -> Outcome:
    return _enough(finding, rule.few_df, finding.df) if finding.selection == "probability" else "strong"


def _few_effective(finding: Finding, rule: Statements, _: Context) -> Outcome:
    return _enough(finding, rule.few_effective, effective(finding)) if from_answers(finding) else "strong"


def _odd_design(finding: Finding, rule: Statements, _: Context) -> Outcome:
    deff = known(finding.deff)
    return "strong" if deff is None or rule.odd_design.lowest <= deff <= rule.odd_design.highest else "withheld"


def _wide(finding: Finding, rule: Statements, _: Context) -> Outcome:
    if finding.selection not in {"probability", "census"}:
        return "strong"
    span = interval(finding)
    return "weak" if span is None else rule.wide.of((span[1] - span[0]) / 2)


def _incomparable(finding: Finding, rule: Statements, _: Context) -> Outcome:
    if finding.comparable == "yes":
        return "strong"
    return rule.incomparable.with_care if finding.comparable == "with_care" else "withheld"


def _broken(finding: Finding, _: Statements, __: Context) -> Outcome:
    return "withheld" if finding.segments != "one" else "strong"


def _doubtful(finding: Finding, rule: Statements, _: Context) -> Outcome:
    return rule.doubtful.get(finding.kind, "withheld") if finding.doubt else "strong"


def _undeclared(finding: Finding, _: Statements, context: Context) -> Outcome:
    tested = finding.confirmatory and from_answers(finding) and known(finding.p_adjusted) is not None
    known_families = context.declared is None or finding.family in context.declared
    return "withheld" if tested and (finding.family in {"", _EXPLORATORY} or not known_families) else "strong"


def _unadjusted(finding: Finding, _: Statements, __: Context) -> Outcome:
    if not says_different(finding):
        return "strong"
    p, adjusted = known(finding.p), known(finding.p_adjusted)
    if adjusted is None:
        tested = p is not None or (finding.selection == "probability" and finding.kind in SPANS)
        return "withheld" if tested else "strong"
    # To adjust makes no p smaller; what is smaller was not adjusted, but for rounding.
    return "withheld" if p is not None and adjusted < p * (1 - 1e-9) else "strong"


def _noise(finding: Finding, rule: Statements, _: Context) -> Outcome:
    if finding.verdict in UNTOLD:
        return "weak"
    cap: Outcome = "strong" if finding.confirmatory else rule.noise.exploratory_at_most
    if not says_different(finding):
        return cap
    span, at, adjusted = interval(finding), null(finding), known(finding.p_adjusted)
    if span is not None and at is not None and span[0] <= at <= span[1]:
        return "withheld"
    if adjusted is None:
        return least(cap, "moderate") if from_answers(finding) else cap
    if adjusted > rule.noise.level_of(finding.family, confirmatory=finding.confirmatory):
        return "withheld"
    return cap if adjusted <= rule.noise.strong else least(cap, "moderate")


def _trifling(finding: Finding, rule: Statements, _: Context) -> Outcome:
    if finding.verdict in ALIKE | UNTOLD:
        return "strong"
    apart, size = distance(finding), practical(finding, rule)
    if apart is None:
        return "strong"
    return "moderate" if size is None else "withheld" if apart < size else "strong"


def _not_alike(finding: Finding, rule: Statements, _: Context) -> Outcome:
    """Likeness must be shown: no proof of a difference is no proof of likeness (two one-sided tests)."""
    at, apart, size = null(finding), distance(finding), practical(finding, rule)
    if finding.verdict not in ALIKE or (finding.verdict == "agrees" and apart is None):
        return "strong"
    if at is None or apart is None or size is None or apart > size:
        return "withheld"
    span = interval(finding)
    if span is None:
        return "withheld" if from_answers(finding) else "strong"
    if at - size <= span[0] and span[1] <= at + size:
        return "strong"
    return "weak" if finding.verdict == "agrees" else "withheld"


def _fragile(finding: Finding, rule: Statements, _: Context) -> Outcome:
    if not finding.universes:
        return rule.fragile.unchecked if from_answers(finding) else "strong"
    return rule.fragile.of((finding.held or 0) / finding.universes)


def _unclear(finding: Finding, _: Statements, __: Context) -> Outcome:
    return "withheld" if finding.verdict in UNTOLD else "strong"


#: The rules by code; a new one is a function here, its code in :data:`analysis.findings.rule.CODES`, and a message
#: ``withheld_<code>`` in each language.
CHECKS: Final[dict[str, Callable[[Finding, Statements, Context], Outcome]]] = {
    "suppressed": _suppressed,
    "small": _small,
    "incomplete": _incomplete,
    "contradictory": _contradictory,
    "open_sample": _open_sample,
    "few_answers": _few_answers,
    "few_places": _few_places,
    "few_df": _few_df,
    "few_effective": _few_effective,
    "odd_design": _odd_design,
    "wide": _wide,
    "incomparable": _incomparable,
    "broken": _broken,
    "doubtful": _doubtful,
    "undeclared": _undeclared,
    "unadjusted": _unadjusted,
    "noise": _noise,
    "trifling": _trifling,
    "not_alike": _not_alike,
    "fragile": _fragile,
    "unclear": _unclear,
}


def outcomes(finding: Finding, rule: Statements, context: Context) -> dict[str, Outcome]:
    """Give what comes of each rule that judges findings of its kind, by code."""
    return {
        code: check(finding, rule, context)
        for code, check in CHECKS.items()
        if code in ALWAYS or finding.kind in rule.applies.get(code, ())
    }
