"""Interviews on LimeSurvey's own pages, in a browser: what is seen there, and how it is filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Page
from tests.surveys.limesurvey.respondents import Respondent, names_of, opens, routed, shown, told

from analysis.messages import Language, pick
from analysis.surveys import Survey, is_shown
from analysis.surveys.formats.lss.structure import LANGUAGES
from analysis.surveys.formats.parts import choices
from analysis.surveys.items import WRITTEN_IN, Date, Information, Matrix, Multiple, Numeric, OpenText, Ranking
from analysis.surveys.limesurvey.answers import fields_of
from analysis.surveys.logic import holds
from analysis.surveys.survey import Asked

#: What is visible of the questions on a page, in order; what has no box of its own on the screen is not.
SEEN = """() => {
  const ticked = field => ['radio', 'checkbox'].includes(field.type);
  const visible = node => node.checkVisibility({visibilityProperty: true});
  return [...document.querySelectorAll('.question-container')].filter(visible).map(node => {
    const fields = [...node.querySelectorAll('.answer-container :is(input, select, textarea)')].filter(
      field => field.type !== 'hidden' && field.name);
    const inside = field => field.closest('li, td, tr') || field;
    return {
      id: node.id.replace('question', ''),
      text: (node.querySelector('.ls-label-question') || node).innerText,
      options: fields.filter(field => ticked(field) && visible(inside(field))).map(
        field => [field.name, field.value]),
      ranked: [...node.querySelectorAll('.sortable-item')].filter(visible).map(item => item.dataset.value),
      answers: fields.filter(field => field.value && (field.checked || !ticked(field))).map(
        field => [field.name, field.value]),
    };
  });
}"""


def plain(text: str) -> str:
    """Give a text as it is read: signs that break lines are as good as blanks."""
    return " ".join(text.split())


@dataclass(frozen=True)
class Form:
    """A survey on a server: which field is which question."""

    survey: Survey
    fields: Mapping[str, str]  #: of pages, by their names in exports
    codes: Mapping[str, str]  #: of questions, by the number that the server gave them

    @classmethod
    def of(cls, connection: Any, survey: Survey, sid: int) -> Form:
        """Ask the server."""
        told_of = connection.call("get_fieldmap", sid, repeat=True)
        codes = {str(each["qid"]): each["title"] for each in told_of.values() if each.get("qid")}
        return cls(survey, fields_of(told_of), codes)

    @property
    def names(self) -> dict[str, str]:
        """The names in exports, by field."""
        return {field: name for name, field in self.fields.items()}


@dataclass(frozen=True)
class Seen:
    """A question on a page."""

    code: str
    text: str
    options: tuple[tuple[str, str], ...]  #: what can be ticked: names in exports, and values
    ranked: tuple[str, ...]
    answers: dict[str, str]


class Interview:
    """One respondent at one browser's page."""

    def __init__(self, page: Page, form: Form, language: Language = "zh-Hans") -> None:
        self.page, self.form, self.survey, self.language = page, form, form.survey, language
        self.pages = 0

    def open(self, link: str) -> None:
        """Follow a link, agree, and go to the first page."""
        sign = "&" if "?" in link else "?"
        self.page.goto(f"{link}{sign}lang={quote(LANGUAGES[self.language])}")
        agreed = self.page.locator("label[for=datasecurity_accepted]")
        if agreed.count():
            agreed.click()
        self.move("movenext")

    def move(self, where: str) -> None:
        """Press a button: ``movenext``, ``moveprev`` or ``movesubmit``."""
        with self.page.expect_navigation():
            self.page.locator(f"button[name=move][value={where}]:visible").click()
        self.pages += 1

    def onward(self) -> None:
        """Go to the next page, or hand in on the last."""
        self.move("movesubmit" if self.page.locator("button[value=movesubmit]:visible").count() else "movenext")

    @property
    def finished(self) -> bool:
        """Whether the server said thanks."""
        return self.page.locator(".completed-wrapper, .completed-text").count() > 0

    def seen(self) -> list[Seen]:
        """Look at the page."""
        names = self.form.names
        return [
            Seen(
                self.form.codes[each["id"]], plain(each["text"]),
                tuple((names[name], value) for name, value in each["options"]), tuple(each["ranked"]),
                {names[name]: value.replace("\r\n", "\n") for name, value in each["answers"]},
            ) for each in self.page.evaluate(SEEN)
        ]  # fmt: skip

    def hold(self, section: str, given: Mapping[str, Any]) -> list[Seen]:
        """Hold the page to our routing."""
        seen, expected = self.seen(), shown(self.survey, section, given)
        found = [each.code for each in seen]
        assert found == expected, f"{found} on the page, {expected} in {section} by our routing, given {given}"
        return seen

    def hold_texts(self, seen: Sequence[Seen], given: Mapping[str, Any]) -> None:
        """Hold every question on the page to its words, rows and options."""
        asked = {each.code: each for each in self.survey.asked}
        simple = self.survey.simple is not None and holds(self.survey.simple, given) is True
        for there in seen:
            if there.code not in asked:
                continue
            each = asked[there.code]
            text = each.item.simple if simple and each.item.simple else each.item.text
            assert there.text == plain(pick(text, self.language)), there
            codes = [choice.code for choice in choices(each, self.survey.bank)]
            match each.item:
                case Information() | Numeric() | Date() | OpenText():
                    expected: list[tuple[str, str]] = []
                case Multiple():
                    expected = [(f"{each.code}[{code}]", "Y") for code in codes]
                case Matrix():
                    expected = [(f"{each.code}[{row.code}]", code) for row in each.item.rows for code in codes]
                case Ranking():
                    assert sorted(there.ranked) == sorted(codes)
                    expected = []
                case _:
                    expected = [(each.code, code) for code in codes]
            random_order = getattr(each.item, "random", False)
            order = sorted if random_order else list
            assert order(there.options) == order(expected), there

    def fill(self, each: Asked, given: Mapping[str, Any]) -> None:
        """Answer a question on the page, whatever stands there."""
        item, wanted = each.item, told(self.survey, each, given)
        if isinstance(item, Information):
            return
        if isinstance(item, Multiple):
            self._tick(each, wanted)
        elif isinstance(item, Ranking):
            self._rank(each, list(wanted.values()))
        elif isinstance(item, Matrix):
            for name, value in wanted.items():
                self.page.locator(f'td:has(> input[name="{self.form.fields[name]}"][value="{value}"])').click()
        elif isinstance(item, Numeric | Date | OpenText):
            self.write(each.code, wanted.get(each.code, ""))
        elif wanted:
            self.page.locator(f'label[for="answer{self.form.fields[each.code]}{wanted[each.code]}"]').click()
        if opens(self.survey, each, given):
            self.write(f"{each.code}{WRITTEN_IN}", given.get(f"{each.code}{WRITTEN_IN}", ""))

    def write(self, code: str, text: str) -> None:
        """Type into a field, and leave it."""
        there = self.page.locator(f'[name="{self.form.fields[code]}"]')
        there.fill(text)
        there.press("Tab")

    def _tick(self, each: Asked, wanted: Mapping[str, str]) -> None:
        boxes = {name: field for name, field in self.form.fields.items() if name.startswith(f"{each.code}[")}
        for state in (False, True):
            for name, box in boxes.items():
                there = self.page.locator(f"#answer{box}")
                if (name in wanted) is state and there.is_checked() is not state:
                    self.page.locator(f'label[for="answer{box}"]').click()

    def _rank(self, each: Asked, wanted: Sequence[str]) -> None:
        number = next(number for number, code in self.form.codes.items() if code == each.code)
        left, right = (self.page.locator(f"#sortable-{side}-{number} .sortable-item") for side in ("choice", "rank"))
        while right.count():
            right.first.dblclick()
        for code in wanted:
            self.page.locator(f'#sortable-choice-{number} [data-value="{code}"]').dblclick()
        assert right.evaluate_all("all => all.map(each => each.dataset.value)") == list(wanted), left


