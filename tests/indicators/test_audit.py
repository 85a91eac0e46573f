"""The audit: honest figures pass, planted defects are found, the real five districts stand, and nobody is accused."""

from __future__ import annotations

import re
import time

import numpy as np
import pandas as pd
import pytest
from tests.conftest import INVENTED, write
from tests.indicators.audit_batches import carried, clean, copied, counties, heaped, jumped, repeated, steady

from analysis.indicators import warnings
from analysis.indicators.audit import CHECKS, audit
from analysis.messages import LANGUAGES, DuzhengError
from analysis.workspace import Workspace


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return counties(tmp_path_factory.mktemp("counties"))


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    return Workspace(write(tmp_path_factory.mktemp("invented"), INVENTED))


@pytest.fixture(scope="module")
def demo(shanghai):
    """Simulated schools of two years, with the errors that their truth names."""
    from analysis.indicators.simulation import simulated_schools

    return simulated_schools(shanghai, years=(2016, 2017), defects=True)


@pytest.fixture(scope="module")
def real(shanghai):
    return audit(shanghai)


@pytest.fixture(scope="module")
def found(shanghai, demo):
    return audit(shanghai, schools=demo)


def seen(result, reason, **where):
    table = result.table[result.table["reason"] == reason]
    for name, value in where.items():
        table = table[table[name] == value]
    return table


def test_the_real_figures_have_teachers_above_staff_in_five_districts_of_2012(real):
    above = real.table[real.table["severity"] == "identity"]
    # 普陀, 宝山, 浦东, 松江, 奉贤: data/README.md, "Teachers above staff".
    assert above["unit"].tolist() == ["310107", "310113", "310115", "310117", "310120"]
    assert set(above["year"]) == {2012}
    assert above["file"].str.endswith("schools.csv").all()
    assert (above["row"] > 1).all()
    assert not real.table["p"].notna().any()


def test_the_catalogue_s_own_caution_stands_below_the_findings_with_its_certainty(real):
    notes = "\n".join(str(note["en"]) for note in real.notes)
    assert "teachers of combined schools may be counted by stage" in notes
    assert "an inference, in no source" in notes


def test_published_growth_that_the_levels_do_not_give_is_notable_and_no_contradiction(real):
    rows = seen(real, "growth")
    # data/README.md: the express figures of 2023 give +5.83 % for vocational schools, and 0.7 % is reported. The growth
    # of 2021, which is on the same scope, is not held to the levels.
    vocational = rows[rows["value"] == 0.7].iloc[0]
    assert vocational["expected"] == pytest.approx(5.83, abs=0.005)
    assert set(rows["severity"]) == {"notable"}
    # The catalogue's caution, which is sourced, says that published growth need not be that of the levels.
    assert rows["explained"].all()
    assert 2021 not in set(rows["year"])


def test_what_a_sourced_caution_explains_comes_last_and_says_so(real):
    assert real.table["explained"].is_monotonic_increasing
    # The five districts of 2012 have a caution, too; it is an inference and explains nothing.
    assert not real.table.loc[real.table["reason"] == "above", "explained"].any()
    told = real.written("zh-Hans")
    assert told.loc[real.table["explained"].to_numpy(), "explained"].eq("已有说明").all()
    assert real.written("en")["explained"].iloc[-1] == "already explained"


def test_figures_that_differ_are_asked_about_and_not_called_impossible(real):
    above = real.table["reason"] == "above"
    for language, said in (
        ("zh-Hans", "不符合应有关系，请核实"),
        ("en", "should not differ on one scope; please verify"),
    ):
        assert set(real.written(language)["severity"][above.to_numpy()]) == {said}
        everything = " ".join([*real.remarks(language), real.said("method", language)])
        assert "不能同时成立" not in everything
        assert "cannot both" not in everything


def test_numbers_are_written_as_they_were_published_and_names_as_within_a_sentence(real, found):
    said = " ".join([*real.written("en")["reason"], *found.written("en")["reason"]])
    assert not re.search(r"\d\.\d0 %|about \d+\.0 ", said)
    assert "above primary school staff (" in said


def test_a_unit_s_own_notes_say_what_may_explain_its_findings_alone(real):
    one = real.of("310113")
    notes = " ".join(note["en"] for note in one.notes)
    assert "Part of a whole batch" in notes
    assert "Published growth" not in notes
    assert "counted by stage and staff by school" in notes


