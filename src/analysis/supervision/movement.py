"""Movement: whether the number of an item moved, and further than it would have come back by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from analysis.findings.ledger.naming import Naming
from analysis.messages import DuzhengError, Fault, Texts, Words, in_columns, rounded, write_number
from analysis.supervision.inspection_rules import Movement, inspection_rules
from analysis.supervision.others import scope
from analysis.supervision.pairs import Pair, Pairs, Peers, figures_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.ledger.monitored import Figure, Monitored
    from analysis.stats.placebo import Placebo
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Evidence, Item

WORDS: Final = Words("analysis.supervision")
#: What comes of a figure: it moved the way that it has to, further than others would have it; it moved so, but no
#: further than units of a like baseline come back by themselves; it stands as it stood; it went the other way.
Verdict = Literal["moved_beyond_others", "as_others", "not_moved", "worse", "cannot_tell"]
#: A figure of an item a row; ``evidence`` counts them, and is 0 of an item without any. ``begun`` is when the work
#: began, ``since`` the first year whose figure counts. ``then`` and ``now`` are the two figures with their intervals at
#: 95 per cent, of a register by how coarsely it was published, missing where nothing is known of it; ``change`` is
#: their difference with its interval. ``expected`` is where units of a like baseline would have it, ``expected_lower``
#: and ``expected_upper`` the interval of one such unit: beyond its end on the side that is asked for lies a share
#: ``level``. ``rank`` of ``of`` is its placebo rank, ``p`` one-sided, ``p_adjusted`` over all figures of the run that
#: could be compared. ``others`` are ids of the units that it was compared with, the nearest first, ``treated`` of those
#: left out because they had to put the same right, ``unusable`` of those without figures, all joined by ``;``.
#: ``reason`` says why nothing can be told. ``text`` says the verdict, ``placed`` the rank, ``access`` who may read the
#: row, which is who may read its item.
COLUMNS: Final = (
    "unit", "name_zh", "name_en", "item", "evidence", "problem_zh", "problem_en", "state", "opened", "begun", "since",
    "subject", "subject_zh", "subject_en", "measure_zh", "measure_en", "decimals", "direction", "then_year", "then",
    "then_lower", "then_upper", "now_year", "now", "now_lower", "now_upper", "change", "change_lower", "change_upper",
    "expected", "expected_lower", "expected_upper", "rank", "of", "p", "p_adjusted", "level", "others", "treated",
    "unusable", "verdict", "reason", "placed_zh", "placed_en", "text_zh", "text_en", "then_cell", "now_cell",
    "access", "synthetic",
)  # fmt: skip
_NUMBERS: Final = frozenset({
    "then", "then_lower", "then_upper", "now", "now_lower", "now_upper", "change", "change_lower", "change_upper",
    "expected", "expected_lower", "expected_upper", "p", "p_adjusted", "level",
})  # fmt: skip
_WHOLE: Final = frozenset({"evidence", "decimals", "since", "then_year", "now_year", "rank", "of"})
#: Of the intervals of the figures and of their change.
_CONFIDENCE: Final = 0.95


def movement(
    workspace: Workspace, *, day: dt.date, unit: str = "", item: str = "", evaluator: str = "",
    synthetic: bool = False, monitored: Monitored | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Say of every figure of every item whether it moved, and whether further than it would have come back by itself.

    Parameters
    ----------
    workspace
        The workspace.
    day
        The day that is spoken of: what was opened and taken by then, and figures of years up to its own.
    unit, item
        Only the items of a unit, only those of an id; all if empty. They are judged among all of the run.
    evaluator
        Whose ledger; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.
    monitored
        The figures (:func:`analysis.supervision.pairs.figures_of`); computed here if not given.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, by unit and in the order of the items.

    Raises
    ------
    DuzhengError
        DZ-U001 for a unit that there is not or that is not below the evaluator, DZ-O003 for an item that there is not;
        DZ-F004 and DZ-W003 as :func:`analysis.supervision.inspection_rules.inspection_rules`.

    Notes
    -----
    An item is there because a figure was bad, and such a figure comes back by itself. It is held to units of the same
    kind below the same unit, without an item about the same figure between the two years, the nearest by their
    baseline (:func:`analysis.stats.placebo.placebo`; counts and amounts in logarithms, since they move by a share of
    themselves). ``moved_beyond_others`` takes three things: the change is beyond the error of both figures; the
    placebo rank is within ``places``; and p, adjusted over the run by Benjamini and Hochberg (1995), is within
    ``level``. Rank and p go wrong in different cases, so both are asked for. Bounds are those of the rule set
    `inspections`.

    It is refused (``cannot_tell``) without a direction that is asked for or a figure in either year, with a newest
    figure of a year before the work can show, across a break, another territory or another wording of an index, for
    figures that a warning stands against, that too few answered or whoever came, for a change within the error of the
    figures, with too few comparable units, or with none of whose baseline is near. That the number moved further does
    not say why.
    """
    import pandas as pd

    within = scope(workspace, evaluator)
    if unit and unit not in within:
        raise DuzhengError(Fault("DZ-U001", found=repr(unit), expected="a unit of the evaluator"))
    ledger = workspace.ledger_of(synthetic=synthetic)
    items = [(owner, each) for owner, some in sorted(ledger.rectification.items()) if owner in within
             for each in some if each.opened <= day]  # fmt: skip
    mine = {each.id for owner, each in items if unit in {"", owner}}
    if item and item not in mine:
        raise DuzhengError(Fault("DZ-O003", file="rectification", found=f"no item {item!r}",
                                 expected=f"one of {', '.join(sorted(mine)) or 'none'}"))  # fmt: skip
    rule = inspection_rules(workspace).rectification.movement
    known = monitored or figures_of(workspace, [one for _, each in items for one in each.evidence], synthetic=synthetic)
    pairs = Pairs(workspace, ledger, known, day, rule.years)
    moves = [_move(pairs, owner, each, number, rule) for owner, each in items for number in _numbers(each)]
    rows = [_row(each, p, pairs, rule) for each, p in zip(moves, _adjusted(moves), strict=True)]
    types = {**dict.fromkeys(COLUMNS, "str"), **dict.fromkeys(_NUMBERS, "float64"), **dict.fromkeys(_WHOLE, "Int64"),
             "synthetic": "bool"}  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(types)
    kept = frame["unit"].isin([unit] if unit else list(within)) & frame["item"].isin([item] if item else sorted(mine))
    return frame[kept].reset_index(drop=True)


