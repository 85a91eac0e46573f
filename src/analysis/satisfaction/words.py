"""Words: what results, their charts and the page of fieldwork say, in two languages; one YAML file a verb."""

from __future__ import annotations

from analysis.documents import result
from analysis.messages import Words

WORDS = Words("analysis.satisfaction", below=result.WORDS)
words, said, both = WORDS.of, WORDS.said, WORDS.both
