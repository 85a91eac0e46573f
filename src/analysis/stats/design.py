"""The design of a sample, and the estimates that respect it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError
from analysis.stats import contrasts as _contrasts
from analysis.stats import estimates as _estimates
from analysis.stats import proportions as _proportions
from analysis.stats import quantiles as _quantiles
from analysis.stats.cells import Cells, make_cells
from analysis.stats.plan import Plan, make_plan
from analysis.stats.requests import look, one_of, wrong

if TYPE_CHECKING:
    import pandas as pd

Lonely = Literal["error", "remove", "certainty", "adjust", "average"]
Names = str | Sequence[str]
Freedom = str | float


@dataclass(frozen=True, eq=False, kw_only=True)
class SurveyDesign:
    """How a sample was drawn: weights, strata, units of both stages, finite populations.

    Parameters
    ----------
    data
        One row a respondent. The frame is kept, not copied; columns may be added to it, rows may not.
    weights
        The column of sampling weights, zero or more; rows of weight 0 count nowhere.
    strata
        The column of first-stage strata; None for one stratum.
    psu
        The column of primary sampling units; None if each row is one.
    ssu
        The column of second-stage units, nested in the PSUs. They matter only with a second-stage ``fpc``.
    fpc
        The column of the number of PSUs in each stratum's population, or a pair with that of second-stage units in each
        PSU. A column whose values are all up to 1 holds the fractions drawn. Infinity is no correction.
    nest
        Whether the same name of a PSU in two strata means two PSUs.
    lonely_psu
        What a stratum of one PSU that was not drawn completely adds to a variance: ``error`` refuses the design,
        ``remove`` and ``certainty`` nothing, ``adjust`` its deviation from the mean of all PSUs, ``average`` the
        average of the other strata. ``certainty`` says that it was drawn for sure, so that a domain within it has a
        standard error.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S001 with every fault at once: unknown columns, missing, negative, infinite or zero-sum weights, missing
        codes, a PSU in two strata without nesting, an FPC smaller than the sample or not constant, lonely strata.

    Notes
    -----
    All methods share ``by`` (columns whose combinations are domains; rows without a value are in none), ``level`` of
    the interval, ``df`` (``"design"``: PSUs less strata of the design, R's default; ``"domain"``: those in which the
    domain has valid rows; infinity for the normal; or a number) and ``deff`` (``"wr"``, or ``"wor"`` whose denominator
    has the factor 1 − n / Σw). They give a frame with the columns variable, [category or prob], <by…>, estimate, se,
    lower, upper, df, n, psus, deff, note; its ``attrs["deff"]`` names the convention.

    A missing value leaves its row out for that variable only. A domain is never a smaller design. A mean, ratio,
    proportion or quantile of a domain in one PSU that is not a certainty has no standard error: NaN and a note. Totals
    keep theirs, with a note. In R ``svydesign(ids, strata, weights, fpc, nest, data)``.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"h": list("aaaabbbb"), "i": [1, 1, 2, 2, 1, 1, 2, 2], "w": [2.0] * 4 + [3.0] * 4,
    ...                      "y": [1, 2, 4, 5, 3, 3, 6, 8], "ok": [True, True, False, True] * 2})
    >>> design = SurveyDesign(data=rows, weights="w", strata="h", psu="i")
    >>> design.mean("y").round(4)[["variable", "estimate", "se", "lower", "upper", "df", "n", "psus"]]
      variable  estimate      se   lower   upper   df  n  psus
    0        y       4.2  1.3416 -1.5726  9.9726  2.0  8     4
    """

    data: pd.DataFrame = field(repr=False, kw_only=False)
    weights: str
    strata: str | None = None
    psu: str | None = None
    ssu: str | None = None
    fpc: str | tuple[str, str] | None = None
    nest: bool = True
    lonely_psu: Lonely = "error"
    plan: Plan = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "plan", make_plan(self))

    @property
    def df(self) -> float:
        """Degrees of freedom: PSUs less strata that have rows of positive weight. In R ``degf``."""
        return self.plan.df

    def mean(
        self,
        variables: Names,
        *,
        by: Names = (),
        level: float = 0.95,
        df: Freedom = "design",
        deff: Literal["wr", "wor"] = "wr",
    ) -> pd.DataFrame:
        """Estimate means.

        Notes
        -----
        ȳ = Σ w y / Σ w over the domain's valid rows, with the variance of the linearised scores w (y − ȳ) / Σ w
        (Särndal, Swensson and Wretman 1992, 5.7). In R ``svyby(~y, ~by, design, svymean, na.rm = TRUE)``, with
        ``confint(…, df = degf(design))``.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"w": [1.0, 1, 2, 2], "y": [1, 3, 4, None]})
        >>> SurveyDesign(rows, weights="w").mean("y").round(4)[["estimate", "se", "n"]]
           estimate      se  n
        0       3.0  0.8165  3
        """
        return self._table("mean", variables, by=by, level=level, df=df, deff=deff)

    def total(
        self,
        variables: Names,
        *,
        by: Names = (),
        level: float = 0.95,
        df: Freedom = "design",
        deff: Literal["wr", "wor"] = "wr",
    ) -> pd.DataFrame:
        """Estimate totals.

        Notes
        -----
        Y = Σ w y over the domain's valid rows; rows without a value add nothing. A domain in one PSU keeps its standard
        error, with a note. In R ``svyby(~y, ~by, design, svytotal, na.rm = TRUE)``.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"w": [10.0, 10, 20, 20], "y": [1, 3, 4, 2]})
        >>> SurveyDesign(rows, weights="w").total("y").round(3)[["estimate", "se"]]
           estimate      se
        0     160.0  58.878
        """
        return self._table("total", variables, by=by, level=level, df=df, deff=deff)

    def ratio(
        self,
        numerator: Names,
        denominator: str,
        *,
        by: Names = (),
        level: float = 0.95,
        df: Freedom = "design",
        deff: Literal["wr", "wor"] = "wr",
    ) -> pd.DataFrame:
        """Estimate ratios of totals, named ``numerator/denominator``.

        Notes
        -----
        R = Σ w y / Σ w x over rows that have both, with scores w (y − R x) / Σ w x. In R
        ``svyby(~y, ~by, denominator = ~x, design, svyratio, na.rm = TRUE)``.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"w": [1.0, 1, 1], "pupils": [300, 200, 400], "teachers": [20, 10, 30]})
        >>> SurveyDesign(rows, weights="w").ratio("pupils", "teachers").round(4)[["variable", "estimate", "se"]]
                  variable  estimate      se
        0  pupils/teachers      15.0  1.4434
        """
        return self._table("ratio", numerator, by=by, level=level, df=df, deff=deff, denominator=denominator)

    def proportion(
        self,
        variables: Names,
        *,
        method: str = "logit",
        by: Names = (),
        level: float = 0.95,
        df: Freedom = "design",
        deff: Literal["wr", "wor"] = "wr",
    ) -> pd.DataFrame:
        """Estimate the share of each category of each variable, in one row a category (column ``category``).

        Parameters
        ----------
        method
            The interval: ``logit``, ``beta`` (Korn and Graubard, so that 0 % and 100 % have one), ``wilson``,
            ``likelihood``, ``asin`` or ``mean``; see :func:`analysis.stats.proportions.interval` for each formula.

        Notes
        -----
        The share is the mean of an indicator, with a mean's standard error. In R ``svymean(~factor(x), design)`` and
        ``svyciprop(~I(x == category), design, method = …)``.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"w": [1.0] * 5, "x": list("aabba")})
        >>> SurveyDesign(rows, weights="w").proportion("x").round(3)[["category", "estimate", "lower", "upper"]]
          category  estimate  lower  upper
        0        a       0.6  0.081  0.962
        1        b       0.4  0.038  0.919
        """
        return self._table("proportion", variables, by=by, level=level, df=df, deff=deff, method=method)

    def quantile(
        self,
        variables: Names,
        probs: float | Sequence[float] = (0.25, 0.5, 0.75),
        *,
        rule: str = "math",
        by: Names = (),
        level: float = 0.95,
        df: Freedom = "design",
    ) -> pd.DataFrame:
        """Estimate quantiles with Woodruff's intervals (column ``prob``).

        Parameters
        ----------
        rule
            ``math``, ``school`` or ``hf4`` … ``hf9``; see :func:`analysis.stats.quantiles.weighted_quantile`.

        Notes
        -----
        Woodruff (1952): the interval of the distribution function at the quantile, turned back into values; the
        standard error is its width over 2 t. In R
        ``svyquantile(~y, design, probs, qrule = …, interval.type = "mean")``.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"w": [1.0] * 9, "y": range(9)})
        >>> SurveyDesign(rows, weights="w").quantile("y", 0.5)[["prob", "estimate", "lower", "upper"]]
           prob  estimate  lower  upper
        0   0.5       4.0    1.0    8.0
        """
        import pandas as pd

        names, cells = self._asked(variables, by, level, df, "wr")
        wanted = [float(p) for p in np.atleast_1d(np.asarray(probs, dtype=float))]
        bad = [p for p in wanted if not 0 <= p <= 1]
        if bad or not wanted:
            raise DuzhengError(wrong(f"probs={bad or probs}", "probabilities from 0 to 1", "give 0.5 for the median"))
        one_of("rule", rule, _quantiles.RULES)
        frames = []
        for name in names:
            values = self._numbers(name)
            parts, bounds, dfs = _quantiles.quantiles(
                cells, name, values, wanted, rule=rule, level=level, df=df, frame=self.df
            )
            frames.append(_estimates.table(cells, parts, bounds, dfs, "wr"))
        result = pd.concat(frames, ignore_index=True)
        result.attrs["deff"] = "wr"
        return result

    def covariance(
        self,
        variables: Names,
        *,
        statistic: Literal["mean", "total", "ratio", "proportion"] = "mean",
        denominator: str | None = None,
        by: Names = (),
    ) -> pd.DataFrame:
        """Compute the covariance matrix of estimates between variables and domains.

        Returns
        -------
        pandas.DataFrame
            Square; rows and columns are labelled (variable, [category], <by…>), in the order of the estimates. NaN
            where an estimate has no standard error.

        Notes
        -----
        Domains share strata and PSUs, so their estimates are not independent; where they share no stratum the
        covariance is zero. In R ``vcov(svyby(…, covmat = TRUE))``.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"w": [1.0] * 4, "y": [1, 2, 3, 6], "z": [2, 2, 5, 7]})
        >>> SurveyDesign(rows, weights="w").covariance(["y", "z"]).round(4)
        variable       y     z
        variable
        y         1.1667  1.25
        z         1.2500  1.50
        """
        import pandas as pd

        names, cells = self._asked(variables, by, 0.95, "design", "wr", denominator)
        parts = self._linearise(statistic, names, cells, denominator)
        keys = _contrasts.labels(cells, parts)
        columns = ["variable", *parts[0].extra, *map(str, cells.domains.columns)]
        index: pd.Index[Any] = (
            pd.Index([key[0] for key in keys], name=columns[0])
            if len(columns) == 1
            else pd.MultiIndex.from_tuples(keys, names=columns)
        )
        return pd.DataFrame(_contrasts.matrix(cells, parts), index=index, columns=index)

    def contrast(
        self,
        variables: Names,
        contrasts: Mapping[str, _contrasts.Contrast],
        *,
        statistic: Literal["mean", "total", "ratio", "proportion"] = "mean",
        denominator: str | None = None,
        by: Names = (),
        level: float = 0.95,
        df: Freedom = "design",
    ) -> pd.DataFrame:
        """Compare estimates: items, districts, or waves, with the covariance between them.

        Parameters
        ----------
        contrasts
            By name, either weights by the label of an estimate, such as ``{("y", "north"): 1, ("y", "south"): -1}``, or
            a smooth function of all estimates, such as ``lambda e: e["y"] / e["z"]``. Labels are those of
            :meth:`covariance`; without domains and categories the name of the variable will do.

        Notes
        -----
        v = g′ V g, with the slopes g of a function found by a complex step (Squire and Trapp 1998), exact to rounding.
        With ``df="domain"`` the degrees of freedom are the fewest of the estimates compared. Waves are compared by
        stacking them and saying ``by="wave"``: PSUs that were drawn once for both keep one name, waves drawn apart lie
        in strata of their own. In R ``svycontrast``.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"w": [1.0] * 4, "y": [1, 2, 3, 6], "z": [2, 2, 5, 7]})
        >>> SurveyDesign(rows, weights="w").contrast(["y", "z"], {"z - y": {"z": 1, "y": -1}})[["estimate", "se"]]
           estimate        se
        0       1.0  0.408248
        """
        names, cells = self._asked(variables, by, level, df, "wr", denominator)
        parts = self._linearise(statistic, names, cells, denominator)
        if not contrasts:
            raise DuzhengError(wrong("no contrasts", "at least one", "name what is compared"))
        return _contrasts.contrasts(cells, parts, contrasts, level=level, df=df, frame=self.df)

    def _table(
        self,
        statistic: str,
        variables: Names,
        *,
        by: Names,
        level: float,
        df: Freedom,
        deff: str,
        method: str = "mean",
        denominator: str | None = None,
    ) -> pd.DataFrame:
        one_of("method", method, _proportions.METHODS)
        names, cells = self._asked(variables, by, level, df, deff, denominator)
        parts = self._linearise(statistic, names, cells, denominator)
        dfs = [_estimates.design_df(cells, part, df, self.df) for part in parts]
        if statistic == "proportion":
            bounds = [_proportions.interval(p, f, level, method) for p, f in zip(parts, dfs, strict=True)]
        else:
            bounds = [_estimates.symmetric(p, f, level) for p, f in zip(parts, dfs, strict=True)]
        return _estimates.table(cells, parts, bounds, dfs, deff)

    def _linearise(
        self, statistic: str, names: list[str], cells: Cells, denominator: str | None
    ) -> list[_estimates.Estimate]:
        one_of("statistic", statistic, ("mean", "total", "ratio", "proportion"))
        if statistic == "proportion":
            return [part for name in names for part in _proportions.proportions(cells, name, self.data[name])]
        if statistic == "ratio":
            if denominator is None:
                raise DuzhengError(wrong("a ratio without denominator", "its column", "give denominator="))
            below = self._numbers(denominator)
            return [_estimates.ratio(cells, f"{name}/{denominator}", self._numbers(name), below) for name in names]
        find = _estimates.mean if statistic == "mean" else _estimates.total
        return [find(cells, name, self._numbers(name)) for name in names]

    def _numbers(self, name: str) -> Any:
        """Read a variable as numbers, NaN where it is missing."""
        from pandas.api import types

        column = self.data[name]
        if not types.is_numeric_dtype(column.dtype):
            hint = "convert it, or ask for the proportion of its categories"
            raise DuzhengError(wrong(f"values of type {column.dtype}", "numbers", hint, name))
        return np.ascontiguousarray(column.to_numpy(dtype=float, na_value=np.nan))

    def _asked(
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
