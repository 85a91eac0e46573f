"""Waves gathered with another service: its table read by a mapping, and held to the questionnaire as a server's is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.collected import Collected, read_frames, write_collected
from analysis.surveys.columns import columns
from analysis.surveys.foreign import TICKED, AnswerLabels, filled, is_skipped, moment_of, plain, ranks_of, seconds_of
from analysis.surveys.formats.parts import choices, written_in
from analysis.surveys.items import WRITTEN_IN, Date, Information, Multiple, Numeric, OpenText, Ranking
from analysis.surveys.limesurvey.answers import read_answers, server_columns
from analysis.surveys.limesurvey.collect import commit_of, counts_of, hold_origin, ordered, placed
from analysis.surveys.limesurvey.held import YES, Remarks
from analysis.surveys.limesurvey.participants import PERSON
from analysis.surveys.mappings import NEVER, Mapping, read_mapping
from analysis.surveys.personal import scrub, scrub_column
from analysis.surveys.places import PARAMETER
from analysis.surveys.pseudonyms import fingerprint, pseudonym
from analysis.surveys.survey import Asked, Survey
from analysis.workspace import content_hash, read_table
from analysis.workspace.tables import relative_name

if TYPE_CHECKING:
    import pandas as pd

#: When an interview was finished where the table does not say.
UNKNOWN = "1980-01-01 00:00:00"


def gather(
    root: Path,
    survey: Survey,
    path: Path,
    mapping: Path,
    key: bytes | None = None,
    *,
    places: bytes | None = None,
    others: Iterable[str] = (),
    synthetic: bool = False,
    log: pd.DataFrame | None = None,
    margins: tuple[pd.DataFrame, ...] | None = None,
) -> Collected:
    """Read a wave that was gathered with another service, and write it into the workspace.

    Parameters
    ----------
    root
        The workspace.
    survey
        The questionnaire.
    path
        The service's table: CSV (UTF-8 or GB18030) or a workbook.
    mapping
        What its columns are (:func:`read_mapping`).
    key, places, others, synthetic, log, margins
        As for :func:`analysis.surveys.limesurvey.collect.collect`, which gives and checks the same.

    Raises
    ------
    DuzhengError
        DZ-T001, DZ-T002 and DZ-T006 for the table; DZ-L012 for the mapping, and for columns of the table that it does
        not name or that are not there; DZ-L010 with every answer that the questionnaire does not know; DZ-L011 for
        places that were not drawn. Interviews are named by their number, or by the table's row.
    """
    said, file = read_mapping(mapping, survey, root=root), relative_name(path, root)
    hold_origin(root, survey, {"service": said.service}, synthetic=synthetic)
    table = read_table(path, file)
    wrong = [*table.faults, *_unplaced(said, table.frame, file, relative_name(mapping, root))]
    if wrong:
        raise DuzhengError.of(wrong)
    found = read_rows(survey, said, table.frame, file=file)
    draw = read_frames(root, survey, synthetic=synthetic)
    draw = (draw[0] if log is None else log, draw[1] if margins is None else margins)
    frame = _apart(survey, said, table.frame, found[0], key)
    whole, counted = placed(survey, frame, draw[0], places, others)
    about = {
        "made_by": "duzheng survey collect --from", "service": said.service, "file_sha256": content_hash(path),
        "mapping_sha256": content_hash(mapping), "link": fingerprint(key) if key and said.person else "",
        "dropped": found[1], **counts_of(survey, whole), **commit_of(root, survey),
    }  # fmt: skip
    wave = Collected(survey, synthetic, ordered(survey, whole, synthetic=synthetic), counted, draw[1], about)
    write_collected(root, wave)
    return wave


def _unplaced(said: Mapping, frame: pd.DataFrame, file: str, by: str) -> Iterator[Fault]:
    """Find columns of the table that the mapping does not name, and those that it names and are not there."""
    there = [str(name) for name in frame.columns]
    named = {*said.columns, *said.aside}
    for heading in there:
        if heading not in named and plain(heading) not in NEVER:
            yield Fault("DZ-L012", file=file, row=1, column=heading, found=f"a column that {by} does not name",
                        expected="every column there, or under ignore")  # fmt: skip
    for heading in sorted(named - set(there) - set(said.ignore)):
        near = get_close_matches(heading, there, n=1)
        yield Fault("DZ-L012", file=file, row=1, column=heading, found="no such column", expected=f"what {by} names",
                    hint=f"did you mean {near[0]!r}?" if near else "")  # fmt: skip


def read_rows(survey: Survey, said: Mapping, frame: pd.DataFrame, *, file: str = "") -> tuple[pd.DataFrame, list[str]]:
    """Read a table's rows as answers, and say what was dropped.

    Parameters
    ----------
    survey, said
        The questionnaire and the mapping.
    frame
        Texts, indexed by the rows' numbers.
    file
        Its name in messages.

    Raises
    ------
    DuzhengError
        DZ-L010 with every answer that the questionnaire does not know.
    """
    foreign = _Foreign(survey, said, frame, file)
    table = foreign.table()
    found = read_answers(survey, table, wrong=said.wrong, called=foreign.called, file=file)
    foreign.remarks.add(found.remarks)
    foreign.remarks.called = foreign.called
    faults = foreign.remarks.faults()
    if faults:
        raise DuzhengError.of(faults)
    for column in columns(survey):
        if column.holds == "text":
            found.frame[column.name], _ = scrub_column(found.frame[column.name])
    return found.frame, found.remarks.notices()


class _Foreign:
    """Writes a table's rows as a LimeSurvey server would tell them."""

    def __init__(self, survey: Survey, said: Mapping, frame: pd.DataFrame, file: str) -> None:
        self.survey, self.said, self.frame = survey, said, frame
        self.remarks = Remarks(file=file)
        self.heading = {target: heading for heading, target in said.columns.items()}
        self.called: dict[str, str] = {}
        self.ids = [str(row) for row in frame.index] if not said.id else frame[said.id].astype(str).tolist()
        self.told: dict[str, list[str | None]] = {}

    def table(self) -> pd.DataFrame:
        """Give the table, with the columns of a server."""
        import pandas as pd

        self._head()
        for each in self.survey.asked:
            if not isinstance(each.item, Information):
                self._item(each)
        none = [None] * len(self.frame)
        told = {name: self.told.get(name, none) for name in server_columns(self.survey)}
        head = {name: values for name, values in self.told.items() if name not in told}
        return pd.DataFrame({**head, **told}, dtype="str").assign(
            **{name: pd.to_numeric(pd.Series(head[name]), errors="coerce") for name in ("seconds",) if name in head}
        )

    def cells(self, heading: str) -> list[str]:
        return [str(cell) for cell in self.frame[heading]]

    def _head(self) -> None:
        said, number = self.said, len(self.frame)
        moments = {name: self._moments(heading) for name, heading in
                   (("submitdate", said.submitted), ("startdate", said.started)) if heading}  # fmt: skip
        submitted = moments.get("submitdate", [UNKNOWN] * number)
        spent = self._seconds(said.seconds) if said.seconds else [None] * number
        begun = moments.get("startdate") or [
            _before(end, seconds) if said.submitted else None for end, seconds in zip(submitted, spent, strict=True)
        ]
        finished = [plain(cell) in TICKED for cell in self.cells(said.finished)] if said.finished else [True] * number
        self.told |= {
            "id": list(self.ids), "startlanguage": [said.language] * number, "startdate": begun,
            "submitdate": [end if done else None for end, done in zip(submitted, finished, strict=True)],
        }  # fmt: skip
        if said.seconds:
            self.told["seconds"] = [None if each is None else str(each) for each in spent]
        if said.place:
            self.told[PARAMETER] = [*self.cells(said.place)]

    def _moments(self, heading: str) -> list[str | None]:
        cells = self.cells(heading)
        found = [moment_of(cell) if cell else None for cell in cells]
        for id_, cell, moment in zip(self.ids, cells, found, strict=True):
            if cell and moment is None:
                self.fault(heading, cell, "days and times such as 2025-09-15 18:30:00", id_)
        return found

    def _seconds(self, heading: str) -> list[float | None]:
        cells = self.cells(heading)
        found = [seconds_of(cell) if cell else None for cell in cells]
        for id_, cell, seconds in zip(self.ids, cells, found, strict=True):
            if cell and seconds is None:
                self.fault(heading, cell, "a time such as 132秒 or 2分12秒", id_)
        return found

    def fault(self, heading: str, cell: str, expected: str, id_: str) -> None:
        """Keep an answer that can't be read."""
        self.remarks.wrong.setdefault((heading, repr(scrub(cell[:40]).text), expected, ""), []).append(id_)

    def _item(self, each: Asked) -> None:
        item, code = each.item, each.code
        beside = f"{code}{WRITTEN_IN}"
        if beside in self.heading:
            self._fill(beside, self.heading[beside])
        if isinstance(item, Numeric | Date | OpenText) and code in self.heading:
            self._fill(code, self.heading[code], item)
            return
        given = self.said.values.get(code, {})  # noqa: PD011  no frame's
        labels = AnswerLabels.of(each, self.survey.bank, self.said.answers, given)
        if isinstance(item, Multiple):
            self._ticks(each, labels)
            return
        if isinstance(item, Ranking):
            self._order(each, labels)
            return
        rows = [row.code for row in getattr(item, "rows", ())]
        for target, name in [(f"{code}.{row}", f"{code}[{row}]") for row in rows] or [(code, code)]:
            if target in self.heading:
                read = [labels.one(cell) for cell in self.cells(self.heading[target])]
                self._keep(name, self.heading[target], [answer for answer, _ in read], each)
                self._words(each, [words for _, words in read])

    def _fill(self, name: str, heading: str, item: Any = None) -> None:
        self.called[name] = heading
        self.told[name] = [filled(cell, item, self.said.answers) for cell in self.cells(heading)]

    def _keep(self, name: str, heading: str, values: list[str | None], each: Asked) -> None:
        """Keep codes; what is none is a fault, with the labels that were expected."""
        listed = choices(each, self.survey.bank)
        codes = {choice.code for choice in listed}
        expected = "one of " + ", ".join(choice.text.get(self.said.language, choice.code) for choice in listed[:20])
        for id_, value in zip(self.ids, values, strict=True):
            if value and value not in codes:
                self.fault(heading, value, expected, id_)
        self.called[name] = heading
        self.told[name] = [value if value in codes or not value else None for value in values]

    def _words(self, each: Asked, words: list[str | None]) -> None:
        """Keep what was written beside an option, where it has no column of its own."""
        beside = f"{each.code}{WRITTEN_IN}"
        if beside not in self.heading and written_in(each, self.survey.bank):
            self.told[beside] = words

    def _ticks(self, each: Asked, labels: AnswerLabels) -> None:
        """Read several options: all in one cell, or a column each."""
        code, listed = each.code, [choice.code for choice in choices(each, self.survey.bank)]
        own = {part: self.heading[f"{code}[{part}]"] for part in listed if f"{code}[{part}]" in self.heading}
        headings = [self.heading[code]] if code in self.heading else [*own.values()]
        if not headings:
            return
        table = {heading: self.cells(heading) for heading in headings}
        chosen: list[list[str]] = []
        words: list[str | None] = []
        for row in range(len(self.ids)):
            if code in self.heading:
                options, said = labels.several(table[headings[0]][row])
            else:
                cells = {part: table[heading][row] for part, heading in own.items()}
                ticks = {part: labels.ticked(cell, part) for part, cell in cells.items()}
                options = [part if tick == YES else tick for part, tick in ticks.items() if tick]
                said = next((found for cell in cells.values() if (found := labels.code(cell)[1])), None)
            for option in (option for option in options if option not in listed):
                self.fault(headings[0], option, "its options, or ticks", self.ids[row])
            chosen.append(options)
            words.append(said)
        gone = [all(is_skipped(cells[row]) for cells in table.values()) for row in range(len(self.ids))]
        for part in listed:
            ticks_of = [YES if part in options else "" for options in chosen]
            self._put(f"{code}[{part}]", own.get(part, headings[0]), ticks_of, gone)
        self.called[code] = headings[0]
        self._words(each, words)

    def _order(self, each: Asked, labels: AnswerLabels) -> None:
        """Read a ranking: all in one cell, an option a rank, or a rank an option."""
        code, listed = each.code, [choice.code for choice in choices(each, self.survey.bank)]
        own = {part: self.heading[f"{code}.{part}"] for part in listed if f"{code}.{part}" in self.heading}
        at = [self.heading[name] for rank in range(len(listed)) if (name := f"{code}[{rank + 1}]") in self.heading]
        headings = [self.heading[code]] if code in self.heading else [*own.values(), *at]
        if not headings:
            return
        table = {heading: self.cells(heading) for heading in headings}
        orders = []
        for row in range(len(self.ids)):
            if code in self.heading:
                orders.append(labels.order(table[headings[0]][row]))
            elif own:
                orders.append(ranks_of({part: table[heading][row] for part, heading in own.items()}))
            else:
                orders.append(_trimmed([labels.one(table[heading][row])[0] or "" for heading in at]))
        gone = [all(is_skipped(cells[row]) for cells in table.values()) for row in range(len(self.ids))]
        names = [name for name in server_columns(self.survey) if name.startswith(f"{code}[")]
        for place, name in enumerate(names):
            values: list[str | None] = [order[place] if place < len(order) else "" for order in orders]
            self._keep(name, headings[0], values, each)
            self._put(name, headings[0], self.told[name], gone)
        for id_, order in zip(self.ids, orders, strict=True):
            if len(order) > len(names):
                self.fault(headings[0], " ".join(order), f"{len(names)} options in order", id_)
        self.called[code] = headings[0]

    def _put(self, name: str, heading: str, values: Sequence[str | None], gone: Sequence[bool]) -> None:
        self.called[name] = heading
        self.told[name] = [None if skipped else value for value, skipped in zip(values, gone, strict=True)]


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row.pop()
    return row


def _before(end: str | None, seconds: float | None) -> str | None:
    if end is None:
        return None
    return (dt.datetime.fromisoformat(end) - dt.timedelta(seconds=seconds or 0)).strftime("%Y-%m-%d %H:%M:%S")


def _apart(survey: Survey, said: Mapping, table: pd.DataFrame, frame: pd.DataFrame, key: bytes | None) -> pd.DataFrame:
    """Take over the columns of the draw as they are, and persons under a key only."""
    more = {name: table[heading].reset_index(drop=True) for name, heading in said.draw.items()}
    if said.person and key is not None:
        of = survey.questionnaire.id
        more[PERSON] = table[said.person].reset_index(drop=True).map(lambda each: pseudonym(str(each), key, of))
    return frame.assign(**{name: column.where(column != "") for name, column in more.items()})
