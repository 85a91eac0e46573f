"""What a rule is given: a school table, a table of items, the years and units asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.indicators.balance.items import read_items
from analysis.indicators.balance.standard import TEACHING_STAGES, Standard
from analysis.messages import LANGUAGES, DuzhengError, Fault
from analysis.messages.requests import wrong
from analysis.workspace.schools import FOLDER, SIMULATED, read_schools

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.rules import RuleSet


def table_of(workspace: Workspace, schools: pd.DataFrame | Path | str | None) -> tuple[pd.DataFrame, dict[str, str]]:
    """Give the school table, and the hashes of its files."""
    if schools is None or isinstance(schools, str | Path):
        schools = read_schools(workspace.root, workspace.units, None if schools is None else [Path(schools)])
        if schools.empty:
            raise DuzhengError(Fault("DZ-B002", found=f"no school table in {FOLDER}", expected="one, or a table given",
                                     hint="see data/README.md for its columns"))  # fmt: skip
    return schools, dict(schools.attrs.get("files", {}))


def chosen(
    workspace: Workspace, rows: pd.DataFrame, year: int | Sequence[int] | None, unit: str | Sequence[str] | None
) -> pd.DataFrame:
    """Keep the years and units asked for; name units by the territory that their code meant."""
    import numpy as np
    import pandas as pd

    units = workspace.units
    pairs = rows[["unit", "year"]].drop_duplicates()
    of = {(code, when): units.resolve(str(code), int(when)) for code, when in pairs.itertuples(index=False)}
    ids = [of[pair] for pair in zip(rows["unit"], rows["year"], strict=True)]
    rows = rows.assign(unit=pd.Series(ids, index=rows.index, dtype="str"), year=rows["year"].astype(int))
    faults = []
    years = sorted(set(rows["year"]))
    asked_years = years if year is None else [int(each) for each in np.atleast_1d(np.asarray(year))]
    faults += [wrong(f"year={each}", "a year of the table: " + ", ".join(map(str, years)), "choose one of them")
               for each in asked_years if each not in years]  # fmt: skip
    there = sorted(set(rows["unit"]))
    names = {units.name(each, language, short=short): each for each in there for language in LANGUAGES
             for short in (False, True)}  # fmt: skip
    names |= {str(units.frame.at[each, "code"]): each for each in there} | {each: each for each in there}
    asked = [unit] if isinstance(unit, str) else list(unit) if unit is not None else there
    faults += [wrong(f"unit={each!r}", "a unit of the table: " + ", ".join(there), "choose one of them")
               for each in asked if each not in names]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    kept = rows[rows["year"].isin(asked_years) & rows["unit"].isin([names[each] for each in asked])]
    if kept.empty:
        raise DuzhengError(wrong("no row of these units in these years", "some", "see which years each unit has"))
    return kept.reset_index(drop=True)


def items_of(
    workspace: Workspace, items: pd.DataFrame | Path | str | None, rule: RuleSet, files: dict[str, str]
) -> pd.DataFrame:
    """Give the rows of tables of items of a rule, their units by the territory; their files are put beside others."""
    import pandas as pd

    if items is None or isinstance(items, str | Path):
        items = read_items(workspace, None if items is None else [Path(items)])
    files |= items.attrs.get("files", {})
    here = items[items["rule"] == rule.id] if len(items) else items
    ids = [workspace.units.resolve(str(code), int(year)) for code, year in zip(here["unit"], here["year"], strict=True)]
    return here.assign(unit=pd.Series(ids, index=here.index, dtype="str"))


def one_kind(rows: pd.DataFrame, items: pd.DataFrame) -> bool:
    """Tell whether everything is simulated; real and simulated figures make no verdict together."""
    mock = rows["source"] == SIMULATED
    said = items["source"] == SIMULATED if len(items) else mock.iloc[:0]
    if mock.any() and not mock.all():
        raise DuzhengError(wrong(f"{int(mock.sum())} simulated rows among {len(mock)}", "one kind of schools",
                                 "leave the simulated ones out"))  # fmt: skip
    if len(said) and (said.any() if not mock.any() else not said.all()):
        raise DuzhengError(
            wrong("simulated schools beside real items, or the other way", "one kind", "give items of it")
        )
    return bool(mock.any())


def hold_figures(rows: pd.DataFrame, taught: pd.DataFrame, standard: Standard, rule: RuleSet) -> None:
    """Refuse a rule for whose columns there is nothing at all."""
    where = ", ".join(sorted({str(each) for each in rows["file"]} - {""}))
    if taught.empty:
        raise DuzhengError(Fault("DZ-B002", file=where, found="no school of compulsory education that the rule counts",
                                 expected="rows of the stages " + ", ".join(TEACHING_STAGES),
                                 hint="see which schools it leaves out"))  # fmt: skip
    gone = [each for each in standard.resources.indicators if taught[each.total].isna().all()]
    if gone:
        raise DuzhengError.of(
            Fault("DZ-B002", file=where, column=each.total, found="no figure",
                  expected=f"figures for the indicator {each.id} of {rule.id}",
                  hint="add the column; what is not known of a school is left blank, 0 is none") for each in gone
        )  # fmt: skip
