"""Flips: the change that is named turns the verdict when the schools are evaluated anew, and a smaller one does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.indicators.invented_schools import schools_of, some_unknown, units_of
from tests.indicators.test_repair import COLUMNS

from analysis.indicators.balance import balance
from analysis.indicators.balance.flips import flips
from analysis.messages import DuzhengError

ERRORS = {"teaching_area": 0.02, "sports_area": 0.02, "equipment": 0.05, "backbone": 1, "pe_arts": 1,
          "above_qualification": 1, "multimedia": 1, "students": 0.01}  # fmt: skip


@pytest.fixture(scope="module")
def table(shanghai):
    return schools_of(units_of(shanghai)[:1], n=7)


@pytest.fixture(scope="module")
def evaluated(shanghai, table):
    return balance(shanghai, table)


@pytest.fixture(scope="module")
def found(evaluated):
    return flips(evaluated)


@pytest.fixture(scope="module")
def with_errors(evaluated):
    return flips(evaluated, errors=ERRORS)


def changed(table, row, share=1.0):
    """Change the figure that a row names, by a share of the change."""
    table = table.copy()
    column = COLUMNS.get(row["input"], row["input"])
    at = (table["school"] == row["input_school"]) & (table["stage"] == row["stage"])
    assert at.sum() == 1
    # What turns as soon as it is just below its bound goes a hair farther.
    hair = 1e-7 * row["now"] * np.sign(row["change"]) if share == 1 else 0
    table[column] = table[column].astype(float)
    table.loc[at, column] += row["change"] * share + hair
    if row["input"] == "students":
        table["students"] = table["students"].round()
    return table


def verdict(shanghai, table, row):
    again = balance(shanghai, table)
    here = again.schools[(again.schools["unit"] == row["unit"]) & (again.schools["stage"] == row["stage"])]
    if row["part"] == "threshold":
        one = again.measures[(again.measures["school"] == row["school"]) & (again.measures["stage"] == row["stage"])
                             & (again.measures["indicator"] == row["indicator"])]  # fmt: skip
        return "met" if one["meets"].iloc[0] else "missed"
    if row["part"] == "school":
        return "met" if here.loc[here["school"] == row["school"], "verdict"].iloc[0] == "meets" else "missed"
    if row["part"] == "schools":
        return "met" if (here["verdict"] == "meets").all() else "missed"
    one = again.table[(again.table["unit"] == row["unit"]) & (again.table["stage"] == row["stage"])
                      & (again.table["indicator"] == row["indicator"])]  # fmt: skip
    return "met" if one["met"].iloc[0] else "missed"


@pytest.mark.parametrize("part", ["school", "schools", "cv", pytest.param("threshold", marks=pytest.mark.slow)])
def test_the_change_turns_the_verdict_and_most_of_it_does_not(shanghai, table, found, part):
    rows = found.table[(found.table["part"] == part) & (found.table["inputs"] == 1) & found.table["change"].notna()]
    picked = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, 3).astype(int))]
    assert {"met", "missed"} & set(picked["verdict"])
    for row in picked.to_dict("records"):
        other = {"met": "missed", "missed": "met"}[row["verdict"]]
        if row["change"] > 1e-6 or row["change"] < -1e-6:
            assert verdict(shanghai, changed(table, row), row) == other
        whole = row["input"] in {"above_qualification", "backbone", "pe_arts", "students"}
        if not whole:
            assert verdict(shanghai, changed(table, row, 0.95), row) == row["verdict"]


@pytest.mark.slow
def test_whole_figures_change_by_whole_ones_and_by_no_fewer(shanghai, table, found):
    rows = found.table[found.table["input"].isin(["above_qualification", "backbone", "pe_arts", "students"])]
    rows = rows[rows["change"].notna()]
    assert (rows["change"] % 1 == 0).all()
    picked = rows[(rows["part"] == "threshold") & (rows["change"].abs() > 1)].head(3)
    for row in picked.to_dict("records"):
        fewer = dict(row, change=row["change"] - np.sign(row["change"]))
        assert verdict(shanghai, changed(table, fewer), row) == row["verdict"]


def test_the_most_fragile_come_first_with_and_without_errors(with_errors, found):
    assert found.table["relative"].dropna().is_monotonic_increasing
    assert with_errors.table["ratio"].dropna().is_monotonic_increasing
    single = with_errors.table[with_errors.table["error_inputs"] == 1]
    known = single["ratio"].notna()
    assert (single.loc[known, "possible"].astype(bool) == (single.loc[known, "ratio"] <= 1 + 1e-9)).all()
    assert found.table["possible"].isna().all()


def test_several_that_must_change_together_are_counted(shanghai):
    # 100 pupils: 400 of 450 m², 160,000 of 200,000 yuan, and 500 of 750 m² of sports area, which may stay at 637.5.
    row = {"school": "a", "unit": "310101", "stage": "primary", "year": 2020, "students": 100,
           "teachers_above_qualification": 5, "backbone_teachers": 1, "pe_arts_teachers": 1, "teaching_area": 400,
           "sports_area": 500, "equipment_value": 160_000, "multimedia_classrooms": 3}  # fmt: skip
    short = balance(shanghai, pd.DataFrame([row]))
    errors = {"teaching_area": 0.15, "sports_area": 0.3, "equipment": 0.3}
    (found,) = flips(short, errors=errors, parts=["school"]).table.to_dict("records")
    near = ("error_inputs", "error_input", "error_change", "possible")
    assert tuple(found[name] for name in near) == (3, "sports_area", 137.5, True)
    (found,) = flips(short, errors=errors | {"teaching_area": 0.1}, parts=["school"]).table.to_dict("records")
    assert found["possible"] is False
    # With fewer pupils all shares grow: 78 have 85 % of the sports area and all of the rest but it. That is the
    # smallest change, whatever errors are declared.
    assert (found["inputs"], found["input"], found["change"]) == (1, "students", -22)
    (found,) = flips(short, parts=["school"]).table.to_dict("records")
    assert (found["inputs"], found["input"], found["change"]) == (1, "students", -22)


def test_without_errors_nothing_is_said_to_be_possible(found):
    assert "possible" not in found.shown
    assert any("No errors were declared" in note["en"] for note in found.notes)


def test_jointly_more_is_possible_than_by_one_school(with_errors):
    cvs = with_errors.table[with_errors.table["part"] == "cv"]
    both = cvs[cvs["possible"].astype("boolean").fillna(value=False)]
    assert both["jointly"].astype("boolean").all()
    # The smallest joint change is one of all schools in the sense of least squares: below a school's alone it lies.
    assert (cvs["joint"] < 100).all()


def test_a_composite_turns_by_one_figure(shanghai):
    rows = schools_of(units_of(shanghai)[:1]).assign(
        computers=10.0, books=lambda frame: 20.0 * frame["students"], teachers=60.0, staff=100.0,
        teachers_intermediate_title=10.0, teachers_above_qualification=20.0,
        equipment_value=lambda frame: frame["equipment_value"] * (1 + 4 * (frame["students"] % 4 == 0)),
    )  # fmt: skip
    evaluated = balance(shanghai, rows, rule="basic_balance")
    found = flips(evaluated)
    assert set(found.table["part"]) == {"composite"}
    columns = {"equipment": "equipment_value", "intermediate_title": "teachers_intermediate_title",
               "above_qualification": "teachers_above_qualification"}  # fmt: skip
    for row in found.table.to_dict("records"):
        row["input"] = columns.get(row["input"], row["input"])
        again = balance(shanghai, changed(rows, row), rule="basic_balance").table
        one = again[(again["stage"] == row["stage"]) & (again["indicator"] == "composite")]
        assert ("met" if one["met"].iloc[0] else "missed") != row["verdict"]


def test_open_verdicts_have_no_row_and_that_is_said(shanghai, table):
    found = flips(balance(shanghai, some_unknown(table)))
    gone = found.table[(found.table["school"].astype("str").str.endswith("P02")) & (found.table["part"] == "school")]
    assert gone.empty
    assert any("open for lack of figures" in note["en"] for note in found.notes)


def test_errors_that_make_no_sense_are_refused_all_at_once(evaluated):
    with pytest.raises(DuzhengError) as error:
        flips(evaluated, errors={"pupils": 0.1, "backbone": 1.5, "equipment": 0, "teaching_area": 0.02})
    assert len(error.value.faults) == 3
    with pytest.raises(DuzhengError, match="part 'composite'"):
        flips(evaluated, parts=["composite"])
    for wrong in ({"backbone": "x"}, {"backbone": np.nan}, {"backbone": np.inf}, {"backbone": None}, [1]):
        with pytest.raises(DuzhengError, match="DZ-S002"):
            flips(evaluated, errors=wrong)
    with pytest.raises(DuzhengError) as error:
        flips(evaluated, errors={"zz": 1, "backbone": -1}, parts=["x"], year=3, unit="q")
    assert len(error.value.faults) == 5


def test_truths_are_those_that_are_written_as_yes_and_no(with_errors):
    found = with_errors
    assert {type(each) for name in ("possible", "jointly") for each in found.table[name]} <= {bool, type(None)}
    for language, words in (("zh-Hans", {"是", "否", "—"}), ("en", {"yes", "no", "—"})):
        written = found.written(language)
        assert set(written["possible"]) | set(written["jointly"]) <= words | {""}
        assert (written["joint"] != "—").any()


def test_figures_that_are_counted_are_written_whole(with_errors):
    found = with_errors
    written = found.written("en")
    counted = found.table["input"].isin(["students", "backbone", "pe_arts", "above_qualification"])
    assert counted.any()
    for name in ("now", "change"):
        assert not written.loc[counted, name].str.contains(r"\.").any()


def test_the_smallest_change_is_the_smallest_whatever_errors_are_declared(evaluated, found):
    key = ["stage", "part", "school", "indicator", "item"]
    plain = found.table.set_index(key)["relative"]
    some = flips(evaluated, errors={"students": 0.01}).table.set_index(key)
    assert some["relative"].sort_index().to_numpy() == pytest.approx(plain.sort_index().to_numpy(), nan_ok=True)
    assert set(some["error_input"].dropna()) == {"students"}
    ratio = some["error_change"].abs() / some["error"]
    single = some["error_inputs"] == 1
    assert some.loc[single, "ratio"].to_numpy() == pytest.approx(ratio[single].to_numpy())


# --- Figures that are not known


def one_unit(shanghai, change):
    table = schools_of(units_of(shanghai)[:1])
    change(table)
    return balance(shanghai, table)


def test_all_schools_are_open_after_the_failing_ones_have_turned_while_figures_are_missing(shanghai):
    def change(table):
        at = table.index[(table["stage"] == "primary") & table["school"].str.endswith("P02")]
        table.loc[at, ["teaching_area", "equipment_value"]] = None

    evaluated = one_unit(shanghai, change)
    verdicts = evaluated.schools[evaluated.schools["stage"] == "primary"]["verdict"]
    assert {"fails", "unknown"} <= set(verdicts)
    rows = flips(evaluated, parts=["schools"]).table.set_index("stage")
    assert rows.loc["primary", "becomes"] == "open"
    assert rows.loc["primary", "value"] == (verdicts == "fails").sum()


def test_a_school_that_fails_whatever_is_missing_has_a_row_and_becomes_open(shanghai):
    def change(table):
        at = table.index[(table["stage"] == "primary") & table["school"].str.endswith("P04")]
        table.loc[at, ["teaching_area", "sports_area"]] = 1.0
        table.loc[at, "equipment_value"] = None

    evaluated = one_unit(shanghai, change)
    school = evaluated.schools.loc[evaluated.schools["school"].str.endswith("P04"), "school"].iloc[0]
    assert evaluated.schools.set_index("school")["verdict"][school] == "fails"
    (row,) = flips(evaluated, parts=["school"]).table[lambda frame: frame["school"] == school].to_dict("records")
    assert (row["verdict"], row["becomes"]) == ("missed", "open")
    assert row["inputs"] == 2


# --- Items and the whole


def given(**values):
    """Give all items of the rule: each is met unless it is told here."""
    rows = []
    for part, item in given.standard.every_item():
        if item.same_as or item.kind == "schools":
            continue
        told = values.get(item.id, "met")
        if told is None:
            continue
        sign, bound = item.bound or ("", None)
        good = bound if sign in {">=", "<="} else 0.5 * bound if sign else None
        value = (good if told == "met" else told) if sign else None
        evidence = None if sign else "yes" if told == "met" else told
        rows.append({"unit": "310101", "year": 2020, "rule": "high_quality_balance", "item": item.id, "value": value,
                     "evidence": evidence})  # fmt: skip
        assert part
    return pd.DataFrame(rows).assign(source=None, note=None)


@pytest.fixture(scope="module")
def good(shanghai, evaluated):
    """Two schools that meet all, so that items decide."""
    given.standard = evaluated.standard
    row = {"unit": "310101", "year": 2020, "students": 1000, "teachers_above_qualification": 60,
           "backbone_teachers": 12, "pe_arts_teachers": 12, "teaching_area": 7000, "sports_area": 12_000,
           "equipment_value": 3_000_000,
           "multimedia_classrooms": 30, "largest_class": 40}  # fmt: skip
    return pd.DataFrame([{**row, "school": "a", "stage": "primary"}, {**row, "school": "b", "stage": "junior"}])


def test_items_turn_at_their_bounds_and_by_a_yes_or_no(shanghai, good):
    found = flips(balance(shanghai, good, items=given(recognition=84.0, art_room=95.0, layout="no")),
                  errors={"recognition": 2}, parts=["items"]).table.set_index("item")  # fmt: skip
    row = found.loc["recognition"]
    assert (row["verdict"], row["change"], row["limit"], row["ratio"], row["possible"]) == ("missed", 1, 85, 0.5, True)
    assert row["relative"] == pytest.approx(100 / 84)
    # The veto on recognition hangs on the same figure.
    assert found.loc["recognition_veto", "input"] == "recognition"
    assert (found.loc["art_room", "verdict"], found.loc["art_room", "change"]) == ("met", -5)
    assert (found.loc["layout", "verdict"], found.loc["layout", "inputs"]) == ("missed", 1)
    assert np.isnan(found.loc["layout", "change"])
    assert found.loc["burden", "verdict"] == "met"
    assert set(found["stage"]) == {None}


@pytest.mark.slow
def test_items_that_schools_break_turn_by_as_many_schools(shanghai, good):
    big = good.assign(largest_class=60)
    found = flips(balance(shanghai, big, items=given()), parts=["items"]).table.set_index("item")
    assert (found.loc["class_size", "verdict"], found.loc["class_size", "inputs"]) == ("missed", 2)
    assert (found.loc["school_size", "verdict"], found.loc["school_size", "inputs"]) == ("met", 1)


def test_the_whole_turns_when_all_parts_that_miss_it_turn(shanghai, good):
    def whole(schools, items):
        return flips(balance(shanghai, schools, items=items), parts=["whole"]).table

    (row,) = whole(good, given(recognition=84.0, layout="no", burden="no")).to_dict("records")
    assert (row["verdict"], row["becomes"]) == ("missed", "met")
    assert row["needs"] == "government; quality; recognition; veto"
    assert row["inputs"] == 3  # a yes, a yes, and one figure that decides two items
    # What is open stays open after that.
    (row,) = whole(good, given(recognition=84.0, retention=None)).to_dict("records")
    assert (row["needs"], row["becomes"]) == ("recognition; veto", "open")
    # Nothing is missed: the nearest of all is enough to miss the whole. Met at its bound it turns by any less.
    (row,) = whole(good, given()).to_dict("records")
    assert (row["verdict"], row["becomes"], row["relative"]) == ("met", "missed", 0)
    # Nothing is missed, and something is open: so is the whole.
    assert whole(good, given(retention=None)).empty


@pytest.mark.slow
def test_the_whole_turns_with_one_failing_school(shanghai, good):
    failing = balance(shanghai, good.assign(teaching_area=[100, 7000]), items=given())
    (row,) = flips(failing, parts=["whole"]).table.to_dict("records")
    assert (row["needs"], row["inputs"]) == ("schools", 1)


def test_readers_see_items_and_the_parts_that_must_turn(shanghai, good):
    found = flips(balance(shanghai, good, items=given(recognition=84.0, layout="no")), parts=["items", "whole"])
    told = (("zh-Hans", "社会认可度", "政府保障程度"), ("en", "Public recognition", "government's support"))
    for language, item, needs in told:
        written = found.written(language)
        assert (written["item"] == item).any()
        assert written["needs"].str.contains(needs).any()
