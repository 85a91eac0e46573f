"""Others: what administrative supervision, audits, polls and the media found, kept apart and beside own data."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.ledger.monitored import Figure, Missing, Monitored
from analysis.findings.ledger.verdicts import Verdict, verdict
from analysis.messages import DuzhengError, Fault, in_columns
from analysis.supervision.evaluations import evaluator_of
from analysis.workspace.ledger import Claim, Editing, editing
from analysis.workspace.ledger.registers import EVIDENCE, read_registers
from analysis.workspace.tables import RawTable, halfwidth, read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.ledger import SelfEvaluation

#: A finding of others a row; what only some kinds say is empty in the others.
COLUMNS: Final = (
    "id", "kind", "unit", "name_zh", "name_en", "date", "year", "duty", "indicator", "value", "statement_zh",
    "statement_en", "source_zh", "source_en", "reliability", "access", "document", "amount", "respondents", "margin",
    "selection", "outlet", "url", "note", "synthetic", "file", "row",
)  # fmt: skip
#: A value of others beside what it is held to, a row: ``conflict_with`` is ``monitored`` or ``claim``, ``monitored``
#: the monitored or claimed number, ``claim`` names the claim as unit/year/id, ``cell`` the monitored figure;
#: ``difference`` is the value less that number, ``allowed`` by how much the two may differ and still agree; ``verdict``
#: is agrees, differs or open, and ``reason`` says why it is open.
CONFLICTS: Final = (
    "id", "kind", "unit", "name_zh", "name_en", "duty", "indicator", "indicator_zh", "indicator_en", "measure_zh",
    "measure_en", "year", "value", "conflict_with", "claim", "monitored", "difference", "allowed", "verdict", "reason",
    "cell", "source_zh", "source_en", "reliability", "access", "synthetic",
)  # fmt: skip
_NUMBERS: Final = ("value", "amount", "respondents", "margin")


def add(
    workspace: Workspace, kind: str, given: Path | Iterable[Mapping[str, Any]], *, evaluator: str = "",
    synthetic: bool = False,
) -> int:  # fmt: skip
    """Take findings of others into the ledger: all of them, or none.

    Parameters
    ----------
    workspace
        The workspace.
    kind
        Whose they are: a key of :data:`analysis.workspace.ledger.registers.EVIDENCE`.
    given
        A file (CSV or Excel), or rows by the columns of the contract.
    evaluator
        About whom: it and those below it; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration. A file then says so itself, in its column ``synthetic``.

    Returns
    -------
    int
        How many were taken.

    Raises
    ------
    DuzhengError
        DZ-O001 for a kind that there is not; DZ-T… and DZ-U001, DZ-I001, DZ-O001 with every fault of the rows, by file
        and row, those about units beyond the evaluator among them; rows that are no file are counted as if they stood
        below a header. Nothing is written then.
    """
    with editing(workspace, synthetic=synthetic) as ledger:
        if not isinstance(given, Path):
            given = [{"synthetic": "true" if synthetic else "", **row} for row in given]
        found = held(workspace, kind, given, evaluator=evaluator, synthetic=synthetic)
        enter(ledger, kind, found)
    return len(found)


def enter(ledger: Editing, kind: str, rows: Iterable[Mapping[str, str]]) -> None:
    """Enter rows that hold to their contract, as they are written."""
    for row in rows:
        ledger.row(f"evidence/{kind}", row)


def held(
    workspace: Workspace, kind: str, given: Path | Iterable[Mapping[str, Any]], *, evaluator: str, synthetic: bool
) -> list[dict[str, str]]:
    """Hold findings of others to contract and evaluator, with what is there; give the rows as they are written."""
    if kind not in EVIDENCE:
        raise DuzhengError(Fault("DZ-O001", found=repr(kind), expected=f"one of {', '.join(EVIDENCE)}"))
    fields = EVIDENCE[kind].fields
    with TemporaryDirectory() as folder:
        aside = _aside(given, Path(folder), list(fields))
        name = given.name if isinstance(given, Path) else ""
        faults: list[Fault] = []
        try:
            table = read_table(aside, name)
            raw, faults = table.frame, beyond(workspace, table, evaluator)
            read_registers(workspace.root, workspace.units, workspace.catalogue, _duties(workspace),
                           demonstration=synthetic, instead={f"evidence/{kind}": aside})  # fmt: skip
        except DuzhengError as error:
            faults += error.faults
        if faults:
            raise DuzhengError.of(_named(fault, aside.name, name) for fault in faults)
    columns = {
        str(name): halfwidth(list(raw[name])) if fields[str(name)].type != "text" else list(raw[name]) for name in raw
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def beyond(workspace: Workspace, table: RawTable, evaluator: str = "") -> list[Fault]:
    """Find the rows of a table that are about units which are neither an evaluator nor below it; by id or code."""
    above, within = evaluator_of(workspace, evaluator), scope(workspace, evaluator)
    frame = workspace.units.frame
    known = {*frame.index, *frame["code"]}
    ours = within | {str(frame.at[unit, "code"]) for unit in within}
    return [
        Fault("DZ-U001", file=table.file, row=int(str(row)), column="unit", found=repr(unit),
              expected=f"{above}, or a unit below it", hint="--evaluator says whose ledger it is")
        for row, unit in (table.frame["unit"].items() if "unit" in table.frame else ())
        if unit in known and unit not in ours
    ]  # fmt: skip


def _aside(given: Path | Iterable[Mapping[str, Any]], folder: Path, columns: list[str]) -> Path:
    """Put what is given into a folder, under a name that no file of the register has."""
    if isinstance(given, Path):
        if not given.is_file():
            raise DuzhengError(Fault("DZ-T001", file=given.name, found="no such file", expected="a readable file"))
        path = folder / f"{hashlib.sha256(given.read_bytes()).hexdigest()}{given.suffix.lower()}"
        shutil.copyfile(given, path)
        return path
    rows = list(given)
    path = folder / f"{hashlib.sha256(repr(rows).encode()).hexdigest()}.csv"
    named = [*columns, *dict.fromkeys(key for row in rows for key in row if key not in columns)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(named)
        writer.writerows(["" if row.get(key) is None else row[key] for key in named] for row in rows)
    return path


def _named(fault: Fault, aside: str, name: str) -> Fault:
    if not fault.file.endswith(aside):
        return replace(fault, found=fault.found.replace(aside, name or "these rows"))
    return replace(fault, file=name, found=fault.found.replace(aside, name or "these rows"))


def _duties(workspace: Workspace) -> frozenset[str] | None:
    if "duties" not in workspace.rules:
        return None
    return frozenset(str(each["id"]) for each in workspace.rules["duties"].parameters.get("duties", ()))


def scope(workspace: Workspace, evaluator: str = "") -> frozenset[str]:
    """Give the ids of an evaluator and of all that are or were below it."""
    units, above = workspace.units, evaluator_of(workspace, evaluator)

    def inside(unit: str | None) -> bool:
        return unit is not None and (unit == above or inside(units.parent(unit)))

    return frozenset(str(unit) for unit in units.frame.index if inside(str(unit)))


def evidence(
    workspace: Workspace, *, year: int | None, evaluator: str = "", synthetic: bool = False, public: bool = True,
    restricted: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Give what others found.

    Parameters
    ----------
    workspace
        The workspace.
    year
        The year of evaluation: what is dated in it, or was found before about the year before, which it evaluates; all
        if None.
    evaluator
        Only of it and those below it; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.
    public
        Whether only that is given which everybody may read. What is restricted is never given with it.
    restricted
        Whether also that is given which only some of the office may read: for them, and for no memo.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, by kind and in the order of the registers.
    """
    import pandas as pd

    there = workspace.ledger_of(synthetic=synthetic).evidence
    classes = {"public"} if public else {"public", "internal"} | ({"restricted"} if restricted else set())
    rows: list[dict[str, Any]] = []
    if len(there):
        within = scope(workspace, evaluator)
        kept = there["access"].isin(classes) & there["unit"].isin(within)
        if year is not None:
            dated = there["date"].str[:4].astype(int)
            kept &= (dated == year) | ((dated < year) & (there["year"] == year - 1))
        rows = [_row(workspace, {str(name): value for name, value in row.items()})
                for row in there[kept].to_dict("records")]  # fmt: skip
    types = dict.fromkeys(COLUMNS, "str") | dict.fromkeys(_NUMBERS, "float64")
    types |= {"year": "int64", "row": "int64", "synthetic": "bool"}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(types)


