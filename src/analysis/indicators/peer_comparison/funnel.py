"""Funnels: how far units of their size may lie from a target by chance, where chance is declared to be at work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from analysis.indicators.charts.funnel import draw_funnel
from analysis.indicators.peer_comparison.years import newest
from analysis.indicators.result import FigureResult
from analysis.indicators.series import series
from analysis.indicators.words import both
from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts, bracketed, listed, pick, write_number
from analysis.messages.requests import is_number, wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Indicator, Workspace

Kind = Literal["proportion", "rate"]
Overdispersion = Literal["none", "multiplicative", "additive"]
#: The error model that a funnel is of.
PROCESS = "process"
KINDS = ("proportion", "rate")
SHOWN = ("unit", "year", "numerator", "denominator", "value", "lower_outer", "lower_inner", "upper_inner",
         "upper_outer", "position")  # fmt: skip
#: Where units are hardly enough to tell overdispersion, as ``stats.funnel`` says.
FEW = 10
_LARGE = 100  #: from here on a ratio of variances is written without decimals


@dataclass(frozen=True, eq=False, repr=False)
class Funnel(FigureResult):
    """Units in a funnel around a target."""

    lines: pd.DataFrame = field(kw_only=True, repr=False)  #: size and the limits for it, for drawing
    phi: float = field(kw_only=True, repr=False)  #: how many times the variance by chance the units vary
    gone: tuple[str, ...] = field(kw_only=True, repr=False)  #: units without figures
    tau2: float = field(kw_only=True, repr=False)  #: the variance between units beside chance


def funnel(
    workspace: Workspace, indicator: str, *, model: str | None = None, kind: Kind | None = None,
    year: int | None = None, target: float | None = None, overdispersion: Overdispersion = "additive",
    limits: tuple[float, float] = (0.95, 0.998), winsorised: float = 0.1, boundaries: int | None = None,
    language: Language | None = None,
) -> Funnel:  # fmt: skip
    """Place units in a funnel around a target, if the caller declares that chance is at work.

    Parameters
    ----------
    workspace
        The workspace.
    indicator
        Code of a ratio of a count to a denominator.
    model
        Must be ``"process"``: the caller takes the count of a year as the outcome of a process that could have gone
        otherwise, binomial or Poisson. Complete counts have no error without it, and no funnel.
    kind
        ``proportion`` where the numerator is a part of the denominator (binomial), else ``rate`` (Poisson); as the
        catalogue says by ``not_above`` or ``parts``, if not given.
    year
        The newest year in which more than half of the units have figures, if not given.
    target
        What units are held to, in the indicator's measure; all numerators over all denominators, if not given.
    overdispersion
        ``additive`` (a variance between units is added, as districts differ by more than chance), ``multiplicative`` or
        ``none``.
    limits
        The chances of the inner and the outer limits.
    winsorised
        Share of the z at each end that are drawn in before overdispersion is found.
    boundaries
        The year on whose boundaries units are taken; the workspace's.

    Returns
    -------
    Funnel
        ``table``: unit, year, numerator, denominator, value, target, z, lower_inner, upper_inner, lower_outer,
        upper_outer (in the indicator's measure), position (``below_outer``, ``below_inner``, ``inside``,
        ``above_inner``, ``above_outer``); ``phi`` and ``tau2`` of :func:`analysis.stats.funnel.funnel_limits`.

    Raises
    ------
    DuzhengError
        DZ-S002 without a declared model, for an indicator that is no ratio of counts, and for choices that can't be;
        DZ-S003 where fewer than two units have figures, or none has any case; DZ-I001.

    Notes
    -----
    Spiegelhalter (2005), by :func:`analysis.stats.funnel.funnel_limits`. A unit outside is one to look at first; a
    funnel says nothing about why. In R ``FunnelPlotR::funnel_plot``.

    Examples
    --------
    ``funnel(workspace, "absent_share", model="process")``.
    """
    import pandas as pd

    from analysis.stats.funnel import funnel_limits

    entry = _hold(workspace, indicator, model, kind, overdispersion)
    formula = entry.formula
    assert formula is not None  # noqa: S101  held above
    how: Kind = kind or _kind(workspace, entry)
    _hold_choices(entry, how, target, overdispersion, winsorised, limits)
    drawn = workspace.settings.boundaries if boundaries is None else boundaries
    units = [str(each) for each in workspace.units.at(drawn, workspace.settings.unit_kind).index]
    levels = series(workspace, [formula.numerator, formula.denominator], boundaries=drawn, units=units)
    there = levels[levels["value"].notna()]
    wide = there.pivot_table(index=["year", "unit"], columns="indicator", values="value").reindex(
        columns=[formula.numerator, formula.denominator]
    ).dropna()  # fmt: skip
    wide = wide[wide[formula.denominator] > 0]
    counts = wide.groupby(level="year").size()
    at = newest(counts, len(units)) if year is None else year
    least = 2
    if at is None or counts.get(at, 0) < least:
        raise DuzhengError(
            Fault("DZ-S003", found=f"{0 if at is None else counts.get(at, 0)} units with both figures of {indicator}"
                  + ("" if at is None else f" in {at}"), expected="two or more", hint="choose another year")
        )  # fmt: skip
    here = wide.loc[at].reindex([unit for unit in units if unit in wide.loc[at].index])
    top, bottom = here[formula.numerator], here[formula.denominator]
    if not top.sum() > 0:
        raise DuzhengError(Fault("DZ-S003", found=f"no cases of {formula.numerator} at all in {at}",
                                 expected="some", hint="choose another year"))  # fmt: skip
    found = funnel_limits(top, bottom, kind=how, target=None if target is None else target / formula.scale,
                          overdispersion=overdispersion, winsorised=winsorised, limits=limits)  # fmt: skip
    scaled = ["value", "target", "lower_inner", "upper_inner", "lower_outer", "upper_outer"]
    table = found[["unit", *scaled, "z", "position"]].copy()
    table[scaled] = table[scaled] * formula.scale
    # Nothing is counted below none: limits of a normal curve end there, and those of a share at all.
    most = formula.scale if how == "proportion" else float("inf")
    edges = [name for name in scaled if name.startswith(("lower", "upper"))]
    table[edges] = table[edges].clip(0, most)
    table.insert(1, "year", at)
    table.insert(2, "numerator", top.to_numpy())
    table.insert(3, "denominator", bottom.to_numpy())
    phi, tau2 = float(found.attrs["phi"]), float(found.attrs["tau2"])
    lines = _lines(bottom.to_numpy(), float(found["target"].iloc[0]), how, overdispersion, phi, tau2, limits)
    lines[edges] = (lines[edges] * formula.scale).clip(0, most)
    gone = [unit for unit in units if unit not in set(table["unit"])]
    return Funnel(
        pd.DataFrame(table), "funnel",
        settings={"indicator": indicator, "year": at, "model": PROCESS, "kind": how, "overdispersion": overdispersion,
                  "limits": limits, "target": target, "boundaries": drawn},
        notes=_notes(workspace, gone, phi, overdispersion, len(table)), drawing=draw_funnel, shown=SHOWN,
        spoken=language,
        decimals=dict.fromkeys(scaled, entry.decimals) | {"z": 2, "numerator": 0, "denominator": 0},
        workspace=workspace, read=workspace.inputs(), model=both("funnel", f"model.{how}"), lines=lines, phi=phi,
        gone=tuple(gone),
        tau2=tau2,
    )  # fmt: skip


def _hold(workspace: Workspace, indicator: str, model: str | None, kind: str | None, overdispersion: str) -> Indicator:
    """Hold the request to what a funnel needs; all faults at once."""
    faults = []
    if model != PROCESS:
        faults.append(
            wrong("complete counts without a declared error model" if model is None else f"model={model!r}",
                  f'model="{PROCESS}"', "complete counts have no error: declare it only where the count of a year is "
                  "taken as the outcome of a process that could have gone otherwise")
        )  # fmt: skip
    if kind is not None and kind not in KINDS:
        faults.append(wrong(f"kind={kind!r}", " or ".join(KINDS), "choose one of them"))
    if overdispersion not in ("none", "multiplicative", "additive"):
        faults.append(wrong(f"overdispersion={overdispersion!r}", "none, multiplicative or additive", "choose one"))
    entry = workspace.catalogue.get(indicator)
    if entry is None:
        faults.append(Fault("DZ-I001", found=repr(indicator), expected="a code of the catalogue",
                            hint="`duzheng data list` shows them"))  # fmt: skip
    elif entry.formula is None or not entry.formula.denominator:
        faults.append(wrong(repr(indicator), "a ratio of one count to one denominator",
                            "a funnel needs the number of cases and the size"))  # fmt: skip
    elif workspace.catalogue[entry.formula.numerator].kind != "count":
        faults.append(wrong(f"{indicator} of {entry.formula.numerator}, which is no count",
                            "a numerator that is counted", "chance models are of counts"))  # fmt: skip
    if faults or entry is None:
        raise DuzhengError(*faults)
    return entry


def _hold_choices(
    entry: Indicator, kind: Kind, target: float | None, overdispersion: str, winsorised: float,
    limits: tuple[float, float],
) -> None:  # fmt: skip
    """Hold choices to what can be, the target in the indicator's measure."""
    from analysis.stats.funnel import wrong_choices

    faults = wrong_choices(kind, None, overdispersion, winsorised, limits)
    most = entry.formula.scale if entry.formula and kind == "proportion" else float("inf")
    if target is not None and (not is_number(target) or not 0 < target < most):
        measure = bracketed("above 0" + (f" and below {most:g}" if kind == "proportion" else ""),
                            pick(entry.measure, "en"), "en")  # fmt: skip
        faults.append(wrong(f"target={target!r}", f"a number {measure}", f"give it in the measure of {entry.code}"))
    if faults:
        raise DuzhengError(*faults)


