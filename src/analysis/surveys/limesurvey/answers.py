"""Answers as LimeSurvey keeps them and as we do: read with every one held to the questionnaire, and written back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import DuzhengError, Fault
from analysis.surveys.columns import Column, columns
from analysis.surveys.formats.lss.structure import LANGUAGES
from analysis.surveys.formats.parts import choices, hangs_out, written_in
from analysis.surveys.items import WRITTEN_IN, Information, Matrix, Multiple, Ranking
from analysis.surveys.limesurvey.held import YES, Held, Remarks
from analysis.surveys.places import PARAMETER
from analysis.surveys.survey import Asked, Survey

if TYPE_CHECKING:
    import pandas as pd

#: What the server tells of an interview beside its answers; ``seconds`` are of the timings, under our names.
HEAD = frozenset({"id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "token", "ipaddr",
                  "refurl"})  # fmt: skip
SECONDS = re.compile(r"seconds(\[\w+\])?")
#: What is done with answers that break a rule or that the routing did not show, of interviews that were finished.
Handling = Literal["refuse", "drop"]


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers that were read, and what is to be said of them."""

    frame: pd.DataFrame
    remarks: Remarks

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with them."""
        return self.remarks.faults()

    @property
    def notices(self) -> list[str]:
        """What was dropped."""
        return self.remarks.notices()


def server_columns(survey: Survey) -> dict[str, Asked | None]:
    """Give the columns that a server keeps answers in, as it names them in exports, each with the item it is of.

    Parameters
    ----------
    survey
        The questionnaire.

    Returns
    -------
    dict
        ``code``; ``code[row]`` of a matrix; ``code[option]`` of several options, kinds of missing among them;
        ``code[1]`` of a ranking, as many as it has answers; ``codeOth`` beside an open option; and of None the hidden
        ``place``. What is only read has a column, too, without an answer.

    Examples
    --------
    >>> import analysis
    >>> list(server_columns(analysis.open().questionnaires()["students-2025"]))[19:24]
    ['meals', 'dorm', 'afterClub[hw]', 'afterClub[sport]', 'afterClub[art]']
    """
    found: dict[str, Asked | None] = {}
    for each in survey.asked:
        found |= dict.fromkeys(_names(survey, each), each)
        opened = written_in(each, survey.bank)
        if opened:
            found[opened[0]] = each
    return found | ({PARAMETER: None} if hangs_out(survey) else {})


def optional_columns(survey: Survey) -> set[str]:
    """Give the columns that a server may have or not: a place's code, what is only read, ranks that nobody may give."""
    found = {PARAMETER, *(each.code for each in survey.asked if isinstance(each.item, Information))}
    known = {column.name for column in columns(survey)}
    ranked = [each for each in survey.asked if isinstance(each.item, Ranking)]
    return found | {name for each in ranked for name in _names(survey, each) if name not in known}


def _names(survey: Survey, each: Asked) -> Iterator[str]:
    match each.item:
        case Matrix():
            yield from (f"{each.code}[{row.code}]" for row in each.item.rows)
        case Multiple():
            yield from (f"{each.code}[{choice.code}]" for choice in choices(each, survey.bank))
        case Ranking():
            yield from (f"{each.code}[{rank}]" for rank in range(1, len(choices(each, survey.bank)) + 1))
        case _:
            yield each.code


