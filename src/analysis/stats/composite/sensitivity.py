"""Sensitivity by shares of variance: which input moves an output, alone and together with others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log2
from typing import TYPE_CHECKING

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import hold_level, wrong
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: A variance below this share of the output's size is rounding.
_NOTHING = 1e-24


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares of the variance of each output, by input; NaN where an output does not vary."""

    first: Floats  #: by the input alone, shape (inputs, outputs)
    total: Floats  #: by the input alone and together with others, shape (inputs, outputs)
    variance: Floats  #: of the outputs, shape (outputs,)
    exact: bool  #: from all combinations, not from a sample
    runs: int  #: how often the outputs were computed
    first_interval: Floats | None = None  #: of sampling the combinations, shape (2, inputs, outputs)
    total_interval: Floats | None = None


def factorial_shares(outputs: ArrayLike, inputs: int) -> Shares:
    """Compute shares of variance from the outputs of all combinations, which are as likely as one another.

    Parameters
    ----------
    outputs
        Shape (options of input 1, …, options of input d, outputs); the last may be left out.
    inputs
        d.

    Returns
    -------
    Shares
        Exact ones.

    Notes
    -----
    First order V(E[Y|xᵢ])/V(Y); total E[V(Y|x₋ᵢ)]/V(Y) (Sobol' 1993, Homma and Saltelli 1996).

    Examples
    --------
    >>> found = factorial_shares([[1.0, 2.0], [3.0, 4.0]], 2)
    >>> found.first[:, 0].tolist(), found.total[:, 0].tolist()
    ([0.8, 0.2], [0.8, 0.2])
    """
    y = np.asarray(outputs, dtype=float)
    y = y[..., None] if y.ndim == inputs else y
    if y.ndim != inputs + 1 or not y.size or not np.isfinite(y).all():
        raise DuzhengError(wrong(f"outputs of shape {y.shape}", f"{inputs} axes of options and one of outputs, no gap",
                                 "give every combination its output"))  # fmt: skip
    axes = tuple(range(inputs))
    variance = y.var(axis=axes)
    size = np.abs(y).max(axis=axes) ** 2
    whole = np.where(variance > _NOTHING * size, variance, np.nan)
    first, total = [], []
    for axis in axes:
        others = tuple(each for each in axes if each != axis)
        first.append((y.mean(axis=others) if others else y).var(axis=0) / whole)
        total.append(y.var(axis=axis).mean(axis=tuple(range(inputs - 1))) / whole)
    return Shares(np.array(first), np.array(total), variance, exact=True, runs=int(np.prod(y.shape[:-1])))


def sobol_shares(
    function: Callable[[Floats], Floats], inputs: int | Sequence[int], *, n: int = 1024, seed: int = 1,
    level: float = 0.9, resamples: int = 200,
) -> Shares:  # fmt: skip
    """Estimate shares of variance from a sample of the inputs.

    Parameters
    ----------
    function
        Takes uniform numbers, shape (rows, columns), and gives outputs, shape (rows,) or (rows, outputs). An input with
        k options divides its column into k equal parts.
    inputs
        How many inputs of one column; or the columns of each, where an input takes several that vary together.
    n
        Rows of the base sample, raised to a power of 2; outputs are computed n (d + 2) times.
    seed
        Of the scrambled Sobol' sequence and the resampling.
    level, resamples
        Of the percentile bootstrap intervals, which say what sampling leaves open.

    Returns
    -------
    Shares
        Estimates, which may fall a little below 0 or above 1.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for numbers out of range.

    Notes
    -----
    Base samples A and B, and A with the columns of input i from B. First order by Saltelli and others (2010), on
    outputs less their mean; total by Jansen (1999). In R ``sensobol::sobol_indices``; in Python
    ``scipy.stats.sobol_indices``, which has no inputs of several columns.

    Examples
    --------
    >>> found = sobol_shares(lambda u: 2 * u[:, 0] + u[:, 1], 2)
    >>> found.first[:, 0].round(2).tolist(), found.total[:, 0].round(2).tolist(), found.runs
    ([0.8, 0.2], [0.8, 0.2], 4096)
    """
    from scipy.stats import qmc

    columns = [1] * inputs if isinstance(inputs, int) else list(inputs)
    faults = []
    if n < 8 or not columns or min(columns) < 1 or resamples < 0:  # noqa: PLR2004  variances of fewer mean nothing
        faults.append(wrong(f"n={n}, inputs={inputs}, resamples={resamples}", "n of 8 or more, one input or more",
                            "n of 512 or more is usual"))  # fmt: skip
    hold_level(level, *faults)
    rng = np.random.default_rng(seed)
    power, wide = ceil(log2(n)), sum(columns)
    base = qmc.Sobol(2 * wide, rng=rng).random_base2(power)
    a, b = base[:, :wide], base[:, wide:]
    starts = np.cumsum([0, *columns])
    mixed = []
    for i in range(len(columns)):
        of = a.copy()
        of[:, starts[i] : starts[i + 1]] = b[:, starts[i] : starts[i + 1]]
        mixed.append(of)
    y = np.asarray(function(np.concatenate([a, b, *mixed])), dtype=float)
    y = (y[:, None] if y.ndim == 1 else y).reshape(len(columns) + 2, len(a), -1)
    first, total, variance = _estimates(y)
    ends: list[Floats | None] = [None, None]
    if resamples:
        again = [_estimates(y[:, rng.integers(0, len(a), len(a))])[:2] for _ in range(resamples)]
        tails = [(1 - level) / 2, (1 + level) / 2]
        ends = [np.quantile([each[at] for each in again], tails, axis=0) for at in (0, 1)]
    return Shares(first, total, variance, exact=False, runs=y.shape[0] * y.shape[1], first_interval=ends[0],
                  total_interval=ends[1])  # fmt: skip


def _estimates(y: Floats) -> tuple[Floats, Floats, Floats]:
    """Estimate first and total shares from outputs of A, B and the mixed samples."""
    both = y[:2].reshape(-1, y.shape[2])
    variance = both.var(axis=0)
    whole = np.where(variance > _NOTHING * np.abs(both).max(axis=0) ** 2, variance, np.nan)
    centred = y - both.mean(axis=0)
    first = (centred[1] * (centred[2:] - centred[0])).mean(axis=1) / whole
    total = ((y[0] - y[2:]) ** 2).mean(axis=1) / (2 * whole)
    return first, total, variance
