"""Columns: tables as plain aligned text, in which a Chinese character is as wide as two letters; or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    import pandas as pd


def lined_up(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Line up rows below their heads; a column of numbers stands to the right.

    Examples
    --------
    >>> print(lined_up(["unit", "n", "state"], [["青禾", 7, "done"], ["Upper", 12, ""]]))
    unit    n  state
    青禾    7  done
    Upper  12
    """
    from analysis.documents.tables import display_width

    lines = [list(heads), *([_written(cell) for cell in row] for row in rows)]
    widths = [max(display_width(line[at]) for line in lines) for at in range(len(heads))]
    right = [any(_is_number(row[at]) for row in rows) for at in range(len(heads))]
    return "\n".join("  ".join(_padded(*each) for each in zip(line, widths, right, strict=True)).rstrip()
                     for line in lines)  # fmt: skip


def _padded(cell: str, width: int, right: bool) -> str:  # noqa: FBT001  one of three that go together
    from analysis.documents.tables import display_width

    blank = " " * (width - display_width(cell))
    return blank + cell if right else cell + blank


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _written(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.10g}"
    return " ".join(str(cell).split())


def told(frame: pd.DataFrame, heads: Mapping[str, str], *, as_json: bool) -> None:
    """Print a frame: chosen columns with their heads as text, or all of it as JSON; what is missing is empty."""
    if as_json:
        rows = json.loads(frame.to_json(orient="records", force_ascii=False, double_precision=15))
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    chosen: Any = frame[list(heads)].astype("object")
    typer.echo(lined_up(list(heads.values()), chosen.where(frame[list(heads)].notna(), "").to_numpy().tolist()))
