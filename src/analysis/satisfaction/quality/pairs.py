"""Contradictions: answers that do not go together, by the pairs that a questionnaire declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.surveys.expressions import answers, parse
from analysis.surveys.logic import holds_in

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.questionnaire import Pair
    from analysis.surveys.survey import Survey


def contradictions(survey: Survey, responses: pd.DataFrame) -> pd.DataFrame:
    """Tell which answers contradict themselves.

    Parameters
    ----------
    survey, responses
        The questionnaire, with ``analyses.pairs``, and its answers.

    Returns
    -------
    pandas.DataFrame
        One row an answer and one column a pair, named by :func:`name_of`: whether the two points lie further apart than
        they may, or the condition that is never true is. Who did not answer both does not contradict.

    Notes
    -----
    Semantic antonyms and synonyms chosen beforehand (Goldammer et al. 2020, Leadership Quarterly 31; Curran 2016):
    pairs that are looked for in the answers would call unusual people careless.
    """
    import pandas as pd

    found = {name_of(pair): _holds(pair, responses) for pair in survey.questionnaire.analyses.pairs}
    return pd.DataFrame(found, index=responses.index, dtype=bool)


def name_of(pair: Pair) -> str:
    """Name a pair by its items, or by its condition.

    >>> from analysis.surveys.questionnaire import Pair
    >>> name_of(Pair(items=("q1", "q2"), most=3, reason="the same, asked twice"))
    '|q1 − q2| > 3'
    """
    return pair.never or f"|{pair.items[0]} − {pair.items[1]}| > {pair.most:g}"


def _holds(pair: Pair, responses: pd.DataFrame) -> pd.Series[bool]:
    import numpy as np
    import pandas as pd

    if pair.never:
        node = parse(pair.never)
        codes = {answer.code for answer in answers(node)}
        parts = [name for name in responses if name in codes or str(name).partition("[")[0] in codes]
        return holds_in(node, responses[parts]).fillna(value=False).astype(bool)
    one, two = (responses[code].to_numpy(np.float32, na_value=np.nan) for code in pair.items)
    return pd.Series(np.abs(one - two) > pair.most, index=responses.index)
