"""Crosstabs: bases, letters and what is held back, against the design's own verbs."""

from __future__ import annotations

import html
import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.satisfaction.kinds import kinds_design

from analysis.messages import DuzhengError
from analysis.satisfaction.indices.index import index
from analysis.satisfaction.tabulation.crosstab import crosstab
from analysis.satisfaction.tabulation.script import asked
from analysis.satisfaction.tabulation.table import letter_of
from analysis.satisfaction.tabulation.tabulations import places
from analysis.stats.multiplicity import adjust
from analysis.surveys.design import design_of
from analysis.surveys.example import example_design
from analysis.surveys.scores import item_score

KEYS = ["item", "variable", "category", "measure", "column", "group"]


def _cell(table, **where):
    found = table
    for name, value in where.items():
        found = found[found[name] == value]
    assert len(found) == 1, found
    return found.iloc[0]


def test_shares_with_dont_know_add_up_to_a_hundred():
    table = crosstab(example_design(districts=3), "clear", "district").table
    shares = table[table["measure"] == "share"].groupby(["column", "group"])["estimate"].sum()
    assert shares.tolist() == pytest.approx([100.0] * 4)


def test_a_mean_is_of_points_only_and_a_share_of_all_who_answered():
    design = example_design()
    table = crosstab(design, "clear", ()).table
    points, why = design.data["clear"], design.data["clear[missing]"]
    everybody, rated = int((points.notna() | (why == "DK")).sum()), int(points.notna().sum())
    assert everybody > rated
    assert _cell(table, category="DK")["n"] == everybody
    assert _cell(table, measure="linear_0_100")["n"] == rated


def test_excluded_leaves_dont_know_out_of_every_base():
    design = example_design()
    table = crosstab(design, "clear", (), missing="excluded").table
    assert "DK" not in set(table["category"])
    assert set(table["n"]) == {int(design.data["clear"].notna().sum())}
    assert table.loc[table["measure"] == "share", "estimate"].sum() == pytest.approx(100)


@pytest.mark.parametrize("missing", ["shown", "excluded"])
@pytest.mark.parametrize("weighting", ["calibrated", "none"])
def test_the_best_points_and_the_mean_are_those_of_the_index_of_the_item(missing, weighting):
    design = kinds_design(weighting=weighting)
    assert {"DK", "NA"} <= set(design.data["ok[missing]"].dropna())
    table = crosstab(design, "ok", "district", missing=missing).table
    for conversion, measure in (("top2", "top2_of_5"), (None, "linear_0_100")):
        for row in index(design, "ok", by="district", conversion=conversion).table.to_dict("records"):
            mine = _cell(table, measure=measure, group="all" if pd.isna(row["district"]) else row["district"])
            assert row["measure"] == measure
            for name in ("estimate", "se", "df"):
                assert mine[name] == pytest.approx(row[name], rel=1e-9)
            assert (mine["n"], mine["psus"], mine["base"]) == (row["n"], row["psus"], "answers")


def test_who_it_does_not_apply_to_is_in_no_base_and_counted_apart():
    design = kinds_design(weighting="none")
    table, why = crosstab(design, ["ok", "role"], "district").table, design.data["ok[missing]"]
    assert "NA" not in set(table["category"])
    share = _cell(table, item="ok", category="DK", column="total")
    rated, unsure = int(design.data["ok"].notna().sum()), int((why == "DK").sum())
    assert share["n"] == rated + unsure
    assert share["estimate"] == pytest.approx(100 * unsure / (rated + unsure))
    assert share["not_applicable"] == (why == "NA").sum() > 0
    apart = table[(table["category"] == "DK") & (table["column"] == "district")].set_index("group")["not_applicable"]
    assert apart.to_dict() == (why == "NA").groupby(design.data["district"], observed=True).sum().to_dict()
    assert table.loc[table["item"] == "role", "not_applicable"].isna().all()


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-Hans", ("仅计评分者）：项 4、项 5", "均分（0—100 线性换算，仅计评分者）", "其中：评分者",
                  "不适用（不计入基数）", "含选“不知道”的。", "“不适用”不计入基数。", "与指数的算法相同")),
     ("en", ("Top 2 of 5, of those who rated", "Mean, 0–100 (linear), of those who rated", "of these, who rated",
             "does not apply (in no base)", "who said “I don't know”.", "as indices are"))],
)  # fmt: skip
def test_bases_are_named_in_rows_notes_and_charts(language, said):
    found = crosstab(kinds_design(), "ok", "district")
    text = html.unescape(found.readers(language).as_raw_html())
    assert [each for each in said if each not in text] == []
    assert {"zh-Hans": "仅计评分者", "en": "those who"}[language] in str(found.chart(language).spec)
    plain = html.unescape(crosstab(kinds_design(), "ok", missing="excluded").readers(language).as_raw_html())
    assert {"zh-Hans": "仅计评分者", "en": "of those who rated:"}[language] not in plain


