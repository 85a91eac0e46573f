"""Rehearsals: simulated respondents go all the way over a real server, and what is true of them must come back."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.collected import Collected
from analysis.surveys.columns import columns
from analysis.surveys.formats.parts import hangs_out
from analysis.surveys.limesurvey.answers import fields_of, to_server
from analysis.surveys.limesurvey.collect import collect, commit_of
from analysis.surveys.limesurvey.connection import Connection
from analysis.surveys.limesurvey.exports import Exports
from analysis.surveys.limesurvey.fielding import attributes_of_draw, open_survey
from analysis.surveys.limesurvey.participants import PERSON, listed, register
from analysis.surveys.limesurvey.sending import SESSIONS, send
from analysis.surveys.limesurvey.stage import stage
from analysis.surveys.personal import scrub_column
from analysis.surveys.places import PARAMETER, place_code
from analysis.surveys.questionnaire import Probability
from analysis.surveys.simulate.recovered import LEVEL, allowed, fair, recovered
from analysis.surveys.simulate.truth import Truth
from analysis.surveys.simulate.wave import Simulated, simulate
from analysis.surveys.survey import Survey

if TYPE_CHECKING:
    import pandas as pd

#: Of cells of one column that came back otherwise, how many are named.
NAMED = 5
HEAD = ("language", "started", "completed")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What became of a rehearsal. All of it is simulated: nobody was asked."""

    survey: str
    sid: int
    kept: bool  #: whether the survey is still on the server
    commit: str  #: of the questionnaire; nothing without git, and with ``+`` where it was changed since
    seconds: dict[str, float]  #: by stage, in their order
    counts: dict[str, int]
    estimates: pd.DataFrame = field(repr=False)  #: as :func:`analysis.surveys.simulate.recovered.recovered` gives them

    @property
    def missed(self) -> int:
        """How many intervals do not hold the truth."""
        return int((~self.estimates["inside"].dropna().astype(bool)).sum())

    @property
    def held(self) -> int:
        """How many intervals were held to the truth."""
        return int(self.estimates["inside"].notna().sum())

    @property
    def holds(self) -> bool:
        """Whether the truth came back: no more intervals miss it than chance leaves."""
        return self.missed <= allowed(self.held)


def rehearse(
    connection: Connection,
    survey: Survey,
    truth: Truth,
    root: Path,
    *,
    n: int,
    seed: int,
    sid: int | None = None,
    keep: bool = False,
    sessions: int = SESSIONS,
) -> Rehearsal:
    """Rehearse a questionnaire on a server: deployed, opened, answered, collected, estimated, and deleted again.

    Parameters
    ----------
    connection
        The session.
    survey
        The questionnaire.
    truth
        What is true of its respondents; how they answer is made :func:`analysis.surveys.simulate.recovered.fair`, since
        careless answers and those who come by themselves move estimates on purpose.
    root
        The workspace, for the questionnaire's commit. Nothing is written into it: a demonstration wave stays as it is.
    n
        How many answer.
    seed
        Of the draw and the persons.
    sid
        A number that is free on the server. [default: one that is drawn]
    keep
        Whether the survey stays on the server, to be looked at; it is deleted by hand then.
    sessions
        How many send answers at once.

    Returns
    -------
    Rehearsal
        Held are, each with an interval of 99 %, the means of all declared indices whose truth has a closed form, in all
        units together and in each unit. It ``holds`` if no more of them miss the truth than chance exceeds in one of a
        thousand rehearsals (:func:`analysis.surveys.simulate.recovered.allowed`). Where the questionnaire declares no
        index, only the cells are held.

    Raises
    ------
    DuzhengError
        DZ-L009 with every column whose answers are not, cell by cell, what was simulated (comments after the scan for
        personal data), or if the survey could not be deleted; DZ-L007 if the number is in use; DZ-Q011 if the truth
        does not fit the questionnaire; and whatever its steps raise. The server is cleaned then, too.

    Notes
    -----
    Answers go through ``add_response``, not through the server's pages: the times that interviews take can't be handed
    over, and the server's own routing is not tried. Persons who were drawn are registered as participants with place
    and strata; where nobody was drawn, links carry signed codes of places. A server of two processors took 73 answers a
    second over one session and 130 over two to four; while others kept both of them busy, 16 and 40. Its processors are
    the limit: a call takes the sender 2 ms.
    """
    clock = _Clock()
    wave = simulate(survey, fair(truth, survey), n=n, seed=seed)
    clock.lap("simulate")
    with TemporaryDirectory(prefix="duzheng-rehearsal-") as name:
        folder = Path(name)
        with stage(connection, survey, folder, sid=sid, keep=keep) as number:
            clock.lap("deploy")
            played = _Play(connection, wave, number, folder, sessions, clock)
            counts, found = played.run()
            estimates = recovered(survey, wave.truth, found.responses, found.log)
            clock.lap("estimate")
        clock.lap("clean")
    git = commit_of(root, survey)
    commit = str(git["commit"]) + ("+" if git["commit_changed"] else "")
    return Rehearsal(survey.name, number, keep, commit, clock.seconds, counts, estimates)


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name], self.last = now - self.last, now


