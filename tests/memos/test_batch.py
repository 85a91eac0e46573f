"""Batches: only what changed is built; whatever happens to one memo, nothing finished is lost and the rest arrives."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread

import nbformat
import psutil
import pytest
from tests.conftest import duzheng, invent, write

from analysis.memos import build, explained, plan
from analysis.memos.lock import alone
from analysis.memos.manifest import Manifest
from analysis.memos.rebuild import settled
from analysis.memos.verify import rebuilt, verify
from analysis.memos.watch import watch
from analysis.messages import DuzhengError
from analysis.workspace import Workspace

FIGURES = "data/observations/all.csv"
#: An indicator that is no headline: what one county says of it is nobody else's business.
LAND = {
    "data/indicators/land.yaml": """
        - code: land
          name: {zh-Hans: 校地面积, en: School land}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: schooling
          kind: count
          measure: {zh-Hans: 平方米, en: m²}
        """,
    "data/observations/land.csv": """
        unit,year,indicator,value,measure,source
        U,2017,land,5000,平方米,made-up
        V,2017,land,2500,平方米,made-up
        """,
}


def planned(root, **order):
    """Plan a batch of the English pages."""
    return plan(Workspace(root), **{"languages": ["en"], "formats": ["html"], **order})


def added(root, source, place=2):
    """Add a cell to the template of districts."""
    path = root / "notebooks/memos/district_memo.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(place, nbformat.v4.new_code_cell(source))
    nbformat.write(notebook, path)


def changed(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def bytes_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "run.json"}


def why(root):
    return {task.parameters.unit: "; ".join(found) for task, found in explained(planned(root)).items()}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A release of the invented place; nobody changes it."""
    root = write(invent(tmp_path_factory.mktemp("first") / "place"), LAND)
    build(planned(root), jobs=2)
    return root


@pytest.fixture
def place(first, tmp_path):
    """A copy of the place with its release."""
    return Path(shutil.copytree(first, tmp_path / "place"))


def test_a_changed_figure_rebuilds_the_memos_that_it_touches_and_no_other(place):
    assert why(place) == {"U": "", "V": ""}
    before = bytes_of(place / "reports/2020/district_memo")
    changed(place / "data/observations/land.csv", "V,2017,land,2500", "V,2017,land,2600")
    assert why(place) == {"U": "", "V": "what it says of cells, facts, findings changed (data/observations/land.csv)"}
    told = {}
    one, other = build(planned(place), jobs=1, explain=lambda task, found: told.update({task.parameters.unit: found}))
    assert (one.kept, other.kept, other.fault) == (True, False, "")
    assert told["U"] == []
    after = bytes_of(place / "reports/2020/district_memo")
    assert {path.name for path in before if before[path] != after[path]} == {
        "V.en.html",
        "V.en.ipynb",
        "V.en.cells.csv",
    }
    assert verify(place / "reports/2020").notes == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda root: added(root, "# nothing"), "template changed"),
        (lambda root: changed(root / "notebooks/memos/district_memo.yaml", "of: unit", "of: unit  # each"),
         "layout changed"),
        (lambda root: (root / "notebooks/memos/helper.py").write_text("x = 1"), "files beside the templates changed"),
        (lambda root: changed(root / "data/indicators/all.yaml", "Pupils", "Learners"), "what it says of"),
        (lambda root: (root / "reports/2020/district_memo/V/V.en.html").unlink(), "V.en.html is missing"),
        (lambda root: (root / "reports/2020/district_memo/V/V.en.html").write_text("mine"), "not as it was built"),
    ],
)  # fmt: skip
def test_why_a_memo_is_built_is_said(place, change, said):
    change(place)
    assert said in why(place)["V"]


def test_formats_and_languages_that_are_not_there_are_built_and_the_others_stay(place):
    assert [list(found) for found in explained(planned(place, formats=["html", "pdf"])).values()] == [
        ["pdf was not built"], ["pdf was not built"],
    ]  # fmt: skip
    assert [list(found) for found in explained(planned(place, languages=["zh-Hans"])).values()] == [["it is new"]] * 2


