"""What a new workspace takes from the one that it is begun from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

#: What every workspace can begin with. Nothing else is taken: a folder that is new may hold what must not leave.
TAKEN: Final = (
    "data/sources.csv",
    "data/glossary.csv",
    "data/indicators/**/*",
    "data/rules/**/*",
    "data/**/README.md",
    "notebooks/**/*",
    "surveys/*.*",
    "surveys/bank/**/*",
    "surveys/codeframes/**/*",
    "reports/README.md",
)
#: What is of one place, but published: taken into a copy for the same place.
PUBLISHED: Final = ("data/units.csv", "data/tiles.csv", "data/observations/*", "data/schools/*", "data/items/*")
#: Invented data, never taken.
_DEMO = ("data", "demo")
#: What a workspace keeps out of its history, whatever its source does: answers, keys, persons, what runs produce.
_IGNORED: Final = """\
/data/responses/
/data/frames/*.persons.csv
/.duzheng/
/reports/*
!/reports/README.md
__pycache__/
.ipynb_checkpoints/
.DS_Store
""".splitlines()
#: Lines of the source's list that are about its data, and not about its program.
_OF_DATA: Final = ("/data/", "/surveys/", "/notebooks/")


def taken(root: Path, patterns: Iterable[str]) -> dict[str, bytes]:
    """Give the files of a workspace that match, by their path there: none of the demonstration, no hidden ones.

    Parameters
    ----------
    root
        The workspace's folder.
    patterns
        As of :meth:`pathlib.Path.glob`.
    """
    paths = sorted({path for each in patterns for path in root.glob(each) if path.is_file()})
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in paths if _ours(path.relative_to(root).parts)
    }


def _ours(parts: tuple[str, ...]) -> bool:
    odd = any(each.startswith((".", "~$")) or each == "__pycache__" for each in parts)
    return not odd and parts[:2] != _DEMO


def ignored(root: Path) -> bytes:
    """Give the list of what a new workspace keeps out of its history: with what the source keeps out of its data.

    Parameters
    ----------
    root
        The source's folder.
    """
    path = root / ".gitignore"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    more = [line for line in lines if line.startswith(_OF_DATA) and line not in _IGNORED]
    return "".join(f"{line}\n" for line in (*more, *_IGNORED)).encode()