def _numbers(item: Item) -> Sequence[int]:
    """Give the numbers of an item's figures; 0 where it has none."""
    return range(1, len(item.evidence) + 1) or (0,)


@dataclass(frozen=True, eq=False)
class _Move:
    """A figure of an item, before it is judged among all."""

    owner: str
    item: Item
    number: int
    pair: Pair
    peers: Peers | None = None
    placebo: Placebo | None = None
    others: tuple[str, ...] = ()

    @property
    def evidence(self) -> Evidence | None:
        return self.item.evidence[self.number - 1] if self.number else None

    @property
    def key(self) -> tuple[int | str, ...]:
        """What is tested: the way that is asked for, and the cells of both figures, which two items may name."""
        return self.sign, *(each.cell for each in (self.pair.then, self.pair.now) if each is not None)

    @property
    def sign(self) -> int:
        """The way that is asked for: 1 for up, −1 for down, 0 where nobody says."""
        return {"at_least": 1, "at_most": -1}.get((self.evidence.direction or "") if self.evidence else "", 0)

    @cached_property
    def change(self) -> tuple[float, float, float] | None:
        """The change with its interval; None without both figures, or across a break."""
        then, now = self.pair.then, self.pair.now
        if then is None or now is None or self.pair.reason == "broken":
            return None
        from analysis.stats.independent import bounds, combined

        change, half = now.value - then.value, then.half + now.half
        if not (then.se or now.se):
            return change, change - half, change + half
        both = then, now
        _, variance, df = combined([each.value for each in both], [(each.se or 0.0) ** 2 for each in both],
                                   [each.df or np.inf for each in both], [-1, 1])  # fmt: skip
        lower, upper = bounds(change, variance, df, _CONFIDENCE)
        return change, float(lower) - half, float(upper) + half

    def verdict(self, p: float, rule: Movement) -> tuple[Verdict, str]:
        """Give what comes of it, and why nothing can be told."""
        then, now, found = self.pair.then, self.pair.now, self.placebo
        if self.pair.reason or then is None or now is None or self.change is None:
            return "cannot_tell", self.pair.reason
        change, lower, upper = self.change
        alike = rounded(then.value, then.decimals) == rounded(now.value, now.decimals)
        if alike and not (then.se or now.se):
            return "not_moved", ""
        if lower <= 0 <= upper:
            return "cannot_tell", "unclear_sampling"
        if change * self.sign < 0:
            return "worse", ""
        assert found is not None  # a pair that can be compared was  # noqa: S101
        if found.refused:
            return "cannot_tell", found.refused
        return ("moved_beyond_others" if p <= rule.level and found.share <= rule.places else "as_others"), ""


