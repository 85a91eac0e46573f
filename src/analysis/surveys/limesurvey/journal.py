"""Journals: who was sent to a server, remembered outside git, so that nobody is sent twice."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from analysis.messages import DuzhengError, Fault

FOLDER = ".duzheng/participants"


def journal_of(root: Path, name: str, sid: int) -> Path:
    """Give the file of a survey's journal in a workspace.

    Examples
    --------
    >>> journal_of(Path("city"), "students-2025", 20001).as_posix()
    'city/.duzheng/participants/students-2025.20001.jsonl'
    """
    return root / FOLDER / f"{name}.{sid}.jsonl"


class Journal:
    """Who was sent, as it was known before and after each call: a line of JSON each, added and never changed."""

    def __init__(self, path: Path, url: str, sid: int) -> None:
        self.path, self.settled = path, set[str]()
        head = {"server": url, "survey": sid}
        lines = self._read() if path.exists() else []
        if lines and lines[0] != head:
            raise DuzhengError(
                Fault("DZ-L011", file=path.name, found=f"the journal of survey {lines[0].get('survey')} at "
                      f"{lines[0].get('server')}", expected=f"that of {sid} at {url}",
                      hint="each survey has a journal of its own")
            )  # fmt: skip
        self.settled.update(person for line in lines for person in line.get("there", []))
        if not lines:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._add(head)

    def _read(self) -> list[dict[str, Any]]:
        """Read the lines that are whole: what one that a crash cut off would say, the server knows."""
        text = self.path.read_text(encoding="utf-8")
        if text and not text.endswith("\n"):
            with self.path.open("a", encoding="utf-8") as file:
                file.write("\n")
        found = []
        for line in text.splitlines():
            with suppress(json.JSONDecodeError):
                found.append(json.loads(line))
        return found

    def __contains__(self, person: str) -> bool:
        return person in self.settled

    def begin(self, persons: Sequence[str]) -> None:
        """Note who is about to be sent."""
        self._add({"sending": list(persons)})

    def settle(self, persons: Iterable[str]) -> None:
        """Note who is there."""
        new = [person for person in persons if person not in self.settled]
        if new:
            self._add({"there": new})
            self.settled.update(new)

    def _add(self, line: dict[str, Any]) -> None:
        with os.fdopen(
            os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
