"""A book: the items of rectification of one unit, as cells, rows of a table, and findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from analysis.findings.finding import Finding
from analysis.findings.ledger.counts import Counts, in_columns, made, row_of
from analysis.findings.ledger.monitored import Figure, Missing, Monitored, Reason
from analysis.findings.ledger.naming import PERCENT, Naming, chained, few
from analysis.findings.wording import Cited, Message, Number, Slot, Word
from analysis.messages import Texts
from analysis.workspace.ledger import Evidence, Item, State

TOPIC: Final = "rectification"
ITEMS: Final[Texts] = {"zh-Hans": "项", "en": "items"}
#: What states are counted as.
STANDS: Final[dict[State, str]] = {
    "closed": "closed", "reported": "waiting", "re_inspected": "waiting", "opened": "working", "fed_back": "working",
    "plan_accepted": "working", "in_work": "working", "returned": "returned",
}  # fmt: skip
GROUPS: Final = ("closed", "waiting", "working", "returned")
COUNTED: Final = ("items", *GROUPS, "overdue")


def overview(counts: Counts, message: str, day: dt.date, *, synthetic: bool, **slots: Slot) -> Finding:
    """Say how many items there are on a day, and how many stand where."""
    there = [name for name in GROUPS if counts[name]]
    extent = "one" if counts["items"] == 1 else "same" if len(there) == 1 else "several"
    parts = [Message("rectification_stand", {"count": counts.number(name), "stand": Word(name)}) for name in there]
    return Finding(
        id=f"{TOPIC}/{counts.of}/{counts.unit}/{counts.year}",
        unit=counts.holder,
        year=counts.year,
        topic=TOPIC,
        kind="level",
        subject=TOPIC,
        group=counts.of,
        estimate=float(counts["items"]),
        cells=tuple(counts.cell(name) for name in ("items", *there)),
        synthetic=synthetic,
        message=message,
        slots={
            "items": counts.number("items"),
            "day": day,
            "made": made(synthetic),
            "extent": Word(extent),
            "stand": Word(there[0]),
            "groups": chained(parts),
            **slots,
        },
    )


@dataclass(frozen=True)
class Pair:
    """A figure that shows a problem, and the newest one since the item was opened."""

    item: Item
    number: int
    evidence: Evidence
    then: Figure | None
    now: Figure | Missing

    @property
    def reason(self) -> Reason | None:
        """Why there is no newer figure."""
        return self.now.reason if isinstance(self.now, Missing) else None


@dataclass(frozen=True, eq=False)
class Book:
    """The items of one unit.

    Parameters
    ----------
    unit, owner
        The unit on the boundaries of the run, and the one that the items are of: another one if it was merged.
    year
        The last year of the figures.
    day
        The day that is spoken of.
    items
        Those that were opened by then.
    monitored, naming
        The figures, and what things are called.
    synthetic
        Whether any of it is invented.
    same_territory
        Whether the figures are about the owner's territory.
    """

    unit: str
    owner: str
    year: int
    day: dt.date
    items: tuple[Item, ...]
    monitored: Monitored
    naming: Naming
    synthetic: bool
    same_territory: bool

    @cached_property
    def overdue(self) -> tuple[Item, ...]:
        """Items that are overdue, the longest overdue first."""
        late = [item for item in self.items if item.overdue_on(self.day)]
        return tuple(sorted(late, key=lambda item: (item.due_on(self.day), item.id)))

    @cached_property
    def counts(self) -> Counts:
        """How many items there are, how many stand where, and how many are overdue."""
        states = [STANDS[item.state_on(self.day)] for item in self.items]
        sizes = {"items": len(states), **{name: states.count(name) for name in GROUPS}, "overdue": len(self.overdue)}
        return Counts(TOPIC, self.owner, self.year, ITEMS, sizes, held_by=self.unit)

    def findings(self) -> Iterator[Finding]:
        """Say how many stand where, which are overdue, which are closed, and what the figures were and are."""
        yield overview(self.counts, "rectification_items", self.day, synthetic=self.synthetic,
                        unit=self.naming.unit(self.owner))  # fmt: skip
        if self.overdue:
            late = [Message("rectification_late", {"problem": Cited(item.problem), "due": item.due_on(self.day),
                                                   "owner": item.owner}) for item in self.overdue]  # fmt: skip
            yield self._finding("overdue", "rectification_overdue", self.overdue, few(late))
        closed = [item for item in self.items if item.state_on(self.day) == "closed"]
        if closed:
            done = [Message("rectification_done", {"problem": Cited(item.problem), "date": item.steps[-1].date})
                    for item in closed]  # fmt: skip
            yield self._finding("closed", "rectification_closed", closed, few(done))
        pairs = [pair for pair in self.pairs if pair.then is not None and isinstance(pair.now, Figure)]
        if pairs:
            cells = [cell for pair in pairs for cell in (*self._cells(pair), *self._rests(pair))]
            yield self._finding("figures", "rectification_figures", [pair.item for pair in pairs],
                                chained([self._clause(pair) for pair in pairs]), cells)  # fmt: skip

    def _finding(
        self, name: str, message: str, items: Sequence[Item], listed: Slot, cells: Sequence[str] = ()
    ) -> Finding:
        duties = {item.duty for item in items}
        late = name == "overdue"
        return Finding(
            id=f"{TOPIC}/{name}/{self.owner}/{self.year}",
            unit=self.unit,
            year=self.year,
            topic=TOPIC,
            duty=duties.pop() if len(duties) == 1 else "",
            kind="threshold" if late else "level",
            reference="target" if late else "",
            verdict="missed" if late else "stated",
            tone="bad" if late else "neutral",
            subject=TOPIC,
            group=name,
            estimate=float(len(items)),
            cells=tuple(cells) or (self.counts.cell(name),),
            synthetic=self.synthetic,
            message=message,
            slots={"unit": self.naming.unit(self.owner), "made": made(self.synthetic), "list": listed,
                   **({name: self.counts.number(name)} if not cells else {})},
        )  # fmt: skip

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The figures of all items, each with the newest one since."""
        return tuple(self._pair(item, number, evidence)
                     for item in self.items for number, evidence in enumerate(item.evidence, start=1))  # fmt: skip

    def _pair(self, item: Item, number: int, evidence: Evidence) -> Pair:
        """Find the two figures: that of the year of the evidence on today's boundaries, or else as it was written."""
        if not self.same_territory:
            return Pair(item, number, evidence, None, Missing("territory"))
        now = self.monitored.newest(evidence, self.unit, max(evidence.year + 1, item.opened.year))
        then = self.monitored.of(evidence, self.unit)
        if isinstance(then, Missing):
            if then.reason not in {"no_figure", "other_year"} or evidence.value is None:
                return Pair(item, number, evidence, None, then)
            if isinstance(now, Missing):
                return Pair(item, number, evidence, None, now)
            exponent = evidence.value.as_tuple().exponent
            decimals = max(now.decimals, -exponent if isinstance(exponent, int) else 0)
            segment = (
                0 if evidence.index else self.naming.workspace.catalogue[evidence.indicator].segment(evidence.year)
            )
            then = Figure("", float(evidence.value), evidence.year, decimals, now.measure, segment)
        if isinstance(now, Figure) and now.segment != then.segment:
            return Pair(item, number, evidence, then, Missing("broken"))
        return Pair(item, number, evidence, then, now)

    def _numbers(self, pair: Pair) -> dict[str, Number]:
        found: dict[str, Number] = {}

        def put(name: str, value: float | None, decimals: int, measure: Texts) -> None:
            if value is not None:
                cell = f"{TOPIC}/{self.owner}/{self.year}/{pair.item.id}/{pair.number}/{name}"
                found[name] = Number(cell, value, decimals, measure)

        if pair.then is not None:
            put("then", pair.then.value, pair.then.decimals, pair.then.measure)
        if isinstance(pair.now, Figure):
            for name, value in (("now", pair.now.value), ("lower", pair.now.lower), ("upper", pair.now.upper)):
                put(name, value, pair.now.decimals, pair.now.measure)
            put("confidence", pair.now.confidence, 0, PERCENT)
        if pair.evidence.threshold is not None and not pair.evidence.index:
            indicator = self.naming.workspace.catalogue[pair.evidence.indicator]
            put("threshold", float(pair.evidence.threshold), indicator.decimals, indicator.measure)
        return found

    def _cells(self, pair: Pair) -> list[str]:
        return [number.cell for name, number in self._numbers(pair).items() if name != "threshold"]

    def _rests(self, pair: Pair) -> list[str]:
        figures = [each for each in (pair.then, pair.now) if isinstance(each, Figure)]
        return [figure.cell for figure in figures if figure.cell]

    def _clause(self, pair: Pair) -> Message:
        assert isinstance(pair.now, Figure)  # a pair that is said has both  # noqa: S101
        numbers = {name: each for name, each in self._numbers(pair).items() if name != "threshold"}
        message = "rectification_asked" if "lower" in numbers else "rectification_figure"
        slots: dict[str, Slot] = {"indicator": self.naming.subject(pair.evidence), "base": pair.evidence.year,
                                  "year": pair.now.year, **numbers}  # fmt: skip
        return Message(message, slots)

    def cells(self) -> Iterator[dict[str, Any]]:
        """Give the cells of its counts and of the figures of all items."""
        yield from self.counts.rows()
        for pair in self.pairs:
            for name, number in self._numbers(pair).items():
                figure = pair.then if name == "then" else pair.now
                known = figure if isinstance(figure, Figure) and name != "threshold" else None
                yield row_of(
                    number,
                    how=f"from {known.cell}" if known and known.cell else "as the ledger has it",
                    unit=self.unit,
                    indicator=pair.evidence.subject,
                    year=known.year if known else pair.evidence.year,
                    statistic=name,
                    sources=known.sources if known else "",
                )

    def rows(self) -> Iterator[dict[str, Any]]:
        """Give its rows of the table of items."""
        for pair in self.pairs:
            item, numbers = pair.item, self._numbers(pair)
            steps = item.steps_by(self.day)
            yield {
                "unit": self.unit,
                "year": self.year,
                "item": item.id,
                "evidence": pair.number,
                **in_columns("problem", item.problem),
                **in_columns("owner", item.owner),
                "duty": item.duty,
                "opened": item.opened.isoformat(),
                "due": item.due_on(self.day).isoformat(),
                "state": item.state_on(self.day),
                "since": (steps[-1].date if steps else item.opened).isoformat(),
                "overdue": item.overdue_on(self.day),
                **in_columns("name", self.naming.subject(pair.evidence, inside=False)),
                "then_year": pair.evidence.year if pair.then else None,
                "now_year": pair.now.year if isinstance(pair.now, Figure) else None,
                **{name: numbers[name].cell if name in numbers else ""
                   for name in ("then", "now", "lower", "upper", "threshold")},
                "direction": pair.evidence.direction or "",
                "rests_on": ";".join(self._rests(pair)),
                "reason": pair.reason or "",
                "synthetic": self.synthetic,
            }  # fmt: skip

    def overview(self) -> dict[str, Any]:
        """Give its row of the table of counts."""
        return {"unit": self.unit, "year": self.year, **{name: self.counts.cell(name) for name in COUNTED},
                "synthetic": self.synthetic}  # fmt: skip
