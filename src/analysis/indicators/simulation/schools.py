"""Simulated schools: tables in the form of `data/schools`, whose sums are the real figures of each unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.indicators.asked import several
from analysis.indicators.simulation.apportionment import apportioned
from analysis.indicators.simulation.defects import planted
from analysis.indicators.simulation.draws import Draws, draw
from analysis.indicators.simulation.resources import beside_rows, people_rows, property_of
from analysis.indicators.simulation.totals import totals, years_of
from analysis.indicators.simulation.truth import BESIDE, PEOPLE, STAGES, TEACHES, Truth, read_truth
from analysis.messages import DuzhengError
from analysis.messages.requests import is_number, is_whole, wrong
from analysis.stats.arrays import Floats, Ints
from analysis.workspace.schools import PROPERTY, SIMULATED

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

#: The columns of a table, in their order.
COLUMNS = ("school", "unit", "stage", "year", "students", "kind", "teachers", "staff", *PEOPLE, *PROPERTY, "classes",
           "largest_class", "source")  # fmt: skip
#: Letters of kinds of schools in their ids.
LETTERS = {"primary": "P", "junior": "J", "senior": "S", "nine_year": "N", "twelve_year": "T", "secondary": "C",
           "teaching_point": "K", "special": "X", "vocational": "V"}  # fmt: skip
#: Errors of reporting beyond this would not be errors.
LARGEST_ERROR = 1.0


@dataclass(frozen=True)
class Roll:
    """Schools of a year before they have anything: one entry a school in every field."""

    place: Ints  #: of the unit in the list of units
    code: list[str]  #: of the unit in that year
    holder: list[str]  #: code of the unit that holds its territory now
    kind: list[str]
    school: list[str]
    draws: Draws


def simulated_schools(
    workspace: Workspace, *, year: int | None = None, years: int | Sequence[int] | None = None,
    seed: int | None = None, defects: bool = False, error: float | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Simulate schools whose sums are the real figures of each unit.

    Parameters
    ----------
    workspace
        The workspace; ``data/demo/schools/truth.yaml`` says which figures, and how schools differ.
    year
        The newest year in which all units have them, if not given.
    years
        One year or several, in place of ``year``: schools keep their ids and most of what they are. In a year between
        two that have figures, the totals lie on the straight line between them.
    seed
        In place of the file's; the same seed gives the same schools.
    defects
        Whether the errors that the file names are planted, for an audit to find.
    error
        Relative standard deviation of errors of reporting (log scale), put on property alone; none if not given.

    Returns
    -------
    pandas.DataFrame
        A table of schools (:func:`analysis.workspace.schools.school_contract`), every row with the source
        ``simulated``: a row for each stage that a school teaches, and where it teaches several a row for what they
        share. ``attrs`` has ``seed``, ``totals`` (by year ``reported`` or ``interpolated``) and ``defects``: a list of
        what was planted, with defect, unit, year, school, stage, column, value, was.

    Raises
    ------
    DuzhengError
        DZ-W002 where there is no such file, DZ-W003, DZ-I001, DZ-U001 where it is wrong; DZ-S002 for what is no year,
        years without figures, what is no seed, and an error below 0 or beyond 1; DZ-S003 where no year has figures of
        all units.

    Notes
    -----
    Of each unit the sums agree exactly: schools of each block by kind, students by stage, teachers and staff by block
    of stages; all are whole, divided by largest remainders. What no figure says is assumed: how the schools of a
    block are divided into kinds, the teachers of a block into stages, and everything that schools have. Pupils of
    teaching points are among the unit's, the points are in no count of schools; special and vocational schools are in
    none of the figures. Where a unit's figures have more teachers than staff, its schools have no staff in those
    stages.

    Examples
    --------
    ``simulated_schools(workspace, years=(2016, 2017))`` gives two years of the same schools.
    """
    import pandas as pd

    asked = several(years) or []
    faults = [wrong(f"year {each!r}", "a whole number", "say years=(2016, 2017), or one")
              for each in (*asked, *([] if year is None else [year])) if not is_whole(each)]  # fmt: skip
    if year is not None and years is not None:
        faults.append(wrong(f"year={year} and years={years}", "one of them", "say years=(…) for several"))
    if years is not None and not asked:
        faults.append(wrong("years of none", "a year or more", "say years=(…), or leave it out for the newest"))
    if seed is not None and not (is_whole(seed) and seed >= 0):
        faults.append(wrong(f"seed={seed!r}", "a whole number, 0 or more", "the same seed gives the same schools"))
    if error is not None and not (is_number(error) and 0 <= error <= LARGEST_ERROR):
        faults.append(wrong(f"error={error!r}", f"0 to {LARGEST_ERROR:g}", "0.02 is two per cent"))
    if faults:
        raise DuzhengError(*faults)
    truth = read_truth(workspace)
    seed = truth.seed if seed is None else seed
    wanted = asked or [years_of(workspace, truth)[-1] if year is None else year]
    found = totals(workspace, truth, wanted)
    frames = [
        _of_year(workspace, truth, each, figures, seed, error or 0.0) for each, (figures, _) in sorted(found.items())
    ]
    frame = pd.concat(frames, ignore_index=True)
    errors: list[dict[str, Any]] = []
    if defects:
        frame, errors = planted(frame, truth, seed)
    frame.attrs = {"seed": seed, "totals": {each: how for each, (_, how) in found.items()}, "defects": errors}
    return frame


