"""Proofs: what the solver decides is what the evaluator finds, and every claim has a route that shows it."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pytest
import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.surveys import random_surveys, test_logic
from tests.surveys.test_lint import surveys_of

from analysis.surveys import is_shown, prove
from analysis.surveys.encoding import Encoding, routes
from analysis.surveys.expressions import parse
from analysis.surveys.logic import holds
from analysis.surveys.proof import as_text

SLOW = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def _fixed(encoding, answers):
    """Say in the solver's terms what was answered."""
    found = []
    for code, variable in encoding.variables.items():
        answer = answers.get(code)
        found.append(variable.answered == (answer is not None))
        if variable.chosen is not None:
            found += [held == (option in (answer or ())) for option, held in variable.chosen.items()]
        elif answer is not None and variable.question.kind == "date":
            found.append(variable.value == dt.date.fromisoformat(answer).toordinal())
        elif answer is not None:
            found.append(variable.value == encoding.number(answer))
    return found


def _truth(encoding, node, model):
    """Give the solver's truth value of a condition: true, false, or None for unknown."""
    truth = encoding.truth(node)
    true, false = (bool(model.eval(part, model_completion=True)) for part in (truth.true, truth.false))
    return {(True, False): True, (False, True): False, (False, False): None}[true, false]


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(test_logic.CONDITIONS, st.lists(test_logic.RESPONDENTS, min_size=4, max_size=4))
def test_random_conditions_have_the_same_three_truth_values_in_the_solver(text, respondents):
    node = parse(text)
    encoding = Encoding(test_logic.QUESTIONS)
    for respondent in respondents:
        solver = z3.Solver()
        solver.add(_fixed(encoding, respondent))
        assert solver.check() == z3.sat
        assert _truth(encoding, node, solver.model()) is holds(node, respondent), (text, respondent)


@SLOW
@given(st.data())
def test_random_routings_are_answered_alike_by_evaluator_and_solver(data):
    with tempfile.TemporaryDirectory() as folder:
        *_, survey = data.draw(random_surveys.workspaces(Path(folder)))
        ways = routes(survey)
        given_answers = data.draw(random_surveys.answers(survey))
        solver = z3.Solver()
        solver.add(_fixed(ways.encoding, given_answers))
        assert solver.check() == z3.sat
        model = solver.model()
        for each in survey.asked:
            shown = bool(model.eval(ways.shown[each.code], model_completion=True))
            assert shown is is_shown(survey, each, given_answers), each.use.show_if
            if each.condition is not None:
                found = _truth(ways.encoding, each.condition, model)
                assert found is holds(each.condition, given_answers), each.use.show_if
        # What somebody can answer is never against the rules that the proofs start from.
        solver.add(ways.all_rules())
        assert solver.check() == z3.sat


@pytest.mark.slow
@SLOW
@given(st.data())
def test_what_somebody_was_shown_is_proved_to_be_reachable(data):
    with tempfile.TemporaryDirectory() as folder:
        *_, survey = data.draw(random_surveys.workspaces(Path(folder)))
        claims = {(claim.kind, claim.of): claim for claim in prove(survey)}
        given_answers = data.draw(random_surveys.answers(survey))
        for each in survey.asked:
            if is_shown(survey, each, given_answers):
                assert claims["reachable", each.code].holds
            elif each.condition is not None and ("needed", each.code) in claims:
                section = survey.sections[each.section.id]
                if section is None or holds(section, given_answers) is True:
                    assert claims["needed", each.code].holds


ITEMS = """
items:
  age:
    - {version: 1, type: numeric, least: 6, most: 18, text: {zh-Hans: 几岁？, en: How old?}}
  boards:
    - {version: 1, type: yes_no, text: {zh-Hans: 住校吗？, en: Do you board?}}
  dorm:
    - {version: 1, type: yes_no, text: {zh-Hans: 宿舍好吗？, en: Is the dormitory good?}}
  clubs:
    - version: 1
      type: multiple
      text: {zh-Hans: 参加什么？, en: Which clubs?}
      options:
        - {code: art, text: {zh-Hans: 艺术, en: Arts}}
        - {code: none, text: {zh-Hans: 没有, en: None}, exclusive: true}
survey:
  minutes: MINUTES
  sections:
    - id: s
      title: {zh-Hans: 问题, en: Questions}
      items:
        - {item: age, mandatory: true}
        - {item: boards, show_if: 'age >= 12'}
        - {item: clubs}
        - {item: dorm, show_if: 'CONDITION'}
  analyses: {items: [age, boards, clubs, dorm]}
"""


def claims_of(condition: str, folder: Path, minutes: float = 10):
    text = ITEMS.replace("CONDITION", condition).replace("MINUTES", f"{minutes}")
    (survey,) = surveys_of(text, folder)
    return survey, {(claim.kind, claim.of): claim for claim in prove(survey)}


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("age > 18", "its condition age > 18 contradicts age, which takes certain answers only"),
        ('boards == "yes" and age < 12', "contradicts boards, which is shown if age >= 12"),
        ('"art" in clubs and "none" in clubs', "contradicts clubs, which takes certain answers only"),
        ("count(clubs) > 1", "contradicts clubs"),
        ("answered(boards) and not answered(age)", "contradicts"),
    ],
)
def test_a_contradiction_names_what_contradicts(condition, reason, tmp_path):
    _, claims = claims_of(condition, tmp_path)
    assert not claims["reachable", "dorm"].holds
    assert reason in claims["reachable", "dorm"].reason


@pytest.mark.parametrize("condition", ["age >= 6", "answered(clubs)", "count(age > 3) == 1 or not answered(boards)"])
def test_a_condition_that_always_holds_is_not_needed(condition, tmp_path):
    _, claims = claims_of(condition, tmp_path)
    assert claims["reachable", "dorm"].holds
    assert not claims["needed", "dorm"].holds


def test_every_claim_has_a_route_that_the_evaluator_follows(tmp_path):
    survey, claims = claims_of('boards == "yes" or "art" in clubs', tmp_path)
    dorm = survey.asked[-1]
    assert is_shown(survey, dorm, claims["reachable", "dorm"].route)
    assert not is_shown(survey, dorm, claims["needed", "dorm"].route)


def test_the_longest_route_is_the_one_that_shows_most(tmp_path):
    survey, claims = claims_of('boards == "yes"', tmp_path)
    longest = claims["duration", ""]
    assert longest.holds
    assert longest.route == {"age": longest.route["age"], "boards": "yes"}
    assert longest.route["age"] >= 12
    _, short = claims_of("age > 18", tmp_path)
    assert short["duration", ""].minutes < longest.minutes
    _, claims = claims_of('boards == "yes"', tmp_path, minutes=0.1)
    assert not claims["duration", ""].holds
    assert "the target is 0.1" in as_text(survey, list(claims.values()))


def test_the_questionnaires_of_this_workspace_hold(proved):
    for survey, claims in proved:
        assert all(claim.holds for claim in claims), as_text(survey, claims)
        assert 20 <= len(survey.asked) <= 35


@pytest.fixture(scope="module")
def proved():
    from analysis.surveys import read_bank, read_surveys

    root = Path(__file__).parents[2]
    surveys = read_surveys(root, read_bank(root))
    assert len(surveys) == 8
    return [(survey, prove(survey)) for survey in surveys]
