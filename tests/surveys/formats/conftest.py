"""Previews opened in a real browser."""

from __future__ import annotations

import re

import pytest
from tests.browser import chromium
from tests.surveys.conftest import EVERY
from tests.surveys.formats.previews import PHONE
from tests.surveys.test_lint import surveys_of

from analysis.surveys.formats.preview.page import to_preview


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def every(tmp_path_factory):
    (survey,) = surveys_of(EVERY, tmp_path_factory.mktemp("every"))
    return survey


@pytest.fixture
def opened(browser, tmp_path):
    """Open a questionnaire's preview from a file; what the page complains of, or asks the network for, is a fault."""
    contexts, complaints = [], []

    def visit(survey, link="#fixed", **options):
        context = browser.new_context(viewport=PHONE, locale="en-US", **options)
        context.set_default_timeout(5000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        asked = re.compile(r"^(file|blob|data):")
        page.on("request", lambda request: asked.match(request.url) or complaints.append(request.url))
        path = tmp_path / "preview.html"
        path.write_text(to_preview(survey), encoding="utf-8")
        page.goto(path.as_uri() + link)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
