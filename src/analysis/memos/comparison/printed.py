"""What two releases print: the sections, sentences, tables and charts of one memo in both, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final, NamedTuple

from analysis.documents import Block, Blocks, Chart, Heading, KeyFigures, Quote, Remark, Sentence, Table, Title, text_of
from analysis.documents.reading import read_html
from analysis.memos.execute import read_blocks

#: Texts so alike are one that was changed.
ALIKE: Final = 0.6


class Piece(NamedTuple):
    """A text of a memo: the section it stands in, what it is, the text, and of a table its heads and row heads."""

    section: str
    kind: str
    text: str
    parts: tuple[str, ...] = ()


class Difference(NamedTuple):
    """A difference between two versions of a memo.

    Parameters
    ----------
    section
        Where it stands.
    kind
        ``section``, or the kind of a block.
    change
        ``added``, ``removed``, ``changed``, or ``moved`` to another place.
    before, after
        The texts; of a section its heading.
    """

    section: str
    kind: str
    change: str
    before: str
    after: str


class Printed(NamedTuple):
    """A memo as it was printed: the names of its sections in order with their headings, and its texts in order."""

    sections: dict[str, str]
    pieces: tuple[Piece, ...]

    @property
    def sentences(self) -> set[str]:
        """The sentences in it."""
        return {piece.text for piece in self.pieces if piece.kind == "sentence"}


def read_printed(notebook: Path, page: Path | None = None) -> Printed:
    """Read a memo.

    Parameters
    ----------
    notebook
        The notebook as it ran. Its cells give the texts.
    page
        The HTML page: it has the order of the layout, which may be another than that of the cells.
    """
    pieces: list[Piece] = []
    headings: dict[str, str] = {}
    now = ""
    for part in read_blocks(notebook):
        now = part.section or now
        pieces += [piece for block in part.blocks for piece in _pieces(now, block)]
        if now not in headings and part.blocks:
            headings[now] = _heading(part)
    if page is not None and page.is_file():
        lines = ["".join(piece.text for piece in line if piece.role != "numbering") for line in read_html(page).lines()]
        place = {heading: lines.index(heading) for heading in headings.values() if heading in lines}
        headings = dict(sorted(headings.items(), key=lambda item: place.get(item[1], -1)))
    return Printed(headings, tuple(pieces))


def _heading(part: Blocks) -> str:
    first = part.blocks[0]
    return text_of(first.text) if isinstance(first, Title | Heading | Sentence | Quote | Remark) else ""


def _pieces(section: str, block: Block) -> Iterator[Piece]:
    if isinstance(block, Table):
        heads = (*(text_of(column.text) for column in block.columns), *(text_of(row[0]) for row in block.rows if row))
        yield Piece(section, block.kind, text_of(block.caption), heads)
    elif isinstance(block, Chart):
        yield Piece(section, block.kind, text_of(block.caption))
    elif isinstance(block, KeyFigures):
        yield from (
            Piece(section, block.kind, f"{text_of(each.label)} {text_of(each.value)}") for each in block.figures
        )
    else:
        yield Piece(section, block.kind, text_of(block.text))
        if isinstance(block, Title):
            yield from (Piece(section, block.kind, text_of(line)) for line in block.lines)


def compare_printed(before: Printed, after: Printed) -> list[Difference]:
    """Compare two versions of a memo.

    Returns
    -------
    list of Difference
        Sections that are in one alone or in another place; then, of those that both have, what stands in one alone,
        what was changed, and what stands in another section now.
    """
    found = list(_sections(before.sections, after.sections))
    both = before.sections.keys() & after.sections.keys() | {""}
    gone = _rest([piece for piece in before.pieces if piece.section in both], after.pieces)
    come = _rest([piece for piece in after.pieces if piece.section in both], before.pieces)
    return found + list(_paired(gone, come))


def _sections(before: dict[str, str], after: dict[str, str]) -> Iterator[Difference]:
    yield from (Difference(name, "section", "removed", text, "") for name, text in before.items() if name not in after)
    yield from (Difference(name, "section", "added", "", text) for name, text in after.items() if name not in before)
    one, two = [name for name in before if name in after], [name for name in after if name in before]
    kept = {name for block in SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks()
            for name in one[block.a : block.a + block.size]}  # fmt: skip
    yield from (Difference(name, "section", "moved", before[name], after[name]) for name in two if name not in kept)


def _rest(pieces: Sequence[Piece], others: Sequence[Piece]) -> list[Piece]:
    """Give the pieces that the others do not have, in order."""
    there = Counter(others)
    rest = []
    for piece in pieces:
        if there[piece]:
            there[piece] -= 1
        else:
            rest.append(piece)
    return rest


def _paired(gone: list[Piece], come: list[Piece]) -> Iterator[Difference]:
    """Put together what was changed or moved, and give the rest as removed or added."""
    left = list(come)
    for piece in gone:
        best = max(left, key=lambda other: _likeness(piece, other), default=None)
        if best is None or _likeness(piece, best) < ALIKE:
            yield Difference(piece.section, piece.kind, "removed", _shown(piece), "")
            continue
        left.remove(best)
        moved = (piece.text, piece.parts) == (best.text, best.parts)
        yield Difference(
            best.section, best.kind, "moved" if moved else "changed", _shown(piece, best), _shown(best, piece)
        )
    yield from (Difference(piece.section, piece.kind, "added", "", _shown(piece)) for piece in left)


def _likeness(one: Piece, other: Piece) -> float:
    if one.kind != other.kind or (one.section != other.section and one.text != other.text):
        return 0.0
    return 1.0 if one.text == other.text else SequenceMatcher(None, one.text, other.text, autojunk=False).ratio()


def _shown(piece: Piece, other: Piece | None = None) -> str:
    """Give the text; of a table that has other columns or rows, with those of its own."""
    own = [part for part in piece.parts if other is not None and part not in other.parts]
    return f"{piece.text} [{' | '.join(own)}]" if own else piece.text
