"""Why there is no answer: not shown, don't know, refused, does not apply, left out, or not reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.surveys.columns import Column, columns
from analysis.surveys.decided import MISSING
from analysis.surveys.expressions import Node, answers
from analysis.surveys.items import WRITTEN_IN
from analysis.surveys.logic import holds_in

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.surveys.survey import Asked, Survey

REASONS = ("answered", "not_shown", *MISSING, "skipped", "not_reached")


class Route:
    """Follows the routing for all respondents at once, item by item in the order of the questionnaire."""

    def __init__(self, survey: Survey, index: pd.Index) -> None:
        self.survey, self.index = survey, index
        self.given: dict[str, pd.Series] = {}  #: the columns of the items that came before
        self._sections: dict[str, pd.Series[bool]] = {}

    def shown(self, each: Asked) -> pd.Series[bool]:
        """Tell to whom an item is shown: true, false, or missing where what it hangs on was not answered."""
        section = each.section.id
        if section not in self._sections:
            self._sections[section] = self._holds(self.survey.sections[section])
        return self._sections[section] & self._holds(each.condition)

    def _holds(self, node: Node | None) -> pd.Series[bool]:
        import pandas as pd

        if node is None:
            return pd.Series(True, index=self.index, dtype="boolean")  # noqa: FBT003
        codes = {each.code for each in answers(node)}
        named = {name: column for name, column in self.given.items() if {name, name.partition("[")[0]} & codes}
        return holds_in(node, pd.DataFrame(named, index=self.index))


def reasons(survey: Survey, responses: pd.DataFrame) -> pd.DataFrame:
    """Tell of every question whether it was answered, and if not, why.

    Parameters
    ----------
    survey
        The questionnaire.
    responses
        Answers with the columns of :func:`analysis.surveys.columns.columns`, and ``completed``; without it, all were
        completed.

    Returns
    -------
    pandas.DataFrame
        On the index of ``responses``, one column a question (``code``, or ``code.row`` of a matrix), of categories:
        ``answered``; ``not_shown`` by the routing; ``dont_know``, ``refused`` and ``not_applicable`` where that was
        ticked; ``skipped`` where it was shown and left out; ``not_reached`` after the last answer of somebody who broke
        off.

    Notes
    -----
    Who breaks off has seen everything up to the last answer. What comes after it counts as not reached, but for what
    the answers before had ruled out already: that would not have been shown either.

    Examples
    --------
    >>> import analysis
    >>> from analysis.surveys.simulate import plain_truth, simulate
    >>> survey = analysis.open().questionnaires()["students-2025"]
    >>> wave = simulate(survey, plain_truth(survey), n=200, seed=1)
    >>> why = reasons(survey, wave.responses)
    >>> day_pupils = wave.responses["boards"] == "no"
    >>> why.loc[day_pupils, "dorm"].unique().tolist()
    ['not_shown']
    """
    import numpy as np
    import pandas as pd

    route = Route(survey, responses.index)
    number = len(responses)
    last = np.full(number, -1)
    found: list[tuple[int, str, np.ndarray, np.ndarray, dict[str, np.ndarray]]] = []
    for place, (each, asked) in enumerate(_asked(survey)):
        shown = route.shown(each)
        certain: np.ndarray = shown.fillna(value=False).to_numpy(dtype=bool)
        never: np.ndarray = (~shown).fillna(value=False).to_numpy(dtype=bool)
        for stem, parts in _questions(each, asked).items():
            given = [column.name for column in parts if column.holds != "missing"]
            answered = responses[given].notna().any(axis=1).to_numpy()
            known = {"answered": answered, **_kinds(responses, parts)}
            last = np.where(np.any([*known.values()], axis=0), place, last)
            found.append((place, stem, certain, never, known))
        route.given |= {column.name: responses[column.name] for column in asked}
    completed = responses["completed"].to_numpy(dtype=bool) if "completed" in responses else np.ones(number, dtype=bool)
    told = {}
    for place, stem, certain, never, known in found:
        beyond = ~completed & (place > last)
        cases = {**known, "not_reached": beyond & ~never, "not_shown": ~certain}
        codes = np.select([*cases.values()], [REASONS.index(name) for name in cases], REASONS.index("skipped"))
        told[stem] = pd.Categorical([REASONS[code] for code in codes], list(REASONS))
    return pd.DataFrame(told, index=responses.index)


def _asked(survey: Survey) -> list[tuple[Asked, list[Column]]]:
    """Give the items that are answered, each with its columns."""
    of: dict[str, list[Column]] = {}
    for column in columns(survey):
        of.setdefault(column.asked.code, []).append(column)
    return [(each, of[each.code]) for each in survey.asked if each.code in of]


def _questions(each: Asked, asked: list[Column]) -> dict[str, list[Column]]:
    """Give the columns of each question of an item, without what is written beside options."""
    found: dict[str, list[Column]] = {}
    for column in asked:
        if column.name != f"{each.code}{WRITTEN_IN}":
            found.setdefault(column.name.partition("[")[0], []).append(column)
    return found


def _kinds(responses: pd.DataFrame, parts: list[Column]) -> dict[str, np.ndarray]:
    """Tell for whom each kind of missing was ticked."""
    of = next((responses[column.name].astype("str") for column in parts if column.holds == "missing"), None)
    if of is None:
        return {}
    return {kind: (of == code).to_numpy(dtype=bool) for kind, code in MISSING.items()}
