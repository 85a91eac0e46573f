"""Items: what one unit must rectify, as cells, rows of a table, and findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from analysis.findings.finding import Finding
from analysis.findings.ledger.counts import Counts, row_of
from analysis.findings.ledger.monitored import Figure, Missing, Monitored, Reason
from analysis.findings.ledger.naming import Naming, capital, chained, few
from analysis.findings.measures import NO_MEASURE, PERCENT
from analysis.findings.wording import Cited, Message, Number, Slot, Word
from analysis.messages import Texts, in_columns, rounded
from analysis.workspace.ledger import Evidence, Item, State

TOPIC: Final = "rectification"
ITEMS: Final[Texts] = {"zh-Hans": "项", "en": "items"}
#: What states are counted as.
STANDS: Final[dict[State, str]] = {
    "closed": "closed", "reported": "waiting", "re_inspected": "inspected", "opened": "working", "fed_back": "working",
    "plan_accepted": "working", "in_work": "working", "returned": "returned",
}  # fmt: skip
#: Each item stands in one of them: what is overdue is neither in work nor returned.
GROUPS: Final = ("closed", "waiting", "inspected", "working", "returned", "overdue")
COUNTED: Final = ("items", *GROUPS)


def overview(counts: Counts, message: str, day: dt.date, *, synthetic: bool, **slots: Slot) -> Finding:
    """Say how many items there are on a day, and how many stand where."""
    there = [name for name in GROUPS if counts[name]]
    extent = "one" if counts["items"] == 1 else "same" if len(there) == 1 else "several"
    state = {name: Message("rectification_state", {"stand": Word(name)}) for name in there}
    parts = [Message("rectification_stand", {"count": counts.number(name), "state": state[name]}) for name in there]
    filled = {"items": counts.number("items"), "day": day, "extent": Word(extent), "state": state[there[0]],
              "groups": chained(parts), **slots}  # fmt: skip
    return counts.finding(message, filled, ("items", *there), kind="level", group=counts.of,
                          estimate=float(counts["items"]), synthetic=synthetic)  # fmt: skip


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

    @property
    def worse(self) -> bool:
        """Whether the figure, as it is shown, went the way that it must not; an estimate's error is not judged here."""
        if self.then is None or isinstance(self.now, Missing) or self.now.selection != "register":
            return False
        then, now = (rounded(each.value, each.decimals) for each in (self.then, self.now))
        return {"at_most": now > then, "at_least": now < then}.get(self.evidence.direction or "", False)


