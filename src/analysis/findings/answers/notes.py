"""Notes on answers: how they were gathered, what was tested together, and how reliable indices are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.findings.answers.cells import confidence
from analysis.findings.answers.comparisons import Compared
from analysis.findings.answers.estimates import Row, base
from analysis.findings.answers.families import FAMILIES
from analysis.findings.answers.levels import places, who
from analysis.findings.answers.waves import Wave, count_answers, count_places
from analysis.findings.finding import write_runs
from analysis.findings.measures import PERCENT
from analysis.findings.wording import Cited, Listed, Message, Number, Slot, Word, in_both
from analysis.messages import LANGUAGES, DuzhengError, Language, Texts, in_columns, pick
from analysis.satisfaction import scales
from analysis.satisfaction.precision import bounds_of
from analysis.surveys.items import Single

if TYPE_CHECKING:
    import pandas as pd

    from analysis.documents import Runs

#: The columns of the notes, and their types; ``zh`` and ``en`` are runs as JSON, as a frame of findings has them.
COLUMNS = {"unit": "str", "survey": "str", "order": "int64", "key": "str", "zh": "str", "en": "str",
           "synthetic": "bool"}  # fmt: skip
#: The columns of the table of waves, and their types.
WAVES = {
    "unit": "str", "survey": "str", "wave": "int64", "base_wave": "Int64", "selection": "str", "respondent": "str",
    "column": "str", "n": "Int64", "places": "Int64", "place": "str", "survey_zh": "str", "survey_en": "str",
    "synthetic": "bool",
}  # fmt: skip


def table_of_waves(waves: Sequence[Wave]) -> pd.DataFrame:
    """Say of each wave how many answered, of everybody and of each unit, and at how many places.

    Fewer than may be published are missing.
    """
    import pandas as pd

    rows = []
    for wave in waves:
        sheet, least = wave.design.survey.questionnaire, bounds_of(wave.design.rules.get("precision")).suppress_below
        places = count_places(wave)
        for unit, n in count_answers(wave).items():
            shown = n >= least
            rows.append({
                "unit": unit, "survey": wave.name, "wave": wave.year,
                "base_wave": wave.before.year if wave.before else None, "selection": wave.design.kind,
                "respondent": sheet.respondent, "column": wave.column, "n": n if shown else None,
                "places": places.get(unit) if shown else None, "place": wave.design.place or "",
                **in_columns("survey", sheet.title), "synthetic": wave.design.synthetic,
            })  # fmt: skip
    return pd.DataFrame(rows, columns=list(WAVES)).astype(WAVES)


def cells(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Give the cells of the table of waves."""
    import pandas as pd

    for row in table.to_dict("records"):
        for part in ("n", "places"):
            if not pd.isna(row[part]):
                yield {"id": f"{row['survey']}/{row['unit']}/{part}", "value": float(row[part]), "unit": row["unit"],
                       "indicator": row["survey"], "year": row["wave"], "statistic": part, "decimals": 0,
                       "how": "counted"}  # fmt: skip


def reliability(wave: Wave, *, level: float = 0.95, replicates: int = 200) -> list[Row]:
    """Give Cronbach's alpha and McDonald's omega of the indices of several items, in all.

    Returns
    -------
    list of dict
        Rows of the statistics ``alpha`` and ``omega``; of an open sample without intervals.
    """
    if not any(len(each.items) > 1 for each in wave.indices):
        return []
    try:
        table = scales(wave.design, level=level, replicates=replicates).table
    except DuzhengError:
        return []
    rows = []
    for found in table[table["statistic"].isin(["alpha", "omega"])].to_dict("records"):
        if found["estimate"] == found["estimate"]:
            open_ = wave.design.kind == "open"
            sure = {name: float("nan") if open_ else found[name] for name in ("se", "lower", "upper", "df")}
            rows.append(base(wave, found["index"], wave.whole, found["statistic"]) | sure | {
                "estimate": found["estimate"], "level": level, "n": found["n"], "psus": found["psus"],
                "measure": "reliability", "precision": "publish",
            })  # fmt: skip
    return rows


