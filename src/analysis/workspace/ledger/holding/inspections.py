"""Inspections and opinions: what teams, questions, findings, problems and replies are held to beside their form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analysis.messages import Fault
from analysis.workspace.ledger.file import File, Place
from analysis.workspace.ledger.holding.moves import changed, is_below, wrong_moves
from analysis.workspace.ledger.holding.rectification import wrong_evidence
from analysis.workspace.ledger.inspections import INSPECTION_MOVES, Found, Inspection
from analysis.workspace.ledger.opinions import OPINION_MOVES, Opinion, Problem

if TYPE_CHECKING:
    from analysis.workspace.ledger.book import Ledger


def twice(file: File, name: str, parts: Iterable[Any]) -> Iterator[Fault]:
    """Find ids that stand twice in a list."""
    known = set()
    for number, part in enumerate(parts):
        if part.id in known:
            yield file.fault((name, number, "id"), f"id: {part.id}, a second time", f"an id that stands once in {name}")
        known.add(part.id)


def wrong_inspection(file: File, inspection: Inspection, found: Mapping[int, Found]) -> Iterator[Fault]:
    """Find units that are not the evaluator's, days that cannot be, and findings by nobody or of nowhere."""
    for number, unit in enumerate(inspection.units):
        yield from _held_below(file, unit, inspection.evaluator, ("units", number))
        if unit in inspection.units[:number]:
            yield file.fault(("units", number), f"{unit}, a second time", "each unit once")
    yield from _wrong_days(file, inspection)
    for name in ("questions", "team"):
        yield from twice(file, name, getattr(inspection, name))
    for number, question in enumerate(inspection.questions):
        yield from file.held_duty(question.duty, ("questions", number))
        if question.indicator and question.indicator not in file.catalogue:
            yield file.fault(("questions", number, "indicator"), repr(question.indicator), "a code of the catalogue",
                             "`duzheng data list` shows them", "DZ-I001")  # fmt: skip
    yield from _wrong_team(file, inspection)
    yield from _wrong_draws(file, inspection)
    yield from wrong_moves(file, ("steps",), inspection.steps, INSPECTION_MOVES, order="inspection")
    days = {step.state: step.date for step in inspection.steps}
    on_site, over = days.get("on_site"), days.get("concluded", dt.date.max)
    for at, each in found.items():
        yield from _wrong_found(file, inspection, each, at)
        if on_site is None or not on_site <= each.date <= over:
            until = f" and {over}" if over < dt.date.max else " or later"
            yield file.fault(("found", at, "date"), str(each.date), f"a day on site, {on_site}{until}" if on_site
                             else "a step `on_site` before it", code="DZ-O002")  # fmt: skip


def _wrong_days(file: File, inspection: Inspection) -> Iterator[Fault]:
    if inspection.ends < inspection.begins:
        yield file.fault(("ends",), str(inspection.ends), f"{inspection.begins}, when it begins, or later",
                         code="DZ-O002")  # fmt: skip
    if inspection.year not in {inspection.begins.year, inspection.ends.year}:
        yield file.fault(("begins",), str(inspection.begins), f"a day of {inspection.year}", code="DZ-O002")
    if inspection.kind == "comprehensive" and inspection.term is None:
        yield file.fault(("kind",), "a comprehensive inspection without a term", "term: [first year, last year]",
                         "a visit lies inside the term that it judges")  # fmt: skip
    if inspection.term is not None:
        first, last = inspection.term
        if not first <= inspection.begins.year <= inspection.ends.year <= last:
            yield file.fault(("term",), f"{first}–{last}, and a visit from {inspection.begins} to {inspection.ends}",
                             "a term that holds the visit", code="DZ-O002")  # fmt: skip
    yield from _wrong_steps_of(file, inspection)


def _wrong_steps_of(file: File, inspection: Inspection) -> Iterator[Fault]:
    """Find steps and draws out of the days of an inspection."""
    for number, step in enumerate(inspection.steps):
        where: Place = ("steps", number, "date")
        if step.state == "on_site" and not inspection.begins <= step.date <= inspection.ends:
            yield file.fault(where, str(step.date), f"a day from {inspection.begins} to {inspection.ends}",
                             "change begins and ends if the visit was put off", "DZ-O002")  # fmt: skip
        if step.state in {"prepared", "announced"} and step.date > inspection.begins:
            yield file.fault(where, str(step.date), f"{inspection.begins}, when it begins, or earlier", code="DZ-O002")
    for number, draw in enumerate(inspection.draws):
        first_step = inspection.steps[0].date if inspection.steps else draw.drawn
        if not first_step <= draw.drawn <= inspection.ends:
            yield file.fault(("draws", number, "drawn"), str(draw.drawn),
                             f"a day from {first_step}, when it was prepared, to {inspection.ends}",
                             code="DZ-O002")  # fmt: skip


def _held_below(file: File, unit: str, above: str, where: Place) -> Iterator[Fault]:
    yield from file.held_unit(unit, where)
    if unit in file.units.frame.index and not is_below(file.units, unit, above):
        yield file.fault(where, repr(unit), f"a unit below {above}", code="DZ-U001")