def answer_page(
    interview: Interview, section: str, given: dict[str, Any], respondent: Respondent, again: Sequence[str] = ()
) -> dict[str, Any]:
    """Answer what a page asks, its routing held to ours after each answer; give all answers then.

    Questions that were answered before keep their answers, which must stand there, but those that are answered again.
    """
    survey, known = interview.survey, routed(interview.survey, given)
    interview.hold_texts(interview.hold(section, given), known)
    for each in survey.asked:
        if each.section.id != section or not is_shown(survey, each, known):
            continue
        (there,) = [seen.answers for seen in interview.seen() if seen.code == each.code]
        before = {code for code in given if code in names_of(each)}
        if before and each.code not in again:
            assert there == told(survey, each, given), (each.code, there)
            continue
        given = {code: value for code, value in given.items() if code not in before}
        given |= respondent.answer(each, must=bool(there))
        known = routed(survey, given)
        given = {code: value for code, value in given.items() if code in known}
        interview.fill(each, given)
        (seen,) = [seen for seen in interview.hold(section, given) if seen.code == each.code]
        assert seen.answers == told(survey, each, given), each.code
    return given


def pages(survey: Survey, given: Mapping[str, Any]) -> list[str]:
    """Give the sections that have something to show, in order."""
    return [section.id for section in survey.questionnaire.sections if shown(survey, section.id, given)]


def journey(interview: Interview, respondent: Respondent, *, turns: int = 0) -> dict[str, Any]:
    """Answer from the first page to the last, turn back now and then to answer otherwise, and hand in."""
    survey, chance, given, again = interview.survey, respondent.chance, dict[str, Any](), list[str]()
    at = pages(survey, given)[0]
    while True:
        given = answer_page(interview, at, given, respondent, again)
        again, order = [], pages(survey, given)
        place = order.index(at)
        if turns and place and (place == len(order) - 1 or chance.random() < 0.3):
            turns -= 1
            steps = chance.randint(1, place)
            for _ in range(steps):
                interview.move("moveprev")
            at = order[place - steps]
            again = [each.code for each in survey.asked if each.section.id == at and chance.random() < 0.7]
            continue
        interview.onward()
        if place == len(order) - 1:
            assert interview.finished
            return given
        at = order[place + 1]
