"""The multiverse of a finding: the same claim by every combination of declared choices, and in how many it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from analysis.messages import LANGUAGES, DuzhengError, Language, Texts
from analysis.messages.requests import wrong
from analysis.satisfaction.charts.multiverse import specification_curve
from analysis.satisfaction.result import Result
from analysis.satisfaction.robustness.claims import Claim, Measured
from analysis.satisfaction.words import said, words
from analysis.surveys.design import WEIGHTINGS, Design

if TYPE_CHECKING:
    import pandas as pd

Choices = Mapping[str, Sequence[Any]]
#: What is reckoned anew if nothing is said; the first of each is the main choice.
CHOICES: dict[str, tuple[str, ...]] = {
    "dont_know": ("excluded", "middle", "lowest"),
    "conversion": ("linear_0_100", "top2"),
    "weighting": ("calibrated", "design"),
    "exclusion": ("none", "all"),
    "freedom": ("domain", "design"),
}
#: All that there are of them.
EVERY: dict[str, tuple[str, ...]] = {
    "dont_know": ("excluded", "middle", "lowest"),
    "conversion": ("linear_0_100", "points_20_100", "top2"),
    "weighting": WEIGHTINGS,
    "exclusion": ("none", "speeders", "all"),
    "freedom": ("domain", "design"),
}
#: Who is left out, by what was found of the answers.
_SIGNS = {"speeders": "speeder", "all": "doubtful"}
MOST = 1000
#: Combinations that fail up to which each is named.
_LISTED = 6
#: Faults of a combination that cannot be reckoned, such as totals that no weights meet; others stop all.
_IMPOSSIBLE = {"DZ-S003", "DZ-S004"}
Exclusions = Mapping[str, Callable[[Design], "pd.Series[bool]"]]


@dataclass(frozen=True, eq=False)
class Multiverse(Result):
    """A claim by all combinations of choices; ``table`` has one row each, the main one first."""

    claim: Mapping[Language, str] = field(kw_only=True)
    choices: Choices = field(kw_only=True)

    @property
    def held(self) -> int:
        """In how many it holds."""
        return int((self.table["holds"] == True).sum())  # noqa: E712  missing is neither

    @property
    def failing(self) -> pd.DataFrame:
        """The combinations in which it does not hold."""
        return self.table[self.table["holds"] == False]  # noqa: E712

    def option(self, choice: str, value: Any, language: Language) -> str:
        """Say what an option of a choice is called."""
        key = f"{choice}.{value}"
        return self.said(key, language) if key in words(self.words) else f"{self.choice(choice, language)} = {value}"

    def choice(self, name: str, language: Language) -> str:
        """Say what a choice is called."""
        key = f"choice.{name}"
        return self.said(key, language) if key in words(self.words) else name

    def told(self, language: Language | None = None) -> list[str]:
        """Say in how many it holds, in which not, and how many are the same as another."""
        language = language or self.language
        table, failing = self.table, self.failing
        found = [self.said("held", language, held=self.held, all=len(table))]
        unknown = int(table["holds"].isna().sum())
        if unknown:
            found.append(self.said("unknown", language, unknown=unknown))
        shared = [name for name in self.choices if len(self.choices[name]) > 1 and len(set(failing[name])) == 1]
        if 1 < len(failing) < len(table) - unknown and shared:
            at = self._comma(language).join(self.option(name, failing[name].iloc[0], language) for name in shared)
            found.append(self.said("shared", language, options=at))
        if 0 < len(failing) <= min(_LISTED, len(table) - unknown - 1):
            semicolon = "；" if language == "zh-Hans" else "; "
            listed = semicolon.join(f"#{row['number']} {self._differs(row, language)}" for _, row in failing.iterrows())
            found.append(self.said("failing", language, listed=listed))
        elif 0 < len(failing) < len(table) - unknown:
            found.append(self.said("by_option", language, listed=self._by_option(language)))
        same = int(table["same_as"].notna().sum())
        if same:
            found.append(self.said("same", language, same=same, unique=len(table) - same))
        return found

    def remarks(self, language: Language) -> list[str]:
        """Give what must be said under the table."""
        stop = "。" if language == "zh-Hans" else "."
        return [self.claim[language] + stop, *self.told(language), *super().remarks(language)]

    def code(self, name: str, value: Any, language: Language) -> str:
        """Give what a value stands for."""
        if name in self.choices:
            return self.option(name, value, language)
        if name == "holds":
            key = "unknown" if str(value) not in {"True", "False"} else "yes" if value else "no"
            return self.said(f"holds.{key}", language)
        return super().code(name, value, language)

    def head(self, name: str, language: Language) -> str:
        """Give what a column of the table is called."""
        return self.choice(name, language) if name in self.choices else super().head(name, language)

    def _comma(self, language: Language) -> str:
        return "、" if language == "zh-Hans" else ", "

    def _differs(self, row: pd.Series[Any], language: Language) -> str:
        main = self.table.iloc[0]
        parts = [self.option(name, row[name], language) for name in self.choices if row[name] != main[name]]
        return self._comma(language).join(parts) if parts else self.said("main", language)

    def _by_option(self, language: Language) -> str:
        """Say of each option how many combinations with it fail, where options differ."""
        parts = []
        for name, options in self.choices.items():
            share = self.table.groupby(name)["holds"].apply(lambda holds: (holds == False).sum())  # noqa: E712
            if len(set(share)) > 1:
                parts += [self.said("option_fails", language, option=self.option(name, option, language),
                                    fails=int(share[option]), all=int((self.table[name] == option).sum()))
                          for option in options]  # fmt: skip
        return ("；" if language == "zh-Hans" else "; ").join(parts) if parts else self.said("everywhere", language)


def multiverse(
    designs: Design | Sequence[Design],
    finding: Claim | Callable[..., Measured],
    choices: Choices | None = None,
    *,
    exclusions: Exclusions | None = None,
    claim: Texts | None = None,
) -> Multiverse:
    """Reckon a finding anew by every combination of declared choices, and say in how many it holds.

    Parameters
    ----------
    designs
        The wave that the finding is of; of a change, the earlier and the later one.
    finding
        A claim (:class:`~analysis.satisfaction.Above`, ``Higher``, ``Reaches``, ``Changed``), or a function that
        takes a tuple of designs and the choices by name, and gives a
        :class:`~analysis.satisfaction.Measured`.
    choices
        By name their options, the main one first; :data:`CHOICES` if not given, 48 combinations. ``weighting`` and
        ``exclusion`` are applied to the designs, all others are handed to the finding.
    exclusions
        More options of ``exclusion``: by name who is left out of a design. There are ``none``, ``speeders`` and ``all``
        (doubtful answers, as :func:`analysis.satisfaction.doubts` finds them).
    claim
        What a function claims, in words.

    Returns
    -------
    Multiverse
        ``table``: ``number``, a column a choice, ``measure``, ``estimate`` and ``bound`` in the conversion's units,
        ``se``, ``lower``, ``upper``, ``df``, ``n``, ``scale`` (standard deviation of persons' scores), ``standard``,
        ``standard_lower``, ``standard_upper`` ((estimate − bound) / scale, so that conversions compare), ``holds``
        (missing where it could not be told), ``same_as`` (the first combination with the same values), ``note``.

    Raises
    ------
    DuzhengError
        DZ-S002 for choices without options, options twice or unknown, and more than 1,000 combinations.

    Notes
    -----
    Steegen, Tuerlinckx, Gelman and Vanpaemel (2016, Perspectives on Psychological Science 11); the curve after
    Simonsohn, Simmons and Nelson (2020, Nature Human Behaviour 4). Combinations are no sample and share their answers:
    the share in which a finding holds is no probability. Where respondents were drawn by chance, a claim holds with its
    whole interval unless it says otherwise; elsewhere by its point value, as nothing is tested there.

    Examples
    --------
    >>> from analysis.satisfaction.robustness.claims import Higher
    >>> from analysis.surveys.example import example_design
    >>> found = multiverse(example_design(), Higher("ixWhole", column="district", code="b", than="a"),
    ...                    {"conversion": ["linear_0_100", "top2"], "weighting": ["calibrated", "none"]})
    >>> len(found.table), found.held
    (4, 0)
    """
    import pandas as pd

    waves = (designs,) if isinstance(designs, Design) else tuple(designs)
    wanted = {name: tuple(options) for name, options in (choices or CHOICES).items()}
    leave_out = dict(exclusions or {})
    _hold(wanted, leave_out, finding)
    made = _Made(waves, leave_out)
    finding = finding.settled(waves) if isinstance(finding, Claim) else finding
    rows, first = [], None
    for number, options in enumerate(product(*wanted.values()), 1):
        spec = dict(zip(wanted, options, strict=True))
        found = _measured(made, finding, spec)
        first = first or found
        rows.append({"number": number, **spec, **_figures(found)})
    table = pd.DataFrame(rows).astype({"holds": "boolean"})
    table["same_as"] = _same(table)
    texts = claim or {language: finding.said(waves, language) if isinstance(finding, Claim) else
                      said("multiverse", "claim.given", language) for language in LANGUAGES}  # fmt: skip
    level = finding.level if isinstance(finding, Claim) else 0.95
    judged = _judged(waves, finding)
    settings = {**{name: list(options) for name, options in wanted.items()}, "judged": judged, "level": level}
    return Multiverse(
        table, "multiverse", waves, settings, drawing=specification_curve, notes=tuple(_notes(judged, wanted)),
        shown=("number", *wanted, "estimate", "lower", "upper", "bound", "holds"), decimals={"number": 0},
        asked=first.asked if first else (), sample=first.sample if first else None, claim=texts, choices=wanted,
    )  # fmt: skip


class _Made:
    """The designs by weighting and exclusion, each made once."""

    def __init__(self, waves: tuple[Design, ...], exclusions: Exclusions) -> None:
        self.waves, self.exclusions = waves, exclusions
        self.made: dict[tuple[Any, Any], tuple[Design, ...]] = {}
        self.out: dict[tuple[int, str], Any] = {}

    def by(self, weighting: Any, exclusion: Any) -> tuple[Design, ...]:
        """Give the designs without those who are left out, weighted anew."""
        key = weighting, exclusion
        if key not in self.made:
            self.made[key] = tuple(self._one(at, each, weighting, exclusion) for at, each in enumerate(self.waves))
        return self.made[key]

    def _one(self, at: int, design: Design, weighting: Any, exclusion: Any) -> Design:
        if exclusion not in {None, "none"}:
            if (at, exclusion) not in self.out:
                self.out[at, exclusion] = self._leaves_out(at, design, str(exclusion))
            design = design.only(~self.out[at, exclusion])
        return design if weighting in {None, design.weighting} else design.reweighted(weighting)

    def _leaves_out(self, at: int, design: Design, exclusion: str) -> Any:
        if exclusion in self.exclusions:
            return self.exclusions[exclusion](design).astype(bool)
        if (at, "answers") not in self.out:
            from analysis.satisfaction.quality.doubts import doubts

            self.out[at, "answers"] = doubts(design).answers
        return self.out[at, "answers"][_SIGNS[exclusion]].fillna(value=False).astype(bool)


def _measured(made: _Made, finding: Callable[..., Measured], spec: Mapping[str, Any]) -> Measured:
    """Measure a finding by one combination; what cannot be reckoned is missing, with the reason."""
    rest = {name: option for name, option in spec.items() if name not in {"weighting", "exclusion"}}
    try:
        return finding(made.by(spec.get("weighting"), spec.get("exclusion")), **rest)
    except DuzhengError as error:
        if not {fault.code for fault in error.faults} <= _IMPOSSIBLE:
            raise
        nothing = float("nan")
        return Measured(nothing, nothing, nothing, nothing, nothing, 0, None, note=str(error).splitlines()[0])


def _figures(found: Measured) -> dict[str, Any]:
    figures = {name: getattr(found, name) for name in
               ("measure", "estimate", "se", "lower", "upper", "df", "n", "bound", "scale")}  # fmt: skip
    scale = found.scale if found.scale > 0 else float("nan")
    for name, value in (("standard", found.estimate), ("standard_lower", found.lower), ("standard_upper", found.upper)):
        figures[name] = (value - found.bound) / scale
    return {**figures, "holds": found.holds, "note": found.note}


def _same(table: pd.DataFrame) -> Any:
    """Give for each combination the first one with the same values up to rounding; missing if it is the first."""
    import pandas as pd

    names = ["standard", "standard_lower", "standard_upper"]
    if table[names[0]].isna().all():
        names = ["estimate", "lower", "upper"]
    keys = table[names].round(9) + 0.0
    first: dict[Any, int] = {}
    found = []
    for number, values, measured in zip(table["number"], keys.itertuples(index=False, name=None), table["holds"],
                                        strict=True):  # fmt: skip
        key = (*(None if value != value else value for value in values), str(measured))  # noqa: PLR0124  missing
        same = first.setdefault(key, number)
        found.append(pd.NA if same == number or bool(table[names[0]].isna().iloc[number - 1]) else same)
    return pd.array(found, dtype="Int64")


def _judged(waves: Sequence[Design], finding: Any) -> str:
    """Tell by what the claim holds: ``interval``, ``point``, or ``open`` where nothing is tested."""
    tested = all(each.tested for each in waves)
    said_so = finding.judged if isinstance(finding, Claim) else None
    return (said_so or "interval") if tested else "open"


def _notes(judged: str, choices: Choices) -> Iterator[Texts]:
    yield words("multiverse")[f"judged.{judged}"]
    if len(choices.get("conversion", ())) > 1:
        yield words("multiverse")["scales"]
    yield words("multiverse")["no_probability"]


def _hold(choices: Choices, exclusions: Exclusions, finding: Any) -> None:
    """Hold choices to what can be done, all faults at once; DZ-S002."""
    faults = []
    known: dict[str, Sequence[Any]] = {**EVERY, "conversion": (*EVERY["conversion"], "mean"),
                                       "exclusion": (*EVERY["exclusion"], *exclusions)}  # fmt: skip
    size = 1
    for name, options in choices.items():
        size *= len(options)
        if not options or len({repr(option) for option in options}) < len(options):
            faults.append(wrong(f"{name}={list(options)}", "options, each once", "the main one first"))
        strange = [option for option in options if name in known and option not in known[name]]
        if strange:
            faults.append(wrong(f"{name}={strange}", " or ".join(map(str, known[name])), "choose among them"))
    unknown = [name for name in choices if isinstance(finding, Claim) and name not in EVERY]
    if unknown:
        faults.append(wrong(f"choices {', '.join(unknown)}", ", ".join(EVERY), "give a function that takes others"))
    if not 0 < size <= MOST or not choices:
        faults.append(wrong(f"{size} combinations", f"1 to {MOST}", "declare fewer options"))
    if faults:
        raise DuzhengError(*faults)
