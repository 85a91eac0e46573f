"""Relative weights: what each of several correlated variables has of the variance that all explain together."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: With more variables the subsets, 2 to their number, take too long.
MOST = 12
#: A part of a variable that no other explains below this share of its variance is rounding.
NOTHING = 1e-10
#: Numbers that subsets of one chunk of matrices may hold.
_CHUNK = 4_000_000


def johnson(r_xx: ArrayLike, r_xy: ArrayLike) -> Floats:
    """Compute Johnson's relative weights.

    Parameters
    ----------
    r_xx
        Correlations of the p variables, shape (…, p, p); many matrices at once have leading dimensions.
    r_xy
        Their correlations with the outcome, shape (…, p).

    Returns
    -------
    numpy.ndarray
        Weights, shape (…, p): none is negative, and together they are R².

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for shapes that do not fit.

    Notes
    -----
    Z are the uncorrelated variables nearest to X, so that X = Z Λ with Λ = R_xx^½. With β = Λ⁻¹ r_xy, weight j is
    Σ_k Λ_jk² β_k² (Johnson 2000, Multivariate Behavioral Research 35: 1-19). Of two variables the same as
    :func:`shapley`. In R ``e <- eigen(rxx); L <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors);
    L^2 %*% solve(L, rxy)^2``; the package ``rwa``.

    Examples
    --------
    >>> johnson([[1, 0.5], [0.5, 1]], [0.6, 0.4]).round(4)
    array([0.2867, 0.0867])
    """
    r, given = _held(r_xx, r_xy)
    values, vectors = np.linalg.eigh(r)
    root = np.sqrt(np.where(values > NOTHING, values, 0.0))
    inverse = np.divide(1.0, root, out=np.zeros_like(root), where=root > 0)
    turned = np.einsum("...kj,...k->...j", vectors, given)
    beta = np.einsum("...jk,...k->...j", vectors, inverse * turned)
    loadings = np.einsum("...jk,...k,...lk->...jl", vectors, root, vectors)
    found: Floats = np.einsum("...jl,...l->...j", loadings**2, beta**2)
    return found


def shapley(r_xx: ArrayLike, r_xy: ArrayLike) -> Floats:
    """Share R² out by Shapley's value: the mean of what a variable adds, over all orders in which it may enter.

    Parameters
    ----------
    r_xx
        Correlations or covariances of the p variables, up to 12, shape (…, p, p).
    r_xy
        Those with the outcome, whose variance is 1, shape (…, p).

    Returns
    -------
    numpy.ndarray
        Weights, shape (…, p): none is negative, and together they are R².

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for more than twelve variables or shapes that do not fit.

    Notes
    -----
    Σ_S |S|! (p − |S| − 1)! / p! (R²(S + j) − R²(S)) over the subsets S without j (Lindeman, Merenda and Gold 1980,
    119; Grömping 2007, The American Statistician 61: 139-147). Exact over all 2^p subsets: each variable in turn is
    left out of all subsets and swept into all, in 2^p numbers at the end. In R ``relaimpo::calc.relimp(type = "lmg")``.

    Examples
    --------
    >>> shapley([[1, 0.5], [0.5, 1]], [0.6, 0.4]).round(4)
    array([0.2867, 0.0867])
    """
    r, given = _held(r_xx, r_xy)
    p = given.shape[-1]
    if p > MOST:
        raise DuzhengError(wrong(f"{p} variables", f"at most {MOST}", "leave out, or make indices of them"))
    lead = given.shape[:-1]
    r, given = r.reshape(-1, p, p), given.reshape(-1, p)
    step = max(_CHUNK >> p, 1)
    parts = [_shapley(r[k : k + step], given[k : k + step]) for k in range(0, max(len(r), 1), step)]
    return np.concatenate(parts).reshape(*lead, p)


def explained(r_xx: ArrayLike, r_xy: ArrayLike) -> Floats:
    """Compute R² of all variables, shape (…).

    Examples
    --------
    >>> float(explained([[1, 0.5], [0.5, 1]], [0.6, 0.4]).round(4))
    0.3733
    """
    r, given = _held(r_xx, r_xy)
    values, vectors = np.linalg.eigh(r)
    turned = np.einsum("...kj,...k->...j", vectors, given)
    kept = values > NOTHING
    found: Floats = np.divide(turned**2, values, out=np.zeros_like(turned), where=kept).sum(axis=-1)
    return found


def _shapley(r: Floats, given: Floats) -> Floats:
    p, many = given.shape[1], len(given)
    whole = np.empty((many, p + 1, p + 1))
    whole[:, :p, :p], whole[:, p, p] = r, 1.0
    whole[:, :p, p] = whole[:, p, :p] = given
    variances = np.einsum("ijj->ij", r)
    # The rest of what is not yet decided upon, for each subset of what is: the last to be swept is the outcome.
    rest = whole[:, None]
    for j in range(p):
        pivot, row, left = rest[..., 0, 0], rest[..., 0, 1:], rest[..., 1:, 1:]
        inverse = np.divide(
            1.0, pivot, out=np.zeros_like(pivot), where=pivot > NOTHING * np.abs(variances[:, j])[:, None]
        )
        with_it = left - row[..., :, None] * row[..., None, :] * inverse[..., None, None]
        rest = np.stack([left, with_it], axis=2).reshape(many, 2 ** (j + 1), p - j, p - j)
    # The first variable was decided upon first: it is the highest bit of a subset's number.
    known = 1 - rest[:, :, 0, 0]
    numbers = np.arange(2**p)
    sizes = ((numbers[:, None] >> np.arange(p)) & 1).sum(axis=1)
    found = np.empty((many, p))
    for j in range(p):
        bit = 1 << (p - 1 - j)
        without = numbers[numbers & bit == 0]
        share = np.array([1 / (p * comb(p - 1, size)) for size in range(p)])[sizes[without]]
        found[:, j] = (known[:, without | bit] - known[:, without]) @ share
    return found


def _held(r_xx: ArrayLike, r_xy: ArrayLike) -> tuple[Floats, Floats]:
    """Read the correlations, and hold their shapes to each other."""
    r, given = np.asarray(r_xx, dtype=float), np.asarray(r_xy, dtype=float)
    if given.ndim < 1 or given.shape[-1] < 1 or r.shape != (*given.shape, given.shape[-1]):
        found = f"shapes {r.shape} and {given.shape}"
        raise DuzhengError(wrong(found, "(…, p, p) and (…, p)", "give correlations of p variables and an outcome"))
    return r, given
