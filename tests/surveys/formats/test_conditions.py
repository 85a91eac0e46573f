"""One condition in every form's language: the same routes as the evaluator of three truth values."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import questionnaires
from tests.surveys import random_surveys
from tests.surveys.formats import expressions
from tests.surveys.formats.listing import listed

from analysis.surveys import is_shown
from analysis.surveys.decided import TRUE, Decided
from analysis.surveys.formats.conditions import LimeSurvey, XPath
from analysis.surveys.formats.lss.equations import condition_of
from analysis.surveys.formats.lss.reader import read_lss
from analysis.surveys.items import questions

ROUTES = 2000


def shown_in_limesurvey(survey, decided, given_answers):
    values = expressions.LimeSurvey(expressions.in_limesurvey(survey, given_answers))
    writer = LimeSurvey(decided)
    return {code: values.holds(writer.write(decided.shown(code))) for code in decided.asked}


def shown_in_xpath(survey, decided, given_answers):
    values, writer = expressions.instance(expressions.in_xpath(survey, given_answers)), XPath(decided)
    found = {}
    for code in decided.asked:
        node = decided.shown(code)
        found[code] = node == TRUE or expressions.holds_in_xpath(writer.write(node), values)
    return found


def some_answers(survey, chance: random.Random):
    """Answer as somebody would who is shown what is shown, and passes some."""
    given_answers = {}
    for each in survey.asked:
        shown = is_shown(survey, each, given_answers)
        for code, question in questions(each.code, each.item, survey.bank.options(each.item)).items():
            answered = shown and (each.item.type == "multiple" or chance.random() < 0.85)
            given_answers[code] = one_answer(each.item, question, chance) if answered else None
    return given_answers


def one_answer(item, question, chance):
    if question.kind == "choice":
        return chance.choice(question.codes)
    if question.kind == "choices":
        alone = {option.code for option in item.options if getattr(option, "exclusive", False)}
        if item.type == "multiple" and alone and chance.random() < 0.3:
            return [chance.choice(sorted(alone))]
        free = [code for code in question.codes if code not in alone]
        least = 1 if item.type == "ranking" else 0
        return chance.sample(free, chance.randint(least, min(len(free), item.most or len(free))))
    if question.kind == "number":
        return float(chance.randint(int(item.least), int(item.most)))
    return "wort"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(f"{name}-{wave}", marks=[pytest.mark.slow] if wave == 2024 else [])
        for name in ("students", "parents", "staff", "public")
        for wave in (2024, 2025)
    ],
)
def test_the_questionnaires_of_this_workspace_route_alike_in_every_language(name):
    survey = next(each for each in questionnaires() if each.name == name)
    decided, chance = Decided(survey), random.Random(name)
    seen = set()
    for _ in range(ROUTES):
        given_answers = some_answers(survey, chance)
        expected = {each.code: is_shown(survey, each, given_answers) for each in survey.asked}
        seen.add(tuple(expected.values()))
        assert shown_in_limesurvey(survey, decided, given_answers) == expected
        assert shown_in_xpath(survey, decided, given_answers) == expected
    assert len(seen) > 3


@pytest.mark.slow
@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_random_questionnaires_route_alike_in_every_language(data):
    with tempfile.TemporaryDirectory() as folder:
        *_, survey = data.draw(random_surveys.workspaces(Path(folder)))
        given_answers = data.draw(random_surveys.answers(survey))
        for each in survey.asked:
            if each.item.type == "ranking" and given_answers[each.code] == []:
                given_answers[each.code] = None  # nothing ranked is no answer in any form
        decided = Decided(survey)
        expected = {each.code: is_shown(survey, each, given_answers) for each in survey.asked}
        assert shown_in_limesurvey(survey, decided, given_answers) == expected
        assert shown_in_xpath(survey, decided, given_answers) == expected


@pytest.mark.slow
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_equations_of_limesurvey_are_read_back_with_the_same_routes(data):
    with tempfile.TemporaryDirectory() as folder:
        *_, survey = data.draw(random_surveys.workspaces(Path(folder)))
        from analysis.surveys.formats.lss.structure import to_lss

        text = to_lss(survey).decode().replace("<duzheng>", "<other>").replace("</duzheng>", "</other>")
        imported = read_lss(text.encode(), "x.lss", id="random", wave=2020)
        again = imported.survey()
        given_answers = data.draw(random_surveys.answers(survey))
        for each in survey.asked:
            if each.item.type == "ranking" and given_answers[each.code] == []:
                given_answers[each.code] = None
        if not listed(imported):
            for each, other in zip(survey.asked, again.asked, strict=True):
                assert is_shown(again, other, given_answers) is is_shown(survey, each, given_answers), other.use.show_if


@pytest.mark.parametrize(
    ("equation", "condition"),
    [
        ("1", ""),
        ("", ""),
        ("((stage.NAOK == 'A1'))", 'stage == "A1"'),
        ('stage.NAOK == "A1" or stage.NAOK == "A2"', 'stage in ["A1", "A2"]'),
        ("!is_empty(age.NAOK) && age.NAOK >= 12", "age >= 12"),
        ("!is_empty(age)", "answered(age)"),
        ("age > 3 and clubs_art.NAOK == 'Y'", 'age > 3 and "art" in clubs'),
        ("clubs_art != 'Y'", 'not answered(clubs) or "art" not in clubs'),
    ],
)
def test_equations_are_read(equation, condition):
    from analysis.surveys.formats.lss.equations import Name

    names = {"stage": Name("stage"), "age": Name("age"), "clubs_art": Name("clubs", "art")}
    assert condition_of(equation, names) == condition


@pytest.mark.parametrize(
    "equation", ["age + 1 > 3", "regexMatch('/x/', age)", "unknown == 1", "age", "(age > 1", "{age}"]
)
def test_what_cant_be_said_is_refused(equation):
    from analysis.surveys.formats.lss.equations import Name, UnplacedError

    with pytest.raises(UnplacedError):
        condition_of(equation, {"age": Name("age")})
