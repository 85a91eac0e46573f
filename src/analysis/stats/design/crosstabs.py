"""Tests that two questions are answered independently of one another."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.stats.arrays import Bools, Floats, Ints
from analysis.stats.design.cells import weighted_count
from analysis.stats.design.chisqsum import tail, tail_of_f
from analysis.stats.design.estimates import NO_DF, NO_ROWS, ONE_PSU
from analysis.stats.design.plan import Plan
from analysis.stats.design.variance import presence, score_covariance

STATISTICS = ("F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint")
ONE_CATEGORY = "a question with one category here: no test"
EMPTY = "too many combinations without answers: merge categories"
FEW_PSUS = "fewer PSUs than the test needs: use F"


def independence(
    plan: Plan, rows: Ints, columns: Ints, inside: Bools, statistic: str, df: str | float, frame: float
) -> dict[str, Any]:
    """Test independence in one domain; codes below 0 are missing. Formulas at :meth:`SurveyDesign.chisq`."""
    inside = inside & (rows >= 0) & (columns >= 0) & (plan.weight > 0)
    seen = presence(plan, inside)
    nu = seen.freedom(df, frame)
    result = {"statistic": np.nan, "ndf": np.nan, "ddf": np.nan, "p": np.nan, "n": seen.n, "psus": seen.psus}
    some = np.flatnonzero(inside)
    _, r = np.unique(rows[some], return_inverse=True)
    _, c = np.unique(columns[some], return_inverse=True)
    high, wide = (int(codes.max()) + 1 if len(codes) else 0 for codes in (r, c))
    note = (
        NO_ROWS if not seen.n else ONE_CATEGORY if min(high, wide) == 1
        else ONE_PSU if seen.psus == 1 and not seen.certain else NO_DF if nu <= 0 else ""
    )  # fmt: skip
    if note:
        return {**result, "note": note}
    q, cell, weight = (high - 1) * (wide - 1), r * wide + c, plan.weight[some]
    held = weighted_count(cell, weight, high * wide)
    whole = held.sum()
    share = held / whole
    scores = np.zeros((len(plan.weight), high * wide))
    scores[some, cell] = weight
    if statistic in {"Wald", "adjWald"}:
        wald = _wald(held, score_covariance(plan, scores, inside), high, wide)
        return result | _referred(wald, q, nu, adjusted=statistic == "adjWald")
    scores[some] -= weight[:, None] * share[None, :]
    effects = _effects(share, score_covariance(plan, scores / whole, inside), high, wide, seen.n)
    if effects is None:
        return {**result, "note": EMPTY}
    expected = np.outer(share.reshape(high, wide).sum(axis=1), share.reshape(high, wide).sum(axis=0)).ravel()
    x2 = seen.n * float(np.sum((share - expected) ** 2 / expected))
    mean, squares = float(np.trace(effects)), float(np.trace(effects @ effects))
    d0 = mean**2 / squares
    found = {"statistic": x2, "ndf": q, "ddf": d0 * nu, "note": ""}
    if statistic == "F":
        f = x2 / mean
        p = tail_of_f(f, d0, d0 * nu)
        found |= {"statistic": f, "ndf": d0}
    elif statistic == "Chisq":
        p = tail_of_f(x2 / mean, q, np.inf)
        found |= {"ddf": np.inf}
    else:
        eigenvalues: Floats = np.linalg.eigvals(effects).real.astype(float)
        p = tail(x2, eigenvalues, d0 * nu, "integration" if statistic == "lincom" else "saddlepoint")
    return {**result, **found, "p": float(p)}


def _referred(wald: float, q: int, nu: float, *, adjusted: bool) -> dict[str, Any]:
    """Refer a Wald statistic of q differences to F."""
    ddf = nu - q + 1 if adjusted else nu
    if np.isnan(wald) or ddf <= 0:
        return {"note": FEW_PSUS}
    f = wald / q * (ddf / nu if adjusted and np.isfinite(nu) else 1.0)
    return {"statistic": f, "ndf": q, "ddf": ddf, "p": tail_of_f(f, q, ddf), "note": ""}


def _effects(share: Floats, covariance: Floats, high: int, wide: int, n: int) -> Floats | None:
    """Give the matrix whose eigenvalues are the design effects of the table's interaction (Rao and Scott 1984).

    None if so many combinations are empty that the interaction can't be told.
    """
    contrasts = np.kron(_differences(high), _differences(wide))
    inverse = np.divide(1.0, share, out=np.zeros_like(share), where=share > 0)
    scaled = contrasts * inverse[:, None]
    plain = contrasts.T @ scaled / n
    if np.linalg.matrix_rank(plain) < len(plain):
        return None
    return np.linalg.solve(plain, scaled.T @ covariance @ scaled).astype(float, copy=False)


def _differences(size: int) -> Floats:
    """Give size − 1 orthogonal contrasts of categories."""
    from scipy import linalg

    found: Floats = linalg.helmert(size).T
    return found


def _wald(held: Floats, covariance: Floats, high: int, wide: int) -> float:
    """Compute the Wald statistic of the differences of counts from what independence expects."""
    table = held.reshape(high, wide)
    rows, columns, whole = table.sum(axis=1), table.sum(axis=0), float(table.sum())
    r, c = np.repeat(np.arange(high), wide), np.tile(np.arange(wide), high)
    slope = np.eye(high * wide) + (rows[r] * columns[c])[:, None] / whole**2
    slope -= (r[:, None] == r[None, :]) * columns[c][:, None] / whole
    slope -= (c[:, None] == c[None, :]) * rows[r][:, None] / whole
    away = held - rows[r] * columns[c] / whole
    use = np.flatnonzero((r > 0) & (c > 0))
    spread = (slope @ covariance @ slope.T)[np.ix_(use, use)]
    if np.linalg.matrix_rank(spread) < len(use):
        return float("nan")
    return float(away[use] @ np.linalg.solve(spread, away[use]))
