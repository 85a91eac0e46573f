"""Steps of `duzheng selfeval`: review, return, accept, close the audit, approve, publish, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.columns import told
from analysis.cli.office import (
    By,
    Demo,
    Due,
    Evaluator,
    On,
    Unit,
    Units,
    Year,
    day_of,
    limit_of,
    opened,
    parts_of,
    texts_of,
)

if TYPE_CHECKING:
    import datetime as dt

    from analysis.workspace import Workspace
    from analysis.workspace.ledger.self_evaluations import EvaluationState, SelfEvaluation

Reason = Annotated[str, typer.Option(help="Why, in Chinese.")]
ReasonEn = Annotated[str, typer.Option(help="Why, in English.")]


def review(
    by: By, year: Year = None, on: On = "", evaluator: Evaluator = "", units: Units = "", *, demo: Demo = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only say what would be decided.")] = False,
) -> None:  # fmt: skip
    """Accept what was handed in and is sound, and return the rest with the reasons."""
    from analysis.supervision.review import review as review_all

    workspace, of = opened(year, demo=demo)
    frame = review_all(workspace, year=of, on=day_of(on), by=by, evaluator=evaluator, units=parts_of(units),
                       synthetic=demo, dry=dry)  # fmt: skip
    told(frame, {name: name for name in ("unit", "decision", "faults", "open", "reasons_zh")}, as_json=False)


def return_(
    unit: Unit, reason: Reason, by: By, reason_en: ReasonEn = "",
    claims: Annotated[str, typer.Option(help="Ids of the claims it is about, by commas.")] = "", due: Due = "",
    year: Year = None, on: On = "", evaluator: Evaluator = "", *, demo: Demo = False,
) -> None:  # fmt: skip
    """Return a self-evaluation for correction; its time limit is that of the rule set office_year, or --due."""
    from analysis.supervision.evaluations import Decided, move

    workspace, of = opened(year, demo=demo)
    step = Decided(unit, "returned", note=texts_of(reason, reason_en), claims=tuple(parts_of(claims)),
                   due=limit_of(due))  # fmt: skip
    move(workspace, [step], year=of, on=day_of(on), by=by, evaluator=evaluator, synthetic=demo)
    typer.echo(f"{unit}: returned")


def withdraw(
    unit: Unit, reason: Reason, by: By, reason_en: ReasonEn = "", year: Year = None, on: On = "",
    evaluator: Evaluator = "", *, demo: Demo = False,
) -> None:  # fmt: skip
    """Take back what was approved or published: from then on no bulletin has it, until it is approved again."""
    from analysis.supervision.evaluations import Decided, move

    workspace, of = opened(year, demo=demo)
    step = Decided(unit, "withdrawn", note=texts_of(reason, reason_en))
    move(workspace, [step], year=of, on=day_of(on), by=by, evaluator=evaluator, synthetic=demo)
    typer.echo(f"{unit}: withdrawn")


def _stepping(name: EvaluationState, before: str, help_: str) -> Callable[..., None]:
    """Make the command of a step that many units can take at once."""

    def step(
        by: By, year: Year = None, on: On = "", evaluator: Evaluator = "", units: Units = "",
        note: Annotated[str, typer.Option(help="What there is to remember: how objections were settled.")] = "",
        *, demo: Demo = False,
    ) -> None:  # fmt: skip
        from analysis.supervision.evaluations import Decided, move

        workspace, of = opened(year, demo=demo)
        chosen = parts_of(units) or at(workspace, of, before, evaluator, day_of(on), demo=demo)
        ledger = workspace.ledger_of(synthetic=demo).self_evaluations
        steps = [Decided(unit, name, note=texts_of(note) if units or _objected(ledger.get((unit, of))) else None)
                 for unit in chosen]  # fmt: skip
        move(workspace, steps, year=of, on=day_of(on), by=by, evaluator=evaluator, synthetic=demo)
        typer.echo(f"{name}: {', '.join(chosen) or 'none'}")

    step.__doc__ = help_
    return step


accept = _stepping("checked", "submitted", "Accept what was handed in, whatever the checks say.")
audited = _stepping("audited", "checked", "Close the audit, when all departments have answered.")
approve = _stepping("approved", "audited", "Approve what was audited, or --units that were withdrawn, for bulletins.")
publish = _stepping("published", "approved", "Take note that bulletins were published.")


def _objected(evaluation: SelfEvaluation | None) -> bool:
    """Tell whether a department objected to a claim: a note on how objections were settled belongs to such alone."""
    return evaluation is not None and any(audit.flag == "objected" for audit in evaluation.audits)


def at(workspace: Workspace, year: int, state: str, evaluator: str, day: dt.date, *, demo: bool) -> list[str]:
    """Give the units whose self-evaluation is in a state."""
    from analysis.supervision.standing import standing

    frame = standing(workspace, year=year, day=day, evaluator=evaluator, synthetic=demo)
    return [str(unit) for unit in frame.loc[frame["state"] == state, "unit"]]
