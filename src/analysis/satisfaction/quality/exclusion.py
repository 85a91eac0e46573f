"""Results with and without doubtful answers, side by side: what they change, and whether a conclusion turns on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Texts
from analysis.messages.requests import hold_level, wrong
from analysis.satisfaction.indices.index import index
from analysis.satisfaction.quality.doubts import Doubts
from analysis.satisfaction.result import SurveyResult
from analysis.satisfaction.words import both, words
from analysis.stats.independent import bounds
from analysis.surveys.design import Design, hold_designs

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.stats import SurveyDesign

Verb = Callable[..., SurveyResult]
#: What the script of the difference says of it.
COVARIANCE = """\
# The two means share most answers, so the error of their difference is not that of two samples. The columns
# difference_* are the linearised scores of the difference, doubtful answers included: the standard error of their
# total is that of the difference; the total itself is 0 less rounding.\
"""
#: Columns of results that are figures or remarks, and do not say whom or what a row is of.
_FIGURES = {"estimate", "se", "lower", "upper", "df", "n", "psus", "deff", "p", "precision", "note", "flagged"}
#: Columns that say what is measured; ranks are among rows that have these in common.
_WHAT = ("survey", "wave", "index", "item", "variable", "category", "measure", "sign", "of", "topic")


@dataclass(frozen=True, eq=False)
class Exclusion(SurveyResult):
    """A result with and without doubtful answers; ``both`` are the two results that are compared."""

    both: tuple[SurveyResult, SurveyResult] = field(kw_only=True, repr=False)

    def as_r(self, folder: str | Path) -> Path:
        """Write a script for each of both designs, into ``all`` and ``without``, and one for the difference.

        There is one for the difference where its error is linearised; that of a jackknife is of reruns of the verb.

        Raises
        ------
        DuzhengError
            DZ-S002 for a verb of which R has nothing to compute.
        """
        target = Path(folder)
        for name, each in zip(("all", "without"), self.both, strict=True):
            each.as_r(target / name)
        if self.sample is not None:
            self.sample.as_r(target / "difference", *self.asked, script=COVARIANCE)
        return target


def with_and_without(
    design: Design, doubts: Doubts | pd.Series[bool], verb: Verb = index, *, threshold: float | None = None,
    replicates: int = 0, seed: int = 1, level: float = 0.95, **settings: Any,
) -> Exclusion:  # fmt: skip
    """Rerun a verb without the doubtful answers, and show both results side by side.

    Parameters
    ----------
    design
        The wave.
    doubts
        What was found, or for each row of ``design.data`` whether it is doubtful.
    verb
        A verb that takes a design and gives a result with ``estimate``.
    threshold
        A bound, such as a pass mark, of which it is said whether an estimate changes sides.
    replicates
        For verbs whose estimates are not means: so many random groups of places are left out in turn. 0 gives their
        differences no standard error.
    seed
        Of the random groups.
    level
        Of the interval of the difference.
    settings
        Of the verb.

    Returns
    -------
    Exclusion
        ``table``: the verb's columns that say what a row is of, ``estimate`` (of all answers), ``without``,
        ``difference`` = without − all, ``se``, ``lower``, ``upper``, ``df``, ``n``, ``n_without``, ``precision``,
        ``precision_without``, ``rank``, ``rank_without`` (1 the highest, of the groups of one index), ``changes``:
        ``class``, ``order``, ``threshold``, or nothing.

    Raises
    ------
    DuzhengError
        DZ-S002 for doubts of other answers or none, a verb without estimates, or where every answer is doubtful.

    Notes
    -----
    Weights are made anew without the doubtful answers. The two estimates share most of their answers, so the error of
    their difference is not that of two samples. Means are linearised together: with weights w and v (v = 0 where
    doubtful), the difference has the scores w (y − ȳ_w) / Σw − v (y − ȳ_v) / Σv, whose total has the design's variance
    (Särndal, Swensson and Wretman 1992, 5.5); covariance is within it. Other verbs have a delete-a-group jackknife
    (Kott 2001, J. Official Statistics 17): v = (G − 1) / G Σ (d_g − d)², with G − 1 degrees of freedom; it knows no
    finite populations and errs on the large side where strata have fewer places than there are groups, with two places
    by up to √2. Which answers are doubtful is taken as given. In R ``withReplicates`` of the difference, on
    ``as.svrepdesign``.

    Examples
    --------
    >>> from analysis.surveys.example import example_design
    >>> design = example_design()
    >>> found = with_and_without(design, design.data["whole"] >= 6, of="ixWhole")
    >>> row = found.table.iloc[0]
    >>> bool(row["without"] < row["estimate"]), bool(row["n_without"] < row["n"]), bool(row["se"] > 0)
    (True, True, True)
    """
    import numpy as np
    import pandas as pd

    (design,) = hold_designs(design, most=1)
    faults = [] if callable(verb) else [wrong(f"verb={verb!r}"[:60], "a verb such as ws.index", "without brackets")]
    if isinstance(replicates, bool) or not isinstance(replicates, int) or replicates < 0 or replicates == 1:
        faults.append(wrong(f"replicates={replicates!r}", "2 or more, or 0", "30 are usual"))
    hold_level(level, *faults)
    flags = doubts.doubtful if isinstance(doubts, Doubts) else doubts
    keep = ~_held(design, flags)
    one, two = verb(design, **settings), verb(design.only(pd.Series(keep)), **settings)
    keys = _keys(one)
    table = _beside(one.table, two.table, keys)
    table["difference"] = table["without"] - table["estimate"]
    found = _linearised(keep, one, two, keys)
    asked: dict[str, Any] = {}
    if found is not None:
        linear, sample, raw = found
        asked = {"sample": sample, "asked": raw}
        table = table.merge(linear, on=keys, how="left", suffixes=("", "_of"))
        table = table.drop(columns=[name for name in table if str(name).endswith("_of")])
    elif replicates:
        table["se"] = _jackknife(design, keep, verb, settings, table, keys, replicates, seed)
        table["df"] = float(replicates - 1)
    else:
        table["se"], table["df"] = np.nan, np.nan
    table.loc[table["difference"].isna(), "se"] = np.nan
    table["lower"], table["upper"] = bounds(table["difference"], table["se"] ** 2, table["df"], level)
    _ranked(table, keys)
    table["changes"] = _changes(table, threshold)
    how = "linearised" if found is not None else "jackknife" if replicates else "none"
    chosen = {**one.settings, "verb": one.words, "threshold": threshold, "error": how, "level": level}
    chosen |= {"replicates": replicates} if how == "jackknife" else {}
    order = [*keys, "estimate", "without", "difference", "se", "lower", "upper", "df", "n", "n_without", "precision",
             "precision_without", "rank", "rank_without", "changes"]  # fmt: skip
    table = table[[name for name in order if name in table]]
    left = {"se", "df", "survey", "precision", "precision_without"}
    left |= {name for name in ("rank", "rank_without") if table[name].isna().all()}
    places = {"rank": 0, "rank_without": 0, "difference": 2, "lower": 2, "upper": 2}
    return Exclusion(
        table,
        "exclusion",
        one.designs,
        settings=chosen,
        rule=one.rule,
        notes=_notes(table, keep, how, one),
        shown=tuple(str(name) for name in table if name not in left),
        decimals=places,
        both=(one, two),
        **asked,
    )


def _held(design: Design, flags: Any) -> np.ndarray:
    import numpy as np

    given = np.asarray(flags)
    if given.ndim != 1 or given.dtype.kind not in "bO":
        raise DuzhengError(wrong(f"doubts={flags!r}"[:60], "what doubts() found, or a truth for each answer",
                                 "give what ws.doubts(wave) found"))  # fmt: skip
    found: np.ndarray = given.astype(bool)
    if len(found) != len(design.data):
        raise DuzhengError(
            wrong(f"doubts of {len(found)} answers", f"of the {len(design.data)} of {design.name}",
                  "look for doubts in this design, not in another one")
        )  # fmt: skip
    if found.all():
        raise DuzhengError(wrong("every answer doubtful", "some that are not", "choose milder settings of doubts()"))
    return found


def _keys(result: SurveyResult) -> list[str]:
    """Give the columns that say what a row is of."""
    if "estimate" not in result.table:
        raise DuzhengError(wrong(f"the verb {result.words}", "one whose table has estimates", "such as index"))
    return [str(name) for name in result.table if name not in _FIGURES and not str(name).startswith(("p_", "n_"))]


def _beside(one: pd.DataFrame, two: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Put two tables beside each other; groups that only doubtful answers are in stay, without a second value."""
    figures = [name for name in ("estimate", "n", "precision") if name in one]
    plain = [frame[[*keys, *figures]].astype(dict.fromkeys(keys, "object")) for frame in (one, two)]
    renamed = plain[1].rename(columns={"estimate": "without", "n": "n_without", "precision": "precision_without"})
    return plain[0].merge(renamed, on=keys, how="left")


