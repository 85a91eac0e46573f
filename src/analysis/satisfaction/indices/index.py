"""Indices: what respondents said on a scale of 0 to 100, by a conversion that stands beside every value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts, listed, write_number
from analysis.messages.requests import hold_level, wrong
from analysis.satisfaction.charts.index import draw
from analysis.satisfaction.precision import classified, complementary
from analysis.satisfaction.result import SurveyResult
from analysis.satisfaction.words import said
from analysis.stats.independent import bounds, combined
from analysis.surveys.columns import columns
from analysis.surveys.design import Design, hold_designs
from analysis.surveys.items import Matrix, Rating
from analysis.surveys.questionnaire import Conversion, Index, Treatment
from analysis.surveys.scores import measure_of, score

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats import SurveyDesign

TOPICS = "topics"
#: How far declared shares may be from 1 in all.
ROUNDING = 1e-9
#: Groups of one column that can be looked at together.
MOST_GROUPS = 60
NO_VALUE = "nobody has a value"
_PLAIN = Index(id="item", name={"zh-Hans": ""}, items=("item",))
#: How R sums means of designs that are independent, in all and with Satterthwaite's degrees of freedom.
COMBINE = """\
designs <- lapply(folders, part)
combine <- function(y, w, test = FALSE) {
  each <- sapply(designs, function(d) {
    d <- subset(d, !is.na(d$variables[[y]]))
    m <- svymean(as.formula(paste0("~`", y, "`")), d)
    use <- weights(d) > 0
    units <- unique(data.frame(d$strata[[1]], d$cluster[[1]])[use, ])
    c(coef(m), SE(m)^2, nrow(units) - length(unique(units[[1]])))
  })
  v <- sum(w^2 * each[2, ])
  df <- v^2 / sum((w^2 * each[2, ])^2 / each[3, ])
  x <- sum(w * each[1, ])
  cat(sprintf("%s: %.6f, se %.6f, df %.2f", y, x, sqrt(v), df))
  cat(if (test) sprintf(", p %.6f\\n", 2 * pt(-abs(x / sqrt(v)), df)) else "\\n")
}"""
SHOWN = ("survey", "wave", "index", "measure", "estimate", "lower", "upper", "n", "psus", "precision", "note")


def index(
    designs: Design | Sequence[Design],
    of: str | Sequence[str] | None = None,
    *,
    by: str | Sequence[str] = (),
    conversion: Conversion | None = None,
    dont_know: Treatment | None = None,
    refused: Treatment | None = None,
    least: float | None = None,
    level: float = 0.95,
) -> SurveyResult:
    """Estimate indices, in all and by groups.

    Parameters
    ----------
    designs
        One wave, or several of one or more questionnaires; respondent groups stand beside each other and are not
        pooled (:func:`pool` does that).
    of
        Ids of the questionnaire's indices, or codes of items with a scale of numbers; ``"topics"`` for one index a
        topic of the bank; all declared indices if not given.
    by
        Columns of the draw or items, whose combinations are groups.
    conversion, dont_know, refused, least
        In place of what the questionnaire declares, as :func:`analysis.surveys.scores.score` takes them.
    level
        Of the intervals.

    Returns
    -------
    SurveyResult
        One row an index and group: survey, wave, index, <by…> (missing for all), measure, estimate, se, lower, upper,
        df, n, psus, deff, precision, note.

    Raises
    ------
    DuzhengError
        DZ-S002 for indices or columns that are not there.

    Notes
    -----
    A weighted mean of scores with the linearised variance of the design; ``df`` are those of the group. In R
    ``svyby(~score, ~by, design, svymean, na.rm = TRUE)``. An open sample's intervals are of a model. Intervals of
    scores from 0 to 100 end there. A group that alone is too small takes the next smallest with it, so that nobody
    finds it from the total.

    Examples
    --------
    >>> from analysis.surveys.example import example_design
    >>> found = index(example_design(), by="district")
    >>> found.table[["index", "district", "measure", "n"]].head(2)
         index district       measure    n
    0  ixTeach      NaN  linear_0_100  186
    1  ixTeach        a  linear_0_100   92
    """
    import pandas as pd

    waves, groups = hold_designs(designs), [by] if isinstance(by, str) else list(by)
    hold_level(level, *groups_wrong(waves, groups), *_least_wrong(least))
    parts = []
    chosen = {"conversion": conversion, "dont_know": dont_know, "refused": refused, "least": least}
    for each in waves:
        wanted = indices_of(each, of)
        sample = scored(each, wanted, **chosen)
        names = [one.id for one in wanted]
        there = [name for name in names if sample.data[name].notna().any()]
        frames = [sample.mean(there, level=level, df="domain")] if there else []
        frames += [sample.mean(there, by=groups, level=level, df="domain")] if groups and there else []
        empty = pd.DataFrame({"variable": [name for name in names if name not in there]})
        frames_and = [*frames, empty.assign(n=0, psus=0, note=NO_VALUE)] if len(empty) else frames
        table = pd.concat(frames_and, ignore_index=True).rename(columns={"variable": "index"})
        table["measure"] = table["index"].map({one.id: measure_of(each.survey, one, conversion) for one in wanted})
        table["wave"], table["survey"] = each.year, each.survey.questionnaire.id
        parts.append(
            SurveyResult(
                _ordered(table, groups, names), "index", (each,), settings={}, asked=tuple(frames), sample=sample
            )
        )
    rule = waves[0].rules.get("precision")
    whole = pd.concat([part.table for part in parts], ignore_index=True)
    table = _held(_within(whole), groups, rule)
    settings = _chosen(waves, of, chosen) | {"level": level, "by": groups}
    shown = [name for name in SHOWN if name != "survey" or len(set(table["survey"])) > 1]
    shown[shown.index("index") + 1 : shown.index("index") + 1] = groups
    one = {"asked": parts[0].asked, "sample": parts[0].sample} if len(parts) == 1 else {"parts": tuple(parts)}
    return SurveyResult(
        table,
        "index",
        tuple(_named(each, of) for each in waves),
        settings=settings,
        rule=rule,
        notes=_ungrouped(waves, groups),
        drawing=draw,
        shown=tuple(shown),
        **one,
    )


def pool(result: SurveyResult, weights: Mapping[str, float]) -> SurveyResult:
    """Put respondent groups together with declared weights.

    Parameters
    ----------
    result
        Of :func:`index` over several questionnaires.
    weights
        By id of the questionnaire; they add up to 1.

    Returns
    -------
    SurveyResult
        One row a wave, index and group that all questionnaires have, with ``survey`` naming the weights.

    Raises
    ------
    DuzhengError
        DZ-S002 for weights that do not name the questionnaires or do not add up to 1, and for measures that differ.

    Notes
    -----
    Σ w x with se² = Σ w² se², as the groups were asked apart (:func:`analysis.stats.independent.combined`). Where two
    groups were drawn in the same schools, that leaves their covariance out.
    """
    import numpy as np
    import pandas as pd

    table = result.table
    if result.words != "index" or not isinstance(weights, Mapping):
        what = f"a result of {result.words} and weights {weights!r}"
        raise DuzhengError(wrong(what, "a result of index and shares by questionnaire", 'such as {"students": 0.5, …}'))
    there = set(table["survey"])
    faults = []
    if set(weights) != there:
        faults.append(wrong(f"weights of {', '.join(sorted(weights))}", f"of {', '.join(sorted(there))}", "name each"))
    if abs(sum(weights.values()) - 1) > ROUNDING or any(each <= 0 for each in weights.values()):
        faults.append(wrong(f"weights of {sum(weights.values()):g} in all", "positive, 1 in all", "declare shares"))
    if len(set(table["measure"])) > 1:
        faults.append(wrong(f"measures {', '.join(table['measure'].unique())}", "one", "convert all of them alike"))
    if faults:
        raise DuzhengError(*faults)
    keys = ["wave", "index", *result.settings["by"], "measure"]
    parts = [table[table["survey"] == name].set_index(keys) for name in weights]
    common = [key for key in parts[0].index if all(key in part.index for part in parts)]
    rows = [part.loc[common] for part in parts]

    def of(name: str) -> np.ndarray:
        return np.array([part[name].to_numpy(float) for part in rows])

    shares_of = np.array(list(weights.values()))[:, None]
    value, variance, df = combined(of("estimate"), of("se") ** 2, of("df"), shares_of)
    lower, upper = bounds(value, variance, df, result.settings["level"])
    found = pd.DataFrame(index=rows[0].index).reset_index().assign(
        survey=" + ".join(f"{share:.0%} {name}" for name, share in weights.items()), estimate=value,
        se=np.sqrt(variance), lower=lower, upper=upper, df=df, n=of("n").sum(axis=0).astype(int),
        psus=of("psus").sum(axis=0).astype(int), note="",
    )  # fmt: skip
    lost = dict.fromkeys(key for part in parts for key in part.index.get_level_values("index")
                         if key not in {row[1] for row in common})  # fmt: skip
    notes = [*result.notes, _said("pooled", lambda language: {"weights": listed(
        (f"{name} {share:.0%}" for name, share in weights.items()), language)})]  # fmt: skip
    if lost:
        notes.append(_said("not_pooled", lambda language: {"indices": listed(
            (result.labels.head(str(name), language) for name in lost), language)}))  # fmt: skip
    shown = ("wave", *[name for name in result.shown if name not in {"survey", "wave"}])
    settings = {**result.settings, "weights": dict(weights), "pooled": True}
    return replace(result, table=classified(_within(found), result.rule), settings=settings, notes=tuple(notes),
                   combine=_pooled_in_r(result, weights), shown=shown)  # fmt: skip


def indices_of(design: Design, of: str | Sequence[str] | None = None) -> list[Index]:
    """Give indices by id, items as indices of their own, or one index a topic.

    Raises
    ------
    DuzhengError
        DZ-S002 for every name that is neither an index nor an item with a scale of numbers.
    """
    declared = {each.id: each for each in design.survey.questionnaire.analyses.indices}
    rated = {
        column.name: column
        for column in columns(design.survey)
        if column.number and isinstance(column.asked.item, Rating | Matrix)
    }
    if of == TOPICS:
        topics: dict[str, list[str]] = {}
        for name, column in rated.items():
            topics.setdefault(column.asked.item.topic or column.asked.section.id, []).append(name)
        return [Index(id=topic, name={"zh-Hans": topic}, items=tuple(items), least=0.5)
                for topic, items in topics.items()]  # fmt: skip
    wanted = list(declared) if of is None else [of] if isinstance(of, str) else list(dict.fromkeys(of))
    strange = [name for name in wanted if name not in declared and name not in rated]
    if strange or not wanted:
        from difflib import get_close_matches

        raise DuzhengError.of(
            wrong(repr(name), f"an index or rated item of {design.name}",
                  f"did you mean {near[0]}?" if (near := get_close_matches(name, [*declared, *rated], 1)) else "")
            for name in strange or [""]
        )  # fmt: skip
    return [
        # Rows of matrices have a dot in their name, which the pattern of ids does not allow.
        declared.get(name)
        or _PLAIN.model_copy(update={"id": name, "name": rated[name].asked.item.text, "items": (name,)})
        for name in wanted
    ]


def scored(design: Design, indices: Sequence[Index], **said: Any) -> SurveyDesign:
    """Give the sample with the score of each index beside the answers, under its id."""
    given = design.wave.responses
    return design.with_columns(**{each.id: score(design.survey, each, given, **said).to_numpy() for each in indices})


def groups_wrong(designs: Sequence[Design], groups: Sequence[str]) -> list[Fault]:
    """Hold columns of groups to codes of the answers and the draw that may be published, of all designs at once.

    Words, ids and numbers make no groups, places are not published, and too many groups are none.
    """
    from difflib import get_close_matches

    faults = []
    for each in designs:
        coded = {column.name for column in columns(each.survey) if column.holds in {"choice", "rank", "truth"}}
        coded |= {str(name) for name in each.wave.log} & set(map(str, each.data)) - {each.place, "synthetic"}
        for group in dict.fromkeys(groups):
            if group not in coded:
                near = get_close_matches(group, sorted(coded), 1)
                hint = f"did you mean {near[0]}?" if near else f"such as {', '.join(sorted(coded)[:4])}"
                if each.place and group == each.place:
                    hint = "places are not published: ask for what they lie in"
                faults.append(wrong(f"{group!r}", f"a column of codes of {each.name}", hint, group))
            elif (many := each.data[group].nunique()) > MOST_GROUPS:
                faults.append(wrong(f"{many} groups", f"up to {MOST_GROUPS}", "put codes together", group))
    faults += [wrong(f"{group!r} twice", "each column once", "leave one out", group)
               for group in dict.fromkeys(groups) if list(groups).count(group) > 1]  # fmt: skip
    return faults


def hold_groups(designs: Sequence[Design], groups: Sequence[str]) -> None:
    """Raise what :func:`groups_wrong` finds."""
    faults = groups_wrong(designs, groups)
    if faults:
        raise DuzhengError(*faults)


def _least_wrong(least: float | None) -> list[Fault]:
    if least is None or 0 < least <= 1:
        return []
    return [wrong(f"least={least!r}", "a share above 0, up to 1", "1 asks for all items of an index")]


def _within(table: pd.DataFrame) -> pd.DataFrame:
    """End intervals where the scale does."""
    points = ~table["measure"].str.startswith("mean")
    found = table.copy()
    found.loc[points, ["lower", "upper"]] = found.loc[points, ["lower", "upper"]].clip(0, 100)
    return found


def _held(table: pd.DataFrame, groups: list[str], rule: Any) -> pd.DataFrame:
    """Class estimates, and hold back a second group where one alone is."""
    found = classified(table, rule, points=not table["measure"].str.startswith("mean").any())
    if not groups:
        return found
    among = found[groups].notna().all(axis=1)
    return complementary(found, ["survey", "wave", "index", *groups[:-1]], among=among)


def _ungrouped(designs: Sequence[Design], groups: list[str]) -> tuple[Texts, ...]:
    """Say how many answers are in no group."""
    found = []
    for each in designs:
        lost = int(each.data[groups].isna().any(axis=1).sum()) if groups else 0
        if lost:
            found.append(_said("ungrouped", _in_groups(each, groups, lost)))
    return tuple(found)


def _in_groups(design: Design, groups: Sequence[str], n: int) -> Callable[[Language], dict[str, object]]:
    def told(language: Language) -> dict[str, object]:
        heads = [design.labels.head(group, language) for group in groups]
        return {"n": write_number(n, 0), "name": design.name, "groups": listed(heads, language)}

    return told


def _said(key: str, values: Callable[[Language], Mapping[str, object]]) -> Texts:
    """Say something in both languages, with values of each."""
    return {language: said("index", key, language, **values(language)) for language in LANGUAGES}


def _chosen(designs: Sequence[Design], of: Any, said: Mapping[str, Any]) -> dict[str, Any]:
    """Give what was chosen or else declared: one word where it is the same of all indices."""
    indices = {one.id: one for each in designs for one in indices_of(each, of)}
    found: dict[str, Any] = {}
    for name, given in said.items():
        values = {key: getattr(one, name) if given is None else given for key, one in indices.items()}
        alike = len(set(values.values())) == 1
        found[name] = next(iter(values.values())) if alike else values
    return found | {"indices": {key: list(one.items) for key, one in indices.items()}}


def _pooled_in_r(result: SurveyResult, weights: Mapping[str, float]) -> str:
    """Write R code that puts the means of the parts together."""
    names = list(dict.fromkeys(result.table["index"]))
    shares = ", ".join(f"{weights[each.survey.questionnaire.id]:.10g}" for each in result.designs)
    return "\n".join([COMBINE, *(f'combine("{name}", c({shares}))' for name in names)])


def _named(design: Design, of: Any) -> Design:
    """Name topics and items that are shown as indices."""
    if of is None:
        return design
    from analysis.documents.labels import Labels

    topics = design.labels.names.get("topic", {})
    heads = {each.id: topics.get(each.id, each.name) for each in indices_of(design, of)}
    return replace(design, labels=design.labels.under(Labels({}, heads)))


def _ordered(table: pd.DataFrame, groups: list[str], names: list[str]) -> pd.DataFrame:
    """Put rows of one index together, all first, and columns in their order."""
    import pandas as pd

    for group in groups:
        table[group] = table.get(group)
    table["index"] = pd.Categorical(table["index"], names)
    table = table.sort_values("index", kind="stable").astype({"index": "str"})
    first = ["survey", "wave", "index", *groups, "measure"]
    return table[[*first, *(name for name in table if name not in first)]].reset_index(drop=True)
