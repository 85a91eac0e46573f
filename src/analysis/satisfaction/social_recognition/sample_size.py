"""How many are to be asked for the recognition by society, and of whom how many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

from analysis.documents.labels import Labels
from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts, pick
from analysis.messages.requests import wrong
from analysis.satisfaction.result import SurveyResult
from analysis.satisfaction.social_recognition.rule import Recognition, read_rule
from analysis.satisfaction.words import both, words

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.rules import RuleSet

WORDS = "recognition_sample"


def asked(residents: float, share: float) -> int:
    """Give how many are asked: a share of the residents, rounded up on the decimal figures.

    Parameters
    ----------
    residents
        Persons.
    share
        Of them, such as 0.0015.

    Notes
    -----
    ⌈share · residents⌉. In binary 0.0015 · 2,000,000 is more than 3,000; on the decimal figures it is not.

    Examples
    --------
    >>> asked(5_681_512, 0.0015), asked(2_000_000, 0.0015)
    (8523, 3000)
    """
    exact = Decimal(repr(float(share))) * Decimal(repr(float(residents)))
    return int(exact.to_integral_value(rounding=ROUND_CEILING))


def apportioned(total: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Share out whole persons in proportion, the largest remainders first.

    Parameters
    ----------
    total
        Persons.
    shares
        By name, in any unit; what stands first goes first where remainders are equal.

    Notes
    -----
    Hamilton's method: each gets the whole part of its share, and the persons left go to the largest remainders.

    Examples
    --------
    >>> apportioned(10, {"village": 1, "town": 1, "city": 1})
    {'village': 4, 'town': 3, 'city': 3}
    """
    exact = {name: Decimal(repr(float(share))) for name, share in shares.items()}
    whole = sum(exact.values())
    parts = {name: divmod(total * share, whole) for name, share in exact.items()}
    left = total - int(sum(part for part, _ in parts.values()))
    first = sorted(parts, key=lambda name: -parts[name][1])[:left]
    return {name: int(part) + (name in first) for name, (part, _) in parts.items()}


def quotas(total: int, rule: Recognition) -> dict[str, int]:
    """Share out those who are asked among the groups of respondents.

    Notes
    -----
    A group with a least share gets it, rounded up; the others share what is left equally, to one person.
    """
    groups = rule.groups.entries
    least = {group.id: asked(total, group.at_least) for group in groups if group.at_least}
    rest = apportioned(
        total - sum(least.values()), {group.id: 1.0 for group in groups if group.at_least is None} or {"": 1.0}
    )
    return {group.id: least.get(group.id, rest.get(group.id, 0)) for group in groups}


def half_width(n: float, percent: float, *, level: float = 0.95, deff: float = 1.0) -> float:
    """Give the half-width of the interval of a percentage that a drawn sample would have, in points.

    Parameters
    ----------
    n
        Answers.
    percent
        The percentage that is expected.
    level
        Of the interval.
    deff
        The design effect.

    Notes
    -----
    z √(deff · p (100 − p) / n) (Kish 1965, Survey Sampling, 8.2): arithmetic before a draw. Who came by a QR code was
    not drawn, and has no such width.

    Examples
    --------
    >>> round(half_width(8523, 85), 3), round(half_width(8523, 85, deff=4), 3)
    (0.758, 1.516)
    """
    from scipy.special import ndtri

    return float(ndtri((1 + level) / 2) * (deff * percent * (100 - percent) / n) ** 0.5) if n > 0 else float("nan")


@dataclass(frozen=True, eq=False)
class SamplePlan(SurveyResult):
    """How many are to be asked.

    ``table`` is for readers: of one unit a row a group, of several a row a unit; ``quotas`` has a row each.
    """

    quotas: pd.DataFrame = field(kw_only=True, repr=False)
    residents: Texts = field(kw_only=True, repr=False)  #: where they are from

    def subtitle(self, language: Language) -> str:
        """Say which share of whom is asked."""
        share = f"{1000 * float(self.settings['share']):g}"
        return self.said("subtitle", language, share=share, population=pick(self.residents, language))


