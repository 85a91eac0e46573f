"""Samples drawn by chance from a frame: places in strata, persons in places, and the log that weights come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import DuzhengError, Fault
from analysis.surveys.collected import csv_of, files_of
from analysis.surveys.frames import LOG, Frame, Key
from analysis.surveys.questionnaire import Probability
from analysis.surveys.selection import Method, allocate, pick, stream
from analysis.surveys.survey import Survey
from analysis.workspace.files import write_together

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Sample:
    """Who was drawn."""

    log: pd.DataFrame = field(repr=False)  #: one row a place that was drawn
    persons: pd.DataFrame = field(repr=False)  #: one row a person: ``person`` (an id), strata, place; nothing else


def draw_sample(
    frame: pd.DataFrame,
    *,
    strata: Sequence[str],
    psu: str,
    places: int | Mapping[Any, int],
    persons: int | Mapping[Any, int] | None,
    seed: int,
    drawn_on: dt.date,
    method: Method = "srs",
    person: str = "",
    size: str = "",
    order: Sequence[str] = (),
    name: str = "",
    file: str = "",
) -> Sample:
    """Draw places in each stratum, and persons in each place.

    Parameters
    ----------
    frame
        One row a person (``person`` names the column of ids), or one row a place (``size`` names the column of how many
        persons it has). Any frame; of :func:`analysis.workspace.read_table` faults name the row of the file.
    strata
        The columns of strata; none for one stratum.
    psu
        The column of places. Where persons are drawn directly, their own column.
    places
        How many places of each stratum: one number for all, or by stratum as
        :func:`analysis.surveys.selection.allocate` gives it. A key is a stratum's codes in the order of the columns.
    persons
        How many persons of each place, or all of them where it has fewer; by stratum, too. None for everybody.
    seed
        The same seed and ``name`` draw the same sample from the same frame.
    drawn_on
        The day of the draw, for the log.
    method
        ``srs``: simple random sampling of places. ``systematic``: every k-th from a random start, in the order of the
        columns ``order`` (implicit strata). ``pps``: systematic with probability proportional to the number of persons,
        in the order of ``order`` or else in a random one.
    person, size
        The column of persons' ids, or that of places' sizes; one of the two.
    order
        The columns by which places are sorted.
    name
        Of the draw, usually the survey's: under another name the same seed draws another sample.
    file
        The frame's name in messages.

    Returns
    -------
    Sample
        ``log`` has one row a place: strata and place, ``places`` and ``places_drawn`` of the stratum, ``persons`` and
        ``persons_drawn`` of the place, ``probability_place``, ``probability_person`` (within the place), ``certainty``
        (a place taken for sure), ``method``, ``seed``, ``drawn_on``, ``frame_sha256`` (of the columns that were used).
        ``persons`` has ids only; of a frame of places they are numbers on the place's own list, ``PLACE-001``.

    Raises
    ------
    DuzhengError
        DZ-L011 with every fault of the frame and of what is asked: unknown or reserved columns, gaps, doubles, a place
        in two strata, sizes that are no counts, strata without a number, more places than a stratum has.

    Notes
    -----
    Within places persons are drawn by simple random sampling, so a person's probability is exactly
    π = ``probability_place`` · ``persons_drawn`` / ``persons``, and 1/π the design weight.

    A design has, of ``srs``, the FPC columns ``places`` and ``persons`` [1]_; of ``systematic`` the same, which
    overstates the variance where the order helps; of ``pps`` no FPC, as if places had been drawn with replacement
    (overstates, too), while each place that was certain is a stratum of its own whose units are its persons [2]_.

    Every stratum, and every place, has random numbers of its own: a change in one changes no other's sample. R draws
    the same designs with ``sampling::strata``, ``sampling::inclusionprobabilities`` and ``sampling::UPsystematic``.

    References
    ----------
    .. [1] Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed. Wiley. Chapters 5A, 8, 9A and 11.
    .. [2] Särndal, C.-E., Swensson, B. & Wretman, J. (1992). *Model Assisted Survey Sampling*. Springer. Sections 3.6
       and 4.3.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"district": list("aaaabbb"), "school": range(7), "pupils": [90, 30, 30, 30, 20, 40, 60]})
    >>> sample = draw_sample(frame, strata=["district"], psu="school", size="pupils", method="pps",
    ...                      places=2, persons=10, seed=1, drawn_on=dt.date(2025, 9, 1))
    >>> sample.log[["district", "school", "persons", "probability_place", "certainty"]]
      district school  persons  probability_place  certainty
    0        a      0       90           1.000000       True
    1        a      2       30           0.333333      False
    2        b      4       20           0.333333      False
    3        b      6       60           1.000000       True
    >>> len(sample.persons)
    40
    """
    import pandas as pd

    held = Frame(frame, tuple(strata), psu, person, size, tuple(order), file).hold(method, places, persons)
    log = _draw_places(held, held.numbers(places), method, seed, name)
    drawn = log["persons"]
    if persons is not None:
        numbers = held.numbers(persons)
        drawn = drawn.clip(upper=pd.Series([numbers[key] for key in held.strata_of(log)], index=log.index))
    log = log.assign(
        persons_drawn=drawn, probability_person=drawn / log["persons"], seed=seed, drawn_on=drawn_on.isoformat(),
        frame_sha256=held.hash(),
    )[[*held.keys, *LOG]]  # fmt: skip
    return Sample(log, _draw_persons(held, log, seed, name))


def draw_places(
    frame: pd.DataFrame,
    *,
    strata: Sequence[str],
    psu: str,
    size: str,
    places: int | Mapping[Any, int],
    seed: int,
    method: Method = "srs",
    order: Sequence[str] = (),
    name: str = "",
) -> pd.DataFrame:
    """Draw the first stage only; the parameters are those of :func:`draw_sample`.

    Returns
    -------
    pandas.DataFrame
        One row a place: strata and place, ``places``, ``places_drawn``, ``persons``, ``probability_place``,
        ``certainty``, ``method``.

    Raises
    ------
    DuzhengError
        DZ-L011 as of :func:`draw_sample`.
    """
    held = Frame(frame, tuple(strata), psu, "", size, tuple(order)).hold(method, places)
    return _draw_places(held, held.numbers(places), method, seed, name)


def draw_for(
    survey: Survey,
    frame: pd.DataFrame,
    *,
    places: int | None = None,
    total: int | None = None,
    how: Literal["equal", "proportional"] = "proportional",
    persons: int | None = None,
    seed: int,
    drawn_on: dt.date,
    method: Method = "srs",
    person: str = "",
    size: str = "",
    order: Sequence[str] = (),
    file: str = "",
) -> Sample:
    """Draw the sample that a questionnaire's ``selection`` describes: its strata, its places, under its name.

    Parameters
    ----------
    survey
        The questionnaire; its respondents are drawn by chance.
    places, total, how
        How many places of each stratum; or how many in all, shared out ``equal`` or ``proportional`` to persons
        (:func:`analysis.surveys.selection.allocate`). One of the two.
    frame, persons, seed, drawn_on, method, person, size, order, file
        As for :func:`draw_sample`.

    Raises
    ------
    DuzhengError
        DZ-L011 with every fault, and of questionnaires whose respondents are not drawn.
    """
    selection = survey.questionnaire.selection
    wrong = []
    if not isinstance(selection, Probability):
        wrong.append((f"{survey.name}, whose respondents are not drawn", "selection: {kind: probability, …}", ""))
    if (places is None) is (total is None):
        given = "neither a number of places nor a total" if places is None else "a number of places and a total"
        wrong.append((given, "one of the two", "places of each stratum, or in all"))
    if wrong:
        raise DuzhengError(*(Fault("DZ-L011", found=f, expected=e, hint=h) for f, e, h in wrong))
    strata, psu = selection.strata, selection.psu or person  # type: ignore[union-attr]
    numbers: Any = places
    if total is not None and not strata:
        numbers = {(): total}
    elif total is not None:
        groups = Frame(frame, strata, psu, person, size, tuple(order), file).hold(method, 1).places.groupby([*strata])
        counts = groups.size()
        sizes = counts if how == "equal" else groups["persons"].sum()
        numbers = allocate(sizes, total, how, most=counts)
    return draw_sample(frame, strata=strata, psu=psu, places=numbers, persons=persons, seed=seed, drawn_on=drawn_on,
                       method=method, person=person, size=size, order=order, name=survey.name, file=file)  # fmt: skip


def write_draw(root: Path, survey: Survey, sample: Sample) -> list[Path]:
    """Write the log of a draw and its persons beside it, both or none.

    Parameters
    ----------
    root
        The workspace.
    survey
        Its ``selection`` may name the log's file; else it is ``data/frames/ID-WAVE.csv``. Persons go to
        ``ID-WAVE.persons.csv``.
    sample
        What was drawn.

    Raises
    ------
    DuzhengError
        DZ-L011 if it is there: a sample is drawn once.
    """
    files = dict(zip(_files(root, survey), (sample.log, sample.persons), strict=True))
    there = [path for path in files if path.exists()]
    if there:
        hint = "who draws until a sample pleases has no probability sample; remove it only if nobody was asked yet"
        raise DuzhengError.of(
            Fault("DZ-L011", file=path.relative_to(root).as_posix(), found="a draw that was made before",
                  expected="none: a sample is drawn once", hint=hint) for path in there
        )  # fmt: skip
    return write_together({path: csv_of(table) for path, table in files.items()})


def read_draw(root: Path, survey: Survey) -> Sample:
    """Read a draw that was written.

    Raises
    ------
    DuzhengError
        DZ-L011 if there is none.
    """
    import pandas as pd

    if not isinstance(survey.questionnaire.selection, Probability):
        raise DuzhengError(Fault("DZ-L011", found=f"{survey.name}, whose respondents are not drawn",
                                 expected="selection: {kind: probability, …}",
                                 hint="whoever has the link, or came by a poster, can answer it"))  # fmt: skip
    files = _files(root, survey)
    gone = [path for path in files if not path.is_file()]
    if gone:
        raise DuzhengError.of(
            Fault("DZ-L011", file=path.relative_to(root).as_posix(), found="no such file",
                  expected=f"a part of the draw of {survey.name}", hint="draw the sample first") for path in gone
        )  # fmt: skip
    log, persons = (pd.read_csv(path, dtype="str", keep_default_na=False) for path in files)
    kinds = dict.fromkeys([*LOG[:4], "seed"], "int64")
    kinds |= {"probability_place": "float64", "probability_person": "float64"}
    return Sample(log.astype(kinds).assign(certainty=log["certainty"] == "True"), persons)


def _files(root: Path, survey: Survey) -> tuple[Path, Path]:
    log = files_of(root, survey, synthetic=False)["log"]
    return log, log.with_suffix(".persons.csv")


def _draw_places(frame: Frame, numbers: Mapping[Key, int], method: Method, seed: int, name: str) -> pd.DataFrame:
    import numpy as np

    table = frame.places
    strata: dict[Key, list[int]] = {}
    for at, key in enumerate(frame.strata_of(table)):
        strata.setdefault(key, []).append(at)
    persons = table["persons"].to_numpy()
    drawn, there, asked, chances = [], [], [], []
    for key, positions in strata.items():
        places = np.asarray(positions)
        chance = stream(seed, name, "places", *key)
        lie = None
        if frame.order:
            rows = table.iloc[places].reset_index(drop=True)
            lie = rows.sort_values(list(frame.order), kind="stable").index.to_numpy()
        probability, taken = pick(method, persons[places], numbers[key], lie, chance)
        drawn.append(places[taken])
        there += [len(places)] * len(drawn[-1])
        asked += [numbers[key]] * len(drawn[-1])
        chances.append(probability[taken])
    rows = table.iloc[np.concatenate(drawn)].reset_index(drop=True)
    probability = np.concatenate(chances)
    rows = rows.assign(places=there, places_drawn=asked, probability_place=probability, certainty=probability >= 1,
                       method=method)  # fmt: skip
    said = ["places", "places_drawn", "persons", "probability_place", "certainty", "method"]
    found: pd.DataFrame = rows[[*frame.keys, *said]]
    return found


def _draw_persons(frame: Frame, log: pd.DataFrame, seed: int, name: str) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    listed: dict[Any, np.ndarray] = {}
    if frame.person:
        ids = frame.rows[frame.person].astype(str).groupby(frame.rows[frame.psu].astype(str))
        listed = {place: np.sort(of.to_numpy(dtype=object)) for place, of in ids}
    found: list[str] = []
    for key, row in zip(frame.strata_of(log), log.to_dict("records"), strict=True):
        n, place = row["persons_drawn"], row[frame.psu]
        if not frame.person:
            found += [f"{place}-{number:03d}" for number in range(1, n + 1)]
        elif n == row["persons"]:
            found += list(listed[place])
        else:
            chance = stream(seed, name, "persons", *key, place)
            found += list(listed[place][np.sort(chance.choice(len(listed[place]), n, replace=False))])
    of = log.loc[np.repeat(np.arange(len(log)), log["persons_drawn"]), frame.keys].reset_index(drop=True)
    return pd.DataFrame({"person": found, **{column: of[column] for column in of if column != "person"}})
