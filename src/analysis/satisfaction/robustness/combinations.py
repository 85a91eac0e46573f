"""Combinations of choices: the designs of each, what was measured by it, and which give the same as another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.satisfaction.robustness.claim import Measured
from analysis.surveys.design import Design

if TYPE_CHECKING:
    import pandas as pd

Choices = Mapping[str, Sequence[Any]]
Exclusions = Mapping[str, Callable[[Design], "pd.Series[bool]"]]
#: Who is left out, by what was found of the answers.
_SIGNS = {"speeders": "speeder", "all": "doubtful"}
#: Faults of a combination that cannot be reckoned, such as totals that no weights meet; others stop all.
IMPOSSIBLE = {"DZ-S003", "DZ-S004"}


class Made:
    """The designs by weighting and exclusion, each made once."""

    def __init__(self, waves: Sequence[Design], exclusions: Exclusions) -> None:
        self.waves, self.exclusions = waves, exclusions
        self.made: dict[tuple[Any, Any], tuple[Design, ...]] = {}
        self.out: dict[tuple[int, str], Any] = {}

    def by(self, weighting: Any, exclusion: Any) -> tuple[Design, ...]:
        """Give the designs without those who are left out, weighted anew."""
        key = weighting, exclusion
        if key not in self.made:
            self.made[key] = tuple(self._one(at, each, weighting, exclusion) for at, each in enumerate(self.waves))
        return self.made[key]

    def _one(self, at: int, design: Design, weighting: Any, exclusion: Any) -> Design:
        if exclusion not in {None, "none"}:
            if (at, exclusion) not in self.out:
                self.out[at, exclusion] = self._leaves_out(at, design, str(exclusion))
            design = design.only(~self.out[at, exclusion])
        return design if weighting in {None, design.weighting} else design.reweighted(weighting)

    def _leaves_out(self, at: int, design: Design, exclusion: str) -> Any:
        import numpy as np

        if exclusion in self.exclusions:
            given = np.asarray(self.exclusions[exclusion](design))
            if given.dtype.kind != "b":
                raise DuzhengError(wrong(f"exclusion {exclusion} that gives {given.dtype}", "a truth for each answer",
                                         "compare a column of design.data with something"))  # fmt: skip
            return given
        if (at, "answers") not in self.out:
            from analysis.satisfaction.quality.doubts import doubts

            self.out[at, "answers"] = doubts(design).answers
        return self.out[at, "answers"][_SIGNS[exclusion]].fillna(value=False).astype(bool)


def measured(made: Made, finding: Callable[..., Measured], spec: Mapping[str, Any]) -> Measured:
    """Measure a finding by one combination; what cannot be reckoned is missing, with the reason."""
    rest = {name: option for name, option in spec.items() if name not in {"weighting", "exclusion"}}
    try:
        found = finding(made.by(spec.get("weighting"), spec.get("exclusion")), **rest)
    except DuzhengError as error:
        if not {fault.code for fault in error.faults} <= IMPOSSIBLE:
            raise
        nothing = float("nan")
        return Measured(nothing, nothing, nothing, nothing, nothing, 0, None, note=str(error).splitlines()[0])
    if not isinstance(found, Measured):
        raise DuzhengError(wrong(f"a finding that gives a {type(found).__name__}", "a Measured", "return one"))
    return found


def figures(found: Measured) -> dict[str, Any]:
    """Give the columns of what was measured, and the estimate in standard deviations from its bound."""
    columns = {name: getattr(found, name) for name in
               ("measure", "estimate", "se", "lower", "upper", "df", "n", "bound", "scale")}  # fmt: skip
    scale = found.scale if found.scale > 0 else float("nan")
    for name, value in (("standard", found.estimate), ("standard_lower", found.lower), ("standard_upper", found.upper)):
        columns[name] = (value - found.bound) / scale
    return {**columns, "holds": found.holds, "note": found.note}


def same_as(table: pd.DataFrame, *, by_point: bool) -> Any:
    """Give for each combination the first one with the same result up to rounding; missing if it is the first.

    A result is the verdict with the estimate, standardised if it can be, and with its interval where the claim holds
    by that.
    """
    import pandas as pd

    names = ["estimate", "lower", "upper"]
    values = table[["standard", "standard_lower", "standard_upper"]].set_axis(names, axis=1)
    if values["estimate"].isna().all():
        values = table[names].sub(table["bound"], axis=0)
    keys = (values[names[:1]] if by_point else values).round(9) + 0.0
    first: dict[Any, int] = {}
    found = []
    for number, row, holds in zip(table["number"], keys.itertuples(index=False, name=None), table["holds"],
                                  strict=True):  # fmt: skip
        key = (*(None if value != value else value for value in row), str(holds))  # noqa: PLR0124  missing
        same = number if key[0] is None else first.setdefault(key, number)
        found.append(pd.NA if same == number else same)
    return pd.array(found, dtype="Int64")


def idle(table: pd.DataFrame, choices: Choices) -> list[str]:
    """Give the choices whose options change nothing, whatever the others are."""
    result = table["same_as"].fillna(table["number"])
    found = []
    for name in [name for name, options in choices.items() if len(options) > 1]:
        others = [other for other in choices if other != name]
        groups = result.groupby([table[other].astype("str") for other in others]) if others else None
        if (groups.nunique().max() if groups is not None else result.nunique()) == 1:
            found.append(name)
    return found
