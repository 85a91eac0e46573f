"""The scale check: psych's and lavaan's numbers, weights of items, groups, waves, and intervals that hold the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.stats.reference import ENTRIES, FOLDER

from analysis.messages import DuzhengError
from analysis.satisfaction.indices.changes import changes
from analysis.satisfaction.indices.scales import FEW, TWO, scales
from analysis.stats import SurveyDesign
from analysis.stats.design.moments import moments
from analysis.stats.omega import one_factor
from analysis.stats.reliability import alpha_of, cronbach_alpha
from analysis.surveys.bank import Bank
from analysis.surveys.collected import Collected
from analysis.surveys.design import design_of
from analysis.surveys.example import example_design, example_survey
from analysis.surveys.items import Option, Rating
from analysis.surveys.questionnaire import Questionnaire
from analysis.surveys.survey import hold

POINTS = tuple(Option(code=code, text={"zh-Hans": f"{code} 分"}) for code in range(1, 7))


def _item(code, version=1, **more):
    return (code, version), Rating(type="rating", version=version, text={"zh-Hans": f"题 {code}"}, scale="six", **more)


def _design(answers, items, *, wave=2025, versions=None, weights=(), bank=()):
    """Make an open wave of ratings with one index."""
    versions = versions or {}
    bank = Bank(dict(bank or [_item(code) for code in answers]), {"six": POINTS}, {})
    text = {"zh-Hans": "示例"}
    sheet = Questionnaire.model_validate({
        "id": "demo", "wave": wave, "respondent": "public", "title": text, "welcome": text, "closing": text,
        "consent": {"text": text, "privacy": text}, "minutes": 5, "selection": {"kind": "open"},
        "expected": {"total": 100},
        "sections": [{"id": "one", "title": text,
                      "items": [{"item": code, "version": versions.get(code, 1)} for code in answers]}],
        "analyses": {"indices": [{"id": "ix", "name": {"zh-Hans": "指数"}, "items": items, "weights": weights}]},
    })  # fmt: skip
    survey = hold(sheet, bank, file="demo.yaml")
    responses = answers.astype("Int16").assign(id=[f"D{k}" for k in range(len(answers))])
    return design_of(Collected(survey, synthetic=True, responses=responses, log=pd.DataFrame({"place": []})))


def _bfi(letter):
    rows = pd.read_csv(FOLDER / "bfi.csv")
    rows = rows.assign(**{item: 7 - rows[item] for item in ("A1", "C4", "C5", "E1", "E2", "O2", "O5")})
    return rows[[f"{letter}{k}" for k in range(1, 6)]]


def _of(result, statistic):
    rows = result.table[result.table["statistic"] == statistic]
    return rows.set_index("item")["estimate"]


@pytest.mark.parametrize("letter", ["A", "N"])
def test_numbers_are_psych_s_and_lavaan_s(letter):
    answers = _bfi(letter)
    found = scales(_design(answers, [*answers]), replicates=20)
    entry = ENTRIES[f"alpha_{letter}_pairwise"]
    assert _of(found, "alpha").iloc[0] == pytest.approx(entry["value"], rel=1e-9)
    assert _of(found, "item_rest").to_dict() == pytest.approx(entry["extra"]["r_drop"], rel=1e-9)
    assert _of(found, "alpha_if_dropped").to_dict() == pytest.approx(entry["extra"]["alpha_drop"], rel=1e-9)
    whole = scales(_design(answers, [*answers]), replicates=20, missing="listwise")
    # lavaan stops at a relative change of 1e-10 of its likelihood: its loadings are right to some 1e-6.
    value = ENTRIES[f"omega_cfa_{letter}"]["value"]["model"]
    assert _of(whole, "omega").iloc[0] == pytest.approx(value, rel=3e-6)
    assert set(found.table["basis"]) == {"model"}


def test_weights_of_items_are_those_of_the_index():
    answers = _bfi("C").head(400)
    found = scales(_design(answers, [*answers], weights=(3, 1, 1, 1, 2)), replicates=5)
    assert _of(found, "alpha").iloc[0] == pytest.approx(cronbach_alpha(answers * [3, 1, 1, 1, 2]), rel=1e-10)
    assert _of(found, "alpha").iloc[0] != pytest.approx(cronbach_alpha(answers), rel=1e-3)


def test_groups_stand_below_all_and_small_ones_have_no_figures():
    design = example_design(districts=3)
    kept = (design.wave.responses["district"] != "c") | (design.wave.responses["id"].str[-2:] == "07")
    found = scales(design.only(kept), by="district", replicates=20).table
    alpha = found[(found["statistic"] == "alpha") & (found["index"] == "ixTeach")].reset_index(drop=True)
    assert alpha["district"].isna().tolist() == [True, False, False, False]
    assert alpha.loc[3, "note"] == FEW
    assert alpha.loc[3, ["estimate", "lower", "upper"]].isna().all()
    assert alpha.loc[1:2, "note"].tolist() == ["", ""]
    assert alpha.loc[:2, "psus"].tolist() == [alpha.loc[1, "psus"] * 2 + alpha.loc[3, "psus"], 5, 5]
    assert set(found["basis"]) == {"sampling"}


def test_two_items_have_alpha_and_no_omega():
    found = scales(example_design(), replicates=20).table
    rows = found[found["index"] == "ixPlace"].set_index("statistic")
    assert rows.loc["omega", "note"] == TWO
    assert np.isnan(rows.loc["omega", "estimate"])
    assert "alpha_if_dropped" not in rows.index
    # Of two items alpha is 2 s_12 / (s_11 + s_22 + 2 s_12) · 2, here by pandas.
    s = example_design().data[["rooms", "meals"]].astype(float)
    weights = example_design().sample.plan.weight
    assert rows.loc["alpha", "estimate"] == pytest.approx(cronbach_alpha(s, weights), rel=1e-9)
    assert rows.loc["alpha", "lower"] < rows.loc["alpha", "estimate"] < rows.loc["alpha", "upper"] < 1


def test_items_that_do_not_compare_between_waves_are_named():
    codes = ["same", "worded", "scaled", "old", "new"]
    bank = [_item(code) for code in codes]
    bank += [_item("worded", 2, relation="reworded"), _item("scaled", 2, relation="rescaled")]
    rng = np.random.default_rng(1)
    answers = pd.DataFrame(rng.integers(1, 7, (60, 5)), columns=codes)
    before = _design(answers[codes[:4]], codes[:4], wave=2024, bank=bank)
    after = _design(answers[[*codes[:3], "new"]], [*codes[:3], "new"], bank=bank, versions={"worded": 2, "scaled": 2})
    found = scales([after, before], replicates=5)
    said = " ".join(note["en"] for note in found.notes)
    assert "scaled was rescaled between 2024 and 2025" in said
    assert "worded was reworded between 2024 and 2025: compare with care" in said
    assert "item new counts since 2025" in said
    assert "item old counts in 2024 only" in said
    assert "same" not in said
    now = found.table[found.table["wave"] == 2025]["comparable"]
    assert set(now) == {"no"}
    assert found.table[found.table["wave"] == 2024]["comparable"].isna().all()
    careful = _design(answers[codes[:2]], codes[:2], bank=bank, versions={"worded": 2})
    plain = _design(answers[codes[:2]], codes[:2], wave=2024, bank=bank)
    assert set(scales([plain, careful], replicates=5).table["comparable"].dropna()) == {"with_care"}


def test_scales_and_changes_say_the_same_of_what_compares():
    """Reworded, rescaled, of other items, and of other weights: the verdict is that of compare_indices in both."""
    codes = ["same", "worded", "scaled", "new"]
    bank = [_item(code) for code in codes]
    bank += [_item("worded", 2, relation="reworded"), _item("scaled", 2, relation="rescaled")]
    answers = pd.DataFrame(np.random.default_rng(1).integers(1, 7, (60, 4)), columns=codes)

    def both(then, now, *, versions=None, weights=()):
        before = _design(answers[then], then, wave=2024, bank=bank)
        after = _design(answers[now], now, bank=bank, versions=versions, weights=weights)
        told = scales([before, after], replicates=5)
        said = set(told.table["comparable"].dropna())
        assert said == set(changes(before, after, "ix").table["comparable"])
        return said.pop(), " ".join(note["en"] for note in told.notes)

    assert both(codes[:2], codes[:2]) == ("yes", "")
    assert both(codes[:2], codes[:2], versions={"worded": 2})[0] == "with_care"
    assert both(codes[:3], codes[:3], versions={"scaled": 2})[0] == "no"
    assert both(codes[:2], [*codes[:2], "new"])[0] == "no"
    verdict, note = both(codes[:2], codes[:2], weights=(3, 1))
    assert verdict == "no"
    assert "weights, conversion or treatment of missing answers were changed between 2024 and 2025" in note


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"designs": []}, "no design"),
        ({"designs": None}, "a NoneType"),
        ({"designs": "students"}, "'students'"),
        ({"level": 2}, "level=2"),
        ({"replicates": 0}, "0 replicates; expected a whole number from 2"),
        ({"replicates": 1}, "1 replicates"),
        ({"replicates": 2.5}, "2.5 replicates"),
    ],
)
def test_wrong_requests_are_said_before_anything_is_computed(arguments, said):
    with pytest.raises(DuzhengError, match=said):
        scales(**{"designs": example_design(), **arguments})


def test_readers_see_what_was_asked_and_no_codes_of_items():
    written = scales(example_design(), replicates=5).written("en")
    assert set(written["item"]) == {"", "Item clear", "Item lively", "Item rooms", "Item meals"}


def test_the_script_for_r_has_what_it_needs(tmp_path):
    found = scales(example_design(), replicates=5)
    text = found.as_r(tmp_path).read_text(encoding="utf-8")
    alpha = _of(found, "alpha").iloc[0]
    assert f'scale_check("ixTeach", data[, c("ixTeach.clear", "ixTeach.lively")], alpha = {alpha:.10g}' in text
    assert "omega = NA" in text
    data = pd.read_csv(tmp_path / "data.csv")
    assert {"ixTeach.clear", "ixTeach.lively", "duzheng_weight"} <= set(data)
    assert text.count("{") == text.count("}")


def test_what_is_no_scale_is_said():
    with pytest.raises(DuzhengError, match="no index of two or more items"):
        scales(_design(_bfi("A").head(50), ["A1"]))
    with pytest.raises(DuzhengError, match="Did you mean ixTeach"):
        scales(example_design(), of=["ixTeech"])
    with pytest.raises(DuzhengError, match=r"example-2025.*Did you mean district"):
        scales(example_design(), by="distrikt")


@pytest.fixture(scope="module")
def charted():
    """Give checks with figures that are the same on every machine; one of sixteen districts has too few answers."""
    design = example_design(districts=16)
    rows = design.wave.responses
    sixteen = design.only((rows["district"] != "d") | (rows["id"].str[-1] == "3"))
    two = [example_design(wave=2024, shift=-0.3), example_design()]
    made = {
        "one": scales(two[1], of="topics", replicates=20),
        "many": scales(sixteen, by="district", of="topics", replicates=20),
        "waves": scales(two, of="topics", replicates=20),
    }
    return {name: replace(found, table=_with_omega(found.table.round(3))) for name, found in made.items()}


def _with_omega(table):
    """Say that one of the indices had an omega."""
    columns = ["estimate", "se", "lower", "upper", "note"]
    of = table["index"] == "lessons"
    alpha, omega = (np.flatnonzero(of & (table["statistic"] == name)) for name in ("alpha", "omega"))
    made = table.copy()
    made.loc[omega, columns] = table.loc[alpha, columns].to_numpy()
    made.loc[omega, ["estimate", "upper"]] += 0.01
    return made


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("name", ["one", "many", "waves"])
def test_charts(charted, stored_svg, name, language):
    chart = charted[name].chart(language)
    assert (chart.alt == charted[name].said("alt", language)) is (name == "one")
    said = str(chart.spec["title"])
    assert "0.7" in said
    assert "模拟" in said or "simulated" in said
    assert ("D区" in said or "District D" in said) is (name == "many")
    stored_svg(f"scales_{language[:2]}_{name}", chart.spec, language)


def test_readers_see_names_and_no_codes():
    written = scales(example_design(), by="district", replicates=5).written("zh-Hans")
    assert written["statistic"].iloc[0] == "克龙巴赫 α"
    assert written["district"].iloc[0] == "总体"
    assert "两题不能估计因子" in set(written["note"])


def test_the_example_keeps_its_indices():
    """The tests above rest on indices of two items each and one of one."""
    assert [len(index.items) for index in example_survey().questionnaire.analyses.indices] == [2, 2, 1]


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say():
    """Of 200 samples of clusters in strata: 95 % less or more three standard errors of a share, 4.6 points."""
    loadings = np.array([0.8, 0.7, 0.6, 0.5, 0.3])
    s = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    held = {"alpha": 0, "omega": 0}
    stratum, cluster = np.arange(288) // 36, np.arange(288) // 12
    for seed in range(200):
        rng = np.random.default_rng(seed)
        factor = np.sqrt(0.9) * rng.normal(size=288) + np.sqrt(0.1) * rng.normal(size=24)[cluster]
        items = factor[:, None] * loadings + rng.normal(size=(288, 5)) * np.sqrt(1 - loadings**2)
        rows = pd.DataFrame(items, columns=list("abcde")).assign(w=1.0, stratum=stratum, cluster=cluster)
        found = moments(
            SurveyDesign(rows, weights="w", strata="stratum", psu="cluster"), rows[list("abcde")], seed=seed
        )
        for name, compute in (("alpha", alpha_of), ("omega", one_factor)):
            low, high = found.bounds(compute(found.covariance), compute(found.covariances), 0.95, of="rest")
            held[name] += int(low[0] <= compute(s) <= high[0])
    for name, count in held.items():
        assert abs(count / 200 - 0.95) <= 0.046, name
