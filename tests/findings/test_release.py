"""What leaves together: small counts do not, and none comes back by subtraction, across tables or between releases."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.findings.answers.estimates import COLUMNS
from analysis.findings.release import release
from analysis.messages import DuzhengError

UNITS = ("U1", "U2", "U3", "U4")
STAGES = ("a", "b", "c")


def estimates(counts, survey="form-2031", index="ix", column="stage", before=None):
    """Make estimates of counts by unit and group, with their sums: counts[unit][code]."""
    rows = []
    units = {**counts, "W": {code: sum(each[code] for each in counts.values()) for code in next(iter(counts.values()))}}
    for unit, groups in units.items():
        for code, n in {"": sum(groups.values()), **groups}.items():
            name = f"{survey}/{index}/{unit}" + (f"/{column}={code}" if code else "") + "/mean"
            rows.append({"cell": name, "survey": survey, "unit": unit, "index": index, "statistic": "mean",
                         "column": column if code else "", "code": code, "estimate": 60.0, "n": n, "psus": 9,
                         "precision": "publish"})  # fmt: skip
            if before and not code:
                rows.append(rows[-1] | {"cell": name.replace("mean", "change"), "statistic": "change",
                                        "n_before": before[unit]})  # fmt: skip
    frame = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    return frame.astype({name: of for name, of in COLUMNS.items() if of in {"str", "float64", "Int64"}})


def tables(frame):
    named = [name for cell in frame["cell"] for name in (cell, f"{cell}/n", f"{cell}/lower")]
    return {"estimates": frame, "cells": pd.DataFrame({"id": named, "unit": "W"})}


def plain(n=40):
    return {unit: dict.fromkeys(STAGES, n) for unit in UNITS}


def hidden(found):
    frame = found.tables["suppression"]
    return {(row["unit"], row["code"]): row["status"] for row in frame.to_dict("records")}


def test_nothing_is_held_back_where_no_count_is_small():
    assert release(tables(estimates(plain())), None).cells == frozenset()


def test_a_small_cell_takes_others_with_it_in_its_row_and_in_its_column():
    counts = plain()
    counts["U2"]["b"] = 4
    found = release(tables(estimates(counts)), None)
    told = hidden(found)
    assert told["U2", "b"] == "primary"
    # One more in the unit, one more in the group, and the fourth corner: the least that protects it.
    assert sorted(told.values()) == ["primary", "secondary", "secondary", "secondary"]
    assert len({unit for unit, _ in told}) == len({code for _, code in told}) == 2


def test_all_numbers_of_a_cell_that_is_held_back_are_gone():
    counts = plain()
    counts["U2"]["b"] = 4
    found = release(tables(estimates(counts)), None)
    name = "form-2031/ix/U2/stage=b/mean"
    row = found.tables["estimates"].set_index("cell").loc[name]
    assert row[["estimate", "lower", "n", "psus"]].isna().all()
    assert row["precision"] == "suppress"
    assert {name, f"{name}/n", f"{name}/lower"} <= found.cells
    assert not set(found.tables["cells"]["id"]) & found.cells


def test_an_outsider_cannot_tell_that_the_cell_is_small():
    counts = plain()
    counts["U2"]["b"] = 4
    pattern = release(tables(estimates(counts)), None).tables["suppression"].set_index(["unit", "code"])
    row = pattern.loc[("U2", "b")]
    assert row["upper"] >= 10
    assert row["upper"] - row["lower"] >= 10


def test_a_cell_that_only_three_tables_together_give_away_is_protected():
    # By stage, by sex and by place the unit U1 has three tables with one margin each. The cell of stage a is small;
    # each other table alone says nothing of it. (The counts of all tables add up to the same unit.)
    by_stage, by_sex = plain(), {unit: {"f": 60, "m": 60} for unit in UNITS}
    by_stage["U1"] = {"a": 3, "b": 57, "c": 60}
    frame = pd.concat([
        estimates(by_stage),
        estimates(by_sex, column="sex").query("column == 'sex'"),
        estimates({unit: {"in": 50, "out": 70} for unit in UNITS}, column="place").query("column == 'place'"),
    ], ignore_index=True)  # fmt: skip
    found = release(tables(frame), None)
    told = hidden(found)
    assert told["U1", "a"] == "primary"
    assert len(told) >= 4
    assert not any(code in {"f", "m", "in", "out"} for _, code in told)


def test_the_wave_before_is_protected_with_the_change():
    before = {"U1": 4, "U2": 120, "U3": 120, "U4": 120, "W": 364}
    found = release(tables(estimates(plain(), before=before)), None)
    changes = found.tables["estimates"].query("statistic == 'change'").set_index("unit")
    assert changes.loc["U1", "precision"] == "suppress"
    # Else the change of the whole less those of the others would give it away.
    assert (changes["precision"] == "suppress").sum() >= 2


def test_a_correction_that_moves_few_answers_of_everybody_is_refused():
    earlier, now = plain(), plain()
    now["U3"]["c"] = 43  # three more answers than were published before
    with pytest.raises(DuzhengError, match=r"DZ-F003 column form-2031 ix: found 3 answers more or less"):
        release(tables(estimates(now)), None, [{"estimates": estimates(earlier)}])


def test_a_correction_that_moves_few_answers_from_one_unit_to_another_hides_both():
    earlier, now = plain(), plain()
    now["U3"]["c"], now["U1"]["c"] = 43, 37
    told = hidden(release(tables(estimates(now)), None, [{"estimates": estimates(earlier)}]))
    assert {("U3", "c"), ("U1", "c"), ("U3", ""), ("U1", "")} <= set(told)


def test_a_correction_that_moves_nothing_or_many_passes():
    earlier, now = plain(), plain()
    now["U3"]["c"] = 60
    assert release(tables(estimates(now)), None, [{"estimates": estimates(earlier)}]).cells == frozenset()
    assert release(tables(estimates(plain())), None, [{"estimates": estimates(plain())}]).cells == frozenset()


def test_the_pattern_does_not_hang_on_the_order_of_rows():
    counts = plain()
    counts["U2"]["b"], counts["U4"]["a"] = 4, 7
    frame = estimates(counts)
    once, again = release(tables(frame), None), release(tables(frame.sample(frac=1, random_state=3)), None)
    assert once.cells == again.cells


def waves(counts):
    rows = [{"unit": unit, "survey": "form-2031", "n": n, "places": 9} for unit, n in counts.items()]
    return pd.DataFrame(rows).astype({"n": "Int64", "places": "Int64"})


def test_the_count_of_a_unit_is_not_the_total_less_all_others():
    answered = waves({"W": 364, "U1": None, "U2": 130, "U3": 110, "U4": 120})
    found = release({**tables(estimates(plain())), "waves": answered}, None)
    left = found.tables["waves"].set_index("unit")["n"]
    assert left.isna().sum() == 2
    assert left["W"] == 364
    assert pd.isna(left["U3"])
    assert "form-2031/U3/n" in found.cells


def test_how_many_spoke_of_a_topic_is_not_the_total_less_all_others():
    spoke = pd.DataFrame([
        {"unit": unit, "survey": "form-2031", "topic": "meals", "persons": n, "cell": f"form-2031/meals/{unit}/persons"}
        for unit, n in {"W": 90, "U1": 30, "U2": 29, "U3": 28}.items()
    ])  # fmt: skip
    answered = waves({"W": 480, **dict.fromkeys(UNITS, 120)})
    found = release({**tables(estimates(plain())), "waves": answered, "quotes": spoke}, None)
    assert list(found.tables["quotes"]["unit"]) == ["W", "U1", "U2"]
    assert "form-2031/meals/U3/persons" in found.cells


def test_indices_of_the_same_respondents_are_hidden_together():
    counts = plain()
    counts["U2"]["b"] = 4
    other = {unit: {code: n + 1 for code, n in groups.items()} for unit, groups in counts.items()}
    both = pd.concat([estimates(counts), estimates(other, index="iy")], ignore_index=True)
    found = release(tables(both), None).tables["suppression"]
    by_index = {index: set(zip(each["unit"], each["code"], strict=True)) for index, each in found.groupby("index")}
    assert by_index["ix"] == by_index["iy"]
