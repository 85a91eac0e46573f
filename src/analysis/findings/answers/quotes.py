"""Quotes: what people wrote, by unit and topic, as far as it may be quoted; and how many spoke of what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from analysis.findings.answers.levels import TOPIC, has_places, places, who
from analysis.findings.answers.waves import Wave
from analysis.findings.finding import Finding
from analysis.findings.wording import Listed, Message, Number, Slot, Word
from analysis.messages import DuzhengError, from_columns, in_columns
from analysis.satisfaction.open_answers import quotations, read_code_frame
from analysis.satisfaction.open_answers.code_frame import code_frames

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.satisfaction.open_answers.code_frame import CodeFrame

#: The columns of the table of quotes, and their types.
COLUMNS = {
    "unit": "str", "survey": "str", "wave": "int64", "frame": "str", "topic": "str", "topic_zh": "str",
    "topic_en": "str", "text": "str", "persons": "int64", "places": "int64", "cell": "str", "allowed": "str",
    "synthetic": "bool",
}  # fmt: skip
#: Topics that a sentence names.
MOST = 3
#: Quotations of a topic of a unit.
NUMBER = 2


def quotes(wave: Wave, root: Path) -> list[dict[str, Any]]:
    """Choose what may be quoted, for everybody and for each unit, by every code frame of the workspace that fits.

    Parameters
    ----------
    wave
        The wave.
    root
        The workspace, with its code frames.

    Returns
    -------
    list of dict
        Rows by column of :data:`COLUMNS`, those of a unit by persons. Texts are words only, on one line: what might
        tell of somebody, steers other characters or is code was refused before
        (:func:`analysis.satisfaction.quotations`).
    """
    rows: list[dict[str, Any]] = []
    asked = {each.code for each in wave.design.survey.asked}
    for name in code_frames(root):
        frame = read_code_frame(root, name)
        if frame.items and not asked & set(frame.items):
            continue
        for by in ("", wave.column) if wave.column else ("",):
            try:
                found = quotations(wave.design, frame, by=by, number=NUMBER).table
            except DuzhengError:
                continue  # nobody was asked for words, or nobody wrote any
            for row in found.to_dict("records"):
                unit = wave.units.get(str(row[by])) if by else wave.whole
                if unit:
                    rows.append(_row(wave, frame, unit, row))
    return sorted(rows, key=lambda row: (row["unit"], row["frame"], -row["persons"]))


def _row(wave: Wave, frame: CodeFrame, unit: str, row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "unit": unit, "survey": wave.name, "wave": wave.year, "frame": frame.id, "topic": row["topic"],
        **in_columns("topic", frame.topics[row["topic"]].name), "text": " ".join(str(row["quotation"]).split()),
        "persons": int(row["persons"]), "places": int(row["places"]),
        "cell": f"{wave.name}/{frame.id}.{row['topic']}/{unit}/persons", "allowed": row["allowed"],
        "synthetic": wave.design.synthetic,
    }  # fmt: skip


def table_of(rows: Sequence[dict[str, Any]]) -> Any:
    """Put rows into a frame with the columns :data:`COLUMNS`."""
    import pandas as pd

    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def cells(waves: Sequence[Wave], rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give the cells of quotes: how many persons, at how many places, spoke of a topic."""
    files = {wave.name: wave.file for wave in waves}
    for row in rows:
        for part in ("persons", "places"):
            yield {
                "id": f"{row['cell'].removesuffix('persons')}{part}", "value": float(row[part]), "unit": row["unit"],
                "indicator": f"{row['frame']}.{row['topic']}", "year": row["wave"], "statistic": part, "decimals": 0,
                "how": f"{part} who spoke of it; {files[row['survey']]}",
            }  # fmt: skip


def spoken(wave: Wave, rows: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    """Say of each unit what most of those who wrote spoke of, with how many they were and at how many places."""
    for unit in (wave.whole, *wave.units.values()):
        for frame in dict.fromkeys(row["frame"] for row in rows if row["survey"] == wave.name):
            mine = {row["topic"]: row for row in rows
                    if (row["unit"], row["survey"], row["frame"]) == (unit, wave.name, frame)}  # fmt: skip
            if mine:
                yield _spoken(wave, unit, frame, sorted(mine.values(), key=lambda row: -row["persons"])[:MOST])


def _spoken(wave: Wave, unit: str, frame: str, rows: list[dict[str, Any]]) -> Finding:
    topics = tuple(Message("answers_spoken", _of_topic(wave, row)) for row in rows)
    slots: dict[str, Slot] = {"unit": wave.names[unit], "who": who(wave), "topics": Listed(topics)}
    return Finding(
        id=f"{TOPIC}/{wave.name}/{frame}/{unit}/quote/{wave.year}", unit=unit, year=wave.year, topic=TOPIC,
        kind="quote", subject=frame, survey=wave.name, n=rows[0]["persons"], selection=wave.design.kind,
        confirmatory=False, cells=tuple(row["cell"] for row in rows), synthetic=wave.design.synthetic,
        message="answers_quote", slots=slots,
    )  # fmt: skip


def _of_topic(wave: Wave, row: dict[str, Any]) -> dict[str, Slot]:
    at = Number(f"{row['cell'].removesuffix('persons')}places", float(row["places"]))
    return {"topic": from_columns("topic", row), "persons": Number(row["cell"], float(row["persons"])),
            "places": places(wave, at), "placed": Word("yes" if has_places(wave) else "no")}  # fmt: skip
