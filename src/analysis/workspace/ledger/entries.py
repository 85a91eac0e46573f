"""What all ledgers share: ids, papers with their hashes, steps with who decided them, and moves between states."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from analysis.messages import Texts
from analysis.workspace.rules import Entry

FOLDER: Final = "data/ledger"
#: Invented entries, for demonstration; never read unless asked for.
DEMO: Final = "data/demo/ledger"

#: Who may read an entry: everybody, the office, or those in the office that are named for it.
Access = Literal["public", "internal", "restricted"]


def may_be_read(access: str, *, public: bool = False, restricted: bool = False) -> bool:
    """Tell whether an entry may be read: by everybody, or in the office by all or by those who are named for it.

    >>> [may_be_read(each) for each in ("public", "internal", "restricted")]
    [True, True, False]
    """
    return access == "public" or (not public and (access == "internal" or restricted))


def _as_code(code: Any) -> Any:
    return str(code) if isinstance(code, int) and not isinstance(code, bool) else code


#: The id of a unit; YAML reads one of digits as a number.
UnitId = Annotated[str, BeforeValidator(_as_code)]


def _chinese_is_there(texts: Texts) -> Texts:
    if not texts.get("zh-Hans", "").strip():
        raise ValueError("a text in zh-Hans")
    return texts


#: What somebody wrote: in Chinese, and maybe in English.
Written = Annotated[Texts, AfterValidator(_chinese_is_there)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
#: Who decided or did something: a person or an office.
Decider = Annotated[str, Field(min_length=1)]


class IndexOf(Entry):
    """An index of a survey: the questionnaire's id and the index's."""

    survey: str
    id: str


class CoefficientOf(Entry):
    """A coefficient of variation between schools: the rule set on balance, its resource, and the stage of schools."""

    rule: Id
    resource: Id
    stage: Id

    @property
    def code(self) -> str:
        """What it is called in forms and cells.

        >>> CoefficientOf(rule="balance", resource="books", stage="primary").code
        'balance.books.primary'
        """
        return f"{self.rule}.{self.resource}.{self.stage}"


class Measured(Entry):
    """What is about an indicator of the catalogue, an index of a survey, or a coefficient between schools."""

    indicator: str = ""
    index: IndexOf | None = None
    coefficient: CoefficientOf | None = None
    year: int

    @property
    def subject(self) -> str:
        """Code of the indicator or coefficient, or id of the index."""
        return self.index.id if self.index else self.coefficient.code if self.coefficient else self.indicator


class Paper(Entry):
    """A paper that is handed in.

    Parameters
    ----------
    id
        What claims and answers name it by.
    title
        What it is.
    file, sha256
        Its file, which stays with the office, and the hash that shows that it is still the same.
    """

    id: Id
    title: Texts
    file: str = ""
    sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""


class Move(Entry):
    """A step of anything that moves through states.

    Parameters
    ----------
    state
        The state that it comes into.
    date
        When.
    by
        Who decided it.
    due
        By when the next step is asked for, where a step sets a time limit.
    note
        What a reader must know: of a return the reasons.
    papers
        What was handed in with it.
    """

    state: str
    date: dt.date
    by: Decider
    due: dt.date | None = None
    note: Texts | None = None
    papers: tuple[Paper, ...] = ()


class Sealing(Move):
    """A step that may approve what stands in its file; ``sha256`` is then what :func:`sealed` gives of that."""

    sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""


Step = TypeVar("Step", bound=Move)


def sealed(parts: Mapping[str, Iterable[Entry]]) -> str:
    """Give the SHA-256 of entries, which shows later that they are still the same.

    Parameters
    ----------
    parts
        The entries by what they are, in their order.

    Returns
    -------
    str
        64 digits: of JSON in UTF-8 with sorted keys, without blanks, and without what entries have by default, so that
        a key that entries get one day changes no seal.

    Examples
    --------
    >>> titles = {"zh-Hans": "甲", "en": "A"}, {"en": "A", "zh-Hans": "甲"}
    >>> one, other = (sealed({"papers": [Paper(id="a", title=each)]}) for each in titles)
    >>> one == other != sealed({"papers": []})
    True
    """
    plain = {
        name: [each.model_dump(mode="json", exclude_defaults=True) for each in some] for name, some in parts.items()
    }
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal_of(steps: Sequence[Sealing], opening: Collection[str]) -> str:
    """Give the seal that the last approval set; empty if it kept none, or a step of ``opening`` came after it."""
    for step in reversed(steps):
        if step.state in opening:
            return ""
        if step.state == "approved":
            return step.sha256
    return ""


def by_day(steps: Sequence[Step], day: dt.date) -> tuple[Step, ...]:
    """Give the steps that were taken up to and including a day."""
    return tuple(step for step in steps if step.date <= day)


def due_by(steps: Sequence[Move], day: dt.date) -> dt.date | None:
    """Give the time limit that the steps up to a day set last; None if they set none."""
    return next((step.due for step in reversed(by_day(steps, day)) if step.due), None)
