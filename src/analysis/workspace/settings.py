"""What `workspace.yaml` says of a workspace."""

from __future__ import annotations

import datetime as dt
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from analysis.messages import DuzhengError, Fault, Language, Texts
from analysis.workspace.yaml_files import check_entry, read_yaml

FILE = "workspace.yaml"


class Named(BaseModel):
    """What a column is called, and what its codes are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Texts
    codes: dict[str, Texts] = Field(default_factory=dict)


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
    columns
        What columns of sampling frames, such as strata, and their codes are called where they are shown.
    variants
        Which definition holds of indicators that have several: the id of a variant by the indicator's code.
    ranks_in_public
        Whether public versions show ranks of composites.
    limesurvey
        Addresses of LimeSurvey's remote control: of the server that respondents see, and of one to try things on. User
        and password never stand here.
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
    columns: dict[str, Named] = Field(default_factory=dict)
    variants: dict[str, str] = Field(default_factory=dict)
    ranks_in_public: bool = False
    limesurvey: dict[Literal["live", "staging"], str] = Field(default_factory=dict)

    @field_validator("name", "unit_name", "unit_names")
    @classmethod
    def _chinese_is_there(cls, texts: Texts) -> Texts:
        if not texts.get("zh-Hans"):
            raise ValueError("a name in zh-Hans")
        return texts

    @field_validator("limesurvey")
    @classmethod
    def _addresses(cls, servers: dict[str, str]) -> dict[str, str]:
        return {name: checked_address(url) for name, url in servers.items()}


def checked_address(url: str) -> str:
    """Give an address that passwords may be sent to: of https, or of this machine, without user or password in it.

    Raises
    ------
    ValueError
        With what was expected; the address is not repeated, as a password may stand in it.

    Examples
    --------
    >>> checked_address("https://survey.example.org/index.php/admin/remotecontrol")
    'https://survey.example.org/index.php/admin/remotecontrol'
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise ValueError("an address without user and password")
    if not host or parts.scheme not in {"http", "https"} or (parts.scheme == "http" and not _here(host)):
        raise ValueError("an address of https (http only on this machine)")
    return url


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
