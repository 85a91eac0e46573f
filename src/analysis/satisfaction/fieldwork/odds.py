"""Odds of answering by what is known of everybody who was drawn, and the same in R."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.design import Design

#: Rates and odds in base R; ``compare`` is written by the design.
RATES = """\
# Who answered, by place: rates of response, of all and by group.
places <- read.csv("places.csv", check.names = FALSE, fileEncoding = "UTF-8", colClasses = "character")
for (name in c("drawn", "answers", "answered")) places[[name]] <- as.numeric(places[[name]])
rates <- read.csv("rates.csv", fileEncoding = "UTF-8", colClasses = "character")
rate <- function(k) {
  here <- if (rates$variable[k] == "all") TRUE else places[[rates$variable[k]]] == rates$category[k]
  100 * sum(places$answers[here]) / sum(places$drawn[here])
}
compare("rates.csv", estimate = sapply(seq_len(nrow(rates)), rate))"""
ODDS = """\
# Odds of answering: binomial regression on what is known of everybody, errors between places (a sandwich by hand).
# Places of categories that nobody or everybody of answered are left out.
places <- places[places$regressed == "yes", ]
levels_of <- list({levels})
for (name in names(levels_of)) places[[name]] <- factor(places[[name]], levels = levels_of[[name]])
fit <- glm(cbind(answered, drawn - answered) ~ {terms}, family = quasibinomial, data = places)
kept <- !is.na(coef(fit))
x <- model.matrix(fit)[, kept, drop = FALSE]
p <- fitted(fit)
score <- (places$answered - places$drawn * p) * x
bread <- solve(crossprod(x * sqrt(places$drawn * p * (1 - p))))
g <- nrow(x)
se <- rep(NA_real_, length(kept))
se[kept] <- sqrt(diag(bread %*% crossprod(score) %*% bread) * g / (g - 1))
b <- unname(coef(fit))
t <- qt((1 + {level:.10g}) / 2, g - length(kept))
compare("odds.csv", odds = exp(b)[-1], lower = exp(b - t * se)[-1], upper = exp(b + t * se)[-1])"""


def answered(design: Design, log: pd.DataFrame, groups: tuple[str, ...]) -> pd.DataFrame:
    """Count who was drawn and who answered in each place; ``regressed`` if its categories have both.

    Categories that nobody or everybody of answered have no odds, and tell nothing of the others.

    Parameters
    ----------
    design
        A wave whose persons were drawn in places.
    log
        One row a place: its name, the groups, ``persons_drawn``.
    groups
        Columns of the log that are known of everybody.

    Returns
    -------
    pandas.DataFrame
        The place, the groups, ``drawn``, ``answers``, ``answered`` (no more than were drawn), ``regressed``.
    """
    import numpy as np

    came = log[design.place].astype("str").map(design.data[design.place].astype("str").value_counts())
    found = log[[design.place, *groups]].assign(drawn=log["persons_drawn"].astype(int), answers=came.fillna(0))
    found["answered"] = np.minimum(found["answers"], found["drawn"])
    found["regressed"] = True
    while found["regressed"].any():
        here, gone = found[found["regressed"]], np.zeros(len(found), bool)
        for name in groups:
            sums = here.groupby(name, observed=True)[["drawn", "answered"]].sum()
            whole = sums.index[(sums["answered"] == 0) | (sums["answered"] == sums["drawn"])]
            gone |= (found["regressed"] & found[name].isin(whole)).to_numpy(bool)
        if not gone.any():
            break
        found["regressed"] &= ~gone
    return found


def odds_of(came: pd.DataFrame, groups: tuple[str, ...], level: float) -> pd.DataFrame:
    """Regress answering on what is known of everybody, by place: a place's persons are one cluster.

    Parameters
    ----------
    came
        As :func:`answered`.
    groups
        Of which there are two categories or more.
    level
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        ``variable``, ``category``, ``base`` (compared with, the largest), ``odds``, ``lower``, ``upper``, ``df``.

    Notes
    -----
    Logistic regression with a sandwich between places, corrected by G / (G - 1) as in R ``svyglm``; t with the degrees
    of freedom of places less coefficients.
    """
    import numpy as np
    import pandas as pd
    import statsmodels.api as sm
    from scipy import special

    here = came[came["regressed"]]
    columns: list[Any] = [np.ones(len(here))]
    rows, estimated = [], []
    for name in groups:
        sizes = (here if len(here) else came).groupby(name, observed=True)["drawn"].sum()
        base = str(sizes.sort_values(ascending=False, kind="stable").index[0])
        there = set(here[name].astype("str"))
        for category in sorted(set(came[name].astype("str")) - {base}):
            rows.append((name, category, base))
            estimated.append(category in there)
            columns += [(here[name].astype("str") == category).to_numpy(float)] if estimated[-1] else []
    x, told = np.column_stack(columns), np.flatnonzero(estimated)
    beta, se = np.full((2, len(rows)), np.nan)
    df = len(here) - x.shape[1]
    if len(told):
        drawn, answered = (here[name].to_numpy(float) for name in ("drawn", "answered"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of combinations that all answered, which the fit comes near to
            fit = sm.GLM(np.column_stack([answered, drawn - answered]), x, family=sm.families.Binomial()).fit()
        rho = np.asarray(fit.fittedvalues)
        bread = np.linalg.pinv((x * (drawn * rho * (1 - rho))[:, None]).T @ x, hermitian=True)
        score = (answered - drawn * rho)[:, None] * x
        variance = np.diag(bread @ (score.T @ score) @ bread) * len(here) / max(len(here) - 1, 1)
        beta[told], se[told] = np.asarray(fit.params)[1:], np.sqrt(np.maximum(variance, 0))[1:]
    t = special.stdtrit(df, (1 + level) / 2) if df > 0 else np.nan
    found = pd.DataFrame(rows, columns=["variable", "category", "base"])
    with np.errstate(over="ignore"):
        return found.assign(odds=np.exp(beta), lower=np.exp(beta - t * se), upper=np.exp(beta + t * se), df=float(df))


def fitted(came: pd.DataFrame, propensity: pd.DataFrame) -> list[bool]:
    """Tell which rows of the odds were estimated."""
    here = came[came["regressed"]]
    there = {name: set(here[name].astype("str")) for name in set(propensity["variable"])}
    return [row["category"] in there[row["variable"]] for row in propensity.to_dict("records")]


def script(came: pd.DataFrame, propensity: pd.DataFrame, level: float) -> str:
    """Write the R code of rates and odds."""
    if propensity.empty or not any(fitted(came, propensity)):
        return RATES
    told = propensity[fitted(came, propensity)]
    parts = told.groupby("variable", sort=False)
    levels = {str(name): [part["base"].iloc[0], *part["category"]] for name, part in parts}
    listed = ", ".join(f"`{name}` = c({', '.join(map(_quoted, codes))})" for name, codes in levels.items())
    terms = " + ".join(f"`{name}`" for name in levels)
    return f"{RATES}\n{ODDS.format(levels=listed, terms=terms, level=level)}"


def _quoted(code: str) -> str:
    return '"' + code.replace("\\", "\\\\").replace('"', '\\"') + '"'
