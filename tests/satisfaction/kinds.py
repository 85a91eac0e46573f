"""An invented wave with an item of every kind, a condition, and every kind of missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.documents.labels import Labels
from analysis.surveys.bank import Bank
from analysis.surveys.collected import Collected
from analysis.surveys.design import design_of
from analysis.surveys.items import Matrix, Multiple, Numeric, Option, Ranking, Rating, Row, Single, YesNo
from analysis.surveys.questionnaire import Questionnaire
from analysis.surveys.survey import hold


def _text(text):
    return {"zh-Hans": text, "en": text.upper()}


def _options(codes):
    return tuple(Option(code=code, text=_text(f"项 {code}")) for code in codes)


def kinds_survey():
    """Make the questionnaire."""
    scale = _options(range(1, 6))
    items = {
        "role": Single(type="single", text=_text("身份"), options=_options("abc")),
        "ok": Rating(type="rating", text=_text("=SUM(满意吗)"), options=scale,
                     missing=("dont_know", "not_applicable")),
        "board": YesNo(type="yes_no", text=_text("寄宿"), missing=("refused",)),
        "tick": Multiple(type="multiple", text=_text("参加哪些"), options=_options("xy"), missing=("dont_know",)),
        "rank": Ranking(type="ranking", text=_text("最要改进"), options=_options("pqr"), most=2),
        "rooms": Matrix(type="matrix", text=_text("条件"), options=scale,
                        rows=(Row(code="a", text=_text("教室")), Row(code="b", text=_text("食堂")))),
        "hours": Numeric(type="numeric", text=_text("几小时"), unit=_text("小时")),
    }  # fmt: skip
    text = _text("示例")
    sheet = Questionnaire.model_validate({
        "id": "kinds", "wave": 2025, "respondent": "public", "title": text, "welcome": text, "closing": text,
        "consent": {"text": text, "privacy": text}, "minutes": 5, "anonymous": False, "expected": {"total": 200},
        "selection": {"kind": "probability", "frame": "a list", "strata": ["district"], "psu": "school"},
        "sections": [{"id": "one", "title": text, "items": [
            {"item": code, **({"show_if": 'role in ["a", "b"]'} if code == "ok" else {})} for code in items]}],
        "analyses": {"groups": ["district", "role"]},
    })  # fmt: skip
    bank = Bank({(code, 1): item for code, item in items.items()}, {}, {(code, 1): ("kinds", None) for code in items})
    return hold(sheet, bank, file="kinds.yaml")


def kinds_design(weighting="calibrated", rows=360, seed=11):
    """Make the design of answers to it."""
    g = np.random.default_rng(seed)
    school = g.integers(0, 12, rows)
    role = g.choice(list("abc"), rows, p=[0.4, 0.4, 0.2])
    ok = np.where(
        (role == "c") | (g.random(rows) < 0.15), np.nan, np.clip(np.round(3 + school % 3 + g.normal(0, 1, rows)), 1, 5)
    )
    ticks = g.random(rows) < 0.85
    ranks = np.array([g.permutation(list("pqr")) for _ in range(rows)]).astype(object)
    ranks[g.random(rows) < 0.2, 1] = None
    ranks[g.random(rows) < 0.1] = None
    responses = pd.DataFrame({
        "id": [f"K-{k}" for k in range(rows)], "synthetic": True, "school": [f"s{k:02d}" for k in school],
        "district": np.where(school < 6, "n", "s"), "language": "zh-Hans", "completed": True,
        "role": pd.Categorical(role), "ok": pd.array(ok, "Int16"),
        "ok[missing]": pd.Series(np.where(np.isnan(ok) & (role != "c") & (g.random(rows) < 0.7),
                                          np.where(school % 2 == 0, "DK", "NA"), None), dtype="str"),
        "board": pd.Categorical(g.choice(["yes", "no", None], rows, p=[0.2, 0.7, 0.1])),
        "tick[x]": pd.array(np.where(ticks, g.random(rows) < 0.4, None), "boolean"),
        "tick[y]": pd.array(np.where(ticks, g.random(rows) < 0.6, None), "boolean"),
        "tick[missing]": pd.Series(np.where(~ticks & (g.random(rows) < 0.5), "DK", None), dtype="str"),
        "rank[1]": pd.Categorical(ranks[:, 0]), "rank[2]": pd.Categorical(ranks[:, 1]),
        "rooms.a": pd.array(g.integers(1, 6, rows), "Int16"), "rooms.b": pd.array(g.integers(1, 6, rows), "Int16"),
        "hours": pd.array(np.where(g.random(rows) < 0.1, np.nan, g.integers(0, 9, rows)), "Int64"),
    })  # fmt: skip
    responses["board[missing]"] = pd.Series(np.where(responses["board"].isna(), "RF", None), dtype="str")
    log = pd.DataFrame({
        "school": [f"s{k:02d}" for k in range(12)], "district": ["n"] * 6 + ["s"] * 6, "persons": 90 + np.arange(12),
        "places": 20, "places_drawn": 6, "persons_drawn": 40,
    })  # fmt: skip
    margin = pd.DataFrame({"district": ["n", "s"], "total": [1000.0, 1500.0]})
    labels = Labels({"district": {"n": _text("北区"), "s": _text("南区")}}, {"district": _text("区")})
    wave = Collected(kinds_survey(), synthetic=True, responses=responses, log=log, margins=(margin,))
    return design_of(wave, weighting=weighting, labels=labels)