def recognition_sample(
    workspace: Workspace,
    unit: str | None = None,
    *,
    population: float | Mapping[str, float] | None = None,
    indicator: str | None = None,
    year: int | None = None,
    bands: Sequence[str] = (),
    places: Mapping[str, float] | None = None,
    deff: float | None = None,
    level: float | None = None,
    rule: str | RuleSet = "social_recognition",
    language: Language | None = None,
) -> SamplePlan:
    """Reckon how many are to be asked for the recognition by society, with quotas.

    Parameters
    ----------
    workspace
        The workspace; ``analysis.open().recognition_sample()`` hands it over.
    unit
        Code or name of one unit; all units of the kind that the workspace is about if not given.
    population
        Residents: of that unit, or by code of unit. Where not given, the figures of the workspace.
    indicator, year
        Which figures those are; as the rule set says if not given.
    bands
        Bands of grades that are to be about equal, such as ``["1-2", "3-4", "5-6", "7-9"]``.
    places
        Residents of villages, towns and the city by name, as numbers or shares.
    deff, level
        Design effect and level for the half-width; as the rule set says if not given.
    rule
        The rule set.
    language
        Of what is shown; the workspace's first one if not given.

    Returns
    -------
    SamplePlan
        ``quotas``, a row each: ``unit``, ``residents``, ``of`` (``total``, ``group``, ``band`` or ``place``), ``code``,
        ``persons``, ``share`` (% of all who are asked), ``half_width`` (points, under simple random sampling, at the
        pass mark), ``half_width_deff``. ``table``: of one unit the same without ``of``; of several one row each, with a
        column a group and the half-widths of the whole.

    Raises
    ------
    DuzhengError
        DZ-S002 for units that there are not, and for residents and shares that are not positive; DZ-S003 where the
        workspace has no residents of a unit; DZ-W003 for a wrong rule set.

    Notes
    -----
    ⌈share · residents⌉ persons (:func:`asked`); the group with a least share gets it, the others share the rest
    (:func:`quotas`); places by largest remainders (:func:`apportioned`). Half-widths are arithmetic for a sample that
    is drawn (:func:`half_width`).

    Examples
    --------
    >>> import analysis
    >>> workspace = analysis.open().workspace
    >>> one = str(workspace.units.at(workspace.settings.year, workspace.settings.unit_kind).index[0])
    >>> plan = recognition_sample(workspace, one, population=5_681_512)
    >>> plan.quotas[["code", "persons"]].head(3).values.tolist()
    [['total', 8523], ['parents', 4262], ['teachers', 711]]
    """
    import pandas as pd

    of, read = read_rule(workspace, rule)
    deff, level = deff or read.planning.deff, level or read.planning.level
    _hold(places or {}, deff, level)
    indicator, year = indicator or read.population.indicator, year or read.population.year
    residents = _residents(workspace, unit, population, indicator, year)
    given = population is not None
    source: Texts = words(WORDS)["given"]
    if not given:
        of_indicator = workspace.catalogue[indicator].name
        source = {language: f"{pick(of_indicator, language)} {year}" for language in LANGUAGES}
    found = pd.DataFrame([
        row for code, number in residents.items() for row in _rows(read, code, number, tuple(bands), dict(places or {}))
    ])  # fmt: skip
    for name, effect in (("half_width", 1.0), ("half_width_deff", deff)):
        found[name] = [half_width(n, read.pass_mark.value, level=level, deff=effect) for n in found["persons"]]
    settings = {
        "share": read.sample.share,
        "population": "given" if given else f"{indicator} {year}",
        "deff": deff,
        "level": level,
    }
    table, shown = _for_readers(found)
    return SamplePlan(
        table, WORDS, (), settings=settings, rule=of, shown=shown, notes=(_planning(settings), *of.notes),
        decimals={"residents": 0, "persons": 0, "half_width": 2, "half_width_deff": 2}, quotas=found,
        named=_named(workspace, read, residents, bands, places or {}),
        spoken=language or workspace.settings.languages[0], residents=source,
    )  # fmt: skip


def _hold(places: Mapping[str, float], deff: float, level: float) -> None:
    faults = [wrong(f"places {name}: {share}", "residents or shares above 0", "leave out who is not there")
              for name, share in places.items() if not share > 0]  # fmt: skip
    if not deff >= 1:
        faults.append(wrong(f"deff={deff}", "1 or more", "1 is simple random sampling"))
    if not 0 < level < 1:
        faults.append(wrong(f"level={level}", "a number between 0 and 1", "0.95 is usual"))
    if faults:
        raise DuzhengError(*faults)


def unit_named(workspace: Workspace, text: str) -> str:
    """Give the id of a unit by its code or one of its names, in the workspace's year.

    Raises
    ------
    DuzhengError
        DZ-S002 if there is none.
    """
    units, year = workspace.units, workspace.settings.year
    there = units.at(year)
    names = (there[["name_zh", "name_en", "short_zh", "short_en"]] == text).any(axis=1)
    found = units.resolve(text, year) or next(iter(there.index[names]), None)
    if found is None:
        raise DuzhengError(wrong(f"unit={text!r}", "code or name of a unit of data/units.csv", "check the spelling"))
    return str(found)


