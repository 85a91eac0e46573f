"""Targets of terms as tables for memos: what a unit claims and what was monitored beside what its government set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.gathered import Gathered, cells_of
from analysis.findings.ledger.counts import row_of, table_of
from analysis.findings.wording import Number
from analysis.messages import in_columns
from analysis.supervision.points import form_of
from analysis.supervision.terms import Held, held_to_targets

if TYPE_CHECKING:
    from analysis.findings.ledger.monitored import Monitored
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import SelfEvaluation

TOPIC: Final = "term_target"
#: A target a row: ``target``, ``claimed`` and ``monitored`` are ids of cells, empty for none; ``state`` is that of the
#: monitored figure, or else of the claimed one: reached, missed, under_way, or open where there is neither.
COLUMNS: Final = (
    "unit", "year", "term", "title_zh", "title_en", "indicator", "name_zh", "name_en", "direction", "by", "target",
    "claimed", "claimed_year", "monitored", "monitored_year", "claimed_state", "state", "false", "access",
    "cells_under", "synthetic",
)  # fmt: skip


def gather_terms(
    workspace: Workspace, monitored: Monitored, evaluations: Iterable[SelfEvaluation], *, synthetic: bool
) -> Gathered:
    """Hold self-evaluations that were handed in to the targets of the terms that run.

    Parameters
    ----------
    workspace
        The workspace; its day is the one that is spoken of.
    monitored
        The figures of the run.
    evaluations
        Those that are told of.
    synthetic
        Whether the invented terms of the demonstration hold, or the workspace's own.

    Returns
    -------
    Gathered
        The table ``term_targets`` (:data:`COLUMNS`) with its cells; nothing without a target. What is not approved yet
        has the access ``internal``.
    """
    cells: list[dict[str, Any]] = []
    rows = [
        row for each in evaluations if each.handed_in_by(workspace.settings.released)
        for row in _rows(workspace, monitored, each, cells, synthetic=synthetic)
    ]  # fmt: skip
    if not rows:
        return Gathered()
    return Gathered(cells=cells_of(cells), tables={"term_targets": table_of(rows, COLUMNS, flags=("false",))})


def _rows(
    workspace: Workspace, monitored: Monitored, evaluation: SelfEvaluation, cells: list[dict[str, Any]], *,
    synthetic: bool,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    public = evaluation.public_on(workspace.settings.released)
    form = form_of(workspace, evaluation.unit)
    for held in held_to_targets(workspace, evaluation, form, monitored, synthetic=synthetic):
        under = f"{TOPIC}/{evaluation.unit}/{evaluation.year}/{held.term.id}/{held.target.indicator}/"
        numbers = dict(_numbers(workspace, held, under))
        cells += [
            row_of(number, unit=evaluation.unit, indicator=held.target.indicator, year=year, statistic=name, how=how,
                   sources=sources)
            for name, (number, year, how, sources) in numbers.items()
        ]  # fmt: skip
        yield {
            "unit": evaluation.unit, "year": evaluation.year, "term": held.term.id,
            **in_columns("title", held.term.title), "indicator": held.target.indicator,
            **in_columns("name", workspace.catalogue[held.target.indicator].name), "direction": held.target.direction,
            "by": str(held.target.by),
            **{name: numbers[name][0].cell if name in numbers else "" for name in ("target", "claimed", "monitored")},
            **{f"{name}_year": str(numbers[name][1]) if name in numbers else "" for name in ("claimed", "monitored")},
            "claimed_state": held.claimed or "", "state": held.monitored or held.claimed or "open",
            "false": held.false, "access": "public" if public else "internal", "cells_under": under,
            "synthetic": synthetic,
        }  # fmt: skip


def _numbers(workspace: Workspace, held: Held, under: str) -> Iterator[tuple[str, tuple[Number, int, str, str]]]:
    """Give target, claim and figure: the number, its year, how it came, its sources."""
    indicator = workspace.catalogue[held.target.indicator]
    decimals = len(f"{held.target.value:g}".partition(".")[2])
    target = Number(f"{under}target", held.target.value, decimals, indicator.measure)
    yield "target", (target, held.target.by, f"the target of {held.term.id}", held.target.source or held.term.source)
    if held.claim is not None and held.claim.value is not None:
        claimed = Number(f"{under}claimed", float(held.claim.value), held.claim.decimals, indicator.measure)
        yield "claimed", (claimed, held.claim.year, "as the unit wrote it", "")
    if held.figure is not None:
        figure = held.figure
        monitored = Number(f"{under}monitored", figure.value, figure.decimals, indicator.measure)
        yield "monitored", (monitored, figure.year, f"from {figure.cell}", figure.sources)
