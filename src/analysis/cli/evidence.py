"""`duzheng evidence`: what others found, and where it contradicts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.columns import told
from analysis.cli.office import DIFFERENT, AsJson, Demo, Evaluator, Public, Restricted, Year, here, year_of

app = typer.Typer(help="Evidence from others: take it in, list it, hold it to own data.", no_args_is_help=True,
                  rich_markup_mode=None)  # fmt: skip


@app.command()
def add(
    kind: Annotated[str, typer.Argument(help="supervision, audit, poll or media.")],
    file: Annotated[Path, typer.Argument(help="CSV or Excel, with the columns of its contract.")],
    evaluator: Evaluator = "",
    *,
    demo: Demo = False,
) -> None:
    """Take findings of others on the evaluator and those below it into the ledger: all rows of a file, or none."""
    from analysis.supervision import others

    taken = others.add(here(demo=demo), kind, file, evaluator=evaluator, synthetic=demo)
    typer.echo(f"{taken} findings of {kind} taken in")


@app.command("list")
def list_evidence(
    evaluator: Evaluator = "", year: Year = None, *, public: Public = False, restricted: Restricted = False,
    demo: Demo = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """List what others found, dated in a year."""
    from analysis.supervision import others

    workspace = here(demo=demo)
    found = others.evidence(workspace, year=year_of(workspace, year), evaluator=evaluator, synthetic=demo,
                            public=public, restricted=restricted)  # fmt: skip
    heads = {"kind": "kind", "id": "id", "date": "date", "unit": "unit", "name_zh": "name", "duty": "duty",
             "indicator": "indicator", "value": "value", "reliability": "reliability", "access": "access",
             "statement_zh": "statement"}  # fmt: skip
    told(found, heads, as_json=as_json)


@app.command()
def conflicts(
    evaluator: Evaluator = "", year: Year = None, *, public: Public = False, restricted: Restricted = False,
    demo: Demo = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Hold the values of others to monitored figures, and to what units claim.

    Exit code 0 if nothing contradicts, 3 if something does.
    """
    from analysis.supervision import others

    workspace = here(demo=demo)
    found = others.conflicts(workspace, year=year_of(workspace, year), evaluator=evaluator, synthetic=demo,
                             public=public, restricted=restricted)  # fmt: skip
    heads = {"kind": "kind", "id": "id", "unit": "unit", "name_zh": "name", "indicator": "indicator", "year": "year",
             "value": "value", "conflict_with": "beside", "claim": "claim", "monitored": "number",
             "difference": "difference", "allowed": "allowed", "verdict": "verdict", "reason": "reason"}  # fmt: skip
    told(found, heads, as_json=as_json)
    if (found["verdict"] == "differs").any():
        raise typer.Exit(DIFFERENT)
