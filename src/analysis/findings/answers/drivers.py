"""Drivers: which indices go together with satisfaction overall, in all; never what brings it about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.findings.answers.cells import confidence, number
from analysis.findings.answers.estimates import Row, base
from analysis.findings.answers.levels import finding, named, who
from analysis.findings.answers.waves import Wave
from analysis.findings.finding import Finding
from analysis.findings.wording import Listed, Message, Slot
from analysis.messages import DuzhengError
from analysis.satisfaction import drivers

_TWO, _FEWEST = 2, 3


def shares(wave: Wave, *, level: float = 0.95, replicates: int = 200) -> list[Row]:
    """Give the share that each index has of what all explain of satisfaction overall, and that in all (``r2``).

    Returns
    -------
    list of dict
        Rows of the statistics ``share`` and ``r2``, in per cent, the largest share first; none where there are too few
        indices or answers. Of an open sample they have no intervals.
    """
    if wave.overall is None or len(wave.indices) < _FEWEST:
        return []
    try:
        table = drivers(wave.design, wave.overall.id, level=level, replicates=replicates).table
    except DuzhengError:
        return []
    rows = []
    for found in table[table["statistic"].isin(["share", "r2"])].to_dict("records"):
        if found["estimate"] != found["estimate"]:
            continue
        scale = 100.0 if found["statistic"] == "r2" else 1.0
        open_ = wave.design.kind == "open"
        sure = {name: float("nan") if open_ else scale * found[name] for name in ("se", "lower", "upper")}
        row = base(wave, found["variable"], wave.whole, found["statistic"])
        rows.append(row | sure | {
            "estimate": scale * found["estimate"], "level": level, "df": float("nan") if open_ else found["df"],
            "n": found["n"], "psus": found["psus"], "measure": "share", "precision": "publish",
        })  # fmt: skip
    return rows


def associations(wave: Wave, rows: list[Row], level: float) -> Iterator[Finding]:
    """Give the indices that go most closely with satisfaction overall: those whose intervals reach the first one's.

    Nothing is said where all of them do.
    """
    of = [row for row in rows if row["statistic"] == "share"]
    together = next((row for row in rows if row["statistic"] == "r2"), None)
    if len(of) < _TWO or together is None or wave.overall is None:
        return
    first = of[0]
    if wave.design.kind == "open":
        return
    leading = [row for row in of if row["upper"] >= first["lower"]]
    if len(leading) == len(of):
        return
    slots: dict[str, Slot] = {
        "unit": wave.names[wave.whole], "who": who(wave), "index": wave.overall.name, "n": number(first, "n"),
        "leading": Listed(tuple(Message("answers_share", _share(wave, row)) for row in leading)),
        "others": named(wave, [row for row in of if row not in leading]),
        "r2": number(together), "confidence": confidence(wave, level),
    }  # fmt: skip
    made: dict[str, Any] = first | {"index": wave.overall.id, "kind": "exploratory", "family": ""}
    yield finding(wave, made, "driver", "driver", slots,
                  cells=(*(row["cell"] for row in leading), together["cell"]))  # fmt: skip


def _share(wave: Wave, row: Row) -> dict[str, Slot]:
    return {"index": wave.index_names[row["index"]], "share": number(row), "lower": number(row, "lower"),
            "upper": number(row, "upper")}  # fmt: skip
