"""The files of the ledger: read, and held to units, catalogue, calendar and moves; every fault with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel

from analysis.messages import DuzhengError, Fault
from analysis.workspace.ledger.book import Ledger
from analysis.workspace.ledger.entries import DEMO, FOLDER
from analysis.workspace.ledger.file import File
from analysis.workspace.ledger.holding.evaluations import wrong_evaluation
from analysis.workspace.ledger.holding.inspections import wrong_inspection, wrong_opinion, wrong_references
from analysis.workspace.ledger.holding.measures import wrong_measures
from analysis.workspace.ledger.holding.plans import wrong_plan, wrong_report
from analysis.workspace.ledger.holding.rectification import wrong_item
from analysis.workspace.ledger.holding.rounds import wrong_round
from analysis.workspace.ledger.inspections import Found, Inspection
from analysis.workspace.ledger.opinions import Opinion, Problem
from analysis.workspace.ledger.plans import Plan, PlanEntry, SelfReport
from analysis.workspace.ledger.rectification import Item, Rectification
from analysis.workspace.ledger.registers import read_registers
from analysis.workspace.ledger.rounds import Placement, Round
from analysis.workspace.ledger.self_evaluations import Claim, SelfEvaluation

if TYPE_CHECKING:
    from analysis.workspace.catalogue import Catalogue
    from analysis.workspace.rules import RuleSet
    from analysis.workspace.units import Units

#: The folders of the books that are written in YAML.
SELF_EVALUATIONS: Final = "self_evaluations"
RECTIFICATION: Final = "rectification"
PLANS: Final = "plans"
SELF_REPORTS: Final = "self_reports"
INSPECTIONS: Final = "inspections"
OPINIONS: Final = "opinions"
ROUNDS: Final = "rounds"


def read_ledger(
    root: Path,
    units: Units,
    catalogue: Catalogue,
    rules: Mapping[str, RuleSet] | None = None,
    *,
    demonstration: bool = False,
    pending: Mapping[str, str] | None = None,
) -> Ledger:
    """Read the ledgers of a workspace; empty where there are none.

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
    pending
        Texts of files by their path in the workspace, read in the place of what lies there: what will be written.

    Raises
    ------
    DuzhengError
        With every fault of every file, each with its line: DZ-W002 for what is no YAML, DZ-O001 for an entry that is
        wrong, DZ-O002 for steps and dates that cannot be, DZ-U001, DZ-U002, DZ-I001 and DZ-I002 for units, indicators
        and measures, DZ-T… for tables.
    """
    reading = _Reading(root, units, catalogue, rules or {}, demonstration, dict(pending or {}))
    evaluations = {
        (each.unit, each.year): each for _, each in reading.books(SELF_EVALUATIONS, SelfEvaluation, "claims", Claim,
                                                                  wrong_evaluation)
    }  # fmt: skip
    plans = {(each.evaluator, each.year): each
             for _, each in reading.books(PLANS, Plan, "entries", PlanEntry, wrong_plan)}  # fmt: skip
    reports = {(each.unit, each.year): each
               for _, each in reading.books(SELF_REPORTS, SelfReport, "", None, wrong_report)}  # fmt: skip
    inspections = {
        each.id: each for _, each in reading.books(INSPECTIONS, Inspection, "found", Found, wrong_inspection)
    }
    opinions = [*reading.books(OPINIONS, Opinion, "problems", Problem, wrong_opinion)]
    rounds = {each.id: each for _, each in reading.books(ROUNDS, Round, "placements", Placement, wrong_round)}
    items = reading.items()
    with TemporaryDirectory() as aside:
        instead = reading.aside(Path(aside))
        try:
            registers = read_registers(root, units, catalogue, reading.duties, demonstration=demonstration,
                                       instead=instead)  # fmt: skip
        except DuzhengError as error:
            reading.faults += error.faults
            registers = {}
    found = Ledger(evaluations, items, plans, reports, inspections,
                   {(each.inspection, each.unit): each for _, each in opinions}, rounds, registers,
                   synthetic=demonstration)  # fmt: skip
    for file, opinion in opinions:
        reading.faults += wrong_references(found, file, opinion)
    if not reading.faults:  # of items that cannot be read nothing is known
        reading.faults += wrong_measures(found, units, rules or {})
    if reading.faults:
        raise DuzhengError.of(reading.faults)
    return found


Head = TypeVar("Head", bound=BaseModel)


class _Reading:
    """A reading of all books: it keeps every fault."""

    def __init__(
        self, root: Path, units: Units, catalogue: Catalogue, rules: Mapping[str, RuleSet], demonstration: bool,  # noqa: FBT001
        pending: dict[str, str],
    ) -> None:  # fmt: skip
        self.root, self.units, self.catalogue, self.pending = root, units, catalogue, pending
        self.folder = DEMO if demonstration else FOLDER
        self.demonstration = demonstration
        self.duties = _duties(rules)
        self.faults: list[Fault] = []

    def files(self, book: str) -> Iterator[File]:
        """Give the files of a book by name, those that are about to be written among them."""
        there = {path.relative_to(self.root).as_posix() for path in (self.root / self.folder / book).glob("*.yaml")}
        there |= {name for name in self.pending if name.startswith(f"{self.folder}/{book}/") and name.endswith(".yaml")}
        for name in sorted(there):
            yield File(self.root / name, self.root, self.units, self.catalogue, self.duties, self.faults,
                       self.pending.get(name))  # fmt: skip

    def books(
        self, book: str, head: type[Head], name: str, part: type[BaseModel] | None,
        wrong: Callable[[File, Head, Mapping[int, Any]], Iterator[Fault]],
    ) -> Iterator[tuple[File, Head]]:  # fmt: skip
        """Read the files of a book: a head and its parts, each held to what it must be."""
        for file in self.files(book):
            whole, parts = file.read(head, name, part)
            if whole is None:
                continue
            of: Any = whole
            unit, year, called = _called(of)
            self.faults += file.misplaced(unit, year, {called}, of.synthetic, self.demonstration)
            if part is not None and "id" in part.model_fields:
                self.faults += file.twice(name, parts)
            self.faults += wrong(file, whole, parts)
            yield file, whole.model_copy(update={name: tuple(parts.values())}) if name else whole

    def aside(self, folder: Path) -> dict[str, Path]:
        """Write the tables that are about to be written into a folder; by register."""
        found = {}
        for name, text in self.pending.items():
            if name.endswith(".csv"):
                register = name.removeprefix(f"{self.folder}/").rsplit("/", maxsplit=1)[0]
                found[register] = folder / Path(name).name
                found[register].write_text(text, encoding="utf-8")
        return found

    def items(self) -> dict[str, tuple[Item, ...]]:
        """Read the items of rectification; an id stands once among those of a unit, whatever file it is in."""
        items: dict[str, dict[str, tuple[Item, str]]] = {}
        for file in self.files(RECTIFICATION):
            book, found = file.read(Rectification, "items", Item)
            if book is None:
                continue
            names = {book.unit} if book.year is None else {f"{book.unit}-{book.year}"}
            self.faults += file.misplaced(book.unit, book.year, names, book.synthetic, self.demonstration)
            known = items.setdefault(book.unit, {})
            for at, item in found.items():
                self.faults += wrong_item(file, item, at, book)
                if item.id in known:
                    self.faults.append(file.fault(
                        ("items", at, "id"), f"id: {item.id}, which is in {known[item.id][1]}",
                        "an id that stands once among the items of a unit"))  # fmt: skip
                known.setdefault(item.id, (item, f"{file.name}, line {file.line('items', at)}"))
        return {unit: tuple(item for item, _ in found.values()) for unit, found in items.items() if found}


def _called(of: Any) -> tuple[str, int | None, str]:
    """Give whose a book is, of which year, and what its file is called."""
    if isinstance(of, Inspection | Round):
        return of.evaluator, None, of.id
    if isinstance(of, Opinion):
        return of.unit, of.year, f"{of.inspection}-{of.unit}"
    unit = of.evaluator if isinstance(of, Plan) else of.unit
    return unit, of.year, f"{unit}-{of.year}"


def _duties(rules: Mapping[str, RuleSet]) -> frozenset[str] | None:
    """Give the ids of the duties; None where no rule set names them."""
    if "duties" not in rules:
        return None
    named = rules["duties"].parameters.get("duties", ())
    return frozenset(str(each["id"]) for each in named if isinstance(each, Mapping) and "id" in each)
