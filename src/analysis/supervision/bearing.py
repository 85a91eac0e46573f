"""Bearing: what the ledger and the figures hold of a unit that bears on a situation; ids, and nothing concluded."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from analysis.findings.ledger.monitored import Figure, Monitored
from analysis.messages import rounded
from analysis.supervision.accountability_rules import Material
from analysis.supervision.checks import check, monitored_of
from analysis.supervision.decisions import decisions
from analysis.supervision.deliveries import deliveries
from analysis.supervision.evaluations import evaluations_of
from analysis.supervision.incidents import incidents
from analysis.supervision.others import evidence
from analysis.supervision.papers import papers_held
from analysis.supervision.points import targets_of
from analysis.supervision.terms import state_of
from analysis.workspace.ledger import Access
from analysis.workspace.ledger.entries import by_day, may_be_read
from analysis.workspace.ledger.registers import GRADES

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.questionnaire import Questionnaire
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Item, Ledger, SelfEvaluation
    from analysis.workspace.targets import Target, Term

#: Why nobody could look: no folder of papers was given, nothing was handed in, no target was set, there is no figure of
#: it, too few answered, or whoever came did.
Reason = Literal["", "no_papers", "not_handed_in", "no_target", "no_figure", "withheld", "open_sample"]
#: What an index of several forms is called among estimates.
RECOGNITION: Final = "social_recognition"


@dataclass(frozen=True)
class Looked:
    """What was found of a unit: ids, the narrowest class of those who may read it, or why nobody could look."""

    refs: tuple[str, ...] = ()
    access: Access = "internal"
    reason: Reason = ""


@dataclass(frozen=True, eq=False)
class Bearing:
    """What bears on situations.

    Parameters
    ----------
    workspace, above, year, day
        The workspace, who evaluates, the year of evaluation, and the day that is spoken of.
    synthetic
        Whether this is the ledger of the demonstration.
    restricted
        Whether also that counts which not everybody in the office may read.
    papers
        The folder of papers that were handed in; None where nobody gave one.
    given
        The figures of a run; computed when they are needed if None.
    """

    workspace: Workspace
    above: str
    year: int
    day: dt.date
    synthetic: bool = False
    restricted: bool = False
    papers: Path | None = None
    given: Monitored | None = None

    def of(self, material: Material, unit: str) -> Looked:
        """Look for material of a kind of a unit."""
        found: Looked = getattr(self, f"_{material.kind}")(material, unit)
        return found

    @property
    def ledger(self) -> Ledger:
        """The ledger that is looked at."""
        return self.workspace.ledger_of(synthetic=self.synthetic)

    @cached_property
    def evaluations(self) -> dict[str, SelfEvaluation]:
        """The self-evaluations of the year as they stood on the day, by unit."""
        there = evaluations_of(self.workspace, self.year, evaluator=self.above, synthetic=self.synthetic)
        return {each.unit: each.as_of(self.day) for each in there}

    @cached_property
    def monitored(self) -> Monitored:
        """The figures that claims and targets are held to."""
        return self.given or monitored_of(self.workspace, [*self.evaluations.values()], synthetic=self.synthetic)

    @cached_property
    def questionnaires(self) -> tuple[Questionnaire, ...]:
        """The questionnaires, in the order of their waves."""
        from analysis.surveys import questionnaires

        there = (each.questionnaire for each in questionnaires(self.workspace).values())
        return tuple(sorted(there, key=lambda each: each.wave))

    @cached_property
    def estimates(self) -> pd.DataFrame | None:
        """The estimates of the newest waves; None where none was collected."""
        if self.given is not None or self.monitored.estimates is not None:
            return self.monitored.estimates
        from analysis.findings.answers.estimates import means, table_of
        from analysis.findings.answers.recognition import percentages
        from analysis.findings.answers.waves import waves

        settings = self.workspace.settings
        found = waves(self.workspace, year=self.year, boundaries=settings.boundaries, synthetic=self.synthetic)
        rows = [row for wave in found for row in means(wave)]
        return table_of([*rows, *percentages(self.workspace, found)]) if found else None

    @property
    def _asked(self) -> dict[str, Any]:
        return {"evaluator": self.above, "synthetic": self.synthetic}

    @cached_property
    def _frames(self) -> dict[str, pd.DataFrame]:
        return {}

    def _frame(self, name: Literal["incidents", "decisions", "evidence"]) -> pd.DataFrame:
        """Give a register as far as it may be read; it is read once for all units."""
        if name not in self._frames:
            asked = {**self._asked, "restricted": self.restricted}
            self._frames[name] = (
                evidence(self.workspace, year=None, public=False, **asked) if name == "evidence"
                else (incidents if name == "incidents" else decisions)(self.workspace, day=self.day, **asked)
            )  # fmt: skip
        return self._frames[name]

    def _items_overdue(self, material: Material, unit: str) -> Looked:
        return _of_items({
            ref: item for ref, item in self._items(unit) if item.overdue_on(self.day)
            and (self.day - item.due_on(self.day)).days >= (material.days or 1)
        })  # fmt: skip

    def _items_returned(self, material: Material, unit: str) -> Looked:
        return _of_items({
            ref: item for ref, item in self._items(unit) if item.state_on(self.day) != "closed"
            and sum(step.state == "returned" for step in item.steps_by(self.day)) >= (material.times or 1)
        })  # fmt: skip

    def _items(self, unit: str) -> Iterator[tuple[str, Item]]:
        """Give the items that may be read, of the units whose territory a unit holds wholly, itself among them."""
        boundaries = self.workspace.settings.boundaries
        for of, items in self.ledger.rectification.items():
            if self.workspace.units.holders(of, boundaries) == [unit]:
                for item in items:
                    if item.opened <= self.day and may_be_read(item.access, restricted=self.restricted):
                        yield f"{of}/{item.id}", item

    def _claims_differ(self, _: Material, unit: str) -> Looked:
        evaluation = self.evaluations.get(unit)
        if evaluation is None or not evaluation.handed_in_by(self.day):
            return Looked(reason="not_handed_in")
        states = [step.state for step in evaluation.steps]
        if "returned" not in states or "submitted" not in states[states.index("returned") :]:
            return Looked()
        found = check(self.workspace, unit=unit, year=self.year, synthetic=self.synthetic, monitored=self.monitored,
                      evaluation=evaluation)  # fmt: skip
        return Looked(
            tuple(f"{unit}/{self.year}/{claim}" for claim in found.loc[found["problem"] == "differs", "claim"])
        )

    def _papers_changed(self, _: Material, unit: str) -> Looked:
        if self.papers is None:
            return Looked(reason="no_papers")
        evaluation = self.evaluations.get(unit)
        if evaluation is None or not evaluation.handed_in_by(self.day):
            return Looked(reason="not_handed_in")
        held = papers_held(self.workspace, self.papers, year=self.year, units=[unit], **self._asked)
        return Looked(tuple(f"{unit}/{self.year}/{paper}" for paper in held.loc[held["state"] == "changed", "paper"]))

    def _deliveries_refused(self, material: Material, unit: str) -> Looked:
        if unit != self.above:  # nobody knows of which units the rows were that were refused
            return Looked()
        found = deliveries(self.workspace, **self._asked)
        kept = found[(found["outcome"] == "refused") & self._within(found["date"], material)]
        return Looked(tuple(kept["id"]))

    def _incidents(self, material: Material, unit: str) -> Looked:
        found = self._frame("incidents")
        grades = GRADES[GRADES.index(material.grade or GRADES[0]) :]
        kept = found[(found["unit"] == unit) & found["grade"].isin(grades) & self._within(found["date"], material)]
        return _listed(kept[kept["kind"].isin(material.kinds)] if material.kinds else kept)

    @cached_property
    def _answers(self) -> Monitored:
        return Monitored(self.workspace, self.monitored.facts, self.estimates, self.monitored.boundaries)

    def _index_below(self, material: Material, unit: str) -> Looked:
        table = self.estimates
        if table is None:
            return Looked(reason="no_figure")
        waves = table.loc[table["survey"].str.rpartition("-")[0] == material.survey, "wave"]
        newest = int(waves.max()) if len(waves) else self.year
        figure = self._answers.estimate(material.survey, material.index, unit, newest)
        if not isinstance(figure, Figure):
            return Looked(reason=figure.reason if figure.reason in {"open_sample", "withheld"} else "no_figure")
        highest = figure.value if figure.upper is None else figure.upper
        return Looked((figure.cell,) if highest < (material.mark or 0) else ())

    def _recognition_below(self, _: Material, unit: str) -> Looked:
        table = self.estimates
        rows = [] if table is None else table[
            (table["index"] == RECOGNITION) & (table["statistic"] == "share") & (table["unit"] == unit)
        ].to_dict("records")  # fmt: skip
        if not rows:
            return Looked(reason="no_figure")
        row = rows[0]
        if row["precision"] == "suppress" or row["estimate"] != row["estimate"]:
            return Looked(reason="withheld")
        if row["selection"] == "open":
            return Looked(reason="open_sample")
        highest = row["upper"] if row["upper"] == row["upper"] else row["estimate"]
        return Looked((str(row["cell"]),) if highest < row["against"] else ())

    def _decisions_overdue(self, material: Material, unit: str) -> Looked:
        found = self._frame("decisions")
        late = (found["state"] == "overdue") & (found["days"].fillna(0) <= -(material.days or 1))
        return _listed(found[late & (found["unit"] == unit)])

    def _targets_missed(self, _: Material, unit: str) -> Looked:
        targets = self._targets(unit)
        if not targets:
            return Looked(reason="no_target")
        missed, seen = [], 0
        for term, target in targets:
            course = self.monitored.course(target.indicator, unit)
            if course:
                seen += 1
                value = rounded(course[-1].value, course[-1].decimals)
                if state_of(target, value, course[-1].year) == "missed":
                    missed.append(f"{term.id}/{target.indicator}/{target.by}")
        return Looked(tuple(missed), reason="" if seen else "no_figure")

    def _targets(self, unit: str) -> list[tuple[Term, Target]]:
        if unit not in self._known_targets:
            self._known_targets[unit] = targets_of(self.workspace, unit=unit, year=self.year, synthetic=self.synthetic)
        return self._known_targets[unit]

    @cached_property
    def _known_targets(self) -> dict[str, list[tuple[Term, Target]]]:
        return {}

    def _findings(self, material: Material, unit: str) -> Looked:
        found = self._frame("evidence")
        kept = found[(found["unit"] == unit) & self._within(found["date"], material)]
        kept = kept[kept["kind"].isin(material.of)] if material.of else kept
        kept = kept[kept["duty"].isin(material.duties)] if material.duties else kept
        return _listed(kept.assign(id=kept["kind"] + "/" + kept["id"]))

    def _problems(self, material: Material, unit: str) -> Looked:
        refs: list[str] = []
        narrowest: Access = "internal"
        for (name, of), opinion in self.ledger.opinions.items():
            inspection = self.ledger.inspections[name]
            issued = next((step.date for step in by_day(opinion.steps, self.day) if step.state == "issued"), None)
            if of != unit or opinion.evaluator != self.above or issued is None or issued <= self._since(material):
                continue
            if may_be_read(inspection.access, restricted=self.restricted):
                mine = [f"{name}/{of}/{each.id}" for each in opinion.problems
                        if not material.duties or each.duty in material.duties]  # fmt: skip
                refs += mine
                narrowest = "restricted" if mine and inspection.access == "restricted" else narrowest
        return Looked(tuple(refs), narrowest)

    def _self_evaluation_late(self, material: Material, unit: str) -> Looked:
        evaluation = self.evaluations.get(unit)
        if evaluation is None:
            return Looked()
        due = evaluation.due_on(self.day)
        waiting = (self.day - due).days if due is not None and evaluation.overdue_on(self.day) else 0
        late = max(waiting, evaluation.late_by(self.day) or 0)
        return Looked((f"{unit}/{self.year}",) if late >= (material.days or 1) else ())

    def _since(self, material: Material) -> dt.date:
        return months_before(self.day, material.months or 1)

    def _within(self, dates: pd.Series[str], material: Material) -> pd.Series[bool]:
        return (dates > str(self._since(material))) & (dates <= str(self.day))


def _of_items(found: Mapping[str, Item]) -> Looked:
    restricted = any(item.access == "restricted" for item in found.values())
    return Looked(tuple(found), "restricted" if restricted else "internal")


def _listed(found: pd.DataFrame) -> Looked:
    restricted = bool((found["access"] == "restricted").any())
    return Looked(tuple(found["id"]), "restricted" if restricted else "internal")


def months_before(day: dt.date, months: int) -> dt.date:
    """Give the day so many months before; the last of its month where that is shorter.

    >>> str(months_before(dt.date(2026, 3, 31), 1)), str(months_before(dt.date(2026, 2, 28), 12))
    ('2026-02-28', '2025-02-28')
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
