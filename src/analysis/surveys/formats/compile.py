"""Questionnaires compiled: one text, every form of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from analysis.messages import DuzhengError, Fault
from analysis.surveys.formats.codebooks import to_csv, to_markdown
from analysis.surveys.formats.ddi.codebook import to_ddi
from analysis.surveys.formats.lss.structure import to_lss
from analysis.surveys.formats.paper.form import paper
from analysis.surveys.formats.preview.page import to_preview
from analysis.surveys.formats.xlsform.workbook import to_xlsform
from analysis.surveys.lint import lint
from analysis.surveys.survey import Survey
from analysis.workspace.files import write_together

#: What a form's files hold, by their ending.
Contents = dict[str, bytes | str]


def _paper(survey: Survey, form: Literal["docx", "pdf"]) -> Contents:
    """Write a paper form in each of the questionnaire's languages; refuse what would be printed as 〓."""
    made = {language: paper(survey, form, language) for language in survey.questionnaire.languages}
    lost = sorted({sign for written in made.values() for sign in written.replaced})
    if lost:
        raise DuzhengError(
            Fault("DZ-Q009", file=survey.file, found=f"{' '.join(map(repr, lost))} in its texts",
                  expected="characters that can be printed", hint=f"write other characters, or leave out {form}")
        )  # fmt: skip
    return {f"{language}.{form}": written.content for language, written in made.items()}


#: What writes each form.
FORMS: dict[str, Callable[[Survey], Contents]] = {
    "lss": lambda survey: {"lss": to_lss(survey)},
    "xlsform": lambda survey: {"xlsx": to_xlsform(survey)},
    "html": lambda survey: {"html": to_preview(survey)},
    "docx": lambda survey: _paper(survey, "docx"),
    "pdf": lambda survey: _paper(survey, "pdf"),
    "codebook": lambda survey: {
        "codebook.csv": to_csv(survey).encode("utf-8-sig"),  # or Excel would take it for GBK
        "codebook.md": to_markdown(survey),
    },
    "ddi": lambda survey: {"ddi.xml": to_ddi(survey)},
}


def compile_survey(survey: Survey, forms: Iterable[str], folder: Path) -> list[Path]:
    """Write a questionnaire's forms as ``FOLDER/ID-WAVE.ENDING``; paper forms once a language.

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
        DZ-Q009 with every error that lint finds in codes and texts (L101 to L103): forms would keep other codes;
        and with characters that paper forms can't show. Nothing is written then.
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
        folder / f"{survey.name}.{ending}": content
        for form in forms for ending, content in FORMS[form](survey).items()
    }  # fmt: skip
    return write_together(
        {path: content if isinstance(content, bytes) else content.encode() for path, content in written.items()}
    )
