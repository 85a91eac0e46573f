"""The gatherer of figures: every sentence about indicators as a candidate, for all units of a run at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analysis.findings.figures.balance import balance
from analysis.findings.figures.book import Book
from analysis.findings.figures.consistency import breaks, consistency
from analysis.findings.figures.courses import courses
from analysis.findings.figures.funding import funding, judged, rule_of
from analysis.findings.figures.neighbours import ranges
from analysis.findings.figures.published import published
from analysis.findings.figures.ratios import ratios
from analysis.findings.figures.schools import schools
from analysis.findings.figures.sizes import sizes
from analysis.findings.figures.targets import progress, targets
from analysis.findings.figures.unevenness import unevenness
from analysis.findings.finding import OLD, Finding
from analysis.findings.gathered import Gathered, cells_of
from analysis.findings.wording import Message, Number

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace


def gather(
    workspace: Workspace, tables: Mapping[str, pd.DataFrame], *, year: int, boundaries: int, synthetic: bool = False
) -> Gathered:
    """Gather the findings about figures of all units and of those above them.

    Parameters
    ----------
    workspace
        The workspace.
    tables
        As :func:`analysis.findings.figures.facts.facts` gives them.
    year
        The last year of the figures used.
    boundaries
        The year on whose boundaries all series are put.
    synthetic
        Whether simulated schools and invented targets are used where there are no others.

    Returns
    -------
    Gathered
        Candidates, neither judged nor worded. ``cells`` are those of numbers that are no facts; ``tables``, each with
        a column ``unit``, where there is something to show: ``balance`` (a row a coefficient: year, rule, stage,
        indicator, with names; ``mean``, ``cv`` and ``limit`` are ids of cells; ``verdict`` is met, missed, open, or
        empty where there is no limit; ``certainty``, ``synthetic``), ``balance_parts`` (a row a part of the rule),
        ``funding_growth`` and ``targets`` (as the verbs give them).

    Raises
    ------
    DuzhengError
        For rule sets and tables of schools that are wrong.
    """
    book, cells = Book(workspace, tables, year, boundaries), list[dict[str, Any]]()
    long = list(courses(book, cells))
    held_to = list(ratios(book, ranges(book, cells)))
    because = {each.cell for found in held_to for each in _reasons(found)}
    of_many = {(each.unit, each.subject, each.year) for each in long if not each.doubt}
    found = _without_repeated_changes([*long, *sizes(book, of_many, because), *held_to, *unevenness(book)])
    found += [*consistency(book), *breaks(book)]
    shown: dict[str, pd.DataFrame] = {}
    rule = rule_of(book)
    judgements: list[Finding] = []
    if rule is not None:
        shown["funding_growth"] = judged(book, rule)
        judgements = list(funding(book, rule, shown["funding_growth"], cells))
    found += [*judgements, *published(book, {cell for each in judgements for cell in each.cells})]
    held = schools(workspace, until=year, synthetic=synthetic)
    if held is not None:
        found += balance(book, held)
        shown |= held.tables()
        cells += held.cells
    course = progress(book, synthetic=synthetic)
    if course is not None:
        shown["targets"] = course.table
        found += targets(book, course, cells)
    return Gathered(tuple(_recent(found)), cells_of(cells), shown)


def _reasons(found: Finding) -> Iterator[Number]:
    """Give the numbers that say why a ratio changed."""
    because = found.slots.get("because")
    if isinstance(because, Message):
        yield from (each for each in because.slots.values() if isinstance(each, Number))


def _without_repeated_changes(found: list[Finding]) -> list[Finding]:
    """Leave out a change since the figure before where the course over many years ends with it."""
    told = {
        (each.unit, each.subject, each.year) for each in found if each.message.startswith("course_") and not each.doubt
    }
    return [
        each for each in found
        if each.kind != "change" or each.message.startswith("course_")
        or (each.unit, each.subject, each.year) not in told
    ]  # fmt: skip


def _recent(found: list[Finding]) -> Iterator[Finding]:
    """Leave out figures that are much older than the newest of their unit in the same section: they are no news."""
    newest: dict[tuple[str, str], int] = {}
    for each in found:
        newest[each.unit, each.topic] = max(each.year, newest.get((each.unit, each.topic), each.year))
    for each in found:
        if each.kind not in {"level", "change", "gap"} or newest[each.unit, each.topic] - each.year <= OLD:
            yield each
