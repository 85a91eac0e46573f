"""Turns: the changes of one figure of one school that turn a verdict, and the errors that they are held to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.indicators.balance.amounts import Amounts, Floats

STUDENTS = "students"
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
    """A change that turns a verdict; ``change`` is NaN where no single figure does."""

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
    together: bool | None = None  #: whether errors of all inputs could do it, where several are needed

    @property
    def relative(self) -> float:
        """The change in per cent of the figure; NaN of 0."""
        return 100 * abs(self.change) / self.now if self.now > 0 else float("nan")

    @property
    def ratio(self) -> float:
        """The change over the declared error; NaN where there is none, or where the error is 0."""
        return abs(self.change) / self.error if self.error > 0 else float("nan")

    @property
    def possible(self) -> bool | None:
        """Whether the declared error could turn it; None where none is declared."""
        if self.inputs > 1:
            return self.together
        if self.change != self.change or self.error != self.error:
            return None
        return self.ratio <= 1 + _CLOSE if self.error > 0 else False

    @property
    def rank(self) -> tuple[float, float, float]:
        """Where it stands among turns: by the ratio to the error if there is one, then by the relative change."""
        far = float("inf")
        ratio, relative = self.ratio, self.relative
        return (ratio if ratio == ratio else far, relative if relative == relative else far, abs(self.change))  # noqa: PLR0124

    def named(self, school: str, indicator: str, *, inputs: int | None = None) -> Turn:
        """Give it as the turn of another verdict."""
        return replace(self, school=school, indicator=indicator, inputs=self.inputs if inputs is None else inputs)

    @classmethod
    def none(cls, indicator: str, verdict: str) -> Turn:
        """Say that no single figure turns a verdict."""
        nothing = float("nan")
        return cls("", indicator, verdict, nothing, nothing, "", "", nothing, nothing, nothing, 0)

    def columns(self) -> dict[str, Any]:
        """Give it as columns."""
        return {"school": self.school or None, "indicator": self.indicator or None, "verdict": self.verdict,
                "value": self.value, "limit": self.limit, "input": self.input or None,
                "input_school": self.input_school or None, "now": self.now, "change": self.change,
                "relative": self.relative, "error": self.error, "ratio": self.ratio, "possible": self.possible,
                "inputs": self.inputs}  # fmt: skip


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


def _better(one: Turn, other: Turn) -> Turn:
    return one if one.rank <= other.rank else other


def threshold_turns(each: Amounts, errors: Mapping[str, Error]) -> Iterator[Turn]:
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
            if new[i] < 0:
                turn = replace(turn, change=float("nan"))
            if students[i] > 0:
                other = replace(turn, input=STUDENTS, now=float(p[i]), change=float(students[i] - p[i]),
                                error=_error_of(errors, STUDENTS, float(p[i])))  # fmt: skip
                turn = _better(turn, other)
            yield turn


def school_turns(each: Amounts, at_least: int, rest: float, errors: Mapping[str, Error]) -> list[Turn]:
    """Go through the schools: so many thresholds must be reached, and the others at a share.

    Only schools whose figures are all known are judged here.
    """
    import numpy as np

    need = each.need[None, :] * each.sizes[:, None]
    shares = each.totals / need
    return [_school(each, i, shares[i], need[i], at_least, rest, errors)
            for i in map(int, np.flatnonzero(np.isfinite(each.totals).all(axis=1)))]  # fmt: skip


def _school(
    each: Amounts, i: int, share: Floats, need: Floats, at_least: int, rest: float, errors: Mapping[str, Error]
) -> Turn:  # fmt: skip
    import numpy as np

    x, school, size = each.totals[i], each.schools[i], float(each.sizes[i])
    met = share >= 1 - _CLOSE
    count, k = int(met.sum()), len(share)
    enough = share >= rest * (1 - _CLOSE)
    meets = count >= at_least and bool(enough.all())
    value = float(count)
    verdict = "met" if meets else "missed"

    def turn(j: int, new: float, inputs: int = 1, *, together: bool | None = None) -> Turn:
        name = each.indicators[j]
        return Turn(school, "", verdict, value, float(at_least), name, school, float(x[j]), new - float(x[j]),
                    _error_of(errors, name, float(x[j])), inputs, together)  # fmt: skip

    found: list[Turn] = []
    if meets:
        # One that is met may fall below its threshold only if as many as needed are left; below the share none may.
        for j in range(k):
            at = 1.0 if met[j] and count == at_least else rest
            new = float(to_fall_below(at * need[j], whole=each.people[j]))
            if new >= 0:
                found.append(turn(j, new))
    else:
        for j in range(k):
            others = bool(np.delete(enough, j).all())
            bar = rest if count >= at_least else 1.0 if count + (not met[j]) >= at_least else None
            if others and bar is not None and share[j] < bar * (1 - _CLOSE):
                found.append(turn(j, float(to_reach(bar * need[j], whole=each.people[j]))))
    # With fewer or more students all shares grow or shrink together.
    lowest = np.sort(share)
    spare = k - at_least
    scale = max(1 / lowest[spare] if lowest[spare] > 0 else np.inf, rest / lowest[0] if lowest[0] > 0 else np.inf)
    if np.isfinite(scale):
        most = np.floor(size / scale + _CLOSE)
        students = most + 1 if meets else most
        if students > 0:
            found.append(Turn(school, "", verdict, value, float(at_least), STUDENTS, school, size, students - size,
                              _error_of(errors, STUDENTS, size)))  # fmt: skip
    single = [one for one in found if one.input != STUDENTS]
    if not meets and not single:
        found.append(_together(each, i, share, need, rest, spare, turn))
    return min(found, key=lambda one: one.rank) if found else Turn.none("", verdict).named(school, "")


def _together(
    each: Amounts, i: int, share: Floats, need: Floats, rest: float, spare: int, turn: Any
) -> Turn:  # fmt: skip
    """Raise several: all to their thresholds but those that may stay at the share, of which the farthest are taken."""
    import numpy as np

    x = each.totals[i]
    full = to_reach(need, whole=each.people)
    partial = np.maximum(to_reach(rest * need, whole=each.people), x)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(x > 0, (full - x) / x, np.inf)
    low = np.flatnonzero(share < 1 - _CLOSE)
    left = low[np.argsort(-relative[low], kind="stable")][:spare]
    new = np.where(np.isin(np.arange(len(x)), left), partial, full)
    needed = [int(j) for j in low if new[j] > x[j] * (1 + _CLOSE)]
    turns = [turn(j, float(new[j])) for j in needed]
    possible = [one.possible for one in turns]
    together = None if any(each is None for each in possible) else all(possible)
    hardest = max(range(len(turns)), key=lambda at: turns[at].rank)
    return turn(needed[hardest], float(new[needed[hardest]]), len(needed), together=together)  # type: ignore[no-any-return]


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
        return lowest(low, high, each.sizes) <= limit
    reached, bound = highest(low, high, each.sizes)
    return True if reached > limit else False if bound <= limit else None
