"""The tests of a design: regression, independence of two questions, comparison of groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import one_of, wrong
from analysis.stats.arrays import Bools, Ints
from analysis.stats.design import comparisons as _comparisons
from analysis.stats.design import crosstabs as _crosstabs
from analysis.stats.design import regression as _regression
from analysis.stats.design.cells import domains_of
from analysis.stats.design.fits import FAMILIES
from analysis.stats.design.r_script import request
from analysis.stats.design.sample import Freedom, Names, Sample

if TYPE_CHECKING:
    import pandas as pd


class Testing(Sample):
    """Verbs that test; see :class:`analysis.stats.SurveyDesign`."""

    __test__ = False  # the name is not for pytest

    def regress(
        self,
        formula: str,
        *,
        family: Literal["gaussian", "binomial", "ordinal"] = "gaussian",
        by: Names = (),
        level: float = 0.95,
        df: Freedom = "design",
    ) -> _regression.Regression:
        """Fit a regression, and give its coefficients with design-based errors, tests of terms and predictions.

        Parameters
        ----------
        formula
            Such as ``"y ~ x + group + x:group"``, as formulaic reads it: categories are coded against their first,
            names with other signs than letters stand in backticks.
        family
            ``gaussian``; ``binomial`` with a logit link, for 0 and 1 or two categories (the second counts); ``ordinal``
            for proportional odds of three or more ordered categories, logit P(y ≤ k) = θ_k − x β.
        by
            One model a domain.
        df
            ``design`` and ``domain`` are less the number of coefficients but the constant, as in R; a number is taken
            as it is.

        Returns
        -------
        analysis.stats.design.regression.Regression
            With ``table``, ``covariance()``, ``test(terms)`` and ``predict(data)``.

        Raises
        ------
        analysis.messages.DuzhengError
            DZ-S002 for a formula that can't be read, columns that are combinations of others, or a left side that the
            family can't take; DZ-S003 if no row has every value.

        Notes
        -----
        β solves Σ w u(β) = 0, the scores of the weighted likelihood; V = A (Σ of the design's covariance of w u) A,
        with A the inverse of the information (Binder 1983). The finite population corrections of both stages count. In
        R ``svyglm(family = gaussian() or quasibinomial())`` and ``svyolr``.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 6, "y": [1, 2, 4, 3, 6, 5], "x": [1, 2, 3, 4, 5, 6]})
        >>> SurveyDesign(rows, weights="w").regress("y ~ x").table.round(4)[["variable", "estimate", "se", "df"]]
            variable  estimate      se   df
        0  Intercept    0.4000  0.4787  4.0
        1          x    0.8857  0.1691  4.0
        """
        data = self.in_memory("regress")
        one_of("family", family, FAMILIES)
        groups = self._groups("regress", by, level, df)
        made = _regression.regress(self, formula, family, groups, level, df, data)
        used = [str(name) for name in data.columns if str(name) in made.columns or str(name) in groups]
        made.table.attrs["request"] = request("regress", used, formula=formula, family=family, by=groups)
        return made

    def chisq(
        self,
        rows: str,
        columns: str,
        *,
        statistic: Literal["F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint"] = "F",
        by: Names = (),
        df: Freedom = "design",
    ) -> pd.DataFrame:
        """Test that two categorical variables are independent.

        Parameters
        ----------
        statistic
            ``F``: Rao and Scott's second-order correction; ``Chisq``: the first-order one; ``lincom`` and
            ``saddlepoint``: Pearson's X² against the sum of χ² that it is distributed as, integrated or approximated;
            ``Wald`` and ``adjWald``: of the differences of counts, which needs many PSUs.

        Returns
        -------
        pandas.DataFrame
            One row a domain: variable, <by…>, statistic, ndf, ddf, p, n, psus, note. For ``lincom`` and ``saddlepoint``
            ``ndf`` is the number of terms of the sum.

        Notes
        -----
        X² = n Σ (p − p_r p_c)² / (p_r p_c) of weighted shares. Δ = (C′ D⁻¹ C / n)⁻¹ C′ D⁻¹ V D⁻¹ C, with the contrasts
        C of the interaction, D the shares and V their covariance, has the design effects δ as eigenvalues:
        F = X² / Σ δ on d₀ and d₀ ν degrees of freedom, d₀ = (Σ δ)² / Σ δ² (Rao and Scott 1984; Thomas and Rao
        1987). Rows missing either answer are left out. In R ``svychisq(~rows + columns, design, statistic = …)``.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 8, "a": list("xxxxyyyy"), "b": list("uuuvuvvv")})
        >>> SurveyDesign(rows, weights="w").chisq("a", "b").round(4)[["variable", "statistic", "ndf", "ddf", "p"]]
          variable  statistic  ndf  ddf       p
        0    a x b       1.75  1.0  7.0  0.2275
        """
        import pandas as pd

        data = self.in_memory("chisq")
        one_of("statistic", statistic, _crosstabs.STATISTICS)
        groups = self._groups("chisq", by, 0.95, df, rows, columns)
        one, other = (np.asarray(pd.factorize(data[name], sort=True)[0], dtype=np.intp) for name in (rows, columns))
        name = {"variable": f"{rows} x {columns}"}
        result = pd.DataFrame(
            [
                name | labels | _crosstabs.independence(self.plan, one, other, inside, statistic, df, self.df)
                for labels, inside in self._domains(groups)
            ]
        )
        result.attrs["request"] = request(
            "chisq", [rows, columns, *groups], rows=rows, across=columns, statistic=statistic, by=groups
        )
        return result

    def ttest(
        self,
        variables: Names,
        group: str | None = None,
        *,
        null: float = 0.0,
        by: Names = (),
        level: float = 0.95,
        df: Freedom = "design",
    ) -> pd.DataFrame:
        """Test a mean against a number, or the equality of the means of groups.

        Parameters
        ----------
        group
            Two groups give the difference, second less first, with its interval; more give one F of their equality.
            Without groups the mean is tested.
        null
            The number that a mean is tested against.

        Returns
        -------
        pandas.DataFrame
            One row a variable and domain: variable, <by…>, estimate, se, lower, upper, statistic (t; F of more than two
            groups), ndf, ddf, p, n, psus, note.

        Notes
        -----
        t = difference / se, with the covariance that the groups have by sharing PSUs, on PSUs − strata − 1 degrees of
        freedom. In R ``svyttest(y ~ group)``; for one mean R subtracts 1 as well, here nothing is subtracted.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 6, "y": [1, 2, 3, 4, 5, 9], "g": list("aaabbb")})
        >>> SurveyDesign(rows, weights="w").ttest("y", "g").round(3)[["estimate", "se", "statistic", "ddf", "p"]]
           estimate     se  statistic  ddf      p
        0       4.0  1.461      2.739  4.0  0.052
        """
        return self._compared("ttest", variables, group, None, null, by, level, df)

    def ranktest(
        self,
        variables: Names,
        group: str,
        *,
        test: Literal["wilcoxon", "vanderwaerden", "median"] = "wilcoxon",
        by: Names = (),
        level: float = 0.95,
        df: Freedom = "design",
    ) -> pd.DataFrame:
        """Test by ranks that groups have the same distribution.

        Returns
        -------
        pandas.DataFrame
            As of :meth:`ttest`; the estimate is the difference of mean rank scores of two groups, from 0 to 1 for
            ``wilcoxon``. More groups give the F of Kruskal and Wallis.

        Notes
        -----
        Ranks are estimated in the population: the weight below a value and half of that at it, over all (Lumley and
        Scott 2013). Ranks are taken within the domain. In R ``svyranktest``, which averages running ranks over ties
        without weights, so that its answer there depends on the order of rows with other weights.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 6, "y": [1, 2, 4, 3, 5, 9], "g": list("aaabbb")})
        >>> SurveyDesign(rows, weights="w").ranktest("y", "g").round(4)[["estimate", "statistic", "p"]]
           estimate  statistic       p
        0    0.3889     2.0917  0.1046
        """
        one_of("test", test, _comparisons.RANK_TESTS)
        return self._compared("ranktest", variables, group, test, 0.0, by, level, df)

    def _compared(
        self,
        verb: str,
        variables: Names,
        group: str | None,
        test: str | None,
        null: float,
        by: Names,
        level: float,
        df: Freedom,
    ) -> pd.DataFrame:
        import pandas as pd

        data = self.in_memory(verb)
        names = [variables] if isinstance(variables, str) else list(variables)
        groups = self._groups(verb, by, level, df, *names, *([group] if group else []))
        if group:
            codes, index = pd.factorize(data[group], sort=True)
            labels = list(index)
            if len(labels) < 2:  # noqa: PLR2004  a comparison is of two
                raise DuzhengError(wrong(f"{len(labels)} group", "two or more", "choose another column", group))
        else:
            codes, labels = np.zeros(len(data), dtype=np.intp), [""]
        rows = []
        for name in names:
            y = self.numbers(name)
            for domain, inside in self._domains(groups):
                known = inside & (codes >= 0)
                score = _comparisons.rank_scores(self.plan, y, known, test) if test else y
                means = _comparisons.compare(self.plan, score, codes, labels, known)
                found = _comparisons.row(
                    self.plan, means, grouped=bool(group), null=null, level=level, df=df, frame=self.df
                )
                rows.append({"variable": name, **domain, **found})
        result = pd.DataFrame(rows)
        columns = [*names, *groups, *([group] if group else [])]
        result.attrs["request"] = request(verb, columns, variables=names, group=group, test=test, by=groups)
        return result

    def _groups(self, verb: str, by: Names, level: float, df: Freedom, *names: str) -> list[str]:
        """Hold a test's columns to what it needs, all faults at once."""
        groups = [by] if isinstance(by, str) else list(by)
        self.hold([*names] or groups or [self.weights], groups, level=level, df=df)
        clash = sorted({"statistic", "ndf", "ddf", "p"} & set(groups))
        if clash:
            raise DuzhengError(*(wrong(f"by={name!r}", "another name", f"the result of {verb} has such a column", name)
                                 for name in clash))  # fmt: skip
        return groups

    def _domains(self, groups: list[str]) -> Iterator[tuple[dict[str, Any], Bools]]:
        """Give the labels of each domain, and which rows are in it."""
        rows = len(self.plan.weight)
        if not groups:
            yield {}, np.ones(rows, dtype=bool)
            return
        domain: Ints
        domain, domains = domains_of(self.data, groups)
        for place, labels in enumerate(domains.to_dict("records")):
            yield {str(name): value for name, value in labels.items()}, domain == place
