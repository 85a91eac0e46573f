"""Extensions: what other rooms and packages add to stage one and to memos, by the entry point `duzheng.findings`.

An extension is named in the `pyproject.toml` of the package that brings it::

    [project.entry-points."duzheng.findings"]
    supervision = "analysis.supervision.extension:EXTENSION"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final, Protocol

from analysis.findings.gathered import Gathered

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.sections import Section
    from analysis.workspace import Workspace

GROUP: Final = "duzheng.findings"


class Gatherer(Protocol):
    """Gathers more findings and tables in stage one, from those that there are."""

    def __call__(
        self, workspace: Workspace, tables: Mapping[str, pd.DataFrame], *, year: int, boundaries: int, synthetic: bool
    ) -> Gathered:
        """Gather."""


@dataclass(frozen=True)
class Extension:
    """What a room adds.

    Parameters
    ----------
    gather
        Its gatherer.
    sections
        Gives its sections by name; called when a memo asks for sections.
    texts
        The package with its Fluent catalogues, `texts/<language>/*.ftl`; empty for none. A key stands once in all.
    """

    gather: Gatherer
    sections: Callable[[], Mapping[str, Section]] = field(default=dict)
    texts: str = ""


@cache
def extensions() -> tuple[Extension, ...]:
    """Give the extensions that are installed, by name."""
    found = sorted(entry_points(group=GROUP), key=lambda each: each.name)
    return tuple(each.load() for each in found)


@cache
def sections() -> Mapping[str, Section]:
    """Give all sections by name: ours, then those of extensions."""
    from analysis.findings.sections import SECTIONS

    return {**SECTIONS, **{name: each for extension in extensions() for name, each in extension.sections().items()}}
