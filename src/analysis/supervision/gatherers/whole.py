"""The year of an evaluator as tables for memos: plan, duties, decisions, deliveries, what others found, its report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.gathered import Gathered
from analysis.indicators import rows_of
from analysis.messages import Texts, from_columns, in_columns
from analysis.supervision.coverage import COUNTED, coverage, coverage_of_units
from analysis.supervision.decisions import decisions
from analysis.supervision.deliveries import deliveries
from analysis.supervision.gatherers.making import Making, decimals, kept
from analysis.supervision.others import conflicts, evidence
from analysis.supervision.plans import progress
from analysis.supervision.responsibilities import by_duty
from analysis.supervision.self_reports import Length, length
from analysis.supervision.year import office_year

if TYPE_CHECKING:
    from analysis.findings.ledger.monitored import Monitored
    from analysis.workspace import Workspace

CHARACTERS: Final[Texts] = {"zh-Hans": "字", "en": "characters"}
COVERAGE: Final = (
    "unit", "year", "duty", "duty_zh", "duty_en", "certainty", *COUNTED, "departments_zh", "departments_en", "status",
    "access", "cells_under", "synthetic",
)  # fmt: skip
STATUS: Final = ("unit", "year", "of", "duty", "status", "access", "synthetic")
RESPONSIBLE: Final = ("unit", "year", "duty", "duty_zh", "duty_en", "department", "department_zh", "department_en")
PLAN: Final = (
    "unit", "year", "entry", "kind", "title_zh", "title_en", "units", "units_zh", "units_en", "handed_in", "done",
    "begins", "ends", "state", "owner_zh", "owner_en", "basis_zh", "basis_en", "access", "cells_under", "synthetic",
)  # fmt: skip
DECISIONS: Final = (
    "unit", "year", "decision", "date", "meeting_zh", "meeting_en", "decision_zh", "decision_en", "owner_zh",
    "owner_en", "due", "done", "state", "access", "synthetic",
)  # fmt: skip
DELIVERIES: Final = (
    "unit", "year", "delivery", "contract", "supplier", "date", "delivered", "rows", "faults", "outcome", "access",
    "cells_under", "synthetic",
)  # fmt: skip
OTHERS: Final = (
    "unit", "year", "finding", "of_year", "kind", "date", "duty", "statement_zh", "statement_en", "source_zh",
    "source_en", "reliability", "name_zh", "name_en", "value", "monitored", "difference", "verdict", "reason", "access",
    "cells_under", "synthetic",
)  # fmt: skip
PARAGRAPHS: Final = (
    "unit", "year", "duty", "duty_zh", "duty_en", "text_zh", "text_en", "claims", "access", "synthetic",
)  # fmt: skip
REPORT: Final = (
    "unit", "year", "title_zh", "title_en", "state", "characters", "most", "is_set", "noticed", "drafted", "approved",
    "posted", "posted_until", "submitted", "objections", "access", "cells_under", "synthetic",
)  # fmt: skip


def gather_whole(workspace: Workspace, monitored: Monitored, *, evaluator: str, year: int, synthetic: bool) -> Gathered:
    """Gather what the ledger holds of the year of an evaluator.

    Parameters
    ----------
    workspace
        The workspace.
    monitored
        The figures that others' findings are held to.
    evaluator
        Whose year.
    year
        The year of evaluation.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    Gathered
        The tables ``coverage``, ``duty_status``, ``responsible``, ``plan``, ``decisions``, ``deliveries``, ``others``,
        ``report`` and ``paragraphs``, those that have rows, with their cells. What is restricted is in none of them.
    """
    made = _Making(workspace, evaluator, year, synthetic)
    made.duties()
    ledger = workspace.ledger_of(synthetic=synthetic)
    if (evaluator, year) in ledger.plans:
        made.plan()
    if "decisions" in ledger.registers:
        made.decisions()
    if "deliveries" in ledger.registers:
        made.deliveries()
    if len(ledger.evidence):
        made.others(monitored)
    if (evaluator, year) in ledger.self_reports:
        made.report()
    return made.gathered


class _Making(Making):
    """The tables in the making."""

    def duties(self) -> None:
        """Count what there is on each duty, of the whole and of those below it."""
        rows, marks = [], []
        ledger = self.workspace.ledger_of(synthetic=self.synthetic)
        found: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {}
        for access in ("public", "internal"):
            if access == "internal" and not ledger:  # nothing is kept that not everybody may read
                found[access] = found["public"]
                continue
            asked = {**self.asked, "public": access == "public"}
            found[access] = (
                rows_of(coverage(self.workspace, **asked)),
                rows_of(coverage_of_units(self.workspace, **asked)),
            )
        for access, (of_all, of_units) in found.items():
            for row in of_all:
                under = f"duty_coverage/{access}/{self.evaluator}/{self.year}/{row['duty']}/"
                counted = {name: self.cell(f"{under}{name}", row[name], how="counted in the workspace")
                           for name in COUNTED}  # fmt: skip
                rows.append({**kept(row, COVERAGE), **self.about, **counted, "access": access, "cells_under": under})
            marks += [{**self.about, "of": row["unit"], "duty": row["duty"], "status": row["status"], "access": access}
                      for row in of_units]  # fmt: skip
        self.put("coverage", rows, COVERAGE)
        self.put("duty_status", marks, STATUS)
        frame = by_duty(self.workspace).assign(unit=self.evaluator, year=self.year)
        self.tables["responsible"] = frame[list(RESPONSIBLE)]

    def plan(self) -> None:
        """Give the plan with how far each entry is on the day of the release."""
        day = self.workspace.settings.released
        rows = []
        for row in rows_of(progress(self.workspace, day=day, **self.asked)):
            under = f"plan/{self.evaluator}/{self.year}/{row['entry']}/"
            counted = {name: self.cell(f"{under}{name}", row[name]) for name in ("units", "handed_in", "done")}
            rows.append({**kept(row, PLAN), **self.about, **counted, "begins": str(row["begins"]),
                         "ends": str(row["ends"]), "cells_under": under})  # fmt: skip
        self.put("plan", rows, PLAN)

    def decisions(self) -> None:
        """Give the log of decisions as it stands on the day of the release."""
        found = decisions(self.workspace, day=self.workspace.settings.released, **self.asked)
        self.put("decisions", [{**kept(row, DECISIONS), **self.about, "decision": row["id"]}
                               for row in rows_of(found)], DECISIONS)  # fmt: skip

    def deliveries(self) -> None:
        """Give the log of deliveries: inside the office."""
        day = self.workspace.settings.released.isoformat()
        rows = []
        for row in deliveries(self.workspace, evaluator=self.evaluator, synthetic=self.synthetic).to_dict("records"):
            if str(row["date"]) <= day:
                under = f"delivery/{row['id']}/"
                counted = {name: self.cell(f"{under}{name}", float(row[name])) for name in ("rows", "faults")}
                rows.append({**kept(row, DELIVERIES), **self.about, **counted, "delivery": row["id"],
                             "access": "internal", "cells_under": under})  # fmt: skip
        self.put("deliveries", rows, DELIVERIES)

    def others(self, monitored: Monitored) -> None:
        """Give what others found, each value beside the monitored one."""
        asked = {**self.asked, "public": False}
        beside = conflicts(self.workspace, monitored=monitored, **asked)
        held = {(row["kind"], row["id"]): row for row in rows_of(beside[beside["conflict_with"] == "monitored"])}
        day = self.workspace.settings.released.isoformat()
        found = [row for row in rows_of(evidence(self.workspace, **asked)) if str(row["date"]) <= day]
        self.put("others", [self._other(row, held.get((row["kind"], row["id"]))) for row in found], OTHERS)

    def _other(self, row: Mapping[str, Any], beside: Mapping[str, Any] | None) -> dict[str, Any]:
        under = f"others/{row['kind']}/{row['id']}/"
        found = {
            **kept(row, OTHERS),
            **self.about,
            "unit": row["unit"],
            "finding": row["id"],
            "of_year": str(row["year"]),
            "cells_under": under,
        }
        found |= {"name_zh": "", "name_en": ""}
        if beside is None:
            return found
        indicator = self.workspace.catalogue[str(row["indicator"])]
        shown = max(indicator.decimals, decimals(float(row["value"])))
        put: dict[str, Any] = {"measure": indicator.measure, "decimals": shown, "unit": str(row["unit"])}
        value = self.cell(f"{under}value", float(row["value"]), how="as others wrote it", **put)
        found |= {**in_columns("name", indicator.name), "value": value, "verdict": beside["verdict"],
                  "reason": beside["reason"]}  # fmt: skip
        for name in ("monitored", "difference"):
            number = beside[name]
            if number is not None and number == number:  # noqa: PLR0124  NaN is the only number that differs from itself
                found[name] = self.cell(f"{under}{name}", float(number), how=f"from {beside['cell']}", **put)
        return found

    def report(self) -> None:
        """Give the self-report with its steps: to everybody once it was posted or submitted."""
        day = self.workspace.settings.released
        found = self.workspace.ledger_of(synthetic=self.synthetic).self_reports[self.evaluator, self.year]
        taken = {step.state: step for step in found.steps if step.date <= day}
        access = "public" if found.state_on(day) in {"posted", "submitted"} else "internal"
        drafts = [step.date for step in found.steps if step.state == "drafted"]
        stands = bool(drafts) and drafts[-1] <= day  # the text of an earlier draft is kept nowhere
        size = length(found, office_year(self.workspace).self_report) if stands else Length(0, None, is_set=False)
        under = f"self_report/{self.evaluator}/{self.year}/"
        dates: dict[str, str] = {state: str(step.date) for state, step in taken.items()}
        row = {
            **self.about, **in_columns("title", found.title), "state": found.state_on(day), "is_set": size.is_set,
            "characters": self.cell(f"{under}characters", size.characters, CHARACTERS),
            "most": self.cell(f"{under}most", size.most, CHARACTERS) if size.most else "",
            **dates,
            "posted_until": str(taken["posted"].due or "") if "posted" in taken else "",
            "objections": self.cell(f"{under}objections", sum(each.date <= day for each in found.objections)),
            "access": access, "cells_under": under,
        }  # fmt: skip
        self.put("report", [row], REPORT, "is_set")
        duties = rows_of(self.tables["responsible"])
        names: dict[str, Texts] = {str(row["duty"]): from_columns("duty", row) for row in duties}
        paragraphs: list[dict[str, Any]] = [
            {"duty": each.duty, **in_columns("duty", names.get(each.duty)), **in_columns("text", each.text),
             "claims": ";".join(each.claims), "access": access, **self.about}
            for each in (found.paragraphs if stands else ())
        ]  # fmt: skip
        self.put("paragraphs", paragraphs, PARAGRAPHS)
