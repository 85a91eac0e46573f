"""The history of the bank: what each code and version meant when it was first committed."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.bank import FOLDER, Bank, changes, read_bank
from analysis.surveys.revisions import git


def check_history(root: Path, bank: Bank) -> int:
    """Hold every item to what its code and version meant in the first commit that has it, on any branch.

    Parameters
    ----------
    root
        The workspace, in a git repository or not.
    bank
        The bank as it is now.

    Returns
    -------
    int
        How many versions of the bank's files were looked at; 0 without git.

    Raises
    ------
    DuzhengError
        DZ-Q004 with every item whose wording, scale or codes differ, and the commit that has them otherwise.

    Notes
    -----
    All commits of all branches count, the oldest first; files may have been renamed within the folder. States of the
    bank that could not be read when they were committed are passed over.
    """
    first: dict[tuple[str, int], tuple[str, dict[str, Any]]] = {}
    states = _states(root)
    for commit, files in states:
        for key, meaning in _meanings(files).items():
            first.setdefault(key, (commit, meaning))
    faults = []
    for key in bank.items:
        if key not in first:
            continue
        commit, meaning = first[key]
        now = bank.meaning(*key)
        changed = changes(meaning, now)
        if changed:
            file, line = bank.places[key]
            faults.append(Fault(
                "DZ-Q004", file=file, line=line, column=f"{key[0]} version {key[1]}",
                found=f"other {' and '.join(sorted(changed))} than in commit {commit[:10]}"
                + (f" ({meaning['wording']['text'].get('zh-Hans', '')})" if "wording" in changed else ""),
                expected="what it meant there", hint="give it back its meaning, and add a version with its relation",
            ))  # fmt: skip
    if faults:
        raise DuzhengError.of(faults)
    return len(states)


def _states(root: Path) -> list[tuple[str, dict[str, str]]]:
    """Give the bank's files (name to text) in every commit that touched them, the oldest first."""
    try:
        top = Path(git(root, "rev-parse", "--show-toplevel").strip())
    except (OSError, subprocess.CalledProcessError):
        return []
    folder = (root.resolve() / FOLDER).relative_to(top.resolve()).as_posix()
    log = git(top, "log", "--all", "--reverse", "--topo-order", "--date-order", "--format=%H", "--", folder)
    blobs: dict[str, str] = {}
    found = []
    for commit in log.split():
        listing = [line.split("\t") for line in git(top, "ls-tree", "-r", commit, "--", folder).splitlines()]
        files = {name: head.split()[2] for head, name in listing if name.endswith(".yaml")}
        for blob in files.values():
            if blob not in blobs:
                blobs[blob] = git(top, "cat-file", "blob", blob)
        found.append((commit, {Path(name).name: blobs[blob] for name, blob in files.items()}))
    return found


def _meanings(files: dict[str, str]) -> dict[tuple[str, int], dict[str, Any]]:
    """Read a state of the bank; nothing if it can't be read."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / FOLDER
        place.mkdir(parents=True)
        for name, text in files.items():
            (place / name).write_text(text, encoding="utf-8")
        try:
            bank = read_bank(Path(folder))
        except DuzhengError:
            return {}
        return {key: bank.meaning(*key) for key in bank.items}
