"""Building one memo again whenever its template changes, for whoever writes the template; apart from any release."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from analysis.documents import subset_css
from analysis.findings.layout import FOLDER
from analysis.memos.batch import LOGS, font_characters
from analysis.memos.disk import writing
from analysis.memos.lock import alone
from analysis.memos.memo import Format, Outcome, Work, make_memo
from analysis.memos.plan import Plan, plan
from analysis.memos.tables import reports
from analysis.messages import DuzhengError, Language
from analysis.workspace import Workspace

#: Where it goes, apart from releases.
PLACE = "watch"
#: Errors of asking, which no saved file mends.
_ASKED = frozenset({"DZ-U001", "DZ-M004"})


def watch(
    workspace: Workspace,
    *,
    template: str,
    unit: str,
    language: Language,
    formats: Sequence[Format] = ("html",),
    synthetic: bool = False,
    tell: Callable[[Outcome | DuzhengError, Path], None],
    stop: Event | None = None,
) -> None:
    """Build a memo, and again each time that its notebook, its layout or an input of the workspace is saved.

    It goes into ``reports/watch``, so that no half-written template reaches a release. Its kernel is forked from a
    process that stays. A template with a fault is told of, and the next save tried again.

    Parameters
    ----------
    workspace
        The workspace.
    template
        Name of a notebook in `notebooks/memos`, without suffix.
    unit
        Id of the unit, survey or topic.
    language, formats
        What is built.
    synthetic
        Whether simulated data are used.
    tell
        Called with what came of each build, or why nothing could be built, and the folder of the files.
    stop
        Ends it when it is set; else it goes on until it is interrupted.

    Raises
    ------
    DuzhengError
        DZ-U001, DZ-M004 or DZ-M002 if there is no such unit or template.
    """
    from watchfiles import watch as changes

    folder = reports(workspace, synthetic=synthetic) / PLACE

    def once(*, first: bool = False) -> None:
        try:
            planned = plan(
                Workspace(workspace.root), templates=[template], units=[unit], languages=[language], formats=formats,
                synthetic=synthetic,
            )  # fmt: skip
            tell(_made(planned, folder), folder)
        except DuzhengError as error:
            if first and any(
                fault.code in _ASKED or (fault.code, fault.file) == ("DZ-M002", "") for fault in error.faults
            ):
                raise
            tell(error, folder)

    once(first=True)
    watched = [workspace.root / each for each in (FOLDER, "data", "surveys", "workspace.yaml")]
    for _ in changes(*(path for path in watched if path.exists()), stop_event=stop, raise_interrupt=False):
        once()


def _made(planned: Plan, folder: Path) -> Outcome:
    """Make the one memo of a plan."""
    (task,) = planned.tasks
    reference = planned.tables.reference
    with alone(planned.workspace, reference.year, synthetic=reference.synthetic), writing(planned.workspace.root):
        fonts = folder / "fonts.css" if "html" in planned.formats else None
        if fonts:
            folder.mkdir(parents=True, exist_ok=True)
            fonts.write_text(subset_css(font_characters(planned)), encoding="utf-8")
        return make_memo(task, Work(planned.formats, folder, folder.parent / LOGS / PLACE, fonts), None)
