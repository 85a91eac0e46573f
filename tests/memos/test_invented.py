"""A second workspace, invented: nothing in the package depends on a place; and what happens when something fails."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import time

import nbformat
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pypdf
import pytest
from tests.conftest import duzheng, invent

from analysis.documents import text_in
from analysis.findings import RunTables
from analysis.memos import build, execute, plan, read_parameters, tables
from analysis.memos.parameters import check_template
from analysis.memos.provenance import described, state_of
from analysis.memos.tables import key_of_run, run_of
from analysis.messages import DuzhengError
from analysis.surveys.collected import ABOUT
from analysis.workspace import Workspace

RUN = "reports/run_tables-2020"
PARAMETERS = {"run": RUN, "unit": "V", "language": "en", "audience": "public"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build the memos of an invented place of two counties, once."""
    planned = plan(Workspace(invent(tmp_path_factory.mktemp("invented") / "place")), languages=["en"])
    return planned, build(planned, jobs=2)


def test_two_invented_counties_get_their_memos(built):
    planned, outcomes = built
    assert [(o.parameters.unit, o.parameters.language, o.fault) for o in outcomes] == [("U", "en", ""), ("V", "en", "")]
    page = text_in(planned.folder / "district_memo/U/U.en.html")
    assert "Pupils in Upper County came to 3,300 persons in 2017, 78.6% of Invented Prefecture's" in page
    assert "Totals of Upper County for 2012 add up Lower Hill County and the former Upper County" in page
    pdf = "".join(each.extract_text() for each in pypdf.PdfReader(planned.folder / "district_memo/V/V.en.pdf").pages)
    assert "900" in pdf
    assert "How Valley County fulfils its duties in education" in re.sub(r"\s+", " ", pdf)
    assert "Shanghai" not in page
    assert "Shanghai" not in pdf


