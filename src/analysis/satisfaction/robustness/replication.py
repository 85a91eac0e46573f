"""Claims in R: totals of scores and of who has one, and the claim as a function of them; base R and survey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.satisfaction.indices.index import COMBINE

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats import SurveyDesign

EVERYBODY = "TRUE"
_SCRIPT = """\
# The claim itself, by the main choices only. Totals of scores and of those who have one, group by group, in the whole
# design; means are their ratios, and the error is by the delta method. Not replicated: the other combinations, and
# degrees of freedom.
{groups}
claim <- update(design,
  {columns}
)
totals <- svytotal(~{names}, claim)
found <- svycontrast(totals, quote({formula}))
cat(sprintf("claim: estimate %.10g here, %.10g in R; standard error %.10g here, %.10g in R\\n",
            {estimate}, as.numeric(coef(found)), {se}, as.numeric(SE(found))))"""
_APART = """\
# The claim itself, by the main choices only: waves that were drawn apart. Not replicated: the other combinations.
cat("here: {estimate:.6f}, se {se:.6f}, df {df:.2f}\\n")"""


@dataclass(frozen=True, eq=False)
class Replication:
    """What R needs to compute a claim again: of a sample, or of waves that were drawn apart."""

    sample: SurveyDesign = field(repr=False)
    asked: tuple[pd.DataFrame, ...] = field(default=(), repr=False)
    script: str = ""
    columns: tuple[str, ...] = ()
    earlier: Replication | None = None  #: of the wave before, which was drawn apart
    combine: str = ""  #: R code that puts both together


def named(name: str) -> str:
    """Write a name in R."""
    return "`" + name.replace("`", "\\`") + "`"


def is_code(column: str, code: str) -> str:
    """Write in R who is of a group; without a value nobody is."""
    text = code.replace("\\", "\\\\").replace('"', '\\"')
    return f'!is.na({named(column)}) & as.character({named(column)}) == "{text}"'


def claim_script(score: str, groups: Sequence[str], formula: str, estimate: float, se: float) -> str:
    """Write R code that computes a function of the totals of groups.

    Parameters
    ----------
    score
        The column of scores.
    groups
        R conditions; the totals of the k-th are ``claim_yk`` (scores) and ``claim_nk`` (those who have one).
    formula
        R code of the claim, of these totals.
    estimate, se
        Ours, to be compared.
    """
    y = named(score)
    columns, names = [], []
    for k, group in enumerate(groups, 1):
        inside = f"!is.na({y}) & ({group})"
        columns += [f"claim_y{k} = ifelse({inside}, {y}, 0)", f"claim_n{k} = as.numeric({inside})"]
        names += [f"claim_y{k}", f"claim_n{k}"]
    listed = "\n".join(f"# group {k}: {group}" for k, group in enumerate(groups, 1))
    return _SCRIPT.format(groups=listed, columns=",\n  ".join(columns), names=" + ".join(names), formula=formula,
                          estimate=_number(estimate), se=_number(se))  # fmt: skip


def apart_script(score: str, *, turned: bool, estimate: float, se: float, df: float) -> str:
    """Write R code that subtracts the means of two waves, in the order of their folders."""
    quoted = score.replace('"', '\\"')
    shares = "c(1, -1)" if turned else "c(-1, 1)"
    return f'{COMBINE}\n{_APART.format(estimate=estimate, se=se, df=df)}\ncombine("{quoted}", {shares})'


def _number(value: float) -> str:
    return f"{value:.17g}" if value == value else "NA_real_"  # noqa: PLR0124  missing
