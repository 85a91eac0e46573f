"""The warm process: it has imported what notebooks need, calls nothing of it, and forks a kernel when it is asked.

``python -m analysis.memos.warm SOCKET READY`` listens on a socket of the file system, and says so on a descriptor. A
request is a line of JSON, ``argv`` (of ipykernel), ``cwd`` and ``env``; the answers are ``{"pid": …}`` and, when the
kernel ends, ``{"status": …}``. A kernel is killed when its connection closes, all of them when the process's own
standard input does: nobody outlives whom it serves.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import shutil
import signal
import socket
import sys
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

#: What a memo's notebook imports; what is not here is imported by the notebook itself.
MODULES: Final = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger", "IPython.core.completer",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect", "IPython.extensions.storemagic",
    "faulthandler", "sqlite3", "tornado.platform.asyncio",
    "pandas", "pyarrow.parquet", "pydantic", "fluent.runtime", "ruamel.yaml", "nbformat",
    "analysis", "analysis.workspace", "analysis.findings", "analysis.findings.brief",
)  # fmt: skip
#: One thread, decided before the imports, Arrow's allocator too: the fork of a process with threads may hang.
ALONE: Final = {
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}  # fmt: skip
#: Written once the process listens.
READY: Final = b"ready\n"
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass
class _Server:
    listener: socket.socket
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    #: The connection of each kernel, by its process.
    kernels: dict[int, socket.socket] = field(default_factory=dict)
    #: What has come of a request, by its connection: nobody waits for the rest of a line.
    lines: dict[socket.socket, bytes] = field(default_factory=dict)
    #: What a signal writes to, so that the wait for requests ends.
    waker: socket.socket = field(init=False)

    def serve(self, ready: int) -> None:
        """Answer until standard input closes; say so on a descriptor first."""
        wake, self.waker = socket.socketpair()
        for each in (wake, self.waker):
            each.settimeout(0)
        signal.set_wakeup_fd(self.waker.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.selector.register(wake, selectors.EVENT_READ)
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        os.write(ready, READY)
        os.close(ready)
        try:
            while True:
                for key, _ in self.selector.select():
                    if key.fileobj is self.listener:
                        self._meet()
                    elif key.fileobj is wake:
                        wake.recv(4096)
                        self._bury()
                    elif key.fileobj == sys.stdin.fileno():
                        if not os.read(sys.stdin.fileno(), 4096):
                            return
                    else:
                        self._hear(key.fileobj)
        finally:
            for process in self.kernels:
                _kill(process)

    def _meet(self) -> None:
        """Take a connection; whoever finds the system out of descriptors sees it closed, and nobody else suffers."""
        with contextlib.suppress(OSError):
            connection, _ = self.listener.accept()
            self.lines[connection] = b""
            self.selector.register(connection, selectors.EVENT_READ)

    def _hear(self, connection: Any) -> None:
        """Take a part of a request, or the end of a connection; one that says what can't be read is dropped."""
        try:
            heard = connection.recv(65536)
            if heard:
                self.lines[connection] += heard
                if b"\n" not in self.lines[connection]:
                    return
                request = json.loads(self.lines[connection])
                self.lines[connection] = b""
                if self._fork(connection, request):
                    return
        except (OSError, ValueError):
            pass
        self.selector.unregister(connection)
        del self.lines[connection]
        for process, held in self.kernels.items():
            if held is connection:
                _kill(process)
        connection.close()

    def _fork(self, connection: socket.socket, request: dict[str, Any]) -> bool:
        """Fork a kernel and tell its process; False if the system has no room for one."""
        try:
            process = os.fork()
        except OSError:
            return False
        if process == 0:
            status = 1
            try:
                self._become(request)
                status = _kernel(request["argv"])
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else int(end.code is not None)
            except BaseException:  # noqa: BLE001  whatever it was, no fork may go back into the server
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(status & 0xFF)
        self.kernels[process] = connection
        _tell(connection, {"pid": process})
        return True

    def _become(self, request: dict[str, Any]) -> None:
        """Turn the fork into a process of its own: nothing of the server is left but what it imported."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.setsid()
        _die_with(os.getppid())
        for key in list(self.selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self.waker.close()
        self.selector.close()
        silent = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silent, descriptor)
        os.chdir(request["cwd"])
        sys.path.insert(0, "")  # as a kernel that starts from nothing has it: modules beside the notebook
        os.environ.clear()
        os.environ.update(request["env"])
        _seed_anew()

    def _bury(self) -> None:
        """Tell of the kernels that ended, with the status that `subprocess` would give."""
        for process in list(self.kernels):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                _tell(self.kernels.pop(process), {"status": os.waitstatus_to_exitcode(status)})


def _tell(connection: socket.socket, answer: dict[str, int]) -> None:
    with contextlib.suppress(OSError):  # nobody is left to hear it
        connection.sendall(json.dumps(answer).encode() + b"\n")


def _kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def _die_with(parent: int) -> None:
    """Ask Linux to kill this process when its parent dies; elsewhere ipykernel looks for the parent now and then."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _seed_anew() -> None:
    """Forget the random state that all forks would share."""
    import random

    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def _kernel(argv: list[str]) -> int:
    import atexit

    from ipykernel.kernelapp import IPKernelApp

    sys.argv = ["ipykernel_launcher", *argv]
    app: Any = IPKernelApp.instance()
    gc.disable()  # while much is made and nothing goes
    app.initialize([*argv, f"--IPKernelApp.parent_handle={os.getppid()}"])
    gc.enable()
    app.start()
    atexit._run_exitfuncs()  # noqa: SLF001  the end of a fork runs none by itself
    return 0


def threads() -> int:
    """Count the threads of this process; 1 where the system does not say."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


def main(path: str, ready: int) -> None:
    """Import, listen, answer; at the end the folder of the socket goes, with what kernels left in it."""
    try:
        for name in MODULES:
            import_module(name)
        if threads() != 1:
            raise SystemExit(f"{threads()} threads after the imports: a fork may hang")
        gc.collect()
        gc.freeze()  # pages that no kernel's collector writes to are shared
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen(64)
            _Server(listener).serve(ready)
    finally:  # a fork never comes here
        shutil.rmtree(Path(path).parent, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
