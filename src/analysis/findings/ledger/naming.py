"""Naming: what units, indicators and indices are called within a sentence, and how clauses follow each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.coefficients import name_of
from analysis.findings.wording import Listed, Message, Slot, Word, Wording
from analysis.messages import LANGUAGES, Texts, pick

if TYPE_CHECKING:
    from analysis.surveys import Survey
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Claim, Evidence

#: So many names are enumerated; a table has the rest.
FEW: Final = 4


@dataclass(frozen=True, eq=False)
class Naming:
    """What things of a workspace are called, in both languages."""

    workspace: Workspace

    def unit(self, unit: str) -> Texts:
        """Give the name of a unit."""
        return self.workspace.units.names(unit)

    @property
    def kind(self) -> Texts:
        """What a unit of the workspace's kind is called."""
        return self.workspace.settings.unit_name

    @property
    def kinds(self) -> Texts:
        """What several units of the workspace's kind are counted in."""
        settings = self.workspace.settings
        return {"zh-Hans": f"个{settings.unit_name['zh-Hans']}", "en": pick(settings.unit_names, "en")}

    def subject(self, entry: Claim | Evidence, *, inside: bool = True) -> Texts:
        """Give the name of an indicator, index or coefficient; ``inside`` a sentence English begins it small."""
        if entry.index is not None:
            return self._index(entry.index.survey, entry.index.id, entry.year, inside=inside)
        if entry.coefficient is not None:
            name = name_of(self.workspace, entry.coefficient)
            return {"zh-Hans": name["zh-Hans"], "en": _small(pick(name, "en"), inside=inside)}
        name = self.workspace.catalogue[entry.indicator].name
        return {"zh-Hans": name["zh-Hans"], "en": _small(pick(name, "en"), inside=inside)}

    def _index(self, survey: str, index: str, year: int, *, inside: bool) -> Texts:
        """Give the name of an index with those who were asked; its id where the questionnaire has no such index."""
        found = self._surveys.get(f"{survey}-{year}")
        names = {each.id: each.name for each in found.questionnaire.analyses.indices} if found else {}
        name = names.get(index, {"zh-Hans": index, "en": index})
        whose = Word(found.questionnaire.respondent if found else "nobody")
        return {
            language: Wording(language).plain(
                "ledger_index", whose=whose, index=_small(pick(name, language), inside=inside and language == "en")
            )
            for language in LANGUAGES
        }

    @cached_property
    def _surveys(self) -> Mapping[str, Survey]:
        from analysis.surveys import questionnaires

        return questionnaires(self.workspace)


def _small(name: str, *, inside: bool) -> str:
    return name[0].lower() + name[1:] if inside and name[1:2].islower() else name


def capital(texts: Texts) -> Texts:
    """Begin a text with a capital, as at the start of a sentence or in a table.

    >>> capital({"zh-Hans": "学校过大", "en": "schools are large"})["en"]
    'Schools are large'
    """
    return {language: text[:1].upper() + text[1:] for language, text in texts.items()}


def few(names: Sequence[Slot]) -> Slot:
    """Enumerate the first few of many."""
    if len(names) <= FEW:
        return Listed(tuple(names))
    return Message("ledger_among", {"list": Listed(tuple(names[:FEW]))})


def chained(clauses: Sequence[Message]) -> Message:
    """Put clauses one behind the other."""
    if len(clauses) == 1:
        return clauses[0]
    slots: dict[str, Any] = {"first": clauses[0], "rest": chained(clauses[1:])}
    return Message("ledger_clauses", slots)
