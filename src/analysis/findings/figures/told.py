"""Told: which ratios are worth a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book
    from analysis.workspace import Indicator


def told(book: Book) -> list[Indicator]:
    """Choose the ratios that are said.

    Of a ratio and its inverse, which say the same, it is the headline or the first. One that is neither better high
    nor low and has an amount below the line, as people to an area, is a circumstance: the table has it.
    """
    catalogue = book.workspace.catalogue
    chosen: dict[frozenset[str], Indicator] = {}
    for each in sorted(catalogue.of(kinds=("ratio",)), key=lambda each: not each.headline):
        chosen.setdefault(frozenset(catalogue.parts(each.code)), each)
    codes = {each.code for each in chosen.values()}
    return [each for each in catalogue.of(kinds=("ratio",)) if each.code in codes and not _circumstance(book, each)]


def _circumstance(book: Book, indicator: Indicator) -> bool:
    formula = indicator.formula
    below = formula.denominator if formula is not None else None
    return indicator.direction == "none" and bool(below) and book.workspace.catalogue[str(below)].kind == "amount"
