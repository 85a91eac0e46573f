"""Releases: what a corrected release gives away beside the earlier one."""

from __future__ import annotations

import pytest
from tests.stats.disclosure.tables import row, table

from analysis.messages import DuzhengError
from analysis.stats.disclosure import combined, differencing, exposed, intervals, primary, suppress


def joined(before, now, relations, **options):
    cells, links = combined(before, now, relations, relations, **options)
    return cells, links, primary(cells)


def test_a_correction_of_two_is_flagged_in_every_total_above_it():
    before, _ = table([[40, 30], [50, 60]])
    now, _ = table([[42, 30], [50, 60]])
    found = differencing(before, now)
    assert found["cell"].tolist() == ["caa", "cac", "cca", "ccc"]
    assert (found["moved"] == 2).all()
    assert (found["why"] == "few").all()


def test_a_correction_of_many_is_not():
    before, now = (table([[n, 30], [50, 60]])[0] for n in (40, 52))
    assert differencing(before, now).empty


def test_as_many_who_came_as_left_are_seen_in_the_value():
    before, _ = row(a=40, b=60)
    scores = before.assign(value=[2000.0, 3000, 5000])
    found = differencing(scores, scores.assign(value=[2010.0, 3000, 5010]))
    assert found[["cell", "moved"]].to_numpy().tolist() == [["a", 1], ["t", 1]]
    # The caller knows better: twelve answers were corrected.
    assert differencing(scores, scores.assign(value=[2010.0, 3000, 5010], moved=[12, 0, 12])).empty


def test_hiding_a_value_that_is_out_hides_nothing():
    before, _ = row(a=40, b=60)
    found = differencing(before, before, hidden_now=["a"])
    assert found[["cell", "why"]].to_numpy().tolist() == [["a", "still_known"]]
    assert differencing(before, before, hidden_now=["a"], hidden_before=["a"]).empty
    assert differencing(before, before.iloc[1:])["why"].tolist() == ["withdrawn"]


def test_one_release_hides_what_two_give_away():
    # In both a is hidden with b; then b is corrected to be shown, or c falls: each release by itself is safe.
    before, relations = row(a=4, b=30, c=50)
    hidden_before, hidden_now = ["a", "b"], ["a", "c"]
    assert exposed(before, relations, hidden_before, primary(before)).empty
    assert exposed(before, relations, hidden_now, primary(before)).empty
    cells, links, sensitive = joined(before, before, relations, hidden_before=hidden_before)
    found = exposed(cells, links, hidden_now, sensitive)
    assert found[["cell", "lower", "upper"]].to_numpy().tolist() == [["a", 4, 4]]
    # With both in mind the pattern stays as it was.
    assert suppress(cells, links, sensitive).suppressed == ("a", "b")


def test_a_small_change_is_inferred_unless_everything_above_it_is_hidden():
    before, relations = table([[40, 30], [50, 60]])
    now, _ = table([[42, 30], [50, 60]])
    cells, links, sensitive = joined(before, now, relations)
    assert set(sensitive["cell"]) == {
        "caa~before~change",
        "cac~before~change",
        "cca~before~change",
        "ccc~before~change",
    }
    bad = exposed(cells, links, ["caa", "cac", "cca"], sensitive)
    assert bad["why"].eq("pinned").all()
    # If the total alone is shown it tells of all four.
    assert len(bad) == 4
    found = suppress(cells, links, sensitive)
    assert set(found.suppressed) == {"caa", "cac", "cca", "ccc"}
    assert exposed(cells, links, found.suppressed, sensitive).empty


def test_one_who_left_is_protected_like_one_who_came():
    before, relations = row(a=40, b=60)
    now, _ = row(a=39, b=60)
    cells, links, sensitive = joined(before, now, relations)
    assert sensitive.set_index("cell")["width"].to_dict() == {"a~before~change": 10, "t~before~change": 10}
    assert set(exposed(cells, links, ["a"], sensitive)["cell"]) == {"a~before~change", "t~before~change"}
    assert suppress(cells, links, sensitive).suppressed == ("a", "t")


def test_a_correction_that_must_be_shown_cannot_be_protected():
    before, relations = row(a=40, b=60)
    now = row(a=42, b=60)[0].assign(weight=[1, 1, float("inf")])
    cells, links, sensitive = joined(before, now, relations)
    with pytest.raises(DuzhengError) as error:
        suppress(cells, links, sensitive)
    assert {fault.code for fault in error.value.faults} == {"DZ-S005"}
    assert "a~before~change" in str(error.value)


def test_a_cell_that_fell_below_the_threshold_is_still_known_from_before():
    before, relations = row(a=12, b=60)
    now, _ = row(a=8, b=60)
    cells, links, sensitive = joined(before, now, relations)
    # a is 12 - 4: what was published before bounds nothing of today's a, but its change is of four.
    found = suppress(cells, links, sensitive)
    assert found.suppressed == ("a", "t")
    assert intervals(cells, links, found.suppressed).set_index("cell").loc["a", "upper"] == float("inf")


def test_cells_that_are_gone_stay_in_the_relations_of_before():
    before, relations = row(a=4, b=30, c=50)
    now = before[before["cell"] != "c"]
    cells, links = combined(before, now, relations, relations.iloc[:0], hidden_before=["a", "b"])
    assert cells.set_index("cell")["published_before"].to_dict() == {"a": False, "b": False, "t": True, "c": True}
    assert not exposed(cells, links, ["a"], primary(cells)).empty  # b is shown now, c was before
    assert exposed(cells, links, ["a", "b"], primary(cells)).empty


def test_releases_may_come_without_change_columns_but_not_without_values():
    before, relations = row(a=4, b=30)
    with pytest.raises(DuzhengError, match="before without 'value'"):
        combined(before.drop(columns="value"), before, relations, relations)


def test_three_releases_are_joined_one_after_the_other():
    # a was 40, then hidden at 42, and is 55 now; t was hidden in the first.
    first, relations = row(a=40, b=60)
    second, third = row(a=42, b=60)[0], row(a=55, b=60)[0]
    cells, links = combined(first, second, relations, relations, hidden_before=["t"], label="first")
    cells, links = combined(cells, third, links, relations, hidden_before=["a"], label="second")
    assert {"a~first", "a~second", "a~first~change", "a~second~change"} <= set(cells["cell"])
    known = cells.set_index("cell")["published_before"]
    assert (known["a~first"], known["a~second"], known["t~first"], known["t~second"]) == (True, False, False, True)
    found = intervals(cells, links, []).set_index("cell")
    # b was shown throughout and so was t in the second: a was 42 then.
    assert found["exact"].all()
    assert found.loc["a~second", "lower"] == 42
    assert not intervals(cells, links, ["a", "t"]).set_index("cell").loc["a", "exact"]
