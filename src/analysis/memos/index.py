"""The page that lists the memos of a folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from analysis.messages import Language, Texts, pick
from analysis.workspace import Settings

FILE = "index.html"
_SHOWN = (("html", "HTML"), ("pdf", "PDF"), ("docx", "DOCX"), ("ipynb", "Notebook"), ("cells.csv", "CSV"))
_LANGUAGES: dict[Language, str] = {"zh-Hans": "中文", "en": "English"}


def write_index(settings: Settings, folder: Path, manifest: Mapping[str, Any], names: Mapping[str, Texts]) -> None:
    """Write `index.html`: a row a subject with the files of both languages, and what failed."""
    page = Template(Path(__file__).with_name("index.html").read_text(encoding="utf-8"))
    rows = []
    for subject, name in names.items():
        memos = manifest["memos"].get(subject)
        if not memos:
            continue
        cells = "".join(
            f"<td>{_links(subject, language, memos.get(language), manifest['state'])}</td>" for language in _LANGUAGES
        )
        rows.append(
            f'<tr><th scope="row">{escape(pick(name, "zh-Hans"))}'
            f'<span lang="en">{escape(pick(name, "en"))}</span></th>{cells}</tr>'
        )
    filled = page.substitute(
        place_zh=escape(pick(settings.name, "zh-Hans")),
        place_en=escape(pick(settings.name, "en")),
        year=manifest["year"],
        released=settings.released.isoformat(),
        rows="\n".join(rows),
        unit=escape(pick(settings.unit_name, "zh-Hans")),
    )
    aside = folder / f".{FILE}.part"
    aside.write_text(filled, encoding="utf-8")
    os.replace(aside, folder / FILE)  # noqa: PTH105  the one call that replaces atomically on every system


def _links(unit: str, language: Language, memo: dict[str, Any] | None, state: str) -> str:
    if memo is None:
        return "—"
    parts = []
    for suffix, label in _SHOWN:
        name = f"{unit}.{language}.{suffix}"
        if name in memo["files"]:
            parts.append(f'<a href="{escape(unit)}/{escape(name)}" hreflang="{language}">{label}</a>')
    if memo["files"] and memo["state"] != state:
        parts.append('<span class="earlier">旧数据 <span lang="en">from earlier inputs</span></span>')
    if memo["outcome"] != "built":
        parts.append(f'<span class="failed">失败 <span lang="en">failed</span>: {escape(memo["fault"])}</span>')
    return " ".join(parts)
