"""Comments lose what tells who wrote them and nothing else; pseudonyms hang on their key. Sentences are invented."""

from __future__ import annotations

import stat
import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT, questionnaires

from analysis.messages import DuzhengError
from analysis.surveys.keys import link_key
from analysis.surveys.personal import MARKS, check_digit, is_card, is_id_number, scrub, scrub_column
from analysis.surveys.pseudonyms import (
    KEYS,
    destroy_ip_key,
    fingerprint,
    ip_key,
    pseudonym,
    renamed,
)
from analysis.surveys.simulate import read_truth

#: What is to be found: a sentence, the kind, and what must be gone from it. 11010519491231002X is the worked example of
#: GB 11643-1999; card numbers are made up with Luhn's digit.
FOUND = [
    ("我的身份证是11010519491231002X。", "id_number", "11010519491231002X"),
    ("身份证：110105 19491231 002x，请核实", "id_number", "002x"),
    ("１１０１０５１９４９１２３１００２Ｘ是我爸", "id_number", "１００２"),
    ("老身份证130503670401001还能用吗", "id_number", "130503670401001"),
    ("身份证号码110105194912310020可能写错了一位", "id_number", "110105194912310020"),
    ("110105-19491231-002X", "id_number", "19491231"),
    ("请打13800000000", "phone", "13800000000"),
    ("电话138 0000 0000，晚上打", "phone", "0000"),
    ("138-0000-0000", "phone", "0000"),
    ("手机１３８０００００００１", "phone", "１３８"),
    ("我的号是+86 139 0000 0001", "phone", "139"),
    ("0086-13900000001", "phone", "13900000001"),
    ("一三八零零零零零零零零是家长电话", "phone", "一三八零"),
    ("一三八 〇〇〇〇 〇〇〇一", "phone", "〇〇"),
    ("幺三八零零零零零零零一", "phone", "幺三八"),
    ("1三8零0零0零0零0", "phone", "三8零"),
    ("1 3 8 0 0 0 0 0 0 0 0", "phone", "0 0"),
    ("家长13800000000孩子13900000001", "phone", "13900000001"),
    ("微信同号13800000002", "phone", "13800000002"),
    ("1380000 0003", "phone", "0003"),
    ("138\u200b0000\u200b0000", "phone", "0000"),
    ("打①③⑧⓪⓪⓪⓪⓪⓪⓪⓪", "phone", "③"),
    ("021-60000000转801", "phone", "60000000"),
    ("（010）6000 0001", "phone", "6000"),
    ("0512 6000 0002 找陈老师", "phone", "6000"),
    ("家里电话60000003", "phone", "60000003"),
    ("座机：6000-0004", "phone", "6000"),
    ("请写信到 xiaoming.wang@example.org 谢谢", "email", "xiaoming"),
    ("邮箱wang_2008＠example．com", "email", "wang_2008"),
    ("mail a-b+c@mail.example.edu.cn", "email", "example"),
    ("我的QQ是123456789", "account", "123456789"),
    ("qq:10001234", "account", "10001234"),
    ("扣扣 987654321", "account", "987654321"),
    ("班级QQ群12345678太吵", "account", "12345678"),
    ("微信号test0001", "account", "test0001"),
    ("微信：wang_xiaoming", "account", "wang_xiaoming"),
    ("加V abc123456", "account", "abc123456"),
    ("vx:mamaxxx", "account", "mamaxxx"),
    ("VX wxid_0001abc", "account", "wxid_0001abc"),
    ("薇信 li2008li", "account", "li2008li"),
    ("WeChat ID: teacher_chen", "account", "teacher_chen"),
    ("我微信dd20150901，老师加我", "account", "dd20150901"),
    ("退费到6222020200112230004", "bank_card", "6222020200112230004"),
    ("卡号 6217 0012 3456 7893 工行", "bank_card", "6217"),
    ("护照E12345678丢了", "document", "E12345678"),
    ("护照号：EA1234567", "document", "EA1234567"),
    ("passport no. G12345678", "document", "G12345678"),
    ("港澳通行证C12345678", "document", "C12345678"),
    ("门口苏A12345乱停车", "plate", "苏A12345"),
    ("浙B·D1234F 天天堵门", "plate", "D1234F"),
    ("粤 车牌粤B12C45", "plate", "12C45"),
]
#: What must stay: nothing of it tells who wrote it.
KEPT = [
    "2025年9月1日开学，2024-2025学年第一学期",
    "满分100分，我打95.5分",
    "二〇二五年一月一日起",
    "第一二三四五中学和第138中学",
    "上课时间8:00-11:30，13:30-15:40",
    "12345热线打了没人接",
    "请打12315或110",
    "400-000-0000是学校热线吗",
    "学费13800元，校服380元",
    "全校1380名学生，一三班38人",
    "班级群消息太多，微信群应该少发",
    "微信公众号推送太多",
    "微信notification太多",
    "QQ群里天天打卡",
    "qq音乐",
    "一三五上体育课，二四六上美术",
    "一二三四五六七八九十",
    "零零后的孩子",
    "10:20:30 40 50",
    "成绩 90 95 98 100 88 76 65",
    "高一3班、高二5班、初三(2)班",
    "作业每天2-3小时，周末4-5小时",
    "书包重3.5-4.0公斤",
    "编号20250901000123456",
    "合同号2025-0901-0001-2345",
    "问卷编号SYN-000123",
    "人均面积4.54平方米，比2020年增加0.13800000000",
    "邮编200000",
    "300个座位，1500平方米",
    "食堂15-20元一份，2025-10-15起",
    "面积12345678平方米",
    "6000-7000元",
    "学校在新华路1380号3号楼201室",
    "A栋B12345教室",
    "课程代码CS101和MATH2025",
    "请@班主任看一下",
    "发给@所有人",
    "新增B类项目20个",
    "甘A级食堂",
    "护照办理点太远",
    "银行卡办理要2个月",
    "身份证办理很快",
    "身份证要2025年换",
    "电话打不通",
    "联系方式应当公布",
    "5G基站、4K屏幕、AI课程",
    "每周1 3 5有课",
    "1+1=2",
    "π=3.14159265358979323846",
    "ISBN 978-7-04-000000-0",
    "112233445566778899",
    "加vip会员",
    "VX是什么意思",
    "wx班的同学",
    "一百三十八万零五百",
    "幺蛾子太多",
]


