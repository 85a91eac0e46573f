"""Writing: what verbs add to the ledger, all of it or none, one writer at a time, checked before it is there."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from analysis.messages import DuzhengError, Fault
from analysis.workspace.files import write_together
from analysis.workspace.ledger.entries import DEMO, FOLDER
from analysis.workspace.ledger.files import read_ledger
from analysis.workspace.ledger.registers import REGISTERS
from analysis.workspace.yaml_files import dump_editable, load_editable

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.workspace.workspace import Workspace

#: Seconds that a writer waits for another one.
PATIENCE: Final = 20.0


@dataclass
class Editing:
    """Changes to the ledger that are written together; made by :func:`editing`.

    Parameters
    ----------
    root
        The workspace's folder.
    folder
        That of the ledger in it.
    """

    root: Path
    folder: str
    _nodes: dict[str, Any] = field(default_factory=dict)
    _tables: dict[str, str] = field(default_factory=dict)
    _files: dict[str, bytes] = field(default_factory=dict)
    _before: dict[str, bytes | None] = field(default_factory=dict)

    def open(self, book: str, stem: str) -> Any:
        """Give the content of a YAML file, to be changed in place; comments and order stay.

        Raises
        ------
        DuzhengError
            DZ-O003 if there is no such file.
        """
        name = f"{self.folder}/{book}/{stem}.yaml"
        if name not in self._nodes:
            text = self._read(name)
            if text is None:
                raise DuzhengError(
                    Fault("DZ-O003", file=name, found="no such file", expected="an entry of the ledger to go on from")
                )
            self._nodes[name] = load_editable(text)
        return self._nodes[name]

    def is_there(self, book: str, stem: str) -> bool:
        """Tell whether there is a YAML file, or will be."""
        name = f"{self.folder}/{book}/{stem}.yaml"
        return name in self._nodes or (self.root / name).is_file()

    def new(self, book: str, stem: str, entry: BaseModel) -> None:
        """Put a new YAML file.

        Raises
        ------
        DuzhengError
            DZ-O003 if there is one already.
        """
        name = f"{self.folder}/{book}/{stem}.yaml"
        if self.is_there(book, stem):
            raise DuzhengError(
                Fault("DZ-O003", file=name, found="a file that is there already", expected="one that is new",
                      hint="change what it holds by the verbs, or edit it")
            )  # fmt: skip
        self._before[name] = None
        self._nodes[name] = node_of(entry)

    def add(self, book: str, stem: str, key: str, entry: BaseModel) -> None:
        """Add an entry to a list of a YAML file; in braces where the one before it is."""
        entries = self.open(book, stem).setdefault(key, [])
        entries.append(_alike(node_of(entry), entries[-1] if entries else None))

    def row(self, register: str, values: Mapping[str, Any]) -> None:
        """Add a row to a register: to the file of its own name.

        Raises
        ------
        DuzhengError
            DZ-O003 if that file is no CSV in UTF-8, or has no column for a value.
        """
        name = f"{self.folder}/{register}/{register.rsplit('/', maxsplit=1)[-1]}.csv"
        text = self._table(name, register) or ",".join(REGISTERS[register].fields) + "\n"
        head = next(csv.reader(io.StringIO(text)))
        self._fitting(name, head, values)
        end = "\r\n" if text.endswith("\r\n") else "\n"
        self._tables[name] = text + ("" if text.endswith("\n") else end) + _line(
            ["" if values.get(column) is None else values[column] for column in head], end
        )  # fmt: skip

    def change(self, register: str, name: str, row: int, values: Mapping[str, Any]) -> None:
        """Change cells of a row of a register; all other rows stay as they are, byte for byte.

        Parameters
        ----------
        register
            Its folder in the ledger.
        name, row
            The file and the row, as the frame of the register has them.
        values
            What the cells shall hold, by column.

        Raises
        ------
        DuzhengError
            DZ-O003 if the file is no CSV in UTF-8, or has no such row or column.
        """
        text = self._table(name, register) or ""
        lines = io.StringIO(text, newline="").readlines()
        reader = csv.reader(lines)
        head: list[str] = []
        begin = 0
        for at, cells in enumerate(reader, start=1):
            head = head or cells
            if at == row and len(cells) == len(head):
                self._fitting(name, head, values)
                held = dict(zip(head, cells, strict=True)) | {
                    key: "" if each is None else str(each) for key, each in values.items()
                }
                last = lines[reader.line_num - 1]
                end = last[len(last.rstrip("\r\n")) :]
                lines[begin : reader.line_num] = [_line(list(held.values()), end)]
                self._tables[name] = "".join(lines)
                return
            begin = reader.line_num
        raise DuzhengError(Fault("DZ-O003", file=name, row=row, found="no such row", expected="a row of the register"))

    def beside(self, name: str, content: bytes) -> None:
        """Put a new file of the workspace: it is written with the ledger, or not at all.

        Raises
        ------
        DuzhengError
            DZ-O003 if there is one already.
        """
        if name in self._files or (self.root / name).exists():
            raise DuzhengError(
                Fault("DZ-O003", file=name, found="a file that is there already", expected="one that is new")
            )
        self._before[name] = None
        self._files[name] = content

    def _table(self, name: str, register: str) -> str | None:
        """Give the text of a table; None if there is no such file."""
        if name not in self._tables:
            text = self._read(name)
            if text is None:
                return None
            head = next(csv.reader(io.StringIO(text)), [])
            if not set(head) <= set(REGISTERS[register].fields):
                raise DuzhengError(_no_table(name, f"the columns {', '.join(head)}"))
            self._tables[name] = text
        return self._tables[name]

    def _fitting(self, name: str, head: list[str], values: Mapping[str, Any]) -> None:
        """Refuse values for which a table has no column: none is left out unsaid."""
        gone = [column for column, value in values.items() if column not in head and value not in {None, ""}]
        if gone:
            raise DuzhengError(*(
                Fault("DZ-O003", file=name, row=1, column=column, found="no such column", expected=f"{column}",
                      hint="add the column to the file") for column in gone
            ))  # fmt: skip

    def _read(self, name: str) -> str | None:
        path = self.root / name
        self._before[name] = path.read_bytes() if path.is_file() else None
        content = self._before[name]
        if content is None:
            return None
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise DuzhengError(_no_table(name, "bytes that are not UTF-8")) from error

    @property
    def texts(self) -> dict[str, str]:
        """What the files of the ledger will hold."""
        return {**{name: dump_editable(node) for name, node in self._nodes.items()}, **self._tables}

    def contents(self, texts: Mapping[str, str]) -> dict[str, bytes]:
        """Give what all files will hold, with the mark that they begin with and the ends of lines that they have."""
        return {name: self._as_it_was(name, text) for name, text in texts.items()} | self._files

    def _as_it_was(self, name: str, text: str) -> bytes:
        before = self._before.get(name) or b""
        if name in self._nodes and b"\r\n" in before:
            text = text.replace("\n", "\r\n")
        return (codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b"") + text.encode()

    def hold(self) -> None:
        """Refuse what somebody changed in the meantime, in an editor that knows no lock (DZ-O003)."""
        faults = [
            Fault("DZ-O003", file=name, found="a file that was changed in the meantime", expected="as it was read",
                  hint="nothing was written; give the command again")
            for name, before in self._before.items()
            if ((self.root / name).read_bytes() if (self.root / name).is_file() else None) != before
        ]  # fmt: skip
        if faults:
            raise DuzhengError(*faults)


@contextmanager
def editing(workspace: Workspace, *, synthetic: bool = False) -> Iterator[Editing]:
    """Change the ledger: what is changed within is checked with all else and written at the end, all of it or none.

    Parameters
    ----------
    workspace
        The workspace.
    synthetic
        Whether it is the invented ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if somebody else is writing, or the folder cannot be written to; every fault that the ledger has
        already; and every fault that it would have afterwards, with the file and line that it would have. Nothing is
        written then.
    """
    from filelock import FileLock, Timeout

    folder = DEMO if synthetic else FOLDER
    place = workspace.root / folder
    lock = FileLock(place / ".lock", timeout=PATIENCE, preserve_lock_file=True)
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise DuzhengError(
            Fault("DZ-O003", file=folder, found="somebody else writing the ledger", expected="one at a time",
                  hint="give the command again when they have finished")
        ) from error  # fmt: skip
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        _forget(workspace, synthetic=synthetic)  # what others wrote since it was read is there within the lock
        workspace.ledger_of(synthetic=synthetic)  # one that is broken already is not written to
        changes = Editing(workspace.root, folder)
        yield changes
        parts = (workspace.root, workspace.units, workspace.catalogue, workspace.rules)
        texts = changes.texts
        read_ledger(*parts, demonstration=synthetic, pending=texts)
        changes.hold()
        try:
            write_together({workspace.root / name: content for name, content in changes.contents(texts).items()})
        except OSError as error:
            raise _unwritable(folder, error) from error
    finally:
        _forget(workspace, synthetic=synthetic)
        lock.release()


def _forget(workspace: Workspace, *, synthetic: bool) -> None:
    workspace.__dict__.pop("demonstration" if synthetic else "ledger", None)


def _unwritable(folder: str, error: OSError) -> DuzhengError:
    found = error.strerror or str(error)
    return DuzhengError(Fault("DZ-O003", file=folder, found=found, expected="a folder that can be written to"))


def _line(cells: list[Any], end: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator=end).writerow(cells)
    return line.getvalue()


def _no_table(name: str, found: str) -> Fault:
    expected = "CSV in UTF-8, with commas and the columns of its contract"
    return Fault("DZ-O003", file=name, found=found, expected=expected, hint="save it as CSV in UTF-8")


def node_of(entry: BaseModel) -> Any:
    """Give an entry as YAML has it: without what it has by default, days as days, decimals as they are written."""
    return _plain(entry.model_dump(mode="python", exclude_defaults=True, exclude_none=True))


def _alike(node: dict[str, Any], before: Any) -> Any:
    """Put an entry into braces if the one before it is: below one in braces with a comment no other is read again."""
    from ruamel.yaml.comments import CommentedMap

    if not isinstance(before, CommentedMap) or not before.fa.flow_style():
        return node
    braced = CommentedMap(node)
    braced.fa.set_flow_style()
    return braced


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dt.date):  # one of its own: YAML would write two of one object as anchor and alias
        return dt.date(value.year, value.month, value.day)
    return str(value) if isinstance(value, Decimal) else value
