"""Reconciliation: figures of two sources beside each other, and what of their difference rounding explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.documents.labels import Labels
from analysis.indicators.asked import Asked
from analysis.indicators.audit.columns import codes, missing, no_frame, not_below, numbers, rows_in, years
from analysis.indicators.audit.rule import USUAL, AuditRule, rule_of
from analysis.indicators.charts.reconcile import draw_reconcile
from analysis.indicators.result import FigureResult
from analysis.indicators.words import both, words
from analysis.messages import LANGUAGES, Fault, Language, Texts
from analysis.messages.requests import wrong
from analysis.stats.anomalies.digits import last_place

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.rules import RuleSet

#: differs · rounding: differs by no more than rounding can make · agrees · scope: the two are of different scope, and
#: are not compared · only_a, only_b: in one only.
VERDICTS = ("differs", "rounding", "agrees", "scope", "only_a", "only_b")
COLUMNS = ("value_a", "value_b", "difference", "percent", "tolerance", "verdict", "file_a", "row_a", "file_b", "row_b")
_NOISE = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class Reconciliation(FigureResult):
    """Figures of two sources, row by row."""

    _: KW_ONLY
    on: tuple[str, ...] = ("unit", "year")
    of: tuple[Texts, Texts] = field(kw_only=True, repr=False)  #: what the two are

    measure: Texts = field(default_factory=lambda: {"zh-Hans": "", "en": ""}, repr=False)  #: of the figures

    def basis(self, language: Language) -> Sequence[str]:
        """Say what the two are."""
        from analysis.messages import pick

        return [self.said("short.two", language, a=pick(self.of[0], language), b=pick(self.of[1], language))]

    def counts(self) -> dict[str, int]:
        """Count the rows of each verdict, those that there are."""
        found = self.table["verdict"].value_counts()
        return {verdict: int(found[verdict]) for verdict in VERDICTS if verdict in found}


def reconcile(
    workspace: Workspace,
    a: str | pd.DataFrame,
    b: str | pd.DataFrame | None = None,
    *,
    on: Sequence[str] = ("unit", "year"),
    tolerance: float | None = None,
    rule: str = "audit",
    language: Language | None = None,
) -> Reconciliation:
    """Put the figures of two sources beside each other: what agrees, what rounding explains, what differs.

    Parameters
    ----------
    workspace
        Its figures, catalogue and rules.
    a, b
        Each the code of an indicator, or a frame with the columns of ``on`` and value, and as they are known
        indicator, status, file, row. Not given, b is the sum of a over the units below, where all have one.
    on
        Columns by which rows belong together.
    tolerance
        A difference that is held to be rounding, in the measure of the figures. Not given, half of the last printed
        digit of each figure, added; a count that was not published rounded has none.
    rule
        Id of the rule set that says which scopes differ.
    language
        What is shown unless it is said.

    Returns
    -------
    Reconciliation
        ``table``: the columns of ``on``, value_a, value_b, difference (a − b), percent (of b), tolerance, verdict
        (:data:`VERDICTS`), and where both stand; what differs most first. Indicators that the rule declares to be of
        different scope are shown beside each other and not compared.

    Raises
    ------
    DuzhengError
        DZ-I001 for an unknown indicator, DZ-I002 for two measures, DZ-T002 to DZ-T005 for frames without a column, with
        cells that do not hold or with a row twice, DZ-S002 for a sum of what does not add up, and for what is neither
        a code nor a frame: every fault.

    Notes
    -----
    The last printed digit of a whole number that counts is exact unless its status is ``rounded``; of a rate or an
    amount it is taken to be rounded. The total of a table is printed to the finest digit of its parts.

    Examples
    --------
    ``reconcile(workspace, "pupils")`` holds each unit's pupils to the sum of the units below it.
    """
    names = (on,) if isinstance(on, str) else tuple(on) if isinstance(on, Sequence) else ()
    asked = Asked()
    asked.faults += _faults(workspace, a, b, names, tolerance)
    bounds, found_rule = asked.take(rule_of, workspace, rule) or (USUAL, None)
    asked.done()
    left = _side(workspace, a, names)
    right = _below(workspace, left) if b is None else _side(workspace, b, names)
    apart = _apart(bounds, a, b)
    of = (_called(workspace, a, "a"), both("reconcile", "below") if b is None else _called(workspace, b, "b"))
    table = _compared(left, right, names, tolerance, scope=apart is not None, total=b is None)
    notes = _notes(apart, found_rule)
    heads = {name: both("reconcile", key, indicator=each) if of[0] == of[1] else each
             for name, key, each in (("value_a", "of_a", of[0]), ("value_b", "of_b", of[1]))}  # fmt: skip
    given = [each for each in (a, b) if each is not None and not isinstance(each, str)]
    return Reconciliation(
        table, "reconcile", settings={"on": names, "tolerance": "printed" if tolerance is None else tolerance},
        rule=found_rule if apart else None, notes=notes, drawing=draw_reconcile, spoken=language, workspace=workspace,
        shown=(*names, "value_a", "value_b", "difference", "percent", "tolerance", "verdict"),
        decimals={"percent": 2, **dict.fromkeys(("value_a", "value_b", "difference", "tolerance"), _decimals(table))},
        named=Labels(heads=heads), measure=_measure(workspace, a, b), read={} if given else workspace.inputs(),
        on=names, of=of,
        simulated=any("source" in each and each["source"].eq("simulated").any() for each in given),
    )  # fmt: skip


def _faults(workspace: Workspace, a: Any, b: Any, on: tuple[str, ...], tolerance: Any) -> list[Fault]:
    faults: list[Fault] = []
    if not on or not all(isinstance(name, str) for name in on):
        faults.append(wrong("on without names", "names of columns, such as unit and year", ""))
    for name, given in (("a", a), ("b", b)):
        if isinstance(given, str):
            faults += _unknown(workspace, given, on)
        elif given is not None or name == "a":
            faults += _broken(workspace, given, name, on)
    if isinstance(a, str) and isinstance(b, str) and {a, b} <= set(workspace.catalogue):
        first, second = workspace.catalogue[a].measure["zh-Hans"], workspace.catalogue[b].measure["zh-Hans"]
        if first != second:
            faults.append(Fault("DZ-I002", found=f"{first!r} and {second!r}", expected="one measure",
                                hint="convert one of them first"))  # fmt: skip
    adds = not isinstance(a, str) or a not in workspace.catalogue or workspace.catalogue[a].additive
    if b is None and not (isinstance(a, str) and adds):
        faults.append(wrong("no b", "for a sum over units, the code of a count or an amount as a", "give b"))
    number = isinstance(tolerance, int | float | np.integer | np.floating) and not isinstance(tolerance, bool)
    if tolerance is not None and not (number and 0 <= tolerance < float("inf")):
        faults.append(wrong(f"tolerance={tolerance!r}", "0 or more, in the measure of the figures", ""))
    return faults


def _unknown(workspace: Workspace, code: str, on: tuple[str, ...]) -> list[Fault]:
    faults = []
    if code not in workspace.catalogue:
        hint = "`duzheng data list` shows them"
        faults.append(Fault("DZ-I001", found=repr(code), expected="a code of the catalogue", hint=hint))
    if on and set(on) != {"unit", "year"}:
        faults.append(wrong(f"on={on!r} for an indicator", "unit and year", "give frames for other columns"))
    return faults


def _broken(workspace: Workspace, given: Any, name: str, on: tuple[str, ...]) -> list[Fault]:
    if not_one := no_frame(given, name):
        return [wrong(f"{name} of type {type(given).__name__}", "the code of an indicator, or a frame", "")
                for _ in not_one]  # fmt: skip
    gone = missing(given, (*on, "value"), name)
    if "value" in given:
        value = numbers(given, "value", name, gone)
        if "indicator" in given:
            adding = [each.code for each in workspace.catalogue.of(kinds=("count", "amount"))]
            gone += not_below(given, "value", name, value, given["indicator"].isin(adding).to_numpy(bool))
    if "year" in on and "year" in given:
        years(given, name, gone)
    keys = [column for column in on if column in given]
    many = int(given.duplicated(keys, keep=False).sum()) if keys and len(keys) == len(on) else 0
    if many:
        gone.append(Fault("DZ-T005", found=f"{many} rows of {name} that stand twice by {', '.join(on)}",
                          expected="one row each", hint="choose an indicator, or put it into `on`"))  # fmt: skip
    return gone


def _side(workspace: Workspace, given: str | pd.DataFrame, on: tuple[str, ...]) -> pd.DataFrame:
    """Give the rows of one source, with ``half``: by how much rounding can have moved each figure."""
    import pandas as pd

    frame = workspace.observations if isinstance(given, str) else given
    if isinstance(given, str):
        frame = frame[frame["indicator"] == given]
    frame = frame.assign(value=pd.to_numeric(frame["value"]).astype("float64"))
    frame = frame[frame["value"].notna()].reset_index(drop=True)
    # Codes that a spreadsheet took for numbers are codes all the same.
    keys = {name: pd.to_numeric(frame[name]).astype("int64") if name == "year" else codes(frame[name]) for name in on}
    # Rows are as a spreadsheet counts them, or of the frame itself where they are not said.
    frame = frame.assign(**keys, row=rows_in(frame))
    value = frame["value"].to_numpy(float)
    coarse = frame["status"].eq("rounded").to_numpy(bool) if "status" in frame else np.zeros(len(frame), dtype=bool)
    inexact = (value % 1 != 0) | coarse
    if "indicator" in frame:
        kinds = frame["indicator"].map(
            lambda code: workspace.catalogue[code].kind if code in workspace.catalogue else ""
        )
        inexact |= kinds.isin(["rate", "amount"]).to_numpy(bool)
    return frame.assign(half=np.where(inexact, last_place(value, coarse) / 2, 0.0))


def _below(workspace: Workspace, left: pd.DataFrame) -> pd.DataFrame:
    """Sum the figures of the units below each unit, where all units of a kind have one."""
    import pandas as pd

    parts = []
    for drawn, above in left.groupby("boundaries", sort=True):
        below = workspace.units.at(int(str(drawn)))[["parent", "kind"]]
        many = below.groupby(["parent", "kind"]).size()
        given = left[left["year"].isin(above["year"].unique())].join(below, on="unit", how="inner")
        sums = (
            given.groupby(["parent", "kind", "year"])
            .agg(value=("value", "sum"), n=("value", "size"), finest=("half", _finest))
            .reset_index()
        )
        keys = pd.MultiIndex.from_frame(sums[["parent", "kind"]])
        whole = sums["n"].to_numpy() == many.reindex(keys).to_numpy()
        sums = sums.assign(half=sums["finest"] * sums["n"])[whole]
        parts.append(sums.rename(columns={"parent": "unit"})[["unit", "year", "value", "half", "finest"]])
    if not parts:
        return left.head(0)[["unit", "year", "value", "half"]].assign(finest=0.0)
    found: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return found.drop_duplicates(["unit", "year"])


def _finest(half: pd.Series[float]) -> float:
    """Give the half of the finest printed digit: all figures of a table are printed to it."""
    inexact = half[half > 0]
    return float(inexact.min()) if len(inexact) else 0.0


def _apart(bounds: AuditRule, a: Any, b: Any) -> Any:
    """Give what declares two indicators to be of different scope, if anything does."""
    codes = []
    for given in (a, b):
        if isinstance(given, str):
            codes.append({given})
        elif given is not None and "indicator" in given:
            codes.append(set(given["indicator"].unique()))
        else:
            return None
    for each in bounds.apart:
        held = set(each.indicators)
        first, second = codes[0] & held, codes[1] & held
        if first and second and first != second:
            return each
    return None


def _called(workspace: Workspace, given: Any, which: str) -> Texts:
    if isinstance(given, str):
        return {language: workspace.catalogue[given].label(language) for language in LANGUAGES}
    if "indicator" in given and len(set(given["indicator"])) == 1:
        code = str(given["indicator"].iloc[0])
        if code in workspace.catalogue:
            return {language: workspace.catalogue[code].label(language) for language in LANGUAGES}
    return words("reconcile")[which]


def _measure(workspace: Workspace, *given: Any) -> Texts:
    codes = [each for each in given if isinstance(each, str)]
    return workspace.catalogue[codes[0]].measure if codes else {"zh-Hans": "", "en": ""}


def _compared(
    left: pd.DataFrame, right: pd.DataFrame, on: tuple[str, ...], tolerance: float | None, *, scope: bool, total: bool
) -> pd.DataFrame:

    keep = [*on, "value", "half", "file", "row"]
    sides = []
    for side in (left, right):
        full = side.reindex(columns=[*side.columns, *(name for name in ("file", "row") if name not in side)])
        sides.append(full[[*keep, *(name for name in ("finest",) if name in full)]])
    how: Any = "inner" if total else "outer"
    both_ = sides[0].merge(sides[1], on=list(on), how=how, suffixes=("_a", "_b"))
    a, b = both_["value_a"].to_numpy(float), both_["value_b"].to_numpy(float)
    half = both_["half_a"]
    if total:
        # A table prints its total to the same digit as its parts, of which a last nought can't be told.
        finest = both_["finest"].where(both_["finest"] > 0, np.inf)
        half = half.where(half == 0, np.fmin(half, finest))
    allowed = (half + both_["half_b"]).to_numpy(float) if tolerance is None else np.full(len(a), tolerance)
    difference = a - b
    noise = _NOISE * np.fmax(np.abs(a), np.abs(b))
    verdict = np.select(
        [np.isnan(a), np.isnan(b), np.full(len(a), scope), np.abs(difference) <= noise,
         np.abs(difference) <= allowed + noise],
        ["only_b", "only_a", "scope", "agrees", "rounding"], "differs",
    )  # fmt: skip
    if scope:
        difference = np.full(len(a), np.nan)
    # Sums of binary fractions have noise that was never printed.
    difference = np.round(difference, 6)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = np.where(b != 0, 100 * difference / b, np.nan)
    table = both_[list(on)].assign(
        value_a=a, value_b=np.round(b, 6), difference=difference, percent=percent,
        tolerance=np.nan if scope else allowed, verdict=verdict, file_a=both_["file_a"].astype("str").fillna(""),
        row_a=both_["row_a"].astype("Int64"), file_b=both_["file_b"].astype("str").fillna(""),
        row_b=both_["row_b"].astype("Int64"),
    )  # fmt: skip
    turn = table["verdict"].map({name: at for at, name in enumerate(VERDICTS)})
    order = table.assign(turn=turn, size=-table["percent"].abs()).sort_values(["turn", "size", *on], kind="stable")
    return order[[*on, *COLUMNS]].reset_index(drop=True)


def _decimals(table: pd.DataFrame) -> int:
    values = table[["value_a", "value_b"]].to_numpy().ravel()
    values = values[~np.isnan(values)]
    for places in range(5):
        if np.all(np.round(values, places) == values):
            return places
    return 4


def _notes(apart: Any, rule: RuleSet | None) -> tuple[Texts, ...]:
    if apart is None:
        return (both("reconcile", "note.verify"),)
    mark = both("results", f"certainty.{apart.certainty}") if apart.source else {"zh-Hans": "本办公室", "en": "own"}
    source = apart.source or (rule.id if rule else "")
    return (both("reconcile", "note.scope", reason=apart.reason, source=source, certainty=mark),)
