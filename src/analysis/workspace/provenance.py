"""Which files a result rests on: content hashes, the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def content_hash(path: Path) -> str:
    """Give the SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hash_files(root: Path, patterns: Iterable[str]) -> dict[str, str]:
    """Give the content hash of each file under a root that matches, by its path there, sorted."""
    paths = sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()})
    return {path.relative_to(root).as_posix(): content_hash(path) for path in paths}
