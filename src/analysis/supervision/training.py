"""Training: what is said of each form of the office's year, held to the contracts and models that it comes from."""

from __future__ import annotations

import re
import shlex
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, Field

from analysis.messages import CODES, LANGUAGES, DuzhengError, Fault, Texts, column_of
from analysis.supervision.audits import ANSWERED, FLAGS, GIVEN
from analysis.supervision.deliveries import CONTRACTS
from analysis.supervision.forms import SHEETS
from analysis.workspace.ledger.entries import Id
from analysis.workspace.ledger.inspections import Found, Inspection, Interest, JointKind, Member, Question
from analysis.workspace.ledger.opinions import Reply
from analysis.workspace.ledger.plans import PlanEntry
from analysis.workspace.ledger.rectification import Evidence, Step
from analysis.workspace.ledger.registers import DECISIONS, DELIVERIES, EVIDENCE, INCIDENTS, MEASURES
from analysis.workspace.ledger.self_evaluations import Direction
from analysis.workspace.observations import observation_contract
from analysis.workspace.rules import Entry
from analysis.workspace.schools import school_contract
from analysis.workspace.yaml_files import check_entry, line_of, parse_yaml

if TYPE_CHECKING:
    from analysis.workspace import Workspace
    from analysis.workspace.contracts import Contract

#: The forms, in the order of the year.
FORMS: Final = ("self_evaluation", "audit", "evidence", "delivery", "decision", "plan", "inspection", "reply",
                "rectification", "measure", "incident")  # fmt: skip
FILE: Final = "texts/training.yaml"
Must = Literal["always", "sometimes", "never"]
_PLACE: Final = re.compile(r"\{(\w+)\}")
#: What a shell would not take as it stands.
_UNSAFE: Final = re.compile(r"[\s'\"$`\\;&|<>()*?#~!{}\[\]]")


def _in_both(texts: Texts) -> Texts:
    if any(not texts.get(language) for language in LANGUAGES):
        raise ValueError("a text in both languages")
    return texts


Both = Annotated[Texts, AfterValidator(_in_both)]


class Said(Entry):
    """What is said of a column.

    Parameters
    ----------
    name, text
        What it is called, and what to write.
    choices
        What may be written, and what each means; with ``narrow`` not all that its contract or model allows.
    example
        What stands in the row of the example.
    must
        Whether it must be filled in, where contract or model do not say it, or only ``sometimes`` do.
    default
        What a command writes if it is left out.
    by
        Who fills it in: the one whose form it is if empty; ``given`` stands there already, ``program`` is written by
        the program, ``later`` by another command.
    """

    name: Both | None = None
    text: Both | None = None
    choices: dict[str, Both] = Field(default_factory=dict)
    narrow: bool = False
    example: str = ""
    must: Must | None = None
    default: Both | None = None
    by: Literal["", "given", "program", "later"] = ""


class Explained(Said):
    """A column with what is said of it."""

    column: Id


class Mistake(Entry):
    """A frequent mistake.

    Parameters
    ----------
    change
        What is written otherwise than in the example, by column; None for a column that is not there.
    again
        Whether the example was entered before.
    says
        What the program prints.
    do
        What is to be done.
    """

    change: dict[str, str | None] = Field(default_factory=dict)
    again: bool = False
    says: str
    do: Both

    @property
    def code(self) -> str:
        """The code of the error."""
        return self.says.partition(" ")[0].removesuffix(":")


class Part(Entry):
    """A table, a sheet or a command of a form.

    Parameters
    ----------
    id, name, lead
        Once in the form, what it is called, and what there is to know first.
    file
        What its file is called in the example; empty for what is written with a command alone.
    command
        How it is entered, with the columns that go into it in braces; if empty with the part before.
    shares
        The part whose columns it has, too.
    row
        What its example has in the place of that of the other part.
    fields, mistakes
        Its columns, and what often is wrong.
    """

    id: Id
    name: Both
    lead: Both | None = None
    file: str = ""
    command: str = ""
    shares: str = ""
    row: dict[str, str] = Field(default_factory=dict)
    fields: tuple[Explained, ...]
    mistakes: tuple[Mistake, ...] = ()

    @property
    def example(self) -> dict[str, str]:
        """The row of the example: what stands in the file, or goes into the command."""
        return {each.column: each.example for each in self.fields if each.by in {"", "given"}} | self.row

    def table(self, row: Mapping[str, str]) -> list[str]:
        """Give header and row as lines of a CSV file; a blank after each comma lets a page break the line."""
        return [", ".join(row), ", ".join(row.values())]

    def arguments(self, row: Mapping[str, str | None]) -> list[str]:
        """Give the words of the command with what is in a row; options of what is empty are left out."""
        found: list[str] = []
        for word in shlex.split(self.command):
            names = _PLACE.findall(word)
            if [word] == [f"{{{name}}}" for name in names] and not (row.get(names[0]) or names == ["file"]):
                if found[-1].startswith("--"):
                    found.pop()
                continue
            found.append(_PLACE.sub(lambda at: self.file if at[1] == "file" else row.get(at[1]) or "", word))
        return found

    def line(self, row: Mapping[str, str | None]) -> str:
        """Give the command as it is typed."""
        return " ".join(f'"{word}"' if _UNSAFE.search(word) else word for word in self.arguments(row))


