"""Doubts: answers that show signs of haste, carelessness, copying or being told what to tick. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.messages import Language, Texts
from analysis.messages.requests import hold_level, wrong
from analysis.satisfaction.charts.doubts import draw_doubts, draw_mobilised, draw_signs
from analysis.satisfaction.indices.index import groups_wrong
from analysis.satisfaction.precision import classified
from analysis.satisfaction.quality.carelessness import FEWEST_RATINGS, pace
from analysis.satisfaction.quality.duplicates import duplicates
from analysis.satisfaction.quality.mobilisation import mobilised
from analysis.satisfaction.quality.pairs import contradictions
from analysis.satisfaction.quality.ratings import Ratings, blocks, ratings_of, runs
from analysis.satisfaction.quality.rule import bounds_of
from analysis.satisfaction.result import Plot, SurveyResult
from analysis.surveys.design import Design, hold_designs

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.workspace.rules import RuleSet

#: The signs, and ``doubtful`` that the rule makes of them.
SIGNS = ("speeder", "straight", "long", "erratic", "inconsistent", "duplicate", "mobilised")
#: Signs that see the same thing count once.
KINDS = (("speeder",), ("straight", "long"), ("erratic",), ("inconsistent",), ("duplicate",), ("mobilised",))
#: What of :func:`analysis.satisfaction.pace` stands beside the signs.
_SEEN = ("minutes", "haste", "fast", "rated", "longest", "flat", "irv", "distance")


@dataclass(frozen=True, eq=False)
class Doubts(SurveyResult):
    """Signs of every answer, and how often they are: ``answers`` has a row for each row of the design's data."""

    answers: pd.DataFrame = field(kw_only=True, repr=False)
    places: pd.DataFrame = field(kw_only=True, repr=False)  #: as :func:`analysis.satisfaction.mobilised`

    @property
    def doubtful(self) -> pd.Series[bool]:
        """Whether each answer is doubtful by the rule: ``design.only(~doubts.doubtful)`` does without them."""
        return self.answers["doubtful"]

    def signs_chart(self, language: Language | None = None, **group: Any) -> Plot:
        """Draw the share of each sign, of all answers or of one group, such as ``district="…"``."""
        language = language or self.language
        return Plot(draw_signs(self, language, group), self.said("alt.signs", language), language)

    def mobilised_chart(self, language: Language | None = None) -> Plot:
        """Draw when answers began in the places that were told what to tick, beside all other places."""
        language = language or self.language
        if not self.places["mobilised"].any():
            raise wrong_chart()
        return Plot(draw_mobilised(self, language), self.said("alt.mobilised", language), language)


def wrong_chart() -> Exception:
    """Say that there is no place to draw."""
    from analysis.messages import DuzhengError

    return DuzhengError(wrong("a picture of mobilised places", "places that were found to be", "none was found"))


