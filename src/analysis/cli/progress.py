"""A live bar where somebody looks at it; nothing where nobody does."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from analysis.memos import Outcome


class Progress:
    """A progress bar on standard error; silent if that is not a terminal. It respects NO_COLOR."""

    def __init__(self, total: int, title: str) -> None:
        self.total = total
        self.title = title
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
                TextColumn("{task.fields[last]}"),
                console=Console(stderr=True),
            )
            self._bar.start()
            self._task = self._bar.add_task(self.title, total=self.total, last="")
        return self

    def advance(self, outcome: Outcome) -> None:
        """Count one memo."""
        if self._bar is not None:
            parameters = outcome.parameters
            mark = "failed: " if outcome.fault else ""
            self._bar.update(self._task, advance=1, last=f"{mark}{parameters.unit} {parameters.language}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