def test_a_unit_is_named_by_its_id_its_code_or_a_name_and_must_be_there(real):
    names = [real.of(name).settings["unit"] for name in ("310113", "宝山区", "宝山", "Baoshan")]
    assert names == ["310113"] * 4
    with pytest.raises(DuzhengError, match="DZ-S002"):
        real.of("zz")
    with pytest.raises(DuzhengError, match="DZ-S002"):
        real.unit_chart("zz")
    # Two territories have this name.
    with pytest.raises(DuzhengError, match="310106:2014"):
        real.of("静安区")


def test_every_row_has_its_place_though_the_frame_has_none(found):
    rows = found.table[(found.table["school"] != "") & found.table["reason"].isin(["above", "jump"])]
    assert rows["row"].notna().all()
    assert found.written("zh-Hans")["where"][rows.index].str.fullmatch("第[0-9]+行").all()


def test_the_audit_finds_the_identities_that_warnings_finds(shanghai, real):
    old = warnings(shanghai)
    old = old[~old["rounding"]]
    new = real.table
    new = new[new["reason"].isin(["above", "parts", "total"])]
    key = ["unit", "year", "indicator", "value"]
    assert new[key].astype({"year": int}).to_numpy().tolist() == old[key].to_numpy().tolist()


def test_a_difference_that_rounding_explains_is_counted_and_not_listed(real):
    assert seen(real, "total").empty
    assert any("explained by rounding" in note["en"] for note in real.notes)


@pytest.mark.parametrize("tails", [None, 4], ids=["normal", "heavy tails"])
def test_honest_figures_give_no_finding(place, tails):
    assert audit(place, clean(1, tails=tails)).table.empty


@pytest.mark.slow
@pytest.mark.parametrize("tails", [None, 4], ids=["normal", "heavy tails"])
def test_at_most_one_honest_batch_in_twenty_has_a_finding(place, tails):
    batches = 100
    flagged = sum(bool(len(audit(place, clean(seed, tails=tails)).table)) for seed in range(batches))
    # At exactly 5 % more than 10 of 100 are flagged with a chance of 1.1 % (binomial).
    assert flagged <= 10


