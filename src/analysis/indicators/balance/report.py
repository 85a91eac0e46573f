"""A balance as text for a terminal, and as JSON with stable keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.documents.tables import display_width
from analysis.indicators.balance.standard import COMPOSITE, TEACHING_STAGES, WHOLE
from analysis.indicators.balance.verdicts import written_apart, written_bound
from analysis.messages import Language, bracketed, listed, pick, together, write_number

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance.evaluation import Balance

#: Schools of a unit that a text names at most.
MOST_SCHOOLS = 20
#: Version of the JSON's keys.
VERSION = 1


def as_text(result: Balance, language: Language | None = None) -> str:
    """Write a balance as text, unit by unit: the verdict, its parts with their reasons, coefficients, schools, notes.

    Parameters
    ----------
    result
        The balance.
    language
        Its own if not given.
    """
    language = language or result.language
    said = result.said
    rule = result.rule
    lines = []
    if rule is not None:
        mark = said(f"certainty.{rule.certainty}", language)
        lines.append(bracketed(pick(rule.title, language), mark, language))
    if result.synthetic:
        lines.append(said("synthetic", language))
    for unit, year, verdicts in _places(result):
        lines += ["", *_unit(result, unit, year, verdicts, language)]
    lines += ["", said("notes_head", language), *(f"  {each}" for each in result.remarks(language))]
    return "\n".join(lines)


def _places(result: Balance) -> list[tuple[str, int, pd.DataFrame]]:
    """Give the units and years of a balance, each with its verdicts."""
    places = list(dict.fromkeys(zip(result.verdicts["unit"], result.verdicts["year"], strict=True)))
    return [(str(unit), int(year), _of(result.verdicts, unit, year)) for unit, year in places]


def _unit(result: Balance, unit: str, year: int, verdicts: pd.DataFrame, language: Language) -> list[str]:
    said = result.said
    decided = dict(zip(verdicts["part"], verdicts["verdict"], strict=True))
    name = result.workspace.units.name(unit, language) if result.workspace else unit
    certainty = dict(zip(verdicts["part"], verdicts["certainty"], strict=True))
    head = said("text.head", language, unit=name, code=unit, year=year,
                verdict=said(f"verdict.{decided[WHOLE]}", language))  # fmt: skip
    lines = [bracketed(head, said("mark.whole", language) if certainty[WHOLE] == "C" else "", language)]
    here = _of(result.reasons, unit, year)
    rows = []
    for part, verdict in decided.items():
        if part == WHOLE:
            continue
        reasons = here[here["part"] == part].to_dict("records")
        told = _told(result, reasons, verdict, language) or [""]
        first = [said(f"part.{part}", language), said(f"verdict.{verdict}", language)]
        rows += [[*first, told[0]], *(["", "", each] for each in told[1:])]
    lines += _aligned(rows)
    mark = result.mark(certainty.get("schools"), language)
    return [*lines, *_coefficients(result, unit, year, language), *_schools(result, unit, year, mark, language)]


def _told(result: Balance, reasons: Sequence[Mapping[Any, Any]], verdict: str, language: Language) -> list[str]:
    """Say what decides a part: each reason that does, items of which nothing is known in one line."""
    deciding = [row for row in reasons if row["verdict"] == verdict or row["verdict"] != "met"]
    silent = [row for row in deciding if row["reason"] == "item_open"]
    told = [result.reason(row, language) for row in deciding if row["reason"] != "item_open"]
    if silent:
        numbers = list(dict.fromkeys(str(result.standard.item(row["item"]).no) for row in silent))
        told.append(result.said("text.silent", language, n=len(silent), items=listed(numbers, language)))
    return told


def _coefficients(result: Balance, unit: str, year: int, language: Language) -> list[str]:
    """Lay out the coefficients: an indicator a line, the stages beside each other."""
    said = result.said
    here = _of(result.table, unit, year)
    stages = [stage for stage in TEACHING_STAGES if (here["stage"] == stage).any()]
    cells = {(row["stage"], row["indicator"]): row for row in here.to_dict("records")}
    marked = (here["certainty"] == "C").any()
    rows = [[said("column.cv", language), *(result.code("stage", stage, language) for stage in stages)]]
    rows[0] += [""] if marked else []
    for indicator in dict.fromkeys(here["indicator"]):
        row = [result.labels.name("indicator", indicator, language)]
        for stage in stages:
            cell = cells[stage, indicator]
            text = written_apart(cell["cv"], 3, cell["limit"])
            if cell["limit"] == cell["limit"] and cell["cv"] == cell["cv"]:
                sign = "≤" if cell["met"] else ">"
                text += f" {sign} {written_bound(cell['limit'], 2)}"
            row.append(text)
        certainty = cells[stages[0], indicator]["certainty"]
        rows.append([*row, said("text.limit_mark", language) if certainty == "C" else ""] if marked else row)
    return ["", *_aligned(rows)]


def _schools(result: Balance, unit: str, year: int, mark: str, language: Language) -> list[str]:
    """List the schools that do not meet the rule, or can't be judged, the weakest first."""
    if result.standard.schools is None:
        return []
    said = result.said
    here = _of(result.schools, unit, year)
    here = here[here["verdict"] != "meets"].sort_values(["verdict", "lowest_share", "school"], kind="stable")
    if here.empty:
        return []
    k = len(result.standard.resources.indicators)
    heads = [said(f"text.{name}", language) for name in ("schools", "stage", "students", "met", "weakest", "verdict")]
    rows = [[bracketed(heads[0], mark, language), *heads[1:]]]
    rest = 100 * result.standard.schools.rest
    for row in here.head(MOST_SCHOOLS).to_dict("records"):
        share = f"{written_apart(100 * row['lowest_share'], 1, rest, 100)}%"
        weakest = bracketed(result.labels.name("weakest", row["weakest"], language), share, language)
        met = f"{int(row['met'])}/{k}"
        rows.append([str(row["school"]), result.code("stage", row["stage"], language), write_number(row["students"], 0),
                     met, weakest if isinstance(row["weakest"], str) else "—",
                     said(f"verdict.{row['verdict']}", language)])  # fmt: skip
    more = [f"  {said('text.more', language, n=len(here) - MOST_SCHOOLS)}"] if len(here) > MOST_SCHOOLS else []
    return ["", *_aligned(rows), *more]


