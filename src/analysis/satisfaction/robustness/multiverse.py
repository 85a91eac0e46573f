"""The multiverse of a finding: the same claim by every combination of declared choices, and in how many it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from itertools import product
from typing import TYPE_CHECKING, Any

from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts, listed, together
from analysis.messages.requests import hold_level, wrong
from analysis.satisfaction.charts.multiverse import specification_curve
from analysis.satisfaction.result import SurveyResult
from analysis.satisfaction.robustness.claim import Claim, Measured
from analysis.satisfaction.robustness.combinations import (
    Choices,
    Exclusions,
    Made,
    figures,
    idle,
    measured,
    same_as,
)
from analysis.satisfaction.words import said, words
from analysis.surveys.design import WEIGHTINGS, Design, hold_designs

if TYPE_CHECKING:
    import pandas as pd

    from analysis.satisfaction.robustness.replication import Replication

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
MOST = 1000
#: Combinations that fail up to which each is named.
_LISTED = 6


@dataclass(frozen=True, eq=False, repr=False)
class Multiverse(SurveyResult):
    """A claim by all combinations of choices; ``table`` has one row each, the main one first."""

    claim: Mapping[Language, str] = field(kw_only=True)
    choices: Choices = field(kw_only=True)
    care: Texts | None = field(default=None, kw_only=True)  #: why it is to be read with care

    @property
    def held(self) -> int:
        """In how many it holds."""
        return int((self.table["holds"] == True).sum())  # noqa: E712  missing is neither

    @property
    def distinct(self) -> pd.DataFrame:
        """The combinations with results that differ, the first of each."""
        return self.table[self.table["same_as"].isna() & self.table["holds"].notna()]

    @property
    def failing(self) -> pd.DataFrame:
        """The combinations in which it does not hold."""
        return self.table[self.table["holds"] == False]  # noqa: E712

    @property
    def crossing(self) -> int:
        """In how many the interval includes the bound, where the claim holds by the point value."""
        if self.settings["judged"] == "interval":
            return 0
        table = self.table
        return int(((table["lower"] < table["bound"]) & (table["upper"] > table["bound"])).sum())

    def says(self, key: str, language: Language, **values: object) -> str:
        """Say something: of the point value where nothing is tested."""
        at_point = f"{key}.open"
        open_too = self.settings["judged"] == "open" and at_point in words(self.words)
        return self.said(at_point if open_too else key, language, **values)

    def option(self, choice: str, value: Any, language: Language) -> str:
        """Say what an option of a choice is called."""
        key = f"{choice}.{value}"
        return self.said(key, language) if key in words(self.words) else f"{self.choice(choice, language)} = {value}"

    def choice(self, name: str, language: Language) -> str:
        """Say what a choice is called."""
        key = f"choice.{name}"
        return self.said(key, language) if key in words(self.words) else name

    def headline(self, language: Language) -> str:
        """Say the claim and in how many it holds, with how many of them are distinct."""
        return self.says("headline", language, claim=self.claim[language], **self._counts(language))

    def crossed(self, language: Language) -> str:
        """Say in how many the interval includes the bound; nothing if in none, or if the claim holds by intervals."""
        bounds = {f"{bound:g}" for bound in self.table["bound"]}
        bound = bounds.pop() if len(bounds) == 1 else self.said("the_bound", language)
        counts = {"crossing": self.crossing, "all": len(self.table)}
        return self.says("crossing", language, bound=bound, **counts) if self.crossing else ""

    def untold(self, language: Language) -> str:
        """Say in how many it could not be told; nothing if it could in all."""
        unknown = int(self.table["holds"].isna().sum())
        return self.said("unknown", language, unknown=unknown) if unknown else ""

    def told(self, language: Language | None = None) -> list[str]:
        """Say in how many it holds, in which not, and how many give the same as another."""
        language = language or self.language
        table, failing, distinct = self.table, self.failing, self.distinct
        unknown = int(table["holds"].isna().sum())
        found = [self.says("held", language, **self._counts(language))]
        found += [self.crossed(language), self.untold(language), self.shared(language)]
        if 0 < len(failing) <= min(_LISTED, len(table) - unknown - 1):
            each = (f"#{row['number']} {self._differs(row, language)}" for _, row in failing.iterrows())
            found.append(self.says("failing", language, listed=together(each, language)))
        elif 0 < len(failing) < len(table) - unknown:
            found.append(self.says("by_option", language, listed=self._by_option(language)))
        if 1 < len(distinct) < len(table) - unknown:
            here = int((distinct["holds"] == True).sum())  # noqa: E712
            found.append(self.says("distinct", language, distinct=len(distinct), held=here))
        still = [self.choice(name, language) for name in idle(table, self.choices)]
        if still:
            found.append(self.said("idle", language, choices=listed(still, language)))
        found += [self.care[language]] if self.care else []
        return [each for each in found if each]

    def shared(self, language: Language) -> str:
        """Say what all combinations have in which it does not hold, if it holds in others."""
        failing, known = self.failing, self.table["holds"].notna().sum()
        names = [name for name in self.choices if len(self.choices[name]) > 1 and len(set(failing[name])) == 1]
        if not 1 < len(failing) < known or not names:
            return ""
        at = listed((self.option(name, failing[name].iloc[0], language) for name in names), language)
        return self.says("shared", language, options=at)

    def remarks(self, language: Language) -> list[str]:
        """Give what must be said under the table."""
        stop = "。" if language == "zh-Hans" else "."
        said = [self.claim[language] + stop, *self.told(language), *super().remarks(language)]
        return list(dict.fromkeys(said))

    def code(self, name: str, value: Any, language: Language) -> str:
        """Give what a value stands for."""
        if name in self.choices:
            return self.option(name, value, language)
        if name == "holds":
            key = "unknown" if str(value) not in {"True", "False"} else "yes" if value else "no"
            return self.says(f"holds.{key}", language)
        return super().code(name, value, language)

    def head(self, name: str, language: Language) -> str:
        """Give what a column of the table is called."""
        if name == "holds":
            return self.says("column.holds", language)
        return self.choice(name, language) if name in self.choices else super().head(name, language)

    def _counts(self, language: Language) -> dict[str, object]:
        known, distinct = int(self.table["holds"].notna().sum()), len(self.distinct)
        key = "" if distinct == known else "results.one" if distinct == 1 else "results.some"
        return {"held": self.held, "all": len(self.table),
                "results": self.said(key, language, distinct=distinct) if key else ""}  # fmt: skip

    def _differs(self, row: pd.Series[Any], language: Language) -> str:
        main = self.table.iloc[0]
        parts = [self.option(name, row[name], language) for name in self.choices if row[name] != main[name]]
        return listed(parts, language) if parts else self.said("main", language)

    def _by_option(self, language: Language) -> str:
        """Say of each option how many combinations with it fail, where options differ."""
        parts = []
        for name, options in self.choices.items():
            share = self.table.groupby(name)["holds"].apply(lambda holds: (holds == False).sum())  # noqa: E712
            if len(set(share)) > 1:
                parts += [self.said("option_fails", language, option=self.option(name, option, language),
                                    fails=int(share[option]), all=int((self.table[name] == option).sum()))
                          for option in options]  # fmt: skip
        return together(parts, language) if parts else self.said("everywhere", language)


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
        By name their options, the main one first; :data:`CHOICES` if not given, 48 combinations, for a threshold those
        conversions that have one. ``weighting`` and ``exclusion`` are applied to the designs, all others are handed to
        the finding.
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
        (missing where it could not be told), ``same_as`` (the first combination with the same result: verdict and
        standardised estimate, with its interval where the claim holds by that), ``note``.

    Raises
    ------
    DuzhengError
        DZ-S002 for choices without options, options twice or unknown, more than 1,000 combinations, and what a claim
        cannot be asked: groups that are not there, changes of what may not be compared, conversions without a
        threshold. All of that is found before anything is reckoned.

    Notes
    -----
    Steegen, Tuerlinckx, Gelman and Vanpaemel (2016, Perspectives on Psychological Science 11); the curve after
    Simonsohn, Simmons and Nelson (2020, Nature Human Behaviour 4). Combinations are no sample and share their answers:
    the share in which a finding holds is no probability. Many give the same result, as where nobody was offered "don't
    know": it is said how many are distinct. Where respondents were drawn by chance, a claim holds with its
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

    waves = hold_designs(designs)
    wanted = _wanted(finding, choices)
    leave_out = _hold(waves, finding, wanted, exclusions or {}, claim)
    care = finding.care(waves) if isinstance(finding, Claim) else None
    texts = _texts(waves, finding, claim)
    made = Made(waves, leave_out)
    finding = finding.settled(waves) if isinstance(finding, Claim) else finding
    rows, first = [], None
    for number, options in enumerate(product(*wanted.values()), 1):
        spec = dict(zip(wanted, options, strict=True))
        found = measured(made, finding, spec)
        first = first or found
        rows.append({"number": number, **spec, **figures(found)})
    table = pd.DataFrame(rows).astype({"holds": "boolean"})
    judged = _judged(waves, finding)
    table["same_as"] = same_as(table, by_point=judged != "interval")
    level = finding.level if isinstance(finding, Claim) else 0.95
    settings = {**{name: list(options) for name, options in wanted.items()}, "judged": judged, "level": level}
    return Multiverse(
        table, "multiverse", tuple(waves), settings=settings, notes=tuple(_notes(judged, wanted, care)),
        drawing=specification_curve, decimals={"number": 0}, claim=texts, choices=wanted, care=care,
        shown=("number", *wanted, "estimate", "lower", "upper", "bound", "holds"),
        **_for_r(waves, first.replication() if first and first.replication else None),
    )  # fmt: skip


def _for_r(waves: Sequence[Design], found: Replication | None) -> dict[str, Any]:
    """Give what a result needs to be computed again in R: of one sample, or of two that were drawn apart."""
    if found is None:
        return {}
    if found.earlier is None:
        return {"asked": found.asked, "sample": found.sample, "script": found.script, "script_columns": found.columns}
    parts = tuple(SurveyResult(each.asked[0], "multiverse", (wave,), asked=each.asked, sample=each.sample,
                         script_columns=each.columns)
                  for wave, each in zip(waves, (found.earlier, found), strict=True))  # fmt: skip
    return {"parts": parts, "combine": found.combine}


def _texts(waves: Sequence[Design], finding: Any, claim: Texts | None) -> Texts:
    """Give the claim in words; one that is given says of an open sample that it is of respondents."""
    if claim is None and isinstance(finding, Claim):
        return {language: finding.said(waves, language) for language in LANGUAGES}
    given = claim or words("multiverse")["claim.given"]
    if all(each.tested for each in waves):
        return given
    return {language: said("multiverse", "claim.at_point", language, claim=given[language]) for language in LANGUAGES}


def _judged(waves: Sequence[Design], finding: Any) -> str:
    """Tell by what the claim holds: ``interval``, ``point``, or ``open`` where nothing is tested."""
    tested = all(each.tested for each in waves)
    said_so = finding.judged if isinstance(finding, Claim) else None
    return (said_so or "interval") if tested else "open"


def _notes(judged: str, choices: Choices, care: Texts | None) -> Iterator[Texts]:
    if care:
        yield care
    yield words("multiverse")[f"judged.{judged}"]
    if len(choices.get("conversion", ())) > 1:
        yield words("multiverse")["scales"]
    yield words("multiverse")["no_probability"]


def _wanted(finding: Any, choices: Any) -> Choices:
    """Give the choices by name, each with a tuple of options; DZ-S002 for what is none."""
    if choices is None:
        choices = finding.choices(CHOICES) if isinstance(finding, Claim) else CHOICES
    if not isinstance(choices, Mapping):
        raise DuzhengError(wrong(f"choices={choices!r}"[:80], "options by name", 'such as {"weighting": ["design"]}'))
    plain = [name for name, options in choices.items() if isinstance(options, str) or not isinstance(options, Sequence)]
    if plain:
        raise DuzhengError.of(wrong(f"{name}={choices[name]!r}"[:80], "a list of options", "put it into brackets")
                              for name in plain)  # fmt: skip
    return {str(name): tuple(options) for name, options in choices.items()}


def _hold(waves: Sequence[Design], finding: Any, choices: Choices, exclusions: Any, claim: Any) -> Exclusions:
    """Hold a request to what can be done, all faults at once, and give the exclusions; DZ-S002."""
    faults = []
    if not isinstance(exclusions, Mapping) or not all(callable(each) for each in exclusions.values()):
        faults.append(wrong("exclusions that are no functions", "functions by name",
                            "each takes a design and gives a truth for each answer"))  # fmt: skip
        exclusions = {}
    if claim is not None and not (isinstance(claim, Mapping) and set(LANGUAGES) <= set(claim)):
        faults.append(wrong(f"claim={claim!r}"[:80], f"a text in {' and '.join(LANGUAGES)}", "give both, by language"))
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
    if not 0 < size <= MOST or not choices:
        faults.append(wrong(f"{size if choices else 0} combinations", f"1 to {MOST}", "declare fewer options"))
    if isinstance(finding, Claim):
        unknown = [name for name in choices if name not in EVERY]
        if unknown:
            faults.append(wrong(f"choices {', '.join(unknown)}", ", ".join(EVERY), "give a function that takes others"))
        conversions = [each for each in choices.get("conversion", (None,)) if each in {None, *known["conversion"]}]
        hold_level(finding.level, *faults, *finding.faults(waves, conversions))
    else:
        faults += _function_wrong(finding, choices)
    if faults:
        raise DuzhengError(*faults)
    return dict(exclusions)


def _function_wrong(finding: Any, choices: Choices) -> list[Fault]:
    """Find what is neither a claim nor a function that takes the choices."""
    if not callable(finding) or isinstance(finding, type):
        given = finding.__name__ if isinstance(finding, type) else repr(finding)[:60]
        return [wrong(f"the finding {given}", "a claim or a function",
                      "such as Above(index, column=…, code=…), Higher, Reaches or Changed")]  # fmt: skip
    handed = [name for name in choices if name not in {"weighting", "exclusion"}]
    try:
        signature(finding).bind((), **dict.fromkeys(handed))
    except TypeError as error:
        return [wrong(f"a function that does not take designs and {', '.join(handed) or 'nothing else'} ({error})",
                      "one that takes them", "write **choices, or give choices that it takes")]  # fmt: skip
    return []
