"""What a memo is built with, checked before a kernel starts."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.findings import Audience
from analysis.findings.layout import OF_UNITS, Subjects
from analysis.messages import DuzhengError, Fault, Language


class MemoParameters(BaseModel):
    """The parameters of a memo; a template's cell tagged ``parameters`` declares the same names.

    Parameters
    ----------
    run
        The folder with the tables of the run, from the workspace's root; empty to compute them when the template runs.
    unit
        Id of the unit.
    language
        Language of the memo.
    audience
        ``public``, or ``internal`` with the list of what may not be said.
    about
        What a template that is not about a unit alone is about: a survey, a topic or a duty; else it may be left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    run: str = Field(pattern=r"^[A-Za-z0-9_./-]{0,200}$")
    unit: str = Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")
    language: Language
    audience: Audience = "public"
    about: str = Field("", pattern=r"^[A-Za-z0-9_-]{0,64}$")

    @property
    def subject(self) -> str:
        """What the memo is about: also the name of its folder."""
        return self.about or self.unit

    @property
    def stem(self) -> str:
        """What the memo's files are called, before the suffix."""
        return f"{self.subject}.{self.language}"

    def given(self) -> dict[str, str]:
        """Give what a notebook is run with: ``about`` only where there is anything."""
        values: dict[str, str] = self.model_dump()
        return values if self.about else {name: value for name, value in values.items() if name != "about"}


def read_parameters(values: Mapping[str, Any]) -> MemoParameters:
    """Check parameters given by name.

    Raises
    ------
    DuzhengError
        DZ-M001 with every parameter that is unknown, missing or of a wrong type.

    Examples
    --------
    >>> read_parameters({"run": "", "unit": "U7", "language": "en"}).stem
    'U7.en'
    """
    try:
        return MemoParameters.model_validate(dict(values))
    except ValidationError as error:
        raise DuzhengError(
            *(
                Fault(
                    "DZ-M001",
                    column=".".join(str(part) for part in fault["loc"]),
                    found="nothing" if fault["type"] == "missing" else repr(fault["input"]),
                    expected="one of " + ", ".join(MemoParameters.model_fields)
                    if fault["type"] == "extra_forbidden"
                    else fault["msg"],
                )
                for fault in error.errors()
            )
        ) from error


def declared_parameters(template: Path) -> list[str]:
    """Give the names that a template's cell tagged ``parameters`` assigns.

    Raises
    ------
    DuzhengError
        DZ-M002 if there is no such template, it is not a notebook, or no cell has the tag.
    """
    try:
        notebook = json.loads(template.read_text(encoding="utf-8"))
        cells = notebook["cells"]
    except OSError as error:
        raise DuzhengError(
            Fault(
                "DZ-M002",
                found=f"no {template.name}",
                expected=f"a notebook in {template.parent.name}",
                hint="`--template` takes the name of a notebook in notebooks/memos, without .ipynb",
            )
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise DuzhengError(
            Fault("DZ-M002", file=template.name, found="no notebook", expected="a Jupyter notebook")
        ) from error
    for cell in cells:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            tree = ast.parse("".join(cell["source"]))
            targets: list[ast.expr] = [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
            targets += [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
            return [target.id for target in targets if isinstance(target, ast.Name)]
    raise DuzhengError(
        Fault(
            "DZ-M002",
            file=template.name,
            found="no cell tagged `parameters`",
            expected="one",
            hint="add the tag in JupyterLab's property inspector",
        )
    )


def check_template(template: Path, of: Subjects = "unit") -> None:
    """Refuse a template that does not declare just the parameters of a memo (DZ-M001, DZ-M002).

    ``about`` is declared by a template that is made for surveys, topics or duties, and by no other.
    """
    declared = declared_parameters(template)
    wanted = [name for name in MemoParameters.model_fields if name != "about" or of not in OF_UNITS]
    faults = [
        Fault(
            "DZ-M001",
            file=template.name,
            column=name,
            found="not declared",
            expected="a name in its parameters cell",
        )
        for name in wanted
        if name not in declared
    ]
    faults += [
        Fault(
            "DZ-M001",
            file=template.name,
            column=name,
            found="declared",
            expected="one of " + ", ".join(wanted),
        )
        for name in declared
        if name not in wanted
    ]
    if faults:
        raise DuzhengError(*faults)
