"""Due: all that is due from anybody on a day or after it, from all books of the ledger, in one table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import LANGUAGES, DuzhengError, Fault, Texts, Words, bracketed, from_columns, in_columns, listed
from analysis.supervision.decisions import decisions
from analysis.supervision.evaluations import evaluations_of, evaluator_of
from analysis.supervision.inspection_rules import after, inspection_rules
from analysis.supervision.plans import progress
from analysis.supervision.rectification import standing
from analysis.supervision.year import Reminders, office_year
from analysis.workspace.ledger.entries import Access, by_day, may_be_read
from analysis.workspace.ledger.self_evaluations import WITH_THE_UNIT

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Inspection, Ledger, SelfEvaluation, SelfReport

WORDS: Final = Words("analysis.supervision")
#: A thing that is due a row. ``date`` is the last day, ``begins`` the first of what takes several; ``days`` are those
#: to ``date``, less than none when it is over. ``who`` is the id of whom it is due from, empty for somebody who has
#: none, and ``who_zh`` and ``who_en`` say it; ``unit`` are ids of whom it is about, by ``;``. ``what`` is one of
#: :data:`WHAT`, said in ``text_zh`` and ``text_en``; ``book`` and ``ref`` name the entry, ``state`` is where that
#: stands. ``moved`` is how often the ledger set its day anew, ``remind`` how many days before people are reminded, by
#: ``;``; ``access`` is who may read the row.
DUE: Final = (
    "date", "begins", "days", "who", "who_zh", "who_en", "unit", "what", "text_zh", "text_en", "book", "ref", "state",
    "moved", "remind", "access",
)  # fmt: skip
#: What can be due, by book.
WHAT: Final = {
    "self_evaluations": ("hand_in", "audit"), "plans": ("plan",), "decisions": ("decision",),
    "self_reports": ("report", "objections", "objection"), "inspections": ("on_site", "declare"),
    "opinions": ("reply", "issue"),
    "rectification": ("feed_back", "improvement_plan", "rectify", "re_inspect", "close"),
}  # fmt: skip
#: What is due while an item is in a state.
_OF_ITEMS: Final = {
    "opened": "feed_back", "fed_back": "improvement_plan", "reported": "re_inspect", "re_inspected": "close",
}  # fmt: skip


def due(
    workspace: Workspace, *, day: dt.date, within: int | None = None, unit: str = "", overdue: bool = False,
    evaluator: str = "", synthetic: bool = False, public: bool = False, restricted: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Give what is due, from whom, and until when.

    Parameters
    ----------
    workspace
        The workspace.
    day
        The day that is spoken of: what was entered by then, and not done by then.
    within
        Only what is due in so many days, or overdue; all if None.
    unit
        Only what is due from a unit or department, or about it.
    overdue
        Whether only that is given whose last day is over.
    evaluator
        Whose ledger; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.
    public
        Whether only that is given which everybody may read.
    restricted
        Whether also that is given which not everybody in the office may read: a visit that is not announced.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`DUE`, by date, then by book.

    Raises
    ------
    DuzhengError
        DZ-U001 for a unit that there is not; DZ-F004 if a rule set that a book needs for its time limits is not there.

    Notes
    -----
    Self-evaluations, audits, decisions, reports, replies and items have their own time limits. An opinion is due so
    many days after its inspection was concluded (of a re-inspection only where there is a draft), a plan of improvement
    and a re-inspection so many after the step before, as the rule set `inspections` says. An entry of a plan is left
    out where an inspection of its name has taken its place. Measures and incidents have no time limits.
    """
    import pandas as pd

    if unit and unit not in workspace.units.frame.index:
        raise DuzhengError(Fault("DZ-U001", found=repr(unit), expected="an id of data/units.csv"))
    found = _Due(workspace, evaluator_of(workspace, evaluator), day, synthetic, public, restricted)
    rows = [row for row in found.rows() if may_be_read(row["access"], public=public, restricted=restricted)]
    last = str(day + dt.timedelta(days=within)) if within is not None else ""
    kept = [row for row in rows if (not last or row["date"] <= last) and (not overdue or row["days"] < 0)
            and (not unit or unit in {row["who"], *row["unit"].split(";")})]  # fmt: skip
    frame = pd.DataFrame(kept, columns=list(DUE)).astype(
        dict.fromkeys(DUE, "str") | {"days": "int64", "moved": "int64"}
    )
    return frame.sort_values(["date", "book", "ref", "what"], kind="stable", ignore_index=True)


