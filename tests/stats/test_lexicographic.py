"""Lexicographic programs: the values are the least, found by trying everything, and one answer is left."""

from __future__ import annotations

import random
from itertools import product

import pytest

from analysis.stats.lexicographic import Program


def made(seed):
    """Give a program of five whole numbers at random, its rows, objectives, and all its solutions."""
    draw = random.Random(seed)
    upper = [draw.randint(1, 3) for _ in range(5)]
    tried = list(product(*(range(each + 1) for each in upper)))
    inside = draw.choice(tried)
    rows = []
    for _ in range(3):
        of = [draw.randint(-3, 3) for _ in range(5)]
        value = sum(a * x for a, x in zip(of, inside, strict=True))
        rows.append((of, value - draw.randint(0, 2), value + draw.randint(0, 2)))
    goals = [[draw.randint(-4, 4) for _ in range(5)] for _ in range(2)]
    program = Program()
    places = [program.variable(each) for each in upper]
    for of, low, high in rows:
        program.hold(dict(zip(places, of, strict=True)), lower=low, upper=high)
    fit = [x for x in tried if all(low <= sum(a * b for a, b in zip(of, x, strict=True)) <= high
                                   for of, low, high in rows)]  # fmt: skip
    return program, places, goals, fit


@pytest.mark.parametrize("seed", range(25))
def test_one_objective_after_the_other_is_the_least_and_settling_leaves_the_smallest(seed):
    program, places, goals, fit = made(seed)

    def key(x):
        return tuple(sum(a * b for a, b in zip(of, x, strict=True)) for of in goals)

    best = min(fit, key=lambda x: (*key(x), x))
    found = [program.minimise(dict(zip(places, of, strict=True))) for of in goals]
    assert tuple(found) == key(best)
    program.settle([{place: 1} for place in places], 4)
    assert tuple(program.value({place: 1}) for place in places) == best


def test_many_sums_are_settled_in_parts_as_digits():
    program = Program()
    places = [program.variable(9) for _ in range(12)]
    for place in places[1:]:
        program.hold({places[0]: 1, place: 1}, lower=9)  # the first one is 0, so the others are 9
    program.settle([{place: 1} for place in places], 10)
    assert [program.value({place: 1}) for place in places] == [0, *[9] * 11]


def test_it_is_told_whether_another_solution_is_left():
    program = Program()
    places = [program.variable() for _ in range(3)]
    program.hold(dict.fromkeys(places, 1), lower=2, upper=2)
    program.minimise({places[0]: 1})  # the others are 1
    assert program.alone(places)
    other = Program()
    places = [other.variable() for _ in range(3)]
    other.hold(dict.fromkeys(places, 1), lower=2, upper=2)
    other.minimise({})
    assert not other.alone(places)
    other.minimise({places[0]: 1})
    assert other.alone(places)


def test_a_program_without_a_solution_says_so():
    program = Program()
    place = program.variable()
    program.hold({place: 2}, lower=1, upper=1)
    with pytest.raises(ValueError, match="no solution"):
        program.minimise({place: 1})
