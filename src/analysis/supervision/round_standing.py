"""Standing of rounds: where each unit stands, how the work is spread, and why a unit stands where it does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import LANGUAGES, Texts, Words, in_columns, listed, pick, together
from analysis.supervision.barriers import Barriers, spans_of_terms
from analysis.supervision.inspection_rules import inspection_rules
from analysis.supervision.placing import Price, Problem, Visit, prices
from analysis.supervision.rounds import placement_of, round_of
from analysis.workspace.ledger.rounds import Placement, Round, days_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

WORDS: Final = Words("analysis.supervision")
#: A unit of a round a row. ``state`` is planned, begun, done, overdue (its slot is over, and it is not begun) or absent
#: (the unit does not exist in that year: the round is to be planned again), ``since`` the day of the last step;
#: ``observers`` are ids by ``;``, ``reasons`` codes by ``;`` (``released`` among them: nobody fixes it any more) and in
#: words, none where they are not kept; ``term_first`` and ``term_last`` are the
#: years of the term that the visit judges, missing where it is not entered.
COLUMNS: Final = (
    "round", "unit", "name_zh", "name_en", "slot", "state", "since", "fixed", "weight", "risk", "observers",
    "observers_zh", "observers_en", "reasons", "reasons_zh", "reasons_en", "term_first", "term_last", "inspection",
    "synthetic",
)  # fmt: skip
#: A slot of a round a row: its days, whether it is over, how many visits it has, the sum of their weights, and how many
#: of them are done.
SLOTS: Final = ("round", "slot", "begins", "ends", "over", "visits", "work", "done")
#: A slot that a unit could stand in a row. ``own`` says that it does, ``open`` whether it may; ``barriers`` are kinds
#: (:data:`analysis.supervision.placing.Kind`) by ``;``. ``uneven``, ``late`` and ``delay`` say by how much more there
#: would be of each than with the unit in its own slot, all others as well placed as they then can be; ``moves`` how
#: many others would have to move if all else stayed. What closes a slot does not count for that, so that a number below
#: 0 is what the barrier costs. The text says why the unit stands there, or what the slot would cost.
EXPLAINED: Final = (
    "round", "unit", "slot", "own", "open", "barriers", "uneven", "late", "delay", "moves", "text_zh", "text_en",
)  # fmt: skip


def standing(
    workspace: Workspace, name: str = "", *, day: dt.date, evaluator: str = "", synthetic: bool = False,
    public: bool = False, round_: Round | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Give where the units of a round stand on a day.

    Parameters
    ----------
    workspace
        The workspace.
    name
        The round; the evaluator's newest if empty.
    day
        The day that is spoken of.
    evaluator
        Whose round; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.
    public
        Whether only that is given which everybody may read: no risk, no reason, and not who is fixed.
    round_
        A round that does not stand in the ledger, in the place of one that does.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, by slot and in the order of units, as of
        :meth:`analysis.workspace.ledger.rounds.Round.as_of`.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such round.
    """
    import pandas as pd

    found = (round_ or round_of(workspace, name, evaluator=evaluator, synthetic=synthetic)).as_of(day)
    number = {slot: at for at, slot in enumerate(found.slots)}
    order = {str(unit): at for at, unit in enumerate(workspace.units.frame.index)}
    terms = spans_of_terms(workspace, synthetic=found.synthetic)
    rows = [_row(workspace, found, each, day, terms.get(each.unit, [])) for each in
            sorted(found.placements, key=lambda each: (number[each.slot], order[each.unit]))]  # fmt: skip
    types = dict.fromkeys(COLUMNS, "str") | {"fixed": "bool", "synthetic": "bool", "weight": "int64"}
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        types | {"risk": "float64", "term_first": "Int64", "term_last": "Int64"}
    )
    if public:
        frame = frame.assign(risk=float("nan"), fixed=False, reasons="", reasons_zh="", reasons_en="")
    return frame


def _row(
    workspace: Workspace, round_: Round, placement: Placement, day: dt.date, terms: Sequence[tuple[int, int]]
) -> dict[str, Any]:
    units = workspace.units
    begin, end = units.span(placement.unit)
    taken = [each for each in placement.steps if each.date <= day]
    state = placement.state_on(day)
    if not state:
        over = round_.slots.index(placement.slot) < round_.over_on(day)
        state = "absent" if not begin <= placement.year <= end else "overdue" if over else "planned"
    judged = next((span for span in reversed(terms) if span[0] <= placement.year <= span[1]), (None, None))
    observing: Texts = {language: listed((units.name(each, language) for each in placement.observers), language)
                        for language in LANGUAGES}  # fmt: skip
    return {
        "round": round_.id, "unit": placement.unit, **in_columns("name", units.names(placement.unit)),
        "slot": placement.slot, "state": state, "since": str(taken[-1].date) if taken else "",
        "fixed": placement.fixed, "weight": placement.weight, "risk": placement.risk,
        "observers": ";".join(placement.observers), **in_columns("observers", observing),
        "reasons": ";".join(_codes(round_, placement)), **in_columns("reasons", _reasons(round_, placement)),
        "term_first": judged[0], "term_last": judged[1], "inspection": placement.inspection,
        "synthetic": round_.synthetic,
    }  # fmt: skip


