"""Verdicts: coefficients held to their limits, and what comes of schools, coefficients and items for a unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.indicators.balance.standard import (
    CLOSE,
    COMPOSITE,
    PARTS,
    TEACHING_STAGES,
    WHOLE,
    Standard,
    least_certain,
)
from analysis.messages import DuzhengError, write_number
from analysis.messages.numbers import rounded
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

#: The columns of a table of reasons.
REASONS = ("unit", "year", "part", "verdict", "reason", "stage", "indicator", "item", "value", "sign", "limit", "n",
           "of", "certainty")  # fmt: skip
_MOST_DECIMALS = 12
#: Reasons that say what is not known, and nothing of the rule.
_SILENT = frozenset({"no_schools", "schools_unknown", "cv_unknown", "cv_undefined", "composite_unknown", "item_open",
                     "item_open_computed"})  # fmt: skip
#: By unit and year, the parts of a rule (of ``BESIDE``) whose schools there are.
Occurring = Mapping[tuple[str, int], Collection[str]]


def judge(cvs: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Hold coefficients of variation to a rule: computed here, or published.

    Parameters
    ----------
    cvs
        unit, stage (``primary``, ``junior``), indicator (its id in the rule), cv, and year if there are several. Other
        columns are kept.
    standard
        The rule.

    Returns
    -------
    pandas.DataFrame
        All indicators of the rule for each unit, year and stage that is named, sorted, with limit, met (missing where
        the coefficient is) and margin (limit − cv). Where the rule judges the plain mean, a row ``composite`` of it:
        without a value as soon as one coefficient is missing; the others then have no limit.

    Raises
    ------
    DuzhengError
        DZ-S002 for columns that are missing, stages and indicators that the rule does not have, coefficients that are
        no numbers, negative, or stand twice.

    Notes
    -----
    A coefficient meets the limit where cv ≤ limit at full precision; nothing is rounded first.
    """
    import numpy as np
    import pandas as pd

    ids = [each.id for each in standard.resources.indicators]
    gone = [name for name in ("unit", "stage", "indicator", "cv") if name not in cvs]
    if gone:
        raise DuzhengError.of(wrong("no such column", "unit, stage, indicator, cv", "add it", name) for name in gone)
    key = ["unit", "year", "stage"] if "year" in cvs else ["unit", "stage"]
    faults = [wrong(f"stage {each!r}", "one of " + ", ".join(TEACHING_STAGES), "choose", "stage")
              for each in sorted(set(cvs["stage"]) - set(TEACHING_STAGES), key=str)]  # fmt: skip
    faults += [wrong(f"indicator {each!r}", "one of " + ", ".join(ids), "name it as the rule does", "indicator")
               for each in sorted(set(cvs["indicator"]) - set(ids), key=str)]  # fmt: skip
    numbers = pd.to_numeric(cvs["cv"], errors="coerce").astype(float)
    unread = cvs.loc[(numbers.isna() & cvs["cv"].notna()) | np.isinf(numbers), "cv"]
    faults += [wrong(f"{each!r}", "a number, or nothing where it is not known", "mend it", "cv")
               for each in dict.fromkeys(unread)]  # fmt: skip
    cvs = cvs.assign(cv=numbers)
    if (cvs["cv"] < 0).any():
        faults.append(wrong(f"{int((cvs['cv'] < 0).sum())} negative coefficients", "0 or more", "mend them", "cv"))
    if cvs.duplicated([*key, "indicator"]).any():
        faults.append(wrong("coefficients that stand twice", "one a unit, stage and indicator", "keep one", "cv"))
    if faults:
        raise DuzhengError(*faults)
    groups = cvs[key].drop_duplicates()
    frame = groups.merge(pd.DataFrame({"indicator": ids, "_place": range(len(ids))}), how="cross")
    frame = frame.merge(cvs, on=[*key, "indicator"], how="left")
    of_mean = standard.variation.of == "mean"
    if of_mean:
        mean = frame.groupby(key, sort=False)["cv"].agg(lambda each: each.mean(skipna=False)).reset_index()
        frame = pd.concat([frame, mean.assign(indicator=COMPOSITE, _place=len(ids))], ignore_index=True)
    limit = frame["stage"].map(dict(standard.variation.limits)).astype(float)
    frame["limit"] = limit.where(frame["indicator"] == COMPOSITE) if of_mean else limit
    within = frame["cv"] <= frame["limit"] * (1 + CLOSE)
    frame["met"] = within.astype("boolean").mask(frame["cv"].isna() | frame["limit"].isna())
    frame["margin"] = frame["limit"] - frame["cv"]
    order = frame["stage"].map({stage: place for place, stage in enumerate(TEACHING_STAGES)})
    frame = frame.assign(_stage=order).sort_values([*key[:-1], "_stage", "_place"], ignore_index=True)
    leading = [*key, "indicator", "cv", "limit", "met", "margin"]
    rest = [name for name in frame if name not in {*leading, "_stage", "_place"}]
    return frame[[*leading, *rest]].astype({"indicator": "str", "limit": np.float64})


