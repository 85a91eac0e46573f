"""`duzheng selfeval`: self-evaluations, from the yearly notice to the bulletin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli import audits, steps
from analysis.cli.columns import told
from analysis.cli.office import (
    DIFFERENT,
    AsJson,
    By,
    Demo,
    Due,
    Evaluator,
    On,
    Units,
    Year,
    day_of,
    limit_of,
    opened,
    parts_of,
)

if TYPE_CHECKING:
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Ledger

app = typer.Typer(
    help="Self-evaluations: ask for them, check them, audit, approve, publish.",
    no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip


@app.command()
def notice(
    by: By, year: Year = None, on: On = "", evaluator: Evaluator = "", units: Units = "", due: Due = "", *,
    demo: Demo = False,
) -> None:  # fmt: skip
    """Ask units for their self-evaluations; `memo build --template self_evaluation_notice` writes the notice.

    The time limit is that of the rule set office_year, or --due.
    """
    from analysis.supervision.evaluations import request

    workspace, of = opened(year, demo=demo)
    asked = request(workspace, year=of, on=day_of(on), by=by, evaluator=evaluator, units=parts_of(units),
                    due=limit_of(due), synthetic=demo)  # fmt: skip
    typer.echo(f"asked {len(asked)} units: {', '.join(asked)}")


@app.command()
def form(
    out: Annotated[Path, typer.Option(help="Folder of the workbooks.")], year: Year = None, evaluator: Evaluator = "",
    units: Units = "", *, demo: Demo = False,
) -> None:  # fmt: skip
    """Write the empty forms, a workbook a unit."""
    from analysis.supervision.evaluations import evaluated
    from analysis.supervision.forms import write_form

    workspace, of = opened(year, demo=demo)
    chosen = parts_of(units) or evaluated(workspace, evaluator)
    for unit in chosen:
        write_form(workspace, out / f"{unit}.xlsx", unit=unit, year=of, synthetic=demo)
    typer.echo(f"{len(chosen)} forms in {out}")


@app.command()
def submit(
    forms: Annotated[list[Path], typer.Argument(help="Workbooks that were filled in, called as their unit.")], by: By,
    year: Year = None, on: On = "", evaluator: Evaluator = "", *, demo: Demo = False,
) -> None:  # fmt: skip
    """Enter forms that were handed in; one that cannot be read keeps none of the others out.

    Exit code 0 if all were entered, 1 if one was not.
    """
    from analysis.messages import DuzhengError
    from analysis.supervision.evaluations import submit as enter
    from analysis.supervision.handed import read_form

    workspace, of = opened(year, demo=demo)
    day = day_of(on)
    failed = 0
    for path in forms:
        try:
            handed = read_form(workspace, path, unit=path.stem, year=of, synthetic=demo)
            enter(workspace, handed, unit=path.stem, year=of, on=day, by=by, evaluator=evaluator, synthetic=demo)
        except DuzhengError as error:
            failed += 1
            typer.echo(str(error), err=True)
        else:
            typer.echo(f"{path.stem}: {len(handed.claims)} claims, {len(handed.answers)} answers")
    if failed:
        typer.echo(f"{failed} of {len(forms)} forms were not entered", err=True)
        raise typer.Exit(1)


@app.command()
def status(
    year: Year = None, on: On = "", evaluator: Evaluator = "", *, demo: Demo = False, as_json: AsJson = False,
    remind: audits.Remind = False,
) -> None:  # fmt: skip
    """Say where each self-evaluation stands on a day, who was late, and who has to be reminded."""
    from analysis.supervision.standing import standing

    workspace, of = opened(year, demo=demo)
    frame = standing(workspace, year=of, day=day_of(on), evaluator=evaluator, synthetic=demo)
    names = ("unit", "name_zh", "state", "since", "due", "days", "overdue", "late", "reminders", "returned", "claims",
             "unanswered")  # fmt: skip
    told(frame[frame["reminded"]] if remind else frame, {name: name for name in names}, as_json=as_json)


@app.command()
def remind(
    by: By, year: Year = None, on: On = "", evaluator: Evaluator = "",
    units: Annotated[str, typer.Option(help="Ids of units, by commas. [default: all that are reminded that day]")] = "",
    out: Annotated[Path | None, typer.Option(file_okay=False, help="Folder for a letter a unit.")] = None,
    *, demo: Demo = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Write to those who have to hand in or to answer soon, or are late; the ledger notes that they were reminded.

    That is on the days that the rule set office_year says, to units that are named on any day; to nobody twice a day.
    """
    from analysis.supervision.reminders import remind as write

    workspace, of = opened(year, demo=demo)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)  # before the ledger says that they were written
    frame = write(workspace, year=of, on=day_of(on), by=by, evaluator=evaluator, units=parts_of(units), synthetic=demo)
    letters: dict[str, list[str]] = {}
    for row in frame.to_dict("records"):
        letters.setdefault(str(row["unit"]), []).extend((row["text_zh"], row["text_en"]))
    if out is not None:
        for unit, texts in letters.items():
            (out / f"{day_of(on)}-{unit}.txt").write_text("\n\n\n".join(texts) + "\n", encoding="utf-8")
    told(frame, {name: name for name in ("unit", "kind", "due", "days")}, as_json=as_json)
    if not as_json:
        for texts in letters.values() if out is None else ():
            typer.echo("\n" + "\n\n".join(texts))
        typer.echo(f"{len(frame)} letters" + (f" in {out}" if out is not None else ""))


