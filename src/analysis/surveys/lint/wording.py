"""L3, first half: how questions are worded, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.surveys.items import Information, OpenText, Rating, YesNo
from analysis.surveys.lint.rules import Found, Sheet, Wording, item_place, rule
from analysis.surveys.lint.words import (
    AGREEMENT,
    DENYING,
    FREQUENCY,
    JOINING,
    NOT_DENYING,
    NOT_JOINING,
    found_in,
)

#: Characters (Chinese) and words (English) of a question: adults, students, younger children.
LONGEST = {"zh-Hans": (40, 30, 24), "en": (25, 20, 16)}
#: Characters of a clause that students and younger children read at a glance, and grades that English may need.
CLAUSE, GRADE = (22, 16), (9.0, 6.0)
#: The first row of GB/T 2312's second level, which holds the rarer 3,008 characters.
SECOND_LEVEL = 0xD8
OPINION = r"满意|公平|质量.{0,4}好|赞成|\bsatisfied\b|\bfair\b|\bhappy with\b"
HAN = re.compile(r"[㐀-鿿]")


def _plain(text: str) -> str:
    """Leave out what stands in brackets and quotes."""
    return re.sub(r"（[^）]*）|\([^)]*\)|“[^”]*”|\"[^\"]*\"", "", text)


def _words(sheet: Sheet, name: str) -> Iterator[Found]:
    for wording in sheet.wordings:
        for word in found_in(name, _plain(wording.text), wording.language):
            yield Found(f"“{word}” in “{wording.text}”", wording.of, wording.place)


@rule("L301", "double-barrelled", "warning")
def double_barrelled(sheet: Sheet) -> Iterator[Found]:
    """A question asks for two things at once."""
    for wording in sheet.wordings:
        if isinstance(wording.each.item, Information | OpenText):
            continue
        text = re.sub(NOT_JOINING[wording.language], "", _plain(wording.text), flags=re.IGNORECASE)
        match = re.search(JOINING[wording.language], text, re.IGNORECASE)
        if match:
            yield Found(f"“{match[0]}” joins two things in “{wording.text}”", wording.of, wording.place)


@rule("L302", "leading", "warning")
def leading(sheet: Sheet) -> Iterator[Found]:
    """A question suggests its answer."""
    yield from _words(sheet, "leading")


@rule("L303", "double-negative", "warning")
def double_negative(sheet: Sheet) -> Iterator[Found]:
    """A clause denies twice."""
    for wording in sheet.wordings:
        for clause in re.split(r"[，。；？！,.;?!]", _plain(wording.text)):
            if len(_denials(clause, wording)) > 1:
                yield Found(f"“{clause.strip()}”", wording.of, wording.place)


@rule("L304", "denied-statement", "warning")
def denied_statement(sheet: Sheet) -> Iterator[Found]:
    """A statement to agree with denies, so that disagreeing is a double negative."""
    for wording in sheet.wordings:
        labels = [option.text.get(wording.language, "") for option in sheet.survey.bank.options(wording.each.item)]
        if any(re.search(AGREEMENT[wording.language], label, re.IGNORECASE) for label in labels):
            last = [part for part in re.split(r"[，,]", _plain(wording.text)) if part.strip()][-1:]
            if last and _denials(last[0], wording):
                yield Found(f"“{wording.text}”", wording.of, wording.place)


def _denials(clause: str, wording: Wording) -> list[str]:
    text = re.sub(NOT_DENYING[wording.language], "", clause, flags=re.IGNORECASE)
    return [match[0] for match in re.finditer(DENYING[wording.language], text, re.IGNORECASE)]


@rule("L305", "absolute-words", "warning")
def absolute_words(sheet: Sheet) -> Iterator[Found]:
    """A question says always, never, all or none."""
    yield from _words(sheet, "absolute")


@rule("L308", "jargon", "warning")
def jargon(sheet: Sheet) -> Iterator[Found]:
    """A word is known in offices and not at home."""
    if sheet.survey.questionnaire.respondent in {"student", "parent", "public"}:
        yield from _words(sheet, "jargon")


@rule("L309", "too-long", "warning")
def too_long(sheet: Sheet) -> Iterator[Found]:
    """A question is longer than its readers hold in mind."""
    for wording in sheet.wordings:
        count = len(HAN.findall(wording.text)) if wording.language == "zh-Hans" else len(wording.text.split())
        most = LONGEST[wording.language][_reader(sheet, wording)]
        if count > most:
            what = "characters" if wording.language == "zh-Hans" else "words"
            yield Found(f"{count} {what}, at most {most}: “{wording.text}”", wording.of, wording.place)


def _reader(sheet: Sheet, wording: Wording) -> int:
    """Tell who reads it: 0 adults, 1 students, 2 younger children."""
    if sheet.survey.questionnaire.respondent != "student":
        return 0
    plain = wording.each.item.simple is None and sheet.survey.simple is not None
    return 2 if wording.simple or plain else 1


@rule("L317", "hard-to-read", "warning")
def hard_to_read(sheet: Sheet) -> Iterator[Found]:
    """Children meet a rare character, a long clause, or English above their grade."""
    if sheet.survey.questionnaire.respondent != "student":
        return
    english: dict[int, list[str]] = {1: [], 2: []}
    for wording in sheet.wordings:
        reader = _reader(sheet, wording)
        if wording.language == "en":
            english[reader].append(wording.text)
            continue
        rare = [sign for sign in HAN.findall(wording.text) if _rare(sign)]
        if rare:
            yield Found(f"rare: {' '.join(rare)} in “{wording.text}”", wording.of, wording.place)
        clause = max(re.split(r"[，。；？！：、]", wording.text), key=len)
        if len(HAN.findall(clause)) > CLAUSE[reader - 1]:
            message = f"a clause of {len(HAN.findall(clause))} characters, at most {CLAUSE[reader - 1]}: “{clause}”"
            yield Found(message, wording.of, wording.place)
    for reader, texts in english.items():
        grade = reading_grade(texts)
        if grade > GRADE[reader - 1]:
            who = "younger children" if reader > 1 else "students"
            yield Found(f"the English for {who} needs grade {grade:.1f}, at most {GRADE[reader - 1]:g}")


def _rare(sign: str) -> bool:
    try:
        return sign.encode("gb2312")[0] >= SECOND_LEVEL
    except UnicodeEncodeError:
        return True


def reading_grade(texts: list[str]) -> float:
    """Give the school grade that English sentences need: the Automated Readability Index.

    Parameters
    ----------
    texts
        Sentences.

    Returns
    -------
    float
        4.71 letters a word + 0.5 words a sentence - 21.43 (Smith & Senter 1967); 0 without texts.

    Examples
    --------
    >>> round(reading_grade(["I feel safe at school."]), 1)
    -2.9
    """
    words = [word for text in texts for word in re.findall(r"[A-Za-z0-9'’]+", text)]
    if not words:
        return 0.0
    return 4.71 * sum(map(len, words)) / len(words) + 0.5 * len(words) / len(texts) - 21.43


@rule("L311", "no-reference-period", "warning")
def no_reference_period(sheet: Sheet) -> Iterator[Found]:
    """How often is asked, but not since when."""
    for wording in sheet.wordings:
        labels = [option.text.get(wording.language, "") for option in sheet.survey.bank.options(wording.each.item)]
        often = sum(bool(re.search(FREQUENCY[wording.language], label, re.IGNORECASE)) for label in labels)
        if often > 1 and not found_in("period", wording.text, wording.language):
            yield Found(f"“{wording.text}”", wording.of, wording.place)


@rule("L312", "long-recall", "warning")
def long_recall(sheet: Sheet) -> Iterator[Found]:
    """A question reaches back further than people remember."""
    yield from _words(sheet, "recall")


@rule("L313", "labelling-words", "warning")
def labelling_words(sheet: Sheet) -> Iterator[Found]:
    """A word puts a label on people."""
    yield from _words(sheet, "labels")


@rule("L314", "mixed-address", "warning")
def mixed_address(sheet: Sheet) -> Iterator[Found]:
    """Respondents are addressed as 你 here and as 您 there."""
    head = sheet.survey.questionnaire
    places = [(w.of, w.text, w.place) for w in sheet.wordings if w.language == "zh-Hans"]
    places += [(name, getattr(head, name)["zh-Hans"], sheet.survey.place(name)) for name in ("welcome", "closing")]
    places.append(("consent text", head.consent.text["zh-Hans"], sheet.survey.place("consent", "text")))
    forms = {form: [place for place in places if form in place[1]] for form in ("你", "您")}
    if all(forms.values()):
        rarer = min(forms, key=lambda form: len(forms[form]))
        other = "您" if rarer == "你" else "你"
        for of, text, place in forms[rarer]:
            yield Found(f"{rarer} in “{text}”, {other} elsewhere", of, place)


@rule("L315", "missing-not-applicable", "warning")
def missing_not_applicable(sheet: Sheet) -> Iterator[Found]:
    """Not everybody has what is judged, and there is no way to say so."""
    survey = sheet.survey
    for each in survey.asked:
        free = {"not_applicable", "dont_know"} & set(each.item.missing)
        asked_to_all = each.condition is None and survey.sections[each.section.id] is None
        if isinstance(each.item, Rating) and not free and asked_to_all:
            for language in survey.questionnaire.languages:
                for word in found_in("services", each.item.text.get(language, ""), language):
                    place = item_place(survey, each)
                    yield Found(f"“{word}”: neither not_applicable nor a condition", each.code, place)


@rule("L316", "yes-no-for-opinion", "warning")
def yes_no_for_opinion(sheet: Sheet) -> Iterator[Found]:
    """An opinion is asked for by yes or no."""
    for wording in sheet.wordings:
        if isinstance(wording.each.item, YesNo):
            match = re.search(OPINION, wording.text, re.IGNORECASE)
            if match:
                yield Found(f"“{match[0]}” is a matter of degree: “{wording.text}”", wording.of, wording.place)
