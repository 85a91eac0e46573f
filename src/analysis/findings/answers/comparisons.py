"""Comparisons: every unit with all together, every wave with the one before, and groups with each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analysis.findings.answers.estimates import Row, base
from analysis.findings.answers.waves import Wave
from analysis.messages import DuzhengError, Texts
from analysis.satisfaction import changes
from analysis.satisfaction.indices.index import scored
from analysis.satisfaction.precision import bounds_of, classified
from analysis.surveys.scores import measure_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats import SurveyDesign
    from analysis.surveys.questionnaire import Comparison

#: Of changes and of pairs of groups, whose strata may add very unlike parts.
FREEDOM: Final = "effective"
_NAN = float("nan")
_TWO = 2


@dataclass(frozen=True, eq=False)
class Compared:
    """A comparison.

    Parameters
    ----------
    row
        Its row of estimates.
    parts
        Of two groups that are compared, their means, the higher first.
    pairs
        Among how many pairs of groups they were chosen.
    code
        Of groups within a unit, its code.
    """

    row: Row
    parts: tuple[Row, ...] = ()
    pairs: int = 1
    code: str | None = None

    def told(self, **more: Any) -> Compared:
        """Add to its row."""
        return replace(self, row=self.row | more)


def gaps(wave: Wave, means: Mapping[str, Row], *, level: float = 0.95) -> list[Compared]:
    """Compare every unit with all together, for every declared index; only of a sample drawn by chance.

    Parameters
    ----------
    wave
        The wave.
    means
        Its rows of means, by cell.
    level
        Of the intervals.
    """
    if not wave.design.tested or not wave.column or not wave.indices:
        return []
    sample = scored(wave.design, wave.indices)
    there = [each.id for each in wave.indices if sample.data[each.id].notna().any()]
    rows = []
    for found in sample.deviation(there, wave.column, level=level, df="domain").to_dict("records"):
        unit = wave.units.get(str(found[wave.column]))
        if unit is None:
            continue
        row = base(wave, str(found["variable"]), unit, "gap")
        mean = means[row["cell"].removesuffix("gap") + "mean"]
        hidden = mean["precision"] == "suppress"
        figures = {name: _NAN if hidden else found[name]
                   for name in ("estimate", "se", "lower", "upper", "df", "p")}  # fmt: skip
        rows.append(Compared(row | figures | {
            "against": found["whole"], "level": level, "n": found["n"], "psus": found["psus"], "deff": mean["deff"],
            "precision": mean["precision"], "measure": mean["measure"],
            "kind": _kind(confirmatory=wave.declared(row["index"], wave.column)),
        }))  # fmt: skip
    return rows


def over_time(wave: Wave, means: Mapping[str, Row], *, level: float = 0.95) -> tuple[list[Compared], tuple[Texts, ...]]:
    """Compare a wave with the one before: of everybody and of each unit, each index with its verdict.

    Returns
    -------
    tuple
        Comparisons, those of indices that may not be compared without figures; and what must be said of all of them.
        Nothing where one of the waves was not drawn by chance.
    """
    before, now = wave.before, wave.design
    if before is None or not wave.indices or not (now.tested and before.tested):
        return [], ()
    by = [wave.column] if wave.column and wave.column in before.data else []
    # Whoever is in no unit of both waves counts among all only.
    known = {code: unit for code, unit in wave.units.items() if by and code in set(before.data[by[0]].astype("str"))}
    if not any(verdict not in {"added", "dropped"} for verdict, _ in wave.comparable.values()):
        return [], ()
    made = changes(before, now, by=by, level=level, freedom=FREEDOM)
    rows = []
    for found in made.table.to_dict("records"):
        code = found[by[0]] if by else None
        unit = wave.whole if code is None or code != code else known.get(str(code))  # noqa: PLR0124  missing
        if not unit or found["index"] not in wave.index_names:
            continue
        row = base(wave, found["index"], unit, "change")
        mean = means.get(row["cell"].removesuffix("change") + "mean")
        whole = unit == wave.whole
        figures = {name: found[name] for name in ("estimate", "se", "lower", "upper", "df", "p")}
        rows.append(Compared(row | figures | {
            "base_wave": before.year, "against": found["before"], "level": level, "n": found["n"],
            "n_before": found["n_before"], "psus": found["psus"], "deff": mean["deff"] if mean else _NAN,
            "precision": str(found["precision"]), "measure": found["measure"],
            "comparable": found["comparable"], "reasons": found["reasons"],
            "kind": _kind(confirmatory=wave.declared(row["index"], "wave", by=() if whole else by)),
        }))  # fmt: skip
    # How many comparisons a single table has is not what is adjusted here.
    return rows, (*made.notes[:1], *made.notes[2:])


def between_groups(wave: Wave, means: Mapping[str, Row], *, level: float = 0.95) -> list[Compared]:
    """Compare the groups of a column with each other where a questionnaire declares it: of everybody, and in each unit.

    Returns
    -------
    list of Compared
        One a column and unit: of all pairs of groups the one that differs most clearly, the higher before the lower.
        The row's ``code`` names both, ``high|low``; p and interval are those of a pair that was chosen among all.

    Notes
    -----
    Bonferroni over the pairs of groups, so that the pair may be chosen after the data were seen. Degrees of freedom are
    effective ones: groups lie in very different places, and one F of them all would be too bold.
    """
    rows: list[Compared] = []
    least = bounds_of(wave.design.rules.get("precision")).caution_below
    for each in wave.design.survey.questionnaire.analyses.comparisons if wave.design.tested else ():
        column = each.between
        if each.test != "difference" or each.of not in wave.index_names or each.by:
            continue
        if column in {"wave", wave.column} or column not in wave.design.data:
            continue
        sample = scored(wave.design, [one for one in wave.indices if one.id == each.of])
        for unit, code in [(wave.whole, None), *((unit, code) for code, unit in wave.units.items())]:
            row = _of_groups(wave, sample, each, unit, code, means, least, level)
            if row is not None:
                rows.append(row)
    return rows


def _of_groups(
    wave: Wave, sample: SurveyDesign, each: Comparison, unit: str, code: str | None, means: Mapping[str, Row],
    least: int, level: float,
) -> Compared | None:  # fmt: skip
    """Compare those groups of a unit that have enough answers; None where there are not two."""
    column = each.between
    found = {row["code"]: row for row in means.values() if row["index"] == each.of and row["unit"] == unit
             and row["column"] == column and row["n"] >= least and row["precision"] != "suppress"}  # fmt: skip
    found = found or _means_of(wave, sample, each, code, least, level)
    if len(found) < _TWO:
        return None
    groups: Any = wave.design.data[column].astype("str")
    inside = groups.isin(list(found)).to_numpy()
    if code is not None:
        inside = inside & (wave.design.data[wave.column].astype("str") == code).to_numpy()
    sample = sample.with_columns({each.of: np.where(inside, sample.data[each.of].to_numpy(float), np.nan)})
    many = len(found) * (len(found) - 1) // 2
    pairs = sample.pairwise(each.of, column, level=1 - (1 - level) / many, df=FREEDOM)
    p = pairs["p"].to_numpy(float)
    pair = pairs.iloc[int(np.nanargmin(p)) if np.isfinite(p).any() else 0]
    up = pair["estimate"] >= 0
    high, low = (found[str(pair[name])] for name in (("first", "second") if up else ("second", "first")))
    ends = (pair["lower"], pair["upper"]) if up else (-pair["upper"], -pair["lower"])
    names = [wave.called(column, row["code"]) for row in (high, low)]
    group: Texts = {"zh-Hans": "与".join(name["zh-Hans"] for name in names),
                    "en": " and ".join(name.get("en", name["zh-Hans"]) for name in names)}  # fmt: skip
    row = base(wave, each.of, unit, "gap", column=column, code=f"{high['code']}|{low['code']}", group=group)
    return Compared(row | {
        "estimate": abs(float(pair["estimate"])), "se": float(pair["se"]), "lower": float(ends[0]),
        "upper": float(ends[1]), "df": float(pair["df"]), "p": min(1.0, many * float(pair["p"])),
        "against": low["estimate"], "level": level, "n": int(pair["n"]), "psus": int(pair["psus"]), "deff": _NAN,
        "precision": "caution" if "caution" in {high["precision"], low["precision"]} else "publish",
        "measure": high["measure"],
        "kind": _kind(confirmatory=unit == wave.whole and wave.declared(each.of, column)),
    }, (high, low), many, code)  # fmt: skip


def _means_of(
    wave: Wave, sample: SurveyDesign, each: Comparison, code: str | None, least: int, level: float
) -> dict[str, Row]:
    """Give the means of groups that are not among those reported, as rows of their own."""
    by = [each.between] if code is None else [wave.column, each.between]
    table: pd.DataFrame = sample.mean(each.of, by=by, level=level, df="domain")
    if code is not None:
        table = table[table[wave.column].astype("str") == code]
    table = classified(table, wave.design.rules.get("precision"))
    unit = wave.whole if code is None else wave.units[code]
    measure = measure_of(wave.design.survey, next(one for one in wave.indices if one.id == each.of))
    rows = {}
    for found in table[table["n"] >= least].to_dict("records"):
        group = str(found[each.between])
        figures = {name: found[name] for name in ("estimate", "se", "lower", "upper", "df", "deff", "n", "psus")}
        rows[group] = base(wave, each.of, unit, "mean", column=each.between, code=group) | figures | {
            "level": level, "measure": measure, "precision": str(found["precision"]),
        }  # fmt: skip
    return rows


def declared_otherwise(wave: Wave) -> Iterator[float]:
    """Give the p of what a sealed questionnaire declares beside differences of indices: no sentences, but tests.

    They count in the family of what was declared, as they were meant before the answers came.
    """
    for each in wave.design.survey.questionnaire.analyses.comparisons if wave.design.tested else ():
        if each.of in wave.index_names and each.test == "difference":
            continue
        if not wave.declared(each.of, each.between, test=each.test, by=each.by) or each.between == "wave":
            continue
        try:
            yield _tested(wave, each)
        except DuzhengError:
            continue


def _tested(wave: Wave, each: Comparison) -> float:
    sample = wave.design.sample
    if each.of in wave.index_names:
        sample = scored(wave.design, [one for one in wave.indices if one.id == each.of])
    if each.test == "chisq":
        return float(sample.chisq(each.of, each.between)["p"].iloc[0])
    if each.test == "ranktest":
        values = sample.data[each.of]
        if hasattr(values, "cat"):
            ranks = values.cat.codes.astype("float64").where(values.notna())
            sample = sample.with_columns({each.of: ranks.to_numpy(float)})
        return float(sample.ranktest(each.of, each.between)["p"].iloc[0])
    if each.test == "regression":
        fitted = sample.regress(f"`{each.of}` ~ `{each.between}`")
        return float(fitted.test(each.between)["p"].iloc[0])
    return float(sample.ttest(each.of, each.between)["p"].iloc[0])


def _kind(*, confirmatory: bool) -> str:
    return "confirmatory" if confirmatory else "exploratory"
