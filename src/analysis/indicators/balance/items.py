"""Items of a rule that indicators do not say: from a table of items, or computed from school tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.indicators.asked import Asked
from analysis.indicators.balance.standard import (
    CLOSE,
    TEACHING_STAGES,
    Item,
    Standard,
    is_standard,
    least_certain,
)
from analysis.messages import DuzhengError
from analysis.workspace.contracts import Contract, Field, Rule, check_tables, read_checked
from analysis.workspace.schools import unit_hint
from analysis.workspace.tables import RawTable

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

FOLDER = "data/items"
EVIDENCE = ("yes", "no")
#: What people write instead, and what to write. Not 有: of what must not be there, it means no.
_ANSWERS = {"是": "yes", "达到": "yes", "y": "yes", "true": "yes", "1": "yes", "否": "no", "未达到": "no", "n": "no",
            "false": "no", "0": "no"} | {each: each for each in EVIDENCE}  # fmt: skip
#: What a frame that names no file is called in faults.
GIVEN = "items"
#: Kinds of items that evidence decides.
JUDGED = ("evidence", "schools")
ITEMS = ("unit", "year", "part", "no", "item", "value", "evidence", "sign", "bound", "verdict", "basis", "schools",
         "unknown", "certainty", "source", "note")  # fmt: skip


def item_contract(workspace: Workspace) -> Contract:
    """Make the contract of tables of items for the units and rules of a workspace.

    Columns: unit (code), year, rule (id), item (id in the rule); value (a number) of an item with a bound, or evidence
    (``yes``: the requirement is met, ``no``) of one without; source, note. An item that is not there is open.
    """
    from analysis.indicators.balance.standard import read_standard

    units = workspace.units
    known = {name: {item.id: item for _, item in read_standard(workspace, name)[1].every_item()}
             for name, rule in workspace.rules.items() if is_standard(rule)}  # fmt: skip

    choices = {name: [item.id for item in items.values() if not item.same_as] for name, items in known.items()}

    def item_of(row: pd.Series) -> Item | None:
        return known.get(str(row["rule"]), {}).get(str(row["item"]))

    def decider(row: pd.Series) -> str:
        item = item_of(row)
        return f"{item.same_as} decides it" if item else ""

    def kinds(rows: pd.DataFrame) -> pd.Series:
        import pandas as pd

        found = [item_of(row) for _, row in rows.iterrows()]
        return pd.Series([each.kind if each else "" for each in found], index=rows.index, dtype="object")

    def known_unit(rows: pd.DataFrame) -> pd.Series:
        return rows["unit"].map(lambda code: units.known(str(code))).astype(bool)

    return Contract(
        name="items",
        fields={
            "unit": Field(),
            "year": Field("year"),
            "rule": Field(),
            "item": Field(),
            "value": Field("number", required=False, blank=True),
            "evidence": Field(required=False, blank=True),
            "source": Field(required=False, blank=True),
            "note": Field(required=False, blank=True),
        },
        key=("unit", "year", "rule", "item"),
        rules=(
            Rule(
                "DZ-U001",
                "unit",
                known_unit,
                "a code of data/units.csv",
                lambda row: unit_hint(units, str(row["unit"])),
            ),
            Rule(
                "DZ-U002",
                "unit",
                lambda rows: ~known_unit(rows) | rows["year"].isna() | units.exist(rows["unit"], rows["year"]),
                lambda row: f"a unit that existed at the end of {row['year']}",
                lambda row: units.explain(str(row["unit"]), int(row["year"])),
            ),
            Rule("DZ-T004", "rule", lambda rows: rows["rule"].isin(list(known)), "one of " + ", ".join(known)),
            Rule(
                "DZ-T004",
                "item",
                lambda rows: ~rows["rule"].isin(list(known)) | (kinds(rows) != ""),
                lambda row: "one of " + ", ".join(choices.get(str(row["rule"]), ())),
            ),
            Rule(
                "DZ-T004",
                "item",
                lambda rows: kinds(rows) != "same",
                "an item that is decided by itself",
                decider,
            ),
            Rule(
                "DZ-T004",
                "value",
                lambda rows: (kinds(rows) != "number") | rows["value"].notna() | rows["evidence"].notna(),
                "a number: this item has a bound",
                "leave the row out if the figure is not known",
            ),
            Rule(
                "DZ-T004",
                "evidence",
                lambda rows: (kinds(rows) != "number") | rows["evidence"].isna(),
                "an empty cell: this item has a bound",
                "write the figure into `value`",
            ),
            Rule(
                "DZ-T004",
                "value",
                lambda rows: ~kinds(rows).isin(JUDGED) | rows["value"].isna(),
                "an empty cell: this item is judged by evidence",
                "write yes (the requirement is met) or no into `evidence`",
            ),
            Rule(
                "DZ-T004",
                "evidence",
                lambda rows: (
                    ~kinds(rows).isin(JUDGED)
                    | rows["evidence"].isin(EVIDENCE)
                    | (rows["evidence"].isna() & rows["value"].notna())
                ),
                "yes (the requirement is met) or no",
                lambda row: answer_hint(row["evidence"]),
            ),
        ),
    )


def answer_hint(text: object) -> str:
    """Say what to write where somebody answered in other words.

    >>> answer_hint("是"), answer_hint("NO"), answer_hint(None)
    ('write yes', 'write no', 'leave the row out if nothing is known')
    """
    if not isinstance(text, str):
        return "leave the row out if nothing is known"
    known = _ANSWERS.get(text.strip().lower())
    return f"write {known}" if known else ""


def held_items(frame: pd.DataFrame, workspace: Workspace) -> pd.DataFrame:
    """Hold a frame of items, from wherever, to the contract, as a file is.

    Parameters
    ----------
    frame
        The columns of the contract; ``file`` and ``row`` say in faults where a row is from, if they are there. If not,
        rows are counted as in a spreadsheet: the first is row 2.

    Returns
    -------
    pandas.DataFrame
        As :func:`read_items` gives it, with the ``attrs`` of the frame.

    Raises
    ------
    DuzhengError
        With every fault.
    """
    import numpy as np
    import pandas as pd

    texts = frame.drop(columns=["file", "row"], errors="ignore").map(_cell)
    texts.columns = texts.columns.map(str)
    numbered = "row" in frame and frame["row"].notna().all()
    texts.index = pd.Index(frame["row"].astype(int) if numbered else np.arange(2, len(frame) + 2), name="row")
    files = [str(each) for each in frame["file"]] if "file" in frame else [GIVEN] * len(frame)
    tables = [RawTable(file, texts[np.array(files) == file]) for file in dict.fromkeys(files)]
    found, notices = check_tables(tables or [RawTable(GIVEN, texts)], item_contract(workspace))
    found.attrs = {"notices": notices, **frame.attrs}
    return found


def _cell(value: object) -> str:
    """Write a cell as it stands in a file; whole numbers without a point."""
    if value is None or str(value) in {"nan", "<NA>", "NaT"}:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def read_items(workspace: Workspace, files: Sequence[Path] | None = None) -> pd.DataFrame:
    """Read tables of items, all of them or none; by default those of `data/items`.

    Returns
    -------
    pandas.DataFrame
        unit, year, rule, item, value, evidence, source, note, file, row; ``attrs`` has ``files``, the content hashes.

    Raises
    ------
    DuzhengError
        With every fault of every file.
    """
    return read_checked(workspace.root, FOLDER, item_contract(workspace), files)


def check_with_items(workspace: Workspace) -> tuple[str, ...]:
    """Check a workspace with its tables of items, whose contract its rules make; give notices of the items.

    Raises
    ------
    DuzhengError
        With the faults of all files.
    """
    asked = Asked()
    asked.take(workspace.check)
    items = asked.take(read_items, workspace)
    if asked.faults:
        raise DuzhengError.of(dict.fromkeys(asked.faults))
    return tuple(items.attrs["notices"]) if items is not None else ()


def judged_items(
    places: Sequence[tuple[str, int]], given: pd.DataFrame, rows: pd.DataFrame, standard: Standard
) -> pd.DataFrame:
    """Judge every item of a rule for each unit and year.

    Parameters
    ----------
    places
        Units and years.
    given
        Rows of tables of items of this rule; ``unit`` is the territory's id.
    rows
        Of school tables, before anything is left out: items count all schools of compulsory education.
    standard
        The rule.

    Returns
    -------
    pandas.DataFrame
        One row a unit, year and item: part, no, item, value, evidence, sign and bound, verdict (``met``, ``missed``,
        ``open``), basis (``given``, ``computed`` from school tables, ``same`` as another, or nothing), schools and
        unknown (of computed ones: how many break the bound, and how many have no figure), certainty, source and note
        of what was given.
    """
    import pandas as pd

    rows_given: list[dict[str, Any]] = given.to_dict("records")  # type: ignore[assignment]
    stated = {(str(row["unit"]), int(row["year"]), str(row["item"])): row for row in rows_given}
    found: list[dict[str, Any]] = []
    counts = {item.id: _from_schools(item, rows) for _, item in standard.every_item() if item.kind == "schools"}
    for unit, year in places:
        here: dict[str, dict[str, Any]] = {}
        for part, item in standard.every_item():
            certainty = least_certain(standard.item_bases(part, item).values())
            entry = {"unit": unit, "year": year, "part": part, "no": item.no, "item": item.id, "certainty": certainty}
            counted = counts.get(item.id, {}).get((unit, year))
            here[item.id] = entry | _judged(item, stated.get((unit, year, item.id)), counted)
        for _, item in standard.every_item():
            if item.same_as:
                taken = here[item.same_as]
                here[item.id] |= {name: taken[name] for name in ("value", "evidence", "verdict", "sign", "bound")}
                here[item.id]["basis"] = "same"
        found += here.values()
    return pd.DataFrame(found, columns=list(ITEMS)).astype({"value": float, "bound": float})


def _judged(item: Item, row: dict[str, Any] | None, counted: tuple[int, int] | None) -> dict[str, Any]:
    """Judge one item of a unit: school tables rule where they decide, then what was given."""
    sign, bound = item.bound or ("", None)
    entry: dict[str, Any] = {"value": None, "evidence": None, "sign": sign, "bound": bound, "verdict": "open",
                             "basis": "", "schools": None, "unknown": None, "source": None, "note": None}  # fmt: skip
    if counted is not None:
        above, unknown = counted
        verdict = "missed" if above else "open" if unknown else "met"
        entry |= {"schools": above, "unknown": unknown, "verdict": verdict, "basis": "computed"}
    if row is None or (entry["basis"] == "computed" and entry["verdict"] != "open"):
        return entry
    evidence = row["evidence"] if isinstance(row["evidence"], str) else None
    entry |= {"source": row["source"], "note": row["note"], "basis": "given"}
    if sign:
        value = float(row["value"])
        entry |= {"value": value, "verdict": "met" if _within(value, sign, float(bound or 0)) else "missed"}
    else:
        entry |= {"evidence": evidence, "verdict": "met" if evidence == "yes" else "missed"}
    return entry


def _within(value: float, sign: str, bound: float) -> bool:
    slack = CLOSE * max(1.0, abs(bound))
    return value >= bound - slack if sign == ">=" else value <= bound + slack if sign == "<=" else value < bound - slack


def _from_schools(item: Item, rows: pd.DataFrame) -> dict[tuple[str, int], tuple[int, int]]:
    """Count, for each unit and year, the schools above a bound and those without a figure; none where nothing is known.

    Special and vocational schools are not asked; teaching points are, whatever their size.
    """
    there = rows["stage"].isin(TEACHING_STAGES) & ~rows["kind"].isin(["special", "vocational"]) & (rows["students"] > 0)
    taught = rows[there]
    key = ["unit", "year", "school"]
    if item.size:
        schools = taught.groupby(key, sort=False)["students"].agg(["sum", "size"]).reset_index()
        bound = (schools["size"] > 1).map({True: item.size["several"], False: item.size["one"]})
        schools = schools.assign(above=schools["sum"] > bound, unknown=False)
    else:
        largest = taught["largest_class"]
        above = largest > taught["stage"].map(dict(item.largest_class)).astype(float)
        schools = taught[key].assign(above=above, unknown=largest.isna()).groupby(key, sort=False).any().reset_index()
        schools["unknown"] &= ~schools["above"]
        places = taught.loc[largest.notna(), key[:2]].drop_duplicates()
        schools = schools.merge(places, on=key[:2])
    counts = schools.groupby(key[:2])[["above", "unknown"]].sum()
    return {(str(unit), int(year)): (int(above), int(unknown))
            for (unit, year), above, unknown in counts.itertuples()}  # fmt: skip
