"""Consistency: claims of one self-evaluation that cannot all be true, whatever was monitored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final

from analysis.messages import LANGUAGES, Texts, pick, together

if TYPE_CHECKING:
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Claim

#: What two numbers that are equal may differ by, since decimals are not exact in binary.
_EXACT: Final = 1e-9
#: A contradiction: the place of the claim that is named, what it is held to, and what it says itself.
Contradiction = tuple[int, Texts, Texts]


def contradictions(
    workspace: Workspace, claims: Sequence[Claim], *, published: Callable[[Claim], bool] = lambda _: False
) -> Iterator[Contradiction]:
    """Find claims that contradict each other.

    Parameters
    ----------
    workspace
        The workspace, whose catalogue says what ratios are made of.
    claims
        Of one self-evaluation.
    published
        Tells whether a growth is held to one that was published on one scope, which levels need not show.

    Yields
    ------
    tuple
        The place of a claim, and the texts of the two sides.

    Notes
    -----
    Found are: two values of one figure; a growth, change or direction that the two claimed values do not show; a growth
    or change whose sign is not the direction that is claimed beside it; and a ratio that does not follow from the parts
    that are claimed. Each only where they are further apart than all roundings together allow.
    """
    for (_, one), (at, other) in combinations(enumerate(claims), 2):
        if (one.subject, one.of) == (other.subject, other.of) and (_two_values(one, other) or _two_ways(one, other)):
            yield at, one.text, other.text
    values = {(each.subject, each.of, each.year): each for each in claims if each.value is not None}
    for at, moved in enumerate(claims):
        if moved.base_year is None or published(moved):
            continue
        now, before = (values.get((moved.subject, moved.of, year)) for year in (moved.year, moved.base_year))
        if now is not None and before is not None and _apart(moved, now, before) > _EXACT:
            yield at, now.text, moved.text
    for at, ratio in enumerate(claims):
        yield from ((at, said, ratio.text) for said in _parts(workspace, ratio, values))


def _two_values(one: Claim, other: Claim) -> bool:
    if one.year != other.year or one.value is None or other.value is None:
        return False
    allowed = one.margin + other.margin + _EXACT * max(1.0, abs(float(one.value)))
    return abs(float(one.value - other.value)) > allowed


def _two_ways(one: Claim, other: Claim) -> bool:
    """Tell whether one of them names a direction, and the other a growth or change the other way."""
    if (one.year, one.base_year) != (other.year, other.base_year) or one.base_year is None:
        return False
    named, moved = (one, other) if one.direction is not None else (other, one)
    number = moved.growth if moved.growth is not None else moved.change
    if named.direction is None or number is None:
        return False
    away = {"up": -float(number), "down": float(number), "steady": abs(float(number)) - float(named.tolerance or 0)}
    return away[named.direction] > moved.margin


def _apart(moved: Claim, now: Claim, before: Claim) -> float:
    """Give by how much two values are further from what is said of their change than all roundings together allow."""
    assert now.value is not None  # only values are given  # noqa: S101
    assert before.value is not None  # noqa: S101
    change, off, size = float(now.value - before.value), now.margin + before.margin, abs(float(before.value))
    if moved.direction is not None:
        steady = float(moved.tolerance or 0)
        return {"up": -change, "down": change, "steady": abs(change) - steady}[moved.direction] - off
    if moved.growth is not None:
        if not size:
            return 0.0
        change, off = 100 * change / size, 100 * (now.margin + before.margin * abs(float(now.value)) / size) / size
    return abs(change - float(moved.number or 0)) - off - moved.margin


def _parts(workspace: Workspace, ratio: Claim, values: dict[tuple[str, str, int], Claim]) -> Iterator[Texts]:
    """Give what the parts of a ratio say if it does not follow from them; nothing where one is not claimed."""
    code = ratio.indicator
    if ratio.value is None or code not in workspace.catalogue or workspace.catalogue[code].kind != "ratio":
        return
    import numpy as np

    variant = workspace.catalogue.variant(code, workspace.variants())
    expression = workspace.catalogue.expression(code, variant.id if variant else "")
    found = {part: values.get((part.code, ratio.of, ratio.year - part.back)) for part in expression.parts}
    parts = {part: each for part, each in found.items() if each is not None}
    if len(parts) < len(found):
        return
    known = {part: np.array(float(each.value or 0)) for part, each in parts.items()}
    follows = float(expression.evaluate(known))
    moved = [float(expression.evaluate({**known, part: known[part] + each.margin})) for part, each in parts.items()]
    off = sum(abs(each - follows) for each in moved) + ratio.margin
    if np.isfinite(follows) and abs(float(ratio.value) - follows) > off + _EXACT * max(1.0, abs(follows)):
        yield {language: together([pick(each.text, language).rstrip("。.") for each in parts.values()], language)
               for language in LANGUAGES}  # fmt: skip
