"""One memo: a notebook run, its documents rendered and checked, its cells written down."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from analysis.documents import Blocks, Cell, for_spreadsheet
from analysis.findings.layout import Layout
from analysis.memos.execute import CELL_TIMEOUT, execute
from analysis.memos.log import Log
from analysis.memos.parameters import MemoParameters
from analysis.messages import DuzhengError, Fault
from analysis.workspace import content_hash

Format = Literal["html", "pdf", "docx"]
FORMATS: tuple[Format, ...] = ("html", "pdf", "docx")


@dataclass(frozen=True)
class Task:
    """A memo to make.

    Parameters
    ----------
    template
        The notebook.
    layout
        The order of its sections.
    parameters
        Checked parameters.
    """

    template: Path
    layout: Layout = field(compare=False)
    parameters: MemoParameters

    @property
    def place(self) -> str:
        """The folder of its files, from that of the release."""
        return f"{self.template.stem}/{self.parameters.subject}"

    @property
    def name(self) -> str:
        """What it is called in messages and logs."""
        return f"{self.template.stem}/{self.parameters.stem}"


@dataclass(frozen=True)
class Work:
    """What all memos of a batch have in common.

    Parameters
    ----------
    formats
        The formats to render.
    aside
        A folder; a memo's files come into a folder in it, named as its place.
    logs
        The folder of the logs.
    fonts
        The file with the fonts of HTML pages; none if there are no HTML pages.
    timeout
        Seconds after which a cell counts as hanging.
    """

    formats: tuple[Format, ...]
    aside: Path
    logs: Path
    fonts: Path | None = None
    timeout: int = CELL_TIMEOUT


@dataclass(frozen=True)
class Outcome:
    """What came of one memo: its files by name with their content hashes, or the fault; and the seconds it took."""

    task: Task
    files: dict[str, str] = field(default_factory=dict)
    numbers: int = 0
    replaced: tuple[str, ...] = ()
    fault: str = ""
    #: The fault without what an exception says, for everybody.
    told: str = ""
    seconds: float = 0.0
    #: Seconds by what they went to: ``notebook``, ``documents``, ``check``.
    phases: dict[str, float] = field(default_factory=dict)
    #: Whether it was there already.
    kept: bool = False

    @property
    def parameters(self) -> MemoParameters:
        """The parameters of the memo."""
        return self.task.parameters


def make_memo(task: Task, work: Work, warm: str | None = "") -> Outcome:
    """Run one memo's notebook and render its documents into a folder of its own aside; never raises.

    Parameters
    ----------
    task
        The memo.
    work
        What all memos of the batch have in common.
    warm
        The socket of a warm process whose forks are the kernels; empty for none, None for one that this process keeps.
    """
    from analysis.documents import check_numbers, render

    stem, folder = task.parameters.stem, work.aside / task.name
    with Log(work.logs / f"{task.name}.log") as log:
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            with log.phase("notebook"):
                notebook = folder / f"{stem}.ipynb"
                shown = execute(task.template, task.parameters, notebook, warm, timeout=work.timeout, tell=log.say)
                parts = arranged(shown, task.layout, task.template.name)
            with log.phase("documents"):
                css = work.fonts.read_text(encoding="utf-8") if work.fonts else ""
                rendered = render(parts, formats=work.formats, directory=folder, stem=stem, font_css=css)
            with log.phase("check"):
                check_numbers(parts, rendered)
            cells = {cell.id: cell for part in parts for cell in part.cells}
            (folder / f"{stem}.cells.csv").write_text(_cells_csv(cells.values()), encoding="utf-8", newline="")
            files = {path.name: content_hash(path) for path in sorted(folder.iterdir())}
            return Outcome(task, files, len(cells), tuple(rendered.replaced), seconds=log.seconds, phases=log.phases)
        except Exception as error:  # noqa: BLE001  one memo's failure must not stop the others
            log.failed(error)
            problem = str(error) if isinstance(error, DuzhengError) else f"{type(error).__name__}: {error}"
            return Outcome(task, fault=problem, told=told_of(error), seconds=log.seconds, phases=log.phases)


def told_of(error: Exception) -> str:
    """Say what went wrong without the words of an exception, which may hold anything: code, place, kind of error."""
    if not isinstance(error, DuzhengError):
        return type(error).__name__
    places = (", ".join(part for part in (fault.file, fault.column) if part) for fault in error.faults)
    return "; ".join(
        dict.fromkeys(f"{fault.code} {place}".strip() for fault, place in zip(error.faults, places, strict=True))
    )


def arranged(parts: Sequence[Blocks], layout: Layout, template: str) -> list[Blocks]:
    """Put what the cells of a notebook showed into the order of the layout.

    Blocks that are no section stay behind the section that they followed.

    Raises
    ------
    DuzhengError
        DZ-M003 if the notebook showed nothing; DZ-M006 for sections of the layout that no cell shows, and for those
        that are shown and not in it.
    """
    if not any(part.blocks for part in parts):
        raise DuzhengError(
            Fault("DZ-M003", file=template, found="no blocks", expected="cells that show the sections of a brief")
        )
    groups: dict[str, list[Blocks]] = {"": []}
    now = ""
    for part in parts:
        now = part.section or now
        groups.setdefault(now, []).append(part)
    faults = [
        Fault("DZ-M006", file=layout.file, line=layout.lines.get(name), hint=f"add a cell: brief.section({name!r})",
              found=f"the section {name!r}, which no cell shows", expected=f"a cell of {template} for each section")
        for name in layout.names
        if name not in groups
    ] + [
        Fault("DZ-M006", file=layout.file, found=f"no section {name!r}, which a cell of {template} shows",
              expected="every section that is shown", hint="list it under `sections`, or take the cell out")
        for name in groups
        if name and name not in layout.names
    ]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    return [part for name in ("", *layout.names) for part in groups[name] if part.blocks]


def _cells_csv(cells: Iterable[Cell]) -> str:
    text = io.StringIO()
    columns = list(Cell.model_fields)
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    for cell in sorted(cells, key=lambda each: each.id):
        row = {**cell.model_dump(), "sources": ";".join(cell.sources)}
        writer.writerow({key: for_spreadsheet(each) if isinstance(each, str) else each for key, each in row.items()})
    return text.getvalue()
