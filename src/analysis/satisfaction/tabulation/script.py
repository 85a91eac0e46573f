"""The shares of a crosstab for R: the columns that they are computed of, and frames that R's numbers stand beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.satisfaction.tabulation.tabulations import NO, NOT_AT_RANK, SHARE, Counted

if TYPE_CHECKING:
    import pandas as pd

    from analysis.satisfaction.tabulation.crosstab import Crosstab
    from analysis.stats import SurveyDesign


def asked(result: Crosstab) -> tuple[SurveyDesign, tuple[pd.DataFrame, ...]]:
    """Give the sample with a column of categories a counted column, and the shares of all and of each banner column.

    What is held back stays so; means and sums of answers follow from the shares.
    """
    import pandas as pd

    from analysis.stats.design.r_script import request

    design = result.designs[0]
    columns: dict[str, Any] = {}
    shares: dict[str, list[pd.DataFrame]] = {name: [] for name in ("total", *result.settings["banner"])}
    for table in result.tabulations:
        frame = result.table[(result.table["item"] == table.item) & (result.table["measure"] == SHARE)]
        for counted in table.counted:
            if not counted.codes or counted.codes[0] == NOT_AT_RANK:
                continue
            column = _categories(counted, design.data, design.sample.plan.weight > 0)
            columns[counted.name] = column
            for name, parts in shares.items():
                mine = frame[frame["column"] == name]
                parts += [_share(counted, code, mine, name) for code in column.categories if len(mine)]
    frames = []
    for name, parts in shares.items():
        if not parts:
            continue
        found = pd.concat(parts, ignore_index=True)
        by = [] if name == "total" else [name]
        variables = list(dict.fromkeys(found["variable"]))
        found.attrs["request"] = request("proportion", [*variables, *by], variables=variables, by=by, denominator=None)
        frames.append(found)
    return design.with_columns(**columns), tuple(frames)


def _categories(counted: Counted, data: pd.DataFrame, used: Any) -> pd.Categorical:
    """Give the category of each answer, of those in the base that occur; of an option, whether it was chosen."""
    import numpy as np
    import pandas as pd

    codes = counted.read(data).astype(np.intp)
    base = np.array([*counted.rows[0].below, 0.0]) > 0
    codes = np.where(base[codes], codes, -1)
    if counted.codes[0] == NO:
        # Who said nothing of substance did not choose an option either.
        codes = np.minimum(codes, np.where(codes > 1, 0, 1))
    seen = np.flatnonzero(np.bincount(codes[used & (codes >= 0)], minlength=len(counted.codes)))
    new = np.full(len(counted.codes) + 1, -1)
    new[seen] = np.arange(len(seen))
    names: pd.Index[Any] = pd.Index([counted.codes[place] for place in seen])
    return pd.Categorical(names.take(new[codes].clip(0)).where(new[codes] >= 0), categories=names)


def _share(counted: Counted, code: str, frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Give the shares of one category in the groups of a column; of who did not choose an option, the rest."""
    import pandas as pd

    place = counted.codes.index(code)
    row = next((row for row in counted.rows if row.measure == SHARE and row.above[place] == 1), None)
    chosen = row or counted.rows[0]
    mine = frame[(frame["variable"] == chosen.variable) & (frame["category"] == chosen.category)]
    share = mine["estimate"].to_numpy(float) / 100
    found = pd.DataFrame({
        "variable": counted.name, "category": code, "estimate": share if row else 1 - share,
        "se": mine["se"].to_numpy(float) / 100,
    })  # fmt: skip
    if column != "total":
        found.insert(2, column, mine["group"].to_numpy())
    return found
