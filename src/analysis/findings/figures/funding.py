"""Funding: each unit's published growth held to the rules that ask for it; what is not published is open."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING, Any, Literal

from analysis.findings.figures.book import both, cells_in, finding_id, inside
from analysis.findings.finding import Finding
from analysis.findings.measures import PERCENT
from analysis.findings.wording import Cited, Listed, Message, Number, Slot
from analysis.indicators import cell_id, rows_of
from analysis.indicators.funding.growth_rules import GrowthRule, growth_rules, is_growth
from analysis.indicators.funding.verdicts import funding_growth

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.figures.book import Book
    from analysis.workspace.rules import RuleSet

#: The section that it is said in.
FUNDING = "funding"
Judged = Literal["met", "missed", "open"]
#: Of the parts of a rule, what the whole of it comes to: the first of these that any part is.
_ORDER: tuple[Judged, ...] = ("missed", "open", "met")


def rule_of(book: Book) -> RuleSet | None:
    """Give the newest rule set on growth; None if there is none, or no figure that it could judge."""
    rules = [each for each in book.workspace.rules.values() if is_growth(each)]
    if not rules:
        return None
    newest = max(rules, key=lambda each: (str(each.effective_from or ""), each.id))
    roles = growth_rules(book.workspace, newest.id).roles.values()
    codes = {code for role in roles for measure in role.measures for code in measure.codes}
    return newest if any(book.course(code, unit) for code in codes for unit, _ in book.units()) else None


def judged(book: Book, rule: RuleSet) -> pd.DataFrame:
    """Give what the rules say of the units and wholes of the run, up to its year."""
    told = [unit for unit, _ in book.units()]
    table = funding_growth(book.workspace, units=told, rule=rule.id, boundaries=book.boundaries).table
    return table[table["year"] <= book.year].reset_index(drop=True)


def funding(book: Book, rule: RuleSet, table: pd.DataFrame, cells: list[dict[str, Any]]) -> Iterator[Finding]:
    """Say of each unit, in the newest year with figures, which rules it met and missed, and how many are open.

    A rule is met by a unit only where all that is published of the whole it belongs to is published of the unit too.
    """
    rules = growth_rules(book.workspace, rule.id)
    year = int(table["year"].max())
    asked = [each for each in rules.rules if each.since.year <= year <= (each.until or year)]
    rows = [row for row in rows_of(table) if row["year"] == year]
    for unit, whole in book.units():
        comes: dict[str, Judged] = {}
        for each in asked:
            mine = [row for row in rows if row["unit"] == unit and row["rule"] == each.id]
            wanted = {row["measure"] for row in rows if row["unit"] == whole and row["rule"] == each.id}
            comes[each.id] = _come(mine, wanted)
            decided = [row for row in mine if row["verdict"] in {"met", "missed"}]
            if comes[each.id] != "open" and decided:
                yield _decided(book, rules.roles[each.of].name, each, comes[each.id], decided, cells)
        if still := [each for each in asked if comes[each.id] == "open"]:
            yield _open(book, rule, unit, year, len(asked), len(still), cells)


def _come(rows: list[dict[str, Any]], wanted: set[str]) -> Judged:
    """Give what a rule comes to for a unit: missed by one missed part, open while any part is not known."""
    there = {row["measure"]: "open" if row["verdict"] == "refused" else row["verdict"] for row in rows}
    verdicts = {*there.values(), *("open" for _ in wanted - set(there))} or {"open"}
    return next(each for each in _ORDER if each in verdicts)


def _decided(
    book: Book, role: Any, rule: GrowthRule, come: Judged, rows: list[dict[str, Any]], cells: list[dict[str, Any]]
) -> Finding:
    """Say how much each part grew, and that the rule is met or missed."""
    unit, year = rows[0]["unit"], rows[0]["year"]
    shown = [row for row in rows if row["verdict"] == come]
    slots: dict[str, Slot] = {
        "year": year, "unit": book.unit(unit), "role": inside(role), "rule": Cited(both(rule.name)),
        "grown": Listed(tuple(_grown(book, row, cells) for row in shown)),
        "mark": Message("funding_mark", {}) if "C" in {rule.certainty, rule.since.certainty} else "",
    }  # fmt: skip
    worst = min(shown, key=lambda row: (row["margin"], row["measure"]))
    return Finding(
        id=finding_id(FUNDING, rule.id, unit, year, year - 1, "standard"), unit=unit, year=year, base_year=year - 1,
        topic=FUNDING, kind="threshold", reference="standard", verdict=come, tone="good" if come == "met" else "bad",
        subject=rule.id, estimate=worst["growth"], against=worst["growth"] - worst["margin"],
        doubt="doubtful figures" if any(row["doubt"] for row in rows) else "",
        cells=tuple(dict.fromkeys([*cells_in(slots), *(cell for row in rows for cell in row["made_of"].split(";"))])),
        message=f"funding_{come}", slots=slots,
    )  # fmt: skip


def _grown(book: Book, row: dict[str, Any], cells: list[dict[str, Any]]) -> Slot:
    """Say the growth that decides of one part; beside it that of the levels, where they are on another scope."""
    indicator = book.workspace.catalogue[row["indicator"]]
    level = book.fact(indicator.code, row["unit"], row["year"])
    slots: dict[str, Slot] = {
        "indicator": inside(indicator.short or indicator.name), "growth": _growth(book, row, "growth", cells),
        "reached": Message("funding_reached", {"value": book.number(level)}) if level else "", "levels": "",
    }  # fmt: skip
    if row["differs"] and not isnan(row["levels_growth"]):
        slots["levels"] = Message("funding_levels", {"growth": _growth(book, row, "levels_growth", cells)})
    return Message("funding_grown", slots)


def _growth(book: Book, row: dict[str, Any], column: str, cells: list[dict[str, Any]]) -> Number:
    """Give a growth: the cell that was published, or one of its own that was computed of levels."""
    if column == "growth" and row["basis"] != "levels":
        for cell in row["made_of"].split(";"):
            fact = book.cell(cell)
            if fact is not None and book.indicator(fact).growth_of == row["indicator"] and fact["year"] == row["year"]:
                return book.number(fact)
    cell = cell_id(row["indicator"], row["unit"], row["year"], "levels_growth", row["base_year"])
    number = Number(cell, row["levels_growth"], 2, PERCENT)
    cells.append({"id": number.cell, "value": number.value, "unit": row["unit"], "indicator": row["indicator"],
                  "year": row["year"], "base_year": row["base_year"], "statistic": "levels_growth", "measure": PERCENT,
                  "decimals": number.decimals, "sources": row["sources"],
                  "how": f"computed from {row['made_of'].replace(';', ', ')}"})  # fmt: skip
    return number


def _open(
    book: Book, rule: RuleSet, unit: str, year: int, asked: int, still: int, cells: list[dict[str, Any]]
) -> Finding:
    """Say how many of the rules cannot be judged for want of figures."""
    numbers: dict[str, Number] = {}
    for statistic, value in (("rules", asked), ("rules_open", still)):
        numbers[statistic] = Number(f"{rule.id}/{unit}/{year}/{statistic}", value)
        cells.append({"id": numbers[statistic].cell, "value": value, "unit": unit, "indicator": rule.id, "year": year,
                      "statistic": statistic, "decimals": 0, "how": f"counted of the rule set {rule.id}",
                      "sources": rule.source})  # fmt: skip
    slots: dict[str, Slot] = {"year": year, "unit": book.unit(unit), "title": Cited(both(rule.title)),
                              "rules": numbers["rules"], "open": numbers["rules_open"]}  # fmt: skip
    return Finding(
        id=finding_id(FUNDING, rule.id, unit, year, None, "standard"), unit=unit, year=year, topic=FUNDING,
        kind="threshold", reference="standard", verdict="open", subject=rule.id, cells=cells_in(slots),
        message="funding_all_open" if asked == still else "funding_open", slots=slots,
    )  # fmt: skip
