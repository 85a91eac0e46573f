"""The web preview in a real browser: routed as Python routes, and nothing gets in or out."""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import questionnaires
from tests.surveys import random_surveys
from tests.surveys.formats.previews import WAYS, answers_of, expected_table, routed_alike, table, walk
from tests.surveys.test_lint import surveys_of

from analysis.surveys.formats.parts import codes
from analysis.surveys.formats.preview.page import conditions_of, model_of, to_preview

pytestmark = pytest.mark.browser
SURVEYS = {survey.name: survey for survey in questionnaires()}
ROUTES = 2000
#: Those of the last wave always, those of the one before in the slow set; and where each answer is a click, fewer.
NAMES = [pytest.param(name, marks=[pytest.mark.slow] if name.endswith("2024") else []) for name in SURVEYS]
FEW = [pytest.param(n, marks=[] if n in {"students-2025", "parents-2025"} else [pytest.mark.slow]) for n in SURVEYS]


@pytest.mark.parametrize("name", NAMES)
def test_two_thousand_random_answers_route_as_in_python(name, opened):
    survey = SURVEYS[name]
    expected = routed_alike(opened(survey), survey, random.Random(name), ROUTES)
    assert len({tuple(each["shown"].values()) for each in expected}) > 3


def test_every_kind_of_item_routes_as_in_python(every, opened):
    routed_alike(opened(every), every, random.Random("every"), 1000)


def test_random_questionnaires_route_as_in_python(browser):
    page = browser.new_page()

    @settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
    @given(st.data())
    def held(data):
        with tempfile.TemporaryDirectory() as folder:
            *_, survey = data.draw(random_surveys.workspaces(Path(folder)))
            chance = random.Random(data.draw(st.integers(0, 2**32)))
            path = Path(folder) / "preview.html"
            path.write_text(to_preview(survey), encoding="utf-8")
            page.goto(path.as_uri())
            routed_alike(page, survey, chance, 20)

    held()
    page.close()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FEW)
def test_filled_along_three_routes_the_page_keeps_what_python_keeps(name, way, opened):
    page, raw = opened(SURVEYS[name]), answers_of(SURVEYS[name], way)
    walk(page, raw)
    assert table(page) == expected_table(SURVEYS[name], raw)


def test_codes_are_the_same_as_in_every_other_form(opened, every):
    for survey in (every, SURVEYS["staff-2025"]):
        page, found = opened(survey), {}
        page.click("#codes")
        for number in range(len(survey.questionnaire.sections)):
            page.select_option("#jump", str(number))
            found |= page.locator(".question").evaluate_all(f"nodes => Object.assign({{}}, ...nodes.map({CODES}))")
        assert found == codes(survey)


#: The codes of a question's controls, as they stand in the page.
CODES = """node => {
  const found = {}, codes = list => list.map(each => each.value).filter(value => value !== '');
  const ticks = [...node.querySelectorAll('input[type=radio], input[type=checkbox]')];
  for (const row of node.querySelectorAll('tbody tr')) {
    const inputs = [...row.querySelectorAll('input')];
    found[inputs[0].name.replace('.', '_')] = codes(inputs);
  }
  const ranks = [...node.querySelectorAll('select:first-of-type')].slice(0, 1).flatMap(list => [...list.options]);
  if (!node.querySelector('table') && (ticks.length || node.querySelector('.field')))
    found[node.dataset.code] = codes([...ranks, ...ticks]);
  const beside = node.querySelector('.write-in input');
  if (beside) found[beside.dataset.code] = [];
  return found;
}"""


def test_the_answers_can_be_taken_away_and_the_link_says_where(every, opened):
    page = opened(every, "?place=JA0123#fixed")
    assert "地点编码 JA0123" in page.inner_text("main")
    raw = answers_of(every, "first") | {
        "numbered": [1, 2],
        "day": "2025-02-03",
        "since": None,
        "code": "AB12",
        "words": "好",
    }
    walk(page, raw)
    assert table(page)["place"] == (True, ["JA0123"])
    with page.expect_download() as waiting:
        page.click(".download")
    kept = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert kept["preview"] is True
    assert kept["questionnaire"] == every.name
    answers = kept["answers"]
    assert answers.pop("place") == "JA0123"
    assert {code: answers[code] for code in ("several", "grid_one", "share", "ranks")} == {
        "several": ["a", "b"], "grid_one": 1, "share": 12, "ranks": ["a", "b", "c"],
    }  # fmt: skip
    assert set(answers) == set(codes(every))


