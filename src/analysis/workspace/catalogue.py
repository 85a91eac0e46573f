"""The catalogue of indicators: what each code means, how it is measured, what must hold of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator, model_validator

from analysis.messages import DuzhengError, Fault, Language, Texts, pick
from analysis.workspace.expressions import Expression
from analysis.workspace.formulas import Formula, Variant, with_chinese, written_out
from analysis.workspace.rules import Entry
from analysis.workspace.yaml_files import check_entry, line_of, read_yaml

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "data/indicators"

Kind = Literal["count", "amount", "ratio", "rate", "flag"]
Direction = Literal["higher", "lower", "none"]
Certainty = Literal["sourced", "inference"]


class Break(Entry):
    """A break in a series: from ``year`` on, figures cannot be compared with those before."""

    year: int
    reason: Texts


class Caution(Entry):
    """What a reader must know of the figures of some years (of all, if ``years`` is empty)."""

    years: tuple[int, ...] = ()
    text: Texts
    certainty: Certainty = "sourced"


class Indicator(Entry):
    """One entry of the catalogue.

    Parameters
    ----------
    code
        Lower snake case; means one thing for ever.
    kind
        ``count`` (whole, adds up over units), ``amount`` (adds up), ``ratio`` (computed here, by ``formula`` or one of
        its ``variants``), ``rate`` (published, does not add up), ``flag`` (0 or 1).
    measure
        Unit of measure; observations name it in Chinese.
    counted
        What is counted, as it stands beside its number in a sentence: "42,470 primary pupils".
    decimals
        Decimal places shown.
    direction
        Which way is better, if any.
    not_above
        Code of an indicator that this one cannot exceed.
    parts
        Codes of the indicators that add up to this one.
    formula, variants
        How a ratio is computed; where several definitions are in use, they are named variants, and the workspace says
        which of them holds.
    growth_of, same_scope
        For published growth over the year before: the code of its level, and the years for which the source says that
        it is on the same scope (it then need not equal the growth of the published levels).
    scale
        For a rate given with numerator and denominator: ``value = scale × numerator / denominator``.
    short
        A short name for the end of a line in a chart.
    aliases
        What else it is called, in Chinese, in texts that are read: 在校小学生 for 小学在校学生.
    family, family_name
        Indicators of one family are drawn in one chart, under the family's name.
    balance
        Whether its coefficient of variation between units, weighted by the denominator, has a meaning.
    headline
        Whether it belongs in a summary.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Texts
    definition: Texts
    topic: str
    stage: str = "all"
    kind: Kind
    measure: Texts
    counted: Texts | None = None
    decimals: int = Field(0, ge=0, le=6)
    direction: Direction = "none"
    formula: Formula | None = None
    variants: tuple[Variant, ...] = ()
    growth_of: str | None = None
    same_scope: tuple[int, ...] = ()
    scale: float = 1.0
    balance: bool = False
    headline: bool = False
    not_above: str | None = None
    parts: tuple[str, ...] = ()
    short: Texts | None = None
    aliases: tuple[str, ...] = ()
    family: str = ""
    family_name: Texts | None = None
    breaks: tuple[Break, ...] = ()
    cautions: tuple[Caution, ...] = ()

    @field_validator("name", "definition", "measure", "counted")
    @classmethod
    def _chinese_is_there(cls, texts: Texts | None) -> Texts | None:
        return None if texts is None else with_chinese(texts)

    @model_validator(mode="after")
    def _formula_goes_with_ratio(self) -> Indicator:
        given = (self.formula is not None) + bool(self.variants)
        if given != (self.kind == "ratio"):
            raise ValueError("a formula, or variants of one, for a ratio and for nothing else")
        if self.balance and not (self.formula and self.formula.denominator):
            raise ValueError("balance only for a ratio of a numerator to a denominator, which is the weight")
        if self.parts and not self.additive:
            raise ValueError("parts only for a count or an amount")
        if len({each.id for each in self.variants}) != len(self.variants) or len(self.variants) == 1:
            raise ValueError("two variants or more, each with an id of its own")
        return self

    @model_validator(mode="after")
    def _growth_is_published(self) -> Indicator:
        if self.growth_of is not None and self.kind != "rate":
            raise ValueError("growth_of only for a rate, which is published")
        if self.same_scope and self.growth_of is None:
            raise ValueError("same_scope only beside growth_of")
        return self

    @property
    def additive(self) -> bool:
        """Whether its figures may be added over units."""
        return self.kind in {"count", "amount"}

    def cautioned(self, years: Iterable[int]) -> bool:
        """Whether a caution stands against the figures of one of the years."""
        return any(not each.years or set(each.years) & set(years) for each in self.cautions)

    def segment(self, year: int) -> int:
        """Give the number of breaks up to and including a year; only years of one segment can be compared."""
        return sum(year >= each.year for each in self.breaks)

    def label(self, language: Language) -> str:
        """Give its name with the unit of measure, as the head of a column."""
        measure = pick(self.measure, language)
        if not measure:
            return pick(self.name, language)
        return (
            f"{pick(self.name, language)}（{measure}）"
            if language == "zh-Hans"
            else f"{pick(self.name, language)} ({measure})"
        )


