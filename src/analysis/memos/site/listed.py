"""Listed: the memos of a release as the site links to them, with what failed and what was made from earlier inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from analysis.findings.wording import Wording
from analysis.memos.site.words import say
from analysis.messages import Language, Texts, bracketed, pick
from analysis.messages import listed as named

#: The files of a memo that the site links to: suffix, and what it is called.
FILES: Final = (("html", "HTML"), ("pdf", "PDF"), ("docx", "DOCX"), ("cells.csv", "CSV"))
LANGUAGE_NAMES: Final[Mapping[Language, str]] = {"zh-Hans": "中文", "en": "English"}


@dataclass(frozen=True)
class Link:
    """A link to a file of a memo: its kind in capitals, and its address from the site."""

    label: str
    href: str


@dataclass(frozen=True)
class Memo:
    """A memo in one language.

    Parameters
    ----------
    language
        Its language.
    links
        To the files that there are.
    missing, failed, earlier
        Whether it was not built, could not be built, or was built from inputs before the newest.
    fault
        Why it failed.
    """

    language: Language
    links: tuple[Link, ...] = ()
    missing: bool = False
    failed: bool = False
    earlier: bool = False
    fault: str = ""

    @property
    def href(self) -> str:
        """The address of the page, or of the first file that there is; empty if there is none."""
        return self.links[0].href if self.links else ""


@dataclass(frozen=True)
class Subject:
    """What a template makes memos of, with those by language; ``titled`` where the template says their title."""

    id: str
    template: str
    kind: str
    name: Texts
    memos: Mapping[Language, Memo]
    year: int
    titled: Texts | None = None

    def title(self, language: Language) -> str:
        """Give the title of its memo."""
        name = pick(self.name, language)
        if self.titled:
            return pick(self.titled, language).format(unit=name, about=name, year=self.year)
        key = f"title_{self.kind}"
        slots = {"unit": name, "about": name} if self.kind in {"unit", "whole", "survey"} else None
        return Wording(language).plain(key, **slots) if slots else name

    def href(self, language: Language) -> str:
        """Give the address of its memo, in a language or else in another; empty if there is none."""
        first = self.memos[language].href if language in self.memos else ""
        return first or next((memo.href for memo in self.memos.values() if memo.href), "")

    @property
    def built(self) -> bool:
        """Whether there is any file of it."""
        return any(memo.links for memo in self.memos.values())


def subjects(manifest: Mapping[str, Any], languages: Sequence[Language]) -> list[Subject]:
    """Give everything that memos can be made of, template by template, in the manifest's order."""
    return [
        Subject(str(subject), template, manifest["of"][template], name, {
            language: _memo(manifest, template, str(subject), language) for language in languages
        }, manifest["year"], manifest.get("titles", {}).get(template))
        for template, names in manifest["subjects"].items()
        for subject, name in names.items()
    ]  # fmt: skip


def _memo(manifest: Mapping[str, Any], template: str, subject: str, language: Language) -> Memo:
    entry = manifest["memos"].get(template, {}).get(subject, {}).get(language)
    if entry is None:
        return Memo(language, missing=True)
    stem = f"{template}/{subject}/{subject}.{language}"
    links = [
        Link(label, quote(f"{stem}.{suffix}"))
        for suffix, label in FILES
        if f"{subject}.{language}.{suffix}" in entry["files"]
    ]
    failed = entry["outcome"] != "built"
    earlier = bool(links) and entry["state"] != manifest["state"]
    return Memo(language, tuple(links), failed=failed, earlier=earlier, fault=entry.get("fault", "") if failed else "")


def troubles(listed: Sequence[Subject], language: Language) -> Iterator[tuple[str, str, list[str]]]:
    """Give what a reader must see at once: a kind, what it means, and the memos that it is true of.

    Kinds are ``failed`` and ``earlier``, and ``missing`` for what was not built where others of its template were.
    """
    started = {each.template for each in listed if each.built}
    for kind in ("failed", "earlier", "missing"):
        names = [
            bracketed(pick(each.name, language), _spoken(each, memos, language), language)
            for each in listed
            if each.template in started
            and (memos := [memo for memo in each.memos.values() if getattr(memo, kind)])
        ]  # fmt: skip
        if names:
            yield kind, say(language, f"trouble_{kind}", n=len(names)), names


def _spoken(subject: Subject, memos: Sequence[Memo], language: Language) -> str:
    """Name the languages of some memos of a subject; nothing where it is all of them."""
    if len(memos) == len(subject.memos):
        return ""
    return named((say(language, f"language_{memo.language}") for memo in memos), language)
