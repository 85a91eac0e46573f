"""Words: what results of figures and their charts say, in two languages; one YAML file a verb."""

from __future__ import annotations

from analysis.documents import result
from analysis.messages import Texts, Words

WORDS = Words("analysis.indicators", below=result.WORDS)
words, said, both = WORDS.of, WORDS.said, WORDS.both


def noted(name: str, key: str, /, *, n: int, **values: object) -> Texts:
    """Say something of so many in both languages; of one in the words for one, where there are any."""
    one = f"{key}.one"
    return both(name, one if n == 1 and one in words(name) else key, n=n, **values)
