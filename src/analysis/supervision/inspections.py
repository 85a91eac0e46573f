"""Inspections: special and comprehensive evaluations, from their preparation to what was found on site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import DuzhengError, Fault, Texts, in_columns
from analysis.supervision.barriers import term_of
from analysis.supervision.evaluations import evaluator_of
from analysis.supervision.points import RULE as POINTS
from analysis.supervision.points import forms
from analysis.supervision.teams import lacking, without_conflict
from analysis.workspace.ledger import Access, Found, Inspection, Question, editing
from analysis.workspace.ledger.entries import DEMO, FOLDER, may_be_read
from analysis.workspace.ledger.inspections import InspectionKind, InspectionState, InspectionStep, Joint, Sampled
from analysis.workspace.yaml_files import check_entry

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

BOOK: Final = "inspections"
#: An inspection and one of its units a row. ``state`` is that of the day, empty before it was prepared; the counts are
#: of questions, members of the team, schools drawn at the unit, and findings there (of them practices and problems).
COLUMNS: Final = (
    "inspection", "kind", "title_zh", "title_en", "unit", "begins", "ends", "state", "since", "term_first",
    "term_last", "questions", "team", "schools", "found", "practices", "problems", "access",
)  # fmt: skip


def prepare(
    workspace: Workspace, name: str, *, kind: InspectionKind, title: Texts, units: Sequence[str], begins: dt.date,
    ends: dt.date, on: dt.date, by: str, topic: Texts | None = None, duties: Sequence[str] = (),
    term: tuple[int, int] | None = None, basis: Texts | None = None, joint: Sequence[Joint] = (),
    access: Access = "public", sampled: Sampled | None = None, evaluator: str = "", synthetic: bool = False,
) -> Inspection:  # fmt: skip
    """Enter an inspection with its set of questions.

    Parameters
    ----------
    workspace
        The workspace.
    name
        Its id, which is the name of its file.
    kind, title
        What it is, and what it is called.
    units
        Who is inspected: units below the evaluator.
    begins, ends
        The days on site.
    on, by
        When it is prepared, and by whom.
    topic
        What a special evaluation is about.
    duties
        The duties that it is about; all if empty. The questions are the points of the forms of its units
        (`evaluation_points`) that belong to them; :func:`ask` adds others.
    term
        The first and the last year that are judged; of a comprehensive one, those of the term of the governments of its
        units, where one is entered and is the same for all.
    basis, joint
        What asks for it, and who takes part beside the office.
    access
        Who may read it before it is on site.
    sampled
        How its units were drawn (:func:`analysis.supervision.draws.units_drawn`), if they were.
    evaluator
        Who inspects; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    Inspection
        As it stands in the ledger.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is one of that name; DZ-U001 for units that there are not or that are not below the evaluator;
        DZ-O001 for a duty that there is not, and a comprehensive one without a term; DZ-O002 for one that ends before
        it begins, or lies outside the term that it judges. Nothing is written then.
    """
    above = evaluator_of(workspace, evaluator)
    if kind == "comprehensive" and term is None:
        terms = {term_of(workspace, unit, begins.year, synthetic=synthetic) for unit in units}
        term = terms.pop() if len(terms) == 1 else None
    given = {
        "id": name, "evaluator": above, "year": begins.year, "kind": kind, "title": title, "topic": topic,
        "term": term, "units": tuple(units), "sampled": sampled, "begins": begins, "ends": ends,
        "basis": basis, "joint": tuple(joint),
        "access": access, "synthetic": synthetic, "questions": tuple(_points(workspace, units, duties)),
        "steps": (InspectionStep(state="prepared", date=on, by=by),),
    }  # fmt: skip
    with editing(workspace, synthetic=synthetic) as ledger:
        entry = check_entry(Inspection, given, f"{ledger.folder}/{BOOK}/{name}.yaml", code="DZ-O001")
        ledger.new(BOOK, name, entry)
    return inspection_of(workspace, name, synthetic=synthetic)


def _points(workspace: Workspace, units: Sequence[str], duties: Sequence[str]) -> Iterator[Question]:
    """Give the points of the forms of the units as questions: those of the duties, each once."""
    known = workspace.units.frame.index
    kinds = {workspace.units.kind(unit) for unit in units if unit in known}
    there = [form for form in forms(workspace).forms if kinds & {*form.kinds}]
    of_all = {head.duty for form in there for head in form.heads} | {
        form.duty(point.id) for form in there for point in form.points
    }
    missing = sorted({*duties} - of_all)
    if missing:
        raise DuzhengError(
            Fault(
                "DZ-O001",
                file=f"data/rules/{POINTS}.yaml",
                column="duties",
                found=", ".join(missing),
                expected=f"of {', '.join(sorted(of_all))}",
            )
        )
    asked: set[str] = set()
    for form in there:
        for point in form.points:
            duty = form.duty(point.id)
            if (not duties or duty in duties) and point.id not in asked:
                asked.add(point.id)
                means = ("papers",) if point.asks == "text" else ("papers", "figures")
                yield Question(id=point.id, duty=duty, text=point.text, means=means)


def inspection_of(workspace: Workspace, name: str, *, evaluator: str = "", synthetic: bool = False) -> Inspection:
    """Give an inspection (DZ-O003 if there is none of that name, or it is another evaluator's)."""
    above = evaluator_of(workspace, evaluator)
    found = workspace.ledger_of(synthetic=synthetic).inspections.get(name)
    if found is None or found.evaluator != above:
        folder = DEMO if synthetic else FOLDER
        raise DuzhengError(
            Fault("DZ-O003", file=f"{folder}/{BOOK}/{name}.yaml", expected=f"an inspection of {above}",
                  found=f"an inspection of {found.evaluator}" if found else "no such file",
                  hint="`duzheng inspection list` shows them")
        )  # fmt: skip
    return found


def ask(
    workspace: Workspace, name: str, questions: Iterable[Question], *, evaluator: str = "", synthetic: bool = False
) -> None:
    """Add questions to the set of an inspection.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such inspection; DZ-O001 for an id that stands twice or a duty that there is not; DZ-I001
        for an indicator that there is not; DZ-O002 if it was on site already.
    """
    with editing(workspace, synthetic=synthetic) as ledger:
        found = inspection_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
        _refuse_later(found, "on_site", ledger.folder, "questions before it is on site")
        for each in questions:
            ledger.add(BOOK, name, "questions", each)


def _refuse_later(inspection: Inspection, state: str, folder: str, expected: str) -> None:
    """Refuse what must come before a state."""
    taken = next((step for step in inspection.steps if step.state == state), None)
    if taken is not None:
        raise DuzhengError(
            Fault("DZ-O002", file=f"{folder}/{BOOK}/{inspection.id}.yaml", column="steps", expected=expected,
                  found=f"{state} since {taken.date}")
        )  # fmt: skip


def step(
    workspace: Workspace, state: InspectionState, *, name: str, on: dt.date, by: str, note: Texts | None = None,
    evaluator: str = "", synthetic: bool = False,
) -> None:  # fmt: skip
    """Take a step: announced, on site, concluded, or dropped.

    Parameters
    ----------
    workspace
        The workspace.
    state
        What it comes into.
    name
        The inspection.
    on, by
        When, and who decided it.
    note
        What there is to remember; of one that is dropped the reason.
    evaluator
        Who inspects; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such inspection; DZ-O002 for a step that cannot follow; DZ-O001 if it goes on site while
        its team lacks somebody, somebody did not declare interests, or a joint body is missing: each is named.
    """
    with editing(workspace, synthetic=synthetic) as ledger:
        found = inspection_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
        if state == "on_site":
            faults = [
                Fault("DZ-O001", file=f"{ledger.folder}/{BOOK}/{name}.yaml", column=row["of"], found=row["found"],
                      expected=row["expected"], hint="`duzheng inspection ready` lists what is missing")
                for row in lacking(workspace, found, day=on).to_dict("records")
            ]  # fmt: skip
            if faults:
                raise DuzhengError(*faults)
        ledger.add(BOOK, name, "steps", InspectionStep(state=state, date=on, by=by, note=note))


def find(
    workspace: Workspace, name: str, found: Iterable[Found], *, file: str = "", rows: Mapping[str, int] | None = None,
    evaluator: str = "", synthetic: bool = False,
) -> int:  # fmt: skip
    """Enter what was found on site, and give how many findings there were.

    Parameters
    ----------
    workspace
        The workspace.
    name
        The inspection.
    found
        The findings.
    file, rows
        Of a table, its name and the row of each finding by id, for messages.
    evaluator
        Who inspects; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such inspection; DZ-O002 before it is on site, or after it was concluded; DZ-O001 for a
        finding by somebody who has an interest in the unit, by nobody of the team, or a problem without evidence.
        Nothing is written then.
    """
    entered = 0
    with editing(workspace, synthetic=synthetic) as ledger:
        inspection = inspection_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
        _refuse_later(inspection, "concluded", ledger.folder, "findings before it is concluded")
        faults = []
        for each in found:
            free = without_conflict(workspace, inspection, each.unit)
            faults += [
                Fault("DZ-O001", file=file or f"{ledger.folder}/{BOOK}/{name}.yaml", row=(rows or {}).get(each.id),
                      column="by" if file else f"found.{each.id}.by",
                      found=f"{member}, who has an interest in {each.unit}",
                      expected=f"one of {', '.join(sorted(free)) or 'a team without interests'}",
                      hint="`duzheng inspection conflicts` lists them")
                for member in each.by if member in {one.id for one in inspection.team} - free
            ]  # fmt: skip
            ledger.add(BOOK, name, "found", each)
            entered += 1
        if faults:
            raise DuzhengError(*faults)
    return entered


def found_in(rows: Iterable[Mapping[str, Any]], file: str) -> Iterator[Found]:
    """Read findings from the rows of a table.

    Parameters
    ----------
    rows
        Each with id, unit, duty, question, date, judged, text_zh, text_en, by and papers (several by ``;``), access,
        and of a figure indicator, year, value, threshold, direction. ``row`` is named in messages.
    file
        The name of the file, for messages.

    Raises
    ------
    DuzhengError
        DZ-O001 with every fault of the rows.
    """
    faults: list[Fault] = []
    found: list[Found] = []
    for row in rows:
        kept = {name: text for name, text in row.items() if name != "row" and text not in {"", None}}
        figure = {each: kept.pop(each) for each in ("indicator", "year", "value", "threshold", "direction")
                  if each in kept}  # fmt: skip
        entry = {
            **{key: text for key, text in kept.items() if key not in {"text_zh", "text_en", "by", "papers"}},
            "text": {language: kept[key] for language, key in (("zh-Hans", "text_zh"), ("en", "text_en"))
                     if key in kept},
            "by": tuple(_parts(kept.get("by"))), "papers": tuple(_parts(kept.get("papers"))),
            "evidence": (figure,) if figure else (),
        }  # fmt: skip
        try:
            found.append(check_entry(Found, entry, file, code="DZ-O001"))
        except DuzhengError as error:
            faults += [Fault(each.code, file=file, row=row.get("row"), column=each.column, found=each.found,
                             expected=each.expected, hint=each.hint) for each in error.faults]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    yield from found


def _parts(text: Any) -> list[str]:
    return [part for part in (each.strip() for each in str(text or "").split(";")) if part]


def inspections(
    workspace: Workspace, *, day: dt.date, year: int | None = None, evaluator: str = "", synthetic: bool = False,
    public: bool = False, restricted: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Give the inspections of an evaluator, unit by unit, as they stand on a day.

    Parameters
    ----------
    workspace
        The workspace.
    day
        The day that is spoken of: what was prepared later is not there yet, and of findings those made by then.
    year
        Only those of one year.
    evaluator
        Who inspects; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.
    public
        Whether only those are given that everybody may read on the day.
    restricted
        Whether also those are given that not everybody in the office may read.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, by the first day on site, then by id and unit.
    """
    import pandas as pd

    above = evaluator_of(workspace, evaluator)
    there = [
        each for each in workspace.ledger_of(synthetic=synthetic).inspections.values()
        if each.evaluator == above and (year is None or each.year == year) and each.state_on(day)
        and may_be_read(each.access_on(day), public=public, restricted=restricted)
    ]  # fmt: skip
    rows = [_standing(each, unit, day) for each in sorted(there, key=lambda one: (one.begins, one.id))
            for unit in each.units]  # fmt: skip
    counts = ("questions", "team", "schools", "found", "practices", "problems")
    types = dict.fromkeys(COLUMNS, "str") | dict.fromkeys(counts, "int64") | dict.fromkeys(
        ("term_first", "term_last"), "Int64")  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(types)


def _standing(inspection: Inspection, unit: str, day: dt.date) -> dict[str, Any]:
    found = [each for each in inspection.found if each.unit == unit and each.date <= day]
    first, last = inspection.term or (None, None)
    taken = [step for step in inspection.steps if step.date <= day]
    return {
        "inspection": inspection.id, "kind": inspection.kind, **in_columns("title", inspection.title), "unit": unit,
        "begins": str(inspection.begins), "ends": str(inspection.ends), "state": taken[-1].state,
        "since": str(taken[-1].date), "term_first": first, "term_last": last,
        "questions": len(inspection.questions), "team": len(inspection.team),
        "schools": sum(len(draw.schools) for draw in inspection.draws if draw.unit == unit), "found": len(found),
        "practices": sum(each.judged == "practice" for each in found),
        "problems": sum(each.judged == "problem" for each in found), "access": inspection.access_on(day),
    }  # fmt: skip
