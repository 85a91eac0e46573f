"""Turns: the changes of one figure of one school that turn a verdict, and the errors that they are held to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.indicators.balance.amounts import Amounts
    from analysis.stats.arrays import Floats

STUDENTS = "students"
_NAN, _FAR = float("nan"), float("inf")
#: What separates two floats that stand for one number.
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Error:
    """A declared error: a share of the figure, or so many units."""

    size: float
    share: bool

    def of(self, figure: float) -> float:
        """Give the error of a figure in its own units."""
        return self.size * figure if self.share else self.size


@dataclass(frozen=True, slots=True)
class Turn:
    """A change that turns a verdict; ``change`` is NaN where no single figure does, or where it has no size."""

    school: str
    indicator: str
    verdict: str
    value: float
    limit: float
    input: str
    input_school: str
    now: float
    change: float
    error: float
    inputs: int = 1
    becomes: str = ""  #: the verdict after it, where it is not the other of ``met`` and ``missed``

    @property
    def relative(self) -> float:
        """The change in per cent of the figure; NaN of 0."""
        return 100 * abs(self.change) / self.now if self.now > 0 else _NAN

    @property
    def ratio(self) -> float:
        """The change over the declared error; NaN where there is none, infinite where the error is 0."""
        return abs(self.change) / self.error if self.error > 0 else _FAR if self.error == 0 else _NAN

    @property
    def far(self) -> tuple[float, float]:
        """How large it is among turns: by the relative change, then by the change."""
        return tuple(_FAR if each != each else each for each in (self.relative, abs(self.change)))  # type: ignore[return-value]  # noqa: PLR0124

    @property
    def after(self) -> str:
        """The verdict after it."""
        return self.becomes or {"met": "missed", "missed": "met"}[self.verdict]

    def named(self, school: str, indicator: str, *, inputs: int | None = None, becomes: str = "") -> Turn:
        """Give it as the turn of another verdict."""
        return replace(self, school=school, indicator=indicator, inputs=self.inputs if inputs is None else inputs,
                       becomes=becomes or self.becomes)  # fmt: skip

    @classmethod
    def none(cls, indicator: str, verdict: str, *, school: str = "") -> Turn:
        """Say that no single figure turns a verdict."""
        return cls(school, indicator, verdict, _NAN, _NAN, "", "", _NAN, _NAN, _NAN, 0)


@dataclass(frozen=True, slots=True)
class Turns:
    """What turns a verdict: the smallest relative change, and apart from it the one nearest to its declared error."""

    smallest: Turn
    nearest: Turn | None  #: none where no error of what could turn it is declared

    @classmethod
    def of(cls, found: Sequence[Turn], *more: Turn, none: Turn | None = None) -> Turns:
        """Choose among single changes; ``more`` are of several figures whose errors are all declared."""
        smallest = min(found, key=lambda turn: turn.far) if found else none
        assert smallest is not None  # noqa: S101  something is given for where nothing turns it
        known = [turn for turn in (*found, *more) if turn.ratio == turn.ratio]
        return cls(smallest, min(known, key=lambda turn: (turn.ratio, *turn.far)) if known else None)

    @property
    def verdict(self) -> str:
        """The verdict that is turned."""
        return self.smallest.verdict

    def named(self, school: str, indicator: str, *, inputs: int | None = None, becomes: str = "") -> Turns:
        """Give them as the turns of another verdict."""
        both = (None if each is None else each.named(school, indicator, inputs=inputs, becomes=becomes)
                for each in (self.smallest, self.nearest))  # fmt: skip
        return Turns(*both)  # type: ignore[arg-type]

    def columns(self) -> dict[str, Any]:
        """Give them as columns."""
        one, near = self.smallest, self.nearest
        known = near is not None and near.ratio < _FAR
        return {
            "school": one.school or None, "indicator": one.indicator or None, "verdict": one.verdict,
            "becomes": one.after, "value": one.value, "limit": one.limit, "input": one.input or None,
            "input_school": one.input_school or None, "now": one.now, "change": one.change, "relative": one.relative,
            "inputs": one.inputs, "error_input": near.input if near and known else None,
            "error_school": (near.input_school or None) if near and known else None,
            "error_change": near.change if near and known else _NAN, "error": near.error if near and known else _NAN,
            "ratio": near.ratio if near and known else _NAN,
            "possible": None if near is None else bool(near.ratio <= 1 + _CLOSE),
            "error_inputs": near.inputs if near and known else _NAN,
        }  # fmt: skip


def hardest(found: Sequence[Turns], becomes: str = "") -> Turns:
    """Give what must change most where all of several verdicts must turn, and how many figures that takes."""
    every = [each.smallest for each in found]
    # A yes or no has no size, and is not named where a figure is.
    most = max([turn for turn in every if not isnan(turn.change)] or every, key=lambda turn: turn.far)
    inputs = sum(turn.inputs for turn in every)
    near = [each.nearest for each in found]
    known = [each for each in near if each is not None]
    far = max(known, key=lambda turn: (turn.ratio, *turn.far)) if known else None
    # One that errors can't turn is enough to say that they can't turn all.
    whole = len(known) == len(near) or (far is not None and far.ratio > 1 + _CLOSE)
    nearest = replace(far, inputs=sum(each.inputs for each in known)) if far is not None and whole else None
    return Turns(replace(most, inputs=inputs), nearest).named("", "", becomes=becomes)


def softest(found: Sequence[Turns]) -> Turns:
    """Give what must change least where any of several verdicts may turn."""
    return Turns.of([each.smallest for each in found], *(each.nearest for each in found if each.nearest is not None))


def to_reach(target: Floats, *, whole: Any) -> Floats:
    """Give the figure, rounded up for whole ones, that is not below a target."""
    import numpy as np

    return np.where(whole, np.ceil(target - _CLOSE * np.maximum(np.abs(target), 1)), target)


def to_fall_below(target: Floats, *, whole: Any) -> Floats:
    """Give the figure that is below a target: the next whole one, or the target itself, to fall just below."""
    import numpy as np

    return np.where(whole, np.ceil(target - _CLOSE * np.maximum(np.abs(target), 1)) - 1, target)


def _error_of(errors: Mapping[str, Error], name: str, figure: float) -> float:
    return errors[name].of(figure) if name in errors else float("nan")


def threshold_turns(each: Amounts, errors: Mapping[str, Error]) -> Iterator[Turns]:
    """Go through the thresholds of all schools: by the total, or by the students."""
    import numpy as np

    p = each.sizes
    for j in range(len(each.indicators)):
        need, x = float(each.need[j]), each.totals[:, j]
        if not need > 0:
            continue
        target = need * p
        met = x >= target * (1 - _CLOSE)
        new = np.where(met, to_fall_below(target, whole=each.people[j]), to_reach(target, whole=each.people[j]))
        with np.errstate(invalid="ignore"):
            most = np.floor(x / need + _CLOSE)  # the most students that the total is enough for
        students = np.where(met, most + 1, most)
        name = each.indicators[j]
        for i in np.flatnonzero(np.isfinite(x)):
            verdict = "met" if met[i] else "missed"
            value, school = float(x[i] / p[i] / need), each.schools[i]
            turn = Turn(school, name, verdict, value, 1.0, name, school, float(x[i]), float(new[i] - x[i]),
                        _error_of(errors, name, float(x[i])))  # fmt: skip
            found = [turn] if new[i] >= 0 else []
            if students[i] > 0:
                found.append(replace(turn, input=STUDENTS, now=float(p[i]), change=float(students[i] - p[i]),
                                     error=_error_of(errors, STUDENTS, float(p[i]))))  # fmt: skip
            yield Turns.of(found, none=replace(Turn.none(name, verdict, school=school), value=value, limit=1.0))


def school_turns(each: Amounts, at_least: int, rest: float, errors: Mapping[str, Error]) -> list[Turns]:
    """Go through the schools: so many thresholds must be reached, and the others at a share.

    A school that fails whatever its missing figures are is open as soon as what is known rules it out no more. One that
    may meet the rule or not has no turn.
    """
    import numpy as np

    need = each.need[None, :] * each.sizes[:, None]
    known = np.isfinite(each.totals)
    shares = np.where(known, each.totals / need, np.inf)
    found = []
    for i in range(len(each.schools)):
        meets = _meets(shares[i], at_least, rest)
        if known[i].all() or not meets:
            found.append(_school(each, i, shares[i], need[i], at_least, rest, errors, meets=meets))
    return found


def _meets(share: Floats, at_least: int, rest: float) -> bool:
    return bool((share >= 1 - _CLOSE).sum() >= at_least and (share >= rest * (1 - _CLOSE)).all())


def _school(
    each: Amounts, i: int, share: Floats, need: Floats, at_least: int, rest: float, errors: Mapping[str, Error], *,
    meets: bool,
) -> Turns:  # fmt: skip
    import numpy as np

    x, school, size = each.totals[i], each.schools[i], float(each.sizes[i])
    known = np.isfinite(x)
    met = share >= 1 - _CLOSE
    count, k = int(met.sum()), len(share)
    enough = share >= rest * (1 - _CLOSE)
    value = float((met & known).sum())
    verdict, becomes = ("met", "") if meets else ("missed", "" if known.all() else "open")

    def turn(j: int, new: float) -> Turn:
        name = each.indicators[j]
        return Turn(school, "", verdict, value, float(at_least), name, school, float(x[j]), new - float(x[j]),
                    _error_of(errors, name, float(x[j])), 1, becomes)  # fmt: skip

    found: list[Turn] = []
    if meets:
        # One that is met may fall below its threshold only if as many as needed are left; below the share none may.
        for j in range(k):
            at = 1.0 if met[j] and count == at_least else rest
            new = float(to_fall_below(at * need[j], whole=each.people[j]))
            if new >= 0:
                found.append(turn(j, new))
    else:
        for j in map(int, np.flatnonzero(known)):
            others = bool(np.delete(enough, j).all())
            bar = rest if count >= at_least else 1.0 if count + (not met[j]) >= at_least else None
            if others and bar is not None and share[j] < bar * (1 - _CLOSE):
                found.append(turn(j, float(to_reach(bar * need[j], whole=each.people[j]))))
    single = bool(found)
    # With fewer or more students all shares grow or shrink together.
    lowest = np.sort(share)
    spare = k - at_least
    scale = max(1 / lowest[spare] if lowest[spare] > 0 else np.inf, rest / lowest[0] if lowest[0] > 0 else np.inf)
    if np.isfinite(scale):
        most = np.floor(size / scale + _CLOSE)
        students = most + 1 if meets else most
        if students > 0:
            found.append(Turn(school, "", verdict, value, float(at_least), STUDENTS, school, size, students - size,
                              _error_of(errors, STUDENTS, size), 1, becomes))  # fmt: skip
    more = []
    if not meets and not single:
        # Of several that must be raised, others are the hardest for their errors than for their size.
        found.append(replace(_together(each, i, share, need, rest, spare, turn, lambda one: one.far), error=_NAN))
        more.append(_together(each, i, share, need, rest, spare, turn, _by_error))
    none = replace(Turn.none("", verdict, school=school), value=value, limit=float(at_least), becomes=becomes)
    return Turns.of(found, *more, none=none)


def _by_error(turn: Turn) -> tuple[float, ...]:
    """Give how large a turn is beside its declared error; one without is out of reach."""
    return (turn.ratio if turn.ratio == turn.ratio else _FAR, *turn.far)


def _together(
    each: Amounts, i: int, share: Floats, need: Floats, rest: float, spare: int, turn: Callable[[int, float], Turn],
    far: Callable[[Turn], tuple[float, ...]],
) -> Turn:  # fmt: skip
    """Raise several: all to their thresholds but those that may stay at the share, of which the farthest are taken."""
    import numpy as np

    x = each.totals[i]
    full = to_reach(need, whole=each.people)
    partial = np.maximum(to_reach(rest * need, whole=each.people), x)
    low = [int(j) for j in np.flatnonzero(share < 1 - _CLOSE)]
    left = sorted(low, key=lambda j: far(turn(j, float(full[j]))), reverse=True)[:spare]
    new = np.where(np.isin(np.arange(len(x)), left), partial, full)
    turns = [turn(j, float(new[j])) for j in low if new[j] > x[j] * (1 + _CLOSE)]
    return replace(max(turns, key=far), inputs=len(turns))


def coefficient_turns(
    each: Amounts, k: int, limit: float, verdict: str, errors: Mapping[str, Error]
) -> list[Turn]:  # fmt: skip
    """Go through the schools: by how much one total, or one school's students, brings a coefficient over its limit."""
    import numpy as np

    from analysis.stats.dispersion import flipping_sizes, flipping_totals

    x, p, name = each.totals[:, k], each.sizes, each.indicators[k]
    found = []
    for field, now, roots in ((name, x, flipping_totals(x, p, limit)), (STUDENTS, p, flipping_sizes(x, p, limit))):
        whole = field == STUDENTS or bool(each.people[k])
        for i in map(int, np.flatnonzero(np.isfinite(roots))):
            new = float(roots[i])
            if whole:
                new = _whole(x, p, i, new, limit, verdict, of_sizes=field == STUDENTS)
            if new != new:  # noqa: PLR0124  no whole figure does it
                continue
            found.append(Turn("", name, verdict, float("nan"), limit, field, each.schools[i], float(now[i]),
                              new - float(now[i]), _error_of(errors, field, float(now[i]))))  # fmt: skip
    return found


