"""Schools held to the rule on balanced development: the evaluation of all units, its cells, and its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any

from analysis.findings.figures.book import inside
from analysis.findings.wording import Number
from analysis.indicators import rows_of
from analysis.indicators.balance.evaluation import Balance, balance
from analysis.indicators.balance.notes import texts_of
from analysis.indicators.balance.repair import repair
from analysis.indicators.balance.standard import COMPOSITE, TEACHING_STAGES, is_standard
from analysis.indicators.balance.verdicts import written_apart, written_bound
from analysis.indicators.words import both
from analysis.messages import LANGUAGES, Texts, in_columns
from analysis.workspace.schools import read_schools

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.rules import RuleSet

#: Where simulated schools lie.
DEMONSTRATION = "data/demo/schools"
#: Measures of what is counted in sentences on schools.
SCHOOLS: Texts = {"zh-Hans": "所", "en": "schools"}
#: Sums from here on are given in larger units.
_MILLION = 1e6
ITEMS: Texts = {"zh-Hans": "项", "en": ""}


@dataclass(frozen=True, eq=False)
class Schools:
    """What a rule says of the schools of a year.

    Parameters
    ----------
    rule
        The rule set.
    found
        What the verb ``balance`` gave for the year.
    year
        The year.
    cells
        Where the cells of numbers are put.
    source
        Ids of the sources of the school tables; what is computed rests on them, and a limit on the rule.
    """

    rule: RuleSet
    found: Balance
    year: int
    cells: list[dict[str, Any]] = field(default_factory=list, repr=False)
    source: str = ""

    @property
    def synthetic(self) -> bool:
        """Whether the schools are simulated."""
        return self.found.simulated

    def number(
        self, subject: str, unit: str, statistic: str, value: float, *, decimals: int = 0, measure: Texts | None = None,
        counted: Texts | None = None, how: str = "computed from the school tables",
    ) -> Number:  # fmt: skip
        """Give a number, and put its cell where the others are."""
        about = f"{self.rule.id}.{subject}"
        cell = f"{about}/{unit}/{self.year}/{statistic}"
        self.cells.append({
            "id": cell, "value": float(value), "unit": unit, "indicator": about, "year": self.year,
            "statistic": statistic, "measure": measure, "counted": counted, "decimals": decimals, "how": how,
            "sources": self.rule.source if statistic == "limit" else self.source,
        })  # fmt: skip
        return Number(cell, float(value), decimals, measure)

    def count(self, subject: str, unit: str, statistic: str, value: float, measure: Texts | None = None) -> Number:
        """Give a number that is counted."""
        return self.number(subject, unit, statistic, value, measure=measure)

    def schools(self, stage: str, unit: str, value: float, statistic: str) -> Number:
        """Give how many schools of a stage meet or fail."""
        named: Texts = {"zh-Hans": self.stage(stage)["zh-Hans"], "en": f"{self.stage(stage)['en']} schools"}
        return self.number(f"schools.{stage}", unit, statistic, value, measure=SCHOOLS, counted=named)

    def coefficient(self, row: Mapping[str, Any]) -> Number:
        """Give a coefficient of variation with the decimals that tell it from its limit."""
        text = written_apart(row["cv"], 3, row["limit"])
        return self.number(f"{row['indicator']}.{row['stage']}", row["unit"], "cv", row["cv"], decimals=_decimals(text))

    def limit(self, row: Mapping[str, Any]) -> Number:
        """Give the limit of a coefficient."""
        decimals = _decimals(written_bound(row["limit"], 2))
        return self.number(f"{row['indicator']}.{row['stage']}", row["unit"], "limit", row["limit"], decimals=decimals,
                           how=f"the rule {self.rule.id}")  # fmt: skip

    @cached_property
    def names(self) -> dict[str, Texts]:
        """Short names of the resources, as within a sentence."""
        resources = self.found.standard.resources.indicators
        names = {**{each.id: each.short for each in resources}, COMPOSITE: texts_of("composite")}
        return {name: inside(texts) for name, texts in names.items()}

    def stage(self, stage: str) -> Texts:
        """Name a stage as within a sentence."""
        return inside(both("results", f"stage.{stage}"))

    def judged(self, unit: str) -> list[dict[str, Any]]:
        """Give the coefficients of a unit that have a limit."""
        table = self.found.table
        return rows_of(table[(table["unit"] == unit) & table["limit"].notna()])

    def verdict(self, unit: str, part: str) -> str:
        """Give the verdict of a part, or of the ``whole``; empty where the rule has no such part."""
        verdicts = self.found.verdicts
        chosen = verdicts.loc[(verdicts["unit"] == unit) & (verdicts["part"] == part), "verdict"]
        return str(chosen.iloc[0]) if len(chosen) else ""

    def certainty(self, unit: str, part: str) -> str:
        """Give how certain what a verdict rests on is."""
        verdicts = self.found.verdicts
        chosen = verdicts.loc[(verdicts["unit"] == unit) & (verdicts["part"] == part), "certainty"]
        return str(chosen.iloc[0]) if len(chosen) else ""

    def mark(self, unit: str, part: str) -> Texts | None:
        """Give the mark that a verdict carries which rests on what no source read says; None for every other."""
        certainty = self.certainty(unit, part)
        found: Texts = {language: self.found.mark(certainty, language) for language in LANGUAGES}
        return found if any(found.values()) else None

    def reasons(self, unit: str) -> list[dict[str, Any]]:
        """Give what decides each part for a unit."""
        return rows_of(self.found.reasons[self.found.reasons["unit"] == unit])

    @cached_property
    def evening(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        """The least additions that bring each coefficient within its limit, by unit, stage and resource."""
        table = repair(self.found, schools="none").table
        return {(row["unit"], row["stage"], row["indicator"]): row for row in rows_of(table) if row["state"] == "added"}

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give the tables of the section: a row a coefficient, and a row a part of the rule."""
        import pandas as pd

        resources = {each.id: each for each in self.found.standard.resources.indicators}
        rows = []
        for row in rows_of(self.found.table):
            of = resources.get(row["indicator"])
            known, limited = not isnan(row["cv"]), not isnan(row["limit"])
            name = of.name if of else texts_of("composite")
            mean = self.number(f"{row['indicator']}.{row['stage']}", row["unit"], "mean", row["mean"],
                               decimals=of.decimals, measure=of.measure).cell if of and known else ""  # fmt: skip
            met = row["met"]
            rows.append({
                "unit": row["unit"], "year": self.year, "rule": self.rule.id, "stage": row["stage"],
                **in_columns("stage", both("results", f"stage.{row['stage']}")), "indicator": row["indicator"],
                **in_columns("name", name), **in_columns("measure", of.measure if of else None),
                "mean": mean, "cv": self.coefficient(row).cell if known else "",
                "limit": self.limit(row).cell if limited else "",
                "verdict": "" if not limited else "open" if pd.isna(met) else "met" if met else "missed",
                "certainty": row["certainty"] or "", "synthetic": self.synthetic,
            })  # fmt: skip
        parts = [
            {"unit": row["unit"], "year": self.year, "rule": self.rule.id, "part": row["part"],
             **in_columns("name", texts_of(f"part.{row['part']}")), "verdict": row["verdict"],
             "certainty": row["certainty"], "synthetic": self.synthetic}
            for row in rows_of(self.found.verdicts)
        ]  # fmt: skip
        return {"balance": pd.DataFrame(rows), "balance_parts": pd.DataFrame(parts)}


