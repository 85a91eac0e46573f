"""The colours of charts pass for colour-blind readers and in a grey print.

Colour-blindness is simulated in linear RGB by the matrices of Machado, Oliveira and Fernandes (2009), table 1, severity
1.0; colours are compared as CIE 1976 L*a*b* (D65), contrast as WCAG 2.2 defines it.
"""

import itertools

import pytest

from analysis.documents import house_theme
from analysis.documents.charts import AMOUNTS, ANSWERS, CATEGORIES, FAINT, OTHER, PICKED, REFERENCE, TEXT

SIGHTS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE = (0.95047, 1.0, 1.08883)


def linear(colour):
    """sRGB, IEC 61966-2-1."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def lab(colour, sight="normal"):
    seen = [min(1, max(0, part)) for part in times(SIGHTS[sight], linear(colour))]
    x, y, z = (part / white for part, white in zip(times(XYZ, seen), WHITE, strict=True))
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one, other, sight):
    return sum((a - b) ** 2 for a, b in zip(lab(one, sight), lab(other, sight), strict=True)) ** 0.5


def contrast(one, other="#FFFFFF"):
    light, dark = sorted((times(XYZ, linear(each))[1] + 0.05 for each in (one, other)), reverse=True)
    return light / dark


def test_the_measures_are_those_of_their_definitions():
    assert lab("#FFFFFF") == pytest.approx((100, 0, 0), abs=0.02)
    assert contrast("#000000") == pytest.approx(21)
    # neither sight tells this red from this green; a trichromat does at once
    red, green = "#A02020", "#505000"
    assert apart(red, green, "normal") > 2 * apart(red, green, "deuteranopia")


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize(
    "colours", [(PICKED, OTHER, REFERENCE, TEXT), CATEGORIES, ANSWERS], ids=["roles", "kinds", "answers"]
)
def test_no_two_colours_are_alike_for_any_sight(colours, sight):
    assert min(apart(one, other, sight) for one, other in itertools.combinations(colours, 2)) > 18


@pytest.mark.parametrize(
    ("colours", "steps"),
    [((PICKED, OTHER, REFERENCE, TEXT), 13), (CATEGORIES, 9), (ANSWERS, 10), (AMOUNTS, 11)],
    ids=["roles", "kinds", "answers", "amounts"],
)
def test_no_two_colours_are_alike_in_a_grey_print(colours, steps):
    """Six kinds that also differ in hue leave the smallest steps of lightness; what carries the message has more."""
    grey = sorted(lab(colour)[0] for colour in colours)
    assert min(above - below for below, above in itertools.pairwise(grey)) > steps


def test_more_is_darker_for_every_sight():
    for sight in SIGHTS:
        shades = [lab(colour, sight)[0] for colour in AMOUNTS]
        assert shades == sorted(shades, reverse=True)
        assert min(above - below for above, below in itertools.pairwise(shades)) > 9


def test_the_middle_of_the_answers_is_the_palest():
    assert max(ANSWERS, key=lambda colour: lab(colour)[0]) == ANSWERS[2]


def test_what_carries_meaning_stands_out_from_the_paper_and_text_can_be_read():
    # WCAG 2.2: 3:1 for parts of a graphic (1.4.11), 4.5:1 for text (1.4.3)
    assert min(map(contrast, (PICKED, OTHER, REFERENCE, *CATEGORIES[:4]))) >= 3
    assert min(contrast(TEXT), contrast(TEXT, AMOUNTS[0])) >= 4.5
    assert contrast(FAINT) < 1.5  # the grid stays behind


def test_the_theme_draws_intervals_references_and_legends_without_colour_alone():
    theme = house_theme()
    assert theme["rule"]["strokeDash"] == [5, 3]
    assert theme["errorbar"]["rule"]["strokeDash"] == [1, 0]
    assert theme["range"]["category"] == list(CATEGORIES)
    assert theme["axisX"]["grid"] is False
