"""Construction: from figures to scores, by steps that were declared; nothing is remembered between two runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from analysis.indicators.composites.framework import WHOLE, Framework
from analysis.indicators.composites.steps import Step
from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats
from analysis.stats.composite.aggregation import aggregate
from analysis.stats.composite.components import component_weights
from analysis.stats.composite.normalisation import normalise
from analysis.stats.composite.treatment import treat

_NUMBERED = re.compile(r"indicator (\d+) of \d+")


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a composite is computed from.

    Parameters
    ----------
    given
        Shape (units, indicators); NaN where there is none.
    year
        Whose they are, if of one year.
    earlier
        The same of earlier years that can be compared with this one, by year.
    peers
        The group of each unit whose figures may stand in for one another, shape (units,); none if not given.
    """

    given: Floats
    year: int | None = None
    earlier: Mapping[int, Floats] = field(default_factory=dict)
    peers: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Built:
    """A composite as far as its steps go: arrays by step, NaN where nothing is."""

    framework: Framework
    imputed: Floats
    how: np.ndarray  #: of each cell: "", mean, median, carried:YEAR
    treated: Floats
    treatment: Mapping[str, str]  #: of each indicator: "", winsorised, log, untreatable
    drawn: np.ndarray  #: whether each cell was drawn in
    normalised: Floats
    weights: Mapping[str, float]  #: of every node among its siblings, adding up to 1
    explained: Mapping[str, tuple[float, int]]  #: by group weighted by components: variance explained, units
    scores: Mapping[str, Floats]  #: of every node, shape (units,)

    @property
    def score(self) -> Floats:
        """Of the whole."""
        return self.scores[WHOLE]

    def overall(self, indicator: str) -> float:
        """Give the weight of an indicator in the whole: the product of weights on its way up."""
        found, node = 1.0, indicator
        while node != WHOLE:
            found *= self.weights[node]
            node = self.framework.parent[node]
        return found


def construct(
    figures: Inputs, framework: Framework, steps: Sequence[Step], *, noise: Mapping[str, float] | None = None
) -> Built:
    """Do the steps.

    Parameters
    ----------
    figures, framework
        Figures in the order of the framework's indicators.
    steps
        In their order, up to any of them.
    noise
        Factors of weights by node, before weights of siblings are made to add up to 1.

    Returns
    -------
    Built
        As far as the steps go.
    """
    of = {step.name: step.options for step in steps}
    codes = framework.indicators
    gap = np.full(figures.given.shape, np.nan)
    imputed, how = _impute(figures, of.get("impute", {"method": "none"}), codes)
    treated, treatment, drawn = _treat(imputed, of.get("treat", {"method": "none"}), codes)
    built = Built(framework, imputed, how, treated, treatment, drawn, gap, {}, {}, {})
    if "normalise" not in of:
        return built
    with named(codes):
        built = replace(built, normalised=_normalised(treated, framework, of["normalise"]))
    if "weight" not in of:
        return built
    weights, explained = weights_of(built.normalised, framework, of["weight"])
    if noise:
        weights = shaken(weights, framework, noise)
    built = replace(built, weights=weights, explained=explained)
    return replace(built, scores=aggregated(built, of["aggregate"])) if "aggregate" in of else built


@contextmanager
def named(codes: Sequence[str]) -> Iterator[None]:
    """Name indicators in faults that number them."""
    try:
        yield
    except DuzhengError as error:
        raise DuzhengError.of(
            replace(fault, found=_NUMBERED.sub(lambda number: repr(codes[int(number[1]) - 1]), fault.found))
            for fault in error.faults
        ) from error


def _impute(figures: Inputs, of: Mapping[str, Any], codes: Sequence[str]) -> tuple[Floats, np.ndarray]:
    values = figures.given.copy()
    how = np.full(values.shape, "", dtype=object)
    method = of["method"]
    gaps = np.isnan(values)
    if method == "none" or not gaps.any():
        return values, how
    if method == "carried":
        for year in sorted(figures.earlier, reverse=True):
            if of.get("most_years") and figures.year is not None and figures.year - year > of["most_years"]:
                break
            found = np.isnan(values) & ~np.isnan(figures.earlier[year])
            values[found], how[found] = figures.earlier[year][found], f"carried:{year}"
        return values, how
    groups = np.zeros(len(values), int)
    if of.get("within"):
        if figures.peers is None:
            raise DuzhengError(wrong("within=True without groups of units", "groups of units", "give peers=…"))
        groups = np.unique(figures.peers, return_inverse=True)[1]
    middle = np.nanmean if method == "mean" else np.nanmedian
    for at, _ in enumerate(codes):
        for group in np.unique(groups[gaps[:, at]]):
            here = groups == group
            there = values[here & ~gaps[:, at], at]
            if len(there):
                fill = here & gaps[:, at]
                values[fill, at], how[fill, at] = middle(there), method
    return values, how


def _treat(values: Floats, of: Mapping[str, Any], codes: Sequence[str]) -> tuple[Floats, Mapping[str, str], np.ndarray]:
    drawn = np.zeros(values.shape, bool)
    if of["method"] == "none":
        return values, dict.fromkeys(codes, ""), drawn
    found, told = values.copy(), {}
    for at, code in enumerate(codes):
        if of["only"] is not None and code not in of["only"]:
            told[code] = ""
            continue
        column = treat(values[:, at], of["method"], most=of["most"], skew=of["skew"], kurt=of["kurt"])
        found[:, at], told[code], drawn[:, at] = column.values, column.how, column.points
    return found, told, drawn


