"""A brief: what one memo says, section by section, in one language; each section as blocks for the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from analysis.documents import Block, Blocks, Cell, Heading, Run, Runs, Sentence
from analysis.documents.blocks import cells_named
from analysis.findings.evidence import Evidence, Fact
from analysis.findings.extensions import sections
from analysis.findings.finding import Finding, frame_of
from analysis.findings.gathered import cell_of
from analysis.findings.layout import Layout, Placed, Subjects, layout_path, read_layout
from analysis.findings.run_tables import RunTables
from analysis.findings.sections import SECTIONS
from analysis.findings.sections.estimates import Estimates
from analysis.findings.sections.placing import placed
from analysis.findings.wording import Number, Slot, Wording
from analysis.findings.wording import name as name_run
from analysis.messages import DuzhengError, Fault, Language, Texts, column_of, pick

if TYPE_CHECKING:
    import pandas as pd

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
    about: str = "",
    layout: str = "",
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
    about
        A survey, topic or duty, for a memo that is about one; the unit is then the one above all.
    layout
        Name of the template whose YAML file says which sections there are, and in which order; by default all.

    Raises
    ------
    DuzhengError
        DZ-U002 if the unit is not on the boundaries, DZ-M005 if there are no tables, DZ-M006 if the layout is wrong.
    """
    laid_out = read_layout(layout_path(workspace.root, layout)) if layout else None
    if run:
        tables = RunTables.read(workspace.root / run)
    else:
        from analysis.findings.stage_one import run_tables

        tables = run_tables(workspace, year=year, boundaries=boundaries, synthetic=synthetic)
    mine = tables.slice(unit)
    return Brief(Evidence(mine.public() if audience == "public" else mine, unit), language, audience, about, laid_out)