def _kind(workspace: Workspace, entry: Indicator) -> Kind:
    """Tell by the catalogue whether the numerator is a part of the denominator."""
    formula = entry.formula
    if formula is None:
        return "rate"
    part = workspace.catalogue[formula.numerator].not_above == formula.denominator
    return "proportion" if part or formula.numerator in workspace.catalogue[formula.denominator].parts else "rate"


def _lines(
    sizes: object, centre: float, kind: Kind, overdispersion: str, phi: float, tau2: float,
    limits: tuple[float, float],
) -> pd.DataFrame:  # fmt: skip
    """Give the limits for sizes from the smallest to the largest, evenly apart in logarithms."""
    import numpy as np
    import pandas as pd
    from scipy.special import ndtri

    from analysis.stats.funnel import funnel_limits

    n = np.asarray(sizes, dtype=float)
    at = np.geomspace(n.min() * 0.9, n.max() * 1.05, 80)
    if overdispersion == "none":
        of = funnel_limits(np.zeros(len(at)), at, kind=kind, target=centre, limits=limits)
        edges = ["lower_inner", "upper_inner", "lower_outer", "upper_outer"]
        return pd.DataFrame({"size": at, **{name: of[name].to_numpy() for name in edges}})
    v = centre * (1 - centre) / at if kind == "proportion" else centre / at
    v = v * max(phi, 1.0) if overdispersion == "multiplicative" else v + tau2
    found = {"size": at}
    for name, chance in zip(("inner", "outer"), limits, strict=True):
        half = ndtri((1 + chance) / 2) * np.sqrt(v)
        found |= {f"lower_{name}": centre - half, f"upper_{name}": centre + half}
    return pd.DataFrame(found)


def _notes(workspace: Workspace, gone: list[str], phi: float, overdispersion: str, units: int) -> tuple[Texts, ...]:
    found = [both("funnel", "note.outside"),
             both("funnel", f"note.{overdispersion}", phi=write_number(phi, 1 if phi < _LARGE else 0))]  # fmt: skip
    if overdispersion != "none" and units < FEW:
        found.append(both("funnel", "note.few", n=units))
    if gone:
        names = {language: listed((workspace.units.name(each, language, short=True) for each in gone), language)
                 for language in LANGUAGES}  # fmt: skip
        found.append(both("funnel", "note.missing", units=names))
    return tuple(found)
