"""Reminders: letters to units that have to hand in and to departments that have to answer, kept in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from analysis.findings.wording import day
from analysis.messages import LANGUAGES, DuzhengError, Fault, Texts, Words, in_columns, listed
from analysis.supervision.evaluations import BOOK, evaluations_of, evaluator_of, file_of
from analysis.supervision.standing import audits_standing, standing
from analysis.workspace.ledger import Reminder, SelfEvaluation, editing

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

WORDS: Final = Words("analysis.supervision")
#: A letter a row: to whom, to ``hand_in`` or of an ``audit``, by when, the days until then (less than none when it is
#: over), and the text.
LETTERS: Final = ("unit", "kind", "due", "days", "text_zh", "text_en")


def remind(
    workspace: Workspace, *, year: int, on: dt.date, by: str, evaluator: str = "", units: Sequence[str] = (),
    synthetic: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Write letters to those who are reminded on a day, and note in each self-evaluation who was.

    Parameters
    ----------
    workspace
        The workspace.
    year
        The year of evaluation.
    on, by
        The day of the letters, and who writes them.
    evaluator
        Who evaluates; the unit above if empty.
    units
        To whom, whether or not the rule set `office_year` names the day; those whom it names it for, if empty.
    synthetic
        Whether this is the ledger of the demonstration; the letters then say so.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`LETTERS`: first units that have to hand in, then departments that have to answer. Nobody is
        reminded of one thing twice on a day: a second call gives the letters that are new, mostly none.

    Raises
    ------
    DuzhengError
        DZ-U001 for a unit that is neither evaluated nor was asked for an audit, DZ-O002 for one that nothing with a
        time limit is asked of. Nothing is written then.
    """
    import pandas as pd

    with editing(workspace, synthetic=synthetic) as ledger:
        round_ = _Round(workspace, year, on, evaluator_of(workspace, evaluator), synthetic)
        letters = [*round_.letters(units)]
        for letter in letters:
            for unit, due in letter.files:
                note = Reminder(date=on, by=by, to=letter.to, kind=letter.kind, due=due)
                ledger.add(BOOK, f"{unit}-{year}", "reminders", note)
    rows = [letter.row(on) for letter in letters]
    return pd.DataFrame(rows, columns=list(LETTERS)).astype({"days": "Int64"})


@dataclass(frozen=True)
class _Letter:
    """A letter: to whom and of what, by when, its text, and the self-evaluations that it is noted in, with its due."""

    to: str
    kind: Literal["hand_in", "audit"]
    due: dt.date
    text: Texts
    files: tuple[tuple[str, dt.date], ...]

    def row(self, on: dt.date) -> dict[str, Any]:
        return {"unit": self.to, "kind": self.kind, "due": str(self.due), "days": (self.due - on).days,
                **in_columns("text", self.text)}  # fmt: skip


@dataclass(frozen=True)
class _Round:
    """Who is reminded on a day."""

    workspace: Workspace
    year: int
    on: dt.date
    above: str
    synthetic: bool

    def letters(self, units: Iterable[str]) -> Iterator[_Letter]:
        asked: dict[str, Any] = {"year": self.year, "day": self.on, "evaluator": self.above,
                                 "synthetic": self.synthetic}  # fmt: skip
        there = (("hand_in", standing(self.workspace, **asked)), ("audit", audits_standing(self.workspace, **asked)))
        chosen = set(units)
        self._refuse(chosen, [frame for _, frame in there])
        evaluations = [*evaluations_of(self.workspace, self.year, evaluator=self.above, synthetic=self.synthetic)]
        done = {(note.to, note.kind) for each in evaluations for note in each.reminders if note.date == self.on}
        for kind, frame in there:
            mine = frame["unit"].isin(chosen) if chosen else frame["reminded"]
            for unit in frame.loc[mine & (frame["due"] != ""), "unit"]:
                if (unit, kind) not in done:
                    yield (self._hand_in if kind == "hand_in" else self._audit)(str(unit), evaluations)

    def _refuse(self, chosen: set[str], frames: Sequence[pd.DataFrame]) -> None:
        known = {str(unit) for frame in frames for unit in frame["unit"]}
        asked = {str(unit) for frame in frames for unit in frame.loc[frame["due"] != "", "unit"]}
        faults = [
            Fault("DZ-U001", found=repr(each), expected=f"one that {self.above} evaluates, or asked for an audit")
            for each in sorted(chosen - known)
        ] + [
            Fault("DZ-O002", file=file_of(each, self.year, synthetic=self.synthetic), column="steps",
                  found=f"nothing that {each} has to do by a day", expected="something to be reminded of")
            for each in sorted((chosen & known) - asked)
        ]  # fmt: skip
        if faults:
            raise DuzhengError(*faults)

    def _hand_in(self, unit: str, evaluations: Sequence[SelfEvaluation]) -> _Letter:
        (found,) = (each for each in evaluations if each.unit == unit)
        due = found.due_on(self.on)
        assert due is not None  # noqa: S101  only those with a time limit are reminded
        step = next(each for each in reversed(found.steps) if each.date <= self.on)
        asked = self._said(step.state, notice=step.date, source=found.source)
        return _Letter(unit, "hand_in", due, self._letter(unit, asked, due), ((unit, due),))

    def _audit(self, unit: str, evaluations: Sequence[SelfEvaluation]) -> _Letter:
        open_ = {each.unit: [audit for audit in each.audits if audit.department == unit and audit.open_on(self.on)]
                 for each in evaluations}  # fmt: skip
        dues = {of: min(audit.due for audit in some if audit.due is not None)
                for of, some in open_.items() if any(audit.due for audit in some)}  # fmt: skip
        parts = [
            self._said("audit_of", unit=self.workspace.units.names(of), n=len(some))
            for of, some in open_.items()
            if some
        ]
        names: Texts = {language: listed((each[language] for each in parts), language) for language in LANGUAGES}
        asked = self._said("audit", n=sum(map(len, open_.values())), units=names)
        due = min(dues.values())
        return _Letter(unit, "audit", due, self._letter(unit, asked, due), tuple(dues.items()))

    def _letter(self, to: str, asked: Texts, due: dt.date) -> Texts:
        days = (due - self.on).days
        limit = self._said("ahead" if days > 0 else "over" if days < 0 else "today", due=due, days=abs(days))
        text = self._said("letter", to=self.workspace.units.names(to), asked=asked, limit=limit, date=self.on,
                          sender=self._said("sender", unit=self.workspace.units.names(self.above)))  # fmt: skip
        if not self.synthetic:
            return text
        marked = WORDS.of("reminders")["simulated"]
        return {language: f"{marked[language]}\n\n{text[language]}" for language in LANGUAGES}

    @staticmethod
    def _said(key: str, **values: object) -> Texts:
        """Say something in both languages; a day is written as each language writes it."""
        days = {name: {language: day(each, language).text for language in LANGUAGES}
                for name, each in values.items() if isinstance(each, dt.date)}  # fmt: skip
        return WORDS.both("reminders", key, **{**values, **days})
