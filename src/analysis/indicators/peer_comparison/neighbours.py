"""Statistical neighbours: the units whose circumstances are most like a unit's, by variables that are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.documents.labels import Labels
from analysis.indicators.asked import several_names, strange_units
from analysis.indicators.charts.neighbours import draw_neighbours
from analysis.indicators.peer_comparison.rule import Context, Method, PeersRule, rule_of
from analysis.indicators.peer_comparison.years import newest
from analysis.indicators.result import FigureResult
from analysis.indicators.series import series
from analysis.indicators.words import both
from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts, listed, pick
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.rules import RuleSet

#: How close to singular covariances may be.
CONDITION = 1e12


@dataclass(frozen=True, eq=False, repr=False)
class Neighbours(FigureResult):
    """Which units are like a unit, how far they are from it, and by what."""

    context: pd.DataFrame = field(kw_only=True, repr=False)  #: unit, indicator, year, value, scale, standardised
    unplaced: pd.DataFrame = field(kw_only=True, repr=False)  #: unit, indicator: what a unit has no figure of

    def of(self, unit: str) -> list[str]:
        """List the neighbours of a unit, the nearest first."""
        return [str(each) for each in self.table.loc[self.table["unit"] == unit, "neighbour"]]

    def head(self, name: str, language: Language) -> str:
        """Give what a column is called; those of variables hold differences, not the figures."""
        if name in self.settings["context"]:
            return self.said("column.difference", language, name=self.labels.head(name, language))
        return super().head(name, language)


def neighbours(
    workspace: Workspace, unit: str | Sequence[str] | None = None, *, context: Context | None = None,
    k: int | None = None, year: int | None = None, method: Method | None = None,
    weights: Mapping[str, float] | None = None, boundaries: int | None = None, language: Language | None = None,
) -> Neighbours:  # fmt: skip
    """Find the units whose circumstances are most like a unit's.

    Parameters
    ----------
    workspace
        The workspace.
    unit
        Id of one unit, or several; all units of the workspace's kind if not given.
    context
        Code or codes of the variables that likeness is measured by, or a mapping to ``level`` or ``log``; those of the
        rule set `peers` if not given. They should be circumstances, not results.
    k
        So many neighbours; the rule set's.
    year
        Of the variables; the newest year in which more than half of the units have all of them, if not given.
    method
        ``standardised_euclidean`` or ``mahalanobis`` (which counts what correlated variables share once); the rule
        set's.
    weights
        Of variables, by code, beside each other; not with ``mahalanobis``.
    boundaries
        The year on whose boundaries units are taken; the workspace's.

    Returns
    -------
    Neighbours
        ``table``: unit, rank (1 is the most like), neighbour, distance, and by code of each variable the difference of
        the neighbour's standardised value from the unit's. ``context``: every unit's values, in their measure, on the
        scale compared and standardised. ``unplaced``: units without a figure of some variable, which are nobody's
        neighbours.

    Raises
    ------
    DuzhengError
        DZ-S002 for choices that can't be, variables that are the same for all units, log of figures not above 0, and
        covariances that can't be inverted; DZ-S003 where no year has figures for two units; DZ-I001, DZ-U002.

    Notes
    -----
    z = (x − x̄) / s over the units placed, s with n: they are all there are. Standardised Euclidean distance
    √(Σ w (z_a − z_b)²) with weights of mean 1, as the nearest-neighbour models of CIPFA and of ONS; Mahalanobis'
    √((x_a − x_b)' S⁻¹ (x_a − x_b)). Equal distances in the order of ids. A rank here is of likeness, not of quality.
    In R ``dist(scale(x))``, apart from the factor √((n − 1) / n) of ``scale``; ``StatMatch::mahalanobis.dist``.

    Examples
    --------
    ``neighbours(workspace, "U1", context={"population": "log", "density": "log"}, k=3).of("U1")``.
    """
    import numpy as np
    import pandas as pd

    rule, held, drawn, asked = request(workspace, unit, context, k, method, weights, boundaries)
    everyone = [str(each) for each in workspace.units.at(drawn, workspace.settings.unit_kind).index]
    codes = [each.indicator for each in rule.context]
    levels = series(workspace, codes, boundaries=drawn, units=everyone)
    wide, at = _of_year(levels, codes, everyone, year)
    placed = wide.dropna()
    scaled = _scaled(placed, rule)
    z = _standardised(scaled)
    distances = _distances(z, rule)
    known = list(placed.index)
    position = {name: number for number, name in enumerate(known)}
    many = min(rule.neighbours, len(known) - 1)
    here = np.array([position[each] for each in asked if each in position], dtype=np.intp)
    apart = distances[here]
    apart[np.arange(len(here)), here] = np.inf
    order = np.argsort(apart, axis=1, kind="stable")[:, :many]
    units = np.array(known, dtype=object)
    table = pd.DataFrame(
        {"unit": np.repeat(units[here], many), "rank": np.tile(np.arange(1, many + 1), len(here)),
         "neighbour": units[order].ravel(), "distance": np.take_along_axis(apart, order, axis=1).ravel()}
    )  # fmt: skip
    table[codes] = (z[order] - z[here][:, None, :]).reshape(-1, len(codes))
    gaps = wide.reset_index(names="unit").melt(id_vars="unit", var_name="indicator")
    unplaced = gaps.loc[gaps["value"].isna(), ["unit", "indicator"]].reset_index(drop=True)
    return Neighbours(
        table, "neighbours",
        settings={"context": tuple(codes), "k": many, "year": at, "method": rule.method,
                  "scales": {each.indicator: each.scale for each in rule.context},
                  "weights": _weights(rule), "boundaries": drawn, "units": None if unit is None else tuple(asked)},
        rule=held, notes=_notes(workspace, held, unplaced, rule, many), drawing=draw_neighbours,
        alt="alt" if unit is None or len(asked) > 1 else "alt.one",
        decimals={"distance": 2, **dict.fromkeys(codes, 2)}, spoken=language, workspace=workspace,
        named=_named(workspace), read=workspace.inputs(), context=_context(placed, scaled, z, rule, at),
        unplaced=unplaced,
    )  # fmt: skip


def request(
    workspace: Workspace, unit: str | Sequence[str] | None, context: Context | None, k: int | None,
    method: Method | None, weights: Mapping[str, float] | None, boundaries: int | None,
    faults: Sequence[Fault] = (),
) -> tuple[PeersRule, RuleSet | None, int, list[str]]:  # fmt: skip
    """Hold what is asked for: the rule, its rule set where it holds, the year of the boundaries, the units.

    Raises
    ------
    DuzhengError
        DZ-U002 for units, what :func:`rule_of` refuses, and ``faults`` that were found before: all at once.
    """
    drawn = workspace.settings.boundaries if boundaries is None else boundaries
    kind = workspace.settings.unit_kind
    everyone = [str(each) for each in workspace.units.at(drawn, kind).index]
    asked = everyone if unit is None else several_names(unit)
    found = [*strange_units(workspace, asked, drawn, kind), *faults]
    if not asked:
        found.append(wrong("no unit", "one or more", "leave it out for all"))
    try:
        rule, held = rule_of(workspace, context, k, method, weights)
    except DuzhengError as error:
        raise DuzhengError.of([*found, *error.faults]) from error
    if found:
        raise DuzhengError.of(found)
    return rule, held, drawn, asked


def _of_year(
    levels: pd.DataFrame, codes: Sequence[str], units: Sequence[str], year: int | None
) -> tuple[pd.DataFrame, int]:
    """Give the variables of one year, a row a unit and a column a code."""
    there = levels[levels["value"].notna()]
    each = there.groupby(["year", "unit"])["indicator"].nunique()
    full = each[each == len(set(codes))].reset_index().groupby("year")["unit"].nunique()
    least = 2
    at = newest(full[full >= least], len(units)) if year is None else year
    if at is None or full.get(at, 0) < least:
        raise DuzhengError(
            Fault("DZ-S003", found=f"no year in which two units have all of {', '.join(codes)}" if year is None else
                  f"{full.get(year, 0)} units with all of {', '.join(codes)} in {year}", expected="two or more",
                  hint="choose variables that are there for one year, or another year")
        )  # fmt: skip
    wide = there[there["year"] == at].pivot_table(index="unit", columns="indicator", values="value")
    return wide.reindex(index=list(units), columns=list(dict.fromkeys(codes))), at


def _scaled(placed: pd.DataFrame, rule: PeersRule) -> pd.DataFrame:
    import numpy as np

    found, faults = placed.copy(), []
    for each in rule.context:
        column = placed[each.indicator]
        if each.scale == "log":
            if (column <= 0).any():
                faults.append(wrong(f"{int((column <= 0).sum())} figures of {each.indicator} not above 0",
                                    "figures above 0 for a logarithm", "take it as level"))  # fmt: skip
                continue
            found[each.indicator] = np.log(column)
        if np.ptp(found[each.indicator]) == 0:
            faults.append(wrong(f"{each.indicator} the same for all units", "a variable that differs", "leave it out"))
    if faults:
        raise DuzhengError(*faults)
    return found


def _standardised(scaled: pd.DataFrame) -> Any:
    values = scaled.to_numpy(float)
    return (values - values.mean(axis=0)) / values.std(axis=0)


def _distances(z: Any, rule: PeersRule) -> Any:
    import numpy as np
    from scipy.spatial.distance import cdist

    if rule.method == "standardised_euclidean":
        w = np.array([each.weight for each in rule.context])
        weighted = z * np.sqrt(w / w.mean())
        return cdist(weighted, weighted)
    covariance = np.atleast_2d(np.cov(z, rowvar=False, ddof=0))
    if len(z) <= z.shape[1] or np.linalg.cond(covariance) > CONDITION:
        raise DuzhengError(
            wrong(f"covariances of {z.shape[1]} variables over {len(z)} units that can't be inverted",
                  "variables that are no sums of others, and more units than variables",
                  "leave one out, or take standardised_euclidean")
        )  # fmt: skip
    return cdist(z, z, "mahalanobis", VI=np.linalg.inv(covariance))


def _weights(rule: PeersRule) -> dict[str, float] | None:
    weights = {each.indicator: each.weight for each in rule.context}
    return weights if len(set(weights.values())) > 1 else None


def _context(placed: pd.DataFrame, scaled: pd.DataFrame, z: Any, rule: PeersRule, year: int) -> pd.DataFrame:
    import pandas as pd

    frames = [
        pd.DataFrame({"unit": list(placed.index), "indicator": each.indicator, "year": year,
                      "value": placed[each.indicator].to_numpy(), "scale": each.scale,
                      "scaled": scaled[each.indicator].to_numpy(), "standardised": z[:, number]})
        for number, each in enumerate(rule.context)
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _notes(workspace: Workspace, held: Any, unplaced: pd.DataFrame, rule: PeersRule, many: int) -> tuple[Texts, ...]:
    found = [both("neighbours", "note.likeness")]
    if len(unplaced):
        gone = list(dict.fromkeys(unplaced["unit"]))
        names = {language: listed((workspace.units.name(each, language, short=True) for each in gone), language)
                 for language in LANGUAGES}  # fmt: skip
        lacking = {
            language: listed((pick(workspace.catalogue[code].name, language)
                              for code in dict.fromkeys(unplaced["indicator"])), language)
            for language in LANGUAGES
        }  # fmt: skip
        found.append(both("neighbours", "note.unplaced", units=names, indicators=lacking))
    if many < rule.neighbours:
        found.append(both("neighbours", "note.few", asked=rule.neighbours, n=many))
    if held is not None:
        found += list(held.notes)
    return tuple(found)


def _named(workspace: Workspace) -> Labels:
    """Name neighbours as units, and columns of variables as their indicators."""
    names = {
        str(each): {language: workspace.units.name(str(each), language, short=True) for language in LANGUAGES}
        for each in workspace.units.frame.index
    }
    heads = {code: each.short or each.name for code, each in workspace.catalogue.items()}
    return Labels(
        {"neighbour": names, "context": {code: each.name for code, each in workspace.catalogue.items()}}, heads
    )
