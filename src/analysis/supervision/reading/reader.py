"""The claim reader: statements of a report, held to what was monitored as the claims of a self-evaluation are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.ledger.monitored import Figure, Missing, Monitored
from analysis.findings.ledger.verdicts import Verdict, verdict
from analysis.indicators import series, undecided
from analysis.messages import DuzhengError, Fault, Texts, in_columns
from analysis.supervision.reading.cells import statements_of
from analysis.supervision.reading.grammar import Grammar
from analysis.supervision.reading.lexicon import lexicon
from analysis.supervision.reading.names import Names
from analysis.supervision.reading.reports import Passage, Place, ReadReport, read_report
from analysis.supervision.reading.sentences import Sentences
from analysis.supervision.reading.statement import Statement

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Units, Workspace

#: A statement a row, in the order of the report. ``start`` and ``end`` count the characters of the passage; ``form`` is
#: value, change, growth, direction, or empty; ``relation`` is one of ``statement.Relation``; ``claimed``, ``monitored``
#: and ``difference`` are in ``measure``; ``verdict`` is agrees, differs, open or unread, the latter two with a
#: ``reason``; ``cells`` are the figures behind, joined by ``;``.
COLUMNS: Final = (
    "place_zh", "place_en", "start", "end", "text", "unit", "indicator", "name_zh", "name_en", "year", "base_year",
    "form", "relation", "claimed", "upper", "monitored", "difference", "measure", "verdict", "reason", "candidates",
    "cells", "sources", "sentence_zh", "sentence_en", "synthetic",
)  # fmt: skip
_WHOLE_NUMBERS: Final = ("start", "end", "year", "base_year")
_EXACT: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement with what came of it.

    Parameters
    ----------
    passage, statement
        What was said, and where.
    unit
        The unit on the boundaries of the check; empty if its territory was divided.
    verdict
        What comes of the claim; None if it was not read.
    whole
        The figure of the whole, for a comparison with it.
    """

    passage: Passage
    statement: Statement
    unit: str = ""
    verdict: Verdict | None = None
    whole: Figure | None = None

    @property
    def outcome(self) -> str:
        """Give agrees, differs, open or unread."""
        return self.verdict.outcome if self.verdict else "unread"

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures that the verdict rests on."""
        own = self.verdict.figures if self.verdict else ()
        return (*own, self.whole) if self.whole else own


@dataclass(frozen=True, eq=False)
class CheckedReport:
    """A report whose statements were checked.

    Parameters
    ----------
    report
        The report.
    unit, year
        Whose it is, for which year.
    judged
        Its statements in their order.
    sentences
        What puts them into words.
    synthetic
        Whether the report is invented.
    """

    report: ReadReport
    unit: str
    year: int
    judged: tuple[Judged, ...]
    sentences: Sentences
    synthetic: bool = False

    def count(self, outcome: str) -> int:
        """Count the statements that agree, differ, are open or unread."""
        return sum(each.outcome == outcome for each in self.judged)

    @property
    def differing(self) -> int:
        """How many statements differ from what was monitored."""
        return self.count("differs")

    @property
    def statements(self) -> pd.DataFrame:
        """The statements as a table (:data:`COLUMNS`)."""
        import pandas as pd

        frame = pd.DataFrame([self._row(each) for each in self.judged], columns=list(COLUMNS))
        return frame.astype(dict.fromkeys(_WHOLE_NUMBERS, "Int64"))

    def _row(self, each: Judged) -> dict[str, Any]:
        statement, found = each.statement, each.verdict
        claim = statement.claim
        numbers = self.sentences.numbers(each)
        row = dict.fromkeys(COLUMNS, None) | {
            **in_columns("place", each.passage.place.texts), "start": statement.start, "end": statement.end,
            "text": statement.text, "unit": statement.unit or self.unit, "indicator": "", "form": "", "relation": "",
            **in_columns("name", None), "measure": "", "verdict": each.outcome,
            "reason": (found.reason if found else statement.reason) or "", "candidates": ";".join(statement.candidates),
            "cells": ";".join(figure.cell for figure in each.figures), "sources": ";".join(_sources(each)),
            **in_columns("sentence", self.sentences.said_of(each)), "synthetic": self.synthetic,
        }  # fmt: skip
        if claim is None:
            return row
        name = self.sentences.workspace.catalogue[claim.indicator].name
        return row | {
            "indicator": claim.indicator, **in_columns("name", name),
            "year": claim.year, "base_year": claim.base_year, "form": claim.given[0] if claim.given else "",
            "relation": statement.relation, "measure": self.sentences.measure(each),
            "claimed": claim.direction or (None if claim.number is None else float(claim.number)),
            "upper": None if statement.upper is None else float(statement.upper), **numbers,
        }  # fmt: skip


def check_report(
    workspace: Workspace,
    path: str | Path,
    unit: str,
    year: int,
    *,
    synthetic: bool = False,
    boundaries: int | None = None,
) -> CheckedReport:
    """Find the statements of a report by itself, tie each to an indicator, and hold it to what was monitored.

    Parameters
    ----------
    workspace
        The workspace.
    path
        The report: DOCX, or text in UTF-8 or GB18030.
    unit
        Code of the unit that reports.
    year
        The year that the report is about: figures without a year are of it, "last year" is the one before.
    synthetic
        Whether the report is invented, for demonstration.
    boundaries
        The year on whose boundaries the figures are; by default the workspace's.

    Raises
    ------
    DuzhengError
        DZ-U001 for an unknown unit, DZ-U002 for one that did not exist in the year, DZ-O005 for a report that cannot be
        read.

    Notes
    -----
    What is not understood is not guessed: a number without a sure indicator is listed as unread. A statement is judged
    as a claim of the ledger (:func:`analysis.findings.ledger.verdicts.verdict`); one of "more than" or "at most" that
    is no equality agrees if the figure lies on that side.
    """
    where = workspace.settings.boundaries if boundaries is None else boundaries
    own = _unit(workspace.units, unit, year)
    report = read_report(Path(path))
    grammar = grammar_of(workspace, own, year)
    read = [(passage, statement) for passage in report.passages for statement in statements_of(grammar, passage)]
    codes = {each.claim.indicator for _, each in read if each.claim}
    monitored = Monitored(workspace, _levels(workspace, codes, where, year), None, where)
    judged = tuple(_judged(workspace, monitored, own, year, *each) for each in read)
    return CheckedReport(report, own, year, judged, Sentences(workspace, own), synthetic)


def check_texts(
    workspace: Workspace, texts: Sequence[str], unit: str, year: int, monitored: Monitored
) -> list[tuple[int, Judged, Texts]]:
    """Read texts that stand by themselves, as the answers of a form do, and hold what they say to what was monitored.

    Parameters
    ----------
    workspace
        The workspace.
    texts
        The texts in Chinese.
    unit, year
        Whose figures they speak of if they name nobody, and for which year.
    monitored
        The figures of a run.

    Returns
    -------
    list of tuple
        The place of the text, what comes of a statement in it, and that in words.
    """
    grammar, said = grammar_of(workspace, unit, year), Sentences(workspace, unit)
    passages = [Passage(text, Place("line", (number,))) for number, text in enumerate(texts, start=1)]
    found = [(at, _judged(workspace, monitored, unit, year, passage, statement))
             for at, passage in enumerate(passages) for statement in statements_of(grammar, passage)]  # fmt: skip
    return [(at, each, said.said_of(each)) for at, each in found]


def grammar_of(workspace: Workspace, unit: str, year: int) -> Grammar:
    """Give what reads the reports of a unit for a year: the catalogue's names, and the words that mean units then."""
    names, scopes = Names.of(workspace.catalogue), _scopes(workspace, unit, year)
    return Grammar(workspace.catalogue, names, year, scopes, unit)


