"""Regression in a sample design: coefficients, tests of terms, predictions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import one_of, wrong
from analysis.stats.arrays import Bools, Floats, Ints
from analysis.stats.design.cells import domains_of
from analysis.stats.design.chisqsum import tail, tail_of_f
from analysis.stats.design.estimates import NO_DF, ONE_PSU, quantile_of_t
from analysis.stats.design.fits import Fit, fit, redundant
from analysis.stats.design.formulas import design_matrix, outcome, right_side
from analysis.stats.design.variance import Presence, presence, score_covariance

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats.design.sample import Sample

COMBINED = "columns that are combinations of others: "
TOO_FEW = "fewer rows than parameters"


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The model of one domain: its rows and what was found in them."""

    rows: Ints
    y: Floats
    x: Floats
    weight: Floats
    fitted: Fit
    covariance: Floats
    seen: Presence
    df: float
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """A regression of a sample, one model a domain.

    Attributes
    ----------
    table
        One row a coefficient and domain: variable, <by…>, estimate, se, lower, upper, df, n, psus, deff, statistic, p,
        note. ``deff`` compares with the model's own variance, as if rows had been drawn one by one.
    """

    formula: str
    family: str
    table: pd.DataFrame
    domains: pd.DataFrame = field(repr=False)
    names: list[str]
    models: list[Model] = field(repr=False)
    spec: Any = field(repr=False)
    categories: list[Any]
    level: float

    @property
    def columns(self) -> set[str]:
        """The columns of the data that the formula uses."""
        left = self.formula.partition("~")[0]
        words = set(re.findall(r"`([^`]+)`|([A-Za-z_]\w*)", left))
        return {a or b for a, b in words} | {str(name) for name in self.spec.required_variables}

    def covariance(self, domain: int = 0) -> pd.DataFrame:
        """Give the covariance matrix of the coefficients of a domain, by its place. In R ``vcov``."""
        import pandas as pd

        return pd.DataFrame(self.models[domain].covariance, index=self.names, columns=self.names)

    def test(self, *terms: str, method: str = "wald") -> pd.DataFrame:
        """Test that the coefficients of some terms are all zero.

        Parameters
        ----------
        terms
            Terms as the formula names them, such as ``"stype"`` or ``"a:b"``.
        method
            ``wald``, or ``likelihood`` for the working likelihood ratio (Rao and Scott 1984; Lumley and Scott 2014).

        Returns
        -------
        pandas.DataFrame
            One row a domain: variable (the terms), <by…>, statistic, ndf, ddf, p, n, psus, note.

        Raises
        ------
        analysis.messages.DuzhengError
            DZ-S002 for an unknown term or method.

        Notes
        -----
        Wald: F = β′ V⁻¹ β / q against F(q, ddf). Working likelihood: the rise of the deviance without the terms is a
        sum of χ²₁ with the eigenvalues λ of V₀⁻¹ V, V₀ the model's own covariance; the statistic is the rise over Σ λ,
        and p that of the sum over χ²(ddf) / ddf. The rest of the formula stays as it is coded. In R
        ``regTermTest(method = "Wald")`` and ``"LRT"``, which refers to a saddlepoint for the sum.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 6, "y": [1, 2, 4, 3, 6, 5], "x": [1, 2, 3, 4, 5, 6]})
        >>> model = SurveyDesign(rows, weights="w").regress("y ~ x")
        >>> model.test("x").round(4)[["variable", "statistic", "ndf", "ddf", "p"]]
          variable  statistic  ndf  ddf       p
        0        x    27.4365    1  4.0  0.0063
        """
        import pandas as pd

        one_of("method", method, ("wald", "likelihood"))
        places = self._places(terms)
        rows = []
        for place, model in enumerate(self.models):
            statistic, p, note = self._tested(model, places, method)
            rows.append(
                {"variable": " + ".join(terms), **_labels(self.domains, place), "statistic": statistic,
                 "ndf": len(places), "ddf": model.df, "p": p, "n": model.seen.n, "psus": model.seen.psus, "note": note}
            )  # fmt: skip
        return pd.DataFrame(rows)

    def predict(self, data: pd.DataFrame, *, level: float | None = None) -> pd.DataFrame:
        """Predict the mean, or the share of each category of an ordinal model.

        Parameters
        ----------
        data
            The columns of the formula's right side and of ``by``, shape (m, …).
        level
            Of the intervals; that of the model if not given.

        Returns
        -------
        pandas.DataFrame
            The index of ``data``, [category], estimate, se, lower, upper; NaN where a value is missing.

        Notes
        -----
        Intervals are those of the linear predictor, turned by the link; for categories the delta method around the
        logit of the share. In R ``predict(type = "response")``, whose intervals are not turned.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.stats import SurveyDesign
        >>> rows = pd.DataFrame({"w": [1.0] * 6, "y": [1, 2, 4, 3, 6, 5], "x": [1, 2, 3, 4, 5, 6]})
        >>> SurveyDesign(rows, weights="w").regress("y ~ x").predict(pd.DataFrame({"x": [3.5]})).round(3)
           estimate     se  lower  upper
        0       3.5  0.355  2.516  4.484
        """
        import pandas as pd

        plain = data.reset_index(drop=True)
        x = design_matrix(self.spec, plain)
        width = x.shape[1] - (self.family == "ordinal")
        x = x[:, x.shape[1] - width :]
        of_row = _match(self.domains, plain)
        parts = []
        for place, model in enumerate(self.models):
            mine = np.flatnonzero(of_row == place)
            t = float(quantile_of_t(level or self.level, np.array([model.df]))[0])
            found = _predicted(self.family, model, x[mine], t, self.categories)
            parts.append(found.assign(place=np.tile(mine, len(found) // max(len(mine), 1))))
        result = pd.concat(parts).sort_values("place", kind="stable", ignore_index=True)
        result.index = data.index[result["place"].to_numpy()]
        return result.drop(columns="place")

    def _places(self, terms: tuple[str, ...]) -> list[int]:
        shift = -1 if self.family == "ordinal" else 0
        known = {str(term): range(s.start + shift, s.stop + shift) for term, s in self.spec.term_slices.items()
                 if str(term) != "1" or not shift}  # fmt: skip
        order = {":".join(sorted(term.split(":"))): place for term, place in known.items()}
        asked = [":".join(sorted(term.replace(" ", "").split(":"))) for term in terms]
        missing = [term for term, key in zip(terms, asked, strict=True) if key not in order]
        if missing or not terms:
            raise DuzhengError(wrong(f"terms {', '.join(map(repr, missing)) or 'not given'}",
                                     f"some of {', '.join(known)}", "name them as the formula does"))  # fmt: skip
        return sorted({place for key in asked for place in order[key]})

    def _tested(self, model: Model, places: list[int], method: str) -> tuple[float, float, str]:
        if model.note or model.df <= 0:
            return np.nan, np.nan, model.note or NO_DF
        part = np.ix_(places, places)
        v, beta = model.covariance[part], model.fitted.coefficients[places]
        if np.linalg.matrix_rank(v) < len(places):
            return np.nan, np.nan, "fewer PSUs than the test needs"
        if method == "wald":
            statistic = float(beta @ np.linalg.solve(v, beta)) / len(places)
            return statistic, tail_of_f(statistic, len(places), model.df), ""
        kept = [k for k in range(model.x.shape[1]) if k not in places]
        without = fit(self.family, model.y, model.x[:, kept], model.weight, len(self.categories))
        rise = without.deviance - model.fitted.deviance
        eigenvalues = np.linalg.eigvals(np.linalg.solve(model.fitted.bread[part], v)).real
        return rise / float(eigenvalues.sum()), tail(rise, eigenvalues, model.df), without.note


def regress(
    design: Sample, formula: str, family: str, by: list[str], level: float, df: str | float, data: pd.DataFrame
) -> Regression:
    """Fit a model in each domain; see :meth:`analysis.stats.SurveyDesign.regress`."""
    import pandas as pd

    plain = data.reset_index(drop=True)
    # A category that nobody has would be a column of zeros.
    held = plain.select_dtypes("category").columns
    plain = plain.assign(**{str(name): plain[name].cat.remove_unused_categories() for name in held})
    y, categories = outcome(formula, family, plain)
    spec, x, names = right_side(formula, plain, family)
    valid = ~np.isnan(y) & ~np.isnan(x).any(axis=1) & (design.plan.weight > 0)
    if not valid.any():
        raise DuzhengError(Fault("DZ-S003", found="no row with a value in every column of the formula",
                                 expected="at least one", hint="look which column is empty"))  # fmt: skip
    domain, domains = domains_of(plain, by) if by else (np.zeros(len(y), dtype=np.intp), pd.DataFrame(index=range(1)))
    if family == "ordinal":
        names = names + [f"{low}|{high}" for low, high in pairwise(categories)]
    models = [
        _model(design, family, y, x, valid & (domain == place), df, len(categories), names)
        for place in range(len(domains))
    ]
    bad = next((m.note for m in models if not by and m.note.startswith((COMBINED, TOO_FEW))), "")
    if bad:
        raise DuzhengError(wrong(bad, "columns that each say something of their own", "leave them out of the formula"))
    tables = [_table(model, names, _labels(domains, place), level) for place, model in enumerate(models)]
    table = pd.concat(tables, ignore_index=True)
    return Regression(formula, family, table, domains, names, models, spec, categories, level)


def _model(
    design: Sample, family: str, y: Floats, x: Floats, inside: Bools, df: str | float, levels: int, names: list[str]
) -> Model:
    """Fit the model of one domain and find the covariance of its coefficients."""
    plan, rows = design.plan, np.flatnonzero(inside)
    here, answers, weight = x[rows], y[rows], plan.weight[rows]
    seen = presence(plan, inside)
    size = len(names)
    slopes = x.shape[1] + (family == "ordinal")
    freedom = seen.freedom(df, design.df) + (1 - slopes if isinstance(df, str) else 0)
    nothing = Fit(np.full(size, np.nan), np.full((size, size), np.nan), np.zeros((0, size)), np.nan)
    same = redundant(here) if len(rows) >= size else np.arange(0)
    note = TOO_FEW if len(rows) < size else ""
    if len(same):
        note = COMBINED + ", ".join(names[k] for k in same)
    if family == "ordinal" and not note and len(np.unique(answers)) < levels:
        note = "a category that does not occur in the domain"
    if note:
        return Model(rows, answers, here, weight, nothing, nothing.bread, seen, freedom, note)
    found = fit(family, answers, here, weight, levels)
    scores = np.zeros((len(plan.weight), size))
    scores[rows] = found.scores @ found.bread
    spread = score_covariance(plan, scores, inside)
    note = found.note
    if seen.psus == 1 and not seen.certain:
        note, spread = ONE_PSU, np.full_like(spread, np.nan)
    return Model(rows, answers, here, weight, found, spread, seen, freedom, note)


def _table(model: Model, names: list[str], labels: dict[str, Any], level: float) -> pd.DataFrame:
    import pandas as pd
    from scipy import special

    estimate, se = model.fitted.coefficients, np.sqrt(np.diag(model.covariance))
    t = quantile_of_t(level, np.array([model.df]))[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / se
        bound = np.full(len(names), model.df)
        p = 2 * (special.ndtr(-np.abs(statistic)) if np.isinf(model.df) else special.stdtr(bound, -np.abs(statistic)))
        # Had as many rows been drawn one by one: Σ w u u′, as Σ w (y − ȳ)² for a mean.
        scores, weight = model.fitted.scores, model.weight[: len(model.fitted.scores)]
        meat = scores.T @ (scores / weight[:, None]) * weight.sum() / (model.seen.n - 1)
        deff = np.diag(model.covariance) / np.diag(model.fitted.bread @ meat @ model.fitted.bread)
    notes = "; ".join(filter(None, [model.note, NO_DF if model.df <= 0 else ""]))
    return pd.DataFrame(
        {"variable": names, **labels, "estimate": estimate, "se": se, "lower": estimate - t * se,
         "upper": estimate + t * se, "df": model.df, "n": model.seen.n, "psus": model.seen.psus, "deff": deff,
         "statistic": statistic, "p": p if model.df > 0 else np.nan, "note": notes}
    )  # fmt: skip


def _predicted(family: str, model: Model, x: Floats, t: float, categories: list[Any]) -> pd.DataFrame:
    """Predict the rows of one domain."""
    import pandas as pd
    from scipy import special

    beta, v = model.fitted.coefficients, model.covariance
    width = x.shape[1]
    if family != "ordinal":
        line = x @ beta
        se = np.sqrt(np.einsum("ij,jk,ik->i", x, v, x))
        turn = special.expit if family == "binomial" else (lambda z: z)
        slope = turn(line) * (1 - turn(line)) if family == "binomial" else 1.0
        return pd.DataFrame(
            {"estimate": turn(line), "se": se * slope, "lower": turn(line - t * se), "upper": turn(line + t * se)}
        )
    cuts = np.concatenate([[-np.inf], beta[width:], [np.inf]])
    at = cuts[None, :] - (x @ beta[:width])[:, None]
    below = special.expit(at)
    density = below * (1 - below)
    parts = []
    for k, category in enumerate(categories):
        share = below[:, k + 1] - below[:, k]
        ends = np.zeros((len(x), len(cuts) - 2))
        if k < len(categories) - 1:
            ends[:, k] += density[:, k + 1]
        if k > 0:
            ends[:, k - 1] -= density[:, k]
        gradient = np.hstack([-x * (density[:, k + 1] - density[:, k])[:, None], ends])
        se = np.sqrt(np.einsum("ij,jk,ik->i", gradient, v, gradient))
        half = t * se / (share * (1 - share))
        parts.append(pd.DataFrame({"category": category, "estimate": share, "se": se,
                                   "lower": special.expit(special.logit(share) - half),
                                   "upper": special.expit(special.logit(share) + half)}))  # fmt: skip
    return pd.concat(parts)


def _labels(domains: pd.DataFrame, place: int) -> dict[str, Any]:
    return {str(name): domains[name].iloc[place] for name in domains.columns}


def _match(domains: pd.DataFrame, data: pd.DataFrame) -> Ints:
    """Give the place of the domain of each row to predict, −1 for none."""
    import pandas as pd

    if not len(domains.columns):
        return np.zeros(len(data), dtype=np.intp)
    missing = [name for name in domains.columns if name not in data]
    if missing:
        raise DuzhengError(
            *(wrong(f"no column {name!r}", "the domain of each row", "add it", name) for name in missing)
        )
    places = pd.MultiIndex.from_frame(domains).get_indexer(pd.MultiIndex.from_frame(data[list(domains.columns)]))
    return np.asarray(places, dtype=np.intp)
