"""Self-evaluations: what claims, papers, audits and reminders are held to beside their form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from analysis.messages import Fault
from analysis.workspace.ledger.file import File, Place
from analysis.workspace.ledger.holding.moves import changed, wrong_moves
from analysis.workspace.ledger.self_evaluations import EVALUATION_MOVES, Claim, SelfEvaluation

if TYPE_CHECKING:
    from analysis.workspace.catalogue import Indicator


def wrong_evaluation(file: File, evaluation: SelfEvaluation, claims: Mapping[int, Claim]) -> Iterator[Fault]:
    """Find what a self-evaluation leaves out, steps that cannot be, and audits of claims that there are not."""
    yield from file.held_unit(evaluation.evaluator, ("evaluator",))
    for at, claim in claims.items():
        yield from _wrong_claim(file, claim, at, evaluation)
    if not evaluation.steps and evaluation.submitted is None:
        yield file.fault(("submitted",), "neither submitted nor steps", "the day that it was handed in, or its steps")
    if evaluation.steps and evaluation.submitted is not None:
        yield file.fault(("submitted",), "submitted beside steps", "one of them: a step says when it was handed in")
    first = evaluation.submitted or (evaluation.steps[0].date if evaluation.steps else None)
    if first is not None and first.year < evaluation.year:
        place: Place = ("submitted",) if evaluation.submitted else ("steps", 0, "date")
        yield file.fault(place, str(first), f"a day of {evaluation.year} or later",
                         "nobody evaluates a year before it began", "DZ-O002")  # fmt: skip
    yield from wrong_moves(file, ("steps",), evaluation.steps, EVALUATION_MOVES, order="self_evaluation")
    for number, step in enumerate(evaluation.steps):
        if step.state in {"returned", "withdrawn"} and step.note is None:
            what = {"returned": "a return", "withdrawn": "a withdrawal"}[step.state]
            yield file.fault(("steps", number), f"{what} without a note", "a note that says why")
    yield from _wrong_evidence_of_papers(file, evaluation, claims)
    yield from _wrong_audits(file, evaluation, {each.id for each in claims.values()})
    yield from _wrong_reminders(file, evaluation)
    if evaluation.approved_as and len(claims) == len(file.node.get("claims", ())):  # else their faults are said already
        whole = evaluation.model_copy(update={"claims": tuple(claims.values())})
        yield from changed(
            file,
            "claims",
            "papers, answers and claims",
            evaluation.approved_as,
            whole.seal,
            "put back what was approved; to change it, `duzheng selfeval withdraw` and `return` it",
        )


def _wrong_reminders(file: File, evaluation: SelfEvaluation) -> Iterator[Fault]:
    """Find reminders of others, of the time before anything was asked for, and a second one on a day."""
    first = evaluation.steps[0].date if evaluation.steps else evaluation.submitted
    known = set()
    for number, each in enumerate(evaluation.reminders):
        where: Place = ("reminders", number)
        yield from file.held_unit(each.to, (*where, "to"))
        if each.kind == "hand_in" and each.to != evaluation.unit:
            yield file.fault((*where, "to"), repr(each.to), f"{evaluation.unit}, which has to hand in")
        if first is not None and each.date < first:
            yield file.fault((*where, "date"), str(each.date), f"{first}, when it was asked for, or later",
                             code="DZ-O002")  # fmt: skip
        if (each.to, each.kind, each.date) in known:
            yield file.fault(where, f"a second reminder of {each.to} on {each.date}", "one a day")
        known.add((each.to, each.kind, each.date))


def _wrong_evidence_of_papers(file: File, evaluation: SelfEvaluation, claims: Mapping[int, Claim]) -> Iterator[Fault]:
    """Find papers that stand twice, and names of papers that were not handed in, where any were."""
    papers = [each.id for each in evaluation.papers]
    for number, paper in enumerate(papers):
        if paper in papers[:number]:
            yield file.fault(("papers", number, "id"), f"id: {paper}, a second time", "an id that stands once")
    points = [each.point for each in evaluation.answers]
    for number, point in enumerate(points):
        if point in points[:number]:
            yield file.fault(("answers", number, "point"), f"point: {point}, a second time", "one answer a point")
    if not papers:
        return
    named: list[tuple[Place, tuple[str, ...]]] = [(("claims", at), claim.evidence) for at, claim in claims.items()]
    named += [(("answers", number), answer.evidence) for number, answer in enumerate(evaluation.answers)]
    for where, evidence in named:
        for number, each in enumerate(evidence):
            if each not in papers:
                yield file.fault((*where, "evidence", number), repr(each), f"one of the papers: {', '.join(papers)}",
                                 "enter the paper under `papers`, or name another")  # fmt: skip


def _wrong_audits(file: File, evaluation: SelfEvaluation, claims: set[str]) -> Iterator[Fault]:
    submitted = evaluation.last_submitted
    for number, audit in enumerate(evaluation.audits):
        where: Place = ("audits", number)
        if audit.claim not in claims:
            yield file.fault((*where, "claim"), repr(audit.claim), "the id of a claim of this file")
        yield from file.held_unit(audit.department, (*where, "department"))
        if submitted is not None and audit.asked < submitted and not evaluation.earlier:
            yield file.fault((*where, "asked"), str(audit.asked), f"{submitted}, when it was handed in, or later",
                             code="DZ-O002")  # fmt: skip
        if (audit.answered is None) != (audit.flag is None):
            yield file.fault(where, "answered without flag" if audit.answered else "a flag without answered",
                             "both, or neither until the department answers")  # fmt: skip
        if audit.due is not None and audit.due < audit.asked:
            yield file.fault((*where, "due"), str(audit.due), f"{audit.asked}, when it was asked, or later",
                             code="DZ-O002")  # fmt: skip
        if audit.answered is not None and audit.answered < audit.asked:
            yield file.fault((*where, "answered"), str(audit.answered), f"{audit.asked}, when it was asked, or later",
                             code="DZ-O002")  # fmt: skip
        if audit.flag == "objected" and audit.note is None:
            yield file.fault(where, "an objection without a note", "a note that says why")


def _wrong_claim(file: File, claim: Claim, at: int, evaluation: SelfEvaluation) -> Iterator[Fault]:
    """Find what a claim leaves out, says twice, or cannot know."""
    where: Place = ("claims", at)
    yield from file.subject(claim, where)
    yield from file.held_duty(claim.duty, where)
    yield from file.held_unit(claim.of, (*where, "of"))
    if len(claim.given) != 1:
        yield file.fault(where, " and ".join(claim.given) or "no value", "one of value, change, growth, direction")
    elif (claim.base_year is None) != (claim.given == ("value",)):
        found = f"base_year: {claim.base_year}" if claim.base_year else "no base_year"
        yield file.fault((*where, claim.given[0]), found, "a base_year for a comparison, and none for a value")
    if claim.base_year is not None and claim.base_year >= claim.year:
        yield file.fault((*where, "base_year"), str(claim.base_year), f"a year before {claim.year}")
    submitted = evaluation.last_submitted
    if submitted is not None and claim.year > submitted.year:
        yield file.fault((*where, "year"), str(claim.year), f"{submitted.year} or earlier",
                         "a figure cannot be claimed before its year began", "DZ-O002")  # fmt: skip
    if (claim.index or claim.coefficient) and claim.given and claim.given != ("value",):
        yield file.fault((*where, claim.given[0]), f"a {claim.given[0]} of an index", "a value",
                         "a change between two samples has an error of its own")  # fmt: skip
    yield from _rounded(file, claim, where)
    if claim.tolerance is not None and claim.direction in {"up", "down"}:
        yield file.fault((*where, "tolerance"), f"a tolerance of {claim.direction}", "none, or direction: steady")
    if claim.indicator in file.catalogue:
        yield from _measured(file, claim, where, file.catalogue[claim.indicator])


def _rounded(file: File, claim: Claim, where: Place) -> Iterator[Fault]:
    """Find roundings that no number is printed with: they would let a unit set by how much it may be wrong."""
    if claim.rounded_to is not None and (claim.number is None or claim.number % claim.rounded_to):
        found = f"{claim.number} rounded to {claim.rounded_to}"
        yield file.fault((*where, "rounded_to"), found, "a multiple of it")
    elif claim.rounded_to is not None and claim.rounded_to.normalize().as_tuple().digits != (1,):
        yield file.fault((*where, "rounded_to"), str(claim.rounded_to), "a power of ten, as numbers are printed")
    if claim.rounded_to is not None and claim.tolerance is not None:
        yield file.fault((*where, "tolerance"), "rounded_to and tolerance", "one of them")


def _measured(file: File, claim: Claim, where: Place, indicator: Indicator) -> Iterator[Fault]:
    measure = "%" if claim.growth is not None else indicator.measure["zh-Hans"]
    if claim.measure not in {"", measure}:
        yield file.fault((*where, "measure"), repr(claim.measure), repr(measure),
                         "convert the number; rounded_to says how coarsely it was printed", "DZ-I002")  # fmt: skip
    if indicator.kind == "flag" and (claim.value is None or claim.value not in {0, 1}):
        yield file.fault((*where, *claim.given[:1]), str(claim.number), "1 for yes or 0 for no")
