"""Whether what is true of simulated respondents comes back: indices estimated from their answers, beside the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.surveys.collected import Collected
from analysis.surveys.design import CLUSTER, PERSONS, PLACES, STRATUM, WEIGHT, design_of
from analysis.surveys.questionnaire import Probability
from analysis.surveys.scores import score
from analysis.surveys.simulate.expected import true_indices
from analysis.surveys.simulate.truth import Truth

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.survey import Survey

#: Of the interval of each estimate.
LEVEL = 0.99
#: Of fewer answers intervals cover less than they say; they are not held to the truth.
FEWEST = 30
#: How often more intervals may miss the truth than are allowed, though nothing is wrong.
FALSE_ALARMS = 0.001
COLUMNS = ("what", "unit", "truth", "estimate", "se", "lower", "upper", "inside", "n")


def fair(truth: Truth, survey: Survey) -> Truth:
    """Take out of a truth what makes estimates wrong on purpose: nobody is careless or told what to tick.

    Who answers is chance alone then: in a drawn sample more readily in some places than in others, which weights make
    good; where nobody was drawn everywhere alike, since nothing could make it good. Items are still skipped, and
    interviews broken off.
    """
    drawn = isinstance(survey.questionnaire.selection, Probability)
    plain = {"careless": 0.0, "mobilised": 0.0, "happier": 0.0, "readiness": {}} | (
        {} if drawn else {"rate_places": 0.0}
    )
    waves = {
        year: wave.model_copy(update={"manner": wave.manner.model_copy(update=plain)}) if wave.manner else wave
        for year, wave in truth.waves.items()
    }
    return truth.model_copy(update={"manner": truth.manner.model_copy(update=plain), "waves": waves})


def recovered(
    survey: Survey, truth: Truth, responses: pd.DataFrame, log: pd.DataFrame, level: float = LEVEL
) -> pd.DataFrame:
    """Estimate every index from answers, in all units together and in each, and put the truth beside it.

    Parameters
    ----------
    survey, truth
        The questionnaire, and what is true of who answered it, made :func:`fair`.
    responses, log
        Of the wave, simulated or collected; of drawn samples with the columns of the draw, of others with ``place``.
    level
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        ``what`` (an index), ``unit`` (missing for all together), ``truth``, ``estimate``, ``se``, ``lower``, ``upper``,
        ``inside`` (missing where no interval is held to the truth: of answers of one place, or of fewer than 30),
        ``n``, ``synthetic``. Units are left out where there is one only.

    Notes
    -----
    Drawn samples have the weights and units of :func:`analysis.surveys.design.design_of`, and the population of places
    as finite. That of persons is not: the truth is the mean of
    what persons of these places are drawn from (:func:`analysis.surveys.simulate.true_indices`). Where nobody was drawn
    answers count alike: who comes was drawn from everybody, which is known of simulated persons only. Units are those
    of the places that links name. Whoever left out an item has no value of the index.
    """
    import pandas as pd

    from analysis.stats import SurveyDesign

    true = true_indices(truth, survey)
    indices = [index for index in survey.questionnaire.analyses.indices if index.id in set(true["index"])]
    if not indices:
        return pd.DataFrame(columns=[*COLUMNS, "synthetic"]).astype({"inside": "boolean"})
    scores = {index.id: score(survey, index, responses) for index in indices}
    rows, frame = responses.assign(**scores), truth.frame
    if isinstance(survey.questionnaire.selection, Probability):
        wave = Collected(survey, synthetic=True, responses=rows, log=log)
        data = design_of(wave, weighting="design").data.assign(**{PERSONS: float("inf")})
        design = SurveyDesign(data=data, weights=WEIGHT, strata=STRATUM, psu=CLUSTER, ssu="id", fpc=(PLACES, PERSONS),
                              lonely_psu="adjust")  # fmt: skip
    else:
        units = log.set_index(log[frame.place].astype("str"))[frame.unit]
        rows = rows.assign(weight=1.0, **{frame.unit: rows["place"].map(units)})
        design = SurveyDesign(data=rows, weights="weight")
    names = [index.id for index in indices]
    tables = [design.mean(names, level=level, df="domain").assign(unit=None)]
    if len(frame.units) > 1:
        parts = design.mean(names, by=frame.unit, level=level, df="domain").rename(columns={frame.unit: "unit"})
        tables.append(parts.assign(unit=parts["unit"].astype("str")))
    named = {"variable": "what"}
    found = pd.concat(tables, ignore_index=True).rename(columns=named)
    told = true.rename(columns={"index": "what", "mean": "truth"})[["what", "unit", "truth"]]
    told["unit"], found["unit"] = (each["unit"].astype("str") for each in (told, found))
    joined = found.merge(told, on=["what", "unit"], validate="one_to_one")
    inside = joined["truth"].between(joined["lower"], joined["upper"]).astype("boolean")
    inside = inside.where((joined["se"] > 0) & (joined["n"] >= FEWEST))
    return joined.assign(inside=inside)[list(COLUMNS)].assign(synthetic=True)


def allowed(intervals: int, level: float = LEVEL) -> int:
    """Give how many intervals may miss the truth: as many as chance exceeds once in a thousand, and never all.

    Parameters
    ----------
    intervals
        How many are held to the truth.
    level
        Of each.

    Notes
    -----
    Binomial, as if intervals were independent. Those of one unit are not, so it was tried on simulated waves of 2,000
    answers. In 200 of an open sample (36 to 42 intervals a wave, of which 3 may miss) 3 missed at most, and in 280 of
    drawn ones (102 intervals, 5) 5, in two of them: no false alarm, but once in a thousand is not proved by it. Of all
    intervals 98.8 % and 99.4 % held the truth.

    Examples
    --------
    >>> allowed(102), allowed(17), allowed(1)
    (5, 2, 0)
    """
    from scipy.stats import binom

    return max(0, min(int(binom.ppf(1 - FALSE_ALARMS, intervals, 1 - level)), intervals - 1)) if intervals else 0
