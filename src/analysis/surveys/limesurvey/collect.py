"""Answers collected from a server: what is new, without what tells who gave it, beside the draw it belongs to."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.collected import DATA, Collected, about_of, files_of, meaning_of, read_frames, write_collected
from analysis.surveys.columns import columns
from analysis.surveys.formats.parts import hangs_out
from analysis.surveys.keys import place_key
from analysis.surveys.limesurvey.answers import Handling, read_answers
from analysis.surveys.limesurvey.exports import Exports
from analysis.surveys.limesurvey.held import Remarks
from analysis.surveys.limesurvey.pages import PAGE, Pages, State, update
from analysis.surveys.limesurvey.participants import PERSON
from analysis.surveys.personal import MARKS, scrub_column
from analysis.surveys.places import PARAMETER, read_codes
from analysis.surveys.pseudonyms import fingerprint, ip_key, pseudonym
from analysis.surveys.questionnaire import Probability
from analysis.surveys.revisions import git
from analysis.surveys.survey import FOLDER, Survey

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.limesurvey.connection import Connection

#: A hash of the network address, for the check of many interviews from one; its key is destroyed with the cleaning.
ADDRESS = "address"
#: Of places' codes: whether they were signed for this questionnaire.
STATE = "place_state"


def collect(
    connection: Connection,
    survey: Survey,
    sid: int,
    root: Path,
    key: bytes | None = None,
    *,
    places: bytes | None = None,
    others: Iterable[str] = (),
    synthetic: bool = False,
    log: pd.DataFrame | None = None,
    margins: tuple[pd.DataFrame, ...] | None = None,
    wrong: Handling = "refuse",
    gone: bool = False,
    page: int = PAGE,
) -> Collected:
    """Collect the answers to a survey, and write them into the workspace as a wave.

    Parameters
    ----------
    connection
        The session.
    survey, sid
        The questionnaire, and its number on the server.
    root
        The workspace.
    key
        Of pseudonyms (:func:`analysis.surveys.keys.link_key`). Without it persons are not kept in any
        form, and waves can't be linked.
    places
        The key of places' codes; by default that of the environment, if links may carry codes.
    others
        Names of other questionnaires that posters were made for.
    synthetic
        Whether simulated respondents answered: the wave is marked, and lies below ``data/demo``.
    log, margins
        The log of the draw and the known totals; by default those of the workspace.
    wrong
        What is done with answers that break a rule or that our routing does not show (:func:`read_answers`).
    gone
        Whether interviews that were collected and are no longer on the server were deleted on purpose, and shall be
        deleted here. Else they are a fault.
    page
        Interviews a call.

    Returns
    -------
    Collected
        ``responses`` has one row an interview, begun or finished: ``id`` (its number on the server), ``synthetic``, the
        columns of the draw (place, then strata) or, of who came by a link, ``place`` and ``place_state``; with a key
        ``person``; where the server keeps network addresses ``address``, a hash of each; ``language``, ``started``,
        ``completed``, the seconds, and the columns of :func:`analysis.surveys.columns.columns`, comments without
        personal data. The log counts ``answers``.

    Raises
    ------
    DuzhengError
        DZ-L001 when the connection is lost: what came is kept, and the next call goes on from there. DZ-L010 with
        every answer that the questionnaire does not know; DZ-L011 with answers of places that were not drawn, or
        without any; DZ-L007 if the survey is not active, or answers are gone from the server; DZ-Q010 without a key
        that is needed. The wave that was written before stays as it is then.

    Notes
    -----
    Tokens, names and e-mail addresses are not asked for; network addresses are hashed before a page is written.
    Only new interviews and those that were not finished are transferred. Memory holds one page of the server's rows,
    and the whole wave once in its own, small form.
    """
    hold_origin(root, survey, {"sid": sid}, synthetic=synthetic)
    if key is not None:
        _same_key(root, survey, fingerprint(key))
    exports = Exports(connection, survey, sid)
    wanted = State(sid, meaning_of(survey), fingerprint(key) if key else "")
    pages = Pages(files_of(root, survey, synthetic=synthetic)["responses"].parent, wanted)
    read = _Reader(survey, key, ip_key(root, survey.name) if exports.addresses else None, wrong)
    lost = update(pages, exports, read, page=page)
    if read.remarks.wrong:
        raise DuzhengError.of(read.remarks.faults())
    if lost and not gone:
        raise DuzhengError(_lost(lost))
    pages.forget(lost)
    pages.tidy()
    if not pages.state.pages:
        raise DuzhengError(Fault("DZ-L007", found=f"no answers to the survey {sid}", expected="one or more",
                                 hint="collect again when somebody answered"))  # fmt: skip
    draw = read_frames(root, survey, synthetic=synthetic)
    draw = (draw[0] if log is None else log, draw[1] if margins is None else margins)
    table = pages.frame()
    table, counted = placed(survey, table, draw[0], places, others)
    about = _about(root, survey, sid, connection, pages, table)
    wave = Collected(survey, synthetic, ordered(survey, table, synthetic=synthetic), counted, draw[1], about)
    write_collected(root, wave)
    return wave


def hold_origin(root: Path, survey: Survey, origin: dict[str, Any], *, synthetic: bool) -> None:
    """Refuse to write over a wave that came from elsewhere: another survey of the server, or another service.

    Raises
    ------
    DuzhengError
        DZ-L007 if there is one.
    """
    path = files_of(root, survey, synthetic=synthetic)["responses"]
    if not path.is_file():
        return
    known = {name: value for name, value in about_of(path).items() if name in {"sid", "service"}}
    if known and known != origin:
        was, now = (" ".join(f"{name} {value}" for name, value in each.items()) for each in (known, origin))
        hint = (
            "answers of two surveys are two waves: give the new one a questionnaire of its own, or move the folder away"
        )
        raise DuzhengError(Fault("DZ-L007", file=path.relative_to(root).as_posix(), found=f"a wave of {was}",
                                 expected=f"one of {now}, or none", hint=hint))  # fmt: skip


def _same_key(root: Path, survey: Survey, now: str) -> None:
    """Refuse another key than earlier waves were made unknown with: nobody could be followed from wave to wave."""
    wrong = []
    for path in sorted((root / DATA / "responses" / survey.questionnaire.id).glob("*/responses.parquet")):
        link = about_of(path).get("link")
        if link and link != now:
            wrong.append(
                Fault("DZ-Q010", file=path.relative_to(root).as_posix(), found=f"pseudonyms of the key {link}",
                      expected=f"those of the key {now}, which is given now",
                      hint="take the key that was kept; a key is changed with a table of old and new pseudonyms only")
            )  # fmt: skip
    if wrong:
        raise DuzhengError.of(wrong)


def _lost(ids: set[str]) -> Fault:
    some = sorted(map(int, ids))
    named = ", ".join(map(str, some[:10])) + (" …" if len(some) > 10 else "")  # noqa: PLR2004
    return Fault(
        "DZ-L007", found=f"{len(ids)} interviews that were collected and are no longer on the server ({named})",
        expected="all of them",
        hint="was the survey closed and activated anew? If they were deleted on purpose, say so, and they are deleted "
        "here, too",
    )  # fmt: skip


@dataclass(slots=True)
class _Reader:
    """Makes a page of ours of rows of the server: held to the questionnaire, and without personal data."""

    survey: Survey
    key: bytes | None
    address_key: bytes | None
    wrong: Handling
    remarks: Remarks = field(default_factory=Remarks)

    def __call__(self, rows: list[dict[str, Any]]) -> tuple[pd.DataFrame, list[tuple[str, str, int]]] | None:
        import pandas as pd

        table = pd.DataFrame(rows)
        apart = [name for name in table.columns if name.startswith("attribute[") or name == "ipaddr"]
        found = read_answers(self.survey, table.drop(columns=apart), wrong=self.wrong)
        if found.faults:
            self.remarks.add(found.remarks)
            return None
        frame = found.frame
        for column in columns(self.survey):
            if column.holds == "text":
                frame[column.name], _ = scrub_column(frame[column.name])
        for name in apart:
            self._apart(frame, name, table[name])
        return frame, [(name, what, number) for (name, what), number in found.remarks.dropped.items()]

    def _apart(self, frame: pd.DataFrame, name: str, told: pd.Series) -> None:
        """Take over attributes of the draw as they are, persons and addresses under a key only."""
        given = told.astype("str").where(told.notna() & (told != ""))
        attribute = name.removeprefix("attribute[").removesuffix("]")
        selection = self.survey.questionnaire.selection
        drawn = (*selection.strata, selection.psu) if isinstance(selection, Probability) else ()
        if name == "ipaddr" and self.address_key is not None:
            hashed = {each: pseudonym(each, self.address_key, ADDRESS) for each in given.dropna().unique()}
            frame[ADDRESS] = given.map(hashed).astype("str")
        elif attribute == PERSON and self.key is not None:
            purpose, key = self.survey.questionnaire.id, self.key
            frame[PERSON] = given.map(lambda each: pseudonym(each, key, purpose), na_action="ignore").astype("str")
        elif attribute in drawn:
            frame[attribute] = given


def placed(
    survey: Survey, table: pd.DataFrame, log: pd.DataFrame | None, places: bytes | None, others: Iterable[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put answers to the places that they are of, and count them there."""
    selection = survey.questionnaire.selection
    if isinstance(selection, Probability):
        return _drawn(survey, selection, table, log)
    if PARAMETER in table and hangs_out(survey):
        codes = table[PARAMETER]
        there = (codes.notna() & (codes != "")).any()
        key = places or (place_key() if there else b"")
        read = read_codes(codes, survey.name, key, others)
        table = table.assign(**{PARAMETER: read["place"], STATE: read["state"].astype("category")})
    else:
        import pandas as pd

        table = table.assign(
            **{
                PARAMETER: pd.Series(None, index=table.index, dtype="str"),
                STATE: pd.Series("absent", index=table.index),
            }
        )
    counts = table[PARAMETER].value_counts()
    if log is None:
        return table, counts.rename_axis(PARAMETER).rename("answers").reset_index().sort_values(PARAMETER)
    of = PARAMETER if PARAMETER in log else str(log.columns[0])
    unknown = sorted(set(counts.index) - set(log[of].astype("str")))
    if unknown:
        raise DuzhengError.of(_not_drawn(survey, of, place, int(counts[place])) for place in unknown)
    return table, log.assign(answers=log[of].astype("str").map(counts).fillna(0).astype("int64"))


