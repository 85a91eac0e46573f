"""Invented counties and figures for audits: clean batches of a seed, and defects planted in plain sight."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tests.conftest import INVENTED, write

from analysis.workspace import Workspace

YEARS = range(2011, 2021)


def counties(root, n=16, k=20, *, rules=None):
    """Give a workspace of n counties C0, C1, … and k counts count_0, count_1, …"""
    units = [f"C{i},C{i},{i}号县,County {i},county,P,,," for i in range(n)]
    indicators = [
        f"- {{code: count_{i}, name: {{zh-Hans: 计数{i}, en: Count {i}}}, topic: schooling, kind: count,\n"
        "   definition: {zh-Hans: 虚构。, en: Invented.}, measure: {zh-Hans: 人, en: persons}}"
        for i in range(k)
    ]
    files = {
        **{name: text for name, text in INVENTED.items() if "observations" not in name},
        "data/units.csv": "id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor\n"
        "P,P,虚构州,Invented Prefecture,prefecture,,,,\n" + "\n".join(units) + "\n",
        "data/indicators/all.yaml": "\n".join(indicators) + "\n",
        **(rules or {}),
    }
    return Workspace(write(root, files))


def clean(seed, n=16, k=20, years=YEARS, tails=None):
    """Give figures that were counted and never touched: levels spread over orders of magnitude, yearly changes of about
    3 %, more with some counties than with others; with heavier tails (of t) if asked for."""
    rng = np.random.default_rng(seed)
    level = np.log(3000) + rng.normal(0, 1, k) + rng.normal(0, 0.6, (n, 1)) + rng.normal(0, 0.3, (n, k))
    own = 0.03 * np.exp(rng.normal(0, 0.3, (n, 1)))
    values = np.empty((n, k, len(years)))
    for at in range(len(years)):
        values[:, :, at] = np.rint(np.exp(level))
        change = rng.normal(size=(n, k)) if tails is None else rng.standard_t(tails, (n, k))
        level = level + rng.normal(0.01, 0.03, k) + own * change
    unit, item, year = (each.ravel() for each in np.indices(values.shape))
    return pd.DataFrame({
        "unit": np.char.add("C", unit.astype(str)), "year": years[0] + year,
        "indicator": np.char.add("count_", item.astype(str)), "value": values.ravel(),
    })  # fmt: skip


def at(frame, unit, indicators=None, year=None):
    """Tell which rows are of a county, of some indicators and of a year."""
    here = frame["unit"] == unit
    if indicators is not None:
        here &= frame["indicator"].isin([f"count_{i}" for i in indicators])
    return here & (frame["year"] == year) if year is not None else here


def copied(frame, many, *, of="C0", to="C1", year=2015):
    """Put one county's figures of a year into another."""
    frame.loc[at(frame, to, range(many), year), "value"] = frame.loc[
        at(frame, of, range(many), year), "value"
    ].to_numpy()
    return frame


def carried(frame, many, *, unit="C3", year=2016):
    """Let a county give last year's figures again."""
    frame.loc[at(frame, unit, range(many), year), "value"] = frame.loc[
        at(frame, unit, range(many), year - 1), "value"
    ].to_numpy()
    return frame


def heaped(frame, share, *, unit="C4", seed=1):
    """Let a county write a share of its figures to the next five."""
    rows = at(frame, unit).to_numpy() & (np.random.default_rng(seed).random(len(frame)) < share)
    frame.loc[rows, "value"] = np.rint(frame.loc[rows, "value"] / 5) * 5
    return frame


def jumped(frame, times, *, unit="C5", indicator=3, year=2015):
    """Multiply one figure."""
    here = at(frame, unit, [indicator], year)
    frame.loc[here, "value"] = np.rint(frame.loc[here, "value"] * times)
    return frame


def steady(frame, spread, *, unit="C6", indicator=4, seed=1):
    """Let a series grow by two per cent a year, and hardly vary."""
    rows = frame[at(frame, unit, [indicator])].sort_values("year")
    grown = np.cumsum(np.r_[0, 0.02 + spread * np.random.default_rng(seed).normal(size=len(rows) - 1)])
    frame.loc[rows.index, "value"] = np.rint(rows["value"].iloc[0] * np.exp(grown))
    return frame


def repeated(frame, many, *, unit="C6", indicator=4):
    """Let a series stay as it is for some years."""
    rows = frame[at(frame, unit, [indicator])].sort_values("year")
    values = rows["value"].to_numpy().copy()
    values[2 : 2 + many] = values[1]
    frame.loc[rows.index, "value"] = values
    return frame
