"""Which column of a wave's answers holds the unit that a person belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.messages import LANGUAGES
from analysis.surveys.questionnaire import Probability

if TYPE_CHECKING:
    from analysis.surveys.design import Design
    from analysis.workspace import Units

_TWO = 2


def unit_column(design: Design, units: Units, *, kind: str, boundaries: int) -> tuple[str, dict[str, str]]:
    """Find the column whose codes are units of a kind.

    Parameters
    ----------
    design
        A wave.
    units
        The workspace's units.
    kind
        Of units, such as ``district``.
    boundaries
        The year on whose boundaries they are.

    Returns
    -------
    tuple
        The column and the id of the unit that each of its codes means; an empty name and nothing where no column is
        one, and the wave can be reported for all together only.

    Notes
    -----
    The first of the questionnaire's declared groups, then of the strata, then of the other columns of the draw, in
    which two codes or more are a unit's id, code or name, each another unit's, and no more codes are none than are
    one. Who gave one of the latter, such as "elsewhere", counts among all only.
    """
    named: dict[str, set[str]] = {}
    for unit, row in units.at(boundaries, kind).iterrows():
        for key in (str(unit), *(row[name] for name in ("code", "name_zh", "name_en", "short_zh", "short_en"))):
            if isinstance(key, str) and key:
                named.setdefault(key, set()).add(str(unit))
    known = {key: next(iter(found)) for key, found in named.items() if len(found) == 1}
    for column in _candidates(design):
        codes = list(_codes(design, column))
        meant = {code: known[key] for code in codes for key in _keys(design, column, code) if key in known}
        if len(meant) >= max(_TWO, len(codes) - len(meant)) and len(set(meant.values())) == len(meant):
            return column, meant
    return "", {}


def _candidates(design: Design) -> Iterator[str]:
    selection = design.survey.questionnaire.selection
    strata = selection.strata if isinstance(selection, Probability) else ()
    columns = (*design.survey.questionnaire.analyses.groups, *strata, *map(str, design.wave.log))
    for column in dict.fromkeys(columns):
        if column in design.data and column != design.place:
            yield column


def _codes(design: Design, column: str) -> Iterator[str]:
    values = design.data[column]
    if values.dtype.kind in "ifb":
        return
    categories = values.cat.categories if hasattr(values, "cat") else values.dropna().unique()
    yield from map(str, categories)


def _keys(design: Design, column: str, code: str) -> Iterator[str]:
    """Give what a code may be known by: itself before its names."""
    yield from dict.fromkeys((*(design.labels.name(column, code, language).strip() for language in LANGUAGES), code))
