"""L1: what is missing, doubled, out of reach, or more than a respondent or LimeSurvey can take."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from analysis.messages import Texts
from analysis.surveys.items import Date, Matrix, Multiple, Numeric, OpenText, Ranking
from analysis.surveys.lint.rules import Found, Sheet, item_place, rule, use_place
from analysis.surveys.lint.words import OTHER, PLACEHOLDERS, RESERVED, found_in
from analysis.surveys.survey import Asked

#: LimeSurvey's limits: letters and digits only, so many of them.
QUESTION_CODE, ANSWER_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,19}"), re.compile(r"[A-Za-z0-9]{1,5}")
MOST_OPTIONS, MOST_RANKED, MOST_ROWS, MOST_ITEMS = 12, 7, 8, 10
HAN = re.compile(r"[㐀-鿿]")


def _texts(sheet: Sheet) -> Iterator[tuple[str, Texts, tuple[str, int | None]]]:
    """Give every text of a questionnaire: whose, in its languages, where."""
    survey = sheet.survey
    head = survey.questionnaire
    for name in ("title", "welcome", "closing"):
        yield name, getattr(head, name), survey.place(name)
    for name in ("text", "privacy", "guardian"):
        if getattr(head.consent, name):
            yield f"consent {name}", getattr(head.consent, name), survey.place("consent", name)
    for number, section in enumerate(head.sections):
        for name in ("title", "text"):
            if getattr(section, name):
                yield section.id, getattr(section, name), survey.place("sections", number, name)
    for number, index in enumerate(head.analyses.indices):
        yield index.id, index.name, survey.place("analyses", "indices", number)
    for each in survey.asked:
        yield from _texts_of(sheet, each)


def _texts_of(sheet: Sheet, each: Asked) -> Iterator[tuple[str, Texts, tuple[str, int | None]]]:
    for name in ("text", "simple", "help", "unit"):
        if getattr(each.item, name, None):
            yield each.code, getattr(each.item, name), item_place(sheet.survey, each, name)
    for part in (*getattr(each.item, "rows", ()), *sheet.survey.bank.options(each.item)):
        yield f"{each.code}.{part.code}", part.text, item_place(sheet.survey, each)


@rule("L101", "missing-translation", "error")
def missing_translation(sheet: Sheet) -> Iterator[Found]:
    """A text is missing in one of the questionnaire's languages."""
    for of, texts, place in _texts(sheet):
        for language in sheet.survey.questionnaire.languages:
            if not texts.get(language, "").strip():
                yield Found(f"no text in {language} ({texts.get('zh-Hans', '')})", of, place)


@rule("L102", "code-for-limesurvey", "error")
def code_for_limesurvey(sheet: Sheet) -> Iterator[Found]:
    """A code is longer than LimeSurvey keeps, has other signs than letters and digits, or is a word of its own."""
    survey = sheet.survey
    for each in survey.asked:
        place = item_place(survey, each)
        for code in (each.code, *(row.code for row in getattr(each.item, "rows", ()))):
            if not QUESTION_CODE.fullmatch(code) or code.lower() in RESERVED:
                yield Found(f"the code {code}: LimeSurvey takes 20 letters and digits", each.code, place)
        for option in survey.bank.options(each.item):
            if not ANSWER_CODE.fullmatch(str(option.code)):
                yield Found(f"the answer code {option.code}: LimeSurvey takes 5 letters and digits", each.code, place)


@rule("L103", "duplicate-code", "error")
def duplicate_code(sheet: Sheet) -> Iterator[Found]:
    """A code stands twice: among an item's options, among its rows, or as two columns of the answers."""
    survey = sheet.survey
    columns: Counter[str] = Counter()
    for each in survey.asked:
        rows = [row.code.lower() for row in getattr(each.item, "rows", ())]
        columns.update({f"{each.code}_{row}".lower() for row in rows} or {each.code.lower()})
        options = [str(option.code).lower() for option in survey.bank.options(each.item)]
        for what, codes in (("option", options), ("row", rows)):
            for code, times in Counter(codes).items():
                if times > 1:
                    yield Found(f"the {what} {code} {times} times", each.code, item_place(survey, each))
    for column, times in columns.items():
        if times > 1:
            yield Found(f"{times} columns of answers would be named {column}")


@rule("L104", "unreachable", "error")
def unreachable(sheet: Sheet) -> Iterator[Found]:
    """A section or item is shown on no route."""
    yield from _decided(sheet, "reachable")


@rule("L105", "needless-condition", "warning")
def needless_condition(sheet: Sheet) -> Iterator[Found]:
    """A condition holds on every route."""
    yield from _decided(sheet, "needed")


def _decided(sheet: Sheet, kind: str) -> Iterator[Found]:
    survey = sheet.survey
    asked = {each.code: each for each in survey.asked}
    for claim in sheet.claims:
        if claim.kind == kind and not claim.holds:
            place = use_place(survey, asked[claim.of]) if claim.of in asked else None
            yield Found(claim.reason, claim.of, place)


@rule("L106", "same-option", "error")
def same_option(sheet: Sheet) -> Iterator[Found]:
    """Two options of an item have the same text."""
    survey = sheet.survey
    for each in survey.asked:
        for language in survey.questionnaire.languages:
            texts = Counter(option.text.get(language, "").strip() for option in survey.bank.options(each.item))
            for text, times in texts.items():
                if text and times > 1:
                    yield Found(f"{times} options read “{text}”", each.code, item_place(survey, each))


