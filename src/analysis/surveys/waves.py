"""Two waves of a questionnaire: which items may be compared, and why others may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.surveys.expressions import Joined, to_text
from analysis.surveys.items import Relation
from analysis.surveys.survey import Asked, Survey

Comparable = Literal["yes", "with_care", "no", "dropped", "added"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an item's answers may be compared between two waves."""

    code: str
    comparable: Comparable
    relation: Relation | None  #: of the newer version to the older; None where one wave has no such item
    reasons: tuple[str, ...] = ()


def compare_waves(old: Survey, new: Survey) -> list[Verdict]:
    """Decide for every item of two waves whether its answers may be compared.

    Parameters
    ----------
    old, new
        The two questionnaires.

    Returns
    -------
    list of Verdict
        In the newer wave's order, then what was dropped. ``no`` where the item was rescaled or recoded between the
        versions that were used, or is of another questionnaire's bank in another meaning; ``with_care`` where it was
        reworded, or shown to others than before.
    """
    before = {each.code: each for each in old.asked}
    found = [_verdict(old, new, before.get(each.code), each) for each in new.asked]
    now = {each.code for each in new.asked}
    return found + [Verdict(code, "dropped", None) for code in before if code not in now]


def _verdict(old: Survey, new: Survey, before: Asked | None, each: Asked) -> Verdict:
    if before is None:
        return Verdict(each.code, "added", None)
    versions = before.use.version, each.use.version
    relation = new.bank.relation(each.code, *versions)
    reasons = []
    comparable: Comparable = "yes"
    if relation == "reworded":
        comparable, reasons = "with_care", [f"reworded (version {versions[0]} to {versions[1]})"]
    if conditions(old, before) != conditions(new, each):
        comparable = "with_care"
        reasons.append(f"shown if {conditions(new, each) or 'always'}, before if {conditions(old, before) or 'always'}")
    if relation in {"rescaled", "recoded"}:
        comparable = "no"
        reasons.insert(0, f"{relation} (version {versions[0]} to {versions[1]})")
    return Verdict(each.code, comparable, relation, tuple(reasons))


def conditions(survey: Survey, each: Asked) -> str:
    """Write the condition under which an item is shown, its section's included; nothing if always."""
    nodes = tuple(node for node in (survey.sections[each.section.id], each.condition) if node is not None)
    return to_text(nodes[0] if len(nodes) == 1 else Joined("and", nodes)) if nodes else ""


def wave_before(survey: Survey, others: list[Survey]) -> Survey | None:
    """Find the last wave of a questionnaire before this one."""
    sheet = survey.questionnaire
    earlier = [
        other
        for other in others
        if other.questionnaire.id == sheet.id and other.questionnaire.wave < sheet.wave
    ]  # fmt: skip
    return max(earlier, key=lambda other: other.questionnaire.wave, default=None)
