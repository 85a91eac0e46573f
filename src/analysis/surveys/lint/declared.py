"""L1, second half: what a questionnaire declares of its sample and of its analyses."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.surveys.expressions import answers, parse
from analysis.surveys.items import Information, OpenText
from analysis.surveys.lint.rules import Found, Sheet, rule, use_place
from analysis.surveys.questionnaire import Open, Probability


@rule("L121", "mixed-scales", "error")
def mixed_scales(sheet: Sheet) -> Iterator[Found]:
    """The items of an index have scales of different lengths."""
    known = sheet.survey.questions()
    for number, index in enumerate(sheet.survey.questionnaire.analyses.indices):
        lengths = {code: known[code].codes for code in index.items}
        if len(set(lengths.values())) > 1:
            said = ", ".join(f"{code} has {len(codes)}" for code, codes in lengths.items())
            place = sheet.survey.place("analyses", "indices", number)
            yield Found(f"points of the scale: {said}", index.id, place)


@rule("L122", "test-without-sample", "error")
def test_without_sample(sheet: Sheet) -> Iterator[Found]:
    """Tests are declared although nobody was drawn."""
    head = sheet.survey.questionnaire
    if isinstance(head.selection, Open) and head.analyses.comparisons:
        found = ", ".join(f"{each.of} between {each.between}" for each in head.analyses.comparisons)
        yield Found(f"whoever comes is no sample, so that no test has ground: {found}",
                    place=sheet.survey.place("analyses", "comparisons"))  # fmt: skip


@rule("L123", "draw-not-logged", "warning")
def draw_not_logged(sheet: Sheet) -> Iterator[Found]:
    """A probability sample names no log of its draw, or no first-stage units."""
    selection = sheet.survey.questionnaire.selection
    if isinstance(selection, Probability):
        for name, what in (("log", "log of the draw: corrections for finite populations come from it"),
                           ("psu", "primary sampling unit: errors come from them")):  # fmt: skip
            if not getattr(selection, name):
                yield Found(f"no {what}", place=sheet.survey.place("selection"))


@rule("L124", "margins-missing", "warning")
def margins_missing(sheet: Sheet) -> Iterator[Found]:
    """Nothing is said to weight the answers to."""
    if not sheet.survey.questionnaire.margins:
        yield Found("no margins: those who answer are not those who were asked", place=sheet.survey.place("selection"))


@rule("L125", "marks-expired", "error")
def marks_expired(sheet: Sheet) -> Iterator[Found]:
    """The approval ends before the wave."""
    head = sheet.survey.questionnaire
    if head.marks and head.marks.valid_until.year < head.wave:
        found = f"valid until {head.marks.valid_until}, the wave is {head.wave}"
        yield Found(found, place=sheet.survey.place("marks", "valid_until"))


@rule("L126", "asked-for-nothing", "warning")
def asked_for_nothing(sheet: Sheet) -> Iterator[Found]:
    """An item is in no analysis, pair, margin or condition."""
    survey = sheet.survey
    head = survey.questionnaire
    nodes = [node for node in (*survey.sections.values(), survey.simple, *(a.condition for a in survey.asked)) if node]
    nodes += [parse(pair.never) for pair in head.analyses.pairs if pair.never]
    used = {answer.code for node in nodes for answer in answers(node)}
    used |= {code for index in head.analyses.indices for code in index.items}
    used |= {code for pair in head.analyses.pairs for code in pair.items}
    used |= {*head.analyses.items, *head.analyses.groups, *(name for each in head.margins for name in each.columns)}
    used |= {name for each in head.analyses.comparisons for name in (each.of, each.between)}
    used = {code.split(".")[0] for code in used}
    for each in survey.asked:
        if each.code not in used and not isinstance(each.item, OpenText | Information):
            message = "in no index, group, comparison, pair, margin or condition, and not reported by itself"
            yield Found(message, each.code, use_place(survey, each))


@rule("L127", "small-index", "warning")
def small_index(sheet: Sheet) -> Iterator[Found]:
    """An index of two or more items has items that most will not see."""
    survey = sheet.survey
    asked = {each.code: each for each in survey.asked}
    for number, index in enumerate(survey.questionnaire.analyses.indices):
        hidden = {code.split(".")[0] for code in index.items if asked[code.split(".")[0]].condition is not None}
        if hidden and len(index.items) > len(hidden):
            place = survey.place("analyses", "indices", number)
            yield Found(
                f"only some are shown {', '.join(sorted(hidden))}: groups get different indices", index.id, place
            )


@rule("L128", "unknown-column", "error")
def unknown_column(sheet: Sheet) -> Iterator[Found]:
    """A group or margin is neither an item nor known of those who were drawn."""
    survey = sheet.survey
    head = survey.questionnaire
    selection = head.selection
    known = {*survey.questions(), "wave"}
    if not isinstance(selection, Open):
        known |= {*head.expected.groups, *getattr(selection, "strata", ()), getattr(selection, "psu", "")}
    wanted = [
        *((name, ("analyses", "groups")) for name in head.analyses.groups),
        *((each.between, ("analyses", "comparisons")) for each in head.analyses.comparisons),
        *((name, ("margins",)) for margin in head.margins for name in margin.columns),
    ]
    for name, path in dict(wanted).items():
        if name not in known:
            hint = (
                "ask for it" if isinstance(selection, Open) else "ask for it, or name it in strata or expected.groups"
            )
            yield Found(f"{name}: {hint}", name, survey.place(*path))
