"""The sample: its rows, how they were drawn, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError
from analysis.stats.design.cells import Cells, make_cells
from analysis.stats.design.plan import Plan, make_plan
from analysis.stats.design.requests import look, wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats.design.weighting import Step

Lonely = Literal["error", "remove", "certainty", "adjust", "average"]
Names = str | Sequence[str]
Freedom = str | float


@dataclass(frozen=True, eq=False, kw_only=True)
class Sample:
    """The columns of a design and the plan made of them; the verbs are in the classes that inherit it."""

    data: pd.DataFrame = field(repr=False, kw_only=False)
    weights: str
    strata: str | None = None
    psu: str | None = None
    ssu: str | None = None
    fpc: str | tuple[str, str] | None = None
    nest: bool = True
    lonely_psu: Lonely = "error"
    plan: Plan = field(init=False, repr=False)
    steps: tuple[Step, ...] = field(init=False, repr=False, default=())  #: what was done to the weights

    def __post_init__(self) -> None:
        object.__setattr__(self, "plan", make_plan(self))

    @property
    def df(self) -> float:
        """Degrees of freedom: PSUs less strata that have rows of positive weight. In R ``degf``."""
        return self.plan.df

    def numbers(self, name: str) -> Any:
        """Read a variable as numbers, NaN where it is missing."""
        from pandas.api import types

        column = self.data[name]
        if not types.is_numeric_dtype(column.dtype):
            hint = "convert it, or ask for the proportion of its categories"
            raise DuzhengError(wrong(f"values of type {column.dtype}", "numbers", hint, name))
        return np.ascontiguousarray(column.to_numpy(dtype=float, na_value=np.nan))

    def asked(
        self, variables: Names, by: Names, level: float, df: Freedom, deff: str, denominator: str | None = None
    ) -> tuple[list[str], Cells]:
        """Hold what was asked for to what can be answered, all faults at once, and lay out the cells."""
        names = [variables] if isinstance(variables, str) else list(variables)
        groups = [by] if isinstance(by, str) else list(by)
        faults = look(self, names, groups, denominator)
        if not 0 < level < 1:
            faults.append(wrong(f"level={level}", "a number between 0 and 1", "0.95 is usual"))
        if not (df in {"design", "domain"} or (isinstance(df, int | float) and df > 0)):
            faults.append(wrong(f"df={df!r}", '"design", "domain" or a positive number', "infinity is the normal"))
        if deff not in {"wr", "wor"}:
            faults.append(wrong(f"deff={deff!r}", '"wr" or "wor"', "with or without replacement"))
        if faults:
            raise DuzhengError(*faults)
        return names, make_cells(self.plan, self.data, groups)
