"""Differences of all groups at once by every combination of choices: what :func:`multiverse` reckons claim by claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import hold_level, wrong
from analysis.satisfaction.indices.comparability import hold_waves
from analysis.satisfaction.indices.index import groups_wrong, indices_of, scored
from analysis.satisfaction.indices.stacked import stacked
from analysis.satisfaction.robustness.combinations import IMPOSSIBLE, Choices, Made
from analysis.satisfaction.robustness.multiverse import CHOICES
from analysis.stats.independent import bounds, combined
from analysis.surveys.design import Design, hold_designs
from analysis.surveys.scores import measure_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats import SurveyDesign
    from analysis.surveys.questionnaire import Index

_TWO = 2


def everywhere(
    designs: Design | Sequence[Design], of: str | Sequence[str], *, by: str, same_places: bool = False,
    choices: Choices | None = None, level: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Reckon how far every group lies from all, or how it changed, by every combination of choices.

    Parameters
    ----------
    designs
        A wave, for the distance of groups from all; the earlier and the later one, for changes.
    of
        Ids of indices, or codes of rated items.
    by
        The column of groups.
    same_places
        Of two waves, whether the same places were asked, as :func:`analysis.satisfaction.changes` finds it.
    choices
        As for :func:`analysis.satisfaction.multiverse`, without its further exclusions.
    level
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row an index, group and combination: index, <by> (of changes missing for all together), number, a column a
        choice, estimate, lower, upper, holds: 1 where the whole interval is above 0, −1 where it is below, 0 where it
        is neither, missing where it could not be told. An index has no rows of conversions that it cannot be put into.

    Raises
    ------
    DuzhengError
        DZ-S002 for columns, indices and choices that are not there, and waves that are no pair.

    Notes
    -----
    The numbers are those of :class:`~analysis.satisfaction.Above` and :class:`~analysis.satisfaction.Changed`, found
    for all groups of a column by one pass over the answers a combination.

    Examples
    --------
    >>> from analysis.surveys.example import example_design
    >>> found = everywhere(example_design(schools=12), ["ixTeach", "ixWhole"], by="district")
    >>> len(found), found.groupby(["index", "district"])["holds"].sum().tolist()
    (192, [48.0, -48.0, 24.0, -24.0])
    """
    import pandas as pd

    waves = hold_designs(designs, most=_TWO)
    names = [of] if isinstance(of, str) else list(dict.fromkeys(of))
    wanted: dict[str, Sequence[Any]] = {**dict.fromkeys(CHOICES, (None,)), **(CHOICES if choices is None else choices)}
    strange = [
        wrong(f"choices {name}", ", ".join(CHOICES), "ask multiverse()") for name in wanted if name not in CHOICES
    ]
    hold_level(level, *strange, *groups_wrong(waves, [by]))
    if len(waves) == _TWO:
        hold_waves(*waves)
    indices = [indices_of(each, names) for each in waves]
    made, frames = Made(waves, {}), []
    numbers = {spec: number for number, spec in enumerate(product(*wanted.values()), 1)}
    inner = ("dont_know", "conversion")
    for weighting, exclusion in product(wanted["weighting"], wanted["exclusion"]):
        for treatment, conversion in product(*(wanted[name] for name in inner)):
            spec = {"dont_know": treatment, "conversion": conversion, "weighting": weighting, "exclusion": exclusion}
            there = [each for each in zip(*indices, strict=True) if _fits(waves, each, conversion)]
            if not there:
                continue
            try:
                mine = made.by(weighting, exclusion)
                samples = [scored(each, list(of_wave), conversion=conversion, dont_know=treatment)
                           for each, of_wave in zip(mine, zip(*there, strict=True), strict=True)]  # fmt: skip
            except DuzhengError as error:
                if not {fault.code for fault in error.faults} <= IMPOSSIBLE:
                    raise
                continue
            ids = [each[-1].id for each in there]
            for freedom, table in _found(mine, samples, ids, by, wanted["freedom"], level, same=same_places):
                full = {name: freedom if name == "freedom" else spec[name] for name in wanted}
                number = numbers[tuple(full.values())]
                frames.append(table.assign(number=number, **full))
    if not frames:
        return pd.DataFrame(columns=["index", by, "number", *wanted, "estimate", "lower", "upper", "holds"])
    found = pd.concat(frames, ignore_index=True)
    lower, upper = found["lower"].to_numpy(float), found["upper"].to_numpy(float)
    found["holds"] = np.where(np.isnan(lower), np.nan, (lower > 0).astype(float) - (upper < 0).astype(float))
    order = {name: place for place, name in enumerate(names)}
    found = found.sort_values(["index", by, "number"], key=lambda of: of.map(order) if of.name == "index" else of,
                              kind="stable", ignore_index=True)  # fmt: skip
    return found[["index", by, "number", *wanted, "estimate", "lower", "upper", "holds"]]