def _wrong_team(file: File, inspection: Inspection) -> Iterator[Fault]:
    for number, member in enumerate(inspection.team):
        yield from file.held_unit(member.unit, ("team", number, "unit"))
        for place, interest in enumerate(member.interests):
            yield from file.held_unit(interest.unit, ("team", number, "interests", place, "unit"))
    leaders = [number for number, member in enumerate(inspection.team) if member.role == "leader"]
    if len(leaders) > 1:
        yield file.fault(("team", leaders[1], "role"), "a second leader", "one")


def _wrong_draws(file: File, inspection: Inspection) -> Iterator[Fault]:
    first: dict[tuple[str, str], int] = {}
    for number, draw in enumerate(inspection.draws):
        where: Place = ("draws", number)
        if draw.unit not in inspection.units:
            yield file.fault((*where, "unit"), repr(draw.unit), f"one of {', '.join(inspection.units)}")
        before = first.setdefault((draw.unit, draw.stage), number)
        if before != number:
            yield file.fault(where, f"{draw.stage} schools of {draw.unit}, drawn in line {file.line('draws', before)}",
                             "one draw a unit and stage", "nobody draws again until the sample pleases")  # fmt: skip
        if len(set(draw.schools)) != len(draw.schools) or len(draw.schools) > draw.frame:
            yield file.fault((*where, "schools"), f"{len(draw.schools)} of {draw.frame}", "each school once")


def _wrong_found(file: File, inspection: Inspection, found: Found, at: int) -> Iterator[Fault]:
    where: Place = ("found", at)
    yield from file.held_duty(found.duty, where)
    if found.unit not in inspection.units:
        yield file.fault((*where, "unit"), repr(found.unit), f"one of {', '.join(inspection.units)}")
    asked = [each.id for each in inspection.questions]
    if found.question and found.question not in asked:
        yield file.fault((*where, "question"), repr(found.question), f"one of {', '.join(asked) or 'none'}")
    team = {each.id for each in inspection.team}
    for number, member in enumerate(found.by):
        if member not in team:
            yield file.fault((*where, "by", number), repr(member), f"one of the team: {', '.join(sorted(team))}")
    roles = {each.role for each in inspection.team if each.id in found.by}
    if roles and roles <= {"observer", "secretary"}:
        yield file.fault((*where, "by"), ", ".join(sorted(roles)), "an inspector, lay inspector, expert or leader",
                         "who only observes or writes down signs nothing alone")  # fmt: skip
    for number, evidence in enumerate(found.evidence):
        yield from wrong_evidence(file, evidence, (*where, "evidence", number), found.date)
    if found.judged == "problem" and not found.evidence and not found.papers:
        yield file.fault(where, "a problem without evidence", "figures under evidence, or papers that show it")


def wrong_opinion(file: File, opinion: Opinion, problems: Mapping[int, Problem]) -> Iterator[Fault]:
    """Find problems tied to nothing, requests of none, replies out of their time, and steps that cannot be."""
    yield from _held_below(file, opinion.unit, opinion.evaluator, ("unit",))
    for name in ("achievements", "requests", "replies"):
        yield from twice(file, name, getattr(opinion, name))
    known = {each.id for each in problems.values()}
    first = opinion.steps[0].date if opinion.steps else None
    for at, problem in problems.items():
        where: Place = ("problems", at)
        yield from file.held_duty(problem.duty, where)
        if not problem.evidence and not problem.rests_on:
            yield file.fault(where, "a problem without evidence", "a figure under evidence, or what it rests_on",
                             "each problem is tied to what shows it")  # fmt: skip
        for number, evidence in enumerate(problem.evidence):
            yield from file.subject(evidence, (*where, "evidence", number))
    for number, achievement in enumerate(opinion.achievements):
        yield from file.held_duty(achievement.duty, ("achievements", number))
        for place, evidence in enumerate(achievement.evidence):
            yield from file.subject(evidence, ("achievements", number, "evidence", place))
    for number, request in enumerate(opinion.requests):
        yield from _named(file, request.problems, known, ("requests", number, "problems"))
        if first is not None and request.due < first:
            yield file.fault(("requests", number, "due"), str(request.due), f"{first}, when it was drafted, or later",
                             code="DZ-O002")  # fmt: skip
    yield from wrong_moves(file, ("steps",), opinion.steps, OPINION_MOVES, order="opinion")
    yield from _wrong_replies(file, opinion, known)
    if len(problems) == len(file.node.get("problems", ())):  # else their faults are said already
        whole = opinion.model_copy(update={"problems": tuple(problems.values())})
        yield from changed(file, "problems", "achievements, problems and requests", opinion.approved_as, whole.seal,
                           "put back what was approved, or enter a new draft: a step `drafted`")  # fmt: skip


def _named(file: File, names: Iterable[str], known: set[str], where: Place) -> Iterator[Fault]:
    for number, name in enumerate(names):
        if name not in known:
            yield file.fault((*where, number), repr(name), f"one of the problems: {', '.join(sorted(known)) or 'none'}")


