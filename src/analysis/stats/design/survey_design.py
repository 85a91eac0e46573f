"""The design of a sample, with every verb that respects it."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.stats.design.estimation import Estimation
from analysis.stats.design.group_means import GroupMeans
from analysis.stats.design.r_script import Script
from analysis.stats.design.replicates import Replication
from analysis.stats.design.weighting import Weighting


@dataclass(frozen=True, eq=False, kw_only=True)
class SurveyDesign(Estimation, GroupMeans, Weighting, Replication, Script):
    """How a sample was drawn: weights, strata, units of both stages, finite populations.

    Parameters
    ----------
    data
        One row a respondent. The frame is kept, not copied; columns may be added to it, rows may not.
    weights
        The column of sampling weights, zero or more; rows of weight 0 count nowhere.
    strata
        The column of first-stage strata; None for one stratum.
    psu
        The column of primary sampling units; None if each row is one.
    ssu
        The column of second-stage units, nested in the PSUs. They matter only with a second-stage ``fpc``.
    fpc
        The column of the number of PSUs in each stratum's population, or a pair with that of second-stage units in each
        PSU. A column whose values are all up to 1 holds the fractions drawn. Infinity is no correction.
    nest
        Whether the same name of a PSU in two strata means two PSUs.
    lonely_psu
        What a stratum of one PSU that was not drawn completely adds to a variance: ``error`` refuses the design,
        ``remove`` and ``certainty`` nothing, ``adjust`` its deviation from the mean of all PSUs, ``average`` the
        average of the other strata. ``certainty`` says that it was drawn for sure, so that a domain within it has a
        standard error.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S001 with every fault at once: unknown columns, missing, negative, infinite or zero-sum weights, missing
        codes, a PSU in two strata without nesting, an FPC smaller than the sample or not constant, lonely strata.

    Notes
    -----
    All methods share ``by`` (columns whose combinations are domains; rows without a value are in none), ``level`` of
    the interval, ``df`` (``"design"``: PSUs less strata of the design, R's default; ``"domain"``: those in which the
    domain has valid rows; infinity for the normal; or a number) and ``deff`` (``"wr"``, or ``"wor"`` whose denominator
    has the factor 1 − n / Σw). They give a frame with the columns variable, [category or prob], <by…>, estimate, se,
    lower, upper, df, n, psus, deff, note; its ``attrs["deff"]`` names the convention.

    A missing value leaves its row out for that variable only. A domain is never a smaller design. A mean, ratio,
    proportion or quantile of a domain in one PSU that is not a certainty has no standard error: NaN and a note. Totals
    keep theirs, with a note. In R ``svydesign(ids, strata, weights, fpc, nest, data)``.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"h": list("aaaabbbb"), "i": [1, 1, 2, 2, 1, 1, 2, 2], "w": [2.0] * 4 + [3.0] * 4,
    ...                      "y": [1, 2, 4, 5, 3, 3, 6, 8], "ok": [True, True, False, True] * 2})
    >>> design = SurveyDesign(data=rows, weights="w", strata="h", psu="i")
    >>> design.mean("y").round(4)[["variable", "estimate", "se", "lower", "upper", "df", "n", "psus"]]
      variable  estimate      se   lower   upper   df  n  psus
    0        y       4.2  1.3416 -1.5726  9.9726  2.0  8     4
    """
