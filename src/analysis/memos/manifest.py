"""The manifest of a folder of memos: what each was made from and what came of it; no clock in it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from analysis.findings import RunTables
from analysis.memos.memo import Outcome
from analysis.memos.parameters import MemoParameters
from analysis.memos.tables import inputs_of
from analysis.workspace import Workspace, content_hash, hash_files

FILE = "manifest.json"
#: Packages whose version can change a byte of a memo.
PACKAGES = (
    "duzheng",
    "altair",
    "fluent.runtime",
    "fonttools",
    "ipykernel",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "pyarrow",
    "pylopdf-fonts-zh-cn",
    "pypandoc_binary",
    "python-docx",
    "typst",
    "vl-convert-python",
)


def state_of(workspace: Workspace, template: Path, *, synthetic: bool = False) -> dict[str, Any]:
    """Give what memos are made from: the release date, the content hash of every input, the versions of packages."""
    released = workspace.settings.released.isoformat()
    inputs = {
        **inputs_of(workspace, synthetic=synthetic),
        **{path.relative_to(workspace.root).as_posix(): content_hash(path) for path in files_of(template)},
        **code(),
    }
    return {"released": released, "inputs": inputs, "versions": versions()}


def code_state() -> dict[str, Any]:
    """Give our own code and the versions of packages."""
    return {"code": code(), "versions": versions()}


def key_of(tables: RunTables, parameters: MemoParameters, template: Path, state: Mapping[str, Any]) -> str:
    """Give the key of a memo: two memos of one key have the same bytes.

    It is the hash of the memo's slice of the run tables, its parameters, its template with its layout, our own code,
    and the versions of the packages; not of the workspace's inputs, which reach a memo through its slice alone.
    """
    own = {path: found for path, found in state["inputs"].items() if path.startswith("analysis/")}
    content = {
        "slice": tables.slice(parameters.unit).digest,
        "parameters": parameters.model_dump(),
        "template": [content_hash(path) for path in files_of(template)],
        "code": own,
        "versions": state["versions"],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def versions() -> dict[str, str]:
    """Give the versions of the packages that memos are made with."""
    return {name: metadata.version(name) for name in PACKAGES}


def code() -> dict[str, str]:
    """Give the content hash of each file of our own code."""
    root = Path(__file__).parents[1]
    return {
        f"analysis/{path}": found for path, found in hash_files(root, ["**/*"]).items() if "__pycache__" not in path
    }


def files_of(template: Path) -> list[Path]:
    """Give the files of a template: the notebook and its layout."""
    return [template, template.with_suffix(".yaml")]


@dataclass
class Manifest:
    """The manifest of a folder, kept up with every memo that comes.

    Parameters
    ----------
    folder
        The folder.
    content
        What the file holds: ``template``, ``year``, ``state`` (the digest of what the newest batch was made from),
        ``states`` (by digest: ``released``, ``inputs``, ``versions``), and ``memos`` by subject and language:
        ``state``, ``key`` (:func:`key_of`), ``parameters``, ``outcome``, ``files`` with their content hashes,
        ``numbers``, ``fault``, ``replaced``.
    """

    folder: Path
    content: dict[str, Any]

    @classmethod
    def open(cls, folder: Path, template: str, year: int, state: Mapping[str, Any]) -> Manifest:
        """Open the manifest of a folder, or a new one if there is none, for a batch made from a state."""
        try:
            content = json.loads((folder / FILE).read_text(encoding="utf-8"))
            states, memos = dict(content["states"]), dict(content["memos"])
        except (OSError, ValueError, KeyError, TypeError):
            states, memos = {}, {}
        digest = hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()
        states[digest] = dict(state)
        return cls(folder, {"template": template, "year": year, "state": digest, "states": states, "memos": memos})

    def record(self, outcome: Outcome, key: str) -> None:
        """Take in what came of a memo, and write the file.

        Formats that an earlier batch made from the same state stay. Those made from another state are removed, so that
        a memo's files never disagree; but a memo that failed keeps what it had.
        """
        parameters = outcome.parameters
        languages = self.content["memos"].setdefault(parameters.subject, {})
        before = languages.get(parameters.language, {})
        if outcome.fault:
            entry = {"state": self.content["state"], "files": {}, "numbers": 0, **before}
            entry |= {"outcome": "failed", "fault": outcome.fault}
        else:
            same = before.get("state") == self.content["state"]
            kept = before.get("files", {}) if same else {}
            for name in sorted(set(before.get("files", {})) - set(kept) - set(outcome.files)):
                (self.folder / parameters.subject / name).unlink(missing_ok=True)
            entry = {
                "state": self.content["state"],
                "key": key,
                "outcome": "built",
                "files": {**kept, **outcome.files},
                "numbers": outcome.numbers,
            }
            if outcome.replaced:
                entry["replaced"] = list(outcome.replaced)
        languages[parameters.language] = {**entry, "parameters": parameters.model_dump()}
        memos = [memo for each in self.content["memos"].values() for memo in each.values()]
        used = {self.content["state"], *(memo["state"] for memo in memos)}
        states = self.content["states"]
        self.content["states"] = {digest: state for digest, state in states.items() if digest in used}
        write_json(self.folder / FILE, self.content)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON whole or not at all, keys sorted."""
    aside = path.with_name(f".{path.name}.part")
    aside.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(aside, path)  # noqa: PTH105  the one call that replaces atomically on every system
