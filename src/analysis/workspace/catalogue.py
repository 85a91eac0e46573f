"""The catalogue of indicators: what each code means, how it is measured, what must hold of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from analysis.messages import DuzhengError, Fault, Language, Texts, pick
from analysis.workspace.yaml_files import check_entry, line_of, read_yaml

FOLDER = "data/indicators"

Kind = Literal["count", "amount", "ratio", "rate", "flag"]
Direction = Literal["higher", "lower", "none"]
Certainty = Literal["sourced", "inference"]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Formula(_Entry):
    """A ratio of two indicators that add up: ``scale × numerator / denominator``."""

    numerator: str
    denominator: str
    scale: float = 1.0


class Break(_Entry):
    """A break in a series: from ``year`` on, figures cannot be compared with those before."""

    year: int
    reason: Texts


class Caution(_Entry):
    """What a reader must know of the figures of some years (of all, if ``years`` is empty)."""

    years: tuple[int, ...] = ()
    text: Texts
    certainty: Certainty = "sourced"


class Indicator(_Entry):
    """One entry of the catalogue.

    Parameters
    ----------
    code
        Lower snake case; means one thing for ever.
    kind
        ``count`` (whole, adds up over units), ``amount`` (adds up), ``ratio`` (computed here by ``formula``), ``rate``
        (published, does not add up), ``flag`` (0 or 1).
    measure
        Unit of measure; observations name it in Chinese.
    decimals
        Decimal places shown.
    direction
        Which way is better, if any.
    not_above
        Code of an indicator that this one cannot exceed.
    parts
        Codes of the indicators that add up to this one.
    scale
        For a rate given with numerator and denominator: ``value = scale × numerator / denominator``.
    short
        A short name for the end of a line in a chart.
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
    decimals: int = Field(0, ge=0, le=6)
    direction: Direction = "none"
    formula: Formula | None = None
    scale: float = 1.0
    balance: bool = False
    headline: bool = False
    not_above: str | None = None
    parts: tuple[str, ...] = ()
    short: Texts | None = None
    family: str = ""
    family_name: Texts | None = None
    breaks: tuple[Break, ...] = ()
    cautions: tuple[Caution, ...] = ()

    @field_validator("name", "definition", "measure")
    @classmethod
    def _chinese_is_there(cls, texts: Texts) -> Texts:
        if "zh-Hans" not in texts:
            raise ValueError("a text in zh-Hans")
        return texts

    @model_validator(mode="after")
    def _formula_goes_with_ratio(self) -> Indicator:
        if (self.kind == "ratio") != (self.formula is not None):
            raise ValueError("a formula for a ratio, and for nothing else")
        if self.balance and self.kind != "ratio":
            raise ValueError("balance only for a ratio, whose denominator is the weight")
        if self.parts and not self.additive:
            raise ValueError("parts only for a count or an amount")
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


def read_catalogue(root: Path) -> Catalogue:
    """Read `data/indicators/*.yaml`.

    Raises
    ------
    DuzhengError
        With every fault of every file: DZ-W002, DZ-W003 (also a code that stands twice, or a reference to a code
        that is not there or does not add up).
    """
    faults: list[Fault] = []
    entries: dict[str, Indicator] = {}
    places: dict[str, tuple[str, int | None]] = {}
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
            place = (file, line_of(nodes, (number,)))
            if indicator.code in entries:
                first = "{}, line {}".format(*places[indicator.code])
                faults.append(
                    Fault(
                        "DZ-W003",
                        file=file,
                        line=place[1],
                        column="code",
                        found=f"{indicator.code!r}, which is in {first}",
                        expected="a code that stands once",
                    )
                )
            entries[indicator.code] = indicator
            places[indicator.code] = place
    faults += _broken_references(entries, places)
    if faults:
        raise DuzhengError.of(faults)
    return Catalogue(entries)


def _broken_references(entries: Mapping[str, Indicator], places: Mapping[str, tuple[str, Any]]) -> Iterator[Fault]:
    for code, indicator in entries.items():
        references = [("not_above", indicator.not_above), *(("parts", part) for part in indicator.parts)]
        if indicator.formula:
            references += [
                ("formula", indicator.formula.numerator),
                ("formula", indicator.formula.denominator),
            ]
        for field, reference in references:
            if reference is None or (reference in entries and entries[reference].additive):
                continue
            found = f"{reference!r}, which does not add up" if reference in entries else f"{reference!r}"
            file, line = places[code]
            yield Fault(
                "DZ-W003",
                file=file,
                line=line,
                column=f"{code}.{field}",
                found=found,
                expected="the code of a count or an amount in the catalogue",
            )
