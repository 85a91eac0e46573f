"""The log of one memo: what was done when, what its notebook printed, and what went wrong; in no hash."""

from __future__ import annotations

import datetime as dt
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self


class Log:
    """The log of a memo, written line by line, so that it says how far a memo came that was killed.

    Parameters
    ----------
    path
        The file; one of an earlier batch is written over.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.phases: dict[str, float] = {}
        self._begun = time.perf_counter()
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8")
        except OSError:
            self._file = None  # a memo is not lost because its log cannot be written
        self.say(f"begun {dt.datetime.now(dt.UTC).isoformat(timespec='seconds')}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.say("ended")
        if self._file is not None:
            self._file.close()

    @property
    def seconds(self) -> float:
        """Seconds since it was begun."""
        return time.perf_counter() - self._begun

    def say(self, text: str) -> None:
        """Write a line with the seconds since the beginning."""
        if self._file is None:
            return
        try:
            self._file.write(f"{self.seconds:8.2f}  {text}\n")
            self._file.flush()
        except OSError:
            self._file = None

    def failed(self, error: BaseException) -> None:
        """Write down an error with all that led to it."""
        self.say("failed\n" + "".join(traceback.format_exception(error)).rstrip())

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure a part of the work."""
        self.say(name)
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.phases[name] = time.perf_counter() - begun
