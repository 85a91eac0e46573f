"""A questionnaire's own text, carried in the forms that it was written to."""

from __future__ import annotations

import hashlib

from pydantic import BaseModel, ConfigDict

from analysis.messages import DuzhengError
from analysis.surveys.bank import Bank, BankFile
from analysis.surveys.questionnaire import Questionnaire
from analysis.surveys.survey import Survey, hold
from analysis.workspace.yaml_files import check_entry, parse_yaml, to_yaml


class Source(BaseModel):
    """A questionnaire and the items that it asks, in all their versions up to the one that is used."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    questionnaire: Questionnaire
    bank: BankFile


def source_of(survey: Survey) -> str:
    """Write a questionnaire and its items as one text."""
    items = {}
    for each in survey.asked:
        versions = range(1, each.use.version + 1)
        items[each.code] = tuple(survey.bank.items[each.code, version] for version in versions)
    used = {getattr(item, "scale", "") for versions in items.values() for item in versions}
    scales = {name: options for name, options in survey.bank.scales.items() if name in used}
    return to_yaml(Source(questionnaire=survey.questionnaire, bank=BankFile(scales=scales, items=items)))


def survey_of(text: str) -> Survey | None:
    """Read what :func:`source_of` wrote; None if it can't be read."""
    try:
        source = check_entry(Source, parse_yaml(text, "", code="DZ-Q001"), "", code="DZ-Q002")
        return hold(source.questionnaire, bank_of(source.bank))
    except DuzhengError:
        return None


def bank_of(part: BankFile) -> Bank:
    """Make a bank of one file's items."""
    items = {(code, item.version): item for code, versions in part.items.items() for item in versions}
    return Bank(items, dict(part.scales), dict.fromkeys(items, ("", None)))


def digest(survey: Survey) -> str:
    """Give the short hash of what a questionnaire and its items say, by which forms of one text are known."""
    return hashlib.sha256(source_of(survey).encode()).hexdigest()[:8]
