"""Changes between two waves, with the verdict whether their items may be compared at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Texts
from analysis.messages.requests import wrong
from analysis.satisfaction.indices.index import hold_groups, index, indices_of, scored
from analysis.satisfaction.precision import classified
from analysis.satisfaction.result import Result
from analysis.satisfaction.words import words
from analysis.stats.independent import bounds, combined
from analysis.stats.multiplicity import adjust
from analysis.surveys.design import CLUSTER, STRATUM, WEIGHT, Design, places_of
from analysis.surveys.seal import declared
from analysis.surveys.waves import Verdict, compare_indices

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats import SurveyDesign

SHOWN = ("index", "before", "now", "estimate", "lower", "upper", "direction", "p_adjusted", "comparable", "kind",
         "n_before", "n", "precision")  # fmt: skip


def changes(
    before: Design, now: Design, of: str | Sequence[str] | None = None, *, by: str | Sequence[str] = (),
    same_places: bool | None = None, level: float = 0.95, method: str = "bh",
) -> Result:  # fmt: skip
    """Estimate how indices changed from one wave to the next, in all and by groups.

    Parameters
    ----------
    before, now
        Two waves of a questionnaire.
    of
        Ids of indices, or codes of rated items; all indices of both waves if not given.
    by
        Columns of the draw or items.
    same_places
        Whether the same places (or persons in them) were asked in both waves; looked up in the logs if not given.
    level
        Of the intervals, and one less the false-discovery rate.
    method
        Of the correction, as :func:`analysis.stats.multiplicity.adjust` takes it.

    Returns
    -------
    Result
        One row an index and group: index, <by…> (missing for all), measure, before, now, estimate (now less before),
        se, lower, upper, df, n_before, n, psus, p, p_adjusted, direction (``up``, ``down``, ``unclear``;
        ``not_tested`` and ``not_compared``), comparable (``yes``, ``with_care``, ``no``, …), reasons, kind
        (``confirmatory`` if the newer wave's seal has it), family, precision.

    Raises
    ------
    DuzhengError
        DZ-S002 for waves of two questionnaires, or not in order.

    Notes
    -----
    Waves drawn apart: se² = se₁² + se₂², degrees of freedom by Satterthwaite (1946). The same places twice: the waves
    are stacked, a place keeps its name in both, so that the covariance of its scores counts (Lehtonen and Pahkinen
    2004, Practical Methods for Design and Analysis of Complex Surveys, 5.3); there without finite populations, which
    overstates a little. Persons asked twice lie in their places, so a panel is such a design. The families are the
    declared comparisons with ``between: wave``, and all others; groups are families apart from all together.

    Examples
    --------
    >>> from analysis.surveys.example import example_design
    >>> waves = [example_design(wave=2024, schools=12), example_design(wave=2025, schools=12, shift=0.5)]
    >>> found = changes(*waves, "whole")
    >>> found.table[["index", "before", "now", "estimate", "se"]].round(1)
       index  before   now  estimate   se
    0  whole    47.5  55.6       8.1  0.4
    """
    groups = [by] if isinstance(by, str) else list(by)
    _hold(before, now)
    hold_groups([before, now], groups)
    verdicts = {verdict.code: verdict for verdict in _verdicts(before, now, of)}
    names = [name for name, verdict in verdicts.items() if verdict.comparable not in {"dropped", "added"}]
    same_places = _same(before, now, wanted=same_places)
    both = index([before, now], names, by=groups, level=level)
    table = _joined(both.table, groups, before, now, level)
    if same_places:
        _with_covariance(table, before, now, names, groups, level)
    refused = table["index"].map(lambda name: verdicts[name].comparable == "no")
    for column in ("estimate", "se", "lower", "upper", "df"):
        table.loc[refused, column] = float("nan")
    table["comparable"] = table["index"].map(lambda name: verdicts[name].comparable)
    table["reasons"] = table["index"].map(lambda name: "; ".join(verdicts[name].reasons))
    _test(table, before, now, level, method, groups)
    rule = now.rules.get("precision")
    found = classified(table, rule)
    held = found["precision"] == "suppress"
    found.loc[held, ["before", "now", "p_adjusted"]] = float("nan")
    found.loc[held, "direction"] = "not_compared"
    from analysis.satisfaction.charts.changes import draw

    settings = {"survey": now.survey.questionnaire.id, "before": before.year, "now": now.year, "by": groups,
                "same_places": same_places, "level": level, "correction": method}  # fmt: skip
    shown = [*SHOWN[:1], *groups, *SHOWN[1:]]
    if not (before.tested and now.tested):
        shown = [name for name in shown if name != "p_adjusted"]
    return Result(found, "changes", both.designs, settings, rule, notes=_notes(found, verdicts, now, settings),
                  drawing=draw, shown=tuple(shown), decimals={"p_adjusted": 3}, parts=both.parts)  # fmt: skip


def stacked(before: Design, now: Design, columns: Sequence[str] = ()) -> SurveyDesign:
    """Put two waves of the same places below each other, with the column ``wave``; weights meet the totals of each.

    Parameters
    ----------
    before, now
        The waves.
    columns
        Of the answers, that the stacked sample shall have beside its own.
    """
    import pandas as pd

    from analysis.stats import SurveyDesign

    waves = (before, now)
    titles = sorted({margin.title for each in waves for step in each.sample.steps for margin in step.margins})
    bases = [each.sample.steps[0].before if each.sample.steps else each.sample.plan.weight for each in waves]
    kept = {name: _below([each.data[name] for each in waves]) for name in dict.fromkeys([*columns, CLUSTER])}
    strata = [each.data[STRATUM] if STRATUM in each.data else _alike("all", len(each.data)) for each in waves]
    data = pd.DataFrame({**kept, STRATUM: _below(strata), WEIGHT: [*bases[0], *bases[1]]})
    data["wave"] = [before.year] * len(before.data) + [now.year] * len(now.data)
    margins = []
    for title in titles:
        parts, totals = [], []
        for each, base in zip(waves, bases, strict=True):
            known = {margin.title: margin for step in each.sample.steps for margin in step.margins}
            cells = each.data[title] if title in known else _alike("", len(each.data))
            names = {cell: f"{each.year} {cell}" for cell in cells.cat.categories}
            parts.append(cells.cat.rename_categories(names))
            sums = known[title].totals.tolist() if title in known else [float(base.sum())]
            labels = [label[0] for label in known[title].labels] if title in known else [""]
            totals.append(pd.DataFrame({title: [names[label] for label in labels], "total": sums}))
        data[title] = _below(parts)
        margins.append(pd.concat(totals, ignore_index=True))
    sample = SurveyDesign(data, weights=WEIGHT, strata=STRATUM, psu=CLUSTER, lonely_psu="adjust")
    if not titles:
        return sample
    return sample.poststratify(margins[0]) if len(margins) == 1 else sample.rake(margins)


def _alike(value: str, n: int) -> pd.Series[Any]:
    import numpy as np
    import pandas as pd

    return pd.Series(pd.Categorical.from_codes(np.zeros(n, dtype=np.int8), pd.Index([value])))


def _below(parts: Sequence[pd.Series[Any]]) -> Any:
    """Put columns below each other; categories stay categories."""
    import pandas as pd
    from pandas.api.types import union_categoricals

    if all(isinstance(part.dtype, pd.CategoricalDtype) for part in parts):
        return union_categoricals(list(parts), ignore_order=True)
    return pd.concat(parts, ignore_index=True).array


def _with_covariance(
    table: pd.DataFrame, before: Design, now: Design, names: list[str], groups: list[str], level: float
) -> None:
    """Put errors in that count what both waves of a place have in common."""
    import pandas as pd

    both = stacked(before, now, groups)
    scores = [scored(each, indices_of(each, names)).data[names] for each in (before, now)]
    sample = both.with_columns({name: pd.concat([s[name] for s in scores]).to_numpy() for name in names})
    for part in ([], groups) if groups else ([],):
        rows = table[table[groups].notna().all(axis=1)] if part else table[table[groups].isna().all(axis=1)]
        wanted, places = {}, []
        for place, row in rows.iterrows():
            key = (row["index"], *(row[name] for name in part))
            if row["before"] == row["before"] and row["now"] == row["now"]:
                wanted[str(place)] = {(*key, now.year): 1.0, (*key, before.year): -1.0}
                places.append(place)
        if wanted:
            found = sample.contrast(names, wanted, by=[*part, "wave"], level=level, df="domain")
            for column in ("se", "lower", "upper", "df"):
                table.loc[places, column] = found[column].to_numpy()


def _joined(table: pd.DataFrame, groups: list[str], before: Design, now: Design, level: float) -> pd.DataFrame:
    """Put both waves of an index and group into one row, as if they were independent."""
    import numpy as np

    keys = ["index", *groups, "measure"]
    then = table[table["wave"] == before.year].drop(columns=["survey", "wave", "precision"])
    here = table[table["wave"] == now.year].drop(columns=["survey", "wave", "precision"])
    both = here.merge(then, on=keys, how="inner", suffixes=("", "_then"))
    values, errors, dfs = (both[[f"{name}_then", name]].to_numpy(float).T for name in ("estimate", "se", "df"))
    difference, variance, df = combined(values, errors**2, dfs, np.array([[-1.0], [1.0]]))
    lower, upper = bounds(difference, variance, df, level)
    return both[keys].assign(
        before=both["estimate_then"], now=both["estimate"], estimate=difference, se=np.sqrt(variance),
        lower=lower, upper=upper, df=df, n_before=both["n_then"], n=both["n"], psus=both["psus"],
    )  # fmt: skip


def _test(table: pd.DataFrame, before: Design, now: Design, level: float, method: Any, groups: list[str]) -> None:
    """Test changes where both waves are probability samples, family by family."""
    import numpy as np
    import pandas as pd
    from scipy import special

    tested = before.tested and now.tested
    wanted = {each.of for each in now.survey.questionnaire.analyses.comparisons if each.between == "wave"}
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (table["estimate"] / table["se"]).to_numpy(float)
    p = 2 * special.stdtr(table["df"].to_numpy(float), -np.abs(t)) if tested else np.full(len(table), np.nan)
    whole = table[groups].isna().all(axis=1) if groups else pd.Series(True, index=table.index)  # noqa: FBT003
    kinds = table["index"].isin(wanted).map({True: "declared", False: "exploratory"})
    table["family"] = kinds.str.cat(whole.map({True: "all", False: "groups"}), sep=" ")
    table["p"] = p
    table["p_adjusted"] = adjust(p, method=method, family=table["family"]).to_numpy()
    clear = table["p_adjusted"].to_numpy(float) <= 1 - level + 1e-12
    table["direction"] = np.select(
        [table["estimate"].isna(), np.repeat(not tested, len(table)), clear & (t > 0), clear & (t < 0)],
        ["not_compared", "not_tested", "up", "down"], "unclear",
    )  # fmt: skip
    sealed = {name: declared(now.root, now.survey, name, "wave").kind if now.root else "exploratory"
             for name in table["index"].unique()}  # fmt: skip
    table["kind"] = table["index"].map(sealed)


def _notes(
    table: pd.DataFrame, verdicts: dict[str, Verdict], now: Design, settings: dict[str, Any]
) -> tuple[Texts, ...]:
    def said(key: str, **values: object) -> Texts:
        return {language: text.format(**values) for language, text in words("changes")[key].items()}

    found = [said("same_places" if settings["same_places"] else "drawn_apart")]
    if table["p"].notna().any():
        many = table[table["p"].notna()]["family"].str.startswith("declared")
        found.append(said("family", declared=int(many.sum()), rest=int((~many).sum()),
                          rate=f"{100 * (1 - settings['level']):g}"))  # fmt: skip
    else:
        found.append(said("untested"))
    for key, wanted in (("not_comparable", {"no"}), ("with_care", {"with_care"})):
        listed = [verdict for verdict in verdicts.values() if verdict.comparable in wanted]
        if listed:
            found.append({language: words("changes")[key][language].format(indices="; ".join(
                f"{now.labels.head(v.code, language)} ({'; '.join(v.reasons)})" for v in listed))
                for language in words("changes")[key]})  # fmt: skip
    return tuple(found)


def _verdicts(before: Design, now: Design, of: str | Sequence[str] | None) -> list[Verdict]:
    wanted = None if of is None else [of] if isinstance(of, str) else list(of)
    if wanted is not None:
        indices_of(now, wanted)
    known = {each.id for each in now.survey.questionnaire.analyses.indices}
    items = [name for name in wanted or () if name not in known]
    found = compare_indices(before.survey, now.survey, items=items)
    if wanted is None:
        return found
    by_code = {verdict.code: verdict for verdict in found}
    return [by_code.get(name) or by_code[name.partition(".")[0]] for name in wanted]


def _same(before: Design, now: Design, *, wanted: bool | None = None) -> bool:
    """Tell whether the same places were asked: those of an open questionnaire are, those of two draws rarely."""
    possible = before.kind == now.kind != "census" and bool(before.place and now.place)
    if wanted is None:
        if not possible or before.kind == "open":
            return possible
        then, here = (set(each.wave.log[places_of(each.survey, each.wave.responses, each.wave.log)[1]])
                      for each in (before, now))  # fmt: skip
        return then == here
    if wanted and not possible:
        raise DuzhengError(wrong(f"same_places of {before.kind} and {now.kind} waves", "samples of places, twice",
                                 "a census has no sample of places: leave it out"))  # fmt: skip
    return wanted


def _hold(before: Design, now: Design) -> None:
    if before.survey.questionnaire.id != now.survey.questionnaire.id or before.year >= now.year:
        raise DuzhengError(wrong(f"{before.name} and {now.name}", "an earlier and a later wave of one questionnaire",
                                 "different questionnaires ask different people"))  # fmt: skip
