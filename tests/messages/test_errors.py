"""Every error code is explained in docs/errors.md, used in the code, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.messages import CODES, Fault

ROOT = Path(__file__).parents[2]


def test_the_page_of_errors_explains_every_code_under_its_title():
    page = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    headings = dict(re.findall(r"^### (DZ-\w+) (.+)$", page, flags=re.MULTILINE))
    assert headings == CODES


def test_every_code_is_raised_somewhere_and_no_other_is():
    sources = {path: path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")}
    used = {
        code
        for path, text in sources.items()
        if path.name != "errors.py"
        for code in re.findall(r"""["'](DZ-[A-Z]\d{3})["']""", text)
    }
    assert used == set(CODES)


def test_an_unknown_code_cannot_be_used():
    with pytest.raises(KeyError):
        Fault("DZ-X999", found="a", expected="b")
