"""A batch of memos: units × languages in worker processes; a failed one does not stop the others."""

from __future__ import annotations

import csv
import io
import shutil
import string
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from analysis.documents import Blocks
from analysis.memos.execute import execute
from analysis.memos.index import write_index
from analysis.memos.manifest import FILE, inputs, read_manifest, versions, write_json
from analysis.memos.parameters import MemoParameters, check_template, read_parameters
from analysis.messages import LANGUAGES, DuzhengError, Fault, Language
from analysis.workspace import Workspace, content_hash

Format = Literal["html", "pdf", "docx"]
FORMATS: tuple[Format, ...] = ("html", "pdf", "docx")
TEMPLATES = "notebooks/memos"


@dataclass(frozen=True)
class Plan:
    """What a batch will build.

    Parameters
    ----------
    workspace
        The workspace.
    template
        The notebook.
    memos
        The parameters of each memo.
    formats
        The formats of each.
    folder
        Where they go: ``reports/<template>-<year>``.
    """

    workspace: Workspace
    template: Path
    memos: tuple[MemoParameters, ...]
    formats: tuple[Format, ...]
    folder: Path


@dataclass(frozen=True)
class Outcome:
    """What came of one memo: its files by name with their content hashes, or the fault; and the seconds it took."""

    parameters: MemoParameters
    files: dict[str, str] = field(default_factory=dict)
    numbers: int = 0
    replaced: tuple[str, ...] = ()
    fault: str = ""
    seconds: float = 0.0


def plan(
    workspace: Workspace,
    *,
    template: str = "district_memo",
    units: Sequence[str] | None = None,
    languages: Sequence[Language] | None = None,
    formats: Sequence[Format] = FORMATS,
    year: int | None = None,
) -> Plan:
    """Decide what to build, and refuse everything that cannot be before a kernel starts.

    Parameters
    ----------
    workspace
        The workspace; its data are read and checked whole.
    template
        Name of a notebook in `notebooks/memos`, without suffix.
    units
        Ids of the units; by default all of the workspace's kind on its boundaries.
    languages, formats
        By default all of the workspace.
    year
        The last year of the figures used; by default the workspace's year of evaluation.

    Raises
    ------
    DuzhengError
        With the faults of the data (DZ-T…, DZ-U…, DZ-I…), of the template (DZ-M002), of the parameters (DZ-M001), or
        DZ-M004 if nothing is left to build.
    """
    workspace.check()
    settings = workspace.settings
    notebook = workspace.root / TEMPLATES / f"{template}.ipynb"
    if Path(template).name != template:
        raise DuzhengError(Fault("DZ-M002", found=repr(template), expected="the name of a notebook, not a path"))
    check_template(notebook)
    existing = [str(unit) for unit in workspace.units.at(settings.boundaries, settings.unit_kind).index]
    unknown = [
        Fault(
            "DZ-U001",
            found=repr(unit),
            expected=f"one of {', '.join(existing)}",
            hint=workspace.units.explain(unit, settings.boundaries) if workspace.units.known(unit) else "",
        )
        for unit in units or ()
        if unit not in existing
    ]
    if unknown:
        raise DuzhengError(*unknown)
    chosen = list(dict.fromkeys(units)) if units else existing
    last = settings.year if year is None else year
    memos = tuple(
        read_parameters({"unit": unit, "year": last, "language": language, "boundaries": settings.boundaries})
        for unit in chosen
        for language in languages or settings.languages
    )
    if not memos or not formats:
        raise DuzhengError(
            Fault(
                "DZ-M004",
                found="no memo to build",
                expected=f"units of kind {settings.unit_kind!r}",
                hint="look at unit_kind and boundaries in workspace.yaml",
            )
        )
    return Plan(workspace, notebook, memos, tuple(formats), workspace.root / "reports" / f"{template}-{last}")


def build(planned: Plan, *, jobs: int = 2, tell: Callable[[Outcome], None] = lambda _: None) -> list[Outcome]:
    """Build the memos of a plan.

    Each memo is made aside and moved into place when it is whole. The manifest and the index describe all memos of the
    folder, those of earlier batches too; files of an earlier batch that rest on other inputs are removed, so that a
    folder never holds two states of one memo.

    Parameters
    ----------
    planned
        The plan.
    jobs
        Number of worker processes.
    tell
        Called with each outcome as it comes.

    Returns
    -------
    list of Outcome
        In the order of the plan.
    """
    from multiprocessing import get_context

    from analysis.documents import subset_css

    folder = planned.folder
    aside = folder / ".building"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    found = inputs(planned.workspace, planned.template)
    css = subset_css(font_characters(planned)) if "html" in planned.formats else ""
    outcomes: dict[MemoParameters, Outcome] = {}
    try:
        # Workers are spawned, not forked: what renders hangs in the fork of a process that has rendered.
        with ProcessPoolExecutor(max_workers=min(jobs, len(planned.memos)), mp_context=get_context("spawn")) as pool:
            waiting: dict[Future[Outcome], MemoParameters] = {
                pool.submit(build_one, planned.template, parameters, planned.formats, css, aside): parameters
                for parameters in planned.memos
            }
            for parameters, outcome in _as_they_come(waiting):
                if not outcome.fault:
                    _publish(aside, folder, parameters)
                outcomes[parameters] = outcome
                tell(outcome)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    ordered = [outcomes[parameters] for parameters in planned.memos]
    manifest = _manifest(planned, found, ordered)
    _remove_stale(folder, manifest)
    write_json(folder / FILE, manifest)
    write_index(planned.workspace, folder, manifest)
    return ordered


