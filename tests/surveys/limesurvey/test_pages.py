"""Respondents go through the server's own pages: its routing is ours, and what is collected is what they gave.

Pages can't be replayed: these tests need a server that may be written to, and a browser.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page
from tests.browser import chromium
from tests.conftest import ROOT, questionnaires
from tests.surveys import random_surveys
from tests.surveys.conftest import EVERY
from tests.surveys.formats.previews import PHONE
from tests.surveys.limesurvey.conftest import TALKS, delete
from tests.surveys.limesurvey.interviews import Form, Interview, answer_page, journey, pages, plain
from tests.surveys.limesurvey.respondents import Respondent, differences, told
from tests.surveys.test_lint import surveys_of

from analysis.messages import pick
from analysis.surveys import Survey
from analysis.surveys.limesurvey.apply import apply
from analysis.surveys.limesurvey.collect import collect
from analysis.surveys.limesurvey.connection import connect, server_of
from analysis.surveys.limesurvey.fielding import activate, close
from analysis.surveys.limesurvey.participants import access_codes, link, register
from analysis.surveys.limesurvey.plan import make_plan
from analysis.surveys.places import place_code
from analysis.surveys.pseudonyms import pseudonym
from analysis.surveys.questionnaire import Probability

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.limesurvey,
    pytest.mark.skipif(not TALKS, reason="pages can't be replayed: set LIMESURVEY_URL to a server for tests"),
]
SURVEYS = {survey.name: survey for survey in questionnaires()}
KEY, PLACES = b"a key for these tests", b"a key of places for these tests"
#: What matches the pattern of the item ``code``.
PATTERNS = {"code": ("AB12", "ZZ9876", "QX00")}
WIDE = {"width": 1100, "height": 900}
LONG_AGO = dt.datetime(2020, 1, 1)  # noqa: DTZ001  the server's clock has no zone
#: Respondents of each questionnaire: language, window, and how often they turn back.
MANNERS = (("zh-Hans", WIDE, 1), ("zh-Hans", PHONE, 0), ("en", WIDE, 1))
#: A second press on a button before the first was answered.
TWICE = "all => { all[0].click(); all[0].click(); }"
#: A ranking that must be answered, whose number of ranks is not limited.
RANKED = """
survey:
  languages: [zh-Hans]
  selection: {kind: open, channels: [qr]}
  analyses: {}
  sections:
    - {id: one, title: {zh-Hans: 一}, items: [{item: order, mandatory: true}]}
    - {id: two, title: {zh-Hans: 二}, items: [{item: well}]}
items:
  order:
    - type: ranking
      text: {zh-Hans: 先后？}
      missing: [refused]
      options: [{code: a, text: {zh-Hans: 甲}}, {code: b, text: {zh-Hans: 乙}}]
  well: [{type: yes_no, text: {zh-Hans: 好吗？}}]
