"""Response against plan: the rates so far, in all and by columns of the draw, and the answers of each day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.messages import DuzhengError
from analysis.messages.requests import hold_columns, wrong
from analysis.satisfaction.fieldwork.plan import Plan

if TYPE_CHECKING:
    import pandas as pd


def response(
    log: pd.DataFrame, responses: pd.DataFrame, *, by: str | Sequence[str] = (), place: str,
    plan: Plan | None = None, now: dt.datetime | None = None, level: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Give the rates of response so far, in all or by columns of the draw, against plan.

    Parameters
    ----------
    log
        One row a place that was drawn: ``place`` under its own name, ``persons_drawn``, and the columns of ``by``.
    responses
        One row an answer: the place, ``completed``.
    by
        Columns of the log.
    place
        What the column of places is called.
    plan, now
        What was planned, and up to when answers are in; the end of fieldwork if not given.
    level
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        Columns of ``by``; ``places``, ``drawn``; ``answers`` = ``completed`` + ``partial``; ``rr1`` (completed of those
        drawn), ``rr2`` (answers of those drawn), ``lower``, ``upper`` of rr2 and ``how`` the interval was made;
        ``breakoff`` (partial of answers); ``over`` (answers that exceed those drawn, by place). With a plan ``wanted``
        in the end, ``fill`` = answers / wanted, ``expected`` by now, ``behind`` = expected − answers.

    Raises
    ------
    DuzhengError
        DZ-S002 for columns that are not there, answers from places that were not drawn, or a log without a draw.

    Notes
    -----
    AAPOR, Standard Definitions (10th ed., 2023), RR1 and RR2: everybody drawn counts as eligible, so both are least
    rates. The interval is Wilson's (1927) with n* = p (1 − p) / s² in place of n, no larger than n, where s² is the
    variance of a ratio between places: pupils of one school answer alike. It speaks of readiness to answer, not of
    the rate that was reached, which is known.
    """
    import numpy as np
    import pandas as pd
    from statsmodels.stats.proportion import proportion_confint

    by = [by] if isinstance(by, str) else list(by)
    hold_columns(log, {*by, place, "persons_drawn"}, "the log")
    hold_columns(responses, {place, "completed"}, "the answers")
    strange = responses.loc[~responses[place].isin(log[place]), place]
    if len(strange):
        raise DuzhengError(
            wrong(f"{len(strange)} answers from {strange.nunique(dropna=False)} places such as {strange.iloc[0]!r}",
                  "places of the log", "give the log of this draw; answers without a place stand apart", place)
        )  # fmt: skip
    if not log["persons_drawn"].sum() > 0:
        raise DuzhengError(
            wrong("nobody drawn", "persons_drawn", "nobody was asked by name here: see daily() and quota()")
        )
    each = log[[*dict.fromkeys([*by, place]), "persons_drawn"]].rename(columns={"persons_drawn": "drawn"})
    came = responses.groupby(place, observed=True)["completed"].agg(["size", "sum"])
    each["answers"] = each[place].map(came["size"]).fillna(0).astype(int)
    each["completed"] = each[place].map(came["sum"]).fillna(0).astype(int)
    each["over"] = (each["answers"] - each["drawn"]).clip(lower=0)
    groups = each.groupby(by or np.zeros(len(each)), observed=True, sort=False)
    found = groups[["drawn", "answers", "completed", "over"]].sum()
    found.insert(0, "places", groups.size())
    drawn, rate = found["drawn"].to_numpy(float), (found["answers"] / found["drawn"]).clip(upper=1).to_numpy(float)
    residual = each["answers"] - groups["answers"].transform("sum") / groups["drawn"].transform("sum") * each["drawn"]
    key = groups.ngroup().to_numpy()
    squares = np.bincount(key, weights=residual.to_numpy(float) ** 2)
    places = found["places"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = places / (places - 1) * squares / drawn**2
        effective = np.minimum(rate * (1 - rate) / variance, drawn)
    alone = ~np.isfinite(effective) | (effective <= 0)
    effective = np.where(alone, drawn, effective)
    low, high = proportion_confint(rate * effective, effective, alpha=1 - level, method="wilson")
    found["partial"] = found["answers"] - found["completed"]
    found["rr1"], found["rr2"] = found["completed"] / found["drawn"], found["answers"] / found["drawn"]
    found["lower"], found["upper"] = low, high
    named = f"Wilson {level:.0%}"
    found["how"] = np.where(alone, f"{named}, persons taken as independent", f"{named}, places as clusters")
    found["breakoff"] = found["partial"] / found["answers"].where(found["answers"] > 0)
    if plan is not None:
        done = plan.share(plan.elapsed(now)) if now else 1.0
        found["wanted"] = found["drawn"] * plan.rate
        found["fill"] = found["answers"] / found["wanted"]
        found["expected"] = found["wanted"] * done
        found["behind"] = found["expected"] - found["answers"]
    order = ["places", "drawn", "answers", "completed", "partial"]
    found = found[order + [name for name in found if name not in order]]
    result: pd.DataFrame = found.reset_index() if by else pd.DataFrame(found.reset_index(drop=True))
    return result


def daily(responses: pd.DataFrame, plan: Plan | None = None) -> pd.DataFrame:
    """Give the answers of each day since the first.

    Returns
    -------
    pandas.DataFrame
        ``day`` (days without answers, too; from the plan's opening where one is given), ``answers`` that began on it,
        ``completed``, ``minutes`` (median of those completed), ``cumulative``; with a plan ``expected``, cumulative.
    """
    import pandas as pd

    hold_columns(responses, {"started", "completed", "seconds"}, "the answers")
    day = responses["started"].dt.tz_localize(None).dt.normalize()
    days = pd.date_range(
        min([day.min(), *([pd.Timestamp(plan.opened)] if plan else [])]), day.max(), unit="ms", name="day"
    )
    whole = responses["completed"].astype(bool)
    counts = day.value_counts().reindex(days, fill_value=0)
    found = pd.DataFrame({
        "answers": counts, "completed": day[whole].value_counts().reindex(days, fill_value=0),
        "minutes": responses.loc[whole, "seconds"].groupby(day[whole]).median().reindex(days) / 60,
        "cumulative": counts.cumsum(),
    }, index=days)  # fmt: skip
    if plan is not None:
        passed = (days - pd.Timestamp(plan.opened)).days + 1
        found["expected"] = [plan.wanted * plan.share(float(min(max(each, 0), plan.days))) for each in passed]
    return found.reset_index()
