"""A finding: one thing that the data may carry of a unit, with what it rests on and how it would be said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from analysis.documents import Run, Runs
from analysis.findings.wording import Word, in_both
from analysis.messages import LANGUAGES, Language

if TYPE_CHECKING:
    import pandas as pd

#: ``level``: a figure by itself; ``change``: between two years or waves; ``gap``: to the whole, the peers, or between
#: groups; ``threshold``: of a rule or target; ``consistency``: of a claim with the evidence, or of figures with each
#: other; ``driver``: what goes together with satisfaction; ``quote``: what people wrote.
Kind = Literal["level", "change", "gap", "threshold", "consistency", "driver", "quote"]
#: What it is held to.
Reference = Literal["", "before", "whole", "peers", "group", "target", "standard", "claim"]
#: What comes of it. ``stated`` for what is no comparison, ``unclear`` where the data cannot tell, ``open`` where a part
#: is missing.
Verdict = Literal[
    "stated", "above", "below", "like", "up", "down", "steady", "met", "missed", "agrees", "differs", "open", "unclear"
]
#: How the numbers were gathered: ``register`` (published or administrative figures), ``census`` (everybody was asked),
#: ``probability`` (drawn by chance), ``open`` (whoever came).
Selection = Literal["register", "census", "probability", "open"]

#: A figure so many years older than the newest of its section is no news.
OLD: Final = 10


class Finding(BaseModel):
    """A finding.

    Parameters
    ----------
    id
        Once in a run: ``topic/subject/unit/years/reference``, with a survey and a group where there are any.
    unit, year, base_year
        Whom and when it is about; the year before of a change.
    topic
        The section of a memo that it belongs to.
    duty
        The duty of the rule set ``duties`` that its topic belongs to; empty if none.
    kind, reference, verdict
        What it is, what it is held to, and what comes of it.
    tone
        Whether that is good for the unit: by the direction of the indicator; neutral where it has none.
    theme
        The topic of the bank that an index is about, such as fairness; empty for figures.
    subject, survey, group
        Code of the indicator or index; of a survey its questionnaire and wave, and ``column=code`` of a group.
    estimate, lower, upper, level
        In the subject's measure: the value, or the change or gap itself, with its interval.
    against
        The value of what it is held to.
    n, psus, df, deff
        Of an estimate from answers.
    p, p_adjusted, family
        Of a test; adjusted over all units of the run within the family.
    selection, comparable, segments, doubt
        How it was gathered; whether items may be compared (``yes``, ``with_care``, ``no``); whether it stays on one
        side of every break; why its figures are doubted.
    precision
        ``publish``, ``caution`` or ``suppress``; empty where nothing was drawn.
    held, universes
        In how many of how many reckonings of a multiverse it holds.
    confirmatory
        Whether it was declared before the wave opened.
    practical
        The size from which a difference matters, in the subject's measure.
    strength
        What the words around it may claim; filled in by the rule.
    importance
        What it is ranked by within its section; filled in by the rule.
    cells
        The cells it rests on.
    synthetic
        Whether any of it is simulated.
    message
        The key of its message; two findings with one message and the same numbers are said once.
    slots
        What its message is filled with (:data:`analysis.findings.wording.Slot`), until it is worded; not kept.
    texts
        What would be said, by language; filled in by :func:`worded`.
    withheld
        Why it may not be said; empty if it may. Filled in by the rule.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    unit: str
    year: int
    base_year: int | None = None
    topic: str
    theme: str = ""
    duty: str = ""
    kind: Kind
    reference: Reference = ""
    verdict: Verdict = "stated"
    tone: Literal["good", "bad", "neutral"] = "neutral"
    subject: str
    survey: str = ""
    group: str = ""
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    level: float | None = None
    against: float | None = None
    n: int | None = None
    psus: int | None = None
    df: float | None = None
    deff: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    family: str = ""
    selection: Selection = "register"
    comparable: str = "yes"
    segments: Literal["one", "several"] = "one"
    doubt: str = ""
    precision: str = ""
    held: int | None = None
    universes: int | None = None
    confirmatory: bool = True
    practical: float | None = None
    strength: Literal["", "strong", "moderate", "weak"] = ""
    importance: float = 0.0
    cells: tuple[str, ...] = ()
    synthetic: bool = False
    message: str
    slots: Mapping[str, Any] = Field(default_factory=dict, exclude=True, repr=False)
    texts: Mapping[Language, Runs] = Field(default_factory=dict)
    withheld: tuple[str, ...] = ()

    def said(self, language: Language) -> str:
        """Give its text in a language."""
        return "".join(run.text for run in self.texts[language])


def worded(finding: Finding) -> Finding:
    """Fill in what a finding would say, in both languages.

    Its message is given the finding's slots, and as choices its ``strength``, ``verdict`` and ``tone``.
    """
    choices = {name: Word(getattr(finding, name)) for name in ("strength", "verdict", "tone")}
    return finding.model_copy(update={"texts": in_both(finding.message, **{**choices, **finding.slots})})


#: The columns of a frame of findings: the fields of a finding, its texts in one column a language.
COLUMNS = (*(name for name in Finding.model_fields if name not in {"slots", "texts"}), *LANGUAGES)
_NUMBERS = (
    "estimate",
    "lower",
    "upper",
    "level",
    "against",
    "df",
    "deff",
    "p",
    "p_adjusted",
    "practical",
    "importance",
)
_WHOLE = ("base_year", "n", "psus", "held", "universes")


def frame_of(findings: Iterable[Finding]) -> pd.DataFrame:
    """Put findings into a frame with the columns :data:`COLUMNS`; lists and texts are JSON.

    Examples
    --------
    >>> one = Finding(id="a", unit="U7", year=2017, topic="staffing", kind="level", subject="teachers", message="level",
    ...               texts={"zh-Hans": (Run(text="好"),), "en": (Run(text="Well."),)}, cells=("teachers/U7/2017",))
    >>> findings_of(frame_of([one])) == [one]
    True
    """
    import pandas as pd

    rows = []
    for each in findings:
        row = each.model_dump(exclude={"texts"})
        row |= {name: json.dumps(row[name], ensure_ascii=False) for name in ("cells", "withheld")}
        row |= {language: write_runs(each.texts[language]) for language in LANGUAGES if language in each.texts}
        rows.append(row)
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    types = dict.fromkeys(COLUMNS, "str") | {"year": "int64", "confirmatory": "bool", "synthetic": "bool"}
    types |= dict.fromkeys(_NUMBERS, "float64") | dict.fromkeys(_WHOLE, "Int64")
    return frame.astype(types)


def findings_of(frame: pd.DataFrame) -> list[Finding]:
    """Read findings from a frame that :func:`frame_of` made."""
    import pandas as pd

    found = []
    for row in frame.to_dict("records"):
        given: dict[str, Any] = {str(name): value for name, value in row.items() if pd.notna(value)}
        texts = {language: read_runs(given.pop(language)) for language in LANGUAGES if language in given}
        given |= {name: tuple(json.loads(given[name])) for name in ("cells", "withheld")}
        found.append(Finding(**given, texts=texts))
    return found


def write_runs(runs: Runs) -> str:
    """Write runs as JSON, as frames hold them."""
    return json.dumps([run.model_dump(exclude_defaults=True) for run in runs], ensure_ascii=False)


def read_runs(text: str) -> Runs:
    """Read runs that :func:`write_runs` wrote.

    >>> read_runs(write_runs((Run(text="7", cell="pupils/U7/2017"),)))[0].cell
    'pupils/U7/2017'
    """
    return tuple(Run(**run) for run in json.loads(text))
