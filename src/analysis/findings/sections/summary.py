"""The head of a memo and its summary: headline numbers, the conditions, what goes well, what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.documents import Block, Run, Runs, Title
from analysis.documents.blocks import KeyFigure, KeyFigures
from analysis.findings.notes import newest
from analysis.findings.sections.answers import headline, survey_figures
from analysis.findings.sections.duties import rule_of
from analysis.findings.sections.remarks import remarks
from analysis.messages import pick

if TYPE_CHECKING:
    from analysis.findings.brief import Brief
    from analysis.workspace import Indicator

#: Headline numbers side by side.
_FIGURES: Final = 4
#: A list is one of two entries or more.
_SEVERAL: Final = 2


def title(brief: Brief) -> list[Block]:
    """Say whose memo it is, how old its figures are, when it was released, and whether it is simulated."""
    released = brief.reference.settings.released
    date = (
        f"{released.year}年{released.month}月{released.day}日"
        if brief.language == "zh-Hans"
        else (f"{released.day} {released:%B} {released.year}")
    )
    about = brief.subject_name(brief.kind, brief.about) if brief.about else ""
    marked = [brief.runs("internal_version")] if brief.audience == "internal" else []
    told = brief.kind in {"unit", "whole"} and "methods" in brief.layout.names  # a notice or plan has no figures
    ages = newest(brief) if told else []
    lines = (*ages, brief.runs("released", date=Run(text=date, role="date")), *marked)
    return [
        Title(
            text=_named(brief) or brief.runs(f"title_{brief.kind}", about=about),
            lines=lines,
            language=brief.language,
            date=released.isoformat(),
            subject=brief.plain("subject"),
            synthetic=brief.plain("synthetic_notice") if brief.reference.synthetic else "",
        )
    ]


def _named(brief: Brief) -> Runs:
    """Give the title that the layout says; nothing if it says none."""
    if brief.laid_out is None or brief.laid_out.title is None:
        return ()
    text = pick(brief.laid_out.title, brief.language)
    about = brief.subject_name(brief.kind, brief.about) if brief.about else ""
    named = text.format(unit=brief.name(brief.evidence.unit), year=brief.reference.year, about=about)
    return (Run(text=named, role="citation"),)


def summary(brief: Brief) -> list[Block]:
    """Give the headline numbers, and the few findings that matter most: conditions, what goes well, what does not."""
    findings = brief.placed.get("summary", ())
    parts: list[Block] = [*key_figures(brief), *brief.tell([each for each in findings if each.tone == "neutral"])]
    for tone, key in (("good", "achievements"), ("bad", "problems")):
        mine = [each for each in findings if each.tone == tone]
        if mine:
            parts += [brief.heading(key, level=2), *brief.tell(mine, item=len(mine) >= _SEVERAL)]
    parts += remarks(brief, "summary")
    return [brief.heading("summary"), *parts] if parts else []


def key_figures(brief: Brief) -> list[KeyFigures]:
    """Give two to four headline numbers: sizes, ratios, and how satisfied those are who were asked."""
    if brief.kind == "survey":
        chosen = survey_figures(brief)[:_FIGURES]
        return [KeyFigures(figures=tuple(chosen))] if len(chosen) >= _SEVERAL else []
    answers = headline(brief) if brief.kind not in {"topic", "duty"} else []
    figures = _of_figures(brief)
    sizes, ratios = ([figure for kind, figure in figures if kind == wanted] for wanted in ("size", "ratio"))
    room = _FIGURES - len(answers)
    chosen = [*sizes[: max(0, room - len(ratios[:2]))], *ratios[:room]][:room] + answers
    return [KeyFigures(figures=tuple(chosen[:_FIGURES]))] if len(chosen) >= _SEVERAL else []


def _is_wanted(brief: Brief, indicator: Indicator) -> bool:
    """Tell whether an indicator's newest figure may be a headline of the memo."""
    if brief.kind == "topic":
        return indicator.topic == brief.about
    rule = rule_of(brief) if brief.kind == "duty" else None
    return indicator.headline and (rule is None or rule.topics.of.get(indicator.topic) == brief.about)


def _of_figures(brief: Brief) -> list[tuple[str, KeyFigure]]:
    evidence, found = brief.evidence, []
    for indicator in brief.reference.catalogue.values():
        wanted = _is_wanted(brief, indicator)
        fact = evidence.latest(indicator.code) if wanted else None
        if fact is None:
            continue
        whole = evidence.level(indicator.code, evidence.whole, fact["year"])
        beside = (
            brief.runs("key_beside", value=brief.slot(whole["cell"]))
            if whole is not None and not indicator.additive
            else ()
        )
        share = evidence.fact(indicator.code, evidence.unit, fact["year"], "share") if indicator.additive else None
        if share is not None:
            beside = brief.runs("key_share", value=brief.slot(share["cell"]))
        found.append(
            (
                "size" if indicator.additive else "ratio",
                KeyFigure(
                    value=brief.runs("key_value", value=brief.slot(fact["cell"])),
                    label=brief.runs("key_label", name=brief.indicator_name(indicator), year=fact["year"]),
                    note=beside,
                ),
            )
        )
    return found
