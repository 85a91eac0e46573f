"""Importance and performance: a quadrant is named only where both intervals lie on one side of the lines."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from tests.satisfaction.topic_waves import TOPICS, topic_wave

from analysis.messages import DuzhengError
from analysis.satisfaction.association.drivers import drivers
from analysis.satisfaction.association.importance import importance
from analysis.satisfaction.charts.importance import _place, _shared

#: Large enough that the four topics lie where they were made to.
CLEAR = topic_wave(schools=12, persons=60, districts=3)


@pytest.fixture(scope="module")
def found():
    return importance(CLEAR, replicates=100)


def test_topics_fall_into_the_quadrants_that_they_were_made_for(found):
    quadrants = found.table.set_index("variable")["quadrant"].to_dict()
    assert quadrants == {"ixStrong": "strength", "ixPoor": "improve", "ixFaint": "watch", "ixEasy": "maintain"}
    assert (found.table["crosses"] == "").all()


def test_an_interval_that_crosses_a_line_leaves_the_topic_undecided():
    alike = importance(topic_wave(dict.fromkeys(TOPICS, (4.0, 0.3)), persons=6), replicates=100, fewest=20).table
    assert (alike["quadrant"] == "undecided").all()
    assert set(alike["crosses"]) <= {"both", "importance", "performance"}
    for row in alike.to_dict("records"):
        crossed = [name for name in ("importance", "performance")
                   if row[f"{name}_away_lower"] <= 0 <= row[f"{name}_away_upper"]]  # fmt: skip
        assert row["crosses"] == ("both" if len(crossed) == 2 else crossed[0])


def test_importance_is_the_share_and_performance_the_mean(found):
    share = drivers(CLEAR, replicates=100).table.query("statistic == 'share'").set_index("variable")
    table = found.table.set_index("variable")
    assert table["importance"].to_dict() == pytest.approx(share["estimate"].to_dict())
    assert table["importance_lower"].to_dict() == pytest.approx(share["lower"].to_dict())
    means = found.sample.mean(list(table.index), df="domain").set_index("variable")
    assert table["performance"].to_dict() == pytest.approx(means["estimate"].to_dict())
    # The bootstrap takes no second-stage correction: a little larger than linearisation, and random itself.
    assert (table["performance_se"] / means["se"]).to_dict() == pytest.approx(dict.fromkeys(table.index, 1.05), abs=0.3)
    assert table["importance"].sum() == pytest.approx(100)
    assert table["performance_line"].iloc[0] == pytest.approx(table["performance"].mean())
    assert table["performance_away"].sum() == pytest.approx(0, abs=1e-9)


def test_a_line_of_the_same_answers_moves_with_them(found):
    # Schools raise all topics together: that cancels in the distance from their mean, not in the mean itself.
    table = found.table
    marginal = table["performance_upper"] - table["performance_lower"]
    away = table["performance_away_upper"] - table["performance_away_lower"]
    assert (away < 0.8 * marginal).all()
    fixed = importance(CLEAR, lines=(20, 50), replicates=100).table
    assert (fixed["performance_away_upper"] - fixed["performance_away_lower"]).tolist() == pytest.approx(
        (fixed["performance_upper"] - fixed["performance_lower"]).tolist()
    )
    assert fixed["performance_line"].tolist() == [50] * 4
    assert (fixed["importance_away"] - fixed["importance"]).tolist() == pytest.approx([-20] * 4)


def test_johnson_s_weights_may_be_asked_for(found):
    other = importance(CLEAR, method="johnson", replicates=10).table.set_index("variable")["importance"]
    assert other.sum() == pytest.approx(100)
    assert other.to_dict() == pytest.approx(found.table.set_index("variable")["importance"].to_dict(), abs=3)
    with pytest.raises(DuzhengError, match="shapley"):
        importance(CLEAR, method="beta")


def test_an_open_sample_is_of_a_model():
    found = importance(topic_wave(kind="open"), replicates=20)
    assert set(found.table["basis"]) == {"model"}
    assert "基于模型" in str(found.chart("zh-Hans").spec["title"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"lines": (120, None)}, "two numbers from 0 to 100"),
        ({"topics": ["strong"]}, "2 to 12"),
        ({"topics": ["ixStrong", "strong"]}, "combinations of others"),
        ({"fewest": 10_000}, "at least 10000"),
    ],
)
def test_wrong_requests_are_said(arguments, said):
    with pytest.raises(DuzhengError, match=said):
        importance(CLEAR, replicates=5, **arguments)


def test_topics_that_are_no_shares_of_a_hundred_are_refused():
    sheet = CLEAR.survey.questionnaire
    indices = [index.model_copy(update={"conversion": "mean"}) for index in sheet.analyses.indices[:1]]
    analyses = sheet.analyses.model_copy(update={"indices": (*indices, *sheet.analyses.indices[1:])})
    survey = replace(CLEAR.survey, questionnaire=sheet.model_copy(update={"analyses": analyses}))
    with pytest.raises(DuzhengError, match="ixStrong in mean"):
        importance(replace(CLEAR, wave=replace(CLEAR.wave, survey=survey)))


def test_the_script_for_r_has_ours_beside_it(found, tmp_path):
    text = found.as_r(tmp_path).read_text(encoding="utf-8")
    assert 'weigh(c("ixWhole", "ixStrong", "ixPoor", "ixFaint", "ixEasy")' in text
    assert {"ixWhole", "ixStrong"} <= set(pd.read_csv(tmp_path / "data.csv"))


@pytest.mark.parametrize("seed", range(6))
def test_labels_keep_off_each_other_and_their_points(seed):
    rng = np.random.default_rng(seed)
    rows = [
        {"performance": p, "importance": i, "labels": [f"学校治理感知指数{k}", f"学校治理 / 感知指数{k}"],
         "performance_lower": p - 1, "performance_upper": p + 1, "importance_lower": i - 3, "importance_upper": i + 3}
        for k, (p, i) in enumerate(zip(rng.uniform(60, 70, 7), rng.uniform(5, 30, 7), strict=True))
    ]  # fmt: skip
    _place(rows, [], [17.0, 65.0], (58.0, 72.0), (0.0, 36.0))
    boxes = []
    for row in rows:
        lines = row["label"].split(" / ")
        x = (row["label_x"] - 58) / 14 * 480
        y = (36 - row["label_y"]) / 36 * 360 + 7 * (len(lines) - 1)
        # A Han character is 12 pixels wide, a line 14 high.
        wide, high = 12 * max(map(len, lines)), 14 * len(lines)
        boxes.append((x - wide / 2, y - high / 2, x + wide / 2, y + high / 2))
        assert boxes[-1][0] >= 0
        assert boxes[-1][2] <= 480
    assert all(_shared(one, two) == 0 for one, two in combinations(boxes, 2))


@pytest.fixture(scope="module")
def charted(found):
    """Give figures that are the same on every machine: of few topics, undecided ones, and twelve long ones."""
    made = {
        "one": found,
        "undecided": importance(topic_wave(dict.fromkeys(TOPICS, (4.0, 0.3)), gaps=0.1), replicates=20),
        "many": importance(
            topic_wave({f"t{k}": (3 + 0.2 * k, 0.1 + 0.05 * (k * 5 % 12)) for k in range(12)}, long=True, gaps=0.02),
            replicates=20,
        ),
    }
    return {name: replace(result, table=result.table.round(3)) for name, result in made.items()}


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("name", ["one", "undecided", "many"])
def test_charts(charted, stored_svg, name, language):
    chart = charted[name].chart(language)
    said = str(chart.spec["title"])
    assert "因果" in said or "not of cause" in said
    assert ("未定" in said or "undecided" in said) is (name != "one")
    stored_svg(f"importance_{language[:2]}_{name}", chart.spec, language)


def test_readers_see_which_line_is_crossed(charted):
    written = charted["undecided"].written("zh-Hans")
    assert set(written["quadrant"]) == {"未定"}
    assert set(written["crosses"]) <= {"重要性分界线", "满意度分界线", "两条分界线"}
