"""A run of the invented place in which a test writes what is said, withheld, asked and quoted."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.documents import Run
from analysis.findings import RunTables
from analysis.findings.answers.estimates import table_of
from analysis.findings.finding import Finding, frame_of
from analysis.findings.gathered import cells_of
from analysis.findings.stage_one import run_tables
from analysis.workspace import Workspace

POINTS = {"zh-Hans": "分", "en": "points"}
#: A hostile name: markup, a formula, a control character, marks that turn direction, an emoji, a private character.
HOSTILE = "=1+1<script>alert(1)</script>\x07\u202eylno\u202c 🌅\ue000 \"'&{{ $x }}"
#: What no public file may hold.
SECRET, SECRET_NUMBER, SECRET_REASON = "隐去之句", "77.7", "大于0.05"


def said(key: str, unit: str, zh: str, en: str, **more: Any) -> Finding:
    """Make a finding that says a text; ``cells`` are put after it as numbers of points."""
    numbers = [Run(text=f"{value}", cell=cell) for cell, value in more.pop("numbers", {}).items()]
    ends = {"zh-Hans": "分。", "en": " points."}
    texts = {
        language: (Run(text=text, role="label"), *numbers, *([Run(text=ends[language])] if numbers else []))
        for language, text in (("zh-Hans", zh), ("en", f"{en} "))
    }
    given = {"year": 2017, "topic": "schooling", "kind": "level", "subject": key, "message": key, "estimate": 1.0,
             "importance": 1.5, "strength": "strong", "cells": ("x",)}  # fmt: skip
    return Finding(id=f"{key}/{unit}", unit=unit, texts=texts, **given | more)


def number(cell: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    """Make the row of a cell in points with one decimal."""
    of = cell.split("/", maxsplit=1)[0]
    given = {"indicator": of, "year": 2019, "statistic": "mean", "measure": POINTS, "decimals": 1}
    return given | {"id": cell, "value": value, "unit": unit} | more


def mean(unit: str, index: str, value: float | None, *, selection: str = "probability", precision: str = "publish",
         name: str = "Pleased") -> dict[str, Any]:  # fmt: skip
    """Make a row of estimates of the wave ``form-2019``."""
    known = value is not None
    return {
        "cell": f"form-2019/{index}/{unit}/mean", "survey": "form-2019", "wave": 2019, "unit": unit, "index": index,
        "statistic": "mean", "estimate": value, "lower": value - 2 if known and selection != "open" else None,
        "upper": value + 2 if known and selection != "open" else None, "n": 120 if known else None,
        "selection": selection,
        "precision": precision, "comparable": "yes", "measure": "linear_0_100", "index_zh": f"{name}指数",
        "index_en": name, "survey_zh": "虚构问卷", "survey_en": "Invented form", "synthetic": True,
    }  # fmt: skip


def cells_of_means(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the cells that stage one gives estimates."""
    found = []
    for row in rows:
        for part, decimals, measure in (("", 1, POINTS), ("lower", 1, POINTS), ("upper", 1, POINTS), ("n", 0, None)):
            value = row[part or "estimate"]
            if value is not None:
                cell = f"{row['cell']}/{part}" if part else row["cell"]
                found.append(number(cell, value, row["unit"], measure=measure, decimals=decimals))
    return found


def waves_of(n: int = 240, selection: str = "probability") -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Give the table of waves, and its cells."""
    rows = [{"unit": unit, "survey": "form-2019", "wave": 2019, "base_wave": None, "selection": selection,
             "respondent": "student", "column": "unit", "n": n, "places": 6, "place": "", "survey_zh": "虚构问卷",
             "survey_en": "Invented form", "synthetic": True} for unit in ("P", "U", "V")]  # fmt: skip
    cells = [number(f"form-2019/{row['unit']}/{part}", row[part], row["unit"], measure=None, decimals=0)
             for row in rows for part in ("n", "places")]  # fmt: skip
    return pd.DataFrame(rows).astype({"n": "Int64", "places": "Int64", "base_wave": "Int64"}), cells


def run_of(root: Path, findings: list[Finding], rows: list[dict[str, Any]] = (), *, selection: str = "probability",
           cells: list[dict[str, Any]] = (), **tables: pd.DataFrame) -> RunTables:  # fmt: skip
    """Make the tables of a run: the figures of the invented place, and what the test says."""
    run = _figures(root)
    waves, counted = waves_of(selection=selection)
    more = {"findings": frame_of(findings), **tables}
    if rows:
        names = [{"kind": "survey", "subject": "form-2019", "name_zh": "虚构问卷", "name_en": "Invented form"}]
        more |= {"estimates": table_of(rows), "waves": waves, "subjects": pd.DataFrame(names)}
    found = cells_of([*cells, *cells_of_means(list(rows)), *(counted if rows else [])])
    more["cells"] = pd.concat([run["cells"], found], ignore_index=True).drop_duplicates("id", ignore_index=True)
    return RunTables(run.reference, {**run.tables, **more})


@functools.cache
def _figures(root: Path) -> RunTables:
    return run_tables(Workspace(root), synthetic=True)


def planted(root: Path) -> RunTables:
    """Make a run with a hostile name and comment, a suppressed index, and a finding that is withheld."""
    school = {"zh-Hans": f"学校“{HOSTILE}”达到要求。", "en": f"The school “{HOSTILE}” meets the standard."}
    secret = number("secret/U/2019", 77.7, "U")
    rows = [mean("U", "ixAll", 71.0), mean("U", "ixFair", 64.0, name=HOSTILE),
            mean("U", "ixSmall", None, precision="suppress", name="Seldom"), mean("P", "ixAll", 70.0),
            mean("P", "ixFair", 66.0, name=HOSTILE)]  # fmt: skip
    findings = [
        said("named", "U", school["zh-Hans"], school["en"], tone="good"),
        said("secret", "U", SECRET, SECRET, numbers={"secret/U/2019": SECRET_NUMBER}, withheld=("noise",), strength="",
             topic="satisfaction", kind="gap", reference="whole", survey="form-2019", selection="probability",
             family="confirmatory", p_adjusted=0.3, n=120),
        said("level", "U", "总体满意度为", "Satisfaction stands at", numbers={"form-2019/ixAll/U/mean": "71.0"},
             topic="satisfaction", survey="form-2019", subject="ixAll", selection="probability"),
    ]  # fmt: skip
    quotes = pd.DataFrame([{
        "unit": "U", "survey": "form-2019", "wave": 2019, "frame": "f", "topic": "t", "topic_zh": "食堂",
        "topic_en": "Canteen", "text": HOSTILE, "persons": 31, "places": 4, "cell": "form-2019/f.t/U/persons",
        "allowed": "yes", "synthetic": True,
    }])  # fmt: skip
    more = [secret, number("form-2019/f.t/U/persons", 31, "U", measure=None, decimals=0),
            {**number("secret/U/p_adjusted", 0.3, "U", measure=None, decimals=3)}]  # fmt: skip
    reasons = pd.DataFrame({"id": ["secret/U/p_adjusted"], "unit": ["U"]})
    return run_of(root, findings, rows, cells=more, quotes=quotes, reasons=reasons)
