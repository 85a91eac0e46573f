"""What was read from a form: a questionnaire and its items in our text, and everything that could not be placed."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analysis.messages import DuzhengError, Fault
from analysis.surveys.bank import FOLDER as BANK
from analysis.surveys.bank import Bank, BankFile
from analysis.surveys.formats.source import bank_of
from analysis.surveys.questionnaire import Questionnaire
from analysis.surveys.survey import FOLDER, Survey, hold
from analysis.workspace.files import write_together
from analysis.workspace.yaml_files import to_yaml

#: The most that a workbook may hold when it is unpacked, and how much it may swell.
LARGEST, SWELLS = 50_000_000, 200


def check_size(data: bytes) -> None:
    """Refuse an archive that swells when it is unpacked.

    Raises
    ------
    ValueError
        If it holds more than :data:`LARGEST` bytes, or :data:`SWELLS` times its own size.
    zipfile.BadZipFile
        If it is none.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > LARGEST or size > SWELLS * len(data):
        raise ValueError(f"{size} bytes in an archive of {len(data)}")


@dataclass(frozen=True, slots=True)
class Imported:
    """A form as our text."""

    questionnaire: Questionnaire
    bank: BankFile
    unplaced: tuple[str, ...] = field(default=())  #: what has no place in our text, and where it stood
    exact: bool = False  #: whether the form carries the very text that it was written from, unchanged
    unsaid: tuple[str, ...] = ()  #: what the form does not say, and :data:`UNKNOWN` stands for
    made_up: frozenset[str] = frozenset()  #: codes of questions that have none in the form

    def survey(self) -> Survey:
        """Hold the questionnaire to its items.

        Raises
        ------
        DuzhengError
            DZ-Q002 and DZ-Q003.
        """
        return hold(self.questionnaire, bank_of(self.bank))

    def shared(self, bank: Bank) -> list[str]:
        """Give the codes that a bank has already, in the same meaning: its items are used, with its help and marks."""
        mine = bank_of(self.bank)
        return [code for code in self.bank.items
                if (code, 1) in bank.items and mine.meaning(code, 1) == bank.meaning(code, 1)]  # fmt: skip

    def write(self, root: Path, known: Bank) -> list[Path]:
        """Write the questionnaire and the items that the bank lacks: both files or none.

        Raises
        ------
        DuzhengError
            DZ-Q007 if a file is there already; DZ-Q004 if the bank has one of the codes in another meaning. Nothing is
            written then.
        OSError
            If one can't be written.
        """
        name = f"{self.questionnaire.id}-{self.questionnaire.wave}"
        sheet, bank = root / FOLDER / f"{name}.yaml", root / BANK / f"{name}.yaml"
        faults = [
            Fault(
                "DZ-Q007", found=path.relative_to(root).as_posix(), expected="a file that is not there", hint="move it"
            )
            for path in (sheet, bank)
            if path.exists()
        ]
        mine = bank_of(self.bank)
        faults += [
            Fault("DZ-Q004", file=known.places[key][0], line=known.places[key][1], column=f"{key[0]} version {key[1]}",
                  found="another meaning in the form", expected="the bank's",
                  hint="give the question a code in the form, or the questionnaire another --name"
                  if key[0] in self.made_up else "rename the question in the form")
            for key in mine.items
            if key in known.items and mine.meaning(*key) != known.meaning(*key)
        ]  # fmt: skip
        if faults:
            raise DuzhengError.of(faults)
        fresh = {code: versions for code, versions in self.bank.items.items() if (code, 1) not in known.items}
        used = {getattr(item, "scale", "") for versions in fresh.values() for item in versions}
        scales = {key: value for key, value in self.bank.scales.items() if key in used and key not in known.scales}
        head = "# yaml-language-server: $schema={}\n"
        contents = {sheet: head.format("schema.json") + to_yaml(self.questionnaire)}
        if fresh:
            of_bank = to_yaml(BankFile(scales=scales, items=fresh))
            contents[bank] = head.format("../schema.json#/$defs/Bank") + of_bank
        return write_together({path: text.encode() for path, text in contents.items()})


#: What a form does not say and a questionnaire must; each that is taken from here is listed.
UNKNOWN: dict[str, Any] = {
    "wave": 2000,
    "respondent": "public",
    "minutes": 15,
    "selection": {"kind": "open"},
    "expected": {"total": 1},
}
UNSAID = "not said by the form: "
TO_WRITE = {"zh-Hans": "待定"}
#: What is said of a questionnaire in its text, and in no form's own tables.
CARRIED = ("wave", "respondent", "minutes", "selection", "expected", "margins", "marks")
#: The most signs of a made-up code that are its questionnaire's: LimeSurvey takes 20, and ``Q`` and a number follow.
PREFIX = 14


def said(carried: Questionnaire | None, wave: int | None, respondent: str) -> dict[str, Any]:
    """Give what is known of a questionnaire beside its form: from the text that the form carries, or from who asks."""
    found = {} if carried is None else carried.model_dump(include=set(CARRIED), exclude_unset=True)
    return found | ({"wave": wave} if wave is not None else {}) | ({"respondent": respondent} if respondent else {})


def made_up_code(of: str, number: int | str) -> str:
    """Make a code for a question that has none: the questionnaire's id keeps it apart from those of all others.

    Examples
    --------
    >>> made_up_code("visit", 1), made_up_code("school_climate_2026", 12)
    ('visitQ1', 'schoolclimate2Q12')
    """
    return f"{re.sub('[^A-Za-z0-9]', '', of)[:PREFIX]}Q{number}"


def unwritten(survey: Survey) -> int:
    """Count the texts of a questionnaire and of what it asks that are still to be written."""

    def count(node: Any) -> int:
        if isinstance(node, dict):
            if "zh-Hans" in node:
                return int(TO_WRITE["zh-Hans"] in node.values())
            return sum(map(count, node.values()))
        return sum(map(count, node)) if isinstance(node, list | tuple) else 0

    items = [each.item.model_dump() for each in survey.asked]
    scales = {getattr(each.item, "scale", "") for each in survey.asked} & set(survey.bank.scales)
    options = [option.model_dump() for name in scales for option in survey.bank.scales[name]]
    return count([survey.questionnaire.model_dump(), items, options])


def imported(file: str, sheet: dict[str, Any], items: dict[str, dict[str, Any]], unplaced: list[str]) -> Imported:
    """Make what was read into models; what the questionnaire lacks is taken from :data:`UNKNOWN`, and listed.

    Raises
    ------
    DuzhengError
        DZ-Q008 with everything that no questionnaire may be.
    """
    try:
        bank = BankFile.model_validate({"items": {code: [item] for code, item in items.items()}})
        unsaid = {key: value for key, value in UNKNOWN.items() if key not in sheet}
        taken = [
            f"{UNSAID}{key}{f'.{next(iter(value))}' if key == 'expected' else ''}, taken as "
            f"{next(iter(value.values())) if isinstance(value, dict) else value}"
            for key, value in unsaid.items()
        ]
        head = Questionnaire.model_validate(unsaid | sheet)
        return Imported(head, bank, (*unplaced, *taken), unsaid=tuple(unsaid))
    except ValidationError as error:
        raise DuzhengError.of(
            Fault(
                "DZ-Q008",
                file=file,
                column=".".join(map(str, fault["loc"])),
                found=repr(fault["input"])[:80],
                expected=fault["msg"],
            )
            for fault in error.errors()
        ) from error
