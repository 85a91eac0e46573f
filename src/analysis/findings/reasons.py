"""Reasons: why a finding was not written, as the list inside the office says it; each number with its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import floor, log10
from typing import TYPE_CHECKING, Final

from analysis.documents import Run, Runs
from analysis.findings.checks import (
    distance,
    effective,
    floors,
    interval,
    known,
    missing,
    null,
    practical,
)
from analysis.findings.finding import Finding
from analysis.findings.gathered import cells_of
from analysis.findings.permission import DISCLOSING
from analysis.findings.rule import Statements, statements_of
from analysis.findings.wording import Listed, Message, Number, Slot, Wording
from analysis.messages import Language, write_number

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace.rules import RuleSet

Told = tuple[str, dict[str, Slot]]


def reason_text(code: str, finding: Finding, language: Language, rule: RuleSet | Statements) -> Runs:
    """Say why a finding is withheld, by one of its codes.

    Parameters
    ----------
    code
        One of ``finding.withheld``. A code that is not ours is told by its message ``withheld_<code>``.
    finding
        As judged.
    language, rule
        The language, and the rule set ``statements`` by which it was judged.

    Returns
    -------
    Runs
        A sentence. Its numbers name cells of :func:`cells_of_reasons`; bounds are citations of the rule. Nothing at all
        for other reasons of what is withheld for disclosure: their numbers would tell what is held back.
    """
    if code not in DISCLOSING and DISCLOSING & set(finding.withheld):
        return ()
    key, slots = _told(code, finding, statements_of(rule))
    return Wording(language).runs(key, **slots)


def reasons(finding: Finding, language: Language, rule: RuleSet | Statements) -> list[Runs]:
    """Say every reason why a finding is withheld."""
    said = (reason_text(code, finding, language, rule) for code in finding.withheld)
    return [each for each in said if each]


def cells_of_reasons(findings: Iterable[Finding], rule: RuleSet | Statements) -> pd.DataFrame:
    """Give the cells of the numbers that reasons name.

    Parameters
    ----------
    findings
        As judged; those that are said, and those withheld for disclosure, have none.
    rule
        The rule set ``statements``.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`analysis.findings.gathered.CELLS`; ids are the finding's with what of it is
        meant, such as ``/n``.
    """
    bounds = statements_of(rule)
    return cells_of(
        {
            "id": number.cell,
            "value": number.value,
            "unit": finding.unit,
            "indicator": finding.subject,
            "year": finding.year,
            "base_year": finding.base_year,
            "statistic": number.cell.rsplit("/", maxsplit=1)[-1],
            "decimals": number.decimals,
            "how": f"of the finding {finding.id}",
        }
        for finding in findings
        if finding.withheld and not DISCLOSING & set(finding.withheld)
        for code in finding.withheld
        for number in _numbers(_told(code, finding, bounds)[1])
    )


def _numbers(slots: dict[str, Slot]) -> Iterator[Number]:
    yield from (each for each in slots.values() if isinstance(each, Number))


def _told(code: str, finding: Finding, rule: Statements) -> Told:
    how = _TOLD.get(code)
    return how(finding, rule) if how else (f"withheld_{code}", {})


def _number(finding: Finding, statistic: str, value: float | None, decimals: int = 0) -> Number:
    return Number(f"{finding.id}/{statistic}", 0.0 if value is None else float(value), decimals)


def _bound(value: float | None, decimals: int | None = None) -> Run:
    """Give a bound of the rule, as it is written there."""
    number = 0.0 if value is None else value
    places = len(f"{number:g}".partition(".")[2]) if decimals is None else decimals
    return Run(text=write_number(number, places), role="citation")


def _small(_: Finding, rule: Statements) -> Told:
    return "withheld_small", {"bound": _bound(rule.small)}


def _incomplete(finding: Finding, _: Statements) -> Told:
    return "withheld_incomplete", {
        "missing": Listed(tuple(Message(f"missing_{each}", {}) for each in missing(finding)))
    }


def _few_answers(finding: Finding, rule: Statements) -> Told:
    value, bound = _number(finding, "n", finding.n), _bound(floors(finding, rule.few_answers))
    return "withheld_few_answers", {"value": value, "bound": bound}


def _few_places(finding: Finding, rule: Statements) -> Told:
    value, bound = _number(finding, "psus", finding.psus), _bound(floors(finding, rule.few_places))
    return "withheld_few_places", {"value": value, "bound": bound}


def _few_df(finding: Finding, rule: Statements) -> Told:
    value, bound = _number(finding, "df", finding.df, 1), _bound(floors(finding, rule.few_df))
    return "withheld_few_df", {"value": value, "bound": bound}


def _few_effective(finding: Finding, rule: Statements) -> Told:
    value, bound = _number(finding, "effective", effective(finding), 1), _bound(floors(finding, rule.few_effective))
    return "withheld_few_effective", {"value": value, "bound": bound}


def _odd_design(finding: Finding, rule: Statements) -> Told:
    lowest, highest = _bound(rule.odd_design.lowest), _bound(rule.odd_design.highest)
    return "withheld_odd_design", {
        "value": _number(finding, "deff", finding.deff, 2),
        "lowest": lowest,
        "highest": highest,
    }


def _wide(finding: Finding, rule: Statements) -> Told:
    lower, upper = interval(finding) or (0.0, 0.0)
    value = _number(finding, "half_width", (upper - lower) / 2, 1)
    return "withheld_wide", {"value": value, "bound": _bound(rule.wide.withheld)}


def _broken(finding: Finding, _: Statements) -> Told:
    if finding.base_year is None:
        return "withheld_broken", {}
    return "withheld_broken_between", {"base": finding.base_year, "year": finding.year}


def _noise(finding: Finding, rule: Statements) -> Told:
    level = rule.noise.level_of(finding.family, confirmatory=finding.confirmatory)
    adjusted = known(finding.p_adjusted)
    if adjusted is not None and adjusted > level:
        # As many decimals as the bound and one more, so that what is above it does not look like it.
        value = _number(finding, "p_adjusted", adjusted, len(f"{level:g}".partition(".")[2]) + 1)
        return "withheld_noise", {"value": value, "bound": _bound(level)}
    (lower, upper), decimals = interval(finding) or (0.0, 0.0), _decimals(practical(finding, rule))
    return "withheld_noise_interval", {
        "lower": _number(finding, "lower", lower, decimals), "upper": _number(finding, "upper", upper, decimals),
        "null": _bound(null(finding), decimals if null(finding) else 0),
    }  # fmt: skip


def _trifling(finding: Finding, rule: Statements) -> Told:
    size = practical(finding, rule)
    decimals = _decimals(size)
    value = _number(finding, "distance", distance(finding), decimals)
    return "withheld_trifling", {
        "value": value,
        "bound": _bound(size, None if size == round(size or 0, 4) else decimals),
    }


def _not_alike(finding: Finding, rule: Statements) -> Told:
    size = practical(finding, rule)
    if size is None:
        return "withheld_not_alike", {}
    return "withheld_not_alike_within", {"bound": _bound(size, None if size == round(size, 4) else _decimals(size))}


def _fragile(finding: Finding, rule: Statements) -> Told:
    return "withheld_fragile", {
        "held": _number(finding, "held", finding.held),
        "universes": _number(finding, "universes", finding.universes),
        "bound": _bound(100 * (rule.fragile.withheld or 0)),
    }


def _decimals(size: float | None) -> int:
    """Give as many decimals as show a tenth of a size.

    >>> [_decimals(each) for each in (3, 0.02, 2471, None)]
    [1, 3, 0, 1]
    """
    return 1 if not size else min(6, max(0, 1 - floor(log10(abs(size)))))


_TOLD: Final[dict[str, Callable[[Finding, Statements], Told]]] = {
    "small": _small,
    "incomplete": _incomplete,
    "few_answers": _few_answers,
    "few_places": _few_places,
    "few_df": _few_df,
    "few_effective": _few_effective,
    "odd_design": _odd_design,
    "wide": _wide,
    "broken": _broken,
    "noise": _noise,
    "trifling": _trifling,
    "not_alike": _not_alike,
    "fragile": _fragile,
}
