"""Drafts of opinions: what was found on site and what the figures say, as achievements, problems and requests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from analysis.messages import LANGUAGES, Language, Words, rounded
from analysis.supervision.inspection_rules import after, inspection_rules
from analysis.workspace.ledger import Evidence, Found, Inspection
from analysis.workspace.ledger.opinions import Achievement, Problem, Request

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.finding import Finding
    from analysis.findings.run_tables import RunTables
    from analysis.workspace import Workspace

WORDS: Final = Words("analysis.supervision")
#: Findings that say how a unit stands; what only moved, or goes together with something, is no achievement or problem.
_STANDING: Final = frozenset({"threshold", "gap"})


def of_site(found: Iterable[Found]) -> tuple[list[Achievement], list[Problem]]:
    """Give what was found on site as achievements and problems, each resting on the finding; nothing restricted."""
    good, bad = [], []
    for each in (one for one in found if one.access != "restricted"):
        rests = (f"found/{each.id}",)
        if each.judged == "problem":
            bad.append(Problem(id=each.id, duty=each.duty, text=each.text, evidence=each.evidence, rests_on=rests))
        else:
            good.append(Achievement(id=each.id, duty=each.duty, text=each.text, practice=each.judged == "practice",
                                    evidence=each.evidence, rests_on=rests))  # fmt: skip
    return good, bad


def of_figures(
    workspace: Workspace, tables: RunTables, *, unit: str, inspection: Inspection
) -> tuple[list[Achievement], list[Problem]]:
    """Give what published figures say of a unit, as achievements and problems.

    Parameters
    ----------
    workspace
        The workspace.
    tables
        Of a run (:func:`analysis.findings.run_tables`).
    unit
        The unit.
    inspection
        Its duties are those of its questions; its term, where it has one, says which years are judged.

    Returns
    -------
    tuple
        Achievements and problems: findings of the run that may be said, are about an indicator, and say that the unit
        stands above or below what it is held to. Each carries its figure as evidence.
    """
    duties = {each.duty for each in inspection.questions}
    good: list[Achievement] = []
    bad: list[Problem] = []
    for each in _standing(tables, unit, duties, inspection):
        evidence = _evidence(workspace, tables.tables["facts"], each)
        if evidence is None:
            continue
        name = f"figure-{each.subject}-{each.year}".replace("_", "-")
        texts = {language: _clause(each, language) for language in LANGUAGES}
        if each.tone == "bad":
            bad.append(Problem(id=name, duty=each.duty, topic=each.topic, text=texts, evidence=(evidence,)))
        else:
            good.append(Achievement(id=name, duty=each.duty, text=texts, evidence=(evidence,)))
    return good, bad


def _standing(tables: RunTables, unit: str, duties: Collection[str], inspection: Inspection) -> Iterator[Finding]:
    from analysis.findings.finding import findings_of

    frame = tables.tables["findings"]
    first, last = inspection.term or (None, None)
    seen = set()
    for each in sorted(findings_of(frame[frame["unit"] == unit]), key=lambda one: -one.importance):
        judged = (first is None or each.year >= first) and (last is None or each.year <= last)
        if (each.kind in _STANDING and each.tone != "neutral" and not each.withheld and not each.survey
                and not each.synthetic and each.duty in duties and judged and each.subject not in seen):  # fmt: skip
            seen.add(each.subject)
            yield each


def _evidence(workspace: Workspace, facts: pd.DataFrame, finding: Finding) -> Evidence | None:
    """Give the figure that a finding is about, as evidence; None where there is no level of an indicator behind it."""
    if finding.subject not in workspace.catalogue:
        return None
    mine = facts[(facts["unit"] == finding.unit) & (facts["indicator"] == finding.subject)
                 & (facts["year"] == finding.year) & (facts["statistic"] == "level")]  # fmt: skip
    if len(mine) != 1 or mine["value"].isna().any():
        return None
    indicator = workspace.catalogue[finding.subject]
    value = rounded(float(mine["value"].iloc[0]), indicator.decimals)
    below = finding.verdict in {"below", "missed"}
    good_above = (finding.tone == "good") != below
    threshold = None if finding.against is None else rounded(finding.against, indicator.decimals)
    return Evidence(
        indicator=finding.subject, year=finding.year, value=Decimal(value),
        threshold=None if threshold is None else Decimal(threshold),
        direction=None if threshold is None else "at_least" if good_above else "at_most",
    )  # fmt: skip


def _clause(finding: Finding, language: Language) -> str:
    """Give the sentence of a finding as a clause without a full stop."""
    text = "".join(run.text for run in finding.texts[language])
    return text.rstrip("。. ")


def requests_of(workspace: Workspace, problems: Iterable[Problem], *, unit: str, on: dt.date) -> list[Request]:
    """Give a request for each problem, with the time limit of the rule set `inspections`; people edit them."""
    due = after(on, inspection_rules(workspace).opinion.requests)
    name = workspace.units.names(unit)
    is_government = workspace.units.kind(unit) != "department"
    owner = WORDS.both("opinions", "owner", unit=name) if is_government else name
    return [
        Request(id=f"request-{number}", problems=(each.id,), owner=owner, due=due,
                text=WORDS.both("opinions", "request", number=number))
        for number, each in enumerate(problems, start=1)
    ]  # fmt: skip
