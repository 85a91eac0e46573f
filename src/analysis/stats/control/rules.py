"""Rules of control charts: the patterns that a stable series would hardly have, and where they are complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import one_of, wrong
from analysis.stats.arrays import Bools, Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that is rare in a stable series.

    Parameters
    ----------
    kind
        ``beyond`` (further from the centre than ``sigmas``, on one side), ``inside_limits`` (so, but not beyond 3, with
        the whole window on that side), ``side`` (on one side of the centre), ``trend`` (each above, or each below, the
        one before), ``alternating`` (up and down in turn), ``within`` (nearer than ``sigmas``), ``outside`` (further,
        on either side).
    count, window
        So many of so many points in a row.
    sigmas
        Distance in standard deviations.
    """

    kind: Literal["beyond", "inside_limits", "side", "trend", "alternating", "within", "outside"]
    count: int
    window: int
    sigmas: float = 0.0


RULES: Mapping[str, Rule] = {
    "beyond_limits": Rule("beyond", 1, 1, 3),
    "two_of_three": Rule("beyond", 2, 3, 2),
    "four_of_five": Rule("beyond", 4, 5, 1),
    "seven_one_side": Rule("side", 7, 7),
    "eight_one_side": Rule("side", 8, 8),
    "nine_one_side": Rule("side", 9, 9),
    "six_in_trend": Rule("trend", 6, 6),
    "seven_in_trend": Rule("trend", 7, 7),
    "fourteen_alternating": Rule("alternating", 14, 14),
    "fifteen_within": Rule("within", 15, 15, 1),
    "eight_outside": Rule("outside", 8, 8, 1),
    "two_of_three_inside": Rule("inside_limits", 2, 3, 2),
}

#: Sets of rules: Shewhart (1931); Western Electric (1956); Nelson (1984, J. Quality Technology 16); and those of NHS
#: England's "Making data count", as the R package NHSRplotthedots has them.
RULE_SETS: Mapping[str, tuple[str, ...]] = {
    "shewhart": ("beyond_limits",),
    "western_electric": ("beyond_limits", "two_of_three", "four_of_five", "eight_one_side"),
    "nelson": ("beyond_limits", "nine_one_side", "six_in_trend", "fourteen_alternating", "two_of_three",
               "four_of_five", "fifteen_within", "eight_outside"),
    "nhs": ("beyond_limits", "seven_one_side", "seven_in_trend", "two_of_three_inside"),
}  # fmt: skip


def rules_of(rules: str | Sequence[str]) -> tuple[str, ...]:
    """Give the rules of a set, or those named.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for a set or rule that there is not.
    """
    if isinstance(rules, str):
        one_of("rules", rules, tuple(RULE_SETS))
        return RULE_SETS[rules]
    unknown = [name for name in rules if name not in RULES]
    if unknown or not rules:
        found = f"the rules {', '.join(unknown) or 'none'}"
        raise DuzhengError(wrong(found, ", ".join(RULES), "or a set: " + ", ".join(RULE_SETS)))
    return tuple(dict.fromkeys(rules))


def runs(
    z: ArrayLike, rules: str | Sequence[str] = "western_electric", *, values: ArrayLike | None = None
) -> dict[str, tuple[Bools, Bools]]:
    """Look for the patterns of rules.

    Parameters
    ----------
    z
        Distances from the centre in standard deviations, shape (…, points); NaN belongs to no pattern.
    rules
        A set of :data:`RULE_SETS`, or names of :data:`RULES`.
    values
        What trends are looked for in, where standard deviations differ from point to point; ``z`` if not given.

    Returns
    -------
    dict
        For each rule two arrays of the shape of ``z``: where the pattern is complete, and which points make it up.

    Notes
    -----
    Points on the centre are on neither side. A pattern is complete at its last point. With known centre and sigma of a
    normal distribution the Western Electric rules give a false signal about every 92nd point, the limits alone every
    370th (Champ and Woodall 1987, Technometrics 29).

    Examples
    --------
    >>> found = runs([0.5, 2.2, 1.9, 2.4, 0.1], ["two_of_three"])["two_of_three"]
    >>> found[0].tolist(), found[1].tolist()
    ([False, False, False, True, False], [False, True, False, True, False])
    """
    distance = np.asarray(z, dtype=float)
    plotted = distance if values is None else np.asarray(values, dtype=float)
    return {name: _found(RULES[name], distance, plotted) for name in rules_of(rules)}


def signals(z: ArrayLike, rules: str | Sequence[str] = "western_electric", *, values: ArrayLike | None = None) -> Bools:
    """Tell at which points any of the rules is complete; parameters as of :func:`runs`, shape as of ``z``."""
    found: Bools = np.logical_or.reduce([done for done, _ in runs(z, rules, values=values).values()])
    return found


def _found(rule: Rule, z: Floats, values: Floats) -> tuple[Bools, Bools]:
    """Give where a rule's pattern is complete, and the points that make it up."""
    with np.errstate(invalid="ignore"):
        if rule.kind in {"trend", "alternating"}:
            step = np.sign(np.diff(values, axis=-1, prepend=np.nan))
            if rule.kind == "trend":
                rising = [_last(step == way, rule.count - 1) == rule.count - 1 for way in (1, -1)]
            else:
                turn = step * np.concatenate([np.full((*step.shape[:-1], 1), np.nan), step[..., :-1]], axis=-1) < 0
                rising = [_last(turn, rule.count - 2) == rule.count - 2]
            done = np.logical_or.reduce(rising)
            return done, _ahead(done, rule.window)
        groups: list[tuple[Bools, Bools | None]]
        if rule.kind == "within":
            groups = [(np.abs(z) < rule.sigmas, None)]
        elif rule.kind == "outside":
            groups = [(np.abs(z) > rule.sigmas, None)]
        elif rule.kind == "inside_limits":
            groups = [((way * z > rule.sigmas) & (way * z <= 3), way * z > 0) for way in (1, -1)]  # noqa: PLR2004
        else:
            groups = [(way * z > rule.sigmas, None) for way in (1, -1)]
    complete, members = np.zeros(z.shape, bool), np.zeros(z.shape, bool)
    for flags, around in groups:
        done = _last(flags, rule.window) >= rule.count
        if around is None:
            done &= flags
        else:
            done &= _last(around, rule.window) == rule.window
        complete |= done
        members |= flags & _ahead(done, rule.window)
    return complete, members


def _last(flags: Bools, width: int) -> Any:
    """Count how many of the last points, each itself among them, are flagged."""
    total = np.cumsum(flags, axis=-1)
    before = np.zeros_like(total)
    before[..., width:] = total[..., :-width]
    return total - before


def _ahead(done: Bools, width: int) -> Bools:
    """Tell which points are among the last ones of a pattern that is complete at or after them."""
    found: Bools = _last(done[..., ::-1], width)[..., ::-1] > 0
    return found
