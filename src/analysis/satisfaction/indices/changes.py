"""Changes between two waves, with the verdict whether their items may be compared at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.messages import LANGUAGES, DuzhengError, Language, Texts, bracketed, together
from analysis.messages.requests import hold_level, wrong
from analysis.satisfaction.charts.changes import draw
from analysis.satisfaction.indices.comparability import hold_waves, reason
from analysis.satisfaction.indices.index import COMBINE, TOPICS, groups_wrong, index, indices_of, scored
from analysis.satisfaction.indices.stacked import stacked
from analysis.satisfaction.precision import classified, complementary
from analysis.satisfaction.result import SurveyResult
from analysis.satisfaction.words import both, said
from analysis.stats.independent import bounds, combined
from analysis.stats.multiplicity import adjust
from analysis.surveys.design import Design, place_columns
from analysis.surveys.seal import declared
from analysis.surveys.waves import Verdict, compare_indices, compare_waves

Freedom = Literal["domain", "effective"]
#: The share of places that both waves have from which they are taken for the same places on purpose.
MOSTLY = 0.5
#: How R compares two waves of the same places: both below each other, a place under one name in both.
_SAME = """\
stack <- do.call(rbind, lapply(seq_along(folders), function(k) {
  d <- part(folders[k])
  v <- d$variables
  if (is.null(v$stratum)) v$stratum <- "all"
  v$duzheng_w <- weights(d)
  v$duzheng_wave <- k
  v[, c(scores, "stratum", "cluster", "duzheng_w", "duzheng_wave")]
}))
both <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~duzheng_w, data = stack, nest = TRUE)
# Errors are a little larger than ours where weights were calibrated: the residuals from the margins are left out.
for (y in scores) {
  waves <- svyby(as.formula(paste0("~`", y, "`")), ~duzheng_wave, both, svymean, na.rm = TRUE, covmat = TRUE)
  cat(y, "\\n")
  print(svycontrast(waves, c(-1, 1)))
}"""
SHOWN = ("index", "before", "now", "estimate", "lower", "upper", "direction", "p_adjusted", "comparable", "kind",
         "n_before", "n", "precision")  # fmt: skip


def changes(
    before: Design, now: Design, of: str | Sequence[str] | None = None, *, by: str | Sequence[str] = (),
    same_places: bool | None = None, level: float = 0.95, method: str = "bh", freedom: Freedom = "domain",
) -> SurveyResult:  # fmt: skip
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
    freedom
        Degrees of freedom: ``domain``, PSUs less strata in which a group has answers; ``effective``, as
        :meth:`analysis.stats.SurveyDesign.freedom` finds them, for small p.

    Returns
    -------
    SurveyResult
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
    hold_waves(before, now)
    hold_level(level, *groups_wrong([before, now], groups))
    verdicts = _verdicts(before, now, of)
    names = [name for name, verdict in verdicts.items() if verdict.comparable not in {"dropped", "added"}]
    if not names:
        raise DuzhengError(wrong(f"{', '.join(verdicts) or of}", f"what both {before.name} and {now.name} asked",
                                 "see comparability(before, now)"))  # fmt: skip
    same, shared = _same(before, now, wanted=same_places)
    table, whole = _rows(before, now, names, groups, same=same, level=level, of=of, freedom=freedom)
    _refuse(table, verdicts)
    family = _declared(before, now, same=same, level=level, freedom=freedom)
    _test(table, family, before, now, level, method, groups)
    rule = now.rules.get("precision")
    # A change is as sure as the wave with fewer answers.
    least = np.minimum(table["n"], table["n_before"])
    found = classified(table.assign(n=least), rule)
    if groups:
        found = complementary(found, ["index", *groups[:-1]], among=found[groups].notna().all(axis=1))
    found["n"] = table["n"]
    held = found["precision"] == "suppress"
    found.loc[held, ["before", "now", "p_adjusted"]] = float("nan")
    found.loc[held, "direction"] = "not_compared"
    settings = {"survey": now.survey.questionnaire.id, "before": before.year, "now": now.year, "by": groups,
                "same_places": same, "level": level, "correction": method, "freedom": freedom}  # fmt: skip
    shown = [*SHOWN[:1], *groups, *SHOWN[1:]]
    if not (before.tested and now.tested):
        shown = [name for name in shown if name not in {"p_adjusted", "kind"}]
    notes = _notes(found, family, verdicts, (before, now), shared, settings)
    tested = "TRUE" if before.tested and now.tested else "FALSE"
    script = "\n".join([COMBINE, *(f'combine("{name}", c(-1, 1), {tested})' for name in names)])
    return SurveyResult(
        found,
        "changes",
        whole.designs,
        settings=settings,
        rule=rule,
        notes=notes,
        drawing=draw,
        shown=tuple(shown),
        parts=whole.parts,
        combine=_same_in_r(names) if same else script,
    )


def _same_in_r(names: Sequence[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return f"scores <- c({listed})\n{_SAME}"


def _rows(
    before: Design, now: Design, names: list[str], groups: list[str], *, same: bool, level: float, of: Any = None,
    freedom: Freedom = "domain",
) -> tuple[pd.DataFrame, SurveyResult]:  # fmt: skip
    """Put both waves of indices beside each other, in all and by groups, with the error of their difference."""
    wanted = TOPICS if of == TOPICS else names
    both = index([before, now], wanted, by=groups, level=level)
    # What is held back here is held back by the waves together, later.
    raw = pd.concat([part.table for part in both.parts], ignore_index=True)
    raw = raw[raw["index"].isin(names)]
    if freedom == "effective":
        raw = _effective(raw, both.parts, names, groups)
    table = _joined(raw, groups, before, now, level)
    if same:
        own = table["df"].copy()
        _with_covariance(table, before, now, wanted, names, groups, level)
        if freedom == "effective":
            table["df"] = np.minimum(table["df"], own)
            table["lower"], table["upper"] = bounds(table["estimate"], table["se"] ** 2, table["df"], level)
    return table, both


def _effective(raw: pd.DataFrame, parts: Sequence[SurveyResult], names: list[str], groups: list[str]) -> pd.DataFrame:
    """Put effective degrees of freedom into the rows of both waves."""
    frames = []
    for part in parts:
        sample = part.sample
        if sample is None:
            continue
        there = [name for name in names if name in sample.data and sample.data[name].notna().any()]
        for by in ([], groups) if groups else ([],):
            found = sample.freedom(there, by).rename(columns={"variable": "index"})
            frames.append(found.assign(wave=part.designs[0].year, **{name: None for name in groups if name not in by}))
    known = pd.concat(frames, ignore_index=True)
    keys = ["wave", "index", *groups]
    named, of = (frame[keys].astype("object").where(frame[keys].notna(), None) for frame in (raw, known))
    by_key = dict(zip(of.itertuples(index=False, name=None), known["df"], strict=True))
    values = [by_key.get(key, float("nan")) for key in named.itertuples(index=False, name=None)]
    return raw.assign(df=np.array(values, dtype=float))


def _refuse(table: pd.DataFrame, verdicts: Mapping[str, Verdict]) -> None:
    """Take differences out that are none: of what may not be compared, or was measured otherwise."""
    other = table["measure"] != table["measure_before"]
    verdict = table["index"].map(lambda name: verdicts[name].comparable if name in verdicts else "no")
    table["comparable"] = verdict.where(~other, "no")
    table["reasons"] = table["index"].map(lambda name: "; ".join(verdicts[name].reasons) if name in verdicts else "")
    table.loc[other & (table["reasons"] == ""), "reasons"] = "measured otherwise"
    refused = table["comparable"] == "no"
    table.loc[refused, ["estimate", "se", "lower", "upper", "df"]] = float("nan")


def _declared(before: Design, now: Design, *, same: bool, level: float, freedom: Freedom = "domain") -> pd.DataFrame:
    """Reckon every change that the newer questionnaire declares: the family that is corrected together."""
    wanted: dict[tuple[str, ...], list[str]] = {}
    for each in now.survey.questionnaire.analyses.comparisons:
        if each.between == "wave":
            wanted.setdefault(each.by, []).append(each.of)
    found = []
    for by, names in wanted.items():
        verdicts = {name: verdict for name, verdict in _verdicts(before, now, names, strict=False).items()
                    if verdict.comparable in {"yes", "with_care"}}  # fmt: skip
        groups = [name for name in by if name in before.data and name in now.data]
        if not verdicts or len(groups) < len(by):
            continue
        table, _ = _rows(before, now, list(verdicts), groups, same=same, level=level, freedom=freedom)
        _refuse(table, verdicts)
        table = table[table[groups].notna().all(axis=1)] if groups else table
        found.append(table.assign(key=pd.Series(_keys(table, groups), index=table.index)))
    return (
        pd.concat(found, ignore_index=True) if found else pd.DataFrame({"key": [], "estimate": [], "se": [], "df": []})
    )


def _keys(table: pd.DataFrame, groups: list[str]) -> list[tuple[Any, ...]]:
    """Name each row by its index and groups; all together have none."""
    return [
        (row["index"], *((name, str(row[name])) for name in groups if row[name] is not None and row[name] == row[name]))
        for row in table.to_dict("records")
    ]


def _with_covariance(
    table: pd.DataFrame, before: Design, now: Design, of: Any, names: list[str], groups: list[str], level: float
) -> None:
    """Put errors in that count what both waves of a place have in common."""
    both = stacked(before, now, groups)
    scores = [scored(each, indices_of(each, of)).data[names] for each in (before, now)]
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
            kept = [str(name) for name in dict.fromkeys(table.loc[places, "index"])]
            found = sample.contrast(kept, wanted, by=[*part, "wave"], level=level, df="domain")
            for column in ("se", "lower", "upper", "df"):
                table.loc[places, column] = found[column].to_numpy()


def _joined(table: pd.DataFrame, groups: list[str], before: Design, now: Design, level: float) -> pd.DataFrame:
    """Put both waves of an index and group into one row, as if they were independent."""
    keys = ["index", *groups]
    dropped = ["survey", "wave", "precision"]
    then = table[table["wave"] == before.year].drop(columns=dropped, errors="ignore")
    here = table[table["wave"] == now.year].drop(columns=dropped, errors="ignore")
    order = {name: at for at, name in enumerate(dict.fromkeys(here["index"]))}
    both = here.assign(at=range(len(here))).merge(then, on=keys, how="outer", suffixes=("", "_then"))
    both = both.assign(of=both["index"].map(order)).sort_values(["of", "at"], kind="stable", ignore_index=True)
    both["measure"] = both["measure"].fillna(both["measure_then"])
    values, errors, dfs = (both[[f"{name}_then", name]].to_numpy(float).T for name in ("estimate", "se", "df"))
    difference, variance, df = combined(values, errors**2, dfs, np.array([[-1.0], [1.0]]))
    lower, upper = bounds(difference, variance, df, level)
    counts = {
        name: both[of].fillna(0).astype(int) for name, of in (("n_before", "n_then"), ("n", "n"), ("psus", "psus"))
    }
    return both[[*keys, "measure"]].assign(
        measure_before=both["measure_then"].fillna(both["measure"]), before=both["estimate_then"], now=both["estimate"],
        estimate=difference, se=np.sqrt(variance), lower=lower, upper=upper, df=df, **counts,
    )  # fmt: skip


def _p(table: pd.DataFrame) -> np.ndarray:
    from scipy import special

    with np.errstate(divide="ignore", invalid="ignore"):
        t = (table["estimate"].astype(float) / table["se"].astype(float)).to_numpy(float)
    return np.asarray(2 * special.stdtr(table["df"].to_numpy(float), -np.abs(t)))


def _test(
    table: pd.DataFrame, family: pd.DataFrame, before: Design, now: Design, level: float, method: Any,
    groups: list[str],
) -> None:  # fmt: skip
    """Test changes where both waves are probability samples: the declared family whole, and what else is asked for."""
    tested = before.tested and now.tested
    keys = _keys(table, groups)
    adjusted = (
        dict(zip(family["key"], adjust(_p(family), method=method), strict=True)) if tested and len(family) else {}
    )
    table["family"] = ["declared" if key in set(family["key"]) else "exploratory" for key in keys]
    table["p"] = _p(table) if tested else np.nan
    rest = table["p"].where(table["family"] == "exploratory")
    whole = table[groups].isna().all(axis=1) if groups else pd.Series(True, index=table.index)  # noqa: FBT003
    table["p_adjusted"] = adjust(rest, method=method, family=whole.to_numpy()).to_numpy()
    table["p_adjusted"] = [adjusted.get(key, each) for key, each in zip(keys, table["p_adjusted"], strict=True)]
    clear = table["p_adjusted"].to_numpy(float) <= 1 - level + 1e-12
    up = table["estimate"].to_numpy(float) > 0
    table["direction"] = np.select(
        [table["estimate"].isna(), np.repeat(not tested, len(table)), clear & up, clear & ~up],
        ["not_compared", "not_tested", "up", "down"], "unclear",
    )  # fmt: skip
    by = [tuple(groups) if groups and not every else () for every in whole]
    asked = list(zip(table["index"], by, strict=True))
    kinds = {
        key: declared(now.root, now.survey, key[0], "wave", by=key[1], synthetic=now.synthetic).kind
        if now.root
        else "exploratory"
        for key in set(asked)
    }
    table["kind"] = [kinds[key] for key in asked]


def _notes(
    table: pd.DataFrame, family: pd.DataFrame, verdicts: Mapping[str, Verdict], waves: tuple[Design, Design],
    shared: int, settings: Mapping[str, Any],
) -> tuple[Texts, ...]:  # fmt: skip
    """Say how the waves hang together, what was corrected with what, and what may not be compared."""
    before, now = waves
    if "census" in {before.kind, now.kind}:
        found = [both("changes", "census")]
    elif settings["same_places"]:
        found = [both("changes", "same_places", shared=shared)]
    else:
        found = [both("changes", "drawn_apart", shared=shared)]
    if before.tested and now.tested:
        asked = table["family"] == "declared"
        found.append(both("changes", "family", declared=len(family), shown=int(asked.sum()), rest=int((~asked).sum()),
                          rate=f"{100 * (1 - settings['level']):g}"))  # fmt: skip
    else:
        found.append(both("changes", "untested"))
    items = {verdict.code: verdict for verdict in compare_waves(before.survey, now.survey)}
    for key in ("no", "with_care", "dropped", "added"):
        those = [name for name, verdict in verdicts.items() if verdict.comparable == key]
        if those:
            found.append({language: said("changes", f"are_{key}", language, indices=together(
                (_why(name, items, waves, language) for name in those), language))
                for language in LANGUAGES})  # fmt: skip
    return tuple(found)


def _why(name: str, items: Mapping[str, Verdict], waves: tuple[Design, Design], language: Language) -> str:
    """Name an index with the items that keep it from being compared."""
    now = waves[1]
    index_ = next((each for each in now.survey.questionnaire.analyses.indices if each.id == name), None)
    codes = [code.partition(".")[0] for code in index_.items] if index_ else [name.partition(".")[0]]
    told = [reason(waves, items[code], language) for code in codes if code in items and items[code].comparable != "yes"]
    head = now.labels.head(name, language)
    return bracketed(head, ("，" if language == "zh-Hans" else ", ").join(told), language)


def _verdicts(
    before: Design, now: Design, of: str | Sequence[str] | None, *, strict: bool = True
) -> dict[str, Verdict]:
    """Give the verdict of every index that is asked for, by its name."""
    if of == TOPICS:
        both_ = indices_of(before, TOPICS), indices_of(now, TOPICS)
        return {verdict.code: verdict for verdict in compare_indices(before.survey, now.survey, indices=both_)}
    wanted = None if of is None else [of] if isinstance(of, str) else list(of)
    known = {each.id for each in now.survey.questionnaire.analyses.indices}
    items = [name for name in wanted or () if name not in known]
    found = {verdict.code: verdict for verdict in compare_indices(before.survey, now.survey, items=items)}
    if wanted is None:
        return found
    there = {name: found.get(name) or found.get(name.partition(".")[0]) for name in wanted}
    if strict:
        indices_of(
            now, [name for name, verdict in there.items() if verdict is None or verdict.comparable != "dropped"] or None
        )
    return {name: verdict for name, verdict in there.items() if verdict is not None}


def _same(before: Design, now: Design, *, wanted: bool | None = None) -> tuple[bool, int]:
    """Tell whether the same places were asked, from the logs, and how many both have.

    Places of an open questionnaire are the same streets in both waves. Of two draws some are in both by chance; where
    most are, they were meant to be.
    """
    possible = before.kind == now.kind != "census" and bool(before.place and now.place)
    then, here = (
        set(each.wave.log[place_columns(each.survey, each.wave.responses, each.wave.log)[1]]) if each.place else set()
        for each in (before, now)
    )
    shared = len(then & here)
    if wanted and not possible:
        kinds = f"{before.kind} and {now.kind} waves" if before.place and now.place else "persons drawn without places"
        raise DuzhengError(wrong(f"same_places of {kinds}", "samples of places, twice", "leave it out"))
    mostly = shared >= MOSTLY * min(len(then), len(here)) > 0
    return possible and (before.kind == "open" or mostly if wanted is None else wanted), shared
