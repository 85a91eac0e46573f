"""Files that belong together are written all or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.workspace.files import write_together


def refuse_move(monkeypatch, number: int) -> None:
    """Make the move of the file with this number fail, as a full or locked disk would."""
    real, moves = Path.replace, []

    def replace(path, target):
        moves.append(path)
        if len(moves) == number:
            raise OSError(28, "No space left on device", str(target))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)


def contents_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_are_written_into_folders_that_are_made(tmp_path):
    paths = [tmp_path / "a.txt", tmp_path / "new/deep/b.txt"]
    (tmp_path / "a.txt").write_bytes(b"old")
    assert write_together(dict.fromkeys(paths, b"new")) == paths
    assert contents_of(tmp_path) == {"a.txt": b"new", "new/deep/b.txt": b"new"}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_if_a_move_fails_everything_is_as_it_was(tmp_path, monkeypatch, number):
    (tmp_path / "b.txt").write_bytes(b"old")
    before = contents_of(tmp_path)
    refuse_move(monkeypatch, number)
    with pytest.raises(OSError, match="No space"):
        write_together({tmp_path / name: b"new" for name in ("new/a.txt", "b.txt", "new/c.txt")})
    assert contents_of(tmp_path) == before
    assert not (tmp_path / "new").exists()


def test_a_folder_where_a_file_stands_leaves_nothing_behind(tmp_path):
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(OSError, match="file"):
        write_together({tmp_path / "a.txt": b"new", tmp_path / "file/b.txt": b"new"})
    assert contents_of(tmp_path) == {"file": b"old"}
