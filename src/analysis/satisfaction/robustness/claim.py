"""What all claims share: what they measure, by what they hold, and what may not be asked of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts
from analysis.messages.requests import hold_level, wrong
from analysis.satisfaction.indices.index import groups_wrong, indices_of, scored
from analysis.satisfaction.words import said, words
from analysis.surveys.design import Design, hold_designs
from analysis.surveys.scores import CONVERSIONS, measure_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.satisfaction.robustness.replication import Replication
    from analysis.stats import SurveyDesign
    from analysis.surveys.questionnaire import Conversion, Index, Treatment

#: By what a claim holds where respondents were drawn by chance: its whole interval, which is meant if nothing is said,
#: or its point value. Where they were not drawn it is always the point value.
Judged = Literal["interval", "point"]
WORDS = "multiverse"


@dataclass(frozen=True, eq=False)
class Measured:
    """What a claim rests on, by one set of choices."""

    estimate: float
    se: float
    lower: float
    upper: float
    df: float
    n: int
    holds: bool | None  #: None where it could not be told
    bound: float = 0.0  #: what the estimate is held to
    scale: float = float("nan")  #: the standard deviation of a person's score
    measure: str = ""  #: as :func:`analysis.surveys.scores.measure_of`
    note: str = ""
    replication: Callable[[], Replication] | None = field(default=None, repr=False)  #: what R needs, made when it is


@dataclass(frozen=True)
class Scores:
    """Everybody's score of an index, by some choices."""

    index: Index
    sample: SurveyDesign = field(repr=False)  #: with the score under the index's id
    measure: str
    spread: float  #: the scores' standard deviation


@dataclass(frozen=True, kw_only=True)
class Claim(ABC):
    """What all claims share."""

    of: str = field(kw_only=False)  #: an index, or an item with a scale
    level: float = 0.95
    judged: Judged | None = None

    def __call__(
        self, designs: Sequence[Design], *, conversion: Conversion | None = None, dont_know: Treatment | None = None,
        freedom: str = "domain",
    ) -> Measured:  # fmt: skip
        """Measure it by some choices; what is not given is as the questionnaire declares it.

        Raises
        ------
        DuzhengError
            DZ-S002 for what :meth:`faults` finds.
        """
        waves = hold_designs(designs)
        hold_level(self.level, *self.faults(waves, (conversion,)))
        scores = [scores_of(each, self.of, conversion, dont_know) for each in waves]
        return self.measured(waves, conversion, scores, {"level": self.level, "df": freedom})

    @abstractmethod
    def measured(
        self, designs: Sequence[Design], conversion: Conversion | None, scores: Sequence[Scores], how: dict[str, Any]
    ) -> Measured:
        """Measure it of scores; ``how`` are level and degrees of freedom, as the verbs of samples take them."""

    @abstractmethod
    def said(self, designs: Sequence[Design], language: Language) -> str:
        """Say it in words: of the point value of respondents where they were not drawn by chance."""

    def settled(self, designs: Sequence[Design]) -> Claim:
        """Give the claim with what is looked up once, in the waves as they were collected."""
        del designs
        return self

    def choices(self, declared: Mapping[str, Sequence[Any]]) -> Mapping[str, Sequence[Any]]:
        """Give the choices that are meant if none are said, of those that are declared for all claims."""
        return declared

    def care(self, designs: Sequence[Design]) -> Texts | None:
        """Say why it is to be read with care, if it is."""
        del designs
        return None

    def faults(self, designs: Sequence[Design], conversions: Sequence[Conversion | None] = (None,)) -> list[Fault]:
        """Find what cannot be asked, before anything is reckoned: of indices, groups and conversions."""
        found = [] if self.judged in {None, "interval", "point"} else [
            wrong(f"judged={self.judged!r}", "interval or point", "leave it out for the whole interval")
        ]  # fmt: skip
        strange = [each for each in conversions if each is not None and each not in CONVERSIONS]
        found += [wrong(f"conversion={each!r}", " or ".join(CONVERSIONS), "choose one of them") for each in strange]
        if len(designs) != self.waves:
            needed = "one wave" if self.waves == 1 else "the earlier and the later wave"
            return [*found, wrong(f"{len(designs)} designs for {type(self).__name__}", needed, "give both, in order"
                                  if self.waves > 1 else "of two waves, take Changed")]  # fmt: skip
        before = len(found)
        for each in designs:
            try:
                index = indices_of(each, self.of)[0]
                for conversion in conversions:
                    if conversion not in strange:
                        measure_of(each.survey, index, conversion)
            except DuzhengError as error:
                found += error.faults
        return [*found, *(self.more_faults(designs, [c for c in conversions if c not in strange])
                          if len(found) == before else [])]  # fmt: skip

    def more_faults(self, designs: Sequence[Design], conversions: Sequence[Conversion | None]) -> list[Fault]:
        """Find what cannot be asked of an index that is there."""
        del designs, conversions
        return []

    @property
    def waves(self) -> int:
        """How many waves it is of."""
        return 1

    def told(self, row: Mapping[str, Any], bound: float, *, tested: bool) -> bool | None:
        """Tell whether it holds: above the bound with the whole interval, or by the point value."""
        judged = (self.judged or "interval") if tested else "point"
        value = row["lower"] if judged == "interval" else row["estimate"]
        return None if value != value else bool(value > bound)  # noqa: PLR0124  missing

    def words_of(self, key: str, designs: Sequence[Design], language: Language, **values: object) -> str:
        """Say the claim by the key of its words."""
        key = f"claim.{key}" if all(each.tested for each in designs) else f"claim.{key}.open"
        return said(WORDS, key, language, index=designs[-1].labels.head(self.of, language), **values)

    def found(
        self, row: pd.Series[Any], scores: Scores, *, tested: bool, replication: Callable[[], Replication],
        bound: float = 0.0,
    ) -> Measured:  # fmt: skip
        """Make what was measured of a row of estimates."""
        values = {name: float(row[name]) for name in ("estimate", "se", "lower", "upper", "df")}
        return Measured(**values, n=int(row["n"]), holds=self.told(values, bound, tested=tested), bound=bound,
                        scale=scores.spread, measure=scores.measure, note=str(row["note"]),
                        replication=replication)  # fmt: skip


