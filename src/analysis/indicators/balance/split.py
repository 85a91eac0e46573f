"""Combined schools: the rows of one school held together, and what its stages share divided between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.messages import DuzhengError, Fault
from analysis.workspace.schools import PEOPLE, PROPERTY, SHARED, place

if TYPE_CHECKING:
    import pandas as pd

#: The stages that a school can teach beside each other; others stand alone.
TAUGHT = ("primary", "junior", "senior")
_SCHOOL = ["school", "year"]


def hold_together(rows: pd.DataFrame) -> None:
    """Hold the rows of each school to each other.

    Parameters
    ----------
    rows
        Of school tables, as :func:`analysis.workspace.schools.held` gives them.

    Raises
    ------
    DuzhengError
        DZ-B001 with every fault: a row that is missing, sums that differ, property in the row of a stage of a combined
        school, people in the row of what they share, two units or kinds of one school.
    """
    faults: list[Fault] = []
    school = rows.groupby(_SCHOOL, sort=False).ngroup()
    doubtful = _doubtful(rows, school)
    for _, here in rows[school.isin(doubtful)].groupby(_SCHOOL, sort=False):
        faults += _faults(here)
    plain = rows.assign(kind=rows["kind"].fillna("ordinary"))
    for name in ("unit", "kind"):
        differ = plain.groupby(school, sort=False)[name].transform("nunique") > 1
        for _, here in plain[differ].groupby(_SCHOOL, sort=False):
            told = f"school {here['school'].iloc[0]} with {name} {', '.join(dict.fromkeys(here[name]))}"
            faults.append(place(here.iloc[-1], "DZ-B001", name, told, f"one {name} a school",
                                "schools of the same name need ids of their own"))  # fmt: skip
    if faults:
        raise DuzhengError.of(faults)


def _doubtful(rows: pd.DataFrame, school: pd.Series) -> set[int]:
    """Find the schools whose rows may not fit, all at once."""
    import pandas as pd

    bits = {stage: 1 << place for place, stage in enumerate(TAUGHT)}
    combined, taught = rows["stage"].isin(SHARED), rows["stage"].isin(TAUGHT)
    wanted = rows["stage"].map({name: sum(bits[each] for each in of) for name, of in SHARED.items()})
    each = pd.DataFrame({
        "combined": combined.astype(int), "taught": taught.astype(int), "wanted": wanted.fillna(0),
        "there": rows["stage"].map(bits).fillna(0), "sum": rows["students"].where(taught, 0.0),
        "said": rows["students"].where(combined, 0.0),
        "property": (rows[list(PROPERTY)].notna().any(axis=1) & taught).astype(int),
        "people": (rows[list(PEOPLE)].notna().any(axis=1) & combined).astype(int),
    }).groupby(school).sum()  # fmt: skip
    alone = (each["combined"] == 0) & (each["taught"] <= 1)
    fits = ((each["combined"] == 1) & (each["wanted"] == each["there"]) & (each["sum"] == each["said"])
            & (each["property"] == 0) & (each["people"] == 0))  # fmt: skip
    return set(each.index[~(alone | fits)])


def _faults(school: pd.DataFrame) -> list[Fault]:
    """Find what does not fit in a school with several rows."""
    name = str(school["school"].iloc[0])
    shared, parts = school[school["stage"].isin(SHARED)], school[school["stage"].isin(TAUGHT)]
    stages = set(parts["stage"])
    if len(shared) != 1:
        row, fitting = school.iloc[-1], next((each for each, of in SHARED.items() if set(of) == stages), "")
        expected = f"one row {fitting}" if fitting else "one row " + ", ".join(SHARED)
        found = f"school {name} with {' and '.join(parts['stage'])} and {len(shared)} rows of what they share"
        return [place(row, "DZ-B001", "stage", found, expected, "that row has the property, and the sum of students")]
    row = shared.iloc[0]
    of = SHARED[str(row["stage"])]
    faults = [place(row, "DZ-B001", "stage", f"school {name}, {row['stage']}, without a row {stage}",
                    f"rows {', '.join(of)}", "it has the students and teachers of that stage")
              for stage in of if stage not in stages]  # fmt: skip
    faults += [place(part, "DZ-B001", "stage", f"school {name}, {row['stage']}, with a row {part['stage']}",
                     f"rows {', '.join(of)}", "check what the school teaches")
               for _, part in parts[~parts["stage"].isin(of)].iterrows()]  # fmt: skip
    total = parts["students"].sum()
    if not faults and total != row["students"]:
        expected = f"{total:g}, the sum of the rows {', '.join(of)}"
        faults.append(place(row, "DZ-B001", "students", f"{row['students']:g}", expected,
                            f"check the rows of school {name}"))  # fmt: skip
    for _, part in parts.iterrows():
        faults += [
            place(
                part,
                "DZ-B001",
                column,
                f"{part[column]:g} in the row of a stage",
                f"property in the row {row['stage']}",
                "the rule divides it between the stages",
            )
            for column in PROPERTY
            if part[column] == part[column]
        ]
    faults += [place(row, "DZ-B001", column, f"{row[column]:g} in the row of what stages share",
                     "people in the rows of the stages that they teach", f"divide the people of school {name}")
               for column in PEOPLE if row[column] == row[column]]  # fmt: skip
    return faults


def split(rows: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """Divide what the stages of a combined school share by weighted students; people stay with the stage they teach.

    Parameters
    ----------
    rows
        Of school tables, held together by :func:`hold_together`.
    weights
        How much a student of a stage counts: 1, 1.1 and 1.32 in 教督〔2012〕3号.

    Returns
    -------
    pandas.DataFrame
        One row a school and stage that it teaches: the columns of ``rows``, and ``form``, the stage of the row that
        has the property (``nine_year``, …, or the stage itself). Nothing is rounded.

    Notes
    -----
    A stage with students P and weight w gets w P / Σ w P of each property: with A primary and B junior students,
    A / (A + 1.1 B) goes to the primary stage.

    Examples
    --------
    The worked example, whose source truncates to 58.5 books a weighted student and 9,711 books:

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"school": "S1", "year": 2012, "stage": ["primary", "junior", "nine_year"],
    ...                      "students": [166.0, 210, 376], "books": [None, None, 23226.0]})
    >>> found = split(rows, {"primary": 1, "junior": 1.1, "senior": 1.32})
    >>> found["books"].round(1).tolist()
    [9711.6, 13514.4]
    """
    combined = rows["stage"].isin(SHARED)
    taught = rows[rows["stage"].isin(TAUGHT)].copy()
    taught["form"] = taught["stage"]
    if not combined.any():
        return taught.reset_index(drop=True)
    weight = taught["students"] * taught["stage"].map(dict(weights)).astype(float)
    whole = weight.groupby([taught["school"], taught["year"]]).transform("sum")
    shared = rows[combined].set_index(_SCHOOL)
    at = shared.index.get_indexer(taught.set_index(_SCHOOL).index)
    of_combined = at >= 0
    part = (weight / whole)[of_combined]
    there = shared.iloc[at[of_combined]]
    for column in PROPERTY:
        if column in taught:
            taught.loc[of_combined, column] = there[column].to_numpy(float) * part.to_numpy()
    taught.loc[of_combined, "form"] = there["stage"].to_numpy()
    return taught.reset_index(drop=True)
