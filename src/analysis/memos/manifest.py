"""The manifest of a folder of memos: what each was made from and what came of it; no clock in it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from analysis.workspace import Workspace, content_hash, hash_files

FILE = "manifest.json"
#: Packages whose version can change a byte of a memo.
PACKAGES = (
    "duzheng",
    "altair",
    "fonttools",
    "ipykernel",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "pylopdf-fonts-zh-cn",
    "pypandoc_binary",
    "python-docx",
    "typst",
    "vl-convert-python",
)


def versions() -> dict[str, str]:
    """Give the versions of the packages that memos are made with."""
    return {name: metadata.version(name) for name in PACKAGES}


def inputs(workspace: Workspace, template: Path) -> dict[str, str]:
    """Give the content hash of every file that a memo rests on: the workspace's data, the template, our own code."""
    code = Path(__file__).parents[1]
    return {
        **workspace.inputs(),
        template.relative_to(workspace.root).as_posix(): content_hash(template),
        **{
            f"analysis/{path}": found for path, found in hash_files(code, ["**/*"]).items() if "__pycache__" not in path
        },
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a folder; an empty one if there is none or it cannot be read."""
    try:
        found: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON whole or not at all, keys sorted."""
    aside = path.with_name(f".{path.name}.part")
    aside.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(aside, path)  # noqa: PTH105  the one call that replaces atomically on every system
