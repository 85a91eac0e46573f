"""What may be asked: choices, columns, and the fault of a wrong request."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from numbers import Integral, Real
from typing import TYPE_CHECKING, TypeGuard

from analysis.messages.errors import DuzhengError, Fault

if TYPE_CHECKING:
    import pandas as pd


def one_of(what: str, given: str, choices: Sequence[str]) -> None:
    """Hold a choice to those there are."""
    if given not in choices:
        raise DuzhengError(wrong(f"{what}={given!r}", " or ".join(choices), "choose one of them"))


def is_number(value: object) -> TypeGuard[float]:
    """Tell whether a value is a finite number; True and False are none.

    >>> [is_number(each) for each in (1, 0.5, "1", True, float("nan"))]
    [True, True, False, False, False]
    """
    return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)


def is_whole(value: object) -> TypeGuard[int]:
    """Tell whether a value is a whole number, as Python or numpy has it; True and False are none.

    >>> [is_whole(each) for each in (1, 1.0, "1", True)]
    [True, False, False, False]
    """
    return isinstance(value, Integral) and not isinstance(value, bool)


def hold_level(level: float, *more: Fault) -> None:
    """Hold the level of intervals to a number between 0 and 1, and raise it with what else was found wrong."""
    faults = list(more)
    if isinstance(level, bool) or not isinstance(level, int | float) or not 0 < level < 1:
        faults.append(wrong(f"level={level!r}", "a number between 0 and 1", "0.95 is usual"))
    if faults:
        raise DuzhengError(*faults)


def wrong(found: str, expected: str, hint: str, column: str = "") -> Fault:
    """Make the fault of a wrong request."""
    return Fault("DZ-S002", found=found, expected=expected, hint=hint, column=column)


def hold_columns(frame: pd.DataFrame, names: set[str], what: str) -> None:
    """Hold a frame to the columns that are needed."""
    gone = sorted(names - set(frame.columns))
    if gone:
        raise DuzhengError.of(
            wrong(f"{what} without {name!r}", "that column", "see docs/simulation.md for the columns of a wave", name)
            for name in gone
        )
