"""The audit: figures that should be verified, with file, row and reason. It accuses nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.documents.labels import Labels
from analysis.documents.result import Plot
from analysis.indicators.audit.batch import Seen, judged
from analysis.indicators.audit.bunching import HELD, bunching, held_to
from analysis.indicators.audit.copies import copies
from analysis.indicators.audit.digits import APPLIED, first_digits
from analysis.indicators.audit.figures import audited
from analysis.indicators.audit.heaping import heaping
from analysis.indicators.audit.identities import identities, stages
from analysis.indicators.audit.jumps import jumps
from analysis.indicators.audit.moves import moves
from analysis.indicators.audit.rule import AuditRule, rule_of
from analysis.indicators.audit.stability import stability
from analysis.indicators.charts.audit import draw_audit, draw_bunching, draw_digits, draw_unit
from analysis.indicators.facts import rows_of
from analysis.indicators.result import FigureResult
from analysis.indicators.words import both
from analysis.messages import LANGUAGES, DuzhengError, Language, Texts, listed, write_number
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd
    from great_tables import GT

    from analysis.workspace import Workspace

CHECKS = ("identities", "copies", "heaping", "jumps", "stability", "bunching", "benford")
#: Worst first.
SEVERITIES = ("identity", "improbable", "notable")
#: check · severity: identity (cannot hold), improbable, notable · reason: what was seen, said in words to readers ·
#: the rest as :data:`analysis.indicators.audit.batch.FINDING`, with p_adjusted over the whole batch.
COLUMNS = (
    "check", "severity", "reason", "unit", "school", "stage", "indicator", "year", "base_year", "value", "expected",
    "against", "n", "of", "z", "p", "p_adjusted", "file", "row",
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

    def basis(self, language: Language) -> Sequence[str]:
        """Say that a finding is to be verified, and proves nothing."""
        return [self.said("short.verify", language)]

    def written(self, language: Language) -> pd.DataFrame:
        """Give the table for readers: each finding as a sentence, with where the figure stands."""
        import pandas as pd

        from analysis.indicators.audit.sentences import sentence, where

        rows = rows_of(self.table)
        return pd.DataFrame({
            "severity": [self.code("severity", row["severity"], language) for row in rows],
            "unit": [self.place(row["unit"], language) for row in rows],
            "reason": [sentence(self, row, language) for row in rows],
            "p_adjusted": self._texts("p_adjusted", language),
            "where": [where(row, language) for row in rows],
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

        Where figures are the same in two units, both have the finding.
        """
        from dataclasses import replace

        other = (self.table["reason"] == "same_unit") & (self.table["against"] == unit)
        table = self.table[(self.table["unit"] == unit) | other].reset_index(drop=True)
        return replace(self, table=table, settings={**self.settings, "unit": unit}, alt="alt.unit", drawing=draw_unit)

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
        DZ-S002 for an unknown check or rule; DZ-T002, DZ-T005, DZ-U001, DZ-U002, DZ-I001 and DZ-B001 for tables that
        do not hold.

    Notes
    -----
    Identities are certain. All other checks give a p under a model of chance that docs/audit.md states: last digits
    are even (binomial; χ²), values of like units spread evenly over ±10 % (Chernoff's bound of the coincidence),
    changes follow those of their kind (t with the tails of the indicator; F after Smyth 2004), the density runs
    straight through a threshold (binomial, after McCrary 2008), first digits follow Benford. The p of all tests of the
    batch are adjusted together (Benjamini and Hochberg 1995): of the findings with a p, an expected share of at most
    ``level`` is false.

    Examples
    --------
    ``audit(workspace, checks=("identities", "jumps")).table`` gives the findings of two checks;
    ``audit(workspace, schools=table).of("U1").written("en")`` what one unit is asked to verify, as sentences.
    """
    import pandas as pd

    wanted = CHECKS if checks is None else (checks,) if isinstance(checks, str) else tuple(checks)
    strange = [each for each in wanted if each not in CHECKS]
    if strange:
        raise DuzhengError(*(wrong(f"the check {each!r}", " or ".join(CHECKS), "choose of them") for each in strange))
    bounds, found_rule = rule_of(workspace, rule)
    whole = figures is None and schools is None
    seen_schools = workspace.schools if whole and len(workspace.schools) else schools
    held = audited(workspace, workspace.observations if whole else figures, seen_schools)
    frame = held.frame
    moving, few = moves(frame, bounds)
    rounding, applied = 0, pd.DataFrame(columns=list(APPLIED))
    values = _held(workspace, frame, held.schools, thresholds, bounds) if "bunching" in wanted else frame.head(0)
    seen: list[Seen] = []
    if "identities" in wanted:
        reference = frame[~frame["of_school"]] if figures is not None or whole else workspace.observations
        one, rounding = identities(workspace, frame, held.schools, reference, bounds)
        seen.append(one)
    if "copies" in wanted:
        seen.append(copies(frame, moving, bounds))
    if "heaping" in wanted:
        seen.append(heaping(frame, bounds))
    if "jumps" in wanted:
        seen.append(jumps(moving, few, bounds))
    if "stability" in wanted:
        seen.append(stability(moving, bounds))
    if "bunching" in wanted:
        seen.append(bunching(values, bounds))
    if "benford" in wanted:
        one, applied = first_digits(frame, bounds)
        seen.append(one)
    table = judged(seen, bounds)[list(COLUMNS)]
    tests = _tests(seen, table)
    settings = {"checks": wanted, "level": bounds.level, "method": bounds.method, "improbable": bounds.improbable}
    given = figures if figures is not None else schools
    return Audit(
        table, "audit", settings=settings, rule=found_rule,
        notes=_notes(workspace, table, tests, rounding, len(frame), applied), drawing=draw_audit, spoken=language,
        workspace=workspace, simulated=held.simulated, model=both("audit", "model"),
        read=workspace.inputs() if whole or given is workspace.observations else {},
        named=Labels({"standard": _standard(workspace, bounds)}) if len(held.schools) else None,
        tests=tests, applied=applied, frame=frame, held=values, bounds=bounds,
    )  # fmt: skip


def _held(
    workspace: Workspace, frame: pd.DataFrame, schools: pd.DataFrame,
    thresholds: Mapping[str, float] | pd.DataFrame | None, bounds: AuditRule,
) -> pd.DataFrame:  # fmt: skip
    """Give the values that have a threshold: those that were said, or the ratios of schools by the rule's standard."""
    if isinstance(thresholds, Mapping):
        unknown = sorted(set(thresholds) - set(frame["indicator"].unique()))
        if unknown:
            raise DuzhengError(
                *(wrong(f"a threshold of {each!r}", "an indicator of what is audited", "") for each in unknown)
            )
        return held_to(frame, thresholds)
    if thresholds is not None:
        gone = [name for name in HELD if name not in thresholds and name not in {"school", "stage"}]
        if gone:
            raise DuzhengError(*(wrong(f"thresholds without {each!r}", "that column", "", each) for each in gone))
        more = {name: "" for name in ("school", "stage") if name not in thresholds}
        return thresholds.assign(**more)[list(HELD)]
    if schools.empty or not bounds.standard or bounds.standard not in workspace.rules:
        return held_to(frame, {})
    from analysis.indicators.balance.schools import measures
    from analysis.indicators.balance.standard import read_standard

    # Rows of a school that do not fit together are a finding of their own, and give no ratios.
    odd = set(stages(schools)[0]["school"])
    fitting = schools[~schools["school"].isin(odd)]
    return measures(fitting, read_standard(workspace, bounds.standard)[1])[list(HELD)]


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


def _cautions(workspace: Workspace, table: pd.DataFrame) -> list[Texts]:
    """Give what the catalogue says of figures that are put forward, with how certain it is."""
    notes = []
    known = table[(table["school"] == "") & table["indicator"].isin(list(workspace.catalogue))]
    for code, rows in known.groupby("indicator", sort=False):
        indicator = workspace.catalogue[str(code)]
        years = sorted({int(year) for year in rows["year"]})
        for each in indicator.cautions:
            told = [year for year in years if not each.years or year in each.years]
            if told:
                named = {language: listed(map(str, told), language) for language in LANGUAGES}
                notes.append(both("audit", "note.caution", indicator=indicator.name, years=named, text=each.text,
                                  certainty=both("audit", f"caution.{each.certainty}")))  # fmt: skip
    return notes


def _notes(
    workspace: Workspace, table: pd.DataFrame, tests: pd.DataFrame, rounding: int, values: int, applied: pd.DataFrame
) -> tuple[Texts, ...]:
    """Say what was looked at, what may explain findings, and what could not be tested."""
    made = tests.groupby("check")["tests"].sum()
    with_p = int(made[[name for name in made.index if name != "identities"]].sum())
    notes = [both("audit", "note.verify"),
             both("audit", "note.batch", values=write_number(values, 0), tests=write_number(with_p, 0),
                  held=write_number(int(made.get("identities", 0)), 0))]  # fmt: skip
    if rounding:
        notes.append(both("audit", "note.rounding", n=rounding))
    notes += [both("audit", f"innocent.{reason}") for reason in dict.fromkeys(table["reason"])]
    notes += _cautions(workspace, table)
    left = tests[tests["left_out"] > 0]
    for row in left[left["check"] != "benford"].to_dict("records"):
        notes.append(both("audit", f"left.{row['why']}", n=write_number(row["left_out"], 0)))
    if "benford" in made.index:
        why = left[left["check"] == "benford"]
        if len(applied) and not len(why):
            notes.append(both("audit", "note.benford_all", n=len(applied)))
        elif len(applied):
            told = {
                language: listed(
                    (both("audit", f"why.{row['why']}", n=row["left_out"])[language] for row in why.to_dict("records")),
                    language,
                )
                for language in LANGUAGES
            }
            did = int((applied["why"] == "").sum())
            notes.append(both("audit", "note.benford", did=did, n=len(applied), why=told))
    return tuple({note["zh-Hans"]: note for note in notes}.values())
