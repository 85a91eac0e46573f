"""Pandoc as a function: a tree in, a document out, the same bytes on every machine."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from analysis.documents.nodes import Node
from analysis.messages import DuzhengError, Fault

#: Filters, templates, style and script that ship with the package.
FORMATS: Final = Path(__file__).with_name("formats")
#: A nursery that a document fits into: pandoc then hardly collects garbage, which saves it a sixth of its time.
_NURSERY: Final = ("+RTS", "-A64m", "-RTS")

#: The filter of memos.
MEMO: Final = ("memo.lua",)


@lru_cache(maxsize=1)
def pandoc_program() -> str:
    """Give the path of the packaged pandoc.

    Raises
    ------
    DuzhengError
        DZ-D001 if the package that carries pandoc is broken.
    """
    import pypandoc

    packaged = Path(pypandoc.__file__).parent / "files" / ("pandoc.exe" if os.name == "nt" else "pandoc")
    if packaged.exists():
        return str(packaged)
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise DuzhengError(
            Fault(
                "DZ-D001",
                found="no pandoc",
                expected="the one in pypandoc_binary",
                hint="install the locked packages again",
            )
        ) from error


def midnight(date: str) -> dt.datetime:
    """Give the moment that stands in files for a release date: midnight in UTC.

    Raises
    ------
    DuzhengError
        DZ-D001 if the date is not ISO 8601.

    Examples
    --------
    >>> midnight("2024-05-01").isoformat()
    '2024-05-01T00:00:00+00:00'
    """
    try:
        day = dt.date.fromisoformat(date)
    except ValueError as error:
        raise DuzhengError(
            Fault(
                "DZ-D001", found=f"the date {date!r}", expected="a date such as 2024-05-01", hint="correct Title.date"
            )
        ) from error
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def run_pandoc(
    tree: Node, *, to: str, folder: Path, date: str, options: Sequence[str] = (), filters: Sequence[str] = MEMO
) -> bytes:
    """Write a tree in a format.

    Parameters
    ----------
    tree
        The pandoc tree.
    to
        ``html5``, ``docx`` or ``typst``.
    folder
        The working folder, where the pictures lie.
    date
        The release date; pandoc takes it for the time.
    options
        Further options of pandoc.
    filters
        Lua filters of this package, in order.

    Returns
    -------
    bytes
        The document.

    Raises
    ------
    DuzhengError
        DZ-D001 with what pandoc said.
    """
    given = [f"--lua-filter={FORMATS / name}" for name in filters]
    environment = {
        "SOURCE_DATE_EPOCH": str(int(midnight(date).timestamp())),
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PATH": "",  # pandoc must not find rsvg-convert on one machine and not on another
        **({"SYSTEMROOT": os.environ["SYSTEMROOT"]} if "SYSTEMROOT" in os.environ else {}),
    }
    program = pandoc_program()
    nursery = _NURSERY if Path(program).parent.name == "files" else ()  # another build may refuse it
    command = [program, *nursery, "--from=json", f"--to={to}", "--standalone", "--wrap=none", "--output=-"]
    done = subprocess.run(  # noqa: S603  our own program and arguments
        [*command, "--data-dir=nowhere", *given, *options],
        input=json.dumps(tree, ensure_ascii=False).encode(),
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise DuzhengError(
            Fault(
                "DZ-D001",
                found=f"pandoc's exit code {done.returncode} for {to}: {said[-800:]}",
                expected="a document",
                hint="this is a fault of Duzheng's filters or templates: report it with the notebook that caused it",
            )
        )
    return done.stdout
