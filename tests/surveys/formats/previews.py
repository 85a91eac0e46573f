"""What a preview is held to: Python's routes; and hands that fill it, page by page."""

from __future__ import annotations

import json

from analysis.surveys import is_shown
from analysis.surveys.decided import MISSING
from analysis.surveys.items import questions
from analysis.surveys.logic import holds

PHONE = {"width": 360, "height": 740}


def asked_in(survey):
    """List the items, each with its questions by name."""
    return [(each, questions(each.code, each.item, survey.bank.options(each.item))) for each in survey.asked]


def route(survey, raw, asked=None):
    """Route as Python does: what is not shown, and why there is no answer, counts as unanswered."""
    known, kept, shown = {}, {}, {}
    for each, names in asked or asked_in(survey):
        shown[each.code] = is_shown(survey, each, known)
        missing = {MISSING[kind] for kind in each.item.missing}
        empty = [] if each.item.type == "multiple" else None
        for name in names:
            kept[name] = raw.get(name, empty) if shown[each.code] else None
            found = kept[name] if isinstance(kept[name], list) else [kept[name]]
            known[name] = None if missing & set(found) else kept[name]
    simple = survey.simple is not None and holds(survey.simple, known) is True
    return {"shown": shown, "answers": kept, "simple": simple}


def one_answer(item, question, chance):
    """Give an answer as the page keeps it; sometimes the reason why there is none."""
    missing = [MISSING[kind] for kind in item.missing]
    match question.kind:
        case "choice":
            return chance.choice(missing if missing and chance.random() < 0.15 else question.codes)
        case "choices":
            alone = [*missing, *(option.code for option in item.options if option.exclusive)]
            if alone and chance.random() < 0.3:
                return [chance.choice(alone)]
            free = [code for code in question.codes if code not in alone]
            chosen = chance.sample(free, chance.randint(1, min(len(free), item.most or len(free))))
            return chosen if item.type == "ranking" else [code for code in free if code in chosen]
        case "number":
            return chance.randint(int(item.least), int(item.most))
        case "date":
            return f"{chance.randint(2000, 2029)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return chance.choice(["wort", "other"])


def typed(asked, chance):
    """Answer at random, also what turns out not to be shown: somebody may have gone back."""
    return {
        name: one_answer(each.item, question, chance)
        for each, names in asked
        for name, question in names.items()
        if chance.random() < 0.85
    }


def routed_alike(page, survey, chance, times):
    """Answer many times at random, route in Python and, in one call, in the page; give Python's routes."""
    asked = asked_in(survey)
    given_answers = [typed(asked, chance) for _ in range(times)]
    expected = [route(survey, raw, asked) for raw in given_answers]
    assert [without_words(survey, each) for each in routed(page, given_answers)] == expected
    return expected


def routed(page, given_answers):
    """Route answers in the page."""
    found = page.evaluate(
        "all => all.map(raw => { const r = duzheng.route(duzheng.model, raw); return JSON.stringify(r); })",
        given_answers,
    )
    return [json.loads(each) for each in found]


def without_words(survey, found):
    """Leave out what is written beside open options: Python's conditions don't know it."""
    names = survey.questions()
    return found | {"answers": {name: value for name, value in found["answers"].items() if name in names}}


def first(item, question):
    """Give the first answer: the young, who live at school."""
    if question.kind == "choices":
        return list(question.codes[: item.most or 3] if item.type == "ranking" else question.codes[: item.least or 1])
    return question.codes[0] if question.codes else _filled(item, "一")


def last(item, question):
    """Give the last answer: the seniors, the principals, and what is worst or best."""
    if question.kind == "choices":
        return list(question.codes[-3:]) if item.type == "ranking" else [question.codes[-1]]
    return question.codes[-1] if question.codes else _filled(item, "最后一句“话”")


def _filled(item, words):
    return int(item.most) if item.type == "numeric" else words


WAYS = {"only what must be answered": first, "first": first, "last": last}


def walk(page, raw):
    """Fill the preview as somebody would, page by page, to its end."""
    if page.locator("#guardian").count():
        page.check("#guardian")
    page.click(".next")
    while page.locator("progress").count():
        # Answers make more questions appear.
        for id_ in page.locator(".question").evaluate_all("nodes => nodes.map(node => node.id)"):
            node = page.locator(f"#{id_}")
            if node.is_visible():
                fill(node, raw)
        page.click(".next")
        assert page.locator(".summary").count() == 0, page.locator(".summary").inner_text()


def fill(node, raw):
    code, kind = node.get_attribute("data-code"), node.get_attribute("class").split()[1]
    if kind == "matrix":
        for row in node.locator("tbody tr").all():
            name = row.locator("input").first.get_attribute("name")
            if raw.get(name) is not None:
                row.locator(f'input[value="{plain(raw[name])}"]').check()
    elif raw.get(code) is None:
        return
    elif kind == "multiple":
        for each in raw[code]:
            node.locator(f'input[value="{plain(each)}"]').check()
    elif kind == "ranking":
        for place, each in enumerate(raw[code]):
            node.locator("select").nth(place).select_option(plain(each))
    elif kind in {"numeric", "date", "text"}:
        node.locator(".field").locator("input, textarea").fill(plain(raw[code]))
    else:
        node.locator(f'input[value="{plain(raw[code])}"]').check()


def plain(value):
    return f"{value:g}" if isinstance(value, float) else str(value)


def table(page):
    """Read the closing table: by code, whether it was shown, and the codes of the answer."""
    rows = page.locator(".kept tbody tr").evaluate_all(
        "rows => rows.map(row => [row.querySelector('th').textContent, row.dataset.shown === 'true',"
        " [...row.querySelectorAll('.answer code')].map(code => code.textContent)])"
    )
    return {code: (shown, answer) for code, shown, answer in rows}


def expected_table(survey, raw):
    found, rows = route(survey, raw), {}
    for name, value in found["answers"].items():
        values = value if isinstance(value, list) else [] if value is None else [value]
        rows[name.replace(".", "_")] = (found["shown"][name.split(".")[0]], [plain(each) for each in values])
    return rows


def answers_of(survey, way):
    must = {each.code for each in survey.asked if each.use.mandatory}
    return {
        name: WAYS[way](each.item, question)
        for each in survey.asked
        if way != "only what must be answered" or each.code in must
        for name, question in questions(each.code, each.item, survey.bank.options(each.item)).items()
    }
