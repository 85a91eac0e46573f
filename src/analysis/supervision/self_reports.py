"""Self-reports: what a government reports to the one above on its own duties, merged from what departments say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.messages import DuzhengError, Fault, Texts, Words
from analysis.supervision.evaluations import evaluator_of
from analysis.supervision.merging import merged
from analysis.supervision.year import OfReports, office_year
from analysis.workspace.ledger import Access, Ledger, SelfReport, editing
from analysis.workspace.ledger.plans import Objection, ReportState, ReportStep
from analysis.workspace.ledger.writing import node_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.ledger.monitored import Monitored
    from analysis.workspace import Workspace

WORDS: Final = Words("analysis.supervision")
BOOK: Final = "self_reports"


@dataclass(frozen=True)
class Length:
    """How long a report is: its characters, the most there may be, and whether a document sets that for its year."""

    characters: int
    most: int | None
    is_set: bool

    @property
    def exceeds(self) -> bool:
        """Whether it is longer than the most."""
        return self.most is not None and self.characters > self.most


@dataclass(frozen=True, eq=False)
class Draft:
    """A draft that was written.

    Parameters
    ----------
    report
        The report as it stands in the ledger.
    left
        What was left out of it, columns :data:`analysis.supervision.merging.LEFT`.
    silent
        The duties that it says nothing on.
    length
        How long it is.
    """

    report: SelfReport
    left: pd.DataFrame
    silent: tuple[str, ...]
    length: Length


def notice(
    workspace: Workspace, *, year: int, on: dt.date, by: str, evaluator: str = "", due: dt.date | None = None,
    synthetic: bool = False,
) -> None:  # fmt: skip
    """Enter that the unit above asked for the report of a year.

    Parameters
    ----------
    workspace
        The workspace.
    year
        The year of the report.
    on, by
        When the notice came, and from whom.
    evaluator
        Who has to report; the unit above those that memos are about, if empty.
    due
        By when; as the rule set `office_year` says, if not given.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if it was entered already; DZ-O002 for a time limit before the notice.
    """
    above = evaluator_of(workspace, evaluator)
    limit = due or office_year(workspace).self_report.submitted.of(year)
    name = workspace.units.names(above)
    report = SelfReport(
        unit=above, year=year, title=WORDS.both("self_report", "title", unit=name, year=year), synthetic=synthetic,
        steps=(ReportStep(state="noticed", date=on, by=by, due=limit),),
    )  # fmt: skip
    with editing(workspace, synthetic=synthetic) as ledger:
        ledger.new(BOOK, f"{above}-{year}", report)


def report_of(workspace: Workspace, *, year: int, evaluator: str = "", synthetic: bool = False) -> SelfReport:
    """Give the self-report of a year (DZ-O003 if there is none)."""
    above = evaluator_of(workspace, evaluator)
    found = workspace.ledger_of(synthetic=synthetic).self_reports.get((above, year))
    if found is None:
        raise DuzhengError(
            Fault("DZ-O003", file=f"{BOOK}/{above}-{year}.yaml", found="no such file",
                  expected="a report that was asked for", hint="`duzheng selfreport notice` enters it")
        )  # fmt: skip
    return found


def draft(
    workspace: Workspace, *, year: int, on: dt.date, by: str, evaluator: str = "", synthetic: bool = False,
    monitored: Monitored | None = None,
) -> Draft:  # fmt: skip
    """Merge what departments say into the draft of the report: a paragraph a duty.

    Parameters
    ----------
    workspace
        The workspace.
    year
        The year of the report, and of the departments' self-evaluations.
    on, by
        When it is drafted, and by whom.
    evaluator
        Who reports; the unit above those that memos are about, if empty.
    synthetic
        Whether this is the ledger of the demonstration.
    monitored
        The figures that claims are held to; computed here if not given.

    Returns
    -------
    Draft
        What was written, and what was left out and why.

    Raises
    ------
    DuzhengError
        DZ-O003 if nobody asked for it; DZ-O002 if it is past drafting; DZ-O001 if it is longer than a document allows
        for its year. Nothing is written then.

    Notes
    -----
    Only self-evaluations that were checked by then are merged, those of the departments of the rule set
    `responsibilities`. A paragraph has the answers to points of its duty for which papers were handed in, then the
    claims that agree with monitored figures and that no finding of others contradicts, all as the departments wrote
    them. It names what it rests on, as unit and claim, or unit and point for an answer. A paragraph is in English only
    where all of its parts are. A draft takes the place of an earlier one.
    """
    above = evaluator_of(workspace, evaluator)
    with editing(workspace, synthetic=synthetic) as ledger:
        node = ledger.open(BOOK, f"{above}-{year}")
        found, left = merged(workspace, year=year, on=on, evaluator=above, synthetic=synthetic, monitored=monitored)
        paragraphs = [each for each in found.values() if each is not None]
        node["paragraphs"] = [node_of(each) for each in paragraphs]
        written = report_of(workspace, year=year, evaluator=above, synthetic=synthetic).model_copy(
            update={"paragraphs": tuple(paragraphs)}
        )
        size = length(written, office_year(workspace).self_report)
        _refuse_longer(size, f"{ledger.folder}/{BOOK}/{above}-{year}.yaml")
        ledger.add(BOOK, f"{above}-{year}", "steps", ReportStep(state="drafted", date=on, by=by))
    silent = tuple(duty for duty, each in found.items() if each is None)
    return Draft(report_of(workspace, year=year, evaluator=above, synthetic=synthetic), left, silent, size)


def length(report: SelfReport, limits: OfReports) -> Length:
    """Hold the length of a report to the limit of its year.

    Parameters
    ----------
    report
        The report; what is counted are characters of its Chinese paragraphs without spaces.
    limits
        The limits of the rule set `office_year`.

    Returns
    -------
    Length
        For a year for which no document is known the limit is one to be reminded of, and not ``is_set``.
    """
    longest, is_set = limits.longest(report.year)
    return Length(report.characters, longest.most if longest is not None else None, is_set)


def _refuse_longer(size: Length, file: str) -> None:
    if size.exceeds and size.is_set:
        raise DuzhengError(
            Fault("DZ-O001", file=file, column="paragraphs", found=f"{size.characters:,} characters",
                  expected=f"{size.most:,} at most, as the document of the year says", hint="shorten the text")
        )  # fmt: skip


def untied(report: SelfReport, ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Give the paragraphs that rest on nothing, by duty, with what they name in vain.

    Parameters
    ----------
    report
        The report.
    ledger
        The ledger that its self-evaluations stand in.

    Returns
    -------
    dict
        Empty where each paragraph names claims of self-evaluations of its year, or answers for which papers were handed
        in, and nothing else.
    """
    found: dict[str, tuple[str, ...]] = {}
    for paragraph in report.paragraphs:
        vain = tuple(each for each in paragraph.claims if not _stands(each, report.year, ledger))
        if vain or not paragraph.claims:
            found[paragraph.duty] = vain
    return found


