"""A questionnaire with its items: read, held to the bank, and its conditions held to its questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.bank import Bank, BankFile, read_bank
from analysis.surveys.expressions import ExpressionError, Node, parse
from analysis.surveys.items import questions
from analysis.surveys.logic import Question, check, holds
from analysis.surveys.questionnaire import Questionnaire, Section, Use
from analysis.workspace.yaml_files import BRANCHES, check_entry, place_of, read_yaml

if TYPE_CHECKING:
    from analysis.workspace import Workspace

FOLDER = "surveys"
SCHEMA = "surveys/schema.json"
BRANCHES.update({"probability", "census", "open"})


@dataclass(frozen=True, slots=True)
class Asked:
    """An item in its place."""

    section: Section
    use: Use
    item: Any
    condition: Node | None  #: of the item; that of its section comes before it

    @property
    def code(self) -> str:
        """The item's code."""
        return self.use.item


@dataclass(frozen=True, slots=True)
class Survey:
    """A questionnaire whose items and conditions are known to be right."""

    questionnaire: Questionnaire
    bank: Bank
    file: str
    asked: tuple[Asked, ...]
    sections: dict[str, Node | None]  #: the condition of each section
    simple: Node | None = None  #: to whom items are put in simple words
    node: Any = field(default=None, repr=False, compare=False)  #: the file's entries, which know their lines

    @property
    def name(self) -> str:
        """Id and wave: ``students-2025``."""
        return f"{self.questionnaire.id}-{self.questionnaire.wave}"

    def place(self, *path: int | str) -> tuple[str, int | None]:
        """Give file and line of an entry of the questionnaire."""
        place = place_of(self.node, path)
        return self.file, place[0] if place else None

    def questions(self) -> dict[str, Question]:
        """Give what may be asked for in conditions and analyses, by code."""
        found: dict[str, Question] = {}
        for each in self.asked:
            found |= questions(each.code, each.item, self.bank.options(each.item))
        return found


def is_shown(survey: Survey, each: Asked, given: Mapping[str, Any]) -> bool:
    """Tell whether an item is shown to somebody who gave these answers: only what is true is shown."""
    conditions = (survey.sections[each.section.id], each.condition)
    return all(node is None or holds(node, given) is True for node in conditions)


def read_survey(path: Path, bank: Bank, *, root: Path | None = None) -> Survey:
    """Read a questionnaire.

    Parameters
    ----------
    path
        Its file.
    bank
        The items, as :func:`analysis.surveys.bank.read_bank` gives them.
    root
        The workspace, for the file's name in messages.

    Raises
    ------
    DuzhengError
        DZ-Q001 and DZ-Q002 for the file, DZ-Q003 for its conditions; every fault at once.
    """
    file = path.relative_to(root).as_posix() if root and path.is_relative_to(root) else path.name
    node = read_yaml(path, file, code="DZ-Q001")
    return hold(check_entry(Questionnaire, node, file, code="DZ-Q002"), bank, file=file, node=node)


def hold(sheet: Questionnaire, bank: Bank, *, file: str = "", node: Any = None) -> Survey:
    """Hold a questionnaire to the bank, and its conditions and analyses to its questions.

    Parameters
    ----------
    sheet, bank
        The questionnaire and the items.
    file, node
        Where it stands, for messages: its file, and the file's entries, which know their lines.

    Raises
    ------
    DuzhengError
        DZ-Q002 and DZ-Q003, every fault at once.
    """
    faults: list[Fault] = []
    known: dict[str, Question] = {}
    asked: list[Asked] = []
    conditions: dict[str, Node | None] = {}
    used: set[str] = set()
    for number, section in enumerate(sheet.sections):
        where = ("sections", number)
        if section.id in conditions:
            faults.append(_fault(node, file, (*where, "id"), f"the section {section.id} twice", "one", "rename one"))
        conditions[section.id] = _condition(node, file, (*where, "show_if"), section.show_if, known, faults)
        for place, use in enumerate(section.items):
            here = (*where, "items", place)
            condition = _condition(node, file, (*here, "show_if"), use.show_if, known, faults)
            fault = _unknown(use, bank, used)
            if fault:
                faults.append(_fault(node, file, (*here, "item"), *fault))
                continue
            used.add(use.item)
            item = bank.items[use.item, use.version]
            known |= questions(use.item, item, bank.options(item))
            asked.append(Asked(section, use, item, condition))
    simple = _condition(node, file, ("simple_if",), sheet.simple_if, known, faults)
    faults += _analyses(node, file, sheet, known)
    faults += _pairs(node, file, sheet, known)
    if faults:
        raise DuzhengError.of(faults)
    return Survey(sheet, bank, file, tuple(asked), conditions, simple, node)


def read_surveys(root: Path, bank: Bank) -> list[Survey]:
    """Read every questionnaire of a workspace (``surveys/*.yaml``), all faults of all files at once."""
    found: list[Survey] = []
    faults: list[Fault] = []
    for path in sorted((root / FOLDER).glob("*.yaml")):
        try:
            found.append(read_survey(path, bank, root=root))
        except DuzhengError as error:
            faults += error.faults
    if faults:
        raise DuzhengError.of(faults)
    return found


def questionnaires(workspace: Workspace) -> dict[str, Survey]:
    """Read a workspace's bank and questionnaires, by name (``students-2025``).

    Parameters
    ----------
    workspace
        The workspace; ``analysis.open().questionnaires()`` hands it over.

    Raises
    ------
    DuzhengError
        With every fault of every file.
    """
    return {survey.name: survey for survey in read_surveys(workspace.root, read_bank(workspace.root))}


