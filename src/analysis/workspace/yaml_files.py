"""YAML files read with their line numbers, and checked against pydantic models with every fault at once."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from analysis.messages import DuzhengError, Fault

Model = TypeVar("Model", bound=BaseModel)

#: Anchors and aliases, and how many of them a file may have: a few are a help, thousands are a trap.
ALIAS = re.compile(r"(?:^|[\s\[,:-])[&*][A-Za-z0-9_-]+", re.MULTILINE)
MOST_ALIASES = 200
#: The branches of unions that pydantic names in its paths.
BRANCHES: set[str] = set()
#: Brackets in one line, of which thousands are a trap as well.
DEEPEST = 400
#: So many brackets in a text, and characters in a line, are no danger to a parser that calls itself in C.
MOST = 20_000


class Mapping(dict[str, Any]):
    """A mapping that knows line and character (from 1) of its keys."""

    places: dict[Any, tuple[int, int]]


class Sequence(list[Any]):
    """A list that knows line and character (from 1) of its entries."""

    places: list[tuple[int, int]]


class _Constructor(SafeConstructor):
    """Makes mappings and lists that know their places; the loader that keeps comments takes half as long again."""

    def construct_yaml_map(self, node: Any) -> Iterator[Mapping]:
        data = Mapping()
        yield data
        data.update(self.construct_mapping(node))
        data.places = {self.construct_object(key): _place(key) for key, _ in node.value}

    def construct_yaml_seq(self, node: Any) -> Iterator[Sequence]:
        data = Sequence()
        yield data
        data.extend(self.construct_sequence(node))
        data.places = [_place(entry) for entry in node.value]


_Constructor.add_constructor("tag:yaml.org,2002:map", _Constructor.construct_yaml_map)
_Constructor.add_constructor("tag:yaml.org,2002:seq", _Constructor.construct_yaml_seq)


def _place(node: Any) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def read_yaml(path: Path, file: str, *, code: str = "DZ-W002") -> Any:
    """Read a YAML file; mappings and lists of the result know their lines.

    Parameters
    ----------
    path
        The file.
    file
        Its name in error messages, relative to the workspace.
    code
        Of the error.

    Raises
    ------
    DuzhengError
        DZ-W002 (or ``code``) if it cannot be opened, is not UTF-8, is not YAML, or hides its contents in aliases.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        fault = Fault(code, file=file, found=error.strerror or str(error), expected="a readable file")
        raise DuzhengError(fault) from error
    except UnicodeDecodeError as error:
        fault = Fault(code, file=file, found="bytes that are not UTF-8", expected="UTF-8 text", hint="save it as UTF-8")
        raise DuzhengError(fault) from error
    return parse_yaml(text, file, code=code)


def parse_yaml(text: str, file: str, *, code: str = "DZ-W002") -> Any:
    """Read YAML from a text, as :func:`read_yaml` does from a file."""

    def refused(found: str, expected: str, hint: str = "", mark: Any = None) -> DuzhengError:
        line, character = (mark.line + 1, mark.column + 1) if mark else (None, None)
        return DuzhengError(Fault(code, file=file, found=found, expected=expected, hint=hint, line=line,
                                  character=character))  # fmt: skip

    aliases = ALIAS.findall(text)
    if len(aliases) > MOST_ALIASES or any(line.count("[") + line.count("{") > DEEPEST for line in text.splitlines()):
        raise refused(f"{len(aliases)} anchors and aliases, or brackets within brackets without end",
                      f"at most {MOST_ALIASES}", "write the entries out")  # fmt: skip
    try:
        return _loaded(text)
    except ValueError as error:  # a date that is none
        raise refused(str(error), "dates that exist", "check the dates in this file") from error
    except RecursionError as error:
        raise refused("entries within entries without end", "a few levels", "write the entries out") from error
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        problem = (error.problem if isinstance(error, MarkedYAMLError) else None) or str(error)
        hint = "indent with spaces, not with tabs" if "\\t" in problem else "check indentation, colons and quotes here"
        raise refused(problem.splitlines()[0], "YAML", hint, mark) from error


def _loaded(text: str) -> Any:
    """Load a text: with the parser in C, five times as fast, as far as that one can; the other says what is wrong."""
    if text.count("[") + text.count("{") <= MOST and max(map(len, text.splitlines()), default=0) <= MOST:
        try:
            return _loader(pure=False).load(text)
        except (YAMLError, ValueError, RecursionError):
            pass  # such as a text that ends with a question mark within braces
    return _loader(pure=True).load(text)


def _loader(*, pure: bool) -> YAML:
    yaml = YAML(typ="safe", pure=pure)
    yaml.Constructor = _Constructor
    return yaml


def line_of(node: Any, path: tuple[int | str, ...]) -> int | None:
    """Give the line (from 1) of the deepest key of ``path`` that a node read by :func:`read_yaml` has."""
    place = place_of(node, path)
    return place[0] if place else None