PLANTED = {
    "copies between units": (lambda frame: copied(frame, 8), "same_unit", {"against": "C1"}),
    "copies of last year": (lambda frame: carried(frame, 8), "same_year", {"unit": "C3", "year": 2016}),
    "heaping": (lambda frame: heaped(frame, 0.6), "heaped", {"unit": "C4"}),
    "a nought too many": (lambda frame: jumped(frame, 10), "jump", {"unit": "C5", "year": 2015}),
    "growth by formula": (lambda frame: steady(frame, 0), "steady", {"unit": "C6"}),
    "the same for years": (lambda frame: repeated(frame, 6), "repeated", {"unit": "C6"}),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_defect_is_found_where_it_was_planted(place, name):
    plant, reason, where = PLANTED[name]
    result = audit(place, plant(clean(11)))
    rows = seen(result, reason, **where)
    assert len(rows) == 1
    assert rows["severity"].iloc[0] == "improbable"
    # What the defect touches is found, and nothing else.
    assert set(result.table["unit"]) <= {rows["unit"].iloc[0], "C0", "C1"}


def test_all_that_the_truth_of_the_demonstration_plants_is_found(found, demo):
    planted = pd.DataFrame(demo.attrs["defects"]).groupby("defect")["unit"].first()
    assert len(seen(found, "heaped", unit=planted["heaped"])) == 2
    assert seen(found, "same_year", unit=planted["carried"])["n"].max() > 300
    assert len(seen(found, "same_school", unit=planted["copied"])) == 3
    assert seen(found, "above", unit=planted["above_staff"])["against"].tolist() == ["staff"]
    jump = next(row for row in demo.attrs["defects"] if row["defect"] == "jumped")
    assert len(seen(found, "jump", unit=jump["unit"], school=jump["school"], value=jump["value"])) == 1


@pytest.mark.slow
def test_the_demonstration_without_defects_has_nothing_but_schools_raised_to_the_standard(shanghai):
    from analysis.indicators.simulation import simulated_schools

    table = audit(shanghai, schools=simulated_schools(shanghai, years=(2016, 2017))).table
    assert set(table["check"]) == {"bunching"}
    assert set(table["severity"]) == {"notable"}


def test_simulated_schools_are_marked_simulated(found):
    assert found.simulated
    assert "模拟" in found.subtitle("zh-Hans")


def test_schools_add_up_to_their_unit_and_a_sum_that_does_not_is_found(shanghai, demo, found):
    assert seen(found, "sum").empty
    alone = demo.groupby(["school", "year"])["stage"].transform("size") == 1
    short = demo.drop(demo.index[(demo["stage"] == "primary") & (demo["year"] == 2017) & alone][0])
    rows = seen(audit(shanghai, schools=short, checks="identities"), "sum")
    assert set(rows["year"]) == {2017}
    assert (rows["value"] < rows["expected"]).all()


def schools(**columns):
    base = {"school": ["S1"], "unit": ["V"], "stage": ["primary"], "year": [2017], "students": [400.0]}
    return pd.DataFrame(base | columns)


@pytest.mark.parametrize(
    ("columns", "reason", "indicator"),
    [
        ({"teachers": [30.0], "staff": [28.0]}, "above", "teachers"),
        ({"teachers": [30.0], "teachers_above_qualification": [31.0]}, "above", "teachers_above_qualification"),
        ({"classes": [10.0], "largest_class": [39.0]}, "classes", "students"),
    ],
)
def test_what_should_not_differ_in_a_school_needs_no_chance(invented, columns, reason, indicator):
    (row,) = audit(invented, schools=schools(**columns)).table.to_dict("records")
    assert (row["reason"], row["indicator"], row["severity"]) == (reason, indicator, "identity")
    assert np.isnan(row["p"])


def test_backbone_teachers_may_be_heads_who_do_not_teach(invented):
    assert audit(invented, schools=schools(teachers=[30.0], backbone_teachers=[31.0])).table.empty


def test_stages_that_miss_the_shared_row_are_found(invented):
    table = pd.DataFrame({
        "school": ["S"] * 3, "unit": ["V"] * 3, "stage": ["primary", "junior", "nine_year"], "year": [2017] * 3,
        "students": [300, 200, 510],
    })  # fmt: skip
    (row,) = audit(invented, schools=table).table.to_dict("records")
    assert (row["reason"], row["value"], row["expected"]) == ("stages", 510, 500)


def test_a_merger_is_no_jump_since_the_merged_unit_is_another_territory(invented):
    result = audit(invented, checks="jumps")
    # U of 2012 and U of 2017 are two territories; of the others there are too few.
    assert result.table.empty
    assert result.frame["series"].nunique() == 5
    assert result.frame.loc[result.frame["unit"].isin(["U:2014", "U"]), "series"].nunique() == 2


def test_a_change_across_a_break_is_no_jump(tmp_path):
    rules = {}
    place = counties(tmp_path, k=1, rules=rules)
    path = tmp_path / "data/indicators/all.yaml"
    broken = path.read_text(encoding="utf-8").replace(
        "topic: schooling", "breaks: [{year: 2015, reason: {zh-Hans: 口径改变, en: another scope}}], topic: schooling"
    )
    figures = clean(3, k=1)
    figures.loc[(figures["unit"] == "C2") & (figures["year"] >= 2015), "value"] *= 3
    assert len(audit(place, figures, checks="jumps").table) == 1
    path.write_text(broken, encoding="utf-8")
    assert audit(Workspace(tmp_path), figures, checks="jumps").table.empty


def test_figures_published_rounded_are_no_heaping(place):
    figures = clean(5)
    rows = figures["unit"] == "C4"
    figures.loc[rows, "value"] = np.rint(figures.loc[rows, "value"] / 100) * 100
    figures["status"] = np.where(rows, "rounded", "reported")
    assert seen(audit(place, figures), "heaped").empty
    assert len(seen(audit(place, figures.drop(columns="status")), "heaped", unit="C4")) == 1


def test_a_figure_that_all_repeat_is_no_copy(place):
    figures = clean(5)
    for year in range(2012, 2021):
        for indicator in ("count_0", "count_1", "count_2", "count_3"):
            here = (figures["indicator"] == indicator) & (figures["year"] == year)
            before = (figures["indicator"] == indicator) & (figures["year"] == 2011)
            figures.loc[here, "value"] = figures.loc[before, "value"].to_numpy()
    assert audit(place, figures, checks=("copies", "stability")).table.empty


def test_values_just_at_a_threshold_are_found_with_the_threshold_that_is_said(tmp_path):
    place = counties(tmp_path, n=400, k=1)
    rng = np.random.default_rng(1)
    figures = pd.DataFrame({"unit": [f"C{i}" for i in range(400)], "year": 2017, "indicator": "count_0",
                            "value": np.rint(rng.uniform(500, 1500, 400))})  # fmt: skip
    honest = audit(place, figures, checks="bunching", thresholds={"count_0": 1000})
    assert honest.table.empty
    assert honest.tests["tests"].sum() == 1
    near = figures["value"].between(930, 999)
    figures.loc[near, "value"] = 1001
    (row,) = audit(place, figures, checks="bunching", thresholds={"count_0": 1000}).table.to_dict("records")
    assert (row["reason"], row["against"], row["severity"]) == ("bunched", "1000", "notable")


def test_benford_is_applied_only_where_its_preconditions_hold_and_says_so(tmp_path):
    place = counties(tmp_path, n=600, k=2)
    rng = np.random.default_rng(1)
    units = [f"C{i}" for i in range(600)]
    wide = np.rint(10 ** rng.normal(4, 0.7, 600))
    figures = pd.DataFrame({
        "unit": units * 2, "year": 2017, "indicator": ["count_0"] * 600 + ["count_1"] * 600,
        "value": np.r_[wide, rng.integers(100, 900, 600)],
    })  # fmt: skip
    result = audit(place, figures, checks="benford")
    assert result.applied.set_index("indicator")["why"].to_dict() == {"count_0": "", "count_1": "narrow"}
    assert result.table.empty
    assert any("hold in 1 of 2 groups" in note["en"] for note in result.notes)
    faked = figures.assign(
        value=np.where(figures["indicator"] == "count_0", np.rint(10 ** rng.uniform(2, 5, 1200)), 500)
    )
    faked.loc[faked["indicator"] == "count_0", "value"] = [
        int(f"{rng.integers(1, 10)}{int(v)}") for v in faked.loc[faked["indicator"] == "count_0", "value"]
    ]
    assert seen(audit(place, faked, checks="benford"), "benford")["severity"].tolist() == ["notable"]


def test_p_values_are_adjusted_over_the_whole_batch(place):
    result = audit(place, jumped(clean(11), 10))
    made = result.tests.groupby("check")["tests"].sum()
    row = result.table.sort_values("p").iloc[0]
    # Benjamini and Hochberg: the least p times the number of all tests, over its rank 1 (or less, with its neighbours).
    assert row["p_adjusted"] <= row["p"] * made.sum() * 1.0001
    assert row["p_adjusted"] >= row["p"] * made.sum() / len(result.table) * 0.9999


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_asks_to_verify_and_accuses_nobody(found, real, language):
    for result in (found, real):
        table = result.written(language)
        asks = "请" if language == "zh-Hans" else "please verify"
        assert all(asks in text for text in table["reason"])
        said = "\n".join([*table["reason"], *result.remarks(language), result.subtitle(language)])
        accusing = "造假|作假|虚报|瞒报|作弊|雷同|异常" if language == "zh-Hans" else "fraud|fake|cheat|fabricat|falsif"
        assert not re.search(accusing, said)
        assert "{" not in said


def test_every_reason_has_a_sentence_and_an_innocent_explanation():
    from analysis.indicators.words import words

    texts = words("audit")
    reasons = {key.removeprefix("reason.") for key in texts if key.startswith("reason.")}
    assert reasons == {key.removeprefix("innocent.") for key in texts if key.startswith("innocent.")}
    assert {"above", "jump", "heaped", "same_unit", "bunched"} <= reasons
    assert all(set(text) == set(LANGUAGES) for text in texts.values())


def test_what_was_not_tested_is_said(real):
    tests = real.tests
    assert {"digits", "peers", "changes", "few"} <= set(tests.loc[tests["left_out"] > 0, "why"])


def test_the_order_of_rows_changes_nothing(place):
    figures = heaped(jumped(clean(11), 10), 0.6)
    one = audit(place, figures).table
    other = audit(place, figures.sample(frac=1, random_state=1)).table
    names = ["check", "reason", "unit", "indicator", "year", "value"]
    assert one[names].to_numpy().tolist() == other[names].to_numpy().tolist()
    assert np.allclose(one["p"], other["p"])


def test_all_faults_of_a_table_come_at_once(place):
    codes = ["count_0", "count_0", "y", "y"]
    figures = pd.DataFrame({"unit": ["C0", "X9", "C1", "C1"], "year": 2017, "indicator": codes, "value": 1.0})
    with pytest.raises(DuzhengError) as caught:
        audit(place, figures)
    assert sorted(fault.code for fault in caught.value.faults) == ["DZ-I001", "DZ-T005", "DZ-U001"]
    with pytest.raises(DuzhengError) as caught:
        audit(place, clean(1).drop(columns="value"), schools=[1], checks=("guesses",), rule="none",
              thresholds={"count_0": "x"})  # fmt: skip
    assert sorted(fault.code for fault in caught.value.faults) == ["DZ-S002"] * 4 + ["DZ-T002"]


@pytest.mark.parametrize("checks", [3, [], (), [3]])
def test_no_checks_find_nothing_and_are_refused(place, checks):
    with pytest.raises(DuzhengError, match="DZ-S002"):
        audit(place, clean(1), checks=checks)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"value": "abc"}, "DZ-T003"),
        ({"value": np.inf}, "DZ-T003"),
        ({"value": -5.0}, "DZ-T004"),
        ({"year": 2011.5}, "DZ-T003"),
        ({"year": None}, "DZ-T003"),
        ({"unit": None}, "DZ-U001"),
    ],
)
def test_cells_that_are_no_figures_are_refused_with_their_place(place, columns, code):
    figures = clean(1).astype(dict.fromkeys(columns, "object"))
    for name, value in columns.items():
        figures.loc[3, name] = value
    with pytest.raises(DuzhengError) as caught:
        audit(place, figures)
    assert [fault.code for fault in caught.value.faults] == [code]


