"""Rules, remarks, and how rules are run, allowed with a reason, and explained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module, resources
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import DuzhengError, Fault, Language, Texts
from analysis.surveys.items import Allowed
from analysis.surveys.survey import Asked, Survey
from analysis.surveys.waves import wave_before

if TYPE_CHECKING:
    from analysis.surveys.proof import Claim

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
#: Where rules are written.
MODULES = ("structure", "declared", "comparability", "wording", "answers", "respondents")


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule found, and where."""

    rule: str
    name: str
    severity: Severity
    file: str
    line: int | None
    of: str  #: the item, section or index; nothing for the whole questionnaire
    message: str
    allowed: str = ""  #: the reason, where the rule need not hold


class Sheet:
    """What rules look at: a questionnaire, its last wave, its texts, and what was proved of its conditions."""

    def __init__(self, survey: Survey, before: Survey | None = None) -> None:
        self.survey, self.before = survey, before

    @cached_property
    def wordings(self) -> list[Wording]:
        """Every question's text, simple text and rows, in the questionnaire's languages."""
        return list(wordings(self.survey))

    @cached_property
    def claims(self) -> list[Claim]:
        """What the solver decided of the conditions."""
        from analysis.surveys.proof import prove_conditions

        return prove_conditions(self.survey)


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule says: of which entry, at which place."""

    message: str
    of: str = ""
    place: tuple[str, int | None] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its id, its name, its severity, what it looks for."""

    id: str
    name: str
    severity: Severity
    title: str
    look: Callable[[Sheet], Iterator[Found]]


RULES: dict[str, Rule] = {}


def rule(id: str, name: str, severity: Severity) -> Callable[[Callable[[Sheet], Iterator[Found]]], Any]:  # noqa: A002
    """Enter a rule into :data:`RULES`; its docstring is its title."""

    def enter(look: Callable[[Sheet], Iterator[Found]]) -> Callable[[Sheet], Iterator[Found]]:
        RULES[id] = Rule(id, name, severity, (look.__doc__ or "").strip().splitlines()[0], look)
        return look

    return enter


def lint(surveys: Sequence[Survey], *, others: Iterable[Survey] = (), select: Iterable[str] = ()) -> list[Remark]:
    """Hold questionnaires to the rules.

    Parameters
    ----------
    surveys
        The questionnaires.
    others
        Further questionnaires among which a last wave may be.
    select
        Ids of rules, or their beginnings (``L3``); all if empty.

    Returns
    -------
    list of Remark
        By file and line. Remarks that a questionnaire or item allows carry the reason; what two questionnaires share is
        remarked once.

    Raises
    ------
    DuzhengError
        DZ-Q006 for rules that there are not.
    """
    load()
    chosen = [known for known in RULES.values() if not select or known.id.startswith(tuple(select))]
    if not chosen:
        raise DuzhengError(Fault("DZ-Q006", found=", ".join(select), expected="ids of rules such as L101, or L3"))
    family = [*surveys, *others]
    found: dict[tuple[str, str, int | None, str], Remark] = {}
    for survey in surveys:
        for remark in _remarks(Sheet(survey, wave_before(survey, family)), chosen):
            found.setdefault((remark.rule, remark.file, remark.line, remark.message), remark)
    return sorted(found.values(), key=lambda remark: (remark.file, remark.line or 0, remark.rule))


def load() -> dict[str, Rule]:
    """Import the modules that rules are written in, and give the rules."""
    for module in MODULES:
        import_module(f"analysis.surveys.lint.{module}")
    return RULES


def explain(id: str) -> str:  # noqa: A002
    """Give a rule's page.

    Raises
    ------
    DuzhengError
        DZ-Q006 if there is no such rule.

    Examples
    --------
    >>> explain("L306").splitlines()[0]
    '# L306 overlapping-ranges'
    """
    if id not in load():
        raise DuzhengError(Fault("DZ-Q006", found=repr(id), expected=f"one of {', '.join(RULES)}"))
    return (resources.files(__package__) / "pages" / f"{id}.md").read_text(encoding="utf-8")


