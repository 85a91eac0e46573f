"""Keys and what is made with them: pseudonyms that link waves, and hashes of network addresses that link nothing."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: Signs of a pseudonym: 128 bits, so that no two persons of a country ever share one.
SIGNS = 32
#: Where keys of single waves lie: beside the data, not in it, and not in git.
KEYS = ".duzheng/keys"


def pseudonym(value: str, key: bytes, purpose: str) -> str:
    """Give the pseudonym of a person or address.

    Parameters
    ----------
    value
        What names the person, such as the number of a roll.
    key
        As :func:`analysis.surveys.keys.link_key` gives it.
    purpose
        What it is for: pseudonyms of different purposes can't be put together.

    Returns
    -------
    str
        128 bits of HMAC-SHA256 over purpose and value, in 32 hexadecimal digits.

    Notes
    -----
    Whoever has the key and a list of persons can find out who is who; without the key nobody can, and pseudonyms made
    with another key fit none of the old ones. So the key is kept as long as waves shall be linked, and is changed only
    with :func:`renamed`.

    Examples
    --------
    >>> pseudonym("S-2025-0001", b"a key for this example", "students")
    '4ba791604aa35d942e82d59a463177e9'
    """
    told = b"\0".join([b"duzheng pseudonym 1", purpose.encode(), value.encode()])
    return hmac.new(key, told, hashlib.sha256).hexdigest()[:SIGNS]


def fingerprint(key: bytes) -> str:
    """Give a name of a key that tells nothing about it, to see whether two waves were made unknown with the same."""
    return hmac.new(key, b"duzheng fingerprint 1", hashlib.sha256).hexdigest()[:16]


def renamed(values: Iterable[str], old: bytes, new: bytes, purpose: str) -> pd.DataFrame:
    """Give the pseudonyms of persons under an old key and a new one: what must be kept when a key is changed.

    Parameters
    ----------
    values
        What names the persons; without their list no key can be changed.
    old, new
        The two keys.
    purpose
        As for :func:`pseudonym`.

    Returns
    -------
    pandas.DataFrame
        ``old`` and ``new``, one row a person, in the order of the old ones and not of the list.
    """
    import pandas as pd

    rows = sorted((pseudonym(value, old, purpose), pseudonym(value, new, purpose)) for value in values)
    return pd.DataFrame(rows, columns=["old", "new"], dtype="str")


def ip_key(root: Path, name: str) -> bytes | None:
    """Give the key that network addresses of one wave are hashed with; made by chance when it is first asked for.

    Parameters
    ----------
    root
        The workspace.
    name
        The wave, such as ``public-2025``.

    Returns
    -------
    bytes or None
        None once it was destroyed: then addresses are not kept in any form.
    """
    path = root / KEYS / f"{name}.ip"
    if path.with_suffix(".ip-destroyed").exists():
        return None
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip().encode()


def destroy_ip_key(root: Path, name: str) -> bool:
    """Destroy a wave's key of network addresses, when the wave was cleaned; tell whether there was one.

    Notes
    -----
    Hashes that are there still tell which interviews came from one address, and nobody can tell which address that was:
    not even by trying all of them, as can be done with the key. The file is written over first; a disk or a backup may
    keep a copy all the same, so keep backups of ``.duzheng`` no longer than a wave lasts.
    """
    path = root / KEYS / f"{name}.ip"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.with_suffix(".ip-destroyed").touch()
    if not path.exists():
        return False
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    return True