def test_nothing_changed_is_seen_without_reading_a_table(place):
    script = (
        "import sys; from analysis.cli import app\n"
        "try: app(['memo', 'build', '--language', 'en', '--format', 'html'])\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = {'pandas', 'papermill', 'pyarrow', 'altair'} & set(sys.modules); assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "2 of 2 memos are as they would be built: nothing to do\n"
    order = {"templates": ["district_memo"], "units": [], "languages": ["en"], "formats": ["html"], "year": 2020,
             "audience": "public", "synthetic": False}  # fmt: skip
    assert settled(Workspace(place), **order) == 2
    for other in ({"languages": ["zh-Hans"]}, {"formats": ["docx"]}, {"year": 2019}, {"audience": "internal"},
                  {"templates": ["city_summary"]}, {"templates": ["district_memo", "odd"]}, {"units": ["W"]},
                  {"synthetic": True}):  # fmt: skip
        assert settled(Workspace(place), **(order | other)) is None
    (place / "reports/2020/district_memo/U/U.en.html").write_text("mine")
    assert settled(Workspace(place), **order) is None


def test_a_release_that_nobody_touched_is_proved_and_can_be_built_again(place):
    folder = place / "reports/2020"
    found = verify(folder)
    assert found.faults == found.notes == ()
    moved = shutil.move(folder, place.parent / "elsewhere")  # it needs no workspace
    assert verify(Path(moved)).digest == found.digest
    shutil.move(moved, folder)
    assert rebuilt(Workspace(place), folder) == ()
    assert verify(folder).digest == found.digest
    changed(place / FIGURES, "V,2017,pupils,900", "V,2017,pupils,901")
    (fault,) = rebuilt(Workspace(place), folder)
    assert fault.file == FIGURES


def test_whatever_is_done_to_a_release_is_found(place):
    folder = place / "reports/2020"
    page = folder / "district_memo/V/V.en.html"
    whole = page.read_bytes()
    page.write_bytes(whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:])
    (folder / "district_memo/U/U.en.cells.csv").unlink()
    (folder / "district_memo/U/more.pdf").write_bytes(b"%PDF")
    assert {fault.file for fault in verify(folder).faults} == {
        "district_memo/V/V.en.html", "district_memo/U/U.en.cells.csv", "district_memo/U/more.pdf",
    }  # fmt: skip
    done = subprocess.run([duzheng(), "memo", "verify", folder], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "DZ-M010 district_memo/V/V.en.html" in done.stdout
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["states"][manifest["state"]]["inputs"][FIGURES] = "0" * 64
    manifest["memos"]["district_memo"]["U"]["en"]["made_of"]["template"] = "0" * 16
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    found = verify(folder).faults
    assert {fault.column for fault in found if fault.file == "manifest.json"} == {
        f"states.{manifest['state'][:12]}", "memos.district_memo.U.en",
    }  # fmt: skip
    with pytest.raises(DuzhengError, match="DZ-M010"):
        verify(place / "data")


def test_two_batches_in_one_folder_do_not_meet(place):
    ready, done = Event(), Event()

    def hold():
        with alone(Workspace(place), 2020, synthetic=False):
            ready.set()
            done.wait(30)

    holder = Thread(target=hold)
    holder.start()
    ready.wait(30)
    before = bytes_of(place / "reports/2020")
    try:
        second = subprocess.run([duzheng(), "memo", "build", "--afresh"], cwd=place, capture_output=True, text=True,
                                check=False)  # fmt: skip
    finally:
        done.set()
        holder.join()
    assert second.returncode == 1
    assert f"DZ-M007 run_tables-2020: found another batch at work (process {os.getpid()})" in second.stderr
    assert bytes_of(place / "reports/2020") == before
    with alone(Workspace(place), 2020, synthetic=False), alone(Workspace(place), 2020, synthetic=True):
        pass  # what is simulated is apart


def test_a_plan_whose_tables_another_batch_has_made_anew_is_refused(place):
    early = planned(place)
    changed(place / FIGURES, "V,2017,pupils,900", "V,2017,pupils,901")
    planned(place)
    with pytest.raises(DuzhengError, match=r"DZ-M007.*made since"):
        build(early)


@pytest.mark.slow
def test_what_nobody_makes_any_more_leaves_the_release_and_what_somebody_put_there_stays(place):
    build(planned(place, templates=["city_summary"]), jobs=1)
    folder = place / "reports/2020"
    (folder / "city_summary/P/mine.txt").write_text("a note")
    for name in ("city_summary.ipynb", "city_summary.yaml"):
        (place / "notebooks/memos" / name).unlink()
    shutil.rmtree(folder / "district_memo/U")  # somebody took out a memo that the next batch does not build
    (outcome,) = build(planned(place, units=["V"]), jobs=1, afresh=True)
    assert outcome.fault == ""
    assert {path.name for path in (folder / "city_summary").rglob("*")} == {"P", "mine.txt"}
    assert "city_summary" not in Manifest.open(folder).content["memos"]
    assert "U.en.html is missing" in why(place)["U"]


@pytest.mark.slow
def test_a_tampered_pdf_is_found_and_one_that_was_lost_and_is_not_wanted_is_forgotten(place):
    build(planned(place, units=["V"], formats=["html", "pdf"]), jobs=1)
    pdf = place / "reports/2020/district_memo/V/V.en.pdf"
    whole = pdf.read_bytes()
    pdf.write_bytes(whole.replace(b"%PDF-1.7", b"%PDF-1.6"))
    assert [fault.file for fault in verify(place / "reports/2020").faults] == ["district_memo/V/V.en.pdf"]
    pdf.unlink()
    assert "V.en.pdf is missing" in why(place)["V"]
    build(planned(place), jobs=1)
    assert why(place) == {"U": "", "V": ""}
    assert verify(place / "reports/2020").faults == ()


def test_a_batch_that_could_not_begin_leaves_the_release_as_it_was(place):
    before = bytes_of(place / "reports/2020")
    with pytest.raises(DuzhengError, match=r"DZ-M009.*dask://HOST:PORT"):
        build(planned(place), executor="slurm", afresh=True)
    assert bytes_of(place / "reports/2020") == before
    assert verify(place / "reports/2020").faults == ()


def test_a_folder_that_cannot_be_written_is_told_of(place):
    reports = place / "reports"
    shutil.rmtree(reports)
    reports.write_text("no folder")
    with pytest.raises(DuzhengError, match=r"DZ-M008 reports.*goes on"):
        planned(place)


TROUBLES = {
    "raises": ("raise ValueError('no such thing')", "ValueError: no such thing"),
    "hangs": ("import time; time.sleep(600)", "DZ-M003.*(CellTimeout|timed out)"),
    "is killed for memory": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "DZ-M003.*(DeadKernel|died)"),
    "takes its worker with it": (
        (
            "import os, psutil, signal\n"
            "batch = psutil.Process(os.getppid()).parent()\n"
            "for each in batch.children():\n"
            "    if 'spawn_main' in ' '.join(each.cmdline()): each.kill()\n"
            "import time; time.sleep(600)"
        ),
        "its worker died",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    "trouble", ["raises", *(pytest.param(each, marks=pytest.mark.slow) for each in TROUBLES if each != "raises")]
)
def test_a_memo_in_trouble_is_reported_and_the_other_arrives(place, trouble):
    source, said = TROUBLES[trouble]
    added(place, f"if unit == 'U':\n    {source.replace(chr(10), chr(10) + '    ')}", place=3)
    before = _below()
    bad, good = build(planned(place), jobs=1, timeout=5)
    assert _below() <= before  # no kernel and no worker is left
    assert (good.fault, good.kept) == ("", False)
    assert re.search(said, bad.fault), bad.fault
    log = (place / "reports/logs/2020/district_memo/U.en.log").read_text(encoding="utf-8")
    assert "notebook" in log
    entry = Manifest.open(place / "reports/2020").content["memos"]["district_memo"]["U"]["en"]
    assert (entry["outcome"], bool(entry["files"])) == ("failed", True)  # what it had before is there
    assert [list(found) for found in explained(planned(place)).values()][1] == []


def _below():
    """Give the processes below this one."""
    return {each.pid for each in psutil.Process().children(recursive=True)}


@pytest.mark.parametrize("name", ["../../x", "..", "a/b", "U\n"])
def test_a_unit_that_is_a_path_is_refused_wherever_it_comes_from(place, name):
    with pytest.raises(DuzhengError, match="DZ-U001"):
        planned(place, units=[name])
    changed(place / "data/units.csv", "\nV,", f'\n"{name}",')
    with pytest.raises(DuzhengError) as caught:
        planned(place)
    assert any(fault.file == "data/units.csv" and fault.row for fault in caught.value.faults), caught.value


def test_a_template_with_a_path_is_refused(place):
    with pytest.raises(DuzhengError, match=r"DZ-M002.*not a path"):
        planned(place, templates=["../memos/district_memo"])


@pytest.mark.slow
def test_one_memo_is_built_again_whenever_its_template_is_saved(place):
    told, stop, before = [], Event(), bytes_of(place / "reports/2020")
    watcher = Thread(
        target=watch, args=(Workspace(place),), kwargs={
            "template": "district_memo", "unit": "V", "language": "en", "stop": stop,
            "tell": lambda found, folder: told.append((found, folder)),
        },
    )  # fmt: skip
    watcher.start()
    try:
        _until(lambda: len(told) == 1)
        time.sleep(0.5)
        added(place, "from analysis.documents import Blocks")
        _until(lambda: len(told) == 2)
        assert [found.fault for found, _ in told] == ["", ""]
        added(place, "raise ValueError('mid-word')", place=3)
        _until(lambda: len(told) == 3)
        assert "mid-word" in told[2][0].fault
        assert {path.name for path in (place / "reports/watch/district_memo/V.en").iterdir()} == set()
    finally:
        stop.set()
        watcher.join(30)
    assert not watcher.is_alive()
    assert bytes_of(place / "reports/2020") == before  # no release was touched
    with pytest.raises(DuzhengError, match="DZ-U001"):  # that no saved file would mend
        watch(Workspace(place), template="district_memo", unit="W", language="en", tell=lambda *_: None)


def _until(come, seconds=40, every=0.05):
    end = time.monotonic() + seconds
    while not come():
        assert time.monotonic() < end
        time.sleep(every)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting a small disk takes leave")
def test_a_full_disk_stops_the_batch_and_what_was_finished_stays(place, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    build_all = f"{duzheng()} memo build --jobs 1"
    script = f"""
        mount -t tmpfs -o size=60m tmpfs {disk} && cp -r {place}/. {disk}/ && cd {disk} && rm -rf reports/2020 || exit 9
        mount -o remount,size=$(($(du -sk . | cut -f1) + 1000))k {disk} || exit 9
        {build_all}; echo first $?
        mount -o remount,size=60m {disk} || exit 9
        {build_all} --explain; echo second $?
        {duzheng()} memo verify reports/2020; echo third $?
    """
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, check=False)
    if done.returncode == 9 or "unshare:" in done.stderr:
        pytest.skip("mounting is not allowed here")
    assert "No space left on device" in done.stderr
    assert "what is finished stays" in done.stderr.lower()
    assert "Traceback" not in done.stderr
    _, second = done.stdout.split("first 1\n")  # it failed, and said so
    assert second.count(": stays") in range(1, 4)  # and then went on
    assert "second 0" in second
    assert "third 0" in second


def _finished(root):
    """Count the memos that a batch has finished."""
    return sum(bool(entry["files"]) for *_, entry in Manifest.open(root / "reports/2020").entries())


#: Where a batch of four memos can be killed, and how it is seen to be there; the rest is a matter of luck.
MOMENTS = {
    "it was about to compute": lambda root: (root / "reports/.run_tables-2020.holder").exists(),
    "it wrote the tables": lambda root: any((root / "reports/run_tables-2020").glob("*.parquet")),
    "it had begun": lambda root: (root / "reports/2020/manifest.json").exists(),
    "one memo was finished": lambda root: _finished(root) >= 1,
    "two memos were finished": lambda root: _finished(root) >= 2,
    "three memos were finished": lambda root: _finished(root) >= 3,
    "it wrote what lies beside them": lambda root: (root / "reports/2020/tables").exists(),
}


@pytest.mark.slow
def test_a_batch_that_is_killed_at_any_moment_goes_on_and_ends_as_if_nothing_had_been(tmp_path):
    """Each batch that is killed, at moments of its work and at random ones, is run to its end: to the same bytes."""
    command = [duzheng(), *["memo", "build", "--format", "html", "--jobs", "2"]]
    whole = invent(tmp_path / "whole")
    begun = time.monotonic()
    subprocess.run(command, cwd=whole, check=True, capture_output=True)
    took = time.monotonic() - begun
    wanted = {path.relative_to(whole).as_posix(): text for path, text in bytes_of(whole / "reports/2020").items()}
    chance = random.Random(20261130)
    stayed = {}
    for moment in (*MOMENTS, *(chance.uniform(0.2, took) for _ in range(2))):
        root = invent(tmp_path / "killed")
        batch = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if isinstance(moment, str):
            _until(lambda there=MOMENTS[moment], root=root: there(root), seconds=120, every=0.002)
        else:
            time.sleep(moment)
        process = psutil.Process(batch.pid)
        process.suspend()  # it gets no further while those below it are listed
        below = process.children(recursive=True)
        batch.kill()
        batch.wait()
        assert not psutil.wait_procs(below, timeout=15)[1]  # no kernel and no worker is left
        finished = _finished(root)
        done = subprocess.run([*command, "--explain"], cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        stayed[moment] = 4 if "nothing to do" in done.stdout else done.stdout.count(": stays")
        assert stayed[moment] == finished
        found = {path.relative_to(root).as_posix(): text for path, text in bytes_of(root / "reports/2020").items()}
        assert found.keys() == wanted.keys()
        assert [name for name in wanted if found[name] != wanted[name]] == []
        shutil.rmtree(root)
    assert {stayed["it was about to compute"], stayed["it wrote the tables"]} == {0}
    assert {1, 2, 3} & {*stayed.values()}  # some were killed in the middle
    assert stayed["it wrote what lies beside them"] == 4


@pytest.mark.slow
def test_a_cluster_of_dask_builds_the_same_bytes(first, place):
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        address = cluster.scheduler_address.removeprefix("tcp://")
        outcomes = build(planned(place), executor=f"dask://{address}", afresh=True)
        assert [(outcome.fault, outcome.kept) for outcome in outcomes] == [("", False)] * 2
        mine, theirs = (bytes_of(root / "reports/2020/district_memo") for root in (place, first))
        assert {path.relative_to(place): text for path, text in mine.items()} == {
            path.relative_to(first): text for path, text in theirs.items()
        }
        added(place, "if unit == 'U':\n    raise ValueError('no such thing')", place=3)
        bad, good = build(planned(place), executor=f"dask://{address}")
        assert "no such thing" in bad.fault
        assert good.fault == ""
    with pytest.raises(DuzhengError, match=r"DZ-M009.*no scheduler"):
        build(planned(place), executor="dask://127.0.0.1:1", afresh=True)
    with pytest.raises(DuzhengError, match=r"DZ-M009.*dask://HOST:PORT"):
        build(planned(place), executor="slurm", afresh=True)
