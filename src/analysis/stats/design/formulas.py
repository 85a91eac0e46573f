"""Formulas: the outcome and the columns that a model is fitted to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd


def outcome(formula: str, family: str, data: pd.DataFrame) -> tuple[Floats, list[Any]]:
    """Read the left side: numbers; 0 and 1 or two categories; or the places of ordered categories."""
    import pandas as pd
    from formulaic import model_matrix
    from formulaic.errors import FormulaicError

    left = formula.partition("~")[0].strip()
    name = left.strip("`")
    if "~" not in formula or not left:
        raise DuzhengError(wrong(f"formula {formula!r}", "outcome ~ terms", 'write it as "y ~ x + group"'))
    if name in data.columns:
        column = data[name]
    else:
        try:
            column = model_matrix(f"0 + {left}", data, na_action="ignore", context={}).iloc[:, 0]
        except FormulaicError as error:
            raise _unread(formula, error) from error
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    if family == "gaussian":
        if not numeric:
            hint = "convert it, or say family='binomial' or 'ordinal'"
            raise DuzhengError(wrong(f"values of type {column.dtype}", "numbers", hint, name))
        return column.to_numpy(dtype=float, na_value=np.nan), []
    ordered = isinstance(column.dtype, pd.CategoricalDtype)
    values = [
        v for v in (column.cat.categories if ordered else sorted(column.dropna().unique())) if (column == v).any()
    ]
    expected = 2 if family == "binomial" else 3
    if (family == "binomial" and len(values) != expected) or len(values) < expected:
        what = "two values" if family == "binomial" else "three or more categories"
        some = ", ".join(map(str, values[:8]))
        raise DuzhengError(wrong(f"{len(values)} values ({some})", what, "choose another family", name))
    if family == "ordinal" and not numeric and not (ordered and column.cat.ordered):
        hint = "make it an ordered Categorical, so that it is known which category is more"
        raise DuzhengError(wrong("categories without order", "ordered categories or numbers", hint, name))
    codes = pd.Categorical(column, categories=values).codes.astype(float)
    return np.where(codes < 0, np.nan, codes), values


def right_side(formula: str, data: pd.DataFrame, family: str) -> tuple[Any, Floats, list[str]]:
    """Make the columns of the right side, NaN where a value is missing."""
    from formulaic import model_matrix
    from formulaic.errors import FormulaicError

    try:
        matrix = model_matrix(formula.partition("~")[2].strip() or "1", data, na_action="drop", context={})
    except FormulaicError as error:
        raise _unread(formula, error) from error
    spec = matrix.model_spec
    empty = [str(term) for term, place in spec.term_slices.items() if place.start == place.stop]
    if empty:
        raise DuzhengError(*(wrong(f"the term {term!r} with one category", "two or more", "leave it out", term)
                             for term in empty))  # fmt: skip
    names = [str(name) for name in matrix.columns]
    if family == "ordinal":
        if names[:1] != ["Intercept"] or len(names) == 1:
            raise DuzhengError(wrong(f"formula {formula!r}", "a constant and at least one term",
                                     "the thresholds are the constants of an ordinal model"))  # fmt: skip
        return spec, _spread(matrix, len(data))[:, 1:], names[1:]
    return spec, _spread(matrix, len(data)), names


def design_matrix(spec: Any, data: pd.DataFrame) -> Floats:
    """Make the columns of the right side for other rows, coded as before."""
    import warnings

    from formulaic.errors import DataMismatchWarning, FormulaicError

    try:
        with warnings.catch_warnings():
            # A category that the model never saw would pass for the first one.
            warnings.simplefilter("error", DataMismatchWarning)
            return _spread(replace(spec, na_action="drop").get_model_matrix(data, context={}), len(data))
    except DataMismatchWarning as error:
        what = str(error).partition("dataset): ")[2].partition("}")[0].strip("{")
        raise DuzhengError(
            wrong(f"categories {what}", "those that the model was fitted to", "leave them out")
        ) from error
    except FormulaicError as error:
        raise _unread(str(spec.formula), error) from error


def _spread(matrix: Any, rows: int) -> Floats:
    """Put the rows that were kept back into their places."""
    result = np.full((rows, matrix.shape[1]), np.nan)
    result[matrix.index.to_numpy()] = matrix.to_numpy(dtype=float)
    return result


def _unread(formula: str, error: Exception) -> DuzhengError:
    why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    hint = "columns with other signs than letters are written in `…`"
    return DuzhengError(wrong(f"formula {formula!r}: {why}", "a formula over columns of the data", hint))