@pytest.mark.parametrize("kind", ["probability", "census", "open"])
def test_estimates_are_those_of_the_design(kind):
    design = example_design(kind, districts=3)
    table = crosstab(design, ["whole", "clear"], "district").table
    score = item_score(design.survey, "clear", design.data)
    given = pd.concat([
        design.sample.proportion("whole", method="beta", by="district", df="domain").assign(item="whole"),
        design.with_columns(clear_score=score).mean("clear_score", by="district", df="domain").assign(item="clear"),
    ])  # fmt: skip
    for row in given.to_dict("records"):
        share = row["item"] == "whole"
        which = {"category": f"{row['category']:g}", "measure": "share"} if share else {"measure": "linear_0_100"}
        mine = _cell(table, item=row["item"], column="district", group=row["district"], **which)
        scale = 100 if share else 1
        for name in ("estimate", "se", "lower", "upper"):
            assert mine[name] == pytest.approx(row[name] * scale, rel=1e-8, nan_ok=True)
        assert (mine["n"], mine["psus"], mine["df"]) == (row["n"], row["psus"], row["df"])


def test_letters_are_those_of_every_contrast_adjusted_by_holm():
    design = example_design(districts=5, schools=30, persons=8)
    table = crosstab(design, "whole", "district").table
    sample = design.with_columns(score=item_score(design.survey, "whole", design.data))
    names = sorted(design.data["district"].unique())
    pairs = list(itertools.combinations(names, 2))
    wanted = {f"{a}{b}": {("score", a): 1, ("score", b): -1} for a, b in pairs}
    found = sample.contrast("score", wanted, by="district", df="domain")
    from scipy import stats

    p = adjust(2 * stats.t.sf((found["estimate"] / found["se"]).abs(), found["df"]))
    higher = {name: set() for name in names}
    for (a, b), value, difference in zip(pairs, p, found["estimate"], strict=True):
        if value <= 0.05:
            higher[a if difference > 0 else b].add(letter_of(names.index(b if difference > 0 else a)))
    assert sum(map(len, higher.values())) >= 3
    mine = table[(table["measure"] == "linear_0_100") & (table["column"] == "district")]
    assert {row["group"]: set(row["higher_than"].split()) for _, row in mine.iterrows()} == higher


def test_more_letters_come_without_adjusting_and_none_where_none_are_wanted():
    design = example_design(districts=6, schools=8)
    count = {how: crosstab(design, banner="district", letters=how).table["higher_than"].str.len().sum()
             for how in ("holm", "bonferroni", "bh", "unadjusted", "none")}  # fmt: skip
    assert count["unadjusted"] > count["bh"] >= count["holm"] >= count["bonferroni"] > 0
    assert count["none"] == 0


@pytest.mark.parametrize("kind", ["open", "census"])
def test_where_nobody_was_drawn_there_are_no_letters_and_no_word_of_significance(kind):
    found = crosstab(example_design(kind, districts=4), banner=["district", "stay"])
    assert set(found.table["letter"]) == set(found.table["higher_than"]) == {""}
    assert found.settings["letters"] == "none"
    for language, word in (("zh-Hans", "显著"), ("en", "significan")):
        said = [*found.remarks(language), str(found.explain(language)), found.readers(language).as_raw_html()]
        assert not any(word in text.lower() for text in said)
        assert any(
            {"zh-Hans": "不作统计检验", "en": "not tested"}[language] in text for text in found.remarks(language)
        )


