"""The numbers of R's survey package, the data that they are of, and the designs as the reference file defines them."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pandas as pd

from analysis.stats import SurveyDesign

FOLDER = Path(__file__).parents[1] / "reference"
ENTRIES = {e["id"]: e for e in json.loads((FOLDER / "r_reference.json").read_text(encoding="utf-8"))["reference"]}


@functools.cache
def data(name: str) -> pd.DataFrame:
    """Read a frame of the reference, with the indicators that some of R's formulas make."""
    frame = pd.read_csv(FOLDER / f"{name}.csv")
    if "awards" in frame:
        frame["award"] = (frame["awards"] == "Yes").astype(float)
        frame["wide"] = (frame["sch.wide"] == "Yes").astype(float)
        for level in "EHM":
            frame[f"stype{level}"] = (frame["stype"] == level).astype(float)
    return frame


DESIGNS = {
    "dstrat": ("apistrat", {"strata": "stype", "fpc": "fpc"}),
    "dstrat_nofpc": ("apistrat", {"strata": "stype"}),
    "dsrs": ("apistrat", {}),
    "dclus1": ("apiclus1", {"psu": "dnum", "fpc": "fpc"}),
    "dclus1_nofpc": ("apiclus1", {"psu": "dnum"}),
    "dclus2": ("apiclus2", {"psu": "dnum", "ssu": "snum", "fpc": ("fpc1", "fpc2")}),
    "dclus2wr": ("apiclus2", {"psu": "dnum", "ssu": "snum"}),
    "dclus2one": ("apiclus2", {"psu": "dnum", "fpc": "fpc1"}),
}


def margin(**totals: float) -> pd.DataFrame:
    """Lay the totals of one variable out as R's calls name them: ``stype_E=4421``."""
    name = next(iter(totals)).rsplit("_", 1)[0]
    rows = {key.rsplit("_", 1)[1]: total for key, total in totals.items()}
    return pd.DataFrame({NAMES.get(name, name): list(rows), "total": list(rows.values())})


#: Names of columns that can't be written as keywords.
NAMES = {"wide": "sch.wide"}
STYPE = margin(stype_E=4421, stype_H=755, stype_M=1018)
WIDE = margin(wide_No=1072, wide_Yes=5122)
API99 = pd.DataFrame({"variable": ["api99"], "total": [3914069]})
CALIBRATED = {
    "dclus1p": ("dclus1", lambda d: d.poststratify(STYPE)),
    "pnofpc": ("dclus1_nofpc", lambda d: d.poststratify(STYPE)),
    "rclus1": ("dclus1", lambda d: d.rake([STYPE, WIDE])),
    "rnofpc": ("dclus1_nofpc", lambda d: d.rake([STYPE, WIDE])),
    "gclus1": ("dclus1", lambda d: d.calibrate([STYPE, API99])),
    "gclus1r": ("dclus1", lambda d: d.calibrate([STYPE, WIDE], method="raking")),
    "gclus1l": ("dclus1", lambda d: d.calibrate([STYPE, WIDE], method="logit", bounds=(0.3, 3))),
    "trimmed": ("dclus1", lambda d: d.rake([STYPE, WIDE]).trim(lower=20, upper=40)),
}


@functools.cache
def design(name: str) -> SurveyDesign:
    """Make a design by its name in the reference file."""
    if name in CALIBRATED:
        base, weigh = CALIBRATED[name]
        return weigh(design(base))
    frame, columns = DESIGNS[name]
    return SurveyDesign(data(frame), weights="pw", **columns)