@dataclass(frozen=True, eq=False)
class Rectification:
    """The items of rectification of one unit.

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
        states = ["overdue" if item in self.overdue else STANDS[item.state_on(self.day)] for item in self.items]
        sizes = {"items": len(states), **{name: states.count(name) for name in GROUPS}}
        return Counts(TOPIC, self.owner, self.year, ITEMS, sizes, held_by=self.unit)

    def findings(self) -> Iterator[Finding]:
        """Say how many stand where, which are overdue, which are closed, and what the figures were and are."""
        yield overview(self.counts, "rectification_items", self.day, synthetic=self.synthetic,
                        unit=self.naming.unit(self.owner))  # fmt: skip
        if self.overdue:
            late = [Message("rectification_late", {"problem": Cited(item.problem), "due": item.due_on(self.day),
                                                   "owner": item.owner}) for item in self.overdue]  # fmt: skip
            yield self._listing("overdue", self.overdue, few(late), kind="threshold", reference="target",
                                verdict="missed", tone="bad")  # fmt: skip
        worse = [pair for pair in self.pairs if pair.worse and self._has_come_since(pair)]
        yield from map(self._worse, worse)
        unproven = [item for item in self.items if item.id in self._closed and self._is_unproven(item)]
        yield from map(self._unproven, unproven)
        told = {item.id for item in (*unproven, *(pair.item for pair in worse))}
        rest = [item for item in self.items if item.id in self._closed and item.id not in told]
        if rest:
            done = [Message("rectification_done", {"problem": Cited(item.problem), "date": self._closed[item.id]})
                    for item in rest]  # fmt: skip
            yield self._listing("closed", rest, few(done))
        pairs = [pair for pair in self.pairs
                 if pair.then is not None and isinstance(pair.now, Figure) and pair not in worse]  # fmt: skip
        if pairs:
            cells = [cell for pair in pairs for cell in (*self._cells(pair), *self._rests(pair))]
            clauses = chained([self._clause(pair) for pair in pairs])
            yield self._listing("figures", [pair.item for pair in pairs], clauses, cells)

    @cached_property
    def _closed(self) -> dict[str, dt.date]:
        """The ids of the items that are closed, and since when."""
        return {each.id: each.steps_by(self.day)[-1].date for each in self.items if each.state_on(self.day) == "closed"}

    def _has_come_since(self, pair: Pair) -> bool:
        """Tell whether the item of a figure is closed, and the newest one is of that year or later."""
        closed = self._closed.get(pair.item.id)
        return closed is not None and isinstance(pair.now, Figure) and pair.now.year >= closed.year

    def _is_unproven(self, item: Item) -> bool:
        """Tell whether no figure has come since an item was closed; one that may not be compared is another matter."""
        pairs = [pair for pair in self.pairs if pair.item.id == item.id]
        none = {None, "no_figure", "other_year"}
        return not any(self._has_come_since(pair) or pair.reason not in none for pair in pairs)

    def _worse(self, pair: Pair) -> Finding:
        """Say that an item was closed and its figure went on the wrong way."""
        assert pair.then is not None  # noqa: S101  a figure that got worse
        assert isinstance(pair.now, Figure)  # noqa: S101
        numbers, item = self._numbers(pair), pair.item
        slots: dict[str, Slot] = {
            "problem": Cited(capital(item.problem)),
            "indicator": self.naming.subject(pair.evidence),
            "figures": Word("one" if len(item.evidence) == 1 else "several"),
            "way": Word("up" if pair.now.value > pair.then.value else "down"),
            "base": pair.then.year,
            "year": pair.now.year,
            "then": numbers["then"],
            "now": numbers["now"],
        }
        return self._about("worse", (item,), slots, (*self._cells(pair), *self._rests(pair)), item.id, pair.number,
                           kind="threshold", reference="target", verdict="missed", tone="bad",
                           subject=pair.evidence.subject, group="closed", estimate=pair.now.value,
                           against=pair.then.value)  # fmt: skip

    def _unproven(self, item: Item) -> Finding:
        """Say that an item was closed and that no figure has come since which shows anything."""
        slots: dict[str, Slot] = {"problem": Cited(capital(item.problem)), "owner": item.owner}
        return self._about("unproven", (item,), slots, (self.counts.cell("closed"),), item.id, kind="consistency",
                           reference="claim", verdict="open", tone="bad", group=f"unproven/{item.id}")  # fmt: skip

    def _listing(
        self, name: str, items: Sequence[Item], listed: Slot, cells: Sequence[str] = (), **more: Any
    ) -> Finding:
        """Say of several items what they have in common, with their number unless figures of theirs are told."""
        slots: dict[str, Slot] = {"unit": self.naming.unit(self.owner), "list": listed,
                                  **({} if cells else {name: self.counts.number(name)})}  # fmt: skip
        given = {"kind": "level", "estimate": float(len(items)), **more}
        return self._about(name, items, slots, cells or (self.counts.cell(name),), **given)

    def _about(
        self, name: str, items: Sequence[Item], slots: Mapping[str, Slot], cells: Sequence[str], *last: object,
        **more: Any,
    ) -> Finding:  # fmt: skip
        """Make the finding of a name about items, told by the message of that name; ``last`` ends its id."""
        duties = {item.duty for item in items}
        return Finding(
            id="/".join(map(str, (TOPIC, name, self.owner, self.year, *last))), unit=self.unit, year=self.year,
            topic=TOPIC, duty=duties.pop() if len(duties) == 1 else "", cells=tuple(cells), synthetic=self.synthetic,
            message=f"rectification_{name}", slots=slots, **{"subject": TOPIC, "group": name, **more},
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
            catalogue = self.naming.workspace.catalogue
            segment = catalogue[evidence.indicator].segment(evidence.year) if evidence.indicator else 0
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
        if pair.evidence.threshold is not None and pair.evidence.indicator:
            indicator = self.naming.workspace.catalogue[pair.evidence.indicator]
            put("threshold", float(pair.evidence.threshold), indicator.decimals, indicator.measure)
        elif pair.evidence.threshold is not None and pair.evidence.coefficient:
            exponent = pair.evidence.threshold.as_tuple().exponent
            put("threshold", float(pair.evidence.threshold), -int(exponent), NO_MEASURE)
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
        return self.counts.overview(COUNTED, synthetic=self.synthetic)
