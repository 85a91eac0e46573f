"""Quotations tell of nobody, and key terms are what a group says more often. Names and numbers are invented."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.conftest import ROOT

from analysis.messages import DuzhengError
from analysis.satisfaction.open_answers import key_terms, quotations, read_code_frame, read_coded, scan
from analysis.satisfaction.open_answers.coding import coder
from analysis.satisfaction.open_answers.example import example_comments, example_frame
from analysis.satisfaction.open_answers.likeness import typical, varied, vectors
from analysis.workspace.yaml_files import read_yaml

#: What must not be quoted, and why.
REFUSED = [
    ("请打13800000000找我谈作业", "number"), ("号码一三八零零零零零零零零", "number"),
    ("我的学号是2023045", "number"), ("身份证11010519491231002X", "number"), ("车牌沪A12345总是停在门口", "number"),
    ("邮箱a.b@example.org", "contact"), ("微信号是abc12345", "contact"), ("加我QQ：1234567", "contact"),
    ("见 https://example.org/a", "contact"), ("请打〔电话〕找我", "removed"), ("王老师常骂人", "name"),
    ("高老师很凶", "name"), ("史晓梓校长办事公道", "name"), ("李晓燕老师很好", "name"), ("张伟欺负我", "name"),
    ("小李同学总是打人", "name"), ("隔壁的赵某某打人", "name"), ("欧阳校长管理有方", "name"),
    ("我叫小明，食堂难吃", "name"), ("孩子姓陈", "name"), ("Mr Smith shouts at us", "name"),
    ("my name is unknown", "name"), ("ask Teacher Wang about it", "name"), ("the boy called Wei is rude", "name"),
    ("三（2）班的纪律太差", "class"), ("初二5班没有空调", "class"), ("我们三班没有空调", "class"),
    ("my son is in class 3", "class"), ("育才中学门口堵", "school"), ("第一中学食堂差", "school"),
    ("建平附中太远", "school"), ("二中的食堂难吃", "school"), ("徐家汇那边没有幼儿园", "name"),
    ("浦东的学校少", "place"), ("我家住在福山路12号", "place"), ("8弄3号楼没有电梯", "place"),
    ("阳光小区没有幼儿园", "place"), ("陈家镇没有高中", "place"), ("2012年5月的孩子不能入学", "date"),
    ("9月1日那天堵车", "date"), ("born in Sept 2012", "date"), ("我女儿有自闭症没人管", "sensitive"),
    ("爸爸妈妈离婚了，我家没人接", "sensitive"), ("全校唯一的特教教师", "sensitive"),
    ("my daughter has ADHD and nobody helps", "sensitive"), ("一年级的数学老师换了三个", "combination"),
    ("9岁的儿子转学过来", "combination"), ("我是家委会主任，孩子五年级", "combination"),
]  # fmt: skip
#: What may be, though it looks alike.
QUOTED = [
    "提高老师待遇", "感谢老师", "语文老师换得太勤", "历史老师讲得好", "任何老师都不能打人", "周末老师要培训",
    "每周老师都要填表", "许多老师很累", "附近的学校不行", "希望小学早点放学", "马路太窄", "学校门口那条路太堵",
    "我们小区没有幼儿园", "农村学校招不到老师", "一个班五十多个", "两张卷子写不完", "初中生睡得太晚", "高中名额太少",
    "期中考试太难", "安全教育很重要", "一年级就有作业", "课后服务到五点", "希望政府多听听老百姓怎么说",
    "校外培训机构跑路", "English lessons are fun and I like PE", "We would like more sport on Mondays",
]  # fmt: skip


@pytest.fixture(scope="module")
def frame():
    return read_code_frame(ROOT, "education")


# The scan


@pytest.mark.parametrize(("text", "reason"), REFUSED, ids=lambda of: of[:12])
def test_what_tells_of_somebody_is_refused_with_its_reason(text, reason):
    assert reason in scan(text)


@pytest.mark.parametrize("text", QUOTED)
def test_what_only_looks_like_a_name_may_be_quoted(text):
    assert scan(text) == ()


def test_full_width_and_hidden_characters_do_not_help():
    assert "number" in scan("请打１３８０００００００１")
    assert "class" in scan("三（２）班太吵")
    assert "contact" in scan("ａ＠ｂ．ｃｎ")


def test_personal_words_of_the_simulator_never_pass_whatever_stands_before_them():
    for name in ("students", "parents", "staff", "public"):
        file = f"data/demo/{name}.truth.yaml"
        said = read_yaml(ROOT / file, file)["comments"]
        assert all(scan(f"{matter}{personal}") for matter in said["bad"][1] for personal in said["personal"])


def test_comments_that_tell_of_nobody_mostly_pass(frame):
    """Of the comments coded by hand, in which nobody is named, one in fifty is refused at most."""
    texts = read_coded(ROOT / "data/demo/comments.coded.csv")["text"]
    refused = [text for text in texts if scan(text, coder(frame).exempt)]
    assert len(refused) <= len(texts) / 50, refused


# Quotations


def test_a_refused_comment_is_counted_and_never_shown():
    said = ("作业太多，请找王老师", "作业太多，写到很晚", "作业太多，电话13800000000", "食堂的饭菜总是凉的")
    found = quotations(example_comments(said=said), example_frame(), number=5)
    assert set(found.table["quotation"]) == {said[1], said[3]}
    html = "".join(found.readers(each).as_raw_html() + str(found.explain(each)) for each in ("zh-Hans", "en"))
    assert "13800000000" not in html
    assert "王老师" not in html
    counts = found.refused.set_index("reason")["comments"]
    texts = example_comments(said=said).data["words"]
    assert counts["name"] == (texts == said[0]).sum()
    assert counts["number"] == (texts == said[2]).sum()


def test_no_topic_of_few_persons_or_places_is_quoted():
    said = {"a": ("作业太多，写到很晚",) * 11 + ("食堂的饭菜总是凉的",), "b": ("操场太小了，跑不开",)}
    found = quotations(example_comments(said=said), example_frame())
    assert set(found.table["topic"]) == {"load"}
    assert found.refused.set_index("topic").loc["canteen", "reason"] == "few"
    lonely = quotations(example_comments(said=said), example_frame(), places=6)
    assert lonely.table.empty


def test_the_bound_of_publication_cannot_be_lowered():
    said = {"a": ("作业太多，写到很晚",) * 11 + ("食堂的饭菜总是凉的",), "b": ("操场太小了，跑不开",)}
    assert "canteen" not in set(quotations(example_comments(said=said), example_frame(), least=1).table["topic"])


def test_quotations_differ_from_each_other():
    said = ("作业太多，写到很晚。", "作业太多，写到很晚！", "作业太多写到很晚了", "周末作业应当少留", "考前作业翻倍")
    found = quotations(example_comments(said=said), example_frame(), number=3).table
    assert sum("很晚" in text for text in found["quotation"]) == 1
    assert len(found) > 1


def test_short_and_long_ones_are_left_out_and_a_word_in_english_counts_two():
    said = ("作业多", "作业太多，写到很晚", "作业" + "很多" * 50, "too much homework every evening")
    found = quotations(example_comments(said=said), example_frame(), number=5)
    assert set(found.table["quotation"]) == {said[1], said[3]}


def test_a_quotation_goes_without_id_school_or_day_and_says_why_it_may():
    found = quotations(example_comments(), example_frame(), by="district")
    assert set(found.table) == {"district", "topic", "quotation", "typical", "persons", "places", "allowed"}
    assert "披露检查" in found.readers().as_raw_html()
    assert not found.table.duplicated(["district", "quotation"]).any()


def test_what_is_less_than_something_is_no_markup_in_a_table():
    found = quotations(example_comments(said=("作业<两小时就好，写到很晚",)), example_frame())
    assert "<两小时" not in found.readers().as_raw_html()
    assert "&lt;两小时" in found.readers().as_raw_html()


HOSTILE = ("作业太多<script>alert(1)</script>", "=cmd|' /C calc'!A0 作业太多了", "作业太多\u202e了很晚写到",
           "作业\x07太多，写到很晚", "作业太多了，写到&lt;b&gt;很晚", "@SUM(1)作业太多，写到很晚")  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_comment_that_is_not_only_words_is_not_quoted(text):
    found = quotations(example_comments(said=(text, "作业太多，写到很晚")), example_frame(), number=5)
    assert found.table["quotation"].tolist() == ["作业太多，写到很晚"]
    assert {"markup", "contact"} & set(found.refused["reason"])


def test_wishes_that_make_no_sense_are_refused():
    with pytest.raises(DuzhengError, match="shortest"):
        quotations(example_comments(), example_frame(), shortest=9, longest=8)


# Likeness


def test_vectors_are_those_of_scikit_learn():
    text = pytest.importorskip("sklearn.feature_extraction.text")
    words = [["a", "b", "b"], ["b", "c"], ["a"], ["c", "c", "c", "a"]]
    theirs = text.TfidfVectorizer(sublinear_tf=True, analyzer=lambda each: each).fit_transform(words)
    assert np.allclose(vectors(words).toarray(), theirs.toarray())


def test_the_most_typical_is_the_one_like_most_others():
    found = vectors([["a", "b"], ["a", "b"], ["a", "b", "c"], ["d"], []])
    assert int(typical(found).argmax()) in {0, 1}
    assert typical(found)[4] == 0
    assert varied(found, typical(found), 5, 0.5)[:2] == [0, 3]
    assert varied(found, np.full(5, -np.inf), 5, 0.5) == []


# Key terms


def test_a_person_counts_once_a_term():
    said = {"a": ("作业作业，作业，还是作业",), "b": ("操场太小",)}
    row = key_terms(example_comments(said=said)).table.iloc[0]
    assert (row["district"], row["term"], row["persons"], row["n"]) == ("a", "作业", 45, 45)


def test_terms_of_few_persons_or_one_place_are_not_shown():
    said = {"a": ("作业太多",) * 7 + ("泳池太旧",), "b": ("操场太小",)}
    design = example_comments(said=said)
    assert "泳池" not in set(key_terms(design).table["term"])
    assert "泳池" in set(key_terms(design, least=3).table["term"])
    assert key_terms(design, places=6).table.empty


def test_terms_that_name_somebody_are_left_out_and_counted():
    said = {"a": ("王老师和作业",), "b": ("操场太小",)}
    found = key_terms(example_comments(said=said))
    assert set(found.table.loc[found.table["district"] == "a", "term"]) == {"作业"}
    assert any("1 terms" in note["en"] for note in found.notes)


def test_groups_can_be_picked_without_changing_what_they_are_compared_with():
    said = {"a": ("作业太多",), "b": ("操场太小",), "c": ("食堂太远",)}
    design = example_comments(districts=3, said=said)
    one, whole = key_terms(design, groups="b").table, key_terms(design).table
    pd.testing.assert_frame_equal(one, whole[whole["district"] == "b"].reset_index(drop=True))
    with pytest.raises(DuzhengError, match="'z'"):
        key_terms(design, groups="z")


def test_there_is_no_script_of_words_and_it_is_said_why(tmp_path):
    design = example_comments()
    for found, why in ((key_terms(design), "z is no test"), (quotations(design, example_frame()), "comments()")):
        with pytest.raises(DuzhengError) as caught:
            found.as_r(tmp_path)
        assert why in str(caught.value)


def test_z_is_said_to_be_no_test():
    said = str(key_terms(example_comments()).explain("en"))
    assert "no test" in said
    assert "signific" not in said


@pytest.mark.parametrize(
    ("name", "groups"),
    [("zh_one", "b"), ("en_one", "b"), ("zh_many", None), pytest.param("en_many", None, marks=pytest.mark.slow)],
)
def test_charts_of_key_terms_are_those_that_were_looked_at(name, groups, stored_svg):
    said = ("作业太多", "食堂的菜凉", "操场太小", "校门口太堵", "老师辛苦", "厕所很脏", "午餐排队", "公园开放")
    turns = {chr(97 + k): tuple(said[(k + j) % 8] for j in range(3)) for k in range(16)}
    turns["c"] = ("1",)
    language = "en" if name.startswith("en") else "zh-Hans"
    found = key_terms(example_comments(districts=16, said=turns), groups=groups)
    stored_svg(f"key_terms_{name}", found.chart(language).spec, language)
