"""Comments: cut into words, coded by a frame as somebody would who reads them, and counted as the design has it.

Comments are invented. Terms of the workspace's code frame are its own data.
"""

from __future__ import annotations

import socket
from dataclasses import replace
from functools import lru_cache

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT

import analysis
from analysis.messages import DuzhengError
from analysis.satisfaction.open_answers import (
    CodeFrame,
    agreement,
    code_frames,
    coded,
    comments,
    key_terms,
    quotations,
    read_code_frame,
    read_coded,
)
from analysis.satisfaction.open_answers.coding import coder
from analysis.satisfaction.open_answers.example import example_comments, example_frame
from analysis.satisfaction.open_answers.segmentation import BREAK, Cutter, cutter, normalise
from analysis.satisfaction.open_answers.topics import codes_of
from analysis.surveys import read_bank
from analysis.surveys.design import design_of
from analysis.surveys.items import OpenText
from analysis.workspace import Workspace
from analysis.workspace.yaml_files import read_yaml

CODED = ROOT / "data/demo/comments.coded.csv"
WORKSPACE = Workspace(ROOT)
NAME = {"zh-Hans": "名", "en": "Name"}


@pytest.fixture(scope="module")
def frame():
    return read_code_frame(ROOT, "education")


def made(**topics):
    """Make a frame of topics by their entries."""
    return CodeFrame.model_validate({
        "id": "made", "version": 1, "date": "2025-09-01", "title": NAME, "nothing": ["没有意见", "none"],
        "topics": {code: {"name": NAME, "covers": NAME, **of} for code, of in topics.items()},
    })  # fmt: skip


def topics_of(text, frame):
    return set(coder(frame).code(text).topics)


# Words


def test_texts_are_compared_in_half_width_and_small_letters_without_what_nobody_sees():
    assert normalise("ＷｉＦｉ\u200b　１２３，ＯＫ！") == "wifi 123,ok!"
    assert normalise("學校") == "學校"


def test_an_unknown_name_never_becomes_a_word():
    """王晓梓 is in no dictionary; with its model of unknown words rjieba makes one word of it."""
    assert cutter().cut("王晓梓说食堂不好")[:3] == ["王", "晓", "梓"]


def test_terms_stay_whole_in_whatever_order_they_come():
    terms = ["随迁子女", "课后服务", "子女升学", "双减"]
    text = "双减以后，随迁子女升学和课后服务"
    assert Cutter(terms).cut(text) == Cutter(terms[::-1]).cut(text)
    assert {"双减", "课后服务"} <= set(Cutter(terms).cut(text))


def test_emoji_and_stops_end_clauses_and_are_no_words():
    assert cutter().cut("食堂好😀操场小。") == ["食堂", "好", BREAK, "操场", "小", BREAK]


@settings(deadline=None)
@given(st.text("作业太多食堂饭菜不好吃老师王的了", max_size=30))
def test_no_character_is_lost_or_doubled(text):
    assert "".join(cutter(frozenset(["作业", "饭菜不好吃"])).cut(text)) == text


# Frames


def test_the_workspaces_frame_serves_every_question_for_words(frame):
    bank = read_bank(ROOT)
    asked = {code for (code, _), item in bank.items.items() if isinstance(item, OpenText)}
    assert set(frame.items) == asked
    assert code_frames(ROOT) == ["education"]
    assert 12 <= len(frame.topics) <= 18
    assert all({"zh-Hans", "en"} <= topic.name.keys() and topic.zh and topic.en for topic in frame.topics.values())