def test_a_group_at_nought_or_a_hundred_is_not_compared():
    design = example_design(districts=3, schools=8)
    data = design.data.assign(stay=np.where(design.data["district"] == "a", "yes", design.data["stay"].astype("str")))
    wave = replace(design.wave, responses=data[design.wave.responses.columns])
    table = crosstab(design_of(wave, labels=design.labels), "stay", "district", letters="unadjusted").table
    yes = _cell(table, category="yes", group="a")
    assert (yes["estimate"], yes["higher_than"]) == (100.0, "")
    assert 0 < yes["lower"] < yes["upper"] == 100


def _small(design, **few):
    """Leave only some answers of a district."""
    keep = pd.Series(np.ones(len(design.data), dtype=bool))
    for district, number in few.items():
        rows = np.flatnonzero(design.data["district"] == district)
        keep.iloc[rows[number:]] = False
    return design.only(keep)


def test_a_group_of_fewer_than_ten_is_held_back_and_another_with_it():
    found = crosstab(_small(example_design(districts=4), b=7, c=40), "whole", "district")
    table = found.table[found.table["measure"] == "linear_0_100"].set_index("group")
    assert table.loc[["b", "c"], "precision"].tolist() == ["suppress"] * 2
    assert (
        table.loc[["b", "c"], ["n", "estimate", "se", "lower", "upper", "weighted", "effective", "psus"]]
        .isna()
        .all(axis=None)
    )
    assert table.loc["b", "note"] == "suppressed"
    assert table.loc["c", "note"] == "suppressed beside another"
    assert table.loc[["a", "d"], "estimate"].notna().all()
    letters = " ".join(found.table["higher_than"])
    assert not {"B", "C"} & set(letters.split())


def test_two_small_groups_hide_each_other():
    table = crosstab(_small(example_design(districts=4), b=7, c=8), "whole", "district").table
    hidden = table[(table["measure"] == "linear_0_100") & (table["precision"] == "suppress")]
    assert hidden["group"].tolist() == ["b", "c"]


def test_the_other_group_stays_if_that_is_wanted():
    table = crosstab(_small(example_design(districts=4), b=7), "whole", "district", complementary=False).table
    assert table.loc[(table["measure"] == "linear_0_100") & (table["precision"] == "suppress"), "group"].tolist() == [
        "b"
    ]


def test_a_group_that_was_not_asked_has_a_base_of_nought():
    table = crosstab(kinds_design(), "ok", "role").table
    row = _cell(table, measure="linear_0_100", column="role", group="c")
    assert row["n"] == 0
    assert np.isnan(row["estimate"])


def test_every_kind_of_item_has_its_table():
    found = crosstab(kinds_design(), banner="district")
    assert found.items == ["role", "ok", "board", "tick", "rank", "rooms.a", "rooms.b", "hours"]
    counts = {item: part.drop_duplicates(["variable", "category", "measure"])["measure"].tolist()
              for item, part in found.table.groupby("item", sort=False)}  # fmt: skip
    assert counts["role"] == ["share"] * 3
    assert counts["ok"] == ["share"] * 5 + ["share", "top2_of_5", "linear_0_100"]  # the sixth is "don't know"
    assert counts["board"] == ["share"] * 3  # yes, no, refused
    assert counts["tick"] == ["share"] * 3  # two options and "don't know"
    assert counts["rank"] == ["share"] * (3 + 2 * 3)  # at any rank, then at each of two
    assert counts["hours"] == ["mean"]


def test_options_that_may_be_ticked_together_are_shares_of_all_who_answered():
    design = kinds_design(weighting="none")
    table = crosstab(design, "tick", ()).table
    data = design.data
    base = data["tick[x]"].notna() | (data["tick[missing]"].astype("str") == "DK")
    row = _cell(table, variable="tick[x]")
    assert row["n"] == base.sum()
    assert row["estimate"] == pytest.approx(100 * data["tick[x]"].fillna(value=False).sum() / base.sum())
    unsure = (data["tick[missing]"].astype("str") == "DK").sum()
    assert _cell(table, category="DK")["estimate"] == pytest.approx(100 * unsure / base.sum())


