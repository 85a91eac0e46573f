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


@functools.cache
def design(name: str) -> SurveyDesign:
    """Make a design by its name in the reference file."""
    frame, columns = DESIGNS[name]
    return SurveyDesign(data(frame), weights="pw", **columns)
