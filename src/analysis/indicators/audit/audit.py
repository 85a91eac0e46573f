"""The audit: figures that should be verified, with file, row and reason. It accuses nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from analysis.documents.labels import Labels
from analysis.documents.result import Plot
from analysis.indicators.asked import Asked, some_of, units_called
from analysis.indicators.audit.asked import fitting, wrong_schools, wrong_thresholds
from analysis.indicators.audit.batch import Seen, judged
from analysis.indicators.audit.bunching import HELD, bunching, held_to
from analysis.indicators.audit.copies import copies
from analysis.indicators.audit.digits import APPLIED, first_digits
from analysis.indicators.audit.figures import Audited, audited
from analysis.indicators.audit.heaping import heaping
from analysis.indicators.audit.identities import identities
from analysis.indicators.audit.jumps import jumps
from analysis.indicators.audit.moves import moves
from analysis.indicators.audit.notes import explained, notes
from analysis.indicators.audit.rule import USUAL, AuditRule, rule_of
from analysis.indicators.audit.stability import stability
from analysis.indicators.charts.audit import draw_audit, draw_bunching, draw_digits, draw_unit
from analysis.indicators.facts import rows_of
from analysis.indicators.result import FigureResult
from analysis.indicators.words import both
from analysis.messages import Language, Texts

if TYPE_CHECKING:
    import pandas as pd
    from great_tables import GT

    from analysis.workspace import Workspace
    from analysis.workspace.rules import RuleSet

CHECKS = ("identities", "copies", "heaping", "jumps", "stability", "bunching", "benford")
#: Worst first.
SEVERITIES = ("identity", "improbable", "notable")
#: check · severity: identity (should hold on one scope), improbable, notable · explained: whether the catalogue has a
#: sourced caution of it (:func:`analysis.indicators.audit.notes.explained`) · reason: what was seen, said in words to
#: readers · the rest as :data:`analysis.indicators.audit.batch.FINDING`, with p_adjusted over the whole batch.
COLUMNS = (
    "check", "severity", "reason", "unit", "school", "stage", "indicator", "year", "base_year", "value", "expected",
    "against", "n", "of", "z", "p", "p_adjusted", "explained", "file", "row",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Audit(FigureResult):
    """What should be verified: one row a finding, worst first."""

    _: KW_ONLY
    tests: pd.DataFrame = field(repr=False)  #: by check and table: tests made, findings, left out and why
    applied: pd.DataFrame = field(repr=False)  #: where Benford's law was applied, and why not elsewhere
    frame: pd.DataFrame = field(repr=False)  #: what was audited
    held: pd.DataFrame = field(repr=False)  #: values beside the thresholds they are held to
    bounds: AuditRule = field(repr=False)
    rounding: int = 0  #: differences that rounding explains

    def basis(self, language: Language) -> Sequence[str]:
        """Say that a finding is to be verified, and proves nothing."""
        return [self.said("short.verify", language)]

    def written(self, language: Language) -> pd.DataFrame:
        """Give the table for readers: each finding as a sentence, with where the figure stands."""
        import pandas as pd

        from analysis.indicators.audit.sentences import sentence, where

        rows = rows_of(self.table)
        known = self.table["explained"].any()
        return pd.DataFrame({
            "severity": [self.code("severity", row["severity"], language) for row in rows],
            "unit": [self.place(row["unit"], language) for row in rows],
            "reason": [sentence(self, row, language) for row in rows],
            "p_adjusted": self._texts("p_adjusted", language),
            "where": [where(row, language) for row in rows],
            **({"explained": [self.said("explained", language) if row["explained"] else "" for row in rows]}
               if known else {}),
        })  # fmt: skip

    def numeric(self, name: str) -> bool:
        """Tell whether a column holds numbers."""
        return name in self.table and super().numeric(name)

    def styled(self, table: GT) -> GT:
        """Give sentences room, and names a line."""
        return table.cols_width(cases={"severity": "7em", "unit": "6em", "reason": "32em"})

    def place(self, unit: str, language: Language) -> str:
        """Name a unit, or say that a finding is of all."""
        return self.code("unit", unit, language) if unit else self.said("all", language)

    def of(self, unit: str) -> Audit:
        """Keep the findings of one unit and of its schools, as they were found in the whole batch.

        Where figures are the same in two units, both have the finding. The unit is named by its id, its code or a name.

        Raises
        ------
        DuzhengError
            DZ-S002 for a unit that has no figures here, or a name that several territories have.
        """
        units = self.workspace.units if self.workspace else None
        (unit,) = units_called(units, map(str, self.frame["unit"]), [str(unit)], "a unit of what was audited")
        other = (self.table["reason"] == "same_unit") & (self.table["against"] == unit)
        table = self.table[(self.table["unit"] == unit) | other].reset_index(drop=True)
        return replace(
            self, table=table, settings={**self.settings, "unit": unit}, alt="alt.unit", drawing=draw_unit,
            notes=notes(self.workspace, table, self.tests, self.applied, len(self.frame), self.rounding, whole=False),
        )  # fmt: skip

    def unit_chart(self, unit: str, language: Language | None = None) -> Plot:
        """Draw the findings of one unit and its schools along the years."""
        return self.of(unit).chart(language or self.language)

    def digits_chart(self, language: Language | None = None, **group: str) -> Plot:
        """Draw how often each last digit stands in the counts of a group, such as ``unit="…"`` or ``indicator="…"``.

        Raises
        ------
        DuzhengError
            DZ-S002 for a group that has no counts.
        """
        language = language or self.language
        return Plot(draw_digits(self, language, group), self.said("alt.digits", language), language)

    def bunching_chart(self, indicator: str, language: Language | None = None, **group: Any) -> Plot:
        """Draw the values of an indicator around its threshold; of one ``unit``, ``stage`` or ``year`` if said.

        Raises
        ------
        DuzhengError
            DZ-S002 for an indicator that has no threshold here.
        """
        language = language or self.language
        spec = draw_bunching(self, language, {"indicator": indicator, **group})
        return Plot(spec, self.said("alt.bunching", language), language)


def audit(
    workspace: Workspace,
    figures: pd.DataFrame | None = None,
    *,
    schools: pd.DataFrame | None = None,
    checks: Sequence[str] | None = None,
    thresholds: Mapping[str, float] | pd.DataFrame | None = None,
    rule: str = "audit",
    language: Language | None = None,
) -> Audit:
    """Look through self-reported figures for what should be verified: a finding is a question, and proves nothing.

    Parameters
    ----------
    workspace
        Its units, catalogue and rules.
    figures
        Figures of units in the shape of ``workspace.observations``: unit (id), year, indicator, value; as they are
        known status, as_published, boundaries, source, file, row.
    schools
        School tables in the shape of ``workspace.schools``. Where only one of both is given, only it is audited; where
        neither is, everything in the workspace.
    checks
        Some of :data:`CHECKS`; all if not given.
    thresholds
        For bunching: a threshold by indicator (or total of schools), or a frame of values beside theirs (unit, school,
        stage, indicator, year, value, threshold), such as ``Balance.measures``. Not given, the ratios of schools are
        held to the standard that the rule names.
    rule
        Id of the rule set that has the bounds.
    language
        What is shown unless it is said.

    Returns
    -------
    Audit
        ``table`` has one row a finding, worst first, with :data:`COLUMNS`. ``tests`` says how many tests each check
        made, and what it could not test; ``applied`` where Benford's law was applied.

    Raises
    ------
    DuzhengError
        DZ-S002 for checks, rules and thresholds that there are not; DZ-T002 to DZ-T005, DZ-U001, DZ-U002, DZ-I001 and
        DZ-B001 for tables that do not hold to their contracts (what cannot exceed what is audited, and not refused):
        every fault.

    Notes
    -----
    Identities need no chance. All other checks give a p under a model of chance that docs/audit.md states: last digits
    are even (binomial; χ²), values of like units spread evenly over ±10 % (Chernoff's bound of the coincidence),
    changes follow those of their kind (t with the tails of the indicator; variances after Smyth 2004), the log density
    is a smooth curve near a threshold (binomial, after McCrary 2008), first digits follow Benford. The p of all tests
    of the batch are adjusted together (Benjamini and Hochberg 1995): of the findings with a p, an expected share of at
    most ``level`` is false, as far as the models hold.

    Examples
    --------
    ``audit(workspace, checks=("identities", "jumps")).table`` gives the findings of two checks;
    ``audit(workspace, schools=table).of("U1").written("en")`` what one unit is asked to verify, as sentences.
    """
    import pandas as pd

    wanted, bounds, found_rule, held = _asked(workspace, figures, schools, checks, thresholds, rule)
    whole = figures is None and schools is None
    frame = held.frame
    moving, few = moves(frame, bounds)
    rounding, applied = 0, pd.DataFrame(columns=list(APPLIED))
    values = _held(workspace, frame, held.schools, thresholds, bounds) if "bunching" in wanted else frame.head(0)
    seen: list[Seen] = []
    if "identities" in wanted:
        reference = frame[~frame["of_school"]] if figures is not None or whole else workspace.observations
        one, rounding = identities(workspace, frame, held.schools, reference, bounds)
        seen.append(one)
    made: dict[str, Callable[[], Seen]] = {
        "copies": lambda: copies(frame, moving, bounds), "heaping": lambda: heaping(frame, bounds),
        "jumps": lambda: jumps(moving, few, bounds), "stability": lambda: stability(moving, bounds),
        "bunching": lambda: bunching(values, bounds),
    }  # fmt: skip
    seen += [check() for name, check in made.items() if name in wanted]
    if "benford" in wanted:
        one, applied = first_digits(frame, bounds)
        seen.append(one)
    table = judged(seen, bounds)
    table["explained"] = explained(workspace, table)
    # What the catalogue has an answer for comes last.
    table = table.sort_values("explained", kind="stable", ignore_index=True)[list(COLUMNS)]
    tests = _tests(seen, table)
    settings = {"checks": wanted, "level": bounds.level, "method": bounds.method, "improbable": bounds.improbable}
    given = figures if figures is not None else schools
    return Audit(
        table, "audit", settings=settings, rule=found_rule,
        notes=notes(workspace, table, tests, applied, len(frame), rounding), drawing=draw_audit, spoken=language,
        workspace=workspace, simulated=held.simulated, model=both("audit", "model"),
        read=workspace.inputs() if whole or given is workspace.observations else {},
        named=Labels({"standard": _standard(workspace, bounds)}) if len(held.schools) else None,
        tests=tests, applied=applied, frame=frame, held=values, bounds=bounds, rounding=rounding,
    )  # fmt: skip


def _asked(
    workspace: Workspace, figures: Any, schools: Any, checks: Any, thresholds: Any, rule: Any
) -> tuple[tuple[str, ...], AuditRule, RuleSet | None, Audited]:
    """Hold everything that is asked for, and raise every fault of it."""
    asked = Asked()
    wanted = asked.take(partial(some_of, "checks", checks, CHECKS, one="check", hint="choose of them")) or []
    bounds, found_rule = asked.take(rule_of, workspace, rule) or (USUAL, None)
    held = asked.take(_read, workspace, figures, schools)
    if held is not None:
        asked.faults += wrong_schools(held.schools)
    asked.faults += wrong_thresholds(thresholds, None if held is None else set(held.frame["indicator"].unique()))
    asked.done()
    assert held is not None  # noqa: S101  held above
    return tuple(wanted), bounds, found_rule, held


def _read(workspace: Workspace, figures: Any, schools: Any) -> Audited:
    """Read what is given, or what the workspace has where nothing is."""
    if figures is not None or schools is not None:
        return audited(workspace, figures, schools)
    return audited(workspace, workspace.observations, workspace.schools if len(workspace.schools) else None)


def _held(
    workspace: Workspace, frame: pd.DataFrame, schools: pd.DataFrame,
    thresholds: Mapping[str, float] | pd.DataFrame | None, bounds: AuditRule,
) -> pd.DataFrame:  # fmt: skip
    """Give the values that have a threshold: those that were said, or the ratios of schools by the rule's standard."""
    if isinstance(thresholds, Mapping):
        return held_to(frame, thresholds)
    if thresholds is not None:
        more = {name: "" for name in ("school", "stage") if name not in thresholds}
        return thresholds.assign(**more)[list(HELD)]
    if schools.empty or not bounds.standard or bounds.standard not in workspace.rules:
        return held_to(frame, {})
    from analysis.indicators.balance.schools import measures
    from analysis.indicators.balance.standard import read_standard

    return measures(fitting(schools), read_standard(workspace, bounds.standard)[1])[list(HELD)]


def _standard(workspace: Workspace, bounds: AuditRule) -> dict[str, Texts]:
    """Name the indicators of the standard."""
    if not bounds.standard or bounds.standard not in workspace.rules:
        return {}
    from analysis.indicators.balance.standard import read_standard

    return {each.id: each.name for each in read_standard(workspace, bounds.standard)[1].resources.indicators}


def _tests(seen: Sequence[Seen], table: pd.DataFrame) -> pd.DataFrame:
    """Say by check how many tests were made, how many findings there are, and what was left out and why."""
    import pandas as pd

    rows = []
    for each in seen:
        made = len(each.p) or sum(many for _, many in each.held)
        found = int((table["check"] == each.check).sum())
        left = [(why, many) for _, why, many in each.left if many]
        together: dict[str, int] = {}
        for why, many in left:
            together[why] = together.get(why, 0) + many
        rows += [{"check": each.check, "tests": made, "findings": found, "why": "", "left_out": 0}]
        rows += [{"check": each.check, "tests": 0, "findings": 0, "why": why, "left_out": many}
                 for why, many in together.items()]  # fmt: skip
    return pd.DataFrame(rows, columns=["check", "tests", "findings", "why", "left_out"])
