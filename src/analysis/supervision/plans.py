"""Plans: who is evaluated in a year, how, when and by whom; and how far the year is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import LANGUAGES, DuzhengError, Fault, Texts, Words, in_columns, listed
from analysis.supervision.evaluations import evaluated, evaluator_of
from analysis.supervision.points import forms
from analysis.supervision.year import OfficeYear, office_year
from analysis.workspace.ledger import Access, Plan, PlanEntry, editing
from analysis.workspace.ledger.entries import may_be_read
from analysis.workspace.ledger.plans import PlanKind, PlanState, PlanStep
from analysis.workspace.ledger.writing import node_of
from analysis.workspace.yaml_files import check_entry

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.rules import Sourced

WORDS: Final = Words("analysis.supervision")
BOOK: Final = "plans"
#: An entry a row. ``units`` is how many are evaluated (``units_zh`` and ``units_en`` name them), ``done`` how many of
#: them were; of a self-evaluation those whose bulletin may be published, and ``handed_in`` those that were handed in.
#: ``state`` is planned, begun, done, dropped or overdue.
PROGRESS: Final = (
    "entry", "kind", "title_zh", "title_en", "units", "units_zh", "units_en", "handed_in", "done", "begins", "ends",
    "state", "since", "owner_zh", "owner_en", "basis_zh", "basis_en", "access",
)  # fmt: skip


def draft(
    workspace: Workspace, *, year: int, on: dt.date, by: str, evaluator: str = "", synthetic: bool = False
) -> Plan:
    """Write the plan of a year: what every year asks for; visits are added (:func:`add`) by those who decide them.

    Parameters
    ----------
    workspace
        The workspace.
    year
        The year of the plan.
    on, by
        When it is adopted, and by whom.
    evaluator
        Whose plan; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    Plan
        With the self-evaluations of each kind of unit that a form is for, monitoring, a survey for each questionnaire
        of the workspace, the self-report to the unit above, and publication. What the rule set `office_year` sets no
        day for takes the whole year.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is one already; DZ-F004 if a rule set is not there.
    """
    above = evaluator_of(workspace, evaluator)
    entries = tuple(_entries(workspace, office_year(workspace), year, above))
    plan = Plan(evaluator=above, year=year, adopted=on, by=by, synthetic=synthetic, entries=entries)
    with editing(workspace, synthetic=synthetic) as ledger:
        ledger.new(BOOK, f"{above}-{year}", plan)
    return plan


def _entries(workspace: Workspace, rule: OfficeYear, year: int, above: str) -> Iterator[PlanEntry]:
    from analysis.surveys import questionnaires

    name = workspace.units.names(above)
    owner = WORDS.both("plan", "owner", unit=name)
    whole = (dt.date(year, 1, 1), dt.date(year, 12, 31))
    asked = rule.self_evaluation
    judged = asked.due.of(year) + dt.timedelta(days=asked.correction.days + asked.audit.days)

    def entry(
        kind: PlanKind, title: Texts, days: tuple[dt.date, dt.date], *, of: str = "", basis: Texts | None = None,
        unit_kind: str = "",
    ) -> PlanEntry:  # fmt: skip
        named = "-".join(part for part in (kind.replace("_", "-"), of) if part)
        return PlanEntry(id=named, kind=kind, title=title, unit_kind=unit_kind, begins=days[0], ends=days[1],
                         owner=owner, basis=basis)  # fmt: skip

    kinds = {workspace.units.kind(unit) for unit in evaluated(workspace, above)}
    for form in forms(workspace).forms:
        for kind in (each for each in form.kinds if each in kinds):
            yield entry("self_evaluation", form.title, (asked.noticed.of(year), asked.due.of(year)), of=kind,
                        basis=basis_of(workspace, asked.due), unit_kind=kind)  # fmt: skip
    yield entry("monitoring", WORDS.both("plan", "monitoring"), whole)
    sheets = [each.questionnaire for each in questionnaires(workspace).values() if each.questionnaire.wave <= year]
    newest = {each.id: each for each in sorted(sheets, key=lambda each: each.wave)}
    for code, sheet in sorted(newest.items()):
        said = "survey" if sheet.wave == year else "survey_again"
        yield entry("survey", WORDS.both("plan", said, title=sheet.title), whole, of=code)
    yield entry("report", WORDS.both("plan", "report", unit=name),
                (rule.self_report.noticed.of(year), rule.self_report.submitted.of(year)),
                basis=basis_of(workspace, rule.self_report.submitted))  # fmt: skip
    yield entry("publication", WORDS.both("plan", "publication", year=year), (judged, max(judged, whole[1])))


def basis_of(workspace: Workspace, rule: Sourced) -> Texts | None:
    """Name the source of a time limit; None for the office's own choice."""
    if rule.source not in workspace.sources.index:
        return None
    zh, en = (workspace.sources.at[rule.source, column] for column in ("work_zh", "work_en"))
    return {"zh-Hans": str(zh), "en": str(en)} if isinstance(en, str) else {"zh-Hans": str(zh)}


