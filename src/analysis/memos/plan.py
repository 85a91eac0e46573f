"""What a batch will build: the memos of units, surveys or topics, decided and checked before a kernel starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.findings import Audience, RunTables
from analysis.findings.layout import FOLDER, OF_LEDGER, OF_UNITS, Layout, Subjects, layout_path, read_layout
from analysis.findings.run_tables import ACCESS
from analysis.memos.disk import writing
from analysis.memos.lock import alone
from analysis.memos.memo import FORMATS, Format, Task
from analysis.memos.parameters import check_template, declared_parameters, read_parameters
from analysis.memos.provenance import described, digest, state_of
from analysis.memos.tables import FAMILIES, family_of, folder_of, release_folder, run_of
from analysis.messages import DuzhengError, Fault, Language, Texts
from analysis.workspace import Workspace

#: The years that figures can be of.
FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class Plan:
    """What a batch will build.

    Parameters
    ----------
    workspace
        The workspace.
    tables
        The tables of the run: stage one is done.
    state
        What they and the memos are made from (:func:`analysis.memos.provenance.described`).
    digest
        The digest of that.
    tasks
        The memos.
    others
        The memos that the workspace's templates make and this batch does not.
    formats
        The formats of each.
    audience
        Whom they are for.
    folder
        Where they go: ``reports/<year>``; internal ones ``reports/<year>-internal``; simulated ones into
        ``reports/demo``.
    of, titles
        By template of the workspace what it is made for, and its title where it has one of its own.
    subjects
        By template of the workspace all that it can make memos of, with their names.
    """

    workspace: Workspace
    tables: RunTables
    state: Mapping[str, Any]
    digest: str
    tasks: tuple[Task, ...]
    others: tuple[Task, ...]
    formats: tuple[Format, ...]
    audience: Audience
    folder: Path
    of: Mapping[str, Subjects]
    titles: Mapping[str, Texts]
    subjects: Mapping[str, Mapping[str, Texts]]


def plan(
    workspace: Workspace,
    *,
    templates: Sequence[str] = ("district_memo",),
    units: Sequence[str] | None = None,
    languages: Sequence[Language] | None = None,
    formats: Sequence[Format] = FORMATS,
    year: int | None = None,
    audience: Audience = "public",
    synthetic: bool = False,
) -> Plan:
    """Decide what to build, and refuse everything that cannot be before a kernel starts.

    Stage one is done here, unless an earlier batch of the same state has done it.

    Parameters
    ----------
    workspace
        The workspace; its data are read and checked whole.
    templates
        Names of notebooks in `notebooks/memos`, without suffix.
    units
        Ids of the units, or of the surveys or topics that a template is made for; by default all. Of several templates
        each takes those that it is made for.
    languages, formats
        By default all of the workspace.
    year
        The last year of the figures used; by default the workspace's year of evaluation.
    audience
        ``public`` or ``internal``.
    synthetic
        Whether simulated waves, schools and ledgers are used.

    Raises
    ------
    DuzhengError
        With the faults of the data (DZ-T…, DZ-U…, DZ-I…), of a template (DZ-M002), of its layout (DZ-M006), of the
        parameters (DZ-M001), DZ-M004 if nothing is left to build, or DZ-M007 if another batch is at it.
    """
    workspace.check()
    settings = workspace.settings
    chosen = {name: _template(workspace, name) for name in dict.fromkeys(templates)}
    if {layout.of for layout in chosen.values()} == {"unit"}:
        hold_units(workspace, units or ())
    last = settings.year if year is None else year
    if not FIRST_YEAR <= last <= LAST_YEAR:
        expected = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
        raise DuzhengError(Fault("DZ-M001", column="year", found=str(last), expected=expected))
    state = state_of(workspace, synthetic=synthetic)
    with alone(workspace, last, synthetic=synthetic), writing(workspace.root):
        run = run_of(workspace, year=last, synthetic=synthetic, state=state)
    layouts = {name: each for name, each in {**_others(workspace), **chosen}.items()
               if each.audience in {"", audience}}  # fmt: skip
    names = {template: _subjects_of(run, layout, audience) for template, layout in layouts.items()}
    closed = [name for name in chosen if name not in layouts]
    if closed:
        raise DuzhengError(*(
            Fault("DZ-M004", found=f"{name} for everybody", expected="another template",
                  hint="it is made for inside the office only: --internal")
            for name in closed
        ))  # fmt: skip
    _hold_subjects({name: names[name] for name in chosen}, units or (), [each.of for each in chosen.values()])
    place = folder_of(workspace, last, synthetic=synthetic).relative_to(workspace.root).as_posix()
    known = [
        Task(
            workspace.root / FOLDER / f"{template}.ipynb",
            layout,
            read_parameters(
                {
                    "run": _read_by(run, place, subject, layout.of),
                    "language": language,
                    "audience": audience,
                    **_subject(subject, layout.of, run),
                }
            ),
        )
        for template, layout in layouts.items()
        for subject in names[template]
        for language in settings.languages
    ]
    tasks = [
        task
        for template in chosen
        for task in known
        if task.template.stem == template
        and (not units or task.parameters.subject in units)
        and (not languages or task.parameters.language in languages)
    ]
    asked = {*tasks}
    if not tasks or not formats:
        needed = dict.fromkeys(table for layout in chosen.values() for table in layout.needs)
        raise DuzhengError(_nothing([layout.of for layout in chosen.values()], list(needed)))
    return Plan(
        workspace=workspace,
        tables=run,
        state=described(workspace, state, synthetic=synthetic),
        digest=digest(state),
        tasks=tuple(tasks),
        others=tuple(task for task in known if task not in asked),
        formats=tuple(formats),
        audience=audience,
        folder=release_folder(workspace, last, audience, synthetic=synthetic),
        of={name: layout.of for name, layout in layouts.items()},
        titles={name: layout.title for name, layout in layouts.items() if layout.title},
        subjects=names,
    )


def _read_by(run: RunTables, place: str, subject: str, of: Subjects) -> str:
    """Give the folder of the tables that a memo reads."""
    family = family_of(run, subject) if of in OF_UNITS else ""
    return f"{place}/{FAMILIES}/{family}" if family else place


def _template(workspace: Workspace, name: str) -> Layout:
    """Check a template and give its layout."""
    if Path(name).name != name:
        raise DuzhengError(Fault("DZ-M002", found=repr(name), expected="the name of a notebook, not a path"))
    notebook = workspace.root / FOLDER / f"{name}.ipynb"
    declared_parameters(notebook)
    layout = read_layout(layout_path(workspace.root, name))
    check_template(notebook, layout.of)
    return layout


def _others(workspace: Workspace) -> dict[str, Layout]:
    """Give the layouts of all templates of the workspace that are right: faults of those that nobody asked for wait."""
    found = {}
    for path in sorted((workspace.root / FOLDER).glob("*.yaml")):
        try:
            layout = read_layout(path)
            check_template(path.with_suffix(".ipynb"), layout.of)
        except DuzhengError:
            continue
        found[path.stem] = layout
    return found


def _nothing(kinds: Sequence[Subjects], needed: Sequence[str]) -> Fault:
    if needed:
        return Fault("DZ-M004", found="no memo to build", expected=f"entries of the ledger: {', '.join(needed)}",
                     hint="it is kept in data/ledger; `--demo` reads data/demo/ledger")  # fmt: skip
    return Fault(
        "DZ-M004",
        found="no memo to build",
        expected=f"a {' or a '.join(dict.fromkeys(kinds))} to build one of",
        hint="look at unit_kind and boundaries in workspace.yaml"
        if OF_UNITS & {*kinds}
        else "the run has no collected answers; try `--demo` after `make demo`",
    )


def hold_units(workspace: Workspace, units: Sequence[str]) -> None:
    """Refuse ids of units that get no memo (DZ-U001)."""
    settings = workspace.settings
    existing = [str(unit) for unit in workspace.units.at(settings.boundaries, settings.unit_kind).index]
    unknown = [
        Fault(
            "DZ-U001",
            found=repr(unit),
            expected=f"one of {', '.join(existing)}",
            hint=workspace.units.explain(unit, settings.boundaries) if workspace.units.known(unit) else "",
        )
        for unit in units
        if unit not in existing
    ]
    if unknown:
        raise DuzhengError(*unknown)


def subjects(run: RunTables, kind: Subjects) -> dict[str, Texts]:
    """Give what memos can be made of, with its name in both languages.

    A survey, topic or duty is told of over all units: where several stand above them, there is no memo of it.
    """
    reference = run.reference
    there = reference.units.at(reference.boundaries, reference.settings.unit_kind)
    above = dict.fromkeys(parent for parent in there["parent"] if isinstance(parent, str))
    if kind == "unit":
        return {str(unit): reference.units.names(str(unit)) for unit in there.index}
    if kind == "department":
        below = reference.units.at(reference.boundaries, "department")
        mine = below[below["parent"].isin(above)].index
        return {str(unit): reference.units.names(str(unit)) for unit in mine}
    if kind == "whole":
        return {unit: reference.units.names(unit) for unit in above}
    return run.names(kind) if len(above) == 1 else {}


def _subjects_of(run: RunTables, layout: Layout, audience: Audience) -> dict[str, Texts]:
    """Give what a template makes memos of in a run: those that have what it needs, and may be read by the audience."""
    found = subjects(run, layout.of)
    if not layout.needs:
        return found
    tables = [run[table] for table in layout.needs if run.has(table)]
    if audience == "public":
        tables = [table[table[ACCESS] == "public"] if ACCESS in table else table for table in tables]
    there = {unit for table in tables for unit in table["unit"]}
    if layout.of in OF_LEDGER:
        named = {about for table in tables for about in table["about"]}
        return {subject: name for subject, name in found.items() if subject in named}
    if layout.of not in OF_UNITS:
        return found if there & {*subjects(run, "whole")} else {}
    return {subject: name for subject, name in found.items() if subject in there}


def _subject(subject: str, kind: Subjects, run: RunTables) -> dict[str, str]:
    """Give the parameters that say what a memo is about; what is no unit is told of the unit above all."""
    if kind in OF_UNITS:
        return {"unit": subject}
    return {"unit": next(iter(subjects(run, "whole"))), "about": subject}


def _hold_subjects(names: Mapping[str, Mapping[str, Texts]], wanted: Sequence[str], kinds: Sequence[Subjects]) -> None:
    """Refuse what no template can make a memo of (DZ-M004)."""
    known = [subject for each in names.values() for subject in each]
    faults = [
        Fault("DZ-M004", found=repr(each),
              expected=f"a {' or a '.join(dict.fromkeys(kinds))}: {', '.join(known) or 'there is none'}")
        for each in wanted
        if each not in known
    ]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
