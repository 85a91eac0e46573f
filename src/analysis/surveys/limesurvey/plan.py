"""Plans: what would be done to a survey on the server so that it is what its text says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from analysis.messages import DuzhengError, Fault
from analysis.surveys.bank import Bank
from analysis.surveys.changes import Change, diff
from analysis.surveys.formats.imported import Imported
from analysis.surveys.formats.lss.structure import number_of, tables, to_lss
from analysis.surveys.formats.source import bank_of
from analysis.surveys.limesurvey.connection import Connection
from analysis.surveys.limesurvey.content import Difference, Said, differences, languages, spoken
from analysis.surveys.limesurvey.live import Live, Rows, read_live, read_tables
from analysis.surveys.survey import Survey, hold
from analysis.workspace.files import write_together

FOLDER = "reports/plans"
Effect = Literal["safe", "breaks", "loses", "cannot"]
NAMES: dict[Effect, str] = {
    "cannot": "cannot be applied",
    "loses": "loses answers",
    "breaks": "breaks comparability",
    "safe": "safe",
}
Action = Literal["import", "replace", "set_survey", "set_language", "set_group", "set_question"]
#: What steps do, in words.
DOES: dict[Action, str] = {
    "import": "import it",
    "replace": "delete it and import it anew under its number: no answers are there",
    "set_survey": "set settings of the survey",
    "set_language": "set texts of the survey in",
    "set_group": "set the group",
    "set_question": "set the question",
}
#: What a change of a survey's texts is called.
PARTS: dict[str, tuple[str, ...]] = {
    "surveyls_title": ("title",), "surveyls_welcometext": ("welcome",), "surveyls_endtext": ("closing",),
    "surveyls_policy_notice": ("consent text", "consent privacy"),
    "surveyls_policy_notice_label": ("consent guardian",),
}  # fmt: skip
#: By part of a question, what changes of it are called.
SAME: tuple[tuple[str, str], ...] = (
    (r"question/.*", r"text|simple"), (r"help/.*", r"help"), (r"mandatory", r"mandatory"), (r"relevance", r"show_if"),
    (r"type", r"type"), (r"rows|row/.*|answers|answer/.*|other", r"options?\b.*|rows?\b.*|missing|type"),
    (r"attribute/(random_order|answer_order)", r"random"), (r"attribute/suffix.*", r"unit"),
    (r"attribute/(min_num_value_n|max_num_value_n|num_value_int_only|date_min|date_max)", r"limits"),
)  # fmt: skip
#: What questions of ours are marked with: another survey under a questionnaire's number is never deleted.
OURS = re.compile(r"dz\b")
#: Parts of which nothing hangs but looks.
LOOKS = re.compile(r"attribute/display_rows|setting .*|description.*")


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Planned(_Kept):
    """One change: of what, in which part, from what to what, and what it does."""

    effect: Effect
    of: str  #: the item, section or setting; nothing for the whole questionnaire
    part: str
    old: str
    new: str
    why: str = ""


class Step(_Kept):
    """One thing that is done on the server."""

    action: Action
    of: str = ""  #: a language, a group's place, a question's code
    values: dict[str, str] = {}
    before: dict[str, str] = {}


class Plan(_Kept):
    """What would be done to one survey."""

    survey: str  #: ``students-2025``
    file: str
    server: str
    sid: int
    active: bool = False
    counts: dict[str, int] = {}
    live: str  #: hash of the survey as it is on the server; empty where there is none
    ours: str  #: hash of what our text compiles to
    changes: tuple[Planned, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.steps and not self.changes

    @property
    def refused(self) -> tuple[Planned, ...]:
        """The changes that keep the plan from being applied."""
        return tuple(change for change in self.changes if change.effect in {"cannot", "loses"})

    def save(self, path: Path) -> Path:
        """Write it as JSON."""
        write_together({path: f"{self.model_dump_json(indent=2)}\n".encode()})
        return path


def read_plan(path: Path) -> Plan:
    """Read a plan that :meth:`Plan.save` wrote.

    Raises
    ------
    DuzhengError
        DZ-L006 if it is none.
    """
    try:
        return Plan.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        found = (error.strerror or "no file") if isinstance(error, OSError) else "something else"
        raise DuzhengError(Fault("DZ-L006", file=str(path), found=found, expected="a plan that `plan` saved",
                                 hint="make it again")) from error  # fmt: skip


def make_plan(connection: Connection, survey: Survey, sid: int | None = None) -> Plan:
    """Compare a survey on the server with its text, and say what would be done.

    Parameters
    ----------
    connection
        The session.
    survey
        The questionnaire.
    sid
        The survey's number on the server. [default: the one made of the questionnaire's name]

    Returns
    -------
    Plan
        Nothing is changed on the server. What a structure has no place for (declared analyses, expected answers,
        topics …) is not compared.

    Raises
    ------
    DuzhengError
        DZ-L001 to DZ-L003.
    """
    number = sid or number_of(survey)
    return plan_of(survey, number, read_live(connection, number), connection.server.url)


def plan_of(survey: Survey, sid: int, live: Live | None, server: str) -> Plan:
    """Make a plan from a survey as it was read from the server."""
    ours = hashlib.sha256(to_lss(survey, survey_id=sid)).hexdigest()
    kept: dict[str, Any] = {"survey": survey.name, "file": survey.file, "server": server, "sid": sid, "ours": ours}
    if live is None:
        title = " | ".join(survey.questionnaire.title.values())
        change = Planned(effect="safe", of="", part="survey", old="", new=title, why="new on this server")
        return Plan(**kept, live="", changes=(change,), steps=(Step(action="import"),))
    wanted = vars(tables(survey, sid))
    found = differences(live.tables, wanted)
    kept |= {"active": live.active, "counts": live.counts, "live": live.fingerprint}
    if not found:
        return Plan(**kept)
    changes = _merged(found, meant(survey, live, wanted), survey)
    stuck = [each for each in found if not each.settable(active=live.active)]
    why = why_not_replaced(live)
    planned = [_planned(change, [each for each in about if each in stuck], why, live) for change, about in changes]
    steps = [Step(action="replace")] if stuck and not why else list(_steps(found, active=live.active))
    return Plan(**kept, changes=tuple(planned), steps=tuple(steps))


def why_not_replaced(live: Live) -> str:
    """Say what would be lost if a survey were deleted and imported anew; empty if nothing."""
    if live.active:
        return "the survey is active, and this can't be changed then"
    held = [f"{live.answers} answers"] if live.answers else []
    held += [f"{live.counts[what]} {what}" for what in ("participants", "quotas") if live.counts[what]]
    if live.tables["surveys"][0].get("bounceprocessing") == "L":
        held.append("an account of its own for returned mail")
    marks = [row["value"] for row in live.tables["question_attributes"] if row["attribute"] == "cssclass"]
    if not any(map(OURS.match, marks)):
        held.append("no question of ours: is it somebody else's?")
    return f"the survey would have to be imported anew, but it has {' and '.join(held)}" if held else ""


def meant(survey: Survey, live: Live, wanted: Rows) -> list[Change]:
    """Compare by meaning, after both went through the same reader; nothing where the live one can't be read."""
    head = survey.questionnaire
    try:
        shared = set(languages(live.tables)) & set(languages(wanted))
        old, new = (named(read_tables(spoken(each, shared), survey.file, head.wave, head.id), survey)
                    for each in (live.tables, wanted))  # fmt: skip
        known = survey.bank.items
        read = {key: item.model_copy(update={"relation": known[key].relation}) if key in known else item
                for key, item in bank_of(new.bank).items.items()}  # fmt: skip
        whole = Bank(known | read, survey.bank.scales, survey.bank.places)
        return diff(old.survey(), hold(new.questionnaire, whole))
    except DuzhengError:
        return []


