"""Control charts of monthly, termly or yearly series: which points a stable series would hardly have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isnan, nan
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from analysis.documents.result import Plot
from analysis.indicators.asked import several
from analysis.indicators.charts.control_chart import draw_control_chart, draw_ranges
from analysis.indicators.series import series_files
from analysis.indicators.trends.control_frame import LEAST, frame_of, wrong_choices
from analysis.indicators.trends.measured import Measured
from analysis.indicators.words import both, noted, words
from analysis.messages import DuzhengError, Language, Texts, listed, write_number
from analysis.messages.requests import wrong
from analysis.stats.control import (
    RANGE,
    RANGE_LIMIT,
    ROUNDING,
    RULE_SETS,
    distances,
    false_alarms,
    individuals,
    rates,
    rules_of,
    runs,
    shares,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.workspace import Workspace

Kind = Literal["individuals", "p", "u"]

#: Below this many points of the baseline limits are provisional.
SETTLED = 12
#: Series that are simulated for the rate of false alarms.
REPEATS = 4000
#: What plotted values are in: per cent of shares.
SCALE = {"individuals": 1.0, "p": 100.0, "u": 1.0}

COLUMNS = (
    "unit", "indicator", "time", "value", "count", "denominator", "phase", "baseline", "centre", "sigma", "lower",
    "upper", "z", "range", "signal", "rules", "in_pattern", "provisional",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class ControlChart(Measured):
    """A control chart, or several: ``phases`` holds the limits of each stretch."""

    whole: ClassVar[tuple[str, ...]] = ("count", "denominator", "points")
    years: ClassVar[tuple[str, ...]] = ("time",)
    once: ClassVar[tuple[str, ...]] = ("unit", "indicator")

    phases: Any = field(kw_only=True, repr=False)

    def code(self, name: str, value: Any, language: Language) -> str:
        """Give what a value of a column stands for; several rules of one point one after another."""
        if name == "rules" and value:
            return listed((super(ControlChart, self).code(name, each, language) for each in value.split(";")), language)
        return super().code(name, value, language)

    def ranges_chart(self, language: Language | None = None) -> Plot:
        """Draw the moving ranges of single values with their upper limit.

        Raises
        ------
        DuzhengError
            DZ-S002 for shares and rates, which have none.
        """
        language = language or self.language
        if self.settings["kind"] != "individuals":
            raise DuzhengError(wrong("moving ranges of shares or rates", "a chart of single values", "see chart()"))
        return Plot(draw_ranges(self, language), self.said("alt.ranges", language), language)


def control_chart(
    workspace: Workspace, data: pd.DataFrame | str | Sequence[str], *, units: str | Sequence[str] | None = None,
    kind: Kind = "individuals", rules: str | Sequence[str] = "western_electric", baseline: int | None = None,
    steps: Any = (), screened: bool | None = None, overdispersed: bool = False, per: float | None = None,
    measure: Texts | None = None, boundaries: int | None = None, simulated: bool = False,
    language: Language | None = None,
) -> ControlChart:  # fmt: skip
    """Draw limits around a series and mark points that a stable one would hardly have.

    Parameters
    ----------
    workspace
        The workspace.
    data
        A frame with ``time`` (in its order, each once a series; texts are compared letter by letter, so months have two
        digits), ``value`` (NaN is missing), for shares and rates ``denominator``, and ``unit`` where there are several
        series; or codes of indicators, whose yearly series are taken.
    units, boundaries
        As of :func:`analysis.indicators.series`, where codes are given.
    kind
        ``individuals`` (single values, X-mR), ``p`` (``value`` of ``denominator`` are so: a share), ``u`` (events per
        unit of ``denominator``).
    rules
        A set of :data:`analysis.stats.control.RULE_SETS` or names of rules.
    baseline
        How many points of each stretch, the first ones, give its limits; all if not given.
    steps
        One time or several from which limits are calculated anew, for a change that is known and declared. A break of
        an indicator is one by itself. Runs do not go across.
    screened
        Whether ranges beyond their limit are left out of their mean; by default with the rules ``nhs`` only.
    overdispersed
        Whether limits of shares and rates follow what neighbours differ (Laney's p′ and u′).
    per
        What shares and rates are given in: 100 for ``p``, 1 for ``u`` if not given.
    measure
        What is measured, for the axis.
    simulated
        Whether the frame is simulated.
    language
        That is shown unless it is said.

    Returns
    -------
    ControlChart
        ``table``: one row a point: ``value`` (as plotted), ``count`` and ``denominator`` of shares and rates,
        ``phase``, ``baseline`` (whether limits rest on it), ``centre``, ``sigma``, ``lower``, ``upper`` (3 sigma,
        within what can be), ``z`` (NaN where sigma is 0), ``range`` (from the point before), ``signal``, ``rules`` that
        are complete there, ``in_pattern``, ``provisional``. ``phases``: ``points`` of the baseline, limits, ``flat``
        (whether the baseline does not vary), ``alike`` (Young's C of neighbours), ``false_alarms`` (NaN where they are
        not known).

    Raises
    ------
    DuzhengError
        DZ-S002 for wrong choices, columns, denominators, times or steps; DZ-I001, DZ-U002 for codes and units.

    Notes
    -----
    A signal asks for a cause and is no proof of one. Limits of fewer than 12 points are provisional, fewer than 5 give
    none. Where the baseline does not vary its limits are the centre, and every point off it is a signal. False alarms
    are measured by simulation as the chart was made: the share of stable series with at least one signal, of this
    length and with this baseline, these gaps and rules; normal values for single values, binomial or Poisson counts of
    the actual denominators for shares and rates (:func:`analysis.stats.control.false_alarms`). They are more where
    neighbours are alike, which a trend makes them. In R ``qcc::qcc`` and ``NHSRplotthedots::ptd_spc``.
    """
    import pandas as pd

    steps = several(steps) or []
    faults = wrong_choices(kind, rules, baseline, per, measure)
    frame, given = frame_of(workspace, data, faults, units=units, boundaries=boundaries, kind=kind, steps=steps)
    names = rules_of(rules)
    screen = rules == "nhs" if screened is None else screened
    scale = SCALE[kind] if per is None else float(per)
    rows: list[dict[str, Any]] = []
    phases: list[dict[str, Any]] = []
    for key, group in frame.groupby(["unit", "indicator"], sort=False):
        for number, part in _parts(group, steps):
            points, limits = _phase(part, kind, names, baseline, screen, overdispersed, scale)
            common = {"unit": key[0], "indicator": key[1], "phase": number}
            rows += [common | point for point in points]
            phases.append(common | limits)
    table, spans = pd.DataFrame(rows, columns=[*COLUMNS]), pd.DataFrame(phases)
    empty = [name for name in ("unit", "indicator", "count", "denominator", "range") if _nothing(table[name])]
    decimals = _decimals(workspace, given, table["value"])
    return ControlChart(
        table.drop(columns=empty), "control_chart",
        settings={"kind": kind, "rule_set" if isinstance(rules, str) else "rules": rules if isinstance(rules, str) else
                  list(names), "baseline": baseline, "steps": list(steps), "screened": screen} |
                 ({"overdispersed": overdispersed, "per": scale} if kind != "individuals" else {}),
        notes=_notes(workspace, spans, table, given, overdispersed and kind != "individuals"),
        drawing=draw_control_chart,
        shown=("unit", "indicator", "time", "value", "count", "denominator", "centre", "lower", "upper", "z", "rules",
               "provisional"),
        decimals=dict.fromkeys(("value", "centre", "lower", "upper", "sigma", "range"), decimals) | {"z": 2},
        spoken=language, workspace=workspace, read=series_files(workspace) if given else {}, simulated=simulated,
        model=words("control_chart")["model" if kind == "individuals" or overdispersed else f"model.{kind}"],
        named=_named(workspace, given, measure), phases=spans,
    )  # fmt: skip


def _parts(group: pd.DataFrame, steps: Sequence[Any]) -> Iterator[tuple[int, pd.DataFrame]]:
    """Divide a series where a step was declared and where the catalogue has a break."""
    begins = group["time"].isin(list(steps)) | (group["segment"].diff().fillna(0) != 0)
    for number, (_, part) in enumerate(group.groupby(begins.cumsum(), sort=True), start=1):
        yield number, part


def _phase(
    part: pd.DataFrame, kind: Kind, names: tuple[str, ...], baseline: int | None, screened: bool,  # noqa: FBT001
    overdispersed: bool, scale: float,  # noqa: FBT001
) -> tuple[list[dict[str, Any]], dict[str, Any]]:  # fmt: skip
    """Give the points of one stretch with their limits and signals, and what holds of all of them."""
    import numpy as np

    value = part["value"].to_numpy(dtype=float, na_value=nan)
    known = np.isfinite(value)
    keep = known & (np.cumsum(known) <= (baseline or len(value)))
    n = int(keep.sum())
    if kind == "individuals":
        shown, count, below = value, np.full(len(value), nan), np.full(len(value), nan)
        centre, spread = (float(each) for each in individuals(value, baseline=keep, screened=screened))
        sigma: Any = np.full(len(value), spread)
        floor, ceiling = -np.inf, np.inf
    else:
        count, below = value, part["denominator"].to_numpy(dtype=float, na_value=nan)
        of = shares if kind == "p" else rates
        middle, sigma = of(count, below, baseline=keep, overdispersed=overdispersed)
        shown, centre, sigma = scale * count / below, scale * middle, scale * sigma
        floor, ceiling = 0.0, scale if kind == "p" else np.inf
    if n < LEAST or not np.isfinite(sigma[keep]).all():
        centre, sigma = nan, np.full(len(value), nan)
    z = distances(shown, centre, sigma)
    flat = bool(n >= LEAST and (sigma[keep] <= ROUNDING * abs(centre)).all())
    found = runs(z, names, values=np.where(np.isfinite(sigma), shown, nan))
    done = {name: flags for name, (flags, _) in found.items()}
    inside = np.logical_or.reduce([members for _, members in found.values()])
    ranges = np.abs(np.diff(shown, prepend=nan)) if kind == "individuals" else np.full(len(value), nan)
    lower, upper = np.maximum(centre - 3 * sigma, floor), np.minimum(centre + 3 * sigma, ceiling)
    times = part["time"].tolist()
    points = [
        {"time": times[at], "value": shown[at], "count": count[at], "denominator": below[at],
         "baseline": bool(keep[at]), "centre": centre, "sigma": sigma[at], "lower": lower[at], "upper": upper[at],
         "z": z[at] if np.isfinite(z[at]) else nan, "range": ranges[at],
         "signal": any(bool(flags[at]) for flags in done.values()),
         "rules": ";".join(name for name, flags in done.items() if flags[at]), "in_pattern": bool(inside[at]),
         "provisional": n < SETTLED}
        for at in range(len(times))
    ]  # fmt: skip
    alarms = nan
    if np.isfinite(centre) and not flat:
        alarms = false_alarms(
            names, len(value), baseline=n, missing=tuple(np.flatnonzero(~known).tolist()), kind=kind,
            centre=None if kind == "individuals" else centre / scale,
            totals=() if kind == "individuals" else tuple(np.where(known, below, 1.0).tolist()),
            screened=screened, overdispersed=overdispersed and kind != "individuals", repeats=REPEATS,
        )  # fmt: skip
    limits = {"first": times[0], "last": times[-1], "points": n, "centre": centre,
              "sigma": float(np.nanmedian(sigma)) if np.isfinite(centre) else nan, "flat": flat,
              "alike": nan if flat else _alike(shown[keep]),
              "range_limit": RANGE_LIMIT * RANGE * float(sigma[0]) if kind == "individuals" else nan,
              "provisional": n < SETTLED, "false_alarms": alarms}  # fmt: skip
    return points, limits


def _alike(values: np.ndarray) -> float:
    """Give how much neighbours are alike: Young's C, near 0 in a stable series and near 1 in a trend."""
    import numpy as np

    x = values[np.isfinite(values)]
    total = float(((x - x.mean()) ** 2).sum()) if len(x) >= LEAST else 0.0
    return 1 - float((np.diff(x) ** 2).sum()) / (2 * total) if total > 0 else nan


def _of_limits(spans: pd.DataFrame) -> Iterator[Texts]:
    """Say how often stable series signal, and which limits are none, provisional or without variation."""
    alarms = spans["false_alarms"].dropna()
    if len(alarms):
        low, high = round(100 * alarms.min()), round(100 * alarms.max())
        yield both("control_chart", "note.alarms", share=low if low == high else f"{low}–{high}",
                   repeats=write_number(REPEATS, 0))  # fmt: skip
    none, early, flat = spans["centre"].isna(), spans["provisional"], spans["flat"]
    if none.any():
        yield noted("control_chart", "note.none", n=int(none.sum()), least=LEAST)
    if flat.any():
        yield noted("control_chart", "note.flat", n=int(flat.sum()))
    unknown = spans["false_alarms"].isna() & ~none & ~flat
    if unknown.any():
        yield noted("control_chart", "note.unknown", n=int(unknown.sum()))
    if (early & ~none).any():
        yield noted("control_chart", "note.provisional", n=int((early & ~none).sum()), settled=SETTLED)


def _notes(
    workspace: Workspace, spans: pd.DataFrame, table: pd.DataFrame, given: list[str], overdispersed: bool  # noqa: FBT001
) -> tuple[Texts, ...]:  # fmt: skip
    said = words("control_chart")
    notes = [said["note.signal"], *_of_limits(spans)]
    # Young (1941, Annals of Mathematical Statistics 12): C of independent values has this variance.
    n = spans["points"].clip(lower=2)
    near = spans[spans["alike"] > 1.96 * ((n - 2) / ((n - 1) * (n + 1))) ** 0.5]
    if len(near):
        notes.append(noted("control_chart", "note.alike", n=len(near)))
    if table["value"].isna().any():
        notes.append(noted("control_chart", "note.gaps", n=int(table["value"].isna().sum())))
    if overdispersed:
        notes.append(said["note.overdispersed"])
    elif "denominator" in table and table["denominator"].median() > LARGE:
        notes.append(said["note.large"])
    for code in given:
        seen = table[table["indicator"] == code] if "indicator" in table else table
        years = range(int(seen["time"].min()) + 1, int(seen["time"].max()) + 1) if len(seen) else ()
        notes += [both("control_chart", "note.break", year=each.year, why=each.reason)
                  for each in workspace.catalogue[code].breaks if each.year in years]  # fmt: skip
    return tuple({note["zh-Hans"]: note for note in notes}.values())


#: Denominators above this have limits so narrow that ordinary differences look like signals.
LARGE = 2000


def _nothing(column: pd.Series[Any]) -> bool:
    return bool((column.isna() | (column == "")).all())


def _decimals(workspace: Workspace, given: list[str], values: pd.Series[float]) -> int:
    """Give as many decimals as indicators have, or as tell the values of a frame apart."""
    import numpy as np

    if given:
        return max(1, *(workspace.catalogue[code].decimals for code in given))
    spread = float(np.nanmax(values) - np.nanmin(values)) if values.notna().any() else nan
    return 2 if isnan(spread) or spread == 0 else int(min(max(2 - np.floor(np.log10(spread)), 0), 4))


def _named(workspace: Workspace, given: list[str], measure: Texts | None) -> Any:
    from analysis.documents.labels import Labels

    texts = measure
    measures = {tuple(workspace.catalogue[code].measure.items()) for code in given}
    if texts is None and len(measures) == 1:
        texts = dict(measures.pop())
    return Labels({}, {"value": texts}) if texts else None


__all__ = ["LEAST", "RULE_SETS", "SETTLED", "ControlChart", "control_chart"]