def _of_year(
    workspace: Workspace, truth: Truth, year: int, figures: pd.DataFrame, seed: int, error: float
) -> pd.DataFrame:
    """Make the table of one year."""
    import numpy as np
    import pandas as pd

    units = list(figures.index)
    codes = [str(workspace.units.frame.at[unit, "code"]) for unit in units]
    roll = _roll(workspace, truth, year, figures, seed)
    kinds = np.array(roll.kind)
    students = _students(truth, figures, roll, seed)
    people = people_rows(truth, figures, roll, students, seed)
    of_all = property_of(truth, units, roll, students, seed)
    if error:
        noise = np.random.default_rng([seed, year, 11])
        of_all = {
            name: np.rint(values * np.exp(error * noise.standard_normal(len(values))))
            for name, values in of_all.items()
        }
    several = np.isin(kinds, [kind for kind, stages in TEACHES.items() if len(stages) > 1])
    shared = pd.DataFrame({"at": np.flatnonzero(several), "stage": kinds[several]})
    shared["students"] = np.sum(list(students.values()), axis=0)[several].astype(float)
    for name, values in of_all.items():
        shared[name] = values[several]
        people[name] = np.where(several[people["at"]], np.nan, values[people["at"]])
    table = pd.concat([people, shared], ignore_index=True)
    at = table["at"].to_numpy()
    table["school"] = np.array(roll.school)[at]
    table["unit"] = np.array(roll.code)[at]
    table["kind"] = np.where(kinds[at] == "teaching_point", "teaching_point", "ordinary")
    table = pd.concat([table, beside_rows(truth, codes, _holders(workspace, units), seed)], ignore_index=True)
    table["year"], table["source"] = year, SIMULATED
    order = {stage: number for number, stage in enumerate((*TEACHES, *BESIDE))}
    table["order"] = table["stage"].map(order)
    table = table.sort_values(["unit", "school", "order"], kind="stable", ignore_index=True)
    return _typed(table.reindex(columns=list(COLUMNS)))


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Give columns the types that tables have when they are read."""
    words = {"school", "unit", "stage", "kind", "source"}
    return table.astype({name: "str" if name in words else "int64" if name == "year" else "float64" for name in table})


def _roll(workspace: Workspace, truth: Truth, year: int, figures: pd.DataFrame, seed: int) -> Roll:
    """List the schools of a year: so many of each kind as the figures say, with ids that last.

    A school's id is of the unit that holds its territory now. Units that were merged since have the first schools of
    that unit, one after the other.
    """
    import numpy as np

    units = list(figures.index)
    codes = [str(workspace.units.frame.at[unit, "code"]) for unit in units]
    holders = _holders(workspace, units)
    counted: dict[str, Ints] = {}
    for block in truth.blocks.values():
        kinds = list(block.kinds)
        group = np.repeat(np.arange(len(units)), len(kinds))
        parts = apportioned(figures[block.schools].to_numpy(), group, np.tile(list(block.kinds.values()), len(units)))
        counted |= {kind: parts[number :: len(kinds)] for number, kind in enumerate(kinds)}
    # Those of units that were merged since stand in the first of them.
    points = [truth.teaching_points.units.get(holder, 0) if holder not in holders[:place] else 0
              for place, holder in enumerate(holders)]  # fmt: skip
    counted["teaching_point"] = np.array(points, dtype=np.int64)
    offsets: dict[tuple[str, str], int] = {}
    begins: dict[tuple[int, str], int] = {}
    for place, holder in enumerate(holders):
        for kind, counts in counted.items():
            begins[place, kind] = offsets.get((holder, kind), 0)
            offsets[holder, kind] = begins[place, kind] + int(counts[place])
    drawn = draw({key: n for key, n in offsets.items() if n}, seed, year, truth.persistence)
    place_of: list[int] = []
    kind_of: list[str] = []
    schools: list[str] = []
    numbers: list[Floats] = []
    for place, holder in enumerate(holders):
        for kind, counts in counted.items():
            first, n = begins[place, kind], int(counts[place])
            if not n:
                continue
            place_of += [place] * n
            kind_of += [kind] * n
            schools += [f"SYN-{holder}-{LETTERS[kind]}{number + 1:03d}" for number in range(first, first + n)]
            numbers.append(drawn[holder, kind][first : first + n])
    places = np.array(place_of, dtype=np.int64)
    return Roll(places, [codes[place] for place in place_of], [holders[place] for place in place_of], kind_of, schools,
                Draws(np.concatenate(numbers)))  # fmt: skip


def _holders(workspace: Workspace, units: Sequence[str]) -> list[str]:
    """Give the code of the unit that holds each unit's territory on the workspace's boundaries."""
    now = workspace.settings.boundaries
    found = []
    for unit in units:
        holders = workspace.units.holders(unit, now) or [unit]
        found.append(str(workspace.units.frame.at[holders[0], "code"]))
    return found


def _students(truth: Truth, figures: pd.DataFrame, roll: Roll, seed: int) -> dict[str, Ints]:
    """Divide each unit's students of each stage among the schools that teach it."""
    import numpy as np

    kinds = np.array(roll.kind)
    found: dict[str, Ints] = {stage: np.zeros(len(kinds), dtype=np.int64) for stage in STAGES}
    points = np.flatnonzero(kinds == "teaching_point")
    low, high = truth.teaching_points.pupils
    if len(points):
        uniform = np.random.default_rng([seed, 13]).random(len(points))
        found["primary"][points] = low + np.floor(uniform * (high - low + 1)).astype(np.int64)
    of_points = np.bincount(roll.place, weights=found["primary"], minlength=len(figures))
    for block in truth.blocks.values():
        for stage, code in block.students.items():
            here = np.flatnonzero([stage in TEACHES.get(kind, ()) for kind in kinds])
            size = np.array([truth.sizes[stage][kind] for kind in kinds[here]])
            weight = size * np.exp(truth.size_spread * roll.draws[f"students.{stage}"][here])
            amounts = figures[code].to_numpy() - (of_points if stage == "primary" else 0)
            members = np.bincount(roll.place[here], minlength=len(figures))
            least = np.minimum(truth.least_students, amounts // np.maximum(members, 1))[roll.place[here]]
            found[stage][here] = apportioned(amounts, roll.place[here], weight, least.astype(np.int64))
    return found
