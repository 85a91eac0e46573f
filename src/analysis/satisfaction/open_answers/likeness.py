"""Likeness of comments: TF-IDF vectors, how typical each is of all, and a choice of typical ones that differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from scipy import sparse

#: How much being typical counts against being unlike what is chosen (Carbonell and Goldstein 1998).
TYPICAL = 0.7


def vectors(words: Sequence[Sequence[str]]) -> sparse.csr_array:
    """Give the TF-IDF vectors of comments, of length 1.

    Parameters
    ----------
    words
        The words of each comment, n of them.

    Returns
    -------
    scipy.sparse.csr_array
        (n, terms), columns in the order of the terms; rows without words are 0.

    Notes
    -----
    (1 + log tf) · (log((1 + n) / (1 + df)) + 1), rows divided by their length; scikit-learn's
    ``TfidfVectorizer(sublinear_tf=True)`` gives the same.

    Examples
    --------
    >>> vectors([["a", "b"], ["a"]]).toarray().round(3).tolist()
    [[0.58, 0.815], [1.0, 0.0]]
    """
    import numpy as np
    from scipy import sparse

    known = {term: place for place, term in enumerate(sorted({word for each in words for word in each}))}
    ends = np.cumsum([0, *(len(each) for each in words)])
    columns = np.array([known[word] for each in words for word in each], dtype=int)
    counts = sparse.csr_array((np.ones(len(columns)), columns, ends), shape=(len(words), max(len(known), 1)))
    counts.sum_duplicates()
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log((1 + len(words)) / (1 + df)) + 1
    counts.data = (1 + np.log(counts.data)) * idf[counts.indices]
    length = np.sqrt(counts.multiply(counts).sum(axis=1))
    found: sparse.csr_array = sparse.csr_array(sparse.diags_array(1 / np.where(length > 0, length, 1)) @ counts)
    return found


def typical(found: sparse.csr_array) -> np.ndarray:
    """Give the cosine of each vector with their centroid; 0 for rows without words."""
    import numpy as np

    centre = np.asarray(found.sum(axis=0)).ravel()
    length = float(np.sqrt(centre @ centre))
    cosine: np.ndarray = found @ (centre / length if length else centre)
    return cosine


def varied(found: sparse.csr_array, score: np.ndarray, number: int, alike: float) -> list[int]:
    """Choose rows that are typical and differ: maximal marginal relevance, none too like another.

    Parameters
    ----------
    found
        The vectors.
    score
        (n,) how typical each is; −∞ for those that may not be chosen.
    number
        How many at most.
    alike
        The cosine from which two are alike, so that the second is not taken.

    Examples
    --------
    >>> rows = vectors([["a", "b"], ["a", "b"], ["a", "c"]])
    >>> varied(rows, typical(rows), 2, 0.9)
    [0, 2]
    """
    import numpy as np

    chosen: list[int] = []
    nearest = np.zeros(len(score))
    while len(chosen) < number:
        worth = np.where((nearest < alike) & np.isfinite(score), TYPICAL * score - (1 - TYPICAL) * nearest, -np.inf)
        worth[chosen] = -np.inf
        if not len(worth) or not np.isfinite(worth.max()):
            break
        best = int(worth.argmax())
        chosen.append(best)
        like: Any = found @ found[[best]].toarray().ravel()
        nearest = np.maximum(nearest, like)
    return chosen
