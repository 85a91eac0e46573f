"""Targets: where each unit is on the way to what its government set itself."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING, Any, Literal

from analysis.findings.figures.book import both, cells_in, finding_id, inside
from analysis.findings.figures.cells import decimals_of, measure_of
from analysis.findings.finding import Finding
from analysis.findings.wording import Cited, Message, Number, Slot, Word
from analysis.indicators import rows_of
from analysis.indicators.balance.verdicts import decimals_of as places
from analysis.indicators.targets import targets as held

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book, Fact
    from analysis.indicators.targets.targets import Targets

#: The section that it is said in.
TARGETS = "targets"
#: What the verb finds, as a verdict and a tone: on the way counts as met so far.
_VERDICTS: dict[str, tuple[Literal["met", "missed", "open"], Literal["good", "bad", "neutral"]]] = {
    "reached": ("met", "good"), "missed": ("missed", "bad"), "on_course": ("met", "good"), "behind": ("missed", "bad"),
    "unknown": ("open", "neutral"),
}  # fmt: skip
_NUMBERS = ("target", "path", "needed", "observed")


def progress(book: Book, *, synthetic: bool) -> Targets | None:
    """Hold figures to the targets of the workspace, or to the invented ones where it has none; None without any."""
    for demonstration in (False, True) if synthetic else (False,):
        found = held(book.workspace, until=book.year, boundaries=book.boundaries, demonstration=demonstration)
        if not found.table.empty:
            return found
    return None


def targets(book: Book, found: Targets, cells: list[dict[str, Any]]) -> Iterator[Finding]:
    """Say of each target of a unit whether it is reached or on the way, what is needed a year and what was achieved."""
    told = {unit for unit, _ in book.units()}
    titles = found.labels.names["term"]
    for row in rows_of(found.table):
        if row["unit"] not in told:
            continue
        known = not isnan(row["latest"])
        latest = book.fact(row["indicator"], row["unit"], int(row["year"])) if known else None
        yield _target(book, row, latest, both(titles[row["term"]]), cells, synthetic=found.simulated)


def _target(
    book: Book, row: dict[str, Any], latest: Fact | None, title: Any, cells: list[dict[str, Any]], *, synthetic: bool
) -> Finding:
    indicator = book.workspace.catalogue[row["indicator"]]
    numbers: dict[str, Number] = {}
    computed = f"computed from {row['made_of'].replace(';', ', ')}"
    for name in _NUMBERS:
        if isnan(row[name]):
            continue
        decimals = decimals_of("level", indicator)
        number = Number(f"{indicator.code}.{row['term']}/{row['unit']}/{row['by']}/{name}", row[name],
                        min(decimals, places(row[name])) if name == "target" else decimals,
                        measure_of("level" if name in {"target", "path"} else "change", indicator))  # fmt: skip
        numbers[name] = number
        cells.append({
            "id": number.cell, "value": number.value, "unit": row["unit"], "indicator": indicator.code,
            "year": int(row["by"]), "statistic": name, "measure": number.measure, "decimals": number.decimals,
            "how": f"the target of {row['term']}" if name == "target" else computed,
            "sources": row["target_source"] if name == "target" else row["sources"],
        })  # fmt: skip
    state = str(row["verdict"])
    verdict, tone = _VERDICTS[state]
    slots: dict[str, Slot] = {
        "unit": book.unit(row["unit"]), "by": int(row["by"]), "title": Cited(title),
        "indicator": inside(indicator.name), "way": Word(row["way"]), "state": Word(state), "target": numbers["target"],
        "latest": Message("target_latest", {"year": latest["year"], "value": book.number(latest)}) if latest else "",
        "pace": _pace(numbers, row), "path": Message("target_path", {"path": numbers["path"], "state": Word(state)})
        if "path" in numbers and state in {"on_course", "behind"} else "",
    }  # fmt: skip
    year = latest["year"] if latest else min(int(row["by"]), book.year)
    return Finding(
        id=finding_id(TARGETS, f"{indicator.code}.{row['term']}", row["unit"], year, None, "target"), unit=row["unit"],
        year=year, topic=TARGETS, kind="threshold", reference="target", verdict=verdict, tone=tone,
        subject=indicator.code, estimate=latest["value"] if latest else None, against=row["target"],
        doubt="doubtful figures" if row["doubt"] else "",
        segments="several" if row["reason"] == "break" else "one",
        cells=tuple(dict.fromkeys([*cells_in(slots), *([latest["cell"]] if latest else [])])), synthetic=synthetic,
        message="target_open" if verdict == "open" else "target_held", slots=slots,
    )  # fmt: skip


def _pace(numbers: dict[str, Number], row: dict[str, Any]) -> Slot:
    """Say what is needed a year from now, beside what a year brought so far."""
    if not {"needed", "observed"} <= set(numbers) or row["verdict"] not in {"on_course", "behind"}:
        return ""
    enough = abs(row["observed"]) >= abs(row["needed"]) and row["observed"] * row["needed"] > 0
    slots: dict[str, Slot] = {"needed": numbers["needed"], "observed": numbers["observed"],
                              "base": int(row["base_year"]), "enough": Word("yes" if enough else "no")}  # fmt: skip
    return Message("target_pace", slots)
