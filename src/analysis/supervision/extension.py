"""What this room adds to stage one and to memos; the entry point `duzheng.findings`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.findings.extensions import Extension
from analysis.supervision.gather import gather

if TYPE_CHECKING:
    from analysis.findings.sections import Section


def _sections() -> Mapping[str, Section]:
    from analysis.supervision.sections import SECTIONS

    return SECTIONS


EXTENSION = Extension(gather, _sections, "analysis.supervision")
