"""Reliability: psych's and lavaan's numbers, pingouin's, and what happens to missing answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.stats.reference import ENTRIES, FOLDER

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign
from analysis.stats.omega import factor, omega, one_factor
from analysis.stats.reliability import alpha_of, cronbach_alpha, icc, item_rest_of, reliability

#: The answers to psych's 25 items, those reversed that psych's key reverses.
BFI = pd.read_csv(FOLDER / "bfi.csv")
BFI = BFI.assign(**{item: 7 - BFI[item] for item in ("A1", "C4", "C5", "E1", "E2", "O2", "O5")})


def _scale(letter: str) -> pd.DataFrame:
    return BFI[[f"{letter}{k}" for k in range(1, 6)]]


@pytest.mark.parametrize("key", [key for key in ENTRIES if key.startswith("alpha_")])
def test_alpha_is_psych_s(key):
    entry, (_, letter, rows) = ENTRIES[key], key.split("_")
    found = reliability(_scale(letter), missing="listwise" if rows == "complete" else "pairwise")
    scale, extra = found.scale.set_index("statistic")["estimate"], entry["extra"]
    expected = {"alpha": entry["value"], "alpha_standardised": extra["std_alpha"], "average_r": extra["average_r"],
                "guttman6": extra["G6"]}  # fmt: skip
    assert scale.to_dict() == pytest.approx(expected, rel=1e-9)
    row = found.scale.iloc[0]
    assert [row["lower"], row["upper"]] == pytest.approx(entry["ci"], rel=1e-9)
    assert row["n"] == extra["n"]
    items = found.items.set_index("item")
    assert items["alpha_if_dropped"].to_dict() == pytest.approx(extra["alpha_drop"], rel=1e-9)
    assert items["item_rest"].to_dict() == pytest.approx(extra["r_drop"], rel=1e-9)


@pytest.mark.parametrize("key", [key for key in ENTRIES if key.startswith("omega_cfa_")])
def test_omega_is_lavaan_s(key):
    value = ENTRIES[key]["value"]
    # lavaan stops at a relative change of 1e-10 of its likelihood: its loadings are right to some 1e-6.
    assert list(omega(_scale(key[-1]))["estimate"]) == pytest.approx([value["model"], value["observed"]], rel=3e-6)


@pytest.mark.parametrize("key", [key for key in ENTRIES if key.startswith("omega1_")])
def test_one_factor_is_psych_s(key):
    entry, items = ENTRIES[key], _scale(key[-1])
    for method in ("minres", "ml"):
        # psych's fits stop early as well.
        found = omega(items, method=method, matrix="correlation")
        assert found["estimate"][0] == pytest.approx(entry["value"][method], rel=3e-6)
        loadings, _, note = factor(items.dropna().corr().to_numpy(), np.ones((5, 1)), method)
        assert loadings[:, 0] == pytest.approx(list(entry["extra"][f"loadings_{method}"].values()), rel=2e-5)
        assert note == ""


def test_intraclass_correlations_are_psych_s_and_pingouin_s():
    import pingouin

    # The reference took the first 200 complete rows of all 25 items.
    ratings = BFI[[c for c in BFI if c[0] in "ACENO"]].dropna().iloc[:200][[f"A{k}" for k in range(1, 6)]]
    found, entry = icc(ratings), ENTRIES["icc_bfi_A_first200"]
    assert dict(zip(found["statistic"], found["estimate"], strict=True)) == pytest.approx(entry["value"], rel=1e-9)
    assert found[["lower", "upper"]].to_numpy() == pytest.approx(np.array(list(entry["ci"].values())), rel=1e-9)
    long = ratings.reset_index(drop=True).melt(ignore_index=False, var_name="rater").reset_index()
    theirs = pingouin.intraclass_corr(long, targets="index", raters="rater", ratings="value")
    assert list(found["estimate"]) == pytest.approx(list(theirs["ICC"]), rel=1e-9)
    assert list(found["f"]) == pytest.approx(list(theirs["F"]), rel=1e-9)
    gone = ratings.astype(float).reset_index(drop=True)
    gone.iloc[3, 2] = np.nan
    assert "1 rows with a missing rating" in icc(gone)["note"][0]


def test_alpha_is_pingouin_s():
    import pingouin

    items = _scale("N").dropna()
    theirs, _ = pingouin.cronbach_alpha(items)
    assert reliability(items).scale["estimate"][0] == pytest.approx(theirs, rel=1e-9)
    assert cronbach_alpha(items) == pytest.approx(theirs, rel=1e-9)


def test_omega_of_known_factors():
    # Loadings of a bifactor model, and the covariance that it implies: the answers are known.
    general = np.array([0.7, 0.6, 0.5, 0.7, 0.6, 0.5, 0.7, 0.6, 0.5])
    groups = {"a": ["i0", "i1", "i2"], "b": ["i3", "i4", "i5"], "c": ["i6", "i7", "i8"]}
    pattern = np.column_stack([np.ones(9), *np.repeat(np.eye(3), 3, axis=0).T]).astype(bool)
    loadings = np.column_stack([general, *(np.repeat(np.eye(3), 3, axis=0) * [0.3, 0.4, 0.5]).T])
    s = loadings @ loadings.T
    s += np.diag(1 - np.diag(s))
    found, unique, note = factor(s, pattern)
    assert found @ found.T + np.diag(unique) == pytest.approx(s, abs=1e-7)
    assert note == ""
    root = np.linalg.cholesky(s)
    rng = np.random.default_rng(3)
    x = rng.normal(size=(400, 9))
    x = np.linalg.solve(np.linalg.cholesky(np.cov(x, rowvar=False)), (x - x.mean(axis=0)).T).T @ root.T
    items = pd.DataFrame(x, columns=[f"i{k}" for k in range(9)])
    shown = omega(items, groups=groups).set_index("statistic")["estimate"]
    whole = s.sum()
    assert shown["omega_hierarchical"] == pytest.approx(general.sum() ** 2 / whole, rel=1e-5)
    assert shown["omega_total"] == pytest.approx(np.sum(loadings.sum(axis=0) ** 2) / whole, rel=1e-5)


def test_weights_that_count_are_rows_and_clusters_need_replicates():
    rng = np.random.default_rng(1)
    base = rng.normal(size=(80, 1))
    items = pd.DataFrame(base + rng.normal(size=(80, 4)), columns=list("abcd"))
    counts = rng.integers(1, 4, 80)
    few = reliability(items, weights=counts)
    many = reliability(items.loc[items.index.repeat(counts)])
    # Item variances are over n − 1 in rows; alpha takes their ratio.
    assert few.scale["estimate"][0] == pytest.approx(many.scale["estimate"][0], rel=1e-10)
    assert few.items["item_rest"].tolist() == pytest.approx(many.items["item_rest"].tolist(), rel=1e-10)
    assert "clusters are not counted" in few.scale["note"][0]
    plan = SurveyDesign(items.assign(w=counts, psu=np.arange(80) // 5), weights="w", psu="psu")
    row = plan.replicates("JK1").estimate(lambda rows, w: cronbach_alpha(rows[list("abcd")], w)).iloc[0]
    assert row["estimate"] == pytest.approx(few.scale["estimate"][0], rel=1e-10)
    assert 0 < row["se"] < 0.1


def test_order_of_items_and_signs():
    items = _scale("A")
    there, back = reliability(items), reliability(items[items.columns[::-1]])
    assert there.scale["estimate"].tolist() == pytest.approx(back.scale["estimate"].tolist(), rel=1e-12)
    raw = items.assign(A1=7 - items["A1"])
    assert "items that go against the others: A1" in reliability(raw).scale["note"][0]
    assert "missing answer, covariances pairwise" in there.scale["note"][0]


def test_what_is_no_scale_is_said():
    items = _scale("A").head(50)
    with pytest.raises(DuzhengError, match="1 items; expected two or more"):
        reliability(items[["A1"]])
    with pytest.raises(DuzhengError, match="values of type"):
        reliability(items.astype({"A1": str}))
    with pytest.raises(DuzhengError, match="DZ-S003 column A1"):
        reliability(items.assign(A1=3))
    with pytest.raises(DuzhengError, match="weights that do not fit"):
        reliability(items, weights=[1.0])
    with pytest.raises(DuzhengError, match="three or more groups of three or more"):
        omega(items, groups={"x": ["A1", "A2"], "y": ["A3", "A4", "A5"]})
    with pytest.raises(DuzhengError, match="two or more raters"):
        icc(items[["A1"]])


def test_many_factors_at_once_are_each_alone():
    matrices = np.stack([_scale(letter).dropna().cov().to_numpy() for letter in "ACENO"])
    alone = [omega(_scale(letter))["estimate"][0] for letter in "ACENO"]
    assert one_factor(matrices) == pytest.approx(alone, abs=1e-7)
    assert one_factor(matrices.reshape(5, 1, 5, 5)).shape == (5, 1)
    lavaan = [ENTRIES[f"omega_cfa_{letter}"]["value"]["model"] for letter in "ACENO"]
    assert one_factor(matrices) == pytest.approx(lavaan, rel=3e-6)
    # Of three items with loadings 0.8, 0.7 and 0.6 in all directions: (Σ λ)² / ((Σ λ)² + Σ (1 − λ²)), by hand.
    loadings = np.array([0.8, 0.7, 0.6])
    s = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    assert one_factor(s * np.outer([1, 2, 3], [1, 2, 3])) == pytest.approx(
        9.0 * (4.0 / 3) ** 2 / (16 + 0.36 + 4 * 0.51 + 9 * 0.64), abs=1e-9
    )
    assert np.isnan(one_factor(np.full((3, 3), np.nan)))


def test_weights_of_omega_that_count_are_rows():
    items = _scale("N").head(400).dropna()
    counts = np.random.default_rng(4).integers(0, 4, len(items))
    few, many = omega(items, weights=counts), omega(items.loc[items.index.repeat(counts)])
    assert few["estimate"].tolist() == pytest.approx(many["estimate"].tolist(), abs=1e-7)
    assert few["n"][0] == (counts > 0).sum()
    with pytest.raises(DuzhengError, match="weights that do not fit"):
        omega(items, weights=[1.0])


def test_matrices_by_hand():
    s = np.array([[2.0, 1.0, 0.5], [1.0, 3.0, 0.5], [0.5, 0.5, 1.0]])
    # Variances 6, all together 10: 3/2 · (1 − 6/10); item 1 shares 1.5 with the others, whose variance is 5.
    assert alpha_of(s) == pytest.approx(0.6)
    assert item_rest_of(s, 0) == pytest.approx(1.5 / np.sqrt(2 * 5))
