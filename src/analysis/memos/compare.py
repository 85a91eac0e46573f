"""Comparing two runs: which numbers, verdicts and sentences changed, in which memos, and what the causes are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from analysis.findings import RunTables
from analysis.memos.comparison.causes import Causes
from analysis.memos.comparison.comparison import WORDS, Comparison
from analysis.memos.comparison.differences import differences
from analysis.memos.comparison.in_memos import in_memos
from analysis.memos.comparison.kept_run import KeptRun, read_run
from analysis.messages import LANGUAGES, DuzhengError, Fault, Texts

__all__ = ["Comparison", "compare", "compare_tables"]

#: Tables that have a frame of their own in a comparison, and one that repeats the cells.
_COMPARED: Final = frozenset({"cells", "findings", "facts"})


def compare(before: Path, after: Path, *, internal: bool = False) -> Comparison:
    """Compare two runs: releases, or tables that were kept.

    Parameters
    ----------
    before, after
        Folders of releases (`reports/2026`), or of run tables (`reports/run_tables-2026`, `data/releases/2026/NAME`).
    internal
        Whether what is withheld is compared as well, where both have it. Otherwise nothing of it is in the comparison.

    Raises
    ------
    DuzhengError
        DZ-M005 for each folder that is neither, or cannot be read.
    """
    faults: list[Fault] = []
    runs: list[KeptRun] = []
    for folder in (before, after):
        try:
            runs.append(read_run(folder))
        except DuzhengError as error:
            faults += error.faults
    if faults:
        raise DuzhengError(*faults)
    return _compared(runs[0], runs[1], internal=internal)


def compare_tables(
    before: RunTables,
    after: RunTables,
    before_state: Mapping[str, Any] | None,
    after_state: Mapping[str, Any] | None,
    *,
    manifest: Mapping[str, Any] | None = None,
    internal: bool = False,
) -> Comparison:
    """Compare the tables of two runs.

    Parameters
    ----------
    before, after
        The tables.
    before_state, after_state
        What they were made from (:func:`analysis.memos.provenance.state_of`); None if that is not known.
    manifest
        What the manifest of the release says, for ``of`` and ``subjects``: which memos there are of the findings.
        Without it each unit has one memo, and the whole.
    internal
        As in :func:`compare`.
    """
    one = KeptRun(None, before, before_state or {}, {})
    return _compared(one, KeptRun(None, after, after_state or {}, manifest or {}), internal=internal)


def _compared(before: KeptRun, after: KeptRun, *, internal: bool) -> Comparison:
    whole = internal and before.whole and after.whole
    one, two = (before.tables, after.tables) if whole else _public(before, after)
    references = (before.tables.reference, after.tables.reference)
    causes = Causes.between(before.state, after.state, references)
    numbers, findings = differences(one, two, causes)
    findings, memos, blocks = in_memos(before, after, (one, two), numbers, findings, causes, internal=internal)
    notes = _notes(before, after, known=causes.known, whole=whole, internal=internal)
    return Comparison(
        numbers, findings, memos, blocks, causes.frame, _tables(one, two), notes,
        _names(before, after), causes.known,
    )  # fmt: skip


def _public(before: KeptRun, after: KeptRun) -> tuple[RunTables, RunTables]:
    """Give what everybody may see of two runs; of tables beside a release as much as there would lie beside one."""
    releases = [each for each in (before, after) if each.folder is not None]
    one, two = (each.tables.public() for each in (before, after))
    if len(releases) == 1:
        printed = set(releases[0].tables["cells"]["id"])
        one, two = one.released(printed), two.released(printed)
    return one, two


def _tables(before: RunTables, after: RunTables) -> tuple[str, ...]:
    """Name the other tables that differ."""

    def content(tables: RunTables, name: str) -> str:
        return tables[name].to_csv(index=False) if name in tables.tables else ""

    names = sorted({*before.tables, *after.tables} - _COMPARED)
    found = [name for name in names if content(before, name) != content(after, name)]
    return (*found, *(["reference"] if before.reference.written() != after.reference.written() else []))


def _names(before: KeptRun, after: KeptRun) -> dict[str, Texts]:
    names: dict[str, Texts] = {}
    for each in (before, after):
        reference = each.tables.reference
        for unit in reference.units.frame.index:
            names[str(unit)] = {language: reference.units.name(str(unit), language) for language in LANGUAGES}
        for kind in ("survey", "topic", "duty", "inspection", "visit"):
            names |= each.tables.names(kind)
        for subjects in each.manifest.get("subjects", {}).values():
            names |= subjects
    return names


def _notes(before: KeptRun, after: KeptRun, *, known: bool, whole: bool, internal: bool) -> tuple[Texts, ...]:
    one, two = before.tables.reference, after.tables.reference
    notes: list[Texts] = []
    for name in ("year", "boundaries"):
        pair = (getattr(one, name), getattr(two, name))
        if pair[0] != pair[1]:
            notes.append(WORDS.both("compare", f"note.{name}", before=pair[0], after=pair[1]))
    keys: Sequence[tuple[bool, str]] = (
        (one.synthetic != two.synthetic, "synthetic"),
        (one.synthetic and two.synthetic, "simulated"),
        (not known, "unknown"),
        (internal and not whole, "public"),
        (not internal and "internal" in {before.audience, after.audience}, "notebooks"),
        (any(len(each.states) > 1 for each in (before, after)), "mixed"),
    )
    return (*notes, *(WORDS.both("compare", f"note.{key}") for said, key in keys if said))