def test_a_ranking_tells_of_every_rank_and_of_any():
    design = kinds_design(weighting="none")
    table, data = crosstab(design, "rank", ()).table, design.data
    ranked = data[["rank[1]", "rank[2]"]].notna().any(axis=1)
    first, second = ((data[f"rank[{k}]"].astype("str") == "p") for k in (1, 2))
    for variable, chosen in (("rank", first | second), ("rank[1]", first), ("rank[2]", second)):
        row = _cell(table, variable=variable, category="p")
        assert row["estimate"] == pytest.approx(100 * chosen.sum() / ranked.sum())
        assert row["n"] == ranked.sum()


def test_a_number_is_a_mean_in_its_own_unit():
    design = kinds_design()
    row = _cell(crosstab(design, "hours", ()).table, measure="mean")
    given = design.sample.mean("hours", df="domain").iloc[0]
    assert [row[name] for name in ("estimate", "se", "lower", "n")] == pytest.approx(
        [given[name] for name in ("estimate", "se", "lower", "n")]
    )


def test_an_item_is_not_set_against_itself():
    table = crosstab(kinds_design(), "role", ["role", "district"]).table
    assert set(table["column"]) == {"total", "district"}


def test_the_best_points_are_named_with_their_scale():
    assert "top3_of_7" in set(crosstab(example_design(), "whole", (), top=3).table["measure"])
    plain = crosstab(example_design(), "whole", (), top=0, mean=False).table
    assert set(plain["measure"]) == {"share"}


def test_what_can_be_asked_is_held_to_what_is_there():
    design = example_design()
    with pytest.raises(DuzhengError, match="Did you mean whole") as caught:
        crosstab(design, ["wholle", "words"], ())
    assert len(caught.value.faults) == 2
    with pytest.raises(DuzhengError, match="Did you mean district"):
        crosstab(design, banner="distrct")
    for column in ("id", "school", "words"):
        with pytest.raises(DuzhengError, match="a column of codes"):
            crosstab(design, banner=column)
    data = design.wave.responses.assign(stay=pd.Series([None] * len(design.data), dtype="str"))
    with pytest.raises(DuzhengError, match="no group of 'stay'"):
        crosstab(design_of(replace(design.wave, responses=data)), "whole", "stay")
    for wrong in ({"letters": "scheffe"}, {"missing": "middle"}, {"level": 2}, {"interval": "wald"}, {"top": -1},
                  {"items": [["whole"]]}, {"items": 5}):  # fmt: skip
        with pytest.raises(DuzhengError, match="DZ-S002"):
            crosstab(design, **{"items": "whole", "banner": ()} | wrong)
    with pytest.raises(DuzhengError, match=r"index\(by=") as caught:
        crosstab(design, banner=[["district", "stay"], "district"], level="x")
    assert len(caught.value.faults) == 2
    with pytest.raises(DuzhengError, match="2 designs"):
        crosstab([design, example_design(wave=2024)])
    with pytest.raises(DuzhengError, match="a design"):
        crosstab("students-2025")
    for shown in ("readers", "chart"):
        with pytest.raises(DuzhengError, match="zh-Hans or en"):
            getattr(crosstab(design, "whole", ()), shown)("fr")
    with pytest.raises(DuzhengError, match="an item of this crosstab"):
        crosstab(design, "whole", ()).readers(item="clear")


@pytest.mark.parametrize("missing", ["shown", "excluded"])
def test_what_goes_to_r_is_what_the_design_computes_of_the_same_columns(missing):
    found = crosstab(kinds_design(), banner=["district", "role"], missing=missing)
    sample, frames = asked(found)
    assert len(frames) == 3
    for frame in frames:
        request = frame.attrs["request"]
        given = sample.proportion(request["variables"], by=request["by"], df="domain")
        assert given["category"].tolist() == frame["category"].tolist()
        known = frame["estimate"].notna()
        assert known.mean() > 0.8
        for name in ("estimate", "se"):
            np.testing.assert_allclose(frame.loc[known, name], given.loc[known, name], rtol=1e-8, atol=1e-9)


