"""Levels: the index of satisfaction overall, with its scope, and what of the others is no different from all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.findings.answers.cells import confidence, number
from analysis.findings.answers.comparisons import Compared
from analysis.findings.answers.estimates import Row, cell
from analysis.findings.answers.waves import Wave
from analysis.findings.finding import Finding
from analysis.findings.wording import Listed, Message, Number, Slot, Word

TOPIC = "satisfaction"


def levels(
    wave: Wave, means: Mapping[str, Row], comparisons: Sequence[Compared], *, rate: float, level: float
) -> Iterator[Finding]:
    """Give the level of satisfaction overall: of everybody, and of each unit.

    Its sentence says as well what the data cannot tell apart: the unit from all together, on this index and on all
    others, and this wave from the one before.
    """
    for unit in (wave.whole, *wave.units.values()):
        row = overall(wave, means, unit)
        if row is None or not row["n"]:
            continue
        slots = slots_of_level(wave, row, means, comparisons, rate=rate, level=level)
        message = "level_open" if row["selection"] == "open" else "level"
        yield finding(wave, row, "level", message, slots, cells=(row["cell"],))


def overall(wave: Wave, means: Mapping[str, Row], unit: str) -> Row | None:
    """Give the row of satisfaction overall of a unit."""
    return means.get(cell(wave.name, wave.overall.id, unit, "mean")) if wave.overall else None


def slots_of_level(
    wave: Wave, row: Row, means: Mapping[str, Row], comparisons: Sequence[Compared], *, rate: float, level: float
) -> dict[str, Slot]:
    """Give what the sentence of a level is filled with.

    What is within sampling error has an interval with nothing in it; what only the adjustment for many comparisons
    makes uncertain is told apart from it.
    """
    mine = [each.row for each in comparisons if each.row["unit"] == row["unit"] and each.row["survey"] == wave.name
            and not each.parts]  # fmt: skip
    gaps = {each["index"]: each for each in mine if each["statistic"] == "gap"}
    change = next((each for each in mine if each["statistic"] == "change" and each["index"] == row["index"]), None)
    slots = about(wave, row) | {"mean": number(row), "confidence": confidence(wave, level)}
    whole, beside, rest = means.get(cell(wave.name, row["index"], wave.whole, "mean")), "alone", "none"
    if whole is not None and row["unit"] != wave.whole:
        slots |= {"whole": wave.names[wave.whole], "whole_mean": number(whole)}
        own = gaps.get(row["index"], {"p": float("nan"), "p_adjusted": float("nan")})
        beside = "unclear" if own["p"] > rate else "unsure" if own["p_adjusted"] > rate else "untested"
        others = [each for name, each in gaps.items() if name != row["index"]]
        unsure = [each for each in others if each["p"] <= rate < each["p_adjusted"]]
        alike = bool(others) and all(each["p_adjusted"] > rate for each in others)
        if unsure:
            rest = "most" if alike and len(unsure) < len(others) else "some"
            slots["unsure"] = named(wave, unsure)
        elif alike and beside == "unclear":
            rest = "all"
    slots |= {"beside": Word(beside), "rest": Word(rest)}
    # Of a census an interval is one of a model, and not of sampling.
    interval = wave.design.tested and row["lower"] == row["lower"]
    if interval:
        slots |= {"lower": number(row, "lower"), "upper": number(row, "upper")}
    like_before = change is not None and change["p"] > rate and change["comparable"] == "yes"
    if change is not None and like_before:
        slots |= {"base": int(change["base_wave"]), "before": number(change, "against")}
    return slots | {"interval": Word("yes" if interval else "no"), "since": Word("unclear" if like_before else "none")}


def about(wave: Wave, row: Mapping[str, Any]) -> dict[str, Slot]:
    """Give the slots that say what a sentence is about: whom, of which unit, on which index, and how many they are."""
    slots: dict[str, Slot] = {
        "unit": wave.names[row["unit"]], "who": who(wave), "index": wave.index_names[row["index"]],
        "n": number(row, "n"), "year": wave.year,
    }  # fmt: skip
    there = row["psus"] is not None and row["psus"] == row["psus"] and has_places(wave)
    if there:
        slots |= {"psus": number(row, "psus"), "places": places(wave, number(row, "psus"))}
    return slots | {"placed": Word("yes" if there else "no")}


def named(wave: Wave, rows: Sequence[Row]) -> Listed:
    """Name indices one after the other, as the language marks a name."""
    return Listed(tuple(Message("answers_index", {"index": wave.index_names[row["index"]]}) for row in rows))


def has_places(wave: Wave) -> bool:
    """Tell whether answers came from places, such as schools, that may be counted."""
    return bool(wave.design.place) and wave.design.kind != "open"


def places(wave: Wave, count: Number) -> Message:
    """Say at how many places, and of what kind they are."""
    return Message("answers_places", {"count": count, "kind": Word(wave.design.place or "place")})


def who(wave: Wave) -> Message:
    """Name the people who answered."""
    return Message("answers_who", {"respondent": Word(wave.design.survey.questionnaire.respondent)})


def finding(
    wave: Wave, row: Mapping[str, Any], kind: Any, message: str, slots: Mapping[str, Slot], *,
    cells: tuple[str, ...], **more: Any,
) -> Finding:  # fmt: skip
    """Make a finding of a row of estimates."""

    def known(name: str) -> float | None:
        value = row.get(name)
        return None if value is None or value != value else float(value)  # noqa: PLR0124  missing

    def whole(name: str) -> int | None:
        value = known(name)
        return None if value is None else int(value)

    base = whole("base_wave")
    group = f"{row['column']}={row['code']}" if row["column"] else ""
    reference = more.get("reference", "")
    years = f"{base}-{wave.year}" if base else str(wave.year)
    parts = (TOPIC, wave.name, row["index"], row["unit"], *([group] if group else []), kind, years, reference)
    return Finding(
        id="/".join(str(part) for part in parts if part), unit=row["unit"], year=wave.year, base_year=base, topic=TOPIC,
        theme=wave.theme(row["index"]), kind=kind, subject=row["index"], survey=wave.name, group=group,
        estimate=known("estimate"), lower=known("lower"), upper=known("upper"), level=known("level"),
        against=known("against"), n=whole("n"), psus=whole("psus"), df=known("df"), deff=known("deff"), p=known("p"),
        p_adjusted=known("p_adjusted"), family=row.get("family") or "", selection=row["selection"],
        comparable=row["comparable"], precision=row["precision"], held=whole("held"), universes=whole("universes"),
        confirmatory=row.get("kind", "confirmatory") == "confirmatory", cells=cells, synthetic=wave.design.synthetic,
        message=f"answers_{message}", slots=dict(slots), **more,
    )  # fmt: skip
