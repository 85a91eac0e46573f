"""Words: what is said of the statements of a report, in two languages."""

from __future__ import annotations

from functools import partial

from analysis.messages import Words

WORDS = Words("analysis.supervision.reading")
said, both = partial(WORDS.said, "claim_reader"), partial(WORDS.both, "claim_reader")
