"""Nonresponse: rates and odds by hand, late against early answers, and open samples that have no rate."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.messages import DuzhengError
from analysis.satisfaction.fieldwork.nonresponse import nonresponse
from analysis.satisfaction.fieldwork.representativeness import sample_of
from analysis.surveys.design import design_of
from analysis.surveys.example import example_design


def answered(districts=2, *, kind="probability", keep=None, started=None, schools=5):
    """Give an invented wave of which only some answered, or in another order."""
    design = example_design(kind, districts=districts, schools=schools)
    came = design.wave.responses
    came = came if started is None else came.assign(started=started(came))
    came = came if keep is None else came[keep(came)]
    return design_of(replace(design.wave, responses=came.reset_index(drop=True)), labels=design.labels)


def looked(design, **settings):
    """Look at nonresponse with a curve of few steps."""
    return nonresponse(design, steps=4, **settings)


def unevenly(came):
    """Leave out three in ten of one district, differently by school."""
    order = np.arange(len(came))
    return ~((came["district"] == "b").to_numpy() & (order % 10 < 1 + order // 20 % 5))


def test_rates_are_answers_of_those_drawn():
    found = looked(answered(keep=unevenly)).table
    # 100 answers of 125 in a, 70 of 125 in b; 170 of 250 in all.
    assert found["district"].isna().tolist() == [True, False, False]
    assert found["n"].tolist() == [170, 100, 70]
    assert found["drawn"].tolist() == [250, 125, 125]
    assert found["estimate"].tolist() == pytest.approx([68.0, 80.0, 56.0])
    assert (found["lower"] < found["estimate"]).all()
    assert (found["estimate"] < found["upper"]).all()


def test_the_odds_of_two_groups_are_their_cross_product_ratio():
    row = looked(answered(keep=unevenly)).propensity.iloc[0]
    assert (row["variable"], row["category"], row["base"]) == ("district", "b", "a")
    assert row["odds"] == pytest.approx((70 / 55) / (100 / 25))


def test_errors_of_odds_are_those_of_persons_clustered_in_places():
    design = answered(4, keep=lambda came: np.arange(len(came)) % 11 < 5 + np.arange(len(came)) // 20 % 5)
    found = looked(design).propensity
    persons = sample_of(design.wave.log, design.data, place="school", by=["district"])
    persons = persons.assign(school=persons["school"].astype(str))
    x = pd.get_dummies(persons["district"], drop_first=True, dtype=float)
    code = pd.factorize(persons["school"])[0]
    fit = sm.Logit(persons["responded"].astype(float), sm.add_constant(x)).fit(
        cov_type="cluster", cov_kwds={"groups": code}, disp=0
    )
    n, k = len(persons), 4
    # statsmodels corrects by G / (G − 1) (n − 1) / (n − k), we by G / (G − 1), as R's svyglm does.
    factor = np.sqrt((n - k) / (n - 1))
    assert np.log(found["odds"]).to_numpy() == pytest.approx(fit.params.to_numpy()[1:], rel=1e-6)
    half = (np.log(found["upper"]) - np.log(found["lower"])) / 2
    assert half.to_numpy() == pytest.approx(2.1199 * factor * fit.bse.to_numpy()[1:], rel=1e-4)  # t of 20 − 4 df


def test_the_r_indicator_is_that_of_the_sample_with_its_weights():
    found = looked(answered(keep=unevenly)).evenness
    assert found.iloc[0]["indicator"] == "R"
    assert found.iloc[0]["unadjusted"] == pytest.approx(1 - (0.8 - 0.56), abs=0.02)
    assert set(found["indicator"]) == {"R", "unconditional", "conditional"}


def test_where_everybody_answered_there_are_rates_and_no_odds():
    design = answered()
    log = design.wave.log.assign(persons_drawn=20)
    found = looked(design_of(replace(design.wave, log=log), labels=design.labels))
    assert (found.table["estimate"] == 100).all()
    assert found.propensity.empty
    assert found.evenness.empty


def by_satisfaction(came):
    """Let the satisfied answer first."""
    turn = (-came["whole"].to_numpy(float)).argsort(kind="stable").argsort()
    return pd.Timestamp("2025-10-13") + pd.to_timedelta(turn, unit="h")


def test_late_answers_that_are_less_satisfied_pull_the_estimate_down():
    found = nonresponse(answered(started=by_satisfaction), "ixWhole").order
    line = found[found["part"] == "cumulative"]["estimate"].to_numpy()
    assert (np.diff(line) < 0).all()
    thirds = found[found["part"] == "contact"].set_index("step")["estimate"]
    assert thirds["early"] > thirds["middle"] > thirds["late"]
    moved = found[found["part"] == "difference"].iloc[0]
    assert moved["estimate"] == pytest.approx(thirds["late"] - thirds["early"])
    assert moved["upper"] < 0


def test_the_last_step_is_the_estimate_of_all():
    design = answered(keep=unevenly)
    found = nonresponse(design, "ixWhole")
    last = found.order[found.order["part"] == "cumulative"].iloc[-1]
    known = found.weighting.set_index("weighting").loc["calibrated"]
    for name in ("estimate", "se", "n"):
        assert last[name] == known[name]


def test_contacts_stand_in_their_order_where_they_are_known():
    design = answered()
    contact = pd.array(np.where(np.arange(len(design.data)) % 3 == 0, 10, 2), "Int16")
    wave = replace(design.wave, responses=design.wave.responses.assign(contact=contact))
    found = looked(design_of(wave, labels=design.labels), contact="contact")
    assert found.order.loc[found.order["part"] == "contact", "step"].tolist() == ["2", "10"]
    assert found.order["step"].iloc[-1] == "10 − 2"
    with pytest.raises(DuzhengError, match=r"DZ-S002.*contact='reminder'"):
        nonresponse(design, contact="reminder")


def test_weights_stand_side_by_side():
    drawn, opened = looked(answered(keep=unevenly)), looked(answered(kind="open"))
    assert drawn.weighting["weighting"].tolist() == ["none", "design", "calibrated"]
    assert drawn.weighting["unequal"].iloc[0] == 1
    assert (drawn.weighting["unequal"].iloc[1:] > 1).all()
    assert opened.weighting["weighting"].tolist() == ["none", "calibrated"]


def test_an_open_sample_has_no_rate_and_says_so():
    found = looked(answered(kind="open", keep=unevenly))
    assert {"drawn", "lower", "upper"}.isdisjoint(found.table)
    assert found.propensity.empty
    assert found.evenness.empty
    # 100 of 170 respondents live in a, which has 1,000 of 2,100 persons.
    row = found.table.set_index("district").loc["a"]
    assert row["estimate"] == pytest.approx(100 * 100 / 170)
    assert row["ratio"] == pytest.approx((100 / 170) / (1000 / 2100))
    assert found.places["answers"].sum() == 170
    assert "没有应答率" in " ".join(found.remarks("zh-Hans"))
    assert "no rate of response" in str(found.explain("en"))


def test_places_without_answers_are_counted():
    found = looked(answered(kind="open", keep=lambda came: came["place"] != "a03"))
    assert found.places.set_index("place").loc["a03", "answers"] == 0
    drawn = looked(answered(keep=lambda came: came["school"] != "a03"))
    assert drawn.places.set_index("school").loc["a03", ["drawn", "answers"]].tolist() == [25, 0]


def test_a_census_has_rates_too():
    found = looked(answered(kind="census"))
    assert found.table["estimate"].iloc[0] == 80
    assert "没有抽样误差" in str(found.explain("zh-Hans"))


def test_columns_that_the_log_does_not_know_are_refused():
    with pytest.raises(DuzhengError, match=r"DZ-S002.*by='stay'"):
        looked(answered(), by="stay")


def test_a_group_that_all_answered_has_no_odds():
    design = answered(3)
    log = design.wave.log
    log = log.assign(persons_drawn=log["persons_drawn"].where(log["district"] != "b", 20))
    found = looked(design_of(replace(design.wave, log=log), labels=design.labels))
    odds = found.propensity.set_index("category")["odds"]
    assert np.isnan(odds["b"])
    assert odds["c"] == pytest.approx(1)


def test_a_wave_of_one_district_of_those_drawn_has_odds_of_what_it_knows(strict):
    """Nobody of district b is in it: its rate is 0, and it has no odds."""
    design = answered(3, keep=lambda came: (came["district"] != "b") & unevenly_of(came, "c"))
    found = looked(design).propensity.set_index("category")
    assert np.isnan(found.loc["b", ["odds", "lower", "upper"]].astype(float)).all()
    assert found.loc["c", "odds"] == pytest.approx((70 / 55) / (100 / 25))
    only = looked(answered(2, keep=lambda came: came["district"] == "a"))
    assert only.propensity["odds"].isna().all()
    assert looked(answered(1)).table["estimate"].iloc[0] == 80


def unevenly_of(came, district):
    """Leave out three in ten of a district, differently by school."""
    order = np.arange(len(came))
    return ~((came["district"] == district).to_numpy() & (order % 10 < 1 + order // 20 % 5))


def test_the_script_has_what_r_needs_to_regress_answering_on_places(tmp_path):
    """What the script does by hand, done here from the files it reads: binomial regression, errors between places."""
    found = looked(answered(4, keep=lambda came: np.arange(len(came)) % 11 < 5 + np.arange(len(came)) // 20 % 5))
    text = found.as_r(tmp_path).read_text(encoding="utf-8")
    assert 'levels_of <- list(`district` = c("a", "b", "c", "d"))' in text
    assert "glm(cbind(answered, drawn - answered) ~ `district`, family = quasibinomial" in text
    assert "svyby(~ixWhole, ~contact_order, design, svymean" in text
    own = text[text.index("# Who answered") :]
    for pair in ("{}", "()", "[]"):
        assert own.count(pair[0]) == own.count(pair[1])
    places, odds, rates = (pd.read_csv(tmp_path / f"{name}.csv") for name in ("places", "odds", "rates"))
    x = np.column_stack([np.ones(len(places)), *(places["district"] == code for code in "bcd")]).astype(float)
    y, n, beta = places["answered"].to_numpy(float), places["drawn"].to_numpy(float), np.zeros(4)
    for _ in range(25):
        p = 1 / (1 + np.exp(-x @ beta))
        bread = np.linalg.inv((x * (n * p * (1 - p))[:, None]).T @ x)
        beta += bread @ (x.T @ (y - n * p))
    score = (y - n * p)[:, None] * x
    se = np.sqrt(np.diag(bread @ score.T @ score @ bread) * 20 / 19)
    assert odds["odds"].to_numpy() == pytest.approx(np.exp(beta[1:]))
    assert odds["upper"].to_numpy() == pytest.approx(np.exp(beta + 2.1199 * se)[1:], rel=1e-4)  # t of 20 − 4 df
    assert rates["variable"].tolist() == ["all", *["district"] * 4]
    assert rates["estimate"].iloc[0] == pytest.approx(100 * y.sum() / n.sum())


def test_an_open_sample_has_a_script_of_its_index_and_none_of_rates(tmp_path):
    text = looked(answered(kind="open")).as_r(tmp_path).read_text(encoding="utf-8")
    assert "svymean(~ixWhole" in text
    assert "places.csv" not in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"design": None}, "a NoneType"),
        ({"level": 0}, "level=0"),
        ({"steps": 0}, "steps=0"),
        ({"of": ["ixWhole"]}, "one index"),
    ],
)
def test_what_cannot_be_looked_at_is_said(arguments, said):
    with pytest.raises(DuzhengError, match=said):
        nonresponse(**{"design": answered(), **arguments})


def test_rates_and_coverage_have_texts_of_their_own():
    drawn_ones, opened = looked(answered()), looked(answered(kind="open"))
    assert "rates of response" in drawn_ones.chart("en").alt
    assert "known totals" in opened.chart("en").alt


@cache
def drawn(kind, districts):
    """Give an invented wave with a district of few answers."""
    last = example_design(kind, districts=districts).wave.responses["district"].max()

    def keep(came):
        return (came["district"] != last) | (np.arange(len(came)) % 12 == 0) if districts > 1 else unevenly(came)

    return looked(answered(districts, kind=kind, schools=4, started=by_satisfaction, keep=keep))


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize(("districts", "name"), [(1, "one"), (16, "many")])
def test_the_charts_are_as_they_were_found_right(stored_svg, districts, name, language):
    found, short = drawn("probability", districts), language[:2]
    stored_svg(f"nonresponse_{short}_{name}", found.chart(language).spec, language)
    if districts == 1:
        stored_svg(f"nonresponse_order_{short}", found.order_chart(language).spec, language)
    elif language == "zh-Hans":
        stored_svg("nonresponse_open_zh", drawn("open", districts).chart(language).spec, language)
