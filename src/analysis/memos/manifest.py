"""The manifest of a release: what each memo was made from and what came of it; no clock in it."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.memos.memo import Outcome, Task
from analysis.memos.provenance import digest
from analysis.workspace import content_hash

FILE = "manifest.json"
#: What was finished since the manifest was written whole: a line a memo. A batch that is killed leaves it.
JOURNAL = ".journal.jsonl"


@dataclass
class Manifest:
    """The manifest of a folder, kept up with every memo that comes.

    Parameters
    ----------
    folder
        The folder of the release.
    content
        What the file holds: ``year``, ``audience``, ``synthetic``; ``day``, the day that is spoken of, where it is not
        that of the year's release; ``finished``, whether the newest batch came to its
        end; ``state``, the digest of what the newest batch was
        made from, and ``states`` by digest (:func:`analysis.memos.provenance.state_of`); ``subjects`` by template,
        ``of``, what a template is made for, ``titles`` of those that have their own; ``templates``, the content hash
        of each file of templates; ``site``, that of each file that is no memo's; and ``memos`` by template, subject and
        language: ``state``, ``key``, ``made_of`` (:func:`analysis.memos.rebuild.made_of`), ``parameters``, ``outcome``,
        ``files`` with their content hashes, ``numbers``, ``fault``, ``replaced``.
    """

    folder: Path
    content: dict[str, Any]

    @classmethod
    def open(cls, folder: Path) -> Manifest:
        """Open the manifest of a folder, with what a batch that was killed had finished; an empty one if none is."""
        try:
            content = json.loads((folder / FILE).read_text(encoding="utf-8"))
            content = {name: dict(content[name]) for name in ("memos", "states")} | content  # else it is no manifest
        except (OSError, ValueError, KeyError, TypeError):
            content = {"memos": {}, "states": {}}
        opened = cls(folder, {"site": {}, **content})
        for line in _lines(folder / JOURNAL):
            opened._put(**line)
        return opened

    def begin(self, state: Mapping[str, Any], digest_of_state: str, **about: Any) -> None:
        """Begin a batch that is made from a state: what is there stays, and says of which state it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in (*self.folder.glob(".*.part"), *self.folder.glob(".*.old"), *self.folder.glob("tables/.*")):
            path.unlink()  # what a batch that was killed was writing
        self.content |= {"state": digest_of_state, "finished": False, **about}
        self.content["states"][digest_of_state] = dict(state)
        self.write()

    def leave_behind(self, root: Path, languages: Collection[str]) -> list[str]:
        """Remove the memos that nobody makes any more: of a template, a subject or a language that is gone.

        Parameters
        ----------
        root
            The folder of the templates; one that is there and cannot be read keeps its memos.
        languages
            The languages of the workspace.

        Returns
        -------
        list of str
            The names of the memos.
        """
        gone = []
        for template, subject, language, entry in list(self.entries()):
            subjects = self.content["subjects"].get(template)
            known = subjects is None or (subject in subjects and language in languages)
            if known and (root / f"{template}.ipynb").is_file():
                continue
            for name in entry["files"]:
                (self.folder / template / subject / name).unlink(missing_ok=True)
            del self.content["memos"][template][subject][language]
            gone.append(f"{template}/{subject}.{language}")
        self.content["memos"] = {
            template: kept
            for template, subjects in self.content["memos"].items()
            if (kept := {subject: each for subject, each in subjects.items() if each})
        }
        for folder in sorted({self.folder / each.rsplit(".", 1)[0] for each in gone}):
            for place in (folder, folder.parent):
                with suppress(OSError):  # what somebody else put there stays
                    place.rmdir()
        return gone

    def entry(self, task: Task) -> dict[str, Any]:
        """Give what it says of a memo; empty if nothing."""
        subjects = self.content["memos"].get(task.template.stem, {})
        found: dict[str, Any] = subjects.get(task.parameters.subject, {}).get(task.parameters.language, {})
        return found

    def entries(self) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        """Give every memo: template, subject, language, and what it says of it."""
        for template, subjects in self.content["memos"].items():
            for subject, languages in subjects.items():
                for language, entry in languages.items():
                    yield template, subject, language, entry

    def earlier(self) -> Iterator[str]:
        """Give the names of the memos that are from another state than the newest."""
        for template, subject, language, entry in self.entries():
            if entry["files"] and entry["state"] != self.content["state"]:
                yield f"{template}/{subject}.{language}"

    def keep(self, task: Task) -> None:
        """Take note that a memo is as this state would make it."""
        self.entry(task)["state"] = self.content["state"]

    def record(self, outcome: Outcome, made_of: Mapping[str, str]) -> None:
        """Take in what came of a memo, and write it down at once.

        Formats that an earlier batch made from the very same stay. Those made from something else are removed, so that
        a memo's files never disagree; but a memo that failed keeps what it had.
        """
        task = outcome.task
        before = self.entry(task)
        if outcome.fault:
            entry = {"state": self.content["state"], "files": {}, "numbers": 0, **before}
            # What an exception says may be anybody's business: it stands in the log, and in what the office reads.
            entry |= {"outcome": "failed", "fault": outcome.told if self._public else outcome.fault}
        else:
            key = digest(made_of)
            kept = self._unharmed(task, before.get("files", {})) if before.get("key") == key else {}
            for name in sorted(set(before.get("files", {})) - set(kept) - set(outcome.files)):
                (self.folder / task.place / name).unlink(missing_ok=True)
            entry = {
                "state": self.content["state"],
                "key": key,
                "made_of": dict(made_of),
                "outcome": "built",
                "files": {**kept, **outcome.files},
                "numbers": outcome.numbers,
            }
            if outcome.replaced:
                entry["replaced"] = list(outcome.replaced)
        entry["parameters"] = task.parameters.model_dump()
        line: dict[str, Any] = {
            "template": task.template.stem, "subject": task.parameters.subject,
            "language": task.parameters.language, "entry": entry,
        }  # fmt: skip
        with (self.folder / JOURNAL).open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
        self._put(**line)

    @property
    def _public(self) -> bool:
        return bool(self.content.get("audience", "public") == "public")

    def _unharmed(self, task: Task, files: Mapping[str, str]) -> dict[str, str]:
        """Keep the files that are as they were built."""
        place = self.folder / task.place
        there = {name: place / name for name in files if (place / name).is_file()}
        return {name: files[name] for name, path in there.items() if content_hash(path) == files[name]}

    def _put(self, *, template: str, subject: str, language: str, entry: dict[str, Any]) -> None:
        self.content["memos"].setdefault(template, {}).setdefault(subject, {})[language] = entry

    def leave_out(self) -> None:
        """Leave out the states that no memo is of any more."""
        used = {self.content["state"], *(entry["state"] for *_, entry in self.entries())}
        self.content["states"] = {name: state for name, state in self.content["states"].items() if name in used}

    def write(self) -> None:
        """Write the file whole."""
        self.leave_out()
        write_json(self.folder / FILE, self.content)
        (self.folder / JOURNAL).unlink(missing_ok=True)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Give the lines of a journal; the last may have been cut short."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and {*found} == {"template", "subject", "language", "entry"}:
            yield found


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON whole or not at all, keys sorted."""
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        os.replace(aside, path)  # noqa: PTH105  the one call that replaces atomically on every system
    finally:
        aside.unlink(missing_ok=True)
