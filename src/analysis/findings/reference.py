"""A reference: the words and definitions that the numbers of a run are told with; what stage two has of a workspace."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from analysis.workspace import Catalogue, Indicator, Settings, Units
from analysis.workspace.rules import RuleSet

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace


@dataclass(frozen=True)
class Reference:
    """Settings, definitions, names and sources, without a figure.

    Parameters
    ----------
    settings, catalogue, units, sources, rules
        As of :class:`analysis.workspace.Workspace`.
    year
        The last year of the figures used.
    boundaries
        The year on whose boundaries all series are put.
    synthetic
        Whether the run is one of demonstration.
    """

    settings: Settings
    catalogue: Catalogue
    units: Units
    sources: pd.DataFrame
    rules: dict[str, RuleSet]
    year: int
    boundaries: int
    synthetic: bool = False

    @classmethod
    def of(cls, workspace: Workspace, *, year: int, boundaries: int, synthetic: bool = False) -> Self:
        """Take it from a workspace."""
        parts = (workspace.settings, workspace.catalogue, workspace.units, workspace.sources, workspace.rules)
        return cls(*parts, year=year, boundaries=boundaries, synthetic=synthetic)

    def variants(self) -> dict[str, str]:
        """Give the variant that holds of each indicator that has several definitions."""
        return dict(self.settings.variants)

    def only(self, *, indicators: Collection[str], sources: Collection[str]) -> Reference:
        """Keep what some memos speak of: indicators with their parts, and sources."""
        wanted = {part for code in indicators if code in self.catalogue for part in (code, *self.catalogue.parts(code))}
        wanted |= {other for code in wanted if (other := self.catalogue[code].not_above)}
        entries = {code: each for code, each in self.catalogue.items() if code in wanted}
        kept = self.sources.loc[[source for source in self.sources.index if source in set(sources)]]
        return replace(self, catalogue=Catalogue(entries), sources=kept)

    def written(self) -> str:
        """Write it as JSON, the same every time."""
        return json.dumps({**self._content(), "units": _rows(self.units.frame)}, ensure_ascii=False, indent=1) + "\n"

    @property
    def digest(self) -> str:
        """The SHA-256 of all that is written; the units, which are many and those of all slices, are hashed once."""
        content = json.dumps({**self._content(), "units": self.units.digest}, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()

    def _content(self) -> dict[str, Any]:
        return {
            "settings": self.settings.model_dump(mode="json"),
            "catalogue": [each.model_dump(mode="json") for each in self.catalogue.values()],
            "sources": _rows(self.sources),
            "rules": [each.model_dump(mode="json") for each in self.rules.values()],
            "year": self.year,
            "boundaries": self.boundaries,
            "synthetic": self.synthetic,
        }

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what :meth:`written` wrote."""
        content = json.loads(path.read_text(encoding="utf-8"))
        indicators = [Indicator.model_validate(each) for each in content["catalogue"]]
        return cls(
            Settings.model_validate(content["settings"]),
            Catalogue({each.code: each for each in indicators}),
            Units(_frame(content["units"]).astype({"valid_from": "Int64", "valid_to": "Int64"})),
            _frame(content["sources"]),
            {each["id"]: RuleSet.model_validate(each) for each in content["rules"]},
            content["year"],
            content["boundaries"],
            content["synthetic"],
        )


def _rows(frame: pd.DataFrame) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(frame.to_json(orient="split", force_ascii=False))
    return kept | {"name": frame.index.name}


def _frame(rows: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    index = pd.Index(rows["index"], name=rows["name"], dtype="str")
    return pd.DataFrame(rows["data"], index=index, columns=rows["columns"])
