"""Whether a memo has to be built again, and why; and the quick look that finds that none has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.findings.layout import FOLDER
from analysis.memos.manifest import Manifest
from analysis.memos.provenance import digest, of_memos, state_of
from analysis.memos.tables import release_folder
from analysis.workspace import content_hash, hash_files

if TYPE_CHECKING:
    from analysis.findings import Audience, RunTables
    from analysis.memos.memo import Format, Task
    from analysis.messages import Language
    from analysis.workspace import Workspace

#: Digits of the digests of parts.
_SHORT = 16


def made_of(
    tables: RunTables, task: Task, state: Mapping[str, Any], templates: Mapping[str, str], characters: str
) -> dict[str, str]:
    """Give the digests of all that a memo is made of: two memos of the same have the same bytes.

    Parameters
    ----------
    tables
        What the memo may read of the run's tables (:func:`analysis.memos.tables.read_by`).
    task
        The memo.
    state
        What the batch is made from. The workspace's inputs reach a memo through its tables alone.
    templates
        The files of templates (:func:`templates_of`).
    characters
        The characters of the fonts in its page.

    Returns
    -------
    dict
        By part: ``parameters``, ``template``, ``layout``, ``files beside the templates``, ``code``, ``packages``,
        ``fonts``, ``reference``, and ``table NAME`` for each table.
    """
    parts = {
        "parameters": task.parameters.model_dump(),
        "template": content_hash(task.template),
        "layout": content_hash(task.template.with_suffix(".yaml")),
        "files beside the templates": _beside(templates),
        "code": of_memos(state["code"]),
        "packages": state["versions"],
        "fonts": [characters, state["fonts"]],
    }
    return {name: digest(part)[:_SHORT] for name, part in parts.items()} | {
        name: each[:_SHORT] for name, each in tables.digests.items()
    }


def reasons(manifest: Manifest, task: Task, parts: Mapping[str, str], formats: Sequence[Format]) -> list[str]:
    """Say why a memo has to be built; nothing if it is there as it would be built.

    Parameters
    ----------
    manifest
        The manifest; its state is the one that is built from.
    task
        The memo.
    parts
        What it would be made of (:func:`made_of`).
    formats
        The formats that are wanted.
    """
    entry = manifest.entry(task)
    if not entry.get("files"):
        return ["it failed before" if entry.get("outcome") == "failed" else "it is new"]
    found = []
    if entry.get("key") != digest(parts):
        found += _changed(manifest, entry, parts)
    if entry["outcome"] != "built":
        found.append("it failed before")
    return found + list(_files(manifest.folder / task.place, entry["files"], task.parameters.stem, formats))


def _changed(manifest: Manifest, entry: Mapping[str, Any], parts: Mapping[str, str]) -> list[str]:
    before = entry.get("made_of", {})
    names = [name for name in (*parts, *(set(before) - set(parts))) if before.get(name) != parts.get(name)]
    states = manifest.content["states"]
    old, new = states.get(entry["state"], {}), states[manifest.content["state"]]
    said = {"code": _named(old, new, "code"), "packages": _named(old, new, "versions"),
            "fonts": " (the run shows other characters)"}  # fmt: skip
    found = [f"{name} changed{said.get(name, '')}" for name in names if name in _ALONE]
    told = [name.removeprefix("table ") for name in names if name not in _ALONE]
    if told:
        found.append(f"what it says of {', '.join(sorted(told))} changed{_named(old, new, 'inputs')}")
    return found


#: Parts that are no data.
_ALONE = ("parameters", "template", "layout", "files beside the templates", "code", "packages", "fonts")
_NAMED = 3


def _named(old: Mapping[str, Any], new: Mapping[str, Any], part: str) -> str:
    """Name what differs between two states, the first few."""
    before, after = old.get(part, {}), new.get(part, {})
    if part == "code":
        before, after = of_memos(before), of_memos(after)
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    if not names:
        return ""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f" ({', '.join(names[:_NAMED])}{more})"


def _files(folder: Path, files: Mapping[str, str], stem: str, formats: Sequence[Format]) -> Iterator[str]:
    for each in formats:
        if f"{stem}.{each}" not in files:
            yield f"{each} was not built"
    for name, wanted in files.items():
        try:
            if content_hash(folder / name) != wanted:
                yield f"{name} is not as it was built"
        except OSError:
            yield f"{name} is missing"


def templates_of(root: Path) -> dict[str, str]:
    """Give the content hash of each file of the workspace's templates, and of what lies beside them."""
    found = hash_files(root, (f"{FOLDER}/**/*",))
    return {
        path: each for path, each in found.items() if not {".ipynb_checkpoints", "__pycache__"} & {*path.split("/")}
    }


def _beside(templates: Mapping[str, str]) -> dict[str, str]:
    """Give what lies beside templates: any of them may read it."""
    return {path: each for path, each in templates.items() if not path.endswith((".ipynb", ".yaml"))}


def settled(
    workspace: Workspace,
    *,
    templates: Sequence[str],
    units: Sequence[str],
    languages: Sequence[Language],
    formats: Sequence[Format],
    year: int,
    audience: Audience,
    synthetic: bool,
) -> int | None:
    """Give the number of memos of a release if nothing has changed since they were built, else None.

    It looks at content hashes alone: of inputs, code, packages, templates, and of every file that was built.
    """
    folder = release_folder(workspace, year, audience, synthetic=synthetic)
    content = Manifest.open(folder).content
    now = {"year": year, "audience": audience, "synthetic": synthetic, "templates": templates_of(workspace.root),
           "finished": True}  # fmt: skip
    if {name: content.get(name) for name in now} != now:
        return None
    if content["state"] != digest(state_of(workspace, synthetic=synthetic)):
        return None
    wanted = []
    if not {*templates} <= {*content["subjects"]}:
        return None
    for template in dict.fromkeys(templates):
        subjects = content["subjects"][template]
        chosen = [each for each in dict.fromkeys(units) if each in subjects] if units else list(subjects)
        wanted += [(template, subject, language) for subject in chosen for language in languages]
    if not wanted or {*units} - {subject for _, subject, _ in wanted}:
        return None
    there = all(_there(content, folder, memo, formats) for memo in wanted)
    return len(wanted) if there and not next(_files(folder, content["site"], "", ()), None) else None


def _there(content: Mapping[str, Any], folder: Path, memo: tuple[str, str, str], formats: Sequence[Format]) -> bool:
    """Tell whether a memo was built from the newest state, and its files are as they were built."""
    template, subject, language = memo
    entry = content["memos"].get(template, {}).get(subject, {}).get(language)
    if entry is None or entry["outcome"] != "built" or entry["state"] != content["state"]:
        return False
    return not next(_files(folder / template / subject, entry["files"], f"{subject}.{language}", formats), None)