def _normalised(values: Floats, framework: Framework, of: Mapping[str, Any]) -> Floats:
    codes = framework.indicators
    options = {name: of[name] for name in ("lower", "upper", "centre", "spread", "cap")}
    for name in ("goalposts", "targets"):
        if of[name] is not None:
            missing = [code for code in codes if code not in of[name]]
            if missing and of["method"] == {"goalposts": "goalposts", "targets": "distance_to_target"}[name]:
                raise DuzhengError.of(wrong(f"no {name} of {code!r}", f"{name} of every indicator", "")
                                      for code in missing)  # fmt: skip
            options[name] = None if missing else [of[name][code] for code in codes]
    return normalise(values, of["method"], higher=[framework.higher[code] for code in codes], **options)


def weights_of(
    normalised: Floats, framework: Framework, of: Mapping[str, Any]
) -> tuple[dict[str, float], dict[str, tuple[float, int]]]:
    """Give the weight of every node among its siblings, and the variance that components explain."""
    method, given = of["method"], of["weights"] or {}
    weights: dict[str, float] = {}
    explained: dict[str, tuple[float, int]] = {}
    place = {code: at for at, code in enumerate(framework.indicators)}
    faults = [wrong(f"a weight of {node!r}", f"an indicator or group of {WHOLE}", "") for node in given
              if node not in framework.parent]  # fmt: skip
    for group, parts in framework.parts.items():
        raw: Floats = np.ones(len(parts))
        if method == "equal_indicators":
            raw = np.array([len(framework.leaves(part)) for part in parts], dtype=float)
        elif method == "expert":
            known = [part for part in parts if part in given]
            if known and len(known) < len(parts):
                gone = [part for part in parts if part not in given]
                faults.append(wrong(f"no weight of {gone} in {group!r}", "weights of all parts of a group, or of none",
                                    "parts of a group without any weights count alike"))  # fmt: skip
                continue
            raw = np.array([given[part] for part in parts], dtype=float) if known else raw
            if not np.isfinite(raw).all() or (raw < 0).any() or raw.sum() <= 0:
                faults.append(wrong(f"weights {raw.tolist()} in {group!r}", "none negative, not all 0", ""))
                continue
        elif method in {"pca", "first_component"} and all(part in place for part in parts):
            with named(parts):
                found = component_weights(normalised[:, [place[part] for part in parts]], rotated=method == "pca")
            raw = np.asarray(found.weights, dtype=float)
            explained[group] = (float(found.explained.sum()), found.units)
        weights.update(zip(parts, (raw / raw.sum()).tolist(), strict=True))
    if faults:
        raise DuzhengError.of(faults)
    return weights, explained


def shaken(weights: Mapping[str, float], framework: Framework, noise: Mapping[str, float]) -> dict[str, float]:
    """Multiply weights by factors, and make those of siblings add up to 1 again."""
    found: dict[str, float] = {}
    for parts in framework.parts.values():
        raw = {part: weights[part] * noise.get(part, 1.0) for part in parts}
        whole = sum(raw.values())
        found.update({part: value / whole for part, value in raw.items()})
    return found


def aggregated(built: Built, of: Mapping[str, Any]) -> dict[str, Floats]:
    """Give the scores of every node from the normalised figures and the weights."""
    framework = built.framework
    methods = method_by_group(framework, of["method"])
    scores = {code: built.normalised[:, at] for at, code in enumerate(framework.indicators)}
    for group, parts in framework.parts.items():
        values = np.column_stack([scores[part] for part in parts])
        scores[group] = aggregate(values, [built.weights[part] for part in parts], methods[group], least=of["least"])
    return scores


def method_by_group(framework: Framework, method: str | Sequence[str]) -> dict[str, str]:
    """Give the way each group is aggregated: one for all, or one a level from the indicators up.

    Raises
    ------
    DuzhengError
        DZ-S002 where there are not as many as levels.
    """
    methods = (method,) if isinstance(method, str) else tuple(method)
    levels = framework.height[WHOLE]
    if len(methods) not in {1, levels}:
        raise DuzhengError(wrong(f"{len(methods)} methods", f"one, or one for each of {levels} levels",
                                 "from the indicators up"))  # fmt: skip
    return {
        group: methods[framework.height[group] - 1] if len(methods) > 1 else methods[0] for group in framework.parts
    }


def ranks_of(scores: Floats) -> Floats:
    """Give ranks from the highest score down, ties sharing the best; NaN where there is no score.

    Parameters
    ----------
    scores
        Shape (units,) or (runs, units). Scores that differ by rounding are ties.

    Examples
    --------
    >>> ranks_of(np.array([3.0, 5.0, 3.0, np.nan]))
    array([ 2.,  1.,  2., nan])
    """
    held = np.array(scores, dtype=float, ndmin=2)
    size = np.max(np.abs(held), axis=1, keepdims=True, initial=0.0, where=~np.isnan(held))
    # Missing scores sort to the end, as they do among numbers.
    down = -np.round(held / np.where(size > 0, size, 1.0), 12)
    order = np.argsort(down, axis=1, kind="stable")
    turned = np.take_along_axis(down, order, axis=1)
    place = np.arange(held.shape[1])
    opens = np.ones(held.shape, dtype=bool)
    opens[:, 1:] = turned[:, 1:] != turned[:, :-1]
    first = np.maximum.accumulate(np.where(opens, place, 0), axis=1)
    found = np.empty(held.shape)
    np.put_along_axis(found, order, first + 1.0, axis=1)
    found[np.isnan(held)] = np.nan
    return found.reshape(np.shape(scores))
