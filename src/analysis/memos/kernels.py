"""Warm kernels for papermill: an engine whose kernels are forks of a process that has imported the libraries."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import json
import logging
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from queue import Empty
from typing import IO, Any, ClassVar, cast

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.utils import ensure_async
from traitlets import Type, Unicode

from analysis.memos.warm import ALONE, READY

logger = logging.getLogger("papermill")

#: The name of the engine and of the provisioner, by which papermill and jupyter_client find them.
NAME = "duzheng-warm"
#: Seconds that the imports may take.
_PATIENCE = 120
#: Seconds that an answer may take.
_ANSWER = 30
#: Seconds between two looks whether a kernel has ended.
_LOOK = 0.001
#: Bytes of the path of a socket, a little less than the least that systems take.
_PATH = 90


class Warm:
    """A warm process, for as long as it is held (:func:`warm_kernels`)."""

    _socket: ClassVar[str | None] = None

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="duzheng-"))
        self.socket = self.folder / "warm"
        self._said = self.folder / "said"
        ready, begun = os.pipe()
        self._ready = os.fdopen(ready, "rb")
        try:
            with self._said.open("wb") as said:
                self._process = subprocess.Popen(  # noqa: S603  this very Python; -P: not what lies in our folder
                    [sys.executable, "-P", "-m", "analysis.memos.warm", str(self.socket), str(begun)],
                    pass_fds=[begun], stdin=subprocess.PIPE, stdout=said, stderr=said, env={**os.environ, **ALONE},
                )  # fmt: skip
        except OSError:
            self._ready.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        finally:
            os.close(begun)
        self._in = cast("IO[bytes]", self._process.stdin)

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def wait(self) -> None:
        """Wait until it listens.

        Raises
        ------
        RuntimeError
            With what it said, if it ended before, or took too long.
        """
        heard, _, _ = select.select([self._ready], [], [], _PATIENCE)
        if not heard or self._ready.readline() != READY:
            said = self._said.read_text(encoding="utf-8", errors="replace").strip() if self._said.exists() else ""
            raise RuntimeError(said.splitlines()[-1] if said else "the warm process did not begin")

    def close(self) -> None:
        """End it, and with it all its kernels."""
        with contextlib.suppress(OSError):
            self._in.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._ready.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @classmethod
    def of_this_process(cls) -> str:
        """Give the socket of the one that this process keeps for notebooks run in turn; empty if there can be none."""
        if cls._socket is None:
            held = contextlib.ExitStack()
            cls._socket = held.enter_context(warm_kernels())
            atexit.register(held.close)
        return cls._socket


@contextlib.contextmanager
def warm_kernels() -> Iterator[str]:
    """Hold a warm process and give its socket; empty where there can be none, so that kernels start from nothing."""
    if not hasattr(os, "fork"):
        yield ""
        return
    with contextlib.ExitStack() as held:
        path = ""
        try:
            warm = Warm()
            held.callback(warm.close)
            warm.wait()
            path = str(warm.socket)
        except (OSError, RuntimeError) as error:
            logger.warning("no warm kernels: %s", error)
        yield path


class Forked:
    """A kernel that the warm process forked, as a process of ``subprocess`` shows itself."""

    stdin = stdout = stderr = None

    def __init__(self, path: str, argv: list[str], cwd: str, env: dict[str, str]) -> None:
        self._line = b""
        self.returncode: int | None = None
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.settimeout(_ANSWER)
        request = {"argv": argv, "cwd": cwd, "env": env}
        try:
            self._connection.connect(path)
            self._connection.sendall(json.dumps(request).encode() + b"\n")
            answer = self._answer()
            if answer is None:
                raise ConnectionError("the warm process forked no kernel")
        except OSError:
            self._connection.close()
            raise
        self.pid = answer["pid"]
        self._connection.settimeout(0)

    def _answer(self) -> dict[str, int] | None:
        while b"\n" not in self._line:
            got = self._connection.recv(4096)
            if not got:
                return None
            self._line += got
        line, _, self._line = self._line.partition(b"\n")
        found: dict[str, int] = json.loads(line)
        return found

    def poll(self) -> int | None:
        """Give the status of the kernel; None while it runs."""
        if self.returncode is None:
            try:
                answer = self._answer()
            except BlockingIOError:
                return None
            except OSError:
                answer = None
            self.returncode = -signal.SIGKILL if answer is None else answer["status"]
            self._connection.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the status."""
        until = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(["kernel"], timeout or 0)
            time.sleep(0.005)
        return status

    def send_signal(self, signum: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by asking a warm process for a fork; all else is as with a process of its own."""

    socket = Unicode(help="The socket of the warm process.", config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel of a command whose module is ipykernel's launcher; from nothing if no fork is to be had."""
        argv = cmd[cmd.index("ipykernel_launcher") + 1 :]
        try:
            forked = Forked(str(self.socket), argv, str(kwargs.get("cwd") or Path.cwd()), dict(kwargs["env"]))
        except OSError as error:
            logger.warning("a kernel starts from nothing: %s", error)
            return await super().launch_kernel(cmd, **kwargs)
        self.process = cast("subprocess.Popen[bytes]", forked)
        self.pid = self.pgid = forked.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002  as jupyter_client has it
        """Kill it and wait until it has ended: the manager looks only ten times a second."""
        await super().kill(restart=restart)
        until = time.monotonic() + _ANSWER
        while self.process is not None and self.process.poll() is None and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK)


