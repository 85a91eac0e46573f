"""Typst source → PDF/A-2a that is PDF/UA-1 too, and the map that says where in it each number stands."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from analysis.documents.fonts import font_directory
from analysis.documents.pandoc import midnight
from analysis.messages import DuzhengError, Fault

#: What the PDF claims to be, and typst checks.
STANDARDS: Final = ("a-2a", "ua-1")


@lru_cache(maxsize=1)
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(font_directory())])


def _compiler(source: bytes | Path, inputs: Mapping[str, str] | None = None) -> Any:
    import typst

    return typst.Compiler(source, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=dict(inputs or {}))


def typst_pdf(source: bytes, date: str, inputs: Mapping[str, str] | None = None) -> bytes:
    """Compile a typst source with the packaged fonts.

    Parameters
    ----------
    source
        The complete source; pictures are inside.
    date
        The release date; the PDF's time of creation.
    inputs
        Texts that the source reads from ``sys.inputs``: they stay texts, whatever is in them.

    Raises
    ------
    DuzhengError
        DZ-D001 with what typst said.
    """
    return _compiled(_compiler(source, inputs), date)


def _compiled(compiler: Any, date: str) -> bytes:
    import typst

    try:
        made: bytes = compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=midnight(date))
    except typst.TypstError as error:
        hints = "; ".join(getattr(error, "hints", None) or [])
        said = getattr(error, "diagnostic", "") or str(error)
        raise DuzhengError(
            Fault(
                "DZ-D001",
                found=f"a PDF that typst refuses: {said.strip()[:800]}",
                expected="a document that can be PDF/A-2a and PDF/UA-1",
                hint=hints or "a title, an alternative text for each chart and a first heading of level 1 are required",
            )
        ) from error
    return made


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral of a PDF: its text, its cell or its role, and where it begins, in millimetres from the top left."""

    text: str
    cell: str | None
    role: str | None
    page: int
    x: float
    y: float

    def entry(self) -> dict[str, str | int | float]:
        """Give what the map of the PDF says of it."""
        what = {"cell": self.cell} if self.cell is not None else {"role": str(self.role)}
        return {"page": self.page, "x": self.x, "y": self.y, "text": self.text, **what}


def typeset(source: bytes, date: str) -> tuple[bytes, list[Numeral]]:
    """Compile the typst source of a memo, and say where its numerals stand.

    Parameters
    ----------
    source
        The complete source, in which every numeral is a call of ``cell`` or ``typed`` (formats/memo.typ).
    date
        The release date.

    Returns
    -------
    bytes and list of Numeral
        The PDF, and its numerals in reading order; those of a header row that repeats, once.

    Raises
    ------
    DuzhengError
        DZ-D001 with what typst said.
    """
    # From a file, for a compiler forgets a source that it was given as bytes, and would lay it out again for the query.
    with tempfile.TemporaryDirectory(prefix="duzheng-") as folder:
        path = Path(folder) / "memo.typ"
        path.write_bytes(source)
        compiler = _compiler(path)
        made = _compiled(compiler, date)
        found = json.loads(compiler.query("<map>", field="value", one=True))
    first = {each["n"]: each for each in reversed(found)}
    order = dict.fromkeys(each["n"] for each in found)
    return made, [_numeral(first[n]) for n in order]


def _numeral(found: Mapping[str, Any]) -> Numeral:
    at = found["at"]
    x, y = (round(float(at[side].removesuffix("pt")) / 72 * 25.4, 1) for side in ("x", "y"))
    return Numeral(found["text"], found.get("cell"), found.get("role"), at["page"], x, y)


def write_map(document: str, digest: str, numerals: Sequence[Numeral]) -> bytes:
    """Write the map of a PDF, which cannot carry the cells of its numbers: where each stands, and its cell or role.

    Parameters
    ----------
    document
        The name of the PDF.
    digest
        Its SHA-256.
    numerals
        Its numerals in reading order.

    Returns
    -------
    bytes
        JSON, one numeral a line.
    """
    head = {"document": document, "sha256": digest, "origin": "top left, millimetres"}
    lines = ",\n".join("  " + json.dumps(each.entry(), ensure_ascii=False) for each in numerals)
    return (json.dumps(head, ensure_ascii=False)[:-1] + f', "numerals": [\n{lines}\n]}}\n').encode()


def read_map(path: Path) -> tuple[str, list[Numeral]]:
    """Read the map of a PDF: the SHA-256 of the file that it describes, and the numerals."""
    content = json.loads(path.read_bytes())
    return content["sha256"], [
        Numeral(each["text"], each.get("cell"), each.get("role"), each["page"], each["x"], each["y"])
        for each in content["numerals"]
    ]
