"""Contracts of the tables: what a table must hold to be loaded. One fault refuses the whole; all faults are listed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import DuzhengError, Fault
from analysis.workspace.provenance import content_hash
from analysis.workspace.tables import RawTable, halfwidth, read_table, relative_name, table_files

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

Type = Literal["text", "year", "number"]
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Field:
    """A column of a contract: its type, whether the column and each of its cells must be there."""

    type: Type = "text"
    required: bool = True
    blank: bool = False


@dataclass(frozen=True)
class Rule:
    """A rule over rows: ``holds`` gives a boolean Series; the rest says what a row that breaks it is told.

    ``expected`` and ``hint`` are given the row (a Series) and may say what is in it. ``allowed`` is all that the column
    may hold, where the rule names it.
    """

    code: str
    column: str
    holds: Callable[[pd.DataFrame], pd.Series]
    expected: Callable[[pd.Series], str] | str
    hint: Callable[[pd.Series], str] | str = ""
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contract:
    """What a kind of table must hold.

    Parameters
    ----------
    name
        Of the kind of table.
    fields
        Its columns. Others are faults.
    rules
        Checked by pandera on the typed rows.
    key
        Columns that together stand once.
    """

    name: str
    fields: Mapping[str, Field]
    rules: Sequence[Rule] = ()
    key: tuple[str, ...] = ()

    def schema(self) -> pa.DataFrameSchema:
        """Give the contract as a pandera schema over typed columns, for use outside Duzheng too."""
        import pandera.pandas as pa

        types: dict[Type, Any] = {"text": "str", "year": "Int64", "number": "float64"}
        checks = [pa.Check(rule.holds, name=str(number)) for number, rule in enumerate(self.rules)]
        columns = {
            name: pa.Column(types[each.type], nullable=True, required=each.required)
            for name, each in self.fields.items()
        }
        return pa.DataFrameSchema(columns, checks=checks, strict=True, name=self.name)


@dataclass
class Report:
    """What came of checking tables: the rows, the faults, and notices of what was understood all the same."""

    frames: list[pd.DataFrame] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def check_tables(tables: Iterable[RawTable], contract: Contract) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Check tables of one kind against their contract, and give them as one typed frame.

    Parameters
    ----------
    tables
        As :func:`~analysis.workspace.tables.read_table` gives them.
    contract
        What they must hold.

    Returns
    -------
    tuple
        A frame with the contract's columns and ``file`` and ``row``; and notices (full-width digits, encodings).

    Raises
    ------
    DuzhengError
        With every fault of every table.
    """
    import pandas as pd

    report = Report()
    for table in tables:
        _check_table(table, contract, report)
    frame = pd.concat(report.frames, ignore_index=True) if report.frames else pd.DataFrame()
    if report.frames and contract.key:
        report.faults += _doubles(frame, contract)
    if report.faults:
        raise DuzhengError.of(report.faults)
    columns = [*contract.fields, "file", "row"]
    if not report.frames:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in columns}), ()
    return frame.reindex(columns=[*columns, *(c for c in frame.columns if c not in columns)]), tuple(report.notices)


def read_checked(
    root: Path, folder: str, contract: Contract, files: Sequence[Path | str] | None = None
) -> pd.DataFrame:
    """Read tables of one kind, all of them or none.

    Parameters
    ----------
    root
        The workspace.
    folder
        Where they lie in it.
    contract
        What they must hold.
    files
        CSV or Excel files; by default all of the folder.

    Returns
    -------
    pandas.DataFrame
        As of :func:`check_tables`; ``attrs`` has ``files``, the content hash of each by its name, and ``notices``.

    Raises
    ------
    DuzhengError
        With every fault of every file.
    """
    paths = table_files(root / folder) if files is None else [Path(path).resolve() for path in files]
    tables: list[RawTable] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            tables.append(read_table(path, relative_name(path, root)))
        except DuzhengError as error:
            faults += error.faults
    try:
        frame, notices = check_tables(tables, contract)
    except DuzhengError as error:
        faults += error.faults
    if faults:
        raise DuzhengError.of(faults)
    frame.attrs = {"files": {relative_name(path, root): content_hash(path) for path in paths}, "notices": notices}
    return frame


def _check_table(table: RawTable, contract: Contract, report: Report) -> None:
    report.notices += table.notices
    report.faults += table.faults
    report.faults += _column_faults(table, contract)
    frame, bad = _typed(table, contract, report)
    # Where a column is missing, what a rule says of rows can't be told from what is not there; cells still are read.
    if all(name in table.frame for name, each in contract.fields.items() if each.required):
        report.faults += _broken_rules(frame, bad, contract)
        report.frames.append(frame)


def _column_faults(table: RawTable, contract: Contract) -> Iterable[Fault]:
    for name, each in contract.fields.items():
        if each.required and name not in table.frame:
            yield Fault(
                "DZ-T002",
                file=table.file,
                row=1,
                column=name,
                found="no such column",
                expected="columns " + ", ".join(name for name, each in contract.fields.items() if each.required),
            )
    for name in map(str, table.frame):
        if name not in contract.fields:
            close = difflib.get_close_matches(name, contract.fields, n=1)
            yield Fault(
                "DZ-T002",
                file=table.file,
                row=1,
                column=name,
                found=f"an unknown column {name!r}",
                expected="one of " + ", ".join(contract.fields),
                hint=f"did you mean {close[0]!r}?" if close else "remove it, or put it into `note`",
            )