@rule("L107", "same-question", "warning")
def same_question(sheet: Sheet) -> Iterator[Found]:
    """Two items ask the same in the same words."""
    first: dict[tuple[str, str], str] = {}
    for wording in sheet.wordings:
        if wording.part != "text":
            continue
        other = first.setdefault((wording.language, wording.text.strip()), wording.of)
        if other != wording.of:
            yield Found(f"reads as {other} does: “{wording.text}”", wording.of, wording.place)


@rule("L108", "too-many-options", "warning")
def too_many_options(sheet: Sheet) -> Iterator[Found]:
    """There are more options than can be kept in mind."""
    survey = sheet.survey
    for each in survey.asked:
        count = len(survey.bank.options(each.item))
        most = MOST_RANKED if isinstance(each.item, Ranking) else MOST_OPTIONS
        if count > most:
            yield Found(f"{count} options, at most {most}", each.code, item_place(survey, each))


@rule("L109", "too-many-rows", "warning")
def too_many_rows(sheet: Sheet) -> Iterator[Found]:
    """A matrix has more rows than a telephone's screen."""
    for each in sheet.survey.asked:
        if isinstance(each.item, Matrix) and len(each.item.rows) > MOST_ROWS:
            yield Found(f"{len(each.item.rows)} rows, at most {MOST_ROWS}", each.code, item_place(sheet.survey, each))


@rule("L110", "multiple-without-none", "warning")
def multiple_without_none(sheet: Sheet) -> Iterator[Found]:
    """Several may be chosen, but "none of these" is no option."""
    survey = sheet.survey
    for each in survey.asked:
        if isinstance(each.item, Multiple) and not any(o.exclusive for o in survey.bank.options(each.item)):
            message = "no option is exclusive: whoever chose none and whoever skipped look alike"
            yield Found(message, each.code, item_place(survey, each))


@rule("L111", "limits-missing", "warning")
def limits_missing(sheet: Sheet) -> Iterator[Found]:
    """A number or date may be anything."""
    for each in sheet.survey.asked:
        item: Any = each.item
        limits = (
            (item.least, item.most) if isinstance(item, Numeric)
            else (item.earliest, item.latest) if isinstance(item, Date) else ()
        )  # fmt: skip
        if None in limits:
            yield Found("no lower or no upper limit", each.code, item_place(sheet.survey, each))


@rule("L112", "section-too-long", "warning")
def section_too_long(sheet: Sheet) -> Iterator[Found]:
    """A page has more items than one reads without scrolling on and on."""
    for number, section in enumerate(sheet.survey.questionnaire.sections):
        if len(section.items) > MOST_ITEMS:
            place = sheet.survey.place("sections", number)
            yield Found(f"{len(section.items)} items on a page, at most {MOST_ITEMS}", section.id, place)


@rule("L113", "other-without-line", "warning")
def other_without_line(sheet: Sheet) -> Iterator[Found]:
    """An option "other" has no line to write in."""
    survey = sheet.survey
    for each in survey.asked:
        for option in survey.bank.options(each.item):
            if not option.open and any(text.strip().lower() in OTHER for text in option.text.values()):
                yield Found(f"the option {option.code} is not open", each.code, item_place(survey, each))


@rule("L114", "mandatory-text", "warning")
def mandatory_text(sheet: Sheet) -> Iterator[Found]:
    """An open question must be answered."""
    for each in sheet.survey.asked:
        if isinstance(each.item, OpenText) and each.use.mandatory:
            yield Found("nobody has to write", each.code, use_place(sheet.survey, each))


@rule("L115", "placeholder", "error")
def placeholder(sheet: Sheet) -> Iterator[Found]:
    """A text is not written yet."""
    for of, texts, place in _texts(sheet):
        for text in texts.values():
            for word in PLACEHOLDERS:
                if word in text.lower():
                    yield Found(f"“{word}” in “{text}”", of, place)


@rule("L116", "wrong-language", "error")
def wrong_language(sheet: Sheet) -> Iterator[Found]:
    """A text stands under another language than its own."""
    for of, texts, place in _texts(sheet):
        chinese, english = texts.get("zh-Hans", ""), texts.get("en", "")
        if len(re.findall(r"[A-Za-z]", chinese)) > 3 and not HAN.search(chinese):  # noqa: PLR2004  more than a grade
            yield Found(f"no Chinese in “{chinese}”", of, place)
        if HAN.search(english):
            yield Found(f"Chinese in “{english}”", of, place)


@rule("L117", "halfwidth-punctuation", "warning")
def halfwidth_punctuation(sheet: Sheet) -> Iterator[Found]:
    """Chinese text has Latin punctuation."""
    for of, texts, place in _texts(sheet):
        match = re.search(r"[㐀-鿿][,?!;:]|[,?!;:()][㐀-鿿]", texts.get("zh-Hans", ""))
        if match:
            yield Found(f"“{match[0]}”", of, place)


@rule("L118", "vague-words", "warning")
def vague_words(sheet: Sheet) -> Iterator[Found]:
    """A word leaves open what is meant."""
    for wording in sheet.wordings:
        for word in found_in("vague", wording.text, wording.language):
            yield Found(f"“{word}” in “{wording.text}”", wording.of, wording.place)
