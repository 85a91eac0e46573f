"""Duties: what a government is evaluated by, and to which of them a finding belongs; the rule set ``duties``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from analysis.findings.finding import Finding
from analysis.messages import Texts
from analysis.workspace.rules import Entry, RuleSet, Sourced


class Duty(Sourced):
    """A duty.

    Parameters
    ----------
    id, name
        Its id in findings, and what it is called. Its certainty is read from the rule set alone: no finding carries it,
        and for ``C`` the notes of a memo say it where the title of the duty stands.
    """

    id: str
    name: Texts


class Themes(Sourced):
    """Which themes of an item bank belong to which duty, and which to none."""

    of: dict[str, str]
    context: tuple[str, ...] = ()


class Topics(Themes):
    """Which sections belong to which duty, and which leave it to the theme or to each finding."""

    by_theme: tuple[str, ...] = ()
    by_finding: tuple[str, ...] = ()


class Duties(Entry):
    """What the rule set says.

    Parameters
    ----------
    duties
        In the order of memos.
    topics, themes
        Each topic and theme is named once.
    """

    duties: tuple[Duty, ...] = Field(min_length=1)
    topics: Topics
    themes: Themes

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        ids = [duty.id for duty in self.duties]
        wrong = ["duties: each id once"] if len(set(ids)) != len(ids) else []
        unknown = sorted({*self.topics.of.values(), *self.themes.of.values()} - set(ids))
        if unknown:
            wrong.append(f"{', '.join(unknown)}: a duty of {', '.join(ids)}")
        for named in (list(self.named_topics()), list(self.named_themes())):
            twice = sorted({each for each in named if named.count(each) > 1})
            if twice:
                wrong.append(f"{', '.join(twice)}: each topic and theme once")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def named_topics(self) -> Iterator[str]:
        """Give the topics that the rule set names."""
        yield from (*self.topics.of, *self.topics.context, *self.topics.by_theme, *self.topics.by_finding)

    def named_themes(self) -> Iterator[str]:
        """Give the themes that the rule set names."""
        yield from (*self.themes.of, *self.themes.context)

    def of(self, topic: str, theme: str = "") -> str:
        """Give the duty of a topic and theme; empty for context, and where each finding says it itself.

        Raises
        ------
        KeyError
            For a topic or theme that the rule set does not name, so that none goes to no duty by mistake.
        """
        if topic not in set(self.named_topics()):
            raise KeyError(f"{topic}: no topic of the rule set duties")
        if topic not in self.topics.by_theme:
            return self.topics.of.get(topic, "")
        if theme and theme not in set(self.named_themes()):
            raise KeyError(f"{theme}: no theme of the rule set duties")
        return self.themes.of.get(theme, "")


def duties_of(rule: RuleSet | Duties) -> Duties:
    """Read the rule set.

    Raises
    ------
    DuzhengError
        DZ-W003 with every parameter that is wrong.
    """
    return rule if isinstance(rule, Duties) else rule.read(Duties)


def duty_of(topic: str, theme: str, rule: RuleSet | Duties) -> str:
    """Give the duty that a topic, or the theme of an index, belongs to; empty if none.

    Examples
    --------
    >>> rule = Duties(duties=[{"id": "means", "name": {"zh-Hans": "保障"}, "certainty": "own"}],
    ...               topics={"of": {"staffing": "means"}, "by_theme": ["satisfaction"], "certainty": "own"},
    ...               themes={"of": {"conditions": "means"}, "context": ["overall"], "certainty": "own"})
    >>> [duty_of("satisfaction", each, rule) for each in ("conditions", "overall")], duty_of("staffing", "", rule)
    (['means', ''], 'means')
    """
    return duties_of(rule).of(topic, theme)


def with_duty(finding: Finding, rule: Duties) -> Finding:
    """Fill in the duty of a finding that has none yet; what says it itself, as a claim does, keeps it."""
    return finding if finding.duty else finding.model_copy(update={"duty": rule.of(finding.topic, finding.theme)})