def _linearised(
    keep: np.ndarray, one: SurveyResult, two: SurveyResult, keys: list[str]
) -> tuple[pd.DataFrame, SurveyDesign, tuple[Any, ...]] | None:
    """Give the standard error of the difference of means, and the totals that it is the error of.

    None where the verb's estimates are no means, or can't be told apart.
    """
    import pandas as pd

    if one.sample is None or two.sample is None or not one.asked:
        return None
    requests = [(raw.attrs.get("request"), raw) for raw in one.asked]
    named = next((name for name in ("index", "variable", "item") if name in keys), "")
    if not named or any(request is None or _said(request)[0] != "mean" for request, _ in requests):
        return None
    weight = one.sample.plan.weight, _spread(two.sample.plan.weight, keep)
    parts, asked, sample = [], [], one.sample
    for place, (request, _) in enumerate(requests):
        _, names, by = _said(request)
        prefix = f"difference_{place + 1}_"
        scores = {prefix + name: _scores(one.sample, two.sample, keep, weight, name, by) for name in names}
        sample = sample.with_columns(scores)
        asked.append(sample.total([*scores], by=by, df="domain"))
        found = asked[-1].copy()
        found[named] = found["variable"].str.removeprefix(prefix)
        means = one.sample.mean(list(names), by=by, df="domain").rename(columns={"variable": named})
        found = found.merge(means[[named, *by, "se"]].rename(columns={"se": "known"}), on=[named, *by])
        found["se"] = found["se"].where(found["known"].notna())
        parts.append(found[[named, *by, "se", "df"]])
    joined = pd.concat(parts, ignore_index=True)
    on = [name for name in keys if name in joined]
    joined = joined.astype(dict.fromkeys(on, "object"))
    known = one.table[keys].astype("object").merge(joined.reindex(columns=[*on, "se", "df"]), on=on, how="left")
    return None if known[keys].duplicated().any() else (known, sample, tuple(asked))


