"""What stands below the findings: what was looked at, what may explain them, and what could not be tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.indicators.facts import rows_of
from analysis.indicators.words import both
from analysis.messages import LANGUAGES, Texts, listed, write_number

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace


def explained(workspace: Workspace, table: pd.DataFrame) -> list[bool]:
    """Tell which findings of units' figures the catalogue has a sourced caution of.

    A caution of all years is one of published growth, which need not be that of the levels; of other findings it must
    name the year. An inference explains nothing.
    """
    found = []
    for row in rows_of(table[["school", "indicator", "year", "reason"]]):
        indicator = workspace.catalogue.get(row["indicator"]) if not row["school"] else None
        cautions = indicator.cautions if indicator else ()
        growth = row["reason"] == "growth"
        sourced = [each for each in cautions if each.certainty == "sourced"]
        found.append(any(row["year"] in each.years or (growth and not each.years) for each in sourced))
    return found


def notes(
    workspace: Workspace | None, table: pd.DataFrame, tests: pd.DataFrame, applied: pd.DataFrame, values: int,
    rounding: int, *, whole: bool = True,
) -> tuple[Texts, ...]:  # fmt: skip
    """Say what was looked at, what may explain findings, and what could not be tested.

    Not of the ``whole`` batch, but of a part of its findings: what may explain these, and that the batch was adjusted
    together.
    """
    made = tests.groupby("check")["tests"].sum()
    with_p = int(made[[name for name in made.index if name != "identities"]].sum())
    found = [both("audit", "note.verify"),
             both("audit", "note.batch" if whole else "note.of_batch", values=write_number(values, 0),
                  tests=write_number(with_p, 0), held=write_number(int(made.get("identities", 0)), 0))]  # fmt: skip
    if rounding and whole:
        found.append(both("audit", "note.rounding", n=rounding))
    found += [both("audit", f"innocent.{reason}") for reason in dict.fromkeys(table["reason"])]
    if workspace is not None:
        found += _cautions(workspace, table)
    if whole:
        found += _untested(tests, applied)
    return tuple({note["zh-Hans"]: note for note in found}.values())


def _cautions(workspace: Workspace, table: pd.DataFrame) -> list[Texts]:
    """Give what the catalogue says of figures that are put forward, with how certain it is."""
    found = []
    known = table[(table["school"] == "") & table["indicator"].isin(list(workspace.catalogue))]
    for code, rows in known.groupby("indicator", sort=False):
        indicator = workspace.catalogue[str(code)]
        years = sorted({int(year) for year in rows["year"]})
        for each in indicator.cautions:
            told = [year for year in years if not each.years or year in each.years]
            if told:
                named = {language: listed(map(str, told), language) for language in LANGUAGES}
                found.append(both("audit", "note.caution", indicator=indicator.name, years=named, text=each.text,
                                  certainty=both("audit", f"caution.{each.certainty}")))  # fmt: skip
    return found


def _untested(tests: pd.DataFrame, applied: pd.DataFrame) -> list[Texts]:
    """Say what was not tested, and why."""
    left = tests[tests["left_out"] > 0]
    found = [both("audit", f"left.{row['why']}", n=write_number(row["left_out"], 0))
             for row in rows_of(left[left["check"] != "benford"])]  # fmt: skip
    if "benford" not in set(tests["check"]) or applied.empty:
        return found
    why = rows_of(left[left["check"] == "benford"])
    if not why:
        return [*found, both("audit", "note.benford_all", n=len(applied))]
    told = {language: listed((both("audit", f"why.{row['why']}", n=row["left_out"])[language] for row in why), language)
            for language in LANGUAGES}  # fmt: skip
    did = int((applied["why"] == "").sum())
    return [*found, both("audit", "note.benford", did=did, n=len(applied), why=told)]
