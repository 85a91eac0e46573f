"""What was read from a form: a questionnaire and its items in our text, and everything that could not be placed."""

from __future__ import annotations

import io
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

    def survey(self) -> Survey:
        """Hold the questionnaire to its items.

        Raises
        ------
        DuzhengError
            DZ-Q002 and DZ-Q003.
        """
        return hold(self.questionnaire, bank_of(self.bank))

    def write(self, root: Path, known: Bank) -> list[Path]:
        """Write the questionnaire and the items that the bank lacks.

        Raises
        ------
        DuzhengError
            DZ-Q007 if a file is there already; DZ-Q004 if the bank has one of the codes in another meaning. Nothing is
            written then.
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
                  found="another meaning in the form", expected="the bank's", hint="rename the question in the form")
            for key in mine.items
            if key in known.items and mine.meaning(*key) != known.meaning(*key)
        ]  # fmt: skip
        if faults:
            raise DuzhengError.of(faults)
        fresh = {code: versions for code, versions in self.bank.items.items() if (code, 1) not in known.items}
        used = {getattr(item, "scale", "") for versions in fresh.values() for item in versions}
        scales = {key: value for key, value in self.bank.scales.items() if key in used and key not in known.scales}
        head = "# yaml-language-server: $schema={}\n"
        sheet.parent.mkdir(parents=True, exist_ok=True)
        bank.parent.mkdir(parents=True, exist_ok=True)
        sheet.write_text(head.format("schema.json") + to_yaml(self.questionnaire), encoding="utf-8")
        if fresh:
            text = head.format("../schema.json#/$defs/Bank") + to_yaml(BankFile(scales=scales, items=fresh))
            bank.write_text(text, encoding="utf-8")
        return [sheet, *([bank] if fresh else [])]


#: What a form does not say and a questionnaire must.
UNKNOWN: dict[str, Any] = {
    "respondent": "public",
    "minutes": 15,
    "selection": {"kind": "open"},
    "expected": {"total": 1},
}
TO_WRITE = {"zh-Hans": "待定"}


def imported(file: str, sheet: dict[str, Any], items: dict[str, dict[str, Any]], unplaced: list[str]) -> Imported:
    """Make what was read into models.

    Raises
    ------
    DuzhengError
        DZ-Q008 with everything that no questionnaire may be.
    """
    try:
        bank = BankFile.model_validate({"items": {code: [item] for code, item in items.items()}})
        return Imported(Questionnaire.model_validate(sheet), bank, tuple(unplaced))
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
