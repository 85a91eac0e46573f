"""The R-indicator against published formulas and its own repetition; reminders against simulated fieldwork."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from tests.conftest import ROOT, questionnaires

from analysis.messages import DuzhengError
from analysis.satisfaction import (
    compare_reminders,
    next_reminder,
    r_indicator,
    reminder_chances,
    sample_of,
    whom_to_remind,
)
from analysis.surveys.simulate import read_truth
from analysis.surveys.simulate.manners import ready
from analysis.surveys.simulate.population import draw
from analysis.surveys.simulate.respondents import respondents

SURVEYS = {survey.name: survey for survey in questionnaires()}
CHANCES = {"a": 0.5, "b": 0.6, "c": 0.75}


def simple(seed, n=600):
    chance = np.random.default_rng(seed)
    sample = pd.DataFrame({"x": chance.choice(list("abc"), n, p=[0.3, 0.4, 0.3]), "y": chance.choice(list("uv"), n)})
    return sample, pd.Series(chance.random(n) < sample["x"].map(CHANCES))


def test_bias_and_variance_are_those_of_the_risq_manual_but_for_what_the_docstring_says():
    """De Heij, Schouten and Shlomo (2015), RISQ manual 2.1, for a simple random sample from a large population."""
    sample, responded = simple(1)
    n, r = len(sample), responded.to_numpy(float)
    x = np.column_stack([np.ones(n), sample["x"] == "b", sample["x"] == "c", sample["y"] == "v"]).astype(float)
    beta = np.zeros(4)
    for _ in range(25):
        rho = expit(x @ beta)
        beta += np.linalg.solve((x * (rho * (1 - rho))[:, None]).T @ x, x.T @ (r - rho))
    rho = expit(x @ beta)
    z = x * (rho * (1 - rho))[:, None]
    information = np.linalg.inv(z.T @ x)
    s2 = rho.var(ddof=1)
    theirs = s2 - (np.einsum("ij,jk,ik->i", z, information, z).mean() - s2 / n)
    ours = theirs + z.mean(axis=0) @ information @ z.mean(axis=0)
    found = r_indicator(sample, responded, by=["x", "y"]).iloc[0]
    assert found["unadjusted"] == pytest.approx(1 - 2 * np.sqrt(s2), abs=1e-9)
    # The covariance of coefficients is a sandwich here, and the inverse of the information there.
    assert found["value"] == pytest.approx(1 - 2 * np.sqrt(ours), abs=5e-4)
    assert found["value"] == pytest.approx(1 - 2 * np.sqrt(theirs), abs=5e-3)
    a, b = np.cov(np.column_stack([z, rho]).T, ddof=0)[:4, 4], np.cov(z.T, ddof=0)
    variance = 4 * a @ information @ a + 2 * np.trace(b @ information @ b @ information)
    variance += ((rho - rho.mean()) ** 2).var() / n
    assert found["se"] == pytest.approx(np.sqrt(variance / ours), rel=0.03)


def test_the_standard_error_is_the_spread_over_samples_and_the_bias_is_taken_off():
    shares = np.array([0.3, 0.4, 0.3])
    rates = np.array([*CHANCES.values()])
    true = 1 - 2 * np.sqrt(shares @ rates**2 - (shares @ rates) ** 2)
    found = pd.concat([r_indicator(*simple(seed), by=["x", "y"]).head(1) for seed in range(150)])
    assert found["se"].mean() == pytest.approx(found["value"].std(), rel=0.15)
    assert abs(found["value"].mean() - true) < 0.012
    covered = ((found["lower"] <= true) & (true <= found["upper"])).mean()
    assert 0.9 <= covered <= 0.99


def test_bias_falls_with_its_correction_where_all_answer_alike():
    raw, mended = [], []
    for seed in range(40):
        chance = np.random.default_rng(seed)
        sample = pd.DataFrame({"x": chance.integers(0, 30, 900)})
        found = r_indicator(sample, chance.random(900) < 0.6, by="x", model="cells").iloc[0]
        raw.append(found["unadjusted"])
        mended.append(found["value"])
    assert np.mean(raw) < 0.85  # 30 cells of 30 persons look uneven by chance alone
    assert np.mean(mended) > 0.93


def test_clusters_widen_the_error():
    chance = np.random.default_rng(4)
    place = np.repeat(np.arange(60), 20)
    sample = pd.DataFrame({"x": np.where(place < 30, "a", "b"), "place": place})
    responded = chance.random(1200) < expit(0.3 + chance.normal(0, 1, 60)[place] + (place < 30))
    alone = r_indicator(sample, responded, by="x").iloc[0]
    within = r_indicator(sample, responded, by="x", cluster="place").iloc[0]
    assert within["unadjusted"] == alone["unadjusted"]
    assert within["se"] > 1.5 * alone["se"]


def test_parts_add_up_and_the_variable_that_matters_has_them():
    sample, responded = simple(2, 4000)
    found = r_indicator(sample, responded, by=["x", "y"], model="cells")
    parts = found[(found["indicator"] == "unconditional") & (found["variable"] == "x")].set_index("category")["value"]
    whole = float(parts[parts.index.isna()].iloc[0])
    assert np.sqrt((parts.dropna()[parts.index.notna()] ** 2).sum()) == pytest.approx(whole)
    assert parts.loc["a"] < 0 < parts.loc["c"]
    whole_of = found[found["category"].isna()].set_index(["indicator", "variable"])["value"]
    conditional = {name: whole_of["conditional", name] for name in "xy"}
    assert conditional["x"] > 0.08
    assert conditional["y"] < 0.03
    of_y = whole_of["unconditional", "y"]
    s2 = ((1 - found["unadjusted"].dropna().iloc[0]) / 2) ** 2
    # S² splits into what y explains and what is left within y's categories, which x explains.
    assert of_y**2 + conditional["x"] ** 2 == pytest.approx(s2, rel=1e-3)


def test_weights_count_as_so_many_persons():
    sample, responded = simple(3)
    weights = pd.Series(np.where(sample["y"] == "u", 1, 3))
    twice = sample.loc[np.repeat(sample.index, weights)].reset_index(drop=True)
    again = responded.loc[np.repeat(sample.index, weights)].reset_index(drop=True)
    one = r_indicator(sample, responded, by=["x", "y"], weights=weights, model="cells").iloc[0]
    two = r_indicator(twice, again, by=["x", "y"], model="cells").iloc[0]
    assert one["unadjusted"] == pytest.approx(two["unadjusted"], abs=2e-4)  # N − 1 and n* − 1
    assert one["se"] > two["se"]


def test_faults_are_told_at_once_and_nobody_or_everybody_is_no_ground():
    sample, responded = simple(1, 40)
    with pytest.raises(DuzhengError) as caught:
        r_indicator(sample.assign(y=None), responded[:10], by=["x", "y", "z"])
    assert len(caught.value.faults) == 3
    with pytest.raises(DuzhengError, match="DZ-S003"):
        r_indicator(sample, np.ones(40, bool), by="x")


def test_a_sample_comes_from_the_log_with_weights_of_both_stages():
    log = pd.DataFrame({"school": ["a", "b"], "stage": ["x", "y"], "places": [10, 4], "places_drawn": [2, 1],
                        "persons": [300, 90], "persons_drawn": [3, 2]})  # fmt: skip
    found = sample_of(log, pd.DataFrame({"school": ["a", "b", "b", "b"]}), place="school", by=["stage"])
    assert found["responded"].tolist() == [True, False, False, True, True]
    assert found["weight"].tolist() == [500, 500, 500, 180, 180]


def test_reminders_are_as_good_as_the_best_of_all_ways_to_send_them():
    sample = pd.DataFrame({"x": np.repeat(list("abcd"), [10, 8, 12, 6])})
    responded = np.concatenate([[True] * 4 + [False] * 6, [True] * 6 + [False] * 2, [True] * 5 + [False] * 7,
                                [True] * 2 + [False] * 4])  # fmt: skip
    chance = pd.DataFrame({"x": list("abcd"), "chance": [0.5, 0.3, 0.2, 0.4]})
    found = next_reminder(sample, responded, by="x", budget=6, chance=chance).set_index("x").sort_index()
    drawn, answered = np.array([10, 8, 12, 6]), np.array([4, 6, 5, 2])
    best = max(
        1 - 2 * np.sqrt(drawn / 36 @ (rate - drawn / 36 @ rate) ** 2)
        for sent in combinations_with_replacement(range(5), 6)  # the fifth is nobody
        for counts in [np.bincount(sent, minlength=5)[:4]]
        if (counts <= drawn - answered).all()
        for rate in [(answered + counts * chance["chance"].to_numpy()) / drawn]
    )
    assert found["remind"].sum() <= 6
    assert compare_reminders(found).set_index("strategy").loc["chosen", "r"] == pytest.approx(best, abs=0.002)


def test_no_reminder_is_sent_where_all_answer_alike_and_none_beyond_those_who_wait():
    sample = pd.DataFrame({"x": ["a"] * 10 + ["b"] * 10})
    even = next_reminder(sample, [True] * 5 + [False] * 5 + [True] * 5 + [False] * 5, by="x", budget=5, chance=0.5)
    assert even["remind"].sum() == 0
    uneven = next_reminder(sample, [True] * 9 + [False] + [True] * 1 + [False] * 9, by="x", budget=99, chance=0.2)
    assert uneven.set_index("x")["remind"].to_dict() == {"b": 9, "a": 0}


def test_chances_of_reminders_are_drawn_together_where_few_were_sent():
    sample = pd.DataFrame({"x": ["a"] * 400 + ["b"] * 400 + ["c"] * 4})
    answered = [True] * 200 + [False] * 200 + [True] * 80 + [False] * 320 + [False] * 4
    found = reminder_chances(sample, np.ones(804), answered, by="x").set_index("x")
    assert found.loc["a", "chance"] == pytest.approx(0.5, abs=0.01)
    assert 0.05 < found.loc["c", "chance"] < 0.35
    alike = reminder_chances(sample, np.ones(804), [i % 4 == 0 for i in range(804)], by="x")
    assert alike["chance"].max() == alike["chance"].min()


CELLS = pd.DataFrame({"district": ["1", "1", "2"], "stage": ["a", "b", "a"], "remind": [5, 0, 9]})


def participants_of(**columns):
    """Give 40 participants a cell; of each ten one was not invited, two completed, one opted out."""
    turn = np.arange(120) % 10
    return pd.DataFrame({
        "person": [f"p{number:03}" for number in range(120)],
        "district": np.repeat(["1", "1", "2"], 40), "stage": np.repeat(["a", "b", "a"], 40),
        "sent": pd.Series(pd.Timestamp("2025-03-03")).repeat(120).reset_index(drop=True).where(turn != 0),
        "completed": np.isin(turn, [1, 2]), "opted_out": turn == 3,
    }).assign(**columns)  # fmt: skip


def picked_of(participants, cells=CELLS, seed=1):
    found = whom_to_remind(cells, participants, by=["district", "stage"], seed=seed)
    return participants.set_index("person").loc[found]


def test_as_many_as_were_chosen_are_reminded_in_each_cell_and_only_those_who_may_be():
    found = picked_of(participants_of())
    assert found.groupby(["district", "stage"]).size().to_dict() == {("1", "a"): 5, ("2", "a"): 9}
    assert found.index.is_unique
    assert found["sent"].notna().all()
    assert not (found["completed"] | found["opted_out"]).any()


def test_fewer_are_reminded_where_fewer_wait():
    found = picked_of(participants_of(), CELLS.assign(remind=[100, 2, 0]))
    assert found.groupby(["district", "stage"]).size().to_dict() == {("1", "a"): 24, ("1", "b"): 2}


def test_a_seed_draws_the_same_persons_whatever_the_order_of_rows_and_another_seed_others():
    persons = participants_of()
    first = list(picked_of(persons).index)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(persons))
        assert list(picked_of(persons.iloc[order], CELLS.iloc[::-1]).index) == first
    assert list(picked_of(persons, seed=2).index) != first


def test_everybody_of_a_cell_is_as_likely_to_be_reminded():
    # Forty cities of the same cells and persons in one table are forty draws; ten seeds make them 400.
    persons = pd.concat([participants_of(city=f"{city:02}") for city in range(40)], ignore_index=True)
    wanted = pd.concat([CELLS.assign(city=f"{city:02}") for city in range(40)])
    persons["who"], persons["person"] = persons["person"], persons["city"] + persons["person"]
    picked = [persons[persons["person"].isin(whom_to_remind(wanted, persons, by=["city", "district", "stage"], seed=k))]
              for k in range(10)]  # fmt: skip
    counts = pd.concat(picked).groupby(["who", "district"]).size()
    # 24 wait in each cell; a count of 400 draws is binomial, and none of 48 is beyond 4 standard deviations.
    for district, many in (("1", 5), ("2", 9)):
        of = counts.xs(district, level="district")
        likely = many / 24
        assert len(of) == 24
        assert (abs(of - 400 * likely) < 4 * np.sqrt(400 * likely * (1 - likely))).all()


def test_codes_that_are_numbers_in_one_table_and_words_in_the_other_are_the_same():
    numbers = CELLS.assign(district=[1, 1, 2])
    assert list(picked_of(participants_of(), numbers).index) == list(picked_of(participants_of()).index)


def test_participants_without_an_id_are_passed_over():
    persons = participants_of()
    persons.loc[persons["district"] == "2", "person"] = ["", None] * 20
    assert set(picked_of(persons)["district"]) == {"1"}


def test_participants_of_another_wave_and_tables_that_are_wrong_are_refused_at_once():
    persons = participants_of(person=["p1"] * 120)
    wrong_cells = pd.concat([CELLS, CELLS]).assign(district="9", remind=[-1, 1, 1, 1, 1, 1])
    with pytest.raises(DuzhengError) as caught:
        whom_to_remind(wrong_cells, persons, by=["district", "stage"], seed=1)
    text = str(caught.value)
    for words in ("a cell twice", "remind = -1", "person p1 twice", "no participant in a cell such as 9, "):
        assert words in text
    with pytest.raises(DuzhengError) as caught:
        whom_to_remind(CELLS.drop(columns="remind"), persons.drop(columns="sent"), by="stage", seed=1)
    assert caught.value.faults[0].column == "remind"
    assert whom_to_remind(CELLS.assign(remind=0), participants_of(), by=["district", "stage"], seed=1) == []


def reminded(seed, *, senior):
    """Simulate a wave's fieldwork up to a second reminder, and what each way to send that one brings.

    Persons, places and their readiness come from the simulator, ``senior`` makes one stage less ready (log odds).
    Everybody who waits is reminded on day 5, with chances that are lower than the readiness to answer by 1 in log odds;
    what came of it is all that is known on day 7, when reminders for 40 % of those who wait are given out.
    """
    survey = SURVEYS["students-2025"]
    truth = read_truth(ROOT / "data/demo/students.truth.yaml", [*SURVEYS.values()], root=ROOT)
    manner = truth.manner.model_copy(
        update={"rate": 0.6, "rate_places": 0.5, "readiness": {"grade": {"sen": senior}}, "happier": 0.1}
    )
    wave = truth.waves[2025].model_copy(update={"manner": None})
    truth = truth.model_copy(update={"manner": manner, "waves": {2025: wave}})
    chance, drawn = np.random.default_rng(seed), draw(truth, survey, None, seed)
    persons, log = drawn.persons, drawn.log
    likely = ready(truth, survey, respondents(truth, survey, persons, seed), persons, seed)
    weight = (log["places"] / log["places_drawn"] * log["persons"] / log["persons_drawn"])[persons["row"]].to_numpy()
    by, n = ["unit", "group"], len(persons)
    answered = chance.random(n) < likely * (1 - np.exp(-5 * 3 / 14))
    to_reminder = expit(logit(likely) - 1)
    first = ~answered
    came = first & (chance.random(n) < to_reminder)
    answered |= came
    waiting = np.flatnonzero(~answered)
    chosen = next_reminder(persons, answered, by=by, weights=weight, budget=int(0.4 * len(waiting)),
                           chance=reminder_chances(persons, first, came, by=by))  # fmt: skip
    queue = persons.loc[chance.permutation(waiting), by]
    limit = queue.merge(chosen[[*by, "remind"]], on=by, how="left")["remind"].to_numpy()
    picked = queue.index[queue.groupby(by).cumcount().to_numpy() < limit]
    of_themselves = likely * np.exp(-7 * 3 / 14) / (1 - likely * (1 - np.exp(-7 * 3 / 14))) / 2
    luck, rows = chance.random(n), {}
    for name, sent in {"none": [], "chosen": picked, "random": chance.permutation(waiting)[: len(picked)],
                       "all": waiting}.items():  # fmt: skip
        moved = np.where(np.isin(np.arange(n), sent), 1 - (1 - to_reminder) * (1 - of_themselves), of_themselves)
        end = answered | (luck < moved)
        found = r_indicator(persons, end, by=by, weights=weight, model="cells").iloc[0]
        rows[name] = {"reminders": len(sent), "r": found["value"], "rate": found["rate"]}
    return pd.DataFrame(rows).T


def study(seeds, senior):
    runs = pd.concat({seed: reminded(seed, senior=senior) for seed in seeds}, names=["seed", "strategy"])
    return runs, runs["r"].unstack()  # noqa: PD010  of a series


def test_chosen_reminders_make_simulated_fieldwork_more_even_than_others():
    runs, r = study(range(4), -0.9)
    assert (r["chosen"] > r[["none", "random", "all"]].max(axis=1) + 0.03).all()
    mean = runs.groupby("strategy").mean()
    assert mean.loc["chosen", "reminders"] == mean.loc["random", "reminders"] < 0.5 * mean.loc["all", "reminders"]


@pytest.mark.slow
@pytest.mark.parametrize(("senior", "gain"), [(-0.9, 0.06), (0.0, 0.04)])
def test_thirty_simulated_waves_are_more_even_by_chosen_reminders(senior, gain):
    _, r = study(range(30), senior)
    for other in ("random", "all"):
        difference = r["chosen"] - r[other]
        error = difference.std() / np.sqrt(30)
        assert difference.mean() - 2 * error > gain, (other, difference.mean(), error)
        assert (difference > 0).all()
