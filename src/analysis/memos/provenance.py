"""What memos are made from: content hashes of inputs and of our own code, versions, the lock, fonts, rules, waves."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from analysis.workspace import Workspace, content_hash, hash_files

#: Packages whose version can change a byte of a memo.
PACKAGES = (
    "duzheng",
    "altair",
    "fluent.runtime",
    "fonttools",
    "ipykernel",
    "jinja2",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "pyarrow",
    "pydantic",
    "pylopdf-fonts-zh-cn",
    "pypandoc_binary",
    "python-docx",
    "ruamel.yaml",
    "scipy",
    "statsmodels",
    "typst",
    "vl-convert-python",
)
_NOT_OF_TABLES = ("analysis/cli/", "analysis/memos/")
_MAKING = ("analysis/memos/execute.py", "analysis/memos/memo.py", "analysis/memos/parameters.py")
#: Everything that stage one may read; simulated data only in a run of demonstration.
_READ = ("workspace.yaml", "data/**/*", "surveys/**/*")
DEMO = "data/demo/"
#: Where the answers of waves lie, real and simulated.
_ANSWERS = ("data/responses", "data/demo/responses")
LOCK = "requirements.lock"


def state_of(workspace: Workspace, *, synthetic: bool = False) -> dict[str, Any]:
    """Give what the tables of a run and its memos are made from; nothing of it is a time or a place on a machine.

    Returns
    -------
    dict
        ``released``, the date; by path or name with their content hashes ``inputs`` (of the workspace), ``code`` (our
        own) and ``fonts``; ``versions`` of packages; ``lock``, the hash of the workspace's lock, empty if it has none.
    """
    lock = workspace.root / LOCK
    return {
        "released": workspace.settings.released.isoformat(),
        "inputs": inputs_of(workspace, synthetic=synthetic),
        "code": code(),
        "versions": versions(),
        "lock": content_hash(lock) if lock.is_file() else "",
        "fonts": fonts(),
    }


def described(workspace: Workspace, state: Mapping[str, Any], *, synthetic: bool) -> dict[str, Any]:
    """Give a state with what a reader of it asks for: the rule sets with their dates, the waves with their commits."""
    return {**state, "rules": _rules(workspace), "questionnaires": _questionnaires(workspace, synthetic=synthetic)}


def digest(content: Any) -> str:
    """Give the SHA-256 of what JSON can hold."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def inputs_of(workspace: Workspace, *, synthetic: bool) -> dict[str, str]:
    """Give the content hash of every file of the workspace that a run may read."""
    found = hash_files(workspace.root, _READ)
    return {path: each for path, each in found.items() if synthetic or not path.startswith(DEMO)}


@cache
def code() -> dict[str, str]:
    """Give the content hash of each file of our own code, as it was when it was first asked for: that is what runs."""
    root = Path(__file__).parents[1]
    return {f"analysis/{path}": each for path, each in hash_files(root, ["**/*"]).items() if "__pycache__" not in path}


def of_tables(found: Mapping[str, str]) -> dict[str, str]:
    """Give the part of our code that the tables of a run may depend on: no commands, nothing of memos."""
    return {path: each for path, each in found.items() if not path.startswith(_NOT_OF_TABLES)}


def of_memos(found: Mapping[str, str]) -> dict[str, str]:
    """Give the part of our code that a memo's bytes may depend on: without what only orders the work around it."""
    return {path: each for path, each in found.items() if path in _MAKING or not path.startswith(_NOT_OF_TABLES)}


def versions() -> dict[str, str]:
    """Give the versions of Python and of the packages that memos are made with."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in PACKAGES}}


def fonts() -> dict[str, str]:
    """Give the content hash of each font file."""
    from analysis.documents.fonts import font_files

    return {path.name: content_hash(path) for path in font_files().values()}


def _rules(workspace: Workspace) -> list[dict[str, Any]]:
    return [
        {
            "id": each.id,
            "title": dict(each.title),
            "effective_from": each.effective_from.isoformat() if each.effective_from else "",
            "effective_to": each.effective_to.isoformat() if each.effective_to else "",
            "source": each.source,
            "certainty": each.certainty,
        }
        for each in workspace.rules.values()
    ]


def _questionnaires(workspace: Workspace, *, synthetic: bool) -> list[dict[str, Any]]:
    """Give each wave that was collected, with the commit of its questionnaire and of the bank."""
    from analysis.surveys.collected import about_of

    told = ("survey", "meaning", "commit", "commit_changed", "made_by")
    files = sorted((workspace.root / _ANSWERS[synthetic]).glob("*/*/responses.parquet"))
    return [{name: about[name] for name in told if name in about} for about in map(about_of, files)]