def _wrong_replies(file: File, opinion: Opinion, known: set[str]) -> Iterator[Fault]:
    """Find replies out of their time, and replies that are decided by halves."""
    told = [(step.date, step.due) for step in opinion.steps if step.state == "preliminary"]
    for number, reply in enumerate(opinion.replies):
        where: Place = ("replies", number)
        yield from _named(file, reply.problems, known, (*where, "problems"))
        if not any(begin <= reply.date <= (end or reply.date) for begin, end in told):
            yield file.fault((*where, "date"), str(reply.date), "a day on which the unit may reply", code="DZ-O002")
        given = {name for name in ("outcome", "decided", "decided_on", "decided_by") if getattr(reply, name)}
        if given and len(given) < 4:  # noqa: PLR2004
            yield file.fault(where, " and ".join(sorted(given)), "outcome, decided, decided_on and decided_by together")
        if reply.decided_on is not None and reply.decided_on < reply.date:
            yield file.fault((*where, "decided_on"), str(reply.decided_on), f"{reply.date}, when it came, or later",
                             code="DZ-O002")  # fmt: skip
    yield from _wrong_steps(file, opinion)


def _wrong_steps(file: File, opinion: Opinion) -> Iterator[Fault]:
    """Find an approval before the time for a reply was over or replies were decided, and an issue that cannot be."""
    until: dt.date | None = None
    for number, step in enumerate(opinion.steps):
        where: Place = ("steps", number)
        if step.state == "preliminary":
            until = step.due
            if step.due is None:
                yield file.fault(where, "preliminary without due", "the last day for a reply")
        if step.state == "approved" and until is not None and step.date <= until:
            yield file.fault((*where, "date"), str(step.date), f"a day after {until}, until when the unit may reply",
                             code="DZ-O002")  # fmt: skip
        if step.state == "approved":
            yield from _undecided(file, opinion, number)
        if step.state == "withdrawn" and step.note is None:
            yield file.fault(where, "a withdrawal without a note", "a note that says why")
        if step.state == "issued":
            if not opinion.number:
                yield file.fault(where, "issued without a number", "number: that of the document")
            yield from (
                file.fault(("requests", at, "due"), str(request.due), f"{step.date}, when it was issued, or later",
                           "nothing can be put right in the past", "DZ-O002")
                for at, request in enumerate(opinion.requests) if request.due < step.date
            )  # fmt: skip
    if opinion.number and not any(step.state == "issued" for step in opinion.steps):
        yield file.fault(("number",), opinion.number, "a number when it is issued, and none before", code="DZ-O002")


def _undecided(file: File, opinion: Opinion, approval: int) -> Iterator[Fault]:
    """Find replies that were not decided when an opinion was approved, or accepted without a new draft."""
    day = opinion.steps[approval].date
    drafts = [step.date for step in opinion.steps[:approval] if step.state == "drafted"]
    for number, reply in enumerate(opinion.replies):
        where: Place = ("replies", number)
        if reply.date > day:
            continue
        if reply.outcome is None or reply.decided_on is None or reply.decided_on > day:
            yield file.fault(where, f"{reply.id}, which nobody decided", f"an outcome by {day}, when it was approved",
                             code="DZ-O002")  # fmt: skip
        elif reply.outcome != "rejected" and not any(each >= reply.decided_on for each in drafts):
            yield file.fault(where, f"{reply.id}, which was accepted, and no new draft", "a step `drafted` after it",
                             "change the opinion as was decided, and tell the unit again", "DZ-O002")  # fmt: skip


def wrong_references(ledger: Ledger, file: File, opinion: Opinion) -> Iterator[Fault]:
    """Find opinions of inspections that there are not, or that did not go to the unit."""
    inspection = ledger.inspections.get(opinion.inspection)
    if inspection is None:
        yield file.fault(("inspection",), repr(opinion.inspection), "the id of an inspection of the ledger")
        return
    if opinion.unit not in inspection.units:
        yield file.fault(("unit",), repr(opinion.unit), f"a unit that was inspected: {', '.join(inspection.units)}")
    days = {step.state: step.date for step in inspection.steps}
    concluded, on_site = days.get("concluded"), days.get("on_site")
    if opinion.steps and (on_site is None or opinion.steps[0].date < on_site):
        yield file.fault(("steps", 0, "date"), str(opinion.steps[0].date),
                         f"{on_site}, when it was on site, or later" if on_site else "an inspection that was on site",
                         code="DZ-O002")  # fmt: skip
    for number, step in enumerate(opinion.steps):
        if step.state == "preliminary" and (concluded is None or step.date < concluded):
            when = (
                f"{concluded}, when the inspection was concluded, or later" if concluded else "a concluded inspection"
            )
            yield file.fault(("steps", number, "date"), str(step.date), when, code="DZ-O002")
    there = {f"found/{each.id}" for each in inspection.found if each.unit == opinion.unit}
    for kind in ("problems", "achievements"):
        for number, part in enumerate(getattr(opinion, kind)):
            for place, name in enumerate(part.rests_on):
                if name.startswith("found/") and name not in there:
                    yield file.fault((kind, number, "rests_on", place), repr(name),
                                     f"a finding of {inspection.id} at {opinion.unit}")  # fmt: skip
