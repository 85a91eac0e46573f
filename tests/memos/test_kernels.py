"""Warm kernels: the same notebooks as papermill's own engine gives, nothing shared, nobody left behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

import nbformat
import papermill
import psutil
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from tests.conftest import ROOT

from analysis.memos import kernels
from analysis.memos.kernels import NAME, Forked, Warm, forkable, warm_kernels

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks")

#: Streams, results, displays, an updated display, rich outputs, magics, a cell without output, Markdown.
CELLS = [
    "print('out'); import sys; print('err', file=sys.stderr); print('again')",
    "import pandas as pd\nframe = pd.DataFrame({'a': [x, 2]})\nframe",
    "from IPython.display import HTML, display\nhandle = display(HTML('<b>one</b>'), display_id='here')",
    "handle.update(HTML('<b>two</b>'))\ndisplay({'text/plain': 'raw', 'application/json': {'k': 1}}, raw=True)",
    "%%capture held\nprint('kept')",
    "held.stdout, _, x",
    "y = 1",
    "import os; os.environ['GIVEN'], os.path.basename(os.getcwd())",
]


@pytest.fixture(scope="module")
def warm():
    with warm_kernels() as path:
        assert path
        yield path


def notebook(folder, *cells):
    made = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    )
    made.cells = [nbformat.v4.new_code_cell("x = 1", metadata={"tags": ["parameters"]}),
                  nbformat.v4.new_markdown_cell("Text"), *map(nbformat.v4.new_code_cell, cells)]  # fmt: skip
    path = folder / "in.ipynb"
    nbformat.write(made, path)
    return path


def run(path, engine=None, **more):
    given = {"warm": more.pop("warm")} if "warm" in more else {}
    return papermill.execute_notebook(
        path, path.with_name(f"{engine or 'own'}.ipynb"), parameters={"x": 5}, engine_name=engine,
        kernel_name="python3", cwd=path.parent, progress_bar=False, **given, **more,
    )  # fmt: skip


def compared(made):
    """Leave out what differs from run to run: times, ids, the addresses of objects, the numbers of processes."""
    content = json.loads(nbformat.writes(made))
    content["metadata"].pop("papermill")
    for cell in content["cells"]:
        cell.pop("id", None)
        cell["metadata"].pop("papermill", None)
        cell["metadata"].pop("execution", None)
    return re.sub(r"ipykernel_\d+/\d+|0x[0-9a-f]+", "…", json.dumps(content, sort_keys=True, indent=1))


def test_a_notebook_is_the_same_as_by_papermill_s_own_engine(warm, tmp_path, monkeypatch):
    monkeypatch.setenv("GIVEN", "from outside")
    path = notebook(tmp_path, *CELLS)
    own, ours = run(path), run(path, NAME, warm=warm)
    assert compared(ours) == compared(own)
    assert [cell.execution_count for cell in ours.cells if cell.cell_type == "code"] == list(range(1, len(CELLS) + 3))
    assert "from outside" in compared(ours)


def test_an_error_is_the_same_and_leaves_the_same_notebook(warm, tmp_path):
    path = notebook(tmp_path, "before = 1", "def deep():\n    return {}['missing']\ndeep()", "never = 1")
    raised = {}
    for engine, more in ((None, {}), (NAME, {"warm": warm})):
        with pytest.raises(PapermillExecutionError) as error:
            run(path, engine, **more)
        raised[engine] = error.value
    one, other = raised.values()
    assert (one.ename, one.evalue, one.exec_count, one.source) == (
        other.ename,
        other.evalue,
        other.exec_count,
        other.source,
    )
    left = [compared(nbformat.read(tmp_path / f"{name}.ipynb", as_version=4)) for name in ("own", NAME)]
    assert left[0] == left[1]
    assert "KeyError" in left[0]


@pytest.mark.parametrize(("code", "error"), [
    ("import time; time.sleep(60)", CellTimeoutError),
    ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", DeadKernelError),
    ("import os; os._exit(3)", DeadKernelError),
])  # fmt: skip
def test_a_kernel_that_hangs_or_dies_is_told_as_by_papermill_s_own_engine(warm, tmp_path, code, error):
    path = notebook(tmp_path, code)
    with pytest.raises(error):
        run(path, NAME, warm=warm, execution_timeout=3)
    if error is DeadKernelError:
        with pytest.raises(error):
            run(path, execution_timeout=30)
    assert psutil_children(warm) == []


def test_nothing_is_shared_between_notebooks(warm, tmp_path):
    cell = ("import os, random, sys, analysis, numpy\n"
            "seen = [getattr(analysis, 'left', None), os.environ.get('LEFT'), 'decimal_left' in sys.modules]\n"
            "analysis.left = os.environ['LEFT'] = 'here'; sys.modules['decimal_left'] = sys; os.chdir('/')\n"
            "print([*seen, random.random(), numpy.random.random()])")  # fmt: skip
    path = notebook(tmp_path, cell)
    said = [eval(run(path, NAME, warm=warm).cells[-1].outputs[0].text) for _ in range(2)]  # noqa: S307  our own list
    assert [each[:3] for each in said] == [[None, None, False]] * 2
    assert said[0][3:] != said[1][3:]
    assert said[0][3] != said[1][3]
    assert said[0][4] != said[1][4]


def psutil_children(path):
    """Give the kernels of the warm process that listens at a socket."""
    named = [each for each in psutil.process_iter(["cmdline"]) if path in (each.info["cmdline"] or [])]
    (server,) = [each for each in named if each.parent() not in named]
    until = time.monotonic() + 5
    while (left := server.children()) and time.monotonic() < until:
        time.sleep(0.02)
    return left


def test_a_kernel_ends_with_its_status_and_with_its_connection(warm, tmp_path):
    environment = dict(os.environ)
    refused = Forked(
        warm, ["--no-such-option=1", "-f", str(tmp_path / "none" / "kernel.json")], str(tmp_path), environment
    )
    assert refused.wait(timeout=30) != 0
    waiting = Forked(warm, ["-f", str(tmp_path / "kernel.json"), "--transport=ipc"], str(tmp_path), environment)
    process = psutil.Process(waiting.pid)
    assert waiting.poll() is None
    waiting._connection.close()
    psutil.wait_procs([process], timeout=5)
    assert not process.is_running()


def test_who_is_killed_takes_its_kernels_along(tmp_path):
    path = notebook(tmp_path, "import os; open('pid', 'w').write(str(os.getpid())); import time; time.sleep(60)")
    call = f"{str(path)!r}, None, cwd={str(tmp_path)!r}, engine_name={NAME!r}"
    script = f"import papermill; papermill.execute_notebook({call})"
    (tmp_path / "temporary").mkdir()
    owner = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL, cwd=ROOT,
                             env={**os.environ, "TMPDIR": str(tmp_path / "temporary")})  # fmt: skip
    pid = tmp_path / "pid"
    until = time.monotonic() + 90
    while not (pid.is_file() and pid.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    family = [psutil.Process(owner.pid), *psutil.Process(owner.pid).children(recursive=True)]
    assert int(pid.read_text()) in [each.pid for each in family]
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    _, alive = psutil.wait_procs(family[1:], timeout=10)
    assert alive == []
    assert list((tmp_path / "temporary").iterdir()) == []


def test_without_forks_kernels_start_from_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(kernels.Warm, "wait", lambda _: (_ for _ in ()).throw(RuntimeError("2 threads")))
    with warm_kernels() as path:
        assert path == ""
        assert run(notebook(tmp_path, "x + 1"), NAME, warm=path).cells[-1].outputs[0].data["text/plain"] == "6"
    assert not forkable(["/usr/bin/R", "--slave"])
    assert not forkable([sys.executable, "-m", "xeus"])
    assert not forkable([sys.executable, "-W", "error", "-m", "ipykernel_launcher", "-f", "{connection_file}"])
    assert forkable([sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"])


@pytest.mark.parametrize("first", ["papermill", "analysis.memos.kernels", "analysis.memos"])
def test_papermill_finds_the_engine_whatever_is_imported_first(first):
    script = f"import {first}, papermill; print(papermill.engines.papermill_engines.get_engine({NAME!r}).__name__)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout == "WarmEngine\n", done.stderr


def test_what_is_printed_while_the_libraries_are_imported_is_no_answer(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text("import sys\nprint('noise')\nsys.stderr.write('loud ' * 100_000)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with warm_kernels() as path:
        assert path


def test_a_warm_process_that_cannot_begin_is_done_without(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with warm_kernels() as path:
        assert path == ""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_notebooks_go_on_when_the_warm_process_does_not(tmp_path, monkeypatch, how):
    monkeypatch.setattr(kernels, "_ANSWER", 2)
    path = notebook(tmp_path, "x + 1")
    warm = Warm()
    try:
        warm.wait()
        os.kill(warm.pid, how)
        assert run(path, NAME, warm=str(warm.socket)).cells[-1].outputs[0].data["text/plain"] == "6"
    finally:
        os.kill(warm.pid, signal.SIGKILL)
        warm.close()


def test_who_says_half_a_request_or_nonsense_disturbs_nobody(warm, tmp_path):
    half, wrong, gone = (socket.socket(socket.AF_UNIX) for _ in range(3))
    with half, wrong, gone:
        for each in (half, wrong, gone):
            each.connect(warm)
        half.sendall(b'{"argv"')
        wrong.sendall(b"nonsense\n")
        gone.sendall(b'{"argv": [')
        gone.close()
        assert wrong.recv(1) == b""
        assert run(notebook(tmp_path, "x + 1"), NAME, warm=warm).cells[-1].outputs[0].data["text/plain"] == "6"


def test_a_long_path_of_the_folder_for_temporary_files_is_no_hindrance(tmp_path, monkeypatch):
    deep = tmp_path / ("a" * 90)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    with warm_kernels() as path:
        assert path == ""
        assert run(notebook(tmp_path, "x + 1"), NAME, warm=path).cells[-1].outputs[0].data["text/plain"] == "6"
    assert list(deep.iterdir()) == []


def test_a_notebook_sees_neither_the_folder_nor_the_arguments_of_whom_it_was_forked_from(warm, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "beside_the_owner.py").write_text("")
    monkeypatch.chdir(elsewhere)
    with warm_kernels() as path:
        cell = "import importlib.util, sys; importlib.util.find_spec('beside_the_owner'), 'launcher' in sys.argv[0]"
        made = run(notebook(tmp_path, cell), NAME, warm=path)
    assert made.cells[-1].outputs[0].data["text/plain"] == "(None, True)"
