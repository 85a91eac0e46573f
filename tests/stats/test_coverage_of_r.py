"""The page that says which of R's numbers are tested tells the truth."""

from __future__ import annotations

import re
from pathlib import Path

from tests.stats.reference import ENTRIES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/coverage-of-r.md").read_text(encoding="utf-8")
STATES = dict(re.findall(r"^\| `(\w+)` \| ([a-z ]+) \|", PAGE, flags=re.MULTILINE))
#: How the entries begin that each file of tests takes, without those of other designs.
TESTED = {
    "test_vs_r_survey.py": (
        "mean_", "total_", "prop_stype_", "ciprop_", "quantile_", "ratio_", "by_", "contrast_", "lonely_", "subset_LA_",
        "weights_", "var_", "glm_", "regtermtest_", "chisq_", "ttest_", "ranktest_",
    ),
    "test_replicates.py": ("mean_api00_rep_",),
    "test_reliability.py": ("alpha_", "omega_cfa_", "omega1_", "icc_bfi_A_first200"),
    "test_inequality.py": ("gini_", "theil", "cv_"),
    "trends/test_rank_tests.py": ("kendall_trend20",),
    "trends/test_slopes_and_breaks.py": ("hac_trend20_",),
}  # fmt: skip


def test_the_page_lists_every_entry():
    assert list(STATES) == list(ENTRIES)
    assert set(STATES.values()) <= {"done", "in part", "not yet", "later"}


def test_what_is_done_is_what_is_tested():
    for file, prefixes in TESTED.items():
        text = (ROOT / "tests/stats" / file).read_text(encoding="utf-8")
        assert all(f'"{prefix}' in text for prefix in prefixes), file  # an f-string counts as well
    every = tuple(prefix for prefixes in TESTED.values() for prefix in prefixes)
    tested = {key for key in ENTRIES if key.startswith(every)}
    assert {key for key, state in STATES.items() if state in {"done", "in part"}} == tested


def test_the_page_counts_right():
    said = [int(n) for n in re.findall(r"(\d+) are tests now, (\d+) in part, (\d+) not yet, (\d+) are left", PAGE)[0]]
    states = list(STATES.values())
    assert said == [states.count(state) for state in ("done", "in part", "not yet", "later")]
