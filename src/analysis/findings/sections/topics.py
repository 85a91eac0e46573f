"""One topic of a memo: its sentences, then its tables and charts, then what people wrote of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from analysis.documents import Block, Sentence
from analysis.documents.blocks import cells_named
from analysis.findings import pictures, tables
from analysis.findings.sections.remarks import remarks

if TYPE_CHECKING:
    from analysis.findings.brief import Brief
    from analysis.findings.finding import Finding

#: At most so many sentences of a topic in a section; its tables have the rest.
FEW: Final = 5
_ORDER: Final = {"neutral": 0, "good": 0, "bad": 1}


def told(brief: Brief, findings: Sequence[Finding], most: int = FEW) -> list[Sentence]:
    """Say the most important of findings: what is so and what is good as one paragraph, what is not as the next.

    Within a paragraph figures stand in the order of the catalogue.
    """
    places = {code: place for place, code in enumerate(brief.reference.catalogue)}
    chosen = sorted(findings[:most], key=lambda each: (_ORDER[each.tone], places.get(each.subject, -1)))
    said: list[Sentence] = []
    for tones in (("neutral", "good"), ("bad",)):
        said += brief.tell([each for each in chosen if each.tone in tones])
    return said


def exhibits(brief: Brief, topic: str, said: Sequence[Block] = (), *, growth: bool = True) -> list[Block]:
    """Give the tables and charts of a topic's figures, as far as what is said above them leaves anything to show."""
    if brief.kind in {"whole", "topic", "duty"}:
        parts = [tables.levels(brief, topic), *pictures.dots(brief, topic), *pictures.broken_series(brief, topic)]
        parts += pictures.grown(brief, topic) if growth else []
    elif not brief.reference.catalogue.of(topic=topic, kinds=("count", "amount", "ratio")):
        parts = [tables.levels(brief, topic)]
    else:
        cells = {cell for each in said for cell in cells_named(each)}
        parts = [tables.sizes(brief, topic, cells), tables.ratios(brief, topic), *pictures.dots(brief, topic)]
    return [part for part in parts if part is not None]


def part(brief: Brief, topic: str, findings: Iterable[Finding], *, growth: bool = True) -> list[Block]:
    """Give a topic: sentences, tables, charts, remarks; nothing if there are none."""
    said = told(brief, [each for each in findings if each.topic == topic])
    return [*said, *exhibits(brief, topic, said, growth=growth), *remarks(brief, topic)]
