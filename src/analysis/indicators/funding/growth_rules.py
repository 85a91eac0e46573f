"""What is asked of the growth of funding, and which indicators of a workspace it is asked of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from analysis.messages import DuzhengError, Fault, Texts
from analysis.messages.requests import wrong
from analysis.workspace.rules import FOLDER, Entry, RuleSet, Sourced

if TYPE_CHECKING:
    from analysis.workspace import Workspace

#: The rule set that the verb applies unless another is named.
RULE = "funding"


class Since(Sourced):
    """The first year whose growth is held to a rule, with a certainty of its own."""

    year: int


class GrowthRule(Sourced):
    """One demand.

    Parameters
    ----------
    id, group, name, short
        What it is called, and what it belongs to.
    demand
        ``faster`` (than the growth of ``than``), ``grows`` (above zero), ``not_less`` (not below zero).
    of, than
        Roles, as ``roles`` of the rule set fill them.
    since, until
        The first and last year whose growth it is asked of.
    """

    id: str
    group: str
    name: Texts
    short: Texts
    demand: Literal["faster", "grows", "not_less"]
    of: str
    than: str | None = None
    since: Since
    until: int | None = None

    @model_validator(mode="after")
    def _compared(self) -> GrowthRule:
        if (self.demand == "faster") != (self.than is not None):
            raise ValueError("`than` for a demand `faster`, and for no other")
        return self


class Measure(Entry):
    """What fills a role.

    Parameters
    ----------
    indicator
        Code of the levels.
    per
        Code of a count that they are divided by.
    published
        Code of the published growth of the same thing, in per cent over the year before.
    same_scope
        Years in which the source says that the published growth is on the same scope.
    short
        What it is called beside others of the role; the indicator's short name if not given.
    """

    indicator: str
    per: str | None = None
    published: str | None = None
    same_scope: tuple[int, ...] = ()
    short: Texts | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The indicators it needs."""
        return tuple(code for code in (self.indicator, self.per, self.published) if code)


class Role(Entry):
    """A part that figures play in a rule."""

    name: Texts
    measures: tuple[Measure, ...] = ()


class GrowthRules(Entry):
    """The parameters of a rule set on growth."""

    groups: dict[str, Texts]
    rules: tuple[GrowthRule, ...] = Field(min_length=1)
    roles: dict[str, Role]

    @model_validator(mode="after")
    def _filled(self) -> GrowthRules:
        names = [rule.id for rule in self.rules]
        if len(set(names)) < len(names):
            raise ValueError("rules that stand once each")
        for rule in self.rules:
            missing = [role for role in (rule.of, rule.than) if role is not None and role not in self.roles]
            if missing or rule.group not in self.groups:
                raise ValueError(f"a role {missing[0]!r}" if missing else f"a group {rule.group!r}")
            if rule.than is not None and len(self.roles[rule.than].measures) > 1:
                raise ValueError(f"at most one measure of {rule.than!r}, which others are compared with")
        return self


def is_growth(rule: RuleSet) -> bool:
    """Tell whether a rule set is one on growth."""
    return {"rules", "roles"} <= set(rule.parameters)


def growth_rules(workspace: Workspace, rule: str) -> GrowthRules:
    """Read a rule set on growth, and hold its indicators to the catalogue.

    Raises
    ------
    DuzhengError
        DZ-S002 for a rule set that there is not or that is on something else, DZ-W003 for one that is wrong, DZ-I001
        for unknown indicators and for counts and amounts that are none, DZ-I003 for unknown or blocked sources.
    """
    there = [name for name, each in workspace.rules.items() if is_growth(each)]
    if rule not in there:
        raise DuzhengError(wrong(f"rule={rule!r}", f"a rule set on growth ({', '.join(there) or 'none'})",
                                 f"they are in {FOLDER}"))  # fmt: skip
    found = workspace.rules[rule].read(GrowthRules)
    faults = list(_unknown(found, workspace, rule))
    if faults:
        raise DuzhengError.of(faults)
    return found


def _unknown(found: GrowthRules, workspace: Workspace, rule: str) -> Iterator[Fault]:
    file, sources = f"{FOLDER}/{rule}.yaml", workspace.sources
    for each in found.rules:
        for source in {each.source, each.since.source} - {""}:
            if source not in sources.index or sources.loc[source, "status"] == "blocked":
                yield Fault("DZ-I003", file=file, column=f"rules.{each.id}", found=repr(source),
                            expected="a source of data/sources.csv that is not blocked")  # fmt: skip
    for name, role in found.roles.items():
        for measure in role.measures:
            for code in measure.codes:
                if code not in workspace.catalogue:
                    yield Fault("DZ-I001", file=file, column=f"roles.{name}", found=repr(code),
                                expected="a code of the catalogue", hint="`duzheng data list` shows them")  # fmt: skip
            for code in (measure.indicator, measure.per) if measure.per else ():
                if code in workspace.catalogue and not workspace.catalogue[str(code)].additive:
                    yield Fault("DZ-I001", file=file, column=f"roles.{name}", found=f"{code!r}, which does not add up",
                                expected="a count or an amount where one is divided by the other")  # fmt: skip
