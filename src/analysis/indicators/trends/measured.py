"""A result of levels: it says what they are measured in, once where all are measured in one thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.indicators.result import FigureResult
from analysis.messages import Language, bracketed, pick


@dataclass(frozen=True, eq=False, repr=False)
class Measured(FigureResult):
    """A result whose table has a row an indicator, with levels in the indicator's measure."""

    def measure(self, code: Any, language: Language) -> str:
        """Say what an indicator is measured in."""
        known = self.workspace.catalogue if self.workspace is not None else {}
        return pick(known[str(code)].measure, language) if str(code) in known else ""

    def measures(self, language: Language) -> list[str]:
        """List what the indicators of the table are measured in, each once."""
        codes = self.table["indicator"].unique() if "indicator" in self.table else ()
        return list(dict.fromkeys(filter(None, (self.measure(code, language) for code in codes))))

    def basis(self, language: Language) -> Sequence[str]:
        """Say what the figures are, and their measure where they have one."""
        one = self.measures(language)
        unit = [self.said("measured", language, measure=one[0])] if len(one) == 1 else []
        return [*super().basis(language), *unit]

    def code(self, name: str, value: Any, language: Language) -> str:
        """Give what a value of a column stands for; an indicator with its measure where others have another."""
        text = super().code(name, value, language)
        if name != "indicator" or len(self.measures(language)) < 2:  # noqa: PLR2004
            return text
        return bracketed(text, self.measure(value, language), language)
