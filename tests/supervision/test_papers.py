"""Papers: what lies in the office's folder is held to what was handed in."""

from __future__ import annotations

import hashlib

import pytest
from tests.supervision.handing_in import HANDED_IN, asked, claim, handed

from analysis.messages import DuzhengError
from analysis.supervision.evaluations import submit
from analysis.supervision.handed import Handed
from analysis.supervision.papers import papers_held
from analysis.workspace.ledger import Paper


def paper(name, file="", content=None):
    sha = "" if content is None else hashlib.sha256(content).hexdigest()
    return Paper(id=name, title={"zh-Hans": name}, file=file, sha256=sha)


@pytest.fixture
def office(tmp_path):
    ws = asked(tmp_path, "U", "V")
    papers = (
        paper("report", "report.pdf", b"one"), paper("same", "a/same.pdf", b"two"), paper("gone", "gone.pdf", b"x"),
        paper("plain", "plain.pdf"), paper("spoken"), paper("out", "../secret.txt", b"x"),
        paper("other", "other.pdf", b"as it was"),
    )  # fmt: skip
    sound = handed(claim("pupils", value=3300))
    submit(ws, Handed((*papers,), (), ()), unit="U", year=2020, on=HANDED_IN, by="李某")
    submit(ws, Handed((paper("report", "report.pdf", b"of V"),), sound.answers, ()), unit="V", year=2020, on=HANDED_IN,
           by="李某")  # fmt: skip
    folder = tmp_path / "papers"
    for name, content in {"report.pdf": b"one", "V/report.pdf": b"of V", "U/a/same.pdf": b"two", "plain.pdf": b"",
                          "other.pdf": b"as it is"}.items():  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (tmp_path / "secret.txt").write_bytes(b"x")
    return ws


def test_a_file_that_was_changed_or_is_gone_is_found(office, tmp_path):
    found = papers_held(office, tmp_path / "papers", year=2020)
    assert dict(zip(found["unit"] + "/" + found["paper"], found["state"], strict=True)) == {
        "U/report": "ok", "U/same": "ok", "U/gone": "missing", "U/plain": "no_hash", "U/spoken": "no_hash",
        "U/out": "missing", "U/other": "changed",
        "V/report": "ok",  # its own, not the other county's of the same name
    }  # fmt: skip
    assert list(papers_held(office, tmp_path / "papers", year=2020, units=["V"])["unit"]) == ["V"]


def test_a_folder_or_a_unit_that_there_is_not_is_refused(office, tmp_path):
    with pytest.raises(DuzhengError, match="DZ-T001 nowhere"):
        papers_held(office, tmp_path / "nowhere", year=2020)
    with pytest.raises(DuzhengError, match="DZ-O003"):
        papers_held(office, tmp_path / "papers", year=2020, units=["fin"])
