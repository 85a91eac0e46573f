"""Estimates as sections ask for them: the table ``estimates`` of the run by survey, index, unit and group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.wording import Word, name
from analysis.indicators import rows_of
from analysis.messages import NO_VALUE

if TYPE_CHECKING:
    from analysis.documents import Runs
    from analysis.findings.brief import Brief

Row = Mapping[str, Any]
SUPPRESSED: Final = "suppress"
#: Of those who are asked.
_ORDER: Final = {
    name: place for place, name in enumerate(("student", "parent", "teacher", "principal", "staff", "public"))
}
CAREFUL: Final = "caution"


@dataclass(frozen=True, eq=False)
class Estimates:
    """The estimates that a brief may show.

    Parameters
    ----------
    brief
        The brief.
    """

    brief: Brief

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """All rows, missing numbers as None; reliabilities among them."""
        return [*self._read("estimates"), *self._read("reliability")]

    def _read(self, table: str) -> list[dict[str, Any]]:
        tables = self.brief.evidence.tables
        if not tables.has(table):
            return []
        frame = tables[table]
        return rows_of(frame.astype(object).where(frame.notna(), None))

    @cached_property
    def waves(self) -> dict[tuple[str, str], dict[str, Any]]:
        """How each wave was gathered, by survey and unit."""
        return {(row["survey"], row["unit"]): row for row in self._read("waves")}

    @cached_property
    def _of(self) -> dict[tuple[str, str, str, str], list[dict[str, Any]]]:
        found: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
        for row in self.rows:
            found.setdefault((row["survey"], row["statistic"], row["unit"], row["column"]), []).append(row)
        return found

    @cached_property
    def _by_cell(self) -> dict[str, dict[str, Any]]:
        return {row["cell"]: row for row in self.rows}

    @property
    def surveys(self) -> list[str]:
        """The surveys that there are indices of: pupils first, then their parents, the staff, the public."""
        there = dict.fromkeys(row["survey"] for row in self.rows if row["statistic"] == "mean")
        asked = {survey: row["respondent"] for (survey, _), row in self.waves.items()}
        return sorted(there, key=lambda survey: (_ORDER.get(asked.get(survey, ""), len(_ORDER)), survey))

    def of(self, survey: str, statistic: str = "mean", *, unit: str = "", column: str = "") -> list[dict[str, Any]]:
        """Give the rows of a survey: of everybody in a unit, or of the groups of a column; by default of the memo's."""
        return self._of.get((survey, statistic, unit or self.brief.evidence.unit, column), [])

    def beside(self, row: Row, unit: str | None, *, statistic: str = "mean") -> dict[str, Any] | None:
        """Give the same of another unit, or another statistic of the same; None if there is none to show."""
        parts = row["cell"].split("/")
        parts[2], parts[-1] = unit or row["unit"], statistic
        found = self._by_cell.get("/".join(parts))
        return found if found is not None and shown(found) else None

    def overall(self, survey: str, unit: str = "") -> dict[str, Any] | None:
        """Give the mean of the index of satisfaction overall; None if it is held back."""
        row = next((row for row in self.of(survey, unit=unit) if row["index"] == self._overall.get(survey)), None)
        return row if row is not None and shown(row) else None

    @cached_property
    def _overall(self) -> dict[str, str]:
        """The index of satisfaction overall of each survey: the one whose level is said by itself."""
        tables = self.brief.evidence.tables
        frame = tables["findings"] if tables.has("findings") else None
        if frame is None:
            return {}
        levels = frame[(frame["kind"] == "level") & (frame["survey"] != "") & (frame["topic"] == "satisfaction")]
        return dict(zip(levels["survey"], levels["subject"], strict=True))

    def groups(self, survey: str) -> list[list[dict[str, Any]]]:
        """Give the means of each group of everybody: one list a group."""
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in self.rows:
            key = (row["survey"], row["statistic"], row["unit"])
            if row["column"] and key == (survey, "mean", self.brief.evidence.unit):
                found.setdefault((row["column"], row["code"]), []).append(row)
        return list(found.values())

    def title(self, survey: str) -> str:
        """Give what a survey is called."""
        return self.called(next(row for row in self.rows if row["survey"] == survey), "survey")

    def called(self, row: Row, what: str) -> str:
        """Give what the ``index``, ``group`` or ``survey`` of a row is called."""
        return self.brief.text(row, what)

    def who(self, survey: str) -> Runs:
        """Name the people who were asked."""
        row = next((row for (each, _), row in self.waves.items() if each == survey), None)
        return self.brief.runs("answers_who", respondent=Word(row["respondent"] if row else ""))

    def label(self, row: Row, what: str = "index") -> Runs:
        """Give the same as runs."""
        return (name(self.called(row, what)),)

    def interval(self, row: Row | None) -> Runs:
        """Write the interval of an estimate, from and to; a dash where it has none."""
        if row is None or not self.brief.evidence.has_cell(f"{row['cell']}/lower"):
            return name_of(NO_VALUE)
        lower, upper = (self.brief.slot(f"{row['cell']}/{end}") for end in ("lower", "upper"))
        return self.brief.runs("interval", lower=lower, upper=upper)


def name_of(text: str) -> Runs:
    """Give a text as runs."""
    return (name(text),)


def shown(row: Row) -> bool:
    """Tell whether an estimate may be shown and has a value."""
    return row["precision"] != SUPPRESSED and row["estimate"] is not None
