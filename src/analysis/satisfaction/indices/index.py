"""Indices: what respondents said on a scale of 0 to 100, by a conversion that stands beside every value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.satisfaction.precision import classified
from analysis.satisfaction.result import Result
from analysis.satisfaction.words import words
from analysis.stats.independent import bounds, combined
from analysis.surveys.columns import columns
from analysis.surveys.design import Design
from analysis.surveys.items import Matrix, Rating
from analysis.surveys.questionnaire import Conversion, Index, Treatment
from analysis.surveys.scores import measure_of, score

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats import SurveyDesign

TOPICS = "topics"
#: How far declared shares may be from 1 in all.
ROUNDING = 1e-9
_PLAIN = Index(id="item", name={"zh-Hans": ""}, items=("item",))
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
) -> Result:
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
    Result
        One row an index and group: survey, wave, index, <by…> (missing for all), measure, estimate, se, lower, upper,
        df, n, psus, deff, precision, note.

    Raises
    ------
    DuzhengError
        DZ-S002 for indices or columns that are not there.

    Notes
    -----
    A weighted mean of scores with the linearised variance of the design; ``df`` are those of the group. In R
    ``svyby(~score, ~by, design, svymean, na.rm = TRUE)``. An open sample's intervals are of a model.

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

    waves = [designs] if isinstance(designs, Design) else list(designs)
    groups = [by] if isinstance(by, str) else list(by)
    hold_groups(waves, groups)
    parts = []
    said = {"conversion": conversion, "dont_know": dont_know, "refused": refused, "least": least}
    for each in waves:
        wanted = indices_of(each, of)
        sample = scored(each, wanted, **said)
        names = [one.id for one in wanted]
        frames = [sample.mean(names, level=level, df="domain")]
        frames += [sample.mean(names, by=groups, level=level, df="domain")] if groups else []
        table = pd.concat(frames, ignore_index=True).rename(columns={"variable": "index"})
        table["measure"] = table["index"].map({one.id: measure_of(each.survey, one, conversion) for one in wanted})
        table["wave"], table["survey"] = each.year, each.survey.questionnaire.id
        parts.append(Result(_ordered(table, groups, names), "index", (each,), {}, asked=tuple(frames), sample=sample))
    rule = waves[0].rules.get("precision")
    whole = pd.concat([part.table for part in parts], ignore_index=True)
    table = classified(whole, rule, points=not (whole["measure"].str.startswith("mean").any()))
    settings = {name: value or "as declared" for name, value in said.items()} | {"level": level, "by": groups}
    if len(waves) == 1:
        settings["indices"] = {one.id: list(one.items) for one in indices_of(waves[0], of)}
    from analysis.satisfaction.charts.index import draw

    shown = [name for name in SHOWN if name != "survey" or len(set(table["survey"])) > 1]
    shown[shown.index("index") + 1 : shown.index("index") + 1] = groups
    one = {"asked": parts[0].asked, "sample": parts[0].sample} if len(parts) == 1 else {"parts": tuple(parts)}
    return Result(table, "index", tuple(_named(each, of) for each in waves), settings, rule, drawing=draw,
                  shown=tuple(shown), **one)  # fmt: skip


def pool(result: Result, weights: Mapping[str, float]) -> Result:
    """Put respondent groups together with declared weights.

    Parameters
    ----------
    result
        Of :func:`index` over several questionnaires.
    weights
        By id of the questionnaire; they add up to 1.

    Returns
    -------
    Result
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
    shares = "、".join(f"{name} {share:.0%}" for name, share in weights.items())
    note = {language: text.format(weights=shares) for language, text in words("index")["pooled"].items()}
    return replace(
        result, table=classified(found, result.rule), settings={**result.settings, "weights": dict(weights)},
        notes=(*result.notes, note), shown=("wave", *[n for n in result.shown if n not in {"survey", "wave"}]),
    )  # fmt: skip


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
    wanted = list(declared) if of is None else [of] if isinstance(of, str) else list(of)
    strange = [name for name in wanted if name not in declared and name not in rated]
    if strange or not wanted:
        from difflib import get_close_matches

        raise DuzhengError.of(
            wrong(repr(name), f"an index or rated item of {design.name}",
                  f"did you mean {near[0]}?" if (near := get_close_matches(name, [*declared, *rated], 1)) else "")
            for name in strange or ["no index"]
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


def hold_groups(designs: Sequence[Design], groups: Sequence[str]) -> None:
    """Hold columns of groups to those of the answers, of all designs at once; DZ-S002."""
    from difflib import get_close_matches

    faults = []
    for each in designs:
        names = [str(name) for name in each.data]
        for group in groups:
            if group not in names:
                near = get_close_matches(group, names, 1)
                faults.append(wrong(f"{group!r}", f"a column of {each.name}",
                                    f"did you mean {near[0]}?" if near else "see design.data", group))  # fmt: skip
    if faults:
        raise DuzhengError(*faults)


def _named(design: Design, of: Any) -> Design:
    """Name topics and items that are shown as indices."""
    if of is None:
        return design
    from analysis.surveys.labels import Labels

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