def add(
    workspace: Workspace, name: str, *, year: int, kind: PlanKind, title: Texts, begins: dt.date, ends: dt.date,
    owner: Texts, units: Sequence[str] = (), unit_kind: str = "", basis: Texts | None = None, access: Access = "public",
    evaluator: str = "", synthetic: bool = False,
) -> None:  # fmt: skip
    """Add an entry to the plan of a year.

    Parameters
    ----------
    workspace
        The workspace.
    name
        Its id, once in the plan.
    year
        The year of the plan.
    kind, title
        How somebody is evaluated, or what else is planned, and what it is called.
    begins, ends
        The first and the last day.
    owner, basis
        Who does it, and what asks for it.
    units, unit_kind
        Who is evaluated: units below the evaluator, or all of a kind right below it. None where it is drawn later.
    access
        Who may read it: a visit that is not announced is not ``public``.
    evaluator
        Whose plan; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no plan; DZ-U001 for units that there are not or that are not below the evaluator; DZ-O001
        for an id that stands twice, and a kind of which there is no unit; DZ-O002 for one that ends before it begins or
        lies in another year. Nothing is written then.
    """
    above = evaluator_of(workspace, evaluator)
    with editing(workspace, synthetic=synthetic) as ledger:
        at = len(ledger.open(BOOK, f"{above}-{year}").get("entries", []))
        file = f"{ledger.folder}/{BOOK}/{above}-{year}.yaml"
        given = {"id": name, "kind": kind, "title": title, "units": tuple(units), "unit_kind": unit_kind,
                 "begins": begins, "ends": ends, "owner": owner, "basis": basis, "access": access}  # fmt: skip
        ledger.add(BOOK, f"{above}-{year}", "entries",
                   check_entry(PlanEntry, given, file, where=("entries", at), code="DZ-O001"))  # fmt: skip
        if unit_kind in set(workspace.units.frame["kind"]) and not _of_kind(workspace, above, unit_kind):
            raise DuzhengError(Fault("DZ-O001", file=file, column=f"entries.{at}.unit_kind", found=repr(unit_kind),
                                     expected=f"a kind of units right below {above}"))  # fmt: skip


def step(
    workspace: Workspace, state: PlanState, *, entry: str, year: int, on: dt.date, by: str, evaluator: str = "",
    note: Texts | None = None, synthetic: bool = False,
) -> None:  # fmt: skip
    """Enter that an entry of the plan was begun, done or dropped.

    Parameters
    ----------
    workspace
        The workspace.
    state
        What it is now.
    entry, year
        Its id, and the year of the plan.
    on, by
        When, and who says so.
    evaluator
        Whose plan; the unit above if empty.
    note
        What there is to remember.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no plan; DZ-O001 if it has no such entry; DZ-O002 for a step that cannot follow.
    """
    above = evaluator_of(workspace, evaluator)
    with editing(workspace, synthetic=synthetic) as ledger:
        node = ledger.open(BOOK, f"{above}-{year}")
        found = next((each for each in node.get("entries", []) if each["id"] == entry), None)
        if found is None:
            known = ", ".join(str(each["id"]) for each in node.get("entries", []))
            raise DuzhengError(Fault("DZ-O001", file=f"{ledger.folder}/{BOOK}/{above}-{year}.yaml", column="entries",
                                     found=repr(entry), expected=f"one of {known}"))  # fmt: skip
        found.setdefault("steps", []).append(node_of(PlanStep(state=state, date=on, by=by, note=note)))


