"""Samples are drawn with the probabilities that their logs say, once, and repeat with their seed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign
from analysis.surveys.questionnaire import Open, Probability
from analysis.surveys.sampling import draw_for, draw_sample, read_draw, write_draw
from analysis.surveys.selection import allocate, inclusion_probabilities, pick, stream
from analysis.workspace import read_table

DAY = dt.date(2025, 9, 1)


def schools(sizes=((40, 60, 30, 250, 45, 80, 35, 50), (20, 25, 90, 30, 55, 70))):
    return pd.DataFrame([
        (f"d{h}", f"s{h}{i}", pupils) for h, of in enumerate(sizes) for i, pupils in enumerate(of)
    ], columns=["district", "school", "pupils"])  # fmt: skip


def pupils(places):
    """Give a frame of persons with a value that depends on the place, whose total is known."""
    rows = places.loc[places.index.repeat(places["pupils"])].reset_index(drop=True)
    rows["pupil"] = [f"p{n}" for n in range(len(rows))]
    effect = rows.groupby("school")["pupils"].ngroup() % 5
    return rows.assign(y=10 + effect + np.random.default_rng(7).normal(0, 3, len(rows)))


def draw(frame, **said):
    said = {"strata": ["district"], "psu": "school", "places": 3, "persons": 10, "seed": 1, "drawn_on": DAY} | said
    said |= {} if "person" in said or "size" in said else {"size": "pupils"}
    return draw_sample(frame, **said)


@pytest.mark.parametrize("method", ["srs", "systematic", "pps"])
def test_as_many_are_drawn_as_were_asked_for(method):
    frame = schools()
    sample = draw(frame, method=method, order=["pupils"], places={"d0": 4, "d1": 3}, persons={"d0": 12, "d1": 40})
    log = sample.log.set_index("school")
    assert log.groupby("district").size().to_dict() == {"d0": 4, "d1": 3}
    assert log.groupby("district")["places"].first().to_dict() == {"d0": 8, "d1": 6}
    assert (log["persons"] == frame.set_index("school")["pupils"].reindex(log.index)).all()
    most = log["district"].map({"d0": 12, "d1": 40})
    assert (log["persons_drawn"] == np.minimum(log["persons"], most)).all()
    assert sample.persons.groupby("school").size().to_dict() == log["persons_drawn"].to_dict()
    assert sample.persons["person"].is_unique
    assert (log["probability_person"] == log["persons_drawn"] / log["persons"]).all()
    assert set(log["seed"]), set(log["drawn_on"]) == ({1}, {"2025-09-01"})


LIES = np.array([3, 0, 5, 1, 7, 2, 6, 4])
WAYS = [("srs", None), ("systematic", LIES), ("pps", None), ("pps", LIES)]


EIGHT, TRIES = np.array([40, 60, 30, 250, 45, 80, 35, 50]), 10_000


@pytest.fixture(scope="module", params=WAYS)
def drawn(request):
    """Draw three of eight places many times; give the way, each place's probability, and what each try took."""
    method, order = request.param
    picked = [pick(method, EIGHT, 3, order, stream(seed, "test")) for seed in range(TRIES)]
    said = picked[0][0]
    assert all((each == said).all() for each, _ in picked)
    return method, said, [taken for _, taken in picked]


def test_places_are_drawn_as_often_as_their_probabilities_say(drawn):
    method, said, picked = drawn
    sizes, tries = EIGHT, TRIES
    count = np.zeros(len(sizes))
    for taken in picked:
        count[taken] += 1
    assert count.sum() == 3 * tries
    uncertain = said < 1
    assert uncertain.all() == (method != "pps")
    assert (count[~uncertain] == tries).all()
    z = ((count - tries * said) / np.sqrt(tries * said * (1 - said) + 1e-12))[uncertain]
    # Squares of standard normal deviates, which are not independent: the bound of 1 : 10 000 holds roughly.
    assert (z**2).sum() < chi2.ppf(0.9999, uncertain.sum())
    assert np.abs(z).max() < 4