def _unit(units: Units, code: str, year: int) -> str:
    if not units.known(code):
        raise DuzhengError(Fault("DZ-U001", column="unit", found=repr(code), expected="a code of data/units.csv"))
    found = units.resolve(code, year)
    if found is None:
        raise DuzhengError(Fault("DZ-U002", column="unit", found=f"{code!r} in {year}", expected="a unit of that year",
                                 hint=units.explain(code, year)))  # fmt: skip
    return found


def _scopes(workspace: Workspace, own: str, year: int) -> dict[str, str]:
    """Give the words that mean a unit: of units above their short names too, of others the whole name only."""
    units, kind = workspace.units, workspace.settings.unit_name["zh-Hans"]
    found = dict.fromkeys(lexicon()["elsewhere"], "")
    for unit in map(str, units.at(year).index):
        found[units.name(unit, "zh-Hans")] = unit
    above = units.parent(own)
    while above:
        found |= dict.fromkeys((units.name(above, "zh-Hans"), units.name(above, "zh-Hans", short=True)), above)
        above = units.parent(above)
    here = [*(head + kind for head in lexicon()["own"]), *lexicon()["inside"]]
    return found | dict.fromkeys([*here, units.name(own, "zh-Hans"), units.name(own, "zh-Hans", short=True)], own)


