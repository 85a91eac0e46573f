"""Nonresponse: who answered, how evenly, whether late answers differ from early ones, and what weights change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.messages import DuzhengError, Language, Texts
from analysis.messages.requests import hold_level, wrong
from analysis.satisfaction.association.outcome import named
from analysis.satisfaction.charts.nonresponse import draw_coverage, draw_order, draw_rates
from analysis.satisfaction.fieldwork.odds import answered, fitted, odds_of, script
from analysis.satisfaction.fieldwork.representativeness import r_indicator, sample_of
from analysis.satisfaction.fieldwork.response import response
from analysis.satisfaction.indices.index import indices_of, scored
from analysis.satisfaction.precision import classified
from analysis.satisfaction.result import Plot, SurveyResult
from analysis.satisfaction.words import words
from analysis.surveys.collected import columns_of_margin
from analysis.surveys.design import Design, hold_designs

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats import SurveyDesign
    from analysis.surveys.design import Weighting
    from analysis.surveys.questionnaire import Index

#: Parts of fieldwork by the order of answers.
THIRDS = ("early", "middle", "late")


@dataclass(frozen=True, eq=False)
class Nonresponse(SurveyResult):
    """Who answered. ``table`` holds rates of response; of open samples, where there are none, cover of the margins."""

    propensity: pd.DataFrame = field(kw_only=True, repr=False)  #: odds of answering by what is known of everybody
    evenness: pd.DataFrame = field(kw_only=True, repr=False)  #: as :func:`r_indicator`
    order: pd.DataFrame = field(kw_only=True, repr=False)  #: an index by when people answered
    weighting: pd.DataFrame = field(kw_only=True, repr=False)  #: the index by how answers are weighted
    places: pd.DataFrame = field(kw_only=True, repr=False)  #: answers of each place
    came: pd.DataFrame = field(kw_only=True, repr=False)  #: drawn and answered in each place, with what is known of it

    def order_chart(self, language: Language | None = None) -> Plot:
        """Draw the index as answers came in, and that of early, middle and late answers."""
        language = language or self.language
        return Plot(draw_order(self, language), self.said("alt.order", language), language)

    def as_r(self, folder: str | Path) -> Path:
        """Write the script of the index by contact, and of rates and odds of answering where persons were drawn.

        Beside the answers of :meth:`analysis.stats.SurveyDesign.as_r` lie ``places.csv`` with who was drawn and who
        answered in each place, and our ``rates.csv`` and ``odds.csv``, which R's are compared with.
        """
        import pandas as pd

        if self.sample is None or self.came.empty:
            return super().as_r(folder)
        path = self.sample.as_r(folder, *self.asked, script=script(self.came, self.propensity, self.settings["level"]))
        target, groups = Path(folder), list(self.settings["by"])
        told = self.came.assign(regressed=self.came["regressed"].map({True: "yes", False: "no"}))
        told.to_csv(target / "places.csv", index=False, encoding="utf-8")
        keys = [next(((name, str(row[name])) for name in groups if pd.notna(row[name])), ("all", "all"))
                for row in self.table.to_dict("records")]  # fmt: skip
        rates = pd.DataFrame(keys, columns=["variable", "category"]).assign(estimate=self.table["estimate"].to_numpy())
        rates.to_csv(target / "rates.csv", index=False, encoding="utf-8", float_format="%.17g")
        if len(self.propensity):
            told = self.propensity[fitted(self.came, self.propensity)]
            told.to_csv(target / "odds.csv", index=False, encoding="utf-8", float_format="%.17g")
        return path


def nonresponse(
    design: Design, of: str = "", *, by: str | Sequence[str] | None = None, contact: str = "", steps: int = 10,
    level: float = 0.95,
) -> Nonresponse:  # fmt: skip
    """Say who answered and what nonresponse may have done to an index.

    Parameters
    ----------
    design
        The wave.
    of
        The index, or an item, whose estimates are followed; the last declared index if not given.
    by
        Columns of the log that are known of everybody who was drawn; the strata if not given.
    contact
        A column of the answers with the number of the contact (invitation 1, first reminder 2, …) after which each
        came. Without it, answers are taken in thirds by when they began.
    steps
        Of the curve of the index over the answers that were in.
    level
        Of the intervals.

    Returns
    -------
    Nonresponse
        Drawn samples and censuses, ``table``: columns of ``by`` (missing: all), ``drawn``, ``n`` (answers),
        ``completed``, ``estimate`` (response rate in per cent, AAPOR RR2), ``lower``, ``upper``, ``psus``,
        ``precision``. ``propensity``: ``variable``, ``category``, ``base`` (compared with), ``odds`` ratio, ``lower``,
        ``upper``. Open samples, ``table``: columns of the margins, ``population`` and ``estimate`` (shares in per
        cent), ``ratio``, ``n``. ``order``: ``part`` (``cumulative``, ``contact``; ``difference`` is the last less the
        first), ``step``, ``share`` of answers in, ``estimate``, ``se``, ``lower``, ``upper``, ``df``, ``n``, ``note``.
        ``weighting``: ``weighting``, ``estimate``, ….

    Raises
    ------
    DuzhengError
        DZ-S002 for columns that there are not; DZ-S003 where everybody answered.

    Notes
    -----
    Rates and their Wilson intervals with places as clusters: :func:`analysis.satisfaction.response`. Odds:
    logistic regression of answering on main effects, with a sandwich between places and t of places less coefficients
    (Little and Vartivarian 2003, Statistics in Medicine 22, on what to adjust for). R-indicator and its parts:
    :func:`analysis.satisfaction.r_indicator`. Late answers stand for those who never came only
    if nonrespondents lie further along the same line (continuum of resistance: Lin and Schaeffer 1995, Public Opinion
    Quarterly 59); the cumulative estimate is what fieldwork would have given had it ended then, with weights made anew.
    In R ``svyglm(family = quasibinomial)``, ``svyby``.

    Examples
    --------
    >>> from analysis.surveys.example import example_design
    >>> found = nonresponse(example_design())
    >>> found.table[["district", "drawn", "n", "estimate", "psus"]]
      district  drawn    n  estimate  psus
    0      NaN    250  200      80.0    10
    1        a    125  100      80.0     5
    2        b    125  100      80.0     5
    """
    import pandas as pd

    (design,) = hold_designs(design, most=1)
    declared = design.survey.questionnaire.analyses.indices
    faults = []
    if contact and contact not in design.data:
        faults.append(wrong(f"contact={contact!r}", "a column of the answers", "see design.data", contact))
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        faults.append(wrong(f"steps={steps!r}", "a whole number from 1", "10 is usual"))
    if not isinstance(of, str) or not (of or declared):
        faults.append(wrong(f"of={of!r}", "one index or item to follow", "name it"))
    hold_level(level, *faults)
    index = indices_of(design, of or declared[-1].id)[0]
    notes, none = words("nonresponse"), pd.DataFrame()
    said: list[Texts] = []
    propensity, evenness, came = none, none, none
    if design.kind == "open":
        known = [name for margin in design.wave.margins for name in _columns(design, margin)]
        groups: tuple[str, ...] = tuple(dict.fromkeys(known))
        table, places = _covered(design, groups), _came(design)
        said.append(notes["note.no_rate"])
    else:
        log = _log(design)
        groups = _known(design, log, by)
        table, came = _rates(design, log, groups, level), answered(design, log, groups)
        places = response(log, design.data, by=design.place, place=design.place, level=level)
        if not groups:
            said.append(notes["note.nothing_known"])
        elif 0 < int(table["n"].iloc[0]) < int(table["drawn"].iloc[0]):
            # What is the same of everybody says nothing of who answers.
            telling = tuple(name for name in groups if len(set(log[name])) > 1)
            if telling:
                sample = sample_of(log, design.data, place=design.place, by=telling)
                evenness = r_indicator(sample, sample["responded"], by=telling, weights=sample["weight"],
                                       cluster=design.place, level=level)  # fmt: skip
                propensity = odds_of(came, telling, level)
    late, scores, asked = _by_contact(design, index, contact, level)
    order = pd.concat([_cumulative(design, index, steps, level), late], ignore_index=True)
    settings = {"of": index.id, "by": groups, "contact": contact or "thirds by start", "steps": steps, "level": level}
    open_ = design.kind == "open"
    figures: tuple[str, ...] = ("population", "estimate", "ratio", "n")
    if not open_:
        figures = ("drawn", "n", "estimate", "lower", "upper", "psus")
    return Nonresponse(
        table,
        "nonresponse",
        (named(design, [index]),),
        settings=settings,
        rule=design.rules.get("precision"),
        notes=tuple(said),
        drawing=draw_coverage if open_ else draw_rates,
        alt="alt.coverage" if open_ else "alt",
        shown=(*groups, *figures),
        decimals={"ratio": 2, "drawn": 0},
        asked=asked,
        sample=scores,
        propensity=propensity,
        evenness=evenness,
        order=order,
        weighting=_weighted(design, index, level),
        places=places,
        came=came,
    )


def _log(design: Design) -> pd.DataFrame:
    """Give the log of places that persons were drawn in, under the name that answers have."""
    log = design.wave.log
    if not design.place or design.place not in log:
        raise DuzhengError(
            wrong("a draw without places", "a log with one row a place", "rates of persons drawn directly are those of "
                  "the fieldwork page")
        )  # fmt: skip
    return log[log["persons_drawn"] > 0].reset_index(drop=True)


def _known(design: Design, log: pd.DataFrame, by: str | Sequence[str] | None) -> tuple[str, ...]:
    if by is None:
        head = design.survey.questionnaire
        named = getattr(head.selection, "strata", ()) or head.analyses.groups
        return tuple(name for name in named if name in log)
    names = (by,) if isinstance(by, str) else tuple(by)
    hint, columns = "only what the log knows is known of everybody", ", ".join(map(str, log))
    faults = [wrong(f"by={name!r}", f"one of {columns}", hint, name) for name in names if name not in log]
    if faults:
        raise DuzhengError(*faults)
    return names


def _rates(design: Design, log: pd.DataFrame, groups: tuple[str, ...], level: float) -> pd.DataFrame:
    """Give the rate of response in all and by each column by itself."""
    import pandas as pd

    parts = [response(log, design.data, by=each, place=design.place, level=level) for each in ((), *groups)]
    found = pd.concat(parts, ignore_index=True).rename(columns={"answers": "n", "places": "psus"})
    for name in groups:
        found[name] = found[name].astype("object").where(found[name].notna(), float("nan"))
    found = found.assign(estimate=100 * found["rr2"], lower=100 * found["lower"], upper=100 * found["upper"])
    columns = [*groups, "drawn", "n", "completed", "estimate", "lower", "upper", "psus", "how"]
    return classified(found[columns], design.rules.get("precision"))


def _columns(design: Design, margin: pd.DataFrame) -> list[str]:
    return [name for name in columns_of_margin(margin) if name in design.data]


def _covered(design: Design, groups: tuple[str, ...]) -> pd.DataFrame:
    """Put shares of answers beside those of the population: in every column of the margins by itself."""
    import pandas as pd

    parts = []
    for margin in design.wave.margins:
        for name in _columns(design, margin):
            total = margin.groupby(margin[name].astype("str"))["total"].sum()
            n = design.data[name].astype("str").where(design.data[name].notna()).value_counts().reindex(total.index)
            n = n.fillna(0).astype(int)
            known = max(int(n.sum()), 1)
            part = pd.DataFrame({name: total.index, "population": 100 * total.to_numpy() / total.sum(),
                                 "estimate": 100 * n.to_numpy() / known, "n": n.to_numpy()})  # fmt: skip
            parts.append(part.assign(ratio=part["estimate"] / part["population"]))
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"n": [len(design.data)]})
    return found.reindex(columns=[*groups, "population", "estimate", "ratio", "n"]).drop_duplicates(ignore_index=True)


def _came(design: Design) -> pd.DataFrame:
    """Count the answers of each place, those without a place together."""
    import pandas as pd

    if not design.place:
        return pd.DataFrame({"answers": [len(design.data)]})
    counts = design.data[design.place].value_counts(dropna=False)
    log = design.wave.log
    named = next((str(name) for name in log if log[name].is_unique and log[name].dtype.kind not in "ifb"), "")
    nothing = [each for each in (log[named] if named else ()) if each not in counts.index]
    found = pd.concat([counts, pd.Series(0, index=nothing, dtype=int)])
    return pd.DataFrame({design.place: found.index, "answers": found.to_numpy()})


def _cumulative(design: Design, index: Index, steps: int, level: float) -> pd.DataFrame:
    """Estimate the index from the answers that were in after each step, with weights made anew."""
    import numpy as np
    import pandas as pd

    rank = design.data["started"].rank(method="first").to_numpy() / len(design.data)
    rows = []
    for step in range(1, steps + 1):
        share = step / steps
        try:
            here = design.only(pd.Series(rank <= share + 1e-12)) if step < steps else design
            row = scored(here, [index]).mean(index.id, level=level, df="domain").iloc[0].to_dict()
        except DuzhengError as error:
            # Early in fieldwork whole strata or categories of margins may be empty: then there is no estimate.
            row = {"estimate": np.nan, "se": np.nan, "lower": np.nan, "upper": np.nan, "df": np.nan,
                   "n": int((rank <= share).sum()), "note": error.faults[0].found}  # fmt: skip
        rows.append({"part": "cumulative", "step": str(step), "share": 100 * share, **row})
    names = ["part", "step", "share", "estimate", "se", "lower", "upper", "df", "n", "psus", "note"]
    return pd.DataFrame(rows).reindex(columns=names)


def _by_contact(
    design: Design, index: Index, contact: str, level: float
) -> tuple[pd.DataFrame, SurveyDesign, tuple[pd.DataFrame, ...]]:
    """Estimate the index of those who came after each contact, or of thirds, and how the last differ from the first."""
    import numpy as np
    import pandas as pd

    if contact:
        given = design.data[contact]
        known = [str(each) for each in sorted(given.dropna().unique())]
        named = pd.Categorical(given.astype("str").where(given.notna()), categories=known)
    else:
        place = np.minimum((design.data["started"].rank(method="first").to_numpy() - 1) * 3 // len(design.data), 2)
        named = pd.Categorical(np.array(THIRDS)[place.astype(int)], categories=list(THIRDS))
    sample = scored(design, [index]).with_columns({"contact_order": named})
    parts = sample.mean(index.id, by="contact_order", level=level, df="domain")
    groups = [each for each in named.categories if each in set(parts["contact_order"].astype("str"))]
    found = parts.assign(part="contact", step=parts["contact_order"].astype("str"), share=np.nan)
    found["share"] = 100 * found["n"] / found["n"].sum()
    if len(groups) > 1:
        last, first = (index.id, groups[-1]), (index.id, groups[0])
        moved = sample.contrast(index.id, {"difference": {last: 1, first: -1}}, by="contact_order", level=level,
                                df="domain").iloc[0]  # fmt: skip
        row = {"part": "difference", "step": f"{groups[-1]} − {groups[0]}", "share": np.nan,
               **{name: moved.get(name) for name in ("estimate", "se", "lower", "upper", "df")}}  # fmt: skip
        found = pd.concat([found, pd.DataFrame([row])], ignore_index=True)
    names = ["part", "step", "share", "estimate", "se", "lower", "upper", "df", "n", "psus", "note"]
    whole = sample.mean(index.id, level=level, df="domain")
    return found.reindex(columns=names), sample, (whole, parts)


def _weighted(design: Design, index: Index, level: float) -> pd.DataFrame:
    """Estimate the index unweighted, with the weights of the design, and calibrated."""
    import pandas as pd

    kinds: tuple[Weighting, ...] = ("none", "calibrated") if design.kind == "open" else ("none", "design", "calibrated")
    parts = []
    for kind in kinds:
        here = design if kind == design.weighting else design.reweighted(kind)
        weight = here.sample.plan.weight
        part = scored(here, [index]).mean(index.id, level=level, df="domain")
        spread = float(len(weight) * (weight**2).sum() / weight.sum() ** 2)
        parts.append(part.assign(weighting=kind, unequal=spread))
    names = ["weighting", "estimate", "se", "lower", "upper", "df", "n", "psus", "unequal", "note"]
    return pd.concat(parts, ignore_index=True)[names]
