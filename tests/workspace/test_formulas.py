"""Formulas are arithmetic of codes and numbers, and nothing else; they are written out over what is observed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import INVENTED, write

from analysis.indicators import series, spread
from analysis.messages import DuzhengError
from analysis.workspace import Workspace
from analysis.workspace.catalogue import read_catalogue
from analysis.workspace.expressions import FARTHEST, LONGEST, Part, read_expression

RETENTION = "100 * (graduates - moved_in + moved_out) / (entrants[-3] - deaths)"


def test_a_formula_is_read_and_computed_as_it_stands():
    formula = read_expression(RETENTION)
    values = {Part("graduates"): 980.0, Part("moved_in"): 30.0, Part("moved_out"): 20.0, Part("entrants", 3): 1001.0,
              Part("deaths"): 1.0}  # fmt: skip
    assert list(formula.parts) == list(values)
    assert str(formula) == RETENTION
    found = formula.evaluate({part: np.array([value]) for part, value in values.items()})
    assert found.tolist() == [100 * (980.0 - 30.0 + 20.0) / (1001.0 - 1.0)]


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "1", "1 + 2", "pupils +", "(pupils", "pupils)", "pupils ** 2", "9 ** 9 ** 9", "pupils // 2",
        "pupils % 2", "pupils @ staff", "~pupils", "+pupils", "not pupils", "pupils and staff", "pupils < staff",
        "pupils if 1 else staff", "abs(pupils)", "__import__('os')", "pupils.real", "pupils.__class__", "().__class__",
        "pupils[3]", "pupils[-0]", "pupils[-1.5]", "pupils[-True]", "pupils[--1]", "pupils[-1:]", "pupils[-1][-1]",
        "pupils[staff]", "pupils[-staff]", f"pupils[-{FARTHEST + 1}]", "(pupils)[-1] + (staff + 1)[-1]", "Pupils",
        "_pupils", "pupils, staff", "[pupils]", "{pupils}", "'pupils'", "b'x'", "f'{pupils}'", "...", "None",
        "True * pupils", "lambda: pupils", "1j * pupils", "1e999 * pupils", "9" * 400 + " * pupils", "pupils := 1",
        "yield pupils", "await pupils", "pupils\nstaff", "pupils; staff", "pupils = 1", "\0", "ｐｕｐｉｌｓ", "学生数",
        "pupils\ud800", "*pupils", "pupils for pupils in staff", "(" * 300 + "pupils" + ")" * 300,
        "-" * 400 + "pupils", "pupils" + " + pupils" * 70, "p" * (LONGEST + 1),
    ],
)  # fmt: skip
def test_nothing_else_is_a_formula(text):
    with pytest.raises(ValueError, match=r"\w"):
        read_expression(text)


@given(st.text(alphabet="abpupils0123456789_+-*/()[]. ,'\"=<>%:\n\\{}x", max_size=60) | st.text(max_size=60))
def test_any_text_is_read_or_refused_and_what_is_read_can_be_written_again(text):
    try:
        formula = read_expression(text)
    except ValueError:
        return
    assert formula.parts
    assert read_expression(str(formula)).parts == formula.parts


_NUMBERS = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, math.nan]))


@given(st.dictionaries(st.sampled_from("abc"), _NUMBERS, min_size=3), st.randoms(use_true_random=False))
def test_a_formula_gives_what_plain_arithmetic_gives_and_nothing_after_a_division_by_zero(values, random):
    def made(depth: int) -> str:
        if depth == 0 or random.random() < 0.2:
            return random.choice(["a", "b", "c", "2", "0.5", "0"])
        return f"({made(depth - 1)} {random.choice('+-*/')} {made(depth - 1)})"

    text = f"a + {made(4)}"
    assert read_expression(str(read_expression(text))) == read_expression(text)
    found = float(read_expression(text).evaluate({Part(code): np.array([value]) for code, value in values.items()})[0])
    try:
        expected = eval(text, {"__builtins__": {}}, values)  # noqa: S307  arithmetic made above
    except ZeroDivisionError:
        assert math.isnan(found)
    else:
        assert found == expected or (math.isnan(found) and not math.isfinite(expected))


def test_a_division_by_zero_stays_unknown_whatever_is_done_with_it():
    zero = {Part("a"): np.array([1.0]), Part("b"): np.array([0.0])}
    for text in ("1 / (a / b)", "0 * (a / b)", "a / b - a / b"):
        assert np.isnan(read_expression(text).evaluate(zero)).all()


ENTRY = """
- code: {code}
  name: {{zh-Hans: 甲, en: A}}
  definition: {{zh-Hans: 甲}}
  topic: schooling
  kind: {kind}
  measure: {{zh-Hans: {measure}}}
