"""Layouts: what a template makes memos of, and the order of their sections; the YAML file beside the notebook."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analysis.messages import DuzhengError, Fault, Texts
from analysis.workspace.yaml_files import check_entry, line_of, read_yaml

#: Where templates lie in a workspace.
FOLDER = "notebooks/memos"
#: What a template makes a memo of: each unit, the unit above them, each department of that, each survey of a run, each
#: topic of a run, each duty, each inspection, each visit of an inspection to a unit.
Subjects = Literal["unit", "whole", "department", "survey", "topic", "duty", "inspection", "visit"]
#: The subjects that are units.
OF_UNITS: Final = frozenset({"unit", "whole", "department"})
#: The subjects that are entries of the ledger: of the tables that a template needs, their rows name it by ``about``.
OF_LEDGER: Final = frozenset({"inspection", "visit"})


class Placed(BaseModel):
    """A section in its place, under its own heading or another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: str
    title: Texts | None = None

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        return {"section": value} if isinstance(value, str) else value


class Layout(BaseModel):
    """What a template is made for, and its sections in order.

    Parameters
    ----------
    of
        What it makes memos of.
    sections
        Names of :func:`analysis.findings.extensions.sections`, each once, in the order of the document. A section may
        carry a ``title`` of its own.
    title
        The document's, if not the usual one of its kind; ``{unit}``, ``{year}`` and, of a survey, topic or duty,
        ``{about}`` are filled in.
    needs
        Tables of the run of which a subject must have rows: without any there is no memo of it.
    audience
        ``internal`` for what only the office and those above it read.
    file, lines
        Where it stands, and in which line each section, for messages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: Subjects = "unit"
    title: Texts | None = None
    needs: tuple[str, ...] = ()
    audience: Literal["", "internal"] = ""
    sections: tuple[Placed, ...] = Field(min_length=1)
    file: str = Field("", exclude=True)
    lines: dict[str, int | None] = Field(default_factory=dict, exclude=True)

    @model_validator(mode="after")
    def _once(self) -> Self:
        names = self.names
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"each section once ({', '.join(twice)})")
        return self

    @property
    def names(self) -> list[str]:
        """The names of its sections, in order."""
        return [each.section for each in self.sections]

    @property
    def titles(self) -> dict[str, Texts]:
        """Headings other than the sections' own."""
        return {each.section: each.title for each in self.sections if each.title}


def layout_path(root: Path, template: str) -> Path:
    """Give the path of a template's layout."""
    return root / FOLDER / f"{template}.yaml"


def audience_of(path: Path) -> str:
    """Give whom a layout is for, without holding it to anything; empty for everybody, and for what cannot be read."""
    try:
        node = read_yaml(path, path.name)
    except DuzhengError:
        return ""
    return str(node.get("audience", "")) if isinstance(node, dict) else ""


def read_layout(path: Path) -> Layout:
    """Read the layout of a template.

    Parameters
    ----------
    path
        The YAML file beside the notebook.

    Raises
    ------
    DuzhengError
        DZ-M006 if there is none, or with every fault in it: a section that there is not, that stands twice, or that
        memos of this kind do not have, with its line.
    """
    from analysis.findings.extensions import sections

    file = f"{FOLDER}/{path.name}"
    node = read_yaml(path, file, code="DZ-M006")
    layout = check_entry(Layout, node, file, code="DZ-M006")
    known = [name for name, each in sections().items() if layout.of in each.of]
    faults = []
    for place, name in enumerate(layout.names):
        if name in known:
            continue
        near = get_close_matches(name, known, n=1)
        faults.append(
            Fault("DZ-M006", file=file, line=line_of(node, ("sections", place)), column=f"sections.{place}",
                  found=f"the section {name!r}", expected=f"one of {', '.join(known)} (of: {layout.of})",
                  hint=f"did you mean {near[0]}?" if near else "")
        )  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    lines = {name: line_of(node, ("sections", place)) for place, name in enumerate(layout.names)}
    return layout.model_copy(update={"file": file, "lines": lines})
