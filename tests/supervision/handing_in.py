"""Self-evaluations of the invented prefecture: points that ask for figures, forms that are filled in, and ledgers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import write
from tests.supervision.invented import OFFICE

from analysis.messages import DuzhengError
from analysis.supervision.evaluations import request
from analysis.supervision.forms import SHEETS
from analysis.supervision.handed import Handed
from analysis.workspace import Workspace
from analysis.workspace.ledger import Answer, Claim, Paper

POINTS = """
    id: evaluation_points
    title: {zh-Hans: 自评要点}
    certainty: own
    parameters:
      forms:
        - id: units
          title: {zh-Hans: 年度自评公报, en: Yearly bulletin}
          kinds: [county]
          heads: [{id: growth, name: {zh-Hans: 发展}, duty: growth, certainty: own},
                  {id: reform, name: {zh-Hans: 改革}, duty: reform, certainty: own}]
          points: [{id: growth-1, head: growth, asks: figures, text: {zh-Hans: 发展情况, en: Development},
                    topics: [schooling], indicators: [pupils], certainty: own},
                   {id: reform-1, head: reform, text: {zh-Hans: 改革情况}, certainty: own}]
        - id: departments
          title: {zh-Hans: 部门自评, en: Self-evaluation of a department}
          kinds: [department]
          figures_of: evaluator
          heads: [{id: means, name: {zh-Hans: 保障}, duty: means, certainty: own}]
          points: [{id: means-1, head: means, asks: figures, text: {zh-Hans: 保障情况}, topics: [funding, schooling],
                    certainty: own}]
    """
#: Days of a year's course, in its order.
NOTICE, HANDED_IN, CHECKED, ASKED, ANSWERED, CLOSED = (
    dt.date(2020, month, day) for month, day in ((1, 15), (2, 20), (3, 1), (3, 2), (3, 8), (3, 10))
)
#: Sheets by what they are, as they are called in the workbook.
TITLES = {"guide": "填表说明", "points": "评估要点", "figures": "数据陈述", "papers": "佐证材料"}
#: What a county answers when nothing is wrong with it: a row of each sheet by row.
SOUND = {
    "points": {
        3: {"answer_zh": "发展良好。", "evidence": "report"},
        4: {"answer_zh": "改革有序。", "evidence": "report"},
    },
    "figures": {3: {"id": "pupils", "year": "2017", "value": "3300", "evidence": "report"}},
    "papers": {3: {"id": "report", "title_zh": "年度报告"}},
}


def place(root: Path, files: dict[str, str] | None = None) -> Workspace:
    """Make the place, with more files."""
    return Workspace(write(root, OFFICE | {"data/rules/evaluation_points.yaml": POINTS} | (files or {})))


def asked(root: Path, *units: str) -> Workspace:
    """Make the place, where units (all if none is named) were asked for their self-evaluations."""
    workspace = place(root)
    request(workspace, year=2020, on=NOTICE, by="张某", units=units)
    return workspace


def claim(name: str, **said: Any) -> Claim:
    """Give a claim about pupils in 2017, if it does not say something else."""
    said = {key: Decimal(each) if key in {"value", "change", "growth"} else each for key, each in said.items()}
    return Claim(**{"id": name, "indicator": "pupils", "year": 2017, "text": {"zh-Hans": f"{name}。"},
                    "evidence": ("report",)} | said)  # fmt: skip


def handed(*claims: Claim, points: tuple[str, ...] = ("growth-1", "reform-1")) -> Handed:
    """Give what a unit hands in."""
    answers = tuple(Answer(point=each, text={"zh-Hans": "已落实。"}, evidence=("report",)) for each in points)
    return Handed((Paper(id="report", title={"zh-Hans": "年度报告"}),), answers, claims)


def put(path: Path, sheet: str, row: int, **values: Any) -> None:
    """Write into cells of a row of a form, by the keys of the second row."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    there = book[TITLES[sheet]]
    keys = [each.value for each in there[2]]
    for key, value in values.items():
        there.cell(row, keys.index(key) + 1).value = value
    book.save(path)


def fill(path: Path, rows: dict[str, dict[int, dict[str, Any]]]) -> Path:
    """Fill in a form, sheet by sheet and row by row."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    for sheet, lines in rows.items():
        keys = [key for part in SHEETS[sheet] for key in part]
        for row, values in lines.items():
            for key, value in values.items():
                book[TITLES[sheet]].cell(row, keys.index(key) + 1).value = value
    book.save(path)
    return path


def lies(root: Path) -> dict[str, bytes]:
    """Give what lies in the ledgers, by path; the mark of the writer is none of it."""
    return {path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.glob("data/**/*")) if path.is_file() and path.name != ".lock"}  # fmt: skip


def refused(root: Path, verb: Any) -> list[Any]:
    """Give the faults of what must be refused, and hold the ledger to what it was."""
    before = lies(root)
    with pytest.raises(DuzhengError) as caught:
        verb()
    assert lies(root) == before
    return list(caught.value.faults)
