"""Pages: the site of a release, written into its folder."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.documents import characters_of, subset_css
from analysis.findings import RunTables
from analysis.findings.finding import findings_of
from analysis.findings.ranking import few
from analysis.findings.wording import Wording, day
from analysis.memos.site.changes import NUMBERS, STATEMENTS, changed, head
from analysis.memos.site.downloads import NUMBERS as NUMBERS_FILE
from analysis.memos.site.downloads import STATEMENTS as STATEMENTS_FILE
from analysis.memos.site.downloads import numbers_csv, said, statements_csv
from analysis.memos.site.figures import Shown, indicators_shown
from analysis.memos.site.listed import LANGUAGE_NAMES, Subject, subjects, troubles
from analysis.memos.site.methods import described, rule_sets, waves, withholding
from analysis.memos.site.words import say
from analysis.messages import Language, bracketed, pick, write_number
from analysis.workspace.files import write_together

if TYPE_CHECKING:
    import jinja2
    import pandas as pd

#: The pages, by the name of their template.
PAGES: Final = ("index", "methods", "changes")
_ROOM: Final = "analysis.memos.site"
#: So many statements of the whole introduce its summary.
_LEAD: Final = 3
#: From so many units on there is a box to filter tables by.
_MANY: Final = 20


def write_site(
    folder: Path,
    manifest: Mapping[str, Any],
    tables: RunTables,
    tiles: pd.DataFrame | None,
    changes: Mapping[str, Any] | None,
) -> dict[str, str]:
    """Write the pages of a release, with style, script and two tables to download: all of them, or none.

    Parameters
    ----------
    folder
        The folder of the release; memos lie in it already.
    manifest
        Of the release: year, audience, states, subjects, memos.
    tables
        Of the run, as they lie in the folder: the public ones in a public release.
    tiles
        Where units stand on the map: unit, row, column; without it there is no map.
    changes
        What differs from the release before: ``against`` (its name), ``released``, ``summary``, ``numbers`` and
        ``findings``; None for the first one.

    Returns
    -------
    dict
        The content hash of each file by its path in the folder: the same for the same arguments, no clock is read.
    """
    languages = tables.reference.settings.languages
    site = _Site(manifest, tables, tiles, changes)
    contents = {
        address(page, language, languages): _Sheet(site, language).page(page)
        for language in languages
        for page in PAGES
    }
    style = _asset("site.css")
    contents = {name: text.strip() + "\n" for name, text in contents.items()}
    fonts = subset_css(["".join(sorted(set("".join([*contents.values(), style])) | {*characters_of([])}))])
    written = {name: text.encode() for name, text in contents.items()}
    written |= {
        "site.css": f"{fonts}\n{style}".encode(),
        "site.js": _asset("site.js").encode(),
        NUMBERS_FILE: numbers_csv(tables),
        STATEMENTS_FILE: statements_csv(tables),
    }
    write_together({folder / name: content for name, content in written.items()})
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(written.items())}


def address(page: str, language: Language, languages: Sequence[Language]) -> str:
    """Give the name of a page in a language: that of the first language is without its mark.

    >>> address("index", "zh-Hans", ["zh-Hans", "en"]), address("methods", "en", ["zh-Hans", "en"])
    ('index.html', 'methods.en.html')
    """
    return f"{page}.html" if language == languages[0] else f"{page}.{language}.html"


def _asset(name: str) -> str:
    return resources.files(_ROOM).joinpath("assets", name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class _Site:
    """What the pages of a release are made of, in all languages."""

    manifest: Mapping[str, Any]
    tables: RunTables
    tiles: pd.DataFrame | None
    changes: Mapping[str, Any] | None

    @cached_property
    def languages(self) -> Sequence[Language]:
        return self.tables.reference.settings.languages

    @cached_property
    def listed(self) -> list[Subject]:
        return subjects(self.manifest, self.languages)

    @cached_property
    def units(self) -> list[Subject]:
        """The units that get memos, each once."""
        return list({each.id: each for each in reversed(self.listed) if each.kind == "unit"}.values())[::-1]

    @cached_property
    def wholes(self) -> list[str]:
        """The units above them that get a memo."""
        return list(dict.fromkeys(each.id for each in self.listed if each.kind == "whole"))

    @cached_property
    def shown(self) -> list[Shown]:
        return indicators_shown(self.tables, [each.id for each in self.units], self.wholes)

    @cached_property
    def state(self) -> Mapping[str, Any]:
        """What the newest batch was made from."""
        state: Mapping[str, Any] = self.manifest["states"][self.manifest["state"]]
        return state

    @cached_property
    def tones(self) -> Mapping[str, Mapping[str, int]]:
        """How many statements of each tone may be said of each unit."""
        if not self.tables.has("findings"):
            return {}
        counts = said(self.tables).groupby(["unit", "tone"]).size()
        found: dict[str, dict[str, int]] = {}
        for (unit, tone), number in counts.items():
            found.setdefault(str(unit), {})[str(tone)] = int(number)
        return found

    @cached_property
    def templates(self) -> jinja2.Environment:
        import jinja2

        made = jinja2.Environment(
            loader=jinja2.PackageLoader(_ROOM, "templates"), autoescape=True, undefined=jinja2.StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}
        return made


@dataclass(frozen=True)
class _Sheet:
    """The pages in one language."""

    site: _Site
    language: Language

    def page(self, name: str) -> str:
        """Give a page."""
        site, language = self.site, self.language
        reference = site.tables.reference
        wording = Wording(language)
        marks = []
        if reference.synthetic:
            marks.append(wording.plain("synthetic_notice"))
        if site.manifest["audience"] == "internal":
            marks.append(wording.plain("internal_version"))
        return site.templates.get_template(f"{name}.html").render(
            page=name,
            language=language,
            say=partial(say, language),
            words={
                "place": pick(reference.settings.name, language),
                "year": site.manifest["year"],
                "kind": pick(reference.settings.unit_name, language),
                "kinds": pick(reference.settings.unit_names, language),
            },
            marks=marks,
            released=self.day(site.state["released"]),
            released_on=site.state["released"],
            addresses={each: address(each, language, site.languages) for each in PAGES},
            twins=[(each, LANGUAGE_NAMES[each], address(name, each, site.languages))
                   for each in site.languages if each != language],
            pick=lambda texts: pick(texts, language),
            number=lambda value: write_number(value, 0),
            **getattr(self, f"_{name}")(),
        )  # fmt: skip

    def day(self, date: str) -> str:
        """Write a day as a reader of the language does; what is no date stays as it is."""
        try:
            return day(dt.date.fromisoformat(date), self.language).text
        except ValueError:
            return date

    def _index(self) -> dict[str, Any]:
        site, language = self.site, self.language
        units = [each.id for each in site.units]
        # The release of a year lists what it lacks; that of a day is the documents of that day, and lacks nothing.
        listed = [each for each in site.listed if each.built or not site.manifest.get("day")]
        templates = dict.fromkeys(each.template for each in listed if each.kind == "unit")
        return {
            "wholes": [each for each in listed if _is_summary(each)],
            "leads": {each.id: self._lead(each.id) for each in listed if _is_summary(each)},
            "tables": [(name, self._head(found), found) for name in templates
                       if (found := [each for each in listed if each.template == name])
                       and (found[0].titled is None or any(each.built for each in found))],
            "others": [(kind, found) for kind in ("document", "inspection", "visit", "duty", "survey", "topic")
                       if (found := [each for each in listed if each.built and _other(each) == kind])],
            "languages": [(each, say(language, f"language_{each}")) for each in self._own_first()],
            "troubles": list(troubles(listed, language)),
            "units": site.units,
            "tones": site.tones,
            "columns": [(each.name(language), each.measured(language)) for each in site.shown],
            "figures": {each.id: [shown.figure(each.id, language) for shown in site.shown] for each in site.units},
            "feet": [(self._short(each), [shown.figure(each, language) for shown in site.shown])
                     for each in site.wholes],
            "doubts": any(shown.doubted(units, language) for shown in site.shown),
            "map": self._map() if site.shown and site.tiles is not None and len(site.tiles) and templates else None,
            "filtered": len(units) > _MANY,
            "counts": {
                NUMBERS_FILE: len(site.tables["cells"]) if site.tables.has("cells") else 0,
                STATEMENTS_FILE: len(said(site.tables)) if site.tables.has("findings") else 0,
            },
            "parquet": sorted(site.tables.tables),
        }  # fmt: skip

    def _head(self, listed: Sequence[Subject]) -> str:
        """Give the head of a table of memos of one template: its title without a unit, if it has one."""
        titled = listed[0].titled
        if titled is None:
            return ""
        kind = pick(self.site.tables.reference.settings.unit_name, self.language)
        return pick(titled, self.language).format(unit=kind, about="", year=self.site.manifest["year"])

    def _own_first(self) -> list[Language]:
        return sorted(self.site.languages, key=lambda each: each != self.language)

    def _lead(self, unit: str) -> list[Any]:
        """Give the statements of the whole that matter most, as runs."""
        tables = self.site.tables
        if not tables.has("findings"):
            return []
        found = said(tables)
        chosen = few(findings_of(found[found["unit"] == unit]), _LEAD)
        return [each.texts[self.language] for each in chosen]

    def _map(self) -> dict[str, Any]:
        """Give the tiles in reading order with what each indicator makes of them."""
        site, language = self.site, self.language
        units = {each.id: each for each in site.units}
        assert site.tiles is not None  # noqa: S101  without tiles there is no map
        places = {str(unit): (int(row), int(column)) for unit, row, column in
                  site.tiles[["unit", "row", "column"]].itertuples(index=False) if str(unit) in units}  # fmt: skip
        rows, columns = ([place[axis] for place in places.values()] or [1] for axis in (0, 1))
        top, left, width = min(rows), min(columns), max(columns) - min(columns) + 1
        below = max(rows) - top + 2
        without = [unit for unit in units if unit not in places]
        at = {unit: (row - top + 1, column - left + 1) for unit, (row, column) in places.items()}
        at |= {unit: (below + place // width, place % width + 1) for place, unit in enumerate(without)}
        tiles = [
            {
                "unit": unit,
                "name": self._short(unit),
                "href": units[unit].href(language),
                "row": at[unit][0], "column": at[unit][1],
                "figure": site.shown[0].figure(unit, language),
            }
            for unit in sorted(units, key=lambda unit: at[unit])
        ]  # fmt: skip
        return {"columns": width, "tiles": tiles, "choices": [self._choice(each, [*units]) for each in site.shown]}

    def _choice(self, shown: Shown, units: Sequence[str]) -> dict[str, Any]:
        """Give what the script needs to colour the map by an indicator."""
        figures = {unit: shown.figure(unit, self.language) for unit in units}
        return {
            "code": shown.indicator.code,
            "label": shown.label(self.language),
            "definition": pick(shown.indicator.definition, self.language),
            "legend": shown.legend(self.language, units),
            "doubt": shown.doubted(units, self.language),
            "beside": self._beside(shown),
            "units": {unit: [each.text, _style(each.shade), each.cell] for unit, each in figures.items()},
        }

    def _beside(self, shown: Shown) -> list[list[str]]:
        """Give the figure of each unit above: its name, the figure, its cell."""
        figures = [
            (self._short(each) + say(self.language, "colon"), shown.figure(each, self.language))
            for each in self.site.wholes
        ]
        return [[name, each.text, each.cell] for name, each in figures if each.value is not None]

    def _short(self, unit: str) -> str:
        units = self.site.tables.reference.units
        return units.name(unit, self.language, short=True) if unit in units.frame.index else unit

    def _methods(self) -> dict[str, Any]:
        site, language = self.site, self.language
        entries, works = described(site.tables, language)
        return {
            "entries": entries,
            "works": works,
            "rules": rule_sets(site.tables, language),
            "withheld": list(withholding(site.tables, language)),
            "waves": waves(site.state, site.tables, language),
            "state": site.state,
            "digest": site.manifest["state"],
            "earlier": [(digest, self.day(state["released"]))
                        for digest, state in sorted(site.manifest["states"].items())
                        if digest != site.manifest["state"]],
        }  # fmt: skip

    def _changes(self) -> dict[str, Any]:
        site, language = self.site, self.language
        if site.changes is None:
            return {"against": "", "changed": []}
        memos = {each.id: each.href(language) for each in [*(each for each in site.listed if each.kind == "whole"),
                                                           *site.units]}  # fmt: skip
        found = changed(site.changes, site.tables, language, memos)
        kinds = [kind for kind in (*STATEMENTS, *NUMBERS) if any(each.counts[kind] for each in found)]
        summary = site.changes.get("summary")
        told = pick(summary, language) if isinstance(summary, Mapping) and "zh-Hans" in summary else summary
        return {
            "against": bracketed(str(site.changes["against"]), self.day(str(site.changes["released"])), language),
            "summary": told if isinstance(told, str) else "",
            "changed": found,
            "kinds": [(kind, head(kind, language)) for kind in kinds],
            "notes": [pick(note, language) for note in site.changes.get("notes", ())],
        }


def _is_summary(subject: Subject) -> bool:
    """Tell whether a memo sums up all units: other documents about the whole have a title of their own."""
    return subject.kind == "whole" and subject.titled is None


def _other(subject: Subject) -> str:
    """Name the list that a memo stands in which is neither a summary nor of a unit."""
    if subject.kind == "department" or (subject.kind == "whole" and subject.titled):
        return "document"
    return subject.kind


def _style(shade: int | None) -> str:
    return "none" if shade is None else f"c{shade}"
