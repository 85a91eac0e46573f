"""Pairs: the figure of a problem before the work and after it, of the unit and of those that it is compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.ledger.monitored import Figure, Missing, Monitored

if TYPE_CHECKING:
    from analysis.surveys import Survey
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Evidence, Item, Ledger

#: Of a year without a figure: there is none, or none of that year.
_NONE: Final = frozenset({"no_figure", "other_year"})


@dataclass(frozen=True, slots=True)
class Pair:
    """The figure of a unit before the work and after it.

    Parameters
    ----------
    then, now
        That of the year of the evidence, and the newest one since the item was opened; None where there is none.
    begun, since
        When the work began, and the first year whose figure can show it; None where it did not begin.
    reason
        Why the two cannot be compared; empty if they can.
    """

    then: Figure | None = None
    now: Figure | None = None
    begun: dt.date | None = None
    since: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Peers:
    """Units of the same kind below the same unit.

    Parameters
    ----------
    before
        The figures of the year of the evidence, by unit, of all that have one.
    others
        Both figures of those that a unit may be compared with.
    treated
        Those that had to put the same figure right, between the two years.
    unusable
        Those without both figures, or whose errors are not known.
    """

    before: Mapping[str, Figure]
    others: Mapping[str, tuple[Figure, Figure]]
    treated: tuple[str, ...]
    unusable: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Pairs:
    """The figures of items of rectification on a day.

    Parameters
    ----------
    workspace, ledger
        The workspace, and its ledger or that of the demonstration.
    monitored
        The figures (:func:`figures_of`).
    day
        The day that is spoken of.
    years
        A figure counts from so many years after that in which the work began.
    """

    workspace: Workspace
    ledger: Ledger
    monitored: Monitored
    day: dt.date
    years: int

    def holder(self, owner: str, item: Item) -> str | None:
        """Give the unit whose figures are about the territory of an item's owner; None where none is."""
        holders = self.workspace.units.holders(owner, self.monitored.boundaries)
        same = len(holders) == 1 and self.workspace.units.holders(holders[0], item.opened.year) == [owner]
        return holders[0] if same else None

    def pair(self, unit: str, item: Item, evidence: Evidence) -> Pair:
        """Give the figure of a unit before the work and after it.

        A figure carries its year and no day, so one of the year in which the work began may have come before it:
        which year counts, the rule set says.
        """
        then = self.monitored.of(evidence, unit)
        begun = next((step.date for step in item.steps_by(self.day) if step.state == "in_work"), None)
        since = begun.year + self.years if begun else None
        now = self._newest(unit, evidence, max(evidence.year + 1, item.opened.year))
        first, last = (each if isinstance(each, Figure) else None for each in (then, now))
        return Pair(first, last, begun, since, self._reason(evidence, then, now, since))

    def _newest(self, unit: str, evidence: Evidence, since: int) -> Figure | Missing:
        """Give the newest figure of a year up to that of the day; the newest one decides, even if it cannot be used."""
        for year in range(self.day.year, since - 1, -1):
            found = self.monitored.of(evidence, unit, year)
            if isinstance(found, Figure) or found.reason not in _NONE:
                return found
        return Missing("no_figure")

    def _reason(self, evidence: Evidence, then: Figure | Missing, now: Figure | Missing, since: int | None) -> str:
        if isinstance(then, Missing):
            return "no_baseline" if then.reason in _NONE else then.reason
        if isinstance(now, Missing):
            return "no_new_figure" if now.reason in _NONE else now.reason
        if now.segment != then.segment or not self._same(evidence, then.year, now.year):
            return "broken"
        if since is None or now.year < since:
            return "before_the_work"
        return "" if is_known(then) and is_known(now) else "no_error"

    def peers(self, unit: str, evidence: Evidence, then: int, now: int) -> Peers:
        """Give the units that a unit may be compared with, and those that it may not, with the reason."""
        before, others = dict[str, Figure](), dict[str, tuple[Figure, Figure]]()
        treated, unusable = list[str](), list[str]()
        for each in self._kin[self._kind(unit)]:
            first, last = (self.monitored.of(evidence, each, year) for year in (then, now))
            if isinstance(first, Figure) and is_known(first):
                before[each] = first
            if each == unit:
                continue
            if each in self._treated(evidence, then, now):
                treated.append(each)
            elif (
                each in before and isinstance(last, Figure) and is_known(last) and last.segment == before[each].segment
            ):
                others[each] = (before[each], last)
            else:
                unusable.append(each)
        return Peers(before, others, tuple(treated), tuple(unusable))

    @cached_property
    def _kin(self) -> Mapping[tuple[str, str], list[str]]:
        """The units of today by their kind and the unit above them."""
        found: dict[tuple[str, str], list[str]] = {}
        for unit in map(str, self.workspace.units.at(self.monitored.boundaries).index):
            found.setdefault(self._kind(unit), []).append(unit)
        return found

    def _kind(self, unit: str) -> tuple[str, str]:
        return self.workspace.units.kind(unit), self.workspace.units.parent(unit) or ""

    def _treated(self, evidence: Evidence, then: int, now: int) -> frozenset[str]:
        """Give the units with an item about the same figure that was opened by the later year and open in the first."""
        key = (_subject(evidence), then, now)
        if key not in self._found:
            owners = {
                owner for owner, items in self.ledger.rectification.items() for item in items
                if any(_subject(each) == _subject(evidence) for each in item.evidence)
                and item.opened <= self.day and item.opened.year <= now and not self._closed_before(item, then)
            }  # fmt: skip
            held = (self.workspace.units.holders(owner, self.monitored.boundaries) for owner in owners)
            self._found[key] = frozenset(holder for holders in held for holder in holders)
        return self._found[key]

    @cached_property
    def _found(self) -> dict[tuple[Any, int, int], frozenset[str]]:
        return {}

    def _closed_before(self, item: Item, year: int) -> bool:
        return item.state_on(self.day) == "closed" and item.steps_by(self.day)[-1].date.year < year

    def _same(self, evidence: Evidence, then: int, now: int) -> bool:
        """Tell whether two waves asked for the same index; of anything else breaks of the series tell."""
        if evidence.index is None:
            return True
        from analysis.surveys.waves import compare_indices

        old, new = (self._surveys.get(f"{evidence.index.survey}-{year}") for year in (then, now))
        if old is None or new is None:
            return False
        verdicts = {each.code: each.comparable for each in compare_indices(old, new)}
        return verdicts.get(evidence.index.id) == "yes"

    @cached_property
    def _surveys(self) -> Mapping[str, Survey]:
        from analysis.surveys import questionnaires

        return questionnaires(self.workspace)


