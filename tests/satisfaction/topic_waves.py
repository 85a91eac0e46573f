"""Waves of one item a topic whose place and weight are known: for tests of drivers, importance and performance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.documents.labels import Labels
from analysis.surveys.bank import Bank
from analysis.surveys.collected import Collected
from analysis.surveys.design import Design, design_of
from analysis.surveys.items import Option, Rating
from analysis.surveys.questionnaire import Questionnaire
from analysis.surveys.survey import hold

#: By topic: the mean on seven points, and what the outcome has of it.
TOPICS = {"strong": (5.5, 0.9), "poor": (3.0, 0.9), "faint": (3.0, 0.15), "easy": (5.5, 0.15)}


def topic_wave(
    topics: dict[str, tuple[float, float]] = TOPICS, *, kind: str = "probability", persons: int = 40, schools: int = 8,
    districts: int = 2, seed: int = 3, gaps: float = 0.0, language: str = "zh-Hans", long: bool = False,
) -> Design:  # fmt: skip
    """Make a wave whose outcome is a sum of topics, with schools as PSUs in districts as strata."""
    rng = np.random.default_rng(seed)
    n = districts * schools * persons
    school = np.arange(n) // persons
    district = np.array([chr(97 + k) for k in school // schools])
    level = 0.4 * rng.normal(size=districts * schools)[school]
    latent = {name: mean + level + rng.normal(size=n) for name, (mean, _) in topics.items()}
    outcome = 4 + sum(share * (latent[name] - topics[name][0]) for name, (_, share) in topics.items())
    outcome = outcome + 0.7 * rng.normal(size=n)
    answers = {name: np.clip(np.round(value), 1, 7) for name, value in {**latent, "whole": outcome}.items()}
    frame = pd.DataFrame({name: pd.array(value, "Int16") for name, value in answers.items()})
    for name in topics:
        frame.loc[rng.random(n) < gaps, name] = pd.NA
    place = np.char.add(district, np.char.mod("%02d", school % schools))
    frame = frame.assign(
        id=[f"T{k}" for k in range(n)], district=district, **{"place" if kind == "open" else "school": place}
    )
    log = pd.DataFrame({"school": np.unique(place)})
    log = log.assign(
        district=log["school"].str[0], persons=3 * persons, places=4 * schools, places_drawn=schools,
        persons_drawn=persons, synthetic=True,
    )  # fmt: skip
    selection = {"kind": kind, "frame": "a list", "strata": ["district"], "psu": "school"}
    text = {"zh-Hans": "示例", "en": "Example"}
    points = tuple(Option(code=code, text={"zh-Hans": f"{code} 分"}) for code in range(1, 8))
    tail = {
        "zh-Hans": "您对学校在这方面的安排满意吗？",
        "en": "how satisfied are you with what the school does about it?",
    }
    bank = {
        (name, 1): Rating(type="rating", scale="points", text={
            "zh-Hans": f"题目 {name}{tail['zh-Hans'] if long else ''}",
            "en": f"{name.capitalize()}{': ' + tail['en'] if long else ''}"})
        for name in answers
    }  # fmt: skip
    sheet = Questionnaire.model_validate({
        "id": "topics", "wave": 2025, "respondent": "student", "title": text, "welcome": text, "closing": text,
        "consent": {"text": text, "privacy": text}, "minutes": 5,
        "selection": selection if kind == "probability" else {"kind": kind},
        "expected": {"total": n}, "sections": [{"id": "one", "title": text, "items": [{"item": k} for k in answers]}],
        "analyses": {"indices": [
            {"id": f"ix{name.capitalize()}", "items": [name], "name": bank[name, 1].text} for name in answers]},
    })  # fmt: skip
    survey = hold(sheet, Bank(bank, {"points": points}, {}), file="topics.yaml")
    labels = Labels({"district": {letter: {"zh-Hans": f"{letter.upper()}区", "en": f"District {letter.upper()}"}
                                  for letter in np.unique(district)}},
                    {"district": {"zh-Hans": "区", "en": "District"}})  # fmt: skip
    return design_of(Collected(survey, synthetic=True, responses=frame, log=log), labels=labels, language=language)
