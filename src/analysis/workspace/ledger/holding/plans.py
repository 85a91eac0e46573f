"""Plans and self-reports: what entries, paragraphs and objections are held to beside their form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from analysis.messages import Fault
from analysis.workspace.ledger.file import File, Place
from analysis.workspace.ledger.holding.moves import changed, is_below, wrong_moves
from analysis.workspace.ledger.plans import PLAN_MOVES, REPORT_MOVES, Plan, PlanEntry, SelfReport


def wrong_plan(file: File, plan: Plan, entries: Mapping[int, PlanEntry]) -> Iterator[Fault]:
    """Find entries of others than those below, that end before they begin, or moved as they cannot."""
    for at, entry in entries.items():
        where: Place = ("entries", at)
        for name, text in (("title", entry.title), ("owner", entry.owner)):
            if not text.get("zh-Hans", "").strip():
                yield file.fault((*where, name), "no Chinese", "a text in zh-Hans")
        for number, unit in enumerate(entry.units):
            yield from file.held_unit(unit, (*where, "units", number))
            if unit in file.units.frame.index and not is_below(file.units, unit, plan.evaluator):
                yield file.fault((*where, "units", number), repr(unit), f"a unit below {plan.evaluator}",
                                 code="DZ-U001")  # fmt: skip
        if entry.units and entry.unit_kind:
            yield file.fault((*where, "unit_kind"), "units and unit_kind", "one of them")
        if entry.unit_kind and entry.unit_kind not in set(file.units.frame["kind"]):
            yield file.fault((*where, "unit_kind"), repr(entry.unit_kind), "a kind of data/units.csv")
        if entry.ends < entry.begins:
            yield file.fault((*where, "ends"), str(entry.ends), f"{entry.begins}, when it begins, or later",
                             code="DZ-O002")  # fmt: skip
        if plan.year not in {entry.begins.year, entry.ends.year}:
            yield file.fault((*where, "begins"), str(entry.begins), f"a day of {plan.year}, as the plan says",
                             code="DZ-O002")  # fmt: skip
        yield from wrong_moves(file, (*where, "steps"), entry.steps, PLAN_MOVES, order="plan", since=plan.adopted,
                               cause="planned")  # fmt: skip


def wrong_report(file: File, report: SelfReport, _: Mapping[int, object]) -> Iterator[Fault]:
    """Find paragraphs of duties that there are not, objections out of their time, and steps that cannot be."""
    for number, paragraph in enumerate(report.paragraphs):
        yield from file.held_duty(paragraph.duty, ("paragraphs", number))
    yield from wrong_moves(file, ("steps",), report.steps, REPORT_MOVES, order="self_report")
    posted = [(step.date, step.due) for step in report.steps if step.state == "posted"]
    for number, step in enumerate(report.steps):
        if step.state == "posted" and step.due is None:
            yield file.fault(("steps", number), "posted without due", "the last day for objections")
        open_until = report.steps[number - 1].due if number and report.steps[number - 1].state == "posted" else None
        if step.state == "submitted" and open_until is not None and step.date <= open_until:
            yield file.fault(("steps", number, "date"), str(step.date),
                             f"a day after {open_until}, until when objections are taken", code="DZ-O002")  # fmt: skip
    for number, objection in enumerate(report.objections):
        if not any(begin <= objection.date <= (end or objection.date) for begin, end in posted):
            yield file.fault(("objections", number, "date"), str(objection.date), "a day on which it was posted",
                             code="DZ-O002")  # fmt: skip
    if report.state_on(dt.date.max) == "submitted":
        for number, objection in enumerate(report.objections):
            if objection.decided is None:
                yield file.fault(("objections", number), f"{objection.id}, which nobody decided",
                                 "what was decided, before it is submitted", code="DZ-O002")  # fmt: skip
    yield from changed(
        file,
        "paragraphs",
        "paragraphs",
        report.approved_as,
        report.seal,
        "put back what was approved, or enter a new draft: a step `drafted`",
    )
