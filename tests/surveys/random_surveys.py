"""Random questionnaires, their conditions, and random answers to them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from hypothesis import strategies as st

from analysis.surveys import Survey, read_bank, read_survey
from analysis.surveys.bank import BankFile
from analysis.surveys.items import TYPES
from analysis.surveys.questionnaire import Questionnaire
from analysis.workspace.yaml_files import to_yaml

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(lambda t: t.strip())
TEXTS = st.builds(lambda zh, en: {"zh-Hans": zh, "en": en}, TEXT, TEXT)
CODES = st.lists(st.from_regex(r"\A[a-e][0-9]\Z"), min_size=2, max_size=5, unique=True)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1))
FORMS = ("plain", "plain", "plain", "answered", "and", "or", "not", "count")


@st.composite
def options(draw, codes=CODES):
    return [{"code": code, "text": draw(TEXTS), "exclusive": False} for code in draw(codes)]


@st.composite
def items(draw):
    """Give a random item of any type, as its file would."""
    kind = draw(st.sampled_from(TYPES))
    item = {"type": kind, "text": draw(TEXTS), "sensitive": draw(st.booleans())}
    if draw(st.booleans()):
        item["help"] = draw(TEXTS)
    item["missing"] = draw(st.sampled_from([(), ("refused",), ("dont_know", "not_applicable")]))
    if kind in {"single", "multiple", "ranking"}:
        item["options"] = draw(options())
    if kind in {"rating", "matrix"}:
        points = list(range(1, draw(st.integers(2, 7)) + 1))
        item["options"] = draw(options(st.just(points)))
    if kind == "matrix":
        item["rows"] = [{"code": code, "text": draw(TEXTS)} for code in ("r1", "r2")]
    if kind == "multiple" and draw(st.booleans()):
        item["options"][-1]["exclusive"] = True
    if kind == "numeric":
        item["least"], item["most"], item["decimals"] = -5, draw(st.integers(0, 20)), draw(st.sampled_from([0, 1]))
    if kind == "date":
        item["earliest"], item["latest"] = "2000-01-01", "2030-01-01"
    return item


def _value(draw, kind, codes):
    """Give a constant that fits a question."""
    if kind == "choice":
        code = draw(st.sampled_from(codes))
        return f"{code:g}" if isinstance(code, float) else f'"{code}"'
    if kind == "date":
        return f'"{draw(DAYS)}"'
    return str(draw(st.integers(-6, 21))) if kind == "number" else '"wort"'


@st.composite
def conditions(draw, known, deep=0):  # noqa: PLR0911  one return a form
    """Give a random condition over the questions that are known, five levels deep at most."""
    code = draw(st.sampled_from(sorted(known)))
    question = known[code]
    form = draw(st.sampled_from(FORMS if deep < 5 else FORMS[:4]))
    if form == "answered":
        return f"answered({code})"
    if form in {"and", "or"}:
        return f"({draw(conditions(known, deep + 1))}) {form} ({draw(conditions(known, deep + 1))})"
    if form == "not":
        return f"not ({draw(conditions(known, deep + 1))})"
    if form == "count":
        parts = f"{draw(conditions(known, deep + 1))}, {draw(conditions(known, deep + 1))}"
        return f"count({parts}) >= {draw(st.integers(0, 3))}"
    if question.kind == "choices":
        if draw(st.booleans()):
            return f"count({code}) {draw(st.sampled_from(['==', '<', '>=']))} {draw(st.integers(0, 4))}"
        return f'"{draw(st.sampled_from(question.codes))}" {draw(st.sampled_from(["in", "not in"]))} {code}'
    value = _value(draw, question.kind, question.codes)
    ordered = question.kind in {"number", "date"} or all(isinstance(each, float) for each in question.codes)
    signs = ["==", "!=", "<", "<=", ">", ">="] if ordered and question.kind != "text" else ["==", "!="]
    if question.kind != "date" and draw(st.booleans()):
        more = _value(draw, question.kind, question.codes)
        return f"{code} {draw(st.sampled_from(['in', 'not in']))} [{value}, {more}]"
    return f"{code} {draw(st.sampled_from(signs))} {value}"


@st.composite
def workspaces(draw, folder: Path):
    """Write a random bank and a random questionnaire over it into a folder, and read them again."""
    from analysis.surveys.items import questions

    codes = [f"q{number}" for number in range(draw(st.integers(1, 6)))]
    bank = BankFile.model_validate({"items": {code: [draw(items())] for code in codes}})
    known, uses = {}, []
    for code in codes:
        item = bank.items[code][0]
        show_if = draw(conditions(known)) if known and draw(st.booleans()) else ""
        uses.append({"item": code, "mandatory": draw(st.booleans()), "show_if": show_if})
        known |= questions(code, item, getattr(item, "options", ()))
    second = draw(st.integers(1, len(uses)))
    before = {}
    for use in uses[:second]:
        item = bank.items[use["item"]][0]
        before |= questions(use["item"], item, getattr(item, "options", ()))
    sections = [{"id": "one", "title": draw(TEXTS), "items": uses[:second]}]
    if uses[second:]:
        condition = draw(conditions(before)) if before and draw(st.booleans()) else ""
        sections.append({"id": "two", "title": draw(TEXTS), "show_if": condition, "items": uses[second:]})
    sheet = Questionnaire.model_validate({
        "id": "random", "wave": draw(st.integers(2000, 2100)), "respondent": "public", "title": draw(TEXTS),
        "welcome": draw(TEXTS), "closing": draw(TEXTS), "consent": {"text": draw(TEXTS), "privacy": draw(TEXTS)},
        "minutes": draw(st.floats(1, 60)), "expected": {"total": draw(st.integers(1, 10**6))}, "sections": sections,
        "selection": draw(st.sampled_from([{"kind": "open", "channels": ["qr"]}, {"kind": "census", "schools": "s.csv"},
                                           {"kind": "probability", "frame": "f", "strata": ["a"]}])),
    })  # fmt: skip
    (folder / "surveys/bank").mkdir(parents=True, exist_ok=True)
    (folder / "surveys/bank/items.yaml").write_text(to_yaml(bank), encoding="utf-8")
    path = folder / "surveys/random.yaml"
    path.write_text(to_yaml(sheet), encoding="utf-8")
    read = read_bank(folder)
    return bank, sheet, read, read_survey(path, read, root=folder)


@st.composite
def answers(draw, survey: Survey):
    """Give random answers, item by item as somebody would who is shown what is shown."""
    from analysis.surveys import is_shown
    from analysis.surveys.items import questions

    given = {}
    for each in survey.asked:
        must = each.use.mandatory and not each.item.missing and each.item.type != "matrix"
        for code, question in questions(each.code, each.item, survey.bank.options(each.item)).items():
            shown = is_shown(survey, each, given)
            always = must or (each.item.type == "multiple" and not each.item.missing)
            given[code] = None
            if shown and (always or draw(st.booleans())):
                given[code] = draw(answer(each.item, question))
    return given


def answer(item, question):
    """Give the answers that a question takes."""
    if question.kind == "choice":
        return st.sampled_from(question.codes)
    if question.kind == "choices":
        alone = {option.code for option in item.options if option.exclusive}
        return st.lists(st.sampled_from(question.codes), unique=True).filter(
            lambda chosen: len(chosen) <= 1 or not alone & set(chosen)
        )
    if question.kind == "number":
        return st.integers(int(item.least), int(item.most)).map(float)
    if question.kind == "date":
        return DAYS.map(str)
    return st.sampled_from(["wort", "other"])