class Form(Entry):
    """A form: what it is for, who fills it in, when, and its parts."""

    id: Id
    name: Both
    lead: Both
    who: Both
    when: Both
    parts: tuple[Part, ...]


class Training(Entry):
    """All forms, and what is said of columns wherever a form says nothing else."""

    columns: dict[str, Said]
    forms: tuple[Form, ...]


@dataclass(frozen=True)
class Column:
    """A column as its contract or model has it: whether it must be filled in (None: that is not said), and by what."""

    must: bool | None = None
    choices: tuple[str, ...] = ()


def training(workspace: Workspace) -> tuple[Form, ...]:
    """Give the forms with all that is said of them.

    Parameters
    ----------
    workspace
        The workspace, whose contracts they are held to.

    Returns
    -------
    tuple of Form
        In the order of :data:`FORMS`; the fields of a part are all its columns, those that it shares first, and
        ``must`` of each is said.

    Raises
    ------
    DuzhengError
        DZ-W002, DZ-W003 with every column that is not explained, every explanation of a column that there is not, and
        every other fault of `texts/training.yaml`.
    """
    node, said = _read()
    faults: list[Fault] = []
    forms = []
    if tuple(form.id for form in said.forms) != FORMS:
        faults.append(Fault("DZ-W003", file=FILE, column="forms", found=", ".join(form.id for form in said.forms),
                            expected=", ".join(FORMS)))  # fmt: skip
    columns = columns_of(workspace)
    for at, form in enumerate(said.forms):
        parts: dict[str, Part] = {}
        for number, part in enumerate(form.parts):
            where = ("forms", at, "parts", number)
            whole = _whole(said, part, parts.get(part.shares))
            wrong = [*_wrong(whole, columns.get((form.id, part.id), {}))]
            faults += [Fault("DZ-W003", file=FILE, line=line_of(node, where), column=f"{form.id}.{part.id}.{column}",
                             found=found, expected=expected) for column, found, expected in wrong]  # fmt: skip
            parts[part.id] = _with_must(whole, columns.get((form.id, part.id), {}))
        forms.append(form.model_copy(update={"parts": tuple(parts.values())}))
    if faults:
        raise DuzhengError(*faults)
    return tuple(forms)


@cache
def _read() -> tuple[Any, Training]:
    text = resources.files("analysis.supervision").joinpath(FILE).read_text(encoding="utf-8")
    node = parse_yaml(text, FILE)
    return node, check_entry(Training, node, FILE)


def _whole(said: Training, part: Part, shared: Part | None) -> Part:
    """Put what is said of a part's columns together: everywhere, in the part that it shares, and in the part itself."""
    fields = {each.column: each for each in shared.fields} if shared else {}
    for each in part.fields:
        usual = said.columns.get(each.column, Said()) if each.column not in fields else fields[each.column]
        told = usual.model_dump(exclude_unset=True) | each.model_dump(exclude_unset=True)
        fields[each.column] = Explained.model_validate(told)
    return part.model_copy(update={"fields": tuple(fields.values())})


def _with_must(part: Part, columns: Mapping[str, Column]) -> Part:
    """Say of each column whether it must be filled in: as it says itself, or as its contract has it."""

    def must(each: Explained) -> Must:
        if each.must or each.default:
            return each.must or "never"
        return "always" if columns.get(each.column, Column()).must else "never"

    fields = tuple(each.model_copy(update={"must": must(each)}) for each in part.fields)
    return part.model_copy(update={"fields": fields})


def _wrong(part: Part, columns: Mapping[str, Column]) -> Iterator[tuple[str, str, str]]:
    """Find what is wrong with a part: column, what was found, what was expected."""
    used = {*_PLACE.findall(part.command)} - {"file"}
    explained = {each.column: each for each in part.fields}
    for name in [each for each in columns if each not in explained]:
        yield name, "a column without an explanation", "one: name, text, example"
    for name in [each for each in (*used, *part.row) if each not in explained]:
        yield name, "a column of the command or the row that is not explained", f"one of {', '.join(explained)}"
    for name, each in explained.items():
        if name in columns or name in used:
            yield from _wrong_field(part, each, columns.get(name, Column()), entered=name in used)
        else:
            yield name, "an explanation of a column that there is not", f"one of {', '.join(columns)}"
    for mistake in part.mistakes:
        if mistake.code not in CODES:
            yield "mistakes", repr(mistake.says), "what the program says, with its code"