def _move(pairs: Pairs, owner: str, item: Item, number: int, rule: Movement) -> _Move:
    """Find the two figures of an item's evidence, and hold them to those of other units."""
    if not number:
        return _Move(owner, item, 0, Pair(reason="no_evidence"))
    evidence = item.evidence[number - 1]
    unit = pairs.holder(owner, item)
    if unit is None:
        return _Move(owner, item, number, Pair(reason="territory"))
    pair = pairs.pair(unit, item, evidence)
    if evidence.direction is None and pair.reason != "broken":
        pair = replace(pair, reason="no_direction")
    if pair.reason or pair.then is None or pair.now is None:
        return _Move(owner, item, number, pair)
    peers = pairs.peers(unit, evidence, pair.then.year, pair.now.year)
    return _Move(owner, item, number, pair, peers, *_compared(pairs, unit, pair.then, pair.now, peers, evidence, rule))


def _compared(
    pairs: Pairs, unit: str, then: Figure, now: Figure, peers: Peers, evidence: Evidence, rule: Movement
) -> tuple[Placebo, tuple[str, ...]]:
    """Compare a unit with others; in logarithms what is counted and larger in larger units."""
    from analysis.stats.placebo import placebo

    names = sorted({*peers.before, unit})
    before = [{**peers.before, unit: then}[each] for each in names]
    after = [{**{each: last for each, (_, last) in peers.others.items()}, unit: now}.get(each) for each in names]
    counted = bool(evidence.indicator) and pairs.workspace.catalogue[evidence.indicator].additive
    logs = counted and all(each.value > 0 for each in (*before, *after) if each is not None)
    found = placebo(
        [_value(each, logs=logs) for each in before], [_value(each, logs=logs) for each in after],
        names.index(unit), [names.index(each) for each in peers.others], higher=evidence.direction == "at_least",
        variance_before=[_variance(each, logs=logs) for each in before],
        variance_after=[_variance(each, logs=logs) for each in after],
        nearest=rule.nearest, beyond=rule.beyond, places=rule.places, level=rule.level,
    )  # fmt: skip
    used = tuple(names[each] for each in found.others)
    if logs:
        expected, lower, upper = (float(np.exp(each)) for each in (found.expected, found.lower, found.upper))
        found = replace(found, expected=expected, lower=lower, upper=upper)
    return found, used


def _value(figure: Figure | None, *, logs: bool) -> float:
    if figure is None:
        return float("nan")
    return float(np.log(figure.value)) if logs else figure.value


def _variance(figure: Figure | None, *, logs: bool) -> float:
    """Give the squared standard error of a figure: of sampling, and of rounding that is anywhere within its half."""
    if figure is None:
        return float("nan")
    found = (figure.se or 0.0) ** 2 + figure.half**2 / 3
    return found / figure.value**2 if logs else found


def _adjusted(moves: Sequence[_Move]) -> list[float]:
    """Adjust the p of all figures together; one that several items name is one test, and lends no weight to itself."""
    tests = {each.key: each.placebo.p for each in moves if each.placebo is not None and not each.placebo.refused}
    if not tests:
        return [float("nan")] * len(moves)
    from analysis.stats.multiplicity import adjust

    found = dict(zip(tests, adjust(list(tests.values()), method="bh").tolist(), strict=True))
    return [found.get(each.key, float("nan")) for each in moves]


