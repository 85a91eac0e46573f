"""What the commands of the office's year have in common: whose, which year, which day, and by whom."""

from __future__ import annotations

import datetime as dt
import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from analysis.messages import Texts
    from analysis.workspace import Workspace

#: Exit code for what has no evidence, or contradicts.
DIFFERENT = 3


class Class(StrEnum):
    """Who may read an entry."""

    public = "public"
    internal = "internal"
    restricted = "restricted"


def _somebody(by: str) -> str:
    if not by.strip():
        raise typer.BadParameter("expected who it is by")
    return by


Evaluator = Annotated[
    str, typer.Option(help="Id of the unit that evaluates. [default: the one above those that memos are about]")
]
Year = Annotated[int | None, typer.Option(help="The year of evaluation. [default: the workspace's]")]
On = Annotated[str, typer.Option("--on", help="The day, as 2026-03-05. [default: today]")]
By = Annotated[str, typer.Option("--by", envvar="DUZHENG_BY", callback=_somebody, help="Who does or decides it.")]
Due = Annotated[str, typer.Option(help="By when, as 2026-03-31.")]
Unit = Annotated[str, typer.Argument(help="Id of the unit.")]
Units = Annotated[str, typer.Option("--units", help="Ids of units, by commas. [default: all whose turn it is]")]
Note = Annotated[str, typer.Option(help="What there is to remember, in Chinese.")]
Demo = Annotated[bool, typer.Option("--demo", help="In the invented ledger of the demonstration.")]
Restricted = Annotated[bool, typer.Option("--restricted", help="Also what only some of the office may read.")]
Public = Annotated[bool, typer.Option("--public", help="Only what everybody may read.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write all columns as JSON.")]


def here(*, demo: bool) -> Workspace:
    """Give the workspace; of the demonstration it is said that all is invented."""
    from analysis.workspace import Workspace

    if demo:
        typer.echo("notice: the ledger of the demonstration; everything in it is invented", err=True)
    return Workspace.find(os.environ.get("DUZHENG_WORKSPACE", "."))


def year_of(workspace: Workspace, year: int | None) -> int:
    """Give the year that was asked for, or the workspace's."""
    return workspace.settings.year if year is None else year


def opened(year: int | None, *, demo: bool) -> tuple[Workspace, int]:
    """Give the workspace, and the year that was asked for or its own."""
    workspace = here(demo=demo)
    return workspace, year_of(workspace, year)


def day_of(text: str, option: str = "--on") -> dt.date:
    """Read a day; today if there is none."""
    try:
        return dt.date.fromisoformat(text) if text else dt.datetime.now().astimezone().date()
    except ValueError as error:
        raise typer.BadParameter(f"{text}: expected a day such as 2026-03-05", param_hint=option) from error


def limit_of(text: str, option: str = "--due") -> dt.date | None:
    """Read a time limit; None if there is none."""
    return day_of(text, option) if text else None


def parts_of(text: str) -> list[str]:
    """Read what is listed by commas.

    >>> parts_of("U7, U8,")
    ['U7', 'U8']
    """
    return [part for part in (each.strip() for each in text.split(",")) if part]


def texts_of(chinese: str, english: str = "") -> Texts | None:
    """Make a text of what was given in Chinese and English; None if nothing was."""
    if not chinese:
        return None
    return {"zh-Hans": chinese, "en": english} if english else {"zh-Hans": chinese}
