"""School tables: `data/schools/*.csv`, one row a school, stage and year, with the totals that rules ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.messages import DuzhengError, Fault
from analysis.workspace.contracts import Contract, Field, Rule, read_checked

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace.units import Units

FOLDER = "data/schools"
#: What a row is of: a stage, or what the stages of one school share.
SHARED: Mapping[str, tuple[str, ...]] = {
    "nine_year": ("primary", "junior"),
    "twelve_year": ("primary", "junior", "senior"),
    "secondary": ("junior", "senior"),
}
STAGES = ("primary", "junior", *SHARED, "senior", "special", "vocational", "preschool")
#: What a school is; a blank is an ordinary one.
KINDS = ("ordinary", "teaching_point", "special", "vocational")

#: The source of rows that are simulated; they stand in no evaluation beside real ones.
SIMULATED = "simulated"

#: Totals of a school, never ratios. People are counted with the stage that they teach.
PEOPLE = (
    "teachers",
    "teachers_above_qualification",
    "teachers_intermediate_title",
    "backbone_teachers",
    "pe_arts_teachers",
)
#: What the stages of a school share: areas in square metres, equipment in yuan (book original value).
PROPERTY = ("teaching_area", "sports_area", "equipment_value", "multimedia_classrooms", "computers", "books")
#: What is never divided between stages.
BESIDE = ("staff", "classes", "largest_class")
RESOURCES = ("teachers", "staff", *PEOPLE[1:], *PROPERTY, "classes", "largest_class")
#: People who are among the full-time teachers; backbone teachers may also be heads who do not teach.
_AMONG_TEACHERS = ("teachers_above_qualification", "teachers_intermediate_title", "pe_arts_teachers")


def school_contract(units: Units) -> Contract:
    """Make the contract of school tables.

    Columns: school (a pseudonym or code), unit (code), stage, year, students; and as they are known kind (of
    ``KINDS``), the totals of ``RESOURCES`` (a blank cell is a figure that is not known, 0 is none), source, note. A
    school that teaches several stages has a row for each, with the people who teach it, and one of ``SHARED`` for
    what they share; :mod:`analysis.indicators.balance.split` holds such rows together.
    """

    def known(rows: pd.DataFrame) -> pd.Series:
        return rows["unit"].map(lambda code: units.known(str(code))).astype(bool)

    return Contract(
        name="schools",
        fields={
            "school": Field(),
            "unit": Field(),
            "stage": Field(),
            "year": Field("year"),
            "students": Field("number"),
            "kind": Field(required=False, blank=True),
            **{name: Field("number", required=False, blank=True) for name in RESOURCES},
            "source": Field(required=False, blank=True),
            "note": Field(required=False, blank=True),
        },
        key=("school", "stage", "year"),
        rules=(
            Rule(
                "DZ-U001",
                "unit",
                known,
                "a code of data/units.csv",
                lambda row: unit_hint(units, str(row["unit"])),
            ),
            Rule(
                "DZ-U002",
                "unit",
                lambda rows: ~known(rows) | rows["year"].isna() | units.exist(rows["unit"], rows["year"]),
                lambda row: f"a unit that existed at the end of {row['year']}",
                lambda row: units.explain(str(row["unit"]), int(row["year"])),
            ),
            Rule(
                "DZ-T004",
                "stage",
                lambda rows: rows["stage"].isin(STAGES),
                "one of " + ", ".join(STAGES),
                allowed=STAGES,
            ),
            Rule(
                "DZ-T004",
                "kind",
                lambda rows: rows["kind"].isna() | rows["kind"].isin(KINDS),
                "one of " + ", ".join(KINDS) + ", or nothing for an ordinary school",
                allowed=KINDS,
            ),
            _whole("students"),
            *(_not_negative(name) for name in RESOURCES if name not in {"classes", "largest_class"}),
            _whole("classes"),
            _whole("largest_class"),
            _no_more("teachers", "staff"),
            *(_no_more(name, "teachers") for name in _AMONG_TEACHERS),
            _no_more("largest_class", "students"),
        ),
    )


def unit_hint(units: Units, text: str) -> str:
    """Say which code to write where somebody wrote a unit's name."""
    names = units.frame.reindex(columns=["name_zh", "name_en", "short_zh", "short_en"])
    found = sorted(set(units.frame.loc[(names == text).any(axis=1), "code"]))
    return f"write the code {' or '.join(found)}" if found else ""


def read_schools(root: Path, units: Units, files: Sequence[Path] | None = None) -> pd.DataFrame:
    """Read school tables, all of them or none.

    Parameters
    ----------
    root
        The workspace.
    units
        Its units.
    files
        CSV or Excel files; by default all of `data/schools`.

    Returns
    -------
    pandas.DataFrame
        The columns of the contract, file and row; ``attrs`` has ``files``, the content hash of each by its name.

    Raises
    ------
    DuzhengError
        With every fault of every file.
    """
    return read_checked(root, FOLDER, school_contract(units), files)


