"""Principal components: weights that a set of indicators gives itself by how it hangs together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: A loading or a variation below this is rounding.
NOTHING = 1e-12


class ComponentWeights(NamedTuple):
    """Weights by principal components, and what they rest on."""

    weights: Floats  #: shape (indicators,), adding up to 1 unless of the first component
    loadings: Floats  #: of the components kept, rotated if so, shape (indicators, components)
    explained: Floats  #: share of all variance that each kept component explains
    units: int  #: complete ones, of which correlations were computed


def component_weights(values: ArrayLike, *, rotated: bool = True) -> ComponentWeights:
    """Compute weights of indicators from principal components of their correlations.

    Parameters
    ----------
    values
        Shape (units, indicators), normalised; units with a missing figure are left out.
    rotated
        True: weights of the handbook, from rotated components. False: the loadings of the first component.

    Returns
    -------
    ComponentWeights
        Weights, loadings, variance explained, units.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for fewer than three complete units, an indicator without variation; for the first component where
        loadings have both signs, so that an indicator would count against its direction.

    Notes
    -----
    Rotated (Nicoletti, Scarpetta and Boylaud 2000; OECD and JRC 2008, step 6): components are kept in order until each
    has an eigenvalue above 1, at least a tenth of the variance, and all at least 60 % (at least one is kept); varimax
    without row normalisation; squared loadings, scaled within each component, go to the component on which the
    indicator loads most; components count by the variance they explain after rotation. Squares have no sign: an
    indicator that runs against the others still counts in its direction, which correlations should be looked at for.

    First component: its eigenvector of length 1, turned so that it adds up to more than 0 (the sign of a component is
    arbitrary). In R ``prcomp(scale. = TRUE)$rotation[, 1]`` and ``COINr::get_PCA``.

    Where there are no more units than indicators, correlations are of no full rank and weights rest on chance: callers
    warn of it.

    Examples
    --------
    >>> found = component_weights([[1, 1, 9], [2, 2, 1], [3, 4, 5], [4, 3, 4], [5, 5, 6]])
    >>> found.weights.round(3), found.units
    (array([0.484, 0.476, 0.04 ]), 5)
    """
    x = np.array(values, dtype=float, ndmin=2)
    x = x[~np.isnan(x).any(axis=1)]
    if len(x) < 3:  # noqa: PLR2004  two points lie on a line
        raise DuzhengError(wrong(f"{len(x)} units with all figures", "3 or more", "impute, or weight equally"))
    if x.shape[1] == 1:
        return ComponentWeights(np.ones(1), np.ones((1, 1)), np.ones(1), len(x))
    still = np.flatnonzero(np.ptp(x, axis=0) <= NOTHING * np.abs(x).max(axis=0))
    if len(still):
        raise DuzhengError.of(wrong(f"indicator {at + 1} of {x.shape[1]}, without variation", "figures that differ",
                                    "leave it out") for at in still)  # fmt: skip
    r = np.corrcoef(x, rowvar=False)
    values_of, vectors = np.linalg.eigh(r)
    order = np.argsort(values_of)[::-1]
    values_of, vectors = np.maximum(values_of[order], 0.0), vectors[:, order]
    share = values_of / values_of.sum()
    if not rotated:
        first = vectors[:, 0] * (1.0 if vectors[:, 0].sum() >= 0 else -1.0)
        against = np.flatnonzero(first < -NOTHING)
        if len(against):
            raise DuzhengError.of(
                wrong(f"indicator {at + 1} of {len(first)}, which runs against the first component",
                      "indicators that run together", "look at the correlations, or weight otherwise")
                for at in against
            )  # fmt: skip
        return ComponentWeights(np.maximum(first, 0.0), first[:, None], share[:1], len(x))
    kept = _kept(values_of, share)
    loadings = _varimax(vectors[:, :kept] * np.sqrt(values_of[:kept]))
    squared = loadings**2
    by_component = squared.sum(axis=0)
    scaled = squared / by_component
    home = squared.argmax(axis=1)
    weight = scaled[np.arange(len(home)), home] * (by_component / by_component.sum())[home]
    return ComponentWeights(weight / weight.sum(), loadings, by_component / len(r), len(x))


def _kept(values: Floats, share: Floats) -> int:
    """Count the components to keep."""
    large = (values > 1.0) & (share >= 0.1)  # noqa: PLR2004  rules of the handbook
    kept = max(int(large.sum()), 1)
    enough = int(np.searchsorted(np.cumsum(share), 0.6 - 1e-12)) + 1
    return min(max(kept, enough), len(values))


def _varimax(loadings: Floats, rounds: int = 500) -> Floats:
    """Rotate loadings so that each component has few large ones."""
    if loadings.shape[1] < 2:  # noqa: PLR2004  nothing to rotate
        return loadings
    turn = np.eye(loadings.shape[1])
    before = 0.0
    for _ in range(rounds):
        rotated = loadings @ turn
        target = rotated**3 - rotated * (rotated**2).mean(axis=0)
        left, sizes, right = np.linalg.svd(loadings.T @ target)
        turn = left @ right
        now = float(sizes.sum())
        if now <= before * (1 + 1e-12):
            break
        before = now
    found: Floats = loadings @ turn
    return found
