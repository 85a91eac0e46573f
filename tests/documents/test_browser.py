"""In a browser the page is for everybody: live charts, telephone, keyboard, screen reader, printer; off the network."""

from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser import chromium

from analysis.documents import Chart
from analysis.documents.chart_data import chart_tables

pytestmark = pytest.mark.browser
WIDE, PHONE = {"width": 1100, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@contextmanager
def opening(browser, rendered, window):
    """The memo as opened, with everything it said on the console and asked of a network."""
    context = browser.new_context(viewport=window, offline=True)
    opened = context.new_page()
    opened.complaints, opened.asked = [], []
    opened.on("console", lambda said: opened.complaints.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    address = rendered.files["html"].resolve().as_uri()
    opened.on("request", lambda asked: opened.asked.append(asked.url) if asked.url != address else None)
    opened.goto(address)
    opened.wait_for_function("document.querySelectorAll('figure[data-live=yes]').length == 2")
    yield opened
    context.close()


@pytest.fixture(scope="module", params=[WIDE, PHONE], ids=["wide", "phone"])
def page(request, browser, rendered):
    """The memo, opened once for the tests that look at it, or open and point at what is on it."""
    with opening(browser, rendered, request.param) as opened:
        yield opened


@pytest.fixture
def untouched(page, browser, rendered):
    """The memo as newly opened, for the tests that begin at its top with the keyboard."""
    with opening(browser, rendered, page.viewport_size) as opened:
        yield opened


def test_charts_come_alive_without_a_complaint_or_a_request(page):
    assert page.locator(".chart-static").evaluate_all("all => all.map(each => each.hidden)") == [True, True]
    assert page.locator(".chart-live svg.marks").count() == 2
    assert page.complaints == []
    assert [address for address in page.asked if not address.startswith(("data:", "blob:"))] == []


def test_the_page_is_no_wider_than_the_window(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_what_can_be_used_is_reached_by_the_tabulator_in_reading_order(untouched):
    reached = []
    for _ in range(8):
        untouched.keyboard.press("Tab")
        reached.append(untouched.evaluate("document.activeElement.className || document.activeElement.tagName"))
    assert reached[:5] == ["skip", "table", "SUMMARY", "SUMMARY", "table"]


def test_the_way_past_the_head_leads_to_the_text(untouched):
    untouched.keyboard.press("Tab")
    untouched.keyboard.press("Enter")
    assert untouched.evaluate("document.activeElement.id") == "text"


def test_the_data_behind_a_chart_open_by_keyboard_and_are_all_there(page, parts, language):
    charts = [block for part in parts for block in part.blocks if isinstance(block, Chart)]
    for number, chart in enumerate(charts):
        page.locator("details summary").nth(number).focus()
        page.keyboard.press("Enter")
        rows = page.locator("details").nth(number).locator("tbody tr")
        assert rows.first.is_visible()
        assert rows.count() == sum(len(table.rows) for table in chart_tables(chart.spec, language))


def test_a_checker_of_accessibility_finds_nothing(page):
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true })")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["impact"], each["nodes"][0]["html"][:200]) for each in found] == []


def test_a_mark_says_its_value_when_it_is_pointed_at(page):
    page.locator("#figure-1 .chart-live .mark-rect path").first.hover()
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert page.locator("#vg-tooltip-element").inner_text().strip()


@pytest.fixture
def on_paper(page):
    page.emulate_media(media="print")
    yield page
    page.emulate_media(media="screen")


def test_on_paper_the_pictures_stand_still_and_nothing_of_the_screen_is_left(on_paper):
    page = on_paper
    assert (
        page.locator(".chart-static").evaluate_all("all => all.map(each => getComputedStyle(each).display)")
        == ["block"] * 2
    )
    for gone in (".chart-live", ".skip", ".chart-data"):
        shown = page.locator(gone).evaluate_all("all => all.map(each => getComputedStyle(each).display)")
        assert set(shown) == {"none"}
    assert page.locator(".whole").first.evaluate("each => getComputedStyle(each).breakInside") == "avoid"


def test_the_picked_row_is_picked_out(page):
    row = page.locator("tr.picked").first
    plain = page.locator("tbody tr:not(.picked)").first
    colour = "each => getComputedStyle(each).backgroundColor"
    assert row.evaluate(colour) != plain.evaluate(colour)
