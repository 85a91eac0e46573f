"""Typst source → PDF/A-2a that is PDF/UA-1 too, and the numbers of that source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
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


def _compiler(source: bytes, inputs: Mapping[str, str] | None = None) -> Any:
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
    import typst

    try:
        compiler = _compiler(source, inputs)
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


def typst_numbers(source: bytes) -> list[tuple[str, str]]:
    """Read the numbers of a typst source back: cell id and text, in reading order.

    Parameters
    ----------
    source
        The source that the PDF was compiled from.
    """
    found = json.loads(_compiler(source).query("<cell>", field="value"))
    return [(number["id"], number["text"]) for number in found]
