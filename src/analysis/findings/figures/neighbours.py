"""Neighbours: a ratio beside the units whose circumstances are most like the unit's."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING, Any

from analysis.findings.figures.book import tone_of, verdict_of
from analysis.findings.figures.cells import counted_of, decimals_of, is_percentage, measure_of
from analysis.findings.figures.told import told
from analysis.findings.wording import Message, Number, Slot, Word
from analysis.indicators import cell_id, complete_years, series
from analysis.indicators.peer_comparison.comparison import compare_with_peers
from analysis.indicators.peer_comparison.rule import ID, PeersRule

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book, Fact
    from analysis.findings.finding import Finding, Verdict
    from analysis.workspace import Indicator

#: Fewer neighbours make no range.
LEAST = 3


@dataclass(frozen=True)
class Range:
    """The range of the neighbours that a ratio lies outside of, by what matters."""

    own: Fact
    others: tuple[Fact, ...]
    median: float
    verdict: Verdict  #: ``above`` or ``below``
    slots: dict[str, Slot]
    practical: float | None

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of its numbers and of the figures that it was made of."""
        named = [each.cell for each in self.slots.values() if isinstance(each, Number)]
        return (*named, *(each["cell"] for each in self.others))


def ranges(book: Book, cells: list[dict[str, Any]]) -> dict[tuple[str, str], Range]:
    """Find by unit and ratio where it lies outside the range of the unit's neighbours; put the range into ``cells``.

    Notes
    -----
    Nothing is found of what lies within: the range is of a few units, and no norm. A unit farther than √k away, with k
    variables of context, differs by more than one standard deviation in the average variable and is no neighbour; with
    fewer than ``LEAST`` there is no range.
    """
    rule = book.workspace.rules.get(ID)
    found: dict[tuple[str, str], Range] = {}
    if rule is None:
        return found
    context = [each.indicator for each in rule.read(PeersRule).context]
    for whole, units in book.peers.items():
        judged = [each for each in told(book) if each.direction != "none" and book.complete(each.code, whole)]
        at = _newest(book, context, units)
        if not whole or len(units) <= LEAST or not judged or at is None:
            continue
        for year in {book.complete(each.code, whole)[-1] for each in judged}:
            codes = [each.code for each in judged if book.complete(each.code, whole)[-1] == year]
            compared = compare_with_peers(book.workspace, units, codes, year=year, context_year=at,
                                          boundaries=book.boundaries)  # fmt: skip
            like = compared.likeness.table
            near = like[like["distance"] <= sqrt(len(context))]
            for unit in units:
                others = [str(each) for each in near.loc[near["unit"] == unit, "neighbour"]]
                for code in codes:
                    outside = _outside(book, book.workspace.catalogue[code], unit, year, others, cells)
                    if outside is not None:
                        found[unit, code] = outside
    return found


def _newest(book: Book, context: list[str], units: list[str]) -> int | None:
    """Give the newest year of the run in which all units have figures of all variables of context."""
    levels = series(book.workspace, context, boundaries=book.boundaries, units=units, until=book.year)
    years = [set(complete_years(levels[levels["indicator"] == code], units)) for code in context]
    return max(set.intersection(*years), default=None)


def _outside(
    book: Book, indicator: Indicator, unit: str, year: int, near: list[str], cells: list[dict[str, Any]]
) -> Range | None:
    own = book.fact(indicator.code, unit, year)
    others = [each for each in (book.fact(indicator.code, other, year) for other in near) if each is not None]
    if own is None or len(others) < LEAST:
        return None
    values = [each["value"] for each in others]
    lowest, highest, middle = min(values), max(values), median(values)
    practical = book.practical(indicator, middle)
    verdict = verdict_of(own["value"] - middle, practical, "above", "below", "like")
    if verdict == "like" or lowest <= own["value"] <= highest:
        return None
    common = {"unit": unit, "indicator": indicator.code, "year": year,
              "how": f"computed from {', '.join(each['cell'] for each in others)}",
              "sources": ";".join(sorted({each for one in others for each in one["sources"].split(";") if each})),
              }  # fmt: skip
    numbers: dict[str, Slot] = {}
    for slot, value in (("lowest", lowest), ("highest", highest), ("peers", len(others))):
        counts = slot == "peers"
        number = Number(cell_id(indicator.code, unit, year, "neighbours" if counts else f"neighbours_{slot}"), value,
                        0 if counts else decimals_of("level", indicator),
                        None if counts else measure_of("level", indicator))  # fmt: skip
        numbers[slot] = number
        cells.append({**common, "id": number.cell, "value": number.value, "measure": number.measure,
                      "statistic": "neighbours" if counts else f"neighbours_{slot}", "decimals": number.decimals,
                      "counted": None if counts else counted_of("level", indicator)})  # fmt: skip
    counting = "percentage" if is_percentage(indicator) else "count" if indicator.counted else "figure"
    slots: dict[str, Slot] = {**book.kinds(), **numbers, "side": Word(verdict), "counting": Word(counting)}
    return Range(own, tuple(others), middle, verdict, slots, practical)


def beside(there: Range, *, but: bool) -> Slot:
    """Say within a sentence that a ratio is outside the range too, or though it is not far from the whole's."""
    return Message("ratio_near", {**there.slots, "joined": Word("but" if but else "also")})


def alone(book: Book, there: Range, message: str, slots: dict[str, Slot], facts: tuple[Fact | None, ...]) -> Finding:
    """Make the finding that a ratio is outside the range.

    Who is like whom hangs on the variables that the office chose: what is found so was not declared.
    """
    own, indicator = there.own, book.indicator(there.own)
    found = book.finding(
        "gap", own, message, slots, reference="peers", facts=(*facts, *there.others),
        estimate=own["value"] - there.median, against=there.median, verdict=there.verdict,
        tone=tone_of(indicator, there.verdict), practical=there.practical, confirmatory=False,
    )  # fmt: skip
    return found.model_copy(update={"cells": tuple(dict.fromkeys([*found.cells, *there.cells]))})
