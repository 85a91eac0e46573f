"""The bank's history: an item's code and version means what it meant when it was first committed, on any branch."""

from __future__ import annotations

import os
import subprocess

import pytest
from tests.surveys.test_bank import GOOD, OTHER, SAME, SHEET, VERSION

from analysis.messages import DuzhengError
from analysis.surveys import check_history, diff, read_bank, surveys_at


class Repository:
    """A workspace in a git repository of its own."""

    def __init__(self, root):
        self.root = root
        self.bank = root / "surveys/bank/items.yaml"
        self.bank.parent.mkdir(parents=True)
        self.clock = 1_700_000_000
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments):
        who = ["-c", "user.name=A", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
        self.clock += 60
        when = {"GIT_AUTHOR_DATE": f"{self.clock} +0000", "GIT_COMMITTER_DATE": f"{self.clock} +0000"}
        command = ["git", "-C", self.root, *who, *arguments]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | when)

    def commit(self, bank=None, sheet=None, message="change"):
        if bank is not None:
            self.bank.write_text(bank, encoding="utf-8")
        if sheet is not None:
            (self.root / "surveys/form.yaml").write_text(sheet, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def check(self):
        return check_history(self.root, read_bank(self.root))


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


REWORDED = GOOD.replace("您满意吗？", "您非常满意吗？")


def test_a_reworded_item_is_refused_three_commits_later_across_a_branch_and_a_rename(repository):
    repository.commit(GOOD, message="first")
    repository.git("checkout", "-q", "-b", "aside")
    repository.commit(
        GOOD + "  other:\n    - {version: 1, type: yes_no, text: {zh-Hans: 住校吗？}}\n", message="an item"
    )
    repository.git("checkout", "-q", "main")
    repository.commit(GOOD.replace("items:", "# a comment\nitems:"), message="a comment")
    repository.git("mv", "surveys/bank/items.yaml", "surveys/bank/school.yaml")
    repository.commit(message="a rename")
    repository.git("merge", "-q", "-m", "merge", "aside")
    repository.bank = repository.root / "surveys/bank/school.yaml"
    assert repository.check() >= 3
    text = repository.bank.read_text(encoding="utf-8").replace("您满意吗？", "您非常满意吗？")
    repository.commit(text, message="reworded under the old code")
    with pytest.raises(DuzhengError) as caught:
        repository.check()
    (fault,) = caught.value.faults
    assert (fault.code, fault.column) == ("DZ-Q004", "school version 1")
    assert "other wording than in commit" in fault.found
    assert "您满意吗？" in fault.found
    assert (fault.file, fault.line) == ("surveys/bank/school.yaml", 9)


def test_what_only_another_branch_committed_counts_too(repository):
    repository.commit(GOOD.partition("items:")[0], message="scales")
    repository.git("checkout", "-q", "-b", "aside")
    repository.commit(GOOD, message="an item, aside")
    repository.git("checkout", "-q", "main")
    repository.commit(REWORDED, message="the same code for something else")
    with pytest.raises(DuzhengError, match="other wording"):
        repository.check()


@pytest.mark.parametrize(
    ("bank", "what"),
    [
        (GOOD.replace("zh-Hans: 一般", "zh-Hans: 说不清"), "scale"),
        (GOOD.replace("code: 3", "code: 5"), "scale"),
        (GOOD.replace("type: rating", "type: single"), "codes"),
        (GOOD.replace("      scale:", "      missing: [refused]\n      scale:"), "codes"),
    ],
)
def test_scales_and_codes_are_held_as_well_as_words(bank, what, repository):
    repository.commit(GOOD)
    repository.commit(bank)
    with pytest.raises(DuzhengError, match=f"other .*{what}"):
        repository.check()


def test_a_new_version_is_the_way_to_change(repository):
    repository.commit(GOOD)
    repository.commit(GOOD + VERSION.format(relation="rescaled", **SAME | {"answers": OTHER}))
    assert repository.check() == 2


def test_help_topic_and_marks_may_be_mended(repository):
    repository.commit(GOOD)
    repository.commit(
        GOOD.replace("      scale:", "      topic: overall\n      help: {zh-Hans: 请选一项}\n      scale:")
    )
    assert repository.check() == 2


def test_a_translation_that_is_added_is_no_change(repository):
    repository.commit(GOOD.replace(", en: How satisfied are you?", ""))
    repository.commit(GOOD)
    assert repository.check() == 2
    repository.commit(GOOD.replace("How satisfied are you?", "Are you satisfied?"))
    with pytest.raises(DuzhengError, match="other wording"):
        repository.check()


def test_a_commit_that_could_not_be_read_is_passed_over(repository):
    repository.commit("items: [")
    repository.commit(GOOD)
    assert repository.check() == 2


def test_without_git_there_is_no_history(tmp_path):
    (tmp_path / "surveys/bank").mkdir(parents=True)
    (tmp_path / "surveys/bank/items.yaml").write_text(GOOD, encoding="utf-8")
    assert check_history(tmp_path, read_bank(tmp_path)) == 0


def test_revisions_are_read_with_their_own_bank(repository):
    repository.commit(GOOD, SHEET)
    repository.commit(REWORDED, SHEET.replace("minutes: 5", "minutes: 6"))
    (old,) = surveys_at(repository.root, "HEAD~1:surveys/form.yaml").values()
    (new,) = surveys_at(repository.root, "HEAD").values()
    found = {(change.effect, change.of, change.part, change.new) for change in diff(old, new)}
    assert ("safe", "", "minutes", "6.0") in found
    assert ("breaks", "school", "text", "您非常满意吗？ | How satisfied are you?") in found


@pytest.mark.parametrize("name", ["nowhere", "HEAD~9", "HEAD:surveys/none.yaml", "surveys/none.yaml"])
def test_what_is_not_there_is_said(name, repository):
    repository.commit(GOOD, SHEET)
    with pytest.raises(DuzhengError, match="DZ-Q007"):
        surveys_at(repository.root, name)
