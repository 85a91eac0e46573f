"""Places: their table, and codes that are valid only for one questionnaire and one key."""

from __future__ import annotations

import string

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT

from analysis.messages import DuzhengError
from analysis.surveys.keys import place_key
from analysis.surveys.places import place_code, place_of, read_codes, read_places
from analysis.workspace import Workspace

KEY = b"a key that only tests know"
NAME = "public-2025"
IDS = st.from_regex(r"\A[A-Za-z0-9_-]{1,32}\Z") | st.from_regex(r"\A[0-9]{1,12}\Z")
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(IDS)
def test_a_code_gives_its_place_back_however_it_is_typed(place):
    code = place_code(place, NAME, KEY)
    assert set(code) <= set(SIGNS) | {"-"}
    assert place_of(code, NAME, KEY) == place
    wide = code.translate({ord(sign): ord(sign) + 0xFEE0 for sign in string.digits + string.ascii_uppercase})
    typed = [code.lower(), code.replace("-", ""), code.replace("-", " "), code.replace("-", "－"), wide,
             code.replace("0", "O").replace("1", "l"), code.replace("0", "o").replace("1", "I")]  # fmt: skip
    assert [place_of(each, NAME, KEY) for each in typed] == [place] * len(typed)


@given(IDS, st.data())
def test_a_code_with_one_wrong_sign_is_refused(place, data):
    code = place_code(place, NAME, KEY).replace("-", "")
    at = data.draw(st.integers(0, len(code) - 1))
    sign = data.draw(st.sampled_from(string.ascii_letters + string.digits + "区*?"))
    changed = code[:at] + sign + code[at + 1 :]
    read = sign.upper().translate(str.maketrans("OIL", "011"))
    assert place_of(changed, NAME, KEY) == (place if read == code[at] else None)


@given(IDS, st.data())
def test_a_code_with_two_signs_swapped_lost_or_added_is_refused(place, data):
    code = place_code(place, NAME, KEY).replace("-", "")
    at = data.draw(st.integers(0, len(code) - 2))
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert place_of(swapped, NAME, KEY) == (place if swapped == code else None)
    assert place_of(code[:at] + code[at + 1 :], NAME, KEY) is None
    assert place_of(code[:at] + data.draw(st.sampled_from(SIGNS)) + code[at:], NAME, KEY) is None
    assert place_of("0" + code, NAME, KEY) is None


@given(st.text(max_size=80))
def test_nonsense_is_no_code(text):
    assert place_of(text, NAME, KEY) is None


@given(IDS)
def test_a_code_is_bound_to_its_questionnaire_and_key(place):
    code = place_code(place, NAME, KEY)
    assert place_of(code, "public-2026", KEY) is None
    assert place_of(code, NAME, KEY + b".") is None


def test_a_code_carries_the_place_and_fifty_bits_of_signature():
    codes = [place_code(str(number), NAME, KEY).replace("-", "") for number in range(1000, 3000)]
    assert {len(code) for code in codes} == {14}
    signed = {code[-10:] for code in codes}
    assert len(signed) == len(codes)
    # Each of the ten signs takes all 32 values: 5 bits each.
    assert all(len({sign[place] for sign in signed}) == 32 for place in range(10))


def test_the_codes_of_answers_say_where_they_came_from():
    good, other = place_code("s-1", NAME, KEY), place_code("s-1", "parents-2025", KEY)
    codes = pd.Series(
        [good, good.lower(), other, good[:-1] + "*", "", None, "  "], index=list("abcdefg"), dtype="object"
    )
    found = read_codes(codes, NAME, KEY, ["parents-2025", NAME])
    assert found["state"].tolist() == ["valid", "valid", "other", "tampered", "absent", "absent", "absent"]
    assert found["place"].fillna("").tolist() == ["s-1", "s-1", "", "", "", "", ""]
    assert found["questionnaire"].fillna("").tolist() == [NAME, NAME, "parents-2025", "", "", "", ""]
    assert found.index.tolist() == codes.index.tolist()
    assert read_codes(codes, NAME, KEY)["state"].tolist()[2] == "tampered"
    assert read_codes(codes[:0], NAME, KEY).columns.tolist() == ["place", "state", "questionnaire"]


@pytest.mark.parametrize("environment", [{}, {"DUZHENG_PLACE_KEY": "fifteen signs.."}, {"DUZHENG_PLACE_KEY": " " * 40}])
def test_without_a_key_nothing_is_signed(environment):
    with pytest.raises(DuzhengError, match=r"DZ-Q010.*token_hex") as caught:
        place_key(environment)
    assert "fifteen" not in str(caught.value)


def test_the_key_is_what_the_environment_says(monkeypatch):
    monkeypatch.setenv("DUZHENG_PLACE_KEY", "0123456789abcdef\n")
    assert place_key() == b"0123456789abcdef"


@pytest.mark.parametrize("place", ["", "a b", "区", "a" * 33, "a/b"])
def test_what_is_no_id_is_not_signed(place):
    with pytest.raises(ValueError, match="no id"):
        place_code(place, NAME, KEY)


TABLE = """place,name_zh,name_en,kind,unit
s1,第一小学,First Primary School,school,310104
t1,<b>#镇</b>,,town,
"""


def read(text, folder):
    path = folder / "places.csv"
    path.write_text(text, encoding="utf-8")
    return read_places(path, Workspace(ROOT).units, 2025, root=folder)


def test_a_table_of_places_is_read(tmp_path):
    found = read(TABLE, tmp_path)
    assert found["place"].tolist() == ["s1", "t1"]
    assert found["name_zh"].tolist()[1] == "<b>#镇</b>"
    assert found["name_en"].isna().tolist() == [False, True]


def test_every_fault_of_a_table_is_told_at_once(tmp_path):
    wrong = (
        TABLE
        + f"""s1,又一个,,school,310104
a b,空格,,school,310104
s3,名,,palace,310104
s4,名,,school,999999
s5,{"长" * 61},,school,310104
s6,名,,school,310103
,没有编号,,school,310104
"""
    )
    with pytest.raises(DuzhengError) as caught:
        read(wrong, tmp_path)
    faults = {(fault.row, fault.column): fault.code for fault in caught.value.faults}
    assert faults == {(4, "place"): "DZ-T005", (5, "place"): "DZ-T004", (6, "kind"): "DZ-T004", (7, "unit"): "DZ-U001",
                      (8, "name_zh"): "DZ-T004", (9, "unit"): "DZ-U002", (10, "place"): "DZ-T003"}  # fmt: skip


def test_columns_that_lack_are_told(tmp_path):
    with pytest.raises(DuzhengError, match="DZ-T002"):
        read("place,name_zh\na,b\n", tmp_path)