@dataclass
class _Reading:
    """One table being read: it keeps the places (row, column) of cells that could not be read."""

    table: RawTable
    contract: Contract
    report: Report
    bad: set[tuple[int, str]] = field(default_factory=set)

    def refuse(self, row: int, name: str, text: str, expected: str, hint: str = "") -> None:
        self.bad.add((row, name))
        found = repr(text) if text else "an empty cell"
        self.report.faults.append(
            Fault("DZ-T003", file=self.table.file, row=row, column=name, found=found, expected=expected, hint=hint)
        )

    def column(self, name: str, each: Field) -> pd.Series[Any]:
        """Read a column: what stands in many of its cells is read once."""
        import numpy as np
        import pandas as pd

        texts = self.table.frame[name]
        rows, (codes, unlike) = texts.index.to_numpy(), pd.factorize(texts)
        written = [str(text) for text in unlike]
        if not each.blank and "" in written:
            for row in rows[codes == written.index("")]:
                self.refuse(int(row), name, "", f"a {each.type}")
        if each.type == "text":
            return texts.mask(codes == written.index("")) if "" in written else texts
        plain = halfwidth(written)
        differ = np.array([a != b for a, b in zip(written, plain, strict=True)], bool)[codes]
        if differ.any():
            self.report.notices.append(
                f"{self.table.file}: {differ.sum()} cells of {name} hold full-width digits; they were read as numbers"
            )
        read = [self.number(each.type, digits) for digits in plain]
        unread = np.array([isinstance(value, tuple) for value in read], bool)
        for at in np.flatnonzero(unread[codes]):
            expected, hint = read[codes[at]]
            self.refuse(int(rows[at]), name, written[codes[at]], expected, hint)
        values = np.array([np.nan if value is None or isinstance(value, tuple) else value for value in read], float)
        found = pd.Series(values[codes], index=texts.index)
        return found.astype(_DTYPES[each.type])

    def number(self, kind: Type, digits: str) -> float | tuple[str, str] | None:
        """Read a number, or say what was expected and what to do."""
        if not digits:
            return None
        if kind == "year":
            return float(digits) if _YEAR.fullmatch(digits) else ("a year of four digits", "")
        if _NUMBER.fullmatch(digits):
            return float(digits)
        return "a number without separators or unit", _number_hint(digits, self.contract)


def _typed(table: RawTable, contract: Contract, report: Report) -> tuple[pd.DataFrame, set[tuple[int, str]]]:
    """Read each column as its type; give the frame, and the places (row, column) of cells that could not be read."""
    import numpy as np
    import pandas as pd

    reading, index = _Reading(table, contract, report), table.frame.index
    columns = {
        name: reading.column(name, each)
        if name in table.frame
        else pd.Series(np.nan, index=index).astype(_DTYPES[each.type])
        for name, each in contract.fields.items()
    }
    return pd.DataFrame(columns, index=index).assign(file=table.file, row=index), reading.bad


_DTYPES: dict[Type, Any] = {"text": "str", "year": "Int64", "number": "float64"}


def _number_hint(text: str, contract: Contract) -> str:
    if _NUMBER.fullmatch(text.replace(",", "")):
        return "leave out the thousands separators"
    if _NUMBER.match(text):
        unit = "the unit goes into the column `measure`" if "measure" in contract.fields else "leave out the unit"
        return f"{unit}, remarks go into `note`"
    if "status" in contract.fields:
        return "for a figure that is not there leave `value` empty and say why in `status`"
    return "leave the cell empty where the figure is not known, and say why in `note`"


def _broken_rules(frame: pd.DataFrame, bad: set[tuple[int, str]], contract: Contract) -> Iterable[Fault]:
    import pandas as pd
    from pandera.errors import SchemaErrors

    if frame.empty:  # all rows were unlike the header, and are told of
        return
    known = frame[[name for name in frame.columns if name in contract.fields]]
    try:
        contract.schema().validate(known, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    else:
        return
    unread = set(bad)
    for number, row in dict.fromkeys(zip(cases["check"].astype(str), cases["index"], strict=True)):
        if not number.isdigit() or row is None or pd.isna(row):
            raise RuntimeError(f"contract {contract.name}: {cases.to_string()}")
        rule = contract.rules[int(number)]
        if (int(row), rule.column) in unread:
            continue
        values = frame.loc[row]
        value = values.get(rule.column)
        yield Fault(
            rule.code,
            file=str(values["file"]),
            row=int(row),
            column=rule.column,
            found="an empty cell" if value is None or pd.isna(value) else _found(value),
            expected=rule.expected if isinstance(rule.expected, str) else rule.expected(values),
            hint=rule.hint if isinstance(rule.hint, str) else rule.hint(values),
        )


def _found(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else repr(value) if isinstance(value, str) else str(value)


def _doubles(rows: pd.DataFrame, contract: Contract) -> Iterable[Fault]:
    key = list(contract.key)
    complete = rows.dropna(subset=key)
    for _, group in complete[complete.duplicated(key, keep=False)].groupby(key, sort=False, observed=True):
        first, *others = group.to_dict("records")
        for other in others:
            yield Fault(
                "DZ-T005",
                file=other["file"],
                row=other["row"],
                column=", ".join(key),
                found="/".join(str(other[name]) for name in key) + f", which is in {first['file']}, row {first['row']}",
                expected="a key that stands once",
                hint="keep one of the two rows",
            )