@dataclass(frozen=True)
class Catalogue(Mapping[str, Indicator]):
    """The indicators of a workspace by code, in the order of their files."""

    entries: Mapping[str, Indicator]

    def __getitem__(self, code: str) -> Indicator:
        return self.entries[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def of(self, *, topic: str | None = None, kinds: tuple[Kind, ...] = (), balance: bool = False) -> list[Indicator]:
        """Choose indicators by topic, kind, and whether their balance between units has a meaning."""
        return [
            indicator
            for indicator in self.values()
            if (topic is None or indicator.topic == topic)
            and (not kinds or indicator.kind in kinds)
            and (not balance or indicator.balance)
        ]

    @cached_property
    def _expressions(self) -> dict[tuple[str, str], Expression]:
        """Formulas by code and variant, written out."""
        return written_out(self.entries)[0]

    def expression(self, code: str, variant: str = "") -> Expression:
        """Give the formula of a ratio, or of one of its variants, over indicators that are observed."""
        return self._expressions[code, variant]

    def parts(self, code: str) -> list[str]:
        """Give the codes of the observed indicators that a ratio is made of, by any of its variants; else its own."""
        found = {part.code: None for (of, _), each in self._expressions.items() if of == code for part in each.parts}
        return list(found) or [code]

    def variant(self, code: str, chosen: Mapping[str, str]) -> Variant | None:
        """Give the variant that is chosen of an indicator; None of one that has none.

        Raises
        ------
        DuzhengError
            DZ-I004 if none, or one that there is not, is chosen.
        """
        known = {each.id: each for each in self[code].variants}
        if not known:
            if code in chosen:
                raise DuzhengError(_choice(code, repr(chosen[code]), "no variant: this indicator has one definition"))
            return None
        if chosen.get(code) not in known:
            found = repr(chosen[code]) if code in chosen else "no choice between several definitions"
            raise DuzhengError(_choice(code, found, "one of " + ", ".join(known)))
        return known[chosen[code]]


def _choice(code: str, found: str, expected: str) -> Fault:
    hint = f"write it into `variants` of workspace.yaml as {code}: …" if expected.startswith("one of") else ""
    return Fault("DZ-I004", column=f"variants.{code}", found=found, expected=expected, hint=hint)


def read_catalogue(root: Path, sources: pd.DataFrame | None = None) -> Catalogue:
    """Read `data/indicators/*.yaml`.

    Parameters
    ----------
    root
        The workspace.
    sources
        Its sources, for variants to name; they are not held to them if not given.

    Raises
    ------
    DuzhengError
        With every fault of every file: DZ-W002, DZ-W003 (also a code that stands twice, or a reference to a code
        that is not there or does not add up), DZ-I003 (the source of a variant), DZ-I004 (a formula).
    """
    faults: list[Fault] = []
    entries: dict[str, Indicator] = {}
    places: dict[str, _Place] = {}
    for path in sorted((root / FOLDER).glob("*.yaml")):
        file = path.relative_to(root).as_posix()
        try:
            nodes = read_yaml(path, file)
        except DuzhengError as error:
            faults += error.faults
            continue
        if not isinstance(nodes, list):
            faults.append(
                Fault("DZ-W003", file=file, line=1, found=type(nodes).__name__, expected="a list of indicators")
            )
            continue
        for number, node in enumerate(nodes):
            try:
                indicator = check_entry(Indicator, node, file, where=(number,), root=nodes)
            except DuzhengError as error:
                faults += error.faults
                continue
            place = _Place(file, nodes, number)
            if indicator.code in entries:
                first = places[indicator.code]
                faults.append(
                    Fault(
                        "DZ-W003",
                        file=file,
                        line=place.line(),
                        column="code",
                        found=f"{indicator.code!r}, which is in {first.file}, line {first.line()}",
                        expected="a code that stands once",
                    )
                )
            entries[indicator.code] = indicator
            places[indicator.code] = place
    faults += _broken_references(entries, places)
    faults += _broken_formulas(entries, places, sources)
    if faults:
        raise DuzhengError.of(faults)
    return Catalogue(entries)


@dataclass(frozen=True)
class _Place:
    """Where an indicator stands."""

    file: str
    nodes: Any
    number: int

    def line(self, *path: int | str) -> int | None:
        return line_of(self.nodes, (self.number, *path))


def _broken_references(entries: Mapping[str, Indicator], places: Mapping[str, _Place]) -> Iterator[Fault]:
    for code, indicator in entries.items():
        references = [("not_above", indicator.not_above), *(("parts", part) for part in indicator.parts)]
        for field, reference in references:
            if reference is None or (reference in entries and entries[reference].additive):
                continue
            found = f"{reference!r}, which does not add up" if reference in entries else f"{reference!r}"
            yield Fault("DZ-W003", file=places[code].file, line=places[code].line(), column=f"{code}.{field}",
                        found=found, expected="the code of a count or an amount in the catalogue")  # fmt: skip
        level = indicator.growth_of
        if level is not None and (level not in entries or entries[level].kind == "flag" or entries[level].growth_of):
            yield Fault("DZ-W003", file=places[code].file, line=places[code].line("growth_of"),
                        column=f"{code}.growth_of", found=repr(level),
                        expected="the code of an indicator in the catalogue whose growth can be published")  # fmt: skip


def _broken_formulas(
    entries: Mapping[str, Indicator], places: Mapping[str, _Place], sources: pd.DataFrame | None
) -> Iterator[Fault]:
    for (code, variant), wrong in written_out(entries)[1].items():
        numbers = {each.id: number for number, each in enumerate(entries[code].variants)}
        path: tuple[int | str, ...] = ("variants", numbers[variant], "expression") if variant else ("formula",)
        yield Fault("DZ-I004", file=places[code].file, line=places[code].line(*path), found=wrong.found,
                    column=".".join([code, "variants", variant] if variant else [code, "formula"]),
                    expected=wrong.expected, hint=wrong.hint)  # fmt: skip
    for code, indicator in entries.items():
        for number, each in enumerate(indicator.variants):
            if sources is None or not each.source:
                continue
            if each.source not in sources.index or sources.at[each.source, "status"] == "blocked":
                yield Fault("DZ-I003", file=places[code].file, line=places[code].line("variants", number, "source"),
                            column=f"{code}.variants.{each.id}", found=repr(each.source),
                            expected="a source of data/sources.csv that is not blocked")  # fmt: skip