def _fits(waves: Sequence[Design], indices: Sequence[Index], conversion: Any) -> bool:
    """Tell whether an index can be put into a conversion, and into the same measure in both waves."""
    try:
        return len({measure_of(each.survey, one, conversion) for each, one in zip(waves, indices, strict=True)}) == 1
    except DuzhengError:
        return False


def _found(
    designs: Sequence[Design], samples: Sequence[SurveyDesign], names: list[str], by: str, freedoms: Sequence[Any],
    level: float, *, same: bool,
) -> Iterator[tuple[Any, pd.DataFrame]]:  # fmt: skip
    if len(samples) == 1:
        yield from _deviations(samples[0], names, by, freedoms, level)
    elif same:
        yield from _together(designs, samples, names, by, freedoms, level)
    else:
        yield from _apart(samples, names, by, freedoms, level)


def _deviations(
    sample: SurveyDesign, names: list[str], by: str, freedoms: Sequence[Any], level: float
) -> Iterator[tuple[Any, pd.DataFrame]]:
    there = [name for name in names if sample.data[name].notna().any()]
    table = sample.deviation(there, by, level=level, df="domain").rename(columns={"variable": "index"})
    for freedom in freedoms:
        df = np.full(len(table), sample.df) if freedom == "design" else table["df"].to_numpy(float)
        lower, upper = bounds(table["estimate"], table["se"] ** 2, df, level)
        yield freedom, table[["index", by, "estimate"]].assign(lower=lower, upper=upper)


def _apart(
    samples: Sequence[SurveyDesign], names: list[str], by: str, freedoms: Sequence[Any], level: float
) -> Iterator[tuple[Any, pd.DataFrame]]:
    """Subtract means of waves that were drawn apart, in all and by groups."""
    keys = ["index", by]
    there = [name for name in names if all(sample.data[name].notna().any() for sample in samples)]
    parts = [_means(sample, there, by, level) for sample in samples]
    both = parts[1].merge(parts[0], on=keys, how="inner", suffixes=("", "_then"))
    for freedom in freedoms:
        dfs = np.array([np.full(len(both), sample.df) if freedom == "design" else both[name].to_numpy(float)
                        for name, sample in zip(("df_then", "df"), samples, strict=True)])  # fmt: skip
        values, errors = (both[[f"{name}_then", name]].to_numpy(float).T for name in ("estimate", "se"))
        value, variance, df = combined(values, errors**2, dfs, np.array([[-1.0], [1.0]]))
        lower, upper = bounds(value, variance, df, level)
        yield freedom, both[keys].assign(estimate=value, lower=lower, upper=upper)


def _means(sample: SurveyDesign, names: list[str], by: str, level: float) -> pd.DataFrame:
    import pandas as pd

    frames = [sample.mean(names, by=groups, level=level, df="domain") for groups in ((), by)]
    found = pd.concat(frames, ignore_index=True).rename(columns={"variable": "index"})
    found[by] = found[by].astype("object").where(found[by].notna(), None)
    return found


def _together(
    designs: Sequence[Design], samples: Sequence[SurveyDesign], names: list[str], by: str, freedoms: Sequence[Any],
    level: float,
) -> Iterator[tuple[Any, pd.DataFrame]]:  # fmt: skip
    """Subtract means of waves of the same places, with their covariance."""
    import pandas as pd

    before, now = designs
    scores = {name: pd.concat([sample.data[name] for sample in samples]).to_numpy() for name in names}
    both = stacked(before, now, [by]).with_columns(scores)
    for freedom in freedoms:
        rows = []
        for groups in ([], [by]):
            wanted: dict[str, Mapping[Any, float]] = {}
            keys: list[tuple[str, Any]] = []
            means = both.mean(names, by=[*groups, "wave"], level=level, df="domain")
            seen = set(
                means.loc[means["estimate"].notna(), ["variable", *groups, "wave"]].itertuples(index=False, name=None)
            )
            codes = list(both.data[by].dropna().unique()) if groups else [None]
            for name, code in product(names, codes):
                ends = [(name, *([code] if groups else []), each.year) for each in (now, before)]
                if set(ends) <= seen:
                    wanted[str(len(keys))] = {ends[0]: 1.0, ends[1]: -1.0}
                    keys.append((name, code))
            if wanted:
                table = both.contrast(names, wanted, by=[*groups, "wave"], level=level, df=freedom or "domain")
                rows.append(table[["estimate", "lower", "upper"]].assign(
                    **{"index": [key[0] for key in keys], by: [key[1] for key in keys]}))  # fmt: skip
        yield freedom, pd.concat(rows, ignore_index=True)
