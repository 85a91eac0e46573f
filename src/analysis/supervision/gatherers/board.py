"""The board: where items stand, whether their numbers moved, measures, what is due, what bears on accountability."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.gathered import Gathered
from analysis.indicators import rows_of
from analysis.messages import Texts, from_columns
from analysis.supervision.gatherers.making import Making, kept, there
from analysis.workspace.ledger.entries import may_be_read

if TYPE_CHECKING:
    from analysis.findings.ledger.monitored import Monitored
    from analysis.workspace import Workspace

#: How many days ahead an agenda looks.
AHEAD: Final = 60
DAYS: Final[Texts] = {"zh-Hans": "天", "en": "days"}
#: An item of rectification a row; ``days`` and ``returns`` are ids of cells.
BOARD: Final = (
    "unit", "year", "of", "item", "problem_zh", "problem_en", "owner_zh", "owner_en", "opened", "due", "state",
    "since", "returns", "turn", "next_due", "days", "overdue", "access", "cells_under", "synthetic",
)  # fmt: skip
#: What the rule of escalation proposes for an overdue item.
PROPOSED: Final = (
    "unit", "year", "of", "item", "problem_zh", "problem_en", "late", "proposed", "access", "cells_under",
    "synthetic",
)  # fmt: skip
#: How many items stand where, a row for everybody and one for the office: ids of cells.
COUNTS: Final = (
    "unit", "year", "items", "open", "with_unit", "with_office", "overdue", "closed", "access", "cells_under",
    "synthetic",
)  # fmt: skip
MOVED: Final = (
    "unit", "year", "of", "item", "problem_zh", "problem_en", "name_zh", "name_en", "then_year", "then", "now_year",
    "now", "lower", "upper", "others", "rank", "ranked", "verdict", "reason", "access", "cells_under", "synthetic",
)  # fmt: skip
MEASURES: Final = (
    "unit", "year", "of", "date", "measure", "grounds_zh", "grounds_en", "by", "document", "access", "synthetic",
)  # fmt: skip
DUE: Final = (
    "unit", "year", "date", "begins", "late", "who_zh", "who_en", "what", "text_zh", "text_en", "book", "access",
    "cells_under", "synthetic",
)  # fmt: skip
CHECKLIST: Final = (
    "unit", "year", "document", "situation", "situation_zh", "situation_en", "certainty", "of", "evidence_zh",
    "evidence_en", "count", "least", "reached", "reason_zh", "reason_en", "refs", "decided", "access", "cells_under",
    "synthetic",
)  # fmt: skip
DOCUMENTS: Final = (
    "unit", "year", "document", "title_zh", "title_en", "named", "read", "unread", "access", "cells_under",
    "synthetic",
)  # fmt: skip
#: Material that nobody could look at, by kind and reason: ``units`` is the id of a cell, for of how many.
UNSEEN: Final = (
    "unit", "year", "evidence_zh", "evidence_en", "reason_zh", "reason_en", "units", "access", "cells_under",
    "synthetic",
)  # fmt: skip
INCIDENTS: Final = (
    "unit", "year", "of", "date", "kind", "grade", "statement_zh", "statement_en", "source_zh", "source_en", "state",
    "access", "synthetic",
)  # fmt: skip


def gather_board(workspace: Workspace, monitored: Monitored, *, evaluator: str, year: int, synthetic: bool) -> Gathered:
    """Gather what became of problems, and what there is to do, as it stands on the day of the release.

    Parameters
    ----------
    workspace
        The workspace.
    monitored
        The figures of the run, which numbers of items are held to.
    evaluator
        Whose year.
    year
        The year of evaluation.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    Gathered
        The tables ``board``, ``board_counts``, ``board_proposed``, ``board_moved``, ``measures``, ``incidents``,
        ``due``, ``checklist``, ``checklist_unseen`` and ``checklist_documents``, those that have rows, with their
        cells; nothing in a workspace without the rule set `inspections`. What is proposed, due and on the checklist is
        ``internal``; restricted items are in no table and no count.
    """
    if "inspections" not in workspace.rules:
        return Gathered()
    made = _Making(workspace, evaluator, year, synthetic)
    ledger = workspace.ledger_of(synthetic=synthetic)
    if ledger.rectification:
        made.items()
        made.moved(monitored)
    if "measures" in ledger.registers:
        made.measures()
    if "incidents" in ledger.registers:
        made.incidents()
    if ledger:
        made.due()
    if ledger and "accountability" in workspace.rules:
        made.checklist(monitored)
    return made.gathered


class _Making(Making):
    """The tables in the making."""

    def items(self) -> None:
        """Give the items, how many stand where, and what is proposed for those that are overdue."""
        from analysis.supervision.rectification import standing

        held = standing(self.workspace, day=self.day, evaluator=self.evaluator, synthetic=self.synthetic)
        found = [row for row in rows_of(held) if may_be_read(row["access"])]
        rows, proposed = [], []
        for row in found:
            under = f"board/{row['unit']}/{row['item']}/"
            about = {**self.about, "of": row["unit"], "cells_under": under}
            days = self.cell(f"{under}days", row["days"], DAYS) if there(row["days"]) else ""
            rows.append({**kept(row, BOARD), **about, "days": days,
                         "returns": self.cell(f"{under}returns", row["returns"])})  # fmt: skip
            if row["proposed"]:
                under = f"board_proposed/{row['unit']}/{row['item']}/"
                late = self.cell(f"{under}late", _days(row["due"], str(self.day)), DAYS)
                proposed.append({**kept(row, PROPOSED), **about, "cells_under": under, "late": late,
                                 "access": "internal"})  # fmt: skip
        self.put("board", rows, BOARD, "overdue")
        self.put("board_proposed", proposed, PROPOSED)
        mine = {"public": [row for row in found if row["access"] == "public"], "internal": found}
        self.put("board_counts", [self._counted(access, some) for access, some in mine.items() if some], COUNTS)

    def _counted(self, access: str, found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Count the items that somebody may read: a row of ``board_counts``."""
        under = f"board_counts/{access}/{self.evaluator}/"
        sizes = {
            "items": len(found), "open": sum(row["state"] != "closed" for row in found),
            "with_unit": sum(row["turn"] == "unit" for row in found),
            "with_office": sum(row["turn"] == "office" for row in found),
            "overdue": sum(bool(row["overdue"]) for row in found),
            "closed": sum(row["state"] == "closed" for row in found),
        }  # fmt: skip
        counts = {name: self.cell(f"{under}{name}", size) for name, size in sizes.items()}
        return {**self.about, **counts, "access": access, "cells_under": under}

    def moved(self, monitored: Monitored) -> None:
        """Say of each figure of each item whether it moved, and where it stands among units of a like baseline."""
        from analysis.supervision.movement import movement

        found = movement(self.workspace, day=self.day, evaluator=self.evaluator, synthetic=self.synthetic,
                         monitored=monitored)  # fmt: skip
        rows = []
        for row in (each for each in rows_of(found) if may_be_read(each["access"])):
            under = f"board_moved/{row['unit']}/{row['item']}/{row['evidence']}/"
            measure, places = from_columns("measure", row), int(row["decimals"]) if there(row["decimals"]) else 0
            cells = {
                end: self.cell(f"{under}{end}", row[f"expected_{end}"], measure, decimals=places,
                               how="where units of a like baseline would have it")
                for end in ("lower", "upper") if there(row[f"expected_{end}"])
            }  # fmt: skip
            if there(row["rank"]):
                sizes = {"rank": row["rank"], "ranked": row["of"], "others": len(str(row["others"]).split(";"))}
                cells |= {name: self.cell(f"{under}{name}", size) for name, size in sizes.items()}
            rows.append({
                **kept(row, MOVED), **self.about, "of": row["unit"], "name_zh": row["subject_zh"],
                "name_en": row["subject_en"],
                **{each: str(row[each]) if there(row[each]) else "" for each in ("then_year", "now_year")},
                "then": row["then_cell"], "now": row["now_cell"], "lower": "", "upper": "", "others": "", "rank": "",
                **cells, "cells_under": under,
            })  # fmt: skip
        self.put("board_moved", rows, MOVED)

    def measures(self) -> None:
        """Give measures that were taken on units."""
        from analysis.supervision.measures import measures

        found = measures(self.workspace, day=self.day, evaluator=self.evaluator, synthetic=self.synthetic)
        self.put("measures", [{**kept(row, MEASURES), **self.about, "of": row["unit"]} for row in rows_of(found)
                              if may_be_read(row["access"])], MEASURES)  # fmt: skip

    def incidents(self) -> None:
        """Give safety incidents."""
        from analysis.supervision.incidents import incidents

        found = incidents(self.workspace, day=self.day, evaluator=self.evaluator, synthetic=self.synthetic)
        self.put("incidents", [{**kept(row, INCIDENTS), **self.about, "of": row["unit"]} for row in rows_of(found)
                               if may_be_read(row["access"])], INCIDENTS)  # fmt: skip

    def due(self) -> None:
        """Give what is due from whom in the next weeks, and what is overdue."""
        from analysis.supervision.due import due

        found = due(self.workspace, day=self.day, within=AHEAD, evaluator=self.evaluator, synthetic=self.synthetic)
        rows = []
        for row in rows_of(found):
            under = f"due/{row['book']}/{row['ref']}/{row['what']}/{row['who']}/"
            late = self.cell(f"{under}late", -row["days"], DAYS) if row["days"] < 0 else ""
            rows.append({**kept(row, DUE), **self.about, "late": late, "access": "internal", "cells_under": under})
        self.put("due", rows, DUE)

    def checklist(self, monitored: Monitored) -> None:
        """Give for each situation what bears on it, for people to judge."""
        from analysis.supervision.accountability import checklist

        found = checklist(self.workspace, year=self.year, day=self.day, evaluator=self.evaluator,
                          synthetic=self.synthetic, monitored=monitored)  # fmt: skip
        rows = []
        seen: Counter[str] = Counter()
        for row in rows_of(found.material):
            if not may_be_read(row["access"]) or not ((there(row["count"]) and row["count"]) or row["decided"]):
                continue
            under = f"checklist/{row['situation']}/{row['unit']}/{row['evidence']}/"
            seen[under] += 1  # a rule may ask for one kind of material by two marks
            under += f"{seen[under]}/"
            cells = {each: self.cell(f"{under}{each}", row[each]) for each in ("count", "least")
                     if there(row[each])}  # fmt: skip
            rows.append({**kept(row, CHECKLIST), **self.about, "of": row["unit"], "count": "", "least": "", **cells,
                         "reached": "yes" if there(row["reached"]) and row["reached"] else "",
                         "access": "internal", "cells_under": under})  # fmt: skip
        self.put("checklist", rows, CHECKLIST)
        self._unseen([row for row in rows_of(found.material) if not there(row["count"]) and may_be_read(row["access"])])
        documents = []
        for row in rows_of(found.documents):
            under = f"checklist_document/{row['document']}/"
            cells = {each: self.cell(f"{under}{each}", row[each]) for each in ("named", "read", "unread")
                     if there(row[each])}  # fmt: skip
            documents.append({**kept(row, DOCUMENTS), **self.about, "named": "", "unread": "", **cells,
                              "access": "internal", "cells_under": under})  # fmt: skip
        self.put("checklist_documents", documents, DOCUMENTS)

    def _unseen(self, found: Sequence[Mapping[str, Any]]) -> None:
        """Give the kinds of material that nobody could look at, and why, with of how many units."""
        units: dict[tuple[str, str, str], dict[str, Mapping[str, Any]]] = {}
        for row in found:
            kind = (str(row["evidence"]), str(row["evidence_zh"]), str(row["reason"]))
            units.setdefault(kind, {})[str(row["unit"])] = row
        rows = []
        for number, ((evidence, _, reason), some) in enumerate(units.items(), start=1):
            under = f"checklist_unseen/{evidence}/{reason}/{number}/"  # one kind may be held to several marks
            rows.append({**kept(next(iter(some.values())), UNSEEN), **self.about, "access": "internal",
                         "units": self.cell(f"{under}units", len(some)), "cells_under": under})  # fmt: skip
        self.put("checklist_unseen", rows, UNSEEN)


def _days(first: str, last: str) -> int:
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days
