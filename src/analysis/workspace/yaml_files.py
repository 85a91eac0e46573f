"""YAML files read with their line numbers, and checked against pydantic models with every fault at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from analysis.messages import DuzhengError, Fault

Model = TypeVar("Model", bound=BaseModel)


def read_yaml(path: Path, file: str) -> Any:
    """Read a YAML file; mappings and lists of the result know their lines.

    Parameters
    ----------
    path
        The file.
    file
        Its name in error messages, relative to the workspace.

    Raises
    ------
    DuzhengError
        DZ-W002 if it cannot be opened, is not UTF-8, or is not YAML.
    """
    try:
        return YAML(typ="rt").load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DuzhengError(
            Fault("DZ-W002", file=file, found=error.strerror or str(error), expected="a readable file")
        ) from error
    except UnicodeDecodeError as error:
        raise DuzhengError(
            Fault(
                "DZ-W002",
                file=file,
                found="bytes that are not UTF-8",
                expected="UTF-8 text",
                hint="save it as UTF-8",
            )
        ) from error
    except ValueError as error:  # a date that is none
        raise DuzhengError(
            Fault(
                "DZ-W002",
                file=file,
                found=str(error),
                expected="dates that exist",
                hint="check the dates in this file",
            )
        ) from error
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        problem = (error.problem if isinstance(error, MarkedYAMLError) else None) or str(error)
        raise DuzhengError(
            Fault(
                "DZ-W002",
                file=file,
                line=mark.line + 1 if mark else None,
                found=problem.splitlines()[0],
                expected="YAML",
                hint="check indentation, colons and quotes at this line",
            )
        ) from error


def line_of(node: Any, path: tuple[int | str, ...]) -> int | None:
    """Give the line (from 1) of the deepest key of ``path`` that a node read by :func:`read_yaml` has."""
    line = None
    for key in path:
        marks = getattr(node, "lc", None)
        if marks is None:
            break
        try:
            line = (marks.key(key) if isinstance(node, dict) else marks.item(key))[0] + 1
            node = node[key]
        except (KeyError, IndexError, TypeError):
            line = marks.line + 1 if line is None else line
            break
    return line


def check_entry(
    model: type[Model], node: Any, file: str, *, where: tuple[int | str, ...] = (), root: Any = None
) -> Model:
    """Check one entry against its model.

    Parameters
    ----------
    model
        The pydantic model.
    node
        The entry, as :func:`read_yaml` gave it.
    file
        Name of the file in messages.
    where, root
        The entry's path inside the whole file, and the whole file, for line numbers.

    Raises
    ------
    DuzhengError
        DZ-W003 with every fault of the entry.
    """
    root = node if root is None else root
    try:
        return model.model_validate(node)
    except ValidationError as error:
        raise DuzhengError(
            *(
                Fault(
                    "DZ-W003",
                    file=file,
                    line=line_of(root, (*where, *fault["loc"])),
                    column=".".join(str(part) for part in fault["loc"]),
                    found="nothing" if fault["type"] == "missing" else repr(fault["input"])[:80],
                    expected=fault["msg"].removeprefix("Value error, "),
                )
                for fault in error.errors()
            )
        ) from error
