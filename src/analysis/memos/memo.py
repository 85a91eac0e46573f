"""One memo: a notebook run, its documents rendered and checked, its cells written down."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from analysis.documents import Blocks, Cell, for_spreadsheet
from analysis.findings.layout import Layout
from analysis.memos.execute import execute
from analysis.memos.parameters import MemoParameters
from analysis.messages import DuzhengError, Fault
from analysis.workspace import content_hash

Format = Literal["html", "pdf", "docx"]
FORMATS: tuple[Format, ...] = ("html", "pdf", "docx")


@dataclass(frozen=True)
class Outcome:
    """What came of one memo: its files by name with their content hashes, or the fault; and the seconds it took."""

    parameters: MemoParameters
    files: dict[str, str] = field(default_factory=dict)
    numbers: int = 0
    replaced: tuple[str, ...] = ()
    fault: str = ""
    seconds: float = 0.0


def make_memo(
    template: Path, layout: Layout, parameters: MemoParameters, formats: Sequence[Format], font_css: str, aside: Path,
    warm: str = "",
) -> Outcome:  # fmt: skip
    """Run one memo's notebook and render its documents into a folder of its own aside; never raises.

    Parameters
    ----------
    template
        The notebook.
    layout
        The order of its sections.
    parameters
        Checked parameters.
    formats
        The formats to render.
    font_css
        The fonts of HTML pages.
    aside
        A folder; the memo's files come into a folder in it, named as the memo.
    warm
        The socket of a warm process whose forks are the kernels, if there is one.
    """
    from analysis.documents import check_numbers, render

    started = time.perf_counter()
    stem = parameters.stem
    folder = aside / stem
    try:
        folder.mkdir()
        parts = arranged(execute(template, parameters, folder / f"{stem}.ipynb", warm), layout, template.name)
        rendered = render(parts, formats=formats, directory=folder, stem=stem, font_css=font_css)
        check_numbers(parts, rendered)
        cells = {cell.id: cell for part in parts for cell in part.cells}
        (folder / f"{stem}.cells.csv").write_text(_cells_csv(cells.values()), encoding="utf-8", newline="")
        files = {path.name: content_hash(path) for path in sorted(folder.iterdir())}
        return Outcome(parameters, files, len(cells), tuple(rendered.replaced), seconds=time.perf_counter() - started)
    except Exception as error:  # noqa: BLE001  one memo's failure must not stop the others
        problem = str(error) if isinstance(error, DuzhengError) else f"{type(error).__name__}: {error}"
        return Outcome(parameters, fault=problem, seconds=time.perf_counter() - started)


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
