"""Rounds as tables for memos: where each unit stands and why, how the work is spread, and what was moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.findings.gathered import Gathered
from analysis.indicators import rows_of
from analysis.messages import Texts, in_columns
from analysis.supervision.gatherers.making import Making, kept, there

if TYPE_CHECKING:
    from analysis.findings.ledger.monitored import Monitored
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Round

#: What visits are counted in; English has no word for it.
VISITS: Final[Texts] = {"zh-Hans": "次", "en": ""}
#: A round a row: ids of cells for how many units there are and how many of them were visited.
ROUNDS: Final = (
    "unit", "year", "round", "title_zh", "title_en", "first", "last", "units", "done", "overdue", "access",
    "cells_under", "synthetic",
)  # fmt: skip
PLACED: Final = (
    "unit", "year", "round", "of", "slot", "state", "since", "observers", "term", "access", "synthetic",
)  # fmt: skip
#: Why a unit stands where it does, and whether people fixed it; ``reasons`` are codes by ``;``.
REASONS: Final = ("unit", "year", "round", "of", "fixed", "reasons", "access", "synthetic")
SLOTS: Final = (
    "unit", "year", "round", "slot", "begins", "ends", "visits", "done", "access", "cells_under", "synthetic",
)  # fmt: skip
CHANGES: Final = (
    "unit", "year", "round", "date", "by", "note_zh", "note_en", "moved", "access", "synthetic",
)  # fmt: skip


def gather_rounds(
    workspace: Workspace, monitored: Monitored, *, evaluator: str, year: int, synthetic: bool  # noqa: ARG001  as others
) -> Gathered:  # fmt: skip
    """Gather the rounds that a year belongs to, as they stand on the day of the release.

    Parameters
    ----------
    workspace
        The workspace.
    monitored
        Not used.
    evaluator
        Whose rounds.
    year
        The year of evaluation.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    Gathered
        The tables ``rounds``, ``round_placed``, ``round_reasons``, ``round_slots`` and ``round_changes``, those that
        have rows, with their cells. Why a unit stands where it does, who is fixed and what was changed is ``internal``.
    """
    made = _Making(workspace, evaluator, year, synthetic)
    found = workspace.ledger_of(synthetic=synthetic).rounds.values()
    mine = [each for each in found if each.evaluator == evaluator and each.first <= year <= each.last
            and any(change.date <= made.day for change in each.changes)]  # fmt: skip
    if mine and "inspections" in workspace.rules:
        made.rounds(mine)
    return made.gathered


class _Making(Making):
    """The tables in the making."""

    def rounds(self, found: list[Round]) -> None:
        """Give each round with its placements, its slots and its changes."""
        from analysis.supervision.round_standing import slots, standing

        rounds, placed, reasons, spread, changes = [], [], [], [], []
        for each in sorted(found, key=lambda one: (one.first, one.id)):
            rows = rows_of(standing(self.workspace, each.id, day=self.day, evaluator=self.evaluator,
                                    synthetic=self.synthetic))  # fmt: skip
            under = f"round/{each.id}/"
            sizes = {"units": len(rows), "done": sum(row["state"] == "done" for row in rows),
                     "overdue": sum(row["state"] == "overdue" for row in rows)}  # fmt: skip
            about = {**self.about, "round": each.id, "access": "public"}
            rounds.append({**about, **in_columns("title", each.title), "first": str(each.first), "last": str(each.last),
                           **{name: self.cell(f"{under}{name}", size) for name, size in sizes.items()},
                           "cells_under": under})  # fmt: skip
            rows.sort(key=lambda one: (_order(str(one["slot"])), str(one["unit"])))
            placed += [
                {**kept(row, PLACED), **about, "of": row["unit"],
                 "term": f"{row['term_first']}–{row['term_last']}" if there(row["term_first"]) else ""} for row in rows
            ]  # fmt: skip
            reasons += [
                {**kept(row, REASONS), **about, "of": row["unit"], "fixed": "yes" if row["fixed"] else "",
                 "access": "internal"} for row in rows
            ]  # fmt: skip
            for row in rows_of(slots(self.workspace, each.id, day=self.day, evaluator=self.evaluator,
                                     synthetic=self.synthetic)):  # fmt: skip
                below = f"{under}{row['slot']}/"
                spread.append(
                    {
                        **kept(row, SLOTS),
                        **about,
                        "cells_under": below,
                        **{name: self.cell(f"{below}{name}", row[name], VISITS) for name in ("visits", "done")},
                    }
                )
            changes += [
                {**about, "date": str(change.date), "by": change.by, **in_columns("note", change.note),
                 "moved": ";".join(moved.unit for moved in change.moved), "access": "internal"}
                for change in each.changes if change.date <= self.day
            ]  # fmt: skip
        self.put("rounds", rounds, ROUNDS)
        self.put("round_placed", placed, PLACED)
        self.put("round_reasons", reasons, REASONS)
        self.put("round_slots", spread, SLOTS)
        self.put("round_changes", changes, CHANGES)


def _order(slot: str) -> tuple[int, int]:
    year, _, batch = slot.partition("-")
    return int(year), int(batch)
