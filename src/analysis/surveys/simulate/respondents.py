"""Simulated respondents: what they are, what they think, and what they would answer if they read and answered all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.surveys.items import (
    Date,
    Information,
    Matrix,
    Multiple,
    Numeric,
    OpenText,
    Ranking,
    Rating,
    Single,
    YesNo,
)
from analysis.surveys.simulate.population import place_effects, stream
from analysis.surveys.simulate.truth import options_of, shares_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.surveys.simulate.truth import Answered, Truth
    from analysis.surveys.survey import Asked, Survey

#: Distance between two points of a scale, in standard deviations of what lies under the answer, for seven points.
STEP = 0.62


@dataclass(frozen=True, slots=True)
class Respondents:
    """Persons with what is true of them."""

    facts: dict[str, np.ndarray]  #: of single and yes_no items: the number of the option, whether it is asked or not
    general: np.ndarray  #: (N,) what all factors have in common
    factors: dict[str, np.ndarray]  #: (N,) each factor, effects included
    effects: dict[str, np.ndarray] = field(repr=False)  #: (N,) the fixed part of each factor: unit, group, wave, facts

    def take(self, rows: np.ndarray) -> Respondents:
        """Keep some of them."""

        def kept(values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
            return {name: value[rows] for name, value in values.items()}

        return Respondents(kept(self.facts), self.general[rows], kept(self.factors), kept(self.effects))


def respondents(truth: Truth, survey: Survey, persons: pd.DataFrame, seed: int) -> Respondents:
    """Make up what persons are and think.

    Parameters
    ----------
    truth, survey
        What is true, and of which wave.
    persons
        ``place``, ``unit``, ``group``: one row a person.
    seed
        Of the persons; places are those of the truth's own seed, so that they stay what they are over waves.

    Notes
    -----
    A factor is √icc·place + √(1−icc)·(√g·general + √(1−g)·own) + effects, with standard normal parts: of variance 1
    before effects.
    """
    import numpy as np
    import pandas as pd

    name, wave, n = survey.name, survey.questionnaire.wave, len(persons)
    facts = {
        each.code: _fact(truth, survey, each, persons, seed)
        for each in survey.asked if isinstance(each.item, Single | YesNo)
    }  # fmt: skip
    general = stream(seed, name, "general").standard_normal(n)
    factors, effects = {}, {}
    for factor, said in truth.factors.items():
        cell, cells = pd.MultiIndex.from_frame(persons[["unit", "group"]]).factorize()
        fixed = np.array([truth.effect(factor, unit, group, wave) for unit, group in cells])[cell]
        for each in survey.asked:
            of = truth.of(each.code, wave).effects
            shifts = [of.get(option, {}).get(factor, 0.0) for option in options_of(survey, each)] if of else []
            if any(shifts):
                fixed += np.asarray(shifts)[facts[each.code]]
        of_place = persons["place"].map(place_effects(truth, factor)).to_numpy()
        own = stream(seed, name, "own", factor).standard_normal(n)
        inner = np.sqrt(said.general) * general + np.sqrt(1 - said.general) * own
        effects[factor] = fixed
        factors[factor] = of_place + np.sqrt(1 - said.icc) * inner + fixed
    return Respondents(facts, general, factors, effects)


def _fact(truth: Truth, survey: Survey, each: Asked, persons: pd.DataFrame, seed: int) -> np.ndarray:
    import numpy as np

    said, codes = truth.of(each.code, survey.questionnaire.wave), options_of(survey, each)
    if said.unit:
        of_unit: np.ndarray = (
            persons["unit"].map({u: codes.index(option) for u, option in said.unit.items()}).to_numpy()
        )
        return of_unit
    chance = stream(seed, survey.name, "fact", each.code).random(len(persons))
    found = np.zeros(len(persons), dtype=int)
    for group in persons["group"].unique():
        here = (persons["group"] == group).to_numpy()
        edges = np.cumsum(shares_of(said, codes, group))[:-1]
        found[here] = np.searchsorted(edges, chance[here], side="right")
    return found


def thresholds(points: int) -> np.ndarray:
    """Give the thresholds between the points of a scale, in standard deviations of what lies under the answer.

    Examples
    --------
    >>> thresholds(5).round(3).tolist()
    [-1.395, -0.465, 0.465, 1.395]
    """
    import numpy as np

    step = STEP * 6 / (points - 1) if points > 1 else 0.0
    found: np.ndarray = (np.arange(1, points) - points / 2) * step
    return found


def point(said: Answered, factor: np.ndarray, points: int, chance: np.random.Generator) -> np.ndarray:
    """Give the number of the point that is ticked: where location + loading·factor + error falls."""
    import numpy as np

    error = chance.standard_normal(len(factor)) * np.sqrt(1 - said.loading**2)
    under = said.location + said.loading * factor + error
    ticked: np.ndarray = np.searchsorted(thresholds(points), under, side="left")
    return ticked


def answer(truth: Truth, survey: Survey, each: Asked, people: Respondents, persons: pd.DataFrame, seed: int) -> Any:
    """Give what persons would answer to an item that they read and answered.

    Returns
    -------
    dict of str to numpy.ndarray
        By column of :func:`analysis.surveys.columns.columns`: numbers of options (int), truths, numbers (float), days
        (datetime64[D]). Words are made later, of those who write.
    """
    import numpy as np

    item, code, wave, n = each.item, each.code, survey.questionnaire.wave, len(persons)
    said = truth.of(code, wave)
    chance = stream(seed, survey.name, "answer", code)
    options = survey.bank.options(item)
    match item:
        case Information() | OpenText():
            return {}
        case Matrix():
            return {
                f"{code}.{row.code}": point(
                    truth.of(f"{code}.{row.code}", wave),
                    people.factors[truth.factor_of(f"{code}.{row.code}", item.topic, wave)],
                    len(options), chance,
                ) for row in item.rows
            }  # fmt: skip
        case Rating():
            return {code: point(said, people.factors[truth.factor_of(code, item.topic, wave)], len(options), chance)}
        case Single() | YesNo():
            return {code: people.facts[code]}
        case Multiple():
            return ticked(said, code, item, options, chance, n)
        case Ranking():
            return ranked(said, code, item, options, chance, n)
        case Numeric():
            return {code: _number(said, item, chance, n)}
        case Date():
            first = np.datetime64(item.earliest or "2000-01-01")
            last = np.datetime64(item.latest or item.earliest or "2030-12-31")
            days = max(int((last - first) / np.timedelta64(1, "D")), 0)
            return {code: first + chance.integers(0, days + 1, n).astype("timedelta64[D]")}
    raise TypeError(item)


def _number(said: Answered, item: Numeric, chance: np.random.Generator, n: int) -> np.ndarray:
    import numpy as np

    least = item.least if item.least is not None else -np.inf
    most = item.most if item.most is not None else np.inf
    middle = (least + most) / 2 if np.isfinite(least + most) else max(least, 0.0)
    mean = said.mean if said.mean is not None else middle
    found = np.clip(np.round(chance.normal(mean, said.sd, n), item.decimals), least, most)
    none = chance.random(n) < said.zero
    number: np.ndarray = np.where(none & (least <= 0), 0.0, found)
    return number


def ranked(
    said: Answered, code: str, item: Ranking, options: Any, chance: np.random.Generator, n: int
) -> dict[str, np.ndarray]:
    """Put options in an order, those of greater weight rather before others (Plackett and Luce)."""
    import numpy as np

    weights = np.log(np.maximum(shares_of(said, [str(option.code) for option in options], ""), 1e-9))
    order = np.argsort(-(weights + chance.gumbel(size=(n, len(options)))), axis=1)
    return {f"{code}[{rank + 1}]": order[:, rank] for rank in range(item.most or len(options))}


def ticked(
    said: Answered, code: str, item: Multiple, options: Any, chance: np.random.Generator, n: int
) -> dict[str, np.ndarray]:
    """Tick options each with its own chance, no more and no fewer than allowed; or one that stands alone."""
    import numpy as np

    codes = [str(option.code) for option in options]
    wish = np.array([min(said.shares.get(each, 0.0 if said.shares else 0.3), 1.0) for each in codes])
    alone = np.array([option.exclusive for option in options])
    # The lower, the more an option is meant; those below 1 are wished for.
    score = chance.random((n, len(codes))) / np.maximum(wish, 1e-9)
    only = np.where(alone, score, np.inf)
    by_itself = only.min(axis=1) < 1
    score[:, alone] = np.inf
    most = min(item.most or len(codes), int((~alone).sum()))
    number = np.clip((score < 1).sum(axis=1), min(item.least, most), most)
    chosen = score.argsort(axis=1).argsort(axis=1) < number[:, None]
    chosen[by_itself] = np.arange(len(codes)) == only[by_itself].argmin(axis=1)[:, None]
    return {f"{code}[{each}]": chosen[:, place] for place, each in enumerate(codes)}