def test_all_faults_of_a_frame_are_said_at_once_with_their_lines(tmp_path):
    folder = tmp_path / "surveys/codeframes"
    folder.mkdir(parents=True)
    (folder / "bad.yaml").write_text(
        "id: other\nversion: 1\ndate: 2025-09-01\ntitle: {zh-Hans: 题}\ntopics:\n"
        "  load:\n    name: {zh-Hans: 作业}\n    covers: {zh-Hans: 作业}\n"
        "    zh: [作业, homework, 作业]\n    en: [睡眠]\n    not: [午餐, 作业]\n"
        "  empty:\n    name: {zh-Hans: 空}\n    covers: {zh-Hans: 空}\n",
        encoding="utf-8",
    )
    with pytest.raises(DuzhengError) as caught:
        read_code_frame(tmp_path, "bad")
    found = {(fault.line, fault.found) for fault in caught.value.faults}
    assert {(1, "'other'"), (9, "'homework' under zh"), (9, "'作业' 2 times"), (10, "'睡眠' under en"), (11, "'午餐'"),
            (11, "'作业'"), (12, "no terms")} == found  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("zh: ['，']", "words"),
        ("zh: [{term: 作业, nott: [a]}]", "Did you mean not"),
        ("zh: 作业", "tuple"),
        ("zhh: [a]", "zh"),
    ],
)
def test_an_entry_that_cannot_be_read_is_told_with_its_line(tmp_path, entry, said):
    folder = tmp_path / "surveys/codeframes"
    folder.mkdir(parents=True)
    (folder / "bad.yaml").write_text(
        "id: bad\nversion: 1\ndate: 2025-09-01\ntitle: {zh-Hans: 题}\ntopics:\n"
        f"  load:\n    name: {{zh-Hans: 作业}}\n    covers: {{zh-Hans: 作业}}\n    {entry}\n",
        encoding="utf-8",
    )
    with pytest.raises(DuzhengError, match=said) as caught:
        read_code_frame(tmp_path, "bad")
    assert {fault.line for fault in caught.value.faults} == {9}


def test_a_frame_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(DuzhengError, match="education"):
        read_code_frame(ROOT, "educaton")


# Coding


def test_a_term_counts_where_words_begin_and_end():
    exam = made(exam={"zh": ["中考"], "en": ["pe"]})
    assert topics_of("中考太难", exam) == {"exam"}
    assert topics_of("高中考试太难", exam) == set()
    assert topics_of("open the door", exam) == set()
    assert topics_of("more PE!", exam) == {"exam"}


def test_a_word_of_the_dictionary_that_ends_with_a_term_is_cut_there():
    sport = made(sport={"zh": ["足球"]}, load={"zh": ["作业"]})
    assert topics_of("想踢足球", sport) == {"sport"}
    assert topics_of("家长批改作业", sport) == {"load"}


def test_of_terms_that_overlap_the_longest_counts():
    both = made(sport={"zh": ["体育"]}, staff={"zh": ["体育老师"]})
    assert topics_of("体育老师不够", both) == {"staff"}
    assert topics_of("体育太少", both) == {"sport"}


def test_terms_with_a_plus_must_stand_in_one_clause_in_any_order():
    changes = made(staff={"zh": ["老师 + 换"]})
    assert topics_of("换了三个老师", changes) == {"staff"}
    assert topics_of("老师经常换", changes) == {"staff"}
    assert topics_of("老师很好，食堂的菜要换", changes) == set()


def test_a_phrase_of_not_keeps_its_topic_from_counting_and_no_other():
    frame = made(staff={"zh": [{"term": "老师", "not": ["感谢老师"]}, "校长"]}, praise={"zh": ["老师"]})
    assert topics_of("感谢老师", frame) == {"praise"}
    assert topics_of("感谢老师，希望校长多听意见", frame) == {"staff", "praise"}
    assert topics_of("老师太少", frame) == {"staff", "praise"}
    whole = made(training={"zh": ["培训"], "not": ["教师培训"]}, careers={"zh": ["教师培训"]})
    assert topics_of("教师培训太多", whole) == {"careers"}
    assert topics_of("校外的培训太多", whole) == {"training"}


def test_english_is_found_in_the_plural_and_in_any_case():
    frame = made(food={"en": ["school lunch", "dish"]})
    assert topics_of("School Lunches are cold", frame) == {"food"}
    assert topics_of("the dishes", frame) == {"food"}
    assert topics_of("after school, lunch", frame) == set()


