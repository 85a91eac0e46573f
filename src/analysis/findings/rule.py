"""The rule set ``statements``: from which bounds on a finding is hedged, and from which it is not said."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from analysis.findings.finding import Kind, Selection
from analysis.workspace.rules import Entry, RuleSet

#: What a finding may claim.
Strength = Literal["weak", "moderate", "strong"]
#: What comes of a rule, the least first.
Outcome = Literal["withheld", "weak", "moderate", "strong"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
#: The rules that judge every finding; a rule set cannot leave them out.
ALWAYS: Final = ("suppressed", "small", "incomplete", "contradictory")
#: The rules of which a rule set says which kinds they judge.
CODES: Final = (
    "open_sample", "few_answers", "few_places", "few_df", "few_effective", "odd_design", "wide", "incomparable",
    "broken", "doubtful", "undeclared", "unadjusted", "noise", "trifling", "not_alike", "fragile", "unclear",
)  # fmt: skip

Share = Annotated[float, Field(ge=0, le=1)]
Size = Annotated[float, Field(gt=0)]


def least(*outcomes: Outcome) -> Outcome:
    """Give the least of outcomes.

    >>> least("strong", "weak", "moderate")
    'weak'
    """
    return min(outcomes, key=OUTCOMES.index)


def _each(names: Collection[str]) -> AfterValidator:
    """Hold a table to one entry of each name; by itself, so that what it leaves out hides no fault of another."""

    def hold(given: dict[str, Any]) -> dict[str, Any]:
        if odd := sorted(set(given) ^ set(names)):
            raise ValueError(f"each of {', '.join(names)}, once (see {', '.join(odd)})")
        return given

    return AfterValidator(hold)


class Floor(Entry):
    """Bounds below which a finding is withheld, worded weakly, or moderately."""

    withheld: float | None = None
    weak: float | None = None
    moderate: float | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        given = [each for each in (self.withheld, self.weak, self.moderate) if each is not None]
        if given != sorted(given):
            raise ValueError("withheld ≤ weak ≤ moderate")
        return self

    def of(self, value: float) -> Outcome:
        """Give what comes of a value; a value that is none is below every bound.

        >>> [Floor(withheld=4, moderate=8).of(each) for each in (3, 4, 8, float("nan"))]
        ['withheld', 'moderate', 'strong', 'withheld']
        """
        for outcome in OUTCOMES[:-1]:
            bound = getattr(self, outcome)
            if bound is not None and not value >= bound:
                return outcome
        return "strong"


class Ceiling(Entry):
    """Bounds above which a finding is withheld or worded weakly."""

    withheld: float
    weak: float

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.weak > self.withheld:
            raise ValueError("weak ≤ withheld")
        return self

    def of(self, value: float) -> Outcome:
        """Give what comes of a value.

        >>> [Ceiling(withheld=15, weak=10).of(each) for each in (10, 12, 16)]
        ['strong', 'weak', 'withheld']
        """
        return "withheld" if not value <= self.withheld else "weak" if value > self.weak else "strong"


class Floors(Entry):
    """Bounds for what is said of one figure (``level``), and for what holds it to something (``claim``)."""

    level: Floor
    claim: Floor


class KindRule(Entry):
    """How strongly a kind of finding may be worded at most."""

    at_most: Strength


class Odd(Entry):
    """Design effects outside of which an error is more likely."""

    lowest: Size
    highest: Size


class Incomparable(Entry):
    """How strongly a comparison may be worded that asks for care."""

    with_care: Outcome


class Noise(Entry):
    """Levels of the false-discovery rate.

    Parameters
    ----------
    level, families
        Adjusted p up to which a declared difference is said, and families with another level.
    strong
        Adjusted p up to which it is worded without a hedge.
    exploratory, exploratory_at_most
        The level for what was not declared, and how strongly it may be worded.
    """

    level: Share
    strong: Share
    exploratory: Share
    exploratory_at_most: Strength
    families: dict[str, Share] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _exploratory_is_no_easier(self) -> Self:
        if not self.strong <= self.level or not self.exploratory <= self.level:
            raise ValueError("strong ≤ level and exploratory ≤ level")
        return self

    def level_of(self, family: str, *, confirmatory: bool) -> float:
        """Give the level that a family is held to."""
        declared = self.families.get(family, self.level)
        return declared if confirmatory else min(declared, self.exploratory)


class Trifling(Entry):
    """The smallest difference worth a sentence, by measure; ``relative`` is a share of what a figure is held to."""

    points: Size
    percent: Size
    cv: Size
    relative: Size


class Fragile(Floor):
    """Bounds on the share of the multiverse; ``unchecked`` is how strong answers are at most without one."""

    unchecked: Strength


class Importance(Entry):
    """Weights of the ranking; see :func:`analysis.findings.ranking.importance`."""

    standard: float
    target: float
    finding: float
    unclear: float
    unsized: Share
    strength: Annotated[dict[Strength, Share], _each(get_args(Strength))]
    exploratory: Share
    group: Share
    neutral: Share
    met: Share

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.standard - 1 >= self.target >= self.finding + 1 or self.finding - 1 < self.unclear:
            raise ValueError(
                "standard, target, finding and unclear at least 1 apart, so that what is within stays below"
            )
        return self


class Statements(Entry):
    """What the rule set says; the fields are named as the rules of :mod:`analysis.findings.checks` are.

    Parameters
    ----------
    kinds
        By kind, the strongest first: of two findings that say the same, that of the first is kept.
    selection
        How strongly answers may be worded at most, by how they were gathered.
    applies
        Which kinds a rule judges, for each of :data:`CODES`.
    small
        Answers below which nothing is published.
    doubtful
        Kinds that may still be said of doubtful figures, with how much force; the others are withheld.
    """

    kinds: Annotated[dict[Kind, KindRule], _each(get_args(Kind))]
    selection: Annotated[dict[Selection, Strength], _each(get_args(Selection))]
    applies: Annotated[dict[str, tuple[Kind, ...]], _each(CODES)]
    small: Annotated[int, Field(ge=1)]
    few_answers: Floors
    few_places: Floors
    few_df: Floors
    few_effective: Floors
    odd_design: Odd
    wide: Ceiling
    incomparable: Incomparable
    doubtful: dict[Kind, Strength]
    noise: Noise
    trifling: Trifling
    fragile: Fragile
    importance: Importance

    def practical(self, measure: Literal["points", "percent", "cv", "relative"], against: float | None = None) -> float:
        """Give the smallest difference worth a sentence, in the subject's measure, for :attr:`Finding.practical`.

        Parameters
        ----------
        measure
            ``points`` of an index of 0 to 100, ``percent`` for shares in per cent, ``cv`` for coefficients of
            variation, ``relative`` for any other figure.
        against
            What it is held to; ``relative`` needs it.

        Raises
        ------
        ValueError
            If ``relative`` has nothing to be relative to.
        """
        size: float = getattr(self.trifling, measure)
        if measure != "relative":
            return size
        if against is None:
            raise ValueError("relative needs what the figure is held to")
        return size * abs(against)


def statements_of(rule: RuleSet | Statements) -> Statements:
    """Read the rule set.

    Raises
    ------
    DuzhengError
        DZ-W003 with every parameter that is wrong.
    """
    return rule if isinstance(rule, Statements) else rule.read(Statements)
