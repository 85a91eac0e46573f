"""The files of the ledger: read, and held to units, catalogue, calendar and moves; every fault with its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from analysis.messages import DuzhengError, Fault
from analysis.workspace.ledger import (
    DEMO,
    FOLDER,
    MOVES,
    Claim,
    Evidence,
    Item,
    Ledger,
    Rectification,
    SelfEvaluation,
    State,
)
from analysis.workspace.yaml_files import check_entry, line_of, read_yaml

if TYPE_CHECKING:
    from analysis.workspace.catalogue import Catalogue, Indicator
    from analysis.workspace.rules import RuleSet
    from analysis.workspace.units import Units

SELF_EVALUATIONS, RECTIFICATION = "self_evaluations", "rectification"
_ORDER = "opened → fed_back → plan_accepted → in_work → reported → re_inspected → closed or returned"
Path_ = tuple[int | str, ...]
Head = TypeVar("Head", bound=BaseModel)
Part = TypeVar("Part", bound=BaseModel)


def read_ledger(
    root: Path,
    units: Units,
    catalogue: Catalogue,
    rules: Mapping[str, RuleSet] | None = None,
    *,
    demonstration: bool = False,
) -> Ledger:
    """Read the self-evaluations and the items of rectification of a workspace; an empty ledger where there are none.

    Parameters
    ----------
    root
        The workspace's folder.
    units, catalogue
        What entries refer to.
    rules
        The rule sets; duties are held to ``duties`` if it is among them.
    demonstration
        Read the invented ledger of the demonstration instead: never both.

    Raises
    ------
    DuzhengError
        With every fault of every file, each with its line: DZ-W002 for what is no YAML, DZ-O001 for an entry that is
        wrong, DZ-O002 for steps and dates that cannot be, DZ-U001, DZ-U002, DZ-I001 and DZ-I002 for units, indicators
        and measures.
    """
    folder = DEMO if demonstration else FOLDER
    faults: list[Fault] = []
    duties = _duties(rules or {})
    evaluations: dict[tuple[str, int], SelfEvaluation] = {}
    for path in sorted((root / folder / SELF_EVALUATIONS).glob("*.yaml")):
        file = _File(path, root, units, catalogue, duties, faults)
        evaluation, claims = file.read(SelfEvaluation, "claims", Claim)
        if evaluation is None:
            continue
        name = f"{evaluation.unit}-{evaluation.year}"
        faults += file.misplaced(evaluation.unit, evaluation.year, {name}, evaluation.synthetic, demonstration)
        faults += file.wrong_evaluation(evaluation)
        for at, claim in claims.items():
            faults += file.wrong_claim(claim, at, evaluation)
        faults += file.twice("claims", claims)
        whole = evaluation.model_copy(update={"claims": tuple(claims.values())})
        evaluations[evaluation.unit, evaluation.year] = whole
    items: dict[str, dict[str, tuple[Item, str]]] = {}
    for path in sorted((root / folder / RECTIFICATION).glob("*.yaml")):
        file = _File(path, root, units, catalogue, duties, faults)
        rectification, found = file.read(Rectification, "items", Item)
        if rectification is None:
            continue
        names = {rectification.unit} if rectification.year is None else {f"{rectification.unit}-{rectification.year}"}
        faults += file.misplaced(rectification.unit, rectification.year, names, rectification.synthetic, demonstration)
        known = items.setdefault(rectification.unit, {})
        for at, item in found.items():
            faults += file.wrong_item(item, at, rectification)
            if item.id in known:
                faults.append(file.fault(("items", at, "id"), f"id: {item.id}, which is in {known[item.id][1]}",
                                         "an id that stands once among the items of a unit"))  # fmt: skip
            known.setdefault(item.id, (item, f"{file.name}, line {file.line('items', at)}"))
    if faults:
        raise DuzhengError.of(faults)
    kept = {unit: tuple(item for item, _ in found.values()) for unit, found in items.items() if found}
    return Ledger(evaluations, kept, synthetic=demonstration)


def _duties(rules: Mapping[str, RuleSet]) -> frozenset[str] | None:
    """Give the ids of the duties; None where no rule set names them."""
    if "duties" not in rules:
        return None
    named = rules["duties"].parameters.get("duties", ())
    return frozenset(str(each["id"]) for each in named if isinstance(each, Mapping) and "id" in each)


@dataclass
class _File:
    """One file that is being read: where its entries stand, and what they are held to."""

    path: Path
    root: Path
    units: Units
    catalogue: Catalogue
    duties: frozenset[str] | None
    faults: list[Fault]
    node: Any = None

    @property
    def name(self) -> str:
        return self.path.relative_to(self.root).as_posix()

    def line(self, *where: int | str) -> int | None:
        return line_of(self.node, where)

    def fault(self, where: Path_, found: str, expected: str, hint: str = "", code: str = "DZ-O001") -> Fault:
        return Fault(code, file=self.name, line=self.line(*where), column=".".join(map(str, where)), found=found,
                     expected=expected, hint=hint)  # fmt: skip

    def read(self, head: type[Head], name: str, part: type[Part]) -> tuple[Head | None, dict[int, Part]]:
        """Read head and parts one by one, so that the faults of one hide none of another."""
        try:
            self.node = read_yaml(self.path, self.name)
        except DuzhengError as error:
            self.faults += error.faults
            return None, {}
        nodes = self.node.get(name, []) if isinstance(self.node, dict) else []
        alone = {key: value for key, value in self.node.items() if key != name} if isinstance(self.node, dict) else None
        whole: Head | None = None
        try:
            whole = check_entry(head, alone if alone is not None else self.node, self.name, root=self.node,
                                code="DZ-O001")  # fmt: skip
        except DuzhengError as error:
            self.faults += error.faults
        if not isinstance(nodes, list):
            self.faults.append(self.fault((name,), type(nodes).__name__, f"a list of {name}"))
            nodes = []
        parts: dict[int, Part] = {}
        for at, each in enumerate(nodes):
            try:
                parts[at] = check_entry(part, each, self.name, where=(name, at), root=self.node, code="DZ-O001")
            except DuzhengError as error:
                self.faults += error.faults
        return whole, parts

    def misplaced(
        self, unit: str, year: int | None, names: set[str], synthetic: bool, demonstration: bool,  # noqa: FBT001
    ) -> Iterator[Fault]:  # fmt: skip
        """Find a unit that there is not, a file that is called otherwise, and what is invented where it must not be."""
        if unit not in self.units.frame.index:
            yield self.fault(("unit",), repr(unit), "an id of data/units.csv", code="DZ-U001")
        elif year is not None and not self._existed(unit, year):
            yield self.fault(("unit",), f"{unit!r} in {year}", f"a unit that existed at the end of {year}",
                             self.units.explain(unit.split(":", maxsplit=1)[0], year), "DZ-U002")  # fmt: skip
        if self.path.stem not in names:
            yield self.fault(("unit",), f"{self.path.name}, which holds {' or '.join(sorted(names))}",
                             f"{min(names)}.yaml, as unit and year say")  # fmt: skip
        if synthetic != demonstration:
            hint = "what is invented is kept apart from what an office wrote"
            yield self.fault(("synthetic",), f"synthetic: {str(synthetic).lower()}",
                             f"synthetic: true in {DEMO}, and nowhere else", hint)  # fmt: skip

    def _existed(self, unit: str, year: int) -> bool:
        begin, end = self.units.span(unit)
        return begin <= year <= end

    def twice(self, name: str, parts: Mapping[int, Claim]) -> Iterator[Fault]:
        """Find ids that stand twice in the file."""
        first: dict[str, int] = {}
        for at, part in parts.items():
            before = first.setdefault(part.id, at)
            if before != at:
                yield self.fault((name, at, "id"), f"id: {part.id}, which is in line {self.line(name, before)}",
                                 f"an id that stands once among the {name} of a file")  # fmt: skip

    def wrong_evaluation(self, evaluation: SelfEvaluation) -> Iterator[Fault]:
        if evaluation.submitted.year < evaluation.year:
            yield self.fault(("submitted",), str(evaluation.submitted), f"a day of {evaluation.year} or later",
                             "nobody evaluates a year before it began", "DZ-O002")  # fmt: skip

    def wrong_claim(self, claim: Claim, at: int, evaluation: SelfEvaluation) -> Iterator[Fault]:
        """Find what a claim leaves out, says twice, or cannot know."""
        where: Path_ = ("claims", at)
        yield from self._subject(claim, where)
        if len(claim.given) != 1:
            yield self.fault(where, " and ".join(claim.given) or "no value", "one of value, change, growth, direction")
        elif (claim.base_year is None) != (claim.given == ("value",)):
            found = f"base_year: {claim.base_year}" if claim.base_year else "no base_year"
            yield self.fault((*where, claim.given[0]), found, "a base_year for a comparison, and none for a value")
        if claim.base_year is not None and claim.base_year >= claim.year:
            yield self.fault((*where, "base_year"), str(claim.base_year), f"a year before {claim.year}")
        if claim.year > evaluation.submitted.year:
            yield self.fault((*where, "year"), str(claim.year), f"{evaluation.submitted.year} or earlier",
                             "a figure cannot be claimed before its year began", "DZ-O002")  # fmt: skip
        if claim.index and claim.given and claim.given != ("value",):
            yield self.fault((*where, claim.given[0]), f"a {claim.given[0]} of an index", "a value",
                             "a change between two samples has an error of its own")  # fmt: skip
        if claim.rounded_to is not None and (claim.number is None or claim.number % claim.rounded_to):
            found = f"{claim.number} rounded to {claim.rounded_to}"
            yield self.fault((*where, "rounded_to"), found, "a multiple of it")
        if claim.rounded_to is not None and claim.tolerance is not None:
            yield self.fault((*where, "tolerance"), "rounded_to and tolerance", "one of them")
        if claim.tolerance is not None and claim.direction in {"up", "down"}:
            yield self.fault((*where, "tolerance"), f"a tolerance of {claim.direction}", "none, or direction: steady")
        if claim.indicator in self.catalogue:
            yield from self._measured(claim, where, self.catalogue[claim.indicator])

    def _measured(self, claim: Claim, where: Path_, indicator: Indicator) -> Iterator[Fault]:
        measure = "%" if claim.growth is not None else indicator.measure["zh-Hans"]
        if claim.measure not in {"", measure}:
            yield self.fault((*where, "measure"), repr(claim.measure), repr(measure),
                             "convert the number; rounded_to says how coarsely it was printed", "DZ-I002")  # fmt: skip
        if indicator.kind == "flag" and (claim.value is None or claim.value not in {0, 1}):
            yield self.fault((*where, *claim.given[:1]), str(claim.number), "1 for yes or 0 for no")

    def wrong_item(self, item: Item, at: int, book: Rectification) -> Iterator[Fault]:
        """Find dates before their cause, steps that cannot follow, and evidence that shows nothing."""
        where: Path_ = ("items", at)
        if item.due < item.opened:
            yield self.fault((*where, "due"), str(item.due), f"{item.opened}, when it was opened, or later",
                             code="DZ-O002")  # fmt: skip
        if book.year is not None and item.opened.year != book.year:
            yield self.fault((*where, "opened"), str(item.opened), f"a day of {book.year}, as the file says",
                             code="DZ-O002")  # fmt: skip
        if book.unit in self.units.frame.index and not self._existed(book.unit, item.opened.year):
            code = book.unit.split(":", maxsplit=1)[0]
            yield self.fault((*where, "opened"), str(item.opened), f"a day on which {book.unit} existed",
                             self.units.explain(code, item.opened.year), "DZ-U002")  # fmt: skip
        if item.duty and self.duties is not None and item.duty not in self.duties:
            yield self.fault((*where, "duty"), repr(item.duty), f"one of {', '.join(sorted(self.duties))}")
        for number, evidence in enumerate(item.evidence):
            yield from self._wrong_evidence(evidence, (*where, "evidence", number), item.opened)
        yield from self._wrong_steps(item, (*where, "steps"))

    def _wrong_evidence(self, evidence: Evidence, where: Path_, opened: dt.date) -> Iterator[Fault]:
        yield from self._subject(evidence, where)
        if evidence.value is None and evidence.threshold is None:
            yield self.fault(where, "neither value nor threshold", "a figure, or what it is held to")
        if (evidence.threshold is None) != (evidence.direction is None):
            missing = "threshold" if evidence.threshold is None else "direction"
            yield self.fault(where, f"no {missing}", "threshold and direction (at_least, at_most) together")
        if evidence.year > opened.year:
            yield self.fault((*where, "year"), str(evidence.year), f"{opened.year}, when it was opened, or earlier",
                             "the figure that shows a problem comes before it", "DZ-O002")  # fmt: skip

    def _wrong_steps(self, item: Item, where: Path_) -> Iterator[Fault]:
        state: State = "opened"
        day, what = item.opened, "opened"
        for number, step in enumerate(item.steps):
            at = (*where, number)
            if step.state not in MOVES[state]:
                yield self.fault((*at, "state"), f"{step.state} after {state}",
                                 " or ".join(MOVES[state]) or f"no step: {state} is the end",
                                 _ORDER, "DZ-O002")  # fmt: skip
            if step.date < day:
                yield self.fault((*at, "date"), str(step.date), f"{day}, when it was {what}, or later", code="DZ-O002")
            if step.due is not None and step.state != "returned":
                yield self.fault((*at, "due"), f"a new due of {step.state}", "a new due only where it is returned")
            elif step.due is not None and step.due < step.date:
                yield self.fault((*at, "due"), str(step.due), f"{step.date}, when it was returned, or later",
                                 code="DZ-O002")  # fmt: skip
            state, day, what = step.state, max(day, step.date), step.state

    def _subject(self, entry: Claim | Evidence, where: Path_) -> Iterator[Fault]:
        """Hold an entry to one indicator that is known, or one index."""
        if bool(entry.indicator) == (entry.index is not None):
            found = "both" if entry.indicator else "neither indicator nor index"
            yield self.fault(where, found, "an indicator of the catalogue, or an index of a survey")
        elif entry.indicator and entry.indicator not in self.catalogue:
            yield self.fault((*where, "indicator"), repr(entry.indicator), "a code of the catalogue",
                             "`duzheng data list` shows them", "DZ-I001")  # fmt: skip
        if isinstance(entry, Claim) and entry.duty and self.duties is not None and entry.duty not in self.duties:
            yield self.fault((*where, "duty"), repr(entry.duty), f"one of {', '.join(sorted(self.duties))}")
