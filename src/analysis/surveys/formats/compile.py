"""Questionnaires compiled: one text, every form of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from analysis.messages import DuzhengError, Fault
from analysis.surveys.formats.codebooks import to_csv, to_markdown
from analysis.surveys.formats.ddi import to_ddi
from analysis.surveys.formats.lss import to_lss
from analysis.surveys.formats.preview import to_preview
from analysis.surveys.formats.xlsform import to_xlsform
from analysis.surveys.lint import lint
from analysis.surveys.survey import Survey

#: Forms by name: the endings of their files, and what writes them.
FORMS: dict[str, dict[str, Callable[[Survey], bytes | str]]] = {
    "lss": {"lss": to_lss},
    "xlsform": {"xlsx": to_xlsform},
    "html": {"html": to_preview},
    "codebook": {"codebook.csv": to_csv, "codebook.md": to_markdown},
    "ddi": {"ddi.xml": to_ddi},
}


def compile_survey(survey: Survey, forms: Iterable[str], folder: Path) -> list[Path]:
    """Write a questionnaire's forms as ``FOLDER/ID-WAVE.ENDING``.

    Parameters
    ----------
    survey
        The questionnaire.
    forms
        Names of :data:`FORMS`.
    folder
        Where to; it is made if it is not there.

    Raises
    ------
    DuzhengError
        DZ-Q009 with every error that lint finds in codes and texts (L101 to L103): forms would keep other codes.
        Nothing is written then.
    """
    wrong = [remark for remark in lint([survey], select=["L101", "L102", "L103"]) if not remark.allowed]
    if wrong:
        raise DuzhengError.of(
            Fault(
                "DZ-Q009",
                file=remark.file,
                line=remark.line,
                column=remark.of,
                found=remark.message,
                expected=f"what rule {remark.rule} asks for",
                hint=f"see `duzheng survey lint --explain {remark.rule}`",
            )
            for remark in wrong
        )
    written = {
        folder / f"{survey.name}.{ending}": write(survey) for form in forms for ending, write in FORMS[form].items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in written.items():
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(written)
