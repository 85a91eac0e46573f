"""How long a call takes and how much memory it needs; and other packages to measure beside ours, where they are."""

from __future__ import annotations

import importlib
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil

#: Where `make bench` puts the other packages: behind ours, so that they bring no other NumPy.
PEERS = Path(__file__).parents[2] / ".venv/peers"


def best(call, times: int = 5) -> float:
    """Give the shortest of several times, in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


def peak(call) -> float:
    """Give the highest memory during a call over that before it, in MB."""
    process, highest, done = psutil.Process(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.001):
            highest[0] = max(highest[0], process.memory_info().rss)

    before = process.memory_info().rss
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    call()
    done.set()
    watcher.join()
    return max(highest[0] - before, 0) / 1e6


def peer(name: str) -> Any:
    """Import another package, or say that it is not here and give None."""
    if str(PEERS) not in sys.path:
        sys.path.append(str(PEERS))
    try:
        return importlib.import_module(name)
    except ImportError as error:
        say(f"  {name} is not measured: {error}")
        return None


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
