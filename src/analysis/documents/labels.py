"""Labels: what the columns of a table are called, and what their codes stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.messages import Language, Texts, pick


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of columns and of their codes, in both languages; what has none is called by its code."""

    names: Mapping[str, Mapping[str, Texts]] = field(default_factory=dict)  #: by column and code
    heads: Mapping[str, Texts] = field(default_factory=dict)  #: by column

    def name(self, column: str, code: Any, language: Language) -> str:
        """Give what a code of a column stands for."""
        texts = self.names.get(column, {}).get(str(code))
        return pick(texts, language) if texts else str(code)

    def head(self, column: str, language: Language) -> str:
        """Give what a column is called, as a heading writes it."""
        said = pick(self.heads[column], language) if column in self.heads else column
        return said if said == column else said[:1].upper() + said[1:]

    def codes(self, column: str) -> list[str]:
        """List the codes of a column, in their order."""
        return list(self.names.get(column, {}))

    def under(self, other: Labels) -> Labels:
        """Add labels that go before these."""
        return replace(self, names={**self.names, **other.names}, heads={**self.heads, **other.heads})
