"""Verdicts of the rules on the growth of funding: by rule, unit and year, with what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import TYPE_CHECKING, Any, ClassVar

from analysis.documents.labels import Labels
from analysis.documents.result import Plot
from analysis.indicators.asked import several, several_names, strange_units, year_of
from analysis.indicators.charts.funding_growth import draw_funding_growth, draw_scope
from analysis.indicators.facts import joined, rows_of
from analysis.indicators.funding.growth_rules import RULE, GrowthRule, GrowthRules, Measure, growth_rules
from analysis.indicators.funding.scope import Decided, YearlyGrowth, decide, of_levels, slack_of, verdict_of
from analysis.indicators.result import FigureResult
from analysis.indicators.series import held_series
from analysis.indicators.words import both, words
from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts, bracketed, listed, pick, together
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

#: Columns of the table.
COLUMNS = (
    "unit", "year", "base_year", "rule", "group", "measure", "indicator", "before", "now", "levels_growth",
    "published_growth", "stated", "differs", "growth", "basis", "other_growth", "margin", "verdict", "reason", "doubt",
    "certainty", "dated", "rule_source", "made_of", "sources",
)  # fmt: skip

_Facts = Mapping[tuple[str, str, int], dict[str, Any]]


@dataclass(frozen=True, eq=False, repr=False)
class FundingGrowth(FigureResult):
    """What the rules on growth say of each unit and year."""

    once: ClassVar[tuple[str, ...]] = ("unit", "year")

    def scope_chart(self, language: Language | None = None) -> Plot:
        """Draw growth of levels beside published growth, where the two differ by more than rounding.

        Raises
        ------
        DuzhengError
            DZ-S002 where they differ nowhere.
        """
        language = language or self.language
        if not self.table["differs"].any():
            raise DuzhengError(wrong("a picture of two growths that differ", "growth of two scopes", "there is none"))
        return Plot(draw_scope(self, language), self.said("alt.scope", language), language)


def funding_growth(
    workspace: Workspace, *, units: str | Sequence[str] | None = None, years: int | str | Iterable[int] | None = None,
    rule: str = RULE, boundaries: int | None = None, language: Language | None = None,
) -> FundingGrowth:  # fmt: skip
    """Hold the growth of education funding to the rules that ask for it.

    Parameters
    ----------
    workspace
        The workspace; the rule set says which of its indicators fill which role.
    units
        One id of a unit or several; all that have figures if not given.
    years
        One year or several; every year with figures if not given.
    rule
        The rule set, as `data/rules` names it.
    boundaries
        The year on whose boundaries the series are put; by default the workspace's.
    language
        That is shown unless it is said.

    Returns
    -------
    FundingGrowth
        ``table``: one row a unit, year, rule and measure: ``before``, ``now`` (levels), ``levels_growth``,
        ``published_growth`` (both in per cent over the year before), ``stated`` (the source says that the published
        one is on the same scope), ``differs`` (by more than rounding), ``growth`` that decides and its ``basis``
        (``stated``, ``levels``, ``published``), ``other_growth`` (of what it is compared with), ``margin`` (points),
        ``verdict`` (``met``, ``missed``, ``refused``: another scope, ``open``: something is missing), ``reason``,
        ``doubt``, ``certainty`` of the rule, ``dated`` (certainty of its first year), ``rule_source``, ``made_of``
        and ``sources``. A rule without any figure of a unit and year has a row with verdict ``open``.

    Raises
    ------
    DuzhengError
        DZ-S002 for an unknown rule set or years, or where there is no figure at all, DZ-W003 and DZ-I001 for a wrong
        rule set, DZ-U002 for unknown units: all faults at once.

    Notes
    -----
    Growth is 100 (xₜ / xₜ₋₁ − 1). Levels are compared within one segment of the catalogue only: across a break the
    comparison is refused. Published growth that its source says to be on the same scope decides, even where levels
    have the other sign; levels are shown beside it. Where its scope is not stated and the verdict hangs on which of
    the two is taken, the verdict is ``open``. Counts and published amounts are no samples: there are no p-values.
    """
    import pandas as pd

    named = several_names(units)
    wanted, faults = _years(years)
    try:
        rules = growth_rules(workspace, rule)
    except DuzhengError as error:
        drawn = workspace.settings.boundaries if boundaries is None else boundaries
        raise DuzhengError(*faults, *error.faults, *strange_units(workspace, named or (), drawn)) from None
    codes = sorted({code for role in rules.roles.values() for each in role.measures for code in each.codes})
    levels = held_series(workspace, codes, faults, units=named, boundaries=boundaries)
    facts = {(row["indicator"], row["unit"], row["year"]): row for row in rows_of(levels)}
    known = sorted({year for _, _, year in facts})
    if wanted is not None and not wanted & set(known):
        asked = ", ".join(map(str, sorted(wanted))) or "none"
        raise DuzhengError(wrong(f"years={asked}", f"years with figures: {', '.join(map(str, known))}",
                                 "leave it out for all of them"))  # fmt: skip
    rows = list(_rows(workspace, rules, facts, wanted))
    if not rows:
        first = min(each.since.year for each in rules.rules)
        raise DuzhengError(
            wrong("years of which no rule asks for growth", f"years from {first} on", "see the rule set")
        )
    order = {each.id: place for place, each in enumerate(rules.rules)}
    there = list(dict.fromkeys(workspace.units.frame.index.astype(str)))
    rows.sort(key=lambda row: (there.index(row["unit"]), row["year"], order[row["rule"]], row["place"]))
    table = pd.DataFrame(rows, columns=[*COLUMNS]).astype({"year": "int64", "base_year": "int64"})
    names = _labels(workspace, rules)
    return FundingGrowth(
        table, "funding_growth",
        settings={"rule_set": rule, "units": named or list(dict.fromkeys(table["unit"])),
                  "years": sorted(wanted or set(table["year"].tolist()))},
        rule=workspace.rules[rule], notes=_notes(workspace, rule, rules, table), drawing=draw_funding_growth,
        shown=("unit", "year", "rule", "measure", "levels_growth", "published_growth", "growth", "basis",
               "other_growth", "verdict", "reason", "certainty", "dated"),
        decimals=dict.fromkeys(("levels_growth", "published_growth", "growth", "other_growth", "margin", "before",
                                "now"), 2),
        spoken=language, named=names, workspace=workspace, read=_files(workspace, rule),
    )  # fmt: skip


def _years(years: Any) -> tuple[set[int] | None, list[Fault]]:
    """Read the years that are asked for, and find what is none."""
    asked = several(years)
    read = [(each, year_of(each)) for each in asked or ()]
    faults = [wrong(f"years={each!r}", "a year", "such as 2021, or several") for each, year in read if year is None]
    return (None if asked is None else {year for _, year in read if year is not None}), faults


def _rows(workspace: Workspace, rules: GrowthRules, facts: _Facts, wanted: set[int] | None) -> Iterator[dict[str, Any]]:
    """Give a row for each rule, measure, unit and year with a figure, and one for each rule without any."""
    seen: set[tuple[str, int, str]] = set()
    found: list[dict[str, Any]] = []
    places: dict[str, set[tuple[str, int]]] = {}
    for code, unit, year in facts:
        places.setdefault(code, set()).add((unit, year))
    for rule in rules.rules:
        for place, measure in enumerate(rules.roles[rule.of].measures):
            there = places.get(measure.indicator, set()) | places.get(measure.published or "", set())
            for unit, year in sorted(there):
                if _asked(rule, year) and (wanted is None or year in wanted):
                    found.append(_row(workspace, rules, rule, measure, facts, unit, year) | {"place": place})
                    seen.add((unit, year, rule.id))
    yield from found
    for unit, year in sorted({(row["unit"], row["year"]) for row in found}):
        for rule in rules.rules:
            if _asked(rule, year) and (unit, year, rule.id) not in seen:
                yield _common(rule, unit, year) | {"measure": rule.of, "verdict": "open", "reason": "no_figure",
                                                   "place": 0}  # fmt: skip


def _asked(rule: GrowthRule, year: int) -> bool:
    return rule.since.year <= year <= (rule.until or year)


def _common(rule: GrowthRule, unit: str, year: int) -> dict[str, Any]:
    return {
        "unit": unit, "year": year, "base_year": year - 1, "rule": rule.id, "group": rule.group, "indicator": "",
        "before": nan, "now": nan, "levels_growth": nan, "published_growth": nan, "stated": False, "differs": False,
        "growth": nan, "basis": "", "other_growth": nan, "margin": nan, "doubt": False, "certainty": rule.certainty,
        "dated": rule.since.certainty, "rule_source": rule.source, "made_of": "", "sources": "",
    }  # fmt: skip


def _row(
    workspace: Workspace, rules: GrowthRules, rule: GrowthRule, measure: Measure, facts: _Facts, unit: str, year: int
) -> dict[str, Any]:
    growth, levels, used = _growth(workspace, measure, facts, unit, year)
    other: Decided | None = None
    if rule.than is not None:
        for compared in rules.roles[rule.than].measures:
            beside, _, more = _growth(workspace, compared, facts, unit, year)
            other, used = decide(beside), [*used, *more]

    def alike(one: float, two: float) -> bool:
        first, second = (verdict_of(rule.demand, Decided(each, "levels"), other)[0] for each in (one, two))
        return first == second

    decided = decide(growth, alike)
    verdict, margin, reason = verdict_of(rule.demand, decided, other)
    return _common(rule, unit, year) | {
        "measure": _key(rule.of, measure), "indicator": measure.indicator, "before": levels[0], "now": levels[1],
        "levels_growth": growth.levels, "published_growth": growth.published, "stated": growth.stated,
        "differs": growth.differs, "growth": decided.growth, "basis": decided.basis,
        "other_growth": nan if other is None else other.growth, "margin": margin, "verdict": verdict,
        "reason": reason, "doubt": any(fact["doubt"] for fact in used),
        "made_of": joined(fact["cell"] for fact in used), "sources": joined(fact["sources"] for fact in used),
    }  # fmt: skip


def _growth(
    workspace: Workspace, measure: Measure, facts: _Facts, unit: str, year: int
) -> tuple[YearlyGrowth, tuple[float, float], list[dict[str, Any]]]:
    """Give what is known of a measure's growth, its two levels, and the facts used."""
    used: list[dict[str, Any]] = []
    values, absent = [], ""
    for when in (year - 1, year):
        parts = [facts.get((code, unit, when)) for code in (measure.indicator, measure.per) if code]
        used += [part for part in parts if part is not None]
        gone = [part for part in parts if part is None or isnan(part["value"])]
        if gone:
            first = gone[0]
            absent = absent or (first["status"] if first else "year_before" if when < year else "no_figure")
            values.append(nan)
            continue
        value, *below = [part["value"] for part in parts if part is not None]
        values.append(value / below[0] if below and below[0] else nan if below else value)
    indicators = [workspace.catalogue[code] for code in (measure.indicator, measure.per) if code]
    broken = any(each.segment(year - 1) != each.segment(year) for each in indicators)
    # A quotient is not rounded as its parts are: it is taken as exact.
    decimals = 12 if measure.per else indicators[0].decimals
    grown, slack = (nan, 0.0) if broken else of_levels(values[0], values[1], decimals)
    fact = facts.get((measure.published or "", unit, year))
    published = nan if fact is None else float(fact["value"])
    if fact is not None:
        used.append(fact)
    found = YearlyGrowth(grown, published, not isnan(published) and year in measure.same_scope, broken,
                   0.0 if isnan(published) else slack_of(published), slack, absent)  # fmt: skip
    return found, (values[0], values[1]), used