def doubts(
    design: Design, *, by: str | Sequence[str] | None = None, fraction: float | None = None,
    alpha: float | None = None, run: float | None = None, chance: float | None = None, minutes: float | None = None,
    least: int | None = None, mobilised_alpha: float | None = None, signs: int | None = None,
    alone: Sequence[str] | None = None, level: float = 0.95,
) -> Doubts:  # fmt: skip
    """Look through all answers for signs that they were not given in earnest, and say how often they are.

    Every bound is that of the workspace's rule set ``response_quality`` unless it is given here.

    Parameters
    ----------
    design
        The wave.
    by
        Columns whose groups are shown beside all answers, each by itself; not given, the strata of a drawn sample, or
        the first of the questionnaire's groups.
    fraction
        ``speeder``: half of the sections or more took less than this fraction of their median, and less than reading.
    alpha
        ``erratic``: Mahalanobis' D² is less likely than this.
    run
        ``long``: one point in at least this share of all ratings, in a row down the pages, of 6 or more.
    chance
        ``duplicate``: as of :func:`analysis.satisfaction.quality.duplicates.duplicates`.
    minutes, least, mobilised_alpha
        ``mobilised``: width of the window, fewest answers of a place, and level of both tests, as of
        :func:`analysis.satisfaction.mobilised`.
    signs
        An answer with so many kinds of signs is doubtful: ``straight`` and ``long`` are one kind.
    alone
        Signs of which one is enough.
    level
        Of the intervals.

    Returns
    -------
    Doubts
        ``table``: ``sign`` (the signs, and ``doubtful``), columns of ``by`` (missing: all), ``flagged`` (answers), and
        of the share in per cent ``estimate``, ``se``, ``lower``, ``upper``, ``df``, ``n``, ``psus``, ``precision``.
        ``answers``: ``id``, the place, what was measured, every sign, ``signs`` (kinds), ``best`` (of everything; no
        sign by itself), ``doubtful``. ``places``: what was found of each.

    Raises
    ------
    DuzhengError
        DZ-S002 for a column, sign or bound that there is not.

    Notes
    -----
    Shares are weighted as all estimates of the wave are; their intervals are Korn and Graubard's (1998). ``straight``:
    every battery without variation, 6 ratings or more. ``inconsistent``: a declared pair contradicts
    (``pairs.contradictions``). ``mobilised``: in a place where more than elsewhere gave the
    best of everything, and more began within one window than elsewhere, those who did both. A sign accuses nobody:
    of honest answers about one in a hundred is quick, one in three hundred has a long string; two kinds at once are
    rare. Meade and Craig (2012, Psychological Methods 17), Curran (2016, J. Exp. Soc. Psychology 66) on several
    indicators taken together. In R ``careless`` (row signs) and ``svyciprop(method = "beta")``.
    """
    import numpy as np
    import pandas as pd

    (design,) = hold_designs(design, most=1)
    groups, rule = _groups(design, by), design.rules.get("response_quality")
    given = None if alone is None else (alone,) if isinstance(alone, str) else tuple(alone)
    of, faults = bounds_of(rule, fraction=fraction, alpha=alpha, run=run, chance=chance, minutes=minutes, least=least,
                           mobilised_alpha=mobilised_alpha, signs=signs, alone=given)  # fmt: skip
    hold_level(level, *faults, *groups_wrong([design], groups))
    data, survey = design.data, design.survey
    ratings = ratings_of(survey, data)
    seen = pace(survey, data, fraction=of.fraction, alpha=of.alpha, ratings=ratings)
    found = pd.DataFrame({"id": data["id"]}, index=data.index)
    if design.place:
        found[design.place] = data[design.place]
    found = found.assign(**{name: seen[name] for name in _SEEN})
    found["speeder"], found["straight"] = seen["speeder"], seen["straight"]
    found["long"] = _long(ratings, of.run)
    found["erratic"] = seen["erratic"]
    del seen
    pairs = contradictions(survey, data)
    found["contradictions"] = pairs.sum(axis=1)
    found["inconsistent"] = found["contradictions"] > 0
    copies = duplicates(survey, data, place=design.place, chance=of.chance, ratings=ratings)
    found[["same", "coincidence", "duplicate"]] = copies[["same", "coincidence", "duplicate"]]
    places = pd.DataFrame()
    found["mobilised"] = False
    if design.place:
        places = mobilised(survey, data, place=design.place, minutes=of.minutes, least=of.least,
                           alpha=of.mobilised_alpha, ratings=ratings)  # fmt: skip
        found["mobilised"] = _told(design, places, ratings, of.minutes)
    kinds = [np.logical_or.reduce([found[name].to_numpy(bool) for name in kind]) for kind in KINDS]
    found["signs"] = np.sum(kinds, axis=0)
    found["best"] = ratings.best()[0]
    found["doubtful"] = (found["signs"] >= of.signs) | found[list(of.alone)].any(axis=1)
    table, asked, sample = _summary(design, found, groups, level, design.rules.get("precision"))
    drawn = any(len(set(table[name].dropna())) > 1 for name in groups)
    return Doubts(
        table, "doubts", (design,), settings={"by": groups, **of.model_dump(), "level": level}, rule=rule,
        notes=_notes(design, found, pairs), drawing=draw_doubts, alt="alt" if drawn else "alt.signs",
        shown=(*groups, "sign", "flagged", "n", "estimate", "lower", "upper", "precision"),
        decimals=dict.fromkeys(("estimate", "lower", "upper"), 2), asked=asked, sample=sample, answers=found,
        places=places,
    )  # fmt: skip