def _stands(reference: str, year: int, ledger: Ledger) -> bool:
    unit, _, name = reference.rpartition("/")
    evaluation = ledger.self_evaluations.get((unit, year))
    if evaluation is None:
        return False
    return any(claim.id == name for claim in evaluation.claims) or any(
        answer.point == name and answer.evidence for answer in evaluation.answers
    )


def step(
    workspace: Workspace, state: ReportState, *, year: int, on: dt.date, by: str, evaluator: str = "",
    due: dt.date | None = None, note: Texts | None = None, synthetic: bool = False,
) -> None:  # fmt: skip
    """Take a step: ``drafted`` for a text that people change in its file, ``approved``, ``posted`` or ``submitted``.

    An approval keeps the SHA-256 of what it approves: from then on the text stays as it is, until there is a new draft.

    Parameters
    ----------
    workspace
        The workspace.
    state
        The state that it comes into.
    year
        The year of the report.
    on, by
        When, and who decided it.
    evaluator
        Who reports; the unit above those that memos are about, if empty.
    due
        Of what is posted, the last day for objections; as the rule set `office_year` says, if not given.
    note
        What there is to remember.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no report; DZ-O002 for a step that cannot follow, a submission before objections were
        decided or while they can be made, or an approval of what rests on self-evaluations that were not approved;
        DZ-O001 for a text that is approved without evidence for each paragraph, without paragraphs, or longer than a
        document allows.
    """
    above = evaluator_of(workspace, evaluator)
    limits = office_year(workspace).self_report
    if state == "posted" and due is None:
        due = on + dt.timedelta(days=limits.objections.days)
    with editing(workspace, synthetic=synthetic) as ledger:
        report = report_of(workspace, year=year, evaluator=above, synthetic=synthetic)
        file = f"{ledger.folder}/{BOOK}/{above}-{year}.yaml"
        if state in {"drafted", "approved"}:
            _refuse_longer(length(report, limits), file)
        if state == "approved":
            _refuse_untied(report, workspace.ledger_of(synthetic=synthetic), file)
            _refuse_unapproved(report, workspace.ledger_of(synthetic=synthetic), on, file)
        ledger.add(BOOK, f"{above}-{year}", "steps", ReportStep(
            state=state, date=on, by=by, due=due, note=note, sha256=report.seal if state == "approved" else ""
        ))  # fmt: skip