def _levels(workspace: Workspace, codes: Iterable[str], boundaries: int, year: int) -> pd.DataFrame:
    """Give the levels of indicators, of the growth that is published of them, and of what ratios are made of."""
    catalogue = workspace.catalogue
    wanted = set(codes)
    wanted |= {code for code, each in catalogue.items() if each.growth_of in wanted}
    wanted |= {part for code in wanted for part in catalogue.parts(code)}
    ready = [code for code in catalogue if code in wanted and code not in undecided(workspace)]
    return series(workspace, ready, boundaries=boundaries, until=max(year, workspace.settings.year))


def _judged(
    workspace: Workspace, monitored: Monitored, own: str, year: int, passage: Passage, statement: Statement
) -> Judged:
    claim = statement.claim
    if claim is None:
        return Judged(passage, statement)
    units = workspace.units
    unit = statement.unit or own
    holders = units.holders(unit, monitored.boundaries)
    if len(holders) != 1:
        return Judged(passage, statement, "", Verdict(claim, "open", "territory"))
    same = units.holders(holders[0], year) == [unit]
    if statement.whole:
        return _beside(monitored, passage, statement, holders[0], same_territory=same)
    found = verdict(claim, holders[0], monitored, same_territory=same)
    return Judged(passage, statement, holders[0], _on_its_side(statement, found))


def _on_its_side(statement: Statement, found: Verdict) -> Verdict:
    """Judge what is said as a bound: the figure has to lie on the side of the number, or near enough to it."""
    if statement.relation == "equals" or found.monitored is None or found.claim.number is None:
        return found
    number, figure = float(found.claim.number), found.monitored
    upper = float(statement.upper) if statement.upper is not None else number
    low, high = min(number, upper), max(number, upper)
    slack = _slack(found)
    above, below = figure >= low - slack, figure <= high + slack
    held = {"at_least": above, "at_most": below, "between": above and below}[statement.relation]
    return replace(found, outcome="agrees" if held else "differs", reason=None)


def _slack(found: Verdict) -> float:
    """Give by how much a figure may be off a bound: what the figure may be off by itself, no rounding of the bound."""
    return max(0.0, found.margin - float(found.claim.margin)) + _EXACT * max(1.0, abs(found.monitored or 0.0))


def _beside(monitored: Monitored, passage: Passage, statement: Statement, unit: str, *, same_territory: bool) -> Judged:
    """Hold a comparison with the whole to the figures of both."""
    claim = statement.claim
    assert claim is not None  # comparisons that were read have one  # noqa: S101
    figures = [monitored.level(claim.indicator, each, claim.year) for each in (unit, statement.whole)]
    now, whole = figures
    if not same_territory:
        return Judged(passage, statement, unit, Verdict(claim, "open", "territory"))
    if isinstance(now, Missing) or isinstance(whole, Missing):
        missing = next(each for each in figures if isinstance(each, Missing))
        return Judged(passage, statement, unit, Verdict(claim, "open", missing.reason, newest=missing.year))
    way = 1 if statement.relation == "above_whole" else -1
    apart, half = way * (now.value - whole.value), now.half + whole.half
    if claim.change is None:
        outcome = "agrees" if apart > half else "differs" if apart < -half or not half else "open"
        margin = half
    else:
        margin = float(claim.margin) + half
        outcome = "agrees" if abs(apart - float(claim.change)) <= margin + _EXACT * max(1.0, abs(apart)) else "differs"
    reason = "unclear" if outcome == "open" else None
    return Judged(passage, statement, unit, Verdict(claim, outcome, reason, now, None, apart, margin), whole)  # type: ignore[arg-type]


def _sources(each: Judged) -> Sequence[str]:
    return sorted({source for figure in each.figures for source in figure.sources.split(";") if source})


def as_json(checked: CheckedReport) -> list[dict[str, Any]]:
    """Give the statements as plain objects: what is not there is None."""
    rows = checked.statements.astype(object).to_dict("records")
    return [{str(name): _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    import pandas as pd

    if value is None or value is pd.NA or value != value:  # noqa: PLR0124  NaN is the only number that differs from itself
        return None
    return value.item() if hasattr(value, "item") else value
