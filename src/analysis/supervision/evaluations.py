"""Self-evaluations on their way: asked for, handed in, returned, checked, audited, approved, published, withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import DuzhengError, Fault, Texts
from analysis.supervision.points import form_of, forms
from analysis.supervision.responsibilities import department_of
from analysis.supervision.year import office_year
from analysis.workspace.ledger import DEMO, FOLDER, Claim, SelfEvaluation, editing
from analysis.workspace.ledger.self_evaluations import Earlier, EvaluationState, EvaluationStep
from analysis.workspace.ledger.writing import node_of
from analysis.workspace.yaml_files import line_of, read_yaml

if TYPE_CHECKING:
    from analysis.supervision.handed import Handed
    from analysis.workspace import Workspace

BOOK: Final = "self_evaluations"


def evaluator_of(workspace: Workspace, evaluator: str = "") -> str:
    """Give who evaluates: as asked, or else the one unit above those that memos are about.

    Raises
    ------
    DuzhengError
        DZ-U001 if there is no such unit, or several are above and none was named.
    """
    units, settings = workspace.units, workspace.settings
    if evaluator:
        if evaluator not in units.frame.index:
            raise DuzhengError(Fault("DZ-U001", found=repr(evaluator), expected="an id of data/units.csv"))
        return evaluator
    there = units.at(settings.boundaries, settings.unit_kind)
    above = dict.fromkeys(parent for parent in there["parent"] if isinstance(parent, str))
    if len(above) != 1:
        found = f"{len(above)} units above those of kind {settings.unit_kind}"
        raise DuzhengError(Fault("DZ-U001", found=found, expected="one, or --evaluator"))
    return next(iter(above))


def evaluated(workspace: Workspace, evaluator: str = "") -> list[str]:
    """Give those who evaluate themselves for an evaluator: below it, of a kind that a form is for; in their order."""
    above = evaluator_of(workspace, evaluator)
    kinds = {kind for form in forms(workspace).forms for kind in form.kinds}
    there = workspace.units.at(workspace.settings.boundaries)
    return [str(unit) for unit in there.index if there.at[unit, "parent"] == above and there.at[unit, "kind"] in kinds]


def request(
    workspace: Workspace, *, year: int, on: dt.date, by: str, evaluator: str = "", units: Sequence[str] = (),
    due: dt.date | None = None, synthetic: bool = False,
) -> list[str]:  # fmt: skip
    """Ask units for their self-evaluations of a year: the yearly notice.

    Parameters
    ----------
    workspace
        The workspace.
    year
        The year of evaluation.
    on, by
        When and by whom the notice is sent.
    evaluator
        Who asks; the unit above if empty.
    units
        Who is asked; all below the evaluator that a form is for, if empty.
    due
        By when; as the rule set `office_year` says, if not given.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    list of str
        Who was asked.

    Raises
    ------
    DuzhengError
        DZ-U001 for a unit that is not below the evaluator; DZ-O003 for one that was asked already; DZ-O002 for a time
        limit before the notice. Nothing is written then.
    """
    above = evaluator_of(workspace, evaluator)
    known = evaluated(workspace, above)
    unknown = [each for each in units if each not in known]
    if unknown:
        raise DuzhengError(*(
            Fault("DZ-U001", found=repr(each), expected=f"one of those that {above} evaluates: {', '.join(known)}")
            for each in unknown
        ))  # fmt: skip
    limit = due or office_year(workspace).self_evaluation.due.of(year)
    chosen = list(dict.fromkeys(units)) or known
    faults: list[Fault] = []
    with editing(workspace, synthetic=synthetic) as ledger:
        for unit in chosen:
            form = form_of(workspace, unit)
            source: Texts = {
                "zh-Hans": f"{workspace.units.name(unit, 'zh-Hans')}{year}年{form.title['zh-Hans'].removeprefix('年')}",
                "en": f"{form.title.get('en', form.title['zh-Hans'])} of {workspace.units.name(unit, 'en')}, {year}",
            }
            step = EvaluationStep(state="requested", date=on, by=by, due=limit)
            asked = SelfEvaluation(unit=unit, year=year, evaluator=above, source=source, synthetic=synthetic,
                                   steps=(step,))  # fmt: skip
            try:
                ledger.new(BOOK, f"{unit}-{year}", asked)
            except DuzhengError as error:
                faults += error.faults
        if faults:
            raise DuzhengError(*faults)
    return chosen


def submit(
    workspace: Workspace, handed: Handed, *, unit: str, year: int, on: dt.date, by: str, evaluator: str = "",
    synthetic: bool = False,
) -> None:  # fmt: skip
    """Enter what a unit handed in; a version that came back is kept beside the new one.

    What departments said of a claim stays with it as long as the same is claimed; of others it is kept beside the
    earlier claims, and they are asked again.

    Parameters
    ----------
    workspace
        The workspace.
    handed
        What its form says (:func:`analysis.supervision.handed.read_form`).
    unit, year
        Whose, and of which year.
    on, by
        When and by whom it was handed in.
    evaluator
        Who asked for it; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if nobody asked for it, or another evaluator did; DZ-O002 if it is not its turn; DZ-O001 for claims that
        cannot stand.
    """
    stem = f"{unit}-{year}"
    with editing(workspace, synthetic=synthetic) as ledger:
        node = ledger.open(BOOK, stem)
        before = evaluation_of(workspace, unit, year, evaluator=evaluator_of(workspace, evaluator), synthetic=synthetic)
        if before.last_submitted is not None:
            ledger.add(BOOK, stem, "earlier", Earlier(
                submitted=before.last_submitted, papers=before.papers, answers=before.answers, claims=before.claims,
                audits=before.audits,
            ))  # fmt: skip
        for name in ("papers", "answers", "claims"):
            node[name] = [node_of(each) for each in getattr(handed, name)]
        if before.audits:
            same = {each.id for each in handed.claims if _said(each) in map(_said, before.claims)}
            node["audits"] = [each for each in node["audits"] if each["claim"] in same]
        ledger.add(BOOK, stem, "steps", EvaluationStep(state="submitted", date=on, by=by))


def _said(claim: Claim) -> dict[str, Any]:
    """Give what is claimed, whatever the words and the papers are."""
    return claim.model_dump(exclude={"text", "evidence", "note", "point", "duty"})


@dataclass(frozen=True)
class Decided:
    """A step that was decided.

    Parameters
    ----------
    unit, state
        Whose self-evaluation comes into which state: ``returned``, ``checked``, ``audited``, ``approved``,
        ``published`` or ``withdrawn``.
    note, claims
        Why, and which claims a return is about; a return and a withdrawal must say why.
    due
        By when what is returned has to be corrected; as the rule set `office_year` says, if not given.
    seen
        The self-evaluation that it was decided on; not held to anything if None.
    """

    unit: str
    state: EvaluationState
    note: Texts | None = None
    claims: tuple[str, ...] = ()
    due: dt.date | None = None
    seen: SelfEvaluation | None = None


def move(
    workspace: Workspace, steps: Iterable[Decided], *, year: int, on: dt.date, by: str, evaluator: str = "",
    synthetic: bool = False,
) -> None:  # fmt: skip
    """Take the steps that were decided, all of them or none; an approval keeps the SHA-256 of what it approves.

    Parameters
    ----------
    workspace
        The workspace.
    steps
        One a unit.
    year
        The year of evaluation.
    on, by
        When, and who decided it.
    evaluator
        Who asked for them; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O002 for a step that cannot follow, or while departments have not answered; DZ-O003 if there is no such
        self-evaluation, another evaluator asked for it, or it is no longer as it was seen; DZ-O001 for claims that
        there are not, and for what must say why and does not.
    """
    above = evaluator_of(workspace, evaluator)
    faults: list[Fault] = []
    with editing(workspace, synthetic=synthetic) as ledger:
        for each in steps:
            try:
                found = evaluation_of(workspace, each.unit, year, evaluator=above, synthetic=synthetic)
            except DuzhengError as error:
                faults += error.faults
                continue
            faults += _hindered(workspace, each, found, file_of(each.unit, year, synthetic=synthetic))
            due = each.due
            if each.state == "returned" and due is None:
                due = on + dt.timedelta(days=office_year(workspace).self_evaluation.correction.days)
            ledger.add(BOOK, f"{each.unit}-{year}", "steps", EvaluationStep(
                state=each.state, date=on, by=by, note=each.note, claims=each.claims, due=due,
                sha256=found.seal if each.state == "approved" else ""))  # fmt: skip
        if faults:
            raise DuzhengError(*faults)


def _hindered(workspace: Workspace, step: Decided, found: SelfEvaluation, file: str) -> Iterator[Fault]:
    """Say what hinders a step beside its order, which the ledger itself is held to."""
    if step.seen is not None and step.seen != found:
        yield Fault("DZ-O003", file=file, found="a self-evaluation that was changed in the meantime",
                    expected="as it was checked", hint="nothing was written; give the command again")  # fmt: skip
    known = [each.id for each in found.claims]
    for claim in step.claims:
        if claim not in known:
            yield Fault("DZ-O001", file=file, column="claims", found=repr(claim),
                        expected=f"one of {', '.join(known) or 'no claims'}")  # fmt: skip
    objected = [f"{each.department} on {each.claim}" for each in found.audits if each.flag == "objected"]
    if step.state == "approved" and objected and step.note is None:
        yield Fault("DZ-O002", file=file, column="audits", found=f"objections of {', '.join(objected)}",
                    expected="a note that says how they were settled", hint="give --note")  # fmt: skip
    asked = {each.claim for each in found.audits}
    passed = [each.id for each in found.claims if each.id not in asked
              and department_of(workspace, each) not in {"", found.unit}]  # fmt: skip
    if step.state == "audited" and passed:
        yield Fault("DZ-O002", file=file, column="audits", hint="`duzheng selfeval ask` asks",
                    found=f"claims that no department was asked about: {', '.join(passed)}",
                    expected="an audit of every claim that a department can audit")  # fmt: skip
    nobody = [each.id for each in found.claims if not department_of(workspace, each)]
    if step.state == "audited" and nobody and step.note is None:
        yield Fault("DZ-O002", file=file, column="audits", hint="name it in responsibilities.yaml, or give --note",
                    found=f"claims that no department can audit: {', '.join(nobody)}",
                    expected="a department for their topic, or a note that says who looked at them")  # fmt: skip
    waiting = [at for at, each in enumerate(found.audits) if each.answered is None]
    if step.state == "audited" and waiting:
        node = read_yaml(workspace.root / file, file)
        for at in waiting:
            audit = found.audits[at]
            yield Fault("DZ-O002", file=file, line=line_of(node, ("audits", at)), column=f"audits.{at}",
                        found=f"no answer of {audit.department} on {audit.claim}",
                        expected="an answer to every audit that was asked for",
                        hint="`duzheng selfeval answer` enters one; cannot_tell is one too")  # fmt: skip


def evaluation_of(
    workspace: Workspace, unit: str, year: int, *, evaluator: str | None = None, synthetic: bool = False
) -> SelfEvaluation:
    """Give the self-evaluation of a unit.

    Parameters
    ----------
    workspace
        The workspace.
    unit, year
        Whose, and of which year.
    evaluator
        Who must have asked for it; whoever did, if None.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is none, or another evaluator asked for it.
    """
    found = workspace.ledger_of(synthetic=synthetic).self_evaluations.get((unit, year))
    if found is None:
        raise DuzhengError(
            Fault("DZ-O003", file=file_of(unit, year, synthetic=synthetic), found="no such file",
                  expected="a self-evaluation that was asked for", hint="`duzheng selfeval notice` asks for them")
        )  # fmt: skip
    if evaluator is not None and (asked_by := _asked_by(workspace, found)) != evaluator:
        file = file_of(unit, year, synthetic=synthetic)
        raise DuzhengError(
            Fault("DZ-O003", file=file, line=line_of(read_yaml(workspace.root / file, file), ("evaluator",)),
                  column="evaluator", found=f"{asked_by}, who asked for it", expected=evaluator,
                  hint="--evaluator says whose it is")
        )  # fmt: skip
    return found


def evaluations_of(
    workspace: Workspace, year: int, *, evaluator: str = "", synthetic: bool = False
) -> Iterator[SelfEvaluation]:
    """Give the self-evaluations of a year that an evaluator (the unit above if empty) asked for, by unit."""
    above = evaluator_of(workspace, evaluator)
    there = workspace.ledger_of(synthetic=synthetic).of_year(year)
    yield from (each for each in there if _asked_by(workspace, each) == above)


def _asked_by(workspace: Workspace, evaluation: SelfEvaluation) -> str:
    return evaluation.evaluator or workspace.units.parent(evaluation.unit) or ""


def file_of(unit: str, year: int, *, synthetic: bool = False) -> str:
    """Name the file of a self-evaluation, as it lies in the workspace."""
    return f"{DEMO if synthetic else FOLDER}/{BOOK}/{unit}-{year}.yaml"