def _wrong_field(part: Part, each: Explained, column: Column, *, entered: bool) -> Iterator[tuple[str, str, str]]:
    if not each.name or not each.text:
        yield each.column, "no name or no text", "both"
    named, allowed = {*each.choices}, {*column.choices}
    if named != allowed and not (each.narrow and named and named < allowed):
        yield each.column, f"choices {', '.join(sorted(named)) or 'of nothing'}", ", ".join(sorted(allowed)) or "none"
    if each.by in {"program", "later"}:
        if entered or each.example:
            yield each.column, f"by {each.by}, and in the command or the example", "one of them"
        return
    if part.command and not part.file and not entered:
        yield each.column, "a column that the command does not have", "one that it has, or by: program or later"
    if column.must is None and each.must is None and each.by != "given":
        yield each.column, "nothing on whether it must be filled in", "must: always, sometimes or never"
    if column.must and not each.default and each.must not in {None, "always"}:
        yield each.column, f"must: {each.must}", "always, as its contract has it"
    if column.must is False and each.must == "always":
        yield each.column, "must: always", "sometimes or never: its contract lets it be empty"
    needed = each.must == "always" or (column.must and each.must is None)
    if needed and not each.example:
        yield each.column, "no example", "a value, as it must be filled in"


def columns_of(workspace: Workspace) -> dict[tuple[str, str], dict[str, Column]]:
    """Give the columns of all forms, by form and part, as contracts and models have them."""
    given = {sheet: dict.fromkeys((*first, *asked), Column()) for sheet, (first, asked) in SHEETS.items()}
    given["figures"]["direction"] = Column(None, get_args(Direction))
    shared = of_contract(EVIDENCE["poll"])
    evidence = {kind: of_contract(contract) for kind, contract in EVIDENCE.items()}
    figure = {name: Column(must=False, choices=each.choices)
              for name, each in of_model(Evidence, without=("index", "coefficient")).items()}  # fmt: skip
    return {
        **{("self_evaluation", sheet): columns for sheet, columns in given.items()},
        ("audit", "audit"): dict.fromkeys((*GIVEN, *ANSWERED), Column()) | {"flag": Column(None, FLAGS)},
        ("evidence", "shared"): {name: each for name, each in shared.items()
                                 if all(name in columns for columns in evidence.values())},
        **{("evidence", kind): columns for kind, columns in evidence.items()},
        ("delivery", "delivery"): of_contract(DELIVERIES) | {"contract": Column(must=True, choices=CONTRACTS)},
        ("delivery", "figures"): of_contract(
            observation_contract(workspace.units, workspace.catalogue, workspace.sources)),
        ("delivery", "schools"): of_contract(school_contract(workspace.units)),
        ("decision", "decision"): of_contract(DECISIONS),
        ("plan", "plan"): of_model(PlanEntry),
        ("inspection", "inspection"): of_model(Inspection) | {"joint": Column(must=False, choices=get_args(JointKind))},
        ("inspection", "team"): of_model(Member),
        ("inspection", "interests"): of_model(Interest),
        ("inspection", "questions"): of_model(Question),
        ("inspection", "found"): of_model(Found, without=("evidence",)) | figure,
        ("reply", "reply"): of_model(Reply),
        ("rectification", "rectification"): of_model(Step),
        ("measure", "measure"): of_contract(MEASURES),
        ("incident", "incident"): of_contract(INCIDENTS),
    }  # fmt: skip


def of_contract(contract: Contract) -> dict[str, Column]:
    """Give the columns of a contract; one must be filled in where neither it nor its cells may be left out."""
    allowed = {rule.column: rule.allowed for rule in contract.rules if rule.allowed}
    return {name: Column(each.required and not each.blank, allowed.get(name, ()))
            for name, each in contract.fields.items()}  # fmt: skip


def of_model(model: type[BaseModel], without: tuple[str, ...] = ()) -> dict[str, Column]:
    """Give the columns of a model; a text has one a language, of which only Chinese must be filled in.

    >>> [*of_model(Question)]
    ['id', 'duty', 'text_zh', 'text_en', 'means', 'indicator']
    >>> of_model(Found)["judged"]
    Column(must=True, choices=('practice', 'sound', 'problem'))
    """
    found: dict[str, Column] = {}
    for name, each in model.model_fields.items():
        if name in without:
            continue
        kinds = {*_within(each.annotation)}
        if Texts in kinds:
            found |= {column_of(name, language): Column(each.is_required() and language == "zh-Hans")
                      for language in LANGUAGES}  # fmt: skip
        else:
            literals = [value for kind in kinds if get_origin(kind) is Literal for value in get_args(kind)]
            found[name] = Column(each.is_required(), tuple(literals))
    return found


def _within(annotation: Any) -> Iterator[Any]:
    """Give the kinds that an annotation is of: through unions, lists and what is annotated."""
    if get_origin(annotation) in {Union, types.UnionType, Annotated, tuple}:
        for part in get_args(annotation):
            yield from _within(part)
    else:
        yield annotation
