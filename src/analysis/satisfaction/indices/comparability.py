"""Comparability: which questions of two waves may be compared, and why others may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analysis.messages import DuzhengError, Language, pick
from analysis.messages.requests import wrong
from analysis.satisfaction.result import SurveyResult
from analysis.satisfaction.words import both, said
from analysis.surveys.design import Design, hold_designs
from analysis.surveys.waves import Verdict, compare_waves

_ORDER = ("no", "with_care", "added", "dropped", "yes")


@dataclass(frozen=True, eq=False, repr=False)
class Comparability(SurveyResult):
    """Verdicts of items; ``table`` has one row a question."""

    def code(self, name: str, value: Any, language: Language) -> str:
        """Give what a value stands for; questions by their words."""
        return question(self.designs, str(value), language) if name == "item" else super().code(name, value, language)


def comparability(before: Design, now: Design) -> Comparability:
    """Say of every question of two waves whether its answers may be compared.

    Parameters
    ----------
    before, now
        An earlier and a later wave of a questionnaire.

    Returns
    -------
    Comparability
        One row a question, those that may not be compared first: item, comparable (``yes``, ``with_care``, ``no``,
        ``dropped``, ``added``), relation (of the newer version to the older), shown (``same``, or to ``others``),
        reasons.

    Raises
    ------
    DuzhengError
        DZ-S002 for waves of two questionnaires, or not in order.

    Examples
    --------
    >>> from analysis.surveys.example import example_design
    >>> comparability(example_design(wave=2024), example_design(wave=2025)).table["comparable"].unique().tolist()
    ['yes']
    """
    import pandas as pd

    hold_waves(before, now)
    verdicts = sorted(compare_waves(before.survey, now.survey), key=lambda verdict: _ORDER.index(verdict.comparable))
    table = pd.DataFrame(
        {"item": [verdict.code for verdict in verdicts], "comparable": [verdict.comparable for verdict in verdicts],
         **{name: [of(verdict) for verdict in verdicts] for name, of in (("relation", relation), ("shown", shown_to))},
         "reasons": ["; ".join(verdict.reasons) for verdict in verdicts]}
    )  # fmt: skip
    counts = table["comparable"].value_counts()
    numbers = {name: int(counts.get(name, 0)) for name in _ORDER}
    note = both("comparability", "counts", n=len(table), **numbers)
    settings = {"survey": now.survey.questionnaire.id, "before": before.year, "now": now.year}
    return Comparability(table, "comparability", (before, now), settings=settings, notes=(note,),
                         shown=("item", "comparable", "relation", "shown"))  # fmt: skip


def hold_waves(before: Design, now: Design) -> None:
    """Hold two designs to being an earlier and a later wave of one questionnaire; DZ-S002."""
    hold_designs([before, now])
    if before.survey.questionnaire.id != now.survey.questionnaire.id or before.year >= now.year:
        raise DuzhengError(wrong(f"{before.name} and {now.name}", "an earlier and a later wave of one questionnaire",
                                 "different questionnaires ask different people"))  # fmt: skip


def question(designs: tuple[Design, ...], code: str, language: Language) -> str:
    """Give the words of a question, from the newest wave that has it."""
    for each in reversed(designs):
        asked = next((one for one in each.survey.asked if one.code == code), None)
        if asked is not None:
            return pick(asked.item.text, language)
    return code


def relation(verdict: Verdict) -> str:
    """Give the relation of a verdict's versions."""
    if verdict.comparable in {"dropped", "added"}:
        return "none"
    return verdict.relation or "other"


def shown_to(verdict: Verdict) -> str:
    """Tell whether an item was put to others than before."""
    if verdict.comparable in {"dropped", "added"}:
        return "none"
    return "others" if any(reason.startswith("shown if") for reason in verdict.reasons) else "same"


def reason(designs: tuple[Design, ...], verdict: Verdict, language: Language) -> str:
    """Say in words why an item is not simply comparable."""
    parts = []
    if verdict.comparable in {"dropped", "added"}:
        parts.append(said("comparability", f"comparable.{verdict.comparable}", language))
    elif relation(verdict) != "same":
        parts.append(said("comparability", f"relation.{relation(verdict)}", language))
    if shown_to(verdict) == "others":
        head, told = (said("comparability", key, language) for key in ("column.shown", "shown.others"))
        parts.append(f"{head}{told}" if language == "zh-Hans" else f"{head.lower()} {told}")
    quoted = question(designs, verdict.code, language)
    marks = "“”" if language == "zh-Hans" else '""'
    return f"{marks[0]}{quoted}{marks[1]}{'' if language == 'zh-Hans' else ' '}{', '.join(parts)}"