def _key(role: str, measure: Measure) -> str:
    return f"{role}.{measure.indicator}" + (f"/{measure.per}" if measure.per else "")


def _labels(workspace: Workspace, rules: GrowthRules) -> Labels:
    measures: dict[str, Texts] = {}
    for name, role in rules.roles.items():
        measures[name] = role.name
        for each in role.measures:
            indicator = workspace.catalogue[each.indicator]
            measures[_key(name, each)] = each.short or indicator.short or indicator.name
    return Labels({"rule": {each.id: each.short for each in rules.rules}, "group": rules.groups, "measure": measures})


def _notes(workspace: Workspace, rule: str, rules: GrowthRules, table: pd.DataFrame) -> tuple[Texts, ...]:
    said, notes = words("funding_growth"), []
    across = table[table["differs"] & table["stated"]]
    apart = across[(across["levels_growth"] > 0) != (across["published_growth"] > 0)]
    if len(apart):
        notes.append(both("funding_growth", "note.stated", n=len(apart.drop_duplicates(["unit", "year", "indicator"]))))
    if (table["reason"] == "disagree").any():
        notes.append(said["note.disagree"])
    broken = table[table["reason"].isin(["break", "break_other"])]
    whys = {(each.year, tuple(each.reason.items())): each for code in broken["indicator"].unique()
            for each in workspace.catalogue[code].breaks if each.year in set(broken["year"])}  # fmt: skip
    notes += [both("funding_growth", "note.break", year=each.year, why=each.reason) for each in whys.values()]
    empty = [rules.roles[name].name for name in dict.fromkeys(r for each in rules.rules for r in (each.of, each.than)
             if r is not None and not rules.roles[r].measures)]  # fmt: skip
    if empty:
        names: Texts = {language: listed((pick(each, language) for each in empty), language) for language in LANGUAGES}
        notes.append(both("funding_growth", "note.empty", roles=names))
    if table["doubt"].any():
        notes.append(said["note.doubt"])
    notes += _cautions(workspace, rules, table)
    if (table["dated"] == "C").any() or (table["certainty"] == "C").any():
        notes.append(said["note.uncertain"])
    return (*notes, *workspace.rules[rule].notes)