def _aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Put rows into columns; a Han character is two wide."""
    rows = [list(row) for row in rows]
    widths = [max(display_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  " + "  ".join(text + " " * (width - display_width(text)) for text, width in
                             zip(row, widths, strict=True)).rstrip() for row in rows]  # fmt: skip


def _of(frame: pd.DataFrame, unit: str, year: int) -> pd.DataFrame:
    return frame[(frame["unit"] == unit) & (frame["year"] == year)]


def as_json(result: Balance, language: Language | None = None) -> str:
    """Write a balance as JSON; `docs/balance.md` names every key. Figures are not rounded, unknown ones are null.

    Parameters
    ----------
    result
        The balance.
    language
        Of names and sentences; its own if not given.
    """
    language = language or result.language
    return json.dumps(content(result, language), ensure_ascii=False, indent=2, allow_nan=False)


def content(result: Balance, language: Language) -> dict[str, Any]:
    """Give what the JSON holds."""
    rule = result.rule
    units = [_unit_content(result, unit, year, verdicts, language) for unit, year, verdicts in _places(result)]
    return {
        "version": VERSION,
        "rule": None if rule is None else {
            "id": rule.id, "title": pick(rule.title, language), "source": rule.source or None,
            "certainty": rule.certainty,
            "effective_from": rule.effective_from.isoformat() if rule.effective_from else None,
            "parts": {name: {"source": each.source or None, "certainty": each.certainty}
                      for name, each in result.standard.sourced().items()},
        },
        "simulated": result.synthetic,
        "units": units,
        "notes": result.remarks(language),
        "files": dict(result.files),
    }  # fmt: skip


def _unit_content(result: Balance, unit: str, year: int, verdicts: pd.DataFrame, language: Language) -> dict[str, Any]:
    parts = {str(row["part"]): row for row in verdicts.to_dict("records")}
    reasons = [
        {**_plain(row, ("reason", "verdict", "stage", "indicator", "item", "value", "sign", "limit", "n", "of",
                      "certainty")),
         "part": row["part"], "text": result.reason(row, language)}
        for row in _of(result.reasons, unit, year).to_dict("records")
    ]  # fmt: skip
    names = {COMPOSITE: result.said("composite", language)}
    return {
        "unit": unit,
        "name": result.workspace.units.name(unit, language) if result.workspace else unit,
        "year": year,
        "verdict": parts[WHOLE]["verdict"],
        "certainty": parts[WHOLE]["certainty"],
        "parts": [
            {"part": part, "verdict": row["verdict"], "certainty": row["certainty"],
             "reasons": [{key: each[key] for key in each if key != "part"} for each in reasons if each["part"] == part]}
            for part, row in parts.items() if part != WHOLE
        ],
        "coefficients": [
            {**_plain(row, ("stage", "indicator")),
             "name": names.get(row["indicator"]) or result.labels.name("indicator", row["indicator"], language),
             **_plain(row, ("cv", "limit", "met", "margin", "schools", "unknown", "lowest", "highest", "mean",
                            "certainty"))}
            for row in _of(result.table, unit, year).to_dict("records")
        ],
        "schools": [_plain(row, ("school", "stage", "students", "met", "unknown", "lowest_share", "weakest", "verdict"))
                    for row in _of(result.schools, unit, year).to_dict("records")],
        "items": [
            {**_plain(row, ("part", "no", "item")), "name": result.labels.name("item", row["item"], language),
             **_plain(row, ("value", "evidence", "sign", "bound", "verdict", "basis", "schools", "unknown", "certainty",
                            "source", "note"))}
            for row in _of(result.items, unit, year).to_dict("records")
        ],
        "left_out": [_plain(row, ("school", "stage", "kind", "students", "reason"))
                     for row in _of(result.left_out, unit, year).to_dict("records")],
    }  # fmt: skip


#: Keys whose figures are whole.
_WHOLE = frozenset({"n", "of", "schools", "unknown", "met", "no"})


def _plain(row: Mapping[Any, Any], names: Sequence[str]) -> dict[str, Any]:
    """Give plain values: numbers, texts, true and false; null where nothing is known."""
    return {name: _value(name, row[name]) for name in names}


def _value(name: str, value: Any) -> Any:
    if value is None or str(value) in {"nan", "<NA>", "None", ""}:
        return None
    value = value.item() if hasattr(value, "item") else value
    if name == "met" and isinstance(value, bool):
        return value
    return int(value) if name in _WHOLE or (isinstance(value, float) and name == "students") else value


def headline(result: Balance, language: Language | None = None) -> str:
    """Say in a line how many units meet the rule, miss it, or are open."""
    language = language or result.language
    whole = result.verdicts[result.verdicts["part"] == WHOLE]["verdict"]
    counts = {kind: int((whole == kind).sum()) for kind in ("met", "missed", "open")}
    return together((f"{result.said(f'verdict.{kind}', language)} {n}" for kind, n in counts.items() if n), language)