class QuickClient(AsyncKernelClient):
    """A client that is ready when the kernel is: it does not wait for silence, of which nothing depends."""

    def start_channels(self, *args: Any, **kwargs: Any) -> None:
        """Connect; a kernel that does not listen yet is asked again soon, not after a tenth of a second."""
        self.context.setsockopt(zmq.RECONNECT_IVL, int(1000 * _LOOK))
        super().start_channels(*args, **kwargs)

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  as jupyter_client has it
        """Wait until the kernel answers and its output arrives."""
        until = time.monotonic() + (timeout if timeout is not None else float("inf"))
        while True:
            self.kernel_info()
            try:
                reply = await ensure_async(self.shell_channel.get_msg(timeout=1))
                if reply["msg_type"] == "kernel_info_reply":
                    await ensure_async(self.iopub_channel.get_msg(timeout=0.2))  # else its output is not connected yet
                    self._handle_kernel_info_reply(reply)
                    return
            except Empty:
                pass
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > until:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")


@cache
def _context() -> zmq.asyncio.Context:
    """Give the one context of this process's channels: to make one and end it takes as long as a kernel's start."""
    return zmq.asyncio.Context()


def _at_once(method: Any) -> Any:
    """Give a method of a manager without the wrapper that tells of pending states, which nobody here asks for."""
    return getattr(method, "__wrapped__", method)


def manager(channels: Path, warm: str = "") -> type[AsyncKernelManager]:
    """Make the class of a kernel's manager: with channels of its own, and forked from a warm process if there is one.

    A class, and no manager: papermill does not stop what it did not start. Two kernels that start at once would race
    for ports, so that each has sockets in a folder.
    """

    class Private(AsyncKernelManager):
        client_factory = Type(klass=AsyncKernelClient, default_value=QuickClient if warm else AsyncKernelClient)

        def __init__(self, **traits: Any) -> None:
            traits["connection_file"] = str(channels / "kernel.json")
            if warm:
                traits["context"] = _context()
            if os.name == "posix" and len(os.fsencode(channels / "kernel-5")) < _PATH:
                traits.update(transport="ipc", ip=str(channels / "kernel"))
            super().__init__(**traits)

        # As jupyter_client has them, less a sleep of ten milliseconds for tests of its own.
        start_kernel = _at_once(AsyncKernelManager.start_kernel)
        shutdown_kernel = _at_once(AsyncKernelManager.shutdown_kernel)

        @property
        def kernel_spec(self) -> Any:
            spec = super().kernel_spec
            if warm and spec is not None and forkable(spec.argv):
                spec.metadata = {
                    **spec.metadata,
                    "kernel_provisioner": {"provisioner_name": NAME, "config": {"socket": warm}},
                }
            return spec

    return Private


def forkable(argv: list[str]) -> bool:
    """Tell whether a kernel's command is ipykernel in this very Python, on a system that forks."""
    same = shutil.which(argv[0]) in {sys.executable, shutil.which(sys.executable)} or argv[0] in {"python", "python3"}
    options = {"-m", "ipykernel_launcher", "-Xfrozen_modules=off", "-f", "{connection_file}"}
    return hasattr(os, "fork") and same and "ipykernel_launcher" in argv and set(argv[1:]) <= options


class WarmEngine:
    """papermill's own engine with kernels that are forked; ``papermill --engine duzheng-warm`` finds it by its name.

    Same cells, outputs, counts, errors and time limits. Where nothing can be forked the kernels are as ever. It is not
    derived of papermill's: papermill imports this module while it is being imported.
    """

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Run a notebook; ``warm`` is the socket of a warm process, by default of one that this process keeps."""
        from papermill.engines import NBClientEngine

        path = kwargs.pop("warm", None)
        if path is None:
            path = Warm.of_this_process()
        # In the folder of the warm process, which is cleared when that ends, whatever happens to us.
        beside = Path(path).parent if path and Path(path).exists() else None
        channels = Path(tempfile.mkdtemp(prefix="duzheng-", dir=beside))
        given = {
            "kernel_manager_class": manager(channels, path),
            "extra_arguments": ["--HistoryManager.hist_file=:memory:", "--log-level=CRITICAL"],
        }
        try:
            return NBClientEngine.execute_notebook(nb, kernel_name, **{**given, **kwargs})
        finally:
            shutil.rmtree(channels, ignore_errors=True)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> Any:
        """Give the name of a notebook's kernel."""
        from papermill.engines import NBClientEngine

        return NBClientEngine.nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> Any:
        """Give the language of a notebook."""
        from papermill.engines import NBClientEngine

        return NBClientEngine.nb_language(nb, language)