def _said(request: Any) -> tuple[str, tuple[str, ...], list[str]]:
    """Give the verb, variables and groups of a request."""
    return str(request["verb"]), tuple(request["variables"]), list(request["by"])


def _spread(weight: np.ndarray, keep: np.ndarray) -> np.ndarray:
    import numpy as np

    found = np.zeros(len(keep))
    found[keep] = weight
    return found


def _scores(
    one: SurveyDesign, two: SurveyDesign, keep: np.ndarray, weight: tuple[np.ndarray, np.ndarray], name: str,
    by: list[str],
) -> np.ndarray:  # fmt: skip
    """Give each answer's part in the difference of the means of its group, for a unit of its weight among all."""
    import numpy as np

    w, v = weight
    y, z = one.data[name].to_numpy(float, na_value=np.nan), np.full(len(keep), np.nan)
    z[keep] = two.data[name].to_numpy(float, na_value=np.nan)
    if by:
        groups = one.data.groupby(by, observed=True, sort=False, dropna=True).ngroup().to_numpy()
    else:
        groups = np.zeros(len(keep), int)
    found = np.zeros(len(keep))
    for values, of, sign in ((y, w, -1.0), (z, v, 1.0)):
        valid = ~np.isnan(values) & (groups >= 0) & (of > 0)
        at = groups[valid]
        total = np.bincount(at, weights=of[valid])
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(at, weights=of[valid] * values[valid]) / total
            found[valid] += sign * of[valid] * (values[valid] - mean[at]) / total[at]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(w > 0, found / w, 0.0)


