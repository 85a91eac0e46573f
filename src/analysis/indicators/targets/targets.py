"""Targets: each government's, and where it is on its way to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from analysis.documents.labels import Labels
from analysis.indicators.asked import faults_of, several_names, year_of
from analysis.indicators.charts.targets import draw_targets
from analysis.indicators.facts import joined
from analysis.indicators.series import series
from analysis.indicators.targets.course import course
from analysis.indicators.targets.projection import least
from analysis.indicators.trends.measured import Measured
from analysis.indicators.words import both, noted, words
from analysis.messages import DuzhengError, Fault, Language, Texts
from analysis.messages.requests import wrong
from analysis.workspace.schools import unit_hint
from analysis.workspace.targets import DEMO, FOLDER, Target, Term, read_targets

if TYPE_CHECKING:
    import pandas as pd
    from great_tables import GT

    from analysis.workspace import Workspace

Model = Literal["year_to_year"]

COLUMNS = (
    "term", "unit", "indicator", "target", "by", "way", "base_year", "base", "year", "latest", "n", "gap", "path",
    "needed", "observed", "last_change", "projection", "lower", "upper", "coverage", "verdict", "basis", "reason",
    "doubt", "certainty", "target_source", "made_of", "sources",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Targets(Measured):
    """Where governments are on their way: ``points`` holds the comparable figures of each row."""

    years: ClassVar[tuple[str, ...]] = ("by", "base_year", "year")
    once: ClassVar[tuple[str, ...]] = ("term", "unit", "indicator", "by")

    points: pd.DataFrame = field(kw_only=True, repr=False)

    def styled(self, table: GT) -> GT:
        """Leave room to names, which many columns of numbers would squeeze to a word a line."""
        from great_tables import loc, style

        shown = self.written(self.language)
        for name, width in (("term", 11), ("indicator", 21), ("reason", 7), ("certainty", 10)):
            # A second style of a cell follows the first, which does not end in a semicolon.
            if name in shown:
                table = table.tab_style(style.css(f"; min-width: {width}em;"), loc.body(columns=name))
        return table


def targets(
    workspace: Workspace, *, units: str | Sequence[str] | None = None, terms: str | Sequence[str] | None = None,
    until: int | None = None, model: Model | None = None, level: float = 0.95, demonstration: bool = False,
    boundaries: int | None = None, language: Language | None = None,
) -> Targets:  # fmt: skip
    """Hold the figures of governments to the targets of their terms.

    Parameters
    ----------
    workspace
        The workspace, whose terms are in `data/targets`.
    units
        One id of a unit or several; all that targets are for if not given.
    terms
        One id of a term or several; all if not given.
    until
        The last year of the figures; by default the workspace's.
    model
        ``year_to_year``: the caller takes what years add to a line for independent noise, so that the line may be
        carried on with an interval. Without it nothing is projected.
    level
        Of the interval.
    demonstration
        Take the invented targets of `data/demo/targets.yaml` instead.
    boundaries
        As of :func:`analysis.indicators.series`.
    language
        That is shown unless it is said.

    Returns
    -------
    Targets
        ``table``: one row a term, unit and target: ``target`` (in the measure), ``by``, ``way``, and what
        :func:`analysis.indicators.targets.course.course` finds: ``base_year``, ``base``, ``year``, ``latest``, ``n``,
        ``gap``, ``path``, ``needed``, ``observed``, ``last_change``, ``projection`` with ``lower``, ``upper`` and
        ``coverage``, ``verdict``, ``basis``, ``reason``; ``doubt``, ``certainty`` and ``target_source`` of the target,
        ``made_of``, ``sources``. Empty where there are no targets. ``points``: ``row``, ``year``, ``value``.

    Raises
    ------
    DuzhengError
        DZ-S002 for unknown units or terms, a wrong model, level or last year, all at once; what
        :func:`analysis.workspace.targets.read_targets` raises.

    Notes
    -----
    Needed a year: (target − latest) / (by − year). The projection is the line of Theil and Sen with an interval of that
    line, which holds its level or more for independent noise of one distribution
    (:func:`analysis.indicators.targets.projection.project_line`); it is none of a value to come. It needs 6 comparable
    figures for 0.95; with fewer the needed yearly change stands beside the observed ones.
    """
    import pandas as pd

    wanted, named = several_names(units), several_names(terms)
    faults = faults_of(model, level, until)
    known = read_targets(
        workspace.root, workspace.units, workspace.catalogue, workspace.sources, synthetic=demonstration
    )
    asked = _asked(workspace, known, wanted, named, faults)
    codes = sorted({target.indicator for _, _, target in asked})
    facts = series(workspace, codes, boundaries=boundaries, until=year_of(until))
    groups = {key: group.sort_values("year") for key, group in facts.groupby(["indicator", "unit"])}
    rows: list[dict[str, Any]] = []
    points: list[pd.DataFrame] = []
    for number, (term, unit, target) in enumerate(asked):
        mine = groups.get((target.indicator, unit), facts.iloc[:0])
        indicator = workspace.catalogue[target.indicator]
        found = course(
            mine["year"].tolist(), mine["value"].tolist(), mine["segment"].tolist(), value=target.value, by=target.by,
            way=target.direction, start=term.start.year, base_year=target.base_year,
            at_start=indicator.segment(term.start.year) if target.base_year is None else None,
            at_end=indicator.segment(target.by), projected=model is not None, level=level,
        )  # fmt: skip
        there = mine[mine["value"].notna()]
        used = there[there["year"] <= target.by]
        rows.append({"term": term.id, "unit": unit, "indicator": target.indicator, "target": target.value,
                     "by": target.by, "way": target.direction, **found, "doubt": bool(used["doubt"].any()),
                     "certainty": target.certainty, "target_source": target.source or term.source,
                     "made_of": joined(used["cell"]), "sources": joined(used["sources"])})  # fmt: skip
        points.append(there[["year", "value", "segment", "doubt"]].assign(row=number))
    table = pd.DataFrame(rows, columns=[*COLUMNS]).astype({"base_year": "Int64", "year": "Int64", "by": "int64"})
    most = max((workspace.catalogue[code].decimals for code in codes), default=0)
    measured = ("target", "base", "latest", "gap", "path", "needed", "observed", "last_change", "projection", "lower",
                "upper")  # fmt: skip
    tried = ("projection", "lower", "upper", "coverage") if model else ()
    return Targets(
        table, "targets",
        settings={"units": wanted or list(dict.fromkeys(table["unit"])), "terms": named or
                  list(dict.fromkeys(table["term"]))} | ({"level": level} if model else {}),
        notes=_notes(workspace, table, known, level if model else None), drawing=draw_targets,
        shown=("term", "unit", "indicator", "verdict", "basis", "reason", "target", "by", "year", "latest", "base_year",
               "base", "path", "needed", "observed", "last_change", *tried, "certainty"),
        decimals=dict.fromkeys(measured, most) | {"coverage": 3}, spoken=language, workspace=workspace,
        simulated=demonstration, named=Labels({"term": {term.id: term.title for term in known.values()}}),
        read=_files(workspace, demonstration), model=words("targets")["model"] if model else None,
        points=pd.concat(points, ignore_index=True) if points else pd.DataFrame(
            columns=["year", "value", "segment", "doubt", "row"]),
    )  # fmt: skip


def _asked(
    workspace: Workspace, known: dict[str, Term], units: Sequence[str] | None, terms: Sequence[str] | None,
    faults: Sequence[Fault],
) -> list[tuple[Term, str, Target]]:  # fmt: skip
    """Give the targets of the terms and units asked for, term by term."""
    every = [(term, unit, target) for term in known.values() for target in term.targets
             for unit in term.units_of(target)]  # fmt: skip
    there = {unit for _, unit, _ in every}
    named, governed = (", ".join(sorted(each)) or "none: there are no targets" for each in (known, there))
    found = [*faults]
    found += [wrong(f"{name}=[]", "one or several", "leave it out for all") for name, each in
              (("units", units), ("terms", terms)) if each is not None and not each]  # fmt: skip
    found += [wrong(f"the term {each!r}", named, "see data/targets/README.md") for each in terms or ()
              if each not in known]  # fmt: skip
    found += [wrong(f"the unit {each!r}", "one that a target is for", "; ".join(filter(None, (
                  unit_hint(workspace.units, each), f"there are: {governed}"))))
              for each in units or () if each not in there]  # fmt: skip
    asked = [each for each in every if (terms is None or each[0].id in terms) and (units is None or each[1] in units)]
    if not found and every and not asked:
        found.append(wrong("terms and units without a target in common", "one at least", f"there are: {governed}"))
    if found:
        raise DuzhengError(*found)
    return asked


def _notes(workspace: Workspace, table: pd.DataFrame, known: dict[str, Term], level: float | None) -> tuple[Texts, ...]:
    said = words("targets")
    if table.empty:
        return (said["note.none"],)
    notes: list[Texts] = []
    if level is None:
        notes.append(said["note.no_model"])
    else:
        few = int(((table["n"] < least(level)) & (table["n"] > 0)).sum())
        notes += [noted("targets", "note.few", n=few, least=least(level), level=f"{100 * level:g}")] if few else []
    broken = table[table["reason"] == "break"]
    whys = {each.year: each for code in broken["indicator"].unique() for each in workspace.catalogue[code].breaks}
    notes += [both("targets", "note.break", year=each.year, why=each.reason) for each in whys.values()]
    if table["doubt"].any():
        notes.append(said["note.doubt"])
    notes += [target.note for term in known.values() if term.id in set(table["term"]) for target in term.targets
              if target.note]  # fmt: skip
    if (table["certainty"] == "C").any():
        notes.append(said["note.uncertain"])
    return tuple({note["zh-Hans"]: note for note in notes}.values())


def _files(workspace: Workspace, demonstration: bool) -> dict[str, str]:  # noqa: FBT001
    """Give the files that targets and figures are from."""
    from analysis.workspace.provenance import hash_files

    patterns = (DEMO if demonstration else f"{FOLDER}/*.yaml", "data/units.csv", "data/indicators/*.yaml",
                "data/observations/*.*")  # fmt: skip
    return hash_files(workspace.root, patterns)
