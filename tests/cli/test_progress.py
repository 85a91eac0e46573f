"""How far a batch is: lines where nobody looks, with the time that is left once it can be told."""

from __future__ import annotations

from pathlib import Path

from analysis.cli import progress
from analysis.cli.progress import Progress
from analysis.findings.layout import Layout, Placed
from analysis.memos import Outcome, Task, read_parameters

TASK = Task(
    Path("district_memo.ipynb"),
    Layout(sections=(Placed(section="title"),)),
    read_parameters({"run": "", "unit": "U7", "language": "en"}),
)


def test_lines_come_now_and_then_and_what_was_there_takes_no_time(monkeypatch, capsys):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    with Progress(20, "memos") as shown:
        for _ in range(4):
            shown.advance(Outcome(TASK, kept=True))
        for number in range(8):
            now[0] += 3
            shown.advance(Outcome(TASK, fault="it is said elsewhere" if number == 0 else ""))
    lines = capsys.readouterr().err.splitlines()
    # Three seconds a memo: after 15 s five are built and nine done; the next line is ten seconds away.
    assert lines == ["failed: district_memo/U7.en", "9 of 20 memos, about 33 s left"]
