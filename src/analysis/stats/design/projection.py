"""What calibration takes out of a variance: the part of the scores that the known totals explain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from analysis.stats.arrays import Floats, Ints
from analysis.stats.design.cells import weighted_count
from analysis.stats.design.plan import Plan

#: Directions of the auxiliary variables below this share of the largest are taken for rounding, as margins that add up
#: to the same number always have such.
SAME = 1e-11


@dataclass(frozen=True, eq=False)
class Projection:
    """The regression on the J variables of one calibration of N rows, worked out when a variance first asks for it.

    Notes
    -----
    A calibrated estimate has the variance of its residuals e = z − x′ B, B = (X′ D X)⁻¹ X′ D z, weighted with the
    calibrated weights (Deville and Särndal 1992; Särndal, Swensson and Wretman 1992, 6.6). In R the ``postStrata`` of a
    design. Calibrations that follow one another are taken out in their order, as R does.
    """

    plan: Plan = field(repr=False)  #: with the weights d that were calibrated
    after: Floats = field(repr=False)  #: the weights g d that came of it, (N,)
    auxiliary: Callable[[], Any] = field(repr=False)  #: gives the auxiliary variables, sparse (N, J)

    @property
    def before(self) -> Floats:
        """The weights d that were calibrated, (N,)."""
        return self.plan.weight

    @cached_property
    def columns(self) -> Any:
        """The auxiliary variables, sparse (N, J)."""
        return self.auxiliary().tocsr()

    @cached_property
    def inverse(self) -> Floats:
        """The inverse of X′ D X, generalised, (J, J)."""
        columns = self.columns
        squares = np.asarray((columns.multiply(columns).multiply(self.before[:, None])).sum(axis=0)).ravel()
        scale = 1 / np.sqrt(np.where(squares > 0, squares, 1.0))
        gram = (columns.T @ columns.multiply(self.before[:, None])).toarray() * np.outer(scale, scale)
        values, vectors = np.linalg.eigh(gram)
        kept = values > SAME * values.max()
        vectors = vectors[:, kept] * scale[:, None]
        found: Floats = (vectors / values[kept]) @ vectors.T
        return found

    @cached_property
    def totals(self) -> tuple[Any, ...]:
        """Σ g d x over the units of each stage, sparse (units, J)."""
        from scipy import sparse

        plan, rows, units = self.plan, np.arange(len(self.before)), len(self.plan.unit_psu)
        weighted = self.columns.multiply(self.after[:, None]).tocsr()
        finest = sparse.csr_array((np.ones(len(rows)), (plan.unit, rows)), shape=(units, len(rows))) @ weighted
        if len(plan.stages) == 1:
            return (finest,)
        shape = (plan.stages[0].units, units)
        return sparse.csr_array((np.ones(units), (plan.unit_psu, np.arange(units))), shape=shape) @ finest, finest

    @cached_property
    def crossed(self) -> tuple[Floats, ...]:
        """For each projection before this, X_m′ W_m D W⁻¹ X, (J_m, J)."""
        share = _over(self.before, self.after)
        return tuple(
            np.asarray((p.columns.T @ self.columns.multiply((p.after * share)[:, None])).toarray())
            for p in self.plan.projections
        )


def slopes(
    projections: tuple[Projection, ...], domain: Ints, scores: Callable[[], Floats], size: int, weight: Floats
) -> tuple[Floats, ...]:
    """Regress the scores of each domain on the columns of each projection, all rows outside it having a score of 0.

    Parameters
    ----------
    domain
        The domain of each row, −1 for none, shape (N,).
    scores
        Gives the score of each row in its own domain, not weighted, shape (N,).
    size
        The number of domains D.
    weight
        The weights of the estimate, shape (N,).

    Returns
    -------
    tuple of numpy.ndarray
        One a projection, shape (D, J).
    """
    rows_score = scores()
    found: list[Floats] = []
    for p in projections:
        entries = p.columns.tocoo()
        of_row, wide = domain[entries.row], p.columns.shape[1]
        inside = of_row >= 0
        value = rows_score * _over(p.before * weight, p.after)
        code = of_row[inside] * wide + entries.col[inside]
        amount = (entries.data * value[entries.row])[inside]
        moment = weighted_count(code, amount, size * wide).reshape(size, wide)
        for earlier, crossed in zip(found, p.crossed, strict=True):
            moment = moment - earlier @ crossed
        found.append(moment @ p.inverse)
    return tuple(found)


def residuals(projections: tuple[Projection, ...], scores: Floats) -> Floats:
    """Take what the projections explain out of weighted scores of rows, shape (N, P)."""
    for p in projections:
        plain = scores * _over(p.before, p.after)[:, None]
        scores = scores - p.after[:, None] * (p.columns @ (p.inverse @ (p.columns.T @ plain)))
    return scores


def _over(above: Floats, below: Floats) -> Floats:
    """Divide, with zero where a row has no weight."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