@pytest.mark.slow
def test_persons_are_drawn_as_often_as_their_probabilities_say():
    frame = pupils(schools(((12, 20, 8, 15),)))
    tries = 250
    drawn = Counter(
        person
        for seed in range(tries)
        for person in draw(frame, person="pupil", places=2, persons=5, seed=seed).persons["person"]
    )
    said = frame["school"].map(5 / frame.groupby("school").size()) * 2 / 4
    z = (frame["pupil"].map(drawn) - tries * said) / np.sqrt(tries * said * (1 - said))
    # Persons of a place come together, so their deviates correlate: each is held by itself, at 1 : 10 000 of 55.
    assert z.abs().max() < 4.5
    assert abs(z.mean()) < 0.5


def test_probabilities_are_those_reckoned_by_hand():
    # 3 of 165: 100 ≥ 55 is certain; then 2 of 65: 40 ≥ 32.5 is; then 1 of 25: 3/25, 5/25, 8/25, 9/25.
    found = inclusion_probabilities([3, 5, 8, 9, 40, 100], 3)
    np.testing.assert_allclose(found, [0.12, 0.2, 0.32, 0.36, 1, 1], rtol=1e-12)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=40), st.data())
def test_probabilities_add_up_and_are_proportional_below_one(sizes, data):
    n = data.draw(st.integers(1, len(sizes)))
    found = inclusion_probabilities(sizes, n)
    assert found.sum() == pytest.approx(n)
    assert ((found > 0) & (found <= 1)).all()
    free = found < 1
    ratio = found[free] / np.array(sizes)[free]
    assert ratio.size == 0 or ratio.min() == pytest.approx(ratio.max())
    # Nobody who is not certain is as large as somebody who is.
    assert free.all() or not free.any() or np.array(sizes)[free].max() < np.array(sizes)[~free].min()


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_every_draw_keeps_its_promises(data):
    sizes = data.draw(st.lists(st.lists(st.integers(1, 60), min_size=1, max_size=9), min_size=1, max_size=4))
    method = data.draw(st.sampled_from(["srs", "systematic", "pps"]))
    frame = schools(sizes)
    numbers = {f"d{h}": data.draw(st.integers(1, len(of))) for h, of in enumerate(sizes)}
    take, seed = data.draw(st.integers(1, 70)), data.draw(st.integers(0, 2**31))
    said = {"method": method, "order": ["pupils"], "places": numbers, "persons": take, "seed": seed}
    sample = draw(frame, **said)
    assert sample.log.groupby("district").size().to_dict() == numbers
    assert sample.log["school"].is_unique
    assert (sample.log["certainty"] == (sample.log["probability_place"] == 1)).all()
    shuffled = frame.sample(frac=1, random_state=seed % 1000)
    pd.testing.assert_frame_equal(draw(shuffled, **said).log, sample.log)
    people = pupils(frame)
    listed = draw(people, **said, person="pupil")
    assert listed.log.drop(columns="frame_sha256").equals(sample.log.drop(columns="frame_sha256"))
    of = people.set_index("pupil")["school"]
    assert (listed.persons["school"] == of.reindex(listed.persons["person"]).to_numpy()).all()


def test_a_changed_stratum_changes_no_other_sample():
    frame = schools()
    more = pd.concat([frame, pd.DataFrame({"district": ["d1", "d2"], "school": ["s19", "s20"], "pupils": [44, 70]})])
    numbers = {"d0": 3, "d1": 3, "d2": 1}
    for method in ("srs", "pps"):
        before = draw(frame, method=method).log
        after = draw(more, method=method, places=numbers).log
        columns = [name for name in before if name != "frame_sha256"]
        pd.testing.assert_frame_equal(
            before.loc[before["district"] == "d0", columns], after.loc[after["district"] == "d0", columns]
        )


def test_another_seed_or_name_draws_another_sample():
    frame = schools([range(20, 120)])
    one, same, other, named = (
        set(draw(frame, places=30, **said).log["school"]) for said in ({}, {}, {"seed": 2}, {"name": "staff-2025"})
    )
    assert one == same
    assert one != other
    assert one != named


