"""What differs between two runs, in frames; and the sentence that sums it up."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from analysis.memos.comparison.causes import UNKNOWN
from analysis.memos.comparison.differences import CHANGES
from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts, Words, listed, together

if TYPE_CHECKING:
    import pandas as pd

WORDS = Words("analysis.memos")


@dataclass(frozen=True, eq=False)
class Comparison:
    """What differs between two runs.

    Parameters
    ----------
    numbers
        Columns :data:`analysis.memos.comparison.differences.NUMBERS`, a row a cell that differs.
    findings
        Columns :data:`analysis.memos.comparison.differences.FINDINGS`, a row a finding that differs.
    memos
        Columns :data:`analysis.memos.comparison.in_memos.MEMOS`, a row a memo of which anything differs.
    blocks
        Columns :data:`analysis.memos.comparison.in_memos.BLOCKS`: what else differs in the texts of memos; empty unless
        both runs are releases.
    causes
        Columns ``kind``, ``name`` (file or package) and ``change``: what differs of what they were made from.
    tables
        Other tables that differ, such as ``quotes``; ``reference`` for words and definitions.
    notes
        What must be said with it: other years, unknown causes.
    names
        What units and subjects of memos are called.
    known
        Whether both runs say what they were made from.
    """

    numbers: pd.DataFrame
    findings: pd.DataFrame
    memos: pd.DataFrame
    blocks: pd.DataFrame
    causes: pd.DataFrame
    tables: tuple[str, ...] = ()
    notes: tuple[Texts, ...] = ()
    names: Mapping[str, Texts] = field(default_factory=dict)
    known: bool = True

    @property
    def same(self) -> bool:
        """Whether nothing differs in what was made."""
        return not (len(self.numbers) or len(self.findings) or len(self.memos) or len(self.blocks) or self.tables)

    def said(self, change: str) -> pd.DataFrame:
        """Give the findings of which something became, without those that were said in neither run."""
        found = self.findings[self.findings["change"] == change]
        return found[(found["withheld_before"] == "") | (found["withheld_after"] == "")]

    @property
    def reversals(self) -> tuple[int, int]:
        """How many statements that memos print are the opposite now, and in how many memos."""
        found = self.said("reversed")["memos"]
        return int((found != "").sum()), len({memo for text in found for memo in text.split(";") if memo})

    def only(self, units: Collection[str]) -> Comparison:
        """Keep what is about some units, or about the memos of some surveys or topics.

        Raises
        ------
        DuzhengError
            DZ-U001 with every name that neither run knows.
        """
        unknown = [each for each in units if each not in self.names]
        if unknown:
            raise DuzhengError(
                *(Fault("DZ-U001", found=repr(each), expected=f"one of {', '.join(self.names)}") for each in unknown)
            )

        def of(frame: pd.DataFrame, column: str) -> pd.DataFrame:
            return frame[frame[column].isin(units)].reset_index(drop=True)

        return replace(
            self, numbers=of(self.numbers, "unit"), findings=of(self.findings, "unit"),
            memos=of(self.memos, "subject"), blocks=of(self.blocks, "subject"), tables=(),
        )  # fmt: skip

    def summary(self, language: Language) -> str:
        """Say in one or two sentences what changed and what the cause is: "Reverses 3 statements in 2 memos; …"."""
        if self.same:
            return WORDS.said("compare", "same", language)
        parts = [self._reversed(language)]
        parts += [noted(change, language, len(self.said(change))) for change in CHANGES[1:-1]]
        shown = int(self.numbers["shown"].sum())
        apart = int((self.memos["change"] != "changed").sum())
        parts += [noted("numbers", language, shown), noted("beyond", language, len(self.numbers) - shown),
                  noted("pieces", language, int((self.blocks["finding"] == "").sum())),
                  noted("memos_apart", language, apart)]  # fmt: skip
        if not any(parts[1:]) and not len(self.said("reversed")):
            said = WORDS.said("compare", "nothing", language)
            said = said if not self.tables else f"{said}{_space(language)}{self._tables(language)}"
        else:
            said = _sentence(together(parts, language), language)
        causes = self.said_causes(language)
        return said + (_space(language) + WORDS.said("compare", "cause", language, causes=causes) if causes else "")

    def _reversed(self, language: Language) -> str:
        statements, memos = self.reversals
        others = len(self.said("reversed")) - statements
        said = []
        if statements:
            told = {"statements": noted("statements", language, statements), "memos": noted("memos", language, memos)}
            said.append(WORDS.said("compare", "reverses", language, **told))
        if others:
            said.append(WORDS.said("compare", "reverses_unprinted", language,
                                   statements=noted("statements", language, others)))  # fmt: skip
        return together(said, language) or WORDS.said("compare", "reverses_none", language)

    def _tables(self, language: Language) -> str:
        return _sentence(WORDS.said("compare", "tables", language, names=listed(self.tables, language)), language)

    def said_causes(self, language: Language) -> str:
        """Name the causes of all that differs, the most frequent first: "data; data or code"."""
        import pandas as pd

        found = pd.concat([frame["cause"] for frame in (self.numbers, self.findings, self.blocks) if len(frame)]
                          or [pd.Series(dtype="str")]).value_counts(sort=True)  # fmt: skip
        return together([said_cause(str(cause), language) for cause in found.index if cause], language)

    def to_json(self) -> str:
        """Write it as JSON: the summary, and a list of rows a frame; docs/memos.md names the keys."""
        frames = {name: getattr(self, name) for name in ("causes", "memos", "findings", "numbers", "blocks")}
        content = {
            "same": self.same,
            "summary": {language: self.summary(language) for language in LANGUAGES},
            "reversed": dict(zip(("statements", "memos"), self.reversals, strict=True)),
            "notes": [dict(note) for note in self.notes],
            "tables": list(self.tables),
            **{name: json.loads(frame.to_json(orient="records", force_ascii=False, double_precision=15))
               for name, frame in frames.items()},
        }  # fmt: skip
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def noted(key: str, language: Language, n: int) -> str:
    """Say something of so many; nothing of none."""
    if not n:
        return ""
    one = f"{key}.one"
    return WORDS.said("compare", one if n == 1 and one in WORDS.of("compare") else key, language, n=f"{n:,}")


def said_cause(cause: str, language: Language) -> str:
    """Say a cause of a frame, all that are possible.

    >>> said_cause("data;code", "en"), said_cause("data;code", "zh-Hans")
    ('data or code', '数据或程序')
    """
    kinds = [WORDS.said("compare", f"cause.{kind}", language) for kind in (cause or UNKNOWN).split(";")]
    return WORDS.said("compare", "or", language).join(kinds)


def _sentence(text: str, language: Language) -> str:
    return f"{text[:1].upper()}{text[1:]}{'。' if language == 'zh-Hans' else '.'}"


def _space(language: Language) -> str:
    return "" if language == "zh-Hans" else " "
