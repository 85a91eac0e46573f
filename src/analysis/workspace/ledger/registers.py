"""Registers: tables of the ledger with a row an entry: evidence of others, deliveries, decisions, measures, exports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, get_args

from analysis.messages import DuzhengError, Fault
from analysis.workspace.contracts import Contract, Field, Rule, read_checked
from analysis.workspace.ledger.entries import DEMO, FOLDER, Access

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from analysis.workspace.catalogue import Catalogue
    from analysis.workspace.units import Units

#: How far a source can be relied on: by its own records, by a copy or a summary, or by hearsay.
RELIABILITY: Final = ("A", "B", "C")
#: Measures on a unit.
MEASURE_KINDS: Final = ("incentive", "interview", "notice", "accountability")
#: Grades of incidents, from the least: the four that reports of accidents use.
GRADES: Final = ("ordinary", "large", "major", "grave")
INCIDENT_KINDS: Final = ("campus", "traffic", "food", "health", "building", "mass", "other")


def is_day(text: Any) -> bool:
    """Tell whether a text is a day such as 2026-03-05.

    >>> is_day("2026-03-05"), is_day("2026-3-5"), is_day("2026-02-30")
    (True, False, False)
    """
    try:
        return bool(dt.date.fromisoformat(text).isoformat() == text)
    except (TypeError, ValueError):
        return False


def _year_of(text: Any) -> int | None:
    return int(text[:4]) if is_day(text) else None


def _days(texts: pd.Series) -> pd.Series:
    """Give texts that are days, as they are; others are missing."""
    return texts.where(texts.map(is_day))


def _day(column: str) -> Rule:
    return Rule("DZ-T004", column, lambda rows: rows[column].map(is_day) | rows[column].isna(), "a day as 2026-03-05")


def _among(column: str, allowed: tuple[str, ...]) -> Rule:
    return Rule("DZ-T004", column, lambda rows: rows[column].isin(allowed) | rows[column].isna(), " or ".join(allowed),
                allowed=allowed)  # fmt: skip


_ACCESS: Final = _among("access", get_args(Access))
_SYNTHETIC: Final = {"synthetic": Field(required=False, blank=True)}
#: What all evidence of others says. ``value`` is of ``indicator`` in ``year``, in its measure; both may be empty.
_EVIDENCE: Final[dict[str, Field]] = {
    "id": Field(), "unit": Field(), "date": Field(), "year": Field("year"), "duty": Field(),
    "indicator": Field(blank=True), "value": Field("number", blank=True), "statement_zh": Field(),
    "statement_en": Field(blank=True), "source_zh": Field(), "source_en": Field(blank=True), "reliability": Field(),
    "access": Field(), "note": Field(required=False, blank=True), **_SYNTHETIC,
}  # fmt: skip
_WITH_VALUE: Final = Rule(
    "DZ-T004", "value", lambda rows: rows["indicator"].notna() == rows["value"].notna(),
    "an indicator and its value together, or neither",
)  # fmt: skip
_NOT_BEFORE: Final = Rule(
    "DZ-T004", "year", lambda rows: (rows["year"] <= rows["date"].map(_year_of).astype("Int64")).fillna(True),  # noqa: FBT003
    "the year of the date or an earlier one", "a finding is not made before its year",
)  # fmt: skip
_RULES: Final = (_day("date"), _among("reliability", RELIABILITY), _ACCESS, _WITH_VALUE, _NOT_BEFORE)


def _evidence(name: str, own: Mapping[str, Field], *rules: Rule) -> Contract:
    return Contract(name, {**_EVIDENCE, **own}, (*_RULES, *rules), ("id",))


#: The contract of each kind of evidence from others, by the folder that its tables lie in.
EVIDENCE: Final[dict[str, Contract]] = {
    "supervision": _evidence("supervision", {"document": Field()}),
    "audit": _evidence("audit", {"document": Field(), "amount": Field("number", blank=True)}),
    "poll": _evidence(
        "poll", {"respondents": Field("number"), "margin": Field("number", blank=True), "selection": Field()},
        _among("selection", ("probability", "census", "open")),
        Rule("DZ-T004", "respondents", lambda rows: rows["respondents"] > 0, "how many answered"),
        Rule("DZ-T004", "margin", lambda rows: rows["margin"].isna() | (rows["selection"] != "open"),
             "no margin of error where whoever came answered"),
    ),
    "media": _evidence(
        "media", {"outlet": Field(), "url": Field()},
        Rule("DZ-T004", "access", lambda rows: rows["access"] == "public", "public, as what was printed is"),
        Rule("DZ-T004", "reliability", lambda rows: rows["reliability"] != "A", "B or C: a report of records is none"),
    ),
}  # fmt: skip
DELIVERIES: Final = Contract(
    "deliveries",
    {"id": Field(), "evaluator": Field(required=False, blank=True), "contract": Field(), "supplier": Field(),
     "date": Field(), "delivered": Field(), "sha256": Field(), "rows": Field("number"), "faults": Field("number"),
     "outcome": Field(), "by": Field(), "note": Field(required=False, blank=True), **_SYNTHETIC},
    (_day("date"), _among("outcome", ("accepted", "refused")),
     Rule("DZ-T004", "faults", lambda rows: rows["outcome"].map({"accepted": True, "refused": False}).isna()
          | ((rows["faults"] == 0) == (rows["outcome"] == "accepted")),
          "none of what is accepted, and one at least of what is refused"),
     Rule("DZ-T004", "sha256", lambda rows: rows["sha256"].str.fullmatch("[0-9a-f]{64}").fillna(False),  # noqa: FBT003
          "the SHA-256 of the file")),
    ("id",),
)  # fmt: skip
DECISIONS: Final = Contract(
    "decisions",
    {"id": Field(), "evaluator": Field(), "date": Field(), "meeting_zh": Field(), "meeting_en": Field(blank=True),
     "decision_zh": Field(), "decision_en": Field(blank=True), "unit": Field(blank=True), "duty": Field(blank=True),
     "owner_zh": Field(blank=True), "owner_en": Field(blank=True), "due": Field(blank=True), "done": Field(blank=True),
     "access": Field(), **_SYNTHETIC},
    (_day("date"), _day("due"), _day("done"), _ACCESS,
     *(Rule("DZ-O002", each, lambda rows, each=each: ~(_days(rows[each]) < _days(rows["date"])),  # type: ignore[misc]
            "the day of the decision or later") for each in ("due", "done"))),
    ("id",),
)  # fmt: skip
#: What was done with a unit: measures are none of an item's states. ``items`` names items of rectification, as
#: ``unit/item`` by ``;``, ``situation`` one of the rule set `accountability`, ``file`` and ``sha256`` the paper.
MEASURES: Final = Contract(
    "measures",
    {"id": Field(), "evaluator": Field(), "unit": Field(), "date": Field(), "measure": Field(), "grounds_zh": Field(),
     "grounds_en": Field(blank=True), "items": Field(blank=True), "situation": Field(blank=True), "by": Field(),
     "document": Field(blank=True), "paper": Field(blank=True), "sha256": Field(blank=True), "access": Field(),
     "note": Field(required=False, blank=True), **_SYNTHETIC},
    (_day("date"), _among("measure", MEASURE_KINDS), _ACCESS,
     Rule("DZ-T004", "sha256", lambda rows: rows["sha256"].isna() | rows["sha256"].str.fullmatch("[0-9a-f]{64}"),
          "the SHA-256 of the paper, or nothing"),
     Rule("DZ-T004", "paper", lambda rows: rows["paper"].isna() == rows["sha256"].isna(),
          "a paper and its SHA-256, or neither"),
     Rule("DZ-T004", "document", lambda rows: rows["document"].notna() | (rows["measure"] != "accountability"),
          "the document by which somebody was held to account")),
    ("id",),
)  # fmt: skip
#: Safety incidents. ``grade`` is what the report of it says; ``deaths`` and ``injured`` may be empty while not known.
INCIDENTS: Final = Contract(
    "incidents",
    {"id": Field(), "unit": Field(), "date": Field(), "kind": Field(), "grade": Field(), "statement_zh": Field(),
     "statement_en": Field(blank=True), "deaths": Field("number", blank=True), "injured": Field("number", blank=True),
     "source_zh": Field(), "source_en": Field(blank=True), "reliability": Field(), "access": Field(),
     "closed": Field(blank=True), "note": Field(required=False, blank=True), **_SYNTHETIC},
    (_day("date"), _day("closed"), _ACCESS, _among("reliability", RELIABILITY), _among("grade", GRADES),
     _among("kind", INCIDENT_KINDS),
     *(Rule("DZ-T004", each, lambda rows, each=each: rows[each].isna()  # type: ignore[misc]
            | ((rows[each] >= 0) & (rows[each] % 1 == 0)), "a number of persons, or nothing while it is not known")
       for each in ("deaths", "injured")),
     Rule("DZ-O002", "closed", lambda rows: ~(_days(rows["closed"]) < _days(rows["date"])), "the day of it or later")),
    ("id",),
)  # fmt: skip
#: Results of units that left the office: who exported them, and for what. ``units`` are ids by ``;``; ``exported`` is
#: the name of the file, which stays with whom it was made for.
EXPORTS: Final = Contract(
    "exports",
    {"id": Field(), "evaluator": Field(), "date": Field(), "by": Field(), "purpose": Field(), "units": Field(),
     "year": Field("year"), "exported": Field(), "sha256": Field(), **_SYNTHETIC},
    (_day("date"), replace(_NOT_BEFORE, hint="no result is exported before its year"),
     Rule("DZ-T004", "sha256", lambda rows: rows["sha256"].str.fullmatch("[0-9a-f]{64}").fillna(False),  # noqa: FBT003
          "the SHA-256 of the file")),
    ("id",),
)  # fmt: skip
#: The registers that are no evidence, by folder.
OTHERS: Final[dict[str, Contract]] = {
    "deliveries": DELIVERIES, "decisions": DECISIONS, "measures": MEASURES, "incidents": INCIDENTS, "exports": EXPORTS,
}  # fmt: skip
#: All registers by their folder in the ledger.
REGISTERS: Final[dict[str, Contract]] = {**{f"evidence/{name}": each for name, each in EVIDENCE.items()}, **OTHERS}


def read_registers(
    root: Path, units: Units, catalogue: Catalogue, duties: frozenset[str] | None, *, demonstration: bool,
    instead: Mapping[str, Path] | None = None,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Read the tables of the ledger.

    Parameters
    ----------
    root
        The workspace's folder.
    units, catalogue, duties
        What rows refer to; duties are not held to anything if None.
    demonstration
        Read those of the demonstration instead.
    instead
        By folder a file that is read in the place of the register's own of that name: one that is about to be written.

    Returns
    -------
    dict of pandas.DataFrame
        By folder in the ledger; the columns of the contract, ``file`` and ``row``. Of evidence also ``kind``.

    Raises
    ------
    DuzhengError
        DZ-T… of the tables; DZ-U001, DZ-I001, DZ-O001 for what rows refer to; DZ-O001 for what is invented in the
        wrong place.
    """
    base = DEMO if demonstration else FOLDER
    found: dict[str, pd.DataFrame] = {}
    faults: list[Fault] = []
    for name, contract in REGISTERS.items():
        files = sorted((root / base / name).glob("*.csv"))
        if instead and name in instead:
            files = [path for path in files if path.name != instead[name].name] + [instead[name]]
        if not files:
            continue
        try:
            frame = read_checked(root, f"{base}/{name}", contract, files)
        except DuzhengError as error:
            faults += [replace(fault, file=_place(fault.file, base, name)) for fault in error.faults]
            continue
        if len(frame):
            frame["file"] = [_place(file, base, name) for file in frame["file"]]
            faults += _unknown(frame, units, catalogue, duties, synthetic=demonstration)
            found[name] = frame.assign(kind=name.split("/")[-1]) if name.startswith("evidence/") else frame
    if faults:
        raise DuzhengError.of(faults)
    return found


