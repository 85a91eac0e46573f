"""Copies: answers of one place that are the same to the last tick, where coincidence does not explain it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.messages.requests import hold_columns
from analysis.satisfaction.quality.ratings import Ratings, blocks, ratings_of
from analysis.satisfaction.quality.rule import USUAL
from analysis.surveys.columns import columns

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.surveys.survey import Survey

#: Steps of the mean rating among which answers are taken as alike.
_STEPS = 20
#: Odd constants that mix the bits of a pattern (Steele, Lea and Flood 2014, SplitMix64).
_MIX, _PRIME = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9


def duplicates(
    survey: Survey, responses: pd.DataFrame, *, place: str = "", chance: float = USUAL.chance,
    ratings: Ratings | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Look for answers that were copied, and for persons who answered twice.

    Parameters
    ----------
    survey, responses
        The questionnaire and its answers, with ``id`` and the place.
    place
        What the column of places is called; all answers are of one place without it. Answers without a place are taken
        together.
    chance
        Up to which an answer's having a twin in its place is not laid to coincidence.
    ratings
        Those of the answers, where they are at hand.

    Returns
    -------
    pandas.DataFrame
        One row an answer: ``same`` (other answers of the place that are the same in all but words), ``coincidence``
        (how many of those would be expected by chance; missing where there is none), ``twice`` (the same person, or id,
        answered more than once), ``duplicate`` (twice, or a twin that coincidence does not explain).

    Notes
    -----
    A pattern that many give is no copy: everybody's best of everything is the same. Expected by chance are
    (n - 1) q others in a place of n answers, where q is the greater of the pattern's share in all other places and of
    Π P(xⱼ | mean rating), the chance of its ratings if they were independent among answers with a like mean (in 20
    steps); the second where the first is within ``chance``. These shares are counted over patterns, each once a place,
    so that copies do not make themselves likely.
    Answers with one point in every battery, or the best of everything, are judged as straight and as mobilised, and
    are no copies. See Blasius and Thiessen (2012), Assessing the Quality of Survey Data, ch. 4, and Kuriakose and
    Robbins (2016), Statistical J. of the IAOS 32, whose bound of 85 % agreement accuses honest answers to long
    batteries of one subject (Simmons et al. 2016): here all must agree, and the pattern be rare.

    Examples
    --------
    >>> import analysis, pandas as pd
    >>> from analysis.surveys.simulate import simulate
    >>> from analysis.surveys.simulate.truth import plain_truth
    >>> survey = analysis.open().questionnaires()["public-2025"]
    >>> came = simulate(survey, plain_truth(survey), n=200, seed=1).responses.assign(place="a")
    >>> copied = pd.concat([came, came.tail(1).assign(id="copy")], ignore_index=True)
    >>> found = duplicates(survey, copied, place="place")
    >>> found["duplicate"].sum(), found.loc[200, "same"], bool(found.loc[200, "coincidence"] < 1e-6)
    (np.int64(2), np.int64(1), True)
    """
    import numpy as np
    import pandas as pd

    hold_columns(responses, {"id", *([place] if place else [])}, "the answers")
    ratings = ratings_of(survey, responses) if ratings is None else ratings
    n = len(responses)
    where = pd.factorize(responses[place])[0] if place else np.zeros(n, int)
    pattern = _pattern(survey, responses)
    _, first, inverse, count = np.unique(
        pattern ^ ((where + 1).astype(np.uint64) * np.uint64(_PRIME)),
        return_index=True, return_inverse=True, return_counts=True,
    )  # fmt: skip
    same = count[inverse] - 1
    expected, copied = np.full(n, np.nan), np.zeros(n, bool)
    some = np.flatnonzero(same > 0)
    if len(some):
        values, of = np.unique(pattern[some], return_inverse=True)
        at = np.searchsorted(values, pattern).clip(max=len(values) - 1)
        seen = np.bincount(at[values[at] == pattern], minlength=len(values))[of]
        here = np.bincount(where + 1)[where + 1]
        expected[some] = (here[some] - 1) * (seen - same[some] - 1) / np.maximum(n - here[some], 1)
        # The model is asked only of what other places do not explain: of little, in a million answers.
        some = some[(expected[some] <= chance) & ~ratings.best()[0][some]]
        some = some[~_flat(ratings, some)]
        if len(some):
            expected[some] = np.maximum(expected[some], (here[some] - 1) * _likely(ratings.points, first, some))
        copied[some] = expected[some] <= chance
    twice = responses["id"].duplicated(keep=False).to_numpy()
    if "person" in responses:
        known = responses["person"].notna().to_numpy(bool)
        twice = twice | (responses["person"].duplicated(keep=False).to_numpy(bool) & known)
    return pd.DataFrame(
        {"same": same, "coincidence": expected, "twice": twice, "duplicate": copied | twice}, index=responses.index
    )


def _pattern(survey: Survey, responses: pd.DataFrame) -> np.ndarray:
    """Give 64 bits for what was answered, in all but words: the same for the same answers."""
    import numpy as np

    found = np.zeros(len(responses), np.uint64)
    for column in columns(survey):
        if column.holds == "text" or column.name not in responses:
            continue
        # Unsigned numbers wrap around, which is what mixes them.
        found = (found ^ _codes(responses[column.name])) * np.uint64(_MIX)
        found ^= found >> np.uint64(29)
    return found


def _codes(values: pd.Series[Any]) -> np.ndarray:
    """Give 64 bits for each of a column's values, the same for the same."""
    import numpy as np
    import pandas as pd

    if isinstance(values.dtype, pd.CategoricalDtype):
        return (values.cat.codes.to_numpy() + 1).astype(np.uint64)
    if values.dtype.kind in "iufb":
        return np.ascontiguousarray(values.to_numpy(float, na_value=np.nan)).view(np.uint64)
    return (pd.factorize(values)[0] + 1).astype(np.uint64)


def _likely(points: np.ndarray, first: np.ndarray, some: np.ndarray) -> np.ndarray:
    """Give the chance of some answers' ratings, as independent among answers whose mean is like theirs."""
    import numpy as np
    import pandas as pd

    step = np.zeros(len(points), np.int64)
    for rows in blocks(len(points)):
        there = ~np.isnan(points[rows])
        mean = np.where(there, points[rows], 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
        step[rows] = np.minimum((mean * _STEPS).astype(int), _STEPS - 1)
    found = np.zeros(len(some))
    size = np.bincount(step[first], minlength=_STEPS)
    for column in points.T:
        # What was not answered is a point of its own; smoothing by one makes the rare likelier.
        code, points_given = pd.factorize(column, use_na_sentinel=False)
        levels = len(points_given)
        counts = np.bincount(step[first] * levels + code[first], minlength=_STEPS * levels)
        found += np.log((counts[step[some] * levels + code[some]] + 1) / (size[step[some]] + levels))
    return np.exp(found)


def _flat(ratings: Ratings, some: np.ndarray) -> np.ndarray:
    """Tell which of some answers have one point in every battery."""
    import numpy as np

    found = np.ones(len(some), bool)
    for battery in ratings.batteries:
        here = ratings.points[np.ix_(some, battery)]
        low, high = np.where(np.isnan(here), 2, here).min(axis=1), np.where(np.isnan(here), -1, here).max(axis=1)
        found &= high <= low
    return found