def named(found: Imported, survey: Survey) -> Imported:
    """Give sections the ids that ours have: of the one with most of its items, else of the one with its title."""
    mine = {section.id: section for section in survey.questionnaire.sections}
    free = dict(mine)
    sections = []
    for section in found.questionnaire.sections:
        codes = {use.item for use in section.items}

        def shared(name: str, codes: set[str] = codes) -> int:
            return len(codes & {use.item for use in free[name].items})

        best = max(free, key=shared, default="")
        titled = [name for name, each in free.items() if each.title["zh-Hans"] == section.title["zh-Hans"]]
        name = best if best and shared(best) else titled[0] if titled else ""
        free.pop(name, None)
        sections.append(section.model_copy(update={"id": name or f"live_{section.id}"}))
    sheet = found.questionnaire.model_copy(update={"sections": tuple(sections)})
    return Imported(sheet, found.bank, found.unplaced)


def _merged(
    found: list[Difference], changes: list[Change], survey: Survey
) -> list[tuple[Change, list[Difference]]]:  # fmt: skip
    """Give changes by meaning with the differences that they are of, and a change for every difference that is left."""
    merged: list[tuple[Change, list[Difference]]] = [(change, []) for change in changes]
    rest: dict[tuple[str, str], list[Difference]] = {}
    names = [section.id for section in survey.questionnaire.sections]
    for each in found:
        about = [differing for change, differing in merged if _is_of(change, each, names, survey)]
        for differing in about:
            differing.append(each)
        if not about:
            rest.setdefault(_called(each, names), []).append(each)
    for (of, part), differing in rest.items():
        effect: Literal["safe", "breaks"] = "safe" if LOOKS.fullmatch(part) or not of else "breaks"
        old, new = (_all(d.old for d in differing), _all(d.new for d in differing))
        merged.append((Change(effect, of, part, old, new), differing))
    return merged


def _all(sides: Iterable[Said | None]) -> str:
    return " | ".join(dict.fromkeys(side.meaning for side in sides if side and side.meaning))