def _remarks(sheet: Sheet, chosen: list[Rule]) -> Iterator[Remark]:
    used: set[tuple[str, str]] = set()
    survey = sheet.survey
    for each in chosen:
        for found in each.look(sheet):
            file, line = found.place or (survey.file, None)
            remark = Remark(each.id, each.name, each.severity, file, line, found.of, found.message)
            for holder, allowed in _allowances(survey):
                if allowed.rule == each.id and holder in {"", found.of, found.of.split(".")[0]}:
                    used.add((holder, each.id))
                    remark = replace(remark, allowed=allowed.reason)
            yield remark
    yield from _idle(sheet, {known.id for known in chosen}, used)


def _allowances(survey: Survey) -> Iterator[tuple[str, Allowed]]:
    """Give what need not hold, and for which entry: nothing is the whole questionnaire."""
    yield from (("", allowed) for allowed in survey.questionnaire.allow)
    for section in survey.questionnaire.sections:
        for allowed in section.allow:
            yield from ((code, allowed) for code in (section.id, *(use.item for use in section.items)))
    for each in survey.asked:
        yield from ((each.code, allowed) for allowed in (*each.use.allow, *each.item.allow))


def _idle(sheet: Sheet, looked: set[str], used: set[tuple[str, str]]) -> Iterator[Remark]:
    """Find allowances for nothing: no such rule, or a rule that finds nothing there."""
    sections = {section.id: {use.item for use in section.items} for section in sheet.survey.questionnaire.sections}
    for holder, allowed in _allowances(sheet.survey):
        known = allowed.rule in RULES
        idle = allowed.rule in looked and (holder, allowed.rule) not in used
        if allowed.rule.startswith("L2") and sheet.before is None:
            idle = False
        if idle and any(holder in {name, *items} and (other, allowed.rule) in used
                        for name, items in sections.items() for other in {name, *items}):  # fmt: skip
            idle = False
        if not known or idle:
            what = "finds nothing here" if known else "is no rule"
            yield Remark("L001", "idle-allowance", "warning", sheet.survey.file, None, holder,
                         f"{allowed.rule} is allowed, but {what}")  # fmt: skip


@rule("L001", "idle-allowance", "warning")
def idle_allowance(sheet: Sheet) -> Iterator[Found]:
    """Find allowances of rules that find nothing, or that there are not."""
    del sheet  # what is idle is known when all rules have run
    return iter(())


@dataclass(frozen=True, slots=True)
class Wording:
    """A text that respondents read, and where it stands."""

    each: Asked
    part: str  #: text, simple, or a row's code
    language: Language
    text: str
    place: tuple[str, int | None]

    @property
    def of(self) -> str:
        """The item, or its row."""
        return self.each.code if self.part in {"text", "simple"} else f"{self.each.code}.{self.part}"

    @property
    def simple(self) -> bool:
        """Whether these are the words for younger children."""
        return self.part == "simple"


def item_place(survey: Survey, each: Asked, *path: int | str) -> tuple[str, int | None]:
    """Give file and line of an item in the bank."""
    return survey.bank.place(each.code, each.use.version, *path)


def use_place(survey: Survey, each: Asked) -> tuple[str, int | None]:
    """Give file and line of an item in its questionnaire."""
    sections = survey.questionnaire.sections
    section = next(place for place, section in enumerate(sections) if section.id == each.section.id)
    return survey.place("sections", section, "items", sections[section].items.index(each.use))


def wordings(survey: Survey) -> Iterator[Wording]:
    """Give every question's text, simple text and rows, in the questionnaire's languages."""
    for each in survey.asked:
        parts: list[tuple[str, Texts, tuple[int | str, ...]]] = [("text", each.item.text, ("text",))]
        if each.item.simple:
            parts.append(("simple", each.item.simple, ("simple",)))
        rows = getattr(each.item, "rows", ())
        parts += [(row.code, row.text, ("rows", number)) for number, row in enumerate(rows)]
        for part, texts, path in parts:
            for language in survey.questionnaire.languages:
                if texts.get(language):
                    yield Wording(each, part, language, texts[language], item_place(survey, each, *path))