def schema() -> dict[str, Any]:
    """Give the JSON Schema of questionnaires, with that of bank files beside it (``$defs/Bank``).

    Examples
    --------
    >>> schema()["properties"]["wave"]["type"]
    'integer'
    """
    found = Questionnaire.model_json_schema(by_alias=True)
    bank = BankFile.model_json_schema(by_alias=True)
    found["$defs"] |= bank.pop("$defs", {})
    found["$defs"]["Bank"] = bank
    _with_chinese(found)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def _with_chinese(node: Any) -> None:
    """Say of every text by language that Chinese must be there, as the models do."""
    if isinstance(node, dict):
        if "zh-Hans" in node.get("propertyNames", {}).get("enum", ()):
            node["required"] = ["zh-Hans"]
        for value in node.values():
            _with_chinese(value)
    elif isinstance(node, list):
        for value in node:
            _with_chinese(value)


def _condition(
    node: Any, file: str, where: tuple[int | str, ...], text: str, known: dict[str, Question], faults: list[Fault]
) -> Node | None:
    """Read a condition and hold it to the questions that come before it."""
    if not text:
        return None
    try:
        tree = parse(text)
        wrong = check(tree, known)
    except ExpressionError as error:
        tree, wrong = None, [error]
    place = place_of(node, where)
    faults += [
        Fault("DZ-Q003", file=file, line=place[0] if place else None, found=f"{fault.found} at character {fault.at} of "
              f"{text!r}", expected=fault.expected, hint=fault.hint) for fault in wrong
    ]  # fmt: skip
    return tree


def _unknown(use: Use, bank: Bank, used: set[str]) -> tuple[str, str, str] | None:
    """Say why an item can't be used, if so."""
    if use.item in used:
        return f"the item {use.item} twice", "each item once", "leave one out"
    if (use.item, use.version) in bank.items:
        return None
    if use.item in bank.codes:
        return f"version {use.version} of {use.item}", f"1 to {bank.latest(use.item)}", "add it to the bank"
    near = get_close_matches(use.item, bank.codes, n=1)
    return f"the item {use.item!r}", "one of the bank", f"did you mean {near[0]}?" if near else "add it to the bank"


def _analyses(node: Any, file: str, sheet: Questionnaire, known: dict[str, Question]) -> list[Fault]:
    """Hold the declared analyses to the items."""
    faults = []
    for number, index in enumerate(sheet.analyses.indices):
        where = ("analyses", "indices", number)
        for place, code in enumerate(index.items):
            question = known.get(code)
            if question is None or not question.codes or not all(isinstance(c, float) for c in question.codes):
                near = get_close_matches(code, known, n=1)
                hint = (
                    f"did you mean {near[0]}?" if near and question is None else "ask it first, on a scale of numbers"
                )
                faults.append(
                    _fault(node, file, (*where, "items", place), f"{code!r} in the index {index.id}",
                           "an item of this questionnaire whose codes are numbers", hint)
                )  # fmt: skip
        if index.weights and len(index.weights) != len(index.items):
            found = f"{len(index.weights)} weights of {len(index.items)} items"
            faults.append(_fault(node, file, (*where, "weights"), found, "one each", "or leave them out"))
    matrices = {code.split(".")[0] for code in known}
    for place, code in enumerate(sheet.analyses.items):
        if code not in known and code not in matrices:
            near = get_close_matches(code, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "ask it first"
            where = ("analyses", "items", place)
            faults.append(_fault(node, file, where, repr(code), "an item of this questionnaire", hint))
    names = {index.id for index in sheet.analyses.indices} | set(known)
    for number, comparison in enumerate(sheet.analyses.comparisons):
        if comparison.of not in names:
            near = get_close_matches(comparison.of, names, n=1)
            faults.append(
                _fault(node, file, ("analyses", "comparisons", number, "of"), repr(comparison.of), "an index or item",
                       f"did you mean {near[0]}?" if near else "")
            )  # fmt: skip
    return faults


def _pairs(node: Any, file: str, sheet: Questionnaire, known: dict[str, Question]) -> list[Fault]:
    """Hold the declared pairs to the items: on one scale of numbers, and apart by less than it is long."""
    faults: list[Fault] = []
    for number, pair in enumerate(sheet.analyses.pairs):
        where = ("analyses", "pairs", number)
        _condition(node, file, (*where, "never"), pair.never, known, faults)
        scales = []
        for place, code in enumerate(pair.items):
            points = sorted(point for point in known[code].codes if isinstance(point, float)) if code in known else []
            if not points or len(points) < len(known[code].codes):
                near = get_close_matches(code, known, n=1)
                hint = f"did you mean {near[0]}?" if near and code not in known else "say it by never, or leave it out"
                faults.append(
                    _fault(node, file, (*where, "items", place), f"{code!r} in a pair",
                           "an item of this questionnaire whose codes are numbers", hint)
                )  # fmt: skip
                continue
            scales.append(points)
        if len(scales) < 2:  # noqa: PLR2004  a pair
            continue
        longest = scales[0][-1] - scales[0][0]
        if scales[0] != scales[1]:
            said = f"scales of {len(scales[0])} and of {len(scales[1])} points"
            faults.append(_fault(node, file, (*where, "items"), said, "one scale", "say it by never"))
        elif pair.most is not None and pair.most >= longest:
            found = f"most: {pair.most:g} on a scale whose ends lie {longest:g} apart"
            expected = f"less than {longest:g}"
            faults.append(_fault(node, file, (*where, "most"), found, expected, "nobody would be found"))
    return faults


def _fault(node: Any, file: str, where: tuple[int | str, ...], found: str, expected: str, hint: str) -> Fault:
    line, character = place_of(node, where) or (None, None)
    return Fault("DZ-Q002", file=file, line=line, character=character, found=found, expected=expected, hint=hint)