def reasons_of(
    places: Sequence[tuple[str, int]], table: pd.DataFrame, schools: pd.DataFrame, items: pd.DataFrame,
    standard: Standard, occurring: Occurring | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Give what decides each part of the rule for each unit and year.

    Parameters
    ----------
    places
        Units and years.
    table
        Judged coefficients, with ``unknown`` (schools without a figure).
    schools, items
        Judged schools and items.
    standard
        The rule.
    occurring
        Of which parts of the rule there are schools; none if not given.

    Returns
    -------
    pandas.DataFrame
        One row a reason: unit, year, part, verdict (what it makes of the part: ``met``, ``missed``, ``open``), reason
        (its name), stage, indicator or item, value, sign and limit, n and of (schools or items that it is of),
        certainty of what it holds figures to (nothing where it says only what is not known).
    """
    import pandas as pd

    found: list[dict[str, Any]] = []
    by_place = [_by_place(each) for each in (table, schools, items)]
    for unit, year in places:
        cvs, of_schools, of_items = (each.get((unit, year), []) for each in by_place)
        here: list[dict[str, Any]] = []
        for stage in TEACHING_STAGES:
            if standard.schools is not None:
                here += _schools([row for row in of_schools if row["stage"] == stage], stage)
            here += _coefficients([row for row in cvs if row["stage"] == stage], stage, standard)
        here += _items(of_items, standard)
        rests = {part: standard.certainty_of(part, (occurring or {}).get((unit, year), ())) for part in standard.parts}
        for each in here:
            certainty = None if each["reason"] in _SILENT else each.get("certainty") or rests[each["part"]]
            found.append({"unit": unit, "year": year, **each, "certainty": certainty})
    frame = pd.DataFrame(found, columns=list(REASONS)).astype({"value": float, "limit": float})
    frame = frame.astype({"n": "Int64", "of": "Int64"})
    place = frame["part"].map({part: number for number, part in enumerate(PARTS)})
    return frame.assign(_part=place).sort_values(["unit", "year", "_part"], kind="stable", ignore_index=True)[
        list(REASONS)
    ]


def _by_place(frame: pd.DataFrame) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """Give the rows of each unit and year: of thousands of units, lists are quicker than frames."""
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    rows: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    for row in rows:
        found.setdefault((row["unit"], int(row["year"])), []).append(row)
    return found


def _schools(rows: list[dict[str, Any]], stage: str) -> list[dict[str, Any]]:
    if not rows:
        return [{"part": "schools", "verdict": "open", "reason": "no_schools", "stage": stage}]
    count = Counter(row["verdict"] for row in rows)
    kinds = (("fails", "missed"), ("unknown", "open"), ("meets", "met"))
    return [{"part": "schools", "verdict": verdict, "reason": f"schools_{kind}", "stage": stage, "n": count[kind],
             "of": len(rows)} for kind, verdict in kinds if count[kind]]  # fmt: skip


def _coefficients(rows: list[dict[str, Any]], stage: str, standard: Standard) -> list[dict[str, Any]]:
    part = "composite" if standard.variation.of == "mean" else "cv"
    if not rows:
        return [{"part": part, "verdict": "open", "reason": "no_schools", "stage": stage}]
    judged = [row for row in rows if row["limit"] == row["limit"]]
    gone = sum(row["cv"] != row["cv"] for row in rows if row["indicator"] != COMPOSITE)
    alone = all(row["schools"] == 1 for row in rows if row["indicator"] != COMPOSITE)
    kind = "single" if alone else "within"
    found: list[dict[str, Any]] = []
    within = 0
    for row in judged:
        entry = {"part": part, "stage": stage, "indicator": row["indicator"], "value": row["cv"], "sign": "<=",
                 "limit": row["limit"]}  # fmt: skip
        if row["cv"] != row["cv"]:
            entry["verdict"] = "open"
            if part == "composite":
                found.append(entry | {"reason": "composite_unknown", "n": gone, "of": len(rows) - 1})
            else:
                reason = "cv_unknown" if row["unknown"] else "cv_undefined"
                found.append(entry | {"reason": reason, "n": int(row["unknown"]), "of": int(row["schools"])})
        elif row["met"]:
            within += 1
            if part == "composite":
                found.append(entry | {"verdict": "met", "reason": f"composite_{kind}"})
        else:
            found.append(entry | {"verdict": "missed", "reason": f"{part}_above"})
    if part == "cv" and within:
        found.append({"part": part, "verdict": "met", "reason": f"cv_{kind}", "stage": stage, "n": within,
                      "of": len(judged)})  # fmt: skip
    return found


def _items(rows: list[dict[str, Any]], standard: Standard) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for part in standard.items:
        here = [row for row in rows if row["part"] == part]
        for row in here:
            if row["verdict"] == "met":
                continue
            computed, missed = row["basis"] == "computed", row["verdict"] == "missed"
            kind = row["basis"] if row["basis"] in {"computed", "same"} else "value" if row["sign"] else "evidence"
            reason = f"item_{row['verdict']}" + (f"_{kind}" if missed or computed else "")
            found.append({"part": part, "verdict": row["verdict"], "reason": reason, "item": row["item"],
                          "value": row["value"], "sign": row["sign"], "limit": row["bound"],
                          "n": row["schools" if missed else "unknown"] if computed else None,
                          "certainty": row["certainty"]})  # fmt: skip
        met = [row for row in here if row["verdict"] == "met"]
        if met:
            found.append({"part": part, "verdict": "met", "reason": "items_met", "n": len(met), "of": len(here),
                          "certainty": least_certain(row["certainty"] for row in met)})  # fmt: skip
    return found


def verdicts_of(
    places: Sequence[tuple[str, int]], reasons: pd.DataFrame, standard: Standard, occurring: Occurring | None = None
) -> pd.DataFrame:
    """Make the verdict of each part and of the whole from the reasons.

    Returns
    -------
    pandas.DataFrame
        One row a unit, year and part of the rule, and one of the ``whole``: verdict, reasons (names of what decides
        it, each with its stage, indicator or item), certainty of the least certain of what the part rests on, and of
        the whole that of its parts. ``missed`` as soon as one reason is, else ``open`` as soon as one is, else ``met``.
    """
    import pandas as pd

    rows: list[tuple[str, int, str, str, str, str]] = []
    of = _by_place(reasons)
    for unit, year in places:
        there = (occurring or {}).get((unit, year), ())
        certainty = {part: standard.certainty_of(part, there) for part in standard.parts}
        worst = least_certain(certainty.values())
        here = of.get((unit, year), [])
        parts = {}
        for part in standard.parts:
            told = [row for row in here if row["part"] == part]
            parts[part] = decided(row["verdict"] for row in told)
            deciding = "; ".join(_named(row) for row in told if row["verdict"] == parts[part])
            rows.append((unit, year, part, parts[part], deciding, certainty[part]))
        whole = decided(parts.values())
        rows.append((unit, year, WHOLE, whole, "; ".join(part for part in parts if parts[part] == whole), worst))
    return pd.DataFrame(rows, columns=["unit", "year", "part", "verdict", "reasons", "certainty"])


def written_apart(value: float | None, decimals: int, *bounds: float) -> str:
    """Write a number with as many decimals as tell it from bounds that it is not equal to.

    >>> written_apart(0.5004, 3, 0.5), written_apart(0.5, 3, 0.5), written_apart(84.99996, 1, 85)
    ('0.5004', '0.500', '84.99996')
    """
    if value is None or value != value:  # noqa: PLR0124  NaN
        return write_number(None, decimals)
    for bound in bounds:
        differs = abs(value - bound) > CLOSE * max(1.0, abs(bound))
        while differs and decimals < _MOST_DECIMALS and (float(rounded(value, decimals)) > bound) != (value > bound):
            decimals += 1
        while differs and decimals < _MOST_DECIMALS and float(rounded(value, decimals)) == bound:
            decimals += 1
    return write_number(value, decimals)


def written_bound(value: float, least: int = 0) -> str:
    """Write a bound with the decimals that it has, so many at least.

    >>> written_bound(85.0), written_bound(0.5, 2), written_bound(0.455, 2)
    ('85', '0.50', '0.455')
    """
    return write_number(value, max(least, decimals_of(value)))


def decimals_of(value: float | None, most: int = 6) -> int:
    """Count the decimals that a number has, up to so many.

    >>> decimals_of(85.0), decimals_of(0.15), decimals_of(1 / 3, 3), decimals_of(None)
    (0, 2, 3, 0)
    """
    if value is None or value != value:  # noqa: PLR0124  NaN
        return 0
    return len(f"{float(value):.{most}f}".rstrip("0").partition(".")[2])


def decided(verdicts: Iterable[str]) -> str:
    """Put verdicts together: missed as soon as one is, else open as soon as one is, else met; of none, open.

    >>> decided(["met", "open", "missed"]), decided(["met", "open"]), decided(["met"]), decided([])
    ('missed', 'open', 'met', 'open')
    """
    found = set(verdicts)
    return "missed" if "missed" in found else "open" if "open" in found or not found else "met"


def _named(row: dict[str, Any]) -> str:
    return " ".join(row[name] for name in ("reason", "stage", "indicator", "item") if isinstance(row[name], str))
