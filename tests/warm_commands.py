"""Warm commands: `duzheng` for scripts of many commands, each a fork of a process that has imported the libraries.

The same program on the same arguments, folder, environment and descriptors; only that nothing is imported anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

#: What most commands import; the rest they import themselves. Nothing of it is called before the fork.
MODULES = (
    "pandas", "pandera", "pyarrow.parquet", "pydantic", "ruamel.yaml", "fluent.runtime", "openpyxl", "docx", "filelock",
    "scipy.stats", "statsmodels.stats.multitest", "analysis.cli", "analysis.workspace", "analysis.findings.brief",
    "analysis.findings.stage_one", "analysis.supervision.gather", "analysis.supervision.checks",
    "analysis.memos.batch", "analysis.memos.plan",
)  # fmt: skip
CLIENT = """#!{python} -IS
import json, os, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({socket!r})
asked = {{"argv": sys.argv, "cwd": os.getcwd(), "env": dict(os.environ)}}
socket.send_fds(line, [b"."], [0, 1, 2])
line.sendall(json.dumps(asked).encode())
line.shutdown(socket.SHUT_WR)
status = line.recv(16)
sys.exit(int(status or b"70"))
"""


@contextlib.contextmanager
def warm_commands(folder: Path) -> Iterator[Path]:
    """Give a folder with a `duzheng` that is warm, while the block lasts."""
    place = folder / "s"
    program = folder / "duzheng"
    program.write_text(CLIENT.format(python=sys.executable, socket=str(place)), encoding="utf-8")
    program.chmod(0o755)
    alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    server = subprocess.Popen([sys.executable, "-m", "tests.warm_commands", str(place)], stdin=subprocess.PIPE,
                              env={**os.environ, **alone, "JE_ARROW_MALLOC_CONF": "background_thread:false"},
                              cwd=Path(__file__).parents[1])  # fmt: skip
    try:
        until = time.monotonic() + 60
        while not place.exists():
            assert server.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        yield folder
    finally:
        server.kill()
        server.wait()


def serve(place: str) -> None:
    """Fork a command for each connection, one after the other or together."""
    for module in MODULES:
        import_module(module)
    _read_rules()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(place + "~")
    listener.listen()
    Path(place + "~").rename(place)
    while True:
        line, _ = listener.accept()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if os.fork() == 0:
            listener.close()
            _run(line)
        line.close()


def _read_rules() -> None:
    """Parse the YAML of the repository's workspace once, as `tests.conftest` does for other tests: by its text."""
    from ruamel.yaml import YAML

    from analysis.workspace import yaml_files

    texts: dict[tuple[Any, str], bytes] = {}

    class Once(YAML):
        def load(self, stream: Any) -> Any:
            if self.typ != ["safe"] or not isinstance(stream, str):
                return super().load(stream)
            key = (self.Parser, stream)
            if key not in texts:
                texts[key] = pickle.dumps(super().load(stream))
            return pickle.loads(texts[key])  # noqa: S301  made here

    yaml_files.YAML = Once  # type: ignore[attr-defined]
    root = Path(__file__).parents[1]
    for path in (*root.glob("data/**/*.yaml"), *root.glob("surveys/**/*.yaml"), *root.glob("notebooks/**/*.yaml")):
        yaml_files.parse_yaml(path.read_text(encoding="utf-8"), path.name)


def _run(line: socket.socket) -> None:
    """Be the command that a connection asks for, and never come back."""
    _, descriptors, _, _ = socket.recv_fds(line, 1, 3)
    for to, descriptor in enumerate(descriptors):
        os.dup2(descriptor, to)
        os.close(descriptor)
    with line.makefile("rb") as text:
        asked = json.loads(text.read())
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = asked["argv"]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    code: int | str | None = 0
    try:
        from analysis.cli import main

        main()
    except SystemExit as ended:
        code = ended.code
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    if isinstance(code, str):
        print(code, file=sys.stderr, flush=True)  # noqa: T201
        code = 1
    line.sendall(str(code or 0).encode())
    os._exit(0)


if __name__ == "__main__":
    serve(sys.argv[1])
