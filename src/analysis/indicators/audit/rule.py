"""The rule of an audit: from where on a figure is put forward for verification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from analysis.messages import DuzhengError, Texts
from analysis.messages.requests import wrong
from analysis.workspace.rules import Entry, RuleSet, Sourced

if TYPE_CHECKING:
    from analysis.workspace import Workspace

Chance = Annotated[float, Field(gt=0, lt=1)]
Number = Annotated[int, Field(ge=1)]


class SchoolSum(Entry):
    """A total of school tables that adds up to an indicator of the unit."""

    stage: str
    total: str
    indicator: str


class Apart(Sourced):
    """Indicators of different scope: their figures may differ, and no difference is held against anyone."""

    indicators: tuple[str, ...] = Field(min_length=2)
    reason: Texts


class AuditRule(Entry):
    """Bounds of the checks.

    Parameters
    ----------
    level
        The expected share of false ones among the findings of a batch that have a p.
    method
        How p-values are adjusted: ``bh``, or ``by`` which holds under any dependence.
    improbable
        At or below this adjusted p a finding is ``improbable``, above it ``notable``.
    count_from
        Last digits are looked at, and equal values count, from this number on.
    digits
        Counts of a group below which its last digits are not tested.
    window, window_values
        Bunching: width of each window as a part of the threshold, and values within both below which it isn't tested.
    alike
        Copies: two units of like size are taken to lie evenly within this part of each other.
    same
        Values that must agree before units, or years, are compared as copies.
    peers
        Units or schools of a kind below which changes are not compared.
    changes
        Changes of a series below which its steadiness isn't judged.
    benford, benford_span
        Figures and orders of magnitude that Benford's law asks for.
    standard
        Id of the rule set whose thresholds the ratios of schools are held to for bunching; none if empty.
    sums
        Which totals of schools add up to which indicators.
    apart
        Indicators whose scopes differ.
    """

    level: Chance = 0.05
    method: Literal["bh", "by"] = "bh"
    improbable: Chance = 0.001
    count_from: Number = 100
    digits: Number = 30
    window: Annotated[float, Field(gt=0, lt=0.3)] = 0.05
    window_values: Number = 20
    alike: Chance = 0.1
    same: Annotated[int, Field(ge=2)] = 3
    peers: Annotated[int, Field(ge=4)] = 8
    changes: Annotated[int, Field(ge=3)] = 5
    benford: Annotated[int, Field(ge=100)] = 300
    benford_span: Annotated[float, Field(ge=2)] = 2.5
    standard: str = ""
    sums: tuple[SchoolSum, ...] = ()
    apart: tuple[Apart, ...] = ()


#: The bounds where no workspace says others.
USUAL = AuditRule()


def rule_of(workspace: Workspace, rule: str | None) -> tuple[AuditRule, RuleSet | None]:
    """Read the bounds of a rule set of the workspace; the usual ones where none is named ``audit``.

    Raises
    ------
    DuzhengError
        DZ-S002 for a rule set that is not there, DZ-W003 for one that is no rule of audits.
    """
    name = rule or "audit"
    found = workspace.rules.get(name)
    if found is None and name != "audit":
        known: Any = ", ".join(sorted(workspace.rules)) or "none"
        raise DuzhengError(wrong(f"rule={rule!r}", f"a rule set of the workspace ({known})", "see data/rules"))
    return (USUAL, None) if found is None else (found.read(AuditRule), found)