"""
#: What is filled in against a rule, by section and field of every kind of question; of several options, what is ticked.
WRONG = [
    ("first", "several", ["a"]), ("first", "several", ["a", "b", "c", "d"]),
    ("third", "whole", "15"), ("third", "whole", "-1"), ("third", "whole", "1.5"), ("third", "whole", "１２"),
    ("third", "share", "三"), ("third", "share", "１.５"), ("third", "share", "12.5"),
    ("third", "day", "2024-12-31"), ("third", "day", "31/12/2025"), ("third", "code", "AB"), ("third", "code", "ＡB12"),
]  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def connection():
    """A session on the server itself: nothing is recorded."""
    with connect(server_of()) as opened:
        yield opened


@pytest.fixture(scope="module")
def every(tmp_path_factory):
    (survey,) = surveys_of(EVERY, tmp_path_factory.mktemp("every"))
    return survey


@dataclass
class Field:
    """A questionnaire in the field."""

    connection: Any
    browser: Browser
    survey: Survey
    sid: int
    root: Any
    links: list[str]
    log: pd.DataFrame | None

    def page(self, size=WIDE) -> Page:
        """Open a browser that knows nothing yet."""
        page = self.browser.new_context(viewport=size).new_page()
        page.set_default_timeout(20_000)
        return page

    def interview(self, number: int, language="zh-Hans", size=WIDE) -> Interview:
        """Begin an interview."""
        interview = Interview(self.page(size), Form.of(self.connection, self.survey, self.sid), language)
        interview.open(self.links[number])
        return interview

    def respondent(self, seed: int) -> Respondent:
        return Respondent(self.survey, random.Random(seed), PATTERNS)

    def collected(self) -> pd.DataFrame:
        """Collect what was answered."""
        given = {} if self.log is None else {"log": self.log}
        wave = collect(self.connection, self.survey, self.sid, self.root, KEY, places=PLACES, margins=(), **given)
        return wave.responses

    def counts(self) -> tuple[int, int]:
        """Count interviews that were finished, and others."""
        told = self.connection.call("get_summary", self.sid)
        return int(told["completed_responses"]), int(told["incomplete_responses"])


@pytest.fixture
def field(connection, number, browser, tmp_path):
    """Plan, apply and open a questionnaire, with a link for each respondent."""
    opened = []

    def of(survey: Survey, sid: int, respondents: int) -> Field:
        delete(connection, number(sid))
        apply(connection, make_plan(connection, survey, sid), survey, folder=tmp_path / "plans")
        root = tmp_path / f"{sid}-{len(opened)}"
        root.mkdir()
        opened.append(root)
        for name in ("workspace.yaml", "surveys"):
            (root / name).symlink_to(ROOT / name)
        selection = survey.questionnaire.selection
        if isinstance(selection, Probability):
            links, log = drawn(connection, selection, sid, respondents, root)
        else:
            activate(connection, sid)
            links, log = [by_place(connection, survey, sid, n) for n in range(respondents)], None
        return Field(connection, browser, survey, sid, root, links, log)

    yield of
    for context in browser.contexts:
        context.close()


def by_place(connection, survey, sid, n):
    """Give the link of a place."""
    address = link(connection.server.url, sid, "").removesuffix("token=").rstrip("?&")
    sign = "&" if "?" in address else "?"
    return f"{address}{sign}place={place_code(f's-{n}', survey.name, PLACES)}&newtest=Y"


def drawn(connection, selection, sid, respondents, root):
    """Register participants; give their links, and the log of their draw."""
    names = [name for name in dict.fromkeys([selection.psu, *selection.strata]) if name]
    activate(connection, sid, anonymous=False, participants=names)
    persons = pd.DataFrame({"person": [f"p{n}" for n in range(respondents)], **{name: f"{name}-1" for name in names}})
    register(connection, sid, persons, journal=root / "journal.jsonl")
    links = access_codes(connection, sid).set_index("person")["link"]
    log = persons[names].drop_duplicates().assign(places=9, places_drawn=1, persons=90, persons_drawn=respondents)
    return [links[f"p{n}"] for n in range(respondents)], log


def is_of(row, survey, n):
    """Tell whether an interview is that of a respondent, by its link."""
    if isinstance(survey.questionnaire.selection, Probability):
        return row["person"] == pseudonym(f"p{n}", KEY, survey.questionnaire.id)
    return row["place"] == f"s-{n}"


def answered(here: Field, seed: int) -> None:
    """Let respondents answer to the end, and hold what is collected to what they gave."""
    given = []
    for n, (language, size, turns) in enumerate(MANNERS[: len(here.links)]):
        language = language if language in here.survey.questionnaire.languages else "zh-Hans"  # noqa: PLW2901
        interview = here.interview(n, language, size)
        given.append((language, journey(interview, here.respondent(seed + n), turns=turns)))
        interview.page.context.close()
    found = here.collected().to_dict("records")
    assert len(found) == len(given)
    for n, ((language, gave), row) in enumerate(zip(given, found, strict=True)):
        assert differences(here.survey, gave, row) == []
        assert (row["completed"], row["language"], is_of(row, here.survey, n)) == (True, language, True)


def to_last(
    interview: Interview, respondent: Respondent, stop: str = "", at: str = "", gave: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Answer from the first page, or another, up to one that is answered, too, and not left: the last if not named."""
    survey, gave = interview.survey, gave or {}
    at = at or pages(survey, gave)[0]
    while True:
        gave = answer_page(interview, at, gave, respondent)
        order = pages(survey, gave)
        if at == (stop or order[-1]):
            return gave
        interview.onward()
        at = order[order.index(at) + 1]


# --- the same routes


@pytest.mark.parametrize("name", SURVEYS)
def test_pages_show_what_our_routing_shows_and_answers_come_back(field, name):
    sid = 520_300 + list(SURVEYS).index(name)
    answered(field(SURVEYS[name], sid, len(MANNERS)), seed=sid)


def test_every_kind_of_question_is_answered_on_pages_and_comes_back(field, every):
    answered(field(every, 520_320, len(MANNERS)), seed=4)


