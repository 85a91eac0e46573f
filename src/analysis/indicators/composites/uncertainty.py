"""Uncertainty: the ranks that units would have under other choices that were declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.documents.result import Plot
from analysis.indicators.charts.composite_uncertainty import draw_intervals, draw_leads
from analysis.indicators.composites.choices import NOISE, Choices, choices_of, hold_draws
from analysis.indicators.composites.construction import ranks_of
from analysis.indicators.composites.history import notes_of
from analysis.indicators.composites.results import CompositeResult, common, ranks_shown, settings_of
from analysis.indicators.words import both, said
from analysis.messages import LANGUAGES, DuzhengError, Language, Texts
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.composites.composite import Composite
    from analysis.stats.arrays import Floats

#: Of fewer runs the tails are not seen.
FEWEST = 50


@dataclass(frozen=True, eq=False, repr=False)
class Uncertainty(CompositeResult):
    """Ranks of units over all runs."""

    _: KW_ONLY
    choices: Choices = field(repr=False)
    scores: Floats = field(repr=False)  #: of every run, shape (runs, units)
    picked: np.ndarray = field(repr=False)  #: the number of each choice's option, shape (runs, choices)
    exact: bool = False  #: whether the runs are all combinations

    @cached_property
    def leads(self) -> pd.DataFrame:
        """How often the unit of a row has a higher score than that of a column; no ties.

        Per cent of the runs in which both have a score (:attr:`together`); NaN where there is none.
        """
        import pandas as pd

        units = [str(unit) for unit in self.composite.frame.index]
        size = np.nanmax(np.abs(self.scores), axis=1, keepdims=True)
        rounded = np.round(self.scores / np.where(size > 0, size, 1.0), 12)
        won = np.zeros((len(units), len(units)), dtype=np.int64)
        for run in rounded:
            won += run[:, None] > run[None, :]
        together = self.together.to_numpy()
        share = np.where(together > 0, 100 * won / np.maximum(together, 1), np.nan)
        np.fill_diagonal(share, np.nan)
        return pd.DataFrame(share, index=pd.Index(units, name="unit"), columns=units)

    @cached_property
    def together(self) -> pd.DataFrame:
        """The number of runs in which the units of a row and of a column both have a score."""
        import pandas as pd

        units = [str(unit) for unit in self.composite.frame.index]
        there = (~np.isnan(self.scores)).astype(float)
        return pd.DataFrame((there.T @ there).astype(int), index=pd.Index(units, name="unit"), columns=units)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Every run: the option of each choice (its number, from 0), and shift, the mean distance of ranks."""
        import pandas as pd

        frame = pd.DataFrame(self.picked, columns=list(self.choices.options))
        frame["shift"] = shifts(self.scores, self.composite.built.score)
        return frame

    def leads_chart(self, language: Language | None = None) -> Plot:
        """Draw how often each unit leads each other, in the order of median ranks."""
        language = language or self.language
        return Plot(draw_leads(self, language), self.said("alt.leads", language), language)

    def remarks(self, language: Language) -> list[str]:
        """Say what the choices are, and what must be known."""
        return [*super().remarks(language), *self.choices.said(language)]


