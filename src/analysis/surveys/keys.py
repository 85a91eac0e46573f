"""Keys of the office: secrets that stand in the environment, and in no file that git knows."""

from __future__ import annotations

import os
from collections.abc import Mapping

from analysis.messages import DuzhengError, Fault

PLACE, LINK = "DUZHENG_PLACE_KEY", "DUZHENG_LINK_KEY"
SHORTEST = 16


def place_key(environment: Mapping[str, str] | None = None) -> bytes:
    """Give the key that places' codes are signed with, from the environment variable ``DUZHENG_PLACE_KEY``.

    Raises
    ------
    DuzhengError
        DZ-Q010 if there is none, or one that is too short to be a secret.

    Examples
    --------
    >>> len(place_key({"DUZHENG_PLACE_KEY": "0123456789abcdef" * 4}))
    64
    """
    return _key(PLACE, "the same from the posters to the evaluation", environment)


def link_key(environment: Mapping[str, str] | None = None) -> bytes:
    """Give the key that persons are made unknown with, from the environment variable ``DUZHENG_LINK_KEY``.

    Raises
    ------
    DuzhengError
        DZ-Q010 if there is none, or one that is too short to be a secret.

    Examples
    --------
    >>> len(link_key({"DUZHENG_LINK_KEY": "0123456789abcdef" * 4}))
    64
    """
    return _key(LINK, "the same for all waves that shall be linked", environment)


def _key(name: str, how_long: str, environment: Mapping[str, str] | None) -> bytes:
    found = (os.environ if environment is None else environment).get(name, "").strip()
    if len(found) < SHORTEST:
        told = f"{name} of {len(found)} characters" if found else f"no {name} in the environment"
        hint = (
            'make one with `python -c "import secrets; print(secrets.token_hex(32))"`, keep it as you keep passwords, '
            "apart from the data, and never in git"
        )
        expected = f"a secret of {SHORTEST} characters or more, {how_long}"
        raise DuzhengError(Fault("DZ-Q010", found=told, expected=expected, hint=hint))
    return found.encode()