def _row(move: _Move, p: float, pairs: Pairs, rule: Movement) -> dict[str, Any]:
    item, pair, evidence, found = move.item, move.pair, move.evidence, move.placebo
    verdict, reason = move.verdict(p, rule)
    naming, units = Naming(pairs.workspace), pairs.workspace.units
    told = found if found is not None and not found.refused else None
    shown = pair.now or pair.then
    change = move.change or (None, None, None)
    return {
        "unit": move.owner, **in_columns("name", units.names(move.owner)), "item": item.id, "evidence": move.number,
        **in_columns("problem", item.problem), "state": item.state_on(pairs.day), "opened": str(item.opened),
        "begun": str(pair.begun or ""), "since": pair.since, "subject": evidence.subject if evidence else "",
        **in_columns("subject", naming.subject(evidence, inside=False) if evidence else None),
        **in_columns("measure", shown.measure if shown else None), "decimals": shown.decimals if shown else None,
        "direction": (evidence.direction or "") if evidence else "",
        **_figure("then", pair.then), **_figure("now", pair.now),
        **dict(zip(("change", "change_lower", "change_upper"), change, strict=True)),
        "expected": told and told.expected, "expected_lower": told and told.lower,
        "expected_upper": told and told.upper, "rank": told and told.rank, "of": told and told.of,
        "p": told and told.p, "p_adjusted": p if told else None, "level": rule.level, "others": ";".join(move.others),
        "treated": ";".join(move.peers.treated if move.peers else ()),
        "unusable": ";".join(move.peers.unusable if move.peers else ()), "verdict": verdict, "reason": reason,
        **in_columns("placed", placed(told.rank, told.of) if told else None),
        **in_columns("text", _text(move, verdict, reason, naming)), "access": item.access,
        "synthetic": pairs.ledger.synthetic,
    }  # fmt: skip


def _figure(name: str, figure: Figure | None) -> dict[str, Any]:
    """Give a figure with its interval: that of the estimate, or by how coarsely it was published."""
    if figure is None:
        return {**dict.fromkeys((f"{name}_year", name, f"{name}_lower", f"{name}_upper")), f"{name}_cell": ""}
    ends = (figure.value - figure.half, figure.value + figure.half) if figure.half else (figure.lower, figure.upper)
    return {f"{name}_year": figure.year, name: figure.value, f"{name}_lower": ends[0], f"{name}_upper": ends[1],
            f"{name}_cell": figure.cell}  # fmt: skip


def placed(rank: int, of: int) -> Texts:
    """Say a rank.

    >>> placed(3, 16)["en"], placed(3, 16)["zh-Hans"]
    ('rank 3 of 16', '16个单位中第3位')
    """
    return WORDS.both("movement", "placed", rank=rank, of=of)


def _text(move: _Move, verdict: Verdict, reason: str, naming: Naming) -> Texts:
    """Say the verdict, with both figures where they are there, and never why."""
    then, now, found, evidence = move.pair.then, move.pair.now, move.placebo, move.evidence
    subject: Texts = naming.subject(evidence, inside=False) if evidence else {"zh-Hans": ""}
    figures: Texts = WORDS.both("movement", "no_figures", subject=subject)
    if then is not None and now is not None:
        slots = {"then": write_number(then.value, then.decimals), "now": write_number(now.value, now.decimals)}
        figures = WORDS.both("movement", "figures", subject=subject, measure=_behind(now.measure), base=then.year,
                             year=now.year, **slots)  # fmt: skip
    if verdict == "cannot_tell":
        said = WORDS.both("movement", f"reason_{reason}", since=move.pair.since or "")
        return WORDS.both("movement", "cannot_tell", figures=figures, why=said) if evidence else said
    more: dict[str, object] = {}
    if found is not None and not found.refused and now is not None:
        ends = (write_number(each, now.decimals) for each in (found.lower, found.upper))
        more = dict(zip(("lower", "upper"), ends, strict=True)) | {
            "others": len(move.others), "placed": placed(found.rank, found.of), "measure": _behind(now.measure),
        }  # fmt: skip
    return WORDS.both("movement", verdict, figures=figures, **more)


def _behind(measure: Texts) -> Texts:
    """Give a measure as it stands behind its number: in English after a blank, unless it is a sign."""
    return {language: f" {text}" if language == "en" and text[:1].isalpha() else text
            for language, text in measure.items()}  # fmt: skip


def as_shown(found: pd.DataFrame) -> pd.DataFrame:
    """Give the numbers of a movement as they are shown: figures by the decimals of each row, a p with three.

    Parameters
    ----------
    found
        Columns :data:`COLUMNS`.
    """
    shown = found.astype("object")
    decimals = found["decimals"].fillna(0).astype(int)
    for name in _NUMBERS - {"level"}:
        shown[name] = [
            "" if np.isnan(value) else write_number(float(value), 3 if name.startswith("p") else places)
            for value, places in zip(found[name], decimals, strict=True)
        ]
    return shown
