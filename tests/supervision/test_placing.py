"""Placing: the plan is the best there is, found by trying every other; it says why, and what else would cost."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from analysis.supervision.observers import observers
from analysis.supervision.placing import Barrier, Problem, Visit, conflicts, place, prices, reasons

SLOTS = ("2026-1", "2026-2", "2027-1", "2027-2")
KINDS = ("due", "term", "after_special")
TEN = tuple(f"{year}-{batch}" for year in range(2026, 2031) for batch in (1, 2))


def closed(*slots, kind="after_special"):
    return {slot: (Barrier(kind),) for slot in slots}


def drawn(seed, *, again, n=6):
    """Give a problem at random in which each unit has a slot."""
    draw = random.Random(seed)
    over = draw.choice([0, 0, 1]) if again else 0
    visits = []
    for number in range(n):
        barriers = {slot: (Barrier(draw.choice(KINDS)),) for slot in SLOTS if draw.random() < 0.25}
        barriers.pop(draw.choice(SLOTS[over:]), None)
        for slot in SLOTS[:over]:
            barriers[slot] = (Barrier("over"), *barriers.get(slot, ()))
        open_ = [slot for slot in SLOTS if slot not in barriers]
        visits.append(Visit(
            f"u{number}", barriers, risk=draw.choice([0, 0, 1, 2.5, 3]), weight=draw.choice([1, 1, 1, 1, 2, 3]),
            late=draw.choice([0, 0, 0, 0, 2]), kept=draw.choice(SLOTS) if draw.random() < 0.15 else "",
            before=draw.choice([*SLOTS, *open_, *open_, ""]) if again else "",
        ))  # fmt: skip
    return Problem(SLOTS, tuple(visits), draw.choice([0, 1, 1]), over)


def tried(problem):
    """Try every plan; give those that hold, each with what its aims come to, by a formula of its own."""
    visits = sorted(problem.visits, key=lambda visit: visit.unit)
    slots = {slot: number for number, slot in enumerate(problem.slots)}
    choices = [[slots[each.kept]] if each.kept else [slots[one] for one in problem.slots if one not in each.barriers]
               for each in visits]  # fmt: skip
    plans = np.array(list(product(*choices)))
    weights = np.array([each.weight for each in visits])
    work = np.stack([((plans == slot) * weights).sum(axis=1) for slot in range(problem.over, len(slots))], axis=1)
    # The band is as wide as the spread in visits of average weight, rounded; half a visit up.
    width = int(np.floor(problem.spread * weights.mean() + 0.5))
    lows = np.arange(weights.sum() + 1)[:, None, None]
    beyond = (np.maximum(lows - work, 0) + np.maximum(work - lows - width, 0)).sum(axis=2).min(axis=0)
    wait = np.maximum(plans - problem.over, 0)
    was = np.array([slots[each.before] if each.before else -1 for each in visits])
    moved = ((plans != was) & (was >= 0)).sum(axis=1)
    late = wait @ np.array([each.late for each in visits])
    delay = wait @ np.array([each.risk for each in visits]) * 1000
    aims = np.stack([beyond, moved, late, delay.astype(int)], axis=1)
    return [each.unit for each in visits], plans, aims


def best(problem):
    units, plans, aims = tried(problem)
    first = min(range(len(plans)), key=lambda at: (*aims[at], *plans[at]))
    return dict(zip(units, (problem.slots[at] for at in plans[first]), strict=True)), tuple(map(int, aims[first]))


@pytest.mark.parametrize("again", [False, True])
def test_no_other_plan_is_better_as_trying_all_shows(again):
    for seed in range(75):
        problem = drawn(seed, again=again)
        found = place(problem)
        assert (dict(found.slots), found.values) == best(problem), seed


def test_the_plan_is_the_same_in_whatever_order_units_are_given():
    for seed in range(8):
        problem = drawn(seed, again=seed % 2 == 1)
        shuffled = list(problem.visits)
        random.Random(seed).shuffle(shuffled)
        assert place(replace(problem, visits=tuple(shuffled))) == place(problem)


def test_a_plan_made_again_moves_the_least_number_of_units_and_none_that_is_kept():
    told = 0
    for seed in range(100, 125):
        problem = drawn(seed, again=True)
        found = place(problem)
        _, _, aims = tried(problem)
        moved = [each.unit for each in problem.visits if each.before not in {"", found.slots[each.unit]}]
        assert len(moved) == aims[aims[:, 0] == aims[:, 0].min()][:, 1].min() == found.values[1]
        assert all(found.slots[each.unit] == each.kept for each in problem.visits if each.kept)
        told += len(moved)
    assert told > 25  # else the seeds would try nothing


def test_a_plan_made_again_without_a_change_moves_nobody():
    for seed in range(6):
        problem = drawn(seed, again=False)
        found = place(problem)
        again = replace(problem, visits=tuple(replace(each, before=found.slots[each.unit]) for each in problem.visits))
        assert place(again).slots == found.slots


def test_sixteen_units_in_ten_slots_are_placed_within_a_second():
    visits = []
    draw = random.Random(1)
    for number in range(16):
        barriers = closed(*(slot for slot in TEN[1:] if draw.random() < 0.2))
        visits.append(Visit(f"{number:02}", barriers, risk=draw.choice([0, 0, 1, 3, 8])))
    taken = []
    for _ in range(3):
        begun = time.perf_counter()
        found = place(Problem(TEN, tuple(visits)))
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 1
    counts = [list(found.slots.values()).count(slot) for slot in TEN]
    assert sorted(counts) == [1] * 4 + [2] * 6  # sixteen in ten, as even as can be


def test_the_higher_risk_comes_first_and_the_work_is_even():
    visits = [Visit(unit, {}, risk=risk) for unit, risk in zip("abcdefgh", (0, 5, 1, 9, 0, 7, 2, 3), strict=True)]
    found = place(Problem(SLOTS, tuple(visits), spread=0))
    assert found.slots == {"d": "2026-1", "f": "2026-1", "b": "2026-2", "h": "2026-2", "c": "2027-1", "g": "2027-1",
                           "a": "2027-2", "e": "2027-2"}  # fmt: skip


def test_one_slot_that_people_filled_leaves_the_others_level():
    visits = [Visit(unit, {}, risk=3, kept="2026-1" if unit < "e" else "") for unit in "abcdefghij"]
    found = place(Problem(SLOTS, tuple(visits)))
    assert [list(found.slots.values()).count(slot) for slot in SLOTS] == [4, 2, 2, 2]
    assert found.uneven == 1  # four, where the others have two and the rule allows one more


def test_a_heavy_visit_counts_as_the_work_that_it_is():
    visits = [Visit("a", {}, weight=3), *(Visit(unit, {}) for unit in "bcdefg")]
    found = place(Problem(SLOTS[:3], tuple(visits), spread=0))
    assert list(found.slots.values()).count(found.slots["a"]) == 1
    assert found.uneven == 0


def test_who_is_late_comes_before_who_is_at_risk():
    visits = [Visit("a", {}, risk=9), Visit("b", {}, late=1), Visit("c", {}, late=4), Visit("d", {})]
    found = place(Problem(SLOTS, tuple(visits), spread=0))
    assert [unit for unit, _ in sorted(found.slots.items(), key=lambda item: item[1])] == ["c", "b", "a", "d"]


def test_a_unit_without_a_slot_is_told_with_barriers_of_which_none_is_too_many():
    draw = random.Random(3)
    several = 0
    for _ in range(200):
        barriers = {slot: tuple(Barrier(kind) for kind in (*KINDS, "over") if draw.random() < 0.45) for slot in SLOTS}
        barriers = {slot: some for slot, some in barriers.items() if some}
        problem = Problem(SLOTS, (Visit("a", barriers), Visit("b", {})))
        found = conflicts(problem)
        if len(barriers) < len(SLOTS):
            assert not found
            continue
        kinds = {*found["a"]}
        held = [{each.kind for each in barriers[slot]} for slot in SLOTS]
        assert all(kinds & each for each in held)
        assert not any(all({*fewer} & each for each in held) for fewer in combinations(kinds, len(kinds) - 1))
        several += len(kinds) > 1
    assert several > 10


def test_a_kept_unit_conflicts_with_nothing():
    assert not conflicts(Problem(SLOTS, (Visit("a", closed(*SLOTS), kept="2026-2"),)))


def test_reasons_name_what_binds_and_nothing_that_does_not():
    visits = (
        Visit("a", closed("2026-1"), risk=5),  # would come first
        Visit("b", closed("2027-2"), risk=4),  # comes first anyway: that the last slot is closed changes nothing
        Visit("c", closed("2027-1", "2027-2", kind="due")),  # would come last
        Visit("d", closed("2026-1", "2026-2", "2027-2", kind="term"), risk=1),
        Visit("e", {}),
    )
    problem = Problem(SLOTS, visits)
    found = place(problem)
    assert dict(found.slots) == {"a": "2026-2", "b": "2026-1", "c": "2026-1", "d": "2027-1", "e": "2027-2"}
    why = reasons(problem, found)
    assert why["a"] == ("after_special", "risk")
    assert why["b"] == ("risk",)
    assert why["d"][:1] == ("only_slot",)
    assert why["e"] == ("workload",)


def test_a_barrier_is_a_reason_exactly_where_the_plan_is_better_without_it():
    seen = 0
    for seed in range(300, 322):
        problem = drawn(seed, again=False)
        found = place(problem)
        for unit, why in reasons(problem, found).items():
            visit = problem.of(unit)
            for kind in KINDS:
                freed = {slot: tuple(each for each in some if each.kind != kind)
                         for slot, some in visit.barriers.items()}  # fmt: skip
                freed = {slot: some for slot, some in freed.items() if some}
                better = best(problem.with_visit(replace(visit, barriers=freed)))[1] < found.values
                assert (kind in why) == better, (seed, unit, kind)
                seen += better
    assert seen >= 8


def test_a_unit_that_was_moved_says_so_and_why():
    visits = (Visit("a", closed("2026-1", kind="over"), before="2026-1"), Visit("b", {}, before="2026-2"),
              Visit("c", {}, before="2027-1"))  # fmt: skip
    problem = Problem(SLOTS, visits, over=1)
    why = reasons(problem, place(problem))
    assert why["a"][:2] == ("moved", "over")
    assert "moved" not in why["b"] + why["c"]


def test_prices_are_what_trying_all_plans_with_the_unit_there_comes_to():
    for seed in range(400, 406):
        problem = drawn(seed, again=False)
        found = place(problem)
        stands = replace(problem, visits=tuple(replace(each, before=found.slots[each.unit]) for each in problem.visits))
        unit = next(each.unit for each in problem.visits if not each.kept)
        own = found.slots[unit]
        costs = {}
        for slot in SLOTS:
            forced = problem.with_visit(replace(problem.of(unit), kept=slot))
            beyond, _, late, delay = best(forced)[1]
            _, _, aims = tried(stands.with_visit(replace(stands.of(unit), kept=slot)))
            least = aims[aims[:, 0] == aims[:, 0].min()][:, 1].min() - (slot != own)
            costs[slot] = (beyond, late, delay / 1000, least)
        for each in prices(stands, unit, own):
            of = costs[each.slot]
            assert (each.uneven, each.late) == (of[0] - costs[own][0], of[1] - costs[own][1])
            assert each.delay == pytest.approx(of[2] - costs[own][2])
            assert each.moves == of[3]
            assert each.barriers == problem.of(unit).barriers.get(each.slot, ())


def test_in_the_best_plan_no_open_slot_is_cheaper_than_a_units_own():
    problem = drawn(7, again=False)
    found = place(problem)
    for visit in problem.visits:
        for each in () if visit.kept else prices(problem, visit.unit, found.slots[visit.unit]):
            assert each.barriers or (each.uneven, each.late, each.delay) >= (0, 0, 0)


def test_observers_are_spread_evenly_and_learn_before_their_own_visit():
    units = {f"u{number:02}": TEN[number * 10 // 16] for number in range(16)}
    found = observers(TEN, units, dict.fromkeys(TEN, frozenset(units)), count=2)
    times = [sum(unit in some for some in found.values()) for unit in units]
    assert times == [2] * 16  # 16 visits of two observers each
    assert all(len(some) == 2 for some in found.values())
    assert not any(units[one] == units[unit] for unit, some in found.items() for one in some)
    before = [TEN.index(units[one]) - TEN.index(units[unit]) for unit, some in found.items() for one in some]
    assert sum(each > 0 for each in before) >= 26  # the last visits have few whose own comes later


def test_no_other_choice_of_observers_is_better_as_trying_all_shows():
    slots = SLOTS[:3]
    for seed in range(12):
        draw = random.Random(seed)
        visits = {unit: draw.choice(slots) for unit in "abcd"}
        before = {unit: tuple(draw.sample([each for each in "abcd" if each != unit], 1)) for unit in "abcd"}
        there = {slot: frozenset(each for each in "abcd" if draw.random() < 0.9) for slot in slots}
        found = observers(slots, visits, there, count=1, before=before)
        can = {unit: [each for each in sorted(there[visits[unit]]) if visits[each] != visits[unit]] or [""]
               for unit in "abcd"}  # fmt: skip

        def worth(chosen, visits=visits, before=before):
            times = [sum(each == unit for each in chosen.values()) for unit in "abcd"]
            beyond = min(sum(max(low - each, each - low - 1, 0) for each in times) for low in range(5))
            pairs = [(unit, each) for unit, each in chosen.items() if each]
            stay = sum(each in before[unit] for unit, each in pairs)
            wait = [slots.index(visits[each]) - slots.index(visits[unit]) for unit, each in pairs]
            soon = sum(each if each > 0 else len(slots) - each for each in wait)
            rank = sum((4 - "abcd".index(unit)) * (4 - "abcd".index(each)) for unit, each in pairs)
            return beyond, -stay, soon, -rank

        every = [dict(zip(can, some, strict=True)) for some in product(*can.values())]
        chosen = {unit: some[0] if some else "" for unit, some in found.items()}
        assert chosen in every
        assert worth(chosen) == min(map(worth, every)), seed


def test_observers_that_stay_stay_and_are_counted():
    visits = {"a": "2026-1", "b": "2026-2", "c": "2027-1", "d": "2027-2"}
    there = dict.fromkeys(SLOTS, frozenset(visits))
    found = observers(SLOTS, visits, there, count=1, kept={"a": ("d",), "b": ()})
    assert found["a"] == ("d",)
    assert found["b"] == ()  # a visit that nobody observed
    assert "d" not in found["c"]
    assert found["d"] != found["c"]


def test_where_nobody_else_is_left_there_are_fewer_observers():
    visits = {"a": "2026-1", "b": "2026-1", "c": "2026-2"}
    found = observers(SLOTS, visits, dict.fromkeys(SLOTS, frozenset("abc")), count=2)
    assert {unit: len(some) for unit, some in found.items()} == {"a": 1, "b": 1, "c": 2}
