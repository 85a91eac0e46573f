"""What may be asked: choices, and the fault of a wrong request."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.messages import DuzhengError, Fault


def one_of(what: str, given: str, choices: Sequence[str]) -> None:
    """Hold a choice to those there are."""
    if given not in choices:
        raise DuzhengError(wrong(f"{what}={given!r}", " or ".join(choices), "choose one of them"))


def wrong(found: str, expected: str, hint: str, column: str = "") -> Fault:
    """Make the fault of a wrong request."""
    return Fault("DZ-S002", found=found, expected=expected, hint=hint, column=column)
