"""What readers list of one form, without what they list of every form."""

from __future__ import annotations

from analysis.surveys.formats.imported import UNSAID, Imported

#: Of every stranger's form: what no form says, and codes of questions that have none.
ALWAYS = (UNSAID, "codes made up: ")


def listed(imported: Imported) -> tuple[str, ...]:
    """Give what a form has and our text has not."""
    return tuple(each for each in imported.unplaced if not each.startswith(ALWAYS))
