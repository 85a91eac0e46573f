"""Key terms: what the comments of one group say more often than those of the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault, Texts, listed, write_number
from analysis.messages.requests import wrong
from analysis.satisfaction.indices.index import groups_wrong
from analysis.satisfaction.open_answers.coding import coder
from analysis.satisfaction.open_answers.disclosure import scan
from analysis.satisfaction.open_answers.segmentation import content_words, cutter, stop_words
from analysis.satisfaction.open_answers.topics import frame_of, named, text_items
from analysis.satisfaction.precision import bounds_of
from analysis.satisfaction.result import SurveyResult
from analysis.satisfaction.words import both, words
from analysis.stats.log_odds import log_odds
from analysis.surveys.design import Design, hold_designs

if TYPE_CHECKING:
    import pandas as pd

    from analysis.satisfaction.open_answers.code_frame import CodeFrame
    from analysis.satisfaction.open_answers.coding import Coder

SHOWN = ("term", "z", "log_odds", "persons", "n", "share", "elsewhere")
#: Why there is nothing for R.
NO_SCRIPT = "counts are not weighted and z is no test: they are of words, which no survey package cuts"
_REMOVED = re.compile("〔[^〕]{1,8}〕")


@dataclass(frozen=True, eq=False)
class KeyTerms(SurveyResult):
    """Key terms by group."""


def key_terms(
    design: Design,
    by: str = "district",
    *,
    groups: str | Sequence[str] | None = None,
    frame: str | CodeFrame | None = None,
    items: str | Sequence[str] | None = None,
    prior: float | None = None,
    least: int | None = None,
    places: int = 2,
    top: int = 10,
    above: float = 1.0,
) -> KeyTerms:
    """Find the terms that persons of a group use more often than those of all other groups.

    Parameters
    ----------
    design
        The wave.
    by
        The column of groups.
    groups
        The groups that are shown, all if not given; they are compared with all others just the same.
    frame
        A code frame whose terms are kept whole, and whose stop words are left out.
    items
        Codes of questions for words; as for :func:`analysis.satisfaction.comments`.
    prior
        α₀, the weight of the prior, in uses of terms; as many as an average group has if not given.
    least, places
        Persons and places of a group that must use a term for it to be shown; ``least`` is the workspace's bound of
        publication if not given.
    top, above
        Terms a group at most, and the z that they must have.

    Returns
    -------
    KeyTerms
        One row a group and term, the most typical first: <by>, term, z, log_odds, persons (of the group who use it), n
        (of the group who wrote a word of content), share and elsewhere (percent of those, in the group and in the
        others), places.

    Raises
    ------
    DuzhengError
        DZ-S002 for columns and numbers that make no sense; DZ-S003 if nobody wrote anything.

    Notes
    -----
    Monroe, Colaresi and Quinn (2008), Fightin' Words, Political Analysis 16, eq. 15, 18, 21–23: with y counts of a
    term, n of all terms, i the group and j the others, α of the term and α₀ of all terms,
    δ = log((yᵢ + α) / (nᵢ + α₀ − yᵢ − α)) − log((yⱼ + α) / (nⱼ + α₀ − yⱼ − α)) and
    z = δ / √(1 / (yᵢ + α) + 1 / (yⱼ + α)). The prior is informative: α is α₀ times the term's share in all comments.
    A person counts once a term, however often it is written. z puts terms in an order; it is no test, as persons of a
    school are alike and many terms are looked at. Counts are not weighted: they describe what was written. In R the
    same formula on the table of counts; ``bind_log_odds`` of the package tidylo compares a group with all comments.

    Examples
    --------
    >>> from analysis.satisfaction.open_answers.example import example_comments
    >>> said = {"a": ("作业太多", "午餐太凉", "作业难"), "b": ("操场太小", "午餐太凉")}
    >>> key_terms(example_comments(said=said)).table[["district", "term", "z", "persons", "n"]].round(2)
      district term     z  persons   n
    0        a   作业  5.90       30  45
    1        b   太小  3.23       23  45
    2        b   操场  3.23       23  45
    """
    import numpy as np
    import pandas as pd

    (design,) = hold_designs(design, most=1)
    faults = groups_wrong([design], [by])
    faults += [wrong(f"{name}={value!r}", "a number above 0", "", name)
               for name, value in (("prior", prior), ("least", least), ("places", places), ("top", top))
               if value is not None and not (isinstance(value, int | float) and value > 0)]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    book = None if frame is None else frame_of(design, frame)
    least = bounds_of(design.rules.get("precision")).suppress_below if least is None else least
    asked = text_items(design, book, items)
    used = _used(design, book, asked, by)
    if used.empty:
        raise DuzhengError(Fault("DZ-S003", found=f"no words in {', '.join(asked)}", expected="comments",
                                 hint="ask for other items"))  # fmt: skip
    wrote = used.groupby("group", observed=True)["row"].nunique()
    counts = used.pivot_table(index="group", columns="term", values="row", aggfunc="count", fill_value=0, observed=True)
    y = counts.to_numpy(float)
    weight = float(y.sum(axis=1).mean()) if prior is None else float(prior)
    delta, z = log_odds(y, weight)
    where = used.pivot_table(index="group", columns="term", values="place", aggfunc="nunique", fill_value=0,
                             observed=True).reindex_like(counts)  # fmt: skip
    n = wrote.reindex(counts.index).to_numpy(float)
    rows = []
    names: dict[str, bool] = {}
    chosen = [groups] if isinstance(groups, str) else list(counts.index.astype("str") if groups is None else groups)
    strange = [group for group in chosen if group not in {str(each) for each in counts.index}]
    if strange:
        raise DuzhengError.of(wrong(repr(group), f"a group of {by} who wrote", "", by) for group in strange)
    for at, group in enumerate(counts.index):
        if str(group) not in chosen:
            continue
        order = np.lexsort((np.arange(y.shape[1]), -z[at]))
        kept = 0
        for place in order:
            term = str(counts.columns[place])
            if z[at, place] < above or kept == top:
                break
            if y[at, place] < least or where.iloc[at, place] < places:
                continue
            if names.setdefault(term, bool(scan(term.strip(), _exempt(book)))):
                continue
            others = n.sum() - n[at]
            elsewhere = 100 * (y[:, place].sum() - y[at, place]) / others if others else np.nan
            rows.append((group, term.strip(), z[at, place], delta[at, place], int(y[at, place]), int(n[at]),
                         100 * y[at, place] / n[at], elsewhere, int(where.iloc[at, place])))  # fmt: skip
            kept += 1
    table = pd.DataFrame(rows, columns=[by, "term", "z", "log_odds", "persons", "n", "share", "elsewhere", "places"])
    settings = {
        "by": by, "items": asked, "frame": book.id if book else "none", "prior": round(weight, 1), "least": least,
        "places": places, "top": top, "above": above, "weights": "none",
    }  # fmt: skip
    shown = {str(group) for group in table[by]}
    without = [group for group in chosen if group not in shown]
    from analysis.satisfaction.charts.comments import draw_terms

    used_as = replace(design if book is None else named(design, book), weighting="none", notes=())
    return KeyTerms(
        table,
        "key_terms",
        (used_as,),
        settings=settings,
        rule=design.rules.get("precision"),
        drawing=draw_terms,
        notes=_notes(design, by, without, least, places, sum(names.values())),
        shown=(by, *SHOWN),
        decimals={"log_odds": 2, "persons": 0},
        no_script=NO_SCRIPT,
    )


def _used(design: Design, book: CodeFrame | None, items: Sequence[str], by: str) -> pd.DataFrame:
    """List which person uses which term: row, term, group, place; each pair once."""
    import pandas as pd

    ready = coder(book) if book else None
    topical = {term for term, meant in ready.surfaces.items() if meant.topics} if ready else set()
    stop = (ready.stop if ready else stop_words()) - topical
    data = design.data
    texts = pd.concat([data[item] for item in items]).dropna()
    numbers, unique = pd.factorize(texts)
    found = [sorted(content_words(_words(_REMOVED.sub(" ", str(text)), ready), stop)) for text in unique]
    lists = pd.Series([found[number] for number in numbers], index=texts.index, dtype="object").explode().dropna()
    table = pd.DataFrame({"row": lists.index, "term": lists.to_numpy()}).drop_duplicates()
    rows = table["row"].to_numpy()
    place: Any = data[design.place].astype("str").to_numpy()[rows] if design.place else rows
    return table.assign(group=data[by].to_numpy()[rows], place=place).dropna(subset=["group", "term"])


def _words(text: str, ready: Coder | None) -> tuple[str, ...]:
    """Cut a comment; one that says nothing has no words."""
    if ready is None:
        return tuple(cutter().cut(text))
    found = ready.code(text)
    return () if found.nothing else found.words


def _exempt(book: CodeFrame | None) -> frozenset[str]:
    return coder(book).exempt if book else frozenset()


def _notes(design: Design, by: str, without: list[str], least: int, places: int, named: int) -> tuple[Texts, ...]:
    """Say what z is not, which groups have no terms, and how many terms were left out as names."""
    values: dict[str, Any] = {"least": least, "places": places, "named": write_number(float(named), 0)}
    keys = ["note.order", "note.shown", *(["note.named"] if named else [])]
    found: list[Texts] = [both("key_terms", key, **values) for key in keys]
    if without:
        found.append({
            language: text.format(groups=listed((design.labels.name(by, code, language) for code in without), language))
            for language, text in words("key_terms")["note.without"].items()
        })  # fmt: skip
    return tuple(found)
