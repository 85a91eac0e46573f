"""What changed between two questionnaires, by meaning: safe, breaking comparability, or losing answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from analysis.messages import LANGUAGES, Texts
from analysis.surveys.items import Information
from analysis.surveys.survey import Asked, Survey
from analysis.surveys.waves import conditions

Effect = Literal["safe", "breaks", "loses"]
EFFECTS: tuple[Effect, ...] = ("loses", "breaks", "safe")
NAMES: dict[Effect, str] = {"safe": "safe", "breaks": "breaks comparability", "loses": "loses answers"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of what, in which part, from what to what, and what it does."""

    effect: Effect
    of: str  #: the item, section or index; nothing for the whole questionnaire
    part: str
    old: str
    new: str
    why: str = ""


def diff(old: Survey, new: Survey) -> list[Change]:
    """Compare two questionnaires by meaning.

    Parameters
    ----------
    old, new
        The questionnaires: two waves, or two revisions of one.

    Returns
    -------
    list of Change
        First of the whole questionnaire, then in the newer one's order, then what is gone. ``loses`` where answers that
        were given have no place any more, ``breaks`` where old and new answers can't be compared as they are, ``safe``
        otherwise. Order of keys, comments and line breaks are no changes.
    """
    return [*_head(old, new), *_items(old, new), *_sections(old, new), *_analyses(old, new)]


