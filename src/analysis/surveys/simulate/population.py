"""The simulated population: its places, how they are drawn, and the log of the draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.messages import DuzhengError, Fault
from analysis.surveys.questionnaire import Census, Open
from analysis.surveys.sampling import draw_places
from analysis.surveys.selection import stream

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.surveys.simulate.truth import Truth
    from analysis.surveys.survey import Survey

__all__ = ["Draw", "draw", "place_effects", "population", "stream"]

#: How unequal places are: standard deviation of the logarithm of their sizes.
SIZES = 0.35
SMALLEST = 30  #: persons in the smallest place


def population(truth: Truth) -> pd.DataFrame:
    """Make the places of the population: the same for all waves.

    Parameters
    ----------
    truth
        Its ``frame``.

    Returns
    -------
    pandas.DataFrame
        One row a place: ``place`` (an id that begins with SYN), ``unit`` (code), ``group``, ``persons`` (whole).
    """
    import numpy as np
    import pandas as pd

    chance = stream(truth.seed, "places")
    rows = []
    for unit, size in (truth.frame.units or {"all": 1.0}).items():
        for group, kind in truth.frame.groups.items():
            number = max(kind.drawn + 1, round(kind.places * size))
            spread = np.exp(chance.normal(-(SIZES**2) / 2, SIZES, number))
            persons = np.maximum(np.rint(kind.persons * spread).astype(int), SMALLEST)
            rows += [(f"SYN-{unit}-{group}-{n:03d}", unit, group, m) for n, m in enumerate(persons, 1)]
    return pd.DataFrame(rows, columns=["place", "unit", "group", "persons"])


def place_effects(truth: Truth, factor: str) -> pd.Series[float]:
    """Give what every place of the population adds to a factor, by place: normal, of the variance icc."""
    import numpy as np
    import pandas as pd

    places = population(truth)["place"]
    found = stream(truth.seed, "place effects", factor).standard_normal(len(places))
    return pd.Series(np.sqrt(truth.factors[factor].icc) * found, index=places)


@dataclass(frozen=True, slots=True)
class Draw:
    """Who is asked."""

    log: pd.DataFrame  #: one row a place that was drawn
    persons: pd.DataFrame  #: one row a person: ``place``, ``unit``, ``group``, and ``row`` of the place in the log


def draw(truth: Truth, survey: Survey, n: int | None, seed: int) -> Draw:
    """Draw places in each unit and kind, and persons in each place, by simple random sampling.

    Parameters
    ----------
    truth
        Its ``frame`` says how many.
    survey
        Of an open questionnaire every place is in the log, and persons come from all of them. Of a census, too, and
        all of their persons are asked.
    n
        Answers that are wanted; the truth's own numbers of persons where it is None.
    seed
        Of the draw.

    Returns
    -------
    Draw
        The log has ``unit``, ``group``, ``place``, ``places`` (in the population of that unit and kind),
        ``places_drawn``, ``persons`` (of the place), ``persons_drawn`` (0 of open questionnaires: nobody was drawn).

    Raises
    ------
    DuzhengError
        DZ-Q011 if more answers are wanted than there are persons in the places that are drawn.
    """
    import numpy as np

    places = population(truth)
    wave = survey.questionnaire.wave
    manner = truth.manner_of(wave)
    places["places"] = places.groupby(["unit", "group"], sort=False)["place"].transform("size")
    if isinstance(survey.questionnaire.selection, Open):
        log = places.assign(places_drawn=places["places"], persons_drawn=0)
        said = truth.waves[wave].answers if wave in truth.waves else None
        wanted = n or said or 1000
        # Twice as many think of it as will, so that readiness can choose among them.
        share = places["persons"] / places["persons"].sum()
        thinking = stream(seed, survey.name, "comers").multinomial(2 * wanted, share)
        return _drawn(log, thinking)
    if isinstance(survey.questionnaire.selection, Census):
        log = places.assign(places_drawn=places["places"], persons_drawn=places["persons"])
        return _drawn(log, log["persons"].to_numpy())
    drawn = {
        (unit, group): truth.frame.groups[group].drawn
        for unit, group in zip(places["unit"], places["group"], strict=True)
    }
    log = draw_places(places, strata=["unit", "group"], psu="place", size="persons", places=drawn, seed=seed,
                      name=survey.name)  # fmt: skip
    log = log[["place", "unit", "group", "persons", "places", "places_drawn"]].copy()
    asked = log["group"].map({group: kind.asked for group, kind in truth.frame.groups.items()}).to_numpy(dtype=float)
    log["persons_drawn"] = np.minimum(
        asked if n is None else _more(asked, log["persons"], n, manner.rate), log["persons"]
    )
    log["persons_drawn"] = log["persons_drawn"].astype(int)
    return _drawn(log, log["persons_drawn"].to_numpy())


def _more(asked: np.ndarray, persons: pd.Series, n: int, rate: float) -> np.ndarray:
    """Ask as many more, or fewer, in each place as give n answers at the rate: n/rate in all."""
    import numpy as np

    wanted = round(n / rate)
    most = persons.to_numpy(dtype=float)
    if most.sum() < wanted:
        raise DuzhengError(
            Fault("DZ-Q011", found=f"{n} answers wanted of {most.sum():.0f} persons in {len(most)} places",
                  expected=f"{wanted:.0f} persons or more, at a rate of {rate:g}",
                  hint="draw more places or larger ones: frame.groups of the truth, or ask for fewer answers")
        )  # fmt: skip
    found = asked * wanted / asked.sum()
    while np.minimum(found, most).sum() < wanted:
        found = found * 1.05
    found = np.minimum(found, most)
    found *= wanted / found.sum()
    whole = np.floor(found)
    rest = np.argsort(whole - found, kind="stable")[: wanted - int(whole.sum())]
    whole[rest] += 1
    more: np.ndarray = whole
    return more


def _drawn(log: pd.DataFrame, numbers: np.ndarray) -> Draw:
    import numpy as np

    rows = np.repeat(np.arange(len(log)), numbers)
    persons = log.loc[rows, ["place", "unit", "group"]].reset_index(drop=True).assign(row=rows)
    return Draw(log.reset_index(drop=True), persons)
