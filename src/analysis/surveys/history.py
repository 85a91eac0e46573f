"""The history of the bank: what each code and version meant when it was first committed."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.bank import FOLDER, Bank, BankFile, changes
from analysis.surveys.revisions import git
from analysis.workspace.yaml_files import check_entry, parse_yaml


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
    All commits of all branches count, the oldest first; files may have been renamed within the folder. Files of
    the bank that can't be read any more are passed over.
    """
    first: dict[tuple[str, int], tuple[str, dict[str, Any]]] = {}
    states = _states(root)
    for commit, texts in states:
        for key, meaning in _meanings(texts).items():
            known = first.get(key)
            # A translation that was added later counts from there on.
            if known is None or (meaning != known[1] and not changes(known[1], meaning)):
                first[key] = (commit, meaning)
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


def _states(root: Path) -> list[tuple[str, list[str]]]:
    """Give the texts of the bank's files in every commit that touched them, the oldest first."""
    try:
        top = Path(git(root, "rev-parse", "--show-toplevel").strip())
    except (OSError, subprocess.CalledProcessError):
        return []
    folder = (root.resolve() / FOLDER).relative_to(top.resolve()).as_posix()
    log = git(top, "log", "--all", "--reverse", "--date-order", "--format=%H", "--", folder)
    blobs: dict[str, str] = {}
    found = []
    for commit in log.split():
        listing = [line.split("\t") for line in git(top, "ls-tree", "-r", commit, "--", folder).splitlines()]
        names = [head.split()[2] for head, name in listing if name.endswith(".yaml")]
        for blob in names:
            if blob not in blobs:
                blobs[blob] = git(top, "cat-file", "blob", blob)
        found.append((commit, [blobs[blob] for blob in names]))
    return found


def _meanings(texts: list[str]) -> dict[tuple[str, int], dict[str, Any]]:
    """Read a state of the bank, as far as it can be read."""
    parts = [part for text in texts if (part := _part(text)) is not None]
    items = {(code, item.version): item for part in parts for code, all_of in part.items.items() for item in all_of}
    bank = Bank(items, {name: options for part in parts for name, options in part.scales.items()}, {})
    known = {"", *bank.scales}
    return {key: bank.meaning(*key) for key, item in items.items() if getattr(item, "scale", "") in known}


@lru_cache(maxsize=1024)
def _part(text: str) -> BankFile | None:
    try:
        return check_entry(BankFile, parse_yaml(text, "", code="DZ-Q001") or {}, "", code="DZ-Q002")
    except DuzhengError:
        return None
