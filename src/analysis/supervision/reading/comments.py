"""Comments: the checked report written back, with what was found beside each statement and nothing else changed."""

from __future__ import annotations

import copy
import datetime as dt
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.documents.docx_parts import timeless
from analysis.messages import DuzhengError, Fault, Language, pick
from analysis.supervision.reading.reader import CheckedReport, Judged, check_report
from analysis.supervision.reading.reports import CODE, Letter, Passage, open_document
from analysis.supervision.reading.words import said
from analysis.workspace.files import write_together

if TYPE_CHECKING:
    from analysis.workspace import Workspace


def check_and_write(
    workspace: Workspace,
    path: str | Path,
    unit: str,
    year: int,
    *,
    out: str | Path | None = None,
    language: Language = "zh-Hans",
    synthetic: bool = False,
    boundaries: int | None = None,
) -> CheckedReport:
    """Read a report, check it, and write it with comments.

    Parameters
    ----------
    workspace, path, unit, year, synthetic, boundaries
        As of :func:`analysis.supervision.reading.reader.check_report`.
    out
        Where the checked report goes, in the form of the report; nothing is written if there is none.
    language
        Of the comments.

    Returns
    -------
    CheckedReport
        ``differing`` is the number of statements that differ.

    Raises
    ------
    DuzhengError
        As of ``check_report``; DZ-O005 also where the checked report would overwrite the report, or has another form.
    """
    target = None if out is None else Path(out)
    if target is not None and target.resolve() == Path(path).resolve():
        raise _wrong_target(target, "the report itself as the file to write", "a file beside it", "name another")
    checked = check_report(workspace, path, unit, year, synthetic=synthetic, boundaries=boundaries)
    if target is not None:
        is_word = checked.report.is_word
        if is_word != (target.suffix.lower() == ".docx"):
            expected = ".docx" if is_word else "the ending of a text, such as .txt"
            found = f"the ending {target.suffix or '(none)'}"
            raise _wrong_target(target, found, expected, "write it in the form of the report")
        written = commented(checked, language) if is_word else annotated(checked, language).encode()
        write_together({target: written})
    return checked


def _wrong_target(target: Path, found: str, expected: str, hint: str) -> DuzhengError:
    return DuzhengError(Fault(CODE, file=target.name, found=found, expected=expected, hint=hint))


def annotated(checked: CheckedReport, language: Language = "zh-Hans") -> str:
    """Give a text with the notes of the check behind it."""
    unit = checked.sentences.workspace.units.name(checked.unit, language)
    lines = [said("notes", language, unit=unit, year=checked.year)]
    for number, each in enumerate(checked.judged, 1):
        sentence = checked.sentences.comment(each, language, synthetic=checked.synthetic).replace("\n", " ")
        place = pick(each.passage.place.texts, language)
        lines.append(said("note", language, number=number, place=place, text=each.statement.text, sentence=sentence))
    return checked.report.text.rstrip() + "\n\n" + "\n".join(lines) + "\n"


def commented(checked: CheckedReport, language: Language = "zh-Hans") -> bytes:
    """Give a Word document with a comment at each statement; the same report gives the same bytes.

    Runs are split where a statement begins or ends within one, each half with the formatting of the whole: text and
    looks stay as they were. The date of the comments is the day that the workspace is released.
    """
    from docx.text.run import Run

    document, passages = open_document(checked.report.data)
    fresh = {id(old): new for old, new in zip(checked.report.passages, passages, strict=True)}
    day = dt.datetime.combine(checked.sentences.workspace.settings.released, dt.time(), tzinfo=dt.UTC)
    marks: list[tuple[Judged, int]] = []
    for each in checked.judged:
        comment = document.comments.add_comment(
            text=checked.sentences.comment(each, language, synthetic=checked.synthetic),
            author=said("author", language),
            initials=said("initials", language),
        )
        comment._comment_elm.date = day  # noqa: SLF001  python-docx takes the clock's
        marks.append((each, comment.comment_id))
    # From the end: what stands before a cut keeps its place.
    for each, number in reversed(marks):
        first, last = _cut(fresh[id(each.passage)], each.statement.start, each.statement.end)
        Run(first, document).mark_comment_range(Run(last, document), number)
    buffer = io.BytesIO()
    document.save(buffer)
    return timeless(buffer.getvalue())


def _cut(passage: Passage, start: int, end: int) -> tuple[Any, Any]:
    """Give the first and the last run of some characters, cut so that they begin and end with them."""
    if not passage.letters:
        return passage.reference, passage.reference
    begin, last = passage.letters[start], passage.letters[end - 1]
    if end < len(passage.letters) and passage.letters[end].run is last.run:
        _split(passage.letters[end])
    if not start or passage.letters[start - 1].run is not begin.run:
        return begin.run, last.run
    tail = _split(begin)
    return tail, tail if last.run is begin.run else last.run


def _split(letter: Letter) -> Any:
    """Cut a run before a letter; give the new run, which holds the rest."""
    from docx.oxml.ns import qn

    run = letter.run
    rest = run.makeelement(run.tag, dict(run.attrib))
    properties = run.find(qn("w:rPr"))
    if properties is not None:
        rest.append(copy.deepcopy(properties))
    piece, *others = list(run)[letter.piece :]
    if letter.offset:
        tail = copy.deepcopy(piece)
        piece.text, tail.text = piece.text[: letter.offset], piece.text[letter.offset :]
        for each in (piece, tail):
            each.set(qn("xml:space"), "preserve")
        rest.append(tail)
    else:
        rest.append(piece)
    for each in others:
        rest.append(each)
    run.addnext(rest)
    return rest
