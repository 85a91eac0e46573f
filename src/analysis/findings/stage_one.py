"""Stage one of a run: everything that depends on all units, computed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.findings.duties import duties_of
from analysis.findings.figures.cells import cells_of_facts
from analysis.findings.figures.facts import facts
from analysis.findings.finding import Finding, frame_of, worded
from analysis.findings.permission import DISCLOSING, judged
from analysis.findings.reasons import cells_of_reasons
from analysis.findings.reference import Reference
from analysis.findings.remarks import check_remarks, read_remarks, table_of
from analysis.findings.run_tables import RunTables
from analysis.findings.wording import Wording
from analysis.indicators import rows_of
from analysis.messages import LANGUAGES, DuzhengError, Fault, from_columns, in_columns

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace


def run_tables(
    workspace: Workspace,
    *,
    year: int | None = None,
    boundaries: int | None = None,
    synthetic: bool = False,
    earlier: Sequence[RunTables] = (),
) -> RunTables:
    """Compute the tables of a run.

    Parameters
    ----------
    workspace
        The workspace.
    year
        The last year of the figures used; by default the workspace's year of evaluation.
    boundaries
        The year on whose boundaries series are put; by default the workspace's.
    synthetic
        Whether the simulated waves, schools and ledgers are used, beside the published figures.
    earlier
        The tables of what was released before of the same period: nothing comes back by subtracting one from another.

    Returns
    -------
    RunTables
        For all units.

    Raises
    ------
    DuzhengError
        With the faults of rule sets, waves, ledgers and remarks; DZ-S005 for cells that cannot be protected.

    Notes
    -----
    In this order: facts; what the waves say; which cells are held back over the whole release; what figures say and the
    ledger claims; which findings may be said; their words.
    """
    # Stage two imports this room as well, and needs none of what gathers.
    from analysis.findings.answers.families import FAMILIES
    from analysis.findings.answers.gather import gather as gather_answers
    from analysis.findings.extensions import extensions
    from analysis.findings.figures.gather import gather as gather_figures
    from analysis.findings.ledger.gather import gather as gather_ledger
    from analysis.findings.release import release

    settings = workspace.settings
    last = settings.year if year is None else year
    drawn = settings.boundaries if boundaries is None else boundaries
    tables = facts(workspace, year=last, boundaries=drawn)
    asked = gather_answers(workspace, year=last, boundaries=drawn, synthetic=synthetic)
    tables |= asked.tables
    tables["cells"] = _stacked([cells_of_facts(tables["facts"], workspace.catalogue), asked.cells])
    held = release(tables, workspace.rules.get("precision"), [each.tables for each in earlier])
    tables = dict(held.tables)
    # What the ledger claims is held to what may leave, so that no count or verdict of it gives away what may not.
    parts = [asked]
    for gather in (gather_figures, gather_ledger, *(extension.gather for extension in extensions())):
        parts.append(gather(workspace, tables, year=last, boundaries=drawn, synthetic=synthetic))
        twice = sorted(set(parts[-1].tables) & set(tables))
        if twice:
            raise RuntimeError(f"a gatherer names tables that there are: {', '.join(twice)}")
        tables |= parts[-1].tables
        tables["cells"] = _stacked([tables["cells"], parts[-1].cells])  # the next ones read them
    rules = workspace.rules
    if "statements" not in rules:
        raise DuzhengError(
            Fault("DZ-F004", file="data/rules/statements.yaml", found="no such rule set",
                  expected="the rules of what may be said", hint="copy it from another workspace, and read its bounds")
        )  # fmt: skip
    found = judged(
        [finding for part in parts for finding in part.findings],
        rules["statements"],
        rules.get("duties"),
        suppressed=held.cells,
        declared={FAMILIES[0]},
    )
    said = [_silenced(each) if DISCLOSING & set(each.withheld) else worded(each) for each in found]
    reasons = cells_of_reasons(said, rules["statements"])
    cells = {str(row["id"]): row for row in rows_of(tables["cells"])}
    remarks = read_remarks(workspace.root, synthetic=synthetic, units=set(workspace.units.frame.index))
    check_remarks(remarks, cells, suppressed=held.cells)
    tables |= {"findings": frame_of(said), "remarks": table_of(remarks, cells), "reasons": reasons}
    tables["cells"] = _stacked([tables["cells"], reasons])
    tables["subjects"] = _subjects(workspace, said, tables, [each for part in parts for each in part.subjects])
    return RunTables(Reference.of(workspace, year=last, boundaries=drawn, synthetic=synthetic), tables)


#: What stays of a finding that is withheld for disclosure: whom it is about, and why nothing more is there.
_KEPT = ("id", "unit", "year", "topic", "theme", "duty", "kind", "reference", "subject", "survey", "group", "selection",
         "synthetic", "message", "withheld")  # fmt: skip


def _silenced(finding: Finding) -> Finding:
    """Take every number and word out of a finding that would tell what it is withheld for."""
    return Finding(**{name: getattr(finding, name) for name in _KEPT}, verdict="unclear")


def _stacked(frames: Iterable[pd.DataFrame | None]) -> pd.DataFrame:
    import pandas as pd

    given = [frame for frame in frames if frame is not None]
    there = [frame for frame in given if len(frame)] or given[:1]
    return pd.concat(there, ignore_index=True).drop_duplicates("id", ignore_index=True)


def _subjects(
    workspace: Workspace, said: Sequence[Finding], tables: Mapping[str, pd.DataFrame], more: Iterable[Mapping[str, str]]
) -> pd.DataFrame:
    """Give what memos can be made of besides units: surveys, topics, duties, and what gatherers name."""
    import pandas as pd

    rows: list[dict[str, str]] = [dict(each) for each in more]
    if "waves" in tables:
        named = tables["waves"].drop_duplicates("survey").to_dict("records")
        rows += [{"kind": "survey", "subject": row["survey"], **in_columns("name", from_columns("survey", row))}
                 for row in named]  # fmt: skip
    spoken = {topic for each in said if not each.withheld for topic in (each.topic, each.theme)}
    themes = workspace.settings.columns["topic"].codes if "topic" in workspace.settings.columns else {}
    topics = dict.fromkeys(each.topic for each in workspace.catalogue.values())
    names = {topic: {language: Wording(language).plain(topic) for language in LANGUAGES} for topic in topics
             if Wording("en").has(topic)} | dict(themes)  # fmt: skip
    rows += [{"kind": "topic", "subject": topic, **in_columns("name", name)}
             for topic, name in names.items() if topic in spoken]  # fmt: skip
    rule = workspace.rules.get("duties")
    rows += [{"kind": "duty", "subject": duty.id, **in_columns("name", duty.name)}
             for duty in (duties_of(rule).duties if rule else ())]  # fmt: skip
    frame = pd.DataFrame([{"access": "public", **each} for each in rows],
                         columns=["kind", "subject", "name_zh", "name_en", "access"])  # fmt: skip
    return frame.astype("str")