def schools(workspace: Workspace, *, until: int, synthetic: bool) -> Schools | None:
    """Evaluate the newest school tables by the newest rule; None where there are none, or no rule.

    Parameters
    ----------
    workspace
        The workspace.
    until
        The last year of school tables that are used.
    synthetic
        Whether simulated schools are taken where there are no others; the two are never mixed.
    """
    rule = newest_rule(workspace)
    tables = workspace.schools
    files = sorted((workspace.root / DEMONSTRATION).glob("*.csv")) if synthetic and tables.empty else []
    if files:
        tables = read_schools(workspace.root, workspace.units, files)
    if tables.empty or rule is None:
        return None
    years = sorted({int(each) for each in tables["year"] if int(each) <= until})
    if not years:
        return None
    named: Iterable[object] = tables.loc[tables["year"] == years[-1], "source"] if "source" in tables else ()
    source = ";".join(sorted({str(each) for each in named if isinstance(each, str) and each}))
    return Schools(rule, balance(workspace, tables, rule=rule, year=years[-1]), years[-1], source=source)


def newest_rule(workspace: Workspace) -> RuleSet | None:
    """Give the rule set on balanced development that took effect last; None where there is none."""
    rules = [each for each in workspace.rules.values() if is_standard(each)]
    return max(rules, key=lambda each: (str(each.effective_from or ""), each.id), default=None)


def stages_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Give the stages that rows are about, in the order of the rule."""
    there = {row["stage"] for row in rows}
    return [stage for stage in TEACHING_STAGES if stage in there]


def money_of(value: float, measure: Texts) -> list[tuple[float, int, Texts]]:
    """Give a sum of money as a sentence names it, without false precision: for Chinese, then for English.

    Anything else is given as it is. Large sums have each language's own unit, so that each is a number of its own.

    >>> yuan = {"zh-Hans": "元", "en": "yuan"}
    >>> [(round(value, 4), decimals, texts["zh-Hans"]) for value, decimals, texts in money_of(109_084_321, yuan)]
    [(1.0908, 2, '亿元'), (109.0843, 2, '百万元')]
    """
    units = {"元": 1.0, "万元": 1e4}
    yuan = value * units.get(measure["zh-Hans"], 0.0)
    if yuan < _MILLION:
        return [(value, 0, measure)]
    million: tuple[float, int, Texts] = (yuan / _MILLION, 2, {"zh-Hans": "百万元", "en": "million yuan"})
    if yuan < 100 * _MILLION:
        return [(yuan / 1e4, 0, {"zh-Hans": "万元", "en": "ten thousand yuan"}), million]
    return [(yuan / 1e8, 2, {"zh-Hans": "亿元", "en": "hundred million yuan"}), million]


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])
