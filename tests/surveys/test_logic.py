"""The language of conditions: what it reads and refuses, and its three truth values as the page states them."""

from __future__ import annotations

import itertools
import re
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.surveys.expressions import ExpressionError, answers, parse, to_text
from analysis.surveys.logic import Question, check, holds, holds_in

PAGE = (Path(__file__).parents[2] / "docs/surveys.md").read_text(encoding="utf-8")
QUESTIONS = {
    "stage": Question("choice", ("primary", "junior", "senior")),
    "q1": Question("choice", (1.0, 2.0, 3.0, 4.0, 5.0)),
    "age": Question("number"),
    "clubs": Question("choices", ("art", "sport")),
    "name": Question("text"),
    "born": Question("date"),
    "care.food": Question("choice", (1.0, 2.0)),
}
TRUTH = {"true": True, "false": False, "unknown": None}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a==1", "a == 1"),
        ("a == 1 or b == 2 and not c == 3", "a == 1 or b == 2 and not c == 3"),
        ("(a == 1 or b == 2) and c == 3", "(a == 1 or b == 2) and c == 3"),
        ("not (a == 1 and b == 2)", "not (a == 1 and b == 2)"),
        ("((a)) != -2.50", "a != -2.5"),
        ("x not in ['u', \"v\"]", 'x not in ["u", "v"]'),
        ('"art" in clubs', '"art" in clubs'),
        ("count(a == 1, answered(b)) >= 1", "count(a == 1, answered(b)) >= 1"),
        ("care.food < 2", "care.food < 2"),
    ],
)
def test_what_is_read_is_written_in_one_way(text, written):
    assert to_text(parse(text)) == written
    assert to_text(parse(written)) == written


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("", 1, "found nothing"),
        ("a = 1", 3, "found '='"),
        ("a == 1 & b == 2", 8, "found '&'"),
        ("a == “x”", 6, "found '“'"),
        ("1 < a < 3", 7, "a second comparison"),
        ("(a == 1", 8, "found the end; expected ')'"),
        ("a ==", 5, "found the end"),
        ("a == 1 b", 8, "expected and, or, or the end"),
        ("answered(a == 1)", 1, "answered of something else"),
        ("a in [b]", 7, "expected a number or a text in quotes"),
        ("__import__('os') == 1", 11, "found '('"),
        ("(" * 400 + "a" + ")" * 400, 41, "levels of brackets"),
    ],
)
def test_what_can_t_be_read_is_refused_at_its_place(text, at, words):
    with pytest.raises(ExpressionError, match=re.escape(words)) as caught:
        parse(text)
    assert caught.value.at == at


def test_a_long_condition_is_refused_or_read_in_no_time():
    start = time.perf_counter()
    parse(" or ".join(f"q{k} == {k}" for k in range(5000)))
    with pytest.raises(ExpressionError):
        parse("not " * 10_000 + "a")
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('stage == "junior" and q1 >= 4', []),
        ('stage in ["junior", "senior"] or answered(name)', []),
        ('"art" in clubs and count(clubs) > 1', []),
        ('born < "2015-09-01" and care.food == 1', []),
        ('stage == "junor"', ['the option "junor"']),
        ("q1 == 7", ["the option 7"]),
        ('"chess" in clubs', ['the option "chess"']),
        ("stagee == 1", ["the question stagee"]),
        ("age", ["a number"]),
        ('age > "x"', ["a number > a text"]),
        ("stage < 3", ["a choice < a number"]),
        ("clubs == 1 and not age", ["a choices == a number", "a number"]),
        ("count(age) > 1", ["count of a number"]),
        ("age in clubs", ["a number in a choices"]),
        ("true == (age > 3)", []),
    ],
)
def test_conditions_are_held_to_the_questions(text, found):
    assert [fault.found for fault in check(parse(text), QUESTIONS)] == found


def test_a_near_match_is_suggested():
    (fault,) = check(parse('stage == "juniorr"'), QUESTIONS)
    assert fault.hint == "did you mean junior?"
    (fault,) = check(parse("agee > 3"), QUESTIONS)
    assert fault.hint == "did you mean age?"


def _table(title: str) -> list[list[str]]:
    """Read a truth table of the page."""
    part = PAGE.partition(f"<!-- {title} -->")[2]
    rows = [line.strip("| ").split(" | ") for line in itertools.takewhile(lambda x: x.startswith("|"),
            part.strip().splitlines())]  # fmt: skip
    return [[cell.strip().strip("*`") for cell in row] for row in rows[2:]]


@pytest.mark.parametrize("word", ["and", "or"])
def test_the_truth_tables_of_the_page(word):
    rows = _table(word)
    assert len(rows) == 3
    for row, left in zip(rows, TRUTH, strict=True):
        assert row[0] == left
        for cell, right in zip(row[1:], TRUTH, strict=True):
            given = {"a": TRUTH[left], "b": TRUTH[right]}
            assert holds(parse(f"a == true {word} b == true"), given) is TRUTH[cell]


def test_not_and_comparisons_of_the_page():
    for value, cell in _table("not"):
        assert holds(parse("not a == true"), {"a": TRUTH[value]}) is TRUTH[cell]
    rows = _table("comparisons")
    assert len(rows) >= 8
    for text, shown, cell in rows:
        value = {"unanswered": None, "{}": frozenset()}.get(shown, shown)
        if isinstance(value, str):
            value = {"art"} if value == "art" else float(value)
        assert holds(parse(text), {"q": value}) is TRUTH[cell], text


ATOMS = st.sampled_from([
    'stage == "junior"', 'stage in ["primary", "senior"]', "q1 >= 3", "age != 12", '"art" in clubs',
    '"sport" not in clubs', "count(clubs) == 2", "answered(age)", "answered(clubs)", "count(age > 10, q1 == 2) >= 1",
    "true",
])  # fmt: skip
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner), st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
    ),
    max_leaves=8,
)  # fmt: skip
RESPONDENTS = st.fixed_dictionaries({
    "stage": st.sampled_from([None, "primary", "junior", "senior"]), "q1": st.sampled_from([None, 1.0, 3.0, 5.0]),
    "age": st.sampled_from([None, 9.0, 12.0]), "clubs": st.sampled_from([None, (), ("art",), ("art", "sport")]),
})  # fmt: skip


@given(CONDITIONS)
def test_random_conditions_are_read_back(text):
    tree = parse(text)
    again = parse(to_text(tree))
    assert to_text(again) == to_text(tree)
    assert [a.code for a in answers(again)] == [a.code for a in answers(tree)]
    assert check(tree, QUESTIONS) == []


@given(CONDITIONS, st.lists(RESPONDENTS, min_size=1, max_size=6))
def test_a_frame_is_answered_as_each_respondent_is(text, given_answers):
    frame = pd.DataFrame({name: [one[name] for one in given_answers] for name in ("stage", "q1", "age")})
    frame = frame.astype({"stage": "str", "q1": "float", "age": "float"})
    for option in ("art", "sport"):
        frame[f"clubs[{option}]"] = pd.array(
            [None if one["clubs"] is None else option in one["clubs"] for one in given_answers], dtype="boolean"
        )
    tree = parse(text)
    ours = [None if value is pd.NA else bool(value) for value in holds_in(tree, frame)]
    assert ours == [holds(tree, one) for one in given_answers]
