"""A small invented wave for examples and tests: some questions on seven points, districts, schools, no chance in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.labels import Labels
from analysis.surveys.bank import Bank
from analysis.surveys.collected import Collected
from analysis.surveys.design import Design, Kind, design_of
from analysis.surveys.items import OpenText, Option, Rating, Single
from analysis.surveys.questionnaire import Questionnaire
from analysis.surveys.survey import hold

if TYPE_CHECKING:
    from analysis.messages import Language, Texts
    from analysis.surveys.survey import Survey

_SELECTION: dict[Kind, dict[str, Any]] = {
    "probability": {"kind": "probability", "frame": "a list", "strata": ["district"], "psu": "school"},
    "census": {"kind": "census", "schools": "a list"},
    "open": {"kind": "open"},
}
_ITEMS = ("clear", "lively", "rooms", "meals", "fair", "whole")


def example_survey(kind: Kind = "probability", wave: int = 2025) -> Survey:
    """Make a questionnaire of six ratings in two sections, a kind of respondent, and a comment."""
    points = tuple(Option(code=code, text={"zh-Hans": f"{code} 分", "en": f"{code}"}) for code in range(1, 8))
    items: dict[tuple[str, int], Any] = {
        (code, 1): Rating(type="rating", text={"zh-Hans": f"题目 {code}", "en": f"Item {code}"}, scale="points",
                          topic=topic, missing=("dont_know",))
        for code, topic in zip(_ITEMS, ("lessons", "lessons", "place", "place", "fairness", "whole"), strict=True)
    }  # fmt: skip
    items["stay", 1] = Single(type="single", topic="about", text={"zh-Hans": "是否寄宿", "en": "Boarding"}, options=(
        Option(code="yes", text={"zh-Hans": "寄宿", "en": "boards"}),
        Option(code="no", text={"zh-Hans": "走读", "en": "does not board"})))  # fmt: skip
    items["words", 1] = OpenText(type="text", topic="whole", text={"zh-Hans": "建议", "en": "Comments"})
    bank = Bank(items, {"points": points}, dict.fromkeys(items, ("example", None)))
    text = {"zh-Hans": "示例", "en": "Example"}
    sheet = Questionnaire.model_validate({
        "id": "example", "wave": wave, "respondent": "student", "title": text, "welcome": text, "closing": text,
        "consent": {"text": text, "privacy": text}, "minutes": 5, "selection": _SELECTION[kind], "anonymous": False,
        "expected": {"total": 200}, "margins": [{"columns": ["district"], "source": "invented"}],
        "sections": [
            {"id": "one", "title": text, "items": [{"item": code} for code in ("stay", *_ITEMS[:4])]},
            {"id": "two", "title": text, "items": [{"item": code} for code in (*_ITEMS[4:], "words")]},
        ],
        "analyses": {
            "indices": [
                {"id": "ixTeach", "name": {"zh-Hans": "教学指数", "en": "Teaching"}, "items": ["clear", "lively"]},
                {"id": "ixPlace", "name": {"zh-Hans": "条件指数", "en": "Conditions"}, "items": ["rooms", "meals"]},
                {"id": "ixWhole", "name": {"zh-Hans": "总体指数", "en": "All in all"}, "items": ["whole"]},
            ],
            "groups": ["district", "stay"],
        },
    })  # fmt: skip
    return hold(sheet, bank, file="example.yaml")


def example_design(
    kind: Kind = "probability", wave: int = 2025, *, districts: int = 2, schools: int = 5, persons: int = 20,
    shift: float = 0.0, language: Language = "zh-Hans",
) -> Design:  # fmt: skip
    """Make the design of an invented wave: the same answers at every call.

    Parameters
    ----------
    kind
        How it was gathered.
    wave
        The year.
    districts, schools, persons
        How many of each: districts, up to 26, are a, b, c, …; persons are those of a school who answered.
    shift
        What is added to the latent opinion of everybody.
    language
        Of what is shown.

    Examples
    --------
    >>> example_design().sample.mean("whole").round(3)[["estimate", "n", "psus"]]
       estimate    n  psus
    0     3.858  200    10
    """
    import numpy as np
    import pandas as pd

    survey = example_survey(kind, wave)
    n = districts * schools * persons
    each = np.arange(n)
    school, district = each // persons, each // (persons * schools)
    letters = np.array([chr(97 + place) for place in range(districts)])
    # Fractions of multiples of irrational numbers lie evenly, and alike on every machine.
    person = 2.2 * ((each * 0.6180339887) % 1 - 0.4)
    opinion = 0.7 * np.sin(school * 1.7) + 0.4 * np.cos(district * 2.1) + person + shift
    answers: dict[str, Any] = {}
    for place, code in enumerate(_ITEMS):
        own = 2.5 * ((each * (0.4142135624 + 0.0713 * place)) % 1 - 0.5)
        points = np.clip(np.floor(4.5 + opinion + own - 0.2 * place + 0.5), 1, 7)
        gone = (each * 7 + place * 3) % 29 == 0 if code != "whole" else np.zeros(n, bool)
        answers[code] = pd.array(np.where(gone, np.nan, points), "Int16")
        answers[f"{code}[missing]"] = pd.Series("DK", range(n), dtype="str").where(gone & (each % 2 == 0))
    places = np.char.add(letters[district], np.char.mod("%02d", school % schools + 1))
    responses = pd.DataFrame({
        "id": np.char.add("EX-", each.astype(str)), "synthetic": True,
        ("place" if kind == "open" else "school"): places, "district": letters[district],
        "language": "zh-Hans",
        "started": pd.Timestamp(f"{wave}-10-13 08:00") + pd.to_timedelta(each * 7 % 10_000, unit="min"),
        "completed": True, "seconds": 120.0 + each % 60, "seconds[one]": 70.0 + each % 37,
        "seconds[two]": 50.0 + each % 23,
        "stay": pd.Series(np.where(each % 4 == 0, "yes", "no"), dtype="str"), **answers,
        "words": pd.Series([None] * n, dtype="str"),
    })  # fmt: skip
    names = np.unique(places)
    log = pd.DataFrame({"school": names, "district": [name[:-2] for name in names], "persons": 3 * persons,
                        "places": 3 * schools, "places_drawn": schools, "persons_drawn": persons + 5,
                        "synthetic": True})  # fmt: skip
    log["persons"] += np.arange(len(log)) % 7 * 10
    totals = pd.DataFrame({"district": letters, "total": 1000.0 + 100 * np.arange(districts), "synthetic": True})
    names_of: dict[str, Texts] = {
        str(letter): {"zh-Hans": f"{letter.upper()}区", "en": f"District {letter.upper()}"} for letter in letters
    }
    labels = Labels(
        {"district": names_of},
        {"district": {"zh-Hans": "区", "en": "District"}, "school": {"zh-Hans": "学校", "en": "School"}},
    )  # fmt: skip
    return design_of(Collected(survey, synthetic=True, responses=responses, log=log, margins=(totals,)), labels=labels,
                     language=language)  # fmt: skip
