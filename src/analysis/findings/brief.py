"""A brief: what one unit's memo says, section by section, in one language; each section as blocks for the document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from analysis.documents import Block, Blocks, Cell, Chart, Heading, Run, Runs, Title, runs_in
from analysis.findings.evidence import Evidence, Fact
from analysis.findings.gathered import cell_of
from analysis.findings.run_tables import RunTables
from analysis.findings.wording import Number, Slot, Wording
from analysis.messages import Language, pick

if TYPE_CHECKING:
    from analysis.findings.reference import Reference
    from analysis.workspace import Indicator, Workspace

#: Who reads a memo: ``public`` leaves out what may not be said, ``internal`` lists it with the reasons.
Audience = Literal["public", "internal"]


def brief(
    workspace: Workspace,
    unit: str,
    *,
    run: str = "",
    year: int | None = None,
    language: Language = "zh-Hans",
    boundaries: int | None = None,
    audience: Audience = "public",
    synthetic: bool = False,
) -> Brief:
    """Begin the brief of a unit.

    Parameters
    ----------
    workspace
        The workspace.
    unit
        Id of the unit.
    run
        The folder with the tables of a run, from the workspace's root: nothing else is read then. If empty, they are
        computed here, over all units.
    year
        The last year of the figures used; by default the workspace's year of evaluation. With ``run`` it is the run's.
    language
        ``zh-Hans`` or ``en``.
    boundaries
        The year on whose boundaries series are put; by default the workspace's. With ``run`` it is the run's.
    audience
        ``public`` or ``internal``.
    synthetic
        Whether simulated waves, schools and ledgers are used. With ``run`` it is the run's.

    Raises
    ------
    DuzhengError
        DZ-U002 if the unit is not on the boundaries, DZ-M005 if there are no tables.
    """
    if run:
        tables = RunTables.read(workspace.root / run)
    else:
        from analysis.findings.stage_one import run_tables

        tables = run_tables(workspace, year=year, boundaries=boundaries, synthetic=synthetic)
    return Brief(Evidence(tables.slice(unit), unit), language, audience)


@dataclass(frozen=True)
class Brief:
    """The brief of a unit: its evidence and the language it is told in. Made by :func:`brief`.

    Each section is a property that gives :class:`~analysis.documents.Blocks`; a notebook shows it by naming it.
    """

    evidence: Evidence
    language: Language
    audience: Audience = "public"

    @property
    def reference(self) -> Reference:
        """Words and definitions."""
        return self.evidence.reference

    @cached_property
    def wording(self) -> Wording:
        """The messages in the brief's language."""
        return Wording(self.language)

    @cached_property
    def words(self) -> dict[str, Slot]:
        """The names that most messages ask for."""
        settings, evidence = self.reference.settings, self.evidence
        return {
            "unit": self.name(evidence.unit),
            "whole": self.name(evidence.whole) if evidence.whole else "",
            "above": self.name(evidence.above) if evidence.above else "",
            "kind": pick(settings.unit_name, self.language),
            "kinds": pick(settings.unit_names, self.language),
            "boundaries": evidence.boundaries,
        }

    def name(self, unit: str, *, short: bool = False) -> str:
        """Give the name of a unit in the brief's language."""
        return self.reference.units.name(unit, self.language, short=short)

    def indicator_name(self, indicator: Indicator, *, inside: bool = False) -> str:
        """Give the name of an indicator; ``inside`` a sentence English begins it small."""
        text = pick(indicator.name, self.language)
        return text[0].lower() + text[1:] if inside and self.language == "en" and text[1:2].islower() else text

    def runs(self, key: str, **slots: Slot) -> Runs:
        """Fill a message, the usual names known."""
        return self.wording.runs(key, **{**self.words, **slots})

    def plain(self, key: str, **slots: Slot) -> str:
        """Fill a message as plain text."""
        return self.wording.plain(key, **{**self.words, **slots})

    def number(self, fact: Fact, *, signed: bool = False, absolute: bool = False) -> Run:
        """Give the number of a fact with as many decimals as its kind is shown with."""
        return Number(fact["cell"], fact["value"], self.decimals(fact), signed=signed, absolute=absolute).run()

    def decimals(self, fact: Fact) -> int:
        """Give the decimals that a fact is shown with."""
        return int(self.evidence.cell_row(fact["cell"])["decimals"])

    def source_line(self, facts: Sequence[Fact]) -> Runs:
        """Say under a table or chart which works its figures come from, each once."""
        works = dict.fromkeys(self.source_name(each) for each in self.evidence.sources(facts))
        return self.runs("source_line", sources=self.wording.list_of(Run(text=each, role="citation") for each in works))

    def source_name(self, source: str, part: str = "work") -> str:
        """Give the name of a source's work, or of its part, in the brief's language; empty if it has none."""
        tag = "zh" if self.language == "zh-Hans" else "en"
        text = self.reference.sources.at[source, f"{part}_{tag}"]
        return text if isinstance(text, str) else ""

    def blocks(self, *blocks: Block) -> Blocks:
        """Put blocks together with the cells that their numbers name."""
        cells = dict.fromkeys(run.cell for block in blocks for run in runs_in(block) if run.cell)
        return Blocks.of(*blocks, cells=[self.cell(each) for each in cells])

    def cell(self, cell: str) -> Cell:
        """Give the cell of data behind an id."""
        return cell_of(self.evidence.cell_row(cell), self.language)

    def heading(self, key: str, level: int = 1) -> Heading:
        """Give a heading of a message."""
        return Heading(level=level, text=self.runs(key))

    @cached_property
    def title(self) -> Blocks:
        """Say whose memo it is, which year its newest figures are from, and when it was released."""
        from analysis.findings.notes import newest

        released = self.reference.settings.released
        date = (
            f"{released.year}年{released.month}月{released.day}日"
            if self.language == "zh-Hans"
            else (f"{released.day} {released:%B} {released.year}")
        )
        return self.blocks(
            Title(
                text=self.runs("title"),
                lines=(*newest(self), self.runs("released", date=Run(text=date, role="date"))),
                language=self.language,
                date=released.isoformat(),
                subject=self.plain("subject"),
            )
        )

    @cached_property
    def summary(self) -> Blocks:
        """Say in a few sentences how large the unit is, how it compares, and how even the whole is."""
        from analysis.findings import statements

        said = statements.summary(self)
        return self.blocks(self.heading("summary"), *said) if said else Blocks()

    @cached_property
    def profile(self) -> Blocks:
        """Give the figures of population, schooling and staffing by year, beside the whole's."""
        from analysis.findings import statements, tables

        parts: list[Block] = []
        for topic in ("population", "preschool", "schooling", "staffing"):
            table = tables.levels(self, topic)
            if table is not None:
                parts += [self.heading(topic, level=2), *statements.profile(self, topic), table]
        return self.blocks(self.heading("profile"), *parts) if parts else Blocks()

    @cached_property
    def change(self) -> Blocks:
        """Say what changed between the last two years that can be compared, on one set of boundaries."""
        from analysis.findings import statements, tables

        table = tables.change(self)
        return self.blocks(self.heading("change"), *statements.change(self), table) if table else Blocks()

    @cached_property
    def comparison(self) -> Blocks:
        """Show the unit's place among its peers, and their course over the years."""
        from analysis.findings import pictures, tables

        parts: list[Block] = []
        table = tables.position(self)
        if table is not None:
            parts += [
                self.heading("position", level=2),
                table,
                *pictures.dots(self),
            ]
        courses = pictures.multiples(self)
        if courses:
            parts += [self.heading("course", level=2), *courses]
        return self.blocks(self.heading("comparison"), *parts) if parts else Blocks()

    @cached_property
    def balance(self) -> Blocks:
        """Say how far the units differ, and whether a change in it can be trusted."""
        from analysis.findings import statements, tables

        table = tables.balance(self)
        said = statements.balance(self)
        return self.blocks(self.heading("balance"), *said, *([table] if table else [])) if table or said else Blocks()

    @cached_property
    def funding(self) -> Blocks:
        """Give what is published of funding: the unit's growth rates, the whole's figures, the series above it."""
        from analysis.findings import pictures, statements, tables

        parts: list[Block] = []
        own = statements.rates(self, "funding")
        if own:
            parts += [self.heading("funding_own", level=2), *own]
        table = tables.funding(self)
        if table is not None:
            parts += [self.heading("funding_whole", level=2), table]
        charts = pictures.broken_series(self)
        if charts:
            parts += [self.heading("funding_above", level=2), *statements.breaks(self, "funding"), *charts]
        return self.blocks(self.heading("funding"), *parts) if parts else Blocks()

    @cached_property
    def notes(self) -> Blocks:
        """List what a reader must know of the data: age, boundaries, doubtful figures, totals, rounding."""
        from analysis.findings import notes

        return self.blocks(self.heading("notes"), *notes.notes(self))

    @cached_property
    def shown(self) -> list[Fact]:
        """The facts that the sections before the notes show, in tables, sentences and charts."""
        facts: dict[str, Fact] = {}
        for section in (self.summary, self.profile, self.change, self.comparison, self.balance, self.funding):
            drawn = [cell for block in section.blocks if isinstance(block, Chart) for cell in cells_in(block.spec)]
            for cell in (*(each.id for each in section.cells), *drawn):
                if self.evidence.is_fact(cell):
                    facts[cell] = self.evidence.cell(cell)
        return list(facts.values())

    @cached_property
    def sources(self) -> Blocks:
        """List the sources of the figures that the sections before show."""
        from analysis.findings import tables

        return self.blocks(self.heading("sources"), tables.sources(self))


def cells_in(spec: object) -> Iterator[str]:
    """Give the ids of the cells that the data of a chart name."""
    if isinstance(spec, dict):
        if isinstance(spec.get("cell"), str):
            yield spec["cell"]
        for value in spec.values():
            yield from cells_in(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from cells_in(value)