def test_the_script_for_r_is_written(tmp_path):
    script = crosstab(kinds_design(), ["ok", "tick"], "district").as_r(tmp_path)
    text = script.read_text(encoding="utf-8")
    assert "svyby(~factor(`ok[answer]`), ~district, design, svymean, na.rm = TRUE)" in text
    assert "ok[answer]" in (tmp_path / "data.csv").read_text(encoding="utf-8")


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=5)
def test_the_order_of_answers_does_not_matter(seed):
    design = example_design(districts=3)
    order = np.random.default_rng(seed).permutation(len(design.data))
    wave = replace(design.wave, responses=design.wave.responses.iloc[order])
    one, two = (crosstab(d, "clear", "district").table for d in (design, design_of(wave, labels=design.labels)))
    assert one["higher_than"].tolist() == two["higher_than"].tolist()
    figures = ["estimate", "se", "lower", "upper", "weighted", "effective"]
    np.testing.assert_allclose(one[figures].to_numpy(float), two[figures].to_numpy(float), rtol=1e-8, atol=1e-9)


def test_places_of_every_kind_of_column():
    texts = pd.Series(["b", None, "a"])
    assert places(texts, ["a", "b"]).tolist() == places(texts.astype("category"), ["a", "b"]).tolist() == [1, -1, 0]
    assert places(pd.Series([2, None, 9], dtype="Int16"), [1, 2]).tolist() == [1, -1, -1]
    assert places(pd.Series([2.0, np.nan, 1.5]), ["1", "2"]).tolist() == [1, -1, -1]
    assert places(pd.Series([True, None, False], dtype="boolean"), [False, True]).tolist() == [1, -1, 0]
    assert places(pd.Series([True, False]), ["False", "True"]).tolist() == [1, 0]


def test_readers_see_names_letters_bases_and_notes():
    found = crosstab(example_design(districts=5, schools=9), banner="district")
    page = found.readers("zh-Hans", item="whole").as_raw_html()
    for text in (
        "第 7 题",
        "题目 whole",
        "A区",
        "最高 2 档合计（7 点量表，仅计评分者）：6 分、7 分",
        "答卷数（未加权）",
        "Holm",
        "模拟",
    ):
        assert text in page
    assert "Top 2 of 7, of those who rated: 6 + 7" in found.readers("en", item=["whole", "stay"]).as_raw_html()
    assert found.readers("en").as_raw_html().count("more tables") == 1


def test_charts_of_answers_are_drawn_as_they_were_looked_at(stored_svg):
    for name, districts in (("one", 1), ("many", 16)):
        found = crosstab(_small(example_design(districts=districts, schools=3, persons=12), a=20), banner="district")
        for language, tail in (("zh-Hans", "zh"), ("en", "en")):
            stored_svg(f"answers_{tail}_{name}", found.chart(language, item="clear").spec, language)


def test_a_chart_says_which_groups_are_not_shown():
    found = crosstab(_small(example_design(districts=4), b=7, c=8), banner="district")
    assert "B区、C区" in str(found.chart("zh-Hans", item="whole").spec["title"])
    assert "District B" not in str(found.chart("en", item="whole").spec["layer"])


def test_every_kind_of_item_has_a_chart():
    found = crosstab(kinds_design(), banner="district")
    for item in found.items:
        for language in ("zh-Hans", "en"):
            text = str(found.chart(language, item=item).spec)
            assert {"zh-Hans": "模拟", "en": "simulated"}[language] in text
            assert "lower" in text or "[" in text or "±" in text  # an interval, or how wide it is at most


def test_several_items_stand_in_one_chart():
    spec = crosstab(example_design(), banner="district").chart("en", item=["clear", "lively", "rooms"]).spec
    assert "Item lively" in str(spec)
    with pytest.raises(DuzhengError, match="same answers"):
        crosstab(kinds_design(), banner=()).chart(item=["ok", "role"])


@pytest.mark.slow
def test_a_million_answers_take_seconds():
    import time

    design = example_design(districts=16, schools=94, persons=665)
    start = time.perf_counter()
    crosstab(design, banner="district")
    # 7 items took 1.0 s where this was written, on two cores; 30 took 2.4 s.
    assert time.perf_counter() - start < 8
