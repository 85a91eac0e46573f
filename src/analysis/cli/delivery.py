"""`duzheng delivery`: what third parties deliver, accepted against a contract and logged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.columns import told
from analysis.cli.office import AsJson, By, Demo, Evaluator, On, day_of, here

app = typer.Typer(
    help="Deliveries of third parties: accept them, list them.", no_args_is_help=True, rich_markup_mode=None
)


@app.command()
def accept(
    file: Annotated[Path, typer.Argument(help="CSV or Excel.")],
    contract: Annotated[str, typer.Option(help="figures, schools, supervision, audit, poll or media.")],
    supplier: Annotated[str, typer.Option(help="Who delivers.")],
    by: By,
    on: On = "",
    note: Annotated[str, typer.Option(help="What there is to remember.")] = "",
    evaluator: Evaluator = "",
    *,
    demo: Demo = False,
) -> None:
    """Hold a file to its contract, together with what is there; take all of it or nothing; log either.

    Its rows are about the evaluator and those below it.

    Exit code 0 if it was accepted, 1 if it was refused: every fault is listed.
    """
    from analysis.supervision import deliveries

    taken = deliveries.accept(here(demo=demo), file, contract=contract, supplier=supplier, on=day_of(on), by=by,
                              note=note, evaluator=evaluator, synthetic=demo)  # fmt: skip
    where = (
        f"now in {taken.went_to}" if taken.went_to else "checked and logged only: nothing invented stands among figures"
    )
    typer.echo(f"{taken.id}: accepted, {taken.rows:,} rows; {where}")


@app.command("list")
def list_deliveries(evaluator: Evaluator = "", *, demo: Demo = False, as_json: AsJson = False) -> None:
    """List the log of an evaluator's deliveries."""
    from analysis.supervision import deliveries

    names = ("id", "date", "contract", "supplier", "delivered", "rows", "faults", "outcome", "by", "note")
    found = deliveries.deliveries(here(demo=demo), evaluator=evaluator, synthetic=demo)
    told(found, {name: name for name in names}, as_json=as_json)
