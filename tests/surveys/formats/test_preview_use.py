"""The web preview is for everybody: by touch, keyboard and screen reader; each limit is said where it is."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.conftest import questionnaires
from tests.surveys.formats.previews import PHONE, expected_table, table
from tests.surveys.test_lint import surveys_of

pytestmark = pytest.mark.browser
SURVEYS = {survey.name: survey for survey in questionnaires()}
WIDE = {"width": 1100, "height": 900}


def violations(page):
    return [(each["id"], each["impact"], each["nodes"][0]["html"]) for each in Axe().run(page).response["violations"]]


#: What can be pressed or typed in, and is smaller than a finger.
SMALL = """() => [...document.querySelectorAll(
  'button, select, .field input, textarea, .write-in input, .option, .summary a')].filter(
  node => node.checkVisibility() && node.getBoundingClientRect().height < 44).map(node => node.outerHTML)"""


def look(page):
    """Find nothing to complain of on a page as it is now: axe-core, width and size of targets on a telephone."""
    assert violations(page) == []
    if page.viewport_size == PHONE:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert page.evaluate(SMALL) == []


def look_everywhere(page):
    """Look at every page, as it opens, with codes, and with faults."""
    look(page)
    page.click("#codes")
    look(page)
    for number in range(page.locator("#jump option").count() - 1):
        page.select_option("#jump", str(number))
        look(page)
    page.click("#codes")
    page.click(".restart")
    page.click(".next")
    if page.locator("#guardian").count():
        look(page)
        page.check("#guardian")
        page.click(".next")
    while page.locator("progress").count():
        page.click(".next")
        if page.locator(".summary").count():
            look(page)
            page.evaluate(ANSWER)
            page.click(".next")
        else:
            look(page)
    look(page)


#: Give the first answer to everything on the page, and two where several may be chosen.
ANSWER = """() => {
  for (const node of document.querySelectorAll('.question:not([hidden])')) {
    for (const row of node.querySelectorAll('tbody tr')) row.querySelector('input').click();
    for (const box of [...node.querySelectorAll('input[type=checkbox]')].slice(0, 2)) box.click();
    node.querySelector('.options input[type=radio]')?.click();
    const line = node.querySelector('.numeric .field input, .text .field :is(input, textarea)');
    if (line?.getAttribute('aria-required')) { line.value = '1'; line.dispatchEvent(new Event('input')); }
  }
}"""


@pytest.mark.parametrize(("viewport", "language", "colours"), [(PHONE, "zh-Hans", "light"), (WIDE, "en", "dark")])
def test_everybody_can_use_every_kind_of_question(viewport, language, colours, every, opened):
    page = opened(every, color_scheme=colours)
    page.set_viewport_size(viewport)
    page.click(f"#to-{language}")
    look_everywhere(page)


def ways(number):
    """Give two ways of looking at a questionnaire, which differ in all settings; four questionnaires have all eight."""
    dark, swapped = number % 2 == 1, number % 4 > 1
    for language, viewport in zip(("zh-Hans", "en"), (WIDE, PHONE) if swapped else (PHONE, WIDE), strict=True):
        yield language, viewport, "dark" if dark != (language == "en") else "light"


WAYS = [(name, *way) for number, name in enumerate(SURVEYS) for way in ways(number)]


@pytest.mark.parametrize(("name", "language", "viewport", "colours"), WAYS)
def test_everybody_can_use_the_questionnaires(name, language, viewport, colours, opened):
    page = opened(SURVEYS[name], color_scheme=colours)
    page.set_viewport_size(viewport)
    page.click(f"#to-{language}")
    look_everywhere(page)


#: What a hand at the keyboard does at a control, where focus has come to by Tab alone.
KEYS = {"radio": ["Space", "ArrowRight"], "checkbox": ["Space"], "select-one": ["ArrowDown"], "submit": ["Enter"]}
TYPED = {"whole": "7", "share": "1.5", "day": "02032025", "since": "01022024", "code": "AB12", "words": "没有"}


def test_by_keyboard_alone_a_questionnaire_is_filled_from_start_to_end(every, opened):
    page, done = opened(every), set()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(400):
        page.keyboard.press("Tab")
        kind, id_, name, code = page.evaluate(
            "() => { const now = document.activeElement; return [now.type ?? '', now.id, now.name ?? '',"
            " now.closest('.question')?.dataset.code ?? '']; }"
        )
        # One stop for each group of radio buttons; two boxes of each question.
        key = name if kind == "radio" else id_
        if kind not in {*KEYS, "text", "date", "textarea"} or key in done or key == "jump":
            continue
        if kind == "checkbox" and (
            code == "ranks" or len([each for each in done if each.startswith(f"q-{code}-")]) > 1
        ):
            continue
        done.add(key)
        if kind in KEYS:
            place = int(id_[-1]) if kind == "select-one" else 1
            for press in KEYS[kind] * place:
                page.keyboard.press(press)
        else:
            page.keyboard.type(TYPED.get(code, "别的"))
        done.discard("")  # the button that goes on, on the next page again
        if page.locator(".kept").count():
            break
    raw = {"constructor": "other", "toString": 2, "valueOf": "no", "several": ["a", "b"], "numbered": [1, 2],
           "grid.one": 2, "grid.two": 2, "loose.x": "down", "loose.y": "down", "ranks": ["a", "b", "c"], "after": "no",
           "whole": 7, "share": 1.5, "day": "2025-02-03", "since": "2024-01-02", "code": "AB12"}  # fmt: skip
    found = table(page)
    assert found.pop("constructorOth") == (True, ["别的"])
    assert found.pop("severalOth") == (False, [])
    assert found == expected_table(every, raw)


SEVERAL, GRID = '#q-several input[value="{}"]', '#q-grid input[name="grid.{}"][value="{}"]'
FAULTS = [
    (0, [], "constructor", "Please choose an answer."),
    (0, [], "several", "Please choose at least 2; you chose 0."),
    (0, [SEVERAL.format("a")], "several", "Please choose at least 2; you chose 1."),
    (0, [SEVERAL.format(c) for c in "abcd"], "several", "Please choose at most 3; you chose 4."),
    (0, [SEVERAL.format("RF")], "several", ""),
    (1, [GRID.format("one", 1)], "grid", "Please answer every row."),
    (1, [GRID.format("one", 1), GRID.format("two", "NA")], "grid", ""),
    (1, [("#q-ranks-rank-1", "a"), ("#q-ranks-rank-2", "a")], "ranks", "Each can have one rank only."),
    (1, [("#q-ranks-rank-1", "a"), ("#q-ranks-rank-3", "b")], "ranks",
     "Please rank in order, without leaving one out."),
    (1, [("#q-ranks-rank-1", "a")], "ranks", ""),
    (2, [], "share", "Please fill this in."),
    (2, [("#q-whole-input", "15")], "whole", "It can't be more than 14."),
    (2, [("#q-whole-input", "-1")], "whole", "It can't be less than 0."),
    (2, [("#q-whole-input", "1.5")], "whole", "Please fill in a whole number."),
    (2, [("#q-whole-input", "many")], "whole", "Please fill in a whole number."),
    (2, [("#q-whole-input", "１４")], "whole", ""),
    (2, [("#q-share-input", "x")], "share", "Please fill in a number."),
    (2, [("#q-share-input", "1.25")], "share", "At most 1 decimal, please."),
    (2, [("#q-share-input", "-1.50")], "share", ""),
    (2, [("#q-day-input", "2024-12-31")], "day", "It can't be before 2025-01-01."),
    (2, [("#q-day-input", "2026-01-01")], "day", "It can't be after 2025-12-31."),
    (2, [("#q-code-input", "AB1234567")], "code", "At most 6 characters, please; there are 9."),
    (2, [("#q-code-input", "xAB12")], "code", "This does not look right; please check it."),
    (2, [("#q-code-input", "AB12")], "code", ""),
    (2, [("#q-words-input", "字" * 21)], "words", "At most 20 characters, please; there are 21."),
]  # fmt: skip


def test_each_limit_is_said_and_leads_to_its_question(every, opened):
    page = opened(every)
    page.click("#to-en")
    page.click("#codes")
    for number, steps, code, message in FAULTS:
        page.click(".restart")
        page.select_option("#jump", str(number))
        if code == "words":
            page.fill("#q-code-input", "CD12")
        for step in steps:
            if isinstance(step, str):
                page.check(step)
            elif "rank" in step[0]:
                page.select_option(*step)
            else:
                page.fill(*step)
        page.click(".next")
        if page.locator(f"#q-{code}").count() == 0:  # nothing else was wrong on that page
            assert message == ""
            continue
        said = page.locator(f"#q-{code}-error")
        assert said.text_content().removeprefix("Error: ") == message, (code, steps)
        if message:
            assert page.evaluate("document.activeElement.className") == "summary"
            page.click(f'.summary a[href="#q-{code}"]')
            assert page.evaluate("document.activeElement.closest('.question').dataset.code") == code


def test_what_excludes_others_unticks_them_and_they_it(every, opened):
    page = opened(every)
    page.click("#codes")
    page.select_option("#jump", "0")
    boxes = page.locator("#q-several input")

    def ticked():
        return boxes.evaluate_all("all => all.filter(box => box.checked).map(box => box.value)")

    page.check(SEVERAL.format("a"))
    page.check(SEVERAL.format("oth"))
    page.fill("#q-several-write-in", "下棋")
    page.check(SEVERAL.format("none"))
    assert ticked() == ["none"]
    assert page.locator("#q-several-write-in").is_hidden()
    page.check(SEVERAL.format("RF"))
    assert ticked() == ["RF"]
    page.check(SEVERAL.format("oth"))
    assert ticked() == ["oth"]
    assert page.input_value("#q-several-write-in") == "下棋"


def test_questions_follow_answers_within_the_page_and_radios_can_be_cleared(every, opened):
    page = opened(every)
    page.check("#guardian")
    page.click(".next")
    question, text = page.locator("#q-valueOf"), page.locator("#q-toString .text")
    assert question.is_hidden()
    assert text.inner_text() == "您对图书馆的开放时间满意吗？"
    page.check("#q-constructor-young")
    assert text.inner_text() == "图书馆开放的时间，你满意吗？"
    page.check("#q-toString-1")
    assert question.is_visible()
    assert "是否去过？" in page.locator("[role=status]").inner_text()
    page.check("#q-valueOf-yes")
    page.check("#q-toString-DK")
    assert question.is_hidden()
    page.check("#q-toString-2")
    assert page.is_checked("#q-valueOf-yes")  # what was answered before comes back
    page.click("#q-toString .clear")
    assert question.is_hidden()
    assert page.locator("#q-constructor .clear").count() == 0  # must be answered
    page.click("#to-en")
    assert page.is_checked("#q-constructor-young")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "Choices · Every kind of question"


def test_each_point_of_a_matrix_is_named_by_its_row_and_column(every, opened):
    page = opened(every)
    page.click("#codes")
    page.select_option("#jump", "1")
    page.click("#codes")
    for viewport in (PHONE, WIDE):
        page.set_viewport_size(viewport)
        assert page.get_by_role("radio", name="灯光与阅读环境 不满意", exact=True).count() == 1
        assert page.get_by_label("第 1 位").count() == 1


def test_a_page_that_was_jumped_over_is_come_back_to_at_the_end(every, opened):
    page = opened(every)
    page.click("#codes")
    page.select_option("#jump", "2")
    page.fill("#q-share-input", "1")
    page.click(".next")
    assert page.locator("h1").inner_text() == "选择"
    assert page.locator(".summary").is_visible()


def test_pages_with_nothing_to_show_are_skipped_and_counted_out(opened):
    page = opened(SURVEYS["staff-2025"])
    page.click(".next")
    page.check("#q-sRole-teach")
    assert page.locator("#progress").inner_text() == "第 1 页，共 7 页"
    page.check("#q-sRole-head")
    assert page.locator("#progress").inner_text() == "第 1 页，共 8 页"


def test_a_guardian_agrees_first(every, opened):
    page = opened(every)
    page.click(".next")
    assert page.locator(".summary").inner_text().startswith("有 1 处需要修改")
    assert page.locator(".summary").evaluate("node => node === document.activeElement")
    page.click(".summary a")
    page.keyboard.press("Space")
    page.click(".next")
    assert page.locator("#q-constructor").is_visible()


def test_options_are_shuffled_once_and_those_that_stand_apart_stay_last(every, opened):
    page, orders = opened(every, ""), set()
    for _ in range(5):
        page.reload()
        page.check("#guardian")
        page.click(".next")
        order = tuple(page.locator("#q-several [type=checkbox]").evaluate_all("all => all.map(each => each.value)"))
        assert order[4:] == ("oth", "none", "RF")
        orders.add(order)
        page.click("#to-en")
        assert (
            tuple(page.locator("#q-several [type=checkbox]").evaluate_all("all => all.map(each => each.value)"))
            == order
        )
    assert len(orders) > 1  # 24 orders: five times the same, once in 24^4


def test_a_questionnaire_in_one_language_has_no_switch(opened, tmp_path):
    text = "items: {q1: [{type: yes_no, text: {zh-Hans: 好吗？}}]}\nsurvey: {languages: [zh-Hans]}"
    (survey,) = surveys_of(text, tmp_path)
    assert opened(survey).locator("#to-en").count() == 0


def test_it_works_when_printed_and_without_motion(every, opened):
    page = opened(every, reduced_motion="reduce")
    page.check("#guardian")
    page.click(".next")
    page.emulate_media(media="print")
    assert page.locator(".next").is_hidden()
    assert page.locator("#q-constructor").is_visible()