@pytest.mark.parametrize(("name", "link"), [("students-2025", "?place=JA0123"), ("public-2025", "?place=<b>x")])
def test_a_place_is_kept_only_where_anybody_may_come_and_only_as_a_code(name, link, opened):
    assert "地点编码" not in opened(SURVEYS[name], link).inner_text("main")


#: Texts that would be markup, code or the end of a script if anything took them for more than texts.
PLAIN = ("<script>alert(1)</script>", "</script><script>window.hurt=1</script>", "<!--<script>", "${window.hurt=1}",
         "<img src=x onerror=window.hurt=1>", "&lt;b&gt; &amp;", "{{hurt}}", "$policy $model")  # fmt: skip
QUOTED = ("\"'`;window.hurt=1//", '\\";window.hurt=1//', "\u2028window.hurt=1\u2028x")


@pytest.mark.parametrize("text", [" ".join(PLAIN), " ".join(QUOTED)])
def test_hostile_texts_are_shown_as_they_are_and_never_run(text, opened, tmp_path):
    both = {"zh-Hans": text, "en": text}
    condition = "answered(q2)" if "'" in text else f'q2 == "{text}"'
    form = {
        "survey": {
            "title": both, "welcome": both, "closing": both, "analyses": {}, "consent": {"text": both, "privacy": both},
            "sections": [{"id": "s", "title": both, "text": both, "items": [
                {"item": "q1", "mandatory": True}, {"item": "q2"},
                {"item": "q3", "show_if": condition}]}],
        },
        "items": {
            "q1": [{"type": "single", "text": both, "help": both, "options": [{"code": "a", "text": both, "open": True},
                                                                             {"code": "b", "text": both}]}],
            "q2": [{"type": "text", "text": both}],
            "q3": [{"type": "numeric", "text": both, "unit": both}],
        },
    }  # fmt: skip
    (survey,) = surveys_of(json.dumps(form), tmp_path)
    page = opened(survey)
    assert page.locator("h1").text_content() == text
    assert "window.hurt=1" in page.title()
    page.click(".next")
    assert page.locator("#q-q1 .text").text_content() == text
    assert page.locator("#q-q1 .label").first.text_content() == text
    page.click(".next")
    assert text in page.locator(".summary a").text_content()
    page.check("#q-q1-a")
    page.fill("#q-q1-write-in", text)
    page.fill("#q-q2-input", text)
    assert page.locator("#q-q3").is_visible()
    page.click(".next")
    assert table(page)["q1Oth"] == (True, [text])
    assert page.evaluate("window.hurt") is None


def test_nothing_else_can_run_and_nothing_is_fetched(browser, every, tmp_path):
    path = tmp_path / "preview.html"
    path.write_text(to_preview(every), encoding="utf-8")
    page = browser.new_page()
    asked, refused = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: refused.append((request.url, request.failure)))
    page.goto(path.as_uri())
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.hurt = 1'}))"
    )
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('img'), {src: 'https://example.org/x.png'}))"
    )
    assert page.evaluate("fetch('https://example.org').then(() => 'fetched', () => 'refused')") == "refused"
    assert page.evaluate("window.hurt") is None
    assert {url for url in asked if url != path.as_uri()} == {url for url, _ in refused}
    assert {reason for _, reason in refused} == {"csp"}
    page.close()


def test_codes_that_are_numbers_are_numbers_in_the_page(every):
    model = model_of(every)
    items = {item["code"]: item for section in model["sections"] for item in section["items"]}
    assert [choice["value"] for choice in items["toString"]["choices"]] == [1, 2, 3, "DK", "RF"]
    assert [choice["value"] for choice in items["constructor"]["choices"]] == ["young", "other", "old"]
    assert "</" not in conditions_of(every)