@dataclass(slots=True)
class _Play:
    """Plays a simulated wave on a survey that is deployed."""

    connection: Connection
    wave: Simulated
    sid: int
    folder: Path
    sessions: int
    clock: _Clock

    def run(self) -> tuple[dict[str, int], Collected]:
        wave, survey = self.wave, self.wave.survey
        attributes = attributes_of_draw(survey)
        persons = persons_of(wave, attributes) if attributes else None
        open_survey(self.connection, survey, self.sid)
        self.clock.lap("open")
        tokens = self._register(persons) if persons is not None else {}
        self.clock.lap("register")
        key = f"rehearsal of {survey.name}, seed {wave.seed}".encode()
        sent = send(self.connection, survey, self.sid, self._rows(tokens, key), sessions=self.sessions)
        self.clock.lap("answer")
        log = wave.log.drop(columns="answers")
        found = collect(self.connection, survey, self.sid, self.folder, places=key, synthetic=True, log=log,
                        margins=wave.margins)  # fmt: skip
        cells = hold_cells(wave, found.responses)
        self.clock.lap("collect")
        asked = {} if persons is None else {"registered": len(persons)}
        return asked | {"answers": len(found.responses), "finished": int(found.responses["completed"].sum()),
                        "cells": cells, **sent}, found  # fmt: skip

    def _register(self, persons: pd.DataFrame) -> dict[str, str]:
        """Register who was drawn, and give their tokens."""
        register(self.connection, self.sid, persons, journal=self.folder / "participants.jsonl")
        return {
            str(row["attribute_1"]): str(row["token"])
            for row in listed(self.connection, self.sid, ["attribute_1"])
        }  # fmt: skip

    def _rows(self, tokens: dict[str, str], key: bytes) -> list[dict[str, str | None]]:
        """Write the answers as they are sent: numbered, by whom, and from where."""
        survey, responses = self.wave.survey, self.wave.responses
        fields = fields_of(Exports(self.connection, survey, self.sid).fieldmap)
        responses = responses.assign(id=[str(number) for number in range(1, len(responses) + 1)])
        if hangs_out(survey):
            places = places_of_answers(self.wave)
            codes = {place: place_code(place, survey.name, key) for place in places.dropna().unique()}
            responses = responses.assign(**{PARAMETER: places.map(codes).astype("str")})
        rows = to_server(survey, responses, fields)
        if tokens and "token" in fields:
            rows = [
                row | {"token": tokens[person]}
                for row, person in zip(rows, who_answered(self.wave), strict=True)
            ]  # fmt: skip
        return rows


def persons_of(wave: Simulated, attributes: list[str]) -> pd.DataFrame:
    """Give the persons who were drawn, those who do not answer among them: ``person``, and the columns of the draw.

    Raises
    ------
    DuzhengError
        DZ-Q011 if the truth calls the columns of the draw otherwise than the questionnaire.
    """
    import numpy as np

    log, survey = wave.log, wave.survey
    missing = [name for name in attributes if name not in log]
    if missing:
        raise DuzhengError(
            Fault("DZ-Q011", file=survey.file, found=f"a truth without {', '.join(missing)}",
                  expected="a frame that calls place, unit and group as the questionnaire's selection does",
                  hint="see frame.place, frame.unit and frame.group of the file of truth")
        )  # fmt: skip
    rows = log.loc[np.repeat(log.index.to_numpy(), log["persons_drawn"])].reset_index(drop=True)
    place = rows[wave.truth.frame.place]
    return rows[attributes].assign(**{PERSON: _numbered(place)})[[PERSON, *attributes]]


def who_answered(wave: Simulated) -> list[str]:
    """Name who gave each answer: of a place, those that were drawn first."""
    return _numbered(wave.responses[wave.truth.frame.place]).tolist()


def _numbered(places: pd.Series) -> pd.Series:
    number = places.groupby(places).cumcount() + 1
    return places.astype("str") + "-" + number.astype("str").str.zfill(4)


def places_of_answers(wave: Simulated) -> pd.Series:
    """Give the place that each answer's link names; missing where it names none."""
    responses = wave.responses
    return (responses[PARAMETER] if PARAMETER in responses else responses[wave.truth.frame.place]).astype("str")


