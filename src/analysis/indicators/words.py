"""Words: what results of figures and their charts say, in two languages; one YAML file a verb."""

from __future__ import annotations

from analysis.documents import result
from analysis.messages import Words

WORDS = Words("analysis.indicators", below=result.WORDS)
words, said, both = WORDS.of, WORDS.said, WORDS.both
