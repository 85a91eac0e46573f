"""Charts are drawn with the packaged fonts, off the network, the same every time."""

import os
import struct
import subprocess
import sys

import pytest

from analysis.documents import draw, house_theme, subset_css
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


def test_a_chart_drawn_with_the_characters_of_a_run_is_the_same_to_the_byte():
    css = subset_css("甲乙名，（）“”’ theschool’s“own”")
    few, full = draw(BAR, font_css=css), draw(BAR)
    assert few.face != full.face == "Noto Sans SC"
    assert few.face[0].isalpha()
    assert " " not in few.face  # a family name that needs no quotation marks in CSS
    assert few.svg == full.svg
    assert few.png == full.png


def test_a_chart_with_another_character_is_drawn_with_the_whole_font():
    assert draw(BAR, font_css=subset_css("名")).face == "Noto Sans SC"


def test_nothing_is_left_of_the_fonts_of_a_worker(tmp_path):
    program = """
from multiprocessing import get_context
from analysis.documents import draw, subset_css
def work(css):
    return draw({"data": {"values": [{"a": 1}]}, "mark": "point", "encoding": {"x": {"field": "a"}}}, font_css=css).face
if __name__ == "__main__":
    with get_context("spawn").Pool(1) as pool:
        print(pool.apply(work, [subset_css("a")]))
        pool.close()
        pool.join()
"""
    (tmp_path / "work.py").write_text(program, encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    environment = os.environ | {"TMPDIR": str(tmp_path / "tmp")}
    command = [sys.executable, "work.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Duzheng-")
    assert [path.name for path in (tmp_path / "tmp").iterdir() if path.name.startswith("duzheng")] == []