def _cautions(workspace: Workspace, rules: GrowthRules, table: pd.DataFrame) -> Iterator[Texts]:
    """Say what the catalogue warns of, with the names of the figures that it is said of: role by role, each once."""
    years = table[table["indicator"] != ""].groupby("indicator")["year"].agg(set)
    said: dict[tuple[str, ...], dict[str, list[Texts]]] = {}
    seen: set[tuple[str, str]] = set()
    for name, role in rules.roles.items():
        for measure in role.measures:
            for code in measure.codes if measure.indicator in years.index else ():
                indicator = workspace.catalogue[code]
                for each in indicator.cautions:
                    key = tuple(each.text.get(language, each.text["zh-Hans"]) for language in LANGUAGES)
                    told = not each.years or set(each.years) & years[measure.indicator]
                    if told and (code, key[0]) not in seen:
                        seen.add((code, key[0]))
                        called = measure.short or indicator.short or indicator.name
                        said.setdefault(key, {}).setdefault(name, []).append(called)
    for key, roles in said.items():
        figures: Texts = {language: together((bracketed(pick(rules.roles[name].name, language),
                          together(dict.fromkeys(pick(each, language) for each in called), language), language)
                          for name, called in roles.items()), language) for language in LANGUAGES}  # fmt: skip
        text: Texts = {language: one.rstrip("。.") for language, one in zip(LANGUAGES, key, strict=True)}
        yield both("funding_growth", "note.caution", figures=figures, text=text)


def _files(workspace: Workspace, rule: str) -> dict[str, str]:
    """Give the files that the verdicts rest on."""
    from analysis.workspace.provenance import hash_files

    patterns = ("data/units.csv", "data/indicators/*.yaml", f"data/rules/{rule}.yaml", "data/observations/*.*")
    return hash_files(workspace.root, patterns)
