"""Two parsers of YAML, one in C: they read alike, and neither comes down under a text that is made to bring it down."""

from pathlib import Path

import pytest

from analysis.messages import DuzhengError
from analysis.workspace.yaml_files import MOST, _loader, parse_yaml

ROOT = Path(__file__).parents[2]
ODD = """\
words: [yes, no, on, off, true, True, y, n, ~, null, 010, 0o10, 0x1F, 1_000, 1e3, .inf, 2020-01-01, "a: b", 'it''s']
text: |
  as it stands
   indented
once: &once {p: 1, q: 2}
again: {<<: *once, q: 3}
"""


def alike(one, other):
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.places == other.places and list(one) == list(other) and all(alike(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return one.places == other.places and len(one) == len(other) and all(map(alike, one, other))
    return one == other


@pytest.mark.parametrize("folder", ["data/rules", "data/indicators", "data/demo", "notebooks/memos"])
def test_both_parsers_read_the_files_of_the_workspace_alike_places_and_all(folder):
    for path in sorted((ROOT / folder).glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert alike(parse_yaml(text, path.name), _loader(pure=True).load(text)), path.name


def test_both_parsers_read_odd_scalars_alike():
    assert alike(_loader(pure=False).load(ODD), _loader(pure=True).load(ODD))


def test_a_text_that_only_the_slower_parser_takes_is_read_all_the_same():
    assert parse_yaml("{zh-Hans: 住校吗？, en: Does your child board?}", "bank.yaml")["en"] == "Does your child board?"


@pytest.mark.parametrize("text", ["[\n" * (10 * MOST), "- " * (10 * MOST) + "a", "? " * (10 * MOST) + "a"])
def test_entries_within_entries_without_end_are_refused_and_bring_nothing_down(text):
    with pytest.raises(DuzhengError, match="DZ-W002"):
        parse_yaml(text, "trap.yaml")