def held(frame: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Hold a frame of schools, from wherever, to the contract.

    Parameters
    ----------
    frame
        The columns of the contract; optional ones may be missing. ``file`` and ``row`` say in faults where a row is
        from, if they are there.
    units
        The units that it may name.

    Returns
    -------
    pandas.DataFrame
        All columns of the contract in their types, file and row, with a fresh index; ``attrs`` as they were.

    Raises
    ------
    DuzhengError
        DZ-T002 and DZ-T003 for columns; DZ-T004, DZ-T005, DZ-U001, DZ-U002 for rows: every fault.
    """
    import pandas as pd

    contract = school_contract(units)
    gone = [name for name, each in contract.fields.items() if each.required and name not in frame]
    faults = [Fault("DZ-T002", column=name, found="no such column", expected="a column of school tables",
                    hint="data/README.md lists them") for name in gone]  # fmt: skip
    columns: dict[str, pd.Series] = {}
    for name, each in contract.fields.items():
        given = frame[name] if name in frame else pd.Series(None, index=frame.index, dtype="object")
        columns[name] = _typed(given, each)
        if each.type != "text" and (columns[name].isna() & given.notna()).any():
            faults.append(Fault("DZ-T003", column=name, found="values that are no numbers", expected=f"a {each.type}",
                                hint="read the table with read_schools, which names each cell"))  # fmt: skip
    if faults:
        raise DuzhengError.of(faults)
    typed = pd.DataFrame(columns)
    typed["file"] = frame.get("file", "")
    typed["row"] = frame["row"] if "row" in frame else pd.Series(pd.NA, index=frame.index, dtype="Int64")
    typed = typed.reset_index(drop=True)
    for name, each in contract.fields.items():
        if each.required:
            faults += [place(row, "DZ-T003", name, "an empty cell", f"a {each.type}")
                       for _, row in typed[typed[name].isna()].iterrows()]  # fmt: skip
    for rule in contract.rules:
        for _, row in typed[~rule.holds(typed).astype(bool) & typed[rule.column].notna()].iterrows():
            value = row[rule.column]
            expected = rule.expected if isinstance(rule.expected, str) else rule.expected(row)
            hint = rule.hint if isinstance(rule.hint, str) else rule.hint(row)
            found = f"{value:g}" if isinstance(value, float) else repr(str(value))
            faults.append(place(row, rule.code, rule.column, found, expected, hint))
    key = list(contract.key)
    faults += [place(row, "DZ-T005", ", ".join(key), "/".join(str(row[name]) for name in key),
                     "a key that stands once", "keep one of the two rows")
               for _, row in typed[typed.duplicated(key) & typed[key].notna().all(axis=1)].iterrows()]  # fmt: skip
    if faults:
        raise DuzhengError.of(faults)
    typed.attrs = dict(frame.attrs)
    return typed


def _typed(given: pd.Series, field: Field) -> pd.Series:
    """Give a column in the type of its field, without what is no number."""
    import pandas as pd

    if field.type == "text":
        return given.astype("str")
    numbers = pd.to_numeric(given, errors="coerce").astype("float64")
    numbers = numbers.where(numbers.abs() < float("inf"))
    return numbers.where(numbers % 1 == 0).astype("Int64") if field.type == "year" else numbers


def place(row: pd.Series, code: str, column: str, found: str, expected: str, hint: str = "") -> Fault:
    """Make the fault of a row: where it stands in a file, or of which school it is."""
    import pandas as pd

    inside = bool(row["file"]) and not pd.isna(row["row"])
    whose = "" if inside else f" (school {row['school']}, stage {row['stage']}, year {row['year']})"
    return Fault(code, file=str(row["file"] or ""), row=int(row["row"]) if inside else None, column=column,
                 found=found + whose, expected=expected, hint=hint)  # fmt: skip


def _not_negative(name: str) -> Rule:
    return Rule("DZ-T004", name, lambda rows: rows[name].isna() | (rows[name] >= 0), "0 or more")


def _whole(name: str) -> Rule:
    return Rule("DZ-T004", name, lambda rows: rows[name].isna() | ((rows[name] >= 0) & (rows[name] % 1 == 0)),
                "a whole number, 0 or more")  # fmt: skip


def _no_more(name: str, than: str) -> Rule:
    return Rule("DZ-T004", name, lambda rows: ~(rows[name] > rows[than]).fillna(value=False).astype(bool),
                lambda row: f"no more than the {than} of {row[than]:g}")  # fmt: skip
