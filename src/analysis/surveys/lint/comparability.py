"""L2: what the last wave can no longer be compared with."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.surveys.changes import moved
from analysis.surveys.lint.rules import Found, Sheet, rule, use_place
from analysis.surveys.survey import Survey
from analysis.surveys.waves import compare_waves, conditions


@rule("L201", "incomparable-item", "error")
def incomparable_item(sheet: Sheet) -> Iterator[Found]:
    """An item was rescaled or recoded since the last wave."""
    yield from _versions(sheet, {"rescaled", "recoded"}, "answers of the two waves can't be compared")


@rule("L202", "reworded-item", "warning")
def reworded_item(sheet: Sheet) -> Iterator[Found]:
    """An item was reworded since the last wave."""
    yield from _versions(sheet, {"reworded"}, "a difference between the waves may be one of words")


def _versions(sheet: Sheet, relations: set[str], why: str) -> Iterator[Found]:
    if sheet.before is None:
        return
    asked = {each.code: each for each in sheet.survey.asked}
    for verdict in compare_waves(sheet.before, sheet.survey):
        if verdict.relation in relations:
            place = use_place(sheet.survey, asked[verdict.code])
            yield Found(f"{verdict.reasons[0]}: {why}", verdict.code, place)


@rule("L203", "dropped-item", "warning")
def dropped_item(sheet: Sheet) -> Iterator[Found]:
    """An item that the last wave reported is not asked any more."""
    if sheet.before is None:
        return
    reported = _reported(sheet.before)
    for verdict in compare_waves(sheet.before, sheet.survey):
        if verdict.comparable == "dropped" and verdict.code in reported:
            yield Found(f"{verdict.code} was reported in {sheet.before.questionnaire.wave}", verdict.code)


@rule("L204", "order-changed", "warning")
def order_changed(sheet: Sheet) -> Iterator[Found]:
    """Items come in another order than in the last wave."""
    if sheet.before is None:
        return
    now = [each.code for each in sheet.survey.asked]
    common = [each.code for each in sheet.before.asked if each.code in now]
    asked = {each.code: each for each in sheet.survey.asked}
    here = [code for code in now if code in common]
    for code in moved(common, here):
        yield Found("what comes before colours the answer", code, use_place(sheet.survey, asked[code]))


@rule("L205", "condition-changed", "warning")
def condition_changed(sheet: Sheet) -> Iterator[Found]:
    """An item is shown to others than in the last wave."""
    if sheet.before is None:
        return
    before = {each.code: each for each in sheet.before.asked}
    for each in sheet.survey.asked:
        if each.code in before:
            then, now = conditions(sheet.before, before[each.code]), conditions(sheet.survey, each)
            if then != now:
                message = f"shown {_if(now)}, before {_if(then)}"
                yield Found(message, each.code, use_place(sheet.survey, each))


def _if(condition: str) -> str:
    return f"if {condition}" if condition else "always"


@rule("L206", "selection-changed", "error")
def selection_changed(sheet: Sheet) -> Iterator[Found]:
    """Respondents are selected in another way than in the last wave."""
    if sheet.before is not None:
        then, now = (survey.questionnaire.selection.kind for survey in (sheet.before, sheet.survey))
        if then != now:
            yield Found(f"{now}, before {then}", place=sheet.survey.place("selection"))


@rule("L207", "index-changed", "error")
def index_changed(sheet: Sheet) -> Iterator[Found]:
    """An index has other items, weights, conversion or treatment of missing answers than in the last wave."""
    if sheet.before is None:
        return
    before = {index.id: index for index in sheet.before.questionnaire.analyses.indices}
    for number, index in enumerate(sheet.survey.questionnaire.analyses.indices):
        old = before.get(index.id)
        if old and old.model_copy(update={"name": index.name}) != index:
            place = sheet.survey.place("analyses", "indices", number)
            yield Found("what changes gets an id of its own", index.id, place)


@rule("L208", "waves-not-comparable", "error")
def waves_not_comparable(sheet: Sheet) -> Iterator[Found]:
    """Waves are to be compared on items that can't be."""
    head = sheet.survey.questionnaire
    indices = {index.id: index.items for index in head.analyses.indices}
    for number, comparison in enumerate(head.analyses.comparisons):
        if comparison.between != "wave":
            continue
        place = sheet.survey.place("analyses", "comparisons", number)
        if sheet.before is None:
            yield Found(f"no earlier wave of {head.id}", comparison.of, place)
            continue
        verdicts = {verdict.code: verdict for verdict in compare_waves(sheet.before, sheet.survey)}
        for code in indices.get(comparison.of, (comparison.of,)):
            verdict = verdicts[code.split(".")[0]]
            if verdict.comparable in {"no", "added"}:
                why = verdict.reasons[0] if verdict.reasons else "not asked in the last wave"
                yield Found(f"{code} was {why}" if verdict.reasons else f"{code}: {why}", comparison.of, place)


@rule("L209", "mandatory-changed", "note")
def mandatory_changed(sheet: Sheet) -> Iterator[Found]:
    """An item became mandatory, or no longer is."""
    before = {each.code: each.use.mandatory for each in sheet.before.asked} if sheet.before else {}
    for each in sheet.survey.asked:
        if before.get(each.code, each.use.mandatory) != each.use.mandatory:
            message = "those who would have skipped it now answer, or the other way round"
            yield Found(message, each.code, use_place(sheet.survey, each))


@rule("L210", "language-dropped", "warning")
def language_dropped(sheet: Sheet) -> Iterator[Found]:
    """A language of the last wave is not offered any more."""
    before = sheet.before.questionnaire.languages if sheet.before else ()
    for language in before:
        if language not in sheet.survey.questionnaire.languages:
            yield Found(f"{language} is missing", place=sheet.survey.place("languages"))


@rule("L211", "respondents-changed", "error")
def respondents_changed(sheet: Sheet) -> Iterator[Found]:
    """Others are asked than in the last wave."""
    if sheet.before and sheet.before.questionnaire.respondent != sheet.survey.questionnaire.respondent:
        found = f"{sheet.survey.questionnaire.respondent}, before {sheet.before.questionnaire.respondent}"
        yield Found(found, place=sheet.survey.place("respondent"))


@rule("L212", "older-version", "warning")
def older_version(sheet: Sheet) -> Iterator[Found]:
    """An item is used in an older version than in the last wave."""
    before = {each.code: each.use.version for each in sheet.before.asked} if sheet.before else {}
    for each in sheet.survey.asked:
        if each.use.version < before.get(each.code, 1):
            message = f"version {each.use.version}, before {before[each.code]}"
            yield Found(message, each.code, use_place(sheet.survey, each))


def _reported(survey: Survey) -> set[str]:
    """Give the items that a wave reports."""
    analyses = survey.questionnaire.analyses
    codes = {code for index in analyses.indices for code in index.items} | set(analyses.items)
    codes |= {comparison.of for comparison in analyses.comparisons}
    return {code.split(".")[0] for code in codes}
