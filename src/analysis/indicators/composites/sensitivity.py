"""Sensitivity: which of the declared choices moves ranks and scores, by shares of variance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.indicators.charts.composite_sensitivity import draw_sensitivity
from analysis.indicators.composites.choices import Choices, choices_of, hold_draws
from analysis.indicators.composites.construction import ranks_of
from analysis.indicators.composites.history import notes_of
from analysis.indicators.composites.results import CompositeResult, common, hold_units, ranks_shown, settings_of
from analysis.indicators.composites.uncertainty import model_of, shifts, uneven
from analysis.indicators.words import both, words
from analysis.messages import DuzhengError, Language
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats
from analysis.stats.composite.sensitivity import Shares, factorial_shares, sobol_shares

if TYPE_CHECKING:
    from analysis.indicators.composites.composite import Composite

#: Variances of fewer rows mean nothing.
FEWEST = 8
#: So many combinations are all gone through.
_ALL = 4096


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity(CompositeResult):
    """Shares of variance by choice."""

    _: KW_ONLY
    choices: Choices = field(repr=False)
    exact: bool = False

    def remarks(self, language: Language) -> list[str]:
        """Say what the choices are, and what must be known."""
        return [*super().remarks(language), *self.choices.said(language)]


def sensitivity(
    composite: Composite, choices: Mapping[str, Any], *, units: str | Sequence[str] = (), n: int = 512,
    seed: int = 1, level: float = 0.9,
) -> Sensitivity:  # fmt: skip
    """Say which choice moves ranks and scores.

    Parameters
    ----------
    composite
        Aggregated.
    choices
        As of :func:`analysis.indicators.composites.choices.choices_of`.
    units
        Whose rank and score are looked at, one or several, beside the shift of all ranks.
    n
        Rows of the base sample where combinations are drawn; it takes n (choices + 2) runs.
    seed
        Of what is drawn.
    level
        Of the bootstrap intervals, where combinations are drawn.

    Returns
    -------
    Sensitivity
        ``table``: output (shift: mean size of the distance of all ranks from those as built; rank; score: in standard
        deviations of all scores of the same run, since scales differ by choice), unit (of rank and score), choice,
        first (share of the variance of the output by the choice alone), total (alone and together with others), and
        where combinations were drawn first_lower, first_upper, total_lower, total_upper. Exact where all combinations
        were gone through: no noise, and no more than 4096. Per cent.

    Raises
    ------
    DuzhengError
        DZ-S002 for choices that do not fit, a combination that cannot be computed, a unit without a score in some run.

    Notes
    -----
    Sobol' indices (:mod:`analysis.stats.composite.sensitivity`). All options of a choice are as likely as one
    another. Noise of weights is one choice, all its numbers together. In R
    ``COINr::get_sensitivity(SA_type = "SA")``, whose output is the shift.
    """
    import pandas as pd

    declared = choices_of(composite, choices)
    hold_draws(n, FEWEST, 512, seed, level)
    asked = hold_units(composite, units) if units else []
    known = [str(unit) for unit in composite.frame.index]
    at = [known.index(unit) for unit in asked]
    main = composite.built.score
    scored: list[Floats] = []

    def outputs(scores: Floats) -> Floats:
        scored.append((~np.isnan(scores)).sum(axis=1))
        if np.isnan(scores[:, at]).any():
            raise DuzhengError(
                wrong("a unit without a score in some run", "a score in every run", "impute, or lower least")
            )
        ranks = ranks_of(scores)[:, at]
        spread = np.nanstd(scores, axis=1, keepdims=True)
        standard = (scores - np.nanmean(scores, axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)
        return np.column_stack([shifts(scores, main), ranks, standard[:, at]])

    exact = not declared.noise and declared.combinations <= _ALL
    if exact:
        found = factorial_shares(
            outputs(np.array([declared.run(each) for each in declared.every()])).reshape(*declared.sizes, -1),
            len(declared.sizes),
        )
    else:
        columns = [1] * len(declared.sizes) + ([len(declared.noisy)] if declared.noise else [])
        found = sobol_shares(lambda u: outputs(np.array([declared.run(*declared.drawn(row)) for row in u])), columns,
                             n=n, seed=seed, level=level)  # fmt: skip
    whose = [("shift", None), *(("rank", unit) for unit in asked), *(("score", unit) for unit in asked)]
    table = pd.DataFrame(_rows(found, declared.names, whose))
    table["unit"] = table["unit"].astype(object).where(table["unit"].notna(), None)
    notes = [both("composite_sensitivity", "note.exact" if exact else "note.drawn", n=found.runs)]
    notes += uneven(np.concatenate(scored))
    if table["first"].isna().any():
        notes.append(words("composite_sensitivity")["note.still"])
    visible = ("output", *(("unit",) if asked else ()), "choice", "first", "total",
               *(() if exact else ("total_lower", "total_upper")))  # fmt: skip
    return Sensitivity(
        table, "composite_sensitivity", **common(composite),
        settings={**settings_of(composite), **({} if exact else {"level": level, "seed": seed}), "n": found.runs},
        drawing=draw_sensitivity, notes=(*notes, *notes_of(composite)), shown=visible, model=model_of(declared),
        public=not asked or ranks_shown(composite), choices=declared, exact=exact,
    )  # fmt: skip


def _rows(found: Shares, names: Sequence[str], whose: Sequence[tuple[str, str | None]]) -> list[dict[str, Any]]:
    rows = []
    for o, (output, unit) in enumerate(whose):
        for c, choice in enumerate(names):
            row: dict[str, Any] = {"output": output, "unit": unit, "choice": choice,
                                   "first": 100 * found.first[c, o], "total": 100 * found.total[c, o]}  # fmt: skip
            for which, ends in (("first", found.first_interval), ("total", found.total_interval)):
                if ends is not None:
                    row[f"{which}_lower"], row[f"{which}_upper"] = 100 * ends[0, c, o], 100 * ends[1, c, o]
            rows.append(row)
    return rows