def hold_cells(wave: Simulated, found: pd.DataFrame) -> int:
    """Hold what was collected to what was simulated, cell by cell.

    Parameters
    ----------
    wave
        What was sent, as answers 1 to n in its order.
    found
        What was collected.

    Returns
    -------
    int
        How many cells are the same: answers, and what estimates hang on beside them: the draw or the place, language,
        start, and whether the interview was finished.

    Raises
    ------
    DuzhengError
        DZ-L009 with every column that differs and some of its cells, or if answers are missing or too many.
    """
    survey = wave.survey
    expected = wave.responses.assign(id=range(1, len(wave.responses) + 1)).set_index("id")
    found = found.assign(id=found["id"].astype("int64")).set_index("id").sort_index()
    if found.index.tolist() != expected.index.tolist():
        hint = "did somebody else answer or delete meanwhile?"
        there, sent = (f"{len(each)} answers" for each in (found, expected))
        raise DuzhengError(Fault("DZ-L009", found=there, expected=f"the {sent} that were sent", hint=hint))
    selection = survey.questionnaire.selection
    if isinstance(selection, Probability):
        apart = [name for name in dict.fromkeys([selection.psu, *selection.strata]) if name]
    else:
        apart, expected = [PARAMETER], expected.assign(**{PARAMETER: places_of_answers(wave).to_numpy()})
    for column in columns(survey):
        if column.holds == "text":
            expected[column.name], _ = scrub_column(expected[column.name])
    names = [*apart, *HEAD, *(column.name for column in columns(survey))]
    faults = [fault for name in names for fault in _differs(name, found[name], expected[name])]
    if faults:
        raise DuzhengError(*faults)
    return len(names) * len(found)


def _differs(name: str, found: pd.Series, expected: pd.Series) -> list[Fault]:
    pairs = zip(found.index, _plain(found), _plain(expected), strict=True)
    wrong = [(number, one, other) for number, one, other in pairs if one != other]
    if not wrong:
        return []
    some = "; ".join(f"answer {number}: {one!r} for {other!r}" for number, one, other in wrong[:NAMED])
    more = " …" if len(wrong) > NAMED else ""
    said = f"{len(wrong)} cells of {len(found)} otherwise ({some}{more})"
    hint = "the survey on the server asks or keeps something else"
    return [Fault("DZ-L009", column=name, found=said, expected="what was simulated", hint=hint)]


def _plain(values: pd.Series) -> list[Any]:
    return [value if there else None for value, there in zip(values.tolist(), values.notna(), strict=True)]


def as_text(rehearsal: Rehearsal) -> str:
    """Write a rehearsal for a terminal."""
    counts, seconds, found = rehearsal.counts, rehearsal.seconds, rehearsal.estimates
    where = "still on the server: delete it by hand" if rehearsal.kept else "deleted again"
    registered = f"{counts['registered']:,} persons drawn and registered, " if "registered" in counts else ""
    rate = counts["answers"] / max(seconds["answer"], 1e-9)
    broke = f", over {counts['rounds']} rounds, since the connection was lost" if counts["rounds"] > 1 else ""
    lines = [
        f"SYNTHETIC: nobody was asked. Rehearsal of {rehearsal.survey}"
        + (f" at {rehearsal.commit[:12]}{'+' if rehearsal.commit.endswith('+') else ''}" if rehearsal.commit else "")
        + f" as survey {rehearsal.sid}, {where}",
        f"{registered}{counts['answers']:,} answers sent ({rate:.0f} a second{broke}), {counts['finished']:,} finished",
        f"{counts['cells']:,} cells came back as they were sent",
        ", ".join(f"{name} {spent:.1f} s" for name, spent in seconds.items())
        + f"; {sum(seconds.values()):.1f} s in all",
        "",
    ]
    if not rehearsal.held:
        return "\n".join([*lines, "no index with enough answers: nothing but the cells was held to the truth"]) + "\n"
    told = f"{rehearsal.held - rehearsal.missed} of {rehearsal.held} intervals of {LEVEL:.0%} hold the truth"
    verdict = "the truth came back" if rehearsal.holds else "THE TRUTH DID NOT COME BACK"
    lines += [f"{told}; {allowed(rehearsal.held)} may miss it by chance: {verdict}", ""]
    lines += [_line(row) for row in found[found["unit"].isna()].to_dict("records")]
    missed = found[found["inside"].eq(other=False).fillna(value=False) & found["unit"].notna()]
    lines += ["", "missed in units:", *(_line(row) for row in missed.to_dict("records"))] if len(missed) else []
    return "\n".join(lines) + "\n"


def _line(row: dict[Any, Any]) -> str:
    import pandas as pd

    what = row["what"] if pd.isna(row["unit"]) else f"{row['what']} {row['unit']}"
    interval = "no interval" if pd.isna(row["lower"]) else f"{row['lower']:.2f} to {row['upper']:.2f}"
    mark = "?" if pd.isna(row["inside"]) else "ok" if row["inside"] else "missed"
    return f"  {mark:7}{what:24}estimated {row['estimate']:.2f} ({interval}), true {row['truth']:.2f}"
