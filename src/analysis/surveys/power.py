"""Declared analyses held to the questionnaire, with the differences that they will be able to see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import comb, prod, sqrt
from typing import Literal

from analysis.surveys.expressions import answers
from analysis.surveys.items import Matrix, Rating
from analysis.surveys.questionnaire import Open
from analysis.surveys.survey import Asked, Survey, is_shown
from analysis.surveys.waves import compare_waves

#: Of the tests, unless told otherwise.
ALPHA, POWER = 0.05, 0.8
NORMAL = 1.96  #: of a 95 % interval


@dataclass(frozen=True, slots=True)
class Planned:
    """One declared analysis: whether it can be made, and what it will probably show.

    ``n`` is the smallest group's number of answers and ``effective`` what is left of it after the design effect
    ``deff``. ``margin`` is the half-width of a 95 % interval of a group's estimate; ``mdd`` the minimum detectable
    difference of two groups, ``mdd_all`` that of any pair when all pairs are looked at (Bonferroni). Units are points
    of 100 for scales and percentage points (around 50 %) for choices.
    """

    of: str
    between: str
    test: str  #: ``estimate`` where groups are reported and not compared
    possible: bool
    reasons: tuple[str, ...] = ()
    groups: int = 0
    n: float = 0.0
    deff: float = 1.0
    effective: float = 0.0
    margin: float | None = None
    mdd: float | None = None
    mdd_all: float | None = None
    unit: Literal["points", "percentage points"] = "points"
    enough: bool | None = None  #: whether ``mdd_all`` is no more than what would matter


def check_analyses(
    survey: Survey, before: Survey | None = None, *, alpha: float = ALPHA, power: float = POWER
) -> list[Planned]:
    """Hold the declared analyses to the items, and reckon what they will show.

    Parameters
    ----------
    survey
        The questionnaire. Its ``expected`` says how many answers are hoped for, how they are clustered, how unequal the
        weights will be and how much indices vary.
    before
        Its last wave, for comparisons between waves.
    alpha, power
        Of two-sided tests.

    Returns
    -------
    list of Planned
        One for each index and declared group that is shown it, one for each comparison.

    Notes
    -----
    deff = (1 + (m - 1) icc) (1 + cv²), with m answers of a PSU in one group (Kish 1965, 1992); the groups of an item
    lie within PSUs, which are divided among them. A group has n / deff answers' worth. The minimum detectable
    difference is that of a two-sample t test with so many (:class:`statsmodels.stats.power.TTestIndPower`), in standard
    deviations, times the standard deviation. An index's is ``expected.sd``; a choice's that of a share of one half.
    Groups have the shares that ``expected.groups`` gives them, else equal ones, and the smallest one counts. For tests
    of ranks and of tables the t test's difference stands in.

    The same in R: ``pwr::pwr.t.test(n = n / deff, power = 0.8)$d * sd``.
    """
    analyses = survey.questionnaire.analyses
    wanted = [
        *((index.id, group, "estimate") for index in analyses.indices for group in analyses.groups),
        *((each.of, each.between, each.test) for each in analyses.comparisons if not each.by),
    ]
    planned = [_plan(survey, before, *each, alpha, power) for each in wanted]
    planned += [
        _parted(survey, _plan(survey, before, each.of, each.between, each.test, alpha, power), each.by, alpha, power)
        for each in analyses.comparisons if each.by
    ]  # fmt: skip
    return [each for each in planned if each.test != "estimate" or each.groups != 1]


def as_text(survey: Survey, planned: list[Planned]) -> str:
    """Write a questionnaire's plan as a table, and say what is too weak."""
    expected = survey.questionnaire.expected
    head = ("analysis", "between", "test", "groups", "n", "deff", "n eff.", "95 % ±", "MDD", "MDD all pairs")
    rows: list[tuple[str, ...]] = [head]
    for each in planned:
        unit = "" if each.unit == "points" else " pp"
        sizes = (str(each.groups or ""), f"{each.n:.0f}", f"{each.deff:.2f}", f"{each.effective:.0f}")
        shown = ("" if number is None else f"{number:.1f}{unit}" for number in (each.margin, each.mdd, each.mdd_all))
        rows.append((each.of, each.between, each.test, *sizes, *shown))
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    lines = [f"{survey.name}: {expected.total} asked, {expected.rate:.0%} answer, {expected.matters:g} points matter"]
    lines += [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    for each in planned:
        if not each.possible:
            lines.append(f"  impossible: {each.of} between {each.between} ({each.test}): {'; '.join(each.reasons)}")
        elif each.enough is False:
            lines.append(f"  too weak: {each.of} between {each.between} shows {each.mdd_all} {each.unit} or more")
    return "\n".join(lines)


def _plan(
    survey: Survey, before: Survey | None, of: str, between: str, test: str, alpha: float, power: float
) -> Planned:
    reasons = _impossible(survey, before, of, between, test)
    shares = [1.0] * 2 if between == "wave" else _groups(survey, of, between)
    groups = len(shares)
    if groups == 0:
        reasons.append(f"how many groups {between} has is not said: add it to expected.groups")
    if groups == 1:
        reasons.append(f"only one group of {between} is shown {of}")
    if reasons:
        return Planned(of, between, test, possible=False, reasons=tuple(reasons), groups=groups)
    n, deff = _answers(survey, before, of, between, min(shares))
    effective = n / deff
    scaled = _scaled(survey, of)
    sd = survey.questionnaire.expected.sd if scaled else 50.0
    planned = Planned(of, between, test, possible=True, groups=groups, n=round(n, 1), deff=round(deff, 2),
                      effective=round(effective, 1), unit="points" if scaled else "percentage points")  # fmt: skip
    if effective <= 2:  # noqa: PLR2004  a t test needs two answers
        return replace(planned, possible=False, reasons=(f"{effective:.1f} effective answers a group",))
    if test == "estimate":
        sample = not isinstance(survey.questionnaire.selection, Open)
        return replace(planned, margin=round(NORMAL * sd / sqrt(effective), 1) if sample else None)
    mdd, mdd_all = (round(detectable(effective, alpha / many, power) * sd, 1) for many in (1, comb(groups, 2)))
    return replace(planned, mdd=mdd, mdd_all=mdd_all, enough=mdd_all <= survey.questionnaire.expected.matters)


def _parted(survey: Survey, planned: Planned, by: tuple[str, ...], alpha: float, power: float) -> Planned:
    """Plan the same in each group of some columns: the smallest one counts, and how many there are."""
    planned = replace(planned, between=f"{planned.between} by {', '.join(by)}")
    shares = [_groups(survey, planned.of, name) for name in by]
    unknown = [f"how many groups {name} has is not said: add it to expected.groups"
               for name, each in zip(by, shares, strict=True) if not each]  # fmt: skip
    if unknown or not planned.possible:
        return replace(
            planned, possible=False, reasons=(*planned.reasons, *unknown), mdd=None, mdd_all=None, enough=None
        )
    part, many = prod(min(each) for each in shares), prod(len(each) for each in shares)
    effective = planned.effective * part
    if effective <= 2:  # noqa: PLR2004  a t test needs two answers
        return replace(planned, possible=False, reasons=(f"{effective:.1f} effective answers a group",))
    sd = survey.questionnaire.expected.sd if _scaled(survey, planned.of) else 50.0
    mdd, mdd_all = (round(detectable(effective, alpha / each, power) * sd, 1) for each in (1, many))
    return replace(planned, n=round(planned.n * part, 1), effective=round(effective, 1), mdd=mdd, mdd_all=mdd_all,
                   enough=mdd_all <= survey.questionnaire.expected.matters)  # fmt: skip


def _answers(survey: Survey, before: Survey | None, of: str, between: str, smallest: float) -> tuple[float, float]:
    """Give the answers of the smallest group, and the design effect."""
    expected = survey.questionnaire.expected
    codes = _items(survey, of) if between == "wave" else [*_items(survey, of), between]
    share = min(_share(survey, code) for code in codes)
    asked = expected.total * expected.rate
    if between == "wave" and before is not None:
        asked = min(asked, before.questionnaire.expected.total * before.questionnaire.expected.rate)
    if between in survey.questions():
        # An item's groups lie within PSUs, a frame's (districts, stages) are made of whole ones.
        share = min(share, smallest) if _only_for(survey, of, between) else share * smallest
        n, members = asked * share, expected.cluster * share
    else:
        n, members = asked * share * smallest, expected.cluster * share
    return n, (1 + (max(members, 1.0) - 1) * expected.icc) * (1 + expected.weights_cv**2)


@cache
def detectable(n: float, alpha: float = ALPHA, power: float = POWER) -> float:
    """Give the difference of two groups of ``n`` that a two-sided t test shows, in standard deviations.

    Examples
    --------
    Cohen (1988, table 2.3.5): 64 in each group show half a standard deviation with a power of 0.8.

    >>> round(detectable(64), 2)
    0.5
    """
    import numpy as np
    from scipy.optimize import brentq
    from scipy.stats import norm
    from statsmodels.stats.power import TTestIndPower

    # Its own search leaves the range where SciPy knows the noncentral t; far out the power is 1, where that says NaN.
    near = (norm.isf(alpha / 2) + norm.ppf(power)) * sqrt(2 / n)
    test = TTestIndPower()

    def short(difference: float) -> float:
        return float(np.nan_to_num(test.power(difference, n, alpha), nan=1.0)) - power

    return float(brentq(short, near / 2, 9 * near))


def _impossible(survey: Survey, before: Survey | None, of: str, between: str, test: str) -> list[str]:
    """List why an analysis can't be made."""
    found = []
    if test != "estimate" and isinstance(survey.questionnaire.selection, Open):
        found.append("whoever comes is no sample: describe, do not test")
    if test == "chisq" and _scaled(survey, of):
        found.append(f"{of} is a scale: compare means (difference) or ranks (ranktest)")
    if test in {"difference", "regression"} and not _numeric(survey, of):
        found.append(f"{of} has no numbers: compare shares (chisq)")
    if between == "wave":
        if before is None:
            return [*found, "there is no earlier wave"]
        verdicts = {verdict.code: verdict for verdict in compare_waves(before, survey)}
        for code in _items(survey, of):
            verdict = verdicts[code]
            if verdict.comparable in {"no", "added"}:
                found.append(f"{code}: {'; '.join(verdict.reasons) or 'not asked in the last wave'}")
    return found


def _items(survey: Survey, of: str) -> list[str]:
    """List the items of an index, or the item itself."""
    indices = {index.id: index.items for index in survey.questionnaire.analyses.indices}
    return list(dict.fromkeys(code.split(".")[0] for code in indices.get(of, (of,))))


def _asked(survey: Survey, code: str) -> Asked | None:
    item = code.partition(".")[0]
    return next((each for each in survey.asked if each.code == item), None)


def _scaled(survey: Survey, of: str) -> bool:
    each = _asked(survey, of)
    return each is None or isinstance(each.item, Rating | Matrix)


def _numeric(survey: Survey, of: str) -> bool:
    each = _asked(survey, of)
    return each is None or isinstance(each.item, Rating | Matrix) or each.item.type == "numeric"


def _groups(survey: Survey, of: str, name: str) -> list[float]:
    """Give the shares of a column's or item's groups that are shown what is compared; none if it can't be told."""
    declared = survey.questionnaire.expected.groups.get(name)
    question = survey.questions().get(name)
    if isinstance(declared, int):
        return [1 / declared] * declared
    if question is None:
        return list(declared.values()) if declared else []
    shown = _shown(survey, of, name)
    return [share for code, share in _shares(survey, name).items() if code in shown]


def _shares(survey: Survey, name: str) -> dict[str | float, float]:
    """Give the share of each option of an item: as declared, else all alike."""
    declared = survey.questionnaire.expected.groups.get(name)
    codes = survey.questions()[name].codes
    if isinstance(declared, dict):
        return {code: declared.get(f"{code:g}" if isinstance(code, float) else code, 0.0) for code in codes}
    return dict.fromkeys(codes, 1 / len(codes)) if codes else {}


def _shown(survey: Survey, of: str, name: str) -> set[str | float]:
    """Give the options of an item with which what is compared is shown."""
    codes = set(survey.questions()[name].codes)
    for code in _items(survey, of):
        each = _asked(survey, code)
        if each is not None and _only_for(survey, code, name):
            codes &= {option for option in codes if is_shown(survey, each, {name: option})}
    return codes


def _only_for(survey: Survey, of: str, name: str) -> bool:
    """Tell whether what is compared is shown by the answers to one item, the one that groups are made of."""
    return any(_condition(survey, code) == {name} for code in _items(survey, of))


def _condition(survey: Survey, code: str) -> set[str]:
    each = _asked(survey, code)
    if each is None:
        return set()
    nodes = [node for node in (survey.sections[each.section.id], each.condition) if node is not None]
    return {answer.code for node in nodes for answer in answers(node)}


def _share(survey: Survey, code: str) -> float:
    """Give the share of respondents that is shown an item, where that depends on the options of one other."""
    each, asked_for = _asked(survey, code), _condition(survey, code)
    if each is None or len(asked_for) != 1:
        return 1.0
    (other,) = asked_for
    if survey.questions()[other].kind != "choice":
        return 1.0
    found = sum(share for option, share in _shares(survey, other).items() if is_shown(survey, each, {other: option}))
    return found * _share(survey, other)
