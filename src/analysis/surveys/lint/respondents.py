"""L4: what respondents are owed: consent, privacy, an end in sight, and sensitive questions asked late and gently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.surveys.items import Date, Information, Matrix, OpenText, Rating
from analysis.surveys.lint.rules import Found, Sheet, item_place, rule, use_place
from analysis.surveys.lint.words import found_in, polarity

#: Minutes that may be asked of children and of adults.
MINUTES = {"student": 15}
MINUTES_OF_ADULTS = 20
MOST_OPEN = 3


@rule("L401", "no-guardian", "error")
def no_guardian(sheet: Sheet) -> Iterator[Found]:
    """Children are asked without their guardian's consent."""
    head = sheet.survey.questionnaire
    if head.respondent == "student" and not head.consent.guardian:
        yield Found("no consent of the guardian", place=sheet.survey.place("consent"))


@rule("L402", "sensitive-early", "warning")
def sensitive_early(sheet: Sheet) -> Iterator[Found]:
    """A sensitive item comes before there is trust."""
    asked = sheet.survey.asked
    for number, each in enumerate(asked):
        if each.item.sensitive and number < len(asked) / 2:
            message = f"item {number + 1} of {len(asked)}; it belongs into the second half"
            yield Found(message, each.code, use_place(sheet.survey, each))


@rule("L403", "sensitive-mandatory", "error")
def sensitive_mandatory(sheet: Sheet) -> Iterator[Found]:
    """A sensitive item must be answered."""
    for each in sheet.survey.asked:
        if each.item.sensitive and each.use.mandatory:
            yield Found("nobody has to tell", each.code, use_place(sheet.survey, each))


@rule("L404", "sensitive-not-marked", "warning")
def sensitive_not_marked(sheet: Sheet) -> Iterator[Found]:
    """A question on something sensitive is not marked so."""
    for wording in sheet.wordings:
        item = wording.each.item
        if item.sensitive or isinstance(item, Information) or _judges(sheet, item):
            continue
        for word in found_in("sensitive", wording.text, wording.language):
            yield Found(f"“{word}” in “{wording.text}”", wording.of, wording.place)


def _judges(sheet: Sheet, item: Any) -> bool:
    """Tell whether an item asks for a judgement and not for a fact."""
    labels = [option.text["zh-Hans"] for option in sheet.survey.bank.options(item)]
    return isinstance(item, Rating | Matrix) and any(polarity(label, "zh-Hans") > 0 for label in labels)


@rule("L405", "sensitive-without-refusal", "warning")
def sensitive_without_refusal(sheet: Sheet) -> Iterator[Found]:
    """A sensitive item has no answer "I'd rather not say"."""
    for each in sheet.survey.asked:
        if each.item.sensitive and "refused" not in each.item.missing:
            yield Found("no refused among its kinds of missing", each.code, item_place(sheet.survey, each))


@rule("L406", "personal-data", "error")
def personal_data(sheet: Sheet) -> Iterator[Found]:
    """Something is asked that tells who answered."""
    for each in sheet.survey.asked:
        place = item_place(sheet.survey, each)
        if each.item.personal:
            yield Found("marked as personal: say what it is needed for", each.code, place)
            continue
        for language in sheet.survey.questionnaire.languages:
            for word in found_in("personal", each.item.text.get(language, ""), language):
                yield Found(f"“{word}”: what is it needed for?", each.code, place)


@rule("L407", "birth-date", "warning")
def birth_date(sheet: Sheet) -> Iterator[Found]:
    """The day of birth is asked where an age group would do."""
    for each in sheet.survey.asked:
        words = found_in("birth", each.item.text["zh-Hans"], "zh-Hans")
        if isinstance(each.item, Date) and words:
            message = "with district and school it tells who answered"
            yield Found(message, each.code, item_place(sheet.survey, each))


@rule("L408", "too-many-minutes", "warning")
def too_many_minutes(sheet: Sheet) -> Iterator[Found]:
    """The questionnaire takes longer than its respondents stay with it."""
    head = sheet.survey.questionnaire
    most = MINUTES.get(head.respondent, MINUTES_OF_ADULTS)
    if head.minutes > most:
        yield Found(f"{head.minutes:g} minutes, at most {most}", place=sheet.survey.place("minutes"))


@rule("L409", "consent-not-voluntary", "error")
def consent_not_voluntary(sheet: Sheet) -> Iterator[Found]:
    """The consent does not say that taking part is voluntary."""
    yield from _says(sheet, "text", "voluntary", "not said that one may decline or stop")


@rule("L410", "privacy-not-said", "warning")
def privacy_not_said(sheet: Sheet) -> Iterator[Found]:
    """The privacy text does not say what is kept and who sees it."""
    yield from _says(sheet, "privacy", "kept", "not said whether answers are anonymous, and who sees them")


def _says(sheet: Sheet, name: str, words: str, message: str) -> Iterator[Found]:
    texts = getattr(sheet.survey.questionnaire.consent, name)
    for language in sheet.survey.questionnaire.languages:
        if language in texts and not found_in(words, texts[language], language):
            yield Found(f"{message} ({language})", place=sheet.survey.place("consent", name))


@rule("L411", "open-text-unwarned", "warning")
def open_text_unwarned(sheet: Sheet) -> Iterator[Found]:
    """An open question does not ask to leave out names."""
    for each in sheet.survey.asked:
        helped = each.item.help or {}
        if isinstance(each.item, OpenText) and not found_in("names", helped.get("zh-Hans", ""), "zh-Hans"):
            message = "its help does not ask to leave out names"
            yield Found(message, each.code, item_place(sheet.survey, each))


@rule("L412", "opens-with-text", "warning")
def opens_with_text(sheet: Sheet) -> Iterator[Found]:
    """The first question asks to write."""
    first = next((each for each in sheet.survey.asked if not isinstance(each.item, Information)), None)
    if first and isinstance(first.item, OpenText):
        yield Found("begin with something that is easily ticked", first.code, use_place(sheet.survey, first))


@rule("L413", "too-many-open", "warning")
def too_many_open(sheet: Sheet) -> Iterator[Found]:
    """More is to be written than anybody writes."""
    texts = [each.code for each in sheet.survey.asked if isinstance(each.item, OpenText)]
    if len(texts) > MOST_OPEN:
        yield Found(f"{len(texts)} open questions, at most {MOST_OPEN}: {', '.join(texts)}")


@rule("L414", "anonymity-not-kept", "error")
def anonymity_not_kept(sheet: Sheet) -> Iterator[Found]:
    """Anonymity is promised, and answers are kept with those who gave them."""
    head = sheet.survey.questionnaire
    if head.anonymous:
        return
    texts: dict[tuple[str, ...], Any] = {("welcome",): head.welcome, ("closing",): head.closing}
    texts |= {("consent", part): getattr(head.consent, part) or {} for part in ("text", "privacy", "guardian")}
    for place, text in texts.items():
        for language in head.languages:
            for word in found_in("anonymous", text.get(language, ""), language):
                yield Found(f"“{word}” where anonymous: false is said", place=sheet.survey.place(*place))
