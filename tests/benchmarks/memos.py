"""What a batch of memos costs: ours beside plain papermill, the whole set, nothing to do, and a simulated nation.

``python -m tests.benchmarks.memos [counties]`` prints seconds, ratios and memory. The nation is made up.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import papermill
from tests.benchmarks.clock import say
from tests.benchmarks.national import write_national

from analysis.memos import plan
from analysis.memos.kernels import NAME, warm_kernels
from analysis.workspace import Workspace

ROOT = Path(__file__).parents[2]
COUNTIES, NATION = 300, 2_800
#: Memos that both engines run.
SAME = 6


def command(root: Path, *options: str) -> float:
    """Run a command of ours in a workspace, and give the seconds that it took."""
    program = Path(sys.executable).with_name("duzheng")
    begun = time.perf_counter()
    subprocess.run([program, "memo", "build", *options], cwd=root, check=True, capture_output=True)
    return time.perf_counter() - begun


def copied(folder: Path) -> Path:
    """Copy the workspace."""
    for name in ("data", "notebooks", "surveys"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("demo"))
    shutil.copy(ROOT / "workspace.yaml", folder)
    return folder


def overhead(root: Path) -> dict[str, tuple[float, float]]:
    """Run the same notebooks by each engine in turns: seconds by the wall, and those of them that are no cell's."""
    tasks = plan(Workspace(root), languages=["en"]).tasks[:SAME]
    took: dict[str, list[tuple[float, float]]] = {"plain papermill": [], "ours": []}
    with warm_kernels() as warm:
        ours = {"engine_name": NAME, "warm": warm, "shutdown_kernel": "immediate"}
        for task in tasks:
            for name, options in (("plain papermill", {}), ("ours", ours)):
                begun = time.perf_counter()
                ran = papermill.execute_notebook(
                    str(task.template), None, parameters=task.parameters.given(), kernel_name="python3",
                    cwd=str(task.template.parent), progress_bar=False, log_output=False, **options,
                )  # fmt: skip
                wall = time.perf_counter() - begun
                cells = sum(cell.metadata["papermill"]["duration"] or 0 for cell in ran.cells)
                took[name].append((wall, wall - cells))
    return {
        name: (statistics.median(wall for wall, _ in runs), statistics.median(rest for _, rest in runs))
        for name, runs in took.items()
    }


def nothing(root: Path) -> tuple[float, float]:
    """Give the seconds of a build that finds nothing to do, and of the imports that it is held to."""
    template = ["--template", "district_memo,city_summary"]
    imports = [sys.executable, "-c", "import pandas, pydantic"]
    ours, theirs = [], []
    for _ in range(5):
        ours.append(command(root, *template))
        begun = time.perf_counter()
        subprocess.run(imports, check=True)
        theirs.append(time.perf_counter() - begun)
    return min(ours), min(theirs)


def nation(root: Path, counties: int) -> dict[str, float]:
    """Build the memos of a simulated nation in one language and three formats."""
    write_national(root, counties, 12)
    (root / "data/rules").mkdir()
    shutil.copy(ROOT / "data/rules/statements.yaml", root / "data/rules")
    shutil.copytree(ROOT / "notebooks/memos", root / "notebooks/memos")
    begun = time.perf_counter()
    plan(Workspace(root), languages=["en"])
    first = time.perf_counter() - begun
    second = command(root, "--language", "en")
    about = json.loads((root / "reports/2024/run.json").read_text(encoding="utf-8"))
    return {"stage one": first, "stage two": second, "peak GiB": about["peak_mib"] / 1024}


def main() -> None:
    """Print a line a measurement."""
    counties = int(sys.argv[1]) if sys.argv[1:] else COUNTIES
    with tempfile.TemporaryDirectory() as folder:
        root = copied(Path(folder))
        whole = command(root, "--template", "district_memo,city_summary")
        say(f"all memos of the workspace, from nothing: {whole:.0f} s")
        ours, imports = nothing(root)
        say(f"nothing to do: {ours:.2f} s, {ours / imports:.2f} times the imports ({imports:.2f} s)")
        found = overhead(root)
        for name, (wall, rest) in found.items():
            say(f"a district's notebook by {name}: {wall:.2f} s, of which {rest:.2f} s are no cell's")
        (plain, theirs), (mine, rest) = found["plain papermill"], found["ours"]
        say(f"  ours takes 1/{plain / mine:.1f} of the time, and 1/{theirs / rest:.1f} of what is no cell's")
    for number in (counties // 3, counties):
        with tempfile.TemporaryDirectory() as folder:
            took = nation(Path(folder), number)
            one = took["stage two"] / number
            say(f"{number} counties: stage one {took['stage one']:.0f} s, then {took['stage two']:.0f} s "
                f"({one:.2f} s a memo of three formats), peak {took['peak GiB']:.1f} GiB")  # fmt: skip
    say(f"  {NATION} counties at that pace: {NATION * one / 60:.0f} min after stage one")


if __name__ == "__main__":
    main()
