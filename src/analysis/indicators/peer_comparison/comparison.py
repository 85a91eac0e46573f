"""A unit's figures beside those of its neighbours, the whole and a target: levels and differences, no tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.indicators.asked import unknown_codes
from analysis.indicators.charts.compare_with_peers import draw_peers
from analysis.indicators.peer_comparison.neighbours import Neighbours, neighbours, request
from analysis.indicators.peer_comparison.rule import Context, Method
from analysis.indicators.peer_comparison.years import newest
from analysis.indicators.result import FigureResult
from analysis.indicators.series import series
from analysis.indicators.words import both
from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts, listed, pick
from analysis.messages.requests import is_number, wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

COLUMNS = ("unit", "indicator", "year", "value", "median", "lowest", "highest", "neighbours", "position", "whole",
           "target", "to_median", "to_whole", "to_target")  # fmt: skip
SHOWN = ("unit", "indicator", "year", "value", "median", "lowest", "highest", "neighbours", "position", "whole",
         "target", "to_median", "to_whole", "to_target")  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class PeerComparison(FigureResult):
    """Figures of units beside their neighbours'."""

    likeness: Neighbours = field(kw_only=True, repr=False)  #: who the neighbours are, and by what
    beside: pd.DataFrame = field(
        kw_only=True, repr=False
    )  #: unit, indicator, neighbour, value: every neighbour's figure

    def _texts(self, name: str, language: Language) -> list[str]:
        """Write each figure with the decimals of its indicator."""
        from analysis.messages import write_number

        figures = {"value", "median", "lowest", "highest", "whole", "target", "to_median", "to_whole", "to_target"}
        if name not in figures or self.workspace is None:
            return super()._texts(name, language)
        places = [self.workspace.catalogue[code].decimals for code in self.table["indicator"]]
        return [
            write_number(float(value), decimals, signed=name.startswith("to_"))
            for value, decimals in zip(self.table[name], places, strict=True)
        ]


def compare_with_peers(
    workspace: Workspace, unit: str | Sequence[str] | None, indicators: str | Sequence[str], *,
    context: Context | None = None, k: int | None = None, method: Method | None = None,
    weights: Mapping[str, float] | None = None, year: int | None = None, context_year: int | None = None,
    targets: Mapping[str, float] | None = None, boundaries: int | None = None, language: Language | None = None,
) -> PeerComparison:  # fmt: skip
    """Put a unit's figures beside those of its neighbours, of the whole and a target.

    Parameters
    ----------
    workspace
        The workspace.
    unit
        Id of a unit, or several; all of the workspace's kind if None.
    indicators
        Codes of the catalogue.
    context, k, method, weights, context_year
        Of the neighbours, as :func:`~analysis.indicators.peer_comparison.neighbours.neighbours` takes them.
    year
        Of the figures; of each indicator the newest year in which more than half of the units have one, if not given.
    targets
        By code a value that units are held to, such as a target or a rule's threshold.
    boundaries
        The year on whose boundaries units are taken; the workspace's.

    Returns
    -------
    PeerComparison
        ``table``: unit, indicator, year, value; of the neighbours with a figure median, lowest, highest and how many
        they are (``neighbours``); position (``below``, ``within``, ``above`` their range); whole (the figure of the
        unit above, of what does not add up); target; and the unit's value less each: to_median, to_whole, to_target.
        ``beside``: each neighbour's figure. ``likeness``: the neighbours and how far they are.

    Raises
    ------
    DuzhengError
        As of ``neighbours``; DZ-I001 for indicators; DZ-S002 for targets of indicators that are not compared; DZ-S003
        for an indicator of which no unit has a figure in the year.

    Notes
    -----
    Complete counts: differences are of levels, without a test. The unit itself is not among its neighbours. The range
    is of the few neighbours and no norm.

    Examples
    --------
    ``compare_with_peers(workspace, "U1", ["teachers_per_100"], targets={"teachers_per_100": 6.5})``.
    """
    import pandas as pd

    codes = [indicators] if isinstance(indicators, str) else list(dict.fromkeys(indicators))
    faults = [*unknown_codes(workspace, codes), *_wrong_targets(codes, targets)]
    request(workspace, unit, context, k, method, weights, boundaries, faults)
    like = neighbours(workspace, unit, context=context, k=k, year=context_year, method=method, weights=weights,
                      boundaries=boundaries, language=language)  # fmt: skip
    drawn = int(like.settings["boundaries"])
    asked = _asked(workspace, unit, drawn)
    of = {each: like.of(each) for each in asked}
    above = {each: workspace.units.parent(each) for each in asked}
    wanted = list(dict.fromkeys([*asked, *(near for each in asked for near in of[each])]))
    wholes = [each for each in dict.fromkeys(above.values()) if each is not None]
    levels = series(workspace, codes, boundaries=drawn, units=[*wanted, *wholes])
    _hold_figures(levels[levels["unit"].isin(wanted)], codes, year)
    rows: list[dict[str, Any]] = []
    beside: list[dict[str, Any]] = []
    for code in codes:
        mine = levels[(levels["indicator"] == code) & levels["value"].notna()]
        there = mine[mine["unit"].isin(wanted)].groupby("year")["unit"].nunique()
        at = newest(there, len(wanted)) if year is None else year
        values = dict(zip(mine.loc[mine["year"] == at, "unit"], mine.loc[mine["year"] == at, "value"], strict=True))
        adds = workspace.catalogue[code].additive
        for each in asked:
            near = [{"unit": each, "indicator": code, "year": at, "neighbour": other, "value": values[other]}
                    for other in of[each] if other in values]  # fmt: skip
            beside += near
            whole = None if adds or above[each] is None else values.get(str(above[each]))
            rows.append({"unit": each, "indicator": code, "year": at, "value": values.get(each),
                         **_range([row["value"] for row in near]), "whole": whole,
                         "target": (targets or {}).get(code)})  # fmt: skip
    table = _differences(pd.DataFrame(rows))
    years = sorted({int(each) for each in table["year"].dropna()})
    return PeerComparison(
        table, "compare_with_peers",
        settings={"indicators": tuple(codes), "years": tuple(years), "units": None if unit is None else tuple(asked),
                  "context": like.settings["context"], "context_year": like.settings["year"],
                  "k": like.settings["k"], "method": like.settings["method"], "boundaries": drawn,
                  "targets": dict(targets) if targets else None},
        rule=like.rule, notes=_notes(workspace, table, codes, like), drawing=draw_peers, shown=SHOWN,
        alt="alt" if len(asked) > 1 else "alt.one", spoken=language, workspace=workspace, named=like.named,
        read=like.read, likeness=like,
        beside=pd.DataFrame(beside, columns=["unit", "indicator", "year", "neighbour", "value"]),
    )  # fmt: skip


