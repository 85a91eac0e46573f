"""What comments are about: shares of topics of a code frame among those who wrote, with intervals and coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.documents.labels import Labels
from analysis.messages import DuzhengError, Fault, Texts, write_number
from analysis.messages.requests import hold_level, wrong
from analysis.satisfaction.indices.index import groups_wrong
from analysis.satisfaction.open_answers.code_frame import FOLDER, CodeFrame, read_code_frame
from analysis.satisfaction.open_answers.coding import NOTHING, SAID, coded, coder
from analysis.satisfaction.open_answers.disclosure import scan
from analysis.satisfaction.open_answers.segmentation import content_words
from analysis.satisfaction.precision import bounds_of, classified
from analysis.satisfaction.result import SurveyResult
from analysis.satisfaction.words import both, words
from analysis.surveys.design import Design, hold_designs
from analysis.surveys.items import OpenText
from analysis.workspace.provenance import content_hash

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats import SurveyDesign

SHOWN = ("topic", "estimate", "lower", "upper", "count", "n", "share_of_all", "precision")
#: Columns that the design gets: who of those who wrote spoke of a topic, and of all.
SAYS, ANY = "says[{}]", "says"
#: Uncoded terms that are listed.
MOST_TERMS = 30


@dataclass(frozen=True, eq=False)
class Comments(SurveyResult):
    """Topics of comments; ``coverage`` a group, ``uncoded`` terms, and ``coded`` of every answer."""

    coverage: pd.DataFrame = field(kw_only=True, repr=False)
    uncoded: pd.DataFrame = field(kw_only=True, repr=False)
    coded: pd.DataFrame = field(kw_only=True, repr=False)  #: rows of the design: ``said`` and a truth for each topic
    frame: CodeFrame = field(kw_only=True, repr=False)


def comments(
    design: Design,
    frame: str | CodeFrame,
    *,
    items: str | Sequence[str] | None = None,
    by: str | Sequence[str] = (),
    level: float = 0.95,
) -> Comments:
    """Estimate how many speak of each topic, among those who wrote something.

    Parameters
    ----------
    design
        The wave.
    frame
        The code frame, or its name in ``surveys/codeframes``.
    items
        Codes of questions for words; those of the frame that were asked if not given, or all if the frame names none.
        Who speaks of a topic in any of them speaks of it.
    by
        Columns of the draw or items, whose combinations are groups.
    level
        Of the intervals.

    Returns
    -------
    Comments
        ``table``: one row a group and topic: <by…> (missing for all), topic, estimate (percent of those who wrote
        something), se, lower, upper, df, n (who wrote something), psus, deff, count (who speak of it), share_of_all
        (percent of all answers, weighted), n_all, precision, note. ``coverage``: one row a group: n,
        nothing (who wrote such as 没有意见), n_all, count (who speak of a topic), estimate, lower, upper (percent with
        at least one topic). ``uncoded``: the words of comments without a topic, by persons. ``coded``: every answer's
        topics.

    Raises
    ------
    DuzhengError
        DZ-S002 for a frame, questions or groups that are not there; DZ-S003 if nobody wrote anything; and as
        :func:`read_code_frame`.

    Notes
    -----
    Weighted shares of a domain, those who wrote, with Korn and Graubard's interval (1998). Who writes is not chosen by
    chance: shares are of those who wrote, and a topic that few mention may matter to many. In R
    ``svyciprop(~I(says), subset(design, !is.na(says)), method = "beta")``.

    Examples
    --------
    >>> from analysis.satisfaction.open_answers.example import example_comments, example_frame
    >>> found = comments(example_comments(), example_frame())
    >>> found.table[["topic", "estimate", "count", "n"]].round(1)
         topic  estimate  count   n
    0     load      51.1     42  82
    1  canteen      36.7     30  82
    """
    import pandas as pd

    (design,) = hold_designs(design, most=1)
    groups = [by] if isinstance(by, str) else list(by)
    hold_level(level, *groups_wrong([design], groups))
    book = frame_of(design, frame)
    asked = text_items(design, book, items)
    found = codes_of(design, book, asked)
    wrote = found["said"] == SAID
    if not wrote.any():
        raise DuzhengError(Fault("DZ-S003", found=f"no comments in {', '.join(asked)}", expected="one or more",
                                 hint="ask for other items"))  # fmt: skip
    topics = list(book.topics)
    sample = _with_topics(design, found, topics)
    names = [*(SAYS.format(code) for code in topics), ANY]
    raw = [sample.proportion(names, by=each, level=level, df="domain", method="beta")
           for each in ([[], groups] if groups else [[]])]  # fmt: skip
    shares = pd.concat([_percent(each, groups) for each in raw], ignore_index=True)
    table = _table(shares, found, design, topics, groups)
    rule = design.rules.get("precision")
    table = _held(classified(table, rule), ["share_of_all", "count"])
    least = bounds_of(rule).suppress_below
    coverage = _held(classified(_coverage(shares, found, design, groups), rule), ["count", "nothing"])
    uncoded = uncoded_terms(design, book, asked, found, least)
    from analysis.satisfaction.charts.comments import draw_topics

    return Comments(
        table, "comments", (named(design, book),), settings=_settings(book, asked, groups, level), rule=rule,
        notes=_notes(book, coverage, uncoded), drawing=draw_topics,
        alt="alt.groups" if groups else "alt", shown=(*groups, *SHOWN), decimals={"count": 0},
        asked=tuple(raw), sample=sample, coverage=coverage, uncoded=uncoded, coded=found, frame=book,
    )  # fmt: skip


def frame_of(design: Design, frame: str | CodeFrame) -> CodeFrame:
    """Give a code frame, read from the design's workspace where it is named."""
    if isinstance(frame, CodeFrame):
        return frame
    if design.root is None or not isinstance(frame, str):
        raise DuzhengError(wrong(f"frame={frame!r}"[:60], "a code frame", "read it with read_code_frame(root, name)"))
    return read_code_frame(Path(design.root), frame)