@dataclass(frozen=True)
class Brief:
    """The brief of a unit: its evidence and the language it is told in. Made by :func:`brief`.

    Each section (:meth:`section`) is a :class:`~analysis.documents.Blocks`; a notebook shows it by naming it. In a
    public brief nothing is there of what is withheld, so that no cell of a notebook can show it.
    """

    evidence: Evidence
    language: Language
    audience: Audience = "public"
    about: str = ""
    laid_out: Layout | None = None

    @property
    def reference(self) -> Reference:
        """Words and definitions."""
        return self.evidence.reference

    @cached_property
    def kind(self) -> Subjects:
        """What it is about: a unit, the whole, a survey, a topic, a duty, an inspection or a visit."""
        if self.laid_out is not None:
            return self.laid_out.of
        if self.about:
            kinds: tuple[Subjects, ...] = ("survey", "duty", "inspection", "visit")
            return next((kind for kind in kinds if self.about in self.evidence.tables.names(kind)), "topic")
        return "whole" if self.evidence.below else "unit"

    @cached_property
    def layout(self) -> Layout:
        """Its sections in order."""
        if self.laid_out is not None:
            return self.laid_out
        names = [Placed(section=name) for name, each in SECTIONS.items() if self.kind in each.of]
        return Layout(of=self.kind, sections=tuple(names))

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

    def slot(self, cell: str, *, signed: bool = False, absolute: bool = False) -> Number:
        """Give the number of a cell as a slot of a message, with its unit."""
        row = self.evidence.cell_row(cell)
        measure: Texts = {"zh-Hans": str(row["measure_zh"]), "en": str(row["measure_en"])}
        return Number(cell, row["value"], int(row["decimals"]), measure, signed=signed, absolute=absolute)

    def number(self, fact: Fact, *, signed: bool = False, absolute: bool = False) -> Run:
        """Give the number of a fact with as many decimals as its kind is shown with."""
        return self.slot(fact["cell"], signed=signed, absolute=absolute).run()

    def decimals(self, fact: Fact) -> int:
        """Give the decimals that a fact is shown with."""
        return int(self.evidence.cell_row(fact["cell"])["decimals"])

    def source_line(self, cells: Iterable[str]) -> tuple[Runs, ...]:
        """Say under a table or chart what its figures come from, each once, and whether any is simulated."""
        cells = list(cells)
        used = self.evidence.sources_of(cells)
        named = [Run(text=each, role="citation") for each in dict.fromkeys(self.source_name(each) for each in used)]
        surveys = [self.runs("source_survey", survey=self.subject_name("survey", each))
                   for each in self.evidence.surveys_of(cells)]  # fmt: skip
        listed: list[Slot] = [*(run for run in named if run.text), *surveys]
        said = [self.runs("source_line", sources=self.wording.list_of(listed))] if listed else []
        if self.reference.synthetic and not all(self.evidence.is_fact(cell) for cell in cells):
            said.append(self.runs("synthetic_note"))  # in a demonstration the published figures alone are real
        return (self.wording.together(said),) if said else ()

    def source_name(self, source: str, part: str = "work") -> str:
        """Give the name of a source's work, or of its part, in the brief's language; empty if it has none."""
        text = self.reference.sources.at[source, column_of(part, self.language)]
        return text if isinstance(text, str) else ""

    def text(self, row: Mapping[str, Any], name: str) -> str:
        """Give the text that a row of a table has in the brief's language."""
        return str(row[column_of(name, self.language)])

    def subject_name(self, kind: str, subject: str) -> str:
        """Give the name of a survey or topic of the run."""
        names = self.evidence.tables.names(kind)
        return pick(names[subject], self.language) if subject in names else subject

    def tell(self, findings: Sequence[Finding], *, item: bool = False) -> list[Sentence]:
        """Give what findings say as one paragraph, or as entries of a list."""
        return [
            Sentence(text=each.texts[self.language], item=item, opens=not item and not place)
            for place, each in enumerate(findings)
        ]

    def blocks(self, *blocks: Block, section: str = "") -> Blocks:
        """Put blocks together with the cells that their numbers and charts name."""
        named = dict.fromkeys(cell for block in blocks for cell in cells_named(block))
        return Blocks.of(*blocks, cells=[self.cell(each) for each in named], section=section)

    def cell(self, cell: str) -> Cell:
        """Give the cell of data behind an id."""
        return cell_of(self.evidence.cell_row(cell), self.language)

    def heading(self, key: str, level: int = 1, *, numbered: bool = True) -> Heading:
        """Give a heading of a message."""
        return Heading(level=level, text=self.runs(key), numbered=numbered)

    @cached_property
    def estimates(self) -> Estimates:
        """What those who were asked said, as it may be shown."""
        return Estimates(self)

    @cached_property
    def said(self) -> tuple[Finding, ...]:
        """What may be said of the unit (of all units, in a memo of the whole, a survey or a topic)."""
        return tuple(each for each in self.evidence.findings if not each.withheld)

    @cached_property
    def placed(self) -> dict[str, tuple[Finding, ...]]:
        """What each section says: by its name, in order of importance; a finding is said once."""
        return placed(self)

    def findings(self) -> pd.DataFrame:
        """Give the findings as a frame, with the section that says each; what a researcher goes on with."""
        where = {each.id: name for name, some in self.placed.items() for each in some}
        frame = frame_of(self.evidence.findings)
        return frame.assign(section=[where.get(each, "") for each in frame["id"]])

    def section(self, name: str) -> Blocks:
        """Give a section of the memo: its blocks under its heading; none if there is nothing to say.

        Parameters
        ----------
        name
            A name of the layout.

        Raises
        ------
        DuzhengError
            DZ-M006 if the layout has no such section.
        """
        if name not in self.layout.names:
            file = self.layout.file
            raise DuzhengError(
                Fault("DZ-M006", file=file, found=f"a cell that shows the section {name!r}",
                      expected=f"one of {', '.join(self.layout.names)}",
                      hint=f"list it under `sections` in {file}" if file and name in sections() else "")
            )  # fmt: skip
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    @cached_property
    def _made(self) -> dict[str, Blocks]:
        return {}

    def _make(self, name: str) -> Blocks:
        blocks = list(sections()[name].make(self))
        title = self.layout.titles.get(name)
        if blocks and title and isinstance(blocks[0], Heading):
            blocks[0] = Heading(level=1, text=(name_run(pick(title, self.language)),))
        return self.blocks(*blocks, section=name)

    @cached_property
    def shown(self) -> list[str]:
        """The cells that the sections show which come before the notes, in tables, sentences and charts."""
        names = [name for name in self.layout.names if not sections()[name].last]
        return list(dict.fromkeys(cell.id for name in names for cell in self.section(name).cells))

    @cached_property
    def shown_facts(self) -> list[Fact]:
        """The facts among them."""
        return [self.evidence.cell(cell) for cell in self.shown if self.evidence.is_fact(cell)]
