"""Weighted fits of linear, logistic and proportional-odds models, with the scores that their variance needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.stats.arrays import Floats, Ints
from analysis.stats.design.cells import weighted_count

FAMILIES = ("gaussian", "binomial", "ordinal")
SEPARATED = "fitted probabilities of 0 or 1: the groups are separated, and estimates have no bound"
NOT_CONVERGED = "the fit did not converge"
#: A fitted probability this near to 0 or 1 is one.
CERTAIN = 1e-9
#: The fit has converged when a step would change the log-likelihood by less than this share of it.
ENOUGH = 1e-15
STEPS = 60
#: Newton's steps are whole where they gain less than this share of the log-likelihood, and halved at most to this.
NEAR, SHORT = 1e-8, 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Coefficients that solve Σ w u(β) = 0, of n rows and P parameters."""

    coefficients: Floats  #: (P,)
    bread: Floats  #: the inverse of −∂ Σ w u / ∂β, (P, P)
    scores: Floats  #: w u of each row, (n, P)
    deviance: float  #: −2 × the weighted log-likelihood, less that of a saturated model
    note: str = ""


def fit(family: str, y: Floats, x: Floats, weight: Floats, levels: int = 2) -> Fit:
    """Fit a model to rows of positive weight.

    Parameters
    ----------
    family
        ``gaussian`` (identity), ``binomial`` (logit) or ``ordinal`` (cumulative logit).
    y
        Numbers; 0 and 1; or the place of each row's category among ``levels``; shape (n,).
    x
        The columns of the model, shape (n, P); an ordinal model has no constant.
    weight
        Shape (n,).
    """
    if family == "gaussian":
        return _linear(y, x, weight)
    return _logistic(y, x, weight) if family == "binomial" else _proportional_odds(y.astype(np.intp), x, weight, levels)


def redundant(x: Floats) -> Ints:
    """Find the columns that are combinations of others before them."""
    size = np.linalg.norm(x, axis=0)
    scaled = x / np.where(size > 0, size, 1.0)
    triangle = np.linalg.qr(scaled, mode="r") if len(x) >= x.shape[1] else scaled
    if len(x) < x.shape[1]:
        return np.arange(len(x), x.shape[1])
    return np.flatnonzero(np.abs(np.diag(triangle)) < 1e-9)  # noqa: PLR2004  R's tolerance is 1e-11 of squares


def _linear(y: Floats, x: Floats, weight: Floats) -> Fit:
    root = np.sqrt(weight)
    q, r = np.linalg.qr(x * root[:, None])
    coefficients = np.linalg.solve(r, q.T @ (y * root))
    inverse = np.linalg.inv(r)
    rest = y - x @ coefficients
    scores = x * (weight * rest)[:, None]
    return Fit(coefficients, inverse @ inverse.T, scores, float(np.sum(weight * rest**2)))


def _logistic(y: Floats, x: Floats, weight: Floats) -> Fit:
    import warnings

    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    scale = float(weight.mean())
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        model = GLM(y, x, family=Binomial(), var_weights=weight / scale)
        found = model.fit(maxiter=STEPS, tol=ENOUGH, tol_criterion="deviance")
    coefficients = np.asarray(found.params, dtype=float)
    share = np.asarray(found.fittedvalues, dtype=float)
    spread = weight * share * (1 - share)
    note = SEPARATED if ((share < CERTAIN) | (share > 1 - CERTAIN)).any() else "" if found.converged else NOT_CONVERGED
    scores = x * (weight * (y - share))[:, None]
    bread = np.linalg.pinv(x.T @ (x * spread[:, None]), hermitian=True)
    return Fit(coefficients, bread, scores, float(found.deviance) * scale, note)


def _proportional_odds(y: Ints, x: Floats, weight: Floats, levels: int) -> Fit:
    """Fit logit P(y ≤ k) = θ_k − x β by Newton's method, whose likelihood has one peak (Pratt 1981)."""
    from scipy import special

    width = x.shape[1]
    held = weighted_count(y, weight, levels)
    shares = np.cumsum(held)[:-1] / weight.sum()
    at = np.concatenate([np.zeros(width), special.logit(shares)])
    # Each row lies between two thresholds: the columns that its upper and its lower end are made of.
    upper, lower = (np.hstack([-x, np.eye(levels + 1)[y + end][:, 1:levels]]) for end in (1, 0))
    ends = (y == levels - 1, y == 0)

    def look(values: Floats) -> tuple[float, Floats, Floats]:
        above = np.where(ends[0], np.inf, upper @ values)
        below = np.where(ends[1], -np.inf, lower @ values)
        inside = special.expit(above) - special.expit(below)
        if (inside <= 0).any():
            return np.inf, above, below
        return float(-np.sum(weight * np.log(inside))), above, below

    loss, above, below = look(at)
    near = 0
    for _ in range(STEPS):
        scores, information = _information(weight, upper, lower, above, below)
        step = np.linalg.lstsq(information, scores.sum(axis=0), rcond=None)[0]
        # Near the peak the likelihood is flat to rounding; Newton's whole step is right there without looking.
        near += bool(scores.sum(axis=0) @ step <= NEAR * loss)
        length = 1.0
        while not near and length > SHORT and not look(at + length * step)[0] < loss:
            length /= 2
        at = at + length * step
        loss, above, below = look(at)
        if near > 2 or np.isinf(loss):  # noqa: PLR2004  each such step doubles the digits
            break
    scores, information = _information(weight, upper, lower, above, below)
    note = (
        SEPARATED if np.ptp(x @ at[:width]) > -2 * np.log(CERTAIN) else "" if near and loss < np.inf else NOT_CONVERGED
    )
    bread = np.linalg.pinv(information, hermitian=True).astype(float, copy=False)
    return Fit(at.astype(float, copy=False), bread, scores, 2 * loss, note)


def _information(weight: Floats, upper: Floats, lower: Floats, above: Floats, below: Floats) -> tuple[Floats, Floats]:
    """Give the scores of rows and the negative second derivatives of the log-likelihood."""
    from scipy import special

    top, bottom = special.expit(above), special.expit(below)
    inside = top - bottom
    f, g = top * (1 - top), bottom * (1 - bottom)
    first, second = f / inside, -g / inside
    scores = upper * (weight * first)[:, None] + lower * (weight * second)[:, None]
    of_top = weight * (first**2 - f * (1 - 2 * top) / inside)
    of_bottom = weight * (second**2 + g * (1 - 2 * bottom) / inside)
    mixed = weight * first * second
    cross = upper.T @ (lower * mixed[:, None])
    information = upper.T @ (upper * of_top[:, None]) + lower.T @ (lower * of_bottom[:, None]) + cross + cross.T
    return scores, information
