"""A result of figures: a table that knows the workspace it is of, what its figures are, and the files they are from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from analysis.documents import result
from analysis.documents.labels import Labels
from analysis.indicators.words import WORDS
from analysis.messages import LANGUAGES, Language, Texts, Words, pick

if TYPE_CHECKING:
    from analysis.workspace import Workspace


@dataclass(frozen=True, eq=False, repr=False)
class FigureResult(result.Result):
    """What a verb found in figures.

    Complete administrative counts have no sampling error, and no result says "significant" of them; where an error
    model is declared, ``model`` says which.
    """

    room: ClassVar[Words] = WORDS

    _: KW_ONLY
    workspace: Workspace | None = field(default=None, repr=False)
    simulated: bool = False  #: whether any figure is simulated
    model: Texts | None = field(default=None, repr=False)  #: the error model of intervals; none of counts
    read: Mapping[str, str] = field(default_factory=dict, repr=False)  #: content hashes of the files read, by path

    def __repr__(self) -> str:
        return f"<{self.words}>\n{self.table}"

    @property
    def language(self) -> Language:
        """The language that is shown unless it is said; the workspace's first if none was asked for."""
        return self.spoken or (self.workspace.settings.languages[0] if self.workspace else "zh-Hans")

    @cached_property
    def _labels(self) -> Labels:
        known = labels_of(self.workspace) if self.workspace else Labels()
        return known.under(self.named) if self.named else known

    @property
    def labels(self) -> Labels:
        """What columns and codes are called: units and indicators by their names, and what the verb adds."""
        return self._labels

    @property
    def synthetic(self) -> bool:
        """Whether any of it is simulated."""
        return self.simulated

    @property
    def files(self) -> Mapping[str, str]:
        """The content hashes of the files it rests on, by path."""
        return self.read

    def basis(self, language: Language) -> Sequence[str]:
        """Say that the figures are complete counts, or of which model intervals are."""
        return [pick(self.model, language) if self.model else self.said("short.counts", language)]

    def origin(self, language: Language) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Say what the figures are."""
        told = pick(self.model, language) if self.model else self.said("counts", language)
        return ((self.said("figures_head", language), (told,)),)

    def chosen(self, name: str, value: Any, language: Language) -> str:
        """Say what an option of a setting is called; years and boundaries as they are."""
        if name in {"unit", "units"}:
            return self.labels.name("unit", value, language)
        if name in {"indicator", "indicators"}:
            return self.labels.name("indicator", value, language)
        return str(value) if name in {"year", "years", "boundaries"} else super().chosen(name, value, language)


def labels_of(workspace: Workspace) -> Labels:
    """Name units (in short) and indicators as the workspace does."""
    units = {
        str(unit): {language: workspace.units.name(str(unit), language, short=True) for language in LANGUAGES}
        for unit in workspace.units.frame.index
    }
    indicators = {code: each.name for code, each in workspace.catalogue.items()}
    return Labels({"unit": units, "indicator": indicators}, indicators)
