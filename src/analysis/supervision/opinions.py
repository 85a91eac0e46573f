"""Opinions: drafted from what was found, told to the unit, answered by it, approved, issued and published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import DuzhengError, Fault, Texts, Words, in_columns
from analysis.supervision.evaluations import evaluator_of
from analysis.supervision.inspection_rules import after, inspection_rules
from analysis.supervision.inspections import inspection_of
from analysis.supervision.opinion_drafts import of_figures, of_site, requests_of
from analysis.supervision.teams import without_conflict
from analysis.workspace.ledger import Found, Inspection, Opinion, editing
from analysis.workspace.ledger.entries import may_be_read
from analysis.workspace.ledger.opinions import OpinionState, OpinionStep, Outcome, Reply
from analysis.workspace.yaml_files import check_entry

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.run_tables import RunTables
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Editing

WORDS: Final = Words("analysis.supervision")
BOOK: Final = "opinions"
#: An opinion a row. ``state`` and ``due`` are those of the day (``due`` of a preliminary opinion is the last day for a
#: reply); ``open`` are replies that nobody decided yet.
COLUMNS: Final = (
    "inspection", "unit", "title_zh", "title_en", "number", "state", "since", "due", "achievements", "practices",
    "problems", "requests", "replies", "open",
)  # fmt: skip


def draft(
    workspace: Workspace, *, inspection: str, unit: str, on: dt.date, by: str, tables: RunTables | None = None,
    evaluator: str = "", synthetic: bool = False,
) -> Opinion:  # fmt: skip
    """Draft the opinion on a unit that was inspected; people go on from there in its file.

    Parameters
    ----------
    workspace
        The workspace.
    inspection, unit
        The inspection, and the unit.
    on, by
        When it is drafted, and by whom.
    tables
        Of a run: what its figures say is drafted as well.
    evaluator
        Whose inspection; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    Opinion
        With the findings of the inspection at the unit, those of the figures, and a request for each problem.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such inspection, or an opinion already; DZ-O001 if it was not at the unit.
    """
    above = evaluator_of(workspace, evaluator)
    with editing(workspace, synthetic=synthetic) as ledger:
        of = inspection_of(workspace, inspection, evaluator=above, synthetic=synthetic)
        if unit not in of.units:
            raise DuzhengError(Fault("DZ-O001", found=repr(unit), expected=f"one of {', '.join(of.units)}"))
        mine = [each for each in of.found if each.unit == unit and each.date <= on]
        _refuse_interested(workspace, of, mine, f"{ledger.folder}/inspections/{inspection}.yaml")
        good, bad = of_site(mine)
        if tables is not None:
            more_good, more_bad = of_figures(workspace, tables, unit=unit, inspection=of)
            good, bad = [*good, *more_good], [*bad, *more_bad]
        title = WORDS.both("opinions", "title", unit=workspace.units.names(unit), inspection=of.title)
        drafted = Opinion(
            inspection=inspection, unit=unit, evaluator=above, year=of.year, title=title, synthetic=synthetic,
            achievements=tuple(good), problems=tuple(bad),
            requests=tuple(requests_of(workspace, bad, unit=unit, on=on)),
            steps=(OpinionStep(state="drafted", date=on, by=by),),
        )  # fmt: skip
        ledger.new(BOOK, f"{inspection}-{unit}", drafted)
    return drafted


def _refuse_interested(workspace: Workspace, inspection: Inspection, found: Sequence[Found], file: str) -> None:
    """Refuse findings that only members signed who have an interest in the unit, as they declared afterwards."""
    faults = [
        Fault("DZ-O001", file=file, column=f"found.{each.id}.by", found=f"{', '.join(each.by)}, who have an interest",
              expected="somebody without one", hint="`duzheng inspection conflicts` lists them")
        for each in found if not {*each.by} & without_conflict(workspace, inspection, each.unit)
    ]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)


def opinion_of(
    workspace: Workspace, *, inspection: str, unit: str, evaluator: str = "", synthetic: bool = False
) -> Opinion:
    """Give an opinion (DZ-O003 if there is none, or it is another evaluator's)."""
    found = workspace.ledger_of(synthetic=synthetic).opinions.get((inspection, unit))
    if found is None or (evaluator and found.evaluator != evaluator_of(workspace, evaluator)):
        whose = f"an opinion of {found.evaluator}" if found else "no such file"
        raise DuzhengError(
            Fault("DZ-O003", file=f"{BOOK}/{inspection}-{unit}.yaml", found=whose,
                  expected="an opinion of the evaluator", hint="`duzheng opinion draft` writes one")
        )  # fmt: skip
    return found


def step(
    workspace: Workspace, state: OpinionState, *, inspection: str, unit: str, on: dt.date, by: str,
    due: dt.date | None = None, number: str = "", note: Texts | None = None, evaluator: str = "",
    synthetic: bool = False,
) -> None:  # fmt: skip
    """Take a step: ``drafted`` (by hand), ``preliminary``, ``approved``, ``issued``, ``published``, ``withdrawn``.

    An approval keeps the SHA-256 of what it approves: from then on the opinion stays as it is until there is a new
    draft, of which the unit has to be told again.

    Parameters
    ----------
    workspace
        The workspace.
    state
        The state that it comes into; ``replied`` is entered by :func:`reply`.
    inspection, unit
        Of which inspection, on whom.
    on, by
        When, and who decided it.
    due
        Of the preliminary opinion, the last day for a reply: as the rule set `inspections` says, or later.
    number
        Of one that is issued, its number as a document.
    note
        What there is to remember.
    evaluator
        Whose opinion; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no opinion; DZ-O002 for a step that cannot follow, a preliminary opinion before the
        inspection was concluded, or an approval while the unit may still reply or a reply was not decided; DZ-O001 for
        an opinion that says nothing, or a problem of which nothing is requested.
    """
    above = evaluator_of(workspace, evaluator)
    least = after(on, inspection_rules(workspace).opinion.reply)
    if state == "preliminary":
        due = least if due is None else due
        if due < least:
            raise DuzhengError(Fault("DZ-O002", file=f"{BOOK}/{inspection}-{unit}.yaml", column="due", found=str(due),
                                     expected=f"{least} or later: so long the unit may reply"))  # fmt: skip
    if number and state != "issued":
        raise DuzhengError(Fault("DZ-O001", file=f"{BOOK}/{inspection}-{unit}.yaml", column="number", found=number,
                                 expected=f"no number when it is {state}: it has one when it is issued"))  # fmt: skip
    with editing(workspace, synthetic=synthetic) as ledger:
        found = opinion_of(workspace, inspection=inspection, unit=unit, evaluator=above, synthetic=synthetic)
        if state in {"preliminary", "approved"}:
            _refuse_unfinished(found, f"{ledger.folder}/{BOOK}/{inspection}-{unit}.yaml")
        stem = f"{inspection}-{unit}"
        ledger.add(BOOK, stem, "steps", OpinionStep(
            state=state, date=on, by=by, due=due, note=note, sha256=found.seal if state == "approved" else ""
        ))  # fmt: skip
        if number:
            ledger.open(BOOK, stem)["number"] = number
        if state in {"published", "withdrawn"}:
            _open_up(workspace, ledger, found, public=state == "published")


def _open_up(workspace: Workspace, ledger: Editing, opinion: Opinion, *, public: bool) -> None:
    """Let everybody read the items that an opinion asked for once it is published, and no longer if it is withdrawn."""
    under = f"opinion/{opinion.inspection}/"
    items = workspace.ledger_of(synthetic=opinion.synthetic).rectification.get(opinion.unit, ())
    years = {item.opened.year for item in items if any(each.startswith(under) for each in item.rests_on)}
    for stem in (f"{opinion.unit}-{year}" for year in sorted(years)):
        nodes = ledger.open("rectification", stem)["items"] if ledger.is_there("rectification", stem) else []
        for node in (each for each in nodes if any(str(name).startswith(under) for name in each.get("rests_on", []))):
            if public and node.get("access") == "internal":
                del node["access"]
            elif not public and "access" not in node:
                node["access"] = "internal"


def _refuse_unfinished(opinion: Opinion, file: str) -> None:
    asked = {name for each in opinion.requests for name in each.problems}
    faults = [
        Fault("DZ-O001", file=file, column="requests", found=f"nothing requested for {each.id}",
              expected="a request with a time limit for each problem")
        for each in opinion.problems if each.id not in asked
    ]  # fmt: skip
    if not opinion.problems and not opinion.achievements:
        faults.append(Fault("DZ-O001", file=file, column="problems", found="neither achievements nor problems",
                            expected="what was found"))  # fmt: skip
    if faults:
        raise DuzhengError(*faults)


def reply(
    workspace: Workspace, text: Texts, *, inspection: str, unit: str, on: dt.date, by: str,
    problems: Sequence[str] = (), evaluator: str = "", synthetic: bool = False,
) -> str:  # fmt: skip
    """Enter what the unit replied to the preliminary opinion, and give its id.

    Parameters
    ----------
    workspace
        The workspace.
    text
        What it says.
    inspection, unit
        Of which inspection, and who replies.
    on, by
        When it came, and who signed it.
    problems
        Ids of the problems that it is about; the whole opinion if none.
    evaluator
        Whose opinion; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no opinion; DZ-O002 if its time limit is over, or it was not told yet; DZ-O001 for problems
        that there are not, and a reply that says nothing.
    """
    above = evaluator_of(workspace, evaluator)
    stem = f"{inspection}-{unit}"
    with editing(workspace, synthetic=synthetic) as ledger:
        found = opinion_of(workspace, inspection=inspection, unit=unit, evaluator=above, synthetic=synthetic)
        name = f"reply-{len(found.replies) + 1}"
        given = {"id": name, "date": on, "by": by, "problems": tuple(problems), "text": text}
        ledger.add(BOOK, stem, "replies",
                   check_entry(Reply, given, f"{ledger.folder}/{BOOK}/{stem}.yaml", code="DZ-O001"))  # fmt: skip
        if found.steps[-1].state == "preliminary":
            ledger.add(BOOK, stem, "steps", OpinionStep(state="replied", date=on, by=by))
    return name


def decide(
    workspace: Workspace, name: str, outcome: Outcome, reasons: Texts, *, inspection: str, unit: str, on: dt.date,
    by: str, evaluator: str = "", synthetic: bool = False,
) -> None:  # fmt: skip
    """Enter what was decided of a reply: accepted, partly, or rejected, with the reasons.

    What was accepted is changed in the opinion by people, who then enter a new draft.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no opinion; DZ-O001 if there is no such reply, or it was decided already; DZ-O002 for a day
        before it came.
    """
    above = evaluator_of(workspace, evaluator)
    stem = f"{inspection}-{unit}"
    with editing(workspace, synthetic=synthetic) as ledger:
        opinion_of(workspace, inspection=inspection, unit=unit, evaluator=above, synthetic=synthetic)
        there = ledger.open(BOOK, stem).get("replies", [])
        found = next((each for each in there if each["id"] == name and not each.get("outcome")), None)
        if found is None:
            open_ = ", ".join(str(each["id"]) for each in there if not each.get("outcome"))
            raise DuzhengError(
                Fault("DZ-O001", file=f"{ledger.folder}/{BOOK}/{stem}.yaml", column="replies", found=repr(name),
                      expected=f"one that is open: {open_ or 'there is none'}")
            )  # fmt: skip
        found |= {"outcome": outcome, "decided": dict(reasons), "decided_on": on, "decided_by": by}


def opinions(
    workspace: Workspace, *, day: dt.date, year: int | None = None, evaluator: str = "", synthetic: bool = False,
    public: bool = False, restricted: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Give the opinions of an evaluator as they stand on a day.

    Parameters
    ----------
    workspace
        The workspace.
    day
        The day that is spoken of.
    year
        Only those of inspections of one year.
    evaluator
        Whose; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.
    public
        Whether only those are given that were published by then.
    restricted
        Whether also those are given of inspections that not everybody in the office may read.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, by inspection and unit.
    """
    import pandas as pd

    above = evaluator_of(workspace, evaluator)
    ledger = workspace.ledger_of(synthetic=synthetic)
    rows = [
        _standing(each, day) for _, each in sorted(ledger.opinions.items())
        if each.evaluator == above and (year is None or each.year == year) and each.state_on(day)
        and (not public or each.state_on(day) == "published")
        and may_be_read(ledger.inspections[each.inspection].access_on(day), public=public, restricted=restricted)
    ]  # fmt: skip
    counts = ("achievements", "practices", "problems", "requests", "replies", "open")
    types = dict.fromkeys(COLUMNS, "str") | dict.fromkeys(counts, "int64")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(types)


def _standing(opinion: Opinion, day: dt.date) -> dict[str, Any]:
    taken = [step for step in opinion.steps if step.date <= day]
    replies = [each for each in opinion.replies if each.date <= day]
    return {
        "inspection": opinion.inspection, "unit": opinion.unit, **in_columns("title", opinion.title),
        "number": opinion.number if any(step.state == "issued" for step in taken) else "",
        "state": taken[-1].state, "since": str(taken[-1].date),
        "due": str(taken[-1].due or ""), "achievements": len(opinion.achievements),
        "practices": sum(each.practice for each in opinion.achievements), "problems": len(opinion.problems),
        "requests": len(opinion.requests), "replies": len(replies),
        "open": sum(each.decided_on is None or each.decided_on > day for each in replies),
    }  # fmt: skip
