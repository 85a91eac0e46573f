"""Replicate weights: errors for statistics that have no linearisation, a user's own included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import one_of, wrong
from analysis.stats.arrays import Floats
from analysis.stats.design.cells import domains_of
from analysis.stats.design.estimates import NO_DF, NO_ROWS, ONE_PSU, quantile_of_t
from analysis.stats.design.sample import Freedom, Names, Sample
from analysis.stats.design.variance import presence

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("JK1", "JKn", "bootstrap")
#: A statistic of the rows of a domain and their weights: a number, or several by name.
Statistic = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """A design with replicate weights.

    Attributes
    ----------
    factors
        What the design's weights are multiplied with: PSUs × R replicates.
    scales
        What the squared deviation of each replicate counts, shape (R,).
    df
        Degrees of freedom: PSUs less strata, as of the design.
    """

    method: str
    factors: Floats = field(repr=False)
    scales: Floats = field(repr=False)
    df: float
    design: Sample = field(repr=False)
    note: str = ""

    def __len__(self) -> int:
        return self.factors.shape[1]

    def weights(self, replicate: int) -> Floats:
        """Give the weights of one replicate, shape (N,); every step of the weighting is done anew.

        Raises
        ------
        analysis.messages.DuzhengError
            DZ-S004 if a margin can't be met in the replicate, as when all rows of a category lie in one PSU.
        """
        plan, steps = self.design.plan, self.design.steps
        first = steps[0].before if steps else plan.weight
        weight: Floats = first * self.factors[plan.unit_psu[plan.unit], replicate]
        if not steps:
            return weight
        again: Any = object.__new__(type(self.design))
        for name in ("data", "weights", "strata", "psu", "ssu", "fpc", "nest", "lonely_psu"):
            object.__setattr__(again, name, getattr(self.design, name))
        object.__setattr__(again, "plan", replace(plan, weight=weight, projections=()))
        object.__setattr__(again, "steps", ())
        for step in steps:
            again = getattr(again, step.verb)(**step.arguments)
        return np.asarray(again.plan.weight, dtype=float)

    def estimate(
        self,
        statistic: Statistic,
        *,
        by: Names = (),
        level: float = 0.95,
        df: Freedom = "design",
        centre: Literal["replicates", "estimate"] = "replicates",
    ) -> pd.DataFrame:
        """Estimate any statistic, in domains.

        Parameters
        ----------
        statistic
            A function of the rows of a domain (those of positive weight) and their weights (an array): a number, or a
            mapping of names to numbers. It must be the same however the weights are scaled, or be a total.
        centre
            What deviations are taken from: the mean of the replicates, or the estimate (larger or equal; R's ``mse``).

        Returns
        -------
        pandas.DataFrame
            Columns variable, <by…>, estimate, se, lower, upper, df, n, psus, deff (none), note.

        Raises
        ------
        analysis.messages.DuzhengError
            DZ-S002 if the function gives something else than numbers.

        Notes
        -----
        v = Σ_r c_r (θ_r − θ̄)². A replicate without a value, as when it leaves nothing of a domain, leaves no standard
        error, with a note. In R ``withReplicates(design, function(w, data) …)``; ``svrepdesign(mse = FALSE)``.

        Examples
        --------
        >>> import numpy as np, pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0, 1, 2, 2], "y": [1, 3, 4, 7]})
        >>> mean = lambda rows, w: np.average(rows["y"], weights=w)
        >>> SurveyDesign(rows, weights="w").replicates("JK1").estimate(mean).round(4)[["estimate", "se"]]
           estimate      se
        0    4.3333  1.3155
        """
        import pandas as pd

        one_of("centre", centre, ("replicates", "estimate"))
        design, plan = self.design, self.design.plan
        data = design.in_memory("replicates")
        groups = [by] if isinstance(by, str) else list(by)
        design.hold(groups or [design.weights], groups, level=level, df=df)
        rows = len(plan.weight)
        row_domain, domains = (
            domains_of(data, groups) if groups else (np.zeros(rows, dtype=np.intp), pd.DataFrame(index=range(1)))
        )
        inside = [(row_domain == place) & (plan.weight > 0) for place in range(len(domains))]
        full = [self._numbers(statistic, data, plan.weight, mask) for mask in inside]
        thetas = [np.full((len(self), len(values)), np.nan) for values in full]
        for r in range(len(self)):
            weight = self.weights(r)
            for place, (mask, values) in enumerate(zip(inside, full, strict=True)):
                found = self._numbers(statistic, data, weight, mask)
                thetas[place][r] = [found.get(name, np.nan) for name in values]
        result = []
        for place, (mask, values) in enumerate(zip(inside, full, strict=True)):
            labels = {str(name): domains[name].iloc[place] for name in domains.columns}
            seen = presence(plan, mask)
            freedom = seen.freedom(df, self.df)
            for k, (name, value) in enumerate(values.items()):
                spread, note = self._variance(thetas[place][:, k], value, centre)
                if seen.psus == 1 and not seen.certain:
                    spread, note = np.nan, ONE_PSU
                half = float(quantile_of_t(level, np.array([freedom]))[0]) * np.sqrt(spread)
                notes = [note or (NO_ROWS if not seen.n else ""), NO_DF if freedom <= 0 else "", self.note]
                result.append(
                    {"variable": name, **labels, "estimate": value, "se": np.sqrt(spread), "lower": value - half,
                     "upper": value + half, "df": freedom, "n": seen.n, "psus": seen.psus, "deff": np.nan,
                     "note": "; ".join(filter(None, notes))}
                )  # fmt: skip
        return pd.DataFrame(result).sort_values("variable", kind="stable", ignore_index=True, key=_order(full))

    def _variance(self, thetas: Floats, value: float, centre: str) -> tuple[float, str]:
        gone = int(np.isnan(thetas).sum())
        if gone:
            return np.nan, f"no value in {gone} of {len(self)} replicates: no standard error"
        middle = value if centre == "estimate" else thetas[self.scales > 0].mean()
        return float(np.sum(self.scales * (thetas - middle) ** 2)), ""

    def _numbers(self, statistic: Statistic, data: Any, weight: Floats, mask: Any) -> dict[str, float]:
        rows = np.flatnonzero(mask & (weight > 0))
        if not len(rows):
            return {}
        found = statistic(data.iloc[rows], weight[rows])
        items = dict(found) if isinstance(found, Mapping) or hasattr(found, "items") else {"statistic": found}
        try:
            return {str(name): float(value) for name, value in items.items()}
        except (TypeError, ValueError) as error:
            hint = "return a number, or a dictionary of names and numbers"
            raise DuzhengError(wrong(f"a statistic that gives {type(found).__name__}", "numbers", hint)) from error


class Replication(Sample):
    """The verb that makes replicate weights; see :class:`analysis.stats.SurveyDesign`."""

    def replicates(
        self, method: Literal["JK1", "JKn", "bootstrap"] = "JKn", *, count: int = 500, seed: int = 1
    ) -> Replicates:
        """Make replicate weights.

        Parameters
        ----------
        method
            ``JK1``: leave out one PSU after the other, without strata; ``JKn``: the same within strata; ``bootstrap``:
            draw n − 1 of the n PSUs of each stratum with replacement (Rao and Wu 1988).
        count, seed
            How many bootstrap replicates, and where their random numbers start. The same seed gives the same weights.

        Returns
        -------
        analysis.stats.design.replicates.Replicates
            With ``estimate(statistic, by=…)``.

        Raises
        ------
        analysis.messages.DuzhengError
            DZ-S002 for JK1 of a stratified design, and for lonely strata that are adjusted or averaged.

        Notes
        -----
        JK1 and JKn: weights of the others times n / (n − 1), squared deviations times (1 − f) (n − 1) / n. Bootstrap:
        weights times 1 − λ + λ n / (n − 1) m_i, with m_i the times that a PSU was drawn and λ = √(1 − f); deviations
        over R − 1. With a second-stage correction PSUs are taken as drawn with replacement (f = 0), which is a little
        cautious and is noted. Calibrated weights are calibrated anew in each replicate. In R ``as.svrepdesign(type =
        "JK1")``, ``"JKn"`` and ``"subbootstrap"``; the last has no finite population correction.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 6, "h": list("aaabbb")})
        >>> SurveyDesign(rows, weights="w", strata="h").replicates("JKn").factors[:, 0]
        array([0. , 1.5, 1.5, 1. , 1. , 1. ])
        """
        self.in_memory("replicates")
        one_of("method", method, METHODS)
        stage = self.plan.stages[0]
        if method == "JK1" and len(stage.size) > 1:
            raise DuzhengError(wrong(f"JK1 with {len(stage.size)} strata", "one stratum", "use JKn"))
        if stage.adjusted.any() or stage.averaged.any():
            hint = "merge lonely strata, or take them for certain"
            raise DuzhengError(wrong(f"lonely_psu={self.lonely_psu!r}", "strata of two or more PSUs", hint))
        two = len(self.plan.stages) > 1
        rest = np.where(stage.certain, 0.0, 1.0)
        if not two:
            # The factor of a stage is (1 − f) n / (n − 1).
            rest = stage.factor * (stage.size - 1) / np.maximum(stage.size, 1)
        note = "second-stage correction not used: PSUs as drawn with replacement" if two else ""
        make = bootstrap(stage.group, stage.size, rest, count, seed) if method == "bootstrap" else None
        factors, scales = make or _jackknife(stage.group, stage.size, rest)
        return Replicates(method, factors, scales, self.df, self, note)


def _jackknife(group: Any, size: Floats, rest: Floats) -> tuple[Floats, Floats]:
    """Leave out one PSU after the other where a stratum was not drawn completely."""
    left = np.flatnonzero((rest[group] > 0) & (size[group] > 1))
    scale = size / np.maximum(size - 1, 1)
    same = group[:, None] == group[left][None, :]
    factors = np.where(same, scale[group][:, None], 1.0)
    factors[left, np.arange(len(left))] = 0.0
    return factors, (rest / scale)[group[left]]


def bootstrap(group: Any, size: Floats, rest: Floats, count: int, seed: int) -> tuple[Floats, Floats]:
    """Draw n − 1 PSUs of each stratum that was not drawn completely."""
    rng = np.random.default_rng(seed)
    factors = np.ones((len(group), count))
    for stratum in np.flatnonzero((rest > 0) & (size > 1)):
        units, n = np.flatnonzero(group == stratum), int(size[stratum])
        drawn = rng.multinomial(n - 1, np.full(n, 1 / n), size=count).T
        shrink = np.sqrt(rest[stratum])
        factors[units] = 1 - shrink + shrink * n / (n - 1) * drawn
    return factors, np.full(count, 1 / (count - 1))


def _order(full: list[dict[str, float]]) -> Callable[[Any], Any]:
    """Order variables as the statistic names them."""
    names = {name: place for place, name in enumerate(dict.fromkeys(name for values in full for name in values))}
    return lambda column: column.map(names)
