"""Rectification: items opened from opinions, step by step to their closing, what is overdue and what is proposed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import LANGUAGES, DuzhengError, Fault, Texts, in_columns
from analysis.supervision.evaluations import evaluator_of
from analysis.supervision.inspection_rules import InspectionRules, after, inspection_rules
from analysis.supervision.opinions import opinion_of
from analysis.supervision.others import scope
from analysis.workspace.ledger import Access, Item, Paper, Rectification, State, editing
from analysis.workspace.ledger.rectification import WITH_THE_OFFICE, Step
from analysis.workspace.ledger.writing import node_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Editing

BOOK: Final = "rectification"
#: An item a row. ``turn`` is whose turn it is: unit, office, or nobody's when it is closed; ``next_due`` is by when
#: that next step is asked for, by the item's own time limit or the rules of the office; ``days`` are those to it, less
#: than none when it is over; ``proposed`` is what the rule of escalation proposes, and nothing more.
STANDING: Final = (
    "unit", "item", "problem_zh", "problem_en", "duty", "owner_zh", "owner_en", "opened", "due", "state", "since",
    "returns", "turn", "next_due", "days", "overdue", "proposed", "file", "access",
)  # fmt: skip
#: What was done that a step needs papers for.
_WITH_PAPERS: Final = frozenset({"reported", "re_inspected"})
#: Steps that the unit does not take itself.
_OF_THE_OFFICE: Final = frozenset({"fed_back", "plan_accepted", "re_inspected", "closed", "returned"})


def open_items(
    workspace: Workspace, items: Iterable[Item], *, unit: str, evaluator: str = "", synthetic: bool = False
) -> list[str]:
    """Enter items of a unit, in the file of the year that they are opened in; give their ids.

    Raises
    ------
    DuzhengError
        DZ-U001 for a unit that there is not or that is not below the evaluator; DZ-O001 for an id that stands twice or
        a problem without evidence; DZ-O002 for a time limit before it was opened. Nothing is written then.
    """
    _hold_unit(workspace, unit, evaluator)
    names = []
    with editing(workspace, synthetic=synthetic) as ledger:
        for item in items:
            stem = f"{unit}-{item.opened.year}"
            if not ledger.is_there(BOOK, stem):
                ledger.new(BOOK, stem, Rectification(unit=unit, year=item.opened.year, synthetic=synthetic))
            ledger.add(BOOK, stem, "items", item)
            names.append(item.id)
    return names


def _hold_unit(workspace: Workspace, unit: str, evaluator: str) -> None:
    if unit not in scope(workspace, evaluator):
        above = evaluator_of(workspace, evaluator)
        raise DuzhengError(Fault("DZ-U001", found=repr(unit), expected=f"{above}, or a unit below it",
                                 hint="data/units.csv has the ids"))  # fmt: skip


def open_from(
    workspace: Workspace, *, inspection: str, unit: str, on: dt.date, evaluator: str = "", synthetic: bool = False
) -> list[str]:
    """Open an item for each problem of an opinion that was issued; give their ids.

    Parameters
    ----------
    workspace
        The workspace.
    inspection, unit
        Of which inspection, and whose opinion.
    on
        When they are opened.
    evaluator
        Whose opinion; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no opinion; DZ-O002 if it was not issued by then; DZ-O001 if its items were opened already.

    Notes
    -----
    An item has the evidence of its problem, rests on the opinion, and takes owner and time limit from the first request
    that names the problem. The unit has been told by the opinion: the item is fed back on the same day. It is
    ``internal`` until the opinion is published.
    """
    opinion = opinion_of(workspace, inspection=inspection, unit=unit, evaluator=evaluator, synthetic=synthetic)
    issued = next((step for step in opinion.steps if step.state == "issued" and step.date <= on), None)
    if issued is None:
        raise DuzhengError(
            Fault("DZ-O002", file=f"opinions/{inspection}-{unit}.yaml", column="steps",
                  found=opinion.state_on(on) or "no draft", expected=f"an opinion that was issued by {on}")
        )  # fmt: skip
    access: Access = "public" if opinion.state_on(on) == "published" else "internal"
    items = []
    for problem in opinion.problems:
        request = next(each for each in opinion.requests if problem.id in each.problems)
        items.append(Item(
            id=f"{inspection}-{problem.id}", opened=on, problem=problem.text, duty=problem.duty, topic=problem.topic,
            evidence=problem.evidence, rests_on=(f"opinion/{inspection}/{problem.id}",), owner=request.owner,
            due=request.due, measures=(request.text,), access=access,
            steps=(Step(state="fed_back", date=on, by=issued.by),),
        ))  # fmt: skip
    return open_items(workspace, items, unit=unit, evaluator=evaluator, synthetic=synthetic)


def step(
    workspace: Workspace, state: State, *, unit: str, item: str, on: dt.date, by: str, due: dt.date | None = None,
    note: Texts | None = None, papers: Sequence[Path] = (), evaluator: str = "", synthetic: bool = False,
) -> None:  # fmt: skip
    """Take a step of an item.

    Parameters
    ----------
    workspace
        The workspace.
    state
        What it comes into.
    unit, item
        Whose, and its id.
    on, by
        When, and who decided it.
    due
        Of what is returned, the new time limit.
    note
        What there is to remember; of a return the reasons, of a closing what the office saw.
    papers
        Files that go with it: their names and SHA-256 are kept, they stay with the office.
    evaluator
        Whose ledger; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such item; DZ-O002 for a step that cannot follow; DZ-O001 for a report or re-inspection
        without papers, a return or closing without a note, and a step of the office that the unit signs; DZ-T001 for a
        file that cannot be read.
    """
    _hold_unit(workspace, unit, evaluator)
    file = f"{BOOK}/{unit}"
    missing = [
        Fault("DZ-O001", file=file, column=f"{item}.papers", found=f"{state} without papers",
              expected="files that show it")
        for _ in (1,) if state in _WITH_PAPERS and not papers
    ] + [
        Fault("DZ-O001", file=file, column=f"{item}.note", found=f"{state} without a note",
              expected="what the office saw, and why")
        for _ in (1,) if state in {"returned", "closed"} and note is None
    ] + [
        Fault("DZ-O001", file=file, column=f"{item}.by", found=f"{state} by {by}", expected="somebody of the office",
              hint="nobody verifies themselves")
        for _ in (1,) if state in _OF_THE_OFFICE and _is_unit(workspace, unit, by)
    ]  # fmt: skip
    if missing:
        raise DuzhengError(*missing)
    taken = Step(state=state, date=on, by=by, due=due, note=note, papers=tuple(_papers(papers)))
    with editing(workspace, synthetic=synthetic) as ledger:
        node = _node(workspace, ledger, unit, item, synthetic=synthetic)
        node.setdefault("steps", []).append(node_of(taken))


def _is_unit(workspace: Workspace, unit: str, by: str) -> bool:
    """Tell whether a step is signed with the name of the unit itself."""
    units = workspace.units
    names = {units.name(unit, language, short=short) for language in LANGUAGES for short in (False, True)}
    return by.strip() in {unit, *names}


def _papers(files: Sequence[Path]) -> Iterator[Paper]:
    for number, file in enumerate(files, start=1):
        if not file.is_file():
            raise DuzhengError(Fault("DZ-T001", file=file.name, found="no such file", expected="a readable file"))
        yield Paper(id=f"paper-{number}", title={"zh-Hans": file.stem}, file=file.name,
                    sha256=hashlib.sha256(file.read_bytes()).hexdigest())  # fmt: skip


def _node(workspace: Workspace, ledger: Editing, unit: str, item: str, *, synthetic: bool) -> Any:
    """Give the node of an item in its file, to be changed in place."""
    there = workspace.ledger_of(synthetic=synthetic).rectification.get(unit, ())
    found = next((each for each in there if each.id == item), None)
    stems = [f"{unit}-{found.opened.year}", unit] if found else []
    for stem in (each for each in stems if ledger.is_there(BOOK, each)):
        node = next((each for each in ledger.open(BOOK, stem).get("items", []) if str(each["id"]) == item), None)
        if node is not None:
            return node
    known = ", ".join(each.id for each in there)
    raise DuzhengError(
        Fault("DZ-O003", file=f"{ledger.folder}/{BOOK}/{unit}.yaml", found=f"no item {item!r}",
              expected=f"one of {known or 'none'}")
    )  # fmt: skip


def standing(
    workspace: Workspace, *, day: dt.date, units: Sequence[str] = (), evaluator: str = "", synthetic: bool = False
) -> pd.DataFrame:
    """Give where all items stand on a day, whose turn it is, and what is proposed for those that are overdue.

    Parameters
    ----------
    workspace
        The workspace.
    day
        The day that is spoken of.
    units
        Whose; all below the evaluator if empty.
    evaluator
        Whose ledger; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`STANDING`, by unit and in the order of the items.

    Notes
    -----
    An item is overdue when it is the unit's turn and the day of its next step is over: its time limit, or before that
    the day by which its plan was asked for. What the office owes by its own rule, a look at what was reported, has a
    day as well, and ``days`` says by how much it is late with that; the item is not overdue then.
    What is ``proposed`` comes of the rule set alone; people decide, and what they decide is a
    row of the register of measures.
    """
    import pandas as pd

    rules, within = inspection_rules(workspace), scope(workspace, evaluator)
    there = workspace.ledger_of(synthetic=synthetic).rectification
    rows = [
        _row(unit, item, day, rules) for unit, items in sorted(there.items())
        if unit in within and (not units or unit in units) for item in items if item.opened <= day
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(STANDING))
    types = dict.fromkeys(STANDING, "str") | {"returns": "int64", "days": "Int64", "overdue": "bool"}
    return frame.astype(types)


def _row(unit: str, item: Item, day: dt.date, rules: InspectionRules) -> dict[str, Any]:
    taken, state = item.steps_by(day), item.state_on(day)
    since = taken[-1].date if taken else item.opened
    turn, next_due = _turn(item, state, since, day, rules)
    overdue = turn == "unit" and next_due is not None and next_due < day
    late = (day - next_due).days if overdue and next_due is not None else 0
    return {
        "unit": unit, "item": item.id, **in_columns("problem", item.problem), "duty": item.duty,
        **in_columns("owner", item.owner), "opened": str(item.opened), "due": str(item.due_on(day)), "state": state,
        "since": str(since), "returns": sum(each.state == "returned" for each in taken), "turn": turn,
        "next_due": str(next_due or ""), "days": (next_due - day).days if next_due else None, "overdue": overdue,
        "proposed": (rules.rectification.escalation.at(late) or "") if overdue else "",
        "file": f"{BOOK}/{unit}-{item.opened.year}", "access": item.access,
    }  # fmt: skip


def _turn(item: Item, state: State, since: dt.date, day: dt.date, rules: InspectionRules) -> tuple[str, dt.date | None]:
    """Give whose turn it is, and by when the next step is asked for."""
    if state == "closed":
        return "", None
    if state in WITH_THE_OFFICE:
        return "office", after(since, rules.rectification.re_inspection)
    if state == "opened":
        return "office", item.due_on(day)
    plan = after(since, rules.rectification.plan)
    return "unit", min(plan, item.due_on(day)) if state == "fed_back" else item.due_on(day)