def _drawn(
    survey: Survey, selection: Probability, table: pd.DataFrame, log: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put answers of a drawn sample to the log of the draw, by what participants' attributes say."""
    wanted = [selection.psu, *selection.strata] if selection.psu else [*selection.strata]
    known = [name for name in dict.fromkeys(wanted) if name in table]
    if log is None:
        expected = selection.log or f"data/frames/{survey.name}.csv"
        raise DuzhengError(
            Fault(
                "DZ-L011", found="no log of the draw", expected=expected, hint="weights and response rates come from it"
            )
        )
    if not known:
        raise DuzhengError(
            Fault("DZ-L011", found="answers that say nothing of the draw", expected=f"attributes {', '.join(wanted)}",
                  hint="register participants with these attributes, and open the survey so that answers are kept with "
                  "their participant")
        )  # fmt: skip
    keyed = log.assign(row=range(len(log)))
    keyed[known] = keyed[known].astype("str")
    if keyed.duplicated(known).any():
        raise DuzhengError(Fault("DZ-L011", found=f"several rows of the log for one {' and '.join(known)}",
                                 expected="one", hint=f"register participants with {', '.join(wanted)}"))  # fmt: skip
    more = [name for name in dict.fromkeys(wanted) if name in log and name not in known]
    joined = table.merge(keyed[[*known, *more, "row"]], on=known, how="left", validate="many_to_one")
    lost = joined[joined["row"].isna()]
    if len(lost):
        said = lost[known].fillna("nothing").agg("/".join, axis=1).value_counts()
        raise DuzhengError.of(_not_drawn(survey, ", ".join(known), str(place), int(n)) for place, n in said.items())
    counts = joined["row"].astype(int).value_counts()
    counted = log.assign(answers=keyed["row"].map(counts).fillna(0).astype("int64").to_numpy())
    return joined.drop(columns="row"), counted


def _not_drawn(survey: Survey, of: str, place: str, number: int) -> Fault:
    return Fault("DZ-L011", column=of, found=f"{number} answers of {place}", expected="what the log of the draw has",
                 hint=f"was the log of {survey.name} made of the same draw?")  # fmt: skip


def ordered(survey: Survey, table: pd.DataFrame, *, synthetic: bool) -> pd.DataFrame:
    """Put the columns in the order that waves have them."""
    selection = survey.questionnaire.selection
    drawn = [selection.psu, *selection.strata] if isinstance(selection, Probability) else [PARAMETER, STATE]
    answers = [column.name for column in columns(survey)]
    head = ["id", "synthetic", *drawn, PERSON, ADDRESS, "language", "started", "completed"]
    times = [name for name in table.columns if str(name).startswith("seconds")]
    table = table.assign(synthetic=synthetic)
    return table[[name for name in dict.fromkeys([*head, *times, *answers]) if name in table]]


def _about(
    root: Path, survey: Survey, sid: int, connection: Connection, pages: Pages, table: pd.DataFrame
) -> dict[str, Any]:
    """Say where a wave came from, and what was done to it."""
    dropped: Counter[tuple[str, str]] = Counter()
    for name, what, number in pages.state.dropped:
        dropped[name, what] += number
    return {
        "made_by": "duzheng survey collect", "sid": sid, "limesurvey": ".".join(map(str, connection.version)),
        "link": pages.state.link, "dropped": Remarks(dropped=dropped).notices(), **counts_of(survey, table),
        **commit_of(root, survey),
    }  # fmt: skip


def counts_of(survey: Survey, table: pd.DataFrame) -> dict[str, Any]:
    """Count interviews, those that were finished, and what was taken out of comments."""
    texts = [table[column.name] for column in columns(survey) if column.holds == "text"]
    marks = {kind: sum(int(text.str.count(mark).sum()) for text in texts) for kind, mark in MARKS.items()}
    personal = {kind: number for kind, number in marks.items() if number}
    return {"interviews": len(table), "finished": int(table["completed"].sum()), "personal": personal}


def commit_of(root: Path, survey: Survey) -> dict[str, Any]:
    """Give the last commit of a questionnaire and its bank, and whether they changed since; nothing without git."""
    files = [survey.file or FOLDER, f"{FOLDER}/bank"]
    try:
        commit = git(root, "log", "-1", "--format=%H", "--", *files).strip()
        changed = bool(git(root, "status", "--porcelain", "--", *files).strip())
    except (OSError, subprocess.CalledProcessError):
        return {"commit": "", "commit_changed": False}
    return {"commit": commit, "commit_changed": changed}