@settings(
    max_examples=4, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_pages_of_random_questionnaires_follow_the_same_routes(data, field, tmp_path_factory):
    *_, survey = data.draw(random_surveys.workspaces(tmp_path_factory.mktemp("random")))
    answered(field(survey, 520_321, 1), seed=data.draw(st.integers(0, 999)))


def test_a_route_that_somebody_opened_by_hand_is_noticed(field):
    survey = SURVEYS["public-2025"]
    here = field(survey, 520_322, 1)
    numbers = {each["title"]: int(each["qid"]) for each in here.connection.call("list_questions", here.sid, None, "en")}
    here.connection.call("set_question_properties", numbers["rSuggest"], {"relevance": "1"}, "en")
    interview = here.interview(0)
    respondent = Respondent(survey, random.Random(1), {"rRole": ["res"]})
    with pytest.raises(AssertionError, match=r"rSuggest.* on the page"):
        to_last(interview, respondent)


# --- what goes wrong on pages


def test_handing_in_twice_gives_one_answer(field):
    """Twice pressed, loaded again, and pressed on the page that the browser still has."""
    here = field(SURVEYS["staff-2025"], 520_330, 1)
    interview = here.interview(0)
    page = interview.page
    gave = to_last(interview, here.respondent(1))
    last = page.content()
    with page.expect_navigation():
        page.locator("button[value=movesubmit]:visible").evaluate_all(TWICE)
    page.wait_for_load_state()
    assert here.counts() == (1, 0)
    page.reload()
    assert here.counts() == (1, 0)
    page.set_content(last)
    with page.expect_navigation():
        page.locator("button[value=movesubmit]:visible").click()
    assert not interview.finished
    assert here.counts() == (1, 0)
    (row,) = here.collected().to_dict("records")
    assert differences(here.survey, gave, row) == []


@pytest.mark.parametrize(("language", "words"), [("zh-Hans", "已经被使用"), ("en", "already been used")])
def test_a_link_that_was_used_says_so(field, language, words):
    here = field(SURVEYS["staff-2025"], 520_331, 1)
    interview = here.interview(0, language)
    to_last(interview, here.respondent(2))
    interview.onward()
    assert interview.finished
    for page in (interview.page, here.page()):
        page.goto(f"{here.links[0]}&lang={language}")
        assert words in page.inner_text("body")
        assert page.locator("button[name=move]").count() == 0
    assert here.counts() == (1, 0)


@pytest.mark.parametrize("kept", ["N", "Y"])
def test_who_lost_the_session_goes_on_with_the_link_and_is_counted_once(field, kept):
    """From the beginning, or from the last page that was sent where the server may show a participant's answers."""
    here = field(SURVEYS["staff-2025"], 520_332, 1)
    here.connection.call("set_survey_properties", here.sid, {"tokenanswerspersistence": kept})
    interview = here.interview(0)
    gave = to_last(interview, here.respondent(3), "fairness")
    interview.onward()
    interview.page.context.clear_cookies()
    interview.page.locator("button[name=move]:visible").last.click()
    interview.page.wait_for_load_state()
    assert interview.page.locator(".question-container").count() == 0
    if kept == "Y":
        interview.page.goto(here.links[0])
        gave = to_last(interview, here.respondent(4), at="fairness", gave=gave)
    else:
        interview.open(here.links[0])
        gave = to_last(interview, here.respondent(4))
    interview.onward()
    assert here.counts() == (1, 0 if kept == "Y" else 1)
    found = here.collected()
    assert found["person"].unique().tolist() == [pseudonym("p0", KEY, "staff")]
    (row,) = found[found["completed"]].to_dict("records")
    assert differences(here.survey, gave, row) == []


def test_two_windows_of_one_participant_give_one_answer(field):
    here = field(SURVEYS["staff-2025"], 520_333, 1)
    first = here.interview(0)
    gave = to_last(first, here.respondent(5), "fairness")
    first.onward()
    second = Interview(first.page.context.new_page(), first.form)
    second.page.goto(here.links[0])
    to_last(second, here.respondent(6), at="place", gave=gave)
    first.page.locator("button[value=movenext]:visible").click()
    first.page.wait_for_load_state()
    assert here.counts() == (0, 1)
    second.onward()
    assert sum(here.counts()) == 1


def test_a_mandatory_question_keeps_the_page_and_what_was_filled_in(field):
    survey = SURVEYS["staff-2025"]
    here = field(survey, 520_334, 1)
    interview = here.interview(0)
    respondent = here.respondent(7)
    years = next(each for each in survey.asked if each.code == "sYears")
    said = respondent.answer(years, must=True)
    interview.fill(years, said)
    interview.onward()
    assert "必答" in interview.page.inner_text("body")
    seen = {each.code: each.answers for each in interview.seen()}
    assert seen == {"sRole": {}, "sStage": {}, "sYears": told(survey, years, said)}


@pytest.mark.parametrize(("language", "words"), [("zh-Hans", "已过期"), ("en", "expired")])
def test_a_closed_survey_says_so_before_and_within_an_interview(field, language, words):
    here = field(SURVEYS["staff-2025"], 520_335, 2)
    interview = here.interview(0, language)
    to_last(interview, here.respondent(8), "about")
    close(here.connection, here.sid, LONG_AGO)
    interview.page.locator("button[value=movenext]:visible").click()
    interview.page.wait_for_load_state()
    assert words in interview.page.inner_text("body")
    page = here.page()
    page.goto(f"{here.links[1]}&lang={language}")
    assert words in page.inner_text("body")
    assert page.locator("button[name=move]").count() == 0
    assert here.counts() == (0, 1)


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_respondents_read_what_they_agree_to_and_begin_only_then(field, every, language):
    here = field(every, 520_336, 1)
    page = here.page(PHONE)
    page.goto(f"{here.links[0]}&lang={language}")
    head = every.questionnaire
    read = plain(page.inner_text("body"))
    for text in (head.title, head.welcome, head.consent.text, head.consent.privacy, head.consent.guardian):
        assert read.count(plain(pick(text, language))) == 1, text
    page.locator("button[value=movenext]:visible").click()
    assert page.locator(".question-container").count() == 0
    page.locator("label[for=datasecurity_accepted]").click()
    with page.expect_navigation():
        page.locator("button[value=movenext]:visible").click()
    assert page.locator(".question-container").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def press(interview: Interview) -> list[str]:
    """Press on, whatever comes of it; give what is shown then."""
    interview.page.locator("button:is([value=movenext], [value=movesubmit]):visible").click()
    interview.page.wait_for_load_state("networkidle")
    said = interview.page.locator(".modal.show")
    if said.count():
        said.locator("[data-bs-dismiss]").first.click()
        said.wait_for(state="hidden")
    return [each.code for each in interview.seen()]


def put(interview: Interview, code: str, wrong: Any) -> None:
    """Fill in what breaks a rule."""
    if isinstance(wrong, str):
        interview.write(code, wrong)
    else:
        interview.fill(next(each for each in interview.survey.asked if each.code == code), {code: wrong})


def only(here: Field, **answers: Any) -> Respondent:
    """Give a respondent who answers some items so that all pages come, and everything can be filled in."""
    given = {**PATTERNS, "several": [["a", "b"]], "numbered": [["1", "2"]], **answers}
    return Respondent(here.survey, random.Random(1), given)


def test_what_breaks_a_rule_keeps_its_page_until_it_is_mended(field, every):
    here = field(every, 520_337, 1)
    interview, respondent, gave = here.interview(0), only(here), {}
    for section in ("first", "second", "third"):
        gave = answer_page(interview, section, gave, respondent)
        for _, code, wrong in (each for each in WRONG if each[0] == section):
            put(interview, code, wrong)
            assert code in press(interview), wrong
            each = next(each for each in every.asked if each.code == code)
            interview.fill(each, gave)
            interview.hold(section, gave)
        interview.onward()
    assert interview.finished
    (row,) = here.collected().to_dict("records")
    assert differences(every, gave, row) == []


@pytest.mark.parametrize(("section", "code", "wrong"), [("second", "ranks", ["a", "DK"]), ("third", "share", "8.55")])
def test_what_collecting_refuses_keeps_its_page(field, every, section, code, wrong):
    here = field(every, 520_338, 1)
    interview = here.interview(0)
    to_last(interview, only(here), section)
    put(interview, code, wrong)
    assert code in press(interview)


@pytest.mark.parametrize("given", [{"order": ["b"]}, {"order": ["b", "a"]}, {"order[missing]": "RF"}])
def test_a_ranking_that_must_be_answered_is_so_by_one_rank(field, tmp_path, given):
    (survey,) = surveys_of(RANKED, tmp_path / "ranked")
    here = field(survey, 520_339, 1)
    interview = here.interview(0)
    interview.fill(survey.asked[0], given)
    assert press(interview) == ["well"]


def test_an_answer_that_matches_its_pattern_is_not_called_wrong(field, every):
    here = field(every, 520_340, 1)
    interview = here.interview(0)
    to_last(interview, only(here), "second")
    interview.onward()
    interview.write("code", "AB12")
    assert interview.page.locator(".em_regex_validation.ls-em-error").count() == 0