"""


def entry(code: str, kind: str = "count", *more: str) -> str:
    text = ENTRY.format(code=code, kind=kind, measure="人" if kind == "count" else "'%'")
    return text + "".join(f"  {line}\n" for line in more)


def place(tmp_path, *entries: str, settings: str = "", observations: str = "") -> Workspace:
    files = dict(INVENTED)
    files["workspace.yaml"] = INVENTED["workspace.yaml"] + settings
    root = write(tmp_path, files)
    (root / "data/indicators/more.yaml").write_text("".join(entries), encoding="utf-8")
    if observations:
        head = "unit,year,indicator,value,measure,source\n"
        (root / "data/observations/more.csv").write_text(head + observations, encoding="utf-8")
    return Workspace(root)


@pytest.mark.parametrize(
    ("formula", "line", "said"),
    [
        ("{expression: 100 * pupils / teacher}", 8, "'teacher'; expected the code of a count or an amount, or of"),
        ("{expression: pupils ** 2 / pupils}", 8, "+ - * /, parentheses and code[-k], not 'pupils ** 2'"),
        ("{expression: one / pupils}", 8, "'one', which leads back to 'one'"),
        ("{numerator: pupils, denominator: other}", 8, "'other', which does not add up; expected the code of a count"),
        ("{expression: rate / pupils}", 8, "'rate', which does not add up"),
        ("{expression: two / pupils}", 8, "'two', which has several definitions"),
    ],
)  # fmt: skip
def test_a_formula_that_cannot_be_computed_is_named_with_its_line(tmp_path, formula, line, said):
    variants = (
        "variants:",
        "  - {id: a, name: {zh-Hans: 甲}, expression: pupils / pupils, certainty: own}",
        "  - {id: b, name: {zh-Hans: 乙}, expression: 2 * pupils / pupils, certainty: own}",
    )
    text = (entry("one", "ratio", f"formula: {formula}"), entry("other", "ratio", "formula: {expression: 1 / pupils}"),
            entry("rate", "rate"), entry("two", "ratio", *variants))  # fmt: skip
    with pytest.raises(DuzhengError) as caught:
        read_catalogue(place(tmp_path, *text).root)
    (fault,) = caught.value.faults
    assert (fault.code, fault.file, fault.line) == ("DZ-I004", "data/indicators/more.yaml", line)
    assert said in str(fault)


def test_formulas_that_go_round_in_a_circle_are_all_named(tmp_path):
    text = [
        entry(code, "ratio", f"formula: {{expression: {to} / pupils}}") for code, to in zip("abc", "bca", strict=True)
    ]
    with pytest.raises(DuzhengError) as caught:
        read_catalogue(place(tmp_path, *text).root)
    assert {fault.column for fault in caught.value.faults} == {"a.formula", "b.formula", "c.formula"}
    assert {fault.code for fault in caught.value.faults} == {"DZ-I004"}


@pytest.mark.parametrize(
    "formula",
    ["{numerator: pupils}", "{expression: pupils, numerator: pupils, denominator: pupils}", "{}",
     "{expression: pupils / pupils, scale: 100}", "{numerator: pupils, denominator: pupils, scale: .nan}"],
)  # fmt: skip
def test_a_formula_has_one_form(tmp_path, formula):
    with pytest.raises(DuzhengError, match="DZ-W003"):
        read_catalogue(place(tmp_path, entry("one", "ratio", f"formula: {formula}")).root)


def test_a_formula_of_formulas_is_computed_of_parts_added_over_merged_units(tmp_path):
    figures = [("U", 2012, 90), ("L", 2012, 110), ("V", 2012, 100), ("U", 2017, 300), ("V", 2017, 100)]
    rows = "".join(f"{unit},{year},staff,{value},人,made-up\n" for unit, year, value in figures)
    workspace = place(tmp_path, entry("staff"), entry("per", "ratio", "formula: {expression: pupils / staff}"),
                      entry("grown", "ratio", "formula: {expression: '100 * (per / per[-5] - 1)'}"),
                      observations=rows)  # fmt: skip
    found = series(workspace, "grown").set_index(["unit", "year"])
    # Upper is U and L of 2012: 3,000 pupils and 200 staff, 15 each; 3,300 and 300 in 2017, 11 each.
    assert found.loc[("U", 2017), "value"] == pytest.approx(100 * (11 / 15 - 1))
    assert found.loc[("U", 2017), "made_of"] == "pupils/U/2017;staff/U/2017;pupils/U/2012;staff/U/2012"
    assert found.loc[("U", 2017), "status"] == "computed"
    assert found.index.tolist() == [("U", 2017), ("V", 2017)]


def test_a_formula_that_looks_back_over_a_break_has_no_value(tmp_path):
    broken = "breaks: [{year: 2015, reason: {zh-Hans: 口径, en: scope}}]"
    figures = "".join(f"V,{year},staff,{100 + year - 2010},人,made-up\n" for year in range(2010, 2020))
    kept = entry("kept", "ratio", "formula: {expression: '100 * staff / staff[-2]'}")
    workspace = place(tmp_path, entry("staff", "count", broken), kept, observations=figures)
    found = series(workspace, "kept").set_index("year")
    assert found["status"].to_dict() == {
        year: "break" if year in {2015, 2016} else "computed" for year in range(2012, 2020)
    }
    assert found["value"].isna().tolist() == (found["status"] == "break").tolist()


def test_a_formula_divided_by_zero_is_missing_and_a_missing_part_says_why(tmp_path):
    head = "unit,year,indicator,value,measure,source,status\n"
    rows = "V,2011,staff,0,人,made-up,\nV,2012,staff,,人,made-up,suppressed\nV,2017,staff,9,人,made-up,\n"
    workspace = place(tmp_path, entry("staff"), entry("per", "ratio", "formula: {expression: 900 / staff}"))
    (workspace.root / "data/observations/more.csv").write_text(head + rows, encoding="utf-8")
    assert series(workspace, "per")["status"].tolist() == ["missing", "suppressed", "computed"]


def test_a_spread_needs_a_denominator_as_weight(tmp_path):
    workspace = place(tmp_path, entry("per", "ratio", "formula: {expression: 2 / pupils}"))
    with pytest.raises(DuzhengError, match="a ratio of a numerator to a denominator, which is the weight"):
        spread(workspace, "per")
    with pytest.raises(DuzhengError, match="DZ-W003"):
        read_catalogue(
            place(tmp_path, entry("per", "ratio", "formula: {expression: 2 / pupils}", "balance: true")).root
        )
