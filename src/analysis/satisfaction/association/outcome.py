"""An outcome and the topics that are held against it: which, whose scores, and how they go together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import LANGUAGES, DuzhengError, Texts, write_number
from analysis.messages.requests import wrong
from analysis.satisfaction.indices.index import indices_of, scored
from analysis.satisfaction.words import said
from analysis.stats.arrays import Floats
from analysis.stats.relative_weights import MOST, johnson, shapley

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.design import Design
    from analysis.surveys.questionnaire import Index

Method = Literal["shapley", "johnson"]
WEIGHTS: dict[Method, Callable[..., Floats]] = {"johnson": johnson, "shapley": shapley}
#: A topic that fewer were asked about is no topic of all; where fewer have every topic, it is said.
HALF, MOSTLY, ANYTHING = 0.5, 0.8, 1e-9
#: Correlations of topics whose least eigenvalue is below this leave one of them nothing of its own.
SINGULAR = 1e-8


@dataclass(frozen=True, eq=False)
class Chosen:
    """An outcome and the topics that are held against it, with everybody's scores."""

    outcome: Index
    topics: list[Index]
    scores: pd.DataFrame  #: the outcome first, (n, 1 + p)
    notes: tuple[Texts, ...] = ()

    @property
    def names(self) -> list[str]:
        """The topics' ids."""
        return [each.id for each in self.topics]

    @property
    def all(self) -> list[Index]:
        """The outcome and the topics."""
        return [self.outcome, *self.topics]

    @property
    def whole(self) -> pd.Series[bool]:
        """Who has the outcome and every topic."""
        return self.scores.notna().all(axis=1)


def choose(design: Design, outcome: str | None, topics: Sequence[str] | None, least: float | None = None) -> Chosen:
    """Find outcome and topics, and everybody's scores.

    Raises
    ------
    DuzhengError
        DZ-S002 as :func:`drivers`.
    """
    declared = list(design.survey.questionnaire.analyses.indices)
    if outcome is None and not declared:
        raise DuzhengError(wrong(f"no index in {design.name}", "an outcome", "name an item"))
    alone = [each for each in declared if len(each.items) == 1]
    whole = indices_of(design, outcome)[0] if outcome is not None else (alone or declared)[-1]
    others = [each.id for each in declared if each.id != whole.id] if topics is None else _listed(topics)
    notes: list[Texts] = []
    wanted = indices_of(design, others) if others else []
    columns = [whole.id, *dict.fromkeys(others)]
    scores = scored(design, [whole, *wanted], least=least).data[columns].reset_index(drop=True)
    if topics is None:
        # Who answered any item was asked: a topic that few were asked about is no topic of all.
        anything = scored(design, wanted, least=ANYTHING).data[others].reset_index(drop=True)
        held = anything[scores[whole.id].notna()].notna().mean()
        rare = [name for name in others if not held[name] >= HALF]
        others = [name for name in others if name not in rare]
        wanted = [each for each in wanted if each.id in others]
        scores = scores[[whole.id, *others]]
        notes += [_rare(design, name, float(held[name])) for name in rare]
    if not 2 <= len(others) <= MOST or len(set(others)) < len(others) or whole.id in others:  # noqa: PLR2004  one beside another
        found = f"{len(others)} topics for {whole.id}: {', '.join(others) or 'none'}"
        hint = "name topics=[…], each once and without the outcome"
        raise DuzhengError(wrong(found, f"2 to {MOST}", hint))
    return Chosen(whole, wanted, scores, tuple(notes))


def _listed(topics: str | Sequence[str]) -> list[str]:
    return [topics] if isinstance(topics, str) else list(topics)


def incomplete(design: Design, chosen: Chosen) -> list[Texts]:
    """Say how many answers have everything, where many do not."""
    has: Any = chosen.scores[chosen.outcome.id].notna()
    whole: Any = chosen.whole
    share = float(whole.sum() / max(has.sum(), 1))
    if share >= MOSTLY:
        return []
    gone = str(chosen.scores.loc[has, chosen.names].notna().mean().idxmin())
    labels = named(design, chosen.all).labels
    return [{
        language: said("drivers", "complete", language, n=write_number(int(whole.sum()), 0),
                       share=write_number(100 * share, 0), topic=labels.head(gone, language))
        for language in LANGUAGES
    }]  # fmt: skip


def _rare(design: Design, name: str, share: float) -> Texts:
    return {
        language: said("drivers", "rare", language, topic=design.labels.head(name, language),
                       share=write_number(100 * share, 0))
        for language in LANGUAGES
    }  # fmt: skip


def named(design: Design, indices: Sequence[Index]) -> Design:
    """Name items and topics of the bank that are taken as indices."""
    from analysis.documents.labels import Labels

    topics = design.labels.names.get("topic", {})
    heads = {each.id: topics.get(each.id, each.name) for each in indices}
    # Settings that name them say what they are called, too.
    names = dict.fromkeys(("outcome", "topics", "of"), heads)
    return replace(design, labels=design.labels.under(Labels(names, heads)))


def correlations(covariance: Floats) -> tuple[Floats, Floats]:
    """Give the correlations of the topics, and those with the outcome, which comes first: (…, p, p) and (…, p)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        sd = np.sqrt(np.einsum("...jj->...j", covariance))
        r = covariance / (sd[..., :, None] * sd[..., None, :])
    return r[..., 1:, 1:], r[..., 0, 1:]


def solvable(covariance: Floats) -> Any:
    """Tell which matrices have topics that each vary by themselves."""
    r, given = correlations(covariance)
    finite: Any = np.isfinite(r).all(axis=(-2, -1)) & np.isfinite(given).all(axis=-1)
    least = np.linalg.eigvalsh(np.where(finite[..., None, None], r, np.eye(r.shape[-1])))[..., 0]
    return finite & (least > SINGULAR)


def weights_of(covariance: Floats, kind: Method) -> Floats:
    """Give the relative weights of the topics, shape (…, p)."""
    r, given = correlations(covariance)
    found: Floats = WEIGHTS[kind](r, given)
    return found
