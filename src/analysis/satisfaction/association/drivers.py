"""Drivers: which topics go with an outcome, one beside the others, and what each has of what they explain together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.documents.labels import Labels
from analysis.messages import DuzhengError
from analysis.messages.requests import hold_level, wrong
from analysis.satisfaction.association.outcome import WEIGHTS, Chosen, choose, correlations, incomplete, named, solvable
from analysis.satisfaction.indices.index import groups_wrong
from analysis.satisfaction.indices.scales import remarks_of
from analysis.satisfaction.result import SurveyResult
from analysis.satisfaction.words import words
from analysis.stats.arrays import Floats
from analysis.stats.design.moments import Moments, moments
from analysis.stats.multiplicity import adjust
from analysis.stats.relative_weights import explained
from analysis.surveys.design import Design, hold_designs

if TYPE_CHECKING:
    import pandas as pd
    from great_tables import GT

    from analysis.messages import Language
    from analysis.stats import SurveyDesign
    from analysis.stats.design.regression import Regression

#: Of the table for readers: a topic has one row.
SHOWN = ("variable", "share", "share_lower", "share_upper", "odds_ratio", "odds_ratio_lower", "odds_ratio_upper")
ODDS, R2 = SHOWN[4:], "r2"
#: An outcome of more values is put into so many ordered groups of about equal size.
VALUES, GROUPS = 20, 10
#: Categories of the outcome with fewer answers in a group are put with the next.
FEWEST = 5
#: Notes of rows, which the texts say in both languages.
FEW, ALONE = "too few answers", "a topic is a combination of others"
OUTCOME, STANDARD = "ordered_", "standard_"


@dataclass(frozen=True, eq=False, repr=False)
class Drivers(SurveyResult):
    """Drivers; readers see one row a topic, and one of R² below the topics of each group."""

    def written(self, language: Language) -> pd.DataFrame:
        """Give the columns for readers as texts."""
        return self._wide().written(language)

    def readers(self, language: Language | None = None) -> GT:
        """Give the table for readers."""
        return self._wide().readers(language)

    def _wide(self) -> SurveyResult:
        """Put shares and odds ratios of a topic beside each other, and R² in per cent below them."""
        import pandas as pd

        by, table = list(self.settings["by"]), self.table
        keys = [*by, "variable"]
        ends = ("estimate", "lower", "upper")
        whole = table[table["statistic"].isin(["share", "r2"])]
        wide = whole[[*keys, *ends, "n", "note"]].rename(columns={"estimate": "share", "lower": "share_lower",
                                                                  "upper": "share_upper"})  # fmt: skip
        r2 = (whole["statistic"] == "r2").to_numpy()
        wide.loc[r2, ["share", "share_lower", "share_upper"]] *= 100
        wide.loc[r2, "variable"] = R2
        odds = {**dict(zip(ends, ODDS, strict=True)), "note": "fitted"}
        for statistic, names in (("odds_ratio", odds), ("log_odds", {"p_adjusted": "p_adjusted"})):
            part = table[table["statistic"] == statistic]
            wide = wide.merge(part[[*keys, *names]].rename(columns=names), on=keys, how="left")
        wide["note"] = wide["note"].where(wide["note"] != "", wide["fitted"].fillna(""))
        places = dict.fromkeys(SHOWN[1:4], 1) | dict.fromkeys(ODDS, 2) | {"p_adjusted": 3}
        shown = [*by, *SHOWN, *(["p_adjusted"] if "p_adjusted" in self.shown else []), "n", "note"]
        labels = Labels({}, {R2: words("drivers")["r2.row"]})
        designs = tuple(replace(each, labels=each.labels.under(labels)) for each in self.designs)
        return SurveyResult(
            pd.DataFrame(wide),
            self.words,
            designs,
            settings=self.settings,
            notes=self.notes,
            shown=tuple(shown),
            decimals=places,
        )


def drivers(
    design: Design,
    outcome: str | None = None,
    topics: Sequence[str] | None = None,
    *,
    by: str | Sequence[str] = (),
    least: float | None = None,
    fewest: int = 50,
    level: float = 0.95,
    replicates: int = 200,
    seed: int = 1,
) -> Drivers:
    """Find which topics go with an outcome, each beside the others.

    Parameters
    ----------
    design
        A wave.
    outcome
        Id of an index, or code of an item with a scale of numbers; the last declared index of one item if not given,
        or the last one where none has one item.
    topics
        Ids of indices or codes of items, two to twelve; if not given all other indices of which at least half of those
        with the outcome answered anything.
    by
        Columns of the draw or items, whose combinations are groups.
    least
        The share of an index's items that must be answered; as the questionnaire declares it if not given. With 1,
        whoever left out any item of any topic is left out of all.
    fewest
        The fewest answers, with all topics and the outcome, of which a group is told anything.
    level
        Of the intervals.
    replicates, seed
        Of the bootstrap of PSUs within strata: how many, and where its random numbers start.

    Returns
    -------
    Drivers
        ``table``: one row a group, topic and statistic: <by…> (missing for all), variable (the topic; the outcome for
        ``r2``), statistic, estimate, se, lower, upper, df, n, psus, p, p_adjusted, basis, note. Statistics:
        ``log_odds`` and ``odds_ratio`` of one standard deviation more of the topic; ``shapley`` and ``johnson``, shares
        of the outcome's variance that add up to ``r2``; ``share``, Shapley's as a percentage of ``r2``. Readers see one
        row a topic, with share and odds ratio.

    Raises
    ------
    DuzhengError
        DZ-S002 for names that are not there, more than twelve topics, fewer than two, or an outcome among them.

    Notes
    -----
    Log-odds of a proportional-odds model by pseudo-likelihood, topics divided by their standard deviation over all
    answers, p adjusted by Holm within a group. Relative weights of linear R² (:mod:`analysis.stats.relative_weights`)
    from weighted covariances of answers that have all topics; intervals t on arcsin √θ, whose spread hangs little on θ.
    A weight is never negative, so that an interval above 0 says nothing by itself, and nothing here says that a topic
    brings the outcome about. In R ``svyolr`` and ``relaimpo::calc.relimp(type = "lmg")``.

    Examples
    --------
    >>> from analysis.surveys.example import example_design
    >>> found = drivers(example_design(), replicates=50).table
    >>> found.query("statistic == 'share'")["variable"].tolist()
    ['ixTeach', 'ixPlace']
    >>> bool(abs(found.query("statistic == 'share'")["estimate"].sum() - 100) < 1e-9)
    True
    """
    import pandas as pd

    (design,) = hold_designs(design, most=1)
    groups = [by] if isinstance(by, str) else list(by)
    hold_level(level, *groups_wrong([design], groups))
    chosen = choose(design, outcome, topics, least)
    sample, answers = _prepared(design, chosen, groups, fewest)
    frames, asked, notes = [], [], [*chosen.notes, *incomplete(design, chosen)]
    if chosen.scores.loc[chosen.whole, chosen.outcome.id].nunique() > VALUES:
        notes.append(words("drivers")["grouped"])
    for domains in ([], groups) if groups else ([],):
        effects, model = _effects(design, sample, chosen, domains, level, fewest)
        found = moments(sample, chosen.scores.where(chosen.whole), by=domains, count=replicates, seed=seed,
                        missing="listwise")  # fmt: skip
        frames += [_weighed(design, chosen, found, level, fewest), effects]
        notes += [remark for remark in remarks_of(found) if remark not in notes]
        asked += [model] if model is not None and not domains else []
    table = pd.concat(frames, ignore_index=True)
    for group in groups:
        table[group] = table.get(group)
    keys = [*groups, "variable", "statistic"]
    table = _ordered(table[[*keys, *(name for name in table if name not in keys)]], groups, design.data)
    settings = {"outcome": chosen.outcome.id, "topics": chosen.names, "by": groups, "least": least or "as declared",
                "fewest": fewest, "answers": answers, "level": level, "replicates": replicates,
                "seed": seed}  # fmt: skip
    from analysis.satisfaction.charts.drivers import draw

    shown = [*groups, "variable", "statistic", "estimate", "lower", "upper", "n", "psus", "note"]
    shown += ["p_adjusted"] if design.tested else []
    grouped = bool(groups) and bool(table[groups].notna().any(axis=1).any())
    names = [chosen.outcome.id, *chosen.names]
    return Drivers(table, "drivers", (named(design, chosen.all),), settings=settings, notes=tuple(notes), drawing=draw,
                   alt="alt.groups" if grouped else "alt", shown=tuple(shown),
                   decimals=dict.fromkeys([*_FIGURES, "p_adjusted"], 3), asked=tuple(asked), sample=sample,
                   script=script(names, table, groups), script_columns=tuple(names))  # fmt: skip


def _prepared(design: Design, chosen: Chosen, groups: list[str], fewest: int) -> tuple[SurveyDesign, int]:
    """Put scores, standardised topics and the ordered outcome beside the answers."""
    import pandas as pd

    scores, whole = chosen.scores, chosen.whole.to_numpy()
    weight = design.sample.plan.weight
    used: Any = whole & (weight > 0)
    if used.sum() < fewest:
        found = f"{int(used.sum())} answers with all of {', '.join([chosen.outcome.id, *chosen.names])}"
        raise DuzhengError(
            wrong(found, f"at least {fewest}", "give a lower least=, or leave topics out that few were asked about")
        )
    more: dict[str, Any] = {str(name): scores[name].to_numpy() for name in scores}
    for name in chosen.names:
        values = scores[name].to_numpy()
        mean = np.average(values[used], weights=weight[used])
        sd = np.sqrt(np.average((values[used] - mean) ** 2, weights=weight[used]))
        more[STANDARD + name] = values / sd if sd > 0 else np.full(len(values), np.nan)
    outcome = scores[chosen.outcome.id].to_numpy()
    code: Any = _codes(outcome, used, weight)
    group: Any
    if groups:
        keys = design.data[groups]
        group = keys.groupby(groups, observed=True, dropna=True).ngroup().to_numpy()
        sizes = np.bincount(group[used & (group >= 0)], minlength=group.max(initial=0) + 1)
        told = used & (group >= 0) & (sizes[group] >= fewest)
        code = _merged(code, group, told)
    labels = pd.Index([str(k + 1) for k in range(int(code.max()) + 1)])
    more[OUTCOME + chosen.outcome.id] = pd.Categorical.from_codes(code, labels, ordered=True)
    return design.with_columns(**more), int(used.sum())


def _codes(outcome: Floats, used: Any, weight: Floats) -> Any:
    """Give the place of each value among those that occur, or its group where there are very many; −1 for none."""
    values = np.unique(outcome[used])
    if len(values) > VALUES:
        order = np.argsort(outcome[used], kind="stable")
        below = np.cumsum(weight[used][order]) / weight[used].sum()
        ends = np.unique(outcome[used][order][np.searchsorted(below, np.arange(1, GROUPS) / GROUPS)])
        values = np.concatenate([[-np.inf], ends[ends < values[-1]]]) if len(ends) else values[:1]
        code = np.searchsorted(values, outcome, side="left") - 1
    else:
        code = np.searchsorted(values, outcome)
    return np.where(used, code, -1)


def _merged(code: Any, group: Any, told: Any) -> Any:
    """Put neighbouring categories together until every group that is told has some answers in each."""
    size = int(code.max()) + 1
    counts = np.zeros((int(group.max(initial=0)) + 1, size), dtype=int)
    np.add.at(counts, (group[told], code[told]), 1)
    counts = counts[counts.sum(axis=1) > 0]
    parts = [[k] for k in range(size)]
    while len(parts) > 3 and len(counts):  # noqa: PLR2004  an ordinal model
        held = np.column_stack([counts[:, part].sum(axis=1) for part in parts])
        least = held.min(axis=0)
        if least.min() >= FEWEST:
            break
        at = int(least.argmin())
        beside = [k for k in (at - 1, at + 1) if 0 <= k < len(parts)]
        near = min(beside, key=lambda k: int(held[:, k].sum()))
        low, high = sorted((at, near))
        parts[low : high + 1] = [parts[low] + parts[high]]
    to = np.empty(size + 1, dtype=int)
    to[-1] = -1
    for place, part in enumerate(parts):
        to[part] = place
    return to[code]


def _effects(
    design: Design, sample: SurveyDesign, chosen: Chosen, groups: list[str], level: float, fewest: int
) -> tuple[pd.DataFrame, Regression | None]:
    """Fit the proportional-odds model, in all or by groups."""
    import pandas as pd

    terms = [_quoted(STANDARD + name) for name in chosen.names]
    formula = f"{_quoted(OUTCOME + chosen.outcome.id)} ~ {' + '.join(terms)}"
    try:
        model = sample.regress(formula, family="ordinal", by=groups, level=level, df="domain")
    except DuzhengError:
        if groups:
            raise
        return pd.DataFrame(), None  # topics that are combinations of others: the weights' rows say so
    table = model.table
    slopes = {STANDARD + name: name for name in chosen.names}
    table = table.assign(variable=table["variable"].str.strip("`").map(slopes))
    table = table[table["variable"].notna()].drop(columns=["deff", "statistic"]).assign(statistic="log_odds")
    few = table["n"] < fewest
    table.loc[few, [*_FIGURES, "p"]] = np.nan
    table.loc[few, "note"] = FEW
    table["basis"] = "sampling" if design.kind == "probability" else "model"
    if not design.tested:
        table["p"] = np.nan
    family = table[groups].astype("str").agg("/".join, axis=1) if groups else np.zeros(len(table))
    table["p_adjusted"] = adjust(table["p"].to_numpy(), family=np.asarray(family)).to_numpy()
    with np.errstate(over="ignore"):
        ratio = table.assign(statistic="odds_ratio", se=np.nan,
                             **{name: np.exp(table[name]) for name in ("estimate", "lower", "upper")})  # fmt: skip
    return pd.concat([table, ratio]), model


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f"`{name}`"


def _weighed(design: Design, chosen: Chosen, found: Moments, level: float, fewest: int) -> pd.DataFrame:
    """Lay out relative weights and R² of every domain."""
    import pandas as pd

    size, names = len(found.domains), chosen.names
    there = (found.n >= fewest) & solvable(found.covariance)
    note = [("" if ok else FEW if n < fewest else ALONE) for ok, n in zip(there, found.n, strict=True)]
    kept = np.flatnonzero(there)
    part = found.only(kept)
    r, given = correlations(part.covariance)
    each_r, each_given = correlations(part.covariances)
    bad = ~solvable(part.covariances)
    each_r = np.where(bad[..., None, None], np.eye(len(names)), each_r)
    each_given = np.where(bad[..., None], 0.0, each_given)
    rows = []
    r2, each_r2 = explained(r, given), explained(each_r, each_given)
    for statistic in ("share", "shapley", "johnson"):
        weigh = WEIGHTS["johnson" if statistic == "johnson" else "shapley"]
        value, each = weigh(r, given), weigh(each_r, each_given)
        scale = 100.0 if statistic == "share" else 1.0
        if statistic == "share":
            with np.errstate(invalid="ignore", divide="ignore"):
                value, each = value / r2[..., None], each / each_r2[..., None]
        each = np.where(bad[..., None], np.nan, each)
        rows += [(name, statistic, value[..., k], each[..., k], scale) for k, name in enumerate(names)]
    rows.append((chosen.outcome.id, "r2", r2, np.where(bad, np.nan, each_r2), 1.0))
    frames = []
    for name, statistic, value, each, scale in rows:
        columns = {key: np.full(size, np.nan) for key in _FIGURES}
        columns["estimate"][kept] = scale * value
        columns["se"][kept] = scale * part.error(each)
        low, high = part.bounds(value, each, level, of="share")
        columns["lower"][kept], columns["upper"][kept] = scale * low, scale * high
        frames.append(found.domains.assign(
            variable=name, statistic=statistic, **columns, df=found.df, n=found.n, psus=found.psus, p=np.nan,
            p_adjusted=np.nan, basis="sampling" if design.kind == "probability" else "model", note=note,
        ))  # fmt: skip
    return pd.concat(frames, ignore_index=True)


_FIGURES = ("estimate", "se", "lower", "upper")
_ORDER = ("share", "odds_ratio", "log_odds", "shapley", "johnson", "r2")


def _ordered(table: pd.DataFrame, groups: list[str], data: pd.DataFrame) -> pd.DataFrame:
    """Order rows by group (all first, codes in their order), statistic, and the weight that topics have in all."""
    whole = table[table[groups].isna().all(axis=1)] if groups else table
    shares = whole[whole["statistic"] == "share"].set_index("variable")["estimate"].sort_values(ascending=False)
    place = {name: k for k, name in enumerate(shares.index)}
    keys = {f"_{name}": _turn(table[name], data[name]) for name in groups}
    made = table.assign(**keys, _statistic=table["statistic"].map(_ORDER.index),
                        _place=table["variable"].map(place).fillna(len(place)))  # fmt: skip
    made = made.sort_values([*keys, "_statistic", "_place"], kind="stable", na_position="first", ignore_index=True)
    return made.drop(columns=[*keys, "_statistic", "_place"])


def _turn(values: pd.Series[Any], of: pd.Series[Any]) -> pd.Series[Any]:
    import pandas as pd

    known = list(of.cat.categories) if isinstance(of.dtype, pd.CategoricalDtype) else sorted(set(of.dropna()))
    return values.astype("object").map({value: place for place, value in enumerate(known)})


SCRIPT = """\
# Relative weights from weighted covariances of complete answers: Johnson by eigenvalues, Shapley over all subsets.
weigh <- function(names, johnson, shapley) {
  x <- as.matrix(data[, names])
  w <- weights(design)
  whole <- rowSums(is.na(x)) == 0 & w > 0
  r <- cov.wt(x[whole, ], w[whole] / sum(w[whole]), cor = TRUE, method = "ML")$cor
  rxx <- r[-1, -1]; rxy <- r[-1, 1]
  p <- length(rxy)
  e <- eigen(rxx, symmetric = TRUE)
  root <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
  theirs <- as.vector(root^2 %*% solve(root, rxy)^2)
  r2 <- function(s) if (length(s) == 0) 0 else sum(rxy[s] * solve(rxx[s, s, drop = FALSE], rxy[s]))
  share <- numeric(p)
  for (j in seq_len(p)) {
    others <- setdiff(seq_len(p), j)
    for (k in 0:(2^(p - 1) - 1)) {
      s <- others[bitwAnd(k, 2^(seq_along(others) - 1)) > 0]
      n <- length(s)
      share[j] <- share[j] + factorial(n) * factorial(p - n - 1) / factorial(p) * (r2(c(s, j)) - r2(s))
    }
  }
  print(data.frame(topic = names[-1], johnson = johnson, johnson_in_r = theirs, shapley = shapley,
                   shapley_in_r = share))
  cat(sprintf("R squared %.6f\\n", r2(seq_len(p))))
}"""


def script(names: list[str], table: pd.DataFrame, groups: list[str]) -> str:
    """Write the R code of the relative weights in all, with ours beside it."""
    whole = table[table[groups].isna().all(axis=1)] if groups else table
    here = whole.pivot_table(index="variable", columns="statistic", values="estimate", dropna=False)
    listed = {kind: ", ".join(f"{here[kind][name]:.10g}" for name in names[1:]) for kind in WEIGHTS}
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"{SCRIPT}\nweigh(c({quoted}),\n      c({listed['johnson']}),\n      c({listed['shapley']}))"
