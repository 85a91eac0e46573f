"""The training page as tables for memos: forms, parts, columns with what may be written, examples, and mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.gathered import Gathered
from analysis.messages import Texts, in_columns
from analysis.supervision.gatherers.making import Making
from analysis.supervision.training import Form, Part, training

if TYPE_CHECKING:
    from analysis.workspace import Workspace

FORMS: Final = (
    "unit", "year", "form", "name_zh", "name_en", "lead_zh", "lead_en", "who_zh", "who_en", "when_zh", "when_en",
    "synthetic",
)  # fmt: skip
#: ``command`` is the one of the example, ``header`` and ``row`` the lines of its file; empty where there is none.
PARTS: Final = (
    "unit", "year", "form", "part", "name_zh", "name_en", "lead_zh", "lead_en", "file", "command", "header", "row",
    "synthetic",
)  # fmt: skip
#: ``must`` is always, sometimes or never, or by whom it is filled in: given, program or later.
FIELDS: Final = (
    "unit", "year", "form", "part", "column", "name_zh", "name_en", "must", "text_zh", "text_en", "default_zh",
    "default_en", "example", "synthetic",
)  # fmt: skip
CHOICES: Final = ("unit", "year", "form", "part", "column", "value", "means_zh", "means_en", "synthetic")
MISTAKES: Final = ("unit", "year", "form", "part", "mistake", "again", "code", "says", "do_zh", "do_en", "synthetic")
#: What a mistake has in the place of the example; ``how``: value, empty, gone (no such column) or more (one too many).
CHANGES: Final = ("unit", "year", "form", "part", "mistake", "column", "value", "how", "synthetic")


def gather_training(workspace: Workspace, *, evaluator: str, year: int, synthetic: bool) -> Gathered:
    """Gather what the training page says of each form.

    Parameters
    ----------
    workspace
        The workspace, whose contracts the explanations are held to.
    evaluator, year
        Whose office, in which year.
    synthetic
        Whether the run is of the demonstration; the page says the same in it.

    Returns
    -------
    Gathered
        The tables ``training``, ``training_parts``, ``training_fields``, ``training_choices``, ``training_mistakes``
        and ``training_changes``. Nothing in them is data, so that they have no cells; everybody may read them.
    """
    made = Making(workspace, evaluator, year, synthetic)
    forms = training(workspace)
    made.put("training", [
        {**made.about, "form": form.id, **_in_columns(name=form.name, lead=form.lead, who=form.who, when=form.when)}
        for form in forms
    ], FORMS)  # fmt: skip
    each_part = [({**made.about, "form": form.id, "part": part.id}, form, part)
                 for form in forms for part in form.parts]  # fmt: skip
    made.put("training_parts", [{**about, **_part(part)} for about, _, part in each_part], PARTS)
    made.put("training_fields", [{**about, **row} for about, form, part in each_part for row in _fields(form, part)],
             FIELDS)  # fmt: skip
    made.put("training_choices", [
        {**about, "column": field.column, "value": value, **in_columns("means", means)}
        for about, _, part in each_part for field in part.fields for value, means in field.choices.items()
    ], CHOICES)  # fmt: skip
    made.put("training_mistakes", [
        {**about, "mistake": str(number), "again": each.again, "code": each.code, "says": each.says,
         **in_columns("do", each.do)}
        for about, _, part in each_part for number, each in enumerate(part.mistakes)
    ], MISTAKES, "again")  # fmt: skip
    made.put("training_changes", [
        {**about, "mistake": str(number), "column": column, "value": value or "", "how": _how(part, column, value)}
        for about, _, part in each_part for number, each in enumerate(part.mistakes)
        for column, value in each.change.items()
    ], CHANGES)  # fmt: skip
    return made.gathered


def _in_columns(**texts: Texts | None) -> dict[str, str]:
    return {column: text for name, each in texts.items() for column, text in in_columns(name, each).items()}


def _part(part: Part) -> dict[str, Any]:
    header, row = part.table(part.example) if part.command and part.file.endswith(".csv") else ("", "")
    return {**_in_columns(name=part.name, lead=part.lead), "file": part.file, "header": header, "row": row,
            "command": part.line(part.example) if part.command else ""}  # fmt: skip


def _fields(form: Form, part: Part) -> Iterator[dict[str, Any]]:
    """Give the columns of a part as the page shows them: those that it shares stand in the part that has them."""
    shared = next((each.fields for each in form.parts if each.id == part.shares), ())
    for field in (each for each in part.fields if each not in shared):
        yield {
            "column": field.column, **_in_columns(name=field.name, text=field.text, default=field.default),
            "must": field.by or field.must, "example": field.example,
        }  # fmt: skip


def _how(part: Part, column: str, value: str | None) -> str:
    if column not in {each.column for each in part.fields}:
        return "more"
    return "gone" if value is None else "value" if value else "empty"
