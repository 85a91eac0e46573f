"""Review: what is done with all self-evaluations that were handed in, by what the checks found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import DuzhengError, Fault, Texts, Words, together
from analysis.supervision.checks import blocking, check, monitored_of
from analysis.supervision.evaluations import Decided, evaluated, evaluation_of, evaluator_of, file_of, move
from analysis.workspace.ledger.self_evaluations import EvaluationState

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

WORDS: Final = Words("analysis.supervision")
#: So many faults are told in the reasons of a return; the check lists all.
_TOLD: Final = 8


def review(
    workspace: Workspace, *, year: int, on: dt.date, by: str, evaluator: str = "", units: Sequence[str] = (),
    synthetic: bool = False, dry: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Check all self-evaluations that were handed in: accept those that are sound, return the others with the reasons.

    Parameters
    ----------
    workspace
        The workspace.
    year, on, by
        The year of evaluation, and when and by whom it is decided.
    evaluator, units
        Who asked for them, the unit above if empty; and whose: all whose turn it is, if no unit is named.
    synthetic
        Whether this is the ledger of the demonstration.
    dry
        Only say what would be decided.

    Returns
    -------
    pandas.DataFrame
        A row a unit: unit, decision (``checked`` or ``returned``), faults, open (claims that cannot be verified),
        reasons_zh, reasons_en.

    Raises
    ------
    DuzhengError
        DZ-O003 for a unit that was not asked, or by another evaluator, or whose self-evaluation was changed while it
        was checked; DZ-O002 for one whose turn it is not. Nothing is decided then.
    """
    import pandas as pd

    ledger = workspace.ledger_of(synthetic=synthetic)
    above = evaluator_of(workspace, evaluator)
    turn = {unit for (unit, of), each in ledger.self_evaluations.items()
            if of == year and each.state_on(on) == "submitted"}  # fmt: skip
    waiting = list(dict.fromkeys(units)) or [unit for unit in evaluated(workspace, above) if unit in turn]
    evaluations = [evaluation_of(workspace, unit, year, evaluator=above, synthetic=synthetic) for unit in waiting]
    early = [
        Fault("DZ-O002", file=file_of(each.unit, year, synthetic=synthetic), column="steps", expected="submitted",
              found=each.state_on(on) or "not asked for") for each in evaluations if each.unit not in turn
    ]  # fmt: skip
    if early:
        raise DuzhengError(*early)
    monitored = monitored_of(workspace, evaluations, synthetic=synthetic) if waiting else None
    rows: list[dict[str, Any]] = []
    decided = []
    for unit, evaluation in zip(waiting, evaluations, strict=True):
        found = check(workspace, unit=unit, year=year, synthetic=synthetic, monitored=monitored)
        faults = blocking(found)
        reasons = _reasons(faults)
        decision: EvaluationState = "returned" if len(faults) else "checked"
        rows.append({"unit": unit, "decision": decision, "faults": len(faults),
                     "open": int(found["problem"].str.startswith("open_").sum()),
                     "reasons_zh": reasons.get("zh-Hans", ""), "reasons_en": reasons.get("en", "")})  # fmt: skip
        claims = tuple(dict.fromkeys(each for each in faults["claim"] if each))
        decided.append(Decided(unit, decision, note=reasons or None, claims=claims, seen=evaluation))
    if decided and not dry:
        move(workspace, decided, year=year, on=on, by=by, evaluator=above, synthetic=synthetic)
    columns = ["unit", "decision", "faults", "open", "reasons_zh", "reasons_en"]
    return pd.DataFrame(rows, columns=columns)


def _reasons(faults: pd.DataFrame) -> Texts:
    """Put the faults into the reasons of a return."""
    if not len(faults):
        return {}
    told = faults.head(_TOLD)
    more = len(faults) - len(told)
    return {
        "zh-Hans": together(
            [*told["text_zh"], WORDS.said("review", "more", "zh-Hans", n=more) if more else ""], "zh-Hans"
        ),
        "en": together([*told["text_en"], WORDS.said("review", "more", "en", n=more) if more else ""], "en"),
    }