def scores_of(design: Design, of: str, conversion: Conversion | None, dont_know: Treatment | None) -> Scores:
    """Give everybody's score of an index, and how far scores lie apart."""
    import numpy as np

    index = indices_of(design, of)[0]
    sample = scored(design, [index], conversion=conversion, dont_know=dont_know)
    values, weight = sample.data[index.id].to_numpy(float), sample.current_weights()
    there = ~np.isnan(values)
    spread = float("nan")
    if there.any():
        mean = np.average(values[there], weights=weight[there])
        spread = float(np.sqrt(np.average((values[there] - mean) ** 2, weights=weight[there])))
    return Scores(index, sample, measure_of(design.survey, index, conversion), spread)


def codes_wrong(designs: Sequence[Design], column: str, codes: Sequence[str]) -> list[Fault]:
    """Hold groups to those that there are, in all designs."""
    from difflib import get_close_matches

    found = groups_wrong(designs, [column])
    for each in [] if found else designs:
        there = sorted(str(code) for code in each.data[column].dropna().unique())
        for code in codes:
            if code in there:
                continue
            named = [one for one in there for language in LANGUAGES if each.labels.name(column, one, language) == code]
            near = named[:1] or get_close_matches(str(code), there, 1)
            more = f", … ({len(there)})" if len(there) > 20 else ""  # noqa: PLR2004  enough to see what they look like
            found.append(wrong(f"{code!r} in {each.name}", f"one of {', '.join(there[:20])}{more}",
                               f"did you mean {near[0]}?" if near else "check the spelling", column))  # fmt: skip
    return found


def texts_of(key: str, /, **values: Mapping[Language, object]) -> Texts:
    """Say something of the multiverse in all languages."""
    return {language: words(WORDS)[key][language].format(**{name: each[language] for name, each in values.items()})
            for language in LANGUAGES}  # fmt: skip