@pytest.mark.parametrize("thresholds", [{"count_0": "x"}, {"count_0": -1}, {"count_0": True}, [1], {"nothing": 3}])
def test_thresholds_are_positive_numbers_of_what_is_audited(place, thresholds):
    with pytest.raises(DuzhengError, match="DZ-S002"):
        audit(place, clean(1), thresholds=thresholds)


def test_a_table_of_schools_may_have_the_needed_columns_only(shanghai, demo):
    needed = ["school", "unit", "stage", "year", "students", "source"]
    assert audit(shanghai, schools=demo.loc[demo["unit"] == "310101", needed]).simulated


@pytest.mark.parametrize(
    "columns", [{"stage": "kk"}, {"teachers": "x"}, {"books": -5.0}, {"students": None}, {"students": 3.5},
                {"largest_class": 500.5}],
)  # fmt: skip
def test_what_the_contract_of_schools_refuses_is_refused_but_for_what_is_audited(invented, columns):
    odd = schools(teachers=[30.0], staff=[28.0])
    assert len(audit(invented, schools=odd).table) == 1
    with pytest.raises(DuzhengError, match="DZ-T00"):
        audit(invented, schools=odd.assign(**columns))


def test_simulated_and_real_schools_do_not_stand_in_one_audit(shanghai, demo):
    mixed = demo.assign(source=["simulated"] * (len(demo) - 1) + ["somewhere"])
    with pytest.raises(DuzhengError, match="DZ-B001"):
        audit(shanghai, schools=mixed)


def test_nothing_to_audit_is_an_empty_result(place):
    result = audit(place, clean(1).head(0))
    assert result.table.empty
    assert result.explain("en")


def test_the_checks_are_those_of_the_page(place):
    assert set(audit(place, clean(1)).tests["check"]) == set(CHECKS)


@pytest.mark.slow
def test_a_hundred_thousand_figures_take_seconds(tmp_path):
    import tracemalloc

    place = counties(tmp_path, n=500, k=20)
    figures = clean(1, n=500)
    start = time.perf_counter()
    audit(place, figures)
    taken = time.perf_counter() - start
    # Measured: 2 s and 0.1 GB on two cores that others used as well; ten times that is a fault.
    assert taken < 20
    tracemalloc.start()
    audit(place, figures)
    assert tracemalloc.get_traced_memory()[1] < 1e9
    tracemalloc.stop()
