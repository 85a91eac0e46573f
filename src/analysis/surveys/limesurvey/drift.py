"""Drift: what somebody changed on the server by hand, as changes of our text."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Any

from analysis.messages import DuzhengError, Fault, Language, Texts
from analysis.surveys.bank import ALLOWED, Bank, changes, read_bank
from analysis.surveys.formats.lss.structure import number_of, tables
from analysis.surveys.formats.lss.tables import plain
from analysis.surveys.history import check_history
from analysis.surveys.items import WRITTEN_IN
from analysis.surveys.limesurvey.connection import Connection
from analysis.surveys.limesurvey.content import Difference, differences, languages, spoken
from analysis.surveys.limesurvey.live import Live, read_live, read_tables
from analysis.surveys.limesurvey.plan import PARTS, named
from analysis.surveys.limesurvey.rewriting import Patch, rewritten, told
from analysis.surveys.questionnaire import Section, Use
from analysis.surveys.survey import Survey, read_survey
from analysis.workspace.files import write_together

#: Why there is a version that somebody wrote on the server.
WHY: Texts = {"zh-Hans": "在服务器上直接改过，现收回到文本中", "en": "Changed on the server by hand, and taken over"}
#: What of an item the server does not know.
NOTES = frozenset({"version", "relation", "why", "topic", "allow"})
ANONYMOUS = "anonymous"
TEXTS = frozenset({"text", "simple", "help", "unit"})


@dataclass(frozen=True, slots=True)
class Drift:
    """What was changed on the server."""

    survey: str
    file: str
    sid: int
    patches: tuple[Patch, ...] = ()
    unplaced: tuple[str, ...] = field(default=())  #: what our text has no place for

    @property
    def empty(self) -> bool:
        """Whether the server has what our text says."""
        return not self.patches and not self.unplaced


def drift(
    connection: Connection, survey: Survey, sid: int | None = None, *, root: Path, since: Survey | None = None
) -> Drift:
    """Say what was changed on the server by hand.

    Parameters
    ----------
    connection
        The session.
    survey
        The questionnaire as it is now: what the patches are of.
    sid
        The survey's number. [default: the one made of the questionnaire's name]
    root
        The workspace: wording of items that were committed is not changed, they get a new version.
    since
        The questionnaire as it was when it was applied, such as that of an earlier revision. Left out, the present one:
        then what was edited here and not applied yet counts as changed there.

    Raises
    ------
    DuzhengError
        DZ-L005 if there is no such survey; DZ-L001 to DZ-L003.
    """
    number = sid or number_of(survey)
    live = read_live(connection, number)
    if live is None:
        raise DuzhengError(Fault("DZ-L005", found=f"no survey {number}", expected="one that was applied",
                                 hint="see plan"))  # fmt: skip
    return drift_of(live, survey, root=root, since=since)


def drift_of(live: Live, survey: Survey, *, root: Path, since: Survey | None = None) -> Drift:
    """Say it of a survey that was read from the server."""
    base = since or survey
    before = vars(tables(base, live.sid))
    found = differences(before, live.tables)
    if not found:
        return Drift(survey.name, survey.file, live.sid)
    head = base.questionnaire
    shared = set(languages(before)) & set(languages(live.tables))
    then, now = (
        named(read_tables(spoken(each, shared), survey.file, head.wave, head.id), base)
        for each in (before, live.tables)
    )
    reader = _Drift(survey, then, now, found, root)
    return Drift(survey.name, survey.file, live.sid, tuple(reader.patches), tuple(dict.fromkeys(reader.unplaced)))


def as_text(found: Drift) -> str:
    """Write it for a terminal."""
    if found.empty:
        return f"{found.survey}: survey {found.sid} is as its text says\n"
    lines = [f"{found.survey}: survey {found.sid} was changed on the server", *(f"  {each}" for each in found.patches)]
    return "\n".join([*lines, *(f"  not placed: {each}" for each in found.unplaced)]) + "\n"


def as_patch(root: Path, found: Drift) -> str:
    """Write it as a patch that git takes."""
    text = []
    for file, new in rewritten(root, found.patches).items():
        old = (root / file).read_text(encoding="utf-8").splitlines(keepends=True)
        text += list(unified_diff(old, new.splitlines(keepends=True), f"a/{file}", f"b/{file}"))
    return "".join(text)


def write_drift(root: Path, found: Drift) -> list[str]:
    """Take it over into our text, comments and order kept.

    Parameters
    ----------
    root
        The workspace.
    found
        As :func:`drift` gave it.

    Returns
    -------
    list of str
        The files that were changed.

    Raises
    ------
    DuzhengError
        DZ-L006 if the text changed since; DZ-Q002 and DZ-Q003 if what the server has is no questionnaire of ours, such
        as one without an item that is analysed. Nothing is written then.
    """
    texts = rewritten(root, found.patches)
    kept = {root / file: (root / file).read_bytes() for file in texts}
    write_together({root / file: text.encode() for file, text in texts.items()})
    try:
        read_survey(root / found.file, read_bank(root), root=root)
    except BaseException:
        write_together(kept)
        raise
    return sorted(texts)


class _Drift:
    """Finds the patches of one survey."""

    def __init__(self, survey: Survey, then: Any, now: Any, found: list[Difference], root: Path) -> None:
        self.survey, self.then, self.now, self.root = survey, then, now, root
        self.patches: list[Patch] = []
        self.unplaced: list[str] = [each for each in now.unplaced if each not in then.unplaced]
        self.touched: set[str] = {each.partition("the question ")[2].partition(":")[0] for each in self.unplaced}
        self.sections = {section.id: place for place, section in enumerate(survey.questionnaire.sections)}
        self.places = {use.item: (number, place) for number, section in enumerate(survey.questionnaire.sections)
                       for place, use in enumerate(section.items)}  # fmt: skip
        self.committed: dict[str, bool] = {}
        self._head(found)
        self._all_sections()
        self._all_items()
        self._rest(found)

    def put(self, path: tuple[str | int, ...], old: Any, new: Any, file: str = "") -> None:
        self.patches.append(Patch("set", file or self.survey.file, path, old, new))

    def texts(self, path: tuple[str | int, ...], then: Texts | None, now: Texts | None, file: str = "") -> None:
        """Change a text in the languages in which it changed; of a new or dropped text all."""
        if then == now:
            return
        if not then or not now:
            self.put(path, dict(then) if then else None, dict(now) if now else None, file)
            return
        for language, words in now.items():
            if then.get(language) != words:
                self.put((*path, language), then.get(language), words, file)
        for language in then:
            if language not in now:
                self.unplaced.append(f"{'/'.join(map(str, path))}: nothing in {language}")

    def _head(self, found: list[Difference]) -> None:
        then, now = self.then.questionnaire, self.now.questionnaire
        for part in ("title", "welcome", "closing"):
            self.texts((part,), getattr(then, part), getattr(now, part))
        for language in self.survey.questionnaire.languages:
            self._consent(language, found)
        for each in found:
            kind, _, part = each.key
            if (kind, part) == ("survey", "anonymized"):
                self.put((ANONYMOUS,), then.anonymous, now.anonymous)
            elif kind == "survey":
                self.unplaced.append(f"the setting {part}: {_side(each.old)} → {_side(each.new)}")

    def _consent(self, language: Language, found: list[Difference]) -> None:
        """Take apart what the notice and its label say of consent."""
        mine = {each.key[2]: each for each in found if each.key[:2] == ("language", language)}
        notice, label = mine.get("surveyls_policy_notice"), mine.get("surveyls_policy_notice_label")
        if not notice and not label:
            return
        consent = self.survey.questionnaire.consent
        if label:
            wanted = plain(label.new.raw) if label.new else ""
            if consent.guardian and wanted:
                self.put(("consent", "guardian", language), consent.guardian.get(language), wanted)
            else:
                self.unplaced.append(f"the words that are ticked to agree in {language}: {wanted!r}")
        if not notice:
            return
        text, privacy = consent.text.get(language, ""), consent.privacy.get(language, "")
        said = plain(notice.new.raw) if notice.new else ""
        if said.startswith(f"{text}\n"):
            fresh = text
        elif said.endswith(f"\n{privacy}"):
            fresh = said.removesuffix(f"\n{privacy}")
        else:
            fresh, _, rest = said.partition("\n")
            if not rest or "\n" in rest:
                self.unplaced.append(f"the notice of consent in {language}, of which the parts can't be told: {said!r}")
                return
        for part, old, new in (("text", text, fresh), ("privacy", privacy, said.removeprefix(f"{fresh}\n"))):
            if old != new:
                self.put(("consent", part, language), old, new)

    def _all_sections(self) -> None:
        then = {section.id: section for section in self.then.questionnaire.sections}
        now = {section.id: section for section in self.now.questionnaire.sections}
        for name, section in now.items():
            if name not in then or name not in self.sections:
                codes = ", ".join(use.item for use in section.items)
                self.unplaced.append(f"a section of its own, “{section.title['zh-Hans']}”, with {codes}")
                self.touched |= {use.item for use in section.items}
                continue
            self._section(self.sections[name], then[name], section)
        gone = [name for name in then if name not in now]
        self.unplaced += [f"the section {name}: it is gone" for name in gone]
        order = [name for name in then if name in now]
        if order != [name for name in now if name in then]:
            self.unplaced.append("another order of sections")

    def _section(self, place: int, then: Section, now: Section) -> None:
        path = ("sections", place)
        self.texts((*path, "title"), then.title, now.title)
        self.texts((*path, "text"), then.text, now.text)
        if then.show_if != now.show_if:
            self.put((*path, "show_if"), self.survey.questionnaire.sections[place].show_if, now.show_if or None)
        before, here = [use.item for use in then.items], [use.item for use in now.items]
        if before != here:
            listed = [code if code in self.places else self._use(use)
                      for code, use in zip(here, now.items, strict=True)]  # fmt: skip
            self.patches.append(Patch("order", self.survey.file, (*path, "items"), before, listed))
            self.touched |= set(before) ^ set(here)

    @staticmethod
    def _use(use: Use) -> dict[str, Any]:
        found: dict[str, Any] = use.model_dump(mode="json", exclude_defaults=True)
        return found

    def _all_items(self) -> None:
        then = {use.item: use for section in self.then.questionnaire.sections for use in section.items}
        for section in self.now.questionnaire.sections:
            for use in section.items:
                code = use.item
                if code in self.places and code in then:
                    number, place = self.places[code]
                    self._used(("sections", number, "items", place), then[code], use)
                    self._item(code)
                elif code not in then and section.id in self.sections:
                    self._new(code)

    def _used(self, path: tuple[str | int, ...], then: Use, now: Use) -> None:
        section, place = int(path[1]), int(path[3])
        mine = self.survey.questionnaire.sections[section].items[place]
        if then.mandatory != now.mandatory:
            self.put((*path, "mandatory"), mine.mandatory, now.mandatory or None)
            self.touched.add(now.item)
        if then.show_if != now.show_if:
            self.put((*path, "show_if"), mine.show_if, now.show_if or None)
            self.touched.add(now.item)

    def _new(self, code: str) -> None:
        """Add an item that was written on the server; the bank's, if it has it in this meaning."""
        item = self.now.bank.items[code][0]
        bank = self.survey.bank
        if (code, 1) in bank.items:
            whole = Bank(bank.items | {(code, 1): item}, bank.scales, bank.places)
            if whole.meaning(code, 1) != bank.meaning(code, 1):
                self.unplaced.append(f"the question {code}: the bank has this code in another meaning")
        else:
            file = bank.places[self.survey.asked[0].code, self.survey.asked[0].use.version][0]
            entry = item.model_dump(mode="json", exclude_defaults=True)
            self.patches.append(Patch("item", file, ("items", code), None, {"version": 1} | entry))
        self.touched.add(code)

    def _item(self, code: str) -> None:
        """Compare an item as it was and as it is, and change the bank's, or add a version to it."""
        then, now = self.then.bank.items[code][0], self.now.bank.items[code][0]
        one, two = (each.model_dump(mode="json", exclude_defaults=True, exclude=set(NOTES)) for each in (then, now))
        parts = [part for part in {**one, **two} if one.get(part) != two.get(part)]
        if not parts:
            return
        self.touched.add(code)
        bank, version = self.survey.bank, self.version(code)
        mine = bank.items[code, version]
        notes = mine.model_dump(mode="json", exclude_defaults=True, include={"topic", "allow"})
        kept = two if then.type != now.type else mine.model_dump(mode="json", exclude_defaults=True) | {
            part: two[part] for part in parts if part in two
        }  # fmt: skip
        if "options" in parts:
            kept.pop("scale", None)
        entry = {part: value for part, value in (kept | notes).items()
                 if part not in {"version", "relation", "why"} and (part in two or part not in parts)}  # fmt: skip
        item = type(now).model_validate(entry)
        whole = Bank(bank.items | {(code, version): item}, bank.scales, bank.places)
        if not changes(bank.meaning(code, version), whole.meaning(code, version)) or not self._is_committed(
            code, version, whole
        ):
            self._mended(code, version, parts, then, now)
            return
        self._versioned(code, entry)

    def version(self, code: str) -> int:
        number, place = self.places[code]
        return self.survey.questionnaire.sections[number].items[place].version

    def _mended(self, code: str, version: int, parts: list[str], then: Any, now: Any) -> None:
        """Change what may be mended under the same version."""
        file = self.survey.bank.places[code, version][0]
        path = ("items", code, version - 1)
        mine = self.survey.bank.items[code, version]
        scale: str = getattr(mine, "scale", "")
        for part in parts:
            if part in TEXTS:
                self.texts((*path, part), getattr(then, part, None), getattr(now, part, None), file)
                continue
            new = now.model_dump(mode="json", exclude_defaults=True).get(part)
            old = mine.model_dump(mode="json", exclude_defaults=True).get(part)
            self.put((*path, part), old, new, file)
            if part == "options" and scale:
                self.put((*path, "scale"), scale, None, file)

    def _versioned(self, code: str, entry: dict[str, Any]) -> None:
        bank, used = self.survey.bank, self.version(code)
        latest = bank.latest(code)
        item = type(bank.items[code, latest]) if entry["type"] == bank.items[code, latest].type else None
        model = item or type(self.now.bank.items[code][0])
        fresh = Bank(bank.items | {(code, latest + 1): model.model_validate(entry)}, bank.scales, bank.places)
        changed = changes(bank.meaning(code, latest), fresh.meaning(code, latest + 1))
        relation = next(name for name, kinds in ALLOWED.items() if changed <= kinds)
        whole = {"version": latest + 1, "relation": relation, "why": dict(WHY)} | entry
        file = bank.places[code, latest][0]
        self.patches.append(Patch("version", file, ("items", code, latest), None, whole))
        number, place = self.places[code]
        self.put(("sections", number, "items", place, "version"), used, latest + 1)

    def _is_committed(self, code: str, version: int, whole: Bank) -> bool:
        """Tell whether an item's meaning was committed; without git it may have been seen by anybody."""
        only = Bank({(code, version): whole.items[code, version]}, whole.scales, whole.places)
        try:
            return check_history(self.root, only) == 0
        except DuzhengError:
            return True

    def _rest(self, found: list[Difference]) -> None:
        """List every difference that no patch is of."""
        asked = {code for section in self.now.questionnaire.sections for code in (use.item for use in section.items)}
        for each in found:
            kind, of, part = each.key
            if kind == "question" and of not in self.touched:
                beside = of.removesuffix(WRITTEN_IN) if of.endswith(WRITTEN_IN) else of
                if (beside in self.touched and beside not in asked) or (part == "relevance" and of in asked):
                    continue  # gone with its item; or another equation of the same condition
                self.unplaced.append(f"the question {of}: its {part}, {_side(each.old)} → {_side(each.new)}")
            elif kind == "language" and part not in {*PARTS, "surveyls_description"}:
                self.unplaced.append(f"the survey's {part} in {of}: {_side(each.old)} → {_side(each.new)}")
            elif kind == "group" and part == "randomization_group":
                self.unplaced.append(f"the section {of}: in random order with {_side(each.new)}")


def _side(what: Any) -> str:
    return told(what.meaning if what else None)