def test_places_as_large_as_the_interval_are_taken_for_sure_again_and_again():
    # 3 of 185: the interval is 61.7, so 100 is certain; then 2 of 85: 42.5, so 43 is; then 1 of 42.
    frame = schools([[100, 43, 20, 12, 10]])
    logs = [draw(frame, places=3, method="pps", seed=seed).log.set_index("school") for seed in range(40)]
    for log in logs:
        assert log.loc[["s00", "s01"], "certainty"].all()
        assert log["certainty"].sum() == 2
    assert set(pd.concat(logs)["probability_place"].round(12)) == {1.0, *(round(x / 42, 12) for x in (20, 12, 10))}


def test_a_systematic_draw_spreads_over_the_order():
    frame = schools([range(1, 101)]).assign(kind=lambda rows: np.where(rows["pupils"] <= 30, "rural", "urban"))
    for seed in range(50):
        log = draw(frame, places=10, method="systematic", order=["pupils"], seed=seed).log
        gaps = np.diff(np.sort(log["persons"]))
        assert set(gaps) == {10}
        kinds = log["school"].map(frame.set_index("school")["kind"])
        assert (kinds == "rural").sum() == 3  # 30 of 100 places, exactly in proportion


def test_an_order_in_digits_is_an_order_of_numbers(tmp_path):
    path = tmp_path / "frame.csv"
    schools([range(1, 101)]).sample(frac=1, random_state=1).to_csv(path, index=False)
    log = draw(read_table(path).frame, places=10, method="systematic", order=["pupils"]).log
    assert set(np.diff(np.sort(log["persons"]))) == {10}


def test_horvitz_thompson_is_unbiased(drawn):
    method, probability, picked = drawn
    totals = EIGHT * (10 + np.arange(8) % 3)
    found = [(totals[taken] / probability[taken]).sum() for taken in picked]
    error = np.std(found) / np.sqrt(len(found))
    assert abs(np.mean(found) - totals.sum()) < 4 * error
    # Sizes and totals go together, which is why sizes are used at all.
    assert (np.std(found) < 0.1 * totals.sum()) == (method == "pps")


def design_of(sample, people):
    rows = people.merge(sample.persons[["person"]], left_on="pupil", right_on="person")
    rows = rows.merge(sample.log.drop(columns="district"), on="school", validate="many_to_one")
    rows["weight"] = 1 / (rows["probability_place"] * rows["probability_person"])
    rows["stratum"] = rows["district"].where(~rows["certainty"], "sure " + rows["school"])
    rows["unit"] = rows["school"].where(~rows["certainty"], rows["pupil"])
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("method", ["srs", "pps"])
def test_a_design_of_the_log_gives_the_true_total_within_its_interval(method):
    chance = np.random.default_rng(3)
    giant = [900] if method == "pps" else []
    people = pupils(schools([[*chance.integers(20, 90, 24), *giant], chance.integers(20, 90, 24)]))
    true, covered, tries = people["y"].sum(), 0, 60
    for seed in range(tries):
        sample = draw(people, person="pupil", places=8, persons=12, seed=seed, method=method)
        rows = design_of(sample, people)
        if method == "srs":
            design = SurveyDesign(data=rows, weights="weight", strata="district", psu="school", ssu="pupil",
                                  fpc=("places", "persons"))  # fmt: skip
        else:
            assert rows["certainty"].any()
            design = SurveyDesign(data=rows, weights="weight", strata="stratum", psu="unit")
        total = design.total("y").iloc[0]
        covered += total["lower"] <= true <= total["upper"]
    # 95 % of intervals hold the truth if all is right: of 60, 50 or more with probability 0.9998. With replacement is
    # assumed of pps, so more may.
    assert covered >= 50


def test_persons_can_be_drawn_without_places():
    frame = pd.DataFrame({"office": ["a"] * 30 + ["b"] * 10, "person": [f"p{n:02d}" for n in range(40)]})
    sample = draw_sample(frame, strata=["office"], psu="person", person="person", places={"a": 6, "b": 3}, persons=1,
                         seed=1, drawn_on=DAY)  # fmt: skip
    assert sample.log["probability_place"].round(3).tolist() == [0.2] * 6 + [0.3] * 3
    assert list(sample.persons) == ["person", "office"]
    assert sample.persons["person"].tolist() == sample.log["person"].tolist()