@pytest.mark.parametrize("text", ["没有意见", "没有意见。", "没有意见！！谢谢", "None", "1", "。。。", "😀"])
def test_an_answer_that_says_nothing_is_known(text):
    found = coded(pd.Series([text]), made(load={"zh": ["作业"]}))
    assert found["said"].tolist() == ["nothing"]


def test_no_comment_is_none_of_them_and_a_topic_is_never_nothing():
    found = coded(pd.Series([None, " ", "没有意见，作业多", "操场小"]), made(load={"zh": ["作业"]}))
    assert found["said"].isna().tolist() == [True, True, False, False]
    assert found["said"].tolist()[2:] == ["something", "something"]
    assert found["load"].tolist() == [False, False, True, False]


@settings(max_examples=20, deadline=None)
@given(st.permutations(["作业太多", "食堂凉", "没有意见", "Homework", "午餐和作业", "操场"]))
def test_a_comment_has_the_same_codes_whatever_stands_beside_it(texts):
    alone = {text: coded(pd.Series([text]), example_frame()).iloc[0].tolist() for text in texts}
    together = coded(pd.Series(texts), example_frame())
    assert {text: together.iloc[row].tolist() for row, text in enumerate(texts)} == alone


def test_nine_in_ten_of_the_invented_matters_have_a_topic(frame):
    """What simulated respondents write about: the second part of what they put together."""
    for name in ("students", "parents", "staff", "public"):
        file = f"data/demo/{name}.truth.yaml"
        said = read_yaml(ROOT / file, file)["comments"]
        matters = pd.Series([*said["good"][1], *said["middling"][1], *said["bad"][1]])
        assert coded(matters, frame).drop(columns="said").any(axis=1).mean() >= 0.9, name
        assert (coded(pd.Series(said["of_little_use"]), frame)["said"] == "nothing").all()


# Agreement


def test_kappa_is_that_of_the_textbook():
    """Two readers of 50 applications, 20 and 15 alike, 5 and 10 not: kappa 0.40 (the usual worked example)."""
    frame = made(load={"zh": ["作业"]})
    texts = ["作业"] * 20 + ["操场"] * 5 + ["作业"] * 10 + ["操场"] * 15
    hand = ["load"] * 25 + [""] * 25
    row = agreement(WORKSPACE, pd.DataFrame({"text": texts, "topics": hand}), frame).table.iloc[0]
    assert row["kappa"] == pytest.approx(0.40)
    assert (row["by_hand"], row["by_frame"], row["both"]) == (25, 30, 20)
    assert row["precision_share"] == pytest.approx(100 * 20 / 30)
    assert row["recall_share"] == pytest.approx(80)


def test_the_frame_agrees_with_who_read_the_comments(frame):
    """The even ids were not looked at while terms were written; the odd ones were."""
    by_hand = read_coded(CODED)
    assert len(by_hand) > 120
    assert by_hand["synthetic"].all()
    unseen = by_hand[by_hand["id"].str[1:].astype(int) % 2 == 0]
    found = agreement(WORKSPACE, unseen, frame)
    row = found.table.set_index("topic").loc["overall"]
    assert row["kappa"] > 0.85
    assert row["lower"] < row["kappa"] < row["upper"]
    assert row["precision_share"] > 85
    assert row["recall_share"] > 85
    assert "simulated" in str(found.explain("en"))


def test_agreement_goes_by_names_of_files_in_the_workspace(frame):
    named = analysis.open(ROOT).agreement("data/demo/comments.coded.csv", "education")
    pd.testing.assert_frame_equal(named.table, agreement(WORKSPACE, read_coded(CODED), frame).table)
    assert "data/demo/comments.coded.csv sha256:" in str(named.explain("en"))
    assert "surveys/codeframes/education.yaml sha256:" in str(named.explain("en"))
    assert named.language == WORKSPACE.settings.languages[0]


