"""Invented waves: districts of schools of persons whose opinion is normal, with effects that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.documents.labels import Labels
from analysis.findings.answers import Wave
from analysis.surveys.collected import Collected
from analysis.surveys.design import Design, design_of
from analysis.surveys.example import example_survey
from analysis.surveys.questionnaire import Comparison
from analysis.surveys.seal import write_demo_seal

ITEMS = ("clear", "lively", "rooms", "meals", "fair", "whole")
SD, ICC = 1.2, 0.06


def survey_of(kind: str = "probability", year: int = 2025, comparisons: Sequence[Mapping[str, object]] = ()):
    """Make the example's questionnaire with comparisons that it declares."""
    survey = example_survey(kind, year)
    said = tuple(Comparison.model_validate(each) for each in comparisons)
    analyses = survey.questionnaire.analyses.model_copy(update={"comparisons": said})
    return replace(survey, questionnaire=survey.questionnaire.model_copy(update={"analyses": analyses}))


def design(
    seed: int, effects: Mapping[str, float] | None = None, *, kind: str = "probability", year: int = 2025,
    districts: int = 6, schools: int = 8, persons: int = 25, shift: float = 0.0, survey=None, synthetic: bool = True,
    stays: float = 0.0, sizes: Mapping[str, tuple[int, int]] | None = None,
    words: Mapping[str, Sequence[str]] | None = None,
) -> Design:  # fmt: skip
    """Make a design: districts a, b, c, …, with effects in standard deviations of a person's opinion.

    ``stays`` is what boarding adds; ``sizes`` are schools and persons of single districts; ``words`` what those of a
    district write.
    """
    rng = np.random.default_rng(seed)
    names = [chr(97 + place) for place in range(districts)]
    size = {name: (sizes or {}).get(name, (schools, persons)) for name in names}
    district = np.repeat(names, [each[0] * each[1] for each in size.values()])
    school = np.concatenate([np.repeat(np.arange(many), each) for many, each in size.values()])
    place = np.char.add(district, np.char.mod("%02d", school))
    _, at = np.unique(place, return_inverse=True)
    n = len(place)
    boards = rng.random(n) < 0.3
    opinion = 4.6 + shift + SD * (
        np.array([(effects or {}).get(name, 0.0) for name in district])
        + np.sqrt(ICC) * rng.normal(size=at.max() + 1)[at] + np.sqrt(1 - ICC) * rng.normal(size=n) + stays * boards
    )  # fmt: skip
    answers = {code: pd.array(np.clip(np.rint(opinion + 0.8 * rng.normal(size=n)), 1, 7), "Int16") for code in ITEMS}
    said = pd.Series([None] * n, dtype="str")
    for name, texts in (words or {}).items():
        rows = np.flatnonzero(district == name)
        said.iloc[rows] = [texts[k % len(texts)] for k in range(len(rows))]
    responses = pd.DataFrame({
        "id": np.char.add("IN-", np.arange(n).astype(str)), "synthetic": synthetic,
        ("place" if kind == "open" else "school"): place, "district": district, "language": "zh-Hans",
        "started": pd.Timestamp(f"{year}-10-13 08:00"), "completed": True, "seconds": 150.0 + rng.integers(0, 60, n),
        "seconds[one]": 80.0, "seconds[two]": 70.0, "stay": np.where(boards, "yes", "no"), **answers, "words": said,
    })  # fmt: skip
    unique = np.unique(place)
    log = pd.DataFrame({"school": unique, "district": [each[0] for each in unique], "persons": 400, "synthetic": True})
    log["places_drawn"] = log["district"].map({name: each[0] for name, each in size.items()})
    log = log.assign(places=100 * log["places_drawn"], persons_drawn=persons)
    totals = pd.DataFrame({"district": names, "total": 10_000.0, "synthetic": True})
    labels = Labels({"district": {name: {"zh-Hans": f"{name.upper()}区", "en": f"District {name.upper()}"}
                                  for name in names}}, {"district": {"zh-Hans": "区", "en": "district"}})  # fmt: skip
    wave = Collected(survey or survey_of(kind, year), synthetic, responses, log, (totals,))
    return design_of(wave, labels=labels)


def wave(now: Design, before: Design | None = None, *, root: Path | None = None) -> Wave:
    """Put a design beside the units U-a, U-b, … of the whole W; with a folder it is sealed."""
    if root is not None:
        write_demo_seal(root, now.survey, "2025-10-13")
        now = replace(now, root=root)
    units = {code: f"U-{code}" for code in sorted(set(now.data["district"].astype("str")))}
    names = {unit: {"zh-Hans": f"{code.upper()}区", "en": f"District {code.upper()}"} for code, unit in units.items()}
    return Wave(now, before, "district", units, "W", {**names, "W": {"zh-Hans": "全州", "en": "Prefecture"}})
