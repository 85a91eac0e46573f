"""Invented schools for tests of balance: figures from a hash, so that they are the same everywhere and for ever."""

from __future__ import annotations

import hashlib
import math

import pandas as pd

#: What a student has on average, and how far schools lie apart (of the logarithm).
MEANS = {"teachers_above_qualification": (0.065, 0.12), "backbone_teachers": (0.015, 0.3),
         "pe_arts_teachers": (0.013, 0.2), "teaching_area": (7.6, 0.28), "sports_area": (13.5, 0.45),
         "equipment_value": (4200, 0.6), "multimedia_classrooms": (0.035, 0.25)}  # fmt: skip
#: What is left blank for the charts with missing figures: column and a part of the schools' names.
UNKNOWN = (("teaching_area", "P02"), ("equipment_value", "J01"))


def chance(*numbers):
    """Give a number between −1 and 1 that hangs on the arguments alone."""
    return int(hashlib.sha256(repr(numbers).encode()).hexdigest()[:12], 16) / 2**47 - 1


def schools_of(units, years=(2020,), n=9):
    """Make a school table: n primary and n − 2 junior schools a unit."""
    rows = []
    for unit in units:
        for stage, many in (("primary", n), ("junior", n - 2)):
            for s in range(many):
                name = f"{unit}-{stage[0].upper()}{s:02d}"
                size = 420 + 330 * chance(name)
                for year in years:
                    students = round(size + 3 * (year - 2020))
                    row = {"school": name, "unit": unit, "stage": stage, "year": year, "students": students}
                    for column, (mean, spread) in MEANS.items():
                        drift = 1 + 0.04 * (year - 2020) * chance(name, column, "drift")
                        amount = students * mean * math.exp(1.8 * spread * chance(name, column)) * drift
                        row[column] = float(round(amount))
                    rows.append(row)
    return pd.DataFrame(rows)


def some_unknown(table):
    """Leave out a few figures."""
    table = table.copy()
    for column, part in UNKNOWN:
        table.loc[table["school"].str.endswith(part), column] = None
    return table


def units_of(workspace):
    """Give the ids of the sixteen units of the repository that exist now."""
    frame = workspace.units.frame
    now = frame[(frame["kind"] == workspace.settings.unit_kind) & frame["valid_to"].isna()]
    return [str(each) for each in now.index]
