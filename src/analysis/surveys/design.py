"""The design of a wave: how it was gathered, and the weights, strata and places that its estimates rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from analysis.documents.labels import Labels
from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts, pick
from analysis.messages.requests import one_of, wrong
from analysis.surveys.collected import Collected, collected, columns_of_margin, files_of
from analysis.surveys.columns import columns
from analysis.surveys.labels import draw_labels, item_labels
from analysis.surveys.questionnaire import Open, Probability
from analysis.workspace.provenance import content_hash

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.stats import SurveyDesign
    from analysis.surveys.survey import Survey
    from analysis.workspace import Workspace
    from analysis.workspace.rules import RuleSet

Kind = Literal["probability", "census", "open"]
Weighting = Literal["calibrated", "design", "none"]
WEIGHTINGS = ("calibrated", "design", "none")
#: The columns that a design adds to the answers.
WEIGHT, STRATUM, CLUSTER, PLACES, PERSONS = "weight", "stratum", "cluster", "fpc_places", "fpc_persons"


@dataclass(frozen=True, eq=False, repr=False)
class Design:
    """A wave and how it was gathered, which decides what may be said of it.

    ``probability``: intervals are of sampling. ``census`` of named places: nobody was drawn, so intervals are of a
    model, that who answered in a place is like who did not. ``open``: whoever came; intervals are of a model that takes
    places for a sample of places, and nothing is tested.
    """

    wave: Collected
    kind: Kind
    sample: SurveyDesign = field(repr=False)  #: weights ``weight``, strata ``stratum``, PSUs ``cluster``
    place: str  #: the column of places
    weighting: Weighting = "calibrated"
    labels: Labels = field(default_factory=Labels, repr=False)
    language: Language = "zh-Hans"  #: of what is shown, unless it is said
    files: dict[str, str] = field(default_factory=dict, repr=False)  #: of each file read, its SHA-256
    notes: tuple[Texts, ...] = field(default=(), repr=False)  #: what was done to the weights
    rules: Mapping[str, RuleSet] = field(default_factory=dict, repr=False)  #: of the workspace, by id
    root: Path | None = field(default=None, repr=False)  #: the workspace, where seals lie

    def __repr__(self) -> str:
        places = f", {self.data[CLUSTER].nunique():,} places" if CLUSTER in self.data else ""
        made = ", simulated" if self.synthetic else ""
        lines = [
            f"<design of {self.name}: {self.kind}, {len(self.data):,} answers{places}, weights {self.weighting}{made}>"
        ]
        return "\n".join([*lines, *(f"  {pick(note, self.language)}" for note in self.notes)])

    @property
    def survey(self) -> Survey:
        """The questionnaire."""
        return self.wave.survey

    @property
    def name(self) -> str:
        """Id and wave of the questionnaire."""
        return self.wave.name

    @property
    def synthetic(self) -> bool:
        """Whether the answers were simulated."""
        return self.wave.synthetic

    @property
    def data(self) -> pd.DataFrame:
        """The answers with the columns of the design; columns of codes are ordered as the questionnaire orders them."""
        frame: pd.DataFrame = self.sample.data
        return frame

    @property
    def tested(self) -> bool:
        """Whether differences may be tested: only where respondents were drawn by chance."""
        return self.kind == "probability"

    @property
    def year(self) -> int:
        """The wave."""
        return self.survey.questionnaire.wave

    def with_columns(self, **more: Any) -> SurveyDesign:
        """Give the sample with more columns, such as scores; names that are no identifiers go by ``**{name: …}``."""
        return self.sample.with_columns(more)

    def only(self, keep: pd.Series[bool]) -> Design:
        """Take some answers only, and make the weights anew: the others count as not answered.

        That is for leaving answers out that are doubted. To look at a group, ask for it with ``by``: the others of a
        place did answer.

        Raises
        ------
        DuzhengError
            DZ-S002 for anything but a truth for each answer.
        """
        import numpy as np

        given = np.asarray(keep)
        if given.dtype.kind != "b" or given.shape != (len(self.data),):
            raise DuzhengError(wrong(f"{given.dtype} of shape {given.shape}", f"{len(self.data)} truths, one an answer",
                                     "compare a column of design.data with something"))  # fmt: skip
        wave = replace(self.wave, responses=self.wave.responses[given])
        return self._again(wave, self.weighting)

    def reweighted(self, weighting: Weighting) -> Design:
        """Give the same answers other weights: ``calibrated`` to known totals, those of the ``design``, or ``none``."""
        return self._again(self.wave, weighting)

    def _again(self, wave: Collected, weighting: Weighting) -> Design:
        found = design_of(wave, weighting=weighting, labels=self.labels, language=self.language, files=self.files)
        return replace(found, root=self.root, rules=self.rules)


def design(
    workspace: Workspace, survey: str | Survey, wave: int, *, synthetic: bool = False,
    weighting: Weighting = "calibrated",
    language: Language | None = None,
) -> Design:  # fmt: skip
    """Make the design of a collected wave from its questionnaire's selection, the log of its draw, and its margins.

    Parameters
    ----------
    workspace
        The workspace; ``analysis.open().design("students", 2025)`` hands it over.
    survey, wave
        Id of the questionnaire, or the questionnaire where it was read before; and the year.
    synthetic
        Whether the simulated wave is meant, which ``make demo`` makes.
    weighting
        As for :func:`design_of`.
    language
        Of what is shown unless it is said; the workspace's first one if not given.

    Returns
    -------
    Design
        Which every verb of :mod:`analysis.satisfaction` takes.

    Raises
    ------
    DuzhengError
        As :func:`analysis.surveys.collected.collected`; DZ-S002 and DZ-S004 as :func:`design_of`.
    """
    named = f"{survey}-{wave}" if isinstance(survey, str) else survey
    found = collected(workspace, named, synthetic=synthetic)
    paths = [*files_of(workspace.root, found.survey, synthetic=synthetic).values(), workspace.root / found.survey.file]
    made = design_of(
        found, weighting=weighting, labels=draw_labels(workspace, found.log),
        language=language or workspace.settings.languages[0],
        files={path.relative_to(workspace.root).as_posix(): content_hash(path) for path in paths},
    )  # fmt: skip
    return replace(made, root=workspace.root, rules=workspace.rules)


def design_of(
    wave: Collected, *, weighting: Weighting = "calibrated", labels: Labels | None = None,
    language: Language = "zh-Hans", files: Mapping[str, str] | None = None,
) -> Design:  # fmt: skip
    """Make the design of a wave.

    Parameters
    ----------
    wave
        Answers, log and margins.
    weighting
        ``calibrated`` to the margins, ``design`` (of the draw and of who answered), or ``none``.
    labels, language, files
        What columns and codes are called beside the questionnaire's own; language; hashes of the files read.

    Raises
    ------
    DuzhengError
        DZ-S002 for answers from places that were not drawn; DZ-S004 where margins can't be met.

    Notes
    -----
    Of a drawn sample w = 1/π of the place · Σ 1/π of the places drawn / Σ 1/π of those that answered, in each stratum ·
    persons / answers of the place: who did not answer is taken to be like who did in the same place, and places
    without answers like the others of their stratum. Finite populations are those of the log, of places and of persons
    in places; places drawn with unequal chances have none, and those that were certain are strata of their own
    (Särndal, Swensson and Wretman 1992, 3.6 and 4.3). A stratum in which one place answered adds its distance from
    the mean of all. Of a census w = persons / answers, with every place a stratum. Of an open sample w = 1, with
    places as clusters, and whoever came without a place a cluster alone.

    Then weights are post-stratified to one margin, or raked to several. Answers without a value of a margin keep their
    share of it, and categories that nobody answered for are left out; a note says how many persons that are.
    """
    one_of("weighting", weighting, WEIGHTINGS)
    one_of("language", language, LANGUAGES)
    responses, survey = wave.responses, wave.survey
    if not len(responses):
        raise DuzhengError(Fault("DZ-S003", found=f"no answers of {wave.name}", expected="one or more",
                                 hint="collect them first"))  # fmt: skip
    selection = survey.questionnaire.selection
    kind: Kind = selection.kind
    place, in_log = place_columns(survey, responses, wave.log)
    known = item_labels(survey).under(labels or Labels())
    data = _ordered(survey, responses, [str(name) for name in wave.log if name in responses], known)
    notes: list[Texts] = []
    if kind == "open" or isinstance(selection, Open):
        sample = _open(data, place)
    else:
        sample = _drawn(data, wave, place, in_log, notes)
    if weighting == "none":
        sample = _make(sample.data.assign(**{WEIGHT: 1.0}), sample)
        notes = [{"zh-Hans": "不加权。", "en": "Not weighted."}]
    elif weighting == "calibrated" and wave.margins:
        sample = _calibrated(sample, wave.margins, notes)
    return Design(wave, kind, sample, place, weighting, known, language, dict(files or {}), tuple(notes))


def hold_designs(designs: Any, *, most: int | None = None) -> list[Design]:
    """Give one design or several as a list, held to being designs of different waves.

    Parameters
    ----------
    designs
        What was given to a verb.
    most
        How many it takes.

    Raises
    ------
    DuzhengError
        DZ-S002 for anything else, for none, for too many, and for one that is given twice.
    """
    found = [designs] if isinstance(designs, Design) or not isinstance(designs, list | tuple) else list(designs)
    hint = 'make them with ws.design("students", 2025)'
    faults = [
        wrong(f"{each!r}"[:60] if isinstance(each, str) else f"a {type(each).__name__}", "a design", hint)
        for each in found if not isinstance(each, Design)
    ]  # fmt: skip
    if not found:
        faults.append(wrong("no design", "one or more", hint))
    if most is not None and len(found) > most:
        faults.append(wrong(f"{len(found)} designs", f"{most}", "call it for each"))
    twice = [each.name for at, each in enumerate(found) if any(each is other for other in found[:at])]
    faults += [wrong(f"{name} twice", "each design once", "leave one out") for name in twice]
    if faults:
        raise DuzhengError(*faults)
    return found


def place_columns(survey: Survey, responses: pd.DataFrame, log: pd.DataFrame) -> tuple[str, str]:
    """Give what the column of places is called in the answers and in the log; nothing where persons were drawn."""
    selection = survey.questionnaire.selection
    psu = selection.psu if isinstance(selection, Probability) else ""
    if psu and psu in responses:
        return psu, psu
    both = next((str(name) for name in log if log[name].is_unique and name in responses and len(log) > 1), "")
    if both:
        return both, both
    named = [str(name) for name in log if log[name].is_unique and log[name].dtype.kind not in "ifb"]
    return ("place", named[0]) if "place" in responses and named else ("", "")


def _ordered(survey: Survey, responses: pd.DataFrame, drawn: list[str], labels: Labels) -> pd.DataFrame:
    """Make categories of columns of codes, in the order of the questionnaire or of the labels."""
    import pandas as pd

    found: dict[str, Any] = {}
    for name in drawn:
        if responses[name].dtype.kind not in "ifb":
            made = pd.Categorical(responses[name])
            first = [code for code in labels.codes(name) if code in made.categories]
            rest = [code for code in made.categories if code not in first]
            found[name] = made.reorder_categories([*first, *rest]) if first else made
    for column in columns(survey):
        name = column.name
        if column.holds in {"choice", "rank"} and not column.number and name in responses:
            found[name] = pd.Categorical(responses[name], categories=[*map(str, column.labels)])
    return responses.assign(**found).reset_index(drop=True)


def _make(data: pd.DataFrame, like: SurveyDesign | None = None, **of: Any) -> SurveyDesign:
    from analysis.stats import SurveyDesign

    if like is not None:
        of = {name: getattr(like, name) for name in ("strata", "psu", "ssu", "fpc", "lonely_psu")}
    return SurveyDesign(data=data, weights=WEIGHT, **of)


def _open(data: pd.DataFrame, place: str) -> SurveyDesign:
    import pandas as pd

    cluster = data["id"].astype("str")
    if place:
        cluster = data[place].astype("str").where(data[place].notna(), cluster)
    more: dict[str, Any] = {WEIGHT: 1.0, CLUSTER: pd.Categorical(cluster)}
    return _make(data.assign(**more), psu=CLUSTER, lonely_psu="adjust")


def _drawn(data: pd.DataFrame, wave: Collected, place: str, in_log: str, notes: list[Texts]) -> SurveyDesign:
    """Put the draw beside answers: of drawn samples and of censuses."""
    import numpy as np
    import pandas as pd

    log, census = wave.log.reset_index(drop=True), wave.survey.questionnaire.selection.kind == "census"
    strata = [name for name in getattr(wave.survey.questionnaire.selection, "strata", ()) if name in log]
    if not place:
        return _persons(data, log, strata)
    at = pd.Index(log[in_log].astype("str")).get_indexer(pd.Index(data[place].astype("str")))
    if (at < 0).any():
        strange = data.loc[at < 0, place]
        raise DuzhengError(
            wrong(f"{len(strange)} answers from {strange.nunique(dropna=False)} places such as {strange.iloc[0]!r}",
                  "places of the log", "give the log of this draw", place)
        )  # fmt: skip
    answers = np.bincount(at, minlength=len(log))
    reached = answers > 0
    with np.errstate(divide="ignore"):
        within = np.where(reached, log["persons"] / answers, 0.0)
    more: dict[str, Any] = {PERSONS: np.maximum(log["persons"].to_numpy(float), answers)[at]}
    lost = int((~reached).sum())
    if lost:
        notes.append(
            {
                "zh-Hans": f"{len(log)} 个样本点中 {lost} 个没有答卷，其权数由同层其他样本点分担。",
                "en": f"{lost} of {len(log)} places have no answers; others of their stratum stand for them.",
            }
        )
    if census:
        data = data.assign(**more, **{WEIGHT: within[at], STRATUM: at})
        return _make(data, strata=STRATUM, fpc=PERSONS, lonely_psu="adjust")
    stratum = log[strata].astype("str").agg("/".join, axis=1) if strata else pd.Series("all", index=log.index)
    chance = log["probability_place"] if "probability_place" in log else log["places_drawn"] / log["places"]
    inverse = 1 / chance
    spread = inverse.groupby(stratum).transform("sum") / (inverse * reached).groupby(stratum).transform("sum")
    weight = (inverse * spread * within).to_numpy(float)
    unequal = "method" in log and (log["method"] == "pps").any()
    cluster = pd.Categorical.from_codes(at, categories=pd.Index(log[in_log].astype("str")))
    if unequal and log["certainty"].any():
        certain = log["certainty"].to_numpy(bool)
        stratum = stratum.where(~certain, log[in_log].astype("str"))
        cluster = pd.Categorical(np.where(certain[at], data["id"].astype("str"), np.asarray(cluster)))
        more = {PLACES: np.where(certain[at], more[PERSONS], np.inf)}
    codes, _ = pd.factorize(stratum, sort=True)
    more |= {WEIGHT: weight[at], STRATUM: pd.Categorical.from_codes(codes[at], pd.Index(sorted(stratum.unique()))),
             CLUSTER: cluster}  # fmt: skip
    if unequal:
        fpc: dict[str, Any] = {"fpc": PLACES} if PLACES in more else {}
        return _make(data.assign(**more), strata=STRATUM, psu=CLUSTER, **fpc, lonely_psu="adjust")
    more[PLACES] = log["places"].to_numpy(float)[at]
    return _make(data.assign(**more), strata=STRATUM, psu=CLUSTER, ssu="id", fpc=(PLACES, PERSONS), lonely_psu="adjust")


def _persons(data: pd.DataFrame, log: pd.DataFrame, strata: list[str]) -> SurveyDesign:
    """Weight persons who were drawn directly: those of a stratum who answered stand for all in it."""
    import numpy as np

    keys = strata or [STRATUM]
    log, data = (frame if strata else frame.assign(**{STRATUM: "all"}) for frame in (log, data))
    size = log.groupby(keys, observed=True)["places"].first()
    named = data[keys].astype("str").agg("/".join, axis=1)
    total = named.map(dict(zip(["/".join(map(str, np.atleast_1d(key))) for key in size.index], size, strict=True)))
    answers = named.map(named.value_counts())
    more: dict[str, Any] = {WEIGHT: total / answers, STRATUM: named, PLACES: total.astype(float)}
    return _make(data.assign(**more), strata=STRATUM, fpc=PLACES, lonely_psu="adjust")


def _calibrated(sample: SurveyDesign, margins: tuple[pd.DataFrame, ...], notes: list[Texts]) -> SurveyDesign:
    """Weight to the margins whose columns the answers have."""
    import pandas as pd

    usable = []
    for margin in margins:
        keys = columns_of_margin(margin)
        if keys and all(name in sample.data for name in keys):
            usable.append((f"{' × '.join(keys)} (margin)", *_cells(sample, margin, keys, notes)))
        elif keys:
            notes.append({"zh-Hans": f"答卷没有 {' × '.join(keys)}，未按该总数加权。",
                          "en": f"Answers have no {' × '.join(keys)}: not weighted to it."})  # fmt: skip
    if not usable:
        return sample
    least = min(totals.sum() for *_, totals in usable)
    data = sample.data.assign(**{name: cells for name, cells, _ in usable})
    frames = []
    for name, _, totals in usable:
        held = totals * (least / totals.sum() if len(usable) > 1 else 1.0)
        frames.append(pd.DataFrame({name: held.index.astype(str), "total": held.to_numpy()}))
    weighted = _make(data, sample)
    return weighted.poststratify(frames[0]) if len(frames) == 1 else weighted.rake(frames)


def _cells(
    sample: SurveyDesign, margin: pd.DataFrame, keys: list[str], notes: list[Texts]
) -> tuple[pd.Categorical, pd.Series[float]]:
    """Give the cell of a margin that each answer is in, and the cells' totals."""
    import numpy as np
    import pandas as pd

    data, weight = sample.data[keys], sample.plan.weight
    groups = data.groupby(keys, observed=True, dropna=False, sort=True)
    cell = groups.ngroup().to_numpy()
    first: Any = data.iloc[np.unique(cell, return_index=True)[1]]
    gaps: np.ndarray = first.isna().to_numpy()
    labels = first.astype("object").where(~gaps, "?").astype("str").agg("·".join, axis=1).tolist()
    held = np.bincount(cell, weights=weight, minlength=len(labels))
    named = margin[keys].astype("object").astype("str").agg("·".join, axis=1)
    known = margin["total"].groupby(named, sort=False).sum()
    totals = pd.Series(known.reindex(labels).to_numpy(float), index=labels)
    empty = known[~known.index.isin(labels) & (known > 0)]
    if len(empty):
        share = f"{100 * empty.sum() / known.sum():.2g}"
        title = " × ".join(keys)
        notes.append(
            {
                "zh-Hans": f"{title} 有 {len(empty)} 类无人作答（占总数 {share}%），总数未计入这些人。",
                "en": f"Nobody answered in {len(empty)} categories of {title} ({share} % of the total): left out.",
            }
        )
    if gaps.any():
        whole = [name for at, name in enumerate(keys) if not gaps[:, at].any()]
        group = first[whole].astype("str").agg("·".join, axis=1).to_numpy() if whole else np.repeat("", len(labels))
        lost, missing = gaps.any(axis=1), np.zeros(len(labels))
        sums = pd.Series(held).groupby(group).transform("sum").to_numpy()
        of = pd.Series(np.where(lost, 0.0, totals.fillna(0.0))).groupby(group).transform("sum").to_numpy()
        missing[lost] = held[lost] / sums[lost]
        kept = 1 - pd.Series(missing).groupby(group).transform("sum").to_numpy()
        totals = pd.Series(np.where(lost, missing * of, totals * kept), index=labels)
        n = int(np.bincount(cell, minlength=len(labels))[lost].sum())
        title = " × ".join(keys)
        notes.append(
            {
                "zh-Hans": f"{n} 份答卷缺 {title}，保留其原有份额，其余按已知总数加权。",
                "en": f"{n} answers lack {title}: they keep their share, the others are weighted to the known totals.",
            }
        )
    return pd.Categorical.from_codes(cell, categories=pd.Index(labels)), totals