def _jackknife(
    design: Design, keep: np.ndarray, verb: Verb, settings: dict[str, Any], table: pd.DataFrame, keys: list[str],
    replicates: int, seed: int,
) -> np.ndarray:  # fmt: skip
    """Give the standard error of differences by leaving out random groups of places in turn."""
    import numpy as np
    import pandas as pd

    unit = design.data[design.place] if design.place else pd.Series(np.arange(len(keep)))
    code, names = pd.factorize(unit)
    # Places of one stratum stand together, so that a group takes about as many of each.
    strata = design.sample.strata
    stratum = pd.factorize(design.data[strata])[0] if strata else np.zeros(len(keep), int)
    first = np.zeros(len(names), int)
    first[code[code >= 0]] = stratum[code >= 0]
    turn = np.lexsort((np.random.default_rng(seed).random(len(names)), first))
    group = np.empty(len(names), int)
    group[turn] = np.arange(len(names)) % replicates
    of = np.where(code >= 0, group[code], np.arange(len(keep)) % replicates)
    sums = np.zeros(len(table))
    for each in range(replicates):
        stays = of != each
        here = [verb(design.only(pd.Series(stays & part)), **settings).table for part in (np.ones_like(keep), keep)]
        both = table[keys].merge(_beside(here[0], here[1], keys), on=keys, how="left")
        moved = (both["without"] - both["estimate"]).to_numpy(float) - table["difference"].to_numpy(float)
        sums += moved**2
    found: np.ndarray = np.sqrt((replicates - 1) / replicates * sums)
    return found


def _ranked(table: pd.DataFrame, keys: list[str]) -> None:
    """Rank the groups of one index, from the highest; what is of all answers has no rank."""
    what = [name for name in keys if name in _WHAT]
    groups = [name for name in keys if name not in _WHAT]
    some = table[groups].notna().any(axis=1) if groups else table["estimate"].notna() & False
    for name, of in (("rank", "estimate"), ("rank_without", "without")):
        values = table.loc[some, of]
        ranks = values.groupby([table.loc[some, key] for key in what], dropna=False) if what else values
        table[name] = ranks.rank(ascending=False, method="min") if len(values) else float("nan")


def _changes(table: pd.DataFrame, threshold: float | None) -> list[str]:
    """Say what of a row turns on the doubtful answers."""
    import numpy as np

    found = []
    for row in table.to_dict("records"):
        said = []
        if row.get("precision") != row.get("precision_without"):
            said.append("class")
        if not np.isnan(row["rank"]) and row["rank"] != row["rank_without"]:
            said.append("order")
        if threshold is not None and not np.isnan(row["difference"]):
            said += ["threshold"] if (row["estimate"] >= threshold) != (row["without"] >= threshold) else []
        found.append(", ".join(said))
    return found


def _notes(table: pd.DataFrame, keep: np.ndarray, how: str, one: SurveyResult) -> tuple[Texts, ...]:
    said, turned = words("exclusion"), [each.split(", ") for each in table["changes"]]
    values: dict[str, int] = {name: sum(name in each for each in turned) for name in ("class", "order", "threshold")}
    values |= {"n": int((~keep).sum()), "all": len(keep), "rows": len(table)}
    notes: list[Texts] = [both("exclusion", key, **values) for key in ("left_out", "turned")]
    return (*one.notes, *notes, said[f"note.{how}"])
