"""What must be said beside a balance: what was left out, what is not known, and what no source read says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.documents.labels import Labels
from analysis.indicators.balance.standard import COMPOSITE, Standard
from analysis.indicators.words import both, said
from analysis.messages import LANGUAGES, Texts, pick

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace.rules import Certainty

WORDS = "balance"


def notes_of(
    table: pd.DataFrame, schools: pd.DataFrame, left_out: pd.DataFrame, items: pd.DataFrame, standard: Standard
) -> list[Texts]:
    """Say what was left out and why, and which figures are not known or can't differ.

    Parameters
    ----------
    table, schools, left_out, items
        Of a balance.
    standard
        The rule.
    """
    notes: list[Texts] = []
    for reason, here in left_out.groupby("reason", sort=True):
        n = here.drop_duplicates(["year", "school"])
        notes.append(both(WORDS, f"note.left_out.{reason}", n=f"{len(n):,}", below=standard.left_out.points_below))
    unknown = schools.loc[schools["unknown"] > 0, ["year", "school"]].drop_duplicates()
    if len(unknown):
        of = schools[["year", "school"]].drop_duplicates()
        notes.append(both(WORDS, "note.unknown", n=f"{len(unknown):,}", of=f"{len(of):,}"))
    undefined = table[table["cv"].isna() & (table["unknown"] == 0) & (table["indicator"] != COMPOSITE)]
    if len(undefined):
        notes.append(both(WORDS, "note.undefined", n=len(undefined)))
    if single := singles(table):
        notes.append(both(WORDS, "note.single", n=single))
    still = int((items["verdict"] == "open").sum())
    if still:
        notes.append(both(WORDS, "note.items_open", n=still, of=len(items)))
    return notes


def singles(table: pd.DataFrame) -> int:
    """Count the stages of units of which one school is counted, so that nothing can differ."""
    return len(table.loc[table["schools"] == 1, ["unit", "year", "stage"]].drop_duplicates())


def certainty_notes(bases: Mapping[str, Certainty], standard: Standard) -> list[Texts]:
    """Say which parts of a rule no source read says, and which are the office's own choice.

    Parameters
    ----------
    bases
        What verdicts rest on, as :meth:`Standard.bases` names it.
    standard
        The rule.
    """
    sourced = standard.sourced()
    notes: list[Texts] = []
    for name, certainty in bases.items():
        if certainty not in {"C", "own"}:
            continue
        note = both(WORDS, f"note.certainty.{certainty}", part=part_name(name, standard))
        why = sourced[name].why if name in sourced else None
        notes.append({language: _told(note[language], pick(why, language) if why else "", blank=language == "en")
                      for language in LANGUAGES})  # fmt: skip
    return notes


def _told(note: str, why: str, *, blank: bool) -> str:
    return f"{note}{' ' if blank else ''}{why}" if why else note


def part_name(name: str, standard: Standard) -> Texts:
    """Name a part of a rule, or an item that says its own certainty."""
    if name.startswith("item."):
        return standard.item(name.removeprefix("item.")).name
    return texts_of(f"part.{name.removeprefix('items.')}" if name.startswith("items.") else f"of.{name}")


def labels_of(standard: Standard) -> Labels:
    """Name the indicators and items of a rule."""
    indicators = {each.id: each.name for each in standard.resources.indicators}
    composite = {COMPOSITE: texts_of("composite")}
    return Labels({"indicator": {**indicators, **composite}, "weakest": indicators,
                   "item": {item.id: item.name for _, item in standard.every_item()}})  # fmt: skip


def texts_of(key: str) -> Texts:
    """Give a text of balances in both languages."""
    return {language: said(WORDS, key, language) for language in LANGUAGES}
