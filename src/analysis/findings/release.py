"""The release: which figures of answers are held back over everything that leaves at once, so that none comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.indicators import rows_of
from analysis.messages import DuzhengError, Fault
from analysis.satisfaction.precision import bounds_of
from analysis.stats.disclosure import Rule, combined, primary, relations_of, suppress, with_rests

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace.rules import RuleSet

#: What identifies a count of answers: of which wave and index, of which unit, of which group in it.
KEY = ("survey", "index", "unit", "column", "code")
#: What a row of estimates loses where it is held back.
FIGURES = ("estimate", "se", "lower", "upper", "df", "deff", "against", "p", "p_adjusted", "n", "n_before", "psus",
           "held", "universes")  # fmt: skip
#: How what the wave before counted is told from what the wave itself did.
_BEFORE = "before:"
_APART = "\x1f"
#: The share of a wave's answers from which an index counts as asked of everybody.
_EVERYBODY = 0.5


@dataclass(frozen=True)
class Release:
    """What may leave.

    Parameters
    ----------
    tables
        The tables, without the figures that are held back; ``suppression`` says which and why: survey, index, unit,
        column, code, status (``primary`` or ``secondary``), reason, and the least and the most of a count that an
        outsider can infer.
    cells
        Ids of the cells that are held back.
    """

    tables: Mapping[str, pd.DataFrame]
    cells: frozenset[str]


def release(
    tables: Mapping[str, pd.DataFrame], rule: RuleSet | None, earlier: Sequence[Mapping[str, pd.DataFrame]] = ()
) -> Release:
    """Hold back what must not leave, over all waves, indices, units and groups of a run.

    Parameters
    ----------
    tables
        Of a run: ``estimates`` and ``cells``; others stay as they are.
    rule
        The rule set ``precision``: fewer answers than its ``suppress_below`` are not published.
    earlier
        Tables of what was released before of the same period, with the counts that were published then.

    Returns
    -------
    Release
        Of a group everything is held back together: counts, means, changes and gaps of all indices that are asked of
        everybody, as their counts nearly tell each other. An index that only some are asked is held back by itself.

    Raises
    ------
    DuzhengError
        DZ-S005 with every cell that cannot be protected, such as one that an earlier release gave away; DZ-F003 for a
        correction that moves few answers of everybody: they could be had by subtracting one release from the other.

    Notes
    -----
    Counts add up: units to the whole, groups of a unit to the unit. Who is in no group is a rest that is never printed;
    nobody knows who they are, so that their number tells of nobody.
    A mean and a count give a sum, which adds up likewise; the same pattern holds for it. Of an earlier release every
    count is known, and the difference of two counts of one cell is one more: it may not be of few answers either.
    """
    import pandas as pd

    if "estimates" not in tables or not len(tables["estimates"]):
        return Release(tables, frozenset())
    estimates = tables["estimates"]
    counts = _counts(estimates)
    threshold = bounds_of(rule).suppress_below
    known = [_counts(each["estimates"]) for each in earlier if "estimates" in each]
    _hold_corrections(counts, known, threshold)
    cells, relations = _laid_out(counts)
    for number, each in enumerate(known):
        published = pd.DataFrame({"cell": [_name(row) for row in rows_of(each)], "value": each["n"], "n": each["n"]})
        published = published[(published["n"] > 0) & published["cell"].isin(cells["cell"])]
        cells, relations = combined(published, cells, relations.iloc[:0], relations, threshold=threshold,
                                    label=f"release{number}")  # fmt: skip
        cells["pattern"] = cells["pattern"].fillna(cells["cell"])
    rest = cells["cell"].str.contains("~rest ", regex=False)
    found = suppress(cells, relations, primary(cells[~rest], Rule(threshold=threshold)))
    pattern = found.pattern.merge(cells[["cell", "pattern"]], on="cell")
    held = pattern[pattern["status"].isin(["primary", "secondary"])]
    hidden, base = set(held["pattern"]), _bases(counts)
    out = estimates[[_hides(row, hidden, base) for row in rows_of(estimates[list(KEY)])]].index
    kept = estimates.copy()
    kept.loc[out, [name for name in FIGURES if name in kept]] = pd.NA
    kept.loc[out, "precision"] = "suppress"
    changed, gone = hold_second_counts(tables)
    ids = frozenset(_ids_of(tables["cells"], set(estimates.loc[out, "cell"]))) | gone
    shown = tables["cells"][~tables["cells"]["id"].isin(ids)].reset_index(drop=True)
    return Release({**tables, "estimates": kept, **changed, "cells": shown, "suppression": _reported(held)}, ids)


def hold_second_counts(tables: Mapping[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], frozenset[str]]:
    """Hold back a second count where one alone is: how many answered a wave, and how many spoke of a topic.

    Parameters
    ----------
    tables
        Of a run: ``waves`` (a count that is held back is missing) and ``quotes`` (a unit of which too few spoke of a
        topic is not there).

    Returns
    -------
    tuple
        The tables that change, and the ids of the cells that are gone.

    Notes
    -----
    These counts have one margin each, their total: less all others it gives the one that is missing, so the smallest
    other goes with it. Where counts add up in more than one way (groups as well as units), or another table of the same
    people is released, one more is not enough: that takes :func:`analysis.stats.disclosure.suppress`, as
    :func:`release` does with estimates.
    """
    changed: dict[str, pd.DataFrame] = {}
    gone: set[str] = set()
    if "waves" in tables and len(tables["waves"]):
        waves = tables["waves"].copy()
        for survey, each in waves.groupby("survey", sort=True):
            below = each[each["n"].isna() | (each["n"] < each["n"].max())]
            shown = below[below["n"].notna()].sort_values(["n", "unit"], kind="stable")
            if len(below) - len(shown) == 1 and len(shown):
                unit = str(shown["unit"].iloc[0])
                alone = (waves["survey"] == survey) & (waves["unit"] == unit)
                waves = waves.assign(**{name: waves[name].mask(alone) for name in ("n", "places")})
                gone |= {f"{survey}/{unit}/n", f"{survey}/{unit}/places"}
        changed["waves"] = waves
    if "quotes" in tables and len(tables["quotes"]) and "waves" in tables:
        quotes = tables["quotes"]
        units = {str(survey): set(each["unit"]) for survey, each in tables["waves"].groupby("survey")}
        for _, each in quotes.groupby(["survey", "topic"], sort=True):
            there = each.drop_duplicates("unit").sort_values(["persons", "unit"], kind="stable")
            missing = units.get(str(there["survey"].iloc[0]), set()) - set(there["unit"])
            if len(missing) == 1 and len(there) > 1:
                gone.add(str(there["cell"].iloc[0]))
        changed["quotes"] = quotes[~quotes["cell"].isin(gone)].reset_index(drop=True)
    return changed, frozenset(gone)


def _hold_corrections(counts: pd.DataFrame, earlier: Sequence[pd.DataFrame], threshold: int) -> None:
    """Refuse a correction that moves few answers of everybody: hiding everybody's figures is no way out."""
    wholes = _wholes(counts)
    everybody = counts[counts["unit"].isin(wholes) & (counts["column"] == "")]
    now = {_name(row): row["n"] for row in rows_of(everybody)}
    faults = []
    for known in earlier:
        for row in rows_of(known):
            moved = abs(now.get(_name(row), row["n"]) - row["n"]) if row["n"] > 0 else 0
            if 0 < moved < threshold:
                faults.append(
                    Fault("DZ-F003", column=f"{row['survey']} {row['index']}",
                          found=f"{moved:g} answers more or less than an earlier release of the same period",
                          expected=f"none, or {threshold} and more",
                          hint="publish the earlier figures again until more answers are to be corrected")
                )  # fmt: skip
    if faults:
        raise DuzhengError.of(faults)