@pytest.mark.parametrize(("text", "kind", "gone"), FOUND)
def test_personal_data_is_taken_out(text, kind, gone):
    found = scrub(text)
    assert set(found.kinds) == {kind}
    assert gone not in found.text
    assert MARKS[kind] in found.text


@pytest.mark.parametrize("text", KEPT)
def test_years_scores_and_schools_stay(text):
    assert scrub(text).text == text


def test_recall_and_precision_are_whole_on_these_sentences():
    """Of both lists: the claim that is made of them, and of nothing else."""
    hits = [bool(scrub(text).kinds) for text, *_ in FOUND]
    false = [bool(scrub(text).kinds) for text in KEPT]
    assert sum(hits) / len(hits) == 1
    assert sum(hits) / (sum(hits) + sum(false)) == 1


def test_the_demonstrations_personal_comments_are_all_caught():
    surveys = questionnaires()
    files = sorted((ROOT / "data/demo").glob("*.truth.yaml"))
    texts = [text for path in files for text in read_truth(path, surveys, root=ROOT).comments.personal]
    assert len(texts) >= 9
    for text in texts:
        assert scrub(text).kinds, text
        assert not any(sign in scrub(text).text for sign in ("138000", "139000", "test0001"))


def test_several_are_taken_out_of_one_text_and_the_rest_stays():
    found = scrub("一、食堂好。电话13800000000，QQ 123456789，\n邮箱a@example.org；二、操场小。")
    assert found.text == "一、食堂好。电话〔电话〕，QQ 〔社交账号〕，\n邮箱〔邮箱〕；二、操场小。"
    assert found.kinds == ("phone", "account", "email")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_what_was_scrubbed_has_nothing_left_to_find(text):
    once = scrub(text)
    assert scrub(once.text).text == once.text
    assert once.kinds or once.text == text


@given(
    st.from_regex(r"\A1[3-9][0-9]{9}\Z"),
    st.sampled_from(["{}", "打{}", "电话：{}。", "{}找我", "a{}b"]),
)
def test_every_mobile_number_is_found(number, sentence):
    assert number not in scrub(sentence.format(number)).text


