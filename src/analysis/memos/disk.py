"""What the system says when a file cannot be written, as an error that a user can mend."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.messages import DuzhengError, Fault

#: No room, no leave, or something else in the place.
_OF_DISK = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.EEXIST,
    errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY,
})  # fmt: skip


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Turn what a full or closed disk says into an error with its file, from a root.

    Raises
    ------
    DuzhengError
        DZ-M008; other errors pass.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _OF_DISK:
            raise
        path = Path(str(error.filename or ""))
        raise DuzhengError(
            Fault(
                "DZ-M008",
                file=path.relative_to(root).as_posix() if path.is_relative_to(root) else "",
                found=error.strerror or str(error),
                expected="a folder that can be written to",
                hint="what is finished stays; make room, or give leave to write, and run it again: it goes on",
            )
        ) from error
