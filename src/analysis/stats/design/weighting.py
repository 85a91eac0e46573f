"""Weights: calibration to known totals, trimming, nonresponse, and what became of them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import one_of, wrong
from analysis.stats.arrays import Floats
from analysis.stats.design import calibration as _calibration
from analysis.stats.design import weight_reports as _reports
from analysis.stats.design.cells import domains_of
from analysis.stats.design.margins import Margin, read_margins, unmet
from analysis.stats.design.plan import freedom
from analysis.stats.design.projection import Projection
from analysis.stats.design.sample import Names, Sample

if TYPE_CHECKING:
    import pandas as pd

INFINITE = (-np.inf, np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One thing that was done to the weights."""

    verb: str
    arguments: dict[str, Any]
    before: Floats
    after: Floats
    margins: tuple[Margin, ...] = ()


class Weighting(Sample):
    """Verbs that give the design new weights; see :class:`analysis.stats.SurveyDesign`.

    Each gives a new design; the old one and the data stay as they are.
    """

    def poststratify(self, margin: pd.DataFrame) -> Self:
        """Make the weights of each category add up to its total in the population.

        Parameters
        ----------
        margin
            Columns of the data, and ``total``; one row a category (or a combination of several).

        Returns
        -------
        SurveyDesign
            With weights w N_k / Σ w, and standard errors of the residuals from the categories' means.

        Raises
        ------
        analysis.messages.DuzhengError
            DZ-S004 with every category that has no total or no row.

        Notes
        -----
        Holt and Smith (1979). In R ``postStratify(design, ~x, population)``.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 4, "x": list("aabb"), "y": [1, 2, 5, 6]})
        >>> design = SurveyDesign(rows, weights="w").poststratify(pd.DataFrame({"x": ["a", "b"], "total": [30, 10]}))
        >>> design.mean("y").round(4)[["estimate", "se"]]
           estimate      se
        0       2.5  0.3227
        """
        margins, faults = read_margins(self.in_memory("poststratify"), self.plan.weight, margin)
        faults += [
            unmet(f"the numeric variable {m.title}", "categories", "use calibrate", m.title)
            for m in margins if m.code is None
        ]  # fmt: skip
        if faults:
            raise DuzhengError(*faults)
        factor = np.append(margins[0].totals / margins[0].sums(self.plan.weight), 1.0)[margins[0].code]
        return self._calibrated("poststratify", {"margin": margin}, margins, factor)

    def rake(self, margins: Sequence[pd.DataFrame]) -> Self:
        """Make the weights add up to each of several margins, by factors of their categories.

        Parameters
        ----------
        margins
            Frames as in :meth:`poststratify`.

        Returns
        -------
        SurveyDesign
            With weights w Π f_m(category), all margins met to 1e-13 of their totals.

        Raises
        ------
        analysis.messages.DuzhengError
            DZ-S004 with every fault of the margins, or the totals that no weights can meet.

        Notes
        -----
        Deming and Stephan (1940); here by Newton's method over the combinations of categories. Standard errors are of
        residuals from all margins, with the weights before raking. In R ``rake(design, list(~x, ~z), populations)``,
        which iterates ten times with unweighted means: the same where weights were equal before.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 5, "x": list("aabba"), "z": list("ccdcd")})
        >>> design = SurveyDesign(rows, weights="w").rake([pd.DataFrame({"x": ["a", "b"], "total": [60, 40]}),
        ...                                                pd.DataFrame({"z": ["c", "d"], "total": [50, 50]})])
        >>> design.current_weights().round(2).tolist()
        [17.06, 17.06, 24.11, 15.89, 25.89]
        """
        found = self._margins("rake", margins, numeric=False)
        factor = _calibration.solve(found, self.plan.weight, "raking", INFINITE)
        return self._calibrated("rake", {"margins": list(margins)}, found, factor)

    def calibrate(
        self,
        totals: pd.DataFrame | Sequence[pd.DataFrame],
        *,
        method: str = "linear",
        bounds: tuple[float, float] | None = None,
    ) -> Self:
        """Make the weights add up to totals of categories and of numeric variables, staying near what they were.

        Parameters
        ----------
        totals
            Frames as in :meth:`poststratify`, frames with the columns ``variable`` and ``total`` for numeric variables,
            and a frame with ``total`` alone for the size of the population.
        method
            ``linear`` (generalised regression), ``raking`` or ``logit``.
        bounds
            The least and the largest factor g; needed by ``logit``, where they lie around 1.

        Raises
        ------
        analysis.messages.DuzhengError
            DZ-S004 with every fault of the totals; or those that can't be met; or that linear factors got negative.

        Notes
        -----
        Deville and Särndal (1992), see :func:`analysis.stats.design.calibration.distance`. In R
        ``calibrate(design, ~x, totals, calfun = "linear", bounds = …)``.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [10.0] * 4, "size": [1.0, 2, 3, 4], "y": [1, 2, 2, 5]})
        >>> design = SurveyDesign(rows, weights="w").calibrate(
        ...     [pd.DataFrame({"total": [40]}), pd.DataFrame({"variable": ["size"], "total": [110]})])
        >>> design.total("size").round(6)[["estimate", "se"]]
           estimate   se
        0     110.0  0.0
        """
        one_of("method", method, _calibration.METHODS)
        low, high = bounds or INFINITE
        if not low < 1 < high or (method == "logit" and not np.isfinite([low, high]).all()):
            what = "finite factors, one below and one above 1" if method == "logit" else "one below and one above 1"
            raise DuzhengError(wrong(f"bounds={bounds}", what, "such as (0.3, 3)"))
        found = self._margins("calibrate", totals, numeric=True)
        factor = _calibration.solve(found, self.plan.weight, method, (low, high))
        negative = int((factor < 0).sum())
        if negative:
            hint = "say bounds=(0, inf), or method='raking', whose factors are positive"
            raise DuzhengError(
                unmet(f"{negative} negative weights, the least factor {factor.min():.3g}", "weights above 0", hint)
            )
        return self._calibrated("calibrate", {"totals": totals, "method": method, "bounds": bounds}, found, factor)

    def trim(self, *, lower: float = 0.0, upper: float = np.inf, strict: bool = True) -> Self:
        """Cut weights off at bounds, and spread what was cut over the others so that the sum stays.

        Parameters
        ----------
        lower, upper
            The bounds, as weights.
        strict
            Whether to go on until no weight is out of bounds.

        Raises
        ------
        analysis.messages.DuzhengError
            DZ-S004 if the sum of weights does not fit between the bounds.

        Notes
        -----
        The difference is shared equally among weights within the bounds. Rows of weight 0 stay out. Standard errors
        take earlier calibrations into account as before, though the weights no longer meet them. In R
        ``trimWeights(design, upper, lower, strict = TRUE)``.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> SurveyDesign(pd.DataFrame({"w": [1.0, 2, 9]}), weights="w").trim(upper=6).current_weights().tolist()
        [2.5, 3.5, 6.0]
        """
        self.in_memory("trim")
        weight = self.plan.weight.copy()
        used = weight > 0
        count, whole = int(used.sum()), float(weight.sum())
        if not lower <= upper or not count * lower <= whole <= count * upper:
            mean = whole / count
            hint = f"the mean weight is {mean:.6g}: it must lie between"
            raise DuzhengError(unmet(f"bounds {lower:g} and {upper:g}", "room for the sum of the weights", hint))
        while True:
            outside = used & ((weight < lower) | (weight > upper))
            inside = used & ~outside
            if not outside.any() or not inside.any():
                break
            cut = np.clip(weight[outside], lower, upper)
            rest = float((weight[outside] - cut).sum())
            weight[outside] = cut
            weight[inside] += rest / inside.sum()
            if not strict:
                break
        arguments = {"lower": lower, "upper": upper, "strict": strict}
        return self._with(Step("trim", arguments, self.plan.weight, weight))

    def nonresponse(self, responded: str, *, by: Names, smallest: int = 1) -> Self:
        """Let the respondents of each class stand for its nonrespondents, whose weights become 0.

        Parameters
        ----------
        responded
            A column of True and False (or 1 and 0): who answered, among all who were drawn.
        by
            The columns whose combinations are the classes: known of everybody, and thought to tell who answers.
        smallest
            The least number of respondents of a class.

        Raises
        ------
        analysis.messages.DuzhengError
            DZ-S004 with every class that has too few respondents, and rows without a class.

        Notes
        -----
        w Σ_class w / Σ_respondents w (Little 1986; Valliant, Dever and Kreuter 2018, 13.5): right if within a class
        answering does not depend on the answer. The factors count as fixed in standard errors.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 4, "answered": [True, True, True, False], "school": list("aabb")})
        >>> SurveyDesign(rows, weights="w").nonresponse("answered", by="school").current_weights().tolist()
        [1.0, 1.0, 2.0, 0.0]
        """
        import pandas as pd

        groups = [by] if isinstance(by, str) else list(by)
        data = self.in_memory("nonresponse")
        unknown = [name for name in [responded, *groups] if name not in data.columns]
        if unknown or not groups:
            some = ", ".join(map(str, data.columns[:20]))
            found = ", ".join(map(repr, unknown)) or "no classes"
            raise DuzhengError(wrong(found, f"columns of the data ({some})", "check the spelling"))
        column = pd.to_numeric(data[responded], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        row, classes = domains_of(data, groups)
        weight = self.plan.weight
        used = weight > 0
        faults = []
        unclear = int((used & ~np.isin(column, [0.0, 1.0])).sum())
        if unclear:
            faults.append(unmet(f"{unclear} rows without True or False", "one in each", "fill it in", responded))
        if (used & (row < 0)).any():
            count = int((used & (row < 0)).sum())
            faults.append(unmet(f"{count} rows without a class", "one in each", "fill it in", ", ".join(groups)))
        there = used & (row >= 0)
        answered = there & (column == 1)
        drawn = np.bincount(row[there], weights=weight[there], minlength=len(classes))
        kept = np.bincount(row[answered], weights=weight[answered], minlength=len(classes))
        sizes = np.bincount(row[answered], minlength=len(classes))
        for place in np.flatnonzero((drawn > 0) & (sizes < max(smallest, 1))):
            label = ", ".join(f"{name}={classes[name].iloc[place]}" for name in groups)
            hint = "merge the class with one that is like it"
            faults.append(unmet(f"{sizes[place]} respondents in {label}", f"at least {max(smallest, 1)}", hint))
        if faults:
            raise DuzhengError(*faults)
        with np.errstate(invalid="ignore", divide="ignore"):
            factor = np.append(drawn / kept, 0.0)[row]
        after = np.where(answered, weight * factor, 0.0)
        arguments = {"responded": responded, "by": groups, "smallest": smallest}
        return self._with(Step("nonresponse", arguments, weight, after))

    def current_weights(self) -> pd.Series[float]:
        """Give the weights as they are after every step, one a row of the data, in its index.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> SurveyDesign(pd.DataFrame({"w": [1.0, 2]}), weights="w").current_weights().tolist()
        [1.0, 2.0]
        """
        import pandas as pd

        return pd.Series(self.plan.weight, index=self.in_memory("current_weights").index, name="weight")

    def weight_report(self) -> pd.DataFrame:
        """Describe the weights as given and after each step.

        Returns
        -------
        pandas.DataFrame
            Columns ``step``, ``n`` (rows of positive weight), ``sum``, ``least``, ``mean``, ``largest``, ``ratio``
            (largest over least), ``cv``, ``kish_deff`` and ``effective_n``.

        Notes
        -----
        Kish's design effect of unequal weights is n Σ w² / (Σ w)² = 1 + CV² (Kish 1992), and the effective n is n
        over it: what is lost if weights have nothing to do with the answers.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> SurveyDesign(pd.DataFrame({"w": [1.0, 1, 4]}), weights="w").weight_report().round(3)[
        ...     ["step", "n", "sum", "ratio", "kish_deff", "effective_n"]]
            step  n  sum  ratio  kish_deff  effective_n
        0  given  3  6.0    4.0        1.5          2.0
        """
        return _reports.weights(self)

    def margin_report(self) -> pd.DataFrame:
        """Show every known total beside what the weights add up to, before and after its step, and now.

        Returns
        -------
        pandas.DataFrame
            Columns ``step``, ``margin``, ``category``, ``n`` (rows), ``target``, ``before``, ``after``, ``now``, and
            ``factor`` (after over before).

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 4, "x": list("aaab")})
        >>> design = SurveyDesign(rows, weights="w").poststratify(pd.DataFrame({"x": ["a", "b"], "total": [30, 20]}))
        >>> design.margin_report()[["margin", "category", "n", "target", "before", "after", "factor"]]
          margin category  n  target  before  after  factor
        0      x        a  3    30.0     3.0   30.0    10.0
        1      x        b  1    20.0     1.0   20.0    20.0
        """
        return _reports.margins(self)

    def _margins(self, verb: str, given: pd.DataFrame | Sequence[pd.DataFrame], *, numeric: bool) -> list[Margin]:
        margins, faults = read_margins(self.in_memory(verb), self.plan.weight, given)
        if not numeric:
            faults += [
                unmet(f"the numeric variable {m.title}", "categories", "use calibrate(method='raking')", m.title)
                for m in margins if m.code is None
            ]  # fmt: skip
        if faults:
            raise DuzhengError(*faults)
        return margins

    def _calibrated(self, verb: str, arguments: dict[str, Any], margins: list[Margin], factor: Floats) -> Self:
        before = self.plan.weight
        after = before * factor
        projection = Projection(self.plan, after, lambda: _calibration.auxiliary(margins, len(before)))
        made = self._with(Step(verb, arguments, before, after, tuple(margins)))
        object.__setattr__(made, "plan", replace(made.plan, projections=(*self.plan.projections, projection)))
        return made

    def _with(self, step: Step) -> Self:
        made = copy.copy(self)
        plan = self.plan
        df = freedom(step.after, plan.unit_psu[plan.unit], plan.stages[0].group)
        object.__setattr__(made, "plan", replace(plan, weight=step.after, df=df))
        object.__setattr__(made, "steps", (*self.steps, step))
        return made
