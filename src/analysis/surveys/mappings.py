"""What the columns of another service's table are: mappings, held to the questionnaire, and suggested from headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from analysis.messages import DuzhengError, Fault, Language
from analysis.surveys.foreign import Written, plain
from analysis.surveys.formats.parts import choices
from analysis.surveys.items import WRITTEN_IN, Entry, Information, Matrix, Multiple, Ranking
from analysis.surveys.limesurvey.answers import Handling, server_columns
from analysis.surveys.survey import Asked, Survey
from analysis.workspace.tables import relative_name
from analysis.workspace.yaml_files import check_entry, place_of, read_yaml, to_yaml

#: Columns that services add and that are never taken over: who answered from where, and points.
NEVER = frozenset(
    {"来源", "来源详情", "来自ip", "ip", "ip地址", "总分", "用户昵称", "微信昵称", "openid", "user agent"}
)
#: Columns of services that say when and how long somebody answered.
USUAL = {"序号": "id", "提交答卷时间": "submitted", "提交时间": "submitted", "开始答题时间": "started",
         "开始时间": "started", "所用时间": "seconds", "答题时长": "seconds"}  # fmt: skip
NUMBER = re.compile(r"^\s*(?:[QqＱ]?\d{1,3}|第\d{1,3}题)\s*[.．、:：)）]?\s*")
KIND = re.compile(r"[\[【(（](?:单选|多选|矩阵|量表|填空|排序|必答|选填|打分|评分)[^\]】)）]*[\]】)）]\s*")
PARTS = re.compile(r"\s*[—–:：]+\s*|\s*[(（\[]\s*|\s+-\s+")
#: How alike a heading and a question must be to be taken for the same.
ALIKE = 0.75


class Mapping(Entry):
    """What the columns of a table are, by their headings."""

    survey: str  #: the questionnaire's id and wave
    service: str = ""  #: where it was gathered
    answers: Written = "label"
    language: Language = "zh-Hans"
    id: str = ""  #: the column that numbers interviews; else the table's rows do
    submitted: str = ""
    started: str = ""
    seconds: str = ""
    finished: str = ""  #: a column that says whether an interview was; else all were
    wrong: Handling = "refuse"  #: what is done with answers that break a rule or that our routing does not show
    columns: Annotated[dict[str, str], Field(min_length=1)]  #: questions, rows, options, ranks by heading
    values: dict[str, dict[str, str]] = Field(default_factory=dict)  #: by question, codes by what cells say
    draw: dict[str, str] = Field(default_factory=dict)  #: headings by the draw's columns, such as school
    place: str = ""  #: the column of places' codes
    person: str = ""  #: the column that names persons, kept under a key only
    ignore: tuple[str, ...] = ()
    without: tuple[str, ...] = ()  #: questions that were not asked there

    @property
    def aside(self) -> list[str]:
        """The headings of what is no answer."""
        named = (self.id, self.submitted, self.started, self.seconds, self.finished, self.place, self.person)
        return [*(name for name in (*named, *self.draw.values()) if name), *self.ignore]


def read_mapping(path: Path, survey: Survey, *, root: Path | None = None) -> Mapping:
    """Read a mapping, and hold it to the questionnaire.

    Parameters
    ----------
    path
        Its file, in YAML: the entries of :class:`Mapping`.
    survey
        The questionnaire.
    root
        The workspace, for the file's name in messages.

    Raises
    ------
    DuzhengError
        DZ-L012 with every fault and its line: another questionnaire's mapping; columns, options, ranks and questions
        that there are not; one that two columns answer, or none.
    """
    file = relative_name(path, root) if root else path.name
    node = read_yaml(path, file, code="DZ-L012")
    mapping = check_entry(Mapping, node, file, code="DZ-L012")
    faults = [_at(node, file, *found) for found in _faults(mapping, survey)]
    if faults:
        raise DuzhengError.of(faults)
    return mapping


def targets(survey: Survey) -> dict[str, Asked]:
    """Give everything that a column may be of: ``code``, ``code.row``, ``code[option]``, ``code[1]``, ``codeOth``.

    Of a ranking ``code.option`` is the rank of that option, ``code[1]`` the option at that rank; of several options
    ``code`` is all of them in one cell.
    """
    found = {}
    for name, each in server_columns(survey).items():
        if each is None or isinstance(each.item, Information):
            continue
        part = name[len(each.code) + 1 : -1]
        found[f"{each.code}.{part}" if isinstance(each.item, Matrix) else name] = each
        if isinstance(each.item, Multiple | Ranking):
            found[each.code] = each
        if isinstance(each.item, Ranking):
            found |= {f"{each.code}.{choice.code}": each for choice in choices(each, survey.bank)}
    return found


Wrong = tuple[tuple[str | int, ...], str, str, str]


def _faults(mapping: Mapping, survey: Survey) -> Iterator[Wrong]:
    """Give path, finding, expectation and hint of every fault."""
    if mapping.survey != survey.name:
        yield ("survey",), repr(mapping.survey), survey.name, "name the mapping of this questionnaire"
    known = targets(survey)
    seen: dict[str, str] = {}
    for heading, target in mapping.columns.items():
        where = ("columns", heading)
        if target not in known:
            yield _unknown(where, target, known, survey)
        elif target in seen:
            yield where, f"{target}, which {seen[target]!r} is, too", "one column each", "ignore one of them"
        seen[target] = heading
    codes = {each.code for each in known.values()}
    for kind, named in (("values", [*mapping.values]), ("without", [*mapping.without])):
        yield from (_unknown((kind, code), code, codes, survey) for code in named if code not in codes)
    for each in survey.asked:
        yield from _of_item(
            mapping, survey, each, {target: h for target, h in seen.items() if known.get(target) is each}
        )


def _unknown(where: tuple[str | int, ...], name: str, known: Iterable[str], survey: Survey) -> Wrong:
    near = get_close_matches(name, known, n=1)
    return where, repr(name), f"a question of {survey.name}", f"did you mean {near[0]}?" if near else ""


def _of_item(mapping: Mapping, survey: Survey, each: Asked, seen: dict[str, str]) -> Iterator[Wrong]:
    """Find what is wrong with the values and columns of one item."""
    said = [choice.code for choice in choices(each, survey.bank)]
    for text, code in mapping.values.get(each.code, {}).items():
        if code not in said:
            yield ("values", each.code, text), repr(code), f"one of {', '.join(said)}", ""
    parts = sorted(target for target in seen if target not in {each.code, f"{each.code}{WRITTEN_IN}"})
    if each.code in seen and parts:
        found = f"{each.code} in one cell and {', '.join(parts)}"
        yield ("columns", seen[each.code]), found, "the one or the others", ""
    if not seen and each.code not in mapping.without and not isinstance(each.item, Information):
        yield ("columns",), f"no column for {each.code}", "one for every question", "or name it under without"


def _at(node: Any, file: str, path: tuple[str | int, ...], found: str, expected: str, hint: str) -> Fault:
    line, character = place_of(node, path) or (None, None)
    return Fault("DZ-L012", file=file, line=line, character=character, found=found, expected=expected, hint=hint)


def suggest_mapping(survey: Survey, headings: Iterable[str]) -> tuple[Mapping, list[str]]:
    """Suggest what columns are, from their headings.

    Parameters
    ----------
    survey
        The questionnaire.
    headings
        Of the table.

    Returns
    -------
    tuple
        A mapping to be looked through, and the headings that nothing was found for. Numbers and kinds before a heading
        (``9、``, ``[矩阵题]``) do not count; what stands behind a dash, a colon or in brackets is looked for among rows
        and options. Questions that no heading is like are named under ``without``.
    """
    worded = [(plain(text), target) for target, texts in _worded(survey).items() for text in texts]
    scored: list[tuple[float, str, str]] = []
    found: dict[str, str] = {}
    left = []
    for heading in headings:
        role = USUAL.get(plain(heading))
        if role:
            found[role] = heading
        elif plain(heading) not in NEVER:
            left.append(heading)
            bare = plain(PARTS.sub(" ", KIND.sub("", NUMBER.sub("", KIND.sub("", heading))))).rstrip(")）] ")
            scored += [(_alike(bare, text), heading, target) for text, target in worded]
    placed: dict[str, str] = {}
    for score, heading, target in sorted(scored, key=lambda each: -each[0]):
        if score >= ALIKE and heading not in placed and target not in placed.values():
            placed[heading] = target
    columns = {heading: placed[heading] for heading in left if heading in placed}
    known = targets(survey)
    answered = {known[target].code for target in columns.values()}
    without = tuple(dict.fromkeys(each.code for each in known.values() if each.code not in answered))
    said = {"survey": survey.name, "columns": columns or {"?": "?"}, "without": without, **found}
    return Mapping.model_validate(said), [heading for heading in left if heading not in placed]


def suggested_text(survey: Survey, headings: Iterable[str]) -> str:
    """Write a suggested mapping as a file, with what was not placed as remarks."""
    mapping, left = suggest_mapping(survey, headings)
    remarks = [f"# Not placed, name it under columns or ignore: {heading!r}" for heading in left]
    return "\n".join(["# Suggested from headings: look it through.", *remarks, to_yaml(mapping)])


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def _worded(survey: Survey) -> dict[str, list[str]]:
    """Give what a heading of each target may say."""
    found: dict[str, list[str]] = {}
    for target, each in targets(survey).items():
        part = target[len(each.code) :].strip(".[]")
        texts = list(each.item.text.values()) + list((each.item.simple or {}).values())
        rows = {row.code: row.text for row in getattr(each.item, "rows", ())}
        of = rows or {choice.code: choice.text for choice in choices(each, survey.bank)}
        if target == each.code:
            found[target] = texts
        elif part in of and not (isinstance(each.item, Ranking) and target.endswith("]")):
            inner = [PARTS.sub(" ", text) for text in of[part].values()]
            found[target] = [f"{text} {label}" for text in texts for label in inner]
    return found
