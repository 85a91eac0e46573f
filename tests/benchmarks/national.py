"""A simulated national workspace: 2,800 counties x 40 indicators x 10 years, loaded, checked and screened.

``python -m tests.benchmarks.national [counties]`` prints seconds a step, rows, and the peak of memory. All is made up.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.indicators import series, warnings
from analysis.indicators.composites import composite
from analysis.workspace import Workspace

COUNTIES, PROVINCES, YEARS = 2_800, 31, range(2015, 2025)
#: Forty indicators that are observed: counts, amounts, and rates with their parts; and ratios computed of them.
COUNTS, AMOUNTS, RATES, RATIOS = 26, 8, 6, 6
OBSERVED = COUNTS + AMOUNTS + RATES
MERGED = 20  #: pairs of counties, of which one took in the other

_SETTINGS = """\
name: {zh-Hans: 虚构国, en: Invented country}
languages: [zh-Hans, en]
year: 2024
released: 2025-01-31
boundaries: 2024
unit_kind: county
unit_name: {zh-Hans: 县, en: county}
unit_names: {zh-Hans: 县, en: counties}
"""
_SOURCES = """\
source,work_zh,work_en,part_zh,part_en,publisher,url,read_as,status,note
made-up,模拟数据，非真实数据,Simulated: no real figures,,,nobody,,C,ok,synthetic
"""


def write_national(root: Path, counties: int = COUNTIES, observed: int = OBSERVED) -> Path:
    """Write a workspace of made-up figures, of the first so many indicators; its files say that they are simulated."""
    chance = np.random.default_rng(20241231)
    units = _units(counties)
    for folder in ("data/indicators", "data/observations"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "workspace.yaml").write_text(_SETTINGS, encoding="utf-8")
    (root / "data/sources.csv").write_text(_SOURCES, encoding="utf-8")
    units.to_csv(root / "data/units.csv", index=False)
    (root / "data/indicators/all.yaml").write_text(_catalogue(), encoding="utf-8")
    base = units[units["kind"] == "county"].reset_index(drop=True)
    size = chance.lognormal(9, 0.8, len(base))
    for number in range(observed):
        _observations(base, number, size, chance).to_csv(root / f"data/observations/i{number:02d}.csv", index=False)
    return root


def _units(counties: int) -> pd.DataFrame:
    rows = [("N", "N", "nation", "", "", "", "")]
    rows += [(f"P{k:02d}", f"P{k:02d}", "province", "N", "", "", "") for k in range(PROVINCES)]
    for k in range(counties):
        code, parent = f"C{k:04d}", f"P{k % PROVINCES:02d}"
        taker, taken = k < MERGED, counties - MERGED <= k
        if taker:  # took in the county that many places before the end, in its province or not
            rows.append((f"{code}:2018", code, "county", parent, "", "2018", code))
            rows.append((code, code, "county", parent, "2019", "", ""))
        elif taken:
            rows.append((code, code, "county", f"P{(k - counties + MERGED) % PROVINCES:02d}", "", "2018",
                         f"C{k - counties + MERGED:04d}"))  # fmt: skip
        else:
            rows.append((code, code, "county", parent, "", "", ""))
    frame = pd.DataFrame(rows, columns=["id", "code", "kind", "parent", "valid_from", "valid_to", "successor"])
    frame["name_zh"], frame["name_en"] = "模拟" + frame["id"], "Simulated " + frame["id"]
    return frame[["id", "code", "name_zh", "name_en", "kind", "parent", "valid_from", "valid_to", "successor"]]


def _kind(number: int) -> str:
    return "count" if number < COUNTS else "amount" if number < COUNTS + AMOUNTS else "rate"


def _catalogue() -> str:
    entries = []
    for number in range(OBSERVED + RATIOS):
        ratio = number >= OBSERVED
        kind = "ratio" if ratio else _kind(number)
        lines = [
            f"- code: i{number:02d}",
            f"  name: {{zh-Hans: 模拟指标{number}, en: Simulated indicator {number}}}",
            "  definition: {zh-Hans: 模拟。, en: Simulated.}",
            "  topic: schooling",
            f"  kind: {kind}",
            f"  measure: {{zh-Hans: {'“%”' if kind == 'rate' else '人'}, en: x}}".replace("“%”", '"%"'),
            f"  decimals: {0 if kind == 'count' else 2}",
        ]
        lines += ["  scale: 100"] if kind == "rate" else []
        lines += [f"  not_above: i{number - 1:02d}"] if kind == "count" and number % 4 == 1 else []
        if ratio:
            k = number - OBSERVED
            lines.append(f"  formula: {{numerator: i{2 * k + 1:02d}, denominator: i{2 * k:02d}, scale: 100}}")
        entries.append("\n".join(lines))
    return "# Simulated, for tests of size only.\n" + "\n".join(entries) + "\n"


def _observations(base: pd.DataFrame, number: int, size: np.ndarray, chance: np.random.Generator) -> pd.DataFrame:
    kind, parts = _kind(number), []
    share = chance.uniform(0.3, 0.9, len(base)) ** (number % 4)
    for year in YEARS:
        there = ((base["valid_from"] == "") | (base["valid_from"].replace("", "0").astype(int) <= year)) & (
            (base["valid_to"] == "") | (base["valid_to"].replace("", "9999").astype(int) >= year)
        )
        grown = size * share * 1.01 ** (year - YEARS[0]) * np.exp(chance.normal(0, 0.01, len(base)))
        part = pd.DataFrame({"unit": base["code"], "year": year, "indicator": f"i{number:02d}", "value": grown})
        part["parent"] = base["parent"]
        part = part[there]
        if kind == "rate":
            part["denominator"] = np.rint(part["value"]).clip(lower=1)
            part["numerator"] = np.rint(part["denominator"] * chance.uniform(0.7, 1, len(part)))
            part["value"] = (100 * part["numerator"] / part["denominator"]).round(2)
        else:
            part["value"] = part["value"].round(0 if kind == "count" else 2)
            sums = part.groupby("parent")["value"].sum().round(2)
            above = pd.DataFrame({"unit": sums.index, "year": year, "indicator": f"i{number:02d}", "value": sums})
            part = pd.concat([part, above])
        parts.append(part)
    frame = pd.concat(parts).drop(columns="parent")
    gone = chance.random(len(frame)) < 0.01
    frame["status"] = np.where(gone, "missing", "")
    names = [name for name in ("value", "numerator", "denominator") if name in frame]
    frame.loc[gone, names] = np.nan
    frame["measure"] = "%" if kind == "rate" else "人"
    frame["source"] = "made-up"
    frame["note"] = "模拟"
    if kind == "count":
        for name in names:
            frame[name] = frame[name].astype("Int64")
    return frame


def measured(root: Path) -> dict[str, float]:
    """Load, check and screen a workspace; give seconds by step, rows, and the peak of memory in GB."""
    took: dict[str, float] = {}

    def step(name, of):
        began = time.perf_counter()
        found = of()
        took[name] = time.perf_counter() - began
        return found

    workspace = Workspace(root)
    codes = list(workspace.catalogue)
    step("load and check", workspace.check)
    step("warnings", lambda: warnings(workspace))
    step("series", lambda: series(workspace, codes))
    observed = codes[:OBSERVED]
    directions = dict.fromkeys(observed, "higher")
    step(
        "screen",
        lambda: composite(workspace, observed, directions=directions).screen(),
    )
    took["all"] = sum(took.values())
    took["rows"] = len(workspace.observations)
    took["peak GB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return took


def main() -> None:
    """Print a line a step."""
    counties = int(sys.argv[1]) if sys.argv[1:] else COUNTIES
    with tempfile.TemporaryDirectory() as folder:
        root = write_national(Path(folder), counties)
        for name, number in measured(root).items():
            sys.stdout.write(f"{name:18}{number:12,.2f}\n")


if __name__ == "__main__":
    main()
