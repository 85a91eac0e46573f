"""Questionnaires and bank as they were in a git revision."""

from __future__ import annotations

import subprocess
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path

from analysis.messages import DuzhengError, Fault
from analysis.surveys.bank import read_bank
from analysis.surveys.survey import FOLDER, Survey, read_survey, read_surveys


def git(root: Path, *arguments: str) -> str:
    """Run git in a workspace and give what it says.

    Raises
    ------
    subprocess.CalledProcessError
        If git refuses.
    """
    command = ["git", "-C", str(root), "-c", "core.quotepath=off", *arguments]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout  # noqa: S603  our own words


def surveys_at(root: Path, name: str) -> dict[str, Survey]:
    """Read questionnaires by file, or by git revision.

    Parameters
    ----------
    root
        The workspace.
    name
        A file; ``REVISION:FILE`` with the file relative to the workspace; or a revision, which is all its
        questionnaires.

    Returns
    -------
    dict
        By file, relative to the workspace. Each is held to the bank of its own revision.

    Raises
    ------
    DuzhengError
        DZ-Q007 if there is no such file or revision; DZ-Q001 to DZ-Q003 for what is in it.
    """
    path = Path(name)
    if path.is_file():
        survey = read_survey(path.resolve(), read_bank(root), root=root.resolve())
        return {survey.file: survey}
    revision, _, file = name.partition(":")
    if (root / FOLDER / f"{name}.yaml").is_file():
        survey = read_survey(root / FOLDER / f"{name}.yaml", read_bank(root), root=root)
        return {survey.file: survey}
    with checkout(root, revision) as folder:
        place = Path(folder)
        bank = read_bank(place)
        if not file:
            return {survey.file: survey for survey in read_surveys(place, bank)}
        if not (place / file).is_file():
            raise DuzhengError(Fault("DZ-Q007", found=repr(name), expected=f"a file that revision {revision} has",
                                     hint="write REVISION:surveys/NAME.yaml"))  # fmt: skip
        return {file: read_survey(place / file, bank, root=place)}


def checkout(root: Path, revision: str) -> AbstractContextManager[str]:
    """Write ``surveys/`` of a revision into a folder that is gone afterwards."""
    try:
        top = Path(git(root, "rev-parse", "--show-toplevel").strip())
        commit = git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").strip()
    except (OSError, subprocess.CalledProcessError) as error:
        hint = "see `duzheng survey list` and `git log`"
        expected = "a questionnaire's file, or a git revision"
        raise DuzhengError(Fault("DZ-Q007", found=repr(revision), expected=expected, hint=hint)) from error
    inside = root.resolve().relative_to(top.resolve())
    folder = tempfile.TemporaryDirectory()
    listing = git(top, "ls-tree", "-r", "--name-only", commit, "--", (inside / FOLDER).as_posix())
    for name in listing.splitlines():
        if name.endswith(".yaml"):
            target = Path(folder.name) / Path(name).relative_to(inside)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(git(top, "cat-file", "blob", f"{commit}:{name}"), encoding="utf-8")
    return folder
