"""What a finding says to its reader: what was seen, what it is held against, and the request to verify it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.messages import Language, listed, write_number

if TYPE_CHECKING:
    from analysis.indicators.result import FigureResult

#: Decimals that are looked at before a number is taken for a computed one.
_PRINTED = 4
#: From here on, computed numbers are written whole.
_LARGE, _TENS = 100, 10
#: Reasons whose ``against`` is a unit or a school, and an indicator or several.
_UNITS, _INDICATORS = ("same_unit",), ("above", "parts", "sum", "growth")


def printed(value: float | None) -> str:
    """Write a number with the decimals that it has, or rounded where it was computed.

    >>> printed(1234.0), printed(7.62), printed(1234.5678901), printed(1 / 3)
    ('1,234', '7.62', '1,235', '0.33')
    """
    if value is None or value != value:  # noqa: PLR0124  NaN
        return write_number(None, 0)
    for places in range(_PRINTED + 1):
        if round(value, places) == value:
            return write_number(value, places)
    return write_number(value, 0 if abs(value) >= _LARGE else 2)


def about(value: float | None) -> str:
    """Write a number that is expected: whole where it is large, with one decimal where it is not whole by itself.

    >>> about(40.02), about(3.26), about(4.0)
    ('40', '3.3', '4')
    """
    if value is None or value != value:  # noqa: PLR0124  NaN
        return write_number(None, 0)
    return write_number(value, 0 if abs(value) >= _TENS or round(value, 1) % 1 == 0 else 1)


def inside(name: str, language: Language) -> str:
    """Give a name as it stands within a sentence: in English without the capital of a heading.

    >>> inside("Primary teachers", "en"), inside("GDP", "en"), inside("教师数", "zh-Hans")
    ('primary teachers', 'GDP', '教师数')
    """
    return name[:1].lower() + name[1:] if language == "en" and name[1:2].islower() else name


def subject(result: FigureResult, row: dict[str, Any], language: Language) -> str:
    """Name what a finding is about: the school, the stage, the indicator (of a standard, the standard's)."""
    school, stage, code = row["school"], row["stage"], row["indicator"]
    stage = result.code("stage", stage, language) if stage else ""
    kind = "standard" if row["reason"] == "bunched" and code in result.labels.codes("standard") else "indicator"
    indicator = result.code(kind, code, language) if code else ""
    if language != "zh-Hans":
        return listed((school, inside(stage, language), inside(indicator, language)), language)
    return f"{school}{stage}“{indicator}”" if indicator else f"{school}，" if school else ""


def sentence(result: FigureResult, row: dict[str, Any], language: Language) -> str:
    """Say one finding, with its numbers."""
    value, expected = row["value"], row["expected"]
    said = result.said(
        f"reason.{row['reason']}", language, what=subject(result, row, language), year=row["year"],
        base_year=row["base_year"], value=printed(value), expected=printed(expected), n=row["n"], of=row["of"],
        against=_against(result, row, language), z=write_number(row["z"], 1, signed=True),
        difference=write_number(value - expected, _places(value, expected), signed=True),
        rest=_rest(row), usual=about(expected), share=write_number(value, 1), tight=printed(value),
        loose=printed(expected),
    )  # fmt: skip
    return said[:1].upper() + said[1:]


def _rest(row: dict[str, Any]) -> str:
    """Give how many of the compared are not what was counted."""
    try:
        return write_number(float(row["n"]) - float(row["value"]), 0)
    except (TypeError, ValueError):
        return ""


def _places(*values: float) -> int:
    for places in range(_PRINTED + 1):
        if all(value != value or round(value, places) == value for value in values):  # noqa: PLR0124  NaN
            return places
    return 2


def _against(result: FigureResult, row: dict[str, Any], language: Language) -> str:
    against = str(row["against"])
    if row["reason"] in _UNITS:
        return result.code("unit", against, language)
    if row["reason"] in _INDICATORS:
        return _within(result, "indicator", against, language)
    if row["reason"] == "stages":
        return _within(result, "stage", against, language)
    return against


def _within(result: FigureResult, kind: str, codes: str, language: Language) -> str:
    return listed((inside(result.code(kind, each, language), language) for each in codes.split("+")), language)


def where(row: dict[str, Any], language: Language) -> str:
    """Say where the figure stands: file and row, as a spreadsheet counts."""
    name, number = str(row["file"] or "").rsplit("/", maxsplit=1)[-1], str(row["row"])
    line = "" if number in {"<NA>", "nan", "None"} else f"第{number}行" if language == "zh-Hans" else f"row {number}"
    return " ".join(part for part in (name, line) if part) if language == "zh-Hans" else listed((name, line), language)
