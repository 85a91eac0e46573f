"""What `workspace.yaml` says of a workspace."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from analysis.messages import DuzhengError, Fault, Language, Texts
from analysis.workspace.yaml_files import check_entry, read_yaml

FILE = "workspace.yaml"


class Settings(BaseModel):
    """The settings of a workspace.

    Parameters
    ----------
    name
        Name of the place in both languages.
    languages
        Languages of the memos, the first being the main one.
    year
        The year of evaluation: memos use figures up to and including it.
    released
        The date printed on and embedded in documents; a clock never is.
    boundaries
        The year on whose boundaries series are put.
    unit_kind
        The kind of unit that gets memos.
    unit_name, unit_names
        What such a unit is called, and several of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Texts
    languages: tuple[Language, ...] = Field(("zh-Hans", "en"), min_length=1)
    year: int = Field(ge=1900, le=2200)
    released: dt.date
    boundaries: int = Field(ge=1900, le=2200)
    unit_kind: str
    unit_name: Texts
    unit_names: Texts

    @field_validator("name", "unit_name", "unit_names")
    @classmethod
    def _chinese_is_there(cls, texts: Texts) -> Texts:
        if not texts.get("zh-Hans"):
            raise ValueError("a name in zh-Hans")
        return texts


def find_root(start: Path) -> Path:
    """Find the folder with `workspace.yaml`, here or above.

    Raises
    ------
    DuzhengError
        DZ-W001 if there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    raise DuzhengError(
        Fault(
            "DZ-W001",
            found=f"no {FILE} in {start} or above",
            expected="a workspace",
            hint="change into a workspace, or name one with --workspace",
        )
    )


def read_settings(root: Path) -> Settings:
    """Read and check `workspace.yaml` (DZ-W002, DZ-W003)."""
    return check_entry(Settings, read_yaml(root / FILE, FILE), FILE)
