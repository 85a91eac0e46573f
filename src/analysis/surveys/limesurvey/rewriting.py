"""Files of ours rewritten with patches, comments and order kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from analysis.messages import LANGUAGES, DuzhengError, Fault
from analysis.workspace.yaml_files import dump_editable, load_editable, parse_yaml


@dataclass(frozen=True, slots=True)
class Patch:
    """One change of our text: in which file, where in it, from what to what.

    ``set`` gives an entry another value (None takes it away), ``order`` lists the items of a section anew, ``version``
    adds a version to an item of the bank, ``item`` adds an item.
    """

    kind: Literal["set", "order", "version", "item"]
    file: str
    path: tuple[str | int, ...]
    old: Any
    new: Any

    def __str__(self) -> str:
        where = "/".join(map(str, self.path))
        return f"{self.file} {where}: {told(self.old)} → {told(self.new)}"


def told(value: Any) -> str:
    """Say a value of a file in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {told(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(told, value))
    return "nothing" if value in {None, ""} else str(value)


def rewritten(root: Path, patches: Iterable[Patch]) -> dict[str, str]:
    """Give the texts that files have with their patches; nothing is written.

    Raises
    ------
    DuzhengError
        DZ-L006 if an entry is not what the patch was made from.
    """
    by_file: dict[str, list[Patch]] = {}
    for patch in patches:
        by_file.setdefault(patch.file, []).append(patch)
    found = {}
    for file, mine in by_file.items():
        text = (root / file).read_text(encoding="utf-8")
        edits = [patch for patch in mine if patch.kind in {"set", "order"}]
        if edits:
            text = _edited(text, file, edits)
        for patch in mine:
            if patch.kind == "version":
                text = _below(text, file, str(patch.path[1]), _entry(patch.new))
            elif patch.kind == "item":
                text = _below(text, file, "", {str(patch.path[1]): [_entry(patch.new)]})
        found[file] = text
    return found


def _edited(text: str, file: str, patches: list[Patch]) -> str:
    whole = load_editable(text)
    for patch in patches:
        if patch.kind == "set":
            _set(whole, file, patch)
    uses = {use["item"]: use for section in whole.get("sections", []) for use in section["items"]}
    for patch in patches:
        if patch.kind == "order":
            _order(whole["sections"][patch.path[1]]["items"], patch.new, uses)
    return dump_editable(whole)


def _set(whole: Any, file: str, patch: Patch) -> None:
    node = whole
    for key in patch.path[:-1]:
        node = node[key]
    name = patch.path[-1]
    known = node.get(name)
    plain = isinstance(patch.old, str | int | float | bool) and not isinstance(known, dict | list)
    if plain and known is not None and known != patch.old:
        where = "/".join(map(str, patch.path))
        raise DuzhengError(Fault("DZ-L006", file=file, column=where, found=repr(known), expected=repr(patch.old),
                                 hint="the text changed meanwhile: look for drift again"))  # fmt: skip
    if patch.new is None:
        node.pop(name, None)
    else:
        node[name] = _styled(patch.new)


def _order(items: CommentedSeq, wanted: list[Any], uses: dict[str, Any]) -> None:
    """List items anew; each keeps the comment at its end."""
    comments = {use["item"]: items.ca.items[place] for place, use in enumerate(items) if place in items.ca.items}
    items.ca.items.clear()
    items[:] = [uses[each] if isinstance(each, str) else _styled(each) for each in wanted]
    for place, use in enumerate(items):
        if use["item"] in comments:
            items.ca.items[place] = comments[use["item"]]


def _entry(new: dict[str, Any]) -> Any:
    return CommentedMap({key: _styled(value) for key, value in new.items()})


def _styled(value: Any) -> Any:
    """Write texts by language, options and uses in one line, as our files have them."""
    if isinstance(value, dict):
        found = CommentedMap({key: _styled(each) for key, each in value.items()})
        if set(value) <= set(LANGUAGES) or "code" in value or "item" in value:
            found.fa.set_flow_style()
        return found
    if isinstance(value, list | tuple):
        return CommentedSeq([_styled(each) for each in value])
    return value


def _below(text: str, file: str, code: str, entry: Any) -> str:
    """Add a version below an item's last, or an item below the last one, without touching another line."""
    items = parse_yaml(text, file)["items"]
    last = code or list(items)[-1]
    lines = text.splitlines(keepends=True)
    start, character = items[last].places[-1]
    dash = character - 3
    written = dump_editable(entry).splitlines()
    if code:
        indented = [f"{' ' * dash}{'- ' if not place else '  '}{line}" for place, line in enumerate(written)]
    else:
        key = items.places[last][1] - 1
        indented = [f"{' ' * key}{line}" for line in written]
    end = start  # lines count from 1: the index of the line after
    for place in range(start, len(lines)):
        line = lines[place]
        depth = len(line) - len(line.lstrip(" "))
        if line.strip() and depth <= dash:
            break
        end = place + 1 if line.strip() else end
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    return "".join([*lines[:end], *(f"{line}\n" for line in indented), *lines[end:]])
