"""The training page: how to use it, the ids of duties, and each form with its columns, example and mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from analysis.documents import Block, Heading, Run, Runs, Sentence
from analysis.findings.wording import name as named
from analysis.messages import NO_VALUE
from analysis.supervision.sections.parts import plain_table, rows, said, sentence

if TYPE_CHECKING:
    from analysis.findings.brief import Brief

#: What there is to know before the first form.
_GUIDE = ("what", "invented", "practice", "writing", "languages", "whole", "messages")


def guide(brief: Brief) -> list[Block]:
    """Say how the page is used, and what holds for all forms."""
    if not rows(brief, "training"):
        return []
    said_first, *others = (sentence(brief, f"training_guide_{each}") for each in _GUIDE)
    return [brief.heading("training_guide"), said_first, *(each.model_copy(update={"item": True}) for each in others)]


def codes(brief: Brief) -> list[Block]:
    """List the ids of duties, which many forms ask for, and say where other ids are found."""
    duties = {row["duty"]: row for row in rows(brief, "responsible")}
    lines = [(_as_is(duty), said(brief, row, "duty")) for duty, row in duties.items()]
    table = plain_table(brief, "table_training_codes", ("training_id_column", "duty_column"), lines, widths=(1, 2))
    return [brief.heading("training_codes"), sentence(brief, "training_codes_note"), *table] if table else []


def of(name: str) -> Callable[[Brief], list[Block]]:
    """Give the section of a form: what it is for, its columns, an example, and what often is wrong."""

    def form(brief: Brief) -> list[Block]:
        found = rows(brief, "training", form=name)
        if not found:
            return []
        (row,) = found
        told = {each: said(brief, row, each) for each in ("who", "when")}
        blocks: list[Block] = [Heading(level=1, text=said(brief, row, "name")), Sentence(text=said(brief, row, "lead")),
                               sentence(brief, "training_who", **told).model_copy(update={"opens": True})]  # fmt: skip
        parts = rows(brief, "training_parts", form=name)
        for part in parts:
            if len(parts) > 1:
                blocks.append(Heading(level=2, text=said(brief, part, "name")))
            blocks += _part(brief, part)
        return blocks

    form.__doc__ = f"Explain the form {name}."
    return form


def _part(brief: Brief, part: dict[str, Any]) -> list[Block]:
    blocks: list[Block] = [Sentence(text=said(brief, part, "lead"))] if brief.text(part, "lead") else []
    return [*blocks, *_fields(brief, part), *_example(brief, part), *_mistakes(brief, part)]


def _as_is(text: Any) -> Runs:
    """Give what is typed or printed, letter by letter; a dash for nothing."""
    return (Run(text=str(text) or NO_VALUE, role="citation"),)


def _fields(brief: Brief, part: dict[str, Any]) -> Sequence[Block]:
    heads = ("training_name_column", "training_must_column", "training_text_column", "training_example_column")
    lines = [
        (brief.runs("training_field", name=said(brief, row, "name"), column=_as_is(row["column"])),
         brief.runs(f"training_must_{row['must']}"), _explained(brief, row), _as_is(row["example"]))
        for row in rows(brief, "training_fields", form=part["form"], part=part["part"])
    ]  # fmt: skip
    return plain_table(brief, "table_training_fields", heads, lines, widths=(0, 0, 5, 3),
                       part=said(brief, part, "name"))  # fmt: skip


def _example(brief: Brief, part: dict[str, Any]) -> Sequence[Block]:
    """Show how the example is entered: the command as it is typed, and the lines of the file."""
    lines = [(brief.runs(f"training_{line}"), _as_is(part[line]))
             for line in ("command", "header", "row") if part[line]]  # fmt: skip
    return plain_table(brief, "table_training_example", ("training_entered_column", "training_typed_column"), lines,
                       widths=(1, 6), part=said(brief, part, "name"))  # fmt: skip


def _explained(brief: Brief, row: dict[str, Any]) -> Runs:
    """Say what to write into a column, what may be written, and what a command writes if nothing is."""
    choices = [
        brief.runs("training_choice", value=_as_is(each["value"]), means=said(brief, each, "means"))
        for each in rows(brief, "training_choices", form=row["form"], part=row["part"], column=row["column"])
    ]
    text = said(brief, row, "text")
    if choices:
        text += brief.runs("training_choices", choices=brief.wording.list_of(choices))
    if brief.text(row, "default"):
        text += brief.runs("training_default", default=said(brief, row, "default"))
    return text


def _mistakes(brief: Brief, part: dict[str, Any]) -> Sequence[Block]:
    heads = ("training_wrong_column", "training_says_column", "training_do_column")
    lines = [
        (_wrong(brief, row), _as_is(row["says"]), said(brief, row, "do"))
        for row in rows(brief, "training_mistakes", form=part["form"], part=part["part"])
    ]
    return plain_table(brief, "table_training_mistakes", heads, lines, widths=(2.2, 5, 3.4),
                       part=said(brief, part, "name"))  # fmt: skip


def _wrong(brief: Brief, row: dict[str, Any]) -> Runs:
    """Say what is written otherwise than in the example."""
    if row["again"]:
        return brief.runs("training_wrong_again")
    about = {name: row[name] for name in ("form", "part", "mistake")}
    return brief.wording.list_of([
        brief.runs(f"training_wrong_{each['how']}", column=named(each["column"]), value=_as_is(each["value"]))
        for each in rows(brief, "training_changes", **about)
    ])  # fmt: skip