def text_items(design: Design, frame: CodeFrame | None, items: str | Sequence[str] | None) -> list[str]:
    """Give the columns of questions for words that are meant; DZ-S002 for what is none."""
    there = [each.code for each in design.survey.asked if isinstance(each.item, OpenText) and each.code in design.data]
    meant = [code for code in (frame.items if frame else ()) if code in there] or there
    wanted = meant if items is None else [items] if isinstance(items, str) else list(items)
    strange = [name for name in wanted if name not in there]
    if strange or not wanted:
        raise DuzhengError.of(
            wrong(repr(name), f"a question for words of {design.name}", ", ".join(there) or "it has none", "items")
            for name in strange or ["no question for words"]
        )
    return wanted


def codes_of(design: Design, frame: CodeFrame, items: Sequence[str]) -> pd.DataFrame:
    """Code all answers of a design: a topic is spoken of where it is in any of the items."""
    parts = [coded(design.data[item], frame) for item in items]
    whole = parts[0]
    for part in parts[1:]:
        topics = list(frame.topics)
        whole = whole.assign(**{topic: whole[topic] | part[topic] for topic in topics})
        either = (whole["said"] == SAID).fillna(value=False) | (part["said"] == SAID).fillna(value=False)
        whole["said"] = whole["said"].fillna(part["said"]).mask(either, SAID)
    return whole


def named(design: Design, frame: CodeFrame) -> Design:
    """Give a design that knows what topics are called, and of which file they are."""
    file = f"{FOLDER}/{frame.id}.yaml"
    path = None if design.root is None else Path(design.root) / file
    files = {file: content_hash(path)} if path and path.is_file() else {}
    names = {"topic": {code: topic.name for code, topic in frame.topics.items()}}
    heads = {"topic": words("comments")["column.topic"]}
    return replace(design, labels=design.labels.under(Labels(names, heads)), files={**design.files, **files})


def uncoded_terms(
    design: Design, frame: CodeFrame, items: Sequence[str], found: pd.DataFrame, least: int
) -> pd.DataFrame:
    """List the words of comments without a topic: term, persons; only words of so many persons or more."""
    from collections import Counter

    import pandas as pd

    ready = coder(frame)
    without = (found["said"] == SAID) & ~found[list(frame.topics)].any(axis=1)
    persons: Counter[str] = Counter()
    for texts in design.data.loc[without.fillna(value=False), list(items)].itertuples(index=False):
        cut = {word for text in texts if isinstance(text, str) for word in ready.cutter.cut(text)}
        persons.update(content_words(cut, ready.stop))
    often = [(term.strip(), n) for term, n in sorted(persons.items(), key=lambda of: (-of[1], of[0])) if n >= least]
    rows = [(term, n) for term, n in often[: 2 * MOST_TERMS] if not scan(term, ready.exempt)]
    return pd.DataFrame(rows[:MOST_TERMS], columns=["term", "persons"])


def _with_topics(design: Design, found: pd.DataFrame, topics: list[str]) -> SurveyDesign:
    wrote = (found["said"] == SAID).fillna(value=False)
    truths = {SAYS.format(code): found[code].astype("boolean").where(wrote) for code in topics}
    truths[ANY] = found[topics].any(axis=1).astype("boolean").where(wrote)
    return design.with_columns(**{name: _zero_one(values) for name, values in truths.items()})


def _zero_one(values: pd.Series[Any]) -> pd.Series[float]:
    return values.astype("Float64").astype("float64")


