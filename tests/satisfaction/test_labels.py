"""Labels: columns and codes of a draw get the names that the workspace knows, and no others."""

from __future__ import annotations

import pandas as pd

from analysis.satisfaction import labels


def test_units_and_named_strata_are_named_and_other_codes_stand_for_themselves(shanghai):
    log = pd.DataFrame({
        "district": ["310101", "310115"], "stage": ["primary", "junior"], "school": ["s1", "s2"],
        "kind": ["a", "310101"], "persons": [310101, 310115],
    })  # fmt: skip
    names, heads = labels(shanghai, log)
    assert names["district"]["310115"] == {"zh-Hans": "浦东", "en": "Pudong"}
    assert names["stage"]["junior"]["zh-Hans"] == "初中"
    assert heads == {
        "district": {"zh-Hans": "区", "en": "district"}, "stage": {"zh-Hans": "学段", "en": "stage"},
        "school": {"zh-Hans": "学校", "en": "school"},
    }  # fmt: skip
    assert not names["school"]
    assert not {"kind", "persons"} & set(names)
