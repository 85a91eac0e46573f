"""Questionnaires on paper: one tree a language, printed as PDF or opened as a Word document."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

from analysis.documents import forms
from analysis.documents.forms import Written
from analysis.documents.nodes import Node, header, text
from analysis.documents.words import han_number
from analysis.messages import Language, Texts, pick
from analysis.surveys.decided import MISSING
from analysis.surveys.formats.direction_words import day
from analysis.surveys.formats.directions import Directions
from analysis.surveys.formats.paper.layout import columns, over, rows, shares
from analysis.surveys.formats.paper.words import guide, left_empty, limits, many, said
from analysis.surveys.formats.parts import Choice, choices, written_in
from analysis.surveys.formats.source import digest
from analysis.surveys.items import Date, Information, Matrix, Multiple, Numeric, OpenText, Ranking, Rating
from analysis.surveys.survey import Asked, Survey

#: Questions of more lines may break across pages; there are no more boxes for a number than this.
MOST_LINES, MOST_DIGITS = 34, 9
_HAN_NUMBERS = range(1, 100)


def paper(survey: Survey, form: Literal["docx", "pdf"], language: Language) -> Written:
    """Write a questionnaire as a paper form in one language.

    Parameters
    ----------
    survey
        The questionnaire.
    form
        ``docx`` or ``pdf``.
    language
        One of the questionnaire's languages.

    Returns
    -------
    Written
        The file, and the characters that no packaged font has. The same questionnaire gives the same bytes.

    Notes
    -----
    Successive ratings on one scale stand as lines of one table under their points. What decides who answers is said in
    words (:mod:`analysis.surveys.formats.directions`). A paper can't choose words by the reader, so that simple
    words stand under the others. A guardian signs on a page that is kept apart, because answers are anonymous.
    """
    sheet = survey.questionnaire
    title = pick(sheet.title, language)
    footer = said("footer", language, title=title, name=survey.name, digest=digest(survey))
    blocks = list(_Paper(survey, language).blocks())
    return forms.write_form(blocks, form, title=title, footer=footer, language=language, date=f"{sheet.wave}-01-01")


class _Paper:
    """Makes the nodes of one form."""

    def __init__(self, survey: Survey, language: Language) -> None:
        self.survey, self.language = survey, language
        self.directions = Directions(survey, language)

    def said(self, key: str, *values: Any, **named: Any) -> str:
        return said(key, self.language, *values, **named)

    def pick(self, texts: Texts) -> str:
        return pick(texts, self.language)

    def blocks(self) -> Iterator[Node]:
        sheet = self.survey.questionnaire
        title = forms.group("title", text(self.pick(sheet.title)))
        if sheet.consent.guardian:
            yield self.guardian(sheet.consent.guardian)
        if sheet.marks:
            marks = {"number": sheet.marks.number, "approval": sheet.marks.approval,
                     "valid": day(sheet.marks.valid_until, self.language)}  # fmt: skip
            yield forms.group("marks", *(text(self.said(key, value)) for key, value in marks.items()))
        yield title
        yield self.greeting()
        yield self.office()
        yield forms.group("guidehead", text(self.said("how")))
        simple = self.directions.simple() if self.has_simple else ""
        yield forms.group("guide", *(text(line) for line in guide(self.survey, self.language, simple)))
        for number, section in enumerate(sheet.sections, 1):
            shown = han_number(number) if self.language == "zh-Hans" and number in _HAN_NUMBERS else str(number)
            head = self.said("section", shown) + self.pick(section.title)
            yield header(1, f"section-{number}", text(head))
            direction = self.directions.section(section.id)
            intro = [[forms.span("direction", direction)]] if direction else []
            if section.text:
                intro.append(text(self.pick(section.text)))
            if intro:
                yield forms.group("intro", *intro)
            yield from self.section(section.id)
        yield forms.group("closing", text(self.pick(sheet.closing)))

    @cached_property
    def has_simple(self) -> bool:
        return any(self.simple(each) for each in self.survey.asked)

    def greeting(self) -> Node:
        sheet = self.survey.questionnaire
        privacy = [forms.span("label", self.said("privacy")), *text(self.pick(sheet.consent.privacy))]
        return forms.group("greeting", text(self.pick(sheet.welcome)), text(self.pick(sheet.consent.text)), privacy)

    def office(self) -> Node:
        fields = [
            self.blank("place", 44),
            self.blank("serial", 26),
            self.blank("entered", 14),
            self.blank("checked", 14),
        ]
        line: list[Node] = []
        for field in fields:
            line += [*text(" "), forms.span("gap"), *field] if line else field
        return forms.group("office", text(self.said("office")), line)

    def blank(self, key: str, millimetres: float) -> list[Node]:
        return [*text(self.said(key) + " "), forms.blank(millimetres)]

    def guardian(self, consent: Texts) -> Node:
        sheet = self.survey.questionnaire
        gap = " " if self.language == "en" else ""
        to_child = f"{self.pick(sheet.welcome)}{gap}{self.pick(sheet.consent.privacy)}"
        return forms.sheet(
            header(1, "guardian", text(f"{self.said('guardian')}: {self.pick(sheet.title)}" if self.language == "en"
                                       else f"{self.said('guardian')}：{self.pick(sheet.title)}")),
            forms.group("greeting", text(self.said("invited", to_child)), text(self.pick(consent))),
            forms.group("sign", [*self.blank("pupil", 50), *text("  "), *self.blank("class", 40)],
                        [*self.blank("signed", 50), *text("  "), *self.blank("relation", 40)], self.blank("date", 50)),
            forms.group("apart", text(self.said("apart"))),
        )  # fmt: skip

    def section(self, name: str) -> Iterator[Node]:
        """Write the items of a section; successive ratings on one scale in one table."""
        run: list[Asked] = []
        for each in self.survey.asked:
            if each.section.id != name:
                continue
            points = self.points(each) if isinstance(each.item, Rating) else []
            if run and (not points or not self.alike(each, run[0])):
                yield self.table(run)
                run = []
            if points:
                run.append(each)
            else:
                yield self.item(each)
        if run:
            yield self.table(run)

    def alike(self, each: Asked, other: Asked) -> bool:
        """Tell whether two ratings are on one scale, kinds of missing aside."""
        first, second = (
            [point for point in choices(asked, self.survey.bank) if not point.missing] for asked in (each, other)
        )
        return first == second

    def texts(self, found: list[Choice]) -> list[str]:
        return [self.pick(choice.text) for choice in found]

    def labels(self, points: list[Choice]) -> list[tuple[str, str]]:
        """Give codes and labels."""
        return [(point.code, self.pick(point.text)) for point in points]

    def points(self, each: Asked) -> list[Choice]:
        """Give the points of a scale that fits into the columns of a table; none if it does not."""
        found = choices(each, self.survey.bank)
        if any(point.open for point in found):
            return []
        return found if shares(self.labels(found), self.language) else []

    def table(self, run: list[Asked]) -> Node:
        """Write ratings as lines of one table."""
        points = [point for point in self.points(run[0]) if not point.missing]
        missing = {point.code: point for each in run for point in self.points(each) if point.missing}
        columns = [*points, *(missing[code] for code in MISSING.values() if code in missing)]
        rows = []
        for each in run:
            own = {point.code for point in self.points(each)}
            rows.append(([forms.group("row", self.asked(each)), *self.notes(each, "small")],
                         [point.code if point.code in own else "" for point in columns]))  # fmt: skip
        return self.scale(columns, rows)

    def scale(self, columns: list[Choice], rows: list[tuple[list[Node], list[str]]]) -> Node:
        head = [text(self.said("tick")), *(over(self.pick(point.text)) for point in columns)]
        even = [0.3, *[0.7 / len(columns)] * len(columns)]
        return forms.scale(shares(self.labels(columns), self.language) or even, head, rows)

    def item(self, each: Asked) -> Node:
        item = each.item
        if isinstance(item, Information):
            direction = self.directions.item(each)
            lead = [forms.span("direction", direction), *text(" ")] if direction else []
            notes = [text(self.simple(each))] if self.simple(each) else []
            helps = [text(self.pick(item.help))] if item.help else []
            return forms.group("reading", [*lead, *text(self.pick(item.text))], *notes, *helps)
        parts = list(self.answer(each))
        notes_ = self.notes(each, "")
        return forms.question(
            forms.group("ask", self.asked(each)), *notes_, *parts, whole=self.height(each) <= MOST_LINES
        )

    def asked(self, each: Asked) -> list[Node]:
        """Write number, direction, words, marks and code of a question."""
        item = each.item
        line = [forms.span("number", f"{self.directions.numbers[each.code]}.")]
        direction = self.directions.item(each)
        if direction:
            line += [forms.span("direction", direction), *text("" if self.language == "zh-Hans" else " ")]
        line += text(self.pick(item.text))
        if each.use.mandatory:
            line.append(forms.span("must", "*"))
        note = self.note(item)
        if note:
            line += [*text("" if self.language == "zh-Hans" else " "), forms.span("note", note)]
        if not isinstance(item, Matrix):
            line += [*text(" "), forms.span("code", f"[{each.code}]")]
        return line

    def note(self, item: Any) -> str:
        match item:
            case Multiple():
                return many(item, self.language)
            case Ranking():
                return self.said("rank")
            case OpenText():
                return self.said("longest", item.longest)
        return ""

    def simple(self, each: Asked) -> str:
        """Give the simple words, if there are some and they are others."""
        simple = each.item.simple
        if self.survey.simple is None or not simple or self.pick(simple) == self.pick(each.item.text):
            return ""
        return self.pick(simple)

    def notes(self, each: Asked, kind: str) -> list[Node]:
        """Write the simple words and the help under a question."""
        found = []
        if self.simple(each):
            found.append((kind or "simple", [forms.span("label", self.said("simple")), *text(self.simple(each))]))
        if each.item.help:
            found.append((kind or "help", [forms.span("label", self.said("help")), *text(self.pick(each.item.help))]))
        return [forms.group(name, content) for name, content in found]

    def answer(self, each: Asked) -> Iterator[Node]:
        """Write what is ticked or filled in."""
        item = each.item
        match item:
            case Matrix():
                yield from self.matrix(each)
            case Ranking():
                yield from self.ranking(each)
            case Numeric():
                yield forms.group("entry", self.number(item))
            case Date():
                yield forms.group("entry", self.date(item))
            case OpenText():
                yield forms.lines(item.lines)
            case _:
                yield from self.options(each)
        empty = left_empty(item, self.language)
        if empty and not choices(each, self.survey.bank):
            yield forms.group("help", text(empty))

    def options(self, each: Asked, found: list[Choice] | None = None) -> Iterator[Node]:
        """Write answers to be ticked; those with a line or a remark take a line each."""
        several = isinstance(each.item, Multiple)
        found = choices(each, self.survey.bank) if found is None else found
        for wide, group in groupby(found, lambda c: c.open or (several and c.exclusive and not c.missing)):
            kept = list(group)
            columns = 1 if wide else self.columns(kept)
            yield forms.options([self.option(each, choice) for choice in kept], columns)

    def columns(self, found: list[Choice]) -> int:
        return columns([f"{choice.code} {self.pick(choice.text)}" for choice in found])

    def option(self, each: Asked, choice: Choice) -> list[Node]:
        line = [forms.tick(choice.code), *text(self.pick(choice.text))]
        if choice.exclusive and not choice.missing and isinstance(each.item, Multiple):
            line.append(forms.span("note", self.said("alone")))
        if choice.open:
            line += self.write_in(each)
        return line

    def write_in(self, each: Asked) -> list[Node]:
        opened = written_in(each, self.survey.bank)
        code = opened[0] if opened else ""
        gap = "，" if self.language == "zh-Hans" else ", "
        return [*text(gap + self.said("write") + " "), forms.blank(60), *text(" "), forms.span("code", f"[{code}]")]

    def ranking(self, each: Asked) -> Iterator[Node]:
        found = choices(each, self.survey.bank)
        ranked, missing = ([choice for choice in found if choice.missing is kind] for kind in (False, True))
        for wide, group in groupby(ranked, lambda choice: choice.open):
            kept = list(group)
            items = [[forms.pick(choice.code), *text(self.pick(choice.text)), *(self.write_in(each) if wide else [])]
                     for choice in kept]  # fmt: skip
            yield forms.options(items, 1 if wide else self.columns(kept))
        ranks: list[Node] = []
        for n in range(1, (each.item.most or len(ranked)) + 1):
            ranks += [*text(("  " if n > 1 else "") + self.said("place of", n) + " "), forms.blank(20)]
        yield forms.group("entry", ranks)
        if missing:
            yield from self.options(each, missing)

    def matrix(self, each: Asked) -> Iterator[Node]:
        points = choices(each, self.survey.bank)
        codes = [point.code for point in points]
        lines = []
        for n, row in enumerate(each.item.rows, 1):
            number = forms.span("number", f"{self.directions.numbers[each.code]}.{n}")
            code = forms.span("code", f"[{each.code}_{row.code}]")
            lines.append(([forms.group("row", [number, *text(self.pick(row.text) + " "), code])], codes))
        yield self.scale(points, lines)
        opened = written_in(each, self.survey.bank)
        if opened:
            yield forms.group("entry", self.write_in(each)[1:])

    def number(self, item: Numeric) -> list[Node]:
        whole = max((len(str(int(abs(each)))) for each in (item.least, item.most) if each is not None), default=0)
        boxed = item.most is not None and item.least is not None and item.least >= 0 and whole <= MOST_DIGITS
        line = [forms.digits(whole)] if boxed else [forms.blank(40)]
        if boxed and item.decimals:
            line += [*text("."), forms.digits(item.decimals)]
        if item.unit:
            line += text(" " + self.pick(item.unit))
        return [*line, *text(" "), forms.span("note", limits(item, self.language))]

    def date(self, item: Date) -> list[Node]:
        line: list[Node] = []
        for key, n in (("year", 4), ("month", 2), ("day", 2)):
            words = text(self.said(key))
            line += [forms.digits(n), *words] if self.language == "zh-Hans" else [*words, forms.digits(n), *text(" ")]
        least, most = (day(each, self.language) if each else "" for each in (item.earliest, item.latest))
        key = "days" if least and most else "days from" if least else "days to" if most else ""
        return [*line, *text(" "), forms.span("note", self.said(key, least=least, most=most))] if key else line

    def height(self, each: Asked) -> float:
        """Estimate the lines that a question takes."""
        item, found = each.item, choices(each, self.survey.bank)
        words = [self.pick(item.text), self.directions.item(each), self.simple(each)]
        words += [self.pick(item.help)] if item.help else []
        lines = sum(map(rows, words)) + 2
        if isinstance(item, OpenText):
            return lines + 2 * item.lines
        if isinstance(item, Matrix):
            return lines + 4 + sum(2 * rows(self.pick(row.text) * 2) for row in item.rows)
        if not found:
            return lines
        per_line = self.columns(found)
        return lines + sum(rows(label * per_line) for label in self.texts(found)) * 1.2 / per_line