def _whole(x: Floats, p: Floats, i: int, root: float, limit: float, verdict: str, *, of_sizes: bool) -> float:
    """Give the first whole figure beyond a root that turns the verdict; NaN where the next one does not."""
    import numpy as np

    from analysis.stats.dispersion import coefficient

    now = (p if of_sizes else x)[i]
    new = np.ceil(root) if root >= now else np.floor(root)
    for at in (new, new + np.sign(root - now)):
        if at < (1 if of_sizes else 0):
            return float("nan")
        changed = (p if of_sizes else x).copy()
        changed[i] = at
        y, sizes = (x, changed) if of_sizes else (changed, p)
        if not y.sum() > 0:
            return float("nan")
        cv = coefficient(y, sizes)
        if (cv <= limit) == (verdict == "missed"):
            return float(at)
    return float("nan")


def joint_range(each: Amounts, k: int, limit: float, verdict: str, error: Error | None) -> bool | None:
    """Tell whether errors of all totals together could turn a coefficient's verdict; None where it stays open."""
    import numpy as np

    from analysis.stats.dispersion import highest, lowest

    if error is None:
        return None
    x = each.totals[:, k]
    size = np.array([error.of(float(value)) for value in x])
    low, high = np.maximum(x - size, 0.0), x + size
    if verdict == "missed":
        return bool(lowest(low, high, each.sizes) <= limit)
    reached, bound = highest(low, high, each.sizes)
    return True if reached > limit else False if bound <= limit else None
