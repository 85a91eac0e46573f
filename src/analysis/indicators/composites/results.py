"""Results of a composite: scores of the whole and its parts; ranks only where they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.documents.labels import Labels
from analysis.documents.result import Plot
from analysis.indicators.charts.composite import draw_scores
from analysis.indicators.composites.construction import ranks_of
from analysis.indicators.composites.history import notes_of
from analysis.indicators.result import FigureResult
from analysis.indicators.words import WORDS, both, words
from analysis.messages import DuzhengError, Language
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    from analysis.indicators.composites.composite import Composite

#: The texts that all results of a composite share.
_ALL = "composite"


@dataclass(frozen=True, eq=False, repr=False)
class CompositeResult(FigureResult):
    """What was found in a composite: a table that knows the composite it is of."""

    _: KW_ONLY
    composite: Composite = field(repr=False)
    public: bool = True  #: whether a public version may show it: no ranks, unless the workspace has them shown

    def has(self, key: str) -> bool:
        """Tell whether the verb, composites, or all results have a text."""
        return super().has(key) or key in WORDS.of(_ALL)

    def said(self, key: str, language: Language | None = None, /, **values: object) -> str:
        """Say something of the verb's texts, of those of all composites, or of all results."""
        if key in WORDS.of(self.words) or key not in WORDS.of(_ALL):
            return super().said(key, language, **values)
        return WORDS.said(_ALL, key, language or self.language, **{**self.settings, **values})

    def basis(self, language: Language) -> Sequence[str]:
        """Say whether it may be shown to everybody, and that figures are complete counts or intervals of choices."""
        inside = [] if self.public else [self.said("short.inside", language)]
        if self.model:
            return [self.said("short.model", language), *inside]
        return [*(super().basis(language) if self.workspace else []), *inside]

    def origin(self, language: Language) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Say what the figures are, and what was done to them."""
        begun = super().origin(language) if self.workspace or self.model else ()
        return (*begun, (self.said("history_head", language), self.composite.history.said(language)))

    def code(self, name: str, value: Any, language: Language) -> str:
        """Give what a code stands for: groups and indicators by their heads."""
        if name in {"group", "indicator", "part", "with"} and str(value) in self.labels.heads:
            return self.labels.head(str(value), language)
        if name == "with" and value is not None:
            return self.labels.name("indicator", value, language)
        return super().code(name, value, language)

    def chosen(self, name: str, value: Any, language: Language) -> str:
        """Say what an option of a setting is called."""
        return super().chosen({"drop_units": "unit", "drop_indicators": "indicator"}.get(name, name), value, language)


@dataclass(frozen=True, eq=False, repr=False)
class Scores(CompositeResult):
    """Scores of units."""

    @property
    def ranked(self) -> bool:
        """Whether ranks are shown."""
        return "rank" in self.table

    @property
    def mean(self) -> float:
        """The mean of all units with a score, shown or not."""
        return float(np.nanmean(self.composite.built.score))

    def chart(self, language: Language | None = None) -> Plot:
        """Draw the scores by what their parts add; in the order of units, or of ranks where these are shown."""
        language = language or self.language
        plot = super().chart(language)
        key = "alt.ranked" if self.ranked else "alt"
        return Plot(plot.spec, self.said(key, language), language)


def common(composite: Composite) -> dict[str, Any]:
    """Give what all results of a composite have in common."""
    return {
        "composite": composite, "workspace": composite.workspace, "simulated": composite.simulated,
        "read": composite.read, "spoken": composite.spoken, "named": named(composite),
    }  # fmt: skip


def named(composite: Composite) -> Labels:
    """Name the whole, groups, indicators and units."""
    own = composite.named or Labels()
    return Labels(own.names, {"composite": words("composite")["whole"], **own.heads})


def settings_of(composite: Composite) -> dict[str, Any]:
    """Give what a composite was begun with."""
    given = {"year": composite.year, "boundaries": composite.boundaries}
    return {name: value for name, value in given.items() if value is not None}


def ranks_shown(composite: Composite, *, asked: bool | None = None) -> bool:
    """Tell whether ranks are shown: as asked, or as the workspace has it; none by default."""
    if asked is not None:
        return asked
    return bool(composite.workspace and composite.workspace.settings.ranks_in_public)


def hold_units(composite: Composite, units: Sequence[str] | None) -> list[str]:
    """Hold units to those of the composite; all if none are named."""
    known = [str(unit) for unit in composite.frame.index]
    if units is None:
        return known
    asked = [units] if isinstance(units, str) else list(units)
    bad = [unit for unit in asked if unit not in known]
    if bad or not asked:
        raise DuzhengError.of(wrong(f"unit {unit!r}", "a unit of the composite", "it may have been left out")
                              for unit in bad or ("none",))  # fmt: skip
    return asked


def scores(composite: Composite, *, ranks: bool | None = None, units: Sequence[str] | None = None) -> Scores:
    """Give scores of the whole and of its parts.

    Parameters
    ----------
    composite
        Aggregated.
    ranks
        Whether ranks are shown; by default only where the workspace has ``ranks_in_public``.
    units
        Which units are shown; all were used for the scores.

    Returns
    -------
    Scores
        ``table``: unit, score, a column a part of the whole with its score, imputed (figures filled in), and rank
        where ranks are shown (1 is the highest score; ties share the best). In the order of units, or of ranks. A unit
        without enough figures has no score.
    """
    import pandas as pd

    composite.hold("results")
    built, shown = composite.built, ranks_shown(composite, asked=ranks)
    wanted = hold_units(composite, units)
    parts = list(composite.framework.top)
    table = pd.DataFrame({
        "unit": [str(unit) for unit in composite.frame.index], "score": built.score,
        **{part: built.scores[part] for part in parts}, "imputed": (built.how != "").sum(axis=1),
    })  # fmt: skip
    if shown:
        table["rank"] = pd.Series(ranks_of(built.score)).astype("Int64")
        table = table.sort_values(["rank", "unit"], na_position="last")
    table = table[table["unit"].isin(wanted)].reset_index(drop=True)
    if not table["imputed"].any():
        visible = tuple(name for name in table if name != "imputed")
    else:
        visible = tuple(map(str, table))
    without = int(np.isnan(table["score"]).sum())
    notes = [both("composite", "note.without", n=without)] if without else []
    notes.append(words("composite")["note.relative" if _relative(composite) else "note.fixed"])
    if not shown:
        notes.append(words("composite")["note.no_ranks"])
    return Scores(
        table, "composite", **common(composite), settings=settings_of(composite), drawing=draw_scores,
        notes=(*notes, *notes_of(composite)), shown=tuple(map(str, visible)),
        decimals=dict.fromkeys(["score", *parts], 1), public=not shown or ranks_shown(composite),
    )  # fmt: skip


def _relative(composite: Composite) -> bool:
    """Tell whether the scale comes from the units themselves."""
    method = next(step.method for step in composite.steps if step.name == "normalise")
    return bool(method != "goalposts")
