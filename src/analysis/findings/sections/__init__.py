"""Sections of memos: each a function from a brief to blocks, by the name that notebooks and layouts use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args

from analysis.documents import Block
from analysis.findings.layout import Subjects
from analysis.findings.sections import (
    balance,
    closing,
    duties,
    ledger,
    satisfaction,
    summary,
    survey,
    topic,
    whole,
)

if TYPE_CHECKING:
    from analysis.findings.brief import Brief

_EACH: Final = frozenset(get_args(Subjects))


@dataclass(frozen=True)
class Section:
    """A section.

    Parameters
    ----------
    make
        Gives its blocks, the heading first; none if there is nothing to say.
    of
        The kinds of memos that have it.
    last
        Whether it speaks of what the other sections show, and is therefore made after them.
    """

    make: Callable[[Any], Sequence[Block]]
    of: frozenset[str] = _EACH
    last: bool = False


def _duties(brief: Brief) -> Sequence[Block]:
    return whole.duties(brief) if brief.kind in {"whole", "duty"} else duties.duties(brief)


_UNIT, _WHOLE, _SURVEY, _TOPIC = (frozenset({each}) for each in ("unit", "whole", "survey", "topic"))
_DEPARTMENT, _DUTY = (frozenset({each}) for each in ("department", "duty"))

#: The sections by name, in the order that a memo has without a layout.
SECTIONS: Final[dict[str, Section]] = {
    "title": Section(summary.title),
    "summary": Section(summary.summary),
    "profile": Section(duties.profile, _UNIT | _WHOLE),
    "overview": Section(whole.overview, _WHOLE),
    "duties": Section(_duties, _UNIT | _WHOLE | _DUTY),
    "satisfaction": Section(satisfaction.satisfaction, _UNIT | _WHOLE),
    "balance": Section(balance.balance, _UNIT | _WHOLE),
    "self_evaluation": Section(ledger.self_evaluation, _UNIT | _WHOLE | _DEPARTMENT),
    "rectification": Section(ledger.rectification, _UNIT | _WHOLE),
    "asked": Section(survey.asked, _SURVEY),
    "indices": Section(survey.indices, _SURVEY),
    "groups": Section(survey.groups, _SURVEY),
    "by_unit": Section(survey.by_unit, _SURVEY),
    "changes": Section(survey.changes, _SURVEY),
    "drivers": Section(survey.drivers, _SURVEY),
    "quotes": Section(survey.quotes, _SURVEY),
    "reliability": Section(survey.reliability, _SURVEY),
    "topic": Section(topic.topic, _TOPIC),
    "topic_units": Section(topic.topic_units, _TOPIC),
    "topic_answers": Section(topic.topic_answers, _TOPIC),
    "methods": Section(closing.methods, last=True),
    "sources": Section(closing.sources, last=True),
    "withheld": Section(closing.withheld, last=True),
}