def _counts(estimates: pd.DataFrame) -> pd.DataFrame:
    """Give the counts of answers that estimates rest on: of the waves, and of those before them."""
    import pandas as pd

    means = estimates[estimates["statistic"] == "mean"]
    now = means[[*KEY, "n", "psus"]]
    changes = estimates[(estimates["statistic"] == "change") & estimates["n_before"].notna()]
    before = changes[[*KEY, "n_before"]].rename(columns={"n_before": "n"})
    before = before.assign(survey=_BEFORE + before["survey"])
    stacked = pd.concat([now, before], ignore_index=True).drop_duplicates(list(KEY), ignore_index=True)
    return stacked.assign(n=stacked["n"].fillna(0).astype(float))


def _laid_out(counts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lay counts out as cells and relations: units add up to the whole, groups of each column to everybody."""
    import pandas as pd

    base = _bases(counts)
    rows = counts.reset_index(drop=True)
    # What many read costs more to lose: everybody's figures before groups in units.
    depth = rows["column"].map(lambda column: 1.0 if column else 10.0)
    cells = pd.DataFrame({
        "cell": [_name(row) for row in rows_of(rows)],
        "value": rows["n"], "n": rows["n"], "weight": depth * (1.0 + rows["n"]),
        "pattern": [_pattern(row, base) for row in rows_of(rows)],
        "table": rows["survey"] + _APART + rows["index"], "unit": rows["unit"],
        "group": (rows["column"] + _APART + rows["code"]).where(rows["column"] != "", ""),
    })  # fmt: skip
    parts, relations = [], []
    for _, each in rows.groupby("survey", sort=True):
        dimensions = _dimensions(each)
        mine, codes = with_rests(cells.loc[each.index].reset_index(drop=True), dimensions)
        parts.append(mine)
        relations.append(relations_of(mine, codes))
    joined = pd.concat(parts, ignore_index=True)
    # A rest is never printed, and chosen by nobody: each is a pattern of its own.
    joined["pattern"] = joined["pattern"].fillna(joined["cell"])
    return joined.drop(columns=["table", "unit", "group"]), pd.concat(relations, ignore_index=True)


def _dimensions(counts: pd.DataFrame) -> dict[str, Any]:
    """Give what adds up in a wave: its units, and the groups of each column that do not overlap."""
    whole = next(iter(_wholes(counts)), "")
    units = {unit: whole for unit in counts["unit"].unique() if whole and unit != whole}
    everybody = counts[counts["column"] == ""].set_index(["index", "unit"])["n"]
    groups = []
    for column, each in counts[counts["column"] != ""].groupby("column", sort=True):
        held = each.groupby(["index", "unit"])["n"].sum()
        if (held <= everybody.reindex(held.index).fillna(0)).all():
            groups.append({f"{column}{_APART}{code}": "" for code in sorted(each["code"].unique())})
    # Groups first: a rest of groups is a code of its own, which adds up over units as well.
    return {"table": {}, "group": groups, "unit": units}


def _bases(counts: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Give whom the indices of each wave are asked: nothing for everybody, the index itself for a part."""
    most = counts.groupby(["survey", "index"])[["n"]].max().reset_index()
    most["all"] = most.groupby("survey")["n"].transform("max")
    return {(row["survey"], row["index"]): "" if row["n"] >= _EVERYBODY * row["all"] else row["index"]
            for row in rows_of(most)}  # fmt: skip


def _name(row: Mapping[str, Any]) -> str:
    return _APART.join(str(row[name]) for name in KEY)


def _pattern(row: Mapping[str, Any], base: Mapping[tuple[str, str], str], code: str | None = None) -> str:
    index = base.get((row["survey"], row["index"]), row["index"])
    return _name({**row, "index": index} if code is None else {**row, "index": index, "code": code})


def _wholes(rows: pd.DataFrame) -> set[str]:
    """Give the units that are the whole of others: of each wave the one with the most answers."""
    alone = rows[rows["column"] == ""].sort_values("n", ascending=False, kind="stable")
    return {str(each["unit"].iloc[0]) for _, each in alone.groupby("survey") if len(set(each["unit"])) > 1}


def _hides(row: Mapping[str, Any], hidden: set[str], base: Mapping[tuple[str, str], str]) -> bool:
    """Tell whether a row rests on a group that is held back, in the wave or in the one before."""
    codes = str(row["code"]).split("|") if row["column"] else [""]
    waves = (row, {**row, "survey": f"{_BEFORE}{row['survey']}"})
    return any(_pattern(each, base, code) in hidden for each in waves for code in codes)


def _ids_of(cells: pd.DataFrame, rows: set[str]) -> set[str]:
    """Give the ids of the cells of rows: their own, and those of their parts (interval, count)."""
    return {name for name in cells["id"] if name in rows or name.rsplit("/", 1)[0] in rows}


def _reported(held: pd.DataFrame) -> pd.DataFrame:
    """Say what is held back, and what an outsider can infer of its count."""
    import pandas as pd

    named = pd.DataFrame([str(cell).split(_APART) for cell in held["cell"]], columns=list(KEY))
    rest = held[["status", "reason", "lower", "upper"]].reset_index(drop=True)
    return pd.concat([named, rest.assign(reason=rest["reason"].fillna(""))], axis=1).astype(dict.fromkeys(KEY, "str"))
