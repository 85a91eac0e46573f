"""A self-evaluation as it stood on a day: what came later is not told of that day."""

from __future__ import annotations

import datetime as dt

import pytest

from analysis.workspace.ledger import SelfEvaluation

TEXT = {"zh-Hans": "。"}
ONE, TWO = ({"id": "a", "indicator": "pupils", "year": 2019, "value": value, "text": TEXT} for value in (1, 2))
AUDITS = [{"claim": "a", "department": "edu", "asked": dt.date(2020, 3, day)} for day in (20, 24)]
RETURNED = {
    "unit": "U", "year": 2020, "source": TEXT, "claims": [TWO], "audits": AUDITS[1:],
    "answers": [{"point": "p", "text": {"zh-Hans": "second"}}],
    "earlier": [{"submitted": "2020-03-10", "claims": [ONE], "audits": AUDITS[:1],
                 "answers": [{"point": "p", "text": {"zh-Hans": "first"}}]}],
    "steps": [{"state": state, "date": f"2020-{day}", "by": "x", **({"note": TEXT} if state == "returned" else {})}
              for state, day in (("requested", "01-15"), ("submitted", "03-10"), ("returned", "03-12"),
                                 ("submitted", "03-20"))],
}  # fmt: skip


@pytest.mark.parametrize(
    ("day", "claimed", "answer", "audits", "state", "handed_in"),
    [
        ((1, 20), [], "", 0, "requested", False),
        ((3, 11), [1], "first", 0, "submitted", True),
        ((3, 12), [1], "first", 0, "returned", True),  # it came back, and is handed in all the same
        ((3, 20), [2], "second", 0, "submitted", True),
        ((3, 25), [2], "second", 1, "submitted", True),
    ],
)
def test_the_version_of_the_day_is_told_with_what_was_asked_of_it_by_then(
    day, claimed, answer, audits, state, handed_in
):
    when = dt.date(2020, *day)
    found = SelfEvaluation.model_validate(RETURNED).as_of(when)
    assert [claim.value for claim in found.claims] == claimed
    assert "".join(each.text["zh-Hans"] for each in found.answers) == answer
    assert len(found.audits) == audits
    assert found.state_on(dt.date.max) == found.state_on(when) == state
    assert SelfEvaluation.model_validate(RETURNED).handed_in_by(when) is handed_in
