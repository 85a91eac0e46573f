"""Claims: findings that can be reckoned anew by other choices: an estimate, its interval, and whether it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import DuzhengError, Fault, Language, Texts
from analysis.messages.requests import wrong
from analysis.satisfaction.indices.comparability import reason
from analysis.satisfaction.indices.index import indices_of
from analysis.satisfaction.robustness.claim import WORDS, Claim, Judged, Measured, Scores, codes_wrong, texts_of
from analysis.satisfaction.robustness.replication import EVERYBODY, Replication, apart_script, claim_script, is_code
from analysis.satisfaction.words import said
from analysis.stats.independent import bounds, combined
from analysis.surveys.scores import CONVERSIONS, measure_of, points_of
from analysis.surveys.waves import Verdict, compare_indices, compare_waves

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats import SurveyDesign
    from analysis.surveys.design import Design
    from analysis.surveys.questionnaire import Conversion, Index

__all__ = ["Above", "Changed", "Claim", "Higher", "Judged", "Measured", "Reaches"]
_MEAN, _ONE, _WHERE = "_value", "_one", "_where"
#: Of which 0–100 is a linear map, so that a threshold has its equal there.
_LINEAR = ("linear_0_100", "points_20_100", "mean")


@dataclass(frozen=True, kw_only=True)
class Above(Claim):
    """The mean of a group is above that of all together.

    Notes
    -----
    ȳ_g − ȳ, where the group is part of all: both are ratios of totals of the group and of the rest, and the variance
    follows by the delta method with their covariance.

    Examples
    --------
    >>> from analysis.surveys.example import example_design
    >>> found = Above("ixWhole", column="district", code="a")((example_design(),))
    >>> round(found.estimate, 2), found.holds
    (4.54, False)
    """

    column: str
    code: str

    def measured(
        self, designs: Sequence[Design], conversion: Conversion | None, scores: Sequence[Scores], how: dict[str, Any]
    ) -> Measured:
        """Measure it of scores."""
        import numpy as np

        del conversion
        design, index, sample = designs[0], scores[0].index, scores[0].sample
        values = sample.data[index.id].to_numpy(float)
        inside = np.where(design.data[self.column].astype("str") == self.code, "in", "out")
        made = sample.with_columns({_MEAN: values, _ONE: np.where(np.isnan(values), np.nan, 1.0), _WHERE: inside})

        def difference(e: Mapping[Any, Any]) -> Any:
            whole = [e[name, "in"] + e[name, "out"] for name in (_MEAN, _ONE)]
            return e[_MEAN, "in"] / e[_ONE, "in"] - whole[0] / whole[1]

        row = made.contrast([_MEAN, _ONE], {"above": difference}, statistic="total", by=_WHERE, **how).iloc[0]
        means = sample.mean(index.id, by=self.column, **how)
        mine = _of_group(means, self.column, self.code)
        row["n"], row["note"] = mine["n"], mine["note"]
        if not np.isfinite(mine["se"]):
            row[["se", "lower", "upper"]] = np.nan

        def again() -> Replication:
            mine = is_code(self.column, self.code)
            formula = "claim_y1/claim_n1 - (claim_y1 + claim_y2)/(claim_n1 + claim_n2)"
            script = claim_script(index.id, (mine, f"!({mine})"), formula, row["estimate"], row["se"])
            return Replication(sample, (means,), script, (index.id, self.column))

        return self.found(row, scores[0], tested=design.tested, replication=again)

    def more_faults(self, designs: Sequence[Design], conversions: Sequence[Conversion | None]) -> list[Fault]:
        """Find groups that are not there."""
        del conversions
        return codes_wrong(designs, self.column, [self.code])

    def said(self, designs: Sequence[Design], language: Language) -> str:
        """Say it in words."""
        group = designs[0].labels.name(self.column, self.code, language)
        return self.words_of("above", designs, language, group=group)


@dataclass(frozen=True, kw_only=True)
class Higher(Claim):
    """The mean of a group is higher than that of another.

    Notes
    -----
    ȳ_g − ȳ_h with v = v_g + v_h − 2 cov. In R ``svycontrast(svyby(…, covmat = TRUE), …)``.
    """

    column: str
    code: str
    than: str

    def measured(
        self, designs: Sequence[Design], conversion: Conversion | None, scores: Sequence[Scores], how: dict[str, Any]
    ) -> Measured:
        """Measure it of scores."""
        del conversion
        design, index, sample = designs[0], scores[0].index, scores[0].sample
        codes = {str(code): code for code in design.data[self.column].dropna().unique()}
        wanted = {(index.id, codes[self.code]): 1.0, (index.id, codes[self.than]): -1.0}
        row = sample.contrast(index.id, {"higher": wanted}, by=self.column, **how).iloc[0]

        def again() -> Replication:
            groups = [is_code(self.column, code) for code in (self.code, self.than)]
            formula = "claim_y1/claim_n1 - claim_y2/claim_n2"
            script = claim_script(index.id, groups, formula, row["estimate"], row["se"])
            return Replication(sample, (sample.mean(index.id, by=self.column, **how),), script, (index.id, self.column))

        return self.found(row, scores[0], tested=design.tested, replication=again)

    def more_faults(self, designs: Sequence[Design], conversions: Sequence[Conversion | None]) -> list[Fault]:
        """Find groups that are not there, and one that is compared with itself."""
        del conversions
        if self.code == self.than:
            return [wrong(f"{self.code!r} higher than itself", "two groups", "give another one", self.column)]
        return codes_wrong(designs, self.column, [self.code, self.than])

    def said(self, designs: Sequence[Design], language: Language) -> str:
        """Say it in words."""
        names = [designs[0].labels.name(self.column, code, language) for code in (self.code, self.than)]
        return self.words_of("higher", designs, language, group=names[0], than=names[1])


@dataclass(frozen=True, kw_only=True)
class Reaches(Claim):
    """The mean of all, or of a group, reaches a threshold; by the point value, as rules have it, unless it is said."""

    threshold: float | Mapping[str, float]  #: on 0–100; or by conversion, each in its own units
    column: str = ""
    code: str = ""
    judged: Judged | None = "point"

    def measured(
        self, designs: Sequence[Design], conversion: Conversion | None, scores: Sequence[Scores], how: dict[str, Any]
    ) -> Measured:
        """Measure it of scores."""
        design, index, sample = designs[0], scores[0].index, scores[0].sample
        table = sample.mean(index.id, by=self.column or (), **how)
        row, bound = _of_group(table, self.column, self.code), self.bound(design, index, conversion)

        def again() -> Replication:
            group = is_code(self.column, self.code) if self.column else EVERYBODY
            away = row["estimate"] - bound
            script = claim_script(index.id, [group], f"claim_y1/claim_n1 - {bound:.17g}", away, row["se"])
            return Replication(sample, (table,), script, tuple(filter(None, (index.id, self.column))))

        return self.found(row, scores[0], tested=design.tested, replication=again, bound=bound)

    def told(self, row: Mapping[str, Any], bound: float, *, tested: bool) -> bool | None:
        """Tell whether it holds; the threshold itself is reached."""
        value = row["lower"] if tested and self.judged != "point" else row["estimate"]
        return None if value != value else bool(value >= bound)  # noqa: PLR0124  missing

    def choices(self, declared: Mapping[str, Sequence[Any]]) -> Mapping[str, Sequence[Any]]:
        """Give the declared choices, with the conversions in which there is a threshold."""
        if isinstance(self.threshold, Mapping):
            return {**declared, "conversion": tuple(self.threshold)}
        return {**declared, "conversion": tuple(each for each in declared["conversion"] if each == "linear_0_100")}

    def bound(self, design: Design, index: Index, conversion: Conversion | None) -> float:
        """Give the threshold in the units of a conversion.

        Raises
        ------
        DuzhengError
            DZ-S002 for a share of the best points without a threshold of its own: 0–100 has no equal there.
        """
        used = conversion or index.conversion
        if isinstance(self.threshold, Mapping):
            if used in self.threshold:
                return float(self.threshold[used])
        elif used in _LINEAR:
            points = points_of(design.survey, index.items[0])
            at = points[0] + (points[-1] - points[0]) * self.threshold / 100
            return {"linear_0_100": self.threshold, "points_20_100": 100 * at / points[-1], "mean": at}[used]
        raise DuzhengError(wrong(f"threshold={self.threshold!r} for {used}", "a threshold of that conversion",
                                 f"give threshold={{'{used}': …}}, or leave {used} out"))  # fmt: skip

    def more_faults(self, designs: Sequence[Design], conversions: Sequence[Conversion | None]) -> list[Fault]:
        """Find thresholds that are no numbers, or are not there for a conversion, and groups that are not there."""
        given = self.threshold if isinstance(self.threshold, Mapping) else {"linear_0_100": self.threshold}
        found = [wrong(f"threshold of {name}", " or ".join(CONVERSIONS), "name conversions")
                 for name in given if name not in CONVERSIONS]  # fmt: skip
        found += [wrong(f"threshold={value!r}", "a number", "such as 80, or {'top2': 60}")
                  for value in given.values() if not _is_number(value)]  # fmt: skip
        index = indices_of(designs[0], self.of)[0]
        for conversion in [] if found else conversions:
            try:
                self.bound(designs[0], index, conversion)
            except DuzhengError as error:
                found += error.faults
        return found + (codes_wrong(designs, self.column, [self.code]) if self.column else [])

    def said(self, designs: Sequence[Design], language: Language) -> str:
        """Say it in words."""
        bound = next(iter(self.threshold.values())) if isinstance(self.threshold, Mapping) else self.threshold
        group = _group(self, designs[0], language)
        return self.words_of("reaches", designs, language, group=group, bound=f"{bound:g}")


@dataclass(frozen=True, kw_only=True)
class Changed(Claim):
    """The mean of all, or of a group, went up (or down) from an earlier wave to a later one.

    Notes
    -----
    As :func:`analysis.satisfaction.changes`: waves drawn apart are independent, places asked twice keep their
    covariance. Questions that may not be compared, and measures that differ, are refused.
    """

    direction: Literal["up", "down"] = "up"
    column: str = ""
    code: str = ""
    same_places: bool | None = None  #: looked up in the logs if not given
    #: Of a settled claim, the waves below each other, which are the same for many choices.
    stacks: dict[tuple[int, int], SurveyDesign] | None = field(default=None, repr=False, compare=False)

    @property
    def waves(self) -> int:
        """An earlier and a later one."""
        return 2

    def measured(
        self, designs: Sequence[Design], conversion: Conversion | None, scores: Sequence[Scores], how: dict[str, Any]
    ) -> Measured:
        """Measure it of scores."""
        del conversion
        before, now = designs
        means = [each.sample.mean(self.of, by=self.column or (), **how) for each in scores]
        rows = [_of_group(table, self.column, self.code) for table in means]
        same = self.same_places if self.same_places is not None else self._same(before, now)
        row, again = (self._together if same else self._apart)(designs, scores, rows, how)
        row["n"], row["note"] = rows[0]["n"] + rows[1]["n"], "; ".join(filter(None, (rows[0]["note"], rows[1]["note"])))
        return self.found(row, scores[1], tested=before.tested and now.tested, replication=again)

    def settled(self, designs: Sequence[Design]) -> Claim:
        """Give the claim with whether the same places were asked."""
        before, now = designs
        return replace(self, same_places=self._same(before, now), stacks={})

    def care(self, designs: Sequence[Design]) -> Texts | None:
        """Say which questions were reworded, or are shown to others than before."""
        before, now = designs
        verdict = self.verdict(designs)
        if verdict is None or verdict.comparable != "with_care":
            return None
        items = {code.partition(".")[0] for code in indices_of(now, self.of)[0].items}
        changed = [each for each in compare_waves(before.survey, now.survey)
                   if each.code in items and each.comparable == "with_care"]  # fmt: skip
        stops: dict[Language, str] = {"zh-Hans": "；", "en": "; "}
        return texts_of("care", reasons={language: stop.join(reason((before, now), each, language) for each in changed)
                                         for language, stop in stops.items()})  # fmt: skip

    def verdict(self, designs: Sequence[Design]) -> Verdict | None:
        """Give the verdict whether it may be compared; None where there is none."""
        found = compare_indices(designs[0].survey, designs[1].survey, items=(self.of,))
        by_code = {verdict.code: verdict for verdict in found}
        return by_code.get(self.of) or by_code.get(self.of.partition(".")[0])

    def more_faults(self, designs: Sequence[Design], conversions: Sequence[Conversion | None]) -> list[Fault]:
        """Find waves and questions that may not be compared, measures that differ, and groups that are not there."""
        before, now = designs
        found = codes_wrong(designs, self.column, [self.code]) if self.column else []
        if self.direction not in {"up", "down"}:
            found.append(wrong(f"direction={self.direction!r}", "up or down", "choose one of them"))
        if before.survey.questionnaire.id != now.survey.questionnaire.id or before.year >= now.year:
            return [*found, wrong(f"{before.name} and {now.name}", "an earlier and a later wave of one questionnaire",
                                  "different questionnaires ask different people")]  # fmt: skip
        verdict = self.verdict(designs)
        if verdict is None or verdict.comparable not in {"yes", "with_care"}:
            reasons = "; ".join(verdict.reasons or (verdict.comparable,)) if verdict else "no verdict of it"
            return [*found, wrong(f"a change of {self.of}", "questions that may be compared", reasons, self.of)]
        indices = [indices_of(each, self.of)[0] for each in designs]
        for conversion in conversions:
            then, here = (measure_of(wave.survey, index, conversion)
                          for wave, index in zip(designs, indices, strict=True))  # fmt: skip
            if then != here:
                hint = f"leave {conversion} out" if conversion else "give a conversion that both have"
                found.append(wrong(f"{self.of}: {then} and {here}", "one measure in both waves", hint, self.of))
        return found

    def _same(self, before: Design, now: Design) -> bool:
        from analysis.satisfaction.indices.changes import changes

        found = changes(before, now, self.of, same_places=self.same_places)
        return bool(found.settings["same_places"])

    def _apart(self, designs: Sequence[Design], scores: Sequence[Scores], rows: Any, how: dict[str, Any]) -> Any:
        """Subtract means of independent waves, with Satterthwaite's degrees of freedom."""
        import numpy as np
        import pandas as pd

        sign = 1 if self.direction == "up" else -1
        values, errors, dfs = (np.array([float(row[name]) for row in rows]) for name in ("estimate", "se", "df"))
        value, variance, df = combined(values, errors**2, dfs, [-sign, sign])
        lower, upper = bounds(value, variance, df, how["level"])
        row = {"estimate": float(value), "se": float(np.sqrt(variance)), "lower": float(lower), "upper": float(upper),
               "df": float(df)}  # fmt: skip

        def again() -> Replication:
            score = f"{self.of}_claim" if self.column else self.of
            parts = []
            for design, each in zip(designs, scores, strict=True):
                y = each.sample.data[self.of]
                mine = y.where(design.data[self.column].astype("str") == self.code) if self.column else y
                sample = each.sample.with_columns({score: mine.to_numpy(float)})
                parts.append(Replication(sample, (sample.mean(score, **how),), columns=(score,)))
            ours = {name: row[name] for name in ("estimate", "se", "df")}
            return replace(parts[1], earlier=parts[0], combine=apart_script(score, turned=sign < 0, **ours))

        return pd.Series(row, dtype=object), again

    def _together(self, designs: Sequence[Design], scores: Sequence[Scores], rows: Any, how: dict[str, Any]) -> Any:
        """Subtract means of waves that share places, with their covariance."""
        import pandas as pd

        from analysis.satisfaction.indices.stacked import stacked

        del rows
        before, now = designs
        groups = [self.column] if self.column else []
        scored = pd.concat([each.sample.data[self.of] for each in scores]).to_numpy()
        stacks, pair = {} if self.stacks is None else self.stacks, (id(before), id(now))
        if pair not in stacks:
            stacks[pair] = stacked(before, now, groups)
        both = stacks[pair].with_columns({self.of: scored})
        key = (next(code for code in both.data[self.column].unique() if str(code) == self.code),) if self.column else ()
        sign = 1.0 if self.direction == "up" else -1.0
        wanted = {(self.of, *key, now.year): sign, (self.of, *key, before.year): -sign}
        row = both.contrast(self.of, {"change": wanted}, by=[*groups, "wave"], **how).iloc[0].astype(object)

        def again() -> Replication:
            group = f" & {is_code(self.column, self.code)}" if self.column else ""
            inside = [f"`wave` == {each.year}{group}" for each in (now, before)]
            ends = ("claim_y1/claim_n1", "claim_y2/claim_n2")
            formula = " - ".join(ends if sign > 0 else reversed(ends))
            script = claim_script(self.of, inside, formula, row["estimate"], row["se"])
            means = both.mean(self.of, by=[*groups, "wave"], **how)
            return Replication(both, (means,), script, (self.of, "wave", *groups))

        return row, again

    def said(self, designs: Sequence[Design], language: Language) -> str:
        """Say it in words."""
        before, now = designs
        return self.words_of(self.direction, designs, language, group=_group(self, now, language), before=before.year,
                             now=now.year)  # fmt: skip


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value  # noqa: PLR0124  missing


def _of_group(table: pd.DataFrame, column: str, code: str) -> pd.Series[Any]:
    return table[table[column].astype("str") == code].iloc[0] if column else table.iloc[0]


def _group(claim: Reaches | Changed, design: Design, language: Language) -> str:
    everybody = said(WORDS, "everybody", language)
    return design.labels.name(claim.column, claim.code, language) if claim.column else everybody