def uncertainty(
    composite: Composite, choices: Mapping[str, Any], *, n: int = 1000, seed: int = 1, level: float = 0.9
) -> Uncertainty:
    """Give the ranks that units would have under other choices.

    Parameters
    ----------
    composite
        Aggregated; what is no choice stays as it was done there.
    choices
        As of :func:`analysis.indicators.composites.choices.choices_of`; all options of a choice are as likely as one
        another.
    n
        Runs. All combinations are gone through where there are no more and weights have no noise; otherwise so many
        are drawn.
    seed
        Of what is drawn.
    level
        Of the intervals: 0.9 is from the 5th to the 95th per cent of runs.

    Returns
    -------
    Uncertainty
        ``table``: unit, score and rank (as built), mean, median, lower, upper, best, worst (ranks over the runs), runs
        (in which the unit has a score). ``leads``: how often each unit leads each other, of the runs in which both have
        a score; ``together``: how many these are. ``runs``: every run.

    Raises
    ------
    DuzhengError
        DZ-S002 for choices that do not fit, or a combination that cannot be computed, named.

    Notes
    -----
    The choices are the whole model of uncertainty: intervals say what these choices leave open, nothing of sampling
    or of errors of figures. OECD and JRC (2008), step 8; Saisana, Saltelli and Tarantola (2005). In R
    ``COINr::get_sensitivity(SA_type = "UA")``.
    """
    import pandas as pd

    declared = choices_of(composite, choices)
    hold_draws(n, FEWEST, 1000, seed, level)
    rng = np.random.default_rng(seed)
    exact = not declared.noise and declared.combinations <= n
    if exact:
        picked = np.array(declared.every(), dtype=int)
        scores = np.array([declared.run(tuple(row)) for row in picked.tolist()])
    else:
        wide = len(declared.sizes) + (len(declared.noisy) if declared.noise else 0)
        drawn = [declared.drawn(row) for row in rng.random((n, wide))]
        picked = np.array([each for each, _ in drawn], dtype=int).reshape(n, len(declared.sizes))
        scores = np.array([declared.run(each, factors) for each, factors in drawn])
    if np.isnan(scores).all():
        raise DuzhengError(wrong("no score in any run", "units with scores", "impute, or lower least"))
    ranks = ranks_of(scores)
    there = ~np.isnan(ranks)
    tail = 100 * (1 - level) / 2
    lower, median, upper = _quantiles(ranks, (tail, 50.0, 100 - tail))
    safe = np.where(there.any(axis=0), ranks, 0.0)
    table = pd.DataFrame({
        "unit": [str(unit) for unit in composite.frame.index], "score": composite.built.score,
        "rank": ranks_of(composite.built.score),
        "mean": np.where(there.any(axis=0), np.nanmean(safe, axis=0), np.nan), "median": median, "lower": lower,
        "upper": upper, "best": np.where(there.any(axis=0), np.nanmin(safe, axis=0), np.nan),
        "worst": np.where(there.any(axis=0), np.nanmax(safe, axis=0), np.nan), "runs": there.sum(axis=0),
    })  # fmt: skip
    table = table.astype({"rank": "Int64", "best": "Int64", "worst": "Int64"})
    table = table.sort_values(["median", "mean", "rank", "unit"], na_position="last").reset_index(drop=True)
    notes = [both("composite_uncertainty", "note.exact" if exact else "note.drawn", n=len(scores))]
    notes += [*uneven(there.sum(axis=1)), *_main_is_not_among(declared)]
    same = bool((table["runs"] == len(scores)).all())
    visible = ("unit", "rank", "median", "lower", "upper", "best", "worst", *(() if same else ("runs",)))
    return Uncertainty(
        table, "composite_uncertainty", **common(composite),
        settings={**settings_of(composite), "level": level, "n": len(scores), **({} if exact else {"seed": seed})},
        drawing=draw_intervals, notes=(*notes, *notes_of(composite)), shown=visible, model=model_of(declared),
        decimals={"median": 1, "lower": 1, "upper": 1, "mean": 1}, public=ranks_shown(composite),
        choices=declared, scores=scores, picked=picked, exact=exact,
    )  # fmt: skip


def _quantiles(ranks: Floats, at: tuple[float, ...]) -> Floats:
    """Give quantiles of each unit's ranks; NaN where it has none."""
    found = np.full((len(at), ranks.shape[1]), np.nan)
    some = ~np.isnan(ranks).all(axis=0)
    found[:, some] = np.nanpercentile(ranks[:, some], at, axis=0)
    return found


def shifts(scores: Floats, main: Floats) -> Floats:
    """Give the mean size of the distance of ranks from those of the main choice, for each run."""
    apart = np.abs(ranks_of(scores) - ranks_of(main))
    there = ~np.isnan(apart)
    found: Floats = np.where(there, apart, 0.0).sum(axis=1) / np.where(there.any(axis=1), there.sum(axis=1), np.nan)
    return found


def uneven(scored: np.ndarray) -> list[Texts]:
    """Say so where runs rank different numbers of units.

    Parameters
    ----------
    scored
        How many units have a score, by run.
    """
    least, most = int(scored.min()), int(scored.max())
    return [both("composite", "note.uneven", least=least, most=most)] if least < most else []


def model_of(declared: Choices) -> Texts:
    """Say that the choices are the model of uncertainty."""
    names = {language: [said("composite", f"choice.{name}", language) for name in declared.names]
             for language in LANGUAGES}  # fmt: skip
    joined = {language: ("、" if language == "zh-Hans" else ", ").join(of) for language, of in names.items()}
    return {language: said("composite", "model", language, names=joined[language]) for language in LANGUAGES}


def _main_is_not_among(declared: Choices) -> list[Texts]:
    """Say which steps as done are not among the options of their choice."""
    done = {step.name: step for step in declared.composite.steps}
    missing = [name for name, options in declared.options.items()
               if name in done and all(dict(each.options) != dict(done[name].options) for each in options)]  # fmt: skip
    return [
        {language: said("composite_uncertainty", "note.main", language,
                        name=said("composite", f"choice.{name}", language)) for language in LANGUAGES}
        for name in missing if name != NOISE
    ]  # fmt: skip
