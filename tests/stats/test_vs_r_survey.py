"""Every number of R's survey 4.1.1 that the estimates of a design give, to 1e-9 of its size unless said otherwise.

R's own notes: ``ci`` is by the normal, ``ci_t_degf`` by t; ``deff = TRUE`` is the convention without replacement.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.stats.reference import ENTRIES, data, design

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign
from analysis.stats.design.chisqsum import tail

INF = math.inf
CLOSE = {"rel": 1e-9, "abs": 1e-12}
COLUMNS = {"stype": "stype", "schwide": "sch.wide", "county": "cname"}


def _of(prefix):
    """List the entries of linearised designs whose id starts so."""
    return [
        key for key, e in ENTRIES.items() if key.startswith(prefix) and e.get("design") not in {"j1", "jn", "jf", "jnf"}
    ]


def _keyed(frame, keys):
    return {str(key): row for key, (_, row) in zip(keys, frame.iterrows(), strict=True)}


def _agree(entry, ask, keys, *, names=None):
    """Compare value, se, both intervals and the design effect of an entry with what ``ask`` gives."""
    extra = entry.get("extra", {})
    normal, student = ask(df=INF), ask(df="design")
    if "degf" in extra:
        assert set(student["df"]) == {extra["degf"]}
    ours, ours_t = _keyed(normal, keys), _keyed(student, keys)
    effect = _keyed(ask(df=INF, deff="wor"), keys) if "deff" in extra else {}
    for key, value in entry["value"].items():
        name = (names or {}).get(key, key)
        row = ours[name]
        assert row["estimate"] == pytest.approx(value, **CLOSE)
        if "one PSU: no standard error" in row["note"]:
            assert row["psus"] == 1
            assert math.isnan(row["se"])
            continue
        assert row["se"] == pytest.approx(entry["se"][key], rel=1e-9, abs=1e-12)
        assert [row["lower"], row["upper"]] == pytest.approx(entry["ci"][key], **CLOSE)
        if "ci_t_degf" in extra:
            bounds = [ours_t[name]["lower"], ours_t[name]["upper"]]
            assert bounds == pytest.approx(extra["ci_t_degf"][key], **CLOSE)
        if key in effect:
            assert effect[name]["deff"] == pytest.approx(extra["deff"][key], **CLOSE)


def _same_matrix(ours, entry):
    np.testing.assert_allclose(ours, entry["extra"]["vcov"], rtol=1e-9, atol=1e-20)


@pytest.mark.parametrize("key", [k for k in _of("mean_") if "deff_replace" not in k])
def test_mean(key):
    entry, names = ENTRIES[key], list(ENTRIES[key]["value"])
    plan = design(entry["design"])
    _agree(entry, lambda **o: plan.mean(names, **o), names)
    if "vcov" in entry["extra"]:
        _same_matrix(plan.covariance(names), entry)


def test_mean_deff_replace_dclus2():
    entry = ENTRIES["mean_deff_replace_dclus2"]
    data("apiclus2")["not_wide"] = 1 - data("apiclus2")["wide"]
    plan, names = design("dclus2"), ["api00", "not_wide", "wide"]
    r = dict(zip(entry["value"], names, strict=True))
    deff = entry["extra"].pop("deff")
    _agree(entry, lambda **o: plan.mean(names, **o), names, names=r)
    _same_matrix(plan.covariance(names), entry)
    assert list(plan.mean(names, deff="wr")["deff"]) == pytest.approx(list(deff.values()), **CLOSE)


@pytest.mark.parametrize("key", [k for k in _of("total_") if "stype" not in k])
def test_total(key):
    entry, plan = ENTRIES[key], design(ENTRIES[key]["design"])
    _agree(entry, lambda **o: plan.total("enroll", **o), ["enroll"])


def test_total_stype_dclus1():
    entry, names = ENTRIES["total_stype_dclus1"], ["stypeE", "stypeH", "stypeM"]
    _agree(entry, lambda **o: design("dclus1").total(names, **o), names)
    _same_matrix(design("dclus1").covariance(names, statistic="total"), entry)


@pytest.mark.parametrize("key", _of("prop_stype_"))
def test_proportion_of_every_category(key):
    entry, plan = ENTRIES[key], design(ENTRIES[key]["design"])
    _agree(entry, lambda **o: plan.proportion("stype", method="mean", **o), ["stypeE", "stypeH", "stypeM"])
    _same_matrix(plan.covariance("stype", statistic="proportion"), entry)


@pytest.mark.parametrize("key", _of("ciprop_"))
def test_interval_of_a_proportion(key):
    entry, method = ENTRIES[key], key.split("_")[1]
    ours = design(entry["design"]).proportion("awards", method="logit" if method == "xlogit" else method).iloc[1]
    assert ours["category"] == "Yes"
    # R's point estimates for "beta" come from a fitted model, and are off by 1e-12 themselves.
    assert ours["estimate"] == pytest.approx(entry["value"], rel=1e-9)
    assert ours["se"] == pytest.approx(entry["se"], rel=1e-9)
    # R interpolates the profile of "likelihood" by a spline; ours solves it, so R is off in the fifth digit.
    tolerance = 2e-5 if method == "likelihood" else 1e-9
    assert [ours["lower"], ours["upper"]] == pytest.approx(entry["ci"], rel=tolerance)


@pytest.mark.parametrize("key", _of("quantile_"))
def test_quantile(key):
    entry = ENTRIES[key]
    ours = design(entry["design"]).quantile("api00", [0.25, 0.5, 0.75], rule=key.split("_")[1])
    for row in ours.to_dict("records"):
        prob = f"{row['prob']:g}"
        assert row["estimate"] == pytest.approx(entry["value"][prob], rel=1e-9)
        assert [row["lower"], row["upper"]] == pytest.approx(entry["ci"][prob], rel=1e-9)
        assert row["se"] == pytest.approx(entry["se"][prob], rel=1e-9)


@pytest.mark.parametrize("key", _of("ratio_"))
def test_ratio(key):
    plan = design(ENTRIES[key]["design"])
    _agree(ENTRIES[key], lambda **o: plan.ratio("api.stu", "enroll", **o), ["api.stu/enroll"])


@pytest.mark.parametrize("key", _of("weights_"))
def test_calibrated_weights(key):
    name = key.removeprefix("weights_")
    ours, r = design(name).current_weights().to_numpy(), data("weights_apiclus1")[name].to_numpy()
    np.testing.assert_allclose(ours, r, rtol=1e-12)
    summary = ENTRIES[key]["value"]
    now = design(name).weight_report().iloc[-1]
    assert now["sum"] == pytest.approx(summary["sum"], rel=1e-12)
    assert now["kish_deff"] == pytest.approx(summary["kish_deff"], rel=1e-11)


@pytest.mark.parametrize("key", _of("by_"))
def test_domains(key):
    entry = ENTRIES[key]
    _, group, statistic, *_ = key.split("_")
    plan, by = design(entry["design"]), COLUMNS[group]
    ask = {
        "mean": lambda **o: plan.mean("api00", by=by, **o),
        "total": lambda **o: plan.total("enroll", by=by, **o),
        "ratio": lambda **o: plan.ratio("api.stu", "enroll", by=by, **o),
        "prop": lambda **o: plan.mean("award", by=by, **o),
    }[statistic]
    keys = list(ask()[by])
    assert keys == list(entry["value"])
    _agree(entry, ask, keys)
    if "vcov" in entry["extra"]:
        _same_matrix(plan.covariance("api00", by=by), entry)


@pytest.mark.parametrize("key", _of("contrast_"))
def test_contrast(key):
    entry, plan = ENTRIES[key], design(ENTRIES[key]["design"])
    if "E_minus_H" in key:
        asked, by = {"c": {("api00", "E"): 1, ("api00", "H"): -1}}, "stype"
    elif "minus" in key:
        asked, by = {"c": {"api00": 1, "api99": -1}}, ()
    else:
        asked, by = {"c": lambda e: e["api00"] / e["api99"]}, ()
    items = ["api00"] if by else ["api00", "api99"]
    normal = plan.contrast(items, asked, by=by, df=INF).iloc[0]
    student = plan.contrast(items, asked, by=by).iloc[0]
    assert normal["estimate"] == pytest.approx(entry["value"], rel=1e-9)
    assert normal["se"] == pytest.approx(entry["se"], rel=1e-9)
    assert [normal["lower"], normal["upper"]] == pytest.approx(entry["ci"], rel=1e-9)
    assert [student["lower"], student["upper"]] == pytest.approx(entry["extra"]["ci_t_degf"], rel=1e-9)


@pytest.mark.parametrize("key", _of("lonely_"))
def test_lonely_psu(key):
    entry, rule = ENTRIES[key], key.split("_")[1]
    frame = data("apistrat_lonely")
    if rule == "fail":
        with pytest.raises(DuzhengError, match="only one PSU in the strata X"):
            SurveyDesign(frame, weights="pw", strata="str2")
        return
    plan = SurveyDesign(frame, weights="pw", strata="str2", lonely_psu=rule)
    ours = plan.mean("api00", df=INF).iloc[0]
    assert ours["estimate"] == pytest.approx(entry["value"], rel=1e-9)
    assert ours["se"] == pytest.approx(entry["se"], rel=1e-9)
    assert [ours["lower"], ours["upper"]] == pytest.approx(entry["ci"], rel=1e-9)
    assert plan.df == entry["extra"]["degf"]
    fresno = plan.mean("api00", by="cname").set_index("cname").loc["Fresno"]
    assert fresno["estimate"] == pytest.approx(entry["extra"]["domain_Fresno"]["value"], rel=1e-9)
    if key != "lonely_average_TRUE":  # adjusting strata that are lonely only within a domain is not offered
        assert fresno["se"] == pytest.approx(entry["extra"]["domain_Fresno"]["se"], rel=1e-9)


@pytest.mark.parametrize("key", _of("subset_LA_"))
def test_subset_is_a_domain(key):
    entry, plan = ENTRIES[key], design(ENTRIES[key]["design"])

    def ask(**options):
        frame = plan.mean("api00", by="cname", **options)
        return frame[frame["cname"] == "Los Angeles"]

    _agree(entry, ask, ["api00"])
    assert set(ask(df="domain")["df"]) == {entry["extra"]["degf_subset"]}


@pytest.mark.parametrize("key", _of("var_"))
def test_population_variance(key):
    row, entry = design(ENTRIES[key]["design"]).variance("api00", df=INF).iloc[0], ENTRIES[key]
    assert [row["estimate"], row["se"]] == pytest.approx([entry["value"], entry["se"]], rel=1e-9)
    assert [row["lower"], row["upper"]] == pytest.approx(entry["ci"], rel=1e-9)


FORMULAS = {
    "linear": "api00 ~ ell + meals + mobility",
    "logit": "wide ~ ell + meals + mobility",
    "factor": "api00 ~ stype + ell",
}


@pytest.mark.parametrize("key", _of("glm_"))
def test_regression(key):
    entry, kind = ENTRIES[key], key.split("_")[1]
    model = design(entry["design"]).regress(FORMULAS[kind], family="binomial" if kind == "logit" else "gaussian")
    # R's glm stops at 1e-8 and takes the weights of the step before the last for its covariance.
    close = 1e-4 if kind == "logit" else 1e-9
    table = model.table
    assert list(table["estimate"]) == pytest.approx(list(entry["value"].values()), rel=1e-9)
    assert list(table["se"]) == pytest.approx(list(entry["se"].values()), rel=close)
    np.testing.assert_allclose(table[["lower", "upper"]], list(entry["ci"].values()), rtol=close)
    assert set(table["df"]) == {entry["extra"]["df.residual"]}
    assert list(table["p"]) == pytest.approx(list(entry["extra"]["p"].values()), rel=close)
    np.testing.assert_allclose(model.covariance(), entry["extra"]["vcov"], rtol=close)


@pytest.mark.parametrize("key", _of("regtermtest_"))
def test_terms(key):
    entry = ENTRIES[key]
    row = design(entry["design"]).regress(FORMULAS["linear"]).test("ell", "mobility").iloc[0]
    assert [row["statistic"], row["p"]] == pytest.approx([entry["value"], entry["extra"]["p"]], rel=1e-9)
    assert [row["ndf"], row["ddf"]] == [entry["extra"]["df"], entry["extra"]["ddf"]]


@pytest.mark.parametrize("key", _of("chisq_"))
def test_independence(key):
    entry, statistic = ENTRIES[key], key.split("_")[1]
    plan = design(entry["design"])
    row = plan.chisq("sch.wide", "stype", statistic=statistic).iloc[0]
    assert row["statistic"] == pytest.approx(entry["value"], rel=1e-9)
    if statistic in {"lincom", "saddlepoint"}:
        # R had no CompQuadForm and gave the saddlepoint for both, with ddf cut down to a whole number (ours is not).
        f = plan.chisq("sch.wide", "stype").iloc[0]
        mean, squares = row["statistic"] / f["statistic"], (row["statistic"] / f["statistic"]) ** 2 / f["ndf"]
        root = math.sqrt(2 * squares - mean**2)
        whole = math.floor(row["ddf"])
        effects = np.array([mean + root, mean - root]) / 2
        p = tail(row["statistic"] * whole / row["ddf"], effects, whole, "saddlepoint")
        assert p == pytest.approx(entry["extra"]["p"], rel=1e-6)  # R finds the saddlepoint to 1e-8
        assert row["p"] == pytest.approx(entry["extra"]["p"], rel=0.2)
        return
    freedom = [f for f in (row["ndf"], row["ddf"]) if not math.isinf(f)]
    assert freedom == pytest.approx(entry["extra"]["parameter"], rel=1e-9)
    assert row["p"] == pytest.approx(entry["extra"]["p"], rel=1e-9)


@pytest.mark.parametrize("key", _of("ttest_"))
def test_difference_of_means(key):
    entry, row = ENTRIES[key], design(ENTRIES[key]["design"]).ttest("api00", "comp.imp").iloc[0]
    assert [row["estimate"], row["lower"], row["upper"]] == pytest.approx([entry["value"], *entry["ci"]], rel=1e-9)
    assert [row[c] for c in ("statistic", "ddf", "p")] == pytest.approx(list(entry["extra"].values()), rel=1e-9)


@pytest.mark.parametrize("key", _of("ranktest_"))
def test_difference_of_ranks(key):
    entry, plan = ENTRIES[key], design(ENTRIES[key]["design"])
    frame = plan.data.copy()
    # R averages running ranks over ties without weights: the same where the weights are equal.
    running = frame.sort_values("api00", kind="stable")["pw"]
    middle = (running.cumsum() - running / 2) / frame["pw"].sum()
    frame["rank"] = middle.groupby(frame["api00"]).transform("mean")
    columns = {"strata": "stype", "fpc": "fpc"} if "dstrat" in key else {"psu": "dnum", "fpc": "fpc"}
    expected = [entry["value"], entry["extra"]["est"], entry["extra"]["p"]]
    r = SurveyDesign(frame, weights="pw", **columns).ttest("rank", "comp.imp").iloc[0]
    assert [r["statistic"], r["estimate"], r["p"]] == pytest.approx(expected, rel=1e-9)
    row = plan.ranktest("api00", "comp.imp").iloc[0]
    assert row["ddf"] == entry["extra"]["df"]
    close = 1e-9 if "dclus1" in key else 0.03
    assert [row["statistic"], row["estimate"], row["p"]] == pytest.approx(expected, rel=close)