def _is_of(change: Change, each: Difference, names: list[str], survey: Survey) -> bool:
    """Tell whether a difference is part of a change by meaning."""
    kind, of, part = each.key
    if kind == "group":
        return _is_of_group(change, of, part, names, survey)
    if kind == "question":
        found = any(re.fullmatch(theirs, part) and re.fullmatch(ours, change.part) for theirs, ours in SAME)
        return change.of == of and (change.part in {"item", "type"} or found)
    if kind == "survey":
        return (change.part, part) == ("anonymous", "anonymized")
    return not change.of and kind == "language" and change.part in PARTS.get(part, ())


def _is_of_group(change: Change, of: str, part: str, names: list[str], survey: Survey) -> bool:
    section = names[int(of) - 1] if int(of) <= len(names) else f"live_g{of}"
    if part == "questions":
        return change.part in {"place", "item", "section"}
    if part == "grelevance":
        inside = {asked.code for asked in survey.asked if asked.section.id == section}
        return change.of in inside and change.part == "show_if"
    called = {"group_name": "title", "description": "text"}.get(part.partition("/")[0], "")
    return change.part == "section" or (change.of == section and change.part == called)


def _called(each: Difference, names: list[str]) -> tuple[str, str]:
    """Name a difference that no change by meaning is of."""
    kind, of, part = each.key
    if kind == "survey":
        return "", {"languages": part, "anonymized": "anonymous"}.get(part, f"setting {part}")
    if kind == "language":
        return "", part.removeprefix("surveyls_")
    if kind == "group":
        section = names[int(of) - 1] if int(of) <= len(names) else f"group {of}"
        return section, part.partition("/")[0]
    called = part.split("/")
    if called[0] == "preg":
        return of, "pattern"
    return of, " ".join(called[:2]) if called[0] in {"attribute", "row", "answer"} else called[0]


def _planned(change: Change, stuck: list[Difference], why: str, live: Live) -> Planned:
    effect: Effect = change.effect
    reasons = ["the server has it otherwise under this version" if "bank refuses" in change.why else change.why]
    if stuck and why:
        effect = "loses" if change.effect == "loses" and live.answers else "cannot"
        reasons.append(why)
    elif not live.active and not live.answers:
        effect = "safe"
        reasons.append("nobody has answered yet" if change.effect != "safe" else "")
    said = "; ".join(filter(None, reasons))
    return Planned(effect=effect, of=change.of, part=change.part, old=change.old, new=change.new, why=said)


def _steps(found: list[Difference], *, active: bool) -> Iterable[Step]:
    """Give the calls that set what can be set, one of each thing."""
    gathered: dict[tuple[Action, str], tuple[dict[str, str], dict[str, str]]] = {}
    for each in found:
        if not each.settable(active=active):
            continue
        kind, of, part = each.key
        action: Action = ACTIONS[kind]
        values, before = gathered.setdefault((action, of), ({}, {}))
        values[part], before[part] = _raw(each.new), _raw(each.old)
    for (action, of), (values, before) in gathered.items():
        yield Step(action=action, of=of, values=values, before=before)


ACTIONS: Mapping[str, Action] = {
    "survey": "set_survey", "language": "set_language", "group": "set_group", "question": "set_question",
}  # fmt: skip


def _raw(side: Said | None) -> str:
    return side.raw if side else ""


def as_text(plan: Plan) -> str:
    """Write a plan for a terminal: changes by what they do, then what would be done.

    Parameters
    ----------
    plan
        As :func:`make_plan` gives it.
    """
    head = f"{plan.survey} as survey {plan.sid} on {plan.server}"
    if plan.empty:
        return f"{head}: nothing to do\n"
    state = "active" if plan.active else "not active" if plan.live else "not there"
    held = [f"{number} {what}" for what, number in plan.counts.items() if number]
    lines = [f"{head} ({', '.join([state, *held])})", ""]
    for effect, name in NAMES.items():
        mine = [change for change in plan.changes if change.effect == effect]
        if mine:
            lines += [f"{name}:", *(f"  {_line(change)}" for change in mine), ""]
    if plan.refused:
        lines.append("not applied: nothing forces these; a new version under a number of its own can be prepared")
    else:
        lines += ["to do:", *(f"  {_does(step)}" for step in plan.steps)]
    return "\n".join(lines) + "\n"


def _line(change: Planned) -> str:
    what = f"{change.of} {change.part}".strip()
    sides = f"{_short(change.old)} → {_short(change.new)}"
    return f"{what}: {sides}" + (f" ({change.why})" if change.why else "")


def _short(text: str, most: int = 80) -> str:
    flat = " ".join(text.split())
    return (flat if len(flat) <= most else f"{flat[: most - 1]}…") or "nothing"


def _does(step: Step) -> str:
    parts = f": {', '.join(step.values)}" if step.values else ""
    return f"{DOES[step.action]} {step.of}".strip() + parts
