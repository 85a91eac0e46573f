"""Regression and tests: what R's numbers don't show, such as domains, calibration, missing values and refusals."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.stats.reference import data, design

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign
from analysis.stats.design.chisqsum import tail

CLOSE = {"rel": 1e-10, "abs": 1e-12}
SHARED = ["estimate", "se", "lower", "upper", "n", "psus", "deff"]


@pytest.mark.parametrize("name", ["dstrat", "dclus1", "dclus2", "rclus1"])
def test_a_constant_alone_is_the_mean_of_every_domain(name):
    plan = design(name)
    for by in ([], ["stype"]):
        model = plan.regress("api00 ~ 1", by=by).table
        pd.testing.assert_frame_equal(
            model[[*by, *SHARED]], plan.mean("api00", by=by)[[*by, *SHARED]], rtol=1e-9, check_dtype=False
        )


@pytest.mark.parametrize("name", ["dstrat", "dclus2", "rclus1"])
def test_t_test_of_groups_is_the_contrast_of_their_means(name):
    plan = design(name)
    ours = plan.ttest("api00", "awards").iloc[0]
    groups = {"d": {("api00", "Yes"): 1, ("api00", "No"): -1}}
    contrast = plan.contrast("api00", groups, by="awards", df=plan.df - 1).iloc[0]
    for column in ("estimate", "se", "lower", "upper"):
        assert ours[column] == pytest.approx(contrast[column], **CLOSE)
    three = plan.ttest("api00", "stype").iloc[0]
    wald = plan.regress("api00 ~ stype").test("stype").iloc[0]
    assert [three["statistic"], three["ndf"], three["ddf"], three["p"]] == pytest.approx(
        [wald["statistic"], 2, wald["ddf"], wald["p"]], **CLOSE
    )
    assert math.isnan(three["estimate"])


def test_one_mean_is_tested_on_the_degrees_of_freedom_of_the_design():
    row = design("dclus1").ttest("api00", null=600).iloc[0]
    mean = design("dclus1").mean("api00").iloc[0]
    assert row["statistic"] == pytest.approx((mean["estimate"] - 600) / mean["se"])
    assert row["p"] == pytest.approx(2 * stats.t.sf(row["statistic"], 14))
    assert [row["lower"], row["upper"]] == pytest.approx([mean["lower"], mean["upper"]])


def test_ordinal_regression_agrees_with_statsmodels_where_rows_are_drawn_alike():
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    rng = np.random.default_rng(5)
    x = rng.normal(size=(400, 2))
    y = np.digitize(x @ [1.0, -0.5] + rng.logistic(size=400), [-1.0, 0.5, 2.0])
    frame = pd.DataFrame({"y": y, "a": x[:, 0], "b": x[:, 1], "w": 1.0})
    model = SurveyDesign(frame, weights="w").regress("y ~ a + b", family="ordinal")
    theirs = OrderedModel(y, x, distr="logit").fit(method="bfgs", disp=False, gtol=1e-9, maxiter=500)
    cuts = theirs.model.transform_threshold_params(theirs.params)[1:-1]
    # Theirs stops when its own criterion is met, at about 1e-8.
    assert list(model.table["estimate"]) == pytest.approx([*theirs.params[:2], *cuts], rel=1e-6)
    # The sandwich estimates what their information does.
    assert list(model.table["se"][:2]) == pytest.approx(list(theirs.bse[:2]), rel=0.1)
    assert model.models[0].fitted.deviance == pytest.approx(-2 * theirs.llf, rel=1e-10)
    shares = model.predict(frame.head(3))
    assert list(shares.groupby(level=0)["estimate"].sum()) == pytest.approx([1, 1, 1])
    assert shares["estimate"].to_numpy().reshape(3, 4) == pytest.approx(theirs.predict(x[:3]), rel=1e-5)
    assert ((shares["lower"] < shares["estimate"]) & (shares["estimate"] < shares["upper"])).all()


@pytest.mark.parametrize(("family", "outcome"), [("gaussian", "y"), ("binomial", "z"), ("ordinal", "o")])
def test_weights_that_count_are_rows(family, outcome):
    rng = np.random.default_rng(11)
    frame = pd.DataFrame({"x": rng.normal(size=60), "psu": np.repeat(np.arange(12), 5), "w": rng.integers(1, 4, 60)})
    noise = frame["x"] + rng.logistic(size=60)
    frame = frame.assign(y=noise, z=noise > 0, o=np.digitize(noise, [-1, 0, 1]))
    many = frame.loc[frame.index.repeat(frame["w"])].assign(w=1)
    few, long = (
        SurveyDesign(f, weights="w", psu="psu").regress(f"{outcome} ~ x", family=family) for f in (frame, many)
    )
    for column in ("estimate", "se", "p"):
        assert list(few.table[column]) == pytest.approx(list(long.table[column]), rel=1e-8)
    for method in ("wald", "likelihood"):
        ours, theirs = (m.test("x", method=method).iloc[0] for m in (few, long))
        assert [ours["statistic"], ours["p"]] == pytest.approx([theirs["statistic"], theirs["p"]], rel=1e-7)


def test_scores_vanish_and_the_bread_is_the_inverse_of_the_information():
    for formula, family in [("wide ~ ell + meals + mobility", "binomial"), ("stype ~ ell + meals", "ordinal")]:
        frame = data("apiclus1").assign(stype=pd.Categorical(data("apiclus1")["stype"], ["E", "M", "H"], ordered=True))
        plan = SurveyDesign(frame, weights="pw", psu="dnum")
        found = plan.regress(formula, family=family).models[0]
        size = np.abs(found.fitted.scores).sum(axis=0)
        assert np.abs(found.fitted.scores.sum(axis=0) / size).max() < 1e-10
        from analysis.stats.design import fits

        def deviance(beta, found=found, family=family):
            if family == "binomial":
                line = found.x @ beta
                return 2 * np.sum(found.weight * (np.logaddexp(0, line) - found.y * line))
            cuts = np.concatenate([[-np.inf], beta[2:], [np.inf]])
            line, y = found.x @ beta[:2], found.y.astype(int)
            share = stats.logistic.cdf(cuts[y + 1] - line) - stats.logistic.cdf(cuts[y] - line)
            return -2 * np.sum(found.weight * np.log(share))

        beta, steps = found.fitted.coefficients, np.sqrt(np.diag(found.fitted.bread)) * 1e-3
        assert isinstance(found.fitted, fits.Fit)
        information = np.empty((len(beta), len(beta)))
        for i in range(len(beta)):
            for j in range(len(beta)):
                e, f = np.eye(len(beta))[i] * steps, np.eye(len(beta))[j] * steps
                corners = [deviance(beta + a * e + b * f) * a * b for a in (1, -1) for b in (1, -1)]
                information[i, j] = sum(corners) / (8 * steps[i] * steps[j])
        assert np.linalg.inv(information) == pytest.approx(found.fitted.bread, rel=1e-4, abs=1e-7)


def test_likelihood_test_is_the_f_test_where_rows_are_drawn_alike():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"w": 1.0, "x": rng.normal(size=4000), "g": rng.choice(list("abc"), 4000)})
    frame["y"] = frame["x"] * 0.02 + rng.normal(size=4000)
    model = SurveyDesign(frame, weights="w").regress("y ~ x + g")
    import statsmodels.api as sm

    x = np.column_stack([np.ones(4000), frame["x"], frame["g"] == "b", frame["g"] == "c"]).astype(float)
    plain = sm.OLS(frame["y"], x).fit()
    f = float(plain.compare_f_test(sm.OLS(frame["y"], x[:, [0, 1]]).fit())[0])
    # Asymptotically equal: at 4,000 rows the covariances differ by a few per cent.
    assert model.test("g", method="likelihood")["statistic"][0] == pytest.approx(f, rel=0.05)
    assert model.test("g")["statistic"][0] == pytest.approx(f, rel=0.05)


def test_prediction_of_the_linear_model_is_a_domain_mean_of_a_saturated_one():
    plan = design("dclus1")
    shown = plan.regress("api00 ~ stype", df=14).predict(pd.DataFrame({"stype": ["E", "H", None, "M"]}))
    means = plan.mean("api00", by="stype", df=14)
    for column in ("estimate", "se", "lower", "upper"):
        assert list(shown[column].dropna()) == pytest.approx(list(means[column]), rel=1e-9)
    assert shown.loc[2].isna().all()


def test_chi_square_in_domains_and_with_missing_answers():
    frame = data("apiclus2").copy()
    frame.loc[frame.index[::9], "stype"] = None
    plan = SurveyDesign(frame, weights="pw", psu="dnum", ssu="snum", fpc=("fpc1", "fpc2"))
    whole = plan.chisq("sch.wide", "stype").iloc[0]
    assert whole["n"] == frame["stype"].notna().sum()
    by = plan.chisq("sch.wide", "stype", by="comp.imp")
    assert by["n"].sum() == whole["n"]
    assert list(by.columns[:2]) == ["variable", "comp.imp"]
    # Rows without an answer are a domain left out, not a smaller sample: setting their weight to 0 must be the same.
    zero = frame.assign(pw=frame["pw"].where(frame["stype"].notna(), 0.0), stype=frame["stype"].fillna("E"))
    same = SurveyDesign(zero, weights="pw", psu="dnum", ssu="snum", fpc=("fpc1", "fpc2")).chisq(
        "sch.wide", "stype", df=plan.df
    )
    assert same.iloc[0]["statistic"] == pytest.approx(whole["statistic"], rel=1e-10)
    # The second stage's correction counts: without it the test is another.
    one = SurveyDesign(frame, weights="pw", psu="dnum", fpc="fpc1").chisq("sch.wide", "stype").iloc[0]
    assert one["statistic"] != pytest.approx(whole["statistic"], rel=1e-4)


def test_chi_square_refers_pearson_to_f_where_rows_are_drawn_alike():
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"w": 1.0, "a": rng.choice(list("xyz"), 3000), "b": rng.choice(list("uv"), 3000)})
    plain = stats.chi2_contingency(pd.crosstab(frame["a"], frame["b"]), correction=False)
    plan = SurveyDesign(frame, weights="w")
    first = plan.chisq("a", "b", statistic="Chisq").iloc[0]
    assert first["statistic"] == pytest.approx(plain.statistic, rel=1e-10)
    for statistic in ("F", "Chisq", "lincom", "saddlepoint", "Wald", "adjWald"):
        assert plan.chisq("a", "b", statistic=statistic)["p"][0] == pytest.approx(plain.pvalue, rel=0.05)


def test_ranks_don_t_depend_on_the_order_of_rows():
    frame = data("apistrat")
    plan = design("dstrat").ranktest("api00", "comp.imp").iloc[0]
    mixed = SurveyDesign(frame.sample(frac=1, random_state=4), weights="pw", strata="stype", fpc="fpc")
    again = mixed.ranktest("api00", "comp.imp").iloc[0]
    assert [plan["estimate"], plan["se"]] == pytest.approx([again["estimate"], again["se"]], rel=1e-11)
    for test in ("vanderwaerden", "median"):
        assert 0 < design("dstrat").ranktest("api00", "comp.imp", test=test)["p"][0] < 1
    assert design("dstrat").ranktest("api00", "stype")["ndf"][0] == 2


def test_sums_of_chi_squares_against_published_and_closed_forms():
    for x, expected in [(0.1, 0.9458), (0.7, 0.5064), (2.0, 0.1240)]:  # Imhof (1961), table 1
        assert tail(x, np.array([0.6, 0.3, 0.1])) == pytest.approx(expected, abs=5e-5)
    for x in (0.01, 1.0, 8.0, 60.0, 160.0):
        assert tail(x, np.full(4, 2.0)) == pytest.approx(stats.chi2.sf(x / 2, 4), rel=1e-11)
        assert tail(x, np.full(4, 2.0), 17.3) == pytest.approx(stats.f.sf(x / 8, 4, 17.3), rel=1e-11)
        assert tail(x, np.array([3.0]), 5) == pytest.approx(stats.f.sf(x / 3, 1, 5), rel=1e-11)
        # Worst where the sum is of one term; the saddlepoint's error is relative.
        assert tail(x, np.full(4, 2.0), 17.3, "saddlepoint") == pytest.approx(stats.f.sf(x / 8, 4, 17.3), rel=0.03)
        assert tail(x, np.full(4, 2.0), 17.3, "satterthwaite") == pytest.approx(stats.f.sf(x / 8, 4, 17.3), rel=1e-11)


def test_a_domain_of_one_psu_has_no_test():
    plan = design("dclus1")
    model = plan.regress("api00 ~ 1", by="cname").table.set_index("cname")
    alone = model[model["psus"] == 1]
    assert len(alone)
    assert alone["se"].isna().all()
    assert set(alone["note"]) == {"one PSU: no standard error"}
    rows = plan.ttest("api00", "awards", by="cname")
    assert rows.loc[rows["psus"] == 1, "p"].isna().all()
    assert plan.chisq("awards", "stype", by="cname").query("psus == 1")["p"].isna().all()


def test_what_is_wrong_with_a_request_is_said():
    plan = design("dclus1")
    for formula, words in [
        ("api00", "expected outcome ~ terms"),
        ("api00 ~ nope", "`nope` is not present"),
        ("stype ~ ell", "values of type str; expected numbers"),
        ("api00 ~ ell + ell2", "columns that are combinations of others: ell2"),
    ]:
        frame = data("apiclus1").assign(ell2=2 * data("apiclus1")["ell"])
        with pytest.raises(DuzhengError, match=words):
            SurveyDesign(frame, weights="pw", psu="dnum").regress(formula)
    with pytest.raises(DuzhengError, match="expected two values"):
        plan.regress("stype ~ ell", family="binomial")
    with pytest.raises(DuzhengError, match="categories without order"):
        plan.regress("stype ~ ell", family="ordinal")
    with pytest.raises(DuzhengError, match="terms 'nope'; expected some of"):
        plan.regress("api00 ~ ell").test("nope")
    with pytest.raises(DuzhengError, match="unknown column 'nope'"):
        plan.chisq("nope", "stype")
    with pytest.raises(DuzhengError, match="statistic='X'"):
        plan.chisq("awards", "stype", statistic="X")
    with pytest.raises(DuzhengError, match="1 group"):
        SurveyDesign(data("apiclus1").assign(g=1), weights="pw", psu="dnum").ttest("api00", "g")


def test_separated_groups_are_noted():
    frame = pd.DataFrame({"w": 1.0, "x": np.arange(20.0), "y": np.arange(20) > 9})
    note = SurveyDesign(frame, weights="w").regress("y ~ x", family="binomial").table["note"]
    assert note.str.contains("separated").all()


def test_further_numbers_of_r():
    """What the reference file lacks; from R 4.2.2 with survey 4.1.1 and 16 digits, the calls as said."""
    plan = design("dclus1")
    linear = plan.regress("api00 ~ ell + meals + mobility")
    # regTermTest(m, ~ell + mobility, method = "LRT"): chisq over the sum of lambda; R's p is a saddlepoint's.
    row = linear.test("ell", "mobility", method="likelihood").iloc[0]
    assert row["statistic"] == pytest.approx(8409.242291557603 / (4319.510829627367 + 3102.028956415709), rel=1e-9)
    assert row["p"] == pytest.approx(0.3544833557453431, rel=2e-3)
    # svyglm(family = quasibinomial(), control = list(epsilon = 1e-14)): the errors of the last step.
    logit = plan.regress("wide ~ ell + meals + mobility", family="binomial")
    r = [0.701135900395708389, 0.012573076866990177, 0.009210762495694686, 0.025830082581132143]
    assert list(logit.table["se"]) == pytest.approx(r, rel=1e-8)
    row = logit.test("ell", "mobility", method="likelihood").iloc[0]
    assert row["statistic"] == pytest.approx(5.175377530042965 / (1.0851917914885152 + 0.2595246042113961), rel=1e-7)
    assert row["p"] == pytest.approx(0.06359183881904204, rel=0.03)
    # svyolr(st ~ ell + meals): R stops early, its optimum is off by 1e-5 and its errors by 4e-4.
    frame = data("apiclus1").assign(st=pd.Categorical(data("apiclus1")["stype"], ["E", "M", "H"], ordered=True))
    ordinal = SurveyDesign(frame, weights="pw", psu="dnum", fpc="fpc").regress("st ~ ell + meals", family="ordinal")
    r = [-0.039040733876921550, -0.005090179232679144, 0.107652349279162091, 1.352960237153180589]
    assert list(ordinal.table["estimate"]) == pytest.approx(r, rel=2e-5)
    r = [0.0192052983315877, 0.0122442184224594, 0.5832278825818153, 0.6667029190334941]
    assert list(ordinal.table["se"]) == pytest.approx(r, rel=5e-4)
    assert set(ordinal.table["df"]) == {12}
    # svyranktest(api00 ~ stype), and of comp.imp with test = "vanderWaerden" and "median".
    assert plan.ranktest("api00", "stype")["p"][0] == pytest.approx(0.3605467848573, rel=1e-9)
    assert plan.ranktest("api00", "stype")["statistic"][0] == pytest.approx(2.2239748213755 / 2, rel=1e-9)
    waerden = plan.ranktest("api00", "comp.imp", test="vanderwaerden")["statistic"][0]
    assert waerden == pytest.approx(1.086665157461, rel=1e-9)
    median = plan.ranktest("api00", "comp.imp", test="median")["statistic"][0]
    assert median == pytest.approx(0.31500969347852, rel=1e-9)
    # R's predict of the linear model for one row.
    shown = linear.predict(pd.DataFrame({"ell": [10], "meals": [20], "mobility": [5]})).iloc[0]
    assert [shown["estimate"], shown["se"]] == pytest.approx([750.80314963336, 15.70854], rel=1e-6)


def test_a_domain_without_answers_is_noted_and_takes_nothing_with_it():
    frame = data("apiclus1").copy()
    frame.loc[frame["stype"] == "H", ["api00", "awards"]] = None
    plan = SurveyDesign(frame, weights="pw", psu="dnum")
    for found in (
        plan.ttest("api00", by="stype"), plan.ttest("api00", "comp.imp", by="stype"),
        plan.ranktest("api00", "comp.imp", by="stype"), plan.chisq("awards", "comp.imp", by="stype"),
        plan.regress("api00 ~ ell", by="stype").table, plan.mean("api00", by="stype"),
        plan.variance("api00", by="stype"),
    ):  # fmt: skip
        notes = found.groupby("stype")["note"].first()
        assert notes["H"]
        assert not notes["E"]
        assert list(notes.index) == ["E", "H", "M"]
    model = plan.regress("api00 ~ ell", by="stype")
    assert model.test("ell").loc[1, "note"]
    assert model.predict(frame.head(3))["estimate"].notna().any()


def test_categories_that_nobody_has_and_that_the_model_never_saw():
    frame = data("apiclus1").assign(kind=pd.Categorical(data("apiclus1")["stype"], ["E", "H", "M", "X"]))
    plan = SurveyDesign(frame, weights="pw", psu="dnum")
    model = plan.regress("api00 ~ kind")
    assert list(model.table["variable"]) == ["Intercept", "kind[T.H]", "kind[T.M]"]
    with pytest.raises(DuzhengError, match="categories 'Q'; expected those that the model was fitted to"):
        plan.regress("api00 ~ stype").predict(pd.DataFrame({"stype": ["E", "Q"]}))
    same = plan.chisq("kind", "stype").iloc[0]
    assert np.isnan(same["p"])
    assert same["note"] == "too many combinations without answers: merge categories"


def test_domains_of_one_group_and_of_one_row_keep_their_counts():
    frame = data("apiclus1").assign(single=np.arange(183))
    plan = SurveyDesign(frame, weights="pw", psu="dnum")
    groups = plan.ttest("api00", "awards", by=["stype", "awards"])
    assert set(groups["note"]) == {"fewer than two groups"}
    assert groups["n"].sum() == 183
    assert groups["n"].dtype.kind == "i"
    one = plan.variance("api00", by="single")
    assert set(one["note"]) == {"one row: no variance"}
    assert set(one["n"]) == {1}