def _percent(raw: pd.DataFrame, groups: list[str]) -> pd.DataFrame:
    """Keep the shares of who speaks, in percent; nobody's share is 0, where all answers are 0 as well."""
    import pandas as pd

    only = raw.groupby(["variable", *(g for g in groups if g in raw)], observed=True, sort=False, dropna=False)
    yes = raw["category"].astype(float) == 1
    nobody = only["category"].transform(lambda of: (of.astype(float) == 1).sum()) == 0
    kept = raw[yes | nobody].copy()
    none = kept["category"].astype(float) == 0
    lower, upper = kept["lower"].copy(), kept["upper"].copy()
    kept.loc[none, "estimate"] = 1 - kept.loc[none, "estimate"]
    kept.loc[none, "lower"], kept.loc[none, "upper"] = 1 - upper[none], 1 - lower[none]
    for name in ("estimate", "se", "lower", "upper"):
        kept[name] *= 100
    for group in groups:
        kept[group] = kept.get(group)
    return pd.DataFrame(kept.drop(columns="category"))


def _table(
    shares: pd.DataFrame, found: pd.DataFrame, design: Design, topics: list[str], groups: list[str]
) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for place, code in enumerate(topics):
        mine = shares[shares["variable"] == SAYS.format(code)].assign(topic=code, place=place)
        sums = _sums(found[code], design, groups)
        rows.append(mine.merge(sums, on=groups, how="left") if groups else mine.merge(sums, how="cross"))
    table = pd.concat(rows, ignore_index=True)
    if groups:
        table["group"] = table.groupby(groups, dropna=False, sort=False, observed=True).ngroup()
        table = table.sort_values(["group", "place"], kind="stable").drop(columns="group")
    first = [*groups, "topic", "estimate", "se", "lower", "upper", "df", "n", "psus", "deff", "count",
             "share_of_all", "n_all", "note"]  # fmt: skip
    return table[first].reset_index(drop=True)


def _sums(who: pd.Series[bool], design: Design, groups: list[str]) -> pd.DataFrame:
    """Count persons, their weighted share in percent, and everybody: in all and by groups, missing for all."""
    import pandas as pd

    weight = design.sample.plan.weight
    rows = pd.DataFrame({"count": who.to_numpy(dtype=int), "share_of_all": weight * who.to_numpy(dtype=float),
                         "weight": weight, "n_all": 1})  # fmt: skip
    whole = rows.sum().to_frame().T.assign(**dict.fromkeys(groups))
    parts = [whole]
    if groups:
        keyed = rows.assign(**{group: design.data[group].to_numpy() for group in groups})
        parts.append(keyed.groupby(groups, observed=True, sort=False).sum().reset_index())
    table = pd.concat([part.astype(dict.fromkeys(groups, "object")) for part in parts], ignore_index=True)
    table["share_of_all"] *= 100 / table.pop("weight")
    return table.astype({"count": int, "n_all": int})


def _coverage(shares: pd.DataFrame, found: pd.DataFrame, design: Design, groups: list[str]) -> pd.DataFrame:
    some = shares[shares["variable"] == ANY]
    table = some[[*groups, "estimate", "se", "lower", "upper", "df", "n", "psus"]]
    nothing = (found["said"] == NOTHING).fillna(value=False).astype(bool)
    silent = _sums(nothing, design, groups).rename(columns={"count": "nothing"})[[*groups, "nothing", "n_all"]]
    spoke = _sums(found.drop(columns="said").any(axis=1), design, groups)[[*groups, "count"]]
    for part in (silent, spoke):
        table = table.merge(part, on=groups, how="left") if groups else table.merge(part, how="cross")
    return table.reset_index(drop=True)


def _held(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Take out more figures of suppressed rows."""
    held = table["precision"] == "suppress"
    if held.any():
        table[names] = table[names].astype("float64").mask(held, axis=0)
    return table


def _settings(frame: CodeFrame, items: list[str], groups: list[str], level: float) -> dict[str, Any]:
    return {
        "frame": f"{frame.id}, version {frame.version} ({frame.date.isoformat()})", "items": items, "by": groups,
        "base": "who wrote something", "interval": "beta", "level": level,
    }  # fmt: skip


def _notes(frame: CodeFrame, coverage: pd.DataFrame, uncoded: pd.DataFrame) -> tuple[Texts, ...]:
    """Say whom shares are of, the coverage, and the commonest words of comments without a topic."""
    whole = coverage.iloc[0]
    values: dict[str, Any] = {
        "n": write_number(float(whole["n"]), 0), "all": write_number(float(whole["n_all"]), 0),
        "nothing": write_number(float(whole["nothing"]), 0), "coverage": write_number(float(whole["estimate"]), 1),
        "frame": frame.id, "version": frame.version,
    }  # fmt: skip
    found: list[Texts] = [both("comments", key, **values) for key in ("note.base", "note.coverage")]
    if len(uncoded):
        said = uncoded.head(8)["term"]
        listed = {"zh-Hans": "、".join(said), "en": ", ".join(said)}
        found.append({language: text.format(terms=listed[language])
                      for language, text in words("comments")["note.uncoded"].items()})  # fmt: skip
    return tuple(found)
