"""The same call on a table that is not in memory gives the same numbers."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest
from tests.stats.reference import DESIGNS, data

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign

CASES = {key: DESIGNS[key] for key in ("dclus1", "dclus1_nofpc", "dclus2", "dclus2wr", "dclus2one")}


@pytest.fixture(scope="module")
def parquet(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parquet")

    def write(name: str) -> str:
        path = folder / f"{name}.parquet"
        if not path.exists():
            frame = data(name).rename(columns={"api.stu": "api_stu"})
            frame.loc[frame.index[::7], "ell"] = np.nan
            frame.to_parquet(path)
        return str(path)

    return write


def _same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-9, atol=1e-12, check_dtype=False)


@pytest.mark.parametrize("name", CASES)
def test_parquet_gives_what_a_frame_gives(parquet, name):
    source, columns = CASES[name]
    path = parquet(source)
    here, there = (SurveyDesign(d, weights="pw", **columns) for d in (pd.read_parquet(path), path))
    assert here.df == there.df
    for by in ((), "stype", ["stype", "awards"]):
        _same(there.mean(["api00", "ell"], by=by), here.mean(["api00", "ell"], by=by))
        _same(there.total(["api00", "ell"], by=by, df="domain"), here.total(["api00", "ell"], by=by, df="domain"))
        _same(there.ratio("api_stu", "enroll", by=by), here.ratio("api_stu", "enroll", by=by))
        for method in ("logit", "beta"):
            _same(there.proportion("stype", method=method, by=by), here.proportion("stype", method=method, by=by))
    _same(there.covariance(["api00", "ell"], by="stype"), here.covariance(["api00", "ell"], by="stype"))
    asked = {"E - H": {("api00", "E"): 1, ("api00", "H"): -1}}
    _same(there.contrast("api00", asked, by="stype"), here.contrast("api00", asked, by="stype"))


def test_an_ibis_table_and_a_column_that_is_unit_and_domain(parquet):
    import ibis

    path = parquet("apiclus1")
    table = ibis.duckdb.connect().read_parquet(path)
    there = SurveyDesign(table.filter(table.api00 > 500), weights="pw", psu="dnum")
    frame = pd.read_parquet(path)
    here = SurveyDesign(frame[frame["api00"] > 500], weights="pw", psu="dnum")
    _same(there.mean("api00", by="dnum"), here.mean("api00", by="dnum"))


def test_rows_of_weight_nought_and_missing_domains(tmp_path):
    rng = np.random.default_rng(3)
    n = 500
    frame = pd.DataFrame({"w": rng.integers(0, 3, n) * 1.5, "psu": rng.integers(0, 30, n), "y": rng.normal(1e6, 1, n),
                          "d": rng.choice(["a", "b", None], n)})  # fmt: skip
    frame["h"] = frame["psu"] % 3
    frame.loc[frame["psu"] == 7, "w"] = 0.0
    frame.loc[rng.random(n) < 0.2, "y"] = np.nan
    frame.to_parquet(tmp_path / "a.parquet")
    here = SurveyDesign(frame, weights="w", strata="h", psu="psu")
    there = SurveyDesign(tmp_path / "*.parquet", weights="w", strata="h", psu="psu")
    _same(there.mean("y", by="d"), here.mean("y", by="d"))
    _same(there.proportion("d"), here.proportion("d"))


def test_what_is_wrong_with_a_table_is_said_at_once(tmp_path):
    frame = pd.DataFrame({"w": [1.0, -1, np.nan, 2], "psu": [1, 2, None, 4], "fpc": [10, 10, 10, 10], "y": ["a"] * 4,
                          "gone": [np.nan] * 4})  # fmt: skip
    path = tmp_path / "bad.parquet"
    frame.to_parquet(path)
    with pytest.raises(DuzhengError) as caught:
        SurveyDesign(path, weights="w", psu="psu", fpc="fpc")
    text = str(caught.value)
    assert "1 missing weights" in text
    assert "1 negative weights" in text
    assert "column psu: found 1 rows without a value" in text
    with pytest.raises(DuzhengError, match="'x'; expected a column of the table"):
        SurveyDesign(path, weights="x", psu="psu")
    with pytest.raises(DuzhengError, match="a table without psu"):
        SurveyDesign(path, weights="w")
    with pytest.raises(DuzhengError, match=r"DZ-S001 .*none\.parquet: found "):
        SurveyDesign(tmp_path / "none.parquet", weights="w", psu="psu")
    frame.assign(w=1.0, psu=[1, 2, 3, 4]).to_parquet(path)
    good = SurveyDesign(path, weights="w", psu="psu", fpc="fpc")
    with pytest.raises(DuzhengError, match="values of type string; expected numbers"):
        good.mean("y")
    with pytest.raises(DuzhengError, match="DZ-S003 column gone: found no value in any row"):
        good.mean("gone")
    with pytest.raises(DuzhengError, match="unknown column 'z'"):
        good.mean("z")
    with pytest.raises(DuzhengError, match="quantile of a table that is not in memory"):
        good.quantile("gone")
    with pytest.raises(DuzhengError, match="rake of a table that is not in memory"):
        good.rake([])


@pytest.mark.postgres
def test_postgresql_gives_what_a_frame_gives():
    import ibis

    address = os.environ.get("DUZHENG_POSTGRES")
    if not address:
        pytest.skip("set DUZHENG_POSTGRES to the URL of a database that may be written to")
    frame = data("apiclus2").rename(columns={"api.stu": "api_stu"})[
        ["pw", "dnum", "snum", "fpc1", "fpc2", "stype", "api00", "api_stu", "enroll"]
    ]
    database = ibis.connect(address)
    table = database.create_table("duzheng_apiclus2", frame, temp=True)
    columns = {"weights": "pw", "psu": "dnum", "ssu": "snum", "fpc": ("fpc1", "fpc2")}
    here, there = SurveyDesign(frame, **columns), SurveyDesign(table, **columns)
    _same(there.mean("api00", by="stype"), here.mean("api00", by="stype"))
    _same(there.ratio("api_stu", "enroll"), here.ratio("api_stu", "enroll"))
    _same(there.proportion("stype"), here.proportion("stype"))


def test_nan_in_a_file_is_missing_and_infinite_values_are_refused(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    frame = data("apiclus1")[["dnum", "pw", "stype", "api00", "ell"]].astype({"api00": float, "ell": float})
    frame.loc[frame.index[::5], "ell"] = np.nan
    path = str(tmp_path / "nan.parquet")
    pq.write_table(pa.table({name: pa.array(frame[name].to_numpy(), from_pandas=False) for name in frame}), path)
    here, there = (SurveyDesign(d, weights="pw", psu="dnum") for d in (frame, path))
    _same(there.mean(["api00", "ell"], by="stype"), here.mean(["api00", "ell"], by="stype"))
    _same(there.ratio("ell", "api00"), here.ratio("ell", "api00"))
    frame.loc[3, "api00"] = np.inf
    frame.to_parquet(path)
    with pytest.raises(DuzhengError, match="infinite values") as caught:
        SurveyDesign(path, weights="pw", psu="dnum").mean(["api00", "ell"])
    assert [(f.code, f.column) for f in caught.value.faults] == [("DZ-S002", "api00")]
