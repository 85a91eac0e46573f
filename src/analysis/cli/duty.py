"""`duzheng duty`: duties by department, and what there is on each."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.cli.columns import told
from analysis.cli.office import DIFFERENT, AsJson, Demo, Evaluator, On, Public, Year, day_of, here, year_of

app = typer.Typer(help="Duties: who answers for each, and what there is on it.", no_args_is_help=True,
                  rich_markup_mode=None)  # fmt: skip


@app.command("list")
def list_duties(*, as_json: AsJson = False) -> None:
    """List the duties by department."""
    from analysis.supervision.responsibilities import by_duty

    heads = {"duty": "duty", "duty_zh": "name", "department": "department", "department_zh": "called"}
    told(by_duty(here(demo=False)), heads, as_json=as_json)


@app.command()
def coverage(
    evaluator: Evaluator = "",
    year: Year = None,
    on: On = "",
    *,
    units: Annotated[bool, typer.Option("--units", help="By unit and duty, not all together.")] = False,
    public: Public = False,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """Count what there is on each duty: figures, waves, claims, findings of others, items of rectification.

    Exit code 0 if each duty has evidence, 3 if one has none, or only what units say of themselves.
    """
    from analysis.supervision import coverage as covering

    workspace = here(demo=demo)
    asked = year_of(workspace, year)
    counted = {name: name for name in (*covering.COUNTED, "newest", "status")}
    if units:
        found = covering.coverage_of_units(workspace, year=asked, evaluator=evaluator, synthetic=demo, public=public,
                                           day=day_of(on))  # fmt: skip
        told(found, {"unit": "unit", "name_zh": "name", "duty": "duty", **counted}, as_json=as_json)
    else:
        found = covering.coverage(
            workspace, year=asked, evaluator=evaluator, synthetic=demo, public=public, day=day_of(on)
        )
        heads = {
            "duty": "duty",
            "duty_zh": "name",
            "certainty": "certainty",
            **counted,
            "departments_zh": "departments",
        }
        told(found, heads, as_json=as_json)
    if (found["status"] != "evidenced").any():
        raise typer.Exit(DIFFERENT)


@app.command()
def ties(*, demo: Demo = False, as_json: AsJson = False) -> None:
    """List which duty each indicator, theme of questionnaires, point and finding of others is tied to.

    Exit code 1 if one is tied to none and is not said to be context.
    """
    from analysis.messages import DuzhengError
    from analysis.supervision import coverage as covering

    found, faults = covering.ties(here(demo=demo), synthetic=demo)
    told(found, {name: name for name in ("kind", "id", "duty", "context", "name_zh")}, as_json=as_json)
    if faults:
        raise DuzhengError(*faults)