def _row(workspace: Workspace, row: Mapping[str, Any]) -> dict[str, Any]:
    import pandas as pd

    found = {name: row.get(name) for name in COLUMNS}
    found = {name: float("nan") if name in _NUMBERS else "" for name in COLUMNS} | {
        name: value for name, value in found.items() if value is not None and not pd.isna(value)
    }
    english = {f"{name}_en": found[f"{name}_en"] or found[f"{name}_zh"] for name in ("statement", "source")}
    return found | english | _called(workspace, found["unit"]) | {"synthetic": found["synthetic"] == "true"}


def _called(workspace: Workspace, unit: str) -> dict[str, str]:
    units = workspace.units
    return in_columns("name", units.names(unit))


def conflicts(
    workspace: Workspace, *, year: int | None, evaluator: str = "", synthetic: bool = False, public: bool = True,
    restricted: bool = False, monitored: Monitored | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Hold the values that others found to what was monitored, and to what units claim.

    Parameters
    ----------
    workspace, year, evaluator, synthetic, public, restricted
        As of :func:`evidence`. With ``public`` no claim is named that is not approved on the day of release.
    monitored
        The figures of a run; computed here if not given.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`CONFLICTS`: each value beside the monitored figure, and once more beside each claim of the same
        figure in self-evaluations.

    Notes
    -----
    A value is judged as a claim is (:func:`analysis.findings.ledger.verdicts.verdict`): by half a unit of its last
    printed digit, for a poll by its margin of error; where the figure was published in coarser units, what it may be
    off by is added. Where whoever came answered, nothing is said. A claim is held to the value of others in the same
    way, what the value may be off by added.
    """
    import pandas as pd

    found = evidence(workspace, year=year, evaluator=evaluator, synthetic=synthetic, public=public,
                     restricted=restricted)  # fmt: skip
    values = found[found["value"].notna()]
    rows: list[dict[str, Any]] = []
    if len(values):
        evaluations = [each for _, each in sorted(workspace.ledger_of(synthetic=synthetic).self_evaluations.items())
                       if not public or each.public_on(workspace.settings.released)]  # fmt: skip
        known = monitored or _figures(workspace, set(values["indicator"]))
        held_to = _Held(workspace, known, evaluations)
        rows = [
            row for value in values.to_dict("records") for row in held_to.rows({str(k): v for k, v in value.items()})
        ]
    types = dict.fromkeys(CONFLICTS, "str") | dict.fromkeys(("value", "monitored", "difference", "allowed"), "float64")
    return pd.DataFrame(rows, columns=list(CONFLICTS)).astype(types | {"year": "int64", "synthetic": "bool"})


def _figures(workspace: Workspace, indicators: set[str]) -> Monitored:
    """Give the figures of some indicators, with the parts that they are computed of."""
    from analysis.indicators import series

    codes = dict.fromkeys(code for each in sorted(indicators) for code in (each, *workspace.catalogue.parts(each)))
    boundaries = workspace.settings.boundaries
    return Monitored(workspace, series(workspace, codes, boundaries=boundaries), None, boundaries)


@dataclass(frozen=True, eq=False)
class _Held:
    """The values of others, each held to figures and claims."""

    workspace: Workspace
    monitored: Monitored
    evaluations: list[SelfEvaluation]

    def rows(self, row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        claim = self._claim(row)
        yield self._written(row, self._beside(claim, row), claim)
        for evaluation in self.evaluations:
            for each in evaluation.claims:
                alike = (each.indicator, each.year, each.of or evaluation.unit)
                if each.value is None or alike != (claim.indicator, claim.year, row["unit"]):
                    continue
                found = verdict(each, row["unit"], _Told.by(self.monitored, claim, row["unit"]))
                if row["selection"] == "open":
                    found = Verdict(each, "open", "open_sample")
                place = f"{evaluation.unit}/{evaluation.year}/{each.id}"
                written = self._written(row, found, claim, place, number=float(each.value))
                if row["access"] == "public" and not evaluation.public_on(self.workspace.settings.released):
                    written["access"] = "internal"
                yield written

    def _claim(self, row: Mapping[str, Any]) -> Claim:
        """Make a claim of a value, with the decimals that it is written with."""
        known = self._texts
        if row["file"] not in known:
            known[row["file"]] = read_table(self.workspace.root / row["file"], row["file"]).frame
        (text,) = halfwidth([str(known[row["file"]].at[row["row"], "value"])])
        margin = row["margin"]
        return Claim(id="others", indicator=row["indicator"], year=row["year"], value=Decimal(text),
                     tolerance=Decimal(str(margin)) if margin > 0 else None,
                     text={"zh-Hans": row["statement_zh"]})  # fmt: skip

    @cached_property
    def _texts(self) -> dict[str, pd.DataFrame]:
        return {}

    def _beside(self, claim: Claim, row: Mapping[str, Any]) -> Verdict:
        if row["selection"] == "open":
            return Verdict(claim, "open", "open_sample")
        units, boundaries = self.workspace.units, self.monitored.boundaries
        holders = units.holders(row["unit"], boundaries)
        same = len(holders) == 1 and units.holders(holders[0], int(row["date"][:4])) == [row["unit"]]
        return verdict(claim, holders[0] if holders else row["unit"], self.monitored, same_territory=same)

    def _written(
        self, row: Mapping[str, Any], found: Verdict, claim: Claim, place: str = "", *, number: float | None = None
    ) -> dict[str, Any]:
        indicator = self.workspace.catalogue[row["indicator"]]
        against = found.monitored if number is None else number
        return {
            **{name: row[name] for name in CONFLICTS if name in row},
            **in_columns("indicator", indicator.name), **in_columns("measure", indicator.measure),
            "conflict_with": "claim" if place else "monitored", "claim": place,
            "monitored": against, "difference": None if against is None else float(claim.value or 0) - against,
            "allowed": found.margin, "verdict": found.outcome, "reason": found.reason or "",
            "cell": found.now.cell if found.now is not None and not place else "",
        }  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Told(Monitored):
    """What others found as the figure that a claim is held to."""

    told: Mapping[tuple[str, str, int], Figure] | None = None

    @classmethod
    def by(cls, monitored: Monitored, value: Claim, unit: str) -> _Told:
        indicator = monitored.workspace.catalogue[value.indicator]
        figure = Figure("", float(value.value or 0), value.year, value.decimals, indicator.measure, half=value.margin)
        return cls(monitored.workspace, monitored.facts, None, monitored.boundaries,
                   told={(value.indicator, unit, value.year): figure})  # fmt: skip

    def level(self, indicator: str, unit: str, year: int) -> Figure | Missing:
        return (self.told or {}).get((indicator, unit, year), Missing("no_figure"))

    def former(self, indicator: str, unit: str, year: int) -> None:  # noqa: ARG002  as monitored figures have it
        return None