def test_no_name_or_address_of_a_frame_is_in_a_sample():
    people = pupils(schools()).assign(email="somebody@example.org", name="某某")
    sample = draw(people, person="pupil", persons=None)
    assert list(sample.persons) == ["person", "district", "school"]
    assert (sample.log["persons_drawn"] == sample.log["persons"]).all()
    assert "example.org" not in sample.log.to_csv()


FAULTY = """district,school,pupils
d0,s1,10
d0,s2,0
d0,s2,12
,s4,8
d1,s5,7.5
d1,s6,
"""


def test_every_fault_of_a_frame_is_said_with_its_row(tmp_path):
    (tmp_path / "frame.csv").write_text(FAULTY)
    with pytest.raises(DuzhengError) as error:
        draw(read_table(tmp_path / "frame.csv").frame, file="frame.csv")
    assert {(fault.code, fault.file) for fault in error.value.faults} == {("DZ-L011", "frame.csv")}
    assert [(fault.row, fault.column, fault.found) for fault in error.value.faults] == [
        (3, "pupils", "a size of '0'"), (4, "school", "'s2' again"), (5, "district", "nothing"),
        (6, "pupils", "a size of '7.5'"), (7, "pupils", "nothing"),
    ]  # fmt: skip


def test_every_fault_of_the_columns_and_the_method_is_said():
    frame = schools().rename(columns={"district": "places"})
    with pytest.raises(DuzhengError) as error:
        draw(frame, strata=["places", "stage"], person="pupil", size="pupils", method="haphazard")
    said = str(error.value)
    for part in ("no column 'stage'", "no column 'pupil'", "'places'; expected another name", "ids of persons and",
                 "haphazard"):  # fmt: skip
        assert part in said
    with pytest.raises(DuzhengError, match="without an order"):
        draw(schools(), method="systematic")
    with pytest.raises(DuzhengError, match="an empty frame"):
        draw(schools().head(0))


def test_a_person_twice_and_a_place_in_two_strata_are_faults():
    people = pupils(schools(((3, 3), (3, 3))))
    people.loc[1, "pupil"] = "p0"
    people.loc[4, "district"] = "d1"
    with pytest.raises(DuzhengError) as error:
        draw(people, person="pupil", places=1)
    assert [fault.found for fault in error.value.faults] == ["place 's01' with two values", "'p0' again"]


def test_every_number_that_does_not_fit_the_strata_is_a_fault():
    with pytest.raises(DuzhengError) as error:
        draw(schools(), places={"d0": 9, "d9": 2}, persons={"d0": 0, "d1": 5})
    said = str(error.value)
    for part in ("9 places for stratum d0; expected 8 at most", "no number of places for stratum d1",
                 "2 places for stratum d9; expected a stratum", "0 persons for stratum d0; expected"):  # fmt: skip
        assert part in said
    assert len(error.value.faults) == 4


def survey(log=""):
    selection = Probability(kind="probability", frame="a list", strata=("district",), psu="school", log=log)
    head = SimpleNamespace(id="students", wave=2025, selection=selection)
    return SimpleNamespace(name="students-2025", questionnaire=head)


@pytest.mark.parametrize("log", ["", "data/frames/other.csv"])
def test_a_sample_is_drawn_once_and_reads_back(tmp_path, log):
    sample = draw(schools(), method="pps", seed=11)
    files = write_draw(tmp_path, survey(log), sample)
    name = log.rpartition("/")[2].removesuffix(".csv") or "students-2025"
    assert [path.relative_to(tmp_path).as_posix() for path in files] == [
        f"data/frames/{name}.csv", f"data/frames/{name}.persons.csv",
    ]  # fmt: skip
    found = read_draw(tmp_path, survey(log))
    pd.testing.assert_frame_equal(found.log, sample.log, check_dtype=False)
    pd.testing.assert_frame_equal(found.persons, sample.persons)
    before = files[0].read_bytes()
    with pytest.raises(DuzhengError, match="a sample is drawn once") as error:
        write_draw(tmp_path, survey(log), draw(schools(), seed=12))
    assert [fault.code for fault in error.value.faults] == ["DZ-L011"] * 2
    assert files[0].read_bytes() == before
    assert sorted(path.name for path in files[0].parent.iterdir()) == sorted(path.name for path in files)


