"""The means of groups: how far from all and from each other, and the degrees of freedom that they really have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.arrays import Ints
from analysis.stats.design import deviations as _deviations
from analysis.stats.design.cells import domains_of
from analysis.stats.design.sample import Freedom, Names
from analysis.stats.design.testing import Testing

if TYPE_CHECKING:
    import pandas as pd


class GroupMeans(Testing):
    """Verbs that compare the means of groups; see :class:`analysis.stats.SurveyDesign`."""

    __test__ = False  # the name is not for pytest

    def deviation(self, variables: Names, by: Names, *, level: float = 0.95, df: Freedom = "design") -> pd.DataFrame:
        """Test how far the mean of each group lies from the mean of all, of which the group is part.

        Parameters
        ----------
        by
            The columns whose combinations are groups. Rows of no group count among all.
        df
            With ``domain`` the fewer of those of the group and of all others; ``effective`` as :meth:`freedom` finds
            them of the deviation.

        Returns
        -------
        pandas.DataFrame
            One row a variable and group: variable, <by…>, mean (of the group), whole (the mean of all), estimate (their
            difference), se, lower, upper, statistic (t), df, p, n, psus (of the group), note.

        Notes
        -----
        ȳ_g − ȳ has the scores w 1_g (y − ȳ_g) / W_g − w (y − ȳ) / W: the covariance of the part with the whole counts.
        In R ``svycontrast(svytotal(…), quote(y_g / n_g - (y_g + y_r) / (n_g + n_r)))`` of the totals of the group and
        of the rest.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 6, "y": [1, 2, 3, 4, 5, 9], "g": list("aaabbb")})
        >>> SurveyDesign(rows, weights="w").deviation("y", "g").round(3)[["g", "mean", "whole", "estimate", "se"]]
           g  mean  whole  estimate     se
        0  a   2.0    4.0      -2.0  1.155
        1  b   6.0    4.0       2.0  1.155
        """
        import pandas as pd

        names, group, domains = self._grouped("deviation", variables, by, level, df, {"mean", "whole", "df"})
        frames = []
        for name in names:
            found = _deviations.groups_of(self.plan, self.numbers(name), group, len(domains))
            made = _deviations.deviations(found, domains, level=level, df=df, frame=self.df)
            frames.append(made.assign(variable=name))
        result = pd.concat(frames, ignore_index=True)
        return result[["variable", *(name for name in result if name != "variable")]]

    def pairwise(
        self, variables: Names, group: str, *, by: Names = (), level: float = 0.95, df: Freedom = "design"
    ) -> pd.DataFrame:  # fmt: skip
        """Test the differences between all pairs of groups.

        Parameters
        ----------
        df
            With ``domain`` the fewer of those of both groups; ``effective`` as :meth:`freedom` finds them of the
            difference. Where groups are of very different PSUs, one F of them all has none that fit all of its parts.

        Returns
        -------
        pandas.DataFrame
            One row a variable, domain and pair: variable, <by…>, first, second, estimate (first less second), se,
            lower, upper, statistic (t), df, p (of the pair by itself), n, psus (the more of both), note.

        Notes
        -----
        The scores of the difference are those of one mean less those of the other. In R
        ``svycontrast(svyby(~y, ~group, design, svymean, covmat = TRUE), …)``.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 6, "y": [1, 2, 3, 4, 5, 9], "g": list("aabbcc")})
        >>> SurveyDesign(rows, weights="w").pairwise("y", "g").round(3)[["first", "second", "estimate", "se"]]
          first second  estimate     se
        0     a      b      -2.0  0.548
        1     a      c      -5.5  1.597
        2     b      c      -3.5  1.597
        """
        import pandas as pd

        names, code, domains = self._grouped("pairwise", variables, group, level, df, {"first", "second", "df"})
        groups = self._groups("pairwise", by, level, "domain", *names)
        parts = []
        for name in names:
            y = self.numbers(name)
            for labels, inside in self._domains(groups):
                found = _deviations.groups_of(self.plan, y, code, len(domains), inside)
                made = _deviations.pairs(found, list(domains[group]), level=level, df=df, frame=self.df)
                parts.append(made.assign(variable=name, **labels))
        result = pd.concat(parts, ignore_index=True)
        first = ["variable", *groups]
        return result[[*first, *(name for name in result if name not in first)]]

    def freedom(self, variables: Names, by: Names = ()) -> pd.DataFrame:
        """Give the effective degrees of freedom of means: fewer than PSUs less strata where strata add unlike parts.

        Returns
        -------
        pandas.DataFrame
            One row a variable and domain: variable, <by…>, df; at least 1, at most PSUs less strata of the domain.

        Notes
        -----
        Satterthwaite's (1946), and below ten PSUs less strata Welch's (1947), as
        :func:`analysis.stats.design.variance.score_variances` has them.

        Examples
        --------
        A stratum that adds nearly all of the variance has 2 degrees of freedom, whatever the others have.

        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"h": ["a"] * 3 + ["b"] * 12, "w": [9.0] * 3 + [1.0] * 12,
        ...                      "y": [1, 5, 9] + [4, 5, 6] * 4})
        >>> design = SurveyDesign(rows, weights="w", strata="h")
        >>> design.df, design.freedom("y")["df"].round(2).tolist()
        (13.0, [2.01])
        """
        import pandas as pd

        names = [variables] if isinstance(variables, str) else list(variables)
        if not ([by] if isinstance(by, str) else list(by)):
            self._groups("freedom", (), 0.95, "domain", *names)
            group: Ints = np.zeros(len(self.plan.weight), dtype=np.intp)
            domains = pd.DataFrame(index=range(1))
        else:
            names, group, domains = self._grouped("freedom", variables, by, 0.95, "domain", {"df"})
        frames = []
        for name in names:
            found = _deviations.groups_of(self.plan, self.numbers(name), group, len(domains))
            frames.append(domains.assign(variable=name, df=_deviations.effective(found)))
        result = pd.concat(frames, ignore_index=True)
        return result[["variable", *(name for name in result if name != "variable")]]

    def _grouped(
        self, verb: str, variables: Names, by: Names, level: float, df: Freedom, taken: set[str]
    ) -> tuple[list[str], Ints, pd.DataFrame]:
        """Hold variables and columns of groups to what a verb needs, and give the group of each row."""
        data = self.in_memory(verb)
        names = [variables] if isinstance(variables, str) else list(variables)
        groups = self._groups(verb, by, level, "domain" if df == _deviations.EFFECTIVE else df, *names)
        clash = sorted(taken & set(groups))
        if clash or not groups:
            raise DuzhengError.of(wrong(f"by={name!r}", "columns of groups", "call the column otherwise", name)
                                  for name in clash or [""])  # fmt: skip
        group, domains = domains_of(data, groups)
        return names, group, domains