def is_known(figure: Figure) -> bool:
    """Tell whether it is known how exact a figure is: that of a register, or an estimate with its error."""
    return figure.selection == "register" or (figure.se is not None and not isnan(figure.se))


def _subject(evidence: Evidence) -> tuple[Any, ...]:
    return evidence.indicator, evidence.index, evidence.coefficient


def figures_of(workspace: Workspace, evidence: Iterable[Evidence], *, synthetic: bool) -> Monitored:
    """Compute the figures that items are held to; of surveys every wave from that of the evidence on.

    Parameters
    ----------
    workspace
        The workspace.
    evidence
        Of all items.
    synthetic
        Whether simulated answers and schools are taken.

    Notes
    -----
    The tables of a run hold the means of the newest wave alone: they cannot show where an index stood before.
    """
    from analysis.findings.answers.estimates import means, table_of
    from analysis.findings.answers.waves import placed
    from analysis.findings.coefficients import coefficients
    from analysis.findings.figures.facts import levels_of

    settings, estimates = workspace.settings, None
    first: dict[str, int] = {}
    for each in evidence:
        if each.index is not None:
            first[each.index.survey] = min(each.year, first.get(each.index.survey, each.year))
    if first:
        from analysis.surveys import questionnaires
        from analysis.surveys.collected import files_of
        from analysis.surveys.design import design

        there = [
            survey for survey in questionnaires(workspace).values()
            if first.get(survey.questionnaire.id, settings.year + 1) <= survey.questionnaire.wave <= settings.year
            and files_of(workspace.root, survey, synthetic=synthetic)["responses"].is_file()
        ]  # fmt: skip
        waves = [
            placed(workspace, design(workspace, survey, survey.questionnaire.wave, synthetic=synthetic), None,
                   boundaries=settings.boundaries) for survey in there
        ]  # fmt: skip
        estimates = table_of(row for wave in waves for row in means(wave)) if waves else None
    levels = levels_of(workspace, settings.year, settings.boundaries)
    between = coefficients(workspace, until=settings.year, synthetic=synthetic)
    return Monitored(workspace, levels, estimates, settings.boundaries, between)
