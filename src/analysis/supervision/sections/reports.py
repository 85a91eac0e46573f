"""Reports of the year: what the office did, and the self-report with its way and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents import Block, Heading, Sentence
from analysis.findings.wording import Word
from analysis.supervision.sections.notice import basis
from analysis.supervision.sections.parts import day_in_table, on_day, plain_table, rows, said, sentence

if TYPE_CHECKING:
    from analysis.findings.brief import Brief


def done(brief: Brief) -> list[Block]:
    """Say what the office did in the year: self-evaluations, audits, the report; each with its counts."""
    sums = rows(brief, "evaluation_sums")
    if not sums and not rows(brief, "plan"):
        return []
    blocks: list[Block] = [brief.heading("done"), sentence(brief, "done_grounds", year=brief.reference.year,
                                                           basis=basis(brief, "duties"))]  # fmt: skip
    for row in sums:
        counts = {name: brief.slot(row[name]) for name in ("asked", "handed_in", "returned_once", "approved")}
        blocks.append(sentence(brief, "done_evaluations", kind=Word(str(row["kind"])), **counts))
    found = rows(brief, "report")
    if found and found[0]["submitted"]:
        blocks.append(sentence(brief, "done_report", date=on_day(brief, found[0]["submitted"])))
    return blocks


def report_course(brief: Brief) -> list[Block]:
    """Say where the self-report stands: its steps with dates, its length, objections."""
    found = rows(brief, "report")
    if not found:
        return []
    row = found[0]
    lines = [(brief.runs(f"report_{state}"), day_in_table(row[state]))
             for state in ("noticed", "drafted", "approved", "posted", "submitted")]  # fmt: skip
    limit = "report_length_set" if row["is_set"] else "report_length_own"
    size: dict[str, Any] = {"characters": brief.slot(row["characters"])}
    blocks: list[Block] = [brief.heading("report_course")]
    if row["most"]:
        blocks.append(sentence(brief, limit, most=brief.slot(row["most"]), year=brief.reference.year, **size))
    if row["posted_until"]:
        days = {"begin": on_day(brief, row["posted"]), "end": on_day(brief, row["posted_until"])}
        blocks.append(sentence(brief, "report_open", objections=brief.slot(row["objections"]), **days))
    return [*blocks, *plain_table(brief, "table_report", ("step_column", "date_column"), lines, widths=(2, 2))]


def report_text(brief: Brief) -> list[Block]:
    """Give the text of the self-report, a heading a duty."""
    found = rows(brief, "paragraphs")
    if not found:
        return []
    blocks: list[Block] = [brief.heading("report_text")]
    for row in found:
        blocks.append(Heading(level=2, text=said(brief, row, "duty")))
        blocks.append(Sentence(text=said(brief, row, "text"), opens=True))
    return blocks