def font_characters(planned: Plan) -> str:
    """Give every character that a memo of the workspace may show: those of its inputs, of the messages, of the pages.

    It does not depend on what a run happens to build, so that a page has the same bytes in every run.
    """
    from analysis.documents import characters_of
    from analysis.findings import texts

    paths = [planned.workspace.root / path for path in planned.workspace.inputs()]
    read = [path.read_bytes().decode("utf-8", errors="ignore") for path in (*paths, planned.template)]
    said = [text for message in texts().values() for text in message.values()]
    found = {*string.printable, *characters_of([]), *"".join(read), *"".join(said)} - {*string.whitespace}
    return "".join(sorted(found)) + " "


def build_one(
    template: Path, parameters: MemoParameters, formats: Sequence[Format], font_css: str, aside: Path
) -> Outcome:
    """Run one memo's notebook and render its documents into a folder aside; never raises."""
    from analysis.documents import check_numbers, render

    started = time.perf_counter()
    stem = f"{parameters.unit}.{parameters.language}"
    folder = aside / stem
    try:
        folder.mkdir()
        parts = _shown(execute(template, parameters, folder / f"{stem}.ipynb"), template)
        rendered = render(parts, formats=formats, directory=folder, stem=stem, font_css=font_css)
        check_numbers(parts, rendered)
        cells = {cell.id: cell for part in parts for cell in part.cells}
        (folder / f"{stem}.cells.csv").write_text(_cells_csv(cells.values()), encoding="utf-8", newline="")
        files = {path.name: content_hash(path) for path in sorted(folder.iterdir())}
        return Outcome(parameters, files, len(cells), tuple(rendered.replaced), seconds=time.perf_counter() - started)
    except Exception as error:  # noqa: BLE001  one memo's failure must not stop the others
        problem = str(error) if isinstance(error, DuzhengError) else f"{type(error).__name__}: {error}"
        return Outcome(parameters, fault=problem, seconds=time.perf_counter() - started)


def _shown(parts: list[Blocks], template: Path) -> list[Blocks]:
    """Give the blocks of a notebook; one that shows none is a fault."""
    if not any(part.blocks for part in parts):
        raise DuzhengError(
            Fault("DZ-M003", file=template.name, found="no blocks", expected="cells that show the sections of a brief")
        )
    return parts


def _as_they_come(waiting: dict[Future[Outcome], MemoParameters]) -> Iterator[tuple[MemoParameters, Outcome]]:
    left = set(waiting)
    while left:
        done, left = wait(left, return_when=FIRST_COMPLETED)
        for future in done:
            error = future.exception()
            parameters = waiting[future]
            yield (
                parameters,
                future.result() if error is None else Outcome(parameters, fault=f"the worker died: {error}"),
            )


def _publish(aside: Path, folder: Path, parameters: MemoParameters) -> None:
    made, place = aside / f"{parameters.unit}.{parameters.language}", folder / parameters.unit
    place.mkdir(exist_ok=True)
    for path in sorted(made.iterdir()):
        path.replace(place / path.name)


def _cells_csv(cells: Iterable[Any]) -> str:
    text = io.StringIO()
    columns = [
        "id",
        "value",
        "unit",
        "indicator",
        "year",
        "base_year",
        "statistic",
        "measure",
        "decimals",
        "how",
        "sources",
    ]
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    for cell in sorted(cells, key=lambda each: each.id):
        writer.writerow({**cell.model_dump(), "sources": ";".join(cell.sources)})
    return text.getvalue()


def _manifest(planned: Plan, found: dict[str, str], outcomes: Iterable[Outcome]) -> dict[str, Any]:
    settings = planned.workspace.settings
    made_with = versions()
    before = read_manifest(planned.folder)
    same = before.get("inputs") == found and before.get("versions") == made_with
    memos: dict[str, Any] = before.get("memos", {}) if same else {}
    for outcome in outcomes:
        entry = memos.setdefault(outcome.parameters.unit, {})
        kept = entry.get(outcome.parameters.language, {}).get("files", {}) if not outcome.fault else {}
        entry[outcome.parameters.language] = {
            "parameters": outcome.parameters.model_dump(),
            "outcome": "failed" if outcome.fault else "built",
            "files": {**kept, **outcome.files},
            "numbers": outcome.numbers,
            **({"fault": outcome.fault} if outcome.fault else {}),
            **({"replaced": list(outcome.replaced)} if outcome.replaced else {}),
        }
    return {
        "template": planned.template.stem,
        "year": planned.memos[0].year,
        "released": settings.released.isoformat(),
        "inputs": found,
        "versions": made_with,
        "memos": memos,
    }


def _remove_stale(folder: Path, manifest: dict[str, Any]) -> None:
    """Remove files of memos that the manifest does not vouch for."""
    vouched = {
        (unit, name)
        for unit, languages in manifest["memos"].items()
        for memo in languages.values()
        for name in memo["files"]
    }
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        for path in sorted(place.iterdir()):
            if (place.name, path.name) not in vouched and _is_ours(path.name, place.name):
                path.unlink()
        if not any(place.iterdir()):
            place.rmdir()


def _is_ours(name: str, unit: str) -> bool:
    suffixes = (*FORMATS, "ipynb", "cells.csv")
    return any(name == f"{unit}.{language}.{suffix}" for language in LANGUAGES for suffix in suffixes)
