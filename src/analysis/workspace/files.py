"""Files that belong together, written all or none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path


def write_together(contents: Mapping[Path, bytes]) -> list[Path]:
    """Write several files: all of them, or none.

    Every file is written beside its place first; then all are moved there. If anything fails, what was moved is taken
    back: files that were there before hold what they held, and no new file or folder stays.

    Parameters
    ----------
    contents
        By file, what it shall hold. Folders are made where they are not there.

    Returns
    -------
    list of pathlib.Path
        The files, in the order given.

    Raises
    ------
    OSError
        If one can't be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = write_together({Path(folder) / "new/a.txt": b"one", Path(folder) / "b.txt": b"two"})
    ...     [path.read_bytes() for path in made]
    [b'one', b'two']
    """
    fresh = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in contents}
    before = {path: path.with_name(f".{path.name}.{os.getpid()}.old") for path in contents if path.exists()}
    folders = _missing(contents)
    moved: list[Path] = []
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh[path].write_bytes(content)
        for path, old in before.items():
            shutil.copy2(path, old)
        for path, part in fresh.items():
            part.replace(path)
            moved.append(path)
    except BaseException:
        for path in moved:
            if path in before:
                before[path].replace(path)
            else:
                path.unlink()
        _clear([*fresh.values(), *before.values()])
        _remove(folders)
        raise
    _clear(before.values())
    return list(contents)


def _missing(paths: Iterable[Path]) -> list[Path]:
    """Give the folders that are not there yet, the deepest first."""
    folders = {folder for path in paths for folder in path.parents if not folder.exists()}
    return sorted(folders, key=lambda folder: len(folder.parts), reverse=True)


def _clear(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.parent.is_dir():
            path.unlink(missing_ok=True)


def _remove(folders: Iterable[Path]) -> None:
    """Remove folders that nobody has put anything into since."""
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