def moved(old: list[str], new: list[str]) -> list[str]:
    """Give the codes that must be moved to make one order of the other; both lists hold the same codes."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    kept = {code for block in matcher.get_matching_blocks() for code in old[block.a : block.a + block.size]}
    return [code for code in new if code not in kept]


def _text(texts: Texts | None) -> str:
    return " | ".join((texts or {}).values())


def _changed(effect: Effect, of: str, part: str, old: Any, new: Any, why: str = "") -> Iterator[Change]:
    if old != new:
        yield Change(effect, of, part, _said(old), _said(new), why)


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return (
            _text(value) if set(value) <= set(LANGUAGES) else ", ".join(f"{key} {each}" for key, each in value.items())
        )
    if isinstance(value, (list, tuple, frozenset)):
        return ", ".join(_said(each) for each in value)
    return "" if value is None else str(value)


def _head(old: Survey, new: Survey) -> Iterator[Change]:
    one, two = old.questionnaire, new.questionnaire
    for part in ("id", "wave", "minutes", "expected", "marks"):
        yield from _changed("safe", "", part, getattr(one, part), getattr(two, part))
    for part in ("title", "welcome", "closing"):
        yield from _changed("safe", "", part, _text(getattr(one, part)), _text(getattr(two, part)))
    for part in ("text", "privacy", "guardian"):
        then, here = (_text(getattr(each.consent, part)) for each in (one, two))
        yield from _changed(
            "safe", "", f"consent {part}", then, here, "answers given before were given under the old text"
        )
    yield from _changed("breaks", "", "anonymous", one.anonymous, two.anonymous, "people answer otherwise if known")
    for language in one.languages:
        if language not in two.languages:
            yield Change("breaks", "", "languages", language, "", "those who answered in it are missing")
    for language in two.languages:
        if language not in one.languages:
            yield Change("safe", "", "languages", "", language)
    yield from _changed("breaks", "", "respondent", one.respondent, two.respondent, "others are asked")
    yield from _changed("breaks", "", "selection", one.selection.kind, two.selection.kind, "other people come in")
    for part in ("frame", "schools"):
        pair = getattr(one.selection, part, ""), getattr(two.selection, part, "")
        # A list of schools is written anew each wave: its file's name says nothing.
        yield from _changed("breaks" if part == "frame" else "safe", "", f"selection {part}", *pair)
    for part in ("strata", "psu", "log", "channels"):
        yield from _changed("safe", "", f"selection {part}", getattr(one.selection, part, ""),
                            getattr(two.selection, part, ""))  # fmt: skip
    then_to, now_to = ([margin.columns for margin in each.margins] for each in (one, two))
    yield from _changed("breaks", "", "margins", then_to, now_to, "answers are weighted to other totals")
    yield from _changed("breaks", "", "simple_if", one.simple_if, two.simple_if, "others read the simple words")


def _items(old: Survey, new: Survey) -> Iterator[Change]:
    before = {each.code: each for each in old.asked}
    now = {each.code: each for each in new.asked}
    shifted = moved([code for code in before if code in now], [code for code in now if code in before])
    for code, each in now.items():
        if code not in before:
            yield Change("safe", code, "item", "", _text(each.item.text), "new")
            continue
        yield from _item(old, new, before[code], each)
        if code in shifted:
            yield Change("breaks", code, "place", f"after {_last(old, code)}", f"after {_last(new, code)}",
                         "what comes before colours the answer")  # fmt: skip
    for code, each in before.items():
        if code not in now:
            asks = not isinstance(each.item, Information)
            effect: Effect = "loses" if asks else "safe"
            yield Change(effect, code, "item", _text(each.item.text), "", "not asked any more")


def _last(survey: Survey, code: str) -> str:
    codes = [each.code for each in survey.asked]
    place = codes.index(code)
    return codes[place - 1] if place else "the beginning"


def _item(old: Survey, new: Survey, before: Asked, now: Asked) -> Iterator[Change]:
    code = now.code
    then, here = old.bank.meaning(code, before.use.version), new.bank.meaning(code, now.use.version)
    relation = _relation(new, before, now) if before.use.version != now.use.version else ""
    if then != here and not relation:
        relation = "under the same version: the bank refuses that"
    for part in ("text", "simple"):
        yield from _changed("breaks", code, part, then["wording"][part], here["wording"][part], relation or "reworded")
    if then["codes"]["type"] != here["codes"]["type"]:
        yield Change("loses", code, "type", _type(old, before), _type(new, now), relation)
    if then["codes"]["type"] == here["codes"]["type"]:
        yield from _options(old, new, before, now, relation)
        yield from _rows(before, now, relation)
    for part in ("unit", "limits"):
        yield from _changed("breaks", code, part, then["scale"][part], here["scale"][part], relation)
    gone = [kind for kind in then["codes"]["missing"] if kind not in here["codes"]["missing"]]
    effect: Effect = "loses" if gone else "breaks"
    yield from _changed(effect, code, "missing", then["codes"]["missing"], here["codes"]["missing"], relation)
    yield from _changed("breaks", code, "show_if", conditions(old, before), conditions(new, now), "others are asked")
    yield from _changed("safe", code, "mandatory", before.use.mandatory, now.use.mandatory)
    yield from _changed("safe", code, "help", _text(before.item.help), _text(now.item.help))
    pair = getattr(before.item, "random", False), getattr(now.item, "random", False)
    yield from _changed("breaks", code, "random", *pair, "the first options lose what they gained by being first")


def _relation(new: Survey, before: Asked, now: Asked) -> str:
    versions = before.use.version, now.use.version
    known = all((now.code, version) in new.bank.items for version in versions)
    said = f"version {versions[0]} to {versions[1]}"
    return f"{said}, {new.bank.relation(now.code, *versions)}" if known else said


def _type(survey: Survey, each: Asked) -> str:
    options = survey.bank.options(each.item)
    languages = dict.fromkeys(language for option in options for language in option.text)
    labels = ["; ".join(option.text.get(language, "") for option in options) for language in languages]
    return " | ".join([str(each.item.type), *labels])


def _options(old: Survey, new: Survey, before: Asked, now: Asked, relation: str) -> Iterator[Change]:
    then = {str(option.code): option for option in old.bank.options(before.item)}
    here = {str(option.code): option for option in new.bank.options(now.item)}
    for code in [*here, *(code for code in then if code not in here)]:
        one, two = then.get(code), here.get(code)
        texts = _text(one.text) if one else "", _text(two.text) if two else ""
        effect: Effect = "breaks" if two else "loses"
        yield from _changed(effect, now.code, f"option {code}", *texts, relation)
    shared = [code for code in here if code in then]
    if [code for code in then if code in here] != shared:
        yield Change("breaks", now.code, "options", _said(list(then)), _said(list(here)), "another order")


def _rows(before: Asked, now: Asked, relation: str) -> Iterator[Change]:
    then = {row.code: _text(row.text) for row in getattr(before.item, "rows", ())}
    here = {row.code: _text(row.text) for row in getattr(now.item, "rows", ())}
    for code in [*here, *(code for code in then if code not in here)]:
        effect: Effect = "loses" if code not in here else "breaks" if code in then else "safe"
        yield from _changed(effect, now.code, f"row {code}", then.get(code, ""), here.get(code, ""), relation)


def _sections(old: Survey, new: Survey) -> Iterator[Change]:
    then = {section.id: section for section in old.questionnaire.sections}
    here = {section.id: section for section in new.questionnaire.sections}
    for name, section in here.items():
        if name not in then:
            yield Change("safe", name, "section", "", _text(section.title), "new")
            continue
        yield from _changed("safe", name, "title", _text(then[name].title), _text(section.title))
        yield from _changed("safe", name, "text", _text(then[name].text), _text(section.text))
    for name, section in then.items():
        if name not in here:
            yield Change("safe", name, "section", _text(section.title), "", "its items are listed by themselves")


def _analyses(old: Survey, new: Survey) -> Iterator[Change]:
    one, two = old.questionnaire.analyses, new.questionnaire.analyses
    then, here = ({index.id: index for index in each.indices} for each in (one, two))
    for name, index in here.items():
        if name not in then:
            yield Change("safe", name, "index", "", _said(index.items), "new")
            continue
        yield from _changed("safe", name, "name", _text(then[name].name), _text(index.name))
        for part in ("items", "weights", "conversion", "dont_know", "refused", "least"):
            pair = getattr(then[name], part), getattr(index, part)
            yield from _changed("breaks", name, part, *pair, "another index under the same id")
    for name, index in then.items():
        if name not in here:
            yield Change("breaks", name, "index", _said(index.items), "", "a series ends")
    yield from _listed("comparison", (each.key for each in one.comparisons), (each.key for each in two.comparisons))
    yield from _listed("group", one.groups, two.groups)
    yield from _listed("reported item", one.items, two.items)
    yield from _listed("pair", map(_paired, one.pairs), map(_paired, two.pairs))


def _paired(pair: Any) -> str:
    return f"never {pair.never}" if pair.never else f"{' and '.join(pair.items)} apart by {pair.most:g} at most"


def _listed(part: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Change]:
    then, here = list(old), list(new)
    yield from (Change("safe", "", part, "", each) for each in here if each not in then)
    yield from (Change("safe", "", part, each, "") for each in then if each not in here)
