"""The estimates of a design: means, totals, ratios, proportions, quantiles, covariances and contrasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import one_of, wrong
from analysis.stats.design import contrasts as _contrasts
from analysis.stats.design import estimates as _estimates
from analysis.stats.design import proportions as _proportions
from analysis.stats.design import quantiles as _quantiles
from analysis.stats.design import row_units as _row_units
from analysis.stats.design.measured import Measured
from analysis.stats.design.r_script import request
from analysis.stats.design.sample import Freedom, Names, Sample

if TYPE_CHECKING:
    import pandas as pd


class Estimation(Sample):
    """Verbs that estimate; see :class:`analysis.stats.SurveyDesign`."""

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
        >>> from analysis.stats import SurveyDesign
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
        >>> from analysis.stats import SurveyDesign
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
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0, 1, 1], "pupils": [300, 200, 400], "teachers": [20, 10, 30]})
        >>> SurveyDesign(rows, weights="w").ratio("pupils", "teachers").round(4)[["variable", "estimate", "se"]]
                  variable  estimate      se
        0  pupils/teachers      15.0  1.4434
        """
        return self._table("ratio", numerator, by=by, level=level, df=df, deff=deff, denominator=denominator)

    def variance(
        self,
        variables: Names,
        *,
        by: Names = (),
        level: float = 0.95,
        df: Freedom = "design",
        deff: Literal["wr", "wor"] = "wr",
    ) -> pd.DataFrame:
        """Estimate the variance of variables in the population.

        Notes
        -----
        s² = n / (n − 1) · Σ w (y − ȳ)² / Σ w, with the standard error of the mean of n / (n − 1) · (y − ȳ)². A domain
        of one row has none. In R ``svyvar(~y, design)``.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 5, "y": [1, 3, 4, 4, 8]})
        >>> SurveyDesign(rows, weights="w").variance("y").round(4)[["estimate", "se"]]
           estimate      se
        0       6.5  3.9804
        """
        self.in_memory("variance")
        return self._table("variance", variables, by=by, level=level, df=df, deff=deff)

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
            ``likelihood``, ``asin`` or ``mean``; formulas at
            :func:`analysis.stats.design.proportions.interval`.

        Notes
        -----
        The share is the mean of an indicator, with a mean's standard error. In R ``svymean(~factor(x), design)`` and
        ``svyciprop(~I(x == category), design, method = …)``.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
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
            ``math``, ``school`` or ``hf4`` … ``hf9``; see :func:`analysis.stats.design.quantiles.weighted_quantile`.

        Notes
        -----
        Woodruff (1952): the interval of the distribution function at the quantile, turned back into values; the
        standard error is its width over 2 t. In R
        ``svyquantile(~y, design, probs, qrule = …, interval.type = "mean")``.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 9, "y": range(9)})
        >>> SurveyDesign(rows, weights="w").quantile("y", 0.5)[["prob", "estimate", "lower", "upper"]]
           prob  estimate  lower  upper
        0   0.5       4.0    1.0    8.0
        """
        import pandas as pd

        self.in_memory("quantile")
        names, measured = self.asked("quantile", variables, by=by, level=level, df=df)
        cells = measured.cells
        wanted = [float(p) for p in np.atleast_1d(np.asarray(probs, dtype=float))]
        bad = [p for p in wanted if not 0 <= p <= 1]
        if bad or not wanted:
            raise DuzhengError(wrong(f"probs={bad or probs}", "probabilities from 0 to 1", "give 0.5 for the median"))
        one_of("rule", rule, _quantiles.RULES)
        frames = []
        for name in names:
            values = self.numbers(name)
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
        statistic: Literal["mean", "total", "ratio", "proportion", "variance"] = "mean",
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
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 4, "y": [1, 2, 3, 6], "z": [2, 2, 5, 7]})
        >>> SurveyDesign(rows, weights="w").covariance(["y", "z"]).round(4)
        variable       y     z
        variable
        y         1.1667  1.25
        z         1.2500  1.50
        """
        import pandas as pd

        names, measured = self.asked(statistic, variables, by=by, denominator=denominator)
        parts, cells = self._linearise(statistic, names, measured, denominator), measured.cells
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
        statistic: Literal["mean", "total", "ratio", "proportion", "variance"] = "mean",
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
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 4, "y": [1, 2, 3, 6], "z": [2, 2, 5, 7]})
        >>> SurveyDesign(rows, weights="w").contrast(["y", "z"], {"z - y": {"z": 1, "y": -1}})[["estimate", "se"]]
           estimate        se
        0       1.0  0.408248
        """
        names, measured = self.asked(statistic, variables, by=by, level=level, df=df, denominator=denominator)
        parts, cells = self._linearise(statistic, names, measured, denominator), measured.cells
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
        if statistic in {"mean", "proportion"} and self.rows_here and _row_units.applies(self.plan):
            return self._short(statistic, variables, by=by, level=level, df=df, deff=deff, method=method)
        names, measured = self.asked(
            statistic, variables, by=by, level=level, df=df, deff=deff, denominator=denominator
        )
        parts, cells = self._linearise(statistic, names, measured, denominator), measured.cells
        dfs = [_estimates.design_df(cells, part, df, self.df) for part in parts]
        if statistic == "proportion":
            bounds = [_proportions.interval(p, f, level, method) for p, f in zip(parts, dfs, strict=True)]
        else:
            bounds = [_estimates.symmetric(p, f, level) for p, f in zip(parts, dfs, strict=True)]
        result = _estimates.table(cells, parts, bounds, dfs, deff)
        groups = [by] if isinstance(by, str) else list(by)
        columns = [*names, *groups, *([denominator] if denominator else [])]
        result.attrs["request"] = request(statistic, columns, variables=names, by=groups, denominator=denominator)
        return result

    def _short(self, statistic: str, variables: Names, *, by: Names, level: float, df: Freedom, deff: str,
               method: str) -> pd.DataFrame:  # fmt: skip
        """Estimate means or shares of many rows that are units of the last stage, from sums of their places."""
        names, groups = ([each] if isinstance(each, str) else list(each) for each in (variables, by))
        one_of("deff", deff, ("wr", "wor"))
        self.hold(names, groups, level=level, df=df)
        result = _row_units.estimates(self, statistic, names, groups, level=level, df=df, deff=deff, method=method)
        result.attrs["request"] = request(statistic, [*names, *groups], variables=names, by=groups, denominator=None)
        return result

    def _linearise(
        self, statistic: str, names: list[str], measured: Measured, denominator: str | None
    ) -> list[_estimates.Estimate]:
        cells = measured.cells
        if statistic == "proportion":
            return [e for name in names for e in _proportions.proportions(cells, name, measured.categories(name))]
        if statistic == "ratio":
            below = str(denominator)
            return [_estimates.ratio(cells, f"{name}/{below}", measured.pair(name, below)) for name in names]
        if statistic == "variance":
            return [_estimates.population_variance(cells, name, self.numbers(name)) for name in names]
        find = _estimates.mean if statistic == "mean" else _estimates.total
        return [find(cells, name, sums) for name, sums in zip(names, measured.values(names), strict=True)]
