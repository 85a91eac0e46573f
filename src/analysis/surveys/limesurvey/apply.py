"""Plans carried out: what was planned and nothing else, read back, and undone if it does not end as it should."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.formats.lss.structure import number_of, tables, to_lss
from analysis.surveys.formats.source import source_of
from analysis.surveys.limesurvey.connection import Connection
from analysis.surveys.limesurvey.live import (
    LOCK,
    Live,
    Rows,
    lss_of,
    read_counts,
    read_live,
    read_settings_of,
    surveys_of,
)
from analysis.surveys.limesurvey.lock import Lock, check_lock, locked, read_lock, release
from analysis.surveys.limesurvey.plan import DOES, Plan, Planned, Step, make_plan, plan_of, why_not_replaced
from analysis.surveys.survey import Survey
from analysis.workspace.files import write_together

CALLS = {
    "set_survey": "set_survey_properties", "set_language": "set_language_properties",
    "set_group": "set_group_properties", "set_question": "set_question_properties",
}  # fmt: skip
#: What our text does not say of a survey that is imported anew.
THEIRS = frozenset({"gsid", "admin", "active"})


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done."""

    sid: int
    done: tuple[str, ...]  #: step by step, in words; empty where everything was as it should be already


def apply(connection: Connection, plan: Plan, survey: Survey, *, folder: Path, owner: str = "") -> Applied:
    """Do what a plan says.

    Parameters
    ----------
    connection
        The session.
    plan
        As :func:`analysis.surveys.limesurvey.plan.make_plan` gave it.
    survey
        The questionnaire that it was made of.
    folder
        Where the structure of a survey is kept before it is deleted: ``NAME.SID.before.lss``.
    owner
        Who holds the lock meanwhile. [default: user@host]

    Returns
    -------
    Applied
        Nothing was done where the server is as it should be already.

    Raises
    ------
    DuzhengError
        DZ-L006 if text or server changed since; DZ-L007 if answers would be lost, or the server can't do it; DZ-L008 if
        somebody else is applying; DZ-L009 if what is read back is not what was sent. Whatever is raised, what was done
        was undone, or it says that it could not be.
    """
    if plan.server != connection.server.url:
        found = f"a plan for {plan.server}"
        raise DuzhengError(
            Fault("DZ-L006", found=found, expected=connection.server.url, hint="make one for this server")
        )
    live = read_live(connection, plan.sid)
    fresh = plan_of(survey, plan.sid, live, plan.server)
    if fresh.empty and fresh.ours == plan.ours:
        return Applied(plan.sid, ())
    _check(plan, fresh)
    if live is None:
        lock = Lock.mine(owner)
        try:
            return _Work(connection, survey, plan, None, lock, folder).run()
        finally:
            release(connection, plan.sid, lock)
    with locked(connection, plan.sid, owner) as lock:
        live = read_live(connection, plan.sid)
        _check(plan, plan_of(survey, plan.sid, live, plan.server))
        return _Work(connection, survey, plan, live, lock, folder).run()


def prepare_version(connection: Connection, survey: Survey, folder: Path) -> tuple[Plan, Path]:
    """Prepare a survey that can't be changed any more as a new one, under the next free number.

    Parameters
    ----------
    connection
        The session.
    survey
        The questionnaire as it shall be.
    folder
        Where its structure is written to: ``NAME.SID.lss``.

    Returns
    -------
    plan
        That imports it. Nothing is done on the server; answers to the old survey stay where they are.
    path
        The structure.
    """
    sid = number_of(survey)
    while read_settings_of(connection, sid) is not None:
        sid += 1
    path = folder / f"{survey.name}.{sid}.lss"
    write_together({path: to_lss(survey, survey_id=sid)})
    return make_plan(connection, survey, sid), path


def _check(plan: Plan, fresh: Plan) -> None:
    """Hold a plan to what it was made from."""
    hint = "make the plan again"
    pairs = (("the survey on the server", plan.live, fresh.live), ("the questionnaire's text", plan.ours, fresh.ours))
    stale = [Fault("DZ-L006", found=f"{what} changed since", expected="as it was", hint=hint)
             for what, then, now in pairs if then != now]  # fmt: skip
    if stale:
        raise DuzhengError(*stale)
    refused = [_refusal(change) for change in fresh.refused or plan.refused]
    if refused:
        raise DuzhengError(*refused)
    if plan.steps != fresh.steps:
        raise DuzhengError(
            Fault("DZ-L006", found="other steps than would be planned now", expected="the same", hint=hint)
        )


