"""Charts are drawn with the packaged fonts, off the network, the same every time."""

import struct

import pytest

from analysis.documents import draw, house_theme
from analysis.documents.charts import themed
from analysis.messages import DuzhengError

BAR = {
    "data": {"values": [{"a": "甲", "b": 1}, {"a": "the school’s “own”", "b": 2}]},
    "mark": {"type": "bar", "clip": True},
    "encoding": {"x": {"field": "b", "type": "quantitative"}, "y": {"field": "a", "type": "nominal", "title": "名"}},
}


def test_the_png_has_twice_the_size_of_the_svg():
    picture = draw(BAR)
    width, height = struct.unpack(">II", picture.png[16:24])
    assert (width, height) == (round(2 * picture.width), round(2 * picture.height))


def test_a_chart_is_the_same_whatever_was_drawn_before():
    first = draw(BAR)
    draw(BAR | {"mark": {"type": "line", "clip": True}})
    assert draw(BAR) == first


def test_text_of_a_chart_names_the_packaged_font_only():
    svg = draw(BAR | {"mark": {"type": "bar"}, "config": {"axis": {"labelFont": "Comic Sans MS"}}}).svg
    assert 'font-family="Noto Sans SC"' in svg
    assert svg.count("font-family=") == svg.count('font-family="Noto Sans SC"')


def test_quotation_marks_are_straight_in_english_only():
    assert "the school's &quot;own&quot;" in draw(BAR, "en").svg.replace(
        'the school\'s "own"', "the school's &quot;own&quot;"
    )
    assert "the school’s “own”" in draw(BAR, "zh-Hans").svg


def test_control_characters_and_emoji_do_not_stop_a_chart():
    svg = draw(BAR | {"data": {"values": [{"a": "x\u0007😀\u0378", "b": 1}]}}).svg
    assert "x〓〓" in svg


def test_a_chart_that_asks_the_network_is_refused():
    with pytest.raises(DuzhengError, match=r"DZ-D001.*not allowed"):
        draw(BAR | {"data": {"url": "http://example.org/data.json"}})


def test_a_chart_that_makes_no_sense_is_refused():
    with pytest.raises(DuzhengError, match="DZ-D001"):
        draw({"mark": "bear"})


def test_what_a_chart_says_wins_over_the_house_but_not_what_altair_writes_by_itself():
    config = themed(
        BAR | {"config": {"view": {"continuousWidth": 300, "continuousHeight": 99}, "bar": {"color": "red"}}}
    )["config"]
    assert config["view"]["continuousWidth"] == house_theme()["view"]["continuousWidth"]
    assert (config["view"]["continuousHeight"], config["bar"]["color"]) == (99, "red")
