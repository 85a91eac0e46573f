"""`duzheng rectification moved`: whether the numbers of items moved."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.cli.columns import told
from analysis.cli.office import AsJson, Demo, Evaluator, On, day_of, here


def moved(
    unit: Annotated[str, typer.Option(help="Only the items of a unit.")] = "",
    item: Annotated[str, typer.Option(help="Only the items of an id.")] = "",
    on: On = "", evaluator: Evaluator = "", *, demo: Demo = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Say of each item's figures whether they moved, further than they would have come back by themselves.

    Each is held to units of a like baseline that did not have to put the same right. Why a number moved is not said.
    """
    from analysis.supervision.movement import as_shown, movement

    found = movement(here(demo=demo), day=day_of(on), unit=unit, item=item, evaluator=evaluator, synthetic=demo)
    heads = {"unit": "unit", "item": "item", "subject_zh": "figure", "then_year": "year", "then": "then",
             "now_year": "year", "now": "now", "expected_lower": "expected from", "expected_upper": "to",
             "placed_en": "rank", "p_adjusted": "p", "verdict": "verdict", "reason": "reason"}  # fmt: skip
    told(found if as_json else as_shown(found), heads, as_json=as_json)