def _place(file: str, base: str, name: str) -> str:
    """Name a file as it lies in the ledger, also one that is about to be written there."""
    return file if file.startswith(base) else f"{base}/{name}/{file.rsplit('/', maxsplit=1)[-1]}"


def _unknown(
    frame: pd.DataFrame, units: Units, catalogue: Catalogue, duties: frozenset[str] | None, *, synthetic: bool
) -> list[Fault]:
    faults: list[Fault] = []
    for row in frame.to_dict("records"):

        def refuse(
            code: str, column: str, expected: str, found: str = "", row: Mapping[Any, Any] = row, hint: str = ""
        ) -> None:
            faults.append(Fault(code, file=row["file"], row=row["row"], column=column, expected=expected, hint=hint,
                                found=found or repr(row[column])))  # fmt: skip

        for column in ("unit", "evaluator"):
            if isinstance(row.get(column), str) and row[column] not in units.frame.index:
                refuse("DZ-U001", column, "an id of data/units.csv")
        for unit in str(row.get("units") or "").split(";"):
            if unit and unit not in units.frame.index:
                refuse("DZ-U001", "units", "ids of data/units.csv, by ;", found=repr(unit))
        if isinstance(row.get("indicator"), str) and row["indicator"] not in catalogue:
            refuse("DZ-I001", "indicator", "a code of the catalogue", hint="`duzheng data list` shows them")
        if isinstance(row.get("duty"), str) and duties is not None and row["duty"] not in duties:
            refuse("DZ-O001", "duty", f"one of {', '.join(sorted(duties))}")
        if (row.get("synthetic") == "true") != synthetic:
            marked = row["synthetic"] if isinstance(row["synthetic"], str) else "nothing"
            refuse("DZ-O001", "synthetic", f"true in {DEMO}, and nowhere else", found=f"synthetic: {marked}",
                   hint="what is invented is kept apart from what an office wrote")  # fmt: skip
    return faults