def place_of(node: Any, path: tuple[int | str, ...]) -> tuple[int, int] | None:
    """Give line and character (from 1) of the deepest key of ``path`` that a node has."""
    found: tuple[int, int] | None = None
    for key in path:
        if not isinstance(node, Mapping | Sequence):
            break
        try:
            found, node = node.places[key], node[key]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            found = found or (min(node.places.values() if isinstance(node, Mapping) else node.places, default=None))
            break
    return found


def check_entry(
    model: type[Model],
    node: Any,
    file: str,
    *,
    where: tuple[int | str, ...] = (),
    root: Any = None,
    code: str = "DZ-W003",
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
    code
        Of the error.

    Raises
    ------
    DuzhengError
        DZ-W003 (or ``code``) with every fault of the entry; for an unknown key with the one that is nearest.
    """
    root = node if root is None else root
    try:
        return model.model_validate(node)
    except ValidationError as error:
        raise DuzhengError(*(_fault(fault, model, root, where, file, code) for fault in error.errors())) from error


def _fault(fault: Any, model: type[BaseModel], root: Any, where: tuple[int | str, ...], file: str, code: str) -> Fault:
    path = _path(fault["loc"], root, where)
    place = place_of(root, (*where, *path))
    found = "nothing" if fault["type"] == "missing" else repr(fault["input"])[:80]
    hint, expected = "", fault["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if fault["type"] == "missing":
        expected, hint = "an entry", f"add {path[-1]}"
    if fault["type"] == "extra_forbidden":
        expected = "a key that is known here"
        found = f"the key {path[-1]!r}"
        near = get_close_matches(str(path[-1]), sorted(_keys(_at(model, fault["loc"][:-1])) or _keys(model)), n=1)
        hint = f"did you mean {near[0]}?" if near else "leave it out"
    return Fault(
        code, file=file, line=place[0] if place else None, character=place[1] if place else None,
        column=".".join(str(part) for part in path), found=found,
        expected=expected, hint=hint,
    )  # fmt: skip


def _path(loc: tuple[int | str, ...], root: Any, where: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Leave out the branches of unions: they stand in pydantic's path, but not in the file."""
    node = root
    for key in where:
        node = _within(node, key)
    found: list[int | str] = []
    fresh = True
    for part in loc:
        if fresh and isinstance(node, dict) and part in BRANCHES and part in {node.get("type"), node.get("kind")}:
            fresh = False
            continue
        found.append(part)
        node, fresh = _within(node, part), True
    return tuple(found)


def _within(node: Any, key: int | str) -> Any:
    try:
        return node[key]
    except (KeyError, IndexError, TypeError):
        return None


def _at(model: Any, loc: tuple[int | str, ...]) -> Any:
    """Give the model at a path of pydantic's; None if it can't be told."""
    for part in loc:
        if isinstance(model, type) and issubclass(model, BaseModel):
            field = model.model_fields.get(str(part))
            model = field.annotation if field else None
            continue
        parts = [each for each in getattr(model, "__args__", ()) if each is not type(None)]
        named = [each for each in _models(model) if part in _discriminators(each)]
        # A list's place or a mapping's key: what it holds is its last argument.
        model = (
            named[0] if named else (parts[-1] if parts and parts[-1] is not Ellipsis else parts[0] if parts else None)
        )
    return model


def _models(annotation: Any) -> list[Any]:
    """List the models of a union."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models(part)]


def _discriminators(model: type[BaseModel]) -> set[Any]:
    """Give the values of ``type`` and ``kind`` by which a union knows a model."""
    fields = (model.model_fields.get(name) for name in ("type", "kind"))
    return {value for field in fields if field for value in getattr(field.annotation, "__args__", ())}


def _keys(model: Any) -> set[str]:
    """List the keys that a model knows, or those of a union's models."""
    return {field.alias or name for each in _models(model) for name, field in each.model_fields.items()}


def to_yaml(model: BaseModel) -> str:
    """Write a model as YAML, without what it has by default; :func:`read_yaml` and :func:`check_entry` give it back.

    Parameters
    ----------
    model
        A pydantic model.
    """
    return dump_editable(model.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def load_editable(text: str) -> Any:
    """Read YAML so that it can be changed and written again: comments, quotes and order stay."""
    return _editor().load(text)


def dump_editable(node: Any) -> str:
    r"""Write what :func:`load_editable` gave, or plain dicts and lists, as our files are written.

    Examples
    --------
    >>> node = load_editable("id: 'a'  # mine\nitems: [1, 2]\n")
    >>> node["items"].append(3)
    >>> print(dump_editable(node), end="")
    id: 'a'  # mine
    items: [1, 2, 3]
    """
    stream = io.StringIO()
    _editor().dump(node, stream)
    return stream.getvalue()


def _editor() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