def family_cells(counts: Mapping[str, int], whole: str, year: int, rate: float) -> Iterator[dict[str, Any]]:
    """Give the cells of how many tests a family has, and of the rate of false discoveries."""
    for name, value in counts.items():
        yield {"id": f"tests/{name}", "value": float(value), "unit": whole, "indicator": "tests", "year": year,
               "statistic": "tests", "decimals": 0, "how": "counted"}  # fmt: skip
    yield {"id": "tests/rate", "value": 100 * rate, "unit": whole, "indicator": "tests", "year": year,
           "statistic": "rate", "measure": PERCENT, "decimals": 0, "how": "of the rule set"}  # fmt: skip


def notes(
    waves: Sequence[Wave], compared: Sequence[Compared], alphas: Sequence[Row],
    over_time: Mapping[str, Sequence[Texts]], counts: Mapping[str, int], *, rate: float, level: float,
) -> pd.DataFrame:  # fmt: skip
    """Write the notes of a run on its answers: of each wave, and of all tests together."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    synthetic = any(wave.design.synthetic for wave in waves)

    def note(whole: str, survey: str, key: str, runs: Mapping[Language, Runs]) -> None:
        rows.append({"unit": whole, "survey": survey, "order": len(rows), "key": key, "zh": write_runs(runs["zh-Hans"]),
                     "en": write_runs(runs["en"]), "synthetic": synthetic})  # fmt: skip

    for wave in waves:
        for key, slots in _of_wave(wave, [each for each in alphas if each["survey"] == wave.name], level):
            note(wave.whole, wave.name, key, in_both(f"answers_note_{key}", **slots))
        for text in (*(_read_out(wave, each) for each in wave.design.notes), *over_time.get(wave.name, ())):
            note(wave.whole, wave.name, "wave", in_both("answers_note_cited", text=Cited(text)))
    tested = [wave for wave in waves if wave.design.tested]
    if tested and any(each.row["family"] for each in compared):
        whole, slots = tested[0].whole, _tests(counts, rate)
        note(whole, "", "tests", in_both("answers_note_tests", **slots, confidence=confidence(tested[0], level)))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _of_wave(wave: Wave, alphas: Sequence[Row], level: float) -> Iterator[tuple[str, dict[str, Slot]]]:
    stem, count = f"{wave.name}/{wave.whole}", count_places(wave).get(wave.whole)
    slots: dict[str, Slot] = {
        "survey": wave.design.survey.questionnaire.title, "who": who(wave), "year": wave.year,
        "n": Number(f"{stem}/n", len(wave.design.data)), "confidence": confidence(wave, level),
        "placed": Word("no" if count is None else "yes"),
    }  # fmt: skip
    if count is not None:
        slots["places"] = places(wave, Number(f"{stem}/places", count))
    yield f"gathered_{wave.design.kind}", slots
    if not wave.column:
        yield "no_units", slots
    of = [row for row in alphas if row["statistic"] == "alpha"]
    if of:
        each = tuple(Message("answers_note_alpha", {"index": wave.index_names[row["index"]], "alpha": _alpha(row)})
                     for row in of)  # fmt: skip
        yield "reliability", slots | {"indices": Listed(each)}


def _read_out(wave: Wave, text: Texts) -> Texts:
    """Call the columns that a note names by their questions."""
    found = dict(text)
    for each in wave.design.survey.asked:
        if isinstance(each.item, Single):
            for language in LANGUAGES:
                code, asked = rf"\b{re.escape(each.code)}\b", pick(each.item.text, language)
                found[language] = f"“{asked}”".join(re.split(code, found[language]))
    return found


def _alpha(row: Row) -> Number:
    return Number(row["cell"], float(row["estimate"]), 2)


def alpha_cells(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Give the cells of reliabilities."""
    for row in rows:
        for part in ("", "lower", "upper"):
            value = row[part or "estimate"]
            if value == value:  # noqa: PLR0124  missing
                yield {"id": f"{row['cell']}/{part}" if part else row["cell"], "value": float(value),
                       "unit": row["unit"], "indicator": row["index"], "year": row["wave"],
                       "statistic": part or row["statistic"], "decimals": 2, "how": "of all answers"}  # fmt: skip


def _tests(counts: Mapping[str, int], rate: float) -> dict[str, Slot]:
    slots: dict[str, Slot] = {name: Number(f"tests/{name}", counts.get(name, 0)) for name in FAMILIES}
    return slots | {"rate": Number("tests/rate", 100 * rate, 0, PERCENT)}
