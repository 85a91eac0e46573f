"""Quotations: typical comments of each topic that the disclosure scan lets pass, with why, and why not."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault, Language, Texts, listed, pick, write_number
from analysis.messages.requests import wrong
from analysis.satisfaction.indices.index import hold_groups
from analysis.satisfaction.open_answers.coding import SAID, coder
from analysis.satisfaction.open_answers.disclosure import REASONS, scan
from analysis.satisfaction.open_answers.likeness import typical, varied, vectors
from analysis.satisfaction.open_answers.segmentation import content_words, normalise
from analysis.satisfaction.open_answers.topics import codes_of, frame_of, named, text_items
from analysis.satisfaction.precision import bounds_of
from analysis.satisfaction.result import SurveyResult
from analysis.satisfaction.words import words
from analysis.surveys.design import Design, hold_designs

if TYPE_CHECKING:
    import pandas as pd

    from analysis.satisfaction.open_answers.code_frame import CodeFrame
    from analysis.satisfaction.open_answers.coding import Coder

SHOWN = ("quotation", "persons", "places", "allowed")
#: Why a comment may be quoted: whatever the scan looks for was not found, and enough spoke of the topic.
PASSED = "passed"
#: Why comments are refused besides what the scan finds: too short or long, and too few who spoke of it.
LENGTH, FEW, NEAR = "length", "few", "near"
#: Why it is refused where it is not only words: tags, formulas of a worksheet, characters that steer or hide others.
MARKUP = "markup"
_MARKUP = re.compile(r"<\s*[/!?a-z]|&#?\w+;|^\s*[=+\-@|]|\$\(|\{\{|javascript:", re.IGNORECASE)
#: Unicode categories of characters that steer, hide or are none; line breaks and tabs are none of these here.
_STEERING = {"Cc", "Cf", "Co", "Cs", "Cn"}
#: Comments of a topic and group that are looked at, at most; of more every second, third, … is.
MOST = 1_000


@dataclass(frozen=True, eq=False)
class Quotations(SurveyResult):
    """Quotations by topic; ``refused`` counts what may not be shown, by reason."""

    refused: pd.DataFrame = field(kw_only=True, repr=False)


def quotations(
    design: Design,
    frame: str | CodeFrame,
    *,
    by: str = "",
    items: str | Sequence[str] | None = None,
    number: int = 3,
    shortest: int = 8,
    longest: int = 80,
    least: int | None = None,
    places: int = 3,
    alike: float = 0.5,
) -> Quotations:
    """Choose quotations for each topic: typical, different from each other, and telling of nobody.

    Parameters
    ----------
    design
        The wave.
    frame
        The code frame, or its name in ``surveys/codeframes``.
    by
        A column of groups; quotations of all if not given.
    items
        Codes of questions for words; as for :func:`analysis.satisfaction.comments`.
    number
        Quotations a topic and group, at most.
    shortest, longest
        Of a quotation, in characters of Chinese; words in English count two.
    least, places
        Persons, and places, that must speak of a topic in a group for any of them to be quoted; ``least`` is the
        workspace's bound of publication if it is greater or not given.
    alike
        The cosine from which two comments are too like for both to be quoted.

    Returns
    -------
    Quotations
        ``table``: one row a quotation: <by> (where it is given), topic, quotation, typical (cosine with the topic's
        centroid), persons and places that speak of the topic, allowed (why it may be shown). No id, school or day goes
        with it. ``refused``: <by>, topic, reason, comments; each is under the first of its reasons, which are ``few``
        (spoke of it), those of :data:`analysis.satisfaction.open_answers.disclosure.REASONS`, ``markup`` (not only
        words: tags, formulas, characters that steer others), ``length``, and ``near`` (much like one that is quoted).

    Raises
    ------
    DuzhengError
        DZ-S002 for what makes no sense; DZ-S003 if nobody wrote anything.

    Notes
    -----
    Comments of a topic and group are TF-IDF vectors of their words; how typical one is, is its cosine with their sum,
    and the next to be quoted has the greatest 0.7 · typical − 0.3 · likeness to those quoted (Carbonell and Goldstein
    1998, The use of MMR). All comments shape the centre; only those that pass :func:`scan` are quoted, word for word.
    Equal texts are one, and a comment is quoted under one topic only. At most 1,000 comments of a topic and group are
    looked at, evenly over the order of answers. Whoever publishes a quotation reads it before.

    Examples
    --------
    >>> from analysis.satisfaction.open_answers.example import example_comments, example_frame
    >>> found = quotations(example_comments(), example_frame(), number=1)
    >>> found.table[["topic", "quotation", "persons"]]
         topic       quotation  persons
    0     load      作业太多，写到很晚。       42
    1  canteen  食堂排队太久，来不及写作业。       30
    """
    import pandas as pd

    (design,) = hold_designs(design, most=1)
    hold_groups([design], [by] if by else [])
    book = frame_of(design, frame)
    asked = text_items(design, book, items)
    bound = bounds_of(design.rules.get("precision")).suppress_below
    least = max(least or bound, bound)
    if not 0 < shortest <= longest or number < 1 or places < 1 or not 0 < alike <= 1:
        given = f"shortest={shortest}, longest={longest}, number={number}, places={places}, alike={alike}"
        raise DuzhengError(wrong(given, "0 < shortest ≤ longest; number, places ≥ 1; 0 < alike ≤ 1", ""))
    ready = coder(book)
    wrote = _said(design, book, asked, by)
    if wrote.empty:
        raise DuzhengError(Fault("DZ-S003", found=f"no comments in {', '.join(asked)}", expected="one or more",
                                 hint="ask for other items"))  # fmt: skip
    rows: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    for group, part in wrote.groupby("group", observed=True, sort=True) if by else [(None, wrote)]:
        quoted: set[str] = set()
        for topic in book.topics:
            mine = part[part[topic]]
            head = {**({by: group} if by else {}), "topic": topic}
            persons, from_places = mine["row"].nunique(), mine["place"].nunique()
            if persons < least or from_places < places:
                refused += [{**head, "reason": FEW, "comments": persons}] if persons else []
                continue
            texts = mine["text"].iloc[:: 1 + (len(mine) - 1) // MOST]
            chosen, why = _chosen(texts, ready, number, (shortest, longest), alike, quoted)
            quoted |= {text for text, _ in chosen}
            rows += [{**head, "quotation": text, "typical": score, "persons": persons, "places": from_places,
                      "allowed": PASSED} for text, score in chosen]  # fmt: skip
            refused += [{**head, "reason": reason, "comments": n} for reason, n in why.items()]
    head_columns = [*([by] if by else []), "topic"]
    table = pd.DataFrame(rows, columns=[*head_columns, "quotation", "typical", "persons", "places", "allowed"])
    turned = pd.DataFrame(refused, columns=[*head_columns, "reason", "comments"])
    settings = {
        "frame": f"{book.id}, version {book.version}", "items": asked, "by": by or None, "number": number,
        "shortest": shortest, "longest": longest, "least": least, "places": places, "alike": alike,
    }  # fmt: skip
    return Quotations(
        table,
        "quotations",
        (named(design, book),),
        settings=settings,
        rule=design.rules.get("precision"),
        notes=_notes(turned),
        shown=(*head_columns, *SHOWN),
        decimals={"persons": 0, "places": 0, "typical": 2},
        refused=turned,
        no_script="nothing is estimated: shares of topics are those of comments(), which writes a script",
    )


def _said(design: Design, book: CodeFrame, items: Sequence[str], by: str) -> pd.DataFrame:
    """Put comments below each other: row, text, place, group, and a truth for each topic."""
    import pandas as pd

    data = design.data
    parts = []
    for item in items:
        found = codes_of(design, book, [item])
        wrote = (found["said"] == SAID).fillna(value=False).to_numpy(dtype=bool)
        part = found.loc[wrote, list(book.topics)].assign(row=data.index[wrote])
        part["text"] = data.loc[wrote, item].astype("str")
        part["place"] = (data[design.place] if design.place else pd.Series(data.index))[wrote].astype("str")
        part["group"] = data.loc[wrote, by] if by else ""
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _chosen(
    texts: pd.Series[str], ready: Coder, number: int, bounds: tuple[int, int], alike: float, quoted: set[str]
) -> tuple[list[tuple[str, float]], Counter[str]]:
    """Choose from a topic's comments; give them with how typical they are, and how many were refused, by reason."""
    import numpy as np

    alone = texts.str.strip().drop_duplicates()
    found = vectors([sorted(content_words(ready.code(text).words, ready.stop)) for text in alone])
    score = typical(found)
    why: Counter[str] = Counter()
    times = texts.str.strip().value_counts()
    for place, text in enumerate(alone):
        reasons = _refusals(text, ready.exempt, bounds)
        if reasons:
            why[reasons[0]] += int(times[text])
        if reasons or text in quoted:
            score[place] = -np.inf
    order = [*REASONS, MARKUP, LENGTH]
    picked = varied(found, score, number, alike)
    counted: Counter[str] = Counter({reason: why[reason] for reason in order if why[reason]})
    if picked:
        likest: Any = (found @ found[picked].T).max(axis=1).toarray().ravel()
        near = [text for place, text in enumerate(alone) if likest[place] >= alike and np.isfinite(score[place])]
        others = sum(int(times[text]) for text in near) - len(picked)
        counted |= Counter({NEAR: others}) if others else Counter()
    return [(alone.iloc[place], float(score[place])) for place in picked], counted


