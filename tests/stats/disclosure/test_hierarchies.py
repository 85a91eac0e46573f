"""Hierarchies: relations of codes that add up, across tables, and rests of those that do not."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.messages import DuzhengError
from analysis.stats.disclosure import exposed, intervals, primary, relations_of, suppress, with_rests

UNITS = {"u1": "city", "u2": "city"}
GROUPS = [{"g": "all", "b": "all"}, {"p": "all", "j": "all"}]


def survey():
    """Units by sex and units by stage: two tables that share the column of all."""
    rows = [(unit, group, n) for unit, counts in {
        "u1": {"g": 40, "b": 3, "p": 25, "j": 18, "all": 43}, "u2": {"g": 30, "b": 50, "p": 45, "j": 35, "all": 80},
        "city": {"g": 70, "b": 53, "p": 70, "j": 53, "all": 123},
    }.items() for group, n in counts.items()]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["unit", "group", "n"])
    return frame.assign(value=frame["n"], cell=frame["unit"] + "/" + frame["group"])


def by_relation(relations):
    return {
        name: dict(zip(each["cell"], each["coefficient"], strict=True)) for name, each in relations.groupby("relation")
    }


def test_children_add_up_to_their_parent_in_every_combination():
    found = by_relation(relations_of(survey(), {"unit": UNITS, "group": GROUPS}))
    # Five groups over the units; three units over two breakdowns.
    assert len(found) == 5 + 3 * 2
    assert found["unit/0/city/b"] == {"u1/b": 1, "u2/b": 1, "city/b": -1}
    assert found["group/1/u1/all"] == {"u1/p": 1, "u1/j": 1, "u1/all": -1}


def test_relations_of_a_survey_add_up_and_hide_across_its_tables():
    cells = survey()
    relations = relations_of(cells, {"unit": UNITS, "group": GROUPS})
    assert intervals(cells, relations, []).empty
    found = suppress(cells, relations, primary(cells))
    assert set(found.suppressed) == {"u1/b", "u1/g", "u2/b", "u2/g"}


def test_grandparents_have_relations_of_their_own():
    cells = pd.DataFrame({"cell": list("abcPQT"), "code": list("abcPQT")})
    found = by_relation(relations_of(cells, {"code": {"a": "P", "b": "P", "c": "Q", "P": "T", "Q": "T"}}))
    assert found["code/0/T"] == {"P": 1, "Q": 1, "T": -1}
    assert found["code/0/P"] == {"a": 1, "b": 1, "P": -1}


def test_a_parent_that_no_table_shows_makes_no_relation():
    cells = survey()
    cells = cells[cells["cell"] != "city/b"]
    assert "unit/0/city/b" not in by_relation(relations_of(cells, {"unit": UNITS, "group": GROUPS}))
    empty = relations_of(cells.head(1), {"unit": UNITS, "group": GROUPS})
    assert empty.empty
    assert list(empty) == ["relation", "cell", "coefficient"]


def test_rests_are_the_parents_less_their_children():
    cells = survey()
    cells.loc[cells["cell"] == "u1/all", ["n", "value"]] = 47  # four did not say
    cells.loc[cells["cell"] == "city/all", ["n", "value"]] = 127
    found, dimensions = with_rests(cells, {"unit": UNITS, "group": GROUPS})
    rests = found[found["latent"]].set_index("cell")["n"].to_dict()
    assert rests == {f"{unit}/all~rest group/{i}": 4 for unit in ("u1", "city") for i in (0, 1)}
    relations = relations_of(found, dimensions)
    assert intervals(found, relations, [])["exact"].all()
    # Nobody printed the rest, and anybody reckons it: it is sensitive, and exposed.
    assert "u1/all~rest group/0" in set(exposed(found, relations, [], primary(found))["cell"])


def test_a_rest_of_a_few_is_protected_like_a_group_of_a_few():
    cells = survey().query("group != 'p' and group != 'j'")
    cells.loc[cells["cell"] == "u1/b", ["n", "value"]] = 33
    for cell, n in (("u1/all", 77), ("city/b", 83), ("city/all", 157)):
        cells.loc[cells["cell"] == cell, ["n", "value"]] = n
    found, dimensions = with_rests(cells, {"unit": UNITS, "group": GROUPS[:1]})
    relations = relations_of(found, dimensions)
    hidden = suppress(found, relations, primary(found))
    assert exposed(found, relations, hidden.suppressed, primary(found)).empty
    status = hidden.pattern.set_index("cell")["status"]
    assert status["u1/all~rest group/0"] == "latent"
    assert len(hidden.suppressed) >= 1


def test_units_that_are_left_out_of_a_table_make_a_rest_too():
    cells = survey()[["unit", "group", "n", "value", "cell"]]
    cells = cells[~cells["cell"].isin(["u2/g", "u2/b"])]
    found, dimensions = with_rests(cells, {"unit": UNITS, "group": GROUPS})
    rests = found[found["latent"]].set_index("cell")["n"].to_dict()
    assert rests["city/g~rest unit/0"] == 30
    assert intervals(found, relations_of(found, dimensions), [])["exact"].all()


def test_other_sums_have_rests_as_well():
    cells = survey().assign(score=lambda each: each["n"] * 60.0)
    cells.loc[cells["cell"] == "u1/all", ["n", "value", "score"]] = [47, 47, 2500.0]
    cells.loc[cells["cell"] == "city/all", ["n", "value", "score"]] = [127, 127, 7300.0]
    found, _ = with_rests(cells, {"unit": UNITS, "group": GROUPS[:1]}, also=["score"])
    rest = found.set_index("cell").loc["u1/all~rest group/0"]
    assert (rest["n"], rest["score"]) == (4, -80)  # 2,500 less 43 times 60


def test_children_that_hold_more_than_their_parent_are_refused():
    cells = survey()
    cells.loc[cells["cell"] == "u1/b", ["n", "value"]] = 30
    with pytest.raises(DuzhengError, match=r"more than their parent: .*u1/all"):
        with_rests(cells, {"unit": UNITS, "group": GROUPS})


def test_faults_of_codes_are_told_together():
    cells = pd.concat([survey(), survey().head(1)], ignore_index=True)
    with pytest.raises(DuzhengError) as error:
        relations_of(cells, {"unit": {"u1": "u2", "u2": "u1"}, "group": GROUPS})
    assert "codes of another: u1/g" in str(error.value)
    assert "above themselves: u1, u2" in str(error.value)
    with pytest.raises(DuzhengError, match="cells without 'unit'"):
        relations_of(survey().drop(columns="unit"), {"unit": UNITS})
