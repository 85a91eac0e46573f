"""Errors that say where, what was found, what was expected and what to do; each with a code of docs/errors.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: Every code with its title. `docs/errors.md` explains each; a test holds the two together.
CODES: dict[str, str] = {
    "DZ-W001": "no workspace here",
    "DZ-W002": "a settings or catalogue file cannot be read",
    "DZ-W003": "a settings or catalogue entry is wrong",
    "DZ-W004": "a new workspace cannot be made there",
    "DZ-T001": "a table cannot be read",
    "DZ-T002": "a column is missing, unknown or doubled",
    "DZ-T003": "a cell cannot be read as its type",
    "DZ-T004": "a value is outside what the contract allows",
    "DZ-T005": "a key stands twice",
    "DZ-T006": "a row does not fit the header",
    "DZ-U001": "unknown unit",
    "DZ-U002": "the unit did not exist in that year",
    "DZ-U003": "the history of a unit is broken",
    "DZ-I001": "unknown indicator",
    "DZ-I002": "wrong unit of measure",
    "DZ-I003": "unknown source",
    "DZ-I004": "a formula or a variant of an indicator is wrong",
    "DZ-B001": "the rows of a school do not fit together",
    "DZ-B002": "a rule asks for figures that are not there",
    "DZ-Q001": "a questionnaire or item bank cannot be read",
    "DZ-Q002": "an entry of a questionnaire or item bank is wrong",
    "DZ-Q003": "a condition is wrong",
    "DZ-Q004": "an item's code means two things",
    "DZ-Q005": "declared analyses were changed after they were sealed",
    "DZ-Q006": "no such lint rule",
    "DZ-Q007": "a questionnaire or revision can't be found, or is there already",
    "DZ-Q008": "a form cannot be read",
    "DZ-Q009": "a questionnaire cannot be compiled",
    "DZ-Q010": "a key is missing, or another one than before",
    "DZ-Q011": "a truth of simulated answers does not fit its questionnaire",
    "DZ-Q012": "a collected wave is not there, or not of its questionnaire",
    "DZ-Q013": "posters cannot be made",
    "DZ-L001": "the LimeSurvey server cannot be reached",
    "DZ-L002": "what answers is no LimeSurvey RemoteControl",
    "DZ-L003": "the LimeSurvey server refuses the user",
    "DZ-L004": "a version of LimeSurvey that is not supported",
    "DZ-L005": "no such survey on the server",
    "DZ-L006": "a plan is stale",
    "DZ-L007": "a change of a live survey is refused",
    "DZ-L008": "somebody else is applying changes",
    "DZ-L009": "what was read back is not what was sent",
    "DZ-L010": "answers that the questionnaire does not know",
    "DZ-L011": "a sample or its participants are wrong",
    "DZ-L012": "a mapping of answers gathered elsewhere is wrong",
    "DZ-S001": "a survey design is wrong",
    "DZ-S002": "an estimate is asked for wrongly",
    "DZ-S003": "there is nothing to estimate from",
    "DZ-S004": "no weights can meet the known totals",
    "DZ-S005": "a cell cannot be protected from disclosure",
    "DZ-O001": "an entry of the ledger is wrong",
    "DZ-O002": "a step or a date of the ledger cannot be",
    "DZ-O003": "the ledger cannot be written",
    "DZ-O004": "a form cannot be read",
    "DZ-O005": "a report cannot be read",
    "DZ-F001": "a remark is wrong",
    "DZ-F002": "a number in a remark rests on no cell",
    "DZ-F003": "a correction that gives answers away",
    "DZ-F004": "no rules of what may be said",
    "DZ-M001": "a parameter of a memo is wrong",
    "DZ-M002": "no such template",
    "DZ-M003": "a memo failed",
    "DZ-M004": "nothing to build",
    "DZ-M005": "no tables of a run",
    "DZ-M006": "the layout of a template is wrong",
    "DZ-M007": "another batch is at work",
    "DZ-M008": "a memo cannot be written",
    "DZ-M009": "no such place to make memos at",
    "DZ-M010": "a release is not as it was built",
    "DZ-D001": "a document cannot be rendered",
    "DZ-D002": "a number in a document does not agree with its cell",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its code, where it stands, what was found, what was expected, and what to do.

    ``row`` counts as a spreadsheet does (the header is row 1); ``line`` counts the lines of a text
    file, and ``character`` the characters of the line, from 1.
    """

    code: str
    found: str
    expected: str
    hint: str = ""
    file: str = ""
    row: int | None = None
    line: int | None = None
    character: int | None = None
    column: str = ""

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise KeyError(self.code)

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row}" if self.row is not None else "",
                f"line {self.line}" if self.line is not None else "",
                f"character {self.character}" if self.character is not None else "",
                f"column {self.column}" if self.column else "",
            )
            if part
        )
        head = f"{self.code} {place}: " if place else f"{self.code}: "
        end = "" if self.hint.endswith("?") else "."
        tail = f". {self.hint[0].upper()}{self.hint[1:]}{end}" if self.hint else "."
        return f"{head}found {self.found}; expected {self.expected}{tail}"


class DuzhengError(Exception):
    """Something a user can mend. It carries every :class:`Fault` at once.

    Examples
    --------
    >>> error = DuzhengError(Fault("DZ-U001", found="'U99'", expected="a code of data/units.csv", row=3))
    >>> print(error)
    DZ-U001 row 3: found 'U99'; expected a code of data/units.csv.
    """

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(str(self))

    def __str__(self) -> str:
        if len(self.faults) == 1:
            return str(self.faults[0])
        asked = all(fault.code.startswith("DZ-S") for fault in self.faults)
        head = f"{len(self.faults)} faults, nothing was {'computed' if asked else 'loaded'}:"
        return "\n".join([head, *(f"  {fault}" for fault in self.faults)])

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> DuzhengError:
        """Make one error of many faults, in the order of file, row and column."""
        return cls(*sorted(faults, key=lambda f: (f.file, f.row or f.line or 0, f.column, f.code, f.found)))