@given(st.dates(min_value=pd.Timestamp("1900-01-01").date()), st.integers(0, 999))
def test_every_identity_number_with_its_check_digit_is_found(day, order):
    head = f"110105{day:%Y%m%d}{order:03d}"
    number = head + check_digit(head)
    assert is_id_number(number)
    assert scrub(f"号码{number}。").text == "号码〔身份证号〕。"
    wrong = head + next(digit for digit in "0123456789X" if digit != check_digit(head))
    assert not is_id_number(wrong)


@given(st.integers(10**14, 10**17 - 1))
def test_luhns_digit_finds_every_single_mistake(number):
    """Luhn 1954 (US patent 2,950,048): any one digit that is wrong is found."""
    digits = "6" + str(number)
    valid = [digits + last for last in "0123456789" if is_card(digits + last)]
    assert len(valid) == 1
    flipped = valid[0][:3] + str((int(valid[0][3]) + 1) % 10) + valid[0][4:]
    assert not is_card(flipped)


@pytest.mark.parametrize("text", ["1" * 20_000, "138 " * 5_000, "a@" * 10_000, "微信" * 10_000, "一" * 20_000,
                                  "0-" * 9_000, "电话" * 9_000, "a.b" * 7_000 + "@"])  # fmt: skip
def test_no_text_takes_long(text):
    start = time.process_time()  # others on the machine do not count
    scrub(text)
    assert time.process_time() - start < 3


def test_a_column_keeps_its_type_and_counts_what_was_found():
    texts = pd.Series(
        ["电话13800000000", None, "好", "a@example.org b@example.org"], dtype="string", index=[3, 4, 5, 6]
    )
    found, kinds = scrub_column(texts)
    assert found.tolist() == ["电话〔电话〕", pd.NA, "好", "〔邮箱〕 〔邮箱〕"]
    assert (found.dtype, found.index.tolist()) == (texts.dtype, [3, 4, 5, 6])
    assert kinds == {"phone": 1, "email": 2}


# ---

KEYS_OF_TESTS = b"a key for these tests", b"another key for these tests"


def test_pseudonyms_hang_on_value_key_and_purpose():
    one, other = KEYS_OF_TESTS
    made = {pseudonym(value, key, purpose) for value in ("a", "b") for key in (one, other) for purpose in ("x", "y")}
    assert len(made) == 8
    assert pseudonym("a", one, "x") == pseudonym("a", one, "x")
    # Value and purpose can't run into each other.
    assert pseudonym("bc", one, "a") != pseudonym("c", one, "ab")


def test_the_link_key_is_asked_for_and_never_shown():
    with pytest.raises(DuzhengError, match="no DUZHENG_LINK_KEY"):
        link_key({})
    with pytest.raises(DuzhengError, match="of 5 characters") as caught:
        link_key({"DUZHENG_LINK_KEY": "short"})
    assert "short" not in str(caught.value).replace("too short", "")
    assert link_key({"DUZHENG_LINK_KEY": "k" * 20}) == b"k" * 20


def test_a_key_is_known_by_its_fingerprint_and_changed_with_a_mapping():
    one, other = KEYS_OF_TESTS
    assert fingerprint(one) != fingerprint(other)
    assert one.hex() not in fingerprint(one)
    table = renamed(["p2", "p1"], one, other, "students")
    found = dict(zip(table["old"], table["new"], strict=True))
    assert found[pseudonym("p1", one, "students")] == pseudonym("p1", other, "students")
    assert table["old"].is_monotonic_increasing


def test_the_key_of_addresses_is_made_once_and_can_be_destroyed(tmp_path):
    key = ip_key(tmp_path, "public-2025")
    path = tmp_path / KEYS / "public-2025.ip"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ip_key(tmp_path, "public-2025") == key
    assert ip_key(tmp_path, "parents-2025") != key
    assert not path.is_relative_to(tmp_path / "data")
    assert destroy_ip_key(tmp_path, "public-2025") is True
    assert not path.exists()
    assert ip_key(tmp_path, "public-2025") is None
    assert destroy_ip_key(tmp_path, "public-2025") is False