def _wrong_targets(codes: Sequence[str], targets: Mapping[str, float] | None) -> list[Fault]:
    """Say what of the indicators and targets asked for can't be."""
    if targets is not None and not isinstance(targets, Mapping):
        return [wrong(f"targets={targets!r}", "figures by code", "say targets={code: 6.5}")]
    found = [] if codes else [wrong("no indicators", "one or more", "name them")]
    for code, value in (targets or {}).items():
        if code not in codes:
            found.append(wrong(f"a target of {code!r}", f"of {', '.join(codes) or 'none'}",
                               "targets are of the indicators compared"))  # fmt: skip
        elif not is_number(value):
            found.append(wrong(f"target {value!r} of {code}", "a number", "in the measure of the indicator"))
    return found


def _hold_figures(levels: pd.DataFrame, codes: Sequence[str], year: int | None) -> None:
    """Hold each indicator to figures of some unit, in the year if one is asked for."""
    there = levels[levels["value"].notna()]
    faults = []
    for code in codes:
        years = sorted({int(each) for each in there.loc[there["indicator"] == code, "year"]})
        if not years or (year is not None and year not in years):
            when = "" if year is None else f" in {year}"
            faults.append(Fault("DZ-S003", found=f"no figure of {code}{when}, of the units or their neighbours",
                                expected=f"a year of {', '.join(map(str, years)) or 'none'}",
                                hint="ask for another year, or leave the indicator out"))  # fmt: skip
    if faults:
        raise DuzhengError.of(faults)


def _asked(workspace: Workspace, unit: str | Sequence[str] | None, drawn: int) -> list[str]:
    if unit is None:
        return [str(each) for each in workspace.units.at(drawn, workspace.settings.unit_kind).index]
    return [unit] if isinstance(unit, str) else list(unit)


def _range(values: Sequence[float]) -> dict[str, Any]:
    import numpy as np

    if not values:
        return {"median": None, "lowest": None, "highest": None, "neighbours": 0}
    return {"median": float(np.median(values)), "lowest": min(values), "highest": max(values),
            "neighbours": len(values)}  # fmt: skip


def _differences(table: pd.DataFrame) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    figures = ["value", "median", "lowest", "highest", "whole", "target"]
    table = table.astype(dict.fromkeys(figures, "float64") | {"year": "Int64", "neighbours": "int64"})
    for name in ("median", "whole", "target"):
        table[f"to_{name}"] = table["value"] - table[name]
    known = table["value"].notna() & table["lowest"].notna()
    below, above = table["value"] < table["lowest"], table["value"] > table["highest"]
    table["position"] = pd.Series(np.select([below, above], ["below", "above"], "within"), index=table.index).where(
        known
    )
    return table[list(COLUMNS)]


def _notes(workspace: Workspace, table: pd.DataFrame, codes: Sequence[str], like: Neighbours) -> tuple[Texts, ...]:
    found = [both("compare_with_peers", "note.range")]
    adding = [code for code in codes if workspace.catalogue[code].additive]
    if adding:
        names = {language: listed((pick(workspace.catalogue[code].name, language) for code in adding), language)
                 for language in LANGUAGES}  # fmt: skip
        found.append(both("compare_with_peers", "note.additive", indicators=names))
    lacking = table[table["value"].isna()]
    if len(lacking):
        pairs = list(zip(lacking["unit"].astype(str), lacking["indicator"].astype(str), strict=True))
        names = {
            language: listed((f"{workspace.units.name(unit, language, short=True)} · "
                              f"{pick(workspace.catalogue[code].name, language)}" for unit, code in pairs), language)
            for language in LANGUAGES
        }  # fmt: skip
        found.append(both("compare_with_peers", "note.missing", figures=names))
    return (*found, *like.notes)
