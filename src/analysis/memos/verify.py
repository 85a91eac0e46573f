"""Whether a release is as it was built, and whether it can be built again to the byte; without a network."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.memos.manifest import FILE, JOURNAL, Manifest
from analysis.memos.memo import FORMATS
from analysis.memos.provenance import digest, state_of
from analysis.memos.rebuild import templates_of
from analysis.memos.run import FILE as RUN
from analysis.messages import DuzhengError, Fault
from analysis.workspace import Workspace, content_hash

if TYPE_CHECKING:
    from analysis.memos.memo import Task

#: What a state is the digest of; the rest says the same in words.
CORE = ("released", "inputs", "code", "versions", "lock", "fonts")
_CODE = "DZ-M010"
_AGAIN = ".again-"


@dataclass(frozen=True)
class Verified:
    """What a check of a release found.

    Parameters
    ----------
    digest
        The SHA-256 of the manifest, which names all files with theirs: published beside a release, it vouches for it.
    files
        How many files were read.
    faults
        What is not as it was built; empty if all is.
    notes
        What a reader should know: memos that failed, or that are from earlier inputs.
    """

    digest: str
    files: int
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]


def verify(folder: Path) -> Verified:
    """Check that every file of a release is as it was built, that none is missing, and that none came later.

    Parameters
    ----------
    folder
        The folder of a release, wherever it lies; no workspace is asked.

    Raises
    ------
    DuzhengError
        DZ-M010 if the folder is no release.
    """
    if not (folder / FILE).is_file():
        raise DuzhengError(Fault(_CODE, file=folder.name, found=f"no {FILE}", expected="the folder of a release"))
    manifest = Manifest.open(folder)
    if "state" not in manifest.content:
        raise DuzhengError(Fault(_CODE, file=FILE, found="what is no manifest", expected="that of a release"))
    wanted = files_of(manifest)
    faults = [*_files(folder, wanted), *_states(manifest)]
    if not manifest.content.get("finished"):
        faults.append(
            Fault(_CODE, file=FILE, found="a batch that was ended before it was done", expected="one that is done",
                  hint="run `duzheng memo build` again: it goes on")
        )  # fmt: skip
    memos = list(_memos(manifest))
    failed = [f"{name} failed: {each.get('fault', '')}" for name, each in memos if each["outcome"] != "built"]
    earlier = list(manifest.earlier())
    notes = [*failed, *([f"from earlier inputs: {', '.join(earlier)}"] if earlier else [])]
    return Verified(content_hash(folder / FILE), len(wanted), tuple(faults), tuple(notes))


def _memos(manifest: Manifest) -> Iterator[tuple[str, dict[str, Any]]]:
    for template, subject, language, entry in manifest.entries():
        yield f"{template}/{subject}.{language}", entry


def files_of(manifest: Manifest) -> dict[str, str]:
    """Give every file of a release with its content hash, by its path in the folder."""
    found = dict(manifest.content["site"])
    for template, subject, _, entry in manifest.entries():
        found |= {f"{template}/{subject}/{name}": each for name, each in entry["files"].items()}
    return found


def _files(folder: Path, wanted: Mapping[str, str]) -> Iterator[Fault]:
    there = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    for name, each in sorted(wanted.items()):
        if name not in there:
            yield Fault(_CODE, file=name, found="no such file", expected="one that was built")
        elif (found := content_hash(there[name])) != each:
            yield Fault(_CODE, file=name, found=f"SHA-256 {found[:12]}…", expected=f"{each[:12]}…, as it was built")
    for name in there:
        if name not in wanted and name not in {FILE, RUN, JOURNAL}:
            yield Fault(_CODE, file=name, found="a file that no batch built", expected="nothing beside the release")


def _states(manifest: Manifest) -> Iterator[Fault]:
    """Hold what the manifest says of its states and memos to its own digests."""
    for name, state in manifest.content["states"].items():
        if digest({part: state.get(part) for part in CORE}) != name:
            yield Fault(_CODE, file=FILE, column=f"states.{name[:12]}", found="another state than its digest says",
                        expected="the inputs, code and versions as they were")  # fmt: skip
    for template, subject, language, entry in manifest.entries():
        if "made_of" in entry and digest(entry["made_of"]) != entry["key"]:
            yield Fault(_CODE, file=FILE, column=f"memos.{template}.{subject}.{language}",
                        found="other parts than its key says", expected="the parts that it was made of")  # fmt: skip


def rebuilt(workspace: Workspace, folder: Path, *, jobs: int = 2) -> tuple[Fault, ...]:
    """Build a release again, from nothing, and say what is not the same to the byte.

    Parameters
    ----------
    workspace
        The workspace that it was built from; nothing in it is changed.
    folder
        The folder of the release.
    jobs
        Number of worker processes.

    Returns
    -------
    tuple of Fault
        What the workspace has otherwise than it was (then nothing is built), or the files that differ.
    """
    from analysis.findings.stage_one import run_tables
    from analysis.memos.batch import build
    from analysis.memos.plan import plan
    from analysis.memos.tables import released

    manifest, notes = Manifest.open(folder), verify(folder).notes
    if day := manifest.content.get("day"):
        workspace = Workspace(workspace.root, dt.date.fromisoformat(day))
    content, memos = manifest.content, [each for each in manifest.entries() if each[3]["outcome"] == "built"]
    changed = tuple(_moved(workspace, content))
    if changed:
        return changed
    formats = {
        tuple(each for each in FORMATS if f"{subject}.{language}.{each}" in entry["files"])
        for _, subject, language, entry in memos
    }
    about = {"year": content["year"], "synthetic": content["synthetic"]}
    planned = plan(
        workspace, templates=sorted({template for template, *_ in memos}), audience=content["audience"],
        formats=[each for each in FORMATS if any(each in some for some in formats)], **about,
    )  # fmt: skip
    again = run_tables(workspace, earlier=released(workspace, **about), **about)
    faults = [
        Fault(_CODE, file=name, found="other figures when computed again", expected="the same")
        for name, each in again.digests.items()
        if planned.tables.digests.get(name) != each
    ]
    wanted = {(template, subject, language): entry for template, subject, language, entry in memos}
    tasks = tuple(task for task in planned.tasks if _name(task) in wanted)
    faults += [
        Fault(_CODE, file="/".join(name), found="a memo that the workspace does not make", expected="none")
        for name in sorted({*wanted} - {_name(task) for task in tasks})
    ]
    for left in planned.folder.parent.glob(f"{_AGAIN}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_AGAIN, dir=planned.folder.parent) as place:
        beside = Path(place) / "rebuilt"
        made = build(replace(planned, tasks=tasks, folder=beside), jobs=jobs)
        site = Manifest.open(beside).content["site"]
    for outcome in made:
        if outcome.fault:
            faults.append(Fault(_CODE, file=outcome.task.name, found=outcome.fault, expected="a memo"))
        else:
            faults += _differing(wanted[_name(outcome.task)]["files"], outcome.files, f"{outcome.task.place}/")
    if not notes and len(formats) == 1:  # else the site tells of memos that are not of this state
        faults += _differing(content["site"], site)
    return tuple(faults)


def _name(task: Task) -> tuple[str, str, str]:
    return task.template.stem, task.parameters.subject, task.parameters.language


def _differing(then: Mapping[str, str], now: Mapping[str, str], place: str = "") -> Iterator[Fault]:
    for name in sorted(then):
        if now.get(name) != then[name]:
            yield Fault(_CODE, file=f"{place}{name}", found="other bytes when built again", expected="the same bytes")


def _moved(workspace: Workspace, content: Mapping[str, Any]) -> Iterator[Fault]:
    """Say what the workspace, our code or the packages have otherwise than when a release was built."""
    then, now = content["states"][content["state"]], state_of(workspace, synthetic=content["synthetic"])
    pairs = [(part, then[part], now[part]) for part in ("inputs", "code", "versions", "fonts")]
    for part, before, after in [*pairs, ("templates", content["templates"], templates_of(workspace.root))]:
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                yield Fault(
                    _CODE, file=name, found=_shown(after.get(name), part), expected=_shown(before.get(name), part),
                    hint="a release can be built again from what it was built from: check out its commit",
                )  # fmt: skip
    if then["released"] != now["released"]:
        yield Fault(_CODE, file="workspace.yaml", column="released", found=now["released"], expected=then["released"])


def _shown(value: str | None, part: str) -> str:
    if value is None:
        return "nothing"
    return value if part == "versions" else f"SHA-256 {value[:12]}…"
