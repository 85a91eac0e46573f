"""Risk: what speaks for an early visit to a unit, counted in the ledger and weighed by the rule set `inspections`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from analysis.messages import in_columns
from analysis.supervision.inspection_rules import inspection_rules

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.ledger.monitored import Monitored
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import SelfEvaluation

#: What is counted, as the rule weighs it.
COUNTED: Final = ("overdue_items", "open_items", "contradicted_claims", "missed_targets")
#: A unit a row. ``overdue_items`` are items of rectification that are overdue, ``open_items`` the others that are not
#: closed; ``contradicted_claims`` are claims of its newest self-evaluation that differ from what was monitored, or from
#: what others found; ``missed_targets`` are targets of its terms of which the newest figure, of their year or later,
#: falls short. Each is a count; ``…_named`` has the ids behind it by ``;``: of items, of claims as year/claim, of
#: targets as term/indicator/year. ``risk`` is Σ weight × count, the weights those of the rule.
COLUMNS: Final = (
    "unit", "name_zh", "name_en", *COUNTED, "risk", *(f"{name}_named" for name in COUNTED), "synthetic",
)  # fmt: skip


def risks(
    workspace: Workspace, units: Iterable[str], *, day: dt.date, evaluator: str = "", synthetic: bool = False
) -> pd.DataFrame:
    """Count what raises the risk of units by the end of a day.

    Parameters
    ----------
    workspace
        The workspace.
    units
        Their ids.
    day
        The day that is spoken of. Figures are those of the workspace, whatever day it is.
    evaluator
        Who evaluates them; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration, with its targets.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, in the order of ``units``.

    Raises
    ------
    DuzhengError
        DZ-F004 if there is no rule set `inspections`.

    Notes
    -----
    An item that a unit left behind when it was merged counts for the one that holds its territory; where several do,
    for none. What not everybody in the office may read is not counted: a risk would tell of it.
    """
    import pandas as pd

    weights = inspection_rules(workspace).round.risk
    counting = _Counting(workspace, day, evaluator, synthetic)
    rows = []
    for unit in units:
        named = counting.named(unit)
        rows.append({
            "unit": unit, **in_columns("name", workspace.units.names(unit)),
            **{name: len(each) for name, each in named.items()},
            "risk": sum(getattr(weights, name) * len(each) for name, each in named.items()),
            **{f"{name}_named": ";".join(each) for name, each in named.items()}, "synthetic": synthetic,
        })  # fmt: skip
    types = dict.fromkeys(COLUMNS, "str") | dict.fromkeys(COUNTED, "int64") | {"risk": "float64", "synthetic": "bool"}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(types)


@dataclass(frozen=True, eq=False)
class _Counting:
    """What is known on a day."""

    workspace: Workspace
    day: dt.date
    evaluator: str
    synthetic: bool

    def named(self, unit: str) -> dict[str, list[str]]:
        """Give the ids of what counts for a unit, by what it counts as."""
        items = [item for owner, some in self.workspace.ledger_of(synthetic=self.synthetic).rectification.items()
                 if self._is_held(owner, unit) for item in some if item.opened <= self.day]  # fmt: skip
        overdue = [item.id for item in items if item.overdue_on(self.day)]
        open_ = [item.id for item in items if item.state_on(self.day) != "closed" and not item.overdue_on(self.day)]
        return {"overdue_items": overdue, "open_items": open_, "contradicted_claims": self._contradicted(unit),
                "missed_targets": [*self._missed(unit)]}  # fmt: skip

    def _is_held(self, owner: str, unit: str) -> bool:
        return owner == unit or self.workspace.units.holders(owner, self.day.year) == [unit]

    @cached_property
    def _evaluations(self) -> dict[str, SelfEvaluation]:
        """The newest self-evaluation of each unit that was handed in by the day."""
        there = self.workspace.ledger_of(synthetic=self.synthetic).self_evaluations
        handed = [each for _, each in sorted(there.items()) if each.handed_in_by(self.day)]
        return {each.unit: each.as_of(self.day) for each in sorted(handed, key=lambda each: each.year)}

    @cached_property
    def _monitored(self) -> Monitored:
        from analysis.supervision.checks import monitored_of

        return monitored_of(self.workspace, [*self._evaluations.values()], synthetic=self.synthetic)

    @cached_property
    def _differing(self) -> dict[str, list[str]]:
        """The claims that differ from what was monitored or from what others found, by unit."""
        from analysis.findings.ledger.verdicts import beyond_chance, verdict
        from analysis.supervision import others

        if not self._evaluations:
            return {}
        units, boundaries = self.workspace.units, self._monitored.boundaries
        placed = []
        for each in self._evaluations.values():
            for claim in each.claims:
                whose = claim.of or each.unit
                holders = units.holders(whose, boundaries)
                held_by = holders[0] if len(holders) == 1 else whose
                same = units.holders(held_by, each.year) == [whose]
                placed.append((each, verdict(claim, held_by, self._monitored, same_territory=same)))
        judged = beyond_chance(found for _, found in placed)
        places = {f"{each.unit}/{each.year}/{found.claim.id}" for (each, _), found in zip(placed, judged, strict=True)
                  if found.outcome == "differs"}  # fmt: skip
        told = others.conflicts(self.workspace, year=None, evaluator=self.evaluator, synthetic=self.synthetic,
                                public=False, monitored=self._monitored)  # fmt: skip
        places |= {row["claim"] for row in told.to_dict("records")
                   if (row["conflict_with"], row["verdict"]) == ("claim", "differs")
                   and self._found_on[row["kind"], row["id"]] <= str(self.day)}  # fmt: skip
        return {unit: [f"{each.year}/{claim.id}" for claim in each.claims if f"{unit}/{each.year}/{claim.id}" in places]
                for unit, each in self._evaluations.items()}  # fmt: skip

    @cached_property
    def _found_on(self) -> dict[tuple[str, str], str]:
        """When others found what they found, by kind and id."""
        there = self.workspace.ledger_of(synthetic=self.synthetic).evidence
        return {(row["kind"], row["id"]): row["date"] for row in there.to_dict("records")}

    def _contradicted(self, unit: str) -> list[str]:
        return self._differing.get(unit, [])

    def _missed(self, unit: str) -> Iterator[str]:
        """Find the targets of the terms of a unit that their newest figures miss."""
        from analysis.messages import rounded
        from analysis.supervision.points import targets_of
        from analysis.supervision.terms import state_of

        for term, target in targets_of(self.workspace, unit=unit, year=self.day.year, synthetic=self.synthetic):
            course = self._monitored.course(target.indicator, unit)
            newest = course[-1] if course else None
            if newest and state_of(target, rounded(newest.value, newest.decimals), newest.year) == "missed":
                yield f"{term.id}/{target.indicator}/{target.by}"
