"""Traces: all that there is on duties, thing by thing: figures, waves, claims, answers, findings of others, items."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from analysis.findings.duties import Duties, duties_of
from analysis.supervision import others
from analysis.supervision.points import Form, forms
from analysis.supervision.responsibilities import Responsible, responsibilities, topic_of
from analysis.supervision.year import rule
from analysis.workspace.ledger.entries import may_be_read

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys import Survey
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Claim, SelfEvaluation

#: Unit, duty, what it is, which one, and of a figure, wave or finding the year.
Trace = tuple[str, str, str, str, int | None]


def duty_of_claim(
    workspace: Workspace, duties: Duties, form: Form | None, claim: Claim, surveys: Mapping[str, Survey]
) -> str:
    """Give the duty of a claim: its own, that of its point, that of its indicator's topic or its index's theme."""
    if claim.duty or (form is not None and form.duty(claim.point)):
        return claim.duty or (form.duty(claim.point) if form is not None else "")
    if claim.index is None:
        return _of(duties, topic_of(workspace, claim))
    survey = surveys.get(f"{claim.index.survey}-{claim.year}")
    return duties.themes.of.get(_theme(survey, claim.index.id), "") if survey is not None else ""


def form_for(workspace: Workspace, unit: str) -> Form | None:
    """Give the form that a unit answers; None for one of a kind that no form is for."""
    kind = workspace.units.kind(unit)
    return next((form for form in forms(workspace).forms if kind in form.kinds), None)


def _theme(survey: Survey, index: str) -> str:
    asked = {each.code: each.item.topic for each in survey.asked}
    items = next((each.items for each in survey.questionnaire.analyses.indices if each.id == index), ())
    found = Counter(asked[code.partition(".")[0]] for code in items if code.partition(".")[0] in asked)
    return found.most_common(1)[0][0] if found else ""


def _of(duties: Duties, topic: str) -> str:
    try:
        return duties.of(topic)
    except KeyError:  # ties says so
        return ""


@dataclass(frozen=True, eq=False)
class Traces:
    """What there is on duties.

    Parameters
    ----------
    workspace, year, evaluator, synthetic, public, day
        As of :func:`analysis.supervision.coverage.coverage`; ``evaluator`` is an id.
    """

    workspace: Workspace
    year: int
    evaluator: str
    synthetic: bool
    public: bool
    day: dt.date

    @cached_property
    def rule(self) -> Duties:
        """The duties."""
        return duties_of(rule(self.workspace, "duties"))

    @cached_property
    def departments(self) -> tuple[Responsible, ...]:
        """The departments, and what they answer for."""
        return responsibilities(self.workspace).departments

    @cached_property
    def surveys(self) -> Mapping[str, Survey]:
        """The questionnaires by name."""
        from analysis.surveys import questionnaires

        return questionnaires(self.workspace)

    @cached_property
    def scope(self) -> frozenset[str]:
        """The ids of the evaluator and of all that are or were below it."""
        return others.scope(self.workspace, self.evaluator)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All of it, a row each: unit (empty for what is of no unit), duty, what, key, newest (the year, if any)."""
        import pandas as pd

        rows = [
            *self._catalogue(),
            *self._figures(),
            *self._waves(),
            *self._evaluations(),
            *self._others(),
            *self._items(),
        ]
        return pd.DataFrame(rows, columns=["unit", "duty", "what", "key", "newest"])

    def _catalogue(self) -> Iterator[Trace]:
        for code, indicator in self.workspace.catalogue.items():
            yield "", _of(self.rule, indicator.topic), "indicators", code, None

    def _figures(self) -> Iterator[Trace]:
        """Give the indicators that a unit has figures of: a ratio needs all its parts."""
        catalogue, chosen = self.workspace.catalogue, self.workspace.variants()
        there = self.workspace.observations
        there = there[there["unit"].isin(self.scope) & (there["year"] <= self.year) & there["value"].notna()]
        last = there.groupby(["unit", "indicator"], observed=True)["year"].max().reset_index()
        newest = {(str(row["unit"]), str(row["indicator"])): int(row["year"]) for row in last.to_dict("records")}
        for unit in dict.fromkeys(unit for unit, _ in newest):
            for code, indicator in catalogue.items():
                parts = [code]
                if indicator.kind == "ratio":
                    variant = chosen.get(code, indicator.variants[0].id if indicator.variants else "")
                    parts = [part.code for part in catalogue.expression(code, variant).parts]
                years = [newest.get((unit, part)) for part in parts]
                known = [year for year in years if year is not None]
                if len(known) < len(years):
                    continue
                duty = _of(self.rule, indicator.topic)
                yield self._holder(unit), duty, "figures", code, min(known)
                if unit == self.evaluator:
                    for each in self.departments:
                        if indicator.topic in each.topics:
                            yield each.unit, duty, "figures", code, min(known)

    def _holder(self, unit: str) -> str:
        """Give the unit on the boundaries that holds the territory of a unit wholly; its own id if none does."""
        holders = self.workspace.units.holders(unit, self.workspace.settings.boundaries)
        return holders[0] if len(holders) == 1 else unit

    def _waves(self) -> Iterator[Trace]:
        from analysis.surveys.collected import files_of, read_frames

        root = self.workspace.root
        for survey in self.surveys.values():
            if survey.questionnaire.wave > self.year:
                continue
            themes = {each.item.topic for each in survey.asked} & set(self.rule.themes.of)
            for theme in themes:
                yield "", self.rule.themes.of[theme], "themes", theme, None
            if not files_of(root, survey, synthetic=self.synthetic)["responses"].is_file():
                continue
            log, _ = read_frames(root, survey, synthetic=self.synthetic)
            for unit in (self.evaluator, *self._drawn(log)):
                for theme in themes:
                    yield unit, self.rule.themes.of[theme], "collected", theme, survey.questionnaire.wave

    def _drawn(self, log: pd.DataFrame | None) -> set[str]:
        """Give the units that the log of a draw names, by id, code or name."""
        if log is None:
            return set()
        there = self.workspace.units.at(self.workspace.settings.boundaries)
        columns = [name for name in ("code", "name_zh", "name_en", "short_zh", "short_en") if name in there]
        known = {key: str(unit) for unit, row in there.iterrows() for key in (str(unit), *row[columns])
                 if isinstance(key, str)}  # fmt: skip
        return {known[value] for name in log for value in set(log[name].astype("str")) if value in known} & self.scope

    def _evaluations(self) -> Iterator[Trace]:
        for each in self._told():
            form = form_for(self.workspace, each.unit)
            for claim in each.claims:
                duty = duty_of_claim(self.workspace, self.rule, form, claim, self.surveys)
                yield each.unit, duty, "claims", f"{each.unit}/{claim.id}", None
            for answer in each.answers:
                duty = form.duty(answer.point) if form is not None else ""
                yield each.unit, duty, "answers", f"{each.unit}/{answer.point}", None

    def _told(self) -> Iterator[SelfEvaluation]:
        ledger = self.workspace.ledger_of(synthetic=self.synthetic)
        for each in ledger.of_year(self.year):
            if each.unit in self.scope and (not self.public or each.public_on(self.day)):
                yield each.as_of(self.day)

    def _others(self) -> Iterator[Trace]:
        found = others.evidence(self.workspace, year=self.year, evaluator=self.evaluator, synthetic=self.synthetic,
                                public=self.public)  # fmt: skip
        for row in found[found["date"].astype("str") <= self.day.isoformat()].to_dict("records"):
            yield row["unit"], row["duty"], "others", f"{row['kind']}/{row['id']}", row["year"]

    def _items(self) -> Iterator[Trace]:
        ledger = self.workspace.ledger_of(synthetic=self.synthetic)
        for unit, items in ledger.rectification.items():
            for item in items:
                if unit in self.scope and item.opened <= self.day and may_be_read(item.access, public=self.public):
                    yield unit, item.duty or _of(self.rule, item.topic), "items", f"{unit}/{item.id}", None