def _codes(round_: Round, placement: Placement) -> tuple[str, ...]:
    is_released = placement.unit in round_.released and not placement.steps
    return placement.reasons or (("released",) if is_released else ())


def _reasons(round_: Round, placement: Placement) -> Texts:
    return _put_together(WORDS.both("rounds", f"reason_{each}", risk=f"{placement.risk:g}")
                         for each in _codes(round_, placement))  # fmt: skip


def _put_together(said: Iterable[Texts]) -> Texts:
    parts = list(said)
    return {language: together((pick(each, language) for each in parts), language) for language in LANGUAGES}


def slots(
    workspace: Workspace, name: str = "", *, day: dt.date, evaluator: str = "", synthetic: bool = False,
    round_: Round | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Give how the work of a round is spread over its slots.

    Parameters
    ----------
    workspace, name, day, evaluator, synthetic, round_
        As of :func:`standing`.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`SLOTS`, in their order; those without a visit among them.
    """
    import pandas as pd

    found = (round_ or round_of(workspace, name, evaluator=evaluator, synthetic=synthetic)).as_of(day)
    over = found.over_on(day)
    rows = []
    for number, slot in enumerate(found.slots):
        there = [each for each in found.placements if each.slot == slot]
        begins, ends = days_of(slot, found.batches)
        rows.append({"round": found.id, "slot": slot, "begins": str(begins), "ends": str(ends), "over": number < over,
                     "visits": len(there), "work": sum(each.weight for each in there),
                     "done": sum(each.state_on(day) == "done" for each in there)})  # fmt: skip
    return pd.DataFrame(rows, columns=list(SLOTS))


def explain(
    workspace: Workspace, unit: str, name: str = "", *, day: dt.date, evaluator: str = "", synthetic: bool = False,
    restricted: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Explain why a unit stands in its slot, and what each other slot that is not over would cost.

    Parameters
    ----------
    workspace, name, day, evaluator, synthetic
        As of :func:`standing`.
    unit
        Its id.
    restricted
        Whether also what only some of the office may read is called by its name.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`EXPLAINED`, by slot: its own and, until its visit begins, those that are not over.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such round; DZ-U001 if the unit does not stand in it.

    Notes
    -----
    For each slot the plan is solved anew with the unit in it. Risks are those that the round was planned with; what is
    fixed, begun or done stays, and what closes slots is as it is on the day.
    """
    import pandas as pd

    found = round_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
    own = placement_of(found, unit)
    state = own.state_on(day)
    barriers = Barriers(workspace, found, inspection_rules(workspace).round, day, restricted)
    problem = _problem(barriers, own, day)
    costs = [Price(own.slot, (), 0, 0, 0.0, 0)] if state else prices(problem, unit, own.slot)
    rows = []
    for each in costs:
        if each.slot == own.slot:
            said = [WORDS.both("rounds", f"reason_{state}")] if state else [_reasons(found, own)]
        else:
            said = _cost(each)
        rows.append({
            "round": found.id, "unit": unit, "slot": each.slot, "own": each.slot == own.slot,
            "open": not each.barriers, "barriers": ";".join(dict.fromkeys(one.kind for one in each.barriers)),
            "uneven": each.uneven, "late": each.late, "delay": each.delay, "moves": each.moves,
            **in_columns("text", _put_together([*barriers.told(each.barriers), *said])),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=list(EXPLAINED))


def _problem(barriers: Barriers, own: Placement, day: dt.date) -> Problem:
    """Make the problem of a round as it stands, in which one unit may move although people fixed it."""
    found, visits = barriers.round, []
    for each in found.placements:
        closed, late = barriers.of(each.unit)
        stays = bool(each.state_on(day)) or (each.fixed and each is not own) or not _has_slot(found, closed)
        visits.append(Visit(each.unit, closed, each.risk, each.weight, late, each.slot if stays else "", each.slot))
    return Problem(found.slots, tuple(visits), barriers.rule.even.spread, found.over_on(day))


def _has_slot(round_: Round, closed: Any) -> bool:
    return any(slot not in closed for slot in round_.slots)


def _cost(price: Price) -> list[Texts]:
    said = []
    for aim in ("uneven", "late", "delay"):
        more = getattr(price, aim)
        if more:
            said.append(WORDS.both("rounds", f"{'more' if more > 0 else 'less'}_{aim}", n=f"{abs(more):g}"))
    moves = WORDS.both("rounds", "moves", n=price.moves) if price.moves else WORDS.of("rounds")["moves_none"]
    return [*(said or [WORDS.of("rounds")["same"]]), moves]
