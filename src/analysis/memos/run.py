"""How long a batch took and how much memory it used: `run.json`, outside every hash."""

from __future__ import annotations

import datetime as dt
import os
import platform
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.memos.manifest import write_json

if TYPE_CHECKING:
    from analysis.memos.memo import Outcome

FILE = "run.json"
_EVERY = 0.25


@dataclass
class Run:
    """The measured run of a batch: seconds by the wall, and the most memory of all its processes at one moment."""

    started: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    seconds: float = 0.0
    peak_mib: float = 0.0

    def write(self, folder: Path, outcomes: Sequence[Outcome], *, jobs: int) -> None:
        """Write `run.json`."""
        write_json(
            folder / FILE,
            {
                "started": self.started.isoformat(timespec="seconds"),
                "seconds": round(self.seconds, 2),
                "peak_mib": round(self.peak_mib),
                "peak_is": "largest sum of the resident memory of all processes, shared pages counted in each",
                "jobs": jobs,
                "cores": os.cpu_count(),
                "python": platform.python_version(),
                "memos": {each.task.name: round(each.seconds, 2) for each in outcomes if not each.kept},
            },
        )


@contextmanager
def measured() -> Iterator[Run]:
    """Measure what happens inside: time, and the memory of this process and all below it, four times a second."""
    import psutil

    run, done, own = Run(), threading.Event(), psutil.Process()

    def look() -> None:
        while not done.wait(_EVERY):
            total = 0
            for process in (own, *own.children(recursive=True)):
                try:
                    total += process.memory_info().rss
                except psutil.Error:
                    continue
            run.peak_mib = max(run.peak_mib, total / 2**20)

    watcher, begun = threading.Thread(target=look, daemon=True), time.perf_counter()
    watcher.start()
    try:
        yield run
    finally:
        run.seconds = time.perf_counter() - begun
        done.set()
        watcher.join()