def _residents(
    workspace: Workspace, unit: str | None, population: float | Mapping[str, float] | None, indicator: str, year: int
) -> dict[str, float]:
    """Give the residents of each unit that is asked for."""
    if isinstance(population, Mapping):
        found = {unit_named(workspace, code): float(number) for code, number in population.items()}
    elif population is not None:
        if unit is None:
            raise DuzhengError(wrong(f"population={population:g} of no unit", "a unit", "give unit=, or a mapping"))
        found = {unit_named(workspace, unit): float(population)}
    else:
        return _observed(workspace, unit, indicator, year)
    bad = {code: number for code, number in found.items() if not number >= 1}
    if bad:
        raise DuzhengError(wrong(f"residents {bad}", "one person or more", "give persons, not shares"))
    if unit is not None:
        found = {code: number for code, number in found.items() if code == unit_named(workspace, unit)}
    return found


def _observed(workspace: Workspace, unit: str | None, indicator: str, year: int) -> dict[str, float]:
    by_unit = residents_of(workspace, indicator, year)
    kind = workspace.units.at(workspace.settings.year, workspace.settings.unit_kind)
    wanted = [unit_named(workspace, unit)] if unit is not None else [str(each) for each in kind.index]
    gone = [each for each in wanted if each not in by_unit]
    if gone:
        raise DuzhengError(
            Fault("DZ-S003", found=f"no {indicator} of {year} for {', '.join(gone)}", expected="residents of each unit",
                  hint="give population=, or another indicator= and year=")
        )  # fmt: skip
    return {each: by_unit[each] for each in wanted}


def residents_of(workspace: Workspace, indicator: str, year: int) -> dict[str, float]:
    """Give the figures of an indicator in a year, by id of unit."""
    known = workspace.observations
    known = known[(known["indicator"] == indicator) & (known["year"] == year) & known["value"].notna()]
    return dict(zip(known["unit"].astype("str"), known["value"].astype(float), strict=True))


def _rows(
    read: Recognition, unit: str, residents: float, bands: tuple[str, ...], places: dict[str, float]
) -> Iterator[dict[str, object]]:
    total = asked(residents, read.sample.share)

    def row(of: str, code: str, persons: int) -> dict[str, object]:
        return {"unit": unit, "residents": residents, "of": of, "code": code, "persons": persons,
                "share": 100 * persons / total}  # fmt: skip

    yield row("total", "total", total)
    by_group = quotas(total, read)
    for group in read.groups.entries:
        yield row("group", group.id, by_group[group.id])
        if group.bands and bands:
            shared = apportioned(by_group[group.id], dict.fromkeys(bands, 1.0))
            yield from (row("band", f"{group.id}/{band}", n) for band, n in shared.items())
    if places:
        yield from (row("place", place, n) for place, n in apportioned(total, places).items())


def _for_readers(found: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Lay one unit out in rows, several in columns."""
    if len(set(found["unit"])) == 1:
        return found, ("code", "persons", "share", "half_width", "half_width_deff")
    wide = found.pivot_table(index="unit", columns="code", values="persons", sort=False).astype("int64")
    wide.columns.name = None
    whole = found[found["of"] == "total"].set_index("unit")
    wide = wide.assign(**{name: whole[name] for name in ("half_width", "half_width_deff")})
    wide.insert(0, "residents", whole["residents"])
    wide = wide.reset_index()
    return wide, tuple(map(str, wide))


def _planning(settings: Mapping[str, Any]) -> Texts:
    values = {"deff": f"{settings['deff']:g}", "level": f"{100 * settings['level']:g}"}
    return both(WORDS, "planning", **values)


def _named(
    workspace: Workspace, read: Recognition, residents: Mapping[str, float], bands: Sequence[str],
    places: Mapping[str, float],
) -> Labels:  # fmt: skip
    units = workspace.units
    of_units: dict[str, Texts] = {
        code: {language: units.name(code, language, short=len(residents) > 1) for language in LANGUAGES}
        for code in residents
    }
    codes: dict[str, Texts] = {group.id: group.name for group in read.groups.entries}
    codes |= {f"{group.id}/{band}": dict.fromkeys(LANGUAGES, f"\N{IDEOGRAPHIC SPACE}{band}")
              for group in read.groups.entries for band in bands}  # fmt: skip
    codes |= {place: dict.fromkeys(LANGUAGES, place) for place in places}
    heads: dict[str, Texts] = {**codes, "unit": workspace.settings.unit_name}
    return Labels({"unit": of_units, "code": codes}, heads)
