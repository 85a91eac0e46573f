"""The marked sentences, and how what was read is held to them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ruamel.yaml import YAML

MARKED = YAML(typ="safe").load(Path(__file__).with_name("marked.yaml").read_text(encoding="utf-8"))
FORMS = ("value", "change", "growth", "direction")


def marked(claim):
    """Give all that a marked claim says, to be held to what was read."""
    form = next((name for name in FORMS if name in claim), "")
    number = claim.get(form)
    number = number if isinstance(number, str) or number is None else round(float(number), 6)
    upper = claim.get("upper")
    return (claim["indicator"], claim["year"], claim.get("base_year"), form, number, claim.get("relation", "equals"),
            None if upper is None else float(upper), claim.get("unit", ""))  # fmt: skip


def read(statement):
    """Give all that a statement says, in the same form."""
    claim, upper = statement.claim, statement.upper
    form = claim.given[0] if claim.given else ""
    number = getattr(claim, form) if form else None
    number = number if isinstance(number, str) or number is None else round(float(number), 6)
    return (claim.indicator, claim.year, claim.base_year, form, number, statement.relation,
            None if upper is None else float(upper), statement.unit)  # fmt: skip


class Measured:
    """How many claims were marked, read, and both, over some sentences; and which were missed or wrong."""

    def __init__(self, grammar, half):
        self.marked = self.read = self.both = 0
        self.missed, self.wrong = Counter(), Counter()
        for sentence in MARKED["sentences"]:
            if sentence["half"] != half:
                continue
            wanted = Counter(map(marked, sentence["claims"]))
            found = Counter(read(each) for each in grammar.statements(sentence["text"]) if each.claim)
            self.marked += wanted.total()
            self.read += found.total()
            self.both += (wanted & found).total()
            self.missed[sentence["kind"]] += (wanted - found).total()
            self.wrong[sentence["kind"]] += (found - wanted).total()

    @property
    def precision(self):
        return self.both / self.read

    @property
    def recall(self):
        return self.both / self.marked

    def __str__(self):
        return (f"{self.both} of {self.read} read are right (precision {self.precision:.3f}), of {self.marked} marked "
                f"(recall {self.recall:.3f}); missed {dict(+self.missed)}, wrong {dict(+self.wrong)}")  # fmt: skip
