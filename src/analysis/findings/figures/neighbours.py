"""Neighbours: a ratio beside the units whose circumstances are most like the unit's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.findings.figures.book import finding_id, tone_of, verdict_of
from analysis.findings.figures.cells import counted_of, decimals_of, measure_of
from analysis.findings.figures.ratios import told
from analysis.findings.finding import Finding
from analysis.findings.wording import Listed, Number, Slot, Word
from analysis.indicators import cell_id, complete_years, rows_of, series
from analysis.indicators.peer_comparison.comparison import compare_with_peers
from analysis.indicators.peer_comparison.rule import ID, PeersRule

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book, Fact

#: Fewer neighbours make no range.
LEAST = 3


def neighbours(book: Book, cells: list[dict[str, Any]]) -> Iterator[Finding]:
    """Say where a ratio lies outside the range of the unit's neighbours; put the range into ``cells``.

    Nothing is said of what lies within: the range is of a few units, and no norm. Who is like whom hangs on the
    variables that the office chose: what is found so was not declared, and goes after what is held to the whole.
    """
    rule = book.workspace.rules.get(ID)
    if rule is None:
        return
    context = [each.indicator for each in rule.read(PeersRule).context]
    for whole, units in book.peers.items():
        judged = [each for each in told(book) if each.direction != "none" and book.complete(each.code, whole)]
        at = _newest(book, context, units)
        if not whole or len(units) <= LEAST or not judged or at is None:
            continue
        for year in {book.complete(each.code, whole)[-1] for each in judged}:
            codes = [each.code for each in judged if book.complete(each.code, whole)[-1] == year]
            found = compare_with_peers(book.workspace, units, codes, year=year, context_year=at,
                                       boundaries=book.boundaries)  # fmt: skip
            for row in rows_of(found.table):
                own = book.fact(row["indicator"], row["unit"], year)
                if own is not None and row["neighbours"] >= LEAST and _apart(book, row):
                    near = found.beside[(found.beside["unit"] == row["unit"])
                                        & (found.beside["indicator"] == row["indicator"])]  # fmt: skip
                    yield _outside(book, own, row, [str(each) for each in near["neighbour"]], cells)


def _apart(book: Book, row: dict[str, Any]) -> bool:
    """Tell whether a figure lies outside the range of the neighbours, and from their median by what matters."""
    practical = book.practical(book.workspace.catalogue[row["indicator"]], row["median"])
    side = verdict_of(row["to_median"], practical, "above", "below", "like")
    return bool(row["position"] == side)


def _newest(book: Book, context: list[str], units: list[str]) -> int | None:
    """Give the newest year of the run in which all units have figures of all variables of context."""
    levels = series(book.workspace, context, boundaries=book.boundaries, units=units, until=book.year)
    years = [set(complete_years(levels[levels["indicator"] == code], units)) for code in context]
    return max(set.intersection(*years), default=None)


def _outside(book: Book, own: Fact, row: dict[str, Any], near: list[str], cells: list[dict[str, Any]]) -> Finding:
    indicator, unit, year = book.indicator(own), own["unit"], own["year"]
    others = [each for each in (book.fact(indicator.code, other, year) for other in near) if each is not None]
    doubt = book.doubt(own, *others)
    made_of = ", ".join(each["cell"] for each in others)
    numbers: dict[str, Number] = {}
    for statistic, column in (("neighbours_lowest", "lowest"), ("neighbours_highest", "highest")):
        number = Number(cell_id(indicator.code, unit, year, statistic), row[column],
                        decimals_of("level", indicator), measure_of("level", indicator))  # fmt: skip
        numbers[column] = number
        cells.append({
            "id": number.cell, "value": number.value, "unit": unit, "indicator": indicator.code, "year": year,
            "statistic": statistic, "measure": number.measure, "counted": counted_of("level", indicator),
            "decimals": number.decimals, "how": f"computed from {made_of}",
            "sources": ";".join(sorted({source for each in others for source in each["sources"].split(";") if source})),
        })  # fmt: skip
    practical = book.practical(indicator, row["median"])
    verdict = verdict_of(row["to_median"], practical, "above", "below", "like")
    slots: dict[str, Slot] = {
        **book.kinds(), **numbers, "year": year, "unit": book.unit(unit), "indicator": indicator.name,
        "counted": book.counted(indicator), "value": book.number(own),
        "neighbours": Listed(tuple(book.short(each["unit"]) for each in others)), "side": Word(row["position"]),
    }  # fmt: skip
    return Finding(
        id=finding_id(indicator.topic, indicator.code, unit, year, None, "peers"), unit=unit, year=year,
        topic=indicator.topic, kind="gap", reference="peers", subject=indicator.code, estimate=row["to_median"],
        against=row["median"], verdict=verdict, tone=tone_of(indicator, verdict), practical=practical, doubt=doubt,
        confirmatory=False,
        cells=(own["cell"], *(number.cell for number in numbers.values()), *(each["cell"] for each in others)),
        message="neighbours_counted" if indicator.counted else "neighbours_named", slots=slots,
    )  # fmt: skip
