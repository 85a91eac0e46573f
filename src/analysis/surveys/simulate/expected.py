"""What a truth implies: the means that indices have in the population, and its known totals."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from analysis.surveys.columns import columns
from analysis.surveys.expressions import answers
from analysis.surveys.items import Single, YesNo
from analysis.surveys.simulate.population import place_effects, population
from analysis.surveys.simulate.respondents import thresholds
from analysis.surveys.simulate.truth import Truth, options_of, shares_of
from analysis.surveys.survey import is_shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd

    from analysis.surveys.questionnaire import Index
    from analysis.surveys.survey import Asked, Survey


def true_indices(truth: Truth, survey: Survey) -> pd.DataFrame:
    """Give the mean of every index in each unit and in all, were everybody asked and everybody careful.

    Parameters
    ----------
    truth, survey
        What is true, and of which wave.

    Returns
    -------
    pandas.DataFrame
        ``index``, ``unit`` (a code; missing for all units together), ``mean`` in the units of the index's conversion,
        ``persons`` to whom it is put, ``synthetic``. Indices with an item whose being shown depends on an answer that
        is itself drawn (such as the number of options ticked) are left out: there is no closed form of them.

    Notes
    -----
    A person in a place with the effect p, and with the effects μ of unit, kind of place, wave and facts, ticks a point
    above the threshold τ with the chance Φ((location + loading·(μ + p) − τ) / √(1 − loading²·icc)). A mean is that over
    places and facts, weighted by the persons in them.
    """
    import pandas as pd

    of = _Expected(truth, survey)
    rows = [row for index in survey.questionnaire.analyses.indices for row in of.index(index)]
    return pd.DataFrame(rows, columns=["index", "unit", "mean", "persons"]).assign(synthetic=True)


class _Expected:
    """Reckons the indices of one wave."""

    def __init__(self, truth: Truth, survey: Survey) -> None:
        import numpy as np

        self.truth, self.survey, self.wave = truth, survey, survey.questionnaire.wave
        self.asked = {each.code: each for each in survey.asked}
        places = population(truth)
        self.persons = places["persons"].to_numpy()
        cells_ = places.groupby(["unit", "group"], sort=False).indices
        self.rows = {key: np.asarray(rows) for key, rows in cells_.items()}  # of the places in each
        self.known: dict[tuple[str, ...], bool | None] = {}
        self.effects = {name: place_effects(truth, name).to_numpy() for name in truth.factors}

    def index(self, index: Index) -> Iterator[tuple[str, str | None, float, float]]:
        import numpy as np

        items = [(code, self.asked[code.partition(".")[0]]) for code in index.items]
        weights = np.array(index.weights or (1.0,) * len(items))
        totals: dict[str, list[float]] = {}
        self.known.clear()
        needed = _needed(self.truth, self.survey, [each for _, each in items])
        for unit, group, facts, persons in cells(self.truth, self.survey, needed):
            shown = [self.shown(each, facts) for _, each in items]
            if None in shown:
                return
            if not all(shown):
                continue
            here = self.rows[unit, group]
            means = np.array([self.mean(code, each, index, (unit, group, facts), here) for code, each in items])
            share = self.persons[here] / self.persons[here].sum()
            of = totals.setdefault(unit, [0.0, 0.0])
            of[0] += persons * float(share @ (weights @ means) / weights.sum())
            of[1] += persons
        for unit, (total, persons) in totals.items():
            yield index.id, unit, total / persons, persons
        if totals:
            everybody = sum(persons for _, persons in totals.values())
            yield index.id, None, sum(total for total, _ in totals.values()) / everybody, everybody

    def shown(self, each: Asked, facts: dict[str, str]) -> bool | None:
        key = (each.code, *facts.values())
        if key not in self.known:
            self.known[key] = _shown(self.survey, each, facts)
        return self.known[key]

    def mean(
        self, code: str, each: Asked, index: Index, cell: tuple[str, str, dict[str, str]], places: np.ndarray
    ) -> np.ndarray:
        """Give the mean of an item in each place of a cell, converted as its index asks for."""
        import numpy as np
        from scipy.special import ndtr

        said, name = self.truth.of(code, self.wave), self.truth.factor_of(code, each.item.topic, self.wave)
        points = np.array(sorted(int(option.code) for option in self.survey.bank.options(each.item)))
        factor = self.effect(name, *cell) + self.effects[name][places]
        rest = np.sqrt(1 - said.loading**2 * self.truth.factors[name].icc)
        under = said.location + said.loading * factor
        above = ndtr((under[:, None] - thresholds(len(points))) / rest)
        if index.conversion == "top2":
            return np.asarray(100 * above[:, -2])
        mean: np.ndarray = points[0] + above @ np.diff(points)
        low, high = {"linear_0_100": (points[0], points[-1]), "points_20_100": (0, points[-1])}.get(
            index.conversion, (0, 100)
        )
        converted: np.ndarray = 100 * (mean - low) / (high - low)
        return converted

    def effect(self, factor: str, unit: str, group: str, facts: dict[str, str]) -> float:
        return self.truth.effect(factor, unit, group, self.wave) + sum(
            self.truth.of(code, self.wave).effects.get(option, {}).get(factor, 0.0) for code, option in facts.items()
        )


def cells(truth: Truth, survey: Survey, of: list[Asked]) -> Iterator[tuple[str, str, dict[str, str], float]]:
    """Give the cells of the population: unit, kind of place, the options of some facts, and how many persons."""
    wave = survey.questionnaire.wave
    sizes = population(truth).groupby(["unit", "group"], sort=False)["persons"].sum()
    for (unit, group), persons in zip(sizes.index.tolist(), sizes.tolist(), strict=True):
        choices = []
        for each in of:
            said, codes = truth.of(each.code, wave), options_of(survey, each)
            shares = [float(said.unit.get(unit) == c) for c in codes] if said.unit else shares_of(said, codes, group)
            choices.append([(each.code, code, share) for code, share in zip(codes, shares, strict=True) if share])
        for combined in product(*choices):
            share = 1.0
            for *_, part in combined:
                share *= part
            yield unit, group, {code: option for code, option, _ in combined}, persons * share


def _needed(truth: Truth, survey: Survey, items: list[Asked]) -> list[Asked]:
    """List the facts that items depend on: those with effects, and those that their conditions ask for."""
    wave = survey.questionnaire.wave
    nodes = [survey.sections[each.section.id] for each in items] + [each.condition for each in items]
    named = {answer.code for node in nodes if node is not None for answer in answers(node)}
    facts = [each for each in survey.asked if isinstance(each.item, Single | YesNo)]
    found = [each for each in facts if truth.of(each.code, wave).effects or each.code in named]
    more = [each for each in found if each.condition is not None or survey.sections[each.section.id] is not None]
    for each in more:
        for node in (each.condition, survey.sections[each.section.id]):
            named |= {answer.code for answer in answers(node)} if node is not None else set()
    return [each for each in facts if each in found or each.code in named]


def _shown(survey: Survey, each: Asked, facts: dict[str, str]) -> bool | None:
    """Tell whether an item is put to somebody with these facts; None if that depends on something else."""
    nodes = [node for node in (survey.sections[each.section.id], each.condition) if node is not None]
    if any(answer.code not in facts for node in nodes for answer in answers(node)):
        return None
    given: dict[str, Any] = {}
    for one in survey.asked:
        if one.code in facts:
            codes = {str(option.code): option.code for option in survey.bank.options(one.item)}
            code = codes.get(facts[one.code], facts[one.code])
            value = float(code) if isinstance(code, int) else code
            given[one.code] = value if is_shown(survey, one, given) else None
        if one is each:
            break
    return is_shown(survey, each, given)


def margins_of(truth: Truth, survey: Survey) -> tuple[pd.DataFrame, ...]:
    """Give the known totals that a questionnaire names, from the population.

    Returns
    -------
    tuple of pandas.DataFrame
        One a margin: its columns (units and kinds of places under the names of the truth's frame, items under their
        codes), ``total`` persons, ``synthetic``. Columns that are neither are a fault of the truth, DZ-Q011.
    """
    import pandas as pd

    from analysis.messages import DuzhengError, Fault

    frame, asked = truth.frame, {each.code: each for each in survey.asked}
    found = []
    for margin in survey.questionnaire.margins:
        of = [asked[name] for name in margin.columns if name in asked]
        facts = {name for name, each in asked.items() if isinstance(each.item, Single | YesNo)}
        strange = [name for name in margin.columns if name not in {frame.unit, frame.group, *facts}]
        if strange:
            raise DuzhengError(
                Fault("DZ-Q011", file=survey.file, found=f"a margin of {', '.join(strange)}",
                      expected=f"columns of the truth's frame ({frame.unit}, {frame.group}), or items with options",
                      hint="name frame.unit and frame.group as the questionnaire does")
            )  # fmt: skip
        rows = [
            {frame.unit: unit, frame.group or "group": group, **options, "total": persons}
            for unit, group, options, persons in cells(truth, survey, of)
        ]
        totals = pd.DataFrame(rows).groupby(list(margin.columns), sort=False)["total"].sum().reset_index()
        numbers = [column.name for column in columns(survey) if column.number and column.name in margin.columns]
        found.append(totals.astype(dict.fromkeys(numbers, "Int16")).assign(synthetic=True))
    return tuple(found)