def fields_of(fieldmap: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Give the fields of a survey's table by the names that exports have for them.

    Parameters
    ----------
    fieldmap
        As the server gives it (``get_fieldmap``).

    Examples
    --------
    >>> fields_of({"4X1X7a": {"title": "clubs", "aid": "a"}, "id": {"title": "", "fieldname": "id"}})
    {'clubs[a]': '4X1X7a', 'id': 'id'}
    """
    named = {}
    for field, told in fieldmap.items():
        title, part = told.get("title") or field, told.get("aid") or ""
        named[f"{title}[{part}]" if part else title] = field
    return named


def to_answers(survey: Survey, rows: pd.DataFrame | Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Read answers of a server.

    Parameters
    ----------
    survey
        The questionnaire that they were given to.
    rows
        As for :func:`read_answers`.

    Returns
    -------
    pandas.DataFrame
        The frame of :func:`read_answers`.

    Raises
    ------
    DuzhengError
        DZ-L010 with everything that the questionnaire does not know.
    """
    found = read_answers(survey, rows)
    if found.faults:
        raise DuzhengError.of(found.faults)
    return found.frame


def read_answers(
    survey: Survey,
    rows: pd.DataFrame | Sequence[Mapping[str, Any]],
    *,
    wrong: Handling = "refuse",
    called: Mapping[str, str] | None = None,
    file: str = "",
) -> Answers:
    """Read answers of a server, and hold every one to the questionnaire.

    Parameters
    ----------
    survey
        The questionnaire that they were given to.
    rows
        One row an interview: ``id``, ``submitdate`` (nothing where it was not finished), ``startlanguage``,
        ``startdate``, the columns of :func:`server_columns`, and if there are any ``seconds`` and ``seconds[section]``.
        Nothing (None) where a question was not shown or its page not sent, an empty text where it was left blank.
    wrong
        What is done with answers that break a rule of the questionnaire, or that our routing does not show: refused, or
        dropped and counted. Of interviews that were not finished they are always dropped: they stay where somebody went
        back, answered otherwise, and left.
    called, file
        Other names of the columns, and the file they are from, for messages.

    Returns
    -------
    Answers
        The frame has ``id``, ``language``, ``started``, ``completed``, the seconds, of questionnaires that hang out
        ``place`` (the code of the link, as it was), and the columns of :func:`analysis.surveys.columns.columns`.
        Names, tokens and addresses of the network are in no case among them.

        Faults (DZ-L010) are columns that are not known or not there; answers that are no code of the question;
        rankings with gaps or doubles; options that stand alone beside others; numbers, days, words and numbers of
        options outside their limits; answers to what was not shown; an interview that stands twice. What breaks a rule
        in an interview that was not finished is no fault, since a server checks a page when it is left forwards: such
        answers are dropped, and a notice counts them. A code that is not known is one everywhere.
    """
    import pandas as pd

    table = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    called = called or {}
    faults = [*_column_faults(survey, table, called, file)]
    if faults:
        raise DuzhengError.of(faults)
    remarks = Remarks(called=called, file=file)
    held = Held(survey, table.reset_index(drop=True), remarks, drop=wrong == "drop")
    head = _head(held)
    held.answers()
    ordered = {column.name: held.given[column.name] for column in columns(survey)}
    return Answers(pd.DataFrame({**head, **ordered}), remarks)


def _column_faults(survey: Survey, table: pd.DataFrame, called: Mapping[str, str], file: str) -> Iterator[Fault]:
    known = server_columns(survey)
    for name in map(str, table.columns):
        if name not in known and name not in HEAD and not SECONDS.fullmatch(name):
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "is this the survey of this questionnaire?"
            yield Fault("DZ-L010", file=file, column=called.get(name, name), found="a column of no question",
                        expected=f"the columns of {survey.name}", hint=hint)  # fmt: skip
    optional = optional_columns(survey)
    for name in known:
        if name not in table.columns and name not in optional:
            yield Fault("DZ-L010", file=file, column=called.get(name, name), found="no such column",
                        expected=f"the columns of {survey.name}",
                        hint="was the survey made of another version of the questionnaire?")  # fmt: skip
    if "id" not in table.columns:
        yield Fault("DZ-L010", file=file, column="id", found="no such column", expected="the number of each interview")


def _head(held: Held) -> dict[str, pd.Series]:
    """Read what is told of interviews beside their answers."""
    import pandas as pd

    survey, table = held.survey, held.table
    double = held.ids.duplicated()
    held.fault(double, "id", "that stand twice", "each interview once", "was a page of answers read twice?")
    head: dict[str, pd.Series] = {"id": held.ids}
    ours = {theirs: language for language, theirs in LANGUAGES.items()}
    told = held.text("startlanguage") if "startlanguage" in table else pd.Series("", index=table.index, dtype="str")
    known = [theirs for theirs, language in ours.items() if language in survey.questionnaire.languages]
    held.codes(told.notna() & (told != "") & ~told.isin(known), told, "startlanguage", known)
    head["language"] = told.map(ours).fillna(survey.questionnaire.languages[0]).astype("str")
    head["started"] = held.moments("startdate")
    head["completed"] = held.completed
    for name in (name for name in table.columns if SECONDS.fullmatch(str(name))):
        head[str(name)] = pd.to_numeric(table[name], errors="coerce").astype("float64")
    if PARAMETER in table.columns and hangs_out(survey):
        head[PARAMETER] = held.text(PARAMETER)
    return head


def to_server(
    survey: Survey, responses: pd.DataFrame, fields: Mapping[str, str] | None = None
) -> list[dict[str, str | None]]:
    """Write answers as a server takes them (``add_response``).

    Parameters
    ----------
    survey
        The questionnaire.
    responses
        Answers with the columns of :func:`analysis.surveys.columns.columns`, and if there are any ``id`` (only whole
        numbers are handed over), ``language``, ``started``, ``seconds``, ``completed`` and ``place``.
    fields
        As :func:`fields_of` gives them: the table's own names of the columns, which ``add_response`` asks for; it
        passes over any other without a word. Left out, columns are called as in exports.

    Returns
    -------
    list of dict
        :func:`to_answers` gives back the same answers. Times that an interview took can't be handed over.

    Raises
    ------
    DuzhengError
        DZ-L010 if the server has no field for a column.
    """
    import pandas as pd

    if fields is not None:
        gone = [name for name in server_columns(survey) if name not in {*fields, *optional_columns(survey)}]
        if gone:
            raise DuzhengError.of(
                Fault("DZ-L010", column=name, found="no field on the server", expected="one for every column",
                      hint="is this the survey of this questionnaire?") for name in gone
            )  # fmt: skip
    table = pd.DataFrame(_told(survey, responses), index=responses.index)
    if fields is not None:
        table = table[[name for name in table.columns if name in fields or name not in optional_columns(survey)]]
    names = {name: (fields or {}).get(name, name) for name in table.columns}
    rows = table.rename(columns=names).astype(object).where(table.notna().to_numpy(), None)
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def _told(survey: Survey, responses: pd.DataFrame) -> dict[str, pd.Series]:
    import pandas as pd

    told: dict[str, pd.Series] = {}
    if "id" in responses and responses["id"].astype("str").str.fullmatch(r"\d+").all():
        told["id"] = responses["id"].astype("str")
    language = responses["language"] if "language" in responses else survey.questionnaire.languages[0]
    told["startlanguage"] = pd.Series(language, index=responses.index).map(lambda each: LANGUAGES[each])
    begun = responses["started"] if "started" in responses else pd.Series(pd.NaT, index=responses.index)
    spent = pd.to_timedelta(responses["seconds"].fillna(0), unit="s") if "seconds" in responses else pd.Timedelta(0)
    ended = (begun + spent).fillna(pd.Timestamp("1980-01-01"))
    completed = responses["completed"] if "completed" in responses else pd.Series(data=True, index=responses.index)
    form = "%Y-%m-%d %H:%M:%S"
    told |= {"startdate": begun.dt.strftime(form), "submitdate": ended.dt.strftime(form).where(completed)}
    given = {column.name: column for column in columns(survey)}
    for each in survey.asked:
        told |= _item(survey, each, responses, given)
    if PARAMETER in responses and hangs_out(survey):
        told[PARAMETER] = responses[PARAMETER].astype("str")
    return told


def _item(survey: Survey, each: Asked, responses: pd.DataFrame, given: Mapping[str, Column]) -> dict[str, pd.Series]:
    """Write the columns of an item; blank where several options were shown and one was not chosen."""
    import pandas as pd

    item, code = each.item, each.code
    found: dict[str, pd.Series] = {}
    names = () if isinstance(item, Information) else tuple(_names(survey, each))
    chosen = [name for name in names if name in given]
    for name in names:
        part = name[len(code) + 1 : -1]
        stem = f"{code}.{part}" if isinstance(item, Matrix) else code
        why = responses[f"{stem}[missing]"].astype("str") if f"{stem}[missing]" in given else None
        ours = name if isinstance(item, Multiple | Ranking) else stem
        none = pd.Series(None, index=responses.index, dtype="str")
        if isinstance(item, Multiple):
            ticked = responses[ours].fillna(value=False).astype(bool) if ours in given else why == part
            shown = responses[chosen[0]].notna() | (none if why is None else why).notna()
            found[name] = none.where(~shown, "").mask(ticked & shown, YES)
            continue
        told = _text(responses[ours], each) if ours in given else none
        first = not isinstance(item, Ranking) or name == names[0]
        found[name] = told if why is None or not first else told.where(told.notna(), why)
    beside = f"{code}{WRITTEN_IN}"
    return found | ({beside: responses[beside].astype("str")} if beside in given else {})


def _text(values: pd.Series, each: Asked) -> pd.Series:
    decimals: int = getattr(each.item, "decimals", 0)
    if decimals:
        return values.map(lambda number: f"{number:.{decimals}f}", na_action="ignore").astype("str")
    return values.astype("string").astype("str")