@pytest.mark.parametrize(
    ("by_hand", "frame", "said"),
    [
        (None, "education", "by_hand=None"),
        ("nowhere.csv", "education", "DZ-T001"),
        (pd.DataFrame({"text": ["a"]}), example_frame(), "no topics"),
        (CODED, "educaton", "DZ-S002.*education"),
        (CODED, None, "frame=None"),
    ],
)
def test_what_agreement_cannot_read_is_said(by_hand, frame, said):
    with pytest.raises(DuzhengError, match=said):
        agreement(WORKSPACE, by_hand, frame)


def test_codes_that_the_frame_does_not_have_are_all_named():
    rows = pd.DataFrame({"text": ["a", "b"], "topics": ["lod; canteen", "lunch"]})
    with pytest.raises(DuzhengError, match="'lod'") as caught:
        agreement(WORKSPACE, rows, example_frame())
    assert len(caught.value.faults) == 2


# Topics


def test_a_topics_share_is_the_weighted_share_of_those_who_wrote():
    design = example_comments()
    found = comments(design, example_frame())
    wrote, w = (found.coded["said"] == "something").fillna(value=False), design.sample.plan.weight
    row = found.table.set_index("topic").loc["load"]
    assert row["estimate"] == pytest.approx(100 * (w * found.coded["load"])[wrote].sum() / w[wrote].sum())
    assert row["share_of_all"] == pytest.approx(100 * (w * found.coded["load"]).sum() / w.sum())
    assert row["n"] == wrote.sum()
    assert row["n_all"] == len(design.data)
    assert row["count"] == found.coded["load"].sum()
    says = found.coded["load"].where(wrote).astype("Float64").astype("float64")
    theirs = design.with_columns(says=says).proportion("says", method="beta", df="domain").iloc[1]
    assert row[["se", "lower", "upper"]].tolist() == pytest.approx((100 * theirs[["se", "lower", "upper"]]).tolist())


def test_groups_stand_below_all_and_add_up():
    found = comments(example_comments(districts=3), example_frame(), by="district").table
    whole, parts = found[found["district"].isna()], found[found["district"].notna()]
    assert whole.set_index("topic")["count"].to_dict() == parts.groupby("topic")["count"].sum().to_dict()
    assert found["topic"].tolist()[:4] == ["load", "canteen"] * 2


def test_who_speaks_of_a_topic_in_any_of_two_questions_speaks_of_it():
    design = example_comments(said=("作业太多", "没有意见"))
    data = design.data.assign(more=pd.Series(["午餐太凉" if row % 3 == 0 else None for row in range(200)], dtype="str"))
    two = codes_of(replace(design, sample=design.sample.with_columns({"more": data["more"]})), example_frame(),
                   ["words", "more"])  # fmt: skip
    apart = [coded(data[name], example_frame()) for name in ("words", "more")]
    assert two["load"].equals(apart[0]["load"] | apart[1]["load"])
    assert two["canteen"].equals(apart[0]["canteen"] | apart[1]["canteen"])
    assert (two["said"] == "something").sum() == (two["load"] | two["canteen"]).sum()
    assert two["said"].isna().sum() == (apart[0]["said"].isna() & apart[1]["said"].isna()).sum()


def test_a_topic_that_nobody_mentions_is_0_with_an_interval():
    found = comments(example_comments(said=("作业太多", "操场小")), example_frame()).table.set_index("topic")
    assert found.loc["canteen", ["estimate", "lower", "count"]].tolist() == [0, 0, 0]
    assert 0 < found.loc["canteen", "upper"] < 10


def test_coverage_counts_who_speaks_of_any_topic_and_lists_the_words_of_the_others():
    found = comments(example_comments(), example_frame())
    spoke = found.coded[["load", "canteen"]].any(axis=1)
    row = found.coverage.iloc[0]
    assert row["count"] == spoke.sum()
    assert row["nothing"] == (found.coded["said"] == "nothing").sum()
    assert set(found.uncoded["term"]) == {"图书", "校门口"}
    assert (found.uncoded["persons"] >= 10).all()