def plan_of(workspace: Workspace, *, year: int, evaluator: str = "", synthetic: bool = False) -> Plan:
    """Give the plan of a year (DZ-O003 if there is none)."""
    above = evaluator_of(workspace, evaluator)
    found = workspace.ledger_of(synthetic=synthetic).plans.get((above, year))
    if found is None:
        raise DuzhengError(Fault("DZ-O003", file=f"{BOOK}/{above}-{year}.yaml", found="no such file",
                                 expected="the plan of the year", hint="`duzheng plan draft` writes one"))  # fmt: skip
    return found


def progress(
    workspace: Workspace, *, year: int, day: dt.date, evaluator: str = "", synthetic: bool = False,
    public: bool = False, restricted: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Give how far the plan of a year is on a day.

    Parameters
    ----------
    workspace
        The workspace.
    year, day
        The year of the plan, and the day that is spoken of.
    evaluator
        Whose plan; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.
    public
        Whether only those entries are given that everybody may read: no visit that is not announced.
    restricted
        Whether also those are given that not everybody in the office may read.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`PROGRESS`, in the order of the plan.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no plan.

    Notes
    -----
    Self-evaluations are counted in their own ledger: an entry of them that has no step of its own is done when all may
    be published, and is overdue when after its last day one was not handed in.
    """
    import pandas as pd

    plan = plan_of(workspace, year=year, evaluator=evaluator, synthetic=synthetic)
    entries = [each for each in plan.entries if may_be_read(each.access, public=public, restricted=restricted)]
    rows = [_standing(workspace, plan, each, day, synthetic=synthetic) for each in entries]
    types = dict.fromkeys(PROGRESS, "str") | dict.fromkeys(("units", "handed_in", "done"), "int64")
    return pd.DataFrame(rows, columns=list(PROGRESS)).astype(types)


def _standing(workspace: Workspace, plan: Plan, entry: PlanEntry, day: dt.date, *, synthetic: bool) -> dict[str, Any]:
    units = list(entry.units) or _of_kind(workspace, plan.evaluator, entry.unit_kind)
    taken = [each for each in entry.steps if each.date <= day]
    state, late = entry.state_on(day), entry.overdue_on(day)
    handed = done = len(units) if state == "done" else 0
    since = str(taken[-1].date) if taken else ""
    if entry.kind == "self_evaluation":
        ledger = workspace.ledger_of(synthetic=synthetic)
        there = [each for unit in units if (each := ledger.self_evaluations.get((unit, plan.year)))]
        handed = sum(each.handed_in_by(day) for each in there)
        done = sum(each.public_on(day) for each in there)
        asked = any(each.state_on(day) for each in there)
        state = state or ("done" if units and done == len(units) else "begun" if asked else "")
        late = late and handed < len(units)
    return {
        "entry": entry.id, "kind": entry.kind, **in_columns("title", entry.title), "units": len(units),
        **in_columns("units", _named(workspace, units)),
        "handed_in": handed, "done": done, "begins": str(entry.begins), "ends": str(entry.ends),
        "state": "overdue" if late and state not in {"done", "dropped"} else state or "planned", "since": since,
        **in_columns("owner", entry.owner), **in_columns("basis", entry.basis), "access": entry.access,
    }  # fmt: skip


def _named(workspace: Workspace, units: Sequence[str]) -> Texts:
    names = {language: [workspace.units.name(unit, language) for unit in units] for language in LANGUAGES}
    return {language: listed(some, language) for language, some in names.items()}


def _of_kind(workspace: Workspace, above: str, kind: str) -> list[str]:
    """Give the units of a kind right below a unit, on the workspace's boundaries."""
    if not kind:
        return []
    there = workspace.units.at(workspace.settings.boundaries, kind)
    return [str(unit) for unit in there.index if there.at[unit, "parent"] == above]
