"""Recognition by society: the percentage that the rule set makes of several forms, and whether it reaches the mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from analysis.findings.answers.cells import number
from analysis.findings.answers.estimates import Row, cell
from analysis.findings.answers.levels import TOPIC
from analysis.findings.answers.waves import Wave, count_places
from analysis.findings.finding import Finding, Selection
from analysis.findings.measures import PERCENT
from analysis.findings.wording import Number, Slot, Word, Wording
from analysis.messages import LANGUAGES, in_columns
from analysis.satisfaction import recognition as recognized
from analysis.satisfaction.social_recognition.rule import read_rule

if TYPE_CHECKING:
    from analysis.workspace import Workspace

RULE = "social_recognition"
#: Points below the mark from which recognition is a problem whatever its error.
FAR = 10


def percentages(workspace: Workspace, waves: Sequence[Wave], *, level: float = 0.95) -> list[Row]:
    """Compute the percentage of every unit where a wave of each form of the rule set was collected, of one year.

    Returns
    -------
    list of dict
        Rows of the statistic ``share``; none where a form is missing.
    """
    if RULE not in workspace.rules:
        return []
    _, rule = read_rule(workspace, RULE)
    known = rule.surveys.entries
    years = [wave.year for wave in waves if wave.design.survey.questionnaire.id in known]
    used = [wave for wave in waves if wave.design.survey.questionnaire.id in known and wave.year == max(years)]
    forms = {rule.form_of(wave.design.survey.questionnaire.id) for wave in used}
    if forms != {form.id for form in rule.forms.entries}:
        return []
    found = recognized(workspace, [wave.design for wave in used], level=level)
    selection: Selection = "open" if any(wave.design.kind == "open" for wave in used) else (
        "probability" if all(wave.design.tested for wave in used) else "census")  # fmt: skip
    title = {language: Wording(language).plain("answers_recognition_name") for language in LANGUAGES}
    survey = f"{RULE}-{used[0].year}"
    mark, units = found.settings["pass_mark"], {unit for wave in used for unit in wave.units.values()}
    places = {unit: sum(count_places(wave).get(unit, 0) for wave in used) for unit in units}
    items = rule.items.entries[found.settings["items"]].of
    theme = next((wave.theme(each.id) for wave in used for each in wave.indices
                  if each.items == items.get(wave.design.survey.questionnaire.id)), "")  # fmt: skip
    rows = []
    for each in found.table[found.table["unit"].isin(units)].to_dict("records"):
        sure = {name: float("nan") if selection == "open" else each[name] for name in ("se", "lower", "upper", "df")}
        rows.append(sure | {
            "cell": cell(survey, RULE, each["unit"], "share"), "survey": survey, "wave": used[0].year,
            "unit": each["unit"], "index": RULE, "column": "", "code": "", "statistic": "share",
            "estimate": each["estimate"], "level": level, "n": each["n"], "psus": places[each["unit"]],
            "against": mark, "selection": selection, "precision": str(each["precision"]), "comparable": "yes",
            "measure": "share", "verdict": each["verdict"], "theme": theme,
            "synthetic": any(wave.design.synthetic for wave in used),
            **in_columns("index", title), **in_columns("survey", title),
        })  # fmt: skip
    return rows


def cells(rows: Sequence[Row], whole: str) -> Iterator[dict[str, Any]]:
    """Give the cell of the mark."""
    for row in rows[:1]:
        yield {"id": f"{RULE}/mark", "value": row["against"], "unit": whole, "indicator": RULE, "year": row["wave"],
               "statistic": "standard", "measure": PERCENT, "decimals": 0, "how": "of the rule set"}  # fmt: skip


def thresholds(rows: Sequence[Row], waves: Sequence[Wave]) -> Iterator[Finding]:
    """Give two findings for each unit: the percentage beside the mark, and whether it reaches it.

    The second is a claim, which the rules withhold where one of the forms was open to whoever came. Units with too few
    answers to one of the forms have none.
    """
    names = {unit: name for wave in waves for unit, name in wave.names.items()}
    for row in rows:
        if row["estimate"] != row["estimate"]:
            continue
        interval = row["lower"] == row["lower"]
        slots: dict[str, Slot] = {
            "unit": names[row["unit"]], "share": number(row), "n": number(row, "n"),
            "mark": Number(f"{RULE}/mark", row["against"], 0, PERCENT), "interval": Word("yes" if interval else "no"),
            "open": Word("yes" if row["selection"] == "open" else "no"),
        }  # fmt: skip
        if interval:
            slots |= {"lower": number(row, "lower"), "upper": number(row, "upper")}
        mark = row["against"]
        clear = not interval or not row["lower"] < mark <= row["upper"]
        verdict: Any = {"reached": "met", "missed": "missed"}.get(row["verdict"], "open") if clear else "unclear"
        shared: dict[str, Any] = {
            "unit": row["unit"], "year": row["wave"], "topic": TOPIC, "theme": row["theme"], "subject": RULE,
            "survey": row["survey"], "estimate": row["estimate"], "lower": row["lower"] if interval else None,
            "upper": row["upper"] if interval else None, "level": row["level"], "n": int(row["n"]), "psus": row["psus"],
            "df": row["df"] if interval else None, "against": mark,
            "selection": row["selection"], "precision": row["precision"], "synthetic": row["synthetic"],
            "slots": slots, "cells": (row["cell"], f"{RULE}/mark"),
        }  # fmt: skip
        stem = f"{TOPIC}/{row['survey']}/{RULE}/{row['unit']}"
        # Far below the mark it is a problem to look into, though no verdict can be given of it.
        tone: Any = "bad" if row["estimate"] < mark - FAR else "neutral"
        yield Finding(id=f"{stem}/level/{row['wave']}", kind="level", tone=tone,
                      message="answers_recognition", **shared)  # fmt: skip
        yield Finding(id=f"{stem}/threshold/{row['wave']}/standard", kind="threshold", reference="standard",
                      verdict=verdict, tone={"met": "good", "missed": "bad"}.get(verdict, "neutral"),
                      message="answers_recognition_mark", **shared)  # fmt: skip
