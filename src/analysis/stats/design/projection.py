"""What calibration takes out of a variance: the part of the scores that the known totals explain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.stats.design.cells import weighted_count
from analysis.stats.design.plan import Floats, Ints, Plan

#: Directions of the auxiliary variables below this share of the largest are taken for rounding, as margins that add up
#: to the same number always have such.
SAME = 1e-11


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """The regression on the variables of one calibration. N rows, J columns."""

    columns: Any  #: the auxiliary variables, sparse (N, J)
    before: Floats  #: the weights d that were calibrated, (N,)
    after: Floats  #: the weights g d that came of it, (N,)
    inverse: Floats  #: the inverse of X′ D X, generalised, (J, J)
    totals: tuple[Any, ...]  #: Σ g d x over the units of each stage, sparse (units, J)
    crossed: tuple[Floats, ...]  #: for each projection before this, X_m′ W_m D W⁻¹ X, (J_m, J)


def project(plan: Plan, columns: Any, after: Floats) -> Projection:
    """Prepare the regression of any scores on the columns that the plan's weights are calibrated to.

    Notes
    -----
    A calibrated estimate has the variance of its residuals e = z − x′ B, B = (X′ D X)⁻¹ X′ D z, weighted with the
    calibrated weights (Deville and Särndal 1992; Särndal, Swensson and Wretman 1992, 6.6). In R the ``postStrata`` of a
    design. Calibrations that follow one another are taken out in their order, as R does.
    """
    from scipy import sparse

    before = plan.weight
    squares = np.asarray((columns.multiply(columns).multiply(before[:, None])).sum(axis=0)).ravel()
    scale = 1 / np.sqrt(np.where(squares > 0, squares, 1.0))
    gram = (columns.T @ columns.multiply(before[:, None])).toarray() * np.outer(scale, scale)
    values, vectors = np.linalg.eigh(gram)
    kept = values > SAME * values.max()
    vectors = vectors[:, kept] * scale[:, None]
    inverse = (vectors / values[kept]) @ vectors.T
    weighted = columns.multiply(after[:, None]).tocsr()
    units = len(plan.unit_psu)
    rows = np.arange(len(before))
    finest = sparse.csr_array((np.ones(len(rows)), (plan.unit, rows)), shape=(units, len(rows))) @ weighted
    totals = [finest]
    if len(plan.stages) > 1:
        up = sparse.csr_array((np.ones(units), (plan.unit_psu, np.arange(units))), shape=(plan.stages[0].units, units))
        totals.insert(0, up @ finest)
    share = _over(before, after)
    crossed = tuple(
        np.asarray((p.columns.T @ columns.multiply((p.after * share)[:, None])).toarray()) for p in plan.projections
    )
    return Projection(columns.tocsr(), before, after, inverse, tuple(totals), crossed)


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
