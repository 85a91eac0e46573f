"""Fieldwork of one wave at one moment: everything that is reckoned of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault
from analysis.satisfaction.fieldwork.forecast import forecast
from analysis.satisfaction.fieldwork.plan import Plan
from analysis.satisfaction.fieldwork.quotas import quotas
from analysis.satisfaction.fieldwork.reminders import compare_reminders, next_reminder
from analysis.satisfaction.fieldwork.representativeness import r_indicator, sample_of
from analysis.satisfaction.fieldwork.response import daily, response
from analysis.satisfaction.quality.carelessness import pace
from analysis.satisfaction.quality.mobilisation import mobilised
from analysis.surveys.design import place_columns
from analysis.surveys.questionnaire import Open

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.survey import Survey

#: Answers below which no rates of a place are shown.
FEWEST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """How far fieldwork is. What there is no ground for is None: rates of open questionnaires, early forecasts."""

    survey: Survey
    plan: Plan
    now: dt.datetime
    synthetic: bool
    place: str
    by: tuple[str, ...]
    days: pd.DataFrame = field(repr=False)
    answers: pd.DataFrame = field(repr=False)  #: as :func:`pace` gives them
    told: pd.DataFrame = field(repr=False)  #: as :func:`mobilised` does
    total: pd.DataFrame | None = field(default=None, repr=False)
    groups: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)  #: response by column, and by place
    ahead: pd.DataFrame | None = field(default=None, repr=False)
    even: pd.DataFrame | None = field(default=None, repr=False)
    remind: pd.DataFrame | None = field(default=None, repr=False)
    compared: pd.DataFrame | None = field(default=None, repr=False)
    assumed: bool = True  #: whether the chances of reminders were
    quotas: tuple[pd.DataFrame, ...] = field(default=(), repr=False)  #: as :func:`quotas` gives them


def monitor(
    survey: Survey, responses: pd.DataFrame, log: pd.DataFrame, plan: Plan, *, now: dt.datetime,
    budget: int | None = None, chance: float | pd.DataFrame = 0.25, margins: Sequence[pd.DataFrame] = (),
) -> Fieldwork:  # fmt: skip
    """Reckon everything that is known of a wave's fieldwork at a moment.

    Parameters
    ----------
    survey, responses, log
        A wave, as :class:`analysis.surveys.collected.Collected` has it.
    plan
        Of its fieldwork.
    now
        Answers that began later are left out.
    budget
        Reminders that can be sent next; a fourth of those who have not answered if not given.
    chance
        That a reminder is answered: assumed, or as :func:`reminder_chances` finds it.
    margins
        Known totals, as the wave has them: quotas, where they are of what respondents answered themselves.

    Raises
    ------
    DuzhengError
        DZ-S003 where nobody answered yet, DZ-S002 for answers that do not fit the log.
    """
    import pandas as pd

    selection = survey.questionnaire.selection
    drawn = not isinstance(selection, Open) and bool((log["persons_drawn"] > 0).any())
    place, _ = place_columns(survey, responses, log)
    by = tuple(name for name in getattr(selection, "strata", ()) if name in log)
    here = responses[responses["started"] < pd.Timestamp(now)]
    if here.empty:
        raise DuzhengError(Fault("DZ-S003", found=f"no answers before {now:%Y-%m-%d %H:%M}", expected="one or more",
                                 hint="wait for answers"))  # fmt: skip
    synthetic = "synthetic" in responses and bool(responses["synthetic"].any())
    whole: dict[str, Any] = {}
    try:
        whole["ahead"] = forecast(here, plan, now=now, most=None if drawn else 20 * plan.drawn)
    except DuzhengError as error:
        if error.faults[0].code != "DZ-S003":
            raise
    if drawn:
        whole["total"] = response(log, here, place=place, plan=plan, now=now)
        whole["groups"] = {name: response(log, here, by=name, place=place, plan=plan, now=now) for name in (*by, place)}
        sample = sample_of(log, here, place=place, by=by)
        if by and 0 < sample["responded"].sum() < len(sample):
            whole["even"] = r_indicator(
                sample, sample["responded"], by=by, weights=sample["weight"], cluster=place, model="logistic"
            )
            left = int((~sample["responded"]).sum())
            whole["remind"] = next_reminder(sample, sample["responded"], by=by, weights=sample["weight"], chance=chance,
                                            budget=left // 4 if budget is None else budget)  # fmt: skip
            whole["compared"] = compare_reminders(whole["remind"])
    return Fieldwork(survey, plan, now, synthetic, place, by, daily(here, plan), pace(survey, here),
                     mobilised(survey, here, place=place, least=FEWEST_SHOWN),
                     assumed=isinstance(chance, float | int), quotas=quotas(survey, here, margins, drawn=drawn),
                     **whole)  # fmt: skip
