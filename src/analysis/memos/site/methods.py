"""Methods: what the site says of how memos are made: indicators with sources, rule sets, waves, versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.findings import RunTables
from analysis.findings.wording import Wording, day
from analysis.memos.site.words import say
from analysis.messages import Language, Texts, bracketed, column_of, pick

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Indicator
    from analysis.workspace.rules import RuleSet


@dataclass(frozen=True)
class Entry:
    """An indicator: its name with measure, what it means, what is to be kept in mind, its years, numbers of sources."""

    code: str
    topic: str
    name: str
    definition: str
    remarks: tuple[str, ...]
    years: str
    sources: tuple[int, ...]


@dataclass(frozen=True)
class Work:
    """A source: its number in the list, its name, how it was read, and its address."""

    number: int
    name: str
    read_as: str
    href: str


@dataclass(frozen=True)
class Held:
    """A rule set: its title, the time it is in force, where it is from, and what to know of it."""

    id: str
    title: str
    dated: str
    source: str
    certainty: str
    notes: tuple[str, ...]


def described(tables: RunTables, language: Language) -> tuple[list[Entry], list[Work]]:
    """Describe the indicators that there are figures of, and list the sources of these figures by number."""
    if not tables.has("facts"):
        return [], []
    facts = tables["facts"]
    facts = facts[(facts["statistic"] == "level") & facts["value"].notna()]
    known_sources = tables.reference.sources
    cited = {source for text in facts["sources"].unique() for source in str(text).split(";")}
    numbers = {str(source): place for place, source in enumerate(
        (each for each in known_sources.index if each in cited), start=1)}  # fmt: skip
    there = {str(code): rows for code, rows in facts.groupby("indicator")}
    entries = [
        _entry(indicator, there[code], numbers, language)
        for code, indicator in tables.reference.catalogue.items()
        if code in there
    ]
    return entries, [_work(known_sources, source, number, language) for source, number in numbers.items()]


def _entry(indicator: Indicator, rows: pd.DataFrame, numbers: Mapping[str, int], language: Language) -> Entry:
    sources = {source for text in rows["sources"].unique() for source in str(text).split(";")}
    breaks = [say(language, "break_from", year=each.year, reason=pick(each.reason, language).rstrip("。."))
              for each in indicator.breaks]  # fmt: skip
    cautions = [_cautioned(each.text, each.certainty, language) for each in indicator.cautions]
    return Entry(
        indicator.code,
        _topic(indicator.topic, language),
        indicator.label(language),
        pick(indicator.definition, language),
        (*breaks, *cautions),
        _years(sorted({int(year) for year in rows["year"]})),
        tuple(sorted(numbers[source] for source in sources if source in numbers)),
    )


def _topic(code: str, language: Language) -> str:
    """Name a topic of the catalogue as the memos' headings do."""
    wording = Wording(language)
    return wording.plain(code) if wording.has(code) else code


def _cautioned(text: Texts, certainty: str, language: Language) -> str:
    return bracketed(pick(text, language), say(language, "inference") if certainty == "inference" else "", language)


def _years(years: list[int]) -> str:
    """Write years, those in a row as a span.

    >>> _years([2000, 2010, 2011, 2012])
    '2000, 2010–2012'
    """
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(f"{span[0]}–{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans)


def _work(sources: pd.DataFrame, source: str, number: int, language: Language) -> Work:
    row = sources.loc[source]
    parts = [row[column_of("work", language)], row[column_of("part", language)]]
    # Publishers are named in Chinese alone.
    parts += [row["publisher"]] if language == "zh-Hans" else []
    name = ("，" if language == "zh-Hans" else ", ").join(each for each in parts if isinstance(each, str))
    url = row["url"] if isinstance(row["url"], str) and row["url"].startswith(("https://", "http://")) else ""
    return Work(number, name, say(language, f"read_as_{row['read_as']}"), url)


def rule_sets(tables: RunTables, language: Language) -> list[Held]:
    """List the rule sets that figures and statements are held to."""
    sources = tables.reference.sources
    return [_held(rule, sources, language) for rule in tables.reference.rules.values()]


def _held(rule: RuleSet, sources: pd.DataFrame, language: Language) -> Held:
    start, end = (_day(each, language) if each else "" for each in (rule.effective_from, rule.effective_to))
    key = f"in_force_{'from' if start else ''}{'to' if end else ''}" if start or end else "in_force_unknown"
    source = _work(sources, rule.source, 0, language).name if rule.source in sources.index else ""
    return Held(rule.id, pick(rule.title, language), say(language, key, start=start, end=end), source,
                say(language, f"certainty_{rule.certainty}"),
                tuple(pick(each, language) for each in rule.notes))  # fmt: skip


def _day(date: Any, language: Language) -> str:
    return day(date, language).text


def withholding(tables: RunTables, language: Language) -> Iterator[str]:
    """Say what is not written, and why, with the bounds of the rule sets that there are."""
    rules = tables.reference.rules
    if (rule := rules.get("statements")) is not None and "small" in rule.parameters:
        yield say(language, "withheld_small", bound=rule.parameters["small"])
        yield say(language, "withheld_inferred")
    for key in ("few", "noise", "incomparable", "open", "doubtful", "fragile", "unclear"):
        yield say(language, f"withheld_{key}")


def waves(state: Mapping[str, Any], tables: RunTables, language: Language) -> list[tuple[str, str, bool]]:
    """List the questionnaires: name and wave, the commit of its text, and whether that was changed since."""
    names = tables.names("survey")
    found = []
    for each in state.get("questionnaires", ()):
        wave = "-".join(str(each[part]) for part in ("survey", "wave") if each.get(part))
        found.append((pick(names[wave], language) if wave in names else wave, str(each.get("commit") or ""),
                      bool(each.get("commit_changed"))))  # fmt: skip
    return found