def _refuse_untied(report: SelfReport, ledger: Ledger, file: str) -> None:
    faults = [
        Fault("DZ-O001", file=file, column=f"paragraphs.{duty}", found=", ".join(vain) or "a paragraph on nothing",
              expected="claims of self-evaluations of the year, or answers with papers, as unit/claim or unit/point")
        for duty, vain in untied(report, ledger).items()
    ]  # fmt: skip
    if not report.paragraphs:
        faults = [Fault("DZ-O001", file=file, column="paragraphs", found="none", expected="a text",
                        hint="`duzheng selfreport draft` merges one")]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)


def _refuse_unapproved(report: SelfReport, ledger: Ledger, on: dt.date, file: str) -> None:
    """Refuse a text that rests on what may not be published yet: it would be, once the report is posted."""
    units = dict.fromkeys(each.rpartition("/")[0] for paragraph in report.paragraphs for each in paragraph.claims)
    found = {unit: ledger.self_evaluations[unit, report.year] for unit in units}
    faults = [
        Fault("DZ-O002", file=file, column="paragraphs", found=f"claims of {unit}, which is {each.state_on(on)}",
              expected="self-evaluations that were approved by then",
              hint="`duzheng selfeval approve` first, or take its paragraphs out")
        for unit, each in found.items() if not each.public_on(on)
    ]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)


def object_to(
    workspace: Workspace, text: Texts, *, year: int, on: dt.date, evaluator: str = "", access: Access = "internal",
    synthetic: bool = False,
) -> str:  # fmt: skip
    """Enter an objection to what was posted, and give its id.

    Parameters
    ----------
    workspace
        The workspace.
    text
        What it says.
    year, on
        The year of the report, and the day on which the objection came.
    evaluator
        Who reports; the unit above those that memos are about, if empty.
    access
        Who may read it.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no report; DZ-O002 if it was not posted on that day.
    """
    above = evaluator_of(workspace, evaluator)
    with editing(workspace, synthetic=synthetic) as ledger:
        report = report_of(workspace, year=year, evaluator=above, synthetic=synthetic)
        taken = {each.id for each in report.objections}
        name = next(each for number in range(1, len(taken) + 2) if (each := f"objection-{number}") not in taken)
        ledger.add(BOOK, f"{above}-{year}", "objections", Objection(id=name, date=on, text=text, access=access))
    return name


def decide_objection(
    workspace: Workspace, name: str, decided: Texts, *, year: int, evaluator: str = "", synthetic: bool = False
) -> None:
    """Enter what was decided of an objection.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no report; DZ-O001 if there is no such objection, or it was decided already.
    """
    above = evaluator_of(workspace, evaluator)
    with editing(workspace, synthetic=synthetic) as ledger:
        node = ledger.open(BOOK, f"{above}-{year}")
        there = node.get("objections", [])
        found = next((each for each in there if each["id"] == name and not each.get("decided")), None)
        if found is None:
            open_ = ", ".join(str(each["id"]) for each in there if not each.get("decided"))
            raise DuzhengError(
                Fault("DZ-O001", file=f"{ledger.folder}/{BOOK}/{above}-{year}.yaml", column="objections",
                      found=repr(name), expected=f"one that is open: {open_ or 'there is none'}")
            )  # fmt: skip
        found["decided"] = dict(decided)
