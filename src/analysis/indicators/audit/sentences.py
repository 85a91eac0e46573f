"""What a finding says to its reader: what was seen, what it is held against, and the request to verify it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.messages import Language, listed, write_number

if TYPE_CHECKING:
    from analysis.indicators.result import FigureResult

#: Decimals that are looked at before a number is taken for a computed one.
_PRINTED = 4
#: From here on, computed numbers are written whole.
_LARGE = 100
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


def subject(result: FigureResult, row: dict[str, Any], language: Language) -> str:
    """Name what a finding is about: the school, the stage, the indicator (of a standard, the standard's)."""
    school, stage, code = row["school"], row["stage"], row["indicator"]
    stage = result.code("stage", stage, language) if stage else ""
    kind = "standard" if row["reason"] == "bunched" and code in result.labels.codes("standard") else "indicator"
    indicator = result.code(kind, code, language) if code else ""
    if language != "zh-Hans":
        return listed((school, stage, indicator), language)
    return f"{school}{stage}“{indicator}”" if indicator else f"{school}，" if school else ""


def sentence(result: FigureResult, row: dict[str, Any], language: Language) -> str:
    """Say one finding, with its numbers."""
    value, expected = row["value"], row["expected"]
    said = result.said(
        f"reason.{row['reason']}", language, what=subject(result, row, language), year=row["year"],
        base_year=row["base_year"], value=printed(value), expected=printed(expected), n=row["n"], of=row["of"],
        against=_against(result, row, language), z=write_number(row["z"], 1, signed=True),
        difference=write_number(value - expected, _places(value, expected), signed=True),
        rest=_rest(row), usual=write_number(expected, 1), share=write_number(value, 1), tight=write_number(value, 2),
        loose=write_number(expected, 2),
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
        return listed((result.code("indicator", each, language) for each in against.split("+")), language)
    if row["reason"] == "stages":
        return listed((result.code("stage", each, language) for each in against.split("+")), language)
    return against


def where(row: dict[str, Any], language: Language) -> str:
    """Say where the figure stands: file and row, as a spreadsheet counts."""
    name, number = str(row["file"] or "").rsplit("/", maxsplit=1)[-1], str(row["row"])
    line = "" if number in {"<NA>", "nan", "None"} else f"第{number}行" if language == "zh-Hans" else f"row {number}"
    return " ".join(part for part in (name, line) if part) if language == "zh-Hans" else listed((name, line), language)
