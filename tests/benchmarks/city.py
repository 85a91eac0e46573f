"""The analysis of a city: two waves of a million answers × 30 items × 16 districts each; time, and peak of memory.

``python -m tests.benchmarks.city [answers a wave]``
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import pandas as pd

from analysis.satisfaction import changes, crosstab, doubts, index
from analysis.surveys.bank import Bank
from analysis.surveys.collected import Collected
from analysis.surveys.design import design_of
from analysis.surveys.items import Option, Rating
from analysis.surveys.questionnaire import Questionnaire
from analysis.surveys.survey import Survey, hold

ITEMS, SECTIONS, DISTRICTS, STAGES, SCHOOLS = 30, 3, 16, 3, 1536
CODES = [f"q{number:02d}" for number in range(ITEMS)]


def survey(year: int) -> Survey:
    """Make a questionnaire of 30 ratings on seven points and five indices."""
    text, scale = {"zh-Hans": "示例"}, tuple(Option(code=code, text={"zh-Hans": f"{code}"}) for code in range(1, 8))
    items = {(code, 1): Rating(type="rating", text={"zh-Hans": code}, scale="scale", topic="topic") for code in CODES}
    each = ITEMS // SECTIONS
    sheet = Questionnaire.model_validate({
        "id": "city", "wave": year, "respondent": "student", "title": text, "welcome": text, "closing": text,
        "consent": {"text": text, "privacy": text}, "minutes": 5, "anonymous": False, "expected": {"total": 100},
        "selection": {"kind": "probability", "frame": "x", "strata": ["district", "stage"], "psu": "school"},
        "margins": [{"columns": ["district", "stage"], "source": "x"}],
        "sections": [
            {"id": f"s{k}", "title": text, "items": [{"item": code} for code in CODES[each * k :][:each]]}
            for k in range(SECTIONS)
        ],
        "analyses": {
            "indices": [{"id": f"ix{k}", "name": text, "items": CODES[6 * k :][:6], "least": 0.5} for k in range(5)],
            "groups": ["district"], "comparisons": [{"of": f"ix{k}", "between": "wave"} for k in range(5)],
        },
    })  # fmt: skip
    return hold(sheet, Bank(items, {"scale": scale}, dict.fromkeys(items, ("city", None))), file="city.yaml")


def wave(answers: int, year: int, seed: int) -> Collected:
    """Make up a wave."""
    chance = np.random.default_rng(seed)
    school = chance.integers(0, SCHOOLS, answers).astype(np.int32)
    names, districts, stages = ([f"{letter}{k:04d}" for k in range(size)] for letter, size in
                                (("S", SCHOOLS), ("D", DISTRICTS), ("T", STAGES)))  # fmt: skip
    opinion = chance.normal(size=answers).astype("f4") + 0.3 * chance.normal(size=SCHOOLS).astype("f4")[school]
    columns = {
        "id": np.arange(answers), "synthetic": True, "school": pd.Categorical.from_codes(school, names),
        "district": pd.Categorical.from_codes(school % DISTRICTS, districts),
        "stage": pd.Categorical.from_codes(school // DISTRICTS % STAGES, stages),
        "started": np.datetime64(f"{year}-10-10T08:00", "s") + chance.integers(0, 1_209_600, answers).astype("m8[s]"),
        "completed": True, "seconds": chance.gamma(8, 40, answers).astype("f4"),
        **{f"seconds[s{k}]": chance.gamma(8, 14, answers).astype("f4") for k in range(SECTIONS)},
    }  # fmt: skip
    for code in CODES:
        points = np.clip(np.floor(4.9 + opinion + 1.1 * chance.normal(size=answers).astype("f4")), 1, 7)
        gone = chance.random(answers, dtype="f4") < 0.03
        columns[code] = pd.arrays.IntegerArray(points.astype("i2"), gone)
    log = pd.DataFrame({
        "school": names, "district": [districts[k % DISTRICTS] for k in range(SCHOOLS)],
        "stage": [stages[k // DISTRICTS % STAGES] for k in range(SCHOOLS)], "places": 50, "places_drawn": 32,
        "persons": 3 * answers // SCHOOLS, "persons_drawn": 2 * answers // SCHOOLS,
    })  # fmt: skip
    margin = log.groupby(["district", "stage"]).size().mul(1000.0).rename("total").reset_index()
    return Collected(survey(year), synthetic=True, responses=pd.DataFrame(columns), log=log, margins=(margin,))


def analysed(answers: int) -> dict[str, float]:
    """Time the whole analysis, in seconds by step, and give the peak of memory in GB."""
    took: dict[str, float] = {}

    def step(name: str, of) -> object:
        began = time.perf_counter()
        found = of()
        took[name] = time.perf_counter() - began
        return found

    collected = step("made", lambda: [wave(answers, 2024, 1), wave(answers, 2025, 2)])
    before, now = step("designs", lambda: [design_of(each) for each in collected])
    step("indices", lambda: [index(each, by="district") for each in (before, now)])
    step("changes", lambda: changes(before, now, by="district"))
    step("crosstabs", lambda: [crosstab(each) for each in (before, now)])
    step("response quality", lambda: [doubts(each) for each in (before, now)])
    took["all"] = sum(took.values()) - took["made"]
    took["peak GB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return took


if __name__ == "__main__":
    for name, number in analysed(int(float(sys.argv[1])) if sys.argv[1:] else 1_000_000).items():
        sys.stdout.write(f"{name:18}{number:8.2f}\n")
