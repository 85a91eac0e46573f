"""School tables: `data/schools/*.csv`, one row a school, stage and year, with the totals that rules ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.workspace.contracts import Contract, Field, Rule

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace.units import Units

STAGES = (
    "primary",
    "junior",
    "nine_year",
    "twelve_year",
    "secondary",
    "senior",
    "special",
    "vocational",
    "preschool",
)

#: Totals of a school, never ratios: people in persons, areas in square metres, equipment in yuan (book original value).
RESOURCES = (
    "teachers",
    "staff",
    "teachers_above_qualification",
    "backbone_teachers",
    "pe_arts_teachers",
    "teaching_area",
    "sports_area",
    "equipment_value",
    "multimedia_classrooms",
    "classes",
)


def school_contract(units: Units) -> Contract:
    """Make the contract of school tables.

    Columns: school (a pseudonym or code), unit (code), stage, year, students; and as they are known the totals of
    ``RESOURCES`` (a blank cell is a figure that is not known, 0 is none), source, note.
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
            ),
            Rule(
                "DZ-U002",
                "unit",
                lambda rows: ~known(rows) | rows["year"].isna() | units.exist(rows["unit"], rows["year"]),
                lambda row: f"a unit that existed at the end of {row['year']}",
                lambda row: units.explain(str(row["unit"]), int(row["year"])),
            ),
            Rule("DZ-T004", "stage", lambda rows: rows["stage"].isin(STAGES), "one of " + ", ".join(STAGES)),
            Rule(
                "DZ-T004",
                "students",
                lambda rows: rows["students"].isna() | ((rows["students"] >= 0) & (rows["students"] % 1 == 0)),
                "a whole number, 0 or more",
            ),
            *(_not_negative(name) for name in RESOURCES),
            Rule(
                "DZ-T004",
                "teachers",
                lambda rows: ~(rows["teachers"] > rows["staff"]).fillna(value=False).astype(bool),
                lambda row: f"no more than the staff of {row['staff']:g}",
            ),
        ),
    )


def _not_negative(name: str) -> Rule:
    return Rule("DZ-T004", name, lambda rows: rows[name].isna() | (rows[name] >= 0), "0 or more")
