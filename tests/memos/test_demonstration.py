"""The full memos of the demonstration: nothing is said twice, every number is checked, none is too long.

They need the waves and schools of `make demo`, which are not in git.
"""

from __future__ import annotations

from collections import Counter

import pypdf
import pytest
from tests.conftest import ROOT

from analysis.documents import Heading, Sentence, check_numbers, render, text_of
from analysis.findings import Brief, Evidence
from analysis.findings.layout import read_layout
from analysis.findings.stage_one import run_tables
from analysis.messages import LANGUAGES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / "data/demo/responses").is_dir(), reason="`make demo` makes the waves"),
]


@pytest.fixture(scope="module")
def run(shanghai):
    return run_tables(shanghai, synthetic=True)


def memos(run):
    """Give what memos can be made of: template, unit, and what it is about."""
    units = run.reference.units
    below = [str(each) for each in units.at(run.reference.boundaries, run.reference.settings.unit_kind).index]
    whole = units.parent(below[0])
    yield from (("district_memo", unit, "") for unit in below)
    yield "city_summary", whole, ""
    yield from (("survey_report", whole, about) for about in run.names("survey"))
    yield from (("topic_memo", whole, about) for about in run.names("topic"))


def told(run, template, unit, about, language, audience="public"):
    layout = read_layout(ROOT / f"notebooks/memos/{template}.yaml")
    tables = run.slice(unit)
    evidence = Evidence(tables.public() if audience == "public" else tables, unit)
    it = Brief(evidence, language, audience, about, layout)
    return [part for name in layout.names if (part := it.section(name)).blocks]


def test_no_memo_of_the_demonstration_says_a_sentence_twice_or_has_a_heading_over_nothing(run):
    for template, unit, about in memos(run):
        for language in LANGUAGES:
            blocks = [block for part in told(run, template, unit, about, language) for block in part.blocks]
            said = Counter(text_of(block.text) for block in blocks if isinstance(block, Sentence))
            assert [text for text, times in said.items() if times > 1] == [], (template, unit, about, language)
            for block, after in zip(blocks, [*blocks[1:], None], strict=True):
                if isinstance(block, Heading):
                    deeper = isinstance(after, Heading) and after.level > block.level
                    assert deeper or (after is not None and not isinstance(after, Heading)), (unit, about, block)


@pytest.mark.parametrize("language", LANGUAGES)
def test_district_memos_have_at_most_sixteen_pages_and_every_number_is_its_cell(run, language, tmp_path):
    for unit in ("310104", "310106", "310115"):
        parts = told(run, "district_memo", unit, "", language)
        rendered = render(parts, formats=["html", "docx", "pdf"], directory=tmp_path, stem=unit)
        check_numbers(parts, rendered)
        assert len(pypdf.PdfReader(rendered.files["pdf"]).pages) <= 16


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_other_templates_and_the_internal_version_are_rendered_and_checked(run, language, tmp_path):
    chosen = {template: (unit, about) for template, unit, about in memos(run) if template != "district_memo"}
    for template, (unit, about) in chosen.items():
        parts = told(run, template, unit, about, language)
        check_numbers(parts, render(parts, formats=["html"], directory=tmp_path, stem=template))
    parts = told(run, "district_memo", "310104", "", language, "internal")
    check_numbers(parts, render(parts, formats=["html"], directory=tmp_path, stem="internal"))
