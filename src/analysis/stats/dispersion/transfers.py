"""Transfers: the least that must move between units, their total fixed, for a coefficient of variation in its limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.stats.arrays import Floats
from analysis.stats.dispersion.certificates import Certificate, certificate, dispersion_bound, transfer_bound
from analysis.stats.dispersion.coefficients import coefficient, holds_exactly, read

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: Units up to which the fewest transfers are found exactly, over all subsets.
_EXACT = 14
_ROUNDS = 60
#: What separates two floats that stand for one number.
_SAME = 1e-12


@dataclass(frozen=True, eq=False, slots=True)
class Transfer:
    """What moves between units, and the proof that less would not do, or that nothing does.

    Parameters
    ----------
    changed
        Of each unit, shape (n,): positive where it receives; sums to 0. What comes nearest where nothing does.
    possible
        Whether the limit can be met.
    certificate
        Of half the sum of all changes: what leaves units. Where it is not possible: of Σ y² / P.
    least
        The lowest coefficient of variation that can be reached with this total and these floors (whole units: by
        whole units).
    low, high
        Receivers are raised to the first level, givers lowered to the second; NaN for whole units.
    """

    changed: Floats
    possible: bool
    certificate: Certificate
    least: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Path:
    """What moving ever more does, piece by piece; levels of receivers and givers at both ends of every piece."""

    moved: Floats  #: at the corners, one more than pieces
    square: Floats  #: Σ y² / P at the corners
    low: tuple[Floats, Floats]
    high: tuple[Floats, Floats]


def least_transfer(
    totals: ArrayLike, sizes: ArrayLike, limit: float, *, floors: ArrayLike | None = None, whole: bool = False
) -> Transfer:
    """Find the least that must move between units so that a weighted coefficient of variation is within its limit.

    Parameters
    ----------
    totals
        Amounts x of each unit, shape (n,), 0 or more.
    sizes
        Heads P of each unit, shape (n,), positive.
    limit
        c, 0 or more.
    floors
        What each unit keeps at least, shape (n,); 0 if not given. A unit below its floor gives nothing.
    whole
        Whether only whole units move.

    Returns
    -------
    Transfer

    Raises
    ------
    ValueError
        For shapes that differ, sizes that are not positive, amounts that are not known.

    Notes
    -----
    min ½ Σ |y − x| with Σ y = Σ x, y ≥ min(x, floor) and Σ y² / P ≤ (1 + c²)(Σx)² / ΣP: the mean is fixed, so that the
    limit is a ball. By the Karush–Kuhn–Tucker conditions y / P is x / P clipped to two levels, receivers at the lower
    and givers at the upper one or at their floors; moving more brings them together. Σ y² / P is a quadratic between
    corners. For whole units a separable convex sum is least, for a given number moved, when each in turn is taken
    where (2y − 1) / P is largest and given where (2y + 1) / P is smallest.

    Examples
    --------
    >>> found = least_transfer([10, 20, 60], [10, 10, 10], 0.4)
    >>> found.changed.round(2), found.certificate.proved
    (array([ 11.51,   1.51, -13.03]), True)
    >>> least_transfer([10, 20, 60], [10, 10, 10], 0.4, whole=True).changed
    array([ 12.,   2., -14.])
    """
    x, p = read(totals, sizes)
    f = np.zeros(len(x)) if floors is None else np.asarray(floors, dtype=float)
    if f.shape != x.shape or not np.isfinite(f).all() or not limit >= 0:
        raise ValueError(f"floors of shape {f.shape} for {x.shape}, all known; the limit 0 or more")
    f = np.clip(f, 0.0, x)
    if whole:
        f = x - np.floor(x - f)
    if coefficient(x, p) <= limit or holds_exactly(x, p, limit):
        r, proof = x / p, Certificate(0.0, 0.0, proved=True)
        return Transfer(np.zeros(len(x)), possible=True, certificate=proof, least=_least(x, p, f, whole=whole),
                        low=float(r.min()), high=float(r.max()))  # fmt: skip
    return _whole(x, p, f, limit) if whole else _parts(x, p, f, limit)


def _least(x: Floats, p: Floats, f: Floats, *, whole: bool) -> float:
    """Give the lowest coefficient that can be reached."""
    return _whole(x, p, f, 0.0).least if whole else coefficient(np.maximum(f, _common(x, p, f) * p), p)


def _cv(square: float, x: Floats, p: Floats) -> float:
    return float(np.sqrt(max(square * p.sum() / x.sum() ** 2 - 1, 0.0)))


def _path(x: Floats, p: Floats, f: Floats) -> _Path:
    """Follow the levels of receivers and givers as ever more moves, until they meet or givers have no more."""
    r = x / p
    up = np.argsort(r, kind="stable")
    taken = np.concatenate([[0.0], np.cumsum(np.cumsum(p[up])[:-1] * np.diff(r[up]))])
    # Givers begin at their own level and end at their floor's.
    ends, slopes = np.concatenate([r, f / p]), np.concatenate([p, -p])
    down = np.argsort(-ends, kind="stable")
    giving = np.maximum(np.cumsum(slopes[down])[:-1], 0.0)
    giving[giving < 1e-9 * p.min()] = 0.0
    given = np.concatenate([[0.0], np.cumsum(giving * -np.diff(ends[down]))])
    most = min(taken[-1], given[-1])
    moved = np.unique(np.concatenate([taken[taken <= most], given[given <= most], [most]]))
    low = (_level(moved[:-1], taken, r[up], "right"), _level(moved[1:], taken, r[up], "left"))
    high = (_level(moved[:-1], given, ends[down], "right"), _level(moved[1:], given, ends[down], "left"))
    width = np.diff(moved)
    before, after = high[0] - low[0], high[1] - low[1]
    # Where the levels meet nothing is gained by moving more.
    if (after <= 0).any():
        at = int(np.argmax(after <= 0))
        share = before[at] / (before[at] - after[at]) if before[at] > 0 else 0.0
        keep = at + 1 if share > 0 else at
        low, high = (tuple(each[:keep].copy() for each in pair) for pair in (low, high))  # type: ignore[assignment]
        width = width[:keep].copy()
        if share > 0:
            for start, end in (low, high):
                end[-1] = start[-1] + share * (end[-1] - start[-1])
            width[-1] *= share
        moved = np.concatenate([[0.0], np.cumsum(width)])
    fall = (low[0] + low[1] - high[0] - high[1]) * width
    square = float((x**2 / p).sum()) + np.concatenate([[0.0], np.cumsum(fall)])
    return _Path(moved, square, low, high)


def _level(moved: Floats, at: Floats, levels: Floats, side: str) -> Floats:
    """Give the level at which so much has moved: where it jumps, the one before it or after it."""
    place = np.clip(np.searchsorted(at, moved, side="right" if side == "right" else "left"), 1, len(at) - 1)
    start, end = at[place - 1], at[place]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(end > start, (moved - start) / (end - start), 1.0 if side == "right" else 0.0)
    return np.asarray(levels[place - 1] + np.clip(share, 0.0, 1.0) * (levels[place] - levels[place - 1]))


def _reached(x: Floats, p: Floats, f: Floats, low: float, high: float) -> Floats:
    """Give the amounts where receivers are raised to a level, and givers lowered to another or to their floors."""
    return np.maximum(np.maximum(np.minimum(x, high * p), f), low * p)


def _parts(x: Floats, p: Floats, f: Floats, limit: float) -> Transfer:
    """Move fractions: find the piece in which Σ y² / P comes down to the ball, and the place in it."""
    mean = float(x.sum() / p.sum())
    if limit <= 0 and (f <= mean * p * (1 + _SAME)).all():
        # All alike is one point: nothing else meets the limit, and nothing less moves.
        y = mean * p
        cost = 0.5 * float(np.abs(y - x).sum())
        return Transfer(y - x, possible=True, certificate=Certificate(cost, cost, proved=True),
                        least=coefficient(y, p), low=mean, high=mean)  # fmt: skip
    path = _path(x, p, f)
    ball = (1 + limit**2) * x.sum() ** 2 / p.sum()
    least = _cv(path.square[-1], x, p)
    if path.square[-1] > ball and least > limit:
        level = _common(x, p, f)
        y = np.maximum(f, level * p)
        bound = dispersion_bound(x, p, f, level=level)
        proof = certificate(float((y**2 / p).sum()), bound, scale=float((x**2 / p).sum()))
        return Transfer(y - x, possible=False, certificate=proof, least=coefficient(y, p), low=level, high=level)
    at = max(int(np.argmax(path.square <= ball)) - 1, 0) if (path.square <= ball).any() else len(path.low[0]) - 1
    (a0, a1), (b0, b1) = ((float(pair[0][at]), float(pair[1][at])) for pair in (path.low, path.high))
    width = float(path.moved[at + 1] - path.moved[at])
    # square + 2 (a − b) d + ((a' − b') / width) d² = ball
    half, bend, over = b0 - a0, ((a1 - a0) - (b1 - b0)) / width if width > 0 else 0.0, float(path.square[at]) - ball
    root = half * half - bend * over
    d = min(over / (half + np.sqrt(max(root, 0.0))), width) if over > 0 else 0.0
    low, high = (start + (end - start) * (d / width if width > 0 else 0.0) for start, end in ((a0, a1), (b0, b1)))
    y = _balanced(x, p, f, low, high)
    for turn in range(_ROUNDS):
        if coefficient(y, p) <= limit or low >= high:
            break
        hair = np.spacing(high) * 2.0**turn
        y = _balanced(x, p, f, min(low + hair, high), max(high - hair, low))
    cost = 0.5 * float(np.abs(y - x).sum())
    weight = 1 / (2 * (high - low)) if high > low else 0.0
    bound = transfer_bound(x, p, f, limit, level=2 * weight * low + 0.5, weight=weight)
    return Transfer(y - x, possible=True, certificate=certificate(cost, bound, scale=x.sum()), least=least, low=low,
                    high=high)  # fmt: skip


def _balanced(x: Floats, p: Floats, f: Floats, low: float, high: float) -> Floats:
    """Give the amounts at two levels, with what rounding adds or takes shared by the receivers."""
    y = _reached(x, p, f, low, high)
    receives = y > x
    if receives.any():
        y = np.where(receives, y + (x.sum() - y.sum()) * p / p[receives].sum(), y)
    return np.asarray(y)


def _common(x: Floats, p: Floats, f: Floats) -> float:
    """Find the level at which max(f, level · P) has the total of x: of all with these floors the most even."""
    order = np.argsort(f / p, kind="stable")
    v, heads = (f / p)[order], np.cumsum(p[order])
    above = np.append(np.cumsum(f[order][::-1])[::-1][1:], 0.0)
    level = (x.sum() - above) / heads
    fits = (level >= v - 1e-12 * abs(v)) & (np.append(level[:-1] <= v[1:] * (1 + 1e-12), True))
    return float(level[np.argmax(fits)])


def _whole(x: Floats, p: Floats, f: Floats, limit: float) -> Transfer:
    """Move whole units: each in turn from where it is least missed to where it is needed most."""
    n = len(x)
    many = np.floor(x - f + 1e-9).astype(int)
    giver = np.repeat(np.arange(n), many)
    step = np.arange(len(giver)) - np.repeat(np.cumsum(many) - many, many)
    loss = (2 * (x[giver] - step) - 1) / p[giver]
    first = np.argsort(-loss, kind="stable")
    reach = float((x / p).max()) * 2
    room = np.minimum(np.maximum(np.ceil((reach * p - 1) / 2 - x), 0), len(giver)).astype(int)
    taker = np.repeat(np.arange(n), room)
    step = np.arange(len(taker)) - np.repeat(np.cumsum(room) - room, room)
    gain = (2 * (x[taker] + step) + 1) / p[taker]
    then = np.argsort(gain, kind="stable")
    most = min(len(first), len(then))
    change = gain[then[:most]] - loss[first[:most]]
    steps = int(np.argmax(change >= 0)) if (change >= 0).any() else most
    square = float((x**2 / p).sum()) + np.cumsum(change[:steps])
    ball = (1 + limit**2) * x.sum() ** 2 / p.sum()

    def after(moves: int) -> Floats:
        given = np.bincount(giver[first[:moves]], minlength=n)
        taken = np.bincount(taker[then[:moves]], minlength=n)
        return np.asarray(taken - given, dtype=float)

    nothing = float("nan")
    least = coefficient(x + after(steps), p)
    for moves in np.flatnonzero(square <= ball * (1 + 1e-9)) + 1:
        if holds_exactly(x + after(int(moves)), p, limit):
            proof = Certificate(float(moves), float(moves), proved=True)
            return Transfer(after(int(moves)), possible=True, certificate=proof, least=least, low=nothing, high=nothing)
    last = float(square[-1]) if steps else float((x**2 / p).sum())
    return Transfer(after(steps), possible=False, certificate=Certificate(last, last, proved=True), least=least,
                    low=nothing, high=nothing)  # fmt: skip


def pairs(changed: ArrayLike) -> list[tuple[int, int, float]]:
    """Match givers with receivers in few transfers.

    Parameters
    ----------
    changed
        Of each unit, shape (n,), sums to 0: negative where it gives.

    Returns
    -------
    list
        (giver, receiver, amount). Whole numbers of up to 14 units: the fewest transfers there can be; otherwise equal
        amounts are matched first and then the largest with the largest, which takes at most one transfer fewer than
        there are units that change.

    Notes
    -----
    Each set of units whose changes sum to 0 and that has no such part needs one transfer fewer than it has units:
    the fewest transfers come with the most such sets, which are found over all subsets.

    Examples
    --------
    >>> pairs([-3, -2, 2, 3])
    [(1, 2, 2.0), (0, 3, 3.0)]
    """
    left = np.asarray(changed, dtype=float)
    moving = np.flatnonzero(left)
    if not len(moving):
        return []
    if len(moving) <= _EXACT and (left == np.round(left)).all():
        return [each for group in _sets(moving, left) for each in _matched(group, left)]
    return _matched(moving, left)


def _sets(moving: np.ndarray, changed: Floats) -> list[np.ndarray]:
    """Divide units into as many sets as there can be whose changes sum to 0."""
    n = len(moving)
    values = [int(each) for each in changed[moving]]
    sums, best, came = [0] * (1 << n), [0] * (1 << n), [0] * (1 << n)
    for mask in range(1, 1 << n):
        low = mask & -mask
        sums[mask] = sums[mask ^ low] + values[low.bit_length() - 1]
        most = -1
        for i in range(n):
            if mask >> i & 1 and best[mask ^ (1 << i)] > most:
                most, came[mask] = best[mask ^ (1 << i)], i
        best[mask] = most + (sums[mask] == 0)
    groups, now, mask = [], [], (1 << n) - 1
    while mask:
        now.append(came[mask])
        mask ^= 1 << came[mask]
        if sums[mask] == 0:
            groups.append(moving[sorted(now)])
            now = []
    return groups[::-1]


def _matched(group: np.ndarray, changed: Floats) -> list[tuple[int, int, float]]:
    """Match equal amounts first, then the largest giver with the largest receiver."""
    import heapq

    gives = {int(i): -float(changed[i]) for i in group if changed[i] < 0}
    takes = {int(i): float(changed[i]) for i in group if changed[i] > 0}
    small, found = 1e-9 * sum(takes.values()), []
    same: dict[float, list[int]] = {}
    for j, amount in takes.items():
        same.setdefault(round(amount, 6), []).append(j)
    for i in list(gives):
        like = same.get(round(gives[i], 6))
        if like and abs(takes[like[0]] - gives[i]) <= small:
            found.append((i, like.pop(0), gives.pop(i)))
            del takes[found[-1][1]]
    givers, takers = ([(-amount, i) for i, amount in held.items()] for held in (gives, takes))
    heapq.heapify(givers)
    heapq.heapify(takers)
    while givers and takers:
        (a, i), (b, j) = heapq.heappop(givers), heapq.heappop(takers)
        amount = min(-a, -b)
        found.append((i, j, amount))
        for held, rest, at in ((givers, -a - amount, i), (takers, -b - amount, j)):
            if rest > small:
                heapq.heappush(held, (-rest, at))
    return found
