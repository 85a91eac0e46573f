"""Statistical neighbours: who is near by declared circumstances, how far, and who could not be placed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform
from tests.indicators.places import counties, without

from analysis.indicators.peer_comparison import neighbours
from analysis.messages import LANGUAGES, DuzhengError

GONE = (("310151", "population_year_end", 2017), ("310116", "population_migrant", 2017))
SIZE = {"population_year_end": "log", "population_density": "log", "migrant_share": "level"}


def test_the_nearest_are_those_at_the_least_standardised_distance(shanghai):
    found = neighbours(shanghai)
    x = found.context.pivot_table(index="unit", columns="indicator", values="scaled")
    far = squareform(pdist(((x - x.mean()) / x.std(ddof=0)).to_numpy()))
    for number, unit in enumerate(x.index):
        order = [x.index[other] for other in np.argsort(far[number]) if other != number][:5]
        assert found.of(unit) == order
    mine = found.table[found.table["unit"] == x.index[3]]
    assert np.allclose(mine["distance"], np.sort(far[3])[1:6])


def test_distances_of_a_case_that_can_be_reckoned_by_hand(tmp_path):
    """x = 1, 2, 4: mean 7/3, population variance 14/9; |1 − 2| / s = 3 / √14, |2 − 4| / s = 6 / √14."""
    found = neighbours(counties(tmp_path, {"people": [1, 2, 4]}), context=["people"], k=2)
    of = found.table.set_index(["unit", "neighbour"])["distance"]
    assert of["C1", "C2"] == pytest.approx(3 / 14**0.5)
    assert of["C2", "C3"] == pytest.approx(6 / 14**0.5)
    assert found.of("C2") == ["C1", "C3"]


def test_weights_are_beside_each_other_and_equal_ones_change_nothing(shanghai):
    plain = neighbours(shanghai, context=SIZE)
    same = neighbours(shanghai, context=SIZE, weights=dict.fromkeys(SIZE, 7.0))
    assert np.allclose(plain.table["distance"], same.table["distance"])
    heavy = neighbours(shanghai, context=SIZE, weights={"migrant_share": 1000.0, "population_density": 0.001})
    near = heavy.table[heavy.table["rank"] == 1]
    assert (
        near["migrant_share"].abs().median() < plain.table.loc[plain.table["rank"] == 1, "migrant_share"].abs().median()
    )


def test_mahalanobis_counts_a_doubled_variable_hardly_more_than_once(tmp_path):
    rng = np.random.default_rng(1)
    a, b = rng.lognormal(3, 0.4, 12), rng.lognormal(3, 0.4, 12)
    place = counties(tmp_path, {"a": a, "b": b, "twin": a * np.exp(0.001 * rng.standard_normal(12))})
    once = neighbours(place, context=["a", "b"], method="mahalanobis", k=11)
    sigma = np.linalg.inv(np.cov(np.array([a, b]), ddof=0))
    gap = np.array([a[0] - a[1], b[0] - b[1]])
    of = once.table.set_index(["unit", "neighbour"])["distance"]
    assert of["C1", "C2"] == pytest.approx(float(np.sqrt(gap @ sigma @ gap)))
    with pytest.raises(DuzhengError, match="can't be inverted"):
        neighbours(counties(tmp_path / "flat", {"a": a, "b": 2 * a}), context=["a", "b"], method="mahalanobis")


def test_who_lacks_a_figure_is_nobody_s_neighbour_and_is_named(shanghai):
    found = neighbours(without(shanghai, *GONE))
    assert set(found.unplaced["unit"]) == {"310151", "310116"}
    assert not {"310151", "310116"} & (set(found.table["unit"]) | set(found.table["neighbour"]))
    assert any("崇明" in note["zh-Hans"] and "金山" in note["zh-Hans"] for note in found.notes)


def test_the_rule_set_s_own_choice_is_marked_as_such(shanghai):
    found = neighbours(shanghai)
    assert found.rule is not None
    assert found.rule.certainty == "own"
    assert "本办公室选定" in str(found.explain("zh-Hans"))
    assert neighbours(shanghai, context=["migrant_share"]).rule is None


def test_what_can_t_be_is_refused_all_at_once(shanghai):
    with pytest.raises(DuzhengError) as refused:
        neighbours(shanghai, context={"migrant_share": "cubic", "nobody": "level"}, k=0, method="far",
                   weights={"area": 1.0, "migrant_share": -1.0})  # fmt: skip
    assert [fault.code for fault in refused.value.faults].count("DZ-S002") == 5
    assert "DZ-I001" in {fault.code for fault in refused.value.faults}


def test_one_variable_may_be_named_by_itself(shanghai):
    assert neighbours(shanghai, context="migrant_share").settings["context"] == ("migrant_share",)


def test_a_chart_of_one_variable_says_which_it_is_and_its_measure(shanghai):
    spec = neighbours(shanghai, "310104", context="migrant_share").chart("zh-Hans").spec
    assert "比重（%）" in str(spec["facet"]["sort"])


def test_weights_that_are_no_numbers_and_units_that_are_none_are_refused_together(shanghai):
    with pytest.raises(DuzhengError) as refused:
        neighbours(shanghai, ["徐汇区", "q"], context=list(SIZE), weights={"migrant_share": "x"})
    told = str(refused.value)
    assert all(part in told for part in ("weight 'x' of migrant_share", "Write the code 310104", "'q'"))
    with pytest.raises(DuzhengError, match="weights=3"):
        neighbours(shanghai, weights=3)


def test_columns_of_variables_are_headed_as_the_differences_that_they_hold(shanghai):
    found = neighbours(shanghai, "310104")
    assert found.head("population_density", "zh-Hans") == "人口密度：与本地区之差（标准化）"
    assert "difference (standardised)" in found.readers("en").as_raw_html()
    # In settings the variable itself is meant.
    assert not any(
        "标准化）" in line for head, under in found.explain("zh-Hans").parts if "设" in head for line in under
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"unit": "310108"}, "DZ-U002"),
        ({"year": 1999}, "DZ-S003"),
        ({"method": "mahalanobis", "weights": {"migrant_share": 2.0}}, "DZ-S002"),
        ({"context": []}, "DZ-S002"),
    ],
)
def test_a_request_without_an_answer_is_refused(shanghai, asked, code):
    with pytest.raises(DuzhengError) as refused:
        neighbours(shanghai, **asked)
    assert refused.value.faults[0].code == code


def test_without_a_rule_set_the_context_must_be_given(tmp_path):
    place = counties(tmp_path, {"people": [1, 2, 4]})
    with pytest.raises(DuzhengError, match="no context"):
        neighbours(place)


def test_a_variable_that_is_the_same_everywhere_and_a_log_of_nothing_are_refused(tmp_path):
    place = counties(tmp_path, {"people": [5, 5, 5], "land": [0, 1, 2]})
    with pytest.raises(DuzhengError) as refused:
        neighbours(place, context={"people": "level", "land": "log"})
    assert len(refused.value.faults) == 2


@settings(max_examples=5, deadline=None)
@given(st.lists(st.floats(1, 1e6), min_size=4, max_size=12, unique=True), st.floats(0.01, 1000))
def test_the_unit_of_measure_changes_nothing(tmp_path_factory, values, factor):
    if np.ptp(values) < 1e-6 * max(values):
        return
    root = tmp_path_factory.mktemp("place")
    one = neighbours(counties(root / "a", {"people": values}), context=["people"], k=3)
    other = neighbours(counties(root / "b", {"people": [factor * each for each in values]}), context=["people"], k=3)
    assert np.allclose(one.table["distance"], other.table["distance"], rtol=1e-6, atol=1e-9)


def test_of_fewer_units_than_asked_the_note_says_how_many(tmp_path):
    found = neighbours(counties(tmp_path, {"people": [1, 2, 4]}), context=["people"], k=5)
    assert found.table.groupby("unit").size().eq(2).all()
    assert any("2" in note["en"] for note in found.notes)


@pytest.mark.parametrize("districts", ["one", "sixteen", pytest.param("missing", marks=pytest.mark.slow)])
def test_charts_are_those_that_were_looked_at(shanghai, stored_svg, districts):
    place = without(shanghai, *GONE) if districts == "missing" else shanghai
    found = neighbours(place, "310104" if districts == "one" else None)
    for language in LANGUAGES:
        stored_svg(f"neighbours_{districts}_{language.partition('-')[0]}", found.chart(language).spec, language)


def test_readers_see_names_and_not_codes(shanghai):
    html = neighbours(shanghai, "310104").readers("en").as_raw_html()
    assert "Xuhui" in html
    assert "310104" not in html
    assert "no ranking of quality" in html


@pytest.mark.slow
def test_three_thousand_units_take_seconds(tmp_path):
    import time

    rng = np.random.default_rng(2)
    place = counties(tmp_path, {name: rng.lognormal(5, 1, 2800).round(3) for name in ("a", "b", "c")})
    place.observations  # noqa: B018  read before the clock runs
    begun = time.perf_counter()
    found = neighbours(place, context=["a", "b", "c"], k=5)
    assert len(found.table) == 5 * 2800
    assert time.perf_counter() - begun < 20