def _refusal(change: Planned) -> Fault:
    what = f"{change.of} {change.part}".strip()
    hint = "prepare a new version under a number of its own; nothing forces this one"
    return Fault("DZ-L007", found=f"a change of {what}: {change.why}", expected="one that can be applied", hint=hint)


@dataclass(slots=True)
class _Work:
    """Carries one plan out."""

    connection: Connection
    survey: Survey
    plan: Plan
    live: Live | None
    lock: Lock
    folder: Path
    undo: list[Callable[[], None]] = field(default_factory=list)
    others: set[int] = field(default_factory=set)  #: surveys that were there before

    def run(self) -> Applied:
        done = []
        try:
            for step in self.plan.steps:
                if self.live is not None:
                    check_lock(self.connection, self.plan.sid, self.lock)
                self._do(step)
                done.append(f"{DOES[step.action]} {step.of}".strip())
            self._read_back()
        except BaseException as error:
            self._undone(error)
            raise
        return Applied(self.plan.sid, tuple(done))

    def _do(self, step: Step) -> None:
        if step.action == "import":
            self._import()
        elif step.action == "replace":
            self._replace()
        else:
            # No answer does not mean that nothing was set.
            self.undo.append(lambda: self._set(step, step.before))
            self._set(step, step.values)

    def _set(self, step: Step, values: dict[str, str]) -> None:
        sent: dict[str, Any] = {name: value for name, value in values.items() if "/" not in name}
        for name, value in values.items():
            column, _, language = name.partition("/")
            if language:
                sent.setdefault("questiongroupl10ns", {}).setdefault(language, {})[column] = value
        sid, live = self.plan.sid, self.live
        match step.action:
            case "set_language":
                arguments: tuple[Any, ...] = (sid, sent, step.of)
            case "set_group" | "set_question" if live is not None:
                kind = step.action.removeprefix("set_")
                arguments = (live.numbers[kind, step.of], sent)
            case _:
                arguments = (sid, sent)
        told = self.connection.call(CALLS[step.action], *arguments, repeat=True)
        refused = [name for name in sent if not _taken(told, name)]
        if refused:
            found = f"{', '.join(refused)} of {step.of or 'the survey'} not taken"
            raise DuzhengError(Fault("DZ-L009", found=found, expected="taken"))

    def _import(self) -> None:
        self._look_around()
        self.undo.append(self._gone)
        wanted = vars(tables(self.survey, self.plan.sid))
        head = wanted["surveys"][0] | {LOCK: str(self.lock)}
        self._send(wanted | {"surveys": [head]}, source_of(self.survey))

    def _replace(self) -> None:
        """Delete a survey that nobody answered, and import what it shall be under its number."""
        live, sid = self._known(), self.plan.sid
        self._look_around()
        write_together({self._before(): lss_of(live.tables)})
        settings = read_settings_of(self.connection, sid) or {}
        now = replace(live, active=settings.get("active") != "N", counts=read_counts(self.connection, sid))
        why = why_not_replaced(now)
        if why:
            raise DuzhengError(Fault("DZ-L007", found=f"survey {sid}: {why}", expected="one that nobody answers yet"))
        check_lock(self.connection, sid, self.lock)
        self.undo.append(self._as_before)
        self.connection.call("delete_survey", sid)
        self._send(self._kept(live), source_of(self.survey))

    def _kept(self, live: Live) -> Rows:
        """Give the tables that are wanted, with everything of the survey's settings and letters that they don't say."""
        wanted = vars(tables(self.survey, self.plan.sid))
        ours = {name: value for name, value in wanted["surveys"][0].items() if name not in THEIRS}
        head = live.tables["surveys"][0] | ours | {"active": "N", LOCK: str(self.lock)}
        known = {row["surveyls_language"]: row for row in live.tables["surveys_languagesettings"]}
        words = [known.get(row["surveyls_language"], {}) | row for row in wanted["surveys_languagesettings"]]
        return wanted | {"surveys": [head], "surveys_languagesettings": words}

    def _send(self, rows: Rows, source: str = "") -> None:
        """Import tables under the survey's number, and nowhere else."""
        sid = self.plan.sid
        if read_settings_of(self.connection, sid) is not None:
            raise DuzhengError(Fault("DZ-L008", found=f"a survey {sid} that was not there", expected="a free number",
                                     hint="somebody else is importing; make the plan again"))  # fmt: skip
        sent = base64.b64encode(lss_of(rows, source)).decode()
        landed = int(self.connection.call("import_survey", sent, "lss", None, sid))
        if landed != sid:
            # The number was taken between the look and the import.
            self.connection.call("delete_survey", landed)
            found, hint = f"an import under the number {landed}, deleted again", "somebody else imported: plan again"
            raise DuzhengError(Fault("DZ-L009", found=found, expected=str(sid), hint=hint))
        owner = rows["surveys"][0].get("owner_id", "")
        settings = read_settings_of(self.connection, sid) or {}
        if owner and str(settings.get("owner_id")) != owner:
            self.connection.call("set_survey_properties", sid, {"owner_id": owner}, repeat=True)

    def _look_around(self) -> None:
        self.others = {int(each["sid"]) for each in surveys_of(self.connection)}

    def _read_back(self) -> None:
        found = make_plan(self.connection, self.survey, self.plan.sid)
        if not found.empty:
            raise DuzhengError(*(
                Fault("DZ-L009", found=f"{f'{change.of} {change.part}'.strip()}: {change.old[:80]!r}",
                      expected=repr(change.new[:80])) for change in found.changes
            ))  # fmt: skip

    def _undone(self, error: BaseException) -> None:
        """Undo what was done, the last first; say in the error whether that was possible."""
        if not self.undo:
            return
        trouble: list[str] = []
        for step in reversed(self.undo):
            try:
                step()
            except DuzhengError as fault:
                trouble.append(str(fault.faults[0]))
        if not trouble and self.live is not None:
            try:
                now = read_live(self.connection, self.plan.sid)
                if now is None or now.fingerprint != self.live.fingerprint:
                    trouble.append("it is another one now")
            except DuzhengError as fault:
                trouble.append(str(fault.faults[0]))
        faults = list(error.faults) if isinstance(error, DuzhengError) else []
        if trouble:
            where = f"; its structure before is {self._before().name}" if self._before().is_file() else ""
            faults.append(Fault("DZ-L009", found=f"survey {self.plan.sid} not as it was ({'; '.join(trouble)})",
                                expected="what was done undone",
                                hint=f"make the plan again when the server answers{where}"))  # fmt: skip
        elif faults:
            faults[0] = replace(faults[0], hint="; ".join(filter(None, (faults[0].hint, "what was done was undone"))))
        if faults:
            raise DuzhengError(*faults) from error

    def _gone(self) -> None:
        """Delete what was imported by this very plan, wherever it landed."""
        if read_settings_of(self.connection, self.plan.sid) is not None:
            self._delete_mine(self.plan.sid)
        self._delete_strays()

    def _delete_strays(self) -> None:
        for each in surveys_of(self.connection):
            if int(each["sid"]) not in self.others:
                self._delete_mine(int(each["sid"]))

    def _delete_mine(self, sid: int) -> None:
        try:
            if read_lock(self.connection, sid) == str(self.lock):
                self.connection.call("delete_survey", sid)
        except DuzhengError as error:
            # Somebody else's survey, which this user may not see, or which is gone by now.
            if error.faults[0].code not in {"DZ-L003", "DZ-L005"}:
                raise

    def _as_before(self) -> None:
        """Put the survey back as it was, from what was read of it."""
        live = self._known()
        now = read_live(self.connection, self.plan.sid)
        if now is not None and now.fingerprint != live.fingerprint:
            if now.lock != str(self.lock) or why_not_replaced(now):
                raise DuzhengError(Fault("DZ-L008", found=f"somebody else's survey {self.plan.sid}", expected="ours"))
            self.connection.call("delete_survey", self.plan.sid)
            now = None
        if now is None:
            head = live.tables["surveys"][0] | {"active": "N", LOCK: str(self.lock)}
            self._send(live.tables | {"surveys": [head]})
        self._delete_strays_but(self.plan.sid)

    def _delete_strays_but(self, sid: int) -> None:
        self.others.add(sid)
        self._delete_strays()

    def _before(self) -> Path:
        return self.folder / f"{self.plan.survey}.{self.plan.sid}.before.lss"

    def _known(self) -> Live:
        if self.live is None:
            raise LookupError(self.plan.sid)
        return self.live


def _taken(told: Any, name: str) -> bool:
    """Tell whether the server says that it took a value: groups' texts come one language deeper."""
    said = told.get(name) if isinstance(told, dict) else None
    if isinstance(said, dict):
        return all(_taken(said, each) for each in said)
    return said is True