def test_a_draw_that_was_not_made_cannot_be_read(tmp_path):
    with pytest.raises(DuzhengError, match="Draw the sample first"):
        read_draw(tmp_path, survey())


def test_an_interrupted_write_leaves_nothing(tmp_path):
    sample = draw(schools())
    broken = SimpleNamespace(log=sample.log, persons=SimpleNamespace())
    with pytest.raises(AttributeError):
        write_draw(tmp_path, survey(), broken)
    assert not list(tmp_path.rglob("*.csv*"))


SIZES = pd.Series({"a": 500, "b": 300, "c": 200})


def test_allocations_are_those_of_the_textbook():
    assert allocate(SIZES, 100) == {"a": 50, "b": 30, "c": 20}
    assert allocate(SIZES, 99, "equal") == {"a": 33, "b": 33, "c": 33}
    # Cochran (1977), formula 5.26: n·N·S / Σ N·S, here 100 · (500·2, 300·5, 200·10) / 4500.
    found = allocate(SIZES, 100, "neyman", sds={"a": 2, "b": 5, "c": 10})
    assert found == {"a": 22, "b": 33, "c": 45}


def test_a_stratum_that_neyman_would_overdraw_is_taken_completely():
    # Cochran (1977), section 5.8: c would get 67 of 20; it gives 20, and a and b share 80 as 500·2 : 300·2.
    sizes = pd.Series({"a": 500, "b": 300, "c": 20})
    assert allocate(sizes, 100, "neyman", sds={"a": 2, "b": 2, "c": 160}) == {"a": 50, "b": 30, "c": 20}


@given(st.lists(st.integers(1, 300), min_size=1, max_size=12), st.sampled_from(["equal", "proportional", "neyman"]),
       st.data())  # fmt: skip
def test_allocations_add_up_within_their_bounds(sizes, how, data):
    frame = pd.Series(dict(enumerate(sizes)))
    floor = sum(min(2, size) for size in sizes)
    total = data.draw(st.integers(floor, sum(sizes)))
    sds = {key: data.draw(st.floats(0, 50)) for key in frame.index}
    found = allocate(frame, total, how, sds=sds)
    assert sum(found.values()) == total
    assert all(min(2, size) <= found[key] <= size for key, size in frame.items())


def test_allocations_that_cannot_be_are_refused_with_all_faults():
    with pytest.raises(DuzhengError) as error:
        allocate(SIZES, 1001, "neyman", sds={"a": 1, "b": -1})
    assert len(error.value.faults) == 3
    with pytest.raises(DuzhengError, match="between 6"):
        allocate(SIZES, 5)


def test_the_sample_of_a_questionnaire_is_drawn_as_its_selection_says():
    frame, asked = schools(), {"seed": 3, "drawn_on": DAY, "size": "pupils", "persons": 5}
    found = draw_for(survey(), frame, total=8, how="equal", **asked)
    assert found.log.groupby("district").size().to_dict() == {"d0": 4, "d1": 4}
    shared = draw_for(survey(), frame, total=9, **asked)
    persons = frame.groupby("district")["pupils"].sum()
    assert shared.log.groupby("district").size().to_dict() == allocate(persons, 9, most=pd.Series({"d0": 8, "d1": 6}))
    same = draw(frame, places=3, persons=5, seed=3, name="students-2025")
    pd.testing.assert_frame_equal(draw_for(survey(), frame, places=3, **asked).log, same.log)


def test_what_is_asked_of_a_sample_is_held_before_it_is_drawn():
    unasked = SimpleNamespace(name="public-2025", questionnaire=SimpleNamespace(selection=Open(kind="open")))
    with pytest.raises(DuzhengError) as error:
        draw_for(unasked, schools(), seed=1, drawn_on=DAY, size="pupils")
    assert [fault.found for fault in error.value.faults] == [
        "public-2025, whose respondents are not drawn", "neither a number of places nor a total",
    ]  # fmt: skip
    with pytest.raises(DuzhengError, match="a number of places and a total"):
        draw_for(survey(), schools(), places=2, total=4, seed=1, drawn_on=DAY, size="pupils")
    with pytest.raises(DuzhengError, match="no column 'pupil'"):
        draw_for(survey(), schools(), total=4, seed=1, drawn_on=DAY, size="pupil")