def _groups(design: Design, by: str | Sequence[str] | None) -> tuple[str, ...]:
    if by is not None:
        return (by,) if isinstance(by, str) else tuple(by)
    head = design.survey.questionnaire
    strata = tuple(name for name in getattr(head.selection, "strata", ()) if name in design.data)
    return strata or tuple(name for name in head.analyses.groups if name in design.data)[:1]


def _long(ratings: Ratings, share: float) -> np.ndarray:
    """Tell who ticked one point in a row in so large a share of all ratings, over the bounds of batteries."""
    import numpy as np

    found = np.zeros(len(ratings.points), bool)
    for rows in blocks(len(ratings.points)):
        longest, _ = runs(ratings.points[rows])
        rated = (~np.isnan(ratings.points[rows])).sum(axis=1)
        found[rows] = (rated >= FEWEST_RATINGS) & (longest >= share * rated)
    return found


def _told(design: Design, places: pd.DataFrame, ratings: Ratings, minutes: float) -> np.ndarray:
    """Tell which answers of mobilised places began within the window and have the best of everything."""
    import numpy as np
    import pandas as pd

    told = places[places["mobilised"]]
    if told.empty:
        return np.zeros(len(design.data), bool)
    # Codes of places, so that a million names are looked up once each.
    code, names = pd.factorize(design.data[design.place])
    when = pd.Series(told["when"].to_numpy("datetime64[s]"), index=told[design.place]).reindex(names).to_numpy()
    began = np.append(when, np.datetime64("NaT"))[code]
    started = design.data["started"].to_numpy("datetime64[s]")
    inside: np.ndarray = (started >= began) & (started <= began + np.timedelta64(round(minutes * 60), "s"))
    inside &= ratings.best()[0]
    return inside


def _summary(
    design: Design, found: pd.DataFrame, groups: tuple[str, ...], level: float, precision: RuleSet | None
) -> tuple[pd.DataFrame, tuple[Any, ...], Any]:
    """Give the share of each sign in all and in every group, by the design of the wave."""
    import numpy as np
    import pandas as pd

    names = {f"sign_{name}": name for name in (*SIGNS, "doubtful")}
    truths = {column: pd.Categorical(found[name], categories=[False, True]) for column, name in names.items()}
    sample = design.with_columns(**truths)
    asked, parts = [], []
    for group in ((), *((name,) for name in groups)):
        raw = sample.proportion(list(names), by=group, level=level, df="domain", method="beta")
        asked.append(raw)
        part = raw[raw["category"].astype(bool)].reset_index(drop=True)
        part["sign"] = part["variable"].map(names)
        counts = found[list(names.values())]
        if group:
            sums = counts.groupby(design.data[group[0]].to_numpy(), observed=True).sum()
            part["flagged"] = [int(sums.loc[g, s]) for g, s in zip(part[group[0]], part["sign"], strict=True)]
        else:
            part["flagged"] = part["sign"].map(counts.sum()).astype(int)
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    for name in ("estimate", "se", "lower", "upper"):
        table[name] = 100 * table[name]
    columns = ["sign", *groups, "flagged", "estimate", "se", "lower", "upper", "df", "n", "psus", "note"]
    table = classified(table[columns], precision)
    # What is of all answers comes first, sign by sign; then the doubtful of every group, then the signs one by one.
    whole = table[list(groups)].isna().all(axis=1).to_numpy()
    order = {name: at for at, name in enumerate(("doubtful", *SIGNS))}
    turn = table["sign"].map(order).to_numpy() + np.where(whole, 0, len(order))
    table = table.iloc[np.argsort(turn, kind="stable")].reset_index(drop=True)
    return table, tuple(asked), sample


def _notes(design: Design, found: pd.DataFrame, pairs: pd.DataFrame) -> tuple[Texts, ...]:
    from analysis.satisfaction.words import words

    said, notes = words("doubts"), []
    if not len(pairs.columns):
        notes.append(said["note.no_pairs"])
    if not design.place:
        notes.append(said["note.no_places"])
    if not found["fast"].notna().any():
        notes.append(said["note.no_times"])
    return (*notes, said["note.kept"])