def _only_words(text: str) -> bool:
    r"""Tell whether a text is nothing but words, wherever it is pasted.

    >>> [_only_words(text) for text in ("作业太多，\n睡得晚。", "<b>作业", "=cmd|'/c'!A0", "好\u202e坏", "a\x07")]
    [True, False, False, False, False]
    """
    return not _MARKUP.search(text) and not any(
        unicodedata.category(character) in _STEERING for character in text if character not in "\n\r\t"
    )


def _refusals(text: str, exempt: frozenset[str], bounds: tuple[int, int]) -> tuple[str, ...]:
    found = (*scan(text, exempt), *(() if _only_words(text) else (MARKUP,)))
    plain = normalise(text)
    latin = sum(len(word) for word in plain.split() if word.isascii())
    size = len(plain.replace(" ", "")) - latin + 2 * sum(word.isascii() for word in plain.split())
    return (*found, *(() if bounds[0] <= size <= bounds[1] else (LENGTH,)))


def _notes(refused: pd.DataFrame) -> tuple[Texts, ...]:
    """Say that quotations are no measure, and how many comments were refused, by reason."""
    texts = words("quotations")
    if refused.empty:
        return (texts["note.read"],)
    totals = refused.groupby("reason")["comments"].sum()
    counted: dict[Language, str] = {}
    for language, text in texts["note.refused"].items():
        parts = [f"{pick(texts[f'reason.{reason}'], language)} {write_number(float(totals[reason]), 0)}"
                 for reason in (*REASONS, MARKUP, LENGTH, FEW, NEAR) if reason in totals.index]  # fmt: skip
        counted[language] = text.format(reasons=listed(parts, language))
    return texts["note.read"], counted
