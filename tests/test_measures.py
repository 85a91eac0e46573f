"""The table of the measures names commands, templates and tests that there are, and every part of them."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs/measures.md").read_text(encoding="utf-8")
ROWS = [[cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines() if line.startswith("| ") and "`" in line]  # fmt: skip


def commands():
    from typer.main import get_command

    from analysis.cli import app

    whole = get_command(app)
    return {f"duzheng {group} {name}" for group, each in whole.commands.items()
            for name in getattr(each, "commands", {})}  # fmt: skip


def test_every_part_that_the_office_s_year_has_stands_in_the_table():
    parts = {row[0] for row in ROWS}
    assert {"内容", "机制", "五.一.1", "五.一.2", "五.二.1", "五.二.2", "五.二.3", "六", "七"} == parts


def test_each_line_names_a_command_a_template_and_a_test_that_there_are():
    known = commands()
    for part, _, command, template, test in ROWS:
        assert command in known, (part, command)
        assert not template or (ROOT / f"notebooks/memos/{template}.yaml").is_file(), (part, template)
        assert (ROOT / test).is_file(), (part, test)


@pytest.mark.parametrize("page", ["README.md", "docs/a-year.md"])
def test_the_page_is_found(page):
    assert re.search(r"measures\.md", (ROOT / page).read_text(encoding="utf-8"))
