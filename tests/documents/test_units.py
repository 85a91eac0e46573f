"""The unit in which a number is read, as a reader would: after it, beside it, above it."""

import pytest

from analysis.documents.reading import Grid, Piece
from analysis.documents.units import Units

UNITS = Units(["人", "人/教师", "persons", "persons per km²", "schools", "hundred million yuan", "percentage points"])


def line(*texts):
    """A line in which every text that begins with a digit is a number."""
    return tuple(Piece(text, "c" if text[0].isdecimal() else None) for text in texts)


def read(*texts):
    return [{found.own} if found.own else set(found.around) for _, found in UNITS.in_line(line(*texts))]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["在校生为", "1,113", "人，"], [{"人"}]),
        (["14.2", "人/教师"], [{"人/教师"}]),
        (["stood at ", "3,814", " persons per km² in 2017"], [{"personsperkm²"}]),
        (["a budget of ", "5.20", " hundred million yuan"], [{"hundredmillionyuan"}]),
        (["居第", "13", "位"], [set()]),
        (["提高", "3.2", "个百分点"], [{"个百分点"}]),
        (["by ", "3.2", " percentage points"], [{"percentagepoints"}]),
        (["92.4%", " of them"], [{"%"}]),
    ],
)
def test_a_number_is_read_in_the_unit_that_follows_it(texts, expected):
    assert read(*texts) == expected


def test_a_bare_number_is_read_in_the_unit_of_the_number_before_it_whatever_share_stands_between():
    assert read("stood at ", "5,431", " persons, ", "4.5", "% of the city, up ", "120", " from then") == [
        {"persons"},
        {"%"},
        {"%", "persons"},
    ]


@pytest.mark.parametrize("joint", ["–", "至", " to ", " and ", "、"])
def test_the_ends_of_an_interval_share_the_unit_of_the_last(joint):
    assert read("在", "3.1", joint, "4.5", "%之间") == [{"%"}, {"%"}]


def test_a_bare_number_without_one_before_takes_the_unit_after_it():
    assert read("from ", "3,200", " in that year up to ", "3,400", " persons") == [{"persons"}, {"persons"}]


@pytest.mark.parametrize("end", ["人。其中", " persons. They ", " persons.Of them "])
def test_a_unit_does_not_reach_into_the_next_sentence(end):
    assert read("共", "3,200", end, "45")[1] == set()


def test_a_point_in_a_name_or_a_number_ends_no_sentence():
    assert read("U.S. figure: ", "3,200", " persons, of whom ", "45", " here")[1] == {"persons"}


def test_after_one_an_english_unit_may_be_singular():
    assert read("lost ", "1", " school in all") == [{"schools"}]


def grid(heads, row, caption="表"):
    cells = tuple((Piece(text, "c" if place else None),) for place, text in enumerate(row))
    named = tuple((Piece(head, None, "year" if head.isdecimal() else None),) for head in heads)
    return Grid((Piece(caption),), named, (cells,))


@pytest.mark.parametrize(
    ("heads", "row", "caption", "measure", "expected"),
    [
        (["区", "在校生（人）"], ["甲", "12"], "表", "人", True),
        (["区", "在校生（人）"], ["甲", "12"], "表", "%", False),
        (["Indicator", "2017"], ["Pupils (persons)", "12"], "T", "persons", True),
        (["Indicator", "2017"], ["Pupils (persons)", "12"], "T", "", False),
        (["Indicator", "Growth %"], ["Pupils (persons)", "12"], "T", "%", True),
        (["Indicator", "Growth %"], ["Pupils (persons)", "12"], "T", "persons", False),
        (["Indicator", "Place"], ["Pupils (persons)", "12"], "T", "", True),
        (["Indicator", "增长%*"], ["在校生（人）", "12"], "T", "%", True),
        (["School", "Persons"], ["First", "12"], "T", "persons", True),
        (["区", "增减"], ["在校生（人）", "12%"], "表", "%", True),
        (["区", "甲"], ["乙", "12"], "各区在校生（人）", "人", True),
        (["区", "甲"], ["乙", "12"], "各区在校生", "人", False),
        (["区", "在校生（人，普查）"], ["乙", "12"], "表", "人", True),
    ],
)
def test_in_a_table_the_unit_is_that_of_column_then_row_then_caption(heads, row, caption, measure, expected):
    ((_, found),) = UNITS.in_grid(grid(heads, row, caption))
    assert found.agrees(measure) is expected
