"""The script for R: what it says, and (where R is) that R finds the same numbers."""

from __future__ import annotations

import re
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from tests.stats.reference import API99, STYPE, WIDE, data, design

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign

R = shutil.which("Rscript")


def test_the_script_makes_the_design_and_asks_the_same(tmp_path):
    plan = design("dclus2")
    script = plan.as_r(tmp_path, plan.mean(["api00", "ell"], by=["stype", "awards"]), plan.chisq("sch.wide", "stype"))
    text = script.read_text(encoding="utf-8")
    assert "svydesign(ids = ~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = data)" in text
    assert "svyby(~api00, ~awards + stype, design, svymean, na.rm = TRUE)" in text
    assert 'svychisq(~sch.wide + stype, design, statistic = "F")' in text
    assert 'factor(data[["stype"]], levels = c("E", "H", "M"))' in text
    written = pd.read_csv(tmp_path / "data.csv")
    assert set(written) == {"dnum", "snum", "pw", "fpc1", "fpc2", "api00", "ell", "stype", "awards", "sch.wide",
                            "duzheng_weight"}  # fmt: skip
    assert list(written["pw"]) == list(data("apiclus2")["pw"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data.csv", "estimate-1.csv", "estimate-2.csv", "replicate.R"]
    with pytest.raises(DuzhengError, match="an estimate that does not say what was asked"):
        plan.as_r(tmp_path, pd.DataFrame({"estimate": [1.0]}))


def _frame(name: str) -> pd.DataFrame:
    frame = data(name).rename(columns={"cname": "区 县"})
    frame.loc[frame.index[::7], "ell"] = np.nan
    return frame.assign(st=pd.Categorical(frame["stype"], ["E", "M", "H"], ordered=True))


CASES = {
    "strata": lambda: SurveyDesign(_frame("apistrat"), weights="pw", strata="stype", fpc="fpc"),
    "clusters": lambda: SurveyDesign(_frame("apiclus1"), weights="pw", psu="dnum", fpc="fpc"),
    "stages": lambda: SurveyDesign(
        _frame("apiclus2"), weights="pw", psu="dnum", ssu="snum", fpc=("fpc1", "fpc2")
    ),
    "lonely": lambda: SurveyDesign(_frame("apistrat_lonely"), weights="pw", strata="str2", lonely_psu="average"),
    "poststratified": lambda: CASES["clusters"]().poststratify(STYPE.sort_values("total")),
    "raked and trimmed": lambda: CASES["clusters"]().rake([STYPE, WIDE]).trim(lower=20, upper=40),
    "calibrated": lambda: CASES["clusters"]().calibrate([STYPE.sort_values("total"), API99]),
    "bounded": lambda: CASES["clusters"]().calibrate([STYPE, WIDE], method="logit", bounds=(0.3, 3)),
}  # fmt: skip


@pytest.mark.r
@pytest.mark.skipif(R is None, reason="R is not installed")
@pytest.mark.parametrize("case", CASES)
def test_r_finds_the_same_numbers(case, tmp_path):
    plan = CASES[case]()
    asked = [
        plan.mean(["api00", "ell"]), plan.mean("api00", by=["stype", "sch.wide"]), plan.total("enroll", by="stype"),
        plan.ratio("api.stu", "enroll", by="sch.wide"), plan.ratio("api.stu", "enroll"), plan.proportion("stype"),
        plan.proportion("awards", by="stype"), plan.mean("api00", by="区 县"),
        plan.regress("api00 ~ ell + stype"), plan.regress("awards ~ meals", family="binomial"),
        plan.chisq("sch.wide", "stype"), plan.ttest("api00", "awards"), plan.ttest("api00", "awards", by="stype"),
    ]  # fmt: skip
    if not plan.steps:
        asked += [plan.variance("api00"), plan.chisq("sch.wide", "stype", statistic="Wald")]
    script = plan.as_r(tmp_path, *asked)
    done = subprocess.run([R, script.name], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found = re.findall(r"(estimate-\d+\.csv) (\w+): (\d+) numbers, largest relative difference (\S+)", done.stdout)
    assert len(found) == 2 * len(asked)
    # p of order 1e-20 loses digits in R's own tails.
    worst = {(file, what): float(away) for file, what, _, away in found if what != "p"}
    assert max(worst.values()) < 1e-8, sorted(worst.items(), key=lambda item: -item[1])[:5]