@app.command()
def check(
    report: Annotated[Path | None, typer.Argument(help="A report: DOCX, text. [default: the ledger]")] = None,
    unit: Annotated[str, typer.Option(help="Id of the unit. [default: all that handed something in]")] = "",
    year: Annotated[int | None, typer.Option(
        help="Year of evaluation; of a report, the year that it is about. [default: the workspace's]")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the report goes with comments at the claims.")] = None,
    language: Annotated[str, typer.Option(help="Of the comments: zh-Hans or en.")] = "zh-Hans",
    evaluator: Evaluator = "", *, demo: Demo = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Compare each claim with the monitored evidence: of forms in the ledger, or of a report that is read.

    Exit code 0 if nothing is wrong, 3 if something differs or is missing.
    """
    workspace, of = opened(year, demo=demo)
    if report is not None:
        raise typer.Exit(_read(workspace, report, unit, of, out, language, demo=demo, as_json=as_json))
    import pandas as pd

    from analysis.supervision.checks import blocking, monitored_of
    from analysis.supervision.checks import check as check_one
    from analysis.supervision.evaluations import evaluated

    ledger = workspace.ledger_of(synthetic=demo)
    chosen = [unit] if unit else [each for each in evaluated(workspace, evaluator)
                                  if _was_handed_in(ledger, each, of)]  # fmt: skip
    some = [ledger.self_evaluations[each, of] for each in chosen if (each, of) in ledger.self_evaluations]
    monitored = monitored_of(workspace, some, synthetic=demo)
    found = [check_one(workspace, unit=each, year=of, synthetic=demo, monitored=monitored) for each in chosen]
    frame = pd.concat(found, ignore_index=True) if found else pd.DataFrame()
    wrong = blocking(frame) if len(frame) else frame
    shown = frame if as_json or unit else wrong
    if as_json or len(shown):
        names = ("unit", "problem", "claim", "claimed", "monitored", "file", "line")
        told(shown, {name: name for name in names}, as_json=as_json)
    if not as_json:
        counts = dict(frame["problem"].value_counts().sort_index()) if len(frame) else {}
        typer.echo(f"{len(chosen)} self-evaluations: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
    if len(wrong):
        raise typer.Exit(DIFFERENT)


def _was_handed_in(ledger: Ledger, unit: str, year: int) -> bool:
    found = ledger.self_evaluations.get((unit, year))
    return found is not None and found.last_submitted is not None


def _read(
    workspace: Workspace, report: Path, unit: str, year: int, out: Path | None, language: str, *, demo: bool,
    as_json: bool,
) -> int:  # fmt: skip
    """Read a report, and say what was found; give the exit code."""
    from analysis.messages import LANGUAGES
    from analysis.supervision.reading import as_json as listed
    from analysis.supervision.reading import check_and_write

    if not unit:
        raise typer.BadParameter("expected the unit whose report it is", param_hint="--unit")
    if language not in LANGUAGES:
        raise typer.BadParameter(f"{language}: expected {', '.join(LANGUAGES)}", param_hint="--language")
    chosen = next(each for each in LANGUAGES if each == language)
    checked = check_and_write(workspace, report, unit, year, out=out, language=chosen, synthetic=demo)
    if as_json:
        typer.echo(json.dumps(listed(checked), ensure_ascii=False, indent=1))
    else:
        names = ("place_zh", "text", "indicator", "claimed", "monitored", "verdict")
        if len(checked.statements):
            told(checked.statements, {name: name for name in names}, as_json=False)
        kinds = ("agrees", "differs", "open", "unread")
        typer.echo(f"{report.name}: " + ", ".join(f"{checked.count(kind)} {kind}" for kind in kinds))
    return DIFFERENT if checked.differing else 0


@app.command()
def papers(
    folder: Annotated[Path, typer.Option(help="Where the files are: those of a unit in a folder of its id, or all.")],
    units: Annotated[str, typer.Option("--unit", "--units", help="Ids of units, by commas. [default: all]")] = "",
    year: Year = None, evaluator: Evaluator = "", *, demo: Demo = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Hold the files of papers to the hashes that were handed in with them.

    Exit code 0 if none was changed and none is missing, 3 else.
    """
    from analysis.supervision.papers import papers_held

    workspace, of = opened(year, demo=demo)
    frame = papers_held(workspace, folder, year=of, units=parts_of(units), evaluator=evaluator, synthetic=demo)
    told(frame, {"unit": "unit", "paper": "paper", "state": "state", "file": "file", "title_zh": "title"},
         as_json=as_json)  # fmt: skip
    if frame["state"].isin(["changed", "missing"]).any():
        raise typer.Exit(DIFFERENT)


app.command("review")(steps.review)
app.command("return")(steps.return_)
app.command("accept")(steps.accept)
app.command("ask")(audits.ask)
app.command("answer")(audits.answer)
app.command("audits")(audits.standing)
app.command("audited")(steps.audited)
app.command("approve")(steps.approve)
app.command("publish")(steps.publish)
app.command("withdraw")(steps.withdraw)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder of the workbooks.")], year: Year = None, evaluator: Evaluator = "",
    seed: Annotated[int, typer.Option(help="Of what is planted where.")] = 0,
    *,
    corrected: Annotated[bool, typer.Option("--corrected", help="Second versions: nothing is planted.")] = False,
    audits: Annotated[bool, typer.Option("--audits", help="Answer the tables of departments there instead.")] = False,
) -> None:  # fmt: skip
    """Fill in forms as they might be handed in, for demonstration; truth.yaml beside them says what is planted."""
    from analysis.supervision.demonstration import simulated_answers, simulated_forms

    if audits:
        typer.echo(f"{simulated_answers(out, seed=seed)} simulated answers in {out}")
        return

    workspace, of = opened(year, demo=False)
    found = simulated_forms(workspace, out, year=of, evaluator=evaluator, seed=seed, corrected=corrected)
    planted = [f"{each.unit} ({each.planted})" for each in found if each.planted]
    typer.echo(f"{len(found)} simulated forms in {out}" + (f"; planted: {', '.join(planted)}" if planted else ""))