def test_the_manifest_says_what_each_memo_was_made_from_and_holds_no_clock(built):
    planned, _ = built
    manifest = json.loads((planned.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["memos"]["district_memo"]["V"]["en"]["parameters"] == PARAMETERS | {"about": ""}
    state = manifest["states"][manifest["memos"]["district_memo"]["V"]["en"]["state"]]
    assert "data/observations/all.csv" in state["inputs"]
    assert "analysis/findings/texts/en/figures.ftl" in state["code"]
    assert {"notebooks/memos/district_memo.ipynb", "notebooks/memos/district_memo.yaml"} <= set(manifest["templates"])
    assert {"python", "pandas", "typst", "pypandoc_binary"} <= set(state["versions"])
    assert [(rule["id"], rule["effective_from"]) for rule in state["rules"]] == [("statements", "2026-01-01")]
    assert all(name.endswith(".otf") and len(found) == 64 for name, found in state["fonts"].items())
    assert (len(state["fonts"]), state["lock"], state["questionnaires"]) == (2, "", [])
    text = json.dumps(manifest)
    assert not re.search(r"\d\d:\d\d:\d\d", text)
    assert str(planned.workspace.root) not in text


def test_a_state_names_the_commit_of_each_wave_that_was_collected(invented):
    folder = invented / "data/responses/form/2020"
    folder.mkdir(parents=True)
    about = {"survey": "form-2020", "commit": "0123abc", "commit_changed": False, "link": "not told"}
    table = pa.table({"id": ["a"]}).replace_schema_metadata({ABOUT: json.dumps(about)})
    pq.write_table(table, folder / "responses.parquet")
    (invented / "requirements.lock").write_text("pandas==3\n")
    workspace = Workspace(invented)
    state = described(workspace, state_of(workspace), synthetic=False)
    assert state["questionnaires"] == [{"survey": "form-2020", "commit": "0123abc", "commit_changed": False}]
    assert state["lock"] == hashlib.sha256(b"pandas==3\n").hexdigest()


def test_kept_notebooks_hold_no_time_and_no_path(built):
    planned, _ = built
    text = (planned.folder / "district_memo/V/V.en.ipynb").read_text(encoding="utf-8")
    assert str(planned.workspace.root) not in text
    assert not re.search(r"\d{4}-\d\d-\d\dT", text)
    nbformat.validate(nbformat.reads(text, as_version=4))


def test_the_cells_of_a_memo_lie_beside_it(built):
    planned, _ = built
    lines = (planned.folder / "district_memo/V/V.en.cells.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("id,value,unit,indicator,year,")
    assert "pupils/V/2017,900.0,V,pupils,2017,,level,persons,,0,reported,made-up" in lines


def test_the_same_input_gives_the_same_bytes_and_a_part_of_a_run_keeps_the_rest(built):
    planned, _ = built
    before = {
        path: path.read_bytes() for path in planned.folder.rglob("*") if path.is_file() and path.name != "run.json"
    }
    again = plan(planned.workspace, units=["V"], languages=["en"], formats=["html", "pdf"])
    (outcome,) = build(again, jobs=1, afresh=True)
    assert not outcome.kept
    assert outcome.fault == ""
    after = {
        path: path.read_bytes() for path in planned.folder.rglob("*") if path.is_file() and path.name != "run.json"
    }
    assert after.keys() == before.keys()
    assert [path.name for path in before if before[path] != after[path]] == []


def test_batches_of_one_run_share_its_tables_and_a_changed_figure_makes_them_anew(built, monkeypatch):
    planned, _ = built

    def refuse(*_, **__):
        raise AssertionError("stage one is done")

    monkeypatch.setattr("analysis.memos.tables.run_tables", refuse)
    workspace = Workspace(planned.workspace.root)
    (outcome,) = build(plan(workspace, templates=["city_summary"], languages=["en"], formats=["html"]), jobs=1)
    assert outcome.fault == ""
    assert outcome.parameters.run == RUN
    page = text_in(workspace.root / "reports/2020/city_summary/P/P.en.html")
    assert "Education in Invented Prefecture" in page
    assert "Upper County 3,300 Valley County 900 Invented Prefecture 4,200" in re.sub(r"\s+", " ", page)
    told = RunTables.read(planned.folder / "tables")  # figures are published, so that all of them are there
    assert told["facts"].equals(planned.tables["facts"])
    assert set(told["findings"]["withheld"]) == {"[]"} < set(planned.tables["findings"]["withheld"])
    before = key_of_run(state_of(workspace), year=2020, synthetic=False)
    figures = workspace.root / "data/observations/all.csv"
    text = figures.read_text(encoding="utf-8")
    try:
        figures.write_text(text.replace("V,2017,pupils,900", "V,2017,pupils,901"), encoding="utf-8")
        assert key_of_run(state_of(workspace), year=2020, synthetic=False) != before
    finally:
        figures.write_text(text, encoding="utf-8")
    assert key_of_run(state_of(workspace), year=2019, synthetic=False) != before


def test_a_template_without_a_run_computes_everything_on_the_spot(invented, tmp_path):
    parts = execute(
        invented / "notebooks/memos/district_memo.ipynb",
        read_parameters(PARAMETERS | {"run": ""}),
        tmp_path / "out.ipynb",
    )
    text = "\n".join(part.plain() for part in parts)
    assert "Valley County" in text
    assert "900 persons" in text
    assert not (invented / "reports").exists()


def test_there_is_no_report_of_a_survey_where_none_was_collected(built):
    with pytest.raises(DuzhengError, match=r"DZ-M004.*no memo to build"):
        plan(Workspace(built[0].workspace.root), templates=["survey_report"])


def test_one_failure_does_not_stop_the_others_and_nothing_that_was_there_is_lost(invented):
    folder = invented / "reports/2020/district_memo"
    earlier = {"state": "of before", "outcome": "built", "numbers": 1, "parameters": {}}
    memos = {unit: {"en": {**earlier, "files": {f"{unit}.en.pdf": "a hash"}}} for unit in ("U", "V")}
    for unit in memos:
        (folder / unit).mkdir(parents=True)
        (folder / unit / f"{unit}.en.pdf").write_bytes(b"of an earlier state")
        (folder / unit / "remarks.txt").write_bytes(b"somebody's own")
    (folder.parent / "manifest.json").write_text(
        json.dumps({"states": {"of before": {"released": "2020-01-31"}}, "memos": {"district_memo": memos}}),
        encoding="utf-8",
    )

    path = invented / "notebooks/memos/district_memo.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(3, nbformat.v4.new_code_cell("if unit == 'V':\n    raise ValueError('no such thing')"))
    nbformat.write(notebook, path)
    good, bad = build(plan(Workspace(invented), languages=["en"], formats=["html"]), jobs=2)

    assert good.fault == ""
    assert "DZ-M003 district_memo.ipynb" in bad.fault
    assert "ValueError: no such thing" in bad.fault
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    # U is new and holds nothing of before; V failed and keeps what it had.
    assert left == {
        "U/U.en.html", "U/U.en.ipynb", "U/U.en.cells.csv", "U/remarks.txt",
        "V/V.en.pdf", "V/remarks.txt",
    }  # fmt: skip
    index = (folder.parent / "index.en.html").read_text(encoding="utf-8")
    assert "DZ-M003 district_memo.ipynb" in index
    assert "no such thing" not in index  # what an exception says is for the log
    log = (invented / "reports/logs/2020/district_memo/V.en.log").read_text(encoding="utf-8")
    assert "no such thing" in log
    assert "from earlier inputs" in index
    manifest = json.loads((folder.parent / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["memos"]["district_memo"]["V"]["en"]["outcome"] == "failed"
    assert (
        manifest["memos"]["district_memo"]["V"]["en"]["state"]
        == "of before"
        != manifest["memos"]["district_memo"]["U"]["en"]["state"]
    )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"run": "~/elsewhere"}, "run"),
        ({"language": "fr"}, "language"),
        ({"unit": "../x"}, "unit"),
        ({"colour": "red"}, "colour"),
        ({"audience": "everybody"}, "audience"),
        ({"year": 2020}, "year"),
    ],
)
def test_a_parameter_that_is_unknown_or_ill_typed_is_refused_before_a_kernel_starts(change, named):
    with pytest.raises(DuzhengError) as caught:
        read_parameters(PARAMETERS | change)
    (fault,) = caught.value.faults
    assert (fault.code, fault.column) == ("DZ-M001", named)


def test_a_template_must_declare_just_the_parameters_of_a_memo(tmp_path):
    notebook = nbformat.v4.new_notebook()
    cell = nbformat.v4.new_code_cell("run = ''\nunit = 'V'\ncolour = 'red'")
    cell.metadata.tags = ["parameters"]
    notebook.cells = [cell]
    nbformat.write(notebook, tmp_path / "odd.ipynb")
    with pytest.raises(DuzhengError) as caught:
        check_template(tmp_path / "odd.ipynb")
    assert [(fault.column, fault.found) for fault in caught.value.faults] == [
        ("language", "not declared"), ("audience", "not declared"), ("colour", "declared"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "{}", '{"cells": []}', '{"cells": [{"metadata": {}}]}'])
def test_a_file_that_is_no_template_is_refused(tmp_path, text):
    (tmp_path / "odd.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(DuzhengError, match="DZ-M002"):
        check_template(tmp_path / "odd.ipynb")


@pytest.mark.slow
def test_a_kernel_that_dies_is_a_failure_with_a_name(invented, tmp_path):
    path = invented / "notebooks/memos/district_memo.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(2, nbformat.v4.new_code_cell("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"))
    nbformat.write(notebook, path)
    with pytest.raises(DuzhengError, match=r"DZ-M003.*(DeadKernel|Kernel died)"):
        execute(path, read_parameters(PARAMETERS | {"run": ""}), tmp_path / "out.ipynb")
    assert not (tmp_path / "out.ipynb").exists()


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_a_batch_that_is_stopped_ends_and_leaves_no_process(invented, sent):
    path = invented / "notebooks/memos/district_memo.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(2, nbformat.v4.new_code_cell("import time\ntime.sleep(300)"))  # longer than is waited below
    nbformat.write(notebook, path)
    batch = subprocess.Popen(
        [duzheng(), "memo", "build"], cwd=invented, stderr=subprocess.PIPE, text=True, start_new_session=True,
        # What a shell runs in the background ignores an interrupt, and so do those whom it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  nothing else runs here
    )  # fmt: skip
    watched = psutil.Process(batch.pid)
    until = time.monotonic() + 60
    seen: set[int] = set()
    while time.monotonic() < until and not seen & (now := {each.pid for each in _kernels(watched)}):
        seen = now  # what the imports of the warm process start for a moment is no kernel
        time.sleep(0.3)
    below = _below(watched)
    assert _kernels(watched)
    if sent == signal.SIGINT:
        os.killpg(batch.pid, sent)  # as a terminal does
        assert batch.wait(20) == 130
        assert "Traceback" not in batch.stderr.read()
        assert not (invented / "reports/2020/.building").exists()
    else:
        batch.kill()
        batch.wait(20)
    gone, alive = psutil.wait_procs(below, timeout=20)
    assert gone
    assert not alive


def _kernels(process: psutil.Process) -> list[psutil.Process]:
    """Give the kernels below a process: the forks of its warm process."""
    warm = "analysis.memos.warm"
    return [fork for each in _below(process) if warm in _command(each)
            for fork in _below(each) if warm in _command(fork)]  # fmt: skip


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _below(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def test_what_was_released_before_of_the_year_goes_into_a_new_run(tmp_path, monkeypatch):
    """A correction must not give away by subtraction what is held back: the tables of each release are handed on."""
    workspace = Workspace(invent(tmp_path / "place"))
    state = state_of(workspace)
    first = run_of(workspace, year=2020, synthetic=False, state=state)
    for name in ("2020/02-second", "2020/01-first", "2019/01-first"):
        first.write(tmp_path / "place/data/releases" / name)
    handed = []
    monkeypatch.setattr(tables, "run_tables", lambda *_, earlier, **__: handed.extend(earlier) or first)
    again = run_of(workspace, year=2020, synthetic=False, state=state_of(workspace))  # the releases are data, too
    assert [each.digest for each in handed] == [first.digest] * 2
    assert again.digest == first.digest
    assert tables.released(workspace, 2020, synthetic=True) == []
