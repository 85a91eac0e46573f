"""Levels: the index of satisfaction overall, with its scope, and what of the others is no different from all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.findings.answers.cells import confidence, number
from analysis.findings.answers.comparisons import Compared
from analysis.findings.answers.estimates import Row
from analysis.findings.answers.waves import Wave
from analysis.findings.finding import Finding
from analysis.findings.wording import Listed, Message, Slot, Word

TOPIC = "satisfaction"


def levels(
    wave: Wave, means: Mapping[str, Row], comparisons: Sequence[Compared], *, rate: float, level: float
) -> Iterator[Finding]:
    """Give the level of satisfaction overall: of everybody, and of each unit.

    A unit's sentence says as well, where the data cannot tell it and other indices from all together, that they cannot.
    """
    if wave.overall is None:
        return
    for unit in (wave.whole, *wave.units.values()):
        row = means.get(f"{wave.name}/{wave.overall.id}/{unit}/mean")
        if row is not None and row["n"]:
            gaps = [each for each in comparisons if each.row["unit"] == unit and each.row["statistic"] == "gap"
                    and each.row["survey"] == wave.name and not each.parts]  # fmt: skip
            yield _level(wave, row, means, gaps, rate, level)


def _level(
    wave: Wave, row: Row, means: Mapping[str, Row], gaps: Sequence[Compared], rate: float, level: float
) -> Finding:
    # Of a p that is missing nothing is clear, but nothing is like either.
    like = [each.row["index"] for each in gaps if each.row["p_adjusted"] > rate]
    others = [index for index in like if index != row["index"]]
    whole = means.get(row["cell"].replace(f"/{row['unit']}/", f"/{wave.whole}/"))
    slots = about(wave, row) | {"mean": number(row), "confidence": confidence(wave, level)}
    beside = "unclear" if row["index"] in like else "untested"
    beside = "alone" if row["unit"] == wave.whole or whole is None else beside
    slots |= {"beside": Word(beside), "rest": Word("some" if others and beside == "unclear" else "none")}
    if beside != "alone" and whole is not None:
        slots |= {"whole": wave.names[wave.whole], "whole_mean": number(whole)}
    if others:
        slots["others"] = Listed(tuple(wave.index_names[index] for index in others))
    interval = row["lower"] == row["lower"]
    if interval:
        slots |= {"lower": number(row, "lower"), "upper": number(row, "upper")}
    slots["interval"] = Word("yes" if interval else "no")
    return finding(wave, row, "level", "level_open" if row["selection"] == "open" else "level", slots,
                   cells=(row["cell"],))  # fmt: skip


def about(wave: Wave, row: Mapping[str, Any]) -> dict[str, Slot]:
    """Give the slots that say what a sentence is about: whom, of which unit, on which index, and how many they are."""
    selection = wave.design.survey.questionnaire.selection
    slots: dict[str, Slot] = {
        "unit": wave.names[row["unit"]], "who": who(wave), "index": wave.index_names[row["index"]],
        "n": number(row, "n"), "year": wave.year,
    }  # fmt: skip
    psus = row["psus"]
    if psus == psus and wave.design.place:  # noqa: PLR0124  missing
        places, kind = number(row, "psus"), Word(getattr(selection, "psu", "") or "place")
        slots |= {"psus": places, "places": Message("answers_places", {"count": places, "kind": kind})}
    return slots | {"placed": Word("yes" if "places" in slots else "no")}


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
