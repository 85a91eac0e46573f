"""Claims: findings that can be reckoned anew by other choices: an estimate, its interval, and whether it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import DuzhengError, Language
from analysis.messages.requests import wrong
from analysis.satisfaction.indices.index import indices_of, scored
from analysis.satisfaction.words import said
from analysis.stats.independent import bounds, combined
from analysis.surveys.scores import measure_of, points_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats import SurveyDesign
    from analysis.surveys.design import Design
    from analysis.surveys.questionnaire import Conversion, Index, Treatment

#: By what a claim holds where respondents were drawn by chance: its whole interval, which is meant if nothing is said,
#: or its point value. Where they were not drawn it is always the point value.
Judged = Literal["interval", "point"]
_WORDS = "multiverse"
_MEAN, _ONE, _WHERE = "_value", "_one", "_where"


@dataclass(frozen=True, eq=False)
class Measured:
    """What a claim rests on, by one set of choices."""

    estimate: float
    se: float
    lower: float
    upper: float
    df: float
    n: int
    holds: bool | None  #: None where it could not be told
    bound: float = 0.0  #: what the estimate is held to
    scale: float = float("nan")  #: the standard deviation of a person's score
    measure: str = ""  #: as :func:`analysis.surveys.scores.measure_of`
    note: str = ""
    sample: SurveyDesign | None = field(default=None, repr=False)
    asked: tuple[pd.DataFrame, ...] = field(default=(), repr=False)  #: what the sample gave, for R


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What all claims share."""

    of: str = field(kw_only=False)  #: an index, or an item with a scale
    level: float = 0.95
    judged: Judged | None = None

    def scores(
        self, design: Design, conversion: Conversion | None, dont_know: Treatment | None
    ) -> tuple[Index, SurveyDesign, str, float]:
        """Give the index, the sample with everybody's score, its measure, and the scores' standard deviation."""
        import numpy as np

        index = indices_of(design, self.of)[0]
        sample = scored(design, [index], conversion=conversion, dont_know=dont_know)
        values, weight = sample.data[index.id].to_numpy(float), sample.current_weights()
        there = ~np.isnan(values)
        spread = float("nan")
        if there.any():
            mean = np.average(values[there], weights=weight[there])
            spread = float(np.sqrt(np.average((values[there] - mean) ** 2, weights=weight[there])))
        return index, sample, measure_of(design.survey, index, conversion), spread

    def __call__(
        self, designs: Sequence[Design], *, conversion: Conversion | None = None, dont_know: Treatment | None = None,
        freedom: str = "domain",
    ) -> Measured:  # fmt: skip
        """Measure it by some choices; what is not given is as the questionnaire declares it."""
        raise NotImplementedError

    def said(self, designs: Sequence[Design], language: Language) -> str:
        """Say it in words."""
        raise NotImplementedError

    def settled(self, designs: Sequence[Design]) -> Claim:
        """Give the claim with what is looked up once, in the waves as they were collected."""
        del designs
        return self

    def told(self, row: Mapping[str, Any], bound: float, *, tested: bool) -> bool | None:
        """Tell whether it holds: above the bound with the whole interval, or by the point value."""
        judged = (self.judged or "interval") if tested else "point"
        value = row["lower"] if judged == "interval" else row["estimate"]
        if value != value:  # noqa: PLR0124  missing
            return None
        return bool(value >= bound) if isinstance(self, Reaches) else bool(value > bound)

    def name(self, design: Design, language: Language) -> str:
        """Give what the index is called."""
        return design.labels.head(self.of, language)

    def found(
        self, row: pd.Series[Any], scores: tuple[Index, SurveyDesign, str, float], *, tested: bool, bound: float = 0.0,
        asked: tuple[pd.DataFrame, ...] = (),
    ) -> Measured:  # fmt: skip
        """Make what was measured of a row of estimates."""
        _, sample, measure, spread = scores
        values = {name: float(row[name]) for name in ("estimate", "se", "lower", "upper", "df")}
        return Measured(**values, n=int(row["n"]), holds=self.told(values, bound, tested=tested), bound=bound,
                        scale=spread, measure=measure, note=str(row["note"]), sample=sample, asked=asked)  # fmt: skip


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

    def __call__(
        self, designs: Sequence[Design], *, conversion: Conversion | None = None, dont_know: Treatment | None = None,
        freedom: str = "domain",
    ) -> Measured:  # fmt: skip
        """Measure it by some choices."""
        import numpy as np

        design = designs[0]
        _known(design, self.column, self.code)
        scores = self.scores(design, conversion, dont_know)
        index, sample = scores[:2]
        values = sample.data[index.id].to_numpy(float)
        inside = np.where(design.data[self.column].astype("str") == self.code, "in", "out")
        made = sample.with_columns({_MEAN: values, _ONE: np.where(np.isnan(values), np.nan, 1.0), _WHERE: inside})

        def difference(e: Mapping[Any, Any]) -> Any:
            whole = [e[name, "in"] + e[name, "out"] for name in (_MEAN, _ONE)]
            return e[_MEAN, "in"] / e[_ONE, "in"] - whole[0] / whole[1]

        row = made.contrast([_MEAN, _ONE], {"above": difference}, statistic="total", by=_WHERE, level=self.level,
                            df=_freedom(freedom)).iloc[0]  # fmt: skip
        means = sample.mean(index.id, by=self.column, level=self.level, df=_freedom(freedom))
        mine = means[means[self.column].astype("str") == self.code].iloc[0]
        row["n"], row["note"] = mine["n"], mine["note"]
        if not np.isfinite(mine["se"]):
            row[["se", "lower", "upper"]] = np.nan
        return self.found(row, scores, tested=design.tested, asked=(means,))

    def said(self, designs: Sequence[Design], language: Language) -> str:
        """Say it in words."""
        group = designs[0].labels.name(self.column, self.code, language)
        return said(_WORDS, "claim.above", language, group=group, index=self.name(designs[0], language))


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

    def __call__(
        self, designs: Sequence[Design], *, conversion: Conversion | None = None, dont_know: Treatment | None = None,
        freedom: str = "domain",
    ) -> Measured:  # fmt: skip
        """Measure it by some choices."""
        design = designs[0]
        for code in (self.code, self.than):
            _known(design, self.column, code)
        scores = self.scores(design, conversion, dont_know)
        index, sample = scores[:2]
        codes = {str(code): code for code in design.data[self.column].dropna().unique()}
        wanted = {(index.id, codes[self.code]): 1.0, (index.id, codes[self.than]): -1.0}
        found = sample.contrast(index.id, {"higher": wanted}, by=self.column, level=self.level, df=_freedom(freedom))
        means = sample.mean(index.id, by=self.column, level=self.level, df=_freedom(freedom))
        return self.found(found.iloc[0], scores, tested=design.tested, asked=(means,))

    def said(self, designs: Sequence[Design], language: Language) -> str:
        """Say it in words."""
        names = [designs[0].labels.name(self.column, code, language) for code in (self.code, self.than)]
        return said(_WORDS, "claim.higher", language, group=names[0], than=names[1],
                    index=self.name(designs[0], language))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Reaches(Claim):
    """The mean of all, or of a group, reaches a threshold; by the point value, as rules have it, unless it is said."""

    threshold: float | Mapping[str, float]  #: on 0–100; or by conversion, each in its own units
    column: str = ""
    code: str = ""
    judged: Judged | None = "point"

    def __call__(
        self, designs: Sequence[Design], *, conversion: Conversion | None = None, dont_know: Treatment | None = None,
        freedom: str = "domain",
    ) -> Measured:  # fmt: skip
        """Measure it by some choices."""
        design = designs[0]
        if self.column:
            _known(design, self.column, self.code)
        scores = self.scores(design, conversion, dont_know)
        index, sample = scores[:2]
        table = sample.mean(index.id, by=self.column or (), level=self.level, df=_freedom(freedom))
        row = table[table[self.column].astype("str") == self.code].iloc[0] if self.column else table.iloc[0]
        bound = self.bound(design, index, conversion)
        return self.found(row, scores, tested=design.tested, bound=bound, asked=(table,))

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
        elif used in {"linear_0_100", "points_20_100", "mean"}:
            points = points_of(design.survey, index.items[0])
            at = points[0] + (points[-1] - points[0]) * self.threshold / 100
            return {"linear_0_100": self.threshold, "points_20_100": 100 * at / points[-1], "mean": at}[used]
        raise DuzhengError(wrong(f"threshold={self.threshold!r} for {used}", "a threshold of that conversion",
                                 f"give threshold={{'{used}': …}}, or leave {used} out"))  # fmt: skip

    def said(self, designs: Sequence[Design], language: Language) -> str:
        """Say it in words."""
        bound = self.threshold if isinstance(self.threshold, float | int) else next(iter(self.threshold.values()))
        return said(_WORDS, "claim.reaches", language, group=_group(self, designs[0], language),
                    index=self.name(designs[0], language), bound=f"{bound:g}")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Changed(Claim):
    """The mean of all, or of a group, went up (or down) from an earlier wave to a later one.

    Notes
    -----
    As :func:`analysis.satisfaction.changes`: waves drawn apart are independent, places asked twice keep their
    covariance.
    """

    direction: Literal["up", "down"] = "up"
    column: str = ""
    code: str = ""
    same_places: bool | None = None  #: looked up in the logs if not given

    def __call__(
        self, designs: Sequence[Design], *, conversion: Conversion | None = None, dont_know: Treatment | None = None,
        freedom: str = "domain",
    ) -> Measured:  # fmt: skip
        """Measure it by some choices."""
        before, now = _two(designs)
        sign = 1.0 if self.direction == "up" else -1.0
        for each in (before, now) if self.column else ():
            _known(each, self.column, self.code)
        then, here = (self.scores(each, conversion, dont_know) for each in (before, now))
        how: dict[str, Any] = {"by": self.column or (), "level": self.level, "df": _freedom(freedom)}
        means = [scores[1].mean(self.of, **how) for scores in (then, here)]
        rows = [table[table[self.column].astype("str") == self.code].iloc[0] if self.column else table.iloc[0]
                for table in means]  # fmt: skip
        same = self.same_places if self.same_places is not None else self._same(before, now)
        row = self._together(before, now, then, here, freedom) if same else self._apart(rows)
        row["n"], row["note"] = rows[0]["n"] + rows[1]["n"], "; ".join(filter(None, (rows[0]["note"], rows[1]["note"])))
        if sign < 0:
            row[["estimate", "lower", "upper"]] = [-row["estimate"], -row["upper"], -row["lower"]]
        return self.found(row, here, tested=before.tested and now.tested, asked=(means[1],))

    def settled(self, designs: Sequence[Design]) -> Claim:
        """Give the claim with whether the same places were asked; DZ-S002 where waves can't be compared."""
        same = self._same(*_two(designs))
        return replace(self, same_places=same if self.same_places is None else self.same_places)

    def _same(self, before: Design, now: Design) -> bool:
        from analysis.satisfaction.indices.changes import changes

        found = changes(before, now, self.of)
        if (found.table["comparable"] == "no").any():
            reasons = "; ".join(found.table["reasons"].unique())
            raise DuzhengError(wrong(f"a change of {self.of}", "questions that may be compared", reasons, self.of))
        return bool(found.settings["same_places"])

    def _apart(self, rows: list[pd.Series[Any]]) -> pd.Series[Any]:
        """Subtract means of independent waves, with Satterthwaite's degrees of freedom."""
        import numpy as np
        import pandas as pd

        values, errors, dfs = (np.array([float(row[name]) for row in rows]) for name in ("estimate", "se", "df"))
        value, variance, df = combined(values, errors**2, dfs, [-1, 1])
        lower, upper = bounds(value, variance, df, self.level)
        return pd.Series({"estimate": float(value), "se": float(np.sqrt(variance)), "lower": float(lower),
                          "upper": float(upper), "df": float(df)}, dtype=object)  # fmt: skip

    def _together(self, before: Design, now: Design, then: Any, here: Any, freedom: str) -> pd.Series[Any]:
        """Subtract means of waves that share places, with their covariance."""
        import pandas as pd

        from analysis.satisfaction.indices.changes import stacked

        both = stacked(before, now, [self.column] if self.column else []).with_columns(
            {self.of: pd.concat([scores[1].data[self.of] for scores in (then, here)]).to_numpy()}
        )
        key = (next(code for code in both.data[self.column].unique() if str(code) == self.code),) if self.column else ()
        wanted = {(self.of, *key, now.year): 1.0, (self.of, *key, before.year): -1.0}
        by = [*([self.column] if self.column else []), "wave"]
        row = both.contrast(self.of, {"change": wanted}, by=by, level=self.level, df=_freedom(freedom)).iloc[0]
        return row.astype(object)

    def said(self, designs: Sequence[Design], language: Language) -> str:
        """Say it in words."""
        before, now = _two(designs)
        return said(_WORDS, f"claim.{self.direction}", language, group=_group(self, now, language),
                    index=self.name(now, language), before=before.year, now=now.year)  # fmt: skip


def _freedom(freedom: str) -> Any:
    return freedom


def _group(claim: Reaches | Changed, design: Design, language: Language) -> str:
    return design.labels.name(claim.column, claim.code, language) if claim.column else said("results", "all", language)


def _two(designs: Sequence[Design]) -> tuple[Design, Design]:
    if len(designs) != 2:  # noqa: PLR2004  before and now
        raise DuzhengError(wrong(f"{len(designs)} designs", "the earlier and the later wave", "give both, in order"))
    return designs[0], designs[1]


def _known(design: Design, column: str, code: str) -> None:
    """Hold a group to those that there are; DZ-S002."""
    if column not in design.data:
        raise DuzhengError(wrong(f"{column!r}", f"a column of {design.name}", "see design.data", column))
    there = [str(each) for each in design.data[column].dropna().unique()]
    if code not in there:
        listed = ", ".join(sorted(there)[:20])
        raise DuzhengError(wrong(f"{code!r} in {design.name}", f"one of {listed}", "check the spelling", column))
