"""The sample: its rows, how they were drawn, and what may be asked of it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import one_of, wrong
from analysis.stats.arrays import Floats
from analysis.stats.design import engine as _engine
from analysis.stats.design.cells import make_cells
from analysis.stats.design.columns import look
from analysis.stats.design.measured import InMemory, Measured
from analysis.stats.design.plan import Plan, make_plan

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats.design.weighting import Step

Lonely = Literal["error", "remove", "certainty", "adjust", "average"]
Names = str | Sequence[str]
Freedom = str | float
STATISTICS = ("mean", "total", "ratio", "proportion", "quantile", "variance")


@dataclass(frozen=True, eq=False, kw_only=True)
class Sample:
    """The columns of a design and the plan made of them; the verbs are in the classes that inherit it."""

    data: Any = field(repr=False, kw_only=False)
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
        if _engine.is_engine(self.data):
            data, plan = _engine.prepare(self)
            object.__setattr__(self, "data", data)
            object.__setattr__(self, "plan", plan)
        else:
            object.__setattr__(self, "plan", make_plan(self))

    @property
    def df(self) -> float:
        """Degrees of freedom: PSUs less strata that have rows of positive weight. In R ``degf``."""
        return self.plan.df

    @property
    def rows_here(self) -> bool:
        """Whether the rows are in memory."""
        return not isinstance(self.data, _engine.Engine)

    def with_columns(self, columns: Mapping[str, Any]) -> Self:
        """Give the same sample with more columns in its frame, or others under the same names.

        Weights, strata and units stay what they were made of.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> sample = SurveyDesign(pd.DataFrame({"w": [1.0, 3.0]}), weights="w")
        >>> sample.with_columns({"y": [2.0, 4.0]}).mean("y")["estimate"].tolist()
        [3.5]
        """
        made = copy.copy(self)
        object.__setattr__(made, "data", self.in_memory("with_columns").assign(**columns))
        return made

    def in_memory(self, verb: str) -> pd.DataFrame:
        """Give the rows, or say that a verb needs them in memory."""
        if not self.rows_here:
            hint = "read the columns that it needs into a frame and make the design of that"
            raise DuzhengError(wrong(f"{verb} of a table that is not in memory", "a frame", hint))
        frame: pd.DataFrame = self.data
        return frame

    def numbers(self, name: str) -> Floats:
        """Read a variable as numbers, NaN where it is missing."""
        from pandas.api import types

        column = self.data[name]
        if not types.is_numeric_dtype(column.dtype):
            hint = "convert it, or ask for the proportion of its categories"
            raise DuzhengError(wrong(f"values of type {column.dtype}", "numbers", hint, name))
        return np.ascontiguousarray(column.to_numpy(dtype=float, na_value=np.nan))

    def asked(
        self,
        statistic: str,
        variables: Names,
        *,
        by: Names,
        level: float = 0.95,
        df: Freedom = "design",
        deff: str = "wr",
        denominator: str | None = None,
    ) -> tuple[list[str], Measured]:
        """Hold what was asked for to what can be answered, all faults at once, and lay out the cells."""
        names = [variables] if isinstance(variables, str) else list(variables)
        groups = [by] if isinstance(by, str) else list(by)
        one_of("statistic", statistic, STATISTICS)
        one_of("deff", deff, ("wr", "wor"))
        if statistic == "ratio" and denominator is None:
            raise DuzhengError(wrong("a ratio without denominator", "its column", "give denominator="))
        self.hold([*names, *([denominator] if denominator else [])], groups, level=level, df=df)
        if not self.rows_here:
            return names, _engine.gather(self, statistic, names, groups, denominator)
        return names, InMemory(make_cells(self.plan, self.data, groups), self.data, self.numbers)

    def hold(self, names: list[str], groups: list[str], *, level: float, df: Freedom) -> None:
        """Hold what is asked for to what is there, all faults at once.

        Raises
        ------
        analysis.messages.DuzhengError
            DZ-S002 for unknown columns, a level or degrees of freedom that can't be; DZ-S003 for empty columns.
        """
        faults = look(self, names, groups)
        if not 0 < level < 1:
            faults.append(wrong(f"level={level}", "a number between 0 and 1", "0.95 is usual"))
        if not (df in {"design", "domain"} or (isinstance(df, int | float) and df > 0)):
            faults.append(wrong(f"df={df!r}", '"design", "domain" or a positive number', "infinity is the normal"))
        if faults:
            raise DuzhengError(*faults)
