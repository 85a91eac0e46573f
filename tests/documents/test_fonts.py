"""Characters that fonts lack are replaced and listed; subsets are the same bytes every time."""

import base64
import io
import re

from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from analysis.documents import replace_uncovered, subset_css
from analysis.documents.fonts import MISSING, covered


@given(st.text())
def test_every_character_of_the_result_has_a_glyph(text):
    printable, _ = replace_uncovered(text)
    assert all(ord(character) in covered() for character in printable)


@given(st.text())
def test_replacing_twice_changes_nothing_more(text):
    once, _ = replace_uncovered(text)
    assert replace_uncovered(once) == (once, [])


def test_control_emoji_and_unassigned_characters_are_listed_in_order():
    assert replace_uncovered("a\u0007😀\u0378😀") == (f"a{MISSING * 3}", ["\u0007", "😀", "\u0378"])


def test_the_selector_of_a_form_goes_silently_and_whatever_else_is_taken_out_is_listed():
    assert replace_uncovered("a\ufe0fb") == ("ab", [])
    assert replace_uncovered("a\u200bb\u00adc\ufeff") == ("abc", ["\u200b", "\u00ad", "\ufeff"])


def test_what_memos_are_written_with_is_covered():
    text = "“双减”——〔2017〕49号，−3.2%；≥19：①㎡ é ’ … ·　（〓）"
    assert replace_uncovered(text) == (text, [])


def test_a_subset_holds_its_characters_and_no_clock():
    css = subset_css("区履")
    fonts = [TTFont(io.BytesIO(base64.b64decode(data))) for data in re.findall(r"base64,([^)]+)\)", css)]
    assert [font["name"].getDebugName(1) for font in fonts] == ["Noto Sans SC", "Noto Serif SC"]
    assert all({ord("区"), ord("履"), ord("7")} <= set(font.getBestCmap()) for font in fonts)
    assert all(len(font.getBestCmap()) < 150 for font in fonts)
    assert css == subset_css(["履", "区"])
