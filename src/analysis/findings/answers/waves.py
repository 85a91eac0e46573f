"""The waves of a run: which were collected, which came before them, and how they hang together with the units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis.findings.answers.places import unit_column
from analysis.messages import LANGUAGES, Texts
from analysis.surveys import questionnaires
from analysis.surveys.collected import files_of
from analysis.surveys.design import CLUSTER, Design, design
from analysis.surveys.questionnaire import Index
from analysis.surveys.seal import declared
from analysis.surveys.waves import compare_indices

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.survey import Survey
    from analysis.workspace import Units, Workspace


@dataclass(frozen=True, eq=False)
class Wave:
    """A wave of a run.

    Parameters
    ----------
    design
        Its answers.
    before
        The newest wave of the same questionnaire before it that was collected, if any.
    column
        The column that holds the unit; empty where none does.
    units
        The id of the unit that each code of the column means.
    whole
        The id of the unit that all of them are in.
    names
        What these units are called, by id; the whole is called by its short name.
    """

    design: Design
    before: Design | None
    column: str
    units: Mapping[str, str]
    whole: str
    names: Mapping[str, Texts] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Id and wave of the questionnaire."""
        return self.design.name

    @property
    def year(self) -> int:
        """The wave."""
        return self.design.year

    @property
    def indices(self) -> tuple[Index, ...]:
        """The declared indices."""
        return self.design.survey.questionnaire.analyses.indices

    @cached_property
    def overall(self) -> Index | None:
        """The index of satisfaction overall: the last one of one item, or else the last one; as `drivers` takes it."""
        alone = [each for each in self.indices if len(each.items) == 1]
        return next(reversed(alone or self.indices), None)

    @property
    def groups(self) -> list[str]:
        """The columns whose groups are reported: those declared and the strata, but that of units."""
        sheet = self.design.survey.questionnaire
        strata = getattr(sheet.selection, "strata", ())
        return [each for each in dict.fromkeys((*sheet.analyses.groups, *strata))
                if each != self.column and each in self.design.data]  # fmt: skip

    @cached_property
    def index_names(self) -> dict[str, Texts]:
        """What the indices are called, by id."""
        return {each.id: each.name for each in self.indices}

    def theme(self, index: str) -> str:
        """Give the topic of the bank that most items of an index are of."""
        asked = {each.code: each.item for each in self.design.survey.asked}
        items = next((each.items for each in self.indices if each.id == index), ())
        topics = Counter(asked[code.partition(".")[0]].topic for code in items if code.partition(".")[0] in asked)
        return topics.most_common(1)[0][0] if topics else ""

    def called(self, column: str, code: str) -> Texts:
        """Give what a group is called."""
        return {language: self.design.labels.name(column, code, language) for language in LANGUAGES}

    def declared(self, of: str, between: str, *, test: str = "difference", by: Iterable[str] = ()) -> bool:
        """Tell whether the wave's seal has a comparison."""
        each, key = self.design, (of, between, test, tuple(by))
        if each.root is None:
            return False
        if key not in self._declared:
            found = declared(each.root, each.survey, *key, synthetic=each.synthetic)
            self._declared[key] = found.kind == "confirmatory"
        return self._declared[key]

    @cached_property
    def _declared(self) -> dict[tuple[str, str, str, tuple[str, ...]], bool]:
        return {}

    @cached_property
    def comparable(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Whether each index may be compared with the wave before, with the reasons."""
        if self.before is None:
            return {}
        found = compare_indices(self.before.survey, self.design.survey)
        return {each.code: (each.comparable, each.reasons) for each in found}

    @property
    def file(self) -> str:
        """The file of its answers, from the workspace's root."""
        return next((path for path in self.design.files if path.endswith(".parquet")), "")


def waves(workspace: Workspace, *, year: int, boundaries: int, synthetic: bool) -> list[Wave]:
    """Find the newest wave of each questionnaire that was collected up to a year, and the one before it.

    Parameters
    ----------
    workspace
        The workspace.
    year
        The last year.
    boundaries
        The year on whose boundaries units are.
    synthetic
        Whether the simulated waves are meant; real and simulated ones are never mixed.

    Returns
    -------
    list of Wave
        By questionnaire, in the order of their ids; empty where nothing was collected.

    Raises
    ------
    DuzhengError
        As :func:`analysis.surveys.design.design`, for a wave of which a part is missing.
    """
    there: dict[str, list[Survey]] = {}
    for survey in questionnaires(workspace).values():
        answers = files_of(workspace.root, survey, synthetic=synthetic)["responses"]
        if survey.questionnaire.wave <= year and answers.is_file():
            there.setdefault(survey.questionnaire.id, []).append(survey)
    found = []
    for _, surveys in sorted(there.items()):
        years = sorted(each.questionnaire.wave for each in surveys)[-2:]
        read = {each.questionnaire.wave: each for each in surveys}
        *earlier, now = (design(workspace, read[each], each, synthetic=synthetic) for each in years)
        found.append(placed(workspace, now, next(iter(earlier), None), boundaries=boundaries))
    return found


def placed(workspace: Workspace, now: Design, before: Design | None, *, boundaries: int) -> Wave:
    """Put a wave beside the units that its answers are of."""
    units, kind = workspace.units, workspace.settings.unit_kind
    column, codes = unit_column(now, units, kind=kind, boundaries=boundaries)
    whole = above(units, list(codes.values()) or [str(each) for each in units.at(boundaries, kind).index])
    names = {unit: _named(units, unit, short=unit == whole) for unit in (*codes.values(), *([whole] if whole else []))}
    return Wave(now, before, column, codes, whole, names)


def above(units: Units, ids: list[str]) -> str:
    """Give the lowest unit that all of some units are in; empty if there is none."""
    lines = []
    for unit in ids:
        line, at = list[str](), units.parent(unit)
        while at:
            line.append(at)
            at = units.parent(at)
        lines.append(line)
    return next((unit for unit in (lines[0] if lines else []) if all(unit in line for line in lines)), "")


def _named(units: Units, unit: str, *, short: bool) -> Texts:
    return {language: units.name(unit, language, short=short) for language in LANGUAGES}


def count_answers(wave: Wave) -> dict[str, int]:
    """Count the answers of everybody and of each unit, by id."""
    return {wave.whole: len(wave.design.data)} | _by_unit(wave, wave.design.data["id"])


def count_places(wave: Wave) -> dict[str, int]:
    """Count the places, such as schools, that they came from; of an open sample there is none."""
    data = wave.design.data
    name = CLUSTER if CLUSTER in data else wave.design.place
    if wave.design.kind == "open" or not name:
        return {}
    return {wave.whole: int(data[name].nunique())} | _by_unit(wave, data[name])


def _by_unit(wave: Wave, values: pd.Series[Any]) -> dict[str, int]:
    if not wave.column:
        return {}
    counts = values.groupby(wave.design.data[wave.column].astype("str")).nunique()
    return {unit: int(counts.get(code, 0)) for code, unit in wave.units.items()}
