"""Scale check: how reliably the items of each index measure together, by group and wave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.documents.chart_parts import wrapped
from analysis.documents.labels import Labels
from analysis.messages import LANGUAGES, DuzhengError, Texts
from analysis.messages.requests import hold_level, one_of, wrong
from analysis.satisfaction.association.outcome import named
from analysis.satisfaction.indices.index import groups_wrong, indices_of
from analysis.satisfaction.result import SurveyResult
from analysis.satisfaction.words import said, words
from analysis.stats.arrays import Floats
from analysis.stats.design.moments import Missing, Moments, moments
from analysis.stats.omega import one_factor
from analysis.stats.reliability import alpha_of, item_rest_of
from analysis.surveys.columns import columns
from analysis.surveys.design import Design, hold_designs
from analysis.surveys.scores import score
from analysis.surveys.waves import compare_indices, compare_waves

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.questionnaire import Index

SHOWN = ("survey", "wave", "index", "statistic", "item", "estimate", "lower", "upper", "n", "comparable", "note")
#: Items of which one can be left out, and of which one factor is known.
THREE = 3
#: Notes of rows; the texts of the check say them in both languages.
FEW, CONSTANT = "too few answers", "an item that nobody answers differently"
TWO, LOST, NO_INTERVAL = "two items have no factor of their own", "some replicates have no value", "too few PSUs"
#: Width of the text of an item in a table, in half-width characters.
SHORT = 60


@dataclass(frozen=True, slots=True)
class _Statistic:
    """One statistic of covariance matrices, and the scale on which its interval is symmetric."""

    name: str
    item: str
    of: str
    compute: Callable[[Floats], Floats]


def scales(
    designs: Design | Sequence[Design],
    of: str | Sequence[str] | None = None,
    *,
    by: str | Sequence[str] = (),
    missing: Missing = "pairwise",
    fewest: int = 30,
    level: float = 0.95,
    replicates: int = 200,
    seed: int = 1,
) -> SurveyResult:
    """Check how reliable each index of two or more items is.

    Parameters
    ----------
    designs
        One wave, or several of one or more questionnaires.
    of
        Ids of indices of two or more items; ``"topics"`` for one a topic of the bank; all that are declared if not
        given.
    by
        Columns of the draw or items, whose combinations are groups.
    missing
        ``pairwise``: each covariance from the answers that have both items; ``listwise``: from those that have all.
    fewest
        The fewest answers of a pair of items of which a group is told anything.
    level
        Of the intervals.
    replicates, seed
        Of the bootstrap of PSUs within strata: how many, and where its random numbers start.

    Returns
    -------
    SurveyResult
        One row a wave, group, index and statistic: survey, wave, <by…> (missing for all), index, statistic (``alpha``,
        ``omega``; of each item ``item_rest``, its correlation with the others' sum, and ``alpha_if_dropped``), item,
        estimate, se, lower, upper, df, n, psus, basis (``sampling`` or ``model``), comparable (with the wave before
        among those given, by :func:`analysis.surveys.waves.compare_indices`), note.

    Raises
    ------
    DuzhengError
        DZ-S002 for indices or columns that are not there, and where no index has two items.

    Notes
    -----
    Items are scored as they enter the index, with its weights. α = k / (k − 1) (1 − Σ s_jj / Σ s_jl) (Cronbach 1951);
    ω = (Σ λ)² / ((Σ λ)² + Σ θ) of one factor by maximum likelihood (McDonald 1999), which takes three items. Of
    weighted covariances; intervals t with the domain's degrees of freedom on ln(1 − θ) (Bonett 2002), of correlations
    on artanh, errors from the bootstrap. Of a wave that was not drawn by chance they are of a model. In R
    ``psych::alpha``; ``lavaan::cfa`` and ``semTools::compRelSEM``.

    Examples
    --------
    >>> from analysis.surveys.example import example_design
    >>> scales(example_design()).table[["index", "statistic", "item", "n"]].head(3)
         index  statistic   item    n
    0  ixTeach      alpha         200
    1  ixTeach      omega         200
    2  ixTeach  item_rest  clear  200
    """
    import pandas as pd

    waves = hold_designs(designs)
    groups = [by] if isinstance(by, str) else list(by)
    one_of("missing", missing, ("pairwise", "listwise"))
    hold_level(level, *groups_wrong(waves, groups))
    frames, items, parts, shown_as = [], {}, [], []
    remarks: list[Texts] = []
    for each in waves:
        script: list[str] = [SCRIPT]
        more: dict[str, Any] = {}
        wanted = _composites(each, of)
        shown_as.append(_with_items(named(each, wanted), wanted))
        for one in wanted:
            values = item_scores(each, one)
            for domains in ([], groups) if groups else ([],):
                found = moments(each.sample, values, by=domains, count=replicates, seed=seed, missing=missing)
                frames.append(_rows(each, one, found, level, fewest))
                remarks += [remark for remark in remarks_of(found) if remark not in remarks]
                if not domains:
                    script.append(_call(one, missing, frames[-1]))
            items[one.id] = list(one.items)
            more |= {f"{one.id}.{name}": values[name].to_numpy() for name in values}
        parts.append(
            SurveyResult(
                frames[-1],
                "scales",
                (each,),
                sample=each.with_columns(**more),
                script="\n".join(script),
                script_columns=tuple(more),
            )
        )
    table = pd.concat(frames, ignore_index=True)
    for group in groups:
        table[group] = table.get(group)
    verdicts, notes = _comparable(waves, of)
    notes += remarks
    table["comparable"] = [
        verdicts.get((survey, wave, index))
        for survey, wave, index in zip(table["survey"], table["wave"], table["index"], strict=True)
    ]
    keys = ["survey", "wave", *groups, "index", "statistic", "item"]
    table = table[[*keys, *(name for name in table if name not in keys)]]
    shown = [name for name in SHOWN if name != "survey" or len(set(table["survey"])) > 1]
    shown = [name for name in shown if name != "comparable" or table["comparable"].notna().any()]
    shown[shown.index("index") : shown.index("index")] = groups
    settings = {"indices": items, "by": groups, "missing": missing, "fewest": fewest, "level": level,
                "replicates": replicates, "seed": seed}  # fmt: skip
    from analysis.satisfaction.charts.scales import draw

    places = dict.fromkeys(("estimate", "se", "lower", "upper"), 3)
    one_script = parts[0]
    alone: dict[str, Any] = {"parts": tuple(parts)} if len(parts) > 1 else {
        name: getattr(one_script, name) for name in ("sample", "script", "script_columns")
    }  # fmt: skip
    return SurveyResult(table, "scales", tuple(shown_as), settings=settings, notes=tuple(notes), drawing=draw,
                  alt="alt.groups" if groups else "alt.waves" if len(set(table["wave"])) > 1 else "alt",
                  shown=tuple(shown), decimals=places, **alone)  # fmt: skip


def item_scores(design: Design, index: Index) -> pd.DataFrame:
    """Give everybody's score of each item as it enters an index: converted, with its treatments, times its weight."""
    import pandas as pd

    weights = index.weights or (1.0,) * len(index.items)
    return pd.DataFrame({
        code: weight * score(design.survey, index.model_copy(update={"items": (code,), "weights": ()}),
                             design.wave.responses).to_numpy()
        for code, weight in zip(index.items, weights, strict=True)
    })  # fmt: skip


def remarks_of(found: Moments) -> list[Texts]:
    """Say what must be said of replicates."""
    return [words("scales")[f"replicates.{part}"] for part in found.note.split("; ") if part]


def _composites(design: Design, of: str | Sequence[str] | None) -> list[Index]:
    found = [each for each in indices_of(design, of) if len(each.items) > 1]
    if not found:
        hint = "declare it, or ask for of='topics'"
        raise DuzhengError(wrong(f"no index of two or more items in {design.name}", "one", hint))
    return found


def _with_items(design: Design, indices: Sequence[Index]) -> Design:
    """Call items by what was asked, as much of it as a table takes."""
    wanted = {code for index in indices for code in index.items}
    heads: dict[str, Texts] = {
        column.name: {language: _short(column.text(language)) for language in LANGUAGES}
        for column in columns(design.survey) if column.name in wanted
    }  # fmt: skip
    return replace(design, labels=design.labels.under(Labels({}, heads)))


def _short(text: str) -> str:
    """Cut a text that is too long for a table.

    >>> _short("How satisfied are you with the way in which lessons are given?")
    'How satisfied are you with the way in which lessons are…'
    """
    lines = wrapped(text, SHORT - 1)
    return lines[0].rstrip("，,；;、 ") + "…" if len(lines) > 1 else text


def _statistics(items: Sequence[str]) -> Iterator[_Statistic]:
    yield _Statistic("alpha", "", "rest", alpha_of)
    yield _Statistic("omega", "", "rest", one_factor)
    for place, code in enumerate(items):
        kept = [k for k in range(len(items)) if k != place]
        yield _Statistic("item_rest", code, "fisher", partial(item_rest_of, item=place))
        if len(items) >= THREE:
            yield _Statistic("alpha_if_dropped", code, "rest", partial(_alpha_of_some, kept=kept))


def _alpha_of_some(s: Floats, kept: list[int]) -> Floats:
    return alpha_of(s[..., kept, :][..., kept])


def _rows(design: Design, index: Index, found: Moments, level: float, fewest: int) -> pd.DataFrame:
    """Lay out every statistic of an index in every domain."""
    import pandas as pd

    size = len(found.domains)
    pairs = found.pairs.min(axis=(1, 2))
    few = (pairs < fewest) | ~(np.einsum("dii->di", found.covariance) > 0).all(axis=1)
    parts = []
    for statistic in _statistics(index.items):
        estimate, se, lower, upper = np.full((4, size), np.nan)
        notes = [FEW if k < fewest else CONSTANT if bad else "" for k, bad in zip(pairs, few, strict=True)]
        if statistic.name == "omega" and len(index.items) < THREE:
            notes = [note or TWO for note in notes]
        elif not few.all():
            kept = np.flatnonzero(~few)
            part = found.only(kept)
            value, each = statistic.compute(part.covariance), statistic.compute(part.covariances)
            estimate[kept], se[kept] = value, part.error(each)
            lower[kept], upper[kept] = part.bounds(value, each, level, of=statistic.of)
            gone: Floats = np.isnan(each).sum(axis=0)
            for place, count in zip(kept, gone, strict=True):
                notes[place] = LOST if count else NO_INTERVAL if np.isnan(lower[place]) else ""
        parts.append(
            found.domains.assign(
                survey=design.survey.questionnaire.id, wave=design.year, index=index.id, statistic=statistic.name,
                item=statistic.item, estimate=estimate, se=se, lower=lower, upper=upper, df=found.df, n=found.n,
                psus=found.psus, basis="sampling" if design.kind == "probability" else "model",
                note=notes, _domain=np.arange(size),
            )
        )  # fmt: skip
    return pd.concat(parts).sort_values("_domain", kind="stable").drop(columns="_domain")


def _comparable(
    waves: Sequence[Design], of: str | Sequence[str] | None
) -> tuple[dict[tuple[str, int, str], str], list[Texts]]:
    """Say of each index whether it compares with the wave before, and name the items that do not, or with care."""
    verdicts: dict[tuple[str, int, str], str] = {}
    notes: list[Texts] = []
    for new in waves:
        before = [each for each in waves if each.survey.questionnaire.id == new.survey.questionnaire.id
                  and each.year < new.year]  # fmt: skip
        old = max(before, key=lambda each: each.year, default=None)
        if old is None:
            continue
        then, now = _composites(old, of), _composites(new, of)
        found = compare_indices(old.survey, new.survey, indices=(then, now))
        both = {one.id for one in then} & {one.id for one in now}
        for verdict in found:
            if verdict.code in both:
                verdicts[new.survey.questionnaire.id, new.year, verdict.code] = verdict.comparable
        before_them = {one.id: one for one in then}
        for one in now:
            if one.id in both:
                notes += _notes(old, new, before_them[one.id], one)
    return verdicts, notes


def _notes(old: Design, new: Design, then: Index, now: Index) -> list[Texts]:
    """Name the items of an index that do not compare, or with care, and what else of it was changed."""
    known = {verdict.code: verdict for verdict in compare_waves(old.survey, new.survey)}
    found = []
    for code in dict.fromkeys([*now.items, *then.items]):
        verdict = known[code.partition(".")[0]]
        # An item may be asked again and be left out of the index.
        kind = "dropped" if code not in now.items else "added" if code not in then.items else verdict.comparable
        if kind != "yes":
            found.append(_note(new, old, now, f"item.{kind}", code, verdict.relation or "new"))
    if set(then.items) == set(now.items) and then.model_copy(update={"name": now.name}) != now:
        found.append(_note(new, old, now, "index.changed"))
    return found


def _note(new: Design, old: Design, index: Index, key: str, code: str = "", relation: str = "new") -> Texts:
    return {
        language: said(
            "scales", key, language, index=new.labels.head(index.id, language), code=code, old=old.year, new=new.year,
            relation=said("scales", f"relation.{relation}", language),
        )
        for language in LANGUAGES
    }  # fmt: skip


SCRIPT = """\
# Reliability of indices from weighted covariances: alpha, and omega of one factor by maximum likelihood.
covariances <- function(x, w, listwise) {
  x <- as.matrix(x)
  if (listwise) x[rowSums(is.na(x)) > 0, ] <- NA
  k <- ncol(x)
  s <- matrix(NA_real_, k, k)
  for (i in 1:k) for (j in 1:k) {
    both <- !is.na(x[, i]) & !is.na(x[, j]) & w > 0
    a <- x[both, i]; b <- x[both, j]; v <- w[both]
    n <- sum(both)
    s[i, j] <- sum(v * (a - weighted.mean(a, v)) * (b - weighted.mean(b, v))) / sum(v) * n / (n - 1)
  }
  s
}
scale_check <- function(name, x, alpha, omega, listwise = FALSE) {
  s <- covariances(x, weights(design), listwise)
  k <- ncol(s)
  cat(sprintf("%s alpha: here %.6f, in R %.6f\n", name, alpha, k / (k - 1) * (1 - sum(diag(s)) / sum(s))))
  if (k > 2) {
    fit <- factanal(covmat = s, factors = 1)
    common <- sum(fit$loadings[, 1] * sqrt(diag(s)))^2
    cat(sprintf("%s omega: here %.6f, in R %.6f\n", name, omega, common / (common + sum(fit$uniquenesses * diag(s)))))
  }
}"""


def _call(index: Index, missing: Missing, table: pd.DataFrame) -> str:
    names = ", ".join(f'"{index.id}.{code}"' for code in index.items)
    here = table.set_index("statistic")["estimate"]
    given = ", ".join(f"{name} = {here[name]:.10g}".replace("nan", "NA") for name in ("alpha", "omega"))
    listwise = ", listwise = TRUE" if missing == "listwise" else ""
    return f'scale_check("{index.id}", data[, c({names})], {given}{listwise})'
