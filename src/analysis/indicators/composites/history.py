"""The history of a composite: what was done to it, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.indicators.words import said, words
from analysis.messages import LANGUAGES, Language, Texts, listed, pick, write_number

if TYPE_CHECKING:
    from analysis.indicators.composites.composite import Composite
    from analysis.indicators.composites.steps import Step

_WORDS = "composite_history"


@dataclass(frozen=True)
class History:
    """What was done, a line a step."""

    lines: tuple[Texts, ...]
    language: Language

    def said(self, language: Language | None = None) -> tuple[str, ...]:
        """Give the lines in a language."""
        return tuple(pick(line, language or self.language) for line in self.lines)

    def __str__(self) -> str:
        return "\n".join(f"{number}. {line}" for number, line in enumerate(self.said(), 1))

    def _repr_markdown_(self) -> str:
        return str(self)


def history_of(composite: Composite) -> History:
    """Write the history of a composite."""
    lines = [{language: _begun(composite, language) for language in LANGUAGES}]
    lines += [{language: _line(composite, step, language) for language in LANGUAGES} for step in composite.steps]
    return History(tuple(lines), composite.language)


def names_of(composite: Composite, codes: Any, column: str, language: Language) -> str:
    """List what units, indicators or groups are called."""
    return listed((name_of(composite, str(code), column, language) for code in codes), language)


def name_of(composite: Composite, code: str, column: str, language: Language) -> str:
    """Give what a unit, an indicator or a group is called."""
    own = composite.named
    if own and column == "unit" and code in own.names.get("unit", {}):
        return own.name("unit", code, language)
    if own and code in own.heads:
        return own.head(code, language)
    ws = composite.workspace
    if ws and column == "unit" and code in ws.units.frame.index:
        return ws.units.name(code, language, short=True)
    if ws and code in ws.catalogue:
        return pick(ws.catalogue[code].name, language)
    return said("composite", "whole", language) if code == "composite" else code


def option_name(step: Step, language: Language) -> str:
    """Say a step's method, with what of it is not usual."""
    methods = step.method if isinstance(step.method, tuple) else (step.method,)
    texts = [said(_WORDS, f"{step.name}.{method}", language) for method in methods]
    of = step.options
    text = said(_WORDS, "levels", language).join(texts)
    if step.name == "normalise":
        scale = of["method"] == "zscore"
        ends = (of["centre"], of["spread"]) if scale else (of["lower"], of["upper"])
        if of["method"] != "borda":
            text = said(_WORDS, "scale.zscore" if scale else "scale", language, text=text, one=f"{ends[0]:g}",
                        two=f"{ends[1]:g}")  # fmt: skip
    if step.name == "impute" and of["within"]:
        text = said(_WORDS, "within", language, text=text)
    if step.name == "treat" and of["method"] not in {"none", "log"}:
        text = said(_WORDS, "most", language, text=text, most=of["most"])
    return text


def _begun(composite: Composite, language: Language) -> str:
    units, indicators = composite.frame.shape
    screened = next((step for step in composite.steps if step.name == "screen"), None)
    if screened:
        units += len(screened.options["drop_units"])
        indicators += len(screened.options["drop_indicators"])
    year = said(_WORDS, "of_year", language, year=composite.year) if composite.year else ""
    missing = int(np.isnan(composite.frame.to_numpy(float)).sum())
    gaps = said(_WORDS, "gaps", language, n=missing) if missing else said(_WORDS, "no_gaps", language)
    return said(_WORDS, "begun", language, units=units, indicators=indicators, year=year) + gaps


def _line(composite: Composite, step: Step, language: Language) -> str:
    if step.name == "screen":
        parts = [
            said(_WORDS, f"dropped.{column}", language,
                 names=names_of(composite, step.options[option], column, language))
            for column, option in (("unit", "drop_units"), ("indicator", "drop_indicators")) if step.options[option]
        ]  # fmt: skip
        text = listed(parts, language) if parts else said(_WORDS, "dropped.none", language)
        return said(_WORDS, "screen", language, text=text)
    text = said(_WORDS, step.name, language, text=option_name(step, language))
    return (text + said(_WORDS, "end", language) + _outcome(composite, step, language)).strip()


def _outcome(composite: Composite, step: Step, language: Language) -> str:
    built = composite.built
    if step.name == "impute":
        filled = int((built.how != "").sum())
        left = int(np.isnan(built.imputed).sum())
        key = "filled" if step.method != "none" else "left" if left else "none_needed"
        return said(_WORDS, key, language, n=filled, left=left)
    if step.name == "treat":
        changed = [code for code, how in built.treatment.items() if how]
        told = listed((_treated(composite, code, language) for code in changed), language)
        return said(_WORDS, "touched" if changed else "untouched", language, told=told)
    if step.name == "weight":
        return _weights(composite, language)
    without = int(np.isnan(built.score).sum()) if step.name == "aggregate" else 0
    if step.name != "aggregate" or (not without and step.options["least"] == 1):
        return ""
    return said(_WORDS, "without", language, n=without, least=write_number(100 * step.options["least"], 0))


def _treated(composite: Composite, code: str, language: Language) -> str:
    built = composite.built
    points = int(built.drawn[:, list(built.treatment).index(code)].sum())
    return said(_WORDS, f"treated.{built.treatment[code]}", language, points=points,
                name=name_of(composite, code, "indicator", language))  # fmt: skip


def _weights(composite: Composite, language: Language) -> str:
    """Write the weight of every indicator in the whole, and what components explain."""
    built = composite.built
    told = listed((f"{name_of(composite, code, 'indicator', language)} {write_number(100 * built.overall(code), 1)}%"
                   for code in composite.framework.indicators), language)  # fmt: skip
    text = said(_WORDS, "weights", language, told=told)
    for group, (explained, units) in built.explained.items():
        key = "explained" if units > len(composite.framework.parts[group]) else "no_ground"
        text += said(_WORDS, key, language, group=name_of(composite, group, "group", language), units=units,
                     share=write_number(100 * explained, 0), parts=len(composite.framework.parts[group]))  # fmt: skip
    return text


def notes_of(composite: Composite) -> tuple[Texts, ...]:
    """Say what must be known of every result: gaps, doubtful figures, components without ground, cautions."""
    texts: Mapping[str, Texts] = words("composite")
    built = composite.built
    found: list[Texts] = []
    filled = int((built.how != "").sum())
    if filled:
        found.append({language: said("composite", "note.imputed", language, n=filled) for language in LANGUAGES})
    doubtful = len(
        composite.doubtful & {(str(unit), code) for unit in composite.frame.index for code in composite.frame}
    )
    if doubtful:
        found.append({language: said("composite", "note.doubtful", language, n=doubtful) for language in LANGUAGES})
    for group, (_, units) in built.explained.items():
        parts = len(composite.framework.parts[group])
        if units <= parts:
            found.append({
                language: said("composite", "note.no_ground", language, units=units, parts=parts,
                               group=name_of(composite, group, "group", language)) for language in LANGUAGES
            })  # fmt: skip
    if any(how == "untreatable" for how in built.treatment.values()):
        found.append(texts["note.untreatable"])
    return (*found, *composite.cautions)
