"""Estimates: the means of all indices, of everybody, of units and of groups, one row a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analysis.findings.answers.waves import Wave, count_places
from analysis.messages import Texts, in_columns
from analysis.satisfaction.indices.index import index

if TYPE_CHECKING:
    import pandas as pd

#: The columns of the table, and their types.
COLUMNS = {
    "cell": "str", "survey": "str", "wave": "int64", "base_wave": "Int64", "unit": "str", "index": "str",
    "column": "str", "code": "str", "statistic": "str", "estimate": "float64", "se": "float64", "lower": "float64",
    "upper": "float64", "level": "float64", "df": "float64", "n": "Int64", "n_before": "Int64", "psus": "Int64",
    "deff": "float64", "against": "float64", "p": "float64", "p_adjusted": "float64", "family": "str", "kind": "str",
    "selection": "str", "precision": "str", "comparable": "str", "reasons": "str", "held": "Int64",
    "universes": "Int64", "measure": "str", "index_zh": "str", "index_en": "str", "group_zh": "str", "group_en": "str",
    "survey_zh": "str", "survey_en": "str", "synthetic": "bool",
}  # fmt: skip
_TEXTS = {name for name, of in COLUMNS.items() if of == "str"}
#: What says how sure an estimate is; an open sample has none of it.
_SURE = ("se", "lower", "upper", "df", "deff")

Row = dict[str, Any]


def cell(survey: str, index: str, unit: str, statistic: str, *, column: str = "", code: str = "") -> str:
    """Name the cell of an estimate.

    >>> cell("form-2025", "ixFair", "U7", "mean", column="stage", code="primary")
    'form-2025/ixFair/U7/stage=primary/mean'
    """
    return "/".join((survey, index, unit, *([f"{column}={code}"] if column else []), statistic))


def means(wave: Wave, *, level: float = 0.95) -> list[Row]:
    """Estimate all declared indices: of everybody, of each unit, of each declared group, and of groups in units.

    Returns
    -------
    list of dict
        Rows by column of :data:`COLUMNS`. What may not be shown has no figures and the precision ``suppress``; an open
        sample has no errors and no intervals.
    """
    if not wave.indices:
        return []
    unit = [wave.column] if wave.column else []
    found: dict[str, Row] = {}
    places = {} if wave.design.tested else count_places(wave)
    for groups in (unit, *([group] for group in wave.groups), *([*unit, group] for group in wave.groups if unit)):
        table = index(wave.design, by=groups, level=level).table
        for row in table.to_dict("records"):
            made = _mean(wave, {str(name): value for name, value in row.items()}, groups, level)
            if made is None:
                continue
            if not wave.design.tested:
                # Persons are the units of a census, and streets those of an open sample: neither is a school drawn.
                made["psus"] = None if made["column"] else places.get(made["unit"])
            found.setdefault(made["cell"], made)
    return list(found.values())


def _mean(wave: Wave, row: Mapping[str, Any], groups: list[str], level: float) -> Row | None:
    given = {name: str(row[name]) for name in groups if row[name] is not None and row[name] == row[name]}
    if len(given) not in {0, len(groups)}:
        return None
    unit = wave.units.get(given[wave.column], "") if wave.column in given else wave.whole
    if not unit:
        return None
    column = next((name for name in given if name != wave.column), "")
    sure = {name: float("nan") if wave.design.kind == "open" else row[name] for name in _SURE}
    return base(wave, row["index"], unit, "mean", column=column, code=given.get(column, "")) | sure | {
        "estimate": row["estimate"], "level": level, "n": row["n"], "psus": row["psus"],
        "measure": row["measure"], "precision": str(row["precision"]),
    }  # fmt: skip


def base(wave: Wave, index_: str, unit: str, statistic: str, *, column: str = "", code: str = "",
         group: Texts | None = None) -> Row:  # fmt: skip
    """Begin a row: what it is of, and what that is called."""
    named = wave.index_names.get(index_, {"zh-Hans": index_, "en": index_})
    title = wave.design.survey.questionnaire.title
    called = group or (wave.called(column, code) if column else None)
    return {
        "cell": cell(wave.name, index_, unit, statistic, column=column, code=code), "survey": wave.name,
        "wave": wave.year, "unit": unit, "index": index_, "column": column, "code": code, "statistic": statistic,
        "selection": wave.design.kind, "comparable": "yes", "synthetic": wave.design.synthetic,
        **in_columns("index", named), **in_columns("group", called), **in_columns("survey", title),
    }  # fmt: skip


def table_of(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Put rows into a frame with the columns :data:`COLUMNS`."""
    import pandas as pd

    found = pd.DataFrame(list(rows), columns=list(COLUMNS))
    for name in COLUMNS:
        if name in _TEXTS:
            found[name] = found[name].where(found[name].notna(), "").astype("str")
    return found.astype(COLUMNS)


def records(table: pd.DataFrame) -> Iterator[Row]:
    """Give the rows of a table, missing numbers as None."""
    import pandas as pd

    for row in table.to_dict("records"):
        yield {str(name): None if pd.isna(value) else value for name, value in row.items()}
