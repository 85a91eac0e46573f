"""Inspections and opinions as tables for memos: who goes where with which questions, what was found, what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.gathered import Gathered
from analysis.messages import LANGUAGES, Texts, bracketed, in_columns, listed, pick
from analysis.supervision.gatherers.making import Making, decimals
from analysis.supervision.teams import without_conflict
from analysis.workspace.ledger import Evidence, Inspection, Opinion
from analysis.workspace.ledger.entries import may_be_read

if TYPE_CHECKING:
    from analysis.findings.ledger.monitored import Monitored
    from analysis.workspace import Workspace

#: An inspection a row; ``about`` is its id. Counts are ids of cells.
INSPECTIONS: Final = (
    "unit", "year", "about", "kind", "title_zh", "title_en", "topic_zh", "topic_en", "begins", "ends", "state",
    "since", "term", "of", "basis_zh", "basis_en", "joint_zh", "joint_en", "questions", "access",
    "cells_under", "synthetic",
)  # fmt: skip
#: How many findings an inspection has, of them practices and problems: ids of cells; inside the office until all of its
#: opinions are published.
COUNTED: Final = (
    "unit", "year", "about", "found", "practices", "problems", "access", "cells_under", "synthetic",
)  # fmt: skip
#: An inspection at a unit a row; ``about`` is inspection and unit.
VISITS: Final = (
    "unit", "year", "about", "inspection", "of", "kind", "title_zh", "title_en", "begins", "ends", "state", "term",
    "leader_zh", "leader_en", "schools", "found", "practices", "problems", "access", "cells_under", "synthetic",
)  # fmt: skip
TEAM: Final = (
    "unit", "year", "about", "name_zh", "name_en", "role", "body_zh", "body_en", "declared", "not_at", "access",
    "synthetic",
)  # fmt: skip
QUESTIONS: Final = (
    "unit", "year", "about", "duty", "duty_zh", "duty_en", "asked_zh", "asked_en", "means", "access", "synthetic",
)  # fmt: skip
DRAWN: Final = (
    "unit", "year", "about", "stage", "schools", "drawn", "frame", "seed", "date", "access", "cells_under",
    "synthetic",
)  # fmt: skip
FOUND: Final = (
    "unit", "year", "about", "of", "duty", "duty_zh", "duty_en", "date", "judged", "said_zh", "said_en", "access",
    "synthetic",
)  # fmt: skip
QUOTAS: Final = (
    "unit", "year", "about", "group", "name_zh", "name_en", "persons", "access", "cells_under", "synthetic",
)  # fmt: skip
OPINIONS: Final = (
    "unit", "year", "about", "inspection", "of", "kind", "begins", "ends", "title_zh", "title_en", "number", "state",
    "drafted", "preliminary", "until", "replied", "approved", "issued", "published", "access", "synthetic",
)  # fmt: skip
PARTS: Final = (
    "unit", "year", "about", "part", "id", "duty", "duty_zh", "duty_en", "said_zh", "said_en", "rests_on", "access",
    "synthetic",
)  # fmt: skip
SHOWN_BY: Final = (
    "unit", "year", "about", "part", "id", "name_zh", "name_en", "of_year", "value", "threshold", "direction",
    "access", "cells_under", "synthetic",
)  # fmt: skip
REQUESTS: Final = (
    "unit", "year", "about", "problems", "said_zh", "said_en", "owner_zh", "owner_en", "due", "access", "synthetic",
)  # fmt: skip
REPLIES: Final = (
    "unit", "year", "about", "date", "by", "said_zh", "said_en", "outcome", "decided_zh", "decided_en", "access",
    "synthetic",
)  # fmt: skip
PERSONS: Final[Texts] = {"zh-Hans": "人", "en": "persons"}


def gather_inspections(
    workspace: Workspace, monitored: Monitored, *, evaluator: str, year: int, synthetic: bool  # noqa: ARG001  as others
) -> Gathered:  # fmt: skip
    """Gather the inspections of a year and the opinions that came of them, as they stand on the day of the release.

    Parameters
    ----------
    workspace
        The workspace.
    monitored
        Not used: evidence is told as it stood when it was written down.
    evaluator
        Whose inspections.
    year
        The year of evaluation.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    Gathered
        Tables by inspection and by visit, with their cells; what memos can be made of (``inspection``, ``visit``). A
        visit that is not announced is in none before it is on site; an opinion that was not published, teams, schools
        and findings are ``internal``. Nothing in a workspace without the rule set `inspections`.
    """
    if "inspections" not in workspace.rules:
        return Gathered()
    made = _Making(workspace, evaluator, year, synthetic)
    made.inspections()
    made.opinions()
    return made.gathered


class _Making(Making):
    """The tables in the making."""

    def duty(self, duty: str) -> dict[str, str]:
        """Give a duty with its name."""
        from analysis.findings.duties import duties_of

        if "duties" not in self.workspace.rules:
            return {"duty": duty}
        names = {each.id: each.name for each in duties_of(self.workspace.rules["duties"]).duties}
        return {"duty": duty, **in_columns("duty", names.get(duty))}

    def name(self, unit: str) -> Texts:
        return self.workspace.units.names(unit)

    def inspections(self) -> None:
        """Give inspections, their teams, questions, schools and findings."""
        rows: dict[str, list[dict[str, Any]]] = {name: [] for name in (
            "inspections", "visits", "inspection_team", "inspection_questions", "inspection_draws", "inspection_found",
            "inspection_quotas", "inspection_counts",
        )}  # fmt: skip
        there = self.workspace.ledger_of(synthetic=self.synthetic).inspections
        for each in sorted(there.values(), key=lambda one: (one.begins, one.id)):
            access = each.access_on(self.day)
            if each.evaluator != self.evaluator or not self.of_year(each) or not each.state_on(self.day):
                continue
            if not may_be_read(access):
                continue
            self.subjects.append({"kind": "inspection", "subject": each.id, **in_columns("name", each.title),
                                  "access": access})  # fmt: skip
            rows["inspections"].append(self._inspection(each, access))
            rows["inspection_counts"] += self._counted(each)
            told = {**self.about, "about": each.id, "access": access}
            free = {unit: without_conflict(self.workspace, each, unit) for unit in each.units if each.team}
            rows["inspection_team"] += [
                {**told, **in_columns("name", member.name), "role": member.role, **in_columns("body", member.body),
                 "declared": str(member.declared or "") if (member.declared or self.day) <= self.day else "",
                 "not_at": ";".join(unit for unit in each.units if member.id not in free[unit]
                                    and member.declared is not None),
                 "access": "internal"} for member in each.team
            ]  # fmt: skip
            rows["inspection_questions"] += [
                {**told, **self.duty(question.duty), **in_columns("asked", question.text),
                 "means": ";".join(question.means)} for question in each.questions
            ]  # fmt: skip
            rows["inspection_found"] += [
                {**told, "of": found.unit, **self.duty(found.duty), "date": str(found.date), "judged": found.judged,
                 **in_columns("said", found.text), "access": found.access}
                for found in each.found if found.date <= self.day and may_be_read(found.access)
            ]  # fmt: skip
            for unit in each.units if each.state_on(self.day) != "dropped" else ():
                rows["visits"].append(self._visit(each, unit))
                rows["inspection_draws"] += self._drawn(each, unit)
                rows["inspection_quotas"] += self._quotas(each, unit)
        for name, columns in (
            ("inspections", INSPECTIONS), ("visits", VISITS), ("inspection_team", TEAM),
            ("inspection_questions", QUESTIONS), ("inspection_draws", DRAWN), ("inspection_found", FOUND),
            ("inspection_quotas", QUOTAS), ("inspection_counts", COUNTED),
        ):  # fmt: skip
            self.put(name, rows[name], columns)

    def _inspection(self, inspection: Inspection, access: str) -> dict[str, Any]:
        under = f"inspection/{inspection.id}/"
        taken = [step for step in inspection.steps if step.date <= self.day]
        return {
            **self.about, "about": inspection.id, "kind": inspection.kind, **in_columns("title", inspection.title),
            **in_columns("topic", inspection.topic), "begins": str(inspection.begins), "ends": str(inspection.ends),
            "state": taken[-1].state, "since": str(taken[-1].date), "term": _term(inspection),
            "of": ";".join(inspection.units),
            **in_columns("basis", inspection.basis),
            **in_columns("joint", self._listed(each.name for each in inspection.joint) if inspection.joint else None),
            "questions": self.cell(f"{under}questions", len(inspection.questions)), "access": access,
            "cells_under": under,
        }  # fmt: skip

    def of_year(self, inspection: Inspection) -> bool:
        """Tell whether an inspection belongs to the year: it, or something that was done about it or its opinions."""
        opinions = self.workspace.ledger_of(synthetic=self.synthetic).opinions
        steps = [*inspection.steps, *(step for (of, _), each in opinions.items() if of == inspection.id
                                      for step in each.steps)]  # fmt: skip
        return inspection.year == self.year or any(step.date.year == self.year for step in steps)

    def _counted(self, inspection: Inspection) -> Iterator[dict[str, Any]]:
        """Count findings, none of them restricted; nothing where there is none."""
        found = [each for each in inspection.found if each.date <= self.day and may_be_read(each.access)]
        if not found:
            return
        under = f"inspection_counts/{inspection.id}/"
        sizes = {"found": len(found), "practices": sum(each.judged == "practice" for each in found),
                 "problems": sum(each.judged == "problem" for each in found)}  # fmt: skip
        told = all(self._published(f"{inspection.id}-{unit}") for unit in inspection.units)
        yield {**self.about, "about": inspection.id, "access": "public" if told else "internal", "cells_under": under,
               **{name: self.cell(f"{under}{name}", size) for name, size in sizes.items()}}  # fmt: skip

    def _listed(self, texts: Any) -> Texts:
        given = list(texts)
        return {language: listed([pick(each, language) for each in given], language) for language in LANGUAGES}

    def _visit(self, inspection: Inspection, unit: str) -> dict[str, Any]:
        about, under = f"{inspection.id}-{unit}", f"visit/{inspection.id}/{unit}/"
        found = [each for each in inspection.found if each.unit == unit and each.date <= self.day]
        sizes = {
            "schools": sum(len(draw.schools) for draw in inspection.draws if draw.unit == unit), "found": len(found),
            "practices": sum(each.judged == "practice" for each in found),
            "problems": sum(each.judged == "problem" for each in found),
        }  # fmt: skip
        leader = next((member.name for member in inspection.team if member.role == "leader"), None)
        self.subjects.append({
            "kind": "visit", "subject": about, "access": "internal" if not self._published(about) else "public",
            **in_columns("name", {language: bracketed(pick(inspection.title, language), pick(self.name(unit), language),
                                                      language) for language in LANGUAGES}),
        })  # fmt: skip
        return {
            **self.about, "about": about, "inspection": inspection.id, "of": unit, "kind": inspection.kind,
            **in_columns("title", inspection.title), "begins": str(inspection.begins), "ends": str(inspection.ends),
            "state": inspection.state_on(self.day), "term": _term(inspection), **in_columns("leader", leader),
            **{name: self.cell(f"{under}{name}", size) for name, size in sizes.items()}, "access": "internal",
            "cells_under": under,
        }  # fmt: skip

    def _published(self, about: str) -> bool:
        return any(
            f"{each.inspection}-{each.unit}" == about and each.state_on(self.day) == "published"
            for each in self.workspace.ledger_of(synthetic=self.synthetic).opinions.values()
        )

    def _drawn(self, inspection: Inspection, unit: str) -> Iterator[dict[str, Any]]:
        for draw in inspection.draws:
            if draw.unit == unit and draw.drawn <= self.day:
                under = f"draw/{inspection.id}/{unit}/{draw.stage}/"
                yield {
                    **self.about, "about": f"{inspection.id}-{unit}", "stage": draw.stage,
                    "schools": ", ".join(draw.schools), "drawn": self.cell(f"{under}drawn", len(draw.schools)),
                    "frame": self.cell(f"{under}frame", draw.frame), "seed": str(draw.seed), "date": str(draw.drawn),
                    "access": "internal", "cells_under": under,
                }  # fmt: skip

    def _quotas(self, inspection: Inspection, unit: str) -> Iterator[dict[str, Any]]:
        """Give how many of each group are asked before a comprehensive visit, where the residents are known."""
        from analysis.messages import DuzhengError
        from analysis.satisfaction.social_recognition.rule import read_rule
        from analysis.satisfaction.social_recognition.sample_size import recognition_sample

        if inspection.kind != "comprehensive" or "social_recognition" not in self.workspace.rules:
            return
        try:
            plan = recognition_sample(self.workspace, str(self.workspace.units.frame.at[unit, "code"]))
        except DuzhengError:  # no residents of the unit
            return
        _, rule = read_rule(self.workspace, "social_recognition")
        names = {group.id: group.name for group in rule.groups.entries}
        under = f"quota/{inspection.id}/{unit}/"
        for row in plan.quotas.to_dict("records"):
            if row["of"] in {"total", "group"}:
                yield {
                    **self.about, "about": f"{inspection.id}-{unit}", "group": row["code"],
                    **in_columns("name", names.get(row["code"])),
                    "persons": self.cell(f"{under}{row['code']}", float(row["persons"]), PERSONS,
                                         how="share of the residents, as the rule set says"),
                    "access": "internal", "cells_under": under,
                }  # fmt: skip

    def opinions(self) -> None:
        """Give opinions with what they say and ask, and the replies of units."""
        opinions, parts, evidence, requests, replies = [], [], [], [], []
        there = self.workspace.ledger_of(synthetic=self.synthetic).opinions
        for _, each in sorted(there.items()):
            state = each.state_on(self.day)
            drafted = max((step.date for step in each.steps if step.state == "drafted"), default=self.day)
            of = self.workspace.ledger_of(synthetic=self.synthetic).inspections[each.inspection]
            if each.evaluator != self.evaluator or not self.of_year(of) or not state or drafted > self.day:
                continue  # the text of an earlier draft is kept nowhere
            if not may_be_read(of.access_on(self.day)):
                continue
            access = "public" if state == "published" else "internal"
            about = f"{each.inspection}-{each.unit}"
            told = {**self.about, "about": about, "access": access}
            dates: dict[str, str] = {step.state: str(step.date) for step in each.steps if step.date <= self.day}
            until = next((str(step.due) for step in reversed(each.steps)
                          if step.state == "preliminary" and step.date <= self.day), "")  # fmt: skip
            opinions.append({
                **told, "inspection": each.inspection, "of": each.unit, "kind": of.kind, "begins": str(of.begins),
                "ends": str(of.ends),
                **in_columns("title", each.title), "number": each.number if "issued" in dates else "",
                "state": state, "until": until, **dates,
            })  # fmt: skip
            for kind, part, row in _parts(each):
                duty = self.duty(part.duty)
                parts.append({**told, "part": row, "id": part.id, **duty, **in_columns("said", part.text),
                              "rests_on": ";".join(part.rests_on)})  # fmt: skip
                evidence += [{**told, **self._shown(about, kind, part.id, figure)} for figure in part.evidence]
            numbers = {problem.id: str(at) for at, problem in enumerate(each.problems, start=1)}
            requests += [
                {**told, "problems": ";".join(numbers[name] for name in request.problems),
                 **in_columns("said", request.text), **in_columns("owner", request.owner), "due": str(request.due)}
                for request in each.requests
            ]  # fmt: skip
            for reply in (one for one in each.replies if one.date <= self.day):
                known = reply.decided_on is not None and reply.decided_on <= self.day
                replies.append({
                    **told, "date": str(reply.date), "by": reply.by, **in_columns("said", reply.text),
                    "outcome": (reply.outcome or "") if known else "",
                    **in_columns("decided", reply.decided if known else None), "access": "internal",
                })  # fmt: skip
        self.put("opinions", opinions, OPINIONS)
        self.put("opinion_parts", parts, PARTS)
        self.put("opinion_evidence", evidence, SHOWN_BY)
        self.put("opinion_requests", requests, REQUESTS)
        self.put("opinion_replies", replies, REPLIES)

    def _shown(self, about: str, kind: str, part: str, figure: Evidence) -> dict[str, Any]:
        """Give a figure that shows a part of an opinion, as it was written down."""
        under = f"opinion/{about}/{kind}/{part}/{figure.subject}/{figure.year}/"
        catalogue = self.workspace.catalogue
        indicator = catalogue.get(figure.indicator)
        put: dict[str, Any] = {"measure": indicator.measure} if indicator else {}
        cells: dict[str, str] = {}
        for name in ("value", "threshold"):
            number = getattr(figure, name)
            if number is not None:
                shown = max(indicator.decimals if indicator else 0, decimals(float(number)))
                cells[name] = self.cell(f"{under}{name}", float(number), decimals=shown, how="as the opinion has it",
                                        **put)  # fmt: skip
        return {
            "part": kind, "id": part,
            **in_columns("name", indicator.name if indicator else {"zh-Hans": figure.subject, "en": figure.subject}),
            "of_year": str(figure.year), "direction": figure.direction or "", "cells_under": under, **cells,
        }  # fmt: skip


def _parts(opinion: Opinion) -> Iterator[tuple[str, Any, str]]:
    """Give achievements, practices and problems, in this order: their list, the part, and what it is."""
    for part in sorted(opinion.achievements, key=lambda one: one.practice):
        yield "achievements", part, "practice" if part.practice else "achievement"
    for problem in opinion.problems:
        yield "problems", problem, "problem"


def _term(inspection: Inspection) -> str:
    first, last = inspection.term or (None, None)
    return f"{first}–{last}" if first else ""