def test_a_group_of_fewer_than_ten_has_no_figures():
    design = example_comments()
    data = design.wave.responses
    few = data["words"].where((data["district"] == "a") | (data.index % 20 == 0))
    small = design_of(replace(design.wave, responses=data.assign(words=few)), labels=design.labels)
    found = comments(small, example_frame(), by="district").table.set_index(["district", "topic"]).loc["b"]
    assert (found["n"] < 10).all()
    assert found[["estimate", "lower", "upper", "count", "share_of_all"]].isna().all(axis=None)


def test_an_open_sample_is_of_respondents_and_nothing_is_significant():
    found = comments(example_comments("open"), example_frame(), by="district")
    said = "".join(str(found.explain(each)) + found.readers(each).as_raw_html() for each in ("zh-Hans", "en"))
    assert "respondents only" in said.lower()
    assert "signific" not in said
    assert "显著" not in said


def test_comments_that_are_not_there_are_refused():
    with pytest.raises(DuzhengError, match="DZ-S003"):
        comments(example_comments(said=("没有意见",)), example_frame())
    with pytest.raises(DuzhengError, match="'clear'"):
        comments(example_comments(), example_frame(), items="clear")
    with pytest.raises(DuzhengError, match="Did you mean district"):
        comments(example_comments(), example_frame(), by="distrct")


def test_a_result_says_where_it_came_from_and_computes_again_in_r(shanghai_design, tmp_path):
    found = comments(shanghai_design, "education")
    assert "surveys/codeframes/education.yaml" in str(found.explain())
    assert "education, version 1" in str(found.explain("en"))
    script = found.as_r(tmp_path).read_text(encoding="utf-8")
    assert "svymean(~factor(`says[canteen]`), design" in script
    assert pd.read_csv(tmp_path / "data.csv")["says[canteen]"].notna().sum() == found.table["n"].iloc[0]
    assert "食堂" not in (tmp_path / "data.csv").read_text(encoding="utf-8")


def test_wrong_requests_of_comments_are_said():
    design = example_comments()
    for arguments, said in (
        ({"design": None}, "a NoneType"),
        ({"frame": None}, "frame=None"),
        ({"level": 2}, "level=2"),
        ({"by": "school"}, "'school'"),
    ):
        with pytest.raises(DuzhengError, match=said):
            comments(**{"design": design, "frame": example_frame(), **arguments})


def test_nothing_leaves_the_machine(monkeypatch):
    def refused(*_, **__):
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refused)
    cutter.cache_clear()
    design, frame = example_comments(), example_frame()
    comments(design, frame)
    key_terms(design, frame=frame)
    quotations(design, frame)


# Charts


@lru_cache
def missing(districts):
    """Make a design in which one district has too few comments."""
    design = example_comments(districts=districts, schools=6, persons=24)
    data = design.wave.responses
    words = data["words"].where((data["district"] != "c") | (data.index % 30 == 0))
    return design_of(replace(design.wave, responses=data.assign(words=words)), labels=design.labels)


@pytest.mark.parametrize(("language", "short"), [("zh-Hans", "zh"), ("en", "en")])
def test_charts_of_topics_are_those_that_were_looked_at(language, short, stored_svg):
    one, many = comments(missing(1), example_frame()), comments(missing(16), example_frame(), by="district")
    stored_svg(f"comments_{short}_one", one.chart(language).spec, language)
    stored_svg(f"comments_{short}_many", many.chart(language).spec, language)
    assert {"zh-Hans": "C区", "en": "District C"}[language] in " ".join(many.chart(language).spec["title"]["subtitle"])


@pytest.mark.parametrize(("language", "short"), [("zh-Hans", "zh"), ("en", "en")])
def test_the_chart_of_agreement_is_the_one_that_was_looked_at(language, short, stored_svg, frame):
    stored_svg(
        f"agreement_{short}", agreement(WORKSPACE, read_coded(CODED).head(80), frame).chart(language).spec, language
    )
