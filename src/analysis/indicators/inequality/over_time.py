"""Inequality between and within units over the years, on one set of boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.documents.labels import Labels
from analysis.documents.result import Plot
from analysis.indicators.asked import several, several_names, strange_units
from analysis.indicators.charts.inequality import draw_inequality, draw_units
from analysis.indicators.facts import facts_of
from analysis.indicators.inequality.decomposition import between_units, decomposed
from analysis.indicators.inequality.schools import STAGES_OF, SchoolRows, school_rows
from analysis.indicators.result import FigureResult
from analysis.indicators.series import series
from analysis.indicators.words import WORDS, both
from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts, listed, write_number
from analysis.messages.requests import is_whole, wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance import Balance
    from analysis.workspace import Indicator, Workspace

COLUMNS = ("year", "source", "measure", "component", "value", "share", "units", "schools")
#: How far the sums of schools may be from the figures, in the coefficient of variation between units.
AGREE = 5e-4


@dataclass(frozen=True, eq=False, repr=False)
class Inequality(FigureResult):
    """How unequal units, and the schools within them, are over the years."""

    units: pd.DataFrame = field(kw_only=True, repr=False)  #: year, measure, unit, weight, mean, own, contribution

    def units_chart(self, language: Language | None = None) -> Plot:
        """Draw how unequal the schools of each unit are, year by year.

        Raises
        ------
        DuzhengError
            DZ-S002 where there are no schools.
        """
        if not len(self.units):
            raise DuzhengError(wrong("a picture of units' schools", "schools", "say schools=…"))
        language = language or self.language
        return Plot(draw_units(self, language), self.said("alt.units", language), language)


def inequality(
    workspace: Workspace, indicator: str | None = None, *, schools: pd.DataFrame | Balance | None = None,
    resource: str | None = None, stages: str | Sequence[str] | None = None, units: str | Sequence[str] | None = None,
    years: int | Sequence[int] | None = None, boundaries: int | None = None, language: Language | None = None,
) -> Inequality:  # fmt: skip
    """Measure inequality between units in every year with figures, and within them where there are schools.

    Parameters
    ----------
    workspace
        The workspace.
    indicator
        Code of a ratio; its denominator is the weight, such as pupils. Not needed where there are schools, whose
        students are the weight.
    schools
        What lies within units: a table of schools of one year or several, or a balance, in which what schools share is
        divided.
    resource
        Which of their totals of people or property (of a balance: which indicator) is measured; the indicator's
        numerator where one is given.
    stages
        Which rows of schools are taken; as the indicator's stage says, if not given.
    units
        Ids of the units compared; all of the workspace's kind, if not given.
    years
        Only this one, or these.
    boundaries
        The year on whose boundaries all years are put; the workspace's.

    Returns
    -------
    Inequality
        ``table``: year, source (``figures`` of units, or ``schools``), measure (``cv``, ``cv2``, ``theil_t``,
        ``theil_l``, ``gini``), component (``between``, ``within``, ``total``), value, share (of the total), units,
        schools. ``units``: of each unit with schools its own measure within and what it contributes to the total.

    Raises
    ------
    DuzhengError
        DZ-I001 for an unknown indicator or one that is no ratio to a denominator; DZ-U002 for units; what
        :func:`~analysis.indicators.inequality.schools.school_rows` refuses; DZ-S002 where neither schools nor an
        indicator are given, and for one unit without schools; DZ-S003 where no year has figures of all units, or there
        is none of it at all.

    Notes
    -----
    All measures are weighted by the denominator, in population form. The square of the coefficient of variation and
    Theil's T and L split exactly into between and within (:func:`decomposed`); Gini's does not and is given without
    parts. A year in which a unit has no figure is left out, since inequality among the others is not comparable. In R
    ``dineq::gini_decomp`` for other splits, ``ineq::Theil``.

    Examples
    --------
    ``inequality(workspace, "teachers_per_100", schools=table, resource="teachers")``.
    """
    import pandas as pd

    drawn = workspace.settings.boundaries if boundaries is None else boundaries
    everyone = [str(each) for each in workspace.units.at(drawn, workspace.settings.unit_kind).index]
    chosen = everyone if units is None else list(dict.fromkeys(several_names(units)))
    wanted = several(years)
    faults = [*strange_units(workspace, chosen, drawn), *_not_fitting(schools, resource, chosen, wanted)]
    entry, chosen_stages = _hold(workspace, indicator, schools, stages, faults)
    frames: list[pd.DataFrame] = []
    levels, gone = facts_of([]), dict[int, list[str]]()
    none: set[int] = set()
    if entry is not None and entry.formula is not None:
        codes = [entry.formula.numerator, entry.formula.denominator]
        levels = series(workspace, [*codes, entry.code], boundaries=drawn, units=chosen)
        wide, gone = _complete(levels, codes, chosen, wanted)
        for year in sorted(set(wide.index.get_level_values("year"))) if len(chosen) > 1 else ():
            if not wide.loc[year][codes[0]].sum() > 0:
                none.add(int(year))
                continue
            found = between_units(wide.loc[year][codes[0]], wide.loc[year][codes[1]])
            frames.append(found.assign(year=year, source="figures", units=len(chosen), schools=0))
    held: SchoolRows | None = None
    of_units: list[pd.DataFrame] = []
    lacking: dict[int, list[str]] = {}
    if schools is not None:
        held = school_rows(workspace, schools, resource, chosen_stages, drawn)
        rows = held.rows[held.rows["unit"].isin(chosen)]
        for at, here in rows.groupby("year"):
            year = int(str(at))
            if wanted is not None and year not in wanted:
                continue
            if not here["total"].sum() > 0:
                none.add(year)
                continue
            found, each = decomposed(here)
            there = set(here["unit"])
            frames.append(found.assign(year=year, source="schools", units=len(there), schools=len(here)))
            of_units.append(each.assign(year=year, mean=each["mean"] * (entry.formula.scale if entry and entry.formula
                                                                        else 1.0)))  # fmt: skip
            lacking[year] = [unit for unit in chosen if unit not in there]
    if not frames:
        raise DuzhengError(_nothing(len(chosen), gone, none, schools=schools is not None))
    table = pd.concat(frames, ignore_index=True).reindex(columns=list(COLUMNS))
    gone |= {year: chosen for year in wanted or () if year not in none | set(table["year"])}
    empty = ["year", "measure", "unit", "weight", "mean", "own", "contribution"]
    detail = pd.concat(of_units, ignore_index=True)[empty] if of_units else pd.DataFrame(columns=empty)
    return Inequality(
        table.sort_values(["year", "source"], kind="stable", ignore_index=True), "inequality",
        settings={"indicator": indicator, "resource": resource, "stages": tuple(chosen_stages) if held else (),
                  "units": None if units is None else tuple(chosen), "years": tuple(sorted(set(table["year"]))),
                  "boundaries": drawn},
        notes=_notes(workspace, table, levels, gone, held, lacking, none), drawing=draw_inequality,
        shown=COLUMNS if held else ("year", "measure", "value", "units"), decimals={"value": 4, "share": 3},
        alt="alt" if held else "alt.between", spoken=language, workspace=workspace, named=_labels(schools, resource),
        read=workspace.inputs(), simulated=bool(held and held.simulated), units=detail,
    )  # fmt: skip


def _hold(
    workspace: Workspace, indicator: str | None, schools: object, stages: str | Sequence[str] | None,
    faults: list[Fault],
) -> tuple[Indicator | None, Sequence[str]]:  # fmt: skip
    """Give the indicator, if one is asked for, and the stages of schools; all faults of the request at once."""
    given = [stages] if isinstance(stages, str) else list(stages or ())
    entry = None if indicator is None else workspace.catalogue.get(indicator)
    if indicator is None and (schools is None or not given):
        what = "no indicator" if schools is None else "schools without stages, and no indicator that says them"
        faults.append(wrong(what, "an indicator, or schools with stages", "say stages=(…)"))
    elif indicator is not None and (entry is None or entry.formula is None or not entry.formula.denominator):
        faults.append(Fault("DZ-I001", found=repr(indicator), expected="the code of a ratio to a denominator",
                            hint="`duzheng data list`"))  # fmt: skip
    if faults:
        raise DuzhengError.of(faults)
    return entry, given or (STAGES_OF.get(entry.stage, (entry.stage,)) if entry else ())


def _not_fitting(
    schools: object, resource: str | None, units: Sequence[str], years: Sequence[object] | None
) -> list[Fault]:
    """Say what of a request does not go together."""
    import pandas as pd

    least = 2
    faults = [wrong(f"years={year!r}", "a year", "say years=2017, or several")
              for year in years or () if not is_whole(year)]  # fmt: skip
    if schools is None and resource is not None:
        faults.append(wrong(f"resource={resource!r} without schools", "schools", "say schools=…, or leave it out"))
    if schools is not None and not isinstance(schools, pd.DataFrame) and not hasattr(schools, "measures"):
        faults.append(wrong(f"schools of type {type(schools).__name__}", "a table of schools or a balance", ""))
    if schools is None and len(units) < least:
        faults.append(wrong(f"{len(units)} unit and no schools", "two units or more, or schools",
                            "one unit has nothing to differ from; schools=… measures within it"))  # fmt: skip
    return faults


def _nothing(units: int, gone: dict[int, list[str]], none: set[int], *, schools: bool) -> Fault:
    """Say why there is no year to measure."""
    if none:
        years = ", ".join(map(str, sorted(none)))
        return Fault("DZ-S003", found=f"none of it at all in {years}", expected="totals above 0",
                     hint="where nobody has any there is nothing to compare")  # fmt: skip
    lacking = "; ".join(f"{year} lacks {len(of)} units" for year, of in gone.items())
    found = f"no year in which all {units} units have figures" + (f" ({lacking})" if lacking else "")
    return Fault("DZ-S003", found=found + (", and no schools of these units and years" if schools else ""),
                 expected="one or more", hint="ask for other years, for fewer units, or give schools")  # fmt: skip


def _labels(schools: pd.DataFrame | Balance | None, resource: str | None) -> Labels | None:
    """Name what is measured of schools: as the rule of a balance does, or a column for each student."""
    import pandas as pd

    if schools is None or resource is None:
        return None
    if not isinstance(schools, pd.DataFrame):
        texts: Texts = {each: schools.labels.name("indicator", resource, each) for each in LANGUAGES}
    else:
        key = f"what.{resource}"
        known = WORDS.of("inequality")
        what = both("inequality", key) if key in known else dict.fromkeys(LANGUAGES, resource)
        texts = both("inequality", "per_student", what=what)
    return Labels({"resource": {resource: texts}})


def _complete(
    levels: pd.DataFrame, codes: Sequence[str], units: Sequence[str], years: Sequence[int] | None
) -> tuple[pd.DataFrame, dict[int, list[str]]]:
    """Give the years in which every unit has both figures, and of the others who lacks one."""
    there = levels[levels["indicator"].isin(list(codes)) & levels["value"].notna()]
    if years is not None:
        there = there[there["year"].isin(list(years))]
    wide = there.pivot_table(index=["year", "unit"], columns="indicator", values="value").reindex(columns=list(codes))
    wide = wide.dropna()
    wide = wide[wide[codes[1]] > 0]
    gone = {}
    for year in sorted({int(each) for each in there["year"]}):
        mine = set(wide.loc[year].index) if year in wide.index.get_level_values("year") else set()
        lacking = [unit for unit in units if unit not in mine]
        if lacking:
            gone[year] = lacking
    return wide[~wide.index.get_level_values("year").isin(list(gone))], gone


def _named(workspace: Workspace, units: Sequence[str]) -> Texts:
    """Name units, or count them where they are many."""
    many = 6
    if len(units) > many:
        return both("inequality", "units", n=len(units))
    return {
        language: listed((workspace.units.name(each, language, short=True) for each in units), language)
        for language in LANGUAGES
    }


def _notes(
    workspace: Workspace,
    table: pd.DataFrame,
    levels: pd.DataFrame,
    gone: dict[int, list[str]],
    held: SchoolRows | None,
    lacking: dict[int, list[str]],
    none: set[int],
) -> tuple[Texts, ...]:  # fmt: skip
    found = [both("inequality", "note.levels")]
    years = sorted(set(table.loc[table["source"] == "figures", "year"]))
    ratios = levels[(levels["statistic"] == "level") & levels["year"].isin(years) & levels["value"].notna()]
    merged = sorted(set(ratios.loc[ratios["status"] == "summed", "year"]))
    if merged:
        found.append(both("inequality", "note.merged", years=", ".join(map(str, merged))))
    doubtful = sorted(set(ratios.loc[ratios["doubt"], "year"]))
    if doubtful:
        found.append(both("inequality", "note.doubt", years=", ".join(map(str, doubtful))))
    if len(set(ratios["segment"])) > 1:
        found.append(both("inequality", "note.break"))
    found += [
        both("inequality", "note.gone", year=year, units=_named(workspace, units)) for year, units in gone.items()
    ]
    found += [both("inequality", "note.none", year=year) for year in sorted(none)]
    if held is None:
        return tuple(found)
    found.append(both("inequality", "note.split"))
    found += [both("inequality", "note.lacking", year=year, units=_named(workspace, units))
              for year, units in lacking.items() if units]  # fmt: skip
    if held.left_out:
        found.append(both("inequality", "note.left_out", n=held.left_out))
    cvs = table[(table["measure"] == "cv") & (table["component"] == "between")]
    pair = cvs.pivot_table(index="year", columns="source", values="value").dropna()
    if {"figures", "schools"} <= set(pair) and len(pair):
        apart = (pair["figures"] - pair["schools"]).abs()
        for year in pair.index:
            key = "note.agrees" if apart[year] < AGREE else "note.differs"
            found.append(both("inequality", key, year=int(year), figures=write_number(pair["figures"][year], 3),
                              schools=write_number(pair["schools"][year], 3)))  # fmt: skip
    if "theil_t" not in set(table.loc[table["source"] == "schools", "measure"]):
        found.append(both("inequality", "note.zero"))
    return tuple(found)
