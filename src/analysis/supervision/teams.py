"""Teams: who goes on an inspection, what they declared, who may not inspect which unit, and what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, get_args

from analysis.messages import DuzhengError, Fault, in_columns
from analysis.supervision.inspection_rules import InspectionRules, inspection_rules
from analysis.workspace.ledger import Inspection, Member, editing
from analysis.workspace.ledger.inspections import Interest, Role
from analysis.workspace.ledger.writing import node_of
from analysis.workspace.yaml_files import check_entry

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.ledger.inspections import Relation

BOOK: Final = "inspections"
#: A member and a unit that they may not inspect a row. ``reason`` is ``own`` (they work for the unit, or one below it),
#: ``worked`` (they did, not long enough ago), ``relative``, ``advised``, ``other``, or ``undeclared``: then for all.
CONFLICTS: Final = ("member", "name_zh", "name_en", "role", "unit", "reason", "until")
#: What is missing before it can go on site: ``of`` is team or joint.
LACKING: Final = ("of", "unit", "found", "expected")


def enlist(
    workspace: Workspace, name: str, members: Iterable[Member], *, evaluator: str = "", synthetic: bool = False
) -> None:
    """Add members to the team of an inspection.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such inspection; DZ-O001 for an id that stands twice or a second leader; DZ-U001 for a
        unit that there is not; DZ-O002 if it was concluded.
    """
    from analysis.supervision.inspections import inspection_of

    with editing(workspace, synthetic=synthetic) as ledger:
        found = inspection_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
        _refuse_concluded(found, ledger.folder)
        for each in members:
            ledger.add(BOOK, name, "team", each)


def members_in(rows: Iterable[Mapping[str, Any]], file: str) -> Iterator[Member]:
    """Read members from the rows of a table: id, name_zh, name_en, role, body_zh, body_en, unit; ``row`` for messages.

    Raises
    ------
    DuzhengError
        DZ-O001 with every fault of the rows.
    """
    faults: list[Fault] = []
    found: list[Member] = []
    for row in rows:
        entry: dict[str, Any] = {key: row[key] for key in ("id", "role", "unit") if row.get(key)}
        for key in ("name", "body"):
            texts = {"zh-Hans": row.get(f"{key}_zh"), "en": row.get(f"{key}_en")}
            if any(texts.values()):
                entry[key] = {language: text for language, text in texts.items() if text}
        try:
            found.append(check_entry(Member, entry, file, code="DZ-O001"))
        except DuzhengError as error:
            faults += [Fault(each.code, file=file, row=row.get("row"), column=each.column, found=each.found,
                             expected=each.expected, hint=each.hint) for each in error.faults]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    yield from found


def declare(
    workspace: Workspace, name: str, members: Sequence[str],
    interests: Iterable[tuple[str, Relation, dt.date | None]] = (), *, on: dt.date, evaluator: str = "",
    synthetic: bool = False,
) -> None:  # fmt: skip
    """Enter what members declared: a relation to each unit that there is one to, or none at all.

    Parameters
    ----------
    workspace
        The workspace.
    name, members
        The inspection, and the ids of those who declare the same.
    interests
        Unit, relation, and the last day of what is over; none for somebody who has no interests.
    on
        When.
    evaluator
        Who inspects; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such inspection; DZ-O001 if nobody of the team has that id; DZ-U001 for a unit that there
        is not; DZ-O002 if it was concluded. What was declared before is replaced; the history keeps it.
    """
    from analysis.supervision.inspections import inspection_of

    declared = list(interests)
    with editing(workspace, synthetic=synthetic) as ledger:
        found = inspection_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
        _refuse_concluded(found, ledger.folder)
        file = f"{ledger.folder}/{BOOK}/{name}.yaml"
        team = {str(each["id"]): each for each in ledger.open(BOOK, name).get("team", [])}
        _hold_members(members, found, file)
        for member in members:
            mine = team[member]
            mine["declared"] = dt.date(on.year, on.month, on.day)  # one of its own: YAML knows anchors
            mine["interests"] = [
                node_of(check_entry(Interest, {"unit": unit, "relation": relation, "until": until}, file,
                                    code="DZ-O001"))
                for unit, relation, until in declared
            ]  # fmt: skip
            if not mine["interests"]:
                del mine["interests"]


def dismiss(
    workspace: Workspace, name: str, members: Sequence[str], *, evaluator: str = "", synthetic: bool = False
) -> None:
    """Take members out of the team of an inspection, so that others can take their place.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such inspection; DZ-O001 if nobody of the team has that id, or a finding names them;
        DZ-O002 if it was concluded.
    """
    from analysis.supervision.inspections import inspection_of

    with editing(workspace, synthetic=synthetic) as ledger:
        found = inspection_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
        _refuse_concluded(found, ledger.folder)
        _hold_members(members, found, f"{ledger.folder}/{BOOK}/{name}.yaml")
        node = ledger.open(BOOK, name)
        for at in reversed(range(len(node["team"]))):
            if str(node["team"][at]["id"]) in members:
                del node["team"][at]


def _hold_members(members: Sequence[str], inspection: Inspection, file: str) -> None:
    """Refuse ids that nobody of a team has, all of them at once."""
    known = [each.id for each in inspection.team]
    expected = f"one of {', '.join(known) or 'none'}"
    faults = [Fault("DZ-O001", file=file, column="team", found=repr(each), expected=expected)
              for each in members if each not in known]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)


def _refuse_concluded(inspection: Inspection, folder: str) -> None:
    if any(step.state in {"concluded", "dropped"} for step in inspection.steps):
        raise DuzhengError(
            Fault("DZ-O002", file=f"{folder}/{BOOK}/{inspection.id}.yaml", column="steps",
                  found=inspection.steps[-1].state, expected="an inspection that is not over")
        )  # fmt: skip


def conflicts(workspace: Workspace, inspection: Inspection) -> pd.DataFrame:
    """Give who may not inspect which unit.

    Parameters
    ----------
    workspace
        The workspace; its rule set `inspections` says for how many years somebody who worked for a unit stays away.
    inspection
        The inspection.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`CONFLICTS`, in the order of the team. What a member declared as ``other`` is one as well: people
        who think that it is none take it out, and the history says who did.
    """
    import pandas as pd

    rules = inspection_rules(workspace)
    rows = [row for member in inspection.team for row in _against(workspace, inspection, member, rules)]
    return pd.DataFrame(rows, columns=list(CONFLICTS)).astype(dict.fromkeys(CONFLICTS, "str"))


def _against(
    workspace: Workspace, inspection: Inspection, member: Member, rules: InspectionRules
) -> Iterator[dict[str, Any]]:
    units = workspace.units

    def within(unit: str | None, above: str) -> bool:
        return unit is not None and (unit == above or within(units.parent(unit), above))

    about = {"member": member.id, **in_columns("name", member.name), "role": member.role, "until": ""}
    for unit in inspection.units:
        if member.declared is None:
            yield {**about, "unit": unit, "reason": "undeclared"}
        if member.unit and within(member.unit, unit):
            yield {**about, "unit": unit, "reason": "own"}
        for each in member.interests:
            if each.unit != unit and not within(each.unit, unit):
                continue
            over = each.until is not None and _years_later(each.until, rules.team.interests.years) < inspection.begins
            if not (each.relation in {"worked", "advised"} and over):
                reason = "own" if each.relation == "works" else each.relation
                yield {**about, "unit": unit, "reason": reason, "until": str(each.until or "")}


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def without_conflict(workspace: Workspace, inspection: Inspection, unit: str) -> frozenset[str]:
    """Give the ids of those who may inspect a unit."""
    found = conflicts(workspace, inspection)
    return frozenset(each.id for each in inspection.team) - {*found.loc[found["unit"] == unit, "member"]}


def lacking(workspace: Workspace, inspection: Inspection, *, day: dt.date | None = None) -> pd.DataFrame:
    """Give what is missing before an inspection can go on site.

    Parameters
    ----------
    workspace
        The workspace.
    inspection
        The inspection.
    day
        The day on which it goes there: what is declared later is not declared yet. Any, if not given.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`LACKING`: roles that the rule set asks for and that nobody without a conflict fills, at each
        unit; members who declared nothing; and of a special evaluation of departments the joint bodies that the rule
        set names.
    """
    import pandas as pd

    rules = inspection_rules(workspace)
    rows = [{"of": "team", "unit": "", "found": f"nothing declared by {member.id}",
             "expected": "what interests there are, or that there are none"}
            for member in inspection.team if member.declared is None or (day and member.declared > day)]  # fmt: skip
    for unit in inspection.units:
        free = without_conflict(workspace, inspection, unit)
        for role in get_args(Role):
            there = sum(member.role == role and member.id in free for member in inspection.team)
            if there < rules.team.roles.of(role):
                rows.append({"of": "team", "unit": unit, "found": f"{there} of role {role} free to inspect {unit}",
                             "expected": f"{rules.team.roles.of(role)} at least"})  # fmt: skip
    departments = any(workspace.units.kind(unit) == "department" for unit in inspection.units)
    if inspection.kind == "special" and departments:
        there_are = {each.kind for each in inspection.joint}
        rows += [{"of": "joint", "unit": "", "found": f"no {kind}", "expected": "it takes part, by the measures"}
                 for kind in rules.team.joint.kinds if kind not in there_are]  # fmt: skip
    return pd.DataFrame(rows, columns=list(LACKING)).astype(dict.fromkeys(LACKING, "str"))
