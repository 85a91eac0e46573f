"""How far a batch is: a live bar where somebody looks at it, a line now and then where it goes into a file."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from analysis.memos import Outcome

#: Seconds between two lines where nobody looks.
_EVERY = 10
#: Memos after which the time that is left can be told: the first ones wait for processes to start.
_ENOUGH = 5


class Progress:
    """The progress of a batch on standard error, with the time that is left. It respects NO_COLOR.

    Parameters
    ----------
    total
        How many memos there are.
    title
        What stands before the bar.
    """

    def __init__(self, total: int, title: str) -> None:
        self.total = total
        self.title = title
        self._built = self._done = 0
        self._begun = self._said = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("{task.fields[left]}"),
                TextColumn("{task.fields[last]}"),
                console=Console(stderr=True),
            )
            self._bar.start()
            self._task = self._bar.add_task(self.title, total=self.total, last="", left="")
        return self

    def advance(self, outcome: Outcome) -> None:
        """Count one memo."""
        self._done += 1
        self._built += not outcome.kept
        if outcome.fault:
            self.say(f"failed: {outcome.task.name}")
        now = time.monotonic()
        if self._bar is not None:
            last = "" if outcome.kept else outcome.task.name
            self._bar.update(self._task, advance=1, last=last, left=self.left())
        elif self._done < self.total and self._built >= _ENOUGH and now - self._said >= _EVERY:
            self._said = now
            self.say(f"{self._done} of {self.total} memos, {self.left()}")

    def left(self) -> str:
        """Say how long the rest will take if it goes on as it went; what was there already took no time."""
        if self._built < _ENOUGH:
            return ""
        seconds = (time.monotonic() - self._begun) / self._built * (self.total - self._done)
        return f"about {span(seconds)} left"

    def say(self, text: str) -> None:
        """Write a line beside the bar."""
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            sys.stderr.write(f"{text}\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


def span(seconds: float) -> str:
    """Say a length of time in words.

    Examples
    --------
    >>> span(8.2), span(75), span(4000)
    ('8 s', '1 min 15 s', '1 h 6 min')
    """
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004  seconds of a minute
        return f"{whole} s"
    if whole < 3600:  # noqa: PLR2004  seconds of an hour
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
