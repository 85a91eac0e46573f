"""Two waves of a questionnaire: which items may be compared, and why others may not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.surveys.expressions import Joined, to_text
from analysis.surveys.items import Relation
from analysis.surveys.questionnaire import Index
from analysis.surveys.survey import Asked, Survey

Comparable = Literal["yes", "with_care", "no", "dropped", "added"]
_ORDER: tuple[Comparable, ...] = ("yes", "with_care", "no", "dropped", "added")


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


def compare_indices(
    old: Survey, new: Survey, *, items: Sequence[str] = (),
    indices: tuple[Sequence[Index], Sequence[Index]] | None = None,
) -> list[Verdict]:  # fmt: skip
    """Decide for indices of two waves whether their values may be compared: as the weakest of their items may.

    Parameters
    ----------
    old, new
        The two questionnaires.
    items
        Codes of items that are taken for indices of one item each, besides the declared ones.
    indices
        In place of the declared ones, those of the old wave and of the new.

    Returns
    -------
    list of Verdict
        One an index of either wave, in the newer wave's order. ``no`` as well where items, weights, conversion or the
        treatment of missing answers were changed: what changes gets an id of its own.
    """
    of_items = {verdict.code: verdict for verdict in compare_waves(old, new)}
    both = indices or tuple(survey.questionnaire.analyses.indices for survey in (old, new))
    then, now = ({each.id: each for each in wave} for wave in both)
    found = []
    for name, index in now.items():
        if name not in then:
            found.append(Verdict(name, "added", None))
            continue
        parts = [of_items[code.partition(".")[0]] for code in index.items]
        worst = max((part.comparable for part in parts), key=_ORDER.index)
        reasons = [f"{part.code}: {why}" for part in parts for why in part.reasons or (part.comparable,)
                   if part.comparable != "yes"]  # fmt: skip
        if then[name].model_copy(update={"name": index.name}) != index:
            worst = "no"
            reasons.insert(0, "another index under the same id: items, weights, conversion or treatment changed")
        found.append(Verdict(name, "no" if worst in {"added", "dropped"} else worst, None, tuple(reasons)))
    found += [of_items[code.partition(".")[0]] for code in items if code.partition(".")[0] in of_items]
    return found + [Verdict(name, "dropped", None) for name in then if name not in now]


def _verdict(old: Survey, new: Survey, before: Asked | None, each: Asked) -> Verdict:
    if before is None:
        return Verdict(each.code, "added", None)
    versions = before.use.version, each.use.version
    if versions[0] == versions[1] and old.bank is not new.bank:
        meanings = [bank.meaning(each.code, versions[0]) for bank in (old.bank, new.bank)]
        if meanings[0] != meanings[1]:
            return Verdict(each.code, "no", None, (f"another meaning under the same version {versions[0]}",))
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