@dataclass(frozen=True, eq=False)
class _Due:
    """What is due, book by book."""

    workspace: Workspace
    above: str
    day: dt.date
    synthetic: bool
    public: bool
    restricted: bool

    @property
    def ledger(self) -> Ledger:
        return self.workspace.ledger_of(synthetic=self.synthetic)

    @property
    def _asked(self) -> dict[str, Any]:
        return {"evaluator": self.above, "synthetic": self.synthetic}

    def rows(self) -> Iterator[dict[str, Any]]:
        yield from self._evaluations()
        yield from self._plans()
        yield from self._decisions()
        yield from self._reports()
        yield from self._inspections()
        yield from self._opinions()
        yield from self._items()

    def _row(
        self, book: str, ref: str, what: str, date: dt.date, *, text: Texts, who: str = "", name: Texts | None = None,
        begins: dt.date | None = None, unit: str = "", state: str = "", moved: int = 0, remind: Reminders | None = None,
        access: Access = "internal",
    ) -> dict[str, Any]:  # fmt: skip
        called = name or self.workspace.units.names(who)
        return {
            "date": str(date), "begins": str(begins or date), "days": (date - self.day).days, "who": who,
            **in_columns("who", called), "unit": unit, "what": what, **in_columns("text", text), "book": book,
            "ref": ref, "state": state, "moved": moved,
            "remind": ";".join(map(str, remind.days_before)) if remind else "", "access": access,
        }  # fmt: skip

    def _evaluations(self) -> Iterator[dict[str, Any]]:
        """Give what units have to hand in, and what departments have to say of it."""
        for year in sorted({year for _, year in self.ledger.self_evaluations}):
            for each in evaluations_of(self.workspace, year, **self._asked):
                yield from self._evaluation(each, office_year(self.workspace).self_evaluation.reminders)

    def _evaluation(self, found: SelfEvaluation, remind: Reminders) -> Iterator[dict[str, Any]]:
        book, ref, state = "self_evaluations", f"{found.unit}-{found.year}", found.state_on(self.day)
        limit = found.due_on(self.day)
        if state in WITH_THE_UNIT and limit is not None:
            set_anew = sum(step.due is not None for step in by_day(found.steps, self.day)) - 1
            text = WORDS.both("due", "returned" if state == "returned" else "hand_in", source=found.source)
            yield self._row(book, ref, "hand_in", limit, text=text, who=found.unit, unit=found.unit, state=state,
                            moved=set_anew, remind=remind)  # fmt: skip
        asked: dict[str, list[dt.date]] = {}
        for audit in found.audits:
            if audit.open_on(self.day) and audit.due is not None:
                asked.setdefault(audit.department, []).append(audit.due)
        for department, dues in sorted(asked.items()):
            text = WORDS.both("due", "audit", unit=self._names(found.unit), year=found.year, n=len(dues))
            yield self._row(book, f"{ref}/{department}", "audit", min(dues), text=text, who=department,
                            unit=found.unit, state=state, remind=remind)  # fmt: skip

    def _plans(self) -> Iterator[dict[str, Any]]:
        """Give the entries of plans that are neither done nor dropped."""
        visited = {(each.id, each.year) for each in self._visited()}
        for (of, year), plan in sorted(self.ledger.plans.items()):
            if of != self.above or plan.adopted > self.day:
                continue
            entries = {each.id: each for each in plan.entries}
            told = progress(self.workspace, year=year, day=self.day, **self._asked, public=self.public,
                            restricted=self.restricted)  # fmt: skip
            for row in told.to_dict("records"):
                entry = entries[str(row["entry"])]
                if row["state"] in {"done", "dropped"} or (entry.id, year) in visited:
                    continue
                yield self._row("plans", f"{of}-{year}/{entry.id}", "plan", entry.ends, begins=entry.begins,
                                text=WORDS.both("due", "plan", title=entry.title), name=entry.owner,
                                unit=";".join(entry.units), state=str(row["state"]), access=entry.access)  # fmt: skip

    def _decisions(self) -> Iterator[dict[str, Any]]:
        """Give the decisions that are not carried out."""
        found = decisions(self.workspace, day=self.day, **self._asked, public=self.public, restricted=self.restricted)
        for row in found.to_dict("records"):
            if row["state"] == "done" or not row["due"]:
                continue
            owner = from_columns("owner", row) if row["owner_zh"] else None
            whose = "" if owner else row["unit"] or self.above
            yield self._row("decisions", row["id"], "decision", dt.date.fromisoformat(row["due"]), who=whose,
                            name=owner, text=WORDS.both("due", "decision", decision=from_columns("decision", row)),
                            unit=row["unit"], state=row["state"], access=row["access"])  # fmt: skip

    def _reports(self) -> Iterator[dict[str, Any]]:
        """Give what the report to the unit above asks for."""
        for (of, _), report in sorted(self.ledger.self_reports.items()):
            if of == self.above and report.state_on(self.day) not in {"", "submitted"}:
                yield from self._report(report)

    def _report(self, report: SelfReport) -> Iterator[dict[str, Any]]:
        book, ref, state = "self_reports", f"{report.unit}-{report.year}", report.state_on(self.day)
        taken = by_day(report.steps, self.day)
        limits = {step.state: step.due for step in taken if step.due is not None}
        own: dict[str, Any] = {"who": self.above, "unit": report.unit, "state": state}
        if "noticed" in limits:
            yield self._row(book, ref, "report", limits["noticed"], **own,
                            text=WORDS.both("due", "report", title=report.title))  # fmt: skip
        if state == "posted" and taken[-1].due is not None:
            yield self._row(book, ref, "objections", taken[-1].due, begins=taken[-1].date, **own, access="public",
                            text=WORDS.both("due", "objections", title=report.title))  # fmt: skip
        for each in report.objections:
            last = limits.get("noticed") or limits.get("posted")
            if each.decided is None and each.date <= self.day and last is not None:
                text = WORDS.both("due", "objection", title=report.title, name=each.id)
                yield self._row(book, f"{ref}/{each.id}", "objection", last, text=text, **own, access=each.access)

    def _visited(self) -> list[Inspection]:
        """Give the inspections that may be read and that were prepared by the day."""
        return [each for each in self.ledger.inspections.values() if each.evaluator == self.above
                and each.state_on(self.day)
                and may_be_read(each.access_on(self.day), public=self.public, restricted=self.restricted)]  # fmt: skip

    def _inspections(self) -> Iterator[dict[str, Any]]:
        """Give the days on site that are to come or not concluded, and members who have to declare their interests."""
        for each in self._visited():
            state = each.state_on(self.day)
            if state in {"concluded", "dropped"}:
                continue
            names: Texts = {language: listed((self._names(of)[language] for of in each.units), language)
                            for language in LANGUAGES}  # fmt: skip
            about: dict[str, Any] = {"unit": ";".join(each.units), "state": state}
            yield self._row("inspections", each.id, "on_site", each.ends, begins=each.begins, who=self.above, **about,
                            text=WORDS.both("due", "on_site", title=each.title, units=names),
                            access=each.access_on(self.day))  # fmt: skip
            for member in each.team if state != "on_site" else ():
                if member.declared is None or member.declared > self.day:
                    yield self._row("inspections", f"{each.id}/{member.id}", "declare", each.begins, name=member.name,
                                    who=member.unit, **about, text=WORDS.both("due", "declare", title=each.title),
                                    access=_inside(each))  # fmt: skip

    def _opinions(self) -> Iterator[dict[str, Any]]:
        """Give the replies that units may make, and the opinions that are to be issued."""
        for each in self.ledger.inspections.values():
            concluded = next((step.date for step in by_day(each.steps, self.day) if step.state == "concluded"), None)
            if each.evaluator != self.above or concluded is None:
                continue
            until = after(concluded, inspection_rules(self.workspace).opinion.issue)
            for unit in each.units:
                opinion = self.ledger.opinions.get((each.id, unit))
                taken = by_day(opinion.steps, self.day) if opinion else ()
                about: dict[str, Any] = {
                    "unit": unit,
                    "access": _inside(each),
                    "state": taken[-1].state if taken else "",
                }
                asked_for = opinion is not None or each.kind != "re_inspection"
                if asked_for and about["state"] not in {"issued", "published"}:
                    text = WORDS.both("due", "issue", unit=self._names(unit), title=each.title)
                    yield self._row("opinions", f"{each.id}/{unit}", "issue", until, text=text, who=self.above,
                                    **about)  # fmt: skip
                if about["state"] == "preliminary" and taken[-1].due is not None:
                    told = sum(step.state == "preliminary" for step in taken)
                    yield self._row("opinions", f"{each.id}/{unit}", "reply", taken[-1].due, who=unit,
                                    moved=told - 1, text=WORDS.both("due", "reply", title=each.title),
                                    **about)  # fmt: skip

    def _items(self) -> Iterator[dict[str, Any]]:
        """Give what units and the office have to do about items of rectification."""
        if not self.ledger.rectification:
            return
        remind = inspection_rules(self.workspace).rectification.reminders
        steps = {f"{unit}/{item.id}": by_day(item.steps, self.day)
                 for unit, items in self.ledger.rectification.items() for item in items}  # fmt: skip
        for row in standing(self.workspace, day=self.day, **self._asked).to_dict("records"):
            if row["state"] == "closed":
                continue
            ref, names, owner = f"{row['unit']}/{row['item']}", self._names(row["unit"]), from_columns("owner", row)
            whose: Texts = {language: bracketed(names[language], owner[language], language) for language in LANGUAGES}
            slots: dict[str, Any] = {"unit": names, "problem": from_columns("problem", row)}
            due_on: dict[str, str] = {}
            if row["state"] in _OF_ITEMS:
                due_on[_OF_ITEMS[row["state"]]] = row["next_due"]
            if row["state"] not in {"opened", "reported", "re_inspected"}:
                due_on["rectify"] = row["due"]
            for what, date in due_on.items():
                with_unit = what in {"improvement_plan", "rectify"}
                moved = sum(step.due is not None for step in steps[ref]) if what == "rectify" else 0
                yield self._row("rectification", ref, what, dt.date.fromisoformat(date), moved=moved,
                                text=WORDS.both("due", what, **slots), who=row["unit"] if with_unit else self.above,
                                name=whose if with_unit else None, unit=row["unit"], state=row["state"],
                                remind=remind if with_unit else None, access=row["access"])  # fmt: skip

    def _names(self, unit: str) -> Texts:
        return self.workspace.units.names(unit)


def _inside(inspection: Inspection) -> Access:
    """Give who may read what is being done about an inspection: nobody outside the office."""
    return "restricted" if inspection.access == "restricted" else "internal"
